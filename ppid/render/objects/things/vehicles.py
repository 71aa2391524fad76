"""Toy cars, lorries and trains."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import bpy
import numpy as np

from ppid.render.objects.things.bicycles import solid_wheel
from ppid.render.objects.things.kit import BLACK, Kit, Thing
from ppid.render.objects.things.parts import (
    X,
    Y,
    along,
    disc,
    loft,
    oval,
    placed,
    ring,
    rod,
    rounded_rectangle,
    segments,
    slab,
    smooth_outline,
    stack,
    strap,
)
from ppid.render.rng import Rng
from ppid.render.shapes import (
    TAU,
    Points,
    Shape,
    box,
    ellipsoid,
    lathe,
    rotation,
    rounded_box,
    sphere,
)


@dataclass(frozen=True)
class _Materials:
    """What a toy vehicle is made of."""

    body: bpy.types.Material
    load: bpy.types.Material
    tyre: bpy.types.Material
    hub: bpy.types.Material
    dark: bpy.types.Material


def _materials(kit: Kit) -> _Materials:
    return _Materials(
        body=kit.material("paint", "plastic", "wood"),
        load=kit.material("paint", "plastic", "wood"),
        tyre=kit.material("rubber"),
        hub=kit.material("chrome", "plastic"),
        dark=kit.material("plastic", colour=(0.02, 0.025, 0.03)),
    )


def _wheels(kit: Kit, made: _Materials, stations: Sequence[float], size: tuple[float, float, float]) -> None:
    """Wheels on the ground at both sides of each station x; `size` is (half track, radius, width)."""
    half, radius, width = size
    for x in stations:
        for side in (-1, 1):
            solid_wheel(kit, (x, side * half, radius), radius, width, made.tyre, made.hub)


# Side views, x and z.
_BODIES = {
    "saloon": np.array(
        [
            *((-1.0, 0.15), (-0.3, 0.12), (0.5, 0.12), (1.05, 0.15), (1.08, 0.36)),
            *((0.6, 0.5), (0.25, 0.8), (-0.35, 0.82), (-0.75, 0.55), (-1.05, 0.48)),
        ]
    ),
    "van": np.array(
        [
            *((-1.05, 0.15), (0, 0.12), (1.0, 0.15), (1.04, 0.42), (0.85, 0.6)),
            *((0.65, 0.98), (0.3, 1.05), (-0.95, 1.03), (-1.08, 0.9)),
        ]
    ),
    "beetle": np.array(
        [
            *((-0.95, 0.15), (0, 0.12), (0.9, 0.15), (1.0, 0.3), (0.75, 0.5)),
            *((0.4, 0.56), (0.15, 0.85), (-0.2, 0.9), (-0.65, 0.72), (-0.98, 0.35)),
        ]
    ),
}


def _body(outline: Points) -> Shape:
    """A car's body with its edges drawn in, narrower above the doors."""
    points = smooth_outline(outline, 120)
    centre, rows = points.mean(0), []
    for share, inset in ((0.0, 1.0), (0.55, 1.0), (0.85, 1.0), (0.96, 0.95), (1.0, 0.9)):
        drawn_in = centre + (points - centre) * inset
        half = np.interp(drawn_in[:, 1], [0.1, 0.5, 0.56, 1.1], [0.4, 0.45, 0.4, 0.33]) * share
        rows.append(np.c_[drawn_in[:, 0], half, drawn_in[:, 1]])
    return loft(np.array([row * [1, -1, 1] for row in rows[:0:-1]] + rows))


def _road_car(rng: Rng, kit: Kit, made: _Materials, kind: str) -> None:
    outline = _BODIES[kind]
    kit.add(_body(outline), made.body)
    centre = np.array([-0.05, 0.62])
    window = smooth_outline(centre + (outline[outline[:, 1] > 0.49] - centre) * [0.8, 0.72] + [0, 0.03], 60)
    lamp, rear_lamp = (
        kit.material("chrome", colour=(0.9, 0.88, 0.75)),
        kit.material("plastic", colour=(0.5, 0.01, 0.01)),
    )
    for side in (-1, 1):
        kit.add(placed(slab(window, 0.02), (0, side * 0.385, 0.02), rotation(X, side * 0.2)), made.dark, edge=0.008)
        kit.add(along(lathe([(0, 0.04), (0.06, 0.03), (0.08, 0), (0, 0)], 28), X, (1.02, side * 0.28, 0.34)), lamp)
        kit.add(placed(rounded_box(0.04, 0.12, 0.06, 4, 3), (-1.05, side * 0.3, 0.38)), rear_lamp)
    kit.add(rod((1.06, -0.3, 0.18), (1.06, 0.3, 0.18), 0.03), made.hub)
    _wheels(kit, made, (-0.62, 0.62), (0.42, rng.uniform(0.17, 0.22), 0.16))
    if rng.chance(0.4):
        roof = 1.1 if kind == "van" else 0.95
        for y in (-0.2, 0.2):
            kit.add(placed(box(0.5, 0.03, 0.03), (-0.1, y, roof)), made.hub)
        for k in range(rng.whole(1, 3)):
            case = placed(rounded_box(0.3, 0.4, 0.14, 5), (-0.25 + 0.14 * k, 0, roof + 0.08 + 0.1 * k))
            kit.add(case, kit.material("wood", "leather", "paint"))


