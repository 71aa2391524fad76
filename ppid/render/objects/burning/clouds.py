"""Smoke of many sorts: each maker draws one as a `Smoke`."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ppid.render.colour import Range, hsv, linear, random_colour
from ppid.render.objects.burning.particles import burst_of_sparks, flung
from ppid.render.objects.burning.smoke import Lighting, Smoke, balls
from ppid.render.objects.burning.volumes import Shaped, Subject, Together, Turbulence, Volume
from ppid.render.rng import Rng
from ppid.render.shapes import TAU, spline, unit
from ppid.render.shot import Attributes

Colours = NDArray[np.float64]

_SETUPS = {"side": 3.0, "above": 2.5, "front": 1.5, "behind": 1.5, "below": 0.5}


def lighting(rng: Rng, attributes: Attributes, albedo: Colours, shade: float | None = None) -> Lighting:
    """A random light on smoke of the colours (K, 3)."""
    setup = rng.named(_SETUPS)
    side = rng.pick([-1, 1])
    towards = {
        "side": (side * rng.uniform(0.5, 1), rng.uniform(0.1, 0.9), rng.uniform(-0.1, 0.6)),
        "above": (side * rng.uniform(0, 0.5), 1.0, rng.uniform(-0.2, 0.4)),
        "front": (side * rng.uniform(0, 0.6), rng.uniform(0, 0.7), 1.0),
        "behind": (side * rng.uniform(0, 0.6), rng.uniform(0, 0.6), -1.0),
        "below": (side * rng.uniform(0, 0.7), -1.0, rng.uniform(0, 0.5)),
    }[setup]
    attributes["light"] = setup
    warm = rng.pick([0.07, 0.09, 0.1, 0.6])
    key = linear(hsv(warm, rng.uniform(0, 0.45), 1)) * rng.uniform(0.8, 1.3)
    ambient = linear(hsv(rng.uniform(0.52, 0.68), rng.uniform(0, 0.4), 1)) * rng.uniform(0.12, 0.5)
    depth = rng.uniform(0.6, 1.8) if shade is None else shade
    return Lighting(tuple(unit(towards)), key, ambient, np.atleast_2d(albedo), depth)


def _tone(rng: Rng, attributes: Attributes, weights: dict[str, float]) -> Colours:
    """Albedo (K, 3) of one of the sorts of smoke."""
    tone = rng.named(weights)
    attributes["tone"] = tone
    if tone == "colours":
        first = rng.uniform()
        hues = [first + offset for offset in rng.pick([(0, 0.12), (0, 0.5), (0, 0.33, 0.66), (0, 0.08, 0.2)])]
        return np.array([_vivid(rng, hue) for hue in hues])
    return np.atleast_2d(_TONES[tone](rng))


def _vivid(rng: Rng, hue: float | None = None) -> Colours:
    return random_colour(rng, (0.65, 0.97), (0.75, 1.0), hue)


_TONES: dict[str, Callable[[Rng], Colours]] = {
    "white": lambda rng: np.array([0.95, 0.95, 0.95]) * rng.uniform(0.9, 1),
    "grey": lambda rng: np.ones(3) * rng.uniform(0.25, 0.6),
    "black": lambda rng: np.array([1.0, 0.95, 0.9]) * rng.uniform(0.015, 0.08),
    "brown": lambda rng: linear(hsv(rng.uniform(0.05, 0.11), rng.uniform(0.25, 0.5), rng.uniform(0.45, 0.8))),
    "dust": lambda rng: linear(hsv(rng.uniform(0.06, 0.12), rng.uniform(0.2, 0.5), rng.uniform(0.7, 0.95))),
    "cool": lambda rng: np.array([0.6, 0.7, 0.9]) * rng.uniform(0.7, 1),
    "storm": lambda rng: np.array([0.3, 0.34, 0.42]) * rng.uniform(0.6, 1.3),
    "colour": _vivid,
}


def _clustered(rng: Rng, parents: list[Colours], levels: int, children: int, up: float) -> Colours:
    """Spheres (K, 4) with smaller ones on their surfaces; `up` keeps those from looking down."""
    everything, last = list(parents), list(parents)
    for _ in range(levels):
        following = []
        for x, y, z, radius in last:
            for _ in range(rng.whole(children - 2, children + 2)):
                way = unit(rng.normal(size=3) + np.array([0, up, 0]))
                size = radius * rng.uniform(0.28, 0.6)
                following.append(np.array([*(np.array([x, y, z]) + way * radius * rng.uniform(0.7, 0.95)), size]))
        everything += following
        last = following
    return np.array(everything)


def _around(spheres: Colours) -> tuple[tuple[float, float, float, float], float]:
    """Bounds and half depth of spheres."""
    low, high = (spheres[:, :3] - spheres[:, 3:]).min(0), (spheres[:, :3] + spheres[:, 3:]).max(0)
    return (low[0], low[1], high[0], high[1]), float(max(-low[2], high[2]))


def cloud(rng: Rng, attributes: Attributes) -> Smoke:
    """A fair-weather cloud: heaps of heaps on a flat base."""
    width = rng.uniform(0.4, 1.2)
    parents = []
    for _ in range(rng.whole(3, 8)):
        x = rng.uniform(-width, width)
        radius = rng.uniform(0.2, 0.48) * (1 - 0.5 * abs(x) / width)
        parents.append(np.array([x, rng.uniform(0, 0.3) * (1 - abs(x) / width), rng.uniform(-0.25, 0.25), radius]))
    spheres = _clustered(rng, parents, 2, 6, 0.7)
    heap, base = balls(spheres, 0.25), rng.uniform(-0.15, 0.05)
    sharp = rng.uniform(0.6, 2.5)

    def shape(x: Volume, y: Volume, z: Volume) -> Volume:
        return np.minimum(heap(x, y, z), (y - base) * sharp)

    bounds, half_depth = _around(spheres)
    albedo = _tone(rng, attributes, {"white": 6, "storm": 1.5, "grey": 1, "cool": 1})
    return Smoke(
        bounds, half_depth, shape, Turbulence(rng, rng.uniform(4.6, 5.3)), lighting(rng, attributes, albedo),
        frequency=rng.uniform(0.6, 1.0), rough=rng.uniform(0.03, 0.09), curl=rng.uniform(0.02, 0.08),
        billow=rng.uniform(0.2, 0.9), detail=rng.uniform(0.15, 0.35), soft=rng.log_uniform(0.06, 0.3),
        opacity=rng.log_uniform(5, 22),
    )  # fmt: skip


def puff(rng: Rng, attributes: Attributes) -> Smoke:
    """A loose puff with torn edges."""
    spheres = np.array(
        [[*(rng.normal(size=3) * [0.38, 0.28, 0.2]), rng.uniform(0.15, 0.5)] for _ in range(rng.whole(2, 7))]
    )
    bounds, half_depth = _around(spheres)
    albedo = _tone(rng, attributes, {"white": 4, "grey": 2, "black": 1.2, "colour": 1.3, "cool": 1, "colours": 0.6})
    return Smoke(
        bounds, half_depth, balls(spheres, 0.6), Turbulence(rng, rng.uniform(4.5, 5.5)),
        lighting(rng, attributes, albedo), frequency=rng.uniform(0.4, 0.7), rough=rng.uniform(0.1, 0.2),
        curl=rng.uniform(0.05, 0.35), billow=rng.pick([0.0, 0.0, 0.6]), detail=rng.uniform(0.1, 0.25),
        soft=rng.log_uniform(0.1, 0.7), opacity=rng.log_uniform(2, 12),
    )  # fmt: skip


def column(rng: Rng, height: float, mouth: float, spread: float, lean: float) -> Shaped:
    """The shape of what rises from the origin and widens, swaying: up to `height`, `mouth` wide below."""
    power, sway, phase, waves = rng.uniform(0.7, 1.2), rng.uniform(0.03, 0.14), rng.uniform(0, TAU), rng.uniform(3, 8)

    def shape(x: Volume, y: Volume, z: Volume) -> Volume:
        t = np.clip(y / height, 0, 1.2)
        middle = height * (lean * t**1.6 + sway * t * np.sin(waves * t + phase))
        radius = mouth + spread * height * t**power - 0.5 * height * np.clip(t - 0.75, 0, None) ** 1.5
        below = np.clip(-y / max(mouth, 0.02), 0, 20) * 0.3
        return radius - np.sqrt((x - middle) ** 2 + z**2) - below - 0.25 * height * np.clip(t - 0.55, 0, None)

    return shape


def _thinning(height: float, start: float, onset: float = 0.0) -> Callable[[Volume], Volume]:
    """Density that goes to nothing between `start` and 1 of the height, and begins over the height `onset`."""

    def fade(y: Volume) -> Volume:
        t = np.clip((y / height - start) / (1 - start), 0, 1)
        begun = np.clip(y / onset + 0.1, 0, 1) if onset else 1.0
        return ((1 - t * t * (3 - 2 * t)) * begun).astype(np.float32)

    return fade


def _settling(height: float, mouth: float, spread: float) -> Callable[[Volume], Volume]:
    """Turbulence that grows with a plume's width."""

    def calm(y: Volume) -> Volume:
        width = (mouth + spread * np.clip(y, 0, None)) / (mouth + spread * height)
        return np.clip(1.6 * width, 0.05, 1).astype(np.float32)

    return calm


