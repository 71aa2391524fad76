"""What decorates: busts, figures, globes, bells, balloons, ornaments."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.objects.things.kit import FRONT, LEVEL, WHITE, Kit, Thing
from ppid.render.objects.things.parts import (
    X,
    Y,
    Z,
    along,
    arc,
    disc,
    limb,
    loft,
    placed,
    ring,
    rod,
    segments,
    slab,
    stack,
    strap,
    stretched,
)
from ppid.render.rng import Rng
from ppid.render.scene import fuse
from ppid.render.shapes import (
    TAU,
    Shape,
    box,
    ellipsoid,
    lathe,
    noise,
    rotation,
    rounded_box,
    sphere,
    spline,
    tube,
    vertex_normals,
)


def head(rng: Rng) -> list[Shape]:
    """Ellipsoids of a head about 0.9 tall around the origin, its face towards -y."""
    long, wide = rng.uniform(0.92, 1.08), rng.uniform(0.92, 1.08)
    parts = [
        ellipsoid((0, 0.03, 0.14), (0.33 * wide, 0.4, 0.37 * long)),
        ellipsoid((0, -0.12, -0.12), (0.25 * wide, 0.25, 0.32 * long)),
        ellipsoid((0, -0.27, -0.35), (0.1, 0.1, 0.09)),
        ellipsoid((0, -0.3, 0.24), (0.22, 0.08, 0.12)),
        ellipsoid((0, -0.36, -0.21), (0.09, 0.06, 0.025)),
        ellipsoid((0, -0.35, -0.26), (0.075, 0.06, 0.03)),
    ]
    parts += limb([(0, -0.33, 0.13), (0, -0.4, 0.02), (0, -0.45, -0.09)], [0.045, 0.05, 0.065])
    for side in (-1, 1):
        parts += [
            ellipsoid((side * 0.13, -0.325, 0.17), (0.1, 0.07, 0.035), rotation(Y, side * 0.15)),
            ellipsoid((side * 0.17, -0.24, -0.04), (0.1, 0.12, 0.09)),
            ellipsoid((side * 0.125, -0.315, 0.085), (0.055, 0.045, 0.035)),
            ellipsoid((side * 0.045, -0.4, -0.1), (0.04, 0.05, 0.032)),
            ellipsoid((side * 0.33 * wide, 0.03, 0.03), (0.045, 0.08, 0.13), rotation(X, 0.2)),
        ]
    return parts


def _hair(rng: Rng, shape: Shape) -> Shape:
    """Relief as of carved locks on the scalp."""
    vertices, faces = shape
    scalp = np.clip((vertices[:, 2] - 0.18 + 0.55 * vertices[:, 1]) * 6, 0, 1) * (vertices[:, 2] > -0.35)
    curls = np.abs(noise(vertices * [1, 1, 0.7], rng, rng.uniform(2.0, 3.5), 2))
    return vertices + vertex_normals(vertices, faces) * (scalp * (0.03 + 0.06 * curls))[:, None], faces


def bust(rng: Rng, kit: Kit) -> None:
    """A head and shoulders on a foot."""
    stone = kit.material("stone", "ceramic", "gold", "paper", "steel", "wood")
    parts = head(rng)
    neck = rng.uniform(-0.15, 0.15)
    parts += limb([(0, 0.03, -0.2), (0, 0.06, -0.5), (0, 0.08, -0.75)], [0.19, 0.18, 0.24])
    parts += [ellipsoid((0, 0.08, -0.92), (0.62, 0.3, 0.26)), ellipsoid((0, -0.03, -1.02), (0.46, 0.3, 0.3))]
    vertices, faces = fuse(parts, 0.024, 5)
    vertices, faces = _hair(rng, (vertices, faces))
    turn = 1 / (1 + np.exp(-(vertices[:, 2] + 0.5) * 9)) * neck * 4
    x = vertices[:, 0] * np.cos(turn) - vertices[:, 1] * np.sin(turn)
    y = vertices[:, 0] * np.sin(turn) + vertices[:, 1] * np.cos(turn)
    vertices = np.c_[x, y, np.maximum(vertices[:, 2], -1.12)]
    kit.add((vertices, faces), stone)
    kit.add(lathe(spline([(0.3, -1.1), (0.16, -1.22), (0.14, -1.3), (0.3, -1.42)], 24), 56), stone)
    kit.add(placed(disc(0.36, 0.12, 0.02) if rng.chance(0.5) else box(0.66, 0.66, 0.12), (0, 0, -1.47)), stone)


def figure(rng: Rng, kit: Kit) -> None:
    """A statuette of a person, dancing or standing, on a foot."""
    material = kit.material("gold", "stone", "ceramic", "wood", "steel")
    hips, chest = np.array([0, 0, 0.0]), np.array([rng.normal(0, 0.06), rng.normal(0, 0.05), 0.4])
    parts = limb([hips, (hips + chest) / 2 + [0, -0.02, 0], chest + [0, 0, 0.05]], [0.17, 0.12, 0.17])
    parts += [ellipsoid(chest + [0, 0, 0.08], (0.2, 0.13, 0.15)), ellipsoid(hips, (0.19, 0.14, 0.13))]
    skull = chest + [rng.normal(0, 0.03), -0.02, 0.5]
    parts += limb([chest + [0, 0, 0.15], (chest + skull) / 2 + [0, 0, 0.12], skull], [0.08, 0.06, 0.09])
    parts.append(ellipsoid(skull, (0.1, 0.12, 0.14)))
    dress = rng.chance(0.4)
    for side in (-1, 1):
        shoulder = chest + [side * 0.2, 0, 0.12]
        elbow = shoulder + 0.28 * np.array([side * rng.uniform(0.2, 1), rng.uniform(-0.6, 0.3), rng.uniform(-1, 0.8)])
        hand = elbow + 0.28 * np.array([side * rng.uniform(-0.6, 0.9), rng.uniform(-0.9, 0.1), rng.uniform(-0.6, 1)])
        parts += limb([shoulder, elbow, hand], [0.065, 0.05, 0.035])
        if not dress:
            knee = hips + [side * rng.uniform(0.08, 0.28), rng.uniform(-0.3, 0.1), -0.45]
            foot = knee + [side * rng.uniform(-0.02, 0.12), rng.uniform(-0.05, 0.3), -0.42]
            parts += limb([hips + [side * 0.09, 0, -0.04], knee, foot], [0.11, 0.075, 0.05])
            parts.append(ellipsoid(foot + [0, -0.06, -0.03], (0.05, 0.12, 0.04)))
    kit.add(fuse(parts, 0.02, 4), material)
    if dress:
        turn = np.linspace(0, TAU, 80, endpoint=False)
        rows = []
        for t in np.linspace(0, 1, 20):
            radius = 0.15 + 0.42 * t**1.4 + 0.05 * t * np.sin(turn * 9 + 2 * t)
            rows.append(np.c_[radius * np.cos(turn), radius * np.sin(turn), np.full(80, 0.16 - 1.08 * t)])
        kit.add(loft(np.array(rows)), material)
    kit.add(placed(disc(rng.uniform(0.35, 0.5), 0.12, 0.03), (0, 0, -0.98)), kit.material("stone", "wood", "gold"))


def globe(rng: Rng, kit: Kit) -> None:
    """A globe on its stand."""
    metal, radius = kit.material("gold", "chrome", "wood"), 0.7
    vertices, faces = sphere(6, radius)
    land = noise(vertices, rng, 0.55, 5)
    colours = np.where(
        (land > 0.12)[:, None],
        rng.pick([(0.25, 0.3, 0.08), (0.5, 0.35, 0.15), (0.1, 0.3, 0.1)]),
        rng.pick([(0.05, 0.2, 0.5), (0.55, 0.5, 0.35), (0.02, 0.06, 0.2)]),
    )
    snow = np.abs(vertices[:, 2]) > radius * 0.93
    colours[snow] = WHITE
    kit.painted((vertices, faces), colours, rng.uniform(0.15, 0.5))
    tilt = rotation(Y, 0.41)
    kit.add(tube(arc(radius + 0.07, -math.pi / 2, math.pi / 2, 50) @ tilt.T, 0.028, 10), metal)
    for way in (-1, 1):
        kit.add(rod(tilt @ [0, 0, way * radius], tilt @ [0, 0, way * (radius + 0.1)], 0.025), metal)
    kit.add(
        lathe(
            spline(
                [
                    (0.03, -radius - 0.02),
                    (0.07, -radius - 0.15),
                    (0.04, -radius - 0.3),
                    (0.3, -radius - 0.42),
                    (0.32, -radius - 0.48),
                ],
                40,
            ),
            56,
        ),
        metal,
    )
    kit.add(rod((0, 0, -radius - 0.35), (0.2, 0, -radius + 0.02), 0.03), metal)


def bell(rng: Rng, kit: Kit) -> None:
    """A hand bell, a bicycle bell's dome or a gong on its frame."""
    metal = kit.material("gold", "chrome", "steel")
    if rng.chance(0.6):
        dome = spline([(0.62, -0.5), (0.5, -0.38), (0.38, 0.0), (0.32, 0.25), (0.15, 0.4), (0.001, 0.42)], 50)
        kit.add(lathe(dome, 72), metal, thick=0.03)
        kit.add(rod((0, 0, 0.3), (0.05, 0, -0.45), 0.02), metal)
        kit.add(placed(sphere(4, 0.1), (0.06, 0, -0.52)), metal)
        if rng.chance(0.6):
            kit.add(
                lathe(spline([(0.06, 0.4), (0.05, 0.5), (0.1, 0.75), (0.07, 1.0), (0.001, 1.1)], 40), 40),
                kit.material("wood", "leather"),
            )
        else:
            kit.add(
                strap(arc((0.14, 0.16), 0, math.pi, 24, (0, 0, 0.4)), Y, 0.1, 0.05), kit.material("leather", "fabric")
            )
        return
    with kit.at(turn=rotation(X, math.pi / 2)):
        kit.add(
            lathe([(0.62, -0.12), (0.64, 0), (0.5, 0.03), (0.14, 0.03), (0.1, 0.07), (0.001, 0.08)], 72),
            metal,
            thick=0.02,
        )
    wood = kit.material("wood", "paint")
    for side in (-1, 1):
        kit.add(rod((side * 0.85, 0, -0.95), (side * 0.85, 0, 0.95), 0.04), wood)
        kit.add(rod((side * 0.85, -0.3, -0.95), (side * 0.85, 0.3, -0.95), 0.04), wood)
    kit.add(rod((-0.98, 0, 0.95), (0.98, 0, 0.95), 0.045), wood)
    kit.wires(segments([((x, 0, 0.95), (x * 0.9, 0, 0.5)) for x in (-0.35, 0.35)]), 0.014, kit.material("fabric"))


