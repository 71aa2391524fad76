"""Furniture: chairs, tables, shelves, ladders."""

from __future__ import annotations

import math

import bpy
import numpy as np

from ppid.render.objects.things.crockery import mug
from ppid.render.objects.things.graphics import artwork
from ppid.render.objects.things.kit import FRONT, LEVEL, Kit, Thing
from ppid.render.objects.things.lamps import desk_lamp
from ppid.render.objects.things.parts import X, Y, Z, disc, placed, ring, rod, rounded_rectangle, sheet, strap
from ppid.render.rng import Rng
from ppid.render.shapes import TAU, box, prism, rotation, rounded_box, spline, tube


def _back(rng: Rng, kit: Kit, frame: bpy.types.Material, width: float, high: float, lean: float) -> None:
    """What fills the back of a chair between its posts: slats, spindles, a panel or hoops."""

    def across(z: float, tall: float) -> None:
        bow = np.linspace(-1, 1, 12)
        path = np.c_[bow * width / 2, lean * z / high + 0.05 * (1 - bow**2), np.full(12, z)]
        kit.add(strap(path, Z, tall, 0.035), frame)

    kind = rng.pick(["slats", "spindles", "panel", "hoop"])
    if kind == "slats":
        for z in np.linspace(high * 0.35, high * 0.93, rng.whole(2, 5)):
            across(z, rng.uniform(0.07, 0.13))
    elif kind == "panel":
        across(high * 0.72, high * rng.uniform(0.35, 0.55))
    else:
        across(high * 0.95, 0.12)
        for x in np.linspace(-width * 0.38, width * 0.38, rng.whole(3, 8)):
            top = [x * 1.05, lean * 0.95 + 0.05, high * 0.92]
            kit.add(tube(spline([(x, 0, 0), (x * 1.15, lean * 0.5, high * 0.5), top], 8), 0.016, 8), frame)


def chair(rng: Rng, kit: Kit) -> None:
    """A chair of four legs; now and then a rocking one."""
    frame, seat = kit.material("wood", "steel", "plastic", "paint"), kit.material("wood", "leather", "fabric", "paint")
    width, depth, height, high = (
        rng.uniform(0.7, 0.9),
        rng.uniform(0.7, 0.85),
        rng.uniform(0.75, 0.9),
        rng.uniform(0.8, 1.1),
    )
    radius, splay, lean = rng.uniform(0.022, 0.045), rng.uniform(0, 0.12), rng.uniform(0.08, 0.22)
    x, y = width / 2, depth / 2
    for side in (-1, 1):
        foot = np.array([side * (x + splay), 0, -height])
        kit.add(rod(foot + [0, -y - splay, 0], (side * x, -y, 0), [radius * 0.75, radius]), frame)
        post = [
            (*foot[:1], y + splay, -height),
            (side * x, y, 0),
            (side * x, y + lean * 0.35, high * 0.5),
            (side * x, y + lean, high),
        ]
        kit.add(tube(spline(post, 20), radius, 12), frame)
    if rng.chance(0.5):
        kit.add(rounded_box(width + 0.14, depth + 0.14, rng.uniform(0.1, 0.2), 5), seat)
    else:
        kit.add(placed(prism(rounded_rectangle(width + 0.1, depth + 0.1, 0.12), 0.06)), seat, edge=0.015)
    with kit.at((0, y, 0)):
        _back(rng, kit, frame, width, high, lean)
    if rng.chance(0.55):
        low = -height * rng.uniform(0.35, 0.65)
        share = 1 + splay / x * -low / height
        for side in (-1, 1):
            kit.add(rod((side * x * share, -y * share, low), (side * x * share, y * share, low), radius * 0.7), frame)
        kit.add(rod((-x * share, 0, low), (x * share, 0, low), radius * 0.7), frame)
    if rng.chance(0.3):
        for side in (-1, 1):
            arm = [
                (side * x, -y, 0),
                (side * x * 1.05, -y, 0.3),
                (side * x * 1.05, 0, 0.36),
                (side * x, y + lean * 0.4, 0.4),
            ]
            kit.add(tube(spline(arm, 24), radius, 10), frame)
    if rng.chance(0.15):
        for side in (-1, 1):
            curve = np.linspace(-1.25, 1.25, 24)
            rocker = np.c_[np.full(24, side * (x + splay)), curve * depth, -height - 0.12 + 0.16 * curve**2]
            kit.add(strap(rocker, X, 0.06, 0.05), frame)


