"""The one source of randomness of a picture."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Rng(np.random.Generator):
    """NumPy's generator with the draws that scenes are made of. `uniform` and `normal` give floats without a size."""

    def __init__(self, *seed: int) -> None:
        super().__init__(np.random.PCG64(list(seed)))

    @classmethod
    def of(cls, kind: str, seed: int, index: int, attempt: int = 0) -> Rng:
        """What picture `index` of `kind` is made from: nothing else decides how it looks."""
        return cls(seed, zlib.crc32(kind.encode()), index, attempt)

    def split(self, count: int) -> list[Rng]:
        """`count` generators of their own: how much one draws changes nothing for the others."""
        return [Rng(self.whole(0, 2**31 - 1)) for _ in range(count)]

    def chance(self, probability: float) -> bool:
        """True that often."""
        return bool(self.random() < probability)

    def whole(self, low: int, high: int) -> int:
        """A whole number in [low, high]."""
        return int(self.integers(low, high + 1))

    def pick(self, choices: Sequence[T], weights: Sequence[float] | None = None) -> T:
        """One of `choices`; weights need not add up to one."""
        shares = None if weights is None else np.asarray(weights, float) / np.sum(weights)
        return choices[int(self.choice(len(choices), p=shares))]

    def named(self, weights: Mapping[str, float]) -> str:
        """One of the keys, as often as its value says."""
        return self.pick(list(weights), list(weights.values()))

    def log_uniform(self, low: float, high: float) -> float:
        """Uniform in the logarithm: each octave equally often."""
        return float(np.exp(self.uniform(np.log(low), np.log(high))))
