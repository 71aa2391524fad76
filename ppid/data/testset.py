"""Command line: `python -m ppid.data.testset --foregrounds DIR... --output DIR`: a fixed set of pictures to measure on.

Subjects and photographs are those that training with the same folders holds out, composed as in training but one subject a
picture. The same arguments give the same pictures; `python -m ppid.evaluate --data DIR` reads them.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
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
    print("error: composing needs PyTorch, which is not installed; run: pip install '.[train]'", file=sys.stderr)
    sys.exit(2)

from ppid.arguments import positive, width_and_height
from ppid.data import trimap
from ppid.data.backgrounds import load_backgrounds
from ppid.data.compose import Batch, Composer
from ppid.data.foregrounds import find_foregrounds, read_foregrounds
from ppid.data.pairs import ATTRIBUTES
from ppid.data.splits import split_photographs, split_subjects
from ppid.errors import UserError, run_command

_SIDE = 512  # at which foregrounds and photographs are held in memory
_VISIBLE = 0.01  # mean alpha below which a placement is tried again: too little to measure
_ATTEMPTS = 8


def write_testset(composer: Composer, folder: Path, each: int, seed: int) -> int:
    """Compose each foreground of `composer` `each` times into `folder`, and return how many pictures that makes.

    Writes `image/`, `alpha/` and `trimap/` (8-bit PNG, of the same names) and `attributes.jsonl` with name, kind, foreground
    and seed; all or nothing.

    Raises:
        UserError: the folder is there already or cannot be written.
    """
    if folder.exists():
        raise UserError(f"{folder} is there already, and a test set must not change; use another --output or remove it")
    temporary = folder.with_name(f".{folder.name}.partial")
    try:
        shutil.rmtree(temporary, ignore_errors=True)  # of a killed run
        for name in ("image", "alpha", "trimap"):
            (temporary / name).mkdir(parents=True)
        lines = []
        for number in tqdm(range(len(composer.foregrounds) * each), unit="image", dynamic_ncols=True):
            index = number // each
            scene = visible_scene(composer, index, seed, number)
            name = f"{number:05d}"
            _write(temporary, name, scene)
            foreground = composer.foregrounds.names[index]
            lines.append({"name": name, "kind": scene.kinds[0], "foreground": foreground, "seed": seed})
        (temporary / ATTRIBUTES).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        temporary.rename(folder)
    except OSError as error:
        raise UserError(f"cannot write {folder}: {error}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return len(lines)


def visible_scene(composer: Composer, index: int, seed: int, number: int) -> Batch:
    """Picture `number`, of foreground `index`: the first placement that shows enough of it, or else the last."""
    for attempt in range(_ATTEMPTS):
        scene = composer.scene([index], seed, number * _ATTEMPTS + attempt)
        if scene.alpha.mean() >= _VISIBLE:
            break
    return scene


def main() -> None:
    """Parse, load what is held out, compose."""
    arguments = _parser().parse_args()
    if arguments.seed < 0:
        raise UserError(f"--seed {arguments.seed}: expected 0 or more")
    _, subjects = split_subjects(find_foregrounds(arguments.foregrounds))
    _, photographs = split_photographs(load_backgrounds(arguments.backgrounds, _SIDE))
    composer = Composer(read_foregrounds(subjects, _SIDE), photographs, arguments.size)
    count = write_testset(composer, arguments.output, arguments.each, arguments.seed)
    print(f"wrote {count} pictures of {len(subjects)} held-out foregrounds to {arguments.output}")


def _write(folder: Path, name: str, scene: Batch) -> None:
    image = (scene.image[0].permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()
    alpha = (scene.alpha[0, 0] * 255).round().to(torch.uint8)
    stored = alpha.float()[None, None] / 255  # what a reader will take for the truth
    known = trimap.to_image(trimap.from_alpha(stored, trimap.evaluation_radius(*alpha.shape)))[0]
    pictures: dict[str, NDArray[np.uint8]] = {
        "image": image[..., ::-1],
        "alpha": alpha.numpy(),
        "trimap": known.numpy(),
    }
    for kind, picture in pictures.items():
        path = folder / kind / f"{name}.png"
        if not cv2.imwrite(str(path), picture):
            raise OSError(f"{path} was not written; is the disk full?")


def _size(text: str) -> tuple[int, int]:
    """`640x480` (width x height) as (H, W)."""
    width, height = width_and_height(text)
    if min(width, height) < 64 or width % 32 or height % 32:
        raise argparse.ArgumentTypeError(f"{text!r}: expected multiples of 32 from 64, such as 640x480")
    return height, width


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ppid.data.testset",
        description="Compose a fixed test set from the foregrounds and photographs that training holds out.",
    )
    add = parser.add_argument
    add(
        "--foregrounds",
        type=Path,
        nargs="+",
        required=True,
        metavar="DIR",
        help="the folders given to training, in the same order: what is held out follows from it",
    )
    add("--backgrounds", type=Path, nargs="*", default=[], metavar="DIR", help="likewise; procedural ones always join")
    add("--output", type=Path, required=True, metavar="DIR", help="a folder that is not there yet")
    add("--size", type=_size, default=(480, 640), metavar="WxH", help="multiples of 32 (default: 640x480)")
    add("--each", type=positive, default=2, metavar="N", help="pictures of each foreground (default: %(default)s)")
    add("--seed", type=int, default=0, metavar="S", help="of the placements (default: %(default)s)")
    return parser


if __name__ == "__main__":
    run_command(main)
