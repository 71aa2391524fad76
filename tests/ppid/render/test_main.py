"""The command line: real renders where Blender is, clear errors where something is missing."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[3]
MAKEHUMAN = ROOT.parent / "shared" / "assets" / "makehuman"


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "ppid.render", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def render(*arguments: object) -> tuple[int, str, str]:
    process = start(*arguments)
    out, error = process.communicate(timeout=600)
    return process.returncode, out, error


@pytest.mark.skipif(importlib.util.find_spec("bpy") is not None, reason="bpy is installed here")
def test_without_blender_it_says_what_to_install(tmp_path: Path) -> None:
    code, _, error = render("objects", "--count", 1, "--output", tmp_path)
    assert code == 2 and "pip install '.[render]'" in error and "Traceback" not in error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("objects", "--count", "1", "--output", "x"), "pip install '.[render]'"),
        (("people", "--count", "1", "--makehuman", "x", "--output", "x"), "pip install '.[render]'"),
        (("sheet", "x", "--backgrounds", "x", "--output", "x.png"), "pip install pillow"),
        (("card", "x"), "no attributes.jsonl"),
    ],
)
def test_without_the_extra_packages_it_says_what_to_install(arguments: tuple[str, ...], message: str) -> None:
    code = "import runpy, sys; sys.modules.update(PIL=None, bpy=None); runpy.run_module('ppid.render', run_name='__main__')"
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and message in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("objects", "--kind", "cats", "--count", 1, "--output", "x"), "invalid choice: 'cats'"),
        (("objects", "--count", 1, "--seed", -1, "--output", "x"), "-1: expected 0 or more"),
        (("objects", "--count", 0, "--output", "x"), "expected a whole number from 1"),
        (("people", "--count", 1, "--output", "x"), "pass --makehuman DIR"),
        (("clips", "--kind", "talking", "--count", 1, "--output", "x"), "pass --makehuman DIR"),
        (("clips", "--count", 1, "--size", "big", "--output", "x"), "expected width and height"),
        (("backgrounds", "--kind", "photographs", "--count", 1, "--output", "x"), "pass --photographs DIR"),
        (("backgrounds", "--panoramas", "not/there", "--count", 1, "--output", "x"), "no folder not/there"),
        (
            ("sheet", "not/there", "--backgrounds", "x", "--output", "x.png"),
            "no pictures (*.webp) below not/there; expected",
        ),
        (("sheet", "set", "--backgrounds", "x", "--output", "x.txt"), "x.txt: expected a .png or .jpg"),
        (("card", "not/there"), "no attributes.jsonl below not/there; expected"),
    ],
)
def test_wrong_requests_end_with_a_message(arguments: tuple, message: str) -> None:
    code, _, error = render(*arguments)
    assert code == 2 and message in error and "Traceback" not in error


@pytest.mark.usefixtures("blender")
def test_a_set_is_rendered_described_and_looked_at(tmp_path: Path) -> None:
    kinds = ("--kind", "glass", "--kind", "smoke_fire")
    arguments = ("objects", *kinds, "--count", 4, "--seed", 5, "--size", 64, "--output", tmp_path / "set")
    code, out, error = render(*arguments, "--processes", 2)
    assert code == 0, error
    records = [
        json.loads(line) for path in tmp_path.rglob("attributes.jsonl") for line in path.read_text().splitlines()
    ]
    assert len(records) == 4 and {each["kind"] for each in records} == {"glass", "smoke_fire"}
    for each in records:
        picture = tmp_path / "set" / each["split"] / each["kind"] / each["file"]
        rgba = np.asarray(Image.open(picture))
        assert rgba.shape == (64, 64, 4) and rgba[..., 3].mean() / 255 == pytest.approx(each["coverage"], abs=1e-3)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.webp")}
    code, out, _ = render(*arguments)
    assert code == 0 and "4 of 4 are there" in out

    # Another run makes the very same pictures: nothing but the seed decides.
    again = tmp_path / "again"
    assert render(*arguments[:-1], again)[0] == 0
    for path, data in before.items():
        assert (again / path.relative_to(tmp_path / "set")).read_bytes() == data

    procedural = ("backgrounds", "--kind", "procedural", "--count", 2, "--size", "64x48")
    assert render(*procedural, "--output", tmp_path / "behind")[0] == 0
    sheet = ("sheet", tmp_path / "set", "--backgrounds", tmp_path / "behind", "--side", 64)
    assert render(*sheet, "--output", tmp_path / "sheet.png")[0] == 0
    with Image.open(tmp_path / "sheet.png") as drawn:
        assert drawn.width == 256


@pytest.mark.usefixtures("blender")
def test_a_killed_run_goes_on(tmp_path: Path) -> None:
    arguments = ("objects", "--kind", "smoke_fire", "--count", 5, "--size", 48, "--processes", 1, "--output", tmp_path)
    process = start(*arguments)
    table = tmp_path / "train" / "smoke_fire" / "attributes.jsonl"
    deadline = time.monotonic() + 300
    while not table.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert not any("partial" in path.name for path in tmp_path.rglob("*.webp"))
    code, out, error = render(*arguments)
    assert code == 0, error
    assert "of 5 are there" in out
    assert len(table.read_text().splitlines()) == len(list(tmp_path.rglob("*.webp"))) == 5


@pytest.mark.usefixtures("blender")
def test_a_folder_that_cannot_be_written_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "train").write_text("in the way")
    code, _, error = render("objects", "--kind", "smoke_fire", "--count", 1, "--size", 48, "--output", tmp_path)
    assert code == 2 and "cannot write" in error and "Traceback" not in error


@pytest.mark.usefixtures("blender")
def test_an_output_below_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, _, error = render("objects", "--count", 1, "--output", tmp_path / "file" / "set")
    assert code == 2 and "file/set: Not a directory" in error and "Traceback" not in error


@pytest.mark.usefixtures("blender")
def test_incomplete_body_data_is_named(tmp_path: Path) -> None:
    code, _, error = render("people", "--count", 1, "--makehuman", tmp_path, "--output", tmp_path / "out")
    assert code == 2 and "base.obj" in error and "Traceback" not in error


@pytest.mark.usefixtures("blender")
@pytest.mark.parametrize("space", [0, 1000])
def test_a_full_scratch_folder_ends_the_run(tmp_path: Path, space: int) -> None:
    # A limit on the size of files fails as a full disk does.
    limited = f"import resource, runpy; resource.setrlimit(resource.RLIMIT_FSIZE, ({space}, resource.RLIM_INFINITY)); "
    limited += "runpy.run_module('ppid.render', run_name='__main__')"
    command = [sys.executable, "-c", limited, "objects", "--kind", "glass", "--size", "48", "--count", "1"]
    done = subprocess.run([*command, "--output", str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and "scratch folder" in done.stderr and "Traceback" not in done.stderr
    assert not list(tmp_path.rglob("*.jsonl"))


@pytest.mark.shared
@pytest.mark.usefixtures("blender")
@pytest.mark.skipif(not MAKEHUMAN.is_dir(), reason="the body data is not beside the checkout")
def test_people_are_of_one_piece(tmp_path: Path) -> None:
    arguments = ("--count", 2, "--size", 96, "--makehuman", MAKEHUMAN, "--output", tmp_path)
    code, _, error = render("people", *arguments)
    assert code == 0, error
    records = [
        json.loads(line) for path in tmp_path.rglob("attributes.jsonl") for line in path.read_text().splitlines()
    ]
    assert len(records) == 2 and all(0.03 < each["coverage"] < 0.93 for each in records)
    assert len({each["identity"] for each in records}) == 2


@pytest.mark.shared
@pytest.mark.usefixtures("blender")
@pytest.mark.skipif(not MAKEHUMAN.is_dir(), reason="the body data is not beside the checkout")
def test_passers_by_are_seen_from_head_to_foot(tmp_path: Path) -> None:
    arguments = ("--passers-by", "--count", 3, "--size", 96, "--makehuman", MAKEHUMAN, "--output", tmp_path)
    code, _, error = render("people", *arguments)
    assert code == 0, error
    records = [
        (path.parent, json.loads(line))
        for path in tmp_path.rglob("attributes.jsonl")
        for line in path.read_text().splitlines()
    ]
    assert len(records) == 3 and {each["framing"] for _, each in records} == {"full"}
    for folder, each in records:
        alpha = np.asarray(Image.open(folder / each["file"]).convert("RGBA"))[..., 3]
        assert alpha[0].max() < 128 and alpha[-1].max() < 128  # neither the crown nor the feet are cut
