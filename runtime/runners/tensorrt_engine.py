"""From an engine's file to something that executes, the same for TensorRT 10.3 and later, TensorRT 11 and TensorRT-RTX.

What only some of them have is asked for by name. TensorRT-RTX compiles kernels when an engine is first used; a runtime cache
keeps them for the next time.
"""

from __future__ import annotations

import hashlib
import importlib
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime import bundle as bundles
from runtime.bundle import Bundle
from runtime.cuda import Gpu
from runtime.errors import UserError
from runtime.files import replace_file

_MODULES = {
    "tensorrt-rtx": ("tensorrt_rtx", "pip install '.[tensorrt-rtx]'"),
    "tensorrt": ("tensorrt", "pip install '.[tensorrt]' (on a Jetson it comes with JetPack)"),
}
_DTYPES = {"FLOAT": "float32", "HALF": "float16", "UINT8": "uint8"}
_UPDATE_DRIVER = "update the NVIDIA driver"
_USE_CPU = "for the CPU run: python -m export.build_engine --int8 --target openvino"
# What the libraries log, seen with TensorRT-RTX 1.7 where possible, else from reports of users: what it means, and what
# to do where building again does not help. Where several fit, the first does: the others follow from it.
_CAUSES = (
    (r"Serialization assertion|version tag|version of TensorRT", "it is damaged or of another version", None),
    (r"out of memory|OutOfMemory", "the GPU has too little free memory", "close other programs that use the GPU"),
    (r"does not support this compute capability", "this library does not support this GPU", _USE_CPU),
    (r"incompatible device|compute capability|SM\d+ ", "it was built for another kind of GPU", None),
    (r"cudaError 35|driver version is insufficient", "the NVIDIA driver is too old for it", _UPDATE_DRIVER),
)
_DIAGNOSTICS = {
    "VERSION_MISMATCH": ("it is of another version", None),
    "UNSUPPORTED_CC": ("it was not built for this GPU, or this library does not support it", None),
    "OLD_CUDA_DRIVER": ("the NVIDIA driver is too old for it", _UPDATE_DRIVER),
    "OLD_CUDA_RUNTIME": ("the library's CUDA is too old for it", None),
    "INSUFFICIENT_GPU_MEMORY": ("the GPU has too little memory", "build it smaller with --size"),
    "MALFORMED_ENGINE": ("it is no engine of this library, or of another version", None),
    "CUDA_ERROR": ("CUDA failed", None),
}


@dataclass(frozen=True)
class Tensor:
    """An input or output of an engine.

    Attributes:
        dtype: NumPy's name of it.
        shape: its dimensions, -1 where it is free.
    """

    dtype: str
    shape: tuple[int, ...]


def load_library(bundle: Bundle) -> Any:
    """The Python module that runs the bundle's target.

    Raises:
        UserError: it is not installed or does not load.
    """
    name, install = _MODULES[bundle.manifest.target]
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise UserError(
            f"{bundle.path} needs the Python package {name}, which does not load ({error}); run: {install}"
        ) from None


