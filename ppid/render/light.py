"""Light: made-up surroundings and area lamps."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import bpy
import numpy as np
from mathutils import Vector
from numpy.typing import ArrayLike, NDArray

from ppid.render.colour import hsv, linear, random_colour
from ppid.render.rng import Rng
from ppid.render.scene import add, add_image
from ppid.render.shapes import TAU, Points, noise, perpendicular, unit
from ppid.render.shot import Attributes

Image = NDArray[np.float64]
_ROWS = 96
_SETUPS = {"surround": 3, "key": 3, "backlit": 2.5, "coloured": 1.5, "top": 1, "two": 2}
_AMBIENT = {"surround": 1.0, "key": 0.45, "backlit": 0.3, "coloured": 0.15, "top": 0.35, "two": 0.25}


class Sphere:
    """Directions of an equirectangular image: row 0 looks straight down, as Blender reads textures.

    Attributes:
        directions: (H, 2H, 3) unit vectors.
        elevation, azimuth: (H, 2H) radians.
    """

    def __init__(self, rows: int = _ROWS) -> None:
        v, u = np.meshgrid((np.arange(rows) + 0.5) / rows, (np.arange(2 * rows) + 0.5) / (2 * rows), indexing="ij")
        self.elevation, self.azimuth = (v - 0.5) * math.pi, (u - 0.5) * TAU
        level = np.cos(self.elevation)
        self.directions = np.stack(
            [level * np.cos(self.azimuth), level * np.sin(self.azimuth), np.sin(self.elevation)], -1
        )

    def glow(self, direction: ArrayLike, width: float, colour: ArrayLike) -> Image:
        """A soft spot of light; `width` in radians."""
        return np.exp((self.directions @ unit(direction) - 1) / width**2)[..., None] * np.asarray(colour)

    def pane(
        self, azimuth: float, elevation: float, half: tuple[float, float], colour: ArrayLike, soft: float = 0.03
    ) -> Image:
        """A rectangle of light, half its width and height in radians."""
        beside = np.abs((self.azimuth - azimuth + math.pi) % TAU - math.pi)
        inside = 1 / (1 + np.exp((beside - half[0]) / soft))
        inside = inside / (1 + np.exp((np.abs(self.elevation - elevation) - half[1]) / soft))
        return inside[..., None] * np.asarray(colour)


def tint(warmth: float) -> Points:
    """White light made warmer (up to 1) or cooler (down to -1)."""
    towards = np.array([1.0, 0.6, 0.3]) if warmth > 0 else np.array([0.6, 0.75, 1.0])
    return np.array([1.0, 0.92, 0.8]) * (1 - abs(warmth)) + towards * abs(warmth)


def surround(rng: Rng, kind: str | None = None, strength: float = 1.0) -> str:
    """Give the scene a made-up surround of a kind of `SURROUNDS`; returns which. Its mean luminance is `strength`."""
    kind = kind or rng.named({name: weight for name, (weight, _) in SURROUNDS.items()})
    sphere = Sphere()
    image = np.maximum(SURROUNDS[kind][1](rng, sphere), 0)
    level = np.cos(sphere.elevation)
    luminance = (image.mean(-1) * level).sum() / level.sum()
    set_surround(image / max(luminance, 1e-4), strength)
    return kind


def set_surround(image: ArrayLike, strength: float = 1.0, turn: float = 0.0) -> None:
    """Light the scene with a linear equirectangular image (H, 2H, 3), row 0 down, turned about z by `turn` radians."""
    world = bpy.data.worlds.new("surround")
    bpy.context.scene.world = world
    world.use_nodes = True
    nodes, links = world.node_tree.nodes, world.node_tree.links
    background = next(node for node in nodes if node.bl_idname == "ShaderNodeBackground")
    texture, mapping, place = (nodes.new(f"ShaderNode{kind}") for kind in ("TexEnvironment", "Mapping", "TexCoord"))
    texture.image = add_image("surround", image, in_float=True)
    mapping.inputs["Rotation"].default_value = (0, 0, turn)
    links.new(place.outputs["Generated"], mapping.inputs["Vector"])
    links.new(mapping.outputs["Vector"], texture.inputs["Vector"])
    links.new(texture.outputs["Color"], background.inputs["Color"])
    background.inputs["Strength"].default_value = strength


def _sky(rng: Rng, sphere: Sphere) -> Image:
    up = sphere.directions[..., 2:]
    zenith = linear(hsv(0.58 + rng.uniform(-0.03, 0.03), rng.uniform(0.3, 0.7), 0.8))
    horizon = linear(hsv(0.56, 0.15, 0.95))
    ground = random_colour(rng, (0.1, 0.5), (0.2, 0.5), rng.uniform(0.05, 0.35))
    clouds = noise(sphere.directions, rng, 1.2, 4)[..., None]
    height = np.clip(up, 0, 1) ** 0.5
    image = np.where(up > 0, horizon * (1 - height) + zenith * height, ground * (0.8 + 0.3 * clouds))
    image = image + np.clip(clouds * 1.5, 0, 1) * 0.8 * (up > 0)
    return image + sphere.glow(
        (rng.normal(), rng.normal(), rng.uniform(0.3, 1.5)), 0.12, tint(0.2) * rng.uniform(8, 30)
    )


def _studio(rng: Rng, sphere: Sphere) -> Image:
    image = rng.uniform(0.02, 0.4) * (0.8 + 0.2 * sphere.directions[..., 2:]) * np.ones(3)
    for _ in range(rng.whole(2, 4)):
        half = rng.uniform(0.1, 0.5), rng.uniform(0.15, 0.5)
        colour = tint(rng.uniform(-0.3, 0.3)) * rng.uniform(3, 12)
        image = image + sphere.pane(rng.uniform(0, TAU), rng.uniform(-0.2, 1.1), half, colour)
    return image


def _room(rng: Rng, sphere: Sphere) -> Image:
    up = sphere.directions[..., 2:]
    wall = random_colour(rng, (0.05, 0.4), (0.4, 0.8))
    floor = random_colour(rng, (0.2, 0.6), (0.2, 0.5), rng.uniform(0.05, 0.12))
    stains = noise(sphere.directions, rng, 1.2, 4)[..., None]
    image = np.where(up > -0.35, wall * (0.7 + 0.3 * up), floor) * (0.9 + 0.2 * stains)
    first = rng.uniform(0, TAU)
    for k in range(rng.whole(1, 4)):
        centre = first + k * 0.55
        window = sphere.pane(centre, 0.15, (0.18, 0.38), tint(rng.uniform(-0.5, 0.1)) * rng.uniform(5, 14), 0.01)
        beside = np.abs((sphere.azimuth - centre + math.pi) % TAU - math.pi)
        image = image + window * ((beside > 0.015) & (np.abs(sphere.elevation - 0.15) > 0.02))[..., None]
    for _ in range(rng.whole(0, 5)):  # furniture
        half = rng.uniform(0.1, 0.4), rng.uniform(0.1, 0.4)
        darker = np.ones(3) * rng.uniform(0.3, 0.9)
        image = image * (1 - sphere.pane(rng.uniform(0, TAU), rng.uniform(-0.5, 0.1), half, darker, 0.01))
    return image


def _night(rng: Rng, sphere: Sphere) -> Image:
    image = np.full((*sphere.elevation.shape, 3), 0.03)
    for _ in range(rng.whole(12, 40)):
        direction = (rng.normal(), rng.normal(), rng.normal() * 0.4)
        colour = random_colour(rng, (0.2, 1), (0.8, 1)) * rng.uniform(4, 40)
        image = image + sphere.glow(direction, rng.uniform(0.02, 0.07), colour)
    return image


def _sunset(rng: Rng, sphere: Sphere) -> Image:
    up = sphere.directions[..., 2:]
    near = np.exp(-np.abs(up) * rng.uniform(3, 8))
    image = near * np.array([1.5, 0.55, 0.2]) + (1 - near) * np.array([0.25, 0.25, 0.5]) * np.where(up > 0, 1, 0.25)
    image = image * (1 + 0.4 * noise(sphere.directions, rng, 1.2, 4)[..., None])
    return image + sphere.glow((rng.normal(), rng.normal(), rng.uniform(0.05, 0.3)), 0.15, np.array([20, 9, 3.0]))


def _forest(rng: Rng, sphere: Sphere) -> Image:
    up = sphere.directions[..., 2:]
    coarse, fine = (noise(sphere.directions, rng, *how)[..., None] for how in ((1.2, 4), (5, 3)))
    leaves = np.where(coarse > 0, np.array([0.06, 0.14, 0.03]), np.array([0.12, 0.2, 0.05]))
    image = np.where(fine + up * 1.2 > 0.75, np.array([2.5, 2.8, 3.0]), leaves)
    return image * np.where(up < -0.3, np.array([1.2, 0.8, 0.5]), 1)


def _overcast(rng: Rng, sphere: Sphere) -> Image:
    clouds = noise(sphere.directions, rng, 1.2, 4)[..., None]
    return (0.75 + 0.45 * sphere.directions[..., 2:]) * tint(rng.uniform(-0.25, 0.15)) * (1 + 0.12 * clouds)


SURROUNDS: dict[str, tuple[float, Callable[[Rng, Sphere], Image]]] = {
    "sky": (3, _sky),
    "studio": (3, _studio),
    "room": (3, _room),
    "night": (1, _night),
    "sunset": (1, _sunset),
    "forest": (1, _forest),
    "overcast": (2, _overcast),
}  # name: how often, maker


def lamp(
    position: ArrayLike,
    irradiance: float,
    size: float = 1.0,
    colour: ArrayLike = (1, 1, 1),
    *,
    through_glass: bool = True,
    target: ArrayLike = (0, 0, 0),
) -> bpy.types.Object:
    """A square area lamp that looks at `target` and casts `irradiance` there; the camera does not see it."""
    where = np.asarray(position, float)
    light = bpy.data.lights.new("lamp", "AREA")
    light.size = size
    light.energy = irradiance * math.pi * float(((where - np.asarray(target)) ** 2).sum())
    light.color = tuple(np.clip(colour, 0, 1))
    added = add("lamp", light)
    added.location = where
    added.rotation_euler = (Vector(where) - Vector(target)).to_track_quat("Z", "Y").to_euler()
    added.visible_camera = False
    added.visible_transmission = through_glass
    return added


def light(
    rng: Rng,
    towards_camera: ArrayLike,
    attributes: Attributes,
    *,
    kind: str | None = None,
    setup: str | None = None,
    through_glass: bool = True,
    strength: float | None = None,
) -> None:
    """Surround and lamps for an object at the origin, about two units across.

    Args:
        rng: draws what is not given.
        towards_camera: from the object to the camera.
        attributes: gets `surround` and `light`.
        kind: of the surround.
        setup: of the lamps: surround (none), key, backlit, coloured, top or two.
        through_glass: whether rays through glass see the lamps.
        strength: mean luminance of the surround.
    """
    setup = setup or rng.named(_SETUPS)
    ambient = strength if strength is not None else _AMBIENT[setup] * rng.uniform(0.7, 1.3)
    attributes.update(surround=surround(rng, kind, ambient), light=setup)
    front = unit(towards_camera)
    side, up = perpendicular(front)
    uniform = rng.uniform

    def place(where: Points, irradiance: float, size: float, colour: Any = None) -> None:
        shade = linear(hsv(rng.pick([0.08, 0.1, 0.6]), uniform(0, 0.35), 1.0)) if colour is None else colour
        lamp(where * 3, irradiance, size, shade, through_glass=through_glass)

    if setup == "key":
        where = front * uniform(0.3, 1) + side * uniform(-1.5, 1.5) + up * uniform(0.2, 1.5)
        place(where, uniform(2, 4), uniform(0.3, 3))
    elif setup == "backlit":
        place(side * uniform(-0.8, 0.8) + up * uniform(-0.1, 1.2) - front, uniform(5, 12), uniform(0.5, 2.5))
        if rng.chance(0.5):
            place(front + side * uniform(-1, 1) + up * uniform(0, 1), uniform(0.5, 1.5), 2)
    elif setup == "coloured":
        for way in (-1, 1):
            where = front * uniform(-0.6, 0.6) + side * way * uniform(0.6, 1.3) + up * uniform(-0.3, 0.8)
            place(where, uniform(2, 5), uniform(0.5, 2), linear(hsv(uniform(), uniform(0.4, 1), 1)))
    elif setup == "top":
        where = side * uniform(-0.3, 0.3) + front * uniform(-0.2, 0.4) + np.array([0, 0, 1.3])
        place(where, uniform(3, 6), uniform(0.3, 2))
    elif setup == "two":
        where = front * uniform(0.2, 1) + side * uniform(0.5, 1.5) + up * uniform(0, 1)
        place(where, uniform(1.5, 3.5), uniform(0.5, 2))
        where = -front * uniform(0.5, 1) - side * uniform(0.3, 1.5) + up * uniform(0, 1)
        place(where, uniform(1.5, 6), uniform(0.5, 2))
