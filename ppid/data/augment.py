"""What cameras do to a picture, batched on tensors: every function takes and returns float (B, 3, H, W) in [0, 1].

Random numbers come from a NumPy generator for the few numbers a picture and from a torch generator for the many.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

_GREY = (0.299, 0.587, 0.114)


def jitter(picture: Tensor, rng: np.random.Generator, strength: float = 1.0) -> Tensor:
    """White balance, exposure, gamma and saturation, drawn a picture at a time."""
    count = len(picture)
    gain = _column(
        np.exp(rng.normal(0, 0.25 * strength, (count, 1)) + rng.normal(0, 0.08 * strength, (count, 3))), picture
    )
    gamma = _column(np.exp(rng.normal(0, 0.25 * strength, (count, 1))), picture)
    saturation = _column(np.exp(rng.normal(-0.1, 0.35 * strength, (count, 1))), picture)
    picture = (picture.clamp(1e-3, 1) ** gamma) * gain
    grey = _grey(picture)
    return (grey + (picture - grey) * saturation).clamp(0, 1)


def harmonise(foreground: Tensor, alpha: Tensor, background: Tensor, rng: np.random.Generator) -> Tensor:
    """Pull the foreground's mean and contrast towards the background's, by none to most of the way.

    Real subjects stand in the light of their surroundings; pasted ones do not, and a student would learn the seam.
    """
    weight = alpha / alpha.sum((2, 3), keepdim=True).clamp_min(1e-3)
    mean = (foreground * weight).sum((2, 3), keepdim=True)
    spread = ((foreground - mean).square() * weight).sum((1, 2, 3), keepdim=True).div(3).sqrt().clamp_min(0.02)
    target = background.mean((2, 3), keepdim=True)
    target_spread = background.std((1, 2, 3), keepdim=True).clamp(0.05, 0.35)
    share = _column(rng.beta(1.2, 1.5, (len(alpha), 1)), foreground)
    ratio = (target_spread / spread).clamp(0.5, 1.6) ** (share * 0.5)
    return ((foreground - mean) * ratio + mean + (target - mean) * share * 0.8).clamp(0, 1)


def light_falloff(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """A brightness gradient over the whole frame: a window to one side, a lamp, vignetting."""
    count, _, height, width = picture.shape
    slope = _column(rng.normal(0, 0.18, (count, 2)), picture)
    xs = torch.linspace(-1, 1, width, device=picture.device)
    ys = torch.linspace(-1, 1, height, device=picture.device)[:, None]
    return (picture * (1 + slope[:, :1] * xs + slope[:, 1:] * ys)).clamp(0, 1)


def blur(picture: Tensor, sigmas: np.ndarray) -> Tensor:
    """Gaussian blur, one sigma (pixels; under 0.3 means none) a picture."""
    if sigmas.max() < 0.3:
        return picture
    count, channels, height, width = picture.shape
    radius = int(np.ceil(2.5 * sigmas.max()))
    offsets = np.arange(-radius, radius + 1)
    kernels = np.exp(-0.5 * (offsets / np.maximum(sigmas, 0.1)[:, None]) ** 2)
    kernels /= kernels.sum(1, keepdims=True)
    kernel = torch.from_numpy(kernels).float().to(picture.device).repeat_interleave(channels, 0)[:, None]
    flat = picture.reshape(1, count * channels, height, width)
    flat = F.conv2d(F.pad(flat, (radius, radius, 0, 0), "replicate"), kernel[:, :, None, :], groups=count * channels)
    flat = F.conv2d(F.pad(flat, (0, 0, radius, radius), "replicate"), kernel[:, :, :, None], groups=count * channels)
    return flat.reshape(picture.shape)


def noise(picture: Tensor, rng: np.random.Generator, generator: torch.Generator) -> Tensor:
    """Sensor noise: shot noise grows with the root of light, read noise does not; half of it coarse, as after scaling."""
    count, _, height, width = picture.shape
    shot = _column(rng.exponential(0.02, (count, 1)), picture)
    read = _column(rng.exponential(0.008, (count, 1)), picture)
    fine = torch.randn(picture.shape, generator=generator, device=picture.device)
    coarse = torch.randn(count, 3, height // 2, width // 2, generator=generator, device=picture.device)
    grain = 0.7 * fine + 0.7 * F.interpolate(coarse, (height, width), mode="bilinear", align_corners=False)
    return (picture + grain * (shot * picture.clamp_min(0).sqrt() + read)).clamp(0, 1)


def jpeg(picture: Tensor, rng: np.random.Generator) -> Tensor:
    """Block artefacts: quantise the 8x8 cosine transform of luma and of chroma (ITU-T T.81), quality 20 to 95 a picture.

    Height and width must be multiples of 8. Chroma is quantised at full size, a little finer than 4:2:0 would.
    """
    count, _, height, width = picture.shape
    quality = rng.uniform(20, 95, count)
    scale = np.where(quality < 50, 50 / quality, 2 - quality / 50)
    table = torch.from_numpy(np.stack([_LUMA_TABLE, _CHROMA_TABLE, _CHROMA_TABLE])).float().to(picture.device)
    steps = _column(scale[:, None], picture)[..., None, None] * table[None, :, None, None] / 255  # (B, 3, 1, 1, 8, 8)
    basis = _DCT.to(picture.device)
    ycc = torch.einsum("ij,bjhw->bihw", _YCC.to(picture.device), picture)
    blocks = ycc.reshape(count, 3, height // 8, 8, width // 8, 8).transpose(3, 4)
    coefficients = basis @ blocks @ basis.T
    blocks = basis.T @ (torch.round(coefficients / steps) * steps) @ basis
    ycc = blocks.transpose(3, 4).reshape(picture.shape)
    return torch.einsum("ij,bjhw->bihw", torch.linalg.inv(_YCC).to(picture.device), ycc).clamp(0, 1)


def _column(values: np.ndarray, like: Tensor) -> Tensor:
    """(B, C) numbers as a float (B, C, 1, 1) tensor."""
    return torch.from_numpy(np.asarray(values)).float().to(like.device)[:, :, None, None]


def _grey(picture: Tensor) -> Tensor:
    return (picture * torch.tensor(_GREY, device=picture.device)[:, None, None]).sum(1, keepdim=True)


_YCC = torch.tensor([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
_k = torch.arange(8.0)
_DCT = torch.cos((2 * _k[None] + 1) * _k[:, None] * torch.pi / 16) * 0.5
_DCT[0] /= 2**0.5
# ITU-T T.81, annex K.
_LUMA_TABLE = np.array(
    [
        16,
        11,
        10,
        16,
        24,
        40,
        51,
        61,
        12,
        12,
        14,
        19,
        26,
        58,
        60,
        55,
        14,
        13,
        16,
        24,
        40,
        57,
        69,
        56,
        14,
        17,
        22,
        29,
        51,
        87,
        80,
        62,
    ]
    + [
        18,
        22,
        37,
        56,
        68,
        109,
        103,
        77,
        24,
        35,
        55,
        64,
        81,
        104,
        113,
        92,
        49,
        64,
        78,
        87,
        103,
        121,
        120,
        101,
        72,
        92,
        95,
        98,
        112,
        100,
    ]
    + [103, 99],
    float,
).reshape(8, 8)
_CHROMA_TABLE = np.full((8, 8), 99.0)
_CHROMA_TABLE[:4, :4] = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]
