"""Command line: `python -m export.build_engine --int8`, an engine bundle from the shipped student or your own."""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import onnx

from calib.check import agreement
from calib.fp16 import to_fp16
from calib.frames import CalibrationSet, collect
from calib.quantize import QuantizationPolicy, quantize
from export import graph, measure, targets
from export.accuracy import Accuracy, compare
from ppid.errors import UserError as TrainingError
from runtime import bundle as bundles
from runtime.bundle import Bundle, Manifest
from runtime.errors import UserError, run_command
from runtime.runners import runnable_targets

MAX_DIFFERENCE = 0.01
"""Mean absolute difference of alpha from FP32 past which a narrower engine is not recommended."""

_TENSORRT_POLICY = QuantizationPolicy(weight_bits=8, unsigned=False)


@dataclass(frozen=True)
class Row:
    """One line of the table: an engine and what was measured of it; None where it cannot run here."""

    precision: str
    megabytes: float
    latency_ms: float | None
    accuracy: Accuracy | None
    simulated: bool = False


def main() -> None:
    """Parse and build."""
    parser = argparse.ArgumentParser(
        prog="python -m export.build_engine",
        description="Build an engine bundle and compare it with FP32. Without --weights it starts from the shipped student and needs no PyTorch.",
    )
    precision = parser.add_mutually_exclusive_group()
    for name, text in (
        ("int8", "Q/DQ from calibration frames (default)"),
        ("fp16", "half floats"),
        ("fp32", "as trained"),
    ):
        precision.add_argument(f"--{name}", action="store_const", const=name, dest="precision", help=text)
    parser.add_argument(
        "--target",
        default="auto",
        choices=["auto", *targets.TARGETS],
        help="what will run it (default: the fastest installed for this CPU)",
    )
    parser.add_argument(
        "--size",
        type=parse_size,
        default=(512, 288),
        metavar="WxH",
        help="input size, multiples of 32 (default: 512x288)",
    )
    parser.add_argument(
        "--calib",
        type=Path,
        metavar="PATH",
        help="video, picture or folder of them like what the engine will see (default: a packaged set)",
    )
    parser.add_argument(
        "--weights",
        type=Path,
        metavar="FILE",
        help="your own student: .safetensors of ppid.train (needs PyTorch) or an .onnx exported from one",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="where the bundle goes (default: the cache, where runtime.stream finds it)",
    )
    parser.set_defaults(precision="int8")
    arguments = parser.parse_args()
    try:
        build(
            arguments.precision, arguments.target, arguments.size, arguments.calib, arguments.weights, arguments.output
        )
    except TrainingError as error:
        raise UserError(str(error)) from None


def build(
    precision: str, target: str, size: tuple[int, int], calib: Path | None, weights: Path | None, output: Path | None
) -> Bundle:
    """Build, check, compare, write; prints what it does.

    Args:
        precision: `fp32`, `fp16` or `int8`.
        target: one of `targets.TARGETS` or `auto`.
        size: (width, height) of the engine's input, multiples of 32.
        calib: calibration frames, None for the packaged set.
        weights: trained weights, None for the shipped student.
        output: the bundle's folder, None for the cache.

    Raises:
        UserError: see the message; nothing is left half-made.
    """
    target = targets.choose(target)
    with tempfile.TemporaryDirectory(prefix="ppid-build-") as temporary:
        folder = Path(temporary)
        student = graph.load_student(_source(weights, folder))
        properties = graph.properties(student)
        float_path = folder / "fp32.onnx"
        onnx.save(graph.fix_size(student, size), float_path)
        frames = collect(calib, size)
        print(f"calibration: {frames.origin}" if precision == "int8" else f"comparing on {frames.origin}", flush=True)

        model = _with_precision(precision, target, float_path, frames, folder)
        engine = targets.build(target, model, folder)
        manifest = Manifest(
            model=properties.get("model", "unknown"),
            target=target,
            precision=precision,
            width=size[0],
            height=size[1],
            engine=engine.path.name,
            weights_digest=properties["weights_digest"],
            builder=engine.builder,
            built_at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
            hardware=engine.hardware,
        )
        if precision == "int8":
            calibration = {"digest": frames.digest, "origin": frames.origin, "frames": len(frames.frames)}
            manifest = replace(manifest, calibration=calibration)
        rows = _compare(manifest, engine.path, model, float_path, frames.held_out)
        row = rows[-1]
        manifest = replace(manifest, latency_ms=row.latency_ms, accuracy=asdict(row.accuracy) if row.accuracy else {})
        place = output or bundles.cache_folder() / _name(manifest)
        files = {engine.path.name: engine.path} | ({model.name: model} if model != engine.path else {})
        bundle = bundles.write(place, manifest, files)
    _print_table(rows, target)
    print(f"wrote {bundle.path}")
    return bundle


def parse_size(text: str) -> tuple[int, int]:
    """`512x288` → (512, 288)."""
    width, separator, height = text.lower().partition("x")
    if not (separator and width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r}: expected WIDTHxHEIGHT such as 512x288")
    return int(width), int(height)


