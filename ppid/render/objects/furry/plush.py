"""Plush toys: bears, rabbits, cats, dogs, mice, elephants, monkeys, penguins and monsters."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.colour import hsv, linear, random_colour
from ppid.render.materials import Material, everyday
from ppid.render.objects.furry.anatomy import Body, Flesh, Frame
from ppid.render.objects.furry.growth import Coat, Growth, Skin, Staged, add_skin
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import TAU, Points, ellipsoid, sphere, spline, torus, tube, unit
from ppid.render.shot import Attributes

Floats = NDArray[np.float64]

PILES: dict[str, tuple[float, Coat]] = {
    "velvet": (2, Coat(0.025, 0.0032, 3.5, points=3, lie=0.5, mess=0.2, root=0.8, gloss=0.05)),
    "plush": (4, Coat(0.06, 0.0034, 3.5, points=5, lie=0.4, mess=0.3, clump=0.5, tuft=25, curl=0.006, turns=0.7)),
    "mohair": (2, Coat(0.1, 0.0032, 3.5, points=7, lie=0.5, mess=0.35, clump=0.4, curl=0.012, turns=1.0)),
    "curly": (2, Coat(0.1, 0.0034, 4.0, points=11, lie=0.3, mess=0.35, clump=0.75, tuft=30, curl=0.016, turns=1.8)),
    "long": (2, Coat(0.24, 0.003, 4.0, points=9, lie=0.7, mess=0.25, sag=0.7, clump=0.5)),
    "shaggy": (1, Coat(0.16, 0.0034, 3.5, points=7, lie=0.7, mess=0.35, sag=0.5, clump=0.7, tuft=30)),
}  # name: how often, coat


@dataclass(frozen=True)
class Toy:
    """A toy's shape in its own units: its body's radius is about 0.5."""

    body: Body
    head: Frame
    muzzle: Points
    eyes: tuple[float, float]  # azimuth and elevation in radians
    nose: float


def _seat(rng: Rng, body: Body, wide: float) -> None:
    """Arms and legs of a sitting toy that looks along x."""
    pose = rng.pick(["down", "open", "up"])
    lift = {"down": -0.25, "open": 0.1, "up": 0.45}[pose]
    for side in (-1, 1):
        arm = lift + rng.uniform(-0.08, 0.08)
        out = 0.3 + rng.uniform(-0.05, 0.1)
        shoulder, elbow = (0, side * wide * 0.75, 0.3), (0.1, side * (wide + out * 0.5), 0.25 + arm * 0.5)
        hand = (0.25, side * (wide + out * 0.8), 0.22 + arm)
        body.limb("limb", [shoulder, elbow, hand], [0.13, 0.14, 0.14])
        body.blob("limb", hand, 0.15, flow=(0.5, 0, -0.3))
        spread = rng.uniform(0.28, 0.45)
        foot = (0.78, side * (spread + 0.08), -0.36)
        body.limb("limb", [(0.1, side * 0.25, -0.36), (0.45, side * spread, -0.42), foot], [0.19, 0.18, 0.17])
        body.blob("pad", (0.86, side * (spread + 0.08), -0.29), (0.09, 0.17, 0.21), flow=(0.2, 0, -0.4))


def _stand(rng: Rng, body: Body, wide: float) -> None:
    """Arms and legs of a standing toy."""
    for side in (-1, 1):
        swing = rng.uniform(-0.2, 0.2)
        hand = (0.1 + swing, side * (wide + 0.16), -0.2)
        body.limb(
            "limb", [(0, side * wide * 0.7, 0.3), (swing * 0.5, side * (wide + 0.12), 0.05), hand], [0.12, 0.13, 0.14]
        )
        body.limb(
            "limb", [(0, side * 0.22, -0.35), (0.03, side * 0.26, -0.6), (0.05, side * 0.27, -0.8)], [0.19, 0.18, 0.17]
        )
        body.blob("pad", (0.14, side * 0.27, -0.86), (0.25, 0.17, 0.12), flow=(0.5, 0, -0.2))


def _trunk(rng: Rng, limbs: Callable[[Rng, Body, float], None]) -> tuple[Body, Frame]:
    body = Body()
    wide, tall = rng.uniform(0.38, 0.5), rng.uniform(0.46, 0.58)
    body.blob("body", (0, 0, 0), (wide * 0.92, wide, tall))
    body.blob("belly", (wide * 0.3, 0, -0.08), (wide * 0.72, wide * 0.8, tall * 0.78))
    limbs(rng, body, wide)
    radius = rng.uniform(0.38, 0.48)
    turn, nod = rng.uniform(-0.5, 0.5), rng.uniform(-0.25, 0.15)
    centre = np.array([0.04, 0, tall * 0.75 + radius * 0.75])
    ahead = (math.cos(turn), math.sin(turn), math.sin(nod))
    return body, Frame.looking(centre, ahead, radius, rng.normal(0, 0.12))


def _headed(
    rng: Rng, ears: Callable[[Rng, Body, Frame], None], muzzle: tuple[float, float, float], nose: float = 0.13
) -> Toy:
    """A toy with a round head; `muzzle` is its length, width and height, 0 for none."""
    body, head = _trunk(rng, rng.pick([_seat, _seat, _stand]))
    body.blob(
        "head", head.centre, np.array([0.92, 1.0, 0.92]) * head.size, turn=head.axes, flow=head.way((-0.4, 0, -0.2))
    )
    tip = np.array([0.85, 0, -0.25])
    if muzzle[0]:
        body.blob("muzzle", head.out((0.72, 0, -0.25)), np.array(muzzle) * head.size, turn=head.axes, flow=(0, 0, -0.3))
        tip = np.array([0.72 + muzzle[0], 0, -0.25 + muzzle[2] * 0.35])
    ears(rng, body, head)
    return Toy(body, head, tip, (rng.uniform(0.32, 0.45), rng.uniform(0.05, 0.2)), nose)


def _disc_ears(size: float, place: tuple[float, float], region: str = "ear") -> Callable[[Rng, Body, Frame], None]:
    def make(rng: Rng, body: Body, head: Frame) -> None:
        big = size * rng.uniform(0.85, 1.2)
        for side in (-1, 1):
            centre = np.array([-0.05, side * place[0], place[1]])
            body.blob(region, head.out(centre), np.array([0.16, big, big]) * head.size, turn=head.axes)
            front = centre + np.array([0.1, 0, 0])
            body.blob("inside", head.out(front), np.array([0.12, big * 0.66, big * 0.66]) * head.size, turn=head.axes)

    return make


def _long_ears(rng: Rng, body: Body, head: Frame) -> None:
    bend = rng.uniform(-0.2, 1.0)
    for side in (-1, 1):
        fall = bend * rng.uniform(0.7, 1.2)
        line = [
            (0, side * 0.35, 0.75),
            (-0.1, side * 0.5, 1.3),
            (fall * 0.3, side * (0.6 + fall * 0.4), 1.95 - fall * 0.5),
        ]
        body.limb("ear", list(head.out(line)), [0.12 * head.size, 0.22 * head.size, 0.15 * head.size])


def _cone_ears(rng: Rng, body: Body, head: Frame) -> None:
    for side in (-1, 1):
        line = [(0, side * 0.55, 0.55), (0, side * 0.68, 0.95), (0, side * 0.72, 1.2)]
        body.limb("ear", list(head.out(line)), [0.3 * head.size, 0.17 * head.size, 0.05 * head.size])


def _hanging_ears(rng: Rng, body: Body, head: Frame) -> None:
    for side in (-1, 1):
        line = [(0, side * 0.6, 0.75), (0, side * 1.0, 0.6), (0.05, side * 1.08, 0.0), (0.1, side * 1.02, -0.4)]
        body.limb("ear", list(head.out(line)), [0.12 * head.size, 0.17 * head.size, 0.2 * head.size])


def _bear(rng: Rng) -> Toy:
    return _headed(rng, _disc_ears(0.33, (0.72, 0.72)), (0.36, 0.42, 0.36))


def _rabbit(rng: Rng) -> Toy:
    return _headed(rng, _long_ears, (0.25, 0.4, 0.28), 0.09)


def _cat(rng: Rng) -> Toy:
    return _headed(rng, _cone_ears, (0.22, 0.4, 0.26), 0.09)


def _dog(rng: Rng) -> Toy:
    return _headed(rng, _hanging_ears, (0.45, 0.42, 0.34), 0.16)


def _mouse(rng: Rng) -> Toy:
    return _headed(rng, _disc_ears(0.55, (0.85, 0.7)), (0.45, 0.32, 0.28), 0.1)


def _monkey(rng: Rng) -> Toy:
    return _headed(rng, _disc_ears(0.34, (1.02, 0.1)), (0.28, 0.52, 0.4), 0.08)


def _elephant(rng: Rng) -> Toy:
    toy = _headed(rng, _disc_ears(0.62, (1.15, 0.1)), (0, 0, 0), 0)
    line = [(0.7, 0, -0.1), (1.15, 0, -0.35), (1.3, 0, -0.9), (1.3 + rng.uniform(-0.2, 0.4), 0, -1.2)]
    toy.body.limb("head", list(toy.head.out(line)), [0.3 * toy.head.size, 0.24 * toy.head.size, 0.18 * toy.head.size])
    return toy


def _penguin(rng: Rng) -> Toy:
    body = Body()
    body.blob("body", (0, 0, 0), (0.52, 0.56, 0.72))
    body.blob("belly", (0.16, 0, -0.04), (0.42, 0.46, 0.62))
    head = Frame.looking((0.03, 0, 0.78), (1, rng.uniform(-0.4, 0.4), 0), 0.42)
    body.blob("head", head.centre, 0.42)
    body.blob("belly", head.out((0.3, 0, -0.15)), np.array([0.72, 0.75, 0.7]) * head.size, turn=head.axes)
    for side in (-1, 1):
        body.limb(
            "limb", [(0, side * 0.48, 0.35), (0, side * 0.68, 0.0), (0.03, side * 0.72, -0.25)], [0.09, 0.1, 0.05]
        )
        body.blob("pad", (0.3, side * 0.24, -0.7), (0.28, 0.18, 0.09))
    return Toy(body, head, np.array([1.0, 0, -0.05]), (0.42, 0.2), 0.22)


def _monster(rng: Rng) -> Toy:
    body = Body()
    tall = rng.uniform(0.7, 1.0)
    body.blob("body", (0, 0, 0), (0.6, 0.66, tall))
    head = Frame.looking((0, 0, tall * 0.35), (1, 0, 0.1), 0.6)
    for side in (-1, 1):
        body.limb(
            "limb",
            [(0, side * 0.55, 0), (0.1, side * 0.85, -0.05), (0.15, side * 0.95, rng.uniform(-0.3, 0.35))],
            [0.11, 0.1, 0.12],
        )
        body.blob("pad", (0.15, side * 0.3, -tall), (0.28, 0.2, 0.14))
        if rng.chance(0.6):
            body.limb("ear", [(0, side * 0.3, tall * 0.8), (0, side * 0.42, tall * 1.15)], [0.11, 0.05])
    return Toy(body, head, np.array([1.0, 0, -0.3]), (rng.uniform(0.25, 0.45), 0.25), 0)


TOYS: dict[str, tuple[float, Callable[[Rng], Toy]]] = {
    "bear": (4, _bear),
    "rabbit": (3, _rabbit),
    "cat": (2, _cat),
    "dog": (2, _dog),
    "mouse": (1, _mouse),
    "monkey": (1.5, _monkey),
    "elephant": (1.5, _elephant),
    "penguin": (1, _penguin),
    "monster": (1.5, _monster),
}  # name: how often, maker


def plush(rng: Rng, attributes: Attributes) -> Staged:
    """A plush toy."""
    kind = rng.named({name: weight for name, (weight, _) in TOYS.items()})
    toy = TOYS[kind][1](rng)
    pile = rng.named({name: weight for name, (weight, _) in PILES.items()})
    attributes.update(toy=kind, style=pile)
    flesh = toy.body.fused(0.026, 4, 0.015)
    skull = flesh.only(
        "head", "muzzle", "belly" if kind == "penguin" else "head", "body" if kind == "monster" else "head"
    )
    colours = _dye(rng, attributes, kind, flesh)
    growths = [_pile(rng, kind, flesh, colours, PILES[pile][1], toy)]
    azimuth = rng.normal(0, 0.55)
    elevation = rng.uniform(-0.1, 0.4)
    view = np.array(
        [math.cos(azimuth) * math.cos(elevation), math.sin(azimuth) * math.cos(elevation), math.sin(elevation)]
    )
    _eyes(rng, toy, skull, kind)
    if toy.nose:
        _nose(rng, toy, skull, kind)
    if rng.chance(0.45) and kind not in ("penguin", "monster"):
        _neckwear(rng, attributes, toy)
    return Staged(view, growths)


def _dye(rng: Rng, attributes: Attributes, kind: str, flesh: Flesh) -> Points:
    """Linear RGB of the fabric: one colour, often with a lighter muzzle, belly, ears and pads."""
    natural = [
        (0.09, 0.55, 0.62),
        (0.08, 0.45, 0.8),
        (0.06, 0.55, 0.38),
        (0.1, 0.2, 0.92),
        (0.1, 0.05, 0.96),
        (0, 0, 0.55),
        (0.05, 0.4, 0.2),
    ]
    vivid = kind == "monster" or rng.chance(0.45)
    main = random_colour(rng, (0.3, 0.85), (0.5, 0.95)) if vivid else linear(hsv(*rng.pick(natural)))
    if kind == "penguin":
        main = linear(hsv(rng.uniform(0.55, 0.7), 0.3, 0.15))
    light = rng.pick(
        [np.clip(main * 2.2 + 0.1, 0, 0.9), np.array([0.85, 0.78, 0.66]), random_colour(rng, (0.2, 0.6), (0.7, 1))]
    )
    if kind == "penguin":
        light = np.array([0.9, 0.88, 0.84])
    parts = rng.pick(
        [("muzzle", "inside", "pad"), ("muzzle", "inside", "pad", "belly"), ("inside", "muzzle"), ()], [4, 3, 1, 1]
    )
    if kind == "penguin":
        parts = ("belly",)
    attributes["two_coloured"] = bool(parts)
    mask = 1 / (1 + np.exp(-(flesh.share(*parts) - 0.5) * 14)) if parts else np.zeros(len(flesh.vertices))
    colours = main * (1 - mask[:, None]) + light * mask[:, None]
    if kind == "penguin":
        beak = flesh.share("pad")[:, None]
        colours = colours * (1 - beak) + np.array([0.85, 0.35, 0.03]) * beak
    return np.clip(colours, 0.003, 0.92)


def _pile(rng: Rng, kind: str, flesh: Flesh, colours: Points, style: Coat, toy: Toy) -> Growth:
    length = flesh.weighed(
        {"muzzle": 0.45, "inside": 0.4, "pad": 0.35, "head": 0.9, "belly": 1.0, "limb": 0.85, "ear": 0.8}
    )
    tip = toy.head.out(toy.muzzle)
    near = np.linalg.norm(flesh.vertices - tip, axis=1) / (0.9 * toy.head.size)
    length *= np.clip(near, 0.35, 1) if style.length > 0.05 else 1
    skin = Skin(
        flesh.vertices, flesh.triangles, colours, length, np.ones(len(length)), flesh.flow + np.array([0, 0, -0.2])
    )
    add_skin(skin, 0.6)
    coat = replace(
        style,
        length=style.length * rng.uniform(0.8, 1.3),
        radius=style.radius * rng.uniform(0.9, 1.2),
        root=rng.uniform(0.55, 0.9),
        gloss=rng.uniform(0.03, 0.1),
    )
    return Growth(skin, coat)


def _on_head(toy: Toy, skull: Flesh, azimuth: float, elevation: float, side: float) -> tuple[Points, Points]:
    """A place on the head's skin and the way there from its centre."""
    level = math.cos(elevation)
    way = toy.head.way(np.array([math.cos(azimuth) * level, side * math.sin(azimuth) * level, math.sin(elevation)]))
    return skull.touch(toy.head.centre, way), way


