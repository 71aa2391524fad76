"""Command line: `python -m benchmarks.quality.masks --photographs DIR... --output DIR`: MediaPipe's masks of photographs of people.

They are a second opinion for `python -m ppid.label --masks`. MediaPipe's model and code are Apache-2.0.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

try:
    import torch  # noqa: F401, for what reads the pictures
except ImportError:
    if __name__ != "__main__":
        raise
    print(
        "error: reading photographs needs PyTorch, which is not installed; run: pip install '.[cpu,export,train]'",
        file=sys.stderr,
    )
    sys.exit(2)

from benchmarks.quality.contenders import Contender, MediaPipeSelfie
from ppid.data import estimate, layouts, trimap
from ppid.data.pairs import Sample
from ppid.errors import UserError as DataError
from ppid.files import write_file
from runtime.errors import UserError, run_command

_SIDE = 1024  # pixels of a mask at most; the models see 256, and of a closer look all of them
_SUBJECT = 0.4  # what is taken for subject, to be looked at again
_SMALLEST = 0.003  # of the picture: a smaller subject is not
_MARGIN = 0.25  # around a subject, as a share of its longer side
_LARGEST = 0.7  # of the picture: a closer look at more would be no closer


def main() -> None:
    """A grey PNG of each photograph's name, white for people; the broken ones are named at the end."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality.masks",
        description="Write MediaPipe's selfie segmentation of photographs, for ppid.label --masks. Goes on where it stopped.",
    )
    parser.add_argument("--photographs", type=Path, nargs="+", required=True, metavar="DIR", help="searched below")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="gets masks of the same names")
    arguments = parser.parse_args()
    broken = []
    try:
        found = layouts.photographs(arguments.photographs)
        with MediaPipeSelfie() as general, MediaPipeSelfie(landscape=True) as landscape:
            for name, path in tqdm(found.items(), "mask", unit="picture", dynamic_ncols=True):
                try:
                    write_mask((general, landscape), path, arguments.output / f"{name}.png")
                except estimate.PictureError as error:
                    broken.append(str(error))
    except DataError as error:
        raise UserError(str(error)) from None
    if broken:
        raise UserError("\n".join([f"{len(broken)} pictures could not be read:", *broken]))


def write_mask(models: Sequence[Contender], photograph: Path, target: Path) -> None:
    """The mask of a photograph, at most 1024 pixels long, unless it is there already.

    Raises:
        DataError: the photograph cannot be read, or the mask not written.
    """
    if target.is_file():
        return
    found = mask(models, estimate.shrunk(estimate.read_photograph(photograph), _SIDE))
    target.parent.mkdir(parents=True, exist_ok=True)
    write_file(target, cv2.imencode(".png", (found * 255).round().astype(np.uint8))[1].tobytes())


def mask(models: Sequence[Contender], picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The mean of what models say of a picture, and of each subject found once more from near, which counts double.

    From near the models see more of small figures.

    Args:
        models: to be asked, of equal weight.
        picture: uint8 (H, W, 3), RGB.

    Returns:
        float32 (H, W) in [0, 1].
    """
    total = _opinion(models, picture)
    looks = np.ones_like(total)
    for part in _subjects(total):
        total[part] += 2 * _opinion(models, picture[part])
        looks[part] += 2
    return total / looks


def _subjects(mask: NDArray[np.float32]) -> list[tuple[slice, slice]]:
    """A box with some margin around each subject that does not fill the picture."""
    height, width = mask.shape
    boxes = []
    for left, top, w, h, area in cv2.connectedComponentsWithStats((mask > _SUBJECT).astype(np.uint8))[2][1:].tolist():
        margin = round(_MARGIN * max(w, h))
        rows = slice(max(0, top - margin), min(height, top + h + margin))
        columns = slice(max(0, left - margin), min(width, left + w + margin))
        box = (rows.stop - rows.start) * (columns.stop - columns.start)
        if area >= _SMALLEST * mask.size and box <= _LARGEST * mask.size:
            boxes.append((rows, columns))
    return boxes


def _opinion(models: Sequence[Contender], picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The mean of what models say of a picture and of it mirrored."""
    nothing = np.zeros(picture.shape[:2], np.float32)
    unknown = np.full(nothing.shape, trimap.VALUES[trimap.UNKNOWN], np.uint8)
    plain = Sample(np.ascontiguousarray(picture), nothing, unknown)
    mirrored = Sample(np.ascontiguousarray(picture[:, ::-1]), nothing, unknown)
    seen = [(model.alpha(plain) + model.alpha(mirrored)[:, ::-1]) / 2 for model in models]
    return np.mean(seen, axis=0, dtype=np.float32)


if __name__ == "__main__":
    run_command(main)
