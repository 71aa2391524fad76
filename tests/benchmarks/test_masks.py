"""Second opinions for labels, by a model whose answer is known; MediaPipe itself is nothing that tests need."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.quality import masks
from benchmarks.quality.contenders import Contender
from benchmarks.quality.masks import mask, write_mask
from ppid.data.pairs import Sample
from ppid.errors import UserError
from runtime.errors import UserError as RuntimeUserError


class Left(Contender):
    name, about = "left", "whatever is red, of the left half only"

    def alpha(self, sample: Sample) -> np.ndarray:
        alpha = (sample.image[..., 0] > 128).astype(np.float32)
        alpha[:, alpha.shape[1] // 2 :] = 0
        return alpha


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    picture = np.zeros((600, 1000, 3), np.uint8)
    picture[100:500, 200:800] = (0, 0, 255)
    cv2.imwrite(str(tmp_path / "x.png"), picture)
    return tmp_path / "x.png"


def test_a_mask_is_the_mean_of_the_picture_and_its_mirror_image(photograph: Path, tmp_path: Path) -> None:
    target = tmp_path / "masks" / "people" / "x.png"
    write_mask([Left()], photograph, target)
    found = cv2.imread(str(target), cv2.IMREAD_UNCHANGED)
    assert found.shape == (600, 1000) and found.dtype == np.uint8
    # Seen on the left, and on the right where the mirror image has its left.
    assert abs(int(found[300, 300]) - 128) <= 1 and abs(int(found[300, 700]) - 128) <= 1 and found[300, 40] == 0


def test_each_subject_is_looked_at_again_from_near() -> None:
    picture = np.zeros((300, 400, 3), np.uint8)
    picture[100:160, 40:70] = 255
    picture[60:180, 300:340] = 255
    picture[290:292, 200:202] = 255  # a speck
    seen = []

    class Far(Contender):
        name, about = "far", "what is white, the fainter the larger the picture"

        def alpha(self, sample: Sample) -> np.ndarray:
            seen.append(sample.image.shape[:2])
            near = max(sample.image.shape[:2]) < 200
            return (sample.image[..., 0] > 128).astype(np.float32) * (1.0 if near else 0.5)

    found = mask([Far()], picture)
    assert seen == [(300, 400)] * 2 + [(180, 100)] * 2 + [(90, 60)] * 2
    assert found[130, 50] == pytest.approx((0.5 + 2) / 3) and found[100, 320] == pytest.approx((0.5 + 2) / 3)
    assert found[291, 201] == 0.5 and found[20, 200] == 0


def test_a_subject_that_fills_the_picture_is_not_looked_at_again() -> None:
    asked = []

    class All(Contender):
        name, about = "all", "everything"

        def alpha(self, sample: Sample) -> np.ndarray:
            asked.append(self)
            return np.ones(sample.image.shape[:2], np.float32)

    assert (mask([All(), All()], np.zeros((90, 120, 3), np.uint8)) == 1).all()
    assert len(asked) == 4  # two models, each mirrored too


def test_what_is_there_stays(photograph: Path, tmp_path: Path) -> None:
    (tmp_path / "mask.png").write_bytes(b"mine")
    write_mask([Left()], photograph, tmp_path / "mask.png")
    assert (tmp_path / "mask.png").read_bytes() == b"mine"


def test_mistakes(photograph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8 no picture")
    with pytest.raises(UserError, match="is cut off"):
        write_mask([Left()], tmp_path / "broken.jpg", tmp_path / "mask.png")
    assert not (tmp_path / "mask.png").exists()
    (tmp_path / "empty").mkdir()
    words = [sys.executable, "-m", "benchmarks.quality.masks", "--output", str(tmp_path / "masks"), "--photographs"]
    done = subprocess.run([*words, str(tmp_path / "empty")], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "no pictures" in done.stderr and "Traceback" not in done.stderr
    folder = tmp_path / "photographs"
    folder.mkdir()
    (tmp_path / "broken.jpg").rename(folder / "a.jpg")
    shutil.copy(photograph, folder / "b.jpg")
    monkeypatch.setattr(sys, "argv", ["masks", "--photographs", str(folder), "--output", str(tmp_path / "masks")])
    monkeypatch.setattr(masks, "MediaPipeSelfie", lambda **_: nullcontext(Left()))
    with pytest.raises(RuntimeUserError, match=r"(?s)1 pictures could not be read:.*a.jpg is cut off"):
        masks.main()
    assert [path.name for path in (tmp_path / "masks").iterdir()] == ["b.png"]
    if importlib.util.find_spec("mediapipe") is None:
        done = subprocess.run([*words, str(photograph.parent)], capture_output=True, text=True, check=False)
        assert done.returncode == 2 and "mediapipe==0.10.14" in done.stderr and "Traceback" not in done.stderr
