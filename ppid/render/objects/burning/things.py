"""Candles, fires and all that smokes. A maker adds one to the scene and says what comes out of it, and where."""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np
from numpy.typing import ArrayLike

from ppid.render.colour import random_colour
from ppid.render.materials import Material, everyday
from ppid.render.objects.burning import clouds, wisps
from ppid.render.objects.burning.particles import burst_of_sparks, flying_sparks
from ppid.render.objects.burning.vents import (
    Makers,
    Scope,
    Vent,
    candle_flame,
    char,
    fire,
    glow_lamp,
    glowing,
    handle,
    moved,
    thread,
)
from ppid.render.objects.burning.volumes import Together
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, bevel
from ppid.render.shapes import (
    TAU,
    Points,
    box,
    join,
    lathe,
    noise,
    point_along,
    rounded_box,
    sphere,
    spline,
    torus,
    tube,
    unit,
)


def _wax(rng: Rng, colour: ArrayLike) -> bpy.types.Material:
    material = Material("wax", Base_Color=colour, Roughness=0.35)
    through = material.node("BsdfTranslucent", Color=colour)
    material.surface(material.mixed(0.45, material.principled.outputs[0], through.outputs[0]))
    return material.data


def _one_candle(scope: Scope, foot: ArrayLike, radius: float, tall: float, colour: ArrayLike) -> Points:
    """A candle with drips; returns where its flame begins."""
    rng, where = scope.rng, np.asarray(foot, float)
    wax = _wax(rng, colour)
    rim = radius * 0.12
    profile = [
        (0, 0),
        (radius, 0),
        (radius, tall - rim),
        (radius - rim, tall),
        (radius * 0.7, tall - rim),
        (0, tall - 1.6 * rim),
    ]
    add_mesh(moved(lathe(profile, 48), where), wax)
    for _ in range(rng.whole(0, 5)):
        way, length = rng.uniform(0, TAU), tall * rng.uniform(0.1, 0.6)
        side = np.array([math.cos(way), math.sin(way), 0]) * radius * 0.97
        path = np.array([side + [0, 0, tall - rim], side + [0, 0, tall - length / 2], side + [0, 0, tall - length]])
        add_mesh(moved(tube(spline(path, 12), radius * np.r_[np.linspace(0.08, 0.17, 10), 0.12, 0.03], 8), where), wax)
    wick, bend = max(0.1, 0.6 * radius), rng.normal(0, 0.02)
    top = where + [0, 0, tall - 1.6 * rim]
    path = top + np.array([(0, 0, 0), (bend * 0.3, 0, wick * 0.6), (bend, 0, wick)])
    add_mesh(tube(spline(path, 8), 0.05 * radius + 0.005, 6), everyday(rng, "rubber", (0.015, 0.012, 0.01)))
    return path[1] - [0, 0, 0.3 * wick]


def _wax_colour(rng: Rng) -> Points:
    return np.asarray(
        rng.pick(
            [
                (0.85, 0.8, 0.66),
                (0.85, 0.8, 0.66),
                (0.55, 0.04, 0.04),
                (0.15, 0.25, 0.6),
                (0.1, 0.35, 0.2),
                (0.8, 0.5, 0.1),
            ]
        ),
        float,
    )


def _candle(scope: Scope) -> list[Vent]:
    rng = scope.rng
    radius, tall = rng.uniform(0.07, 0.3), rng.uniform(0.4, 1.1)
    top = _one_candle(scope, (0, 0, 0), radius, tall, _wax_colour(rng))
    if rng.chance(0.5):
        profile = [(0, -0.08), (0.45, -0.08), (0.5, 0.0), (0.48, 0.01), (0.42, -0.04), (radius, -0.02), (0, -0.02)]
        add_mesh(lathe(profile, 48), everyday(rng, rng.pick(["metal", "ceramic", "wood"])))
    if rng.chance(0.2):
        scope.attributes["blown_out"] = True
        return [thread(scope, top + [0, 0, 0.08], rng.uniform(0.9, 1.4), 0.01)]
    return [candle_flame(scope, top, rng.uniform(0.25, 0.45))]


def _candles(scope: Scope) -> list[Vent]:
    rng, vents = scope.rng, []
    colour, same = _wax_colour(rng), rng.chance(0.7)
    count = rng.whole(2, 5)
    for k in range(count):
        way = k * TAU / count + rng.uniform(-0.3, 0.3)
        foot = np.array([math.cos(way), math.sin(way), 0]) * rng.uniform(0.3, 0.42)
        shade = colour if same else _wax_colour(rng)
        top = _one_candle(scope, foot, rng.uniform(0.08, 0.16), rng.uniform(0.25, 0.9), shade)
        vents.append(candle_flame(scope, top, rng.uniform(0.2, 0.32)))
    return vents


