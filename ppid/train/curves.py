"""Command line: `python -m ppid.train.curves RUN... --output FILE`: losses and held-out errors of runs as a picture."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

try:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
except ImportError:
    if __name__ != "__main__":
        raise
    print("error: curves need TensorBoard, which is not installed; run: pip install '.[train]'", file=sys.stderr)
    sys.exit(2)

from ppid.errors import UserError, run_command
from ppid.files import write_file

_HELD_OUT = {"validation/mad": "held-out mean absolute error", "validation/iou": "held-out soft IoU"}
_SMOOTH = 0.9  # of a loss's moving average

Curve = tuple[list[int], list[float]]


def read(run: Path) -> dict[str, Curve]:
    """The curves of a run by name: (steps, values), in the order of steps.

    Raises:
        UserError: no logs there.
    """
    logs = run / "logs"
    if not logs.is_dir():
        raise UserError(f"no logs in {run}; expected the --output of python -m ppid.train")
    accumulator = EventAccumulator(str(logs), {"scalars": 0})
    accumulator.Reload()
    curves = {}
    for name in accumulator.Tags()["scalars"]:
        # A run that was killed has logged some steps twice; what it logged last counts.
        values = {event.step: event.value for event in accumulator.Scalars(name)}
        curves[name] = (sorted(values), [values[step] for step in sorted(values)])
    if not curves:
        raise UserError(f"{logs} holds no curves yet; train some more steps")
    return curves


def draw(runs: dict[str, dict[str, Curve]]) -> bytes:
    """PNG: the sum of losses, smoothed, and what was held out, of each run."""
    from matplotlib.figure import Figure  # heavy, and needed here only

    canvas = Figure(figsize=(10, 3), layout="constrained")
    axes = canvas.subplots(1, 1 + len(_HELD_OUT))
    for label, curves in runs.items():
        losses = [curve for name, curve in curves.items() if name.startswith("loss/")]
        if losses:
            total = [sum(values) for values in zip(*(curve[1] for curve in losses), strict=False)]
            axes[0].plot(losses[0][0][: len(total)], _smoothed(total), label=label)
        for place, name in enumerate(_HELD_OUT, 1):
            if name in curves:
                axes[place].plot(*curves[name], label=label)
    for place, title in enumerate(["training loss, smoothed", *_HELD_OUT.values()]):
        axes[place].set_title(title, fontsize=9)
        axes[place].set_xlabel("step")
    if len(runs) > 1:
        axes[0].legend(frameon=False)
    buffer = io.BytesIO()
    canvas.savefig(buffer, format="png", dpi=110)
    return buffer.getvalue()


def main() -> None:
    """Parse, read, draw."""
    parser = argparse.ArgumentParser(
        prog="python -m ppid.train.curves", description="Draw the losses and held-out errors of training runs."
    )
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUN", help="what was --output in training")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="a .png")
    arguments = parser.parse_args()
    if arguments.output.suffix.lower() != ".png":
        raise UserError(f"{arguments.output}: expected a name that ends in .png")
    write_file(arguments.output, draw({name(run, arguments.runs): read(run) for run in arguments.runs}))
    print(f"wrote {arguments.output}")


def name(run: Path, runs: list[Path]) -> str:
    """Its folder's name, or its path where others have that name too."""
    own = run.resolve().name
    return str(run) if sum(other.resolve().name == own for other in runs) > 1 else own


def _smoothed(values: list[float]) -> list[float]:
    smooth, seen = [], values[0]
    for value in values:
        seen = _SMOOTH * seen + (1 - _SMOOTH) * value
        smooth.append(seen)
    return smooth


if __name__ == "__main__":
    run_command(main)
