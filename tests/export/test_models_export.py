"""Every student on its way to the engines: ONNX of free size, one size, INT8, OpenVINO and ONNX Runtime."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from calib.check import agreement, validate_qdq
from export import graph
from export.from_torch import export_onnx
from ppid import weights
from ppid.errors import UserError
from ppid.models import MODELS, build
from tests.calib.conftest import quantize

SIZE = (128, 64)


@pytest.fixture(scope="module", params=MODELS)
def student(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Name, and folder with `weights.safetensors`, `student.onnx` and `sized.onnx`."""
    folder = tmp_path_factory.mktemp(request.param)
    torch.manual_seed(0)
    model = build(request.param).train()
    with torch.no_grad():
        for _ in range(30):  # the ranges of activations are those of a picture, not of the initial statistics
            model(torch.rand(2, 3, 64, 64))
        model.head.weight *= 2 / model.eval()(torch.rand(2, 3, 64, 64)).logits.std()  # alphas from 0 to 1, not all 0.5
    weights.save(model, folder / "weights.safetensors")
    assert export_onnx(folder / "weights.safetensors", folder / "student.onnx").ok
    onnx.save(graph.fix_size(onnx.load(folder / "student.onnx"), SIZE), folder / "sized.onnx")
    return request.param, folder


def test_the_digest_is_that_of_the_weights(student: tuple[str, Path]) -> None:
    name, folder = student
    properties = graph.properties(onnx.load(folder / "sized.onnx"))
    assert properties["model"] == name
    assert properties["weights_digest"] == weights.digest(weights.load(folder / "weights.safetensors"))


def test_the_graph_is_plain(student: tuple[str, Path]) -> None:
    operators = Counter(node.op_type for node in onnx.load(student[1] / "sized.onnx").graph.node)
    assert not operators.keys() & {"Concat", "BatchNormalization", "Slice", "Shape", "Gather", "Expand", "Softmax"}
    if student[0] == "dense":
        assert operators["Conv"] == 1 + 12 + 4 * 3 + 1  # patches; encoder; narrow, skip and fuse of each level; head
        assert operators["Add"] == 4


def test_int8_runs_and_is_close(student: tuple[str, Path]) -> None:
    folder = student[1]
    frames = np.random.default_rng(0).integers(0, 256, (4, SIZE[1], SIZE[0], 3), dtype=np.uint8)
    report = quantize(folder / "sized.onnx", folder / "int8.onnx", frames, method="minmax")
    assert len(report.quantized) > 10
    validate_qdq(onnx.load(folder / "int8.onnx"), unsigned=True)
    compared = agreement(folder / "int8.onnx", folder / "sized.onnx", frames)
    assert compared.ok, compared
    assert 0 < compared.quantization_error < 0.1
    assert compared.engine_error < 0.1
    for alpha in (in_onnxruntime(folder / "int8.onnx", frames[:1]), in_openvino(folder / "int8.onnx", frames[:1])):
        assert alpha.shape == (1, SIZE[1], SIZE[0])
        assert np.isfinite(alpha).all() and alpha.min() >= 0 and alpha.max() <= 1
        assert alpha.std() > 0.1


def in_onnxruntime(path: Path, picture: np.ndarray) -> np.ndarray:
    """Alpha with the optimisations that a user runs it with."""
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, {"src": picture})[0]


def in_openvino(path: Path, picture: np.ndarray) -> np.ndarray:
    """Likewise."""
    openvino = pytest.importorskip("openvino")
    return openvino.Core().compile_model(str(path), "CPU")([picture])[0]


@pytest.mark.parametrize("trimap", ["onehot", "single"])
def test_a_teacher_is_not_deployed(tmp_path: Path, trimap: str) -> None:
    weights.save(build("indexnet", {"trimap": trimap}), tmp_path / "teacher.safetensors")
    with pytest.raises(
        UserError, match="holds a teacher, which needs a trimap.*expected a student.*ppid.train student"
    ):
        export_onnx(tmp_path / "teacher.safetensors", tmp_path / "teacher.onnx")
    assert not (tmp_path / "teacher.onnx").exists()
