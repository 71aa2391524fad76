"""Wire, wicker and strung frames: fences, cages, sieves, baskets, rackets, swatters, mail."""

from __future__ import annotations

import math

import bpy
import numpy as np

from ppid.render.colour import random_colour
from ppid.render.materials import Material, everyday
from ppid.render.objects.woven import tiles
from ppid.render.objects.woven.coverage import let_through
from ppid.render.objects.woven.netting import diamond_net, hexagon_net, square_net
from ppid.render.objects.woven.props import ball, fruits, half_turn, pile, twisted
from ppid.render.objects.woven.sheets import AROUND, FACING, FRONT, Floats, Mover, Ripples, Sheet, Subjects, View
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, add_strands
from ppid.render.shapes import (
    TAU,
    Points,
    Shape,
    ellipsoid,
    grid_faces,
    join,
    lathe,
    rotation,
    spline,
    torus,
    tube,
    unit,
)
from ppid.render.shot import Attributes

_WIRES = [
    (0.55, 0.56, 0.57),
    (0.7, 0.7, 0.7),
    (0.3, 0.2, 0.12),
    (0.05, 0.05, 0.055),
    (0.9, 0.62, 0.25),
    (0.75, 0.4, 0.25),
]


def wire(rng: Rng, attributes: Attributes) -> bpy.types.Material:
    """Bare, rusty, painted or plastic-covered wire."""
    kind = rng.pick(["metal", "metal", "paint", "plastic"])
    attributes["wire"] = kind
    return everyday(rng, kind, rng.pick(_WIRES) if kind == "metal" else None)


def _wavy(rng: Rng, wide: float, tall: float) -> Sheet:
    """An upright plane that bulges a little."""
    bulge, drift = rng.uniform(0, 0.12), Ripples(rng, 0.6, 0.6)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        return np.c_[(u - 0.5) * wide, bulge * drift(u, v, sway), (0.5 - v) * tall]

    return Sheet(at)


def _chain_link(rng: Rng, attributes: Attributes) -> list[Mover]:
    """Zigzag wires that hook into one another, between posts."""
    columns, bends, points = rng.whole(9, 18), rng.whole(7, 12), 12
    wide, tall = 2.2, 2.2 / columns * bends * 2 * rng.uniform(0.45, 0.6)
    bulge = Ripples(rng, 0.6, 0.6)
    t = np.linspace(0, bends, bends * points * 2 + 1)
    zigzag = 2 * np.abs(t % 1 - 0.5)
    wires, thick = [], rng.uniform(0.006, 0.011)
    for k in range(columns):
        x = (k + (0.5 - 1.06 * (zigzag - 0.5) * (1 if k % 2 else -1))) / columns
        y = thick * 1.1 * np.cos(TAU * t) * (1 if k % 2 else -1)
        v = t / bends
        wires.append(np.c_[(x - 0.5) * wide, y + 0.08 * bulge(x, v), (0.5 - v) * tall])
    metal = wire(rng, attributes)
    add_strands(np.array(wires), thick, metal)
    if rng.chance(0.6):
        posts = everyday(rng, rng.pick(["metal", "paint", "wood"]))
        for edge in (-wide / 2 - 0.02, wide / 2 + 0.02):
            add_mesh(tube([(edge, 0.03, -tall / 2 - 0.2), (edge, 0.03, tall / 2 + 0.12)], 0.045, 16), posts)
        add_mesh(tube([(-wide / 2, 0.03, tall / 2 + 0.02), (wide / 2, 0.03, tall / 2 + 0.02)], 0.03, 12), posts)
        if rng.chance(0.35):
            attributes["barbed"] = True
            for z in (0.2, 0.35):
                ends = np.array([[-wide / 2 - 0.02, 0.03, tall / 2 + z], [wide / 2 + 0.02, 0.03, tall / 2 + z]])
                _barbed_line(rng, ends[0], ends[1], metal)
            for edge in (-wide / 2 - 0.02, wide / 2 + 0.02):
                add_mesh(tube([(edge, 0.03, tall / 2), (edge, 0.03, tall / 2 + 0.42)], 0.02), posts)
    return []


