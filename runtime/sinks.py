"""Where results go: video files, with or without alpha, and nowhere."""

from __future__ import annotations

import itertools
import os
import sys
from contextlib import ExitStack, suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import av
import av.error
import numpy as np
from av.container.core import Flags
from av.video.reformatter import ColorRange, VideoReformatter
from numpy.typing import NDArray

from runtime.errors import UserError
from runtime.files import check_place
from runtime.frames import Frame, Plane, Yuv
from runtime.sound import Sound

_WITH_ALPHA = {".webm": "libvpx-vp9", ".mov": "prores_ks"}
_WITHOUT_ALPHA = {".mp4": "libx264", ".mkv": "libx264", ".mov": "libx264", ".webm": "libvpx-vp9"}
_MUXER = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska", ".webm": "webm"}
# Matroska counts milliseconds: finer stamps would collide when they are rounded.
_CLOCK = {".mp4": 90000, ".mov": 90000, ".mkv": 1000, ".webm": 1000}
# A killed process loses at most about a second: MP4 fragments of that length and Matroska clusters of that length.
# A hybrid file is rewritten as a normal MP4 on close; FFmpeg before 7.1 leaves it fragmented.
_HYBRID = "hybrid_fragmented" if av.library_versions["libavformat"] >= (61, 7, 100) else "frag_keyframe+empty_moov"
_MOV_OPTIONS = {"movflags": _HYBRID, "frag_duration": "1000000"}
_MKV_OPTIONS = {"cluster_time_limit": "1000"}
# Where sound ends first, pictures wait no longer than this for more of it (µs).
_WITH_SOUND = {"max_interleave_delta": "1000000"}
_AV_MATRIX = {"bt601": 6, "bt709": 1, "bt2020": 9}  # AVColorSpace
_SWS_MATRIX = {"bt601": 5, "bt709": 1, "bt2020": 9}  # SWS_CS_*; older PyAV has no name for the last


class Sink(Protocol):
    """Takes finished frames; a context manager.

    Attributes:
        wants_alpha: whether `write` needs the alpha; where False it may be None and is not looked at.
    """

    wants_alpha: bool

    def __enter__(self) -> Sink: ...

    def __exit__(self, *error: object) -> None: ...

    def write(self, frame: Frame, alpha: NDArray[np.uint8] | None) -> None:
        """Take one frame and its alpha, uint8 (H, W) of the frame's size, 255 where opaque."""


class NullSink:
    """Takes everything and keeps nothing: for measuring."""

    wants_alpha = False

    def __enter__(self) -> NullSink:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def write(self, frame: Frame, alpha: NDArray[np.uint8] | None) -> None:
        """Forget the frame."""


class TeeSink:
    """Hands every frame to several sinks.

    Args:
        sinks: open or to be opened together; they end together, too.
    """

    def __init__(self, sinks: list[Sink]) -> None:
        self.sinks = sinks
        self.wants_alpha = any(sink.wants_alpha for sink in sinks)
        self._stack = ExitStack()

    @property
    def closed(self) -> bool:
        """Whether a person closed one of them."""
        return any(getattr(sink, "closed", False) for sink in self.sinks)

    def __enter__(self) -> TeeSink:
        with self._stack as stack:
            for sink in self.sinks:
                stack.enter_context(sink)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.__exit__(*error)  # type: ignore[arg-type]

    def write(self, frame: Frame, alpha: NDArray[np.uint8] | None) -> None:
        """To each in turn."""
        for sink in self.sinks:
            sink.write(frame, alpha if sink.wants_alpha else None)


