"""Photographs cut from panoramas: rooms and streets with real light.

Equirectangular OpenEXR pictures, plain `.exr` files or the `.exr.js` of the npm package `@pmndrs/assets` (CC0), which
hold them in base64.
"""

from __future__ import annotations

import base64
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import bpy
import cv2
import numpy as np
from numpy.typing import NDArray

from ppid.errors import UserError
from ppid.render.rng import Rng
from ppid.render.shapes import rotation
from ppid.render.shot import Size

Panorama = NDArray[np.float32]
_BRIGHTEST = 100.0


def find(folder: Path) -> list[Path]:
    """All panoramas below a folder, sorted.

    Raises:
        UserError: there are none.
    """
    paths = sorted(path for path in folder.rglob("*") if path.name.endswith((".exr", ".exr.js")))
    if not paths:
        raise UserError(f"no .exr or .exr.js panoramas below {folder}")
    return paths


def views(path: Path, rng: Rng, size: Size, count: int) -> Iterator[NDArray[np.uint8]]:
    """`count` views around the horizon of one panorama, RGB uint8 (H, W, 3) for a size (width, height).

    Raises:
        UserError: the file is not a panorama.
    """
    panorama = read(path)
    for view in range(count):
        yaw = np.radians(view * 360 / count + rng.uniform(-15, 15))
        pitch, roll = np.radians(rng.uniform(-12, 12)), np.radians(rng.normal(0, 1.5))
        picture = perspective(panorama, (yaw, pitch, roll), np.radians(rng.uniform(75, 110)), size)
        yield develop(picture, float(np.exp(rng.normal(0, 0.2))))


def read(path: Path) -> Panorama:
    """Linear RGB float (H, W, 3), row 0 on top, values cut to [0, 100].

    Raises:
        UserError: the file is not a panorama.
    """
    data = path.read_bytes()
    if path.name.endswith(".js"):
        found = re.search(rb"base64,([A-Za-z0-9+/=]+)", data)
        if not found:
            raise UserError(f"{path} holds no base64 picture; expected a .exr.js file of @pmndrs/assets")
        data = base64.b64decode(found[1])
    with tempfile.NamedTemporaryFile(suffix=".exr") as file:  # Blender reads files only
        file.write(data)
        file.flush()
        pixels = _pixels(file.name)
    if pixels is None or pixels.shape[1] != 2 * pixels.shape[0]:
        shape = "unreadable" if pixels is None else f"{pixels.shape[1]} x {pixels.shape[0]} pixels"
        raise UserError(f"{path} is {shape}; expected an OpenEXR picture twice as wide as high")
    return _with_white_suns(np.nan_to_num(pixels, nan=_BRIGHTEST, posinf=_BRIGHTEST, neginf=0)).clip(0, _BRIGHTEST)


def _with_white_suns(pixels: Panorama) -> Panorama:
    """Lossy compression drops two channels of a block that holds the sun: what is left is a square of pure blue."""
    strongest, second = pixels.max(-1, keepdims=True), np.median(pixels, -1, keepdims=True)
    return np.where((strongest > 3) & (second < 0.01 * strongest), strongest, pixels)


def _pixels(name: str) -> Panorama | None:
    """RGB (H, W, 3) of an EXR file, row 0 on top."""
    try:
        image = bpy.data.images.load(name, check_existing=False)
    except RuntimeError:
        return None
    try:
        image.colorspace_settings.name = "Non-Color"
        width, height = image.size  # 0 where the file cannot be read
        if not width * height * image.channels:
            return None
        pixels = np.empty(width * height * image.channels, np.float32)
        image.pixels.foreach_get(pixels)
        return np.ascontiguousarray(pixels.reshape(height, width, -1)[::-1, :, :3])
    finally:
        bpy.data.images.remove(image)


def perspective(panorama: Panorama, turn: tuple[float, float, float], field: float, size: Size) -> Panorama:
    """The view of a pinhole camera (H, W, 3).

    Args:
        panorama: equirectangular, row 0 on top.
        turn: yaw, pitch and roll in radians.
        field: horizontal field of view in radians.
        size: (width, height).
    """
    width, height = size
    yaw, pitch, roll = turn
    x, y = np.meshgrid(np.arange(width) - width / 2 + 0.5, np.arange(height) - height / 2 + 0.5)
    rays = np.stack([x, y, np.full_like(x, width / 2 / np.tan(field / 2))], -1)
    rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
    rays = rays @ (rotation((1, 0, 0), pitch) @ rotation((0, 0, 1), roll)).T
    u = (np.arctan2(rays[..., 0], rays[..., 2]) + yaw) / (2 * np.pi) % 1 * panorama.shape[1]
    v = (np.arcsin(rays[..., 1].clip(-1, 1)) / np.pi + 0.5) * panorama.shape[0]
    place = u.astype(np.float32), v.astype(np.float32)
    return np.asarray(cv2.remap(panorama, *place, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP), np.float32)


def develop(linear: Panorama, exposure: float) -> NDArray[np.uint8]:
    """Expose for the 65th percentile, roll highlights off, encode with gamma 2.2."""
    light = linear * (0.5 * exposure / max(float(np.percentile(linear, 65)), 1e-4))
    light = light / (1 + 0.25 * light)
    return (light.clip(0, 1) ** (1 / 2.2) * 255).astype(np.uint8)
