"""Clips of solid things that cross the frame."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
import numpy as np

from ppid.render import camera
from ppid.render.clips.passing import STILL, crossing
from ppid.render.objects import solid
from ppid.render.rng import Rng
from ppid.render.shot import Attributes, Shot, Size


def pass_solid(rng: Rng, attributes: Attributes, size: Size, count: int) -> Iterator[Shot]:
    """A solid thing."""
    shot = solid.build(rng, attributes, size[1])
    seen = bpy.context.scene.camera
    direction = np.array(seen.matrix_world)[:3, 2]
    bpy.data.objects.remove(seen)
    camera.fit(rng, direction, size, attributes, STILL)
    still = Shot(**{**vars(shot), "size": size})
    for _ in crossing(rng, count):
        yield still


CLIPS = {"solid": pass_solid}
