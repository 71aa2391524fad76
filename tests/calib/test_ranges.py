"""Ranges by each method, against slow searches and cases whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from calib.activations import Activation
from calib.ranges import METHODS, reach


@pytest.fixture
def bell() -> tuple[Activation, np.ndarray]:
    """Half of the values 0, the others as |N(0, 1)|, and one far out."""
    values = np.abs(np.random.default_rng(0).normal(size=(1, 4, 128, 128))).astype(np.float32)
    values[:, :2] = 0
    values[0, 3, 0, 0] = 20
    found = Activation()
    found.add(values)
    return found, values


def error(values: np.ndarray, end: float, levels: int) -> float:
    step = end / levels
    return float(np.square(np.clip(np.round(values / step), -levels, levels) * step - values, dtype=np.float64).mean())


def test_minmax_holds_all_and_average_the_mean_of_frames():
    found = Activation()
    for largest in (1.0, 2.0, 6.0):
        found.add(np.full((1, 1, 4, 4), largest, np.float32))
    assert reach(found, "minmax", 127) == 6
    assert reach(found, "average", 127) == 3


def test_percentile_leaves_out_the_value_far_out(bell):
    found, values = bell
    assert reach(found, "percentile", 255) == pytest.approx(np.percentile(values, 99.99), rel=0.01)


@pytest.mark.parametrize("levels", [15, 127])
def test_mse_is_as_good_as_a_search(bell, levels):
    found, values = bell
    ends = np.linspace(1, 20, 300)
    least = min(error(values, end, levels) for end in ends)
    assert error(values, reach(found, "mse", levels), levels) < 1.05 * least
    assert error(values, 20, levels) > 1.1 * least, "else the search has nothing to find"


def test_fewer_levels_clip_more(bell):
    found, _ = bell
    assert reach(found, "mse", 7) < reach(found, "mse", 127) < 20


def test_entropy_lets_go_of_the_tail_and_keeps_the_bulk(bell):
    found, _ = bell
    assert 2.5 < reach(found, "entropy", 127) < 15


def test_entropy_keeps_all_of_equal_shares():
    found = Activation()
    found.add(np.linspace(0, 6, 64 * 64, dtype=np.float32).reshape(1, 1, 64, 64))
    assert reach(found, "entropy", 127) == pytest.approx(6, rel=0.01)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_keeps_to_what_was_seen(bell, method):
    found, values = bell
    assert 0 < reach(found, method, 127) <= values.max()
    nothing = Activation()
    nothing.add(np.zeros((1, 1, 4, 4), np.float32))
    assert reach(nothing, method, 127) == 1
