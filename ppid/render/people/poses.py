"""Poses: spine, head, arms and legs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from mathutils.bvhtree import BVHTree

from ppid.render.people.arms import Reach, bend, raised
from ppid.render.people.figure import SIDES, Figure, skull
from ppid.render.people.makehuman import BODY, MakeHuman
from ppid.render.people.reaches import AT_FACE, REACHES, Torso, hold
from ppid.render.people.skinning import Pose
from ppid.render.rng import Rng
from ppid.render.shapes import Points, rotation
from ppid.render.shot import Attributes

_X, _Y, _Z = np.eye(3)
_CLEAR = 0.012  # metres between hands and what they do not touch
_TRIES = 4  # to get them out of the body


@dataclass(frozen=True)
class Posture:
    """What both hands do.

    Attributes:
        hand: of one side, a name of `REACHES`.
        other: what the other hand may do.
        lean: degrees to the front.
    """

    hand: str
    other: tuple[str, ...]
    lean: float = 0.0


POSTURES: dict[str, Posture] = {
    "down": Posture("down", ("down",)),
    "behind": Posture("behind", ("behind",)),
    "desk": Posture("desk", ("desk", "desk", "folded"), 6),
    "typing": Posture("typing", ("typing",), 5),
    "folded": Posture("folded", ("folded",), 9),
    "lap": Posture("lap", ("lap",), 2),
    "talk": Posture("gesture", ("gesture", "gesture", "desk", "down"), 3),
    "clasped": Posture("clasped", ("clasped",), 4),
    "wave": Posture("wave", ("down", "desk")),
    "up": Posture("up", ("up", "up", "down")),
    "point": Posture("point", ("down", "desk")),
    "selfie": Posture("selfie", ("down",)),
    "hips": Posture("hips", ("hips", "hips", "down")),
    "crossed": Posture("crossed", ("crossed",)),
    "shrug": Posture("shrug", ("shrug",)),
    "chin": Posture("chin", ("folded", "desk"), 8),
    "cheek": Posture("cheek", ("folded", "desk", "cheek"), 8),
    "temple": Posture("temple", ("folded", "desk"), 5),
    "mouth": Posture("mouth", ("folded", "desk", "down"), 5),
    "glasses": Posture("glasses", ("desk", "down"), 2),
    "hair": Posture("hair", ("hair", "down", "desk")),
    "hold": Posture("hold", ("down", "desk", "desk", "folded"), 3),
}
DESK = {"desk", "typing", "folded", "chin", "cheek", "temple"}  # which make sense at a table only


def strike(rng: Rng, attributes: Attributes, makehuman: MakeHuman, shape: Points) -> Figure:
    """The figure that a shape is when it does what the attributes say (`pose`, `seated`, `stride`, `head_yaw`, `prop` ...).

    `hand_shifts`, metres (3,) by side, moves the wrists from where the pose puts them.
    """
    rest = makehuman.rest(shape)
    posture = POSTURES[attributes["pose"]]
    turns = _spine(rng, attributes, posture.lean) | _legs(rng, attributes["seated"], attributes.get("stride", 0.0))
    own = attributes["prop_hand"] or rng.pick(list(SIDES))
    names = {side: posture.hand if side == own else rng.pick(posture.other) for side in SIDES}
    bare = makehuman.posed(rest, turns, {})
    torso = Torso.of(makehuman, bare, skull(makehuman, shape, bare))
    reaches = {
        side: (hold(attributes["prop"]) if name == "hold" else REACHES[name])(rng, torso, side)
        for side, name in names.items()
    }
    for side, shift in attributes.get("hand_shifts", {}).items():
        reaches[side] = reaches[side].shifted(np.array(shift))
    return _reach(rng, makehuman, shape, turns, reaches, {side for side in SIDES if _touches(names[side], attributes)})


def _touches(name: str, attributes: Attributes) -> bool:
    return name in AT_FACE or (name == "hold" and attributes["prop"] in ("phone_at_ear", "microphone"))


def _spine(rng: Rng, attributes: Attributes, lean: float) -> dict[str, Points]:
    """Bend, twist and lean of the back, spread over its bones; the neck makes up for the lean."""
    turns: dict[str, Points] = {}
    leaning, bending, twisting = lean + rng.normal(0, 4.5), rng.normal(0, 4), rng.normal(0, 5)
    for bone in ("spine04", "spine03", "spine02", "spine01"):
        turns[bone] = _turned(leaning / 4, bending / 4, twisting / 4)
    yaw, pitch, roll = (attributes[f"head_{angle}"] for angle in ("yaw", "pitch", "roll"))
    for bone, share in (("neck01", 0.2), ("neck02", 0.25), ("neck03", 0.2), ("head", 0.35)):
        bend_back = rotation(_X, math.radians((pitch - leaning * 0.75) * share))
        turns[bone] = rotation(_Z, math.radians(yaw * share)) @ bend_back @ rotation(_Y, math.radians(roll * share))
    return turns


def _turned(lean: float, aside: float, twist: float) -> Points:
    return rotation(_X, math.radians(lean)) @ rotation(_Y, math.radians(aside)) @ rotation(_Z, math.radians(twist))


def _legs(rng: Rng, seated: bool, stride: float) -> dict[str, Points]:
    """Knees together or apart, sitting, or with one foot ahead: `stride` is half the angle between the thighs in degrees."""
    turns: dict[str, Points] = {}
    ahead = rng.pick(list(SIDES)) if stride else None
    for side, sign in SIDES.items():
        spread = rotation(_Y, math.radians(sign * rng.uniform(-4, 6)))
        if seated:
            angle, knee = rng.uniform(74, 88), rng.uniform(70, 95)
            turns[f"upperleg01.{side}"] = rotation(_X, -math.radians(angle)) @ spread
            turns[f"lowerleg01.{side}"] = rotation(_X, math.radians(knee))
        else:
            thigh, knee = rng.normal(0, 6), abs(rng.normal(0, 6))
            if stride:
                thigh += -stride if side == ahead else stride * 0.8
                knee += 0 if side == ahead else rng.uniform(0.2, 1.8) * stride
            turns[f"upperleg01.{side}"] = spread @ rotation(_X, math.radians(thigh))
            turns[f"lowerleg01.{side}"] = rotation(_X, math.radians(knee))
    return turns


def _reach(
    rng: Rng,
    makehuman: MakeHuman,
    shape: Points,
    turns: dict[str, Points],
    reaches: dict[str, Reach],
    at_head: set[str],
) -> Figure:
    """Bend the arms, and again with the wrists shifted as long as forearms or hands are inside the body."""
    rest = makehuman.rest(shape)
    obstacle: _Obstacle | None = None
    seed = rng.whole(0, 2**30)
    for attempt in range(_TRIES):
        in_chest: dict[str, Points] = {}
        fingers: dict[str, Points] = {}
        for side, reach in reaches.items():
            bare = makehuman.posed(rest, turns, {})
            lifted = raised(
                reach, bare.joints[makehuman.bone_index[f"upperarm01.{side}"]], _chest(makehuman, bare), side
            )
            shouldered = makehuman.posed(rest, turns, {f"clavicle.{side}": lifted})
            bent = bend(makehuman, shouldered, side, reach, Rng(seed, ord(side)))
            in_chest |= {f"clavicle.{side}": lifted} | bent.in_chest
            fingers |= bent.turns
        pose = makehuman.posed(rest, turns | fingers, in_chest)
        if attempt == _TRIES - 1:
            break
        obstacle = obstacle or _Obstacle(makehuman, shape, pose)
        shifts = {side: obstacle.way_out(pose, side, side in at_head) for side in reaches}
        if all(np.linalg.norm(shift) < 0.003 for shift in shifts.values()):
            break
        reaches = {side: reach.shifted(shifts[side]) for side, reach in reaches.items()}
    return Figure.of(makehuman, shape, pose)


def _chest(makehuman: MakeHuman, pose: Pose) -> Points:
    return pose.rotations[makehuman.bone_index["spine01"]]


class _Obstacle:
    """Trunk, head and legs, which hands must not go into."""

    def __init__(self, makehuman: MakeHuman, shape: Points, pose: Pose) -> None:
        self._makehuman, self._shape = makehuman, shape
        solid = np.flatnonzero(makehuman.arm_weight[:BODY] < 0.05)
        place = np.full(len(shape), -1)
        place[solid] = np.arange(len(solid))
        quads = place[makehuman.faces[makehuman.groups["body"]]]
        vertices = pose.skin(shape[solid], makehuman.weights[solid])
        self._tree = BVHTree.FromPolygons(vertices.tolist(), quads[(quads >= 0).all(1)].tolist())
        arm = np.flatnonzero(makehuman.arm_place[:BODY] > 1.15)[::4]
        self._arms = {side: arm[makehuman.raw[arm, 0] * sign > 0] for side, sign in SIDES.items()}

    def way_out(self, pose: Pose, side: str, touches: bool) -> Points:
        """Shift (3,) that takes the deepest point of a hand or forearm out of the body, and a little off it."""
        which = self._arms[side]
        points = pose.skin(self._shape[which], self._makehuman.weights[which])
        margin = 0.0 if touches else _CLEAR
        deepest, way = 0.0, np.zeros(3)
        for point in points:
            nearest, normal, _, distance = self._tree.find_nearest(point.tolist(), 0.12)
            if nearest is None:
                continue
            along = float((point - np.array(nearest)) @ np.array(normal))
            inside = along < -0.5 * distance  # less is beside a sharp edge
            depth = margin + (distance if inside else -distance)
            if depth > deepest:
                deepest, way = depth, np.array(normal) * depth
        return way
