"""Flowers: heads of many kinds, and single stems."""

from __future__ import annotations

import math
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import ArrayLike

from ppid.render.colour import hsv, linear
from ppid.render.materials import Material
from ppid.render.objects.botany.leaves import (
    LEAVES,
    Blade,
    green,
    leaf_material,
    put,
    put_strips,
    simple,
    strips,
    varied,
)
from ppid.render.objects.botany.parts import add_stems, golden, stem
from ppid.render.objects.furry.growth import add_strips, fur_material
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import (
    TAU,
    Points,
    ellipsoid,
    perpendicular,
    point_along,
    scatter,
    sphere,
    unit,
)
from ppid.render.shot import Attributes

Hues = tuple[tuple[float, float, float], ...]

_RED, _PINK, _WHITE, _YELLOW = (0.98, 0.9, 0.75), (0.93, 0.4, 0.95), (0.1, 0.05, 0.98), (0.13, 0.8, 0.97)
_ORANGE, _VIOLET, _BLUE, _CREAM = (0.07, 0.85, 0.97), (0.78, 0.55, 0.7), (0.63, 0.6, 0.8), (0.12, 0.25, 0.97)


@dataclass(frozen=True)
class Bloom:
    """A kind of flower head, its petals one unit long.

    Attributes:
        rings: from the outermost: number of petals, how far they stand up in radians, and their length.
        wide: half the width of a petal.
        peak: where it is widest: below 1 nearer to its tip.
        blunt: how square its outline is: smaller is squarer.
        bend: how far its tip bends outwards; below 0 inwards.
        fold: how far its halves fold up.
        ruffle: how wavy its rim is.
        heart: `disc`, `stamens` or `none`.
        heart_size: radius of its middle.
        hues: hue, saturation and value it comes in.
        throat: colour near the middle is this much darker or, below 0, lighter.
    """

    rings: tuple[tuple[int, float, float], ...]
    wide: float
    peak: float = 0.8
    blunt: float = 0.8
    bend: float = 0.1
    fold: float = 0.1
    ruffle: float = 0.1
    heart: str = "none"
    heart_size: float = 0.2
    hues: Hues = (_RED, _PINK, _WHITE, _YELLOW, _ORANGE, _VIOLET)
    throat: float = 0.3


BLOOMS: dict[str, tuple[float, Bloom]] = {
    "daisy": (
        3,
        Bloom(
            ((15, 0.2, 1.0), (13, 0.32, 0.92)),
            0.13,
            0.9,
            0.5,
            0.1,
            0.1,
            0.03,
            "disc",
            0.28,
            (_WHITE, _WHITE, _PINK, _YELLOW),
            0,
        ),
    ),
    "sunflower": (
        2,
        Bloom(
            ((20, 0.15, 1.0), (18, 0.3, 0.95), (14, 0.5, 0.8)),
            0.14,
            0.75,
            0.8,
            0.15,
            0.2,
            0.08,
            "disc",
            0.5,
            (_YELLOW, _ORANGE),
            0.25,
        ),
    ),
    "rose": (
        3,
        Bloom(
            ((5, 0.25, 1.0), (5, 0.6, 0.95), (5, 0.9, 0.88), (5, 1.12, 0.8), (4, 1.28, 0.72), (3, 1.42, 0.66)),
            0.5,
            0.6,
            0.55,
            0.35,
            0.35,
            0.12,
            throat=0.35,
        ),
    ),
    "tulip": (
        2.5,
        Bloom(((3, 1.12, 1.0), (3, 1.24, 0.97)), 0.36, 0.8, 0.75, -0.45, 0.55, 0.03, "stamens", 0.08, throat=-0.2),
    ),
    "lily": (
        1.5,
        Bloom(
            ((3, 0.75, 1.0), (3, 0.85, 0.95)),
            0.19,
            0.75,
            0.9,
            0.6,
            0.35,
            0.12,
            "stamens",
            0.06,
            (_WHITE, _PINK, _ORANGE, _YELLOW),
            -0.35,
        ),
    ),
    "poppy": (
        1.5,
        Bloom(
            ((2, 0.65, 1.0), (2, 0.8, 0.95)),
            0.62,
            0.55,
            0.45,
            -0.1,
            0.3,
            0.22,
            "disc",
            0.16,
            (_RED, _RED, _ORANGE, _WHITE),
            0.7,
        ),
    ),
    "carnation": (
        1.5,
        Bloom(
            ((10, 0.2, 1.0), (10, 0.5, 0.95), (9, 0.8, 0.88), (8, 1.1, 0.8), (6, 1.35, 0.75)),
            0.33,
            0.45,
            0.5,
            0.2,
            0.1,
            0.5,
            throat=0.2,
        ),
    ),
    "chrysanthemum": (
        1.5,
        Bloom(
            ((22, 0.05, 1.0), (20, 0.35, 0.92), (18, 0.65, 0.8), (14, 0.95, 0.66), (10, 1.25, 0.5)),
            0.085,
            0.9,
            0.5,
            -0.35,
            0.5,
            0.05,
            throat=0.2,
        ),
    ),
    "anemone": (
        1,
        Bloom(
            ((6, 0.3, 1.0), (6, 0.42, 0.9)),
            0.34,
            0.65,
            0.6,
            -0.1,
            0.15,
            0.08,
            "disc",
            0.2,
            (_VIOLET, _BLUE, _WHITE, _RED),
            -0.5,
        ),
    ),
    "blossom": (
        0.5,
        Bloom(
            ((5, 0.35, 1.0),), 0.4, 0.6, 0.5, -0.2, 0.2, 0.06, "stamens", 0.07, (_PINK, _WHITE, (0.94, 0.2, 1.0)), 0.3
        ),
    ),
    "bellflower": (
        1,
        Bloom(((5, 1.15, 1.0),), 0.36, 0.7, 0.55, 0.5, 0.4, 0.05, "stamens", 0.05, (_VIOLET, _BLUE, _WHITE), 0.2),
    ),
    "dahlia": (
        1.5,
        Bloom(
            ((16, 0.1, 1.0), (16, 0.4, 0.9), (14, 0.7, 0.76), (12, 1.0, 0.6), (8, 1.25, 0.45)),
            0.15,
            0.75,
            0.9,
            -0.3,
            0.6,
            0.04,
            throat=0.35,
        ),
    ),
}  # name: how often, how it is built


