"""Gardens, terraces and streets, under the sky or at night."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ppid.render.backgrounds import outlook, plants, seating
from ppid.render.backgrounds.moods import Kit, Mood, bulb
from ppid.render.backgrounds.moods import sun as sunlight
from ppid.render.backgrounds.pictures import facade
from ppid.render.backgrounds.place import Place, around, bars, block, cross_section, moved, repeat
from ppid.render.backgrounds.surfaces import glow, glowing_picture, picture, plain, textured
from ppid.render.backgrounds.textures import WALLS, Texture, asphalt, draw, grass, planks, stones, tiles
from ppid.render.colour import linear
from ppid.render.light import set_surround, tint
from ppid.render.rng import Rng
from ppid.render.shapes import Shape, join, lathe, rounded_box, spline, torus
from ppid.render.shot import Average

_FAR = 60.0


def mood(rng: Rng) -> Mood:
    """Sun, clouds, dusk or night."""
    name = rng.named({"sun": 3, "overcast": 2, "dusk": 1, "night": 1})
    exposure = Average(rng.uniform(0.12, 0.3), rng.uniform(0.7, 1.2))
    if name == "sun":
        return Mood(
            name,
            1.0,
            rng.uniform(2, 6),
            rng.pick(["sky", "trees", "houses"]),
            rng.uniform(0.5, 1.1),
            temperatures=(6200, 3000),
            white=5800,
            exposure=exposure,
        )
    if name == "overcast":
        return Mood(
            name,
            1.0,
            0.0,
            rng.pick(["sky", "trees", "houses", "white"]),
            rng.uniform(0.35, 0.8),
            temperatures=(7000, 3000),
            white=6000,
            exposure=exposure,
        )
    dark = name == "night"
    exposure = Average(rng.uniform(0.04, 0.12), rng.uniform(0.7, 1.2))
    return Mood(
        name,
        0.03 if dark else 0.15,
        0.0,
        name,
        0.12 if dark else 0.3,
        lamps=1.0,
        screens=0.9,
        temperatures=(9000, 2700),
        white=4500,
        exposure=exposure,
    )


def make(kit: Kit) -> str:
    """Build one of `PLACES` and its light; returns which."""
    rng = kit.rng
    name = rng.named({each: weight for each, (weight, _) in PLACES.items()})
    PLACES[name][1](kit)
    outlook.dome(kit.outside, kit.mood.outside, (0, 0, 1.5))
    sky = np.ones((16, 32, 3)) * tint(rng.uniform(-0.5, 0.1)) * np.linspace(0.25, 1, 16)[:, None, None]
    set_surround(sky, kit.mood.daylight)
    if kit.mood.sun:
        sunlight(
            Place().at(0, 0, 0, rng.uniform(-3, 3)),
            kit.mood.sun,
            np.array([1.1, 1.0, 0.85]),
            rng.uniform(0.35, 1.1),
            0.0,
        )
    return name


def _ground(texture: Texture, x: tuple[float, float], y: tuple[float, float], z: float = 0.0) -> None:
    corners = np.array([[x[0], y[0], z], [x[1], y[0], z], [x[1], y[1], z], [x[0], y[1], z]])
    Place().add((corners, np.array([[0, 1, 2, 3]])), textured(texture), surface=corners[:, :2])


def _house(kit: Kit, place: Place, width: float, floors: int) -> None:
    """A front with windows, a door and a roof, towards -y."""
    rng = kit.rng
    height, night = 2.9 * floors, kit.mood.daylight < 0.1
    wall = block((-width / 2, width / 2), (0, 6.0), (0, height))
    place.add(wall, textured(draw(rng, WALLS)[1]), surface=wall[0][:, [0, 2]] + wall[0][:, [1, 1]] * [1, 0])
    frame = kit.palette.any_of("paper", "lacquer", "dark", "wood")
    frames: list[Shape] = []
    panes: list[Shape] = []
    lit: list[Shape] = []
    columns = max(2, int(width / rng.uniform(1.6, 2.6)))
    door = rng.whole(0, columns - 1)
    wide = rng.uniform(0.9, 1.3)
    for floor in range(floors):
        for k in range(columns):
            x, low = (k + 0.5) * width / columns - width / 2, floor * 2.9 + 0.95
            if floor == 0 and k == door:
                place.add(
                    around(x, -0.02, 1.0, 0.08, (0, 2.1)),
                    kit.palette.any_of("wood", "plastic", "lacquer"),
                    rounded=0.01,
                )
                continue
            frames.append(around(x, 0, wide + 0.14, 0.08, (low - 0.07, low + 1.37)))
            (lit if kit.mood.lamps and rng.chance(0.4) else panes).append(
                around(x, -0.045, wide, 0.01, (low, low + 1.3))
            )
            frames.append(around(x, -0.05, 0.05, 0.02, (low, low + 1.3)))
    place.add(join(frames), frame)
    if panes:
        place.add(join(panes), plain((0.01, 0.012, 0.015), 0.02))
    if lit:
        place.add(join(lit), glow(linear((1.0, 0.8, 0.5)), 1.5 if night else 1.0))
    if rng.chance(0.7):
        outline = [(-0.4, height - 0.1), (3.0, height + rng.uniform(1.5, 3)), (6.4, height - 0.1)]
        place.add(
            cross_section(outline, (-width / 2 - 0.3, width / 2 + 0.3)), kit.palette.any_of("soil", "dark", "plastic")
        )


def _fence(kit: Kit, place: Place, width: float) -> None:
    high, step = kit.rng.uniform(0.9, 1.9), kit.rng.uniform(0.09, 0.2)
    posts = [
        block((x, x + step * kit.rng.uniform(0.6, 0.99)), (0, 0.02), (0.03, high))
        for x in np.arange(-width / 2, width / 2, step)
    ]
    place.add(
        join(
            [
                *posts,
                block((-width / 2, width / 2), (0.02, 0.05), (0.3, 0.38)),
                block((-width / 2, width / 2), (0.02, 0.05), (high - 0.3, high - 0.22)),
            ]
        ),
        kit.palette.any_of("wood", "wood", "lacquer"),
    )


def _trees(kit: Kit, places: list[Place], height: float) -> None:
    """Two different trees at all places."""
    conifer = kit.rng.chance(0.25)
    for k in range(2):
        repeat(lambda place: plants.tree(kit, place, height, conifer=conifer), places[k::2])


def _furniture(kit: Kit, y: float) -> None:
    """Table and chairs, parasol, pots."""
    rng = kit.rng
    x = rng.uniform(-2, 2)
    kind = rng.pick(["table", "bench", "loungers", "none"])
    if kind == "table":
        seating.cafe_table(kit, Place().at(x, y))
        if rng.chance(0.5):
            shade = lathe([(1.3, 2.0), (0.03, 2.4), (0, 2.4)], 8)
            Place().at(x, y).add(shade, kit.palette.any_of("fabric", "plastic"))
            Place().at(x, y).add(bars([((0, 0, 0), (0, 0, 2.4))], 0.025), kit.palette.get("metal"))
    elif kind == "bench":
        seating.bench(kit, Place().at(x, y, 0, rng.normal(0, 0.4)), rng.uniform(1.2, 1.8))
    elif kind == "loungers":
        repeat(
            lambda place: seating.lounge_chair(kit, place),
            [Place().at(x + dx, y, 0, rng.normal(0, 0.5)) for dx in (-0.6, 0.6)],
        )
    for _ in range(rng.whole(0, 4)):
        plants.potted(kit, Place().at(rng.uniform(-3, 3), y + rng.uniform(-1, 2)), rng.uniform(0.5, 1.5))


def _lanterns(kit: Kit, y: float) -> None:
    """A string of bulbs across, when it is dark."""
    if not kit.mood.lamps:
        return
    rng, colour = kit.rng, kit.mood.lamp_colour(kit.rng)
    path = spline([(-5, y, 2.8), (-2, y, 2.4), (0, y + 0.5, 2.7), (2.5, y, 2.3), (5, y, 2.8)], 30)
    Place().add(
        join(moved(rounded_box(0.08, 0.08, 0.1, 2, 2), *point) for point in path), glow(colour / colour.max(), 8)
    )
    for point in path[::8]:
        bulb(Place().at(*point), 18 * rng.uniform(0.6, 1.3), colour)


def _garden(kit: Kit) -> None:
    rng = kit.rng
    _ground(grass(rng), (-_FAR, _FAR), (-8, _FAR))
    back = rng.uniform(5, 13)
    if rng.chance(0.5):
        plants.grass_tufts(kit, Place().at(0, 1.0), 6, 6, rng.uniform(0.04, 0.14))
    end = rng.pick(["hedge", "fence", "house", "open"], [2, 2, 2, 1])
    if end == "hedge":
        repeat(
            lambda place: plants.hedge(kit, place, 4.0, 1.0, rng.uniform(1.3, 2.4)),
            [Place().at(x, back) for x in (-4, 0, 4, -8, 8)],
        )
    elif end == "fence":
        _fence(kit, Place().at(0, back), 20)
    elif end == "house":
        _house(kit, Place().at(rng.normal(0, 2), back), rng.uniform(8, 14), rng.whole(1, 3))
    if rng.chance(0.6):
        plants.flower_bed(kit, Place().at(rng.uniform(-2, 2), back - 1.2), rng.uniform(2, 5), 1.0)
    if rng.chance(0.5):
        _ground(rng.pick([tiles, stones, planks])(rng), (-3, 3), (-1, rng.uniform(2.5, 4)), 0.02)
    spots = [
        Place().at(rng.uniform(-9, 9), back + rng.uniform(-2.5, 6), 0, rng.uniform(0, 6))
        for _ in range(rng.whole(2, 7))
    ]
    _trees(kit, spots, rng.uniform(3, 7))
    _furniture(kit, rng.uniform(2.2, 4.5))
    _lanterns(kit, rng.uniform(3, 5))


def _terrace(kit: Kit) -> None:
    """A balcony or a roof with a view."""
    rng = kit.rng
    deep = rng.uniform(2.0, 4.5)
    _ground(rng.pick([planks, tiles, stones])(rng), (-8, 8), (-6, deep))
    _ground(asphalt(rng), (-_FAR, _FAR), (deep, _FAR), -8.0)
    if rng.chance(0.5):
        posts = [((x, deep, 0), (x, deep, 1.05)) for x in np.arange(-8, 8, rng.uniform(0.1, 0.16))]
        Place().add(
            bars([*posts, ((-8, deep, 1.05), (8, deep, 1.05)), ((-8, deep, 0.1), (8, deep, 0.1))], 0.012, 6),
            kit.palette.any_of("metal", "dark"),
        )
    else:
        Place().add(
            block((-8, 8), (deep, deep + 0.15), (0, 1.0)),
            textured(draw(rng, WALLS)[1]),
            surface=block((-8, 8), (deep, deep + 0.15), (0, 1.0))[0][:, [0, 2]],
        )
    if rng.chance(0.5):
        side = rng.pick([-1, 1])
        _house(kit, Place().at(side * rng.uniform(2.5, 4), deep * 0.5, 0, -side * np.pi / 2), 9, 2)
    _trees(kit, [Place().at(x, deep + rng.uniform(4, 14), -8) for x in rng.uniform(-14, 14, 5)], rng.uniform(7, 11))
    _furniture(kit, deep * 0.6)
    _lanterns(kit, deep * 0.8)


def _car(kit: Kit, place: Place) -> None:
    """A parked car from the side, along x."""
    paint, dark, metal = (
        kit.palette.any_of("plastic", "lacquer", "metal"),
        kit.palette.get("dark"),
        kit.palette.get("metal"),
    )
    rng = kit.rng
    nose, roof = rng.uniform(1.9, 2.3), rng.uniform(1.35, 1.6)
    side = spline(
        [
            (-nose, 0.45),
            (-nose, 0.85),
            (-1.5, 0.92),
            (-0.9, roof),
            (0.6, roof),
            (1.3, 0.95),
            (nose, 0.85),
            (nose + 0.05, 0.45),
            (0, 0.3),
        ],
        48,
        closed=True,
    )
    body = cross_section(side, (-0.82, 0.82))
    place.at(0, 0, 0, np.pi / 2).add(body, paint, smooth=True, rounded=0.05)
    window = [(-0.95, 0.97), (-0.8, roof - 0.1), (0.55, roof - 0.1), (1.05, 0.97)]
    place.at(0, 0, 0, np.pi / 2).add(cross_section(window, (-0.835, 0.835)), dark)
    for x in (-nose + 0.75, nose - 0.75):
        for y in (-0.75, 0.75):
            wheel = place.at(-x, y, 0.32).tilted(np.pi / 2)
            wheel.add(torus(0.22, 0.1, 28, 8), dark, smooth=True)
            wheel.add(lathe([(0, -0.06), (0.2, -0.06), (0.2, 0.06), (0, 0.06)], 18), metal)


def _street_lamp(kit: Kit, place: Place) -> None:
    path = spline([(0, 0, 0), (0, 0, 4.4), (0.3, 0, 5.0), (1.0, 0, 5.1)], 20)
    place.add(bars(list(zip(path[:-1], path[1:], strict=True)), 0.06), kit.palette.any_of("metal", "dark"), smooth=True)
    colour = kit.mood.lamp_colour(kit.rng)
    place.add(around(1.0, 0, 0.5, 0.2, (5.0, 5.08)), glow(colour / colour.max(), 8 * kit.mood.lamps))
    if kit.mood.lamps:
        bulb(place.at(1.0, 0, 4.8), 300, colour, 0.15)


def _street(kit: Kit) -> None:
    """Pavement, road, cars, a row of houses with shops."""
    rng = kit.rng
    near, far = rng.uniform(1.5, 4), rng.uniform(9, 14)
    _ground(asphalt(rng), (-_FAR, _FAR), (-8, _FAR))
    _ground(rng.pick([stones, tiles])(rng), (-_FAR, _FAR), (-8, near), 0.12)
    _ground(rng.pick([stones, tiles])(rng), (-_FAR, _FAR), (far - 2.5, far + 1), 0.12)
    for y in (near, far - 2.5):
        Place().add(block((-_FAR, _FAR), (y - 0.15, y), (0, 0.125)), kit.palette.get("lacquer"))
    x = -26.0
    while x < 26:
        wide = rng.uniform(6, 13)
        there = Place().at(x + wide / 2, far, 0.12)
        if rng.chance(0.55):
            _house(kit, there, wide, rng.whole(2, 5))
        else:
            _front(kit, there, wide)
        x += wide + (rng.uniform(0.5, 4) if rng.chance(0.25) else 0)
    cars = [Place().at(cx, far - 3.6, 0, rng.pick([0, np.pi])) for cx in np.arange(-16, 16, 5.2) if rng.chance(0.6)]
    for k in range(3):
        repeat(lambda place: _car(kit, place), cars[k::3])
    kerb = near - 0.8
    _trees(
        kit,
        [
            Place().at(tx, rng.pick([kerb, far - 1.8]), 0.12)
            for tx in np.arange(-14, 15, 7) + rng.normal(0, 1.5)
            if rng.chance(0.6) and abs(tx) > 1.2
        ],
        rng.uniform(4, 7),
    )
    repeat(
        lambda place: _street_lamp(kit, place),
        [Place().at(lx, far - 2.2, 0.12, np.pi / 2 + np.pi) for lx in (-9, 3, 14)],
    )
    if rng.chance(0.4):
        repeat(
            lambda place: place.add(
                lathe([(0, 0), (0.07, 0), (0.07, 0.85), (0.04, 0.95), (0, 0.96)], 16), kit.palette.get("dark")
            ),
            [Place().at(bx, near - 0.4, 0.12) for bx in np.arange(-8, 8, 1.6)],
        )
    if rng.chance(0.4):
        seating.bench(kit, Place().at(rng.uniform(-2.5, 2.5), near - 0.2, 0.12), 1.6)


def _front(kit: Kit, place: Place, width: float) -> None:
    """A house whose upper floors are painted, with a shop's lit window below."""
    rng, night = kit.rng, kit.mood.daylight < 0.1
    floors = rng.whole(2, 5)
    pixels = facade(rng, (384, 96 * floors), floors, max(3, int(width / 1.8)), night)
    x, z = (-width / 2, width / 2), (3.2, 3.2 + 3.0 * floors)
    wall = block(x, (0, 6), z)
    uv = (wall[0][:, [0, 2]] - [x[0], z[0]]) / [width, z[1] - z[0]]
    place.add(wall, glowing_picture(pixels, 1.0) if night else picture(pixels, 0.7), surface=uv)
    place.add(block(x, (0, 0.3), (0, 3.2)), kit.palette.any_of("lacquer", "wood", "dark"))
    inside = block((x[0] + 0.4, x[1] - 0.4), (-0.02, 0), (0.4, 2.5))
    goods = facade(rng, (256, 96), 3, 14, True)
    uv = (inside[0][:, [0, 2]] - [x[0] + 0.4, 0.4]) / [width - 0.8, 2.1]
    place.add(inside, glowing_picture(goods, 2.5) if kit.mood.lamps else picture(goods, 0.1), surface=uv)
    place.add(
        block((x[0] + 0.3, x[1] - 0.3), (-0.12, 0), (2.6, 3.1)),
        glow(kit.palette.colour((0.3, 1), (0.5, 1)), 3) if kit.mood.lamps else kit.palette.get("plastic"),
    )
    if rng.chance(0.4):
        awning = [(-1.1, 2.35), (0, 2.75), (0, 2.7), (-1.1, 2.3)]
        place.add(cross_section(awning, (x[0] + 0.3, x[1] - 0.3)), kit.palette.any_of("pattern", "fabric"))


def _park(kit: Kit) -> None:
    """Lawn, a path and many trees."""
    rng = kit.rng
    _ground(grass(rng), (-_FAR, _FAR), (-8, _FAR))
    aside = rng.uniform(-2, 2)
    _ground(asphalt(rng), (aside - 1.2, aside + 1.2), (-8, _FAR), 0.01)
    spots = [
        Place().at(rng.uniform(-16, 16), rng.uniform(4, 30), 0, rng.uniform(0, 6)) for _ in range(rng.whole(8, 24))
    ]
    _trees(kit, spots, rng.uniform(5, 10))
    repeat(
        lambda place: seating.bench(kit, place, 1.7), [Place().at(aside - 1.8, y, 0, np.pi / 2) for y in (3.5, 9, 15)]
    )
    repeat(lambda place: _street_lamp(kit, place), [Place().at(aside + 1.6, y) for y in (6, 16)])


PLACES: dict[str, tuple[float, Callable[[Kit], None]]] = {
    "garden": (3, _garden),
    "terrace": (2, _terrace),
    "street": (2, _street),
    "park": (2, _park),
}  # name: how often, maker
