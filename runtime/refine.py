"""Alpha at full size: fast guided filter with the frame's luma as guide.

He and Sun, Fast Guided Filter, arXiv 1505.00996: alpha is a local linear function of the guide, fitted at the network's
size and applied at the frame's, so that edges follow the frame's own. Most of a frame is plainly subject or plainly not:
only the tiles where alpha varies are filtered.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, gcd

import cv2
import numpy as np
from numpy.typing import NDArray

from runtime.frames import Plane

_RADIUS = 2
_EPSILON = 6.5  # variance of luma (0..255) below which the guide counts as flat: (2.55 grey levels) squared
_FAINT = 6  # of 255: alpha nearer than this to 0 or 1 counts as that; nobody sees the difference
_TILE = (64, 32)  # least width and height of a tile at the network's size


@dataclass(frozen=True)
class Region:
    """A rectangle of whole pixels, `rows` and `columns` as slices."""

    rows: slice
    columns: slice

    @property
    def size(self) -> tuple[int, int]:
        """(width, height)."""
        return self.columns.stop - self.columns.start, self.rows.stop - self.rows.start


@dataclass(frozen=True)
class Tile:
    """The same part of a picture at three sizes.

    Attributes:
        low: at the network's size.
        full: at the frame's.
        half: at the frame's chroma planes'.
    """

    low: Region
    full: Region
    half: Region


def upsample_alpha(alpha: NDArray[np.float32], guide_low: Plane, guide: Plane) -> tuple[Plane, list[Tile]]:
    """Bring alpha to the guide's size.

    Args:
        alpha: float32 (h, w) in [0, 1].
        guide_low: luma uint8 (h, w).
        guide: luma uint8 (H, W) of the same picture.

    Returns:
        Alpha uint8 (H, W), and the tiles outside of which it is all but 0 or 1.
    """
    height, width = guide.shape
    grey = cv2.convertScaleAbs(alpha, alpha=255)
    # Outside of the tiles alpha does not vary: the nearest pixel is as good as any.
    full = cv2.resize(grey, (width, height), interpolation=cv2.INTER_NEAREST)
    across, down = _Axis.of(alpha.shape[1], width, _TILE[0]), _Axis.of(alpha.shape[0], height, _TILE[1])
    tiles = _soft_tiles(grey, across, down)
    if tiles:
        slope, offset = _fit(alpha, guide_low)
        for tile in tiles:
            product = cv2.multiply(
                _enlarged(slope, tile, across, down), guide[tile.full.rows, tile.full.columns], dtype=cv2.CV_32F
            )
            full[tile.full.rows, tile.full.columns] = cv2.add(
                product, _enlarged(offset, tile, across, down), dtype=cv2.CV_8U
            )
    return full, tiles


@dataclass(frozen=True)
class _Axis:
    """How one side of the picture is cut so that tiles end on whole pixels at both sizes.

    Attributes:
        low: length at the network's size.
        full: length at the frame's.
        step: the least such cut: (pixels of `low`, pixels of `full`).
        tile: steps a tile.
    """

    low: int
    full: int
    step: tuple[int, int]
    tile: int

    @staticmethod
    def of(low: int, full: int, least: int) -> _Axis:
        steps = gcd(low, full)
        step = (low // steps, full // steps)
        # An even number of steps keeps tiles apart at the chroma planes' half size, too.
        return _Axis(low, full, step, 2 * ceil(least / (2 * step[0])))

    @property
    def tiles(self) -> int:
        return ceil(self.low / (self.tile * self.step[0]))

    def low_range(self, start: int, stop: int) -> slice:
        return slice(start * self.tile * self.step[0], min(self.low, stop * self.tile * self.step[0]))

    def full_range(self, start: int, stop: int) -> slice:
        return slice(start * self.tile * self.step[1], min(self.full, stop * self.tile * self.step[1]))

    def half_range(self, start: int, stop: int) -> slice:
        full = self.full_range(start, stop)
        return slice(full.start // 2, (full.stop + 1) // 2)


def _soft_tiles(grey: Plane, across: _Axis, down: _Axis) -> list[Tile]:
    """Rows of neighbouring tiles that hold something neither 0 nor 1, or an edge, within the filter's reach."""
    square = np.ones((3, 3), np.uint8)
    varying = cv2.subtract(cv2.dilate(grey, square), cv2.erode(grey, square))
    soft = cv2.bitwise_or(cv2.inRange(grey, _FAINT, 255 - _FAINT), cv2.inRange(varying, _FAINT, 255))
    soft = cv2.dilate(soft, np.ones((4 * _RADIUS + 1, 4 * _RADIUS + 1), np.uint8))
    tiles = []
    for row in range(down.tiles):
        band = soft[down.low_range(row, row + 1)]
        hit = [bool(cv2.hasNonZero(band[:, across.low_range(column, column + 1)])) for column in range(across.tiles)]
        start = 0
        while start < across.tiles:
            stop = start
            while stop < across.tiles and hit[stop]:
                stop += 1
            if stop > start:
                tiles.append(
                    Tile(
                        Region(down.low_range(row, row + 1), across.low_range(start, stop)),
                        Region(down.full_range(row, row + 1), across.full_range(start, stop)),
                        Region(down.half_range(row, row + 1), across.half_range(start, stop)),
                    )
                )
            start = stop + 1
    return tiles


def _fit(alpha: NDArray[np.float32], guide: Plane) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Slope and offset of alpha (0..255) over luma in each window, averaged over the windows that hold a pixel."""
    size = (2 * _RADIUS + 1, 2 * _RADIUS + 1)
    alpha = cv2.multiply(alpha, 255.0)
    luma = guide.astype(np.float32)
    mean_luma, mean_alpha = cv2.blur(luma, size), cv2.blur(alpha, size)
    covariance = cv2.subtract(cv2.blur(cv2.multiply(luma, alpha), size), cv2.multiply(mean_luma, mean_alpha))
    variance = cv2.subtract(cv2.blur(cv2.multiply(luma, luma), size), cv2.multiply(mean_luma, mean_luma))
    slope = cv2.divide(covariance, cv2.add(variance, _EPSILON))
    offset = cv2.subtract(mean_alpha, cv2.multiply(slope, mean_luma))
    return cv2.blur(slope, size), cv2.blur(offset, size)


def _enlarged(low: NDArray[np.float32], tile: Tile, across: _Axis, down: _Axis) -> NDArray[np.float32]:
    """A tile of the linearly enlarged plane, as if the whole had been enlarged: one step more is taken on each side."""
    rows, top = _padded(tile.low.rows, down)
    columns, left = _padded(tile.low.columns, across)
    patch = low[rows, columns]
    size = (patch.shape[1] // across.step[0] * across.step[1], patch.shape[0] // down.step[0] * down.step[1])
    enlarged = cv2.resize(patch, size, interpolation=cv2.INTER_LINEAR)
    width, height = tile.full.size
    return enlarged[top : top + height, left : left + width]


def _padded(part: slice, axis: _Axis) -> tuple[slice, int]:
    """`part` and one step more at either end where there is one, and how many full-size pixels came before it."""
    start, stop = max(0, part.start - axis.step[0]), min(axis.low, part.stop + axis.step[0])
    return slice(start, stop), (part.start - start) // axis.step[0] * axis.step[1]
