"""Materials of rooms: a few that go together, each made once for a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.backgrounds.pictures import Picture, spines
from ppid.render.backgrounds.textures import Texture, wall_colour, wood_colour
from ppid.render.colour import hsv, linear, random_colour
from ppid.render.materials import Material, Socket, decorate
from ppid.render.rng import Rng
from ppid.render.scene import add_image

_MATTE = 0.8  # roughness from which a surface is rendered as chalk: much cheaper than with a gloss
_VISIBLE_RELIEF = 0.004  # metres


def mapped(material: Material, pixels: Picture, place: Socket, *, repeat: bool = False) -> Socket:
    """Colour of a display picture, uint8 (H, W, 3) with row 0 on top, at surface coordinates in [0, 1]."""
    image = add_image("picture", pixels[::-1] / np.float32(255), colour_space="sRGB")
    return material.node(
        "TexImage", {"image": image, "extension": "REPEAT" if repeat else "EXTEND"}, Vector=place
    ).outputs["Color"]


def textured(texture: Texture) -> bpy.types.Material:
    """A wall's or floor's material; its surface coordinates are metres."""
    material = Material("texture", Roughness=texture.roughness)
    place = material.node("Mapping", Vector=material.surface_coordinates(), Scale=(1 / texture.extent,) * 3).outputs[0]
    colours = mapped(material, (texture.colour * 255).astype(np.uint8), place, repeat=True)
    material.set(Base_Color=colours)
    relief = None
    if texture.depth >= _VISIBLE_RELIEF:
        pixels = material.image(texture.relief[::-1], place, name="relief")
        relief = material.bump(pixels.outputs["Color"], 0.6, texture.depth)
    return material.data if texture.roughness < _MATTE else _matte(material, colours, relief)


def _matte(material: Material, colour: Any, relief: Socket | None = None) -> bpy.types.Material:
    """Replace the Principled shader by a diffuse one."""
    diffuse = material.node("BsdfDiffuse", Color=colour)
    if relief is not None:
        material.connect(diffuse, "Normal", relief)
    material.surface(diffuse.outputs[0])
    return material.data


def picture(pixels: Picture, roughness: float = 0.5) -> bpy.types.Material:
    """Print or paint; its surface coordinates are in [0, 1]."""
    material = Material("picture", Roughness=roughness)
    shown = mapped(material, pixels, material.surface_coordinates())
    return _matte(material, shown) if roughness >= _MATTE else material.set(Base_Color=shown).data


def glowing_picture(pixels: Picture, strength: float) -> bpy.types.Material:
    """A screen that is switched on; its surface coordinates are in [0, 1]."""
    material = Material("screen", Base_Color=(0.01, 0.01, 0.01), Roughness=0.25)
    shown = mapped(material, pixels, material.surface_coordinates())
    return material.set(Emission_Color=shown, Emission_Strength=strength).data


def glow(colour: ArrayLike, strength: float) -> bpy.types.Material:
    """Something that shines for the eye only: a lamp beside it lights the room, which is less noisy."""
    material = Material("glow", Base_Color=(0.8, 0.8, 0.8), Emission_Color=colour, Emission_Strength=strength)
    material.data.cycles.emission_sampling = "NONE"
    return material.data


def plain(colour: ArrayLike, roughness: float = 0.5, **inputs: Any) -> bpy.types.Material:
    """One linear colour."""
    material = Material("plain", Base_Color=colour, Roughness=roughness, **inputs)
    return _matte(material, colour) if roughness >= _MATTE else material.data


def coloured(roughness: float = 0.5, through: float = 0.0) -> bpy.types.Material:
    """Takes the colours given to the mesh; `through` is the share of light that passes, as through leaves."""
    material = Material("coloured", Roughness=roughness)
    shade = material.vertex_colour()
    material.set(Base_Color=shade)
    if through:
        passing = material.node("BsdfTranslucent", Color=shade)
        material.surface(material.mixed(through, material.principled.outputs[0], passing.outputs[0]))
    return material.data


def sheer(colour: ArrayLike, through: float, clear: float = 0.0) -> bpy.types.Material:
    """Curtains and lampshades: `through` scatters light to the other side, `clear` lets it pass."""
    material = Material("sheer")
    passing = material.node("BsdfTranslucent", Color=colour)
    seen = material.mixed(through, material.node("BsdfDiffuse", Color=colour).outputs[0], passing.outputs[0])
    if clear:
        seen = material.mixed(clear, seen, material.node("BsdfTransparent").outputs[0])
    material.surface(seen)
    return material.data


def night_pane(outside: bpy.types.Image, radiance: float) -> bpy.types.Material:
    """A window that mirrors the room over what is outside. Painted on: rays that choose between both would be noise."""
    material = Material("pane", Base_Color=(0, 0, 0), Roughness=0.0, IOR=1.6)
    looking = material.scaled(material.node("NewGeometry").outputs["Incoming"], -1.0)
    seen = material.node("TexEnvironment", {"image": outside}, Vector=looking)
    material.set(Emission_Color=seen.outputs["Color"], Emission_Strength=radiance)
    material.data.cycles.emission_sampling = "NONE"
    return material.data


def mirror() -> bpy.types.Material:
    """A looking glass."""
    return plain((0.9, 0.9, 0.9), 0.01, Metallic=1.0)


class Palette:
    """The materials of one room."""

    def __init__(self, rng: Rng) -> None:
        self._rng = rng
        self._made: dict[str, list[bpy.types.Material]] = {}
        self._hues = rng.uniform(size=2)

    def get(self, kind: str) -> bpy.types.Material:
        """One of the room's materials of a kind of `_MAKERS`."""
        most, maker = _MAKERS[kind]
        made = self._made.setdefault(kind, [])
        if not made or (len(made) < most and self._rng.chance(0.45)):
            made.append(maker(self._rng, self))
            return made[-1]
        return self._rng.pick(made)

    def any_of(self, *kinds: str) -> bpy.types.Material:
        """One of several kinds."""
        return self.get(self._rng.pick(kinds))

    def hue(self) -> float:
        """Near one of the room's two hues, now and then any."""
        rng = self._rng
        return rng.uniform() if rng.chance(0.2) else float(rng.pick(list(self._hues))) + rng.normal(0, 0.03)

    def colour(
        self, saturation: tuple[float, float] = (0, 0.7), value: tuple[float, float] = (0.1, 0.95)
    ) -> NDArray[np.float64]:
        """Linear RGB that fits the room."""
        return random_colour(self._rng, saturation, value, self.hue())


