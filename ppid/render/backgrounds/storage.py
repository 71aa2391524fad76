"""What stands against walls and holds things: bookcases, cupboards, kitchens, racks. Their backs are at y = 0."""

from __future__ import annotations

import numpy as np

from ppid.render.backgrounds.clutter import KITCHEN, LIVING, SHELF, SMALL, basket, box, row_of_books, short_row, strew
from ppid.render.backgrounds.fixtures import coat, towel
from ppid.render.backgrounds.moods import Kit, panel
from ppid.render.backgrounds.place import Place, around, bars, block, circle, moved
from ppid.render.backgrounds.surfaces import glow, textured
from ppid.render.backgrounds.textures import tiles
from ppid.render.colour import linear
from ppid.render.shapes import join, lathe, rounded_box, torus, tube


def bookcase(kit: Kit, place: Place, width: float) -> None:
    """Up to the ceiling or waist-high, full of books or of things."""
    rng = kit.rng
    tall = rng.pick([0.85, 1.2, 1.8, 2.1, 2.3], [1, 1, 2, 3, 1.5])
    shelving(kit, place, width, tall, rng.uniform(0.24, 0.34), bookish=rng.uniform(0.15, 0.95))
    if tall < 1.5:
        strew(kit, place.at(0, 0, tall), width, 0.28, LIVING, 0.6)


def shelving(kit: Kit, place: Place, width: float, tall: float, deep: float, bookish: float) -> None:
    """Boards between uprights; `bookish` is the share of the compartments with books."""
    rng = kit.rng
    wood = kit.palette.any_of("wood", "lacquer", "lacquer")
    board = rng.uniform(0.016, 0.03)
    columns = max(1, round(width / rng.uniform(0.4, 0.9)))
    rows = max(2, round(tall / rng.uniform(0.28, 0.4)))
    xs, zs = np.linspace(-width / 2, width / 2, columns + 1), np.linspace(0.06, tall - board, rows + 1)
    uprights = [block((x - board / 2, x + board / 2), (-deep, 0), (0, tall)) for x in xs]
    boards = [block((-width / 2, width / 2), (-deep + 0.004, 0), (z, z + board)) for z in zs]
    backed = [block((-width / 2, width / 2), (-0.006, 0), (0, tall))] if rng.chance(0.6) else []
    place.add(join([*uprights, *boards, *backed]), wood)
    lit = kit.mood.lamps > 0 and rng.chance(0.12)
    for k in range(columns):
        wide, x = xs[k + 1] - xs[k] - board, (xs[k] + xs[k + 1]) / 2
        for row in range(rows):
            clear = zs[row + 1] - zs[row] - board
            _compartment(kit, place.at(x, 0, zs[row] + board), (wide, deep, clear), bookish)
        if lit:
            colour = kit.mood.lamp_colour(rng)
            strips = [moved(around(x, -deep + 0.02, wide, 0.01, (-0.008, 0)), 0, 0, z) for z in zs[1:]]
            place.add(join(strips), glow(colour / colour.max(), 5))
            panel(place.at(x, -deep + 0.02, tall - 0.08), wide, 0.03, 12, colour)


def _compartment(kit: Kit, place: Place, room: tuple[float, float, float], bookish: float) -> None:
    """Books, things, boxes, or nothing; `room` is width, depth and height."""
    rng = kit.rng
    wide, deep, clear = room
    if rng.chance(0.07) or clear < 0.1:
        return
    if rng.chance(bookish):
        share = rng.uniform(0.35, 1.0)
        x = rng.pick([-1, 1]) * wide * (1 - share) / 2
        row_of_books(
            kit, place.at(x, -deep * rng.uniform(0.05, 0.4) - 0.01), wide * share, min(clear * 0.97, 0.32), deep * 0.6
        )
        if wide * (1 - share) > 0.2 and rng.chance(0.5):
            strew(kit, place.at(-np.sign(x) * wide * share / 2, 0), wide * (1 - share), deep, _fitting(clear), 0.8)
    elif rng.chance(0.25):
        front = around(0, -deep / 2, wide * 0.96, deep * 0.9, (0, clear * rng.uniform(0.7, 0.95)))
        place.add(front, kit.palette.any_of("fabric", "cardboard", "plastic", "lacquer", "wood"), rounded=0.006)
    else:
        strew(kit, place, wide, deep, _fitting(clear), 0.75)


