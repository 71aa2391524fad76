"""Toy figures and animals."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.objects.things.kit import BLACK, FRONT, LEVEL, WHITE, Kit, Thing
from ppid.render.objects.things.parts import (
    X,
    Y,
    Z,
    along,
    arc,
    disc,
    limb,
    placed,
    ring,
    rod,
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
    rotation,
    rounded_box,
    sphere,
    spline,
    torus,
    tube,
)


def robot(rng: Rng, kit: Kit) -> None:
    """A toy robot with grippers."""
    body, joints, metal = (
        kit.material("paint", "plastic", "steel"),
        kit.material("paint", "plastic"),
        kit.material("steel", "chrome"),
    )
    wide, tall = rng.uniform(0.5, 0.75), rng.uniform(0.6, 0.85)
    kit.add(box(wide, 0.42, tall), body, edge=0.05)
    head = rng.uniform(0.36, 0.52)
    top = tall / 2 + head / 2 + 0.1
    round_head = rng.chance(0.35)
    kit.add(
        placed(sphere(4, head * 0.6) if round_head else box(head * 1.2, 0.38, head), (0, 0, top)),
        joints,
        edge=0.0 if round_head else 0.05,
    )
    kit.add(rod((0, 0, tall / 2 - 0.02), (0, 0, tall / 2 + 0.14), 0.08), metal)
    kit.add(
        placed(box(wide * 0.62, 0.03, tall * 0.4), (0, -0.215, 0.04)), kit.material("plastic", colour=BLACK), edge=0.01
    )
    for k in range(rng.whole(2, 5)):
        at = (-wide * 0.22 + 0.13 * (k % 4) * wide / 0.6, -0.24, 0.1 - 0.13 * (k // 4))
        kit.add(along(disc(0.04, 0.03, 0.01, 20), Y, at), kit.material("plastic"))
    eye = kit.material("plastic", colour=rng.pick([(0.8, 0.05, 0.02), (0.9, 0.85, 0.6), (0.1, 0.5, 0.9)]))
    front = -(head * 0.52 if round_head else 0.19)
    for side in (-1, 1):
        eye_at = np.array([side * head * 0.26, front, top + 0.05])
        kit.add(ring(0.08, 0.02, Y, eye_at, 32), metal)
        kit.add(placed(sphere(3, (0.07, 0.04, 0.07)), eye_at), eye)
        kit.add(along(disc(0.07, 0.07, 0.02, 24), X, (side * head * 0.62, 0, top)), metal)
        lift = rng.uniform(-0.9, 1.3)
        shoulder = np.array([side * (wide / 2 + 0.08), 0, tall * 0.35])
        elbow = shoulder + [side * 0.18, -0.08, -0.32]
        hand = elbow + 0.36 * np.array([side * 0.25, -math.cos(lift) * 0.8, math.sin(lift)])
        kit.add(tube([shoulder, elbow], 0.06, 14), metal)
        kit.add(tube([elbow, hand], 0.055, 14), metal)
        kit.add(placed(sphere(4, 0.11), shoulder), joints)
        kit.add(placed(sphere(4, 0.085), elbow), joints)
        claw = arc(0.1, 0.5, TAU - 0.5, 22)
        kit.add(tube(claw @ rotation(Z, rng.uniform(0, 3)).T + hand, 0.03, 10), body)
        foot = np.array([side * wide * 0.28, 0, -tall / 2 - 0.42])
        kit.add(rod((side * wide * 0.26, 0, -tall / 2), foot, 0.08), metal)
        for z in np.linspace(0.1, 0.34, 4):
            kit.add(ring(0.085, 0.018, Z, (foot[0], 0, -tall / 2 - z), 28), joints)
        kit.add(placed(box(0.24, 0.4, 0.14), foot + [0, -0.06, -0.05]), joints, edge=0.04)
    kit.add(rod((0, 0, top + head * 0.45), (0.05, 0, top + head / 2 + 0.28), 0.014), metal)
    kit.add(placed(sphere(3, 0.05), (0.05, 0, top + head / 2 + 0.3)), eye)


def duck(rng: Rng, kit: Kit) -> None:
    """A bath duck, or another bathing animal."""
    parts = [
        ellipsoid((0, 0, 0), (0.62, 0.48, 0.38)),
        ellipsoid((0.35, 0, 0.52), (0.33, 0.31, 0.33)),
        ellipsoid((0.25, 0, 0.2), (0.27, 0.26, 0.3)),
    ]
    parts += limb([(-0.4, 0, 0.05), (-0.62, 0, 0.16), (-0.78, 0, 0.36)], [0.26, 0.2, 0.08])
    for side in (-1, 1):
        parts.append(ellipsoid((-0.15, side * 0.42, 0.1), (0.36, 0.11, 0.2), rotation(Y, 0.3)))
    kit.add(
        fuse(parts, 0.035, 8),
        kit.material(
            "plastic",
            "rubber",
            "translucent",
            colour=rng.pick([(0.9, 0.6, 0.03), (0.9, 0.6, 0.03), (0.8, 0.2, 0.3), (0.1, 0.4, 0.7), BLACK]),
        ),
    )
    beak = kit.material("plastic", colour=(0.85, 0.25, 0.02))
    for z, size in ((0.5, (0.2, 0.16, 0.05)), (0.44, (0.16, 0.13, 0.045))):
        kit.add(ellipsoid((0.68, 0, z), size, rotation(Y, -0.15 if z > 0.45 else 0.2)), beak)
    for side in (-1, 1):
        kit.add(ellipsoid((0.58, side * 0.19, 0.62), (0.055, 0.035, 0.065)), kit.material("plastic", colour=BLACK))
        kit.add(ellipsoid((0.615, side * 0.215, 0.64), (0.016, 0.012, 0.018)), kit.material("plastic", colour=WHITE))
    if rng.chance(0.2):
        kit.add(
            placed(lathe([(0.3, 0), (0.28, 0.06), (0.17, 0.07), (0.16, 0.3), (0, 0.3)], 40), (0.33, 0, 0.8)),
            kit.material("fabric", "plastic"),
        )


def mannequin(rng: Rng, kit: Kit) -> None:
    """A jointed wooden figure in a random pose."""
    wood = kit.material("wood", "wood", "plastic", "steel")

    def bone(start: np.ndarray, end: np.ndarray, radii: tuple[float, float, float]) -> None:
        t = np.linspace(0, 1, 14)
        kit.add(
            tube(
                start + (end - start) * t[:, None],
                np.interp(t, [0, 0.05, 0.4, 0.95, 1], [0.01, radii[0], radii[1], radii[2], 0.01]),
                18,
            ),
            wood,
        )

    def chain(
        start: np.ndarray, lengths: tuple[float, ...], ways: list[np.ndarray], radii: list[tuple[float, float, float]]
    ) -> np.ndarray:
        here = start
        for length, way, sizes in zip(lengths, ways, radii, strict=True):
            after = here + way / np.linalg.norm(way) * length
            bone(here, after, sizes)
            kit.add(placed(sphere(3, sizes[2] * 1.1), after), wood)
            here = after
        return here

    lean = rng.normal(0, 0.12, 2)
    pelvis, chest = np.zeros(3), np.array([lean[0], lean[1], 0.42])
    kit.add(ellipsoid(pelvis, (0.17, 0.12, 0.13)), wood)
    kit.add(ellipsoid(pelvis * 0.6 + chest * 0.4, (0.11, 0.09, 0.1)), wood)
    kit.add(ellipsoid(chest, (0.2, 0.13, 0.24)), wood)
    kit.add(rod(chest + [0, 0, 0.2], chest + [0, 0, 0.34], 0.05), wood)
    kit.add(ellipsoid(chest + [0, -0.01, 0.45], (0.11, 0.13, 0.16), rotation(X, rng.uniform(-0.3, 0.3))), wood)
    for side in (-1, 1):
        shoulder, hip = chest + [side * 0.2, 0, 0.13], pelvis + [side * 0.11, 0, -0.06]
        kit.add(placed(sphere(3, 0.075), shoulder), wood)
        kit.add(placed(sphere(3, 0.085), hip), wood)
        raised = rng.uniform(-1.3, 1.2)
        upper = np.array([side * rng.uniform(0.3, 1), rng.uniform(-0.5, 0.4), raised])
        lower = upper + rng.normal(0, 0.8, 3) + [0, -0.6, 0.2]
        hand = chain(shoulder, (0.33, 0.3), [upper, lower], [(0.06, 0.065, 0.05), (0.05, 0.05, 0.035)])
        kit.add(ellipsoid(hand + lower / np.linalg.norm(lower) * 0.07, (0.045, 0.03, 0.08)), wood)
        step = np.array([side * rng.uniform(0.05, 0.4), rng.uniform(-0.6, 0.4), -1])
        shin = step + [0, rng.uniform(0, 0.8), -0.3]
        foot = chain(hip, (0.45, 0.45), [step, shin], [(0.085, 0.085, 0.06), (0.06, 0.07, 0.04)])
        kit.add(ellipsoid(foot + [0, -0.08, -0.03], (0.06, 0.14, 0.05)), wood)
    if rng.chance(0.4):
        kit.add(placed(disc(0.4, 0.06, 0.015), (0, 0, -1.15)), wood)
        kit.add(rod((0, 0.2, -1.15), (0, 0.1, -0.05), 0.02), kit.material("steel"))


def _animal(rng: Rng, kind: str) -> list[Shape]:
    """Ellipsoids and limbs of a standing toy animal that looks towards x."""
    if kind == "elephant":
        parts = [ellipsoid((0, 0, 0), (0.6, 0.4, 0.42)), ellipsoid((0.62, 0, 0.25), (0.3, 0.26, 0.3))]
        parts += limb([(0.82, 0, 0.2), (1.05, 0, -0.1), (1.0, 0, -0.5), (1.2, 0, -0.6)], [0.15, 0.1, 0.07, 0.05])
        parts += [ellipsoid((0.5, side * 0.34, 0.28), (0.05, 0.26, 0.3), rotation(Z, side * 0.6)) for side in (-1, 1)]
        legs, thick, tail = 0.6, 0.15, 0.03
    elif kind == "dinosaur":
        parts = [ellipsoid((0, 0, 0.05), (0.55, 0.32, 0.36))]
        parts += limb([(0.35, 0, 0.15), (0.7, 0, 0.55), (0.85, 0, 1.0), (1.1, 0, 1.02)], [0.24, 0.13, 0.1, 0.09])
        parts += limb([(-0.4, 0, 0.05), (-0.9, 0, -0.15), (-1.4, 0, 0.05)], [0.24, 0.12, 0.02])
        legs, thick, tail = 0.55, 0.13, 0.0
    elif kind == "pig":
        parts = [ellipsoid((0, 0, 0), (0.62, 0.45, 0.46)), ellipsoid((0.55, 0, 0.1), (0.28, 0.28, 0.28))]
        parts += limb([(0.75, 0, 0.06), (0.9, 0, 0.05)], [0.13, 0.12])
        parts += [ellipsoid((0.5, side * 0.2, 0.38), (0.05, 0.11, 0.13), rotation(X, side * 0.5)) for side in (-1, 1)]
        legs, thick, tail = 0.35, 0.12, 0.03
    else:
        parts = [ellipsoid((0, 0, 0), (0.55, 0.25, 0.28))]
        parts += limb([(0.4, 0, 0.1), (0.62, 0, 0.5), (0.68, 0, 0.68)], [0.2, 0.14, 0.12])
        parts += limb([(0.66, 0, 0.72), (0.85, 0, 0.62), (0.98, 0, 0.52)], [0.14, 0.1, 0.08])
        parts += [ellipsoid((0.62, side * 0.08, 0.88), (0.03, 0.03, 0.1)) for side in (-1, 1)]
        legs, thick, tail = 0.75, 0.08, 0.05
    for x in (-0.36, 0.36):
        for side in (-1, 1):
            stride = rng.uniform(-0.1, 0.1)
            parts += limb(
                [
                    (x, side * 0.2, -0.15),
                    (x + stride, side * 0.22, -0.2 - legs * 0.5),
                    (x + stride * 1.4, side * 0.22, -0.2 - legs),
                ],
                [thick * 1.3, thick, thick * 1.1],
            )
    if tail:
        parts += limb([(-0.52, 0, 0.15), (-0.75, 0, 0.1), (-0.8, 0, -0.2)], [tail * 1.4, tail, tail])
    return parts


def animal(rng: Rng, kit: Kit) -> None:
    """A toy animal of wood, plastic or china; a money pig; a rocking horse."""
    kind = rng.pick(["elephant", "dinosaur", "pig", "horse", "horse"])
    kit.attributes["style"] = kind
    skin = kit.material("plastic", "wood", "ceramic", "paint", "stone", "patterned", "gold")
    kit.add(fuse(_animal(rng, kind), 0.03, 6), skin)
    eye_at = {
        "elephant": (0.84, 0.17, 0.36),
        "dinosaur": (1.1, 0.08, 1.08),
        "pig": (0.73, 0.17, 0.22),
        "horse": (0.8, 0.11, 0.74),
    }[kind]
    for side in (-1, 1):
        kit.add(placed(sphere(3, 0.035), np.array(eye_at) * [1, side, 1]), kit.material("plastic", colour=BLACK))
        if kind == "elephant":
            kit.add(
                tube(
                    spline([(0.8, side * 0.14, 0.12), (1.0, side * 0.2, -0.02), (1.15, side * 0.18, 0.1)], 14),
                    np.linspace(0.045, 0.012, 14),
                    10,
                ),
                kit.material("ceramic", colour=WHITE),
            )
    if kind == "pig":
        kit.add(placed(box(0.24, 0.03, 0.02), (0, 0, 0.455)), kit.material("plastic", colour=BLACK))
    if kind == "horse":
        mane = kit.material("fabric", "rubber", "wood")
        kit.add(
            strap(spline([(0.36, 0, 0.32), (0.5, 0, 0.62), (0.58, 0, 0.85), (0.7, 0, 0.92)], 20), X, 0.1, 0.07), mane
        )
        if rng.chance(0.7):
            wood = kit.material("wood", "paint")
            for side in (-1, 1):
                kit.add(
                    strap(arc((1.15, 0.75), math.pi + 0.55, TAU - 0.55, 40, (0, side * 0.24, -0.55)), Y, 0.07, 0.06),
                    wood,
                )
            for x in (-0.45, 0.45):
                kit.add(rod((x, -0.26, -1.15), (x, 0.26, -1.15), 0.03), wood)
            saddle = placed(rounded_box(0.4, 0.56, 0.1, 3), (-0.05, 0, 0.26))
            kit.add(saddle, kit.material("leather"))
            kit.add(rod((0.55, -0.24, 0.5), (0.55, 0.24, 0.5), 0.025), wood)


def snowman(rng: Rng, kit: Kit) -> None:
    """A snowman, a garden gnome or a skittle figure."""
    body = kit.material("paper", "ceramic", "fabric", "wood", colour=rng.pick([WHITE, WHITE, None]))
    z = 0.0
    for radius in (0.5, 0.37, 0.27):
        kit.add(placed(sphere(5, radius), (0, 0, z)), body)
        z += radius * 1.55
    head = z - 0.27 * 1.55
    kit.add(
        placed(lathe([(0.001, 0), (0.05, 0.02), (0.001, 0.35)], 16), (0, -0.24, head - 0.02), rotation(X, math.pi / 2)),
        kit.material("plastic", colour=(0.85, 0.25, 0.02)),
    )
    coal = kit.material("rubber")
    spots = [(side * 0.1, -0.24, head + 0.08) for side in (-1, 1)] + [
        (0, -0.36 - 0.01 * k, 0.9 - 0.17 * k) for k in range(3)
    ]
    spots += [(0.05 * k, -0.25 + 0.01 * abs(k), head - 0.13 + 0.008 * k * k) for k in range(-2, 3)]
    for at in spots:
        kit.add(placed(sphere(3, 0.028), at), coal)
    hat, scarf = kit.material("fabric", "plastic", "knit"), kit.material("knit", "fabric", "patterned")
    if rng.chance(0.5):
        kit.add(
            placed(
                lathe([(0.34, 0), (0.34, 0.03), (0.2, 0.04), (0.21, 0.34), (0, 0.34)], 44),
                (0, 0, head + 0.19),
                rotation(Y, 0.12),
            ),
            hat,
        )
    else:
        kit.add(
            placed(
                lathe(spline([(0.27, 0), (0.25, 0.14), (0.12, 0.36), (0.001, 0.62)], 20), 44),
                (0, 0, head + 0.1),
                rotation(Y, 0.15),
            ),
            hat,
        )
        kit.add(placed(sphere(4, 0.09), (0.1, 0, head + 0.72)), scarf)
    kit.add(placed(stretched(torus(0.27, 0.09, 56, 14), (1, 1, 0.8)), (0, 0, head - 0.24)), scarf)
    kit.add(
        strap(
            spline([(0.12, -0.28, head - 0.26), (0.16, -0.42, head - 0.45), (0.18, -0.42, head - 0.75)], 14),
            X,
            0.16,
            0.05,
        ),
        scarf,
    )
    for side in (-1, 1):
        stick = spline([(side * 0.3, 0, 0.75), (side * 0.65, -0.05, 0.95), (side * 0.95, -0.05, 1.2)], 12)
        kit.add(tube(stick, np.linspace(0.03, 0.015, 12), 8), kit.material("wood"))
        for way in ((side * 0.05, 0, 0.2), (side * 0.2, 0, 0.06)):
            kit.add(rod(stick[8], stick[8] + way, 0.012, 6), kit.material("wood"))


THINGS: dict[str, Thing] = {
    "robot": Thing(robot, 1.5, elevation=LEVEL, azimuth=(-2.6, -0.5)),
    "duck": Thing(duck, elevation=(-0.1, 0.7)),
    "mannequin": Thing(mannequin, 1.2),
    "animal": Thing(animal, 1.6, elevation=(-0.05, 0.5)),
    "snowman": Thing(snowman, elevation=LEVEL, azimuth=FRONT),
}