def _eyes(rng: Rng, toy: Toy, skull: Flesh, kind: str) -> None:
    """Beads, buttons or eyes with white."""
    style = rng.pick(["bead", "button", "googly"], [5, 2, 1 + 3 * (kind == "monster")])
    size = toy.head.size * rng.uniform(0.09, 0.14) * (1.6 if kind == "monster" else 1)
    sides = (-1, 0, 1) if kind == "monster" and rng.chance(0.3) else (-1, 1)
    dark = Material(
        "bead", Base_Color=rng.pick([(0.006, 0.006, 0.006), (0.05, 0.02, 0.008)]), Roughness=0.08, Coat_Weight=1.0
    )
    white = Material("white", Base_Color=(0.85, 0.85, 0.83), Roughness=0.15, Coat_Weight=0.5)
    button = everyday(rng, "plastic")
    for side in sides:
        place, way = _on_head(toy, skull, toy.eyes[0] if side else 0.0, toy.eyes[1], side or 1)
        if style == "bead":
            add_mesh(_at(sphere(4, size), place + way * size * 0.25), dark.data, name="eye")
        elif style == "googly":
            add_mesh(_at(sphere(4, size * 1.5), place + way * size * 0.4), white.data, name="eye")
            gaze = unit(way + np.array([0, 0, rng.uniform(-0.5, 0.2)]))
            pupil = ellipsoid(place + way * size * 0.4 + gaze * size * 1.2, (size * 0.75,) * 3)
            add_mesh(pupil, dark.data, name="pupil")
        else:
            ring, faces = torus(size, size * 0.3, 32, 8)
            axes = Frame.looking(place, way, 1.0).axes[[1, 2, 0]]
            add_mesh((ring @ axes + place + way * size * 0.35, faces), button, name="button")
            plate, faces = sphere(3, np.array([1, 1, 0.22]) * size)
            add_mesh((plate @ axes + place + way * size * 0.3, faces), button, name="button")
            thread = tube(
                np.array([(-0.5, -0.5, 0.3), (0.5, 0.5, 0.3)]) * size @ axes + place + way * size * 0.3, size * 0.14
            )
            add_mesh(thread, dark.data, name="thread")


