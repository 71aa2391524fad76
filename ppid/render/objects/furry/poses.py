"""How four-legged bodies stand, walk, sit, lie and crouch; and the flesh on their bones.

Lengths are in those from hip to chest; the animal looks along x, the ground is at z = 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ppid.render.objects.furry.anatomy import Body
from ppid.render.rng import Rng
from ppid.render.shapes import Points, unit


@dataclass(frozen=True)
class Build:
    """Proportions.

    Attributes:
        leg: height of the shoulder.
        chest, belly, hip: radii of the trunk.
        narrow: width of the trunk over its height.
        neck: its length and radius.
        carriage: how far the neck rises, in degrees.
        head: radius of the skull.
        limbs: radii of a leg at the top and at the ankle.
        paw: radius.
        tail: its length; 0 for none.
        tail_radii: from root to tip.
        tail_rise: how it is carried, -1 hanging to 1 upright.
    """

    leg: float = 0.62
    chest: float = 0.26
    belly: float = 0.24
    hip: float = 0.24
    narrow: float = 0.85
    neck: tuple[float, float] = (0.28, 0.15)
    carriage: float = 45
    head: float = 0.21
    limbs: tuple[float, float] = (0.095, 0.055)
    paw: float = 0.075
    tail: float = 0.8
    tail_radii: tuple[float, ...] = (0.06, 0.055, 0.04)
    tail_rise: float = 0.2


@dataclass(frozen=True)
class Bones:
    """Joints of a posed body; pairs are right, then left.

    Attributes:
        hip, chest, head: (3,).
        fronts: two of shoulder, elbow, wrist, paw (4, 3).
        hinds: two of hip, knee, hock, paw (4, 3).
        tail: (N, 3) from root to tip, or None.
    """

    hip: Points
    chest: Points
    head: Points
    fronts: tuple[Points, Points]
    hinds: tuple[Points, Points]
    tail: Points | None

    def moved(self, offset: Points, scale: float) -> Bones:
        """The same elsewhere: (place - offset) * scale."""
        return Bones(
            (self.hip - offset) * scale,
            (self.chest - offset) * scale,
            (self.head - offset) * scale,
            ((self.fronts[0] - offset) * scale, (self.fronts[1] - offset) * scale),
            ((self.hinds[0] - offset) * scale, (self.hinds[1] - offset) * scale),
            None if self.tail is None else (self.tail - offset) * scale,
        )


def scaled(build: Build, scale: float) -> Build:
    """The same proportions in other units."""
    return replace(
        build,
        leg=build.leg * scale,
        chest=build.chest * scale,
        belly=build.belly * scale,
        hip=build.hip * scale,
        neck=(build.neck[0] * scale, build.neck[1] * scale),
        head=build.head * scale,
        limbs=(build.limbs[0] * scale, build.limbs[1] * scale),
        paw=build.paw * scale,
        tail=build.tail * scale,
        tail_radii=tuple(radius * scale for radius in build.tail_radii),
    )


def _pair(make: Callable[[int], list[tuple[float, float, float]]]) -> tuple[Points, Points]:
    return np.array(make(-1), float), np.array(make(1), float)


def _head(build: Build, chest: Points, carriage: float) -> Points:
    angle = math.radians(carriage)
    base = chest + np.array([0.02, 0, build.chest * 0.45])
    return base + (build.neck[0] + build.head * 0.5) * np.array([math.cos(angle), 0, math.sin(angle)])


def _tail(rng: Rng, build: Build, root: Points, rise: float, on_ground: bool) -> Points | None:
    if not build.tail:
        return None
    share = np.linspace(0, 1, 7)
    bend = rng.uniform(-0.5, 0.5)
    sideways = build.tail * share**2 * bend
    if on_ground:
        turn = rng.pick([-1, 1]) * rng.uniform(0.6, 1.7) * share
        back = build.tail * 0.8 * np.cumsum(np.cos(turn)) / 7
        aside = build.tail * 0.8 * np.cumsum(np.sin(turn)) / 7
        ground = max(build.tail_radii) * 1.05
        height = ground + (root[2] - ground) * (1 - share) ** 3
        return np.stack([root[0] - back, root[1] + aside, height], 1)
    angle = rise * 1.3 + (rng.uniform(-0.3, 0.9) if rise > -0.5 else 0.1) * share - 0.3 * (1 - share)
    step = build.tail / 6
    back = np.concatenate([[0], np.cumsum(np.cos(angle[1:]) * step)])
    height = np.concatenate([[0], np.cumsum(np.sin(angle[1:]) * step)])
    height = np.maximum(root[2] + height, max(build.tail_radii) * 1.05)
    return np.stack([root[0] - back, root[1] + sideways, height], 1)


def standing(rng: Rng, build: Build) -> Bones:
    """On four legs, half of the time walking."""
    stride = rng.uniform(0.1, 0.3) * build.leg if rng.chance(0.5) else 0.03
    swings = rng.permutation([stride, -stride, -stride, stride]) * rng.uniform(0.8, 1.2, 4)
    height = build.leg + build.chest * 0.25
    hip, chest = np.array([-0.5, 0, height]), np.array([0.5, 0, height + rng.uniform(-0.02, 0.05)])

    def front(side: int) -> list[tuple[float, float, float]]:
        aside, swing = side * build.chest * build.narrow * 0.62, swings[0 if side < 0 else 1]
        ground = build.paw * 0.6 + max(swing, 0) * 0.15
        top = (0.47, aside, build.leg)
        return [
            top,
            (0.4 + swing * 0.3, aside, build.leg * 0.56),
            (0.46 + swing * 0.8, aside, build.leg * 0.2 + ground),
            (0.5 + swing, aside, ground),
        ]

    def hind(side: int) -> list[tuple[float, float, float]]:
        aside, swing = side * build.hip * build.narrow * 0.62, swings[2 if side < 0 else 3]
        ground = build.paw * 0.6
        return [
            (-0.47, aside, build.leg),
            (-0.36 + swing * 0.4, aside, build.leg * 0.58),
            (-0.6 + swing * 0.8, aside, build.leg * 0.28),
            (-0.53 + swing, aside, ground),
        ]

    root = hip + np.array([-build.hip * 0.85, 0, build.hip * 0.45])
    tail = _tail(rng, build, root, build.tail_rise + rng.uniform(-0.3, 0.3), False)
    head = _head(build, chest, build.carriage + rng.uniform(-25, 15))
    return Bones(hip, chest, head, _pair(front), _pair(hind), tail)


def sitting(rng: Rng, build: Build) -> Bones:
    """On the haunches, front legs upright."""
    lean = math.radians(rng.uniform(52, 66))
    hip = np.array([-0.2, 0, build.hip * 0.95])
    reach = max(0.8, (build.leg * 0.98 - hip[2]) / math.sin(lean))
    chest = hip + reach * np.array([math.cos(lean), 0, math.sin(lean)])
    gap = rng.uniform(0.5, 0.7)

    def front(side: int) -> list[tuple[float, float, float]]:
        aside = side * build.chest * build.narrow * gap
        x = chest[0] + 0.04
        return [
            (x, aside, chest[2] - 0.05),
            (x + 0.02, aside * 1.1, chest[2] * 0.5),
            (x + 0.05, aside * 0.95, build.paw * 2.0),
            (x + 0.1, aside, build.paw * 0.6),
        ]

    def hind(side: int) -> list[tuple[float, float, float]]:
        aside = side * build.hip * 0.75
        return [
            (hip[0] - 0.02, aside, hip[2]),
            (hip[0] + 0.24, aside * 1.25, build.hip * 0.85),
            (hip[0] + 0.06, aside * 1.3, build.paw * 0.9),
            (hip[0] + 0.36, aside * 1.35, build.paw * 0.6),
        ]

    tail = _tail(rng, build, hip + np.array([-build.hip * 0.7, 0, -build.hip * 0.4]), 0, True)
    head = _head(build, chest, max(build.carriage, 50) + rng.uniform(-10, 20))
    return Bones(hip, chest, head, _pair(front), _pair(hind), tail)


def lying(rng: Rng, build: Build) -> Bones:
    """On the belly, paws ahead."""
    hip, chest = np.array([-0.45, 0, build.hip * 0.9]), np.array([0.42, 0, build.chest * 1.05])

    def front(side: int) -> list[tuple[float, float, float]]:
        aside = side * build.chest * build.narrow * 0.75
        ahead = 0.42 + build.leg * rng.uniform(0.55, 0.8)
        return [
            (0.42, aside, build.chest * 0.8),
            (0.36, aside * 1.2, build.limbs[0]),
            (0.42 + (ahead - 0.42) * 0.7, aside, build.limbs[1]),
            (ahead, aside * 0.9, build.paw * 0.6),
        ]

    def hind(side: int) -> list[tuple[float, float, float]]:
        aside = side * build.hip * 0.85
        return [
            (-0.42, aside, build.hip * 0.85),
            (-0.16, aside * 1.25, build.hip * 0.75),
            (-0.36, aside * 1.35, build.paw * 0.8),
            (-0.02, aside * 1.4, build.paw * 0.6),
        ]

    tail = _tail(rng, build, hip + np.array([-build.hip * 0.85, 0, 0]), 0, True)
    head = _head(build, chest, max(build.carriage, 40) + rng.uniform(-20, 20))
    return Bones(hip, chest, head, _pair(front), _pair(hind), tail)


def crouching(rng: Rng, build: Build) -> Bones:
    """As rabbits and mice sit: an egg on its feet."""
    rise = rng.uniform(0.0, 0.2)
    hip, chest = np.array([-0.28, 0, build.hip * 1.0]), np.array([0.2, 0, build.chest + rise])

    def front(side: int) -> list[tuple[float, float, float]]:
        aside = side * build.chest * 0.5
        x = chest[0] + build.chest * 0.55
        return [
            (chest[0] + 0.08, aside, chest[2] * 0.9),
            (x, aside * 1.1, chest[2] * 0.5),
            (x + 0.03, aside, build.paw * 1.5),
            (x + 0.1, aside, build.paw * 0.6),
        ]

    def hind(side: int) -> list[tuple[float, float, float]]:
        aside = side * build.hip * 0.72
        return [
            (hip[0], aside, hip[2]),
            (hip[0] + 0.25, aside * 1.2, build.hip * 0.75),
            (hip[0] + 0.0, aside * 1.25, build.paw * 0.8),
            (hip[0] + 0.36, aside * 1.3, build.paw * 0.6),
        ]

    tail = _tail(
        rng, build, hip + np.array([-build.hip * 0.9, 0, -build.hip * 0.3]), build.tail_rise, build.tail_rise < 0.5
    )
    head = _head(build, chest, build.carriage + rng.uniform(-15, 15))
    return Bones(hip, chest, head, _pair(front), _pair(hind), tail)


def upright(rng: Rng, build: Build) -> Bones:
    """Sitting up with the front paws before the chest."""
    hip = np.array([0, 0, build.hip * 0.9])
    chest = hip + np.array([rng.uniform(0.05, 0.2), 0, rng.uniform(0.55, 0.75)])
    drop = rng.uniform(0.1, 0.35)

    def front(side: int) -> list[tuple[float, float, float]]:
        aside = side * build.chest * 0.7
        return [
            (chest[0] + 0.05, aside, chest[2]),
            (chest[0] + build.chest * 0.8, aside * 1.1, chest[2] - build.leg * 0.35),
            (chest[0] + build.chest * 1.25, aside * 0.7, chest[2] - drop * 0.8),
            (chest[0] + build.chest * 1.4, aside * 0.55, chest[2] - drop),
        ]

    def hind(side: int) -> list[tuple[float, float, float]]:
        aside = side * build.hip * 0.75
        return [
            (hip[0] + 0.02, aside, hip[2]),
            (hip[0] + 0.28, aside * 1.3, build.hip * 0.7),
            (hip[0] + 0.08, aside * 1.3, build.paw * 0.9),
            (hip[0] + 0.42, aside * 1.4, build.paw * 0.6),
        ]

    rise = build.tail_rise
    tail = _tail(rng, build, hip + np.array([-build.hip * 0.8, 0, -build.hip * 0.3]), rise, rise < 0.5)
    head = _head(build, chest, 70 + rng.uniform(-20, 15))
    return Bones(hip, chest, head, _pair(front), _pair(hind), tail)


POSES: dict[str, Callable[[Rng, Build], Bones]] = {
    "standing": standing,
    "sitting": sitting,
    "lying": lying,
    "crouching": crouching,
    "upright": upright,
}


def flesh_out(body: Body, bones: Bones, build: Build, whole: bool = True) -> None:
    """Add the trunk, neck, legs and tail, all in the units of `bones`; without haunches and tail if not `whole`."""
    hip, chest = bones.hip, bones.chest
    spine = unit(chest - hip)
    sag = np.cross(spine, [0, 1.0, 0]) * build.belly * 0.1
    middle = (hip + chest) / 2 + sag
    back = -0.8 * spine + np.array([0, 0, -0.25])
    trunk = np.stack([spine, [0, 1.0, 0], np.cross(spine, [0, 1.0, 0])])
    narrow = build.narrow
    axes = np.array([1.0, narrow, 1.05])
    body.blob("torso", chest, axes * build.chest, turn=trunk, flow=back)
    body.blob(
        "breast",
        chest + spine * build.chest * 0.4 + [0, 0, -build.chest * 0.2],
        axes * build.chest * 0.75,
        flow=(0, 0, -0.9),
    )
    body.limb("torso", [chest, middle, hip], [build.chest * 0.97, build.belly, build.hip * 0.95], narrow=narrow)
    nape = bones.head - (bones.head - chest) * 0.15
    body.limb(
        "neck",
        [nape, (bones.head + chest) / 2 + [0, 0, 0.04 * build.head], chest + spine * build.chest * 0.1],
        [build.head * 0.68, build.neck[1], build.chest * 0.72],
    )
    for front in bones.fronts:
        shoulder, elbow, wrist, paw = front
        upper, lower = build.limbs
        body.blob("torso", shoulder - spine * build.chest * 0.1, (upper * 1.7, upper * 1.1, upper * 2.0), flow=back)
        body.limb("leg", [shoulder, elbow, wrist], [upper * 1.3, upper, lower])
        _paw(body, wrist, paw, build)
    if not whole:
        return
    body.blob("torso", hip, axes * build.hip, turn=trunk, flow=back)
    for hind in bones.hinds:
        joint, knee, hock, paw = hind
        upper, lower = build.limbs
        thigh = (joint + knee) / 2
        along = unit(knee - joint)
        rows = np.stack([along, [0, 1.0, 0], unit(np.cross(along, [0, 1.0, 0]))])
        size = np.array([np.linalg.norm(knee - joint) * 0.62 + upper, upper * 1.35, build.hip * 0.72])
        body.blob("thigh", thigh, size, turn=rows, flow=back)
        body.limb("leg", [joint, knee, hock], [upper * 1.4, upper * 1.15, lower * 1.05])
        _paw(body, hock, paw, build)
    if bones.tail is not None:
        body.limb("tail", list(bones.tail[:6]), build.tail_radii)
        body.limb("tail_tip", list(bones.tail[5:]), (build.tail_radii[-1], build.tail_radii[-1] * 0.6))


def _paw(body: Body, ankle: Points, paw: Points, build: Build) -> None:
    lower, size = build.limbs[1], build.paw
    body.limb("paw", [ankle, (ankle + paw) / 2, paw], [lower, lower * 0.95, size * 0.8])
    body.blob("paw", paw + [size * 0.35, 0, 0], (size * 1.25, size, size * 0.7), flow=(0.6, 0, -0.2))
    for aside in (-0.55, 0, 0.55):
        body.blob(
            "paw",
            paw + [size * 1.15, size * aside, -size * 0.05],
            (size * 0.5, size * 0.36, size * 0.45),
            flow=(0.6, 0, -0.2),
        )