def _fitting(clear: float) -> list[str]:
    """Things of a shelf that are not higher than it."""
    if clear > 0.4:
        return list(SHELF)
    low = ("mug", "box", "photo", "stack", "clock", "candle", "ball", "bottle")
    return [name for name in low if name != "bottle" or clear > 0.34]


def wall_shelf(kit: Kit, place: Place, width: float) -> None:
    """A board on a wall with things on it."""
    rng = kit.rng
    place.add(
        block((-width / 2, width / 2), (-0.22, 0), (0, 0.025)),
        kit.palette.any_of("wood", "lacquer", "metal"),
        rounded=0.003,
    )
    if rng.chance(0.5):
        row_of_books(kit, place.at(-width * 0.25, -0.04, 0.025), width * 0.45, 0.26, 0.16)
        strew(kit, place.at(width * 0.25, 0, 0.025), width * 0.45, 0.22, SHELF, 0.8)
    else:
        strew(kit, place.at(0, 0, 0.025), width, 0.22, SHELF, 0.75)


def _fronts(kit: Kit, place: Place, area: tuple[float, float, float, float], columns: int, rows: int) -> None:
    """Doors or drawers with handles over (x0, x1, z0, z1) of the plane y = 0."""
    rng = kit.rng
    x0, x1, z0, z1 = area
    xs, zs = np.linspace(x0, x1, columns + 1), np.linspace(z0, z1, rows + 1)
    gap, material, metal = (
        0.003,
        kit.palette.any_of("wood", "lacquer", "lacquer"),
        kit.palette.any_of("metal", "dark", "wood"),
    )
    style, knobs, frames = rng.pick(["bar", "knob", "none"]), [], rng.chance(0.3)
    for k in range(columns):
        for row in range(rows):
            a, b, c, d = xs[k] + gap, xs[k + 1] - gap, zs[row] + gap, zs[row + 1] - gap
            place.add(block((a, b), (-0.018, 0), (c, d)), material, rounded=0.002)
            if frames and b - a > 0.25 and d - c > 0.25:
                inset = 0.07
                rim = [block((a, b), (-0.026, -0.018), (z, z + inset)) for z in (c, d - inset)]
                rim += [block((x, x + inset), (-0.025, -0.018), (c + inset, d - inset)) for x in (a, b - inset)]
                place.add(join(rim), material, rounded=0.002)
            if d - c > b - a:  # a door: upright handle at one side
                x, z = (b - 0.05 if k % 2 == 0 else a + 0.05), (c + d) / 2
                ends = ((x, -0.045, z - 0.07), (x, -0.045, z + 0.07))
            else:
                x, z = (a + b) / 2, d - 0.06
                ends = ((x - 0.07, -0.045, z), (x + 0.07, -0.045, z))
            if style == "bar":
                knobs.append(bars([ends, *((end, (end[0], 0, end[2])) for end in ends)], 0.005, 6))
            elif style == "knob":
                knobs.append(moved(rounded_box(0.03, 0.03, 0.03, 2.5, 3), x, -0.035, z))
    if knobs:
        place.add(join(knobs), metal)


def sideboard(kit: Kit, place: Place, width: float) -> None:
    """Low cupboard or chest of drawers with things on top."""
    rng = kit.rng
    high, deep, foot = rng.uniform(0.6, 0.95), rng.uniform(0.38, 0.48), rng.pick([0.02, 0.14])
    place.add(around(0, -deep / 2, width, deep, (foot, high)), kit.palette.any_of("wood", "lacquer"), rounded=0.004)
    feet = [((x, y, foot), (x, y, 0)) for x in (-width / 2 + 0.08, width / 2 - 0.08) for y in (-0.08, -deep + 0.08)]
    place.add(bars(feet, 0.018), kit.palette.any_of("wood", "metal"))
    columns = max(1, round(width / rng.uniform(0.4, 0.7)))
    _fronts(
        kit,
        place.at(0, -deep),
        (-width / 2 + 0.01, width / 2 - 0.01, foot + 0.01, high - 0.02),
        columns,
        rng.whole(1, 4),
    )
    strew(kit, place.at(0, 0, high), width, deep, LIVING, 0.65)


