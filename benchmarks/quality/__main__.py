"""Command line: `python -m benchmarks.quality [--pairs DIR]... --output DIR`."""

from __future__ import annotations

import argparse
import tempfile
from contextlib import ExitStack
from datetime import datetime, timezone
from pathlib import Path

import cv2

from benchmarks import environment
from benchmarks.quality import page
from benchmarks.quality.contenders import ClosedForm, Contender, Engine, MediaPipeSelfie
from benchmarks.quality.measure import Result, measure
from export.build_engine import build
from ppid.data.pairs import Pair, read_pairs
from ppid.errors import UserError as PairsError
from runtime import bundle as bundles
from runtime.errors import UserError, run_command
from runtime.files import replace_file
from runtime.report import write_report

TESTSET = Path(__file__).parents[1] / "testset"
_SIZE = (512, 288)
_PICTURES = 6  # of each sheet
_UNITS = (
    "SAD, Grad and Conn in thousands, MAD x1000, all over the whole picture; u: in the unknown region. IoU is soft."
)


def main() -> None:
    """Parse, build the engines, measure, write."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality",
        description="Measure the shipped student in FP32, FP16 and INT8, and installed peers, on pictures with true alpha.",
    )
    parser.add_argument(
        "--pairs",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="a folder with image/ and alpha/, perhaps trimap/ and attributes.jsonl; give it once for each set"
        " (default: the composites in benchmarks/testset)",
    )
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="folder for quality.json, README.md and the sheets"
    )
    arguments = parser.parse_args()
    try:
        arguments.output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot make the folder {arguments.output}: {error}; choose another --output") from None
    sets = {path: _pairs(path) for path in arguments.pairs or [TESTSET]}  # before minutes of building
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ppid-quality-")))
        contenders = [stack.enter_context(contender) for contender in _ours(folder)]
        missing = []
        for peer in (MediaPipeSelfie, ClosedForm):
            try:
                contenders.append(stack.enter_context(peer()))
            except UserError as error:
                missing.append(f"{peer.name} took no part: {error}")
        print("\n".join(missing))
        results = [measure(path.resolve().name, pairs, contenders) for path, pairs in sets.items()]
    write(arguments.output, results, contenders, missing)
    for result in results:
        print(f"\n{result.name}\n\n{page.tables(result)}")
    print(f"wrote {arguments.output / 'README.md'} and {arguments.output / 'quality.json'}")


def write(output: Path, results: list[Result], contenders: list[Contender], missing: list[str]) -> None:
    """The page, its sheets and everything as JSON, each whole or not at all."""
    about = environment.describe()
    names = [contender.name for contender in contenders]
    lines = ["# Quality\n", "Made by `python -m benchmarks.quality`.\n"]
    lines += [f"- **{contender.name}**: {contender.about}" for contender in contenders]
    lines += [f"- {text}" for text in missing]
    lines += ["", f"{_UNITS} {environment.sentence(about)}.\n"]
    for result in results:
        lines += [
            f"## {result.name}\n",
            page.tables(result),
            page.against_float(result, [("FP16", "FP32"), ("INT8", "FP32")]),
        ]
        for title, pictures in (("spread", result.spread(_PICTURES)), ("worst", result.worst(_PICTURES))):
            picture = page.sheet(pictures, [name for name in names if name in result.evaluations])
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


def _ours(folder: Path) -> list[Contender]:
    """The shipped weights as `runtime.matte` uses them, and as engines of the usual size in each precision."""
    shipped = Engine(bundles.load(bundles.packaged()), "ppid")
    return [
        shipped,
        *(
            Engine(build(precision, "openvino", _SIZE, None, None, folder / precision), precision.upper())
            for precision in ("fp32", "fp16", "int8")
        ),
    ]


def _pairs(path: Path) -> list[Pair]:
    try:
        return read_pairs(path)
    except PairsError as error:
        raise UserError(str(error)) from None


if __name__ == "__main__":
    run_command(main)
