"""Sorts of rooms: how large they are, and how often what stands along their walls, hangs there or fills the middle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ppid.render.backgrounds import lamps, layouts, seating, shell, storage
from ppid.render.backgrounds.moods import Kit
from ppid.render.backgrounds.place import Place
from ppid.render.backgrounds.shell import Room
from ppid.render.colour import Range

Weights = dict[str, float]
_CLEAR = 0.9  # metres along the side walls beside the camera where nothing stands


@dataclass(frozen=True)
class Sort:
    """A sort of room.

    Attributes:
        weight: how often.
        width, depth, height: bounds in metres.
        first: what must stand at the back wall, if there is room.
        against: what stands along the walls, and how often.
        hung: what hangs there, and how often.
        middle: furnishes what is left of the floor.
        floors: names of floors; empty is any.
        overhead: lamps at the ceiling: pendant, ceiling, office or none.
        windows: how often a wall has one.
        density: share of what could stand that does.
    """

    weight: float
    width: Range
    depth: Range
    height: Range = (2.4, 2.8)
    first: tuple[str, ...] = ()
    against: Weights = field(default_factory=dict)
    hung: Weights = field(default_factory=dict)
    middle: Callable[[Room], None] | None = None
    floors: tuple[str, ...] = ()
    overhead: Weights = field(default_factory=lambda: {"pendant": 1, "ceiling": 1, "none": 1})
    windows: float = 0.45
    density: Range = (0.45, 1.0)


def furnish(room: Room, sort: Sort) -> None:
    """Fill a room whose shell stands."""
    rng = room.kit.rng
    room.walls["left"].low.low = room.walls["left"].high.low = -room.depth / 2 + _CLEAR
    room.walls["right"].low.high = room.walls["right"].high.high = room.depth / 2 - _CLEAR
    for name in sort.first:
        layouts.stand(room, "back", name)
    if sort.middle and rng.chance(0.85):
        sort.middle(room)
    density = rng.uniform(*sort.density)
    for wall in ("back", "left", "right"):
        for _ in range(rng.binomial(max(2, int(room.walls[wall].length * 1.3)), density)):
            if sort.against:
                layouts.stand(room, wall, rng.named(sort.against))
        for _ in range(rng.binomial(max(2, int(room.walls[wall].length)), density * 0.8)):
            if sort.hung:
                layouts.hang(room, wall, rng.named(sort.hung))
    layouts.overhead(room, rng.named(sort.overhead))


def extras(room: Room) -> None:
    """One or two things close to the camera: an empty chair, a plant, a lamp."""
    kit, rng = room.kit, room.kit.rng
    makers = {
        "office_chair": seating.office_chair,
        "chair": layouts.facing_chair,
        "plant": layouts.tall_plant,
        "lamp": lamps.floor_lamp,
        "coats": storage.coat_stand,
        "stool": seating.stool,
    }
    for _ in range(rng.pick([0, 1, 2], [5, 3, 1])):
        name = rng.named({"office_chair": 3, "chair": 2, "plant": 2, "lamp": 1, "coats": 1.5, "stool": 0.5})
        for _ in range(6):
            x, y = rng.uniform(-0.9, 0.9), rng.uniform(0.9, 2.2)
            if abs(x) < room.width / 2 - 0.35 and y < room.depth - 0.4 and room.floor.claim(x, y, 0.6, 0.6):
                makers[name](kit, Place().at(x, y, 0, rng.uniform(-3, 3)))
                break


_HOME = {
    "pictures": 4,
    "posters": 1,
    "clock": 0.7,
    "mirror": 0.8,
    "shelf": 2,
    "cloth": 0.6,
    "fairy_lights": 0.4,
    "wall_lamp": 0.5,
    "guitar": 0.4,
    "collection": 0.4,
}
_OFFICE = {
    "whiteboard": 2,
    "notices": 1.2,
    "clock": 0.8,
    "pictures": 1.5,
    "television": 0.8,
    "air": 0.6,
    "posters": 0.8,
}
SORTS: dict[str, Sort] = {
    "home_office": Sort(
        3.0,
        (2.2, 4.5),
        (1.6, 4.2),
        against={
            "bookcase": 4,
            "desk": 2,
            "sideboard": 1.5,
            "plant": 2,
            "floor_lamp": 1.5,
            "chair": 0.7,
            "office_chair": 0.7,
            "coat_stand": 0.6,
            "boxes": 0.8,
            "filing": 0.7,
            "sofa": 0.6,
            "rucksack": 0.5,
        },
        hung={**_HOME, "whiteboard": 0.7, "notices": 0.8, "posters": 1.5},
        middle=layouts.work,
    ),
    "living_room": Sort(
        3.0,
        (3.2, 6.0),
        (2.6, 6.0),
        first=("sofa",),
        against={
            "sofa": 1.5,
            "armchair": 2,
            "bookcase": 2,
            "sideboard": 2,
            "plant": 2,
            "floor_lamp": 2,
            "fireplace": 0.5,
            "lounge_chair": 1,
            "desk": 0.5,
            "radiator": 0.6,
        },
        hung={**_HOME, "television": 1.0},
        middle=layouts.lounge,
    ),
    "bedroom": Sort(
        2.0,
        (2.6, 4.5),
        (2.8, 4.5),
        first=("bed",),
        against={
            "bedside": 3,
            "wardrobe": 2.5,
            "sideboard": 1,
            "plant": 1,
            "floor_lamp": 1,
            "clothes_rack": 1.3,
            "desk": 1,
            "chair": 0.7,
            "bookcase": 1,
            "boxes": 0.4,
            "coat_stand": 0.4,
        },
        hung=_HOME,
        middle=layouts.bedroom,
    ),
    "kitchen": Sort(
        1.8,
        (2.4, 4.8),
        (2.2, 5.0),
        first=("kitchen", "fridge"),
        against={
            "kitchen": 1,
            "fridge": 1,
            "sideboard": 1,
            "bookcase": 0.5,
            "plant": 0.7,
            "chair": 0.5,
            "radiator": 0.4,
        },
        hung={"pictures": 1.5, "clock": 1, "shelf": 2, "notices": 0.5},
        middle=layouts.dining,
        floors=("tiles", "planks", "parquet", "concrete"),
    ),
    "open_office": Sort(
        2.0,
        (7.0, 14.0),
        (7.0, 14.0),
        (2.7, 3.2),
        against={"filing": 2, "bookcase": 2, "plant": 2, "coat_stand": 1, "sofa": 0.7, "lounge_chair": 0.7},
        hung=_OFFICE,
        middle=layouts.open_plan,
        floors=("carpet", "carpet", "concrete", "planks"),
        overhead={"office": 5, "row": 1},
        windows=0.7,
        density=(0.3, 0.7),
    ),
    "meeting_room": Sort(
        1.6,
        (3.4, 6.0),
        (3.6, 6.5),
        (2.5, 3.0),
        against={"sideboard": 1, "plant": 2, "coat_stand": 1, "chair": 1, "filing": 0.5},
        hung={"whiteboard": 3, "television": 3, "pictures": 1, "clock": 0.7, "notices": 0.5},
        middle=layouts.meeting,
        floors=("carpet", "planks", "concrete"),
        overhead={"office": 3, "row": 1.5, "ceiling": 1},
        windows=0.5,
        density=(0.2, 0.7),
    ),
    "hallway": Sort(
        1.2,
        (1.2, 2.6),
        (3.5, 9.0),
        against={"sideboard": 2, "coat_stand": 1.5, "plant": 1, "bench": 1, "bookcase": 1, "boxes": 0.5, "stool": 0.5},
        hung={"hooks": 2.5, "pictures": 3, "mirror": 1.5, "wall_lamp": 1},
        middle=layouts.hall,
        overhead={"pendant": 1, "ceiling": 2, "row": 1},
        windows=0.25,
        density=(0.4, 0.8),
    ),
    "cafe": Sort(
        1.5,
        (4.5, 9.0),
        (4.5, 9.0),
        (2.8, 3.8),
        first=("counter",),
        against={"bench": 2, "plant": 2, "sofa": 1, "bookcase": 1, "coat_stand": 1, "floor_lamp": 0.5},
        hung={
            "pictures": 2,
            "posters": 1,
            "neon": 1,
            "whiteboard": 0.8,
            "shelf": 1.5,
            "mirror": 0.6,
            "wall_lamp": 1.5,
            "fairy_lights": 1,
        },
        middle=layouts.cafe,
        floors=("planks", "tiles", "concrete", "parquet"),
        overhead={"row": 3, "pendant": 1},
        windows=0.6,
    ),
    "bookshelf": Sort(
        2.0,
        (2.2, 4.5),
        (1.2, 3.0),
        first=("bookcase", "bookcase"),
        against={"bookcase": 5, "plant": 1, "floor_lamp": 1, "armchair": 0.7, "sideboard": 0.5},
        hung={"pictures": 1, "shelf": 1},
        density=(0.6, 1.0),
    ),
    "plain": Sort(
        2.2,
        (2.0, 5.0),
        (1.0, 3.0),
        against={"plant": 1, "floor_lamp": 0.7, "sideboard": 0.5, "chair": 0.5, "coat_stand": 0.4, "radiator": 0.6},
        hung={"pictures": 2, "clock": 0.5, "mirror": 0.4, "cloth": 0.3},
        density=(0.0, 0.25),
    ),
    "classroom": Sort(
        0.8,
        (5.5, 9.0),
        (6.0, 9.0),
        (2.8, 3.3),
        against={"filing": 1, "bookcase": 2, "wardrobe": 1, "sideboard": 1},
        hung={"whiteboard": 3, "posters": 2, "notices": 1.5, "clock": 0.6, "hooks": 1},
        middle=layouts.classroom,
        floors=("carpet", "concrete", "planks", "tiles"),
        overhead={"office": 1},
        windows=0.7,
        density=(0.2, 0.6),
    ),
    "shop": Sort(
        0.8,
        (5.0, 9.0),
        (5.0, 9.0),
        (2.8, 3.5),
        against={"goods": 6, "counter": 0.5, "clothes_rack": 1.5},
        hung={"posters": 1, "shelf": 1, "neon": 0.6},
        middle=layouts.aisles,
        floors=("tiles", "concrete", "planks"),
        overhead={"office": 2, "row": 1},
        windows=0.3,
        density=(0.5, 1.0),
    ),
    "studio": Sort(
        1.4,
        (2.2, 3.8),
        (1.6, 3.2),
        against={"bookcase": 2, "desk": 1, "plant": 1, "floor_lamp": 1, "clothes_rack": 0.5, "goods": 0.4, "sofa": 0.5},
        hung={
            "foam": 3,
            "neon": 2,
            "posters": 2,
            "guitar": 1.5,
            "collection": 1.5,
            "shelf": 2,
            "television": 0.7,
            "fairy_lights": 0.7,
        },
        middle=layouts.studio,
        windows=0.2,
    ),
    "storeroom": Sort(
        0.6,
        (2.4, 5.0),
        (2.2, 5.0),
        against={
            "goods": 3,
            "boxes": 4,
            "filing": 1.5,
            "bookcase": 1.5,
            "clothes_rack": 1,
            "stool": 0.5,
            "rucksack": 0.5,
        },
        hung={"notices": 1, "hooks": 2, "shelf": 2},
        floors=("concrete", "planks", "tiles"),
        overhead={"ceiling": 2, "office": 1},
        windows=0.25,
        density=(0.5, 1.0),
    ),
}


def make(room_kit: Kit, name: str) -> Room:
    """A furnished room of a sort of `SORTS`."""
    rng, sort = room_kit.rng, SORTS[name]
    size = rng.uniform(*sort.width), rng.uniform(*sort.depth), rng.uniform(*sort.height)
    room = shell.empty_room(room_kit, size)
    for wall in ("back", "left", "right", "front"):
        if rng.chance(sort.windows):
            shell.open_window(room, wall)
        if rng.chance(0.3):
            shell.open_door(room, wall)
    if room_kit.mood.daylight and not any(wall.openings for wall in room.walls.values()):
        shell.open_window(room, "front")
    shell.build(room, sort.floors)
    if room_kit.mood.sun:
        shell.shine_sun(room_kit, room.walls[rng.pick(["left", "right", "back", "front"])])
    room.floor.claim(0, 0.3, 1.4, 0.9)  # where the camera stands
    furnish(room, sort)
    extras(room)
    return room
