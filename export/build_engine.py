"""Command line: `python -m export.build_engine --int8`, an engine bundle from the shipped student or your own."""

from __future__ import annotations

import argparse
import math
import signal
import sys
from pathlib import Path

from export import engines
from export.bundling import started
from export.engines import BuilderOptions
from export.sheet import sheet
from export.workbench import Candidate, allowed, told
from ppid.errors import UserError as TrainingError
from runtime import bundle as bundles
from runtime import images
from runtime.arguments import parse_size
from runtime.bundle import Bundle
from runtime.errors import UserError, run_command
from runtime.files import check_place

MAX_LOSS = 0.02
"""What INT8 may lose against FP32: 2 % of SAD and 5 % of Grad and dtSSD, see `calib.loss`."""


def main() -> None:
    """Parse and build."""
    parser = argparse.ArgumentParser(
        prog="python -m export.build_engine",
        description="Build an engine bundle and compare it with FP32. Without --weights it starts from a shipped student and needs no PyTorch.",
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
        choices=["auto", *engines.TARGETS],
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
        help="video, or folder of videos and pictures, like what the engine will see (default: a packaged set)",
    )
    student = parser.add_mutually_exclusive_group()
    student.add_argument(
        "--student",
        default=bundles.STUDENTS[0],
        choices=bundles.STUDENTS,
        help="which of those that ship; dense, of plain convolutions for GPUs, is trained too little yet to be used for more than timing (default: %(default)s)",
    )
    student.add_argument(
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
    parser.add_argument(
        "--max-loss",
        type=float,
        default=100 * MAX_LOSS,
        metavar="PERCENT",
        help="of SAD that INT8 may lose against FP32, and two and a half times that of Grad and dtSSD (default: %(default)g)",
    )
    parser.add_argument(
        "--sheet",
        type=Path,
        metavar="PNG",
        help="also a picture of the alphas on held-out frames, side by side, with differences from FP32 made visible",
    )
    _add_builder_options(parser)
    parser.set_defaults(precision="int8")
    arguments = parser.parse_args()
    if not 0 < arguments.max_loss < math.inf:  # NaN is neither
        raise UserError(f"--max-loss {arguments.max_loss:g}: expected more than 0 percent")
    try:
        build(
            arguments.precision,
            arguments.target,
            arguments.size,
            arguments.calib,
            arguments.weights or bundles.load(bundles.packaged(arguments.student)).engine,
            arguments.output,
            BuilderOptions(
                arguments.workspace,
                arguments.optimisation_level,
                tuple(arguments.compute_capability),
                arguments.timing_cache,
                arguments.dla,
            ),
            arguments.max_loss / 100,
            arguments.sheet,
        )
    except TrainingError as error:
        raise UserError(str(error)) from None


def _add_builder_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "TensorRT", "for --target tensorrt-rtx and tensorrt; each says where only for one"
    )
    group.add_argument(
        "--workspace",
        type=int,
        metavar="MIB",
        help="GPU memory for kernels beside weights and activations (default: 1024)",
    )
    group.add_argument(
        "--optimisation-level", type=int, metavar="0-5", help="higher: slower build, maybe a faster engine (default: 3)"
    )
    group.add_argument(
        "--compute-capability",
        nargs="+",
        default=(),
        metavar="CC",
        help="tensorrt-rtx: GPUs that it is for, e.g. 8.6 8.9 (default: all that it supports)",
    )
    group.add_argument(
        "--timing-cache",
        type=Path,
        metavar="FILE",
        help="tensorrt: what was measured of kernels, for the next build (default: one in the cache)",
    )
    group.add_argument(
        "--dla", type=int, metavar="N", help="tensorrt 10: run what can be on this accelerator of a Jetson"
    )


