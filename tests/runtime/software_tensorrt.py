"""TensorRT's run-time interface in software, over the software CUDA driver: alpha is the picture's red channel / 255.

An engine is the JSON that `engine` gives. Execution is enqueued on the stream, so that what the runner does around it
(addresses, order, graphs, waiting) is really done. tests/runtime/test_tensorrt_api.py holds the runner against the real
interfaces.
"""

from __future__ import annotations

import ctypes
import enum
import json
from types import ModuleType
from typing import Any

import numpy as np

_HOST_FUNCTION = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class DataType(enum.Enum):
    FLOAT = 0
    HALF = 1
    UINT8 = 2


class TensorIOMode(enum.Enum):
    INPUT = 1
    OUTPUT = 2


class EngineValidity(enum.Enum):
    VALID = 0
    INVALID = 2


class EngineInvalidityDiagnostics(enum.IntFlag):
    VERSION_MISMATCH = 1
    UNSUPPORTED_CC = 2
    OLD_CUDA_DRIVER = 4


class CudaGraphStrategy(enum.Enum):
    DISABLED = 0
    WHOLE_GRAPH_CAPTURE = 1


class ILogger:
    Severity = enum.Enum("Severity", "INTERNAL_ERROR ERROR WARNING INFO VERBOSE")


class _RuntimeCache:
    def __init__(self) -> None:
        self.content = b"empty"

    def deserialize(self, content: bytes) -> bool:
        self.content = content
        return True

    def serialize(self) -> bytes:
        return self.content


class _RuntimeConfig:
    cuda_graph_strategy = CudaGraphStrategy.DISABLED
    cache: _RuntimeCache

    def create_runtime_cache(self) -> _RuntimeCache:
        return _RuntimeCache()

    def set_runtime_cache(self, cache: _RuntimeCache) -> None:
        self.cache = cache


class _Context:
    def __init__(self, engine: _Engine, config: _RuntimeConfig | None):
        self._engine = engine
        self._config = config
        self._addresses: dict[str, int] = {}
        self._function = _HOST_FUNCTION(self._compute)
        self._driver = ctypes.CDLL("libcuda.so.1")
        self.executions = 0

    def set_tensor_address(self, name: str, address: int) -> bool:
        self._addresses[name] = address
        return name in self._engine.tensors

    def execute_async_v3(self, stream: int) -> bool:
        self.executions += 1
        if self._engine.fails_at == self.executions:
            self._engine.log.log(ILogger.Severity.ERROR, "the enqueue failed")
            return False
        if self._config is not None:
            self._config.cache.content = b"compiled"
        return self._driver.cuLaunchHostFunc(ctypes.c_void_p(stream), self._function, None) == 0

    def _compute(self, _: Any) -> None:
        picture, alpha = (self._memory(name) for name in ("src", "alpha"))
        alpha[:] = picture[..., 0].astype(np.float32) / 255

    def _memory(self, name: str) -> np.ndarray:
        dtype, shape = self._engine.tensors[name]
        array = np.zeros(shape, {"UINT8": np.uint8, "FLOAT": np.float32, "HALF": np.float16}[dtype])
        memory = (ctypes.c_uint8 * array.nbytes).from_address(self._addresses[name])
        return np.frombuffer(memory, array.dtype).reshape(shape)


class _Engine:
    def __init__(self, content: dict[str, Any], log: Any):
        self.tensors = content["tensors"]
        self.fails_at = content["fails_at"]
        self.log = log
        self.num_io_tensors = len(self.tensors)

    def get_tensor_name(self, index: int) -> str:
        return list(self.tensors)[index]

    def get_tensor_mode(self, name: str) -> TensorIOMode:
        return TensorIOMode.INPUT if name == "src" else TensorIOMode.OUTPUT

    def get_tensor_dtype(self, name: str) -> DataType:
        return DataType[self.tensors[name][0]]

    def get_tensor_shape(self, name: str) -> tuple[int, ...]:
        return tuple(self.tensors[name][1])

    def create_execution_context(self, config: _RuntimeConfig | None = None) -> _Context:
        return _Context(self, config)


class _RtxEngine(_Engine):
    def create_runtime_config(self) -> _RuntimeConfig:
        return _RuntimeConfig()


class Runtime:
    engine = _Engine

    def __init__(self, log: Any):
        self._log = log

    def deserialize_cuda_engine(self, content: bytes) -> _Engine | None:
        described = json.loads(content)
        if described["refusal"]:
            self._log.log(ILogger.Severity.ERROR, described["refusal"])
            return None
        return self.engine(described, self._log)


class RtxRuntime(Runtime):
    engine = _RtxEngine

    def get_engine_validity(self, content: bytes) -> tuple[EngineValidity, int]:
        diagnostics = json.loads(content)["diagnostics"]
        return (EngineValidity.INVALID if diagnostics else EngineValidity.VALID), diagnostics


def engine(
    size: tuple[int, int] = (64, 32),
    alpha: str = "FLOAT",
    refusal: str = "",
    diagnostics: int = 0,
    fails_at: int = 0,
    **others: list,
) -> bytes:
    """An engine's file.

    Args:
        size: (width, height) of its input.
        alpha: TensorRT's name of the output's dtype.
        refusal: what deserialising it logs as it fails.
        diagnostics: bits that TensorRT-RTX's validity check gives.
        fails_at: number of the execution, counted from 1, that is refused.
        others: more tensors, dtype and shape by name.
    """
    tensors = {"src": ["UINT8", [1, size[1], size[0], 3]], "alpha": [alpha, [1, size[1], size[0]]]} | others
    return json.dumps(
        {"tensors": tensors, "refusal": refusal, "diagnostics": diagnostics, "fails_at": fails_at}
    ).encode()


def module(target: str) -> ModuleType:
    """A library for the target: `tensorrt` like 10.3, `tensorrt-rtx` like 1.7."""
    common = {"DataType": DataType, "TensorIOMode": TensorIOMode, "ILogger": ILogger}
    rtx = {
        "EngineValidity": EngineValidity,
        "EngineInvalidityDiagnostics": EngineInvalidityDiagnostics,
        "CudaGraphStrategy": CudaGraphStrategy,
        "Runtime": RtxRuntime,
        "__version__": "1.7.1",
    }
    library = ModuleType(target.replace("-", "_"))
    vars(library).update(common | (rtx if target == "tensorrt-rtx" else {"Runtime": Runtime, "__version__": "10.3.0"}))
    return library