def rising(rng: Rng, attributes: Attributes, mouth: float = 0.07, height: float = 2.0) -> Smoke:
    """A plume from a fire or a chimney."""
    spread, lean = rng.uniform(0.14, 0.34), rng.normal(0, 0.22)
    wide = height * (spread + abs(lean) + 0.16) + 0.1
    tones = {"white": 3, "grey": 3, "black": 1.6, "brown": 1, "colour": 0.7}
    albedo = _tone(rng, attributes, tones)
    radius = mouth + spread * height
    return Smoke(
        (-wide, -3 * mouth, wide, height), radius, column(rng, height, mouth, spread, lean),
        Turbulence(rng, rng.uniform(4.6, 5.4)), lighting(rng, attributes, albedo),
        frequency=rng.uniform(0.8, 1.4) / height, rough=rng.uniform(0.04, 0.09) * height,
        curl=rng.uniform(0.03, 0.14) * height, billow=rng.pick([0.0, 0.4, 0.9]), detail=rng.uniform(0.12, 0.28),
        soft=rng.log_uniform(0.03, 0.16) * height, opacity=rng.log_uniform(4, 20) / height,
        fade=_thinning(height, rng.uniform(0.2, 0.6)), calm=_settling(height, mouth, spread),
    )  # fmt: skip


