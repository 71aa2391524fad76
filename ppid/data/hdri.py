"""Command line: `python -m ppid.data.hdri FOLDER --output DIR`, photographs cut from panoramas.

Perspective views of equirectangular OpenEXR panoramas: rooms and streets with real light, as backgrounds for training.
Reads plain `.exr` files and the `.exr.js` of the npm package `@pmndrs/assets` (CC0), which hold them in base64.
"""

from __future__ import annotations

import argparse
import base64
import re
import tempfile
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ppid.errors import UserError, run_command

_SIZE = (480, 300)
_VIEWS = 8  # around the horizon


def main() -> None:
    """Parse and cut every panorama."""
    parser = argparse.ArgumentParser(prog="python -m ppid.data.hdri", description="Cut photographs from panoramas.")
    parser.add_argument("folder", type=Path, help="folder of .exr or .exr.js panoramas")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder for the JPEG pictures")
    arguments = parser.parse_args()
    paths = sorted(path for path in arguments.folder.rglob("*") if path.name.endswith((".exr", ".exr.js")))
    if not paths:
        raise UserError(f"no .exr or .exr.js panoramas below {arguments.folder}")
    arguments.output.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for path in paths:
        panorama = read_panorama(path)
        for view in range(_VIEWS):
            yaw = np.radians(view * 360 / _VIEWS + rng.uniform(-15, 15))
            picture = perspective(panorama, yaw, np.radians(rng.uniform(-12, 12)), np.radians(rng.uniform(75, 110)))
            rgb = develop(picture, np.exp(rng.normal(0, 0.2)))
            name = arguments.output / f"{path.name.split('.')[0]}_{view}.jpg"
            cv2.imwrite(str(name), rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])
    print(f"wrote {len(paths) * _VIEWS} pictures to {arguments.output}")


def read_panorama(path: Path) -> NDArray[np.float32]:
    """Linear RGB float (H, W, 3), values outside [0, 100] cut.

    Raises:
        UserError: OpenEXR is not installed or the file is not a panorama.
    """
    try:
        import OpenEXR
    except ImportError:
        raise UserError("reading panoramas needs OpenEXR; run: pip install OpenEXR") from None
    data = path.read_bytes()
    if path.name.endswith(".js"):
        found = re.search(rb"base64,([A-Za-z0-9+/=]+)", data)
        if not found:
            raise UserError(f"{path} holds no base64 picture")
        data = base64.b64decode(found[1])
    with tempfile.NamedTemporaryFile(suffix=".exr") as file:  # the library reads files only
        file.write(data)
        file.flush()
        channels = OpenEXR.File(file.name).channels()
    for name in ("RGB", "RGBA"):
        if name in channels:
            pixels = channels[name].pixels[..., :3]
            break
    else:
        pixels = np.stack([channels[name].pixels for name in "RGB"], -1)
    return np.clip(np.nan_to_num(pixels.astype(np.float32), nan=100, posinf=100, neginf=0), 0, 100)


def perspective(panorama: NDArray[np.float32], yaw: float, pitch: float, field: float) -> NDArray[np.float32]:
    """The view of a pinhole camera; angles in radians, `field` is the horizontal field of view."""
    width, height = _SIZE
    x, y = np.meshgrid(np.arange(width) - width / 2 + 0.5, np.arange(height) - height / 2 + 0.5)
    rays = np.stack([x, y, np.full_like(x, width / 2 / np.tan(field / 2))], -1)
    rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
    tilt = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    rays = rays @ tilt.T
    u = (np.arctan2(rays[..., 0], rays[..., 2]) + yaw) / (2 * np.pi) % 1 * panorama.shape[1]
    v = (np.arcsin(rays[..., 1].clip(-1, 1)) / np.pi + 0.5) * panorama.shape[0]
    mapped = cv2.remap(
        panorama, u.astype(np.float32), v.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP
    )
    return np.asarray(mapped, np.float32)


def develop(linear: NDArray[np.float32], exposure: float) -> NDArray[np.uint8]:
    """Expose for the 65th percentile, roll highlights off, encode with gamma 2.2."""
    light = linear * (0.5 * exposure / max(float(np.percentile(linear, 65)), 1e-4))
    light = light / (1 + 0.25 * light)
    return (light.clip(0, 1) ** (1 / 2.2) * 255).astype(np.uint8)


if __name__ == "__main__":
    run_command(main)
