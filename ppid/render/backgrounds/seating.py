"""Chairs, sofas, tables, desks and beds."""

from __future__ import annotations

import numpy as np

from ppid.render.backgrounds.clutter import CAFE, DESK, LIVING, cushion, pillow, strew
from ppid.render.backgrounds.electronics import cable, keyboard, monitor
from ppid.render.backgrounds.moods import Kit
from ppid.render.backgrounds.place import Place, around, bars, block, circle, cross_section, moved, repeat
from ppid.render.rng import Rng
from ppid.render.shapes import Shape, grid_faces, join, lathe, noise, rounded_box, spline, tube


def _back_shell(width: float, height: float, thick: float, curve: float) -> Shape:
    """A backrest that is curved around z, stands on z = 0 and looks along -y."""
    rows, columns = 9, 13
    s, t = np.linspace(-1, 1, columns), np.linspace(0, 1, rows)
    x = np.outer(1 - 0.25 * np.abs(2 * t - 1) ** 4, s) * width / 2
    y = np.broadcast_to(-curve * s**2, x.shape) + 0.05 * (t[:, None] - 0.3) ** 2
    z = np.broadcast_to((t * height)[:, None], x.shape) - 0.0 * x
    front = np.stack([x, y, z], -1).reshape(-1, 3)
    n = len(front)
    faces = grid_faces(rows, columns)
    edge = [
        *range(columns),
        *range(2 * columns - 1, n, columns),
        *range(n - 2, n - columns - 1, -1),
        *range(n - 2 * columns, 0, -columns),
    ]
    rim = np.array([[a, b, b + n, a + n] for a, b in zip(edge, [*edge[1:], edge[0]], strict=True)])
    return np.concatenate([front, front + [0, thick, 0]]), np.concatenate([faces, faces[:, ::-1] + n, rim])


def office_chair(kit: Kit, place: Place) -> None:
    """Swivel chair on five castors: task chair, mesh back, or a racing seat."""
    rng = kit.rng
    seat = rng.uniform(0.44, 0.52)
    dark, cover = (
        kit.palette.any_of("dark", "dark", "metal", "lacquer"),
        kit.palette.any_of("fabric", "dark", "leather"),
    )
    spokes = [((0, 0, 0.12), (x, y, 0.06)) for x, y in circle(5, 0.3, rng.uniform(0, 6))]
    wheels = join(moved(rounded_box(0.05, 0.05, 0.06, 3, 2), *end) for _, end in spokes)
    place.add(
        join([bars(spokes, 0.022), bars([((0, 0, 0.08), (0, 0, seat - 0.06))], 0.028), wheels]), dark, smooth=True
    )
    place.add(moved(rounded_box(0.5, 0.48, 0.09, 5, 4), 0, 0, seat), cover, smooth=True)
    tall = rng.uniform(0.45, 0.62)
    racing = rng.chance(0.2)
    lean = place.at(0, 0.2, seat + (0.03 if racing else 0.12)).tilted(-rng.uniform(0.08, 0.25))
    if racing:
        lean.add(_back_shell(0.52, 0.82, 0.1, 0.06), cover, smooth=True, rounded=0.02)
        stripe = kit.palette.get("plastic")
        for side in (-1, 1):
            lean.add(moved(rounded_box(0.1, 0.13, 0.6, 4, 3), side * 0.23, -0.02, 0.36), stripe, smooth=True)
        lean.add(moved(cushion(0.26, 0.12, 0.08), 0, -0.05, 0.62), stripe, smooth=True)
    else:
        lean.add(
            _back_shell(rng.uniform(0.42, 0.5), tall, rng.uniform(0.03, 0.07), rng.uniform(0.02, 0.08)),
            cover,
            smooth=True,
            rounded=0.01,
        )
        if rng.chance(0.4):
            lean.add(moved(_back_shell(0.28, 0.16, 0.04, 0.03), 0, 0, tall + 0.06), cover, smooth=True, rounded=0.01)
        lean.add(bars([((0, 0.06, -0.18), (0, 0.06, tall * 0.6))], 0.025), dark)
    if rng.chance(0.75):
        for side in (-1, 1):
            place.add(bars([((side * 0.27, 0.05, seat), (side * 0.28, 0.05, seat + 0.2))], 0.016), dark)
            place.add(moved(rounded_box(0.08, 0.26, 0.03, 4, 3), side * 0.28, 0, seat + 0.21), dark, smooth=True)
    if rng.chance(0.12):
        drape(kit, lean.at(0, 0.0, tall + 0.02))


