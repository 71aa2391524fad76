"""What cloth, nets and film are shown with: dummies, rods, stands, balls and fruit."""

from __future__ import annotations

import math

import bpy
import numpy as np
from numpy.typing import ArrayLike

from ppid.render.colour import hsv, linear
from ppid.render.materials import everyday
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, fuse
from ppid.render.shapes import TAU, Points, Shape, ellipsoid, join, lathe, noise, rotation, sphere, torus, tube, unit
from ppid.render.shot import Attributes

_SKINS = [
    (0.8, 0.78, 0.75),
    (0.62, 0.4, 0.28),
    (0.25, 0.12, 0.07),
    (0.03, 0.03, 0.03),
    (0.7, 0.6, 0.45),
    (0.5, 0.5, 0.52),
]


def mannequin(rng: Rng, attributes: Attributes, *, shoulders: bool = True) -> None:
    """A dummy's head of half a unit around the origin, looking along -y, on a neck, perhaps with shoulders."""
    parts = [
        ellipsoid((0, 0.03, 0.1), (0.36, 0.43, 0.4)),
        ellipsoid((0, -0.1, -0.16), (0.27, 0.3, 0.36)),
        ellipsoid((0, -0.26, -0.42), (0.11, 0.12, 0.1)),
        ellipsoid((0, -0.395, -0.09), (0.05, 0.07, 0.13), rotation((1, 0, 0), -0.3)),
        ellipsoid((0, -0.35, -0.27), (0.1, 0.045, 0.045)),
        tube([(0, 0.05, -0.2), (0, 0.08, -0.6), (0, 0.1, -0.95)], [0.19, 0.18, 0.26], 24),
    ]
    parts += [ellipsoid((x, 0.03, -0.1), (0.05, 0.1, 0.14)) for x in (-0.36, 0.36)]
    if shoulders:
        parts += [ellipsoid((0, 0.12, -1.12), (0.62, 0.27, 0.3)), ellipsoid((0, 0.1, -1.35), (0.56, 0.3, 0.42))]
    kind = rng.pick(["plastic", "plastic", "translucent", "ceramic", "wood", "metal"])
    attributes["dummy"] = kind
    add_mesh(fuse(parts, 0.03, 6), everyday(rng, kind, rng.pick(_SKINS)))


def rod(start: ArrayLike, end: ArrayLike, rng: Rng, *, rings: bool = False) -> None:
    """A rail with knobs, perhaps with rings around it."""
    first, last = np.asarray(start, float), np.asarray(end, float)
    radius, material = rng.uniform(0.018, 0.035), everyday(rng, rng.pick(["wood", "metal", "paint"]))
    add_mesh(tube([first, last], radius), material)
    add_mesh(join(ellipsoid(place, np.full(3, radius * 1.9)) for place in (first, last)), material)
    if rings:
        ring, faces = torus(radius * 1.5, 0.008, 24, 6)
        upright = ring[:, [2, 0, 1]]
        places = np.linspace(first, last, rng.whole(8, 16))[1:-1] - (0, 0, radius * 0.5)
        add_mesh(join((upright + place, faces) for place in places), everyday(rng, "metal"))


def stand(rng: Rng, top: ArrayLike, floor: float) -> None:
    """A pole under `top` on a round foot."""
    peak = np.asarray(top, float)
    material = everyday(rng, rng.pick(["wood", "metal"]))
    add_mesh(tube([peak, peak * (1, 1, 0) + (0, 0, floor)], 0.03), material)
    foot, faces = lathe([(0, 0), (0.35, 0), (0.33, 0.05), (0.06, 0.1), (0.03, 0.2)], 48, 40)
    add_mesh((foot + (peak[0], peak[1], floor - 0.05), faces), material)


