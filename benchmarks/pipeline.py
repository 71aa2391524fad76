"""Command line: `python -m benchmarks.pipeline`, file to file as a user runs it: decode, matte, composite, encode.

Each run is a process of its own, `python -m runtime.stream`, over a clip of the wanted size; the sizes take turns. The
start is measured as the time a whole process takes for one frame.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import av
import cv2

from benchmarks import environment
from runtime.arguments import positive
from runtime.errors import UserError, run_command
from runtime.files import check_place
from runtime.report import write_report
from runtime.sources import open_source

SAMPLE = Path(__file__).parents[1] / "runtime" / "samples" / "presenter.mp4"
_SIZES = {"720p": (1280, 720), "1080p": (1920, 1080), "2160p": (3840, 2160)}


def main() -> None:
    """Parse, measure, print Markdown."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.pipeline", description="Time file to file, as a user runs it."
    )
    parser.add_argument(
        "--engine", type=Path, metavar="BUNDLE", help="engine bundle (default: as runtime.stream chooses)"
    )
    parser.add_argument(
        "--source", type=Path, default=SAMPLE, metavar="FILE", help="clip to scale and repeat (default: the sample)"
    )
    parser.add_argument(
        "--sizes", nargs="+", default=["1080p", "720p"], choices=list(_SIZES), help="frame sizes (default: %(default)s)"
    )
    parser.add_argument("--background", default="green", help="as for runtime.stream (default: %(default)s)")
    parser.add_argument("--frames", type=positive, default=300, help="frames a run (default: %(default)s)")
    parser.add_argument("--runs", type=positive, default=5, help="runs a size (default: %(default)s)")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the figures as JSON")
    arguments = parser.parse_args()
    if arguments.report:
        check_place(arguments.report)
    with open_source(str(arguments.source)):
        pass  # what is no clip is said in the runtime's words
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clips = {
            size: scaled_clip(arguments.source, _SIZES[size], arguments.frames, folder / f"{size}.mp4")
            for size in arguments.sizes
        }
        before = environment.describe()
        runs: dict[str, list[dict]] = {size: [] for size in arguments.sizes}
        starts: dict[str, list[float]] = {size: [] for size in arguments.sizes}
        for _ in range(arguments.runs):
            for size, clip in clips.items():
                start = perf_counter()
                stream(clip, folder, arguments.engine, arguments.background, ["--max-frames", "1"])
                starts[size].append(perf_counter() - start)
                runs[size].append(stream(clip, folder, arguments.engine, arguments.background, []))
    rows = [summarise(size, runs[size], starts[size]) for size in arguments.sizes]
    engine = runs[arguments.sizes[0]][0]["engine"]
    print(
        f"\nFile to file with {engine['precision']} on {engine['target']}, {engine['device']}; {arguments.runs} runs of {arguments.frames} frames,"
    )
    print(f"medians. {environment.sentence(before)}.\n")
    print(
        "| frames | frames/s (all runs) | start to first frame | latency p50 / p95 | peak memory |\n|---|---|---|---|---|"
    )
    for row in rows:
        print(
            f"| {row['size']} | {row['fps']:.1f} ({', '.join(f'{fps:.0f}' for fps in row['all_fps'])}) | {row['start_s']:.2f} s"
            f" | {row['latency_p50']:.0f} / {row['latency_p95']:.0f} ms | {row['peak_memory_mb']:.0f} MB |"
        )
    stages = list(rows[0]["stages_ms"])
    print("\n| ms a frame, medians | " + " | ".join(stages) + " |\n" + "|---" * (len(stages) + 1) + "|")
    for row in rows:
        print(f"| {row['size']} | " + " | ".join(f"{row['stages_ms'][stage]:.2f}" for stage in stages) + " |")
    if arguments.report:
        write_report(arguments.report, {"environment": before, "engine": engine, "rows": rows})


def scaled_clip(source: Path, size: tuple[int, int], frames: int, output: Path) -> Path:
    """`frames` frames of `size` from a clip, repeated as often as needed, H.264 at 30 frames a second."""
    written = 0
    with av.open(str(output), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"preset": "veryfast", "crf": "21"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        while written < frames:
            with av.open(str(source)) as clip:
                for picture in clip.decode(video=0):
                    if written == frames:
                        break
                    rgb = cv2.resize(picture.to_ndarray(format="rgb24"), size, interpolation=cv2.INTER_CUBIC)
                    container.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
                    written += 1
        container.mux(stream.encode())
    return output


def stream(clip: Path, folder: Path, engine: Path | None, background: str, more: list[str]) -> dict:
    """One run of `runtime.stream` with `more` options, writing into `folder`; its report."""
    report = folder / "report.json"
    command = [sys.executable, "-m", "runtime.stream", "--source", str(clip), "--background", background]
    command += ["--output", str(folder / "out.mp4"), "--report", str(report), *more]
    if engine:
        command += ["--engine", str(engine)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise UserError(f"{' '.join(command)} failed: {done.stderr.strip()}")
    return json.loads(report.read_text())


def summarise(size: str, runs: list[dict], starts: list[float]) -> dict:
    """Medians over the runs of one size."""
    return {
        "size": size,
        "fps": median(run["fps"] for run in runs),
        "all_fps": [run["fps"] for run in runs],
        "start_s": median(starts),
        "latency_p50": median(run["latency_ms"]["p50"] for run in runs),
        "latency_p95": median(run["latency_ms"]["p95"] for run in runs),
        "peak_memory_mb": max(run["peak_memory_mb"] or 0 for run in runs),
        "stages_ms": {
            stage: round(median(run["stages_ms"][stage]["p50"] for run in runs), 3) for stage in runs[0]["stages_ms"]
        },
    }


if __name__ == "__main__":
    run_command(main)
