"""Bags, cases, boxes and gifts."""

from __future__ import annotations

import math

import bpy
import numpy as np

from ppid.render.objects.things.graphics import artwork
from ppid.render.objects.things.kit import FRONT, Kit, Thing
from ppid.render.objects.things.parts import (
    X,
    Y,
    Z,
    along,
    arc,
    disc,
    loft,
    oval,
    placed,
    ring,
    rod,
    rounded_rectangle,
    sheet,
    square_grid,
    stack,
    strap,
)
from ppid.render.rng import Rng
from ppid.render.shapes import Points, Shape, box, noise, prism, rotation, rounded_box, spline, tube


def _soft(rng: Rng, shape: Shape, amount: float) -> Shape:
    """A shape with dents as of cloth."""
    vertices, faces = shape
    return vertices + amount * np.stack([noise(vertices, rng, 0.9, 3) for _ in range(3)], 1), faces


def _handle(wide: float, high: float, at: tuple[float, float, float]) -> Points:
    """Path of a handle over the x axis."""
    return (
        spline(
            [(-wide, 0, 0), (-wide * 0.9, 0, high * 0.6), (0, 0, high), (wide * 0.9, 0, high * 0.6), (wide, 0, 0)], 40
        )
        + at
    )


def handbag(rng: Rng, kit: Kit) -> None:
    """A handbag with a flap, clasp and one or two handles."""
    skin, metal = kit.material("leather", "leather", "fabric", "patterned"), kit.material("gold", "chrome")
    wide, high, deep = rng.uniform(0.5, 0.75), rng.uniform(0.7, 1.1), rng.uniform(0.18, 0.3)
    taper = rng.uniform(0.75, 1.05)
    rows = [
        (0, 0.95, 0.9),
        (0.04, 1, 1),
        (high * 0.5, (1 + taper) / 2 * 1.02, 0.85),
        (high * 0.95, taper, 0.5),
        (high, taper * 0.98, 0.42),
    ]
    kit.add(stack([oval(wide * w, deep * d, 3.5, 64) for _, w, d in rows], [z for z, *_ in rows]), skin)
    flap = rng.uniform(0.35, 0.65)
    u, v = square_grid(24, 16)
    fall = (v + 1) / 2
    y = -deep * (0.42 + (0.5 - 0.05) * np.clip(fall * 1.4, 0, 1)) - 0.025 + 0.3 * deep * (1 - fall) ** 3
    z = high + 0.02 - (fall - 0.08 * u**2 * fall) * flap * high
    kit.add(sheet(np.stack([u * wide * taper * 0.97, y, z], -1)), skin, thick=0.025)
    kit.add(placed(rounded_box(0.16, 0.05, 0.12, 4), (0, -deep - 0.03, high * (1 - flap) + 0.1)), metal)
    reach = rng.uniform(0.35, 0.9)
    for depth in (-0.06, 0.06) if rng.chance(0.5) else (0.0,):
        path = _handle(wide * taper * rng.uniform(0.5, 0.8), reach, (0, depth, high * 0.97))
        if rng.chance(0.25):
            links = path[::2]
            for k in range(len(links) - 1):
                way = links[k + 1] - links[k]
                side = Y if k % 2 else np.cross(way, Y)
                kit.add(ring(float(np.linalg.norm(way)) * 0.75, 0.012, side, (links[k] + links[k + 1]) / 2, 24), metal)
        else:
            kit.add(strap(path, Y, 0.07, 0.04) if rng.chance(0.5) else tube(path, 0.032, 10), skin)
            for end in (path[0], path[-1]):
                kit.add(ring(0.05, 0.014, Y, end, 24), metal)


