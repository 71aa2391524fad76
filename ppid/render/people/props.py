"""Things that are held or stand before the person, as part of the subject.

A chair is none: a back behind a person is background, so nothing of it is built.
"""

from __future__ import annotations

from collections.abc import Callable

import bpy
import numpy as np

from ppid.render.materials import Material, everyday
from ppid.render.people.fabrics import WOVEN, metal, plain, wardrobe_colour
from ppid.render.people.figure import Figure, Hand
from ppid.render.people.on_skin import landmarks
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, bevel
from ppid.render.shapes import Points, Shape, box, ellipsoid, lathe, rounded_box, spline, torus, tube, unit
from ppid.render.shot import Attributes


def add(rng: Rng, attributes: Attributes, figure: Figure) -> None:
    """Add what `attributes["prop"]`, of `PROPS` or `none`, names to the hand `attributes["prop_hand"]`."""
    kind = attributes["prop"]
    if kind != "none":
        PROPS[kind](rng, figure, attributes["prop_hand"] or "R")


def _frame(hand: Hand) -> Points:
    """Rows: across the palm to the thumb, along the fingers, out of the palm."""
    return np.stack([hand.thumb, hand.along, hand.out])


def _slab(rng: Rng, hand: Hand, size: tuple[float, float, float], place: Points, screen: bool) -> None:
    """A device as a slab with rounded corners, its screen turned away from the palm."""
    width, length, thick = size
    shell, faces = rounded_box(width, length, thick, 9, 5)
    frame = _frame(hand)
    body = plain(rng, rng.pick([np.full(3, 0.01), np.full(3, 0.6), wardrobe_colour(rng)]), rng.uniform(0.1, 0.4))
    add_mesh((shell @ frame + place, faces), body, name="device")
    glass, corners = box(width * 0.93, length * 0.95, 0.0004)
    material = Material("screen", Base_Color=(0.004, 0.004, 0.005), Roughness=0.05)
    if screen:
        shade = rng.uniform(0.2, 0.9, 3)
        material.set(Emission_Color=shade, Emission_Strength=rng.uniform(0.1, 0.6))
    add_mesh(
        (glass @ frame + place + hand.out * (thick / 2 + 0.0002), corners), material.data, name="screen", smooth=False
    )
    for i in range(rng.whole(1, 3)):
        lens, corners = lathe([(0, 0.0015), (0.005, 0.0015), (0.006, 0), (0, 0)], 16)
        at = np.array([width * 0.3, length * 0.42 - 0.014 * i, -thick / 2])
        add_mesh(
            (lens * [1, 1, -1] @ frame + at @ frame + place, corners), plain(rng, np.full(3, 0.01), 0.1), name="lens"
        )


def _phone(rng: Rng, figure: Figure, side: str) -> None:
    hand = figure.hand(side)
    place = hand.wrist + hand.along * hand.size * 1.15 + hand.out * 0.022
    _slab(rng, hand, (rng.uniform(0.068, 0.078), rng.uniform(0.14, 0.16), 0.008), place, rng.chance(0.6))


def _phone_at_ear(rng: Rng, figure: Figure, side: str) -> None:
    """Turned so that it reaches from the ear to the mouth."""
    hand, head = figure.hand(side), figure.head
    sign = 1 if side == "L" else -1
    place = hand.wrist + hand.along * hand.size * 1.1 + hand.out * 0.018
    out = head.turn @ np.array([-sign * 1.0, 0.25, 0])
    ear = head.to_world(np.array([sign * head.ear[0], head.ear[1], head.eyes[0, 2] - 0.01]))
    along = unit(ear - place - out * ((ear - place) @ out) + head.turn @ np.array([0, 0.02, 0.05]))
    held = Hand(hand.wrist, hand.grip, along, unit(out - along * (out @ along)), np.cross(along, out), hand.size)
    _slab(rng, held, (rng.uniform(0.068, 0.078), rng.uniform(0.14, 0.16), 0.008), place, False)


