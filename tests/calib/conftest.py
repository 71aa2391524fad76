"""A net of the student's operators, small enough to be built, quantised and run in milliseconds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from calib.policy import QuantizationPolicy
from calib.quantize import QuantizationReport, Quantizer
from calib.ranges import Method

WIDTH, HEIGHT = 64, 32


class GraphWriter:
    """Collects operators; every method returns the name of a tensor."""

    def __init__(self, seed: int = 0) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self._random = np.random.default_rng(seed)

    def constant(self, name: str, value: np.ndarray) -> str:
        self.initializers.append(numpy_helper.from_array(value, name))
        return name

    def add(self, op_type: str, inputs: list[str], name: str, output: str = "", **attributes: object) -> str:
        output = output or f"{name}_out"
        self.nodes.append(helper.make_node(op_type, inputs, [output], name=name, **attributes))
        return output

    def conv(self, x: str, name: str, shape: tuple[int, int, int, int], groups: int = 1, stride: int = 1) -> str:
        fan_in = shape[1] * shape[2] * shape[3]
        weight = self._random.normal(0, 1.5 / np.sqrt(fan_in), shape).astype(np.float32)
        bias = self._random.normal(0.3, 0.2, shape[0]).astype(np.float32)
        names = [self.constant(f"{name}_weight", weight), self.constant(f"{name}_bias", bias)]
        pad = shape[2] // 2
        return self.add("Conv", [x, *names], name, group=groups, strides=[stride] * 2, pads=[pad] * 4)

    def relu6(self, x: str, name: str) -> str:
        if not any(item.name == "six" for item in self.initializers):
            self.constant("zero", np.float32(0))
            self.constant("six", np.float32(6))
        return self.add("Clip", [x, "zero", "six"], f"{name}_relu6")

    def resize(self, x: str, name: str, factor: float) -> str:
        scales = self.constant(f"{name}_scales", np.array([1, 1, factor, factor], np.float32))
        return self.add("Resize", [x, "", scales], name, mode="linear", coordinate_transformation_mode="half_pixel")

    def picture(self) -> str:
        """`src` as float (1, 3, H, W) in [-1, 1]."""
        x = self.add(
            "Cast", [self.add("Transpose", ["src"], "planar", perm=[0, 3, 1, 2])], "cast", to=TensorProto.FLOAT
        )
        x = self.add("Div", [x, self.constant("levels", np.float32(127.5))], "divide")
        return self.add("Sub", [x, self.constant("one", np.float32(1))], "subtract")

    def alpha(self, logits: str) -> None:
        """Four logits a cell to `alpha`."""
        x = self.add("DepthToSpace", [logits], "shuffle", blocksize=2)
        x = self.add("Sigmoid", [x], "sigmoid")
        self.add("Squeeze", [x, self.constant("axis", np.array([1]))], "squeeze", "alpha")

    def model(self, opset: int = 19, **metadata: str) -> onnx.ModelProto:
        source = helper.make_tensor_value_info("src", TensorProto.UINT8, [1, HEIGHT, WIDTH, 3])
        alpha = helper.make_tensor_value_info("alpha", TensorProto.FLOAT, [1, HEIGHT, WIDTH])
        graph = helper.make_graph(self.nodes, "tiny", [source], [alpha], self.initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)
        helper.set_model_props(model, metadata)
        onnx.checker.check_model(model, full_check=True)
        return model


def student(opset: int = 19) -> onnx.ModelProto:
    """Stem at half size, inverted residual with Add, upsampling with a skip by Add, head."""
    net = GraphWriter()
    picture = net.picture()
    x = net.relu6(net.conv(net.resize(picture, "half", 0.5), "stem", (8, 3, 3, 3), stride=2), "stem")
    inner = net.relu6(net.conv(x, "expand", (16, 8, 1, 1)), "expand")
    inner = net.relu6(net.conv(inner, "depthwise", (16, 1, 3, 3), groups=16), "depthwise")
    x = net.add("Add", [x, net.conv(inner, "project", (8, 16, 1, 1))], "residual")
    detail = net.relu6(net.conv(picture, "detail", (8, 3, 3, 3), stride=2), "detail")
    x = net.add("Add", [net.resize(x, "up", 2.0), net.conv(detail, "skip", (8, 8, 1, 1))], "join")
    x = net.relu6(net.conv(net.relu6(x, "join"), "fuse", (8, 8, 3, 3)), "fuse")
    net.alpha(net.conv(x, "head", (4, 8, 3, 3)))
    return net.model(opset, weights_digest="0123abc", model="tiny")


def concat() -> onnx.ModelProto:
    """Two branches joined by Concat before a quantised 1x1 convolution."""
    net = GraphWriter(1)
    picture = net.picture()
    left = net.conv(picture, "left", (8, 3, 3, 3), stride=2)
    right = net.conv(picture, "right", (8, 3, 3, 3), stride=2)
    x = net.add("Concat", [left, right], "concat", axis=1)
    x = net.relu6(net.conv(x, "mix", (8, 16, 1, 1)), "mix")
    net.alpha(net.conv(x, "head", (4, 8, 3, 3)))
    return net.model(weights_digest="0123abc")


def quantize(
    source: Path,
    output: Path,
    frames: np.ndarray,
    policy: QuantizationPolicy | None = None,
    method: Method | None = None,
) -> QuantizationReport:
    """Write one INT8 copy."""
    return Quantizer(source, frames).write(output, policy, method)


@pytest.fixture
def write_model(tmp_path: Path) -> Callable[[onnx.ModelProto, str], Path]:
    def write(model: onnx.ModelProto, name: str) -> Path:
        onnx.save(model, tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def make_student() -> Callable[..., onnx.ModelProto]:
    return student


@pytest.fixture
def graph_writer() -> type[GraphWriter]:
    return GraphWriter


@pytest.fixture
def float_path(write_model: Callable[[onnx.ModelProto, str], Path]) -> Path:
    return write_model(student(), "float.onnx")


@pytest.fixture
def concat_path(write_model: Callable[[onnx.ModelProto, str], Path]) -> Path:
    return write_model(concat(), "concat.onnx")


@pytest.fixture(scope="session")
def pictures() -> np.ndarray:
    """uint8 (12, 32, 64, 3): coloured blobs over gradients."""
    random = np.random.default_rng(7)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    frames = []
    for _ in range(12):
        slope, centre = random.uniform(-3, 3, (2, 3)), random.uniform((4, 8), (28, 56))
        ground = 110 + slope[0] * (rows[..., None] - 16) + slope[1] * (columns[..., None] - 32)
        near = np.hypot(rows - centre[0], columns - centre[1]) < random.uniform(6, 14)
        frames.append(
            np.where(near[..., None], random.uniform(0, 255, 3), ground) + random.normal(0, 3, (HEIGHT, WIDTH, 3))
        )
    return np.clip(frames, 0, 255).astype(np.uint8)
