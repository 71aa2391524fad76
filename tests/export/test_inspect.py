"""`python -m export.inspect` prints the truth about a bundle."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from export.build_engine import build
from export.inspect import describe, verdict
from runtime import bundle as bundles
from runtime.bundle import Bundle
from runtime.cuda import Gpu

ROOT = Path(__file__).parents[2]


def inspect(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "export.inspect", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(scope="module")
def int8(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    clip = ROOT / "runtime" / "samples" / "presenter.mp4"
    place = tmp_path_factory.mktemp("inspect") / "engine"
    return build("int8", "onnxruntime", (128, 96), clip, None, place, max_loss=0.5)


def test_an_int8_bundle_is_described(int8: Bundle) -> None:
    lines = dict(describe(int8))
    assert "int8 for onnxruntime, input 128x96" in lines["engine"]
    assert "presenter.mp4" in lines["calibration"] and "mad 0.0" in lines["accuracy"]
    assert "int8" in lines["file"] and "fp32" in lines["file"] and lines["here"].startswith("runs")


def test_the_packaged_bundle_is_the_default() -> None:
    done = inspect()
    assert done.returncode == 0 and "fp32 for openvino" in done.stdout and "65 fp32" in done.stdout


def test_another_version_is_said(int8: Bundle) -> None:
    older = replace(int8, manifest=replace(int8.manifest, builder={"onnxruntime": "0.1"}))
    assert "built with onnxruntime 0.1, now 1." in verdict(older)


def test_an_engine_for_another_machine_says_how_to_rebuild_it(int8: Bundle) -> None:
    elsewhere = replace(int8, manifest=replace(int8.manifest, target="tensorrt"))
    assert "python -m export.build_engine --int8 --target tensorrt --size 128x96" in verdict(elsewhere)


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with a GPU of compute capability 8.6 and both libraries, of version 1.7.1."""
    monkeypatch.setattr("export.inspect.runnable_targets", lambda: ["tensorrt", "tensorrt-rtx"])
    monkeypatch.setattr("export.inspect.find_gpu", lambda: Gpu("RTX A4000", (8, 6), "13.0"))
    for module in ("tensorrt", "tensorrt_rtx"):
        monkeypatch.setitem(sys.modules, module, SimpleNamespace(__version__="1.7.1"))


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("target", ["tensorrt", "tensorrt-rtx"])
@pytest.mark.parametrize(
    ("version", "capability", "words"),
    [
        ("1.7.1", "8.6", "runs: python -m runtime.stream"),
        ("1.7.1", "portable", "runs: python -m runtime.stream"),
        ("1.7.1", "7.5 8.6", "runs: python -m runtime.stream"),
        ("1.7.0", "8.6", "it was built by {target} 1.7.0, here is 1.7.1"),
        ("1.7.1", "8.7", "built for compute capability 8.7, RTX A4000 has 8.6"),
        ("1.7.1", "8.9 12.0", "built for compute capability 8.9 12.0, RTX A4000 has 8.6"),
    ],
)
def test_gpu_engines_are_held_against_library_and_gpu(
    int8: Bundle, target: str, version: str, capability: str, words: str
) -> None:
    hardware = {"gpu": "any", "compute_capability": capability}
    manifest = replace(int8.manifest, target=target, builder={target: version}, hardware=hardware)
    told = verdict(replace(int8, manifest=manifest))
    assert words.format(target=target) in told
    if not told.startswith("runs"):
        assert told.startswith("does not run: ") and f"--target {target} --size 128x96" in told
    assert "now None" not in told


def test_losses_and_errors_have_lines_of_their_own(int8: Bundle) -> None:
    both = {"sad": 0.0071, "truth_frames": 16, "truth_sad": 4.73}
    lines = dict(describe(replace(int8, manifest=replace(int8.manifest, accuracy=both))))
    assert lines["accuracy"] == "alpha against fp32 on held-out frames: sad 0.0071"
    assert lines["truth"] == "alpha against the truth of 16 held-out frames: sad 4.7300"
    only = dict(
        describe(replace(int8, manifest=replace(int8.manifest, accuracy={"truth_frames": 1, "truth_sad": 2.0})))
    )
    assert "accuracy" not in only and only["truth"].endswith("sad 2.0000")


def test_an_engine_of_free_size_is_not_called_one_of_a_size() -> None:
    lines = dict(describe(bundles.load(bundles.packaged())))
    assert lines["engine"].endswith("input of any size in steps of 32, by default about 512x288")


def test_a_tampered_bundle_is_refused(int8: Bundle, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in int8.path.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    bundles.load(copy)
    engine = copy / int8.manifest.engine
    engine.write_bytes(engine.read_bytes()[:-1])
    done = inspect(copy)
    assert done.returncode == 2 and "is damaged" in done.stderr and "Traceback" not in done.stderr
    assert inspect(tmp_path / "nothing").returncode == 2
