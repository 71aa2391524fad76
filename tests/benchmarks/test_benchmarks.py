from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import av
import pytest

from benchmarks import environment
from benchmarks.pipeline import scaled_clip, summarise
from tests.runtime.conftest import make_bundle

ROOT = Path(__file__).parents[2]


def run(module: str, *arguments: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200)


def test_latency_compares_engines(tmp_path: Path) -> None:
    first, second = (make_bundle(tmp_path / target, target).path for target in ("openvino", "onnxruntime"))
    done = run("benchmarks.latency", first, second, "--rounds", 2, "--report", tmp_path / "r.json")
    assert done.returncode == 0, done.stderr
    rows = json.loads((tmp_path / "r.json").read_text())["rows"]
    assert [row["engine"] for row in rows] == ["test fp32 openvino", "test fp32 onnxruntime"]
    assert rows[0]["ratio"] == 1 and all(0 < row["p50"] <= row["p99"] for row in rows)
    assert done.stdout.count("| 64x32 |") == 2


def test_pipeline_runs_the_real_command(tmp_path: Path) -> None:
    engine = make_bundle(tmp_path / "engine").path
    report = tmp_path / "r.json"
    done = run(
        "benchmarks.pipeline", "--engine", engine, "--sizes", "720p", "--frames", 6, "--runs", 1, "--report", report
    )
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(report.read_text())["rows"]
    assert row["fps"] > 0 and row["start_s"] > 0 and row["peak_memory_mb"] > 10
    assert "| 720p |" in done.stdout
    failed = run("benchmarks.pipeline", "--engine", tmp_path, "--sizes", "720p", "--frames", 2, "--runs", 1)
    assert failed.returncode == 2 and "no engine bundle" in failed.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("benchmarks.pipeline", "--source", "nothere.mp4"), "nothere.mp4"),
        (("benchmarks.pipeline", "--frames", 0), "expected a whole number from 1"),
        (("benchmarks.pipeline", "--runs", 0), "expected a whole number from 1"),
        (("benchmarks.pipeline", "--report", "no/such/r.json"), "mkdir -p"),
        (("benchmarks.latency", "--rounds", 0), "expected a whole number from 1"),
        (("benchmarks.latency", "--report", "no/such/r.json"), "mkdir -p"),
    ],
)
def test_mistakes_are_told_before_the_work(words: tuple[object, ...], told: str) -> None:
    done = run(*words)
    assert done.returncode == 2 and told in done.stderr and "Traceback" not in done.stderr


def test_clips_have_the_asked_size_and_length(tmp_path: Path) -> None:
    sample = ROOT / "runtime" / "samples" / "presenter.mp4"
    clip = scaled_clip(sample, (128, 72), 130, tmp_path / "c.mp4")  # longer than the sample: it repeats
    with av.open(str(clip)) as container:
        frames = [(frame.width, frame.height) for frame in container.decode(video=0)]
    assert frames == [(128, 72)] * 130


def test_medians_over_runs() -> None:
    runs = [
        {
            "fps": fps,
            "latency_ms": {"p50": fps, "p95": 2 * fps},
            "peak_memory_mb": fps,
            "stages_ms": {"infer": {"p50": fps}},
        }
        for fps in (10.0, 30.0, 20.0)
    ]
    row = summarise("720p", runs, [3.0, 1.0, 2.0])
    assert (
        row["fps"] == 20 and row["start_s"] == 2 and row["peak_memory_mb"] == 30 and row["stages_ms"] == {"infer": 20}
    )


def test_the_environment_names_what_matters() -> None:
    found = environment.describe()
    assert found["cores"] >= 1 and found["packages"]["openvino"]
    assert environment.sentence(found).startswith(found["cpu"])
    with pytest.raises(KeyError):
        environment.sentence({})
