"""Flames: turbulent fire that is integrated slice by slice, quiet flames from their profile, and sparks."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.objects.burning.particles import SOOT, burst_of_sparks, flying_sparks
from ppid.render.objects.burning.volumes import (
    Box,
    Layer,
    Moved,
    Plane,
    Shaped,
    Subject,
    Together,
    Turbulence,
    View,
    Volume,
    enlarged,
    fire_colour,
    soft_clip,
)
from ppid.render.rng import Rng
from ppid.render.shapes import TAU
from ppid.render.shot import Attributes

Array = NDArray[np.float64]

_GAS = (0.07, 0.3, 1.0)
_SALTS = {"copper": (0.08, 1.0, 0.3), "lithium": (1.0, 0.07, 0.22), "potassium": (0.55, 0.2, 1.0), "gas": _GAS}


@dataclass(frozen=True)
class Fire:
    """Turbulent fire. Its own up is turned by `turn` radians anticlockwise in the picture.

    Attributes:
        box: before it is turned; no light outside.
        half_depth: and where z is beyond this, either way.
        shape: 1 at the heart and 0 at the edge of the undisturbed flame, less outside.
        turbulence: noise.
        tint: linear colour.
        brightness: of the light.
        rise: factor of the light at y: flames are clear at their foot.
        agitation: how much noise moves the edge, at y (1, H, 1).
        sway: how far the flame is bent aside at y.
        sheet: share of light from the thin burning surface; the rest comes from all inside.
        frequency: periods of the noise in one unit.
        stretch: how much longer than wide its structures are.
        soot: opacity.
        turn: see above.
        climb: periods by which noise and bends have risen. Whole numbers change nothing.
    """

    box: Box
    half_depth: float
    shape: Shaped
    turbulence: Turbulence
    tint: tuple[float, float, float]
    brightness: float
    rise: Callable[[Volume], Volume]
    agitation: Callable[[Volume], Volume]
    sway: Callable[[Volume], Volume]
    sheet: float = 0.4
    frequency: float = 0.9
    stretch: float = 2.4
    soot: float = 0.1
    turn: float = 0.0
    climb: float = 0.0

    @property
    def bounds(self) -> Box:
        """Around the turned box."""
        left, bottom, right, top = self.box
        x, y = np.meshgrid((left, right), (bottom, top))
        cosine, sine = math.cos(self.turn), math.sin(self.turn)
        across, along = x * cosine - y * sine, x * sine + y * cosine
        return float(across.min()), float(along.min()), float(across.max()), float(along.max())

    def layer(self, view: View) -> Layer:
        """Add up its light."""
        whole = Layer.empty(view.size)
        part, where = view.window(self.bounds)
        if min(part.size) < 2:
            return whole
        light, heat = self._light(part)
        mean_heat = heat / np.maximum(light, 1e-6)
        strength = light * np.float32(self.brightness) * (0.55 + 0.9 * mean_heat)
        black = np.zeros((*light.shape, 3), np.float32)
        alpha = 1 - cv2.exp(-light * np.float32(self.soot))
        whole.put(Layer(black, alpha, soft_clip(fire_colour(strength, self.tint))), where)
        return whole

    def _grid(self, view: View, step: int) -> tuple[Plane, Plane]:
        """Its own x and y, both (H, W)."""
        x, y = np.broadcast_arrays(*view.grid(step))
        cosine, sine = np.float32(math.cos(self.turn)), np.float32(math.sin(self.turn))
        return x * cosine + y * sine, y * cosine - x * sine

    def _light(self, view: View) -> tuple[Plane, Plane]:
        """Light along each ray, and light times how deep inside the flame it came from."""
        x, y = self._grid(view, 1)
        coarse_x, coarse_y = self._grid(view, view.coarse)
        count = int(np.clip(max(view.size) // 6, 64, 84))  # fewer show as contours
        depths = self.half_depth * (1 - (np.arange(count) + 0.5) * 2 / count)
        agitation = enlarged(self.agitation(coarse_y), view.size)
        sway = self.sway(coarse_y)
        light, heat = np.zeros(x.shape, np.float32), np.zeros(x.shape, np.float32)
        across, along = np.float32(self.frequency), np.float32(self.frequency / self.stretch)
        left, bottom, right, top = self.box
        rim = np.minimum.reduce([x - left, right - x, y - bottom, top - y]) / np.float32(0.06 * (top - bottom))
        rim = np.clip(rim, 0, 1) * enlarged(self.rise(coarse_y), view.size)
        for z in depths:
            level = float(z) * self.frequency * 0.6
            bend = self._bend(coarse_x, coarse_y, level)
            surface = self.shape(coarse_x + sway * bend[0], coarse_y, np.float32(z))
            if float((surface + 2.5 * self.agitation(coarse_y)).max()) < 0:
                continue
            push_x, push_y = (enlarged(each * np.float32(0.12) * np.minimum(sway, 0.4) * 4, view.size) for each in bend)
            u, v = x * across + push_x, y * along + push_y * np.float32(0.5) - np.float32(self.climb)
            noise = self.turbulence.at(u, v, level)
            fine = self.turbulence.at(4 * u + np.float32(0.3), 4 * v + np.float32(0.6), level * 3)
            inside = enlarged(surface, view.size) + agitation * (noise + np.float32(0.22) * fine)
            body = np.clip(inside, 0, 1)
            thin = np.clip(1 - np.abs(inside - np.float32(0.25)) * np.float32(1 / 0.25), 0, 1)
            # Soot glows in tangled sheets: what lies between them is nearly dark.
            tangle = np.clip(np.float32(0.4) + np.float32(0.75) * noise + np.float32(0.4) * fine, 0.04, 3)
            here = (np.float32(1 - self.sheet) * body * tangle + np.float32(0.4 * self.sheet) * thin * thin) * rim
            light += here
            heat += here * body
        step = np.float32(2 * self.half_depth / count * 3)
        return light * step, heat * step

    def _bend(self, x: Plane, y: Plane, level: float) -> tuple[Plane, Plane]:
        u, v = x * np.float32(0.35 * self.frequency), y * np.float32(0.45 * self.frequency / math.sqrt(self.stretch))
        return self.turbulence.swirl(u + np.float32(0.2), v - np.float32(self.climb), level * 0.5 + 0.3)


def tongues(places: ArrayLike) -> Shaped:
    """The shape of flames side by side: (K, 4) of x, z, height and radius."""
    given = np.asarray(places, np.float32)

    def shape(x: Volume, y: Volume, z: Volume) -> Volume:
        best: Any = np.float32(-3)
        for cx, cz, height, radius in given:
            t = y / height
            thickness = radius * np.clip(0.55 + 2.5 * t, 0.1, 1) * np.clip(1.02 - t, 0.2, 1) ** 0.65
            inside = 1 - np.sqrt((x - cx) ** 2 + (z - cz) ** 2) / thickness
            best = np.maximum(best, np.maximum(inside, -3) - np.clip(-t * 8, 0, 3) - np.clip(t * 4 - 3.3, 0, 3))
        return np.asarray(best, np.float32)

    return shape


def burning(
    rng: Rng,
    places: Array,
    *,
    tint: tuple[float, float, float] = SOOT,
    unrest: tuple[float, float] = (0.25, 0.5),
    turn: float = 0.0,
) -> Fire:
    """Fire with tongues (K, 4) at places (x, z, height, radius) on the ground."""
    height = float(places[:, 2].max())
    wide = 0.35 * height
    left, right = float((places[:, 0] - places[:, 3]).min()) - wide, float((places[:, 0] + places[:, 3]).max()) + wide
    half_depth = float((np.abs(places[:, 1]) + places[:, 3]).max()) * 1.25
    low, high = rng.uniform(0.08, 0.16), rng.uniform(*unrest)
    bent, foot = rng.uniform(0.06, 0.16) * height, rng.uniform(0.08, 0.3)
    return Fire(
        (left, -0.12 * height, right, 1.35 * height), half_depth, tongues(places),
        Turbulence(rng, rng.uniform(4.6, 5.4)),
        tint, rng.log_uniform(0.7, 2.6) / max(half_depth, 0.3 * height),
        lambda y: _smooth(y / height, -0.06, foot),
        lambda y: (low + high * np.clip(y / height, 0, 1.5)).astype(np.float32),
        lambda y: (bent * np.clip(y / height, 0, 1.5)).astype(np.float32),
        sheet=rng.uniform(0.25, 0.7), frequency=rng.uniform(0.9, 1.5) / height, stretch=rng.uniform(1.8, 3),
        soot=rng.pick([0.0, 0.1, 0.4]) / height, turn=turn,
    )  # fmt: skip


def _beds(rng: Rng, count: int, spread: float, height: tuple[float, float], radius: tuple[float, float]) -> Array:
    """Tongues (K, 4) around the origin, the highest in the middle."""
    rows = []
    for _ in range(count):
        x, z = rng.uniform(-spread, spread), rng.uniform(-0.5, 0.5) * spread
        rows.append([x, z, rng.uniform(*height) * (1 - 0.4 * abs(x) / max(spread, 1e-3)), rng.uniform(*radius)])
    return np.array(rows)


def fire(rng: Rng, attributes: Attributes) -> Fire:
    """A fire of a few tongues."""
    return burning(rng, _beds(rng, rng.whole(1, 5), rng.uniform(0.1, 0.5), (0.6, 1.2), (0.16, 0.34)))


def camp_fire(rng: Rng, attributes: Attributes) -> Subject:
    """A wide fire with sparks above."""
    flames = burning(rng, _beds(rng, rng.whole(4, 9), rng.uniform(0.25, 0.5), (0.4, 1.3), (0.12, 0.26)))
    return Together((flames, flying_sparks(rng, rng.whole(25, 160), 0.4, rng.uniform(1.3, 2.0))))


def torch(rng: Rng, attributes: Attributes) -> Fire:
    """One tall flame, driven by wind now and then."""
    places = np.array([[0, 0, rng.uniform(0.9, 1.2), rng.uniform(0.16, 0.3)]])
    return burning(rng, places, unrest=(0.35, 0.6), turn=rng.pick([0.0, 0.0, rng.normal(0, 0.5)]))


def wall(rng: Rng, attributes: Attributes) -> Fire:
    """A line of fire, cut at the sides of the picture when it is long."""
    count = rng.whole(7, 14)
    spread = rng.uniform(0.9, 1.7)
    places = _beds(rng, count, spread, (0.4, 1.0), (0.14, 0.26))
    places[:, 0] = np.linspace(-spread, spread, count) + rng.normal(0, 0.06, count)
    places[:, 2] = rng.uniform(0.4, 1.0, count)
    return burning(rng, places)


def jet(rng: Rng, attributes: Attributes) -> Subject:
    """Fire that is blown out sideways."""
    places = np.array([[0, 0, 1.6, rng.uniform(0.14, 0.26)], [0, 0, 0.9, rng.uniform(0.1, 0.16)]])
    turn = rng.pick([-1, 1]) * rng.uniform(0.9, 1.8)
    return burning(rng, places, unrest=(0.45, 0.7), turn=turn)


def ball(rng: Rng, attributes: Attributes) -> Subject:
    """A ball of fire."""
    centres = np.array([[0, 0, 0, rng.uniform(0.45, 0.6)]])
    for _ in range(rng.whole(0, 4)):
        centres = np.r_[centres, [[*(rng.normal(size=3) * 0.3), rng.uniform(0.2, 0.4)]]]

    def shape(x: Volume, y: Volume, z: Volume) -> Volume:
        inside = [1 - np.sqrt((x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2) / r for a, b, c, r in centres]
        return np.maximum.reduce(inside).astype(np.float32)

    high, bent = rng.uniform(0.3, 0.55), rng.uniform(0.05, 0.2)
    return Fire(
        (-1.5, -1.5, 1.5, 1.5), 1.1, shape, Turbulence(rng, rng.uniform(4.4, 5.2)), SOOT, rng.uniform(2, 4),
        np.ones_like, lambda y: np.full(y.shape, high, np.float32), lambda y: np.full(y.shape, bent, np.float32),
        sheet=rng.uniform(0.3, 0.7), frequency=rng.uniform(0.6, 1.0), stretch=1.0, soot=rng.pick([0.0, 0.3, 0.8]),
    )  # fmt: skip


def salt(rng: Rng, attributes: Attributes) -> Fire:
    """A flame that a salt or gas colours."""
    kind = rng.named({"copper": 1, "lithium": 1, "potassium": 1, "gas": 1.5})
    attributes["salt"] = kind
    places = _beds(rng, rng.whole(1, 4), rng.uniform(0.05, 0.4), (0.6, 1.2), (0.14, 0.3))
    return burning(rng, places, tint=_SALTS[kind], unrest=(0.15, 0.4))


def hoop(rng: Rng, attributes: Attributes) -> Subject:
    """Small flames around a ring that is seen from the side or from above."""
    count, flat = rng.whole(8, 11), rng.uniform(0.15, 0.5)
    angles = np.arange(count) / count * TAU
    small = [
        Moved(
            burning(rng, np.array([[0, 0, rng.uniform(0.3, 0.6), rng.uniform(0.1, 0.16)]])),
            (0.8 * math.cos(angle), 0.8 * flat * math.sin(angle)),
        )
        for angle in angles
    ]
    return Together(tuple(small))


@dataclass(frozen=True)
class Quiet:
    """Flames without turbulence, each along its own axis.

    Attributes:
        places: (K, 5) of base x, y, tip x, y and half width.
        light: linear light (..., 3) at (share of the height, distance from the axis over the half width).
        bend: how far, in half widths, the axis bows to one side.
    """

    places: Array
    light: Callable[[Plane, Plane], Plane]
    bend: float = 0.0

    @property
    def bounds(self) -> Box:
        """Of all of them."""
        x, y, wide = self.places[:, 0:4:2], self.places[:, 1:4:2], self.places[:, 4:] * (1.5 + abs(self.bend))
        overshoot = 0.3 * np.hypot(np.ptp(x, axis=1), np.ptp(y, axis=1)).max()
        return tuple(
            float(each)
            for each in (
                (x - wide).min() - overshoot,
                (y - wide).min() - overshoot,
                (x + wide).max() + overshoot,
                (y + wide).max() + overshoot,
            )
        )  # type: ignore[return-value]

    def layer(self, view: View) -> Layer:
        """Add up their light."""
        whole = Layer.empty(view.size)
        light = np.zeros_like(whole.glow)
        for x0, y0, x1, y1, half in self.places:
            one = Quiet(np.array([[x0, y0, x1, y1, half]]), self.light, self.bend)
            part, where = view.window(one.bounds)
            x, y = part.grid()
            length = math.hypot(x1 - x0, y1 - y0)
            ux, uy = (x1 - x0) / length, (y1 - y0) / length
            t = ((x - x0) * ux + (y - y0) * uy) / length
            s = ((x - x0) * uy - (y - y0) * ux) / half
            bowed = s - self.bend * np.clip(t, 0, 1.2) ** 2
            light[where] += self.light(t.astype(np.float32), bowed.astype(np.float32))
        whole.glow = soft_clip(light)
        return whole


def wax_light(rng: Rng) -> Callable[[Plane, Plane], Plane]:
    """The light of a candle: bright above, dark around the wick, blue at the foot."""
    strength, dark, yellow = rng.uniform(1.3, 2.6), rng.uniform(0.4, 0.9), rng.uniform(0.34, 0.42)
    blue, pointed = rng.uniform(0.2, 0.6), rng.uniform(0.85, 1.5)

    def light(t: Plane, s: Plane) -> Plane:
        profile = _teardrop(t, pointed)
        chord = np.clip(profile**2 - s**2, 0, None) ** 0.75
        core = np.sqrt(np.clip((0.62 * profile * np.clip(1 - t / 0.55, 0, 1)) ** 2 - s**2, 0, None))
        rise = (0.1 + 0.9 * _smooth(t, 0.02, 0.35)) * (1.25 - 0.5 * t)
        heat = strength * np.clip(chord - dark * core, 0, None) * rise
        halo = 0.045 * np.clip(1 - (s / np.maximum(1.5 * profile, 1e-3)) ** 2, 0, 1) ** 2 * np.minimum(profile, 0.7)
        heat = heat + strength * halo * rise
        foot = _limb(profile, s) * np.clip(1 - t / 0.35, 0, 1) ** 1.5 * blue
        return fire_colour(heat.astype(np.float32), (1.0, yellow, 0.1)) + foot[..., None] * np.array(
            [0.05, 0.25, 1], np.float32
        )

    return light


def gas_light(rng: Rng) -> Callable[[Plane, Plane], Plane]:
    """The light of a gas jet: a blue mantle around a brighter cone."""
    mantle, cone, violet = rng.uniform(0.25, 0.5), rng.uniform(0.9, 1.8), rng.uniform(0.1, 0.35)
    inner, tip = rng.uniform(0.4, 0.6), rng.uniform(0.0, 0.3) * rng.chance(0.2)

    def light(t: Plane, s: Plane) -> Plane:
        outside, inside = _teardrop(t, 1.1), 0.62 * _teardrop(t / inner, 1.0)
        far = _limb(outside, s) * mantle * np.clip(1.1 - t, 0, 1)
        near = _limb(inside, s) * cone
        soot = np.sqrt(np.clip(outside**2 - s**2, 0, None)) * np.clip((t - 0.5) / 0.3, 0, 1) * tip * 2
        total = far[..., None] * np.array([violet, 0.16, 1.0], np.float32) + near[..., None] * np.array(
            [0.06, 0.3, 1.0], np.float32
        )
        return total + fire_colour(soot.astype(np.float32), SOOT)

    return light


def _teardrop(t: Plane, pointed: float) -> Plane:
    """Half width of a quiet flame over its height, at most 1: the more pointed, the more hollow its flanks."""
    inside = np.clip(t + 0.06, 0, 1.06) / 1.06
    widest = 0.5 / (0.5 + pointed)
    most = widest**0.5 * (1 - widest) ** pointed
    return (inside**0.5 * (1 - inside) ** pointed / most).astype(np.float32)


def _smooth(values: Plane, low: float, high: float) -> Plane:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


def _limb(profile: Plane, s: Plane) -> Plane:
    """Light of a glowing skin: brightest near its rim, zero outside."""
    share = np.clip(np.abs(s) / np.maximum(profile, 1e-3), 0, 1)
    soft = np.clip((1 - share) * np.maximum(profile, 1e-3) * 4, 0, 1)
    return (0.35 + 0.65 * share**3) * soft * soft * (3 - 2 * soft)


def candle(rng: Rng, attributes: Attributes) -> Subject:
    """One to five candle flames."""
    count = rng.pick([1, 1, 1, 2, 3, 5])
    rows = []
    for k in range(count):
        x, y, height = (k - (count - 1) / 2) * 0.55 + rng.normal(0, 0.05), rng.uniform(-0.2, 0.2), rng.uniform(0.8, 1.2)
        rows.append([x, y, x + rng.normal(0, 0.06), y + height, height * rng.uniform(0.11, 0.18)])
    return Quiet(np.array(rows), wax_light(rng), rng.normal(0, 0.35))


def burner(rng: Rng, attributes: Attributes) -> Subject:
    """The blue ring of a gas burner."""
    return gas_ring(rng, (0.0, 0.0), 0.8, rng.uniform(0.12, 0.5), rng.uniform(0.22, 0.4))


def gas_ring(rng: Rng, centre: tuple[float, float], radius: float, flat: float, length: float) -> Quiet:
    """Jets around a circle that looks `flat` times as high as wide, of a length in units."""
    count = rng.whole(18, 34)
    angles = np.arange(count) / count * TAU + rng.uniform(0, 1)
    cosine, sine = np.cos(angles), np.sin(angles)
    x, y = centre[0] + radius * cosine, centre[1] + radius * flat * sine
    tall = length * rng.uniform(0.8, 1.15, count)
    out = length * rng.uniform(0.25, 0.6)
    half = np.full(count, min(length * 0.22, 0.8 * radius * math.pi / count))
    up = math.sqrt(1 - min(flat, 0.95) ** 2)
    return Quiet(np.c_[x, y, x + out * cosine, y + tall * up + out * flat * sine, half], gas_light(rng))


def blowtorch(rng: Rng, attributes: Attributes) -> Subject:
    """A hard cone of burning gas in a wider, restless flame."""
    turn = rng.uniform(0, TAU)
    length, half = rng.uniform(0.35, 0.6), rng.uniform(0.08, 0.12)
    cone = Quiet(
        np.array([[0, 0, -math.sin(turn) * length, math.cos(turn) * length, half]]), gas_light(rng), rng.normal(0, 0.1)
    )
    around = burning(rng, np.array([[0, 0, 1.3, 1.5 * half]]), tint=_GAS, unrest=(0.2, 0.4), turn=turn)
    hard = replace(
        around,
        brightness=0.4 * around.brightness,
        sheet=0.2,
        sway=lambda y: (0.05 * np.clip(y, 0, 2)).astype(np.float32),
    )
    return Together((cone, hard))


def sparkler(rng: Rng, attributes: Attributes) -> Subject:
    """Sparks of a sparkler or of grinding."""
    return burst_of_sparks(rng, one_sided=rng.chance(0.35))


FLAMES: dict[str, tuple[float, Callable[[Rng, Attributes], Subject]]] = {
    "fire": (2.0, fire),
    "camp_fire": (1.2, camp_fire),
    "torch": (1.2, torch),
    "wall": (0.8, wall),
    "jet": (0.8, jet),
    "fireball": (1.0, ball),
    "coloured": (1.0, salt),
    "ring": (0.3, hoop),
    "candle": (1.2, candle),
    "gas_burner": (0.9, burner),
    "blowtorch": (0.4, blowtorch),
    "sparkler": (0.8, sparkler),
}  # name: how often, maker
