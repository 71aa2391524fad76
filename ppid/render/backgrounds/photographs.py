"""Crops of photographs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from ppid.errors import UserError
from ppid.render.rng import Rng
from ppid.render.shot import Size

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
_LEAST = 0.6  # share of the largest crop
_UPSCALED = 1.2


def find(folder: Path) -> list[Path]:
    """All photographs below a folder, sorted.

    Raises:
        UserError: there are none.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not paths:
        raise UserError(f"no pictures ({', '.join(SUFFIXES)}) below {folder}")
    return paths


def views(path: Path, rng: Rng, size: Size, count: int) -> Iterator[NDArray[np.uint8]]:
    """`count` crops of one photograph, RGB uint8 (H, W, 3) for a size (width, height), half of them mirrored.

    A crop has 60 to 100 % of the width of the largest that fits. One that would be enlarged by more than a fifth is
    never cut, so too small a photograph gives none.

    Raises:
        UserError: the file is not a picture.
    """
    photograph = _upright(path)
    width, height = size
    largest = min(photograph.width / width, photograph.height / height)  # pixels of the photograph for one of the crop
    least = max(_LEAST, 1 / _UPSCALED / largest)
    if least > 1:
        return
    for _ in range(count):
        scale = rng.uniform(least, 1) * largest
        left = rng.uniform(0, photograph.width - width * scale)
        top = rng.uniform(0, photograph.height - height * scale)
        box = left, top, min(left + width * scale, photograph.width), min(top + height * scale, photograph.height)
        crop = photograph.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3)
        yield np.asarray(ImageOps.mirror(crop) if rng.chance(0.5) else crop)


def _upright(path: Path) -> Image.Image:
    """RGB, turned as its EXIF orientation says."""
    try:
        with Image.open(path) as file:
            return ImageOps.exif_transpose(file).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise UserError(f"{path} is not a readable picture ({error}); remove it or write it again") from error
