"""Stems, bark, pots and branching that plants share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import ArrayLike

from ppid.render.colour import hsv, linear
from ppid.render.materials import Material, everyday
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import TAU, Points, Shape, ellipsoid, join, lathe, noise, spline, torus, tube, unit


@dataclass(frozen=True)
class Twig:
    """A piece of a branch: its path (N, 3), radii at its ends, and how many forks away from the end it is."""

    path: Points
    radii: tuple[float, float]
    order: int

    def place(self, share: float) -> Points:
        """A point along it, 0 to 1."""
        at = np.clip(share, 0, 1) * (len(self.path) - 1)
        k = min(int(at), len(self.path) - 2)
        return self.path[k] + (self.path[k + 1] - self.path[k]) * (at - k)

    @property
    def way(self) -> Points:
        """Where its end points."""
        return unit(self.path[-1] - self.path[-2])


@dataclass(frozen=True)
class Growing:
    """How a branch forks.

    Attributes:
        orders: how often it forks.
        length: of the first piece.
        radius: of the first piece.
        spread: how far side branches turn away.
        lift: how much all strive upwards; below 0 they hang.
        wander: how crooked they grow.
        forks: fewest and most side branches of a piece.
        shrink: length of a side branch over its parent's.
    """

    orders: int = 3
    length: float = 0.6
    radius: float = 0.03
    spread: float = 0.7
    lift: float = 0.05
    wander: float = 0.13
    forks: tuple[int, int] = (2, 4)
    shrink: float = 0.68


def branched(rng: Rng, start: ArrayLike, way: ArrayLike, growing: Growing, most: int = 260) -> list[Twig]:
    """All pieces of a branch, from its foot outwards."""
    twigs: list[Twig] = []
    todo = [(np.asarray(start, float), unit(way), growing.length, growing.radius, growing.orders)]
    while todo and len(twigs) < most:
        place, ahead, length, radius, order = todo.pop(0)
        path = [place]
        for _ in range(6):
            ahead = unit(ahead + rng.normal(size=3) * growing.wander + np.array([0, 0, growing.lift]))
            path.append(path[-1] + ahead * length / 6)
        line = np.array(path)
        end = radius * (0.62 if order else 0.35)
        twigs.append(Twig(line, (radius, end), order))
        if order == 0:
            continue
        for _ in range(rng.whole(*growing.forks)):
            at = rng.whole(2, 6)
            aside = unit(ahead + rng.normal(size=3) * growing.spread)
            long = length * growing.shrink * rng.uniform(0.75, 1.2)
            todo.append((line[at], aside, long, end * rng.uniform(0.75, 0.95), order - 1))
        todo.append((line[-1], ahead, length * 0.8, end, order - 1))
    return twigs


def add_twigs(twigs: list[Twig], material: bpy.types.Material) -> None:
    """Add the wood."""
    shapes = [tube(spline(twig.path, 14), np.linspace(*twig.radii, 14), 8) for twig in twigs]
    add_mesh(join(shapes), material, name="wood")


def bark(rng: Rng, colour: ArrayLike | None = None) -> bpy.types.Material:
    """Rough bark; of a colour if given, linear RGB."""
    shade = (
        linear(hsv(rng.uniform(0.04, 0.1), rng.uniform(0.1, 0.5), rng.uniform(0.2, 0.6))) if colour is None else colour
    )
    material = Material("bark")
    grain = material.node("TexNoise", Vector=material.coordinates(rng.uniform(8, 16), rng), Detail=5.0)
    dark = np.asarray(shade) * 0.35
    material.set(Base_Color=material.ramp(grain.outputs[0], [(0.35, dark), (0.65, shade)]), Roughness=0.85)
    material.bump(grain.outputs[0], 0.6, 0.02)
    return material.data


def stem(path: ArrayLike, radius: ArrayLike, steps: int = 20) -> Shape:
    """A tube through a few places."""
    line = spline(np.asarray(path, float), steps)
    thick = np.broadcast_to(np.asarray(radius, float), (np.size(radius),))
    return tube(
        line,
        np.interp(np.linspace(0, 1, steps), np.linspace(0, 1, len(thick)), thick) if len(thick) > 1 else thick[0],
        8,
    )


def add_stems(shapes: list[Shape], material: bpy.types.Material, colour: ArrayLike) -> None:
    """Add stems of one colour."""
    add_mesh(join(shapes), material, name="stems", colour=colour)


def pot(rng: Rng, top: float = -0.35, radius: float = 0.45) -> None:
    """A flower pot with soil, its rim at a height; it is as deep as wide, and stands below."""
    tall = radius * rng.uniform(1.2, 1.7)
    foot = radius * rng.uniform(0.6, 0.9)
    low = top - tall
    kind = rng.pick(["flower", "round", "box", "basket", "tin"], [4, 3, 2, 1, 1])
    made = everyday(rng, rng.pick(["ceramic", "stone", "plastic", "ceramic", "paint", "wood"]))
    if rng.chance(0.35):
        made = everyday(rng, "ceramic", linear(hsv(0.045, rng.uniform(0.5, 0.65), rng.uniform(0.55, 0.8))))
    wall = radius * 0.07
    if kind == "flower":
        profile = [
            (0, low),
            (foot, low),
            (radius * 0.95, top - tall * 0.22),
            (radius * 1.07, top - tall * 0.2),
            (radius * 1.1, top),
        ]
    elif kind == "round":
        profile = [(0, low), (foot * 0.8, low), (radius * 1.15, low + tall * 0.45), (radius, top)]
    else:
        profile = [(0, low), (radius * 0.95, low), (radius * 0.97, low + tall * 0.05), (radius, top)]
    inner = profile[-1][0] - wall
    profile += [(inner, top), (inner * 0.97, top - tall * 0.12), (0, top - tall * 0.1)]
    vertices, faces = lathe(profile, 4 if kind == "box" else 64)
    if kind == "box":
        turn = math.pi / 4
        spin = np.array([[math.cos(turn), math.sin(turn), 0], [-math.sin(turn), math.cos(turn), 0], [0, 0, 1]])
        vertices = vertices @ spin * np.array([1.25, 1.25, 1])
    add_mesh((vertices, faces), made, name="pot", smooth=kind != "box")
    if kind == "basket":
        for height in np.linspace(low + 0.03, top, 9):
            ring, quads = torus(radius * 1.0, tall / 18, 64, 10)
            add_mesh((ring + [0, 0, height], quads), made, name="weave")
    earth = Material("soil", Base_Color=(0.03, 0.018, 0.01), Roughness=0.95)
    soil, quads = ellipsoid((0, 0, top - tall * 0.11), (inner * 0.97, inner * 0.97, 0.05), None, 5)
    soil = soil + np.array([0, 0, 0.03]) * noise(soil, rng, 5, 2)[:, None]
    add_mesh((soil, quads), earth.data, name="soil")


def golden(count: int) -> Points:
    """Directions (count,) in radians, each a golden angle on from the last: as leaves and seeds follow each other."""
    return np.arange(count, dtype=float) * (TAU * (1 - 1 / 1.618034))
