"""Small things that lie and stand on tops: books, cups, screens, boxes, toys; and how a top is strewn with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from ppid.render.backgrounds import pictures, plants
from ppid.render.backgrounds.electronics import (
    headphones,
    keyboard,
    laptop,
    microphone,
    monitor,
    printer,
    sheet,
    speaker,
)
from ppid.render.backgrounds.lamps import desk_lamp, table_lamp
from ppid.render.backgrounds.moods import Kit
from ppid.render.backgrounds.place import Place, around, bars, block, circle, moved
from ppid.render.backgrounds.surfaces import glow, glowing_picture, picture, plain
from ppid.render.shapes import Points, Shape, ellipsoid, grid_faces, join, lathe, rotation, rounded_box, torus

Maker = Callable[[Kit, Place], None]


def row_of_books(kit: Kit, place: Place, width: float, tallest: float, depth: float = 0.2) -> None:
    """Upright books side by side along x from -width / 2, the last ones leaning; some tops lower."""
    rng = kit.rng
    vertices: list[Points] = []
    coordinates = []
    x, lean = -width / 2, 0.0
    series = rng.chance(0.25)
    height = tallest * rng.uniform(0.75, 0.95)
    while True:
        thick = rng.uniform(0.012, 0.05)
        if x + thick > width / 2:
            break
        if not series or rng.chance(0.1):
            height = tallest * rng.uniform(0.6, 0.98)
        inset = rng.uniform(0, 0.04)
        points, faces = block((0, thick), (inset - depth, 0), (0, height))
        lean = rng.uniform(0.1, 0.3) if lean == 0 and rng.chance(0.05) else 0.0
        vertices.append(points @ rotation((0, 1, 0), lean).T + np.array([x, 0, 0]))
        u = (rng.whole(0, pictures.SPINES - 1) + np.where(points[:, 0] > 0, 0.96, 0.04)) / pictures.SPINES
        coordinates.append(np.stack([u, points[:, 2] / height], -1))
        x += thick / np.cos(lean) + height * np.sin(lean) + 0.001
    if not vertices:
        return
    shape = join((points, faces) for points in vertices)
    place.add(shape, kit.palette.get("spines"), surface=np.concatenate(coordinates))


def book_stack(kit: Kit, place: Place) -> None:
    """Some books that lie on each other."""
    rng = kit.rng
    z = 0.0
    for _ in range(rng.whole(1, 5)):
        thick = rng.uniform(0.012, 0.04)
        wide, deep = rng.uniform(0.2, 0.28), rng.uniform(0.14, 0.2)
        there = place.at(0, 0, z, rng.normal(0, 0.15))
        there.add(around(0, 0, wide, deep, (0, thick)), kit.palette.any_of("plastic", "lacquer", "fabric"))
        there.add(around(0.004, -0.004, wide - 0.004, deep, (0.002, thick - 0.002)), kit.palette.get("paper"))
        z += thick


def mug(kit: Kit, place: Place) -> None:
    """With a handle."""
    rng = kit.rng
    radius, height = rng.uniform(0.035, 0.045), rng.uniform(0.08, 0.11)
    profile = [
        (0, 0),
        (radius * 0.9, 0),
        (radius, 0.01),
        (radius, height),
        (radius * 0.9, height),
        (radius * 0.85, 0.01),
        (0, 0.01),
    ]
    material = kit.palette.get("ceramic")
    turned = place.at(0, 0, 0, rng.uniform(0, 6))
    turned.add(lathe(profile, 28), material, smooth=True)
    handle = torus(height * 0.28, 0.005, 24, 6)
    turned.add(moved((handle[0][:, [0, 2, 1]], handle[1]), radius * 1.1, 0, height / 2), material, smooth=True)


def bottle(kit: Kit, place: Place) -> None:
    """Of glass or plastic."""
    height = kit.rng.uniform(0.2, 0.33)
    radius = height * kit.rng.uniform(0.12, 0.17)
    profile = [
        (0, 0),
        (radius, 0),
        (radius, height * 0.6),
        (radius * 0.4, height * 0.8),
        (radius * 0.38, height),
        (0, height),
    ]
    place.add(lathe(profile, 24), kit.palette.any_of("glass", "glass", "plastic", "dark"), smooth=True)
    if kit.rng.chance(0.6):
        label = lathe([(radius * 1.01, height * 0.2), (radius * 1.01, height * 0.5)], 24)
        place.add(label, kit.palette.any_of("paper", "plastic", "pattern"), smooth=True)


def vase(kit: Kit, place: Place) -> None:
    """A turned vessel."""
    rng = kit.rng
    height = rng.uniform(0.12, 0.35)
    radii = rng.uniform(0.15, 0.45, 4) * height
    profile = [(0, 0), (radii[0], 0), (radii[1], height * 0.35), (radii[2], height * 0.7), (radii[3] * 0.6, height)]
    place.add(lathe(profile, 32, 24), kit.palette.any_of("ceramic", "glass", "metal"), smooth=True)


def bowl(kit: Kit, place: Place) -> None:
    """With fruit in it."""
    rng = kit.rng
    radius = rng.uniform(0.1, 0.16)
    profile = [
        (radius * 0.4, 0),
        (radius * 0.8, radius * 0.3),
        (radius, radius * 0.6),
        (radius * 0.9, radius * 0.55),
        (0, radius * 0.1),
    ]
    place.add(lathe(profile, 32), kit.palette.any_of("ceramic", "wood"), smooth=True)
    for x, y in circle(rng.whole(3, 5), radius * 0.5):
        fruit = ellipsoid((x, y, radius * 0.6), np.full(3, 0.038) * rng.uniform(0.85, 1.1, 3))
        place.add(fruit, plain(kit.palette.colour((0.6, 0.95), (0.5, 0.9)), 0.4), smooth=True)


def box(kit: Kit, place: Place) -> None:
    """Of cardboard, cloth or plastic."""
    rng = kit.rng
    wide, deep, high = rng.uniform(0.12, 0.3), rng.uniform(0.12, 0.24), rng.uniform(0.06, 0.25)
    place.add(
        around(0, 0, wide, deep, (0, high)),
        kit.palette.any_of("cardboard", "plastic", "fabric", "lacquer"),
        rounded=0.004,
    )


def basket(kit: Kit, place: Place) -> None:
    """Round, of cloth or wood."""
    radius = kit.rng.uniform(0.12, 0.2)
    profile = [
        (0, 0),
        (radius * 0.85, 0),
        (radius, radius * 1.5),
        (radius * 0.95, radius * 1.5),
        (radius * 0.8, 0.02),
        (0, 0.02),
    ]
    place.add(lathe(profile, 32), kit.palette.any_of("wood", "fabric", "pattern"), smooth=False)


def photo_frame(kit: Kit, place: Place) -> None:
    """A framed picture that leans back."""
    rng = kit.rng
    wide = rng.uniform(0.1, 0.25)
    high = wide * rng.pick([0.75, 1.35])
    there = place.at(0, 0.03, 0, rng.normal(0, 0.25)).tilted(-0.16)
    framed(kit, there, wide, high, lower=0.0)


def framed(kit: Kit, place: Place, width: float, height: float, lower: float) -> None:
    """A picture in a frame, flat against what is behind it."""
    rng = kit.rng
    rim, deep = rng.uniform(0.01, 0.035), rng.uniform(0.012, 0.03)
    outer = block((-width / 2 - rim, width / 2 + rim), (-deep, 0), (lower - rim, lower + height + rim))
    place.add(outer, kit.palette.any_of("wood", "dark", "lacquer", "metal"))
    pixels = pictures.poster(rng, (200, max(60, round(200 * height / width))))
    sheet(place.at(0, -deep - 0.001), width, height, picture(pixels, rng.pick([0.1, 0.5])), lower)


def papers(kit: Kit, place: Place) -> None:
    """Sheets on each other."""
    paper = kit.palette.get("paper")
    for k in range(kit.rng.whole(1, 5)):
        x, y = kit.rng.normal(0, 0.02, 2)
        place.at(x, y, k * 0.002, kit.rng.normal(0, 0.3)).add(around(0, 0, 0.21, 0.297, (0, 0.0015)), paper)


def pens(kit: Kit, place: Place) -> None:
    """In a cup."""
    rng = kit.rng
    place.add(
        lathe([(0, 0), (0.038, 0), (0.038, 0.1), (0.034, 0.1), (0.034, 0.01), (0, 0.01)], 20),
        kit.palette.any_of("metal", "plastic", "dark"),
    )
    for x, y in circle(rng.whole(4, 8), 0.02):
        tip = (x * 2 + rng.normal(0, 0.01), y * 2, rng.uniform(0.13, 0.19))
        place.add(bars([((x, y, 0.02), tip)], 0.004, 6), kit.palette.get("plastic"))


def globe(kit: Kit, place: Place) -> None:
    """A ball on a foot."""
    rng = kit.rng
    radius = rng.uniform(0.08, 0.14)
    place.add(
        join(
            [
                lathe([(0, 0), (radius * 0.7, 0), (0.02, 0.03), (0.01, 0.08)], 24),
                bars([((0, 0, 0.02), (0, 0, radius))], 0.008),
            ]
        ),
        kit.palette.any_of("wood", "dark", "metal"),
    )
    place.add(ellipsoid((0, 0, radius + 0.08), (radius,) * 3, splits=4), kit.palette.get("pattern"), smooth=True)


def toy(kit: Kit, place: Place) -> None:
    """A plush animal that sits: round, with a face of two dots."""
    rng = kit.rng
    size = rng.uniform(0.1, 0.2)
    fur = kit.palette.get("fabric")
    parts: list[tuple[ArrayLike, ArrayLike]] = [((0, 0, 0.5), (0.5, 0.42, 0.55)), ((0, -0.05, 1.25), (0.42, 0.4, 0.4))]
    for side in (-1, 1):
        parts += [
            ((side * 0.3, 0, 1.62), (0.14, 0.08, rng.uniform(0.12, 0.35))),
            ((side * 0.5, -0.2, 0.6), (0.16, 0.18, 0.4)),
            ((side * 0.32, -0.5, 0.15), (0.18, 0.35, 0.17)),
        ]
    place.add(
        join(ellipsoid(np.array(centre) * size, np.array(axes) * size) for centre, axes in parts), fur, smooth=True
    )
    dots = [ellipsoid(np.array([side * 0.15, -0.41, 1.32]) * size, (size * 0.05,) * 3, splits=2) for side in (-1, 1)]
    place.add(
        join([*dots, ellipsoid(np.array([0, -0.45, 1.18]) * size, (size * 0.08,) * 3, splits=2)]),
        kit.palette.get("dark"),
        smooth=True,
    )


def ball(kit: Kit, place: Place) -> None:
    """Of any size up to a football."""
    radius = kit.rng.uniform(0.04, 0.12)
    place.add(
        ellipsoid((0, 0, radius), (radius,) * 3, splits=4),
        kit.palette.any_of("plastic", "pattern", "fabric"),
        smooth=True,
    )


def sculpture(kit: Kit, place: Place) -> None:
    """Abstract: rings, blocks, a bust without a face, a pebble stack."""
    rng = kit.rng
    material = kit.palette.any_of("ceramic", "metal", "wood", "dark")
    size = rng.uniform(0.1, 0.2)
    kind = rng.whole(0, 3)
    place.add(around(0, 0, size * 0.8, size * 0.6, (0, 0.03)), kit.palette.any_of("wood", "dark"))
    if kind == 0:
        ring = torus(size * 0.6, size * 0.12)
        place.add(moved((ring[0][:, [0, 2, 1]], ring[1]), 0, 0, size * 0.75), material, smooth=True)
    elif kind == 1:
        for k in range(3):
            place.at(0, 0, 0.03 + size * 0.5 * k, rng.uniform(0, 2)).add(
                around(0, 0, size * 0.5, size * 0.5, (0, size * 0.5)), material
            )
    elif kind == 2:
        parts = [
            ((0, 0, 0.35), (0.5, 0.3, 0.35)),
            ((0, 0, 0.8), (0.17, 0.17, 0.35)),
            ((0, -0.05, 1.3), (0.3, 0.36, 0.42)),
        ]
        place.add(join(ellipsoid(np.array(c) * size, np.array(a) * size) for c, a in parts), material, smooth=True)
    else:
        z = 0.03
        for k in range(4):
            radius = size * (0.5 - 0.1 * k)
            place.add(ellipsoid((0, 0, z + radius * 0.4), (radius, radius * 0.8, radius * 0.4)), material, smooth=True)
            z += radius * 0.75


def candle(kit: Kit, place: Place) -> None:
    """One to three, burning in the evening."""
    rng = kit.rng
    for x in np.linspace(-0.06, 0.06, rng.whole(1, 3)):
        height = rng.uniform(0.06, 0.18)
        place.at(x, 0).add(
            lathe([(0, 0), (0.025, 0), (0.025, height), (0, height)], 18), kit.palette.any_of("paper", "plastic")
        )
        if kit.mood.lamps and kit.mood.daylight < 0.2:
            flame = ellipsoid((x, 0, height + 0.02), (0.006, 0.006, 0.02), splits=2)
            place.add(flame, glow((1.0, 0.5, 0.12), 12), smooth=True)


def clock(kit: Kit, place: Place) -> None:
    """A small clock with glowing figures, or a round face."""
    rng = kit.rng
    if rng.chance(0.5):
        place.add(around(0, 0, 0.16, 0.06, (0, 0.07)), kit.palette.get("dark"), rounded=0.006)
        pixels = pictures.blank((96, 40), (4, 4, 4))
        pictures.write(
            pixels,
            f"{rng.whole(0, 23):02}:{rng.whole(0, 59):02}",
            (6, 30),
            20,
            rng.pick([(255, 60, 40), (80, 255, 120), (120, 200, 255)]),
        )
        sheet(place.at(0, -0.031), 0.15, 0.06, glowing_picture(pixels, 1.5), 0.005)
    else:
        round_clock(kit, place.at(0, 0, 0.08), 0.08)


def round_clock(kit: Kit, place: Place, radius: float) -> None:
    """A face with hands, its middle at the place."""
    rng = kit.rng
    upright = place.tilted(np.pi / 2)
    upright.add(
        lathe([(0, 0), (radius, 0), (radius, 0.03), (radius * 0.93, 0.03), (radius * 0.93, 0.018), (0, 0.018)], 40),
        kit.palette.any_of("metal", "dark", "wood"),
    )
    upright.add(lathe([(radius * 0.93, 0.0185), (0, 0.0185)], 40), kit.palette.any_of("paper", "paper", "dark"))
    dark = plain((0.02, 0.02, 0.02))
    for length, width in ((0.5, 0.07), (0.8, 0.045)):
        hand = around(0, radius * length / 2, radius * width, radius * length, (0.02, 0.023))
        upright.at(0, 0, 0, rng.uniform(0, 6.3)).add(hand, dark)
    marks = [around(x, y, radius * 0.06, radius * 0.06, (0.018, 0.021)) for x, y in circle(12, radius * 0.8)]
    upright.add(join(marks), dark)


def small_plant(kit: Kit, place: Place) -> None:
    """In a pot."""
    plants.potted(kit, place, kit.rng.uniform(0.15, 0.45))


def flowers(kit: Kit, place: Place) -> None:
    """In a vase."""
    plants.bouquet(kit, place, kit.rng.uniform(0.3, 0.6))


def short_row(kit: Kit, place: Place) -> None:
    """A handful of upright books."""
    row_of_books(kit, place.at(0, 0.1), kit.rng.uniform(0.1, 0.3), 0.24, 0.18)


SMALL: dict[str, tuple[float, Maker]] = {
    "mug": (0.12, mug),
    "bottle": (0.12, bottle),
    "vase": (0.22, vase),
    "bowl": (0.34, bowl),
    "box": (0.32, box),
    "basket": (0.42, basket),
    "photo": (0.28, photo_frame),
    "monitor": (0.75, monitor),
    "laptop": (0.42, laptop),
    "keyboard": (0.75, keyboard),
    "papers": (0.35, papers),
    "pens": (0.12, pens),
    "speaker": (0.24, speaker),
    "globe": (0.3, globe),
    "toy": (0.35, toy),
    "ball": (0.26, ball),
    "sculpture": (0.3, sculpture),
    "candle": (0.2, candle),
    "clock": (0.2, clock),
    "printer": (0.48, printer),
    "plant": (0.34, small_plant),
    "flowers": (0.34, flowers),
    "books": (0.34, short_row),
    "stack": (0.32, book_stack),
    "table_lamp": (0.42, table_lamp),
    "desk_lamp": (0.34, desk_lamp),
    "headphones": (0.22, headphones),
    "microphone": (0.34, microphone),
}  # name: width that it takes, maker
LIVING = (
    "vase",
    "bowl",
    "photo",
    "photo",
    "plant",
    "plant",
    "flowers",
    "books",
    "stack",
    "table_lamp",
    "candle",
    "clock",
    "sculpture",
    "box",
    "globe",
    "speaker",
    "basket",
    "toy",
    "bottle",
)
DESK = (
    "mug",
    "papers",
    "papers",
    "pens",
    "speaker",
    "plant",
    "stack",
    "books",
    "desk_lamp",
    "photo",
    "laptop",
    "headphones",
    "microphone",
    "bottle",
    "box",
    "printer",
    "clock",
)
SHELF = (
    "vase",
    "photo",
    "plant",
    "stack",
    "box",
    "basket",
    "clock",
    "sculpture",
    "globe",
    "toy",
    "ball",
    "candle",
    "bottle",
    "speaker",
    "mug",
)
KITCHEN = ("mug", "mug", "bottle", "bottle", "bowl", "plant", "box", "vase", "basket", "flowers", "papers")
CAFE = ("mug", "mug", "bottle", "flowers", "candle", "papers", "laptop", "bowl")


def strew(kit: Kit, top: Place, width: float, depth: float, names: Sequence[str], density: float = 0.5) -> None:
    """Put things side by side along a top, `top` the middle of its back edge; `density` is the share that is taken."""
    rng = kit.rng
    x = -width / 2 + rng.uniform(0, 0.15)
    while True:
        name = rng.pick(names)
        wide, maker = SMALL[name]
        if x + wide > width / 2:
            break
        if rng.chance(density):
            reach = max(depth - 0.24, 0.02)
            maker(kit, top.at(x + wide / 2, -0.12 - reach * rng.uniform(0, 0.8), 0, rng.normal(0, 0.12)))
        x += wide * rng.uniform(0.9, 1.3)


def cushion(width: float, height: float, depth: float) -> Shape:
    """A soft block that stands on z = 0."""
    return moved(rounded_box(width, depth, height, 7.0, 5), 0, 0, height / 2)


def pillow(width: float, height: float, thick: float) -> Shape:
    """Two sheets sewn at their edges, full in the middle; stands on z = 0 and looks along -y."""
    s, t = np.meshgrid(np.linspace(-1, 1, 15), np.linspace(-1, 1, 15))
    bulge = ((1 - s**4) * (1 - t**4)) ** 0.5 * thick / 2
    x, z = s * (1 - 0.09 * (1 - t**2)) * width / 2, (t * (1 - 0.09 * (1 - s**2)) + 1) * height / 2
    sides = [np.stack([x, way * bulge, z], -1).reshape(-1, 3) for way in (-1, 1)]
    faces = grid_faces(15, 15)
    return join([(sides[0], faces), (sides[1], faces[:, ::-1])])
