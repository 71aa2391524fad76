"""Builders by target: a precision-typed ONNX becomes an engine file."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from runtime.errors import UserError
from runtime.runners.tensorrt import gpu_problem


@dataclass(frozen=True)
class Engine:
    """What a builder made.

    Attributes:
        path: of the engine's file.
        builder: versions of what built it.
        hardware: what it is bound to; empty when portable.
    """

    path: Path
    builder: dict[str, str]
    hardware: dict[str, Any] = field(default_factory=dict)


def choose(target: str) -> str:
    """The target that `auto` means here: OpenVINO, else ONNX Runtime; TensorRT only when asked for by name.

    Raises:
        UserError: the target's library is not installed.
    """
    if target == "auto":
        target = "openvino" if find_spec("openvino") else "onnxruntime"
    module, extra = _REQUIRES[target]
    if not find_spec(module):
        raise UserError(f"--target {target} needs the Python package {module}, which is not installed; run: {extra}")
    if target == "tensorrt" and (problem := gpu_problem()):
        raise UserError(
            f"--target tensorrt builds on the GPU that will run the engine: {problem}. Run this on that machine,"
            " or use --target openvino for a CPU"
        )
    return target


def build(target: str, model: Path, folder: Path) -> Engine:
    """Build an engine from `model` into `folder`.

    Raises:
        UserError: the library refuses the graph; the message holds its reasons.
    """
    return _BUILDERS[target](model, folder)


def _as_is(package: str) -> Callable[[Path, Path], Engine]:
    """OpenVINO and ONNX Runtime compile the ONNX when it is opened: the file is the engine."""
    return lambda model, folder: Engine(model, {package: _version(package)})


def _tensorrt_rtx(model: Path, folder: Path) -> Engine:
    return Engine(
        _serialise(importlib.import_module("tensorrt_rtx"), model, folder),
        {"tensorrt-rtx": _version("tensorrt_rtx_cu13")},
        {"compute_capability": "portable"},
    )


def _tensorrt(model: Path, folder: Path) -> Engine:
    return Engine(
        _serialise(importlib.import_module("tensorrt"), model, folder),
        {"tensorrt": _version("tensorrt")},
        {"gpu": "this machine's"},
    )


def _serialise(trt: Any, model: Path, folder: Path) -> Path:
    """One strongly typed build for TensorRT 10, 11 and RTX: all precision is in the ONNX."""

    class Log(trt.ILogger):  # type: ignore[misc,name-defined]
        """Keeps what the builder says: it returns None without a reason otherwise."""

        def __init__(self) -> None:
            trt.ILogger.__init__(self)
            self.problems: list[str] = []

        def log(self, severity: Any, message: str) -> None:
            if severity in (trt.ILogger.Severity.ERROR, trt.ILogger.Severity.INTERNAL_ERROR):
                self.problems.append(message)

    log = Log()
    builder = trt.Builder(log)
    flags = trt.NetworkDefinitionCreationFlag
    bits = 1 << int(flags.STRONGLY_TYPED)  # its number differs between versions
    if hasattr(flags, "EXPLICIT_BATCH"):
        bits |= 1 << int(flags.EXPLICIT_BATCH)
    network = builder.create_network(bits)
    parser = trt.OnnxParser(network, log)
    if not parser.parse_from_file(str(model)):
        reasons = "; ".join(parser.get_error(index).desc() for index in range(parser.num_errors))
        raise UserError(f"{trt.__name__} cannot read the graph: {reasons}")
    config = builder.create_builder_config()
    config.set_memory_pool_limit(trt.MemoryPoolType.WORKSPACE, 1 << 30)
    memory = builder.build_serialized_network(network, config)
    if memory is None:
        raise UserError(f"{trt.__name__} cannot build the engine: {'; '.join(log.problems) or 'it gave no reason'}")
    path = folder / "engine.plan"
    path.write_bytes(bytes(memoryview(memory)))
    return path


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # a system package, as on Jetson
        return str(getattr(importlib.import_module(package.replace("-", "_")), "__version__", "unknown"))


_REQUIRES = {
    "openvino": ("openvino", "pip install 'ppid[cpu]'"),
    "onnxruntime": ("onnxruntime", "pip install 'ppid[export]'"),
    "tensorrt-rtx": ("tensorrt_rtx", "pip install 'ppid[tensorrt-rtx]'"),
    "tensorrt": ("tensorrt", "pip install 'ppid[tensorrt]' (on a Jetson it comes with JetPack)"),
}
_BUILDERS = {
    "openvino": _as_is("openvino"),
    "onnxruntime": _as_is("onnxruntime"),
    "tensorrt-rtx": _tensorrt_rtx,
    "tensorrt": _tensorrt,
}
TARGETS = tuple(_BUILDERS)
