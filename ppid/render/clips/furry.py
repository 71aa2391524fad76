"""Clips of fur that lags behind."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import bpy
import numpy as np
from mathutils import Vector

from ppid.render import camera
from ppid.render.camera import Framing
from ppid.render.develop import random_look
from ppid.render.light import light
from ppid.render.objects.furry.growth import Growth, View, grow
from ppid.render.objects.furry.plush import plush
from ppid.render.rng import Rng
from ppid.render.scene import move_vertices
from ppid.render.shapes import TAU, Points
from ppid.render.shot import Attributes, Bounces, Highlights, Shot, Size

Frames = Callable[[Rng, Attributes, Size, int], Iterator[Shot]]

_HAIR_LAG = 0.5  # share of its speed that hair keeps from frame to frame


def fur(rng: Rng, attributes: Attributes, size: Size, count: int) -> Iterator[Shot]:
    """A plush toy that is shaken and turned: its hair lags behind."""
    staged = plush(rng, attributes)
    attributes.setdefault("subject", "plush")
    light(rng, staged.towards_camera, attributes, kind=rng.pick(["sky", "studio", "room", "overcast"]))
    reach = staged.extent()
    swing = 0.35 * float(np.ptp(reach, 0).max())
    side = np.cross(staged.towards_camera, (0, 0, 1))
    side = side / max(float(np.linalg.norm(side)), 1e-6)
    held = np.concatenate([reach + side * way * swing for way in (-1, 1)])
    framing = Framing(fill=rng.uniform(0.85, 1.05), defocus=0, motion_blur=0)
    seen = camera.fit(rng, staged.towards_camera, size, attributes, framing, held)
    view = View(seen, size[0])
    coats = [hair for growth in staged.growths for hair in _grown(rng, growth, view)]
    places = {each.name: each.matrix_world.translation.copy() for each in _solids()}
    turns = rng.whole(1, 3)
    shot = Shot(
        size=size,
        samples=8,
        coverage_samples=40,
        bounces=Bounces(2, 1, 1, 1, 4),
        additive=False,
        exposure=Highlights(rng.uniform(0.55, 0.85)),
        look=random_look(rng),
    )
    lag = 0.0
    for k in range(count):
        turn = TAU * turns * k / count
        lag = _HAIR_LAG * lag + (1 - _HAIR_LAG) * math.cos(turn)
        shift = side * swing * math.sin(turn)
        for each in _solids():
            each.location = places[each.name] + _vector(shift)
        for hair, points, bend in coats:
            move_vertices(hair, points - side * (0.9 * lag) * bend)
        yield shot


def _grown(rng: Rng, growth: Growth, view: View) -> list[tuple[bpy.types.Object, Points, Points]]:
    """Each new coat with its points (N, 3) and how far each of them bends (N, 1): the square of its share of a hair."""
    before = set(bpy.context.scene.objects)
    grow(rng, growth, view)
    found = []
    for hair in [each for each in bpy.context.scene.objects if each not in before]:
        values = np.empty(len(hair.data.vertices) * 3, np.float32)
        hair.data.vertices.foreach_get("co", values)
        points = values.reshape(-1, 3).astype(float)
        strips = points.reshape(-1, growth.coat.points, 2, 3)
        length = np.linalg.norm(strips[:, -1, 0] - strips[:, 0, 0], axis=1)[:, None, None, None]
        share = np.linspace(0, 1, growth.coat.points)[None, :, None, None] ** 2
        found.append((hair, points, np.broadcast_to(share * length, (*strips.shape[:3], 1)).reshape(-1, 1)))
    return found


def _solids() -> list[bpy.types.Object]:
    return [each for each in bpy.context.scene.objects if each.type in ("MESH", "CURVES")]


def _vector(values: Points) -> Vector:
    return Vector(values.tolist())


CLIPS: dict[str, Frames] = {"fur": fur}
