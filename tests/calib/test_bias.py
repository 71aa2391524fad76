"""Bias correction."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from calib.bias import correct_biases, mean_shift
from calib.graph import session


def _net(weight_nodes: list[onnx.NodeProto], weight: str, initializers: list[onnx.TensorProto]) -> onnx.ModelProto:
    """Picture to one 1x1 convolution in two groups of channels."""
    nodes = [
        helper.make_node("Cast", ["src"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["float"], ["planar"], perm=[0, 3, 1, 2]),
        helper.make_node("Concat", ["planar", "planar"], ["twice"], axis=1),
        *weight_nodes,
        helper.make_node("Conv", ["twice", weight, "bias"], ["out"], name="conv", group=2),
    ]
    source = helper.make_tensor_value_info("src", TensorProto.UINT8, [1, 32, 64, 3])
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, 4, 32, 64])
    graph = helper.make_graph(nodes, "net", [source], [out], initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=9)


def _means(model: onnx.ModelProto, pictures: np.ndarray) -> np.ndarray:
    run = session(model, optimize=False)
    return np.mean([run.run(None, {"src": picture[None]})[0].mean((0, 2, 3)) for picture in pictures], 0)


def test_corrected_outputs_have_the_means_of_the_float_ones(pictures):
    random = np.random.default_rng(0)
    weight = random.normal(0.2, 1, (4, 3, 1, 1)).astype(np.float32)
    bias = numpy_helper.from_array(np.arange(4, dtype=np.float32), "bias")
    scale = (np.abs(weight).max((1, 2, 3)) / 5).astype(np.float32)  # coarse, so that there is much to correct
    values = np.rint(weight / scale.reshape(-1, 1, 1, 1)).astype(np.int8)
    source = _net([], "weight", [bias, numpy_helper.from_array(weight, "weight")])
    quantized = _net(
        [helper.make_node("DequantizeLinear", ["values", "scale"], ["weight"], axis=0)],
        "weight",
        [bias, numpy_helper.from_array(values, "values"), numpy_helper.from_array(scale, "scale")],
    )
    exact = _means(source, pictures)
    assert np.abs(_means(quantized, pictures) - exact).max() > 1
    means = pictures.mean((0, 1, 2), np.float64)
    correct_biases(quantized, source, ["conv"], {"twice": np.concatenate([means, means])})
    np.testing.assert_allclose(_means(quantized, pictures), exact, rtol=1e-4, atol=1e-2)


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_mean_shift_is_what_a_constant_picture_shows(groups, inputs, outputs, seed):
    random = np.random.default_rng(seed)
    change = random.normal(size=(groups * outputs, inputs, 3, 3))
    means = random.normal(size=groups * inputs)
    shift = mean_shift(change, means)
    for channel in range(groups * outputs):
        group = channel // outputs
        seen = means[group * inputs : (group + 1) * inputs]
        assert shift[channel] == pytest.approx((change[channel] * seen[:, None, None]).sum())
