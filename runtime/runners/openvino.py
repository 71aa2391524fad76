"""OpenVINO on the CPU."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime.errors import UserError
from runtime.runners.base import Runner, State


class OpenVinoRunner(Runner):
    """One synchronous request over all cores: the shape that has the least latency for a single stream."""

    _compiled: Any = None
    _request: Any = None

    def open(self) -> None:
        try:
            import openvino
        except ImportError:
            raise UserError(
                f"{self.bundle.path} needs OpenVINO, which is not installed; run: pip install '.[cpu]'"
            ) from None
        options = {"PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1", "INFERENCE_NUM_THREADS": str(self.threads)}
        if not self.bundle.manifest.bf16:
            options["INFERENCE_PRECISION_HINT"] = "f32"  # otherwise a CPU with BF16 would use that
        try:
            core = openvino.Core()
            model = core.read_model(self.bundle.engine)
            if model.is_dynamic():  # the packaged student is of free size
                model.reshape([1, self.bundle.manifest.height, self.bundle.manifest.width, 3])
            self._compiled = core.compile_model(model, "CPU", options)
        except RuntimeError as error:
            raise UserError(
                f"OpenVINO cannot load {self.bundle.engine}: {_brief(error)}; build it again: {self.bundle.manifest.rebuild}"
            ) from None
        self._check_io(_describe(self._compiled.inputs), _describe(self._compiled.outputs))
        self._request = self._compiled.create_infer_request()
        threads = self._compiled.get_property("INFERENCE_NUM_THREADS")
        self.device = f"CPU ({threads} thread{'s' if threads > 1 else ''})"

    def _run(self, picture: NDArray[np.uint8], state: State) -> tuple[NDArray[np.float32], State]:
        self._request.infer([picture[None]], share_inputs=True, share_outputs=True)
        return self._request.get_output_tensor(0).data[0], state

    def close(self) -> None:
        self._request = self._compiled = None


def has_bf16() -> bool:
    """Whether this CPU has units for BF16 that OpenVINO uses."""
    import openvino

    return "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def _describe(ports: list[Any]) -> dict[str, tuple[str, list[int]]]:
    return {
        port.get_any_name(): (np.dtype(port.get_element_type().to_dtype()).name, list(port.get_shape()))
        for port in ports
    }


def _brief(error: Exception) -> str:
    """OpenVINO's message without the places in its own source."""
    return " ".join(line for line in str(error).splitlines() if line and not line.startswith("Exception from"))
