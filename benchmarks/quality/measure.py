"""Scores of contenders on sets of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from benchmarks.quality.contenders import Contender
from ppid import metrics
from ppid.data.pairs import Pair
from ppid.evaluate import Evaluation, Row

_SHOWN = 640  # pixels of the longer side of what is kept for the page


@dataclass(frozen=True)
class Shown:
    """One picture for the page.

    Attributes:
        name: of the picture.
        image: RGB uint8 (h, w, 3).
        truth: uint8 (h, w).
        alphas: uint8 (h, w) by contender.
        error: mean absolute error of the first contender.
    """

    name: str
    image: NDArray[np.uint8]
    truth: NDArray[np.uint8]
    alphas: dict[str, NDArray[np.uint8]]
    error: float


@dataclass(frozen=True)
class Result:
    """What all contenders reach on one set.

    Attributes:
        name: of the set.
        evaluations: by contender; one that is made for certain kinds has only pictures of those.
        shown: every picture, small, in the set's order.
    """

    name: str
    evaluations: dict[str, Evaluation]
    shown: list[Shown] = field(repr=False)

    def worst(self, count: int) -> list[Shown]:
        """The pictures on which the first contender errs most."""
        return sorted(self.shown, key=lambda shown: -shown.error)[:count]

    def spread(self, count: int) -> list[Shown]:
        """Pictures at even distances in the set."""
        places = np.linspace(0, len(self.shown) - 1, min(count, len(self.shown))).round().astype(int)
        return [self.shown[place] for place in places]


def measure(name: str, pairs: Sequence[Pair], contenders: Sequence[Contender]) -> Result:
    """Score each contender on the pictures of a set.

    Raises:
        UserError: a picture that cannot be used.
    """
    rows: dict[str, list[Row]] = {contender.name: [] for contender in contenders}
    shown = []
    for pair in tqdm(pairs, unit="picture", desc=name, disable=None):
        sample = pair.load()
        alphas = {item.name: item.alpha(sample) for item in contenders if _concerns(item, pair)}
        for contender, alpha in alphas.items():
            rows[contender].append(Row(pair.name, pair.kind, metrics.score(alpha, sample.alpha, sample.unknown)))
        error = next((float(np.abs(alpha - sample.alpha).mean()) for alpha in alphas.values()), 0.0)
        step = max(1, -(-max(sample.alpha.shape) // _SHOWN))
        small = {contender: _grey(alpha[::step, ::step]) for contender, alpha in alphas.items()}
        shown.append(Shown(pair.name, sample.image[::step, ::step], _grey(sample.alpha[::step, ::step]), small, error))
    return Result(name, {item: Evaluation(tuple(found)) for item, found in rows.items() if found}, shown)


def _concerns(contender: Contender, pair: Pair) -> bool:
    """Sets that name no kinds are tried with everything."""
    return contender.kinds is None or pair.kind == "all" or pair.kind in contender.kinds


def _grey(alpha: NDArray[np.float32]) -> NDArray[np.uint8]:
    return (alpha * 255).round().astype(np.uint8)