def drape(kit: Kit, place: Place) -> None:
    """A jacket hung over a backrest whose upper edge is at the place."""
    rng = kit.rng
    s, t = np.meshgrid(np.linspace(-1, 1, 17), np.linspace(-1, 1, 21))
    x = s * (0.24 + 0.04 * np.abs(t))
    folds = noise(np.stack([s * 0.8, t * 0.8, np.zeros_like(s)], -1), rng, 1.0, 3) * 0.02
    y = np.tanh(t * 5) * 0.06 + folds + 0.03
    z = 0.03 - np.abs(t) ** 1.2 * rng.uniform(0.3, 0.5) + 0.02 * np.cos(s * 3)
    place.add(
        (np.stack([x, y, z], -1).reshape(-1, 3), grid_faces(21, 17)), kit.palette.any_of("fabric", "dark"), smooth=True
    )


def chair(kit: Kit, place: Place) -> None:
    """Four legs: of wood with slats, a shell, or upholstered."""
    rng = kit.rng
    frame = kit.palette.any_of("wood", "wood", "metal", "dark", "lacquer")
    seat, wide = rng.uniform(0.44, 0.48), rng.uniform(0.4, 0.48)
    h = wide / 2 - 0.03
    splay = rng.uniform(0, 0.06)
    legs = [((x, y, seat), (x * (1 + splay * 3), y * (1 + splay * 3), 0)) for x in (-h, h) for y in (-h, h)]
    place.add(bars(legs, rng.uniform(0.012, 0.022)), frame)
    kind = rng.pick(["slats", "shell", "padded", "panel"])
    cover = (
        frame
        if kind in ("slats", "panel") and rng.chance(0.6)
        else kit.palette.any_of("fabric", "leather", "plastic", "lacquer")
    )
    place.add(moved(rounded_box(wide, wide, 0.06 if kind == "padded" else 0.03, 8, 4), 0, 0, seat), cover, smooth=True)
    back = place.at(0, h, seat).tilted(-rng.uniform(0.08, 0.2))
    tall = rng.uniform(0.34, 0.5)
    if kind == "slats":
        posts = [((x, 0, 0), (x, 0, tall)) for x in (-h, h)]
        count = rng.whole(3, 7)
        rungs = (
            [((x, 0, 0.05), (x, 0, tall)) for x in np.linspace(-h, h, count)]
            if rng.chance(0.5)
            else [((-h, 0, z), (h, 0, z)) for z in np.linspace(0.15, tall, count - 1)]
        )
        back.add(bars([*posts, *rungs, ((-h, 0, tall), (h, 0, tall))], 0.012), frame)
    elif kind == "panel":
        back.add(bars([((x, 0, -0.02), (x, 0, tall)) for x in (-h, h)], 0.014), frame)
        back.add(block((-h, h), (-0.012, 0.012), (tall * rng.uniform(0.3, 0.7), tall)), cover, rounded=0.005)
    else:
        back.add(_back_shell(wide, tall, 0.05 if kind == "padded" else 0.015, 0.06), cover, smooth=True)


def stool(kit: Kit, place: Place) -> None:
    """High or low, round."""
    height = kit.rng.pick([0.45, 0.65, 0.75])
    place.add(
        lathe([(0, height - 0.04), (0.17, height - 0.04), (0.18, height), (0, height + 0.005)], 28),
        kit.palette.any_of("wood", "leather", "metal", "fabric"),
    )
    legs = [((x * 0.7, y * 0.7, height - 0.03), (x, y, 0)) for x, y in circle(4, 0.2)]
    ring = [
        ((*a, height * 0.3), (*b, height * 0.3))
        for a, b in zip(circle(4, 0.18), np.roll(circle(4, 0.18), 1, 0), strict=True)
    ]
    place.add(bars([*legs, *ring], 0.012), kit.palette.any_of("wood", "metal", "dark"))


