"""Surfaces of buildings as periodic pictures: bricks, planks, tiles, plaster, cloth and more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ppid.render.colour import hsv
from ppid.render.rng import Rng
from ppid.render.shapes import TAU

Floats = NDArray[np.float32]
SIDE = 384  # pixels of a texture's side


@dataclass(frozen=True)
class Texture:
    """A square that repeats.

    Attributes:
        colour: display RGB float (SIDE, SIDE, 3) in [0, 1].
        relief: height (SIDE, SIDE) in [0, 1].
        extent: metres of a side.
        depth: metres between the lowest and the highest relief.
        roughness: of its surface, 0 mirror to 1 chalk.
    """

    colour: Floats
    relief: Floats
    extent: float
    depth: float
    roughness: float


def clouds(rng: Rng, slope: float = 2.0, stretch: tuple[float, float] = (1, 1), side: int = SIDE) -> Floats:
    """Periodic noise (side, side), mean 0 and deviation 1.

    Args:
        rng: draws it.
        slope: how fast amplitude falls with frequency: 0 is white, 2 soft clouds.
        stretch: how much longer its marks are along rows and along columns.
        side: pixels.
    """
    down, across = np.fft.fftfreq(side)[:, None] * stretch[1], np.fft.rfftfreq(side)[None] * stretch[0]
    frequency = np.sqrt(down**2 + across**2) * side
    frequency[0, 0] = np.inf
    spectrum = np.fft.rfft2(rng.standard_normal((side, side))) * np.maximum(frequency, 1) ** -slope
    field = np.fft.irfft2(spectrum, (side, side))
    return ((field - field.mean()) / max(float(field.std()), 1e-9)).astype(np.float32)


def _grid() -> tuple[Floats, Floats]:
    """u along rows and v along columns, both in [0, 1), each (SIDE, SIDE)."""
    place = (np.arange(SIDE, dtype=np.float32) + 0.5) / SIDE
    u, v = np.meshgrid(place, place)
    return u.astype(np.float32), v.astype(np.float32)


def _step(values: Floats, low: float, high: float) -> Floats:
    """Smooth from 0 below `low` to 1 above `high`."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def _tinted(rng: Rng, base: NDArray[np.float64], count: int, spread: float) -> NDArray[np.float64]:
    """`count` colours (count, 3) near a display colour: mostly lighter or darker, a little other in hue."""
    shades = base * np.exp(rng.normal(0, spread, (count, 1))) + rng.normal(0, spread * 0.06, (count, 3))
    return shades.clip(0, 1)


def _finished(colour: NDArray[np.floating], relief: Floats, extent: float, depth: float, roughness: float) -> Texture:
    return Texture(colour.clip(0, 1).astype(np.float32), relief.clip(0, 1), extent, depth, roughness)


def wall_colour(rng: Rng) -> NDArray[np.float64]:
    """Display RGB of wall paint: mostly white, grey or cream, now and then strong."""
    kind = rng.named({"white": 4, "grey": 2.5, "pastel": 2, "deep": 1.3, "dark": 0.8})
    if kind == "white":
        return hsv(rng.uniform(0.05, 0.16), rng.uniform(0, 0.1), rng.uniform(0.82, 0.97))
    if kind == "grey":
        return hsv(rng.pick([0.08, 0.58]), rng.uniform(0, 0.1), rng.uniform(0.35, 0.82))
    if kind == "pastel":
        return hsv(rng.uniform(), rng.uniform(0.08, 0.28), rng.uniform(0.65, 0.92))
    if kind == "deep":
        return hsv(rng.uniform(), rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.75))
    return hsv(rng.uniform(), rng.uniform(0.05, 0.5), rng.uniform(0.08, 0.3))


def wood_colour(rng: Rng) -> NDArray[np.float64]:
    """Display RGB of wood from birch to wenge."""
    name = rng.pick(["birch", "oak", "beech", "walnut", "wenge", "grey"], [2, 4, 2, 3, 1, 1])
    hue, saturation, value = {
        "birch": (0.1, 0.3, 0.85),
        "oak": (0.09, 0.45, 0.68),
        "beech": (0.07, 0.48, 0.75),
        "walnut": (0.065, 0.5, 0.42),
        "wenge": (0.06, 0.4, 0.22),
        "grey": (0.09, 0.12, 0.55),
    }[name]
    return hsv(hue + rng.normal(0, 0.008), saturation * rng.uniform(0.8, 1.15), value * rng.uniform(0.85, 1.12))


