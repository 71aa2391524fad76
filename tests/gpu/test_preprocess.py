"""DALI's GPU operators against the host's preprocessing."""

from __future__ import annotations

import numpy as np
import pytest

from runtime.frames import Colour
from runtime.preprocess import DevicePicture, Prepared
from runtime.preprocess.dali import DaliPreprocessor, dali_installed
from runtime.preprocess.host import HostPreprocessor
from tests.runtime.test_preprocess import COLOURS, SIZE, noise

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(
        not dali_installed(), reason="NVIDIA DALI is not installed; run: pip install nvidia-dali-cuda130"
    ),
]


def from_device(prepared: Prepared) -> np.ndarray:
    """The picture as an engine would read it."""
    assert isinstance(prepared.picture, DevicePicture)
    owner = prepared.picture.owner
    assert prepared.picture.pointer == owner.data_ptr() != 0
    return np.from_dlpack(owner.as_cpu()).reshape(prepared.packed.shape)


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (1081, 1921), (853, 480), (64, 48), (1, 1)])
def test_the_picture_on_the_gpu_is_the_hosts(size: tuple[int, int], colour: Colour) -> None:
    frame = noise(*size, colour)
    found, expected = DaliPreprocessor(SIZE).prepare(frame), HostPreprocessor(SIZE).prepare(frame)
    assert np.abs(from_device(found).astype(int) - expected.picture).max() <= 1
    assert np.array_equal(found.packed, expected.packed)


def test_later_frames_leave_earlier_results_on_the_gpu_alone() -> None:
    preprocessor = DaliPreprocessor((64, 32))
    frames = [noise(160, 90, Colour(), seed) for seed in range(12)]
    kept = [preprocessor.prepare(frame) for frame in frames]
    assert len({prepared.picture.pointer for prepared in kept}) == len(kept)
    preprocessor.close()
    for frame, prepared in zip(frames, kept, strict=True):
        expected = HostPreprocessor((64, 32)).prepare(frame)
        assert np.abs(from_device(prepared).astype(int) - expected.picture).max() <= 1
