"""What people do with a hand: where it goes, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ppid.render.people.arms import Reach
from ppid.render.people.figure import SIDES, Head
from ppid.render.people.makehuman import MakeHuman
from ppid.render.people.skinning import Pose
from ppid.render.rng import Rng
from ppid.render.shapes import Points


@dataclass(frozen=True)
class Torso:
    """A body without arms, in the world: what a reach is stated in.

    Attributes:
        scale: the body's size over that of the base mesh.
        chest: (3, 3) its turn.
        head: the skull.
        shoulders: (3,) of each side.
        pelvis: (3,).
    """

    scale: float
    chest: Points
    head: Head
    shoulders: dict[str, Points]
    pelvis: Points

    @classmethod
    def of(cls, makehuman: MakeHuman, pose: Pose, head: Head) -> Torso:
        """As it stands in a pose."""

        def joint(bone: str) -> Points:
            return pose.joints[makehuman.bone_index[bone]]

        height = pose.rest[makehuman.bone_index["head"], 2] - pose.rest[makehuman.bone_index["root"], 2]
        return cls(
            scale=float(height) / 0.64,
            chest=pose.rotations[makehuman.bone_index["spine01"]],
            head=head,
            shoulders={side: joint(f"upperarm01.{side}") for side in SIDES},
            pelvis=joint("root"),
        )

    def way(self, side: str, out: float, front: float, up: float) -> Points:
        """A vector in the chest's axes: to the arm's own side, to the front and up."""
        return self.chest @ np.array([SIDES[side] * out, -front, up])

    def by_shoulder(self, side: str, out: float, front: float, up: float) -> Points:
        """A place by the shoulder, in metres of an average body."""
        return self.shoulders[side] + self.scale * self.way(side, out, front, up)

    def by_chest(self, side: str, out: float, front: float, up: float) -> Points:
        """A place by the middle between the shoulders."""
        middle = (self.shoulders["L"] + self.shoulders["R"]) / 2
        return middle + self.scale * self.way(side, out, front, up)

    def by_pelvis(self, side: str, out: float, front: float, up: float) -> Points:
        """A place by the pelvis."""
        return self.pelvis + self.scale * self.way(side, out, front, up)

    def by_face(self, side: str, out: float, front: float, up: float) -> Points:
        """A place by the middle between the eyes, which follows the head."""
        between = self.head.eyes.mean(0) - np.array([0, self.head.eye_radius, 0])
        return self.head.to_world(between + self.scale * np.array([SIDES[side] * out, -front, up]))

    def face_way(self, side: str, out: float, front: float, up: float) -> Points:
        """A vector in the head's axes."""
        return self.head.turn @ np.array([SIDES[side] * out, -front, up])


Reaching = Callable[[Rng, Torso, str], Reach]
_DOWN = np.array([0, 0, -1.0])


def _down(rng: Rng, torso: Torso, side: str) -> Reach:
    where = torso.by_shoulder(side, 0.07 + abs(rng.normal(0, 0.05)), 0.02 + rng.normal(0, 0.06), -0.50)
    palm = torso.way(side, -1, rng.uniform(-0.5, 0.3), 0)
    return Reach(where, torso.way(side, 0.5, -1, 0), torso.way(side, 0.03, 0.2, -1), palm, rng.uniform(10, 35))


def _behind(rng: Rng, torso: Torso, side: str) -> Reach:
    where = torso.by_pelvis(side, 0.05, -0.12, rng.uniform(0.02, 0.08))
    return Reach(where, torso.way(side, 1, -0.8, 0), torso.way(side, -1, -0.2, -0.4), torso.way(side, 0, -1, 0), 40)


def _desk(rng: Rng, torso: Torso, side: str) -> Reach:
    where = torso.by_shoulder(side, rng.normal(-0.03, 0.06), rng.uniform(0.28, 0.38), rng.normal(-0.31, 0.04))
    along = torso.way(side, rng.uniform(-0.6, 0), 1, rng.normal(-0.1, 0.1))
    return Reach(
        where, torso.way(side, 0.7, -0.2, -1), along, _DOWN + 0.3 * torso.way(side, -1, 0, 0), rng.uniform(8, 45)
    )


