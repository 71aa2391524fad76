"""Turned vessels: their walls, what is worked into them and what they are filled with, as shapes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.rng import Rng
from ppid.render.shapes import TAU, Points, Shape, grid_faces, lathe, noise, unit

Profile = NDArray[np.float64]  # (N, 2) of (radius, z)
_POINTS = 130


@dataclass(frozen=True)
class Vessel:
    """A hollow body of revolution.

    Attributes:
        outer: profile of the outside, from the axis at the bottom to the rim.
        inner: profile of the inside, likewise.
        wall: its thickness.
        square: exponent of a cross section between round (2) and square (large).
        round_from: height from which it is round nevertheless.
    """

    outer: Profile
    inner: Profile
    wall: float
    square: float = 2.0
    round_from: float = math.inf

    @property
    def top(self) -> float:
        """Height of the rim."""
        return float(self.outer[-1, 1])

    @property
    def floor(self) -> float:
        """Height of the bottom inside."""
        return float(self.inner[0, 1])

    def height(self, level: float) -> float:
        """Where something that fills the inside up to `level` in [0, 1] ends."""
        return self.floor + (float(self.inner[-1, 1]) - self.floor) * level

    def room(self, z: float) -> float:
        """Radius of the inside at a height."""
        return float(np.interp(z, self.inner[:, 1], self.inner[:, 0]))

    def girth(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Radius of the outside at heights."""
        return np.interp(z, np.maximum.accumulate(self.outer[:, 1]), self.outer[:, 0])

    def shape(self, sides: int = 96) -> Shape:
        """The closed wall."""
        rim = [[(self.outer[-1, 0] + self.inner[-1, 0]) / 2, max(self.top, self.inner[-1, 1]) + 0.35 * self.wall]]
        vertices, faces = lathe(np.concatenate([self.outer, rim, self.inner[::-1]]), sides)
        return self.squared(vertices), faces

    def filling(self, low: float, high: float, overlap: float = 0.0, sides: int = 96) -> Shape | None:
        """A closed body that fills it between two levels, `overlap` larger than the inside."""
        bottom, surface = self.height(low), self.height(high)
        if surface - bottom < 0.01:
            return None
        inside = self.inner[(self.inner[:, 1] > bottom) & (self.inner[:, 1] < surface)]
        radii = np.array([self.room(bottom), *inside[:, 0], self.room(surface)]) + overlap
        heights = [bottom, *inside[:, 1], surface]
        vertices, faces = lathe([(0.0, bottom), *np.c_[radii, heights].tolist(), (0.0, surface)], sides)
        return self.squared(vertices), faces

    def parted(self, shape: Shape, levels: list[float]) -> tuple[Shape, list[tuple[Shape, Shape]]]:
        """Take apart what `shape` or `worked` made, where layers of liquid end.

        Args:
            shape: of this vessel.
            levels: rising, in [0, 1].

        Returns:
            The dry wall, its faces outwards; and for each layer the wall that it wets, faces into the liquid, and the
            liquid's surface, face up.
        """
        vertices, faces = shape
        faces = faces[:, [0, 3, 2, 1]]  # `lathe` turns them inwards
        first, rows = len(self.outer) + 1, len(self.outer) + 1 + len(self.inner)
        sides = len(vertices) // rows
        heights = self.inner[::-1, 1]
        ends = [first + int(np.argmax(heights <= self.height(level) + 1e-6)) for level in levels]
        of_row = np.arange(len(faces)) // sides
        layers = []
        for end, start in zip(ends, [rows - 1, *ends[:-1]], strict=True):
            ring = vertices[end * sides : (end + 1) * sides]
            layers.append(((vertices, faces[(of_row >= end) & (of_row < start)]), _surface(ring)))
        return (vertices, faces[of_row < ends[-1]]), layers

    def squared(self, vertices: Points) -> Points:
        """Give points around the axis the vessel's cross section."""
        if self.square <= 2:
            return vertices
        angle = np.arctan2(vertices[:, 1], vertices[:, 0])
        factor = (np.abs(np.cos(angle)) ** self.square + np.abs(np.sin(angle)) ** self.square) ** (-1 / self.square)
        share = np.clip((self.round_from - vertices[:, 2]) / 0.2, 0, 1)
        factor = 1 + (factor - 1) * share * share * (3 - 2 * share)
        return vertices * np.stack([factor, factor, np.ones_like(factor)], 1)


def _surface(ring: Points) -> Shape:
    """A disc in a ring of vertices, drawn up a little where it meets the wall."""
    middle = ring.mean(0)
    drawn = 0.03 * float(np.linalg.norm(ring - middle, axis=1).mean())
    steps = [(1.0, 0.0), (0.985, 0.45), (0.96, 0.75), (0.9, 0.95), (0.8, 1.0), (0.4, 1.0), (0.0, 1.0)]
    rings = [middle + (ring - middle) * share - [0, 0, down * drawn] for share, down in steps]
    faces = grid_faces(len(rings), len(ring), wrap_columns=True)
    return np.concatenate(rings), faces[:, [0, 3, 2, 1]]


def soften(corners: ArrayLike, rounds: int = 4) -> Profile:
    """Cut the corners of a line (N, D) again and again; its ends stay (Chaikin)."""
    p = np.asarray(corners, float)
    for _ in range(rounds):
        cut = np.stack([0.75 * p[:-1] + 0.25 * p[1:], 0.25 * p[:-1] + 0.75 * p[1:]], 1).reshape(-1, p.shape[1])
        p = np.concatenate([p[:1], cut, p[-1:]])
    return p