def _tablet(rng: Rng, figure: Figure, side: str) -> None:
    hand = figure.hand(side)
    wide, long = rng.uniform(0.14, 0.19), rng.uniform(0.2, 0.26)
    place = hand.wrist + hand.along * (hand.size * 0.9 + 0.03) + hand.out * 0.02 + hand.thumb * 0.04
    _slab(rng, hand, (wide, long, 0.008), place, rng.chance(0.7))


def _upright(hand: Hand) -> Points:
    """Axes of what stands in a hand, as rows: two across, and up to the thumb."""
    across = unit(np.cross(hand.thumb, hand.out))
    return np.stack([np.cross(across, hand.thumb), across, hand.thumb])


def _cup(rng: Rng, figure: Figure, side: str) -> None:
    hand = figure.hand(side)
    kind = rng.named({"mug": 0.45, "paper": 0.3, "can": 0.12, "tumbler": 0.13})
    radius = rng.uniform(0.036, 0.042) if kind == "mug" else rng.uniform(0.030, 0.037)
    frame = _upright(hand)
    place = hand.wrist + hand.along * hand.size * 0.95 + hand.out * (radius + 0.010)
    for shape, material in _CUPS[kind](rng, radius):
        add_mesh((shape[0] @ frame + place, shape[1]), material, name="cup")


Parts = list[tuple[Shape, bpy.types.Material]]


def _mug(rng: Rng, radius: float) -> Parts:
    height, bulge = rng.uniform(0.085, 0.11), rng.uniform(0.9, 1.05)
    profile = [(0, -0.5), (0.8, -0.5), (bulge, -0.45), (1, 0.45), (1, 0.5), (0.94, 0.5), (0.93, 0.3), (0, 0.3)]
    material = everyday(rng, rng.pick(["ceramic", "ceramic", "patterned", "paint", "metal"]))
    body = lathe(np.array(profile) * [radius, height], 48)
    bow = np.array([[0.95, 0.32], [1.45, 0.36], [1.75, 0.05], [1.5, -0.25], [0.95, -0.3]])
    path = np.stack([bow[:, 0] * radius, 0 * bow[:, 0], bow[:, 1] * height], 1)
    angle = rng.uniform(-0.5, 0.5)
    turned = np.stack([path[:, 0] * np.cos(angle), path[:, 0] * np.sin(angle), path[:, 2]], 1)
    drink = lathe([(0, 0.31 * height), (radius * 0.935, 0.31 * height)], 32)
    brown = plain(rng, rng.pick([(0.02, 0.008, 0.004), (0.25, 0.12, 0.05), (0.3, 0.15, 0.02)]), 0.1)
    return [(body, material), (tube(spline(turned, 24), 0.005, 10), material), (drink, brown)]


def _paper_cup(rng: Rng, radius: float) -> Parts:
    height = rng.uniform(0.11, 0.15)
    wall = lathe(np.array([(0, -0.5), (0.78, -0.5), (0.78, -0.5), (1.05, 0.5)]) * [radius, height], 40)
    lid = [(1.09, 0.5), (1.1, 0.53), (1.04, 0.55), (1.02, 0.6), (0.97, 0.62), (0.9, 0.58), (0, 0.58)]
    parts = [(wall, plain(rng, rng.pick([np.full(3, 0.8), wardrobe_colour(rng)]), 0.6))]
    parts.append((lathe(np.array(lid) * [radius, height], 40), plain(rng, np.full(3, rng.pick([0.02, 0.8])), 0.35)))
    if rng.chance(0.6):
        sleeve = [(0.895, -0.15), (0.915, -0.15), (1.0, 0.25), (0.99, 0.25)]
        parts.append((lathe(np.array(sleeve) * [radius, height], 40), plain(rng, (0.35, 0.2, 0.1), 0.9)))
    return parts