def _cake(scope: Scope) -> list[Vent]:
    rng = scope.rng
    sponge, icing = (
        everyday(rng, "ceramic", (0.35, 0.17, 0.07)),
        everyday(rng, "ceramic", random_colour(rng, (0, 0.5), (0.8, 1))),
    )
    add_mesh(lathe([(0, 0), (0.6, 0), (0.62, 0.03), (0.62, 0.4), (0, 0.4)], 64), sponge)
    angle = np.linspace(0, TAU, 96, endpoint=False)
    drip = 0.12 + 0.07 * np.sin(angle * rng.whole(7, 12)) + 0.03 * np.sin(5 * angle)
    radius, level = [0.0, 0.58, 0.64, 0.65, 0.65], [0.44, 0.44, 0.4, 0.36, 0.36]
    rings = [np.c_[r * np.cos(angle), r * np.sin(angle), np.full(96, z)] for r, z in zip(radius, level, strict=True)]
    rings[-1][:, 2] -= drip
    faces = lathe(np.zeros((5, 2)), 96)[1]
    add_mesh((np.concatenate(rings), faces), icing)
    vents, count = [], rng.whole(3, 7)
    for k in range(count):
        way = k * TAU / count + rng.uniform(-0.1, 0.1)
        foot = np.array([0.36 * math.cos(way), 0.36 * math.sin(way), 0.42])
        top = _one_candle(scope, foot, 0.035, 0.34, random_colour(rng, (0.3, 0.9), (0.6, 0.95)))
        vents.append(candle_flame(scope, top, rng.uniform(0.14, 0.2)))
    return vents


def _match(scope: Scope) -> list[Vent]:
    rng = scope.rng
    lean = np.array([rng.normal(0, 0.5), rng.normal(0, 0.3), 1.0])
    stick = box(0.055, 0.055, 1.1)
    add_mesh((point_along(stick[0], lean), stick[1]), everyday(rng, "wood", None), smooth=False)
    top = unit(lean) * 0.56
    add_mesh(
        moved(sphere(3, (0.05, 0.05, 0.085)), top),
        everyday(rng, "rubber", rng.pick([(0.02, 0.018, 0.016), (0.4, 0.03, 0.02)])),
    )
    if rng.chance(0.25):
        return [thread(scope, top + [0, 0, 0.08], rng.uniform(0.8, 1.3))]
    return [candle_flame(scope, top - [0, 0, 0.08], rng.uniform(0.4, 0.7))]


def _lighter(scope: Scope) -> list[Vent]:
    rng = scope.rng
    case = rounded_box(0.34, 0.18, 0.8, 8)
    add_mesh(moved(case, (0, 0, 0.4)), everyday(rng, rng.pick(["metal", "plastic", "paint", "patterned"])))
    steel = everyday(rng, "metal", (0.6, 0.6, 0.62))
    chimney = lathe([(0.075, 0.78), (0.085, 0.78), (0.085, 1.0), (0.075, 1.0)], 32)
    add_mesh(moved(chimney, (-0.04, 0, 0)), steel)
    wheel = torus(0.045, 0.03, 24, 8)
    add_mesh((wheel[0][:, [0, 2, 1]] + [0.1, 0, 0.9], wheel[1]), steel)
    return [candle_flame(scope, (-0.04, 0, 0.97), rng.uniform(0.35, 0.7))]


def _log(rng: Rng, start: Points, end: Points, radius: float, material: bpy.types.Material) -> None:
    path = np.linspace(start, end, 10) + rng.normal(0, 0.012, (10, 3))
    add_mesh(tube(path, radius * (1 + 0.08 * rng.normal(size=10)), 12), material)


