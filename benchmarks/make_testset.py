"""Command line: `python -m benchmarks.make_testset`, the composites that `benchmarks.quality` measures on (for maintainers).

From the renderer's test split, whose people, objects and places no training has seen; half of the pictures are upright. Clips
stand still before a background that does too, as before a webcam.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from benchmarks.quality.__main__ import TESTCLIPS, TESTSET
from ppid.data.backgrounds import crop_photographs, load_backgrounds
from ppid.data.compose import Composer
from ppid.data.estimate import read_rgba
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
    parser.add_argument("--clips", type=Path, nargs="*", default=[], metavar="DIR", help="rendered clips, as folders")
    arguments = parser.parse_args()
    subjects = read_foregrounds(find_foregrounds([arguments.foregrounds]), 512)
    lying = Composer(subjects, load_backgrounds(arguments.backgrounds, 512), _SIZE)
    upright = Composer(subjects, lying.photographs, _SIZE[::-1])
    for folder in (TESTSET, TESTCLIPS):
        if folder.exists():
            raise UserError(f"{folder} is there already; remove it to make it anew")
    for number, clip in enumerate(arguments.clips):
        _compose_clip(clip, lying.photographs, TESTCLIPS / clip.parent.name, number)
    _make_folders(TESTSET)
    lines = []
    for index in tqdm(range(len(subjects)), unit="picture"):
        scene = visible_scene((lying, upright)[index % 2], index, _SEED, index)
        _write(TESTSET, f"{index:03d}", scene.image[0], scene.alpha[0, 0])
        lines.append({"name": f"{index:03d}", "kind": scene.kinds[0], "foreground": subjects.names[index]})
    (TESTSET / ATTRIBUTES).write_text("".join(json.dumps(line) + "\n" for line in lines))
    print(f"wrote {len(lines)} pictures to {TESTSET} and {len(arguments.clips)} clips to {TESTCLIPS}")


def _compose_clip(clip: Path, photographs: list[Tensor], folder: Path, number: int) -> None:
    """A rendered clip over a crop of a photograph; the folder is called by the clip's kind."""
    frames = sorted(clip.glob("*.webp"))
    if not frames:
        raise UserError(f"no frames (*.webp) in {clip}; give the folder of a clip that ppid.render wrote")
    _make_folders(folder)
    background = None
    for frame in frames:
        rgba = torch.from_numpy(read_rgba(frame)).permute(2, 0, 1) / 255
        if background is None:
            size = (rgba.shape[1], rgba.shape[2])
            background = crop_photographs(photographs, size, np.random.default_rng((_SEED, number)), 1)[0]
        _write(folder, frame.stem, torch.lerp(background, rgba[:3], rgba[3]), rgba[3])


def _make_folders(folder: Path) -> None:
    for name in ("image", "alpha"):
        (folder / name).mkdir(parents=True)


def _write(folder: Path, name: str, image: Tensor, alpha: Tensor) -> None:
    """The picture as lossy WebP, as files from cameras are; alpha as PNG."""
    rgb = (image.permute(1, 2, 0).numpy() * 255 + 0.5).astype(np.uint8)
    grey = (alpha.numpy() * 255 + 0.5).astype(np.uint8)
    cv2.imwrite(str(folder / "image" / f"{name}.webp"), rgb[..., ::-1], [cv2.IMWRITE_WEBP_QUALITY, 88])
    cv2.imwrite(str(folder / "alpha" / f"{name}.png"), grey)


if __name__ == "__main__":
    run_command(main)
