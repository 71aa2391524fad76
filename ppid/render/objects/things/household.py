"""Things of the house: bottles, books, clocks, brushes, cans."""

from __future__ import annotations

import math

import bpy
import numpy as np

from ppid.render.objects.things.graphics import artwork
from ppid.render.objects.things.kit import BLACK, FRONT, LEVEL, WHITE, Kit, Thing
from ppid.render.objects.things.parts import (
    X,
    Y,
    Z,
    along,
    arc,
    disc,
    limb,
    oval,
    placed,
    ring,
    rod,
    segments,
    sheet,
    slab,
    stack,
    strap,
)
from ppid.render.rng import Rng
from ppid.render.scene import fuse
from ppid.render.shapes import TAU, box, ellipsoid, lathe, rotation, rounded_box, sphere, spline, tube


def _label(rng: Rng, kit: Kit, half: tuple[float, float], exponent: float, low: float, high: float) -> None:
    """A printed label around the front of a bottle whose section is a superellipse."""
    turn = np.linspace(-math.pi * 0.92, -math.pi * 0.08, 40)
    cosine, sine, power = np.cos(turn), np.sin(turn), 2 / exponent
    x = half[0] * 1.012 * np.sign(cosine) * abs(cosine) ** power
    y = half[1] * 1.012 * np.sign(sine) * abs(sine) ** power
    z = np.linspace(low, high, 4)
    points = np.stack([np.repeat(x[:, None], 4, 1), np.repeat(y[:, None], 4, 1), np.repeat(z[None], 40, 0)], -1)
    place = np.stack(np.meshgrid(np.linspace(0, 1, 40), np.linspace(0, 1, 4), indexing="ij"), -1).reshape(-1, 2)
    kit.add(sheet(points), kit.printed(artwork(rng), rng.uniform(0.2, 0.6)), surface=place)


def bottle(rng: Rng, kit: Kit) -> None:
    """Opaque bottles: with a pump, a trigger, a screw cap or a dropper; one or a few."""
    x = 0.0
    for _ in range(rng.pick([1, 1, 2, 3])):
        body, cap = (
            kit.material("plastic", "ceramic", "paint", "translucent"),
            kit.material("plastic", "chrome", "gold", "wood"),
        )
        wide, tall = rng.uniform(0.28, 0.42), rng.uniform(0.8, 1.4)
        half = wide, wide * rng.pick([1.0, 1.0, 0.6])
        exponent = rng.pick([2.0, 2.0, 3.0, 5.0])
        neck = rng.uniform(0.08, 0.14)
        sections = [
            (0, 0.93),
            (0.03, 1.0),
            (tall * 0.8, 1.0),
            (tall * 0.9, rng.uniform(0.75, 0.95)),
            (tall, neck / wide * 1.1),
            (tall + 0.06, neck / wide),
        ]
        rows = []
        for _, s in sections:
            square = exponent if s > 0.7 else 2.0
            deep = half[1] * s if s > 0.7 else min(half[1] * s * half[0] / half[1], half[0] * s)
            rows.append(oval(half[0] * s, deep, square, 64))
        with kit.at((x, rng.uniform(-0.1, 0.1), 0), rotation(Z, rng.uniform(-0.4, 0.4))):
            kit.add(stack(rows, [z for z, _ in sections]), body)
            if rng.chance(0.75):
                _label(rng, kit, half, exponent, tall * 0.15, tall * rng.uniform(0.5, 0.75))
            _closure(rng, kit, cap, neck, tall + 0.05)
        x += 2 * wide + rng.uniform(0.08, 0.3)