def _source(weights: Path | None, folder: Path) -> Path:
    """The ONNX to start from."""
    if weights is None:
        return bundles.load(bundles.packaged()).engine
    if weights.suffix == ".onnx":
        return weights
    try:
        from export.from_torch import export_onnx
    except ImportError:
        raise UserError(
            f"exporting {weights} needs PyTorch; run: pip install 'ppid[train]', or pass an .onnx exported elsewhere"
        ) from None
    path = folder / "student.onnx"
    parity = export_onnx(weights, path)
    print(
        f"ONNX against PyTorch: largest difference of alpha {parity.difference:.1e}, allowed {parity.tolerance:.0e}",
        flush=True,
    )
    if not parity.ok:
        raise RuntimeError("the exported graph does not compute what the model does")
    return path


def _with_precision(precision: str, target: str, float_path: Path, frames: CalibrationSet, folder: Path) -> Path:
    """The ONNX that holds the precision."""
    if precision == "fp32":
        return float_path
    path = folder / f"{precision}.onnx"
    if precision == "fp16":
        to_fp16(float_path, path)
        return path
    # CPUs without VNNI add pairs of products in 16 bits: weights of 8 bits would overflow there, silently.
    policy = _TENSORRT_POLICY if target.startswith("tensorrt") else QuantizationPolicy()
    report = quantize(float_path, path, frames.frames, policy=policy)
    print(
        f"quantised {len(report.quantized)} convolutions to {policy.weight_bits}-bit weights, kept {len(report.kept_float)} in float"
    )
    return path


def _compare(manifest: Manifest, engine: Path, model: Path, float_path: Path, frames: np.ndarray) -> list[Row]:
    """FP32 and the new engine on held-out frames. What cannot run here is simulated by ONNX Runtime, without a latency."""
    runs = manifest.target in runnable_targets()
    stand_in = manifest.target if runs else "onnxruntime"
    floats = _unpacked(replace(manifest, precision="fp32", target=stand_in), float_path)
    reference = measure.alphas(floats, frames)
    rows = [Row("fp32", _megabytes(float_path), None, None)]
    candidate = _unpacked(replace(manifest, target=stand_in), engine if runs else model)
    if manifest.precision == "int8" and manifest.target == "openvino":
        check = agreement(model, float_path, frames)
        print(
            f"OpenVINO INT8 against ONNX Runtime INT8 without optimisations: mean difference {check.difference:.4f}"
            f" (quantisation itself {check.quantization_error:.4f})"
        )
        if not check.ok:
            raise UserError("OpenVINO computes this quantised graph wrongly; use --fp16, or --target onnxruntime")
    if manifest.precision != "fp32":
        found = compare(measure.alphas(candidate, frames), reference)
        rows.append(Row(manifest.precision, _megabytes(engine), None, found, simulated=not runs))
    if runs:
        engines = [floats, candidate][: len(rows)]
        rows = [
            replace(row, latency_ms=timing.median) for row, timing in zip(rows, measure.latencies(engines), strict=True)
        ]
    return rows


def _unpacked(manifest: Manifest, engine: Path) -> Bundle:
    """A bundle that is not written yet, for measuring."""
    return Bundle(engine.parent, replace(manifest, engine=engine.name))


def _print_table(rows: list[Row], target: str) -> None:
    print(f"\n{'precision':10} {'size':>9} {'latency':>10}   alpha against fp32: mean, at edges, gradient, worst frame")
    for row in rows:
        latency = "not run" if row.latency_ms is None else f"{row.latency_ms:.2f} ms"
        a = row.accuracy
        accuracy = "reference" if a is None else f"{a.mad:.4f}  {a.edge_mad:.4f}  {a.gradient:.4f}  {a.worst_frame:.4f}"
        print(
            f"{row.precision:10} {row.megabytes:6.1f} MB {latency:>10}   {accuracy}{' (simulated on the CPU)' if row.simulated else ''}"
        )
    print(_recommendation(rows, target))


def _recommendation(rows: list[Row], target: str) -> str:
    """Which of the two to use, in a sentence."""
    floats, chosen = rows[0], rows[-1]
    if chosen.accuracy is None:
        return "recommended: fp32 is the reference; build --int8 to see whether it is faster here"
    if chosen.accuracy.mad > MAX_DIFFERENCE:
        return f"recommended: fp32; {chosen.precision} differs by {chosen.accuracy.mad:.4f} on average, more than {MAX_DIFFERENCE}. Try --calib with frames like yours"
    if chosen.latency_ms is None or floats.latency_ms is None:
        return f"recommended: measure on the machine that will run {target}; nothing was timed here"
    ratio = floats.latency_ms / chosen.latency_ms
    if ratio < 1:
        return f"recommended: fp32; {chosen.precision} is {1 / ratio:.2f} times slower on this machine with {target}"
    return f"recommended: {chosen.precision}, {ratio:.2f} times as fast as fp32 on this machine"


def _name(manifest: Manifest) -> str:
    digest = manifest.weights_digest[:8]
    return f"{manifest.model}-{digest}-{manifest.width}x{manifest.height}-{manifest.precision}-{manifest.target}"


def _megabytes(path: Path) -> float:
    return path.stat().st_size / 1e6


if __name__ == "__main__":
    run_command(main)
