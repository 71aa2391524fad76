"""Bundles with tiny engines, real backends."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from runtime import bundle as bundles
from runtime.bundle import Bundle, Manifest


def brightness_model(width: int, height: int) -> onnx.ModelProto:
    """alpha = red / 255: the simplest graph with a student's inputs and outputs."""
    nodes = [
        helper.make_node("Cast", ["src"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["float", "scale"], ["unit"]),
        helper.make_node("Slice", ["unit", "zero", "one", "three"], ["red"]),
        helper.make_node("Squeeze", ["red", "three"], ["alpha"]),
    ]
    constants = [
        helper.make_tensor("scale", TensorProto.FLOAT, [], [255.0]),
        helper.make_tensor("zero", TensorProto.INT64, [1], [0]),
        helper.make_tensor("one", TensorProto.INT64, [1], [1]),
        helper.make_tensor("three", TensorProto.INT64, [1], [3]),
    ]
    graph = helper.make_graph(
        nodes,
        "brightness",
        [helper.make_tensor_value_info("src", TensorProto.UINT8, [1, height, width, 3])],
        [helper.make_tensor_value_info("alpha", TensorProto.FLOAT, [1, height, width])],
        constants,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=10)


def make_bundle(
    path: Path, target: str = "openvino", size: tuple[int, int] = (64, 32), model: onnx.ModelProto | None = None
) -> Bundle:
    """A bundle whose alpha is the picture's red channel."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = path.with_suffix(".onnx")
    onnx.save(model or brightness_model(*size), engine)
    manifest = Manifest(
        "test", target, "fp32", size[0], size[1], engine.name, "0" * 64, {target: "1"}, "2026-01-01T00:00:00+00:00"
    )
    return bundles.write(path, manifest, {engine.name: engine})


@pytest.fixture
def red_bundle(tmp_path: Path) -> Bundle:
    return make_bundle(tmp_path / "red")


@pytest.fixture
def disc() -> np.ndarray:
    """RGB uint8 (180, 320, 3): a red disc with a soft edge on blue."""
    y, x = np.mgrid[:180, :320]
    share = np.clip((60 - np.hypot(x - 160, y - 90)) / 6 + 0.5, 0, 1)[..., None]
    return (share * [255, 40, 40] + (1 - share) * [0, 40, 200]).round().astype(np.uint8)
