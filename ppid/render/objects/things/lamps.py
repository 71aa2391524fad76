"""Lamps, lanterns and candles."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.objects.things.kit import FRONT, LEVEL, Kit, Thing
from ppid.render.objects.things.parts import X, Y, Z, along, arc, disc, placed, ring, rod, segments
from ppid.render.rng import Rng
from ppid.render.shapes import TAU, lathe, rotation, rounded_box, sphere, spline, tube


def _shade(rng: Rng, kit: Kit, radius: float, height: float) -> None:
    """A lamp shade of fabric or paper, open at both ends, around z = 0."""
    top = radius * rng.uniform(0.45, 1.0)
    cover = kit.material("fabric", "translucent", "paper", "patterned", "wicker")
    kit.add(lathe([(radius, -height / 2), (top, height / 2)], 64), cover, thick=0.012)
    wire = kit.material("steel")
    for size, z in ((radius, -height / 2), (top, height / 2)):
        kit.add(ring(size, 0.01, Z, (0, 0, z)), wire)
    spokes = [
        ((0, 0, height * 0.42), (top * math.cos(a), top * math.sin(a), height / 2)) for a in np.arange(3) * TAU / 3
    ]
    kit.wires(segments(spokes), 0.007, wire)


def desk_lamp(rng: Rng, kit: Kit) -> None:
    """A lamp with two jointed arms, or with a goose neck."""
    metal, cord = kit.material("steel", "paint", "plastic"), kit.material("rubber")
    kit.add(
        lathe([(0, -0.01), (0.36, -0.01), (0.38, 0.02), (0.36, 0.045), (0.1, 0.07), (0.05, 0.1), (0, 0.1)], 56), metal
    )
    if rng.chance(0.3):
        curve = spline([(0, 0, 0.05), (-0.02, 0, 0.7), (0.05, 0, 1.1), (0.35, 0, 1.25), (0.55, 0, 1.05)], 40)
        kit.add(tube(curve, 0.025, 12), metal)
        end, tilt = curve[-1], math.pi - 0.6
    else:
        foot, elbow = np.array([0, 0, 0.08]), np.array([-rng.uniform(0.15, 0.5), 0, rng.uniform(0.65, 0.9)])
        end = elbow + [rng.uniform(0.5, 0.9), 0, rng.uniform(0.1, 0.45)]
        for y in (-0.035, 0.035):
            kit.add(rod(foot + [0, y, 0], elbow + [0, y, 0], 0.016), metal)
            kit.add(rod(elbow + [0, y * 0.7, 0], end + [0, y * 0.7, 0], 0.014), metal)
        for joint in (foot, elbow, end):
            kit.add(along(disc(0.05, 0.13, 0.015, 24), Y, joint), metal)
        if rng.chance(0.5):
            kit.wires(
                segments([(elbow * 0.15 + [0, 0, 0.1], elbow * 0.6 + [0.05, 0, 0]), (foot, elbow * 0.7)]), 0.008, metal
            )
        tilt = rng.uniform(math.pi - 1.0, math.pi + 0.3)
    bell = [(0.05, -0.12), (0.09, -0.1), (0.1, 0.0), (0.17, 0.06), (0.28, 0.3), (0.27, 0.3), (0.15, 0.07), (0.06, 0.0)]
    kit.add(placed(lathe(bell, 56), end, rotation(Y, tilt)), metal)
    kit.add(
        placed(sphere(4, (0.09, 0.09, 0.12)), end + rotation(Y, tilt) @ [0, 0, 0.14], rotation(Y, tilt)),
        kit.material("paper"),
    )
    if rng.chance(0.5):
        t = np.linspace(0, 1, 40)
        bend = rng.uniform(3, 8)
        kit.add(tube(np.c_[-0.35 - 0.9 * t, 0.2 * t * np.sin(t * bend), 0.01 + 0 * t], 0.013, 6), cord)


def floor_lamp(rng: Rng, kit: Kit) -> None:
    """A tall lamp with a shade: on a foot, three legs or a bow."""
    metal = kit.material("steel", "gold", "wood", "paint")
    kind = rng.pick(["foot", "tripod", "bow"])
    top = np.array([0.0, 0, 1.0])
    if kind == "tripod":
        for k in range(3):
            way = rotation(Z, k * TAU / 3 + 0.4) @ X
            kit.add(rod(way * 0.5 + [0, 0, -1], way * 0.03 + top * 0.75, [0.018, 0.026]), metal)
        kit.add(rod(top * 0.7, top, 0.02), metal)
    elif kind == "bow":
        curve = spline([(0, 0, -1), (0, 0, 0.5), (0.2, 0, 1.05), (0.7, 0, 1.2), (1.0, 0, 0.9)], 50)
        top = curve[-1] - [0, 0, 0.1]
        kit.add(tube(curve, 0.02, 12), metal)
    else:
        kit.add(rod((0, 0, -1), top, 0.02), metal)
    if kind != "tripod":
        kit.add(placed(disc(0.32, 0.05, 0.015), (0, 0, -1)), metal)
    with kit.at(top):
        _shade(rng, kit, rng.uniform(0.25, 0.42), rng.uniform(0.3, 0.5))


def table_lamp(rng: Rng, kit: Kit) -> None:
    """A lamp with a turned base."""
    base = kit.material("ceramic", "steel", "wood", "stone")
    z = np.linspace(0, 0.9, 9)
    radii = np.concatenate([[0.3], rng.uniform(0.06, 0.32, 6), [0.05, 0.04]])
    profile = spline(np.c_[radii, z], 50)
    kit.add(lathe(np.concatenate([[[0, 0]], profile, [[0, 0.92]]]), 56), base)
    kit.add(rod((0, 0, 0.85), (0, 0, 1.15), 0.02), kit.material("gold"))
    with kit.at((0, 0, 1.2)):
        _shade(rng, kit, rng.uniform(0.4, 0.58), rng.uniform(0.4, 0.6))


def pendant_lamp(rng: Rng, kit: Kit) -> None:
    """Lamps that hang from cables, whole or of wires."""
    metal = kit.material("steel", "paint", "gold")
    cord = kit.material("rubber")
    for k in range(rng.pick([1, 1, 3])):
        with kit.at((k * 0.62 - 0.3, rng.uniform(-0.1, 0.1), rng.uniform(-0.25, 0.25))):
            kit.wires(segments([((0, 0, 0.1), (0, 0, 1.4))]), 0.012, cord)
            kit.add(tube([(0, 0, 0.0), (0, 0, 0.18)], 0.06, 20), metal)
            kit.add(placed(sphere(4, (0.1, 0.1, 0.13)), (0, 0, -0.12)), kit.material("paper"))
            outline = spline(
                [
                    (0.06, 0.08),
                    (rng.uniform(0.1, 0.3), 0.0),
                    (rng.uniform(0.22, 0.3), -0.2),
                    (rng.uniform(0.15, 0.34), -0.42),
                ],
                24,
            )
            if rng.chance(0.5):
                kit.add(lathe(outline, 56), metal, thick=0.012)
            else:
                turns = np.linspace(0, TAU, rng.whole(8, 16), endpoint=False)
                meridians = [
                    np.c_[outline[:, 0] * math.cos(a), outline[:, 0] * math.sin(a), outline[:, 1]] for a in turns
                ]
                kit.wires(np.array(meridians), 0.008, metal)
                for row in outline[[8, 16, 23]]:
                    kit.add(ring(row[0], 0.009, Z, (0, 0, row[1])), metal)


def candle(rng: Rng, kit: Kit) -> None:
    """Candles alone, on a holder, or on a branched one."""
    wax = kit.material("translucent", "translucent", "plastic")
    wick = kit.material("rubber")

    def stick(radius: float, height: float) -> None:
        kit.add(
            lathe(
                [(0, 0), (radius, 0), (radius * 0.97, height), (radius * 0.8, height + 0.02), (0, height - 0.02)], 40
            ),
            wax,
        )
        kit.add(
            tube(spline([(0, 0, height - 0.03), (0.004, 0, height + 0.04), (0.025, 0, height + 0.08)], 8), 0.008, 6),
            wick,
        )

    kind = rng.pick(["group", "holder", "branched"])
    if kind == "group":
        x = 0.0
        for _ in range(rng.whole(1, 4)):
            radius = rng.uniform(0.14, 0.28)
            with kit.at((x + radius, rng.uniform(-0.2, 0.2), 0)):
                stick(radius, rng.uniform(0.3, 1.2))
            x += 2 * radius + rng.uniform(0.05, 0.2)
        return
    metal = kit.material("gold", "steel", "paint")
    kit.add(
        lathe(
            [(0, 0), (0.32, 0), (0.3, 0.05), (0.08, 0.1), (0.05, 0.3), (0.09, 0.4), (0.05, 0.5), (0.05, 0.9), (0, 0.9)],
            48,
            60,
        ),
        metal,
    )
    heads = [np.array([0, 0, 0.9])]
    if kind == "branched":
        for side in (-1, 1):
            for reach in (0.35, 0.7)[: rng.whole(1, 2)]:
                arm = arc((reach / 2, 0.25), math.pi, TAU, 24, (reach / 2, 0, 0.85)) * [side, 1, 1]
                kit.add(tube(arm, 0.026, 10), metal)
                heads.append(arm[-1])
    for head in heads:
        with kit.at(head):
            kit.add(lathe([(0, -0.03), (0.07, -0.02), (0.11, 0.03), (0.06, 0.04), (0.055, 0.1), (0, 0.1)], 32), metal)
            stick(0.04, rng.uniform(0.3, 0.75))


def lantern(rng: Rng, kit: Kit) -> None:
    """A lantern of bars with a candle in it, open at its sides."""
    metal = kit.material("steel", "paint", "wood")
    corners = rng.pick([4, 4, 6])
    height, radius = rng.uniform(0.8, 1.3), rng.uniform(0.38, 0.5)
    turns = (np.arange(corners) + 0.5) * TAU / corners
    for a in turns:
        foot = np.array([radius * math.cos(a), radius * math.sin(a), 0])
        kit.add(rod(foot, foot + [0, 0, height], 0.025, 8), metal)
    for z, size, tall in ((-0.03, 1.12, 0.08), (height + 0.03, 1.12, 0.08)):
        kit.add(
            placed(
                lathe([(0, -tall / 2), (radius * size, -tall / 2), (radius * size, tall / 2), (0, tall / 2)], corners),
                (0, 0, z),
                rotation(Z, turns[0]),
            ),
            metal,
            edge=0.012,
        )
    roof = [(radius * 1.05, 0), (radius * 0.5, 0.25), (radius * 0.25, 0.3), (radius * 0.2, 0.42), (0, 0.45)]
    kit.add(placed(lathe(roof, corners), (0, 0, height + 0.06), rotation(Z, turns[0])), metal)
    kit.add(ring(0.13, 0.018, Y, (0, 0, height + 0.6)), metal)
    if rng.chance(0.5):
        bars = [
            np.array([[radius * math.cos(a), radius * math.sin(a), z] for a in (turns[k], turns[(k + 1) % corners])])
            for k in range(corners)
            for z in (height * 0.33, height * 0.66)
        ]
        kit.wires(np.array(bars), 0.01, metal)
    tall = height * rng.uniform(0.3, 0.6)
    kit.add(
        lathe([(0, 0), (0.16, 0), (0.155, tall), (0.12, tall + 0.02), (0, tall - 0.02)], 40),
        kit.material("translucent"),
    )
    kit.add(rod((0, 0, tall - 0.03), (0.01, 0, tall + 0.07), 0.01, 6), kit.material("rubber"))


def torch(rng: Rng, kit: Kit) -> None:
    """A pocket torch."""
    body = kit.material("steel", "plastic", "paint")
    profile = [
        (0, -1),
        (0.15, -1),
        (0.17, -0.95),
        (0.17, 0.3),
        (0.19, 0.4),
        (0.3, 0.6),
        (0.32, 0.62),
        (0.32, 0.9),
        (0.29, 0.9),
        (0.27, 0.85),
    ]
    kit.add(lathe(profile, 56), body)
    kit.add(placed(lathe([(0.28, 0.88), (0.12, 0.7), (0.05, 0.68), (0, 0.7)], 40)), kit.material("chrome"))
    for z in np.linspace(-0.85, 0.1, rng.whole(5, 14)):
        kit.add(ring(0.172, 0.012, Z, (0, 0, z), 48), body)
    kit.add(placed(rounded_box(0.1, 0.08, 0.2, 3), (0, -0.18, 0.25)), kit.material("rubber"))
    if rng.chance(0.4):
        strap = spline([(0, 0, -1), (0.3, 0.1, -1.3), (0.1, 0.2, -1.7), (-0.25, 0.1, -1.4), (0, 0, -1)], 40)
        kit.add(tube(strap, 0.02, 6), kit.material("fabric"))


THINGS = {
    "desk_lamp": Thing(desk_lamp, 1.5),
    "floor_lamp": Thing(floor_lamp, elevation=LEVEL),
    "table_lamp": Thing(table_lamp, elevation=LEVEL),
    "pendant_lamp": Thing(pendant_lamp, elevation=(-0.5, 0.2)),
    "candle": Thing(candle, elevation=(0, 0.6)),
    "lantern": Thing(lantern),
    "torch": Thing(torch, 0.7, azimuth=FRONT, lying=True),
}
