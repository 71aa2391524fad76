"""TensorRT 10.3 and later, TensorRT 11 and TensorRT-RTX: engines for NVIDIA GPUs. Not run on a GPU yet.

Everything is allocated when the engine is opened. A frame then costs one upload from page-locked memory, one CUDA graph that
runs the engine, one download and one wait.
"""

from __future__ import annotations

from contextlib import ExitStack

import numpy as np
from numpy.typing import NDArray

from runtime.bundle import Bundle
from runtime.cuda import CudaError, Device, Gpu, Graph, find_gpu, gpu_problem
from runtime.cuda.dlpack import Borrowed, DeviceArray, SupportsDlpack
from runtime.errors import UserError
from runtime.runners.base import Runner, State
from runtime.runners.tensorrt_engine import Tensor, TensorRtEngine, load_library

__all__ = ["TensorRtRunner"]


class TensorRtRunner(Runner):
    """On CUDA's first GPU, which `CUDA_VISIBLE_DEVICES` chooses. May be opened, used and closed by different threads.

    Args:
        bundle: what to run.
        threads: of no use here; runners share their form.
        graph: run the steady state as a CUDA graph; without one, for comparing, each kernel is enqueued for each frame.
    """

    _execution: _Execution | None = None

    def __init__(self, bundle: Bundle, threads: int | None = None, *, graph: bool = True):
        super().__init__(bundle, threads)
        self._graph = graph

    def open(self) -> None:
        # First of all: some of TensorRT's objects end the process where there is no driver.
        gpu = find_gpu()
        if gpu is None:
            raise UserError(
                f"{self.bundle.path} is a {self.bundle.manifest.target} engine and needs an NVIDIA GPU: {gpu_problem()}."
                " For this machine run: python -m export.build_engine --int8 --target openvino"
            )
        trt = load_library(self.bundle)
        with ExitStack() as stack:
            try:
                device = stack.enter_context(Device())
                with device.current():
                    engine = TensorRtEngine(trt, self.bundle, gpu, graph=self._graph)
                    stack.callback(_close_on, device, engine)
                    self._check_io(_described(engine.inputs), _described(engine.outputs))
                    execution = _Execution(device, engine, stack, graph=self._graph)
            except CudaError as error:
                raise UserError(f"{gpu.name} cannot run {self.bundle.engine}: {error}") from error
        self._execution = execution
        self.device = _name(gpu, execution.is_graph)

    def infer_device(self, pointer: int, state: State) -> tuple[NDArray[np.float32], State]:
        """As `infer`, for a picture that is on this GPU already.

        Args:
            pointer: device address of RGB uint8 (height, width, 3) of the engine's size, C-contiguous and written to its
                end. It is not read any more when this returns.
            state: from the frame before, or `initial_state()`.

        Returns:
            As `infer`.
        """
        return self._opened().run_device(pointer), state

    def infer_dlpack(self, picture: SupportsDlpack, state: State) -> tuple[DeviceArray, State]:
        """As `infer`, for a picture that another library holds on this GPU, and with alpha left there.

        Args:
            picture: RGB uint8 (height, width, 3) of the engine's size, C-contiguous, of a library that speaks DLPack. It is
                not read any more when this returns.
            state: from the frame before, or `initial_state()`.

        Returns:
            Alpha (height, width) in [0, 1] on the GPU, of the engine's type, for `torch.from_dlpack` and the like. What reads it
            there, a copy too, must have run before the next call or `close`: synchronise its stream. And the state for the
            next frame.

        Raises:
            TypeError: the picture does not speak DLPack.
            ValueError: it lies elsewhere, or has another type, shape or layout.
            BufferError: its library does not give it away.
        """
        return self._opened().run_dlpack(picture), state

    def _run(self, picture: NDArray[np.uint8], state: State) -> tuple[NDArray[np.float32], State]:
        return self._opened().run(picture), state

    def close(self) -> None:
        execution, self._execution = self._execution, None
        if execution is not None:
            execution.close()

    def _opened(self) -> _Execution:
        if self._execution is None:
            raise RuntimeError("the runner is not open")
        return self._execution


