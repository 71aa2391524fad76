"""Tools of the workshop."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.objects.things.kit import FRONT, Kit, Thing
from ppid.render.objects.things.parts import (
    UPRIGHT,
    X,
    Y,
    along,
    arc,
    circle,
    disc,
    helix,
    loop,
    oval,
    placed,
    rod,
    rounded_rectangle,
    sheet,
    slab,
    smooth_outline,
    stack,
    strap,
    stretched,
    washer,
)
from ppid.render.rng import Rng
from ppid.render.shapes import TAU, Shape, box, lathe, rotation, rounded_box, spline, tube


def _long_grip(rng: Rng, length: float, radius: float) -> Shape:
    """A turned or moulded grip down from the origin along z."""
    t = np.linspace(0, 1, 24)
    swell = 1 + 0.18 * np.sin(t * rng.uniform(4, 7) + 0.5) - 0.5 * np.exp(-((1 - t) ** 2) * 900)
    return tube(np.c_[0 * t, 0 * t, -length * t], radius * swell, 20)


def scissors(rng: Rng, kit: Kit) -> None:
    """Scissors, more or less open."""
    steel, grip = kit.material("chrome", "steel"), kit.material("plastic", "plastic", "chrome", "gold")
    half_angle, length, wide = rng.uniform(0.02, 0.3), rng.uniform(0.8, 1.3), rng.uniform(0.07, 0.13)
    size = np.array([rng.uniform(0.14, 0.2), rng.uniform(0.2, 0.3)])
    for side in (-1, 1):
        turn = rotation(Y, side * half_angle)
        blade = np.array(
            [
                (-wide * 0.7, -0.12),
                (wide * 0.75, -0.1),
                (wide, 0.15),
                (wide * 0.8, length * 0.6),
                (0.0, length),
                (-0.015, length),
                (-wide * 0.25, 0.1),
            ]
        )
        with kit.at((0, side * 0.016, 0), turn):
            kit.add(slab(blade * [side, 1], 0.026), steel, edge=0.007)
            shank = spline([(side * 0.02, 0, 0.05), (-side * 0.05, 0, -0.15), (-side * 0.1, 0, -0.4)], 16)
            kit.add(strap(shank, X, np.linspace(0.13, 0.1, 16), 0.05), grip if rng.chance(0.5) else steel)
            around = loop(size, 48) @ UPRIGHT.T + [-side * (size[0] * 0.8 + 0.06), 0, -0.4 - size[1] * 0.85]
            kit.add(tube(around, rng.uniform(0.035, 0.055), 12, closed=True), grip)
    kit.add(along(disc(0.05, 0.09, 0.015, 24), Y), steel)


def hammer(rng: Rng, kit: Kit) -> None:
    """A hammer with a claw or a wedge."""
    iron = kit.material("steel")
    length = rng.uniform(1.2, 1.7)
    with kit.at((0, 0, 0.42)):
        kit.add(
            stretched(_long_grip(rng, length, 0.075), (0.75, 1, 1)), kit.material("wood", "wood", "rubber", "paint")
        )
    kit.add(placed(rounded_box(0.26, 0.2, 0.22, 6), (0, 0, 0.5)), iron)
    face = lathe([(0, 0), (0.075, 0.0), (0.075, 0.16), (0.11, 0.2), (0.115, 0.32), (0.1, 0.335), (0, 0.335)], 32)
    kit.add(along(face, X, (0.1, 0, 0.5)), iron)
    if rng.chance(0.6):
        for side in (-1, 1):
            claw = spline([(-0.08, side * 0.045, 0.52), (-0.3, side * 0.06, 0.52), (-0.58, side * 0.1, 0.34)], 18)
            kit.add(strap(claw, Y, np.linspace(0.1, 0.07, 18), 0.06), iron)
    else:
        wedge = [(-0.08, 0.6), (-0.45, 0.52), (-0.46, 0.49), (-0.08, 0.4)]
        kit.add(slab(wedge, 0.19), iron, edge=0.015)


def wrench(rng: Rng, kit: Kit) -> None:
    """Spanners: open, ring, or both ends."""
    steel = kit.material("chrome", "steel")
    for k in range(rng.pick([1, 1, 2, 3])):
        scale = 1 - 0.18 * k
        with kit.at((0.5 * k, 0, 0), rotation(Y, rng.normal(0, 0.12)), scale):
            turn = np.linspace(0.55, TAU - 0.55, 44) + math.pi / 2
            jaw = np.c_[0.29 * np.cos(turn), 0.3 * np.sin(turn)]
            mouth = np.array(
                [(0.125, 0.22), (0.125, -0.02), (0.05, -0.1), (-0.05, -0.1), (-0.125, -0.02), (-0.125, 0.22)]
            )
            head = rotation(Y, 0.26)
            outline = np.concatenate([jaw, mouth])
            kit.add(placed(slab(outline, 0.12), (0, 0, 0.85), head), steel, edge=0.02)
            kit.add(
                stack(
                    [rounded_rectangle(w, d, 0.03) for w, d in ((0.3, 0.08), (0.15, 0.07), (0.14, 0.07), (0.24, 0.08))],
                    [0.72, 0.5, -0.5, -0.72],
                ),
                steel,
            )
            facets = np.linspace(0, TAU, 48, endpoint=False)
            bore = 0.14 / np.maximum(np.cos((facets % (TAU / 6)) - TAU / 12), 0.5)
            inner = np.c_[bore * np.cos(facets), bore * np.sin(facets)] * 0.95
            kit.add(placed(washer(circle(0.24), inner, 0.14), (0, 0, -0.88), UPRIGHT), steel, edge=0.02)


def pliers(rng: Rng, kit: Kit) -> None:
    """Pliers, more or less open."""
    steel, grip = (
        kit.material("steel"),
        kit.material("rubber", "plastic", colour=rng.pick([None, (0.7, 0.02, 0.01), (0.02, 0.1, 0.5)])),
    )
    half_angle, slim = rng.uniform(0.02, 0.22), rng.uniform(0.5, 1.1)
    for side in (-1, 1):
        jaw = np.array(
            [(-0.03, -0.1), (0.14, -0.12), (0.17, 0.08), (0.12 * slim, 0.6), (0.04, 0.75), (0.004, 0.75), (0.004, 0.05)]
        )
        with kit.at((0, side * 0.03, 0), rotation(Y, side * half_angle)):
            kit.add(slab(jaw * [side, 1], 0.12), steel, edge=0.02)
            arm = spline(
                [(side * 0.05, 0, 0), (-side * 0.14, 0, -0.3), (-side * 0.22, 0, -0.7), (-side * 0.15, 0, -1.2)], 28
            )
            kit.add(tube(arm, 0.055, 12), steel)
            kit.add(tube(arm[6:], np.r_[np.full(20, 0.082), 0.06, 0.03], 14), grip)
    kit.add(along(disc(0.12, 0.2, 0.02, 32), Y), steel)


def screwdriver(rng: Rng, kit: Kit) -> None:
    """A screwdriver, or a row of them."""
    steel = kit.material("chrome")
    for k in range(rng.pick([1, 1, 3])):
        grip = kit.material("plastic", "rubber", "wood")
        with kit.at((0.35 * k, 0, 0), rotation(Y, rng.normal(0, 0.06)), rng.uniform(0.8, 1.1)):
            z = np.array([-1.0, -0.97, -0.8, -0.35, -0.25, -0.12, -0.05])
            radii = np.array([0.08, 0.12, 0.14, 0.13, 0.09, 0.12, 0.08])
            turn = np.linspace(0, TAU, 48, endpoint=False)
            flutes = 1 - 0.12 * np.maximum(0, np.cos(turn * 6))
            kit.add(stack([np.c_[r * flutes * np.cos(turn), r * flutes * np.sin(turn)] for r in radii], z), grip)
            kit.add(rod((0, 0, -0.06), (0, 0, 0.75), 0.035), steel)
            flat = [rounded_rectangle(w, d, 0.01) for w, d in ((0.07, 0.07), (0.11, 0.04), (0.09, 0.012))]
            kit.add(stack(flat, [0.72, 0.85, 0.97]), steel)


def saw(rng: Rng, kit: Kit) -> None:
    """A hand saw or a bow saw."""
    steel, grip = kit.material("chrome", "steel"), kit.material("wood", "plastic", "paint")
    teeth = np.linspace(-0.85, 1.05, rng.whole(30, 60))
    low = np.c_[np.repeat(teeth, 2)[:-1], np.tile([0.0, 0.035], len(teeth))[:-1] - 0.2]
    if rng.chance(0.6):
        outline = np.concatenate([low, [(1.05, -0.05), (-0.85, 0.28)]])
        kit.add(slab(outline, 0.014), steel)
        outer = smooth_outline(
            [(-0.72, 0.26), (-0.75, -0.22), (-1.0, -0.38), (-1.28, -0.25), (-1.22, 0.05), (-1.1, 0.32)], 72
        )
        inner = smooth_outline(
            [(-0.92, 0.12), (-0.92, -0.12), (-0.98, -0.2), (-1.1, -0.18), (-1.08, 0.0), (-1.02, 0.16)], 72
        )
        kit.add(placed(washer(outer, inner, 0.1), turn=UPRIGHT), grip, edge=0.02)
        return
    kit.add(slab(np.concatenate([low, [(1.05, -0.13), (-0.85, -0.13)]]), 0.012), steel)
    bow = spline(
        [(1.05, 0, -0.17), (1.0, 0, 0.25), (0.6, 0, 0.5), (-0.4, 0, 0.48), (-0.85, 0, 0.2), (-0.9, 0, -0.2)], 50
    )
    kit.add(tube(bow, 0.04, 12), grip)


def paint_brush(rng: Rng, kit: Kit) -> None:
    """A flat brush or a roller, now and then dipped in paint."""
    metal, grip = kit.material("chrome", "steel"), kit.material("wood", "plastic", "paint")
    if rng.chance(0.4):
        sleeve = kit.material("fabric", "rubber")
        kit.add(along(disc(0.2, 1.0, 0.05), X, (0, 0, 0.75)), sleeve)
        wire = [
            (-0.5, 0, 0.75),
            (-0.62, 0, 0.75),
            (-0.64, 0, 0.6),
            (-0.6, 0, 0.4),
            (-0.1, 0, 0.2),
            (0, 0, 0.1),
            (0, 0, -0.2),
        ]
        kit.add(tube(spline(wire, 50), 0.025, 10), metal)
        with kit.at((0, 0, -0.1)):
            kit.add(_long_grip(rng, 0.8, 0.09), grip)
        return
    wide, count = rng.uniform(0.2, 0.45), 1500
    x, y = rng.uniform(-1, 1, count) * wide, rng.uniform(-1, 1, count) * 0.07
    reach = 0.5 - 0.12 * np.abs(y) / 0.07 + rng.normal(0, 0.02, count)
    t = np.linspace(0, 1, 5)[None, :, None]
    tips = np.c_[
        x * rng.uniform(0.8, 1.15) + rng.normal(0, 0.02, count), y * 0.5 + rng.normal(0, 0.01, count), 0.4 + reach
    ]
    roots = np.c_[x, y, np.full(count, 0.35)]
    dry = kit.material("fabric", colour=rng.pick([(0.5, 0.35, 0.2), (0.03, 0.03, 0.03), (0.8, 0.75, 0.65)]))
    kit.wires(roots[:, None] + (tips - roots)[:, None] * t, np.linspace(0.008, 0.004, 5), dry)
    if rng.chance(0.5):
        wet = stack([oval(wide * s, 0.07 * s, 4) for s in (1.03, 1.03, 0.9)], [0.6, 0.8, 0.92])
        kit.add(wet, kit.material("paint"))
    kit.add(stack([oval(wide * s, 0.1, 5) for s in (1.0, 1.02, 1.02, 1.0)], [0.1, 0.12, 0.38, 0.4]), metal)
    handle = [
        oval(w, d, 2.5) for w, d in ((wide * 0.98, 0.085), (wide * 0.6, 0.1), (0.08, 0.07), (0.09, 0.07), (0.06, 0.05))
    ]
    kit.add(stack(handle, [0.12, 0.0, -0.3, -0.75, -1.0]), grip)


def drill(rng: Rng, kit: Kit) -> None:
    """A cordless drill."""
    body, dark, steel = kit.material("plastic", "paint"), kit.material("rubber"), kit.material("steel")
    kit.add(
        along(lathe([(0, -0.55), (0.2, -0.55), (0.26, -0.48), (0.27, 0.2), (0.2, 0.3), (0, 0.3)], 48), X, (0, 0, 0.45)),
        body,
    )
    kit.add(
        along(lathe([(0.16, 0.28), (0.17, 0.36), (0.17, 0.55), (0.09, 0.68), (0, 0.68)], 32), X, (0, 0, 0.45)), dark
    )
    kit.add(along(tube(helix(0.02, 0.55, 6, 80), 0.022, 8), X, (0.65, 0, 0.45)), steel)
    kit.add(rod((0.6, 0, 0.45), (1.2, 0, 0.45), 0.02), steel)
    sections = (0.22, -0.12, 0.4), (0.17, -0.16, 0.15), (0.17, -0.22, -0.3), (0.2, -0.24, -0.5)
    kit.add(stack([oval(w, 0.15, 2.8) + [x, 0] for w, x, _ in sections], [z for *_, z in sections]), dark)
    kit.add(placed(rounded_box(0.72, 0.4, 0.26, 6), (-0.18, 0, -0.6)), body)
    kit.add(placed(rounded_box(0.68, 0.38, 0.08, 6), (-0.18, 0, -0.75)), dark)
    kit.add(placed(rounded_box(0.1, 0.12, 0.2, 3), (0.06, 0, 0.1)), kit.material("plastic"))


def axe(rng: Rng, kit: Kit) -> None:
    """An axe or a hatchet."""
    iron, length = kit.material("steel"), rng.uniform(1.2, 1.9)
    t = np.linspace(0, 1, 30)
    handle = np.c_[0.07 * np.sin(t * 6), 0 * t, 0.75 - length * t]
    kit.add(strap(handle, X, 0.11 + 0.05 * t**8, 0.075), kit.material("wood", "wood", "rubber", "paint"))
    outline = [
        (-0.18, 0.68),
        (-0.16, 0.44),
        (0.1, 0.46),
        (0.42, 0.24),
        (0.5, 0.42),
        (0.5, 0.66),
        (0.44, 0.84),
        (0.1, 0.68),
    ]
    vertices, faces = slab(smooth_outline(outline, 70), 0.2)
    vertices[:, 1] *= np.interp(vertices[:, 0], [-0.2, 0.1, 0.5], [1, 0.7, 0.06])
    kit.add((vertices, faces), iron)


def shovel(rng: Rng, kit: Kit) -> None:
    """A shovel, a rake or a garden fork."""
    metal, wood = kit.material("steel", "paint"), kit.material("wood", "paint", "steel")
    kit.add(rod((0, 0, -0.35), (0, 0, 1.1), 0.035), wood)
    if rng.chance(0.5):
        grip = np.array([(-0.14, 0, 1.3), (0.14, 0, 1.3), (0.05, 0, 1.08), (-0.05, 0, 1.08)])
        kit.add(tube(spline(grip, 40, closed=True), 0.03, 10, closed=True), wood)
    kind = rng.pick(["shovel", "rake", "fork"])
    if kind == "shovel":
        u, v = np.meshgrid(np.linspace(-1, 1, 15), np.linspace(0, 1, 15), indexing="ij")
        wide = 0.28 * (1 - 0.9 * v**4) ** 0.5
        blade = np.stack([u * wide, -0.1 * u**2 + 0.08 * v**2, -0.4 - 0.65 * v], -1)
        kit.add(sheet(blade), metal, thick=0.018)
        kit.add(rod((0, 0.02, -0.6), (0, 0, -0.3), [0.02, 0.045]), metal)
        return
    reach, count = (0.45, rng.whole(9, 15)) if kind == "rake" else (0.26, 4)
    kit.add(placed(rounded_box(2 * reach, 0.06, 0.07, 4), (0, 0, -0.38)), metal)
    for x in np.linspace(-reach, reach, count) * 0.95:
        if kind == "rake":
            tine = spline([(x * 0.98, 0, -0.38), (x, -0.05, -0.48), (x, -0.22, -0.5)], 10)
        else:
            tine = spline([(x * 0.95, 0, -0.38), (x, 0.03, -0.7), (x, -0.02, -1.05)], 14)
        kit.add(tube(tine, np.linspace(0.024, 0.01, len(tine)), 8), metal)


def broom(rng: Rng, kit: Kit) -> None:
    """A broom, a hand brush or a mop."""
    kit.add(rod((0, 0, -0.2), (0, 0, 1.3), 0.03), kit.material("wood", "steel", "paint"))
    wide, count = rng.uniform(0.25, 0.45), rng.whole(900, 2200)
    kit.add(placed(rounded_box(2.1 * wide, 0.18, 0.14, 6), (0, 0, -0.24)), kit.material("wood", "plastic", "paint"))
    x, y = rng.uniform(-wide, wide, count), rng.uniform(-0.07, 0.07, count)
    fall = np.c_[
        x * rng.uniform(0.05, 0.5) + rng.normal(0, 0.02, count),
        y * 1.2 + rng.normal(0, 0.02, count),
        rng.normal(-0.5 - rng.uniform(0, 0.3), 0.02, count),
    ]
    t = np.linspace(0, 1, 6)[None, :, None]
    hairs = np.c_[x, y, np.full(count, -0.28)][:, None] + fall[:, None] * t + rng.normal(0, 0.02, (count, 1, 3)) * t**2
    kit.wires(hairs, 0.007, kit.material("wood", "plastic", "fabric"))


def screws(rng: Rng, kit: Kit) -> None:
    """Screws, bolts and nuts."""
    steel = kit.material("chrome", "steel", "gold")
    for k in range(rng.whole(1, 4)):
        length, radius = rng.uniform(0.8, 1.5), rng.uniform(0.09, 0.16)
        tilt = rotation(Y, rng.uniform(-0.6, 0.6)) @ rotation(X, rng.uniform(-0.6, 0.6))
        with kit.at((k * 0.55, rng.uniform(-0.2, 0.2), rng.uniform(-0.2, 0.2)), tilt):
            pitch = 0.075
            turns = length / pitch
            taper = np.clip(np.linspace(length / 0.25, 0, int(turns * 22)), 0, 1) if k % 2 else np.ones(int(turns * 22))
            path = helix(radius * taper[::-1], -length, turns, len(taper))
            kit.add(tube(path, 0.028, 6), steel)
            kit.add(
                tube(
                    [(0, 0, 0.05), (0, 0, -length * 0.8), (0, 0, -length)],
                    [radius * 0.95, radius * 0.95, radius * 0.9 if not k % 2 else 0.02],
                    24,
                ),
                steel,
            )
            if rng.chance(0.5):
                kit.add(
                    lathe([(0, 0.03), (2 * radius, 0.03), (2 * radius, 0.2), (1.85 * radius, 0.22), (0, 0.22)], 6),
                    steel,
                    edge=0.01,
                )
            else:
                kit.add(
                    lathe([(0, 0.0), (radius, 0.0), (2.1 * radius, 0.14), (2.1 * radius, 0.16), (0, 0.17)], 40), steel
                )
                kit.add(placed(rounded_box(3 * radius, 0.04, 0.03, 8), (0, 0, 0.165)), kit.material("rubber"))
            if rng.chance(0.4):
                hexagon = np.linspace(0, TAU, 48, endpoint=False)
                reach = 0.85 * 2.2 * radius / np.cos((hexagon % (TAU / 6)) - TAU / 12)
                kit.add(
                    placed(
                        washer(np.c_[reach * np.cos(hexagon), reach * np.sin(hexagon)], circle(radius), 0.13),
                        (0, 0, -length * 0.6),
                    ),
                    steel,
                    edge=0.012,
                )


def tape_measure(rng: Rng, kit: Kit) -> None:
    """A tape measure, drawn out."""
    body = kit.material("plastic", "paint", "chrome")
    kit.add(
        slab(
            smooth_outline([(-0.5, -0.45), (0.5, -0.45), (0.48, 0.2), (0.2, 0.48), (-0.25, 0.5), (-0.5, 0.2)], 80), 0.4
        ),
        body,
        edge=0.06,
    )
    kit.add(along(disc(0.3, 0.44, 0.02), Y), kit.material("rubber", "plastic"))
    reach = rng.uniform(0.5, 1.6)
    tape = spline(
        [(0.45, 0, -0.38), (0.5 + reach / 2, 0, -0.37), (0.5 + reach, 0, -0.38 - rng.uniform(-0.05, 0.25))], 40
    )
    vertices, faces = strap(tape, Y, 0.26, 0.012)
    kit.add((vertices, faces), kit.material("paint", colour=(0.8, 0.55, 0.02)))
    for k, x in enumerate(np.linspace(0.55, 0.45 + reach, int(reach * 22))):
        z = np.interp(x, tape[:, 0], tape[:, 2])
        long = 0.16 if k % 5 == 0 else 0.08
        kit.add(placed(box(0.009, long, 0.004), (x, -0.13 + long / 2, z + 0.0075)), kit.material("rubber"))
    kit.add(placed(box(0.02, 0.2, 0.12), tape[-1] - [0, 0, 0.04]), kit.material("chrome"))


def clamp(rng: Rng, kit: Kit) -> None:
    """A screw clamp."""
    iron, steel = kit.material("paint", "steel"), kit.material("chrome")
    frame = spline(
        [(0.5, 0, 0.75), (-0.2, 0, 0.8), (-0.55, 0, 0.4), (-0.55, 0, -0.4), (-0.2, 0, -0.8), (0.5, 0, -0.75)], 60
    )
    kit.add(strap(frame, Y, 0.16, 0.14), iron)
    kit.add(placed(disc(0.12, 0.16, 0.02), (0.5, 0, 0.66)), iron)
    end = rng.uniform(-0.2, 0.4)
    kit.add(rod((0.5, 0, -1.35), (0.5, 0, end), 0.055, 16), steel)
    kit.add(tube(helix(0.055, 1.2 + end, (1.2 + end) / 0.06, 500) + [0.5, 0, -1.2], 0.016, 6), steel)
    kit.add(placed(disc(0.13, 0.07, 0.02), (0.5, 0, end)), steel)
    kit.add(rod((0.15, 0, -1.3), (0.85, 0, -1.3), 0.03), steel)
    for x in (0.15, 0.85):
        kit.add(placed(rounded_box(0.09, 0.09, 0.09, 2.5, 3), (x, 0, -1.3)), steel)


def toolbox(rng: Rng, kit: Kit) -> None:
    """A toolbox with a handle."""
    shell, lid, steel = (
        kit.material("paint", "plastic", "steel"),
        kit.material("paint", "plastic"),
        kit.material("chrome"),
    )
    kit.add(box(1.6, 0.75, 0.6), shell, edge=0.04)
    kit.add(
        placed(
            stack(
                [
                    rounded_rectangle(1.62, 0.77, 0.05),
                    rounded_rectangle(1.62, 0.77, 0.05),
                    rounded_rectangle(1.45, 0.5, 0.05),
                ],
                [0, 0.1, 0.26],
            ),
            (0, 0, 0.31),
        ),
        lid,
        edge=0.02,
    )
    handle = arc((0.36, 0.28), 0, math.pi, 30, (0, 0, 0.5))
    kit.add(tube(handle, 0.045, 12), kit.material("rubber", "chrome"))
    for x in (-0.5, 0.5):
        kit.add(placed(rounded_box(0.16, 0.05, 0.26, 6), (x, -0.39, 0.28)), steel)


THINGS: dict[str, Thing] = {
    "scissors": Thing(scissors, 1.6, elevation=(-0.3, 0.6), azimuth=FRONT, lying=True),
    "hammer": Thing(hammer, lying=True),
    "wrench": Thing(wrench, elevation=(-0.3, 0.6), azimuth=FRONT, lying=True),
    "pliers": Thing(pliers, elevation=(-0.3, 0.6), azimuth=FRONT, lying=True),
    "screwdriver": Thing(screwdriver, azimuth=FRONT, lying=True),
    "saw": Thing(saw, elevation=(-0.3, 0.6), azimuth=FRONT, lying=True),
    "paint_brush": Thing(paint_brush, elevation=(-0.3, 0.6), azimuth=FRONT, lying=True),
    "drill": Thing(drill, elevation=(-0.2, 0.5), azimuth=FRONT),
    "axe": Thing(axe, elevation=(-0.2, 0.5), azimuth=FRONT, lying=True),
    "shovel": Thing(shovel, azimuth=FRONT),
    "broom": Thing(broom),
    "screws": Thing(screws, elevation=(-0.1, 0.8), lying=True),
    "tape_measure": Thing(tape_measure, elevation=(0, 0.7), azimuth=FRONT),
    "clamp": Thing(clamp, 0.7, azimuth=FRONT),
    "toolbox": Thing(toolbox, 0.7, elevation=(0.1, 0.6), azimuth=FRONT),
}