def steam(rng: Rng, attributes: Attributes, mouth: float = 0.16, height: float = 1.6) -> Smoke:
    """What rises from hot water: thin, white, torn into veils."""
    spread, lean = rng.uniform(0.03, 0.13), rng.normal(0, 0.12)
    wide = mouth + height * (spread + abs(lean) + 0.16)
    attributes["tone"] = "white"
    return Smoke(
        (-wide, -0.5 * mouth, wide, height), mouth + spread * height,
        column(rng, height, mouth, spread, lean), Turbulence(rng, rng.uniform(5.0, 5.8)),
        lighting(rng, attributes, np.array([0.95, 0.95, 0.95]), 0.3), frequency=rng.uniform(0.7, 1.3) / height,
        rough=rng.uniform(0.09, 0.14) * height, curl=rng.uniform(0.06, 0.18) * height,
        billow=rng.pick([0.0, 0.0, 0.5]), detail=0.07, soft=rng.uniform(0.1, 0.25) * height,
        opacity=rng.log_uniform(7, 15) / height * max(0.16 / mouth, 1) ** 0.6,
        fade=_thinning(height, rng.uniform(0.2, 0.5), min(1.5 * mouth, 0.3 * height)),
        calm=lambda y: np.clip(0.35 + 1.6 * y / height, 0.35, 1).astype(np.float32),
        stretch=(1.0, rng.uniform(1.2, 2.2)),
    )  # fmt: skip


