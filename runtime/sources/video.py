"""Video files and network streams, decoded by FFmpeg."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import av.error
import cv2
import numpy as np
from av.video.reformatter import ColorRange, VideoReformatter

from runtime.errors import UserError
from runtime.frames import Colour, Frame, Matrix, Plane, Yuv
from runtime.sources.base import Source, SourceInfo
from runtime.sources.clock import Clock
from runtime.sources.opening import (
    local_path,
    open_file,
    open_url,
    reason_of,
    scheme_of,
    video_stream,
    without_password,
)

_LIVE_SCHEMES = {"rtsp", "rtsps", "rtmp", "rtmps", "rtmpt", "udp", "srt", "rtp"}
# Containers that store how long they are; elsewhere FFmpeg guesses the length from the bit rate.
_KNOWS_DURATION = ("mov", "matroska", "avi", "flv")
_PLANAR_420 = {"yuv420p", "yuvj420p", "yuva420p"}
# AVColorSpace numbers (ITU-T H.273); FCC and SMPTE 240M are within a few levels of the matrix they are given here.
_MATRIX: dict[int, Matrix] = {
    1: "bt709", 4: "bt601", 5: "bt601", 6: "bt601", 7: "bt709", 9: "bt2020", 10: "bt2020",
}  # fmt: skip
_SWS_MATRIX = {"bt601": 5, "bt709": 1, "bt2020": 9}  # SWS_CS_*; older PyAV has no name for the last
_SWS_FLAGS = 0x2 | 0x4000 | 0x40000  # SWS_BILINEAR, _FULL_CHR_H_INP and _ACCURATE_RND, of which older PyAV names one
_FULL_RANGE = 2


class VideoSource(Source):
    """A video file or a network stream, decoded by FFmpeg; opened and probed by the constructor.

    Frames are views of the decoder's own planes wherever it gives 8-bit 4:2:0 (then read-only: the decoder predicts
    later frames from them); other formats are converted. Rotation and mirroring in the metadata are applied, and pixels that
    are shown wider or narrower than high, as DVDs and some cameras have them, are made square.

    Args:
        url: path or URL.
        open_timeout: seconds until a URL that does not answer is given up; each of connecting and probing has as many.
        read_timeout: seconds without data until a URL's stream is held to have ended.

    Raises:
        UserError: nothing readable is there, or no frame of it can be decoded.
    """

    def __init__(self, url: str, *, open_timeout: float = 10.0, read_timeout: float = 10.0) -> None:
        super().__init__()
        scheme = scheme_of(url)
        if scheme == "file":
            url, scheme = local_path(url), None
        self._is_url = scheme is not None
        self._name = without_password(url)
        self._read_timeout = read_timeout
        self._container = open_url(url, scheme, open_timeout, read_timeout) if scheme else open_file(url)
        try:
            self._stream = video_stream(self._container, self._name)
            duration = self._container.duration
            live = scheme in _LIVE_SCHEMES or (scheme in {"http", "https"} and not duration)
            # Frame threads hold back one frame per core: right for files, a needless delay on live streams.
            self._stream.thread_type = "SLICE" if live else "AUTO"  # type: ignore[assignment]
            self._packets: Iterator[av.Packet[Any]] = self._container.demux(self._stream)
            self._pictures: deque[av.VideoFrame] = deque()
            self._ended = False
            self._broken: str | None = None
            self._damage: tuple[int, str] | None = None
            self._decoded = 0
            self._reformatter = VideoReformatter()
            self._turn: np.ndarray | None = None
            self._aspect = _pixel_aspect(self._stream)
            rate = self._stream.average_rate or self._stream.guessed_rate
            fps = float(rate) if rate else None
            self._clock = Clock(1 / fps if fps else 1 / 25)
            first = self._first_frame(live, 2 * open_timeout + read_timeout)
            count = max(self._stream.frames, round(duration / av.time_base * fps) if duration and fps else 0)
            width, height = first.size
            self._first: Frame | None = first
            self.info = SourceInfo(self._name, width, height, fps, live, None if live else count or None)
        except BaseException:
            self._container.close()
            raise

    def _first_frame(self, live: bool, patience: float) -> Frame:
        deadline = time.monotonic() + patience
        while not self._pictures and not self._ended:
            self._decode_packet()
            if live and time.monotonic() > deadline:
                break
        if self._pictures:
            return self._frame(self._pictures.popleft())
        reason = self._broken or (self._damage[1] if self._damage else "")
        reason = f" ({reason})" if reason else ""
        what = "the stream sends data but no picture" if self._is_url else "the file is empty or damaged"
        raise UserError(
            f"{self._name}: no frame could be decoded{reason}: {what}. "
            f"Expected {self._stream.codec_context.name} video; check that it plays elsewhere, or record it again."
        )

    def _read(self) -> Frame | None:
        first, self._first = self._first, None
        if first is not None:
            return first
        while not self._pictures:
            if self._ended:
                self._conclude()
                return None
            self._decode_packet()
        return self._frame(self._pictures.popleft())

    def _decode_packet(self) -> None:
        """Move one packet's frames to the queue; errors are noted and what still decodes is kept."""
        began = time.monotonic()
        stopped = False
        try:
            packet = next(self._packets, None)
        except (av.error.FFmpegError, OSError) as error:
            packet = None
            self._broken = reason_of(error)
            stopped = isinstance(error, (av.error.ExitError, TimeoutError))
        self._ended = packet is None or packet.size == 0
        if self._ended and self._is_url and (stopped or time.monotonic() - began >= self._read_timeout):
            # What a timeout looks like depends on the protocol: an error of any kind or a plain end.
            self._broken = f"nothing came for {self._read_timeout:g} seconds"
        try:
            for picture in packet.decode() if packet is not None else self._stream.decode(None):
                if picture.is_corrupt:
                    self._damaged("a picture is incomplete")
                self._pictures.append(picture)
                self._decoded += 1
        except av.error.EOFError:
            pass  # the decoder was flushed before
        except (av.error.FFmpegError, OSError) as error:
            self._damaged(reason_of(error))

    def _damaged(self, reason: str) -> None:
        """Remember the first fault and how many frames came before it."""
        if self._damage is None:
            self._damage = self._decoded, reason

    def _conclude(self) -> None:
        """Set `warning` if the end came too early."""
        missing = 0.0 if self.info.live else self._missing_seconds()
        if self._broken is None and missing:
            self._broken = f"{missing:.2f} seconds are missing that its header promises"
        if self._broken:
            self._damaged(self._broken)
        if self._is_url:
            # A stream is often joined in the middle of a picture: only what ended it counts.
            if self._broken:
                self.warning = f"the stream broke off after frame {self._decoded}: {self._broken}"
        elif self._damage:
            self.warning = f"the file is damaged after frame {self._damage[0]}: {self._damage[1]}"

    def _missing_seconds(self) -> float:
        """Seconds between the end of the last frame and the end the header names; 0 where it names none."""
        stream, container = self._stream, self._container
        if not container.format.name.startswith(_KNOWS_DURATION):
            return 0
        base = stream.time_base or Fraction(0)
        start = float((stream.start_time or 0) * base)
        tag = re.fullmatch(r"(\d+):(\d+):(\d+\.?\d*)", stream.metadata.get("DURATION", ""))
        if stream.duration:
            promised = float(stream.duration * base)
        elif tag:
            promised = int(tag[1]) * 3600 + int(tag[2]) * 60 + float(tag[3]) - start
        elif container.duration and len(container.streams) == 1:
            promised = container.duration / av.time_base - start
        else:
            return 0
        # The last frame's own length is often a guess.
        missing = promised - self._clock.end
        return missing if missing > 1.5 * self._clock.period else 0

    def _frame(self, picture: av.VideoFrame) -> Frame:
        seconds = self._clock.tell(picture)
        if self._clock.count == 1:
            # Once a stream, not once a frame: PyAV ties a frame and its side data into a cycle, and a hundred decoded
            # frames would pile up between two runs of the garbage collector.
            self._turn = _display_matrix(picture)
        planes = _squared(self._planes(picture), self._aspect)
        if self._turn is not None:
            planes = _turned(planes, self._turn)
        index = self._clock.count - 1
        return Frame(planes.y, planes.u, planes.v, planes.colour, index, seconds, time.perf_counter())

    def _planes(self, picture: av.VideoFrame) -> Yuv:
        name = picture.format.name
        matrix = _MATRIX.get(picture.colorspace, "bt601" if picture.height < 720 else "bt709")
        full = picture.color_range == _FULL_RANGE or name.startswith("yuvj")
        if name not in _PLANAR_420:
            if name.startswith(("gray", "ya")) and not picture.color_range:
                full = True  # grey pictures are photographs unless they say otherwise
            span = ColorRange.JPEG if full else ColorRange.MPEG
            is_rgb = picture.format.is_rgb or picture.format.has_palette
            picture = self._reformatter.reformat(
                picture,
                format="yuv420p",
                src_colorspace=None if is_rgb else _SWS_MATRIX[matrix],
                dst_colorspace=_SWS_MATRIX[matrix],
                src_color_range=None if is_rgb else span,
                dst_color_range=ColorRange.MPEG if is_rgb else span,
                interpolation=_SWS_FLAGS,
            )
            full = full and not is_rgb
        y, u, v = (_plane_view(plane) for plane in picture.planes[:3])
        return Yuv(y, u, v, Colour(matrix, full))

    def _release(self) -> None:
        self._pictures.clear()
        self._container.close()


