"""Hair in motion: what the first frame of a clip grew goes with the head, the skin and the wind; grown anew it would flicker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils.kdtree import KDTree
from numpy.typing import NDArray

from ppid.render.people.figure import Figure, Head
from ppid.render.people.makehuman import BODY
from ppid.render.rng import Rng
from ppid.render.scene import move_strands, move_vertices
from ppid.render.shapes import TAU, Points, unit

Reals = NDArray[np.float64]

_HAIR = "hair"  # property of the objects that are hair, or hold it together
_LAG = 0.5  # share of the head's last turn that tips have yet to make
_LONG = 0.12  # metres from which hair lags and blows as much as it can
_ON_BODY = 0.03, 0.16  # metres below the head's joint from which hair lies on the body, and where all of it does


@contextmanager
def grown() -> Iterator[None]:
    """Whatever the block adds to the scene is hair."""
    before = set(bpy.context.scene.objects)
    yield
    for each in bpy.context.scene.objects:
        if each not in before:
            each[_HAIR] = True


@dataclass(frozen=True)
class Wind:
    """What moves hair beside the head.

    Attributes:
        way: (3,) in which it blows, as long as tips of long hair go in metres.
        gusts: how many there are in a clip.
        phase: (3,) of the gusts.
    """

    way: Points
    gusts: int
    phase: Points

    @classmethod
    def draw(cls, rng: Rng) -> Wind:
        """None in half of all rooms and streets."""
        strength = rng.uniform(0.01, 0.05) if rng.chance(0.5) else 0.0
        return cls(unit(rng.normal(size=3) * (1, 0.5, 0.3)) * strength, rng.whole(2, 5), rng.uniform(0, TAU, 3))

    def at(self, share: float, places: Points) -> Points:
        """How far it carries loose tips that are at `places` (N, 3) after a share of the clip; zero at its start."""
        return self.way * (self._gust(share, places) - self._gust(0.0, places))[:, None]

    def _gust(self, share: float, places: Points) -> Reals:
        turn = TAU * self.gusts * share
        ripple = np.sin(2 * turn + places[:, 0] * 23 + places[:, 2] * 17 + self.phase[1])
        return 0.7 * np.sin(turn + self.phase[0]) + 0.3 * ripple


class Hairdo:
    """Hair of a figure that stands in the scene, and how it follows that figure.

    Strands turn with the skull, but what hangs down on the body stays with it; roots go with their skin, as a beard's do
    with the jaw; tips of long hair come a moment later and blow in the wind.
    """

    def __init__(self, figure: Figure, wind: Wind) -> None:
        self._figure, self._wind = figure, wind
        self._last = figure.head
        self.objects = [each for each in bpy.context.scene.objects if each.get(_HAIR)]
        self._strands = [_Strands.of(each, figure) for each in self.objects if each.type == "CURVES"]
        self._bands = [(each, _mesh_points(each)) for each in self.objects if each.type == "MESH"]

    def follow(self, figure: Figure, share: float) -> None:
        """Move the hair to where the figure is after a share of the clip."""
        first = self._figure
        shift = figure.joint("spine01") - first.joint("spine01")
        for band, points in self._bands:
            move_vertices(band, _turned(points, first.head, figure.head))
        for strands in self._strands:
            points = strands.points.reshape(-1, 3)
            count, length, _ = strands.points.shape
            ahead = _turned(points, first.head, figure.head)
            behind = _turned(points, first.head, self._last)
            free = (strands.free * np.linspace(0, 1, length) ** 2).ravel()[:, None]
            turned = ahead + (behind - ahead) * free * _LAG
            skin = figure.vertices[strands.skin] - _turned(first.vertices[strands.skin], first.head, figure.head)
            turned = turned + np.repeat(skin, length, 0)
            moved = turned + (points + shift - turned) * strands.on_body.reshape(-1, 1)
            moved += self._wind.at(share, points) * free
            move_strands(strands.curves, moved.reshape(count, length, 3))
        self._last = figure.head


@dataclass(frozen=True)
class _Strands:
    """Strands as they were grown.

    Attributes:
        curves: the object.
        points: (K, P, 3).
        skin: (K,) vertices of the body at their roots.
        on_body: (K, P) 0 with the head to 1 on the body.
        free: (K, 1) 0 to 1: how much tips lag and blow.
    """

    curves: bpy.types.Object
    points: Points
    skin: NDArray[np.int64]
    on_body: Reals
    free: Reals

    @classmethod
    def of(cls, curves: bpy.types.Object, figure: Figure) -> _Strands:
        count = len(curves.data.curves)
        flat = np.empty(len(curves.data.points) * 3, np.float32)
        curves.data.attributes["position"].data.foreach_get("vector", flat)
        points = flat.reshape(count, -1, 3).astype(float)
        tree = KDTree(BODY)
        for index, vertex in enumerate(figure.vertices[:BODY].tolist()):
            tree.insert(vertex, index)
        tree.balance()
        skin = np.array([tree.find(root)[1] for root in points[:, 0].tolist()])
        below = figure.head.joint[2] - points[..., 2]
        start, end = _ON_BODY
        on_body = np.clip((below - start) / (end - start), 0, 1)
        on_body = on_body * on_body * (3 - 2 * on_body)
        length = np.linalg.norm(np.diff(points, axis=1), axis=2).sum(1, keepdims=True)
        return cls(curves, points, skin, on_body, np.clip(length / _LONG, 0, 1) ** 2)


def _turned(points: Points, before: Head, after: Head) -> Points:
    """Points (N, 3) that are fixed to the skull."""
    return (points - before.joint) @ before.turn @ after.turn.T + after.joint


def _mesh_points(mesh: bpy.types.Object) -> Points:
    flat = np.empty(len(mesh.data.vertices) * 3, np.float32)
    mesh.data.vertices.foreach_get("co", flat)
    return flat.reshape(-1, 3).astype(float)
