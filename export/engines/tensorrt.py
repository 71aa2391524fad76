"""TensorRT 10, TensorRT 11 and TensorRT-RTX: one strongly typed build, because all precision is in the ONNX.

No precision flag and no calibrator: TensorRT 11 has neither. TensorRT-RTX builds without a GPU and is what the tests run;
TensorRT 10 and 11 build on the GPU that will run the engine, and that has not been run yet.
"""

from __future__ import annotations

import importlib
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tqdm import tqdm

from export.engines import timing
from export.engines.base import BuilderOptions, Engine
from export.engines.progress import BuildProgress
from export.plan import Plan, is_plan, read_plan
from runtime import bundle as bundles
from runtime.cuda.driver import Gpu, find_gpu, gpu_problem
from runtime.errors import UserError
from runtime.files import replace_file

WORKSPACE = 1024
"""MiB, unless asked for otherwise."""

_MODULES = {"tensorrt-rtx": "tensorrt_rtx", "tensorrt": "tensorrt"}
_NO_INT8 = "the engine would compute in float and only gain copies; use --fp16"
_MISREAD = re.compile(r"uint8 zero.?point|defaulting to int8", re.IGNORECASE)


def check(target: str, options: BuilderOptions) -> None:
    """Look at what can be known before a build.

    Raises:
        UserError: there is no GPU for TensorRT itself, the library does not load, or does not know a GPU or a DLA.
    """
    if target == "tensorrt":
        _this_gpu()
    trt = _load(target)
    _capabilities(trt, options.compute_capabilities)
    if options.dla is not None and int(trt.__version__.split(".")[0]) > 10:
        raise UserError(
            f"--dla {options.dla}: TensorRT {trt.__version__} has no support for DLA; use TensorRT 10 (JetPack 6) or leave --dla out"
        )


def build(target: str, model: Path, folder: Path, options: BuilderOptions) -> Engine:
    """Build `engine.plan` in `folder`.

    Raises:
        UserError: the library refuses the graph or an option; the message holds its reasons.
        KeyboardInterrupt: Ctrl-C, which ends the build at its next step; nothing is written then.
    """
    path = folder / "engine.plan"
    hardware: dict[str, Any]
    if target == "tensorrt":
        gpu = _this_gpu()
        hardware = {"gpu": gpu.name, "compute_capability": "{}.{}".format(*gpu.capability)}
        if options.dla is not None:
            hardware["dla"] = options.dla
    else:
        hardware = {"compute_capability": " ".join(options.compute_capabilities) or "portable"}
    trt = _load(target)
    plan = _build(trt, model, path, options)
    return Engine(path, {target: trt.__version__}, hardware, plan)


def _this_gpu() -> Gpu:
    """The driver is asked before the library, which may not survive that there is none."""
    gpu = find_gpu()
    if gpu is None:
        raise UserError(
            f"--target tensorrt builds on the GPU that will run the engine: {gpu_problem()}. Run this on that machine,"
            " or use --target openvino for a CPU"
        )
    return gpu


def _load(target: str) -> Any:
    try:
        return importlib.import_module(_MODULES[target])
    except ImportError as error:
        raise UserError(f"--target {target}: its Python package is installed but does not load: {error}") from None


def _build(trt: Any, model: Path, path: Path, options: BuilderOptions) -> Plan | None:
    """The one recipe for all versions: writes the engine to `path` and gives its plan."""
    log = _log(trt)
    try:
        builder = trt.Builder(log)
    except TypeError:  # what the library's refusal to start becomes in Python
        raise UserError(f"TensorRT {trt.__version__} does not start here: {_reasons(log)}") from None
    network = builder.create_network(_network_flags(trt))
    parser = trt.OnnxParser(network, log)  # kept to the end: the weights are in its hands
    _parse(parser, network, model, log)
    is_int8 = any(network.get_layer(i).type == trt.LayerType.DEQUANTIZE for i in range(network.num_layers))
    if is_int8:
        _check_int8(builder)

    config = builder.create_builder_config()
    config.set_memory_pool_limit(trt.MemoryPoolType.WORKSPACE, (options.workspace or WORKSPACE) << 20)
    config.profiling_verbosity = trt.ProfilingVerbosity.DETAILED
    if options.optimisation_level is not None:
        config.builder_optimization_level = options.optimisation_level
    if options.compute_capabilities:
        _aim(trt, config, options.compute_capabilities)
    if options.dla is not None:
        _use_dla(trt, builder, network, config, options.dla)
    measures = trt.__name__ != "tensorrt_rtx"
    cache = options.timing_cache or bundles.cache_folder() / "tensorrt.timing"
    if measures:
        timing.attach(config, cache, trt.__version__)

    memory = _run(trt, builder, network, config)
    if memory is None:
        advice = "; give it more with --workspace" if "workspace limit" in _reasons(log) else ""
        raise UserError(f"TensorRT {trt.__version__} cannot build an engine from {model}: {_reasons(log)}{advice}")
    _refuse_misread(model, log)
    plan = _plan(log)
    if is_int8 and plan and not any(tensor.dtype == "Int8" for kernel in plan.convolutions for tensor in kernel.inputs):
        raise UserError(f"TensorRT {trt.__version__} plans no INT8 convolution for this GPU: {_NO_INT8}")
    replace_file(path, memory)
    if measures:
        timing.save(config, cache, trt.__version__)
    return plan


def _network_flags(trt: Any) -> int:
    """Strongly typed; the flag's number differs between versions, and 10 still has the other one."""
    bits = 1 << int(trt.NetworkDefinitionCreationFlag.STRONGLY_TYPED)
    if hasattr(trt.NetworkDefinitionCreationFlag, "EXPLICIT_BATCH"):
        bits |= 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH)
    return bits


