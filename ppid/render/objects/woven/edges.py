"""Whole pieces of lace: cloth with scalloped hems, and doilies of rings that hold one another.

A band of lace is drawn in coordinates of its own, (along, out): `along` counts its cells, `out` runs from its inner
edge 0 to its outer edge 1. Threads of a band end on its rails, so that bands join whatever they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike

from ppid.render.objects.woven.tiles import TILES, Canvas, Floats, Pixels, circle, petal_outline, segment
from ppid.render.rng import Rng
from ppid.render.shapes import TAU

_SIDE, _PIXELS = 1536, 2_400_000  # of a whole piece: most of its width, and of all
_POLAR = 1024  # pixels of a doily's


@dataclass(frozen=True)
class Pen:
    """Draws a band onto a canvas.

    Attributes:
        canvas: what is drawn on.
        place: (N, 2) of (along, out) to places on the canvas.
        cells: how often the motif comes.
        width: of a thread.
        tone: share of the second colour.
    """

    canvas: Canvas
    place: Callable[[Floats], Floats]
    cells: int
    width: float
    tone: float = 0.0

    def stroke(self, points: ArrayLike, share: float = 1.0, *, closed: bool = False) -> None:
        """A thread, `share` of the usual width."""
        self.canvas.stroke(self.place(np.asarray(points, float)), self.width * share, tone=self.tone, closed=closed)

    def fill(self, outline: ArrayLike, cover: float) -> None:
        """Close cloth; 0 cuts a hole."""
        self.canvas.fill(self.place(np.asarray(outline, float)), cover, tone=self.tone)

    def rail(self, out: float, share: float = 1.0) -> None:
        """A thread along the whole band."""
        along = np.linspace(0, self.cells, 24 * self.cells + 1)
        self.stroke(np.c_[along, np.full(len(along), out)], share)


def _bow(start: float, end: float, low: float, high: float, round_: float = 0.8, count: int = 28) -> Floats:
    """An arch from (start, low) over `high` to (end, low)."""
    t = np.linspace(0, 1, count)
    return np.c_[start + (end - start) * t, low + (high - low) * np.sin(math.pi * t) ** round_]


def _ladder(pen: Pen, rng: Rng) -> None:
    for k in np.arange(0, pen.cells, rng.pick([0.25, 0.5])):
        pen.stroke(segment((k, 0), (k, 1)))


def _trellis(pen: Pen, rng: Rng) -> None:
    for k in range(pen.cells):
        pen.stroke(segment((k, 0), (k + 1, 1)))
        pen.stroke(segment((k + 1, 0), (k, 1)))


def _bows(pen: Pen, rng: Rng) -> None:
    nested = rng.whole(1, 3)
    for k in range(pen.cells):
        for share in np.linspace(1, 0.45, nested):
            pen.stroke(_bow(k + (1 - share) / 2, k + (1 + share) / 2, 0, share))


def _fans(pen: Pen, rng: Rng) -> None:
    rays, cover = rng.whole(3, 7), rng.pick([0.0, 0.0, 0.6])
    for k in range(pen.cells):
        rim = _bow(k, k + 1, 0.35, 1, 0.7)
        pen.fill(np.concatenate([[[k + 0.5, 0]], rim]), cover)
        for tip in rim[np.linspace(0, len(rim) - 1, rays).astype(int)]:
            pen.stroke(segment((k + 0.5, 0), tip))
        pen.stroke(rim)


def _petals(pen: Pen, rng: Rng) -> None:
    cover, breadth, pointed = rng.pick([0.0, 0.7, 0.95]), rng.uniform(0.2, 0.42), rng.uniform(0.5, 1)
    for k in range(pen.cells):
        outline = petal_outline(1, breadth, pointed)[:, ::-1] + (k + 0.5, 0)
        pen.fill(outline, cover)
        pen.stroke(outline, closed=True)
        pen.stroke(segment((k, 0), (k, 1)), 0.7)
        pen.stroke(segment((k + 0.5, 0), (k + 0.5, 1)), 0.7)


def _rings(pen: Pen, rng: Rng) -> None:
    spokes, inner = rng.pick([4, 6, 8]), rng.uniform(0.2, 0.5)
    for k in range(pen.cells):
        centre = np.array([k + 0.5, 0.5])
        for tip in circle(0.5, spokes):
            pen.stroke(segment(centre + tip * inner, centre + tip))
        pen.stroke(centre + circle(0.5), closed=True)
        pen.stroke(centre + circle(0.5 * inner, 24), closed=True)


def _blocks(pen: Pen, rng: Rng) -> None:
    cover = rng.uniform(0.7, 1)
    for k in range(pen.cells):
        pen.fill(np.concatenate([segment((k, 0), (k + 0.5, 0)), segment((k + 0.5, 1), (k, 1))]), cover)
        for x in (k, k + 0.25, k + 0.5):
            pen.stroke(segment((x, 0), (x, 1)), 0.8)


def _cloth(pen: Pen, rng: Rng) -> None:
    cover, size = rng.uniform(0.8, 1), rng.uniform(0.16, 0.3)
    for k in range(pen.cells):
        pen.fill(np.concatenate([segment((k, 0), (k + 1, 0)), segment((k + 1, 1), (k, 1))]), cover)
    for k in range(pen.cells):
        hole = circle(size, 32) + (k + 0.5, 0.5)
        pen.fill(hole, 0)
        pen.stroke(hole, 0.8, closed=True)


def _mesh(pen: Pen, rng: Rng) -> None:
    rows, parts = rng.whole(2, 4), 2
    x = np.arange(pen.cells * parts * 2 + 1)
    for row in range(rows):
        pen.stroke(np.c_[x / (2 * parts), (row + (x + row) % 2) / rows], 0.8)


BANDS: dict[str, tuple[float, Callable[[Pen, Rng], None]]] = {
    "ladder": (1.5, _ladder),
    "trellis": (1, _trellis),
    "bows": (2, _bows),
    "fans": (2, _fans),
    "petals": (2, _petals),
    "rings": (1, _rings),
    "blocks": (1, _blocks),
    "cloth": (1, _cloth),
    "mesh": (2, _mesh),
}  # motif between two rails: how often, maker


def _loops(pen: Pen, rng: Rng) -> None:
    """Bows of thread, smaller ones on them."""
    picots = rng.whole(0, 5)
    for k in range(pen.cells):
        rim = _bow(k, k + 1, 0, 0.85)
        pen.stroke(rim, 1.2)
        pen.stroke(_bow(k + 0.15, k + 0.85, 0, 0.6), 0.9)
        for place in np.linspace(0.15, 0.85, picots):
            pen.stroke(rim[round(place * 27)] + circle(1, 12) * (0.05, 0.08), 0.8, closed=True)


def _shells(pen: Pen, rng: Rng) -> None:
    """Fans with a rib each and a corded edge."""
    rays, cover = rng.whole(5, 9), rng.pick([0.0, 0.5, 0.9])
    for k in range(pen.cells):
        rim = _bow(k, k + 1, 0, 1, rng.uniform(0.6, 0.8))
        pen.fill(rim, cover)
        for tip in rim[np.linspace(2, len(rim) - 3, rays).astype(int)]:
            pen.stroke(segment((k + 0.5, 0), tip), 0.8)
        pen.stroke(rim * (1, 0.6), 0.8)
        pen.stroke(rim, 1.5)


def _teeth(pen: Pen, rng: Rng) -> None:
    """Points, filled or open, with a bead at the tip."""
    cover = rng.pick([0.0, 0.8, 1.0])
    for k in range(pen.cells):
        tooth = np.concatenate([segment((k, 0), (k + 0.5, 0.9)), segment((k + 0.5, 0.9), (k + 1, 0))])
        pen.fill(tooth, cover)
        pen.stroke(tooth, 1.2)
        pen.stroke(segment((k + 0.5, 0), (k + 0.5, 0.9)), 0.8)
        pen.stroke((k + 0.5, 0.93) + circle(1, 12) * (0.05, 0.06), closed=True)


def _blossoms(pen: Pen, rng: Rng) -> None:
    """Half flowers, a petal each between the rail and the edge."""
    petals, cover = rng.whole(3, 6), rng.uniform(0.5, 1)
    for k in range(pen.cells):
        for angle in np.linspace(0.15, math.pi - 0.15, petals):
            leaf = petal_outline(1, 0.9 / petals, 0.7)
            leaf = np.c_[
                leaf[:, 0] * math.cos(angle) - leaf[:, 1] * math.sin(angle),
                leaf[:, 0] * math.sin(angle) + leaf[:, 1] * math.cos(angle),
            ]
            leaf = leaf * (0.5, 1) + (k + 0.5, 0)
            pen.fill(leaf, cover)
            pen.stroke(leaf, closed=True)


RIMS: dict[str, tuple[float, Callable[[Pen, Rng], None]]] = {
    "loops": (2, _loops),
    "shells": (3, _shells),
    "teeth": (1, _teeth),
    "blossoms": (1.5, _blossoms),
}  # motif outside the last rail: how often, maker


Motifs = dict[str, tuple[float, Callable[[Pen, Rng], None]]]


def _any(rng: Rng, motifs: Motifs) -> Callable[[Pen, Rng], None]:
    return motifs[rng.named({name: weight for name, (weight, _) in motifs.items()})][1]


def doily(rng: Rng) -> Pixels:
    """A round doily that touches the four sides of its pixels (H, H, 3)."""
    canvas = Canvas(scale=_POLAR, wrap=False)
    edges = np.cumsum(rng.uniform(0.6, 1.5, rng.whole(5, 9)))
    edges = 0.04 + 0.455 * edges / edges[-1]
    width, symmetry = rng.uniform(0.004, 0.0075), rng.pick([6, 8, 10, 12])
    toned = rng.chance(0.25)

    def polar(start: float, end: float, cells: int) -> Callable[[Floats], Floats]:
        def place(points: Floats) -> Floats:
            radius, angle = start + (end - start) * points[:, 1], TAU * points[:, 0] / cells
            return 0.5 + radius[:, None] * np.c_[np.cos(angle), np.sin(angle)]

        return place

    centre = Pen(canvas, polar(0.0, edges[0], symmetry), symmetry, width)
    _any(rng, {name: BANDS[name] for name in ("ladder", "petals", "cloth")})(centre, rng)
    centre.rail(1)
    for i, (start, end) in enumerate(zip(edges[:-1], edges[1:], strict=True)):
        around = TAU * (start + end) / 2 / (end - start)
        cells = symmetry * max(1, round(around * rng.uniform(0.7, 1.3) / symmetry))
        last = i == len(edges) - 2
        pen = Pen(canvas, polar(start, end, cells), cells, width, float(toned and rng.chance(0.4)))
        _any(rng, RIMS if last else BANDS)(pen, rng)
        if not last:
            pen.rail(1, rng.pick([1.0, 1.0, 1.8]))
        pen.rail(0)
    return canvas.pixels


def _body(rng: Rng, pattern: str, aspect: float) -> Pixels:
    """A piece of cloth of a pattern of `TILES`, of about `_PIXELS` pixels."""
    _, maker, (low, high) = TILES[pattern]
    columns = round(min(_SIDE, math.sqrt(_PIXELS / aspect)))
    across = max(1, round(rng.uniform(low, high) * min(1.0, columns / _SIDE)))
    side, rows = math.ceil(columns / across), round(columns * aspect)
    small = cv2.resize(maker(rng).pixels, (side, side), interpolation=cv2.INTER_AREA)
    return np.tile(small, (math.ceil(rows / side), across, 1))[:rows, :columns].copy()


@dataclass(frozen=True)
class _Band:
    """A band of a hem: its motif, how far its outer edge is from the cloth's, its depth, and cells over a unit."""

    draw: Callable[[Pen, Rng], None]
    inset: float
    depth: float
    cells: float

    @property
    def inner(self) -> float:
        """How far its inner edge is from the cloth's."""
        return self.inset + self.depth


