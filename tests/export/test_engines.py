"""Engine builders: TensorRT-RTX for real, which needs no GPU; of TensorRT 10 and 11 what can be said without their library."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from tqdm import tqdm

from calib.fp16 import to_fp16
from export import build_engine, engines, graph
from export.engines import BuilderOptions, Engine, tensorrt, timing
from export.engines.progress import BuildProgress
from runtime import bundle as bundles
from runtime.cuda.driver import Gpu, gpu_problem
from runtime.errors import UserError

needs_rtx = pytest.mark.skipif(not find_spec("tensorrt_rtx"), reason="there is no TensorRT-RTX for this system")

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped student in FP16, small."""
    folder = tmp_path_factory.mktemp("student")
    shipped = graph.load_student(bundles.load(bundles.packaged()).engine)
    onnx.save(graph.fix_size(shipped, (128, 96)), folder / "fp32.onnx")
    to_fp16(folder / "fp32.onnx", folder / "fp16.onnx")
    return folder / "fp16.onnx"


def write_graph(
    path: Path, nodes: list[onnx.NodeProto], constants: dict[str, np.ndarray], shape: tuple[int | str, ...]
) -> Path:
    """An ONNX of these operators from `x` to `y`, both float."""
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
    initialisers = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    opsets = [helper.make_opsetid("", 19)]
    model = helper.make_model(helper.make_graph(nodes, "g", inputs, outputs, initialisers), opset_imports=opsets)
    model.ir_version = 9
    onnx.save(model, path)
    return path


CONV = helper.make_node("Conv", ["x", "w"], ["y"])
WEIGHTS = {"w": RNG.random((8, 3, 3, 3), np.float32)}
SHAPE = (1, 3, 32, 32)


def build(model: Path, **options: Any) -> Engine:
    return engines.build("tensorrt-rtx", model, model.parent, BuilderOptions(**options))


@needs_rtx
def test_engines_are_made_for_the_gpus_that_are_named(student: Path) -> None:
    portable = build(student)
    size = portable.path.stat().st_size
    assert portable.hardware == {"compute_capability": "portable"}
    several = build(student, compute_capabilities=("8.6", "8.9", "12.0"))
    assert several.hardware == {"compute_capability": "8.6 8.9 12.0"}
    assert several.path.stat().st_size < 1.1 * size
    assert several.plan == portable.plan
    turing = build(student, compute_capabilities=("7.5",))  # its kernels are others, so the option reaches the builder
    assert turing.plan and portable.plan and len(turing.plan.kernels) > len(portable.plan.kernels)


@needs_rtx
def test_the_command_passes_options_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = "build_engine --fp16 --target tensorrt-rtx --size 128x96 --compute-capability 8.9 12.0 --workspace 512"
    monkeypatch.setattr(sys, "argv", [*command.split(), "--optimisation-level", "1", "--output", str(tmp_path / "e")])
    seen = []
    monkeypatch.setattr(engines.tensorrt, "_build", lambda *a, real=tensorrt._build: seen.append(a[3]) or real(*a))
    build_engine.main()
    assert set(seen) == {BuilderOptions(workspace=512, optimisation_level=1, compute_capabilities=("8.9", "12.0"))}
    assert bundles.load(tmp_path / "e").manifest.hardware == {"compute_capability": "8.9 12.0"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--target openvino --dla 0", "--dla belongs to --target tensorrt; --target openvino has no such option"),
        ("--target onnxruntime --workspace 8", "--workspace belongs to --target tensorrt-rtx or tensorrt"),
        ("--target auto --optimisation-level 3", "--optimisation-level belongs to --target tensorrt-rtx or tensorrt"),
        ("--target tensorrt --compute-capability 8.6", "--compute-capability belongs to --target tensorrt-rtx"),
        ("--target tensorrt-rtx --timing-cache t", "--timing-cache belongs to --target tensorrt;"),
        ("--target tensorrt-rtx --workspace 0", "--workspace 0: expected 1 MiB or more"),
        ("--target tensorrt-rtx --optimisation-level 6", "--optimisation-level 6: expected 0 to 5"),
        ("--target tensorrt --dla -1", "--dla -1: expected 0 or more"),
    ],
)
def test_options_that_do_not_fit_are_refused(monkeypatch: pytest.MonkeyPatch, options: str, words: str) -> None:
    monkeypatch.setattr(sys, "argv", ["build_engine", *options.split()])
    with pytest.raises(UserError, match=words):
        build_engine.main()


