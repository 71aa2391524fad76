"""Nets of real threads, knotted or woven over bent sheets: fishing, sport, carrying, catching, hammocks, hair."""

from __future__ import annotations

import math
from collections.abc import Callable

import bpy
import numpy as np
from numpy.typing import ArrayLike

from ppid.render.materials import everyday
from ppid.render.objects.woven.cloths import thread_colour
from ppid.render.objects.woven.netting import any_net, diamond_net, square_net
from ppid.render.objects.woven.props import ball, fruits, mannequin, pile, rod, rope, wrapped
from ppid.render.objects.woven.sheets import (
    AROUND,
    FRONT,
    Floats,
    Mover,
    Places,
    Ripples,
    Sheet,
    Subjects,
    View,
    add_moving,
    add_moving_copies,
)
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, add_strands
from ppid.render.shapes import TAU, Points, box, ellipsoid, join, rotation, sphere, spline, torus, tube
from ppid.render.shot import Attributes


def _line(sheet: Sheet, side: str, radius: float, material: bpy.types.Material) -> Mover:
    """A rope along an edge of a net."""
    edge = sheet.edge(side, 120)
    return add_moving(lambda sway: edge(sway)[None], radius, material)


def _fishing_net(rng: Rng, attributes: Attributes) -> list[Mover]:
    """Hung up by its head line with floats, or gathered on a hook."""
    hook = rng.chance(0.4)
    attributes["hung"] = "hook" if hook else "line"
    sheet = _bunched(rng) if hook else _slung(rng)
    radius = rng.uniform(0.004, 0.009)
    meshes = rng.whole(14, 30), rng.whole(12, 24)
    moved = any_net(rng, attributes, sheet, meshes, radius, {"diamond": 4, "square": 1})
    material = everyday(rng, "rubber", thread_colour(rng, attributes))
    moved += [_line(sheet, side, radius * 2.2, material) for side in ("top", "bottom")]
    if not hook and rng.chance(0.7):
        beads = sheet.edge("top", rng.whole(6, 12))(0.0)
        size = rng.uniform(0.04, 0.08)
        add_mesh(
            join(ellipsoid(place, (size * 1.3, size, size)) for place in beads),
            everyday(rng, rng.pick(["plastic", "wood", "paint"])),
        )
    return moved


def _slung(rng: Rng) -> Sheet:
    """A net between two or more points, sagging."""
    spans, sag, tall = rng.whole(1, 3), rng.uniform(0.1, 0.4), rng.uniform(1.0, 1.7)
    ripple, drift, gather = Ripples(rng, 1.6, 0.8), Ripples(rng, 1, 1), rng.uniform(0, 0.35)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        bow = np.abs(np.sin(math.pi * spans * u))
        x = (u - 0.5) * 2.3 * (1 - gather * v * (1 - v) * 2)
        y = 0.16 * ripple(u, v) * (0.3 + v) + 0.12 * v * drift(u, v, sway) + 0.08 * v * np.sin(TAU * sway)
        return np.c_[x, y, tall * (0.5 - v) - sag * bow * (1 - 0.5 * v) + 0.1 * v * drift(u, 0 * v)]

    return Sheet(at)


def _bunched(rng: Rng) -> Sheet:
    """A net that hangs from one point in deep folds."""
    folds, phase, slim = rng.whole(4, 8), rng.uniform(0, TAU), rng.uniform(0.25, 0.5)
    wander, drift, arc = Ripples(rng, 1.2, 0.6), Ripples(rng, 0.8, 0.8), rng.uniform(0.8, 1.6)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        angle = (u - 0.5) * TAU * arc
        fold = np.sin(folds * angle + phase + 1.5 * wander(u, v))
        radius = 0.03 + slim * v**0.8 * (0.7 + 0.5 * fold)
        swing = 0.18 * v**1.5 * math.sin(TAU * sway)
        x = radius * np.cos(angle) + swing + 0.1 * v * drift(u, v, sway)
        return np.c_[x, radius * np.sin(angle), 0.9 - 1.9 * v - 0.15 * v * wander(u, 0 * v)]

    return Sheet(at)