def tote(rng: Rng, kit: Kit) -> None:
    """A shopping bag of paper or cloth, open at its top, with cord handles."""
    paper = rng.chance(0.5)
    wide, deep, high = rng.uniform(0.45, 0.65), rng.uniform(0.16, 0.3), rng.uniform(1.1, 1.5)
    exponent = 14 if paper else 4
    rows = [
        np.c_[oval(wide * w, deep * d, exponent, 72), np.full(72, z)]
        for z, w, d in (
            (0.0, 0.01, 0.01),
            (0.0, 0.98, 0.98),
            (0.03, 1, 1),
            (high * 0.35, 1, 1),
            (high * 0.7, 1.0, 0.93),
            (high, 1.0, 0.9),
        )
    ]
    vertices, faces = loft(np.array(rows), capped=False)
    if not paper:
        vertices, faces = _soft(rng, (vertices, faces), 0.045)
    cover = kit.material("paper", "card", "paint") if paper else kit.material("fabric", "patterned", "wicker")
    kit.add((vertices, faces), cover, thick=0.012)
    if paper and rng.chance(0.7):
        corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
        size = np.array([wide * rng.uniform(0.5, 0.85), high * rng.uniform(0.15, 0.4)])
        label = np.c_[corners[:, 0] * size[0], np.full(4, -deep - 0.006), high * 0.5 + corners[:, 1] * size[1]]
        kit.add((label, np.array([[0, 1, 2, 3]])), kit.printed(artwork(rng)), surface=corners / 2 + 0.5)
    cord = kit.material("fabric", "leather", "rubber")
    for side in (-1, 1):
        path = _handle(wide * 0.4, rng.uniform(0.3, 0.6), (0, 0, high - 0.1)) + [0, side * deep * 0.9, 0]
        path[:, 1] += side * 0.15 * np.clip(path[:, 2] - high, 0, 1) * rng.uniform(-1, 1)
        kit.add(tube(path, 0.022, 8) if paper else strap(path, X, 0.08, 0.02), cord)
    if rng.chance(0.3):
        u, v = square_grid(24, 24)
        crumple = noise(np.stack([u, v, 0 * u], -1), rng, 1.2, 3)
        peak = high + 0.12 + 0.16 * crumple - 0.3 * np.maximum(np.abs(u), np.abs(v)) ** 3
        kit.add(sheet(np.stack([u * wide * 0.9, v * deep * 0.85, peak], -1)), kit.material("paper", "translucent"))


def backpack(rng: Rng, kit: Kit) -> None:
    """A rucksack with pockets and straps."""
    cloth, trim = kit.material("fabric", "fabric", "leather", "patterned"), kit.material("fabric", "leather", "rubber")
    high, wide, deep = rng.uniform(1.3, 1.6), rng.uniform(0.5, 0.62), rng.uniform(0.28, 0.4)
    rows = [
        (0, 0.9, 0.85),
        (0.05, 1, 1),
        (high * 0.6, 0.98, 0.9),
        (high * 0.88, 0.85, 0.7),
        (high * 0.98, 0.55, 0.45),
        (high, 0.25, 0.2),
    ]
    kit.add(
        _soft(rng, stack([oval(wide * w, deep * d, 3.4, 72) for _, w, d in rows], [z for z, *_ in rows]), 0.025), cloth
    )
    pocket = _soft(rng, rounded_box(wide * 1.5, deep * 0.7, high * 0.42, 4.5, 5), 0.02)
    kit.add(placed(pocket, (0, -deep * 0.95, high * 0.28)), kit.material("fabric") if rng.chance(0.3) else cloth)
    for side in (-1, 1):
        if rng.chance(0.6):
            kit.add(
                placed(
                    _soft(rng, rounded_box(0.24, deep * 1.1, high * 0.35, 4, 4), 0.02), (side * wide, 0, high * 0.22)
                ),
                cloth,
            )
        path = spline(
            [
                (side * 0.16, deep * 0.6, high * 0.93),
                (side * 0.26, deep + 0.22, high * 0.75),
                (side * 0.34, deep + 0.2, high * 0.4),
                (side * 0.42, deep * 0.8, 0.1),
            ],
            36,
        )
        kit.add(strap(path, X, np.linspace(0.16, 0.07, 36), 0.045), trim)
    zip_arc = spline(
        [
            (-wide * 0.78, -deep * 0.75, high * 0.55),
            (-wide * 0.6, -deep * 0.62, high * 0.84),
            (0, -deep * 0.52, high * 0.96),
            (wide * 0.6, -deep * 0.62, high * 0.84),
            (wide * 0.78, -deep * 0.75, high * 0.55),
        ],
        50,
    )
    kit.add(tube(zip_arc - [0, 0.02, 0], 0.022, 8), trim)
    kit.add(rod(zip_arc[10], zip_arc[10] - [0.02, 0.05, 0.14], 0.016), kit.material("chrome"))
    kit.add(tube(arc((0.12, 0.16), 0, math.pi, 20, (0, deep * 0.5, high * 0.93)), 0.028, 10), trim)


