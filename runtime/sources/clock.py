"""Presentation times from the stamps of a stream."""

from __future__ import annotations

import av
import av.error

# Past this a step back in time is another recording (a looped stream, a restarted camera), not jitter.
_RESTART_SECONDS = 1.0


class Clock:
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
