from __future__ import annotations

from pathlib import Path

import onnx
import pytest

from export import graph
from export.from_torch import TOLERANCE, export_onnx
from ppid import weights
from runtime import bundle as bundles

SHIPPED = Path(weights.__file__).parent / "shipped"


@pytest.fixture(scope="module", params=bundles.STUDENTS)
def student(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def exported(student: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    path = tmp_path_factory.mktemp("onnx") / "student.onnx"
    return path, export_onnx(SHIPPED / f"{student}.safetensors", path).difference


def test_onnx_computes_what_pytorch_does(exported: tuple[Path, float]) -> None:
    assert 0 < exported[1] < TOLERANCE


def test_one_digest_names_the_weights_everywhere(student: str, exported: tuple[Path, float]) -> None:
    digest = weights.digest(weights.load(SHIPPED / f"{student}.safetensors"))
    packaged = bundles.load(bundles.packaged(student))
    assert packaged.manifest.model == student and packaged.manifest.free_size
    assert graph.properties(onnx.load(exported[0]))["weights_digest"] == digest
    assert graph.properties(onnx.load(packaged.engine))["weights_digest"] == digest
    assert packaged.manifest.weights_digest == digest


def test_no_concat_and_opset_for_half_precision_scales(exported: tuple[Path, float]) -> None:
    model = graph.fix_size(onnx.load(exported[0]), (128, 64))
    assert "Concat" not in {node.op_type for node in model.graph.node}
    assert next(entry.version for entry in model.opset_import if entry.domain == "") >= 19
