"""Command line: `python -m export.inspect BUNDLE`, what a bundle holds and whether this machine can run it."""

from __future__ import annotations

import argparse
import importlib
from collections import Counter
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from runtime import bundle as bundles
from runtime.bundle import Bundle
from runtime.cuda import find_gpu, gpu_problem
from runtime.errors import UserError, run_command
from runtime.runners import GPU_TARGETS, runnable_targets
from runtime.runners.tensorrt_engine import load_library


def main() -> None:
    """Parse and print."""
    parser = argparse.ArgumentParser(
        prog="python -m export.inspect", description="Check a bundle, print what it holds and whether it runs here."
    )
    parser.add_argument("bundle", type=Path, nargs="?", metavar="BUNDLE", help="its folder (default: the packaged one)")
    arguments = parser.parse_args()
    for name, text in describe(bundles.load(arguments.bundle or bundles.packaged())):
        print(f"{name:12} {text}")


def describe(bundle: Bundle) -> list[tuple[str, str]]:
    """Lines of (what, text) about a bundle whose files have been checked."""
    manifest = bundle.manifest
    taken = f"{manifest.width}x{manifest.height}"
    if manifest.free_size:
        taken = f"of any size in steps of 32, by default about {taken}"
    bf16 = " (the rest in BF16 where the CPU has units for it)" if manifest.bf16 else ""
    lines = [
        ("bundle", f"{bundle.path}, format {manifest.format}, built {manifest.built_at}"),
        ("model", f"{manifest.model}, weights {manifest.weights_digest[:16]}"),
        ("engine", f"{manifest.precision}{bf16} for {manifest.target}, input {taken}"),
        ("input", ", ".join(f"{key} {value}" for key, value in manifest.input.items())),
        ("output", ", ".join(f"{key} {value}" for key, value in manifest.output.items())),
        ("builder", _versions(manifest.builder)),
    ]
    if manifest.hardware:
        lines.append(("hardware", ", ".join(f"{key} {value}" for key, value in manifest.hardware.items())))
    if manifest.calibration:
        calibration = manifest.calibration
        lines.append(("calibration", f"{calibration['origin']}, digest {calibration['digest'][:16]}"))
    figures = manifest.accuracy.items()
    truth = {name.removeprefix("truth_"): figure for name, figure in figures if name.startswith("truth_")}
    lost = {name: figure for name, figure in figures if not name.startswith("truth_")}
    if lost:
        lines.append(("accuracy", f"alpha against fp32 on held-out frames: {_figures(lost)}"))
    if truth:
        known = truth.pop("frames")
        lines.append(("truth", f"alpha against the truth of {known:.0f} held-out frames: {_figures(truth)}"))
    if manifest.latency_ms is not None:
        lines.append(("latency", f"{manifest.latency_ms:.2f} ms, median where it was built"))
    for name, digest in manifest.files.items():
        size = (bundle.path / name).stat().st_size / 1e6
        kinds = _precisions(bundle.path / name) if name.endswith(".onnx") else ""
        lines.append(("file", f"{name}: {size:.2f} MB, sha256 {digest[:16]} fits{kinds}"))
    lines.append(("here", verdict(bundle)))
    return lines


def verdict(bundle: Bundle) -> str:
    """Whether this machine can run the bundle, and what to do where it cannot."""
    manifest = bundle.manifest
    if manifest.target not in runnable_targets():
        if manifest.target not in GPU_TARGETS:
            return f"does not run: {manifest.target} is not installed; run: pip install '.[cpu,export]'"
        problem = gpu_problem() or f"{manifest.target} is not installed; run: pip install '.[{manifest.target}]'"
        return f"does not run: {problem}. On the machine with the GPU build it with: {manifest.rebuild}"
    note = ""
    if manifest.target in GPU_TARGETS:
        if reason := _bound_elsewhere(bundle):
            return f"does not run: {reason}. Build it here: {manifest.rebuild}"
    elif changed := [
        f"{name} {was}, now {now}" for name, was in manifest.builder.items() if (now := _installed(name)) != was
    ]:
        # These compile the ONNX when it is opened, so another version computes the same but not as fast.
        note = f" (built with {'; '.join(changed)}: figures may differ)"
    return f"runs: python -m runtime.stream --engine {bundle.path}{note}"


def _bound_elsewhere(bundle: Bundle) -> str | None:
    """Why a TensorRT engine does not fit the library or the GPU here: it is bound to the version and to the hardware."""
    try:
        now = load_library(bundle).__version__
    except UserError as error:
        return str(error)
    was = bundle.manifest.builder.get(bundle.manifest.target)
    if was != now:
        return f"it was built by {bundle.manifest.target} {was}, here is {now}"
    gpu, capabilities = find_gpu(), str(bundle.manifest.hardware.get("compute_capability", "portable"))
    if gpu is None or capabilities == "portable":
        return None
    found = ".".join(map(str, gpu.capability))
    if found not in capabilities.split():
        return f"it was built for compute capability {capabilities}, {gpu.name} has {found}"
    return None


def _figures(named: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in named.items())


def _precisions(path: Path) -> str:
    """How many convolutions of an ONNX read quantised weights, half floats or floats; empty where `onnx` is not installed."""
    try:
        import onnx
    except ImportError:
        return ""
    graph = onnx.load(path).graph
    makers = {output: node.op_type for node in graph.node for output in node.output}
    types = {tensor.name: tensor.data_type for tensor in graph.initializer}
    kinds: Counter[str] = Counter()
    for node in graph.node:
        if node.op_type == "Conv":
            weight = node.input[1]
            half = types.get(weight) == onnx.TensorProto.FLOAT16
            kinds["int8" if makers.get(weight) == "DequantizeLinear" else "fp16" if half else "fp32"] += 1
    return ", convolutions: " + (", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "none")


def _versions(builder: dict[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in builder.items()) or "unknown"


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:  # installed under another name, as onnxruntime-gpu is
        return getattr(importlib.import_module(package), "__version__", None)


if __name__ == "__main__":
    run_command(main)
