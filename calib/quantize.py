"""INT8 by explicit Q/DQ: ranges from calibration frames, one graph for TensorRT 10, TensorRT 11 and OpenVINO.

The shape of the graph is what TensorRT fuses best: every activation symmetric and per tensor, weights per output channel,
nothing quantised between a convolution and its activation function, biases in float. Only two details follow the engine:
the bits of weights, and whether activations without negative values are unsigned.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from calib.activations import Activation, observe
from calib.bias import correct_biases
from calib.check import validate_qdq
from calib.graph import (
    check_frames,
    check_opset,
    constants,
    copy_metadata,
    drop_unused,
    image_input,
    load_model,
    require,
    save_model,
)
from calib.loss import Loss, Views, loss
from calib.policy import QuantizationPolicy
from calib.ranges import METHODS, Method, reach
from calib.unsigned import make_unsigned
from runtime.errors import UserError

if TYPE_CHECKING:
    import onnx

_JUDGES = (
    8  # frames, from all over the calibration set, on which methods are compared; the first of it are the odd ones
)


@dataclass(frozen=True)
class QuantizationReport:
    """What became of a model.

    Attributes:
        quantized: names of the convolutions that are INT8 now.
        kept_float: names of those that are not.
        method: how ranges were found.
        losses: what each method that was tried loses, on some of the frames; empty where one was asked for.
    """

    quantized: tuple[str, ...]
    kept_float: tuple[str, ...]
    method: Method
    losses: dict[Method, Loss]


class Quantizer:
    """Writes INT8 Q/DQ copies of one float model; names, shapes and dtypes of inputs and outputs stay.

    Frames pass through the float model once, however many copies are written.

    Args:
        model_path: FP32 ONNX, opset 19 or newer, one input uint8 (1, H, W, 3).
        frames: uint8 (N, H, W, 3) RGB, as `calib.frames.collect` gives them.

    Attributes:
        source: the float model that copies are made of: constants folded, and each convolution with the name it has there.

    Raises:
        UserError: the model or the frames do not fit.
    """

    def __init__(self, model_path: Path, frames: NDArray[np.uint8]) -> None:
        model = load_model(model_path)
        check_opset(model)
        _, size = image_input(model)
        check_frames(frames, size)
        require("onnxruntime")
        self._original = model
        self._frames = frames
        self._seen: dict[str, Activation] = {}
        self.source = _prepared(model)

    def write(
        self, output_path: Path, policy: QuantizationPolicy | None = None, method: Method | None = None
    ) -> QuantizationReport:
        """Write one copy.

        Args:
            output_path: where to; replaced only by a complete and validated file.
            policy: what stays in float.
            method: how ranges are found; None tries all of `ranges.METHODS` and takes the one that loses least.

        Raises:
            UserError: the policy does not fit the model, or the output's folder does not take it.
        """
        policy = policy or QuantizationPolicy()
        kept = policy.kept_float(self.source)
        convolutions = [node for node in self.source.graph.node if node.op_type == "Conv"]
        quantized = [node for node in convolutions if node.name not in set(kept)]
        if not quantized:
            raise UserError(
                f"none of {len(convolutions)} convolutions is left to quantise under {policy}. Keep fewer of them in"
                " float, or build FP16."
            )
        wanted = {node.input[0] for node in quantized}
        self._seen |= observe(self.source, wanted - set(self._seen), self._frames)
        names = tuple(node.name for node in quantized)
        methods = METHODS if method is None else (method,)
        unscaled = _with_qdq(self.source, wanted, kept, policy.weight_bits)
        made = {tried: self._reaching(unscaled, names, wanted, policy, tried) for tried in methods}
        losses = self._losses(made) if len(made) > 1 else {}
        best = min(made, key=lambda tried: losses[tried].worst() if losses else 0)
        model = made[best]
        _check_interface(self._original, model)
        validate_qdq(model, unsigned=policy.unsigned)
        save_model(model, output_path)
        return QuantizationReport(names, tuple(kept), best, losses)

    def _losses(self, models: dict[Method, onnx.ModelProto]) -> dict[Method, Loss]:
        frames = self._frames[:: max(1, len(self._frames) // _JUDGES)][:_JUDGES]
        reference = Views.of_model(self.source, frames)
        return {name: loss(Views.of_model(model, frames), reference) for name, model in models.items()}

    def _reaching(
        self,
        unscaled: onnx.ModelProto,
        names: tuple[str, ...],
        wanted: set[str],
        policy: QuantizationPolicy,
        method: Method,
    ) -> onnx.ModelProto:
        """A copy of a Q/DQ model whose activations reach as far as a method says, with the biases that fit."""
        seen = {name: self._seen[name] for name in wanted}
        ranges = {
            name: reach(found, method, 127 if found.signed or not policy.unsigned else 255)
            for name, found in seen.items()
        }
        model = _scaled(unscaled, ranges)
        if policy.unsigned:
            make_unsigned(model)
        correct_biases(model, self.source, names, {name: found.means for name, found in seen.items()})
        drop_unused(model)
        copy_metadata(self._original, model)
        return model


def activation_ranges(model: onnx.ModelProto) -> dict[str, float]:
    """The largest magnitude that each quantised activation of a Q/DQ model can hold, by the tensor's name."""
    values = constants(model)
    ranges = {}
    for node in model.graph.node:
        if node.op_type == "QuantizeLinear" and node.input[0] not in values:
            largest = np.iinfo(values[node.input[2]].dtype).max
            ranges[node.input[0]] = round(float(values[node.input[1]]) * largest, 6)
    return ranges


