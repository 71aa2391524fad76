from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from runtime.bundle import Bundle
from runtime.cuda import gpu_problem
from runtime.errors import UserError
from runtime.runners import RUNNERS, make_runner, runnable_targets
from tests.runtime.conftest import brightness_model, make_bundle

CPU_TARGETS = ["openvino", "onnxruntime"]


@pytest.mark.parametrize("target", CPU_TARGETS)
def test_alpha_is_what_the_graph_computes(tmp_path: Path, target: str) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (32, 64, 3), dtype=np.uint8)
    with make_runner(make_bundle(tmp_path / "b", target)) as runner:
        assert "CPU" in runner.device
        alpha, state = runner.infer(picture, runner.initial_state())
    assert alpha.dtype == np.float32 and state == ()
    assert alpha == pytest.approx(picture[..., 0] / 255, abs=1e-6)


@pytest.mark.parametrize("target", CPU_TARGETS)
@pytest.mark.parametrize(
    "picture", [np.zeros((32, 65, 3), np.uint8), np.zeros((32, 64, 3), np.float32), np.zeros((32, 64), np.uint8)]
)
def test_wrong_input_is_refused(tmp_path: Path, target: str, picture: np.ndarray) -> None:
    with (
        make_runner(make_bundle(tmp_path / "b", target)) as runner,
        pytest.raises(ValueError, match=r"expected a uint8 picture of shape \(32, 64, 3\)"),
    ):
        runner.infer(picture, ())


@pytest.mark.parametrize("target", CPU_TARGETS)
def test_an_engine_of_another_size_than_its_manifest(tmp_path: Path, target: str) -> None:
    bundle = make_bundle(tmp_path / "b", target, size=(96, 64), model=brightness_model(64, 32))
    with pytest.raises(UserError, match="its manifest says"), make_runner(bundle):
        pass


@pytest.mark.parametrize("target", CPU_TARGETS)
def test_an_engine_that_is_no_graph(tmp_path: Path, target: str) -> None:
    bundle = make_bundle(tmp_path / "b", target)
    bundle.engine.write_bytes(b"no graph")
    with pytest.raises(UserError, match="cannot load .*build it again"), make_runner(bundle):
        pass


@pytest.mark.parametrize(("target", "module"), [("openvino", "openvino"), ("onnxruntime", "onnxruntime")])
def test_a_backend_that_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with (
        pytest.raises(UserError, match="not installed; run: pip install"),
        make_runner(make_bundle(tmp_path / "b", target)),
    ):
        pass


def test_an_unknown_target(red_bundle: Bundle) -> None:
    unknown = replace(red_bundle, manifest=replace(red_bundle.manifest, target="abacus"))
    with pytest.raises(UserError, match="'abacus'.*openvino"):
        make_runner(unknown)


@pytest.mark.skipif(gpu_problem() is None, reason="this machine has a GPU")
@pytest.mark.parametrize("target", ["tensorrt", "tensorrt-rtx"])
def test_gpu_engines_never_run_on_something_else(tmp_path: Path, target: str) -> None:
    with (
        pytest.raises(UserError, match="needs an NVIDIA GPU: .* For this machine run: python -m export.build_engine"),
        make_runner(make_bundle(tmp_path / "b", target)),
    ):
        pass
    assert target in RUNNERS and target not in runnable_targets()


def test_backends_agree_on_the_packaged_student(tmp_path: Path) -> None:
    from export import graph
    from runtime import bundle as bundles

    model = graph.fix_size(onnx.load(bundles.load(bundles.packaged()).engine), (128, 96))
    picture = np.random.default_rng(1).integers(0, 256, (96, 128, 3), dtype=np.uint8)
    found = {}
    for target in CPU_TARGETS:
        with make_runner(make_bundle(tmp_path / target, target, (128, 96), model)) as runner:
            found[target] = runner.infer(picture, ())[0].copy()
    assert found["openvino"] == pytest.approx(found["onnxruntime"], abs=1e-3)
