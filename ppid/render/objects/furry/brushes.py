"""Brushes: for paint, shaving, hair, bottles, dust, floors and teeth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ppid.render.colour import random_colour
from ppid.render.materials import everyday
from ppid.render.objects.furry.coats import shade
from ppid.render.objects.furry.growth import Coat, Growth, Skin, Staged, add_skin
from ppid.render.objects.furry.pelts import around, hue
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import (
    Points,
    Shape,
    ellipsoid,
    lathe,
    rounded_box,
    sphere,
    spline,
    tube,
    vertex_normals,
)
from ppid.render.shot import Attributes

Floats = NDArray[np.float64]


def brush(rng: Rng, attributes: Attributes) -> Staged:
    """A brush: for paint, shaving, hair, bottles, dust, floors or teeth."""
    kind = rng.pick(list(_BRUSHES))
    attributes["brush"] = kind
    growth = _BRUSHES[kind](rng)
    return Staged(around(rng, (-0.2, 0.6)), [growth])


def _bristles(rng: Rng, length: float, **changes: object) -> Coat:
    base = Coat(length, 0.006, 4.0, points=5, lie=0.0, mess=0.06, sag=0.02, root=0.8, blunt=6, coarse=True, gloss=0.1)
    return replace(base, **changes)  # type: ignore[arg-type]


def _bristle_colour(rng: Rng) -> Points:
    return rng.pick(
        [
            shade(rng, "black"),
            shade(rng, "tan"),
            shade(rng, "cream"),
            shade(rng, "white"),
            random_colour(rng, (0.5, 1), (0.5, 1)),
        ]
    )


def _disc(radius: float, z: float, squash: float = 1.0) -> Shape:
    vertices, faces = lathe([(0.0, z), (radius * 0.5, z), (radius, z - 0.01)], 32)
    return vertices * np.array([1, squash, 1]), faces


def _paint_brush(rng: Rng) -> Growth:
    squash = rng.pick([1.0, 0.35])
    add_mesh(
        lathe([(0.0, -1.0), (0.05, -0.98), (0.08, -0.6), (0.06, -0.2), (0.1, 0.0), (0.0, 0.0)], 32, 40),
        everyday(rng, rng.pick(["wood", "paint"])),
        name="handle",
    )
    ferrule, faces = lathe([(0.09, -0.05), (0.13, 0.0), (0.16, 0.25), (0.0, 0.25)], 40)
    add_mesh((ferrule * [1, squash, 1], faces), everyday(rng, "metal"), name="ferrule")
    tuft = Skin.of(_disc(0.15, 0.26, squash), _bristle_colour(rng), flow=(0, 0, 0))
    return Growth(
        tuft,
        _bristles(
            rng, rng.uniform(0.35, 0.6), radius=0.003, cover=40, clump=rng.uniform(0.2, 0.8), tuft=400, mess=0.05
        ),
        6000,
    )


def _shaving_brush(rng: Rng) -> Growth:
    add_mesh(
        lathe([(0, -0.7), (0.3, -0.7), (0.32, -0.6), (0.16, -0.35), (0.2, -0.1), (0.26, 0), (0.0, 0)], 48, 50),
        everyday(rng, rng.pick(["wood", "plastic", "ceramic"])),
        name="handle",
    )
    vertices, faces = sphere(4, (0.22, 0.22, 0.1))
    dome = Skin.of(
        (vertices, faces),
        rng.pick([shade(rng, "grey"), shade(rng, "cream"), shade(rng, "brown")]),
        density=(vertices[:, 2] > 0.02) * 1.0,
        flow=(0, 0, 0),
    )
    coat = _bristles(rng, 0.6, radius=0.0025, cover=30, mess=0.06, root=0.4, frost=0.9)
    return Growth(replace(dome, vertices=dome.vertices * [1, 1, 0.6]), replace(coat, sag=-0.9), 16000)


def _hair_brush(rng: Rng) -> Growth:
    add_mesh(rounded_box(0.5, 1.05, 0.12, 4), everyday(rng, rng.pick(["wood", "plastic"])), name="head")
    add_mesh(
        tube(spline(np.array([(0, 0.45, 0), (0, 0.8, -0.02), (0, 1.3, 0)]), 16), np.linspace(0.06, 0.075, 16), 16),
        everyday(rng, "wood"),
        name="handle",
    )
    vertices, faces = sphere(4, (0.2, 0.45, 0.09))
    cushion = vertices + [0, 0, 0.05]
    add_mesh((cushion, faces), everyday(rng, "rubber"), name="cushion")
    skin = Skin.of((cushion, faces), _bristle_colour(rng), density=(vertices[:, 2] > 0.04) * 1.0, flow=(0, 0, 0))
    return Growth(skin, _bristles(rng, rng.uniform(0.16, 0.26), cover=rng.uniform(0.9, 2.2), clump=0.9, tuft=12), 5000)


def _bottle_brush(rng: Rng) -> Growth:
    line = spline(np.array([(-1.0, 0, 0), (0, 0, 0.02), (0.9, 0, 0)]), 40)
    add_mesh(tube(line, 0.018, 8), everyday(rng, "metal", (0.7, 0.7, 0.72)), name="wire")
    core = tube(line[16:], 0.02, 10)
    skin = Skin.of(core, _bristle_colour(rng), flow=(0, 0, 0))
    return Growth(skin, _bristles(rng, rng.uniform(0.18, 0.32), radius=0.0035, cover=9, mess=0.1), 5000)


def _duster(rng: Rng) -> Growth:
    add_mesh(
        lathe([(0, -1), (0.04, -0.99), (0.05, -0.5), (0.035, -0.1), (0.0, -0.1)], 24, 30),
        everyday(rng, rng.pick(["wood", "plastic"])),
        name="handle",
    )
    core = ellipsoid((0, 0, 0.25), (0.09, 0.09, 0.4), None, 4)
    skin = Skin.of(core, hue(rng, 0.4), flow=(0, 0, 0.6))
    add_skin(skin)
    fluffy = Coat(
        rng.uniform(0.28, 0.45),
        0.003,
        9,
        points=9,
        lie=0.5,
        mess=0.35,
        sag=0.25,
        clump=0.6,
        tuft=40,
        curl=0.015,
        turns=2,
    )
    return Growth(skin, fluffy, 26000)


def _broom(rng: Rng) -> Growth:
    add_mesh(
        tube(np.array([(0, 0, -0.05), (0, 0, 1.3)]), 0.035, 14),
        everyday(rng, rng.pick(["wood", "paint"])),
        name="stick",
    )
    add_mesh(rounded_box(0.22, 0.9, 0.12, 5), everyday(rng, rng.pick(["wood", "plastic"])), name="block")
    block = rounded_box(0.18, 0.82, 0.12, 5, 5)
    skin = Skin.of(block, _bristle_colour(rng), density=(vertex_normals(*block)[:, 2] < -0.7) * 1.0, flow=(0, 0, 0))
    return Growth(
        skin, _bristles(rng, rng.uniform(0.3, 0.45), radius=0.004, cover=18, mess=0.1, clump=0.4, tuft=25), 7000
    )


def _tooth_brush(rng: Rng) -> Growth:
    body = spline(np.array([(-1, 0, 0), (-0.2, 0, 0.04), (0.35, 0, -0.02), (0.9, 0, 0)]), 40)
    vertices, faces = tube(
        body, np.interp(np.linspace(0, 1, 40), [0, 0.3, 0.65, 0.72, 1], [0.07, 0.08, 0.05, 0.09, 0.08]), 18
    )
    vertices[:, 2] *= 0.6
    add_mesh((vertices, faces), everyday(rng, "plastic"), name="handle")
    pad = rounded_box(0.45, 0.13, 0.08, 6, 5)
    pad = pad[0] + [0.68, 0, 0.02], pad[1]
    colours = np.where(
        (np.sin(pad[0][:, :1] * 40) > 0), random_colour(rng, (0.4, 1), (0.6, 1)), np.array([0.85, 0.86, 0.88])
    )
    skin = Skin.of(pad, colours, density=(vertex_normals(*pad)[:, 2] > 0.6) * 1.0, flow=(0, 0, 0))
    return Growth(skin, _bristles(rng, 0.2, radius=0.004, cover=26, mess=0.03, clump=0.5, tuft=30), 4000)


_BRUSHES: dict[str, Callable[[Rng], Growth]] = {
    "paint": _paint_brush,
    "shaving": _shaving_brush,
    "hair": _hair_brush,
    "bottle": _bottle_brush,
    "duster": _duster,
    "broom": _broom,
    "tooth": _tooth_brush,
}
