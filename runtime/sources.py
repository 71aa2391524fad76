"""Where frames come from: video files, network streams and cameras, all as iterators of `Frame`."""

from __future__ import annotations

import os
import re
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import cv2
import numpy as np
from av.stream import Disposition
from av.video.reformatter import ColorRange, VideoReformatter

from runtime.errors import UserError
from runtime.frames import Colour, Frame, Matrix, Plane, Yuv
from runtime.images import quiet_opencv

_URL = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://")
_LIVE_SCHEMES = {"rtsp", "rtsps", "rtmp", "rtmps", "rtmpt", "udp", "srt", "rtp"}
# Demuxers that draw text files as pictures: a text given by mistake must not pass for a video.
_TEXT_DEMUXERS = {"tty", "adf", "bin", "idf", "xbin"}
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
# Titles in Latin-1 must not keep a file from opening; PyAV bears them by itself since 19.
_LENIENT: dict[str, Any] = {"metadata_errors": "replace"} if int(av.__version__.split(".")[0]) < 19 else {}
# Past this a step back in time is another recording (a looped stream, a restarted camera), not jitter.
_RESTART_SECONDS = 1.0


@dataclass(frozen=True)
class SourceInfo:
    """What is known of a source before its first frame is handed out.

    Attributes:
        name: the path or URL as shown to people, without a password; "camera N".
        width: of the first frame in pixels, as displayed (after rotation).
        height: as `width`.
        fps: nominal frames per second; None where unknown.
        live: True where frames come at their own pace and waiting loses them.
        frames: estimated count; None for live sources and where unknown.
    """

    name: str
    width: int
    height: int
    fps: float | None
    live: bool
    frames: int | None


class Source(ABC):
    """An open stream of frames: a context manager and an iterator, good for one pass.

    One thread iterates; any thread may call `close`, which never waits for a frame that is under way.

    Attributes:
        info: what the source is.
        warning: None, or after the end a sentence on why the source ended before its time.
    """

    info: SourceInfo
    warning: str | None = None

    def __init__(self) -> None:
        self._reading = threading.Lock()
        self._closing = False

    @abstractmethod
    def _read(self) -> Frame | None:
        """The next frame; None at the end."""

    @abstractmethod
    def _release(self) -> None:
        """Free the decoder or device; harmless when repeated."""

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Frame]:
        return self

    def __next__(self) -> Frame:
        with self._reading:
            frame = None if self._closing else self._read()
            if frame is None or self._closing:
                self._release()
                raise StopIteration
            return frame

    def close(self) -> None:
        """End the stream and free what it holds; a read under way in another thread frees it when it returns."""
        self._closing = True
        if self._reading.acquire(blocking=False):
            try:
                self._release()
            finally:
                self._reading.release()


class VideoSource(Source):
    """A video file or a network stream, decoded by FFmpeg; opened and probed by the constructor.

    Frames are views of the decoder's own planes wherever it gives 8-bit 4:2:0 (then read-only: the decoder predicts
    later frames from them); other formats are converted. Rotation and mirroring in the metadata are applied.

    Args:
        url: path or URL.
        open_timeout: seconds until a URL that does not answer is given up; each of connecting and probing has as many.
        read_timeout: seconds without data until a URL's stream is held to have ended.

    Raises:
        UserError: nothing readable is there, or no frame of it can be decoded.
    """

    def __init__(self, url: str, *, open_timeout: float = 10.0, read_timeout: float = 10.0) -> None:
        super().__init__()
        scheme = _scheme(url)
        if scheme == "file":
            url, scheme = url[len("file://") :], None
        self._is_url = scheme is not None
        self._name = _without_password(url)
        self._read_timeout = read_timeout
        self._container = _open_url(url, scheme, open_timeout, read_timeout) if scheme else _open_file(url)
        try:
            self._stream = _video_stream(self._container, self._name)
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
            rate = self._stream.average_rate or self._stream.guessed_rate
            fps = float(rate) if rate else None
            self._clock = _Clock(1 / fps if fps else 1 / 25)
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
            self._broken = _reason(error)
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
            self._damaged(_reason(error))

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
        side_data: Any = picture.side_data
        matrix = side_data.get("DISPLAYMATRIX")
        planes = self._planes(picture)
        if matrix is not None:
            planes = _turned(planes, np.frombuffer(matrix, np.int32))
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