def _plane_view(plane: av.video.plane.VideoPlane) -> Plane:
    """The plane's visible part as read-only uint8 (height, width), without a copy."""
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, abs(plane.line_size))[:, : plane.width]
    if plane.line_size < 0:  # stored from the bottom up
        rows = np.ascontiguousarray(rows[::-1])
    rows.flags.writeable = False
    return rows


def _pixel_aspect(stream: Any) -> float:
    """How much wider than high pixels are shown; 1 where that is not said, or cannot be meant."""
    aspect = float(stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio or 1)
    # Some files say 3201:3200; and numbers that no camera has are damage.
    return aspect if 0.01 < abs(np.log(aspect or 1)) < np.log(4) else 1.0


def _squared(planes: Yuv, aspect: float) -> Yuv:
    """The same picture of square pixels, none of its own lost: what is too narrow is made wider, else it is made higher."""
    if aspect == 1:
        return planes
    width, height = planes.size
    if aspect > 1:
        width = 2 * round(width * aspect / 2)
    else:
        height = 2 * round(height / aspect / 2)
    half = (width + 1) // 2, (height + 1) // 2
    y, u, v = (
        np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR), np.uint8)
        for plane, size in ((planes.y, (width, height)), (planes.u, half), (planes.v, half))
    )
    return Yuv(y, u, v, planes.colour)