def wardrobe(kit: Kit, place: Place, width: float) -> None:
    """Doors up to two metres."""
    rng = kit.rng
    high, deep = rng.uniform(1.9, 2.25), 0.58
    place.add(around(0, -deep / 2, width, deep, (0, high)), kit.palette.any_of("wood", "lacquer"), rounded=0.004)
    _fronts(
        kit, place.at(0, -deep), (-width / 2 + 0.01, width / 2 - 0.01, 0.06, high - 0.02), max(2, round(width / 0.5)), 1
    )
    for _ in range(rng.whole(0, 2)):
        (box if rng.chance(0.6) else basket)(kit, place.at(rng.uniform(-0.3, 0.3) * width, -0.3, high))


def filing_cabinet(kit: Kit, place: Place, width: float) -> None:
    """Grey steel drawers or lockers."""
    rng = kit.rng
    high, deep = rng.pick([0.7, 1.05, 1.35, 1.95]), 0.45
    place.add(
        around(0, -deep / 2, width, deep, (0, high)), kit.palette.any_of("metal", "lacquer", "dark"), rounded=0.004
    )
    _fronts(
        kit,
        place.at(0, -deep),
        (-width / 2 + 0.01, width / 2 - 0.01, 0.04, high - 0.02),
        max(1, round(width / 0.45)),
        max(2, round(high / 0.36)),
    )
    if high < 1.5:
        strew(kit, place.at(0, 0, high), width, deep, ("box", "books", "papers", "plant", "stack", "printer"), 0.6)


def bedside(kit: Kit, place: Place, width: float) -> None:
    """A small table beside a bed."""
    place.add(around(0, -0.2, width, 0.38, (0.1, 0.5)), kit.palette.any_of("wood", "lacquer"), rounded=0.004)
    _fronts(kit, place.at(0, -0.39), (-width / 2 + 0.01, width / 2 - 0.01, 0.11, 0.48), 1, 2)
    SMALL["table_lamp"][1](kit, place.at(0, -0.16, 0.5))
    if kit.rng.chance(0.6):
        SMALL["stack"][1](kit, place.at(0.03, -0.28, 0.5))


def kitchen_row(kit: Kit, place: Place, width: float) -> None:
    """Counter with cupboards below and above, sink, stove, tiles between."""
    rng = kit.rng
    deep, high = 0.6, 0.9
    body, top = kit.palette.any_of("lacquer", "wood"), kit.palette.any_of("wood", "lacquer", "dark")
    place.add(around(0, -deep / 2, width, deep - 0.02, (0.1, high - 0.04)), body)
    place.add(around(0, -deep / 2 + 0.05, width, deep - 0.1, (0, 0.1)), kit.palette.get("dark"))
    place.add(around(0, -deep / 2, width, deep + 0.03, (high - 0.04, high)), top, rounded=0.004)
    columns = max(2, round(width / 0.6))
    oven = rng.whole(0, columns - 1)
    each = width / columns
    left = oven * each - width / 2
    front = place.at(0, -deep + 0.01)
    for x0, x1, count in ((-width / 2, left, oven), (left + each, width / 2, columns - 1 - oven)):
        if count:
            _fronts(kit, front, (x0, x1, 0.11, high - 0.05), count, rng.whole(1, 3))
    _oven(kit, place.at(left + each / 2, -deep + 0.01), each)
    splash = block((-width / 2, width / 2), (-0.012, 0), (high, 1.45))
    place.add(splash, textured(tiles(rng)), surface=splash[0][:, [0, 2]])
    sink = (oven + rng.whole(1, columns - 1)) % columns
    _sink(kit, place.at((sink + 0.5) * each - width / 2, -0.3, high))
    _upper(kit, place.at(0, 0, 1.45), width, left + each / 2, each)
    strew(kit, place.at(-width / 4, -0.05, high), width / 2, deep - 0.1, KITCHEN, 0.5)
    strew(kit, place.at(width / 4, -0.05, high), width / 2, deep - 0.1, KITCHEN, 0.5)


