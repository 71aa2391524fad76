"""Command line: `python -m benchmarks.gpu --report FILE`, everything that can only be known on an NVIDIA GPU, in one run.

Builds FP32, FP16 and INT8 engines (each is held against FP32 by the build), times them with and without a CUDA graph in
turns, and runs the sample clip through `runtime.stream` with each way of preprocessing. The report, JSON and Markdown, also
says what it was measured on, so that it can be sent back. Not run on a GPU yet.
"""

from __future__ import annotations

import argparse
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import environment
from benchmarks.pipeline import SAMPLE, stream
from export.build_engine import build
from export.measure import Timing, latencies
from runtime.arguments import parse_size
from runtime.bundle import Bundle
from runtime.cuda import gpu_problem
from runtime.errors import UserError, run_command
from runtime.files import replace_file
from runtime.preprocess.dali import dali_installed
from runtime.report import write_report
from runtime.runners import GPU_TARGETS, runnable_targets
from runtime.runners.tensorrt import TensorRtRunner

_PRECISIONS = ("fp32", "fp16", "int8")


def main() -> None:
    """Parse, measure, write both files, print the Markdown."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gpu",
        description="Build, check and time engines on this machine's NVIDIA GPU, and write a report to send back.",
    )
    parser.add_argument(
        "--report", type=Path, required=True, metavar="FILE", help="a .json; the Markdown goes beside it"
    )
    parser.add_argument(
        "--target", choices=GPU_TARGETS, help="default: tensorrt where it is installed, else tensorrt-rtx"
    )
    parser.add_argument("--size", type=parse_size, default=(512, 288), metavar="WxH", help="default: 512x288")
    parser.add_argument(
        "--rounds", type=int, default=20, help="turns, each of four counted runs (default: %(default)s)"
    )
    arguments = parser.parse_args()
    target = _target(arguments.target)
    with tempfile.TemporaryDirectory(prefix="ppid-gpu-") as folder:
        report = measure(target, arguments.size, arguments.rounds, Path(folder))
    write_report(arguments.report, report)
    told = markdown(report)
    page = arguments.report.with_suffix(".md")
    replace_file(page, told.encode())
    print(f"\n{told}\nwrote {arguments.report} and {page}; please send them to the project")


def _target(wanted: str | None) -> str:
    """What to build for.

    Raises:
        UserError: there is no GPU, or its library is not installed.
    """
    if problem := gpu_problem():
        raise UserError(f"benchmarks.gpu needs an NVIDIA GPU: {problem}. For a CPU run: python -m benchmarks.latency")
    there = [target for target in ("tensorrt", "tensorrt-rtx") if target in runnable_targets()]
    if not there or (wanted and wanted not in there):
        missing = wanted or "tensorrt or tensorrt-rtx"
        raise UserError(f"{missing} is not installed; run: pip install 'ppid[{wanted or 'tensorrt'}]'")
    return wanted or there[0]


def measure(target: str, size: tuple[int, int], rounds: int, folder: Path) -> dict[str, Any]:
    """All figures, ready for JSON.

    Args:
        target: of `GPU_TARGETS`.
        size: (width, height) of the engines.
        rounds: of timing.
        folder: where engines and videos go.
    """
    before = {"cpu": environment.describe(), "gpu": environment.describe_gpu()}
    bundles = [build(name, target, size, None, None, folder / name) for name in _PRECISIONS]
    with_graph = latencies(bundles, rounds)
    without = latencies(bundles, rounds, partial(TensorRtRunner, graph=False))
    return {
        "environment": before,
        "target": target,
        "size": list(size),
        "counted_runs": len(with_graph[0].milliseconds),
        "engines": [_engine_row(*columns) for columns in zip(bundles, with_graph, without, strict=True)],
        "streams": _streams(bundles, folder),
        "gpu_after": environment.describe_gpu(),
    }


def _engine_row(bundle: Bundle, with_graph: Timing, without: Timing) -> dict[str, Any]:
    return {
        "precision": bundle.manifest.precision,
        "megabytes": round(bundle.engine.stat().st_size / 1e6, 2),
        "device": with_graph.device,
        "ms": round(with_graph.median, 4),
        "ms_without_graph": round(without.median, 4),
        "accuracy": bundle.manifest.accuracy,
    }


def _streams(bundles: list[Bundle], folder: Path) -> list[dict[str, Any]]:
    """The sample clip file to file, for each engine and way of preprocessing."""
    ways = ["host", "dali"] if dali_installed() else ["host"]
    rows = []
    for bundle in bundles:
        for way in ways:
            told = stream(SAMPLE, folder, bundle.path, "green", ["--preprocess", way])
            stages = {name: told["stages_ms"][name]["p50"] for name in ("prepare", "infer", "refine")}
            rows.append(
                {"precision": bundle.manifest.precision, "preprocess": told["engine"]["preprocess"], "fps": told["fps"]}
                | {"stages_ms": stages, "latency_ms": told["latency_ms"]}
            )
    return rows


def markdown(report: dict[str, Any]) -> str:
    """The report for people."""
    gpu = report["environment"]["gpu"]
    versions = ", ".join(f"{name} {number}" for name, number in gpu["packages"].items() if number)
    smi = gpu["smi"] or {}
    lines = [
        f"# {gpu['name']}, {report['target']} {report['size'][0]}x{report['size'][1]}",
        "",
        f"Compute capability {gpu['compute_capability']}, driver for CUDA {gpu['driver_cuda']}; {versions}.",
        *([", ".join(f"{name} {value}" for name, value in smi.items()) + " before."] if smi else []),
        f"{environment.sentence(report['environment']['cpu'])}.",
        "",
        f"One inference, medians of {report['counted_runs']} runs in turns; against FP32 on held-out frames:",
        "",
        "| engine | MB | ms, CUDA graph | ms without | SAD | Grad | dtSSD |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in report["engines"]:
        lost = row["accuracy"]
        shares = " | ".join(f"{lost[name]:.2%}" if lost else "" for name in ("sad", "grad", "dtssd"))
        lines.append(
            f"| {row['precision']} | {row['megabytes']:.1f} | {row['ms']:.3f} | {row['ms_without_graph']:.3f} | {shares} |"
        )
    lines += [
        "",
        "File to file, the sample clip, medians of a frame's stages:",
        "",
        "| engine | preprocessing | frames/s | prepare ms | infer ms | refine ms |",
        "|---|---|---|---|---|---|",
    ]
    for row in report["streams"]:
        stages = " | ".join(f"{row['stages_ms'][name]:.2f}" for name in ("prepare", "infer", "refine"))
        lines.append(f"| {row['precision']} | {row['preprocess']} | {row['fps']:.1f} | {stages} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    run_command(main)