def mushroom(rng: Rng, attributes: Attributes) -> Smoke:
    """The cloud of a large explosion: a rolling cap on a stem."""
    radius, thick = rng.uniform(0.4, 0.6), rng.uniform(0.2, 0.3)
    parents = []
    for angle in np.arange(10) / 10 * TAU + rng.uniform(0, 1):
        place = (radius * math.cos(angle), 0.35 + rng.uniform(-0.05, 0.05), radius * math.sin(angle))
        parents.append(np.array([*place, thick * rng.uniform(0.75, 1.1)]))
    parents.append(np.array([0, 0.42, 0, radius * 0.75]))
    spheres = _clustered(rng, parents, 1, 7, 0.25)
    cap, waist, foot = balls(spheres, 0.3), rng.uniform(0.1, 0.18), rng.uniform(0.1, 0.5)

    def shape(x: Volume, y: Volume, z: Volume) -> Volume:
        width = waist + 0.25 * np.clip(y, 0, 1) ** 2 + foot * np.clip(-0.75 - y, 0, 1)
        stem = width - np.sqrt(x**2 + z**2) - np.clip(np.abs(y + 0.3) - 0.7, 0, None) * 3
        return np.maximum(cap(x, y, z), stem)

    bounds, half_depth = _around(spheres)
    albedo = _tone(rng, attributes, {"grey": 2, "brown": 2, "black": 1.5, "dust": 1, "white": 0.7})
    return Smoke(
        (bounds[0], -1.3, bounds[2], bounds[3]), half_depth, shape, Turbulence(rng, 5.1),
        lighting(rng, attributes, albedo), frequency=rng.uniform(0.7, 1.1), rough=rng.uniform(0.04, 0.08),
        curl=rng.uniform(0.02, 0.07), billow=rng.uniform(0.5, 1.0), detail=0.25, soft=rng.uniform(0.05, 0.15),
        opacity=rng.uniform(10, 25), heat=rng.pick([None, -0.4, 0.0]),
    )  # fmt: skip


def bank(rng: Rng, attributes: Attributes) -> Smoke:
    """Fog that lies low and leaves the picture at its sides."""
    ends = rng.uniform(0.4, 1.0)
    layers = [
        (rng.uniform(0.2, 0.5), rng.uniform(-0.1, 0.5), *rng.uniform([1, 0], [3, TAU])) for _ in range(rng.whole(1, 3))
    ]

    def shape(x: Volume, y: Volume, z: Volume) -> Volume:
        sides = np.clip((np.abs(x) - ends) / 0.5, 0, None) ** 2 + 0.3 * z**2
        deep = [
            tall * (0.7 + 0.3 * np.sin(waves * x + phase)) - np.abs(y - level) * np.where(y < level, 1.6, 1.0)
            for tall, level, waves, phase in layers
        ]
        return np.maximum.reduce(deep) - sides

    albedo = _tone(rng, attributes, {"white": 4, "cool": 2, "grey": 1, "dust": 0.7})
    return Smoke(
        (-ends - 0.5, -0.5, ends + 0.5, 1.1), 1.0, shape, Turbulence(rng, rng.uniform(4.8, 5.7)),
        lighting(rng, attributes, albedo, 0.3),
        frequency=rng.uniform(0.3, 0.6), rough=rng.uniform(0.1, 0.2), curl=rng.uniform(0.1, 0.3), detail=0.12,
        soft=rng.uniform(0.25, 0.6), opacity=rng.log_uniform(1.2, 6), stretch=(rng.uniform(1.2, 2.5), 1.0),
    )  # fmt: skip


