"""Baskets, cane and rope."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from ppid.render.colour import hsv, linear
from ppid.render.materials import Material, everyday
from ppid.render.objects.woven import tiles
from ppid.render.objects.woven.coverage import let_through
from ppid.render.objects.woven.props import fruits, half_turn, pile, rope, twisted
from ppid.render.objects.woven.sheets import AROUND, FRONT, Floats, Mover, Sheet, Subjects, View
from ppid.render.objects.woven.wirework import wire
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, add_strands
from ppid.render.shapes import TAU, Points, ellipsoid, join, rotation, spline, torus, tube, unit
from ppid.render.shot import Attributes

_OSIERS = [
    (0.1, 0.55, 0.7),
    (0.09, 0.6, 0.5),
    (0.08, 0.6, 0.3),
    (0.12, 0.25, 0.85),
    (0.06, 0.6, 0.2),
]  # hue, saturation, value


def _basket(rng: Rng, attributes: Attributes) -> list[Mover]:
    """Wicker: weavers in front of and behind stakes in turn, a braided rim, perhaps a handle and something inside."""
    stakes, tall = 2 * rng.whole(9, 18), rng.uniform(0.35, 1.0)
    foot, flare, belly = rng.uniform(0.35, 0.5), rng.uniform(0.0, 0.3), rng.uniform(-0.05, 0.12)
    oval = rng.pick([1.0, 1.0, 0.7])

    def radius(v: ArrayLike) -> Floats:
        return foot + flare * np.asarray(v, float) + belly * np.sin(math.pi * np.asarray(v, float))

    base = np.array(rng.pick(_OSIERS))
    material = Material("wicker", Roughness=0.6)
    material.set(Base_Color=material.vertex_colour())

    def shades(count: int) -> Floats:
        drawn = base + rng.normal(size=(count, 3)) * (0.01, 0.05, 0.07)
        return np.array([linear(hsv(hue, np.clip(s, 0, 1), np.clip(value, 0.05, 0.95))) for hue, s, value in drawn])

    thick = rng.uniform(0.014, 0.024)
    t = np.linspace(0, 1, 24)
    angles = np.arange(stakes) * TAU / stakes
    upright = np.array([np.c_[radius(t) * math.cos(a), oval * radius(t) * math.sin(a), t * tall] for a in angles])
    add_strands(upright, thick, material.data, colour=shades(stakes))
    around = np.linspace(0, TAU, stakes * 10 + 1)
    gap = rng.pick([1.0, 1.0, 1.6, 2.4])
    rounds = max(4, round(tall / (thick * 2.0 * gap)))
    weavers = []
    for j, v in enumerate(np.linspace(0.02, 0.97, rounds)):
        far = radius(v) + thick * 1.1 * np.cos(stakes / 2 * around + math.pi * (j % 2))
        weavers.append(np.c_[far * np.cos(around), oval * far * np.sin(around), np.full(len(around), v * tall)])
    add_strands(np.array(weavers), thick, material.data, colour=shades(rounds))
    attributes["open"] = gap
    spokes = [np.linspace((0, 0, 0), row[0], 8) for row in upright]
    add_strands(np.array(spokes), thick, material.data, colour=shades(stakes))
    spiral = np.linspace(0.02, 0.98, 900)
    floor = np.c_[
        foot * spiral * np.cos(90 * spiral),
        oval * foot * spiral * np.sin(90 * spiral),
        0.01 * np.cos(stakes / 2 * 90 * spiral),
    ]
    add_strands(floor[None], thick, material.data, colour=shades(1))
    rim = np.c_[radius(1.0) * np.cos(around), oval * radius(1.0) * np.sin(around), np.full(len(around), tall)]
    braid = twisted(rim, thick * 1.3, 3, stakes * 1.0)
    add_strands(braid, thick * 1.3, material.data, colour=shades(3))
    if rng.chance(0.6):
        arch = half_turn(40) * (float(radius(1.0)), 1, rng.uniform(0.45, 0.8)) + (0, 0, tall)
        handles = twisted(arch, thick * 1.4, 3, 8)
        add_strands(handles, thick * 1.5, material.data, colour=shades(3))
    if rng.chance(0.5):
        size = rng.uniform(0.12, 0.17)
        places = pile(rng, rng.whole(6, 14), size, (foot, foot * oval, tall * 0.7))
        fruits(rng, attributes, places + (0, 0, tall * 0.5), size)
    return []


def _wire_basket(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A fruit bowl, egg basket, bin or lamp of bent wire."""
    profile = rng.pick(
        [
            [(0.25, 0), (0.5, 0.12), (0.62, 0.32), (0.68, 0.5)],
            [(0.3, 0), (0.52, 0.25), (0.5, 0.55), (0.36, 0.8)],
            [(0.4, 0), (0.45, 0.5), (0.5, 1.1)],
            [(0.12, 0), (0.5, 0.35), (0.5, 0.75), (0.1, 1.15)],
        ]
    )
    path = spline(profile, 30)
    bars, thick = rng.whole(14, 36), rng.uniform(0.006, 0.013)
    metal, lean = wire(rng, attributes), rng.pick([0.0, 0.0, 0.6])
    bottom = np.concatenate([np.c_[np.linspace(0, path[0, 0], 6)[:-1], np.zeros(5)], path])
    strands = []
    for way in (-1, 1) if lean else (1,):
        for k in range(bars):
            angle = TAU * k / bars + way * lean * np.linspace(0, 1, len(bottom))
            strands.append(np.c_[bottom[:, 0] * np.cos(angle), bottom[:, 0] * np.sin(angle), bottom[:, 1]])
    add_strands(np.array(strands), thick, metal)
    for i in np.linspace(0, 29, 2 if lean else rng.whole(4, 9)).astype(int):
        ring, faces = torus(path[i, 0], thick * 1.2, 64, 6)
        add_mesh((ring + (0, 0, path[i, 1]), faces), metal)
    top = path[-1]
    rim, faces = torus(top[0], thick * 2, 64, 8)
    add_mesh((rim + (0, 0, top[1]), faces), metal)
    if rng.chance(0.6) and top[0] > 0.3:
        size = rng.uniform(0.12, 0.16)
        places = pile(rng, rng.whole(5, 12), size, (path[:, 0].max() * 0.95, path[:, 0].max() * 0.95, top[1] * 0.6))
        fruits(rng, attributes, places + (0, 0, top[1] * 0.55), size)
    elif rng.chance(0.5):
        arch = half_turn(30) * (top[0], 1, 0.5) + (0, 0, top[1])
        add_mesh(tube(arch, thick * 1.5, 8), metal)
    return []


