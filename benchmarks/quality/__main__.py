"""Command line: `python -m benchmarks.quality [--pairs DIR]... [--clips DIR]... --output DIR`."""

from __future__ import annotations

import argparse
import itertools
import re
import sys
import tempfile
from contextlib import ExitStack
from datetime import datetime, timezone
from pathlib import Path

import cv2

try:
    import torch  # noqa: F401, for what reads the pictures
except ImportError:
    if __name__ != "__main__":
        raise
    print(
        "error: the quality bench needs PyTorch, which is not installed; run: pip install '.[cpu,export,train]'",
        file=sys.stderr,
    )
    sys.exit(2)

from benchmarks import environment
from benchmarks.quality import page
from benchmarks.quality.contenders import ClosedForm, Contender, Engine, MediaPipeSelfie, Stream
from benchmarks.quality.measure import Result, measure, measure_clips
from export.build_engine import build
from ppid.data.pairs import read_clips, read_pairs
from ppid.errors import UserError as DataError
from runtime import bundle as bundles
from runtime.bundle import Bundle
from runtime.errors import UserError, run_command
from runtime.files import replace_file
from runtime.report import write_report

TESTSET = Path(__file__).parents[1] / "testset"
TESTCLIPS = TESTSET.with_name("testclips")
_SIZE = (512, 288)
_PICTURES = 6  # of each sheet
_UNITS = (
    "SAD, Grad and Conn in thousands, MAD x1000, dtSSD x100, all over the whole picture; u: in the unknown region. IoU is"
    " soft. Clips are matted frame by frame as `runtime.stream` does, without mirroring."
)


def main() -> None:
    """Parse, build the engines, measure, write."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality",
        description="Measure the students that ship in FP32, FP16 (edge) and INT8, and installed peers, on pictures with true alpha.",
    )
    parser.add_argument(
        "--pairs",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="a folder with image/ and alpha/, perhaps trimap/ and attributes.jsonl; give it once for each set"
        " (default, where no --clips are given either: the composites in benchmarks/testset)",
    )
    parser.add_argument(
        "--clips",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="a folder with a subfolder for each clip, like --pairs; measured frame by frame, with flicker"
        " (default, where no --pairs are given either: benchmarks/testclips)",
    )
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="folder for quality.json, README.md and the sheets"
    )
    arguments = parser.parse_args()
    try:
        arguments.output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot make the folder {arguments.output}: {error}; choose another --output") from None
    defaults = not arguments.pairs and not arguments.clips
    try:  # before minutes of building
        sets = {path: read_pairs(path) for path in ([TESTSET] if defaults else arguments.pairs)}
        clips = {path: read_clips(path) for path in ([TESTCLIPS] if defaults else arguments.clips)}
    except DataError as error:
        raise UserError(str(error)) from None
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ppid-quality-")))
        engines = _engines(folder)
        ours = [Engine(bundles.load(bundles.packaged()), "ppid")] + [Engine(engine, name) for name, engine in engines]
        contenders: list[Contender] = [stack.enter_context(contender) for contender in ours]
        streams: list[Contender] = [stack.enter_context(Stream(engine, name)) for name, engine in engines]
        missing = []
        for peer in (MediaPipeSelfie, ClosedForm):
            try:
                contenders.append(stack.enter_context(peer()))
            except UserError as error:
                missing.append(f"{peer.name} took no part: {error}")
        streams += [contender for contender in contenders if isinstance(contender, MediaPipeSelfie)]
        print("\n".join(missing))
        names = iter(_names([*sets, *clips]))
        try:
            results = [measure(next(names), pairs, contenders) for pairs in sets.values()]
            results += [measure_clips(next(names), found, streams) for found in clips.values()]
        except DataError as error:
            raise UserError(str(error)) from None
    write(arguments.output, results, contenders, missing)
    for result in results:
        print(f"\n{result.name}\n\n{page.tables(result)}")
    print(f"wrote {arguments.output / 'README.md'} and {arguments.output / 'quality.json'}")


def write(output: Path, results: list[Result], contenders: list[Contender], missing: list[str]) -> None:
    """The page, its sheets and everything as JSON, each whole or not at all."""
    about = environment.describe()
    lines = ["# Quality\n", "Made by `python -m benchmarks.quality`.\n"]
    lines += [f"- **{contender.name}**: {contender.about}" for contender in contenders]
    lines += [f"- {text}" for text in missing]
    lines += ["", f"{_UNITS} {environment.sentence(about)}.\n"]
    for result in results:
        lines += [
            f"## {result.name}\n",
            page.tables(result),
            page.against_float(result, [("FP16", "FP32"), ("INT8", "FP32"), ("dense INT8", "dense FP32")]),
        ]
        for title, pictures in (("spread", result.spread(_PICTURES)), ("worst", result.worst(_PICTURES))):
            names = [contender.name for contender in contenders if contender.name in result.evaluations]
            picture = page.sheet(pictures, names)
            _, encoded = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])
            path = output / f"{result.name}-{title}.jpg"
            replace_file(path, encoded.tobytes())
            caption = "Every so many pictures" if title == "spread" else f"Where {names[0]} errs most"
            lines += [f"{caption}:\n", f"![{caption}]({path.name})\n"]
    replace_file(output / "README.md", "\n".join(lines).encode())
    write_report(
        output / "quality.json",
        {
            "made_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "environment": about,
            "contenders": {contender.name: contender.about for contender in contenders},
            "missing": missing,
            "sets": {
                result.name: {name: found.as_json() for name, found in result.evaluations.items()} for result in results
            },
        },
    )


def _names(folders: list[Path]) -> list[str]:
    """A name for each set that can be part of a file's name and of a link, and that no other has."""
    names: list[str] = []
    for folder in folders:
        plain = re.sub(r"[^\w.-]+", "-", folder.resolve().name) or "set"
        numbered = (plain if number == 1 else f"{plain}-{number}" for number in itertools.count(1))
        names.append(next(name for name in numbered if name not in names))
    return names


def _engines(folder: Path) -> list[tuple[str, Bundle]]:
    """The students that ship as engines of the usual size, by what their rows are called."""
    rows = [("edge", "fp32"), ("edge", "fp16"), ("edge", "int8"), ("dense", "fp32"), ("dense", "int8")]
    engines = []
    for student, precision in rows:
        name = precision.upper() if student == bundles.STUDENTS[0] else f"{student} {precision.upper()}"
        onnx = bundles.load(bundles.packaged(student)).engine
        engines.append((name, build(precision, "openvino", _SIZE, None, onnx, folder / f"{student}-{precision}")))
    return engines


if __name__ == "__main__":
    run_command(main)
