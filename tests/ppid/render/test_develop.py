"""From linear light to straight pictures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppid.render.colour import display, hsv, linear
from ppid.render.develop import bleed, develop, random_look
from ppid.render.rng import Rng
from ppid.render.shot import Average, Highlights, Look, Shot


def disc(side: int = 64, light: tuple[float, float, float] = (0.4, 0.2, 0.1)) -> np.ndarray:
    """Premultiplied linear disc with a soft edge."""
    y, x = np.mgrid[:side, :side]
    alpha = np.clip((side / 3 - np.hypot(x - side / 2, y - side / 2)) / 4 + 0.5, 0, 1).astype(np.float32)
    return np.dstack([alpha[..., None] * np.float32(light), alpha])


@given(st.floats(0, 1))
def test_display_values_return(value: float) -> None:
    assert display(linear(value)) == pytest.approx(value, abs=1e-6)


def test_hues_wrap() -> None:
    assert np.allclose(hsv(1.25, 0.5, 0.8), hsv(0.25, 0.5, 0.8))
    assert np.allclose(hsv(-0.75, 0.5, 0.8), hsv(0.25, 0.5, 0.8))


def test_colour_is_straight_and_alpha_exact() -> None:
    premultiplied = disc()
    rgba, gain = develop(premultiplied, Shot((64, 64), additive=False), gain=1.0)
    assert gain == 1 and rgba.dtype == np.uint8
    assert np.abs(rgba[..., 3] / 255 - premultiplied[..., 3]).max() < 0.01
    solid = rgba[premultiplied[..., 3] > 0.2][:, :3]
    assert np.abs(solid.astype(int) - display(np.array([0.4, 0.2, 0.1])) * 255).max() <= 2


def test_colours_are_bled_outwards() -> None:
    rgba, _ = develop(disc(), Shot((64, 64)))
    assert np.abs(rgba[0, 0, :3].astype(int) - rgba[32, 32, :3]).max() < 12


def test_light_that_adds_raises_alpha() -> None:
    flame = np.zeros((8, 8, 4), np.float32)
    flame[2:6, 2:6, :3] = 0.5
    assert develop(flame, Shot((8, 8)), 1.0)[0][4, 4, 3] > 100
    assert develop(flame, Shot((8, 8), additive=False), 1.0)[0][4, 4, 3] == 0


@pytest.mark.parametrize("exposure", [Highlights(), Average()])
def test_exposure_brightens_the_dark_and_darkens_the_bright(exposure: Highlights | Average) -> None:
    dark = develop(disc(light=(0.02, 0.02, 0.02)), Shot((64, 64), exposure=exposure))[1]
    bright = develop(disc(light=(3, 3, 3)), Shot((64, 64), exposure=exposure, additive=False))[1]
    assert bright < 1 < dark


def test_an_empty_picture_is_developed_without_a_warning() -> None:
    rgba, gain = develop(np.zeros((6, 6, 4), np.float32), Shot((6, 6)))
    assert gain == 1 and not rgba[..., 3].any()


def test_looks_differ_but_stay_near_the_colour() -> None:
    pictures = [develop(disc(), Shot((64, 64), look=random_look(Rng(seed))))[0][32, 32] for seed in range(20)]
    assert np.std([each[:3] for each in pictures], 0).min() > 2
    assert all(each[0] > each[2] for each in pictures)
    assert develop(disc(), Shot((64, 64), look=Look(curve="filmic")))[0][32, 32, 3] == 255


def test_bleeding_keeps_what_is_certain() -> None:
    colours = np.zeros((5, 7, 3), np.float32)
    colours[2, 3] = (0.9, 0.5, 0.1)
    weight = np.zeros((5, 7), np.float32)
    weight[2, 3] = 1
    filled = bleed(colours, weight)
    assert np.allclose(filled, (0.9, 0.5, 0.1), atol=1e-3)
