"""Command line: `python -m benchmarks.latency BUNDLE...`, one inference of each engine, model only.

The engines take turns in short bursts, the first runs of a burst uncounted, so that their ratios hold on a machine that is
also busy with something else. Without bundles FP32 and INT8 ones are built for OpenVINO and ONNX Runtime first.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

from benchmarks import environment
from export.build_engine import build
from export.measure import BURST, UNCOUNTED, latencies
from runtime import bundle as bundles
from runtime.arguments import positive
from runtime.bundle import Bundle
from runtime.errors import run_command
from runtime.files import check_place
from runtime.report import write_report
from runtime.runners import GPU_TARGETS, runnable_targets


def main() -> None:
    """Parse, measure, print Markdown."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.latency", description="Time one inference of each engine, in turns."
    )
    parser.add_argument(
        "bundles",
        type=Path,
        nargs="*",
        metavar="BUNDLE",
        help="engine bundles (default: FP32 and INT8 built for each CPU target)",
    )
    parser.add_argument(
        "--rounds", type=positive, default=20, help="turns, each of four counted runs (default: %(default)s)"
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the figures as JSON")
    arguments = parser.parse_args()
    if arguments.report:
        check_place(arguments.report)
    with tempfile.TemporaryDirectory() as folder:
        if arguments.bundles:
            chosen = [bundles.load(path) for path in arguments.bundles]
        else:
            chosen = [
                build(precision, target, (512, 288), None, None, Path(folder) / f"{target}-{precision}")
                for target in runnable_targets()
                if target not in GPU_TARGETS
                for precision in ("fp32", "int8")
            ]
        before = environment.describe()
        rows = measure(chosen, arguments.rounds)
    print(
        f"\nModel only, {arguments.rounds * (BURST - UNCOUNTED)} counted runs each, in turns. {environment.sentence(before)}.\n"
    )
    print("| engine | size | runs on | p50 ms | p95 ms | p99 ms | against the first |\n|---|---|---|---|---|---|---|")
    for row in rows:
        print(
            f"| {row['engine']} | {row['size']} | {row['device']} | {row['p50']:.2f} | {row['p95']:.2f} | {row['p99']:.2f} | {row['ratio']:.2f}x |"
        )
    if arguments.report:
        write_report(arguments.report, {"environment": before, "rows": rows})


def measure(chosen: list[Bundle], rounds: int) -> list[dict]:
    """Percentiles in milliseconds of each bundle, and how many times as fast as the first it is (medians)."""
    timings = latencies(chosen, rounds)
    return [
        {
            "engine": f"{bundle.manifest.model} {bundle.manifest.precision} {bundle.manifest.target}",
            "size": f"{bundle.manifest.width}x{bundle.manifest.height}",
            "device": timing.device,
            **{f"p{p}": round(float(np.percentile(timing.milliseconds, p)), 3) for p in (50, 95, 99)},
            "ratio": round(timings[0].median / timing.median, 3),
        }
        for bundle, timing in zip(chosen, timings, strict=True)
    ]


if __name__ == "__main__":
    run_command(main)