def any_bloom(rng: Rng) -> str:
    """A name of `BLOOMS`."""
    return rng.named({name: weight for name, (weight, _) in BLOOMS.items()})


def petal_colour(rng: Rng, kind: str) -> Points:
    """Linear RGB of a flower's petals."""
    hue, saturation, value = rng.pick(BLOOMS[kind][1].hues)
    return linear(
        hsv(hue + rng.normal(0, 0.02), np.clip(saturation * rng.uniform(0.7, 1.1), 0, 1), value * rng.uniform(0.85, 1))
    )


def _petal(rng: Rng, bloom: Bloom) -> Blade:
    blade = simple(
        rng,
        lambda t: (
            bloom.wide
            * (np.sin(math.pi * np.clip(t * 0.97 + 0.02, 0, 1) ** (1 / bloom.peak)) ** bloom.blunt + 0.05 * (1 - t))
        ),
        rows=16,
        fold=bloom.fold,
        bend=bloom.bend * rng.uniform(0.7, 1.3),
        wave=bloom.ruffle,
        veins=0,
    )
    along = blade.shape[0][:, 1] / max(blade.shape[0][:, 1].max(), 1e-3)
    return Blade(
        blade.shape, 1 - bloom.throat * np.clip(1 - along * 2.2, 0, 1) + 0.06 * np.sin(blade.shape[0][:, 0] * 90)
    )


def head(
    rng: Rng, centre: ArrayLike, way: ArrayLike, size: float, kind: str, colour: ArrayLike, material: bpy.types.Material
) -> None:
    """Add a flower head of a kind of `BLOOMS` that looks along `way`; `size` is the length of its petals."""
    bloom = BLOOMS[kind][1]
    axis = unit(way)
    first, second = perpendicular(axis)
    middle = np.asarray(centre, float)
    places, ways, sizes = [], [], []
    turned = rng.uniform(0, TAU)
    openness = rng.normal(0, 0.08)
    for ring, (count, stand, length) in enumerate(bloom.rings):
        angle = (
            np.linspace(0, TAU, count, endpoint=False) + turned + ring * math.pi / count + rng.normal(size=count) * 0.05
        )
        out = np.cos(angle)[:, None] * first + np.sin(angle)[:, None] * second
        rise = np.clip(stand + openness + rng.normal(size=count) * 0.05, -0.2, 1.5)[:, None]
        ways.append(np.cos(rise) * out + np.sin(rise) * axis)
        inset = bloom.heart_size * 0.75 if bloom.heart == "disc" else 0.08 * (1 - stand / 1.6) + 0.02
        places.append(middle + out * inset * size + axis * (0.02 * ring * size))
        sizes.append(size * length * rng.uniform(0.93, 1.05, count))
    all_ways = np.concatenate(ways)
    colours = varied(rng, colour, len(all_ways), 0.1)
    blades = [_petal(rng, bloom) for _ in range(3)]
    facing = axis + 0.001 * all_ways
    put(rng, blades, np.concatenate(places), all_ways, np.concatenate(sizes), colours, material, facing=facing)
    if bloom.heart == "disc":
        _disc(rng, middle, axis, bloom.heart_size * size, kind)
    elif bloom.heart == "stamens":
        _stamens(rng, middle, axis, size * 0.55)