def _closure(rng: Rng, kit: Kit, cap: bpy.types.Material, neck: float, z: float) -> None:
    kind = rng.pick(["cap", "pump", "trigger", "dropper", "cork"])
    with kit.at((0, 0, z)):
        if kind == "cap":
            kit.add(placed(disc(neck * 1.3, 0.16, 0.02), (0, 0, 0.08)), cap)
        elif kind == "cork":
            kit.add(tube([(0, 0, -0.02), (0, 0, 0.14)], [neck * 0.85, neck], 24), kit.material("wood", "stone"))
        elif kind == "dropper":
            kit.add(placed(disc(neck * 1.25, 0.12, 0.015), (0, 0, 0.06)), cap)
            kit.add(
                lathe(spline([(neck * 0.7, 0.1), (neck * 0.85, 0.24), (neck * 0.6, 0.38), (0.001, 0.42)], 20), 32),
                kit.material("rubber"),
            )
        elif kind == "pump":
            kit.add(placed(disc(neck * 1.25, 0.12, 0.015), (0, 0, 0.06)), cap)
            kit.add(rod((0, 0, 0.1), (0, 0, 0.32), 0.035), cap)
            kit.add(placed(disc(0.085, 0.06, 0.015), (0, 0, 0.34)), cap)
            nozzle = spline([(0, 0, 0.34), (0.16, 0, 0.35), (0.28, 0, 0.34), (0.3, 0, 0.28)], 16)
            kit.add(tube(nozzle, np.linspace(0.055, 0.026, 16), 12), cap)
        else:
            kit.add(placed(disc(neck * 1.25, 0.14, 0.015), (0, 0, 0.06)), cap)
            kit.add(placed(rounded_box(0.5, 0.18, 0.2, 4), (0.02, 0, 0.24)), cap)
            kit.add(along(disc(0.055, 0.12, 0.015, 24), X, (0.3, 0, 0.26)), kit.material("plastic"))
            trigger = spline([(0.2, 0, 0.2), (0.26, 0, 0.05), (0.2, 0, -0.1), (0.24, 0, -0.2)], 20)
            kit.add(strap(trigger, Y, 0.08, 0.04), kit.material("plastic"))


def vase(rng: Rng, kit: Kit) -> None:
    """Vases and pots, turned."""
    x = 0.0
    for _ in range(rng.pick([1, 1, 2, 3])):
        tall = rng.uniform(0.7, 1.6)
        radii = rng.uniform(0.12, 0.45, 6)
        profile = spline(np.c_[radii, np.linspace(0, tall, 6)], 60)
        kit.add(
            placed(lathe(np.concatenate([[[0, 0]], profile]), 64), (x + 0.4, rng.uniform(-0.2, 0.2), 0)),
            kit.material("ceramic", "stone", "patterned", "paint", "gold", "wicker"),
            thick=0.03,
        )
        x += 0.9


def bucket(rng: Rng, kit: Kit) -> None:
    """A bucket with a bail, now and then full."""
    shell = kit.material("steel", "plastic", "paint")
    foot, rim, tall = rng.uniform(0.34, 0.42), rng.uniform(0.5, 0.56), rng.uniform(0.75, 0.95)
    kit.add(
        lathe(
            [
                (0, 0),
                (foot, 0),
                (foot, 0.03),
                (rim - 0.03, tall - 0.05),
                (rim + 0.01, tall),
                (rim - 0.01, tall + 0.02),
                (rim - 0.04, tall - 0.02),
                (foot - 0.03, 0.04),
                (0, 0.03),
            ],
            72,
        ),
        shell,
    )
    for share in (0.35, 0.7):
        kit.add(ring(foot + (rim - 0.03 - foot) * share + 0.004, 0.014, Z, (0, 0, tall * share)), shell)
    tilt = rotation(X, rng.uniform(-1.5, 1.5))
    bail = arc((rim + 0.02, rng.uniform(0.5, 0.62)), 0, math.pi, 44) @ tilt.T + [0, 0, tall - 0.04]
    metal = kit.material("chrome", "steel")
    kit.add(tube(bail, 0.016, 8), metal)
    kit.add(tube(bail[18:26], 0.04, 14), kit.material("wood", "plastic"))
    for side in (-1, 1):
        kit.add(along(disc(0.05, 0.05, 0.01, 20), X, (side * rim, 0, tall - 0.04)), metal)
    if rng.chance(0.35):
        kit.add(placed(disc(rim * 0.92, 0.01), (0, 0, tall * 0.82)), kit.material("plastic", "paint", "stone"))


