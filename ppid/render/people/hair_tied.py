"""Hair that is drawn together: ties, buns, plaits, and dreadlocks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from mathutils.bvhtree import BVHTree

from ppid.render.people.fabrics import plain
from ppid.render.people.figure import Head
from ppid.render.people.hair_growth import Roots, Strands, Ties, Variation, frames, resampled
from ppid.render.people.hairstyles import Style
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import TAU, Points, torus, unit

_DOWN = np.array([0, 0, -1.0])
Place = tuple[float, float, float]


def _at(aside: float, height: float) -> Place:
    """A place on the back of the skull, in head radii."""
    return aside, float(np.sqrt(max(0.05, 1.05 - min(height, 1) ** 2 - aside**2))), height


def _back(rng: Rng) -> list[Place]:
    return [_at(rng.normal(0, 0.06), rng.pick([rng.uniform(0.85, 1.05), rng.uniform(-0.1, 0.5)]))]


def _crown(rng: Rng) -> list[Place]:
    return [_at(rng.normal(0, 0.04), rng.uniform(0.45, 0.8))]


def _two(rng: Rng) -> list[Place]:
    aside, height, back = rng.uniform(0.62, 0.8), rng.uniform(-0.35, 0.35), rng.uniform(0.25, 0.65)
    return [(aside, back, height), (-aside, back, height)]


def _high(rng: Rng) -> list[Place]:
    aside, back = rng.uniform(0.45, 0.62), rng.uniform(0.0, 0.3)
    return [(aside, back, 0.8), (-aside, back, 0.8)]


TIES: dict[str, Callable[[Rng], list[Place]]] = {
    "back": _back,
    "any": _back,
    "crown": _crown,
    "two": _two,
    "high": _high,
}


def ties_of(rng: Rng, style: Style, head: Head, body: BVHTree) -> Ties:
    """Ties of a style on a head."""
    places, ways = [], []
    for place in TIES[style.ties](rng):
        wanted = head.centre + head.turn @ (np.array(place) * head.radius)
        on_skin, normal, _, _ = body.find_nearest(wanted)
        out = np.array(normal)
        places.append(np.array(on_skin) + out * 0.010)
        aside = np.array([np.sign(place[0]) * 0.5, 0.1, 0.0]) if abs(place[0]) > 0.4 else np.array([0, 0.6, 0.1])
        ways.append(unit(out + head.turn @ aside))
    return Ties(np.array(places), np.array(ways), style.ends == "tail")


def bands(rng: Rng, ties: Ties, radius: float) -> None:
    """Elastics around tails."""
    material = plain(rng, None, 0.7)
    for place, way in zip(ties.places, ties.ways, strict=True):
        _band(place + way * 0.010, way, radius, material)


def _band(place: Points, way: Points, radius: float, material: object) -> None:
    shape, faces = torus(radius, radius * 0.35, 20, 8)
    first = unit(np.cross(way, [0.3, 0.4, 0.5]))
    add_mesh((shape @ np.stack([first, np.cross(way, first), way]) + place, faces), material, name="band")


def bun(rng: Rng, ties: Ties, messy: bool, strands: int = 5000, points: int = 18) -> Strands:
    """Strands wound into a ball at each tie."""
    count = strands // len(ties.places)
    radius = rng.uniform(0.028, 0.05) * (1.0 if len(ties.places) == 1 else 0.75)
    loose_share = 0.06 if messy else 0.015
    knots = []
    for place, way in zip(ties.places, ties.ways, strict=True):
        centre = place + way * radius * 0.6
        axis = unit(way * 0.35 + rng.normal(size=(count, 3)) * 0.55)
        first = unit(np.cross(axis, rng.normal(size=(count, 3))))
        second = np.cross(axis, first)
        turned = np.linspace(0, 1, points)[None] * rng.uniform(1.5, 4.0, (count, 1))
        angle = (rng.uniform(0, TAU, (count, 1)) + turned)[..., None]
        reach = radius * rng.uniform(0.75, 1.0, (count, 1, 1)) * (1 + 0.06 * np.sin(angle * 3))
        wound = centre + (first[:, None] * np.cos(angle) + second[:, None] * np.sin(angle)) * reach
        wound -= way * ((wound - centre) @ way)[..., None] * 0.25
        t = np.linspace(0, 1, points)[None, :, None]
        loose = (rng.random(count) < loose_share)[:, None, None]
        wound += loose * unit(rng.normal(size=(count, 1, 3)) + way) * t**2 * rng.uniform(0.005, 0.04, (count, 1, 1))
        knots.append(wound + rng.normal(size=(count, 1, 3)) * (0.0015 if messy else 0.0005))
    curves = np.concatenate(knots)
    return Strands(curves, np.full(curves.shape[:2], 0.9), rng.integers(0, 40, len(curves)))


def plaits(rng: Rng, how: Variation, ties: Ties, head: Head, body: BVHTree) -> Strands:
    """Three bundles of hair wound around each other at each tie, with a band and a tuft at the end."""
    radius = rng.uniform(0.010, 0.016) * (1.3 if len(ties.places) == 1 else 1.0)
    length = rng.uniform(0.16, 0.38) * how.length
    to_front = len(ties.places) > 1 and rng.chance(0.6)
    material, groups = plain(rng, None, 0.7), []
    for place, way in zip(ties.places, ties.ways, strict=True):
        leaving = unit(way + head.turn @ np.array([0, -1.0, -0.3])) if to_front else way
        path = _hanging(place, leaving, length, radius, body)
        groups.append(_plait(rng, path, radius))
        end, along = path[-1], unit(path[-1] - path[-2])
        _band(end, along, radius * 0.55, material)
        groups.append(_tuft(rng, end, along, radius, groups[-1].shape[1]))
    curves = np.concatenate(groups)
    thickness = np.ones(curves.shape[:2]) * rng.uniform(0.8, 1.2, (len(curves), 1))
    return Strands(curves, thickness, rng.integers(0, 40, len(curves)))


def _hanging(start: Points, way: Points, length: float, radius: float, body: BVHTree, steps: int = 40) -> Points:
    """A rope (S, 3) that falls along the body."""
    points, place, direction = [start], start, way
    for step in range(steps):
        direction = unit(direction * 0.8 + _DOWN * (0.25 + 0.5 * step / steps))
        place = place + direction * length / steps
        on_skin, normal, _, _ = body.find_nearest(place)
        if on_skin is not None:
            out = np.array(normal)
            above = float((place - np.array(on_skin)) @ out)
            wanted = radius * min(1.0, 0.4 + step / 8)
            if above < wanted:
                place = place + out * (wanted - above)
        direction = unit(place - points[-1])
        points.append(place)
    path = np.array(points)
    for _ in range(4):
        path[1:-1] = (path[:-2] + 2 * path[1:-1] + path[2:]) / 4
    return path


def _plait(rng: Rng, path: Points, radius: float, strands: int = 420) -> Points:
    points = 64
    line = resampled(path[None], points, np.ones(1))
    first, second = (each[0][None] for each in frames(line))
    reach = np.linspace(0, np.linalg.norm(np.diff(path, axis=0), axis=1).sum(), points)
    taper = radius * np.interp(np.linspace(0, 1, points), [0, 0.1, 1], [0.8, 1, 0.6])
    winding = TAU * reach / (radius * rng.uniform(3.6, 4.6))
    groups = []
    for bundle in range(3):
        phase = winding + TAU * bundle / 3
        across = (np.sin(phase) * 0.62 * taper)[None, :, None]
        deep = (np.sin(2 * phase) * 0.34 * taper)[None, :, None]
        angle = rng.uniform(0, TAU, (strands, 1)) + rng.normal(0, 0.3, (strands, 1)) * np.linspace(0, 1, points)
        off = np.sqrt(rng.random((strands, 1))) * 0.52 * taper[None] * (1 + 0.06 * rng.normal(size=(strands, 1)))
        stray = (rng.random((strands, 1)) < 0.04) * rng.uniform(0, 0.004, (strands, 1))
        stray = stray * np.sin(reach[None] * rng.uniform(60, 140, (strands, 1)))
        sideways = (np.cos(angle) * off + stray)[..., None] + across
        inward = (np.sin(angle) * off * 0.8 + stray)[..., None] + deep
        groups.append(line + first * sideways + second * inward)
    return np.concatenate(groups)


def _tuft(rng: Rng, end: Points, way: Points, radius: float, points: int, strands: int = 350) -> Points:
    first, second = (unit(each) for each in (np.cross(way, [0.3, 0.4, 0.5]), np.cross(way, [0.5, -0.4, 0.1])))
    spread = rng.normal(0, 0.35, (strands, 2))
    t = np.linspace(0, 1, points)[None, :, None]
    out = first * spread[:, :1] + second * spread[:, 1:]
    flare = np.sin(np.minimum(t * 1.6, 1) * np.pi / 2) * radius * 0.9
    length = rng.uniform(0.025, 0.06) * rng.uniform(0.5, 1.1, (strands, 1, 1))
    return end + out[:, None] * flare + way * t * length + _DOWN * t**2 * length * 0.3


def apart(rng: Rng, candidates: Roots, count: int) -> Roots:
    """`count` roots as far from each other as they can be."""
    places = candidates.places
    chosen = [rng.whole(0, len(places) - 1)]
    distance = ((places - places[chosen[0]]) ** 2).sum(1)
    for _ in range(min(count, len(places)) - 1):
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, ((places - places[chosen[-1]]) ** 2).sum(1))
    return candidates.some(np.array(chosen))


def felted(rng: Rng, style: Style, guides: Points) -> Strands:
    """Ropes around guides."""
    locks, each, points = len(guides), style.strands // len(guides), style.points
    line = resampled(guides, points, rng.uniform(0.8, 1.0, locks))
    first, second = frames(line)
    length = np.linspace(0, 1, points)[None] * np.linalg.norm(np.diff(line, axis=1), axis=2).sum(1)[:, None]
    radius = rng.uniform(0.0032, 0.0048) * rng.uniform(0.75, 1.25, (locks, 1))
    radius = radius * np.interp(np.linspace(0, 1, points), [0, 0.06, 0.9, 1], [0.7, 1, 0.9, 0.45])
    radius = radius * (1 + 0.14 * np.sin(length * rng.uniform(150, 260, (locks, 1)) + rng.uniform(0, TAU, (locks, 1))))
    twist = length * rng.uniform(40, 110)
    shape = (locks, each, 1)
    angle = rng.uniform(0, TAU, shape) + twist[:, None] + rng.normal(0, 0.5, shape) * np.linspace(0, 1, points)
    off = radius[:, None] * np.sqrt(rng.uniform(0.2, 1, shape))
    fuzz = (rng.random(shape) < 0.12) * rng.uniform(0.0005, 0.003, shape)
    off = off + fuzz * np.abs(np.sin(length[:, None] * rng.uniform(80, 200, shape) + rng.uniform(0, TAU, shape)))
    sideways, inward = (np.cos(angle) * off)[..., None], (np.sin(angle) * off)[..., None]
    curves = line[:, None] + first[:, None] * sideways + second[:, None] * inward
    thickness = np.full((locks * each, points), 1.5)
    return Strands(curves.reshape(-1, points, 3), thickness, np.repeat(np.arange(locks), each))
