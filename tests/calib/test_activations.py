"""What is seen of activations while frames pass."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calib.activations import BINS, Activation, observe


def seen(*frames: np.ndarray) -> Activation:
    found = Activation()
    for frame in frames:
        found.add(frame.astype(np.float32))
    return found


@given(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=6), st.booleans(), st.integers(0, 99))
def test_histogram_is_that_of_all_magnitudes_however_the_bins_grew(scales, signed, seed):
    random = np.random.default_rng(seed)
    frames = [scale * random.normal(size=(1, 2, 8, 8)).astype(np.float32) for scale in scales]
    frames = frames if signed else [np.maximum(frame, 0) for frame in frames]
    found = seen(*frames)
    magnitudes = np.abs(np.concatenate(frames)).ravel()
    assert found.upper / 2 < magnitudes.max() * 1.001 and magnitudes.max() < found.upper
    assert found.counts.sum() == magnitudes.size
    # OpenCV counts in single precision: a value at the edge of two bins may fall on either side.
    edges = np.arange(0, BINS + 1, 64) * found.upper / BINS
    expected, _ = np.histogram(magnitudes, edges)
    assert np.abs(found.counts.reshape(-1, 64).sum(1) - expected).max() <= 2
    assert found.largest == pytest.approx([np.abs(frame).max() for frame in frames])
    assert found.signed == any((frame < 0).any() for frame in frames)
    np.testing.assert_allclose(found.means, np.concatenate(frames).mean((0, 2, 3)), rtol=1e-4, atol=1e-4)


def test_zeros_alone():
    found = seen(np.zeros((1, 2, 4, 4)), np.zeros((1, 2, 4, 4)))
    assert (found.upper, found.largest, found.counts[0]) == (0, [0, 0], 64)


def test_tensors_of_a_model(float_path, pictures):
    model = onnx.load(float_path)
    convolution = next(node for node in model.graph.node if node.name == "project")
    found = observe(model, [convolution.input[0]], pictures)
    assert list(found) == [convolution.input[0]]
    activation = found[convolution.input[0]]
    assert len(activation.largest) == len(pictures)
    assert not activation.signed and max(activation.largest) <= 6, "it follows ReLU6"
    assert observe(model, [], pictures) == {}
