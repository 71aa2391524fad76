"""What things are made of: a thin layer over Cycles' shader nodes, and everyday opaque materials."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import bpy
import numpy as np
from numpy.typing import ArrayLike

from ppid.render.colour import hsv, linear, random_colour
from ppid.render.rng import Rng
from ppid.render.scene import COLOUR, SURFACE, add_image

Socket = Any  # bpy.types.NodeSocket


class Material:
    """A node tree that begins as one Principled shader.

    Attributes:
        data: Blender's material, as objects take it.
        principled: its shader node.
    """

    def __init__(self, name: str, **inputs: Any) -> None:
        self.data = bpy.data.materials.new(name)
        self.data.use_nodes = True
        self._nodes, self._links = self.data.node_tree.nodes, self.data.node_tree.links
        self.principled = next(node for node in self._nodes if node.bl_idname == "ShaderNodeBsdfPrincipled")
        self._output = next(node for node in self._nodes if node.bl_idname == "ShaderNodeOutputMaterial")
        self.set(**inputs)

    def set(self, **inputs: Any) -> Material:
        """Set inputs of the Principled shader; underscores stand for spaces, colours are linear."""
        for name, value in inputs.items():
            self.connect(self.principled, name.replace("_", " "), value)
        return self

    def node(self, kind: str, settings: dict[str, Any] | None = None, **inputs: Any) -> bpy.types.Node:
        """A new node `ShaderNode<kind>` with its settings and inputs; underscores in inputs stand for spaces."""
        node = self._nodes.new(f"ShaderNode{kind}")
        for name, value in (settings or {}).items():
            setattr(node, name, value)
        for name, value in inputs.items():
            self.connect(node, name.replace("_", " "), value)
        return node

    def connect(self, node: bpy.types.Node, name: str | int, value: Any) -> None:
        """Set an input to a number or a vector, or link it to the output of another node."""
        socket = node.inputs[name]
        if isinstance(value, bpy.types.NodeSocket):
            self._links.new(value, socket)
        elif hasattr(socket.default_value, "__len__") and not np.isscalar(value):
            wanted = len(socket.default_value)
            socket.default_value = ([float(number) for number in value] + [1.0])[:wanted]
        else:
            socket.default_value = value

    def surface(self, shader: Socket) -> None:
        """What is seen, instead of the Principled shader."""
        self._links.new(shader, self._output.inputs["Surface"])

    def coordinates(self, scale: float = 1.0, rng: Rng | None = None) -> Socket:
        """Places in the object, times `scale`; moved and turned at random with an `rng`."""
        mapping = self.node("Mapping", Vector=self.node("TexCoord").outputs["Object"], Scale=(scale,) * 3)
        if rng is not None:
            mapping.inputs["Location"].default_value = tuple(rng.uniform(-9, 9, 3))
            mapping.inputs["Rotation"].default_value = tuple(rng.uniform(-3, 3, 3))
        return mapping.outputs[0]

    def vertex_colour(self) -> Socket:
        """The colours given to `add_mesh` or `add_strands`."""
        return self.node("Attribute", {"attribute_name": COLOUR}).outputs["Color"]

    def surface_coordinates(self) -> Socket:
        """The texture coordinates given to `add_mesh`."""
        return self.node("Attribute", {"attribute_name": SURFACE}).outputs["Vector"]

    def image(self, pixels: ArrayLike, place: Socket, *, repeat: bool = True, name: str = "texture") -> bpy.types.Node:
        """A texture of linear pixels (H, W) or (H, W, 3 or 4), row 0 at v = 0; outputs `Color` and `Alpha`."""
        settings = {"image": add_image(name, pixels), "extension": "REPEAT" if repeat else "CLIP"}
        return self.node("TexImage", settings, Vector=place)

    def ramp(self, factor: Socket, stops: Sequence[tuple[float, ArrayLike]], *, hard: bool = False) -> Socket:
        """Colours by place: (position, linear RGB) in rising order; `hard` without blending."""
        node = self.node("ValToRGB", Fac=factor)
        node.color_ramp.interpolation = "CONSTANT" if hard else "LINEAR"
        elements = node.color_ramp.elements
        while len(elements) < len(stops):
            elements.new(0.5)
        for element, (position, colour) in zip(elements, stops, strict=True):
            element.position = position
            element.color = (*np.asarray(colour, float)[:3], 1)
        return node.outputs[0]

    def scaled(self, colour: Any, factor: Any) -> Socket:
        """Colour times factor; each a socket or numbers."""
        node = self.node("VectorMath", {"operation": "MULTIPLY"})
        self.connect(node, 0, colour)
        self.connect(node, 1, factor if isinstance(factor, bpy.types.NodeSocket) or np.ndim(factor) else (factor,) * 3)
        return node.outputs[0]

    def bump(self, height: Socket, strength: float = 0.3, distance: float = 0.05, onto: Socket | None = None) -> Socket:
        """Let light see a relief on the Principled shader; `onto` another relief's normal."""
        node = self.node("Bump", Strength=strength, Distance=distance, Height=height)
        if onto is not None:
            self.connect(node, "Normal", onto)
        self.connect(self.principled, "Normal", node.outputs[0])
        return node.outputs[0]

    def mixed(self, share: Any, first: Socket, second: Socket) -> Socket:
        """`share` of the second shader over the first."""
        node = self.node("MixShader")
        for place, value in enumerate((share, first, second)):
            self.connect(node, place, value)
        return node.outputs[0]


