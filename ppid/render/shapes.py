"""Shapes as arrays: vertices float (N, 3) and faces int (F, 3 or 4). Nothing here knows of Blender.

A triangle among quads repeats its last vertex. Shapes stand on or around the origin with z up.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.rng import Rng

TAU = 2 * math.pi
Points = NDArray[np.float64]
Faces = NDArray[np.int64]
Shape = tuple[Points, Faces]


def unit(vectors: ArrayLike) -> Points:
    """Vectors (..., 3) of length one."""
    values = np.asarray(vectors, float)
    return values / np.maximum(np.linalg.norm(values, axis=-1, keepdims=True), 1e-9)


def perpendicular(directions: ArrayLike) -> tuple[Points, Points]:
    """Two unit vectors orthogonal to `directions` (..., 3) and to each other."""
    along = unit(directions)
    away = np.where(np.abs(along[..., 2:3]) < 0.9, np.array([0, 0, 1.0]), np.array([1.0, 0, 0]))
    first = unit(np.cross(away, along))
    return first, np.cross(along, first)


def rotation(axis: ArrayLike, angle: float) -> Points:
    """Matrix (3, 3) that turns column vectors about `axis` by `angle` radians (Rodrigues)."""
    x, y, z = unit(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross


def point_along(points: Points, direction: ArrayLike, roll: float = 0.0) -> Points:
    """Turn points so that their z axis lies along `direction`."""
    first, second = perpendicular(np.asarray(direction, float))
    cosine, sine = math.cos(roll), math.sin(roll)
    return points @ np.stack([first * cosine + second * sine, second * cosine - first * sine, unit(direction)])


def spline(points: ArrayLike, count: int, closed: bool = False) -> Points:
    """Catmull-Rom curve through `points` (N, D), sampled at `count` places."""
    p = np.asarray(points, float)
    p = np.concatenate([p[-1:], p, p[:2]]) if closed else np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    spans = len(p) - 3
    place = np.linspace(0, spans, count, endpoint=not closed)
    k = np.minimum(place.astype(int), spans - 1)
    t = (place - k)[:, None]
    a, b, c, d = p[k], p[k + 1], p[k + 2], p[k + 3]
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def grid_faces(rows: int, columns: int, wrap_rows: bool = False, wrap_columns: bool = False) -> Faces:
    """Quads between `rows` x `columns` vertices in row-major order."""
    row, column = np.meshgrid(
        np.arange(rows if wrap_rows else rows - 1), np.arange(columns if wrap_columns else columns - 1), indexing="ij"
    )
    below, right = (row + 1) % rows, (column + 1) % columns
    corners = [row * columns + column, below * columns + column, below * columns + right, row * columns + right]
    return np.stack(corners, -1).reshape(-1, 4)


def tube(path: ArrayLike, radius: ArrayLike, sides: int = 10, closed: bool = False, capped: bool = True) -> Shape:
    """Round tube along `path` (N, 3); `radius` is one number or one for each point."""
    p = np.asarray(path, float)
    count = len(p)
    radii = np.broadcast_to(np.asarray(radius, float), (count,))
    tangent = unit(np.roll(p, -1, 0) - np.roll(p, 1, 0)) if closed else unit(np.gradient(p, axis=0))
    normal = np.zeros_like(p)
    normal[0] = perpendicular(tangent[0])[0]
    for i in range(1, count):  # carried along without twist
        normal[i] = unit(normal[i - 1] - tangent[i] * (normal[i - 1] @ tangent[i]))
    if closed:  # spread the twist that is left at the seam
        last = normal[-1] - tangent[0] * (normal[-1] @ tangent[0])
        twist = math.atan2(np.cross(last, normal[0]) @ tangent[0], last @ normal[0])
        angle = (np.arange(count) / count * twist)[:, None]
        normal = normal * np.cos(angle) + np.cross(tangent, normal) * np.sin(angle)
    side = np.cross(tangent, normal)
    turn = np.linspace(0, TAU, sides, endpoint=False)[None, :, None]
    rings = p[:, None] + radii[:, None, None] * (np.cos(turn) * normal[:, None] + np.sin(turn) * side[:, None])
    vertices = rings.reshape(-1, 3)
    faces = grid_faces(count, sides, wrap_rows=closed, wrap_columns=True)
    if capped and not closed:
        ends = [_fan(sides, 0, len(vertices)), _fan(sides, (count - 1) * sides, len(vertices) + 1)]
        faces = np.concatenate([faces, *ends])
        vertices = np.concatenate([vertices, p[:1], p[-1:]])
    return vertices, faces


def lathe(profile: ArrayLike, sides: int = 64, resample: int | None = None) -> Shape:
    """Turn a profile of (radius, z) about z; `resample` draws a spline of so many points through it first."""
    p = np.asarray(profile, float)
    if resample:
        p = spline(p, resample)
        p[:, 0] = np.maximum(p[:, 0], 0.0)
    turn = np.linspace(0, TAU, sides, endpoint=False)
    rings = np.stack([p[:, :1] * np.cos(turn), p[:, :1] * np.sin(turn), np.repeat(p[:, 1:2], sides, 1)], -1)
    return rings.reshape(-1, 3), grid_faces(len(p), sides, wrap_columns=True)


def sphere(splits: int = 3, radius: ArrayLike = 1.0) -> Shape:
    """Icosahedron split `splits` - 1 times: even triangles. `radius` may be one for each axis."""
    vertices, faces = _icosphere(splits)
    return vertices * np.asarray(radius, float), faces.copy()


def box(width: float, depth: float, height: float) -> Shape:
    """Cuboid with its centre at the origin."""
    vertices = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
    faces = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])
    return vertices * np.array([width, depth, height]) / 2, faces


def rounded_box(width: float, depth: float, height: float, exponent: float = 6, splits: int = 4) -> Shape:
    """Superellipsoid: the larger the exponent, the sharper its edges."""
    vertices, faces = sphere(splits)
    stretch = (np.abs(vertices) ** exponent).sum(1, keepdims=True) ** (-1.0 / exponent)
    return vertices * stretch * np.array([width, depth, height]) / 2, faces


def prism(outline: ArrayLike, height: float) -> tuple[Points, list[list[int]]]:
    """Polygon (N, 2) extruded along z around 0; faces are lists since two of them have N corners."""
    corners = np.asarray(outline, float)
    n = len(corners)
    low, high = np.full(n, -height / 2), np.full(n, height / 2)
    vertices = np.concatenate([np.c_[corners, low], np.c_[corners, high]])
    sides = [[i, (i + 1) % n, n + (i + 1) % n, n + i] for i in range(n)]
    return vertices, [list(range(n))[::-1], list(range(n, 2 * n)), *sides]


def torus(radius: float, thickness: float, sides: int = 64, ring: int = 12) -> Shape:
    """Ring in the xy plane."""
    turn = np.linspace(0, TAU, sides, endpoint=False)
    path = np.c_[radius * np.cos(turn), radius * np.sin(turn), np.zeros(sides)]
    return tube(path, thickness, ring, closed=True)


def ellipsoid(centre: ArrayLike, axes: ArrayLike, turn: ArrayLike | None = None, splits: int = 3) -> Shape:
    """Sphere stretched along its axes, turned by a matrix (3, 3) and moved."""
    vertices, faces = sphere(splits, axes)
    if turn is not None:
        vertices = vertices @ np.asarray(turn, float).T
    return vertices + np.asarray(centre, float), faces


def as_quads(faces: Faces) -> Faces:
    """Triangles with their last vertex repeated."""
    return faces if faces.shape[1] == 4 else np.c_[faces, faces[:, -1:]]


def join(shapes: Iterable[Shape]) -> Shape:
    """Several shapes as one."""
    vertices, faces, offset = [], [], 0
    for points, corners in shapes:
        vertices.append(points)
        faces.append(as_quads(corners) + offset)
        offset += len(points)
    return np.concatenate(vertices), np.concatenate(faces)


def scatter(shape: Shape, positions: ArrayLike, turns: ArrayLike, scales: ArrayLike) -> Shape:
    """Copies of a shape: positions (K, 3), turns (K, 3, 3) as row axes, scales (K,) or (K, 3)."""
    vertices, faces = shape
    where, size = np.asarray(positions, float), np.asarray(scales, float)
    if size.ndim == 1:
        size = size[:, None]
    placed = np.einsum("kvi,kij->kvj", vertices[None] * size[:, None], np.asarray(turns, float)) + where[:, None]
    corners = faces[None] + (np.arange(len(where)) * len(vertices))[:, None, None]
    return placed.reshape(-1, 3), corners.reshape(-1, faces.shape[1])


def vertex_normals(vertices: Points, faces: Faces) -> Points:
    """Unit normals (N, 3) of a mesh of triangles or quads, weighted by area."""
    normals = np.zeros_like(vertices)
    if faces.shape[1] == 4:
        of_faces = np.cross(
            vertices[faces[:, 2]] - vertices[faces[:, 0]], vertices[faces[:, 3]] - vertices[faces[:, 1]]
        )
    else:
        of_faces = np.cross(
            vertices[faces[:, 1]] - vertices[faces[:, 0]], vertices[faces[:, 2]] - vertices[faces[:, 0]]
        )
    for corner in range(faces.shape[1]):
        np.add.at(normals, faces[:, corner], of_faces)
    return unit(normals)


def sample_surface(
    rng: Rng, vertices: Points, triangles: Faces, count: int, weight: NDArray[np.float64] | None = None
) -> tuple[Points, Points]:
    """Random points on a mesh of triangles and the normals there; `weight`, one a vertex, thins them out."""
    corners = vertices[triangles]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    if weight is not None:
        area = area * weight[triangles].mean(1)
    chosen = rng.choice(len(triangles), count, p=area / area.sum())
    a, b = rng.random(count), rng.random(count)
    outside = a + b > 1
    a[outside], b[outside] = 1 - a[outside], 1 - b[outside]
    shares = np.stack([1 - a - b, a, b], 1)[..., None]
    normals = vertex_normals(vertices, triangles)
    return (corners[chosen] * shares).sum(1), unit((normals[triangles[chosen]] * shares).sum(1))


def noise(points: ArrayLike, rng: Rng, frequency: float = 1.0, octaves: int = 3, waves: int = 7) -> NDArray[np.float64]:
    """Smooth noise at points (..., 3), about -1 to 1: sines in random directions."""
    p = np.asarray(points, float)
    total, amplitude, weight = np.zeros(p.shape[:-1]), 1.0, 0.0
    for _ in range(octaves):
        directions = unit(rng.normal(size=(waves, 3)))
        k = directions * frequency * rng.uniform(0.6, 1.5, (waves, 1)) * TAU
        total += amplitude * np.sin(p @ k.T + rng.uniform(0, TAU, waves)).sum(-1) / math.sqrt(waves) * 0.9
        weight += amplitude
        amplitude *= 0.5
        frequency *= 2.03
    return total / weight


def _fan(sides: int, start: int, centre: int) -> Faces:
    """Triangles from a ring of vertices to a centre, as quads."""
    here = start + np.arange(sides)
    following = start + (np.arange(sides) + 1) % sides
    return np.stack([here, following, np.full(sides, centre), np.full(sides, centre)], -1)


@functools.cache
def _icosphere(splits: int) -> Shape:
    golden = (1 + math.sqrt(5)) / 2
    plane = [(-1, golden), (1, golden), (-1, -golden), (1, -golden)]
    corners: list[tuple[float, ...]] = [(a, b, 0) for a, b in plane]
    corners += [(0, a, b) for a, b in plane]
    corners += [(b, 0, a) for b, a in ((golden, -1), (golden, 1), (-golden, -1), (-golden, 1))]
    points = list(unit(np.array(corners)))
    faces = [(0, 11, 5), (0, 5, 1), (0, 1, 7), (0, 7, 10), (0, 10, 11), (1, 5, 9), (5, 11, 4), (11, 10, 2)]
    faces += [(10, 7, 6), (7, 1, 8), (3, 9, 4), (3, 4, 2), (3, 2, 6), (3, 6, 8), (3, 8, 9), (4, 9, 5)]
    faces += [(2, 4, 11), (6, 2, 10), (8, 6, 7), (9, 8, 1)]
    for _ in range(splits - 1):
        middles: dict[tuple[int, int], int] = {}

        def middle(a: int, b: int, middles: dict[tuple[int, int], int] = middles) -> int:
            key = (min(a, b), max(a, b))
            if key not in middles:
                middles[key] = len(points)
                points.append(unit(points[a] + points[b]))
            return middles[key]

        split = []
        for a, b, c in faces:
            ab, bc, ca = middle(a, b), middle(b, c), middle(c, a)
            split += [(a, ab, ca), (b, bc, ab), (c, ca, bc), (ab, bc, ca)]
        faces = split
    return np.array(points), np.array(faces)