def suitcase(rng: Rng, kit: Kit) -> None:
    """A trolley case or an old suitcase."""
    shell, trim, metal = (
        kit.material("plastic", "paint", "leather", "metal"),
        kit.material("rubber", "leather"),
        kit.material("chrome", "gold"),
    )
    if rng.chance(0.55):
        wide, deep, high = rng.uniform(0.9, 1.1), rng.uniform(0.4, 0.5), rng.uniform(1.3, 1.6)
        kit.add(placed(rounded_box(wide, deep, high, 9, 5), (0, 0, high / 2)), shell)
        for x in np.linspace(-0.36, 0.36, rng.whole(4, 7)) * wide:
            for y in (-1, 1):
                kit.add(placed(rounded_box(0.04, 0.05, high * 0.86, 6), (x, y * deep / 2, high / 2)), shell)
        for x in (-0.4, 0.4):
            for depth in (-0.35 * deep, 0.35 * deep):
                kit.add(along(disc(0.075, 0.06, 0.015, 24), X, (x * wide, depth, -0.09)), trim)
                kit.add(placed(rounded_box(0.1, 0.1, 0.12, 4), (x * wide, depth, 0)), trim)
        reach = high + rng.uniform(0.05, 0.6)
        for x in (-0.2, 0.2):
            kit.add(rod((x, deep * 0.3, high * 0.9), (x, deep * 0.3, reach), 0.022), metal)
        kit.add(placed(rounded_box(0.5, 0.08, 0.08, 4), (0, deep * 0.3, reach)), trim)
        kit.add(tube(arc((0.16, 0.1), 0, math.pi, 16, (0, -0.08, high)), 0.025, 8), trim)
        return
    wide, high = rng.uniform(1.5, 1.8), rng.uniform(0.9, 1.1)
    kit.add(placed(box(wide, 0.45, high), (0, 0, high / 2)), shell, edge=0.05)
    for x in (-0.3, 0.3):
        kit.add(placed(box(0.11, 0.47, high * 1.015), (x * wide, 0, high / 2)), trim, edge=0.01)
        kit.add(placed(rounded_box(0.15, 0.06, 0.12, 5), (x * wide * 0.75, -0.23, high * 0.93)), metal)
    for x in (-1, 1):
        for z in (0.05, high - 0.05):
            kit.add(placed(rounded_box(0.16, 0.49, 0.14, 3), (x * (wide / 2 - 0.06), 0, z)), trim)
    kit.add(strap(_handle(0.2, 0.16, (0, 0, high)), Y, 0.09, 0.05), trim)


