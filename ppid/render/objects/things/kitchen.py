"""What stands and hangs in a kitchen."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.objects.things.kit import ABOVE, FRONT, Kit, Thing
from ppid.render.objects.things.parts import (
    UPRIGHT,
    X,
    Y,
    Z,
    along,
    arc,
    circle,
    disc,
    helix,
    loft,
    oval,
    placed,
    ring,
    rod,
    rounded_rectangle,
    smooth_outline,
    stack,
    strap,
    stretched,
    washer,
)
from ppid.render.rng import Rng
from ppid.render.shapes import (
    TAU,
    join,
    lathe,
    prism,
    rotation,
    rounded_box,
    scatter,
    sphere,
    spline,
    tube,
)


def pan(rng: Rng, kit: Kit) -> None:
    """A frying pan, or a pot with its lid."""
    metal, grip = kit.material("chrome", "steel", "paint", "rubber"), kit.material("plastic", "wood", "chrome")
    if rng.chance(0.5):
        radius, deep = rng.uniform(0.6, 0.75), rng.uniform(0.12, 0.3)
        kit.add(
            lathe(
                [
                    (0, 0),
                    (radius * 0.8, 0),
                    (radius, deep),
                    (radius + 0.03, deep + 0.01),
                    (radius - 0.02, deep),
                    (radius * 0.78, 0.04),
                    (0, 0.04),
                ],
                72,
            ),
            metal,
        )
        handle = spline(
            [(radius * 0.95, 0, deep * 0.8), (radius + 0.4, 0, deep + 0.12), (radius + 1.0, 0, deep + 0.12)], 24
        )
        kit.add(strap(handle, Y, np.linspace(0.08, 0.15, 24), 0.05), grip)
        return
    radius, deep = rng.uniform(0.5, 0.7), rng.uniform(0.5, 0.9)
    kit.add(
        lathe(
            [
                (0, 0),
                (radius - 0.03, 0),
                (radius, 0.04),
                (radius, deep),
                (radius + 0.03, deep + 0.02),
                (radius - 0.02, deep),
                (radius - 0.02, 0.04),
                (0, 0.04),
            ],
            72,
        ),
        metal,
    )
    for side in (-1, 1):
        handle = spline(
            [
                (side * radius, -0.16, deep * 0.8),
                (side * (radius + 0.16), -0.13, deep * 0.82),
                (side * (radius + 0.16), 0.13, deep * 0.82),
                (side * radius, 0.16, deep * 0.8),
            ],
            24,
        )
        kit.add(tube(handle, 0.03, 10), grip)
    if rng.chance(0.7):
        turn, at = rotation(Y, rng.pick([0.0, 0.0, 0.25])), (0, 0, deep + 0.02)
        kit.add(
            placed(lathe([(radius + 0.03, 0), (radius * 0.8, 0.1), (radius * 0.3, 0.17), (0, 0.18)], 64), at, turn),
            metal,
            thick=0.015,
        )
        kit.add(
            placed(lathe([(0, 0.17), (0.04, 0.17), (0.04, 0.24), (0.11, 0.27), (0.1, 0.31), (0, 0.32)], 32), at, turn),
            grip,
        )


def kitchen_knife(rng: Rng, kit: Kit) -> None:
    """A cook's knife or a cleaver."""
    steel, grip = kit.material("chrome", "steel"), kit.material("wood", "plastic", "rubber")
    if rng.chance(0.75):
        wide = rng.uniform(0.16, 0.32)
        blade = [(0, 0.02), (1.2, 0.0), (0.95, -wide * 0.55), (0.5, -wide * 0.95), (0, -wide)]
    else:
        blade = [(0, 0.05), (0.95, 0.08), (0.95, -0.42), (0, -0.42)]
    kit.add(placed(prism(blade, 0.022), turn=UPRIGHT), steel, edge=0.007)
    handle = spline([(0.02, 0, -0.07), (-0.3, 0, -0.06), (-0.6, 0, -0.08), (-0.8, 0, -0.14)], 24)
    kit.add(
        strap(handle, Z, np.interp(np.linspace(0, 1, 24), [0, 0.5, 0.85, 1], [0.15, 0.13, 0.16, 0.1]), 0.09),
        grip,
        edge=0.01,
    )
    for x in (-0.15, -0.35, -0.55):
        kit.add(along(disc(0.025, 0.1, sides=16), Y, (x, 0, -0.065)), steel)


def whisk(rng: Rng, kit: Kit) -> None:
    """A whisk of wire loops."""
    metal, loops = kit.material("chrome", "steel"), rng.whole(4, 9)
    t = np.linspace(0, TAU, 70)
    wide, tall = rng.uniform(0.25, 0.4), rng.uniform(0.55, 0.8)
    loop = np.c_[wide * np.sin(t) * np.sin(t / 2) ** 0.6, 0 * t, tall * (1 - np.cos(t)) ** 0.8 * 0.62]
    kit.wires(
        np.array([loop @ rotation(Z, a).T for a in np.arange(loops) * math.pi / loops]),
        rng.uniform(0.007, 0.013),
        metal,
    )
    grip = tube(
        [(0, 0, 0.04), (0, 0, -0.1), (0, 0, -0.2), (0, 0, -0.6), (0, 0, -0.95), (0, 0, -1)],
        [0.04, 0.06, 0.07, 0.055, 0.075, 0.04],
        20,
    )
    kit.add(grip, kit.material("wood", "plastic", "chrome"))
    kit.add(ring(0.07, 0.015, X, (0, 0, -1.06)), metal)


