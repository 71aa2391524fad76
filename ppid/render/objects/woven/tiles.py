"""Patterns of thread that repeat: nets, knits, crochet and lace, drawn stroke by stroke so that threads join.

A tile is a `Canvas` of 1 x 1 that goes on at its edges. Rows of pixels run with v, from the top of a hanging cloth.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.rng import Rng
from ppid.render.shapes import TAU, noise, spline

Floats = NDArray[np.float64]
Pixels = NDArray[np.uint8]
TILE = 512  # pixels of a tile's side
_SHIFT = 5  # bits of a pixel's fractions in OpenCV's drawing
_FLAT = 205  # relief of what has none


class Canvas:
    """Thread on a sheet.

    Attributes:
        pixels: uint8 (H, W, 3): how much the thread covers, how much light its roundness leaves, share of the second
            colour.
    """

    def __init__(self, width: float = 1.0, height: float = 1.0, *, scale: int = TILE, wrap: bool = True) -> None:
        self._size, self._scale, self._wrap = np.array([width, height]), scale, wrap
        self.pixels: Pixels = np.zeros((round(height * scale), round(width * scale), 3), np.uint8)
        self.pixels[..., 1] = _FLAT

    def stroke(self, points: ArrayLike, width: float, *, tone: float = 0.0, closed: bool = False) -> None:
        """A round thread through points (N, 2)."""
        thick = max(1, round(width * self._scale))
        passes = [(1.0, 130), (0.7, 200), (0.36, 255)] if thick >= 4 else [(1.0, 215)]
        for shifted in self._copies(points, width):
            for share, relief in passes:
                colour = (255, relief, round(255 * tone))
                cv2.polylines(
                    self.pixels, [shifted], closed, colour, max(1, round(thick * share)), cv2.LINE_AA, shift=_SHIFT
                )

    def fill(self, outline: ArrayLike, cover: float = 1.0, *, tone: float = 0.0, relief: int = _FLAT) -> None:
        """Cloth within an outline (N, 2); `cover` 0 cuts a hole."""
        for shifted in self._copies(outline, 0.01):
            colour = (round(255 * cover), relief, round(255 * tone))
            cv2.fillPoly(self.pixels, [shifted], colour, cv2.LINE_AA, shift=_SHIFT)

    def dot(self, centre: ArrayLike, radius: float, *, tone: float = 0.0) -> None:
        """A knot."""
        self.fill(np.asarray(centre, float) + circle(radius, 16), tone=tone)

    def raise_to(self, ground: ArrayLike) -> None:
        """Cover at least as much as `ground`, a number or (H, W) in [0, 1]: cloth too fine to see its threads."""
        cover = np.broadcast_to(np.asarray(ground, float) * 255, self.pixels.shape[:2])
        self.pixels[..., 0] = np.maximum(self.pixels[..., 0], cover.astype(np.uint8))

    def _copies(self, points: ArrayLike, margin: float) -> list[NDArray[np.int32]]:
        """The points in pixels; again on the far side where they cross an edge of a canvas that goes on there."""
        places = np.asarray(points, float)
        offsets = [np.zeros(2)]
        if self._wrap:
            low, high = places.min(0) - margin, places.max(0) + margin
            steps = [
                range(math.ceil(-high[axis] / self._size[axis]), math.floor(1 - low[axis] / self._size[axis]) + 1)
                for axis in (0, 1)
            ]
            offsets = [np.array([i, j]) * self._size for i in steps[0] for j in steps[1]]
        return [np.round(((places + offset) * self._scale - 0.5) * 2**_SHIFT).astype(np.int32) for offset in offsets]


def circle(radius: ArrayLike, count: int = 48, phase: float = 0.0) -> Floats:
    """Points (count, 2) around the origin."""
    angle = phase + np.linspace(0, TAU, count, endpoint=False)
    return np.asarray(radius, float).reshape(-1, 1) * np.c_[np.cos(angle), np.sin(angle)]


def segment(start: ArrayLike, end: ArrayLike, count: int = 12) -> Floats:
    """Points (count, 2) on a straight line."""
    t = np.linspace(0, 1, count)[:, None]
    return np.asarray(start, float) * (1 - t) + np.asarray(end, float) * t


def hexagons(canvas: Canvas, rng: Rng, count: int, width: float) -> None:
    """Net of hexagons: zigzags that meet in short bars."""
    columns, rows = 2 * count, 2 * max(1, round(count * 0.58))
    x = np.arange(columns + 1)
    for j in range(rows):
        bend = np.where((x + j) % 2, 1, -1) / 6
        canvas.stroke(np.c_[x / columns, (j + bend) / rows], width)
        for i in x[:-1][(x[:-1] + j) % 2 == 1]:
            canvas.stroke([[i / columns, (j + 1 / 6) / rows], [i / columns, (j + 5 / 6) / rows]], width)


def squares(canvas: Canvas, rng: Rng, count: int, width: float) -> None:
    """Net of squares."""
    for k in range(count):
        place = (k + 0.5) / count
        canvas.stroke([[0, place], [1, place]], width)
        canvas.stroke([[place, 0], [place, 1]], width)


def diamonds(canvas: Canvas, rng: Rng, count: int, width: float) -> None:
    """Net of diamonds, knotted where threads cross."""
    slim, knotted = rng.whole(1, 2), rng.chance(0.6)
    rows, x = 2 * max(1, count // slim), np.arange(2 * count + 1)
    for j in range(rows):
        canvas.stroke(np.c_[x / (2 * count), (j + (x + j) % 2) / rows], width)
        if knotted:
            for i in x[(x + j) % 2 == 0]:
                canvas.dot((i / (2 * count), j / rows), width * 1.1)


def arches(canvas: Canvas, rng: Rng, count: int, width: float) -> None:
    """Fish scales: each bow hangs from the middles of two below it."""
    rows, t = 2 * max(1, round(count * rng.uniform(0.5, 1))), np.linspace(0, 1, 14)
    for j in range(rows):
        for k in range(count):
            canvas.stroke(np.c_[k + t + 0.5 * (j % 2), j + 1 - np.sin(math.pi * t) ** 0.8] / (count, rows), width)


NETS: dict[str, tuple[float, Callable[[Canvas, Rng, int, float], None]]] = {
    "hexagons": (3, hexagons),
    "squares": (2, squares),
    "diamonds": (2, diamonds),
    "arches": (1, arches),
}  # ground: how often, maker


def net(canvas: Canvas, rng: Rng, count: int, width: float | None = None) -> None:
    """Any net, `count` meshes wide."""
    thread = rng.uniform(0.06, 0.16) / count if width is None else width
    NETS[rng.named({name: weight for name, (weight, _) in NETS.items()})][1](canvas, rng, count, thread)


def petal_outline(length: float, breadth: float, pointed: float, count: int = 24) -> Floats:
    """A leaf or petal along +x from the origin."""
    t = np.linspace(0, 1, count)
    half = breadth * np.sin(math.pi * t**0.8) ** pointed
    return np.concatenate([np.c_[t * length, half], np.c_[t * length, -half][::-1]])


def turned(points: Floats, angle: float, centre: ArrayLike = (0, 0)) -> Floats:
    """Points turned about the origin and moved."""
    cosine, sine = math.cos(angle), math.sin(angle)
    return points @ np.array([[cosine, sine], [-sine, cosine]]) + np.asarray(centre, float)


def flower(canvas: Canvas, rng: Rng, centre: ArrayLike, radius: float, width: float, tone: float) -> None:
    """A flower of filled or open petals round an eye, all corded."""
    count, cover, pointed = rng.whole(4, 9), rng.pick([0.0, 0.55, 0.8, 1.0]), rng.uniform(0.5, 1.1)
    start, eye = rng.uniform(0, TAU), rng.uniform(0.15, 0.3) * radius
    breadth = min(radius * math.sin(math.pi / count) * rng.uniform(0.8, 1.1), 0.5 * radius)
    for k in range(count):
        angle = start + TAU * k / count
        outline = turned(petal_outline(radius, breadth, pointed), angle, centre)
        canvas.fill(outline, cover, tone=tone)
        canvas.stroke(outline, width, tone=tone, closed=True)
        canvas.stroke(
            turned(segment((eye, 0), (radius * rng.uniform(0.5, 1), 0)), angle, centre), width * 0.7, tone=tone
        )
    canvas.fill(np.asarray(centre) + circle(eye), max(cover, 0.7), tone=tone)
    canvas.stroke(np.asarray(centre) + circle(eye), width, tone=tone, closed=True)


def _vine(canvas: Canvas, rng: Rng, width: float, tone: float) -> None:
    """A stem that waves across the tile, with leaves and curls on both sides."""
    waves, height, level = rng.whole(1, 2), rng.uniform(0.04, 0.12), rng.uniform()
    upright = rng.chance(0.6)
    leaves, cover = rng.whole(7, 14), rng.pick([0.0, 0.7, 0.95])
    length = rng.uniform(0.06, 0.12)

    def stem(t: Floats) -> Floats:
        path = np.c_[t, level + height * np.sin(TAU * waves * t)]
        return path[:, ::-1] if upright else path

    canvas.stroke(stem(np.linspace(0, 1, 80)), width, tone=tone)
    for k in range(leaves):
        here, ahead = stem(np.array([k / leaves, k / leaves + 0.01]))
        along = math.atan2(*(ahead - here)[::-1])
        angle = along + rng.pick([0.8, 1.1]) * (1 if k % 2 else -1)
        if rng.chance(0.25):
            curl = np.linspace(0, 1, 30)
            radius, winding = length * 0.5 * (1 - 0.8 * curl), 9 * curl * (1 if k % 2 else -1)
            spiral = np.c_[radius * np.cos(winding) - length * 0.5, radius * np.sin(winding)]
            canvas.stroke(turned(spiral, angle + math.pi / 2, here), width, tone=tone)
            continue
        outline = turned(petal_outline(length, length * 0.25, 0.8), angle, here)
        canvas.fill(outline, cover, tone=tone)
        canvas.stroke(outline, width * 0.8, tone=tone, closed=True)


def _spread(rng: Rng, count: int) -> Floats:
    """Places (count, 2) on the tile, far from one another."""
    chosen = [rng.random(2)]
    while len(chosen) < count:
        tried = rng.random((20, 2))
        apart = (np.abs((tried[:, None] - np.array(chosen) + 0.5) % 1 - 0.5) ** 2).sum(-1).min(1)
        chosen.append(tried[int(apart.argmax())])
    return np.array(chosen)


def _lace(rng: Rng) -> Canvas:
    """Flowers and vines on a fine net."""
    canvas = Canvas()
    net(canvas, rng, rng.whole(18, 34))
    width, tone = rng.uniform(0.006, 0.012), float(rng.chance(0.3))
    for _ in range(rng.whole(0, 2)):
        _vine(canvas, rng, width, tone)
    count = rng.whole(1, 5)
    for centre in _spread(rng, count):
        flower(canvas, rng, centre, rng.uniform(0.13, 0.25) * 1.5 / math.sqrt(count), width, tone)
    return canvas


def _guipure(rng: Rng) -> Canvas:
    """Flowers without a ground, held by bars."""
    canvas, places = Canvas(), _spread(rng, rng.whole(3, 7))
    width, radius = rng.uniform(0.008, 0.014), rng.uniform(0.95, 1.2) * 0.42 / math.sqrt(len(places))
    around = (places[:, None, None] + np.stack(np.meshgrid([-1, 0, 1], [-1, 0, 1]), -1).reshape(1, 9, 1, 2)).reshape(
        -1, 2
    )
    for place in places:
        nearest = np.argsort(((around - place) ** 2).sum(1))[1:6]
        for other in around[nearest]:
            canvas.stroke(segment(place, other), width * 0.8)
    for place in places:
        flower(canvas, rng, place, radius, width, 0.0)
    return canvas


def _tulle(rng: Rng) -> Canvas:
    canvas = Canvas()
    hexagons(canvas, rng, rng.whole(16, 28), rng.uniform(0.002, 0.004))
    canvas.raise_to(rng.uniform(0.0, 0.25))
    return canvas


def _plain_net(rng: Rng) -> Canvas:
    canvas = Canvas()
    net(canvas, rng, rng.whole(4, 12))
    return canvas


def _knit(rng: Rng) -> Canvas:
    """Loops drawn through those of the row below: open or close knit."""
    columns = rng.whole(5, 12)
    rows = round(columns * rng.uniform(1.0, 1.5))
    width, tall, wide = rng.uniform(0.2, 0.4) / columns, rng.uniform(0.72, 0.9), rng.uniform(0.16, 0.24)
    ladder = rng.pick([0, 0, 3, 4])  # each so many columns one is dropped: bars join its neighbours
    canvas = Canvas()

    def loops(k: float, low: float, high: float) -> Floats:
        t = np.linspace(low, high, 30)
        return np.c_[t + k - wide * np.sin(2 * TAU * t), -tall * np.cos(TAU * t)]

    striped = rng.chance(0.3)
    for j in range(rows):
        tone = float(striped and j % 4 < 2)
        for k in range(columns):
            if ladder and k % ladder == 0 and ladder <= columns and columns % ladder == 0:
                bar = segment((k - 0.02, -tall), (k + 1.02, -tall), 6)
                canvas.stroke((bar + (0, j + 0.5)) / (columns, rows), width * 0.8, tone=tone)
                continue
            canvas.stroke((loops(k, 0, 1) * (1, -1) + (0, j + 0.5)) / (columns, rows), width, tone=tone)
    return canvas


def _crochet(rng: Rng) -> Canvas:
    """Round medallions that touch, a small one where four meet."""
    n, rounds, spokes = rng.whole(2, 3), rng.whole(3, 5), rng.pick([8, 12, 16])
    width, wavy = rng.uniform(0.035, 0.06) / n, rng.uniform(0, 0.08)
    canvas, filled = Canvas(), rng.chance(0.5)

    def medallion(centre: Floats, radius: float, rings: int) -> None:
        if filled:
            canvas.fill(centre + circle(radius * 0.4), rng.uniform(0.6, 1))
        for k in range(spokes):
            canvas.stroke(turned(segment((radius * 0.1, 0), (radius, 0)), TAU * k / spokes, centre), width)
        for share in np.linspace(1 / rings, 1, rings):
            ripple = 1 + wavy * np.cos(np.linspace(0, TAU, 96, endpoint=False) * spokes)
            canvas.stroke(centre + circle(radius * share * ripple, 96), width, closed=True)

    for i in range(n):
        for j in range(n):
            medallion(np.array([i + 0.5, j + 0.5]) / n, 0.5 / n, rounds)
            medallion(np.array([i, j]) / n, 0.21 / n, 1)
    return canvas


def _shells(rng: Rng) -> Canvas:
    """Rows of fans, each standing where two of the row below meet."""
    n, rays = rng.whole(3, 7), rng.whole(4, 7)
    rows = 2 * rng.whole(max(2, n // 2), n)
    width, t = rng.uniform(0.05, 0.09) / n, np.linspace(0, math.pi, 20)
    canvas = Canvas()
    for j in range(rows):
        for k in range(n):
            foot = np.array([k + 0.5 * (j % 2) + 0.5, j + 1.0])
            rim = foot + np.c_[0.5 * np.cos(t), -(np.sin(t) ** 0.7)]
            for angle in np.linspace(0, math.pi, rays):
                tip = foot + (0.5 * math.cos(angle), -(math.sin(angle) ** 0.7))
                canvas.stroke(segment(foot, tip) / (n, rows), width)
            canvas.stroke(rim / (n, rows), width * 1.2)
    return canvas


def _filet(rng: Rng) -> Canvas:
    """Squares of which a mirrored pattern is filled."""
    n = rng.whole(8, 14) * 2
    y, x = np.mgrid[: n // 2, : n // 2] / n * TAU
    field = sum(rng.normal() * np.cos(i * x) * np.cos(j * y) for i in range(5) for j in range(5))
    quarter = np.asarray(field) > np.quantile(field, rng.uniform(0.45, 0.75))
    pattern = np.block([[quarter, quarter[:, ::-1]], [quarter[::-1], quarter[::-1, ::-1]]])
    canvas, cover = Canvas(), rng.uniform(0.75, 1)
    for row, column in np.argwhere(pattern):
        corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) + (column + 0.5, row + 0.5)
        canvas.fill(corners / n, cover)
    squares(canvas, rng, n, rng.uniform(0.14, 0.26) / n)
    return canvas


def _eyelets(rng: Rng) -> Canvas:
    """Broderie anglaise: close cloth with holes sewn round."""
    canvas, tone = Canvas(), float(rng.chance(0.3))
    canvas.raise_to(rng.uniform(0.8, 1))
    width = rng.uniform(0.008, 0.014)

    def hole(outline: Floats) -> None:
        canvas.fill(outline, 0)
        canvas.stroke(outline, width, tone=tone, closed=True)

    n = rng.whole(2, 3)
    petals, reach, between = rng.whole(4, 7), rng.uniform(0.24, 0.32) / n, rng.pick([0.0, 0.45])
    for i in range(n):
        for j in range(n):
            for shift, size in ((0.0, 1.0), (0.5, between)):
                centre = (np.array([i, j]) + 0.5 + shift) / n
                for k in range(petals if size else 0):
                    shape = petal_outline(reach * size, reach * size * 0.22, 0.7) + (reach * size * 0.35, 0)
                    hole(turned(shape, TAU * k / petals, centre))
                hole(centre + circle(reach * (0.18 if size else 0.3)))
    return canvas


def _needle(rng: Rng) -> Canvas:
    """Irregular cells, as of a sponge."""
    places = _spread(rng, rng.whole(15, 60)) * 256 + 256
    around = np.stack(np.meshgrid([-256, 0, 256], [-256, 0, 256]), -1).reshape(1, 9, 2)
    division = cv2.Subdiv2D((0, 0, 769, 769))
    for x, y in (places[:, None] + around).reshape(-1, 2):
        division.insert((float(x), float(y)))
    facets, centres = division.getVoronoiFacetList([])
    canvas, width, rounded = Canvas(), rng.uniform(0.006, 0.02), rng.chance(0.5)
    for facet, centre in zip(facets, np.asarray(centres), strict=True):
        if (centre >= 256).all() and (centre < 512).all():
            outline = (np.asarray(facet, float) - 256) / 256
            canvas.stroke(outline, width, closed=True)
            if rounded:
                middle = outline.mean(0)
                canvas.stroke(spline(middle + (outline - middle) * 0.92, 40, closed=True), width, closed=True)
    return canvas


def _woven(canvas: Canvas, rng: Rng, count: int, gap: float, uneven: float) -> None:
    """Warp and weft over and under in turn; `gap` is the free share of the spacing."""
    width = (1 - gap) / count
    shifts = rng.normal(size=(2, count)) * uneven / count
    widths = width * rng.uniform(1 - 2 * uneven, 1 + uneven, (2, count))
    lines = (np.arange(count) + 0.5) / count
    for k in range(count):
        canvas.stroke(segment((0, lines[k] + shifts[1, k]), (1, lines[k] + shifts[1, k])), widths[1, k])
    for i in range(count):
        x = lines[i] + shifts[0, i]
        for j in range(i % 2, count, 2):
            y = lines[j] + shifts[1, j]
            canvas.stroke(segment((x, y - 0.6 / count), (x, y + 0.6 / count), 4), widths[0, i])
        for j in range((i + 1) % 2, count, 2):  # the weft again, over this one
            y = lines[j] + shifts[1, j]
            canvas.stroke(segment((x, y - 0.6 / count), (x, y + 0.6 / count), 4), widths[0, i])
            canvas.stroke(segment((x - 0.5 / count, y), (x + 0.5 / count, y), 4), widths[1, j])


def _weave(rng: Rng) -> Canvas:
    """Gauze, burlap or canvas."""
    canvas = Canvas()
    _woven(canvas, rng, rng.pick([12, 16, 20, 26]), rng.uniform(0.3, 0.75), rng.uniform(0.05, 0.3))
    return canvas


def _cane(rng: Rng) -> Canvas:
    """Chair caning: pairs of splints crossed by diagonals, so that the holes have eight corners."""
    n, width = rng.whole(4, 6), rng.uniform(0.07, 0.1)
    canvas = Canvas()
    for k in range(-n, 2 * n):
        canvas.stroke(segment((k / n, 0), (k / n + 1, 1)), width / n)
        canvas.stroke(segment(((k + 0.5) / n + 1, 0), ((k + 0.5) / n, 1)), width / n)
    for k in range(n):
        for side in (-0.14, 0.14):
            place = (k + 0.25 + side) / n
            canvas.stroke(segment((0, place), (1, place)), width / n)
            canvas.stroke(segment((place, 0), (place, 1)), width / n)
    return canvas


def _sheer(rng: Rng) -> Canvas:
    """Voile, organza, chiffon: no thread to be seen."""
    canvas = Canvas()
    canvas.raise_to(rng.uniform(0.12, 0.6))
    return canvas


def _dots(rng: Rng) -> Canvas:
    """Dotted voile or dotted tulle."""
    canvas, n = Canvas(), rng.whole(3, 7)
    if rng.chance(0.4):
        hexagons(canvas, rng, rng.whole(20, 30), rng.uniform(0.002, 0.004))
    canvas.raise_to(rng.uniform(0.05, 0.35))
    radius, tone, ring = rng.uniform(0.1, 0.28) / n, float(rng.chance(0.4)), rng.chance(0.25)
    for i in range(n):
        for j in range(n):
            for shift in (0.25, 0.75):
                if ring:
                    canvas.stroke((np.array([i, j]) + shift) / n + circle(radius), 0.3 * radius, tone=tone, closed=True)
                else:
                    canvas.dot((np.array([i, j]) + shift) / n, radius, tone=tone)
    return canvas


def _stripes(rng: Rng) -> Canvas:
    """Sheer and close bands, perhaps both ways."""
    canvas, n = Canvas(), rng.whole(2, 8)
    ground, close, tone = rng.uniform(0.08, 0.35), rng.uniform(0.5, 1), float(rng.chance(0.4))
    band = ((np.arange(TILE) + 0.5) / TILE * n % 1 < rng.uniform(0.2, 0.6)).astype(float)
    band = np.repeat(band[None], TILE, 0)
    share = (band + band.T) / 2 if rng.chance(0.4) else band
    canvas.raise_to(ground + (close - ground) * share)
    canvas.pixels[..., 2] = (255 * tone * share).astype(np.uint8)
    return canvas


def _damask(rng: Rng) -> Canvas:
    """Close figures with clear outlines in sheer cloth: burnt-out velvet, jacquard."""
    grid = np.linspace(0, TAU, TILE // 2, endpoint=False)
    y, x = np.meshgrid(grid, grid, indexing="ij")
    places = np.stack([np.cos(x), np.sin(y) * np.sin(y), np.cos(x) * np.cos(y)], -1)
    field = cv2.resize(noise(places, rng, 0.5, 3), (TILE, TILE), interpolation=cv2.INTER_CUBIC)
    canvas, edge = Canvas(), field - rng.uniform(-0.1, 0.2)
    inside = 1 / (1 + np.exp(-edge * 60))
    ground, close = rng.uniform(0.08, 0.4), rng.uniform(0.7, 1)
    line = np.exp(-((edge / 0.05) ** 2))
    canvas.raise_to(np.maximum(ground + (close - ground) * inside, line))
    if rng.chance(0.4):
        canvas.pixels[..., 2] = (255 * np.maximum(inside, line)).astype(np.uint8)
    return canvas


TILES: dict[str, tuple[float, Callable[[Rng], Canvas], tuple[float, float]]] = {
    "lace": (5, _lace, (2, 5)),
    "guipure": (2, _guipure, (2, 5)),
    "tulle": (2, _tulle, (4, 8)),
    "net": (2, _plain_net, (2, 6)),
    "knit": (2, _knit, (1, 5)),
    "crochet": (2, _crochet, (1, 4)),
    "shells": (1, _shells, (1, 4)),
    "filet": (1.5, _filet, (1, 4)),
    "eyelets": (1.5, _eyelets, (2, 5)),
    "needle": (1, _needle, (1, 4)),
    "weave": (1.5, _weave, (2, 6)),
    "cane": (0.5, _cane, (2, 4)),
    "sheer": (2, _sheer, (1, 1)),
    "dots": (1.5, _dots, (2, 5)),
    "stripes": (1.5, _stripes, (1, 4)),
    "damask": (1.5, _damask, (1, 4)),
}  # pattern: how often, maker, how often it repeats over two units of cloth
