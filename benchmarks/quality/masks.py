"""Command line: `python -m benchmarks.quality.masks --photographs DIR... --output DIR`: MediaPipe's masks of photographs of people.

They are a second opinion for `python -m ppid.label --masks`. MediaPipe's model and code are Apache-2.0.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from benchmarks.quality.contenders import Contender, MediaPipeSelfie
from ppid.data import estimate, layouts, trimap
from ppid.data.pairs import Sample
from ppid.errors import UserError as DataError
from ppid.files import write_file
from runtime.errors import UserError, run_command

_SIDE = 512  # the model sees 256x256


def main() -> None:
    """A grey PNG of each photograph's name, white for people."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality.masks",
        description="Write MediaPipe's selfie segmentation of photographs, for ppid.label --masks. Goes on where it stopped.",
    )
    parser.add_argument("--photographs", type=Path, nargs="+", required=True, metavar="DIR", help="searched below")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="gets masks of the same names")
    arguments = parser.parse_args()
    try:
        found = layouts.photographs(arguments.photographs)
        with MediaPipeSelfie() as model:
            for name, path in tqdm(found.items(), "mask", unit="picture", dynamic_ncols=True):
                write_mask(model, path, arguments.output / f"{name}.png")
    except DataError as error:
        raise UserError(str(error)) from None


def write_mask(model: Contender, photograph: Path, target: Path) -> None:
    """The mean of what a model says of a photograph and of it mirrored, at most 512 pixels long, unless it is there already.

    Raises:
        DataError: the photograph cannot be read, or the mask not written.
    """
    if target.is_file():
        return
    picture = estimate.shrunk(estimate.read_colour(photograph), _SIDE)
    mask = (_alpha(model, picture) + _alpha(model, picture[:, ::-1])[:, ::-1]) / 2
    target.parent.mkdir(parents=True, exist_ok=True)
    write_file(target, cv2.imencode(".png", (mask * 255).round().astype(np.uint8))[1].tobytes())


def _alpha(model: Contender, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    nothing = np.zeros(picture.shape[:2], np.float32)
    unknown = np.full(nothing.shape, trimap.VALUES[trimap.UNKNOWN], np.uint8)
    return model.alpha(Sample(np.ascontiguousarray(picture), nothing, unknown))


if __name__ == "__main__":
    run_command(main)
