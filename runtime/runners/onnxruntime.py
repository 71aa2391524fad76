"""ONNX Runtime on the CPU."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime.errors import UserError
from runtime.runners.base import Runner, State


class OnnxRuntimeRunner(Runner):
    """The portable second backend."""

    _session: Any = None

    def open(self) -> None:
        try:
            import onnxruntime
        except ImportError:
            raise UserError(
                f"{self.bundle.path} needs ONNX Runtime, which is not installed; run: pip install onnxruntime"
            ) from None
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = self.threads
        # Idle ORT threads spin by default and take the cores from decoding and encoding.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                str(self.bundle.engine), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime's own exceptions share no base class that it exports
            raise UserError(
                f"ONNX Runtime cannot load {self.bundle.engine}: {error}; build it again: {self.bundle.manifest.rebuild}"
            ) from None
        self._check_io(_describe(self._session.get_inputs()), _describe(self._session.get_outputs()))
        self.device = f"CPU ({self.threads} thread{'s' if self.threads > 1 else ''})"

    def _run(self, picture: NDArray[np.uint8], state: State) -> tuple[NDArray[np.float32], State]:
        (alpha,) = self._session.run(None, {self.bundle.manifest.input["name"]: picture[None]})
        return alpha[0], state

    def close(self) -> None:
        self._session = None


def _describe(values: list[Any]) -> dict[str, tuple[str, list[int]]]:
    names = {"tensor(uint8)": "uint8", "tensor(float)": "float32"}
    return {value.name: (names.get(value.type, value.type), value.shape) for value in values}