def _typing(rng: Rng, torso: Torso, side: str) -> Reach:
    where = torso.by_shoulder(side, rng.uniform(-0.10, -0.04), rng.uniform(0.30, 0.38), rng.uniform(-0.33, -0.24))
    along = torso.way(side, rng.uniform(-0.3, 0), 1, rng.normal(0.05, 0.08))
    return Reach(where, torso.way(side, 0.8, -0.3, -1), along, _DOWN, rng.uniform(22, 40), {1: 15}, 4)


def _folded(rng: Rng, torso: Torso, side: str) -> Reach:
    """Forearms across a desk, one before the other."""
    before = 0.31 if side == "L" else 0.25
    where = torso.by_chest(side, -0.02 + rng.normal(0, 0.02), before, rng.uniform(-0.33, -0.29))
    return Reach(where, torso.way(side, 1, 0.2, -0.8), torso.way(side, -1, 0.1, 0), _DOWN, rng.uniform(10, 25))


def _lap(rng: Rng, torso: Torso, side: str) -> Reach:
    where = torso.by_pelvis(side, rng.uniform(0.06, 0.12), rng.uniform(0.24, 0.34), rng.uniform(0.06, 0.1))
    return Reach(where, torso.way(side, 0.8, -0.6, 0), torso.way(side, -0.6, 0.9, -0.2), _DOWN, rng.uniform(10, 30))


def _gesture(rng: Rng, torso: Torso, side: str) -> Reach:
    """While talking: before the chest, palm up, inwards or to the listener."""
    up = rng.normal(-0.13, 0.07)
    where = torso.by_shoulder(side, rng.normal(0.02, 0.07), rng.uniform(0.24, 0.36), up)
    along = torso.way(side, rng.normal(0.0, 0.4), rng.uniform(0.2, 0.9), rng.uniform(0.1, 1.0))
    palm = rng.pick([torso.way(side, -1, 0.2, 0.1), torso.way(side, -0.4, 0, 1), torso.way(side, -0.3, 1, 0)])
    elbow = torso.way(side, 0.7, -0.2, -1)
    return Reach(where, elbow, along, palm, rng.uniform(5, 45), {2: rng.uniform(0, 30)}, rng.uniform(0, 7))


def _clasped(rng: Rng, torso: Torso, side: str) -> Reach:
    """Hands together before the chest."""
    where = torso.by_chest(side, 0.055, 0.27, -0.16 + 0.01 * (side == "L"))
    along = torso.way(side, -0.35, 0.3, 1)
    return Reach(where, torso.way(side, 1, -0.1, -0.7), along, torso.way(side, -1, 0, 0.1), rng.uniform(15, 30))


def _wave(rng: Rng, torso: Torso, side: str) -> Reach:
    where = torso.by_shoulder(side, rng.normal(0.15, 0.06), rng.normal(0.18, 0.05), rng.normal(0.10, 0.09))
    along = torso.way(side, rng.normal(0.1, 0.25), 0.15, 1)
    return Reach(
        where, torso.way(side, 0.6, -0.2, -1), along, torso.way(side, -0.2, 1, 0), rng.uniform(0, 14), spread=8
    )


def _up(rng: Rng, torso: Torso, side: str) -> Reach:
    where = torso.by_shoulder(side, rng.normal(0.18, 0.08), 0.06, rng.uniform(0.40, 0.52))
    return Reach(
        where, torso.way(side, 1, -0.3, 0), torso.way(side, 0.1, 0, 1), torso.way(side, 0, 1, 0), rng.uniform(0, 70)
    )


def _point(rng: Rng, torso: Torso, side: str) -> Reach:
    where = torso.by_shoulder(side, rng.normal(0.0, 0.12), 0.48, rng.normal(0.0, 0.12))
    fingers = {2: 5.0, 1: 30.0} if rng.chance(0.6) else {}
    return Reach(where, torso.way(side, 0.5, 0, -1), where - torso.shoulders[side], _DOWN, rng.uniform(20, 75), fingers)


def _selfie(rng: Rng, torso: Torso, side: str) -> Reach:
    where = torso.by_shoulder(side, rng.uniform(0.0, 0.18), 0.5, rng.uniform(-0.05, 0.22))
    return Reach(where, torso.way(side, 0.7, 0, -1), torso.way(side, 0, 0.7, 0.7), torso.way(side, -1, 0, 0), 35)


