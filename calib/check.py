"""Is an INT8 graph what the engines take, and does an engine compute what the graph says?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from calib.graph import check_frames, constants, image_input, load_model, require, session
from runtime.errors import UserError

if TYPE_CHECKING:
    import onnx

_ACTIVATION_FUNCTIONS = ("Clip", "Relu")


class QuantizationError(UserError):
    """An INT8 model that an engine would refuse, or build and compute wrongly."""


def validate_qdq(model: onnx.ModelProto, *, unsigned: bool = False) -> None:
    """Check that Q/DQ is as TensorRT 10 and 11 and OpenVINO take it; the body may be FP32 or FP16.

    Args:
        model: to check.
        unsigned: allow UINT8 activations, for engines on CPUs.

    Raises:
        QuantizationError: a zero point is not zero, or not INT8 (TensorRT reads UINT8 as INT8 without an error and clips
            half of the range), a scale is not a positive number, an activation has a scale per channel, a bias is
            quantised, Q/DQ separates a convolution from its activation function, or no convolution is quantised.
    """
    _Rules(model, (np.int8, np.uint8) if unsigned else (np.int8,)).check()


class _Rules:
    def __init__(self, model: onnx.ModelProto, allowed: tuple[type, ...]) -> None:
        self._allowed = allowed
        self._nodes = list(model.graph.node)
        self._values = constants(model)
        self._maker = {output: node for node in self._nodes for output in node.output}
        self._users: dict[str, list[onnx.NodeProto]] = {}
        for node in self._nodes:
            for name in node.input:
                self._users.setdefault(name, []).append(node)

    def check(self) -> None:
        for node in self._nodes:
            if node.op_type in ("QuantizeLinear", "DequantizeLinear"):
                self._check_zero_point(node)
                self._check_scale(node)
        convolutions = [node for node in self._nodes if node.op_type == "Conv"]
        for node in convolutions:
            self._check_activation_function(node)
        if not any(self._dequantized(node, 0) and self._dequantized(node, 1) for node in convolutions):
            raise QuantizationError(
                f"none of {len(convolutions)} convolutions has INT8 input and weights: expected a quantised model. "
                "Quantise it, or build it as FP16."
            )

    def _check_zero_point(self, node: onnx.NodeProto) -> None:
        stored = self._values.get(node.input[0])
        if stored is not None and node.op_type == "DequantizeLinear" and stored.dtype == np.int32:
            raise QuantizationError(
                f"{_label(node)} holds an INT32 bias; expected biases in float, which TensorRT adds itself. "
                "Quantise with QuantizeBias off."
            )
        zero = self._values.get(node.input[2]) if len(node.input) > 2 and node.input[2] else None
        if zero is None:
            if node.op_type == "DequantizeLinear":
                return  # without one it is zero and has the type of what is dequantised, which its Q decides
            raise QuantizationError(f"{_label(node)} has no fixed zero point and hence is UINT8; expected INT8 zero.")
        if zero.dtype not in self._allowed or zero.any():
            found = f"{zero.dtype} {np.unique(zero)[:4].tolist()}"
            raise QuantizationError(
                f"{_label(node)} has zero point {found}; expected {' or '.join(t.__name__ for t in self._allowed)} 0. Quantise symmetrically and signed: TensorRT "
                "reads anything else wrongly or refuses it."
            )

    def _check_scale(self, node: onnx.NodeProto) -> None:
        scale = self._values.get(node.input[1])
        if scale is None:
            raise QuantizationError(f"{_label(node)} computes its scale; expected a fixed one. Quantise statically.")
        if not (np.isfinite(scale).all() and (scale > 0).all()):
            raise QuantizationError(f"{_label(node)} has scale {float(scale.min())}; expected positive numbers.")
        if scale.size > 1 and not self._is_weight(node):
            raise QuantizationError(
                f"{_label(node)} scales an activation per channel ({scale.size} scales); expected one scale for the "
                "tensor. Only weights may have one per channel."
            )

    def _is_weight(self, node: onnx.NodeProto) -> bool:
        """Whether what a Q or DQ reads is fixed in the file, directly or through the Q before it."""
        if node.input[0] in self._values:
            return True
        maker = self._maker.get(node.input[0])
        return maker is not None and maker.op_type == "QuantizeLinear" and maker.input[0] in self._values

    def _check_activation_function(self, node: onnx.NodeProto) -> None:
        for quantizer in self._users_of(node, "QuantizeLinear"):
            for dequantizer in self._users_of(quantizer, "DequantizeLinear"):
                for function in self._users_of(dequantizer, *_ACTIVATION_FUNCTIONS):
                    raise QuantizationError(
                        f"{_label(quantizer)} stands between {_label(node)} and {_label(function)}; expected it after "
                        "them, else they are no longer one kernel. Quantise with the outputs of Conv excluded."
                    )

    def _users_of(self, node: onnx.NodeProto, *op_types: str) -> Iterator[onnx.NodeProto]:
        for output in node.output:
            yield from (user for user in self._users.get(output, []) if user.op_type in op_types)

    def _dequantized(self, node: onnx.NodeProto, index: int) -> bool:
        maker = self._maker.get(node.input[index])
        return maker is not None and maker.op_type == "DequantizeLinear"


def _label(node: onnx.NodeProto) -> str:
    return f"{node.op_type} {node.name or node.output[0]}"


@dataclass(frozen=True)
class Agreement:
    """How far OpenVINO's INT8 alphas are from what the graph says, beside what quantisation itself costs.

    Attributes:
        difference: mean |OpenVINO INT8 - reference INT8|, alpha in [0, 1].
        quantization_error: mean |reference INT8 - FP32|.
        engine_error: mean |OpenVINO INT8 - FP32|.
    """

    difference: float
    quantization_error: float
    engine_error: float

    @property
    def ok(self) -> bool:
        """Whether the engine computes what the graph says, as far as that can be told.

        Two right implementations differ too: sums round differently, now and then an activation falls on the next of
        its 255 steps, and the change grows from layer to layer (scales changed by 1e-5 have moved alpha by a third of
        the quantisation error). So a difference is wrong only if it is large and takes alpha farther from FP32.
        """
        small = self.difference < max(self.quantization_error / 3, 0.002)
        return small or self.engine_error < 1.25 * self.quantization_error


def agreement(int8_path: Path, fp32_path: Path, frames: NDArray[np.uint8]) -> Agreement:
    """Compare OpenVINO's CPU INT8 with ONNX Runtime's, which with all optimisations off computes the graph literally.

    Needed because OpenVINO goes wrong silently: on processors without VNNI its 16-bit sums of two products overflow for
    8-bit weights, and up to version 2026.4 it computes signed Q/DQ around Concat wrongly.

    Args:
        int8_path: Q/DQ model.
        fp32_path: the model it was made from.
        frames: uint8 (N, H, W, 3) RGB.

    Raises:
        UserError: a file is missing or no model of this kind, or the frames do not fit.
    """
    floats, quantized = load_model(fp32_path), load_model(int8_path)
    name, size = image_input(floats)
    if image_input(quantized) != (name, size):
        raise UserError(f"{int8_path} and {fp32_path} take different inputs: they are not of one model.")
    check_frames(frames, size)
    literal, exact = session(quantized, optimize=False), session(floats, optimize=True)
    engine = _OpenVino(int8_path)
    means = []
    for frame in frames:
        inputs = {name: frame[None]}
        alpha, wanted, found = literal.run(None, inputs)[0], exact.run(None, inputs)[0], engine(inputs)
        means.append([np.abs(found - alpha).mean(), np.abs(alpha - wanted).mean(), np.abs(found - wanted).mean()])
    return Agreement(*(float(mean) for mean in np.mean(means, 0)))


class _OpenVino:
    def __init__(self, path: Path) -> None:
        core = require("openvino").Core()
        # FP32 for what is not INT8: on some machines the default is BF16, whose rounding is not meant here.
        self._model = core.compile_model(str(path), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})

    def __call__(self, inputs: dict[str, NDArray[np.uint8]]) -> NDArray[np.float32]:
        return np.asarray(self._model(inputs)[0], np.float32).copy()
