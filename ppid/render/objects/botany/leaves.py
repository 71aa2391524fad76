"""Leaves and petals as thin curved surfaces, and how they are put onto plants.

A leaf of length one begins at the origin, lies along y and looks up along z.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.colour import hsv, linear
from ppid.render.materials import Material
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import TAU, Points, Shape, grid_faces, perpendicular, scatter, unit

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Blade:
    """A leaf's surface, and how bright each of its vertices is for its veins: (N,)."""

    shape: Shape
    shade: Floats


def leaf_material(rng: Rng, gloss: float | None = None) -> bpy.types.Material:
    """Leaves and petals: light shines through; coloured by their vertices."""
    material = Material("leaf")
    colour = material.vertex_colour()
    rough = rng.uniform(0.3, 0.6) if gloss is None else 0.7 - 0.5 * gloss
    material.set(Base_Color=colour, Roughness=rough, Specular_IOR_Level=rng.uniform(0.2, 0.5))
    through = material.node("BsdfTranslucent", Color=material.scaled(colour, (1.1, 1.15, 0.8)))
    material.surface(material.mixed(rng.uniform(0.25, 0.5), material.principled.outputs[0], through.outputs[0]))
    return material.data


def green(rng: Rng, autumn: float = 0.2) -> Points:
    """Linear RGB of foliage; of autumn that often."""
    if rng.chance(autumn):
        return linear(hsv(rng.pick([0.02, 0.06, 0.1, 0.13, 0.97]), rng.uniform(0.55, 0.9), rng.uniform(0.4, 0.9)))
    hue = rng.pick([rng.uniform(0.19, 0.28), rng.uniform(0.26, 0.36), rng.uniform(0.36, 0.44)], [5, 4, 1])
    return linear(hsv(hue, rng.uniform(0.35, 0.85), rng.uniform(0.28, 0.72)))


def varied(rng: Rng, colour: ArrayLike, count: int, amount: float = 0.22) -> Points:
    """Colours (count, 3) about one."""
    brightness = rng.uniform(1 - amount, 1 + amount, (count, 1))
    return np.clip(np.asarray(colour) * brightness + rng.normal(size=(count, 3)) * 0.012, 0.003, 0.95)


def _bent(rng: Rng, flat: Points, fold: float, bend: float, wave: float) -> Points:
    """Fold along the midrib, bend the tip down and let the rim wave."""
    x, y = flat[:, 0], flat[:, 1]
    phase = rng.uniform(0, TAU, 2)
    z = fold * np.abs(x) - bend * y**2
    z = z + wave * x * np.sin(y * 9 + phase[0]) + wave * np.abs(x) * np.sin(y * 13 + phase[1])
    return np.stack([x, y - 0.3 * abs(bend) * y**2, z], 1)


def simple(
    rng: Rng,
    outline: Callable[[Floats], Floats],
    *,
    rows: int = 22,
    columns: int = 7,
    fold: float | None = None,
    bend: float | None = None,
    wave: float = 0.15,
    veins: float = 12,
) -> Blade:
    """A leaf with a midrib of `rows` by `columns` vertices; `outline` gives half its width along it."""
    t, s = np.linspace(0, 1, rows), np.linspace(-1, 1, columns)
    half = np.maximum(outline(t), 0.002)
    flat = np.stack([half[:, None] * s, t[:, None] + 0.04 * half[:, None] * np.abs(s)], -1).reshape(-1, 2)
    folded = rng.uniform(0.05, 0.45) if fold is None else fold
    bent = rng.uniform(-0.15, 0.5) if bend is None else bend
    vertices = _bent(rng, flat, folded, bent, wave)
    across = np.tile(np.abs(s), rows)
    along = np.repeat(t, columns)
    shade = 1 + 0.22 * np.clip(1 - across * 6, 0, 1) - 0.1 * (np.sin((along - 0.45 * across) * veins * TAU / 2) > 0.3)
    return Blade((vertices, grid_faces(rows, columns)), shade)


def polar(
    rng: Rng, reach: Callable[[Floats], Floats], *, fold: float = 0.12, bend: float = 0.2, columns: int = 97
) -> Blade:
    """A leaf with lobes: `reach` gives how far it goes at an angle from its tip, -pi to pi, from its stalk's end."""
    rows = 8
    angle = np.linspace(-math.pi * 0.97, math.pi * 0.97, columns)
    rim = np.maximum(reach(angle), 0.01)
    step = np.linspace(0, 1, rows)[:, None] ** 0.8
    x, y = step * rim * np.sin(angle), step * rim * np.cos(angle)
    flat = np.stack([x.ravel(), y.ravel()], 1)
    vertices = _bent(rng, flat, fold, bend * rng.uniform(0.3, 1.5), 0.12)
    ribs = np.cos(angle * 5) > 0.93
    shade = (1 + 0.2 * ribs[None] * (1 - step * 0.5) + 0 * x).ravel()
    return Blade((vertices, grid_faces(rows, columns)), shade)


