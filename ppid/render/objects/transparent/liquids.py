"""Liquids in motion, as shapes: sheets, crowns, streams, drops. Their parts overlap and are fused afterwards."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.colour import hsv, linear
from ppid.render.materials import Material
from ppid.render.objects.transparent import clear
from ppid.render.objects.transparent.clear import Substance
from ppid.render.rng import Rng
from ppid.render.scene import fuse
from ppid.render.shapes import (
    TAU,
    Points,
    Shape,
    grid_faces,
    lathe,
    noise,
    sphere,
    tube,
    unit,
    vertex_normals,
)
from ppid.render.shot import Attributes

_GRAVITY = np.array([0, 0, -1.0])


@dataclass(frozen=True)
class Liquid:
    """What is thrown: a clear substance, or display RGB of an opaque one."""

    substance: Substance | None = None
    colour: tuple[float, float, float] = (1, 1, 1)
    coat: float = 0.0

    def material(self) -> bpy.types.Material:
        """A new material."""
        if self.substance is not None:
            return clear.body(self.substance)
        shade = linear(self.colour)
        return Material("opaque liquid", Base_Color=shade, Roughness=0.07, Coat_Weight=self.coat).data


def _water(rng: Rng) -> Liquid:
    return Liquid(Substance(1.33))


def _tinted(rng: Rng) -> Liquid:
    tint = linear(hsv(rng.uniform(), rng.uniform(0.15, 0.6), 1.0))
    return Liquid(Substance(1.33, tint, rng.uniform(0.15, 0.5)))


def _juice(rng: Rng) -> Liquid:
    tint = linear(hsv(rng.pick([0.0, 0.04, 0.09, 0.13, 0.25, 0.85]), rng.uniform(0.75, 0.95), 0.97))
    return Liquid(Substance(1.34, tint, rng.uniform(0.12, 0.4)))


def _honey(rng: Rng) -> Liquid:
    return Liquid(Substance(1.49, linear((0.93, 0.6, 0.12)), rng.uniform(0.12, 0.3)))


def _wine(rng: Rng) -> Liquid:
    return Liquid(Substance(1.34, linear((0.65, 0.05, 0.12)), rng.uniform(0.06, 0.15)))


def _milk(rng: Rng) -> Liquid:
    return Liquid(colour=rng.pick([(0.96, 0.95, 0.91), (0.96, 0.95, 0.91), (0.95, 0.78, 0.8), (0.93, 0.88, 0.7)]))


def _coffee(rng: Rng) -> Liquid:
    if rng.chance(0.5):
        return Liquid(Substance(1.34, linear((0.5, 0.24, 0.08)), rng.uniform(0.04, 0.1)))
    return Liquid(colour=rng.pick([(0.55, 0.38, 0.25), (0.3, 0.16, 0.08), (0.72, 0.55, 0.4)]))


def _chocolate(rng: Rng) -> Liquid:
    return Liquid(colour=rng.pick([(0.28, 0.14, 0.07), (0.42, 0.24, 0.13)]), coat=0.5)


def _paint(rng: Rng) -> Liquid:
    red, green, blue = hsv(rng.uniform(), rng.uniform(0.6, 1), rng.uniform(0.5, 1)).tolist()
    return Liquid(colour=(red, green, blue), coat=1.0)


LIQUIDS: dict[str, tuple[float, Callable[[Rng], Liquid]]] = {
    "water": (5, _water),
    "tinted": (1.5, _tinted),
    "juice": (1.5, _juice),
    "honey": (0.6, _honey),
    "wine": (1, _wine),
    "milk": (1.5, _milk),
    "coffee": (1.2, _coffee),
    "chocolate": (0.6, _chocolate),
    "paint": (1.3, _paint),
}  # name: how often, maker


def any_liquid(rng: Rng, attributes: Attributes, name: str | None = None) -> Liquid:
    """One of `LIQUIDS`."""
    name = name or rng.named({key: weight for key, (weight, _) in LIQUIDS.items()})
    attributes["liquid"] = name
    return LIQUIDS[name][1](rng)


def skin(rng: Rng, parts: list[Shape], voxel: float = 0.018, ripples: float = 0.01) -> Shape:
    """All parts under one skin, as surface tension draws it."""
    vertices, faces = fuse(parts, voxel, rng.whole(3, 7))
    if not len(vertices):
        raise ValueError("nothing is left of the liquid")
    uneven = ripples * noise(vertices, rng, 1.6, 2)
    return vertices + vertex_normals(vertices, faces) * uneven[:, None], faces


def slab(places: Points, half: NDArray[np.float64], wrapped: bool = False) -> Shape:
    """A closed sheet around places (rows, columns, 3), `half` (rows, columns) thick to either side.

    Where it is thinner than the grain of `skin`, a hole is torn.
    """
    rows, columns, _ = places.shape
    normals = vertex_normals(places.reshape(-1, 3), grid_faces(rows, columns, wrap_columns=wrapped)).reshape(
        places.shape
    )
    front, back = places + normals * half[..., None], places - normals * half[..., None]
    faces = grid_faces(rows, columns, wrap_columns=wrapped)
    count = rows * columns
    index = np.arange(count).reshape(rows, columns)
    if wrapped:
        rims = [np.r_[index[0], index[0, :1]], np.r_[index[-1], index[-1, :1]][::-1]]
    else:
        rims = [np.concatenate([index[0], index[1:, -1], index[-1, -2::-1], index[-2::-1, 0]])]
    sides = [np.stack([rim[:-1], rim[1:], rim[1:] + count, rim[:-1] + count], 1) for rim in rims]
    vertices = np.concatenate([front.reshape(-1, 3), back.reshape(-1, 3)])
    return vertices, np.concatenate([faces[:, ::-1], faces + count, *sides])


def drops(rng: Rng, count: int, centre: ArrayLike, spread: ArrayLike, sizes: tuple[float, float]) -> list[Shape]:
    """Scattered drops, most of them small, some drawn out."""
    found = []
    for _ in range(count):
        radius = sizes[0] * (sizes[1] / sizes[0]) ** (rng.uniform() ** 2)
        vertices, faces = sphere(3 if radius > 0.03 else 2, radius)
        way = unit(rng.normal(size=3))
        vertices = vertices + np.outer(vertices @ way, way) * rng.uniform(0, 0.9)
        vertices = vertices * (1 + 0.1 * noise(vertices / radius, rng, 0.3, 1))[:, None]
        found.append((vertices + np.asarray(centre) + rng.normal(size=3) * np.asarray(spread), faces))
    return found


def ligament(rng: Rng, start: ArrayLike, velocity: ArrayLike, radius: float) -> list[Shape]:
    """A finger that is thrown out: it thins, swells at its end and lets drops go."""
    t = np.linspace(0, 1, 16)
    speed = np.asarray(velocity, float)
    path = np.asarray(start) + speed * t[:, None] + 0.5 * float(np.linalg.norm(speed)) * _GRAVITY * (t**2)[:, None]
    waist = radius * ((1 - t) ** 1.3 * 0.75 + 0.28) * (1 + 0.15 * np.sin(t * rng.uniform(8, 20) + rng.uniform(0, 6)))
    bead, faces = sphere(3, radius * rng.uniform(0.6, 1.0))
    parts = [tube(path, waist, 10), (bead + path[-1], faces)]
    way = unit(path[-1] - path[-3])
    place = path[-1]
    for _ in range(rng.whole(0, 3)):
        place = place + way * rng.uniform(1.6, 4) * radius + rng.normal(size=3) * radius * 0.4
        drop, corners = sphere(2, radius * rng.uniform(0.25, 0.6))
        parts.append((drop + place, corners))
    return parts


def crown(rng: Rng, radius: float, height: float) -> list[Shape]:
    """A ring of liquid that flares up, with fingers on its rim."""
    columns, rows = 140, 26
    angle = np.linspace(0, TAU, columns, endpoint=False)
    t = np.linspace(0, 1, rows)[:, None]
    around = np.c_[np.cos(angle), np.sin(angle), 0 * angle]
    tall = height * (1 + 0.25 * noise(around * 0.5, rng, 0.6, 2) + 0.08 * noise(around, rng, 1.5, 1))
    flare = rng.uniform(0.25, 0.65)
    out = radius * (1 - 0.12 * np.sin(math.pi * t) + flare * t**2 + 0.03 * noise(around, rng, 1.2, 2))
    z = tall * np.sin(t * math.pi / 2 * rng.uniform(0.8, 1.0))
    places = np.stack([out * np.cos(angle), out * np.sin(angle), z], -1)
    half = np.repeat(0.055 - 0.025 * t, columns, 1)
    parts = [slab(places, half, wrapped=True)]
    parts.append(tube(places[-1], 0.035 * (1 + 0.3 * noise(around, rng, 1.5, 2)), 8, closed=True))
    count = rng.whole(8, 18)
    for k in range(count):
        i = int((k + rng.uniform(-0.3, 0.3)) / count * columns) % columns
        rise = unit(places[-1, i] - places[-6, i])
        reach = rng.uniform(0.1, 0.5) * height
        parts += ligament(rng, places[-2, i], rise * reach + [0, 0, 0.1 * reach], rng.uniform(0.035, 0.06))
    return parts


def pool(rng: Rng, radius: float) -> list[Shape]:
    """A round puddle with rings of waves, its surface at z = 0."""
    out = np.linspace(0, 1, 40) * radius
    waves = rng.uniform(0.008, 0.03) * np.cos(out * rng.uniform(12, 26)) * np.clip(1 - out / radius, 0, 1)
    edge = 0.09 * np.clip((out / radius - 0.85) / 0.15, 0, 1) ** 2
    top = np.c_[out, waves - edge]
    shape = lathe(np.concatenate([[[0, -0.1], [radius * 0.98, -0.1]], top[::-1]]), 96)
    vertices, faces = shape
    return [(vertices * (1 + 0.12 * noise(vertices * [1, 1, 0], rng, 0.5, 2)[:, None] * [1, 1, 0]), faces)]


def fan(rng: Rng, direction: ArrayLike, width: float, length: float) -> list[Shape]:
    """A sheet thrown along a direction, torn at its end into fingers and drops; `width` in radians."""
    columns, rows = 60, 44
    ahead = unit(direction)
    beside = unit(np.cross(ahead, rng.normal(size=3)))
    normal = np.cross(ahead, beside)
    a, t = np.meshgrid(np.linspace(-0.5, 0.5, columns) * width, np.linspace(0, 1, rows), indexing="xy")
    places = np.stack([a, t * 3, 0 * a], -1)
    reach = length * (0.8 + 0.35 * noise(np.stack([a * 2, 0 * a, 0 * a], -1), rng, 0.9, 2)) * np.cos(a / width * 2)
    away = (0.12 + t * reach)[..., None]
    sheet = away * (np.cos(a)[..., None] * ahead + np.sin(a)[..., None] * beside)
    sheet = sheet + normal * (0.16 * length * t * noise(places, rng, 0.45, 2))[..., None]
    sheet = sheet + normal * (rng.uniform(-0.5, 0.5) * length * t**2)[..., None]
    sheet = sheet + 0.45 * length * _GRAVITY * (t**2)[..., None]
    torn = np.clip(1.1 - t * 0.9 + 0.8 * noise(places, rng, 0.7, 2), 0.15, 1.2)
    parts = [slab(sheet, 0.012 + 0.03 * torn * (1 - 0.4 * t))]
    for edge in (sheet[:, 0], sheet[:, -1], sheet[-1]):
        parts.append(tube(edge, 0.028 * (1 + 0.4 * noise(edge * 3, rng, 1.0, 2)), 8))
    for _ in range(rng.whole(5, 13)):
        i = rng.whole(1, columns - 2)
        rise = unit(sheet[-1, i] - sheet[-5, i])
        parts += ligament(rng, sheet[-2, i], rise * rng.uniform(0.1, 0.4) * length, rng.uniform(0.025, 0.05))
    end = sheet[-1].mean(0)
    return parts + drops(rng, rng.whole(8, 30), end, 0.22 * length, (0.012, 0.05))


def stream(rng: Rng, path: Points, radius: float) -> list[Shape]:
    """Liquid that falls or flows along a path: strands twisted into one another."""
    t = np.linspace(0, 1, len(path))
    found = []
    for k in range(rng.whole(2, 4)):
        turn = rng.uniform(4, 10) * t + rng.uniform(0, TAU)
        away = radius * (0.45 if k else 0.15) * (0.4 + t)
        beside = np.c_[np.cos(turn), np.sin(turn), 0 * t] * away[:, None]
        thick = radius * (0.9 if k == 0 else 0.5) * (1 + 0.12 * np.sin(t * rng.uniform(15, 40)))
        found.append(tube(path + beside, thick * (1.1 - 0.35 * t), 12))
    return found


def swirl(rng: Rng, radius: float, height: float) -> list[Shape]:
    """A band of liquid that winds about the z axis, thrown off at its end."""
    t = np.linspace(0, 1, 130)
    turns = rng.uniform(0.8, 1.8) * TAU * rng.pick([-1, 1])
    out = radius * (1 + rng.uniform(-0.25, 0.35) * t)
    centre = np.stack([out * np.cos(turns * t), out * np.sin(turns * t), height * (t - 0.5)], -1)
    wide = 0.05 + rng.uniform(0.1, 0.22) * np.sin(math.pi * np.clip(t * 1.05, 0, 1)) ** 0.7
    across = np.linspace(-1, 1, 16)
    outward = unit(centre * [1, 1, 0])
    lean = rng.uniform(-0.5, 0.5)
    band = centre[:, None] + (wide[:, None] * across)[..., None] * ([0, 0, 1] + lean * outward)[:, None]
    band = band + outward[:, None] * (0.06 * noise(band, rng, 0.8, 2))[..., None]
    half = 0.03 + 0.035 * (1 - across**2)[None] * (1 + 0.6 * noise(band, rng, 0.9, 2))
    parts = [slab(band, np.maximum(half, 0.008))]
    for edge in (band[:, 0], band[:, -1]):
        parts.append(tube(edge, 0.03 * (1 + 0.4 * noise(edge * 3, rng, 1.0, 2)), 8))
    for _ in range(rng.whole(10, 24)):
        i, side = rng.whole(5, len(t) - 2), rng.pick([0, -1])
        along = unit(centre[i] - centre[i - 3])
        throw = along * rng.uniform(0.1, 0.35) + outward[i] * rng.uniform(0.05, 0.3) + [0, 0, 0.1 * rng.normal()]
        parts += ligament(rng, band[i, side], throw, rng.uniform(0.025, 0.045))
    return parts + drops(rng, rng.whole(10, 40), (0, 0, 0), (radius * 0.8, radius * 0.8, height * 0.5), (0.012, 0.045))