def _logs(scope: Scope) -> list[Vent]:
    rng = scope.rng
    burning = rng.chance(0.85)
    bark = char(rng, rng.uniform(3, 9) if burning else 0.0)
    count = rng.whole(4, 8)
    for k in range(count):
        way = k * TAU / count + rng.uniform(-0.3, 0.3)
        level = np.array([math.cos(way), math.sin(way), 0])
        _log(
            rng,
            level * rng.uniform(0.6, 0.8),
            -level * 0.12 + [0, 0, rng.uniform(0.3, 0.5)],
            rng.uniform(0.06, 0.1),
            bark,
        )
    if rng.chance(0.6):
        stone = everyday(rng, "stone")
        for k in range(13):
            ball, way = sphere(3, rng.uniform(0.1, 0.16)), k * TAU / 13
            lumpy = ball[0] * (1 + 0.18 * noise(ball[0] * 6, rng))[:, None]
            add_mesh((lumpy + [0.85 * math.cos(way), 0.85 * math.sin(way), 0.0], ball[1]), stone)
    coals = []
    for _ in range(24):
        ball, where = sphere(2, rng.uniform(0.04, 0.08)), rng.normal(size=2) * 0.2
        coals.append(moved(ball, (*where, 0.03)))
    add_mesh(join(coals), char(rng, 12.0 if burning else 0.0))
    if not burning:
        return [Vent((0, 0, 0.15), clouds.rising(rng, scope.attributes, 0.2, 1.6), 1.5)]
    height = rng.uniform(0.9, 1.6)
    blaze = fire(scope, (0, 0, 0.04), 0.3, height, rng.whole(4, 8))
    sparks = flying_sparks(rng, rng.whole(10, 90), 0.4, height * 1.5)
    return [Vent(blaze.place, Together((blaze.subject, sparks)), height * 1.3)]


def _drum(scope: Scope) -> list[Vent]:
    rng = scope.rng
    z = np.linspace(0, 1.0, 60)
    radius = 0.42 + 0.018 * np.exp(-(((z[:, None] - [0.33, 0.66]) / 0.02) ** 2)).sum(1)
    profile = [(0, 0), *np.c_[radius, z].tolist(), (0.4, 1.0), (0.39, 0.3), (0, 0.3)]
    add_mesh(lathe(profile, 64), everyday(rng, rng.pick(["metal", "paint", "stone"])))
    if rng.chance(0.75):
        return [fire(scope, (0, 0, 0.9), 0.26, rng.uniform(0.8, 1.3), rng.whole(4, 7))]
    return [Vent((0, 0, 0.85), clouds.rising(rng, scope.attributes, 0.3, 1.6), 1.4)]


def _torch(scope: Scope) -> list[Vent]:
    rng = scope.rng
    add_mesh(
        tube([(0, 0, -1.1), (0, 0, 0.1), (0, 0, 0.3)], [0.05, 0.07, 0.1], 16),
        everyday(rng, rng.pick(["wood", "metal"])),
    )
    ribs = np.linspace(0, 1, 40)
    wrap = np.c_[0.13 + 0.03 * ribs + 0.012 * np.sin(ribs * 40), 0.2 + 0.4 * ribs]
    add_mesh(lathe([(0, 0.2), *wrap.tolist(), (0, 0.6)], 32), char(rng, rng.uniform(0, 5)))
    turn = rng.pick([0.0, rng.normal(0, 0.4)])
    return [fire(scope, (0, 0, 0.42), 0.07, rng.uniform(0.7, 1.2), rng.whole(1, 3), turn)]


def _incense(scope: Scope) -> list[Vent]:
    rng, vents = scope.rng, []
    add_mesh(
        lathe([(0, 0), (0.22, 0), (0.26, 0.12), (0.2, 0.16), (0, 0.12)], 40),
        everyday(rng, rng.pick(["ceramic", "wood", "metal", "stone"])),
    )
    for _ in range(rng.pick([1, 1, 2, 3])):
        lean = np.array([rng.normal(0, 0.18), rng.normal(0, 0.18), 1.0])
        top = np.array([*(rng.normal(size=2) * 0.05), 0.1]) + unit(lean) * rng.uniform(0.8, 1.1)
        foot = np.array([*(top[:2] * 0.1), 0.1])
        add_mesh(tube([foot, foot * 0.25 + top * 0.75, top], 0.016, 8), everyday(rng, "wood"))
        add_mesh(tube([top, top + unit(lean) * 0.035], 0.017, 8), glowing(8))
        vents.append(thread(scope, top + [0, 0, 0.03], rng.uniform(0.9, 1.5)))
    return vents