@needs_rtx
@pytest.mark.parametrize("name", ["9.0", "8.7", "86", "SM86", "CURRENT", "NONE", ""])
def test_unknown_gpus_are_refused_with_the_known_ones(name: str) -> None:
    options = BuilderOptions(compute_capabilities=("8.6", name))
    with pytest.raises(UserError, match=f"--compute-capability {name}: .* knows 7.5, 8.0, 8.6, 8.9, 12.0, 12.1$"):
        engines.choose("tensorrt-rtx", options)


@needs_rtx
@pytest.mark.parametrize(
    ("nodes", "constants", "shape", "words"),
    [
        ([helper.make_node("Det", ["x"], ["y"], name="d")], {}, (1, 3, 3), "cannot read .*Det d"),
        ([helper.make_node("Blur", ["x"], ["y"], domain="mine")], {}, SHAPE, "cannot read .*Blur.*[Pp]lugin not found"),
        ([CONV], {"w": RNG.random((8, 4, 3, 3), np.float32)}, SHAPE, "cannot read .*Conv"),
        ([CONV], WEIGHTS, (1, 3, "height", "width"), r"input x has free sizes \(1, 3, -1, -1\).*fix it with --size"),
    ],
)
def test_graphs_that_tensorrt_does_not_take(
    tmp_path: Path, nodes: list[onnx.NodeProto], constants: dict[str, np.ndarray], shape: tuple[int, ...], words: str
) -> None:
    model = write_graph(tmp_path / "model.onnx", nodes, constants, shape)
    with pytest.raises(UserError, match=words):
        build(model)
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]


@needs_rtx
def test_files_that_are_no_onnx(tmp_path: Path) -> None:
    (tmp_path / "letter.onnx").write_bytes(b"Dear all, this is not a network." * 8)
    (tmp_path / "empty.onnx").touch()
    for name in ("letter.onnx", "empty.onnx"):
        with pytest.raises(UserError, match=f"{name} is not an ONNX file"):
            build(tmp_path / name)
    with pytest.raises(UserError, match="cannot read .*gone.onnx"):
        build(tmp_path / "gone.onnx")


@needs_rtx
def test_unsigned_activations_are_refused(tmp_path: Path) -> None:
    """TensorRT-RTX would build them, and read them as signed."""
    scale = {"s": np.float32(0.01), "z": np.uint8(0)}
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"]),
        helper.make_node("DequantizeLinear", ["q", "s", "z"], ["d"]),
        helper.make_node("Conv", ["d", "w"], ["y"]),
    ]
    constants = WEIGHTS | {name: np.asarray(value) for name, value in scale.items()}
    with pytest.raises(UserError, match=r"misreads .*Defaulting to INT8.* --int8"):
        build(write_graph(tmp_path / "unsigned.onnx", nodes, constants, SHAPE))
    assert not (tmp_path / "engine.plan").exists()


@pytest.fixture
def quantised(tmp_path: Path) -> Path:
    """One convolution of INT8 input and weights, as `calib` writes them, 64x64."""
    constants = {"s": np.float32(0.01), "z": np.int8(0), "k": RNG.integers(-127, 127, (8, 8, 3, 3), np.int8)}
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"]),
        helper.make_node("DequantizeLinear", ["q", "s", "z"], ["d"]),
        helper.make_node("DequantizeLinear", ["k", "s", "z"], ["w"]),
        helper.make_node("Conv", ["d", "w"], ["y"]),
    ]
    values = {name: np.asarray(value) for name, value in constants.items()}
    return write_graph(tmp_path / "int8.onnx", nodes, values, (1, 8, 64, 64))


@needs_rtx
def test_int8_that_would_be_float_is_refused(quantised: Path) -> None:
    """TensorRT-RTX builds it for compute capability 7.5, without one INT8 convolution."""
    with pytest.raises(UserError, match="plans no INT8 convolution for this GPU.*use --fp16"):
        build(quantised, compute_capabilities=("7.5",))
    assert [path.name for path in quantised.parent.iterdir()] == ["int8.onnx"]
    assert build(quantised, compute_capabilities=("8.6",)).path.is_file()