def _bands(rng: Rng, short: float, cells_across: tuple[int, int]) -> list[_Band]:
    """The bands of a hem, from the outside, for cloth whose shorter side is `short`."""
    cells = rng.whole(*cells_across) / short
    rim = _Band(_any(rng, RIMS), 0.0, rng.uniform(0.35, 0.7) / cells, cells)
    bands = [rim]
    for _ in range(rng.pick([0, 1, 1, 2])):
        depth = short * rng.uniform(0.025, 0.09)
        bands.append(_Band(_any(rng, BANDS), bands[-1].inner, depth, rng.uniform(0.7, 1.3) / depth))
    return bands


def _along_bottom(band: _Band, cells: int, height: float) -> Callable[[Floats], Floats]:
    """Places of a band from one side of a canvas 1 wide to the other."""
    return lambda points: np.c_[points[:, 0] / cells, height - band.inset - band.depth * (1 - points[:, 1])]


def _along_side(side: int, band: _Band, cells: int, height: float) -> Callable[[Floats], Floats]:
    """Places of a band along the bottom, top, left or right (0 to 3) of a canvas 1 wide; bands meet in the corners."""

    def place(points: Floats) -> Floats:
        inset = band.inset + band.depth * (1 - points[:, 1])
        length = 1.0 if side < 2 else height
        along = inset + points[:, 0] / cells * (length - 2 * inset)
        if side < 2:
            return np.c_[along, height - inset if side == 0 else inset]
        return np.c_[inset if side == 2 else 1 - inset, along]

    return place


