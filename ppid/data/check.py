"""Opens every file of a data set and names each one that is broken or does not match."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ppid.data import estimate, layouts, shards
from ppid.data.estimate import PictureError, Problem
from ppid.data.layouts import Item, Layout
from ppid.data.shards import Sample

_FAINT = 8  # alpha that is nowhere above it shows nothing, or was stored as 0 to 1
_TOLERANCE = 2  # of a trimap's three values


@dataclass(frozen=True)
class Measure:
    """One subject that can be used.

    Attributes:
        size: (width, height).
        coverage: mean alpha in [0, 1].
        soft: share of pixels between 2 and 98 %.
    """

    size: tuple[int, int]
    coverage: float
    soft: float


@dataclass(frozen=True)
class Report:
    """What a check found.

    Attributes:
        problems: sorted by path.
        layout: the data set's name.
        licence: what its terms mean for weights.
        items: pictures by (split, kind).
        measures: of each subject that could be read.
    """

    problems: list[Problem]
    layout: str
    licence: str
    items: Counter[tuple[str, str]]
    measures: list[Measure]

    @property
    def broken(self) -> list[Problem]:
        """The problems that are no mere warnings."""
        return [problem for problem in self.problems if not problem.warning]

    def summary(self) -> str:
        """Counts by split and kind, range of sizes, coverage and licence, in a few lines."""
        lines = [f"{self.items.total()} pictures, layout {self.layout}"]
        lines += [f"  {split:<11}{kind:<16}{count:>7}" for (split, kind), count in sorted(self.items.items())]
        if self.measures:
            sizes = sorted((measure.size for measure in self.measures), key=lambda size: size[0] * size[1])
            (w, h), (width, height) = sizes[0], sizes[-1]
            coverage = np.array([measure.coverage for measure in self.measures]) * 100
            soft = np.mean([measure.soft for measure in self.measures]) * 100
            lines.append(f"sizes {w}x{h} to {width}x{height}")
            lines.append(
                f"alpha covers {coverage.mean():.1f} % of a picture ({coverage.min():.1f} to {coverage.max():.1f} %),"
                f" {soft:.1f} % is half transparent"
            )
        lines.append(f"licence: {self.licence}")
        lines.append(f"{len(self.broken)} broken, {len(self.problems) - len(self.broken)} warnings")
        return "\n".join(lines)


def check(path: Path, layout: Layout | None = None, jobs: int = 2) -> Report:
    """Open every file below `path`.

    Args:
        path: a data set, a shard or a folder of shards.
        layout: how it lies; found out when None.
        jobs: threads.

    Raises:
        UserError: nothing there that could be checked.
    """
    if not layout and shards.find(path):
        samples, problems = shards.scan(path, verify=True)
        measures = _all(_check_sample, samples, jobs, problems)
        kinds = Counter((sample.split, sample.kind) for sample in samples)
        return Report(_sorted(problems), "shards", "as of what was packed: see index.json", kinds, measures)
    layout = layout or layouts.detect(path)
    items, problems = layout.scan(path)
    subjects: dict[object, list[Item]] = {}
    for item in items:
        subjects.setdefault(item.subject, []).append(item)
    measures = _all(_check_subject, list(subjects.values()), jobs, problems)
    return Report(
        _sorted(problems), layout.name, layout.licence, Counter((item.split, item.kind) for item in items), measures
    )


def _all(function: Callable, things: Sequence, jobs: int, problems: list[Problem]) -> list[Measure]:
    """Check all `things`; adds to `problems`."""
    measures = []
    for measure, found in tqdm(
        shards.ahead(function, things, jobs), "check", len(things), unit="picture", disable=None
    ):
        problems += found
        if measure:
            measures.append(measure)
    return measures


def _check_sample(sample: Sample) -> tuple[Measure | None, list[Problem]]:
    try:
        return _measure(sample.read()[..., 3], f"{sample.shard}: member {sample.member}")
    except PictureError as error:
        return None, [error.problem]


def _check_subject(items: list[Item]) -> tuple[Measure | None, list[Problem]]:
    """One subject and all that belongs to it."""
    first = items[0]
    problems: list[Problem] = []
    measure = alpha = None
    try:
        alpha = estimate.read_rgba(first.rgba)[..., 3] if first.rgba else estimate.read_grey(_there(first.alpha))
        measure, problems = _measure(alpha, first.rgba or first.alpha)
    except PictureError as error:
        problems.append(error.problem)
    pictures = {path for item in items for path in (item.image, item.foreground) if path}
    backgrounds = {item.background for item in items if item.background}
    trimaps = {item.trimap for item in items if item.trimap}
    grey = trimaps | {item.sure for item in items if item.sure}
    for path in sorted(pictures | backgrounds | grey):
        try:
            picture = estimate.read_grey(path) if path in grey else estimate.read_colour(path)
            if alpha is not None and picture.shape[:2] != alpha.shape and path not in backgrounds:
                raise layouts.size_error(path, picture, _there(first.alpha), alpha)
            problems += _check_trimap(path, picture) if path in trimaps else []
        except PictureError as error:
            problems.append(error.problem)
    return measure if not any(not problem.warning for problem in problems) else None, problems


def _measure(alpha: NDArray[np.uint8], name: object) -> tuple[Measure, list[Problem]]:
    estimate.require_transparency(alpha, name)
    problems = []
    if alpha.max() == 0:
        problems.append(Problem(str(name), "has an empty alpha", "remove it if its subject should show", True))
    elif alpha.max() < _FAINT:
        text = f"has an alpha that never exceeds {alpha.max()} of 255"
        problems.append(Problem(str(name), text, "write it from 0 to 255", True))
    soft = np.count_nonzero((alpha > 0.02 * 255) & (alpha < 0.98 * 255)) / alpha.size
    return Measure((alpha.shape[1], alpha.shape[0]), float(alpha.mean()) / 255, soft), problems


def _check_trimap(path: Path, trimap: NDArray[np.uint8]) -> list[Problem]:
    """A trimap is 0, 255 and one value between."""
    counts = np.bincount(trimap.ravel(), minlength=256)
    between = np.flatnonzero(counts[_TOLERANCE + 1 : 255 - _TOLERANCE]) + _TOLERANCE + 1
    if len(between) and np.ptp(between) <= 2 * _TOLERANCE:
        return []
    text = (
        f"is a trimap with {len(between)} values between 0 and 255" if len(between) else "is a trimap without unknown"
    )
    return [Problem(str(path), text, "write 0, 128 and 255, as PNG", True)]


def _there(path: Path | None) -> Path:
    if path is None:  # a scan gives every item its alpha
        raise TypeError("an item without alpha")
    return path


def _sorted(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.path, problem.text))
