"""How far a TensorRT build has come, and the way to end it early."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from tqdm import tqdm


@dataclass
class _Phase:
    """A stretch of the bar: where it starts and ends, as shares of the whole, and its number of steps."""

    start: float
    end: float
    steps: int
    done: int = 0

    def at(self, step: int) -> float:
        return self.start + (self.end - self.start) * step / self.steps


class BuildProgress:
    """Nested phases of steps as one bar from 0 to 1 that never goes back; `cancelled` ends the build at its next step.

    A phase takes up the step that its parent is in. The methods are those of `trt.IProgressMonitor`, the same in
    TensorRT 10, 11 and RTX, and may be called from any of the builder's threads:
    https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/python-api/infer/Core/ProgressMonitor.html
    """

    def __init__(self, bar: tqdm[None]) -> None:
        self.cancelled = False
        self._bar = bar
        self._phases: dict[str, _Phase] = {}
        self._lock = threading.Lock()

    def phase_start(self, phase_name: str, parent_phase: str | None, num_steps: int) -> None:
        """A phase begins; its parent is None at the top."""
        with self._lock:
            parent = self._phases.get(parent_phase or "")
            start, end = (parent.at(parent.done), parent.at(parent.done + 1)) if parent else (0.0, 1.0)
            self._phases[phase_name] = _Phase(start, end, num_steps)
            self._bar.set_postfix_str(phase_name.lower(), refresh=False)

    def step_complete(self, phase_name: str, step: int) -> bool:
        """A step of a phase is done; False tells TensorRT to end the build."""
        with self._lock:
            if phase := self._phases.get(phase_name):
                phase.done = step + 1
                self._move(phase.at(phase.done))
        return not self.cancelled

    def phase_finish(self, phase_name: str) -> None:
        """A phase is over, also when it skipped its last steps or is being ended early."""
        with self._lock:
            phase = self._phases.pop(phase_name, None)
            if phase and not self.cancelled:
                self._move(phase.end)

    def _move(self, share: float) -> None:
        share = min(share, 1.0)
        if share > self._bar.n:
            self._bar.update(share - self._bar.n)
