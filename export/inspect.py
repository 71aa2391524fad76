"""Command line: `python -m export.inspect BUNDLE`, what a bundle holds and whether this machine can run it."""

from __future__ import annotations

import argparse
from collections import Counter
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import onnx

from runtime import bundle as bundles
from runtime.bundle import Bundle
from runtime.cuda import gpu_problem
from runtime.errors import run_command
from runtime.runners import runnable_targets


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
    lines = [
        ("bundle", f"{bundle.path}, format {manifest.format}, built {manifest.built_at}"),
        ("model", f"{manifest.model}, weights {manifest.weights_digest[:16]}"),
        ("engine", f"{manifest.precision} for {manifest.target}, input {manifest.width}x{manifest.height}"),
        ("input", ", ".join(f"{key} {value}" for key, value in manifest.input.items())),
        ("output", ", ".join(f"{key} {value}" for key, value in manifest.output.items())),
        ("builder", _versions(manifest.builder)),
    ]
    if manifest.hardware:
        lines.append(("hardware", ", ".join(f"{key} {value}" for key, value in manifest.hardware.items())))
    if manifest.calibration:
        calibration = manifest.calibration
        lines.append(("calibration", f"{calibration['origin']}, digest {calibration['digest'][:16]}"))
    if manifest.accuracy:
        against = ", ".join(f"{name} {value:.4f}" for name, value in manifest.accuracy.items())
        lines.append(("accuracy", f"alpha against fp32 on held-out frames: {against}"))
    if manifest.latency_ms is not None:
        lines.append(("latency", f"{manifest.latency_ms:.2f} ms, median where it was built"))
    for name, digest in manifest.files.items():
        size = (bundle.path / name).stat().st_size / 1e6
        kinds = f", {_precisions(bundle.path / name)}" if name.endswith(".onnx") else ""
        lines.append(("file", f"{name}: {size:.2f} MB, sha256 {digest[:16]} fits{kinds}"))
    lines.append(("here", verdict(bundle)))
    return lines


def verdict(bundle: Bundle) -> str:
    """Whether this machine can run the bundle, and what to do where it cannot."""
    manifest = bundle.manifest
    if manifest.target in runnable_targets():
        changed = [
            f"{name} {was}, now {now}" for name, was in manifest.builder.items() if (now := _installed(name)) != was
        ]
        # These compile the ONNX when it is opened, so another version computes the same but not as fast.
        note = f" (built with {'; '.join(changed)}: figures may differ)" if changed else ""
        return f"runs: python -m runtime.stream --engine {bundle.path}{note}"
    if manifest.target.startswith("tensorrt"):
        problem = gpu_problem() or f"{manifest.target} is not installed; run: pip install 'ppid[{manifest.target}]'"
        return f"does not run: {problem}. On the machine with the GPU build it with: {manifest.rebuild}"
    return f"does not run: {manifest.target} is not installed; run: pip install 'ppid[cpu,export]'"


def _precisions(path: Path) -> str:
    """How many convolutions of an ONNX read quantised weights, half floats or floats."""
    graph = onnx.load(path).graph
    makers = {output: node.op_type for node in graph.node for output in node.output}
    types = {tensor.name: tensor.data_type for tensor in graph.initializer}
    kinds: Counter[str] = Counter()
    for node in graph.node:
        if node.op_type == "Conv":
            weight = node.input[1]
            half = types.get(weight) == onnx.TensorProto.FLOAT16
            kinds["int8" if makers.get(weight) == "DequantizeLinear" else "fp16" if half else "fp32"] += 1
    return "convolutions: " + (", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "none")


def _versions(builder: dict[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in builder.items()) or "unknown"


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    run_command(main)
