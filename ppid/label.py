"""Command line: `python -m ppid.label --photographs DIR... --weights FILE --output DIR`: photographs without labels to train on.

A student says what it sees in a photograph, at several sizes and mirrored; another tool's masks, which err elsewhere, may have a
say too. Where all agree alpha is believed, where they do not it is marked, and training leaves that out (`--scenes`): learning from
one's own confident answers as in Xie et al., Self-training with Noisy Student, CVPR 2020, https://arxiv.org/abs/1911.04252.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

try:
    import torch
except ImportError:
    if __name__ != "__main__":
        raise
    print("error: labelling needs PyTorch, which is not installed; run: pip install '.[train]'", file=sys.stderr)
    sys.exit(2)

from torch import Tensor, nn
from torch.nn import functional as F

from ppid import weights
from ppid.data import estimate, layouts
from ppid.data.estimate import PictureError
from ppid.device import chosen_device
from ppid.errors import UserError, run_command
from ppid.files import write_file
from ppid.models import takes_trimap

_VIEWS = (1.0, 0.7)  # sizes at which a photograph is looked at
_GAIN = 2.5  # contrast of the mean of opinions: below 0.3 it says nothing is there, above 0.7 all
_MASKS = 2  # votes of another tool's masks: made for its subjects, it is right more often than a student yet is
_ROUNDING = 0.03  # by which a mask's proportions may differ from its photograph's
_HAIR = 40  # a half-transparent region wider than one in so many of the picture's shorter side is doubt, not hair
_DOUBT = 1.5  # of the subject's area, above which a photograph is of no use
_SMALLEST_SIDE = 64  # pixels, of what is looked at
_SMALLEST = 0.01  # subject, as a share of the picture


@dataclass(frozen=True)
class Label:
    """What is known of a photograph.

    Attributes:
        alpha: float32 (H, W) in [0, 1].
        sure: bool (H, W), where it may be believed.
    """

    alpha: NDArray[np.float32]
    sure: NDArray[np.bool_]

    @property
    def trouble(self) -> str:
        """Why a photograph with this label is of no use; empty if it is."""
        subject = float(self.alpha.mean())
        if subject < _SMALLEST:
            return "without subject"
        return "doubtful" if np.count_nonzero(~self.sure) > _DOUBT * subject * self.alpha.size else ""


def label(opinions: Sequence[NDArray[np.float32]]) -> Label:
    """What several alphas of one photograph have in common.

    Args:
        opinions: float32 (H, W) in [0, 1] each, of equal weight.

    Returns:
        Their mean with more contrast, believed except where it is between nothing and all over more than a hair's breadth.
    """
    mean = np.mean(opinions, axis=0, dtype=np.float32)
    alpha = np.clip((mean - 0.5) * _GAIN + 0.5, 0, 1).astype(np.float32)
    between = ((alpha > 0) & (alpha < 1)).astype(np.uint8)
    width = max(3, min(alpha.shape) // _HAIR)
    wide = cv2.morphologyEx(between, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width)))
    doubt = cv2.dilate(wide, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1)))
    return Label(alpha, doubt == 0)


@torch.no_grad()
def look(student: nn.Module, picture: NDArray[np.uint8], device: torch.device) -> NDArray[np.float32]:
    """The mean of what a student says of a picture at several sizes, mirrored and not; float32 (H, W) in [0, 1].

    Args:
        student: in evaluation mode, on `device`.
        picture: uint8 (H, W, 3), RGB.
        device: where it runs.
    """
    image = torch.from_numpy(picture).permute(2, 0, 1)[None].to(device).float() / 255
    height, width = picture.shape[:2]
    seen = []
    for share in _VIEWS:
        size = [max(32, round(side * share / 32) * 32) for side in (height, width)]
        view = F.interpolate(image, size, mode="bilinear", align_corners=False, antialias=True)
        alpha: Tensor = student(torch.cat([view, view.flip(3)])).alpha
        alpha = (alpha[:1] + alpha[1:].flip(3)) / 2
        seen.append(F.interpolate(alpha, (height, width), mode="bilinear", align_corners=False))
    return torch.stack(seen).mean(0)[0, 0].clamp(0, 1).cpu().numpy()


def main() -> None:
    """Look at every photograph that has no label yet, and write those that are of use; name the broken ones at the end."""
    arguments = _parser().parse_args()
    device = arguments.device
    # Channels last is four times as fast on a CPU.
    student = weights.load(arguments.weights).to(device).to(memory_format=torch.channels_last).eval()  # type: ignore[call-overload]
    if takes_trimap(student):
        raise UserError(f"{arguments.weights} are a teacher's weights, which need trimaps; give a student's")
    if arguments.size < _SMALLEST_SIDE:
        raise UserError(f"--size {arguments.size}: expected at least {_SMALLEST_SIDE} pixels")
    if arguments.masks and not arguments.masks.is_dir():
        raise UserError(f"no folder {arguments.masks}; give --masks the folder with the other tool's masks")
    found = layouts.photographs(arguments.photographs)
    counts = dict.fromkeys(("written", "there already", "without subject", "doubtful", "without a mask"), 0)
    broken = []
    for name, path in tqdm(found.items(), "label", unit="picture", dynamic_ncols=True):
        try:
            counts[_label_file(path, name, student, arguments, device)] += 1
        except PictureError as error:
            broken.append(str(error))
    print(", ".join(f"{count} {what}" for what, count in counts.items() if count) + f": {arguments.output}")
    if broken:
        raise UserError("\n".join([f"{len(broken)} pictures could not be read:", *broken]))


def _label_file(path: Path, name: Path, student: nn.Module, arguments: argparse.Namespace, device: torch.device) -> str:
    """Label one photograph; returns what came of it."""
    suffixes = {"image": ".jpg", "sure": ".png", "alpha": ".png"}  # alpha last: it tells that all are there
    targets = {part: arguments.output / part / f"{name}{suffix}" for part, suffix in suffixes.items()}
    if targets["alpha"].is_file():
        return "there already"
    picture = estimate.shrunk(estimate.read_photograph(path), arguments.size)
    opinions = []
    if arguments.masks:
        mask = next((p for s in layouts.SUFFIXES if (p := arguments.masks / f"{name}{s}").is_file()), None)
        if mask is None:
            return "without a mask"
        seen = estimate.read_grey(mask)
        (height, width), (h, w) = picture.shape[:2], seen.shape
        if abs(np.log(width / height * h / w)) > _ROUNDING:
            raise layouts.size_error(mask, seen, path, picture)
        vote = cv2.resize(seen, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        opinions += [vote] * _MASKS
    found = label([look(student, picture, device), *opinions])
    if found.trouble:
        return found.trouble
    planes = {
        "image": cv2.cvtColor(picture, cv2.COLOR_RGB2BGR),
        "sure": found.sure.astype(np.uint8) * 255,
        "alpha": (found.alpha * 255).round().astype(np.uint8),
    }
    for part, target in targets.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        options = [cv2.IMWRITE_JPEG_QUALITY, 95] if part == "image" else []
        write_file(target, cv2.imencode(target.suffix, planes[part], options)[1].tobytes())
    return "written"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ppid.label",
        description="Label photographs by what a student is sure of, to train on with --scenes. Goes on where it stopped.",
    )
    add = parser.add_argument
    add("--photographs", type=Path, nargs="+", required=True, metavar="DIR", help="folders, searched below")
    add("--weights", type=Path, required=True, metavar="FILE", help="a student's")
    add(
        "--masks",
        type=Path,
        metavar="DIR",
        help="another tool's masks of the same names, grey, white for subject, which count double",
    )
    add("--size", type=int, default=512, metavar="N", help="longer side of what is written (default: %(default)s)")
    add("--output", type=Path, required=True, metavar="DIR", help="gets image/, alpha/ and sure/")
    default = "cuda" if torch.cuda.is_available() else "cpu"
    add("--device", type=chosen_device, default=default, help="cpu or cuda (default: %(default)s)")
    return parser


if __name__ == "__main__":
    run_command(main)