def _prepared(source: onnx.ModelProto) -> onnx.ModelProto:
    """Fold constants and infer shapes, as quantisation needs; every convolution gets a name to be told apart by."""
    import onnx
    from onnxruntime.quantization.shape_inference import quant_pre_process

    drop_unused(source)
    with tempfile.TemporaryDirectory(prefix="calib.") as folder, _quiet():
        before, after = Path(folder) / "source.onnx", Path(folder) / "prepared.onnx"
        onnx.save(source, before)
        # Symbolic shapes need sympy and say nothing new: all sizes are fixed.
        quant_pre_process(str(before), str(after), skip_symbolic_shape=True)
        model = onnx.load(after)
    for index, node in enumerate(model.graph.node):
        if node.op_type == "Conv" and not node.name:
            node.name = f"Conv_{index}"
    return model


def _with_qdq(source: onnx.ModelProto, wanted: set[str], kept: list[str], weight_bits: int) -> onnx.ModelProto:
    """A copy with Q/DQ at the inputs and weights of all convolutions but those kept; activations reach to 1.

    It takes most of the time, and is the same for all ranges.
    """
    import onnx
    from onnxruntime.quantization import CalibrationMethod, QDQQuantizer, QuantType
    from onnxruntime.quantization.calibrate import TensorsData

    model = onnx.ModelProto()
    model.CopyFrom(source)
    spans = {name: (np.float32(-1), np.float32(1)) for name in wanted}
    options: dict[str, Any] = {
        "ActivationSymmetric": True,
        "WeightSymmetric": True,
        # TensorRT adds float biases to its INT32 sums itself and refuses quantised ones.
        "QuantizeBias": False,
        # Else Q/DQ lands between a convolution and its activation function, and the two are no longer one kernel.
        "OpTypesToExcludeOutputQuantization": ["Conv"],
    }
    with _quiet():
        quantizer = QDQQuantizer(
            model,
            per_channel=True,
            reduce_range=weight_bits == 7,
            weight_qType=QuantType.QInt8,
            activation_qType=QuantType.QInt8,
            tensors_range=TensorsData(CalibrationMethod.MinMax, spans),
            nodes_to_quantize=[],
            nodes_to_exclude=kept,
            op_types_to_quantize=["Conv"],
            extra_options=options,
        )
        quantizer.quantize_model()
        quantizer.model.topological_sort()
    result: onnx.ModelProto = quantizer.model.model
    return result


def _scaled(unscaled: onnx.ModelProto, ranges: dict[str, float]) -> onnx.ModelProto:
    """A copy whose activations reach as far as `ranges` say, by the tensor's name."""
    import onnx
    from onnx import numpy_helper

    model = onnx.ModelProto()
    model.CopyFrom(unscaled)
    stored = {item.name: item for item in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "QuantizeLinear" and node.input[0] in ranges:
            scale = np.asarray(ranges[node.input[0]] / 127, np.float32)
            stored[node.input[1]].CopyFrom(numpy_helper.from_array(scale, node.input[1]))
    return model


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """ONNX Runtime gives advice on models that it has prepared itself."""
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.ERROR)
    try:
        yield
    finally:
        logging.getLogger().setLevel(level)


def _check_interface(source: onnx.ModelProto, model: onnx.ModelProto) -> None:
    for kind in ("input", "output"):
        old, new = ([(item.name, item.type) for item in getattr(part.graph, kind)] for part in (source, model))
        if old != new:
            raise RuntimeError(f"quantisation changed the model's {kind}s from {old} to {new}")
