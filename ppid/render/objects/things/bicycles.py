"""Bicycles, scooters, prams."""

from __future__ import annotations

import math

import bpy
import numpy as np
from numpy.typing import ArrayLike

from ppid.render.objects.things.kit import Kit, Thing
from ppid.render.objects.things.parts import (
    Y,
    along,
    arc,
    disc,
    loft,
    oval,
    placed,
    ring,
    rod,
    rounded_rectangle,
    sheet,
    strap,
    stretched,
)
from ppid.render.rng import Rng
from ppid.render.shapes import (
    TAU,
    Points,
    Shape,
    box,
    lathe,
    prism,
    rounded_box,
    spline,
    torus,
    tube,
)

# A bicycle's axles, pedals, saddle and head, its front towards x.
_REAR, _FRONT = np.array([-0.66, 0, 0.5]), np.array([0.72, 0, 0.5])
_PEDALS, _SADDLE, _HEAD = np.array([-0.16, 0, 0.42]), np.array([-0.34, 0, 1.02]), np.array([0.5, 0, 1.05])


def _spoked_wheel(kit: Kit, at: ArrayLike, radius: float, spokes: int, tyre: float, metal: bpy.types.Material) -> None:
    """A wheel in the xz plane with crossed wire spokes."""
    centre = np.asarray(at, float)
    kit.add(ring(radius - tyre, tyre, Y, centre, 88), kit.material("rubber"))
    rim = _circle_around(radius - 2.1 * tyre, centre)
    kit.add(strap(rim, Y, tyre * 1.3, tyre * 0.6, closed=True), metal)
    turn = np.arange(spokes) * TAU / spokes
    way = np.where(np.arange(spokes) % 4 < 2, 1.0, -1.0)
    side = np.where(np.arange(spokes) % 2, 1.0, -1.0)
    hub = 0.045 * radius / 0.5
    lean = turn + way * 1.3
    roots = centre + np.c_[hub * np.cos(lean), side * 0.05, hub * np.sin(lean)]
    ends = centre + (radius - 2.2 * tyre) * np.c_[np.cos(turn), 0 * turn, np.sin(turn)]
    kit.wires(np.stack([roots, ends], 1), 0.0045, metal)
    kit.add(along(disc(hub, 0.12, 0.01, 24), Y, centre), metal)


def _circle_around(radius: float, centre: Points) -> Points:
    """Closed path around `centre` in the xz plane."""
    turn = np.linspace(0, TAU, 88, endpoint=False)
    return centre + radius * np.c_[np.cos(turn), 0 * turn, np.sin(turn)]


def solid_wheel(
    kit: Kit, at: ArrayLike, radius: float, width: float, tyre: bpy.types.Material, hub: bpy.types.Material
) -> None:
    """A thick wheel with a hub, its axle along y."""
    profile = [
        (radius * 0.6, -width / 2),
        (radius * 0.92, -width / 2),
        (radius, -width * 0.3),
        (radius, width * 0.3),
        (radius * 0.92, width / 2),
        (radius * 0.6, width / 2),
    ]
    kit.add(along(lathe([*profile, profile[0]], 48), Y, at), tyre)
    kit.add(
        along(
            lathe(
                [(0, -width * 0.45), (radius * 0.62, -width * 0.38), (radius * 0.62, width * 0.38), (0, width * 0.45)],
                32,
            ),
            Y,
            at,
        ),
        hub,
    )


