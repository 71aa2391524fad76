"""A closed room: walls with windows and doors, floor, ceiling, curtains; and what is free along them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ppid.render.backgrounds.fixtures import switch
from ppid.render.backgrounds.moods import Kit, ceiling_panel, panel, sun
from ppid.render.backgrounds.place import Floor, Line, Place, around, bars, block, shared_gap
from ppid.render.backgrounds.surfaces import night_pane, sheer, textured
from ppid.render.backgrounds.textures import FLOORS, WALLS, Texture, draw, planks, plaster
from ppid.render.colour import linear
from ppid.render.shapes import grid_faces, join, noise, rounded_box

_THICK = 0.2
_SILL = 0.9  # height up to which things are low
_BEFORE_SILL = 0.17  # of curtains from the wall


@dataclass(frozen=True)
class Opening:
    """A hole in a wall: along the wall from left to right, and its heights."""

    kind: str  # window, door or doorway
    left: float
    right: float
    low: float
    high: float


@dataclass
class Wall:
    """One of four.

    Attributes:
        place: the middle of its foot; x along it, y out of the room.
        length: in metres.
        low: what is taken along it below the height of a sill.
        high: what is taken above.
        openings: windows and doors.
    """

    place: Place
    length: float
    low: Line
    high: Line
    openings: list[Opening] = field(default_factory=list)

    def find(self, kit: Kit, width: float, top: float, bottom: float = 0.0) -> float | None:
        """Take a stretch for something from `bottom` to `top`; its middle along the wall."""
        lines = [line for line, concerned in ((self.low, bottom < _SILL), (self.high, top > _SILL + 0.25)) if concerned]
        return shared_gap(kit.rng, lines, width)


@dataclass
class Room:
    """A room that stands; the camera looks from y = 0 towards +y."""

    kit: Kit
    width: float
    depth: float
    height: float
    walls: dict[str, Wall]
    floor: Floor
    names: dict[str, str]  # of the surfaces

    def ceiling(self, x: float, y: float) -> Place:
        """A place at the ceiling."""
        return Place().at(x, y, self.height)


def empty_room(kit: Kit, size: tuple[float, float, float]) -> Room:
    """A room without walls yet: width, depth and height in metres."""
    width, depth, height = size
    turns = {"back": (0, depth, 0.0, width), "left": (-width / 2, depth / 2, np.pi / 2, depth)}
    turns |= {"right": (width / 2, depth / 2, -np.pi / 2, depth), "front": (0, 0, np.pi, width)}
    walls = {
        name: Wall(Place().at(x, y, 0, turn), length, Line(-length / 2, length / 2), Line(-length / 2, length / 2))
        for name, (x, y, turn, length) in turns.items()
    }
    return Room(kit, width, depth, height, walls, Floor((-width / 2, width / 2), (0, depth)), {})


def open_window(room: Room, name: str) -> None:
    """Plan a window in a wall, where there is room."""
    wall, rng = room.walls[name], room.kit.rng
    full = rng.chance(0.2)
    wide = min(rng.uniform(0.8, 2.6), wall.length - 0.5)
    low = 0.05 if full else rng.uniform(0.75, 1.0)
    high = min(room.height - rng.uniform(0.12, 0.5), low + rng.uniform(1.1, 1.6) if not full else 9)
    x = wall.find(room.kit, wide + 0.3, high, low)
    if x is not None:
        wall.openings.append(Opening("window", x - wide / 2, x + wide / 2, low, high))


def open_door(room: Room, name: str) -> None:
    """Plan a door or a doorway in a wall, where there is room."""
    wall, rng = room.walls[name], room.kit.rng
    wide = rng.uniform(0.8, 1.0)
    x = wall.find(room.kit, wide + 0.2, 2.1)
    if x is not None:
        kind = "door" if rng.chance(0.7) else "doorway"
        wall.openings.append(Opening(kind, x - wide / 2, x + wide / 2, 0.0, rng.uniform(2.0, 2.1)))


def build(room: Room, floors: Sequence[str] = ()) -> None:
    """Put up walls, floor and ceiling with what the openings need; `floors` are names of `FLOORS` to choose from."""
    kit = room.kit
    rng = kit.rng
    room.names["wall"], texture = draw(rng, WALLS)
    material = textured(texture)
    accent = draw(rng, WALLS)[1] if rng.chance(0.35) else None
    room.names["accent"] = str(accent is not None)
    trim = kit.palette.any_of("lacquer", "wood", "paper")
    for name, wall in room.walls.items():
        _wall(wall, textured(accent) if accent and name == "back" else material, room.height)
        _skirting(kit, wall, trim)
        for opening in wall.openings:
            _FITTINGS[opening.kind](kit, wall, opening)
        if rng.chance(0.4):
            x = wall.find(kit, 0.15, 1.2, 1.0)
            if x is not None:
                switch(kit, wall.place.at(x, 0, 1.1))
    _floor(room, floors)
    _ceiling(room)


def _wall(wall: Wall, material: object, height: float) -> None:
    """Blocks around the openings; surface coordinates are metres along and up."""
    pieces = []
    x = -wall.length / 2 - _THICK
    for opening in sorted(wall.openings, key=lambda each: each.left):
        pieces.append(block((x, opening.left), (0, _THICK), (0, height)))
        if opening.low > 0:
            pieces.append(block((opening.left, opening.right), (0, _THICK), (0, opening.low)))
        pieces.append(block((opening.left, opening.right), (0, _THICK), (opening.high, height)))
        x = opening.right
    pieces.append(block((x, wall.length / 2 + _THICK), (0, _THICK), (0, height)))
    shape = join(pieces)
    wall.place.add(shape, material, surface=shape[0][:, [0, 2]] + shape[0][:, [1, 1]] * [1, 0])


def _skirting(kit: Kit, wall: Wall, trim: object) -> None:
    high = kit.rng.uniform(0.05, 0.14)
    doors = sorted((each.left, each.right) for each in wall.openings if each.low < high)
    ends = [-wall.length / 2, *(end for door in doors for end in door), wall.length / 2]
    parts = [block((a, b), (-0.015, 0), (0, high)) for a, b in zip(ends[::2], ends[1::2], strict=True) if b > a]
    if parts:
        wall.place.add(join(parts), trim)


def _floor(room: Room, floors: Sequence[str]) -> None:
    rng = room.kit.rng
    if floors:
        room.names["floor"] = rng.pick(floors)
        texture = FLOORS[room.names["floor"]][1](rng)
    else:
        room.names["floor"], texture = draw(rng, FLOORS)
    _slab(room, texture, 0.0, rng.chance(0.5))


def _ceiling(room: Room) -> None:
    rng = room.kit.rng
    texture = planks(rng) if rng.chance(0.06) else plaster(rng)
    if texture.colour.mean() < 0.7 and rng.chance(0.85):  # nearly all ceilings are light
        texture = Texture(
            0.75 + 0.25 * texture.colour, texture.relief, texture.extent, texture.depth, texture.roughness
        )
    _slab(room, texture, room.height, False)
    if rng.chance(0.08):
        beams = [
            block((-room.width / 2, room.width / 2), (y, y + 0.14), (room.height - 0.18, room.height))
            for y in np.arange(0.4, room.depth, 0.9)
        ]
        Place().add(join(beams), room.kit.palette.get("wood"))


def _slab(room: Room, texture: Texture, z: float, turned: bool) -> None:
    x, y = room.width / 2 + _THICK, (-_THICK, room.depth + _THICK)
    corners = np.array([[-x, y[0], z], [x, y[0], z], [x, y[1], z], [-x, y[1], z]])
    uv = corners[:, [1, 0]] if turned else corners[:, [0, 1]]
    Place().add((corners, np.array([[0, 1, 2, 3]])), textured(texture), surface=uv)


def _window(kit: Kit, wall: Wall, opening: Opening) -> None:
    """Frame, panes, sill, light from outside, and what hangs before it."""
    rng, mood = kit.rng, kit.mood
    left, right, low, high = opening.left, opening.right, opening.low, opening.high
    wide, tall, middle = right - left, high - low, (left + right) / 2
    frame, thick = kit.palette.any_of("lacquer", "paper", "wood", "dark"), rng.uniform(0.035, 0.07)
    y = (0.08, 0.13)
    xs = np.linspace(left, right, max(2, round(wide / rng.uniform(0.5, 1.3)) + 1))
    zs = np.linspace(low, high, rng.pick([2, 2, 3, 4], [4, 2, 1.5, 0.5]))
    uprights = [block((x - thick / 2, x + thick / 2), y, (low, high)) for x in xs]
    rails = [block((left, right), (y[0] + 0.003, y[1] - 0.003), (z - thick / 2, z + thick / 2)) for z in zs]
    wall.place.add(join([*uprights, *rails]), frame)
    if low > 0.3:
        wall.place.add(block((left - 0.06, right + 0.06), (-0.12, 0.08), (low - 0.03, low)), frame, rounded=0.004)
    if mood.daylight < 0.3:
        glass = block((left, right), (0.1, 0.101), (low, high))
        part = wall.place.add(glass, night_pane(kit.outside, mood.outside))
        part.visible_diffuse = part.visible_shadow = False
    if mood.daylight:
        light = wall.place.at(middle, _THICK + 0.05, (low + high) / 2)
        panel(light, wide, tall, mood.daylight, mood.day_colour())
    _hung(kit, wall, opening)


def shine_sun(kit: Kit, wall: Wall) -> None:
    """Let the sun shine through a wall's windows."""
    rng = kit.rng
    colour = kit.mood.day_colour() * np.array([1.15, 1.0, 0.75])
    sun(wall.place, kit.mood.sun, colour, rng.uniform(0.3, 0.9), rng.uniform(-0.9, 0.9))


