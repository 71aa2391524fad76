"""TensorRT and TensorRT-RTX: engines for NVIDIA GPUs.

Executing them is not part of this version; opening such a bundle says so instead of running something else.
"""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from runtime.errors import UserError
from runtime.runners.base import Runner, State


class TensorRtRunner(Runner):
    """Checks for a driver, then refuses."""

    def open(self) -> None:
        target = self.bundle.manifest.target
        instead = "python -m export.build_engine --int8 --target openvino"
        problem = gpu_problem()
        if problem:
            raise UserError(
                f"{self.bundle.path} is a {target} engine and needs an NVIDIA GPU: {problem}. For this machine run: {instead}"
            )
        raise UserError(
            f"{self.bundle.path}: this version builds {target} engines but does not run them yet. For the CPU run: {instead}"
        )

    def _run(self, picture: NDArray[np.uint8], state: State) -> tuple[NDArray[np.float32], State]:
        raise RuntimeError("a TensorRtRunner never opens")

    def close(self) -> None:
        pass


def gpu_problem() -> str | None:
    """Why no CUDA device can be used, or None. Asks the driver itself: TensorRT without one can crash the process."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return "the NVIDIA driver (libcuda.so.1) is not installed"
    if driver.cuInit(0) != 0:
        return "the NVIDIA driver is installed but does not start (cuInit failed)"
    count = ctypes.c_int(0)
    if driver.cuDeviceGetCount(ctypes.byref(count)) != 0 or count.value == 0:
        return "the NVIDIA driver sees no GPU"
    return None
