"""What flies and sails."""

from __future__ import annotations

import math

import bpy
import numpy as np
from numpy.typing import ArrayLike

from ppid.render.objects.things.bicycles import solid_wheel
from ppid.render.objects.things.kit import BLACK, LEVEL, Kit, Thing
from ppid.render.objects.things.parts import (
    X,
    Y,
    Z,
    along,
    loft,
    oval,
    placed,
    rod,
    segments,
    sheet,
    slab,
    smooth_outline,
    square_grid,
    strap,
    stretched,
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
    spline,
    tube,
)


def _wing(span: float, root: float, tip: float, sweep: float, thick: float) -> Shape:
    """A wing from the origin along y, its nose towards x."""
    rows = []
    for t in (0.0, 0.5, 0.94, 1.0):
        chord = (root + (tip - root) * t) * (0.7 if t == 1 else 1)
        profile = oval(chord / 2, thick / 2 * (1 - 0.6 * t), 2, 40)
        rows.append(np.c_[profile[:, 0] - sweep * t, np.full(40, span * t), profile[:, 1] + 0.05 * t])
    return loft(np.array(rows))


def plane(rng: Rng, kit: Kit) -> None:
    """A propeller plane, biplane or airliner."""
    body, wing, metal = (
        kit.material("paint", "plastic", "wood", "steel"),
        kit.material("paint", "plastic", "wood"),
        kit.material("steel", "chrome"),
    )
    kind = rng.pick(["propeller", "biplane", "airliner"])
    kit.attributes["style"] = kind
    if kind == "airliner":
        kit.add(
            along(
                lathe(
                    spline([(0.001, -1.2), (0.1, -0.95), (0.15, -0.5), (0.15, 0.7), (0.1, 0.95), (0.001, 1.08)], 50), 48
                ),
                X,
            ),
            body,
        )
        for side in (-1, 1):
            kit.add(placed(stretched(_wing(1.05, 0.42, 0.14, 0.55, 0.06), (1, side, 1)), (0.2, 0, -0.06)), wing)
            kit.add(placed(stretched(_wing(0.4, 0.25, 0.1, 0.25, 0.035), (1, side, 1)), (-0.95, 0, 0.05)), wing)
            kit.add(
                along(
                    lathe([(0.06, -0.16), (0.09, 0.0), (0.085, 0.14), (0.07, 0.14), (0.07, 0.0)], 32),
                    X,
                    (0.15, side * 0.42, -0.14),
                ),
                metal,
            )
            windows = np.array([(x, side * 0.146, 0.03) for x in np.arange(-0.5, 0.7, 0.075)])
            for at in windows:
                kit.add(placed(rounded_box(0.035, 0.014, 0.045, 4, 3), at), _dark_glass(kit))
        kit.add(placed(_wing(0.45, 0.32, 0.15, 0.3, 0.035), (-0.95, 0, 0.08), rotation(X, math.pi / 2)), wing)
        return
    kit.add(
        along(
            lathe(spline([(0.03, -1.05), (0.08, -0.7), (0.18, 0.0), (0.2, 0.5), (0.17, 0.74), (0.0, 0.76)], 44), 40), X
        ),
        body,
    )
    heights = (-0.1, 0.42) if kind == "biplane" else (rng.pick([-0.08, 0.16]),)
    for z in heights:
        for side in (-1, 1):
            kit.add(placed(stretched(_wing(1.05, 0.42, 0.32, 0.05, 0.06), (1, side, 1)), (0.2, 0, z)), wing)
    if kind == "biplane":
        struts = [((x, y, -0.08), (x, y * 1.02, 0.44)) for x in (0.08, 0.32) for y in (-0.75, 0.75)]
        for start, end in struts:
            kit.add(rod(start, end, 0.014), metal)
        kit.wires(
            segments(
                [((0.2, s * 0.12, -0.08), (0.2, s * 0.75, 0.42)) for s in (-1, 1)]
                + [((0.2, s * 0.12, 0.42), (0.2, s * 0.75, -0.08)) for s in (-1, 1)]
            ),
            0.005,
            metal,
        )
    for side in (-1, 1):
        kit.add(placed(stretched(_wing(0.42, 0.26, 0.18, 0.06, 0.03), (1, side, 1)), (-0.92, 0, 0.05)), wing)
        kit.add(rod((0.38, side * 0.1, -0.12), (0.42, side * 0.28, -0.38), 0.018), metal)
        solid_wheel(kit, (0.42, side * 0.3, -0.4), 0.11, 0.08, kit.material("rubber"), metal)
    kit.add(placed(_wing(0.36, 0.3, 0.16, 0.14, 0.03), (-0.92, 0, 0.06), rotation(X, math.pi / 2)), wing)
    kit.add(
        placed(stretched(sphere(4), (0.22, 0.12, 0.13)), (0.02, 0, 0.18)),
        kit.material("plastic", colour=(0.04, 0.06, 0.08)),
    )
    kit.add(along(lathe([(0.1, 0), (0.06, 0.1), (0, 0.15)], 28), X, (0.75, 0, 0)), metal)
    for k in range(count := rng.whole(2, 4)):
        turn = rotation(X, k * TAU / count + rng.uniform(0, 0.1))
        kit.add(placed(ellipsoid((0.8, 0, 0.25), (0.018, 0.05, 0.24)), turn=turn), kit.material("wood", "steel"))


