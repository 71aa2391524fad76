"""Scores of contenders on sets of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from benchmarks.quality.contenders import Contender
from ppid import metrics
from ppid.data.pairs import Clip, Pair, Sample
from ppid.errors import UserError
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
    return _measure(name, [Clip("", (pair,)) for pair in pairs], contenders)


def measure_clips(name: str, clips: Sequence[Clip], contenders: Sequence[Contender]) -> Result:
    """Score each contender on the frames of clips, with dtSSD from each frame's predecessor.

    Raises:
        UserError: a picture that cannot be used, or frames of several sizes in one clip.
    """
    return _measure(name, clips, contenders)


def _measure(name: str, clips: Sequence[Clip], contenders: Sequence[Contender]) -> Result:
    rows: dict[str, list[Row]] = {contender.name: [] for contender in contenders}
    shown = []
    with tqdm(total=sum(len(clip.frames) for clip in clips), unit="picture", desc=name, disable=None) as bar:
        for clip in clips:
            for contender in contenders:
                contender.begin()
            before: tuple[dict[str, NDArray[np.float32]], NDArray[np.float32]] | None = None
            for pair in clip.frames:
                sample = pair.load()
                if before is not None and before[1].shape != sample.alpha.shape:
                    raise UserError(f"{pair.image}: the frames of one clip must be of one size")
                alphas = {item.name: item.alpha(sample) for item in contenders if _concerns(item, pair)}
                for contender_name, alpha in alphas.items():
                    scores = metrics.score(alpha, sample.alpha, sample.unknown)
                    if before is not None:
                        moved = np.stack([before[0][contender_name], alpha]), np.stack([before[1], sample.alpha])
                        scores = metrics.with_dtssd(scores, *moved, sample.unknown)
                    rows[contender_name].append(Row(f"{clip.name}/{pair.name}".lstrip("/"), pair.kind, scores))
                shown.append(_shown(pair, sample, alphas))
                before = alphas, sample.alpha
                bar.update()
    return Result(name, {item: Evaluation(tuple(found)) for item, found in rows.items() if found}, shown)


def _shown(pair: Pair, sample: Sample, alphas: dict[str, NDArray[np.float32]]) -> Shown:
    error = next((float(np.abs(alpha - sample.alpha).mean()) for alpha in alphas.values()), 0.0)
    step = max(1, -(-max(sample.alpha.shape) // _SHOWN))
    small = {name: _grey(alpha[::step, ::step]) for name, alpha in alphas.items()}
    return Shown(pair.name, sample.image[::step, ::step], _grey(sample.alpha[::step, ::step]), small, error)


def _concerns(contender: Contender, pair: Pair) -> bool:
    """Sets that name no kinds are tried with everything."""
    return contender.kinds is None or pair.kind == "all" or pair.kind in contender.kinds


def _grey(alpha: NDArray[np.float32]) -> NDArray[np.uint8]:
    return (alpha * 255).round().astype(np.uint8)