def _barbed_line(rng: Rng, start: Points, end: Points, material: bpy.types.Material) -> None:
    """Two twisted wires with barbs wound round them."""
    t = np.linspace(0, 1, 320)[:, None]
    sag = rng.uniform(0, 0.06)
    path = start * (1 - t) + end * t - np.array([0, 0, sag]) * (4 * t * (1 - t))
    length = float(np.linalg.norm(end - start))
    add_strands(twisted(path, 0.011, 2, 14 * length), 0.009, material)
    barbs, s = [], np.linspace(0, 1, 14)[:, None]
    for place in np.arange(0.06, 0.98, 0.2 / length):
        centre = path[int(place * 319)]
        for way in (-1, 1):
            tips = unit(rng.normal(size=(2, 3)) * (0.5, 1, 1)) * 0.075
            coil = 0.018 * np.c_[way * (s - 0.5) * 1.4, np.cos(s * 9), np.sin(s * 9)]
            barbs.append(centre + coil + tips[0] * np.clip(1 - s * 4, 0, 1) + tips[1] * np.clip(s * 4 - 3, 0, 1))
    add_strands(np.array(barbs), np.linspace(0.004, 0.004, 14) + 0.004 * np.sin(math.pi * s[:, 0]), material)


def _barbed_wire(rng: Rng, attributes: Attributes) -> list[Mover]:
    """Strands between posts, or a coil."""
    metal = everyday(rng, "metal", rng.pick([(0.4, 0.35, 0.3), (0.55, 0.55, 0.56), (0.3, 0.15, 0.08)]))
    attributes["coil"] = rng.chance(0.35)
    if attributes["coil"]:
        turns, t = rng.whole(5, 9), np.linspace(0, 1, 900)
        path = np.c_[(t - 0.5) * 2.2, 0.45 * np.cos(TAU * turns * t), 0.45 * np.sin(TAU * turns * t)]
        add_strands(path[None], 0.012, metal)
        barbs = [
            path[i] + unit(rng.normal(size=3)) * np.linspace(-0.07, 0.07, 5)[:, None]
            for i in range(5, 900, 16)
            for _ in range(2)
        ]
        add_strands(np.array(barbs), [0.003, 0.008, 0.009, 0.008, 0.003], metal)
        return []
    lines = rng.whole(2, 5)
    for z in np.linspace(-0.55, 0.55, lines):
        _barbed_line(rng, np.array([-1.2, 0, z]), np.array([1.2, 0, z + rng.normal() * 0.03]), metal)
    for x in (-1.2, rng.uniform(-0.2, 0.3), 1.2):
        post = tube([(x, 0.05, -1.0), (x + rng.normal() * 0.04, 0.05, 0.8)], rng.uniform(0.05, 0.08), 12)
        add_mesh(post, everyday(rng, "wood"))
    return []


def _wire_mesh(rng: Rng, attributes: Attributes) -> list[Mover]:
    """Welded grid or chicken wire, flat or bent into a roll."""
    rolled = rng.chance(0.3)
    attributes["rolled"] = rolled
    turns, radius = rng.uniform(1.1, 1.8), rng.uniform(0.4, 0.6)

    def roll(u: Floats, v: Floats, sway: float) -> Points:
        angle, far = u * TAU * turns, radius * (1 + 0.12 * u)
        return np.c_[far * np.cos(angle), far * np.sin(angle), (0.5 - v) * 1.6]

    sheet = Sheet(roll) if rolled else _wavy(rng, 2.0, rng.uniform(1.2, 2.0))
    columns = rng.whole(10, 22) * (2 if rolled else 1)
    metal, thick = wire(rng, attributes), rng.uniform(0.004, 0.009)
    attributes["mesh"] = rng.pick(["square", "hexagon", "diamond"])
    if attributes["mesh"] == "square":
        for part in square_net(rng, sheet, columns, round(columns * rng.uniform(0.5, 1))):
            part.add(thick, metal)
    elif attributes["mesh"] == "hexagon":
        hexagon_net(rng, sheet, columns, max(4, round(columns * 0.6))).add(thick, metal)
    else:
        diamond_net(rng, sheet, columns, columns).add(thick, metal)
    if not rolled and rng.chance(0.5):
        frame = everyday(rng, rng.pick(["wood", "metal", "paint"]))
        corners = [
            sheet.edge("top", 2)(0.0)[0],
            sheet.edge("top", 2)(0.0)[1],
            sheet.edge("bottom", 2)(0.0)[1],
            sheet.edge("bottom", 2)(0.0)[0],
        ]
        add_mesh(join(tube([a, b], 0.04, 4) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)), frame)
    return []


