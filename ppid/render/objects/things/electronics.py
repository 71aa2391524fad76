"""Devices of desks and pockets."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.objects.things.kit import AROUND, BLACK, FRONT, LEVEL, Kit, Thing
from ppid.render.objects.things.parts import (
    X,
    Y,
    Z,
    along,
    arc,
    disc,
    loft,
    oval,
    placed,
    ring,
    rod,
    rounded_rectangle,
    stack,
    strap,
    stretched,
)
from ppid.render.rng import Rng
from ppid.render.shapes import TAU, box, lathe, prism, rotation, rounded_box, sphere, spline, tube


def headphones(rng: Rng, kit: Kit) -> None:
    """Headphones with cushions, on or over the ear."""
    shell, pad, metal = (
        kit.material("plastic", "steel", "paint", "chrome"),
        kit.material("leather", "rubber", colour=BLACK),
        kit.material("chrome"),
    )
    high, size = rng.uniform(0.8, 0.95), rng.uniform(0.85, 1.2)
    bow = arc((0.72, high), 0.12, math.pi - 0.12, 50)
    kit.add(strap(bow, Y, rng.uniform(0.1, 0.22), 0.05), shell)
    inside = arc((0.68, high - 0.06), 0.6, math.pi - 0.6, 36)
    kit.add(strap(inside, Y, 0.16, 0.07), pad)
    for side in (-1, 1):
        fork = arc(0.32 * size, 0, math.pi, 24)[:, [1, 0, 2]] * [1, 1, 0.9] + [side * 0.76, 0, -0.05]
        kit.add(tube(fork, 0.026, 10), metal)
        kit.add(rod((side * 0.73, 0, 0.32), (side * 0.76, 0, 0.2 * size), 0.03), metal)
        tilt = rotation(Z, side * rng.uniform(-0.1, 0.25)) @ rotation(Y, side * math.pi / 2)
        with kit.at((side * 0.76, 0, -0.06), tilt, size):
            cup = [(0, 0.1), (0.14, 0.1), (0.24, 0.06), (0.29, -0.02), (0.28, -0.1), (0, -0.1)]
            kit.add(stretched(lathe(cup, 48), (1.1, 0.85, 1)), shell)
            kit.add(stretched(placed(ring(0.2, 0.085), (0, 0, -0.15)), (1.1, 0.85, 1)), pad)
            kit.add(placed(disc(0.16, 0.02), (0, 0, -0.1)), kit.material("fabric", colour=BLACK))
    if rng.chance(0.4):
        cord = np.cumsum(np.r_[[(0.78, 0, -0.35)], rng.normal(size=(5, 3)) * [0.15, 0.1, 0.05] + [-0.1, 0, -0.2]], 0)
        kit.add(tube(spline(cord, 60), 0.016, 8), kit.material("rubber"))


def earbuds(rng: Rng, kit: Kit) -> None:
    """Earphones on a cord, or a pair with its case."""
    shell, tip = (
        kit.material("plastic", "paint", "steel"),
        kit.material("rubber", colour=rng.pick([BLACK, (0.8, 0.8, 0.8)])),
    )

    def bud() -> None:
        kit.add(stretched(sphere(4), (0.13, 0.13, 0.15)), shell)
        kit.add(tube([(0.06, 0, 0.02), (0.17, 0, 0.05)], [0.06, 0.05], 16), shell)
        kit.add(placed(stretched(sphere(4), (0.09, 0.1, 0.1)), (0.19, 0, 0.06)), tip)
        kit.add(tube([(0, 0, -0.08), (-0.02, 0, -0.42)], [0.05, 0.04], 14), shell)

    for side in (-1, 1):
        with kit.at((side * 0.5, 0, 0.6), rotation(Z, 0 if side > 0 else math.pi)):
            bud()
    if rng.chance(0.6):
        for side in (-1, 1):
            walk = rng.normal(size=(4, 3)) * [0.25, 0.12, 0.08]
            cord = np.r_[
                [(side * 0.5, 0, 0.18)],
                [(side * 0.4, 0, -0.05), (side * 0.25, 0, -0.3), (side * 0.1, 0, -0.55)] + walk[:3],
                [(0, 0, -0.75)],
            ]
            kit.add(tube(spline(cord, 60), 0.016, 8), tip)
        tail = np.r_[
            [(0, 0, -0.75)], np.cumsum(rng.normal(size=(4, 3)) * [0.2, 0.1, 0.05] + [0.05, 0, -0.25], 0) + [0, 0, -0.75]
        ]
        kit.add(tube(spline(tail, 60), 0.02, 8), tip)
        kit.add(rod((0, 0, -0.68), (0, 0, -0.85), 0.04), shell)
        return
    with kit.at((0, 0, -0.35)):
        half = rounded_box(0.95, 0.5, 0.62, 3.2, 5)
        kit.add(half, shell)
        lid = placed(rounded_box(0.95, 0.5, 0.2, 3.2, 4), (0, 0.1, 0.1), rotation(X, 1.2))
        kit.add(placed(lid, (0, 0.22, 0.42)), shell)


def game_controller(rng: Rng, kit: Kit) -> None:
    """A game controller."""
    shell, dark = kit.material("plastic", "plastic", "paint"), kit.material("rubber")
    outline = spline(
        [
            (-0.35, 0.42),
            (-0.75, 0.4),
            (-1.0, 0.0),
            (-1.05, -0.55),
            (-0.85, -0.62),
            (-0.6, -0.2),
            (0, -0.12),
            (0.6, -0.2),
            (0.85, -0.62),
            (1.05, -0.55),
            (1.0, 0.0),
            (0.75, 0.4),
            (0.35, 0.42),
        ],
        110,
        closed=True,
    )
    kit.add(prism(outline, 0.32), shell, edge=0.07)
    for x, y in ((-0.36, -0.02), (0.36, -0.02)) if rng.chance(0.5) else ((-0.62, 0.16), (0.36, -0.02)):
        kit.add(
            placed(
                lathe([(0, 0), (0.09, 0), (0.06, 0.12), (0.14, 0.16), (0.14, 0.2), (0.09, 0.19), (0, 0.18)], 32),
                (x, y, 0.14),
            ),
            dark,
        )
    for k in range(4):
        at = np.array([0.65, 0.18, 0.16]) + 0.11 * np.array([math.cos(k * TAU / 4), math.sin(k * TAU / 4), 0])
        kit.add(placed(disc(0.05, 0.07, 0.02, 24), at), kit.material("plastic"))
    for size in ((0.28, 0.09, 0.06), (0.09, 0.28, 0.06)):
        kit.add(placed(rounded_box(*size, 6), (-0.65, 0.18, 0.17)), dark)
    for side in (-1, 1):
        kit.add(placed(rounded_box(0.4, 0.16, 0.16, 4), (side * 0.62, 0.42, 0.0)), dark)


def camera(rng: Rng, kit: Kit) -> None:
    """A camera with its lens, now and then with a strap."""
    body, grip = (
        kit.material("steel", "plastic", "rubber", "chrome"),
        kit.material("leather", "rubber", colour=rng.pick([BLACK, None])),
    )
    kit.add(box(1.25, 0.36, 0.76), body, edge=0.06)
    kit.add(placed(box(1.265, 0.372, 0.42), (0, 0, -0.06)), grip, edge=0.05)
    kit.add(placed(rounded_box(0.24, 0.5, 0.74, 4), (-0.52, -0.06, -0.01)), grip)
    kit.add(
        placed(stack([rounded_rectangle(0.5, 0.38, 0.08), rounded_rectangle(0.36, 0.3, 0.06)], [0, 0.2]), (0, 0, 0.37)),
        body,
        edge=0.03,
    )
    reach = rng.uniform(0.2, 0.75)
    lens = [
        (0, 0),
        (0.34, 0),
        (0.34, 0.1),
        (0.3, 0.12),
        (0.3, reach),
        (0.32, reach + 0.02),
        (0.32, reach + 0.16),
        (0.27, reach + 0.16),
        (0.2, reach + 0.05),
        (0, reach + 0.05),
    ]
    kit.add(
        along(lathe(lens, 64), -Y, (0.06, -0.17, -0.04)),
        kit.material("plastic", "steel", colour=rng.pick([BLACK, (0.6, 0.6, 0.6)])),
    )
    for z in np.linspace(0.16, reach - 0.03, 5):
        kit.add(ring(0.3, 0.016, Y, (0.06, -0.17 - z, -0.04), 56), kit.material("rubber"))
    kit.add(
        placed(stretched(sphere(4), (0.2, 0.07, 0.2)), (0.06, -0.2 - reach, -0.04)),
        kit.material("chrome", colour=(0.06, 0.05, 0.12)),
    )
    for x, size in ((0.45, 0.1), (-0.45, 0.07), (0.3, 0.05)):
        kit.add(placed(disc(size, 0.09, 0.012, 32), (x, 0, 0.4)), kit.material("chrome"))
    if rng.chance(0.6):
        band = spline(
            [
                (-0.62, 0, 0.28),
                (-0.85, 0.15, -0.2),
                (-0.4, 0.35, -0.8),
                (0.4, 0.3, -0.8),
                (0.85, 0.15, -0.2),
                (0.62, 0, 0.28),
            ],
            60,
        )
        kit.add(strap(band, Y, 0.13, 0.02), grip)


def tripod(rng: Rng, kit: Kit) -> None:
    """A camera or a telescope on a tripod."""
    metal, dark = kit.material("steel", "plastic", "paint"), kit.material("rubber")
    for k in range(3):
        way = rotation(Z, k * TAU / 3 + 0.5) @ X
        knee = way * 0.35 + [0, 0, -0.55]
        kit.add(rod((0, 0, 0.15) + way * 0.08, knee, 0.034), metal)
        kit.add(rod(knee, way * 0.62 + [0, 0, -1.3], 0.022), metal)
        kit.add(along(disc(0.045, 0.1, 0.012, 20), knee - way * 0.08 - [0, 0, 0.0], knee), dark)
    kit.add(rod((0, 0, -0.4), (0, 0, 0.35), 0.03), metal)
    kit.add(placed(disc(0.11, 0.14, 0.02), (0, 0, 0.16)), dark)
    kit.add(rod((0, 0, 0.38), (0.1, 0.5, 0.25), 0.02), dark)
    if rng.chance(0.6):
        with kit.at((0, 0, 0.62), rotation(Z, rng.uniform(-0.6, 0.6)), 0.5):
            camera(rng, kit)
    else:
        with kit.at((0, 0, 0.5), rotation(Z, rng.uniform(-1, 1)) @ rotation(X, math.pi / 2 - rng.uniform(-0.1, 0.6))):
            profile = [
                (0, -0.6),
                (0.06, -0.6),
                (0.06, -0.35),
                (0.11, -0.3),
                (0.11, 0.7),
                (0.15, 0.72),
                (0.15, 0.95),
                (0.13, 0.95),
                (0.11, 0.72),
                (0, 0.72),
            ]
            kit.add(lathe(profile, 40), kit.material("paint", "gold", "plastic"))


def microphone(rng: Rng, kit: Kit) -> None:
    """A microphone in the hand's size, on a stand or on a table foot."""
    metal, head = (
        kit.material("steel", "chrome", "plastic", colour=rng.pick([None, BLACK])),
        kit.material("chrome", colour=(0.3, 0.3, 0.32)),
    )
    stand = rng.pick(["none", "table", "tall"])
    tilt = rotation(Y, rng.uniform(-0.9, 0.2))
    with kit.at((0, 0, 0), tilt, 0.6 if stand == "tall" else 1.0):
        kit.add(lathe([(0, -0.85), (0.1, -0.85), (0.11, -0.8), (0.17, 0.2), (0.21, 0.3), (0, 0.3)], 40), metal)
        kit.add(placed(stretched(sphere(5), (0.25, 0.25, 0.29)), (0, 0, 0.5)), head)
        kit.add(ring(0.26, 0.03, Z, (0, 0, 0.42)), kit.material("chrome"))
        wires = [
            np.c_[0.256 * np.cos(t), 0 * t, 0.297 * np.sin(t) + 0.5] @ rotation(Z, a).T
            for a in np.linspace(0, math.pi, 14, endpoint=False)
            for t in [np.linspace(0, TAU, 40)]
        ]
        kit.wires(np.array(wires), 0.008, head)
    if stand == "none":
        return
    low = -1.0 if stand == "table" else -2.1
    kit.add(rod((0, 0, -0.15), (0, 0, low), 0.03), kit.material("chrome", "steel"))
    kit.add(along(disc(0.11, 0.24, 0.03, 24), Y, (0, 0, -0.1)), kit.material("rubber"))
    kit.add(placed(disc(0.4, 0.06, 0.02), (0, 0, low)), metal)


