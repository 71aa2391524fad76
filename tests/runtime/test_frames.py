from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.frames import Colour, Yuv, shrink

COLOURS = [Colour(matrix, full) for matrix in ("bt601", "bt709", "bt2020") for full in (False, True)]


@pytest.mark.parametrize("colour", COLOURS)
def test_grey_axis_and_known_red(colour: Colour) -> None:
    matrix = colour.yuv_from_rgb()
    black, white = matrix @ [0, 0, 0, 1], matrix @ [255, 255, 255, 1]
    assert black == pytest.approx([0 if colour.full_range else 16, 128, 128])
    assert white == pytest.approx([255 if colour.full_range else 235, 128, 128], abs=1e-3)
    if colour == Colour("bt601", False):  # ITU-R BT.601: 100 % red is (81, 90, 240)
        assert (matrix @ [255, 0, 0, 1]).round() == pytest.approx([81, 90, 240])


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("size", [(64, 48), (63, 47), (1, 1), (2, 3)])
def test_flat_pictures_survive_the_round_trip(colour: Colour, size: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    for rgb in rng.integers(0, 256, (8, 3)):
        picture = np.broadcast_to(rgb.astype(np.uint8), (size[1], size[0], 3))
        yuv = Yuv.from_rgb(np.ascontiguousarray(picture), colour)
        assert yuv.size == size
        assert yuv.u.shape == ((size[1] + 1) // 2, (size[0] + 1) // 2)
        assert np.abs(yuv.to_rgb().astype(int) - picture).max() <= 3


@given(st.integers(1, 200), st.integers(1, 200), st.integers(1, 90), st.integers(1, 90))
def test_shrink_gives_the_size_and_keeps_a_flat_plane(width: int, height: int, to_width: int, to_height: int) -> None:
    plane = np.full((height, width), 77, np.uint8)
    result = shrink(plane, (to_width, to_height))
    assert result.shape == (to_height, to_width)
    assert (result == 77).all()


def test_shrink_does_not_alias() -> None:
    # A one-pixel chequerboard is grey from afar; plain linear interpolation would give stripes.
    plane = (np.indices((540, 960)).sum(0) % 2 * 255).astype(np.uint8)
    assert np.abs(shrink(plane, (240, 135)).astype(int) - 128).max() <= 1
    assert np.ptp(cv2.resize(plane, (230, 130), interpolation=cv2.INTER_LINEAR)) > 100
