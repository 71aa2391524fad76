"""Clothes as shells: the tights of the base mesh lifted off the body, draped, and cut along exact lines.

Lines are zeros of fields: numbers in decimetres, positive where there is cloth, over places of the base mesh.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from mathutils.bvhtree import BVHTree
from numpy.typing import ArrayLike, NDArray

from ppid.render.people.figure import Figure
from ppid.render.people.makehuman import MakeHuman, subdivide
from ppid.render.people.skinning import Weights
from ppid.render.rng import Rng
from ppid.render.shapes import TAU, Faces, Points, Shape, unit, vertex_normals

Reals = NDArray[np.float64]
_SHOULDER, _ELBOW, _WRIST = np.array([[1.68, 5.25, 0.15], [3.13, 3.49, 0.13], [4.31, 2.45, 1.76]])  # on the base mesh
_HIGHEST, _LOWEST = 4.5, -1.2  # decimetres: cloth falls freely between chest and thigh


@dataclass(frozen=True)
class Spots:
    """Places on the base mesh.

    Attributes:
        raw: (N, 3) in MakeHuman's decimetres, y up, z to the front.
        arm: (N,) 0 at the shoulder, 1 at the elbow, 2 at the wrist; -1 off the arms.
    """

    raw: Points
    arm: Reals


Field = Callable[[Spots], Reals]


@dataclass(frozen=True)
class Pattern:
    """The surface that clothes are cut from, finer than in the base mesh.

    Attributes:
        faces: (F, 4).
        edges: (E, 2) of them.
        sources: (N, 4) vertices of the base mesh that each vertex is the mean of.
        spots: of the vertices.
        weights: (N, B) of the bones.
        neighbours: (N, K) of each vertex, itself where it has fewer.
        tree: for rays in MakeHuman's decimetres; hits are numbers of `triangles`.
        triangles: (2F, 3).
    """

    faces: Faces
    edges: Faces
    sources: Faces
    spots: Spots
    weights: Weights
    neighbours: Faces
    tree: BVHTree
    triangles: Faces


@dataclass(frozen=True)
class Fit:
    """How cloth sits on the body; lengths in metres.

    Attributes:
        gap: to the body.
        loose: rounds of smoothing that bridge hollows.
        folds: height of folds.
        fold_length: from one to the next.
        drape: 0 to 1: how freely it falls from chest, back and belly.
        thickness: of the cloth.
        quilt: height of rolls of down, 0 for none.
        tight: above this height on the base mesh (decimetres) it sits close, below other cloth.
    """

    gap: float = 0.006
    loose: int = 3
    folds: float = 0.003
    fold_length: float = 0.1
    drape: float = 0.0
    thickness: float = 0.003
    quilt: float = 0.0
    tight: float = 99.0


@dataclass(frozen=True)
class Cut:
    """A piece of a shell.

    Attributes:
        shape: posed vertices and faces.
        spots: of the vertices.
    """

    shape: Shape
    spots: Spots

    def body_surface(self, printed: bool) -> Points:
        """Texture coordinates (N, 2) of a torso: seen from the front; a print's margin goes all around it."""
        raw = self.spots.raw
        over_shoulder = np.interp(raw[:, 1], [4.6, 5.6], [0.25, 0.9])
        up = (raw[:, 1] + raw[:, 2] * over_shoulder) * 0.2 - 0.5
        return np.stack([raw[:, 0] * 0.2 + 0.5, np.where((raw[:, 2] < 0.2) & printed, 0.0, up)], 1)

    def sleeve_surface(self, printed: bool) -> Points:
        """Texture coordinates (N, 2) of sleeves: around and along; a print's margin alone."""
        raw = self.spots.raw
        along = np.where(self.spots.arm < 0, _along_upper_arm(raw), self.spots.arm)
        around = np.full(len(raw), 1.2) if printed else _around_arm(raw, along) * 0.1
        return np.stack([around, 0.55 - along * 0.45], 1)


