"""What cameras do to a picture, batched on tensors: every function takes and returns float (B, 3, H, W) in [0, 1].

Time goes into memory traffic, so the last ones of a chain change the tensor that they are given and return it.

Random numbers come from a NumPy generator on the CPU, the same for every device.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

_GREY = (0.299, 0.587, 0.114)
_WIDE = 1.6  # pixels; from this sigma on blur works at half size


def jitter(picture: Tensor, rng: np.random.Generator, strength: float = 1.0) -> Tensor:
    """White balance, exposure, tone curve and saturation, drawn a picture at a time."""
    count = len(picture)
    gain = np.exp(rng.normal(0, 0.25 * strength, (count, 1)) + rng.normal(0, 0.08 * strength, (count, 3)))
    curve = _column(np.clip(rng.normal(0, 0.3 * strength, (count, 1)), -0.8, 0.8), picture)
    saturation = np.exp(rng.normal(-0.1, 0.35 * strength, count))
    # Bent by a parabola through black and white, which costs a tenth of a power.
    picture = (picture * -curve).add_(1 + curve).mul_(picture)
    grey = (picture[:, :1] * _GREY[0]).add_(picture[:, 1:2], alpha=_GREY[1]).add_(picture[:, 2:], alpha=_GREY[2])
    keep, mix = _column(gain * saturation[:, None], picture), _column(gain * (1 - saturation[:, None]), picture)
    return picture.mul_(keep).addcmul_(grey, mix).clamp_(0, 1)


def harmonise(foreground: Tensor, alpha: Tensor, background: Tensor, rng: np.random.Generator) -> Tensor:
    """Pull the foreground's mean and contrast towards the background's, by none to most of the way.

    Real subjects stand in the light of their surroundings; pasted ones do not, and a student would learn the seam.
    """
    # A sixteenth of the pixels is enough for means.
    some, weight, behind = (tensor[..., ::4, ::4] for tensor in (foreground, alpha, background))
    weight = weight / weight.sum((2, 3), keepdim=True).clamp_min(1e-3)
    mean = (some * weight).sum((2, 3), keepdim=True)
    spread = ((some - mean).square() * weight).sum((1, 2, 3), keepdim=True).div(3).sqrt().clamp_min(0.02)
    target = behind.mean((2, 3), keepdim=True)
    target_spread = behind.std((1, 2, 3), keepdim=True).clamp(0.05, 0.35)
    share = _column(rng.beta(1.2, 1.5, (len(alpha), 1)), foreground)
    ratio = (target_spread / spread).clamp(0.5, 1.6) ** (share * 0.5)
    return torch.addcmul(mean + (target - mean) * share * 0.8 - mean * ratio, foreground, ratio).clamp_(0, 1)


def light_falloff(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """A brightness gradient over the whole frame: a window to one side, a lamp, vignetting; in place."""
    count, _, height, width = picture.shape
    slope = _column(rng.normal(0, 0.18, (count, 2)), picture)
    xs = torch.linspace(-1, 1, width, device=picture.device)
    ys = torch.linspace(-1, 1, height, device=picture.device)[:, None]
    return picture.mul_(1 + slope[:, :1] * xs + slope[:, 1:] * ys).clamp_(0, 1)


def blur(picture: Tensor, sigmas: np.ndarray) -> Tensor:
    """Gaussian blur, one sigma (pixels; under 0.3 means none) a picture; in place. Height and width must be even."""
    fine, wide = np.flatnonzero((sigmas >= 0.3) & (sigmas < _WIDE)), np.flatnonzero(sigmas >= _WIDE)
    if len(fine):
        picture[fine] = _gaussian(picture[fine], sigmas[fine])
    if len(wide):  # what is lost at half size is what such a blur takes away
        picture[wide] = doubled(_gaussian(halved(picture[wide]), sigmas[wide] / 2))
    return picture


def coarsen(picture: Tensor, chosen: np.ndarray) -> Tensor:
    """What a cheap or zooming camera gives: the pictures `chosen` (B booleans) from half the pixels; in place."""
    indices = np.flatnonzero(chosen)
    if len(indices):
        picture[indices] = doubled(halved(picture[indices]))
    return picture


def sharpen(picture: Tensor, amounts: np.ndarray) -> Tensor:
    """The halos of a webcam's unsharp mask, one amount (0 means none) a picture; in place."""
    chosen = np.flatnonzero(amounts > 0)
    if len(chosen):
        part = picture[chosen]
        soft = _gaussian(part, np.ones(len(chosen)))
        picture[chosen] = part.addcmul_(part - soft, _column(amounts[chosen, None], part)).clamp_(0, 1)
    return picture


def cast_shadows(background: Tensor, alpha: Tensor, rng: np.random.Generator) -> Tensor:
    """A soft shadow of the subject on what is behind one picture in three; in place. It belongs to the background."""
    chosen = np.flatnonzero(rng.random(len(alpha)) < 0.3)
    strength = rng.uniform(0.1, 0.6, (len(chosen), 1))
    lefts, tops = rng.integers(0, 7, len(chosen)), rng.integers(0, 5, len(chosen))
    if not len(chosen):
        return background
    soft = _soft(alpha[chosen])
    height, width = soft.shape[-2:]
    wide = F.pad(soft, (3, 3, 3, 1), "replicate")  # moved up to three of its pixels aside or down, or one up
    moved = [s[:, y : y + height, x : x + width] for s, y, x in zip(wide, tops, lefts, strict=True)]
    shade = F.interpolate(torch.stack(moved), alpha.shape[-2:], mode="bilinear", align_corners=False)
    background[chosen] = background[chosen].mul_(1 - shade * _column(strength, background))
    return background


