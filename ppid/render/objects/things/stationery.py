"""Books, clocks and what lies on a desk."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.objects.things.accessories import dial
from ppid.render.objects.things.graphics import artwork, page
from ppid.render.objects.things.kit import FRONT, LEVEL, Kit, Thing
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
    segments,
    sheet,
    slab,
    strap,
)
from ppid.render.rng import Rng
from ppid.render.shapes import TAU, box, lathe, rotation, rounded_box, spline, tube


def _book(rng: Rng, kit: Kit, size: np.ndarray) -> None:
    """A closed book that lies on z = 0, its spine towards -y."""
    wide, deep, thick = size
    cover, paper = kit.material("paper", "fabric", "leather", "paint"), kit.material("paper")
    kit.add(placed(box(wide * 0.96, deep * 0.96, thick * 0.86), (0, 0.01, thick / 2)), paper)
    for z in (0.02, thick - 0.02):
        kit.add(placed(box(wide, deep, 0.035), (0, 0, z)), cover, edge=0.008)
    spine = arc((0.05, thick / 2 - 0.002), math.pi / 2, 1.5 * math.pi, 12)[:, [1, 0, 2]]
    outline = spine + [0, -deep / 2, thick / 2]
    rows = np.stack([outline - [wide / 2, 0, 0], outline + [wide / 2, 0, 0]], 1)
    kit.add(sheet(rows), cover, thick=0.02)
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    label = np.c_[corners * [wide * 0.47, deep * 0.47], np.full(4, thick + 0.0006)]
    if rng.chance(0.7):
        kit.add((label, np.array([[0, 1, 2, 3]])), kit.printed(artwork(rng)), surface=corners / 2 + 0.5)


def books(rng: Rng, kit: Kit) -> None:
    """A pile of books, one that stands open, or a row."""
    if rng.chance(0.35):
        spread, high = rng.uniform(0.5, 1.2), 0.8
        cover = kit.material("paper", "fabric", "leather")
        for side in (-1, 1):
            with kit.at(turn=rotation(Z, side * (math.pi / 2 - spread))):
                kit.add(placed(box(0.03, 0.68, high * 2.05), (0, 0.33, 0)), cover, edge=0.008)
                for k in range(rng.whole(3, 6)):
                    u, v = np.meshgrid(np.linspace(0, 1, 12), np.linspace(-1, 1, 3), indexing="ij")
                    bulge = (0.05 + 0.022 * k) * np.sin(u * math.pi * 0.7)
                    leaf = np.stack([-side * (0.02 + bulge), 0.63 * u, high * v], -1)
                    place = np.stack([0.08 + 0.84 * u if side < 0 else 0.92 - 0.84 * u, (v + 1) / 2], -1).reshape(-1, 2)
                    kit.add(sheet(leaf), kit.printed(page(rng), 0.8) if k > 1 else kit.material("paper"), surface=place)
        return
    z = 0.0
    for _ in range(rng.whole(1, 6)):
        size = np.array([rng.uniform(1.0, 1.5), rng.uniform(0.7, 1.0), rng.uniform(0.12, 0.34)])
        with kit.at((rng.uniform(-0.1, 0.1), rng.uniform(-0.08, 0.08), z), rotation(Z, rng.normal(0, 0.25))):
            _book(rng, kit, size)
        z += size[2] + 0.004


def clock(rng: Rng, kit: Kit) -> None:
    """A wall clock or an alarm clock with bells."""
    case = kit.material("paint", "plastic", "chrome", "gold", "wood")
    with kit.at((0, -0.02, 0), rotation(X, math.pi / 2)):
        dial(rng, kit, 0.68)
    deep = rng.uniform(0.1, 0.4)
    profile = [(0, -0.01), (0.7, -0.01), (0.7, 0.06), (0.76, 0.07), (0.79, 0.0), (0.77, -deep), (0, -deep)]
    kit.add(along(lathe([(0.68, -0.02), *profile[2:]], 88), -Y), case)
    if rng.chance(0.5):
        metal = kit.material("chrome", "gold")
        for side in (-1, 1):
            turn = rotation(Y, side * 0.6)
            bell = placed(lathe(spline([(0.3, 0), (0.26, 0.16), (0.001, 0.25)], 20), 48), (0, 0, 0.86))
            kit.add(placed(bell, (0, deep / 2, 0), turn), metal, thick=0.015)
            kit.add(placed(rod((0, 0, 0.76), (0, 0, 1.2), 0.022), (0, deep / 2, 0), turn), metal)
            kit.add(
                tube(
                    [np.array([side * 0.38, deep / 2, -0.62]), np.array([side * 0.6, deep / 2, -0.98])],
                    [0.06, 0.035],
                    14,
                ),
                metal,
            )
        kit.add(tube(arc((0.4, 0.3), 0.3, math.pi - 0.3, 24, (0, deep / 2, 1.02)), 0.022, 8), metal)
        kit.add(rod((0, deep / 2, 0.75), (0, deep / 2, 1.0), 0.018), metal)
        kit.add(placed(rounded_box(0.12, 0.1, 0.1, 4, 3), (0, deep / 2, 1.02)), metal)


def pencils(rng: Rng, kit: Kit) -> None:
    """Pencils and pens, in a pot or loose."""

    def pencil(length: float) -> None:
        paint, wood, lead = (
            kit.material("paint", "plastic", "wood"),
            kit.material("wood"),
            kit.material("rubber", "plastic"),
        )
        kit.add(lathe([(0, 0), (0.05, 0), (0.05, length), (0, length)], 6), paint, edge=0.004)
        kit.add(lathe([(0.05, length), (0.016, length + 0.14), (0, length + 0.14)], 24), wood)
        kit.add(lathe([(0.016, length + 0.14), (0.001, length + 0.19)], 12), lead)
        if rng.chance(0.5):
            kit.add(placed(disc(0.052, 0.1), (0, 0, 0.0)), kit.material("gold", "chrome"))
            kit.add(placed(disc(0.048, 0.1, 0.02, 24), (0, 0, -0.08)), kit.material("rubber", "plastic"))

    count = rng.whole(2, 8)
    if rng.chance(0.55):
        pot = kit.material("steel", "ceramic", "plastic", "wood", "card")
        if rng.chance(0.4):
            turn = np.arange(36) * TAU / 36
            kit.wires(
                segments(
                    [
                        (
                            (0.34 * math.cos(a), 0.34 * math.sin(a), 0),
                            (0.34 * math.cos(a + 0.5 * s), 0.34 * math.sin(a + 0.5 * s), 0.85),
                        )
                        for a in turn
                        for s in (-1, 1)
                    ]
                ),
                0.007,
                pot,
            )
            for z in (0, 0.85):
                kit.add(ring(0.34, 0.018, Z, (0, 0, z)), pot)
            kit.add(disc(0.33, 0.02), pot)
        else:
            kit.add(
                lathe(
                    [(0, 0), (0.34, 0), (0.35, 0.03), (0.35, 0.85), (0.32, 0.85), (0.32, 0.05), (0, 0.04)],
                    rng.pick([6, 56]),
                ),
                pot,
            )
        for k in range(count):
            spread = rotation(Z, k * TAU / count) @ rotation(Y, rng.uniform(0.1, 0.24))
            with kit.at(rotation(Z, k * TAU / count) @ [-0.1, 0, 0.06], spread):
                pencil(rng.uniform(0.95, 1.4))
        return
    for k in range(count):
        with (
            kit.at(
                (rng.uniform(-0.2, 0.2), 0.17 * (k - count / 2), 0.02 * k),
                rotation(Z, rng.normal(0, 0.2)) @ rotation(Y, math.pi / 2),
                1.0,
            ),
            kit.at((0, 0, -0.8)),
        ):
            pencil(rng.uniform(1.2, 1.5))


def desk_tool(rng: Rng, kit: Kit) -> None:
    """A stapler, a tape dispenser or a hole punch: things of the desk."""
    body, metal, dark = kit.material("plastic", "paint", "steel"), kit.material("chrome"), kit.material("rubber")
    if rng.chance(0.5):
        kit.add(placed(rounded_box(1.8, 0.32, 0.1, 6), (0, 0, 0)), dark)
        with kit.at((-0.8, 0, 0.2), rotation(Y, -rng.uniform(0.1, 0.5))):
            kit.add(placed(box(1.6, 0.17, 0.1), (0.82, 0, 0.02)), metal, edge=0.012)
            rows = [
                np.c_[np.full(48, x), oval(w, h, 3) + [0, z]]
                for x, w, h, z in (
                    (-0.1, 0.1, 0.06, 0.06),
                    (0.0, 0.15, 0.12, 0.1),
                    (0.9, 0.14, 0.13, 0.16),
                    (1.55, 0.15, 0.1, 0.13),
                    (1.68, 0.1, 0.06, 0.1),
                )
            ]
            kit.add(loft(np.array(rows)), body)
        kit.add(placed(box(0.3, 0.28, 0.25), (-0.75, 0, 0.12)), body, edge=0.04)
        kit.add(placed(box(0.2, 0.18, 0.02), (0.72, 0, 0.055)), metal, edge=0.006)
        return
    outline = spline(
        [
            (-0.8, -0.35),
            (0.9, -0.35),
            (0.95, -0.1),
            (0.75, 0.0),
            (0.4, -0.1),
            (0.2, -0.15),
            (-0.1, 0.12),
            (-0.4, 0.15),
            (-0.75, 0.1),
        ],
        90,
        closed=True,
    )
    kit.add(slab(outline, 0.4), body, edge=0.04)
    kit.add(placed(ring(0.3, 0.012, Y), (-0.3, -0.13, 0.28)), metal)
    tape = kit.material("translucent", "plastic", colour=(0.7, 0.6, 0.35))
    kit.add(
        along(lathe([(0.2, -0.1), (0.36, -0.1), (0.36, 0.1), (0.2, 0.1), (0.2, -0.1)], 64), Y, (-0.3, 0, 0.25)), tape
    )
    kit.add(along(disc(0.2, 0.22, 0.02), Y, (-0.3, 0, 0.25)), dark)
    kit.add(strap(np.linspace((-0.28, 0, 0.61), (0.85, 0, 0.02), 6), Y, 0.2, 0.008), tape)
    kit.add(placed(box(0.06, 0.24, 0.03), (0.88, 0, 0.0)), metal)


def clothes_pegs(rng: Rng, kit: Kit) -> None:
    """Clothes pegs, loose or on a line with a cloth."""
    wood, metal = kit.material("wood", "plastic"), kit.material("chrome")

    def peg() -> None:
        for side in (-1, 1):
            outline = [
                (side * 0.02, 0.6),
                (side * 0.09, 0.6),
                (side * 0.12, 0.1),
                (side * 0.22, -0.6),
                (side * 0.14, -0.6),
                (side * 0.03, 0.0),
                (side * 0.06, 0.25),
                (side * 0.015, 0.35),
            ]
            kit.add(slab(outline, 0.2), wood, edge=0.01)
        for y in (-0.05, 0.05):
            kit.add(ring(0.085, 0.016, Y, (0, y, 0.06), 28), metal)

    line = rng.chance(0.5)
    count = rng.whole(2, 4)
    for k in range(count):
        x = (k - (count - 1) / 2) * 0.75
        turn = rotation(Y, rng.normal(0, 0.05) if line else rng.uniform(-3, 3)) @ rotation(
            X, 0.0 if line else rng.normal(0, 0.3)
        )
        with kit.at(
            (x, 0 if line else rng.uniform(-0.3, 0.3), -0.03 * x * x if line else rng.uniform(-0.2, 0.2)),
            rotation(Y, math.pi) @ turn if line else turn,
            0.6,
        ):
            peg()
    if line:
        run = np.linspace(-1.6, 1.6, 40)
        kit.wires(np.c_[run, 0 * run, -0.2 + 0.05 * run * run][None], 0.014, kit.material("fabric"))
        u, v = np.meshgrid(np.linspace(-1, 1, 60), np.linspace(0, 1, 30), indexing="ij")
        wide = (count - 1) * 0.375 + 0.1
        cloth = np.stack(
            [u * wide, 0.12 * np.sin(u * 7 + rng.uniform(0, 6)) * v, -0.28 - 1.1 * v + 0.02 * np.cos(u * 12)], -1
        )
        kit.add(sheet(cloth), kit.material("fabric", "patterned"), thick=0.012)


THINGS: dict[str, Thing] = {
    "books": Thing(books, 1.4, elevation=(0.05, 0.6), azimuth=(-2.6, -0.5)),
    "clock": Thing(clock, 1.2, elevation=(-0.2, 0.4), azimuth=(-2.4, -0.7)),
    "pencils": Thing(pencils, 1.2, elevation=(0.2, 0.8)),
    "desk_tool": Thing(desk_tool, 0.8, elevation=(0.1, 0.6), azimuth=FRONT),
    "clothes_pegs": Thing(clothes_pegs, 0.8, elevation=LEVEL, azimuth=FRONT),
}
