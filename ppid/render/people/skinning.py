"""Moves points with the bones they hang on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ppid.render.shapes import Points, rotation, unit

Weights = NDArray[np.float32]  # (N, B): share of each bone in a point; rows add up to one


def rotation_between(start: Points, end: Points, share: float = 1.0) -> Points:
    """The smallest rotation (3, 3) that takes one direction to another, or only `share` of the way."""
    first, second = unit(start), unit(end)
    axis = np.cross(first, second)
    sine, cosine = float(np.linalg.norm(axis)), float(first @ second)
    return np.eye(3) if sine < 1e-8 else rotation(axis, np.arctan2(sine, cosine) * share)


def twist_about(turn: Points, axis: Points) -> float:
    """Angle of the part of a rotation (3, 3) that turns about `axis`; the rest of it swings the axis."""
    quaternion = _quaternions(turn[None])[0]
    return float(2 * np.arctan2(quaternion[1:] @ unit(axis), quaternion[0]))


@dataclass(frozen=True)
class Pose:
    """Where the bones are, in the order of `MakeHuman.order`.

    Attributes:
        rotations: (B, 3, 3) from rest to world.
        rest: (B, 3) heads of the bones at rest.
        joints: (B, 3) the same in the world.
    """

    rotations: Points
    rest: Points
    joints: Points

    def moved(self, turn: Points, shift: Points) -> Pose:
        """All turned about the world's origin by `turn` (3, 3), then shifted."""
        return Pose(turn @ self.rotations, self.rest, self.joints @ turn.T + shift)

    def skin(self, points: Points, weights: Weights) -> Points:
        """Points (N, 3) at rest to the world.

        Halfway between the mean of the bones' matrices, by which bent elbows and shoulders collapse, and that of their
        dual quaternions, by which they bulge. Source: Kavan et al., Skinning with Dual Quaternions, I3D 2007.
        """
        offsets = self.joints - np.einsum("bij,bj->bi", self.rotations, self.rest)
        matrices = np.concatenate([self.rotations.reshape(-1, 9), offsets], 1).astype(np.float32)
        mean = weights @ matrices
        linear = np.einsum("nij,nj->ni", mean[:, :9].reshape(-1, 3, 3), points) + mean[:, 9:]
        return 0.5 * linear + 0.5 * self._skin_stiffly(points, weights, offsets)

    def _skin_stiffly(self, points: Points, weights: Weights, offsets: Points) -> Points:
        turns = _quaternions(self.rotations)
        moves = 0.5 * _product(np.c_[np.zeros(len(offsets)), offsets], turns)
        both = weights @ np.concatenate([turns, moves], 1).astype(np.float32)
        both = both / np.maximum(np.linalg.norm(both[:, :4], axis=1, keepdims=True), 1e-9)
        turn, move = both[:, :4].astype(float), both[:, 4:].astype(float)
        axis = turn[:, 1:]
        twice = 2 * np.cross(axis, points)
        shift = 2 * (turn[:, :1] * move[:, 1:] - move[:, :1] * axis + np.cross(axis, move[:, 1:]))
        return points + turn[:, :1] * twice + np.cross(axis, twice) + shift


def _quaternions(rotations: Points) -> Points:
    """(B, 4) w, x, y, z with w >= 0: no bone is turned by more than half a turn, so neighbours agree in sign."""
    r = rotations
    trace = np.stack(
        [
            1 + r[:, 0, 0] + r[:, 1, 1] + r[:, 2, 2],
            1 + r[:, 0, 0] - r[:, 1, 1] - r[:, 2, 2],
            1 - r[:, 0, 0] + r[:, 1, 1] - r[:, 2, 2],
            1 - r[:, 0, 0] - r[:, 1, 1] + r[:, 2, 2],
        ],
        1,
    )
    size = np.sqrt(np.maximum(trace, 0)) / 2
    w = size[:, 0]
    x = np.copysign(size[:, 1], r[:, 2, 1] - r[:, 1, 2])
    y = np.copysign(size[:, 2], r[:, 0, 2] - r[:, 2, 0])
    z = np.copysign(size[:, 3], r[:, 1, 0] - r[:, 0, 1])
    return unit(np.stack([w, x, y, z], 1))


def _product(first: Points, second: Points) -> Points:
    w, x, y, z = first.T
    a, b, c, d = second.T
    return np.stack(
        [
            w * a - x * b - y * c - z * d,
            w * b + x * a + y * d - z * c,
            w * c - x * d + y * a + z * b,
            w * d + x * c - y * b + z * a,
        ],
        1,
    )
