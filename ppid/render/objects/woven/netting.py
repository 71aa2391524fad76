"""Nets of real threads, knotted or woven over bent sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import bpy
import numpy as np

from ppid.render.materials import everyday
from ppid.render.objects.woven.cloths import thread_colour
from ppid.render.objects.woven.sheets import Floats, Mover, Sheet, add_moving, add_moving_copies
from ppid.render.rng import Rng
from ppid.render.shapes import Points, sphere
from ppid.render.shot import Attributes

_STEPS = 4  # points of a thread from one knot to the next


@dataclass(frozen=True)
class Netting:
    """Threads from knot to knot over a sheet.

    Attributes:
        sheet: what they follow: it moves the knots, and threads run straight or slack between these.
        knots: (K, M, 2) u and v of each thread's knots in turn.
        slack: (K, M - 1, 3) how far the middle between two knots hangs from the straight line.
    """

    sheet: Sheet
    knots: Floats
    slack: Floats

    def corners(self, sway: float = 0.0) -> Points:
        """Where the knots are, (K, M, 3)."""
        u, v = self.knots.reshape(-1, 2).T
        return self.sheet.at(u, v, sway).reshape(*self.knots.shape[:2], 3)

    def joints(self, sway: float = 0.0) -> Points:
        """Where the knots are, each once (N, 3): threads share them."""
        _, first = np.unique(np.round(self.knots.reshape(-1, 2), 6), axis=0, return_index=True)
        return self.corners(sway).reshape(-1, 3)[np.sort(first)]

    def strands(self, sway: float = 0.0) -> Points:
        """Points (K, P, 3) of the threads."""
        corners = self.corners(sway)
        t = np.linspace(0, 1, _STEPS, endpoint=False)[:, None]
        pieces = corners[:, :-1, None] * (1 - t) + corners[:, 1:, None] * t
        pieces = pieces + self.slack[:, :, None] * (4 * t * (1 - t))
        return np.concatenate([pieces.reshape(len(corners), -1, 3), corners[:, -1:]], 1)

    def add(self, radius: float, material: bpy.types.Material, knot: float = 0.0) -> list[Mover]:
        """Put it into the scene; `knot` is the radius of knots over that of the thread, 0 for none."""
        moved = [add_moving(self.strands, radius, material)]
        if knot:
            moved.append(add_moving_copies(sphere(2, radius * knot), self.joints, material))
        return moved


def diamond_net(rng: Rng, sheet: Sheet, columns: int, rows: int, slack: float = 0.0) -> Netting:
    """Diamonds: each thread zigzags between two rows of knots, which its neighbours share."""
    place = np.arange(2 * columns + 1)
    knots = [np.c_[place / (2 * columns), (j + (place + j) % 2) / rows] for j in range(rows)]
    return _netting(rng, sheet, np.array(knots), slack)


def square_net(rng: Rng, sheet: Sheet, columns: int, rows: int, slack: float = 0.0) -> tuple[Netting, Netting]:
    """Squares: the threads across and the threads down."""
    u, v = np.linspace(0, 1, columns + 1), np.linspace(0, 1, rows + 1)
    across = np.array([np.c_[u, np.full(len(u), place)] for place in v])
    down = np.array([np.c_[np.full(len(v), place), v] for place in u])
    return _netting(rng, sheet, across, slack), _netting(rng, sheet, down, slack)


def hexagon_net(rng: Rng, sheet: Sheet, columns: int, rows: int) -> Netting:
    """Hexagons: each thread runs down, now beside its left neighbour and now beside its right one.

    Around a closed sheet the outermost two join where `columns` is odd.
    """
    levels = np.arange(rows + 1)
    knots = []
    for k in range(columns + 1):
        u = (k + 0.5 * (1 + np.where((levels + k) % 2, 1, -1))) / (columns + 1)
        beside = np.stack([np.c_[u, levels / (rows + 0.4)], np.c_[u, (levels + 0.4) / (rows + 0.4)]], 1)
        knots.append(beside.reshape(-1, 2))
    return _netting(rng, sheet, np.array(knots), 0.0)


def _netting(rng: Rng, sheet: Sheet, knots: Floats, slack: float) -> Netting:
    hang = rng.normal(size=(*knots.shape[:2], 3))[:, 1:] * slack * 0.4
    hang[..., 2] -= slack * rng.uniform(0.5, 1.2, hang.shape[:2])
    return Netting(sheet, knots, hang)


def any_net(
    rng: Rng, attributes: Attributes, sheet: Sheet, meshes: tuple[int, int], radius: float, kinds: Mapping[str, float]
) -> list[Mover]:
    """A net of (columns, rows) meshes over a sheet, of a kind: `diamond`, `square` or `hexagon`."""
    kind = rng.named(kinds)
    material = everyday(rng, "rubber", thread_colour(rng, attributes))
    attributes["mesh"] = kind
    columns, rows = meshes
    if kind == "hexagon":
        return hexagon_net(rng, sheet, columns // 2 * 2 + 1, rows).add(radius, material)
    if kind == "square":
        across, down = square_net(rng, sheet, columns, rows, rng.pick([0, 0.01]))
        return across.add(radius, material, rng.pick([0.0, 1.7])) + down.add(radius, material)
    return diamond_net(rng, sheet, columns, rows, rng.pick([0.0, 0.02])).add(
        radius, material, rng.pick([0.0, 1.8, 2.2])
    )
