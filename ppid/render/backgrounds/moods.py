"""What light a room has: day, evening, screens in the dark, mixed colours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ppid.render.backgrounds.place import Place
from ppid.render.backgrounds.surfaces import Palette
from ppid.render.colour import hsv, linear
from ppid.render.rng import Rng
from ppid.render.shot import Average

Light = NDArray[np.float64]  # linear RGB
_BLACKBODY = {
    2000: (1.0, 0.25, 0.01),
    2700: (1.0, 0.4, 0.1),
    3500: (1.0, 0.56, 0.25),
    4500: (1.0, 0.7, 0.48),
    5500: (1.0, 0.85, 0.74),
    6500: (1.0, 0.95, 0.98),
    8000: (0.77, 0.82, 1.0),
    12000: (0.55, 0.68, 1.0),
}  # kelvin: linear sRGB of the largest channel 1


def kelvin(temperature: float) -> Light:
    """Linear RGB of light of a colour temperature, luminance 1."""
    known = 1e6 / np.array(list(_BLACKBODY))
    channels = np.array(list(_BLACKBODY.values())).T
    rgb = np.array([np.interp(-1e6 / temperature, -known, channel) for channel in channels])
    return rgb / (rgb @ [0.2126, 0.7152, 0.0722])


@dataclass(frozen=True)
class Mood:
    """The light of a picture.

    Attributes:
        name: of the mood.
        daylight: radiance of windows.
        sun: irradiance of the sun.
        outlook: what is outside: a key of `outlook.OUTLOOKS`.
        outside: how bright that is seen, as a radiance.
        lamps: how bright lamps in the room are, about 1; 0 is off.
        ceiling: the same for those at the ceiling.
        screens: how often screens are on.
        temperatures: kelvin of daylight and of lamps.
        white: kelvin that the camera takes for white.
        coloured: lamps of strong colours.
        exposure: of the camera.
    """

    name: str
    daylight: float = 0.0
    sun: float = 0.0
    outlook: str = "night"
    outside: float = 0.1
    lamps: float = 0.0
    ceiling: float = 0.0
    screens: float = 0.5
    temperatures: tuple[float, float] = (6500, 3000)
    white: float = 5000
    coloured: bool = False
    exposure: Average = Average()

    def day_colour(self) -> Light:
        """Linear RGB of daylight as the camera sees it."""
        return kelvin(self.temperatures[0]) / kelvin(self.white)

    def lamp_colour(self, rng: Rng) -> Light:
        """Linear RGB of one lamp as the camera sees it."""
        if self.coloured and rng.chance(0.6):
            strong = linear(hsv(rng.uniform(), rng.uniform(0.5, 1), 1)) + 0.02
            return strong / max(float(strong @ [0.2126, 0.7152, 0.0722]), 0.25)
        return kelvin(self.temperatures[1] * rng.uniform(0.92, 1.1)) / kelvin(self.white)


@dataclass(frozen=True)
class Kit:
    """What makers of things draw from."""

    rng: Rng
    palette: Palette
    mood: Mood
    outside: bpy.types.Image  # panorama of what is seen through windows, for `outlook.dome`

    def screen_is_on(self) -> bool:
        """Drawn anew for each screen."""
        return self.rng.chance(self.mood.screens)


def _exposure(rng: Rng, low: float, high: float) -> Average:
    return Average(rng.uniform(low, high), rng.uniform(0.75, 1.6))


def _day(rng: Rng) -> Mood:
    light = rng.log_uniform(4, 14)
    return Mood(
        "day",
        daylight=light,
        sun=light * rng.uniform(1, 5) if rng.chance(0.4) else 0.0,
        outlook=rng.pick(["sky", "houses", "trees", "white"], [2, 2, 2, 1.5]),
        outside=light * rng.uniform(0.12, 0.9),
        lamps=rng.pick([0.0, 0.0, 1.0]),
        temperatures=(rng.uniform(5500, 7500), rng.uniform(2700, 4000)),
        white=rng.uniform(5000, 6500),
        exposure=_exposure(rng, 0.14, 0.34),
    )


def _mixed(rng: Rng) -> Mood:
    light = rng.log_uniform(1, 5)
    return Mood(
        "mixed",
        daylight=light,
        outlook=rng.pick(["sky", "houses", "trees", "dusk"]),
        outside=light * rng.uniform(0.2, 0.9),
        lamps=rng.uniform(0.6, 1.6),
        ceiling=rng.pick([0.0, 1.0]) * rng.uniform(0.5, 1.5),
        temperatures=(rng.uniform(6500, 10000), rng.uniform(2500, 3300)),
        white=rng.uniform(3800, 5200),
        exposure=_exposure(rng, 0.1, 0.28),
    )


def _evening(rng: Rng) -> Mood:
    return Mood(
        "evening",
        daylight=rng.pick([0.0, 0.08]),
        outlook=rng.pick(["night", "dusk"]),
        outside=rng.uniform(0.05, 0.3),
        lamps=rng.uniform(0.6, 1.4),
        ceiling=rng.pick([0.0, 1.0]) * rng.uniform(0.4, 1.2),
        temperatures=(9000, rng.uniform(2400, 3400)),
        white=rng.uniform(2900, 4200),
        exposure=_exposure(rng, 0.08, 0.24),
    )


def _bright(rng: Rng) -> Mood:
    light = rng.uniform(0, 4)
    return Mood(
        "ceiling",
        daylight=light,
        outlook=rng.pick(["white", "houses", "sky", "night"]),
        outside=light * 0.6 + 0.1,
        lamps=rng.pick([0.0, 0.6]),
        ceiling=rng.uniform(1, 2),
        screens=0.7,
        temperatures=(6500, rng.uniform(3500, 5500)),
        white=rng.uniform(4000, 5500),
        exposure=_exposure(rng, 0.18, 0.36),
    )


def _screens(rng: Rng) -> Mood:
    return Mood(
        "screens",
        outlook="night",
        outside=rng.uniform(0.02, 0.15),
        lamps=rng.uniform(0.08, 0.35),
        screens=0.9,
        temperatures=(9000, rng.uniform(2500, 5000)),
        white=rng.uniform(4000, 6500),
        coloured=rng.chance(0.6),
        exposure=_exposure(rng, 0.03, 0.1),
    )


def _coloured(rng: Rng) -> Mood:
    return Mood(
        "coloured",
        outlook="night",
        outside=rng.uniform(0.03, 0.2),
        lamps=rng.uniform(0.6, 1.2),
        screens=0.8,
        temperatures=(9000, rng.uniform(2500, 5500)),
        white=rng.uniform(4000, 6000),
        coloured=True,
        exposure=_exposure(rng, 0.06, 0.16),
    )


def _dim(rng: Rng) -> Mood:
    light = rng.uniform(0.05, 0.5)
    return Mood(
        "dim",
        daylight=light,
        outlook="dusk",
        outside=light,
        lamps=rng.pick([0.0, 0.15]),
        screens=0.3,
        temperatures=(rng.uniform(6000, 9000), 2700),
        white=rng.uniform(4500, 6500),
        exposure=_exposure(rng, 0.03, 0.09),
    )


MOODS: dict[str, tuple[float, Callable[[Rng], Mood]]] = {
    "day": (4, _day),
    "mixed": (2, _mixed),
    "evening": (2.5, _evening),
    "ceiling": (2, _bright),
    "screens": (0.8, _screens),
    "coloured": (0.8, _coloured),
    "dim": (0.8, _dim),
}  # name: how often, maker


def mood(rng: Rng) -> Mood:
    """One of `MOODS`."""
    return MOODS[rng.named({name: weight for name, (weight, _) in MOODS.items()})][1](rng)


def panel(place: Place, width: float, height: float, radiance: float, colour: Light) -> None:
    """A rectangle in the x-z plane that shines towards the front."""
    light = bpy.data.lights.new("panel", "AREA")
    light.shape, light.size, light.size_y = "RECTANGLE", width, height
    _shine(light, radiance * width * height * np.pi, colour)
    place.tilted(-np.pi / 2).add_light(light)


def ceiling_panel(place: Place, width: float, depth: float, watts: float, colour: Light) -> None:
    """A rectangle that shines down."""
    light = bpy.data.lights.new("ceiling", "AREA")
    light.shape, light.size, light.size_y = "RECTANGLE", width, depth
    _shine(light, watts, colour)
    place.add_light(light)


def bulb(place: Place, watts: float, colour: Light, radius: float = 0.05) -> None:
    """A ball that shines to all sides."""
    light = bpy.data.lights.new("bulb", "POINT")
    light.shadow_soft_size = radius
    _shine(light, watts, colour)
    place.add_light(light)


def sun(place: Place, irradiance: float, colour: Light, elevation: float, aside: float) -> None:
    """Sunlight that comes through the wall at `place` from outside; angles in radians."""
    light = bpy.data.lights.new("sun", "SUN")
    light.angle = 0.01
    _shine(light, irradiance, colour)
    place.at(0, 0, 0, aside).tilted(-np.pi / 2 + elevation).add_light(light)


def _shine(light: bpy.types.Light, strength: float, colour: Light) -> None:
    """Blender's colours end at 1: the rest goes into the strength."""
    most = max(float(colour.max()), 1e-3)
    light.energy, light.color = strength * most, (colour / most).tolist()