def _display_matrix(picture: av.VideoFrame) -> np.ndarray | None:
    """How to show a frame: a 3x3 matrix (int32, row-major), or None as it is."""
    try:
        side_data: Any = picture.side_data
        matrix = side_data.get("DISPLAYMATRIX")
    except ValueError:  # PyAV 18 knows no EXIF, and then reads nothing at all; only mirroring is lost this way
        angle = np.deg2rad(picture.rotation)
        cos, sin = round(np.cos(angle)), round(np.sin(angle))
        return np.array([cos, -sin, 0, sin, cos, 0, 0, 0, 1], np.int32) if angle else None
    return None if matrix is None else np.frombuffer(bytes(matrix), np.int32)


def _turned(planes: Yuv, matrix: np.ndarray) -> Yuv:
    """Apply a 3x3 display matrix (int32, row-major, as in MP4) if it is made of quarter turns and mirrorings."""
    a, b, c, d = (int(np.sign(matrix[i])) for i in (0, 1, 3, 4))
    if not b and not c and a and d:
        transpose, mirror, upset = False, a < 0, d < 0
    elif not a and not d and b and c:
        transpose, mirror, upset = True, c < 0, b < 0
    else:
        return planes
    flip = {(True, True): -1, (True, False): 1, (False, True): 0}.get((mirror, upset))

    def turn(plane: Plane) -> Plane:
        out = cv2.transpose(plane) if transpose else plane
        return np.asarray(out if flip is None else cv2.flip(out, flip), np.uint8)

    return Yuv(turn(planes.y), turn(planes.u), turn(planes.v), planes.colour)