def _bow(rng: Rng, kit: Kit, ribbon: bpy.types.Material, wide: float) -> None:
    """Loops and tails of a ribbon around the origin."""
    for k in range(rng.pick([2, 4, 6])):
        turn = rotation(Z, k * math.pi + (k // 2) * 0.9 + rng.uniform(-0.15, 0.15))
        reach = rng.uniform(0.3, 0.42)
        loop = spline(
            [
                (0, 0, 0),
                (reach * 0.6, 0, 0.2),
                (reach, 0, 0.17),
                (reach * 0.95, 0, 0.05),
                (reach * 0.5, 0, 0.02),
                (0, 0, 0.01),
            ],
            40,
        )
        kit.add(
            strap(
                loop @ turn.T, Y @ turn.T, wide * np.interp(np.linspace(0, 1, 40), [0, 0.4, 1], [0.5, 1, 0.5]), 0.008
            ),
            ribbon,
        )
    for side in (-1, 1):
        tail = spline([(0, 0, 0.01), (side * 0.2, -0.1, 0.05), (side * 0.4, -0.3, 0.02)], 16)
        kit.add(strap(tail, (0.3 * side, 1, 0), wide * 0.9, 0.008), ribbon)
    kit.add(rounded_box(0.1, wide * 0.7, 0.08, 3), ribbon)


def gift(rng: Rng, kit: Kit) -> None:
    """Wrapped boxes with ribbons and bows, on top of each other."""
    z, size = 0.0, rng.uniform(1.0, 1.5)
    count = rng.pick([1, 1, 2, 3])
    for last in [False] * (count - 1) + [True]:
        wrap, ribbon = kit.material("paper", "paint", "patterned", "patterned"), kit.material("fabric", "paint", "gold")
        width, depth, high = size, size * rng.uniform(0.7, 1.0), rng.uniform(0.35, 0.9) * size
        wide = rng.uniform(0.07, 0.16)
        with kit.at((0, 0, z), rotation(Z, rng.uniform(-0.5, 0.5))):
            kit.add(placed(box(width, depth, high), (0, 0, high / 2)), wrap, edge=0.012)
            if rng.chance(0.4):
                kit.add(
                    placed(box(width + 0.05, depth + 0.05, 0.2 * size), (0, 0, high - 0.08 * size)), wrap, edge=0.012
                )
                width, depth, high = width + 0.05, depth + 0.05, high + 0.02 * size
            kit.add(placed(box(width + 0.012, wide, high + 0.012), (0, 0, high / 2)), ribbon)
            kit.add(placed(box(wide, depth + 0.012, high + 0.012), (0, 0, high / 2)), ribbon)
            with kit.at((0, 0, high + 0.015), rotation(Z, rng.uniform(0, 1)), size * 0.9):
                if last:
                    _bow(rng, kit, ribbon, wide)
        z += high
        size *= rng.uniform(0.55, 0.75)


def parcel(rng: Rng, kit: Kit) -> None:
    """Cardboard boxes, closed with tape or open."""
    card = kit.material("card", "card", "paper")
    wide, deep, high = rng.uniform(1.0, 1.6), rng.uniform(0.7, 1.1), rng.uniform(0.5, 1.1)
    if rng.chance(0.5):
        kit.add(placed(box(wide, deep, high), (0, 0, high / 2)), card, edge=0.01)
        kit.add(
            placed(box(wide * 1.004, 0.14, high * 0.5), (0, 0, high * 0.754)),
            kit.material("plastic", colour=(0.45, 0.28, 0.1)),
        )
        corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
        label = np.c_[
            corners[:, 0] * 0.25 + wide * 0.15, np.full(4, -deep / 2 - 0.003), high * 0.5 + corners[:, 1] * 0.16
        ]
        kit.add((label, np.array([[0, 1, 2, 3]])), kit.printed(artwork(rng)), surface=corners / 2 + 0.5)
    else:
        walls = [rounded_rectangle(wide, deep, 0.01)] * 2
        kit.add(stack(walls, [0, high], capped=False), card, thick=0.02)
        kit.add(placed(box(wide, deep, 0.02), (0, 0, 0.01)), card)
        for k in range(4):
            long, reach = (wide, deep) if k % 2 == 0 else (deep, wide)
            with (
                kit.at((0, 0, high), rotation(Z, k * math.pi / 2)),
                kit.at((0, -reach / 2, 0), rotation(X, rng.uniform(-0.3, 1.4))),
            ):
                kit.add(placed(box(long * 0.99, deep / 2, 0.02), (0, -deep / 4, 0)), card, edge=0.004)
    if rng.chance(0.3):
        small = rng.uniform(0.4, 0.6)
        with kit.at((0.1, 0, high), rotation(Z, rng.uniform(0, 1)), small):
            kit.add(placed(box(1, 0.8, 0.6), (0, 0, 0.3)), card, edge=0.012)


def basket(rng: Rng, kit: Kit) -> None:
    """A woven basket with a handle, now and then with cloth or balls of wool."""
    straw, count = kit.material("wicker", "wood"), rng.whole(18, 30)
    wide, deep, high = rng.uniform(0.6, 0.85), rng.uniform(0.45, 0.65), rng.uniform(0.4, 0.7)
    stakes, rows = [], rng.whole(9, 14)
    turn = np.linspace(0, 2 * math.pi, count * 8, endpoint=False)
    for k in range(rows):
        t = k / (rows - 1)
        wave = 0.018 * np.sin(turn * count / 2 + math.pi * k)
        grow = 0.8 + 0.2 * t
        path = np.c_[
            (wide * grow + wave) * np.cos(turn), (deep * grow + wave) * np.sin(turn), np.full(len(turn), high * t)
        ]
        kit.add(tube(path, high / rows * 0.5, 6, closed=True), straw)
    for a in np.linspace(0, 2 * math.pi, count, endpoint=False):
        stakes.append([[wide * g * math.cos(a), deep * g * math.sin(a), high * t] for t, g in ((0, 0.8), (1, 1.0))])
    kit.wires(np.array(stakes), 0.02, straw)
    kit.add(placed(prism(oval(wide * 0.8, deep * 0.8), 0.03)), straw)
    kit.add(tube(arc((wide * 0.98, rng.uniform(0.7, 1.0)), 0, math.pi, 50, (0, 0, high)), 0.04, 10), straw)
    if rng.chance(0.6):
        fill = [kit.material("fabric", "knit", "peel", "paint") for _ in range(3)]
        for k in range(7):
            at = (
                0.3 * math.cos(k * 2.4) * (k > 0) * wide / 0.6,
                0.24 * math.sin(k * 2.4) * (k > 0),
                high * 0.85 + rng.uniform(-0.05, 0.08),
            )
            kit.add(placed(rounded_box(0.4, 0.4, 0.4, 2.2, 4), at), fill[k % 3])


THINGS: dict[str, Thing] = {
    "handbag": Thing(handbag, 1.8, azimuth=(-2.6, -0.5)),
    "tote_bag": Thing(tote, 1.3, elevation=(-0.05, 0.5), azimuth=FRONT),
    "backpack": Thing(backpack, 1.5),
    "suitcase": Thing(suitcase, elevation=(0, 0.5)),
    "gift": Thing(gift, 1.3, elevation=(0.1, 0.7)),
    "parcel": Thing(parcel, elevation=(0.1, 0.8)),
    "basket": Thing(basket, elevation=(0.1, 0.8)),
}
