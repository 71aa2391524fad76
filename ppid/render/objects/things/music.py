"""Musical instruments."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.objects.things.kit import BLACK, FRONT, WHITE, Kit, Thing
from ppid.render.objects.things.parts import (
    UPRIGHT,
    X,
    Y,
    Z,
    along,
    circle,
    disc,
    placed,
    ring,
    rod,
    segments,
    slab,
    smooth_outline,
    strap,
    washer,
)
from ppid.render.rng import Rng
from ppid.render.shapes import (
    TAU,
    box,
    ellipsoid,
    lathe,
    prism,
    rotation,
    rounded_box,
    sphere,
    spline,
    tube,
)


def _neck(rng: Rng, kit: Kit, bottom: float, top: float, depth: float, frets: bool) -> None:
    """A neck with head and tuning pegs along z at y = `depth`, strings from `bottom - 0.9`."""
    wood, metal = kit.material("wood"), kit.material("chrome", "gold")
    kit.add(
        strap(np.linspace((0, depth, bottom), (0, depth, top), 8), X, np.linspace(0.15, 0.12, 8), 0.07),
        kit.material("wood", "rubber"),
    )
    head = [
        (-0.06, top - 0.02),
        (0.06, top - 0.02),
        (0.11, top + 0.1),
        (0.09, top + 0.4),
        (-0.09, top + 0.4),
        (-0.11, top + 0.1),
    ]
    kit.add(placed(slab(head, 0.05), (0, depth + 0.01, 0)), wood, edge=0.012)
    if frets:
        for k in range(14):
            z = top - (top - bottom) * (1 - 2 ** (-k / 12)) * 1.5
            if z > bottom:
                kit.add(rod((-0.065, depth - 0.037, z), (0.065, depth - 0.037, z), 0.006, 6), metal)
    for k in range(6):
        side = (-1) ** k
        z = top + 0.12 + 0.09 * (k // 2)
        kit.add(rod((side * 0.06, depth, z), (side * 0.17, depth, z), 0.014), metal)
        kit.add(placed(rounded_box(0.04, 0.06, 0.05, 3, 3), (side * 0.19, depth, z)), metal)


def guitar(rng: Rng, kit: Kit) -> None:
    """An acoustic or an electric guitar."""
    body, metal, dark = (
        kit.material("wood", "wood", "paint"),
        kit.material("chrome", "gold"),
        kit.material("plastic", colour=BLACK),
    )
    if rng.chance(0.55):
        right = [
            (0.0, 0.62),
            (0.26, 0.6),
            (0.4, 0.38),
            (0.34, 0.12),
            (0.36, -0.05),
            (0.52, -0.35),
            (0.46, -0.72),
            (0.2, -0.88),
        ]
        outline = smooth_outline(right + [(-x, z) for x, z in right[:0:-1]], 110)
        deep = rng.uniform(0.18, 0.26)
        kit.add(slab(outline, deep), body, edge=0.02)
        kit.add(along(washer(circle(0.16), circle(0.14), 0.012), Y, (0, -deep / 2 - 0.003, 0.12)), metal)
        kit.add(along(disc(0.14, 0.006), Y, (0, -deep / 2 - 0.002, 0.12)), dark)
        front = -deep / 2
    else:
        horn = rng.uniform(0.45, 0.7)
        outline = smooth_outline(
            [
                (-0.1, 0.42),
                (-0.3, horn),
                (-0.42, 0.5),
                (-0.36, 0.12),
                (-0.5, -0.35),
                (-0.34, -0.78),
                (0.1, -0.85),
                (0.45, -0.62),
                (0.42, -0.2),
                (0.34, 0.1),
                (0.42, 0.45),
                (0.26, horn - 0.12),
                (0.1, 0.36),
            ],
            120,
        )
        deep = 0.12
        kit.add(slab(outline, deep), kit.material("paint", "paint", "wood", "steel"), edge=0.03)
        guard = smooth_outline([(0.08, 0.3), (0.3, 0.25), (0.26, -0.15), (0.35, -0.5), (0.12, -0.4), (0.02, 0.0)], 60)
        kit.add(
            placed(slab(guard, 0.014), (0, -deep / 2 - 0.006, 0)),
            kit.material("plastic", colour=rng.pick([WHITE, BLACK])),
        )
        for z in (0.1, -0.12):
            kit.add(placed(rounded_box(0.22, 0.05, 0.08, 5), (0, -deep / 2 - 0.02, z)), dark)
        for k in range(3):
            kit.add(along(disc(0.04, 0.05, 0.012, 20), Y, (0.25 + 0.02 * k, -deep / 2 - 0.03, -0.3 - 0.11 * k)), metal)
        front = -deep / 2
    _neck(rng, kit, 0.35, 1.45, front - 0.02, frets=True)
    kit.add(placed(rounded_box(0.34, 0.05, 0.06, 5), (0, front - 0.015, -0.42)), kit.material("wood", "chrome"))
    strings = [((x, front - 0.045, -0.42), (x * 0.8, front - 0.075, 1.48)) for x in np.linspace(-0.055, 0.055, 6)]
    kit.wires(segments(strings), 0.0035, metal)
    if rng.chance(0.25):
        band = spline([(0, 0.05, -0.86), (0.6, 0.15, -0.5), (0.75, 0.25, 0.4), (0.4, 0.12, 1.0), (0.08, 0.03, 1.4)], 50)
        kit.add(strap(band, X, 0.1, 0.015), kit.material("leather", "fabric"))


def violin(rng: Rng, kit: Kit) -> None:
    """A violin with its bow."""
    wood, dark = kit.material("wood"), kit.material("plastic", colour=BLACK)
    right = [
        (0.0, 0.5),
        (0.22, 0.46),
        (0.28, 0.26),
        (0.22, 0.12),
        (0.16, 0.0),
        (0.24, -0.12),
        (0.34, -0.3),
        (0.26, -0.58),
        (0.1, -0.66),
    ]
    outline = smooth_outline(right + [(-x, z) for x, z in right[:0:-1]], 110)
    kit.add(slab(outline * 1.35, 0.12), wood, edge=0.035)
    inner = placed(prism(outline * 1.2, 0.08), (0, -0.06, 0), UPRIGHT)
    kit.add(inner, wood, edge=0.035)
    for side in (-1, 1):
        hole = spline(
            [
                (side * 0.13, -0.105, -0.2),
                (side * 0.16, -0.105, -0.1),
                (side * 0.11, -0.105, 0.02),
                (side * 0.13, -0.105, 0.1),
            ],
            20,
        )
        kit.add(tube(hole, 0.014, 8), dark)
    kit.add(strap(np.linspace((0, -0.13, 0.1), (0, -0.12, 1.3), 6), X, [0.14, 0.13, 0.12, 0.11, 0.1, 0.1], 0.05), dark)
    kit.add(strap(np.linspace((0, -0.13, -0.85), (0, -0.15, -0.4), 5), X, np.linspace(0.08, 0.16, 5), 0.04), dark)
    kit.add(
        placed(
            slab([(-0.12, -0.3), (0.12, -0.3), (0.1, -0.13), (-0.1, -0.13)], 0.03),
            (0, -0.1, 0),
            rotation(X, math.pi / 2),
        ),
        wood,
    )
    scroll = spline(
        [(0, -0.1, 1.28), (0, -0.06, 1.5), (0, 0.02, 1.62), (0, -0.08, 1.7), (0, -0.12, 1.6), (0, -0.05, 1.58)], 30
    )
    kit.add(strap(scroll, X, np.linspace(0.1, 0.07, 30), 0.06), wood)
    for k in range(4):
        side = (-1) ** k
        kit.add(rod((0, -0.08, 1.34 + 0.05 * k), (side * 0.2, -0.08, 1.36 + 0.05 * k), [0.02, 0.03]), dark)
    kit.wires(
        segments([((x, -0.17, -0.42), (x * 0.6, -0.155, 1.3)) for x in np.linspace(-0.05, 0.05, 4)]),
        0.004,
        kit.material("chrome"),
    )
    if rng.chance(0.6):
        with kit.at((0.65, 0, 0.2), rotation(Y, rng.uniform(-0.3, 0.3))):
            stick = spline([(0, 0, -1.1), (0.03, 0, 0), (0.06, 0, 1.0), (0.0, 0, 1.12)], 30)
            kit.add(tube(stick, 0.016, 8), wood)
            hairs = [((-0.07, y, -1.0), (-0.03, y, 1.1)) for y in np.linspace(-0.03, 0.03, 7)]
            kit.wires(segments(hairs), 0.005, kit.material("paper"))
            kit.add(placed(box(0.09, 0.06, 0.16), (-0.03, 0, -1.0)), dark, edge=0.012)


def drum(rng: Rng, kit: Kit) -> None:
    """A drum with its sticks, now and then with a cymbal."""
    shell, skin, metal = (
        kit.material("paint", "wood", "patterned"),
        kit.material("paper", "translucent", "leather"),
        kit.material("chrome", "gold"),
    )
    radius, tall = rng.uniform(0.5, 0.75), rng.uniform(0.4, 1.1)
    kit.add(disc(radius, tall), shell)
    for way in (-1, 1):
        z = way * tall / 2
        kit.add(placed(lathe([(0, z + way * 0.015), (radius, z + way * 0.015)], 64)), skin)
        kit.add(ring(radius + 0.02, 0.035, Z, (0, 0, z)), metal)
    count = rng.whole(6, 10)
    if rng.chance(0.5):
        zigzag = []
        for k in range(count * 2):
            a, b = k * math.pi / count, (k + 1) * math.pi / count
            ends = [radius * 1.04 * np.array([math.cos(t), math.sin(t), 0]) for t in (a, b)]
            way = 1 if k % 2 else -1
            zigzag.append((ends[0] + [0, 0, -way * tall / 2], ends[1] + [0, 0, way * tall / 2]))
        kit.wires(segments(zigzag), 0.015, kit.material("fabric"))
    else:
        for a in np.arange(count) * TAU / count:
            foot = (radius + 0.05) * np.array([math.cos(a), math.sin(a), 0])
            kit.add(rod(foot - [0, 0, tall / 2], foot + [0, 0, tall / 2], 0.014, 8), metal)
    wood = kit.material("wood")
    for k in range(rng.pick([0, 2, 2])):
        at = np.array([0.15 - 0.35 * k, -0.1, tall / 2 + 0.06])
        with kit.at(at, rotation(Z, rng.uniform(-0.6, 0.6) + 2.6 * k) @ rotation(Y, math.pi / 2 - 0.12)):
            kit.add(tube([(0, 0, -0.2), (0, 0, 0.9), (0, 0, 1.0)], [0.035, 0.025, 0.015], 12), wood)
            kit.add(ellipsoid((0, 0, 1.02), (0.035, 0.035, 0.06)), wood)
    if rng.chance(0.3):
        kit.add(rod((radius + 0.3, 0.2, -tall / 2), (radius + 0.3, 0.2, 1.1), 0.02), metal)
        bell = lathe([(0, 0.08), (0.1, 0.06), (0.12, 0.02), (0.6, -0.04)], 72)
        kit.add(
            placed(bell, (radius + 0.3, 0.2, 1.05), rotation(X, rng.uniform(-0.3, 0.3))),
            kit.material("gold"),
            thick=0.01,
        )


def trumpet(rng: Rng, kit: Kit) -> None:
    """A trumpet."""
    brass = kit.material("gold", "gold", "chrome")
    t = np.linspace(0, 1, 30)
    bell = np.c_[0.045 + 0.3 * t**7 + 0.04 * t**2, t]
    kit.add(along(lathe(bell * [1, 0.9], 64), X, (0.3, 0, 0.12)), brass, thick=0.008)
    loop_path = spline(
        [
            (0.35, 0, 0.12),
            (-0.6, 0, 0.12),
            (-0.85, 0, 0.0),
            (-0.6, 0, -0.13),
            (0.5, 0, -0.13),
            (0.7, 0, -0.03),
            (0.5, 0.0, 0.06),
            (-0.1, 0.06, 0.06),
            (-1.15, 0.06, 0.06),
        ],
        150,
    )
    kit.add(tube(loop_path, 0.034, 14), brass)
    kit.add(
        along(lathe([(0.035, 0), (0.06, 0.1), (0.08, 0.12), (0.05, 0.13), (0.02, 0.05)], 28), -X, (-1.1, 0.06, 0.06)),
        brass,
    )
    for k in range(3):
        x = -0.2 + 0.16 * k
        kit.add(placed(disc(0.065, 0.44, 0.015, 32), (x, 0.03, 0)), brass)
        kit.add(rod((x, 0.03, 0.22), (x, 0.03, 0.34 + 0.03 * rng.whole(0, 1)), 0.02), brass)
        kit.add(placed(disc(0.05, 0.03, 0.01, 24), (x, 0.03, 0.36)), kit.material("ceramic", "chrome"))
    kit.add(ring(0.05, 0.012, Y, (0.3, 0.0, -0.2), 28), brass)


def piano_keys(rng: Rng, kit: Kit) -> None:
    """A small keyboard instrument or a xylophone."""
    if rng.chance(0.5):
        case = kit.material("plastic", "wood", "paint")
        wide = 2.0
        kit.add(box(wide, 0.8, 0.2), case, edge=0.03)
        white, black = kit.material("plastic", colour=WHITE), kit.material("plastic", colour=BLACK)
        count = rng.pick([14, 21])
        pitch = wide * 0.94 / count
        for k in range(count):
            x = (k - (count - 1) / 2) * pitch
            kit.add(placed(box(pitch * 0.94, 0.45, 0.04), (x, -0.17, 0.12)), white, edge=0.006)
            if k % 7 in (0, 1, 3, 4, 5) and k < count - 1:
                kit.add(placed(box(pitch * 0.55, 0.28, 0.06), (x + pitch / 2, -0.08, 0.15)), black, edge=0.008)
        for k in range(rng.whole(3, 8)):
            kit.add(placed(disc(0.04, 0.06, 0.01, 20), (-0.8 + 0.2 * k, 0.25, 0.12)), kit.material("plastic", "chrome"))
        return
    count, wood = rng.whole(7, 12), kit.material("wood")
    for k in range(count):
        x = (k - (count - 1) / 2) * 0.2
        long = 1.1 - 0.05 * k
        kit.add(
            placed(box(0.16, long, 0.05), (x, 0, 0.08)), kit.material("paint", "plastic", "steel", "wood"), edge=0.012
        )
        for y in (-0.42, 0.42):
            kit.add(placed(sphere(2, 0.03), (x, y * long, 0.11)), kit.material("chrome"))
    for side in (-1, 1):
        ends = np.array([(-count * 0.1, side * 0.42, 0.02), (count * 0.1, side * 0.42 * (1.1 - 0.05 * count), 0.02)])
        kit.add(strap(np.linspace(ends[0], ends[1], 4), Z, 0.1, 0.06), wood)
    for _ in range(2):
        end = np.array([rng.uniform(-0.5, 0.5), rng.uniform(-0.3, 0.3), 0.18])
        kit.add(rod(end, end + [rng.uniform(-0.4, 0.4), -0.9, 0.35], 0.018), wood)
        kit.add(placed(sphere(3, 0.07), end), kit.material("rubber", "paint"))


THINGS: dict[str, Thing] = {
    "guitar": Thing(guitar, 1.8, elevation=(-0.2, 0.5), azimuth=FRONT, lying=True),
    "violin": Thing(violin, 1.2, elevation=(-0.2, 0.5), azimuth=FRONT, lying=True),
    "drum": Thing(drum, elevation=(0.1, 0.7)),
    "trumpet": Thing(trumpet, azimuth=FRONT, lying=True),
    "piano_keys": Thing(piano_keys, 0.8, elevation=(0.3, 1.1), azimuth=FRONT),
}
