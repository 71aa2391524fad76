"""Cameras attached to this machine, read through OpenCV."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import cv2
import numpy as np

from runtime.errors import UserError
from runtime.frames import Frame, Yuv
from runtime.images import quiet_opencv
from runtime.sources.base import Source, SourceInfo


class CameraSource(Source):
    """A camera attached to this machine, read through OpenCV; opened by the constructor.

    Args:
        index: 0 for the first camera (on Linux N of /dev/videoN).
        size: wished (width, height); the camera takes the nearest that it can, `info` says which.

    Raises:
        UserError: no such camera, it is busy, or it gives no picture.
    """

    def __init__(self, index: int, size: tuple[int, int] | None = None) -> None:
        super().__init__()
        with quiet_opencv():
            self._capture = cv2.VideoCapture(index)
            if not self._capture.isOpened():
                raise UserError(
                    f"camera {index} cannot be opened. {_cameras_here()} Check the cable, the permissions and that no "
                    "other program uses it; cameras count from 0."
                )
            if size:
                if size[0] * size[1] > 640 * 480:
                    # Uncompressed pictures of this size do not fit through USB 2 at full rate.
                    self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
                self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
                self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
            self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # a queue in the driver is delay, not safety
            self._count = 0
            self._first: Frame | None = self._grab()
        if self._first is None:
            self._capture.release()
            raise UserError(
                f"camera {index} opened but gave no picture. Check that no other program uses it, or ask for another "
                "size: --camera-size 640x480"
            )
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        width, height = self._first.size
        self.info = SourceInfo(f"camera {index}", width, height, rate if 0 < rate < 1000 else None, True, None)

    def _grab(self) -> Frame | None:
        ok, bgr = self._capture.read()
        now = time.perf_counter()
        if not ok or bgr is None:
            return None
        if self._count == 0:
            self._start = now
        planes = _yuv_from_bgr(np.asarray(bgr, np.uint8))
        frame = Frame(planes.y, planes.u, planes.v, planes.colour, self._count, now - self._start, now)
        self._count += 1
        return frame

    def _read(self) -> Frame | None:
        frame, self._first = self._first, None
        if frame is None:
            frame = self._grab()
        if frame is None:
            self.warning = f"{self.info.name} gave no more pictures after frame {self._count}: was it unplugged?"
        return frame

    def _release(self) -> None:
        self._capture.release()


def _yuv_from_bgr(bgr: np.ndarray) -> Yuv:
    """Planes of a BGR uint8 (H, W, 3) picture; BT.601, limited range."""
    height, width = bgr.shape[:2]
    if height % 2 or width % 2:
        return Yuv.from_rgb(np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8))
    packed = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2YUV_I420), np.uint8)
    chroma = packed[height:].reshape(2, height // 2, width // 2)
    return Yuv(packed[:height], chroma[0], chroma[1])


def _cameras_here() -> str:
    devices = sorted(Path("/dev").glob("video[0-9]*"), key=lambda path: int(re.sub(r"\D", "", path.name) or 0))
    if devices:
        return f"This machine has {', '.join(str(device) for device in devices)}."
    return "This machine has no /dev/video*." if os.path.isdir("/dev") else ""
