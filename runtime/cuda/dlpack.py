"""DLPack: arrays of other libraries on the GPU, taken and given without a copy through the host.

Source: https://dmlc.github.io/dlpack/latest/python_spec.html. An array travels as a capsule around a `DLManagedTensor`, which
says where it lies, on which device, of which type and shape. What we give away owns nothing, and so needs no deleter: one of
Python's would run while the interpreter may be handling an exception, and lose that.
"""

from __future__ import annotations

import ctypes
import math
from typing import Any, Protocol

import numpy as np

CUDA = 2
"""DLPack's number for memory of an NVIDIA GPU."""

_CUDA_MANAGED = 13
_KINDS = {"i": 0, "u": 1, "f": 2}
_NAME = b"dltensor"


class SupportsDlpack(Protocol):
    """An array that another library holds: PyTorch's, CuPy's, DALI's, …"""

    def __dlpack__(self, *, stream: int | None = None) -> Any:
        """A capsule; its data are ready for what is enqueued on `stream`, a CUDA stream's address, from now on."""
        ...

    def __dlpack_device__(self) -> tuple[int, int]:
        """(kind of device, its number)."""
        ...


class _Tensor(ctypes.Structure):
    """DLTensor."""

    _fields_ = (
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    )


class _Managed(ctypes.Structure):
    """DLManagedTensor."""

    _fields_ = (("tensor", _Tensor), ("context", ctypes.c_void_p), ("deleter", ctypes.c_void_p))


_pointer_of = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)
_capsule_of = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)(
    ("PyCapsule_New", ctypes.pythonapi)
)


class Borrowed:
    """Another library's array, as long as this object is held.

    Attributes:
        address: of its first byte on the GPU.

    Args:
        array: C-contiguous, on CUDA's first GPU.
        shape: that it must have.
        dtype: likewise.
        stream: address of the CUDA stream that will read it; what the other library has enqueued on its current stream will
            be waited for there.

    Raises:
        TypeError: no DLPack.
        ValueError: on another device, or of another type, shape or layout.
        BufferError: the other library does not give it away.
    """

    address: int

    def __init__(self, array: SupportsDlpack, shape: tuple[int, ...], dtype: str, stream: int):
        if not hasattr(array, "__dlpack__") or not hasattr(array, "__dlpack_device__"):
            raise TypeError(
                f"expected an array on the GPU that speaks DLPack (__dlpack__), such as PyTorch's, got {type(array).__name__}"
            )
        _check_device(*array.__dlpack_device__())
        # The capsule keeps its name, "not consumed yet": letting go of it then frees the array.
        self._capsule = array.__dlpack__(stream=stream)
        tensor = ctypes.cast(_pointer_of(self._capsule, _NAME), ctypes.POINTER(_Managed)).contents.tensor
        _check_device(tensor.device_type, tensor.device_id)
        _check_form(tensor, shape, np.dtype(dtype))
        self.address = (tensor.data or 0) + tensor.byte_offset


class DeviceArray:
    """An array of ours on CUDA's first GPU, C-contiguous, for libraries that speak DLPack.

        torch.from_dlpack(alpha)

    Attributes:
        address: of its first byte.
        shape: of the array.
        dtype: NumPy's.

    Args:
        address, shape, dtype: likewise.
        device: DLPack's (kind, number); tests say that it is the host's.
    """

    def __init__(self, address: int, shape: tuple[int, ...], dtype: str, device: tuple[int, int] = (CUDA, 0)):
        self.address = address
        self.shape = shape
        self.dtype = np.dtype(dtype)
        self._device = device
        self._is_open = True
        self._sides = (ctypes.c_int64 * len(shape))(*shape)
        sides = ctypes.cast(self._sides, ctypes.POINTER(ctypes.c_int64))
        tensor = _Tensor(address, *device, len(shape), *_form(self.dtype), sides, None, 0)
        self._managed = _Managed(tensor, None, None)

    def __dlpack_device__(self) -> tuple[int, int]:
        """DLPack's (kind, number)."""
        return self._device

    def __dlpack__(
        self,
        *,
        stream: int | None = None,
        max_version: tuple[int, int] | None = None,
        dl_device: tuple[int, int] | None = None,
        copy: bool | None = None,
    ) -> Any:
        """A capsule without version, which every consumer takes.

        Raises:
            BufferError: a copy, or another device, is asked for, or the memory is given back already.
        """
        if not self._is_open:
            raise BufferError("this array's memory was given back when its runner was closed")
        if copy or dl_device not in (None, self._device):
            raise BufferError("this array is handed over where it lies, and not copied")
        if self not in _given:
            _given.append(self)
        return _capsule_of(ctypes.addressof(self._managed), _NAME, None)

    def close(self) -> None:
        """Give it to nobody any more: its memory is about to be given back."""
        self._is_open = False


_given: list[DeviceArray] = []
"""Kept for good: others may read an array's description, a few dozen bytes, for as long as they like."""


def _check_device(kind: int, number: int) -> None:
    if kind not in (CUDA, _CUDA_MANAGED) or number != 0:
        raise ValueError(
            f"expected an array on CUDA's first GPU, DLPack's device (2, 0), got one on ({kind}, {number})"
        )


def _check_form(tensor: _Tensor, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    found = tuple(tensor.shape[: tensor.ndim])
    if found != shape or (tensor.code, tensor.bits, tensor.lanes) != _form(dtype):
        names = {code: kind for kind, code in _KINDS.items()}
        kind = names.get(tensor.code, f"code {tensor.code}, bits ")
        lanes = f"x{tensor.lanes}" if tensor.lanes > 1 else ""
        raise ValueError(f"expected {dtype} {shape}, got {kind}{tensor.bits}{lanes} {found} (kind and bits, shape)")
    # A side of one element may have any stride.
    packed = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
    if tensor.strides and any(
        side > 1 and stride != wanted for side, stride, wanted in zip(shape, tensor.strides, packed, strict=False)
    ):
        strides = tuple(tensor.strides[: len(shape)])
        raise ValueError(f"expected a C-contiguous array, got strides {strides} of {shape}; make it contiguous first")


def _form(dtype: np.dtype[Any]) -> tuple[int, int, int]:
    return _KINDS[dtype.kind], 8 * dtype.itemsize, 1
