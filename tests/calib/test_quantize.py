"""INT8 files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest

from calib.graph import constants, session
from calib.policy import QuantizationPolicy
from calib.quantize import Quantizer
from calib.ranges import METHODS
from runtime.errors import UserError
from tests.calib.conftest import quantize

CONVOLUTIONS = ["stem", "expand", "depthwise", "project", "detail", "skip", "fuse", "head"]


def alphas(path: Path, pictures: np.ndarray) -> np.ndarray:
    run = session(onnx.load(path), optimize=False)
    return np.stack([run.run(None, {"src": picture[None]})[0] for picture in pictures])


def metadata(model: onnx.ModelProto) -> dict[str, str]:
    return {entry.key: entry.value for entry in model.metadata_props}


@pytest.mark.parametrize("method", METHODS)
def test_alpha_stays_and_so_do_interface_metadata_and_opset(float_path, pictures, tmp_path, method, capfd):
    output = tmp_path / "int8.onnx"
    report = quantize(float_path, output, pictures, method=method)
    before, after = onnx.load(float_path), onnx.load(output)
    assert (report.method, report.losses) == (method, {})
    assert report.quantized == ("expand", "project", "skip", "fuse", "head")
    assert report.kept_float == ("stem", "depthwise", "detail")
    assert after.graph.input == before.graph.input and after.graph.output == before.graph.output
    assert metadata(after) == metadata(before) == {"weights_digest": "0123abc", "model": "tiny"}
    assert [(entry.domain, entry.version) for entry in after.opset_import] == [("", 19)]
    difference = np.abs(alphas(output, pictures) - alphas(float_path, pictures)).mean()
    assert 1e-5 < difference < 0.01
    assert capfd.readouterr() == ("", "")
    assert [path.name for path in tmp_path.iterdir() if path != float_path] == ["int8.onnx"]


def test_the_method_that_loses_least_is_taken(float_path, pictures, tmp_path):
    quantizer = Quantizer(float_path, pictures)
    report = quantizer.write(tmp_path / "measured.onnx")
    assert set(report.losses) == set(METHODS)
    assert report.losses[report.method].worst() == min(found.worst() for found in report.losses.values())
    quantizer.write(tmp_path / "asked.onnx", method=report.method)
    assert (tmp_path / "measured.onnx").read_bytes() == (tmp_path / "asked.onnx").read_bytes()


def test_one_quantizer_writes_several_copies(float_path, pictures, tmp_path):
    quantizer = Quantizer(float_path, pictures)
    few = QuantizationPolicy(names=("fuse", "skip"))
    kept = [quantizer.write(tmp_path / "int8.onnx", policy, "mse").kept_float for policy in (few, None, few)]
    assert kept == [("stem", "depthwise", "detail", "skip", "fuse"), ("stem", "depthwise", "detail"), kept[0]]


def test_corrected_biases_bring_alpha_nearer(graph_writer, write_model, pictures, tmp_path, monkeypatch):
    net = graph_writer()
    x = net.relu6(net.conv(net.picture(), "first", (8, 3, 3, 3), stride=2), "first")
    net.alpha(net.conv(x, "head", (4, 8, 1, 1)))
    model = net.model()
    # One large weight sets the step; the others are 0.4 steps and all lost.
    weight = np.full((4, 8, 1, 1), 0.4 / 64, np.float32)
    weight[:, 0] = 1
    next(item for item in model.graph.initializer if item.name == "head_weight").raw_data = weight.tobytes()
    source = write_model(model, "float.onnx")
    exact = alphas(source, pictures)
    quantize(source, tmp_path / "corrected.onnx", pictures)
    monkeypatch.setattr("calib.quantize.correct_biases", lambda *_: None)
    quantize(source, tmp_path / "rounded.onnx", pictures)
    names = ("corrected.onnx", "rounded.onnx")
    corrected, rounded = (np.abs(alphas(tmp_path / name, pictures) - exact).mean() for name in names)
    assert corrected < 0.7 * rounded


def test_same_input_gives_the_same_file(float_path, pictures, tmp_path):
    for name in ("one", "two"):
        quantize(float_path, tmp_path / name, pictures)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("bits, largest", [(7, 64), (8, 127)])
def test_weight_bits(float_path, pictures, tmp_path, bits, largest):
    quantize(float_path, tmp_path / "int8.onnx", pictures, QuantizationPolicy(weight_bits=bits), "minmax")
    values = [value for value in constants(onnx.load(tmp_path / "int8.onnx")).values() if value.ndim == 4]
    integers = [np.abs(value.astype(int)).max() for value in values if value.dtype == np.int8]
    assert integers == [largest] * 5


@pytest.mark.parametrize(
    "policy, kept",
    [
        (QuantizationPolicy(), ["stem", "depthwise", "detail"]),
        (QuantizationPolicy(names=("fuse", "stem")), ["stem", "depthwise", "detail", "fuse"]),
    ],
)
def test_policy(float_path, pictures, tmp_path, policy, kept):
    assert policy.kept_float(onnx.load(float_path)) == kept
    report = quantize(float_path, tmp_path / "int8.onnx", pictures[:2], policy, "minmax")
    nodes = onnx.load(tmp_path / "int8.onnx").graph.node
    maker = {output: node.op_type for node in nodes for output in node.output}
    int8 = {node.name for node in nodes if node.op_type == "Conv" and maker.get(node.input[1]) == "DequantizeLinear"}
    assert set(report.kept_float) == set(kept)
    assert int8 == set(report.quantized) == set(CONVOLUTIONS) - set(kept)


def test_unnamed_convolutions_are_told_apart(float_path, pictures, tmp_path):
    model = onnx.load(float_path)
    for node in model.graph.node:
        node.name = ""
    onnx.save(model, float_path)
    report = quantize(float_path, tmp_path / "int8.onnx", pictures[:2], method="minmax")
    assert (len(report.quantized), len(report.kept_float)) == (5, 3)


def test_convolutions_without_bias_get_one(graph_writer, write_model, pictures, tmp_path):
    net = graph_writer()
    x = net.relu6(net.conv(net.picture(), "first", (8, 3, 3, 3), stride=2), "first")
    net.alpha(net.conv(x, "head", (4, 8, 3, 3)))
    del net.nodes[-4].input[2]
    model = net.model()
    path = write_model(model, "float.onnx")
    quantize(path, tmp_path / "int8.onnx", pictures, method="minmax")
    assert np.abs(alphas(tmp_path / "int8.onnx", pictures) - alphas(path, pictures)).mean() < 0.01


def test_unknown_name_in_the_policy(float_path, pictures, tmp_path):
    with pytest.raises(UserError, match="no convolution named 'haed'.*fuse, head"):
        quantize(float_path, tmp_path / "int8.onnx", pictures, QuantizationPolicy(names=("haed",)), "minmax")


def test_nothing_left_to_quantize(float_path, pictures, tmp_path):
    policy = QuantizationPolicy(names=tuple(CONVOLUTIONS))
    with pytest.raises(UserError, match="none of 8 convolutions is left"):
        quantize(float_path, tmp_path / "int8.onnx", pictures, policy, "minmax")


@pytest.mark.parametrize(
    "spoil, message",
    [
        (lambda frames: frames.astype(np.float32), "frames are float32"),
        (lambda frames: frames[:, :16], r"\(12, 16, 64, 3\), expected uint8 \(N, 32, 64, 3\)"),
        (lambda frames: frames[0], "expected uint8"),
        (lambda frames: frames[:0], "N > 0"),
    ],
)
def test_frames_that_do_not_fit_leave_an_old_file_alone(float_path, pictures, tmp_path, spoil, message):
    output = tmp_path / "int8.onnx"
    output.write_bytes(b"old")
    with pytest.raises(UserError, match=message):
        quantize(float_path, output, spoil(pictures), method="minmax")
    assert output.read_bytes() == b"old"


def test_failed_check_leaves_an_old_file_alone(float_path, pictures, tmp_path, monkeypatch):
    def refuse(model, *, unsigned):
        raise UserError("refused")

    output = tmp_path / "int8.onnx"
    output.write_bytes(b"old")
    monkeypatch.setattr("calib.quantize.validate_qdq", refuse)
    with pytest.raises(UserError, match="refused"):
        quantize(float_path, output, pictures, method="minmax")
    assert output.read_bytes() == b"old"
    assert {path.name for path in tmp_path.iterdir()} == {"float.onnx", "int8.onnx"}


def test_missing_folder(float_path, pictures, tmp_path):
    with pytest.raises(UserError, match="cannot be written.*folder that exists"):
        quantize(float_path, tmp_path / "nowhere" / "int8.onnx", pictures[:2], method="minmax")


def test_missing_model(pictures, tmp_path):
    with pytest.raises(UserError, match="no such file.*export one first"):
        quantize(tmp_path / "nothing.onnx", tmp_path / "int8.onnx", pictures)


@pytest.mark.parametrize("content", [b"", b"hello, this is not protobuf"])
def test_file_that_is_no_model(pictures, tmp_path, content):
    (tmp_path / "float.onnx").write_bytes(content)
    with pytest.raises(UserError, match="is not an ONNX model"):
        quantize(tmp_path / "float.onnx", tmp_path / "int8.onnx", pictures)


def test_old_opset(make_student, write_model, pictures, tmp_path):
    with pytest.raises(UserError, match="opset 17, expected at least 19"):
        quantize(write_model(make_student(17), "old.onnx"), tmp_path / "int8.onnx", pictures)


@pytest.mark.parametrize("spoil", ["float", "channels", "free", "two"])
def test_model_that_takes_no_picture(float_path, pictures, tmp_path, spoil):
    model = onnx.load(float_path)
    tensor = model.graph.input[0].type.tensor_type
    if spoil == "float":
        tensor.elem_type = onnx.TensorProto.FLOAT
    elif spoil == "channels":
        tensor.shape.dim[3].dim_value = 4
    elif spoil == "free":
        tensor.shape.dim[1].dim_param = "height"
    else:
        model.graph.input.append(onnx.helper.make_tensor_value_info("state", onnx.TensorProto.FLOAT, [1]))
    onnx.save(model, float_path)
    with pytest.raises(UserError, match="the model's inputs are src.*expected one picture, uint8"):
        quantize(float_path, tmp_path / "int8.onnx", pictures)


def test_missing_package_is_named(float_path, pictures, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(UserError, match=r"onnxruntime.*not installed; run: pip install '\.\[export\]'"):
        quantize(float_path, tmp_path / "int8.onnx", pictures)


def test_importing_the_package_is_light():
    code = (
        "import sys, calib, calib.frames, calib.quantize, calib.check, calib.fp16;"
        "print({'onnx', 'onnxruntime', 'openvino', 'torch'} & set(sys.modules))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert found.stdout.strip() == "set()"
