"""Clips of things that cross the frame, tip and turn."""

from __future__ import annotations

import math
from collections.abc import Iterator

import bpy
from mathutils import Matrix, Vector

from ppid.render import camera
from ppid.render.camera import Framing
from ppid.render.develop import random_look
from ppid.render.light import light
from ppid.render.objects import glass
from ppid.render.objects.transparent import clear
from ppid.render.rng import Rng
from ppid.render.scene import all_points
from ppid.render.shapes import TAU
from ppid.render.shot import Attributes, Bounces, Highlights, Shot, Size

STILL = Framing(fill=0.85, defocus=0, motion_blur=0, centred=True)


def pass_glass(rng: Rng, attributes: Attributes, size: Size, count: int) -> Iterator[Shot]:
    """A thing of glass."""
    subject = rng.named({name: weight for name, (weight, _) in glass.SUBJECTS.items()})
    attributes["subject"] = subject
    glass.SUBJECTS[subject][1](rng, attributes)
    direction, strength = camera.view_direction(rng, (0, 0.4)), rng.uniform(0.3, 1.0)
    light(rng, direction, attributes, through_glass=False, strength=strength)
    camera.fit(rng, direction, size, attributes, STILL)
    clear.let_light_through()
    shot = Shot(
        size=size,
        samples=16,
        bounces=Bounces(12, 1, 4, 12, 24),
        exposure=Highlights(rng.uniform(0.6, 0.85)),
        look=random_look(rng),
    )
    for _ in crossing(rng, count):
        yield clear.exact_alpha(shot, attributes, strength)


def crossing(rng: Rng, count: int) -> Iterator[int]:
    """Move everything that is seen through the frame; yields the frames' numbers when it stands."""
    moved = [each for each in bpy.context.scene.objects if each.type in ("MESH", "CURVES") and each.parent is None]
    before = [each.matrix_world.copy() for each in moved]
    seen = bpy.context.scene.camera
    points = all_points()
    middle = Vector(((points.min(0) + points.max(0)) / 2).tolist())
    aside = seen.matrix_world.to_3x3() @ Vector((rng.pick([-1.0, 1.0]), 0, 0))
    distance = (seen.matrix_world.translation - middle).length
    reach = 0.75 * distance * seen.data.sensor_width / seen.data.lens
    axis = Vector(rng.normal(size=3).tolist()).normalized()
    turn, bob = rng.uniform(0.5, 3.0), rng.uniform(0, 0.06) * reach
    for k in range(count):
        share = k / max(count - 1, 1)
        eased = 0.6 * share + 0.4 * (0.5 - 0.5 * math.cos(math.pi * share))  # slowest at the ends
        shift = aside * reach * (2 * eased - 1) + Vector((0, 0, bob * math.sin(TAU * 2 * share)))
        here = Matrix.Translation(middle + shift) @ Matrix.Rotation(turn * share, 4, axis) @ Matrix.Translation(-middle)
        for each, matrix in zip(moved, before, strict=True):
            each.matrix_world = here @ matrix
        bpy.context.view_layer.update()
        yield k


CLIPS = {"glass": pass_glass}