def _hips(rng: Rng, torso: Torso, side: str) -> Reach:
    where = torso.by_pelvis(side, 0.21, -0.01, rng.uniform(0.05, 0.12))
    along = torso.way(side, -0.35, 0.6, -0.6)
    return Reach(where, torso.way(side, 1, -0.8, 0), along, torso.way(side, -1, 0, -0.3), rng.uniform(15, 35))


def _crossed(rng: Rng, torso: Torso, side: str) -> Reach:
    """Arms crossed before the chest."""
    first = side == "L"
    where = torso.by_chest(side, -0.06, 0.245 if first else 0.19, -0.185 if first else -0.205)
    along = torso.way(side, -1, -0.35, 0.3 if first else 0.1)
    return Reach(where, torso.way(side, 0.8, 0.5, -1), along, torso.way(side, 0.2, -1, 0), rng.uniform(12, 30))


def _shrug(rng: Rng, torso: Torso, side: str) -> Reach:
    where = torso.by_shoulder(side, rng.uniform(0.12, 0.24), rng.uniform(0.15, 0.25), rng.uniform(-0.2, -0.06))
    return Reach(
        where, torso.way(side, -0.2, -0.5, -1), torso.way(side, 1, 0.5, 0.2), np.array([0, 0, 1.0]), 14, spread=5
    )


def _chin(rng: Rng, torso: Torso, side: str) -> Reach:
    """The chin on a fist."""
    where = torso.by_face(side, 0.04 + rng.normal(0, 0.01), 0.015, -0.205)
    along = torso.face_way(side, -0.25, 0.05, 1)
    palm = torso.face_way(side, -0.6, -1, 0)
    return Reach(where, torso.way(side, 0.5, 0.6, -1), along, palm, rng.uniform(60, 85), {1: 40})


def _cheek(rng: Rng, torso: Torso, side: str) -> Reach:
    where = torso.by_face(side, 0.112 + rng.normal(0, 0.006), -0.045, -0.16)
    along = torso.face_way(side, -0.06, -0.1, 1)
    return Reach(where, torso.way(side, 0.5, 0.6, -1), along, torso.face_way(side, -1, -0.1, 0.1), rng.uniform(5, 60))


def _temple(rng: Rng, torso: Torso, side: str) -> Reach:
    """Finger tips at the temple."""
    where = torso.by_face(side, 0.155, 0.03, -0.13)
    along = torso.face_way(side, -0.5, -0.3, 1)
    return Reach(where, torso.way(side, 0.8, 0.5, -1), along, torso.face_way(side, -1, -0.6, 0), 45, {2: 12, 3: 20})


def _mouth(rng: Rng, torso: Torso, side: str) -> Reach:
    """Fingers before the mouth or at the nose."""
    where = torso.by_face(side, 0.09, 0.055, -0.15 + rng.normal(0, 0.015))
    along = torso.face_way(side, -0.75, 0.15, 0.75)
    return Reach(where, torso.way(side, 0.8, 0.4, -1), along, torso.face_way(side, -0.4, -1, 0), rng.uniform(15, 50))


def _at_glasses(rng: Rng, torso: Torso, side: str) -> Reach:
    where = torso.by_face(side, 0.14, 0.08, -0.10)
    along = torso.face_way(side, -0.75, -0.1, 0.7)
    return Reach(where, torso.way(side, 0.8, 0.3, -1), along, torso.face_way(side, -0.5, -1, 0), 55, {2: 22, 1: 10})


def _in_hair(rng: Rng, torso: Torso, side: str) -> Reach:
    where = torso.by_face(side, 0.165 + rng.normal(0, 0.015), -0.05, 0.02 + rng.normal(0, 0.03))
    along = torso.face_way(side, -0.85, -0.35, 0.6)
    return Reach(where, torso.way(side, 1, 0.15, 0.25), along, torso.face_way(side, -0.7, 0, -0.8), rng.uniform(10, 35))


REACHES: dict[str, Reaching] = {
    "down": _down,
    "behind": _behind,
    "desk": _desk,
    "typing": _typing,
    "folded": _folded,
    "lap": _lap,
    "gesture": _gesture,
    "clasped": _clasped,
    "wave": _wave,
    "up": _up,
    "point": _point,
    "selfie": _selfie,
    "hips": _hips,
    "crossed": _crossed,
    "shrug": _shrug,
    "chin": _chin,
    "cheek": _cheek,
    "temple": _temple,
    "mouth": _mouth,
    "glasses": _at_glasses,
    "hair": _in_hair,
}
AT_FACE = {"chin", "cheek", "temple", "mouth", "glasses", "hair"}  # whose hands touch the head on purpose