def _dark_glass(kit: Kit) -> bpy.types.Material:
    """Dark glass."""
    return kit.material("plastic", colour=BLACK)


def helicopter(rng: Rng, kit: Kit) -> None:
    """A helicopter."""
    body, dark, metal = kit.material("paint", "plastic"), _dark_glass(kit), kit.material("steel")
    kit.add(ellipsoid((0.3, 0, 0), (0.55, 0.32, 0.34), splits=5), body)
    kit.add(ellipsoid((0.5, 0, 0.04), (0.4, 0.29, 0.28), splits=5), dark)
    kit.add(tube(spline([(0, 0, 0.08), (-0.5, 0, 0.14), (-1.3, 0, 0.2)], 16), np.linspace(0.17, 0.04, 16), 16), body)
    kit.add(placed(_wing(0.34, 0.24, 0.14, 0.16, 0.03), (-1.25, 0, 0.18), rotation(X, math.pi / 2)), body)
    kit.add(rod((0.15, 0, 0.3), (0.15, 0, 0.52), 0.035), metal)
    spin, blades = rng.uniform(0, TAU), rng.whole(2, 5)
    for k in range(blades):
        blade = np.c_[np.linspace(0.04, 1.25, 12), np.zeros(12), np.linspace(0, -0.06, 12)]
        kit.add(placed(strap(blade, Y, 0.09, 0.012), (0.15, 0, 0.52), rotation(Z, spin + k * TAU / blades)), dark)
    for k in range(3):
        kit.add(placed(box(0.035, 0.01, 0.22), (-1.3, -0.06, 0.22), rotation(Y, k * TAU / 3 + spin)), dark)
    for side in (-1, 1):
        skid = spline(
            [
                (-0.35, side * 0.32, -0.52),
                (0.3, side * 0.32, -0.53),
                (0.75, side * 0.32, -0.52),
                (0.92, side * 0.32, -0.42),
            ],
            24,
        )
        kit.add(tube(skid, 0.022, 10), metal)
        for x in (0.0, 0.5):
            kit.add(
                tube(spline([(x, side * 0.18, -0.25), (x, side * 0.3, -0.38), (x, side * 0.32, -0.52)], 10), 0.018, 8),
                metal,
            )


def rocket(rng: Rng, kit: Kit) -> None:
    """A toy rocket."""
    body, fin = kit.material("paint", "plastic", "steel"), kit.material("paint", "plastic")
    wide = rng.uniform(0.24, 0.42)
    kit.add(lathe(spline([(wide * 0.7, -0.7), (wide, -0.2), (wide * 0.85, 0.5), (0.001, 1.3)], 44), 48), body)
    kit.add(lathe(spline([(wide * 0.62, 0.78), (wide * 0.42, 1.0), (0.001, 1.31)], 20) * [1.02, 1], 48), fin)
    kit.add(
        lathe([(wide * 0.4, -0.68), (wide * 0.6, -0.9), (wide * 0.55, -0.9), (wide * 0.3, -0.7)], 36),
        kit.material("steel"),
    )
    count = rng.whole(3, 4)
    for k in range(count):
        outline = smooth_outline(
            [(wide * 0.8, -0.1), (wide * 1.8, -0.6), (wide * 2.1, -1.0), (wide * 1.6, -0.85), (wide * 0.6, -0.65)],
            50,
        )
        kit.add(placed(slab(outline, 0.06), turn=rotation(Z, k * TAU / count)), fin, edge=0.02)
    kit.add(
        along(lathe([(0.12, 0), (0.14, 0.03), (0.1, 0.05), (0, 0.03)], 32), -Y, (0, -wide * 0.93, 0.25)),
        kit.material("chrome"),
    )


def hot_air_balloon(rng: Rng, kit: Kit) -> None:
    """A balloon of gores with its basket."""
    first, second = kit.material("fabric", "paint"), kit.material("fabric", "paint")
    profile = spline([(0.14, -0.55), (0.4, -0.2), (0.78, 0.4), (0.6, 1.05), (0.001, 1.25)], 40)
    gores = rng.pick([8, 12, 16])
    for k in range(gores):
        turn = np.linspace(k, k + 1, 7)[None] * TAU / gores
        bulge = 1 + 0.03 * np.sin((turn * gores / TAU - k) * math.pi)
        points = np.stack(
            [profile[:, :1] * bulge * np.cos(turn), profile[:, :1] * bulge * np.sin(turn), profile[:, 1:] + 0 * turn],
            -1,
        )
        kit.add(sheet(points), first if k % 2 else second)
    ropes = [
        ((0.14 * math.cos(a), 0.14 * math.sin(a), -0.55), (0.1 * math.cos(a), 0.1 * math.sin(a), -0.95))
        for a in np.arange(8) * TAU / 8
    ]
    kit.wires(segments(ropes), 0.005, kit.material("fabric"))
    kit.add(lathe([(0, -1.2), (0.12, -1.2), (0.15, -0.95), (0.13, -0.95), (0.1, -1.15)], 32), kit.material("wicker"))


