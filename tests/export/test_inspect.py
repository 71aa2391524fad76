"""`python -m export.inspect` prints the truth about a bundle."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from export.build_engine import build
from export.inspect import describe, verdict
from runtime import bundle as bundles
from runtime.bundle import Bundle

ROOT = Path(__file__).parents[2]


def inspect(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "export.inspect", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(scope="module")
def int8(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    clip = ROOT / "runtime" / "samples" / "presenter.mp4"
    return build("int8", "onnxruntime", (128, 96), clip, None, tmp_path_factory.mktemp("inspect") / "engine")


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