def balloons(rng: Rng, kit: Kit) -> None:
    """Balloons on strings."""
    count, hand = rng.whole(1, 7), np.array([0, 0, -1.3])
    for k in range(count):
        at = np.array(
            [
                0.5 * math.cos(k * 2.4) * (count > 1),
                0.4 * math.sin(k * 2.4) * (count > 1),
                0.4 + rng.uniform(-0.25, 0.35),
            ]
        )
        skin = kit.material("plastic", "translucent", "rubber", "chrome", colour=None if rng.chance(0.9) else WHITE)
        size = rng.uniform(0.34, 0.44)
        way = at - hand
        with kit.at(at):
            shape = lathe(
                spline([(0.03, -1.28), (0.2, -1.0), (0.75, -0.45), (0.98, 0.15), (0.7, 0.75), (0.001, 1.0)], 44) * size,
                56,
            )
            kit.add(along(shape, way), skin)
            kit.add(
                along(placed(lathe([(0.02, 0), (0.09, -0.12), (0.07, -0.12)], 20), (0, 0, -1.26 * size)), way), skin
            )
        knot = at - way / np.linalg.norm(way) * 1.3 * size
        string = spline(
            [knot, knot * 0.5 + hand * 0.5 + rng.normal(0, 0.08, 3), hand, hand - [rng.uniform(-0.1, 0.1), 0, 0.35]], 40
        )
        kit.wires(string[None], 0.007, kit.material("fabric", "paper"))