def _oven(kit: Kit, place: Place, width: float) -> None:
    dark, metal = kit.palette.get("dark"), kit.palette.get("metal")
    place.add(block((-width / 2, width / 2), (-0.02, 0), (0.12, 0.86)), metal, rounded=0.003)
    place.add(block((-width * 0.4, width * 0.4), (-0.026, 0), (0.2, 0.62)), dark)
    place.add(bars([((-width * 0.38, -0.06, 0.68), (width * 0.38, -0.06, 0.68))], 0.01), metal)
    place.add(around(0, 0.28, width * 0.95, 0.5, (0.9, 0.908)), dark)
    for x in np.linspace(-0.3, 0.3, 5) * width:
        place.at(x, -0.02, 0.78).tilted(np.pi / 2).add(lathe([(0.02, 0), (0.018, 0.025), (0, 0.025)], 16), dark)


def _sink(kit: Kit, place: Place) -> None:
    metal = kit.palette.get("metal")
    place.add(around(0, 0, 0.45, 0.4, (-0.001, 0.004)), metal)
    place.add(around(0, 0, 0.38, 0.33, (0.004, 0.005)), kit.palette.get("dark"))
    place.add(
        tube([(0, 0.22, 0), (0, 0.22, 0.26), (0, 0.17, 0.33), (0, 0.08, 0.33), (0, 0.03, 0.27)], 0.012, 10),
        metal,
        smooth=True,
    )


def _upper(kit: Kit, place: Place, width: float, hood_x: float, hood: float) -> None:
    """Cupboards above, a board, or only the hood."""
    rng = kit.rng
    metal = kit.palette.get("metal")
    chimney = [around(hood_x, -0.25, hood * 0.95, 0.45, (0.08, 0.14)), around(hood_x, -0.15, 0.28, 0.28, (0.14, 0.95))]
    place.add(join(chimney), metal)
    kind = rng.pick(["cupboards", "boards", "none"], [3, 2, 1])
    for x0, x1 in ((-width / 2, hood_x - hood / 2), (hood_x + hood / 2, width / 2)):
        wide = x1 - x0
        if wide < 0.35 or kind == "none":
            continue
        if kind == "cupboards":
            place.add(block((x0, x1), (-0.34, 0), (0.03, 0.75)), kit.palette.any_of("lacquer", "wood"))
            _fronts(kit, place.at(0, -0.34), (x0, x1, 0.03, 0.75), max(1, round(wide / 0.5)), 1)
            if kit.mood.lamps and rng.chance(0.5):
                colour = kit.mood.lamp_colour(rng)
                place.add(around((x0 + x1) / 2, -0.3, wide * 0.9, 0.02, (0.02, 0.03)), glow(colour / colour.max(), 5))
        else:
            for z in (0.05, 0.42):
                shelf = place.at((x0 + x1) / 2, 0, z)
                shelf.add(around(0, -0.12, wide, 0.24, (0, 0.03)), kit.palette.any_of("wood", "lacquer"))
                strew(kit, shelf.at(0, 0, 0.03), wide, 0.24, KITCHEN, 0.8)


def fridge(kit: Kit, place: Place, width: float) -> None:
    """With notes on it, now and then."""
    rng = kit.rng
    high, split = rng.uniform(1.6, 2.0), rng.uniform(0.5, 0.75)
    shell, metal = kit.palette.any_of("lacquer", "metal"), kit.palette.any_of("metal", "dark")
    for z in ((0.05, high * split - 0.005), (high * split + 0.005, high)):
        place.add(block((-width / 2, width / 2), (-0.65, 0), z), shell, rounded=0.015)
        x = -width / 2 + 0.06
        place.add(bars([((x, -0.7, sum(z) / 2 - 0.15), (x, -0.7, sum(z) / 2 + 0.15))], 0.01), metal)
    for _ in range(rng.whole(0, 6)):
        wide, high_note = rng.uniform(0.05, 0.15), rng.uniform(0.05, 0.2)
        note = around(rng.uniform(-0.3, 0.3) * width, -0.653, wide, 0.003, (0, high_note))
        place.at(0, 0, rng.uniform(0.9, 1.4)).add(note, kit.palette.any_of("paper", "plastic", "pattern"))


