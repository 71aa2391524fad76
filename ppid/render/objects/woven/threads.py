"""Loose threads: webs, bead and string curtains, macrame, fringes, knitting, yarn, ladders of rope, streamers."""

from __future__ import annotations

import math
from collections.abc import Callable

import bpy
import numpy as np
from numpy.typing import NDArray

from ppid.render.colour import random_colour
from ppid.render.materials import Material, everyday
from ppid.render.objects.woven.cloths import thread_colour
from ppid.render.objects.woven.netting import diamond_net
from ppid.render.objects.woven.props import rod, rope, twisted
from ppid.render.objects.woven.sheets import (
    AROUND,
    FRONT,
    Floats,
    Mover,
    Ripples,
    Sheet,
    Subjects,
    View,
    add_moving,
    add_moving_copies,
)
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, add_strands
from ppid.render.shapes import TAU, Points, ellipsoid, join, lathe, rotation, scatter, sphere, spline, tube, unit
from ppid.render.shot import Attributes


def _silk() -> bpy.types.Material:
    return Material("silk", Base_Color=(0.9, 0.9, 0.92), Roughness=0.3, Specular_IOR_Level=0.8).data


def _dew(rng: Rng, threads: Points, count: int, size: tuple[float, float]) -> None:
    """Drops that hang on threads (K, P, 3)."""
    places = threads.reshape(-1, 3)
    chosen = places[rng.choice(len(places), count)]
    water = Material("dew", Base_Color=(1, 1, 1), Roughness=0.02, Specular_IOR_Level=0.9, Coat_Weight=1.0)
    turns = np.repeat(np.eye(3)[None], count, 0)
    add_mesh(scatter(sphere(2), chosen - (0, 0, 0.003), turns, rng.uniform(*size, count)), water.data)


def _spider(rng: Rng, place: Points) -> None:
    """A spider with its head down."""
    body = everyday(rng, rng.pick(["rubber", "fabric", "patterned"]))
    add_mesh(join([ellipsoid(place, (0.06, 0.05, 0.09)), ellipsoid(place - (0, 0, 0.11), (0.045, 0.04, 0.05))]), body)
    legs = []
    for side in (-1, 1):
        for k in range(4):
            lean = 0.12 * (1.5 - k)
            knee = place + (side * 0.13, -0.09, -0.1 + lean)
            legs.append(
                tube(spline([place - (0, 0, 0.1), knee, place + (side * 0.24, 0.0, -0.1 + 2.2 * lean)], 12), 0.009, 6)
            )
    add_mesh(join(legs), body)