def plaster(rng: Rng) -> Texture:
    """Painted wall, from smooth to rough."""
    colour = wall_colour(rng)
    stains, grain = clouds(rng, 1.6), clouds(rng, rng.uniform(0.3, 1.2))
    shades = colour * (1 + stains * rng.uniform(0.003, 0.025) + grain * rng.uniform(0.002, 0.012))[..., None]
    return _finished(shades, 0.5 + 0.15 * grain, 2.5, rng.uniform(0.001, 0.008), rng.uniform(0.5, 0.9))


def concrete(rng: Rng) -> Texture:
    """Grey, with stains and pits."""
    stains, pits = clouds(rng, 1.5), clouds(rng, 0.7)
    hollow = _step(pits, 2.0, 2.6)
    base = hsv(0.1, rng.uniform(0, 0.1), rng.uniform(0.35, 0.7))
    shades = base * (1 + 0.09 * stains + 0.03 * pits - 0.35 * hollow)[..., None]
    return _finished(shades, 0.7 + 0.08 * pits - 0.7 * hollow, 2.5, 0.01, 0.85)


def bricks(rng: Rng) -> Texture:
    """Running bond, bare or painted."""
    rows, columns = 2 * rng.whole(5, 8), rng.whole(3, 5)
    wobble = clouds(rng, 1.8)
    u, v = _grid()
    v = v + 0.0016 * wobble
    row = np.floor(v * rows).astype(int) % rows
    along = u * columns + 0.5 * (row % 2) + 0.004 * wobble * columns
    column = np.floor(along).astype(int) % columns
    edge = np.minimum(np.minimum(along % 1, 1 - along % 1) / columns, np.minimum(v * rows % 1, 1 - v * rows % 1) / rows)
    joint = rng.uniform(0.004, 0.008)
    body = _step(edge.astype(np.float32), joint * 0.7, joint * 1.4)[..., None]
    if rng.chance(0.3):
        base = wall_colour(rng)
        brick, mortar = _tinted(rng, base, rows * columns, 0.02), base * 0.92
    else:
        base = hsv(rng.uniform(0.0, 0.08), rng.uniform(0.25, 0.6), rng.uniform(0.3, 0.7))
        brick = _tinted(rng, base, rows * columns, rng.uniform(0.08, 0.25))
        mortar = hsv(0.1, rng.uniform(0, 0.15), rng.uniform(0.35, 0.85))
    grain = clouds(rng, 0.8)
    faces = brick[row * columns + column] * (1 + 0.07 * grain + 0.05 * wobble)[..., None]
    relief = body[..., 0] * (0.85 + 0.1 * grain)
    return _finished(
        mortar * (1 + 0.05 * grain[..., None]) * (1 - body) + faces * body, relief, columns * 0.25, 0.012, 0.9
    )


def stones(rng: Rng) -> Texture:
    """Irregular blocks with joints: a jittered grid's cells."""
    across, down = rng.whole(4, 7), rng.whole(6, 10)
    seeds = rng.uniform(0.15, 0.85, (down, across, 2)).astype(np.float32)
    u, v = _grid()
    warp = clouds(rng, 1.8) * 0.01
    x, y = (u + warp) * across, (v - warp) * down
    column, row = np.floor(x).astype(int), np.floor(y).astype(int)
    nearest, second = np.full_like(u, np.inf), np.full_like(u, np.inf)
    owner = np.zeros(u.shape, int)
    for i in (-1, 0, 1):
        for j in (-1, 0, 1):
            r, c = (row + i) % down, (column + j) % across
            distance = np.hypot(x - (column + j + seeds[r, c, 0]), y - (row + i + seeds[r, c, 1]))
            owner = np.where(distance < nearest, r * across + c, owner)
            second = np.minimum(second, np.maximum(distance, nearest))
            nearest = np.minimum(nearest, distance)
    body = _step(second - nearest, 0.04, 0.16)
    base = hsv(rng.uniform(0.05, 0.12), rng.uniform(0.03, 0.3), rng.uniform(0.35, 0.7))
    grain = clouds(rng, 1.0)
    faces = _tinted(rng, base, across * down, 0.15)[owner] * (1 + 0.09 * grain)[..., None]
    mortar = base * rng.uniform(0.5, 1.2)
    shades = mortar * (1 - body[..., None]) + faces * body[..., None]
    return _finished(shades, body * (0.8 + 0.12 * grain), rng.uniform(1.0, 2.0), 0.02, 0.9)


