from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from calib.fp16 import to_fp16
from export import graph
from runtime import bundle as bundles
from runtime.errors import UserError
from tests.calib.conftest import quantize
from tests.runtime.conftest import brightness_model


@pytest.fixture(scope="module")
def student() -> onnx.ModelProto:
    return graph.load_student(bundles.load(bundles.packaged()).engine)


def test_one_free_graph_gives_every_size(student: onnx.ModelProto) -> None:
    free = onnxruntime.InferenceSession(student.SerializeToString())
    for width, height in ((64, 96), (160, 64), (256, 160)):  # 96 and 160 have odd levels, which the decoder crops
        fixed = graph.fix_size(student, (width, height))
        assert [dim.dim_value for dim in fixed.graph.input[0].type.tensor_type.shape.dim] == [1, height, width, 3]
        assert not {"Shape", "Gather", "Concat"} & {node.op_type for node in fixed.graph.node}
        picture = np.random.default_rng(0).integers(0, 256, (1, height, width, 3), dtype=np.uint8)
        (expected,) = free.run(None, {"src": picture})
        (found,) = onnxruntime.InferenceSession(fixed.SerializeToString()).run(None, {"src": picture})
        assert found.shape == (1, height, width)
        assert found == pytest.approx(expected, abs=1e-4)


def test_crops_that_cut_nothing_are_dropped(student: onnx.ModelProto) -> None:
    def slices(size: tuple[int, int]) -> int:
        return sum(node.op_type == "Slice" for node in graph.fix_size(student, size).graph.node)

    assert slices((256, 128)) == 0
    assert slices((512, 288)) == 1  # 288 = 4.5 times 64


def test_metadata_survives_and_the_log_of_the_simplifier_does_not(student: onnx.ModelProto) -> None:
    before = graph.properties(student)
    assert len(before["weights_digest"]) == 64 and before["model"] == "edge"
    assert graph.properties(graph.fix_size(student, (64, 64))) == before


@pytest.mark.parametrize("size", [(500, 288), (512, 280), (32, 64), (0, 64)])
def test_sizes_that_do_not_fit_name_the_nearest(student: onnx.ModelProto, size: tuple[int, int]) -> None:
    with pytest.raises(UserError, match="multiples of 32, at least 64; the nearest is"):
        graph.fix_size(student, size)


def test_files_that_are_not_ours(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not a readable ONNX file"):
        graph.load_student(tmp_path / "missing.onnx")
    (tmp_path / "text.onnx").write_text("text")
    with pytest.raises(UserError, match="not a readable ONNX file"):
        graph.load_student(tmp_path / "text.onnx")
    onnx.save(brightness_model(64, 64), tmp_path / "other.onnx")
    with pytest.raises(UserError, match="not exported by this project"):
        graph.load_student(tmp_path / "other.onnx")


def test_a_student_that_is_narrowed_already_is_no_reference(student: onnx.ModelProto, tmp_path: Path) -> None:
    fixed, half, coarse = tmp_path / "fp32.onnx", tmp_path / "fp16.onnx", tmp_path / "int8.onnx"
    onnx.save(graph.fix_size(student, (64, 64)), fixed)
    to_fp16(fixed, half)
    with pytest.raises(UserError, match="fp16.onnx is FP16 already; expected FP32"):
        graph.load_student(half)
    frames = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), dtype=np.uint8)
    quantize(fixed, coarse, frames, method="minmax")
    with pytest.raises(UserError, match="int8.onnx is INT8 already; expected FP32"):
        graph.load_student(coarse)
    again = graph.load_student(fixed)
    assert graph.properties(graph.fix_size(again, (64, 64))) == graph.properties(student)
    with pytest.raises(UserError, match="--size 96x64: the model is fixed to 64x64; give that"):
        graph.fix_size(again, (96, 64))


@pytest.mark.parametrize(
    ("inputs", "found"),
    [
        ([], "none"),
        ([("src", TensorProto.FLOAT, [1, 64, 64, 3])], "src FLOAT"),
        ([("src", TensorProto.UINT8, [1, 3, 64, 64])], "src UINT8"),
        ([(name, TensorProto.UINT8, [1, 64, 64, 3]) for name in ("src", "before")], "src UINT8.*, before UINT8"),
    ],
)
def test_a_model_that_takes_something_else_than_a_picture(
    tmp_path: Path, inputs: list[tuple[str, int, list[int]]], found: str
) -> None:
    value = helper.make_tensor("value", TensorProto.FLOAT, [1], [1.0])
    node = helper.make_node("Constant", [], ["alpha"], value=value)
    output = helper.make_tensor_value_info("alpha", TensorProto.FLOAT, [1])
    made = helper.make_graph([node], "g", [helper.make_tensor_value_info(*item) for item in inputs], [output])
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 19)], ir_version=10)
    graph.annotate(model, {"weights_digest": "0"})
    onnx.save(model, tmp_path / "other.onnx")
    with pytest.raises(UserError, match=f"inputs are {found}.*; expected one picture"):
        graph.load_student(tmp_path / "other.onnx")
