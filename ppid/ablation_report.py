"""What an ablation found, as a table, a figure and a contact sheet."""

from __future__ import annotations

import io
import math
import statistics
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ppid.data.pairs import Pair
from ppid.evaluate import Evaluation, jsonable, predict
from ppid.metrics import Measures

_COLUMNS = {"sad": "SAD", "mad": "MAD", "grad": "Grad", "conn": "Conn", "iou": "IoU"}


@dataclass(frozen=True)
class Ablation:
    """Evaluations on one test set.

    Attributes:
        teacher: of the teacher, which is given trimaps.
        untold: of the teacher when its trimaps say unknown everywhere: what it knows of what is subject, as a student must.
        variants: by name, of each seed's student; the first variant is the plain student.
        hard: kinds of foreground that count as hard.
    """

    teacher: Evaluation
    untold: Evaluation
    variants: dict[str, list[Evaluation]]
    hard: tuple[str, ...]

    @property
    def kinds(self) -> list[str]:
        """Kinds of foreground in the test set."""
        return list(self.teacher.by_kind())

    def sads(self, variant: str, kinds: list[str] | None = None) -> list[float]:
        """SAD over whole pictures (in thousands), a seed each: the mean over the pictures of `kinds`, or of all."""
        return [_sad(evaluation, kinds) for evaluation in self.variants[variant]]

    def closed(self, variant: str, kinds: list[str] | None = None) -> list[float]:
        """Share of the distance from plain student to teacher, in SAD, that a variant covers, a seed each.

        Each seed is held against the plain student of the same seed.
        """
        target = _sad(self.teacher, kinds)
        plain = self.sads(next(iter(self.variants)), kinds)
        return [(a - b) / (a - target) for a, b in zip(plain, self.sads(variant, kinds), strict=False)]

    def as_json(self) -> dict[str, Any]:
        """All figures, of JSON's types."""
        hard, rest = self.groups()
        return {
            "teacher": self.teacher.as_json(),
            "teacher_untold": self.untold.as_json(),
            "variants": {name: [each.as_json() for each in found] for name, found in self.variants.items()},
            "gap_closed": {
                name: jsonable(
                    {"all": self.closed(name), "hard": self.closed(name, hard), "rest": self.closed(name, rest)}
                )
                for name in list(self.variants)[1:]
            },
        }

    def groups(self) -> tuple[list[str], list[str]]:
        """(hard kinds, all others) of those that the test set has."""
        return [kind for kind in self.kinds if kind in self.hard], [k for k in self.kinds if k not in self.hard]


def table(ablation: Ablation) -> str:
    """Markdown: metrics of whole pictures and unknown regions, the gap closed, and SAD for each kind of foreground."""
    hard, rest = ablation.groups()
    seeds = max(map(len, ablation.variants.values()))
    lines = [
        f"Mean and standard deviation over {seeds} seed(s), {len(ablation.teacher.rows)} test pictures. Gap closed: share of"
        " the distance in SAD from plain student to teacher. Told nothing: its trimaps say unknown everywhere.",
        "",
        "| | " + " | ".join([*_COLUMNS.values(), "SAD u", "Grad u", "gap closed", "hard kinds", "the rest"]) + " |",
        "|---" * (len(_COLUMNS) + 6) + "|",
    ]
    teachers = {"teacher": [ablation.teacher], "teacher, told nothing": [ablation.untold]}
    for name, found in {**teachers, **ablation.variants}.items():
        summaries = [evaluation.overall() for evaluation in found]
        cells = [_spread([_measure(s.scores.whole, c) for s in summaries]) for c in _COLUMNS]
        cells += [_spread([_measure(s.scores.unknown, c) for s in summaries]) for c in ("sad", "grad")]
        if name in list(ablation.variants)[1:]:
            groups: list[list[str] | None] = [None, hard, rest]
            cells += [_spread([100 * v for v in ablation.closed(name, kinds)], " %", 0) for kinds in groups]
        else:
            cells += ["", "", ""]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "SAD by kind:",
        "",
        "| | " + " | ".join(ablation.kinds) + " |",
        "|---" * (len(ablation.kinds) + 1) + "|",
    ]
    for name, found in {**teachers, **ablation.variants}.items():
        cells = [_spread([_sad(evaluation, [kind]) for evaluation in found]) for kind in ablation.kinds]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def figure(ablation: Ablation) -> bytes:
    """PNG: the gap closed by each variant, for all kinds, the hard ones and the rest, with the spread over seeds."""
    from matplotlib.figure import Figure  # heavy, and needed here only

    hard, rest = ablation.groups()
    groups = {"all": None, "hard kinds": hard, "the rest": rest}
    names = list(ablation.variants)[1:]
    canvas = Figure(figsize=(7, 3.5), layout="constrained")
    axes = canvas.subplots()
    for index, (label, kinds) in enumerate(groups.items()):
        values = [[100 * share for share in ablation.closed(name, kinds)] for name in names]
        places = [place + (index - 1) * 0.27 for place in range(len(names))]
        means, spreads = [statistics.fmean(v) for v in values], [_deviation(v) for v in values]
        axes.bar(places, means, 0.25, yerr=spreads, capsize=3, label=label)
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set_xticks(range(len(names)), names)
    axes.set_ylabel("teacher-student gap closed, % of SAD")
    axes.legend(frameon=False)
    buffer = io.BytesIO()
    canvas.savefig(buffer, format="png", dpi=120)
    return buffer.getvalue()


def sheet(models: dict[str, nn.Module], pairs: list[Pair]) -> bytes:
    """JPEG: a row for one picture of each kind; columns are picture, true alpha and each model's alpha."""
    by_kind = {pair.kind: pair for pair in reversed(pairs)}  # the first of each kind
    rows = []
    for pair in (by_kind[kind] for kind in sorted(by_kind)):
        sample = pair.load()
        alphas = [sample.alpha, *(predict(model.eval(), sample, torch.device("cpu")) for model in models.values())]
        rows.append(np.hstack([sample.image, *(np.repeat(_grey(alpha)[..., None], 3, 2) for alpha in alphas)]))
    width = rows[0].shape[1] // (len(models) + 2)
    header = np.full((24, rows[0].shape[1], 3), 255, np.uint8)
    for index, title in enumerate(["picture", "truth", *models]):
        cv2.putText(header, title, (index * width + 4, 17), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (0, 0, 0), 1, cv2.LINE_AA)
    picture = np.vstack([header, *rows])[..., ::-1]
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 88])[1])


def _sad(evaluation: Evaluation, kinds: list[str] | None) -> float:
    rows = [row for row in evaluation.rows if kinds is None or row.kind in kinds]
    return statistics.fmean(row.scores.whole.sad for row in rows) if rows else float("nan")


def _measure(measures: Measures, name: str) -> float:
    return float(getattr(measures, name))


def _grey(alpha: NDArray[np.float32]) -> NDArray[np.uint8]:
    return (alpha * 255).round().astype(np.uint8)


def _deviation(values: list[float]) -> float:
    if not all(map(math.isfinite, values)):  # of a group of kinds that the test set does not have
        return math.nan
    return statistics.stdev(values) if len(values) > 1 else 0.0


def _spread(values: list[float], unit: str = "", digits: int = 2) -> str:
    if math.isnan(deviation := _deviation(values)):
        return "–"
    mean = f"{statistics.fmean(values):.{digits}f}"
    return (mean if len(values) == 1 else f"{mean} ± {deviation:.{digits}f}") + unit
