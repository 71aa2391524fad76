"""What is refused, and whether OpenVINO computes what the graph says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from calib.check import Agreement, QuantizationError, agreement, validate_qdq
from calib.fp16 import to_fp16
from calib.graph import session
from calib.policy import QuantizationPolicy
from runtime.errors import UserError
from tests.calib.conftest import quantize


@pytest.fixture
def int8_path(float_path: Path, pictures: np.ndarray) -> Path:
    path = float_path.with_name("int8.onnx")
    quantize(float_path, path, pictures, QuantizationPolicy(unsigned=False), "minmax")
    return path


def _node(model: onnx.ModelProto, op_type: str, **where: str) -> onnx.NodeProto:
    """The first operator of a kind, by the input that it reads where one is given."""
    return next(
        node
        for node in model.graph.node
        if node.op_type == op_type and where.get("reads", node.input[0]) == node.input[0]
    )


def _replace(model: onnx.ModelProto, name: str, value: np.ndarray) -> None:
    item = next(item for item in model.graph.initializer if item.name == name)
    item.CopyFrom(numpy_helper.from_array(value, name))


def _unsigned(model: onnx.ModelProto) -> None:
    _replace(model, _node(model, "QuantizeLinear").input[2], np.uint8(0))


def _shifted(model: onnx.ModelProto) -> None:
    _replace(model, _node(model, "QuantizeLinear").input[2], np.int8(3))


def _shifted_weights(model: onnx.ModelProto) -> None:
    _replace(model, _node(model, "DequantizeLinear").input[2], np.array([0, 0, 1, 0], np.int8))


def _without_zero_point(model: onnx.ModelProto) -> None:
    del _node(model, "QuantizeLinear").input[2]


def _per_channel_activation(model: onnx.ModelProto) -> None:
    _replace(model, _node(model, "QuantizeLinear").input[1], np.full(8, 0.1, np.float32))


def _zero_scale(model: onnx.ModelProto) -> None:
    _replace(model, _node(model, "QuantizeLinear").input[1], np.float32(0))


def _computed_scale(model: onnx.ModelProto) -> None:
    node = _node(model, "QuantizeLinear")
    model.graph.node.insert(0, helper.make_node("Abs", [node.input[1]], ["computed"]))
    node.input[1] = "computed"


def _int32_bias(model: onnx.ModelProto) -> None:
    convolution = next(node for node in model.graph.node if node.op_type == "Conv" and node.name == "fuse")
    model.graph.initializer.extend([
        numpy_helper.from_array(np.ones(8, np.int32), "whole_bias"),
        numpy_helper.from_array(np.float32(0.01), "bias_scale"),
    ])  # fmt: skip
    model.graph.node.insert(
        0, helper.make_node("DequantizeLinear", ["whole_bias", "bias_scale"], ["bias"], name="bias")
    )
    convolution.input[2] = "bias"


def _between_convolution_and_clip(model: onnx.ModelProto) -> None:
    clip = next(node for node in model.graph.node if node.op_type == "Clip" and node.input[0] == "fuse_out")
    scale, zero = _node(model, "QuantizeLinear").input[1:3]
    at = list(model.graph.node).index(clip)
    model.graph.node.insert(at, helper.make_node("DequantizeLinear", ["whole", scale, zero], ["back"], name="inner_dq"))
    model.graph.node.insert(
        at, helper.make_node("QuantizeLinear", ["fuse_out", scale, zero], ["whole"], name="inner_q")
    )
    clip.input[0] = "back"


VIOLATIONS = {
    _unsigned: "zero point uint8.*expected int8 0",
    _shifted: r"zero point int8 \[3\]; expected int8 0",
    _shifted_weights: r"DequantizeLinear .* has zero point int8 \[0, 1\]",
    _without_zero_point: "no fixed zero point and hence is UINT8",
    _per_channel_activation: r"scales an activation per channel \(8 scales\)",
    _zero_scale: "has scale 0.0; expected positive",
    _computed_scale: "computes its scale",
    _int32_bias: "bias holds an INT32 bias",
    _between_convolution_and_clip: "inner_q stands between Conv fuse and Clip fuse_relu6",
}


@pytest.mark.parametrize("half", [False, True], ids=["fp32 body", "fp16 body"])
def test_what_quantize_writes_is_valid(int8_path, tmp_path, half):
    if half:
        to_fp16(int8_path, tmp_path / "half.onnx")
    validate_qdq(onnx.load(tmp_path / "half.onnx" if half else int8_path))


@pytest.mark.parametrize("spoil", VIOLATIONS, ids=lambda spoil: spoil.__name__.strip("_"))
def test_violations(int8_path, spoil: Callable[[onnx.ModelProto], None]):
    model = onnx.load(int8_path)
    spoil(model)
    with pytest.raises(QuantizationError, match=VIOLATIONS[spoil]):
        validate_qdq(model)


def test_float_model_is_not_quantised(float_path):
    with pytest.raises(QuantizationError, match="none of 8 convolutions has INT8 input and weights"):
        validate_qdq(onnx.load(float_path))


def test_weights_behind_a_quantiser_of_their_own_may_have_a_scale_per_channel(int8_path):
    """Other tools leave weights in float and put Q and DQ behind them."""
    model = onnx.load(int8_path)
    node = next(node for node in model.graph.node if node.name.startswith("fuse_weight"))
    model.graph.initializer.append(numpy_helper.from_array(np.ones((8, 8, 3, 3), np.float32), "float_weight"))
    model.graph.node.insert(0, helper.make_node("QuantizeLinear", ["float_weight", *node.input[1:]], ["q"], axis=0))
    node.input[0] = "q"
    validate_qdq(model)


def test_a_violation_can_be_mended_by_the_user():
    assert issubclass(QuantizationError, UserError)


@pytest.mark.parametrize(
    "difference, quantization_error, engine_error, ok",
    [
        (0.0015, 0.001, 0.003, True),  # too small to be seen
        (0.003, 0.010, 0.011, True),  # small beside the quantisation error
        (0.0045, 0.010, 0.011, True),  # rounding: the engine is no farther from FP32
        (0.0045, 0.010, 0.014, False),
        (0.080, 0.008, 0.078, False),
    ],
)
def test_agreement_ok(difference, quantization_error, engine_error, ok):
    assert Agreement(difference, quantization_error, engine_error).ok is ok


def test_openvino_agrees_on_what_quantize_writes(float_path, int8_path, pictures):
    found = agreement(int8_path, float_path, pictures)
    assert found.ok
    assert 1e-5 < found.quantization_error < 0.01
    assert found.difference < found.quantization_error / 3


@pytest.mark.parametrize("name", ["float_path", "concat_path"])
@pytest.mark.parametrize("bits", [7, 8])
def test_openvino_is_caught_where_it_computes_wrongly(request, pictures, tmp_path, name, bits):
    """Concat is wrong in OpenVINO 2026.4, 8-bit weights are wrong without VNNI; elsewhere nothing may be reported."""
    import openvino

    source, int8 = request.getfixturevalue(name), tmp_path / "int8.onnx"
    quantize(source, int8, pictures, QuantizationPolicy(weight_bits=bits), "minmax")
    exact = session(onnx.load(source), optimize=False)
    compiled = openvino.Core().compile_model(str(int8), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    errors = [np.abs(compiled(picture[None])[0] - exact.run(None, {"src": picture[None]})[0]) for picture in pictures]
    assert agreement(int8, source, pictures).ok == (np.mean(errors) < 0.007)


def test_agreement_of_different_models(float_path, int8_path, pictures):
    model = onnx.load(float_path)
    model.graph.input[0].name = model.graph.node[0].input[0] = "picture"
    onnx.save(model, float_path)
    with pytest.raises(UserError, match="not of one model"):
        agreement(int8_path, float_path, pictures)


def test_agreement_on_frames_of_another_size(float_path, int8_path, pictures):
    with pytest.raises(UserError, match="expected uint8"):
        agreement(int8_path, float_path, pictures[:, :16])