def grater(rng: Rng, kit: Kit) -> None:
    """A box grater with raised teeth."""
    metal = kit.material("chrome", "steel")
    half, height = rng.uniform(0.28, 0.36), rng.uniform(1.2, 1.5)
    outlines = [rounded_rectangle(2 * half * s, 1.3 * half * s, 0.06) for s in (1.0, 0.72)]
    kit.add(stack(outlines, [0, height], capped=False), metal, thick=0.015)
    tooth = join([ring(0.032, 0.012, Z, sides=14), placed(stretched(sphere(2), (0.03, 0.015, 0.02)), (0, 0.02, 0.01))])
    rows, columns = rng.whole(8, 12), rng.whole(4, 6)
    places, turns = [], []
    for way, reach in ((0, 0.65 * half), (1, half), (2, 0.65 * half), (3, half)):
        wide = half if way % 2 == 0 else 0.65 * half
        spin = rotation(Z, way * math.pi / 2)
        for row in range(rows):
            t = 0.12 + 0.7 * row / rows
            size = 1 - 0.28 * t
            for column in range(columns):
                x = ((column + 0.5 * (row % 2)) / columns - 0.45) * 1.6 * wide * size
                places.append(spin @ [x, -reach * size - 0.004, t * height])
                turns.append((spin @ rotation(X, math.pi / 2)).T)
    kit.add(scatter(tooth, places, turns, np.ones(len(places))), metal)
    grip = kit.material("plastic", "rubber", "wood")
    kit.add(
        stack([rounded_rectangle(2 * half * 0.76, 1.3 * half * 0.76, 0.06)] * 2, [height - 0.06, height + 0.04]),
        grip,
        edge=0.015,
    )
    kit.add(strap(arc((half * 0.5, 0.3), 0, math.pi, 24, (0, 0, height)), Y, 0.1, 0.05), grip)


def moka_pot(rng: Rng, kit: Kit) -> None:
    """A coffee maker with facets."""
    metal, grip = kit.material("steel", "chrome", "paint"), kit.material("plastic", colour=(0.015, 0.015, 0.016))
    lower = [(0, 0), (0.46, 0), (0.48, 0.04), (0.36, 0.62), (0, 0.62)]
    upper = [(0, 0.68), (0.34, 0.68), (0.36, 0.72), (0.47, 1.4), (0.46, 1.42), (0, 1.42)]
    kit.add(lathe(lower, 8), metal, edge=0.015)
    kit.add(lathe(upper, 8), metal, edge=0.015)
    kit.add(placed(disc(0.37, 0.08, 0.01), (0, 0, 0.65)), metal)
    kit.add(lathe([(0.48, 1.43), (0.2, 1.56), (0, 1.6)], 8), metal)
    kit.add(lathe([(0, 1.58), (0.05, 1.6), (0.05, 1.66), (0.09, 1.72), (0.06, 1.8), (0, 1.81)], 16), grip)
    beak = np.array([(0.36, -0.12), (0.72, 0.0), (0.36, 0.12)])
    kit.add(stack([beak * [0.75, 0.4], beak], [1.0, 1.42]), metal)
    handle = spline([(-0.4, 0, 1.32), (-0.8, 0, 1.34), (-0.88, 0, 1.2), (-0.7, 0, 0.7)], 24)
    kit.add(strap(handle, Y, 0.12, 0.09), grip)


def toaster(rng: Rng, kit: Kit) -> None:
    """A toaster, now and then with toast."""
    shell, dark = kit.material("chrome", "paint", "plastic"), kit.material("plastic", colour=(0.012, 0.012, 0.014))
    sections = [
        np.c_[np.full(48, x), oval(w, h, 4.5)]
        for x, w, h in ((-0.75, 0.3, 0.42), (-0.72, 0.37, 0.48), (0.72, 0.37, 0.48), (0.75, 0.3, 0.42))
    ]
    kit.add(loft(sections), shell, edge=0.02)
    for y in (-0.14, 0.14):
        kit.add(placed(rounded_box(1.2, 0.11, 0.03, 12), (0, y, 0.48)), dark)
        if rng.chance(0.5):
            slice_outline = smooth_outline(
                [
                    (-0.4, -0.4),
                    (0.4, -0.4),
                    (0.42, 0.1),
                    (0.48, 0.25),
                    (0.3, 0.4),
                    (-0.3, 0.4),
                    (-0.48, 0.25),
                    (-0.42, 0.1),
                ],
                60,
            )
            kit.add(
                placed(prism(slice_outline, 0.09), (0, y, 0.35 + rng.uniform(-0.1, 0.15)), UPRIGHT),
                kit.material("bread"),
                edge=0.03,
            )
    kit.add(placed(rounded_box(0.1, 0.2, 0.07, 4), (0.8, 0, 0.18)), dark)
    kit.add(along(disc(0.09, 0.08, 0.02), X, (0.77, 0, -0.18)), dark)
    for side in (-1, 1):
        kit.add(placed(rounded_box(0.14, 0.6, 0.06, 4), (side * 0.55, 0, -0.5)), dark)