def wrap_light(foreground: Tensor, background: Tensor, alpha: Tensor, rng: np.random.Generator) -> Tensor:
    """Light from behind spills over the subject's edges in one picture of five; in place."""
    chosen = np.flatnonzero(rng.random(len(alpha)) < 0.2)
    strength = rng.uniform(0.2, 0.9, (len(chosen), 1))
    if not len(chosen):
        return foreground
    near = 1 - _soft(alpha[chosen])  # how much background there is around a place
    spill = torch.cat([_soft(background[chosen]), near], 1)
    spill = F.interpolate(spill, alpha.shape[-2:], mode="bilinear", align_corners=False)
    foreground[chosen] = torch.lerp(foreground[chosen], spill[:, :3], spill[:, 3:] * _column(strength, foreground))
    return foreground


def _soft(planes: Tensor) -> Tensor:
    """Strongly blurred, at an eighth of height and width."""
    return F.avg_pool2d(F.avg_pool2d(planes, 8), 3, 1, 1, count_include_pad=False)


def halved(planes: Tensor) -> Tensor:
    """Means of 2x2 pixels; adding slices takes half the time of torch's pooling on CPUs."""
    upper, lower = planes[..., ::2, :], planes[..., 1::2, :]
    total = upper[..., ::2] + upper[..., 1::2]
    return total.add_(lower[..., ::2]).add_(lower[..., 1::2]).mul_(0.25)


def doubled(planes: Tensor) -> Tensor:
    """Twice as high and wide, bilinear; a third of the time of torch's interpolation of three channels on CPUs."""
    count, channels, height, width = planes.shape
    padded = F.pad(planes, (1, 1, 1, 1), "replicate")
    middle = padded[..., 1:-1, :]
    rows = planes.new_empty(count, channels, 2 * height, width + 2)
    rows[..., ::2, :] = torch.lerp(middle, padded[..., :-2, :], 0.25)
    rows[..., 1::2, :] = torch.lerp(middle, padded[..., 2:, :], 0.25)
    middle = rows[..., 1:-1]
    result = planes.new_empty(count, channels, 2 * height, 2 * width)
    result[..., ::2] = torch.lerp(middle, rows[..., :-2], 0.25)
    result[..., 1::2] = torch.lerp(middle, rows[..., 2:], 0.25)
    return result


def _gaussian(picture: Tensor, sigmas: np.ndarray) -> Tensor:
    """Sums of shifted pictures: on CPUs several times as fast as convolutions with a kernel a picture."""
    radius = int(np.ceil(2 * sigmas.max()))
    kernels = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigmas[:, None]) ** 2)
    weights = _column(kernels / kernels.sum(1, keepdims=True), picture).split(1, 1)  # a tap each, (B, 1, 1, 1)
    height, width = picture.shape[-2:]
    padded, across = F.pad(picture, (radius, radius, 0, 0), "replicate"), torch.zeros_like(picture)
    for shift, weight in enumerate(weights):
        across.addcmul_(padded[..., shift : shift + width], weight)
    padded, down = F.pad(across, (0, 0, radius, radius), "replicate"), torch.zeros_like(picture)
    for shift, weight in enumerate(weights):
        down.addcmul_(padded[..., shift : shift + height, :], weight)
    return down.clamp_max_(1)


class Grain:
    """Sensor noise: shot noise grows with the root of light, read noise does not; half of it coarse, as after scaling.

    Cut at random places from one sheet of noise: drawing anew for every picture takes ten times as long, and no student
    can tell.
    """

    def __init__(self) -> None:
        self._sheets: dict[tuple[int, torch.device], Tensor] = {}

    def add_to(self, picture: Tensor, rng: np.random.Generator) -> Tensor:
        """The picture with noise, its strength drawn a picture, of a dark room's in one of ten; in place."""
        count, _, height, width = picture.shape
        dark = np.where(rng.random((count, 1)) < 0.1, rng.uniform(2, 4, (count, 1)), 1)
        shot = _column(rng.exponential(0.02, (count, 1)) * dark, picture)
        read = _column(rng.exponential(0.008, (count, 1)) * dark, picture)
        longer = max(height, width)
        tops, lefts = rng.integers(longer, size=count), rng.integers(longer, size=count)
        sheet = self._of(2 * longer, picture.device)
        strength = picture.sqrt().mul_(shot).add_(read)
        for one, much, y, x in zip(picture, strength, tops, lefts, strict=True):
            one.addcmul_(sheet[:, y : y + height, x : x + width], much)
        return picture.clamp_(0, 1)

    def _of(self, side: int, device: torch.device) -> Tensor:
        """The sheet (3, side, side), made once."""
        if (side, device) not in self._sheets:
            generator = torch.Generator().manual_seed(0)
            fine = torch.randn(3, side, side, generator=generator)
            coarse = torch.randn(1, 3, side // 2, side // 2, generator=generator)
            coarse = F.interpolate(coarse, (side, side), mode="bilinear", align_corners=False)
            self._sheets[side, device] = (0.7 * fine + 0.7 * coarse[0]).to(device)
        return self._sheets[side, device]


def _column(values: np.ndarray, like: Tensor) -> Tensor:
    """(B, C) numbers as a float (B, C, 1, 1) tensor."""
    return torch.from_numpy(np.asarray(values)).float().to(like.device)[:, :, None, None]
