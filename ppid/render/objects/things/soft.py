"""Cushions, draped cloths, towels and bags without a pattern of their own."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.objects.things.kit import AROUND, LEVEL, Kit, Thing
from ppid.render.objects.things.parts import (
    X,
    Y,
    Z,
    arc,
    loft,
    oval,
    placed,
    ring,
    rod,
    sheet,
    square_grid,
    strap,
)
from ppid.render.rng import Rng
from ppid.render.shapes import (
    TAU,
    Points,
    lathe,
    noise,
    rotation,
    rounded_box,
    spline,
    tube,
)


def _waves(rng: Rng, points: Points, frequency: float) -> Points:
    """Smooth displacement in three directions."""
    return np.stack([noise(points, rng, frequency, 3) for _ in range(3)], -1)


def pillow(rng: Rng, kit: Kit) -> None:
    """Cushions, alone or in a pile."""
    z = 0.0
    for _ in range(rng.pick([1, 1, 2, 3])):
        u, v = square_grid(90, 90)
        high = ((1 - u**4) * (1 - v**4)).clip(0) ** 0.6 * rng.uniform(0.22, 0.34)
        pinch = 1 - 0.09 * (1 - np.abs(u)) * np.abs(v) ** 3, 1 - 0.09 * (1 - np.abs(v)) * np.abs(u) ** 3
        x, y = u * (1 - 0.1 * (1 - v**2)) * pinch[1], v * (1 - 0.1 * (1 - u**2)) * pinch[0] * rng.uniform(0.65, 1)
        cloth = kit.material("fabric", "fabric", "patterned")
        turn = rotation(Z, rng.normal(0, 0.3)) @ rotation(X, rng.normal(0, 0.08))
        with kit.at((rng.uniform(-0.1, 0.1), rng.uniform(-0.1, 0.1), z), turn):
            for way in (-1, 1):
                points = np.stack([x, y, way * high], -1)
                crease = noise(points, rng, 1.2, 3) * 0.035 * np.clip(high / 0.1, 0, 1)
                kit.add(sheet(points + crease[..., None] * Z), cloth)
            if rng.chance(0.5):
                border = np.concatenate(
                    [
                        np.c_[x[0], y[0]],
                        np.c_[x[1:, -1], y[1:, -1]],
                        np.c_[x[-1, -2::-1], y[-1, -2::-1]],
                        np.c_[x[-2:0:-1, 0], y[-2:0:-1, 0]],
                    ]
                )
                kit.add(tube(np.c_[border, np.zeros(len(border))], 0.018, 8, closed=True), cloth)
        z += rng.uniform(0.42, 0.5)


def cloth_heap(rng: Rng, kit: Kit) -> None:
    """A cloth thrown down in folds."""
    u, v = square_grid(190, 190)
    flat = np.stack([u, v, 0 * u], -1)
    drift = _waves(rng, flat, 0.6)
    points = flat * [0.8, 0.8, 1] + drift * [0.42, 0.42, 0]
    folds = np.abs(noise(flat + 0.3 * drift, rng, rng.uniform(0.6, 1.1), 3))
    points[..., 2] = 0.5 * np.exp(-1.2 * (u**2 + v**2)) + 0.3 * folds
    kit.add(sheet(points), kit.material("fabric", "patterned"), thick=0.012)


def draped(rng: Rng, kit: Kit) -> None:
    """A cloth hung over something unseen: round, square or a ghost of a thing."""
    turn, reach = np.meshgrid(np.linspace(0, TAU, 241), np.linspace(0, 1, 90), indexing="ij")
    tall, count = rng.uniform(0.5, 1.5), rng.whole(6, 14)
    square = rng.pick([2.0, 2.0, 5.0, 9.0])
    outline = (np.abs(np.cos(turn)) ** square + np.abs(np.sin(turn)) ** square) ** (-1 / square)
    top = rng.uniform(0.25, 0.6)
    fall = np.clip((reach - top) / (1 - top), 0, 1)
    wave = np.sin(count * turn + 1.3 * np.sin(2 * turn + rng.uniform(0, 6)) + rng.uniform(0, 6))
    radius = 0.75 * np.minimum(reach / top, 1) * outline * (1 + 0.05 * fall) + 0.12 * fall**0.8 * wave + 0.1 * fall
    z = tall * (0.5 - fall) - (0.25 * (reach / top) ** 2 * (reach < top) + 0.25 * (reach >= top)) * rng.uniform(0, 1)
    points = np.stack([radius * np.cos(turn), radius * np.sin(turn), z + 0.05 * fall * wave], -1)
    kit.add(sheet(points + 0.012 * _waves(rng, points, 1.4)), kit.material("fabric"))


def hanging(rng: Rng, kit: Kit) -> None:
    """A curtain, towel or sheet that hangs in folds."""
    u, v = np.meshgrid(np.linspace(0, 1, 200), np.linspace(0, 1, 90), indexing="ij")
    angle = TAU * rng.whole(3, 9) * u + rng.uniform(0, 6) + 0.8 * np.sin(5 * u)
    wide = 0.5 + 0.35 * v * rng.uniform(0.2, 1)
    y = 0.14 * (0.15 + v) * np.sin(angle + 0.6 * v) + 0.1 * np.cos(angle * 0.5) * v
    points = np.stack([(u - 0.5) * 2 * wide, y, 0.8 - 1.7 * v + 0.04 * np.sin(angle) * v], -1)
    kit.add(sheet(points), kit.material("fabric"), thick=0.012)
    if rng.chance(0.5):
        kit.add(rod((-0.7, 0, 0.84), (0.7, 0, 0.84), 0.025), kit.material("chrome", "wood"))


def towels(rng: Rng, kit: Kit) -> None:
    """Folded towels in a pile, or rolled ones."""
    if rng.chance(0.4):
        for k in range(rng.whole(1, 5)):
            t = np.linspace(0.12, 1, 160)
            turn = t * TAU * 3.2
            spiral = np.c_[0.28 * t * np.cos(turn), np.zeros(160), 0.28 * t * np.sin(turn)]
            at = ((k % 3) * 0.56 + 0.28 * (k // 3), 0, 0.48 * (k // 3))
            vertices, faces = strap(spiral, Y, rng.uniform(1.0, 1.3), 0.055)
            kit.add((vertices + 0.01 * _waves(rng, vertices, 2.0) + np.array(at), faces), kit.material("fabric"))
        return
    z = 0.0
    for _ in range(rng.whole(1, 5)):
        cloth, high = kit.material("fabric"), rng.uniform(0.07, 0.1)
        wide, deep = rng.uniform(1.1, 1.4), rng.uniform(0.75, 0.95)
        with kit.at((rng.uniform(-0.06, 0.06), rng.uniform(-0.05, 0.05), z), rotation(Z, rng.normal(0, 0.05))):
            fold = np.concatenate(
                [
                    np.c_[np.linspace(deep / 2, -deep / 2, 20), np.full(20, 0.0)],
                    np.c_[
                        -deep / 2 - high / 2 * np.sin(np.linspace(0.2, 2.9, 10)),
                        high / 2 * (1 - np.cos(np.linspace(0.2, 2.9, 10))),
                    ],
                    np.c_[np.linspace(-deep / 2, deep / 2, 20), np.full(20, high)],
                ]
            )
            path = np.c_[np.zeros(50), fold]
            vertices, faces = strap(path, X, wide, high * 0.92)
            kit.add((vertices + 0.008 * _waves(rng, vertices, 1.5), faces), cloth)
        z += high * 2.05


def shopping_bag(rng: Rng, kit: Kit) -> None:
    """A soft bag with two handles, or a tied sack."""
    cloth = kit.material("fabric", "plastic")
    if rng.chance(0.5):
        vertices, faces = rounded_box(1.1, 0.5, rng.uniform(1.0, 1.4), 4, 6)
        kit.add((vertices + 0.045 * _waves(rng, vertices, 1.0), faces), cloth)
        for side in (-1, 1):
            path = arc((0.28, rng.uniform(0.4, 0.5)), 0, math.pi, 30, (0, side * 0.14, 0.48))
            kit.add(tube(path, 0.03, 10), cloth)
        return
    turn = np.linspace(0, TAU, 120, endpoint=False)
    rows = []
    for z, radius, pleat in (
        (-0.7, 0.1, 0.0),
        (-0.68, 0.5, 0.0),
        (-0.4, 0.7, 0.01),
        (0.0, 0.66, 0.02),
        (0.35, 0.4, 0.06),
        (0.55, 0.15, 0.16),
        (0.62, 0.13, 0.2),
        (0.75, 0.24, 0.22),
        (0.95, 0.36, 0.2),
    ):
        wave = 1 + pleat * np.sin(turn * 11 + rng.uniform(0, 0.6))
        rows.append(np.c_[radius * wave * np.cos(turn), radius * wave * np.sin(turn), np.full(120, z)])
    skin = spline(np.array(rows).reshape(len(rows), -1), 60).reshape(60, 120, 3)
    kit.add(loft(skin + 0.02 * _waves(rng, skin, 1.2), capped=False), cloth, thick=0.012)
    kit.add(ring(0.16, 0.035, Z, (0, 0, 0.58)), kit.material("fabric"))


def mattress(rng: Rng, kit: Kit) -> None:
    """A mattress with pillows and a cover, or a block of foam."""
    kit.add(rounded_box(1.3, 1.9, 0.32, 9, 5), kit.material("fabric"))
    for x in (-0.33, 0.33):
        vertices, faces = rounded_box(0.55, 0.4, 0.2, 2.8, 5)
        kit.add(placed((vertices + 0.015 * _waves(rng, vertices, 1.5), faces), (x, 0.68, 0.24)), kit.material("fabric"))
    if rng.chance(0.6):
        u, v = square_grid(90, 110)
        over = np.clip(np.abs(u) - 0.82, 0, 1)
        points = np.stack([0.8 * np.sign(u) * np.minimum(np.abs(u), 0.84), -0.2 + 0.8 * v, 0.19 - 1.6 * over], -1)
        points += 0.03 * np.abs(noise(points, rng, 0.9, 3))[..., None] * np.array([0, 0, 1])
        kit.add(sheet(points), kit.material("fabric"), thick=0.02)


def dress_form(rng: Rng, kit: Kit) -> None:
    """A tailor's dummy on its stand."""
    rows = []
    for z, wide, deep, back in (
        (0.95, 0.1, 0.1, 0.03),
        (0.85, 0.11, 0.1, 0.02),
        (0.76, 0.33, 0.13, 0.0),
        (0.6, 0.4, 0.2, 0.0),
        (0.4, 0.36, 0.26, -0.04),
        (0.2, 0.32, 0.22, -0.02),
        (0.0, 0.27, 0.19, 0),
        (-0.25, 0.38, 0.26, 0.03),
        (-0.45, 0.4, 0.27, 0.03),
        (-0.55, 0.38, 0.26, 0.02),
    ):
        rows.append(np.c_[oval(wide, deep, 2.2, 72) + [0, back], np.full(72, z)])
    smooth_rows = spline(np.array(rows).reshape(len(rows), -1), 50).reshape(50, 72, 3)
    kit.add(loft(smooth_rows), kit.material("fabric", "paper"))
    wood = kit.material("wood", "chrome")
    kit.add(lathe([(0, 0.94), (0.1, 0.94), (0.09, 1.0), (0.03, 1.04), (0.04, 1.1), (0, 1.12)], 32), wood)
    kit.add(rod((0, 0, -0.5), (0, 0, -1.5), 0.035), wood)
    for k in range(3):
        foot = spline([(0, 0, -1.3), (0.12, 0, -1.42), (0.4, 0, -1.6)], 12) @ rotation(Z, k * TAU / 3).T
        kit.add(tube(foot, 0.03, 10), wood)


THINGS: dict[str, Thing] = {
    "pillow": Thing(pillow, 1.2, elevation=(0, 1.0)),
    "cloth_heap": Thing(cloth_heap, 1.2, elevation=(0.2, 1.2)),
    "draped": Thing(draped, 1.3, elevation=(0, 0.7)),
    "hanging": Thing(hanging, 1.2, elevation=LEVEL, azimuth=AROUND),
    "towels": Thing(towels, elevation=(0, 0.7)),
    "dress_form": Thing(dress_form, elevation=LEVEL),
    "bag": Thing(shopping_bag, elevation=(0, 0.5)),
    "mattress": Thing(mattress, 0.6, elevation=(0.2, 0.9)),
}
