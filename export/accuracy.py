"""How far a narrower engine's alpha is from the FP32 one's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Infer = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


@dataclass(frozen=True)
class Accuracy:
    """Differences of alpha from the reference.

    Attributes:
        mad: mean absolute difference over all pixels.
        edge_mad: the same where the reference is neither 0 nor 1 (between 0.02 and 0.98); NaN where there is no such pixel.
        gradient: mean absolute difference of the gradient's length (Sobel, per pixel), which shows hurt edges.
        worst_frame: the largest `mad` of one frame.
    """

    mad: float
    edge_mad: float
    gradient: float
    worst_frame: float


def compare(found: NDArray[np.float32], reference: NDArray[np.float32]) -> Accuracy:
    """Compare alpha (N, H, W) in [0, 1] with a reference of the same shape."""
    difference = np.abs(found - reference)
    edge = (reference > 0.02) & (reference < 0.98)
    gradients = [np.abs(_gradient(a) - _gradient(b)).mean() for a, b in zip(found, reference, strict=True)]
    return Accuracy(
        float(difference.mean()),
        float(difference[edge].mean()) if edge.any() else float("nan"),
        float(np.mean(gradients)),
        float(difference.mean((1, 2)).max()),
    )


def _gradient(alpha: NDArray[np.float32]) -> NDArray[np.float32]:
    return cv2.magnitude(
        cv2.Sobel(alpha, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(alpha, cv2.CV_32F, 0, 1, scale=0.125)
    )
