"""How far engines are from the truth where calibration pictures come with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from calib.loss import Views, shaken
from export.build_engine import build
from export.workbench import Errors
from tests.calib.test_collect import pairs_in


def disc(radius: float) -> np.ndarray:
    y, x = np.mgrid[:96, :128]
    return np.clip(radius - np.hypot(x - 64, y - 48), 0, 1).astype(np.float32)


def views_of(alphas: np.ndarray, moved: np.ndarray) -> Views:
    from calib.loss import SHIFTS

    return Views(alphas, tuple(shaken(moved, shift) for shift in SHIFTS))


def test_an_engine_that_tells_the_truth_has_no_errors() -> None:
    truth = np.stack([disc(20), disc(30)])
    found = Errors.of(views_of(truth, truth), list(truth))
    assert found == Errors(2, 0.0, 0.0, 0.0)


def test_errors_are_those_of_the_frames_that_are_known() -> None:
    truth, alphas = np.stack([disc(20), disc(30)]), np.stack([disc(20), disc(31)])
    assert Errors.of(views_of(alphas, alphas), [truth[0], None]) == Errors(1, 0.0, 0.0, 0.0)
    wrong = Errors.of(views_of(alphas, alphas), [None, truth[1]])
    assert wrong is not None and wrong.frames == 1
    assert wrong.sad == pytest.approx((disc(31) - disc(30)).sum() / 1000, rel=1e-3)
    assert wrong.grad > 0.01 and wrong.dtssd > 0.1
    assert Errors.of(views_of(alphas, alphas), [None, None]) is None


def test_what_moves_with_another_subject_flickers() -> None:
    truth = disc(20)[None]
    still = Errors.of(views_of(truth, truth), list(truth))
    restless = Errors.of(views_of(truth, disc(21)[None]), list(truth))
    assert still is not None and restless is not None
    assert restless.sad == still.sad == 0 and restless.dtssd > 0.5


def test_the_build_tells_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs_in(tmp_path / "pairs", 12)
    bundle = build("fp16", "openvino", (128, 96), tmp_path / "pairs", None, tmp_path / "engine")
    assert "against the truth of 2 frames: SAD" in capsys.readouterr().out
    assert bundle.manifest.accuracy["truth_frames"] == 2 and bundle.manifest.accuracy["truth_sad"] > 0
