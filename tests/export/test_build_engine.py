"""`python -m export.build_engine` with real builders; small sizes keep it quick."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import pytest

import runtime
from calib.loss import Loss
from export import engines
from export.build_engine import build, recommendation, table
from export.engines import Engine
from export.sheet import sheet
from export.workbench import Candidate, Workbench
from runtime import bundle as bundles
from runtime.arguments import parse_size
from runtime.cuda import gpu_problem
from runtime.errors import UserError

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "runtime" / "samples"
SIZE = (128, 96)


@pytest.fixture
def two_methods(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer ways to find ranges, since all of them are tried before layers are kept in float."""
    monkeypatch.setattr("calib.quantize.METHODS", ("percentile", "minmax"))


@pytest.mark.usefixtures("two_methods")
@pytest.mark.parametrize("precision", ["fp32", "fp16", "int8"])
@pytest.mark.parametrize("target", ["openvino", "onnxruntime"])
def test_cpu_bundles_run_and_stay_near_fp32(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], precision: str, target: str
) -> None:
    bundle = build(precision, target, SIZE, SAMPLES / "presenter.mp4", None, tmp_path / "engine")
    manifest = bundle.manifest
    assert (manifest.precision, manifest.target, manifest.size) == (precision, target, SIZE)
    assert manifest.weights_digest == bundles.load(bundles.packaged()).manifest.weights_digest
    assert manifest.latency_ms is not None and manifest.latency_ms > 0
    assert bool(manifest.calibration) == (precision == "int8")
    told = capsys.readouterr().out
    assert "recommended:" in told and str(tmp_path / "engine") in told
    assert ("other frames" in told) == (precision != "fp32") and told.startswith("calibration:") == (
        precision == "int8"
    )
    assert not manifest.bf16 or (target == "openvino" and precision == "int8")
    limit = {"fp32": 0.0005, "fp16": 0.002, "int8": 0.02}[precision]
    picture = cv2.cvtColor(cv2.imread(str(SAMPLES / "astronaut.png")), cv2.COLOR_BGR2RGB)
    with runtime.open(bundle.path) as matter, runtime.open(_reference(tmp_path)) as reference:
        found, expected = matter(picture)[0].astype(float), reference(picture)[0].astype(float)
    assert np.abs(found - expected).mean() / 255 < limit
    if precision != "fp32":
        assert 0 < manifest.accuracy["mad"] < limit


def _reference(folder: Path) -> Path:
    return build("fp32", "openvino", SIZE, None, None, folder / "reference").path


