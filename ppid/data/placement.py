"""Where subjects stand: the map that puts a foreground into a picture, and people in company."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ppid.data.foregrounds import Foregrounds

_FAR = 0.5  # share of the frame's height below which people are seen whole, where there are such


@dataclass(frozen=True)
class Spot:
    """Where a subject shall stand.

    Attributes:
        tall: its height, as a share of the frame's.
        x: of its middle, in [-1, 1].
        foot: of its lower end, likewise.
    """

    tall: float
    x: float
    foot: float


def placement(
    foregrounds: Foregrounds, index: int, size: tuple[int, int], rng: np.random.Generator, spot: Spot | None = None
) -> tuple[NDArray[np.float64], int]:
    """A random similarity with stretch: the (2, 3) matrix from output to source coordinates, both in [-1, 1], and the level to sample.

    A subject that its picture cuts at an edge stays cut: that edge is put at or beyond the frame's.

    Args:
        foregrounds: of which one is placed.
        index: which.
        size: (H, W) of the output.
        rng: for all that is random.
        spot: where, or None for anywhere, sometimes close by its half-transparent edge.
    """
    height, width = size
    left, top, right, bottom = foregrounds.boxes[index]
    cut_left, cut_top, cut_right, cut_bottom = foregrounds.cut[index]
    aspect = height / width
    # Half extents of the visible box in the output's [-1, 1], for a source square as high as the output.
    tall = _height(rng) if spot is None else spot.tall
    zoom = 2 * tall / max(bottom - top, 0.8 * (right - left))
    stretch = np.exp(rng.uniform(-0.25, 0.25))
    zoom_x, zoom_y = zoom * aspect * stretch, zoom
    if cut_left and cut_right:
        zoom_x = max(zoom_x, 2.02 / (right - left))
    if cut_top and cut_bottom:
        zoom_y = max(zoom_y, 2.02 / (bottom - top))
    centre = np.array([(left + right) / 2, (top + bottom) / 2])
    if spot is not None:
        x, y = spot.x, spot.foot - zoom_y * (bottom - top) / 2
    elif foregrounds.has_edge[index] and rng.random() < 0.12:
        # A close look at half-transparent pixels: in whole views hair, nets and glass are a few pixels wide.
        zoom_x, zoom_y = np.array([zoom_x, zoom_y]) * rng.uniform(1.2, 2.5)
        away = centre - foregrounds.points[index][rng.integers(len(foregrounds.points[index]))]
        x, y = rng.uniform(-0.3, 0.3, 2) + away * (zoom_x, zoom_y)
    else:
        x, y = rng.uniform(-0.6, 0.6), rng.uniform(-0.4, 0.5)
    # x and y are where the middle of the box goes.
    x = min(x, -1.01 + zoom_x * (right - left) / 2) if cut_left else x
    x = max(x, 1.01 - zoom_x * (right - left) / 2) if cut_right else x
    y = min(y, -1.01 + zoom_y * (bottom - top) / 2) if cut_top else y
    y = max(y, 1.01 - zoom_y * (bottom - top) / 2) if cut_bottom else y
    angle = 0.0 if foregrounds.cut[index].any() else rng.normal(0, 0.15 if spot is None else 0.05)
    if angle and foregrounds.kinds[index] != "people" and rng.random() < 0.2:
        angle = rng.uniform(-np.pi, np.pi)  # things lie, hang and fall
    mirror = -1 if rng.random() < 0.5 else 1
    # output -> centre on the box -> unzoom -> rotate -> mirror -> box centre in the source
    if mirror < 0 and spot is None:  # its cut edges change sides with it
        x = -x
    inverse = np.array(
        [
            [mirror * np.cos(angle) / zoom_x, np.sin(angle) / zoom_y * mirror],
            [-np.sin(angle) / zoom_x, np.cos(angle) / zoom_y],
        ]
    )
    offset = centre - inverse @ np.array([x, y])
    pixels = foregrounds.levels[0].shape[-1] / (zoom_y * height)  # source pixels an output pixel
    level = int(np.clip(np.floor(np.log2(max(pixels, 1)) + 0.3), 0, len(foregrounds.levels) - 1))
    return np.column_stack([inverse, offset]), level


def _height(rng: np.random.Generator) -> float:
    """A share of the frame's height: about filling it, or in one of four anything from small to twice as high."""
    return float(rng.uniform(0.45, 1.15) if rng.random() < 0.75 else rng.uniform(0.2, 2.0))


def gathered(foregrounds: Foregrounds, size: tuple[int, int], rng: np.random.Generator) -> list[tuple[int, Spot]]:
    """Two to five people side by side, or one to five far away: (index, where) of each, who stands in front first.

    Returns:
        Nobody where there are no people, or only ones that their pictures cut elsewhere than below.
    """
    far = rng.random() < 0.5
    tall = rng.uniform(0.18, _FAR) if far else rng.uniform(_FAR, 1.1)
    people = np.array([kind == "people" for kind in foregrounds.kinds])
    whole, upright = people & ~foregrounds.cut.any(1), people & ~foregrounds.cut[:, :3].any(1)  # at most cut below
    candidates = np.flatnonzero(whole if far and whole.any() else upright)
    if not len(candidates):
        return []
    count = int(rng.integers(1 if far else 2, 6))
    width = tall * size[0] / size[1]  # about that of somebody with the arms out, in [-1, 1]
    xs = np.cumsum(width * rng.uniform(0.3, 1.1, count))
    xs += rng.uniform(-0.9, 0.9) - rng.uniform(xs[0], xs[-1])
    foot = rng.uniform(min(2 * tall - 1.05, 1.0), 1.05)
    return [
        (
            int(rng.choice(candidates)),
            Spot(tall * np.exp(rng.normal(0, 0.1)), float(x), foot + tall * rng.normal(0, 0.08)),
        )
        for x in rng.permutation(xs)
    ]