@needs_rtx
def test_tensorrt_10_is_asked_for_int8(quantised: Path, student: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tensorrt_rtx.Builder.platform_has_fast_int8", False, raising=False)
    with pytest.raises(UserError, match="this GPU has no fast INT8.*use --fp16"):
        build(quantised)
    assert build(student).path.is_file()
    monkeypatch.setattr("tensorrt_rtx.Builder.platform_has_fast_int8", True)
    assert build(quantised).path.is_file()


@needs_rtx
def test_a_workspace_too_small_is_named(tmp_path: Path) -> None:
    model = write_graph(tmp_path / "model.onnx", [CONV], WEIGHTS, SHAPE)
    with pytest.raises(UserError, match="workspace limit.*give it more with --workspace"):
        build(model, workspace=1)
    assert build(model, workspace=64).path.is_file()


@needs_rtx
def test_no_dla_without_one(tmp_path: Path) -> None:
    """The library for RTX has the calls, so that the refusal can be seen; `choose` does not let it come so far."""
    model = write_graph(tmp_path / "model.onnx", [CONV], WEIGHTS, SHAPE)
    with pytest.raises(UserError, match="--dla 0: this machine has 0 DLA cores"):
        build(model, dla=0)


@pytest.mark.skipif(gpu_problem() is None, reason="this machine has a GPU")
def test_tensorrt_builds_only_where_there_is_a_gpu(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="builds on the GPU that will run the engine: the NVIDIA driver"):
        engines.build("tensorrt", tmp_path / "model.onnx", tmp_path)


@pytest.fixture
def orin(monkeypatch: pytest.MonkeyPatch) -> Gpu:
    """The driver of a Jetson answers; its TensorRT does not exist here."""
    gpu = Gpu("Orin (nvgpu)", (8, 7), "12.6")
    monkeypatch.setattr(tensorrt, "find_gpu", lambda: gpu)
    return gpu


@pytest.mark.usefixtures("orin")
def test_no_dla_with_tensorrt_11(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorrt", SimpleNamespace(__version__="11.4.0.106"))
    with pytest.raises(UserError, match=r"TensorRT 11.4.0.106 has no support for DLA; use TensorRT 10"):
        tensorrt.check("tensorrt", BuilderOptions(dla=0))
    monkeypatch.setitem(sys.modules, "tensorrt", SimpleNamespace(__version__="10.3.0"))
    tensorrt.check("tensorrt", BuilderOptions(dla=0))


@needs_rtx
@pytest.mark.usefixtures("orin")
def test_engines_of_tensorrt_name_their_gpu(student: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Built by TensorRT-RTX in the place of TensorRT: all but the kernels is the same code."""
    import tensorrt_rtx

    monkeypatch.setitem(tensorrt._MODULES, "tensorrt", "tensorrt_rtx")
    monkeypatch.setattr(tensorrt_rtx, "__name__", "tensorrt")
    options = BuilderOptions(timing_cache=tmp_path / "timing")
    engine = engines.build("tensorrt", student, tmp_path, options)
    assert engine.builder == {"tensorrt": tensorrt_rtx.__version__}
    assert engine.hardware == {"gpu": "Orin (nvgpu)", "compute_capability": "8.7"}
    assert (tmp_path / "timing").stat().st_size > 64


@pytest.mark.usefixtures("orin")
def test_a_library_that_does_not_load_is_a_fault_to_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tensorrt.py").write_text("raise ImportError('libnvinfer.so.10: cannot open shared object file')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "tensorrt", raising=False)
    with pytest.raises(UserError, match="installed but does not load: libnvinfer.so.10"):
        tensorrt.check("tensorrt", BuilderOptions())


@needs_rtx
def test_a_builder_that_does_not_start_is_a_fault_to_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(log: Any) -> None:
        raise TypeError("pybind11::init(): factory function returned nullptr")  # as TensorRT 10 and 11 do

    monkeypatch.setattr("tensorrt_rtx.Builder", refuse)
    with pytest.raises(UserError, match="TensorRT .* does not start here"):
        build(tmp_path / "model.onnx")


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """SIGINT raises KeyboardInterrupt also where the shell has it ignored."""
    old = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, old)


@needs_rtx
@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_ends_a_build_and_leaves_nothing(student: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    step_complete = BuildProgress.step_complete

    def interrupt(progress: BuildProgress, phase_name: str, step: int) -> bool:
        steps.append(phase_name)
        if len(steps) == 20:
            os.kill(os.getpid(), signal.SIGINT)
            patience = time.monotonic() + 10
            while not progress.cancelled and time.monotonic() < patience:
                time.sleep(0.01)
        return step_complete(progress, phase_name, step)

    with monkeypatch.context() as patch:
        patch.setattr(BuildProgress, "step_complete", interrupt)
        with pytest.raises(KeyboardInterrupt):
            engines.build("tensorrt-rtx", student, tmp_path)
    assert len(steps) == 20  # TensorRT stopped there
    assert not list(tmp_path.iterdir())
    assert engines.build("tensorrt-rtx", student, tmp_path).path.is_file()


@needs_rtx
def test_the_bar_of_a_real_build_reaches_its_end(student: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    bars = []

    def make(**settings: Any) -> Any:
        bars.append(tqdm(**settings | {"file": shown, "disable": False, "delay": 0, "leave": True, "mininterval": 0}))
        return bars[0]

    monkeypatch.setattr(tensorrt, "tqdm", make)
    build(student)
    assert bars[0].n == pytest.approx(1)
    assert "building   0%" in shown.getvalue() and "building 100%" in shown.getvalue()
    assert "cloning network graph" in shown.getvalue()


@dataclass
class Phase:
    """A phase of a build for tests: for each of its steps the phases within it."""

    steps: list[list[Phase]] = field(default_factory=list)


PHASES = st.recursive(
    st.builds(Phase, st.lists(st.just([]), min_size=1, max_size=5)),
    lambda phases: st.builds(Phase, st.lists(st.lists(phases, max_size=3), min_size=1, max_size=4)),
    max_leaves=20,
)


@given(PHASES)
def test_the_bar_never_goes_back_and_inner_phases_fill_one_step(root: Phase) -> None:
    with tqdm(total=1.0, file=io.StringIO()) as bar:
        progress = BuildProgress(bar)
        seen = [0.0]

        def play(phase: Phase, name: str, parent: str | None) -> None:
            progress.phase_start(name, parent, len(phase.steps))
            for index, within in enumerate(phase.steps):
                for number, child in enumerate(within):
                    play(child, f"{name}.{index}.{number}", name)
                assert progress.step_complete(name, index)
                seen.append(bar.n)
                if parent is None:
                    assert bar.n == pytest.approx((index + 1) / len(phase.steps))
            progress.phase_finish(name)

        play(root, "0", None)
        assert seen == sorted(seen)
        assert bar.n == pytest.approx(1)
        progress.cancelled = True
        assert not progress.step_complete("unheard of", 0)


def test_a_plan_of_unknown_form_does_not_lose_the_engine() -> None:
    assert tensorrt._plan(SimpleNamespace(plans=["Layers:\nConvolution conv1 [Half]"])) is None
    assert tensorrt._plan(SimpleNamespace(plans=[])) is None


@needs_rtx
def test_the_timing_cache_goes_from_build_to_build_of_one_version(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With TensorRT-RTX's calls, which have the same names and effect nothing."""
    import tensorrt_rtx as trt

    builder = trt.Builder(trt.Logger())
    path = tmp_path / "cache" / "timing"
    first = builder.create_builder_config()
    timing.attach(first, path, "10.3.0")
    timing.save(first, path, "10.3.0")
    kept = path.read_bytes()
    assert len(kept) > 64 and [file.name for file in path.parent.iterdir()] == ["timing"]
    assert timing._read(path, "10.3.0") in kept and timing._read(path, "10.3.0")
    timing.attach(builder.create_builder_config(), path, "10.3.0")
    assert capsys.readouterr().out == ""
    timing.attach(builder.create_builder_config(), path, "10.13.3")
    assert "timing is not of TensorRT 10.13.3: ignored" in capsys.readouterr().out
    path.write_bytes(b"something else")
    timing.attach(builder.create_builder_config(), path, "10.3.0")
    assert "ignored" in capsys.readouterr().out
    timing.save(first, path / "below a file", "10.3.0")
    assert "not kept" in capsys.readouterr().out and path.is_file()
    with pytest.raises(UserError, match="--timing-cache .* cannot be read"):
        timing.attach(builder.create_builder_config(), tmp_path, "10.3.0")


class OtherGpu:
    """A config whose GPU no stored measurements fit; there is no TensorRT here that would say so."""

    def __init__(self) -> None:
        self.attached: list[bytes] = []

    def create_timing_cache(self, content: bytes) -> bytes:
        return content

    def set_timing_cache(self, cache: bytes, ignore_mismatch: bool) -> bool:
        if cache and not ignore_mismatch:
            return False
        self.attached.append(cache)
        return True


def test_measurements_of_another_gpu_are_not_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "timing").write_bytes(b"ppid: timing cache of TensorRT 10.3.0\nmeasurements")
    config = OtherGpu()
    timing.attach(config, tmp_path / "timing", "10.3.0")
    assert config.attached == [b""]
    assert "measured on another GPU" in capsys.readouterr().out
