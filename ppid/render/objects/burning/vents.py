"""What comes out of a thing that smokes, steams or burns, and what such things share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import ArrayLike

from ppid.render.colour import hsv, linear
from ppid.render.materials import Material
from ppid.render.objects.burning import clouds, flames, wisps
from ppid.render.objects.burning.volumes import Subject
from ppid.render.rng import Rng
from ppid.render.scene import add
from ppid.render.shapes import (
    Points,
    Shape,
    tube,
)
from ppid.render.shot import Attributes


@dataclass(frozen=True)
class Vent:
    """A place of the scene (3,) with smoke or a flame, whose units are the scene's; `room` is how high it needs."""

    place: ArrayLike
    subject: Subject
    room: float


@dataclass(frozen=True)
class Scope:
    """What a maker has at hand: randomness, the picture's attributes and the direction to the camera (3,)."""

    rng: Rng
    attributes: Attributes
    towards_camera: Points


def glow_lamp(place: ArrayLike, height: float, tint: tuple[float, float, float] = (1.0, 0.5, 0.15)) -> None:
    """The light that a flame of some height casts."""
    data = bpy.data.lights.new("flame", "POINT")
    data.energy, data.shadow_soft_size, data.color = 22 * height**2, 0.15 * height, tint
    lamp = add("flame", data)
    lamp.location = np.asarray(place, float) + np.array([0, 0, 0.45 * height])
    lamp.visible_camera = False


def steam(scope: Scope, place: ArrayLike, mouth: float, height: float) -> Vent:
    """Steam or a veil of smoke above something hot."""
    rng, attributes = scope.rng, scope.attributes
    if rng.chance(0.6):
        return Vent(place, clouds.steam(rng, attributes, mouth, height), height)
    return Vent(place, wisps.veil(rng, attributes, mouth, height, wisps.PLAIN), height)


def fire(scope: Scope, place: ArrayLike, spread: float, height: float, count: int, turn: float = 0.0) -> Vent:
    """Flames of tongues that stand `spread` apart."""
    rng = scope.rng
    rows = []
    for _ in range(count):
        x, z = rng.uniform(-spread, spread), rng.uniform(-spread, spread) * 0.6
        tall = height * rng.uniform(0.6, 1) * (1 - 0.35 * abs(x) / max(spread, 1e-3))
        rows.append([x, z, tall, height * rng.uniform(0.13, 0.24)])
    glow_lamp(place, height)
    return Vent(place, flames.burning(rng, np.array(rows), turn=turn), height * 1.3)


def candle_flame(scope: Scope, place: ArrayLike, height: float) -> Vent:
    """One quiet flame."""
    rng = scope.rng
    glow_lamp(place, height * 1.6)
    tip = rng.normal(0, 0.05) * height
    flame = flames.Quiet(
        np.array([[0, 0, tip, height, height * rng.uniform(0.12, 0.18)]]), flames.wax_light(rng), rng.normal(0, 0.3)
    )
    return Vent(place, flame, height * 1.2)


def thread(scope: Scope, place: ArrayLike, height: float, mouth: float = 0.012) -> Vent:
    """A thread of smoke."""
    return Vent(place, wisps.thread(scope.rng, scope.attributes, mouth, height, wisps.PLAIN), height)


def char(rng: Rng, embers: float) -> bpy.types.Material:
    """Burnt wood; its cracks glow when `embers` is more than zero."""
    material = Material("char", Roughness=0.9)
    grain = material.node("TexNoise", Vector=material.coordinates(rng.uniform(4, 8), rng), Detail=5.0).outputs[0]
    bark = linear(hsv(0.07, rng.uniform(0.3, 0.6), rng.uniform(0.15, 0.45)))
    material.set(Base_Color=material.ramp(grain, [(0.4, (0.012, 0.011, 0.01)), (0.7, bark)]))
    material.bump(grain, 0.6, 0.08)
    if embers > 0:
        hot = material.ramp(grain, [(0.3, (1.0, 0.16, 0.02)), (0.44, (0, 0, 0))])
        material.set(Emission_Color=hot, Emission_Strength=embers)
    return material.data


def glowing(strength: float, colour: ArrayLike = (1.0, 0.2, 0.03)) -> bpy.types.Material:
    """What glows."""
    return Material("ember", Base_Color=(0.02, 0.02, 0.02), Emission_Color=colour, Emission_Strength=strength).data


def moved(shape: Shape, by: ArrayLike) -> Shape:
    """A shape elsewhere."""
    return shape[0] + np.asarray(by, float), shape[1]


def handle(height: float, reach: float, thickness: float) -> Shape:
    """A cup's handle in the xz plane, open towards -x."""
    angle = np.linspace(-1.35, 1.35, 18)
    return tube(np.c_[reach * np.cos(angle), 0 * angle, height * np.sin(angle)], thickness, 10)


Makers = dict[str, tuple[float, Callable[[Scope], list[Vent]]]]  # how often, and what adds the thing to the scene