def armchair(rng: Rng, kit: Kit) -> None:
    """An armchair or a sofa with cushions."""
    cover, legs = kit.material("leather", "fabric", "fabric"), kit.material("wood", "steel")
    width, depth = rng.pick([0.8, 0.9, 1.5, 2.0]), rng.uniform(0.75, 0.9)
    arm, high, sharp = rng.uniform(0.14, 0.26), rng.uniform(0.6, 0.9), rng.uniform(4, 9)
    kit.add(placed(rounded_box(width + 2 * arm, depth, 0.3, 10), (0, 0, -0.16)), cover)
    back = placed(
        rounded_box(width + arm, 0.26, high, sharp),
        (0, depth * 0.42, high * 0.36),
        rotation(X, -rng.uniform(0.05, 0.25)),
    )
    kit.add(back, cover)
    for side in (-1, 1):
        tall = rng.uniform(0.5, 0.56)
        kit.add(placed(rounded_box(arm, depth, tall, sharp), (side * (width + arm) / 2, 0, tall / 2 - 0.3)), cover)
        for y in (-0.4, 0.4):
            foot = (side * (width / 2 + arm * 0.4), y * depth)
            kit.add(rod((foot[0] * 1.04, foot[1] * 1.05, -0.52), (*foot, -0.28), [0.02, 0.04]), legs)
    count = max(1, round(width / 0.75))
    for k in range(count):
        x = (k - (count - 1) / 2) * width / count
        kit.add(placed(rounded_box(width / count * 0.99, depth * 0.82, 0.2, 4.5), (x, -depth * 0.08, 0.06)), cover)
    for _ in range(rng.whole(0, 2)):
        pillow = placed(rounded_box(0.4, 0.16, 0.4, 3), turn=rotation(Z, rng.uniform(-0.5, 0.5)) @ rotation(X, -0.35))
        kit.add(
            placed(pillow, (rng.uniform(-0.3, 0.3) * width, 0.12, 0.36)), kit.material("fabric", "patterned", "knit")
        )


def office_chair(rng: Rng, kit: Kit) -> None:
    """A swivel chair on castors."""
    cover, frame = (
        kit.material("leather", "fabric"),
        kit.material("steel", "plastic", colour=rng.pick([None, (0.02, 0.02, 0.02)])),
    )
    black = kit.material("rubber")
    for k in range(5):
        way = np.array([math.cos(k * TAU / 5 + 0.3), math.sin(k * TAU / 5 + 0.3), 0])
        kit.add(tube([way * 0.05 + [0, 0, -0.78], way * 0.5 + [0, 0, -0.86]], [0.05, 0.028], 10), frame)
        wheel = placed(disc(0.06, 0.07, 0.02, 24), turn=rotation(Y, math.pi / 2))
        kit.add(placed(wheel, way * 0.5 + [0, 0, -0.94], rotation(Z, rng.uniform(0, 3))), black)
    kit.add(tube([(0, 0, -0.85), (0, 0, -0.5), (0, 0, -0.5), (0, 0, -0.08)], [0.06, 0.06, 0.035, 0.035], 16), frame)
    kit.add(placed(rounded_box(0.9, 0.85, 0.18, 4), (0, 0, 0)), cover)
    high, bow = rng.uniform(0.7, 1.15), rng.uniform(0.15, 0.4)
    vertices, faces = rounded_box(0.8, 0.14, high, 4.5, 5)
    vertices[:, 1] += -bow * vertices[:, 0] ** 2 * 0.8 + 0.1 * np.cos(vertices[:, 2] / high * 5)
    kit.add(placed((vertices, faces), (0, 0.47, 0.3 + high / 2), rotation(X, -0.12)), cover)
    kit.add(tube(spline([(0, 0.1, -0.12), (0, 0.5, -0.1), (0, 0.56, 0.2), (0, 0.58, 0.6)], 20), 0.035, 10), frame)
    if rng.chance(0.7):
        for side in (-1, 1):
            arm = [(side * 0.3, 0.05, -0.1), (side * 0.54, 0.05, -0.08), (side * 0.56, 0.03, 0.3)]
            kit.add(tube(spline(arm, 16), 0.03, 8), frame)
            kit.add(placed(rounded_box(0.12, 0.45, 0.07, 4), (side * 0.56, 0, 0.33)), black)