def planks(rng: Rng) -> Texture:
    """Boards side by side along u, as of a floor."""
    rows, pieces = rng.whole(6, 12), rng.whole(1, 3)
    shift = rng.random(rows)
    u, v = _grid()
    row = np.floor(v * rows).astype(int) % rows
    along = u * pieces + shift[row] * pieces
    piece = row * pieces + np.floor(along).astype(int) % pieces
    edge = np.minimum(
        np.minimum(v * rows % 1, 1 - v * rows % 1) / rows, np.minimum(along % 1, 1 - along % 1) / pieces
    ).astype(np.float32)
    body = _step(edge, 0.0008, 0.0035)
    grain = _board_grain(rng, piece, rows * pieces)
    shades = _tinted(rng, wood_colour(rng), rows * pieces, rng.uniform(0.03, 0.14))[piece]
    shades = shades * (1 + grain * rng.uniform(0.04, 0.12))[..., None] * (0.45 + 0.55 * body)[..., None]
    return _finished(shades, body * 0.9 + 0.03 * grain, rows * rng.uniform(0.1, 0.19), 0.004, rng.uniform(0.25, 0.6))


def parquet(rng: Rng) -> Texture:
    """Squares of short strips, every other one turned."""
    cells, strips = 2 * rng.whole(2, 4), rng.whole(4, 6)
    u, v = _grid()
    i, j = np.floor(v * cells).astype(int), np.floor(u * cells).astype(int)
    turned = (i + j) % 2 == 1
    a, b = np.where(turned, u, v) * cells % 1, np.where(turned, v, u) * cells % 1
    strip = np.floor(a * strips).astype(int)
    edge = np.minimum(np.minimum(a * strips % 1, 1 - a * strips % 1) / strips, np.minimum(b, 1 - b)) / cells
    piece = (i * cells + j) * strips + strip
    count = cells * cells * strips
    across, along = _board_grain(rng, piece, count), _board_grain(rng, piece, count).T
    grain = np.where(turned, along, across)
    body = _step(edge.astype(np.float32), 0.0006, 0.003)
    shades = _tinted(rng, wood_colour(rng), count, 0.1)[piece] * (1 + 0.07 * grain)[..., None]
    shades = shades * (0.55 + 0.45 * body)[..., None]
    return _finished(shades, body * 0.9, cells * rng.uniform(0.2, 0.4), 0.002, rng.uniform(0.2, 0.5))


def _board_grain(rng: Rng, piece: NDArray[np.int64], count: int) -> Floats:
    """Grain along u, cut from another place of the wood for each piece (SIDE, SIDE)."""
    wood = clouds(rng, 1.1, (14, 1))
    rings = np.sin(clouds(rng, 2.0, (9, 1)) * rng.uniform(4, 9))
    wood = (0.6 * wood + 0.5 * rings).astype(np.float32)
    shift = rng.integers(0, SIDE, (2, count))
    i, j = np.indices(piece.shape)
    return wood[(i + shift[0][piece]) % SIDE, (j + shift[1][piece]) % SIDE]


