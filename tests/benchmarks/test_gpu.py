"""`python -m benchmarks.gpu` without a GPU: everything but the GPU is real, an ONNX Runtime engine stands in for its own."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from benchmarks import environment, gpu
from export import engines, measure
from export.engines import Engine
from export.workbench import Workbench
from runtime.bundle import Bundle
from runtime.cuda import gpu_problem
from runtime.errors import UserError
from runtime.runners import Runner, State
from runtime.runners.onnxruntime import OnnxRuntimeRunner
from tests.runtime.conftest import make_bundle

ROOT = Path(__file__).parents[2]
ORIN = {
    "name": "Orin",
    "compute_capability": "8.7",
    "driver_cuda": "12.6",
    "smi": None,
    "packages": {"tensorrt": "10.3.0", "pycuda": None},
}


def main(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr(sys, "argv", ["gpu", *map(str, arguments)])
    gpu.main()


class WithoutGraph(OnnxRuntimeRunner):
    def __init__(self, bundle: Bundle, *, graph: bool) -> None:
        assert not graph
        super().__init__(bundle)


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A Jetson, as far as the benchmark can tell."""
    monkeypatch.setattr(gpu, "_target", lambda wanted: "onnxruntime")
    monkeypatch.setattr(gpu, "TensorRtRunner", WithoutGraph)
    monkeypatch.setattr(gpu, "dali_installed", lambda: False)
    monkeypatch.setattr(environment, "describe_gpu", lambda: ORIN)
    clock = tmp_path / "devfreq" / "17000000.gpu"
    clock.mkdir(parents=True)
    (clock / "cur_freq").write_text("306000000\n")
    (clock / "max_freq").write_text("1300500000\n")
    (tmp_path / "devfreq" / "no-clock").mkdir()
    monkeypatch.setattr(gpu, "_DEVFREQ", tmp_path / "devfreq")


@pytest.mark.skipif(gpu_problem() is None, reason="this machine has a GPU")
def test_without_a_gpu_it_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.gpu", "--report", str(tmp_path / "r.json")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "needs an NVIDIA GPU" in done.stderr and "python -m benchmarks.latency" in done.stderr
    assert not list(tmp_path.glob("r.*"))


def test_one_run_builds_each_engine_once_and_tells_of_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    turns: list[list[str]] = []

    def build(target: str, model: Path, *more: Any) -> Engine:
        built.append(model.stem)
        return engines.build(target, model, *more)

    def timings(runners: list[Runner], rounds: int) -> list[measure.Timing]:
        turns.append([f"{r.bundle.manifest.precision} {type(r) is WithoutGraph}" for r in runners])
        return measure.timings(runners, rounds)

    monkeypatch.setattr("export.workbench.engines", SimpleNamespace(build=build))
    monkeypatch.setattr(gpu, "timings", timings)
    monkeypatch.setattr(gpu, "MAX_LOSS", 10.0)  # at this size INT8 loses much
    main(monkeypatch, "--report", tmp_path / "r.json", "--size", "64x64", "--rounds", 1)
    assert built == ["fp32", "fp16", "int8"]
    assert turns == [[f"{name} {without}" for name in ("fp32", "fp16", "int8") for without in (False, True)]]
    report = json.loads((tmp_path / "r.json").read_text())
    assert [row["precision"] for row in report["engines"]] == ["fp32", "fp16", "int8"]
    assert "truth_sad" in report["engines"][0]["accuracy"] and "sad" in report["engines"][2]["accuracy"]
    told = (tmp_path / "r.md").read_text()
    assert told.startswith("# Orin, onnxruntime 64x64") and "tensorrt 10.3.0" in told and "pycuda" not in told
    assert "Before the run: 17000000.gpu 306 of 1300 MHz." in told
    rows = [line for line in told.splitlines() if line.startswith(("| fp", "| int8"))]
    assert len(rows) == 6 and rows[0].endswith("|  |  |  |") and rows[2].count("%") == 3
    assert all(
        row.startswith(f"| {name} | OpenCV on the CPU")
        for row, name in zip(rows[3:], ("fp32", "fp16", "int8"), strict=True)
    )


def test_what_does_not_work_is_told_beside_what_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise UserError("INT8 loses 80% of SAD")

    def broken(*arguments: Any) -> dict[str, Any]:
        raise UserError("python -m runtime.stream failed")

    monkeypatch.setattr(Workbench, "int8", refuse)
    monkeypatch.setattr(gpu, "stream", broken)
    monkeypatch.setattr(gpu, "_DEVFREQ", tmp_path / "nothing")
    main(monkeypatch, "--report", tmp_path / "r.json", "--size", "64x64", "--rounds", 1)
    told = (tmp_path / "r.md").read_text()
    assert "| fp16 |" in told and "- int8: INT8 loses 80% of SAD" in told
    assert "- fp32 host: python -m runtime.stream failed" in told and "Before the run: clocks not known." in told


@pytest.mark.parametrize(("name", "words"), [("gone/r.json", "mkdir -p"), ("r.md", "expected the name of a .json")])
def test_a_report_that_cannot_be_written_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    monkeypatch.setattr(gpu, "measure", lambda *_: pytest.fail("it measured"))
    with pytest.raises(UserError, match=words):
        main(monkeypatch, "--report", tmp_path / name)


def test_turns_are_short(tmp_path: Path) -> None:
    order: list[int] = []

    class Noted(OnnxRuntimeRunner):
        def _run(self, picture: np.ndarray, state: State) -> tuple[np.ndarray, State]:
            order.append(id(self))
            return super()._run(picture, state)

    bundle = make_bundle(tmp_path / "red", "onnxruntime")
    found = measure.timings([Noted(bundle), Noted(bundle)], 3)
    assert [len(timing.milliseconds) for timing in found] == [12, 12]
    changes = sum(before != after for before, after in pairwise(order))
    assert len(order) == 36 and changes == 5
