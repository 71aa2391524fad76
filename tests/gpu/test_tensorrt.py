"""The TensorRT runner with real libraries on a real GPU. Not run on one yet."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
import pytest

from calib.fp16 import to_fp16
from export import engines, graph
from runtime import bundle as bundles
from runtime.bundle import Bundle, Manifest
from runtime.cuda import CudaError, Device, Stream
from runtime.cuda.dlpack import CUDA, DeviceArray
from runtime.runners import make_runner, runnable_targets
from runtime.runners.tensorrt import TensorRtRunner
from tests.runtime.conftest import make_bundle

pytestmark = pytest.mark.gpu
SIZE = (256, 160)


def student() -> onnx.ModelProto:
    """The shipped one in FP32, of the tests' size."""
    return graph.fix_size(onnx.load(bundles.load(bundles.packaged()).engine), SIZE)


@pytest.fixture(scope="module", params=["tensorrt-rtx", "tensorrt"])
def bundle(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The shipped student in FP16."""
    pytest.importorskip(request.param.replace("-", "_"))
    folder = tmp_path_factory.mktemp("engine")
    onnx.save(student(), folder / "fp32.onnx")
    to_fp16(folder / "fp32.onnx", folder / "fp16.onnx")
    engine = engines.build(request.param, folder / "fp16.onnx", folder)
    manifest = Manifest("edge", request.param, "fp16", *SIZE, engine.path.name, "0" * 64, engine.builder, "2026-01-01")
    return bundles.write(folder / "bundle", manifest, {engine.path.name: engine.path})


@pytest.fixture(scope="module")
def pictures() -> list[np.ndarray]:
    """RGB uint8 of the engine's size: noise, and blurred noise, which has shapes."""
    noise = np.random.default_rng(0).integers(0, 256, (3, SIZE[1], SIZE[0], 3), np.uint8)
    coarse = np.repeat(np.repeat(noise[:, ::32, ::32], 32, axis=1), 32, axis=2)
    return [*noise, *coarse]


def test_the_target_is_runnable_here(bundle: Bundle) -> None:
    assert bundle.manifest.target in runnable_targets()


def test_alpha_in_half_floats_is_onnx_runtimes_in_floats(
    bundle: Bundle, pictures: list[np.ndarray], tmp_path: Path
) -> None:
    with (
        make_runner(make_bundle(tmp_path / "reference", "onnxruntime", SIZE, student())) as reference,
        make_runner(bundle) as runner,
    ):
        assert "CPU" not in runner.device
        for picture in pictures:
            expected, _ = reference.infer(picture, ())
            alpha, _ = runner.infer(picture, ())
            assert alpha.dtype == np.float32 and alpha.shape == expected.shape
            assert np.abs(alpha - expected).mean() < 2e-3
            assert np.abs(alpha - expected).max() < 0.1


def test_a_cuda_graph_computes_what_single_kernels_do(
    bundle: Bundle, pictures: list[np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    with make_runner(bundle) as runner:
        assert runner.device.endswith("(CUDA graph)")
        with_graph = [runner.infer(picture, ())[0].copy() for picture in pictures]

    def refuse(stream: Stream) -> None:
        raise CudaError("no graphs in this test")

    monkeypatch.setattr(Stream, "capture", refuse)
    library = sys.modules[bundle.manifest.target.replace("-", "_")]
    if hasattr(library, "CudaGraphStrategy"):
        monkeypatch.setattr(library.CudaGraphStrategy, "WHOLE_GRAPH_CAPTURE", library.CudaGraphStrategy.DISABLED)
    with make_runner(bundle) as runner:
        for picture, alpha in zip(pictures, with_graph, strict=True):
            assert np.array_equal(runner.infer(picture, ())[0], alpha)


def test_a_picture_on_the_gpu_gives_what_it_gives_on_the_host(bundle: Bundle, pictures: list[np.ndarray]) -> None:
    runner = make_runner(bundle)
    assert isinstance(runner, TensorRtRunner)
    with (
        runner,
        Device() as device,
        device.stream() as stream,
        device.pinned(pictures[0].shape, np.dtype(np.uint8)) as host,
        device.buffer(pictures[0].nbytes) as buffer,
    ):
        for picture in pictures:
            host.array[:] = picture
            with device.current():
                buffer.upload(host, stream)
                stream.synchronize()
            expected = runner.infer(picture, ())[0].copy()
            assert np.array_equal(runner.infer_device(buffer.address, ())[0], expected)
            on_gpu = runner.infer_dlpack(DeviceArray(buffer.address, picture.shape, "uint8"), ())[0]
            assert on_gpu.shape == expected.shape and on_gpu.__dlpack_device__() == (CUDA, 0)
            with (
                device.pinned(on_gpu.shape, on_gpu.dtype) as read,
                device.buffer(read.array.nbytes) as copied,
                device.current(),
            ):
                copied.copy(on_gpu.address, stream)
                copied.download(read, stream)
                stream.synchronize()
                assert np.array_equal(read.array.astype(np.float32), expected)


def test_opening_again_gives_the_same_alpha(bundle: Bundle, pictures: list[np.ndarray]) -> None:
    found = []
    for _ in range(2):  # the second time with what TensorRT-RTX has compiled the first
        with make_runner(bundle) as runner:
            found.append(runner.infer(pictures[-1], ())[0])
    assert np.array_equal(*found)
