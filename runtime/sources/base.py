"""What every source has in common."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from runtime.frames import Frame


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
                self._closing = True  # whoever asks again after the end must not read what is released
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