def tiles(rng: Rng) -> Texture:
    """Ceramic tiles: one colour, checked, or with a motif."""
    square = rng.chance(0.6)
    rows = 2 * rng.whole(2, 6)
    columns = rows if square else max(1, rows // rng.pick([2, 3]))
    shifted = not square and rng.chance(0.7)
    u, v = _grid()
    row = np.floor(v * rows).astype(int)
    along = u * columns + (0.5 * (row % 2) if shifted else 0)
    column = np.floor(along).astype(int) % columns
    x, y = along % 1, v * rows % 1
    edge = np.minimum(np.minimum(x, 1 - x) / columns, np.minimum(y, 1 - y) / rows).astype(np.float32)
    body = _step(edge, 0.0025, 0.006)[..., None]
    base = wall_colour(rng)
    shades = _tinted(rng, base, rows * columns, rng.uniform(0, 0.08))[row * columns + column]
    kind = rng.pick(["plain", "checked", "motif"], [4, 1.5, 1.5]) if square else "plain"
    if kind == "checked":
        shades = np.where(((row + column) % 2 == 1)[..., None], shades, wall_colour(rng) * 0.7)
    elif kind == "motif":
        waves = sum(
            np.cos(k * TAU * (x - 0.5)) * np.cos(m * TAU * (y - 0.5))
            + np.cos(m * TAU * (x - 0.5)) * np.cos(k * TAU * (y - 0.5))
            for k, m in rng.integers(0, 4, (4, 2))
        )
        shades = np.where((waves > rng.uniform(-0.3, 0.8))[..., None], shades, wall_colour(rng) * 0.8)
    shades = shades * (1 + 0.02 * clouds(rng, 1.5))[..., None]
    grout = hsv(0.1, 0.05, rng.uniform(0.25, 0.9))
    extent = rows * (rng.uniform(0.1, 0.45) if square else rng.uniform(0.07, 0.12))
    return _finished(grout * (1 - body) + shades * body, body[..., 0], extent, 0.003, rng.uniform(0.08, 0.4))


def marble(rng: Rng) -> Texture:
    """Stone with veins."""
    warp = clouds(rng, 1.7)
    veins = np.zeros((SIDE, SIDE), np.float32)
    for width in rng.uniform(0.02, 0.12, 3):
        veins = np.maximum(veins, np.exp(-np.abs(clouds(rng, 1.9) + 0.3 * warp) / width) * rng.uniform(0.3, 1))
    base = wall_colour(rng)
    vein = hsv(rng.uniform(0.05, 0.15), rng.uniform(0, 0.4), rng.uniform(0.1, 0.9))
    shades = base * (1 + 0.06 * warp)[..., None] * (1 - veins[..., None]) + vein * veins[..., None]
    return _finished(shades, np.full_like(warp, 0.5), rng.uniform(0.8, 2), 0.0, rng.uniform(0.05, 0.3))


def wallpaper(rng: Rng) -> Texture:
    """Stripes, a repeated motif, or both."""
    base = wall_colour(rng)
    other = (base + rng.normal(0, 0.12, 3)) * np.exp(rng.normal(0, 0.25))
    u, v = _grid()
    kind = rng.pick(["stripes", "motif", "leaves", "dots"])
    if kind == "stripes":
        bands = np.sin(TAU * u * rng.whole(4, 24)) + 0.6 * np.sin(TAU * u * rng.whole(4, 24))
        share = _step(bands, 0.2, 0.35)
    elif kind == "motif":
        repeat = rng.whole(2, 6)
        x, y = u * repeat % 1 - 0.5, (v * repeat + 0.5 * (np.floor(u * repeat) % 2)) % 1 - 0.5
        radius, angle = np.hypot(x, y), np.arctan2(y, x)
        petals = rng.whole(3, 8)
        outline = 0.28 + 0.12 * np.cos(petals * angle) + 0.05 * np.cos(2 * petals * angle + 1)
        ring = np.abs(radius - outline) < 0.03
        share = _step((outline - radius).astype(np.float32), 0, 0.02) * 0.6 + ring * 0.4
    elif kind == "leaves":
        share = _step(np.sin(clouds(rng, 2.2) * rng.uniform(5, 10)).astype(np.float32), 0.3, 0.6)
    else:
        repeat = rng.whole(6, 20)
        x, y = u * repeat % 1 - 0.5, (v * repeat + 0.5 * (np.floor(u * repeat) % 2)) % 1 - 0.5
        share = _step((0.2 - np.hypot(x, y)).astype(np.float32), 0, 0.04)
    share = share[..., None]
    grain = clouds(rng, 0.6)
    shades = (base * (1 - share) + other * share) * (1 + 0.01 * grain)[..., None]
    return _finished(shades, 0.5 + 0.1 * grain, rng.uniform(0.6, 2), 0.001, rng.uniform(0.5, 0.9))


def weave(rng: Rng) -> Texture:
    """Cloth close by."""
    u, v = _grid()
    threads = rng.whole(30, 60)
    over = np.sin(TAU * threads * u) * np.sin(TAU * threads * v)
    slub = 0.5 * clouds(rng, 0.9, (12, 1)) + 0.5 * clouds(rng, 0.9, (1, 12))
    base = hsv(rng.uniform(), rng.uniform(0, 0.6), rng.uniform(0.15, 0.9))
    shades = base * (1 + 0.12 * over + 0.07 * slub + 0.05 * clouds(rng, 1.8))[..., None]
    return _finished(shades, (0.5 + 0.35 * over).astype(np.float32), rng.uniform(0.2, 0.6), 0.002, 0.95)


def carpet(rng: Rng) -> Texture:
    """Short pile, plain or in squares as in offices."""
    tufts = clouds(rng, 0.35)
    base = hsv(rng.uniform(), rng.uniform(0, 0.35), rng.uniform(0.15, 0.7))
    shades = base * (1 + 0.14 * tufts + 0.05 * clouds(rng, 1.8))[..., None]
    if rng.chance(0.5):
        u, v = _grid()
        squares = rng.whole(2, 4)
        tone = rng.normal(1, rng.uniform(0, 0.15), (squares, squares))
        i, j = np.floor(v * squares).astype(int), np.floor(u * squares).astype(int)
        shades = shades * tone[i, j][..., None]
    return _finished(shades, 0.5 + 0.15 * tufts, 1.6, 0.006, 1.0)


def panelling(rng: Rng) -> Texture:
    """Upright boards or slats with gaps."""
    u, _ = _grid()
    boards = rng.whole(6, 16)
    x = u * boards % 1
    gap = rng.uniform(0.02, 0.35) if rng.chance(0.4) else 0.02
    body = _step(np.minimum(x, 1 - x), gap * 0.4, gap * 0.5 + 0.02)
    if rng.chance(0.5):
        shades = np.broadcast_to(wall_colour(rng), (SIDE, SIDE, 3)) * (1 + 0.01 * clouds(rng, 1.0))[..., None]
    else:
        piece = np.floor(u * boards).astype(int).T
        grain = _board_grain(rng, piece, boards).T
        shades = _tinted(rng, wood_colour(rng), boards, 0.08)[piece.T] * (1 + 0.08 * grain)[..., None]
    shades = shades * (0.25 + 0.75 * body)[..., None]
    return _finished(shades, body, boards * rng.uniform(0.06, 0.14), 0.012, rng.uniform(0.3, 0.7))


def asphalt(rng: Rng) -> Texture:
    """Road or path of small stones."""
    grit, stains = clouds(rng, 0.3), clouds(rng, 1.7)
    base = hsv(rng.pick([0.1, 0.6]), rng.uniform(0, 0.12), rng.uniform(0.22, 0.5))
    shades = base * (1 + 0.16 * grit + 0.1 * stains)[..., None]
    return _finished(shades, 0.5 + 0.15 * grit, 2.5, 0.01, 0.9)


def grass(rng: Rng) -> Texture:
    """Lawn from above."""
    blades, patches = clouds(rng, 0.4, (1, 2)), clouds(rng, 1.5)
    hue = rng.uniform(0.2, 0.3) + 0.015 * patches
    green = np.stack([0.53 - (hue - 0.2) * 1.6, np.full_like(hue, 0.5), np.full_like(hue, rng.uniform(0.2, 0.32))], -1)
    shades = green * rng.uniform(0.6, 1.05) * (1 + 0.28 * blades + 0.12 * patches)[..., None]
    return _finished(shades, 0.5 + 0.2 * blades, 1.5, 0.05, 0.9)


Maker = Callable[[Rng], Texture]
WALLS: dict[str, tuple[float, Maker]] = {
    "plaster": (9, plaster),
    "wallpaper": (2, wallpaper),
    "bricks": (1.6, bricks),
    "concrete": (1, concrete),
    "panelling": (1.2, panelling),
    "stones": (0.5, stones),
    "tiles": (0.5, tiles),
    "marble": (0.2, marble),
}  # name: how often, maker
FLOORS: dict[str, tuple[float, Maker]] = {
    "planks": (5, planks),
    "parquet": (1.5, parquet),
    "tiles": (2, tiles),
    "carpet": (3, carpet),
    "concrete": (1, concrete),
    "marble": (0.6, marble),
}


def draw(rng: Rng, table: dict[str, tuple[float, Maker]]) -> tuple[str, Texture]:
    """One texture of a table, and its name."""
    name = rng.named({each: weight for each, (weight, _) in table.items()})
    return name, table[name][1](rng)


def sampled(texture: Texture, x: NDArray[np.floating], y: NDArray[np.floating]) -> Floats:
    """Display RGB (..., 3) at places in metres; x, y are (H, W)."""
    scale = SIDE / texture.extent
    u, v = (np.asarray(each * scale % SIDE, np.float32) for each in (x, y))
    padded = cv2.copyMakeBorder(texture.colour, 0, 1, 0, 1, cv2.BORDER_WRAP)
    return np.asarray(cv2.remap(padded, u, v, cv2.INTER_LINEAR), np.float32)
