"""Things of the kitchen that steam or burn."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.colour import random_colour
from ppid.render.materials import everyday
from ppid.render.objects.burning import flames
from ppid.render.objects.burning.vents import (
    Makers,
    Scope,
    Vent,
    fire,
    glow_lamp,
    handle,
    moved,
    steam,
)
from ppid.render.objects.burning.volumes import Moved
from ppid.render.scene import add_mesh
from ppid.render.shapes import (
    TAU,
    lathe,
    rounded_box,
    sphere,
    spline,
    torus,
    tube,
    unit,
)


def _cup(scope: Scope) -> list[Vent]:
    rng = scope.rng
    top, foot, tall = rng.uniform(0.34, 0.48), rng.uniform(0.24, 0.4), rng.uniform(0.5, 0.85)
    level = tall * rng.uniform(0.72, 0.9)
    china = everyday(rng, rng.named({"ceramic": 4, "metal": 1, "plastic": 1, "stone": 0.5, "patterned": 1}))
    profile = [(0, 0), (foot, 0), (foot * 1.03, 0.03), (top, tall), (top - 0.03, tall), (foot - 0.02, 0.06), (0, 0.05)]
    add_mesh(lathe(profile, 64), china)
    at_level = foot + (top - foot) * level / tall - 0.02
    drink = rng.pick([(0.03, 0.012, 0.005), (0.25, 0.08, 0.02), (0.4, 0.22, 0.1), (0.25, 0.3, 0.06)])
    add_mesh(lathe([(0, level), (at_level, level)], 48), everyday(rng, "plastic", drink))
    if rng.chance(0.75):
        way = rng.uniform(0, TAU)
        grip = handle(tall * 0.28, 0.2, 0.04)
        turned = grip[0] + np.array([(top + foot) / 2 - 0.05, 0, tall * 0.5])
        cosine, sine = math.cos(way), math.sin(way)
        turned = turned @ np.array([[cosine, sine, 0], [-sine, cosine, 0], [0, 0, 1]])
        add_mesh((turned, grip[1]), china)
    if rng.chance(0.4):
        add_mesh(lathe([(0, -0.04), (0.45, -0.04), (0.75, 0.04), (0.74, 0.06), (0.45, -0.01), (0, -0.01)], 64), china)
    return [steam(scope, (0, 0, level), 0.6 * at_level, rng.uniform(0.9, 1.6))]


def _bowl(scope: Scope) -> list[Vent]:
    rng = scope.rng
    profile = [(0, 0), (0.3, 0), (0.32, 0.05), (0.62, 0.4), (0.6, 0.41), (0.3, 0.09), (0, 0.08)]
    add_mesh(lathe(profile, 64), everyday(rng, rng.pick(["ceramic", "wood", "patterned"])))
    add_mesh(
        lathe([(0, 0.33), (0.555, 0.33)], 48),
        everyday(rng, "ceramic", random_colour(rng, (0.5, 0.9), (0.3, 0.8), 0.08)),
    )
    for _ in range(rng.whole(4, 14)):
        where, way = rng.uniform(0, 0.4), rng.uniform(0, TAU)
        lump = sphere(3, rng.uniform(0.05, 0.13))
        flat = lump[0] * [1, 1, 0.6] + [where * math.cos(way), where * math.sin(way), 0.34]
        add_mesh(
            (flat, lump[1]), everyday(rng, "plastic", random_colour(rng, (0.3, 0.9), (0.3, 0.9), rng.uniform(0, 0.35)))
        )
    return [steam(scope, (0, 0, 0.34), 0.36, rng.uniform(0.9, 1.5))]


def _pot(scope: Scope) -> list[Vent]:
    rng = scope.rng
    tall, metal = rng.uniform(0.4, 0.75), everyday(rng, rng.pick(["metal", "metal", "paint", "rubber"]))
    profile = [(0, 0), (0.5, 0), (0.53, 0.04), (0.53, tall), (0.55, tall + 0.01), (0.5, tall), (0.49, 0.05), (0, 0.04)]
    add_mesh(lathe(profile, 64), metal)
    add_mesh(lathe([(0, tall * 0.8), (0.495, tall * 0.8)], 48), everyday(rng, "ceramic"))
    for side in (-1, 1):
        points = [
            (side * 0.52, -0.14, tall * 0.8),
            (side * 0.68, -0.1, tall * 0.82),
            (side * 0.68, 0.1, tall * 0.82),
            (side * 0.52, 0.14, tall * 0.8),
        ]
        add_mesh(tube(spline(points, 16), 0.03), everyday(rng, "rubber"))
    return [steam(scope, (0, 0, tall * 0.8), 0.34, rng.uniform(1.0, 1.7))]


def _pan(scope: Scope) -> list[Vent]:
    rng = scope.rng
    add_mesh(
        lathe([(0, 0), (0.55, 0), (0.68, 0.17), (0.66, 0.18), (0.54, 0.025), (0, 0.02)], 64),
        everyday(rng, rng.pick(["rubber", "metal"])),
    )
    way = rng.uniform(0, TAU)
    level = np.array([math.cos(way), math.sin(way), 0])
    path = np.array([level * 0.64 + [0, 0, 0.13], level * 0.95 + [0, 0, 0.22], level * 1.5 + [0, 0, 0.26]])
    add_mesh(
        tube(spline(path, 16), np.linspace(0.04, 0.055, 16), 12), everyday(rng, rng.pick(["wood", "rubber", "metal"]))
    )
    for _ in range(rng.whole(2, 8)):
        place = rng.normal(size=2) * 0.2
        lump = rounded_box(rng.uniform(0.12, 0.32), rng.uniform(0.12, 0.32), 0.09, 3)
        hue = rng.uniform(0.02, 0.3)
        add_mesh(moved(lump, (*place, 0.07)), everyday(rng, "ceramic", random_colour(rng, (0.5, 0.9), (0.2, 0.7), hue)))
    if rng.chance(0.45):
        return [fire(scope, (0, 0, 0.04), 0.36, rng.uniform(0.7, 1.2), rng.whole(3, 7))]
    return [steam(scope, (0, 0, 0.08), 0.4, rng.uniform(0.8, 1.4))]


def _kettle(scope: Scope) -> list[Vent]:
    rng = scope.rng
    metal = everyday(rng, rng.pick(["metal", "paint", "ceramic"]))
    add_mesh(lathe([(0, 0), (0.5, 0), (0.56, 0.12), (0.46, 0.5), (0.2, 0.68), (0.18, 0.7), (0, 0.74)], 64, 60), metal)
    add_mesh(moved(sphere(3, 0.06), (0, 0, 0.78)), everyday(rng, "rubber"))
    way = rng.pick([-1, 1])
    add_mesh(
        tube(
            spline([(way * 0.4, 0, 0.2), (way * 0.7, 0, 0.42), (way * 0.86, 0, 0.68)], 20),
            np.linspace(0.12, 0.05, 20),
            16,
            capped=False,
        ),
        metal,
    )
    arch = np.linspace(0.2, math.pi - 0.2, 20)
    add_mesh(tube(np.c_[0.4 * np.cos(arch), 0 * arch, 0.45 + 0.6 * np.sin(arch)], 0.035), everyday(rng, "rubber"))
    return [steam(scope, (way * 0.88, 0, 0.72), 0.05, rng.uniform(0.7, 1.2))]


def _hob(scope: Scope) -> list[Vent]:
    rng = scope.rng
    iron = everyday(rng, rng.pick(["rubber", "metal"]), (0.03, 0.03, 0.032))
    add_mesh(lathe([(0, 0.0), (0.42, 0.0), (0.42, 0.12), (0.36, 0.15), (0, 0.15)], 64), everyday(rng, "metal"))
    add_mesh(lathe([(0, 0.15), (0.34, 0.15), (0.34, 0.19), (0.3, 0.21), (0, 0.21)], 64), iron)
    for k in range(4):
        way = k * TAU / 4 + 0.4
        level = np.array([math.cos(way), math.sin(way), 0])
        path = np.array([level * 0.9 + [0, 0, -0.02], level * 0.88 + [0, 0, 0.3], level * 0.3 + [0, 0, 0.32]])
        add_mesh(tube(path, 0.03, 8), iron)
    add_mesh(moved(torus(0.9, 0.03), (0, 0, -0.02)), iron)
    flat = float(np.clip(scope.towards_camera[2], 0.03, 0.9))
    length = rng.uniform(0.14, 0.3)
    glow_lamp((0, 0, 0.15), 0.5, (0.1, 0.25, 1.0))
    # One vent for each half of the ring: one is behind the burner, one in front.
    ring = flames.gas_ring(rng, (0.0, 0.0), 0.43, flat, length)
    behind = ring.places[:, 1] > 0
    halves = [flames.Quiet(ring.places[chosen], ring.light) for chosen in (behind, ~behind)]
    depth = scope.towards_camera * [1, 1, 0] * 0.43
    away = unit(depth) * 0.43
    return [
        Vent(np.array([0, 0, 0.14]) + way * away, Moved(half, (0.0, way * 0.43 * flat)), length * 1.2)
        for half, way in zip(halves, (-1.0, 1.0), strict=True)
    ]


def _diffuser(scope: Scope) -> list[Vent]:
    rng = scope.rng
    profile = [(0, 0), (0.4, 0.0), (0.48, 0.15), (0.36, 0.45), (0.1, 0.62), (0.06, 0.62), (0.05, 0.5)]
    add_mesh(lathe(profile, 64, 60), everyday(rng, rng.pick(["wood", "ceramic", "plastic", "translucent"])))
    return [steam(scope, (0, 0, 0.6), 0.06, rng.uniform(0.8, 1.4))]


KITCHEN: Makers = {
    "cup": (1.6, _cup),
    "bowl": (0.7, _bowl),
    "pot": (0.8, _pot),
    "pan": (0.9, _pan),
    "kettle": (0.7, _kettle),
    "diffuser": (0.5, _diffuser),
    "gas_burner": (0.9, _hob),
}  # name: how often, maker