def build(
    precision: str,
    target: str,
    size: tuple[int, int],
    calib: Path | None,
    weights: Path | None,
    output: Path | None,
    options: BuilderOptions | None = None,
    max_loss: float = MAX_LOSS,
    picture: Path | None = None,
) -> Bundle:
    """Build, check, compare, write; prints what it does.

    Args:
        precision: `fp32`, `fp16` or `int8`.
        target: one of `engines.TARGETS` or `auto`.
        size: (width, height) of the engine's input, multiples of 32.
        calib: calibration frames, None for the packaged set.
        weights: trained weights, or a student's ONNX; None for the default student.
        output: the bundle's folder, None for the cache.
        options: for the TensorRT builders.
        max_loss: what INT8 may lose against FP32, as a share, see `calib.loss.Loss.within`.
        picture: PNG of the alphas side by side, None for none.

    Raises:
        UserError: see the message; nothing is left half-made.
    """
    bundles.check_place(output or bundles.cache_folder() / "new")
    if picture:
        _check_sheet(picture, output, weights, calib)
    target = engines.choose(target, options)
    with started(target, size, calib, weights, options) as start:
        compared = f"comparing on {len(start.frames.held_out)} other frames"
        if precision == "int8":
            print(f"calibration: {start.frames.origin}; {compared}", flush=True)
        elif precision == "fp16":
            print(f"{compared} than INT8 is calibrated on, of {calib or 'the packaged set'}", flush=True)
        candidates = [start.bench.fp32()]
        if precision != "fp32":
            candidates.append(start.bench.fp16())
        if precision == "int8":
            candidates.append(start.bench.int8(max_loss))
        candidates = start.bench.timed(candidates)
        print(table(candidates))
        print(recommendation(candidates, target, max_loss), flush=True)
        if picture:
            alphas = {item.precision: item.alphas for item in candidates if item.alphas is not None}
            images.write_png(picture, sheet(start.frames.held_out, alphas))
        bundle = start.write(candidates[-1], output)
    print(f"wrote {bundle.path}")
    return bundle


def _check_sheet(sheet: Path, output: Path | None, *read: Path | None) -> None:
    """Say now that a sheet would go under with an old bundle, or take the place of what is read."""
    check_place(sheet)
    place = sheet.resolve()
    if output and output.resolve() in place.parents:
        raise UserError(f"--sheet {sheet} is in --output {output}, which is replaced as a whole; write it elsewhere")
    for path in read:
        if path and place.exists() and path.resolve() in (place, *place.parents):
            raise UserError(
                f"--sheet {sheet} is one of the pictures or weights that are read; write it to another file"
            )


def table(candidates: list[Candidate]) -> str:
    """Engines side by side."""
    lines = [
        f"\n{'precision':10} {'size':>9} {'latency':>10}   against fp32: SAD, Grad, dtSSD, edges, mean, worst frame"
    ]
    for item in candidates:
        latency = "not run" if item.latency_ms is None else f"{item.latency_ms:.2f} ms"
        found = item.loss
        accuracy = (
            "reference"
            if found is None
            else f"{found.sad:.2%}  {found.grad:.2%}  {found.dtssd:+.2%}  {found.edges:.2%}  {found.mad:.4f}  {found.worst_frame:.4f}"
        )
        told = f"{item.precision:10} {item.megabytes:6.1f} MB {latency:>10}   {accuracy}"
        lines.append(told + (" (simulated on the CPU)" if item.simulated else ""))
        if plan := item.engine.plan:
            lines.append(f"{'':10} plans {len(plan.kernels)} kernels that move {plan.traffic / 1e6:.0f} MB a frame")
    known = {item.precision: item.errors for item in candidates if item.errors is not None}
    if known:
        frames = next(iter(known.values())).frames
        lines.append(f"\n{'precision':10} against the truth of {frames} frames: SAD, Grad (thousands), dtSSD (x100)")
        for precision, errors in known.items():
            lines.append(f"{precision:10} {errors.sad:6.2f} {errors.grad:6.2f} {errors.dtssd:6.2f}")
    return "\n".join(lines)


def recommendation(candidates: list[Candidate], target: str, max_loss: float) -> str:
    """Which of them to use, in a sentence."""
    if len(candidates) == 1:
        return "recommended: fp32 is the reference; build --int8 to see whether it is faster here"
    floats = candidates[0]
    sound = [item for item in candidates if item.loss is None or item.loss.within(max_loss)]
    timed = {item.latency_ms: item for item in sound if item.latency_ms is not None}
    if not timed or floats.latency_ms is None:
        planned = {item.engine.plan.traffic: item.precision for item in sound if item.engine.plan}
        least = f"; {planned[min(planned)]} moves the least memory" if planned else ""
        return f"recommended: measure on the machine that will run {target}; nothing was timed here{least}"
    best = timed[min(timed)]
    chosen = candidates[-1]
    other = ""  # what is to be said of the one that was asked for
    if chosen.loss and chosen not in sound:
        other = f"; {chosen.precision} loses {told(chosen.loss)}, more than {allowed(max_loss)}"
    elif chosen.latency_ms and chosen is not best:
        other = f"; {chosen.precision} takes {chosen.latency_ms / min(timed):.2f} times as long"
    if best is floats:
        return f"recommended: fp32{other} on this machine with {target}"
    faster = f"recommended: {best.precision}, {floats.latency_ms / min(timed):.2f} times as fast as fp32"
    return f"{faster}{other} on this machine with {target}"


if __name__ == "__main__":
    # An end like any other, so that the temporary folder goes, too; by default nothing of ours would run.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    run_command(main)
