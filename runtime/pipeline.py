"""The live path: read → infer → refine and composite → write, in four threads joined by bounded channels.

The model's state lives in the inferring thread alone. The caller's thread writes, because windows and Ctrl-C belong to the
main thread. An error in any thread ends the others and is raised to the caller; frames finished before it are written.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from runtime.backgrounds import Background
from runtime.channel import Cancelled, Channel
from runtime.composite import composite, foreground
from runtime.frames import Frame, Plane
from runtime.matter import LowMatte, Matter
from runtime.preprocess import Prepared
from runtime.report import Stopwatch, peak_memory_mb
from runtime.sinks import Sink
from runtime.sources import Source

_WAITING = 1  # frames between two stages: enough to keep all busy, little delay and memory


@dataclass
class Pipeline:
    """One run over one source.

    Attributes:
        source: open source of frames.
        matter: open engine.
        background: what to put behind, or None for foreground with alpha.
        sink: open sink.
        max_frames: stop after so many frames, or None.
        on_frame: called in the caller's thread after each written frame.
        written: frames written so far.
    """

    source: Source
    matter: Matter
    background: Background | None
    sink: Sink
    max_frames: int | None = None
    on_frame: Callable[[], None] = lambda: None
    written: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._stages = Stopwatch()
        self._read: Channel[tuple[Frame, Prepared]] = Channel(_WAITING, drop_oldest=self.source.info.live)
        self._inferred: Channel[tuple[Frame, LowMatte]] = Channel(_WAITING)
        self._finished: Channel[tuple[Frame, Plane]] = Channel(_WAITING)
        self._started = self._first = self._last = perf_counter()

    def run(self) -> None:
        """Run to the end of the source, `max_frames`, the window's closing or an error."""
        stages: list[tuple[str, Callable[[], None], Channel[Any], Channel[Any] | None]] = [
            ("read", self._produce, self._read, None),
            ("infer", self._infer, self._inferred, self._read),
            ("finish", self._finish, self._finished, self._inferred),
        ]
        threads = [
            threading.Thread(target=self._work, args=(job, output, source), name=name, daemon=True)
            for name, job, output, source in stages
        ]
        self._started = perf_counter()
        for thread in threads:
            thread.start()
        try:
            for frame, alpha in self._finished:
                start = perf_counter()
                self.sink.write(frame, alpha if self.sink.wants_alpha else None)
                self._last = perf_counter()
                self._stages.add("write", self._last - start)
                self._stages.add("latency", self._last - frame.captured)
                if not self.written:
                    self._first = self._last
                self.written += 1
                self.on_frame()
                if getattr(self.sink, "closed", False) or self.written == self.max_frames:
                    break
        finally:
            for channel in (self._finished, self._inferred, self._read):
                channel.cancel()
            self.source.close()
            for thread in threads:
                # A camera or network read may take its time-out to return; a daemon thread does not hold up the exit.
                thread.join(timeout=2)

    def report(self) -> dict[str, Any]:
        """Frames, speed, latency and memory of the run, ready for JSON; times in milliseconds, memory in MB."""
        manifest = self.matter.bundle.manifest
        seconds = self._last - self._first
        percentiles = self._stages.percentiles()
        latency = percentiles.pop("latency", {})
        return {
            "source": self.source.info.name,
            "size": [self.source.info.width, self.source.info.height],
            "live": self.source.info.live,
            "engine": {
                "path": str(self.matter.bundle.path),
                "sha256": self.matter.bundle.digest,
                "target": manifest.target,
                "precision": manifest.precision,
                "size": list(manifest.size),
                "device": self.matter.device,
                "preprocess": self.matter.preprocess,
            },
            "frames": self.written,
            "dropped": self._read.dropped,
            "fps": round((self.written - 1) / seconds, 2) if self.written > 1 and seconds > 0 else None,
            "first_frame_ms": round((self._first - self._started) * 1e3, 1) if self.written else None,
            "stages_ms": percentiles,
            "latency_ms": latency,
            "peak_memory_mb": peak_memory_mb(),
            "warning": self.source.warning,
        }

    def _work(self, job: Callable[[], None], output: Channel[Any], source: Channel[Any] | None) -> None:
        """Run a stage; whatever ends it ends its output, and its input's producer too."""
        error: BaseException | None = None
        try:
            job()
        except Cancelled:
            pass
        except BaseException as raised:
            error = raised
        if source is not None:
            source.cancel()
        output.end(error)

    def _produce(self) -> None:
        while True:
            start = perf_counter()
            frame = next(self.source, None)
            if frame is None:
                return
            self._stages.add("read", perf_counter() - start)
            # Here and not where it is inferred: reading leaves this thread idle, inferring leaves that one none.
            prepared = self.matter.prepare(frame)
            self._stages.add("prepare", self.matter.seconds["prepare"])
            self._read.put((frame, prepared))

    def _infer(self) -> None:
        state, size = None, None
        for frame, prepared in self._read:
            if frame.size != size:
                state, size = None, frame.size
            low, state = self.matter.infer(prepared, state)
            self._stages.add("infer", self.matter.seconds["infer"])
            self._inferred.put((frame, low))

    def _finish(self) -> None:
        for frame, low in self._inferred:
            matte = self.matter.refine(frame, low)
            self._stages.add("refine", self.matter.seconds["refine"])
            start = perf_counter()
            if self.background is None:
                result = foreground(frame, matte)
            else:
                result = composite(frame, matte, self.background.planes(frame, matte))
            self._stages.add("composite", perf_counter() - start)
            self._finished.put((result, matte.alpha))
