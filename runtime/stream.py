"""Command line: `python -m runtime.stream --camera 0`, matte a camera, file or stream."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import cv2
from tqdm import tqdm

from runtime.arguments import parse_size, positive
from runtime.backgrounds import open_background
from runtime.bundle import Bundle, suited
from runtime.errors import UserError, run_command
from runtime.files import check_place, same_file
from runtime.matter import Matter, open_matter
from runtime.pipeline import Pipeline
from runtime.preprocess import CHOICES
from runtime.report import write_report
from runtime.runners import cores
from runtime.sinks import NullSink, Sink, TeeSink, VideoSink
from runtime.sound import open_sound
from runtime.sources import CameraSource, SourceInfo, open_source
from runtime.sources.opening import local_path
from runtime.window import WindowSink

_SQUEEZED = 1.5  # how much wider or narrower than they are an engine may see frames before a word is said


def main() -> None:
    """Parse, run, say how it went; also of a run that was ended by Ctrl-C or an error."""
    arguments = _parse()
    # The stages of the pipeline keep the cores busy between them. An engine or an OpenCV call spread over all cores would
    # wait for the slowest one at every layer: on two cores a file takes a sixth longer.
    cv2.setNumThreads(1)
    reports: list[dict[str, Any]] = []
    earlier = bool(arguments.output) and arguments.output.exists()
    try:
        _run(arguments, reports.append)
    except BaseException as error:
        for report in reports:
            if isinstance(error, KeyboardInterrupt):
                _say(report, arguments.output)
            elif report["warning"]:
                _say(report, None if earlier else arguments.output)  # the sink has said what became of it
            try:
                _keep(report, arguments.report)
            except UserError as second:  # the first is the one to end with
                print(f"error: {second}", file=sys.stderr)
        raise
    (report,) = reports
    _say(report, arguments.output)
    _keep(report, arguments.report)
    if not report["frames"]:
        why = f": {report['warning']}" if report["warning"] else ""
        raise UserError(f"{report['source']} ended before its first frame{why}")


def _run(arguments: argparse.Namespace, told: Callable[[dict[str, Any]], None]) -> None:
    """Open everything and run; `told` gets the report once the run has ended, however it did."""
    with ExitStack() as stack:
        source = (
            CameraSource(arguments.camera, arguments.camera_size)
            if arguments.source is None
            else open_source(arguments.source)
        )
        stack.enter_context(source)
        size = source.info.width, source.info.height
        matter = open_matter(arguments.engine, max(1, cores() // 2), arguments.preprocess, size)
        stack.enter_context(matter)
        print(_title(matter), flush=True)
        _warn_of_squeezing(matter.bundle, size)
        background = open_background(arguments.background)
        if background is not None:
            stack.enter_context(background)
        sink = stack.enter_context(_sink(arguments, source.info, transparent=background is None))
        total = arguments.max_frames or source.info.frames
        bar = stack.enter_context(tqdm(total=total, unit="frame", disable=None, dynamic_ncols=True))
        pipeline = Pipeline(source, matter, background, sink, arguments.max_frames, lambda: bar.update() and None)
        try:
            pipeline.run()
        finally:
            bar.close()
            report = pipeline.report()
            told(report)
        if report["frames"] and report["warning"]:  # here, so that the sink knows
            raise UserError(f"{report['source']}: {report['warning']}")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m runtime.stream",
        description="Cut the subject out of a camera, video or network stream and put a new background behind it.",
    )
    origin = parser.add_mutually_exclusive_group(required=True)
    origin.add_argument("--camera", type=_camera, metavar="N", help="camera by number, 0 is the first")
    parser.add_argument(
        "--camera-size",
        type=_camera_size,
        metavar="WxH",
        help="ask the camera for pictures of this size, such as 1280x720; it gives the nearest that it has (default: its own"
        " choice, often 640x480)",
    )
    origin.add_argument(
        "--source",
        metavar="PATH|URL",
        help="video file, camera such as /dev/video0, or rtsp://, http://, udp:// … stream",
    )
    parser.add_argument(
        "--engine",
        type=Path,
        metavar="BUNDLE",
        help="engine bundle (default: the one built last here, else the packaged one)",
    )
    parser.add_argument(
        "--preprocess",
        choices=CHOICES,
        default="auto",
        help="where frames are brought to the engine's size: NVIDIA DALI on the GPU, or the host's CPU; auto takes DALI"
        " where the engine runs on a GPU and DALI is installed (default: %(default)s)",
    )
    parser.add_argument(
        "--background",
        default="green",
        metavar="COLOUR|IMAGE|VIDEO|blur|transparent",
        help="a colour name or #rrggbb, a picture or video to show behind, the frame out of focus, or none at all (default: %(default)s)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help=".mp4, .mkv, .mov or .webm; with --background transparent .webm or .mov; the sound of a video file goes along",
    )
    parser.add_argument(
        "--view", action="store_true", help="show a window; the default when neither --output nor --report is given"
    )
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help="write frames, drops, speed, latency and memory as JSON"
    )
    parser.add_argument("--max-frames", type=positive, metavar="N", help="stop after N frames")
    arguments = parser.parse_args()
    arguments.view = arguments.view or not (arguments.output or arguments.report)
    if arguments.view and arguments.background == "transparent":
        parser.error("--view needs something behind the subject; with --background transparent give --output FILE")
    if arguments.camera_size and arguments.source is not None:
        parser.error("--camera-size goes with --camera; what --source names comes at its own size")
    _keep_inputs(parser, arguments)
    if arguments.report:
        check_place(arguments.report)
    return arguments


def _keep_inputs(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Refuse to write over what is read, or two things to one place."""
    named = {"--source": arguments.source, "--background": arguments.background}
    read = {option: Path(local_path(name)) for option, name in named.items() if name}
    written = {
        option: path for option, path in (("--output", arguments.output), ("--report", arguments.report)) if path
    }
    for option, path in written.items():
        for other, taken in read.items():
            if same_file(path, taken):
                parser.error(f"{option} {path} is the {other.strip('-')} itself; write to another file")
    if len(written) == 2 and same_file(*written.values()):
        parser.error(f"--output and --report are both {arguments.report}; write the report to another file")


