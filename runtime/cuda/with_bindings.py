"""CUDA by way of cuda-bindings, NVIDIA's own: https://nvidia.github.io/cuda-python/cuda-bindings/latest/"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np
from cuda.bindings import driver as cuda
from numpy.typing import NDArray

from runtime.cuda.backend import CudaError


class BindingsBackend:
    """See `Backend`."""

    name = "cuda-bindings"

    def __init__(self) -> None:
        _call(cuda.cuInit, 0)
        self._device = _call(cuda.cuDeviceGet, 0)

    def retain(self) -> Any:
        return _call(cuda.cuDevicePrimaryCtxRetain, self._device)

    def release(self, context: Any) -> None:
        _call(cuda.cuDevicePrimaryCtxRelease, self._device)

    def push(self, context: Any) -> None:
        _call(cuda.cuCtxPushCurrent, context)

    def pop(self) -> None:
        _call(cuda.cuCtxPopCurrent)

    def address(self, handle: Any) -> int:
        return int(handle)

    def allocate(self, size: int) -> Any:
        return _call(cuda.cuMemAlloc, size)

    def free(self, memory: Any) -> None:
        _call(cuda.cuMemFree, memory)

    def allocate_pinned(self, size: int) -> tuple[Any, NDArray[np.uint8]]:
        memory = int(_call(cuda.cuMemHostAlloc, size, 0))
        return memory, np.ctypeslib.as_array((ctypes.c_uint8 * size).from_address(memory))

    def free_pinned(self, memory: Any) -> None:
        _call(cuda.cuMemFreeHost, memory)

    def upload(self, target: int, source: Any, size: int, stream: Any) -> None:
        _call(cuda.cuMemcpyHtoDAsync, target, source, size, stream)

    def download(self, target: Any, source: int, size: int, stream: Any) -> None:
        _call(cuda.cuMemcpyDtoHAsync, target, source, size, stream)

    def copy(self, target: int, source: int, size: int, stream: Any) -> None:
        _call(cuda.cuMemcpyDtoDAsync, target, source, size, stream)

    def create_stream(self) -> Any:
        return _call(cuda.cuStreamCreate, int(cuda.CUstream_flags.CU_STREAM_NON_BLOCKING))

    def synchronize(self, stream: Any) -> None:
        _call(cuda.cuStreamSynchronize, stream)

    def destroy_stream(self, stream: Any) -> None:
        _call(cuda.cuStreamDestroy, stream)

    def begin_capture(self, stream: Any) -> None:
        # Thread-local: other threads (decoders, DALI) may go on allocating meanwhile.
        mode = cuda.CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL
        _call(cuda.cuStreamBeginCapture, stream, mode)

    def end_capture(self, stream: Any) -> Any:
        graph = _call(cuda.cuStreamEndCapture, stream)
        try:
            return _call(cuda.cuGraphInstantiate, graph, 0)
        finally:
            _call(cuda.cuGraphDestroy, graph)

    def launch(self, graph: Any, stream: Any) -> None:
        _call(cuda.cuGraphLaunch, graph, stream)

    def destroy_graph(self, graph: Any) -> None:
        _call(cuda.cuGraphExecDestroy, graph)


def _call(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call, check the status, give the one value if there is one."""
    status, *values = function(*arguments)
    if status != cuda.CUresult.CUDA_SUCCESS:
        _, text = cuda.cuGetErrorString(status)
        raise CudaError(f"{function.__name__}: {text.decode() if text else status.name}")
    return values[0] if values else None
