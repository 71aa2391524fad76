"""Cups, pots and cutlery."""

from __future__ import annotations

import math

import bpy
import numpy as np

from ppid.render.objects.things.graphics import artwork
from ppid.render.objects.things.kit import FRONT, Kit, Thing
from ppid.render.objects.things.parts import (
    UPRIGHT,
    X,
    Y,
    Z,
    arc,
    disc,
    loft,
    oval,
    placed,
    rod,
    sheet,
    smooth_outline,
    stack,
    strap,
    stretched,
)
from ppid.render.rng import Rng
from ppid.render.shapes import (
    TAU,
    Shape,
    ellipsoid,
    lathe,
    prism,
    rotation,
    sphere,
    spline,
    tube,
)


def _cup(radius: float, height: float, taper: float, wall: float = 0.05) -> Shape:
    """Cup with a thick wall and a floor; `taper` is the foot's radius over the rim's."""
    foot = radius * taper
    inside = [(radius - wall, height - 0.01), (radius - wall - 0.01, height * 0.5), (foot - wall, 0.08), (0, 0.06)]
    outside = [
        (0, 0),
        (foot * 0.9, 0),
        (foot, 0.03),
        ((radius + foot) / 2 * 1.01, height * 0.5),
        (radius, height - 0.01),
        (radius - wall / 2, height + 0.01),
    ]
    return lathe(np.concatenate([outside, inside]), 64)


def mug(rng: Rng, kit: Kit) -> None:
    """A mug, now and then full, with a spoon or a picture."""
    height, radius, taper = rng.uniform(0.9, 1.3), rng.uniform(0.4, 0.55), rng.uniform(0.75, 1.0)
    clay = kit.material("ceramic", "ceramic", "ceramic", "steel", "patterned", "paint")
    kit.add(_cup(radius, height, taper), clay)
    reach, middle = rng.uniform(0.22, 0.36), height * 0.5
    grip = arc((reach * 1.1, reach), -1.5, 1.5, 24, (radius * (1 + taper) / 2 - 0.03, 0, middle))
    flat = rng.chance(0.5)
    kit.add(strap(grip, Y, 0.13, 0.07) if flat else tube(grip, rng.uniform(0.045, 0.075), 12), clay)
    if rng.chance(0.5):
        drink = rng.pick([(0.04, 0.015, 0.005), (0.4, 0.22, 0.1), (0.25, 0.08, 0.02), (0.8, 0.75, 0.65)])
        kit.add(placed(disc(radius * 0.9, 0.02), (0, 0, height * 0.86)), kit.material("plastic", colour=drink))
    if rng.chance(0.25):
        stem = np.array([(radius * 0.3, 0.1, 0.1), (-radius * 0.7, -0.1, height * 1.35)])
        kit.add(rod(stem[0], stem[1], 0.028), kit.material("chrome"))
    elif rng.chance(0.3) and taper > 0.9:
        a, z = np.meshgrid(np.linspace(-2.2, -0.9, 20), np.linspace(0.22, 0.78, 8) * height, indexing="ij")
        size = radius * ((1 + taper) / 2 if taper < 1 else 1.0) * 1.012
        patch = np.stack([size * np.cos(a), size * np.sin(a), z], -1)
        place = np.stack(np.meshgrid(np.linspace(0, 1, 20), np.linspace(0, 1, 8), indexing="ij"), -1).reshape(-1, 2)
        kit.add(sheet(patch), kit.printed(artwork(rng), 0.2), surface=place)


def teacup(rng: Rng, kit: Kit) -> None:
    """A cup on its saucer with a spoon."""
    china = kit.material("ceramic", "ceramic", "patterned")
    saucer = [(0, 0), (0.4, 0), (0.45, 0.03), (0.95, 0.14), (0.97, 0.16), (0.94, 0.17), (0.42, 0.07), (0, 0.06)]
    kit.add(lathe(saucer, 72), china)
    with kit.at((0, 0, 0.06)):
        bowl = spline([(0.26, 0.0), (0.3, 0.06), (0.5, 0.2), (0.58, 0.5), (0.62, 0.62)], 24)
        kit.add(lathe(np.concatenate([[[0, 0]], bowl, bowl[::-1] - [0.035, -0.005], [[0, 0.07]]]), 64), china)
        kit.add(tube(arc((0.2, 0.19), -1.7, 1.6, 20, (0.56, 0, 0.36)), 0.035, 10), china)
        kit.add(placed(disc(0.55, 0.01), (0, 0, 0.47)), kit.material("plastic", colour=(0.06, 0.02, 0.006)))
    if rng.chance(0.7):
        with kit.at((-0.1, -0.75, 0.15), rotation(Z, 0.15) @ rotation(Y, math.pi / 2), 0.5):
            _spoon(kit, kit.material("chrome"), rng.uniform(0.8, 1))


