"""Turns obviously broken pictures away while they are rendered."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

LEAST, MOST = 0.012, 0.93  # mean alpha
_SPECKLES = 0.02  # of half-transparent pixels
_BLACK = 0.55  # of solid pixels
_SCATTERED = 0.25  # of what is opaque, away from the largest piece


def fault(rgba: NDArray[np.uint8], *, whole: bool = False) -> str | None:
    """What is wrong with a picture, or None.

    Args:
        rgba: straight uint8 (H, W, 4).
        whole: the subject is of one piece, as a person is; nets, plants and drops are not.

    Returns:
        `empty`, `full`, `speckled` alpha, `black`, `flat` (one colour all over) or `scattered`.
    """
    alpha = rgba[..., 3]
    mean = float(alpha.mean()) / 255
    if mean < LEAST:
        return "empty"
    if mean > MOST:
        return "full"
    half = (alpha > 5) & (alpha < 250)
    if _lonely(alpha) > max(30, _SPECKLES * half.sum()):
        return "speckled"
    solid = alpha > 128
    if solid.sum() > 200:
        brightest = rgba[..., :3].max(-1)[solid]
        if (brightest < 6).mean() > _BLACK:
            return "black"
        if rgba[..., :3][solid].std(0).max() < 0.5:
            return "flat"
    if whole:
        count, _, facts, _ = cv2.connectedComponentsWithStats(solid.astype(np.uint8))
        if count > 2:
            sizes = np.sort(facts[1:, cv2.CC_STAT_AREA])
            if sizes[:-1].sum() > _SCATTERED * sizes.sum():
                return "scattered"
    return None


def clip_fault(frames: Sequence[NDArray[np.uint8]], *, whole: bool = False) -> str | None:
    """What is wrong with all of some frames of a clip, or None: what walks in and out is away in single ones.

    Args:
        frames: as `rgba` of `fault`, e.g. the first, middle and last.
        whole: as for `fault`.

    Returns:
        The fault of each, e.g. `empty, black, empty`.
    """
    faults = [fault(frame, whole=whole) for frame in frames]
    return None if None in faults else ", ".join(map(str, faults))


def coverage(rgba: NDArray[np.uint8]) -> dict[str, float]:
    """Mean alpha, and the shares of opaque and half-transparent pixels."""
    alpha = rgba[..., 3]
    return {
        "coverage": round(float(alpha.mean()) / 255, 4),
        "opaque": round(float((alpha >= 250).mean()), 4),
        "soft": round(float(((alpha > 5) & (alpha < 250)).mean()), 4),
    }


def _lonely(alpha: NDArray[np.uint8]) -> int:
    """How many pixels are far above or far below all of their eight neighbours: a strand's pixels never are."""
    around = np.ones((3, 3), np.uint8)
    around[1, 1] = 0
    wide = alpha.astype(np.int16)
    above = wide - cv2.dilate(alpha, around) > 60
    below = cv2.erode(alpha, around) - wide > 60
    return int((above | below).sum())
