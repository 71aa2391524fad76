"""Shapes that things are composed of: more of what `ppid.render.shapes` begins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from ppid.render.shapes import (
    TAU,
    Faces,
    Points,
    Shape,
    ellipsoid,
    grid_faces,
    join,
    lathe,
    point_along,
    prism,
    rotation,
    spline,
    torus,
    tube,
    unit,
)

F = TypeVar("F", Faces, list[list[int]])
Polygons = tuple[Points, list[list[int]]]
X, Y, Z = np.eye(3)
UPRIGHT = rotation(X, math.pi / 2)  # turns the plane seen from above into the one seen from the front


def placed(shape: tuple[Points, F], at: ArrayLike = (0, 0, 0), turn: Points | None = None) -> tuple[Points, F]:
    """A shape turned by a matrix (3, 3), then moved."""
    vertices, faces = shape
    if turn is not None:
        vertices = vertices @ turn.T
    return vertices + np.asarray(at, float), faces


def stretched(shape: tuple[Points, F], scale: ArrayLike) -> tuple[Points, F]:
    """A shape scaled by one number or one for each axis."""
    return shape[0] * np.asarray(scale, float), shape[1]


def mirrored(shape: Shape) -> Shape:
    """A shape and its image on the other side of x = 0."""
    vertices, faces = shape
    return join([shape, (vertices * [-1, 1, 1], faces[:, ::-1])])


def rod(start: ArrayLike, end: ArrayLike, radius: ArrayLike, sides: int = 12) -> Shape:
    """Straight round bar; `radius` is one number or (at the start, at the end)."""
    return tube(np.stack([np.asarray(start, float), np.asarray(end, float)]), radius, sides)


def disc(radius: float, height: float, edge: float = 0.0, sides: int = 64) -> Shape:
    """Cylinder around the origin along z, its edges rounded by `edge`."""
    half = height / 2
    edge = min(edge, half * 0.99, radius * 0.99)
    turn = np.linspace(0, math.pi / 2, 5 if edge else 1)
    corner = np.c_[radius - edge + edge * np.sin(turn), half - edge + edge * np.cos(turn)]
    if not edge:
        corner = np.array([[radius, half]])
    return lathe(np.concatenate([[[0, half]], corner, corner[::-1] * [1, -1], [[0, -half]]]), sides)


def ring(radius: float, thickness: float, axis: ArrayLike = Z, at: ArrayLike = (0, 0, 0), sides: int = 64) -> Shape:
    """Torus around an axis."""
    vertices, faces = torus(radius, thickness, sides, 10)
    return point_along(vertices, axis) + np.asarray(at, float), faces


def along(shape: tuple[Points, F], axis: ArrayLike, at: ArrayLike = (0, 0, 0)) -> tuple[Points, F]:
    """A shape whose z axis is laid along another, then moved."""
    return point_along(shape[0], axis) + np.asarray(at, float), shape[1]


def slab(outline: ArrayLike, depth: float) -> Polygons:
    """Polygon (N, 2) of x and z as seen from the front, `depth` thick around y = 0."""
    return placed(prism(outline, depth), turn=UPRIGHT)


def washer(outer: Points, inner: Points, depth: float) -> Shape:
    """Plate in the xy plane with a hole: two outlines (N, 2) of as many points."""
    half = depth / 2
    rims = [(outer, -half), (outer, half), (inner, half), (inner, -half)]
    vertices = np.concatenate([np.c_[outline, np.full(len(outline), z)] for outline, z in rims])
    return vertices, grid_faces(4, len(outer), wrap_rows=True, wrap_columns=True)


def circle(radius: float, count: int = 48, centre: tuple[float, float] = (0, 0)) -> Points:
    """Points (count, 2) around a circle."""
    turn = np.linspace(0, TAU, count, endpoint=False)
    return np.c_[radius * np.cos(turn), radius * np.sin(turn)] + centre


def oval(half_width: float, half_depth: float, exponent: float = 2.0, count: int = 48) -> Points:
    """Superellipse (count, 2): 2 is an ellipse, more is squarer."""
    turn = np.linspace(0, TAU, count, endpoint=False)
    cosine, sine = np.cos(turn), np.sin(turn)
    power = 2 / exponent
    return np.c_[half_width * np.sign(cosine) * abs(cosine) ** power, half_depth * np.sign(sine) * abs(sine) ** power]


def rounded_rectangle(width: float, height: float, radius: float, corner: int = 6) -> Points:
    """Outline (4 * corner, 2) around the origin."""
    radius = min(radius, width / 2.001, height / 2.001)
    turn = np.linspace(0, math.pi / 2, corner)
    quarter = radius * np.c_[np.cos(turn), np.sin(turn)]
    middle = np.array([width / 2 - radius, height / 2 - radius])
    first, second = quarter + middle, quarter[::-1] * [-1, 1] + middle * [-1, 1]
    return np.concatenate([first, second, -first, -second])


def smooth_outline(corners: ArrayLike, count: int = 80) -> Points:
    """Closed curve (count, 2) through corners."""
    return spline(corners, count, closed=True)


def loft(sections: ArrayLike, capped: bool = True, closed: bool = False) -> Shape:
    """Skin over outlines (K, N, 3); `closed` joins the last to the first."""
    rows = np.asarray(sections, float)
    count, sides, _ = rows.shape
    vertices = rows.reshape(-1, 3)
    faces = grid_faces(count, sides, wrap_rows=closed, wrap_columns=True)
    if closed or not capped:
        return vertices, faces
    here, following = np.arange(sides), (np.arange(sides) + 1) % sides
    last = (count - 1) * sides
    first_fan = np.stack([following, here, np.full(sides, len(vertices)), np.full(sides, len(vertices))], -1)
    top = np.full(sides, len(vertices) + 1)
    last_fan = np.stack([last + here, last + following, top, top], -1)
    vertices = np.concatenate([vertices, rows[:1].mean(1), rows[-1:].mean(1)])
    return vertices, np.concatenate([faces, first_fan, last_fan])


def stack(outlines: Sequence[Points], heights: ArrayLike, capped: bool = True) -> Shape:
    """Loft of outlines (N, 2) at heights z."""
    rows = [np.c_[outline, np.full(len(outline), z)] for outline, z in zip(outlines, np.asarray(heights), strict=True)]
    return loft(np.array(rows), capped)


def strap(path: ArrayLike, across: ArrayLike, width: ArrayLike, thickness: float, closed: bool = False) -> Shape:
    """Flat band along a path (N, 3); `across`, (3,) or (N, 3), is roughly where its width lies."""
    points = np.asarray(path, float)
    onward = np.roll(points, -1, 0) - np.roll(points, 1, 0) if closed else np.gradient(points, axis=0)
    tangent = unit(onward)
    side = np.broadcast_to(np.asarray(across, float), points.shape)
    side = unit(side - tangent * (side * tangent).sum(1, keepdims=True))
    up = np.cross(tangent, side)
    half = np.broadcast_to(np.asarray(width, float), (len(points),))[:, None] / 2
    inner = half - np.minimum(thickness * 0.4, half * 0.5)
    low, high = up * thickness / 2, up * thickness * 0.2
    corners = [side * half - high, side * half + high, side * inner + low, -side * inner + low]
    corners += [-side * half + high, -side * half - high, -side * inner - low, side * inner - low]
    return loft(points[:, None] + np.stack(corners, 1), closed=closed)


def arc(radius: ArrayLike, start: float, stop: float, count: int = 32, at: ArrayLike = (0, 0, 0)) -> Points:
    """Path (count, 3) in the xz plane from angle to angle, x towards z; `radius` is one number or (along x, along z)."""
    size = np.broadcast_to(np.asarray(radius, float), (2,))
    turn = np.linspace(start, stop, count)
    return np.c_[size[0] * np.cos(turn), np.zeros(count), size[1] * np.sin(turn)] + np.asarray(at, float)


def loop(radius: ArrayLike, count: int = 64, at: ArrayLike = (0, 0, 0)) -> Points:
    """Closed path (count, 3) in the xy plane; `radius` is one number or (along x, along y)."""
    size = np.broadcast_to(np.asarray(radius, float), (2,))
    turn = np.linspace(0, TAU, count, endpoint=False)
    return np.c_[size[0] * np.cos(turn), size[1] * np.sin(turn), np.zeros(count)] + np.asarray(at, float)


def helix(radius: ArrayLike, height: float, turns: float, count: int) -> Points:
    """Path (count, 3) up around z from 0 to `height`; `radius` is one number or one for each point."""
    t = np.linspace(0, 1, count)
    size = np.broadcast_to(np.asarray(radius, float), (count,))
    return np.c_[size * np.cos(t * turns * TAU), size * np.sin(t * turns * TAU), t * height]


def segments(pairs: Sequence[tuple[ArrayLike, ArrayLike]]) -> Points:
    """Straight wires (K, 2, 3) between pairs of points."""
    return np.array([[np.asarray(start, float), np.asarray(end, float)] for start, end in pairs])


def limb(points: ArrayLike, radii: Sequence[float], sides: int = 14) -> list[Shape]:
    """Round bar with round ends along a curve, to be fused with others."""
    path = spline(points, 14)
    sizes = np.interp(np.linspace(0, 1, 14), np.linspace(0, 1, len(radii)), radii)
    ends = [ellipsoid(path[end], [sizes[end]] * 3, splits=3) for end in (0, -1)]
    return [tube(path, sizes, sides), *ends]


def sheet(points: Points) -> Shape:
    """Surface through a grid of points (R, C, 3)."""
    return points.reshape(-1, 3), grid_faces(*points.shape[:2])


def square_grid(rows: int, columns: int, low: float = -1.0, high: float = 1.0) -> tuple[Points, Points]:
    """Coordinates u along rows and v along columns, each (R, C)."""
    u, v = np.meshgrid(np.linspace(low, high, rows), np.linspace(low, high, columns), indexing="ij")
    return u, v
