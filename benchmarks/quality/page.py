"""Results as a page that can be read where it lies: Markdown, and a sheet of pictures for each set."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.measure import Result, Shown
from ppid.metrics import Measures

_CELL = 200  # pixels across
_COLUMNS = (("SAD", "sad", 2), ("MAD", "mad", 1), ("Grad", "grad", 2), ("Conn", "conn", 2), ("IoU", "iou", 3))
_UNKNOWN = (("SAD u", "sad", 2), ("Grad u", "grad", 2))
_MOVING = ("dtSSD", "dtssd", 2)


def tables(result: Result) -> str:
    """Markdown: all metrics by contender, then IoU and MAD by kind where there are several."""
    moving = any(not np.isnan(e.overall().scores.whole.dtssd) for e in result.evaluations.values())
    columns = (*_COLUMNS, _MOVING) if moving else _COLUMNS
    lines = [
        "| | n | " + " | ".join(title for title, _, _ in (*columns, *_UNKNOWN)) + " |",
        "|---|" + "---:|" * (1 + len(columns) + len(_UNKNOWN)),
    ]
    for name, evaluation in result.evaluations.items():
        overall = evaluation.overall()
        cells = [_number(overall.scores.whole, item, digits) for _, item, digits in columns]
        cells += [_number(overall.scores.unknown, item, digits) for _, item, digits in _UNKNOWN]
        lines.append(f"| {name} | {overall.count} | " + " | ".join(cells) + " |")
    kinds = sorted({row.kind for evaluation in result.evaluations.values() for row in evaluation.rows})
    if len(kinds) > 1:
        lines += ["", "| IoU (MAD x1000) | " + " | ".join(kinds) + " |", "|---|" + "---:|" * len(kinds)]
        for name, evaluation in result.evaluations.items():
            by_kind = evaluation.by_kind()
            cells = [
                f"{by_kind[kind].scores.whole.iou:.3f} ({by_kind[kind].scores.whole.mad:.1f})"
                if kind in by_kind
                else "–"
                for kind in kinds
            ]
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def against_float(result: Result, pairs: Sequence[tuple[str, str]]) -> str:
    """What each (quantised, float) pair of contenders differs by, in percent of the float one's SAD and Grad."""
    lines = []
    for quantised, exact in pairs:
        ours, theirs = (result.evaluations[name].overall().scores.whole for name in (quantised, exact))
        changes = [f"{title} {_change(getattr(ours, item), getattr(theirs, item))}" for title, item in
                   (("SAD", "sad"), ("Grad", "grad"), ("dtSSD", "dtssd")) if not np.isnan(getattr(theirs, item))]  # fmt: skip
        lines.append(f"{quantised} against {exact}: {', '.join(changes)}.\n")
    return "".join(lines)


def sheet(pictures: Sequence[Shown], contenders: Sequence[str]) -> NDArray[np.uint8]:
    """RGB uint8: a row for each picture: it, the truth, each contender's alpha; black where one took no part."""
    rows = [np.concatenate([_caption(text) for text in ("picture", "truth", *contenders)], 1)]
    for shown in pictures:
        height = max(1, round(_CELL * shown.truth.shape[0] / shown.truth.shape[1]))
        nothing = np.zeros_like(shown.truth)
        cells = [
            shown.image,
            *(_rgb(alpha) for alpha in (shown.truth, *(shown.alphas.get(c, nothing) for c in contenders))),
        ]
        rows.append(
            np.concatenate([cv2.resize(cell, (_CELL, height), interpolation=cv2.INTER_AREA) for cell in cells], 1)
        )
    return np.concatenate(rows)


def _number(measures: Measures, item: str, digits: int) -> str:
    value = getattr(measures, item)
    return "–" if np.isnan(value) else f"{value:.{digits}f}"


def _change(value: float, reference: float) -> str:
    return "–" if not reference > 0 else f"{value / reference - 1:+.1%}"


def _rgb(alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.repeat(alpha[..., None], 3, 2)


def _caption(text: str) -> NDArray[np.uint8]:
    strip = np.full((18, _CELL, 3), 255, np.uint8)
    cv2.putText(strip, text[:28], (4, 13), cv2.FONT_HERSHEY_SIMPLEX, 0.38, (0, 0, 0), 1, cv2.LINE_AA)
    return strip