@dataclass(frozen=True)
class Shell:
    """Cloth on one figure, before it is cut.

    Attributes:
        pattern: what it is made from.
        posed: (N, 3) vertices in the world.
        normals: (N, 3) there.
        fit: how it sits.
    """

    pattern: Pattern
    posed: Points
    fit: Fit
    normals: Points = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "normals", vertex_normals(self.posed, self.pattern.faces))

    def cut(self, inside: Field) -> Cut | None:
        """The part where a field is positive; its border lies on the zero line. None where hardly anything is left."""
        faces, moved, towards, share = clip(self.pattern.faces, self.pattern.edges, inside(self.pattern.spots))
        if len(faces) < 20:
            return None
        used, numbers = np.unique(faces, return_inverse=True)

        def at_border(values: Points) -> Points:
            changed = values.copy()
            k = share.reshape(-1, *[1] * (values.ndim - 1))
            changed[moved] = values[moved] * (1 - k) + values[towards] * k
            return changed[used]

        spots = self.pattern.spots
        arm = np.where(spots.arm[used] < 0, -1.0, at_border(spots.arm))
        corners = numbers.reshape(faces.shape)
        return Cut((at_border(self.posed), corners), Spots(at_border(spots.raw), arm))

    def cast(self, origins: ArrayLike, directions: ArrayLike, lift: ArrayLike = 0.0) -> Points:
        """Points (N, 3) of the posed cloth that rays in MakeHuman's decimetres hit, lifted by metres.

        A ray that misses takes the nearest point.
        """
        starts, ways = np.broadcast_arrays(np.asarray(origins, float), np.asarray(directions, float))
        raw, triangles = self.pattern.spots.raw, self.pattern.triangles
        rows, shares = [], []
        for start, way in zip(starts, ways, strict=True):
            place, _, row, _ = self.pattern.tree.ray_cast(start, way)
            if row is None:
                place, _, row, _ = self.pattern.tree.find_nearest(start)
            rows.append(row)
            shares.append(_barycentric(np.array(place), raw[triangles[row]]))
        corners, k = triangles[rows], np.array(shares)[..., None]
        points, normals = (self.posed[corners] * k).sum(1), unit((self.normals[corners] * k).sum(1))
        return points + normals * np.broadcast_to(lift, (len(points),))[:, None]

    def front(self, x: ArrayLike, y: ArrayLike, lift: ArrayLike = 0.0) -> Points:
        """Points on the front at MakeHuman's x and y."""
        across, up = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
        return self.cast(np.stack([across, up, np.full(across.shape, 4.0)], -1), (0, 0, -1), lift)

    def contour(self, inside: Field, count: int, centre: Points, up: Points, ahead: Points) -> Points:
        """The zero line of a field around an axis, resampled to `count` points by angle from `ahead`, to the left."""
        values = inside(self.pattern.spots)
        a, b = self.pattern.edges.T
        crossing = (values[a] > 0) != (values[b] > 0)
        a, b = a[crossing], b[crossing]
        k = (values[a] / (values[a] - values[b]))[:, None]
        points = self.posed[a] * (1 - k) + self.posed[b] * k
        near = np.linalg.norm(points - centre, axis=1) < 0.3
        points = points[near]
        left = np.cross(up, ahead)
        away = points - points.mean(0)
        angle = np.arctan2(away @ left, away @ ahead)
        order = np.argsort(angle)
        wanted = np.linspace(-math.pi, math.pi, count, endpoint=False)
        line = np.stack([np.interp(wanted, angle[order], points[order, i], period=TAU) for i in range(3)], 1)
        for _ in range(3):
            line = (np.roll(line, 1, 0) + 2 * line + np.roll(line, -1, 0)) / 4
        return np.roll(line, -(count // 2), 0)


def shell(rng: Rng, figure: Figure, fit: Fit, group: str = "helper-tights") -> Shell:
    """Cloth around the whole figure."""
    pattern = pattern_of(figure.makehuman, group)
    spots = pattern.spots
    rest = figure.shape[pattern.sources].mean(1)
    smooth = smoothed(rest, pattern.neighbours, fit.loose)
    # Cloth lies on the shoulders: smoothing must not lift it off the neck.
    x, y, _ = spots.raw.T
    hanging = np.maximum(np.clip((5.5 - y) / 0.5, 0.12, 1), np.clip((np.abs(x) - 1.2) / 0.3, 0, 1))
    hanging = hanging * np.clip((fit.tight - y) / 0.6, 0.0, 1)
    smooth = rest + (smooth - rest) * hanging[:, None]
    normals = vertex_normals(smooth, pattern.faces)
    lift = fit.gap * (0.35 + 0.65 * hanging) + np.linalg.norm(smooth - rest, axis=1) * 0.6
    # Hems stand off a little more than the rest of the torso.
    lift = lift + fit.gap * 0.8 * np.clip(1 - (spots.raw[:, 1] - 0.2) / 1.2, 0, 1) * (spots.arm < 0)
    if fit.quilt:
        roll = np.where(spots.arm < 0, spots.raw[:, 1] / 0.75, spots.arm * 2.6)
        lift = lift + fit.quilt * np.abs(np.sin(roll * math.pi)) ** 0.7
    waves = folds(rng, rest, fit.folds, fit.fold_length) + _creases(rng, spots, fit)
    cloth = smooth + normals * (lift + np.maximum(waves * hanging, -0.6 * lift))[:, None]
    if fit.drape:
        cloth = _draped(cloth, spots, fit.drape)
    posed = smoothed(figure.place(cloth, pattern.weights), pattern.neighbours, 1, 0.35)
    return Shell(pattern, posed, fit)


@functools.cache
def pattern_of(makehuman: MakeHuman, group: str) -> Pattern:
    """A group of faces of the base mesh, each split into four."""
    whole = makehuman.faces[makehuman.groups[group]]
    used, numbers = np.unique(whole, return_inverse=True)
    faces, rows = subdivide(numbers.reshape(whole.shape), len(used))
    sources = used[rows]
    raw = makehuman.raw[sources].mean(1)
    places = makehuman.arm_place[sources]
    on_arm = places >= 0
    arm = np.where(on_arm, places, 0).sum(1) / np.maximum(on_arm.sum(1), 1)
    of_arm = (makehuman.arm_weight[sources].mean(1) > 0.3) & on_arm.any(1)
    triangles = np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])
    return Pattern(
        faces=faces,
        edges=_edges(faces),
        sources=sources,
        spots=Spots(raw, np.where(of_arm, arm, -1.0)),
        weights=makehuman.weights[sources].mean(1).astype(np.float32),
        neighbours=neighbours_of(faces, len(raw)),
        tree=BVHTree.FromPolygons(raw.tolist(), triangles.tolist(), all_triangles=True),
        triangles=triangles,
    )


