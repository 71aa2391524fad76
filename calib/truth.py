"""True alphas of calibration pictures, in the layouts that data sets have: `image/NAME` and `alpha/NAME`, `original/` and `mask/`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from runtime import images
from runtime.errors import UserError

_IMAGES = ("image", "images", "img", "original", "original_image", "blurred_image")
_ALPHAS = ("alpha", "alphas", "matte", "mattes", "mask", "masks", "pha", "gt")
_NO_PICTURES = (*_ALPHAS, "trimap", "trimaps", "sure")  # `sure`: where a label may be believed


def is_one(path: Path, root: Path) -> bool:
    """Whether a file below `root` belongs to a picture: it lies, at any depth, in an alphas' or trimaps' folder beside theirs."""
    folders = path.relative_to(root).parents
    return any(
        folder.name in _NO_PICTURES and any((root / folder.parent / name).is_dir() for name in _IMAGES)
        for folder in folders
    )


def read(picture: Path, size: tuple[int, int]) -> NDArray[np.float32] | None:
    """The true alpha of a picture, float32 (H, W) in [0, 1], resized to (width, height); None where it has none.

    Raises:
        UserError: it cannot be read, or is of another size than the picture.
    """
    file = next((file for file in _places(picture) if file.is_file()), None)
    if file is None:
        return None
    alpha, rgb = images.read_rgb(file)[..., 0], images.read_rgb(picture)
    if alpha.shape != rgb.shape[:2]:
        raise UserError(
            f"{file} has {alpha.shape[1]}x{alpha.shape[0]} pixels, its picture {picture} {rgb.shape[1]}x{rgb.shape[0]};"
            " expected the same"
        )
    return np.asarray(cv2.resize(alpha.astype(np.float32) / 255, size, interpolation=cv2.INTER_AREA), np.float32)


def _places(picture: Path) -> Iterator[Path]:
    """Where the alpha of a picture may lie."""
    for folder in picture.parents:
        if folder.name in _IMAGES:
            name = picture.relative_to(folder).with_suffix("")
            for sibling in _ALPHAS:
                for suffix in images.SUFFIXES:
                    yield folder.parent / sibling / f"{name}{suffix}"
