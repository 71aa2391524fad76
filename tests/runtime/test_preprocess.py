"""Both preprocessing backends; DALI by its CPU operators, which run the same graph as on a GPU."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import runtime
from runtime.bundle import Bundle
from runtime.errors import UserError
from runtime.frames import Colour, Yuv
from runtime.matter import Matter
from runtime.preprocess import DevicePicture, Prepared, dali, make_preprocessor
from runtime.preprocess.dali import DaliPreprocessor, dali_installed
from runtime.preprocess.host import HostPreprocessor
from runtime.runners import RUNNERS, Runner, State, make_runner
from runtime.sources import open_source
from tests.runtime.conftest import make_bundle

ROOT = Path(__file__).parents[2]
SIZE = (512, 288)
COLOURS = [Colour(matrix, full) for matrix in ("bt601", "bt709", "bt2020") for full in (False, True)]

needs_dali = pytest.mark.skipif(
    not dali_installed(), reason="NVIDIA DALI is not installed; run: pip install nvidia-dali-cuda130"
)


def noise(width: int, height: int, colour: Colour, seed: int = 0) -> Yuv:
    """Independent random planes: the hardest picture to agree on, out-of-range colours included."""
    rng = np.random.default_rng(seed)
    half = ((height + 1) // 2, (width + 1) // 2)
    y, u, v = (rng.integers(0, 256, shape, dtype=np.uint8) for shape in ((height, width), half, half))
    return Yuv(y, u, v, colour)


def assert_same(found: Prepared, expected: Prepared) -> None:
    """Equal to the last bit, which is more than the one grey level that is promised."""
    assert found.packed.shape == found.picture.shape == expected.picture.shape
    assert found.packed.dtype == found.picture.dtype == np.uint8
    assert np.array_equal(found.packed, expected.packed)
    assert np.array_equal(found.picture, expected.picture)


def test_the_host_gives_what_calibration_sees() -> None:
    frame = noise(333, 77, Colour("bt709", True))
    prepared = HostPreprocessor(SIZE).prepare(frame)
    assert np.array_equal(prepared.picture, frame.resized_rgb(SIZE))
    assert np.array_equal(prepared.packed, frame.resized(SIZE))


@needs_dali
@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize(
    "size", [(1920, 1080), (1280, 720), (1081, 1921), (639, 479), (853, 480), (512, 288), (4000, 300), (64, 48), (1, 1)]
)
def test_dali_agrees_with_the_host_on_noise(size: tuple[int, int], colour: Colour) -> None:
    frame = noise(*size, colour)
    assert_same(DaliPreprocessor(SIZE, None).prepare(frame), HostPreprocessor(SIZE).prepare(frame))


@needs_dali
@settings(max_examples=25, deadline=None)
@given(
    st.tuples(st.integers(1, 300), st.integers(1, 300)),
    st.tuples(st.integers(1, 80), st.integers(1, 80)),
    st.sampled_from(COLOURS),
    st.integers(0, 99),
)
def test_dali_agrees_with_the_host_at_any_sizes(
    size: tuple[int, int], target: tuple[int, int], colour: Colour, seed: int
) -> None:
    frame = noise(*size, colour, seed)
    assert_same(DaliPreprocessor(target, None).prepare(frame), HostPreprocessor(target).prepare(frame))


@needs_dali
def test_dali_agrees_with_the_host_on_a_decoded_clip_and_each_result_is_its_frames_own() -> None:
    host, other = HostPreprocessor(SIZE), DaliPreprocessor(SIZE, None)
    with open_source(str(ROOT / "runtime" / "samples" / "presenter.mp4")) as source:
        for _, frame in zip(range(4), source, strict=False):
            assert_same(other.prepare(frame), host.prepare(frame))


@needs_dali
def test_later_frames_leave_earlier_results_alone() -> None:
    other = DaliPreprocessor((64, 32), None)
    frames = [noise(160, 90, Colour(), seed) for seed in range(12)]
    kept = [other.prepare(frame) for frame in frames]
    other.close()
    for frame, prepared in zip(frames, kept, strict=True):
        assert_same(prepared, HostPreprocessor((64, 32)).prepare(frame))


@needs_dali
def test_dali_follows_a_change_of_size_or_colour() -> None:
    host, other = HostPreprocessor((64, 32)), DaliPreprocessor((64, 32), None)
    for frame in (
        noise(160, 90, Colour()),
        noise(90, 160, Colour()),
        noise(90, 160, Colour("bt709", True)),
        noise(160, 90, Colour()),
    ):
        assert_same(other.prepare(frame), host.prepare(frame))


@needs_dali
def test_dali_takes_padded_rows_and_read_only_planes() -> None:
    wide = noise(200, 90, Colour())
    frame = Yuv(wide.y[:, :161], wide.u[:, :81], wide.v[:, :81])
    for plane in (frame.y, frame.u, frame.v):
        plane.flags.writeable = False
    assert_same(DaliPreprocessor((64, 32), None).prepare(frame), HostPreprocessor((64, 32)).prepare(frame))


@needs_dali
def test_on_a_gpu_only_the_small_packed_picture_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The graph can be put together without a GPU, though not built."""
    from nvidia.dali import Pipeline

    outputs = []
    monkeypatch.setattr(Pipeline, "build", lambda self: None)
    monkeypatch.setattr(Pipeline, "set_outputs", lambda self, *nodes: outputs.extend(nodes))
    dali._build((1920, 1080), Colour(), SIZE, 0)
    packed, picture = outputs
    assert (packed.device, picture.device) == ("cpu", "gpu")