def stool(rng: Rng, kit: Kit) -> None:
    """A stool, or a bar stool on one foot."""
    legs, seat = kit.material("wood", "steel", "chrome"), kit.material("wood", "leather", "fabric", "plastic")
    kit.add(disc(0.45, rng.uniform(0.07, 0.2), 0.03), seat)
    if rng.chance(0.3):
        kit.add(tube([(0, 0, 0), (0, 0, -1.3)], 0.045, 20), legs)
        kit.add(placed(disc(0.42, 0.04, 0.015), (0, 0, -1.3)), legs)
        kit.add(ring(0.26, 0.02, Z, (0, 0, -0.85)), legs)
        for k in range(3):
            end = np.array([math.cos(k * TAU / 3), math.sin(k * TAU / 3), 0]) * 0.26
            kit.add(rod((0, 0, -0.85), end + [0, 0, -0.85], 0.014), legs)
        return
    count, first, length = rng.pick([3, 4]), rng.uniform(0, 1), rng.uniform(0.7, 1.4)
    spread = 0.3 + 0.17 * length
    for k in range(count):
        way = np.array([math.cos(first + k * TAU / count), math.sin(first + k * TAU / count), 0])
        kit.add(tube([way * 0.3, way * spread + [0, 0, -length]], [0.04, 0.025], 12), legs)
    low = rng.uniform(0.55, 0.8)
    kit.add(ring(0.3 + (spread - 0.3) * low, 0.016, Z, (0, 0, -length * low)), legs)


def table(rng: Rng, kit: Kit) -> None:
    """A table, now and then with something on it."""
    frame, top = kit.material("wood", "steel", "paint"), kit.material("wood", "wood", "paint", "stone")
    height, thick = rng.uniform(0.6, 1.0), rng.uniform(0.04, 0.08)
    if rng.chance(0.3):
        kit.add(disc(rng.uniform(0.6, 0.85), thick, 0.015), top)
        kit.add(tube([(0, 0, 0), (0, 0, -height)], 0.05, 20), frame)
        for k in range(rng.whole(3, 4)):
            way = rotation(Z, k * TAU / 3.5) @ X
            kit.add(
                tube(
                    spline(
                        [
                            way * 0.02 + [0, 0, -height * 0.75],
                            way * 0.25 + [0, 0, -height * 0.85],
                            way * 0.5 + [0, 0, -height],
                        ],
                        12,
                    ),
                    0.03,
                ),
                frame,
            )
    else:
        width, depth = rng.uniform(1.2, 1.9), rng.uniform(0.7, 1.0)
        kit.add(prism(rounded_rectangle(width, depth, rng.uniform(0.01, 0.15)), thick), top, edge=0.012)
        radius, splay = rng.uniform(0.025, 0.05), rng.uniform(0, 0.12)
        for side in (-1, 1):
            for y in (-1, 1):
                head = np.array([side * width * 0.42, y * depth * 0.38, 0])
                kit.add(rod(head, head * (1 + splay) + [0, 0, -height], [radius, radius * 0.7]), frame)
        for y in (-1, 1):
            kit.add(placed(box(width * 0.84, 0.04, 0.1), (0, y * depth * 0.38, -0.06)), frame, edge=0.006)
        if rng.chance(0.35):
            kit.add(placed(box(width * 0.8, depth * 0.74, 0.03), (0, 0, -height * 0.7)), top, edge=0.006)
    with kit.at((rng.uniform(-0.2, 0.2), 0, thick / 2), scale=0.22):
        if rng.chance(0.3):
            mug(rng, kit)
    with kit.at((rng.uniform(-0.4, -0.25), 0.05, thick / 2), rotation(Z, rng.uniform(0, TAU)), 0.45):
        if rng.chance(0.35):
            desk_lamp(rng, kit)


