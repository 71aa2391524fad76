"""Backends by target name."""

from __future__ import annotations

from importlib.util import find_spec

from runtime.bundle import Bundle
from runtime.cuda import gpu_problem
from runtime.errors import UserError
from runtime.runners.base import Runner, State, cores
from runtime.runners.onnxruntime import OnnxRuntimeRunner
from runtime.runners.openvino import OpenVinoRunner
from runtime.runners.tensorrt import TensorRtRunner

RUNNERS: dict[str, type[Runner]] = {
    "openvino": OpenVinoRunner,
    "onnxruntime": OnnxRuntimeRunner,
    "tensorrt-rtx": TensorRtRunner,
    "tensorrt": TensorRtRunner,
}

GPU_TARGETS = ("tensorrt-rtx", "tensorrt")

_MODULES = {
    "openvino": "openvino",
    "onnxruntime": "onnxruntime",
    "tensorrt-rtx": "tensorrt_rtx",
    "tensorrt": "tensorrt",
}

__all__ = ["GPU_TARGETS", "RUNNERS", "Runner", "State", "cores", "make_runner", "runnable_targets"]


def make_runner(bundle: Bundle, threads: int | None = None) -> Runner:
    """The runner for a bundle's target, not yet open; `threads` as for `Runner`.

    Raises:
        UserError: a target that this version does not know.
    """
    target = bundle.manifest.target
    if target not in RUNNERS:
        raise UserError(f"{bundle.path} is for target {target!r}; this version knows {', '.join(RUNNERS)}")
    return RUNNERS[target](bundle, threads)


def runnable_targets() -> list[str]:
    """Targets whose backend is installed here and whose device is there."""
    installed = [target for target, module in _MODULES.items() if find_spec(module)]
    if any(target in GPU_TARGETS for target in installed) and gpu_problem():
        return [target for target in installed if target not in GPU_TARGETS]
    return installed