def _hung(kit: Kit, wall: Wall, opening: Opening) -> None:
    rng = kit.rng
    kind = rng.pick(["none", "curtains", "sheer", "blinds", "roller"], [3, 3, 1.5, 1.5, 1])
    left, right, low, high = opening.left, opening.right, opening.low, opening.high
    wide = right - left
    if kind == "blinds":
        pitch, angle = rng.uniform(0.025, 0.05), rng.uniform(-0.9, 0.9)
        bottom = low + (high - low) * rng.pick([0.0, rng.uniform(0, 0.7)])
        slats = []
        for z in np.arange(bottom, high, pitch):
            vertices, faces = block((left + 0.02, right - 0.02), (-pitch * 0.5, pitch * 0.5), (-0.0008, 0.0008))
            depth = vertices[:, 1].copy()
            vertices[:, 1], vertices[:, 2] = depth * np.cos(angle) + 0.03, vertices[:, 2] + depth * np.sin(angle) + z
            slats.append((vertices, faces))
        wall.place.add(join(slats), kit.palette.any_of("paper", "lacquer", "wood", "metal"))
    elif kind == "roller":
        bottom = low + (high - low) * rng.uniform(0.1, 0.9)
        cloth = sheer(kit.palette.colour((0, 0.4), (0.5, 0.95)), 0.35)
        wall.place.add(block((left - 0.03, right + 0.03), (-0.03, -0.028), (bottom, high + 0.05)), cloth)
    elif kind in ("curtains", "sheer"):
        foot = 0.02 if rng.chance(0.7) else low - 0.15
        through = kind == "sheer"
        colour = linear((0.93, 0.92, 0.9)) if through else kit.palette.colour((0, 0.6), (0.1, 0.9))
        cloth = sheer(colour, 0.4 if through else 0.12, 0.3 if through else 0.0)
        rod = bars([((left - 0.3, -_BEFORE_SILL, high + 0.1), (right + 0.3, -_BEFORE_SILL, high + 0.1))], 0.012)
        wall.place.add(rod, kit.palette.any_of("metal", "wood", "dark"))
        share = 0.5 if through and rng.chance(0.6) else rng.uniform(0.12, 0.35)
        for side in (-1, 1):
            if rng.chance(0.9):
                span = (
                    (left - 0.25, left - 0.25 + share * (wide + 0.5))
                    if side < 0
                    else (right + 0.25 - share * (wide + 0.5), right + 0.25)
                )
                curtain(kit, wall.place, span, (foot, high + 0.1), cloth)


