"""Rendered rooms, gardens and streets without people, as a webcam or a phone would see them."""

from __future__ import annotations

import math

import bpy
import numpy as np

from ppid.render.backgrounds import interiors, outdoors, outlook
from ppid.render.backgrounds.moods import Kit, bulb, mood, panel
from ppid.render.backgrounds.place import Place
from ppid.render.backgrounds.surfaces import Palette
from ppid.render.develop import random_look
from ppid.render.rng import Rng
from ppid.render.scene import add
from ppid.render.shot import Attributes, Bounces, Shot, Size

_SENSOR = 36.0  # mm
_OPEN_BOUNCES = Bounces(total=2, diffuse=2, glossy=1, transmission=1, transparent=4)
_BOUNCES = Bounces(total=3, diffuse=3, glossy=2, transmission=2, transparent=8)


def build(rng: Rng, attributes: Attributes, size: Size) -> Shot:
    """Fill the (already cleared) scene with a place without people; it closes the picture: alpha is 1 everywhere.

    Args:
        rng: decides everything.
        attributes: gets `subject`, `mood`, `camera`, `lens`, `defocus` and more.
        size: (width, height) of the picture.
    """
    outside = rng.chance(0.14)
    light = outdoors.mood(rng) if outside else mood(rng)
    kit = Kit(rng, Palette(rng), light, outlook.paint(rng, light.outlook))
    attributes["mood"] = light.name
    if outside:
        attributes["subject"] = outdoors.make(kit)
        _camera(rng, attributes, 8.0, 3.0)
    else:
        name = rng.named({each: sort.weight for each, sort in interiors.SORTS.items()})
        attributes["subject"] = name
        room = interiors.make(kit, name)
        attributes.update(room.names)
        eye = _camera(rng, attributes, room.depth, room.width / 2)
        _fill_light(kit, eye, room.height)
        outlook.dome(kit.outside, light.outside, (0, room.depth / 2, 1.5))
    return Shot(
        size=size,
        samples=10,
        threshold=0.08,
        bounces=_OPEN_BOUNCES if outside else _BOUNCES,
        additive=False,
        exposure=light.exposure,
        look=random_look(rng),
    )


def _fill_light(kit: Kit, eye: Place, height: float) -> None:
    """What comes from behind the camera: a screen, a ring light, or the lamp that no room is without."""
    rng, daylight = kit.rng, kit.mood.daylight
    if rng.chance(0.4):
        radiance = rng.uniform(0.3, 2.0) * max(daylight * 0.3, kit.mood.lamps * 0.6, 0.1)
        screen = eye.at(0, -0.25, 0, math.pi)
        panel(screen, 0.6, 0.35, radiance * 3, kit.mood.day_colour())
    lit = any(light.energy > 1 for light in bpy.data.lights)
    if not lit or rng.chance(0.25):
        bulb(
            eye.at(rng.uniform(-0.8, 0.8), 0.2, max(height - 1.6, 0.6)),
            12 * max(kit.mood.lamps, 0.3),
            kit.mood.lamp_colour(rng),
            0.2,
        )


def _camera(rng: Rng, attributes: Attributes, depth: float, half: float) -> Place:
    """Add the camera at the front of a place `depth` deep; returns where it stands, turned as it looks."""
    kind = rng.named({"webcam": 3, "phone": 2, "low": 0.6})
    high, pitch, roll, field = {
        "webcam": (rng.uniform(1.0, 1.3), rng.normal(0.02, 0.07), rng.normal(0, 0.008), rng.uniform(50, 82)),
        "phone": (rng.uniform(1.35, 1.7), rng.normal(-0.06, 0.09), rng.normal(0, 0.04), rng.uniform(45, 75)),
        "low": (rng.uniform(0.75, 0.95), rng.uniform(0.02, 0.25), rng.normal(0, 0.02), rng.uniform(55, 80)),
    }[kind]
    x = rng.uniform(-0.4, 0.4) * min(half, 1.5)
    aim = rng.uniform(-0.6, 0.6) * min(half, depth)
    yaw = math.atan2(x - aim, depth) + rng.normal(0, 0.12)
    eye = Place().at(x, rng.uniform(0.08, 0.3), high, yaw)
    data = bpy.data.cameras.new("camera")
    data.sensor_width, data.sensor_fit = _SENSOR, "HORIZONTAL"
    data.lens = _SENSOR / 2 / math.tan(math.radians(field) / 2)
    data.clip_start, data.clip_end = 0.02, 1000
    attributes.update(camera=kind, lens=round(data.lens, 1), defocus=rng.chance(0.33))
    if attributes["defocus"]:
        _defocus(rng, data, depth)
    camera = add("camera", data)
    camera.matrix_world = eye.tilted(math.pi / 2 + pitch).at(0, 0, 0, roll).matrix
    bpy.context.scene.camera = camera
    bpy.context.scene.render.use_motion_blur = False
    return eye


def _defocus(rng: Rng, data: bpy.types.Camera, depth: float) -> None:
    """Focus on somebody who could sit before the camera, or now and then on the back."""
    near = rng.chance(0.8)
    distance = rng.uniform(0.6, 1.4) if near else depth * rng.uniform(0.6, 1.0)
    disc = rng.log_uniform(0.006, 0.045)  # of a far light, over the frame's width
    aperture = disc * distance / (data.lens / _SENSOR)
    data.dof.use_dof, data.dof.focus_distance = True, distance
    data.dof.aperture_fstop = float(np.clip(data.lens / 1000 / aperture, 0.01, 64))