def ornament(rng: Rng, kit: Kit) -> None:
    """Tree balls, stars and hearts that hang from threads."""
    for k in range(rng.whole(1, 4)):
        shine = kit.material("gold", "chrome", "paint", "patterned", "ceramic", "wood")
        kind = rng.pick(["ball", "ball", "star", "icicle", "heart"])
        with kit.at((0.85 * k, rng.uniform(-0.15, 0.15), rng.uniform(-0.5, 0.3)), rotation(Z, rng.normal(0, 0.5))):
            top = 0.42
            if kind == "ball":
                kit.add(stretched(sphere(5, 0.36), (1, 1, rng.pick([1.0, 1.0, 1.25]))), shine)
                kit.add(placed(disc(0.09, 0.1, 0.01, 24), (0, 0, 0.38)), kit.material("gold", "chrome"))
                if rng.chance(0.4):
                    for z in (-0.1, 0.1):
                        kit.add(ring(math.sqrt(0.363**2 - z * z), 0.012, Z, (0, 0, z)), kit.material("gold", "paper"))
            elif kind == "star":
                turn = np.arange(10) * TAU / 10 + math.pi / 2
                star = np.c_[np.cos(turn), np.sin(turn)] * np.where(np.arange(10) % 2, 0.17, 0.42)[:, None]
                tips = np.concatenate([np.c_[star[:, 0], np.zeros(10), star[:, 1]], [[0, -0.1, 0], [0, 0.1, 0]]])
                faces = [[i, (i + 1) % 10, 10] for i in range(10)] + [[(i + 1) % 10, i, 11] for i in range(10)]
                kit.add((tips, faces), shine)
            elif kind == "icicle":
                t = np.linspace(0, 1, 60)
                turn = np.linspace(0, TAU, 24, endpoint=False)
                radius = 0.13 * (1 - t) + 0.004
                wave = 1 + 0.3 * np.cos(3 * (turn[None] + 9 * t[:, None]))
                rows = np.stack(
                    [
                        radius[:, None] * wave * np.cos(turn),
                        radius[:, None] * wave * np.sin(turn),
                        0.4 - 1.1 * t[:, None] + 0 * turn,
                    ],
                    -1,
                )
                kit.add(loft(rows), shine)
            else:
                t = np.linspace(0, TAU, 64, endpoint=False)
                heart = (
                    np.c_[16 * np.sin(t) ** 3, 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)]
                    / 42
                )
                kit.add(placed(slab(heart, 0.16)), shine, edge=0.06)
                top = 0.2
            kit.add(ring(0.05, 0.01, Y, (0, 0, top + 0.05), 24), kit.material("gold"))
            kit.wires(
                spline([(0, 0, top + 0.08), (0.03, 0, top + 0.5), (0, 0, top + 1.1)], 12)[None],
                0.006,
                kit.material("fabric"),
            )