def _title(matter: Matter) -> str:
    """What runs where."""
    manifest = matter.bundle.manifest
    return (
        f"{manifest.model} {manifest.width}x{manifest.height} {manifest.precision} with {manifest.target} on {matter.device},"
        f" preprocessing with {matter.preprocess}; engine {matter.bundle.path}"
    )


def _warn_of_squeezing(bundle: Bundle, size: tuple[int, int]) -> None:
    """Say which engine would see the frames undistorted, where this one makes them much wider or narrower."""
    width, height = bundle.manifest.size
    stretch = (width / height) / (size[0] / size[1])
    across, down = suited(width * height, *size)
    if max(stretch, 1 / stretch) > _SQUEEZED and (across, down) != (width, height):
        print(
            f"note: {size[0]}x{size[1]} frames are squeezed into {width}x{height}; an engine of their proportions sees more:"
            f" python -m export.build_engine --{bundle.manifest.precision} --size {across}x{down}",
            file=sys.stderr,
        )


def _sink(arguments: argparse.Namespace, info: SourceInfo, transparent: bool) -> Sink:
    sinks: list[Sink] = []
    if arguments.output:
        sound = None if info.live else open_sound(arguments.source)
        size = info.width, info.height
        sinks.append(VideoSink(arguments.output, size, info.fps, with_alpha=transparent, sound=sound))
    if arguments.view:
        sinks.append(WindowSink(f"ppid: {info.name}"))
    return TeeSink(sinks) if len(sinks) > 1 else sinks[0] if sinks else NullSink()


def _say(report: dict[str, Any], output: Path | None) -> None:
    """The run in a line or two."""
    if not report["frames"]:
        return
    fps = f"{report['fps']:.1f} frames/s" if report["fps"] else "one frame"
    where = f"; wrote {output}" if output else ""
    print(
        f"{report['frames']} frames, {report['dropped']} dropped, {fps}, latency {report['latency_ms']['p50']:.0f} ms (median){where}"
    )


def _keep(report: dict[str, Any], path: Path | None) -> None:
    if path:
        write_report(path, report)


def _camera(text: str) -> int:
    if not text.isdigit() or len(text) > 4:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a camera's number; 0 is the first")
    return int(text)


def _camera_size(text: str) -> tuple[int, int]:
    size = parse_size(text)
    if max(size) >= 1 << 14:
        raise argparse.ArgumentTypeError(f"{text!r}: expected width and height such as 1280x720")
    return size


if __name__ == "__main__":
    run_command(main)