def _mail(rng: Rng, attributes: Attributes) -> list[Mover]:
    """Rings linked through one another: chain mail."""
    columns, rows = rng.whole(14, 24), rng.whole(12, 22)
    pitch, sheet = 2.0 / columns, _wavy(rng, 2.0, 2.0 / columns * rows * 0.8)
    turn = np.linspace(0, TAU, 18)
    rings = []
    for j in range(rows):
        for k in range(columns):
            u, v = (k + 0.5 * (j % 2) + 0.25) / columns, (j + 0.5) / rows
            centre = sheet.at(np.array([u]), np.array([v]), 0.0)[0]
            lean = 0.5 * (1 if j % 2 else -1)
            ring = 0.66 * pitch * np.c_[np.cos(turn), np.sin(turn) * math.sin(lean), np.sin(turn) * math.cos(lean)]
            rings.append(centre + ring)
    colour = everyday(rng, "metal", rng.pick([(0.6, 0.6, 0.62), (0.9, 0.65, 0.3), (0.25, 0.25, 0.27)]))
    add_strands(np.array(rings), pitch * rng.uniform(0.1, 0.16), colour)
    return []


def _bird_cage(rng: Rng, attributes: Attributes) -> list[Mover]:
    bars, wide, tall = rng.whole(16, 30), rng.uniform(0.45, 0.6), rng.uniform(0.8, 1.2)
    square = rng.chance(0.25)
    crown = rng.uniform(0.35, 0.7)
    t = np.linspace(0, 1, 40)
    up = np.minimum(t / 0.6, 1)
    bend = np.maximum(t - 0.6, 0) / 0.4 * math.pi / 2
    profile_radius, profile_z = wide * np.cos(bend), tall * up + crown * np.sin(bend)
    angles = np.arange(bars) * TAU / bars
    rim = 1 / np.maximum(np.abs(np.cos(angles)), np.abs(np.sin(angles))) if square else np.ones(bars)
    strands = [
        np.c_[profile_radius * r * math.cos(a), profile_radius * r * math.sin(a), profile_z]
        for a, r in zip(angles, rim, strict=True)
    ]
    metal, thick = wire(rng, attributes), rng.uniform(0.006, 0.011)
    add_strands(np.array(strands), thick, metal)
    around = np.linspace(0, TAU, 97)
    far = 1 / np.maximum(np.abs(np.cos(around)), np.abs(np.sin(around))) if square else np.ones(97)
    for z in np.linspace(0.02, tall, rng.whole(3, 5)):
        ring = np.c_[wide * far * np.cos(around), wide * far * np.sin(around), np.full(97, z)]
        add_mesh(tube(ring[:-1], thick * 1.4, 8, closed=True), metal)
    tray = [(0, -0.06), (wide * 1.04, -0.06), (wide * 1.06, 0.08), (wide * 1.0, 0.08)]
    vertices, faces = lathe(tray, 4 if square else 64)
    if square:
        vertices = vertices @ rotation((0, 0, 1), math.pi / 4) * (1.414, 1.414, 1)
    add_mesh((vertices, faces), everyday(rng, rng.pick(["plastic", "metal", "wood"])))
    eye, faces = torus(0.08, 0.014, 32, 8)
    add_mesh((eye[:, [0, 2, 1]] + (0, 0, tall + crown + 0.08), faces), metal)
    add_mesh(tube([(-wide * 0.9, 0, tall * 0.35), (wide * 0.9, 0, tall * 0.35)], 0.018), everyday(rng, "wood"))
    if rng.chance(0.6):
        attributes["bird"] = True
        _bird(rng, np.array([rng.uniform(-0.15, 0.15), 0, tall * 0.35 + 0.02]))
    return []


