"""Command line: `python -m runtime.matte PHOTO... --output FOLDER`, matte still pictures."""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from runtime import bundle as bundles
from runtime.bundle import Bundle
from runtime.errors import UserError, run_command
from runtime.files import same_file
from runtime.foreground import contrast, estimate
from runtime.images import list_images, read_rgb, write_png
from runtime.runners import runnable_targets
from runtime.stills import Stills

_ALPHA, _CUTOUT = ".alpha.png", ".cutout.png"


def main() -> None:
    """Parse, matte each picture, say what was written."""
    parser = argparse.ArgumentParser(
        prog="python -m runtime.matte",
        description="Write an 8-bit alpha PNG of each picture's size, and on request the subject cut out.",
    )
    parser.add_argument(
        "pictures", nargs="+", metavar="IMAGE|FOLDER", help="pictures, or folders of them (searched below)"
    )
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder for NAME.alpha.png and NAME.cutout.png; those of an earlier run are replaced",
    )
    parser.add_argument(
        "--cutout", action="store_true", help="also write RGBA cut-outs with the old background taken out of the edges"
    )
    parser.add_argument(
        "--engine",
        type=Path,
        metavar="BUNDLE",
        help="engine bundle (default: the packaged student, in floating point and at each picture's proportions)",
    )
    arguments = parser.parse_args()

    paths = [path for path in list_images(arguments.pictures) if not _is_result(path, arguments.output)]
    if not paths:
        raise UserError(f"all pictures given are results in {arguments.output}; name others")
    jobs = list(zip(paths, _targets(paths, arguments.output), strict=True))
    try:
        arguments.output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot make the folder {arguments.output}: {error}; choose another --output") from None
    unreadable = []
    with Stills(_bundle(arguments.engine)) as stills:
        manifest = stills.bundle.manifest
        size = "at each picture's proportions" if manifest.free_size else f"{manifest.width}x{manifest.height}"
        print(f"{manifest.model} {manifest.precision} {size} with {manifest.target} on {stills.device}", flush=True)
        for path, (alpha, cutout) in tqdm(jobs, unit="picture", disable=None):
            try:
                rgb = read_rgb(path)
            except UserError as error:
                unreadable.append(str(error))
                continue
            matte = stills.matte(rgb)
            write_png(alpha, matte.alpha)
            if alpha.name != f"{path.stem}{_ALPHA}":
                tqdm.write(f"{path}: {alpha.name}")  # numbered: its stem is another's too
            if arguments.cutout:
                height, width = matte.low.shape
                small = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA)
                colours = estimate(rgb, matte.alpha, contrast(small, matte.low))
                write_png(cutout, np.dstack([colours, matte.alpha]))
    written = len(jobs) - len(unreadable)
    if written:
        print(f"wrote {written} alpha{' and cut-outs' if arguments.cutout else ''} to {arguments.output}")
    if unreadable:
        raise UserError("\n".join([*unreadable, f"{len(unreadable)} of {len(jobs)} pictures could not be read"]))


def _bundle(named: Path | None) -> Bundle:
    """What to run: pictures are not in a hurry, so by default the packaged student before quicker ones built here."""
    if named is not None:
        return bundles.load(named)
    packaged = bundles.load(bundles.packaged())
    return packaged if packaged.manifest.target in runnable_targets() else bundles.default(runnable_targets())


def _is_result(path: Path, output: Path) -> bool:
    """Whether an earlier run into the same folder wrote it: a folder may hold pictures and their results."""
    return path.name.endswith((_ALPHA, _CUTOUT)) and same_file(path.parent, output)


def _targets(paths: list[Path], output: Path) -> list[tuple[Path, Path]]:
    """Where each picture's alpha and cut-out go: file stems, numbered where two pictures share one."""
    taken: set[str] = set()
    targets = []
    for path in paths:
        names = (path.stem if number == 1 else f"{path.stem}-{number}" for number in itertools.count(1))
        name = next(name for name in names if name not in taken)
        taken.add(name)
        targets.append((output / f"{name}{_ALPHA}", output / f"{name}{_CUTOUT}"))
    return targets


if __name__ == "__main__":
    run_command(main)
