"""The picture that travels through the runtime: planar YUV 4:2:0, as decoders give and encoders take it.

Staying in I420 halves the bytes of every full-size pass and saves two colour conversions a frame; RGB exists only
at the network's input size and at the Python API's edge.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, cast

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]
Matrix = Literal["bt601", "bt709", "bt2020"]

# Luma weights of red and blue: ITU-R BT.601-7, BT.709-6, BT.2020-2.
_LUMA = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020": (0.2627, 0.0593)}


@dataclass(frozen=True)
class Colour:
    """How Y'CbCr numbers mean colours.

    Attributes:
        matrix: which luma weights.
        full_range: True where luma spans 0..255 (JPEG), False where 16..235 (video).
    """

    matrix: Matrix = "bt601"
    full_range: bool = False

    def rgb_from_yuv(self) -> NDArray[np.float32]:
        """(3, 4) affine matrix from 8-bit (Y, U, V, 1) to 8-bit (R, G, B)."""
        inverse = np.linalg.inv(self.yuv_from_rgb()[:, :3].astype(np.float64))
        offset = -inverse @ self.yuv_from_rgb()[:, 3]
        return np.column_stack([inverse, offset]).astype(np.float32)

    def to_rgb(self, packed: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """RGB of uint8 (H, W, 3) in Y, U, V order."""
        return np.asarray(cv2.transform(packed, self.rgb_from_yuv()), np.uint8)

    def yuv_from_rgb(self) -> NDArray[np.float32]:
        """(3, 4) affine matrix from 8-bit (R, G, B, 1) to 8-bit (Y, U, V)."""
        red, blue = _LUMA[self.matrix]
        luma = np.array([red, 1 - red - blue, blue])
        blueness = (np.array([0, 0, 1]) - luma) / (2 * (1 - blue))
        redness = (np.array([1, 0, 0]) - luma) / (2 * (1 - red))
        rows = np.stack([luma, blueness, redness])
        if self.full_range:
            scale, offset = (1.0, 1.0, 1.0), (0, 128, 128)
        else:
            scale, offset = (219 / 255, 224 / 255, 224 / 255), (16, 128, 128)
        return np.column_stack([rows * np.array(scale)[:, None], np.array(offset)]).astype(np.float32)


@dataclass(frozen=True)
class Yuv:
    """Three planes of one picture, chroma at half size rounded up.

    Attributes:
        y: luma, uint8 (H, W).
        u: blue difference, uint8 (ceil(H/2), ceil(W/2)).
        v: red difference, as `u`.
        colour: what the numbers mean.
    """

    y: Plane
    u: Plane
    v: Plane
    colour: Colour = field(default_factory=Colour)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.y.shape[1], self.y.shape[0]

    def to_rgb(self) -> NDArray[np.uint8]:
        """RGB uint8 (H, W, 3); chroma is interpolated."""
        return self.resized_rgb(self.size)

    def resized(self, size: tuple[int, int]) -> NDArray[np.uint8]:
        """The three planes at one size, uint8 (height, width, 3) in Y, U, V order; `size` = (width, height)."""
        return np.asarray(cv2.merge([shrink(self.y, size), shrink(self.u, size), shrink(self.v, size)]), np.uint8)

    def resized_rgb(self, size: tuple[int, int]) -> NDArray[np.uint8]:
        """RGB uint8 (height, width, 3) at `size` = (width, height): what networks and calibration see."""
        return self.colour.to_rgb(self.resized(size))

    @staticmethod
    def from_rgb(rgb: NDArray[np.uint8], colour: Colour | None = None) -> Yuv:
        """Planes of an RGB uint8 (H, W, 3) picture of any size, odd ones too."""
        colour = colour or Colour()
        height, width = rgb.shape[:2]
        y, u, v = cv2.split(cv2.transform(rgb, colour.yuv_from_rgb()))
        half = ((width + 1) // 2, (height + 1) // 2)
        u, v = (cv2.resize(plane, half, interpolation=cv2.INTER_AREA) for plane in (u, v))
        return Yuv(np.asarray(y, np.uint8), np.asarray(u, np.uint8), np.asarray(v, np.uint8), colour)


@dataclass(frozen=True)
class Frame(Yuv):
    """A picture of a stream.

    Attributes:
        index: 0, 1, 2 … in the order of capture; gaps mean dropped frames.
        time: presentation time in seconds from the start of the stream.
        captured: `time.perf_counter()` when the frame reached this process.
    """

    index: int = 0
    time: float = 0.0
    captured: float = 0.0

    def with_planes(self, planes: Yuv) -> Frame:
        """The same moment with other pixels."""
        return Frame(planes.y, planes.u, planes.v, planes.colour, self.index, self.time, self.captured)


def shrink(plane: Plane, size: tuple[int, int]) -> Plane:
    """Resize one uint8 or float plane to `size` = (width, height) without aliasing.

    Halves by area while more than twice too large, then goes linearly: as clean as area alone, and several times faster,
    because OpenCV's area filter is vectorised for halving only.
    """
    width, height = size
    while plane.shape[1] >= 2 * width and plane.shape[0] >= 2 * height:
        rows, columns = plane.shape[0] // 2, plane.shape[1] // 2
        whole = plane[: 2 * rows, : 2 * columns]
        plane = cast(Plane, cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA))
    if plane.shape[1] == width and plane.shape[0] == height:
        return np.ascontiguousarray(plane)
    return cast(Plane, cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR))