def evenly(line: Profile, count: int = _POINTS) -> Profile:
    """`count` points at equal distances along a line (N, D)."""
    place = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.linspace(0, place[-1], count)
    return np.stack([np.interp(at, place, line[:, k]) for k in range(line.shape[1])], 1)


def turned(corners: ArrayLike, wall: float, floor: float | None = None, rounds: int = 4) -> Vessel:
    """A vessel of even thickness.

    Args:
        corners: of the outside, (radius, z) from the axis at the bottom to the rim; they are rounded.
        wall: thickness.
        floor: height below which the inside is solid: of a thick bottom or a stem.
        rounds: how soft the corners get, 1 to 4.
    """
    outer = evenly(soften(corners, rounds))
    outer[:, 0] = np.maximum(outer[:, 0], 0)
    along = unit(np.gradient(outer, axis=0))
    inner = outer + np.c_[-along[:, 1], along[:, 0]] * wall
    far = np.linalg.norm(inner[:, None] - outer[None], axis=2).min(1) > 0.93 * wall  # else the offset folds over
    lowest = float(outer[0, 1] + wall) if floor is None else floor
    keep = far & (inner[:, 0] > 0.15 * wall) & (inner[:, 1] > lowest)
    start = _last_neck(outer, lowest) if floor is not None else 0
    keep[:start] = False
    inner = inner[keep]
    if not len(inner):
        raise ValueError("the wall is thicker than the vessel")
    bottom = min(lowest, float(inner[0, 1])) if floor is not None else float(inner[0, 1])
    return Vessel(outer, np.concatenate([[[0.0, bottom], [inner[0, 0] * 0.9, bottom]], inner]), wall)


def worked(rng: Rng, vessel: Vessel, kind: str, sides: int = 128) -> Shape:
    """The wall of a vessel with something of `WORKS` cut or blown into it."""
    vertices, faces = vessel.shape(sides)
    rows = len(vertices) // sides
    outside = np.repeat(np.arange(rows) <= len(vessel.outer), sides).astype(float)
    angle = np.arctan2(vertices[:, 1], vertices[:, 0])
    height = (vertices[:, 2] - vessel.outer[:, 1].min()) / max(np.ptp(vessel.outer[:, 1]), 1e-6)
    factor = WORKS[kind](rng, angle, height, outside, vertices)
    # The middle of the bottom and the rim stay as they are.
    factor = 1 + (factor - 1) * np.clip(height / 0.06, 0, 1) * np.clip((1 - height) / 0.05, 0, 1)
    return vertices * np.stack([factor, factor, np.ones_like(factor)], 1), faces


def _last_neck(outer: Profile, floor: float) -> int:
    """Where the outside passes the floor for the last time."""
    below = np.flatnonzero(outer[:, 1] < floor)
    return int(below[-1]) + 1 if len(below) else 0


Values = NDArray[np.float64]


def _fluted(rng: Rng, angle: Values, height: Values, outside: Values, vertices: Points) -> Values:
    waves = np.cos(angle * rng.whole(6, 24) + rng.pick([0, 0, rng.uniform(-6, 6)]) * height)
    return 1 + rng.uniform(0.015, 0.05) * waves


def _facets(rng: Rng, angle: Values, height: Values, outside: Values, vertices: Points) -> Values:
    count = rng.whole(6, 12)
    twisted = angle + rng.pick([0, 0, rng.uniform(-1, 1)]) * height
    beside = (twisted % (TAU / count)) - math.pi / count
    flat = math.cos(math.pi / count) / np.cos(beside)
    end = rng.uniform(0.5, 1.0)
    return 1 + (flat - 1) * outside * np.clip((end - height) / 0.08, 0, 1)


def _diamonds(rng: Rng, angle: Values, height: Values, outside: Values, vertices: Points) -> Values:
    count, rise = rng.whole(8, 16), rng.uniform(2, 5)
    first = np.abs((angle / TAU * count + height * rise) % 1 - 0.5)
    second = np.abs((angle / TAU * count - height * rise) % 1 - 0.5)
    low, high = rng.uniform(0.05, 0.25), rng.uniform(0.55, 0.95)
    inside = np.clip((height - low) / 0.04, 0, 1) * np.clip((high - height) / 0.04, 0, 1)
    return 1 - 0.07 * np.maximum(first, second) * inside * outside


def _ribs(rng: Rng, angle: Values, height: Values, outside: Values, vertices: Points) -> Values:
    low, high = rng.uniform(0.05, 0.3), rng.uniform(0.5, 0.9)
    inside = np.clip((height - low) / 0.05, 0, 1) * np.clip((high - height) / 0.05, 0, 1)
    return 1 + rng.uniform(0.01, 0.03) * np.cos(height * TAU * rng.whole(5, 14)) * inside


def _hammered(rng: Rng, angle: Values, height: Values, outside: Values, vertices: Points) -> Values:
    return 1 + rng.uniform(0.01, 0.03) * noise(vertices, rng, rng.uniform(1.5, 4), 1) * outside


def _plain(rng: Rng, angle: Values, height: Values, outside: Values, vertices: Points) -> Values:
    return np.ones_like(angle)


WORKS = {
    "plain": _plain,
    "fluted": _fluted,
    "facets": _facets,
    "diamonds": _diamonds,
    "ribs": _ribs,
    "hammered": _hammered,
}  # name: factor of the radius
