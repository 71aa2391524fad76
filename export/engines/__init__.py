"""Builders by target: a precision-typed ONNX becomes an engine file."""

from __future__ import annotations

import importlib
from dataclasses import fields
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from export.engines import tensorrt
from export.engines.base import BuilderOptions, Engine
from runtime.errors import UserError

__all__ = ["TARGETS", "BuilderOptions", "Engine", "build", "choose"]


def choose(target: str, options: BuilderOptions | None = None) -> str:
    """The target that `auto` means here: OpenVINO, else ONNX Runtime; TensorRT only when asked for by name.

    Raises:
        UserError: the target's library is not installed or finds no GPU, or it has no such options.
    """
    if target == "auto":
        target = "openvino" if find_spec("openvino") else "onnxruntime"
    options = options or BuilderOptions()
    _check_belonging(target, options)
    module, extra = _REQUIRES[target]
    if not find_spec(module):
        raise UserError(f"--target {target} needs the Python package {module}, which is not installed; run: {extra}")
    if target.startswith("tensorrt"):
        tensorrt.check(target, options)
    return target


def build(target: str, model: Path, folder: Path, options: BuilderOptions | None = None) -> Engine:
    """Build an engine from `model` into `folder`.

    Args:
        target: one of `TARGETS`, as `choose` gives it.
        model: ONNX of fixed shapes that holds the precision.
        folder: where a new engine file goes; targets that compile the ONNX when they open it need none.
        options: for the TensorRT builders.

    Raises:
        UserError: the library refuses the graph; the message holds its reasons.
        KeyboardInterrupt: Ctrl-C, which ends the build at its next step; nothing is written then.
    """
    if target.startswith("tensorrt"):
        return tensorrt.build(target, model, folder, options or BuilderOptions())
    return Engine(model, {target: _version(target)})  # these compile the ONNX when they open it: it is the engine


def _check_belonging(target: str, options: BuilderOptions) -> None:
    """Refuse options that the target's builder does not have, rather than ignore them."""
    for option in fields(options):
        flag, targets = _OPTIONS[option.name]
        if getattr(options, option.name) != option.default and target not in targets:
            raise UserError(f"{flag} belongs to --target {' or '.join(targets)}; --target {target} has no such option")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # installed under another name, as onnxruntime-gpu is
        return str(getattr(importlib.import_module(package), "__version__", "unknown"))


_REQUIRES = {
    "openvino": ("openvino", "pip install '.[cpu]'"),
    "onnxruntime": ("onnxruntime", "pip install '.[export]'"),
    "tensorrt-rtx": ("tensorrt_rtx", "pip install '.[tensorrt-rtx]'"),
    "tensorrt": ("tensorrt", "pip install '.[tensorrt]' (on a Jetson it comes with JetPack)"),
}
_OPTIONS = {
    "workspace": ("--workspace", ("tensorrt-rtx", "tensorrt")),
    "optimisation_level": ("--optimisation-level", ("tensorrt-rtx", "tensorrt")),
    "compute_capabilities": ("--compute-capability", ("tensorrt-rtx",)),
    "timing_cache": ("--timing-cache", ("tensorrt",)),
    "dla": ("--dla", ("tensorrt",)),
}
TARGETS = tuple(_REQUIRES)
