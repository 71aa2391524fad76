"""Toys."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.objects.things.kit import BLACK, FRONT, LEVEL, WHITE, Kit, Thing
from ppid.render.objects.things.parts import (
    X,
    Y,
    Z,
    along,
    disc,
    placed,
    ring,
    rod,
    rounded_rectangle,
    segments,
    sheet,
    slab,
    strap,
)
from ppid.render.rng import Rng
from ppid.render.shapes import (
    TAU,
    box,
    join,
    lathe,
    prism,
    rotation,
    rounded_box,
    sphere,
    spline,
    torus,
    tube,
)


def blocks(rng: Rng, kit: Kit) -> None:
    """A pile of building blocks, rings and balls."""
    z = 0.0
    paint = rng.pick(["wood", "paint", "plastic"])
    for _ in range(rng.whole(3, 8)):
        high, material = rng.uniform(0.22, 0.42), kit.material(paint, paint, "wood")
        at = np.array([rng.uniform(-0.08, 0.08), rng.uniform(-0.08, 0.08), z + high / 2])
        turn = rotation(Z, rng.uniform(0, 3))
        kind = rng.pick(["box", "box", "ring", "ball", "cylinder", "cone", "arch", "letter"])
        if kind in ("box", "letter"):
            size = (high, high, high) if kind == "letter" else (rng.uniform(0.35, 0.9), rng.uniform(0.3, 0.5), high)
            kit.add(placed(box(*size), at, turn), material, edge=0.025)
        elif kind == "ring":
            kit.add(placed(torus(rng.uniform(0.25, 0.42), high * 0.42), at), material)
        elif kind == "ball":
            kit.add(placed(sphere(5, high / 2), at), material)
        elif kind == "cylinder":
            kit.add(placed(disc(rng.uniform(0.15, 0.38), high, 0.02), at), material)
        elif kind == "cone":
            kit.add(
                placed(lathe([(0, -high / 2), (0.28, -high / 2), (0.03, high / 2), (0, high / 2)], 48), at), material
            )
        else:
            t = np.linspace(0, math.pi, 24)
            inner = np.c_[0.19 * np.cos(t[::-1]), high * 0.6 * np.sin(t[::-1]) - high / 2]
            outline = np.concatenate(
                [[(0.42, -high / 2), (0.42, high / 2), (-0.42, high / 2), (-0.42, -high / 2)], inner]
            )
            kit.add(placed(slab(outline, 0.26), at, turn), material, edge=0.015)
        z += high


def ring_tower(rng: Rng, kit: Kit) -> None:
    """Rings on a stick, or a spinning top."""
    if rng.chance(0.4):
        for k in range(rng.whole(1, 2)):
            tilt = rotation(X, rng.normal(0, 0.25)) @ rotation(Y, rng.normal(0, 0.25))
            body = spline(
                [
                    (0.001, -0.6),
                    (0.1, -0.45),
                    (0.62, 0.02),
                    (0.6, 0.16),
                    (0.2, 0.3),
                    (0.07, 0.38),
                    (0.06, 0.7),
                    (0.001, 0.72),
                ],
                60,
            )
            with kit.at((1.3 * k, 0.2 * k, 0), tilt):
                kit.add(lathe(body, 64), kit.material("wood", "paint", "plastic"))
                for radius, z in ((0.61, 0.1), (0.36, 0.25)):
                    kit.add(ring(radius, 0.02, Z, (0, 0, z)), kit.material("paint"))
        return
    count, z = rng.whole(4, 6), 0.1
    kit.add(placed(disc(0.55, 0.12, 0.04), (0, 0, 0)), kit.material("wood", "plastic"))
    for k in range(count):
        radius = 0.42 - 0.055 * k
        kit.add(
            placed(torus(radius - 0.12 + 0.02 * k, 0.14, 64, 20), (rng.uniform(-0.02, 0.02), 0, z + 0.1)),
            kit.material("plastic", "paint", "wood"),
        )
        z += 0.26
    kit.add(rod((0, 0, 0), (0, 0, z), 0.08), kit.material("wood"))
    kit.add(placed(sphere(4, 0.16), (0, 0, z + 0.08)), kit.material("paint", "plastic"))


def pinwheel(rng: Rng, kit: Kit) -> None:
    """A paper windmill on a stick, or a kite with its tail."""
    if rng.chance(0.5):
        kit.add(rod((0, 0.06, -1.3), (0, 0.06, 0.05), 0.022), kit.material("wood", "plastic"))
        sails = [kit.material("paper", "paint", "patterned") for _ in range(2)]
        for k in range(count := rng.pick([4, 4, 6, 8])):
            u, v = np.meshgrid(np.linspace(0, 1, 14), np.linspace(0, 1, 14), indexing="ij")
            x, z = 0.62 * u, 0.62 * u * v * math.tan(TAU / count / 2) * 1.6
            y = -0.28 * np.sin(v * 2.6) * u
            points = np.stack([x * (1 - 0.35 * v**2), y, z], -1)
            kit.add(placed(sheet(points), turn=rotation(Y, k * TAU / count)), sails[k % 2])
        kit.add(along(disc(0.06, 0.08, 0.02, 24), Y, (0, -0.1, 0)), kit.material("plastic"))
        kit.add(rod((0, -0.1, 0), (0, 0.08, 0), 0.012), kit.material("steel"))
        return
    places = np.array([(0.0, 0, 0.75), (0.62, 0.03, 0.2), (0.0, 0, -0.9), (-0.62, 0.03, 0.2)])
    middle = np.array([0, -0.03, 0.2])
    colours = [kit.material("fabric", "paper", "paint", "patterned") for _ in range(2)]
    for k in range(4):
        a, b = places[k], places[(k + 1) % 4]
        u, v = np.meshgrid(np.linspace(0, 1, 10), np.linspace(0, 1, 10), indexing="ij")
        edge_points = a + (b - a) * v[..., None]
        points = middle + (edge_points - middle) * u[..., None]
        points[..., 1] += 0.08 * np.sin(math.pi * u) * np.sin(math.pi * v)
        kit.add(sheet(points), colours[k % 2])
    wood = kit.material("wood")
    kit.add(rod(places[0], places[2], 0.012), wood)
    kit.add(rod(places[1], places[3], 0.012), wood)
    t = np.linspace(0, 1, 60)
    tail = np.c_[0.25 * np.sin(t * 9) * t, 0.1 * np.sin(t * 5), -0.9 - 1.1 * t]
    kit.wires(tail[None], 0.008, kit.material("fabric"))
    for place in tail[8::9]:
        for side in (-1, 1):
            bow = np.array([(0, 0), (side * 0.13, 0.06), (side * 0.13, -0.06)])
            kit.add(placed(slab(bow, 0.01), place), colours[0])


def bricks(rng: Rng, kit: Kit) -> None:
    """Plastic building bricks with studs."""
    shades = [kit.material("plastic") for _ in range(rng.whole(2, 4))]
    stud = disc(0.085, 0.06, 0.012, 24)
    heights = np.zeros((10, 6), int)
    for _ in range(rng.whole(4, 14)):
        long, deep = rng.pick([(2, 2), (4, 2), (3, 2), (2, 1), (4, 1), (1, 2), (2, 4)])
        i, k = rng.whole(0, 8 - long), rng.whole(0, 5 - deep)
        level = int(heights[i : i + long, k : k + deep].max())
        heights[i : i + long, k : k + deep] = level + 1
        at = np.array([(i + long / 2 - 4) * 0.28, (k + deep / 2 - 2.5) * 0.28, level * 0.335])
        shade = rng.pick(shades)
        kit.add(placed(box(long * 0.278, deep * 0.278, 0.33), at), shade, edge=0.012)
        studs = [
            placed(stud, at + [(a - (long - 1) / 2) * 0.28, (b - (deep - 1) / 2) * 0.28, 0.19])
            for a in range(long)
            for b in range(deep)
        ]
        kit.add(join(studs), shade)


def puzzle_cube(rng: Rng, kit: Kit) -> None:
    """A cube of turning layers, or dice."""
    if rng.chance(0.4):
        for k in range(rng.whole(1, 3)):
            body = kit.material("plastic", "ceramic", colour=rng.pick([WHITE, (0.6, 0.02, 0.02), BLACK, None]))
            pip = kit.material("plastic", colour=rng.pick([BLACK, WHITE]))
            turn = rotation(rng.normal(size=3), rng.uniform(0, 3))
            with kit.at((0.95 * k, 0.4 * k, 0.1 * k), turn):
                kit.add(rounded_box(0.7, 0.7, 0.7, 7, 5), body)
                spots = {
                    1: [(0, 0)],
                    2: [(-1, -1), (1, 1)],
                    3: [(-1, -1), (0, 0), (1, 1)],
                    4: [(-1, -1), (1, 1), (-1, 1), (1, -1)],
                }
                spots[5], spots[6] = [*spots[4], (0, 0)], [*spots[4], (0, 1), (0, -1)]
                for number, axis in ((1, X), (6, -X), (2, Y), (5, -Y), (3, Z), (4, -Z)):
                    for u, v in spots[number]:
                        spot = placed(disc(0.065, 0.02, 0.006, 20), (u * 0.17, v * 0.17, 0.345))
                        kit.add(along(spot, axis), pip)
        return
    shades = [
        kit.material("plastic", colour=shade)
        for shade in (
            (0.7, 0.01, 0.01),
            (0.8, 0.2, 0.01),
            (0.85, 0.65, 0.01),
            (0.02, 0.4, 0.05),
            (0.01, 0.08, 0.5),
            WHITE,
        )
    ]
    black = kit.material("plastic", colour=rng.pick([BLACK, WHITE]))
    count, twist = rng.pick([2, 3, 3, 4]), rng.pick([0.0, rng.uniform(0.2, 1.2)])
    size = 1.2 / count
    tile = placed(prism(rounded_rectangle(size * 0.86, size * 0.86, size * 0.12), 0.012), (0, 0, size / 2))
    for layer in range(count):
        with kit.at(turn=rotation(Z, twist if layer == count - 1 else 0.0)):
            for i in range(count):
                for k in range(count):
                    at = (np.array([i, k, layer]) - (count - 1) / 2) * size
                    kit.add(placed(box(size * 0.985, size * 0.985, size * 0.985), at), black, edge=size * 0.05)
                    for axis in (X, -X, Y, -Y, Z, -Z):
                        if at @ axis > (count - 1.5) / 2 * size:
                            kit.add(along(tile, axis, at), rng.pick(shades))


def small_toy(rng: Rng, kit: Kit) -> None:
    """A yo-yo, a rattle or rings that turn in each other."""
    kind = rng.pick(["yoyo", "rattle", "whirl"])
    if kind == "yoyo":
        half = spline([(0.001, 0.04), (0.3, 0.04), (0.5, 0.12), (0.48, 0.26), (0.001, 0.32)], 30)
        shell = kit.material("plastic", "wood", "paint")
        for way in (Y, -Y):
            kit.add(along(lathe(half, 56), way), shell)
        kit.add(along(disc(0.08, 0.1), Y), kit.material("steel"))
        path = spline([(0.1, 0, 0.05), (0.2, 0, 0.6), (0.1, 0, 1.2), (0.0, 0, 1.6)], 50)
        kit.wires(path[None], 0.012, kit.material("fabric"))
        kit.add(ring(0.09, 0.012, Y, path[-1] + [0, 0, 0.09], 30), kit.material("fabric"))
    elif kind == "rattle":
        wood, other = kit.material("wood", "plastic"), kit.material("paint", "plastic")
        kit.add(tube([(0, 0, -0.9), (0, 0, -0.85), (0, 0, -0.4), (0, 0, 0.1)], [0.06, 0.09, 0.06, 0.06], 20), wood)
        kit.add(ring(0.45, 0.06, Y, (0, 0, 0.5)), other)
        for k in range(3):
            a = k * TAU / 3 + 0.5
            kit.add(
                placed(torus(0.1, 0.035, 32, 10), (0.45 * math.cos(a), 0, 0.5 + 0.45 * math.sin(a)), rotation(X, 0.4)),
                kit.material("paint", "plastic", "wood"),
            )
    else:
        wood = kit.material("wood", "steel")
        for k in range(4):
            radius = 0.7 - 0.16 * k
            turn = rotation(rng.normal(size=3), rng.uniform(0, 3))
            kit.add(
                placed(
                    strap(
                        np.c_[
                            radius * np.cos(np.linspace(0, TAU, 72, endpoint=False)),
                            radius * np.sin(np.linspace(0, TAU, 72, endpoint=False)),
                            np.zeros(72),
                        ],
                        Z,
                        0.1,
                        0.03,
                        closed=True,
                    ),
                    turn=turn,
                ),
                wood,
            )
        kit.add(sphere(4, 0.14), kit.material("gold", "paint"))


def swing(rng: Rng, kit: Kit) -> None:
    """A swing or a seesaw."""
    frame, rope, seat = (
        kit.material("wood", "paint", "steel"),
        kit.material("fabric", "chrome"),
        kit.material("wood", "plastic"),
    )
    if rng.chance(0.6):
        kit.add(rod((-1, 0, 1), (1, 0, 1), 0.04), frame)
        for side in (-1, 1):
            for y in (-0.6, 0.6):
                kit.add(rod((side, 0, 1), (side * 1.08, y, -1), 0.035), frame)
        lean = rng.uniform(-0.5, 0.5)
        bottom = np.array([0, 1.4 * math.sin(lean), 1 - 1.4 * math.cos(lean)])
        kit.wires(segments([((x, 0, 1), (x, bottom[1], bottom[2])) for x in (-0.28, 0.28)]), 0.014, rope)
        kit.add(placed(box(0.66, 0.24, 0.04), bottom, rotation(X, lean)), seat, edge=0.012)
        return
    tilt = rotation(Y, rng.uniform(-0.25, 0.25))
    kit.add(slab([(-0.4, -0.5), (0.4, -0.5), (0.06, 0.0), (-0.06, 0.0)], 0.3), frame, edge=0.02)
    with kit.at(turn=tilt):
        kit.add(placed(box(2.4, 0.26, 0.06), (0, 0, 0.04)), seat, edge=0.015)
        for x in (-0.9, 0.9):
            kit.add(
                tube(spline([(x, -0.14, 0.08), (x, -0.14, 0.3), (x, 0.14, 0.3), (x, 0.14, 0.08)], 24), 0.02, 8), rope
            )


THINGS: dict[str, Thing] = {
    "blocks": Thing(blocks, 1.3, elevation=(0, 0.6)),
    "ring_tower": Thing(ring_tower, 0.8, elevation=(0, 0.7)),
    "pinwheel": Thing(pinwheel, elevation=LEVEL, azimuth=FRONT),
    "bricks": Thing(bricks, elevation=(0.2, 0.8)),
    "puzzle_cube": Thing(puzzle_cube, 0.8, elevation=(0.2, 0.8), cut=0.05),
    "small_toy": Thing(small_toy, 0.8, azimuth=FRONT),
    "swing": Thing(swing, 0.7, elevation=LEVEL),
}