def _peaks(angle: Floats, at: ArrayLike, height: ArrayLike, wide: float, low: float) -> Floats:
    """Lobes at angles."""
    reach = np.full(len(angle), low)
    for place, tall in zip(np.asarray(at, float), np.asarray(height, float), strict=True):
        near = np.clip(1 - np.abs(angle - place) / wide, 0, 1)
        reach = np.maximum(reach, low + (tall - low) * near**1.3)
    return reach


def _teeth(t: Floats, count: int, depth: float) -> Floats:
    return 1 - depth * ((t * count) % 1.0)


def _oval(rng: Rng) -> Blade:
    wide, peak = rng.uniform(0.2, 0.36), rng.uniform(0.65, 1.0)
    return simple(rng, lambda t: wide * np.sin(math.pi * t**peak))


def _long(rng: Rng) -> Blade:
    wide = rng.uniform(0.06, 0.13)
    return simple(rng, lambda t: wide * np.sin(math.pi * t**0.75), veins=5)


def _heart(rng: Rng) -> Blade:
    wide = rng.uniform(0.36, 0.48)
    return polar(
        rng, lambda a: (0.3 + 0.7 * np.abs(np.cos(a / 2)) ** 3) * (wide + 0.55) * (0.55 + 0.45 * np.cos(a / 2) ** 2)
    )


def _serrated(rng: Rng) -> Blade:
    wide, count = rng.uniform(0.24, 0.34), rng.whole(9, 14)
    return simple(rng, lambda t: wide * np.sin(math.pi * t**0.75) * _teeth(t, count, 0.22), rows=44, veins=count * 2)


def _oak(rng: Rng) -> Blade:
    wide, count = rng.uniform(0.24, 0.32), rng.whole(4, 6)
    return simple(
        rng,
        lambda t: wide * np.sin(math.pi * t**0.65) ** 0.8 * (0.72 + 0.28 * np.cos(t * count * TAU)),
        rows=40,
        veins=count * 2,
    )


def _maple(rng: Rng) -> Blade:
    def reach(a: Floats) -> Floats:
        lobes = _peaks(a, (0, 0.95, -0.95, 1.9, -1.9), (1.0, 0.88, 0.88, 0.55, 0.55), 0.52, 0.3)
        return lobes * (1 - 0.09 * np.abs(np.sin(a * 14))) * (np.abs(a) < 2.6) + 0.12

    return polar(rng, reach, columns=141)


def _ivy(rng: Rng) -> Blade:
    return polar(rng, lambda a: _peaks(a, (0, 1.05, -1.05, 2.1, -2.1), (0.95, 0.75, 0.75, 0.5, 0.5), 0.75, 0.42))


def _ginkgo(rng: Rng) -> Blade:
    return polar(
        rng, lambda a: np.where(np.abs(a) < 1.15, 0.9 - 0.25 * np.exp(-((a / 0.06) ** 2)) + 0.03 * np.sin(a * 23), 0.05)
    )


def _monstera(rng: Rng) -> Blade:
    count = rng.whole(4, 6)
    cuts = np.linspace(0.45, 2.3, count) + rng.normal(size=count) * 0.06

    def reach(a: Floats) -> Floats:
        heart = 0.62 + 0.38 * np.cos(a / 2) ** 2 - 0.45 * (np.abs(a) > 2.7)
        for cut in cuts:
            heart = heart * (1 - rng_depth * np.exp(-(((np.abs(a) - cut) / 0.05) ** 2)))
        return heart

    rng_depth = rng.uniform(0.4, 0.65)
    return polar(rng, reach, columns=241, fold=0.18, bend=0.3)


def _clover(rng: Rng) -> Blade:
    return polar(rng, lambda a: 0.25 + 0.6 * np.abs(np.cos(a * 1.5)) ** 0.7 * (1 - 0.12 * np.cos(a * 3) ** 8))


LEAVES: dict[str, tuple[float, Callable[[Rng], Blade]]] = {
    "oval": (5, _oval),
    "long": (2, _long),
    "heart": (2, _heart),
    "serrated": (3, _serrated),
    "oak": (1.5, _oak),
    "maple": (2, _maple),
    "ivy": (1, _ivy),
    "ginkgo": (0.7, _ginkgo),
    "monstera": (0.2, _monstera),
    "clover": (0.2, _clover),
}  # name: how often on a branch, maker