def neighbours_of(faces: Faces, count: int) -> Faces:
    """(count, K) the vertices that each vertex shares an edge with; itself where it has fewer than K."""
    edges = _edges(faces)
    both = np.concatenate([edges, edges[:, ::-1]])
    both = both[np.argsort(both[:, 0], kind="stable")]
    degree = np.bincount(both[:, 0], minlength=count)
    rank = np.arange(len(both)) - np.repeat(np.cumsum(degree) - degree, degree)
    table = np.repeat(np.arange(count)[:, None], degree.max(), 1)
    table[both[:, 0], rank] = both[:, 1]
    return table


def smoothed(points: Points, neighbours: Faces, rounds: int, share: float = 0.5) -> Points:
    """Move points towards the mean of their neighbours."""
    own = np.arange(len(points))[:, None]
    real = (neighbours != own)[..., None]
    count = np.maximum(real.sum(1), 1)
    for _ in range(rounds):
        mean = (points[neighbours] * real).sum(1) / count
        points = points + share * (mean - points)
    return points


def folds(rng: Rng, points: Points, height: float, length: float) -> Reals:
    """Waves of warped phase: about `height` high."""
    total = np.zeros(len(points))
    for _ in range(5):
        wave = unit(rng.normal(size=3)) * TAU / (length * rng.uniform(0.6, 1.6))
        warp = unit(rng.normal(size=3)) * TAU / (length * 2.5)
        bent = 1.5 * np.sin(points @ warp + rng.uniform(0, TAU))
        total += np.sin(points @ wave + bent + rng.uniform(0, TAU))
    return total * height / 2.2


def _creases(rng: Rng, spots: Spots, fit: Fit) -> Reals:
    """Where cloth is too long or too wide: rings at elbows and wrists, upright folds towards the hem."""
    x, y, z = spots.raw.T
    around = np.where(spots.arm >= 0, _around_arm(spots.raw, spots.arm), np.arctan2(x, z + 0.2))
    bunched = np.exp(-(((spots.arm - 1.0) / 0.3) ** 2)) + 0.8 * np.exp(-(((spots.arm - 1.8) / 0.2) ** 2))
    bunched = bunched + 0.7 * np.exp(-(((spots.arm - 0.2) / 0.15) ** 2))
    slant = rng.uniform(0.3, 0.9) * np.sin(around + rng.uniform(0, TAU)) + 0.3 * np.sin(
        around * 2 + rng.uniform(0, TAU)
    )
    rings = bunched * np.sin(spots.arm * rng.uniform(18, 26) + slant * 4)
    count = rng.whole(5, 9)
    sway = 0.5 * np.sin(y * rng.uniform(0.6, 1.2) + rng.uniform(0, TAU))
    upright = np.clip((3.2 - y) / 3.2, 0, 1) * np.sin(around * count + sway * 2 + rng.uniform(0, TAU))
    size = (0.6 * fit.gap + 0.5 * fit.folds) * min(fit.loose / 4, 1.5)
    return size * np.where(spots.arm >= 0, rings, upright * fit.drape)