def _can(rng: Rng, radius: float) -> Parts:
    height = rng.uniform(0.11, 0.16)
    profile = [
        (0, -0.48),
        (0.7, -0.5),
        (1, -0.44),
        (1, 0.42),
        (0.86, 0.48),
        (0.86, 0.5),
        (0.82, 0.5),
        (0.8, 0.47),
        (0, 0.47),
    ]
    skin = Material("can", Metallic=rng.uniform(0.3, 1), Roughness=rng.uniform(0.15, 0.4))
    pattern = WOVEN[rng.pick(["across", "dots", "blotches", "zigzag", "gradient"])][1](rng, wardrobe_colour(rng))
    body, faces = lathe(np.array(profile) * [radius, height], 40)
    place = skin.coordinates(6.0)
    skin.set(Base_Color=skin.image(pattern, place).outputs["Color"])
    return [((body, faces), skin.data)]


def _tumbler(rng: Rng, radius: float) -> Parts:
    """A bottle or flask of metal or plastic."""
    height = rng.uniform(0.18, 0.25)
    profile = [(0, -0.4), (0.95, -0.4), (1, -0.37), (1, 0.35), (0.85, 0.43), (0.55, 0.47), (0.52, 0.5)]
    cap = [(0.6, 0.5), (0.62, 0.51), (0.62, 0.6), (0.56, 0.62), (0, 0.62)]
    body = everyday(rng, rng.pick(["metal", "plastic", "paint"]))
    return [
        (lathe(np.array(profile) * [radius, height], 40), body),
        (lathe(np.array(cap) * [radius, height], 32), plain(rng, None, 0.4)),
    ]


_CUPS: dict[str, Callable[[Rng, float], Parts]] = {
    "mug": _mug,
    "paper": _paper_cup,
    "can": _can,
    "tumbler": _tumbler,
}


def _pen(rng: Rng, figure: Figure, side: str) -> None:
    """Between thumb and forefinger."""
    tip = (figure.joint(f"finger1-3.{side}") + figure.joint(f"finger2-3.{side}")) / 2
    web = (figure.joint(f"finger1-2.{side}") + figure.joint(f"finger2-1.{side}")) / 2
    hand = figure.hand(side)
    way = unit(tip - web + hand.out * 0.02)
    radius, length = rng.uniform(0.0035, 0.005), rng.uniform(0.13, 0.15)
    t = np.array([0.0, 0.03, 0.1, 0.12, 0.95, 1.0])
    thickness = radius * np.array([0.15, 0.35, 0.8, 1.0, 1.0, 0.8])
    path = tip + way * 0.045 - way * (t * length)[:, None]
    add_mesh(tube(path, thickness, 12), everyday(rng, rng.pick(["plastic", "metal", "paint"])), name="pen")


def _microphone(rng: Rng, figure: Figure, side: str) -> None:
    hand = figure.hand(side)
    axis = hand.thumb
    place = hand.wrist + hand.along * hand.size * 0.95 + hand.out * 0.022
    t = np.linspace(0, 1, 10)
    path = place + axis * (-0.09 + 0.17 * t)[:, None]
    body = plain(rng, np.full(3, rng.uniform(0.005, 0.1)), rng.uniform(0.3, 0.6))
    add_mesh(tube(path, np.interp(t, [0, 0.1, 0.8, 1], [0.010, 0.012, 0.015, 0.019]), 20), body, name="handle")
    _grille(rng, path[-1] + axis * 0.018, axis, 0.025)


def _grille(rng: Rng, place: Points, axis: Points, radius: float) -> None:
    """The head of a microphone: of wire or of foam."""
    foam = rng.chance(0.35)
    material = Material("grille", Roughness=0.9 if foam else 0.35, Metallic=0.0 if foam else 1.0)
    material.set(Base_Color=wardrobe_colour(rng) if foam else (0.35, 0.35, 0.36))
    cells = material.node("TexVoronoi", Vector=material.coordinates(1.0), Scale=700.0 if not foam else 350.0)
    material.bump(cells.outputs[0], 0.8, 0.002)
    size = radius * (1.25 if foam else 1.0)
    add_mesh(ellipsoid(place, (size, size, size * 1.1), splits=4), material.data, name="grille")
    if not foam:
        ring, faces = torus(radius * 0.98, 0.002, 32, 8)
        first = unit(np.cross(axis, [0.3, 0.4, 0.5]))
        add_mesh((ring @ np.stack([first, np.cross(axis, first), axis]) + place, faces), metal(rng), name="ring")


