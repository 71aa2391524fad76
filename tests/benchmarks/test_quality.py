"""The quality bench on a handful of pictures, with contenders whose scores are known."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.quality import page
from benchmarks.quality.__main__ import _names, write
from benchmarks.quality.contenders import ClosedForm, Contender, Engine, Stream
from benchmarks.quality.measure import measure, measure_clips
from ppid.data.pairs import Clip, Pair, Sample, read_pairs
from ppid.errors import UserError
from runtime import bundle as bundles
from runtime.images import read_rgb


class Perfect(Contender):
    name, about = "perfect", "the truth"

    def alpha(self, sample: Sample) -> np.ndarray:
        return sample.alpha


class Half(Contender):
    name, about, kinds = "half", "half of the truth, for discs", frozenset({"disc"})

    def alpha(self, sample: Sample) -> np.ndarray:
        return sample.alpha / 2


@pytest.fixture
def pairs(tmp_path: Path) -> list[Pair]:
    """Four pictures, one larger than a page shows; two discs, two squares."""
    folder = tmp_path / "shapes"
    for name in ("image", "alpha"):
        (folder / name).mkdir(parents=True)
    lines = []
    for number, side in enumerate((64, 64, 64, 1400)):
        y, x = np.mgrid[:side, : side * 3 // 4]
        disc = np.hypot(x - side * 0.4, y - side / 2) < side / 4
        square = (abs(x - side * 0.4) < side / 5) & (abs(y - side / 2) < side / 5)
        alpha = (disc if number % 2 else square).astype(np.uint8) * 255
        cv2.imwrite(str(folder / "alpha" / f"{number}.png"), alpha)
        cv2.imwrite(str(folder / "image" / f"{number}.png"), np.dstack([alpha // 2 + 60] * 3))
        lines.append({"name": str(number), "kind": "disc" if number % 2 else "square"})
    (folder / "attributes.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return read_pairs(folder)


def test_scores_are_those_of_the_contenders(pairs: list[Pair]) -> None:
    result = measure("shapes", pairs, [Perfect(), Half()])
    perfect, half = (result.evaluations[name].overall() for name in ("perfect", "half"))
    assert perfect.count == 4 and perfect.scores.whole.sad == 0 and perfect.scores.whole.iou == 1
    assert half.count == 2 and half.scores.whole.iou == pytest.approx(0.5)
    table = page.tables(result)
    assert "| perfect | 4 | 0.00 | 0.0 | 0.00 | 0.00 | 1.000 |" in table
    assert "| half | 0.500 (" in table and table.rstrip().endswith("| – |")  # no squares


def test_the_worst_come_first_and_large_pictures_are_shown_small(pairs: list[Pair]) -> None:
    result = measure("shapes", pairs[1::2], [Half(), Perfect()])
    errors = [shown.error for shown in result.worst(2)]
    assert errors == sorted(errors, reverse=True) and errors[1] > 0
    assert max(max(shown.truth.shape) for shown in result.shown) <= 640
    assert [shown.name for shown in result.spread(9)] == ["1", "3"]


def test_changes_are_in_percent_of_the_float_engine(pairs: list[Pair]) -> None:
    result = measure("shapes", pairs[1::2], [Perfect(), Half()])
    result.evaluations["worse"] = result.evaluations["half"]
    assert page.against_float(result, [("worse", "half")]) == "worse against half: SAD +0.0%, Grad +0.0%.\n"
    assert "SAD –" in page.against_float(result, [("half", "perfect")])


def test_the_page_has_tables_pictures_and_json(pairs: list[Pair], tmp_path: Path) -> None:
    contenders = [Perfect(), Half()]
    result = measure("shapes", pairs, contenders)
    for name in ("FP32", "FP16", "INT8", "dense FP32", "dense INT8"):
        result.evaluations[name] = result.evaluations["half"]
    write(tmp_path, [result], contenders, ["other took no part: not installed"])
    text = (tmp_path / "README.md").read_text()
    assert "other took no part" in text and "INT8 against FP32: SAD +0.0%" in text
    for name in ("shapes-spread.jpg", "shapes-worst.jpg"):
        assert f"({name})" in text
        assert read_rgb(tmp_path / name).shape[1] == 200 * 4
    told = json.loads((tmp_path / "quality.json").read_text())
    assert told["sets"]["shapes"]["half"]["overall"]["count"] == 2


def test_sets_of_one_name_are_kept_apart() -> None:
    folders = [Path("one/my val"), Path("two/my val"), Path("my-val"), Path("test")]
    assert _names(folders) == ["my-val", "my-val-2", "my-val-3", "test"]


def test_the_shipped_student_takes_part(pairs: list[Pair]) -> None:
    with Engine(bundles.load(bundles.packaged()), "ppid") as engine:
        result = measure("shapes", pairs[:2], [engine])
    assert result.evaluations["ppid"].overall().count == 2
    assert "at each picture's proportions" in engine.about


class Flickering(Contender):
    """Right on every other frame of a clip."""

    name, about = "flickering", "half of the truth on each second frame"

    def begin(self) -> None:
        self.number = 0

    def alpha(self, sample: Sample) -> np.ndarray:
        self.number += 1
        return sample.alpha / (2 - self.number % 2)


def test_clips_are_measured_for_flicker_each_from_its_own_start(pairs: list[Pair]) -> None:
    still = Clip("still", (pairs[0], pairs[0], pairs[0]))
    result = measure_clips("clips", [still, Clip("other", (pairs[1],))], [Perfect(), Flickering()])
    perfect, flickering = (result.evaluations[name] for name in ("perfect", "flickering"))
    assert perfect.overall().scores.whole.dtssd == 0 and flickering.overall().scores.whole.dtssd > 5
    assert [row.name for row in flickering.rows] == ["still/0", "still/0", "still/0", "other/1"]
    assert [row.scores.whole.sad > 0 for row in flickering.rows] == [False, True, False, False]
    assert np.isnan([row.scores.whole.dtssd for row in perfect.rows]).tolist() == [True, False, False, True]
    assert "| dtSSD |" in page.tables(result) and "dtSSD" not in page.tables(measure("stills", pairs, [Perfect()]))
    with pytest.raises(UserError, match="of one size"):
        measure_clips("clips", [Clip("both", (pairs[0], pairs[3]))], [Perfect()])


def test_the_shipped_student_mattes_clips_as_a_stream(pairs: list[Pair]) -> None:
    with Stream(bundles.load(bundles.packaged()), "fp32") as stream:
        result = measure_clips("clips", [Clip("still", (pairs[0], pairs[0]))], [stream])
    first, second = result.evaluations["fp32"].rows
    assert first.scores.whole.sad == second.scores.whole.sad and second.scores.whole.dtssd == 0


def test_closed_form_is_given_the_trimap(pairs: list[Pair]) -> None:
    pytest.importorskip("pymatting", reason="an optional peer: pip install pymatting")
    with ClosedForm() as peer:
        assert np.abs(peer.alpha(pairs[0].load()) - pairs[0].load().alpha).mean() < 0.02


def test_a_set_that_is_none_ends_before_anything_is_built(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.quality", "--pairs", str(tmp_path), "--output", str(tmp_path / "out")],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2 and "error: " in done.stderr and "image" in done.stderr
    assert "Traceback" not in done.stderr and "wrote" not in done.stdout