def ring(rng: Rng, attributes: Attributes) -> Smoke:
    """A ring that was blown."""
    radius, thick = rng.uniform(0.5, 0.7), rng.uniform(0.06, 0.16)
    tilt, turn = rng.uniform(0.1, 1.2), rng.uniform(0, TAU)
    wobble, phase = rng.uniform(0, 0.08), rng.uniform(0, TAU)

    def shape(x: Volume, y: Volume, z: Volume) -> Volume:
        across, up = x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn)
        along, level = up * math.cos(tilt) + z * math.sin(tilt), z * math.cos(tilt) - up * math.sin(tilt)
        angle = np.arctan2(along, across)
        middle = radius * (1 + wobble * np.sin(3 * angle + phase))
        return thick * (1 + 0.3 * np.sin(2 * angle + phase)) - np.hypot(np.hypot(across, along) - middle, level)

    albedo = _tone(rng, attributes, {"white": 4, "grey": 2, "colour": 1, "cool": 1})
    return Smoke(
        (-1.0, -1.0, 1.0, 1.0), 0.95, shape, Turbulence(rng, 5.3), lighting(rng, attributes, albedo),
        frequency=rng.uniform(0.5, 1.0), rough=thick * rng.uniform(0.4, 0.9), curl=rng.uniform(0.1, 0.4),
        detail=0.1, soft=thick * rng.uniform(0.7, 1.8), opacity=rng.log_uniform(3, 14),
    )  # fmt: skip


def trail(rng: Rng, attributes: Attributes) -> Smoke:
    """What a plane, a rocket or a flare draws behind it."""
    steps = rng.normal(size=(6, 3)) * [0.35, 0.25, 0.1] + [rng.uniform(0.2, 0.5), rng.uniform(-0.1, 0.4), 0]
    path = spline(np.cumsum(steps, 0), 60)
    path -= path.mean(0)
    widening = np.linspace(0, 1, 60) ** rng.uniform(0.6, 1.1)
    spheres = np.c_[path, 0.03 + rng.uniform(0.1, 0.24) * widening * (1 + 0.25 * rng.normal(size=60))]
    spheres[:, 3] = np.maximum(spheres[:, 3], 0.025)
    bounds, half_depth = _around(spheres)
    albedo = _tone(rng, attributes, {"white": 3, "colour": 3, "grey": 1.5, "black": 1, "colours": 1})
    return Smoke(
        bounds, half_depth, balls(spheres, 0.3), Turbulence(rng, rng.uniform(4.6, 5.3)),
        lighting(rng, attributes, albedo), frequency=rng.uniform(0.6, 1.1), rough=rng.uniform(0.04, 0.1),
        curl=rng.uniform(0.05, 0.2), billow=rng.pick([0.0, 0.7]), detail=0.25, soft=rng.uniform(0.06, 0.25),
        opacity=rng.log_uniform(5, 16),
    )  # fmt: skip


def bomb(rng: Rng, attributes: Attributes) -> Smoke:
    """Thick coloured smoke that a grenade pours out."""
    lean, height = rng.uniform(0.2, 0.8) * rng.pick([-1, 1]), rng.uniform(1.2, 2)
    spread = rng.uniform(0.25, 0.4)
    wide = height * (spread + abs(lean) + 0.16) + 0.1
    attributes["tone"] = "colours"
    hue = rng.uniform()
    albedo = np.array([_vivid(rng, hue + each) for each in rng.pick([(0.0,), (0.0, 0.1), (0.0, 0.45)])])
    return Smoke(
        (-wide, -0.3, wide, height), 0.06 + spread * height, column(rng, height, 0.06, spread, lean),
        Turbulence(rng, rng.uniform(4.5, 5.1)), lighting(rng, attributes, albedo), frequency=rng.uniform(0.5, 0.9),
        rough=rng.uniform(0.1, 0.17), curl=rng.uniform(0.08, 0.3), billow=rng.uniform(0.3, 0.9), detail=0.22,
        soft=rng.uniform(0.05, 0.2), opacity=rng.uniform(6, 18), fade=_thinning(height, rng.uniform(0.3, 0.7)),
        calm=_settling(height, 0.06, spread),
    )  # fmt: skip


def _fingers(rng: Rng, count: int, length: Range, level: float, thickness: Range = (0.04, 0.1)) -> Colours:
    """Spheres along paths that fly out of the origin and fall."""
    spheres = []
    for _ in range(count):
        way = unit(rng.normal(size=3) + np.array([0, level, 0])) * rng.uniform(*length)
        if level > 0:
            way[1] = abs(way[1])
        thick = rng.uniform(*thickness)
        for t in np.linspace(0.15, 1, 14):
            spheres.append([*(way * t - [0, 0.18 * t * t, 0]), thick * (1.25 - t)])
    return np.array(spheres)


