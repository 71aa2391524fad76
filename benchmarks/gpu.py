"""Command line: `python -m benchmarks.gpu --report FILE`, everything that can only be known on an NVIDIA GPU, in one run.

Builds an FP32, an FP16 and an INT8 engine, the latter two held against the first, times all of them with and without a CUDA
graph in turns, and runs the sample clip through `runtime.stream` with each way of preprocessing. What does not work is in the
report with its reason, beside what does. The report, JSON and Markdown, also says what it was measured on, so that it can be
sent back. Not run on a GPU yet.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import environment
from benchmarks.pipeline import SAMPLE, stream
from export.build_engine import MAX_LOSS
from export.bundling import started
from export.measure import Timing, timings
from export.workbench import Candidate
from runtime.arguments import parse_size, positive
from runtime.bundle import Bundle
from runtime.cuda import CudaError, gpu_problem
from runtime.errors import UserError, run_command
from runtime.files import check_place, replace_file
from runtime.preprocess.dali import dali_installed
from runtime.report import write_report
from runtime.runners import GPU_TARGETS, Runner, make_runner, runnable_targets
from runtime.runners.tensorrt import TensorRtRunner

_DEVFREQ = Path("/sys/class/devfreq")  # a Jetson's clocks; it has no nvidia-smi


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
        "--rounds", type=positive, default=20, help="turns, each of four counted runs (default: %(default)s)"
    )
    arguments = parser.parse_args()
    page = _page(arguments.report)
    target = _target(arguments.target)
    with tempfile.TemporaryDirectory(prefix="ppid-gpu-") as folder:
        report = measure(target, arguments.size, arguments.rounds, Path(folder))
    write_report(arguments.report, report)
    told = markdown(report)
    replace_file(page, told.encode())
    print(f"\n{told}\nwrote {arguments.report} and {page}; please send them to the project")


def _page(report: Path) -> Path:
    """Where the Markdown goes, asked before there is anything to lose.

    Raises:
        UserError: one of the two files cannot be written, or they would be one.
    """
    page = report.with_suffix(".md")
    if page == report:
        raise UserError(f"--report {report}: expected the name of a .json; the Markdown becomes {page} by itself")
    check_place(report)
    check_place(page)
    return page


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
        raise UserError(f"{missing} is not installed; run: pip install '.[{wanted or 'tensorrt'}]'")
    return wanted or there[0]


def measure(target: str, size: tuple[int, int], rounds: int, folder: Path) -> dict[str, Any]:
    """All figures, ready for JSON.

    Args:
        target: of `GPU_TARGETS`.
        size: (width, height) of the engines.
        rounds: of timing.
        folder: where engines and videos go.
    """
    before = {"cpu": environment.describe(), "gpu": environment.describe_gpu(), "devfreq_mhz": _devfreq()}
    bundles, refused = _built(target, size, folder)
    runners: list[Runner] = []
    for bundle in bundles:
        runners += [make_runner(bundle), TensorRtRunner(bundle, graph=False)]
    found = timings(runners, rounds)
    rows = [_engine_row(*columns) for columns in zip(bundles, found[::2], found[1::2], strict=True)]
    return {
        "environment": before,
        "target": target,
        "size": list(size),
        "counted_runs": len(found[0].milliseconds),
        "engines": rows + [{"precision": name, "error": reason} for name, reason in refused.items()],
        "streams": _streams(bundles, folder),
        "gpu_after": environment.describe_gpu(),
        "devfreq_mhz_after": _devfreq(),
    }


def _built(target: str, size: tuple[int, int], folder: Path) -> tuple[list[Bundle], dict[str, str]]:
    """A bundle of each precision, and of those that cannot be had the reasons; without FP32 there is nothing to measure."""
    bundles, refused = [], {}
    with started(target, size) as start:
        print(f"calibration: {start.frames.origin}", flush=True)
        bench = start.bench
        makers: dict[str, Callable[[], Candidate]] = {
            "fp32": bench.fp32,
            "fp16": bench.fp16,
            "int8": lambda: bench.int8(MAX_LOSS),
        }
        for name, make in makers.items():
            try:
                bundles.append(start.write(make(), folder / name))
            except (UserError, CudaError) as error:
                refused[name] = str(error)
                print(f"{name}: {error}", flush=True)
    return bundles, refused


def _devfreq() -> dict[str, list[float]]:
    """MHz by device, now and at most, where the kernel tells them there; empty elsewhere."""
    known = {}
    for device in sorted(_DEVFREQ.glob("*")):
        try:
            known[device.name] = [int((device / name).read_text()) / 1e6 for name in ("cur_freq", "max_freq")]
        except (OSError, ValueError):
            continue
    return known


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
    rows: list[dict[str, Any]] = []
    for bundle in bundles:
        for way in ways:
            precision = bundle.manifest.precision
            try:
                told = stream(SAMPLE, folder, bundle.path, "green", ["--preprocess", way])
            except UserError as error:
                rows.append({"precision": precision, "preprocess": way, "error": str(error)})
                continue
            stages = {name: told["stages_ms"][name]["p50"] for name in ("prepare", "infer", "refine")}
            rows.append(
                {"precision": precision, "preprocess": told["engine"]["preprocess"], "fps": told["fps"]}
                | {"stages_ms": stages, "latency_ms": told["latency_ms"]}
            )
    return rows


def markdown(report: dict[str, Any]) -> str:
    """The report for people."""
    gpu = report["environment"]["gpu"]
    versions = ", ".join(f"{name} {number}" for name, number in gpu["packages"].items() if number)
    lines = [
        f"# {gpu['name']}, {report['target']} {report['size'][0]}x{report['size'][1]}",
        "",
        f"Compute capability {gpu['compute_capability']}, driver for CUDA {gpu['driver_cuda']}; {versions}.",
        f"Before the run: {_clocks(report['environment'])}.",
        f"{environment.sentence(report['environment']['cpu'])}.",
        "",
        f"One inference, medians of {report['counted_runs']} runs in turns; against FP32 on held-out frames:",
        "",
        "| engine | MB | ms, CUDA graph | ms without | SAD | Grad | dtSSD |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in report["engines"]:
        if "error" not in row:
            lost = row["accuracy"]  # FP32's holds no loss
            shares = " | ".join(f"{lost[name]:.2%}" if name in lost else "" for name in ("sad", "grad", "dtssd"))
            lines.append(
                f"| {row['precision']} | {row['megabytes']:.1f} | {row['ms']:.3f} | {row['ms_without_graph']:.3f} | {shares} |"
            )
    lines += _refusals(report["engines"])
    lines += [
        "",
        "File to file, the sample clip, medians of a frame's stages:",
        "",
        "| engine | preprocessing | frames/s | prepare ms | infer ms | refine ms |",
        "|---|---|---|---|---|---|",
    ]
    for row in report["streams"]:
        if "error" not in row:
            stages = " | ".join(f"{row['stages_ms'][name]:.2f}" for name in ("prepare", "infer", "refine"))
            lines.append(f"| {row['precision']} | {row['preprocess']} | {row['fps']:.1f} | {stages} |")
    lines += _refusals(report["streams"])
    return "\n".join(lines) + "\n"


def _clocks(described: dict[str, Any]) -> str:
    """What is known of the GPU's clocks, in words."""
    if smi := described["gpu"]["smi"]:
        return ", ".join(f"{name} {value}" for name, value in smi.items())
    clocks = [f"{name} {now:.0f} of {most:.0f} MHz" for name, (now, most) in described["devfreq_mhz"].items()]
    return ", ".join(clocks) or "clocks not known"


def _refusals(rows: list[dict[str, Any]]) -> list[str]:
    """Lines below a table: what is not in it, and why."""
    told = [
        " ".join([row["precision"], row.get("preprocess", "")]).strip() + f": {row['error']}"
        for row in rows
        if "error" in row
    ]
    return ["", *(f"- {line}" for line in told)] if told else []


if __name__ == "__main__":
    run_command(main)