def loudspeaker(rng: Rng, kit: Kit) -> None:
    """A loudspeaker box or an old radio."""
    case, cone, metal = kit.material("wood", "plastic", "paint"), kit.material("rubber"), kit.material("chrome", "gold")
    wide, high = rng.uniform(0.8, 1.0), rng.uniform(1.2, 1.8)
    kit.add(box(wide, 0.8, high), case, edge=0.03)
    z = -high / 2
    for size in (0.4, 0.26, 0.13)[: rng.whole(2, 3)]:
        z += size * wide + 0.09
        with kit.at((0, -0.4, z), rotation(X, math.pi / 2), wide * 0.95):
            kit.add(lathe([(size * 1.08, 0), (size * 1.06, 0.06), (size, 0.07), (size * 0.97, 0.04)], 56), metal)
            bell = [(size, 0.05), (size * 0.94, 0.075), (size * 0.86, 0.055), (size * 0.36, 0.004), (size * 0.34, 0.02)]
            kit.add(lathe([*bell, (size * 0.18, 0.05), (0, 0.06)], 56), cone)
        z += size * wide


def drone(rng: Rng, kit: Kit) -> None:
    """A drone with four rotors."""
    body, dark = kit.material("plastic", "paint", "steel"), kit.material("rubber", "plastic", colour=BLACK)
    kit.add(rounded_box(0.75, 0.42, 0.24, 3.5), body)
    for x in (-1, 1):
        for y in (-1, 1):
            hub = np.array([x * 0.72, y * 0.62, 0.1])
            kit.add(
                tube(
                    spline([(x * 0.25, y * 0.12, 0.02), (x * 0.5, y * 0.42, 0.06), tuple(hub)], 12),
                    [0.06] * 4 + [0.045] * 8,
                    10,
                ),
                body,
            )
            kit.add(placed(disc(0.08, 0.16, 0.015, 32), hub), dark)
            spin = rng.uniform(0, math.pi)
            for half in (0, math.pi):
                blade = np.c_[np.linspace(0.03, 0.5, 14), np.zeros(14), np.zeros(14)]
                twisted = strap(
                    blade,
                    np.c_[np.zeros(14), np.ones(14), np.linspace(0.5, 0.12, 14)],
                    0.1 * np.sin(np.linspace(0.4, 2.9, 14)),
                    0.012,
                )
                kit.add(placed(twisted, hub + [0, 0, 0.1], rotation(Z, spin + half)), dark)
            if rng.chance(0.9):
                kit.add(rod(hub - [0, 0, 0.05], hub * [0.95, 0.95, 0] - [0, 0, 0.22], 0.02), dark)
    kit.add(placed(sphere(4, 0.12), (0.32, 0, -0.14)), dark)
    kit.add(along(disc(0.06, 0.06), X, (0.43, 0, -0.14)), kit.material("chrome", colour=(0.1, 0.1, 0.2)))