def watering_can(rng: Rng, kit: Kit) -> None:
    """A watering can."""
    metal = kit.material("steel", "paint", "plastic", "gold")
    tall, wide = rng.uniform(0.6, 0.9), rng.uniform(0.38, 0.48)
    kit.add(
        lathe(
            [
                (0, 0),
                (wide, 0),
                (wide, 0.04),
                (wide * 0.92, tall),
                (wide * 0.6, tall + 0.06),
                (wide * 0.55, tall + 0.06),
                (wide * 0.55, tall - 0.05),
            ],
            64,
        ),
        metal,
    )
    spout = spline([(wide * 0.85, 0, 0.12), (wide + 0.35, 0, 0.45), (wide + 0.75, 0, tall + 0.25)], 30)
    kit.add(tube(spout, np.linspace(0.1, 0.05, 30), 16), metal)
    rose = lathe([(0.04, 0), (0.16, 0.14), (0.17, 0.16), (0.001, 0.19)], 40)
    way = spout[-1] - spout[-4]
    kit.add(along(rose, way, spout[-1] - way * 0.3), metal)
    kit.add(
        tube(
            spline(
                [
                    (-wide * 0.9, 0, 0.15),
                    (-wide - 0.4, 0, 0.45),
                    (-wide - 0.2, 0, tall + 0.15),
                    (0, 0, tall + 0.35),
                    (wide * 0.5, 0, tall + 0.03),
                ],
                44,
            ),
            0.035,
            10,
        ),
        metal,
    )
    kit.add(rod((wide * 0.7, 0, tall * 0.8), spout[18], 0.016), metal)


def cage(rng: Rng, kit: Kit) -> None:
    """A bird cage, now and then with its bird."""
    metal, radius, tall = kit.material("gold", "chrome", "paint"), 0.55, rng.uniform(0.6, 1.0)
    t = np.linspace(0, 1, 30)
    dome = np.where(t < 0.6, 1, np.sqrt(np.clip(1 - ((t - 0.6) / 0.4) ** 2, 0, 1)))
    z = np.where(t < 0.6, t / 0.6 * tall, tall + 0.55 * (t - 0.6) / 0.4)
    turns = np.linspace(0, TAU, rng.whole(18, 30), endpoint=False)
    kit.wires(
        np.array([np.c_[radius * dome * math.cos(a), radius * dome * math.sin(a), z] for a in turns]), 0.011, metal
    )
    for height in (0.0, tall * 0.5, tall):
        kit.add(ring(radius, 0.018, Z, (0, 0, height)), metal)
    kit.add(
        lathe(
            [(0, -0.12), (radius + 0.05, -0.12), (radius + 0.05, 0.02), (radius, 0.02), (radius, -0.08), (0, -0.08)], 64
        ),
        kit.material("paint", "wood", "gold"),
    )
    kit.add(ring(0.1, 0.016, Y, (0, 0, tall + 0.65)), metal)
    kit.add(rod((-radius, 0, tall * 0.4), (radius, 0, tall * 0.4), 0.02), kit.material("wood"))
    if rng.chance(0.6):
        perch = tall * 0.4
        parts = [
            ellipsoid((0, 0, perch + 0.16), (0.18, 0.12, 0.13), rotation(Y, -0.4)),
            ellipsoid((0.13, 0, perch + 0.3), (0.09, 0.085, 0.09)),
        ]
        parts += limb([(-0.1, 0, perch + 0.1), (-0.3, 0, perch - 0.06)], [0.07, 0.025])
        kit.add(
            fuse(parts, 0.014, 4),
            kit.material("paint", "fabric", colour=rng.pick([(0.8, 0.7, 0.05), (0.1, 0.5, 0.15), (0.1, 0.3, 0.8)])),
        )
        kit.add(
            along(lathe([(0.035, 0), (0.001, 0.09)], 12), X, (0.2, 0, perch + 0.3)),
            kit.material("plastic", colour=(0.8, 0.3, 0.02)),
        )
        for side in (-1, 1):
            kit.add(placed(sphere(2, 0.016), (0.17, side * 0.075, perch + 0.33)), kit.material("plastic", colour=BLACK))