class _Execution:
    """An engine with one input and one output, its buffers on the host and on the GPU, and its graph.

    Attributes:
        is_graph: whether a CUDA graph runs it; some engines cannot be captured, and each of their kernels is enqueued anew.

    Args:
        device: current on this thread.
        engine: with one input and one output.
        stack: what is to be closed with it; it takes that over once nothing can fail any more.
        graph: as for the runner.
    """

    def __init__(self, device: Device, engine: TensorRtEngine, stack: ExitStack, *, graph: bool):
        self._device = device
        self._engine = engine
        ((source, source_tensor),) = engine.inputs.items()
        ((target, target_tensor),) = engine.outputs.items()
        self._stream = stack.enter_context(device.stream())
        self._picture = stack.enter_context(device.pinned(source_tensor.shape, np.dtype(source_tensor.dtype)))
        self._pinned_alpha = stack.enter_context(device.pinned(target_tensor.shape, np.dtype(target_tensor.dtype)))
        self._input = stack.enter_context(device.buffer(self._picture.array.nbytes))
        self._output = stack.enter_context(device.buffer(self._pinned_alpha.array.nbytes))
        # What is handed out is NumPy's own memory: it may be held longer than the runner is open.
        self._alpha = np.zeros(target_tensor.shape[1:], np.float32)
        self._device_alpha = DeviceArray(self._output.address, tuple(target_tensor.shape[1:]), target_tensor.dtype)
        engine.bind(source, self._input.address)
        engine.bind(target, self._output.address)

        self._picture.array[:] = 0
        self._input.upload(self._picture, self._stream)
        self._enqueue()  # the first time it allocates and compiles, which cannot be captured
        self._stream.synchronize()
        engine.save_cache()
        self._graph = self._capture() if graph and not engine.captures else None
        if self._graph:
            stack.enter_context(self._graph)
        self.is_graph = engine.captures or self._graph is not None
        self._resources = stack.pop_all()

    def run(self, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Alpha of a picture on the host, valid until the next call."""
        np.copyto(self._picture.array[0], picture)
        with self._device.current():
            self._input.upload(self._picture, self._stream)
            return self._to_host()

    def run_device(self, pointer: int) -> NDArray[np.float32]:
        """Alpha of a picture on the GPU, valid until the next call."""
        with self._device.current():
            self._input.copy(pointer, self._stream)
            return self._to_host()

    def run_dlpack(self, picture: SupportsDlpack) -> DeviceArray:
        """Alpha, on the GPU, of a picture there, valid until the next call."""
        shape, dtype = self._picture.array.shape[1:], str(self._picture.array.dtype)
        with self._device.current():
            borrowed = Borrowed(picture, shape, dtype, self._stream.address)
            self._input.copy(borrowed.address, self._stream)
            self._launch()
            self._stream.synchronize()  # now nothing reads the picture any more
        return self._device_alpha

    def close(self) -> None:
        """Release everything, the device last."""
        self._device_alpha.close()
        self._resources.close()

    def _to_host(self) -> NDArray[np.float32]:
        self._launch()
        self._output.download(self._pinned_alpha, self._stream)
        self._stream.synchronize()
        np.copyto(self._alpha, self._pinned_alpha.array[0])
        return self._alpha

    def _launch(self) -> None:
        if self._graph:
            self._graph.launch(self._stream)
        else:
            self._enqueue()

    def _enqueue(self) -> None:
        if not self._engine.enqueue(self._stream.address):
            raise CudaError(f"the engine does not run: {self._engine.failure()}")

    def _capture(self) -> Graph | None:
        """The enqueued work as a graph, or None for an engine that does something a graph cannot hold."""
        try:
            with self._stream.capture() as graph:
                self._enqueue()
        except CudaError:
            return None
        return graph


def _close_on(device: Device, engine: TensorRtEngine) -> None:
    with device.current():
        engine.close()


def _described(tensors: dict[str, Tensor]) -> dict[str, tuple[str, list[int]]]:
    return {name: (tensor.dtype, list(tensor.shape)) for name, tensor in tensors.items()}


def _name(gpu: Gpu, is_graph: bool) -> str:
    return f"{gpu.name} ({'CUDA graph' if is_graph else 'without a CUDA graph'})"