def _bird(rng: Rng, feet: Points) -> None:
    """A small round bird that sits on a perch."""
    turn = rotation((0, 0, 1), rng.uniform(0, TAU))
    plumage, belly = everyday(rng, "fabric", random_colour(rng, (0.5, 0.95), (0.5, 0.95))), everyday(rng, "fabric")
    parts = {
        plumage: [
            ellipsoid((0, 0, 0.14), (0.1, 0.14, 0.13), rotation((1, 0, 0), 0.5)),
            ellipsoid((0, -0.07, 0.29), (0.075, 0.08, 0.075)),
            ellipsoid((0, 0.17, 0.03), (0.03, 0.14, 0.025), rotation((1, 0, 0), -0.6)),
        ],
        belly: [
            ellipsoid((0, -0.055, 0.13), (0.075, 0.09, 0.1)),
            ellipsoid((0.085, 0.02, 0.15), (0.03, 0.11, 0.07)),
            ellipsoid((-0.085, 0.02, 0.15), (0.03, 0.11, 0.07)),
        ],
        everyday(rng, "plastic", (0.85, 0.35, 0.05)): [ellipsoid((0, -0.155, 0.285), (0.018, 0.04, 0.02))],
        everyday(rng, "plastic", (0.01, 0.01, 0.01)): [
            ellipsoid((x, -0.12, 0.31), (0.014, 0.014, 0.014)) for x in (-0.05, 0.05)
        ],
    }
    for material, shapes in parts.items():
        vertices, faces = join(shapes)
        add_mesh((vertices @ turn.T + feet, faces), material)