def _orb_web(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A wheel of radii and a spiral of short sagging pieces, each from one radius to the next, in a frame of twigs."""
    spokes, turns = rng.whole(14, 26), rng.whole(14, 34)
    angle = np.linspace(0, TAU, spokes, endpoint=False) + rng.normal(size=spokes) * 0.25 * TAU / spokes / 2
    hub = np.array([rng.uniform(-0.12, 0.12), 0, rng.uniform(-0.05, 0.2)])
    reach = 1.0 * (1 + 0.12 * np.sin(angle * 2 + rng.uniform(0, TAU))) * rng.uniform(0.94, 1.06, spokes)
    ends = np.c_[reach * np.cos(angle), 0.04 * rng.normal(size=spokes), reach * np.sin(angle)]
    drift, torn = Ripples(rng, 0.6, 0.6), rng.uniform(0, 0.06)
    silk, thick = _silk(), rng.uniform(0.002, 0.0042)
    levels = 0.07 + 0.85 * (np.arange(turns * spokes) / (turns * spokes)) ** 0.95
    kept = rng.random(turns * spokes) > torn
    kept &= rng.random(spokes)[np.arange(turns * spokes) % spokes] > 0.02
    s = np.linspace(0, 1, 9)
    sag = rng.uniform(0.05, 0.14, turns * spokes)

    def blown(points: Points, sway: float) -> Points:
        x, z = points[..., 0], points[..., 2]
        belly = np.clip(1.2 - np.hypot(x, z), 0, None) * 0.1
        out = points.copy()
        out[..., 1] += belly * (math.sin(TAU * sway) + drift(x, z, sway))
        return out

    def along(k: NDArray[np.int64], level: Floats) -> Points:
        return hub + (ends[k % spokes] - hub) * level[:, None]

    radii = hub + (ends - hub)[:, None] * np.linspace(0, 1.12, 30)[None, :, None]
    index = np.arange(turns * spokes - 1)
    first, second = along(index, levels[:-1]), along(index + 1, levels[1:])
    pieces = first[:, None] * (1 - s)[:, None] + second[:, None] * s[:, None]
    inwards = (hub - pieces) * (np.sin(math.pi * s) * sag[:-1, None])[..., None]
    gravity = np.zeros_like(pieces)
    gravity[..., 2] = -0.15 * np.sin(math.pi * s) * np.linalg.norm(second - first, axis=1)[:, None] * sag[:-1, None]
    spiral = (pieces + inwards + gravity)[kept[:-1]]
    moved = [
        add_moving(lambda sway: blown(radii, sway), thick * 1.3, silk),
        add_moving(lambda sway: blown(spiral, sway), thick, silk),
    ]
    frame = np.array(
        [spline([a * 1.1, (a + b) / 2 * 1.02, b * 1.1], 12) for a, b in zip(ends, np.roll(ends, -1, 0), strict=True)]
    )
    add_strands(frame, thick * 1.3, silk)
    attributes["dew"] = rng.chance(0.5)
    if attributes["dew"]:
        _dew(rng, spiral, rng.whole(400, 1800), (0.003, 0.012))
        moved = []
    if rng.chance(0.35):
        attributes["spider"] = True
        _spider(rng, hub + (0, -0.04, 0.05))
    if rng.chance(0.4):
        attributes["twigs"] = True
        _twigs(rng, ends * 1.12)
    return moved


def _twigs(rng: Rng, ends: Points) -> None:
    """Forked branches that pass the ends of a web."""
    bark = everyday(rng, "wood", None)
    lower, upper = ends[:, 2].min() - 0.25, ends[:, 2].max() + 0.2
    for side in (-1, 1):
        points = [(side * 1.12 + rng.normal() * 0.06, 0.02 * rng.normal(), z) for z in np.linspace(lower, upper, 7)]
        path = spline(points, 60)
        add_mesh(tube(path, np.linspace(0.05, 0.018, 60), 8), bark)
        for _ in range(rng.whole(3, 6)):
            root = path[rng.whole(8, 50)]
            tip = root + np.array([side * rng.uniform(-0.9, 0.5), rng.normal() * 0.2, rng.uniform(0.1, 0.5)])
            add_mesh(
                tube(
                    spline([root, (root + tip) / 2 + rng.normal(size=3) * 0.05, tip], 16),
                    np.linspace(0.018, 0.005, 16),
                    6,
                ),
                bark,
            )


def _cobweb(rng: Rng, attributes: Attributes) -> list[Mover]:
    """Old irregular threads between sticks, sagging, with dust."""
    count = rng.whole(3, 6)
    bases = [np.array([x, rng.uniform(-0.4, 0.4), -0.9]) for x in np.linspace(-0.9, 0.9, count)]
    sticks = [
        np.linspace(base, base + (rng.normal() * 0.2, rng.normal() * 0.2, rng.uniform(1.2, 1.9)), 40) for base in bases
    ]
    wood = everyday(rng, rng.pick(["wood", "metal", "stone"]))
    for path in sticks:
        add_mesh(tube(path, rng.uniform(0.02, 0.05), 10), wood)
    s, threads = np.linspace(0, 1, 14), []

    def hang(a: Points, b: Points, slack: float) -> Points:
        line = a * (1 - s)[:, None] + b * s[:, None]
        line[:, 2] -= slack * 4 * s * (1 - s) * np.linalg.norm(b - a)
        return line

    for _ in range(rng.whole(90, 200)):
        i = rng.whole(0, count - 2)
        a, b = sticks[i][rng.whole(4, 39)], sticks[i + 1][rng.whole(4, 39)]
        threads.append(hang(a, b, rng.uniform(0.02, 0.25)))
    for _ in range(rng.whole(300, 900)):  # from thread to thread, so that all hold together
        first, second = threads[rng.whole(0, len(threads) - 1)], threads[rng.whole(0, len(threads) - 1)]
        a, b = first[rng.whole(1, 12)], second[rng.whole(1, 12)]
        if np.linalg.norm(a - b) < 0.45:
            threads.append(hang(a, b, rng.uniform(0, 0.15)))
    add_strands(np.array(threads), rng.uniform(0.0015, 0.003), _silk())
    return []


def _hanging(rng: Rng, count: int, wide: float, tall: Floats, points: int) -> tuple[Floats, Ripples]:
    """Places (count, 2) along a rod for what hangs from it, and how air moves it."""
    x = (np.linspace(-0.5, 0.5, count) + rng.normal(size=count) * 0.15 / count) * wide
    return np.c_[x, rng.normal(size=count) * 0.012], Ripples(rng, 1.2, 0.3)


def _bead_curtain(rng: Rng, attributes: Attributes) -> list[Mover]:
    """Strings of beads from a rod; drops, balls and tubes in a repeating order."""
    strings, wide = rng.whole(14, 34), rng.uniform(1.4, 2.2)
    per = rng.whole(18, 40)
    size = min(0.45 * 2.0 / per, 0.9 * wide / strings / 2) * rng.uniform(0.7, 1.0)
    lengths = 2.0 * (
        1 - 0.3 * rng.pick([0.0, 1.0]) * np.abs(np.sin(np.linspace(0, math.pi * rng.whole(1, 4), strings)))
    )
    places, drift = _hanging(rng, strings, wide, lengths, per)
    wind, parted = rng.uniform(0.02, 0.15), rng.pick([0.0, 0.0, rng.uniform(0.2, 0.5)])

    def at(k: Floats, t: Floats, sway: float) -> Points:
        x0, y0 = places[k.astype(int)].T
        swing = wind * t**1.4
        open_ = parted * np.sin(math.pi * np.minimum(t * 1.2, 1)) * np.tanh(x0 * 5) * (1 - np.abs(x0) / wide)
        x = x0 + open_ + swing * (0.6 * np.sin(TAU * sway + x0) + 0.5 * drift(x0, t, sway))
        return np.c_[x, y0 + swing * drift(t, x0, sway), 1.0 - lengths[k.astype(int)] * t]

    def beads(k: Floats, place: Floats) -> Callable[[float], Points]:
        return lambda sway: at(k, (place + 0.7) / per, sway)

    t = np.linspace(0, 1, 24)
    index = np.repeat(np.arange(strings), 24).astype(float)
    cord = everyday(rng, "rubber", thread_colour(rng, attributes))
    moved = [add_moving(lambda sway: at(index, np.tile(t, strings), sway).reshape(strings, 24, 3), 0.0035, cord)]
    sorts = rng.whole(1, 3)
    kind = rng.pick(["ceramic", "plastic", "wood", "metal"])
    attributes["beads"] = kind
    for sort in range(sorts):
        k, place = np.meshgrid(np.arange(strings), np.arange(sort, per, sorts), indexing="ij")
        stretch = np.array(rng.pick([(1, 1, 1), (0.8, 0.8, 1.5), (0.7, 0.7, 2.0), (1.1, 1.1, 0.7)]))
        bead = sphere(2, stretch * size * rng.uniform(0.5, 1))
        moved.append(
            add_moving_copies(bead, beads(k.ravel().astype(float), place.ravel().astype(float)), everyday(rng, kind))
        )
    rod((-wide / 2 - 0.12, 0, 1.02), (wide / 2 + 0.12, 0, 1.02), rng)
    return moved


def _string_curtain(rng: Rng, attributes: Attributes) -> list[Mover]:
    """Many loose strings, perhaps gathered to a side."""
    count, wide, points = rng.whole(120, 320), rng.uniform(1.2, 2.0), 26
    places, drift = _hanging(rng, count, wide, np.ones(count), points)
    wind, thick, tall = rng.uniform(0.03, 0.25), rng.uniform(0.003, 0.007), rng.uniform(1.5, 2.2)
    gather = rng.pick([0.0, 0.0, rng.uniform(0.6, 0.85)])
    lengths = tall * rng.uniform(0.96, 1.0, (count, 1))
    loose, t = rng.normal(size=(count, 1)), np.linspace(0, 1, points)[None]

    def strands(sway: float) -> Points:
        x0, y0 = places[:, :1], places[:, 1:]
        swing = wind * t**1.6
        pinch = 1 - gather * np.exp(-(((t - 0.6) / np.where(t < 0.6, 0.3, 0.2)) ** 2))
        x = x0 * pinch + (1 - pinch) * wide * 0.4
        air = drift(np.broadcast_to(x0, x.shape), np.broadcast_to(t, x.shape), sway)
        x = x + swing * (np.sin(TAU * sway + 2 * x0) * 0.6 + air + 0.1 * loose)
        y = y0 + swing * 0.8 * drift(np.broadcast_to(t, x.shape), x0 + 0 * t, sway)
        return np.stack([x, y, tall / 2 - lengths * t], -1)

    colour, other = thread_colour(rng, attributes), random_colour(rng, (0.2, 0.9), (0.3, 0.95))
    blend = rng.pick([0.0, 1.0]) * (0.5 + 0.5 * np.sin(np.linspace(0, rng.uniform(3, 20), count)))[:, None]
    shades = colour * (1 - blend) + other * blend
    yarn = Material("yarn", Roughness=0.7)
    yarn.set(Base_Color=yarn.vertex_colour())
    rod((-wide / 2 - 0.1, 0, tall / 2 + 0.02), (wide / 2 + 0.1, 0, tall / 2 + 0.02), rng)
    return [add_moving(strands, thick, yarn.data, colour=shades)]


def _macrame(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A wall hanging: knotted cords in diamonds, then a fringe cut to a point."""
    columns, rows, wide = rng.whole(8, 15), rng.whole(5, 9), rng.uniform(1.0, 1.5)
    tall, drift, shape = rng.uniform(0.7, 1.1), Ripples(rng, 0.8, 0.8), rng.pick([-0.35, 0.0, 0.35])

    def at(u: Floats, v: Floats, sway: float) -> Points:
        swing = 0.06 * v * math.sin(TAU * sway)
        z = 0.75 - tall * v * (1 + shape * np.cos((u - 0.5) * math.pi))
        return np.c_[(u - 0.5) * wide + swing, 0.03 * drift(u, v, sway) * v, z]

    cord = everyday(rng, "rubber", thread_colour(rng, attributes))
    thick, sheet = rng.uniform(0.009, 0.015), Sheet(at)
    net = diamond_net(rng, sheet, columns, rows, 0.012)
    moved = net.add(thick, cord, rng.uniform(1.7, 2.2))
    ends, per = sheet.edge("bottom", 2 * columns + 1), 9
    t = np.linspace(0, 1, 14)
    lengths = rng.uniform(0.35, 0.8) * rng.uniform(0.92, 1.05, (2 * columns + 1, per, 1))
    spread = rng.normal(size=(2 * columns + 1, per, 1, 2)) * (0.35 * wide / columns, 0.03)
    curl = Ripples(rng, 2, 1)

    def tassels(sway: float) -> Points:
        down = np.zeros((2 * columns + 1, per, len(t), 3))
        k = np.broadcast_to(
            np.arange(2 * columns + 1)[:, None, None] + np.arange(per)[None, :, None] / per, down.shape[:3]
        )
        down[..., 2] = -lengths * t
        down[..., :2] = spread * np.clip(t * 3, 0, 1)[:, None] ** 0.7
        down[..., 0] += 0.03 * curl(k, np.broadcast_to(t, k.shape), sway) * t + 0.1 * t**1.5 * math.sin(TAU * sway)
        return (ends(sway)[:, None, None] + down).reshape(-1, len(t), 3)

    moved.append(add_moving(tassels, thick * 0.35, cord))
    rod((-wide / 2 - 0.15, 0, 0.77), (wide / 2 + 0.15, 0, 0.77), rng)
    sling = np.array([np.linspace((x, 0, 0.77), (0, 0, 1.15), 8) for x in (-wide / 2 - 0.05, wide / 2 + 0.05)])
    add_strands(sling, thick, cord)
    return moved


def _stitches(columns: int, rows: int, points: int) -> Points:
    """Rows of knitting (rows, columns * points, 3): loops hooked into those of the row below; a stitch is 1 x 1."""
    t = np.arange(columns * points) / points
    x = t + 0.22 * np.sin(2 * TAU * t)
    up = 0.85 * np.cos(TAU * t)
    through = 0.3 * np.cos(2 * TAU * t)  # legs lie in front of the loop they hold, heads behind
    return np.stack([np.c_[x, through, j - up] for j in range(rows)])


def _knitting(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A piece of loose knitting on its needles, with the ball of yarn, or a swatch in the air."""
    columns, rows, points = rng.whole(12, 26), rng.whole(10, 24), 14
    flat = _stitches(columns, rows, points)
    pitch = 1.7 / columns
    aspect = rng.uniform(0.75, 0.95)
    tall = rows * pitch * aspect
    bend, drift, curl = Ripples(rng, 0.6, 0.6), Ripples(rng, 0.8, 0.8), rng.uniform(0, 0.5)
    thick = rng.uniform(0.07, 0.18) * pitch

    def strands(sway: float) -> Points:
        u, v = flat[..., 0] / columns, flat[..., 2] / rows
        edge = curl * 0.12 * ((2 * u - 1) ** 6 + np.clip(2 * v - 1, 0, 1) ** 6)
        depth = 0.12 * bend(u, v) + 0.1 * v * drift(u, v, sway) - edge
        x = (u - 0.5) * 1.7 * (1 - 0.08 * np.sin(math.pi * v)) + 0.08 * v * np.abs(v) * math.sin(TAU * sway)
        return np.stack([x, depth - flat[..., 1] * pitch, tall / 2 - v * tall], -1)

    colour = thread_colour(rng, attributes)
    striped = np.array([random_colour(rng, (0.2, 0.9), (0.3, 0.9)), colour])[(np.arange(rows) // rng.whole(2, 6)) % 2]
    shades = striped if rng.chance(0.4) else np.repeat(colour[None], rows, 0)
    yarn = Material("yarn", Roughness=0.85, Sheen_Weight=0.3)
    yarn.set(Base_Color=yarn.vertex_colour())
    moved = [add_moving(strands, thick, yarn.data, colour=shades)]
    base = strands(0.0)
    if rng.chance(0.6):  # mohair
        attributes["fluff"] = True
        roots = base.reshape(-1, 3)[rng.choice(base.shape[0] * base.shape[1], 3500)]
        hairs = (
            roots[:, None]
            + rng.normal(size=(3500, 1, 3)) * rng.uniform(0.5, 1.3) * pitch * np.linspace(0, 0.8, 5)[:, None]
        )
        hairs = hairs + rng.normal(size=(3500, 5, 3)) * 0.06 * pitch
        add_strands(hairs, np.linspace(0.0016, 0.0007, 5), yarn.data, colour=np.repeat(colour[None], 3500, 0))
        moved = []
    attributes["needles"] = rng.chance(0.6)
    if attributes["needles"]:
        wood = everyday(rng, rng.pick(["wood", "metal", "plastic"]))
        z = float(base[0, :, 2].max()) - 0.5 * pitch * aspect
        y = float(base[0, :, 1].mean())
        add_mesh(tube([(-1.15, y, z), (1.1, y, z)], 0.3 * pitch, 12), wood)
        add_mesh(ellipsoid((1.12, y, z), np.full(3, 0.045)), wood)
        add_mesh(tube([(-0.95, y - 0.1, z - 0.35), (-0.5, y - 0.02, z + 0.75)], 0.3 * pitch, 12), wood)
        tail = spline(
            [base[0, 0], base[0, 0] + (-0.2, 0, -0.3), (-1.0, -0.1, -tall / 2 - 0.1), (-0.75, -0.1, -tall / 2 - 0.25)],
            50,
        )
        add_strands(tail[None], thick, yarn.data, colour=colour[None])
        _yarn_ball(rng, np.array([-0.6, -0.1, -tall / 2 - 0.35]), 0.26, thick, yarn.data, colour)
    return moved


def _yarn_ball(
    rng: Rng, centre: Points, radius: float, thick: float, material: bpy.types.Material, colour: Floats
) -> None:
    """Yarn wound round and round."""
    layers, t = 26, np.linspace(0, TAU, 160)
    strands = []
    for _ in range(layers):
        turn = rotation(unit(rng.normal(size=3)), rng.uniform(0, math.pi))
        shift = rng.uniform(-0.35, 0.35)
        windings = np.linspace(-0.25, 0.25, 8) + shift
        for place in windings:
            far = math.sqrt(max(1 - place**2, 0.1))
            strands.append(
                np.c_[far * np.cos(t), far * np.sin(t), np.full(160, place)] @ turn * radius * rng.uniform(0.95, 1.02)
                + centre
            )
    add_strands(np.array(strands), thick, material, colour=np.repeat(colour[None], len(strands), 0))
    add_mesh((sphere(4, radius * 0.94)[0] + centre, sphere(4)[1]), everyday(rng, "rubber", colour * 0.7))


def _balls_of_yarn(rng: Rng, attributes: Attributes) -> list[Mover]:
    """One ball or several, with loose ends."""
    yarn = Material("yarn", Roughness=0.85, Sheen_Weight=0.3)
    yarn.set(Base_Color=yarn.vertex_colour())
    count = rng.whole(1, 4)
    attributes["balls"] = count
    for k in range(count):
        colour = thread_colour(rng, attributes)
        place = np.array([(k - (count - 1) / 2) * 1.0, rng.normal() * 0.25, 0.25 * (k % 2)])
        _yarn_ball(rng, place, rng.uniform(0.42, 0.52), rng.uniform(0.012, 0.022), yarn.data, colour)
        walk = np.cumsum(rng.normal(size=(7, 3)) * (0.22, 0.22, 0.05) + (0, -0.08, 0), 0)
        tail = np.concatenate([place + np.array([[0, -0.2, -0.35], [0, -0.4, -0.38]]), place + (0, -0.55, -0.4) + walk])
        add_strands(spline(tail, 90)[None], 0.016, yarn.data, colour=colour[None])
    return []


def _tassel(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A tassel on a cord."""
    count, points = rng.whole(350, 800), 18
    t, angle = np.linspace(0, 1, points), rng.uniform(0, TAU, (count, 1))
    far, lengths = np.sqrt(rng.random((count, 1))), 1.2 * rng.uniform(0.93, 1.03, (count, 1))
    flare, wander, curl = rng.uniform(0.12, 0.3), rng.normal(size=(count, 1)), Ripples(rng, 1.5, 1)

    def strands(sway: float) -> Points:
        neck = 0.1 + 0.05 * np.sin(np.minimum(t / 0.16, 1) * math.pi) + flare * np.clip(t - 0.16, 0, 1) ** 0.7
        radius = far * neck * (1 + 0.15 * wander * t)
        lean = 0.25 * t**1.8 * math.sin(TAU * sway)
        twist = 0.05 * curl(angle + 0 * t, t + 0 * angle, sway) * t
        return np.stack([radius * np.cos(angle) + lean + twist, radius * np.sin(angle) + twist, 0.5 - lengths * t], -1)

    colour = thread_colour(rng, attributes)
    yarn = everyday(rng, "rubber", colour)
    moved = [add_moving(strands, rng.uniform(0.005, 0.01), yarn)]
    band = everyday(rng, rng.pick(["rubber", "metal", "fabric"]))
    add_mesh(join(tube(_ring(0.115, 0.5 - 0.19 - 0.018 * k), 0.012, 6, closed=True) for k in range(6)), band)
    add_mesh(ellipsoid((0, 0, 0.5), (0.12, 0.12, 0.09)), yarn)
    rope(rng, spline([(0, 0, 0.55), (0.02, 0, 0.8), (-0.05, 0, 1.1), (0.1, 0, 1.4)], 50), 0.03, yarn)
    return moved


def _ring(radius: float, z: float) -> Points:
    turn = np.linspace(0, TAU, 40, endpoint=False)
    return np.c_[radius * np.cos(turn), radius * np.sin(turn), np.full(40, z)]


def _rope_ladder(rng: Rng, attributes: Attributes) -> list[Mover]:
    rungs, tall = rng.whole(5, 9), 2.2
    sag, twist = Ripples(rng, 0.6, 0.6), rng.uniform(-0.8, 0.8)
    t = np.linspace(0, 1, 160)

    def side(way: int) -> Points:
        angle = twist * t
        return np.c_[way * 0.32 * np.cos(angle) + 0.05 * sag(t, 0 * t), way * 0.32 * np.sin(angle), tall * (0.5 - t)]

    cord = everyday(rng, "rubber", rng.pick([(0.6, 0.48, 0.28), (0.8, 0.75, 0.6), (0.04, 0.05, 0.06)]))
    wood = everyday(rng, rng.pick(["wood", "wood", "plastic", "metal"]))
    for way in (-1, 1):
        rope(rng, side(way), 0.026, cord)
    for i in np.linspace(12, 150, rungs).astype(int):
        left, right = side(-1)[i], side(1)[i]
        add_mesh(tube([left * 1.12 - right * 0.12, right * 1.12 - left * 0.12], 0.032, 12), wood)
    return []


def _streamers(rng: Rng, attributes: Attributes) -> list[Mover]:
    """Curled paper ribbons or a bow's long tails."""
    paper = [everyday(rng, rng.pick(["plastic", "metal", "paint"])) for _ in range(2)]
    return [_curl(rng).add(paper[k % 2]) for k in range(rng.whole(3, 9))]


def _curl(rng: Rng) -> Sheet:
    """A ribbon that hangs in a spiral."""
    turns, radius, start = rng.uniform(2, 7), rng.uniform(0.05, 0.16), rng.uniform(0, TAU)
    half, lean, drift = rng.uniform(0.02, 0.05), rng.normal(size=2) * 0.35, Ripples(rng, 0.8, 0.2)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        angle = start + TAU * turns * u + 0.4 * drift(u, 0 * u, sway)
        grow = np.clip(u * 3, 0, 1) * radius
        x = lean[0] * u + grow * np.cos(angle) + 0.15 * u**1.5 * math.sin(TAU * sway)
        return np.c_[x, lean[1] * u + grow * np.sin(angle), 0.9 - 1.8 * u + (v - 0.5) * 2 * half]

    return Sheet(at, (200, 3))


def _reel(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A bobbin of thread that unwinds."""
    spool, faces = lathe(
        [(0, -0.6), (0.5, -0.6), (0.52, -0.52), (0.3, -0.45), (0.3, 0.45), (0.52, 0.52), (0.5, 0.6), (0, 0.6)], 64
    )
    add_mesh((spool, faces), everyday(rng, rng.pick(["wood", "plastic"])))
    windings, points = rng.whole(40, 90), 90
    turn = np.linspace(0, TAU, points)
    colour = everyday(rng, "rubber", thread_colour(rng, attributes))
    full = rng.uniform(0.36, 0.46)
    coil = [
        np.c_[full * np.cos(turn), full * np.sin(turn), z + 0.01 * np.sin(3 * turn)]
        for z in np.linspace(-0.42, 0.42, windings)
    ]
    add_strands(np.array(coil), 0.42 / windings * 1.1, colour)
    tail = np.r_[
        [(0, -full, 0.1)], np.array([0.3, -full, 0.0]) + np.cumsum(rng.normal(size=(8, 3)) * 0.22 + (0.15, 0, -0.04), 0)
    ]
    add_strands(twisted(spline(tail, 160), 0.004, 2, 40), 0.005, colour)
    return []


THREADS: Subjects = {
    "spider_web": (3, _orb_web, View((-0.3, 0.3), (-1.95, -1.15))),
    "cobweb": (1, _cobweb, FRONT),
    "bead_curtain": (2, _bead_curtain, FRONT),
    "string_curtain": (1.5, _string_curtain, FRONT),
    "macrame": (1.5, _macrame, FRONT),
    "knitting": (2, _knitting, FRONT),
    "yarn": (0.7, _balls_of_yarn, AROUND),
    "tassel": (1, _tassel, AROUND),
    "rope_ladder": (1, _rope_ladder, FRONT),
    "streamers": (1, _streamers, AROUND),
    "reel": (0.7, _reel, AROUND),
}
