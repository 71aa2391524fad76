"""Bodies of overlapping parts under one skin that knows which part each of its places belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.scene import fuse
from ppid.render.shapes import Faces, Points, Shape, ellipsoid, spline, tube, unit, vertex_normals

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Frame:
    """Where a part lies: its own axes are forward, left and up, in units of `size`.

    Attributes:
        centre: (3,).
        axes: (3, 3) rows forward, left, up.
        size: of one of its units.
    """

    centre: Points
    axes: Points
    size: float

    @classmethod
    def looking(cls, centre: ArrayLike, forward: ArrayLike, size: float, roll: float = 0.0) -> Frame:
        """A frame that looks along `forward`, upright but for `roll` radians."""
        ahead = unit(forward)
        left = unit(np.cross([0, 0, 1.0], ahead) + 1e-6)
        up = np.cross(ahead, left)
        left, up = left * np.cos(roll) + up * np.sin(roll), up * np.cos(roll) - left * np.sin(roll)
        return cls(np.asarray(centre, float), np.stack([ahead, left, up]), size)

    def out(self, places: ArrayLike) -> Points:
        """Own coordinates (..., 3) to the world's."""
        return np.asarray(places, float) @ self.axes * self.size + self.centre

    def into(self, places: ArrayLike) -> Points:
        """The world's coordinates (..., 3) to its own."""
        return (np.asarray(places, float) - self.centre) @ self.axes.T / self.size

    def way(self, directions: ArrayLike) -> Points:
        """Own directions (..., 3) to the world's."""
        return np.asarray(directions, float) @ self.axes

    def ball(self, centre: ArrayLike, axes: ArrayLike, splits: int = 3) -> Shape:
        """An ellipsoid in own coordinates."""
        radii = np.broadcast_to(np.asarray(axes, float), (3,)) * self.size
        return ellipsoid(self.out(centre), radii, self.axes.T, splits)


@dataclass(frozen=True)
class Flesh:
    """A fused body.

    Attributes:
        vertices, triangles: its skin, V and F of them.
        normals: (V, 3).
        shares: region: (V,) how much a place belongs to it; they add up to one.
        flow: (V, 3) along the parts.
    """

    vertices: Points
    triangles: Faces
    normals: Points
    shares: dict[str, Floats]
    flow: Points

    def share(self, *regions: str) -> Floats:
        """How much each vertex belongs to any of these regions; those that the body lacks count nothing."""
        return sum((self.shares[region] for region in regions if region in self.shares), np.zeros(len(self.vertices)))

    def weighed(self, values: dict[str, float], other: float = 1.0) -> Floats:
        """A value of each vertex from values of regions."""
        return sum(
            (share * values.get(region, other) for region, share in self.shares.items()), np.zeros(len(self.vertices))
        )

    def only(self, *regions: str) -> Flesh:
        """The places that belong to these regions; without triangles, for `touch`."""
        own = self.share(*regions) > 0.5
        shares = {region: share[own] for region, share in self.shares.items()}
        return Flesh(self.vertices[own], self.triangles[:0], self.normals[own], shares, self.flow[own])

    def touch(self, origin: ArrayLike, direction: ArrayLike) -> Points:
        """Where a ray from inside leaves the skin, about."""
        start, way = np.asarray(origin, float), unit(direction)
        offset = self.vertices - start
        along = offset @ way
        aside = np.linalg.norm(offset - along[:, None] * way, axis=1)
        ahead = along > 0
        if not ahead.any():
            return start
        nearest = np.argsort(np.where(ahead, aside, np.inf))[:12]
        outermost = along[nearest].max()
        close = nearest[along[nearest] > outermost * 0.85]
        return start + way * float(along[close].mean())


class Body:
    """Parts before they are fused."""

    def __init__(self) -> None:
        self._shapes: list[Shape] = []
        self._regions: list[str] = []
        self._centres: list[Points] = []
        self._axes: list[Points] = []
        self._turns: list[Points] = []
        self._flows: list[Points] = []

    def blob(
        self,
        region: str,
        centre: ArrayLike,
        axes: ArrayLike,
        *,
        turn: ArrayLike | None = None,
        flow: ArrayLike = (0, 0, -0.5),
    ) -> None:
        """An ellipsoid; `turn` (3, 3) has its axes as rows."""
        rows = np.eye(3) if turn is None else np.asarray(turn, float)
        radii = np.broadcast_to(np.asarray(axes, float), (3,))
        self._shapes.append(ellipsoid(centre, radii, rows.T, 4))
        self._anchor(region, np.asarray(centre, float), radii, rows, np.asarray(flow, float))

    def limb(
        self,
        region: str,
        places: Sequence[ArrayLike],
        radii: Sequence[float],
        *,
        flow: float = 0.8,
        narrow: float = 1.0,
    ) -> None:
        """A tube through `places` with round ends; hair lies along it. `narrow` is its width over its height in y."""
        steps = 14
        path = spline(np.array([np.asarray(place, float) for place in places]), steps)
        thick = np.interp(np.linspace(0, 1, steps), np.linspace(0, 1, len(radii)), radii)
        ways = unit(np.gradient(path, axis=0)) * flow
        shapes = [tube(path, thick, 14)]
        shapes += [ellipsoid(path[k], (thick[k],) * 3, None, 3) for k in (0, steps - 1)]
        squash = np.array([1, narrow, 1])
        for vertices, faces in shapes:
            self._shapes.append(((vertices - path[0]) * squash + path[0], faces))
        for k in range(steps):
            self._anchor(region, path[k], thick[k] * squash, np.eye(3), ways[k])

    def fused(self, voxel: float, smoothing: int = 6, softness: float = 0.03) -> Flesh:
        """One skin over all parts; regions blend over `softness`."""
        vertices, triangles = fuse(self._shapes, voxel, smoothing)
        centres, axes, turns = np.array(self._centres), np.array(self._axes), np.array(self._turns)
        distance = np.empty((len(vertices), len(centres)))
        for k in range(len(centres)):
            local = (vertices - centres[k]) @ turns[k].T / axes[k]
            distance[:, k] = (np.linalg.norm(local, axis=1) - 1) * axes[k].min()
        weight = np.exp(-(distance - distance.min(1, keepdims=True)) / softness)
        weight /= weight.sum(1, keepdims=True)
        names = np.array(self._regions)
        shares = {name: weight[:, names == name].sum(1) for name in dict.fromkeys(self._regions)}
        return Flesh(vertices, triangles, vertex_normals(vertices, triangles), shares, weight @ np.array(self._flows))

    def _anchor(self, region: str, centre: Points, axes: Floats, turn: Points, flow: Points) -> None:
        self._regions.append(region)
        self._centres.append(centre)
        self._axes.append(axes)
        self._turns.append(turn)
        self._flows.append(flow)