def books_in_row(rng: Rng, kit: Kit, left: float, right: float, most: float) -> None:
    """Books that stand from x to x on z = 0, at most so tall."""
    x = left
    while True:
        thick, tall = rng.uniform(0.03, 0.09), most * rng.uniform(0.65, 0.95)
        if x + thick > right:
            return
        spine = kit.material("paper", "fabric", "leather", colour=artwork(rng, 4, 4).mean((0, 1)))
        kit.add(placed(box(thick * 0.95, 0.24, tall), (x + thick / 2, 0, tall / 2)), spine, edge=0.006)
        x += thick + (rng.uniform(0.05, 0.3) if rng.chance(0.1) else 0)


def shelf(rng: Rng, kit: Kit) -> None:
    """An open shelf with books and boxes."""
    frame = kit.material("wood", "steel", "paint")
    width, levels, gap = rng.uniform(0.7, 1.4), rng.whole(2, 5), rng.uniform(0.38, 0.5)
    high = levels * gap
    open_frame = rng.chance(0.5)
    for side in (-1, 1):
        if open_frame:
            for y in (-0.13, 0.13):
                kit.add(placed(box(0.03, 0.03, high + 0.1), (side * width / 2, y, high / 2 - 0.05)), frame, edge=0.004)
        else:
            kit.add(placed(box(0.035, 0.3, high + 0.04), (side * width / 2, 0, high / 2)), frame, edge=0.005)
    for level in range(levels + 1):
        kit.add(placed(box(width, 0.3, 0.03), (0, 0, level * gap)), frame, edge=0.005)
        if level == levels:
            break
        with kit.at((0, 0, level * gap + 0.016)):
            if rng.chance(0.6):
                books_in_row(rng, kit, -width / 2 + 0.03, width * rng.uniform(-0.2, 0.47), gap * 0.9)
            elif rng.chance(0.6):
                size = rng.uniform(0.15, 0.3, 3) * [1, 0.9, 1]
                kit.add(
                    placed(box(*size), (rng.uniform(-0.2, 0.2) * width, 0, size[2] / 2)),
                    kit.material("card", "wicker", "paint"),
                    edge=0.01,
                )


def ladder(rng: Rng, kit: Kit) -> None:
    """A straight ladder or a folding one."""
    frame = kit.material("wood", "steel", "paint")
    height, rungs, wide = rng.uniform(1.8, 2.3), rng.whole(5, 9), rng.uniform(0.25, 0.36)
    lean = rng.uniform(0.16, 0.28) if rng.chance(0.6) else 0.0
    taper = rng.uniform(0, 0.12)

    def leg(side: float, way: float) -> None:
        foot, top = (side * wide, way * lean * height, 0.0), (side * (wide - taper), 0.0, height)
        kit.add(strap(np.linspace(foot, top, 8), X, 0.045, 0.09), frame)

    for side in (-1, 1):
        leg(side, -1)
        if lean:
            leg(side, 1)
    for t in np.linspace(0.1, 0.97 if lean else 0.92, rungs):
        half, y = wide - taper * t, -lean * height * (1 - t)
        step = box(2 * half, 0.14, 0.03) if lean else rod((-half, 0, 0), (half, 0, 0), 0.026)
        kit.add(placed(step, (0, y, t * height)), frame)
    if lean:
        for t in (0.35, 0.7):
            half, y = wide - taper * t, lean * height * (1 - t)
            kit.add(rod((-half, y, t * height), (half, y, t * height), 0.018), frame)


