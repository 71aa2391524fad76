"""Colours: sRGB display values in [0, 1] and linear light."""

from __future__ import annotations

import colorsys

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.rng import Rng

Range = tuple[float, float]
Floats = NDArray[np.float64]


def linear(display: ArrayLike) -> Floats:
    """sRGB display values to linear light (IEC 61966-2-1)."""
    values = np.asarray(display, float)
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def display(light: ArrayLike) -> Floats:
    """Linear light to sRGB display values; cut to [0, 1]."""
    values = np.clip(np.asarray(light, float), 0, 1)
    return np.where(values <= 0.0031308, values * 12.92, 1.055 * np.maximum(values, 1e-8) ** (1 / 2.4) - 0.055)


def hsv(hue: float, saturation: float, value: float) -> Floats:
    """Display RGB of a hue (any number: it wraps at 1), saturation and value in [0, 1]."""
    return np.array(colorsys.hsv_to_rgb(hue % 1, saturation, value))


def random_colour(
    rng: Rng, saturation: Range = (0.1, 0.9), value: Range = (0.2, 0.95), hue: float | None = None
) -> Floats:
    """Linear RGB of a random colour; of `hue` when it is given."""
    drawn = rng.uniform() if hue is None else hue
    return linear(hsv(drawn, rng.uniform(*saturation), rng.uniform(*value)))
