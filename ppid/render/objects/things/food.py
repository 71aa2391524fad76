"""Bread, sweets and dishes."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.objects.things.graphics import artwork
from ppid.render.objects.things.kit import FRONT, Kit, Thing
from ppid.render.objects.things.parts import (
    UPRIGHT,
    X,
    Y,
    Z,
    disc,
    helix,
    loft,
    oval,
    placed,
    rod,
    sheet,
    smooth_outline,
    square_grid,
    strap,
    stretched,
)
from ppid.render.rng import Rng
from ppid.render.shapes import (
    TAU,
    box,
    lathe,
    noise,
    prism,
    rotation,
    rounded_box,
    scatter,
    sphere,
    spline,
    torus,
    tube,
)


def bread(rng: Rng, kit: Kit) -> None:
    """A loaf, baguette, croissant, pretzel or rolls."""
    crust = kit.material("bread")
    kind = rng.pick(["loaf", "baguette", "croissant", "pretzel", "sliced"])
    kit.attributes["style"] = kind
    if kind in ("loaf", "baguette"):
        half, radius = (0.8, 0.42) if kind == "loaf" else (1.4, 0.17)
        x = np.linspace(-half, half, 60)
        size = radius * np.sqrt(np.clip(1 - (np.abs(x) / half) ** 3.5, 0.0004, 1))
        turn = np.linspace(0, TAU, 48, endpoint=False)
        rows = np.stack(
            [
                x[:, None] + 0 * turn,
                size[:, None] * np.cos(turn) * 1.15,
                size[:, None] * np.sin(turn) * np.where(np.sin(turn) < 0, 0.6, 1),
            ],
            -1,
        )
        top = np.clip(np.sin(turn), 0, 1)
        cuts = np.clip(np.sin((rows[..., 0] + rows[..., 1] * 0.6) * (9 if kind == "loaf" else 7)), 0.6, 1) - 0.6
        rows[..., 2] += radius * 0.8 * top * cuts
        vertices, faces = loft(rows)
        kit.add((vertices + 0.02 * noise(vertices, rng, 1.2, 3)[:, None], faces), crust)
    elif kind == "croissant":
        a = np.linspace(-2.0, 2.0, 90)
        path = np.c_[0.75 * np.sin(a), 0.75 * np.cos(a), 0 * a]
        t = np.abs(a) / 2.0
        ridges = 1 - 0.16 * ((np.abs(a) * 3.1) % 1)
        kit.add(stretched(tube(path, 0.36 * (1 - t**1.6) * ridges + 0.03, 28), (1, 1, 0.85)), crust)
    elif kind == "pretzel":
        path = np.array(
            [
                (-0.5, -0.72, 0.1),
                (-0.12, -0.1, 0.03),
                (0.02, 0.3, 0),
                (0.45, 0.65, 0),
                (0.78, 0.2, 0),
                (0.5, -0.45, 0),
                (0, -0.68, 0),
                (-0.5, -0.45, 0),
                (-0.78, 0.2, 0),
                (-0.45, 0.65, 0),
                (-0.02, 0.3, 0.08),
                (0.12, -0.1, 0.12),
                (0.5, -0.72, 0.12),
            ]
        )
        curve = spline(path, 140)
        thick = np.interp(np.linspace(0, 1, 140), [0, 0.25, 0.5, 0.75, 1], [0.07, 0.1, 0.17, 0.1, 0.07])
        kit.add(tube(curve, thick, 16), crust)
        salt = rng.whole(10, 60)
        where = curve[rng.integers(35, 105, salt)] + np.c_[rng.normal(0, 0.07, (salt, 2)), np.full(salt, 0.12)]
        kit.add(
            scatter(box(0.03, 0.03, 0.03), where, np.repeat(np.eye(3)[None], salt, 0), rng.uniform(0.6, 1.3, salt)),
            kit.material("paper"),
        )
    else:
        outline = smooth_outline(
            [
                (-0.42, -0.45),
                (0.42, -0.45),
                (0.44, 0.1),
                (0.52, 0.3),
                (0.3, 0.5),
                (-0.3, 0.5),
                (-0.52, 0.3),
                (-0.44, 0.1),
            ],
            70,
        )
        crumb = kit.material("bread", colour=(0.75, 0.6, 0.38))
        for k in range(rng.whole(1, 6)):
            turn = rotation(Z, rng.normal(0, 0.1)) @ rotation(X, rng.normal(0, 0.12) - 0.1 * k)
            kit.add(placed(placed(prism(outline, 0.13), turn=UPRIGHT), (0, k * 0.2, 0), turn), crust, edge=0.03)
            kit.add(placed(placed(prism(outline * 0.92, 0.132), turn=UPRIGHT), (0, k * 0.2, 0), turn), crumb, edge=0.02)


def doughnut(rng: Rng, kit: Kit) -> None:
    """Doughnuts with icing and sprinkles."""
    for k in range(rng.pick([1, 1, 2, 3])):
        dough, icing = kit.material("bread"), kit.material("ceramic", "plastic")
        tilt = rotation(X, rng.normal(0, 0.15)) if k < 2 else rotation(X, 1.2)
        with kit.at((0.2 * k, 0.1 * k, 0.5 * k), tilt):
            kit.add(stretched(torus(0.62, 0.3, 72, 28), (1, 1, 0.85)), dough)
            turn, around = np.meshgrid(
                np.linspace(0, TAU, 120, endpoint=False), np.linspace(-0.5, math.pi + 0.5, 24), indexing="ij"
            )
            drip = 0.25 * np.sin(turn * 5 + rng.uniform(0, 6)) + 0.2 * np.sin(turn * 8 + rng.uniform(0, 6))
            around = math.pi / 2 + (around - math.pi / 2) * (0.82 + 0.2 * drip)
            radius = 0.62 + 0.315 * np.cos(around)
            icing_points = np.stack([radius * np.cos(turn), radius * np.sin(turn), 0.27 * np.sin(around) + 0.008], -1)
            vertices = np.concatenate([icing_points, icing_points[:1]])
            kit.add(sheet(vertices), icing, thick=0.02)
            if rng.chance(0.7):
                count = rng.whole(60, 140)
                a, b = rng.uniform(0, TAU, count), rng.normal(math.pi / 2, 0.45, count)
                reach = 0.62 + 0.32 * np.cos(b)
                places = np.c_[reach * np.cos(a), reach * np.sin(a), 0.285 * np.sin(b) + 0.012]
                for j in range(4):
                    chosen = places[j::4]
                    turns = np.array([np.roll(rotation(Z, rng.uniform(0, 3)).T, 1, axis=0) for _ in chosen])
                    kit.add(
                        scatter(rod((0, 0, -0.04), (0, 0, 0.04), 0.014, 8), chosen, turns, np.ones(len(chosen))),
                        kit.material("plastic"),
                    )


def burger(rng: Rng, kit: Kit) -> None:
    """A hamburger."""
    bun = kit.material("bread", colour=(0.65, 0.33, 0.1))
    kit.add(
        placed(
            lathe(spline([(0.001, 0.55), (0.45, 0.5), (0.8, 0.2), (0.82, 0.05), (0.7, 0.0), (0.001, 0.0)], 40), 64),
            (0, 0, 0.12),
        ),
        bun,
    )
    kit.add(
        placed(
            lathe(spline([(0.001, 0), (0.72, 0), (0.82, -0.12), (0.74, -0.25), (0.001, -0.27)], 30), 64), (0, 0, -0.33)
        ),
        bun,
    )
    turn, reach = np.meshgrid(np.linspace(0, TAU, 160), np.linspace(0.3, 1, 12), indexing="ij")
    frill = reach**4 * (0.08 * np.sin(turn * 13 + rng.uniform(0, 6)) + 0.06 * np.sin(turn * 7))
    leaf = np.stack([reach * (0.92 + frill) * np.cos(turn), reach * (0.92 + frill) * np.sin(turn), 0.06 + frill], -1)
    kit.add(sheet(leaf), kit.material("plastic", colour=(0.12, 0.35, 0.03)), thick=0.012)
    vertices, faces = disc(0.8, 0.2, 0.09)
    kit.add(
        (vertices + 0.03 * noise(vertices, rng, 2, 3)[:, None], faces), kit.material("stone", colour=(0.12, 0.05, 0.02))
    )
    u, v = square_grid(20, 20)
    droop = -0.22 * np.clip(np.hypot(u, v) - 0.72, 0, 1)
    kit.add(
        placed(sheet(np.stack([u * 0.75, v * 0.75, 0.115 + droop], -1)), turn=rotation(Z, rng.uniform(0, 1))),
        kit.material("plastic", colour=(0.85, 0.5, 0.04)),
        thick=0.025,
    )
    for x, y in ((-0.3, 0.1), (0.35, -0.1)):
        kit.add(placed(disc(0.38, 0.06, 0.02), (x, y, -0.15)), kit.material("plastic", colour=(0.6, 0.04, 0.02)))
    seeds = rng.whole(0, 70)
    if seeds > 10:
        a, r = rng.uniform(0, TAU, seeds), 0.62 * np.sqrt(rng.uniform(0, 1, seeds))
        z = 0.12 + 0.555 - 0.36 * (r / 0.8) ** 2.6
        kit.add(
            scatter(
                sphere(2, (0.025, 0.045, 0.018)),
                np.c_[r * np.cos(a), r * np.sin(a), z],
                np.repeat(np.eye(3)[None], seeds, 0),
                np.ones(seeds),
            ),
            kit.material("plastic", colour=(0.8, 0.65, 0.4)),
        )


def cake(rng: Rng, kit: Kit) -> None:
    """A slice of cake, a whole one with candles, or a cupcake."""
    crumb, cream = (
        kit.material("bread"),
        kit.material(
            "ceramic", "plastic", colour=rng.pick([(0.85, 0.8, 0.72), (0.8, 0.35, 0.4), (0.08, 0.03, 0.015), None])
        ),
    )
    kind = rng.pick(["slice", "whole", "cupcake"])
    kit.attributes["style"] = kind
    if kind == "cupcake":
        turn = np.linspace(0, TAU, 120, endpoint=False)
        pleat = 1 + 0.035 * np.sin(turn * 30)
        rows = [
            np.c_[r * pleat * np.cos(turn), r * pleat * np.sin(turn), np.full(120, z)]
            for r, z in ((0.42, -0.7), (0.62, 0.0))
        ]
        kit.add(loft(np.array(rows), capped=False), kit.material("paper", "patterned", "paint"), thick=0.015)
        kit.add(placed(stretched(sphere(4), (0.6, 0.6, 0.2)), (0, 0, -0.02)), crumb)
        t = np.linspace(0, 1, 260)
        swirl = helix(0.46 * (1 - t) ** 0.8 + 0.01, 0.75, 3.6, 260)
        kit.add(tube(swirl + [0, 0, 0.1], 0.2 * (1 - 0.75 * t), 14), cream)
        kit.add(placed(sphere(4, 0.14), (0, 0, 0.98)), kit.material("plastic", colour=(0.5, 0.01, 0.02)))
        return
    turn = np.linspace(0, 0.75, 14) if kind == "slice" else np.linspace(0, TAU, 96, endpoint=False)
    edge_points = np.c_[np.cos(turn), np.sin(turn)] * (1.5 if kind == "slice" else 0.85)
    outline = np.concatenate([[[0, 0]], edge_points]) if kind == "slice" else edge_points
    centre = outline.mean(0) if kind == "slice" else np.zeros(2)
    layers = rng.whole(2, 4)
    for k in range(layers):
        kit.add(placed(prism(outline - centre, 0.2), (0, 0, k * 0.27)), crumb, edge=0.012)
        kit.add(placed(prism((outline - centre) * 1.004, 0.07), (0, 0, k * 0.27 + 0.135)), cream, edge=0.012)
    if kind == "whole":
        kit.add(placed(prism(outline * 1.03, layers * 0.27 + 0.03), (0, 0, layers * 0.135 - 0.1)), cream, edge=0.05)
    top = layers * 0.27 - 0.06
    count = 2 if kind == "slice" else rng.whole(5, 12)
    for k in range(count):
        a = 0.37 if kind == "slice" else k * TAU / count
        reach = (0.75 + 0.5 * k) if kind == "slice" else 0.62
        at = np.array([reach * math.cos(a), reach * math.sin(a), top]) - [*centre, 0]
        kit.add(placed(lathe(spline([(0.12, 0), (0.13, 0.05), (0.06, 0.14), (0.001, 0.2)], 16), 10), at), cream)
        if kind == "whole" and rng.chance(0.7):
            kit.add(rod(at, at + [0, 0, 0.6], 0.03), kit.material("plastic", "patterned"))
            kit.add(rod(at + [0, 0, 0.6], at + [0, 0, 0.68], 0.008, 6), kit.material("rubber"))


def ice_cream(rng: Rng, kit: Kit) -> None:
    """Ice cream in a cone, or a lolly on its stick."""
    if rng.chance(0.4):
        outline = oval(0.38, 0.7, 5, 60)
        outline[:, 0] *= np.where(outline[:, 1] > 0, 1 - 0.25 * (outline[:, 1] / 0.7) ** 2, 1)
        kit.add(placed(prism(outline, 0.3), (0, 0, 0.35), UPRIGHT), kit.material("translucent", "ceramic"), edge=0.1)
        kit.add(placed(rounded_box(0.16, 0.06, 0.9, 7), (0, 0, -0.6)), kit.material("wood"))
        return
    cone = kit.material("wicker", colour=(0.6, 0.32, 0.1))
    kit.add(lathe([(0.001, -1.2), (0.05, -1.15), (0.46, 0.0), (0.48, 0.05), (0.43, 0.05)], 48), cone)
    z = 0.15
    for k in range(rng.whole(1, 3)):
        vertices, faces = sphere(5, 0.5 - 0.05 * k)
        vertices = vertices * (1 + 0.05 * noise(vertices, rng, 1.6, 3))[:, None]
        kit.add(
            placed((vertices, faces), (rng.uniform(-0.05, 0.05), 0, z)), kit.material("stone", "ceramic", "translucent")
        )
        kit.add(
            placed(stretched(torus(0.4 - 0.05 * k, 0.1, 48, 12), (1, 1, 0.8)), (0, 0, z - 0.2)), kit.material("ceramic")
        )
        z += 0.55
    if rng.chance(0.5):
        kit.add(rod((0.15, 0, z - 0.5), (0.5, 0, z + 0.35), 0.06), kit.material("wicker", "bread"))


def lollipop(rng: Rng, kit: Kit) -> None:
    """Lollipops and sweets in wrappers."""
    for k in range(rng.whole(1, 3)):
        first, second = kit.material("plastic", "ceramic"), kit.material("plastic", "translucent")
        with kit.at((0.8 * k, 0.1 * k, rng.uniform(-0.2, 0.2)), rotation(Y, rng.normal(0, 0.25))):
            if rng.chance(0.6):
                t = np.linspace(0, 1, 220)
                for shift, material in ((0.0, first), (math.pi, second)):
                    a = t * TAU * 2.6 + shift
                    path = np.c_[0.52 * t * np.cos(a), 0 * t, 0.52 * t * np.sin(a) + 0.5]
                    kit.add(tube(path, 0.075, 12), material)
                kit.add(rod((0, 0, 0), (0, 0, -1.1), 0.035), kit.material("paper"))
            else:
                kit.add(placed(sphere(4, (0.3, 0.24, 0.24)), (0, 0, 0)), first)
                for side in (-1, 1):
                    turn = np.linspace(0, TAU, 48, endpoint=False)
                    rows = [
                        np.c_[
                            np.full(48, side * x),
                            r * (1 + 0.3 * np.sin(turn * 9) * (r > 0.1)) * np.cos(turn),
                            r * np.sin(turn) * 0.7,
                        ]
                        for x, r in ((0.24, 0.1), (0.32, 0.05), (0.5, 0.2), (0.62, 0.27))
                    ]
                    kit.add(loft(np.array(rows), capped=False), first)


def cheese(rng: Rng, kit: Kit) -> None:
    """A wedge of cheese with holes, or a slice of pizza."""
    if rng.chance(0.5):
        turn = np.linspace(0, 0.8, 12)
        wedge = np.concatenate([[[0, 0]], 1.7 * np.c_[np.cos(turn), np.sin(turn)]]) - [0.9, 0.35]
        body = kit.add(prism(wedge, 0.7), kit.material("plastic", colour=(0.85, 0.55, 0.08)), edge=0.02)
        for _ in range(rng.whole(8, 16)):
            at = np.array([rng.uniform(-0.6, 0.7), rng.pick([-0.36, 0.0, 0.3]), rng.uniform(-0.3, 0.35)])
            hole = kit.add(placed(sphere(4, rng.uniform(0.06, 0.17)), at), body.data.materials[0])
            cut = body.modifiers.new("hole", "BOOLEAN")
            cut.operation, cut.object = "DIFFERENCE", hole
            hole.hide_render = True
            hole["unframed"] = True
        return
    turn = np.linspace(-0.33, 0.33, 12)
    slice_outline = np.concatenate([[[0, 0]], 1.6 * np.c_[np.cos(turn), np.sin(turn)]]) - [0.8, 0]
    kit.add(prism(slice_outline, 0.07), kit.material("bread"), edge=0.02)
    kit.add(
        placed(prism(slice_outline * [0.93, 0.9] - [0.06, 0], 0.05), (0, 0, 0.05)),
        kit.material("peel", colour=(0.75, 0.35, 0.05)),
        edge=0.02,
    )
    crust = np.c_[1.6 * np.cos(turn) - 0.8, 1.6 * np.sin(turn), 0 * turn + 0.04]
    kit.add(tube(crust, 0.11, 14), kit.material("bread"))
    for _ in range(rng.whole(3, 7)):
        x = rng.uniform(-0.2, 0.6)
        place = (x, rng.uniform(-0.25, 0.25) * (x + 0.8), 0.09)
        kit.add(
            placed(disc(0.13, 0.03, 0.01, 32), place, rotation(X, rng.normal(0, 0.1))),
            kit.material("plastic", colour=(0.45, 0.06, 0.02)),
        )


def sushi(rng: Rng, kit: Kit) -> None:
    """Sushi with chopsticks."""
    rice, weed = kit.material("stone", colour=(0.9, 0.88, 0.82)), kit.material("fabric", colour=(0.01, 0.02, 0.01))
    for k in range(rng.whole(1, 4)):
        with kit.at((0.75 * (k % 2), 0.75 * (k // 2), 0), rotation(Z, rng.uniform(-0.3, 0.3))):
            if rng.chance(0.5):
                kit.add(disc(0.32, 0.4, 0.02), weed)
                kit.add(disc(0.285, 0.42, 0.03), rice)
                kit.add(
                    disc(0.13, 0.44, 0.02),
                    kit.material("plastic", colour=rng.pick([(0.8, 0.25, 0.1), (0.15, 0.4, 0.05)])),
                )
            else:
                kit.add(rounded_box(0.4, 0.85, 0.3, 4, 4), rice)
                bend = spline([(0, -0.55, 0.02), (0, -0.35, 0.19), (0, 0.35, 0.19), (0, 0.55, 0.0)], 20)
                kit.add(strap(bend, X, 0.44, 0.1), kit.material("peel", colour=(0.85, 0.3, 0.12)))
    if rng.chance(0.6):
        wood = kit.material("wood", "paint")
        for y in (-0.65, -0.8):
            kit.add(rod((-0.8, y, 0.0), (1.6, y + rng.uniform(-0.1, 0.1), 0.02), [0.03, 0.05]), wood)


def can(rng: Rng, kit: Kit) -> None:
    """Tins and drink cans, now and then open."""
    for k in range(rng.pick([1, 1, 2])):
        tall = rng.pick([1.25, 0.8])
        metal = kit.material("chrome")
        with kit.at((0.85 * k, 0.3 * k, 0), rotation(Z, rng.uniform(0, TAU))):
            ends = [(0, 0.03), (0.26, 0.03), (0.29, 0), (0.33, 0.06)]
            top = [
                (0.33, tall - 0.1),
                (0.28, tall - 0.02),
                (0.285, tall),
                (0.265, tall),
                (0.25, tall - 0.04),
                (0, tall - 0.04),
            ]
            kit.add(lathe([*ends, *top], 64), metal)
            turn, z = np.meshgrid(np.linspace(0, TAU, 65), np.linspace(0.07, tall - 0.11, 6), indexing="ij")
            patch = np.stack([0.333 * np.cos(turn), 0.333 * np.sin(turn), z], -1)
            place = np.stack([turn / TAU * 2, (z - 0.07) / (tall - 0.18)], -1).reshape(-1, 2)
            kit.add(sheet(patch), kit.printed(artwork(rng), 0.25), surface=place)
            kit.add(placed(stretched(torus(0.06, 0.016, 24, 8), (1, 1.5, 1)), (0, 0.05, tall - 0.02)), metal)


THINGS: dict[str, Thing] = {
    "bread": Thing(bread, 1.8, elevation=(0.1, 1.1)),
    "doughnut": Thing(doughnut, elevation=(0.2, 1.2)),
    "burger": Thing(burger, elevation=(0, 0.5)),
    "cake": Thing(cake, 1.3, elevation=(0.05, 0.7)),
    "ice_cream": Thing(ice_cream, elevation=(-0.1, 0.5)),
    "lollipop": Thing(lollipop, 0.8, elevation=(-0.2, 0.5), azimuth=FRONT),
    "cheese": Thing(cheese, 0.8, elevation=(0.2, 0.9)),
    "sushi": Thing(sushi, 0.8, elevation=(0.2, 1.0)),
    "can": Thing(can, elevation=(0, 0.6)),
}