def _at(shape: tuple[Points, NDArray[np.int64]], place: ArrayLike) -> tuple[Points, NDArray[np.int64]]:
    return shape[0] + np.asarray(place, float), shape[1]


def _nose(rng: Rng, toy: Toy, skull: Flesh, kind: str) -> None:
    """A sewn or plastic nose with a mouth of thread, or a beak."""
    head = toy.head
    place = skull.touch(head.out((0.3, 0, toy.muzzle[2])), head.way((1, 0, 0.05)))
    if kind == "penguin":
        orange = everyday(rng, "fabric", (0.85, 0.35, 0.03))
        add_mesh(_at(head.ball((0, 0, 0), (0.32, 0.2, 0.12)), place - head.centre), orange, name="beak")
        return
    colour = rng.pick([(0.01, 0.01, 0.01), (0.08, 0.03, 0.02), (0.5, 0.15, 0.15)])
    made = Material("nose", Base_Color=colour, Roughness=rng.pick([0.15, 0.8]))
    vertices, faces = sphere(4)
    vertices = vertices * np.array([0.6, 1.0, 0.75])
    vertices[:, 1] *= 0.6 + 0.4 * np.clip(vertices[:, 2] + 0.6, 0, 1)
    add_mesh((vertices * toy.nose * head.size @ head.axes + place, faces), made.data, name="nose")
    thread = Material("thread", Base_Color=(0.015, 0.01, 0.01), Roughness=0.8)
    low = toy.muzzle[2]
    ways = [(1, 0, -0.12), (1, 0, -0.5)]
    line = [skull.touch(head.out((0.4, 0, low)), head.way(way)) + head.way((0.02, 0, 0)) for way in ways]
    lines = [line]
    for side in (-1, 1):
        curve = [(1, 0, -0.5), (0.9, side * 0.35, -0.62), (0.75, side * 0.6, -0.45)]
        lines.append([skull.touch(head.out((0.4, 0, low)), head.way(way)) + head.way((0.02, 0, 0)) for way in curve])
    for places in lines:
        add_mesh(tube(spline(np.array(places), 12), 0.014, 8), thread.data, name="mouth")


