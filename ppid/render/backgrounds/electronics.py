"""Screens, computers and what belongs to them."""

from __future__ import annotations

import numpy as np

from ppid.render.backgrounds import pictures
from ppid.render.backgrounds.moods import Kit
from ppid.render.backgrounds.place import Place, around, block
from ppid.render.backgrounds.surfaces import glowing_picture, plain
from ppid.render.shapes import Points, ellipsoid, join, lathe, spline, tube

_FLAT = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])


def sheet(place: Place, width: float, height: float, material: object, lower: float = 0.0) -> None:
    """A picture upright in the x-z plane, seen from the front, its lower edge at `lower`."""
    x, z = (-width / 2, width / 2), (lower, lower + height)
    corners = np.array([[x[0], 0, z[0]], [x[1], 0, z[0]], [x[1], 0, z[1]], [x[0], 0, z[1]]])
    place.add((corners, np.array([[0, 1, 2, 3]])), material, surface=_FLAT)


def monitor(kit: Kit, place: Place, width: float | None = None) -> None:
    """A screen on its foot, on or off."""
    rng = kit.rng
    wide = width or rng.uniform(0.48, 0.72)
    high = wide * rng.pick([0.5625, 0.5625, 0.625, 0.43])
    lift = rng.uniform(0.08, 0.16)
    body = kit.palette.any_of("dark", "dark", "dark", "metal")
    foot = [around(0, 0.04, wide * 0.35, 0.18, (0, 0.012)), around(0, 0.06, 0.05, 0.03, (0, lift + high / 2))]
    place.add(join(foot), body)
    head = place.at(0, 0, lift).tilted(rng.uniform(-0.12, 0.04))
    head.add(block((-wide / 2, wide / 2), (0, 0.035), (0, high)), body, rounded=0.004)
    display(kit, head.at(0, -0.001), wide - 0.02, high - 0.03, 0.02)


def display(kit: Kit, place: Place, width: float, height: float, lower: float) -> None:
    """What a screen shows, with the light that it casts."""
    rng = kit.rng
    if not kit.screen_is_on():
        sheet(place, width, height, plain((0.006, 0.006, 0.007), rng.uniform(0.08, 0.3)), lower)
        return
    pixels = pictures.screen(rng, (480, max(120, round(480 * height / width))))
    strength = rng.uniform(0.5, 1.6) * (1 if kit.mood.daylight < 1 else 2)
    sheet(place, width, height, glowing_picture(pixels, strength), lower)


def laptop(kit: Kit, place: Place) -> None:
    """Open."""
    rng = kit.rng
    body = kit.palette.any_of("metal", "dark")
    wide = rng.uniform(0.3, 0.37)
    place.add(around(0, -0.02, wide, wide * 0.68, (0, 0.014)), body, rounded=0.004)
    place.add(around(0, 0.03, wide * 0.88, wide * 0.3, (0.014, 0.016)), kit.palette.get("dark"))
    lid = place.at(0, wide * 0.32, 0.012).tilted(rng.uniform(-0.5, -0.1))
    lid.add(block((-wide / 2, wide / 2), (0, 0.008), (0, wide * 0.66)), body, rounded=0.003)
    display(kit, lid.at(0, -0.001), wide * 0.95, wide * 0.59, 0.02)


def keyboard(kit: Kit, place: Place) -> None:
    """Rows of keys on a plate, and a mouse."""
    case, keys = kit.palette.any_of("dark", "lacquer", "metal"), kit.palette.any_of("dark", "lacquer", "plastic")
    place.add(around(0, 0, 0.44, 0.13, (0, 0.015)), case, rounded=0.004)
    rows = [
        around(x, y, 0.022, 0.019, (0.015, 0.023))
        for y in np.arange(-0.05, 0.06, 0.024)
        for x in np.arange(-0.2, 0.21, 0.0255)
    ]
    place.add(join(rows), keys)
    place.add(ellipsoid((0.32, 0, 0.012), (0.03, 0.055, 0.02)), kit.palette.get("dark"), smooth=True)


def speaker(kit: Kit, place: Place) -> None:
    """A box with round membranes."""
    rng = kit.rng
    wide = rng.uniform(0.12, 0.2)
    high = wide * rng.uniform(1.4, 1.8)
    place.add(around(0, 0, wide, wide, (0, high)), kit.palette.any_of("dark", "wood", "lacquer"), rounded=0.006)
    for z, radius in ((0.32, 0.36), (0.75, 0.2)):
        disc = lathe([(0, 0), (wide * radius, 0.008), (wide * radius * 1.15, 0)], 28)
        place.at(0, -wide / 2 - 0.002, high * z).tilted(np.pi / 2).add(disc, kit.palette.get("dark"), smooth=True)


def printer(kit: Kit, place: Place) -> None:
    """With a tray of paper."""
    shell = kit.palette.any_of("dark", "lacquer")
    place.add(
        join([around(0, 0, 0.42, 0.34, (0, 0.15)), around(0, -0.02, 0.4, 0.25, (0.15, 0.19))]), shell, rounded=0.01
    )
    place.add(around(0, -0.2, 0.22, 0.15, (0.04, 0.045)), kit.palette.get("paper"))


def headphones(kit: Kit, place: Place) -> None:
    """On a stand."""
    place.add(
        join([around(0, 0, 0.1, 0.1, (0, 0.015)), around(0, 0, 0.03, 0.02, (0, 0.25))]),
        kit.palette.any_of("wood", "metal", "dark"),
    )
    t = np.linspace(0, np.pi, 16)
    arc = np.stack([0.08 * np.cos(t), np.zeros_like(t), 0.17 + 0.1 * np.sin(t)], -1)
    cups = [ellipsoid((side * 0.08, 0, 0.15), (0.025, 0.04, 0.045)) for side in (-1, 1)]
    place.add(join([tube(arc, 0.009, 6), *cups]), kit.palette.any_of("dark", "plastic"), smooth=True)


def microphone(kit: Kit, place: Place) -> None:
    """On an arm, as podcasters have it."""
    path = spline([(0, 0, 0), (0.05, 0, 0.4), (-0.25, -0.1, 0.5)], 16)
    dark = kit.palette.get("dark")
    place.add(tube(path, 0.01, 8), dark)
    place.at(-0.25, -0.1, 0.5).add(lathe([(0, -0.18), (0.026, -0.17), (0.026, 0), (0, 0.01)], 20), dark, smooth=True)


def cable(kit: Kit, place: Place, start: Points, end: Points) -> None:
    """Hangs loosely between two points."""
    rng = kit.rng
    middle = (np.asarray(start) + end) / 2 - [0, 0, rng.uniform(0.05, 0.3)]
    loop = middle + rng.normal(0, 0.06, 3)
    place.add(
        tube(spline([start, loop, end], 24), rng.uniform(0.003, 0.006), 6),
        kit.palette.any_of("dark", "dark", "lacquer"),
        smooth=True,
    )
