"""Arrays on a GPU by DLPack. Memory of the host stands in for the GPU's, so that NumPy and PyTorch can be asked."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest

from runtime.cuda import dlpack
from runtime.cuda.dlpack import CUDA, Borrowed, DeviceArray

HOST = (1, 0)


def given(array: np.ndarray, device: tuple[int, int] = (CUDA, 0)) -> DeviceArray:
    return DeviceArray(array.ctypes.data, array.shape, str(array.dtype), device)


@pytest.mark.parametrize("dtype", ["float32", "float16", "uint8"])
@pytest.mark.parametrize("shape", [(3, 5), (1, 4, 3), (1, 1)])
def test_numpy_reads_what_is_given(dtype: str, shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    seen = np.from_dlpack(given(array, HOST))
    assert seen.dtype == array.dtype and np.array_equal(seen, array)
    array[0] = 7
    assert np.array_equal(seen, array)  # the very memory, no copy


def test_pytorch_reads_what_is_given() -> None:
    torch = pytest.importorskip("torch")
    array = np.arange(12, dtype=np.float32).reshape(3, 4)
    seen = torch.from_dlpack(given(array, HOST))
    assert seen.tolist() == array.tolist()


def test_what_was_read_outlives_our_own_object() -> None:
    torch = pytest.importorskip("torch")
    array = np.arange(6, dtype=np.float32)
    seen = torch.from_dlpack(given(array, HOST))[2:]
    gc.collect()
    assert seen.tolist() == [2, 3, 4, 5]


def test_others_errors_are_shown_as_they_are() -> None:
    """Also while capsules end: NumPy cannot read a GPU's memory, and says so."""
    array = given(np.zeros((2, 2), np.uint8))
    with pytest.raises(RuntimeError, match="Unsupported device"):
        np.from_dlpack(array)
    with pytest.raises(TypeError):
        int(array.__dlpack__())


def test_memory_that_was_given_back_is_given_to_nobody() -> None:
    array = given(np.zeros((2, 2), np.uint8), HOST)
    array.close()
    with pytest.raises(BufferError, match="was given back when its runner was closed"):
        np.from_dlpack(array)


def test_a_copy_or_another_device_is_not_to_be_had() -> None:
    array = given(np.zeros((2, 2), np.uint8))
    for wish in ({"copy": True}, {"dl_device": HOST}):
        with pytest.raises(BufferError, match="not copied"):
            array.__dlpack__(**wish)
    assert array.__dlpack__(dl_device=(CUDA, 0), copy=False, max_version=(1, 0), stream=1) is not None


class OnGpu:
    """NumPy's own capsule of an array, said to be on a GPU, as its `device_type`, the int32 after the pointer, is told to say."""

    def __init__(self, array: np.ndarray, device: int = CUDA):
        self.array = array
        self.device = device
        self.streams: list[int | None] = []

    def __dlpack__(self, *, stream: int | None = None) -> Any:
        self.streams.append(stream)
        capsule = self.array.__dlpack__()
        managed = dlpack.ctypes.cast(
            dlpack._pointer_of(capsule, b"dltensor"), dlpack.ctypes.POINTER(dlpack._Managed)
        ).contents
        managed.tensor.device_type = self.device
        return capsule

    def __dlpack_device__(self) -> tuple[int, int]:
        return CUDA, 0


def test_an_array_of_numpys_is_borrowed_where_it_lies() -> None:
    picture = np.zeros((4, 6, 3), np.uint8)
    lender = OnGpu(picture[1:3])
    borrowed = Borrowed(lender, (2, 6, 3), "uint8", 1234)
    assert borrowed.address == picture[1:].ctypes.data
    assert lender.streams == [1234]  # so that the lender's work is waited for on that stream


def test_a_side_of_one_may_have_any_stride() -> None:
    picture = np.zeros((4, 6, 3), np.uint8)
    assert Borrowed(OnGpu(picture[::4]), (1, 6, 3), "uint8", 1).address == picture.ctypes.data


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((4, 6, 4), np.uint8), r"expected uint8 \(4, 6, 3\), got u8 \(4, 6, 4\)"),
        (np.zeros((6, 3), np.uint8), r"got u8 \(6, 3\)"),
        (np.zeros((4, 6, 3), np.float32), r"got f32 \(4, 6, 3\)"),
        (np.zeros((4, 6, 3), np.int8), r"got i8 "),
        (np.zeros((4, 6, 4), np.uint8)[..., :3], r"expected a C-contiguous array, got strides \(24, 4, 1\)"),
        (np.zeros((3, 6, 4), np.uint8).T, r"expected a C-contiguous array"),
    ],
)
def test_another_form_is_refused(array: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Borrowed(OnGpu(array), (4, 6, 3), "uint8", 1)


def test_another_device_is_refused() -> None:
    picture = np.zeros((4, 6, 3), np.uint8)
    for array in (picture, OnGpu(picture, device=1)):  # one says so itself, one's capsule does
        with pytest.raises(ValueError, match=r"CUDA's first GPU.*got one on \(1, 0\)"):
            Borrowed(array, (4, 6, 3), "uint8", 1)


def test_what_does_not_speak_dlpack_is_refused() -> None:
    with pytest.raises(TypeError, match="DLPack .*got list"):
        Borrowed([1, 2], (2,), "uint8", 1)  # type: ignore[arg-type]