def cables(rng: Rng, kit: Kit) -> None:
    """Tangled cables with their plugs, or a coil."""
    if rng.chance(0.35):
        t = np.linspace(0, 1, 500)
        turns, wobble = rng.whole(4, 9), rng.uniform(0.02, 0.08)
        radius = 0.6 + wobble * np.sin(t * turns * 5.3) + 0.03 * np.cos(t * turns * 9.1)
        path = np.c_[radius * np.cos(t * turns * TAU), 0.1 * np.sin(t * turns * 4.1), radius * np.sin(t * turns * TAU)]
        kit.add(tube(path, 0.028, 8), kit.material("rubber", "plastic"))
        kit.add(ring(0.1, 0.03, Z, (0.62, 0, 0)), kit.material("fabric", "plastic"))
        ends = [(path[-1], path[-1] - path[-8])]
    else:
        ends = []
        for _ in range(rng.whole(1, 3)):
            walk = np.cumsum(rng.normal(size=(rng.whole(8, 20), 3)) * [0.35, 0.2, 0.35], 0)
            walk -= walk.mean(0)
            path = spline(walk * 0.8 / max(float(np.abs(walk).max()), 0.1), 320)
            kit.add(tube(path, rng.uniform(0.014, 0.035), 8), kit.material("rubber", "plastic"))
            ends.append((path[-1], path[-1] - path[-8]))
    for end, way in ends:
        kit.add(along(rounded_box(0.11, 0.08, 0.2, 5, 3), way, end), kit.material("plastic", "rubber"))
        kit.add(along(box(0.07, 0.03, 0.16), way, end + way / np.linalg.norm(way) * 0.15), kit.material("chrome"))