def _hull(kit: Kit, hull: bpy.types.Material, deck: bpy.types.Material) -> None:
    """A hull with its bow towards x, and its deck."""

    def half_width(t: Points) -> Points:
        return 0.27 * (1 - np.abs(t) ** np.where(t > 0, 2.2, 4)).clip(0)

    t, across = np.meshgrid(np.linspace(-1, 1, 40), np.linspace(-1, 1, 25) * math.pi / 2, indexing="ij")
    sheer, deep = 0.1 + 0.14 * t**2, np.cos(across)
    x = t * (0.88 + 0.12 * deep * (t > 0))
    y = half_width(t) * np.sin(across) * np.cos(across * 0.3)
    kit.add(sheet(np.stack([x, y, sheer - (0.36 + sheer * 0.2) * deep * (1 - 0.4 * t**4)], -1)), hull, thick=0.02)
    u, v = square_grid(30, 6)
    kit.add(sheet(np.stack([u * 0.87, v * 0.96 * half_width(u), 0.03 + 0.12 * u**2], -1)), deck)


def _sails_of_boat(kit: Kit, x: float, tall: float, cloth: bpy.types.Material, wood: bpy.types.Material) -> None:
    """A mainsail and a jib on a mast."""
    up, out = np.meshgrid(np.linspace(0, 1, 20), np.linspace(0, 1, 20), indexing="ij")
    for way, reach in ((-1, 0.75), (1, 0.6)):
        belly = 0.12 * np.sin(math.pi * up) * np.sin(math.pi * out)
        z = 0.22 + up * (tall * 0.92 - 0.22) + 0.05 * out * (1 - up)
        kit.add(sheet(np.stack([x + way * (0.03 + reach * out * (1 - up)), belly, z], -1)), cloth)
    kit.add(rod((x, 0, 0.2), (x - 0.78, 0, 0.25), 0.015), wood)


def _square_sails(
    rng: Rng, kit: Kit, x: float, tall: float, cloth: bpy.types.Material, wood: bpy.types.Material
) -> None:
    """Sails on yards, above each other on a mast."""
    across, v = square_grid(16, 12)
    down = (v + 1) / 2
    for z in np.linspace(0.5, tall * 0.92, rng.whole(2, 3)):
        wide = 0.42 * (1.25 - z / tall * 0.6)
        kit.add(rod((x + 0.02, -wide, z), (x + 0.02, wide, z), 0.012, 8), wood)
        belly = 0.03 + 0.16 * np.sin(math.pi * down) * (1 - 0.5 * across**2)
        kit.add(sheet(np.stack([x + belly, across * wide * (0.92 + 0.1 * down), z - 0.34 * down], -1)), cloth)


def ship(rng: Rng, kit: Kit) -> None:
    """A model sailing ship with rigging, or a sailing boat."""
    wood, cloth = kit.material("wood"), kit.material("fabric", "translucent", "paper")
    _hull(kit, kit.material("wood", "paint"), wood)
    rigging: list[tuple[ArrayLike, ArrayLike]] = []
    masts = rng.pick([1, 1, 2, 3])
    for x in np.linspace(-0.45, 0.4, masts) if masts > 1 else [0.08]:
        tall = rng.uniform(1.1, 1.5)
        kit.add(rod((x, 0, -0.1), (x, 0, tall), [0.026, 0.012]), wood)
        if masts == 1:
            _sails_of_boat(kit, x, tall, cloth, wood)
        else:
            _square_sails(rng, kit, x, tall, cloth, wood)
        rigging += [((x, 0, tall), (side * 0.95, 0, 0.22)) for side in (-1, 1)]
        rigging += [((x, 0, tall * 0.95), (x + d, side * 0.24, 0.1)) for side in (-1, 1) for d in (-0.12, 0, 0.12)]
    kit.wires(segments(rigging), 0.004, kit.material("rubber", "fabric"))
    kit.add(rod((0.85, 0, 0.2), (1.3, 0, 0.42), [0.02, 0.01]), wood)
    if rng.chance(0.5):
        stand = kit.material("wood")
        fork = slab([(-0.25, -0.5), (0.25, -0.5), (0.2, -0.1), (0.1, -0.28), (-0.1, -0.28), (-0.2, -0.1)], 0.05)
        for x in (-0.4, 0.4):
            kit.add(placed(fork, (x, 0, 0), rotation(Z, math.pi / 2)), stand)
        kit.add(placed(box(1.0, 0.12, 0.05), (0, 0, -0.5)), stand)


THINGS: dict[str, Thing] = {
    "plane": Thing(plane, 1.4, elevation=(-0.5, 0.8)),
    "helicopter": Thing(helicopter, elevation=(-0.5, 0.7)),
    "rocket": Thing(rocket, 0.8, elevation=LEVEL),
    "hot_air_balloon": Thing(hot_air_balloon, 0.7, elevation=(-0.5, 0.2)),
    "ship": Thing(ship, 1.2, elevation=(-0.05, 0.5)),
}