def _cigarette(scope: Scope) -> list[Vent]:
    rng = scope.rng
    side, rise = rng.pick([-1, 1]), rng.uniform(0.1, 0.35)

    def along(t: float) -> Points:
        return np.array([side * (t - 0.5) * 1.3, 0, 0.16 + rise * t])

    for start, end, colour in ((0.0, 0.26, (0.65, 0.33, 0.1)), (0.26, 0.86, (0.85, 0.84, 0.82))):
        add_mesh(tube(np.linspace(along(start), along(end), 4), 0.055, 20), everyday(rng, "rubber", colour))
    ash = tube(np.linspace(along(0.87), along(1.0), 14), 0.052 * (1 - 0.2 * rng.random(14)), 20)
    add_mesh(ash, everyday(rng, "stone", (0.3, 0.3, 0.3)))
    add_mesh(tube([along(0.855), along(0.88)], 0.054, 20), glowing(7))
    if rng.chance(0.6):
        profile = [(0, -0.02), (0.6, -0.02), (0.68, 0.2), (0.62, 0.24), (0.54, 0.06), (0, 0.03)]
        add_mesh(lathe(profile, 48, 50), everyday(rng, rng.pick(["ceramic", "metal", "stone"])))
    return [thread(scope, along(0.93) + [0, 0, 0.05], rng.uniform(0.9, 1.5), 0.03)]


def _pipe(scope: Scope) -> list[Vent]:
    rng = scope.rng
    stem = np.r_[np.full(10, 0.035), np.full(10, 0.055)]
    add_mesh(tube(spline([(-0.95, 0, 0.28), (-0.4, 0, 0.02), (0, 0, -0.12)], 20), stem, 12), everyday(rng, "rubber"))
    profile = [(0, -0.22), (0.14, -0.2), (0.18, 0.1), (0.16, 0.22), (0.115, 0.22), (0.1, 0.02), (0, 0.02)]
    add_mesh(lathe(profile, 40, 50), everyday(rng, "wood"))
    if rng.chance(0.5):
        return [thread(scope, (0, 0, 0.1), rng.uniform(0.8, 1.3), 0.05)]
    return [Vent((0, 0, 0.1), wisps.threads(rng, scope.attributes, 0.05, 1.0, wisps.PLAIN), 1.0)]


def _upright(material: Material) -> Any:
    """Texture coordinates for walls: around the object, and its height."""
    parts = material.node("SeparateXYZ", Vector=material.coordinates()).outputs
    around = material.node("Math", {"operation": "ADD"})
    for place, part in enumerate(parts[:2]):
        material.connect(around, place, part)
    return material.node("CombineXYZ", X=around.outputs[0], Y=parts[2]).outputs[0]


def _chimney(scope: Scope) -> list[Vent]:
    rng, attributes = scope.rng, scope.attributes
    height = rng.uniform(1.4, 2.2)
    if rng.chance(0.5):
        bricks = Material("bricks", Roughness=0.9)
        clay = random_colour(rng, (0.4, 0.7), (0.3, 0.6), rng.uniform(0.0, 0.06))
        node = bricks.node(
            "TexBrick", Vector=_upright(bricks), Color1=clay, Color2=clay * 0.6, Mortar=(0.4, 0.38, 0.35), Scale=4.0
        )
        bricks.set(Base_Color=node.outputs[0])
        stack = add_mesh(moved(box(0.5, 0.5, 1.2), (0, 0, -0.6)), bricks.data, smooth=False)
        bevel(stack, 0.01)
        bevel(add_mesh(moved(box(0.6, 0.6, 0.12), (0, 0, -0.02)), everyday(rng, "stone"), smooth=False), 0.02)
        add_mesh(
            lathe([(0.17, 0), (0.2, 0), (0.17, 0.3), (0.13, 0.3), (0.13, 0.0)], 32),
            everyday(rng, "stone", (0.5, 0.2, 0.1)),
        )
        return [Vent((0, 0, 0.24), clouds.rising(rng, attributes, 0.11, height), height * 0.9)]
    z = np.linspace(-1.5, 0.2, 30)
    radius = 0.16 + 0.07 * (0.2 - z) / 1.7
    profile = [*np.c_[radius, z].tolist(), (0.13, 0.2), (0.13, 0.0)]
    stripe = Material("stack", Roughness=0.7)
    wave = stripe.node(
        "TexWave", {"bands_direction": "Z"}, Vector=stripe.coordinates(1.0), Scale=rng.uniform(0.5, 1.0)
    ).outputs[1]
    pale, dark = random_colour(rng, (0.0, 0.2), (0.6, 0.9)), np.array(rng.pick([(0.6, 0.05, 0.04), (0.4, 0.38, 0.35)]))
    stripe.set(Base_Color=stripe.ramp(wave, [(0.0, pale), (0.5, dark)], hard=True))
    add_mesh(lathe(profile, 40), stripe.data)
    return [Vent((0, 0, 0.15), clouds.rising(rng, attributes, 0.12, height), height * 0.9)]