class VideoSink:
    """Writes a video file under a temporary name beside its own and renames it when it is closed.

    H.264 for .mp4, .mkv and .mov, VP9 for .webm; with alpha VP9 for .webm and ProRes 4444 for .mov, alpha straight.
    The planes go to the encoder as they are, tagged with the first frame's colour matrix and range; times are kept,
    counted from the first frame. Leaving the `with` by an exception finishes the file, too, under its temporary name where
    its own is taken by an earlier one; without a frame nothing is left behind. A killed process leaves
    `NAME.partial.SUFFIX`, which plays up to about the last second; the next one leaves that alone and writes to
    `NAME.partial-2.SUFFIX`.

    Args:
        path: where to; its suffix chooses the format; an existing file is replaced on close.
        size: (width, height) of every frame. H.264 gets odd sizes with the last row or column repeated.
        fps: nominal frames per second for the header; None where unknown.
        with_alpha: keep the alpha.
        crf: quality of H.264 (0 to 51) and VP9 (0 to 63), lower is better; ProRes has none.
        preset: speed of H.264, "ultrafast" … "veryslow".
        sound: to go with the pictures, up to the end of the last one; closed with the sink.

    Raises:
        UserError: the suffix, the folder or the disk does not fit; from `write` also when a frame has another size.
    """

    def __init__(
        self,
        path: str | Path,
        size: tuple[int, int],
        fps: float | None,
        *,
        with_alpha: bool = False,
        crf: int = 20,
        preset: str = "ultrafast",
        sound: Sound | None = None,
    ) -> None:
        self.path = Path(path)
        self.wants_alpha = with_alpha
        self.frames = 0
        self._size = size
        self._suffix = self.path.suffix.lower()
        self._codec = _codec(self.path, with_alpha)
        self._fps = Fraction(fps).limit_denominator(1001) if fps and 0.01 < fps < 10000 else Fraction(30)
        self._crf, self._preset = str(crf), preset
        self._sound = sound
        self._partial = self.path  # another, once it is opened
        self._container: Any = None
        self._last = -1
        self._start = 0.0
        self._done = True  # until it is opened

    def __enter__(self) -> VideoSink:
        self._partial, self._done = _reserve(self.path), False
        return self

    def __exit__(self, *error: object) -> None:
        failed = error[0] not in (None, KeyboardInterrupt)  # Ctrl-C is how recordings end
        try:
            self.close(replace=not failed or not self.path.exists())
        except UserError:
            if error[0] is None:
                raise  # otherwise the first error is the one to hear of

    def write(self, frame: Frame, alpha: NDArray[np.uint8] | None) -> None:
        """Encode one frame.

        Args:
            frame: of the sink's size.
            alpha: uint8 (H, W), only looked at where the sink keeps alpha.

        Raises:
            UserError: another size, or the disk is full; what was written so far is then closed and kept.
        """
        if frame.size != self._size:
            raise UserError(
                f"{self.path}: frame {frame.index} is {frame.size[0]}x{frame.size[1]}, but the file began with "
                f"{self._size[0]}x{self._size[1]}, and a video has one size. Write the parts to separate files."
            )
        if self.wants_alpha and (alpha is None or alpha.shape != frame.y.shape or alpha.dtype != np.uint8):
            found = None if alpha is None else f"{alpha.dtype} {alpha.shape}"
            raise ValueError(f"alpha must be uint8 {frame.y.shape}, found {found}")
        if self._container is None:
            self._open(frame)
        if frame.colour != self._colour:
            frame = frame.with_planes(Yuv.from_rgb(frame.to_rgb(), self._colour))
        picture = self._picture
        for view, plane in zip(self._views, (frame.y, frame.u, frame.v, alpha), strict=False):
            if plane is not None:
                _fill(view, plane)
        self._last = max(self._last + 1, round((frame.time - self._start) * self._base.denominator))
        picture.pts, picture.time_base = self._last, self._base
        if self._codec == "prores_ks":
            picture = self._to_prores(picture)
        self._mux(picture)
        self._mux_sound(self._last * self._base)
        self.frames += 1

    def close(self, replace: bool = True) -> None:
        """Finish the file and give it its name.

        Args:
            replace: otherwise it keeps its temporary name, and what an earlier run wrote stays.

        Raises:
            UserError: the disk does not take the rest.
        """
        if self._done:
            return
        self._done = True
        if self._container is None:
            self._close_sound()
            with suppress(OSError):
                self._partial.unlink()
            return
        self._mux(None)
        self._mux_sound(self._last * self._base + 1 / self._fps)
        self._close_sound()
        try:
            self._container.close()
            if replace:
                os.replace(self._partial, self.path)
            else:
                print(f"note: {self.path} stays as it was before; this run is in {self._partial}", file=sys.stderr)
        except OSError as error:
            self._give_up(error)

    def _open(self, first: Frame) -> None:
        """Set up muxer and encoder for frames like `first`, and the picture that carries planes to the encoder."""
        width, height = self._size
        if self._codec == "libx264":
            width, height = width + width % 2, height + height % 2
        alpha = self.wants_alpha
        if self._codec == "libx264":
            options = {"preset": self._preset, "crf": self._crf}
        elif self._codec == "libvpx-vp9":
            options = {"deadline": "realtime", "cpu-used": "8", "row-mt": "1", "crf": self._crf, "b": "0"}
            options |= {"lag-in-frames": "0", "auto-alt-ref": "0"}
        else:
            # A fixed quantiser of 2 (in FFmpeg's units of 118) spares the search for one: five times the speed.
            options = {"profile": "4444", "alpha_bits": "16", "global_quality": "236"}
        mov = self._suffix in {".mp4", ".mov"}
        container: Any = av.open(
            f"file:{self._partial}",
            "w",
            format=_MUXER[self._suffix],
            container_options=(_MOV_OPTIONS if mov else _MKV_OPTIONS) | (_WITH_SOUND if self._sound else {}),
        )
        container.flags |= Flags.flush_packets.value
        stream: Any = container.add_stream(self._codec, rate=self._fps, options=options)
        stream.width, stream.height = width, height
        stream.thread_type = "AUTO"
        if self._sound:
            try:
                self._sound.add_to(container, self._suffix)
            except (av.error.FFmpegError, ValueError) as error:  # an encoder that this FFmpeg lacks
                self._lose_sound(f"the sound cannot be kept: {error}")
        self._base = Fraction(1, _CLOCK[self._suffix])
        stream.codec_context.time_base = self._base
        prores = self._codec == "prores_ks"
        # ProRes knows no full range.
        self._range = ColorRange.JPEG if first.colour.full_range and not prores else ColorRange.MPEG
        stream.codec_context.colorspace = _AV_MATRIX[first.colour.matrix]
        stream.codec_context.color_range = self._range.value
        stream.pix_fmt = "yuva444p10le" if prores else "yuva420p" if alpha else "yuv420p"
        picture = av.VideoFrame(width, height, "yuva420p" if alpha else "yuv420p")
        picture.colorspace = _AV_MATRIX[first.colour.matrix]
        picture.color_range = (ColorRange.JPEG if first.colour.full_range else ColorRange.MPEG).value
        self._views = [
            np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
            for plane in picture.planes
        ]
        self._picture, self._container, self._stream = picture, container, stream
        self._colour, self._start = first.colour, first.time
        self._reformatter = VideoReformatter()
        try:
            container.start_encoding()
        except OSError as error:
            self._give_up(error)
        except av.error.FFmpegError as error:
            self._done = True
            self._discard()
            raise UserError(
                f"{self.path}: the {self._codec} encoder does not take {width}x{height} at {float(self._fps):g} frames "
                f"per second ({error.strerror}). Choose another size or format."
            ) from error

    def _to_prores(self, picture: av.VideoFrame) -> av.VideoFrame:
        """A fresh 4:4:4 10-bit picture: the encoder's threads hold on to it, so it cannot be reused."""
        matrix = _SWS_MATRIX[self._colour.matrix]
        converted = self._reformatter.reformat(
            picture,
            format="yuva444p10le",
            src_colorspace=matrix,
            dst_colorspace=matrix,
            src_color_range=picture.color_range,
            dst_color_range=self._range,
        )
        converted.pts, converted.time_base = picture.pts, picture.time_base
        return converted

    def _mux(self, picture: av.VideoFrame | None) -> None:
        try:
            for packet in self._stream.encode(picture):
                self._container.mux(packet)
        except OSError as error:
            self._give_up(error)

    def _mux_sound(self, until: Fraction) -> None:
        """The sound that begins before `until` seconds."""
        if self._sound is None:
            return
        try:
            for packet in self._sound.until(float(until)):
                self._container.mux(packet)
        except OSError as error:
            self._give_up(error)
        except av.error.FFmpegError as error:  # not the disk's doing, nor the pictures'
            self._lose_sound(f"the sound ends early: {error.strerror}")

    def _lose_sound(self, reason: str) -> None:
        print(f"note: {reason}", file=sys.stderr)
        self._close_sound()
        self._sound = None

    def _close_sound(self) -> None:
        if self._sound:
            self._sound.close()

    def _give_up(self, error: OSError) -> None:
        """Close what the disk took, and say what is safe."""
        self._done = True
        self._close_sound()
        # The trailer cannot be written either; fragments and clusters written before it stay readable.
        with suppress(OSError, av.error.FFmpegError):
            self._container.close()
        safe = _count_frames(self._partial)
        if safe:
            kept = f"The first {safe} of {self.frames} frames are safe in {self._partial}"
        else:
            self._discard()
            kept = "No frame was saved"
        reason = error.strerror or error
        raise UserError(
            f"{self.path} cannot be written: {reason}. {kept}. Free some room or name another disk."
        ) from error

    def _discard(self) -> None:
        self._close_sound()
        with suppress(OSError, av.error.FFmpegError):
            self._container.close()
        with suppress(OSError):
            self._partial.unlink()


