"""Which of many frames to calibrate on: few, all different, the same ones every time.

Ranges are decided by what happens rarely: one window against the light sets a layer's largest activation. Taking every
k-th frame, or frames at random, repeats the common scene and can miss the rare one. k-centre (farthest-point) selection
takes the frame that is least like those already taken, so that every kind of frame is in it once; whatever is left out
is at most twice as far from a chosen frame as under the best choice possible (Gonzalez, Theoretical Computer Science
38, 1985). It needs no randomness and no training. Its weakness, chasing outliers, is what calibration wants, and the
percentile in `quantize` cuts off what is too far out.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

THUMBNAIL = (16, 9)
# Two pictures whose thumbnails differ by fewer levels (root of the mean square) than this show the same.
SAME_LEVELS = 2.0
# Brightest percentile of luma below which a picture shows nothing: a covered lens, a fade.
BLACK_LEVEL = 16
# How much one level of each measure weighs beside one level of difference between thumbnails.
_STATISTICS_WEIGHT, _GRADIENT_WEIGHT, _MOTION_WEIGHT = 0.5, 4.0, 2.0
# Descriptors are whole numbers, so that distances are exact and no machine breaks a tie differently.
_UNITS_PER_LEVEL = 256


def thumbnail(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """RGB uint8 (9, 16, 3) means of a picture uint8 (H, W, 3)."""
    return np.asarray(cv2.resize(rgb, THUMBNAIL, interpolation=cv2.INTER_AREA), np.uint8)


def is_black(rgb: NDArray[np.uint8]) -> bool:
    """Whether a picture uint8 (H, W, 3) shows next to nothing."""
    return bool(np.percentile(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), 99) < BLACK_LEVEL)


def descriptor(rgb: NDArray[np.uint8], before: NDArray[np.uint8] | None) -> NDArray[np.int64]:
    """What a frame looks like: layout, colours, brightness, sharpness and motion.

    Args:
        rgb: uint8 (H, W, 3).
        before: the picture before it in the same video; None where there is none, which counts as no motion.

    Returns:
        int64 (443,); the Euclidean distance between two descriptors says how different the frames are.
    """
    small = thumbnail(rgb).astype(np.float64)
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    statistics = np.concatenate([
        rgb.mean((0, 1), np.float64), rgb.std((0, 1), np.float64), np.percentile(grey, [5, 50, 95])
    ])  # fmt: skip
    across, down = (cv2.Sobel(grey, cv2.CV_32F, *axes, scale=1 / 8) for axes in ((1, 0), (0, 1)))
    gradient = float(np.mean(cv2.magnitude(across, down), dtype=np.float64))
    motion = 0.0 if before is None else float(np.abs(small - thumbnail(before)).mean())
    levels = np.concatenate([
        small.ravel() / np.sqrt(small.size),
        _STATISTICS_WEIGHT * statistics / np.sqrt(statistics.size),
        [_GRADIENT_WEIGHT * gradient, _MOTION_WEIGHT * motion],
    ])  # fmt: skip
    return np.rint(levels * _UNITS_PER_LEVEL).astype(np.int64)


def distinct(thumbnails: NDArray[np.uint8]) -> list[int]:
    """Indices of the pictures that look different from every one before them.

    Args:
        thumbnails: uint8 (N, 9, 16, 3).
    """
    flat = thumbnails.reshape(len(thumbnails), -1).astype(np.float32)
    kept: list[int] = []
    for index, picture in enumerate(flat):
        differences = ((flat[kept] - picture) ** 2).mean(1)
        if not (differences < SAME_LEVELS**2).any():
            kept.append(index)
    return kept


def k_centre(descriptors: NDArray[np.int64], count: int) -> list[int]:
    """Greedy farthest-point selection from the most ordinary frame outwards.

    The result depends on the frames alone, not on their order: equally far ones are taken in the order of their
    descriptors.

    Args:
        descriptors: int64 (N, D), N > 0, with magnitudes below 2**20 so that squared distances stay exact.
        count: how many to take.

    Returns:
        min(count, N) distinct indices; each is farther from those before it than, or as far as, the next one.
    """
    order = np.lexsort(descriptors.T[::-1])
    rows = descriptors[order]
    # The sum of squared distances to all others, but for a constant: its minimum is the frame nearest to the mean.
    spread = len(rows) * (rows**2).sum(1) - 2 * rows @ rows.sum(0)
    chosen = [int(spread.argmin())]
    nearest = ((rows - rows[chosen[0]]) ** 2).sum(1)
    nearest[chosen[0]] = -1
    while len(chosen) < min(count, len(rows)):
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, ((rows - rows[chosen[-1]]) ** 2).sum(1))
        nearest[chosen] = -1
    return [int(index) for index in order[chosen]]