def column(rng: Rng, kit: Kit) -> None:
    """A column, an arch or a small temple."""
    stone = kit.material("stone", "stone", "paper", "wood")

    def shaft(tall: float) -> None:
        turn = np.linspace(0, TAU, 120, endpoint=False)
        flute = 1 - 0.06 * np.abs(np.sin(turn * 10))
        z = np.linspace(0.12, tall - 0.15, 10)
        rows = [
            np.c_[r * flute * np.cos(turn), r * flute * np.sin(turn), np.full(120, h)]
            for h, r in zip(z, 0.2 - 0.035 * (z / tall) ** 1.5, strict=True)
        ]
        kit.add(loft(np.array(rows)), stone)
        kit.add(lathe(spline([(0.28, 0.0), (0.28, 0.05), (0.22, 0.08), (0.24, 0.12), (0.19, 0.15)], 24), 48), stone)
        kit.add(placed(box(0.58, 0.58, 0.08), (0, 0, -0.03)), stone, edge=0.01)
        kit.add(
            lathe(spline([(0.17, tall - 0.17), (0.2, tall - 0.12), (0.27, tall - 0.05), (0.27, tall)], 24), 48), stone
        )
        kit.add(placed(box(0.58, 0.58, 0.08), (0, 0, tall + 0.03)), stone, edge=0.01)

    count, tall = rng.pick([1, 2, 4]), rng.uniform(1.2, 2.0)
    for k in range(count):
        with kit.at(((k - (count - 1) / 2) * 0.85, 0, 0)):
            shaft(tall)
    if count > 1:
        wide = count * 0.85 - 0.1
        kit.add(placed(box(wide, 0.62, 0.22), (0, 0, tall + 0.18)), stone, edge=0.015)
        if rng.chance(0.6):
            gable = [(-wide / 2 - 0.06, tall + 0.3), (wide / 2 + 0.06, tall + 0.3), (0, tall + 0.3 + wide * 0.2)]
            kit.add(slab(gable, 0.62), stone, edge=0.015)
        kit.add(placed(box(wide + 0.2, 0.9, 0.12), (0, 0, -0.12)), stone, edge=0.01)


