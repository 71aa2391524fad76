"""Clips of people: turning the head, talking, walking through the frame.

Each frame builds the same person anew from the same draws; only angles, mouth, hands and place differ. Clothes follow the
body; hair is the first frame's and goes with head and wind.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from ppid.render import people, scene
from ppid.render.people import identity
from ppid.render.people.figure import SIDES, Figure
from ppid.render.people.hair_motion import Hairdo, Wind
from ppid.render.people.makehuman import MakeHuman
from ppid.render.rng import Rng
from ppid.render.shapes import TAU
from ppid.render.shot import Attributes, Shot, Size

Frames = Callable[[Rng, Attributes, Size, int, MakeHuman], Iterator[Shot]]


@dataclass(frozen=True)
class Moment:
    """How a person differs from how they were drawn.

    Attributes:
        angles: degrees added to `head_yaw`, `head_pitch` and `head_roll`.
        mouth: how far it is open, 0 to 1; None as drawn.
        hands: by side, metres (3,) by which a wrist is moved.
        aside: how far to the right of the middle, in metres.
        lift: how far up.
    """

    angles: dict[str, float] = field(default_factory=dict)
    mouth: float | None = None
    hands: dict[str, list[float]] = field(default_factory=dict)
    aside: float = 0.0
    lift: float = 0.0


Motion = Callable[[Rng, int], Callable[[float], Moment]]  # (draws, frames) -> what there is after a share of the clip


def _frames(motion: Motion, framings: tuple[str, ...]) -> Frames:
    def frames(rng: Rng, attributes: Attributes, size: Size, count: int, bodies: MakeHuman) -> Iterator[Shot]:
        seed = rng.whole(0, 2**31 - 1)
        framing = rng.pick(framings)
        moment_at, wind = motion(rng, count), Wind.draw(rng)
        framed = _figure(Rng(seed), framing, Moment(), bodies)[1:]
        hairdo: Hairdo | None = None
        for k in range(count):
            moment = moment_at(k / count)
            scene.clear(keep=hairdo.objects if hairdo else ())
            draws = Rng(seed)
            drawn, figure = _figure(draws, framing, moment, bodies)
            figure = _moved(figure, moment)
            shot = people.shoot(draws, [(drawn, figure)], size, framed, hair_grows=hairdo is None)
            if hairdo is None:
                attributes.update(drawn)
                hairdo = Hairdo(figure, wind)
            hairdo.follow(figure, k / count)
            yield shot

    return frames


def _figure(rng: Rng, framing: str, moment: Moment, bodies: MakeHuman) -> tuple[Attributes, Figure]:
    """The person of a seed at one moment, standing in the middle."""
    drawn = identity.sample(rng)
    drawn.update(company=False, motion_blur=False, framing=framing, head_moves=True)
    if moment.hands:
        drawn.update(pose="talk", prop="none", prop_hand="", hand_shifts=moment.hands)
    for name, angle in moment.angles.items():
        drawn[name] = float(np.clip(drawn[name] + angle, -60, 60))
    mouth = {} if moment.mouth is None else identity.mouth_open(drawn, moment.mouth)
    return drawn, people.stand(rng, drawn, bodies, mouth)


def _moved(figure: Figure, moment: Moment) -> Figure:
    shift = np.array([moment.aside, 0.0, moment.lift])
    return Figure.of(figure.makehuman, figure.shape, figure.pose.moved(np.eye(3), shift)) if shift.any() else figure


def _turn(rng: Rng, count: int) -> Callable[[float], Moment]:
    """The head looks about."""
    reach = {"head_yaw": rng.uniform(15, 40), "head_pitch": rng.uniform(3, 12), "head_roll": rng.uniform(2, 8)}
    turns = {name: rng.whole(1, 2) for name in reach}
    phases = {name: rng.uniform(0, TAU) for name in reach}
    return lambda share: Moment(
        {name: reach[name] * math.sin(TAU * turns[name] * share + phases[name]) for name in reach}
    )


def _talk(rng: Rng, count: int) -> Callable[[float], Moment]:
    """The mouth moves some four times a second, the head with it and, of many, the hands."""
    syllables, nods = max(1, round(count / 6)), rng.whole(1, 3)
    loudness, sway = rng.uniform(0.3, 0.7), rng.uniform(2, 8)
    beats = {side: _beating(rng) for side in SIDES} if rng.chance(0.7) else {}

    def moment(share: float) -> Moment:
        voice = abs(math.sin(math.pi * syllables * share)) * (0.6 + 0.4 * math.sin(TAU * nods * share + 1))
        nod = {"head_pitch": sway * math.sin(TAU * nods * share), "head_yaw": 2 * sway * math.sin(TAU * share)}
        hands = {side: beat(share) for side, beat in beats.items()}
        return Moment(nod, mouth=loudness * max(voice, 0.0), hands=hands)

    return moment


def _beating(rng: Rng) -> Callable[[float], list[float]]:
    """A hand that stresses what is said."""
    reach, beats, phase = rng.normal(size=3) * (0.03, 0.02, 0.05), rng.whole(1, 4), rng.uniform(0, TAU, 3)
    return lambda share: (reach * np.sin(TAU * beats * share + phase)).tolist()


def _walk(rng: Rng, count: int) -> Callable[[float], Moment]:
    """In at one side and out at the other, rising with each step."""
    way, reach, steps = rng.pick([-1, 1]), rng.uniform(0.8, 1.1), max(2, round(count / 12))

    def moment(share: float) -> Moment:
        return Moment(
            {"head_yaw": 4 * math.sin(TAU * share)},
            aside=way * reach * (2 * share - 1),
            lift=0.02 * abs(math.sin(math.pi * steps * share)),
        )

    return moment


CLIPS: dict[str, Frames] = {
    "turning": _frames(_turn, ("webcam", "shoulders", "close")),
    "talking": _frames(_talk, ("webcam", "shoulders", "half")),
    "walking": _frames(_walk, ("half",)),
}
