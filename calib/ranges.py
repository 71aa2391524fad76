"""How far INT8 shall reach for an activation: beyond the range values are clipped, within it they are rounded to its steps.

A wide range rounds everything more coarsely, a narrow one clips what is rare. Which rule finds the better middle depends on
the network and on the frames, so `calib.quantize` tries them all and measures (compare Nagel et al., A White Paper on Neural
Network Quantization, arXiv 2106.08295, section 3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from calib.activations import BINS, Activation

Method = Literal["percentile", "minmax", "average", "mse", "entropy"]

_PERCENTILE = 99.99  # share of values (percent) that is held
_CANDIDATES = np.arange(BINS // 8, BINS + 1, 8)  # ends tried by `mse` and `entropy`, in bins: more of them than levels


def reach(activation: Activation, method: Method, levels: int) -> float:
    """The magnitude that the largest integer shall stand for; 1 for an activation that was never anything but 0.

    Args:
        activation: what was seen.
        method: `minmax` holds every value; `average` the mean of the frames' largest; `percentile` 99.99 % of the values;
            `mse` has the least mean square error of rounding and clipping; `entropy` loses the least information
            (Kullback-Leibler divergence; Migacz, 8-bit Inference with TensorRT, GTC 2017).
        levels: how many steps there are from 0 to the end: 127 of signed and 255 of unsigned bytes.
    """
    if not activation.upper:
        return 1.0
    return min(_METHODS[method](activation, levels), max(activation.largest))


def _minmax(activation: Activation, _levels: int) -> float:
    return max(activation.largest)


def _average(activation: Activation, _levels: int) -> float:
    return float(np.mean(activation.largest))


def _percentile(activation: Activation, _levels: int) -> float:
    held = np.cumsum(activation.counts) / activation.counts.sum()
    return float(np.searchsorted(held, _PERCENTILE / 100) + 1) * activation.upper / BINS


def _mse(activation: Activation, levels: int) -> float:
    counts = _without_zeros(activation)
    middles = (np.arange(BINS) + 0.5) * activation.upper / BINS
    ends = _CANDIDATES * activation.upper / BINS
    # Rounding: a step squared / 12 for each value within; clipping: sum of (x - end)^2 of those beyond.
    within, first, second = (_up_to(counts * middles**power) for power in range(3))
    beyond = [total[-1] - total[_CANDIDATES] for total in (within, first, second)]
    clipped = beyond[2] - 2 * ends * beyond[1] + ends**2 * beyond[0]
    rounded = within[_CANDIDATES] * (ends / levels) ** 2 / 12
    return float(ends[np.argmin(rounded + clipped)])


def _entropy(activation: Activation, levels: int) -> float:
    counts = _without_zeros(activation)
    divergences = [_divergence(counts, int(end), levels) for end in _CANDIDATES]
    return float(_CANDIDATES[int(np.argmin(divergences))]) * activation.upper / BINS


def _divergence(counts: NDArray[np.float64], end: int, levels: int) -> float:
    """KL divergence of the first `end` bins, what is beyond counted into the last, from what `levels` steps leave of them."""
    wanted = counts[:end].copy()
    steps = np.arange(end) * levels // end
    filled = wanted > 0
    total = np.bincount(steps, wanted, levels)
    share = total / np.maximum(np.bincount(steps, filled, levels), 1)  # a step's values spread over its bins in use
    left = np.where(filled, share[steps], 0)
    wanted[-1] += counts[end:].sum()
    if not left.sum():
        return float("inf")
    wanted, left = wanted / wanted.sum(), left / left.sum()
    known = wanted > 0
    return float((wanted[known] * np.log(wanted[known] / np.maximum(left[known], 1e-12))).sum())


def _without_zeros(activation: Activation) -> NDArray[np.float64]:
    """The histogram but for its first bin: 0, half of all values after ReLU, is exact whatever the step."""
    counts = activation.counts.astype(np.float64)
    counts[0] = 0
    return counts


def _up_to(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """(BINS + 1,) sums of the first 0, 1, 2, … values."""
    return np.concatenate([[0.0], np.cumsum(values)])


_METHODS: dict[Method, Callable[[Activation, int], float]] = {
    "percentile": _percentile,
    "minmax": _minmax,
    "average": _average,
    "mse": _mse,
    "entropy": _entropy,
}
METHODS: tuple[Method, ...] = tuple(_METHODS)
