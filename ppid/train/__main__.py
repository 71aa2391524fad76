"""Command line: `python -m ppid.train teacher|student --foregrounds DIR... --output DIR`."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

try:
    import torch
except ImportError:
    print("error: training needs PyTorch, which is not installed; run: pip install '.[train]'", file=sys.stderr)
    sys.exit(2)

from ppid import weights
from ppid.device import chosen_device
from ppid.errors import UserError, run_command
from ppid.models import build, takes_trimap
from ppid.train.config import TrainConfig, load_config, shipped
from ppid.train.data import loaded
from ppid.train.distributed import joined
from ppid.train.loop import check, train

_UNITS = {"s": 1, "m": 60, "h": 3600}
_DEFAULT_CONFIG = {"teacher": "teacher", "student": "edge"}


def main() -> None:
    """Parse, load, train, summarise."""
    arguments = _parser().parse_args()
    config = load_config(arguments.config or _DEFAULT_CONFIG[arguments.role]).override(arguments.assignments)
    _check_role(arguments.role, config)
    teacher = weights.load(arguments.teacher) if arguments.teacher else None
    trimaps = arguments.role == "teacher" or teacher is not None
    folders = arguments.foregrounds, arguments.backgrounds
    with joined(arguments.device) as processes:
        check(config, teacher, processes)
        try:
            arguments.output.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"cannot make the folder {arguments.output}: {error}") from None
        budget = arguments.time_budget
        with loaded(config, *folders, trimaps, processes, arguments.scenes) as data:
            summary = train(config, data, arguments.output, processes, budget, teacher, arguments.start)
        if processes.first:
            print(
                f"{summary.steps} steps, {summary.pictures} pictures in {summary.seconds / 60:.1f} min; held-out mean"
                f" absolute error {summary.mad:.4f}, soft IoU {summary.iou:.3f}; wrote {summary.path}"
            )


def seconds(text: str) -> float:
    """`90m`, `2h`, `30s` or plain seconds."""
    number, unit = (text[:-1], _UNITS[text[-1]]) if text[-1:] in _UNITS else (text, 1)
    try:
        value = float(number) * unit
    except ValueError:
        value = 0.0
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a time such as 90m, 2h or 30s")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ppid.train",
        description="Train a matting model on composites made on the fly. Several processes:"
        " torchrun --nproc-per-node N -m -- ppid.train ...",
    )
    add = parser.add_argument
    add("role", choices=["teacher", "student"], help="a teacher sees picture and trimap, a student the picture alone")
    add(
        "--config",
        metavar="NAME|FILE",
        help=f"a TOML file or a shipped config: {', '.join(shipped())} (default: teacher, or edge for a student)",
    )
    add(
        "--foregrounds",
        type=Path,
        nargs="+",
        required=True,
        metavar="DIR",
        help="folders of RGBA pictures (searched below), known data sets or packed shards",
    )
    add(
        "--backgrounds",
        type=Path,
        nargs="*",
        default=[],
        metavar="DIR",
        help="folders of photographs; procedural ones always join",
    )
    add(
        "--scenes",
        type=Path,
        nargs="+",
        default=[],
        metavar="DIR",
        help="photographs with alpha to show as they are: folders with image/ and alpha/, as ppid.label writes them",
    )
    add("--output", type=Path, required=True, metavar="DIR", help="checkpoint, logs and weights; resumes from here")
    add(
        "--teacher",
        type=Path,
        metavar="FILE",
        help="weights to learn from, for configs that distil: a trained teacher's or another student's",
    )
    add("--start", type=Path, metavar="FILE", help="weights or a checkpoint.pt to start from")
    add("--time-budget", type=seconds, metavar="TIME", help="training time such as 90m or 2h, instead of steps")
    default = "cuda" if torch.cuda.is_available() else "cpu"
    add("--device", type=chosen_device, default=default, help="cpu or cuda (default: %(default)s)")
    add(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="assignments",
        help="override a field of the config",
    )
    return parser


def _check_role(role: str, config: TrainConfig) -> None:
    model = build(config.model, dict(config.architecture))
    takes = takes_trimap(model)
    if takes != (role == "teacher"):
        trimap = "onehot" if role == "teacher" else "none"
        hint = f" or --set architecture.trimap={trimap}" if hasattr(model.config, "trimap") else ""
        raise UserError(
            f"a {role} {'takes a' if role == 'teacher' else 'takes no'} trimap, but model {config.model!r} as configured"
            f" {'does' if takes else 'does not'}; use --config {_DEFAULT_CONFIG[role]}{hint}"
        )


if __name__ == "__main__":
    run_command(main)