def _parse(parser: Any, network: Any, model: Path, log: Any) -> None:
    """Read the ONNX into the network, or say what is wrong with it."""
    if not parser.parse_from_file(str(model)):
        errors = [parser.get_error(index) for index in range(parser.num_errors)]
        reasons = [f"{error.node_operator()} {error.node_name()}: {error.desc()}".strip(" :") for error in errors]
        raise UserError(f"TensorRT cannot read {model}: {'; '.join(reasons) or _reasons(log)}")
    if network.num_outputs == 0:  # what the parser makes of a file that it does not understand at all
        raise UserError(f"{model} is not an ONNX file")
    _refuse_misread(model, log)
    for index in range(network.num_inputs):
        tensor = network.get_input(index)
        if any(side < 0 for side in tensor.shape):
            raise UserError(
                f"{model}: input {tensor.name} has free sizes {tuple(tensor.shape)}; engines are built for one, fix it with --size WxH"
            )


def _refuse_misread(model: Path, log: Any) -> None:
    """TensorRT reads the scales of unsigned activations as signed ones: half of their range is cut off, with a warning."""
    if misread := [message for message in log.warnings if _MISREAD.search(message)]:
        raise UserError(
            f"{model} has unsigned quantised activations, which TensorRT misreads ({misread[0]}). Quantise it for"
            " TensorRT: python -m export.build_engine --int8 with this --target does so"
        )


def _check_int8(builder: Any) -> None:
    """TensorRT 10 says whether the GPU has INT8; for TensorRT-RTX the plan does."""
    if hasattr(builder, "platform_has_fast_int8"):
        fast = builder.platform_has_fast_int8
        if not fast:
            raise UserError(f"this GPU has no fast INT8: {_NO_INT8}")


def _capabilities(trt: Any, names: tuple[str, ...]) -> list[Any]:
    """Members of TensorRT-RTX's enum for `8.6` and the like."""
    if not names:
        return []
    members = trt.ComputeCapability.__members__.items()
    # SM86 is 8.6, SM120 is 12.0; NONE and CURRENT are no GPUs.
    known = {f"{name[2:-1]}.{name[-1]}": member for name, member in members if re.fullmatch(r"SM\d+", name)}
    if unknown := [name for name in names if name not in known]:
        listed = ", ".join(sorted(known, key=float))
        raise UserError(f"--compute-capability {unknown[0]}: TensorRT-RTX {trt.__version__} knows {listed}")
    return [known[name] for name in names]


def _aim(trt: Any, config: Any, names: tuple[str, ...]) -> None:
    """Make the engine for these GPUs only."""
    config.num_compute_capabilities = len(names)
    for index, capability in enumerate(_capabilities(trt, names)):
        config.set_compute_capability(capability, index)


def _use_dla(trt: Any, builder: Any, network: Any, config: Any, core: int) -> None:
    """Give a DLA the layers that it can run. Not run yet: it needs a Jetson that has one."""
    if core >= builder.num_DLA_cores:
        raise UserError(
            f"--dla {core}: this machine has {builder.num_DLA_cores} DLA cores; leave --dla out for the GPU"
        )
    config.default_device_type = trt.DeviceType.DLA
    config.DLA_core = core
    config.set_flag(trt.BuilderFlag.GPU_FALLBACK)
    layers = [network.get_layer(index) for index in range(network.num_layers)]
    able = sum(config.can_run_on_DLA(layer) for layer in layers)
    if not able:
        raise UserError(f"--dla {core}: a DLA can run none of this network's layers; it needs --fp16 or --int8")
    print(f"DLA core {core} runs {able} of {len(layers)} layers, the GPU the others")


def _run(trt: Any, builder: Any, network: Any, config: Any) -> Any:
    """Build behind a progress bar; None where TensorRT gives up.

    The build has a thread of its own, so that Ctrl-C reaches this one at once; TensorRT itself takes an exception in its
    callback for a mere wish to stop and loses it.
    """
    bar = tqdm(
        total=1.0,
        desc="building",
        bar_format="{desc} {percentage:3.0f}%|{bar}| {elapsed}{postfix}",
        delay=1,
        leave=False,
        disable=None,
        dynamic_ncols=True,
    )
    with bar, ThreadPoolExecutor(1) as pool:
        monitor = config.progress_monitor = _monitor(trt, bar)
        result = pool.submit(builder.build_serialized_network, network, config)
        try:
            return result.result()
        except (KeyboardInterrupt, SystemExit):
            monitor.cancelled = True
            raise


def _monitor(trt: Any, bar: Any) -> Any:
    class Monitor(BuildProgress, trt.IProgressMonitor):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            trt.IProgressMonitor.__init__(self)
            BuildProgress.__init__(self, bar)

    return Monitor()


def _log(trt: Any) -> Any:
    class Log(trt.ILogger):  # type: ignore[misc,name-defined]
        """Keeps errors, which the builder gives no other way, warnings and the plan."""

        def __init__(self) -> None:
            trt.ILogger.__init__(self)
            self.errors: list[str] = []
            self.warnings: list[str] = []
            self.plans: list[str] = []

        def log(self, severity: Any, message: str) -> None:
            if severity in (trt.ILogger.Severity.ERROR, trt.ILogger.Severity.INTERNAL_ERROR):
                self.errors.append(message)
            elif severity == trt.ILogger.Severity.WARNING:
                self.warnings.append(message)
            elif is_plan(message):
                self.plans.append(message)

    return Log()


def _reasons(log: Any) -> str:
    return "; ".join(log.errors) or "it gave no reason"


def _plan(log: Any) -> Plan | None:
    """The plan, if there is one; another version may print it differently, which is no reason to lose its engine."""
    try:
        return read_plan(log.plans[0]) if len(log.plans) == 1 else None
    except ValueError:
        return None