def _wood(rng: Rng, _: Palette) -> bpy.types.Material:
    light = linear(wood_colour(rng))
    material = Material("wood", Roughness=rng.uniform(0.3, 0.6))
    stretch = [rng.uniform(18, 40)] * 3
    stretch[rng.pick([0, 0, 2])] = rng.uniform(1, 2.5)
    place = material.node("Mapping", Vector=material.coordinates(1.0), Scale=stretch, Location=rng.uniform(-9, 9, 3))
    grain = material.node("TexNoise", Vector=place.outputs[0], Scale=1.0, Detail=1.0, Distortion=rng.uniform(0, 1.5))
    material.set(Base_Color=material.ramp(grain.outputs[0], [(0.35, light * rng.uniform(0.5, 0.85)), (0.65, light)]))
    return material.data


def _lacquer(rng: Rng, palette: Palette) -> bpy.types.Material:
    shade = linear(wall_colour(rng)) if rng.chance(0.8) else palette.colour((0.2, 0.8))
    return plain(np.minimum(shade, 0.82), rng.uniform(0.15, 0.5))


def _metal(rng: Rng, _: Palette) -> bpy.types.Material:
    if rng.chance(0.4):  # powder-coated
        return plain(linear(hsv(0.6, 0.05, rng.pick([0.05, 0.12, 0.9]))), rng.uniform(0.3, 0.6))
    shade = rng.pick([(0.7, 0.7, 0.72), (0.55, 0.55, 0.57), (0.25, 0.25, 0.26), (0.85, 0.6, 0.3)])
    return plain(shade, rng.uniform(0.15, 0.4), Metallic=1.0)


def _dark(rng: Rng, _: Palette) -> bpy.types.Material:
    return plain(np.full(3, rng.uniform(0.008, 0.05)), rng.uniform(0.25, 0.6))