def hemmed(rng: Rng, pattern: str, aspect: float, hem: str = "none") -> Pixels:
    """Cloth of a pattern with a lace hem.

    Args:
        rng: draws the pattern and the hem.
        pattern: of `TILES`.
        aspect: height over width.
        hem: `none`, `bottom`, `sides` (above and below, as trimmings have it) or `all`.

    Returns:
        uint8 (H, W, 3) as of `Canvas`, H = aspect * W.
    """
    cloth = _body(rng, pattern, aspect)
    if hem == "none":
        return cloth
    rows, columns = cloth.shape[:2]
    height = rows / columns
    canvas = Canvas(1.0, height, scale=columns, wrap=False)
    bands = _bands(rng, min(1.0, height), (3, 6) if hem == "sides" else (7, 22))
    margin = round(bands[-1].inner * columns)
    kept = np.zeros((rows, columns, 1), bool)
    left = margin if hem == "all" else 0
    kept[(margin if hem in ("all", "sides") else 0) : rows - margin, left : columns - left] = True
    canvas.pixels[:] = np.where(kept, cloth, canvas.pixels)
    width, tone = rng.uniform(0.002, 0.0045), float(rng.chance(0.2))
    seeds = [rng.whole(0, 2**30) for _ in bands]
    sides: dict[str, list[int | None]] = {"bottom": [None], "sides": [0, 1], "all": [0, 1, 2, 3]}
    for side in sides[hem]:
        for band, seed in zip(bands, seeds, strict=True):
            cells = max(3, round(band.cells * (height if side in (2, 3) else 1.0)))
            if side is None or hem == "sides":
                place = _along_bottom(band, cells, height)
                if side == 1:
                    place = _upside_down(place, height)
            else:
                place = _along_side(side, band, cells, height)
            pen = Pen(canvas, place, cells, width, tone)
            band.draw(pen, Rng(seed))  # the same draws for each side
            pen.rail(0, 1.5)
    return canvas.pixels


def _upside_down(place: Callable[[Floats], Floats], height: float) -> Callable[[Floats], Floats]:
    return lambda points: np.array([[0, height]]) + place(points) * (1, -1)
