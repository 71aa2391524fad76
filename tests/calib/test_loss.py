"""What counts as a loss, on alphas made by hand."""

from __future__ import annotations

from dataclasses import astuple

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calib.loss import Loss, Views, loss, shaken

HEIGHT, WIDTH = 64, 96


def discs(count: int = 4) -> np.ndarray:
    """uint8 RGB frames (count, H, W, 3) of a bright disc each."""
    frames = np.zeros((count, HEIGHT, WIDTH, 3), np.uint8)
    for index, frame in enumerate(frames):
        cv2.circle(frame, (30 + 8 * index, 32), 16, (255, 255, 255), -1, cv2.LINE_AA)
    return frames


def exact(frames: np.ndarray) -> np.ndarray:
    """An engine whose alpha is the picture's brightness: it follows every motion."""
    return frames[..., 0].astype(np.float32) / 255


def views(change) -> Views:
    return Views.of(lambda frames: np.clip(change(exact(frames)), 0, 1).astype(np.float32), discs())


def test_the_same_engine_loses_nothing():
    found = loss(views(lambda alpha: alpha), views(lambda alpha: alpha))
    assert astuple(found) == pytest.approx((0,) * 6, abs=1e-6)


def test_sad_is_a_share_of_the_subject():
    found = loss(views(lambda alpha: alpha * 0.98), views(lambda alpha: alpha))
    assert found.sad == pytest.approx(0.02, rel=1e-4)
    assert found.mad == pytest.approx(0.02 * exact(discs()).mean(), rel=1e-4)


def soft(alpha, spread=1.5):
    return np.stack([cv2.GaussianBlur(picture, (0, 0), spread) for picture in alpha])


def test_sharpened_edges_show_in_grad_where_sad_is_small():
    found = loss(views(lambda alpha: np.round(soft(alpha))), views(soft))
    assert found.grad > 0.01


@pytest.mark.parametrize("change", [soft, lambda alpha: shaken(alpha, (1, 0))], ids=["blurred", "moved by a pixel"])
def test_edges_that_keep_their_length_show_in_edges(change):
    """A blur spreads a clean edge and a motion moves it: all gradients together are as long as before."""
    found = loss(views(change), views(lambda alpha: alpha))
    assert found.grad < 0.05 and found.edges > 0.4


def test_what_does_not_follow_the_motion_is_flicker():
    """An engine that rounds alpha to four steps at each pixel jumps where a true edge glides."""

    found = loss(views(lambda alpha: np.round(soft(alpha, 3) * 4) / 4), views(lambda alpha: soft(alpha, 3)))
    assert found.dtssd > 1


def test_an_engine_that_follows_has_no_flicker_to_lose():
    assert views(lambda alpha: alpha).flicker() < 0.02


def test_an_empty_scene_is_no_division_by_zero():
    empty = Views.of(lambda frames: np.zeros(frames.shape[:3], np.float32), discs())
    slight = Views.of(lambda frames: np.full(frames.shape[:3], 1e-4, np.float32), discs())
    found = loss(slight, empty)
    assert found.sad == pytest.approx(0.1, rel=1e-3) and np.isfinite([found.grad, found.dtssd]).all()


@given(sad=st.floats(0, 0.1), grad=st.floats(0, 0.2), dtssd=st.floats(-0.5, 0.5))
def test_the_limit_is_two_percent_of_sad_and_five_of_the_others(sad, grad, dtssd):
    held = sad <= 0.02 and grad <= 0.05 and dtssd <= 0.05
    assert Loss(sad, grad, dtssd).within(0.02) == held
