"""Skin: colours of the vertices, the painted face and the material."""

from __future__ import annotations

import bpy
import numpy as np
from numpy.typing import NDArray

from ppid.render.colour import hsv, linear
from ppid.render.materials import Material
from ppid.render.people import complexion, facial_hair, hair
from ppid.render.people.figure import Figure
from ppid.render.people.makehuman import MakeHuman
from ppid.render.rng import Rng
from ppid.render.scene import add_image, add_mesh, subdivide
from ppid.render.shapes import Points
from ppid.render.shot import Attributes

_TONES = np.array(
    [
        (0.89, 0.73, 0.65), (0.86, 0.68, 0.58), (0.82, 0.62, 0.51), (0.75, 0.55, 0.43), (0.66, 0.46, 0.34),
        (0.53, 0.355, 0.255), (0.41, 0.265, 0.19), (0.30, 0.19, 0.145), (0.22, 0.145, 0.115),
    ]
)  # fmt: skip
_SCALP = {"buzz": 0.75, "afroshort": 0.8, "crop": 0.75, "receding": 0.3, "bald": 0.0}  # share of hair's colour there
_SHADED_BEARDS = ("stubble", "short", "full", "goatee")
_DEPTH = 0.002  # metres between heights 0 and 1 of the painted face


def add_body(
    rng: Rng, attributes: Attributes, figure: Figure, hair_colour: Points, hidden: NDArray[np.bool_]
) -> bpy.types.Object:
    """Add the body but for what clothes cover: faces whose vertices are all among `hidden` (V,)."""
    makehuman = figure.makehuman
    colours = _colours(rng, attributes, makehuman, hair_colour)
    faces = makehuman.faces[makehuman.groups["body"]]
    faces = faces[~hidden[faces].all(1)]
    used = np.unique(faces)
    place = np.zeros(len(colours), int)
    place[used] = np.arange(len(used))
    body = add_mesh(
        (figure.vertices[used], place[faces]),
        _material(rng, attributes),
        name="body",
        colour=colours[used],
        surface=complexion.surface(makehuman)[used],
    )
    return subdivide(body, 1)


def tone(rng: Rng, attributes: Attributes) -> Points:
    """Linear RGB of the skin."""
    place = float(np.clip(attributes["skin_tone"], 0, len(_TONES) - 1.001))
    k = int(place)
    display = _TONES[k] * (1 - (place - k)) + _TONES[k + 1] * (place - k)
    return linear(np.clip(display + rng.normal(0, 0.012, 3), 0.03, 0.98))


def _colours(rng: Rng, attributes: Attributes, makehuman: MakeHuman, hair_colour: Points) -> Points:
    """Linear RGB (V, 3)."""
    base = tone(rng, attributes)
    raw = makehuman.raw
    x, y, z = np.abs(raw[:, 0]), raw[:, 1], raw[:, 2]

    def spot(where: tuple[float, float, float], radius: float) -> NDArray[np.float64]:
        distance = (x - where[0]) ** 2 + (y - where[1]) ** 2 + (z - where[2]) ** 2
        return np.exp(-distance / radius**2)

    colours = np.tile(base, (len(raw), 1))
    blush = spot((0.42, 6.95, 1.25), 0.28) + 0.7 * spot((0, 7.0, 1.65), 0.16)
    red = rng.uniform(0, 0.35) * blush + 0.25 * spot((0.8, 7.1, 0.35), 0.25)
    colours *= 1 - red[:, None] * np.array([0, 0.35, 0.3])
    tired = rng.uniform(0, 0.4) * spot((0.31, 7.17, 1.4), 0.12) + rng.uniform(0, 0.35) * spot((0.31, 7.38, 1.4), 0.1)
    colours *= 1 - tired[:, None] * np.array([0.35, 0.45, 0.4])
    lips = np.clip((1 - (x / 0.27) ** 2 - ((y - 6.615) / rng.uniform(0.095, 0.13)) ** 2) * 3, 0, 1)
    _blend(colours, lips * (makehuman.of_faces(makehuman.lip_faces) > 0), _lip_colour(rng, attributes, base))
    inside = (y > 6.44) & (y < 6.9) & (x < 0.28) & (z < 1.26) & (z > 0.3)
    colours[inside] = linear((0.35, 0.12, 0.12))
    if attributes["hair"] != "bald":
        scalp = makehuman.of_faces(makehuman.scalp_faces) ** 0.5 * hair.hairline(raw, attributes["hairline"])
        _blend(colours, scalp * _SCALP.get(attributes["hair"], 0.6), hair_colour)
    if attributes["beard"] in _SHADED_BEARDS:
        shade = facial_hair.beard_mask(makehuman, attributes["beard"]) * rng.uniform(0.2, 0.5)
        _blend(colours, shade, hair_colour * 0.5 + base * 0.1)
    colours[makehuman.arm_place > 2.05] *= np.array([1.02, 0.93, 0.9])  # hands are redder
    return np.clip(colours, 0, 1)


def _blend(colours: Points, share: NDArray[np.float64], other: Points) -> None:
    colours += (other - colours) * share[: len(colours), None]


def _lip_colour(rng: Rng, attributes: Attributes, base: Points) -> Points:
    if attributes["gender"] == "female" and attributes["age"] != "child" and rng.chance(0.45):
        return linear(hsv(rng.uniform(0.92, 1.02), rng.uniform(0.35, 0.8), rng.uniform(0.35, 0.75)))
    return base * ([0.84, 0.56, 0.56] if attributes["skin_tone"] < 5 else [0.85, 0.66, 0.70])


def _material(rng: Rng, attributes: Attributes) -> bpy.types.Material:
    material = Material("skin", Specular_IOR_Level=rng.uniform(0.18, 0.42))
    mottling = material.node(
        "TexNoise", Vector=material.coordinates(1.0, rng), Scale=rng.uniform(18, 60), Detail=2.0
    ).outputs[0]

    def spread(low: float, high: float) -> bpy.types.NodeSocket:
        return material.node("MapRange", Value=mottling, To_Min=low, To_Max=high).outputs[0]

    uneven = rng.uniform(0.06, 0.22)
    face = add_image("face", complexion.paint(rng, attributes), in_float=True)
    face.alpha_mode = "CHANNEL_PACKED"
    settings = {"image": face, "extension": "EXTEND"}
    painted = material.node("TexImage", settings, Vector=material.surface_coordinates())
    colour = material.scaled(material.vertex_colour(), spread(1 - uneven, 1 + uneven))
    colour = material.scaled(material.scaled(colour, painted.outputs["Color"]), 2.0)
    rough = rng.uniform(0.36, 0.6)
    material.set(Base_Color=colour, Roughness=spread(rough - 0.1, rough + 0.1))
    relief = material.bump(painted.outputs["Alpha"], 1.0, _DEPTH)
    if rng.chance(0.3):
        fine = material.node("TexNoise", Vector=material.coordinates(1.0), Scale=rng.uniform(250, 700), Detail=0.0)
        material.bump(fine.outputs[0], rng.uniform(0.1, 0.35), 0.0008, onto=relief)
    if rng.chance(0.12):  # light within the skin: dear, so for a few
        material.set(
            Subsurface_Weight=rng.uniform(0.05, 0.2), Subsurface_Radius=(1.0, 0.35, 0.2), Subsurface_Scale=0.008
        )
    return material.data
