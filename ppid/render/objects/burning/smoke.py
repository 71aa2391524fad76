"""A density of smoke: a smooth shape that turbulence makes ragged, its shadows and its light."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.objects.burning.volumes import (
    Box,
    Layer,
    Plane,
    Shaped,
    Turbulence,
    View,
    Volume,
    enlarged,
    fire_colour,
    soft_clip,
)

_MOST_NOISE = 2.5  # deviations: beyond them is nothing, so that smoke ends somewhere
_SCATTERINGS = ((0.75, 1.0), (0.25, 0.3), (0.12, 0.08))  # weight, share of the depth: light scattered more often


@dataclass(frozen=True)
class Lighting:
    """The light on smoke: direction towards the light (x, y, z), linear RGB of it, of the surroundings and the smoke.

    Attributes:
        towards: to the light; positive z is the viewer's side.
        key: colour of the light.
        ambient: colour of the surroundings.
        albedo: (K, 3) colours of the smoke, mixed by clouds of their own.
        shade: optical depth counts so much for shadows.
    """

    towards: tuple[float, float, float]
    key: NDArray[np.float64]
    ambient: NDArray[np.float64]
    albedo: NDArray[np.float64]
    shade: float = 0.8


@dataclass(frozen=True)
class Smoke:
    """A density: a smooth shape, made ragged by turbulence that a swirl has moved.

    Attributes:
        reach: box of the shape before the noise moves its surface.
        half_depth: how far that shape reaches along z, either way.
        shape: distance below the surface; negative outside.
        turbulence: noise.
        lighting: on it.
        frequency: periods of the noise in one unit.
        rough: how far the noise moves the surface.
        curl: how far the swirl moves the noise.
        billow: share of noise with sharp creases and round lumps.
        detail: share of noise that is five times finer.
        soft: distance below the surface where density is 63 % of the most.
        opacity: optical depth of one unit of the densest smoke.
        fade: density's factor at y (1, H, 1), such as a plume's that thins out as it rises.
        calm: factor of `rough`, `curl` and `soft` at y (1, H, 1): a plume begins as a smooth, dense jet.
        heat: mean heat of what glows inside, 0 to 1; None does not glow.
        drift: moves the noise, in periods of it: (x, y, z). Whole numbers change nothing.
        stretch: makes the noise longer along x and y.
    """

    reach: Box
    half_depth: float
    shape: Shaped
    turbulence: Turbulence
    lighting: Lighting
    frequency: float = 0.5
    rough: float = 0.1
    curl: float = 0.1
    billow: float = 0.0
    detail: float = 0.25
    soft: float = 0.2
    opacity: float = 6.0
    fade: Callable[[Volume], Volume] | None = None
    calm: Callable[[Volume], Volume] | None = None
    heat: float | None = None
    drift: tuple[float, float, float] = (0.0, 0.0, 0.0)
    stretch: tuple[float, float] = (1.0, 1.0)

    @property
    def bounds(self) -> Box:
        """The density is zero outside."""
        left, bottom, right, top = self.reach
        margin = _MOST_NOISE * self.rough
        return left - margin, bottom - margin, right + margin, top + margin

    def layer(self, view: View) -> Layer:
        """March through it. Alpha is 1 - exp(-optical depth)."""
        whole = Layer.empty(view.size)
        part, where = view.window(self.bounds)
        if min(part.size) < 2:
            return whole
        count = int(np.clip(max(part.size) // 8, 40, 64))
        half_depth = self.half_depth + 0.6 * _MOST_NOISE * self.rough
        depths = half_depth * (1 - (np.arange(count) + 0.5) * 2 / count)
        thickness = 2 * half_depth / count
        densities, noises = self._densities(part, depths)
        densities *= np.float32(self.opacity * thickness)
        whole.put(self._march(part, depths, densities, noises), where)
        return whole

    def _densities(self, view: View, depths: NDArray[np.float64]) -> tuple[Volume, Volume]:
        """Density of each slice at full size, and its noise, coarse."""
        x, y = (np.broadcast_to(each, view.size[::-1]) for each in view.grid())
        coarse = view.grid(view.coarse)
        surfaces = self.shape(coarse[0][None], coarse[1][None], depths[:, None, None].astype(np.float32))
        rough_x, rough_y = (np.broadcast_to(each, surfaces.shape[1:]) for each in coarse)
        fade = enlarged(np.broadcast_to(self.fade(coarse[1][None])[0], rough_x.shape), view.size) if self.fade else None
        calm = np.broadcast_to(self.calm(coarse[1][None])[0], rough_x.shape) if self.calm else np.ones_like(rough_x)
        rough = enlarged(np.float32(self.rough) * calm, view.size)
        sharp = enlarged(1 / (np.float32(self.soft) * calm), view.size)
        dense = enlarged(1 / np.maximum(calm, np.float32(0.25)) ** np.float32(0.7), view.size)
        if fade is not None:
            dense *= fade
        noises = np.zeros(surfaces.shape, np.float32)
        densities = np.zeros((len(depths), view.size[1], view.size[0]), np.float32)
        for i, z in enumerate(depths):
            if surfaces[i].max() < -_MOST_NOISE * self.rough:
                continue
            level = float(z) * self.frequency * 0.5 + self.drift[2]
            moved = self._moved(rough_x, rough_y, float(z) * self.frequency * 0.35 + self.drift[2])
            pushed = [enlarged(each * calm, view.size) for each in moved]
            noise = self._noise(x, y, pushed, level)
            inside = np.maximum(enlarged(surfaces[i], view.size) + rough * noise, 0) * sharp
            densities[i] = (1 - cv2.exp(-inside * (inside / (inside + np.float32(0.5))))) * dense
            noises[i] = cv2.resize(noise, rough_x.shape[::-1], interpolation=cv2.INTER_AREA)
        return densities, noises

    def _moved(self, x: Plane, y: Plane, level: float) -> tuple[Plane, Plane]:
        """How far the swirl moves the noise, in its periods."""
        u = x * np.float32(0.6 * self.frequency) + np.float32(self.drift[0] + 0.37)
        v = y * np.float32(0.6 * self.frequency) + np.float32(self.drift[1] + 0.71)
        push = np.float32(self.curl * self.frequency)
        first = self.turbulence.swirl(u, v, level + 0.4)
        second = self.turbulence.swirl(2 * u + first[0] * push + np.float32(0.2), 2 * v + first[1] * push, level + 0.8)
        return push * (first[0] + 0.4 * second[0]), push * (first[1] + 0.4 * second[1])

    def _noise(self, x: Plane, y: Plane, pushed: list[Plane], level: float) -> Plane:
        u = x * np.float32(self.frequency / self.stretch[0]) + np.float32(self.drift[0])
        v = y * np.float32(self.frequency / self.stretch[1]) + np.float32(self.drift[1])
        noise = self.turbulence.at(u + pushed[0], v + pushed[1], level)
        if self.billow:
            lumps = np.abs(noise) - np.float32(0.8)  # round outside, creased inside
            noise = noise * np.float32(1 - self.billow) + lumps * np.float32(1.4 * self.billow)
        # Moved as far as the large noise, the fine one would be drawn out to hairs.
        fine_u, fine_v = (5 * (each + np.float32(0.3) * push) for each, push in zip((u, v), pushed, strict=True))
        noise += np.float32(self.detail) * self.turbulence.at(
            fine_u + np.float32(0.31), fine_v + np.float32(0.17), level * 5
        )
        return np.clip(noise, -_MOST_NOISE, _MOST_NOISE)

    def _march(self, view: View, depths: NDArray[np.float64], paths: Volume, noises: Volume) -> Layer:
        light = self.lighting
        half = view.size[0] // 2 or 1, view.size[1] // 2 or 1
        small = np.stack([cv2.resize(each, half, interpolation=cv2.INTER_AREA) for each in paths])
        cell = 2 / view.scale, 2 / view.scale, float(depths[0] - depths[1])
        in_shadow = shadow(small, light.towards, cell) * np.float32(light.shade)
        from_above = shadow(small, (0.0, 1.0, 0.35), cell) * np.float32(0.5 * light.shade)
        layer = Layer.empty(view.size)
        through = np.ones(layer.alpha.shape, np.float32)
        mix = self._mix(view, depths) if len(light.albedo) > 1 else None
        for i in range(len(depths)):
            if paths[i].max() < 1e-6:
                continue
            here = cv2.exp(-paths[i])
            weight = through * (1 - here)
            key = sum(np.float32(share) * cv2.exp(-in_shadow[i] * np.float32(k)) for share, k in _SCATTERINGS)
            open_sky = 0.3 + 0.7 * cv2.exp(-from_above[i])
            lit = key[..., None] * light.key.astype(np.float32) + open_sky[..., None] * light.ambient.astype(np.float32)
            albedo = light.albedo[0] if mix is None else enlarged(mix[i], half)
            layer.colour += weight[..., None] * enlarged(lit * np.asarray(albedo, np.float32), view.size)
            if self.heat is not None:
                hot = np.clip(self._hot(view, float(depths[i])) - 0.9 * noises[i], 0, 2)
                layer.glow += weight[..., None] * fire_colour(enlarged(hot, view.size))
            through *= here
        layer.alpha = 1 - through
        layer.glow = soft_clip(layer.glow)
        return layer

    def _drifting(self, view: View, scale: float) -> tuple[Plane, Plane]:
        """Coarse places (H, W) in periods of noise that is so much larger."""
        x, y = np.broadcast_arrays(*(each * np.float32(scale * self.frequency) for each in view.grid(view.coarse)))
        return x + np.float32(self.drift[0]), y + np.float32(self.drift[1])

    def _hot(self, view: View, z: float) -> Plane:
        """Coarse heat of a slice: creases, where noise is low, show what burns inside."""
        x, y = self._drifting(view, 0.5)
        patches = self.turbulence.at(x + np.float32(0.43), y + np.float32(0.11), z * self.frequency * 0.5 + 0.6)
        return (self.heat or 0.0) + 0.7 * patches

    def _mix(self, view: View, depths: NDArray[np.float64]) -> Volume:
        """Coarse albedo (D, H, W, 3): one of its colours at each place, blended where they meet."""
        u, v = self._drifting(view, 0.55)
        shape = (len(depths), *u.shape)
        shares = np.empty((len(self.lighting.albedo), *shape), np.float32)
        for k in range(len(shares)):
            for i, z in enumerate(depths):
                shares[k, i] = self.turbulence.at(
                    u + np.float32(0.29 * k), v + np.float32(0.53 * k), z * 0.3 + 0.37 * k
                )
        shares = np.exp(4 * shares)
        return np.einsum("kdhw,kc->dhwc", shares / shares.sum(0), self.lighting.albedo.astype(np.float32))


def shadow(paths: Volume, towards: ArrayLike, cell: tuple[float, float, float]) -> Volume:
    """Optical depth between each cell and the light.

    Args:
        paths: optical depth of each cell along z.
        towards: direction (x, y, z) to the light, as fields have it.
        cell: its width, height and depth.
    """
    x, y, z = np.asarray(towards, float)
    travel = np.array([z / cell[2], y / cell[1], -x / cell[0]])  # in cells along the volume's axes
    main = int(np.abs(travel).argmax())
    swept = np.moveaxis(paths, main, 0)
    others = [axis for axis in range(3) if axis != main]
    length = float(np.linalg.norm((x, y, z))) / abs(travel[main]) / cell[2]  # of a step, in depths of a cell
    shift = travel[others] / abs(travel[main])
    matrix = np.array([[1, 0, shift[1]], [0, 1, shift[0]]], np.float32)
    result = np.empty(swept.shape, np.float32)
    reached = np.zeros(swept.shape[1:], np.float32)
    order = range(len(swept)) if travel[main] > 0 else range(len(swept) - 1, -1, -1)
    for i in order:
        result[i] = reached
        reached = cv2.warpAffine(reached + swept[i] * np.float32(length), matrix, reached.shape[::-1])
    return np.ascontiguousarray(np.moveaxis(result, 0, main))


def balls(spheres: ArrayLike, outside: float = 0.3) -> Shaped:
    """The shape that is the union of spheres (K, 4): centre and radius."""
    given = np.asarray(spheres, np.float32)

    def shape(x: Volume, y: Volume, z: Volume) -> Volume:
        surface = np.full((z.shape[0], y.shape[1], x.shape[2]), -outside, np.float32)
        for cx, cy, cz, radius in given:
            reach = radius + outside
            window = tuple(
                slice(found[0], found[-1] + 1) if len(found) else slice(0, 0)
                for found in (
                    np.flatnonzero(np.abs(each.ravel() - c) < reach) for each, c in ((z, cz), (y, cy), (x, cx))
                )
            )
            distance = np.sqrt((z[window[0]] - cz) ** 2 + (y[:, window[1]] - cy) ** 2 + (x[:, :, window[2]] - cx) ** 2)
            np.maximum(surface[window], radius - distance, out=surface[window])
        return surface

    return shape
