"""Arms that reach: from where a hand shall be to rotations of the bones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from ppid.render.people.figure import SIDES
from ppid.render.people.makehuman import MakeHuman
from ppid.render.people.skinning import Pose, rotation_between, twist_about
from ppid.render.rng import Rng
from ppid.render.shapes import Points, rotation, unit

_Rest = Callable[[str], Points]  # where a bone of an arm begins at rest
_FRONT = np.array([0, -1.0, 0])
_STRETCH = 0.985  # of the arm's length: an elbow is never quite straight
_WRIST = np.radians(65)  # how far a hand bends against the forearm
_FOREARM = np.radians(110)  # how far it turns about it
_UPPER_ARM = np.radians(75)  # how far the upper arm turns about itself


@dataclass(frozen=True)
class Reach:
    """What an arm does, in the world.

    Attributes:
        wrist: (3,) where the wrist shall be.
        elbow: (3,) direction in which the elbow points.
        along: (3,) from the wrist to the fingers.
        palm: (3,) out of the palm.
        curl: degrees by which each finger joint is bent.
        fingers: other degrees of single fingers, 1 the thumb to 5.
        spread: degrees between the fingers.
    """

    wrist: Points
    elbow: Points
    along: Points
    palm: Points
    curl: float = 25.0
    fingers: Mapping[int, float] = field(default_factory=dict)
    spread: float = 0.0

    def shifted(self, by: Points) -> Reach:
        """The same with the wrist elsewhere."""
        return Reach(self.wrist + by, self.elbow, self.along, self.palm, self.curl, self.fingers, self.spread)


@dataclass(frozen=True)
class Bent:
    """Rotations of an arm's bones: those relative to the chest and those added to the parent's."""

    in_chest: dict[str, Points]
    turns: dict[str, Points]


def raised(reach: Reach, shoulder: Points, chest: Points, side: str) -> Points:
    """Rotation of the clavicle, relative to the chest: it comes up and forward with a lifted arm."""
    way = chest.T @ unit(reach.wrist - shoulder)
    lift = max(0.0, float(way[2]) + 0.25)
    forward = max(0.0, -float(way[1]) - 0.4)
    sign = SIDES[side]
    return rotation((0, 0, 1), -sign * forward * 0.3) @ rotation((0, 1, 0), -sign * lift * 0.33)


def bend(makehuman: MakeHuman, pose: Pose, side: str, reach: Reach, rng: Rng) -> Bent:
    """Bend an arm so that its wrist gets where it shall be, or as near as it can.

    Args:
        makehuman: for the bones' places.
        pose: with spine and clavicles as they will be.
        side: `L` or `R`.
        reach: what it does.
        rng: of the fingers' irregularity.
    """

    def rest(bone: str) -> Points:
        return pose.rest[makehuman.bone_index[f"{bone}.{side}"]]

    sign = SIDES[side]
    shoulder = pose.joints[makehuman.bone_index[f"upperarm01.{side}"]]
    chest = pose.rotations[makehuman.bone_index["spine01"]]
    upper, lower = rest("lowerarm01") - rest("upperarm01"), rest("wrist") - rest("lowerarm01")
    to_elbow, to_wrist = _two_bones(shoulder, reach.wrist, reach.elbow, upper, lower)

    swing = rotation_between(chest @ upper, to_elbow) @ chest
    roll = np.clip(_roll(swing, lower, to_elbow, to_wrist), -_UPPER_ARM, _UPPER_ARM)
    arm = rotation(to_elbow, roll) @ swing
    forearm = rotation_between(arm @ lower, to_wrist) @ arm

    hand_rest = _frame(rest("finger3-1") - rest("wrist"), sign * _palm_rest(rest))
    wanted = _frame(reach.along, reach.palm) @ hand_rest.T
    relative = forearm.T @ wanted
    twist = twist_about(relative, lower)
    swung = relative @ rotation(lower, -twist)
    angle = np.arccos(np.clip((np.trace(swung) - 1) / 2, -1, 1))
    swung = _share_of(swung, min(1.0, _WRIST / max(angle, 1e-6)))
    twist = float(np.clip(twist, -_FOREARM, _FOREARM))
    hand = forearm @ swung @ rotation(lower, twist)

    out = chest.T
    half = rotation_between(chest @ upper, to_elbow, 0.5) @ chest
    in_chest = {
        "shoulder01": out @ rotation_between(chest @ upper, to_elbow, 0.35) @ chest,
        "upperarm01": out @ rotation(to_elbow, roll * 0.4) @ _mean(half, swing, 0.85),
        "upperarm02": out @ rotation(to_elbow, roll * 0.9) @ swing,
        "lowerarm01": out @ forearm @ rotation(lower, twist * 0.25),
        "lowerarm02": out @ forearm @ rotation(lower, twist * 0.7),
        "wrist": out @ hand,
    }
    return Bent(
        {f"{bone}.{side}": turn for bone, turn in in_chest.items()},
        _fingers(rest, side, reach, rng),
    )


def _two_bones(shoulder: Points, target: Points, pole: Points, upper: Points, lower: Points) -> tuple[Points, Points]:
    """Directions of upper arm and forearm whose ends meet; the elbow points to `pole`."""
    first, second = float(np.linalg.norm(upper)), float(np.linalg.norm(lower))
    way = unit(target - shoulder)
    distance = float(np.linalg.norm(target - shoulder))
    distance = float(np.clip(distance, abs(first - second) + 0.35 * first, (first + second) * _STRETCH))
    cosine = (first**2 + distance**2 - second**2) / (2 * first * distance)
    aside = unit(pole - way * (pole @ way))
    to_elbow = way * cosine + aside * np.sqrt(max(0.0, 1 - cosine**2))
    return unit(to_elbow), unit(way * distance - to_elbow * first)


def _roll(swing: Points, lower: Points, to_elbow: Points, to_wrist: Points) -> float:
    """How far the upper arm turns about itself so that the elbow is a hinge which bends forward at rest."""
    hinge = np.cross(swing @ lower, swing @ _FRONT)
    wanted = np.cross(to_elbow, to_wrist)
    bent = float(np.linalg.norm(wanted))
    hinge = unit(hinge - to_elbow * (hinge @ to_elbow))
    wanted = unit(wanted)
    angle = float(np.arctan2(np.cross(hinge, wanted) @ to_elbow, hinge @ wanted))
    return angle * min(1.0, bent / 0.4)


def _palm_rest(rest: _Rest) -> Points:
    """Out of the left palm at rest (into the right one): by the knuckles."""
    along = rest("finger3-1") - rest("wrist")
    return np.cross(along, rest("finger2-1") - rest("finger5-1"))


def _frame(along: Points, palm: Points) -> Points:
    """Axes of a hand as columns."""
    first = unit(along)
    second = unit(palm - first * (palm @ first))
    return np.stack([first, second, np.cross(first, second)], 1)


def _share_of(turn: Points, share: float) -> Points:
    """A part of a rotation."""
    angle = float(np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1)))
    if angle < 1e-6:
        return np.eye(3)
    axis = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
    return rotation(axis, angle * share) if np.linalg.norm(axis) > 1e-9 else turn


def _mean(first: Points, second: Points, share: float) -> Points:
    """`share` of the way from one rotation to another."""
    return first @ _share_of(first.T @ second, share)


def _fingers(rest: _Rest, side: str, reach: Reach, rng: Rng) -> dict[str, Points]:
    sign = SIDES[side]
    along = rest("finger3-1") - rest("wrist")
    knuckles = (rest("finger5-1") - rest("finger2-1")) * sign
    palm = sign * _palm_rest(rest)
    thumb = np.cross(knuckles, along) * sign
    turns = {}
    for finger in range(1, 6):
        degrees = reach.fingers.get(finger, reach.curl) * rng.uniform(0.75, 1.2)
        for joint in (1, 2, 3):
            if finger == 1:
                turn = rotation(thumb, np.radians(degrees * 0.3))
            else:
                turn = rotation(knuckles, np.radians(degrees * (0.75 if joint == 1 else 1.0)))
            if joint == 1 and finger > 1 and reach.spread:
                turn = rotation(palm, np.radians(reach.spread * (finger - 3.2)) * -sign) @ turn
            turns[f"finger{finger}-{joint}.{side}"] = turn
    return turns
