"""Feathers: single ones, fans and wings, each a shaft with barbs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import bpy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.objects.furry.growth import Staged, add_strips, fur_material
from ppid.render.rng import Rng
from ppid.render.shapes import Points, spline, unit
from ppid.render.shot import Attributes

Floats = NDArray[np.float64]
_POINTS = 6  # of a barb


@dataclass(frozen=True)
class Plume:
    """How a feather looks.

    Attributes:
        base, tip: linear RGB.
        width: half of it over its length.
        bars: dark bands across it.
        fluff: share of its length from the root that is down.
        loose: how little its barbs hold together: 0 for a quill, 1 for a plume.
        curve: how much it bends, over its length.
        barbs: at each side.
    """

    base: tuple[float, float, float]
    tip: tuple[float, float, float]
    width: float = 0.13
    bars: float = 0.0
    fluff: float = 0.1
    loose: float = 0.05
    curve: float = 0.15
    barbs: int = 90


@dataclass
class Feathers:
    """Barbs and shafts of many feathers, gathered to be one object of each."""

    _barbs: list[tuple[Points, Floats, Points, Points]] = field(default_factory=list)
    _shafts: list[tuple[Points, Floats, Points, Points]] = field(default_factory=list)

    def put(self, rng: Rng, root: ArrayLike, along: ArrayLike, face: ArrayLike, length: float, plume: Plume) -> None:
        """A feather from `root` along a direction, its upper side towards `face`."""
        ahead = unit(along)
        side = unit(np.cross(ahead, np.asarray(face, float)))
        up = np.cross(side, ahead)
        share = np.linspace(0, 1, 20)
        bend = plume.curve * length
        shaft = np.asarray(root, float) + ahead * (share * length)[:, None] - up * (bend * share**2)[:, None]
        shaft = shaft + side * (rng.uniform(-0.4, 0.4) * bend * share**2)[:, None]
        thick = length * 0.009 * (1.1 - share)
        pale = np.clip(np.asarray(plume.base) * 0.6 + 0.25, 0, 0.9)
        self._shafts.append((shaft[None], thick[None], np.tile(pale, (1, 20, 1)), up[None]))

        count = 2 * plume.barbs
        place = np.concatenate([np.linspace(0.06, 0.995, plume.barbs)] * 2)
        way = np.repeat([-1.0, 1.0], plume.barbs)
        outline = np.sin(math.pi * np.clip((place - 0.03) / 0.99, 0, 1) ** 0.75) ** 0.5
        slant = 0.9 - 0.45 * place  # steeper towards the tip
        long = (
            plume.width
            * length
            * outline
            * np.where(way > 0, 0.75, 1.0)
            / np.sin(slant)
            * (1 + 0.04 * rng.normal(size=count))
        )
        loose = np.where(place < plume.fluff, 0.9, plume.loose)
        splits = sum(
            rng.uniform(0.1, 0.35) * (place > rng.uniform(0.2, 0.9)) * (way == rng.pick([-1, 1]))
            for _ in range(rng.whole(0, 3))
        )
        slant = slant - splits * 0.25
        out = side * (way * np.sin(slant))[:, None] + ahead * np.cos(slant)[:, None]
        out = unit(out + rng.normal(size=(count, 3)) * (loose * 0.45)[:, None])
        roots = np.stack([np.interp(place, share, shaft[:, axis]) for axis in range(3)], 1)
        step = np.linspace(0, 1, _POINTS)
        barbs = roots[:, None] + out[:, None] * (long[:, None] * step)[..., None]
        barbs = barbs + ahead * (0.3 * long[:, None] * step**2)[..., None]
        barbs = barbs - up * (plume.width * 0.6 * long[:, None] * step**2)[..., None]
        stray = rng.normal(size=(count, 1, 3)) * (loose[:, None] * long[:, None] * step**2 * 0.35)[..., None]
        gap = length * 0.93 / plume.barbs
        wide = gap * np.where(loose > 0.4, 0.22, 0.62)[:, None] * np.linspace(1, 0.45, _POINTS)
        tint = np.asarray(plume.base) + (np.asarray(plume.tip) - np.asarray(plume.base)) * (place**1.5)[:, None]
        if plume.bars:
            tint = tint * (1 - 0.75 * (np.sin(place * plume.bars + 0.4 * way) > 0.25))[:, None]
        colours = tint[:, None] * (rng.uniform(0.88, 1.1, (count, 1)) * (1.08 - 0.2 * (1 - step)))[..., None]
        self._barbs.append((barbs + stray, wide, colours, np.broadcast_to(up, (count, 3))))

    def add(self, material: bpy.types.Material) -> None:
        """Put all of them into the scene."""
        for name, gathered in (("barbs", self._barbs), ("shafts", self._shafts)):
            points, wide, colours, up = (np.concatenate(parts) for parts in zip(*gathered, strict=True))
            add_strips(points, wide, up, material, colour=np.clip(colours, 0.003, 0.95), normal=up, name=name)


def wing(
    rng: Rng,
    feathers: Feathers,
    bones: ArrayLike,
    behind: ArrayLike,
    face: ArrayLike,
    reach: float,
    plumes: tuple[Plume, Plume],
    count: int = 16,
) -> None:
    """Add a spread wing.

    Args:
        rng: draws how feathers differ.
        feathers: gets them.
        bones: (N, 3) from the shoulder to the tip of the arm.
        behind: where the feathers near the shoulder point.
        face: what the upper side of the wing looks towards.
        reach: length of the longest feather.
        plumes: of the flight feathers and of the coverts.
        count: of flight feathers.
    """
    arm = spline(np.asarray(bones, float), 40)
    outward = unit(arm[-1] - arm[-8])
    back = unit(behind)
    up = unit(face)
    rows = (
        (1.0, count, 0.0, plumes[0]),
        (0.52, int(count * 1.3), 0.05, plumes[1]),
        (0.32, int(count * 1.6), 0.09, plumes[1]),
        (0.2, count * 2, 0.12, plumes[1]),
    )
    for size, number, lift, plume in rows:
        for k in range(number):
            share = (k + rng.uniform(-0.2, 0.2)) / (number - 1)
            at = np.clip(share, 0, 1) * 39
            root = arm[int(at)] + up * lift * reach * 0.35
            spread = np.clip((share - 0.35) / 0.65, 0, 1) ** 1.6
            way = unit(back * (1 - spread) + outward * spread + rng.normal(size=3) * 0.03)
            long = (
                reach * size * (0.62 + 0.38 * math.sin(math.pi * min(0.15 + 0.75 * share, 1))) * rng.uniform(0.94, 1.06)
            )
            tilt = unit(up + rng.normal(size=3) * 0.08 + way * 0.15)
            feathers.put(rng, root, way, tilt, long, plume)


def random_plume(rng: Rng, colour: ArrayLike | None = None) -> Plume:
    """A plume of any kind; its colour is linear RGB."""
    shades = [
        (0.85, 0.84, 0.8),
        (0.02, 0.02, 0.022),
        (0.3, 0.17, 0.08),
        (0.42, 0.42, 0.44),
        (0.05, 0.2, 0.45),
        (0.6, 0.03, 0.03),
        (0.75, 0.5, 0.05),
        (0.05, 0.35, 0.12),
    ]
    base = np.asarray(rng.pick(shades) if colour is None else colour, float)
    other = rng.pick([base, base * 0.25, np.clip(base * 1.8, 0, 0.9), np.asarray(rng.pick(shades))])
    loose = rng.pick([0.03, 0.08, 0.3, 0.8], [4, 2, 1, 1])
    return Plume(
        tuple(base.tolist()),
        tuple(np.asarray(other).tolist()),
        width=rng.uniform(0.09, 0.17) * (1.4 if loose > 0.2 else 1),
        bars=rng.pick([0, 0, rng.uniform(20, 60)]),
        fluff=rng.uniform(0.08, 0.3),
        loose=loose,
        curve=rng.uniform(-0.1, 0.3),
        barbs=rng.whole(260, 420),
    )


def feathers_alone(rng: Rng, attributes: Attributes) -> Staged:
    """One or several loose feathers, or a fan of them."""
    how = rng.pick(["one", "few", "fan"], [3, 3, 1.5])
    attributes["arrangement"] = how
    feathers = Feathers()
    if how == "fan":
        count, plume = rng.whole(7, 14), replace(random_plume(rng), barbs=160)
        for k in range(count):
            angle = (k / (count - 1) - 0.5) * rng.uniform(1.8, 2.4)
            way = np.array([0, math.sin(angle), math.cos(angle)])
            feathers.put(rng, way * 0.1 + [0.01 * k, 0, -0.8], way, (1, 0, 0), rng.uniform(1.3, 1.5), plume)
    else:
        shared = random_plume(rng)
        for k in range(1 if how == "one" else rng.whole(2, 5)):
            plume = shared if rng.chance(0.5) else random_plume(rng)
            way = np.array([rng.normal(0, 0.25), rng.normal(0, 0.45), 1.0])
            root = np.array([0.03 * k, rng.uniform(-0.4, 0.4) if k else 0, -0.85])
            face = unit(np.array([1, rng.normal(0, 0.5), rng.normal(0, 0.3)]))
            feathers.put(rng, root, way, face, rng.uniform(1.2, 1.8), plume)
    feathers.add(fur_material(rng, rng.uniform(0.03, 0.12)))
    azimuth = rng.normal(0, 0.5)
    return Staged(unit((math.cos(azimuth), math.sin(azimuth), rng.uniform(-0.2, 0.4))))


def wings_alone(rng: Rng, attributes: Attributes) -> Staged:
    """A pair of wings, as angels wear them, or one."""
    base = random_plume(rng)
    single = rng.chance(0.3)
    attributes["arrangement"] = "single" if single else "pair"
    flight = replace(base, width=0.1, loose=0.04, fluff=0.06, curve=0.1, barbs=70)
    cover = replace(base, width=0.17, loose=rng.pick([0.05, 0.3]), fluff=0.2, curve=0.15, barbs=42)
    feathers = Feathers()
    raise_ = rng.uniform(0.5, 1.4)
    for side in (1,) if single else (-1, 1):
        shoulder = np.array([0, side * 0.08, 0])
        bones = [
            shoulder,
            shoulder + [0, side * 0.3, 0.35 * raise_],
            shoulder + [0, side * 0.7, 0.42 * raise_],
            shoulder + [0, side * 0.95, 0.25 * raise_],
        ]
        wing(
            rng,
            feathers,
            np.array(bones),
            (0.0, side * 0.15, -1),
            (1, 0, 0),
            rng.uniform(0.9, 1.2),
            (flight, cover),
            rng.whole(14, 20),
        )
    feathers.add(fur_material(rng, 0.05))
    azimuth = rng.normal(0, 0.5) + rng.pick([0, math.pi], [4, 1])
    return Staged(unit((math.cos(azimuth), math.sin(azimuth), rng.uniform(-0.15, 0.3))))