def regalia(rng: Rng, kit: Kit) -> None:
    """A crown, a sword or a shield."""
    metal, stones = (
        kit.material("gold", "gold", "chrome"),
        [
            kit.material("chrome", "paint", colour=shade)
            for shade in ((0.5, 0.01, 0.03), (0.01, 0.08, 0.5), (0.01, 0.3, 0.08))
        ],
    )
    kind = rng.pick(["crown", "sword", "shield"])
    kit.attributes["style"] = kind
    if kind == "crown":
        count = rng.pick([5, 6, 8, 10])
        turn = np.linspace(0, TAU, count * 16, endpoint=False)
        spike = np.abs(((turn * count / TAU) % 1) * 2 - 1) ** rng.uniform(0.7, 1.6)
        flare, high = rng.uniform(1.0, 1.2), rng.uniform(0.25, 0.5)
        low = np.c_[0.6 * np.cos(turn), 0.6 * np.sin(turn), np.zeros(len(turn))]
        middle = np.c_[0.61 * np.cos(turn), 0.61 * np.sin(turn), np.full(len(turn), 0.25)]
        size = 0.6 * (1 + (flare - 1) * spike)
        top = np.c_[size * np.cos(turn), size * np.sin(turn), 0.3 + high * spike]
        kit.add(loft(np.array([low, middle, top]), capped=False), metal, thick=0.025)
        for z in (0.02, 0.24):
            kit.add(ring(0.61, 0.025, Z, (0, 0, z)), metal)
        for k in range(count):
            a = k * TAU / count
            way = np.array([math.cos(a), math.sin(a), 0])
            kit.add(placed(sphere(4, 0.05), way * 0.6 * flare + [0, 0, 0.33 + high]), metal)
            kit.add(ellipsoid(way * 0.62 + [0, 0, 0.13], (0.055, 0.055, 0.07)), stones[k % 3])
        if rng.chance(0.3):
            kit.add(stretched(sphere(4, 0.56), (1, 1, 0.75)), kit.material("fabric"))
    elif kind == "sword":
        steel = kit.material("chrome", "steel")
        long, wide = rng.uniform(1.2, 1.6), rng.uniform(0.06, 0.1)
        section = np.array([(wide, 0), (0, 0.018), (-wide, 0), (0, -0.018)])
        kit.add(stack([section, section * 0.85, section * 0.02], [0, long * 0.88, long]), steel)
        kit.add(tube(spline([(-0.32, 0, 0.04), (0, 0, 0), (0.32, 0, 0.04)], 20), 0.035, 12), metal)
        kit.add(rod((0, 0, 0), (0, 0, -0.36), 0.035), kit.material("leather"))
        for z in np.linspace(-0.05, -0.32, 7):
            kit.add(ring(0.037, 0.008, (0.2, 0, 1), (0, 0, z), 24), metal)
        kit.add(placed(sphere(4, 0.065), (0, 0, -0.4)), metal)
    else:
        outline = spline([(-0.6, 0.7), (0, 0.78), (0.6, 0.7), (0.58, 0.0), (0.0, -0.9), (-0.58, 0.0)], 90, closed=True)
        vertices, faces = slab(outline, 0.06)
        vertices[:, 1] += 0.2 * vertices[:, 0] ** 2
        kit.add((vertices, faces), kit.material("paint", "wood", "steel", "patterned"), edge=0.015)
        rim = np.c_[outline[:, 0], 0.2 * outline[:, 0] ** 2, outline[:, 1]]
        kit.add(tube(rim, 0.04, 10, closed=True), metal)
        kit.add(stretched(sphere(4, 0.16), (1, 0.5, 1)), metal)
        for a in np.arange(8) * TAU / 8:
            at = 0.38 * np.array([math.cos(a), 0, math.sin(a)])
            kit.add(placed(sphere(3, 0.03), at + [0, 0.2 * at[0] ** 2 - 0.04, 0]), metal)