def _phone_at_ear(rng: Rng, torso: Torso, side: str) -> Reach:
    where = torso.by_face(side, 0.135, -0.035, -0.145)
    along = torso.face_way(side, -0.1, -0.35, 1)
    return Reach(where, torso.way(side, 0.9, 0.4, -1), along, torso.face_way(side, -1, 0.1, 0.1), 42, {1: 20})


def _phone_before(rng: Rng, torso: Torso, side: str) -> Reach:
    where = torso.by_chest(side, rng.uniform(0.03, 0.14), rng.uniform(0.28, 0.36), rng.uniform(-0.16, 0.0))
    along = torso.way(side, -0.25, 0.35, 1)
    return Reach(where, torso.way(side, 0.7, 0, -1), along, torso.way(side, -0.45, -1, 0.3), 48, {1: 25})


def _book(rng: Rng, torso: Torso, side: str) -> Reach:
    """Open before the chest, to be read."""
    where = torso.by_chest(side, rng.uniform(0.02, 0.1), rng.uniform(0.24, 0.3), rng.uniform(-0.24, -0.12))
    along = torso.way(side, -0.1, 0.6, 0.9)
    return Reach(where, torso.way(side, 0.8, 0, -1), along, torso.way(side, -0.15, -0.9, 0.7), 22, {1: 30})


def _upright(rng: Rng, torso: Torso, side: str) -> Reach:
    """A cup or a glass: the thumb's side up."""
    if rng.chance(0.35):  # about to drink
        where, inward = torso.by_face(side, 0.10, 0.10, -0.155), 0.75
    else:
        where = torso.by_chest(side, rng.uniform(0.06, 0.16), rng.uniform(0.24, 0.34), rng.uniform(-0.2, -0.02))
        inward = rng.uniform(0.3, 0.8)
    along = torso.way(side, -inward, 0.7, 0.05)
    return Reach(where, torso.way(side, 0.8, 0, -1), along, torso.way(side, -0.7, -inward, 0), 55, {1: 30})


def _to_mouth(rng: Rng, torso: Torso, side: str) -> Reach:
    """A microphone: its upper end before the mouth."""
    where = torso.by_face(side, 0.085, 0.125, -0.21)
    along = torso.face_way(side, -0.9, 0.1, 0.25)
    return Reach(where, torso.way(side, 0.8, 0, -1), along, torso.face_way(side, -0.1, -1, 0.15), 66, {1: 40})


def _writing(rng: Rng, torso: Torso, side: str) -> Reach:
    if rng.chance(0.6):  # playing with it in the air
        raised = _gesture(rng, torso, side).shifted(torso.way(side, -0.05, 0, 0.07))
        return replace(raised, curl=55, fingers={1: 45, 2: 35, 3: 45})
    where = torso.by_shoulder(side, -0.09, rng.uniform(0.28, 0.36), rng.uniform(-0.32, -0.26))
    palm = _DOWN + 0.8 * torso.way(side, -1, 0, 0)
    return Reach(where, torso.way(side, 0.8, -0.3, -1), torso.way(side, -0.5, 1, 0), palm, 50, {1: 45, 2: 38})


def _before_chest(rng: Rng, torso: Torso, side: str) -> Reach:
    """Anything else: held out a little."""
    where = torso.by_chest(side, rng.uniform(0.08, 0.2), rng.uniform(0.24, 0.34), rng.uniform(-0.22, -0.05))
    return Reach(where, torso.way(side, 0.8, 0, -1), torso.way(side, -0.4, 0.8, 0.3), torso.way(side, -1, 0, 0.2), 50)


HOLDS: dict[str, Reaching] = {
    "phone_at_ear": _phone_at_ear,
    "phone": _phone_before,
    "tablet": _phone_before,
    "book": _book,
    "cup": _upright,
    "pen": _writing,
    "microphone": _to_mouth,
}


def hold(prop: str) -> Reaching:
    """How a prop is held."""
    return HOLDS.get(prop, _before_chest)