def sofa(kit: Kit, place: Place, width: float) -> None:
    """Its back at y = 0; one seat wide it is an armchair."""
    rng = kit.rng
    cover = kit.palette.any_of("fabric", "fabric", "leather")
    arm, deep, seat, tall = (
        rng.uniform(0.1, 0.2),
        rng.uniform(0.8, 0.95),
        rng.uniform(0.38, 0.45),
        rng.uniform(0.72, 0.95),
    )
    place.add(around(0, -deep / 2, width, deep, (0.1, seat - 0.12)), cover, rounded=0.03)
    for side in (-1, 1):
        place.add(
            around(side * (width - arm) / 2, -deep / 2, arm, deep, (0.1, rng.uniform(0.55, 0.65))), cover, rounded=0.05
        )
    place.add(around(0, -0.1, width, 0.2, (0.1, tall - 0.08)), cover, rounded=0.05)
    feet = [((x, y, 0.1), (x, y, 0)) for x in (-width / 2 + 0.08, width / 2 - 0.08) for y in (-0.08, -deep + 0.08)]
    place.add(bars(feet, 0.02), kit.palette.any_of("wood", "metal", "dark"))
    inner = width - 2 * arm
    count = max(1, round(inner / 0.7))
    each = inner / count
    for k in range(count):
        x = (k + 0.5) * each - inner / 2
        place.at(x, -deep / 2 - 0.08, seat - 0.14).add(cushion(each * 0.99, 0.17, deep - 0.2), cover, smooth=True)
        place.at(x, -0.27, seat + 0.01).tilted(-0.2).add(
            cushion(each * 0.96, tall - seat + 0.06, 0.18), cover, smooth=True
        )
    for _ in range(rng.whole(0, 4)):
        throw_pillow(kit, place.at(rng.uniform(-0.45, 0.45) * inner, -0.42, seat + 0.03))
    if rng.chance(0.3):
        blanket = rounded_box(rng.uniform(0.4, 0.7), deep * 0.95, 0.04, 6, 4)
        place.at(rng.uniform(-0.3, 0.3) * inner, -deep / 2 - 0.03, seat + 0.03).add(
            blanket, kit.palette.any_of("pattern", "fabric"), smooth=True
        )


def armchair(kit: Kit, place: Place, _: float) -> None:
    """A sofa for one."""
    sofa(kit, place, kit.rng.uniform(0.85, 1.0))


def throw_pillow(kit: Kit, place: Place) -> None:
    """Leans back."""
    rng = kit.rng
    side = rng.uniform(0.38, 0.5)
    place.at(0, 0, 0, rng.normal(0, 0.25)).tilted(-rng.uniform(0.2, 0.5)).add(
        pillow(side, side, 0.16),
        kit.palette.any_of("pattern", "fabric"),
        smooth=True,
    )


def _table_frame(rng: Rng, width: float, depth: float, height: float, thick: float) -> tuple[Shape, Shape]:
    """Top and legs, its middle at the origin."""
    top = around(0, 0, width, depth, (height - thick, height))
    x, y = width / 2 - 0.06, depth / 2 - 0.06
    kind = rng.pick(["four", "sides", "trestle", "frame"])
    if kind == "four":
        legs = join(around(a, b, 0.05, 0.05, (0, height - thick)) for a in (-x, x) for b in (-y, y))
    elif kind == "sides":
        legs = join(around(a, 0, 0.03, depth * 0.9, (0, height - thick)) for a in (-x, x))
    elif kind == "trestle":
        pairs = [
            ((a, 0, height - thick), (a + s * 0.12, b, 0))
            for a in (-x * 0.8, x * 0.8)
            for s in (-1, 1)
            for b in (-y, y)
        ]
        legs = bars(pairs, 0.018)
    else:
        loops = [[(a, -y, 0), (a, y, 0), (a, y, height - thick), (a, -y, height - thick)] for a in (-x, x)]
        legs = bars([(p, q) for loop in loops for p, q in zip(loop, [*loop[1:], loop[0]], strict=True)], 0.02, 4)
    return top, legs