def _cane_ball(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A ball of willow hoops, perhaps a lamp."""
    hoops, t = rng.whole(24, 70), np.linspace(0, TAU, 72)
    strands = []
    for _ in range(hoops):
        turn = rotation(unit(rng.normal(size=3)), rng.uniform(0, math.pi))
        shift = rng.uniform(-0.55, 0.55)
        ring = np.c_[np.cos(t) * math.sqrt(1 - shift**2), np.sin(t) * math.sqrt(1 - shift**2), np.full(72, shift)]
        strands.append(ring @ turn * rng.uniform(0.97, 1.0))
    add_strands(
        np.array(strands),
        rng.uniform(0.008, 0.02),
        everyday(
            rng,
            rng.pick(["wood", "rubber", "paint"]),
            rng.pick([(0.45, 0.3, 0.15), (0.7, 0.6, 0.4), (0.85, 0.85, 0.82), (0.06, 0.04, 0.03)]),
        ),
    )
    if rng.chance(0.4):
        add_mesh(ellipsoid((0, 0, 0), (0.25, 0.25, 0.3)), everyday(rng, "ceramic", (0.9, 0.88, 0.8)))
        add_mesh(tube([(0, 0, 0.2), (0, 0, 1.8)], 0.012), everyday(rng, "rubber"))
    return []


def _caned_chair(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A frame with woven cane: chair back, screen or cabinet door."""
    arched, wide, tall = rng.chance(0.5), rng.uniform(0.6, 0.8), rng.uniform(0.8, 1.2)
    tile = tiles.TILES[rng.pick(["cane", "weave"])][1](rng).pixels
    material = Material("cane")
    repeats = rng.uniform(2, 4)
    mapping = material.node("Mapping", Vector=material.surface_coordinates(), Scale=(repeats, repeats * tall / wide, 1))
    shade = linear(hsv(rng.uniform(0.08, 0.12), rng.uniform(0.4, 0.65), rng.uniform(0.5, 0.85)))
    relief, cover = tile[..., 1:2] / 255.0, tile[..., :1] / 255.0
    texture = material.image(np.concatenate([relief * shade, 1 - cover], -1), mapping.outputs[0])
    texture.image.alpha_mode = "CHANNEL_PACKED"
    material.set(Base_Color=texture.outputs["Color"], Roughness=0.5)
    cane = let_through(material, texture.outputs["Alpha"], material.principled.outputs[0])
    bow = rng.uniform(0, 0.15)

    def height(u: Floats) -> Floats:
        return tall + (0.35 * wide * np.sqrt(np.maximum(1 - (2 * u - 1) ** 2, 0)) if arched else 0 * u)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        return np.c_[(u - 0.5) * 2 * wide, bow * (2 * u - 1) ** 2, v * height(u) - 0.5 * tall]

    sheet = Sheet(at, (60, 40))
    sheet.add(cane)
    wood = everyday(rng, "wood")
    sides = [
        sheet.edge("left", 20)(0.0)[:-1],
        sheet.edge("bottom", 40)(0.0)[:-1],
        sheet.edge("right", 20)(0.0)[::-1][:-1],
        sheet.edge("top", 40)(0.0)[::-1][:-1],
    ]
    add_mesh(tube(np.concatenate(sides), 0.05, 10, closed=True), wood)
    if rng.chance(0.5):
        legs = [np.array([[x, bow, -0.5 * tall], [x, bow, -0.5 * tall - 0.5]]) for x in (-wide, wide)]
        add_mesh(join(tube(leg, 0.05) for leg in legs), wood)
    return []


def _rope_coil(rng: Rng, attributes: Attributes) -> list[Mover]:
    """Rope: coiled up, knotted or hanging in loops."""
    kind = rng.pick(["coil", "knot", "loops"])
    attributes["rope"] = kind
    t = np.linspace(0, 1, 400)
    if kind == "coil":
        turns = rng.whole(4, 9)
        angle, far = TAU * turns * t, 0.7 + 0.03 * np.sin(9 * t) + rng.uniform(-0.02, 0.02)
        layer = 0.16 * np.sin(turns * 2.7 * t + 1)
        path = np.c_[far * np.cos(angle) + 0.06 * np.sin(3 * angle + t * 9), far * np.sin(angle), layer]
        path = np.concatenate(
            [path, spline([path[-1], path[-1] + (0.3, 0.3, -0.05), path[-1] + (0.9, 0.2, -0.1)], 60)[1:]]
        )
    elif kind == "knot":
        s = (t - 0.5) * TAU * 1.08
        path = np.c_[
            0.35 * (np.sin(s) + 2 * np.sin(2 * s)), 0.12 * np.sin(3 * s) * 2, 0.35 * (np.cos(s) - 2 * np.cos(2 * s))
        ]
    else:
        bows = rng.whole(3, 6)
        path = np.c_[
            (t - 0.5) * 2.2, 0.1 * np.sin(bows * TAU * t), -rng.uniform(0.3, 0.9) * np.abs(np.sin(bows * math.pi * t))
        ]
    colour = rng.pick(
        [
            (0.6, 0.48, 0.28),
            (0.8, 0.75, 0.6),
            (0.85, 0.85, 0.85),
            (0.5, 0.05, 0.04),
            (0.04, 0.08, 0.3),
            (0.03, 0.03, 0.03),
        ]
    )
    thick, material = rng.uniform(0.035, 0.07), everyday(rng, "rubber", colour)
    rope(rng, path, thick, material)
    ends = []
    for end, inner in ((path[0], path[3]), (path[-1], path[-4])):  # frayed
        away = unit(end - inner)
        for _ in range(60):
            tip = end + (away + rng.normal(size=3) * 0.4) * rng.uniform(0.05, 0.2)
            ends.append(
                spline([end + rng.normal(size=3) * thick * 0.4, (end + tip) / 2 + rng.normal(size=3) * 0.01, tip], 6)
            )
    add_strands(np.array(ends), 0.0035, material)
    return []


WICKER: Subjects = {
    "basket": (2, _basket, View((0.0, 0.8), (0, TAU), behind=False)),
    "wire_basket": (1.5, _wire_basket, View((0.0, 0.8), (0, TAU), behind=False)),
    "cane_ball": (1, _cane_ball, AROUND),
    "caned_frame": (1, _caned_chair, FRONT),
    "rope": (1, _rope_coil, View((0.0, 1.0), (-2.3, -0.8))),
}