def wind_chime(rng: Rng, kit: Kit) -> None:
    """Tubes, shells or crystals that hang from a ring; a mobile."""
    cord, count = kit.material("fabric"), rng.whole(5, 9)
    kit.add(ring(0.45, 0.03, Z), kit.material("wood", "steel"))
    top = np.array([0, 0, 0.6])
    threads = []
    metal = kit.material("chrome", "gold", "wood")
    for k in range(count):
        foot = 0.44 * np.array([math.cos(k * TAU / count), math.sin(k * TAU / count), 0])
        length, drop = 0.6 + 0.09 * k, 0.15
        threads += [(top, foot), (foot, foot - [0, 0, drop])]
        if rng.chance(0.8):
            kit.add(rod(foot - [0, 0, drop], foot - [0, 0, drop + length], 0.04, 20), metal)
        else:
            kit.add(ellipsoid(foot - [0, 0, drop + 0.12], (0.06, 0.06, 0.12)), kit.material("paint", "ceramic"))
    threads.append((top, np.array([0, 0, -1.1])))
    kit.wires(segments(threads), 0.006, cord)
    kit.add(placed(disc(0.16, 0.05, 0.015), (0, 0, -0.55)), kit.material("wood"))
    kit.add(placed(rounded_box(0.24, 0.03, 0.34, 3), (0, 0, -1.25)), kit.material("wood", "paint"))
    kit.add(ring(0.06, 0.012, Y, top + [0, 0, 0.06], 28), kit.material("steel"))


THINGS: dict[str, Thing] = {
    "bust": Thing(bust, 1.6, elevation=(-0.1, 0.3), azimuth=(-2.6, -0.5)),
    "figure": Thing(figure, 1.4, elevation=(-0.1, 0.4)),
    "globe": Thing(globe, elevation=LEVEL),
    "bell": Thing(bell, 0.8, elevation=(-0.1, 0.5), azimuth=FRONT),
    "balloons": Thing(balloons, 1.4, elevation=(-0.3, 0.3)),
    "ornament": Thing(ornament, elevation=LEVEL, azimuth=FRONT),
    "column": Thing(column, 0.7, elevation=(-0.15, 0.3), azimuth=FRONT),
    "regalia": Thing(regalia, elevation=(-0.1, 0.6), azimuth=FRONT),
    "wind_chime": Thing(wind_chime, 0.8, elevation=LEVEL),
}