def desk(kit: Kit, place: Place, width: float) -> None:
    """Its back at y = 0, mostly with screens, and a chair before it."""
    rng = kit.rng
    deep, high = rng.uniform(0.6, 0.8), rng.pick([0.72, 0.74, 1.05], [5, 5, 1])
    top, legs = _table_frame(rng, width, deep, high, 0.03)
    middle = place.at(0, -deep / 2)
    middle.add(top, kit.palette.any_of("wood", "wood", "lacquer"), rounded=0.004)
    middle.add(legs, kit.palette.any_of("wood", "metal", "dark", "lacquer"))
    if rng.chance(0.5):
        side = rng.pick([-1, 1]) * (width / 2 - 0.28)
        middle.add(around(side, 0.02, 0.4, deep * 0.8, (0.03, high - 0.03)), kit.palette.any_of("wood", "lacquer"))
        for k in range(3):
            front = around(side, -deep * 0.39, 0.38, 0.02, (0.06 + k * 0.21, 0.25 + k * 0.21))
            middle.add(front, kit.palette.any_of("wood", "lacquer"), rounded=0.003)
    back = place.at(0, 0, high)
    if rng.chance(0.8):
        wide = rng.uniform(0.5, 0.7)
        count = rng.whole(1, 2 if width > 1.3 else 1)
        centre = rng.uniform(-0.15, 0.15) * width
        for k in range(count):
            x = centre + (k - (count - 1) / 2) * (wide + 0.04)
            monitor(kit, back.at(x, -0.2, 0, -(k - (count - 1) / 2) * 0.35), wide)
            cable(
                kit,
                place,
                np.array([x, -0.12, high]),
                np.array([x + rng.normal(0, 0.15), -0.03, rng.uniform(0.1, 0.5)]),
            )
        keyboard(kit, back.at(centre, -0.48))
        free = (width - count * wide) / 2 - 0.05
        for side in (-1, 1):
            if free > 0.2:
                strew(kit, back.at(centre / 2 + side * (width / 2 - free / 2), -0.02), free, deep, DESK, 0.7)
    else:
        strew(kit, back, width - 0.1, deep, DESK, 0.6)
    if rng.chance(0.8):
        turn = np.pi + rng.normal(0, 0.7)
        (office_chair if rng.chance(0.75) else chair)(
            kit, place.at(rng.uniform(-0.2, 0.2), -deep - rng.uniform(0.15, 0.4), 0, turn)
        )


def table(kit: Kit, place: Place, width: float, depth: float, height: float = 0.74) -> None:
    """Rectangular, its middle at the place, bare."""
    top, legs = _table_frame(kit.rng, width, depth, height, 0.035)
    place.add(top, kit.palette.any_of("wood", "wood", "lacquer"), rounded=0.006)
    place.add(legs, kit.palette.any_of("wood", "metal", "dark"))


def round_table(kit: Kit, place: Place, radius: float, height: float = 0.74) -> None:
    """On one foot, bare."""
    top = lathe([(0, height - 0.03), (radius, height - 0.03), (radius, height), (0, height)], 48)
    place.add(top, kit.palette.any_of("wood", "lacquer"))
    foot = [(0, 0), (radius * 0.55, 0), (radius * 0.5, 0.02), (0.03, 0.04), (0.03, height - 0.03), (0, height - 0.03)]
    place.add(lathe(foot, 28), kit.palette.any_of("metal", "dark"))


def dining(kit: Kit, place: Place, width: float, depth: float) -> None:
    """A table with chairs around it and something on it."""
    rng = kit.rng
    table(kit, place, width, depth)
    strew(kit, place.at(0, depth / 2, 0.74), width * 0.9, depth, LIVING, 0.3)
    count = max(1, int(width / 0.65))
    seats = []
    for side, turn in ((-1, np.pi), (1, 0.0)):
        for k in range(count):
            x = (k + 0.5) * width / count - width / 2
            seats.append(place.at(x, side * (depth / 2 + rng.uniform(0.05, 0.3)), 0, turn + rng.normal(0, 0.15)))
    some_chairs(kit, seats)


def some_chairs(kit: Kit, seats: list[Place], *, swivel: bool = False) -> None:
    """The same chair at all places."""

    repeat(lambda place: (office_chair if swivel else chair)(kit, place), seats)


def cafe_table(kit: Kit, place: Place) -> None:
    """Round, with two or three chairs and cups."""
    rng = kit.rng
    round_table(kit, place, rng.uniform(0.3, 0.42))
    strew(kit, place.at(0, 0.25, 0.74), 0.5, 0.45, CAFE, 0.7)
    start = rng.uniform(0, 6)
    angles = start + np.arange(rng.whole(2, 3)) * 2.1
    some_chairs(
        kit, [place.at(0.6 * np.cos(a), 0.6 * np.sin(a), 0, a - np.pi / 2 + rng.normal(0, 0.2)) for a in angles]
    )


def coffee_table(kit: Kit, place: Place) -> None:
    """Low, with books and a vase."""
    rng = kit.rng
    wide = rng.uniform(0.7, 1.1)
    if rng.chance(0.5):
        table(kit, place, wide, wide * 0.55, 0.42)
    else:
        round_table(kit, place, wide * 0.45, 0.42)
    strew(kit, place.at(0, 0.2, 0.42), wide * 0.7, 0.4, LIVING, 0.5)


