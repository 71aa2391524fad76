"""Liquids in motion, bubbles, foam, ice, wet things and spray. `clear` says what their alpha means."""

from __future__ import annotations

import math

from ppid.render.camera import Framing, fit, view_direction
from ppid.render.develop import random_look
from ppid.render.light import light
from ppid.render.objects.transparent import clear
from ppid.render.objects.transparent.splashes import SUBJECTS
from ppid.render.rng import Rng
from ppid.render.shapes import TAU
from ppid.render.shot import Attributes, Bounces, Highlights, Shot

_SURROUNDS = {"studio": 3, "room": 3, "sky": 2.5, "sunset": 1, "overcast": 1, "forest": 1, "night": 0.8}
_FINE = ("jet", "mist")  # drops smaller than a pixel need more samples
_SIDEWAYS = ("pour", "mist")  # what happens in the xz plane
_SCATTERED = ("crown", "thrown", "pour", "swirl", "drops", "jet", "mist", "wet")


def build(rng: Rng, attributes: Attributes, side: int) -> Shot:
    """Fill the (already cleared) scene with some liquid, lights and the camera; say how it is rendered."""
    name = rng.named({key: weight for key, (weight, _) in SUBJECTS.items()})
    attributes["subject"] = name
    SUBJECTS[name][1](rng, attributes)
    turn = rng.uniform(-0.7, 0.7) + rng.pick([-0.5, 0.5]) * math.pi
    direction = view_direction(rng, (-0.1, 0.7), (turn, turn) if name in _SIDEWAYS else (0, TAU))
    strength = rng.uniform(0.3, 1.0)
    light(rng, direction, attributes, kind=rng.named(_SURROUNDS), through_glass=False, strength=strength)
    framing = Framing(defocus=0.1, motion_blur=0.1, cut=0.15, trim=1.5 if name in _SCATTERED else 0.0)
    fit(rng, direction, (side, side), attributes, framing)
    clear.let_light_through()
    shot = Shot(
        size=(side, side),
        samples=16 if name in _FINE else 8,
        bounces=Bounces(12, 1, 10, 12, 32),
        exposure=Highlights(rng.uniform(0.6, 0.85)),
        look=random_look(rng),
    )
    return clear.exact_alpha(shot, attributes, strength, 32 if name in _FINE else 12)
