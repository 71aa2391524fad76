"""FP16 files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import openvino
import pytest
from onnx import TensorProto

from calib.fp16 import to_fp16
from calib.graph import constants, session
from runtime.errors import UserError
from tests.calib.conftest import quantize


@pytest.fixture(params=["fp32", "int8"])
def source(request, float_path, pictures, tmp_path) -> Path:
    if request.param == "fp32":
        return float_path
    quantize(float_path, tmp_path / "int8.onnx", pictures, method="minmax")
    return tmp_path / "int8.onnx"


def test_computes_the_same_in_half_the_precision(source, pictures, tmp_path):
    output = tmp_path / "half.onnx"
    to_fp16(source, output)
    exact, half = session(onnx.load(source), optimize=False), session(onnx.load(output), optimize=False)
    compiled = openvino.Core().compile_model(str(output), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    # INT8 steps that round the other way add up, most in ONNX Runtime 1.23, which quantises FP16 less exactly.
    tolerance = 0.001 if source.name == "float.onnx" else 0.015
    for picture in pictures:
        wanted, found = (run.run(None, {"src": picture[None]})[0] for run in (exact, half))
        assert found.dtype == np.float32
        assert np.abs(found - wanted).mean() < tolerance
        assert np.abs(compiled(picture[None])[0] - wanted).mean() < tolerance


def test_only_the_ends_stay_fp32(source, tmp_path):
    to_fp16(source, tmp_path / "half.onnx")
    before, after = onnx.load(source), onnx.load(tmp_path / "half.onnx")
    assert after.graph.input == before.graph.input and after.graph.output == before.graph.output
    assert after.metadata_props == before.metadata_props
    assert after.opset_import == before.opset_import
    floats = [name for name, value in constants(after).items() if value.dtype == np.float32]
    assert sorted(floats) == ["half_scales", "up_scales"]  # of Resize, FP32 by definition
    casts = [node.attribute[0].i for node in after.graph.node if node.op_type == "Cast"]
    assert sorted(casts) == [TensorProto.FLOAT, TensorProto.FLOAT16]  # the picture's and alpha's
    onnx.checker.check_model(after, full_check=True)


def test_operators_are_in_order(source, tmp_path):
    to_fp16(source, tmp_path / "half.onnx")
    graph = onnx.load(tmp_path / "half.onnx").graph
    known = {item.name for item in [*graph.input, *graph.initializer]} | {""}
    for node in graph.node:
        assert known.issuperset(node.input)
        known.update(node.output)


def test_types_noted_in_the_file_do_no_harm(source, tmp_path):
    """Simplifiers note the types of constants too; that of Resize's scales stays FP32."""
    model = onnx.load(source)
    model.graph.value_info.append(onnx.helper.make_tensor_value_info("half_scales", TensorProto.FLOAT, [4]))
    onnx.save(model, source)
    to_fp16(source, tmp_path / "half.onnx")
    assert constants(onnx.load(tmp_path / "half.onnx"))["half_scales"].dtype == np.float32


def test_operators_that_stay_fp32_get_their_casts_in_order(graph_writer, write_model, tmp_path):
    net = graph_writer()
    x = net.conv(net.picture(), "head", (4, 3, 3, 3), stride=2)
    net.alpha(net.add("Max", [x, net.constant("floor", np.float32(-20))], "max"))
    to_fp16(write_model(net.model(), "float.onnx"), tmp_path / "half.onnx")
    nodes = onnx.load(tmp_path / "half.onnx").graph.node
    around = [index for index, node in enumerate(nodes) if node.op_type in ("Cast", "Max")][1:4]
    assert [nodes[index].op_type for index in around] == ["Cast", "Max", "Cast"]


def test_halves_the_file(float_path, tmp_path):
    to_fp16(float_path, tmp_path / "half.onnx")
    weights = [
        sum(value.nbytes for value in constants(onnx.load(path)).values())
        for path in (float_path, tmp_path / "half.onnx")
    ]
    assert weights[1] < 0.55 * weights[0]


def test_the_source_stays(float_path, tmp_path):
    before = float_path.read_bytes()
    to_fp16(float_path, tmp_path / "half.onnx")
    assert float_path.read_bytes() == before


def test_old_opset_is_refused_and_an_old_file_left_alone(make_student, write_model, tmp_path):
    output = tmp_path / "half.onnx"
    output.write_bytes(b"old")
    with pytest.raises(UserError, match="opset 17, expected at least 19"):
        to_fp16(write_model(make_student(17), "old.onnx"), output)
    assert output.read_bytes() == b"old"


def test_missing_model(tmp_path):
    with pytest.raises(UserError, match="no such file"):
        to_fp16(tmp_path / "nothing.onnx", tmp_path / "half.onnx")
