"""Pixels of one subject: pictures read whole or refused, and true colours where only image and alpha are known.

Everything here is 8-bit and straight (not premultiplied); 16-bit files are rounded to 8.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ppid.errors import UserError

_OPAQUE = 0.999  # mean alpha above which a picture has, in effect, no transparency
_GREY = 8  # difference of channels up to which a picture is grey: what JPEG does to one
_WRITE_AGAIN = "remove it or write it again"


@dataclass(frozen=True)
class Problem:
    """What is wrong with one file.

    Attributes:
        path: the file, or the shard and its member.
        text: completes the sentence that begins with the path.
        fix: what to do.
        warning: the file can be used all the same.
    """

    path: str
    text: str
    fix: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.path}: {'warning: ' if self.warning else ''}{self.text}; {self.fix}"


class PictureError(UserError):
    """One `Problem`, raised."""

    def __init__(self, path: object, text: str, fix: str) -> None:
        super().__init__(f"{path} {text}; {fix}")
        self.problem = Problem(str(path), text, fix)


def decode(data: bytes, name: object, fix: str = _WRITE_AGAIN) -> NDArray[np.uint8]:
    """The picture in an encoded file.

    Args:
        data: the file's bytes (JPEG, PNG, WebP, TIFF, BMP).
        name: what to call it in errors.
        fix: what to do about it if it is broken.

    Returns:
        uint8 (H, W) grey, (H, W, 3) BGR or (H, W, 4) BGRA. A JPEG's orientation tag is not applied.

    Raises:
        PictureError: not a whole picture, or neither 8 nor 16 bits deep.
    """
    picture = decode_deep(data, name, fix)
    if picture.dtype == np.uint16:
        return ((picture.astype(np.uint32) + 128) // 257).astype(np.uint8)
    return np.asarray(picture, np.uint8)


def decode_deep(data: bytes, name: object, fix: str = _WRITE_AGAIN) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """As `decode`, but what has 16 bits keeps them."""
    if not _ends(data):  # some decoders would return the upper part and grey below
        raise PictureError(name, "is cut off", fix)
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED) if data else None
    except cv2.error:  # sizes beyond what OpenCV allows
        picture = None
    if picture is None or not picture.size:
        raise PictureError(name, "is not a readable picture" if data else "is empty", fix)
    if picture.dtype not in (np.uint8, np.uint16):
        raise PictureError(name, f"holds {picture.dtype} values", "write it again with 8 or 16 bits")
    if picture.ndim == 3 and picture.shape[2] not in (3, 4):
        raise PictureError(name, f"has {picture.shape[2]} channels", "write it again as grey, RGB or RGBA")
    return np.asarray(picture)


def decode_rgba(data: bytes, name: object, fix: str = _WRITE_AGAIN) -> NDArray[np.uint8]:
    """A cut-out as RGBA uint8 (H, W, 4); arguments as of `decode`.

    Raises:
        PictureError: not readable, no alpha channel, or nothing transparent in it.
    """
    picture = decode(data, name, fix)
    if picture.ndim != 3 or picture.shape[2] != 4:
        raise PictureError(
            name, "has no alpha channel", "a foreground needs RGBA, or an image and an alpha in two folders of one name"
        )
    require_transparency(picture[..., 3], name)
    return bleed(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGRA2RGBA)))


def require_transparency(alpha: NDArray[np.uint8], name: object) -> None:
    """Refuse an alpha that hides nothing.

    Raises:
        PictureError: it does.
    """
    if alpha.mean() > 255 * _OPAQUE:
        raise PictureError(name, "has an alpha channel without transparency", "a foreground must be cut out")


def read_rgba(path: Path) -> NDArray[np.uint8]:
    """`decode_rgba` of a file."""
    return decode_rgba(read_bytes(path), path)


def read_colour(path: Path) -> NDArray[np.uint8]:
    """The colours of a file as RGB uint8 (H, W, 3); an alpha channel is left out.

    Raises:
        PictureError: not readable.
    """
    picture = decode(read_bytes(path), path)
    if picture.ndim == 2:
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB))
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB if picture.shape[2] == 3 else cv2.COLOR_BGRA2RGB))


def read_photograph(path: Path) -> NDArray[np.uint8]:
    """A photograph as RGB uint8 (H, W, 3), upright: turned as a camera's orientation tag says.

    Not for a picture that an alpha belongs to, which has no such tag: `read_colour` keeps the two alike.

    Raises:
        PictureError: not readable.
    """
    data = read_bytes(path)
    picture = None
    if _ends(data):
        with suppress(cv2.error):  # nothing in it, or sizes beyond what OpenCV allows
            picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if picture is None or not picture.size:
        decode(data, path)  # says what is wrong
        raise PictureError(path, "is not a readable picture", _WRITE_AGAIN)
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))


def shrunk(picture: NDArray[np.uint8], longest: int) -> NDArray[np.uint8]:
    """A picture with a longer side of at most `longest` pixels, averaged where it shrinks."""
    height, width = picture.shape[:2]
    scale = min(1.0, longest / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def read_grey(path: Path) -> NDArray[np.uint8]:
    """An alpha or a trimap as uint8 (H, W), also when it was saved as RGB with three equal channels.

    Raises:
        PictureError: not readable, coloured, or with a transparency of its own.
    """
    picture = decode(read_bytes(path), path)
    if picture.ndim == 2:
        return picture
    blue, green, red = (picture[..., channel] for channel in range(3))
    if max(cv2.absdiff(blue, green).max(), cv2.absdiff(green, red).max()) > _GREY:
        raise PictureError(path, "is coloured where grey is expected", "put the alpha here, not the image")
    if picture.shape[2] == 4 and picture[..., 3].min() < 255:
        raise PictureError(path, "has a transparency of its own where plain grey is expected", "save it without one")
    return np.ascontiguousarray(green)


def read_bytes(path: Path) -> bytes:
    """What a file holds.

    Raises:
        PictureError: it cannot be opened.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise PictureError(path, f"cannot be opened ({error.strerror})", "check its name and its permissions") from None