def curtain(kit: Kit, place: Place, x: tuple[float, float], z: tuple[float, float], cloth: object) -> None:
    """Folds between heights."""
    rng = kit.rng
    s, t = np.meshgrid(np.linspace(0, 1, max(24, int((x[1] - x[0]) * 90))), np.linspace(0, 1, 14))
    folds = (x[1] - x[0]) * rng.uniform(6, 12)
    wander = noise(np.stack([s * 2, t * 0.5, np.zeros_like(s)], -1), rng, 1.0, 2) * 0.8
    y = -_BEFORE_SILL + (0.025 + 0.015 * t) * np.sin(s * folds * 2 * np.pi + wander)
    across = x[0] + s * (x[1] - x[0]) + 0.01 * np.cos(s * folds * 2 * np.pi)
    points = np.stack([across, y, z[0] + (z[1] - z[0]) * (1 - t)], -1).reshape(-1, 3)
    place.add((points, grid_faces(*s.shape)), cloth, smooth=True)


def _casing(kit: Kit, wall: Wall, opening: Opening) -> None:
    left, right, high = opening.left, opening.right, opening.high
    wide = kit.rng.uniform(0.05, 0.1)
    sides = [
        block((x - wide / 2, x + wide / 2), (-0.02, 0.1), (0, high + wide))
        for x in (left - wide / 2 + 0.02, right + wide / 2 - 0.02)
    ]
    lintel = block((left, right), (-0.018, 0.1), (high - 0.02, high + wide - 0.003))
    wall.place.add(join([*sides, lintel]), kit.palette.any_of("lacquer", "wood", "paper"))