def clothes_rack(kit: Kit, place: Place, width: float) -> None:
    """A rail with clothes on hangers."""
    rng = kit.rng
    high = 1.6
    feet = [((x, y, 0.02), (x, -0.25, 0.05)) for x in (-width / 2, width / 2) for y in (-0.45, -0.05)]
    frame = [((x, -0.25, 0.03), (x, -0.25, high)) for x in (-width / 2, width / 2)] + [
        ((-width / 2, -0.25, high), (width / 2, -0.25, high))
    ]
    place.add(bars([*feet, *frame], 0.013), kit.palette.any_of("metal", "dark", "wood"))
    x = -width / 2 + 0.1
    while x < width / 2 - 0.1:
        coat(kit, place.at(x, -0.25, high - 0.03, np.pi / 2 + rng.normal(0, 0.25)), rng.uniform(0.6, 1.15))
        x += rng.uniform(0.06, 0.2)


def coat_stand(kit: Kit, place: Place) -> None:
    """A pole with coats, hats and a bag: easily taken for somebody."""
    rng = kit.rng
    high = rng.uniform(1.65, 1.9)
    feet = [((0, 0, 0.2), (x, y, 0)) for x, y in circle(4, 0.25)]
    hooks = [((0, 0, high - 0.15), (x, y, high - 0.02)) for x, y in circle(5, 0.14)]
    place.add(
        bars([((0, 0, 0.1), (0, 0, high)), *feet, *hooks], 0.016),
        kit.palette.any_of("wood", "metal", "dark"),
        smooth=True,
    )
    for x, y in circle(5, 0.13)[: rng.whole(1, 4)]:
        coat(kit, place.at(x, y, high - 0.05, np.arctan2(x, -y)), rng.uniform(0.6, 1.1))
    if rng.chance(0.4):
        brim = lathe([(0, 0.12), (0.07, 0.12), (0.09, 0.02), (0.17, 0), (0.17, -0.005)], 28)
        place.at(0, 0, high - 0.02).add(brim, kit.palette.get("fabric"), smooth=True)


def radiator(kit: Kit, place: Place, width: float) -> None:
    """Ribs below a window."""
    ribs = [
        block((x - 0.02, x + 0.02), (-0.11, -0.04), (0.12, 0.68))
        for x in np.arange(-width / 2 + 0.03, width / 2, 0.055)
    ]
    place.add(
        join(
            [
                *ribs,
                block((-width / 2, width / 2), (-0.09, -0.05), (0.14, 0.17)),
                block((-width / 2, width / 2), (-0.09, -0.05), (0.62, 0.65)),
            ]
        ),
        kit.palette.get("lacquer"),
    )


def boxes(kit: Kit, place: Place, width: float) -> None:
    """Cartons, bags and a bicycle's wheel: what stands about."""
    rng = kit.rng
    z = 0.0
    for _ in range(rng.whole(1, 4)):
        wide, high = rng.uniform(0.25, width), rng.uniform(0.18, 0.4)
        there = place.at(rng.normal(0, 0.04), -0.25, z, rng.normal(0, 0.15))
        there.add(
            around(0, 0, wide, rng.uniform(0.25, 0.4), (0, high)),
            kit.palette.any_of("cardboard", "cardboard", "plastic"),
            rounded=0.005,
        )
        if rng.chance(0.5):
            there.add(around(0, 0, wide * 1.005, 0.05, (0, high + 0.001)), kit.palette.get("paper"))
        z += high


def rucksack(kit: Kit, place: Place, _: float) -> None:
    """A bag on the floor."""
    rng = kit.rng
    cloth = kit.palette.any_of("fabric", "dark", "leather")
    there = place.at(0, -0.2).tilted(-0.15)
    there.add(moved(rounded_box(0.34, 0.22, 0.48, 3.5, 4), 0, 0, 0.24), cloth, smooth=True)
    there.add(moved(rounded_box(0.26, 0.1, 0.24, 4, 4), 0, -0.12, 0.17), cloth, smooth=True)
    loop = torus(0.05, 0.009, 24, 6)
    there.add(moved((loop[0][:, [0, 2, 1]], loop[1]), 0, 0.02, 0.48), kit.palette.get("dark"), smooth=True)
    if rng.chance(0.3):
        towel(kit, place.at(0.05, -0.1, 0.5))


