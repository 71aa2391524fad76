"""INT8 by explicit Q/DQ: ranges from calibration frames, one graph for TensorRT 10, TensorRT 11 and OpenVINO.

The shape of the graph is what TensorRT fuses best: every activation symmetric and per tensor, weights per output channel,
nothing quantised between a convolution and its activation function, biases in float. Only two details follow the engine:
the bits of weights, and whether activations without negative values are unsigned.
"""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

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
from calib.unsigned import make_unsigned
from runtime.errors import UserError

if TYPE_CHECKING:
    import onnx

Method = Literal["percentile", "minmax", "moving-average"]

# Share of activations (percent) that a range must hold: the best of the measured methods, see `quantize`.
PERCENTILE = 99.99


@dataclass(frozen=True)
class QuantizationPolicy:
    """Which convolutions stay in float, and how fine the weights of the others are.

    The defaults are what measured best for the `edge` student at 512x288 with OpenVINO on a processor without VNNI, one
    thread (share of FP32's time and mean |alpha - FP32 alpha|, a half-trained model, 7-bit weights): all quantised
    0.71 and 0.0074, depthwise kept 0.70 and 0.0052, first kept too 0.72 and 0.0031, last kept too 0.75 and 0.0031.

    Attributes:
        depthwise: keep those with one input channel per group: they read more than they compute, so INT8 gains no time.
        first: keep those that no other convolution comes before, which read the picture.
        last: keep those that no other convolution comes after, which write alpha.
        names: keep more, by the names of their ONNX operators.
        weight_bits: 7 keeps weights within ±64, so that the sum of two products fits the 16 bits that processors
            without VNNI have for it; with 8 OpenVINO clips it there without a word and alpha is ruined (0.028 off).
            Where only TensorRT or VNNI runs the file, 8 is somewhat more accurate (0.0023 instead of 0.0031).
        unsigned: UINT8 for activations that are never negative: finer on CPUs, but TensorRT misreads it.
    """

    depthwise: bool = True
    first: bool = True
    last: bool = False
    names: tuple[str, ...] = ()
    weight_bits: Literal[7, 8] = 7
    unsigned: bool = True

    def kept_float(self, model: onnx.ModelProto) -> list[str]:
        """Names of the convolutions that stay in float, in the order of the graph.

        Raises:
            UserError: `names` holds one that the model has not.
        """
        convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
        unknown = sorted(set(self.names) - {node.name for node in convolutions})
        if unknown:
            raise UserError(
                f"the model has no convolution named {unknown[0]!r}. Expected names out of: "
                f"{', '.join(node.name for node in convolutions)}."
            )
        kept = set(self.names)
        if self.depthwise:
            weights = constants(model)
            kept |= {node.name for node in convolutions if _is_depthwise(node, weights)}
        if self.first:
            kept |= _without_convolution_before(model.graph.node)
        if self.last:
            kept |= _without_convolution_after(model.graph.node)
        return [node.name for node in convolutions if node.name in kept]


@dataclass(frozen=True)
class QuantizationReport:
    """What became of a model.

    Attributes:
        quantized: names of the convolutions that are INT8 now.
        kept_float: names of those that are not.
        method: how ranges were found.
        frames: how many were looked at.
        seconds: how long it took.
    """

    quantized: tuple[str, ...]
    kept_float: tuple[str, ...]
    method: Method
    frames: int
    seconds: float


def quantize(
    model_path: Path,
    output_path: Path,
    frames: NDArray[np.uint8],
    method: Method = "percentile",
    policy: QuantizationPolicy | None = None,
) -> QuantizationReport:
    """Write an INT8 Q/DQ copy of a float model; names, shapes and dtypes of inputs and outputs stay.

    Args:
        model_path: FP32 ONNX, opset 19 or newer, one input uint8 (1, H, W, 3).
        output_path: where to; replaced only by a complete and validated file.
        frames: uint8 (N, H, W, 3) RGB, as `calib.frames.collect` gives them.
        method: "percentile" cuts off the outermost 0.01 % of each activation; "minmax" keeps all and "moving-average"
            the running mean of each frame's extremes, both two to three times faster.
        policy: what stays in float.

    Raises:
        UserError: the model, the frames or the output's folder do not fit.
    """
    started = time.perf_counter()
    source = load_model(model_path)
    check_opset(source)
    name, size = image_input(source)
    check_frames(frames, size)
    policy = policy or QuantizationPolicy()
    require("onnxruntime")
    with tempfile.TemporaryDirectory(prefix="calib.") as folder:
        prepared = _prepare(source, Path(folder))
        kept = policy.kept_float(prepared)
        convolutions = [node.name for node in prepared.graph.node if node.op_type == "Conv"]
        quantized = tuple(node for node in convolutions if node not in set(kept))
        if not quantized:
            raise UserError(
                f"{model_path}: none of {len(convolutions)} convolutions is left to quantise under {policy}. Keep "
                "fewer of them in float, or build FP16."
            )
        model = _quantize_static(Path(folder), name, frames, method, kept, policy.weight_bits)
    if policy.unsigned:
        make_unsigned(model)
    correct_biases(model, prepared, quantized, frames)
    drop_unused(model)
    copy_metadata(source, model)
    _check_interface(source, model)
    validate_qdq(model, unsigned=policy.unsigned)
    save_model(model, output_path)
    return QuantizationReport(quantized, tuple(kept), method, len(frames), time.perf_counter() - started)


