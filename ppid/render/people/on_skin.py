"""Points on a figure's skin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.people.figure import Figure
from ppid.render.people.makehuman import BODY
from ppid.render.rng import Rng
from ppid.render.shapes import Faces, Points, unit, vertex_normals


@dataclass(frozen=True)
class OnSkin:
    """Points of the skin: (N, 3) in the world, normals there, and the same places in MakeHuman's decimetres."""

    points: Points
    normals: Points
    raw: Points

    def __len__(self) -> int:
        return len(self.points)

    def where(self, chosen: NDArray[np.bool_]) -> OnSkin:
        """A part of them."""
        return OnSkin(self.points[chosen], self.normals[chosen], self.raw[chosen])


def sampled(rng: Rng, figure: Figure, quads: Faces, count: int, weight: NDArray[np.float64] | None = None) -> OnSkin:
    """Random points on faces (F, 4), evenly or by a `weight` (V,) of all vertices; then fewer than `count`."""
    a, b, c, d = (figure.vertices[quads[:, i]] for i in range(4))
    area = np.linalg.norm(np.cross(c - a, d - b), axis=1)
    if weight is not None:
        area = area * weight[quads].mean(1)
    corners = quads[rng.choice(len(quads), count, p=area / area.sum())]
    s, t = rng.random(count), rng.random(count)
    shares = np.stack([(1 - s) * (1 - t), s * (1 - t), s * t, (1 - s) * t], 1)
    if weight is not None:  # faces are large: the weight changes within them
        kept = rng.random(count) < (shares * weight[corners]).sum(1) * 1.2
        corners, shares = corners[kept], shares[kept]
    normals = vertex_normals(figure.vertices, quads)
    k = shares[..., None]
    return OnSkin(
        (figure.vertices[corners] * k).sum(1),
        unit((normals[corners] * k).sum(1)),
        (figure.makehuman.raw[corners] * k).sum(1),
    )


def landmarks(figure: Figure, raw: ArrayLike, lift: float = 0.0, *, at_rest: bool = False) -> Points:
    """This figure's skin (N, 3) at places (N, 3) of the base mesh in MakeHuman's decimetres, lifted by metres."""
    makehuman = figure.makehuman
    vertices = (figure.shape if at_rest else figure.vertices)[:BODY]
    places = np.asarray(raw, float)
    reach = ((makehuman.raw[None, :BODY] - places[:, None]) ** 2).sum(-1)
    nearest = np.argpartition(reach, 4, axis=1)[:, :4]
    weight = 1 / (np.take_along_axis(reach, nearest, 1) + 1e-3)
    weight = (weight / weight.sum(1, keepdims=True))[..., None]
    lifted = vertices[nearest]
    if lift:
        lifted = lifted + vertex_normals(vertices, makehuman.faces[makehuman.groups["body"]])[nearest] * lift
    return (lifted * weight).sum(1)
