from __future__ import annotations

import numpy as np
import pytest

from export.accuracy import compare


def step(width: int, at: int) -> np.ndarray:
    alpha = np.zeros((1, 20, width), np.float32)
    alpha[..., at:] = 1
    return alpha


def test_identical() -> None:
    alpha = np.random.default_rng(0).random((2, 16, 16), dtype=np.float32)
    found = compare(alpha, alpha)
    assert (found.mad, found.edge_mad, found.worst_frame) == (0, 0, 0)
    assert found.gradient == pytest.approx(0, abs=1e-8)  # OpenCV rounds vector tails differently


def test_a_shifted_edge() -> None:
    found = compare(step(40, 21), step(40, 20))
    assert found.mad == pytest.approx(1 / 40)
    assert np.isnan(found.edge_mad)  # the reference has no half-transparent pixel
    assert found.gradient > 0.01


def test_a_flat_offset_leaves_the_gradient_alone() -> None:
    reference = np.full((3, 10, 10), 0.5, np.float32)
    found = compare(reference + 0.125, reference)
    assert found.mad == found.edge_mad == found.worst_frame == 0.125
    assert found.gradient == 0


def test_the_worst_frame_is_one_frame() -> None:
    reference = np.full((4, 8, 8), 0.5, np.float32)
    other = reference.copy()
    other[2] += 0.4
    found = compare(other, reference)
    assert found.mad == pytest.approx(0.1) and found.worst_frame == pytest.approx(0.4)