def pile(rng: Rng, count: int, radius: float, room: ArrayLike) -> Points:
    """Places (count, 3) of balls inside an ellipsoid with half axes `room`, pressed down and hardly overlapping."""
    axes = np.maximum(np.asarray(room, float) - radius, 0.05)
    places = rng.uniform(-0.6, 0.6, (count, 3)) * axes
    for _ in range(120):
        places[:, 2] -= 0.02 * radius
        gap = places[:, None] - places[None]
        distance = np.linalg.norm(gap, axis=-1) + np.eye(count) * 9
        push = np.clip(2 * radius - distance, 0, None)[..., None] * gap / distance[..., None]
        places += 0.35 * push.sum(1)
        out = np.linalg.norm(places / axes, axis=1, keepdims=True)
        places = np.where(out > 1, places / np.maximum(out, 1e-6), places)
    return places


def wrapped(places: Points, radius: ArrayLike, tops: tuple[float, float]) -> tuple[Points, Points]:
    """What a bag around balls is like.

    Args:
        places: (N, 3) centres of the balls.
        radius: of the balls, one or (N,).
        tops: height of the bag's mouth and its radius.

    Returns:
        Heights (60,) from the mouth down to below the balls, and the radius of the bag there, tight as a net would be.
    """
    size = np.broadcast_to(np.asarray(radius, float), (len(places),)) * 1.06
    floor = float((places[:, 2] - size).min())
    heights = np.linspace(tops[0], floor, 60)
    inside = np.clip(size[None] ** 2 - (heights[:, None] - places[None, :, 2]) ** 2, 0, None)
    reach = np.hypot(places[:, 0], places[:, 1]) * (inside > 0) + np.sqrt(inside)
    needed = reach.max(1)
    needed[0] = tops[1]
    tight = needed.copy()
    for i in range(60):  # the upper hull: between any two heights a net runs straight
        for j in range(i + 2, 60):
            share = (np.arange(i + 1, j) - i) / (j - i)
            tight[i + 1 : j] = np.maximum(tight[i + 1 : j], needed[i] * (1 - share) + needed[j] * share)
    tight[-1] = 0.02
    return heights, tight


_FRUITS: dict[str, tuple[float, tuple[float, float], tuple[float, float]]] = {
    "orange": (0.07, (0.85, 0.95), (0.0, 0.95)),
    "lemon": (0.145, (0.8, 0.9), (0.3, 1.25)),
    "apple": (0.0, (0.5, 0.8), (0.15, 0.9)),
    "green_apple": (0.22, (0.6, 0.8), (0.15, 0.9)),
    "onion": (0.09, (0.5, 0.7), (0.3, 0.95)),
    "potato": (0.1, (0.45, 0.6), (0.0, 1.2)),
    "lime": (0.26, (0.5, 0.7), (0.1, 1.15)),
    "garlic": (0.11, (0.9, 0.95), (0.4, 0.9)),
}  # hue, value, (dent or point at the ends, length)


def _fruit(rng: Rng, name: str, radius: float) -> Shape:
    """One fruit around the origin."""
    _, _, (tip, length) = _FRUITS[name]
    vertices, faces = sphere(4)
    pole = np.exp(-((vertices[:, 0] ** 2 + vertices[:, 1] ** 2) / 0.08))
    sign = -1 if "apple" in name else 1
    stretched = vertices * (1, 1, length)
    stretched[:, 2] += sign * tip * pole * np.sign(vertices[:, 2])
    bumps = 0.08 if name == "potato" else 0.012
    stretched = stretched * (1 + bumps * noise(vertices, rng, 0.5, 2))[:, None]
    return stretched * radius, faces