def test_the_command_without_pytorch_goes_to_the_cache(tmp_path: Path) -> None:
    """A machine without PyTorch: any import of it fails."""
    (tmp_path / "block" / "torch").mkdir(parents=True)
    (tmp_path / "block" / "torch" / "__init__.py").write_text("raise ImportError('no torch here')")
    environment = os.environ | {"PYTHONPATH": f"{tmp_path / 'block'}:{ROOT}", "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "export.build_engine", "--int8", "--size", "128x96", "--max-loss", "50"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith("calibration: ") and "packaged set" in done.stdout.splitlines()[0]
    (made,) = (tmp_path / "cache" / "ppid" / "engines").iterdir()
    assert made.name.endswith("-128x96-int8-openvino")
    missing = subprocess.run(
        [*command, "--weights", "mine.safetensors"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert missing.returncode == 2 and "needs PyTorch; run: pip install" in missing.stderr


def test_the_other_student_that_ships(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "export.build_engine", "--student", "dense", "--fp32", "--size", "128x96"]
    done = subprocess.run([*command, "--output", tmp_path / "engine"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert bundles.load(tmp_path / "engine").manifest.model == "dense"
    both = subprocess.run([*command, "--weights", "m.onnx"], cwd=ROOT, capture_output=True, text=True)
    assert both.returncode == 2 and "not allowed with argument --student" in both.stderr


@pytest.mark.skipif(not find_spec("tensorrt_rtx"), reason="there is no TensorRT-RTX for this system")
@pytest.mark.usefixtures("two_methods")
@pytest.mark.parametrize("precision", ["fp16", "int8"])
def test_tensorrt_rtx_builds_without_a_gpu(tmp_path: Path, capsys: pytest.CaptureFixture[str], precision: str) -> None:
    bundle = build(precision, "tensorrt-rtx", SIZE, SAMPLES / "presenter.mp4", None, tmp_path / "engine")
    assert bundle.engine.name == "engine.plan" and bundle.engine.stat().st_size > 1_000_000
    assert bundle.manifest.latency_ms is None and bundle.manifest.hardware == {"compute_capability": "portable"}
    assert (bundle.path / f"{precision}.onnx").is_file()  # the ONNX it came from
    told = capsys.readouterr().out
    assert "not run" in told and "simulated on the CPU" in told and "nothing was timed here" in told
    with pytest.raises(UserError, match="tensorrt-rtx"), runtime.open(bundle.path):
        pass


def test_targets_that_cannot_be_built_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    for target in engines.TARGETS:
        with pytest.raises(UserError, match=f"--target {target} needs the Python package .*; run: pip install"):
            engines.choose(target)
    monkeypatch.setattr(engines, "find_spec", lambda name: True)
    if gpu_problem():
        with pytest.raises(UserError, match="builds on the GPU that will run the engine"):
            engines.choose("tensorrt")
    assert engines.choose("auto") == "openvino"


def test_mistakes(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="empty"):
        build("int8", "openvino", SIZE, tmp_path / "empty", None, tmp_path / "engine")
    with pytest.raises(UserError, match="multiples of 32"):
        build("int8", "openvino", (100, 100), None, None, tmp_path / "engine")
    with pytest.raises(UserError, match="gone.onnx"):
        build("int8", "openvino", SIZE, None, tmp_path / "gone.onnx", tmp_path / "engine")
    assert not (tmp_path / "engine").exists()
    for text in ("512", "x", "512x", "axb", "512x288x3"):
        with pytest.raises(Exception, match="WIDTHxHEIGHT"):
            parse_size(text)
    assert parse_size("640x384") == (640, 384)


@pytest.mark.parametrize(
    ("output", "picture", "words"),
    [
        ("photos", None, "photos exists and is not an engine bundle"),
        ("photos/cat.jpg/engine", None, "is not a folder that may be written to"),
        ("engine", "gone/sheet.png", "mkdir -p"),
        ("engine", "photos", "is a folder"),
    ],
)
def test_places_are_looked_at_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, picture: str | None, words: str
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").touch()
    monkeypatch.setattr("export.build_engine.started", lambda *_: pytest.fail("it works"))
    with pytest.raises(UserError, match=words):
        build("fp32", "openvino", SIZE, None, None, tmp_path / output, picture=picture and tmp_path / picture)


def test_the_current_folder_is_not_replaced() -> None:
    with pytest.raises(UserError, match="give the name of a folder of its own"):
        build("fp32", "openvino", SIZE, None, None, Path("."))


def test_figures_are_told_even_if_the_bundle_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise UserError("no room")

    monkeypatch.setattr(bundles, "write", full)
    with pytest.raises(UserError, match="no room"):
        build("fp32", "openvino", (64, 64), None, None, tmp_path / "engine", picture=tmp_path / "sheet.png")
    assert "recommended:" in capsys.readouterr().out and (tmp_path / "sheet.png").is_file()


def test_a_full_disk_is_a_fault_to_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("export.workbench.to_fp16", full)
    with pytest.raises(UserError, match=r"no room for engines in .* \(No space left on device\).*TMPDIR="):
        build("fp16", "openvino", (64, 64), None, None, tmp_path / "engine")


def test_a_build_that_fails_leaves_the_old_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = build("fp32", "openvino", SIZE, None, None, tmp_path / "engine")

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Workbench, "timed", fail)
    with pytest.raises(KeyboardInterrupt):
        build("fp16", "openvino", SIZE, None, None, tmp_path / "engine")
    assert bundles.load(old.path).manifest == old.manifest
    assert [path.name for path in tmp_path.iterdir()] == ["engine"]


@pytest.mark.parametrize(
    ("latency", "lost", "words"),
    [
        (4.0, 0.01, "recommended: int8, 2.00 times as fast as fp32 on"),
        (16.0, 0.01, "recommended: fp16, 1.33 times as fast as fp32; int8 takes 2.67 times as long on"),
        (4.0, 0.05, "recommended: fp16, 1.33 times as fast as fp32; int8 loses 5.0% of SAD, 0.0% of Grad and 0.0% of"),
    ],
)
def test_the_fastest_that_loses_little_is_recommended(tmp_path: Path, latency: float, lost: float, words: str) -> None:
    file = tmp_path / "engine"
    file.write_bytes(b"e" * 4_000_000)
    engine = Engine(file, {})
    candidates = [
        Candidate("fp32", file, engine, None, 8.0),
        Candidate("fp16", file, engine, Loss(0, 0, 0), 6.0),
        Candidate("int8", file, engine, Loss(lost, 0, 0), latency),
    ]
    assert words in recommendation(candidates, "openvino", 0.02)
    assert f"{latency:.2f} ms" in table(candidates) and f"{lost:.2%}" in table(candidates)


def test_a_sheet_shows_alphas_and_where_they_differ(tmp_path: Path) -> None:
    frames = np.full((2, 32, 64, 3), 90, np.uint8)
    exact = np.full((2, 32, 64), 0.5, np.float32)
    more, less = exact.copy(), exact.copy()
    more[:, :16] += 0.1
    less[:, 16:] -= 0.1
    shown = sheet(frames, {"fp32": exact, "fp16": more, "int8": less})
    assert shown.shape == (18 + 2 * 128, 6 * 256, 3) and shown.dtype == np.uint8
    row = shown[18:146]
    assert (
        (row[:, 256:512] == 128).all()
        and row[20, 800].tolist() == pytest.approx([204, 32, 32], abs=1)
        and not row[100, 800].any()
    )
    assert row[100, 1400].tolist() == pytest.approx([48, 72, 204], abs=1) and not row[20, 1400].any()


@pytest.mark.usefixtures("two_methods")
def test_int8_that_loses_too_much_keeps_layers_in_float(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip, limit = SAMPLES / "presenter.mp4", 0.01
    build("int8", "openvino", SIZE, clip, None, tmp_path / "engine", max_loss=limit, picture=tmp_path / "s.png")
    assert cv2.imread(str(tmp_path / "s.png")).shape[1] == 6 * 256
    told = capsys.readouterr().out
    assert "trying ranges by" in told and "looking for layers to keep in float" in told and "more in float:" in told
    held = bundles.load(tmp_path / "engine").manifest.accuracy
    assert Loss(held["sad"], held["grad"], held["dtssd"]).within(limit)


@pytest.mark.usefixtures("two_methods")
@pytest.mark.parametrize("limit", [10.0, 0.005])
def test_where_bf16_loses_too_much_what_is_not_int8_is_computed_in_fp32(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, limit: float
) -> None:
    """BF16 as a CPU with units for it would show it; others take the manifest's word and compute in FP32 all the same."""
    monkeypatch.setattr("export.workbench.has_bf16", lambda: True)
    try:
        bundle = build("int8", "openvino", SIZE, SAMPLES / "presenter.mp4", None, tmp_path / "engine", max_loss=limit)
        assert bundle.manifest.bf16 == (limit == 10.0)
    except UserError:
        assert limit == 0.005
    told = "computing what is not INT8 in FP32 instead of BF16" in capsys.readouterr().out
    assert told == (limit == 0.005)


@pytest.mark.usefixtures("two_methods")
def test_int8_that_cannot_keep_to_the_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"INT8 loses .* more than 0\.0% of SAD.*Use --fp16, .*--calib.*--max-loss"):
        build("int8", "openvino", SIZE, SAMPLES / "presenter.mp4", None, tmp_path / "engine", max_loss=1e-9)
    assert not (tmp_path / "engine").exists()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["export.build_engine", "--fp32"], "error: this needs the package onnx, .*pip install '\\.\\[export\\]'"),
        (["export.build_engine", "--weights", "mine.safetensors"], "error: this needs the package onnx,"),
        (["export.build_engine", "--help"], None),
        (["export.inspect"], None),
        (["benchmarks.gpu", "--help"], None),
    ],
)
def test_without_the_packages_for_export(tmp_path: Path, command: list[str], words: str | None) -> None:
    for name in ("onnx", "onnxsim", "onnxruntime", "torch"):
        (tmp_path / name).mkdir()
        text = f"raise ModuleNotFoundError(\"No module named '{name}'\", name='{name}')"
        (tmp_path / name / "__init__.py").write_text(text)
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    assert done.returncode == (2 if words else 0), done.stderr
    assert not words or re.search(words, done.stderr)


def test_sigterm_leaves_no_temporary_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "export.build_engine", "--fp16", "--size", "128x96"]
    environment = os.environ | {"TMPDIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None and running.stdout.readline()
        assert list(tmp_path.glob("ppid-build-*"))
        running.terminate()
    assert running.returncode == 143 and not list(tmp_path.glob("ppid-build-*"))


@pytest.mark.parametrize("limit", ["0", "nan", "inf"])
def test_a_limit_that_is_none_is_refused(limit: str) -> None:
    command = [sys.executable, "-m", "export.build_engine", "--max-loss", limit]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and f"--max-loss {limit}: expected more than 0 percent" in done.stderr


def test_a_sheet_is_written_beside_what_is_read_and_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / "0.png").touch()
    (tmp_path / "engine").mkdir()
    monkeypatch.setattr("export.build_engine.started", lambda *_: pytest.fail("it works"))
    for place, words in {"frames/0.png": "is one of the pictures", "engine/sheet.png": "replaced as a whole"}.items():
        with pytest.raises(UserError, match=words):
            build("fp32", "openvino", SIZE, tmp_path / "frames", None, tmp_path / "engine", picture=tmp_path / place)