def _plastic(rng: Rng, palette: Palette) -> bpy.types.Material:
    return plain(palette.colour(), rng.uniform(0.2, 0.5))


def _fabric(rng: Rng, palette: Palette) -> bpy.types.Material:
    shade = palette.colour((0, 0.6), (0.08, 0.85))
    material = Material("fabric")
    grain = material.node("TexNoise", Vector=material.coordinates(rng.uniform(80, 250)), Scale=1.0, Detail=0.0)
    return _matte(material, material.ramp(grain.outputs[0], [(0.3, shade * 0.85), (0.7, np.minimum(shade * 1.1, 1))]))


def _pattern(rng: Rng, palette: Palette) -> bpy.types.Material:
    material = Material("pattern", Roughness=0.9)
    decorate(rng, material, palette.colour())
    for node in material.data.node_tree.nodes:  # decorate knows objects of two units; these are of centimetres
        if node.bl_idname == "ShaderNodeMapping":
            node.inputs["Scale"].default_value = (rng.uniform(3, 9),) * 3
    return material.data


def _leather(rng: Rng, _: Palette) -> bpy.types.Material:
    shade = rng.pick(
        [(0.02, 0.018, 0.017), (0.09, 0.035, 0.018), (0.25, 0.12, 0.05), (0.5, 0.45, 0.38), (0.12, 0.12, 0.13)]
    )
    return plain(shade, rng.uniform(0.3, 0.5))


def _ceramic(rng: Rng, palette: Palette) -> bpy.types.Material:
    shade = linear(wall_colour(rng)) if rng.chance(0.5) else palette.colour()
    return plain(shade, rng.uniform(0.05, 0.5))


def _glass(rng: Rng, palette: Palette) -> bpy.types.Material:
    material = Material("glass")
    tint = np.maximum(palette.colour((0, 0.6), (0.6, 1)), 0.2) if rng.chance(0.4) else np.full(3, 0.93)
    through = material.node("BsdfTransparent", Color=tint)
    if rng.chance(0.5):  # of a dark liquid or milky: no ray has to choose between mirror and what is behind
        return plain(tint * rng.uniform(0.02, 0.5), 0.05)
    facing = material.node("LayerWeight", Blend=rng.uniform(0.25, 0.5)).outputs["Facing"]
    shine = material.node("BsdfAnisotropic", Roughness=0.03)
    material.surface(material.mixed(facing, through.outputs[0], shine.outputs[0]))
    return material.data


def _cardboard(rng: Rng, _: Palette) -> bpy.types.Material:
    return plain(linear(hsv(rng.uniform(0.07, 0.1), rng.uniform(0.3, 0.5), rng.uniform(0.5, 0.75))), 0.9)


def _paper(rng: Rng, _: Palette) -> bpy.types.Material:
    return plain(linear(hsv(0.12, rng.uniform(0, 0.08), rng.uniform(0.8, 0.95))), 0.8)


def _soil(rng: Rng, _: Palette) -> bpy.types.Material:
    return plain(linear(hsv(0.06, 0.5, rng.uniform(0.1, 0.25))), 1.0)


def _foliage(_: Rng, __: Palette) -> bpy.types.Material:
    """Of trees, where there are too many leaves for a gloss."""
    material = Material("foliage")
    return _matte(material, material.vertex_colour())


def _spines(rng: Rng, _: Palette) -> bpy.types.Material:
    return picture(spines(rng))


def _leaves(_: Rng, __: Palette) -> bpy.types.Material:
    return coloured(0.4, 0.3)


_MAKERS: dict[str, tuple[int, Callable[[Rng, Palette], bpy.types.Material]]] = {
    "wood": (2, _wood),
    "lacquer": (3, _lacquer),
    "metal": (2, _metal),
    "dark": (2, _dark),
    "plastic": (5, _plastic),
    "fabric": (4, _fabric),
    "pattern": (3, _pattern),
    "leather": (1, _leather),
    "ceramic": (4, _ceramic),
    "glass": (2, _glass),
    "cardboard": (1, _cardboard),
    "paper": (1, _paper),
    "soil": (1, _soil),
    "leaves": (1, _leaves),
    "foliage": (1, _foliage),
    "spines": (3, _spines),
}  # kind: how many of them a room has at most, maker
