"""Command line: `python -m ppid.blend --weights BEFORE AFTER --output FILE`: weights between two of one architecture.

Weights that were trained on from others make fewer mistakes on pictures unlike those they were trained on when they are mixed
with what they started from (Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022,
https://arxiv.org/abs/2109.01903). That costs nothing when they run. Weights from different starts have nothing in common, and a
mixture of them is of no use: measure it with `python -m ppid.evaluate`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

try:
    from torch import nn
except ImportError:
    if __name__ != "__main__":
        raise
    print("error: mixing weights needs PyTorch, which is not installed; run: pip install '.[train]'", file=sys.stderr)
    sys.exit(2)

from ppid import weights
from ppid.errors import UserError, run_command
from ppid.models import describe
from ppid.train.average import move


def blend(before: nn.Module, after: nn.Module, share: float) -> None:
    """Move the weights and batch statistics of `before` towards those of `after`, in place.

    Args:
        before: changed.
        after: of the same architecture.
        share: how far, from 0 (not at all) to 1 (all the way).

    Raises:
        UserError: they are of different architectures.
    """
    if describe(before) != describe(after):
        raise UserError(
            f"expected weights of one architecture, found {describe(before)} and {describe(after)}; mix those of one run and"
            " of what it was started from with --start"
        )
    move(before, after, share)


def main() -> None:
    """Read, mix, write."""
    arguments = _parser().parse_args()
    before, after = arguments.weights
    model = weights.load(before)
    blend(model, weights.load(after), arguments.share)
    weights.save(model, arguments.output, blended=f"{before.name} + {arguments.share:g} ({after.name} - {before.name})")
    print(f"wrote {arguments.output}, weights {weights.digest(model)[:12]}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ppid.blend", description="Mix weights with those that they were trained on from."
    )
    add = parser.add_argument
    add("--weights", type=Path, nargs=2, required=True, metavar=("BEFORE", "AFTER"), help="two .safetensors")
    add("--share", type=_share, default=0.5, metavar="S", help="of AFTER, from 0 to 1 (default: %(default)s)")
    add("--output", type=Path, required=True, metavar="FILE", help="the .safetensors to write")
    return parser


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a number from 0 to 1")
    return value


if __name__ == "__main__":
    run_command(main)