def bicycle(rng: Rng, kit: Kit) -> None:
    """A bicycle with spokes, chain and handlebars."""
    frame, metal = kit.material("paint", "paint", "steel"), kit.material("chrome", "steel")
    rubber = kit.material("rubber", "leather")
    tyre, spokes = rng.uniform(0.018, 0.04), rng.pick([20, 28, 36])
    for hub in (_REAR, _FRONT):
        _spoked_wheel(kit, hub, 0.5, spokes, tyre, metal)
    _bicycle_frame(rng, kit, frame)
    _drive(kit, metal, rubber)
    kit.add(rod(_SADDLE, _SADDLE + [-0.03, 0, 0.12], 0.016), metal)
    seat, faces = rounded_box(0.34, 0.2, 0.08, 3)
    seat[:, 1] *= np.interp(seat[:, 0], [-0.17, 0, 0.17], [1, 0.7, 0.3])
    kit.add(placed((seat, faces), _SADDLE + [0, 0, 0.15]), rubber)
    _handlebar(rng, kit, metal, rubber)
    if rng.chance(0.4):
        for hub, start, stop in ((_REAR, 0.15, 2.9), (_FRONT, 0.9, 3.0)):
            kit.add(strap(arc(0.535, start, stop, 40, hub), Y, 0.09, 0.012), frame)
    if rng.chance(0.3):
        _carrier(kit, metal)


def _bicycle_frame(rng: Rng, kit: Kit, paint: bpy.types.Material) -> None:
    """The tubes between the wheels."""
    low_head = _HEAD + [0.04, 0, -0.16]
    if rng.chance(0.3):
        top = spline(np.array([_PEDALS + [-0.08, 0, 0.28], (0.1, 0, 0.62), low_head]), 16)
    else:
        top = np.array([_SADDLE + [0.05, 0, -0.2], _HEAD])
    kit.add(tube(top, 0.026, 12), paint)
    for start, end, radius in (
        (_PEDALS, low_head, 0.03),
        (_PEDALS, _SADDLE, 0.027),
        (_HEAD + [-0.01, 0, 0.05], low_head, 0.034),
    ):
        kit.add(rod(start, end, radius), paint)
    for side in (-1, 1):
        for end in (_PEDALS, _SADDLE * 0.92 + _PEDALS * 0.08):
            offset = np.array([0, side * 0.055, 0])
            kit.add(rod(_REAR + offset, end + offset * 0.6, 0.014), paint)
        places = [low_head + [0.01, side * 0.045, 0], (0.6, side * 0.055, 0.72), _FRONT + [0, side * 0.055, 0]]
        kit.add(tube(spline(np.array(places), 14), np.linspace(0.022, 0.014, 14), 10), paint)


def _drive(kit: Kit, metal: bpy.types.Material, rubber: bpy.types.Material) -> None:
    """Chain, cranks and pedals."""
    for side in (-1, 1):
        crank = _PEDALS + [side * 0.14, side * 0.09, -side * 0.1]
        kit.add(rod(_PEDALS + [0, side * 0.06, 0], crank, 0.014), metal)
        kit.add(placed(box(0.1, 0.1, 0.025), crank + [0, side * 0.06, 0]), rubber, edge=0.006)
    kit.add(ring(0.1, 0.012, Y, _PEDALS + [0, -0.06, 0], 40), metal)
    kit.add(along(disc(0.05, 0.04), Y, _REAR + [0, -0.06, 0]), metal)
    for way in (-1, 1):
        kit.add(rod(_PEDALS + [0, -0.06, way * 0.1], _REAR + [0, -0.06, way * 0.045], 0.008, 6), metal)


_BARS = {
    "flat": [(0.02, 0.34, 0.0), (0.03, 0.1, 0.02), (0.05, 0, 0.0)],
    "drop": [(-0.02, 0.22, -0.16), (0.16, 0.22, -0.14), (0.18, 0.22, -0.02), (0.1, 0.2, 0.0), (0.06, 0, 0.0)],
    "city": [(-0.2, 0.28, 0.06), (0.0, 0.26, 0.07), (0.1, 0.14, 0.06), (0.06, 0, 0.0)],
}  # one half, from the grip to the middle


def _handlebar(rng: Rng, kit: Kit, metal: bpy.types.Material, rubber: bpy.types.Material) -> None:
    """A handlebar with grips."""
    stem = _HEAD + [-0.02, 0, 0.14]
    kit.add(rod(_HEAD, stem, 0.02), metal)
    half = np.array(_BARS[rng.pick(list(_BARS))])
    bar = spline(np.concatenate([half, half[-2::-1] * [1, -1, 1]]), 40) + stem
    kit.add(tube(bar, 0.016, 10), metal)
    for part in (bar[:7], bar[-7:]):
        kit.add(tube(part, 0.022, 10), rubber)