def fan(rng: Rng, kit: Kit) -> None:
    """A table fan behind its grille."""
    body, wire = kit.material("plastic", "paint", "steel"), kit.material("chrome", "steel", "paint")
    rings, spokes = rng.whole(7, 14), rng.whole(18, 40)
    turn = np.linspace(0, TAU, 80)
    for way in (-1, 1):
        circles = [
            np.c_[r * np.cos(turn), np.full(80, way * 0.16 * (1 - (r / 0.7) ** 4)), r * np.sin(turn)]
            for r in np.linspace(0.12, 0.64, rings)
        ]
        kit.wires(np.array(circles), 0.006, wire)
        reach = np.linspace(0.1, 0.66, 10)
        kit.wires(
            np.array(
                [
                    np.c_[reach * math.cos(a), way * 0.16 * (1 - (reach / 0.7) ** 4), reach * math.sin(a)]
                    for a in np.arange(spokes) * TAU / spokes
                ]
            ),
            0.005,
            wire,
        )
    kit.add(ring(0.67, 0.025, Y), wire)
    count, spin = rng.whole(3, 5), rng.uniform(0, 3)
    u, v = np.meshgrid(np.linspace(0, 1, 14), np.linspace(-1, 1, 10), indexing="ij")
    blade = np.stack([v * (0.1 + 0.2 * np.sin(u * 2.6)), 0.08 * v + 0.03 * u, 0.1 + 0.48 * u], -1)
    for k in range(count):
        kit.add(placed(sheet(blade), turn=rotation(Y, spin + k * TAU / count)), body, thick=0.012)
    kit.add(along(disc(0.13, 0.16, 0.04), Y), body)
    kit.add(along(lathe([(0, 0), (0.18, 0.02), (0.17, 0.3), (0.08, 0.38), (0, 0.38)], 40), Y, (0, 0.14, 0)), body)
    kit.add(tube([(0, 0.3, -0.05), (0, 0.28, -1.0)], [0.05, 0.06], 16), body)
    kit.add(placed(lathe([(0, 0), (0.42, 0), (0.4, 0.06), (0.12, 0.14), (0, 0.16)], 56), (0, 0.25, -1.08)), body)


def comb(rng: Rng, kit: Kit) -> None:
    """A comb, or a hairbrush."""
    if rng.chance(0.5):
        body, count = kit.material("plastic", "wood", "patterned"), rng.whole(28, 55)
        kit.add(placed(box(1.7, 0.09, 0.22), (0, 0, 0.26)), body, edge=0.03)
        fine = rng.chance(0.5)
        for x in np.linspace(-0.8, 0.8, count):
            if fine and x > 0 or not fine or int((x + 1) * 40) % 2:
                kit.add(tube([(x, 0, 0.2), (x, 0, -0.1), (x, 0, -0.32)], [0.012, 0.011, 0.005], 6), body)
        for x in (-0.83, 0.83):
            kit.add(placed(rounded_box(0.07, 0.08, 0.6, 4, 3), (x, 0, -0.02)), body)
        return
    body, bristle = kit.material("wood", "plastic", "paint"), kit.material("rubber", "plastic", "wood")
    kit.add(placed(slab(oval(0.36, 0.55, 2.4, 64), 0.1), (0, 0, 0.45)), body, edge=0.04)
    kit.add(
        tube([(0, 0, 0.0), (0, 0, -0.2), (0, 0, -0.5), (0, 0, -0.95), (0, 0, -1.0)], [0.12, 0.08, 0.1, 0.08, 0.03], 20),
        body,
    )
    kit.add(placed(ellipsoid((0, 0, 0), (0.28, 0.08, 0.46)), (0, -0.05, 0.45)), kit.material("rubber"))
    places = [
        (x, z)
        for x in np.linspace(-0.22, 0.22, 8)
        for z in np.linspace(-0.38, 0.38, 13)
        if (x / 0.26) ** 2 + (z / 0.43) ** 2 < 1
    ]
    kit.wires(segments([((x, -0.1, 0.45 + z), (x * 1.25, -0.34, 0.45 + z * 1.12)) for x, z in places]), 0.01, bristle)


def toothbrush(rng: Rng, kit: Kit) -> None:
    """Toothbrushes in a cup, or alone."""

    def brush() -> None:
        body, hair = (
            kit.material("plastic", "translucent", "wood"),
            kit.material("plastic", "fabric", colour=rng.pick([WHITE, None])),
        )
        handle = spline([(0, 0, -1), (0, 0.02, -0.5), (0, -0.03, 0.0), (0, 0, 0.4), (0, 0, 0.85)], 40)
        kit.add(
            strap(
                handle,
                X,
                np.interp(np.linspace(0, 1, 40), [0, 0.5, 0.68, 0.8, 1], [0.12, 0.15, 0.07, 0.14, 0.13]),
                0.08,
            ),
            body,
        )
        tufts = [(x, z) for x in (-0.045, -0.015, 0.015, 0.045) for z in np.linspace(0.48, 0.82, 14)]
        kit.wires(segments([((x, -0.03, z), (x * 1.1, -0.2, z)) for x, z in tufts]), 0.013, hair)

    if rng.chance(0.5):
        for k in range(rng.whole(1, 2)):
            with kit.at((0.4 * k, 0, 0), rotation(Y, rng.normal(0, 0.3))):
                brush()
        return
    kit.add(
        lathe([(0, 0), (0.3, 0), (0.33, 0.05), (0.34, 0.85), (0.3, 0.85), (0.29, 0.06), (0, 0.05)], 56),
        kit.material("ceramic", "plastic", "steel"),
    )
    for k in range(rng.whole(2, 3)):
        with kit.at(
            (0.1 * math.cos(k * 2.2), 0.1 * math.sin(k * 2.2), 0.75),
            rotation(Z, k * 2.2) @ rotation(Y, rng.uniform(0.15, 0.25)),
            0.72,
        ):
            brush()


