"""Still pictures in and out: whatever a folder of photographs holds becomes RGB, and PNGs are written whole or not."""

from __future__ import annotations

import io
import os
import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import av.error
import cv2
import numpy as np
from numpy.typing import NDArray

from runtime.errors import UserError
from runtime.files import replace_file

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif", ".ppm", ".pgm")


@contextmanager
def quiet_opencv() -> Iterator[None]:
    """Keep OpenCV from writing to stderr about a fault that is reported otherwise."""
    log: Any = getattr(cv2.utils, "logging", cv2)  # OpenCV 4 has the two functions at the top
    level = log.getLogLevel()
    log.setLogLevel(0)  # silent
    try:
        yield
    finally:
        log.setLogLevel(level)


def read_rgb(path: str | Path) -> NDArray[np.uint8]:
    """Read a picture of any common kind; upright, 8 bits, without transparency (colours as stored below it).

    Returns:
        RGB uint8 (H, W, 3).

    Raises:
        UserError: the file is missing, empty, cut off or not a picture.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except IsADirectoryError as error:
        raise UserError(f"{path} is a folder. Expected one picture; name one that is in it.") from error
    except FileNotFoundError as error:
        raise UserError(
            f"{path}: no such file. Expected a picture; check the spelling (paths start from {os.getcwd()})."
        ) from error
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}). Check its permissions and the disk.") from error
    if not data:
        raise UserError(f"{path} is empty (0 bytes). Expected a picture; copy it again.")
    if data.startswith(_PNG) and not _is_whole_png(data):
        raise UserError(f"{path} is damaged: the PNG is cut off or its checksums do not fit. Copy it again.")
    with quiet_opencv():
        try:
            bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        except cv2.error as error:
            raise UserError(f"{path} cannot be decoded ({error.err}). Save it as PNG or JPEG.") from error
    if bgr is None and data.startswith(b"GIF8") and data.rstrip(b"\0").endswith(b";"):
        bgr = _first_of_gif(data)  # OpenCV 4 has no reader for them
    if bgr is None:
        kinds = ", ".join(suffix[1:].upper() for suffix in SUFFIXES)
        found = "text" if not re.search(rb"[\x00-\x08\x0e-\x1a]", data[:4096]) else "something else, or damaged data"
        raise UserError(f"{path} is not a picture that can be read: found {found}. Expected one of {kinds}.")
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


def write_png(path: str | Path, array: NDArray[np.uint8]) -> None:
    """Write a PNG under a temporary name and rename it, so that the path never holds half a picture.

    Args:
        path: where to; an existing file is replaced.
        array: uint8 (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA with straight alpha.

    Raises:
        UserError: the disk or the folder does not take it.
    """
    path = Path(path)
    if array.ndim == 3:
        array = np.asarray(
            cv2.cvtColor(array, {3: cv2.COLOR_RGB2BGR, 4: cv2.COLOR_RGBA2BGRA}[array.shape[2]]), np.uint8
        )
    ok, data = cv2.imencode(".png", array)
    if not ok:
        raise ValueError(f"cannot encode {array.shape} {array.dtype} as PNG")
    replace_file(path, data.tobytes())


def list_images(paths: Iterable[str | Path]) -> list[Path]:
    """Pictures named one by one or by their folder.

    Args:
        paths: files, taken as they are; folders, searched to the bottom for known suffixes, without hidden files, in
            natural order (a2 before a10).

    Raises:
        UserError: a path is missing or a folder holds no picture.
    """
    found: dict[Path, None] = {}
    for text in paths:
        path = Path(text)
        if text == "":
            raise UserError("an empty path was given. Expected a picture or a folder; . is the one you are in.")
        if path.is_dir():
            inside = [
                item
                for item in path.rglob("*")
                if item.suffix.lower() in SUFFIXES
                and not any(part.startswith(".") for part in item.relative_to(path).parts)
                and item.is_file()
            ]
            if not inside:
                raise UserError(f"{path} holds no pictures. Expected files ending in {' '.join(SUFFIXES)}.")
            found.update(dict.fromkeys(sorted(inside, key=_natural)))
        elif path.exists():
            found[path] = None
        else:
            raise UserError(
                f"{path}: no such file or folder. Expected pictures; check the spelling "
                f"(paths start from {os.getcwd()})."
            )
    return list(found)


def _natural(path: Path) -> list[list[tuple[int, int | str]]]:
    """Sort key by folder, then by name with numbers by their value."""
    return [
        [(0, int(part)) if part.isdecimal() else (1, part.lower()) for part in re.split(r"(\d+)", name) if part]
        for name in path.parts
    ]


def _first_of_gif(data: bytes) -> NDArray[np.uint8] | None:
    try:
        with av.open(io.BytesIO(data), "r", format="gif") as container:
            return np.asarray(next(container.decode(video=0)).to_ndarray(format="bgr24"), np.uint8)
    except (av.error.FFmpegError, StopIteration):
        return None


_PNG = b"\x89PNG\r\n\x1a\n"


def _is_whole_png(data: bytes) -> bool:
    """Whether all chunks up to IEND are there and intact; libpng would report a fault on stderr, unasked."""
    at = len(_PNG)
    while at + 12 <= len(data):
        (size,) = struct.unpack_from(">I", data, at)
        end = at + 8 + size
        if end + 4 > len(data):
            return False
        optional = data[at + 4] & 0x20  # a lower-case letter: metadata, whose faults do no harm
        if not optional and zlib.crc32(data[at + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            return False
        if data[at + 4 : at + 8] == b"IEND":
            return True
        at = end + 4
    return False
