"""How far a predicted alpha is from the true one, as the matting literature measures and prints it.

SAD, MSE, Grad and Conn are those of Rhemann et al., "A perceptually motivated online benchmark for image matting", CVPR
2009 (https://doi.org/10.1109/CVPR.2009.5206503, http://www.alphamatting.com), with the constants that the field's common
Matlab and Python evaluations share since Xu et al., "Deep Image Matting", CVPR 2017 (https://arxiv.org/abs/1703.03872).
dtSSD is that of Erofeev et al., "Perceptually Motivated Benchmark for Video Matting", BMVC 2015
(https://doi.org/10.5244/C.29.99).

Every function takes float arrays (H, W) in [0, 1] and an optional bool `mask` (H, W): the pixels that count, all of them
without one. What is printed in papers is what is returned:

| metric | unit | best |
|---|---|---|
| `sad`, `grad`, `conn` | sum over pixels / 1000, so larger pictures give larger numbers | 0 |
| `mse`, `mad` | mean over pixels x 1000 | 0 |
| `dtssd` | x 100 | 0 |
| `soft_iou` | 0 to 1 | 1 |

A mask without a pixel gives NaN: nothing was measured, and 0 would look perfect. Arrays of another shape, of a dtype that
is not floating (masks: bool), or with values outside of [0, 1] or NaN raise `ValueError`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

_Floats = NDArray[np.floating[Any]]
_Mask = NDArray[np.bool_]

_SIGMA = 1.4
_STEPS = 10  # of the connectivity's threshold: 0.1 apart
_THETA = 0.15


@dataclass(frozen=True)
class Measures:
    """All metrics over one region, in the units of this module; NaN where there was nothing to measure.

    Attributes:
        iou: `soft_iou`.
        dtssd: NaN for a picture that does not follow another one.
    """

    sad: float
    mse: float
    mad: float
    grad: float
    conn: float
    iou: float
    dtssd: float = math.nan


@dataclass(frozen=True)
class Scores:
    """One picture's metrics over the whole of it and over its unknown region."""

    whole: Measures
    unknown: Measures


def score(alpha: _Floats, truth: _Floats, unknown: _Mask) -> Scores:
    """All metrics of a still picture, each computed once for both regions."""
    alpha, truth, unknown = _checked(alpha, truth, unknown, 2)
    maps = (_gradient_errors(alpha, truth), _connectivity_errors(alpha, truth))
    return Scores(
        _measures(alpha, truth, *maps, np.ones(alpha.shape, np.bool_)), _measures(alpha, truth, *maps, unknown)
    )


def with_dtssd(scores: Scores, alphas: _Floats, truths: _Floats, unknown: _Mask) -> Scores:
    """`scores` of a clip's frame and how it changes from the frame before; arrays (2, H, W), that one first, mask (H, W)."""
    return Scores(
        replace(scores.whole, dtssd=dtssd(alphas, truths)),
        replace(scores.unknown, dtssd=dtssd(alphas, truths, np.stack([unknown, unknown]))),
    )


def mean(scores: Sequence[Scores]) -> Scores:
    """The mean of each metric over those pictures that have it; NaN where none has."""
    return Scores(_mean([item.whole for item in scores]), _mean([item.unknown for item in scores]))


def sad(alpha: _Floats, truth: _Floats, mask: _Mask | None = None) -> float:
    """Sum of absolute differences / 1000."""
    alpha, truth, mask = _checked(alpha, truth, mask, 2)
    return _sum(np.abs(alpha - truth), mask) / 1e3


def mse(alpha: _Floats, truth: _Floats, mask: _Mask | None = None) -> float:
    """Mean squared error x 1000."""
    alpha, truth, mask = _checked(alpha, truth, mask, 2)
    return _average(np.square(alpha - truth), mask) * 1e3


def mad(alpha: _Floats, truth: _Floats, mask: _Mask | None = None) -> float:
    """Mean absolute difference x 1000."""
    alpha, truth, mask = _checked(alpha, truth, mask, 2)
    return _average(np.abs(alpha - truth), mask) * 1e3


def grad(alpha: _Floats, truth: _Floats, mask: _Mask | None = None) -> float:
    """Sum of squared differences of gradient magnitudes / 1000.

    A gradient is the convolution with the first derivatives of a Gaussian of sigma 1.4, sampled on 9x9 pixels (up to where
    the Gaussian's density falls under 1e-2), each kernel scaled to a Euclidean norm of 1, borders replicated. The picture
    is filtered whole and `mask` applied to the differences. The Matlab evaluation first stretches both pictures to the
    full range; that would excuse a prediction that never reaches 1, so it is left out: the same number wherever a picture
    has both a 0 and a 1.
    """
    alpha, truth, mask = _checked(alpha, truth, mask, 2)
    return _sum(_gradient_errors(alpha, truth), mask) / 1e3


def conn(alpha: _Floats, truth: _Floats, mask: _Mask | None = None) -> float:
    """Sum of differences in connectivity / 1000.

    At each threshold t of 0.1, 0.2, … 1 the source is the largest 4-connected set of pixels where both pictures are at
    least t (of equally large ones, that with the first pixel in reading order). A pixel's level l is the last threshold
    before it first left the source, 1 if it never did, and its connectivity in a picture 1 - d where d = value - l is at
    least theta = 0.15, else 1; the exponent p is 1. Sources are found in the whole picture and `mask` is applied to the
    differences. Where no pixel reaches t in both the source is empty.
    """
    alpha, truth, mask = _checked(alpha, truth, mask, 2)
    return _sum(_connectivity_errors(alpha, truth), mask) / 1e3


