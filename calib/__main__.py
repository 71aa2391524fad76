"""Command line: `python -m calib PATH`, a look at what INT8 would be calibrated on, and at what it costs layer by layer."""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from calib.frames import CalibrationSet, collect
from calib.graph import image_input, load_model
from calib.quantize import QuantizationReport, Quantizer, activation_ranges
from calib.sensitivity import LOOKED_AT, Sensitivity, sensitivities
from runtime import images
from runtime.arguments import parse_size
from runtime.errors import UserError, run_command
from runtime.report import write_report

_COLUMNS, _CELL = 8, 192  # of the sheet; pixels across


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(
        prog="python -m calib",
        description="Show which frames INT8 would be calibrated on; with --model also the ranges, and what INT8 costs in each layer.",
    )
    parser.add_argument(
        "path",
        type=Path,
        nargs="?",
        metavar="PATH",
        help="video, or folder of videos and pictures, like what the engine will see (default: the packaged set)",
    )
    parser.add_argument(
        "--size", type=parse_size, metavar="WxH", help="of the engine's input (default: the model's, or 512x288)"
    )
    parser.add_argument(
        "--model", type=Path, metavar="FILE", help="a float student of fixed size: the fp32.onnx of an FP32 bundle"
    )
    parser.add_argument("--output", type=Path, default=Path("calibration"), metavar="DIR", help="default: %(default)s")
    arguments = parser.parse_args()
    report(arguments.path, arguments.size, arguments.model, arguments.output)


def report(path: Path | None, size: tuple[int, int] | None, model: Path | None, output: Path) -> None:
    """Write `frames.png` and `report.json` into `output`, and print what they say.

    Raises:
        UserError: the frames or the model do not fit, or `output` cannot be written.
    """
    if model is not None:
        _, own = image_input(load_model(model))
        if size not in (None, own):
            raise UserError(f"{model} is of {own[0]}x{own[1]}, and --size says {size[0]}x{size[1]}; leave --size out")
        size = own
    if path is not None and path.resolve() in (output.resolve(), *output.resolve().parents):
        raise UserError(f"--output {output} is in {path}, whose pictures are read; name another folder")
    frames = collect(path, size or (512, 288))
    if path is None:
        print("no PATH is given: this is the packaged set; frames of your own camera calibrate better")
    print(f"{len(frames.frames)} frames for ranges and {len(frames.held_out)} to judge by: {frames.origin}")
    facts: dict[str, Any] = {
        "origin": frames.origin,
        "digest": frames.digest,
        "size": list(size or (512, 288)),
        "frames": len(frames.frames),
        "held_out": len(frames.held_out),
    }
    if model is not None:
        facts |= _layers(model, frames)
    try:
        output.mkdir(parents=True, exist_ok=True)
        images.write_png(output / "frames.png", sheet(frames))
        write_report(output / "report.json", facts)
    except OSError as error:
        raise UserError(f"cannot write into {output} ({error.strerror}); name another folder with --output") from None
    print(f"wrote {output / 'frames.png'} and {output / 'report.json'}")


def _layers(model: Path, frames: CalibrationSet) -> dict[str, Any]:
    """Ranges and sensitivities, also printed."""
    quantizer = Quantizer(model, frames.frames)
    with tempfile.TemporaryDirectory(prefix="calib.") as folder:
        path = Path(folder) / "int8.onnx"
        report = quantizer.write(path)
        quantized = load_model(path)
    found = sensitivities(quantized, quantizer.source, frames.frames[:LOOKED_AT])
    _print_methods(report)
    _print_table(found)
    return {
        "method": report.method,
        "methods": {method: asdict(lost) for method, lost in report.losses.items()},
        "ranges": activation_ranges(quantized),
        "sensitivities": [{"layer": item.layer, **asdict(item.loss)} for item in found],
    }


def _print_methods(report: QuantizationReport) -> None:
    print(f"\n{'ranges by':60} {'SAD':>8} {'Grad':>8} {'dtSSD':>8}   (shares of FP32's; {report.method} is taken)")
    for method, lost in report.losses.items():
        print(f"{method:60} {lost.sad:8.2%} {lost.grad:8.2%} {lost.dtssd:8.2%}")


def _print_table(found: list[Sensitivity]) -> None:
    print(f"\n{'alone in INT8':60} {'SAD':>8} {'Grad':>8} {'dtSSD':>8}   (shares of FP32's)")
    for item in found:
        print(f"{item.layer[-60:]:60} {item.loss.sad:8.2%} {item.loss.grad:8.2%} {item.loss.dtssd:8.2%}")


def sheet(frames: CalibrationSet) -> NDArray[np.uint8]:
    """RGB uint8: the frames that set ranges, in the order they were chosen, a gap, and those to judge by."""
    parts = [part for part in (frames.frames, frames.held_out) if len(part)]
    gap = np.full((12, _COLUMNS * _CELL, 3), 255, np.uint8)
    rows: list[NDArray[np.uint8]] = []
    for part in parts:
        rows += [*([gap] if rows else []), *_rows(part)]
    return np.concatenate(rows)


def _rows(pictures: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    height = max(1, round(_CELL * pictures.shape[1] / pictures.shape[2]))
    cells = [cv2.resize(picture, (_CELL, height), interpolation=cv2.INTER_AREA) for picture in pictures]
    cells += [np.zeros_like(cells[0])] * (-len(cells) % _COLUMNS)
    return [np.concatenate(cells[start : start + _COLUMNS], 1) for start in range(0, len(cells), _COLUMNS)]


if __name__ == "__main__":
    run_command(main)
