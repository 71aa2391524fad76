"""How a scene that stands is rendered and developed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Size = tuple[int, int]  # (width, height) in pixels
Linear = NDArray[np.float32]  # (H, W, 4) linear light, premultiplied
Attributes = dict[str, Any]  # what was drawn for a picture, as JSON values


@dataclass(frozen=True)
class Bounces:
    """How often a ray goes on, in all and of each kind."""

    total: int = 6
    diffuse: int = 2
    glossy: int = 3
    transmission: int = 8
    transparent: int = 16


@dataclass(frozen=True)
class Highlights:
    """Exposure by the brightest tenth: their luminance goes to `target`, as far as `least` and `most` allow."""

    target: float = 0.75
    least: float = 0.5
    most: float = 2.2


@dataclass(frozen=True)
class Average:
    """Exposure as of a camera's automatic: the mean of the logarithm goes to `goal`, highlights stay below `ceiling`."""

    goal: float = 0.15
    ceiling: float = 0.7


@dataclass(frozen=True)
class Look:
    """A camera's rendering of light: white balance (3,), curve, saturation and contrast."""

    white: tuple[float, float, float] = (1, 1, 1)
    curve: str = "shoulder"
    gamma: float = 2.2
    saturation: float = 1.0
    contrast: float = 1.0


@dataclass(frozen=True)
class Shot:
    """What a builder asks of the renderer for the scene it built.

    Attributes:
        size: (width, height) of the picture.
        samples: rays a pixel for colour.
        coverage_samples: rays a pixel of a second, flat rendering that gives alpha alone; 0 takes alpha from the first.
            A flat one costs little and adaptive sampling then looks at coverage alone.
        threshold: noise at which adaptive sampling stops.
        denoise: run OpenImageDenoise over colour. Not where strands cover half a pixel: colour and alpha must share
            their samples there, or fringes remain.
        glass: light through clear glass lowers alpha.
        denoise_alpha: run the denoiser over alpha too: for glass, where reflection is a coin toss.
        bounces: of rays.
        additive: raise alpha where light is brighter than its coverage can hold (highlights on glass, flames).
        exposure: how bright it is developed.
        look: how a camera would show it.
        retouch: applied to what was rendered, linear and premultiplied.
        pixels: linear premultiplied pixels that are there already; nothing is rendered.
    """

    size: Size
    samples: int = 48
    coverage_samples: int = 0
    threshold: float = 0.02
    denoise: bool = True
    glass: bool = False
    denoise_alpha: bool = False
    bounces: Bounces = field(default_factory=Bounces)
    additive: bool = True
    exposure: Highlights | Average = field(default_factory=Highlights)
    look: Look = field(default_factory=Look)
    retouch: Callable[[Linear], Linear] | None = None
    pixels: Linear | None = None
