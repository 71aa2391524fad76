"""Pelts, dyes and cameras that furry things share."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.colour import random_colour
from ppid.render.objects.furry.coats import PALETTE, shade
from ppid.render.objects.furry.growth import Coat, Growth, Skin, add_skin, outwards, with_wind
from ppid.render.rng import Rng
from ppid.render.shapes import (
    TAU,
    Points,
    Shape,
    noise,
    unit,
)
from ppid.render.shot import Attributes

Floats = NDArray[np.float64]


PELTS: dict[str, Coat] = {
    "short": Coat(0.06, 0.003, 3.5, points=4, lie=0.8, clump=0.2),
    "mink": Coat(0.11, 0.0028, 4.0, points=6, lie=1.0, mess=0.12, clump=0.3, frost=0.15),
    "fox": Coat(0.24, 0.0026, 4.5, points=8, lie=0.6, mess=0.22, sag=0.3, clump=0.4, frost=0.3),
    "sheepskin": Coat(
        0.13, 0.0032, 4.0, points=11, lie=0.3, mess=0.3, sag=0.15, clump=0.75, tuft=35, curl=0.015, turns=1.7
    ),
    "flokati": Coat(0.28, 0.0032, 4.0, points=10, lie=0.4, mess=0.3, sag=0.9, clump=0.85, tuft=45, curl=0.01, turns=2),
    "teddy": Coat(0.07, 0.0032, 3.8, points=6, lie=0.3, mess=0.35, clump=0.6, tuft=25, curl=0.008),
}


def pelt(rng: Rng, attributes: Attributes, *names: str) -> Coat:
    """A coat of any of these names of `PELTS`, or of all."""
    name = rng.pick(names or tuple(PELTS))
    attributes["style"] = name
    coat = PELTS[name]
    coat = replace(
        coat,
        length=coat.length * rng.uniform(0.75, 1.3),
        root=rng.uniform(0.4, 0.85),
        gloss=rng.uniform(0.03, 0.12),
        mess=coat.mess * rng.uniform(0.7, 1.4),
    )
    if coat.length > 0.15 and rng.chance(0.3):
        attributes["wind"] = True
        return with_wind(rng, coat, rng.uniform(0.3, 1.3))
    return coat


def hue(rng: Rng, natural: float = 0.55) -> Points:
    """A fur colour, or a dyed one."""
    return shade(rng, rng.pick(list(PALETTE))) if rng.chance(natural) else random_colour(rng, (0.2, 0.95), (0.35, 1))


def dyed(rng: Rng, vertices: Points, *, natural: float = 0.55, mixed: float = 0.4) -> Points:
    """Colours (V, 3): plain, or with clouds, stripes or spots of another."""
    base, other = hue(rng, natural), hue(rng, natural)
    if not rng.chance(mixed):
        return np.broadcast_to(base, vertices.shape)
    kind = rng.pick(["clouds", "stripes", "spots", "fade"])
    if kind == "clouds":
        field = noise(vertices, rng, 0.8, 2) * 12
    elif kind == "stripes":
        field = (
            np.sin(vertices @ unit(rng.normal(size=3)) * rng.uniform(8, 22) + 1.5 * noise(vertices, rng, 0.7, 2)) * 7
        )
    elif kind == "spots":
        field = (noise(vertices, rng, 1.8, 1) - 0.3) * 18
    else:
        field = (vertices @ unit(rng.normal(size=3))) * 4
    mask = 1 / (1 + np.exp(-np.clip(field, -30, 30)))[:, None]
    return base * (1 - mask) + other * mask


def ahead(rng: Rng, spread: float = 0.7, elevation: tuple[float, float] = (-0.1, 0.5)) -> Points:
    """From the subject towards a camera that stands about where x points."""
    azimuth, height = rng.normal(0, spread), rng.uniform(*elevation)
    return np.array([math.cos(azimuth) * math.cos(height), math.sin(azimuth) * math.cos(height), math.sin(height)])


def around(rng: Rng, elevation: tuple[float, float] = (-0.1, 0.5)) -> Points:
    """From the subject towards a camera anywhere around it."""
    azimuth, height = rng.uniform(0, TAU), rng.uniform(*elevation)
    return np.array([math.cos(azimuth) * math.cos(height), math.sin(azimuth) * math.cos(height), math.sin(height)])


def furred(rng: Rng, shape: Shape, coat: Coat, flow: ArrayLike = (0, 0, -0.6), **skin: ArrayLike) -> Growth:
    """Add a skin and return its growth."""
    colours = skin.pop("colour", None)
    made = Skin.of(outwards(shape), dyed(rng, shape[0]) if colours is None else colours, flow=flow, **skin)
    add_skin(made)
    return Growth(made, coat)
