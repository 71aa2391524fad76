"""Foreground colours: what the subject's half-transparent pixels would look like without the old background in them.

After Forte, Approximate Fast Foreground Colour Estimation (ICIP 2021): near a pixel, foreground and background colours
are the averages of the picture weighted by alpha and by 1 - alpha. Their difference varies slowly, so it is estimated at
a small size; with it and a pixel's own colour I = aF + (1 - a)B the foreground is F = I + (1 - a)(F - B).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_HEIGHT = 72  # of the estimate
_RADIUS = 4  # of its window, in those pixels


def contrast(channels: NDArray[np.uint8], alpha: NDArray[np.float32]) -> NDArray[np.float32]:
    """Foreground minus background colour around each pixel.

    Args:
        channels: uint8 (h, w, C) in any colour space.
        alpha: float32 (h, w) in [0, 1].

    Returns:
        float32 (72, w·72/h, C), in [-255, 255]; near 0 far from the subject's edge.
    """
    height, width = alpha.shape
    size = (max(1, round(width * _HEIGHT / height)), _HEIGHT)
    colours = cv2.resize(channels, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    share = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)[..., None]
    window = (2 * _RADIUS + 1, 2 * _RADIUS + 1)
    mean_share = cv2.blur(share, window)[..., None]
    weighted, everything = cv2.blur(colours * share, window), cv2.blur(colours, window)
    foreground = weighted / np.maximum(mean_share, 1e-3)
    background = (everything - weighted) / np.maximum(1 - mean_share, 1e-3)
    # Where one side is hardly seen, its average means nothing; alpha (1 - alpha) is 0 there, so 0 does no harm.
    known = np.minimum(mean_share, 1 - mean_share) > 2e-3
    return np.where(known, foreground - background, np.float32(0))


def estimate(rgb: NDArray[np.uint8], alpha: NDArray[np.uint8], difference: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The foreground's colours at full size.

    Args:
        rgb: uint8 (H, W, 3).
        alpha: uint8 (H, W).
        difference: from `contrast`, in RGB.

    Returns:
        uint8 (H, W, 3); equal to `rgb` where alpha is 255.
    """
    full = cv2.resize(difference, (rgb.shape[1], rgb.shape[0]), interpolation=cv2.INTER_LINEAR)
    rest = (255 - alpha).astype(np.float32)[..., None] / np.float32(255)
    return np.clip(rgb + rest * full + np.float32(0.5), 0, 255).astype(np.uint8)