def _can(scope: Scope) -> list[Vent]:
    rng = scope.rng
    add_mesh(
        lathe(
            [
                (0, 0),
                (0.15, 0),
                (0.16, 0.02),
                (0.16, 0.5),
                (0.13, 0.55),
                (0.06, 0.56),
                (0.06, 0.62),
                (0.04, 0.62),
                (0.04, 0.5),
            ],
            40,
        ),
        everyday(rng, rng.pick(["paint", "metal", "plastic"])),
    )
    cloud = clouds.bomb(rng, scope.attributes)
    return [Vent((0, 0, 0.58), cloud, 1.6)]


def _oil_lamp(scope: Scope) -> list[Vent]:
    rng = scope.rng
    brass = everyday(rng, rng.pick(["metal", "ceramic"]), rng.pick([(0.9, 0.6, 0.2), (0.7, 0.35, 0.2), None]))
    add_mesh(lathe([(0, 0), (0.25, 0), (0.14, 0.08), (0.4, 0.24), (0.3, 0.42), (0.08, 0.5), (0, 0.55)], 56, 60), brass)
    spout = spline([(0.3, 0, 0.25), (0.62, 0, 0.3), (0.85, 0, 0.46)], 18)
    add_mesh(tube(spout, np.linspace(0.14, 0.05, 18), 14), brass)
    grip = handle(0.15, 0.2, 0.035)
    add_mesh((grip[0] * [-1, 1, 1] + [-0.36, 0, 0.3], grip[1]), brass)
    return [candle_flame(scope, (0.86, 0, 0.46), rng.uniform(0.3, 0.5))]


def _rocket(scope: Scope) -> list[Vent]:
    rng = scope.rng
    paint = everyday(rng, "paint")
    add_mesh(lathe([(0, 1.3), (0.1, 1.1), (0.2, 0.7), (0.2, 0.2), (0.16, 0.0), (0, 0.0)], 48, 60), paint)
    first = rng.uniform(0, 1)
    for k in range(3):
        way = first + k * TAU / 3
        fin = box(0.3, 0.03, 0.36)
        sheared = fin[0] + np.array([0.26, 0, 0.12]) - np.array([0, 0, 0.6]) * (fin[0][:, :1] + 0.15)
        cosine, sine = math.cos(way), math.sin(way)
        add_mesh(
            (sheared @ np.array([[cosine, sine, 0], [-sine, cosine, 0], [0, 0, 1]]), fin[1]),
            everyday(rng, "paint"),
            smooth=False,
        )
    add_mesh(lathe([(0.08, 0.02), (0.13, -0.1), (0.11, -0.1), (0.06, 0.02)], 32), everyday(rng, "metal"))
    exhaust = fire(scope, (0, 0, -0.06), 0.04, rng.uniform(1.0, 1.6), 3, math.pi)
    return [Vent(exhaust.place, exhaust.subject, -exhaust.room)]


def _sparkler(scope: Scope) -> list[Vent]:
    rng = scope.rng
    lean = np.array([rng.normal(0, 0.3), 0, 1.0])
    top = unit(lean) * 0.5
    add_mesh(tube([-top, top * 0.2], 0.012, 8), everyday(rng, "metal"))
    add_mesh(tube([top * 0.2, top], 0.024, 10), char(rng, 3.0))
    add_mesh(moved(sphere(3, 0.03), top), glowing(30, (1.0, 0.6, 0.25)))
    glow_lamp(top, 0.4, (1.0, 0.7, 0.4))
    return [Vent(top, burst_of_sparks(rng, one_sided=False), 0.8)]


BURNING: Makers = {
    "candle": (1.4, _candle),
    "candles": (0.9, _candles),
    "cake": (0.6, _cake),
    "match": (0.9, _match),
    "lighter": (0.7, _lighter),
    "logs": (1.5, _logs),
    "drum": (0.6, _drum),
    "torch": (1.1, _torch),
    "incense": (1.0, _incense),
    "cigarette": (0.9, _cigarette),
    "pipe": (0.6, _pipe),
    "chimney": (1.0, _chimney),
    "smoke_can": (0.7, _can),
    "oil_lamp": (0.6, _oil_lamp),
    "rocket": (0.5, _rocket),
    "sparkler": (0.6, _sparkler),
}  # name: how often, maker
