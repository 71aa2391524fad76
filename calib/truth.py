"""True alphas of calibration pictures, in the layout that data sets with pairs have: `image/NAME` and `alpha/NAME`."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from runtime import images
from runtime.errors import UserError

_IMAGES = ("image", "images")
_ALPHAS = ("alpha", "alphas", "matte", "mask")
_NO_PICTURES = (*_ALPHAS, "trimap")


def is_one(path: Path) -> bool:
    """Whether a file is an alpha or trimap that belongs to a picture: it lies in a folder called so beside the pictures'."""
    folder = path.parent
    return folder.name in _NO_PICTURES and any((folder.parent / name).is_dir() for name in _IMAGES)


def read(picture: Path, size: tuple[int, int]) -> NDArray[np.float32] | None:
    """The true alpha of a picture, float32 (H, W) in [0, 1], resized to (width, height); None where it has none.

    Raises:
        UserError: it cannot be read, or is of another size than the picture.
    """
    if picture.parent.name not in _IMAGES:
        return None
    folders = [picture.parent.parent / name for name in _ALPHAS]
    files = [folder / f"{picture.stem}{suffix}" for folder in folders for suffix in images.SUFFIXES]
    file = next((file for file in files if file.is_file()), None)
    if file is None:
        return None
    alpha, rgb = images.read_rgb(file)[..., 0], images.read_rgb(picture)
    if alpha.shape != rgb.shape[:2]:
        raise UserError(
            f"{file} has {alpha.shape[1]}x{alpha.shape[0]} pixels, its picture {picture} {rgb.shape[1]}x{rgb.shape[0]};"
            " expected the same"
        )
    return np.asarray(cv2.resize(alpha.astype(np.float32) / 255, size, interpolation=cv2.INTER_AREA), np.float32)
