"""Curves of runs, from logs as training writes them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from ppid.errors import UserError
from ppid.train.curves import draw, name, read
from ppid.train.logs import Logs


def write(run: Path, last: int) -> None:
    logs = Logs(run / "logs")
    for step in range(1, last + 1):
        logs.scalars({"loss/alpha": 1 / step, "loss/composition": 0.5 / step}, step)
    logs.scalars({"validation/mad": 0.1, "validation/iou": 0.8}, last)
    logs.close()


def test_what_a_killed_run_logged_twice_counts_once(tmp_path: Path) -> None:
    write(tmp_path / "run", 6)
    write(tmp_path / "run", 9)
    steps, values = read(tmp_path / "run")["loss/alpha"]
    assert steps == list(range(1, 10)) and values[-1] == pytest.approx(1 / 9)


def test_runs_are_drawn_together(tmp_path: Path) -> None:
    write(tmp_path / "one", 20)
    write(tmp_path / "two", 5)
    curves = {name: read(tmp_path / name) for name in ("one", "two")}
    both, one = (cv2.imdecode(np.frombuffer(draw(c), np.uint8), 1) for c in (curves, {"one": curves["one"]}))
    assert both.shape == one.shape and (both != one).any() and (one < 128).any()


def test_a_folder_without_logs_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no logs in .*ppid.train"):
        read(tmp_path)
    (tmp_path / "logs").mkdir()
    with pytest.raises(UserError, match="holds no curves yet"):
        read(tmp_path)


def test_runs_of_one_name_are_two_curves(tmp_path: Path) -> None:
    for run in ("a/student", "b/student", "c/other"):
        write(tmp_path / run, 5)
    runs = [tmp_path / "a" / "student", tmp_path / "b" / "student", tmp_path / "c" / "other"]
    assert [name(run, runs) for run in runs] == [str(runs[0]), str(runs[1]), "other"]
