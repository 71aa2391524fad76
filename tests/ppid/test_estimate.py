from __future__ import annotations

import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppid.data import estimate
from ppid.errors import UserError
from tests.ppid.conftest import disc_rgba


def encoded(suffix: str, pixels: np.ndarray) -> bytes:
    return cv2.imencode(suffix, pixels)[1].tobytes()


def test_true_colours_come_out_of_a_picture() -> None:
    y, x = np.mgrid[:96, :128].astype(np.float32)
    alpha = np.clip((40 - np.hypot(x - 64, y - 48)) / 8 + 0.5, 0, 1)[..., None]
    foreground = np.stack([x + 60, 220 - x, y + 90], -1)
    image = foreground * alpha + np.array([20, 200, 40]) * (1 - alpha)
    alpha8 = (alpha[..., 0] * 255).round().astype(np.uint8)
    found = estimate.estimate_foreground(image.round().astype(np.uint8), alpha8)
    assert found.shape == image.shape and found.dtype == np.uint8
    edge = (alpha8 > 60) & (alpha8 < 250)
    error, before = np.abs(found - foreground)[edge].mean(), np.abs(image - foreground)[edge].mean()
    assert error < 0.35 * before
    assert (found == image.round())[alpha8 == 255].all()


@given(level=st.integers(0, 255), colour=st.tuples(*[st.integers(0, 255)] * 3))
def test_a_picture_of_one_colour_keeps_it(level: int, colour: tuple[int, int, int]) -> None:
    image = np.full((12, 10, 3), colour, np.uint8)
    found = estimate.estimate_foreground(image, np.full((12, 10), level, np.uint8))
    assert np.abs(found.astype(int) - image).max() <= 1


def test_visible_colours_run_on_below_what_is_hidden() -> None:
    rgba = disc_rgba(32, 1)
    hidden = rgba[..., 3] == 0
    as_from_an_editor = rgba.copy()
    as_from_an_editor[hidden] = 0
    assert (estimate.bleed(as_from_an_editor)[hidden, :3] == rgba[16, 16, :3]).all()
    noise = rgba.copy()
    noise[hidden, 0] = np.arange(hidden.sum()) % 256
    assert (estimate.bleed(noise) == noise).all()


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".bmp"])
@pytest.mark.parametrize("share", [0, 0.1, 0.6, 0.97])
def test_a_file_that_is_cut_off_is_no_picture(suffix: str, share: float) -> None:
    rng = np.random.default_rng(0)
    data = encoded(suffix, rng.integers(0, 256, (40, 40, 3), dtype=np.uint8))
    assert estimate.decode(data, "x").shape == (40, 40, 3)
    with pytest.raises(UserError, match=r"x is (cut off|empty|not a readable picture); remove it or write it again"):
        estimate.decode(data[: int(len(data) * share)], "x")


def test_a_jpeg_with_a_thumbnail_and_a_trailer_is_whole() -> None:
    data = encoded(".jpg", disc_rgba(16, 0)[..., :3])
    thumbnail = b"\xff\xe1" + (len(data) + 2).to_bytes(2, "big") + data
    whole = data[:2] + thumbnail + data[2:] + b"trailer \xff\xda"
    assert estimate.decode(whole, "x").shape == (16, 16, 3)
    with pytest.raises(UserError, match="cut off"):
        estimate.decode(data[:2] + thumbnail + data[2:-2], "x")


def test_sixteen_bits_are_rounded(tmp_path: Path) -> None:
    path = tmp_path / "alpha.png"
    cv2.imwrite(str(path), (np.arange(256, dtype=np.uint16) * 257)[None])
    assert (estimate.read_grey(path) == np.arange(256)).all()
    assert estimate.read_colour(path).shape == (1, 256, 3)
    cv2.imwrite(str(tmp_path / "float.tif"), np.zeros((4, 4), np.float32))
    with pytest.raises(UserError, match="holds float32 values; write it again with 8 or 16 bits"):
        estimate.read_grey(tmp_path / "float.tif")


def test_a_photograph_is_read_upright_and_whole_or_not_at_all(tmp_path: Path) -> None:
    picture = np.zeros((16, 32, 3), np.uint8)
    picture[:, :16] = 255  # bright on the left
    data = encoded(".jpg", picture)
    tiff = b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x112, 3, 1, 6, 0, 0)  # the camera was turned
    tagged = data[:2] + b"\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff + data[2:]
    path = tmp_path / "x.jpg"
    path.write_bytes(tagged)
    upright = estimate.read_photograph(path)
    assert upright.shape == (32, 16, 3) and upright[:14].mean() > 240 and upright[-14:].mean() < 15
    assert estimate.read_colour(path).shape == (16, 32, 3)
    for part in (tagged[:-2], b"", b"text"):
        path.write_bytes(part)
        with pytest.raises(UserError, match=r"x.jpg (is cut off|is empty|is not a readable picture); remove it"):
            estimate.read_photograph(path)


def test_an_alpha_saved_as_rgb_is_grey_but_one_in_colour_is_not(tmp_path: Path) -> None:
    rgba = disc_rgba(16, 0)
    path = tmp_path / "alpha.png"
    cv2.imwrite(str(path), np.dstack([rgba[..., 3]] * 3))
    assert (estimate.read_grey(path) == rgba[..., 3]).all()
    cv2.imwrite(str(path), np.dstack([rgba[..., 3]] * 3 + [np.full((16, 16), 255, np.uint8)]))
    assert (estimate.read_grey(path) == rgba[..., 3]).all()
    cv2.imwrite(str(path), np.dstack([rgba[..., 3]] * 4))
    with pytest.raises(UserError, match="a transparency of its own"):
        estimate.read_grey(path)
    cv2.imwrite(str(path), rgba[..., :3])
    with pytest.raises(UserError, match="coloured"):
        estimate.read_grey(path)


def test_a_missing_file_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no.png cannot be opened \(No such file"):
        estimate.read_rgba(tmp_path / "no.png")