def coat_stand(rng: Rng, kit: Kit) -> None:
    """A pole with hooks and feet."""
    frame = kit.material("wood", "steel", "paint")
    kit.add(tube([(0, 0, 0.1), (0, 0, 2.1)], 0.04, 16), frame)
    count = rng.whole(3, 5)
    for k in range(count):
        turn = rotation(Z, k * TAU / count)
        foot = spline([(0, 0, 0.35), (0.15, 0, 0.22), (0.4, 0, 0.02)], 14) @ turn.T
        kit.add(tube(foot, 0.03, 10), frame)
        for z in (2.0, 1.6) if rng.chance(0.6) else (2.0,):
            hook = spline([(0.02, 0, z), (0.16, 0, z - 0.05), (0.26, 0, z + 0.06), (0.28, 0, z + 0.16)], 14) @ turn.T
            kit.add(tube(hook, 0.02, 8), frame)
            kit.add(placed(disc(0.035, 0.03, 0.014, 20), hook[-1]), frame)
    if rng.chance(0.4):
        kit.add(ring(0.2, 0.014, Z, (0, 0, 0.75)), frame)


def easel(rng: Rng, kit: Kit) -> None:
    """A tripod with a picture on it."""
    wood = kit.material("wood")
    for side in (-1, 1):
        kit.add(strap(np.linspace((side * 0.48, -0.25, -1), (side * 0.05, 0.1, 1.05), 6), X, 0.05, 0.03), wood)
    kit.add(strap(np.linspace((0, 0.75, -1), (0, 0.12, 1.0), 6), X, 0.05, 0.03), wood)
    kit.add(placed(box(0.95, 0.1, 0.05), (0, -0.15, -0.25)), wood, edge=0.008)
    width, height = rng.uniform(0.7, 1.1), rng.uniform(0.7, 1.1)
    vertices, faces = placed(box(width, 0.04, height), (0, -0.14, height / 2 - 0.22), rotation(X, -0.15))
    place = np.c_[vertices[:, 0] / width + 0.5, (vertices[:, 2] - vertices[:, 2].min()) / np.ptp(vertices[:, 2])]
    kit.add((vertices, faces), kit.printed(artwork(rng)), surface=place)


def picture_frame(rng: Rng, kit: Kit) -> None:
    """A picture frame, empty or with its picture."""
    moulding = kit.material("wood", "gold", "paint")
    width, height, wide = rng.uniform(0.9, 1.6), rng.uniform(0.9, 1.6), rng.uniform(0.07, 0.2)
    for k in range(4):
        long, other = (width, height) if k % 2 else (height, width)
        profile = [
            (-long / 2, other / 2),
            (long / 2, other / 2),
            (long / 2 - wide, other / 2 - wide),
            (wide - long / 2, other / 2 - wide),
        ]
        turn = rotation(Y, k * math.pi / 2 + math.pi / 2)
        kit.add(placed(placed(prism(profile, 0.08), turn=rotation(X, math.pi / 2)), turn=turn), moulding, edge=0.02)
    if rng.chance(0.55):
        half = np.array([width / 2 - wide * 0.9, height / 2 - wide * 0.9])
        corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
        vertices = np.c_[corners[:, 0], np.full(4, -0.01), corners[:, 1]]
        kit.add((vertices, np.array([[0, 1, 2, 3]])), kit.printed(artwork(rng)), surface=corners / half / 2 + 0.5)


