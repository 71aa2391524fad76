from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from ppid.data.check import check
from ppid.data.compose import Batch, Composer
from ppid.data.foregrounds import load_foregrounds
from ppid.data.scenes import Scenes, load_scenes
from ppid.data.trimap import UNKNOWN
from ppid.errors import UserError
from ppid.models import build
from ppid.train.step import predict, supervised


def write_scenes(root: Path, count: int = 3, sure: bool = True) -> Path:
    """Photographs whose left half is a subject that says so in red, and whose lower half nobody is sure of."""
    for number in range(count):
        image = np.full((120, 160, 3), (40, 200, 40), np.uint8)
        image[:, :80] = (0, 0, 250)
        alpha, believed = np.zeros((120, 160), np.uint8), np.full((120, 160), 255, np.uint8)
        alpha[:, :80], believed[60:] = 255, 0
        for part, picture in (("image", image), ("alpha", alpha), ("sure", believed)):
            if part == "sure" and not sure:
                continue
            folder = root / part / "people"
            folder.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(folder / f"{number}.png"), picture)
    return root


@pytest.fixture
def scenes(tmp_path: Path) -> Scenes:
    return load_scenes([write_scenes(tmp_path / "scenes")], 96)


def test_they_come_with_what_is_believed(scenes: Scenes) -> None:
    assert scenes.kinds == ("people",) * 3 and len(scenes) == 3
    picture = scenes.pictures[0]
    assert picture.shape == (5, 96, 128) and picture.dtype == torch.uint8
    assert picture[:, 10, 10].tolist() == [250, 0, 0, 255, 255] and picture[:, 90, 120].tolist() == [40, 200, 40, 0, 0]


def test_without_a_folder_for_it_all_is_believed(tmp_path: Path) -> None:
    assert (load_scenes([write_scenes(tmp_path, sure=False)], 96).pictures[0][4] == 255).all()


def test_alpha_goes_with_the_picture_through_any_crop(scenes: Scenes) -> None:
    crops = scenes.crops([0, 1, 2, 0, 1, 2], (64, 96), np.random.default_rng(0))
    assert crops.shape == (6, 5, 64, 96) and crops.min() >= 0 and crops.max() <= 1
    assert set(crops[:, 4].unique().tolist()) == {0, 1}  # believed or not, nothing between
    red = crops[:, 0] > 0.6
    assert (red == (crops[:, 3] > 0.5)).float().mean() > 0.97  # but for interpolated columns
    assert len({crop[3].mean().item() for crop in crops}) > 1


def composer_with(scenes: Scenes, foreground_folder: Path, share: float) -> Composer:
    return Composer(load_foregrounds([foreground_folder], 64), [], (64, 96), scenes=scenes, scene_share=share)


def test_their_share_of_the_batches_is_photographs(scenes: Scenes, foreground_folder: Path) -> None:
    composer = composer_with(scenes, foreground_folder, 0.5)
    batches = [composer.batch(16, 0, step) for step in range(8)]
    shown = torch.cat([(batch.foreground == batch.background).flatten(1).all(1) for batch in batches])
    assert 0.35 < shown.float().mean() < 0.65
    batch = Batch.joined(batches)
    assert batch.sure is not None and batch.sure[~shown].all() and not batch.sure[shown].all()
    assert all(kind == "people" for kind, photograph in zip(batch.kinds, shown, strict=True) if photograph)
    assert torch.equal(batches[3].image, composer.batch(16, 0, 3).image)


def test_composites_are_the_same_with_and_without_them(scenes: Scenes, foreground_folder: Path) -> None:
    without = composer_with(scenes, foreground_folder, 0).batch(8, 0, 0)
    plain = replace(composer_with(scenes, foreground_folder, 0), scenes=None).batch(8, 0, 0)
    assert torch.equal(without.alpha, plain.alpha) and plain.sure is None


def test_what_is_not_believed_teaches_nothing(scenes: Scenes, foreground_folder: Path) -> None:
    batch = composer_with(scenes, foreground_folder, 1).batch(4, 0, 0)
    assert batch.sure is not None
    torch.manual_seed(0)
    model = build("edge", {"widths": [32, 32, 24, 16, 16]}).eval()

    def loss(truth: torch.Tensor) -> float:
        terms = supervised(predict(model, batch), replace(batch, alpha=truth))
        return float(torch.stack(list(terms.values())).sum().detach())

    noise = torch.rand_like(batch.alpha)
    elsewhere, there = torch.where(batch.sure > 0, batch.alpha, noise), torch.where(batch.sure > 0, noise, batch.alpha)
    assert loss(elsewhere) == pytest.approx(loss(batch.alpha), abs=1e-7)
    assert loss(there) != pytest.approx(loss(batch.alpha), abs=1e-3)


def test_teachers_are_told_nothing_that_is_in_doubt(scenes: Scenes, foreground_folder: Path) -> None:
    batch = replace(composer_with(scenes, foreground_folder, 1), trimap_radius=2).batch(4, 0, 0)
    assert batch.sure is not None and batch.trimap is not None
    doubtful = batch.sure[:, 0] == 0
    assert doubtful.any() and batch.trimap[:, UNKNOWN][doubtful].all()
    assert (batch.trimap[:, UNKNOWN][~doubtful] == 0).any() and (batch.trimap.sum(1) == 1).all()


def test_check_looks_at_what_is_believed_too(tmp_path: Path) -> None:
    root = write_scenes(tmp_path)
    assert not check(root).problems
    cv2.imwrite(str(root / "sure" / "people" / "0.png"), np.zeros((20, 20), np.uint8))
    cv2.imwrite(str(root / "sure" / "people" / "more.png"), np.zeros((20, 20), np.uint8))
    assert [Path(problem.path).name for problem in check(root).broken] == ["0.png", "more.png"]


def test_mistakes(tmp_path: Path, foreground_folder: Path) -> None:
    with pytest.raises(UserError, match="is a cut-out, but --scenes shows photographs"):
        load_scenes([foreground_folder], 96)
    root = write_scenes(tmp_path)
    cv2.imwrite(str(root / "sure" / "people" / "0.png"), np.zeros((20, 20), np.uint8))
    with pytest.raises(UserError, match=r"sure/people/0\.png is 20x20 but .* is 160x120"):
        load_scenes([root], 96)
    (tmp_path / "empty").mkdir()
    words = ["--foregrounds", foreground_folder, "--scenes", tmp_path / "empty", "--output", tmp_path / "run"]
    command = [sys.executable, "-m", "ppid.train", "student", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "has no known layout" in done.stderr and "Traceback" not in done.stderr


def test_a_student_trains_on_them(tmp_path: Path, foreground_folder: Path) -> None:
    small = ["pretrained=false", "steps=2", "batch=4", "height=64", "width=64", "foreground_size=64"]
    words = ["--foregrounds", foreground_folder, "--scenes", write_scenes(tmp_path / "scenes"), "--output", tmp_path]
    sets = [word for assignment in small for word in ("--set", assignment)]
    command = [sys.executable, "-m", "ppid.train", "student", *map(str, words), *sets]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "3 scenes, 40% of pictures" in done.stdout and (tmp_path / "student.safetensors").is_file()