def bed(kit: Kit, place: Place, width: float) -> None:
    """Its head at y = 0, made or not."""
    rng = kit.rng
    long, high = 2.05, rng.uniform(0.4, 0.55)
    frame = kit.palette.any_of("wood", "lacquer", "fabric", "metal")
    place.add(around(0, -long / 2, width, long, (0.12, high - 0.18)), frame, rounded=0.01)
    place.add(block((-width / 2, width / 2), (-0.07, 0), (0, rng.uniform(0.8, 1.25))), frame, rounded=0.02)
    place.at(0, -long / 2, high - 0.2).add(
        cushion(width * 0.97, 0.22, long * 0.97), kit.palette.get("paper"), smooth=True
    )
    cover = kit.palette.any_of("fabric", "pattern", "fabric")
    reach = rng.uniform(1.2, 1.5)
    place.at(0, -long + reach / 2 - 0.02, high).add(
        _quilt(rng, width * 1.08, reach, rng.uniform(0.01, 0.05)), cover, smooth=True
    )
    linen = kit.palette.any_of("fabric", "paper", "pattern")
    for x in (-0.25, 0.25) if width > 1.2 else (0.0,):
        there = place.at(x * width, -0.3, high + 0.02, rng.normal(0, 0.1)).tilted(rng.uniform(-1.2, -0.7))
        there.add(pillow(min(0.7, width * 0.8), 0.42, 0.17), linen, smooth=True)
    for _ in range(rng.whole(0, 2)):
        throw_pillow(kit, place.at(rng.uniform(-0.3, 0.3) * width, -0.55, high + 0.03))


def _quilt(rng: Rng, width: float, length: float, rumple: float) -> Shape:
    """A blanket that hangs over the sides; its upper side is about z = 0."""
    s, t = np.meshgrid(np.linspace(-1, 1, 41), np.linspace(-1, 1, 45))
    height = noise(np.stack([s * width, t * length, np.zeros_like(s)], -1), rng, 0.8, 4) * rumple + 0.03
    over = np.clip(np.abs(s) - 0.9, 0, None) * 10
    x = np.sign(s) * np.minimum(np.abs(s), 0.9 + 0.02 * over) * width / 2
    z = height - over**1.5 * 0.25
    return np.stack([x, t * length / 2, z], -1).reshape(-1, 3), grid_faces(45, 41)


def bench(kit: Kit, place: Place, width: float) -> None:
    """A plain bench, its back at y = 0; outdoors too."""
    wood, legs = kit.palette.any_of("wood", "lacquer"), kit.palette.any_of("metal", "wood", "dark")
    place.add(
        join(block((-width / 2, width / 2), (-0.42 + k * 0.11, -0.33 + k * 0.11), (0.42, 0.45)) for k in range(4)), wood
    )
    if kit.rng.chance(0.6):
        back = place.at(0, -0.03, 0.5).tilted(-0.15)
        back.add(join(block((-width / 2, width / 2), (0, 0.025), (k * 0.13, k * 0.13 + 0.09)) for k in range(3)), wood)
        place.add(bars([((x, -0.02, 0.3), (x, 0.05, 0.88)) for x in (-width / 2 + 0.12, width / 2 - 0.12)], 0.02), legs)
    place.add(
        bars([((x, y, 0.43), (x, y, 0)) for x in (-width / 2 + 0.12, width / 2 - 0.12) for y in (-0.38, -0.04)], 0.022),
        legs,
    )


def lounge_chair(kit: Kit, place: Place) -> None:
    """A shell on splayed legs."""
    outline = spline(
        [
            (-0.36, 0.42),
            (-0.3, 0.36),
            (0.1, 0.33),
            (0.28, 0.5),
            (0.42, 0.98),
            (0.46, 0.98),
            (0.34, 0.46),
            (0.12, 0.29),
            (-0.34, 0.33),
        ],
        40,
        closed=True,
    )
    place.add(
        cross_section(outline, (-0.34, 0.34)),
        kit.palette.any_of("fabric", "leather", "plastic"),
        smooth=False,
        rounded=0.02,
    )
    legs = [((x * 0.7, y * 0.7, 0.34), (x, y, 0)) for x, y in circle(4, 0.42, np.pi / 4)]
    place.add(bars(legs, 0.014), kit.palette.any_of("wood", "metal"))
    if kit.rng.chance(0.4):
        place.add(
            tube(spline([(-0.3, -0.1, 0.4), (-0.36, 0.0, 0.55), (-0.3, 0.2, 0.55)], 10), 0.015), kit.palette.get("wood")
        )


def bar_stools(kit: Kit, places: list[Place]) -> None:
    """The same stool at all places."""

    repeat(lambda place: stool(kit, place), places)