def hair_dryer(rng: Rng, kit: Kit) -> None:
    """A hair dryer."""
    shell, dark = kit.material("plastic", "paint", "chrome"), kit.material("rubber")
    kit.add(
        along(
            lathe([(0.24, -0.55), (0.32, -0.5), (0.36, -0.2), (0.32, 0.2), (0.25, 0.5), (0.22, 0.5), (0.22, -0.2)], 48),
            X,
            (0, 0, 0.4),
        ),
        shell,
    )
    kit.add(along(lathe([(0.24, 0.45), (0.24, 0.6), (0.2, 0.6), (0.2, 0.45)], 40), X, (0, 0, 0.4)), dark)
    nozzle = [
        np.c_[np.full(48, x), oval(w, h, 3) + [0, 0.4]]
        for x, w, h in ((0.55, 0.22, 0.22), (0.75, 0.3, 0.12), (0.9, 0.34, 0.05))
    ]
    kit.add(loft(nozzle, capped=False), dark, thick=0.015)
    for radius in (0.08, 0.15, 0.22):
        kit.add(along(ring(radius, 0.012), X, (-0.52, 0, 0.4)), dark)
    kit.add(rod((-0.52, -0.24, 0.4), (-0.52, 0.24, 0.4), 0.012), dark)
    kit.add(
        stack(
            [oval(w, 0.13) + [x, 0] for w, x in ((0.16, -0.12), (0.14, -0.14), (0.15, -0.2), (0.12, -0.22))],
            [0.2, -0.1, -0.55, -0.7],
        ),
        shell,
    )
    cord = spline(
        [(-0.21, 0, -0.68), (-0.2, 0.05, -0.95), (-0.6, 0.2, -1.1), (-0.9, 0.1, -0.8), (-1.0, -0.1, -0.3)], 60
    )
    kit.add(tube(cord, 0.03, 8), dark)


THINGS: dict[str, Thing] = {
    "headphones": Thing(headphones, 1.5, elevation=(-0.1, 0.6), lying=True),
    "earbuds": Thing(earbuds, azimuth=FRONT, lying=True),
    "game_controller": Thing(game_controller, elevation=(0.3, 1.4), azimuth=FRONT, lying=True),
    "camera": Thing(camera, 1.3, azimuth=(-2.7, -0.4)),
    "tripod": Thing(tripod, elevation=LEVEL, azimuth=AROUND),
    "microphone": Thing(microphone),
    "loudspeaker": Thing(loudspeaker, azimuth=FRONT),
    "drone": Thing(drone, elevation=(-0.5, 0.9)),
    "cables": Thing(cables, lying=True),
    "hair_dryer": Thing(hair_dryer, elevation=(-0.1, 0.5)),
}