def _racing_car(rng: Rng, kit: Kit, made: _Materials) -> None:
    sections = [(-1.0, 0.12, 0.06, 0.2), (-0.6, 0.24, 0.17, 0.25), (-0.1, 0.26, 0.17, 0.24), (0.4, 0.17, 0.12, 0.2)]
    sections.append((1.1, 0.06, 0.04, 0.14))
    kit.add(loft(np.array([np.c_[np.full(48, x), oval(w, h, 3) + [0, z]] for x, w, h, z in sections])), made.body)
    kit.add(placed(sphere(4, 0.12), (-0.12, 0, 0.46)), kit.material("paint"))
    for x, z, wide in ((1.05, 0.12, 0.85), (-1.0, 0.5, 0.75)):
        kit.add(placed(box(0.24, wide, 0.03), (x, 0, z)), made.body, edge=0.01)
    for y in (-0.3, 0.3):
        kit.add(placed(box(0.26, 0.02, 0.32), (-1.0, y, 0.38)), made.body)
    radius, stations = rng.uniform(0.17, 0.22), (-0.72, 0.68)
    arms = [((x, y, radius), (x + d, 0, 0.25)) for x in stations for d in (-0.15, 0.15) for y in (-0.48, 0.48)]
    kit.wires(segments(arms), 0.016, made.hub)
    _wheels(kit, made, stations, (0.5, radius, 0.24))


def car(rng: Rng, kit: Kit) -> None:
    """A toy car: saloon, van, beetle or racing car."""
    kind = kit.attributes["style"] = rng.pick([*_BODIES, "racing"])
    made = _materials(kit)
    if kind == "racing":
        _racing_car(rng, kit, made)
    else:
        _road_car(rng, kit, made, kind)


def _cab(kit: Kit, made: _Materials) -> None:
    """A lorry's frame, cab and wheels."""
    kit.add(placed(box(2.0, 0.5, 0.1), (0, 0, 0.32)), made.dark, edge=0.02)
    kit.add(placed(box(0.55, 0.75, 0.65), (0.72, 0, 0.68)), made.body, edge=0.08)
    kit.add(placed(box(0.03, 0.62, 0.28), (0.99, 0, 0.82)), made.dark, edge=0.01)
    for side in (-1, 1):
        kit.add(placed(box(0.32, 0.03, 0.26), (0.74, side * 0.37, 0.82)), made.dark, edge=0.01)
    _wheels(kit, made, (0.65, -0.35, -0.75), (0.36, 0.22, 0.18))


def _van_body(rng: Rng, kit: Kit, made: _Materials) -> None:
    _cab(kit, made)
    kit.add(placed(box(1.3, 0.8, 0.8), (-0.4, 0, 0.82)), made.load, edge=0.04)


def _tipper(rng: Rng, kit: Kit, made: _Materials) -> None:
    _cab(kit, made)
    rows = [(rounded_rectangle(1.25 * s, 0.8 * s, 0.04) + [0.62, 0], z) for s, z in ((0.92, 0.0), (1.0, 0.4))]
    with kit.at((-1.0, 0, 0.42), rotation(Y, rng.uniform(0, 0.5))):
        kit.add(stack([row for row, _ in rows], [z for _, z in rows], capped=False), made.load, thick=0.03)
        kit.add(placed(box(1.14, 0.74, 0.03), (0.62, 0, 0.015)), made.load)
        if rng.chance(0.5):
            gravel = kit.material("stone", "wood", "peel")
            for _ in range(25):
                at = rng.uniform([0.15, -0.28, 0.1], [1.1, 0.28, 0.4])
                kit.add(ellipsoid(at, rng.uniform(0.08, 0.16, 3)), gravel)


def _digger(rng: Rng, kit: Kit, made: _Materials) -> None:
    _cab(kit, made)
    kit.add(placed(disc(0.3, 0.14), (-0.4, 0, 0.45)), made.dark)
    kit.add(placed(box(0.7, 0.6, 0.5), (-0.5, 0, 0.75)), made.load, edge=0.06)
    elbow, wrist = np.array([-1.1, 0, 1.65]), np.array([-1.75, 0, rng.uniform(0.7, 1.2)])
    kit.add(strap(np.linspace((-0.75, 0, 0.8), elbow, 6), Y, 0.14, 0.14), made.body)
    kit.add(strap(np.linspace(elbow, wrist, 6), Y, 0.11, 0.11), made.body)
    kit.add(rod((-0.7, 0.08, 1.0), elbow * 0.6 + [-0.4, 0.08, 0.5], 0.035), made.hub)
    shovel = [(0.1, 0.1), (0.14, -0.3), (-0.15, -0.42), (-0.4, -0.25), (-0.2, -0.2), (-0.05, 0.05)]
    kit.add(placed(slab(smooth_outline(shovel, 50), 0.4), wrist), made.dark, edge=0.015)


