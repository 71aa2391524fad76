"""Shapes of paper, china and plaster that say little by themselves."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.objects.things.kit import FRONT, Kit, Thing
from ppid.render.objects.things.parts import (
    UPRIGHT,
    X,
    Y,
    Z,
    along,
    circle,
    disc,
    oval,
    placed,
    rod,
    rounded_rectangle,
    sheet,
    square_grid,
    stack,
    strap,
    stretched,
    washer,
)
from ppid.render.rng import Rng
from ppid.render.shapes import (
    Points,
    box,
    lathe,
    noise,
    prism,
    rotation,
    rounded_box,
    sphere,
    spline,
    torus,
    tube,
    unit,
)


def paper(rng: Rng, kit: Kit) -> None:
    """Paper: crumpled, folded to a plane or a boat, in sheets, on a roll, in an envelope."""
    kind = rng.pick(["ball", "plane", "sheets", "sheets", "roll", "envelope", "boat"])
    kit.attributes["style"] = kind
    white = kit.material("paper")
    if kind == "ball":
        vertices, faces = sphere(6, 0.8)
        order = np.sort(vertices @ unit(rng.normal(size=(60, 3))).T, axis=1)
        radius = 1 - 0.28 * np.abs(((order[:, -1] - order[:, -2]) * 9) % 1 - 0.5) + 0.1 * noise(vertices, rng, 1.2, 3)
        part = kit.add((vertices * radius[:, None], faces), white)
        part.data.polygons.foreach_set("use_smooth", [False] * len(part.data.polygons))
    elif kind == "plane":
        points = np.array(
            [(1.2, 0, 0), (-1, 0.75, 0.08), (-1, 0.06, 0.05), (-1, 0, -0.35), (-1, -0.06, 0.05), (-1, -0.75, 0.08)]
        )
        kit.add((points, [[0, 1, 2], [0, 2, 3], [0, 3, 4], [0, 4, 5]]), white, thick=0.008)
    elif kind == "boat":
        points = np.array(
            [
                (-1, 0, 0.35),
                (0, -0.32, 0.1),
                (1, 0, 0.35),
                (0, 0.32, 0.1),
                (-0.5, 0, -0.35),
                (0.5, 0, -0.35),
                (0, 0, 0.75),
                (-0.42, 0, -0.05),
                (0.42, 0, -0.05),
            ]
        )
        kit.add((points, [[0, 4, 5, 1], [1, 5, 2], [2, 5, 4, 3], [3, 4, 0], [7, 6, 8]]), white, thick=0.008)
    elif kind == "roll":
        radius = rng.uniform(0.3, 0.45)
        kit.add(along(lathe([(0.12, -0.4), (radius, -0.4), (radius, 0.4), (0.12, 0.4), (0.12, -0.4)], 72), Y), white)
        u, v = np.meshgrid(np.linspace(0, 1, 50), np.linspace(-0.4, 0.4, 8), indexing="ij")
        x = radius + 0.07 * np.sin(u * 6) * u
        kit.add(sheet(np.stack([x, v, -u * rng.uniform(0.4, 1.2)], -1)), white)
        if rng.chance(0.5):
            kit.add(rod((0, -0.6, 0), (0, 0.6, 0), 0.09), kit.material("chrome"))
    elif kind == "envelope":
        kit.add(box(1.6, 0.02, 1.0), white)
        lift = rng.uniform(0.0, 0.8)
        points = np.array(
            [(-0.8, -0.012, 0.5), (0.8, -0.012, 0.5), (0, -0.014 - 0.5 * math.sin(lift), 0.5 - 0.6 * math.cos(lift))]
        )
        kit.add((points, np.array([[0, 1, 2]])), kit.material("paper"), thick=0.006)
    else:
        for k in range(rng.whole(1, 5)):
            u, v = square_grid(50, 50)
            curl = rng.uniform(0.05, 0.5)
            bend = curl * (u * math.cos(k) + v * math.sin(k)) ** 2
            points = np.stack([u * 0.7, v, bend], -1) @ rotation(rng.normal(size=3), rng.uniform(0, 0.7)).T
            kit.add(sheet(points + rng.normal(size=3) * 0.2), kit.material("paper"))


def eggs(rng: Rng, kit: Kit) -> None:
    """Eggs, loose or in a cup."""
    if rng.chance(0.25):
        kit.add(
            lathe(
                spline(
                    [(0.26, -0.75), (0.1, -0.6), (0.1, -0.5), (0.33, -0.25), (0.36, -0.05), (0.32, -0.06), (0.1, -0.4)],
                    44,
                ),
                56,
            ),
            kit.material("ceramic"),
        )
        vertices, faces = sphere(5, (0.33, 0.33, 0.43))
        kit.add((vertices * (1 - 0.12 * vertices[:, 2:] * [1, 1, 0]), faces), kit.material("ceramic"))
        return
    shell = kit.material("ceramic")
    for k in range(rng.whole(1, 7)):
        vertices, faces = sphere(5, (0.33, 0.33, 0.42))
        vertices = vertices * (1 - 0.25 * vertices[:, 2:] * [1, 1, 0])
        at = ((k % 3) * 0.66, (k // 3) * 0.66, rng.uniform(-0.05, 0.15))
        kit.add(placed((vertices, faces), at, rotation(rng.normal(size=3), rng.uniform(0, 3))), shell)


def dishes(rng: Rng, kit: Kit) -> None:
    """Plates and bowls, stacked."""
    z, china = 0.0, kit.material("ceramic")
    for k in range(rng.whole(1, 7)):
        radius, deep = rng.uniform(0.6, 0.9) * (1 - 0.04 * k), rng.uniform(0.08, 0.4)
        rim = [
            (0, 0),
            (radius * 0.5, 0),
            (radius * 0.55, 0.02),
            (radius * 0.9, deep * 0.9),
            (radius, deep),
            (radius, deep + 0.02),
        ]
        inside = [(radius * 0.97, deep + 0.02), (radius * 0.88, deep * 0.92), (radius * 0.52, 0.04), (0, 0.03)]
        kit.add(placed(lathe(rim + inside, 80), (rng.uniform(-0.04, 0.04), rng.uniform(-0.04, 0.04), z)), china)
        z += rng.uniform(0.07, 0.16)


def solids(rng: Rng, kit: Kit) -> None:
    """Plaster solids: balls, cones, cylinders, cubes, pyramids."""
    makers = {
        "ball": lambda size: sphere(5, size * 0.55),
        "cylinder": lambda size: disc(size * 0.4, size * 1.1, 0.015),
        "cone": lambda size: lathe([(0, -0.5 * size), (0.5 * size, -0.5 * size), (0.002, 0.6 * size)], 72),
        "cube": lambda size: box(size, size, size),
        "pyramid": lambda size: lathe([(0, -0.45 * size), (0.6 * size, -0.45 * size), (0.002, 0.5 * size)], 4),
        "prism": lambda size: lathe(
            [(0, -0.6 * size), (0.4 * size, -0.6 * size), (0.4 * size, 0.6 * size), (0, 0.6 * size)], 6
        ),
        "ring": lambda size: torus(size * 0.42, size * 0.15, 80, 24),
        "egg": lambda size: stretched(sphere(5, size * 0.5), (0.8, 0.8, 1.1)),
    }
    for k in range(rng.whole(1, 4)):
        size, kind = rng.uniform(0.5, 1.1), rng.pick(list(makers))
        turn = rotation(rng.normal(size=3), rng.uniform(0, 3)) if rng.chance(0.4) else rotation(Z, rng.uniform(0, 3))
        plaster = kit.material("paper", "stone")
        kit.add(placed(makers[kind](size), (k * 0.9, rng.uniform(-0.3, 0.3), rng.uniform(-0.1, 0.1)), turn), plaster)


def blob(rng: Rng, kit: Kit) -> None:
    """Lumps: smooth bodies, pebbles, sweets of foam."""
    kind = rng.pick(["lump", "pebbles", "marshmallow", "cloud"])
    kit.attributes["style"] = kind
    if kind == "lump":
        vertices, faces = sphere(6)
        swell = 1 + 0.35 * noise(vertices, rng, 0.45, 2)
        kit.add((vertices * swell[:, None] * rng.uniform(0.6, 1.1, 3), faces), kit.material())
    elif kind == "pebbles":
        for _ in range(rng.whole(3, 10)):
            vertices, faces = sphere(5, rng.uniform(0.15, 0.45, 3))
            rough = vertices * (1 + 0.1 * noise(vertices, rng, 1))[:, None]
            kit.add((rough + rng.normal(size=3) * [0.5, 0.5, 0.15], faces), kit.material("stone"))
    elif kind == "marshmallow":
        for _ in range(rng.whole(1, 6)):
            turn = rotation(rng.normal(size=3), rng.uniform(0, 3))
            kit.add(placed(rounded_box(0.6, 0.6, 0.5, 4, 5), rng.normal(size=3) * 0.4, turn), kit.material())
    else:
        for _ in range(rng.whole(6, 14)):
            kit.add(
                placed(sphere(5, rng.uniform(0.2, 0.45)), rng.normal(size=3) * [0.5, 0.25, 0.2]), kit.material("fabric")
            )


def slabs(rng: Rng, kit: Kit) -> None:
    """Boxes and flat devices without anything on them."""
    for k in range(rng.whole(1, 4)):
        shape = rounded_box(1, 1, 1, rng.uniform(6, 20), 5) if rng.chance(0.5) else box(1, 1, 1)
        shape = stretched(shape, rng.uniform(0.3, 1.2, 3) * [1, 1, rng.pick([0.08, 0.3, 1.0])])
        at = np.array([k * 0.5, 0, k * 0.25]) + rng.normal(size=3) * 0.2
        kit.add(
            placed(shape, at, rotation(rng.normal(size=3), rng.uniform(0, 1.2))),
            kit.material("plastic", "card"),
            edge=0.02,
        )


def washbasin(rng: Rng, kit: Kit) -> None:
    """Sanitary ware: a basin with its tap, a bath tub."""
    china, metal = kit.material("ceramic"), kit.material("chrome")
    tub = rng.chance(0.4)
    wide, deep, high, square = (1.0, 0.45, 0.55, 3.0) if tub else (0.7, 0.5, 0.28, rng.pick([2.0, 4.0]))
    sections = [
        (0.0, 0.62),
        (0.02, 0.68),
        (high * 0.6, 0.9),
        (high - 0.03, 1.0),
        (high, 1.04),
        (high + 0.03, 1.02),
        (high + 0.02, 0.96),
        (high * 0.6, 0.84),
        (0.08, 0.6),
        (0.06, 0.02),
    ]
    kit.add(
        stack([oval(wide * s, deep * s, square, 96) for _, s in sections], [z for z, _ in sections], capped=True), china
    )
    if tub and rng.chance(0.6):
        for x in (-0.6, 0.6):
            for y in (-0.25, 0.25):
                kit.add(
                    tube(
                        spline([(x * 0.95, y, 0.05), (x * 1.08, y * 1.3, -0.05), (x, y * 1.15, -0.2)], 12),
                        np.linspace(0.08, 0.04, 12),
                        12,
                    ),
                    metal,
                )
    if not tub and rng.chance(0.5):
        kit.add(stack([oval(0.2, 0.18), oval(0.15, 0.14), oval(0.22, 0.2)], [-1.1, -0.6, 0.02]), china)
    back = deep * 1.0
    kit.add(rod((0, back, high), (0, back, high + 0.1), 0.05), metal)
    spout = spline(
        [(0, back, high), (0, back, high + 0.35), (0, back - 0.12, high + 0.45), (0, back - 0.28, high + 0.36)], 30
    )
    kit.add(tube(spout, 0.035, 14), metal)
    for side in (-1, 1):
        kit.add(rod((side * 0.2, back, high), (side * 0.2, back, high + 0.1), 0.035), metal)
        kit.add(rod((side * 0.13, back, high + 0.12), (side * 0.27, back, high + 0.12), 0.022), metal)


def socket(rng: Rng, kit: Kit) -> None:
    """Plugs, sockets and switches with a cable."""
    case = kit.material("plastic")
    for k in range(rng.whole(1, 3)):
        with kit.at((0.9 * k, 0, 0)):
            kit.add(placed(prism(rounded_rectangle(0.85, 0.85, 0.06), 0.1), turn=UPRIGHT), case, edge=0.025)
            if rng.chance(0.5):
                kit.add(along(washer(circle(0.34), circle(0.3), 0.06), Y, (0, -0.06, 0)), case, edge=0.008)
                for x in (-0.1, 0.1):
                    kit.add(along(disc(0.035, 0.02, sides=20), Y, (x, -0.06, 0)), kit.material("rubber"))
            else:
                kit.add(
                    placed(rounded_box(0.4, 0.08, 0.55, 8), (0, -0.06, 0), rotation(X, rng.pick([-0.1, 0.1]))), case
                )
    if rng.chance(0.6):
        with kit.at((rng.uniform(-0.2, 0.6), -0.6, -0.3), rotation(Z, rng.uniform(-0.5, 0.5))):
            kit.add(along(lathe([(0, 0), (0.26, 0), (0.27, 0.08), (0.2, 0.3), (0.08, 0.42), (0, 0.42)], 48), -Y), case)
            for x in (-0.1, 0.1):
                kit.add(along(disc(0.028, 0.3, 0.01, 16), Y, (x, 0.14, 0)), kit.material("chrome"))
            cord = spline(
                [(0, -0.4, 0), (0.05, -0.7, -0.05), (0.4, -0.8, -0.3), (0.2, -0.5, -0.7), (-0.3, -0.4, -0.9)], 60
            )
            kit.add(tube(cord, 0.04, 10), case)


def soap(rng: Rng, kit: Kit) -> None:
    """Soap on its dish, or tubes and jars of cream."""
    if rng.chance(0.5):
        kit.add(
            stack(
                [oval(w, d, 3) for w, d in ((0.55, 0.35), (0.75, 0.5), (0.7, 0.46), (0.5, 0.3))], [0, 0.16, 0.16, 0.06]
            ),
            kit.material("ceramic", "plastic"),
        )
        for k in range(rng.whole(1, 2)):
            kit.add(
                placed(
                    rounded_box(0.85, 0.55, 0.28, 3, 5), (0, 0, 0.24 + 0.25 * k), rotation(Z, rng.uniform(-0.4, 0.4))
                ),
                kit.material("translucent", "ceramic"),
            )
        return
    for k in range(rng.whole(1, 3)):
        with kit.at((0.75 * k, rng.uniform(-0.15, 0.15), 0), rotation(Z, rng.uniform(-0.5, 0.5))):
            if rng.chance(0.5):
                z = np.linspace(0, 1, 14)
                rows = [oval(0.26 + 0.03 * t, max(0.26 * (1 - t) ** 0.7, 0.012), 2, 56) for t in z]
                kit.add(stack(rows, 0.2 + 1.1 * z), kit.material("plastic"))
                kit.add(placed(disc(0.24, 0.22, 0.02), (0, 0, 0.1)), kit.material("plastic"))
            else:
                kit.add(placed(disc(0.36, 0.36, 0.03), (0, 0, 0.18)), kit.material("ceramic", "plastic"))
                kit.add(placed(disc(0.375, 0.2, 0.02), (0, 0, 0.46)), kit.material("plastic"))


def mask(rng: Rng, kit: Kit) -> None:
    """A plaster mask with holes for eyes, or a relief."""
    u, v = square_grid(110, 140)
    inside = np.hypot(u, v)
    z = 0.5 * np.sqrt(np.clip(1.15 - 0.9 * inside**2, 0, 1))

    def hump(x: float, y: float, wide: float, tall: float, high: float) -> Points:
        return high * np.exp(-(((u - x) / wide) ** 2) - ((v - y) / tall) ** 2)

    z = (
        z
        + hump(0, -0.08, 0.11, 0.28, 0.2)
        + hump(0, -0.25, 0.17, 0.1, 0.1)
        + hump(0, -0.52, 0.22, 0.07, 0.07)
        + hump(0, 0.42, 0.5, 0.14, 0.07)
    )
    z = z - hump(-0.33, 0.16, 0.17, 0.12, 0.12) - hump(0.33, 0.16, 0.17, 0.12, 0.12) + hump(0, -0.8, 0.2, 0.13, 0.08)
    points = np.stack([0.68 * u, -z, 0.95 * v], -1)
    vertices, faces = sheet(points)
    x, y = u.ravel()[faces].mean(1), v.ravel()[faces].mean(1)
    eyes = np.hypot((np.abs(x) - 0.33) / 0.14, (y - 0.16) / 0.075) < 1
    mouth = (np.hypot(x / 0.18, (y + 0.52) / 0.03) < 1) & rng.chance(0.5)
    kept = (np.hypot(x, y) < 0.985) & ~eyes & ~mouth
    part = kit.add((vertices, faces[kept]), kit.material("paper", "gold", "ceramic"), thick=0.03)
    smooth = part.modifiers.new("even", "SMOOTH")
    smooth.factor, smooth.iterations = 0.5, 12
    part.modifiers.move(1, 0)
    if rng.chance(0.4):
        for side in (-1, 1):
            band = spline(
                [(side * 0.66, -0.2, 0.15), (side * 0.9, 0.1, 0.1), (side * 0.8, 0.3, -0.4), (side * 0.95, 0.3, -0.9)],
                24,
            )
            kit.add(strap(band, Z, 0.08, 0.01), kit.material("fabric"))


THINGS: dict[str, Thing] = {
    "paper": Thing(paper, 1.4, elevation=(-0.2, 1.0)),
    "eggs": Thing(eggs, elevation=(0, 1.0)),
    "dishes": Thing(dishes, 1.2, elevation=(0, 0.8)),
    "solids": Thing(solids, 1.5, elevation=(0, 0.8)),
    "blob": Thing(blob, 1.2),
    "slabs": Thing(slabs, elevation=(-0.1, 0.9)),
    "washbasin": Thing(washbasin, 1.2, elevation=(0.1, 0.8), azimuth=FRONT),
    "socket": Thing(socket, azimuth=FRONT),
    "soap": Thing(soap, elevation=(0.05, 0.8)),
    "mask": Thing(mask, azimuth=FRONT, elevation=(-0.2, 0.3)),
}