def _codec(path: Path, with_alpha: bool) -> str:
    table = _WITH_ALPHA if with_alpha else _WITHOUT_ALPHA
    codec = table.get(path.suffix.lower())
    if codec is None:
        what = "alpha can be written to" if with_alpha else "video can be written to"
        found = f"'{path.suffix}'" if path.suffix else "a name without suffix"
        hint = ".webm (VP9) and .mov (ProRes 4444)" if with_alpha else ".mp4, .mkv, .mov (H.264) and .webm (VP9)"
        raise UserError(f"{path}: {what} {hint}, found {found}. Change the name's suffix.")
    if codec not in av.codecs_available:
        raise UserError(f"{path}: this FFmpeg has no {codec} encoder. Install PyAV from PyPI: pip install av")
    return codec


def _reserve(path: Path) -> Path:
    """Create the temporary file now, under a name that nothing has yet, so that a wrong place is told before any work."""
    check_place(path)
    for number in itertools.count(1):
        partial = path.with_name(f"{path.stem}.partial{f'-{number}' if number > 1 else ''}{path.suffix.lower()}")
        with suppress(FileExistsError):
            partial.open("xb").close()
            return partial
    raise AssertionError


def _fill(view: Plane, plane: Plane) -> None:
    """Copy a plane into a buffer that may be one row or column larger; the edge is repeated there."""
    height, width = plane.shape
    view[:height, :width] = plane
    view[:height, width:] = plane[:, -1:]
    view[height:] = view[height - 1]


def _count_frames(path: Path) -> int:
    """How many whole frames a reader gets from a file that was cut off."""
    count = 0
    with suppress(OSError, av.error.FFmpegError), av.open(f"file:{path}", "r") as container:
        for packet in container.demux(video=0):
            count += sum(not picture.is_corrupt for picture in packet.decode())
    return count
