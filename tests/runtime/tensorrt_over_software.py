"""The TensorRT runner over software; test_tensorrt_runner.py runs this file in a process with the software driver."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import runtime
from runtime import bundle as bundles
from runtime.bundle import Bundle, Manifest
from runtime.cuda import CudaError, Device
from runtime.cuda.dlpack import CUDA, DeviceArray
from runtime.errors import UserError
from runtime.runners import make_runner, runnable_targets
from runtime.runners.tensorrt import TensorRtRunner
from tests.runtime import software_tensorrt
from tests.runtime.software_tensorrt import EngineInvalidityDiagnostics

TARGETS = ["tensorrt", "tensorrt-rtx"]
HOST = (1, 0)  # DLPack's number for a CPU


@pytest.fixture(autouse=True)
def libraries(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for target in TARGETS:
        library = software_tensorrt.module(target)
        monkeypatch.setitem(sys.modules, library.__name__, library)


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    assert ctypes.CDLL("libcuda.so.1").softwareDriverAlive() == 0


Make = Callable[..., Bundle]


@pytest.fixture(params=TARGETS)
def target(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def make(tmp_path: Path, target: str) -> Make:
    """Bundles for the target; keywords are those of `software_tensorrt.engine`."""

    def bundle(dtype: str = "float32", **properties: object) -> Bundle:
        engine = tmp_path / "engine.plan"
        engine.write_bytes(software_tensorrt.engine(**properties))
        manifest = Manifest("test", target, "fp16", 64, 32, engine.name, "0" * 64, {target: "1"}, "2026-01-01T00:00:00")
        manifest = replace(manifest, output=manifest.output | {"dtype": dtype})
        return bundles.write(tmp_path / "bundle", manifest, {engine.name: engine})

    return bundle


def pictures(count: int) -> list[np.ndarray]:
    return list(np.random.default_rng(0).integers(0, 256, (count, 32, 64, 3), np.uint8))


def test_every_frame_has_its_own_alpha(make: Make) -> None:
    with make_runner(make()) as runner:
        assert runner.device == "Software GPU (CUDA graph)"
        for picture in pictures(4):
            alpha, state = runner.infer(picture, runner.initial_state())
            assert alpha.dtype == np.float32 and state == ()
            assert alpha == pytest.approx(picture[..., 0] / 255, abs=1e-6)


def test_alpha_may_be_held_longer_than_the_runner_is_open(make: Make) -> None:
    (picture,) = pictures(1)
    with make_runner(make()) as runner:
        alpha, _ = runner.infer(picture, ())
    assert alpha == pytest.approx(picture[..., 0] / 255, abs=1e-6)


def test_a_picture_on_the_gpu_gives_what_it_gives_on_the_host(make: Make) -> None:
    (picture,) = pictures(1)
    runner = make_runner(make())
    assert isinstance(runner, TensorRtRunner)
    with (
        runner,
        Device() as device,
        device.stream() as stream,
        device.pinned(picture.shape, picture.dtype) as host,
        device.buffer(picture.nbytes) as buffer,
    ):
        host.array[:] = picture
        with device.current():
            buffer.upload(host, stream)
            stream.synchronize()
        alpha, state = runner.infer_device(buffer.address, runner.initial_state())
        assert state == () and alpha == pytest.approx(picture[..., 0] / 255, abs=1e-6)


def test_dlpack_in_and_out(make: Make) -> None:
    runner = make_runner(make())
    assert isinstance(runner, TensorRtRunner)
    with runner, Device() as device, device.buffer(32 * 64 * 3) as buffer:
        for picture in pictures(2):
            ctypes.memmove(
                buffer.address, picture.ctypes.data, picture.nbytes
            )  # this driver's GPU memory is the host's
            alpha, state = runner.infer_dlpack(DeviceArray(buffer.address, picture.shape, "uint8"), ())
            assert state == () and alpha.__dlpack_device__() == (CUDA, 0)
            on_host = np.from_dlpack(DeviceArray(alpha.address, alpha.shape, "float32", HOST))
            assert on_host == pytest.approx(picture[..., 0] / 255, abs=1e-6)


@pytest.mark.parametrize("array", ["nothing", np.zeros((32, 64, 3), np.uint8), DeviceArray(1, (32, 64), "uint8")])
def test_dlpack_of_another_form_is_refused_and_the_runner_goes_on(make: Make, array: Any) -> None:
    (picture,) = pictures(1)
    runner = make_runner(make())
    assert isinstance(runner, TensorRtRunner)
    with runner:
        with pytest.raises((TypeError, ValueError), match="expected"):
            runner.infer_dlpack(array, ())
        assert runner.infer(picture, ())[0] == pytest.approx(picture[..., 0] / 255, abs=1e-6)


def test_half_floats_from_the_engine_are_floats_from_the_runner(make: Make) -> None:
    (picture,) = pictures(1)
    with make_runner(make("float16", alpha="HALF")) as runner:
        alpha, _ = runner.infer(picture, ())
        assert alpha.dtype == np.float32 and alpha == pytest.approx(picture[..., 0] / 255, abs=1e-3)


def test_opened_used_and_closed_by_three_threads(make: Make) -> None:
    (picture,) = pictures(1)
    runner = make_runner(make())
    found = []
    for step in (runner.open, lambda: found.append(runner.infer(picture, ())[0].copy()), runner.close):
        thread = threading.Thread(target=step)
        thread.start()
        thread.join()
    assert found[0] == pytest.approx(picture[..., 0] / 255, abs=1e-6)


def test_closing_twice_is_harmless_and_a_closed_runner_runs_nothing(make: Make) -> None:
    runner = make_runner(make())
    runner.close()
    with runner:
        pass
    runner.close()
    with pytest.raises(RuntimeError, match="not open"):
        runner.infer(pictures(1)[0], ())


@pytest.mark.parametrize("target", ["tensorrt"], indirect=True)
def test_after_warming_up_and_capturing_only_the_graph_runs(make: Make) -> None:
    with make_runner(make(fails_at=3)) as runner:  # a third execution by TensorRT itself would fail
        for picture in pictures(5):
            assert runner.infer(picture, ())[0] == pytest.approx(picture[..., 0] / 255, abs=1e-6)


@pytest.mark.parametrize("target", ["tensorrt"], indirect=True)
def test_an_engine_that_cannot_be_captured_runs_without_a_graph_and_says_so(make: Make) -> None:
    with make_runner(make(fails_at=2)) as runner:
        assert runner.device == "Software GPU (without a CUDA graph)"
        for picture in pictures(2):
            assert runner.infer(picture, ())[0] == pytest.approx(picture[..., 0] / 255, abs=1e-6)


def test_a_graph_is_made_only_where_one_is_wanted(make: Make) -> None:
    with TensorRtRunner(make(), graph=False) as runner:
        assert runner.device.endswith("(without a CUDA graph)")
        without = runner.infer(pictures(1)[0], ())[0].copy()
    with TensorRtRunner(make()) as runner:
        assert runner.device.endswith("(CUDA graph)")
        assert np.array_equal(runner.infer(pictures(1)[0], ())[0], without)


@pytest.mark.parametrize("target", ["tensorrt-rtx"], indirect=True)
def test_an_execution_that_fails_later_names_the_librarys_words(make: Make) -> None:
    with make_runner(make(fails_at=2)) as runner, pytest.raises(CudaError, match="does not run.*the enqueue failed"):
        runner.infer(pictures(1)[0], ())


@pytest.mark.parametrize("target", ["tensorrt-rtx"], indirect=True)
def test_what_rtx_compiles_is_kept_for_the_next_start(make: Make, tmp_path: Path) -> None:
    bundle = make()
    for _ in range(2):
        with make_runner(bundle):
            pass
        (kept,) = (tmp_path / "cache/ppid/runtime-caches").iterdir()
        assert kept.suffix == ".cache" and kept.read_bytes() == b"compiled"
    kept.write_bytes(b"of another version")
    with make_runner(bundle):
        pass
    assert kept.read_bytes() == b"compiled"


def test_a_cache_folder_that_cannot_be_written_costs_nothing_but_time(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with make_runner(make()) as runner:
        assert runner.infer(pictures(1)[0], ())[0].shape == (32, 64)


@pytest.mark.parametrize(
    ("said", "cause", "advice"),
    [
        (
            "Error Code 1: Cuda Runtime (cudaError 35: CUDA driver version is insufficient for CUDA runtime version)",
            "the NVIDIA driver is too old for it",
            "update the NVIDIA driver",
        ),
        (
            "Serialization assertion header.magicTag == kEXPECTED_MAGIC_TAG failed.Trying to load an engine created with"
            " incompatible serialization version",
            "it is damaged or of another version",
            "build it again: python -m export.build_engine --fp16",
        ),
        (
            "The engine plan file is not compatible with this version of TensorRT, expecting library version 10.3.0.26",
            "it is damaged or of another version",
            "build it again",
        ),
        (
            "The engine plan file is generated on an incompatible device, expecting compute 8.9 got compute 8.7",
            "it was built for another kind of GPU",
            "build it again",
        ),
        (
            "compute capability 9.0. TensorRT-RTX does not support this compute capability, so the engine cannot be rebuilt",
            "this library does not support this GPU",
            "for the CPU run: python -m export.build_engine",
        ),
        ("Cuda Runtime (out of memory)", "too little free memory", "close other programs"),
        ("something new", r"it refuses \(something new\)", "build it again"),
    ],
)
def test_a_refused_engine_says_why_and_what_to_do(make: Make, said: str, cause: str, advice: str) -> None:
    with (
        pytest.raises(UserError, match=f"cannot load .*engine.plan on Software GPU .*{cause}.*; {advice}"),
        make_runner(make(refusal=said)),
    ):
        pass


@pytest.mark.parametrize("target", ["tensorrt-rtx"], indirect=True)
@pytest.mark.parametrize(
    ("diagnostic", "cause", "advice"),
    [
        ("VERSION_MISMATCH", "it is of another version", "build it again"),
        ("UNSUPPORTED_CC", "this library does not support it", "build it again"),
        ("OLD_CUDA_DRIVER", "the NVIDIA driver is too old for it", "update the NVIDIA driver"),
    ],
)
def test_rtx_is_asked_before_it_deserialises(make: Make, diagnostic: str, cause: str, advice: str) -> None:
    bundle = make(diagnostics=EngineInvalidityDiagnostics[diagnostic], refusal="not this one")
    with pytest.raises(UserError, match=f"{cause} .{diagnostic}.; {advice}"), make_runner(bundle):
        pass


@pytest.mark.parametrize(
    "properties",
    [{"size": (32, 32)}, {"size": (-1, -1)}, {"alpha": "HALF"}, {"state": ["FLOAT", [1, 8]]}],
    ids=["size", "free size", "dtype", "another output"],
)
def test_an_engine_that_is_not_as_its_manifest_says(make: Make, properties: dict[str, object]) -> None:
    with pytest.raises(UserError, match="its manifest says .*build it again"), make_runner(make(**properties)):
        pass


@pytest.mark.parametrize("call", ["cuMemAlloc_v2", "cuMemHostAlloc"])
def test_a_gpu_without_memory_is_a_fault_the_user_can_mend(
    make: Make, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    monkeypatch.setenv("SOFTWARE_DRIVER_FAIL", f"{call}=2")
    with pytest.raises(UserError, match="Software GPU cannot run .*out of memory"), make_runner(make()):
        pass


def test_a_library_that_does_not_start(make: Make, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(log: object) -> None:
        raise TypeError("pybind11::init(): factory function returned nullptr")

    monkeypatch.setattr(sys.modules[target.replace("-", "_")], "Runtime", refuse)
    with pytest.raises(UserError, match="does not start here"), make_runner(make()):
        pass


def test_a_library_that_is_not_installed(make: Make, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, target.replace("-", "_"), None)
    with (
        pytest.raises(UserError, match=rf"does not load .*run: pip install '\.\[{target}\]'"),
        make_runner(make()),
    ):
        pass


def test_no_cuda_library_for_python(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.cuda.backend.find_spec", lambda name: None)
    with pytest.raises(UserError, match="pip install cuda-bindings"), make_runner(make()):
        pass


def test_a_driver_that_went_away(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOFTWARE_DRIVER_DEVICES", "0")
    with pytest.raises(UserError, match="needs an NVIDIA GPU: the NVIDIA driver sees no GPU"), make_runner(make()):
        pass


def test_targets_are_runnable_where_the_library_and_a_gpu_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.runners.find_spec", lambda module: module in ("openvino", "tensorrt"))
    assert runnable_targets() == ["openvino", "tensorrt"]
    monkeypatch.setenv("SOFTWARE_DRIVER_DEVICES", "0")
    assert runnable_targets() == ["openvino"]


def test_a_whole_frame_is_matted(make: Make) -> None:
    make()
    frame = np.zeros((90, 160, 3), np.uint8)
    frame[:, :80] = 255
    with runtime.open(make().path, preprocess="host") as matter:
        alpha, _ = matter(frame)
    assert alpha.shape == (90, 160) and alpha[:, 10:60].min() > 250 and alpha[:, 100:150].max() < 5
