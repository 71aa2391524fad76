"""Plants: potted, wild and cut; branches, trees, flowers."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ppid.render import camera
from ppid.render.develop import random_look
from ppid.render.light import light
from ppid.render.objects.botany import branches, wild
from ppid.render.objects.botany.bouquets import bouquet
from ppid.render.objects.botany.flowers import flower
from ppid.render.objects.botany.potted import palm_tree, potted
from ppid.render.objects.soft_edges import even_colours
from ppid.render.rng import Rng
from ppid.render.shapes import TAU
from ppid.render.shot import Attributes, Bounces, Highlights, Shot

SUBJECTS: dict[str, tuple[float, Callable[[Rng, Attributes], None]]] = {
    "potted": (22, potted),
    "branch": (14, branches.branch),
    "flower": (10, flower),
    "bouquet": (9, bouquet),
    "grass": (8, wild.grass),
    "dandelion": (7, wild.dandelion),
    "fern": (5, wild.fern),
    "ivy": (5, wild.ivy),
    "wheat": (4, wild.wheat),
    "reeds": (4, wild.reeds),
    "twigs": (4, branches.dry_twigs),
    "spikes": (4, wild.spikes),
    "tree": (5, branches.tree),
    "palm": (2, palm_tree),
}  # name: how often, maker
# A night's many small lights would need far more samples.
_SURROUNDS = {"sky": 3, "studio": 2, "room": 2, "sunset": 1, "forest": 1, "overcast": 2}


def build(rng: Rng, attributes: Attributes, side: int) -> Shot:
    """Fill the scene with a plant, lights and the camera; say how it is rendered."""
    subject = rng.named({name: weight for name, (weight, _) in SUBJECTS.items()})
    attributes["subject"] = subject
    SUBJECTS[subject][1](rng, attributes)
    azimuth, elevation = rng.uniform(0, TAU), rng.uniform(-0.1, 0.5)
    level = math.cos(elevation)
    towards_camera = np.array([math.cos(azimuth) * level, math.sin(azimuth) * level, math.sin(elevation)])
    light(rng, towards_camera, attributes, kind=rng.named(_SURROUNDS))
    camera.fit(rng, towards_camera, (side, side), attributes, camera.Framing(cut=0.12, trim=0.2))
    return Shot(
        size=(side, side),
        samples=16,
        coverage_samples=64,
        bounces=Bounces(3, 1, 1, 2, 4),
        additive=False,
        exposure=Highlights(rng.uniform(0.55, 0.85)),
        look=random_look(rng),
        retouch=even_colours,
    )