def fruits(rng: Rng, attributes: Attributes, places: Points, radius: float) -> None:
    """A fruit of one sort at each place (N, 3), turned at random."""
    name = rng.pick(list(_FRUITS))
    attributes["content"] = name
    hue, value, _ = _FRUITS[name]
    saturation = {"potato": 0.45, "garlic": 0.1, "onion": 0.6}.get(name, 0.9)
    shapes = []
    for place in places:
        vertices, faces = _fruit(rng, name, radius * rng.uniform(0.88, 1.0))
        shapes.append((vertices @ rotation(rng.normal(size=3), rng.uniform(0, TAU)) + place, faces))
    middle = max(len(shapes) // 2, 1)
    for part in (shapes[:middle], shapes[middle:]):
        if part:
            colour = linear(hsv(hue + rng.uniform(-0.015, 0.015), saturation, rng.uniform(*value)))
            add_mesh(join(part), everyday(rng, "plastic", colour))


def ball(rng: Rng, centre: ArrayLike, radius: float, sort: str) -> None:
    """A `basket`, `foot`, `volley` or `tennis` ball."""
    shades = {
        "basket": (0.55, 0.18, 0.04),
        "foot": (0.85, 0.85, 0.85),
        "volley": (0.85, 0.8, 0.6),
        "tennis": (0.55, 0.75, 0.08),
    }
    seams = {
        "basket": (0.02, 0.02, 0.02),
        "foot": (0.05, 0.05, 0.06),
        "volley": (0.1, 0.2, 0.6),
        "tennis": (0.85, 0.85, 0.8),
    }
    turn, middle = rotation(rng.normal(size=3), rng.uniform(0, TAU)), np.asarray(centre, float)
    kind = "fabric" if sort == "tennis" else "rubber"
    add_mesh((sphere(5, radius)[0] + middle, sphere(5)[1]), everyday(rng, kind, shades[sort]))
    lines = [curve @ turn * radius * 0.996 + middle for curve in _seams(sort)]
    add_mesh(join(tube(line, radius * 0.02, 6, closed=True) for line in lines), everyday(rng, kind, seams[sort]))


def _seams(sort: str) -> list[Points]:
    """Closed curves (N, 3) on the unit sphere."""
    t = np.linspace(0, TAU, 80, endpoint=False)
    ring = np.c_[np.cos(t), np.sin(t), 0 * t]
    if sort == "tennis":
        wave = 0.75 * np.sin(2 * t)
        return [unit(np.c_[np.cos(t) * np.cos(wave), np.sin(t) * np.cos(wave), np.sin(wave)])]
    if sort == "foot":
        corners = unit(sphere(1)[0])
        rim = 0.33 * np.c_[np.cos(t[::16]), np.sin(t[::16]), 0 * t[::16]]
        return [unit(np.repeat(_around(corner, rim), 4, 0) + 1e-3) for corner in corners]
    tilted = [ring[:, [0, 2, 1]], ring]
    for side in (-1, 1):
        bow = unit(np.c_[np.cos(t), side * (0.75 - 0.35 * np.cos(2 * t)), np.sin(t)])
        tilted.append(bow)
    return tilted


def _around(centre: Points, ring: Points) -> Points:
    """A small ring (N, 3) in the xy plane laid around a point of the unit sphere."""
    side = unit(np.cross(centre, (0.3, 0.5, 0.8)))
    return centre * 0.94 + ring[:, :1] * side + ring[:, 1:2] * np.cross(centre, side)


def twisted(path: Points, radius: float, plies: int, turns: float) -> Points:
    """The `plies` strands (plies, N, 3) that make a rope along `path` (N, 3)."""
    tangent = unit(np.gradient(path, axis=0))
    first = unit(np.cross(tangent, unit(np.array([0.31, 0.47, 0.83]))))
    second = np.cross(tangent, first)
    angle = np.linspace(0, TAU * turns, len(path))[None] + np.arange(plies)[:, None] * TAU / plies
    return path + radius * (np.cos(angle)[..., None] * first + np.sin(angle)[..., None] * second)


def rope(rng: Rng, path: Points, radius: float, material: bpy.types.Material) -> None:
    """A laid rope of three strands along `path` (N, 3)."""
    length = float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
    turns = length / (radius * rng.uniform(5, 8))
    count = int(np.clip(turns * 8, 40, 900))
    place = np.linspace(0, 1, len(path))
    dense = np.stack([np.interp(np.linspace(0, 1, count), place, path[:, axis]) for axis in range(3)], -1)
    add_mesh(join(tube(strand, radius * 0.56, 6) for strand in twisted(dense, radius * 0.5, 3, turns)), material)


def half_turn(count: int) -> Points:
    """An arch (count, 3) of radius one in the xz plane."""
    t = np.linspace(0, math.pi, count)
    return np.c_[np.cos(t), 0 * t, np.sin(t)]