def explosion(rng: Rng, attributes: Attributes) -> Subject:
    """A fireball that turns to smoke."""
    parents = [
        np.array([*(rng.normal(size=3) * [0.28, 0.22, 0.15]), rng.uniform(0.22, 0.42)]) for _ in range(rng.whole(3, 7))
    ]
    spheres = _clustered(rng, parents, 1, 8, 0.2)
    if rng.chance(0.5):
        spheres = np.concatenate([spheres, _fingers(rng, rng.whole(4, 12), (0.7, 1.2), 0.5)])
    bounds, half_depth = _around(spheres)
    albedo = _tone(rng, attributes, {"black": 4, "brown": 2, "grey": 2})
    smoke = Smoke(
        bounds, half_depth, balls(spheres, 0.32), Turbulence(rng, rng.uniform(4.5, 5.2)),
        lighting(rng, attributes, albedo), frequency=rng.uniform(0.6, 1.0), rough=rng.uniform(0.06, 0.12),
        curl=rng.uniform(0.03, 0.12), billow=rng.uniform(0.4, 0.9), detail=0.28, soft=rng.uniform(0.05, 0.12),
        opacity=rng.uniform(9, 20), heat=rng.uniform(-0.3, 0.9),
    )  # fmt: skip
    flying: list[Subject] = []
    if rng.chance(0.4):
        flying.append(burst_of_sparks(rng, one_sided=False))
    if rng.chance(0.5):
        flying.append(flung(rng, rng.uniform(0.9, 1.5), 0.4, np.array([[0.02, 0.018, 0.015], [0.1, 0.08, 0.06]])))
    return Together((*flying, smoke))


def dust(rng: Rng, attributes: Attributes) -> Subject:
    """Dust or flour that was thrown up from the ground."""
    level = rng.uniform(0.3, 1.2)
    parents = [
        np.array([rng.uniform(-0.5, 0.5), rng.uniform(0, 0.25), rng.uniform(-0.3, 0.3), rng.uniform(0.15, 0.35)])
        for _ in range(rng.whole(2, 6))
    ]
    spheres = np.concatenate([np.array(parents), _fingers(rng, rng.whole(8, 26), (0.5, 1.3), level)])
    cluster, floor = balls(spheres, 0.4), rng.uniform(1.5, 4)

    def shape(x: Volume, y: Volume, z: Volume) -> Volume:
        return np.minimum(cluster(x, y, z), (y + 0.15) * floor)

    bounds, half_depth = _around(spheres)
    albedo = _tone(rng, attributes, {"dust": 5, "white": 1.5, "brown": 1.5, "grey": 1})
    smoke = Smoke(
        bounds, half_depth, shape, Turbulence(rng, rng.uniform(4.2, 4.9)), lighting(rng, attributes, albedo),
        frequency=rng.uniform(0.6, 1.0), rough=rng.uniform(0.08, 0.15), curl=rng.uniform(0.03, 0.15),
        detail=rng.uniform(0.3, 0.5), soft=rng.uniform(0.2, 0.5), opacity=rng.log_uniform(3, 12),
    )  # fmt: skip
    if rng.chance(0.65):
        return Together((flung(rng, rng.uniform(0.7, 1.1), level, albedo * 0.8), smoke))
    return smoke