def _microphone_arm(rng: Rng, figure: Figure, side: str) -> None:
    """A large microphone before the face, on an arm that comes from beside."""
    head, sign = figure.head, 1 if side == "L" else -1
    mouth = landmarks(figure, [[0, 6.6, 1.5]])[0]
    place = mouth + head.turn @ np.array(
        [sign * rng.uniform(0.04, 0.10), -rng.uniform(0.10, 0.18), -rng.uniform(0.0, 0.06)]
    )
    towards = unit(mouth - place)
    axis = unit(towards * rng.uniform(0.4, 1.0) + np.array([0, 0, rng.uniform(0.2, 1.0)]))
    radius, length = rng.uniform(0.020, 0.028), rng.uniform(0.10, 0.16)
    dark = plain(rng, np.full(3, rng.uniform(0.005, 0.12)), rng.uniform(0.3, 0.6))
    t = np.linspace(0, 1, 12)
    path = place - axis * (t * length)[:, None]
    add_mesh(tube(path, radius * np.interp(t, [0, 0.9, 1], [1, 1, 0.7]), 24), dark, name="microphone")
    _grille(rng, place + axis * 0.01, axis, radius * 1.02)
    joint = place - axis * length * 0.9
    elbow = joint + np.array([sign * rng.uniform(0.2, 0.32), -rng.uniform(0.0, 0.1), rng.uniform(0.02, 0.18)])
    foot = elbow + np.array([sign * rng.uniform(0.15, 0.4), 0.1, -1.0])
    for start, end in ((joint, elbow), (elbow, foot)):
        for offset in (-0.008, 0.008):
            line = np.linspace(start, end, 6) + [0, offset, 0]
            rod = add_mesh(tube(line, 0.005, 10), dark, name="arm")
            rod["unframed"] = True
    knuckle = add_mesh(ellipsoid(elbow, (0.018, 0.018, 0.018), splits=3), dark, name="knuckle")
    knuckle["unframed"] = True


def _book(rng: Rng, figure: Figure, side: str) -> None:
    """Open, its back in the hand."""
    hand = figure.hand(side)
    wide, long, thick = rng.uniform(0.11, 0.15), rng.uniform(0.17, 0.23), rng.uniform(0.006, 0.014)
    spine = hand.wrist + hand.along * (hand.size + 0.035) + hand.out * 0.018
    cover = plain(rng, wardrobe_colour(rng), rng.uniform(0.3, 0.8))
    paper = plain(rng, (0.75, 0.72, 0.65), 0.9)
    opened = rng.uniform(0.15, 0.5)
    for way in (1, -1):
        across = unit(hand.thumb * way + hand.out * opened)
        normal = unit(np.cross(across, hand.along)) * way
        normal = normal * np.sign(normal @ hand.out)
        frame = np.stack([across, hand.along, normal])
        for depth, inset, lift, material in ((0.0025, 0.0, 0.0, cover), (thick, 0.006, thick / 2 + 0.0015, paper)):
            slab, faces = box(wide - inset, long - inset, depth)
            target = add_mesh(
                (slab @ frame + spine + across * wide / 2 + normal * lift, faces), material, name="book", smooth=False
            )
            bevel(target, 0.001, 2)


PROPS: dict[str, Callable[[Rng, Figure, str], None]] = {
    "phone_at_ear": _phone_at_ear,
    "phone": _phone,
    "tablet": _tablet,
    "cup": _cup,
    "pen": _pen,
    "microphone": _microphone,
    "microphone_arm": _microphone_arm,
    "book": _book,
}