def _carrier(kit: Kit, metal: bpy.types.Material) -> None:
    """A basket of wires in front of the handlebar."""
    at = _HEAD + [0.22, 0, 0.12]
    turn = np.linspace(0, TAU, 26, endpoint=False)
    around = np.c_[0.16 * np.cos(turn), 0.2 * np.sin(turn), 0 * turn]
    kit.wires(at + np.stack([around * 0.8 - [0, 0, 0.22], around], 1), 0.007, kit.material("wicker", "steel"))
    for size, z in ((0.8, -0.22), (0.9, -0.1), (1, 0)):
        kit.add(_flat_ring(0.16 * size, 0.2 * size, at + [0, 0, z]), metal)


def _flat_ring(x: float, y: float, at: Points) -> Shape:
    """A thin horizontal ring with half axes."""
    return placed(stretched(torus(1.0, 0.05, 48, 8), (x, y, 0.16)), at)


def scooter(rng: Rng, kit: Kit) -> None:
    """A kick scooter."""
    metal, frame, rubber = kit.material("chrome", "steel"), kit.material("paint", "steel"), kit.material("rubber")
    size = rng.uniform(0.11, 0.2)
    wheel = kit.material("rubber", "plastic")
    for x in (-0.75, 0.72):
        solid_wheel(kit, (x, 0, size), size, 0.08, wheel, metal)
    kit.add(placed(rounded_box(1.05, 0.24, 0.05, 7), (-0.15, 0, size + 0.02)), frame)
    kit.add(placed(rounded_box(0.9, 0.2, 0.02, 9), (-0.15, 0, size + 0.05)), rubber)
    kit.add(rod((0.35, 0, size), (0.62, 0, size + 0.28), 0.035), frame)
    kit.add(rod((0.72, 0, size), (0.52, 0, 1.75), [0.03, 0.022]), metal)
    kit.add(rod((0.52, -0.38, 1.75), (0.52, 0.38, 1.75), 0.022), metal)
    for side in (-1, 1):
        kit.add(rod((0.52, side * 0.24, 1.75), (0.52, side * 0.4, 1.75), 0.035), rubber)
        kit.add(rod((0.72, side * 0.06, size), (0.69, side * 0.06, size + 0.25), 0.02), frame)
    kit.add(strap(arc(size + 0.04, 0.6, 2.6, 16, (-0.75, 0, size)), Y, 0.09, 0.015), metal)


def skateboard(rng: Rng, kit: Kit) -> None:
    """A skateboard, or a roller skate's four wheels under a board."""
    x = np.linspace(-1, 1, 40)
    lift = 0.28 * np.clip(np.abs(x) - 0.68, 0, 1) ** 1.2 * 2
    half = 0.27 * np.sqrt(np.clip(1 - np.abs(x) ** 9, 0.002, 1))
    deck = strap(np.c_[x, 0 * x, 0.24 + lift], Y, 2 * half, 0.035)
    kit.add(deck, kit.material("wood", "paint", "patterned"))
    grip = strap(np.c_[x, 0 * x, 0.262 + lift], Y, 2 * half * 0.985, 0.006)
    kit.add(grip, kit.material("rubber"))
    metal, wheel = kit.material("steel"), kit.material("plastic", "paint")
    for axle in (-0.52, 0.52):
        kit.add(rod((axle, -0.26, 0.09), (axle, 0.26, 0.09), 0.03), metal)
        kit.add(placed(box(0.16, 0.16, 0.1), (axle, 0, 0.17)), metal, edge=0.03)
        for side in (-1, 1):
            kit.add(along(disc(0.085, 0.13, 0.02, 32), Y, (axle, side * 0.25, 0.085)), wheel)


