"""One GPU's memory, streams and graphs, each given back by `close` or `with`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Self

from runtime.cuda.backend import Backend, load_backend


class _Resource:
    """Something on a device that is given back once, from any thread; a second `close` is harmless."""

    def __init__(self, device: Device, handle: Any):
        self._device = device
        self._handle = handle

    @property
    def handle(self) -> Any:
        """The backend's own; a `ValueError` once closed."""
        if self._handle is None:
            raise ValueError(f"{type(self).__name__} is closed")
        return self._handle

    def close(self) -> None:
        """Give it back. Nothing that is still enqueued may use it."""
        if self._handle is not None:
            with self._device.current() as backend:
                handle, self._handle = self._handle, None
                self._give_back(backend, handle)
                del handle  # PyCUDA ends some with their last reference, for which the context must be current

    def _give_back(self, backend: Backend, handle: Any) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class DeviceBuffer(_Resource):
    """Memory on the GPU.

    Attributes:
        size: in bytes.
        address: as TensorRT and other libraries take it.
    """

    def __init__(self, device: Device, handle: Any, size: int, address: int):
        super().__init__(device, handle)
        self.size = size
        self.address = address

    def upload(self, source: PinnedBuffer, stream: Stream) -> None:
        """Enqueue a copy from the host. `source` must not change before the stream has passed it.

        Raises:
            ValueError: of another size.
            CudaError: CUDA refuses.
        """
        self._check(source)
        self._device.backend.upload(self.address, source.handle, self.size, stream.handle)

    def download(self, target: PinnedBuffer, stream: Stream) -> None:
        """Enqueue a copy to the host. `target` may be read once the stream has passed it.

        Raises:
            ValueError: of another size.
            CudaError: CUDA refuses.
        """
        self._check(target)
        self._device.backend.download(target.handle, self.address, self.size, stream.handle)

    def copy(self, source: int, stream: Stream) -> None:
        """Enqueue a copy of `size` bytes from a device address.

        Raises:
            CudaError: CUDA refuses.
        """
        _ = self.handle
        self._device.backend.copy(self.address, source, self.size, stream.handle)

    def _check(self, other: PinnedBuffer) -> None:
        _ = self.handle
        if other.array.nbytes != self.size:
            raise ValueError(f"expected a buffer of {self.size} bytes, got {other.array.nbytes}")

    def _give_back(self, backend: Backend, handle: Any) -> None:
        backend.free(handle)


class PinnedBuffer(_Resource):
    """Page-locked memory on the host, from which and to which the GPU copies by itself.

    Attributes:
        array: the memory as an array. It and its views must not be used after `close`.
    """

    def __init__(self, device: Device, handle: Any, array: NDArray[Any]):
        super().__init__(device, handle)
        self.array = array

    def _give_back(self, backend: Backend, handle: Any) -> None:
        backend.free_pinned(handle)


class Stream(_Resource):
    """A queue of work that does not wait for the default stream.

    Attributes:
        address: as TensorRT and other libraries take it.
    """

    def __init__(self, device: Device, handle: Any, address: int):
        super().__init__(device, handle)
        self.address = address

    def synchronize(self) -> None:
        """Wait until all that was enqueued is done.

        Raises:
            CudaError: something enqueued has failed.
        """
        self._device.backend.synchronize(self.handle)

    @contextmanager
    def capture(self) -> Iterator[Graph]:
        """Write down what is enqueued inside, without doing it; the graph can be launched when the block is left.

            with stream.capture() as graph:
                ...
            graph.launch(stream)

        Raises:
            CudaError: something inside cannot be part of a graph; the stream is usable again.
        """
        graph = Graph(self._device, None)
        self._device.backend.begin_capture(self.handle)
        try:
            yield graph
        except BaseException:
            self._abandon()
            raise
        graph._handle = self._device.backend.end_capture(self.handle)

    def _abandon(self) -> None:
        """Leave capture mode; what made the block fail is the error to tell, not that the capture is broken."""
        try:
            self._device.backend.destroy_graph(self._device.backend.end_capture(self.handle))
        except RuntimeError:
            return

    def _give_back(self, backend: Backend, handle: Any) -> None:
        backend.destroy_stream(handle)


class Graph(_Resource):
    """Work that was captured once and is enqueued by one call."""

    def launch(self, stream: Stream) -> None:
        """Enqueue it.

        Raises:
            CudaError: CUDA refuses.
        """
        self._device.backend.launch(self.handle, stream.handle)

    def _give_back(self, backend: Backend, handle: Any) -> None:
        backend.destroy_graph(handle)


class Device:
    """CUDA's first GPU, in the context that TensorRT uses too; a context manager.

    CUDA calls need the context current on the calling thread: work is enqueued and awaited inside `with device.current():`.
    Making and closing things see to it themselves. Close what was made before the device.

    Args:
        backend: None for the one that is installed.

    Raises:
        UserError: no backend is installed.
        CudaError: the GPU cannot be had.
    """

    def __init__(self, backend: Backend | None = None):
        self.backend = backend or load_backend()
        self._context: Any = self.backend.retain()

    @contextmanager
    def current(self) -> Iterator[Backend]:
        """Make the GPU current on this thread for a while."""
        if self._context is None:
            raise ValueError("the device is closed")
        self.backend.push(self._context)
        try:
            yield self.backend
        finally:
            self.backend.pop()

    def buffer(self, size: int) -> DeviceBuffer:
        """`size` bytes on the GPU.

        Raises:
            CudaError: out of memory.
        """
        with self.current() as backend:
            handle = backend.allocate(size)
            return DeviceBuffer(self, handle, size, backend.address(handle))

    def pinned(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> PinnedBuffer:
        """A page-locked array on the host.

        Raises:
            CudaError: out of memory.
        """
        with self.current() as backend:
            handle, memory = backend.allocate_pinned(int(np.prod(shape)) * dtype.itemsize)
            return PinnedBuffer(self, handle, memory.view(dtype).reshape(shape))

    def stream(self) -> Stream:
        """A stream of its own.

        Raises:
            CudaError: CUDA refuses.
        """
        with self.current() as backend:
            handle = backend.create_stream()
            return Stream(self, handle, backend.address(handle))

    def close(self) -> None:
        """Let go of the GPU; a second call is harmless."""
        if self._context is not None:
            context, self._context = self._context, None
            self.backend.release(context)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
