"""Light on people: surroundings and lamps that are placed as seen from the camera."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import ArrayLike

from ppid.render.colour import hsv, linear
from ppid.render.light import Image, Sphere, lamp, set_surround
from ppid.render.rng import Rng
from ppid.render.shapes import Points, rotation, unit
from ppid.render.shot import Attributes, Average

_ROWS = 32
_GREY = 0.15  # what the mean of a picture is exposed to


class Scenery(Sphere):
    """Surroundings of someone whom a camera looks at.

    Attributes:
        rng: draws.
        up: (H, 2H, 1) 0 for directions down to 1 for directions up.
        image: (H, 2H, 3) linear.
    """

    def __init__(self, rng: Rng, towards_camera: Points) -> None:
        super().__init__(_ROWS)
        self.rng = rng
        self.up = self.directions[..., 2:] * 0.5 + 0.5
        self.image: Image = np.zeros((*self.elevation.shape, 3))
        self._front = unit(towards_camera * np.array([1, 1, 0]))

    def direction(self, beside: float, height: float) -> Points:
        """Unit vector `beside` degrees from the camera, to the right from there, and `height` degrees up."""
        level = rotation((0, 0, 1), math.radians(beside)) @ self._front
        return level * math.cos(math.radians(height)) + np.array([0, 0, math.sin(math.radians(height))])

    def spot(self, beside: float, height: float, size: float, power: float, colour: ArrayLike) -> None:
        """Add light of an even disc with a soft edge, `size` degrees in radius."""
        cosine = np.clip(self.directions @ self.direction(beside, height), -1, 1)
        disc = np.exp(-((np.arccos(cosine) / math.radians(size)) ** 4))
        self.image = self.image + disc[..., None] * power * np.asarray(colour)

    def fill(self, sky: ArrayLike, ground: ArrayLike) -> None:
        """Add even light from above and from below."""
        self.image = self.image + self.up * np.asarray(sky) + (1 - self.up) * np.asarray(ground)

    def lamp(
        self, target: Points, beside: float, height: float, irradiance: float, size: float, colour: Points
    ) -> None:
        """Add a lamp for harder shadows."""
        where = target + self.direction(beside, height) * self.rng.uniform(1.4, 2.5)
        lamp(where, irradiance, size, colour, target=target)


@dataclass(frozen=True)
class Light:
    """A set-up.

    Attributes:
        often: weight.
        make: fills the scenery for someone at a place.
        exposure: over that of other pictures.
        lamps: how often one or two lamps come with it.
    """

    often: float
    make: Callable[[Scenery, Points], None]
    exposure: float = 1.0
    lamps: float = 0.5


def warmth(rng: Rng, spread: float) -> Points:
    """White, randomly warmer or cooler."""
    warm = rng.normal(0, spread)
    return np.clip(np.array([1 + warm, 1 + rng.normal(0, spread * 0.2), 1 - warm]), 0.2, 2)


def set_up(rng: Rng, attributes: Attributes, towards_camera: Points, target: Points) -> Average:
    """Light the scene as `attributes["light"]`, of `LIGHTS`, says; returns how it is exposed."""
    scenery = Scenery(rng, towards_camera)
    light = LIGHTS[attributes["light"]]
    light.make(scenery, target)
    if rng.chance(0.15):  # clutter
        scenery.image = scenery.image * 0.8 + rng.random(scenery.image.shape) * scenery.image.mean() * 0.8
    set_surround(scenery.image)
    # A small map is enough to aim rays at: the default resolution costs more than it gains.
    world = bpy.context.scene.world
    world.cycles.sampling_method, world.cycles.sample_map_resolution = "MANUAL", 128
    if rng.chance(light.lamps):
        for _ in range(1 if rng.chance(0.72) else 2):
            size, power = rng.uniform(0.3, 1.5), rng.log_uniform(0.3, 3.5)
            scenery.lamp(target, rng.uniform(-100, 100), rng.uniform(0, 50), power, size, warmth(rng, 0.15))
    return _exposure(rng, attributes, light)


def _exposure(rng: Rng, attributes: Attributes, light: Light) -> Average:
    goal = _GREY * math.exp(rng.normal(0, 0.28)) * light.exposure
    if attributes["light"] == "back" and rng.chance(0.5):
        goal *= 0.5
    if attributes["skin_tone"] > 5:
        goal *= 0.75
    return Average(goal=goal, ceiling=rng.uniform(0.27, 0.62) if rng.chance(0.85) else rng.uniform(0.62, 0.95))


def _sky(scenery: Scenery, _: Points) -> None:
    rng = scenery.rng
    bright = rng.uniform(0.5, 1.2)
    scenery.fill(np.array([0.45, 0.6, 0.9]) * bright, np.array([0.35, 0.32, 0.28]) * bright)
    sun = warmth(rng, 0.12) * [1, 1, 0.85]
    scenery.spot(rng.uniform(-180, 180), rng.uniform(15, 75), rng.uniform(5, 14), rng.uniform(10, 60), sun)


def _room(scenery: Scenery, least: float = 0.15, most: float = 0.6) -> None:
    """Even light of walls."""
    rng = scenery.rng
    bright = rng.uniform(least, most)
    scenery.fill(warmth(rng, 0.15) * bright, warmth(rng, 0.15) * 0.6 * bright)


def _indoor(scenery: Scenery, _: Points) -> None:
    rng = scenery.rng
    _room(scenery)
    for _lamp in range(rng.whole(1, 3)):
        size, power = rng.uniform(8, 25), rng.uniform(2, 12)
        scenery.spot(rng.uniform(-130, 130), rng.uniform(10, 80), size, power, warmth(rng, 0.2))
    if rng.chance(0.5):
        _display(scenery, rng.uniform(0.3, 2.5))


def _display(scenery: Scenery, power: float) -> None:
    """A monitor before the person."""
    rng = scenery.rng
    colour = (
        np.array([0.8, 0.95, 1.2]) if rng.chance(0.7) else linear(hsv(rng.uniform(), rng.uniform(0.2, 0.8), 1)) * 1.3
    )
    scenery.spot(rng.normal(0, 12), rng.uniform(-22, 4), rng.uniform(16, 26), power, colour)


def _screen(scenery: Scenery, _: Points) -> None:
    """A dark room with a monitor."""
    rng = scenery.rng
    _room(scenery, 0.01, 0.08)
    _display(scenery, rng.uniform(1, 4))
    if rng.chance(0.5):
        scenery.spot(
            rng.uniform(-180, 180), rng.uniform(0, 60), rng.uniform(10, 25), rng.uniform(0.3, 2), warmth(rng, 0.4)
        )


def _studio(scenery: Scenery, _: Points) -> None:
    rng = scenery.rng
    _room(scenery)
    side = rng.pick([-1, 1])
    key = warmth(rng, 0.05)
    scenery.spot(side * rng.uniform(20, 70), rng.uniform(15, 50), rng.uniform(15, 30), rng.uniform(4, 12), key)
    scenery.spot(rng.uniform(-180, 180), rng.uniform(0, 50), 18, rng.uniform(1, 8), warmth(rng, 0.1))


def _ring(scenery: Scenery, target: Points) -> None:
    """A ring or panel close to the lens: flat and bright in front, dark behind."""
    rng = scenery.rng
    _room(scenery, 0.05, 0.3)
    scenery.lamp(
        target, rng.normal(0, 8), rng.uniform(0, 25), rng.uniform(1, 3), rng.uniform(0.4, 0.9), warmth(rng, 0.1)
    )


def _window(scenery: Scenery, _: Points) -> None:
    rng = scenery.rng
    _room(scenery)
    daylight = warmth(rng, 0.15) * [0.9, 1, 1.15]
    beside = rng.pick([-1, 1]) * rng.uniform(50, 110)
    scenery.spot(beside, rng.uniform(-5, 30), rng.uniform(20, 35), rng.uniform(6, 16), daylight)


def _back(scenery: Scenery, _: Points) -> None:
    """A window behind."""
    rng = scenery.rng
    _room(scenery)
    beside, power = 180 + rng.uniform(-50, 50), rng.uniform(6, 25)
    scenery.spot(beside, rng.uniform(0, 50), rng.uniform(12, 40), power, warmth(rng, 0.15))
    scenery.spot(rng.uniform(-60, 60), 20, 30, rng.uniform(0.3, 1.5), warmth(rng, 0.15))


def _silhouette(scenery: Scenery, _: Points) -> None:
    """All the light behind, hardly any in front."""
    rng = scenery.rng
    _room(scenery, 0.03, 0.15)
    beside, power = 180 + rng.uniform(-40, 40), rng.uniform(8, 30)
    scenery.spot(beside, rng.uniform(-5, 30), rng.uniform(30, 60), power, warmth(rng, 0.2))


def _rim(scenery: Scenery, target: Points) -> None:
    """Hard light on the outline from both sides or one, weak light in front."""
    rng = scenery.rng
    _room(scenery, 0.05, 0.25)
    scenery.spot(rng.uniform(-50, 50), rng.uniform(0, 40), 28, rng.uniform(0.5, 2), warmth(rng, 0.1))
    coloured = rng.chance(0.4)
    for side in rng.pick([[-1], [1], [-1, 1]]):
        colour = linear(hsv(rng.uniform(), rng.uniform(0.3, 0.8), 1)) if coloured else warmth(rng, 0.15)
        beside = side * rng.uniform(120, 165)
        scenery.lamp(target, beside, rng.uniform(5, 50), rng.uniform(2, 7), rng.uniform(0.2, 0.8), colour)


def _coloured(scenery: Scenery, _: Points) -> None:
    rng = scenery.rng
    scenery.fill([0.08] * 3, [0.08] * 3)
    for _lamp in range(rng.whole(2, 3)):
        colour = linear(hsv(rng.uniform(), rng.uniform(0.3, 0.95), 1))
        beside, power = rng.uniform(-160, 160), rng.uniform(1, 6)
        scenery.spot(beside, rng.uniform(-20, 60), rng.uniform(15, 35), power, colour)
    scenery.spot(rng.uniform(-40, 40), 15, 30, rng.uniform(0.3, 1.2), [1, 1, 1])


def _dim(scenery: Scenery, _: Points) -> None:
    rng = scenery.rng
    scenery.fill(warmth(rng, 0.25) * 0.12, warmth(rng, 0.25) * 0.12)
    scenery.spot(rng.uniform(-90, 90), rng.uniform(-10, 60), 25, rng.uniform(0.3, 1.2), warmth(rng, 0.35))


def _night(scenery: Scenery, _: Points) -> None:
    """Hardly any light, from one warm lamp far aside."""
    rng = scenery.rng
    scenery.fill([0.02] * 3, [0.02] * 3)
    warm = np.array([1.2, 0.85, 0.5]) * warmth(rng, 0.1)
    scenery.spot(rng.uniform(-150, 150), rng.uniform(0, 70), rng.uniform(8, 20), rng.uniform(0.5, 2), warm)


def _flat(scenery: Scenery, _: Points) -> None:
    """From all around: no shadows, little contrast."""
    rng = scenery.rng
    scenery.fill(warmth(rng, 0.1), warmth(rng, 0.1) * rng.uniform(0.6, 1))


def _overhead(scenery: Scenery, _: Points) -> None:
    """Office lamps in the ceiling: dark eye sockets."""
    rng = scenery.rng
    _room(scenery, 0.1, 0.35)
    for _lamp in range(rng.whole(1, 3)):
        size, power = rng.uniform(10, 22), rng.uniform(4, 10)
        scenery.spot(rng.uniform(-180, 180), rng.uniform(55, 85), size, power, warmth(rng, 0.1))


LIGHTS: dict[str, Light] = {
    "indoor": Light(0.23, _indoor),
    "sky": Light(0.15, _sky),
    "studio": Light(0.10, _studio),
    "window": Light(0.11, _window),
    "overhead": Light(0.07, _overhead),
    "screen": Light(0.07, _screen, 0.65, 0.1),
    "ring": Light(0.04, _ring, 1.0, 0.1),
    "back": Light(0.06, _back),
    "silhouette": Light(0.03, _silhouette, 0.3, 0.0),
    "rim": Light(0.05, _rim, 0.7, 0.0),
    "coloured": Light(0.05, _coloured, 0.6),
    "dim": Light(0.04, _dim, 0.6, 0.3),
    "night": Light(0.03, _night, 0.25, 0.1),
    "flat": Light(0.06, _flat, 1.0, 0.1),
}
