"""Furry insects and spiders."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ppid.render.colour import hsv, linear
from ppid.render.materials import Material
from ppid.render.objects.furry.coats import shade
from ppid.render.objects.furry.growth import Coat, Growth, Staged, outwards
from ppid.render.objects.furry.pelts import around, dyed, furred, hue
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import (
    TAU,
    Points,
    Shape,
    ellipsoid,
    grid_faces,
    join,
    spline,
    tube,
    unit,
)
from ppid.render.shot import Attributes

Floats = NDArray[np.float64]


def insect(rng: Rng, attributes: Attributes) -> Staged:
    """A furry bumblebee, caterpillar, moth or spider."""
    kind = rng.pick(list(_INSECTS))
    attributes["insect"] = kind
    growths = _INSECTS[kind](rng)
    return Staged(around(rng, (0.1, 0.9)), growths)


def _bead_eyes(rng: Rng, places: list[tuple[float, float, float]], size: float) -> None:
    dark = Material("bead", Base_Color=(0.008, 0.006, 0.006), Roughness=0.1, Coat_Weight=1.0)
    for place in places:
        add_mesh(ellipsoid(place, (size,) * 3), dark.data, name="eye")


def _legs(rng: Rng, roots: list[Points], knees: list[Points], feet: list[Points], thick: float) -> list[Shape]:
    return [
        tube(spline(np.array([root, knee, foot]), 16), thick * np.linspace(1, 0.45, 16), 8)
        for root, knee, foot in zip(roots, knees, feet, strict=True)
    ]


def _bee(rng: Rng) -> list[Growth]:
    parts = [
        ellipsoid((-0.4, 0, 0), (0.5, 0.36, 0.36), None, 4),
        ellipsoid((0.18, 0, 0.08), (0.32, 0.31, 0.31), None, 4),
        ellipsoid((0.52, 0, 0.0), (0.17, 0.2, 0.19), None, 4),
    ]
    body = join(parts)
    x = body[0][:, 0]
    yellow = linear(hsv(rng.uniform(0.09, 0.13), 0.85, 0.9))
    bands = np.sin(x * 11 + rng.uniform(0, 6)) > 0.1
    colours = np.where(bands[:, None], yellow, np.array([0.012, 0.011, 0.01]))
    colours = np.where((x < -0.7)[:, None], np.array([0.8, 0.76, 0.68]), colours)
    fuzz = Coat(rng.uniform(0.08, 0.13), 0.0025, 3.2, points=5, lie=0.35, mess=0.3, clump=0.3, root=0.6)
    dark = Material("leg", Base_Color=(0.012, 0.01, 0.009), Roughness=0.35)
    roots = [np.array([x, side * 0.2, -0.1]) for x in (-0.05, 0.15, 0.3) for side in (-1, 1)]
    knees = [root + [0.03, np.sign(root[1]) * 0.25, -0.05] for root in roots]
    feet = [knee + [0.05 * rng.normal(), np.sign(knee[1]) * 0.08, -0.3] for knee in knees]
    add_mesh(join(_legs(rng, roots, knees, feet, 0.035)), dark.data, name="legs")
    feelers = [
        tube(
            spline(np.array([(0.62, side * 0.07, 0.1), (0.75, side * 0.15, 0.25), (0.9, side * 0.2, 0.22)]), 12),
            0.014,
            6,
        )
        for side in (-1, 1)
    ]
    add_mesh(join(feelers), dark.data, name="feelers")
    _bead_eyes(rng, [(0.6, side * 0.14, 0.03) for side in (-1, 1)], 0.08)
    glassy = Material("wing", Base_Color=(0.55, 0.5, 0.42), Roughness=0.2, Alpha=0.4)
    for side in (-1, 1):
        for length, back in ((0.85, 0.35), (0.55, 0.75)):
            t = np.linspace(0, 1, 20)
            way = unit(np.array([-back, side * 1.0, rng.uniform(0.2, 0.7)]))
            across = unit(np.cross(way, [0, 0, 1.0])) * side
            width = 0.2 * np.sin(math.pi * t**0.7) ** 0.8 + 0.005
            line = np.array([0.15, side * 0.15, 0.3]) + way * (t * length)[:, None]
            sheet = np.stack([line - across * width[:, None], line, line + across * width[:, None] * 0.7], 1).reshape(
                -1, 3
            )
            add_mesh((sheet, grid_faces(20, 3)), glassy.data, name="wing")
    return [furred(rng, body, fuzz, (-0.5, 0, -0.1), colour=colours)]


def _caterpillar(rng: Rng) -> list[Growth]:
    line = spline(
        np.stack([np.linspace(-0.85, 0.85, 7), rng.normal(0, 0.1, 7), np.abs(rng.normal(0.0, 0.12, 7))], 1), 60
    )
    thick = (
        0.15
        * (1 + 0.1 * np.sin(np.linspace(0, 12 * TAU, 60)))
        * np.clip(np.sin(np.linspace(0.35, 2.8, 60)) * 1.6, 0.4, 1)
    )
    shape = tube(line, thick, 20)
    colours = dyed(rng, shape[0], natural=0.4, mixed=0.0)
    rings = np.sin(shape[0][:, :1] * rng.uniform(10, 24)) > rng.uniform(0, 0.6)
    colours = np.where(rings, hue(rng, 0.3), colours)
    hairs = Coat(
        rng.uniform(0.12, 0.3), 0.0035, 1.6, points=6, lie=0.25, mess=0.3, sag=0.1, clump=0.75, tuft=25, root=0.8
    )
    _bead_eyes(rng, [tuple(line[-1] + [0.1, side * 0.08, 0.08]) for side in (-1, 1)], 0.04)
    return [furred(rng, shape, hairs, (-0.2, 0, 0.1), colour=colours)]


def _moth(rng: Rng) -> list[Growth]:
    body = join(
        [
            ellipsoid((-0.3, 0, 0), (0.42, 0.13, 0.13), None, 4),
            ellipsoid((0.12, 0, 0.02), (0.2, 0.17, 0.17), None, 4),
            ellipsoid((0.34, 0, 0), (0.1, 0.12, 0.1), None, 3),
        ]
    )
    fuzz = Coat(0.09, 0.0025, 3.4, points=5, lie=0.6, mess=0.25, clump=0.3, root=0.6)
    base, other = hue(rng, 0.7), hue(rng, 0.5)
    growths = [furred(rng, body, fuzz, (-0.6, 0, -0.1), colour=base)]
    for side in (-1, 1):
        for ways, reach in (((0.55, 1.0), 0.95), ((-0.45, 0.9), 0.7)):
            u, v = np.meshgrid(np.linspace(0, 1, 30), np.linspace(-1, 1, 24), indexing="ij")
            along = unit(np.array([ways[0], side * ways[1], rng.uniform(0.0, 0.5)]))
            across = unit(np.cross(along, [0, 0, 1.0]))
            width = 0.42 * np.sin(math.pi * np.clip(u * 0.95 + 0.03, 0, 1) ** 1.3) ** 0.7 * reach + 0.02
            sheet = (
                along * (u * reach)[..., None] + across * (v * width)[..., None] + np.array([0.12, side * 0.1, 0.05])
            ).reshape(-1, 3)
            radius = np.hypot((u - 0.62) * reach * 3, v * width * 3.2).ravel()
            ring = np.clip(1 - np.abs(radius - 0.3) * 8, 0, 1)[:, None]
            bands = (np.sin(u.ravel() * 16 + v.ravel() * 2) * 0.5 + 0.5)[:, None] ** 3
            colours = base * (1 - 0.6 * bands) + other * 0.6 * bands
            colours = colours * (1 - ring) + np.array([0.01, 0.01, 0.012]) * ring
            scales = Coat(0.05, 0.004, 3.0, points=3, lie=2.2, mess=0.1, root=0.9, blunt=4)
            growths.append(
                furred(rng, (sheet, grid_faces(30, 24)), scales, along * 0.9, colour=np.clip(colours, 0.004, 0.9))
            )
    dark = Material("feeler", Base_Color=base * 0.3, Roughness=0.6)
    feelers = [
        tube(
            spline(np.array([(0.4, side * 0.06, 0.05), (0.6, side * 0.2, 0.15), (0.72, side * 0.42, 0.12)]), 14),
            0.016,
            6,
        )
        for side in (-1, 1)
    ]
    add_mesh(join(feelers), dark.data, name="feelers")
    _bead_eyes(rng, [(0.4, side * 0.1, 0.02) for side in (-1, 1)], 0.045)
    return growths


def _spider(rng: Rng) -> list[Growth]:
    parts = [
        ellipsoid((-0.42, 0, 0.05), (0.38, 0.3, 0.27), None, 4),
        ellipsoid((0.12, 0, 0), (0.27, 0.23, 0.17), None, 4),
    ]
    for k, angle in enumerate((0.5, 1.15, 1.85, 2.55)):
        for side in (-1, 1):
            way = np.array([math.cos(angle), side * math.sin(angle), 0.0])
            reach = 0.95 + 0.1 * (k in (0, 3)) + rng.uniform(-0.05, 0.05)
            root = np.array([0.12, 0, 0]) + way * 0.2
            knee = root + way * 0.35 * reach + [0, 0, rng.uniform(0.25, 0.4)]
            foot = root + way * 0.95 * reach + [0, 0, -0.2]
            parts += _legs(rng, [root], [knee], [foot], 0.06)
    body = join(outwards(part) for part in parts)
    colour = shade(rng, rng.pick(["black", "brown", "chocolate", "ginger"]))
    knees = (np.abs(body[0][:, 2] - 0.28) < 0.06)[:, None]
    colours = np.where(knees & rng.chance(0.6), shade(rng, "ginger"), colour)
    fuzz = Coat(rng.uniform(0.06, 0.11), 0.0026, 2.6, points=5, lie=0.6, mess=0.3, root=0.6)
    _bead_eyes(rng, [(0.36, side * y, 0.1) for side in (-1, 1) for y in (0.04, 0.1)], 0.03)
    return [furred(rng, body, fuzz, (-0.3, 0, 0.1), colour=colours)]


_INSECTS: dict[str, Callable[[Rng], list[Growth]]] = {
    "bee": _bee,
    "caterpillar": _caterpillar,
    "moth": _moth,
    "spider": _spider,
}
