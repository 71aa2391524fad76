"""Glasses and sunglasses."""

from __future__ import annotations

import math
from dataclasses import dataclass

import bpy
import numpy as np

from ppid.render.colour import hsv, linear
from ppid.render.materials import Material
from ppid.render.people.fabrics import metal
from ppid.render.people.figure import Figure, Head
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import TAU, Points, Shape, grid_faces, spline, tube
from ppid.render.shot import Attributes

_CORNERS = 48  # points of a rim
_HIDDEN = math.radians(22)  # a head turned further shows lenses beside the face, where they would have to be clear


@dataclass(frozen=True)
class Rims:
    """A shape of glasses.

    Attributes:
        width, height: ranges of half the size of a lens in metres.
        corner: range of the exponent of the superellipse: 2 round, 5 a box.
        lift: how far the outer upper corner rises, in heights.
        drop: how far the outer lower corner sinks.
        lower: there is a rim below the lens too.
    """

    width: tuple[float, float]
    height: tuple[float, float]
    corner: tuple[float, float]
    lift: float = 0.0
    drop: float = 0.0
    lower: bool = True


RIMS: dict[str, tuple[float, Rims]] = {
    "box": (3, Rims((0.023, 0.028), (0.016, 0.021), (3.0, 5.0))),
    "soft": (3, Rims((0.022, 0.028), (0.017, 0.024), (2.2, 3.2))),
    "round": (2, Rims((0.021, 0.025), (0.021, 0.025), (1.9, 2.2))),
    "large": (1.5, Rims((0.027, 0.031), (0.023, 0.028), (2.4, 4.0))),
    "cat": (1, Rims((0.024, 0.028), (0.017, 0.021), (2.3, 3.0), lift=0.35)),
    "aviator": (1.5, Rims((0.025, 0.029), (0.021, 0.025), (2.2, 2.8), drop=0.25)),
    "narrow": (1, Rims((0.022, 0.026), (0.011, 0.015), (2.5, 4.5))),
    "half": (1, Rims((0.023, 0.027), (0.014, 0.019), (2.6, 4.0), lower=False)),
}  # how often, shape
LENSES = {"clear": 0.68, "dark": 0.18, "mirror": 0.05, "tinted": 0.09}