def clip(faces: Faces, edges: Faces, values: Reals) -> tuple[Faces, Faces, Faces, Reals]:
    """Cut a mesh of quads where a field is zero by sliding the nearest vertices onto the line.

    Args:
        faces: (F, 4).
        edges: (E, 2) of them.
        values: (N,) the field.

    Returns:
        Faces (G, 4) that remain, some of them triangles; vertices (M,) that slide; where to (M,); and how far of the
        way (M,).
    """
    a, b = edges.T
    crossing = (values[a] > 0) != (values[b] > 0)
    a, b = a[crossing], b[crossing]
    share = values[a] / (values[a] - values[b])
    near, far = np.where(share < 0.5, a, b), np.where(share < 0.5, b, a)
    way = np.minimum(share, 1 - share)
    order = np.argsort(way)
    moved, first = np.unique(near[order], return_index=True)
    towards, way = far[order][first], way[order][first]
    sign = np.sign(np.where(values == 0, -1e-9, values))
    inside_before = (sign[faces] > 0).sum(1)
    sign[moved] = 0
    corners = sign[faces]
    whole = (corners >= 0).all(1) & ((corners > 0).any(1) | (inside_before >= 3))
    # What is left of a cut quad is a corner inside, its two neighbours on the line and the corner opposite outside.
    rest = (corners > 0).any(1) & (corners < 0).any(1)
    tip = corners[rest].argmax(1)
    rows = np.arange(len(tip))
    half = faces[rest]
    triangles = np.stack([half[rows, (tip + i) % 4] for i in (3, 0, 1, 1)], 1)
    return np.concatenate([faces[whole], triangles]), moved, towards, way


def _edges(faces: Faces) -> Faces:
    """(E, 2) each edge once, the smaller number first."""
    both = np.sort(np.concatenate([faces[:, [i, (i + 1) % 4]] for i in range(4)]), 1)
    count = int(faces.max()) + 1
    keys = np.unique(both[:, 0] * count + both[:, 1])
    return np.stack([keys // count, keys % count], 1)


def _barycentric(place: Points, corners: Points) -> Points:
    """Shares (3,) of a triangle's corners in a point of it."""
    first, second, third = corners
    normal = np.cross(second - first, third - first)
    size = max(float(normal @ normal), 1e-12)
    u = float(np.cross(third - second, place - second) @ normal) / size
    v = float(np.cross(first - third, place - third) @ normal) / size
    return np.array([u, v, 1 - u - v])


def _around_arm(raw: Points, arm: Reals) -> Reals:
    """Angle (N,) around the bones of the arm; it jumps at the back."""
    mirrored = _mirrored(raw)
    angles = []
    for start, end in ((_SHOULDER, _ELBOW), (_ELBOW, _WRIST)):
        axis = unit(end - start)
        front = unit(np.array([0, 0, 1.0]) - axis * axis[2])
        away = mirrored - start
        angles.append(np.arctan2(away @ np.cross(axis, front), away @ front))
    return np.where(arm < 1, *angles)


def _along_upper_arm(raw: Points) -> Reals:
    """0 at the shoulder, 1 at the elbow; negative before."""
    bone = _ELBOW - _SHOULDER
    return (_mirrored(raw) - _SHOULDER) @ bone / (bone @ bone)


def _mirrored(raw: Points) -> Points:
    """Both arms as the left one."""
    return np.concatenate([np.abs(raw[:, :1]), raw[:, 1:]], 1)


def _draped(cloth: Points, spots: Spots, amount: float, rows: int = 44, columns: int = 32) -> Points:
    """Let cloth hang down from where the body above it is wider."""
    y = spots.raw[:, 1]
    hangs = (spots.arm < 0) & (y < _HIGHEST) & (y > _LOWEST)
    centre = np.array([0.0, float(cloth[hangs, 1].mean())])
    away = cloth[:, :2] - centre
    radius = np.linalg.norm(away, axis=1)
    row = np.clip(((_HIGHEST - y) / (_HIGHEST - _LOWEST) * (rows - 1)).astype(int), 0, rows - 1)
    column = ((np.arctan2(away[:, 1], away[:, 0]) / TAU + 1) % 1 * columns).astype(int) % columns
    widest = np.zeros((rows, columns))
    np.maximum.at(widest, (row[hangs], column[hangs]), radius[hangs])
    for i in range(1, rows):  # empty cells and hollows take what is above them
        widest[i] = np.maximum(widest[i], widest[i - 1] * 0.995)
    for _ in range(2):
        widest = (np.roll(widest, 1, 1) + 2 * widest + np.roll(widest, -1, 1)) / 4
        widest[1:-1] = (widest[:-2] + 2 * widest[1:-1] + widest[2:]) / 4
    # The arms' side of the chest bulges where they leave it: cloth starts to fall below the armpit.
    fading = np.clip((_HIGHEST - y) / 1.0, 0, 1) * amount * hangs
    gain = np.clip(widest[row, column] - radius, 0, 0.06) * fading
    moved = cloth.copy()
    moved[:, :2] += away / np.maximum(radius, 1e-6)[:, None] * gain[:, None]
    return moved
