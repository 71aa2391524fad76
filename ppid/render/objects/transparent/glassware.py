"""Vessels that show something: vases, jars, bowls, tanks, domes, hourglasses."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import bpy
import numpy as np
from numpy.typing import ArrayLike

from ppid.render.colour import hsv, linear
from ppid.render.materials import everyday
from ppid.render.objects.transparent import clear, contents, trimmings
from ppid.render.objects.transparent.clear import Substance
from ppid.render.objects.transparent.contents import Blown
from ppid.render.objects.transparent.drinkware import blow, glass
from ppid.render.objects.transparent.vessels import turned
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import TAU, box, join, lathe, point_along, rotation, scatter, sphere, spline, tube
from ppid.render.shot import Attributes


def vase(rng: Rng, attributes: Attributes) -> None:
    """With or without flowers and water."""
    height = rng.uniform(1.0, 1.8)
    widths = rng.uniform(0.22, 0.6, rng.whole(2, 4))
    corners: list[tuple[float, float]] = [(0, 0), (widths[0] * 0.9, 0)]
    corners += [(float(width), height * (k + 0.5) / (len(widths) + 0.5)) for k, width in enumerate(widths)]
    corners += [(widths[-1] * rng.uniform(0.7, 1.3), height)]
    wall = rng.uniform(0.03, 0.06)
    vessel = turned(corners, wall, floor=rng.uniform(0.05, 0.15))
    if rng.chance(0.2):
        vessel = replace(vessel, square=rng.uniform(3, 7))
    blown = blow(rng, attributes, vessel, glass(rng, attributes, wall), 0.3)
    if rng.chance(0.6):
        contents.pour(rng, attributes, blown, rng.uniform(0.3, 0.8), "water")
    else:
        contents.stand(rng, blown)
    if rng.chance(0.7):
        trimmings.bouquet(rng, attributes, vessel)


def jar(rng: Rng, attributes: Attributes) -> None:
    """With a lid and something in it."""
    height, radius, neck = rng.uniform(0.8, 1.5), rng.uniform(0.4, 0.6), rng.uniform(0.75, 0.95)
    corners = [(0, 0), (radius, 0), (radius, 0.05), (radius, height * 0.8), (radius * neck, height * 0.86)]
    corners += [(radius * neck, height)]
    wall = rng.uniform(0.03, 0.05)
    vessel = turned(corners, wall)
    if rng.chance(0.2):
        vessel = replace(vessel, square=rng.uniform(3, 6), round_from=height * 0.85)
    blown = blow(rng, attributes, vessel, glass(rng, attributes, wall), 0.7)
    kind = rng.named({"things": 3, "drink": 1, "sand": 0.8, "empty": 0.5, "candle": 0.8, "lights": 0.6, "brine": 0.8})
    attributes["contents"] = kind
    level = rng.uniform(0.35, 0.85)
    if kind in ("things", "brine"):
        contents.fill_with_things(rng, attributes, vessel, level)
    elif kind == "lights":
        contents.lights(rng, vessel)
    if kind == "brine":
        drink = rng.pick(["white wine", "tea", "water"])
        contents.pour(rng, attributes, blown, min(level + 0.08, 0.9), drink)
    elif kind == "drink":
        contents.pour(rng, attributes, blown, level)
    elif kind == "sand":
        contents.stand(rng, blown, contents.sand(rng, attributes, level))
    elif kind == "candle":
        contents.stand(rng, blown, [contents.candle(rng, attributes, vessel, level * 0.7)])
    else:
        contents.stand(rng, blown)
    if rng.chance(0.3):
        trimmings.label(rng, vessel, height * 0.2, height * 0.65)
        attributes["label"] = True
    if rng.chance(0.6) and kind != "candle":
        low, r = height - 0.13, radius * neck * 1.03
        lid = [
            (r, low),
            (r * 1.04, low + 0.02),
            (r * 1.04, height + 0.04),
            (r * 0.95, height + 0.07),
            (0, height + 0.07),
        ]
        add_mesh(lathe(lid, 96), everyday(rng, rng.pick(["metal", "plastic", "wood", "patterned"])))


def bowl(rng: Rng, attributes: Attributes) -> None:
    """A bowl or dish with something in it."""
    radius, depth = rng.uniform(0.7, 0.9), rng.uniform(0.25, 0.7)
    corners = [(0, 0), (0.32, 0), (0.34, 0.03), (radius * 0.85, depth * 0.25), (radius, depth)]
    wall = rng.uniform(0.025, 0.045)
    vessel = turned(corners, wall, floor=0.05)
    blown = blow(rng, attributes, vessel, glass(rng, attributes, wall))
    if rng.chance(0.35):  # a wavy rim
        vertices = blown.shape[0]
        angle = np.arctan2(vertices[:, 1], vertices[:, 0])
        lifted = np.clip(vertices[:, 2] / depth, 0, 1) ** 6
        vertices[:, 2] += 0.08 * np.sin(angle * rng.whole(4, 10)) * lifted
    kind = rng.pick(["nothing", "fruit", "eggs", "balls", "soup"])
    attributes["contents"] = kind
    if kind == "soup":
        contents.pour(rng, attributes, blown, rng.uniform(0.3, 0.7))
        return
    contents.stand(rng, blown)
    if kind == "nothing":
        return
    centres, radii = contents.heap(rng, radius * 0.72, depth * 0.2, depth * 1.15, (0.14, 0.24))
    for place, size in zip(centres, radii, strict=True):
        ball, faces = sphere(4, size * np.array([1, 1, 1.15 if kind == "eggs" else 0.95]))
        ball = ball @ rotation(rng.normal(size=3), rng.uniform(0, 3))
        add_mesh((ball + place, faces), everyday(rng, rng.pick(["plastic", "ceramic", "translucent"])))


def fish_bowl(rng: Rng, attributes: Attributes) -> None:
    """A round tank with gravel and plants, most with water and fish."""
    radius = 0.8
    angle = np.linspace(-1.15, 0.95, 16)
    profile = np.c_[radius * np.cos(angle), radius * np.sin(angle) * 0.9 + radius]
    corners = [(0, profile[0, 1]), *profile.tolist(), (profile[-1, 0] * 1.06, profile[-1, 1] + 0.06)]
    vessel = turned(corners, 0.035)
    layers = contents.sand(rng, attributes, rng.uniform(0.08, 0.14))[-1:]
    attributes["contents"] = "plants"
    if rng.chance(0.65):
        layers.append(contents.Layer(rng.uniform(0.55, 0.8), Substance(1.33, linear((0.9, 0.97, 0.96)), 1.5)))
        for _ in range(rng.whole(1, 3)):
            _fish(rng, rng.uniform(-0.3, 0.3, 3) + [0, 0, 0.75])
        attributes["contents"] = "fish"
    contents.stand(rng, Blown(vessel, vessel.shape(), Substance(1.48)), layers)
    green = everyday(rng, "plastic", (0.04, 0.2, 0.04))
    for _ in range(rng.whole(2, 7)):
        foot = np.array([rng.uniform(-0.35, 0.35), rng.uniform(-0.35, 0.35), vessel.height(layers[0].level) - 0.02])
        leaf, faces = trimmings.petal(rng.uniform(0.4, 0.7), rng.uniform(0.05, 0.15), 0.2, rng.uniform(-0.8, 0.8))
        upwards = (rng.normal(0, 0.2), rng.normal(0, 0.2), 1)
        add_mesh((point_along(leaf, upwards, rng.uniform(0, TAU)) + foot, faces), green)


def _fish(rng: Rng, place: ArrayLike) -> None:
    size = rng.uniform(0.1, 0.16)
    trunk, faces = sphere(4, np.array([1.3, 0.45, 0.75]) * size)
    tail, tail_faces = trimmings.petal(size * 1.4, size * 1.3, 0.0, 0.3)
    fin, fin_faces = trimmings.petal(size * 0.9, size * 0.9, 0.0, 0.6)
    tail = point_along(tail, (-1, 0, 0.1)) - [size, 0, 0]
    vertices, corners = join([(trunk, faces), (tail, tail_faces), (fin + [0, 0, size * 0.5], fin_faces)])
    vertices = vertices @ rotation((0, 0, 1), rng.uniform(0, TAU)).T
    shade = linear(hsv(rng.pick([0.03, 0.06, 0.09, 0.6, 0.0]), 0.9, 0.95))
    add_mesh((vertices + np.asarray(place), corners), everyday(rng, "plastic", shade), name="fish")


def dome(rng: Rng, attributes: Attributes) -> None:
    """A flower, a tree, a house or a cake under a glass dome."""
    radius, height = rng.uniform(0.5, 0.65), rng.uniform(1.0, 1.6)
    wood = _foot(rng, radius)
    corners = [(0, -height), (radius * 0.3, -height), (radius * 0.9, -height * 0.95), (radius, -height * 0.6)]
    vessel = turned([*corners, (radius * 0.97, 0.0)], 0.02)
    vertices, faces = vessel.shape()
    clear.add_body((vertices * [1, -1, -1], faces), clear.body(glass(rng, attributes, 0.02)))
    knob, corners_of = sphere(3, 0.09)
    add_mesh((knob + [0, 0, height + 0.06], corners_of), wood)
    attributes["contents"] = _exhibit(rng, radius, height)


def snow_globe(rng: Rng, attributes: Attributes) -> None:
    """A ball of water with flakes and a scene in it."""
    radius = rng.uniform(0.5, 0.65)
    _foot(rng, radius)
    angle = np.linspace(-0.9, math.pi / 2, 60)
    profile = np.c_[radius * np.cos(angle), radius * (np.sin(angle) + 0.78)]
    ball = lathe(np.concatenate([[[0, profile[0, 1]]], profile]), 96)
    clear.add_body(ball, clear.body(Substance(1.36)))
    flakes = rng.normal(size=(rng.whole(60, 200), 3)) * radius * 0.36 + [0, 0, radius * 0.7]
    inside = np.linalg.norm(flakes - [0, 0, radius * 0.78], axis=1) < radius * 0.88
    flakes = flakes[inside & (flakes[:, 2] > 0.06)]
    snow = scatter(sphere(1), flakes, [np.eye(3)] * len(flakes), rng.uniform(0.008, 0.02, len(flakes)))
    add_mesh(snow, everyday(rng, "plastic", (0.9, 0.9, 0.92)))
    attributes["contents"] = _exhibit(rng, radius * 0.8, radius * 1.5)


def _foot(rng: Rng, radius: float) -> bpy.types.Material:
    material = everyday(rng, rng.pick(["wood", "metal", "ceramic"]))
    profile = [(0, -0.2), (radius * 1.05, -0.2), (radius * 1.1, -0.1), (radius, 0.0), (0, 0.0)]
    add_mesh(lathe(profile, 96, 50), material)
    return material


def _exhibit(rng: Rng, radius: float, height: float) -> str:
    """What stands under a dome; returns its name."""
    name = rng.pick(list(_EXHIBITS))
    _EXHIBITS[name](rng, radius, height)
    return name


def _rose(rng: Rng, radius: float, height: float) -> None:
    top = np.array([0, 0, height * 0.6])
    path = spline([np.array([0.05, 0, 0]), np.array([-0.03, 0.03, height * 0.3]), top], 20)
    add_mesh(tube(path, 0.015, 6), everyday(rng, "plastic", (0.04, 0.2, 0.04)))
    for (vertices, faces), material in trimmings.bloom(rng, rng.pick(["rose", "peony", "tulip"]), radius * 0.4):
        add_mesh((vertices + top, faces), material)


def _tree(rng: Rng, radius: float, height: float) -> None:
    green = everyday(rng, "fabric", (0.03, 0.2, 0.06))
    for k in range(4):
        z, r = height * (0.12 + 0.14 * k), radius * (0.5 - 0.1 * k)
        add_mesh(lathe([(0, z), (r, z), (r * 0.3, z + height * 0.2), (0, z + height * 0.22)], 24), green)
    add_mesh(tube([(0, 0, 0), (0, 0, height * 0.2)], 0.05, 10), everyday(rng, "wood"))


def _house(rng: Rng, radius: float, height: float) -> None:
    side = radius * 0.6
    walls, faces = box(side, side, side)
    add_mesh((walls + [0, 0, side / 2], faces), everyday(rng, "paint"), smooth=False)
    vertices, corners = lathe([(side * 0.85, side), (0, side * 1.7)], 4)
    add_mesh((vertices @ rotation((0, 0, 1), math.pi / 4).T, corners), everyday(rng, "paint"), smooth=False)


def _cake(rng: Rng, radius: float, height: float) -> None:
    for k in range(rng.whole(1, 3)):
        z, r = 0.02 + k * 0.22, radius * (0.75 - 0.16 * k)
        tier = [(0, z), (r, z), (r, z + 0.17), (r * 0.95, z + 0.21), (0, z + 0.21)]
        add_mesh(lathe(tier, 64), everyday(rng, rng.pick(["plastic", "fabric"])))


_EXHIBITS: dict[str, Callable[[Rng, float, float], None]] = {
    "rose": _rose,
    "tree": _tree,
    "house": _house,
    "cake": _cake,
}


def hourglass(rng: Rng, attributes: Attributes) -> None:
    """Two bulbs between plates, with sand."""
    radius, half = rng.uniform(0.38, 0.5), rng.uniform(0.7, 0.95)
    corners = [(0.02, -half), (radius, -half), (radius, -half * 0.55), (0.05, -0.02)]
    corners += [(r, -z) for r, z in corners[::-1]]
    vessel = turned(corners, 0.025)
    clear.add_body(lathe(np.concatenate([vessel.outer, vessel.inner[::-1]]), 96), clear.body(Substance(1.48)))
    shade = linear(hsv(rng.pick([0.1, 0.12, 0.6, 0.95]), rng.uniform(0.2, 0.7), 0.85))
    grains = everyday(rng, "fabric", shade)
    r, level = radius - 0.03, rng.uniform(0.25, 0.6)
    heap = [(0, -half + 0.03), (r, -half + 0.03), (r, -half + 0.1), (0.02, -half + 0.12 + 0.5 * level)]
    add_mesh(lathe(heap, 64), grains)
    upper = vessel.inner[(vessel.inner[:, 1] > 0.0) & (vessel.inner[:, 1] < half * level)]
    if len(upper) > 2:
        add_mesh(lathe(np.concatenate([upper * [0.98, 1], [[0, upper[-1, 1] - 0.08]]]), 64), grains)
    add_mesh(tube([(0, 0, 0.05), (0, 0, -half + 0.3)], 0.01, 6), grains)
    frame = everyday(rng, rng.pick(["wood", "metal"]))
    plate = np.array([(0, -0.06), (radius * 1.25, -0.06), (radius * 1.3, 0), (radius * 1.25, 0.06), (0, 0.06)])
    for end in (-half - 0.06, half + 0.06):
        add_mesh(lathe(plate + [0, end], 96), frame)
    z = np.linspace(-half, half, 40)
    for k in range(3):
        x, y = radius * 1.15 * math.cos(TAU * k / 3), radius * 1.15 * math.sin(TAU * k / 3)
        add_mesh(tube(np.c_[0 * z + x, 0 * z + y, z], 0.035 + 0.015 * np.cos(z * 14), 12), frame)


GLASSWARE: dict[str, tuple[float, Callable[[Rng, Attributes], None]]] = {
    "vase": (2.2, vase),
    "jar": (2, jar),
    "bowl": (1.2, bowl),
    "fish_bowl": (0.7, fish_bowl),
    "dome": (0.7, dome),
    "snow_globe": (0.5, snow_globe),
    "hourglass": (0.6, hourglass),
}  # name: how often, maker