def wear_glasses(rng: Rng, attributes: Attributes, figure: Figure) -> None:
    """Add glasses; `attributes` get `rims` and `lenses`.

    `azimuth` and `elevation` (degrees) say where one looks from; with `head_moves` clear lenses are left out, which would
    otherwise come and go.
    """
    head = figure.head
    name = rng.named({key: weight for key, (weight, _) in RIMS.items()})
    lenses = rng.named(LENSES)
    attributes.update(rims=name, lenses=lenses)
    rims = RIMS[name][1]
    frame = _frame_material(rng)
    radius = rng.uniform(0.0006, 0.0011) if rng.chance(0.4) else rng.uniform(0.0012, 0.0027)
    outlines = _outlines(rng, rims, head)
    glass = _glass(rng, lenses, not attributes.get("head_moves") and _faces_camera(head, attributes))
    for outline in outlines:
        upper = outline if rims.lower else outline[: _CORNERS // 2 + 1]
        add_mesh(_flattened(head, upper, radius, rims.lower), frame, name="rim")
        if glass is not None:
            add_mesh(_lens(head, outline), glass, name="lens")
    _bridge(rng, head, outlines, radius, frame)
    for outline, side in zip(outlines, (1, -1), strict=True):
        _temple(head, outline, side, radius, frame)


def _faces_camera(head: Head, attributes: Attributes) -> bool:
    """Whether the face is behind all of both lenses."""
    azimuth, elevation = (math.radians(attributes.get(name, 90.0)) for name in ("azimuth", "elevation"))
    level = math.cos(elevation)
    camera = np.array([math.sin(azimuth) * level, -math.cos(azimuth) * level, math.sin(elevation)])
    return float(camera @ head.turn @ np.array([0, -1.0, 0])) > math.cos(_HIDDEN)


def _frame_material(rng: Rng) -> bpy.types.Material:
    if rng.chance(0.35):
        return metal(rng)
    shade = linear(hsv(rng.uniform(), rng.uniform(0, 0.7), rng.uniform(0.02, 0.6)))
    return Material("frame", Base_Color=shade, Roughness=rng.uniform(0.1, 0.5)).data


def _outlines(rng: Rng, rims: Rims, head: Head) -> list[Points]:
    """(48, 3) at rest of the left lens, from its outer side over its top, and of the right one."""
    wide, high = rng.uniform(*rims.width), rng.uniform(*rims.height)
    exponent = 2 / rng.uniform(*rims.corner)
    angle = np.linspace(0, TAU, _CORNERS, endpoint=False)
    x = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** exponent
    z = np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** exponent
    outer = np.clip(x, 0, 1) ** 1.5
    z = z + rims.lift * outer * np.clip(z + 0.3, 0, 1) - rims.drop * outer * np.clip(-z + 0.1, 0, 1)
    middle = head.eyes.mean(0)
    apart = abs(head.eyes[0, 0] - head.eyes[1, 0]) / 2 + 0.001
    apart = max(apart, wide + 0.007)
    y = head.eyes[:, 1].min() - head.eye_radius - 0.013 + 0.005 * np.clip(x, -0.2, 1) ** 2
    lower = middle[2] - 0.004
    return [np.stack([middle[0] + side * (apart + wide * x), y, lower + high * z], 1) for side in (1, -1)]


def _flattened(head: Head, outline: Points, radius: float, closed: bool) -> Shape:
    """A rim, deeper than it is wide."""
    vertices, faces = tube(outline, radius, 8, closed=closed)
    count = len(outline) * 8
    middle = np.repeat(outline, 8, 0)
    vertices[:count] = middle + (vertices[:count] - middle) * np.array([1, 1.5, 1])
    return head.to_world(vertices), faces


def _lens(head: Head, outline: Points) -> Shape:
    """A curved pane."""
    middle = outline.mean(0)
    rings = np.stack([middle + (outline - middle) * size for size in (0.02, 0.4, 0.75, 0.99)])
    rings[..., 1] -= 0.0025 * (1 - np.array([0.02, 0.4, 0.75, 0.99]) ** 2)[:, None]
    return head.to_world(rings.reshape(-1, 3)), grid_faces(4, _CORNERS, wrap_columns=True)


def _glass(rng: Rng, lenses: str, before_face: bool) -> bpy.types.Material | None:
    """Dark lenses are solid. Clear ones only reflect, and are left out where they would not be before the face."""
    if lenses == "dark":
        return Material("lens", Base_Color=linear(hsv(rng.uniform(), 0.3, 0.05)), Roughness=0.05).data
    if lenses == "mirror":
        shade = linear(hsv(rng.uniform(), rng.uniform(0.1, 0.8), rng.uniform(0.5, 0.9)))
        return Material("lens", Base_Color=shade, Metallic=1.0, Roughness=0.06).data
    if not before_face:
        return None
    material = Material("lens")
    tint = np.ones(3) if lenses == "clear" else linear(hsv(rng.uniform(), rng.uniform(0.2, 0.7), rng.uniform(0.4, 0.8)))
    through = material.node("BsdfTransparent", Color=tint)
    shine = material.node("BsdfGlossy", Roughness=0.03)
    share = material.node("Fresnel", IOR=rng.uniform(1.3, 1.7)).outputs[0]
    material.surface(material.mixed(share, through.outputs[0], shine.outputs[0]))
    return material.data


def _bridge(rng: Rng, head: Head, outlines: list[Points], radius: float, frame: bpy.types.Material) -> None:
    inner = [outline[np.abs(outline[:, 0]).argmin()] for outline in outlines]
    height = head.eyes[:, 2].mean() + rng.uniform(0.0, 0.006)
    t = np.linspace(-1, 1, 9)
    path = np.stack([t * abs(inner[0][0]), np.full(9, inner[0][1] - 0.002), height + 0.004 * (1 - t * t)], 1)
    add_mesh(tube(head.to_world(path), radius * 1.1, 8), frame, name="bridge")


def _temple(head: Head, outline: Points, side: int, radius: float, frame: bpy.types.Material) -> None:
    """From the hinge along the skull, over the ear and down behind it."""
    hinge = outline[2]
    ear_y, height = head.ear[1], head.eyes[:, 2].mean() + 0.004
    beside = min(max(abs(hinge[0]), head.axes[0] + 0.003), head.ear[0] + 0.004)
    path = [hinge, [hinge[0] + side * 0.004, hinge[1] + 0.006, height]]
    path += [[side * beside, (hinge[1] + ear_y) / 2, height], [side * beside, ear_y, height - 0.003]]
    path += [[side * (beside - 0.004), ear_y + 0.018, height - 0.024]]
    add_mesh(tube(head.to_world(spline(path, 30)), radius * 1.1, 8), frame, name="temple")
