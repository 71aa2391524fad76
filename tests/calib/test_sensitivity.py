"""Layers taken back into float, on a small net with Q/DQ."""

from __future__ import annotations

import numpy as np
import onnx
import pytest

from calib.graph import session
from calib.policy import QuantizationPolicy
from calib.quantize import Quantizer
from calib.sensitivity import float_again, keep_in_float, quantized_layers, sensitivities


@pytest.fixture
def models(float_path, pictures, tmp_path):
    """(quantised, float), with one layer whose weights INT8 ruins."""
    model = onnx.load(float_path)
    weight = next(item for item in model.graph.initializer if item.name == "fuse_weight")
    values = onnx.numpy_helper.to_array(weight).copy()
    values[:, 0, 0, 0] = 30 * np.abs(values).max()  # one large weight a channel sets the step; the others are lost
    weight.CopyFrom(onnx.numpy_helper.from_array(values, weight.name))
    onnx.save(model, float_path)
    quantizer = Quantizer(float_path, pictures)
    quantizer.write(tmp_path / "int8.onnx", method="percentile")
    return onnx.load(tmp_path / "int8.onnx"), quantizer.source


def alphas(model: onnx.ModelProto, pictures: np.ndarray) -> np.ndarray:
    run = session(model, optimize=False)
    return np.concatenate([run.run(None, {"src": picture[None]})[0] for picture in pictures])


def test_all_layers_back_in_float_give_the_float_model(models, pictures):
    quantized, source = models
    layers = quantized_layers(quantized)
    assert layers == ["skip", "expand", "project", "fuse", "head"]
    again = float_again(quantized, source, layers)
    onnx.checker.check_model(again, full_check=True)
    assert quantized_layers(again) == []
    assert np.abs(alphas(again, pictures) - alphas(source, pictures)).max() < 1e-5


def test_one_layer_back_in_float_leaves_the_others(models, pictures):
    quantized, source = models
    again = float_again(quantized, source, ["fuse"])
    assert quantized_layers(again) == ["skip", "expand", "project", "head"]
    assert "fuse" in quantized_layers(quantized), "the model given is not changed"
    assert np.isfinite(alphas(again, pictures)).all()


def test_the_ruined_layer_is_found_and_keeping_it_in_float_holds_the_limit(models, pictures):
    quantized, source = models
    found = sensitivities(quantized, source, pictures[:4])
    assert found[0].layer == "fuse" and found[0].loss.worst() > 2 * found[1].loss.worst()
    limit = found[0].loss.worst() / 2
    assert keep_in_float(quantized, source, [item.layer for item in found], pictures[:4], limit) == ["fuse"]


def test_nothing_is_kept_where_nothing_is_lost_and_none_says_that_int8_is_no_use(models, pictures):
    quantized, source = models
    order = quantized_layers(quantized)
    assert keep_in_float(quantized, source, order, pictures[:2], 10.0) == []
    assert keep_in_float(quantized, source, order, pictures[:2], 0.0) is None


def test_weights_of_8_bits_are_judged_by_what_the_graph_says(float_path, pictures, tmp_path):
    """Optimised, ONNX Runtime adds products of 8 bits in 16 where a processor has no VNNI: the sums overflow."""
    model = onnx.load(float_path)
    weight = next(item for item in model.graph.initializer if item.name == "fuse_weight")
    weight.CopyFrom(onnx.numpy_helper.from_array(np.full((8, 8, 3, 3), 0.02, np.float32), weight.name))
    onnx.save(model, float_path)  # every weight is the largest of its channel: 127
    quantizer = Quantizer(float_path, pictures)
    quantizer.write(tmp_path / "int8.onnx", QuantizationPolicy(weight_bits=8), "percentile")
    quantized = onnx.load(tmp_path / "int8.onnx")
    (alone,) = [item.loss for item in sensitivities(quantized, quantizer.source, pictures[:4]) if item.layer == "fuse"]
    others = set(quantized_layers(quantized)) - {"fuse"}
    literal = alphas(float_again(quantized, quantizer.source, others), pictures[:4])
    assert alone.mad == pytest.approx(np.abs(literal - alphas(quantizer.source, pictures[:4])).mean(), rel=1e-6)
