"""Smoke and flames as numbers: periodic turbulence, density that is marched slice by slice, layers of light.

A field has its own coordinates: x to the right, y up, z towards the viewer. A `View` says where they lie in the
picture. Volumes are (depth, height, width), slice 0 nearest.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.colour import display, linear
from ppid.render.rng import Rng
from ppid.render.shot import Attributes, Linear, Size

Plane = NDArray[np.floating]  # (H, W), or (H, W, 3) of linear light; float32 wherever it is large
Volume = NDArray[np.floating]  # (D, H, W)
Box = tuple[float, float, float, float]  # left, bottom, right, top
Shaped = Callable[[Volume, Volume, Volume], Volume]  # x (1, 1, W), y (1, H, 1), z (D, 1, 1) to (D, H, W)


@dataclass(frozen=True)
class View:
    """Where a field lies in a picture.

    Attributes:
        size: (width, height) of the picture.
        scale: pixels of one unit of the field.
        origin: pixel (x, y from the top) of the field's origin.
    """

    size: Size
    scale: float
    origin: tuple[float, float]

    def grid(self, step: int = 1) -> tuple[Plane, Plane]:
        """x (1, W) and y (H, 1) at the centres of pixels, or of equal blocks of about `step` pixels."""
        columns, rows = (
            (np.arange(count) + 0.5) * extent / count - 0.5 for extent in self.size for count in [-(-extent // step)]
        )
        x, y = (columns - self.origin[0]) / self.scale, (self.origin[1] - rows) / self.scale
        return x[None, :].astype(np.float32), y[:, None].astype(np.float32)

    @property
    def coarse(self) -> int:
        """Pixels between the places where smooth things are computed."""
        return int(np.clip(max(self.size) // 64, 1, 4))

    def pixels(self, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Places of the field as pixels, x and y from the top."""
        return self.origin[0] + np.asarray(x) * self.scale, self.origin[1] - np.asarray(y) * self.scale

    def window(self, box: Box) -> tuple[View, tuple[slice, slice]]:
        """The part of the picture that a box covers, as a view of its own, and its rows and columns."""
        left, top = self.pixels(box[0], box[3])
        right, bottom = self.pixels(box[2], box[1])
        x0, y0 = max(math.floor(left), 0), max(math.floor(top), 0)
        x1, y1 = min(math.ceil(right), self.size[0]), min(math.ceil(bottom), self.size[1])
        x1, y1 = max(x1, min(x0 + 1, self.size[0])), max(y1, min(y0 + 1, self.size[1]))
        x0, y0 = min(x0, x1 - 1), min(y0, y1 - 1)
        origin = self.origin[0] - x0, self.origin[1] - y0
        return View((x1 - x0, y1 - y0), self.scale, origin), (slice(y0, y1), slice(x0, x1))


@dataclass
class Layer:
    """What a volume does to a picture, linear.

    Attributes:
        colour: (H, W, 3) light that its matter scatters, premultiplied.
        alpha: (H, W) share of the light behind that it holds back.
        glow: (H, W, 3) light that it adds, in [0, 1].
    """

    colour: Plane
    alpha: Plane
    glow: Plane

    @classmethod
    def empty(cls, size: Size) -> Layer:
        """Nothing."""
        width, height = size
        black = np.zeros((height, width, 3), np.float32)
        return cls(black, np.zeros((height, width), np.float32), black.copy())

    def over(self, behind: Layer) -> Layer:
        """This in front of another."""
        through = (1 - self.alpha)[..., None]
        return Layer(
            self.colour + through * behind.colour,
            self.alpha + through[..., 0] * behind.alpha,
            1 - (1 - self.glow) * (1 - through * behind.glow),
        )

    def put(self, part: Layer, where: tuple[slice, slice]) -> None:
        """Set rows and columns to those of another layer."""
        self.colour[where], self.alpha[where], self.glow[where] = part.colour, part.alpha, part.glow

    def visible(self) -> Plane:
        """How much of each pixel (H, W) is changed."""
        return np.maximum(self.alpha, display(self.glow.max(-1)).astype(np.float32))

    def pixels(self, behind: Linear | None = None) -> Linear:
        """Premultiplied pixels (H, W, 4), over a rendered picture when there is one.

        On what is opaque, glow is added. Elsewhere it becomes a luminance matte: alpha is the display value of its
        brightest channel, and the straight colour is such that the two show exactly the glow over black.
        """
        if behind is None:
            colour, alpha = self.colour, self.alpha
        else:
            through = (1 - self.alpha)[..., None]
            colour, alpha = self.colour + through * behind[..., :3], self.alpha + through[..., 0] * behind[..., 3]
        shown = display(self.glow)
        matte = shown.max(-1)
        straight = linear(shown / np.maximum(matte, 1e-4)[..., None])
        clear = (1 - alpha)[..., None]
        colour = colour + alpha[..., None] * self.glow + clear * matte[..., None] * straight
        covered = alpha + clear[..., 0] * matte
        return np.concatenate([colour, covered[..., None]], -1).astype(np.float32)