@pytest.mark.parametrize(
    "make", [HostPreprocessor, pytest.param(lambda size: DaliPreprocessor(size, None), marks=needs_dali)]
)
def test_planes_that_do_not_belong_together_are_refused(
    make: Callable[[tuple[int, int]], HostPreprocessor | DaliPreprocessor],
) -> None:
    good = noise(64, 48, Colour())
    preprocessor = make((32, 16))
    for wrong in (
        Yuv(good.y.astype(np.float32), good.u, good.v),
        Yuv(good.y, good.u.astype(np.int16), good.v),
        Yuv(good.y, good.u, good.v[:-1]),
        Yuv(good.y, good.y, good.y),
        Yuv(good.y[..., None], good.u, good.v),
        Yuv(good.y[:0], good.u[:0], good.v[:0]),
    ):
        with pytest.raises(ValueError, match=r"expected uint8 planes \(H, W\) and twice"):
            preprocessor.prepare(wrong)
    assert preprocessor.prepare(good).packed.shape == (16, 32, 3)  # and is still of use


@pytest.fixture
def gpu_runner(tmp_path: Path) -> Runner:
    return make_runner(make_bundle(tmp_path / "rtx", "tensorrt-rtx"))


def test_auto_is_the_host_for_engines_on_the_cpu(red_bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.preprocess.gpu_problem", lambda: None)
    monkeypatch.setattr("runtime.preprocess.dali_installed", lambda: True)
    with runtime.open(red_bundle.path) as matter:
        assert matter.preprocess == "OpenCV on the CPU"


@pytest.mark.parametrize(
    ("problem", "installed", "name"),
    [(None, True, "DALI on GPU 0"), (None, False, "OpenCV on the CPU"), ("no driver", True, "OpenCV on the CPU")],
)
def test_auto_for_engines_on_a_gpu(
    gpu_runner: Runner, monkeypatch: pytest.MonkeyPatch, problem: str | None, installed: bool, name: str
) -> None:
    for place in ("runtime.preprocess", "runtime.preprocess.dali"):
        monkeypatch.setattr(f"{place}.gpu_problem", lambda: problem)
        monkeypatch.setattr(f"{place}.dali_installed", lambda: installed)
    assert make_preprocessor("auto", gpu_runner).name == name
    assert make_preprocessor("host", gpu_runner).name == "OpenCV on the CPU"


def test_dali_where_it_cannot_be_had_says_what_to_do(
    red_bundle: Bundle, gpu_runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dali, "gpu_problem", lambda: "the NVIDIA driver sees no GPU")
    with pytest.raises(UserError, match="needs an NVIDIA GPU: the NVIDIA driver sees no GPU.*--preprocess host"):
        make_preprocessor("dali", gpu_runner)
    monkeypatch.setattr(dali, "gpu_problem", lambda: None)
    monkeypatch.setitem(sys.modules, "nvidia.dali", None)
    with pytest.raises(UserError, match=r"not installed; run: pip install '\.\[dali\]'"):
        make_preprocessor("dali", gpu_runner)
    monkeypatch.setattr(dali, "dali_installed", lambda: True)
    with pytest.raises(UserError, match="openvino engines take them on the CPU.*--target tensorrt-rtx"):
        Matter(red_bundle, preprocess="dali")
    with pytest.raises(UserError, match="no preprocessing 'cuda'; choose one of auto, dali, host"):
        runtime.open(red_bundle.path, preprocess="cuda")


class GpuRunner(Runner):
    """As a runner on a GPU looks from here: it remembers what it was handed."""

    device = "GPU"

    def open(self) -> None:
        self.taken: list[object] = []

    def _run(self, picture: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        self.taken.append(picture)
        return np.zeros(picture.shape[:2], np.float32), state

    def infer_device(self, pointer: int, state: State) -> tuple[np.ndarray, State]:
        self.taken.append(pointer)
        return np.ones((32, 64), np.float32), state

    def close(self) -> None:
        pass


def test_a_picture_on_the_gpu_goes_to_the_engine_by_its_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RUNNERS, "gpu", GpuRunner)
    frame = noise(160, 90, Colour())
    packed = frame.resized((64, 32))
    with Matter(make_bundle(tmp_path / "b", "gpu"), preprocess="host") as matter:
        on_gpu, _ = matter.infer(Prepared(packed, DevicePicture(0xABC0, None)))
        on_host, _ = matter.infer(matter.prepare(frame))
        first, second = matter._runner.taken
    assert first == 0xABC0 and second.shape == (32, 64, 3)
    assert on_gpu.packed is packed and on_gpu.alpha.min() == 1 and on_host.alpha.max() == 0


def stream(*arguments: object) -> subprocess.CompletedProcess:
    command = [
        sys.executable,
        "-m",
        "runtime.stream",
        "--source",
        "runtime/samples/presenter.mp4",
        *map(str, arguments),
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("choice", ["auto", "host"])
def test_the_command_and_its_report_say_what_prepares(tmp_path: Path, red_bundle: Bundle, choice: str) -> None:
    report = tmp_path / "report.json"
    done = stream("--engine", red_bundle.path, "--report", report, "--max-frames", 2, "--preprocess", choice)
    assert done.returncode == 0, done.stderr
    assert "preprocessing with OpenCV on the CPU" in done.stdout.splitlines()[0]
    assert json.loads(report.read_text())["engine"]["preprocess"] == "OpenCV on the CPU"


@pytest.mark.skipif(dali.gpu_problem() is None, reason="there is a GPU here")
def test_the_command_never_falls_back_silently(tmp_path: Path, red_bundle: Bundle) -> None:
    done = stream("--engine", red_bundle.path, "--report", tmp_path / "report.json", "--preprocess", "dali")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "DALI preprocessing needs an NVIDIA GPU" in done.stderr and "--preprocess host" in done.stderr


def test_importing_the_runtime_imports_no_dali() -> None:
    code = "import sys, runtime, runtime.stream; sys.exit('nvidia.dali' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60).returncode == 0