def everyday(rng: Rng, kind: str | None = None, colour: ArrayLike | None = None) -> bpy.types.Material:
    """An opaque material of a kind of `EVERYDAY`, by default any; its colour is linear RGB."""
    kind = kind or rng.named({name: weight for name, (weight, _) in EVERYDAY.items()})
    material = Material(kind)
    EVERYDAY[kind][1](rng, material, colour)
    return material.data


def _plastic(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    material.set(Base_Color=_or_any(rng, colour), Roughness=rng.uniform(0.1, 0.5))


_METALS = [(0.9, 0.9, 0.9), (0.95, 0.64, 0.4), (1.0, 0.78, 0.34), (0.56, 0.57, 0.58), (0.3, 0.3, 0.32), (0.9, 0.6, 0.5)]


def _metal(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    shade = rng.pick(_METALS) if colour is None else colour
    material.set(Base_Color=shade, Metallic=1.0, Roughness=rng.uniform(0.05, 0.45))
    if rng.chance(0.4):
        grain = material.node("TexNoise", Vector=material.coordinates(rng.uniform(3, 12), rng), Detail=4.0)
        material.bump(grain.outputs[0], rng.uniform(0.05, 0.3))


def _ceramic(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    shade = _or_any(rng, colour)
    material.set(Base_Color=shade, Roughness=rng.uniform(0.05, 0.25), Coat_Weight=rng.uniform(), Coat_Roughness=0.05)
    if rng.chance(0.35):
        decorate(rng, material, shade)


def _wood(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    hue = rng.uniform(0.04, 0.11)
    light = linear(hsv(hue, rng.uniform(0.4, 0.75), rng.uniform(0.25, 0.75)))
    dark = linear(hsv(hue + 0.01, rng.uniform(0.4, 0.8), rng.uniform(0.12, 0.4)))
    rings = material.node(
        "TexWave",
        Vector=material.coordinates(1.0, rng),
        Scale=rng.uniform(1, 4),
        Distortion=rng.uniform(2, 9),
        Detail=3.0,
    ).outputs[1]
    material.set(Base_Color=material.ramp(rings, [(0.1, light), (0.9, dark)]), Roughness=rng.uniform(0.3, 0.7))
    material.bump(rings, 0.1)


def _fabric(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    shade = _or_any(rng, colour)
    material.set(Base_Color=shade, Roughness=0.9, Sheen_Weight=rng.uniform(0.1, 0.5))
    if rng.chance(0.5):
        decorate(rng, material, shade)
    weave = material.node("TexWave", Vector=material.coordinates(1.0, rng), Scale=rng.uniform(20, 50))
    material.bump(weave.outputs[1], 0.25, 0.01)


def _rubber(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    shade = (0.02, 0.02, 0.022) if colour is None else colour
    material.set(Base_Color=shade, Roughness=rng.uniform(0.4, 0.7))


def _stone(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    grain = material.node(
        "TexNoise", Vector=material.coordinates(rng.uniform(2, 6), rng), Detail=6.0, Roughness=0.65
    ).outputs[0]
    shade = np.asarray(_or_any(rng, colour)) * 0.3 + 0.7 * rng.uniform(0.15, 0.6)
    material.set(Base_Color=material.ramp(grain, [(0.3, shade * 0.4), (0.7, shade)]), Roughness=0.85)
    material.bump(grain, 0.5, 0.06)


def _paint(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    material.set(
        Base_Color=_or_any(rng, colour),
        Roughness=rng.uniform(0.15, 0.4),
        Coat_Weight=rng.uniform(0.2, 1.0),
        Metallic=rng.pick([0, 0, 0.5]),
    )


def _translucent(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    """Wax and soft plastic: a mix, since true subsurface scattering takes five times as long."""
    shade = _or_any(rng, colour)
    material.set(Base_Color=shade, Roughness=rng.uniform(0.2, 0.5))
    through = material.node("BsdfTranslucent", Color=shade)
    material.surface(material.mixed(rng.uniform(0.2, 0.5), material.principled.outputs[0], through.outputs[0]))


def _patterned(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    shade = _or_any(rng, colour)
    material.set(Base_Color=shade, Roughness=rng.uniform(0.2, 0.7))
    decorate(rng, material, shade)


EVERYDAY: dict[str, tuple[float, Callable[[Rng, Material, ArrayLike | None], None]]] = {
    "plastic": (3, _plastic),
    "metal": (2, _metal),
    "ceramic": (2, _ceramic),
    "wood": (2, _wood),
    "fabric": (2, _fabric),
    "rubber": (1, _rubber),
    "stone": (1, _stone),
    "paint": (2, _paint),
    "translucent": (1, _translucent),
    "patterned": (2, _patterned),
}  # name: how often, maker


def decorate(rng: Rng, material: Material, colour: ArrayLike) -> None:
    """Give the Principled shader a pattern of `colour` and others."""
    other, third = random_colour(rng, (0, 0.9)), random_colour(rng)
    place, scale = material.coordinates(1.0, rng), rng.uniform(1.5, 6)
    kind = rng.pick(["checker", "stripes", "spots", "clouds", "cells", "bricks"])
    if kind == "checker":
        node = material.node("TexChecker", Vector=place, Color1=colour, Color2=other, Scale=scale * 1.5)
        shades = node.outputs[0]
    elif kind == "stripes":
        wave = material.node("TexWave", Vector=place, Scale=scale * 0.5, Distortion=rng.pick([0.0, 0.0, 2.0]))
        shades = material.ramp(wave.outputs[1], [(0.0, colour), (rng.uniform(0.3, 0.7), other)], hard=True)
    elif kind == "spots":
        cells = material.node("TexVoronoi", Vector=place, Scale=scale * 1.3, Randomness=rng.pick([0.0, 1.0, 1.0]))
        shades = material.ramp(cells.outputs[0], [(0.0, other), (rng.uniform(0.25, 0.45), colour)], hard=True)
    elif kind == "clouds":
        clouds = material.node("TexNoise", Vector=place, Scale=scale, Detail=4.0, Distortion=rng.uniform(0, 2))
        shades = material.ramp(clouds.outputs[0], [(0.35, colour), (0.5, other), (0.65, third)])
    elif kind == "cells":
        cells = material.node("TexVoronoi", Vector=place, Scale=scale)
        shades = material.ramp(cells.outputs[1], [(0.0, colour), (0.5, other), (1.0, third)])
    else:
        mortar = (0.7, 0.7, 0.7)
        node = material.node("TexBrick", Vector=place, Color1=colour, Color2=other, Mortar=mortar, Scale=scale)
        shades = node.outputs[0]
    material.set(Base_Color=shades)


def _or_any(rng: Rng, colour: ArrayLike | None) -> ArrayLike:
    return random_colour(rng) if colour is None else colour