def _tractor(rng: Rng, kit: Kit, made: _Materials) -> None:
    kit.add(placed(box(0.85, 0.4, 0.4), (0.4, 0, 0.6)), made.body, edge=0.07)
    kit.add(placed(box(0.6, 0.6, 0.12), (-0.35, 0, 1.35)), made.body, edge=0.03)
    kit.add(placed(box(0.6, 0.55, 0.35), (-0.35, 0, 0.6)), made.body, edge=0.05)
    for x in (-0.6, -0.1):
        for y in (-0.24, 0.24):
            kit.add(rod((x, y, 0.6), (x, y, 1.3), 0.025), made.dark)
    kit.add(rod((0.55, 0, 0.75), (0.55, 0, rng.uniform(1.05, 1.3)), 0.035), made.hub)
    kit.add(ring(0.12, 0.018, (1, 0, 0.6), (0.0, 0, 0.95), 32), made.dark)
    _wheels(kit, made, (-0.4,), (0.45, 0.5, 0.26))
    _wheels(kit, made, (0.62,), (0.36, 0.27, 0.16))


_TRUCKS = {"van body": _van_body, "tipper": _tipper, "digger": _digger, "tractor": _tractor}


def truck(rng: Rng, kit: Kit) -> None:
    """A toy lorry, digger or tractor."""
    kind = kit.attributes["style"] = rng.pick(list(_TRUCKS))
    _TRUCKS[kind](rng, kit, _materials(kit))


def _engine(kit: Kit, body: bpy.types.Material, trim: bpy.types.Material, dark: bpy.types.Material) -> None:
    """A steam engine without its wheels."""
    kit.add(along(disc(0.28, 0.95, 0.03), X, (0.3, 0, 0.58)), body)
    kit.add(placed(box(1.6, 0.5, 0.1), (0, 0, 0.26)), dark, edge=0.015)
    kit.add(placed(box(0.5, 0.6, 0.7), (-0.42, 0, 0.66)), body, edge=0.03)
    kit.add(placed(box(0.64, 0.72, 0.07), (-0.42, 0, 1.04)), trim, edge=0.02)
    window = kit.material("plastic", colour=BLACK)
    for side in (-1, 1):
        kit.add(placed(box(0.26, 0.02, 0.26), (-0.42, side * 0.3, 0.76)), window, edge=0.006)
    for x, tall, flare in ((0.6, 0.4, 1.7), (0.3, 0.2, 1.0), (0.02, 0.24, 1.0)):
        funnel = [(0, 0), (0.07, 0), (0.07, tall * 0.7), (0.07 * flare, tall), (0, tall)]
        kit.add(placed(lathe(funnel, 32), (x, 0, 0.82)), trim)
    kit.add(placed(slab([(0.78, 0.22), (1.0, 0.02), (0.78, 0.02)], 0.46)), trim, edge=0.01)
    kit.add(along(disc(0.09, 0.08, 0.02, 28), X, (0.8, 0, 0.72)), kit.material("gold"))


def train(rng: Rng, kit: Kit) -> None:
    """A toy locomotive, now and then with wagons."""
    body, trim = kit.material("paint", "wood", "plastic"), kit.material("paint", "gold", "wood")
    dark = kit.material("rubber", "steel")
    _engine(kit, body, trim, dark)
    for side in (-1, 1):
        for x, size in ((0.6, 0.14), (0.3, 0.14), (-0.42, 0.24)):
            at = np.array([x, side * 0.31, size])
            kit.add(ring(size - 0.03, 0.03, Y, at, 44), trim)
            kit.add(along(disc(0.05, 0.08, 0.01, 20), Y, at), dark)
            for a in np.arange(8) * TAU / 8:
                kit.add(rod(at, at + (size - 0.03) * np.array([math.cos(a), 0, math.sin(a)]), 0.016, 8), trim)
        kit.add(rod((0.6, side * 0.36, 0.2), (-0.42, side * 0.36, 0.3), 0.02), dark)
    for k in range(rng.pick([0, 0, 1, 2])):
        with kit.at((-1.45 - 1.2 * k, 0, 0)):
            kit.add(placed(box(1.0, 0.55, 0.45), (0, 0, 0.5)), kit.material("paint", "wood", "plastic"), edge=0.03)
            kit.add(rod((0.5, 0, 0.28), (0.75, 0, 0.28), 0.025), dark)
            for x in (-0.3, 0.3):
                for side in (-1, 1):
                    solid_wheel(kit, (x, side * 0.26, 0.14), 0.14, 0.07, dark, trim)


THINGS: dict[str, Thing] = {
    "car": Thing(car, 1.8),
    "truck": Thing(truck, 1.2),
    "train": Thing(train),
}
