"""What stands behind the subject: a colour, a picture, a video, or the frame itself out of focus."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from pathlib import Path

import cv2
import numpy as np

from runtime.composite import Matte
from runtime.errors import UserError
from runtime.frames import Colour, Frame, Plane, Yuv
from runtime.images import SUFFIXES, read_rgb
from runtime.sources import open_source

_COLOURS = {
    "green": (0, 177, 64),  # chroma-key green, as keyers expect it
    "blue": (0, 71, 187),
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "grey": (128, 128, 128),
}
_PICTURES = set(SUFFIXES) - {".gif"}  # those move
_BLUR_HEIGHT = 90  # of the picture that is blurred
_BLUR_SIGMA = 3.5  # in its pixels: at 1080 rows about 42


class Background(ABC):
    """Gives the planes behind each frame; a context manager."""

    @abstractmethod
    def planes(self, frame: Frame, matte: Matte) -> Yuv:
        """Planes of the frame's sizes in the frame's colour space."""

    def __enter__(self) -> Background:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:  # noqa: B027, most hold nothing
        """Release what is held."""


class PictureBackground(Background):
    """One picture for all frames, scaled to cover the frame and cut in the middle.

    Args:
        rgb: uint8 (H, W, 3); a colour is a picture of one pixel.
    """

    def __init__(self, rgb: np.ndarray):
        self._rgb = rgb
        self._fitted: tuple[tuple[int, int], Colour, Yuv] | None = None

    def planes(self, frame: Frame, matte: Matte) -> Yuv:
        if self._fitted is None or self._fitted[:2] != (frame.size, frame.colour):
            self._fitted = (frame.size, frame.colour, Yuv.from_rgb(cover(self._rgb, frame.size), frame.colour))
        return self._fitted[2]


class VideoBackground(Background):
    """A video that plays beside the frames and starts again at its end.

    Args:
        path: of the video.
    """

    def __init__(self, path: str):
        self._path = path
        self._source = open_source(path)
        self._started = 0.0  # presentation time of the frame with which the present round began
        self._shown = next(self._source)
        self._ahead: Frame | None = None
        self._fitted: tuple[Frame, tuple[int, int], Colour, Yuv] | None = None

    def planes(self, frame: Frame, matte: Matte) -> Yuv:
        self._advance(frame.time)
        if (
            self._fitted is None
            or self._fitted[0] is not self._shown
            or self._fitted[1:3] != (frame.size, frame.colour)
        ):
            fitted = Yuv.from_rgb(cover(self._shown.to_rgb(), frame.size), frame.colour)
            self._fitted = (self._shown, frame.size, frame.colour, fitted)
        return self._fitted[3]

    def close(self) -> None:
        self._source.close()

    def _advance(self, time: float) -> None:
        """Show the last frame that is due at `time`."""
        while True:
            if self._ahead is None:
                self._ahead = next(self._source, None)
            if self._ahead is None:
                if time - self._started >= self._shown.time + 1 / (self._source.info.fps or 25):
                    self._restart(time)
                return
            if self._ahead.time > time - self._started:
                return
            self._shown, self._ahead = self._ahead, None

    def _restart(self, time: float) -> None:
        self._source.close()
        self._source = open_source(self._path)
        self._started = time
        self._shown = next(self._source)


class BlurBackground(Background):
    """The frame out of focus, without the subject's colours in it (a plain blur would give the subject a halo)."""

    def planes(self, frame: Frame, matte: Matte) -> Yuv:
        rest = 1 - cv2.resize(
            matte.low, (frame.size[0] * _BLUR_HEIGHT // frame.size[1] or 1, _BLUR_HEIGHT), interpolation=cv2.INTER_AREA
        )
        # A little weight everywhere: behind the middle of the subject, where no background is seen, any colour will do.
        weight = rest + np.float32(1e-3)
        spread = cv2.GaussianBlur(weight, (0, 0), _BLUR_SIGMA)
        y, u, v = (_blurred(plane, weight, spread) for plane in (frame.y, frame.u, frame.v))
        return Yuv(y, u, v, frame.colour)


def _blurred(plane: Plane, weight: np.ndarray, spread: np.ndarray) -> Plane:
    small = cv2.resize(plane, (weight.shape[1], weight.shape[0]), interpolation=cv2.INTER_AREA).astype(np.float32)
    small = cv2.GaussianBlur(small * weight, (0, 0), _BLUR_SIGMA) / spread
    return cv2.resize(cv2.convertScaleAbs(small), (plane.shape[1], plane.shape[0]), interpolation=cv2.INTER_LINEAR)


def open_background(text: str) -> Background | None:
    """A background from what a user typed; None for `transparent`.

    Args:
        text: a colour name, `#rrggbb`, a picture's or video's path, `blur` or `transparent`.

    Raises:
        UserError: none of these, or a file that cannot be read.
    """
    if text == "transparent":
        return None
    if text == "blur":
        return BlurBackground()
    colour = _COLOURS.get(text.lower())
    if colour is None and re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        colour = (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))
    if colour is not None:
        return PictureBackground(np.array([[colour]], np.uint8))
    path = Path(text)
    if not text or not path.exists():
        raise UserError(
            f"--background '{text}': expected a colour ({', '.join(_COLOURS)} or #rrggbb), blur, transparent, or the path of a picture or video;"
            " there is no such file"
        )
    if path.is_dir():
        raise UserError(f"--background {text} is a folder; name a picture or video that is in it")
    return PictureBackground(read_rgb(path)) if path.suffix.lower() in _PICTURES else VideoBackground(text)


def cover(rgb: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Scale to cover `size` = (width, height), keeping the aspect, and cut the middle; uint8 (height, width, 3)."""
    width, height = size
    h, w = rgb.shape[:2]
    scale = max(width / w, height / h)
    # Cut first: a strip a few pixels wide would become gigabytes.
    across, down = min(w, max(1, round(width / scale))), min(h, max(1, round(height / scale)))
    left, top = (w - across) // 2, (h - down) // 2
    middle = rgb[top : top + down, left : left + across]
    return cv2.resize(middle, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
