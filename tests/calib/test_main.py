"""`python -m calib`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest


def run(*arguments: object) -> tuple[int, str, str]:
    done = subprocess.run([sys.executable, "-m", "calib", *map(str, arguments)], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def folder(tmp_path: Path, pictures: np.ndarray) -> Path:
    made = tmp_path / "frames"
    made.mkdir()
    for index, picture in enumerate(pictures):
        cv2.imwrite(str(made / f"{index}.png"), picture[..., ::-1])
    return made


def test_sheet_ranges_and_sensitivities(folder: Path, float_path: Path, tmp_path: Path):
    output = tmp_path / "out"
    code, text, error = run(folder, "--model", float_path, "--output", output)
    assert code == 0, error
    facts = json.loads((output / "report.json").read_text())
    assert facts["size"] == [64, 32] and facts["frames"] + facts["held_out"] == 12
    assert {item["layer"] for item in facts["sensitivities"]} == {"expand", "project", "skip", "fuse", "head"}
    assert facts["sensitivities"][0]["layer"] in text and facts["ranges"]["stem_relu6_out"] <= 6.1
    sheet = cv2.imread(str(output / "frames.png"))
    assert sheet.shape[1] == 8 * 192 and sheet.std() > 10
    assert sorted(path.name for path in output.iterdir()) == ["frames.png", "report.json"]


def test_the_packaged_set_is_named_when_no_path_is(tmp_path: Path):
    code, text, error = run("--size", "128x64", "--output", tmp_path / "out")
    assert code == 0, error
    assert "no PATH is given: this is the packaged set" in text
    assert "ranges" not in json.loads((tmp_path / "out" / "report.json").read_text())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["not/there"], "no such file or folder"),
        (["--model", "not.onnx"], "no such file"),
        (["--size", "0x9"], "expected WIDTHxHEIGHT"),
    ],
)
def test_mistakes(arguments: list[str], message: str, tmp_path: Path):
    code, _, error = run(*arguments, "--output", tmp_path / "out")
    assert code == 2 and message in error and "Traceback" not in error


def test_a_size_that_is_not_the_models(folder: Path, float_path: Path, tmp_path: Path):
    code, _, error = run(folder, "--model", float_path, "--size", "128x64", "--output", tmp_path / "out")
    assert code == 2 and "is of 64x32, and --size says 128x64" in error


def test_a_model_that_is_no_student(folder: Path, tmp_path: Path):
    node = onnx.helper.make_node("Relu", ["x"], ["y"])
    x, y = (onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1]) for name in "xy")
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([node], "g", [x], [y])), tmp_path / "other.onnx")
    code, _, error = run(folder, "--model", tmp_path / "other.onnx", "--output", tmp_path / "out")
    assert code == 2 and "expected one picture" in error and "Traceback" not in error


def test_what_is_read_is_not_written_over(folder: Path):
    for output in (folder, folder / "calibration"):
        code, _, error = run(folder, "--size", "64x32", "--output", output)
        assert code == 2 and "name another folder" in error and "Traceback" not in error