def teapot(rng: Rng, kit: Kit) -> None:
    """A teapot or a coffee pot."""
    clay = kit.material("ceramic", "ceramic", "steel", "patterned", "paint")
    tall, wide = rng.uniform(0.85, 1.5), rng.uniform(0.5, 0.65)
    belly = spline([(0.36, 0), (wide * 0.9, 0.12), (wide, tall * 0.42), (wide * 0.78, tall * 0.8), (0.27, tall)], 36)
    kit.add(lathe(np.concatenate([[[0, 0]], belly]), 64), clay)
    lid = np.array(
        [(0.3, 0), (0.27, 0.04), (0.12, 0.1), (0.04, 0.13), (0.04, 0.17), (0.09, 0.22), (0.06, 0.29), (0, 0.3)]
    )
    kit.add(lathe(spline(lid, 40) * [1, 1] + [0, tall - 0.01], 48), clay)
    spout = spline(
        [
            (wide * 0.7, 0, tall * 0.28),
            (wide * 1.25, 0, tall * 0.35),
            (wide * 1.4, 0, tall * 0.7),
            (wide * 1.75, 0, tall * 0.92),
        ],
        24,
    )
    kit.add(tube(spout, np.linspace(0.15, 0.055, 24), 16), clay)
    if rng.chance(0.7):
        grip = spline(
            [
                (-wide * 0.75, 0, tall * 0.82),
                (-wide * 1.35, 0, tall * 0.9),
                (-wide * 1.5, 0, tall * 0.5),
                (-wide * 0.9, 0, tall * 0.22),
            ],
            28,
        )
        kit.add(tube(grip, 0.05, 12), clay)
    else:
        kit.add(
            tube(arc((wide * 0.75, 0.75), 0, math.pi, 36, (0, 0, tall * 0.8)), 0.035, 10),
            kit.material("wicker", "wood", "steel"),
        )


def kettle(rng: Rng, kit: Kit) -> None:
    """A kettle for the stove, or an electric one."""
    metal, grip = kit.material("chrome", "steel", "paint"), kit.material("plastic", "rubber", "wood")
    if rng.chance(0.5):
        body = [
            (0, 0),
            (0.66, 0),
            (0.72, 0.06),
            (0.68, 0.3),
            (0.5, 0.6),
            (0.3, 0.72),
            (0.28, 0.76),
            (0.1, 0.82),
            (0, 0.83),
        ]
        kit.add(lathe(body, 64), metal)
        kit.add(
            tube(spline([(0.5, 0, 0.3), (0.75, 0, 0.45), (0.95, 0, 0.72)], 16), np.linspace(0.12, 0.06, 16), 14), metal
        )
        kit.add(tube(arc((0.5, 0.55), 0.25, math.pi - 0.25, 40, (0, 0, 0.58)), 0.04, 12), grip)
        kit.add(placed(sphere(4, 0.07), (0, 0, 0.87)), grip)
    else:
        kit.add(lathe([(0, 0.06), (0.5, 0.06), (0.5, 0.12), (0.4, 1.2), (0.36, 1.26), (0, 1.28)], 64), metal)
        kit.add(placed(disc(0.52, 0.09, 0.02), (0, 0, 0.02)), grip)
        beak = placed(stretched(sphere(4), (0.16, 0.13, 0.16)), (0.38, 0, 1.08))
        kit.add(beak, metal)
        handle = spline([(-0.36, 0, 1.2), (-0.7, 0, 1.22), (-0.78, 0, 0.8), (-0.65, 0, 0.3), (-0.45, 0, 0.2)], 32)
        kit.add(strap(handle, Y, 0.13, 0.08), grip)


def _spoon(kit: Kit, metal: bpy.types.Material, size: float) -> None:
    """A spoon along z, its bowl upwards at the top, its face towards -y."""
    handle = np.array([(0, 0, -1), (0, -0.02, -0.6), (0, -0.05, 0), (0, 0.0, 0.28)])
    kit.add(
        strap(
            spline(handle, 30), X, np.interp(np.linspace(0, 1, 30), [0, 0.15, 0.7, 1], [0.14, 0.12, 0.06, 0.07]), 0.035
        ),
        metal,
    )
    u = np.linspace(0, 1, 15)[:, None]
    turn = np.linspace(0, TAU, 40, endpoint=False)[None]
    x, z = 0.19 * size * u * np.cos(turn), 0.3 * size * u * np.sin(turn) * (1 - 0.12 * np.sin(turn))
    y = 0.09 * size * (1 - u**2) + 0 * turn
    kit.add(loft(np.stack([x, y, z + 0.52], -1)[1:], capped=True), metal, thick=0.022)