def _cast_net(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A net thrown into the air: a bell with weights at its rim."""
    wide, tall, drift = rng.uniform(0.8, 1.1), rng.uniform(0.5, 1.1), Ripples(rng, 0.8, 0.8)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        angle = u * TAU
        radius = 0.03 + wide * v**0.8 * (1 + 0.12 * drift(np.cos(angle), np.sin(angle), sway))
        wave = 0.16 * v * drift(np.sin(angle), np.cos(angle) + v, sway)
        return np.c_[radius * np.cos(angle), radius * np.sin(angle), tall * (0.5 - v**1.6) + wave]

    sheet, radius = Sheet(at), rng.uniform(0.003, 0.006)
    moved = any_net(rng, attributes, sheet, (rng.whole(22, 40), rng.whole(12, 22)), radius, {"diamond": 1})
    leads = sheet.edge("bottom", rng.whole(24, 50))
    metal = everyday(rng, "metal", (0.3, 0.3, 0.32))
    moved += [_line(sheet, "bottom", radius * 2, metal), add_moving_copies(sphere(2, 0.022), leads, metal)]
    add_strands(
        np.linspace((0, 0, tall * 0.5), (rng.uniform(-0.6, 0.6), 0.3, tall * 0.5 + 0.8), 12)[None], radius * 2, metal
    )
    return moved


def _court_net(rng: Rng, attributes: Attributes) -> list[Mover]:
    """Volleyball, badminton or tennis: a tape above, posts at the ends."""
    sport = rng.pick(["volley", "tennis", "badminton"])
    attributes["sport"] = sport
    low = -0.35 if sport != "tennis" else -0.42
    sag, drift, wide = rng.uniform(0.02, 0.1), Ripples(rng, 1.2, 0.8), 1.25

    def at(u: Floats, v: Floats, sway: float) -> Points:
        dip = sag * 4 * u * (1 - u)
        y = 0.05 * np.sin(math.pi * u) * (drift(u, v, sway) * (0.3 + v) + v * np.sin(TAU * sway))
        return np.c_[(u - 0.5) * 2 * wide, y, (1 - v) * (0.32 - dip) + v * (low - 0.4 * dip)]

    sheet = Sheet(at, (120, 24))
    columns = rng.whole(22, 40)
    moved = any_net(rng, attributes, sheet, (columns, round(columns * 0.27)), rng.uniform(0.003, 0.006), {"square": 1})
    tape = everyday(rng, "fabric", (0.85, 0.85, 0.83))
    band = Sheet(lambda u, v, sway: sheet.at(u, v * 0.09, sway) + (0, -0.006, 0), (120, 3))
    moved.append(band.add(tape))
    moved += [_line(sheet, side, 0.009, tape) for side in ("bottom", "left", "right")]
    if rng.chance(0.8):
        paint = everyday(rng, rng.pick(["paint", "metal", "wood"]))
        floor = low - (0.9 if sport != "tennis" else 0.12)
        for x in (-1.33, 1.33):
            add_mesh(tube([(x, 0, floor), (x, 0, 0.38)], 0.035), paint)
            ties = [np.linspace((x * 0.94, 0, z), (x, 0, z), 4) for z in (0.31, low + 0.02)]
            add_strands(np.array(ties), 0.008, tape)
    if rng.chance(0.5):
        where = (rng.uniform(-0.8, 0.8), rng.uniform(-0.3, -0.12), rng.uniform(0.0, 0.6))
        ball(rng, where, 0.08 if sport == "tennis" else 0.14, "tennis" if sport == "tennis" else "volley")
    return moved


def _goal(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A football goal; perhaps the ball has just hit the net."""
    deep, drift = rng.uniform(0.5, 0.9), Ripples(rng, 1.5, 1)
    hit = (rng.uniform(0.25, 0.75), rng.uniform(0.45, 0.8)) if rng.chance(0.5) else None
    attributes["ball"] = hit is not None

    def back(u: Floats, v: Floats, sway: float) -> Points:
        top = np.minimum(v / 0.35, 1)
        fall = np.maximum(v - 0.35, 0) / 0.65
        loose = 0.05 * np.sin(math.pi * u) * (drift(u, v, sway) + 0.6 * np.sin(TAU * (sway + u)))
        y = deep * 0.55 * top + deep * 0.45 * fall**1.5 + loose * v
        z = 0.75 - 0.08 * top * np.sin(math.pi * u) ** 0.5 - 1.4 * fall + 0.05 * loose
        if hit is not None:
            y = y + 0.32 * np.exp(-((u - hit[0]) ** 2 * 4 + (v - hit[1]) ** 2) / 0.02) * (
                1 + 0.3 * math.sin(TAU * sway)
            )
        return np.c_[(u - 0.5) * 2.4, y, z]

    sheet = Sheet(back)
    kinds = {"square": 2, "hexagon": 2, "diamond": 1}
    columns, radius = rng.whole(18, 32), rng.uniform(0.003, 0.006)
    moved = any_net(rng, attributes, sheet, (columns, round(columns * 0.6)), radius, kinds)
    cord = everyday(rng, "rubber", attributes["colour"])
    for side in (0.0, 1.0):
        wing = Sheet(_wing(sheet, side))
        for part in square_net(rng, wing, round(columns * 0.25), round(columns * 0.5)):
            moved += part.add(radius, cord)
    white = everyday(rng, "paint", (0.85, 0.85, 0.85))
    corners = [(-1.2, 0, -0.65), (-1.2, 0, 0.75), (1.2, 0, 0.75), (1.2, 0, -0.65)]
    add_mesh(join(tube(np.array([a, b]), 0.04, 16) for a, b in zip(corners[:-1], corners[1:], strict=True)), white)
    add_mesh(join(ellipsoid(corner, (0.04, 0.04, 0.04)) for corner in corners[1:3]), white)
    if hit is not None:
        place = back(np.array([hit[0]]), np.array([hit[1]]), 0.0)[0]
        ball(rng, place - (0, 0.15, 0), 0.13, "foot")
    return moved


def _wing(sheet: Sheet, side: float) -> Places:
    """The net between a post (u = 0) and the edge of the net behind (u = 1)."""

    def at(u: Floats, v: Floats, sway: float) -> Points:
        edge = sheet.at(np.full(len(v), side), v, sway)
        post = np.c_[edge[:, 0], 0 * v, edge[:, 2]]
        return post * (1 - u[:, None]) + edge * u[:, None]

    return at


def _basket_hoop(rng: Rng, attributes: Attributes) -> list[Mover]:
    tall, waist, drift = rng.uniform(0.7, 1.0), rng.uniform(0.24, 0.36), Ripples(rng, 0.8, 0.8)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        angle = u * TAU
        radius = 0.55 - (0.55 - waist) * np.sin(np.minimum(v * 1.25, 1) * math.pi / 2) + 0.05 * np.maximum(v - 0.75, 0)
        x = radius * np.cos(angle) * (1 + 0.1 * v * drift(np.cos(angle), v, sway)) + 0.12 * v * math.sin(TAU * sway)
        return np.c_[x, radius * np.sin(angle) * (1 + 0.1 * v * drift(v, np.sin(angle), sway)), -tall * v]

    cord = everyday(
        rng, rng.pick(["fabric", "rubber", "metal"]), rng.pick([(0.85, 0.85, 0.85), (0.8, 0.1, 0.08), (0.4, 0.4, 0.42)])
    )
    net = diamond_net(rng, Sheet(at), rng.whole(10, 13), rng.whole(5, 8), 0.015)
    moved = net.add(rng.uniform(0.01, 0.018), cord, rng.pick([1.5, 1.8]))
    ring, faces = torus(0.56, 0.026)
    paint = everyday(rng, "paint", (0.75, 0.12, 0.02))
    add_mesh((ring + (0, 0, 0.02), faces), paint)
    if rng.chance(0.4):
        attributes["board"] = True
        shape, sides = box(0.3, 0.18, 0.03)
        add_mesh((shape + (0, 0.65, 0.02), sides), paint)
        _backboard(rng)
    if rng.chance(0.55):
        ball(rng, (rng.uniform(-0.08, 0.08), 0, rng.uniform(-0.45, 0.9)), 0.36, "basket")
    return moved


def _backboard(rng: Rng) -> None:
    shape, faces = box(2.2, 0.05, 1.3)
    add_mesh(
        (shape + (0, 0.78, 0.55), faces),
        everyday(rng, "paint", rng.pick([(0.85, 0.85, 0.85), (0.25, 0.27, 0.3), (0.5, 0.3, 0.1)])),
        smooth=False,
    )
    stripe = everyday(rng, "paint", rng.pick([(0.8, 0.1, 0.05), (0.05, 0.05, 0.05)]))
    for wide, tall, middle in ((0.75, 0.55, 0.45), (2.16, 1.26, 0.55)):
        frame = []
        for x, z, w, h in (
            (0, tall / 2, wide, 0.06),
            (0, -tall / 2, wide, 0.06),
            (wide / 2, 0, 0.06, tall),
            (-wide / 2, 0, 0.06, tall),
        ):
            bar, sides = box(w, 0.02, h)
            frame.append((bar + (x, 0.75, middle + z), sides))
        add_mesh(join(frame), stripe, smooth=False)


def _hammock(rng: Rng, attributes: Attributes) -> list[Mover]:
    bars, deep = rng.chance(0.5), rng.uniform(0.3, 0.6)
    attributes["spreaders"] = bars

    def at(u: Floats, v: Floats, sway: float) -> Points:
        wide = 0.55 if bars else 0.1 + 0.5 * np.sin(math.pi * np.clip(u, 0.02, 0.98)) ** 0.6
        across = (v - 0.5) * 2
        tilt = 0.35 * math.sin(TAU * sway)
        z = deep * (2 * u - 1) ** 2 + 0.22 * across**2 * np.sin(math.pi * u)
        drop = z - deep - 0.4
        return np.c_[
            (u - 0.5) * 2.2, across * wide - tilt * drop, z + 0.5 * abs(tilt) * across * wide * np.sin(math.pi * u)
        ]

    sheet, radius = Sheet(at), rng.uniform(0.005, 0.01)
    moved = any_net(rng, attributes, sheet, (rng.whole(18, 32), rng.whole(9, 15)), radius, {"diamond": 4, "square": 1})
    cord = everyday(rng, "rubber", attributes["colour"])
    moved += [_line(sheet, side, radius * 2.2, cord) for side in ("top", "bottom")]
    for side, x in (("left", -1.0), ("right", 1.0)):
        ends, eye = sheet.edge(side, 14), np.array([x * 1.75, 0, deep + 0.38])
        moved.append(add_moving(_gathered(ends, eye), radius * 1.3, cord))
        if bars:
            add_mesh(tube(ends(0.0)[[0, -1]] * (1, 1.08, 1), 0.03), everyday(rng, "wood"))
        ring, faces = torus(0.05, 0.014, 24, 8)
        add_mesh((ring[:, [0, 2, 1]] + eye, faces), everyday(rng, "metal"))
    return moved


def _gathered(ends: Callable[[float], Points], eye: Points) -> Callable[[float], Points]:
    """Strands (N, 8, 3) from places (N, 3) that sway to one point."""
    t = np.linspace(0, 1, 8)[:, None]
    return lambda sway: ends(sway)[:, None] * (1 - t) + eye * t


def _bag(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A string bag or a sack of netting full of fruit, with handles or a knotted neck."""
    handles = rng.chance(0.6)
    attributes["handles"] = handles
    size = rng.uniform(0.15, 0.22)
    places = pile(rng, rng.whole(6, 16), size, (0.5, 0.42, 0.55)) + (0, 0, -0.25)
    fruits(rng, attributes, places, size)
    mouth, top = rng.uniform(0.3, 0.45) if handles else 0.04, float(places[:, 2].max()) + size + rng.uniform(0.15, 0.4)
    sheet = _sack(rng, places, size, (top, mouth))
    radius = rng.uniform(0.004, 0.009)
    kinds = {"diamond": 3, "hexagon": 1} if handles else {"diamond": 1}
    meshes = rng.whole(16, 30), rng.whole(14, 22)
    any_net(rng, attributes, sheet, meshes, radius, kinds)
    cord = everyday(rng, "rubber", attributes["colour"])
    if handles:
        ring, faces = torus(mouth, radius * 2.2, 48, 8)
        add_mesh((ring + (0, 0, top), faces), cord)
        for side in (-1, 1):
            y = side * mouth * 0.7
            lift, lean = rng.uniform(0.4, 0.7), rng.uniform(-0.2, 0.2)
            bow = [(-mouth * 0.7, y, top), (-mouth * 0.5, y * 0.6, top + lift * 0.7), (lean, y * 0.2, top + lift)]
            bow += [(mouth * 0.5, y * 0.6, top + lift * 0.7), (mouth * 0.7, y, top)]
            add_mesh(tube(spline(bow, 40), radius * 2.5, 8), cord)
        return []
    add_mesh(ellipsoid((0, 0, top), (0.06, 0.06, 0.05)), everyday(rng, rng.pick(["metal", "plastic"])))
    tuft = np.array([np.linspace((0, 0, top), (*rng.normal(size=2) * 0.12, top + 0.3), 6) for _ in range(40)])
    add_strands(tuft, radius, cord)
    return []


def _sack(rng: Rng, places: Points, size: ArrayLike, tops: tuple[float, float]) -> Sheet:
    """A round sheet pulled tight around balls, from a mouth at `tops` (height, radius) down."""
    heights, radii = wrapped(places, size, tops)
    uneven, count = Ripples(rng, 0.5, 0.5), len(heights)
    # Evenly along the cloth, not by height: the bottom is nearly level.
    length = (
        np.r_[0, np.cumsum(np.hypot(np.diff(heights), np.diff(radii)))]
        / np.hypot(np.diff(heights), np.diff(radii)).sum()
    )

    def at(u: Floats, v: Floats, sway: float) -> Points:
        angle, level = u * TAU, np.interp(v, length, np.linspace(0, 1, count))
        z = np.interp(level, np.linspace(0, 1, count), heights)
        radius = np.interp(level, np.linspace(0, 1, count), radii) * (
            1 + 0.03 * uneven(np.cos(angle), np.sin(angle) + v)
        )
        swing = 0.08 * math.sin(TAU * sway) * (tops[0] - z)
        return np.c_[radius * np.cos(angle) + swing, radius * np.sin(angle), z]

    return Sheet(at)


def _hand_net(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A butterfly net or an angler's landing net."""
    landing = rng.chance(0.4)
    attributes["landing"] = landing
    deep, drift = (rng.uniform(0.5, 0.8) if landing else rng.uniform(0.8, 1.5)), Ripples(rng, 0.8, 0.8)
    lean = rng.uniform(-0.5, 0.5)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        angle = u * TAU
        radius = 0.5 * np.sqrt(np.maximum(1 - v**1.6, 0.004)) if landing else 0.5 * (1 - 0.93 * v)
        curve = deep * np.sin(v * 1.2)
        x = (
            radius * np.cos(angle)
            + lean * v**2
            + 0.15 * v**1.5 * (math.sin(TAU * sway) + drift(np.cos(angle), v, sway))
        )
        return np.c_[x, radius * np.sin(angle) * (1 + 0.1 * v * drift(np.sin(angle), v)), -curve]

    radius = rng.uniform(0.002, 0.006)
    fine = (rng.whole(24, 40), rng.whole(22, 36)) if not landing else (rng.whole(16, 26), rng.whole(10, 16))
    moved = any_net(rng, attributes, Sheet(at), fine, radius, {"diamond": 2, "square": 1, "hexagon": 1})
    add_mesh(torus(0.505, 0.02), everyday(rng, rng.pick(["metal", "wood"])))
    handle = [(0.5, 0, 0), (0.8, 0, 0.02), (rng.uniform(1.4, 2.2), 0, rng.uniform(0, 0.3))]
    add_mesh(tube(spline(handle, 20), 0.03), everyday(rng, rng.pick(["wood", "rubber", "metal"])))
    return moved


def _hair_net(rng: Rng, attributes: Attributes) -> list[Mover]:
    """On a dummy's head."""
    mannequin(rng, attributes, shoulders=rng.chance(0.5))

    def at(u: Floats, v: Floats, sway: float) -> Points:
        angle, t = u * TAU, v * 0.62 * math.pi * (1 - 0.18 * np.sin(u * TAU - math.pi / 2))
        radius = np.sin(t)
        return np.c_[0.395 * radius * np.sin(angle), -0.46 * radius * np.cos(angle) + 0.03, 0.43 * np.cos(t) + 0.1]

    sheet, thread = Sheet(at), rng.uniform(0.0015, 0.004)
    moved = any_net(
        rng, attributes, sheet, (rng.whole(24, 44), rng.whole(12, 22)), thread, {"diamond": 3, "hexagon": 1}
    )
    rim = sheet.edge("bottom", 80)(0.0)
    add_mesh(tube(rim[:-1], 0.012, 8, closed=True), everyday(rng, "fabric", attributes["colour"]))
    return moved


def _climbing_net(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A cargo net of thick rope in a frame or from a beam."""
    columns, rows, sag = rng.whole(3, 6), rng.whole(4, 8), Ripples(rng, 0.8, 0.8)
    thick = rng.uniform(0.018, 0.03)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        y = 0.1 * sag(u, v) + 0.1 * v * math.sin(TAU * sway)
        return np.c_[(u - 0.5) * 1.7 + 0.03 * sag(v, u), y, (0.5 - v) * 2]

    colour = rng.pick([(0.45, 0.32, 0.16), (0.75, 0.68, 0.5), (0.05, 0.05, 0.05), (0.1, 0.15, 0.4), (0.6, 0.06, 0.04)])
    material = everyday(rng, "rubber", colour)
    for part in square_net(rng, Sheet(at), columns, rows, 0.02):
        for strand in part.strands():
            rope(rng, strand, thick, material)
    crossings = square_net(rng, Sheet(at), columns, rows)[0].joints()
    add_moving_copies(sphere(2, thick * 1.7), lambda sway: crossings, material)
    rod((-1.0, 0, 1.03), (1.0, 0, 1.03), rng)
    return []


def _load_net(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A net lifted by its corners around boxes or balls."""
    boxes = rng.chance(0.5)
    attributes["content"] = "boxes" if boxes else "balls"
    size = rng.uniform(0.2, 0.26)
    places = pile(rng, rng.whole(4, 9), size, (0.6, 0.6, 0.45))
    for place in places:
        if boxes:
            shape, faces = box(*rng.uniform(0.8, 1.15, 3) * size)
            turn = rotation((0, 0, 1), rng.uniform(0, TAU)) @ rotation((1, 0, 0), rng.normal() * 0.2)
            add_mesh((shape @ turn + place, faces), everyday(rng, rng.pick(["wood", "paint", "fabric"])), smooth=False)
        else:
            ball(rng, place, size * 0.97, rng.pick(["foot", "volley", "basket"]))
    sheet = _sack(rng, places, size, (1.15, 0.03))
    radius = rng.uniform(0.007, 0.013)
    any_net(rng, attributes, sheet, (rng.whole(10, 18), rng.whole(10, 16)), radius, {"diamond": 2, "square": 1})
    hook = [(0, 0, 1.5), (0, 0, 1.25), (0.09, 0, 1.14), (0, 0, 1.05), (-0.09, 0, 1.13)]
    add_mesh(tube(spline(hook, 40), 0.03), everyday(rng, "metal"))
    return []


def _dreamcatcher(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A hoop with a net of loops, beads, and feathers below."""
    t = np.linspace(0, TAU, 80, endpoint=False)
    ring = np.c_[0.6 * np.cos(t), 0 * t, 0.6 * np.sin(t)]
    add_mesh(tube(ring, 0.03, 10, closed=True), everyday(rng, rng.pick(["wood", "fabric", "metal"])))
    count, strands = rng.whole(8, 14), []
    angle = np.arange(count) * TAU / count
    corners = 0.59 * np.c_[np.cos(angle), 0 * angle, np.sin(angle)]
    shrink, s = rng.uniform(0.84, 0.92), np.linspace(0, 1, 8)[:, None]
    for _ in range(rng.whole(5, 8)):
        middles = (corners + np.roll(corners, -1, 0)) / 2 * shrink
        strands += [a + (b - a) * s for a, b in zip(corners, middles, strict=True)]
        strands += [a + (b - a) * s for a, b in zip(middles, np.roll(corners, -1, 0), strict=True)]
        corners = middles
    cord = everyday(rng, "rubber", thread_colour(rng, attributes))
    add_strands(np.array(strands), rng.uniform(0.004, 0.007), cord)
    add_mesh(ellipsoid((0, 0, 0), np.full(3, np.linalg.norm(corners[0]) * 0.9)), everyday(rng))
    beads = np.array(strands)[rng.choice(len(strands), rng.whole(4, 12)), 4]
    add_mesh(join(ellipsoid(place, np.full(3, 0.022)) for place in beads), everyday(rng))
    for x in np.linspace(-0.42, 0.42, rng.whole(2, 5)):
        foot = np.array([x, 0, -math.sqrt(0.36 - x * x)])
        drop = foot - (0, 0, rng.uniform(0.2, 0.45))
        add_strands(np.linspace(foot, drop, 6)[None], 0.006, cord)
        add_mesh(join(ellipsoid(foot + (drop - foot) * k, np.full(3, 0.026)) for k in (0.7, 0.85)), everyday(rng))
        _feather(rng, drop, rng.uniform(0.4, 0.65))
    return []


def _feather(rng: Rng, root: Points, length: float) -> None:
    """A feather that hangs from its quill."""
    count, t = 320, np.linspace(0, 1, 6)
    bend, along = rng.uniform(-0.12, 0.12), np.linspace(0.12, 1, count)
    shaft = root + np.c_[bend * along**2, 0.02 * np.sin(5 * along), -length * along]
    wide = length * 0.16 * np.sin(np.clip(along * 0.95, 0, 1) * math.pi) ** 0.5 * rng.uniform(0.9, 1.05, count)
    barbs = []
    for side in (-1, 1):
        across = side * wide[:, None] * t
        down = -0.9 * wide[:, None] * t**1.4
        barbs.append(
            shaft[:, None] + np.stack([across, 0.02 * across**2 + rng.normal(size=across.shape) * 0.001, down], -1)
        )
    colour = everyday(rng, "fabric")
    add_strands(np.concatenate(barbs), np.linspace(0.0035, 0.0015, 6), colour)
    quill = np.concatenate([root[None], shaft])
    add_strands(quill[None], np.linspace(0.008, 0.002, len(quill)), everyday(rng, "plastic", (0.7, 0.65, 0.5)))


NETS: Subjects = {
    "fishing_net": (3, _fishing_net, FRONT),
    "cast_net": (1, _cast_net, View((-0.3, 0.7), (0, TAU), behind=False)),
    "court_net": (2, _court_net, FRONT),
    "goal": (1.5, _goal, FRONT),
    "basket_hoop": (1.5, _basket_hoop, View((-0.5, 0.4), (-2.3, -0.8), behind=False)),
    "hammock": (1.5, _hammock, View((0.15, 0.7), (-2.1, -1.0))),
    "string_bag": (2.5, _bag, AROUND),
    "hand_net": (1.5, _hand_net, View((-0.3, 0.5), (-2.3, -0.8))),
    "hair_net": (1, _hair_net, View((-0.1, 0.6), (0, TAU), behind=False)),
    "climbing_net": (1, _climbing_net, FRONT),
    "load_net": (1, _load_net, AROUND),
    "dreamcatcher": (1, _dreamcatcher, View((-0.2, 0.2), (-2.0, -1.1))),
}
