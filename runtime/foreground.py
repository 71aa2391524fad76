"""Foreground colours: what the subject's half-transparent pixels would look like without the old background in them.

A pixel's colour is I = B + a(F - B). Near an edge the foreground F and the old background B vary slowly, so F - B is the
slope of colour over alpha: a linear regression in each window, at a small size. With it F = I + (1 - a)(F - B). Averages
weighted by alpha (Forte, Approximate Fast Foreground Colour Estimation, ICIP 2021) were tried first: they mix F and B along
wide soft edges, which regression does not.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_HEIGHT = 72  # of the estimate
_RADIUS = 4  # of its window, in those pixels
_EPSILON = 1e-3  # variance of alpha below which a window tells nothing


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
    mean_share, mean_colours = cv2.blur(share, window)[..., None], cv2.blur(colours, window)
    covariance = cv2.blur(colours * share, window) - mean_colours * mean_share
    variance = cv2.blur(share * share, window)[..., None] - mean_share * mean_share
    # Windows that hold a pixel count by how much they know.
    slope = cv2.blur(covariance, window) / (cv2.blur(variance, window)[..., None] + np.float32(_EPSILON))
    return slope.clip(-255, 255)


def estimate(rgb: NDArray[np.uint8], alpha: NDArray[np.uint8], difference: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The foreground's colours at full size.

    Args:
        rgb: uint8 (H, W, 3).
        alpha: uint8 (H, W).
        difference: from `contrast`, in RGB.

    Returns:
        uint8 (H, W, 3); equal to `rgb` where alpha is 255.
    """
    rest = (255 - alpha).astype(np.float32) / np.float32(255)
    result = np.empty_like(rgb)
    for channel in range(3):  # one at a time: a photograph's three in floating point take a gigabyte
        full = cv2.resize(difference[..., channel], (rgb.shape[1], rgb.shape[0]), interpolation=cv2.INTER_LINEAR)
        full *= rest
        full += rgb[..., channel]
        result[..., channel] = np.clip(full + np.float32(0.5), 0, 255)
    return result
