"""Compositing in I420 with 8-bit integers.

C = aI + (1 - a)B + a(1 - a)(F - B_old): the frame over the new background, less the old background's colour in
half-transparent pixels (see `runtime.foreground`). Rounding is within one grey level of the same in floating point.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from runtime.foreground import contrast
from runtime.frames import Frame, Plane, Yuv, shrink
from runtime.refine import Region, Tile

_UNSEEN = 2  # grey levels of spill below which nothing is done


@dataclass(frozen=True)
class Matte:
    """A frame's alpha, with what compositing needs besides.

    Attributes:
        alpha: uint8 (H, W).
        half_alpha: the same at the size of the chroma planes.
        low: alpha float32 (h, w) in [0, 1] at the network's size.
        tiles: where alpha is neither 0 nor 1.
        spill: float32 (h, w, 3), foreground minus old background in (Y, U, V) at the network's size.
    """

    alpha: Plane
    half_alpha: Plane
    low: NDArray[np.float32]
    tiles: list[Tile]
    spill: NDArray[np.float32]

    @staticmethod
    def of(frame: Yuv, packed: NDArray[np.uint8], alpha: Plane, low: NDArray[np.float32], tiles: list[Tile]) -> Matte:
        """Derive the rest from a frame, its (h, w, 3) planes at the network's size, and its alpha."""
        half = shrink(alpha, (frame.u.shape[1], frame.u.shape[0]))
        spill = cv2.resize(contrast(packed, low), (low.shape[1], low.shape[0]), interpolation=cv2.INTER_LINEAR)
        return Matte(alpha, half, low, tiles, spill)


def composite(frame: Frame, matte: Matte, background: Yuv) -> Frame:
    """The subject over a background whose planes have the frame's sizes."""
    y = _blend(frame.y, background.y, matte.alpha)
    u = _blend(frame.u, background.u, matte.half_alpha)
    v = _blend(frame.v, background.v, matte.half_alpha)
    for tile in matte.tiles:
        softness = _softness(matte.alpha, tile.full)
        _add(y, softness, 1 / (4 * 255), tile.full, matte.spill[..., 0], tile.low)
        softness = _softness(matte.half_alpha, tile.half)
        _add(u, softness, 1 / (4 * 255), tile.half, matte.spill[..., 1], tile.low)
        _add(v, softness, 1 / (4 * 255), tile.half, matte.spill[..., 2], tile.low)
    return frame.with_planes(Yuv(y, u, v, frame.colour))


def foreground(frame: Frame, matte: Matte) -> Frame:
    """The subject's own colours, for output with alpha."""
    y, u, v = frame.y.copy(), frame.u.copy(), frame.v.copy()
    for tile in matte.tiles:
        rest = cv2.bitwise_not(matte.alpha[tile.full.rows, tile.full.columns])
        _add(y, rest, 1 / 255, tile.full, matte.spill[..., 0], tile.low)
        rest = cv2.bitwise_not(matte.half_alpha[tile.half.rows, tile.half.columns])
        _add(u, rest, 1 / 255, tile.half, matte.spill[..., 1], tile.low)
        _add(v, rest, 1 / 255, tile.half, matte.spill[..., 2], tile.low)
    return frame.with_planes(Yuv(y, u, v, frame.colour))


def _blend(plane: Plane, background: Plane, alpha: Plane) -> Plane:
    result = cv2.multiply(plane, alpha, scale=1 / 255)
    return cv2.add(result, cv2.multiply(background, cv2.bitwise_not(alpha), scale=1 / 255), dst=result)


def _softness(alpha: Plane, region: Region) -> Plane:
    """4a(1 - a) in 0..255: a(1 - a) is at most 1/4, times four it uses all of 8 bits."""
    patch = alpha[region.rows, region.columns]
    return cv2.multiply(patch, cv2.bitwise_not(patch), scale=4 / 255)


def _add(plane: Plane, weight: Plane, scale: float, region: Region, spill: NDArray[np.float32], low: Region) -> None:
    """plane += scale · weight · spill inside a tile, in place, with 8-bit saturation at either end."""
    patch, amount = plane[region.rows, region.columns], spill[low.rows, low.columns]
    least, most, _, _ = cv2.minMaxLoc(amount)
    # convertScaleAbs takes the absolute value: the other sign is cut off first.
    if most >= _UNSEEN:
        positive = cv2.resize(cv2.convertScaleAbs(cv2.max(amount, 0.0)), region.size, interpolation=cv2.INTER_LINEAR)
        cv2.add(patch, cv2.multiply(weight, positive, scale=scale), dst=patch)
    if least <= -_UNSEEN:
        negative = cv2.resize(cv2.convertScaleAbs(cv2.min(amount, 0.0)), region.size, interpolation=cv2.INTER_LINEAR)
        cv2.subtract(patch, cv2.multiply(weight, negative, scale=scale), dst=patch)
