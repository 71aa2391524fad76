"""The TensorRT runner without a GPU: over software, and against the real TensorRT-RTX as far as it goes without one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runtime import bundle as bundles
from runtime.bundle import Bundle, Manifest
from runtime.cuda import Gpu, gpu_problem
from runtime.errors import UserError
from runtime.runners import make_runner
from runtime.runners.tensorrt_engine import TensorRtEngine
from tests.runtime.conftest import brightness_model
from tests.runtime.software_driver import build_driver, run_tests_over

GPU = Gpu("a GPU", (8, 9), "12.6")


_ONLY_PYCUDA = 'import runtime.cuda.backend; del runtime.cuda.backend._BACKENDS["cuda-bindings"]'


@pytest.mark.parametrize(("backend", "before"), [("cuda.bindings", ""), ("pycuda", _ONLY_PYCUDA)])
def test_the_runner_over_a_driver_and_a_tensorrt_in_software(tmp_path: Path, backend: str, before: str) -> None:
    pytest.importorskip(backend)
    tests = Path(__file__).with_name("tensorrt_over_software.py")
    assert "SKIPPED" not in run_tests_over(build_driver(tmp_path), tests, before=before)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A portable engine of the real TensorRT-RTX."""
    trt: Any = pytest.importorskip("tensorrt_rtx")
    builder = trt.Builder(trt.Logger(trt.Logger.ERROR))
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.STRONGLY_TYPED))
    parser = trt.OnnxParser(network, trt.Logger(trt.Logger.ERROR))
    assert parser.parse(brightness_model(64, 32).SerializeToString())
    return bytes(memoryview(builder.build_serialized_network(network, builder.create_builder_config())))


def make(folder: Path, content: bytes) -> Bundle:
    file = folder / "engine.plan"
    file.write_bytes(content)
    manifest = Manifest("test", "tensorrt-rtx", "fp32", 64, 32, file.name, "0" * 64, {}, "2026-01-01T00:00:00+00:00")
    return bundles.write(folder / "bundle", manifest, {file.name: file})


@pytest.mark.skipif(gpu_problem() is None, reason="this machine has a GPU")
def test_without_a_gpu_the_real_library_is_never_touched(tmp_path: Path, engine: bytes) -> None:
    runner = make_runner(make(tmp_path, engine))
    problem = gpu_problem()
    with pytest.raises(UserError) as refusal, runner:
        pass
    assert f"is a tensorrt-rtx engine and needs an NVIDIA GPU: {problem}" in str(refusal.value)
    assert runner.device == "closed"


@pytest.mark.skipif(gpu_problem() is None, reason="this machine has a GPU")
def test_the_real_librarys_missing_driver_is_told_apart_from_a_broken_engine(tmp_path: Path, engine: bytes) -> None:
    trt: Any = pytest.importorskip("tensorrt_rtx")
    with pytest.raises(UserError, match="the NVIDIA driver is too old for it .*; update the NVIDIA driver$"):
        TensorRtEngine(trt, make(tmp_path, engine), GPU)


@pytest.mark.parametrize("content", [b"garbage" * 100, b""], ids=["garbage", "empty"])
def test_the_real_librarys_refusal_of_what_is_no_engine_names_the_rebuild(tmp_path: Path, content: bytes) -> None:
    trt: Any = pytest.importorskip("tensorrt_rtx")
    with pytest.raises(UserError, match="it is .*version .*; build it again: python -m export.build_engine --fp32"):
        TensorRtEngine(trt, make(tmp_path, content), GPU)


def test_the_real_librarys_refusal_of_half_an_engine_names_the_rebuild(tmp_path: Path, engine: bytes) -> None:
    trt: Any = pytest.importorskip("tensorrt_rtx")
    half = make(tmp_path, engine[: len(engine) // 2])
    with pytest.raises(UserError, match="it is damaged or of another version .*; build it again"):
        TensorRtEngine(trt, half, GPU)