def soft_iou(alpha: _Floats, truth: _Floats, mask: _Mask | None = None) -> float:
    """Sum of minima / sum of maxima; NaN where both are zero throughout: there is nothing to find."""
    alpha, truth, mask = _checked(alpha, truth, mask, 2)
    return _overlap(alpha, truth, mask)


def dtssd(alphas: _Floats, truths: _Floats, masks: _Mask | None = None) -> float:
    """Temporal incoherence: difference of the changes from frame to frame, x 100.

    Root mean square over a frame's pixels of (alpha_t - alpha_t-1) - (truth_t - truth_t-1), then the mean over the pairs
    of neighbouring frames, as it is printed since Lin et al., "Robust High-Resolution Video Matting with Temporal
    Guidance", WACV 2022 (https://arxiv.org/abs/2108.11515); the original sums where this takes means, which depends on
    the picture's size.

    Args:
        alphas: float (T, H, W) in [0, 1].
        truths: likewise.
        masks: bool (T, H, W); a pair counts where the later frame's mask does, and pairs without a pixel are left out.

    Returns:
        NaN for fewer than two frames.
    """
    alphas, truths, masks = _checked(alphas, truths, masks, 3)
    squares = np.square(np.diff(alphas - truths, axis=0))
    return _nanmean([math.sqrt(_average(frame, mask)) for frame, mask in zip(squares, masks[1:], strict=False)]) * 1e2


def _checked(alpha: _Floats, truth: _Floats, mask: _Mask | None, ndim: int) -> tuple[_Floats, _Floats, _Mask]:
    """Both as float64 and a mask."""
    for name, array in (("alpha", alpha), ("truth", truth)):
        if array.ndim != ndim or array.shape != truth.shape or 0 in array.shape[-2:]:
            raise ValueError(
                f"{name} has shape {array.shape}, truth {truth.shape}; expected one shape, {ndim} axes, pixels"
            )
        if not np.issubdtype(array.dtype, np.floating):
            raise ValueError(f"{name} has dtype {array.dtype}, expected floats in [0, 1]; divide 8-bit values by 255")
        if array.size and not (array.min() >= 0 and array.max() <= 1):  # false for NaN too
            raise ValueError(f"{name} has values from {array.min()} to {array.max()}, expected [0, 1]")
    if mask is None:
        mask = np.ones(truth.shape, np.bool_)
    if mask.shape != truth.shape or mask.dtype != np.bool_:
        raise ValueError(f"the mask is {mask.dtype} {mask.shape}, expected bool {truth.shape}")
    return alpha.astype(np.float64), truth.astype(np.float64), mask


def _sum(errors: _Floats, mask: _Mask) -> float:
    return float(errors[mask].sum()) if mask.any() else math.nan


def _average(errors: _Floats, mask: _Mask) -> float:
    return float(errors[mask].mean()) if mask.any() else math.nan


def _overlap(alpha: _Floats, truth: _Floats, mask: _Mask) -> float:
    union = _sum(np.maximum(alpha, truth), mask)
    return _sum(np.minimum(alpha, truth), mask) / union if union else math.nan


def _measures(alpha: _Floats, truth: _Floats, gradient: _Floats, connectivity: _Floats, mask: _Mask) -> Measures:
    errors = np.abs(alpha - truth)
    return Measures(
        sad=_sum(errors, mask) / 1e3,
        mse=_average(np.square(errors), mask) * 1e3,
        mad=_average(errors, mask) * 1e3,
        grad=_sum(gradient, mask) / 1e3,
        conn=_sum(connectivity, mask) / 1e3,
        iou=_overlap(alpha, truth, mask),
    )


def _mean(measures: Sequence[Measures]) -> Measures:
    return Measures(
        **{field.name: _nanmean([getattr(item, field.name) for item in measures]) for field in fields(Measures)}
    )


def _nanmean(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return math.fsum(known) / len(known) if known else math.nan


def _gradient_errors(alpha: _Floats, truth: _Floats) -> _Floats:
    return np.square(_gradient_magnitude(alpha) - _gradient_magnitude(truth))


def _gradient_magnitude(picture: _Floats) -> _Floats:
    reach = math.ceil(_SIGMA * math.sqrt(-2 * math.log(math.sqrt(2 * math.pi) * _SIGMA * 1e-2)))
    x = np.arange(-reach, reach + 1)
    smooth = np.exp(-(x**2) / (2 * _SIGMA**2))
    derive = x * smooth
    # The kernel is the outer product of these two, so its norm is the product of theirs.
    smooth, derive = smooth / np.linalg.norm(smooth), derive / np.linalg.norm(derive)
    across = cv2.sepFilter2D(picture, cv2.CV_64F, derive, smooth, borderType=cv2.BORDER_REPLICATE)
    down = cv2.sepFilter2D(picture, cv2.CV_64F, smooth, derive, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(np.hypot(across, down))


def _connectivity_errors(alpha: _Floats, truth: _Floats) -> _Floats:
    common = np.minimum(alpha, truth)
    level = np.ones_like(common)
    inside = np.ones(common.shape, np.bool_)  # in the source at every threshold so far
    for step in range(1, _STEPS + 1):
        stays = inside & _largest_component(common >= step / _STEPS)
        level[inside & ~stays] = (step - 1) / _STEPS
        inside = stays
    return np.abs(_connectivity(alpha, level) - _connectivity(truth, level))


def _connectivity(picture: _Floats, level: _Floats) -> _Floats:
    distance = picture - level
    return 1 - distance * (distance >= _THETA)


def _largest_component(mask: _Mask) -> _Mask:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    areas = stats[:, cv2.CC_STAT_AREA]
    areas[0] = 0  # the background
    if not areas.any():
        return mask
    largest = np.isin(labels, np.flatnonzero(areas == areas.max()))
    return np.asarray(labels == labels.flat[largest.argmax()])