def estimate_foreground(image: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The subject's own colours in a picture of it: what its half-transparent pixels would be without the background.

    Blur fusion, twice: colours averaged under alpha and under 1 - alpha stand for foreground F and background B, and
    what I = aF + (1 - a)B leaves unexplained goes to F. Once over a wide window for hidden pixels, once over a narrow one.
    Source: Forte, "Approximate Fast Foreground Colour Estimation", ICIP 2021, https://arxiv.org/abs/2006.14970.

    Args:
        image: uint8 (H, W, 3), colours in any order.
        alpha: uint8 (H, W).

    Returns:
        uint8 (H, W, 3); equal to `image` where alpha is 255.
    """
    picture, share = image.astype(np.float32), alpha.astype(np.float32)[..., None] / 255
    foreground = background = picture
    for side in (91, 7):
        window, weight = (side, side), cv2.blur(share, (side, side))[..., None]
        mean = cv2.blur(foreground * share, window) / np.maximum(weight, 1e-6)
        background = cv2.blur(background * (1 - share), window) / np.maximum(1 - weight, 1e-6)
        fused = mean + share * (picture - share * mean - (1 - share) * background)
        # With nothing visible in the window there is nothing to average: keep what the wider one saw.
        foreground = np.where(weight > 1e-4, fused.clip(0, 255), foreground)
    return np.where(share == 1, image, foreground.round().astype(np.uint8))


def bleed(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Repeat visible colours outwards where one colour was written below all that is transparent, as most editors do.

    Resizing straight colours would else mix that colour, mostly black, into the edges.

    Args:
        rgba: uint8 (H, W, 4), returned as it is where its hidden colours vary.
    """
    hidden = rgba[..., 3] == 0
    colours = rgba[hidden, :3]
    if not len(colours) or hidden.all() or (colours != colours[0]).any():
        return rgba
    _, labels = cv2.distanceTransformWithLabels(hidden.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    nearest = np.empty((labels.max() + 1, 3), np.uint8)
    nearest[labels[~hidden]] = rgba[~hidden, :3]
    return np.dstack([nearest[labels], rgba[..., 3]])


def _ends(data: bytes) -> bool:
    """Whether a JPEG or PNG has its end marker; other formats tell their length."""
    if data.startswith(b"\x89PNG"):
        return b"IEND" in data
    if not data.startswith(b"\xff\xd8"):
        return True
    position = 2  # headers may hold a thumbnail with an end of its own: skip them
    while position + 4 <= len(data) and data[position : position + 2] != b"\xff\xda":
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    return data.find(b"\xff\xd9", position) >= 0
