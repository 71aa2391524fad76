"""Backgrounds that are cut from panoramas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ppid.errors import UserError
from ppid.render.jobs import Task
from ppid.render.makers import Backgrounds


def write_exr(path: Path, pixels: np.ndarray) -> Path:
    import bpy

    height, width, _ = pixels.shape
    image = bpy.data.images.new("panorama", width, height, float_buffer=True)
    image.colorspace_settings.name = "Non-Color"
    image.pixels.foreach_set(np.dstack([pixels, np.ones((height, width))])[::-1].astype(np.float32).ravel())
    image.file_format = "OPEN_EXR"
    image.save(filepath=str(path))
    return path


def test_a_sun_of_which_only_one_channel_is_left_is_white(empty_scene: None, tmp_path: Path) -> None:
    from ppid.render.backgrounds.panoramas import read

    pixels = np.full((16, 32, 3), 0.5)
    pixels[4:6, 8:10] = (0, 0, 5000)
    pixels[10, 20] = (0.1, 0.2, 4)  # a blue lamp
    found = read(write_exr(tmp_path / "sky.exr", pixels))
    assert np.allclose(found[4:6, 8:10], 100) and np.allclose(found[0, 0], 0.5, atol=1e-3)
    assert np.allclose(found[10, 20], (0.1, 0.2, 4), atol=0.01)


def test_a_picture_that_is_no_panorama_is_named(empty_scene: None, tmp_path: Path) -> None:
    from ppid.render.backgrounds.panoramas import read

    with pytest.raises(UserError, match=r"square.exr is 16 x 16 pixels; expected .* twice as wide as high"):
        read(write_exr(tmp_path / "square.exr", np.zeros((16, 16, 3))))
    (tmp_path / "text.exr.js").write_text("export default 1")
    with pytest.raises(UserError, match=r"text.exr.js holds no base64 picture"):
        read(tmp_path / "text.exr.js")


def test_no_photograph_serves_two_splits(blender: None, tmp_path: Path) -> None:
    photographs = tmp_path / "photographs"
    photographs.mkdir()
    for number in range(4):
        colours = np.full((60, 80, 3), 40 * number, np.uint8)
        Image.fromarray(colours).save(photographs / f"{number}.png")
    maker = Backgrounds((64, 40), photographs=photographs)
    sources: dict[str, set[str]] = {}
    for index in range(20):
        task = Task("photographs", 0, index)
        sources.setdefault(task.split, set()).add(maker.make(task, tmp_path / "out").attributes["source"])
    assert sources == {"train": {"0.png", "1.png"}, "validation": {"2.png"}, "test": {"3.png"}}


def test_a_photograph_smaller_than_the_picture_is_rejected_by_name(blender: None, tmp_path: Path) -> None:
    photographs = tmp_path / "photographs"
    photographs.mkdir()
    Image.fromarray(np.zeros((30, 80, 3), np.uint8)).save(photographs / "low.png")
    result = Backgrounds((64, 40), photographs=photographs).make(Task("photographs", 0, 0), tmp_path / "out")
    assert result.rejected == "low.png is too small for 64x40"
    assert not list((tmp_path / "out").rglob("*.jpg"))