class TensorRtEngine:
    """An engine on the GPU and its execution context. CUDA's context must be current, here and in every call.

    Attributes:
        inputs: by name.
        outputs: by name.
        captures: whether the library makes a CUDA graph of the engine by itself.

    Args:
        trt: the library.
        bundle: with the engine.
        gpu: for messages.
        graph: let the library make a CUDA graph, where it can do so by itself.

    Raises:
        UserError: the library or the GPU cannot run this engine; the message says why and what to do.
    """

    def __init__(self, trt: Any, bundle: Bundle, gpu: Gpu, *, graph: bool = True):
        self._trt = trt
        self._bundle = bundle
        self._gpu = gpu
        self._log = _log(trt)
        content = bundle.engine.read_bytes()
        self._runtime, self._engine = self._deserialise(content)
        self._cache_path = _cache_path(content)
        self._cache: Any = None
        self.captures = False
        self._context: Any = self._make_context(graph)
        self.inputs: dict[str, Tensor] = {}
        self.outputs: dict[str, Tensor] = {}
        for index in range(self._engine.num_io_tensors):
            name = self._engine.get_tensor_name(index)
            dtype = self._engine.get_tensor_dtype(name).name
            tensor = Tensor(_DTYPES.get(dtype, dtype.lower()), tuple(self._engine.get_tensor_shape(name)))
            is_input = self._engine.get_tensor_mode(name) == trt.TensorIOMode.INPUT
            (self.inputs if is_input else self.outputs)[name] = tensor

    def bind(self, name: str, address: int) -> None:
        """Say where on the GPU an input or output lies, for all executions from now on."""
        if not self._context.set_tensor_address(name, address):
            raise RuntimeError(f"TensorRT does not take an address for {name}: {self._reasons()}")

    def enqueue(self, stream: int) -> bool:
        """Enqueue one execution on a stream that is not the default one; False if TensorRT refuses."""
        return bool(self._context.execute_async_v3(stream))

    def failure(self) -> str:
        """Why the last call failed, in TensorRT's words."""
        return f"TensorRT {self._trt.__version__}: {self._reasons()}"

    def save_cache(self) -> None:
        """Keep what TensorRT-RTX has compiled; of the others there is nothing to keep. Call it after an execution."""
        if self._cache is None:
            return
        with suppress(OSError, UserError):  # without the file the next start takes longer, and nothing else
            self._cache_path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._cache_path, bytes(memoryview(self._cache.serialize())))

    def close(self) -> None:
        """Release the GPU's memory."""
        self._context = self._cache = self._engine = self._runtime = None

    def _deserialise(self, content: bytes) -> tuple[Any, Any]:
        """The runtime and the engine."""
        try:
            runtime = self._trt.Runtime(self._log)
        except TypeError:  # what the library's refusal to start becomes in Python
            raise UserError(f"TensorRT {self._trt.__version__} does not start here: {self._reasons()}") from None
        if hasattr(runtime, "get_engine_validity"):
            validity, diagnostics = runtime.get_engine_validity(content)
            for name, flag in self._trt.EngineInvalidityDiagnostics.__members__.items():
                if validity == self._trt.EngineValidity.INVALID and diagnostics & int(flag):
                    raise self._refusal(*_DIAGNOSTICS.get(name, ("it does not fit", None)), name)
        engine = runtime.deserialize_cuda_engine(content)
        if engine is None:
            raise self._logged_refusal()
        return runtime, engine

    def _make_context(self, graph: bool) -> Any:
        if hasattr(self._trt, "CudaGraphStrategy"):
            config = self._engine.create_runtime_config()
            if graph:  # by default it makes none
                config.cuda_graph_strategy = self._trt.CudaGraphStrategy.WHOLE_GRAPH_CAPTURE
            self.captures = graph
            self._cache = config.create_runtime_cache()
            if self._cache_path.is_file():
                self._cache.deserialize(self._cache_path.read_bytes())  # refuses what does not fit and stays empty
            config.set_runtime_cache(self._cache)
            context = self._engine.create_execution_context(config)
        else:
            context = self._engine.create_execution_context()
        if context is None:
            raise self._logged_refusal()
        return context

    def _logged_refusal(self) -> UserError:
        """The first cause in the table of which the log speaks."""
        for text, cause, advice in _CAUSES:
            for error in self._log.errors:
                if re.search(text, error, re.IGNORECASE):
                    return self._refusal(cause, advice, error)
        return self._refusal("it refuses", None, self._reasons())

    def _refusal(self, cause: str, advice: str | None, said: str) -> UserError:
        """Why the engine does not run here, in our words and the library's, and what to do: by default building it again."""
        advice = advice or f"build it again: {self._bundle.manifest.rebuild}"
        capability = ".".join(map(str, self._gpu.capability))
        return UserError(
            f"{self._trt.__name__} {self._trt.__version__} cannot load {self._bundle.engine} on {self._gpu.name} (compute"
            f" capability {capability}, driver for CUDA {self._gpu.driver}): {cause} ({said}); {advice}"
        )

    def _reasons(self) -> str:
        return "; ".join(self._log.errors[-3:]) or "it gave no reason"


def _log(trt: Any) -> Any:
    class Log(trt.ILogger):  # type: ignore[misc,name-defined]
        """Keeps errors, which TensorRT tells in no other way."""

        def __init__(self) -> None:
            trt.ILogger.__init__(self)
            self.errors: list[str] = []

        def log(self, severity: Any, message: str) -> None:
            if severity in (trt.ILogger.Severity.ERROR, trt.ILogger.Severity.INTERNAL_ERROR):
                self.errors.append(message.strip())

    return Log()


def _cache_path(content: bytes) -> Path:
    """Beside the engines' folder: one file for each engine; which GPU and version it fits is written inside by the library."""
    return bundles.cache_folder().with_name("runtime-caches") / f"{hashlib.sha256(content).hexdigest()[:32]}.cache"