def _fork(kit: Kit, metal: bpy.types.Material, prongs: int) -> None:
    """A fork along z."""
    handle = np.array([(0, 0, -1), (0, -0.02, -0.6), (0, -0.05, 0), (0, 0.02, 0.3), (0, 0.05, 0.5)])
    widths = np.interp(np.linspace(0, 1, 36), [0, 0.12, 0.65, 0.8, 0.92, 1], [0.14, 0.12, 0.06, 0.08, 0.3, 0.32])
    kit.add(strap(spline(handle, 36), X, widths, 0.035), metal)
    for x in np.linspace(-0.135, 0.135, prongs):
        path = spline([(x, 0.045, 0.47), (x, 0.06, 0.7), (x * 0.95, 0.0, 1.0)], 12)
        kit.add(strap(path, X, np.linspace(0.05, 0.025, 12), 0.03), metal)


def _knife(kit: Kit, metal: bpy.types.Material, grip: bpy.types.Material) -> None:
    """A table knife along z."""
    blade = smooth_outline(
        [(-0.06, 0.0), (-0.08, 0.5), (-0.06, 0.95), (0.03, 1.0), (0.09, 0.8), (0.1, 0.3), (0.05, 0.0)], 60
    )
    kit.add(placed(prism(blade, 0.025), turn=UPRIGHT), metal, edge=0.008)
    kit.add(
        stack(
            [oval(*size, 2.5, 24) for size in ((0.03, 0.03), (0.08, 0.045), (0.07, 0.04), (0.05, 0.03))],
            [-1, -0.97, -0.3, 0.02],
        ),
        grip,
    )


def cutlery(rng: Rng, kit: Kit) -> None:
    """Knives, forks and spoons in a row or thrown about."""
    metal = kit.material("chrome", "steel", "gold")
    grip = metal if rng.chance(0.6) else kit.material("wood", "plastic")
    tidy = rng.chance(0.5)
    for k in range(rng.whole(1, 4)):
        turn = rotation(Y, rng.normal(0, 0.04 if tidy else 0.6))
        with kit.at((k * 0.4 - 0.6, k * 0.06, rng.uniform(-0.05, 0.05)), turn):
            kind = rng.pick(["spoon", "fork", "fork", "knife"])
            if kind == "spoon":
                _spoon(kit, metal, rng.uniform(0.75, 1.2))
            elif kind == "fork":
                _fork(kit, metal, rng.whole(3, 4))
            else:
                _knife(kit, metal, grip)


def bowl_of(rng: Rng, kit: Kit) -> None:
    """A bowl full of balls: sweets, nuts, small fruit."""
    clay = kit.material("ceramic", "wood", "steel", "patterned", "wicker")
    outline = spline([(0.25, 0), (0.35, 0.03), (0.65, 0.22), (0.82, 0.55)], 24)
    kit.add(lathe(np.concatenate([[[0, 0]], outline, outline[::-1] - [0.04, -0.01], [[0, 0.06]]]), 72), clay)
    size = rng.uniform(0.1, 0.2)
    fill = [kit.material("peel", "plastic", "wood", "chrome") for _ in range(rng.whole(1, 3))]
    for k in range(int(1.6 / size**2 / 4)):
        way, reach = k * 2.4, 0.62 * math.sqrt((k % 23 + 0.5) / 23)
        at = (
            reach * math.cos(way),
            reach * math.sin(way),
            0.42 + 0.3 * (k // 23) * size * 3 + 0.25 * (1 - reach**2 / 0.4),
        )
        kit.add(ellipsoid(at, rng.uniform(0.85, 1.1, 3) * size, splits=4), fill[k % len(fill)])


THINGS: dict[str, Thing] = {
    "mug": Thing(mug, 1.5, elevation=(0, 0.8)),
    "teacup": Thing(teacup, elevation=(0.15, 0.8)),
    "teapot": Thing(teapot, 1.2),
    "kettle": Thing(kettle),
    "cutlery": Thing(cutlery, 1.3, elevation=(-0.1, 0.4), azimuth=FRONT, lying=True),
    "bowl": Thing(bowl_of, elevation=(0.2, 0.9)),
}
