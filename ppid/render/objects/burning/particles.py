"""Sparks that glow and grains that fly."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ppid.render.objects.burning.volumes import Box, Layer, View, fire_colour, soft_clip, splat
from ppid.render.rng import Rng
from ppid.render.shapes import TAU

Array = NDArray[np.float64]

SOOT = (1.0, 0.3, 0.05)  # linear colour of ordinary flames


@dataclass(frozen=True)
class Sparks:
    """Bright streaks.

    Attributes:
        paths: (K, P, 2) places along each streak, x and y.
        strength: (K, P) light there.
        tint: linear RGB (3,).
        width: of a streak, in units.
    """

    paths: Array
    strength: Array
    tint: tuple[float, float, float]
    width: float = 0.008

    @property
    def bounds(self) -> Box:
        """Of all of them."""
        low, high = self.paths.min((0, 1)) - 4 * self.width, self.paths.max((0, 1)) + 4 * self.width
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def layer(self, view: View) -> Layer:
        """Draw them."""
        whole = Layer.empty(view.size)
        x, y = view.pixels(self.paths[..., 0], self.paths[..., 1])
        points = max(int(np.hypot(np.ptp(x, axis=1), np.ptp(y, axis=1)).max() * 1.5), 2)
        x, y, strength = (cv2.resize(np.float32(each), (points, len(self.paths))) for each in (x, y, self.strength))
        width = max(self.width * view.scale, 0.55)
        # As much light as a streak of that width has on its axis, whatever the length of its steps.
        steps = np.hypot(np.gradient(x, axis=1), np.gradient(y, axis=1)).clip(0.05, None)
        light = splat(x, y, strength * steps, view.size)
        blurred = cv2.GaussianBlur(light, (0, 0), width) * np.float32(width * math.sqrt(TAU))
        whole.glow = soft_clip(fire_colour(blurred, self.tint))
        return whole


def flying_sparks(rng: Rng, count: int, spread: float, height: float) -> Sparks:
    """Sparks that rise from a fire, each streak as long as the shutter was open."""
    start = np.c_[rng.normal(0, 0.6 * spread, count), height * rng.uniform(0.1, 1, count) ** 0.8]
    speed = rng.log_uniform(0.008, 0.08)
    way = np.c_[rng.normal(0, 0.6, count), rng.normal(1, 0.4, count)] * speed * rng.uniform(0.3, 1.4, (count, 1))
    curl = rng.normal(0, 0.25, (count, 1)) * np.c_[-way[:, 1], way[:, 0]]
    start[:, 0] *= 0.4 + start[:, 1] / height
    t = np.linspace(0, 1, 16)[None, :, None]
    paths = start[:, None] + way[:, None] * t + curl[:, None] * t**2
    fade = rng.exponential(0.8, (count, 1)) * (1.15 - start[:, 1:] / height)
    return Sparks(paths, fade * np.ones((1, 16)), (1.0, 0.34, 0.07), rng.uniform(0.001, 0.0032))


def burst_of_sparks(rng: Rng, *, one_sided: bool) -> Sparks:
    """Sparks that fly out of one place, to all sides or about one."""
    count = rng.whole(200, 700)
    angle = rng.normal(rng.uniform(0, TAU), 0.35, count) if one_sided else rng.uniform(0, TAU, count)
    length = rng.uniform(0.2, 1.0, count) * (1.0 if one_sided else rng.uniform(0.5, 1, count))
    begin = rng.uniform(0, 0.7, count)
    t = (begin[:, None] + (1 - begin[:, None]) * np.linspace(0, 1, 24) * rng.uniform(0.2, 1, (count, 1)))[..., None]
    way = np.c_[np.cos(angle), np.sin(angle)][:, None] * length[:, None, None]
    paths = way * t - np.array([0, rng.uniform(0.05, 0.5)]) * (t * length[:, None, None]) ** 2
    strength = rng.exponential(0.5, (count, 1)) * np.linspace(0, 1, 24) ** 0.5 * (1.1 - np.linspace(0, 1, 24))
    tint = rng.pick([SOOT, (1.0, 0.6, 0.25), (1.0, 0.75, 0.5)])
    return Sparks(paths, strength, tint, rng.uniform(0.001, 0.004))


@dataclass(frozen=True)
class Grains:
    """Small opaque bits.

    Attributes:
        places: (K, 2).
        radii: (K,) in units.
        colours: linear RGB (K, 3).
    """

    places: Array
    radii: Array
    colours: Array

    @property
    def bounds(self) -> Box:
        """Of all of them."""
        margin = float(self.radii.max())
        low, high = self.places.min(0) - margin, self.places.max(0) + margin
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def layer(self, view: View) -> Layer:
        """Draw them: those smaller than a pixel as soft dots that cover as much."""
        whole = Layer.empty(view.size)
        x, y = view.pixels(self.places[:, 0], self.places[:, 1])
        radius = self.radii * view.scale
        edges = np.quantile(radius, [0, 0.5, 0.8, 0.95, 1])
        for low, high in zip(edges[:-1], edges[1:], strict=True):
            chosen = (radius >= low) & (radius <= high)
            blur = max(0.6 * float(radius[chosen].mean()), 0.5)
            area = math.pi * radius[chosen] ** 2
            covered, *light = (
                cv2.GaussianBlur(splat(x[chosen], y[chosen], area * weight, view.size), (0, 0), blur)
                for weight in (np.ones(chosen.sum()), *self.colours[chosen].T)
            )
            alpha = np.minimum(covered * np.float32(1.6), 1)
            colour = np.stack(light, -1) / np.maximum(covered, 1e-6)[..., None] * alpha[..., None]
            whole = Layer(colour, alpha, np.zeros_like(colour)).over(whole)
        return whole


def flung(rng: Rng, reach: float, level: float, colours: Array) -> Grains:
    """Grains flung out of the origin, more to the top the larger `level` is; colours (K, 3) are drawn from."""
    count = rng.whole(300, 2500)
    way = rng.normal(size=(count, 2)) + np.array([0, level])
    way /= np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-6)
    distance = reach * rng.beta(2.2, 2.0, (count, 1))
    places = way * distance + rng.normal(0, 0.04 * reach, (count, 2))
    radii = 0.0012 * reach * (1 + rng.exponential(1.0, count))
    shades = colours[rng.integers(0, len(colours), count)] * rng.uniform(0.4, 1.0, (count, 1))
    return Grains(places, radii, shades)
