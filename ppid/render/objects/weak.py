"""White, grey and black things without texture, which hardly differ from walls, and plain shapes of the same kind."""

from __future__ import annotations

import bpy
import numpy as np
from numpy.typing import ArrayLike

from ppid.render import camera, light
from ppid.render.colour import hsv, linear
from ppid.render.develop import random_look
from ppid.render.materials import Material
from ppid.render.objects import solid
from ppid.render.objects.things import plain, soft
from ppid.render.objects.things.graphics import Pixels
from ppid.render.objects.things.kit import Kit
from ppid.render.rng import Rng
from ppid.render.shapes import Shape
from ppid.render.shot import Attributes, Highlights, Shot

THINGS = {**plain.THINGS, **soft.THINGS}
_COMPOSED = 0.5  # how often a thing of `solid`
_TONES = {"white": 4.0, "black": 2.5, "grey": 2.0, "mixed": 1.0}
_ALBEDO = {"white": (0.68, 0.9), "black": (0.006, 0.035), "grey": (0.08, 0.5)}
_SURROUNDS = {"overcast": 4.0, "studio": 2.0, "room": 2.0, "sky": 1.0}
_LIGHTS = {"surround": 4.0, "key": 2.0, "backlit": 1.5, "top": 1.0, "two": 1.0}


class PlainKit(Kit):
    """Everything is of one tone, without patterns; what would be metal may shine."""

    def __init__(self, rng: Rng, attributes: Attributes, tone: str) -> None:
        super().__init__(rng, attributes)
        self._tone = tone
        self._hue, self._saturation = rng.uniform(), rng.uniform(0, 0.06)
        self._roughness = rng.pick([0.1, 0.3, 0.5, 0.8, 0.95])

    def material(self, *kinds: str, colour: ArrayLike | None = None) -> bpy.types.Material:
        """A plain one whatever is asked for."""
        rng = self.rng
        tone = self._tone if self._tone != "mixed" else rng.pick(list(_ALBEDO))
        tint = linear(hsv(self._hue, self._saturation, 1.0))
        made = Material("plain", Base_Color=tint * rng.uniform(*_ALBEDO[tone]))
        shiny = bool({"chrome", "steel", "gold", "metal"} & set(kinds)) and rng.chance(0.4)
        made.set(
            Roughness=rng.uniform(0.1, 0.5) if shiny else float(np.clip(self._roughness + rng.normal(0, 0.1), 0.05, 1)),
            Metallic=float(shiny and tone != "black"),
            Sheen_Weight=0.4 if self._roughness > 0.7 else 0.0,
        )
        return made.data

    def printed(self, pixels: Pixels, roughness: float = 0.4, glow: float = 0.0) -> bpy.types.Material:
        """Nothing is printed on it."""
        return self.material()

    def painted(self, shape: Shape, colours: ArrayLike, roughness: float = 0.4) -> bpy.types.Object:
        """Not painted."""
        return self.add(shape, self.material())


def build(rng: Rng, attributes: Attributes, side: int) -> Shot:
    """A thing of `solid` or a plain shape in one tone."""
    tone = attributes["tone"] = rng.named(_TONES)
    things = solid.THINGS if rng.chance(_COMPOSED) else THINGS
    view = solid.put(rng, PlainKit(rng, attributes, tone), attributes, things)
    direction = camera.view_direction(rng, view.elevation, view.azimuth)
    light.light(rng, direction, attributes, kind=rng.named(_SURROUNDS), setup=rng.named(_LIGHTS))
    solid.frame(rng, direction, attributes, side, view)
    target = {"white": (0.7, 0.95), "black": (0.06, 0.12), "grey": (0.25, 0.6), "mixed": (0.5, 0.8)}[tone]
    return solid.shot(attributes, side, Highlights(rng.uniform(*target), 0.6, 1.8), random_look(rng))
