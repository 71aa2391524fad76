"""What stands along walls, hangs on them, and fills the middle of rooms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ppid.render.backgrounds import clutter, fixtures, lamps, plants, seating, storage
from ppid.render.backgrounds.moods import Kit
from ppid.render.backgrounds.pictures import rug
from ppid.render.backgrounds.place import Place, around, bars, block, repeat
from ppid.render.backgrounds.shell import Room
from ppid.render.backgrounds.surfaces import picture, sheer
from ppid.render.colour import Range
from ppid.render.shapes import join, lathe


@dataclass(frozen=True)
class Standing:
    """What stands with its back to a wall: `make(kit, place, width)`; width, depth and height in metres."""

    make: Callable[[Kit, Place, float], None]
    width: Range
    depth: float
    height: float


def _single(make: Callable[[Kit, Place], None], back: float) -> Callable[[Kit, Place, float], None]:
    """Something round as something with its back to the wall, its middle `back` metres before it."""
    return lambda kit, place, _: make(kit, place.at(0, -back))


def tall_plant(kit: Kit, place: Place) -> None:
    plants.potted(kit, place, kit.rng.uniform(0.6, 1.9))


def facing_chair(kit: Kit, place: Place) -> None:
    seating.chair(kit, place.at(0, 0, 0, kit.rng.normal(0, 0.3)))


def _hanging_shelf(kit: Kit, place: Place, width: float) -> None:
    for z in (0.0, 0.38)[: kit.rng.whole(1, 2)]:
        storage.wall_shelf(kit, place.at(0, 0, z), width)


STANDING = {
    "bookcase": Standing(storage.bookcase, (0.6, 2.0), 0.36, 2.3),
    "desk": Standing(seating.desk, (1.0, 1.9), 1.25, 1.1),
    "sofa": Standing(seating.sofa, (1.5, 2.4), 0.98, 1.0),
    "armchair": Standing(seating.armchair, (0.9, 1.0), 0.98, 1.0),
    "bed": Standing(seating.bed, (0.9, 1.8), 2.1, 1.2),
    "bedside": Standing(storage.bedside, (0.4, 0.5), 0.42, 1.0),
    "sideboard": Standing(storage.sideboard, (0.8, 2.0), 0.5, 1.15),
    "wardrobe": Standing(storage.wardrobe, (0.9, 2.2), 0.62, 2.4),
    "filing": Standing(storage.filing_cabinet, (0.42, 1.0), 0.48, 2.0),
    "kitchen": Standing(storage.kitchen_row, (1.9, 3.6), 0.7, 2.4),
    "fridge": Standing(storage.fridge, (0.58, 0.75), 0.72, 2.0),
    "clothes_rack": Standing(storage.clothes_rack, (0.8, 1.3), 0.6, 1.7),
    "coat_stand": Standing(_single(storage.coat_stand, 0.35), (0.7, 0.71), 0.7, 1.9),
    "radiator": Standing(storage.radiator, (0.6, 1.6), 0.12, 0.7),
    "boxes": Standing(storage.boxes, (0.35, 0.5), 0.5, 1.1),
    "rucksack": Standing(storage.rucksack, (0.4, 0.41), 0.4, 0.6),
    "goods": Standing(storage.shop_shelf, (0.9, 2.2), 0.42, 2.3),
    "counter": Standing(storage.counter, (2.2, 4.0), 1.9, 2.4),
    "fireplace": Standing(storage.fireplace, (1.0, 1.5), 0.5, 1.5),
    "plant": Standing(_single(tall_plant, 0.35), (0.55, 0.7), 0.7, 1.9),
    "floor_lamp": Standing(_single(lamps.floor_lamp, 0.3), (0.5, 0.51), 0.55, 1.9),
    "chair": Standing(_single(facing_chair, 0.35), (0.5, 0.51), 0.6, 1.0),
    "office_chair": Standing(_single(seating.office_chair, 0.5), (0.7, 0.71), 0.8, 1.1),
    "lounge_chair": Standing(_single(seating.lounge_chair, 0.55), (0.8, 0.81), 1.0, 1.0),
    "bench": Standing(seating.bench, (1.2, 1.9), 0.5, 0.9),
    "stool": Standing(_single(seating.stool, 0.25), (0.4, 0.41), 0.45, 0.8),
}
HANGING: dict[str, tuple[Callable[[Kit, Place, float], None], Range]] = {
    "pictures": (fixtures.picture_group, (0.5, 1.8)),
    "posters": (fixtures.posters, (0.5, 1.6)),
    "clock": (fixtures.wall_clock, (0.4, 0.41)),
    "mirror": (fixtures.wall_mirror, (0.6, 1.0)),
    "whiteboard": (fixtures.whiteboard, (1.0, 2.4)),
    "notices": (fixtures.notice_board, (0.7, 1.4)),
    "television": (fixtures.television, (0.9, 1.6)),
    "hooks": (fixtures.hooks, (0.5, 1.2)),
    "guitar": (fixtures.guitar, (0.5, 0.51)),
    "foam": (fixtures.foam_tiles, (0.6, 1.8)),
    "cloth": (fixtures.hanging, (0.8, 1.6)),
    "air": (fixtures.air_conditioner, (0.9, 0.91)),
    "collection": (fixtures.sports, (0.9, 0.91)),
    "shelf": (_hanging_shelf, (0.6, 1.4)),
    "neon": (lamps.neon, (0.4, 1.0)),
    "fairy_lights": (lamps.fairy_lights, (1.0, 2.4)),
    "wall_lamp": (lambda kit, place, _: lamps.wall_lamp(kit, place), (0.25, 0.26)),
}  # name: maker, width in metres


def stand(room: Room, name: str, what: str) -> None:
    """Put something against a wall where it fits, or leave it."""
    thing, wall, kit = STANDING[what], room.walls[name], room.kit
    long = wall.high.high - wall.high.low - 0.1
    wide = min(kit.rng.uniform(*thing.width), long)
    if what in ("bookcase", "counter", "kitchen") and kit.rng.chance(0.4):
        wide = min(thing.width[1] * 1.6, long)
    if thing.height > room.height or wide < thing.width[0]:
        return
    x = wall.find(kit, wide + 0.04, thing.height)
    if x is None:
        return
    middle = wall.place.point(x, -thing.depth / 2, 0)
    size = (wide, thing.depth) if name in ("back", "front") else (thing.depth, wide)
    if room.floor.claim(middle[0], middle[1], *size):
        thing.make(kit, wall.place.at(x, -0.02), wide)


def hang(room: Room, name: str, what: str) -> None:
    """Hang something on a wall where it fits, or leave it."""
    make, width = HANGING[what]
    wall, rng = room.walls[name], room.kit.rng
    wide = rng.uniform(*width)
    x = wall.find(room.kit, wide + 0.1, 2.0, 1.1)
    if x is not None:
        make(room.kit, wall.place.at(x, -0.001, rng.uniform(1.45, 1.7)), wide)


def overhead(room: Room, kind: str) -> None:
    kit, x, y = room.kit, room.kit.rng.normal(0, 0.2), room.depth * room.kit.rng.uniform(0.4, 0.7)
    if kind == "pendant":
        lamps.pendant(kit, room.ceiling(x, y), kit.rng.uniform(0.3, 0.9))
    elif kind == "ceiling":
        lamps.ceiling_light(kit, room.ceiling(x, y))
    elif kind == "office":
        lamps.office_lights(kit, room.ceiling(0, room.depth / 2), room.width, room.depth)
    elif kind == "row":
        for way in np.linspace(0.25, 0.85, kit.rng.whole(2, 4)):
            lamps.pendant(kit, room.ceiling(x, room.depth * way), kit.rng.uniform(0.5, 1.1))


def _carpet(room: Room, x: float, y: float, width: float, depth: float) -> None:
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width / 2, depth / 2]
    pixels = rug(room.kit.rng, (320, max(80, round(320 * depth / width))))
    place = Place().at(x, y, 0.008, room.kit.rng.normal(0, 0.05))
    place.add(
        (np.c_[corners, np.zeros(4)], np.array([[0, 1, 2, 3]])),
        picture(pixels, 1.0),
        surface=(np.sign(corners) + 1) / 2,
    )


def lounge(room: Room) -> None:
    """Carpet, coffee table, a chair."""
    kit, rng = room.kit, room.kit.rng
    y = room.depth * rng.uniform(0.45, 0.62)
    if rng.chance(0.7):
        _carpet(room, rng.normal(0, 0.3), y, rng.uniform(1.6, 2.6), rng.uniform(1.2, 1.8))
    if rng.chance(0.7) and room.floor.claim(0, y, 1.1, 0.7):
        seating.coffee_table(kit, Place().at(0, y))
    for make in (seating.lounge_chair, tall_plant):
        spot = room.floor.find(rng, 0.95, 0.95) if rng.chance(0.4) else None
        if spot:
            make(kit, Place().at(*spot, 0, rng.uniform(-2.5, 2.5)))


def bedroom(room: Room) -> None:
    rng = room.kit.rng
    if rng.chance(0.6):
        _carpet(room, rng.normal(0, 0.5), room.depth * 0.45, rng.uniform(1.0, 2.0), rng.uniform(0.8, 1.4))


def dining(room: Room) -> None:
    """A table with chairs, or an island with stools."""
    kit, rng = room.kit, room.kit.rng
    x, y = rng.normal(0, 0.2), room.depth * rng.uniform(0.4, 0.55)
    if rng.chance(0.6):
        wide, deep = min(rng.uniform(1.1, 2.0), room.width - 1.4), rng.uniform(0.75, 0.95)
        if wide > 0.7 and room.floor.claim(x, y, wide + 0.2, deep + 1.3):
            seating.dining(kit, Place().at(x, y), wide, deep)
    elif room.width > 2.6 and room.floor.claim(x, y, 1.8, 1.4):
        island = Place().at(x, y)
        island.add(around(0, 0, 1.6, 0.65, (0, 0.88)), kit.palette.any_of("lacquer", "wood"))
        island.add(around(0, 0, 1.75, 0.85, (0.88, 0.92)), kit.palette.any_of("wood", "lacquer", "dark"), rounded=0.004)
        clutter.strew(kit, island.at(0, 0.3, 0.92), 1.5, 0.6, clutter.KITCHEN, 0.6)
        seating.bar_stools(kit, [island.at(way, -0.6) for way in (-0.5, 0, 0.5)])


def work(room: Room) -> None:
    rng = room.kit.rng
    if rng.chance(0.4):
        _carpet(room, rng.normal(0, 0.3), room.depth * 0.55, rng.uniform(1.2, 2.2), rng.uniform(1.0, 1.5))
    if rng.chance(0.45):
        spot = room.floor.find(rng, 0.75, 0.75)
        if spot:
            seating.office_chair(room.kit, Place().at(*spot, 0, rng.uniform(-3, 3)))


def meeting(room: Room) -> None:
    """A long table, chairs around it, laptops and cups on it."""
    kit, rng = room.kit, room.kit.rng
    long, wide = room.depth * rng.uniform(0.4, 0.55), rng.uniform(0.9, 1.3)
    x, y = rng.normal(0, 0.15), 1.1 + long / 2
    room.floor.claim(x, y, wide + 1.0, long + 0.6)
    turned = Place().at(x, y, 0, np.pi / 2)
    seating.table(kit, turned, long, wide)
    clutter.strew(kit, turned.at(0, wide / 2, 0.74), long * 0.9, wide, clutter.CAFE, 0.5)
    count = max(2, int(long / 0.75))
    seats = [
        turned.at(
            (k + 0.5) * long / count - long / 2,
            side * (wide / 2 + rng.uniform(0.1, 0.3)),
            0,
            (np.pi if side < 0 else 0) + rng.normal(0, 0.25),
        )
        for side in (-1, 1)
        for k in range(count)
    ]
    seating.some_chairs(kit, seats, swivel=rng.chance(0.6))


def open_plan(room: Room) -> None:
    """Rows of desks with screens, screens between them, pillars."""
    kit, rng = room.kit, room.kit.rng
    wide, gap = rng.uniform(1.3, 1.6), rng.uniform(1.5, 2.1)
    rows, aisle = np.arange(2.2, room.depth - 1.2, gap + 0.8), rng.uniform(-0.5, 0.5)
    places = [
        Place().at(x + aisle, y, 0, turn)
        for y in rows
        for x in np.arange(-room.width / 2 + 1.2, room.width / 2 - 1.0, wide)
        for turn in (0.0, np.pi)
        if abs(x) > 0.7 or rng.chance(0.4)
    ]
    room.floor.claim(0, room.depth / 2 + 0.6, room.width - 1.2, room.depth - 1.8)
    makers = [place for place in places if rng.chance(0.9)]
    for k in range(3):  # three different desks, each shown at a third of the places
        repeat(lambda place: seating.desk(kit, place, wide), makers[k::3])
    if rng.chance(0.6):
        screen = kit.palette.any_of("fabric", "lacquer", "plastic")
        repeat(lambda place: place.add(around(0, 0, wide, 0.03, (0.7, 1.2)), screen, rounded=0.005), places[::2])
    for x in (-room.width / 4, room.width / 4):
        if rng.chance(0.5):
            Place().at(x, room.depth * rng.uniform(0.3, 0.7)).add(
                around(0, 0, 0.4, 0.4, (0, room.height)), kit.palette.get("lacquer")
            )
    if rng.chance(0.4):
        _glass_wall(room, room.depth - rng.uniform(0.6, 1.5))


def _glass_wall(room: Room, y: float) -> None:
    kit, half = room.kit, room.width / 2
    band = kit.rng.uniform(0.2, 0.8)
    Place().add(block((-half, half), (y, y + 0.002), (1.0, 1.0 + band)), sheer((0.8, 0.85, 0.85), 0.4, 0.4))
    posts = [
        block((x - 0.025, x + 0.025), (y - 0.025, y + 0.025), (0, room.height)) for x in np.arange(-half, half, 1.2)
    ]
    Place().add(
        join([*posts, block((-half, half), (y - 0.025, y + 0.025), (2.08, 2.13))]),
        kit.palette.any_of("dark", "metal", "lacquer"),
    )


def cafe(room: Room) -> None:
    kit, rng = room.kit, room.kit.rng
    for _ in range(rng.whole(3, 9)):
        spot = room.floor.find(rng, 1.5, 1.5)
        if spot:
            seating.cafe_table(kit, Place().at(*spot, 0, rng.uniform(-3, 3)))


def hall(room: Room) -> None:
    rng = room.kit.rng
    if rng.chance(0.6):
        _carpet(room, 0, room.depth * 0.55, min(0.9, room.width * 0.6), room.depth * 0.7)


def classroom(room: Room) -> None:
    kit, rng = room.kit, room.kit.rng
    places = [
        Place().at(x, y)
        for y in np.arange(1.9, room.depth - 1.6, 1.4)
        for x in np.arange(-room.width / 2 + 1.2, room.width / 2 - 0.8, 1.7)
    ]
    room.floor.claim(0, room.depth / 2, room.width - 1.2, room.depth - 2.4)
    repeat(lambda place: seating.table(kit, place, 1.3, 0.55), places)
    turn = rng.pick([0.0, np.pi])
    seats = [
        place.at(dx, 0.5 if turn == 0 else -0.5, 0, turn + rng.normal(0, 0.15))
        for place in places
        for dx in (-0.33, 0.33)
        if rng.chance(0.9)
    ]
    seating.some_chairs(kit, seats)


def aisles(room: Room) -> None:
    """Shelves of goods in rows."""
    kit, rng = room.kit, room.kit.rng
    for x in np.arange(-room.width / 2 + 1.6, room.width / 2 - 1.4, 2.0):
        if abs(x) < 0.6:
            continue
        y, turn = room.depth * rng.uniform(0.5, 0.65), -np.pi / 2 if x > 0 else np.pi / 2
        if room.floor.claim(x, y, 0.5, 2.3):
            repeat(lambda place: storage.shop_shelf(kit, place, 2.2), [Place().at(x - np.sign(x) * 0.2, y, 0, turn)])


def studio(room: Room) -> None:
    """A gamer's or podcaster's den: strips of light, a large chair."""
    kit, rng = room.kit, room.kit.rng
    for name in ("back", "left", "right"):
        wall = room.walls[name]
        if rng.chance(0.45):
            lamps.led_strip(
                kit,
                wall.place.at(0, -0.06, rng.pick([0.12, 1.0, room.height - 0.15])),
                wall.length * rng.uniform(0.4, 0.95),
            )
    spot = room.floor.find(rng, 0.75, 0.75) if rng.chance(0.5) else None
    if spot:
        seating.office_chair(kit, Place().at(*spot, 0, rng.uniform(-3, 3)))
    if rng.chance(0.3):  # a ring light on its stand
        spot = room.floor.find(rng, 0.5, 0.5)
        if spot:
            stand_place = Place().at(*spot, 0, rng.uniform(-0.8, 0.8))
            stand_place.add(
                bars(
                    [((0, 0, 0.5), (x, y, 0)) for x, y in ((0.3, 0), (-0.2, 0.25), (-0.2, -0.25))]
                    + [((0, 0, 0.4), (0, 0, 1.5))],
                    0.012,
                ),
                kit.palette.get("dark"),
            )
            ring = stand_place.at(0, 0, 1.7).tilted(np.pi / 2)
            ring.add(lathe([(0.15, 0), (0.15, 0.03), (0.22, 0.03), (0.22, 0)], 40), kit.palette.get("paper"))
