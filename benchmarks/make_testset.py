"""Command line: `python -m benchmarks.make_testset`, the composites that `benchmarks.quality` measures on (for maintainers).

From the renderer's test split, whose people, objects and places no training has seen; half of the pictures are upright.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from benchmarks.quality.__main__ import TESTSET
from ppid.data.backgrounds import load_backgrounds
from ppid.data.compose import Batch, Composer
from ppid.data.foregrounds import find_foregrounds, read_foregrounds
from ppid.data.pairs import ATTRIBUTES
from ppid.data.testset import visible_scene
from ppid.errors import UserError, run_command

_SIZE = (288, 384)  # (H, W)
_SEED = 2211


def main() -> None:
    """Parse and compose."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.make_testset", description="Compose the quality test set."
    )
    parser.add_argument("--foregrounds", type=Path, required=True, metavar="DIR", help="test/ of ppid.render's set")
    parser.add_argument(
        "--backgrounds", type=Path, nargs="+", required=True, metavar="DIR", help="test/ of its backgrounds"
    )
    parser.add_argument("--output", type=Path, default=TESTSET, metavar="DIR", help="(default: %(default)s)")
    arguments = parser.parse_args()
    subjects = read_foregrounds(find_foregrounds([arguments.foregrounds]), 512)
    lying = Composer(subjects, load_backgrounds(arguments.backgrounds, 512), _SIZE)
    upright = Composer(subjects, lying.photographs, _SIZE[::-1])
    if arguments.output.exists():
        raise UserError(f"{arguments.output} is there already; remove it to make it anew")
    for name in ("image", "alpha"):
        (arguments.output / name).mkdir(parents=True)
    lines = []
    for index in tqdm(range(len(subjects)), unit="picture"):
        scene = visible_scene((lying, upright)[index % 2], index, _SEED, index)
        _write(arguments.output, f"{index:03d}", scene)
        lines.append({"name": f"{index:03d}", "kind": scene.kinds[0], "foreground": subjects.names[index]})
    (arguments.output / ATTRIBUTES).write_text("".join(json.dumps(line) + "\n" for line in lines))
    print(f"wrote {len(lines)} pictures to {arguments.output}")


def _write(folder: Path, name: str, scene: Batch) -> None:
    """The picture as lossy WebP, as files from cameras are; alpha as PNG."""
    rgb = (scene.image[0].permute(1, 2, 0).numpy() * 255 + 0.5).astype(np.uint8)
    alpha = (scene.alpha[0, 0].numpy() * 255 + 0.5).astype(np.uint8)
    cv2.imwrite(str(folder / "image" / f"{name}.webp"), rgb[..., ::-1], [cv2.IMWRITE_WEBP_QUALITY, 88])
    cv2.imwrite(str(folder / "alpha" / f"{name}.png"), alpha)


if __name__ == "__main__":
    run_command(main)
