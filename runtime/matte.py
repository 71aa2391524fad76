"""Command line: `python -m runtime.matte PHOTO... --output FOLDER`, matte still pictures."""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from runtime import bundle as bundles
from runtime.bundle import Bundle
from runtime.errors import UserError, run_command
from runtime.foreground import contrast, estimate
from runtime.images import list_images, read_rgb, write_png
from runtime.runners import runnable_targets
from runtime.stills import Stills


def main() -> None:
    """Parse, matte each picture, say what was written."""
    parser = argparse.ArgumentParser(
        prog="python -m runtime.matte",
        description="Write an 8-bit alpha PNG of each picture's size, and on request the subject cut out.",
    )
    parser.add_argument(
        "pictures", type=Path, nargs="+", metavar="IMAGE|FOLDER", help="pictures, or folders of them (searched below)"
    )
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="folder for NAME.alpha.png and NAME.cutout.png"
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

    paths = list_images(arguments.pictures)
    names = _names(paths)
    with Stills(_bundle(arguments.engine)) as stills:
        manifest = stills.bundle.manifest
        size = "at each picture's proportions" if manifest.free_size else f"{manifest.width}x{manifest.height}"
        print(f"{manifest.model} {manifest.precision} {size} with {manifest.target} on {stills.device}", flush=True)
        try:
            arguments.output.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"cannot make the folder {arguments.output}: {error}; choose another --output") from None
        for path, name in zip(tqdm(paths, unit="picture", disable=None), names, strict=True):
            rgb = read_rgb(path)
            matte = stills.matte(rgb)
            write_png(arguments.output / f"{name}.alpha.png", matte.alpha)
            if arguments.cutout:
                height, width = matte.low.shape
                small = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA)
                colours = estimate(rgb, matte.alpha, contrast(small, matte.low))
                write_png(arguments.output / f"{name}.cutout.png", np.dstack([colours, matte.alpha]))
    print(f"wrote {len(paths)} alpha{' and cut-outs' if arguments.cutout else ''} to {arguments.output}")


def _bundle(named: Path | None) -> Bundle:
    """What to run: pictures are not in a hurry, so by default the packaged student before quicker ones built here."""
    if named is not None:
        return bundles.load(named)
    packaged = bundles.load(bundles.packaged())
    return packaged if packaged.manifest.target in runnable_targets() else bundles.default(runnable_targets())


def _names(paths: list[Path]) -> list[str]:
    """File stems, made unique where two pictures share one."""
    seen: dict[str, int] = {}
    names = []
    for path in paths:
        seen[path.stem] = seen.get(path.stem, 0) + 1
        names.append(path.stem if seen[path.stem] == 1 else f"{path.stem}-{seen[path.stem]}")
    return names


if __name__ == "__main__":
    run_command(main)