def pram(rng: Rng, kit: Kit) -> None:
    """A pram with a hood, or a wheelbarrow."""
    metal, cloth, rubber = (
        kit.material("chrome", "steel", "paint"),
        kit.material("fabric", "patterned", "leather"),
        kit.material("rubber"),
    )
    if rng.chance(0.35):
        tub = [rounded_rectangle(w, d, 0.1) + [x, 0] for w, d, x in ((0.7, 0.45, 0.0), (1.15, 0.85, 0.02))]
        rows = np.array([np.c_[tub[k], np.full(24, z)] for k, z in ((0, 0.42), (1, 0.85))])
        kit.add(loft(rows, capped=False), kit.material("paint", "steel"), thick=0.025)
        kit.add(placed(prism(tub[0], 0.03), (0, 0, 0.43)), metal)
        for side in (-1, 1):
            path = spline(
                [
                    (0.85, side * 0.06, 0.25),
                    (0.3, side * 0.22, 0.4),
                    (-0.5, side * 0.28, 0.5),
                    (-1.2, side * 0.32, 0.75),
                ],
                30,
            )
            kit.add(tube(path, 0.03, 10), metal)
            kit.add(
                tube(
                    spline([(-0.1, side * 0.24, 0.42), (-0.3, side * 0.26, 0.0), (-0.45, side * 0.27, 0.45)], 20),
                    0.025,
                    10,
                ),
                metal,
            )
            kit.add(tube(path[-5:], 0.042, 12), rubber)
        solid_wheel(kit, (0.85, 0, 0.25), 0.25, 0.12, rubber, metal)
        return
    for x, size in ((-0.45, 0.3), (0.45, 0.3)):
        for side in (-1, 1):
            _spoked_wheel(kit, (x, side * 0.32, size), size, 14, 0.022, metal)
        kit.add(rod((x, -0.32, size), (x, 0.32, size), 0.018), metal)
    body = [
        np.c_[oval(w, d, 3, 56) + [x, 0], np.full(56, z)]
        for w, d, x, z in ((0.45, 0.22, 0, 0.6), (0.62, 0.3, 0, 0.72), (0.7, 0.34, 0, 1.0))
    ]
    kit.add(loft(np.array(body), capped=False), cloth, thick=0.02)
    kit.add(placed(prism(oval(0.44, 0.21, 3), 0.03), (0, 0, 0.62)), cloth)
    reach, across = np.meshgrid(np.linspace(0.15, 1.75, 18), np.linspace(0, math.pi, 30), indexing="ij")
    ribs = 1 + 0.03 * np.abs(np.sin((reach - 0.15) * 7.5))
    radius = 0.62 * np.sin(across) ** 0.6 * ribs
    hood = np.stack([0.12 + np.cos(reach) * radius, 0.34 * np.cos(across), 1.0 + np.sin(reach) * radius], -1)
    kit.add(sheet(hood), cloth, thick=0.012)
    for side in (-1, 1):
        for x in (-0.45, 0.45):
            kit.add(
                tube(spline([(x, side * 0.28, 0.3), (x * 0.6, side * 0.3, 0.55), (0, side * 0.3, 0.68)], 16), 0.018, 8),
                metal,
            )
        kit.add(
            tube(spline([(-0.2, side * 0.33, 0.75), (-0.8, side * 0.32, 1.1), (-1.05, side * 0.3, 1.28)], 16), 0.02, 8),
            metal,
        )
    kit.add(rod((-1.05, -0.3, 1.28), (-1.05, 0.3, 1.28), 0.03), rubber)


THINGS: dict[str, Thing] = {
    "bicycle": Thing(bicycle, 2, elevation=(-0.05, 0.5)),
    "scooter": Thing(scooter, 0.8, elevation=(0, 0.5)),
    "skateboard": Thing(skateboard, 0.8, elevation=(-0.4, 0.8)),
    "pram": Thing(pram, 0.8, elevation=(0, 0.5)),
}