def pepper_mill(rng: Rng, kit: Kit) -> None:
    """Turned mills for salt and pepper."""
    for k in range(rng.whole(1, 2)):
        wood, tall = kit.material("wood", "plastic", "steel", "paint"), rng.uniform(1.0, 1.8)
        shape = [
            (0, 0),
            (0.26, 0),
            (0.27, 0.06),
            (0.24, 0.1),
            (0.17, tall * 0.4),
            (0.24, tall * 0.66),
            (0.2, tall * 0.7),
        ]
        head = [(0.21, tall * 0.71), (0.25, tall * 0.78), (0.22, tall * 0.9), (0.1, tall * 0.97), (0, tall * 0.98)]
        with kit.at((k * 0.7, 0, 0)):
            kit.add(lathe(spline(shape[1:], 40), 48), wood)
            kit.add(lathe(spline(head, 24), 48), wood)
            kit.add(placed(sphere(3, 0.045), (0, 0, tall)), kit.material("chrome"))


def corkscrew(rng: Rng, kit: Kit) -> None:
    """A corkscrew with wings or a plain handle."""
    metal, grip = kit.material("chrome", "steel"), kit.material("wood", "plastic", "chrome")
    worm = helix(np.r_[np.full(100, 0.06), np.linspace(0.06, 0.005, 20)], -0.75, 5, 120)
    kit.add(tube(worm, np.r_[np.full(100, 0.018), np.linspace(0.018, 0.004, 20)], 8), metal)
    kit.add(rod((0, 0, -0.02), (0, 0, 0.65), 0.03), metal)
    if rng.chance(0.5):
        handle = tube(
            [(-0.5, 0, 0.7), (-0.25, 0, 0.7), (0, 0, 0.7), (0.25, 0, 0.7), (0.5, 0, 0.7)],
            [0.06, 0.1, 0.08, 0.1, 0.06],
            20,
        )
        kit.add(handle, grip)
        return
    kit.add(stretched(ring(0.18, 0.035, Y), (1, 1.5, 0.8)), metal)
    kit.add(lathe([(0.1, 0.25), (0.12, 0.0), (0.1, -0.15), (0.17, -0.5), (0.16, -0.52), (0.09, -0.2)], 32), metal)
    kit.add(ring(0.13, 0.03, Y, (0, 0, 0.78)), metal)
    lift = rng.uniform(-0.9, 0.9)
    for side in (-1, 1):
        way = np.array([side * math.cos(lift), 0, math.sin(lift)])
        start = np.array([side * 0.14, 0, 0.15])
        kit.add(
            strap(
                np.linspace(start, start + way * 0.75, 10),
                Z if abs(lift) < 0.7 else X,
                np.linspace(0.07, 0.13, 10),
                0.045,
            ),
            metal,
        )
        kit.add(along(disc(0.08, 0.07, 0.01, 24), Y, start), metal)


def rolling_pin(rng: Rng, kit: Kit) -> None:
    """A rolling pin, or a board with it."""
    wood = kit.material("wood")
    with kit.at((0, 0, 0.16), rotation(Z, rng.uniform(-0.5, 0.5)) @ rotation(Y, math.pi / 2)):
        kit.add(disc(0.15, 1.3, 0.03), wood)
        grip = lathe(spline([(0.03, 0.62), (0.05, 0.7), (0.075, 0.85), (0.06, 0.97), (0.001, 1.0)], 24), 32)
        kit.add(grip, wood)
        kit.add(placed(grip, turn=rotation(X, math.pi)), wood)
    if rng.chance(0.6):
        outline = rounded_rectangle(1.5, 1.0, 0.15)
        kit.add(placed(prism(outline, 0.06), (0, 0, -0.03)), kit.material("wood", "stone"), edge=0.012)
        paddle = washer(oval(0.3, 0.12, 3), circle(0.05, 48, (0.15, 0)), 0.06)
        kit.add(placed(paddle, (0.95, 0, -0.03)), kit.material("wood"), edge=0.01)


THINGS: dict[str, Thing] = {
    "pan": Thing(pan, elevation=(0.1, 0.9)),
    "kitchen_knife": Thing(kitchen_knife, elevation=(-0.3, 0.5), azimuth=FRONT, lying=True),
    "whisk": Thing(whisk, lying=True),
    "grater": Thing(grater),
    "moka_pot": Thing(moka_pot),
    "toaster": Thing(toaster, elevation=(0.1, 0.6), azimuth=FRONT),
    "pepper_mill": Thing(pepper_mill),
    "corkscrew": Thing(corkscrew, azimuth=FRONT, lying=True),
    "rolling_pin": Thing(rolling_pin, elevation=ABOVE, lying=True),
}