def _neckwear(rng: Rng, attributes: Attributes, toy: Toy) -> None:
    """A ribbon with a bow, or a scarf."""
    kind = rng.pick(["bow", "scarf"])
    attributes["neckwear"] = kind
    cloth = everyday(rng, "fabric")
    neck = toy.head.centre - np.array([0.02, 0, toy.head.size * 0.86])
    wide = toy.head.size * 0.72
    turn = np.linspace(0, TAU, 48, endpoint=False)
    thick = 0.045 if kind == "bow" else 0.08
    ring = np.stack([wide * np.cos(turn), wide * np.sin(turn), 0.02 * np.sin(3 * turn)], 1) + neck
    add_mesh(tube(ring, thick, 10, closed=True), cloth, name="ribbon")
    front = neck + np.array([wide + thick, 0, 0])
    if kind == "bow":
        for side in (-1, 1):
            angle = np.linspace(0, TAU, 24)
            loop = np.stack(
                [
                    0.03 * np.cos(angle),
                    side * 0.13 * (1 - np.cos(angle)),
                    0.11 * np.sin(angle) * (1 - 0.5 * np.cos(angle)),
                ],
                1,
            )
            add_mesh(tube(loop + front, 0.028, 8), cloth, name="bow")
        add_mesh(_at(sphere(3, 0.05), front), cloth, name="knot")
    else:
        for side in (-1, 1):
            end = np.array([(0, 0, 0), (0.06, side * 0.06, -0.2), (0.02, side * 0.1, -0.45)]) + front
            add_mesh(tube(spline(end, 12), 0.06, 10), cloth, name="scarf")
