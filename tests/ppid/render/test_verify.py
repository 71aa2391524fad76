"""The automatic check turns the obvious away and lets the fine through."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from ppid.render import sheet
from ppid.render.picture import write, write_opaque
from ppid.render.verify import clip_fault, coverage, fault


def blob(side: int = 128, radius: float = 0.3, seed: int = 0) -> np.ndarray:
    """A textured disc with a soft edge."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side]
    alpha = np.clip((side * radius - np.hypot(x - side / 2, y - side / 2)) / 3 + 0.5, 0, 1)
    colour = cv2.resize(rng.integers(40, 250, (8, 8, 3), dtype=np.uint8), (side, side))
    return np.dstack([colour, (alpha * 255).astype(np.uint8)])


def test_a_clip_may_begin_and_end_empty() -> None:
    nothing, thing = np.zeros((128, 128, 4), np.uint8), blob()
    assert clip_fault([nothing, thing, nothing]) is None
    assert clip_fault([nothing, nothing, nothing]) == "empty, empty, empty"


def test_a_good_picture_passes() -> None:
    assert fault(blob(), whole=True) is None
    assert coverage(blob())["coverage"] == pytest.approx(np.pi * 0.3**2, rel=0.03)


def test_hair_and_nets_are_not_speckles() -> None:
    rgba = blob()
    for angle in np.linspace(0, 2 * np.pi, 90):
        end = (int(64 + 60 * np.cos(angle)), int(64 + 60 * np.sin(angle)))
        strand = np.zeros((128, 128), np.uint8)
        cv2.line(strand, (64, 64), end, 200, 1, cv2.LINE_AA)
        rgba[..., 3] = np.maximum(rgba[..., 3], strand)
    assert fault(rgba) is None


def test_faults_have_names() -> None:
    empty, full, black, flat, speckled, scattered = (blob() for _ in range(6))
    empty[..., 3] = 0
    full[..., 3] = 255
    black[..., :3] = 2
    flat[..., :3] = 100
    lonely = np.random.default_rng(1).random((128, 128)) < 0.01
    speckled[..., 3] = np.where(lonely, 255 - speckled[..., 3], speckled[..., 3])
    scattered[..., 3] = 0
    for x in (20, 60, 100):
        cv2.circle(alpha := np.zeros((128, 128), np.uint8), (x, 64), 14, 255, -1)
        scattered[..., 3] |= alpha
    names = [fault(each, whole=True) for each in (empty, full, black, flat, speckled, scattered)]
    assert names == ["empty", "full", "black", "flat", "speckled", "scattered"]
    assert fault(scattered) is None


def test_alpha_survives_the_file_exactly(tmp_path: Path) -> None:
    rgba = blob()
    write(tmp_path / "a.webp", rgba)
    back = np.asarray(Image.open(tmp_path / "a.webp"))
    assert np.array_equal(back[..., 3], rgba[..., 3])
    assert np.abs(back[..., :3].astype(int) - rgba[..., :3])[rgba[..., 3] == 0].mean() < 6  # bled colours stay
    assert [path.name for path in tmp_path.iterdir()] == ["a.webp"]


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    with pytest.raises(Exception):  # noqa: B017  whatever the encoder says
        write(tmp_path / "a.webp", np.zeros((0, 0, 4), np.uint8))
    assert list(tmp_path.iterdir()) == []


def test_a_sheet_shows_pictures_over_backgrounds(tmp_path: Path) -> None:
    for index in range(3):
        (tmp_path / "set" / "fur").mkdir(parents=True, exist_ok=True)
        write(tmp_path / "set" / "fur" / f"{index}.webp", blob(seed=index))
    (tmp_path / "behind").mkdir()
    write_opaque(tmp_path / "behind" / "a.jpg", np.full((60, 80, 3), (255, 0, 255), np.uint8))
    sheet.write(tmp_path / "set", tmp_path / "behind", tmp_path / "sheet.png", 3, 0, 96)
    drawn = np.asarray(Image.open(tmp_path / "sheet.png"))
    assert drawn.shape == (108, 288, 3)
    assert np.abs(drawn[4, 4].astype(int) - (255, 0, 255)).max() < 8  # the background where alpha is 0
