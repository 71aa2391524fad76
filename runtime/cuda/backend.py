"""The CUDA calls that the layer above needs, and the choice of the library that makes them."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from runtime.errors import UserError


class CudaError(RuntimeError):
    """A CUDA call failed; the message names the call and holds CUDA's own text."""


class Backend(Protocol):
    """CUDA calls by one library. Handles are whatever that library gives; every method raises `CudaError`.

    All but `retain`, `release`, `push` and `pop` need a context that is current on the calling thread.

    Attributes:
        name: of the library.
    """

    name: str

    def retain(self) -> Any:
        """The primary context of CUDA's first GPU, which is the one that TensorRT uses."""

    def release(self, context: Any) -> None:
        """Undo `retain`; the context ends when nobody retains it."""

    def push(self, context: Any) -> None:
        """Make a context current on this thread."""

    def pop(self) -> None:
        """Make the one before it current again."""

    def address(self, handle: Any) -> int:
        """A handle of memory or a stream as the number that C interfaces take."""

    def allocate(self, size: int) -> Any:
        """`size` bytes on the device."""

    def free(self, memory: Any) -> None:
        """Give device memory back."""

    def allocate_pinned(self, size: int) -> tuple[Any, NDArray[np.uint8]]:
        """`size` bytes of page-locked host memory, and a view of them."""

    def free_pinned(self, memory: Any) -> None:
        """Give page-locked memory back; nothing may use its view any more."""

    def upload(self, target: int, source: Any, size: int, stream: Any) -> None:
        """Enqueue a copy of a whole pinned memory of `size` bytes to a device address."""

    def download(self, target: Any, source: int, size: int, stream: Any) -> None:
        """Enqueue a copy from a device address that fills a pinned memory of `size` bytes."""

    def copy(self, target: int, source: int, size: int, stream: Any) -> None:
        """Enqueue a copy between device addresses."""

    def create_stream(self) -> Any:
        """A stream that does not wait for the default stream."""

    def synchronize(self, stream: Any) -> None:
        """Wait until all that was enqueued is done."""

    def destroy_stream(self, stream: Any) -> None:
        """End a stream."""

    def begin_capture(self, stream: Any) -> None:
        """From now on this thread's work for the stream is written down and not done."""

    def end_capture(self, stream: Any) -> Any:
        """What was written down, ready to be launched."""

    def launch(self, graph: Any, stream: Any) -> None:
        """Enqueue all that a graph holds."""

    def destroy_graph(self, graph: Any) -> None:
        """End a graph."""


_BACKENDS = {
    "cuda-bindings": ("cuda.bindings", "runtime.cuda.with_bindings", "BindingsBackend"),
    "pycuda": ("pycuda", "runtime.cuda.with_pycuda", "PyCudaBackend"),
}


def load_backend(name: str | None = None) -> Backend:
    """A backend by name, or the first that is installed: cuda-bindings (NVIDIA's, prebuilt wheels), then pycuda.

    Raises:
        UserError: it is not installed or does not load.
    """
    wanted = [name] if name else [name for name, (module, _, _) in _BACKENDS.items() if _installed(module)]
    if not wanted:
        raise UserError(
            "NVIDIA GPUs need the Python package cuda-bindings (or pycuda), and neither is installed; run:"
            " pip install cuda-bindings, with the major version of the CUDA that the driver serves, e.g. 'cuda-bindings==12.*'"
        )
    _, module, backend = _BACKENDS[wanted[0]]
    try:
        return getattr(importlib.import_module(module), backend)()
    except ImportError as error:
        raise UserError(f"{wanted[0]} does not load ({error}); run: pip install {wanted[0]}") from None


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even the package above it
        return False