def shop_shelf(kit: Kit, place: Place, width: float) -> None:
    """Goods in rows."""
    rng = kit.rng
    high, deep, rows = rng.uniform(1.5, 2.1), 0.4, rng.whole(4, 6)
    metal = kit.palette.any_of("metal", "lacquer")
    zs = np.linspace(0.1, high, rows + 1)
    place.add(
        join(
            [block((-width / 2, width / 2), (-deep, 0), (z - 0.02, z)) for z in zs]
            + [block((-width / 2, width / 2), (-0.02, 0), (0, high))]
        ),
        metal,
    )
    for z, above in zip(zs[:-1], zs[1:], strict=True):
        x = -width / 2 + 0.02
        while x < width / 2 - 0.1:
            wide, tall, count = rng.uniform(0.06, 0.16), (above - z) * rng.uniform(0.5, 0.88), rng.whole(2, 6)
            count = min(count, int((width / 2 - x) / wide))
            if rng.chance(0.5):
                item = lathe(
                    [
                        (0, 0),
                        (wide * 0.42, 0),
                        (wide * 0.42, tall * 0.7),
                        (wide * 0.2, tall * 0.85),
                        (wide * 0.2, tall),
                        (0, tall),
                    ],
                    14,
                )
            else:
                item = around(0, 0, wide * 0.92, wide, (0, tall))
            goods = [moved(item, x + (k + 0.5) * wide, -deep + 0.02 + wide / 2, z) for k in range(count)]
            if goods:
                place.add(join(goods), kit.palette.any_of("plastic", "plastic", "pattern", "cardboard", "glass"))
            x += count * wide + rng.uniform(0, 0.06)
    short_row(kit, place.at(0, -0.1, high))


def counter(kit: Kit, place: Place, width: float) -> None:
    """A bar's back shelf with bottles, and the bar before it."""
    rng = kit.rng
    shelving(kit, place.at(0, 0, 0.9), width, 1.2, 0.28, bookish=0.0)
    place.add(around(0, -0.3, width, 0.6, (0, 0.9)), kit.palette.any_of("wood", "dark", "lacquer"))
    bar = place.at(0, -1.5)
    bar.add(around(0, 0, width * 0.8, 0.5, (0, 1.05)), kit.palette.any_of("wood", "lacquer", "dark"))
    bar.add(around(0, 0, width * 0.84, 0.6, (1.05, 1.1)), kit.palette.any_of("wood", "lacquer"), rounded=0.005)
    strew(kit, bar.at(0, 0.25, 1.1), width * 0.7, 0.4, KITCHEN, 0.5)
    machine = bar.at(rng.uniform(-0.25, 0.25) * width, 0.05, 1.1)
    machine.add(around(0, 0, 0.6, 0.4, (0, 0.42)), kit.palette.get("metal"), rounded=0.03)
    machine.add(around(0, -0.1, 0.5, 0.25, (0.05, 0.2)), kit.palette.get("dark"))


def fireplace(kit: Kit, place: Place, width: float) -> None:
    """A mantel with things on it."""
    rng = kit.rng
    stone = kit.palette.any_of("lacquer", "wood", "ceramic")
    sides = [block((s * width / 2 - 0.12, s * width / 2 + 0.12), (-0.3, 0), (0, 1.0)) for s in (-1, 1)]
    place.add(
        join(
            [
                *sides,
                block((-width / 2, width / 2), (-0.3, 0), (0.8, 1.05)),
                block((-width / 2 - 0.2, width / 2 + 0.2), (-0.38, 0), (1.05, 1.1)),
            ]
        ),
        stone,
        rounded=0.006,
    )
    place.add(block((-width / 2, width / 2), (-0.02, 0), (0, 0.8)), kit.palette.get("dark"))
    if kit.mood.lamps and rng.chance(0.5):
        flames = join(
            moved(rounded_box(0.08, 0.06, rng.uniform(0.15, 0.35), 2, 3), x, -0.15, 0.18)
            for x in np.linspace(-0.2, 0.2, 5)
        )
        place.add(flames, glow(linear((1.0, 0.55, 0.15)), 10), smooth=True)
        panel(place.at(0, -0.2, 0.3), width * 0.6, 0.4, 30 * kit.mood.lamps, np.array([1.6, 0.8, 0.25]))
    strew(kit, place.at(0, 0, 1.1), width, 0.36, LIVING, 0.7)
