"""The sound of a video file, to go with what was made of its pictures."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import av.error

from runtime.sources.opening import local_path, open_file, reason_of, scheme_of, video_stream

# What players expect to find where; other sound is encoded anew.
_COPIED = {
    ".mp4": {"aac", "mp3", "ac3", "eac3", "alac"},
    ".mov": {"aac", "mp3", "ac3", "eac3", "alac", "pcm_s16le", "pcm_s24le"},
    ".mkv": {"aac", "mp3", "ac3", "eac3", "alac", "dts", "flac", "opus", "vorbis", "pcm_s16le", "pcm_s24le"},
    ".webm": {"opus", "vorbis"},
}
_ENCODER = {".mp4": "aac", ".mov": "aac", ".mkv": "aac", ".webm": "libopus"}
_RATE = 48000  # Hz, of sound that is encoded anew: the one that every encoder here takes


class Sound:
    """The main sound of a video file in packets for another file: copied where its format may hold them, else encoded anew.

    Sound that is damaged ends there with a note, and does not end the pictures.

    Args:
        container: of the file, open; this closes it.
        stream: its sound.
        start: time of its first picture in seconds.
    """

    def __init__(self, container: av.container.InputContainer, stream: av.AudioStream, start: float) -> None:
        self._container = container
        self._stream = stream
        self._start = start
        self._target: Any = None
        self._copied = True
        self._ready: Iterator[av.Packet[Any]] = iter(())
        self._ahead: av.Packet[Any] | None = None

    def add_to(self, output: av.container.OutputContainer, suffix: str) -> None:
        """Announce the sound in a file that is being opened.

        Args:
            output: whose packets `until` gives from now on.
            suffix: of its name, which says what it may hold.
        """
        self._copied = self._stream.codec_context.name in _COPIED[suffix]
        if self._copied:
            self._target = output.add_stream_from_template(self._stream)
        else:
            layout = "mono" if self._stream.codec_context.channels == 1 else "stereo"
            self._target = output.add_stream(_ENCODER[suffix], rate=_RATE, layout=layout)
        self._ready = self._packets()

    def until(self, seconds: float) -> Iterator[av.Packet[Any]]:
        """The packets that begin before so many seconds after the first picture, once each, in order."""
        while True:
            if self._ahead is None:
                self._ahead = next(self._ready, None)
            packet = self._ahead
            if packet is None or float((packet.pts or 0) * (packet.time_base or 0)) >= seconds:
                return
            self._ahead = None
            yield packet

    def close(self) -> None:
        """Close the file that it was read from; harmless when repeated."""
        self._ready, self._ahead = iter(()), None
        self._container.close()

    def _packets(self) -> Iterator[av.Packet[Any]]:
        """All packets, counted from the first picture."""
        try:
            for packet in self._container.demux(self._stream):
                if packet.pts is None or packet.dts is None:  # the one that flushes, or damage
                    continue
                if self._copied:
                    yield from self._moved(packet)
                else:
                    for frame in packet.decode():
                        yield from self._encoded(frame)
            if not self._copied:
                yield from self._target.encode(None)
        except (av.error.FFmpegError, OSError) as error:
            print(f"note: the sound ends early: {reason_of(error)}", file=sys.stderr)

    def _moved(self, packet: av.Packet[Any]) -> Iterator[av.Packet[Any]]:
        shift = round(Fraction(self._start) / packet.time_base)
        if packet.pts is None or packet.dts is None or packet.pts < shift:
            return
        packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
        packet.stream = self._target
        yield packet

    def _encoded(self, frame: av.AudioFrame) -> Iterator[av.Packet[Any]]:
        if frame.pts is None or frame.time_base is None:
            return
        shift = round(Fraction(self._start) / frame.time_base)
        if frame.pts >= shift:
            frame.pts -= shift
            yield from self._target.encode(frame)


def open_sound(source: str) -> Sound | None:
    """The sound of a video file.

    Args:
        source: its path, or its `file://` URL.

    Returns:
        None where there is none that can be decoded, and for other URLs, whose sound would have to be fetched again.

    Raises:
        UserError: the file cannot be opened.
    """
    if scheme_of(source) not in (None, "file"):
        return None
    path = local_path(source)
    container = open_file(path)
    stream = container.streams.best("audio")
    if not isinstance(stream, av.AudioStream) or stream.codec_context is None:
        container.close()
        return None
    pictures = video_stream(container, path)
    start = float((pictures.start_time or 0) * (pictures.time_base or 0))
    return Sound(container, stream, start)
