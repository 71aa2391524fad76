"""Command line: `python -m ppid.train student --foregrounds DIR... --output DIR`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

try:
    import torch
except ImportError:
    print("error: training needs PyTorch, which is not installed; run: pip install 'ppid[train]'", file=sys.stderr)
    sys.exit(2)

from ppid.data.backgrounds import load_backgrounds
from ppid.data.compose import Composer
from ppid.data.foregrounds import load_foregrounds
from ppid.errors import UserError, run_command
from ppid.train.config import TrainConfig
from ppid.train.loop import train

_UNITS = {"s": 1, "m": 60, "h": 3600}


def main() -> None:
    """Parse, load, train, summarise."""
    parser = argparse.ArgumentParser(
        prog="python -m ppid.train", description="Train a matting model on composites made on the fly."
    )
    parser.add_argument("role", choices=["student"], help="what to train")
    parser.add_argument(
        "--foregrounds",
        type=Path,
        nargs="+",
        required=True,
        metavar="DIR",
        help="folders of RGBA pictures (searched below)",
    )
    parser.add_argument(
        "--backgrounds",
        type=Path,
        nargs="*",
        default=[],
        metavar="DIR",
        help="folders of photographs; procedural ones always join",
    )
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="DIR",
        help="checkpoint, logs and student.safetensors; resumes from here",
    )
    parser.add_argument(
        "--time-budget",
        type=seconds,
        metavar="TIME",
        help="training time such as 90m or 2h, instead of the config's steps",
    )
    parser.add_argument(
        "--device", default="cuda" if torch.cuda.is_available() else "cpu", help="cpu or cuda (default: %(default)s)"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="assignments",
        help="override a field of the config",
    )
    arguments = parser.parse_args()

    config = TrainConfig().override(arguments.assignments)
    if arguments.device.startswith("cuda") and not torch.cuda.is_available():
        raise UserError(f"--device {arguments.device}: this PyTorch sees no CUDA device; use --device cpu")
    device = torch.device(arguments.device)
    held_in, held_out = load_foregrounds(arguments.foregrounds, config.foreground_size).split()
    if not len(held_in) or not len(held_out):
        raise UserError(
            "too few foregrounds: each tenth of a kind is held out, so at least one kind needs ten pictures"
        )
    photographs = load_backgrounds(arguments.backgrounds, 512)
    # Every fifth photograph is seen in validation only; with few of them, all are shared.
    unseen = photographs[::5] if len(photographs) >= 10 else photographs
    seen = [p for i, p in enumerate(photographs) if i % 5] if len(photographs) >= 10 else photographs
    size = (config.height, config.width)
    training = Composer(held_in.to(device), seen, size, config.people_share)
    validation = Composer(held_out.to(device), unseen, size, config.people_share)
    print(
        f"training {config.model} on {device}: {len(held_in)} foregrounds, {len(seen)} photographs; held out {len(held_out)} and {len(unseen)}"
    )
    try:
        arguments.output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot make the folder {arguments.output}: {error}") from None
    summary = train(config, training, validation, arguments.output, device, arguments.time_budget)
    print(
        f"{summary.steps} steps, {summary.pictures} pictures in {summary.seconds / 60:.1f} min; held-out mean absolute error"
        f" {summary.mad:.4f}, soft IoU {summary.iou:.3f}; wrote {summary.path}"
    )


def seconds(text: str) -> float:
    """`90m`, `2h`, `30s` or plain seconds."""
    number, unit = (text[:-1], _UNITS[text[-1]]) if text[-1:] in _UNITS else (text, 1)
    try:
        value = float(number) * unit
    except ValueError:
        value = 0.0
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a time such as 90m, 2h or 30s")
    return value


if __name__ == "__main__":
    run_command(main)
