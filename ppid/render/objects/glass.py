"""Things of glass and clear plastic. `clear` says what their alpha means."""

from __future__ import annotations

import math
from collections.abc import Callable

import bpy
from mathutils import Matrix

from ppid.render.camera import Framing, fit, view_direction
from ppid.render.develop import random_look
from ppid.render.light import light
from ppid.render.objects.transparent import clear
from ppid.render.objects.transparent.drinkware import DRINKWARE
from ppid.render.objects.transparent.glassware import GLASSWARE
from ppid.render.objects.transparent.sheets import FLAT, GLASS_SHEETS
from ppid.render.objects.transparent.solids import GLASS_SOLIDS
from ppid.render.rng import Rng
from ppid.render.shot import Attributes, Bounces, Highlights, Shot

SUBJECTS: dict[str, tuple[float, Callable[[Rng, Attributes], None]]] = {
    **DRINKWARE,
    **GLASSWARE,
    **GLASS_SOLIDS,
    **GLASS_SHEETS,
}  # name: how often, maker
_SURROUNDS = {"studio": 3, "room": 4, "sky": 2, "sunset": 1, "night": 0.8, "overcast": 1, "forest": 1}
_FRONT = (-0.5 * math.pi - 0.75, -0.5 * math.pi + 0.75)


def build(rng: Rng, attributes: Attributes, side: int) -> Shot:
    """Fill the (already cleared) scene with a thing of glass, lights and the camera; say how it is rendered."""
    name = rng.named({key: weight for key, (weight, _) in SUBJECTS.items()})
    attributes["subject"] = name
    SUBJECTS[name][1](rng, attributes)
    if "liquid" not in attributes and name in DRINKWARE and rng.chance(0.25):
        _lay_down(rng)
        attributes["lying"] = True
    direction = view_direction(rng, azimuth=_FRONT) if name in FLAT else view_direction(rng)
    strength = rng.uniform(0.3, 1.0)
    light(rng, direction, attributes, kind=rng.named(_SURROUNDS), through_glass=False, strength=strength)
    roll = rng.uniform(-0.35, 0.35) if rng.chance(0.3) else None
    fit(rng, direction, (side, side), attributes, Framing(roll=roll, defocus=0.1, cut=0.15))
    clear.let_light_through()
    shot = Shot(
        size=(side, side),
        samples=8,  # light goes one way only: there is little noise
        bounces=Bounces(12, 1, 10, 12, 24),
        exposure=Highlights(rng.uniform(0.6, 0.85)),
        look=random_look(rng),
    )
    return clear.exact_alpha(shot, attributes, strength)


def _lay_down(rng: Rng) -> None:
    """Tip over everything in the scene."""
    turn = Matrix.Rotation(rng.uniform(-math.pi, math.pi), 4, "Z") @ Matrix.Rotation(rng.uniform(1.3, 1.7), 4, "X")
    for each in bpy.context.scene.objects:
        each.matrix_world = turn @ each.matrix_world
