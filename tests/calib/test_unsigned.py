"""Finer steps for what is never negative, and only for that."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from calib.check import QuantizationError, agreement, validate_qdq
from calib.graph import constants, session
from calib.policy import QuantizationPolicy
from calib.unsigned import make_unsigned
from tests.calib.conftest import quantize


def _build(float_path: Path, pictures: np.ndarray, *, unsigned: bool) -> onnx.ModelProto:
    path = float_path.with_name(f"int8_{unsigned}.onnx")
    quantize(float_path, path, pictures, QuantizationPolicy(unsigned=unsigned), "minmax")
    return onnx.load(path)


def _zero_points(model: onnx.ModelProto) -> dict[str, np.dtype]:
    """By what is quantised."""
    values = constants(model)
    return {node.input[0]: values[node.input[2]].dtype for node in model.graph.node if node.op_type == "QuantizeLinear"}


def test_activations_after_relu6_are_unsigned_and_others_are_not(float_path: Path, pictures: np.ndarray) -> None:
    model = _build(float_path, pictures, unsigned=True)
    maker = {output: node.op_type for node in model.graph.node for output in node.output}
    found = {name: (maker[name], dtype) for name, dtype in _zero_points(model).items() if name in maker}
    assert any(dtype == np.uint8 for _, dtype in found.values())
    assert all(dtype == np.uint8 for kind, dtype in found.values() if kind == "Clip")
    assert all(kind not in ("Conv", "Add") for kind, dtype in found.values() if dtype == np.uint8)


def test_the_range_stays_and_the_result_comes_closer(float_path: Path, pictures: np.ndarray) -> None:
    exact = session(onnx.load(float_path), optimize=False)
    errors = []
    for unsigned in (False, True):
        run = session(_build(float_path, pictures, unsigned=unsigned), optimize=False)
        difference = [
            np.abs(exact.run(None, {"src": p[None]})[0] - run.run(None, {"src": p[None]})[0]) for p in pictures
        ]
        errors.append(np.mean(difference))
    assert errors[1] < errors[0]


def test_every_reader_of_a_pair_follows(float_path: Path, pictures: np.ndarray) -> None:
    model = _build(float_path, pictures, unsigned=False)
    changed = make_unsigned(model)
    onnx.checker.check_model(model, full_check=True)
    assert changed == sum(dtype == np.uint8 for dtype in _zero_points(model).values()) > 0
    for quantize_node in (node for node in model.graph.node if node.op_type == "QuantizeLinear"):
        for reader in (node for node in model.graph.node if quantize_node.output[0] in node.input):
            assert list(reader.input[1:]) == list(quantize_node.input[1:])
    assert make_unsigned(model) == 0  # there is nothing left to change


def test_tensorrt_rules_refuse_it_and_openvino_agrees(float_path: Path, pictures: np.ndarray) -> None:
    model = _build(float_path, pictures, unsigned=True)
    validate_qdq(model, unsigned=True)
    with pytest.raises(QuantizationError, match="expected int8 0"):
        validate_qdq(model)
    assert agreement(float_path.with_name("int8_True.onnx"), float_path, pictures).ok
