from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from ppid import weights
from ppid.data.scenes import load_scenes
from ppid.label import label, look
from ppid.models import build

_SMALL = {"widths": [32, 32, 24, 16, 16]}
_CPU = torch.device("cpu")


def half(value: float = 1.0) -> np.ndarray:
    """Alpha of a subject in the left half."""
    alpha = np.zeros((160, 200), np.float32)
    alpha[:, :100] = value
    return alpha


def test_where_all_agree_they_are_believed() -> None:
    found = label([half(), half(0.9)])
    assert found.sure.all() and np.array_equal(found.alpha, half()) and not found.trouble


def test_a_soft_edge_is_no_doubt_but_a_region_is() -> None:
    soft = cv2.GaussianBlur(half(), (9, 9), 1.0)
    assert label([soft]).sure.all() and 0 < label([soft]).alpha[80, 100] < 1
    other = half()
    other[60:100, 60:100] = 0  # one sees a hole there
    found = label([half(), other])
    assert not found.sure[61:99, 61:99].any() and found.sure[:40].all() and found.sure[:, 130:].all()


def test_what_is_of_no_use_is_told() -> None:
    assert label([np.zeros((160, 200), np.float32)]).trouble == "without subject"
    assert label([half(), 1 - half()]).trouble == "doubtful"


def test_a_look_is_of_the_pictures_size_and_the_same_mirrored() -> None:
    torch.manual_seed(0)
    student = build("edge", _SMALL).eval()
    picture = np.random.default_rng(0).integers(0, 256, (128, 192, 3), dtype=np.uint8)
    alpha = look(student, picture, _CPU)
    assert alpha.shape == (128, 192) and alpha.dtype == np.float32
    mirrored = look(student, np.ascontiguousarray(picture[:, ::-1]), _CPU)
    assert np.abs(mirrored[:, ::-1] - alpha).max() < 1e-4


@pytest.fixture
def student(tmp_path: Path) -> Path:
    """Weights of a student that takes everything for subject."""
    torch.manual_seed(0)
    weights.save(build("edge", _SMALL), tmp_path / "student.safetensors")  # heads begin with a bias of 3
    return tmp_path / "student.safetensors"


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "ppid.label", *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_the_command_writes_scenes_and_goes_on_where_it_stopped(
    tmp_path: Path, student: Path, photograph_folder: Path
) -> None:
    masks = tmp_path / "masks"
    masks.mkdir()
    for number in (0, 1):
        cv2.imwrite(str(masks / f"{number}.png"), np.full((60, 80), 255 * number, np.uint8))
    words = [
        "--photographs",
        photograph_folder,
        "--weights",
        student,
        "--masks",
        masks,
        "--output",
        tmp_path / "labels",
    ]
    done = command(*words)
    assert done.returncode == 0, done.stderr
    assert "1 written, 1 doubtful, 1 without a mask" in done.stdout
    scenes = load_scenes([tmp_path / "labels"], 512)
    assert scenes.pictures[0].shape == (5, 120, 160) and (scenes.pictures[0][3:] == 255).all()
    assert "1 there already, 1 doubtful, 1 without a mask" in command(*words).stdout


def test_a_broken_photograph_does_not_keep_the_others_from_being_labelled(
    tmp_path: Path, student: Path, photograph_folder: Path
) -> None:
    photographs = tmp_path / "photographs"
    shutil.copytree(photograph_folder, photographs)
    (photographs / "0.jpg").write_bytes((photographs / "1.jpg").read_bytes()[:200])
    done = command("--photographs", photographs, "--weights", student, "--output", tmp_path / "labels")
    assert done.returncode == 2 and "2 written" in done.stdout
    assert "1 pictures could not be read" in done.stderr and "0.jpg is cut off" in done.stderr
    assert "Traceback" not in done.stderr


def test_mistakes(tmp_path: Path, student: Path, photograph_folder: Path) -> None:
    teacher = tmp_path / "teacher.safetensors"
    weights.save(build("indexnet", {"trimap": "onehot"}), teacher)
    done = command("--photographs", photograph_folder, "--weights", teacher, "--output", tmp_path / "labels")
    assert done.returncode == 2 and "teacher's weights" in done.stderr and "Traceback" not in done.stderr
    done = command("--photographs", tmp_path / "none", "--weights", student, "--output", tmp_path / "labels")
    assert done.returncode == 2 and "no pictures" in done.stderr and "Traceback" not in done.stderr
    (tmp_path / "more").mkdir()
    cv2.imwrite(str(tmp_path / "more" / "0.png"), np.zeros((64, 64, 3), np.uint8))
    words = [
        "--photographs",
        photograph_folder,
        tmp_path / "more",
        "--weights",
        student,
        "--output",
        tmp_path / "labels",
    ]
    done = command(*words)
    assert done.returncode == 2 and "are both called 0" in done.stderr and "Traceback" not in done.stderr
    done = command(*words, "--size", 0)
    assert done.returncode == 2 and "expected at least 64 pixels" in done.stderr


def test_masks_that_cannot_be_the_photographs(tmp_path: Path, student: Path, photograph_folder: Path) -> None:
    masks = tmp_path / "masks"
    words = [
        "--photographs",
        photograph_folder,
        "--weights",
        student,
        "--output",
        tmp_path / "labels",
        "--masks",
        masks,
    ]
    done = command(*words)
    assert done.returncode == 2 and "give --masks the folder" in done.stderr and "Traceback" not in done.stderr
    masks.mkdir()
    cv2.imwrite(str(masks / "1.png"), np.full((160, 120), 255, np.uint8))
    done = command(*words)
    assert done.returncode == 2 and "the orientation tag of a JPEG is not applied" in done.stderr
    assert "Traceback" not in done.stderr and not (tmp_path / "labels" / "alpha").exists()


def test_a_strip_is_looked_at_too(tmp_path: Path, student: Path) -> None:
    cv2.imwrite(str(tmp_path / "strip.png"), np.zeros((2, 3000, 3), np.uint8))
    done = command("--photographs", tmp_path, "--weights", student, "--output", tmp_path / "labels")
    assert done.returncode == 0, done.stderr
