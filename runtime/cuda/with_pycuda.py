"""CUDA by way of PyCUDA, for machines that have it and not cuda-bindings: https://documen.tician.de/pycuda/driver.html

PyCUDA knows no graphs; those calls go to the driver itself.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
import pycuda.driver as cuda
from numpy.typing import NDArray

from runtime.cuda.backend import CudaError

_NON_BLOCKING = 1  # CU_STREAM_NON_BLOCKING
_THREAD_LOCAL = 1  # CU_STREAM_CAPTURE_MODE_THREAD_LOCAL

_Method = TypeVar("_Method", bound=Callable[..., Any])


def _checked(method: _Method) -> _Method:
    """PyCUDA's errors, which name the call and hold CUDA's text, as ours."""

    @functools.wraps(method)
    def call(*arguments: Any) -> Any:
        try:
            return method(*arguments)
        except cuda.Error as error:
            raise CudaError(str(error)) from error

    return cast(_Method, call)


class PyCudaBackend:
    """See `Backend`. PyCUDA ends a stream when the last reference goes; nobody else holds one."""

    name = "pycuda"

    @_checked
    def __init__(self) -> None:
        cuda.init()
        self._driver = ctypes.CDLL("libcuda.so.1")

    @_checked
    def retain(self) -> Any:
        return cuda.Device(0).retain_primary_context()

    @_checked
    def release(self, context: Any) -> None:
        context.push()  # where it is current, any thread may detach it
        context.detach()
        self._call("cuCtxPopCurrent_v2", ctypes.byref(ctypes.c_void_p()))  # PyCUDA leaves it on the driver's stack

    @_checked
    def push(self, context: Any) -> None:
        context.push()

    @_checked
    def pop(self) -> None:
        cuda.Context.pop()

    def address(self, handle: Any) -> int:
        return int(handle.handle if isinstance(handle, cuda.Stream) else handle)

    @_checked
    def allocate(self, size: int) -> Any:
        return cuda.mem_alloc(size)

    @_checked
    def free(self, memory: Any) -> None:
        memory.free()

    @_checked
    def allocate_pinned(self, size: int) -> tuple[Any, NDArray[np.uint8]]:
        array = cuda.pagelocked_empty(size, np.uint8)
        return array, array

    @_checked
    def free_pinned(self, memory: Any) -> None:
        memory.base.free()

    @_checked
    def upload(self, target: int, source: Any, size: int, stream: Any) -> None:
        cuda.memcpy_htod_async(target, source, stream)

    @_checked
    def download(self, target: Any, source: int, size: int, stream: Any) -> None:
        cuda.memcpy_dtoh_async(target, source, stream)

    @_checked
    def copy(self, target: int, source: int, size: int, stream: Any) -> None:
        cuda.memcpy_dtod_async(target, source, size, stream)

    @_checked
    def create_stream(self) -> Any:
        return cuda.Stream(_NON_BLOCKING)

    @_checked
    def synchronize(self, stream: Any) -> None:
        stream.synchronize()

    def destroy_stream(self, stream: Any) -> None:
        pass

    def begin_capture(self, stream: Any) -> None:
        # Thread-local: other threads (decoders, DALI) may go on allocating meanwhile.
        self._call("cuStreamBeginCapture_v2", self._pointer(stream), _THREAD_LOCAL)

    def end_capture(self, stream: Any) -> Any:
        graph, executable = ctypes.c_void_p(), ctypes.c_void_p()
        self._call("cuStreamEndCapture", self._pointer(stream), ctypes.byref(graph))
        try:
            self._call("cuGraphInstantiateWithFlags", ctypes.byref(executable), graph, ctypes.c_ulonglong(0))
        finally:
            self._call("cuGraphDestroy", graph)
        return executable

    def launch(self, graph: Any, stream: Any) -> None:
        self._call("cuGraphLaunch", graph, self._pointer(stream))

    def destroy_graph(self, graph: Any) -> None:
        self._call("cuGraphExecDestroy", graph)

    def _pointer(self, stream: Any) -> ctypes.c_void_p:
        return ctypes.c_void_p(self.address(stream))

    def _call(self, name: str, *arguments: Any) -> None:
        """Call the driver and check the status."""
        status = getattr(self._driver, name)(*arguments)
        if status:
            text = ctypes.c_char_p()
            self._driver.cuGetErrorString(status, ctypes.byref(text))
            raise CudaError(f"{name}: {text.value.decode() if text.value else status}")