class _Clock:
    """Presentation times from the start of the stream: strictly increasing, whatever the stamps do."""

    def __init__(self, period: float) -> None:
        self.period = period
        self.count = 0
        self.end = 0.0
        self._last: float | None = None
        self._origin: float | None = None

    def tell(self, picture: av.VideoFrame) -> float:
        """Seconds of the next picture, in order of presentation."""
        expected = 0.0 if self._last is None else self._last + self.period
        seconds = expected
        if picture.pts is not None and picture.time_base:
            stamp = float(picture.pts * picture.time_base)
            if self._origin is None:
                self._origin = stamp - expected
            seconds = stamp - self._origin
            if self._last is not None and seconds <= self._last:
                if self._last - seconds > _RESTART_SECONDS:
                    self._origin = stamp - expected
                    seconds = expected
                else:
                    # A repeated or disordered stamp: after the last frame, yet before the next proper one.
                    seconds = self._last + min(0.001, self.period / 2)
        self._last = seconds
        self.count += 1
        span = float(picture.duration * picture.time_base) if picture.duration and picture.time_base else self.period
        self.end = seconds + span
        return seconds


class CameraSource(Source):
    """A camera attached to this machine, read through OpenCV; opened by the constructor.

    Args:
        index: 0 for the first camera (on Linux N of /dev/videoN).
        size: wished (width, height); the camera takes the nearest that it can, `info` says which.
        fps: wished frames per second, likewise.

    Raises:
        UserError: no such camera, it is busy, or it gives no picture.
    """

    def __init__(self, index: int, size: tuple[int, int] | None = None, fps: float | None = None) -> None:
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
            if fps:
                self._capture.set(cv2.CAP_PROP_FPS, fps)
            self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # a queue in the driver is delay, not safety
            self._count = 0
            self._first: Frame | None = self._grab()
        if self._first is None:
            self._capture.release()
            raise UserError(
                f"camera {index} opened but gave no picture. Check that no other program uses it, or ask for another "
                "size or rate."
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


def open_source(text: str) -> Source:
    """Open what a person typed.

    Args:
        text: a path, a URL, a camera's number ("0") or its device ("/dev/video0").

    Raises:
        UserError: it cannot be read; the message says what was found instead and what to do.
    """
    camera = re.fullmatch(r"(?:/dev/video)?(\d{1,4})", text)
    if camera and not os.path.isfile(text):
        return CameraSource(int(camera[1]))
    return VideoSource(text)


def _scheme(text: str) -> str | None:
    match = _URL.match(text)
    return match[1].lower() if match else None


def _without_password(url: str) -> str:
    return re.sub(r"(://[^/@:]*):[^/@]*@", r"\1:***@", url)


def _open_file(path: str) -> av.container.InputContainer:
    """Open a path that must be a readable video; `UserError` with the likely cause otherwise."""
    if not path:
        raise UserError("no input given. Expected a video file, a URL or a camera number.")
    if os.path.isdir(path):
        raise UserError(f"{path} is a folder. Expected one video file; name one that is in it.")
    if not os.path.exists(path):
        raise UserError(
            f"{path}: no such file. Expected a video file, a URL such as rtsp://host/stream or a camera number; "
            f"check the spelling (paths start from {os.getcwd()})."
        )
    if os.path.isfile(path) and os.path.getsize(path) == 0:
        raise UserError(f"{path} is empty (0 bytes). Expected a video; copy or record it again.")
    try:
        # The prefix keeps FFmpeg from taking a colon in the name for a protocol.
        container = av.open(f"file:{path}", "r", **_LENIENT)
    except PermissionError as error:
        raise UserError(
            f"{path} may not be read by this user. Change its permissions (chmod +r) or copy it."
        ) from error
    except (av.error.FFmpegError, OSError) as error:
        raise UserError(f"{path}: {_not_a_video(path, error)}") from error
    if container.format.name in _TEXT_DEMUXERS:
        container.close()
        raise UserError(f"{path}: {_not_a_video(path, None)}")
    return container


def _not_a_video(path: str, error: BaseException | None) -> str:
    with suppress(OSError), open(path, "rb") as file:
        head = file.read(4096)
        if head[4:8] == b"ftyp":
            return (
                "an MP4 or MOV without its index (moov): the copy or the recording was cut off. "
                "Copy or record it again; a tool such as untrunc may mend it."
            )
        if not re.search(rb"[\x00-\x08\x0e-\x1a]", head):
            return "this is text, not video. Expected a video such as MP4, MKV, WebM, MOV or AVI."
    if isinstance(error, EOFError):
        return "it ends before its first picture: the copy or the recording was cut off. Copy or record it again."
    reason = f" ({_reason(error)})" if error else ""
    return f"not a video that can be read{reason}. Expected a video such as MP4, MKV, WebM, MOV or AVI."


def _open_url(url: str, scheme: str, open_timeout: float, read_timeout: float) -> av.container.InputContainer:
    # UDP loses packets wherever Wi-Fi or a router is busy, and a lost packet smears a second of pictures.
    options = {"rtsp_transport": "tcp"} if scheme in {"rtsp", "rtsps"} else {}
    name = _without_password(url)
    began = time.monotonic()
    try:
        return av.open(url, "r", options=options, timeout=(open_timeout, read_timeout), **_LENIENT)
    except av.error.ProtocolNotFoundError as error:
        raise UserError(
            f"{name}: this build cannot read {scheme}:// URLs. Use a file, or a URL with rtsp, rtmp, http(s) or udp."
        ) from error
    except ConnectionRefusedError as error:
        raise UserError(
            f"{name}: the connection was refused: no server listens there. Check the address and the port, and that "
            "the sender is running."
        ) from error
    except (av.error.HTTPUnauthorizedError, av.error.HTTPForbiddenError) as error:
        raise UserError(
            f"{name}: the server refuses access. Give user and password as {scheme}://user:password@host/…"
        ) from error
    except av.error.HTTPNotFoundError as error:
        raise UserError(
            f"{name}: the server has no such stream (404). Check the path after the host's name."
        ) from error
    except (av.error.FFmpegError, OSError) as error:
        # Some protocols report a timeout as bad data.
        if isinstance(error, (av.error.ExitError, TimeoutError)) or time.monotonic() - began >= open_timeout:
            raise UserError(
                f"{name}: nothing came within {open_timeout:g} seconds. Expected a video stream; check the address, "
                "the port and that the sender is running."
            ) from error
        raise UserError(
            f"{name}: cannot be opened ({_reason(error)}). Expected a video stream; check the host's name, the path "
            "and the network."
        ) from error


def _video_stream(container: av.container.InputContainer, name: str) -> av.VideoStream:
    """The container's main video; cover pictures of music do not count."""
    stream = container.streams.best("video")
    if not isinstance(stream, av.VideoStream) or stream.disposition & Disposition.attached_pic:
        kinds = sorted({other.type for other in container.streams if other is not stream})
        found = f"only {' and '.join(kinds)}" if kinds else "nothing that plays"
        raise UserError(f"{name}: no video in it, {found}. Expected a file or stream with pictures.")
    if stream.codec_context is None:
        raise UserError(f"{name}: its video codec is unknown here. Convert it to H.264 first.")
    return stream


def _reason(error: BaseException | None) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return text[:1].lower() + text[1:]


def _plane_view(plane: av.video.plane.VideoPlane) -> Plane:
    """The plane's visible part as read-only uint8 (height, width), without a copy."""
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, abs(plane.line_size))[:, : plane.width]
    if plane.line_size < 0:  # stored from the bottom up
        rows = np.ascontiguousarray(rows[::-1])
    rows.flags.writeable = False
    return rows


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