def _door(kit: Kit, wall: Wall, opening: Opening) -> None:
    """Closed, with panels or a pane, and a handle."""
    rng = kit.rng
    _casing(kit, wall, opening)
    left, right, high = opening.left, opening.right, opening.high
    leaf = kit.palette.any_of("lacquer", "wood", "wood")
    wall.place.add(block((left, right), (0.01, 0.05), (0, high)), leaf)
    rows, columns = rng.pick([(0, 0), (0, 0), (2, 1), (3, 2), (2, 2)])
    for row in range(rows):
        for column in range(columns):
            a = left + 0.1 + column * (right - left - 0.1) / columns
            b = a + (right - left - 0.1) / columns - 0.1
            c = 0.12 + row * (high - 0.12) / rows
            d = c + (high - 0.12) / rows - 0.12
            wall.place.add(block((a, b), (0.0, 0.02), (c, d)), leaf, rounded=0.008)
    x = rng.pick([left + 0.08, right - 0.08])
    inwards = 0.11 if x < (left + right) / 2 else -0.11
    handle = bars([((x, 0.01, 1.02), (x, -0.05, 1.02)), ((x, -0.05, 1.02), (x + inwards, -0.05, 1.02))], 0.01)
    wall.place.add(handle, kit.palette.any_of("metal", "dark"))


def _doorway(kit: Kit, wall: Wall, opening: Opening) -> None:
    """Open: a stretch of another room behind, lit or dark, sometimes with the door's leaf swung in."""
    rng, mood = kit.rng, kit.mood
    _casing(kit, wall, opening)
    left, right, middle = opening.left - 0.6, opening.right + 0.6, (opening.left + opening.right) / 2
    back, top = _THICK + rng.uniform(1.2, 3.0), opening.high + 0.35
    y = (_THICK, back)
    walls = [
        block((left - 0.1, left), y, (0, top)),
        block((right, right + 0.1), y, (0, top)),
        block((left, right), (back, back + 0.1), (0, top)),
    ]
    wall.place.add(join([*walls, block((left, right), y, (top, top + 0.1))]), kit.palette.get("lacquer"))
    wall.place.add(block((left, right), (0, back), (-0.1, 0)), kit.palette.get("wood"))
    if rng.chance(0.6):
        strength = max(mood.lamps, mood.daylight * 0.3, 0.05)
        ceiling_panel(wall.place.at(middle, _THICK + 0.5, top - 0.1), 0.4, 0.4, 14 * strength, mood.lamp_colour(rng))
    if rng.chance(0.5):
        x, turn = rng.pick([(opening.left, -rng.uniform(1.2, 1.9)), (opening.right, np.pi + rng.uniform(1.2, 1.9))])
        swung = wall.place.at(x, 0.0, 0, turn)
        swung.add(
            block((0, opening.right - opening.left), (0, 0.04), (0.01, opening.high)),
            kit.palette.any_of("lacquer", "wood"),
        )
        swung.add(rounded_box(0.1, 0.12, 0.02, 4, 2), kit.palette.get("metal"))
    else:
        wall.place.at(middle, back - 0.05).add(
            around(0, 0, 0.5, 0.06, (1.2, 1.8)), kit.palette.any_of("pattern", "dark", "wood")
        )


_FITTINGS = {"window": _window, "door": _door, "doorway": _doorway}
