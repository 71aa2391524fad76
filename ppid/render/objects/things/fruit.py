"""Fruit and vegetables."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from ppid.render.colour import hsv, linear
from ppid.render.objects.things.kit import Kit, Thing
from ppid.render.objects.things.parts import (
    X,
    Y,
    Z,
    placed,
    sheet,
    square_grid,
)
from ppid.render.rng import Rng
from ppid.render.shapes import (
    TAU,
    lathe,
    noise,
    point_along,
    rotation,
    scatter,
    sphere,
    spline,
    tube,
    unit,
)

_GREEN = (0.05, 0.2, 0.02)


def _hue(rng: Rng, low: float, high: float, saturation: float = 0.85, value: float = 0.8) -> ArrayLike:
    """Linear colour with a hue between two, about so saturated and bright."""
    return linear(
        hsv(rng.uniform(low, high), saturation * rng.uniform(0.85, 1.1), min(1, value * rng.uniform(0.85, 1.15)))
    )


def _leaf(kit: Kit, length: float, way: ArrayLike, at: ArrayLike) -> None:
    """A pointed leaf that grows from a place."""
    u, v = square_grid(8, 14)
    t = (v + 1) / 2
    points = np.stack([u * 0.28 * np.sin(math.pi * t**0.8), 0.12 * u**2 - 0.15 * t**2, t], -1) * length
    turned = point_along(points.reshape(-1, 3), unit(way)) + np.asarray(at)
    kit.add(sheet(turned.reshape(points.shape)), kit.material("plastic", colour=_GREEN), thick=0.008)


def _apple(rng: Rng, kit: Kit) -> None:
    skin = kit.material("peel", colour=_hue(rng, 0.96, 1.25, 0.85, 0.75))
    profile = spline(
        [
            (0.01, -0.72),
            (0.2, -0.8),
            (0.5, -0.68),
            (0.78, -0.2),
            (0.82, 0.2),
            (0.6, 0.62),
            (0.3, 0.7),
            (0.08, 0.58),
            (0.0, 0.5),
        ],
        48,
    )
    vertices, faces = lathe(profile, 56)
    lobes = 1 + 0.025 * np.cos(5 * np.arctan2(vertices[:, 1], vertices[:, 0]))
    kit.add((vertices * np.c_[lobes, lobes, np.ones_like(lobes)], faces), skin)
    kit.add(tube(spline([(0, 0, 0.5), (0.02, 0, 0.75), (0.1, 0.03, 0.95)], 12), 0.03, 8), kit.material("wood"))
    if rng.chance(0.5):
        _leaf(kit, 0.5, (1, 0.3, 0.5), (0.05, 0, 0.75))


def _pear(rng: Rng, kit: Kit) -> None:
    profile = spline(
        [(0.01, -0.8), (0.3, -0.82), (0.66, -0.45), (0.62, 0.0), (0.36, 0.5), (0.24, 0.85), (0.08, 0.98), (0.0, 0.95)],
        44,
    )
    vertices, faces = lathe(profile, 56)
    vertices[:, 0] += 0.08 * vertices[:, 2] ** 2
    kit.add((vertices, faces), kit.material("peel", colour=_hue(rng, 0.14, 0.24, 0.7, 0.75)))
    kit.add(tube(spline([(0.06, 0, 0.9), (0.1, 0, 1.1), (0.22, 0, 1.25)], 12), 0.03, 8), kit.material("wood"))


def _round(rng: Rng, kit: Kit) -> None:
    """Orange, lemon, lime, tomato or peach."""
    hue, stretch, value = rng.pick(
        [(0.07, 1.0, 0.95), (0.15, 1.35, 0.95), (0.25, 1.25, 0.6), (0.01, 0.82, 0.8), (0.04, 0.98, 0.95)]
    )
    vertices, faces = sphere(5, (0.8, 0.8, 0.8))
    if stretch > 1:
        vertices[:, 2] *= 1 + (stretch - 1) * np.abs(vertices[:, 2] / 0.8) ** 3
    else:
        vertices[:, 2] *= stretch
    vertices += 0.015 * noise(vertices, rng, 1)[:, None] * vertices
    vertices[:, 2] -= (
        0.1 * np.exp(-(vertices[:, 0] ** 2 + vertices[:, 1] ** 2) * 25) * (vertices[:, 2] > 0) * (stretch <= 1)
    )
    kit.add((vertices, faces), kit.material("peel", colour=_hue(rng, hue - 0.01, hue + 0.01, 0.9, value)))
    if hue < 0.02:
        for k in range(5):
            _leaf(kit, 0.45, (math.cos(k * TAU / 5), math.sin(k * TAU / 5), 0.1), (0, 0, 0.57))


def _banana(rng: Rng, kit: Kit) -> None:
    skin, tip = kit.material("peel", colour=_hue(rng, 0.13, 0.17, 0.85, 0.95)), kit.material("wood")
    for k in range(rng.whole(1, 4)):
        t = np.linspace(0, 1, 36)
        bend = rng.uniform(0.9, 1.4)
        path = np.c_[np.sin((t - 0.5) * bend * 2) * 0.9, 0 * t, -np.cos((t - 0.5) * bend * 2) * 0.8]
        radius = 0.22 * np.interp(
            t, [0, 0.06, 0.14, 0.3, 0.75, 0.92, 0.97, 1], [0.28, 0.3, 0.55, 0.95, 1.0, 0.6, 0.3, 0.25]
        )
        with kit.at((0, 0.2 * k, 0), rotation(X, k * 0.28) @ rotation(Y, rng.normal(0, 0.05))):
            kit.add(tube(path, radius, 6), skin, edge=0.03)
            kit.add(tube(path[-2:] + [0, 0, 0.005], radius[-2:] * 1.05, 8), tip)
            kit.add(tube(path[:2], radius[:2] * 1.05, 8), tip)


def _grapes(rng: Rng, kit: Kit) -> None:
    skin = kit.material(
        "translucent", colour=rng.pick([_hue(rng, 0.75, 0.95, 0.7, 0.25), _hue(rng, 0.2, 0.26, 0.6, 0.7)])
    )
    places = []
    for z in np.linspace(0.6, -0.9, 9):
        count = max(1, int(9 * (1 - ((0.35 - z) / 1.4) ** 2)))
        turn = np.arange(count) * TAU / count + rng.uniform(0, 3)
        reach = 0.08 * count * rng.uniform(0.85, 1.1, count)
        places += list(np.c_[reach * np.cos(turn), reach * np.sin(turn) * 0.8, z + rng.normal(0, 0.05, count)])
    found = np.array(places)
    kit.add(
        scatter(
            sphere(4),
            found,
            np.repeat(np.eye(3)[None], len(found), 0),
            rng.uniform(0.17, 0.2, (len(found), 1)) * [1, 1, 1.12],
        ),
        skin,
    )
    kit.add(
        tube(spline([(0, 0, -0.5), (0.02, 0, 0.5), (0.1, 0, 0.9), (0.3, 0, 1.05)], 20), 0.035, 8), kit.material("wood")
    )


def _cherries(rng: Rng, kit: Kit) -> None:
    skin = kit.material("plastic", colour=_hue(rng, 0.95, 1.0, 0.95, 0.5))
    join_at = np.array([0.1, 0, 1.1])
    for k in range(rng.whole(2, 3)):
        at = np.array([k * 0.75 - 0.5, rng.uniform(-0.2, 0.2), rng.uniform(-0.2, 0.1)])
        profile = spline([(0.001, -0.36), (0.3, -0.26), (0.4, 0.05), (0.25, 0.33), (0.06, 0.28), (0.001, 0.24)], 30)
        kit.add(placed(lathe(profile, 40), at), skin)
        kit.add(
            tube(
                spline([at + [0, 0, 0.24], (at + join_at) / 2 + [0.1 * (k - 0.5), 0, 0.1], join_at], 20),
                np.linspace(0.018, 0.025, 20),
                8,
            ),
            kit.material("plastic", colour=_GREEN),
        )
    _leaf(kit, 0.7, (1, 0.2, 0.1), join_at)


def _strawberry(rng: Rng, kit: Kit) -> None:
    profile = spline([(0.001, -0.85), (0.2, -0.72), (0.55, -0.05), (0.6, 0.3), (0.35, 0.5), (0.001, 0.48)], 40)
    kit.add(lathe(profile, 48), kit.material("plastic", colour=_hue(rng, 0.98, 1.01, 0.95, 0.75)))
    t = (np.arange(110) + 0.5) / 110
    row = (t**0.7 * 34).astype(int) + 1
    turn = np.arange(110) * 2.39996
    places = np.c_[profile[row, 0] * np.cos(turn), profile[row, 0] * np.sin(turn), profile[row, 1]]
    kit.add(
        scatter(sphere(2, (0.02, 0.02, 0.035)), places, np.repeat(np.eye(3)[None], 110, 0), np.ones(110)),
        kit.material("plastic", colour=(0.6, 0.4, 0.08)),
    )
    for k in range(7):
        _leaf(kit, 0.42, (math.cos(k * TAU / 7), math.sin(k * TAU / 7), rng.uniform(-0.2, 0.4)), (0, 0, 0.46))


def _carrot(rng: Rng, kit: Kit) -> None:
    """Carrot or radish with its leaves."""
    skin = kit.material(
        "plastic", colour=_hue(rng, 0.05, 0.07, 0.9, 0.9) if rng.chance(0.7) else _hue(rng, 0.93, 0.97, 0.8, 0.7)
    )
    z = np.linspace(0.5, -1.1, 40)
    radius = np.interp(z, [-1.1, -1.0, 0.2, 0.42, 0.5], [0.005, 0.03, 0.22, 0.24, 0.1]) * (1 + 0.03 * np.sin(z * 60))
    kit.add(tube(np.c_[0.03 * np.sin(z * 3), 0 * z, z], radius, 28), skin)
    green = kit.material("plastic", colour=_GREEN)
    for _ in range(rng.whole(5, 12)):
        lean = rng.normal(0, 0.25, 2)
        stem = spline([(0, 0, 0.45), (lean[0] * 0.5, lean[1] * 0.5, 0.8), (*lean, rng.uniform(1.0, 1.3))], 12)
        kit.add(tube(stem, np.linspace(0.022, 0.01, 12), 6), green)
        for t in (5, 7, 9, 11):
            for side in (-1, 1):
                _leaf(kit, 0.16, (side, rng.uniform(-0.6, 0.6), 0.7), stem[t])


def _pepper(rng: Rng, kit: Kit) -> None:
    """Bell pepper, aubergine or pumpkin."""
    kind = rng.pick(["pepper", "aubergine", "pumpkin"])
    if kind == "aubergine":
        profile, lobes, colour = (
            [(0.001, -0.9), (0.3, -0.85), (0.48, -0.4), (0.3, 0.3), (0.22, 0.6), (0.001, 0.66)],
            0.0,
            _hue(rng, 0.75, 0.8, 0.7, 0.16),
        )
    elif kind == "pumpkin":
        profile, lobes, colour = (
            [(0.001, -0.45), (0.4, -0.55), (0.95, 0.0), (0.5, 0.5), (0.1, 0.42), (0.001, 0.38)],
            0.09,
            _hue(rng, 0.05, 0.09, 0.9, 0.85),
        )
    else:
        profile, lobes, colour = (
            [(0.001, -0.6), (0.3, -0.75), (0.5, -0.3), (0.6, 0.3), (0.4, 0.6), (0.12, 0.5), (0.001, 0.45)],
            0.1,
            rng.pick([_hue(rng, 0.99, 1.02), _hue(rng, 0.13, 0.16), _hue(rng, 0.28, 0.33, 0.8, 0.4)]),
        )
    vertices, faces = lathe(spline(profile, 44), 80)
    count = 4 if kind == "pepper" else 11
    wave = 1 - lobes + lobes * np.abs(np.sin(count / 2 * np.arctan2(vertices[:, 1], vertices[:, 0]))) ** 0.5
    kit.add(
        (vertices * np.c_[wave, wave, np.ones_like(wave)], faces), kit.material("plastic", "ceramic", colour=colour)
    )
    top = profile[-1][1]
    stalk = spline([(0, 0, top - 0.05), (0.02, 0, top + 0.15), (0.12, 0, top + 0.38)], 12)
    kit.add(tube(stalk, np.linspace(0.11, 0.06, 12), 10), kit.material("plastic", colour=_GREEN))


def _mushroom(rng: Rng, kit: Kit) -> None:
    cap, stem = (
        kit.material(
            "plastic", "translucent", colour=rng.pick([(0.75, 0.68, 0.58), (0.3, 0.16, 0.07), (0.6, 0.03, 0.01)])
        ),
        kit.material("translucent", colour=(0.8, 0.75, 0.65)),
    )
    for k in range(rng.whole(1, 3)):
        with kit.at((k * 0.8, rng.uniform(-0.3, 0.3), 0), rotation(Y, rng.normal(0, 0.2)), rng.uniform(0.6, 1)):
            kit.add(
                lathe(
                    spline([(0.001, 0.55), (0.4, 0.45), (0.62, 0.1), (0.6, -0.02), (0.2, 0.06), (0.001, 0.08)], 36), 48
                ),
                cap,
            )
            kit.add(lathe(spline([(0.17, 0.1), (0.16, -0.3), (0.22, -0.65), (0.001, -0.72)], 24), 32), stem)


def fruit(rng: Rng, kit: Kit) -> None:
    """Fruit and vegetables, alone or two or three of them."""
    kinds = [
        _apple,
        _apple,
        _pear,
        _round,
        _round,
        _banana,
        _grapes,
        _cherries,
        _strawberry,
        _carrot,
        _pepper,
        _pepper,
        _mushroom,
    ]
    count = rng.pick([1, 1, 1, 2, 3])
    first = rng.pick(kinds)
    kit.attributes["style"] = first.__name__.strip("_")
    for k in range(count):
        with kit.at(
            (1.75 * k, rng.uniform(-0.5, 0.5) * (k > 0), 0),
            rotation(Z, rng.uniform(0, TAU)) @ rotation(X, rng.normal(0, 0.25)),
        ):
            (first if rng.chance(0.6) else rng.pick(kinds))(rng, kit)


THINGS: dict[str, Thing] = {
    "fruit": Thing(fruit, 3, elevation=(-0.1, 0.9)),
}