def mirror(rng: Rng, kit: Kit) -> None:
    """A hand mirror or one on a foot."""
    frame, glass = kit.material("gold", "wood", "plastic", "paint"), kit.material("chrome", colour=(0.9, 0.92, 0.93))
    outline = oval(0.5, rng.uniform(0.5, 0.65), 2, 72)
    rim = np.c_[outline[:, 0], np.zeros(72), outline[:, 1]]
    with kit.at((0, 0, 0.5), rotation(X, rng.uniform(-0.3, 0.3))):
        kit.add(tube(rim, rng.uniform(0.04, 0.08), 14, closed=True), frame)
        kit.add(slab(outline, 0.02), glass)
        kit.add(placed(slab(outline, 0.02), (0, 0.025, 0)), frame)
    if rng.chance(0.5):
        kit.add(tube([(0, 0, -0.05), (0, 0, -0.3), (0, 0, -0.8), (0, 0, -0.95)], [0.05, 0.045, 0.08, 0.04], 18), frame)
    else:
        kit.add(tube(arc((0.62, 0.6), math.pi + 0.1, TAU - 0.1, 40, (0, 0.0, 0.5)), 0.03, 10), frame)
        kit.add(rod((0, 0, -0.1), (0, 0, -0.5), 0.04), frame)
        kit.add(placed(disc(0.36, 0.05, 0.02), (0, 0, -0.5)), frame)


def iron(rng: Rng, kit: Kit) -> None:
    """A flat iron."""
    body, grip, metal = (
        kit.material("plastic", "paint"),
        kit.material("plastic", "rubber"),
        kit.material("chrome", "steel"),
    )
    half = spline([(1.0, 0), (0.6, 0.25), (0.0, 0.38), (-0.6, 0.38), (-0.75, 0.3)], 30)
    outline = np.concatenate([half, half[::-1] * [1, -1]])
    kit.add(stack([outline * s for s in (1.0, 1.02, 1.02)], [0, 0.03, 0.07]), metal)
    kit.add(
        stack(
            [outline * s + [x, 0] for s, x in ((0.97, 0), (0.95, 0), (0.75, -0.12), (0.5, -0.25))],
            [0.07, 0.2, 0.42, 0.5],
        ),
        body,
    )
    handle = spline([(-0.6, 0, 0.3), (-0.72, 0, 0.7), (-0.4, 0, 0.86), (0.2, 0, 0.78), (0.42, 0, 0.42)], 44)
    kit.add(tube(handle, np.interp(np.linspace(0, 1, 44), [0, 0.4, 1], [0.1, 0.075, 0.1]), 16), grip)
    kit.add(placed(disc(0.14, 0.05, 0.015), (0.1, 0, 0.46), rotation(Y, 0.5)), kit.material("chrome", "plastic"))
    cord = spline([(-0.68, 0, 0.75), (-1.0, 0.1, 0.85), (-1.2, 0.2, 0.5), (-1.1, 0.3, 0.05), (-0.6, 0.7, 0.03)], 50)
    kit.add(tube(cord, 0.026, 8), kit.material("rubber", "fabric"))


THINGS: dict[str, Thing] = {
    "bottle": Thing(bottle, 2, elevation=(-0.05, 0.5), azimuth=FRONT),
    "vase": Thing(vase, elevation=(-0.05, 0.5)),
    "bucket": Thing(bucket, elevation=(0, 0.7)),
    "watering_can": Thing(watering_can),
    "cage": Thing(cage, 1.3, elevation=LEVEL),
    "fan": Thing(fan, 1.2, elevation=LEVEL, azimuth=(-2.5, -0.6)),
    "comb": Thing(comb, elevation=(-0.1, 0.5), azimuth=FRONT, lying=True),
    "toothbrush": Thing(toothbrush, 0.8, elevation=(-0.1, 0.5), azimuth=(-2.6, -0.5)),
    "mirror": Thing(mirror, 0.8, elevation=(-0.2, 0.3), azimuth=FRONT),
    "iron": Thing(iron, 0.7),
}
