"""Reads and writes pictures with alpha. Pillow is imported only then: without it commands still say what to install."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SUFFIX = ".webp"


def read(path: Path) -> NDArray[np.uint8]:
    """Straight RGBA uint8 (H, W, 4)."""
    from PIL import Image

    with Image.open(path) as picture:
        return np.array(picture.convert("RGBA"))


def write(path: Path, rgba: NDArray[np.uint8], quality: int = 90) -> None:
    """Write straight RGBA uint8 (H, W, 4) as WebP: colours lossy and kept where alpha is 0, alpha exact.

    Under a temporary name first: what is at `path` is always whole.
    """
    from PIL import Image

    temporary = path.with_name(f".{path.name}.partial")
    try:
        Image.fromarray(rgba, "RGBA").save(temporary, "WEBP", quality=quality, alpha_quality=100, method=4, exact=True)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_opaque(path: Path, rgb: NDArray[np.uint8], quality: int = 92) -> None:
    """Write RGB uint8 (H, W, 3) as JPEG, under a temporary name first."""
    from PIL import Image

    temporary = path.with_name(f".{path.name}.partial")
    try:
        Image.fromarray(rgb, "RGB").save(temporary, "JPEG", quality=quality)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