class Subject(Protocol):
    """Something that can be seen at any place and size."""

    @property
    def bounds(self) -> Box:
        """It is nowhere else."""
        ...

    def layer(self, view: View) -> Layer:
        """What it does to a picture."""
        ...


@dataclass(frozen=True)
class Together:
    """Several subjects, the first in front."""

    parts: tuple[Subject, ...]

    @property
    def bounds(self) -> Box:
        """Of all of them."""
        boxes = np.array([part.bounds for part in self.parts])
        low, high = boxes[:, :2].min(0), boxes[:, 2:].max(0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def layer(self, view: View) -> Layer:
        """All of them."""
        whole = self.parts[0].layer(view)
        for part in self.parts[1:]:
            whole = whole.over(part.layer(view))
        return whole


@dataclass(frozen=True)
class Moved:
    """A subject elsewhere."""

    subject: Subject
    by: tuple[float, float]

    @property
    def bounds(self) -> Box:
        """Moved too."""
        left, bottom, right, top = self.subject.bounds
        return left + self.by[0], bottom + self.by[1], right + self.by[0], top + self.by[1]

    def layer(self, view: View) -> Layer:
        """As seen from the other side of the move."""
        x, y = view.pixels(*self.by)
        return self.subject.layer(View(view.size, view.scale, (float(x), float(y))))


def extent(subject: Subject, least: float = 0.005) -> Box:
    """The box in which a subject is visible.

    Raises:
        ValueError: it is visible nowhere.
    """
    left, bottom, right, top = subject.bounds
    scale = 96 / max(right - left, top - bottom)
    size = math.ceil((right - left) * scale), math.ceil((top - bottom) * scale)
    seen = subject.layer(View(size, scale, (-left * scale, top * scale))).visible() > least
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    if not len(rows):
        raise ValueError("nothing of the smoke or fire can be seen")
    margin = 1.5 + 0.02 * max(np.ptp(rows), np.ptp(columns))  # finer pictures show a little more
    return (
        left + (columns[0] - margin) / scale,
        top - (rows[-1] + 1 + margin) / scale,
        left + (columns[-1] + 1 + margin) / scale,
        top - (rows[0] - margin) / scale,
    )


def place(rng: Rng, attributes: Attributes, box: Box, size: Size, cut: float = 0.25) -> View:
    """A view that holds a box somewhere inside, or as often as `cut` more than fits."""
    left, bottom, right, top = box
    is_cut = rng.chance(cut)
    fill = rng.uniform(1.1, 1.6) if is_cut else 1 - 0.4 * rng.uniform() ** 1.5
    scale = fill * min(size[0] / (right - left), size[1] / (top - bottom))
    free_x, free_y = size[0] - scale * (right - left), size[1] - scale * (top - bottom)
    attributes.update(framing="cut" if is_cut else "inside", fill=round(fill, 3))
    return View(size, scale, (rng.uniform() * free_x - left * scale, rng.uniform() * free_y + top * scale))


class Turbulence:
    """Fractal noise that repeats after one unit along each axis, zero mean, variance one; and a smooth swirl."""

    def __init__(self, rng: Rng, slope: float = 5.0) -> None:
        """Draw it; the noise's power falls with the wave number to the power of `slope`."""
        self._noise = _periodic(rng, slope, (32, 128, 128))[0]
        self._swirl = np.stack(_periodic(rng, 6.0, (16, 64, 64)))

    def at(self, x: Plane, y: Plane, z: float) -> Plane:
        """The noise at places (H, W) of the plane `z`."""
        return _sampled(self._noise, x, y, z)

    def swirl(self, x: Plane, y: Plane, z: float) -> tuple[Plane, Plane]:
        """A flow (x, y) without divergence, variance one, at places (H, W) of the plane `z`."""
        return _sampled(self._swirl[1], x, y, z), -_sampled(self._swirl[2], x, y, z)


def _periodic(rng: Rng, slope: float, cells: tuple[int, int, int]) -> tuple[Volume, Volume, Volume]:
    """Noise and its slopes along y and x, each of variance one."""
    waves = [np.fft.fftfreq(n) * n for n in cells[:2]] + [np.fft.rfftfreq(cells[2]) * cells[2]]
    z, y, x = np.meshgrid(*waves, indexing="ij", sparse=True)
    number = np.sqrt(x * x + y * y + z * z)
    number[0, 0, 0] = 1
    power = number ** (-slope / 2) * np.exp(-((number / (0.36 * cells[2])) ** 2))
    power[number < 1.5] *= 0.4  # one blob that fills everything is no structure
    power[0, 0, 0] = 0
    spectrum = np.fft.rfftn(rng.normal(size=cells)) * power
    fields = [np.fft.irfftn(each, cells, axes=(0, 1, 2)) for each in (spectrum, spectrum * 1j * y, spectrum * 1j * x)]
    noise, along_y, along_x = ((each / each.std()).astype(np.float32) for each in fields)
    return noise, along_y, along_x


def _sampled(values: Volume, x: Plane, y: Plane, z: float) -> Plane:
    """Periodic values at places (H, W), in periods, of the plane `z`."""
    depth, height, width = values.shape
    level = (z * depth) % depth
    share = level - math.floor(level)
    first, second = values[int(level) % depth], values[(int(level) + 1) % depth]
    plane = first * np.float32(1 - share) + second * np.float32(share)
    plane /= np.float32(math.hypot(share, 1 - share))  # or noise would be weaker between its planes
    return cv2.remap(plane, x * width, y * height, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)


def fire_colour(heat: Plane, tint: ArrayLike = (1.0, 0.3, 0.05)) -> Plane:
    """Linear light (..., 3) of glowing soot: the same colour everywhere; film and eyes make its bright parts yellow."""
    warmth = np.asarray(tint, np.float32)
    return heat[..., None] * 2.5 * warmth ** (1.4 - 0.3 * np.minimum(heat, 2))[..., None]


def soft_clip(light: Plane) -> Plane:
    """Light of any strength to [0, 1], each channel for itself as on film."""
    return (1 - cv2.exp(-np.ascontiguousarray(light))).astype(np.float32)


def splat(x: ArrayLike, y: ArrayLike, weight: ArrayLike, size: Size) -> Plane:
    """Add up points (N,) at fractional pixels, each shared by its four neighbours."""
    px, py, w = (np.asarray(each, np.float32).ravel() for each in (x, y, weight))
    width, height = size
    inside = (px > -1) & (px < width) & (py > -1) & (py < height)
    px, py, w = px[inside] + 1, py[inside] + 1, w[inside]  # into a picture with a border, where nothing is cut
    column, row = px.astype(np.int32), py.astype(np.int32)
    right, below = px - column, py - row
    corner = row * (width + 2) + column
    total = np.zeros((height + 2) * (width + 2))
    for offset, share in (
        (0, (1 - right) * (1 - below)),
        (1, right * (1 - below)),
        (width + 2, (1 - right) * below),
        (width + 3, right * below),
    ):
        total += np.bincount(corner + offset, share * w, minlength=len(total))
    return total.reshape(height + 2, width + 2)[1:-1, 1:-1].astype(np.float32)


def enlarged(coarse: Plane, size: Size) -> Plane:
    """A coarse plane at full size."""
    return cv2.resize(np.ascontiguousarray(coarse), size, interpolation=cv2.INTER_LINEAR)