def powder(rng: Rng, attributes: Attributes) -> Subject:
    """Coloured powder that bursts, as at Holi."""
    spheres = np.concatenate(
        [
            _fingers(rng, rng.whole(14, 40), (0.3, 1.1), 0.0, (0.09, 0.2)),
            np.array([[*(rng.normal(size=3) * 0.2), rng.uniform(0.2, 0.42)] for _ in range(4)]),
        ]
    )
    bounds, half_depth = _around(spheres)
    albedo = _tone(rng, attributes, {"colours": 3, "colour": 2, "white": 0.5})
    smoke = Smoke(
        bounds, half_depth, balls(spheres, 0.4), Turbulence(rng, rng.uniform(4.1, 4.7)),
        lighting(rng, attributes, albedo), frequency=rng.uniform(0.8, 1.3), rough=rng.uniform(0.04, 0.07),
        curl=rng.uniform(0.02, 0.08), billow=rng.pick([0.0, 0.5]), detail=rng.uniform(0.3, 0.5),
        soft=rng.uniform(0.06, 0.25), opacity=rng.log_uniform(6, 20),
    )  # fmt: skip
    if rng.chance(0.65):
        return Together((flung(rng, rng.uniform(0.8, 1.2), 0.0, albedo * 0.8), smoke))
    return smoke


def breath(rng: Rng, attributes: Attributes) -> Smoke:
    """Breath in the cold or vapour blown to one side."""
    side, drop, length = rng.pick([-1, 1]), rng.normal(0, 0.2), rng.uniform(1.2, 1.9)
    opening = rng.uniform(0.16, 0.34)

    def shape(x: Volume, y: Volume, z: Volume) -> Volume:
        t = np.clip(side * x / length, -0.3, 1.3)
        radius = 0.03 + opening * length * np.clip(t, 0, 1) ** 0.8
        ends = 2 * np.clip(-t, 0, None) + 1.2 * np.clip(t - 0.6, 0, None) ** 1.3
        return radius - np.sqrt((y - drop * t * t * length) ** 2 + z**2) - ends * length * 0.5

    sideways = np.array([-0.35, 1.3]) * length * side
    attributes["tone"] = "white"
    return Smoke(
        (min(sideways), -1.0, max(sideways), 1.0), opening * length * 1.1, shape,
        Turbulence(rng, rng.uniform(4.6, 5.5)),
        lighting(rng, attributes, np.array([0.95, 0.95, 0.97]), 0.35), frequency=rng.uniform(0.5, 0.9),
        rough=rng.uniform(0.1, 0.2), curl=rng.uniform(0.08, 0.25), billow=rng.pick([0.0, 0.6]), detail=0.12,
        soft=rng.uniform(0.2, 0.5), opacity=rng.log_uniform(6, 16), stretch=(rng.uniform(1, 1.8), 1.0),
    )  # fmt: skip


def ink(rng: Rng, attributes: Attributes) -> Smoke:
    """Ink that sinks in water: a plume upside down."""
    height, spread = 1.8, rng.uniform(0.14, 0.28)
    upright = column(rng, height, 0.05, spread, rng.normal(0, 0.1))
    fade = _thinning(height, 0.7)
    wide = height * (spread + 0.35)
    albedo = _tone(rng, attributes, {"colours": 3, "colour": 3, "black": 2, "white": 1})
    return Smoke(
        (-wide, -height, wide, 0.2), 0.05 + spread * height, lambda x, y, z: upright(x, -y, z),
        Turbulence(rng, rng.uniform(5.0, 5.7)), lighting(rng, attributes, albedo), frequency=rng.uniform(0.5, 0.8),
        rough=rng.uniform(0.08, 0.14), curl=rng.uniform(0.2, 0.45), billow=rng.uniform(0.3, 1), detail=0.08,
        soft=rng.uniform(0.05, 0.15), opacity=rng.uniform(6, 14), fade=lambda y: fade(-y),
    )  # fmt: skip


SMOKES: dict[str, tuple[float, Callable[[Rng, Attributes], Subject]]] = {
    "cloud": (1.6, cloud),
    "puff": (1.8, puff),
    "plume": (1.6, rising),
    "steam": (1.0, steam),
    "mushroom": (0.7, mushroom),
    "fog_bank": (0.9, bank),
    "ring": (0.7, ring),
    "trail": (0.9, trail),
    "smoke_bomb": (1.3, bomb),
    "explosion": (1.4, explosion),
    "dust": (1.0, dust),
    "powder": (0.9, powder),
    "breath": (1.0, breath),
    "ink": (0.7, ink),
}  # name: how often, maker
