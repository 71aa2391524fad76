"""Sport, games and prizes."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.objects.things.kit import BLACK, FRONT, LEVEL, WHITE, Kit, Thing
from ppid.render.objects.things.parts import (
    X,
    Y,
    Z,
    along,
    disc,
    limb,
    loft,
    oval,
    placed,
    ring,
    rod,
    slab,
    stack,
    strap,
    stretched,
)
from ppid.render.rng import Rng
from ppid.render.scene import fuse
from ppid.render.shapes import (
    TAU,
    Points,
    Shape,
    box,
    ellipsoid,
    lathe,
    perpendicular,
    rotation,
    sphere,
    spline,
    tube,
    unit,
)


def _football(kit: Kit, radius: float) -> None:
    """Puffed panels: a dark pentagon at each corner of an icosahedron, a light hexagon on each of its faces."""
    corners, faces = sphere(1)
    black, white = (kit.material("leather", "plastic", colour=colour) for colour in (BLACK, WHITE))
    edge_length = np.linalg.norm(corners[faces[0, 0]] - corners[faces[0, 1]])

    def panel(outline: Points) -> Shape:
        middle = outline.mean(0)
        rim = np.concatenate([np.linspace(outline[k], np.roll(outline, -1, 0)[k], 9)[:-1] for k in range(len(outline))])
        share = np.linspace(0.02, 1, 9)[:, None, None]
        points = unit(middle + (rim - middle) * (share * 0.975))
        return loft(points * (1 - 0.02 * share**8) * radius)

    for corner in corners:
        near = corners[np.abs(np.linalg.norm(corners - corner, axis=1) - edge_length) < 0.01]
        first, second = perpendicular(corner)
        order = np.argsort(np.arctan2((near - corner) @ second, (near - corner) @ first))
        kit.add(panel(corner + (near[order] - corner) / 3), black)
    for face in faces:
        ends = corners[face]
        outline = [ends[k] + (ends[(k + 1) % 3] - ends[k]) * t for k in range(3) for t in (1 / 3, 2 / 3)]
        kit.add(panel(np.array(outline)), white)
    kit.add(sphere(5, radius * 0.975), black)


def ball(rng: Rng, kit: Kit) -> None:
    """Balls: football, basketball, tennis, beach, bowling, rugby."""
    kind = rng.pick(["football", "basketball", "tennis", "beach", "bowling", "rugby"])
    kit.attributes["style"] = kind
    turn = rotation(rng.normal(size=3), rng.uniform(0, 3))
    with kit.at(turn=turn):
        if kind == "football":
            _football(kit, 0.8)
        elif kind == "basketball":
            kit.add(sphere(6, 0.8), kit.material("leather", colour=(0.5, 0.14, 0.02)))
            dark, t = kit.material("rubber"), np.linspace(0, TAU, 120, endpoint=False)
            paths = [np.c_[np.cos(t), np.sin(t), 0 * t], np.c_[np.cos(t), 0 * t, np.sin(t)]]
            bend = 0.45 + 0.25 * np.cos(2 * t)
            for side in (-1, 1):
                curve = np.c_[side * bend, np.cos(t) * np.sqrt(1 - bend**2), np.sin(t) * np.sqrt(1 - bend**2)]
                paths.append(curve)
            for path in paths:
                kit.add(tube(path * 0.798, 0.013, 8, closed=True), dark)
        elif kind == "tennis":
            kit.add(sphere(6, 0.8), kit.material("fabric", colour=(0.55, 0.7, 0.05)))
            t = np.linspace(0, TAU, 160, endpoint=False)
            seam = np.c_[np.cos(t) + 0.36 * np.cos(3 * t), np.sin(t) - 0.36 * np.sin(3 * t), 0.98 * np.sin(2 * t)]
            seam /= np.linalg.norm(seam, axis=1, keepdims=True)
            kit.add(tube(seam * 0.795, 0.022, 8, closed=True), kit.material("paper"))
        elif kind == "beach":
            vertices, faces = lathe(
                np.c_[np.sin(np.linspace(0.001, math.pi - 0.001, 40)), -np.cos(np.linspace(0.001, math.pi - 0.001, 40))]
                * 0.8,
                72,
            )
            shades = [kit.material("plastic") for _ in range(3)]
            gore = (faces[:, 0] % 72) // 12 % 3
            for k, shade in enumerate(shades):
                kit.add((vertices, faces[gore == k]), shade)
        elif kind == "bowling":
            kit.add(sphere(6, 0.8), kit.material("paint", "stone", "ceramic", "patterned"))
            for x, y in ((-0.1, 0.05), (0.1, 0.05), (0.0, -0.2)):
                at = np.array([x, y, math.sqrt(0.64 - x * x - y * y)])
                kit.add(along(disc(0.06, 0.02, sides=24), at, at), kit.material("rubber"))
        else:
            kit.add(
                lathe(spline([(0.001, -1.1), (0.3, -0.75), (0.55, 0), (0.3, 0.75), (0.001, 1.1)], 50), 64),
                kit.material("leather", colour=(0.3, 0.12, 0.05)),
            )
            for z in np.linspace(-0.3, 0.3, 6):
                radius = 0.555 - 0.2 * z * z * 2
                kit.add(rod((radius, -0.1, z), (radius, 0.1, z), 0.018), kit.material("paper"))


def _table_tennis(rng: Rng, kit: Kit) -> None:
    wood = kit.material("wood")
    covered = np.array([(x, z) for x, z in oval(0.49, 0.51, 2.1, 64) if z > -0.44])
    for k in range(rng.whole(1, 2)):
        with kit.at((0.6 * k, 0.1 * k, 0), rotation(Y, 0.5 * k)):
            kit.add(placed(slab(oval(0.5, 0.52, 2.1, 64), 0.05), (0, 0, 0.5)), wood, edge=0.01)
            for way in (-1, 1):
                rubber = kit.material("rubber", colour=rng.pick([(0.6, 0.02, 0.02), BLACK]))
                kit.add(placed(slab(covered, 0.03), (0, way * 0.035, 0.5)), rubber)
            kit.add(stack([oval(0.08, 0.07, 3), oval(0.09, 0.07, 3), oval(0.13, 0.06, 3)], [-0.55, -0.5, 0.06]), wood)
    kit.add(
        placed(sphere(4, 0.14), (0.6, -0.25, 0.1)),
        kit.material("plastic", colour=rng.pick([WHITE, (0.85, 0.35, 0.02)])),
    )


def _baseball(rng: Rng, kit: Kit) -> None:
    foot = [(0.001, -1.25), (0.09, -1.23), (0.06, -1.15), (0.05, -0.7)]
    profile = spline([*foot, (0.11, 0.3), (0.16, 0.9), (0.12, 1.13), (0.001, 1.17)], 60)
    kit.add(lathe(profile, 48), kit.material("wood", "steel", "paint"))
    kit.add(lathe(profile[6:22] + [0.006, 0], 40), kit.material("rubber", "leather", "fabric"))
    if rng.chance(0.5):
        kit.add(placed(sphere(5, 0.22), (0.5, -0.1, -0.8)), kit.material("leather", colour=WHITE))


def _hockey(rng: Rng, kit: Kit) -> None:
    path = [(0, 0, 1.2), (0, 0, 0), (0, 0, -0.85), (0.12, 0, -1.05), (0.32, 0, -1.08), (0.45, 0, -0.95)]
    wide = np.interp(np.linspace(0, 1, 50), [0, 0.7, 0.85, 1], [0.08, 0.09, 0.14, 0.12])
    kit.add(strap(spline(path, 50), X, wide, 0.07), kit.material("wood", "paint"))
    kit.add(rod((0, 0, rng.uniform(0.5, 0.7)), (0, 0, 1.22), 0.055), kit.material("rubber", "leather", "fabric"))


def _golf(rng: Rng, kit: Kit) -> None:
    kit.add(rod((0, 0, -1.1), (0, 0, 1.2), [0.016, 0.024]), kit.material("chrome"))
    kit.add(rod((0, 0, 0.75), (0, 0, 1.25), [0.032, 0.04]), kit.material("rubber", "leather"))
    head = [ellipsoid((0.14, 0, -1.12), (0.22, 0.14, 0.11)), *limb([(0, 0, -0.95), (0.02, 0, -1.1)], [0.03, 0.05])]
    kit.add(fuse(head, 0.02, 4), kit.material("steel", "paint"))
    if rng.chance(0.7):
        kit.add(placed(sphere(4, 0.09), (0.6, -0.1, -1.12)), kit.material("plastic", colour=WHITE))


_BATS = {"table tennis": _table_tennis, "baseball": _baseball, "hockey": _hockey, "golf": _golf}


def bat(rng: Rng, kit: Kit) -> None:
    """A table-tennis bat, a baseball bat, a hockey stick or a golf club."""
    kind = kit.attributes["style"] = rng.pick(list(_BATS))
    _BATS[kind](rng, kit)


def weights(rng: Rng, kit: Kit) -> None:
    """Dumb-bells, a kettlebell or a barbell."""
    iron, grip = kit.material("rubber", "steel", "paint"), kit.material("chrome", "rubber")
    kind = rng.pick(["dumbbell", "kettlebell", "barbell"])
    kit.attributes["style"] = kind
    if kind == "kettlebell":
        kit.add(stretched(sphere(5, 0.6), (1, 1, 0.92)), iron)
        kit.add(placed(disc(0.35, 0.06, 0.02), (0, 0, -0.53)), iron)
        handle = spline(
            [(-0.32, 0, 0.42), (-0.42, 0, 0.75), (-0.25, 0, 1.02), (0.25, 0, 1.02), (0.42, 0, 0.75), (0.32, 0, 0.42)],
            40,
        )
        kit.add(
            tube(handle, np.interp(np.linspace(0, 1, 40), [0, 0.3, 0.7, 1], [0.13, 0.085, 0.085, 0.13]), 16),
            grip if rng.chance(0.3) else iron,
        )
        return
    for k in range(rng.pick([1, 2]) if kind == "dumbbell" else 1):
        half = 0.32 if kind == "dumbbell" else 1.3
        with kit.at((0.1 * k, 0.85 * k, 0), rotation(Z, rng.uniform(-0.4, 0.4))):
            kit.add(rod((-half * 1.6, 0, 0), (half * 1.6, 0, 0), 0.055 if kind == "dumbbell" else 0.035), grip)
            hexagonal = kind == "dumbbell" and rng.chance(0.4)
            for side in (-1, 1):
                x = half
                for size in sorted(
                    rng.uniform(0.2, 0.42 if kind == "dumbbell" else 0.6, rng.whole(1, 3)), reverse=True
                ):
                    wide = rng.uniform(0.08, 0.16) * (2.2 if hexagonal else 1)
                    plate = disc(size, wide, 0.02, 6 if hexagonal else 64)
                    kit.add(along(plate, X, (side * (x + wide / 2), 0, 0)), iron)
                    x += wide + 0.01
                    if hexagonal:
                        break


_PIECES = {
    "pawn": [
        (0.3, 0),
        (0.3, 0.08),
        (0.22, 0.14),
        (0.12, 0.3),
        (0.1, 0.5),
        (0.18, 0.54),
        (0.1, 0.58),
        (0.18, 0.72),
        (0.12, 0.86),
        (0.001, 0.9),
    ],
    "rook": [
        (0.32, 0),
        (0.32, 0.1),
        (0.22, 0.18),
        (0.17, 0.5),
        (0.17, 0.78),
        (0.25, 0.86),
        (0.25, 1.05),
        (0.18, 1.05),
        (0.18, 0.98),
        (0.001, 0.98),
    ],
    "bishop": [
        (0.32, 0),
        (0.32, 0.1),
        (0.2, 0.2),
        (0.11, 0.6),
        (0.1, 0.85),
        (0.2, 0.9),
        (0.11, 0.95),
        (0.18, 1.1),
        (0.1, 1.3),
        (0.03, 1.36),
        (0.05, 1.42),
        (0.001, 1.46),
    ],
    "queen": [
        (0.36, 0),
        (0.36, 0.1),
        (0.22, 0.22),
        (0.12, 0.7),
        (0.12, 1.05),
        (0.22, 1.1),
        (0.13, 1.16),
        (0.24, 1.5),
        (0.16, 1.5),
        (0.06, 1.58),
        (0.001, 1.62),
    ],
}


def chess(rng: Rng, kit: Kit) -> None:
    """Chess pieces, now and then on a board."""
    sides = [
        kit.material("wood", "plastic", "ceramic", "stone", "steel", colour=shade)
        for shade in rng.pick([(WHITE, BLACK), (None, None), ((0.6, 0.4, 0.2), (0.08, 0.04, 0.02))])
    ]
    on_board = rng.chance(0.4)
    if on_board:
        kit.add(placed(box(4 * 0.75 + 0.2, 3 * 0.75 + 0.2, 0.12), (0, 0, -0.07)), kit.material("wood"), edge=0.02)
        for i in range(4):
            for k in range(3):
                at = ((i - 1.5) * 0.75, (k - 1) * 0.75, 0)
                kit.add(placed(box(0.75, 0.75, 0.02), at), sides[(i + k) % 2])
    squares = rng.permutation(12)[: rng.whole(2, 6)] if on_board else range(rng.whole(1, 3))
    for square in squares:
        place = ((square % 4 - 1.5) * 0.75, (square // 4 - 1) * 0.75, 0.01)
        profile = np.array(_PIECES[rng.pick(list(_PIECES))])
        kit.add(placed(lathe(np.concatenate([[[0, 0]], spline(profile, 70)]), 40), place), sides[rng.whole(0, 1)])


def trophy(rng: Rng, kit: Kit) -> None:
    """A cup with handles, or a medal on its ribbon."""
    metal = kit.material("gold", "gold", "chrome")
    if rng.chance(0.35):
        kit.add(along(disc(0.5, 0.07, 0.02), Y, (0, 0, -0.6)), metal)
        kit.add(ring(0.4, 0.02, Y, (0, -0.04, -0.6)), metal)
        turn = np.arange(10) * TAU / 10
        star = np.c_[np.cos(turn), np.sin(turn)] * np.where(np.arange(10) % 2, 0.14, 0.3)[:, None]
        kit.add(placed(slab(star, 0.06), (0, -0.04, -0.6), rotation(Y, 0.31)), metal, edge=0.012)
        kit.add(ring(0.09, 0.02, X, (0, 0, -0.02), 32), metal)
        for side in (-1, 1):
            band = spline(
                [(0, side * 0.01, 0.0), (side * 0.3, side * 0.03, 0.7), (side * 0.38, 0.2, 1.2), (0, 0.45, 1.4)], 30
            )
            kit.add(strap(band, X, 0.22, 0.012), kit.material("fabric", "patterned"))
        return
    tall, wide = rng.uniform(1.3, 1.8), rng.uniform(0.4, 0.6)
    cup = spline([(0.05, 0.3), (0.06, 0.5), (wide * 0.5, 0.6), (wide * 0.9, 0.85), (wide, tall)], 40)
    kit.add(lathe(np.concatenate([[(0.0, 0.25), (0.26, 0.25), (0.1, 0.3)], cup]), 64), metal, thick=0.02)
    kit.add(
        placed(box(0.6, 0.6, 0.28) if rng.chance(0.5) else disc(0.36, 0.28, 0.02), (0, 0, 0.12)),
        kit.material("wood", "stone", "plastic"),
    )
    kit.add(placed(box(0.3, 0.02, 0.12), (0, -0.31 if rng.chance(0.5) else -0.36, 0.12)), metal)
    for side in (-1, 1):
        handle = spline(
            [
                (side * wide * 0.95, 0, tall * 0.9),
                (side * (wide + 0.32), 0, tall * 0.92),
                (side * (wide + 0.25), 0, tall * 0.65),
                (side * wide * 0.72, 0, 0.75),
            ],
            34,
        )
        kit.add(tube(handle, 0.032, 10), metal)


def target(rng: Rng, kit: Kit) -> None:
    """A target with darts, or a bow with arrows."""
    if rng.chance(0.4):
        limb_path = spline(
            [
                (0.35, 0, 1.2),
                (0.05, 0, 0.9),
                (-0.15, 0, 0.35),
                (-0.1, 0, 0),
                (-0.15, 0, -0.35),
                (0.05, 0, -0.9),
                (0.35, 0, -1.2),
            ],
            80,
        )
        kit.add(
            tube(
                limb_path,
                np.interp(np.linspace(-1, 1, 80), [-1, -0.2, 0, 0.2, 1], [0.015, 0.04, 0.055, 0.04, 0.015]),
                12,
            ),
            kit.material("wood", "paint"),
        )
        draw = rng.uniform(0.3, 0.9)
        kit.wires(np.array([[(0.35, 0, 1.2), (draw, 0, 0), (0.35, 0, -1.2)]]), 0.006, kit.material("fabric"))
        kit.add(rod((draw, 0, 0), (draw - 1.35, 0, 0), 0.014), kit.material("wood"))
        kit.add(along(lathe([(0, 0), (0.04, 0), (0, 0.14)], 12), -X, (draw - 1.35, 0, 0)), kit.material("steel"))
        for k in range(3):
            feather = np.array([(draw - 0.04, 0.01), (draw - 0.08, 0.09), (draw - 0.26, 0.06), (draw - 0.3, 0.01)])
            kit.add(placed(slab(feather, 0.008), turn=rotation(X, k * TAU / 3)), kit.material("fabric", "paper"))
        return
    shades = [kit.material("fabric", "paint", colour=shade) for shade in ((0.6, 0.02, 0.02), WHITE)]
    for k, radius in enumerate(np.linspace(0.9, 0.12, rng.whole(5, 8))):
        kit.add(along(disc(radius, 0.1 + 0.008 * k, 0.0), Y), shades[k % 2])
    kit.wires(
        np.array(
            [
                np.c_[r * np.cos(t), np.full(60, -0.085), r * np.sin(t)]
                for r in (0.3, 0.6, 0.88)
                for t in [np.linspace(0, TAU, 60)]
            ]
        ),
        0.006,
        kit.material("steel"),
    )
    for _ in range(rng.whole(1, 4)):
        tip = np.array([rng.normal(0, 0.25), -0.06, rng.normal(0, 0.25)])
        way = np.array([rng.normal(0, 0.15), -1, rng.uniform(0, 0.35)])
        with kit.at(tip):
            shaft = lathe(
                [
                    (0, 0),
                    (0.008, 0.0),
                    (0.012, 0.14),
                    (0.035, 0.2),
                    (0.035, 0.4),
                    (0.014, 0.45),
                    (0.012, 0.65),
                    (0, 0.65),
                ],
                16,
            )
            kit.add(along(shaft, way), kit.material("steel", "gold"))
            for k in range(4):
                flight = placed(
                    slab([(0.01, 0.5), (0.1, 0.56), (0.1, 0.66), (0.01, 0.7)], 0.006), turn=rotation(Z, k * TAU / 4)
                )
                kit.add(along(flight, way), kit.material("plastic", "paint"))


THINGS: dict[str, Thing] = {
    "ball": Thing(ball, 1.4, elevation=(-0.3, 0.8), cut=0.05),
    "bat": Thing(bat, 1.2, elevation=(-0.2, 0.5), azimuth=FRONT, lying=True),
    "weights": Thing(weights, elevation=(0, 0.8)),
    "chess": Thing(chess, 1.2, elevation=(0.05, 0.6)),
    "trophy": Thing(trophy, elevation=LEVEL, azimuth=FRONT),
    "target": Thing(target, 0.9, elevation=LEVEL, azimuth=(-2.5, -0.6)),
}
