"""Where things stand. A thing's own axes: x to its right, y to its back, z up; in metres, its front looks along -y."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import ArrayLike

from ppid.render.rng import Rng
from ppid.render.scene import add, add_mesh, bevel
from ppid.render.shapes import Points, Shape, join, tube

Span = tuple[float, float]


@dataclass(frozen=True)
class Place:
    """A thing's origin and axes in the world."""

    matrix: Matrix = field(default_factory=lambda: Matrix.Identity(4))

    def at(self, x: float, y: float, z: float = 0.0, turn: float = 0.0) -> Place:
        """A place in this one's axes, turned about z by `turn` radians."""
        return Place(self.matrix @ Matrix.Translation((x, y, z)) @ Matrix.Rotation(turn, 4, "Z"))

    def tilted(self, angle: float, axis: str = "X") -> Place:
        """Turned about x or y."""
        return Place(self.matrix @ Matrix.Rotation(angle, 4, axis))

    def point(self, x: float, y: float, z: float) -> Points:
        """World coordinates of a point."""
        return np.array(self.matrix @ Matrix.Translation((x, y, z)))[:3, 3]

    def add(
        self,
        shape: tuple[Points, Any],
        material: bpy.types.Material,
        *,
        smooth: bool = False,
        rounded: float = 0.0,
        **how: Any,
    ) -> bpy.types.Object:
        """Add a part; `rounded` is the radius of its edges, the rest is as for `add_mesh`."""
        part = add_mesh(shape, material, smooth=smooth, **how)
        part.matrix_world = self.matrix
        return bevel(part, rounded, 2) if rounded else part

    def add_light(self, light: bpy.types.Light) -> bpy.types.Object:
        """Add a lamp's light; the camera does not see it."""
        lamp = add("light", light)
        lamp.matrix_world = self.matrix
        lamp.visible_camera = False
        return lamp


def repeat(make: Callable[[Place], None], places: Sequence[Place]) -> None:
    """Make a thing at the first place; the others show the same meshes."""
    if not places:
        return
    before = set(bpy.data.objects)
    make(places[0])
    parts = [part for part in bpy.data.objects if part not in before]
    for place in places[1:]:
        for part in parts:
            copied = part.copy()
            bpy.context.scene.collection.objects.link(copied)
            copied.matrix_world = place.matrix @ places[0].matrix.inverted() @ part.matrix_world


def block(x: Span, y: Span, z: Span) -> Shape:
    """A cuboid between coordinates."""
    vertices = np.array([[a, b, c] for a in x for b in y for c in z], float)
    faces = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])
    return vertices, faces


def around(x: float, y: float, width: float, depth: float, z: Span) -> Shape:
    """A cuboid with a rectangle's middle at (x, y)."""
    return block((x - width / 2, x + width / 2), (y - depth / 2, y + depth / 2), z)


def moved(shape: Shape, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Shape:
    """A shape elsewhere."""
    return shape[0] + np.array([x, y, z]), shape[1]


def bars(pairs: Iterable[tuple[ArrayLike, ArrayLike]], radius: float, sides: int = 8) -> Shape:
    """Round bars between pairs of points."""
    return join(tube(np.array([start, end], float), radius, sides) for start, end in pairs)


def cross_section(outline: ArrayLike, x: Span) -> Shape:
    """A convex or star-shaped outline (N, 2) of y and z, extruded along x; its ends are closed by fans."""
    corners = np.asarray(outline, float)
    n = len(corners)
    ends = [np.c_[np.full(n, value), corners] for value in x]
    middles = [np.r_[value, corners.mean(0)][None] for value in x]
    here, following = np.arange(n), (np.arange(n) + 1) % n
    sides = np.stack([here, following, following + n, here + n], -1)
    caps = [
        np.stack([here + k * n, following + k * n, np.full(n, 2 * n + k), np.full(n, 2 * n + k)], -1) for k in (0, 1)
    ]
    return np.concatenate([*ends, *middles]), np.concatenate([sides, *caps])


class Floor:
    """Which parts of a floor are taken."""

    def __init__(self, x: Span, y: Span) -> None:
        self.x, self.y = x, y
        self._taken: list[tuple[float, float, float, float]] = []

    def claim(self, x: float, y: float, width: float, depth: float) -> bool:
        """Take a rectangle around (x, y) if it is free and inside."""
        x0, x1, y0, y1 = x - width / 2, x + width / 2, y - depth / 2, y + depth / 2
        if x0 < self.x[0] - 0.01 or x1 > self.x[1] + 0.01 or y0 < self.y[0] - 0.01 or y1 > self.y[1] + 0.01:
            return False
        if any(x0 < b and x1 > a and y0 < d and y1 > c for a, b, c, d in self._taken):
            return False
        self._taken.append((x0, x1, y0, y1))
        return True

    def find(self, rng: Rng, width: float, depth: float, tries: int = 12) -> tuple[float, float] | None:
        """Take a rectangle anywhere; its middle, or None if there was no room."""
        for _ in range(tries):
            if self.x[1] - self.x[0] < width or self.y[1] - self.y[0] < depth:
                return None
            x = rng.uniform(self.x[0] + width / 2, self.x[1] - width / 2)
            y = rng.uniform(self.y[0] + depth / 2, self.y[1] - depth / 2)
            if self.claim(x, y, width, depth):
                return x, y
        return None


class Line:
    """Which parts of a wall's length are taken."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high
        self.taken: list[Span] = []

    def is_free(self, left: float, right: float) -> bool:
        """Whether nothing stands between."""
        inside = left >= self.low - 1e-6 and right <= self.high + 1e-6
        return inside and not any(left < b and right > a for a, b in self.taken)


def shared_gap(rng: Rng, lines: Sequence[Line], width: float, tries: int = 10) -> float | None:
    """Take `width` of all lines at once; its middle, or None if there was no room. Often next to what stands there."""
    low, high = max(line.low for line in lines), min(line.high for line in lines)
    if high - low < width:
        return None
    ends = [low, *(right + 0.02 for line in lines for _, right in line.taken)]
    starts = [high - width, *(left - width - 0.02 for line in lines for left, _ in line.taken)]
    for _ in range(tries):
        left = rng.pick(ends + starts) if rng.chance(0.6) else rng.uniform(low, high - width)
        if all(line.is_free(left, left + width) for line in lines):
            for line in lines:
                line.taken.append((left, left + width))
            return left + width / 2
    return None


def circle(count: int, radius: float, start: float = 0.0) -> Points:
    """`count` points (count, 2) on a circle."""
    turn = start + np.arange(count) * math.tau / count
    return np.c_[np.cos(turn), np.sin(turn)] * radius