def any_leaf(rng: Rng) -> str:
    """A name of `LEAVES`."""
    return rng.named({name: weight for name, (weight, _) in LEAVES.items()})


def put(
    rng: Rng,
    blades: list[Blade],
    places: ArrayLike,
    along: ArrayLike,
    sizes: ArrayLike,
    colours: ArrayLike,
    material: bpy.types.Material,
    *,
    facing: ArrayLike | None = None,
) -> None:
    """Put leaves onto a plant.

    Args:
        rng: mixes the shapes.
        blades: one or several shapes.
        places: (K, 3) where leaves begin.
        along: (K, 3) where they point.
        sizes: (K,) their lengths.
        colours: (K, 3) linear RGB.
        material: of `leaf_material`.
        facing: (K, 3) or (3,), what their upper sides look towards; by default all ways.
    """
    where, ahead, size, colour = (np.asarray(values, float) for values in (places, unit(along), sizes, colours))
    count = len(where)
    if facing is None:
        first, second = perpendicular(ahead)
        turn = rng.uniform(0, TAU, count)[:, None]
        across = np.cos(turn) * first + np.sin(turn) * second
    else:
        towards = np.broadcast_to(np.asarray(facing, float), (count, 3)) + rng.normal(size=(count, 3)) * 0.05
        across = unit(np.cross(ahead, towards))
    turns = np.stack([across, ahead, np.cross(across, ahead)], 1)
    which = rng.integers(0, len(blades), count)
    for k, blade in enumerate(blades):
        own = which == k
        if not own.any():
            continue
        shape = scatter(blade.shape, where[own], turns[own], size[own])
        shades = colour[own][:, None] * blade.shade[None, :, None]
        add_mesh(shape, material, name="leaves", colour=np.clip(shades.reshape(-1, 3), 0.002, 0.95))


def strips(
    base: ArrayLike,
    along: ArrayLike,
    lengths: ArrayLike,
    widths: ArrayLike,
    droop: ArrayLike,
    turn: ArrayLike,
) -> tuple[Shape, Floats]:
    """Long narrow leaves, as of grass, that bend outwards and down.

    Args:
        base: (K, 3).
        along: (K, 3) where they start to go.
        lengths: (K,).
        widths: (K,) half, at the widest.
        droop: (K,) how far they bend, over their lengths.
        turn: (K,) radians about their own axis.

    Returns:
        The shape, and how far along its leaf each vertex is, (N,).
    """
    start, ahead = np.asarray(base, float), unit(along)
    long, half, bend = (np.asarray(values, float) for values in (lengths, widths, droop))
    count, points = len(start), 11
    share = np.linspace(0, 1, points)
    first, second = perpendicular(ahead)
    angle = np.asarray(turn, float)[:, None]
    side = np.cos(angle) * first + np.sin(angle) * second
    outward = unit(ahead * np.array([1, 1, 0]) + 1e-4)
    line = start[:, None] + ahead[:, None] * (long[:, None] * share)[..., None]
    reach = (bend * long)[:, None]
    line = line + outward[:, None] * (reach * share**2 * 0.6)[..., None]
    line[..., 2] -= reach * share**2.4 * 0.85
    wide = half[:, None] * np.minimum(1, share * 5 + 0.45) * (1 - share**2.4 * 0.97)
    fold = np.cross(side, ahead)[:, None] * (wide * 0.35)[..., None]
    offset = wide[..., None] * side[:, None]
    vertices = np.stack([line - offset + fold, line, line + offset + fold], 2).reshape(-1, 3)
    faces = grid_faces(points, 3)[None] + (np.arange(count) * points * 3)[:, None, None]
    return (vertices, faces.reshape(-1, 4)), np.tile(np.repeat(share, 3), count)


def put_strips(
    rng: Rng, made: tuple[Shape, Floats], colours: Points, material: bpy.types.Material, dry: float = 0.0
) -> None:
    """Add leaves of `strips`; `dry` is how brown their tips are."""
    shape, share = made
    each = len(share) // len(colours)
    shades = np.repeat(colours, each, 0) * (0.55 + 0.6 * share)[:, None]
    tips = np.clip((share - 0.75) * 4, 0, 1)[:, None] * dry
    shades = shades * (1 - tips) + np.array([0.35, 0.24, 0.1]) * tips
    add_mesh(shape, material, name="blades", colour=np.clip(shades, 0.003, 0.95))