def prepared(model_path: Path) -> onnx.ModelProto:
    """The float model as `quantize` starts from it: constants folded, and each convolution with the name it has there.

    Raises:
        UserError: the model does not fit.
    """
    source = load_model(model_path)
    check_opset(source)
    require("onnxruntime")
    with tempfile.TemporaryDirectory(prefix="calib.") as folder:
        return _prepare(source, Path(folder))


def _prepare(source: onnx.ModelProto, folder: Path) -> onnx.ModelProto:
    """Fold constants and infer shapes, as quantisation needs; every convolution gets a name to be told apart by."""
    import onnx
    from onnxruntime.quantization.shape_inference import quant_pre_process

    drop_unused(source)
    with _quiet():
        onnx.save(source, folder / "source.onnx")
        # Symbolic shapes need sympy and say nothing new: all sizes are fixed.
        quant_pre_process(str(folder / "source.onnx"), str(folder / "prepared.onnx"), skip_symbolic_shape=True)
    model = onnx.load(folder / "prepared.onnx")
    for index, node in enumerate(model.graph.node):
        if node.op_type == "Conv" and not node.name:
            node.name = f"Conv_{index}"
    onnx.save(model, folder / "prepared.onnx")
    return model


def _quantize_static(
    folder: Path, input_name: str, frames: NDArray[np.uint8], method: Method, kept: Sequence[str], weight_bits: int
) -> onnx.ModelProto:
    import onnx
    from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static

    options: dict[str, Any] = {
        "ActivationSymmetric": True,
        "WeightSymmetric": True,
        # TensorRT adds float biases to its INT32 sums itself and refuses quantised ones.
        "QuantizeBias": False,
        # Else Q/DQ lands between a convolution and its activation function, and the two are no longer one kernel.
        "OpTypesToExcludeOutputQuantization": ["Conv"],
        "CalibPercentile": PERCENTILE,
        "CalibMovingAverage": method == "moving-average",
        # One frame's activations in memory at a time; the name is of the option's first use, it holds for all methods.
        "CalibStridedMinMax": 1,
    }
    percentile = method == "percentile"
    with _quiet():
        quantize_static(
            str(folder / "prepared.onnx"),
            str(folder / "quantized.onnx"),
            _reader(input_name, frames),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv"],
            per_channel=True,
            activation_type=QuantType.QInt8,
            weight_type=QuantType.QInt8,
            reduce_range=weight_bits == 7,
            nodes_to_exclude=list(kept),
            calibrate_method=CalibrationMethod.Percentile if percentile else CalibrationMethod.MinMax,
            extra_options=options,
        )
    return onnx.load(folder / "quantized.onnx")


def _reader(name: str, frames: NDArray[np.uint8]) -> Any:
    from onnxruntime.quantization import CalibrationDataReader

    class Reader(CalibrationDataReader):
        def __init__(self) -> None:
            self.set_range(0, len(frames))

        def __len__(self) -> int:
            return len(frames)

        def set_range(self, start_index: int, end_index: int) -> None:
            self._rest: Iterator[NDArray[np.uint8]] = iter(frames[start_index:end_index])

        def get_next(self) -> dict[str, NDArray[np.uint8]] | None:
            frame = next(self._rest, None)
            return None if frame is None else {name: frame[None]}

    return Reader()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """ONNX Runtime prints a line per frame and advice on models that it has prepared itself."""
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        logging.getLogger().setLevel(level)


def _is_depthwise(node: onnx.NodeProto, weights: dict[str, NDArray[Any]]) -> bool:
    groups = next((attribute.i for attribute in node.attribute if attribute.name == "group"), 1)
    return groups > 1 and weights[node.input[1]].shape[1] == 1


def _without_convolution_before(nodes: Sequence[onnx.NodeProto]) -> set[str]:
    found, after = set(), set()  # after: tensors that a convolution has had a part in
    for node in nodes:
        reached = any(name in after for name in node.input)
        if node.op_type == "Conv" and not reached:
            found.add(node.name)
        if reached or node.op_type == "Conv":
            after.update(node.output)
    return found


def _without_convolution_after(nodes: Sequence[onnx.NodeProto]) -> set[str]:
    found, before = set(), set()  # before: tensors that a convolution is still to read
    for node in reversed(nodes):
        reached = any(name in before for name in node.output)
        if node.op_type == "Conv" and not reached:
            found.add(node.name)
        if reached or node.op_type == "Conv":
            before.update(node.input)
    return found


def _check_interface(source: onnx.ModelProto, model: onnx.ModelProto) -> None:
    for kind in ("input", "output"):
        old, new = ([(item.name, item.type) for item in getattr(part.graph, kind)] for part in (source, model))
        if old != new:
            raise RuntimeError(f"quantisation changed the model's {kind}s from {old} to {new}")


def activation_ranges(model: onnx.ModelProto) -> dict[str, float]:
    """The largest magnitude that each quantised activation of a Q/DQ model can hold, by the tensor's name."""
    values = constants(model)
    ranges = {}
    for node in model.graph.node:
        if node.op_type == "QuantizeLinear" and node.input[0] not in values:
            largest = np.iinfo(values[node.input[2]].dtype).max
            ranges[node.input[0]] = round(float(values[node.input[1]]) * largest, 6)
    return ranges