def _disc(rng: Rng, centre: Points, axis: Points, radius: float, kind: str) -> None:
    """A dome of seeds."""
    count = 240
    share = np.sqrt(np.arange(count) / count)
    angle = golden(count)
    dome = np.stack([share * np.cos(angle), share * np.sin(angle), 0.45 * (1 - share**2)], 1) * radius
    tall = radius * np.where(share > 0.75, 0.16, 0.11)
    shape = scatter(sphere(2), dome, np.repeat(np.eye(3)[None], count, 0), tall)
    shades = {
        "sunflower": ((0.02, 0.01, 0.005), (0.25, 0.12, 0.02)),
        "poppy": ((0.01, 0.01, 0.012), (0.03, 0.05, 0.02)),
        "anemone": ((0.01, 0.01, 0.015), (0.02, 0.02, 0.03)),
    }
    inner, outer = (np.array(shade) for shade in shades.get(kind, ((0.6, 0.42, 0.02), (0.75, 0.5, 0.03))))
    colour = inner + (outer - inner) * (share > 0.7)[:, None]
    material = Material("seeds", Roughness=0.7)
    material.set(Base_Color=material.vertex_colour())
    each = len(shape[0]) // count
    add_mesh(
        (point_along(shape[0], axis) + centre, shape[1]),
        material.data,
        name="disc",
        colour=np.repeat(varied(rng, np.ones(3), count) * colour, each, 0),
    )
    plate, faces = ellipsoid((0, 0, 0), (radius, radius, radius * 0.4), None, 4)
    add_mesh((point_along(plate, axis) + centre, faces), material.data, name="disc", colour=inner)


def _stamens(rng: Rng, centre: Points, axis: Points, length: float) -> None:
    count = rng.whole(6, 14)
    first, second = perpendicular(axis)
    angle = rng.uniform(0, TAU, count)
    ways = unit(axis + 0.28 * (np.cos(angle)[:, None] * first + np.sin(angle)[:, None] * second))
    share = np.linspace(0, 1, 5)
    lines = centre + ways[:, None] * (share * length * 1.0)[None, :, None]
    add_strips(
        lines,
        length * 0.018,
        axis + first * 0.3,
        fur_material(rng),
        colour=np.tile([0.6, 0.65, 0.3], (count, 1)),
        normal=ways,
        name="stamens",
    )
    dots = scatter(sphere(2), lines[:, -1], np.repeat(np.eye(3)[None], count, 0), np.full(count, length * 0.055))
    add_mesh(
        dots,
        Material(
            "anthers", Base_Color=rng.pick([(0.5, 0.25, 0.02), (0.12, 0.04, 0.02), (0.7, 0.5, 0.05)]), Roughness=0.9
        ).data,
        name="anthers",
    )


def _greens(rng: Rng, path: Points, colour: Points, material: bpy.types.Material, kind: str, size: float) -> None:
    """Leaves along a stem."""
    count = rng.whole(2, 5)
    at = rng.integers(3, len(path) - 4, count)
    way = unit(rng.normal(size=(count, 3)) * [1, 1, 0.3] + [0, 0, 0.9])
    if kind == "tulip":
        made = strips(
            path[at * 0 + 2],
            way,
            np.full(count, size * 2.2),
            np.full(count, size * 0.16),
            rng.uniform(0.1, 0.4, count),
            rng.uniform(0, TAU, count),
        )
        put_strips(rng, made, varied(rng, colour, count), material)
        return
    leaf = rng.pick(["oval", "serrated", "long"])
    put(
        rng,
        [LEAVES[leaf][1](rng) for _ in range(2)],
        path[at],
        way,
        rng.uniform(0.5, 1.0, count) * size,
        varied(rng, colour, count),
        material,
        facing=(0, 0, 1.0),
    )


def flower(rng: Rng, attributes: Attributes) -> None:
    """One flower on its stem, or a few of a kind."""
    count = rng.pick([1, 1, 1, 2, 3])
    kind = any_bloom(rng)
    attributes.update(flower=kind, count=count)
    material, greenery = leaf_material(rng), leaf_material(rng)
    colour, stalk = petal_colour(rng, kind), green(rng, 0)
    for k in range(count):
        top = np.array([rng.normal(0, 0.1) + k * 0.55 - (count - 1) * 0.27, rng.normal(0, 0.15), rng.uniform(0.2, 0.7)])
        way = unit(np.array([rng.normal(0, 0.6), rng.normal(0, 0.6), rng.uniform(0.2, 1.2)]))
        size = rng.uniform(0.3, 0.5) / (1 if count == 1 else 1.4)
        foot = top * np.array([0.3, 0.3, 0]) + np.array([0, 0, -1])
        line = np.array([foot, (foot + top) / 2 + rng.normal(size=3) * 0.06, top - way * 0.16, top])
        shape = stem(line, [0.024, 0.02, 0.022], 24)
        calyx = ellipsoid((0, 0, 0), np.array([0.2, 0.2, 0.24]) * size, None, 3)
        cup = point_along(calyx[0], way) + top, calyx[1]
        add_stems([shape, cup], greenery, stalk)
        _greens(rng, np.linspace(foot, top, 24), stalk, greenery, kind, size * 1.1)
        head(rng, top, way, size, kind, varied(rng, colour, 1, 0.12)[0], material)