def _sieve(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A kitchen sieve or a tea strainer of woven wire."""
    radius, deep = 0.62, rng.uniform(0.35, 0.65)
    count, t = rng.whole(26, 56), np.linspace(-1, 1, 60)
    steel = everyday(rng, "metal", rng.pick([(0.7, 0.7, 0.7), (0.9, 0.65, 0.35)]))
    wires = []
    for place in np.linspace(-0.97, 0.97, count):
        # Lines of the flat disc bent into the bowl: they cross everywhere and end on the rim.
        reach = math.sqrt(1 - place**2)
        for swap in (False, True):
            flat = np.c_[t * reach, np.full(60, place)]
            flat = flat[:, ::-1] if swap else flat
            far = np.hypot(*flat.T)
            angle = far * math.pi / 2
            direction = flat / np.maximum(far, 1e-6)[:, None]
            wires.append(np.c_[radius * np.sin(angle)[:, None] * direction, -deep * np.cos(angle)])
    add_strands(np.array(wires), rng.uniform(0.12, 0.28) * radius * math.pi / 2 / count, steel)
    add_mesh(torus(radius + 0.01, 0.03), steel)
    handle = spline([(radius, 0, 0), (1.0, 0, 0.03), (1.6, 0, rng.uniform(0.02, 0.3))], 30)
    add_mesh(tube(handle, np.linspace(0.025, 0.05, 30)), everyday(rng, rng.pick(["metal", "plastic", "wood"])))
    add_mesh(tube(spline([(-radius, -0.08, 0), (-radius - 0.12, 0, 0.01), (-radius, 0.08, 0)], 20), 0.018), steel)
    if rng.chance(0.3):
        fruits(rng, attributes, pile(rng, rng.whole(3, 8), 0.13, (0.45, 0.45, 0.35)) + (0, 0, -deep * 0.3), 0.12)
    return []


def _perforated(rng: Rng, repeats: tuple[int, int]) -> bpy.types.Material:
    """Metal or plastic with rows of holes, laid over a turned shape by its surface coordinates."""
    material = Material("holes")
    canvas = tiles.Canvas(scale=128)
    size = rng.uniform(0.2, 0.36)
    shape = rng.pick(["round", "slot"])
    canvas.raise_to(1.0)
    canvas.fill(tiles.circle(1, 32) * ((size, size) if shape == "round" else (size * 0.5, size * 1.15)) + 0.5, 0)
    mapping = material.node("Mapping", Vector=material.surface_coordinates(), Scale=(*repeats, 1))
    free = material.image(1 - canvas.pixels[..., 0] / 255.0, mapping.outputs[0]).outputs["Color"]
    metal = rng.chance(0.6)
    colour = (0.7, 0.7, 0.7) if metal else random_colour(rng)
    material.set(Base_Color=colour, Metallic=float(metal), Roughness=rng.uniform(0.2, 0.4))
    return let_through(material, free, material.principled.outputs[0])


def _colander(rng: Rng, attributes: Attributes) -> list[Mover]:
    deep, radius = rng.uniform(0.4, 0.7), 0.62
    t = np.linspace(0.08, math.pi / 2, 40)
    sides = 96
    vertices, faces = lathe(np.c_[radius * np.sin(t), -deep * np.cos(t)], sides + 1)
    surface = np.c_[np.tile(np.linspace(0, 1, sides + 1), len(t)), np.repeat(np.linspace(0, 1, len(t)), sides + 1)]
    turn = np.tile(np.linspace(0, TAU, sides + 1), len(t))
    spread = np.repeat(radius * np.sin(t), sides + 1)
    vertices = np.c_[spread * np.cos(turn), spread * np.sin(turn), vertices[:, 2]]
    open_faces = faces.reshape(len(t) - 1, sides + 1, 4)[:, :sides].reshape(-1, 4)
    add_mesh((vertices, open_faces), _perforated(rng, (rng.whole(20, 36), rng.whole(6, 10))), surface=surface)
    metal = everyday(rng, rng.pick(["metal", "plastic"]))
    add_mesh(torus(radius + 0.01, 0.03), metal)
    foot, sides_of_foot = torus(0.22, 0.03, 48, 8)
    add_mesh((foot + (0, 0, -deep * 0.97), sides_of_foot), metal)
    for side in (-1, 1):
        bow = half_turn(20)[:, [1, 0, 2]] * (1, 0.2, 0)
        bow[:, 0] = side * (radius + 0.2 * np.sin(np.linspace(0, math.pi, 20)))
        add_mesh(tube(bow, 0.025), metal)
    return []


def _racket(rng: Rng, attributes: Attributes) -> list[Mover]:
    """Tennis, badminton or squash: strings woven over and under in an oval frame."""
    sport = rng.pick(["tennis", "badminton", "squash"])
    attributes["sport"] = sport
    wide = {"tennis": 0.5, "badminton": 0.42, "squash": 0.42}[sport]
    tall = wide * rng.uniform(1.2, 1.4)
    frame = {"tennis": 0.04, "badminton": 0.018, "squash": 0.03}[sport]
    turn = np.linspace(0, TAU, 80, endpoint=False)
    add_mesh(
        tube(np.c_[wide * np.cos(turn), 0 * turn, tall * np.sin(turn)], frame, 10, closed=True), everyday(rng, "paint")
    )
    count, s = rng.whole(14, 22), np.linspace(-1, 1, 160)
    strings = []
    places = np.linspace(-0.93, 0.93, count)
    for k, place in enumerate(places):
        reach = math.sqrt(1 - place * place)
        weave = 0.005 * np.cos((s * reach + 0.93) / 1.86 * (count - 1) * math.pi + math.pi * k)
        strings.append(np.c_[np.full(160, wide * place), weave, tall * reach * s])
        strings.append(np.c_[wide * reach * s, -weave, np.full(160, tall * place)])
    add_strands(
        np.array(strings),
        rng.uniform(0.003, 0.006),
        everyday(rng, "plastic", rng.pick([(0.85, 0.85, 0.8), (0.02, 0.02, 0.02), (0.8, 0.75, 0.1), (0.7, 0.5, 0.25)])),
    )
    grip = everyday(rng, rng.pick(["fabric", "rubber"]))
    paint = everyday(rng, "paint")
    if sport == "badminton":
        add_mesh(tube([(0, 0, -tall), (0, 0, -tall - 0.9)], 0.016), paint)
    else:
        for side in (-1, 1):
            throat = spline(
                [(side * wide * 0.55, 0, -tall * 0.83), (side * 0.14, 0, -tall - 0.2), (side * 0.03, 0, -tall - 0.55)],
                20,
            )
            add_mesh(tube(throat, frame * 0.9), paint)
    end = -tall - (0.85 if sport == "badminton" else 0.5)
    add_mesh(
        tube([(0, 0, end), (0, 0, end - 0.3), (0, 0, end - 0.55), (0, 0, end - 0.6)], [0.045, 0.045, 0.048, 0.058], 8),
        grip,
    )
    if rng.chance(0.3) and sport == "tennis":
        ball(rng, (rng.uniform(-0.2, 0.2), -0.12, rng.uniform(-0.2, 0.3)), 0.1, "tennis")
    return []


def _swatter(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A fly swatter: a limp plastic grid on a wire handle."""
    wide, tall = rng.uniform(0.3, 0.42), rng.uniform(0.35, 0.5)
    bend, ease = rng.uniform(-0.25, 0.25), Ripples(rng, 0.5, 0.5)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        y = bend * (0.5 - v) ** 2 + 0.02 * ease(u, v)
        return np.c_[(u - 0.5) * 2 * wide * (1 - 0.15 * v), y, (0.5 - v) * 2 * tall]

    sheet, plastic = Sheet(at, (60, 60)), everyday(rng, "plastic")
    columns = rng.whole(7, 14)
    for part in square_net(rng, sheet, columns, round(columns * tall / wide)):
        for strand in part.strands():
            add_mesh(tube(strand, rng.uniform(0.008, 0.009), 6), plastic)
    rim = np.concatenate(
        [
            sheet.edge("top", 12)(0.0)[:-1],
            sheet.edge("right", 12)(0.0)[:-1],
            sheet.edge("bottom", 12)(0.0)[::-1][:-1],
            sheet.edge("left", 12)(0.0)[::-1][:-1],
        ]
    )
    add_mesh(tube(rim, 0.018, 8, closed=True), plastic)
    foot = sheet.edge_middle("bottom")
    add_mesh(
        tube([foot, foot + (0, 0, -0.6), foot + (0, 0, -1.2)], 0.015), everyday(rng, rng.pick(["metal", "plastic"]))
    )
    add_mesh(tube([foot + (0, 0, -1.15), foot + (0, 0, -1.5)], 0.03), plastic)
    return []


def _fan_guard(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A table fan: blades behind a wire guard."""
    bars, t = rng.whole(36, 70), np.linspace(0.12, 1, 16)
    metal, twist = wire(rng, attributes), rng.uniform(0, 0.8)
    strands = []
    for way in (-1, 1):
        for k in range(bars):
            angle = TAU * k / bars + twist * way * t
            strands.append(np.c_[0.8 * t * np.cos(angle), way * 0.18 * np.sqrt(1.0001 - t**3), 0.8 * t * np.sin(angle)])
    add_strands(np.array(strands), 0.007, metal)
    for radius in (0.8, 0.5, 0.12):
        depth = 0.18 * math.sqrt(max(1 - (radius / 0.8) ** 3, 0))
        for way in (-1, 1):
            ring, faces = torus(radius, 0.012, 64, 8)
            add_mesh((ring[:, [0, 2, 1]] + (0, way * depth, 0), faces), metal)
    blade, count = everyday(rng, "plastic"), rng.whole(3, 5)
    for k in range(count):
        add_mesh(_blade(TAU * k / count), blade)
    add_mesh(ellipsoid((0, -0.16, 0), (0.12, 0.06, 0.12)), blade)
    body = everyday(rng, "plastic")
    add_mesh(ellipsoid((0, 0.3, 0), (0.16, 0.22, 0.16)), body)
    add_mesh(tube([(0, 0.3, 0), (0, 0.28, -1.1)], 0.05), body)
    foot, faces = lathe([(0, 0), (0.4, 0), (0.38, 0.06), (0.08, 0.14), (0.05, 0.25)], 48, 40)
    add_mesh((foot + (0, 0.25, -1.15), faces), body)
    return []


def _blade(start: float) -> Shape:
    """A fan's blade that begins at an angle."""
    u, v = (each.ravel() for each in np.meshgrid(np.linspace(0, 1, 14), np.linspace(-0.5, 0.5, 8), indexing="ij"))
    radius = 0.1 + 0.6 * u
    angle = start + v * 1.1 + 0.25 * u
    return np.c_[radius * np.cos(angle), 0.09 * v * (1.2 - 0.4 * u), radius * np.sin(angle)], grid_faces(14, 8)


WIREWORK: Subjects = {
    "chain_link": (2, _chain_link, FRONT),
    "barbed_wire": (1, _barbed_wire, View((-0.2, 0.4), (-2.1, -1.0))),
    "wire_mesh": (1.5, _wire_mesh, FRONT),
    "chain_mail": (0.6, _mail, FRONT),
    "bird_cage": (1.5, _bird_cage, AROUND),
    "sieve": (1.5, _sieve, View((-0.3, 1.0), (0, TAU), behind=False)),
    "colander": (1, _colander, View((-0.3, 0.9), (0, TAU), behind=False)),
    "racket": (1.5, _racket, FRONT),
    "fly_swatter": (1, _swatter, FRONT),
    "fan_guard": (1, _fan_guard, FACING),
}
