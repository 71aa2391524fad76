"""A posed body, as clothes, hair and things that are worn see it. Metres, z up, at rest the person looks along -y."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ppid.render.people.makehuman import BODY, MakeHuman
from ppid.render.people.skinning import Pose, Weights
from ppid.render.shapes import Points, unit

SIDES = {"L": 1.0, "R": -1.0}  # of the person: the sign of x at rest


@dataclass(frozen=True)
class Head:
    """The skull, which moves as one piece.

    Attributes:
        turn: (3, 3) from rest to world.
        centre: (3,) of the skull in the world; `centre_rest` at rest.
        centre_rest: (3,).
        radius: half the depth of the skull.
        axes: (3,) half axes of the ellipsoid that the skull is, x, y and z at rest.
        eyes: (2, 3) centres of the eyes at rest, left (+x) first.
        eye_radius: of an eyeball.
        top: z of the crown at rest.
        ear: (2,) x (of the left one) and y of the ears at rest.
        joint_rest: (3,) what the head turns about, at rest.
        joint: (3,) the same in the world.
    """

    turn: Points
    centre: Points
    centre_rest: Points
    radius: float
    axes: Points
    eyes: Points
    eye_radius: float
    top: float
    ear: Points
    joint_rest: Points
    joint: Points

    def to_world(self, points_rest: ArrayLike) -> Points:
        """Points (..., 3) that are fixed to the skull, from rest to world."""
        return (np.asarray(points_rest, float) - self.joint_rest) @ self.turn.T + self.joint


@dataclass(frozen=True)
class Hand:
    """Where a hand can hold something, in the world.

    Attributes:
        wrist: (3,).
        grip: (3,) middle of what a closed hand holds: a little in front of the palm.
        along: unit, from the wrist to the fingers.
        out: unit, out of the palm.
        thumb: unit, to the thumb's side: the axis of a cup or a microphone that is held.
        size: from the wrist to the knuckle of the middle finger.
    """

    wrist: Points
    grip: Points
    along: Points
    out: Points
    thumb: Points
    size: float


@dataclass(frozen=True)
class Figure:
    """One person.

    Attributes:
        makehuman: the data that the body is made of.
        shape: (V, 3) this person's vertices at rest.
        pose: of the bones.
        vertices: (V, 3) in the world.
        head: the skull.
    """

    makehuman: MakeHuman
    shape: Points
    pose: Pose
    vertices: Points
    head: Head

    @classmethod
    def of(cls, makehuman: MakeHuman, shape: Points, pose: Pose) -> Figure:
        """The figure that a shape is in a pose."""
        vertices = pose.skin(shape, makehuman.weights)
        return cls(makehuman, shape, pose, vertices, skull(makehuman, shape, pose))

    def place(self, points_rest: Points, weights: Weights) -> Points:
        """Anything (N, 3) that was made on the shape at rest and hangs on the bones by `weights` (N, B), posed."""
        return self.pose.skin(points_rest, weights)

    def joint(self, bone: str) -> Points:
        """Head (3,) of a bone in the world."""
        return self.pose.joints[self.makehuman.bone_index[bone]]

    def hand(self, side: str) -> Hand:
        """The hand of side `L` or `R`; `attributes["prop_hand"]` says which of them holds `attributes["prop"]`."""
        wrist, middle, index, little = (
            self.joint(f"{bone}.{side}") for bone in ("wrist", "finger3-1", "finger2-1", "finger5-1")
        )
        along = unit(middle - wrist)
        across = index - little
        thumb = unit(across - along * (across @ along))
        out = np.cross(along, thumb) * SIDES[side]
        size = float(np.linalg.norm(middle - wrist))
        return Hand(wrist, wrist + along * size * 0.95 + out * size * 0.38, along, out, thumb, size)


def skull(makehuman: MakeHuman, shape: Points, pose: Pose) -> Head:
    """The head of a shape in a pose."""
    bone = makehuman.bone_index["head"]
    turn, joint_rest, joint = pose.rotations[bone], pose.rest[bone], pose.joints[bone]
    scalp = shape[np.unique(makehuman.faces[makehuman.scalp_faces])]
    low, high = scalp.min(0), scalp.max(0)
    depth = high[1] - low[1]
    centre = np.array([0, (low[1] + high[1]) / 2, high[2] - 0.516 * depth])
    eyeballs = [shape[np.unique(makehuman.faces[makehuman.groups[f"helper-{side}-eye"]])] for side in "lr"]
    x, y, z = np.abs(makehuman.raw[:BODY, 0]), makehuman.raw[:BODY, 1], makehuman.raw[:BODY, 2]
    ears = shape[:BODY][(x > 0.70) & (y > 6.8) & (y < 7.5) & (z < 0.6)]
    return Head(
        turn=turn,
        centre=turn @ (centre - joint_rest) + joint,
        centre_rest=centre,
        radius=float(depth / 2),
        axes=np.array([high[0], depth / 2, high[2] - centre[2]]),
        eyes=np.array([eyeball.mean(0) for eyeball in eyeballs]),
        eye_radius=float(np.ptp(eyeballs[0][:, 0]) / 2),
        top=float(high[2]),
        ear=np.array([ears[:, 0].max() - 0.012, ears[:, 1].mean()]),
        joint_rest=joint_rest,
        joint=joint,
    )
