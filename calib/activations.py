"""What convolutions read while calibration frames pass through a float model: how large, how often, and channels' means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from calib.graph import session

if TYPE_CHECKING:
    import onnx

BINS = 2048
"""Of a histogram; the upper half of it always holds the largest magnitude."""


class Activation:
    """One tensor over all frames.

    Attributes:
        counts: int64 (BINS,) values by magnitude, in equal bins from 0 to `upper`; symmetric ranges need no sign.
        upper: a magnitude that nothing exceeds; 0 before there is a value that is not 0.
        largest: each frame's largest magnitude.
        signed: whether a value was negative.
    """

    def __init__(self) -> None:
        self.counts = np.zeros(BINS, np.int64)
        self.upper = 0.0
        self.largest: list[float] = []
        self.signed = False
        self._sums: NDArray[np.float64] = np.zeros(1)

    @property
    def means(self) -> NDArray[np.float64]:
        """(C,) of the channels."""
        return self._sums / max(len(self.largest), 1)

    def add(self, values: NDArray[np.float32]) -> None:
        """Count one frame's values, (1, C, H, W)."""
        self._sums = self._sums + values.mean((0, 2, 3), np.float64)
        lowest, highest = float(values.min()), float(values.max())
        self.signed = self.signed or lowest < 0
        self.largest.append(max(-lowest, highest))
        if self.largest[-1] == 0:
            self.counts[0] += values.size
            return
        self._reach(self.largest[-1])
        magnitudes = np.abs(values).reshape(1, -1) if lowest < 0 else values.reshape(1, -1)
        found = cv2.calcHist([magnitudes], [0], None, [BINS], [0, self.upper])
        self.counts += found.ravel().astype(np.int64)  # (BINS, 1) before OpenCV 5

    def _reach(self, magnitude: float) -> None:
        """Widen the bins, two into one, until they hold `magnitude`; OpenCV leaves out the upper end itself."""
        if not self.upper:
            self.upper = magnitude * 1.0001
        while magnitude >= self.upper:
            pairs = self.counts.reshape(-1, 2).sum(1)
            self.counts = np.concatenate([pairs, np.zeros_like(pairs)])
            self.upper *= 2


def observe(model: onnx.ModelProto, tensors: Iterable[str], frames: NDArray[np.uint8]) -> dict[str, Activation]:
    """Run frames uint8 (N, H, W, 3) through a float model and look at some of its tensors, one frame at a time."""
    import onnx

    found = {name: Activation() for name in sorted(set(tensors))}
    if not found:
        return found
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    del probe.graph.output[:]
    probe.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in found)
    run = session(probe, optimize=True)
    source = run.get_inputs()[0].name
    for frame in frames:
        for activation, values in zip(found.values(), run.run(None, {source: frame[None]}), strict=True):
            activation.add(values)
    return found