def crib(rng: Rng, kit: Kit) -> None:
    """A cot, or a playpen, with bars."""
    frame = kit.material("wood", "paint")
    width, depth, high = rng.uniform(1.2, 1.6), rng.uniform(0.7, 0.9), rng.uniform(0.6, 0.8)
    for side in (-1, 1):
        for y in (-1, 1):
            kit.add(
                placed(box(0.07, 0.07, high + 0.5), (side * width / 2, y * depth / 2, high / 2 - 0.2)),
                frame,
                edge=0.012,
            )
        for z in (0, high):
            kit.add(placed(box(width, 0.05, 0.06), (0, side * depth / 2, z)), frame, edge=0.01)
            kit.add(placed(box(0.05, depth, 0.06), (side * width / 2, 0, z)), frame, edge=0.01)
        for x in np.linspace(-width / 2, width / 2, rng.whole(9, 14))[1:-1]:
            kit.add(rod((x, side * depth / 2, 0), (x, side * depth / 2, high), 0.014, 8), frame)
        for y in np.linspace(-depth / 2, depth / 2, 7)[1:-1]:
            kit.add(rod((side * width / 2, y, 0), (side * width / 2, y, high), 0.014, 8), frame)
    kit.add(placed(rounded_box(width * 0.96, depth * 0.94, 0.14, 8), (0, 0, 0.09)), kit.material("fabric", "patterned"))


def wire_chair(rng: Rng, kit: Kit) -> None:
    """A shell chair on thin legs; the shell is a net of wires or a sheet."""
    metal = kit.material("steel", "chrome", "paint")
    u, v = np.meshgrid(np.linspace(-1, 1, 17), np.linspace(0, 1, 21), indexing="ij")
    profile = spline([(-0.42, 0.04), (-0.1, -0.02), (0.25, -0.03), (0.42, 0.2), (0.5, 0.75)], 21)
    wide = 0.48 - 0.1 * v**2
    bowl = np.stack(
        [u * wide, profile[None, :, 0] - 0.12 * u**2 * v, profile[None, :, 1] + 0.2 * u**2 * (1 - 0.6 * v)], -1
    )
    if rng.chance(0.5):
        rows = [bowl[k] for k in range(17)] + [np.pad(bowl[:, k], ((0, 4), (0, 0)), "edge") for k in range(21)]
        kit.wires(np.array(rows), 0.009, metal)
        rim = np.concatenate([bowl[0], bowl[1:, -1], bowl[-1, -2::-1], bowl[-2:0:-1, 0]])
        kit.add(tube(rim, 0.018, 8, closed=True), metal)
    else:
        kit.add(sheet(bowl), kit.material("plastic", "paint", "leather", "wood"), thick=0.03)
    for side in (-1, 1):
        legs = [
            (side * 0.42, -0.45, -0.8),
            (side * 0.3, -0.25, -0.02),
            (side * 0.3, 0.2, -0.04),
            (side * 0.42, 0.5, -0.8),
        ]
        for start, end in zip(legs[:-1], legs[1:], strict=True):
            kit.add(rod(start, end, 0.02, 10), metal)
    kit.add(rod((-0.3, -0.25, -0.03), (0.3, -0.25, -0.03), 0.016, 10), metal)


THINGS = {
    "chair": Thing(chair, 1.5),
    "armchair": Thing(armchair, elevation=(0, 0.5), azimuth=FRONT),
    "office_chair": Thing(office_chair, elevation=LEVEL),
    "wire_chair": Thing(wire_chair),
    "stool": Thing(stool),
    "table": Thing(table, elevation=(0, 0.6)),
    "shelf": Thing(shelf, elevation=(0, 0.4), azimuth=FRONT),
    "ladder": Thing(ladder, elevation=LEVEL),
    "coat_stand": Thing(coat_stand, elevation=LEVEL),
    "easel": Thing(easel, elevation=LEVEL, azimuth=FRONT),
    "picture_frame": Thing(picture_frame, elevation=(-0.2, 0.4), azimuth=(-2.6, -0.5)),
    "crib": Thing(crib, elevation=(0.1, 0.6)),
}
