"""Small things of the person: watches, keys, jewellery, spectacles."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.objects.things.graphics import face
from ppid.render.objects.things.kit import BLACK, FRONT, LEVEL, Kit, Thing, placement
from ppid.render.objects.things.parts import (
    UPRIGHT,
    X,
    Y,
    Z,
    along,
    arc,
    circle,
    disc,
    loop,
    oval,
    placed,
    ring,
    rod,
    rounded_rectangle,
    slab,
    strap,
    stretched,
    washer,
)
from ppid.render.rng import Rng
from ppid.render.shapes import (
    TAU,
    Shape,
    box,
    lathe,
    prism,
    rotation,
    rounded_box,
    scatter,
    sphere,
    spline,
    torus,
    tube,
    unit,
)


def dial(rng: Rng, kit: Kit, radius: float) -> None:
    """A clock face with hands in the xy plane, seen from above."""
    outline = circle(1.0, 64)
    vertices = np.concatenate([np.c_[outline * radius, np.zeros(64)], [[0, 0, 0]]])
    faces = np.array([[k, (k + 1) % 64, 64] for k in range(64)])
    place = np.concatenate([outline, [[0, 0]]]) / 2 + 0.5
    kit.add((vertices, faces), kit.printed(face(rng), 0.3), surface=place)
    hand = kit.material("rubber", "chrome", "gold")
    for length, wide, z in ((0.5, 0.05, 0.02), (0.78, 0.035, 0.03)):
        turn = rotation(Z, rng.uniform(0, TAU))
        outline_hand = np.array(
            [(-wide, -0.12), (wide, -0.12), (wide * 0.8, length * 0.8), (0, length), (-wide * 0.8, length * 0.8)]
        )
        kit.add(placed(prism(outline_hand * radius, 0.012 * radius), (0, 0, z * radius), turn), hand)
    kit.add(placed(disc(0.05 * radius, 0.06 * radius, sides=24), (0, 0, 0.03 * radius)), hand)


def watch(rng: Rng, kit: Kit) -> None:
    """A wrist watch, closed or laid out flat."""
    metal = kit.material("chrome", "gold", "steel")
    square = rng.chance(0.25)
    with kit.at((0, -0.52, 0), rotation(X, math.pi / 2), 0.42):
        if square:
            kit.add(placed(prism(rounded_rectangle(1.7, 2.0, 0.4), 0.4)), metal, edge=0.06)
            with kit.at((0, 0, 0.205)):
                kit.add(placed(prism(rounded_rectangle(1.5, 1.8, 0.3), 0.01)), kit.material("plastic", colour=BLACK))
                with kit.at((0, 0, 0.012)):
                    dial(rng, kit, 0.7)
        else:
            kit.add(
                lathe([(0, -0.25), (0.9, -0.25), (1.02, -0.1), (1.02, 0.12), (0.96, 0.24), (0.88, 0.2), (0, 0.2)], 72),
                metal,
            )
            with kit.at((0, 0, 0.205)):
                dial(rng, kit, 0.86)
        kit.add(along(disc(0.12, 0.2, 0.03, 24), X, (1.1 if not square else 0.95, 0, 0)), metal)
    wide = rng.uniform(0.3, 0.45)
    if rng.chance(0.6):
        leather = kit.material("leather", "rubber", "fabric")
        around = arc((0.42, 0.5), math.pi / 2 + 0.25, TAU + math.pi / 2 - 0.25, 60)
        kit.add(strap(np.c_[around[:, 1], -around[:, 2], around[:, 0]], X, wide, 0.05), leather)
        with kit.at((0, 0.5, 0)):
            kit.add(placed(box(wide + 0.08, 0.04, 0.2), (0, 0.02, 0)), metal, edge=0.015)
    else:
        for a in np.linspace(0.45, TAU - 0.45, 26):
            at = np.array([0, -0.5 * math.cos(a), 0.42 * math.sin(a)])
            turn = rotation(X, math.atan2(0.42 * math.sin(a), 0.5 * math.cos(a)) * -1)
            for x in (-0.34, 0.0, 0.34):
                kit.add(placed(rounded_box(wide * 0.32, 0.07, 0.098, 4, 3), at + [x * wide, 0, 0], turn), metal)


def keys(rng: Rng, kit: Kit) -> None:
    """Keys on a ring with a tag."""
    kit.add(ring(0.35, 0.025, Y, (0, 0, 0.32)), kit.material("chrome"))
    kit.add(ring(0.35, 0.025, unit([0.02, 1, 0.06]), (0, 0.04, 0.32)), kit.material("chrome"))
    count = rng.whole(2, 5)
    for k in range(count):
        metal = kit.material("chrome", "gold", "steel")
        swing = (k - (count - 1) / 2) * 0.38 + rng.uniform(-0.1, 0.1)
        hang = rotation(Y, swing) @ rotation(Z, rng.uniform(-0.4, 0.4))
        with kit.at((-0.33 * math.sin(swing), 0.045 * k - 0.08, 0.32 - 0.33 * math.cos(swing)), hang):
            old = rng.chance(0.25)
            if old:
                kit.add(stretched(ring(0.14, 0.035, Y, (0, 0, -0.15)), (1, 1, 1.1)), metal)
                kit.add(rod((0, 0, -0.28), (0, 0, -1.1), 0.035), metal)
                for z, reach in ((-0.92, 0.2), (-1.06, 0.16)):
                    kit.add(placed(box(reach, 0.04, 0.07), (reach / 2, 0, z)), metal)
                kit.add(
                    placed(lathe([(0.03, -0.06), (0.06, -0.03), (0.06, 0.03), (0.03, 0.06)], 24), (0, 0, -0.36)), metal
                )
                continue
            bow = rng.pick([oval(0.2, 0.2), oval(0.22, 0.18, 4), oval(0.2, 0.16)])
            hole = circle(0.055, 48, (0, 0.08))
            kit.add(placed(washer(bow, hole, 0.045), (0, 0, -0.12), UPRIGHT), metal, edge=0.008)
            notches = np.cumsum(rng.uniform(0.03, 0.07, 9))
            cut = np.c_[
                np.tile([-0.045, 0.0], 5)[:9] + rng.uniform(-0.02, 0.03, 9), -0.36 - notches / notches[-1] * 0.5
            ]
            outline = np.concatenate([[(-0.085, -0.28)], cut, [(0.0, -0.95), (0.075, -0.88), (0.075, -0.28)]])
            kit.add(slab(outline, 0.04), metal, edge=0.004)
    if rng.chance(0.6):
        with kit.at((0.28, 0, 0.1), rotation(Y, -0.6)):
            kit.add(
                placed(rounded_box(0.3, 0.08, 0.5, rng.uniform(2.5, 8)), (0, 0, -0.32)),
                kit.material("leather", "plastic", "paint", "wood"),
            )


def _cut_stone(sides: int) -> Shape:
    profile = [(0, -0.75), (0.95, 0.0), (1.0, 0.06), (0.6, 0.35), (0, 0.35)]
    return lathe(profile, sides)


def finger_ring(rng: Rng, kit: Kit) -> None:
    """Rings with stones."""
    for k in range(rng.pick([1, 1, 2])):
        metal = kit.material("gold", "chrome")
        with kit.at((0.9 * k, 0.3 * k, 0), rotation(Z, rng.uniform(-0.6, 0.6))):
            around = loop(0.6, 90) @ UPRIGHT.T
            kit.add(strap(around, Y, rng.uniform(0.08, 0.3), rng.uniform(0.06, 0.1), closed=True), metal)
            if rng.chance(0.75):
                stone, size = (
                    kit.material(
                        "chrome",
                        "paint",
                        colour=rng.pick([(0.9, 0.92, 1), (0.6, 0.01, 0.03), (0.01, 0.1, 0.5), (0.01, 0.35, 0.1)]),
                    ),
                    rng.uniform(0.15, 0.3),
                )
                with kit.at((0, 0, 0.62 + size * 0.75)):
                    vertices, faces = _cut_stone(rng.pick([8, 10, 4]))
                    part = kit.add((vertices * size, faces), stone)
                    part.data.polygons.foreach_set("use_smooth", [False] * len(part.data.polygons))
                    for a in np.arange(rng.pick([4, 6])) * TAU / 4:
                        way = np.array([math.cos(a), math.sin(a), 0])
                        kit.add(
                            tube(
                                spline(
                                    [
                                        way * 0.2 * size - [0, 0, size],
                                        way * 0.8 * size - [0, 0, 0.3 * size],
                                        way * 1.02 * size + [0, 0, 0.12 * size],
                                    ],
                                    10,
                                ),
                                0.022,
                                8,
                            ),
                            metal,
                        )


def necklace(rng: Rng, kit: Kit) -> None:
    """A chain or beads with a pendant, hanging or lying."""
    metal = kit.material("gold", "chrome")
    path = spline(
        [
            (-0.02, 0.25, 1.0),
            (-0.5, 0.15, 0.7),
            (-0.6, 0, 0.1),
            (-0.35, 0, -0.5),
            (0, 0, -0.75),
            (0.35, 0, -0.5),
            (0.6, 0, 0.1),
            (0.5, 0.15, 0.7),
            (0.02, 0.25, 1.0),
        ],
        400,
    )
    run = np.r_[0, np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))]
    if rng.chance(0.5):
        size = rng.uniform(0.05, 0.11)
        at = np.arange(size, run[-1], size * 2.05)
        places = np.stack([np.interp(at, run, path[:, k]) for k in range(3)], 1)
        scales = size * (0.7 + 0.3 * np.cos((at / run[-1] - 0.5) * 4) if rng.chance(0.5) else np.ones(len(at)))
        for material, chosen in (
            (kit.material("ceramic", "paint", "gold", "wood", "stone"), slice(0, None, 2)),
            (kit.material("ceramic", "paint", "chrome"), slice(1, None, 2)),
        ):
            kit.add(
                scatter(sphere(3), places[chosen], np.repeat(np.eye(3)[None], len(places[chosen]), 0), scales[chosen]),
                material,
            )
    else:
        size = rng.uniform(0.028, 0.06)
        at = np.arange(size, run[-1], size * 1.35)
        places = np.stack([np.interp(at, run, path[:, k]) for k in range(3)], 1)
        tangent = unit(np.gradient(places, axis=0))
        side = unit(np.cross(tangent, Y))
        up = np.cross(tangent, side)
        even = (np.arange(len(at)) % 2)[:, None]
        first, second = np.where(even, side, up), np.where(even, up, -side)
        vertices, faces = torus(0.75, 0.17, 20, 8)
        kit.add(
            scatter(
                (vertices * [1.2, 0.8, 1], faces), places, np.stack([tangent, first, second], 1), np.full(len(at), size)
            ),
            metal,
        )
    if rng.chance(0.75):
        with kit.at((0, -0.02, -0.8)):
            kind = rng.pick(["heart", "drop", "coin", "cross"])
            kit.add(ring(0.06, 0.014, X, (0, 0, 0.0), 28), metal)
            if kind == "heart":
                t = np.linspace(0, TAU, 64, endpoint=False)
                heart = (
                    np.c_[16 * np.sin(t) ** 3, 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)]
                    / 60
                )
                kit.add(placed(slab(heart, 0.08), (0, 0, -0.28)), kit.material("gold", "chrome", "paint"), edge=0.03)
            elif kind == "drop":
                kit.add(
                    placed(
                        lathe(spline([(0.001, 0), (0.04, -0.12), (0.14, -0.32), (0.12, -0.46), (0.001, -0.52)], 30), 40)
                    ),
                    kit.material("chrome", "paint", "stone"),
                )
            elif kind == "coin":
                kit.add(along(disc(0.22, 0.04, 0.01), Y, (0, 0, -0.27)), metal)
                kit.add(ring(0.16, 0.015, Y, (0, -0.02, -0.27)), metal)
            else:
                kit.add(placed(box(0.08, 0.05, 0.5), (0, 0, -0.3)), metal, edge=0.012)
                kit.add(placed(box(0.32, 0.05, 0.08), (0, 0, -0.2)), metal, edge=0.012)


def earrings(rng: Rng, kit: Kit) -> None:
    """A pair of earrings: hoops or drops."""
    metal, stone = kit.material("gold", "chrome"), kit.material("paint", "ceramic", "stone", "chrome")
    kind, size = rng.pick(["hoop", "drop", "chandelier"]), rng.uniform(0.3, 0.45)
    before = len(kit.parts)
    hook = spline([(0, 0, 0), (0, 0.02, 0.2), (0.0, 0.12, 0.32), (0, 0.24, 0.2), (0, 0.26, -0.1)], 24)
    kit.add(tube(hook, 0.014, 8), metal)
    if kind == "hoop":
        kit.add(ring(size, rng.uniform(0.025, 0.07), Y, (0, 0, -size)), metal)
    elif kind == "drop":
        kit.add(placed(sphere(4, 0.07), (0, 0, -0.08)), stone)
        kit.add(rod((0, 0, -0.1), (0, 0, -0.4), 0.01), metal)
        kit.add(
            lathe(spline([(0.001, -0.35), (0.06, -0.5), (0.17, -0.8), (0.12, -0.98), (0.001, -1.02)], 30), 40), stone
        )
    else:
        kit.add(rod((0, 0, 0.02), (0, 0, -0.16), 0.014, 8), metal)
        kit.add(tube(arc((size, 0.3), math.pi, TAU, 40, (0, 0, -0.15)), 0.025, 8), metal)
        kit.add(rod((-size, 0, -0.15), (size, 0, -0.15), 0.02), metal)
        for k, a in enumerate(np.linspace(math.pi, TAU, 7)):
            top = np.array([size * math.cos(a), 0, -0.15 + 0.3 * math.sin(a)])
            length = 0.15 + 0.05 * (3 - abs(k - 3))
            kit.add(rod(top, top - [0, 0, length], 0.007, 6), metal)
            kit.add(placed(sphere(3, 0.045), top - [0, 0, length + 0.03]), stone)
    kit.repeat(
        kit.parts[before:],
        placement((rng.uniform(0.9, 1.2), 0.1, rng.uniform(-0.1, 0.1)), rotation(Z, rng.uniform(-0.5, 0.5))),
    )


def sunglasses(rng: Rng, kit: Kit) -> None:
    """Sunglasses, their temples open or folded."""
    frame, dark = (
        kit.material("plastic", "gold", "chrome", "patterned"),
        kit.material("plastic", colour=rng.pick([BLACK, (0.06, 0.03, 0.01), (0.01, 0.03, 0.06)])),
    )
    wide, high, power = rng.uniform(0.36, 0.44), rng.uniform(0.28, 0.38), rng.uniform(2, 4)
    outline = oval(wide, high, power, 72)
    outline[:, 1] *= 1 + 0.25 * outline[:, 0] / wide * rng.pick([0, 0, 1])
    thick = rng.uniform(0.015, 0.045)
    fold = rng.chance(0.35)
    for side in (-1, 1):
        centre = np.array([side * (wide + 0.1), 0, 0])
        rim = np.c_[outline[:, 0] * side, 0.05 * (outline[:, 0] * side + side * 0.5) ** 2, outline[:, 1]] + centre
        kit.add(tube(rim, thick, 10, closed=True), frame)
        vertices = np.concatenate([rim, [rim.mean(0) - [0, 0.02, 0]]])
        kit.add((vertices, np.array([[k, (k + 1) % 72, 72] for k in range(72)])), dark)
        hinge = np.array([side * (2 * wide + 0.11), 0.05, high * 0.5])
        if fold:
            temple = [
                hinge,
                hinge + [0, 0.06, 0],
                hinge + [-side * 1.2, 0.1 + 0.03 * side, 0],
                hinge + [-side * 1.5, 0.1, -0.25],
            ]
        else:
            temple = [
                hinge,
                hinge + [0, 0.5, 0.01],
                hinge + [-side * 0.03, 1.15, 0],
                hinge + [-side * 0.05, 1.4, -0.25],
            ]
        kit.add(strap(spline(temple, 40), Z, np.linspace(0.1, 0.06, 40), 0.04), frame)
    bridge = spline([(-0.12, 0, 0.1), (0, -0.03, 0.16), (0.12, 0, 0.1)], 16)
    kit.add(tube(bridge, thick * 1.1, 10), frame)


def wallet(rng: Rng, kit: Kit) -> None:
    """A wallet with cards, or a fan of cards."""
    leather = kit.material("leather")
    spread = rng.uniform(0.1, 0.9)
    for side in (-1, 1):
        turn = rotation(Z, side * (math.pi / 2 - spread))
        with kit.at((0, 0, 0), turn):
            kit.add(placed(box(0.05, 0.95, 0.85), (0, 0.48, 0)), leather, edge=0.02)
            for k in range(rng.whole(0, 3)):
                card = kit.material("plastic", "paint", "paper")
                kit.add(
                    placed(box(0.012, 0.8, 0.5), (-side * (0.035 + 0.02 * k), 0.46, 0.25 - 0.07 * k)), card, edge=0.004
                )
    kit.add(rod((0, 0, -0.42), (0, 0, 0.42), 0.04), leather)


THINGS: dict[str, Thing] = {
    "watch": Thing(watch, 1.6, azimuth=(-2.4, -0.7), lying=True),
    "keys": Thing(keys, 1.4, elevation=(-0.3, 0.5), azimuth=FRONT),
    "ring": Thing(finger_ring, elevation=(0, 0.8)),
    "necklace": Thing(necklace, 1.3, elevation=(-0.2, 0.4), azimuth=FRONT),
    "earrings": Thing(earrings, elevation=LEVEL, azimuth=FRONT),
    "sunglasses": Thing(sunglasses, 1.3, elevation=(-0.1, 0.6), azimuth=(-2.6, -0.5)),
    "wallet": Thing(wallet, 0.8, elevation=(0, 0.6), azimuth=FRONT, cut=0.05),
}
