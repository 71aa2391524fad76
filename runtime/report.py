"""What a run measured."""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict, deque
from pathlib import Path
from typing import Any

import numpy as np

from runtime.files import replace_file

_KEPT = 100_000  # newest durations kept a stage: about an hour at 30 frames a second, 800 kB


class Stopwatch:
    """Durations in seconds by stage; each stage is written by one thread."""

    def __init__(self) -> None:
        self._durations: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=_KEPT))

    def add(self, stage: str, seconds: float) -> None:
        """Note one duration."""
        self._durations[stage].append(seconds)

    def percentiles(self) -> dict[str, dict[str, float]]:
        """{stage: {"p50", "p95", "p99"}} in milliseconds."""
        return {
            stage: {f"p{p}": round(float(np.percentile(durations, p)) * 1e3, 3) for p in (50, 95, 99)}
            for stage, durations in self._durations.items()
        }


def peak_memory_mb() -> float | None:
    """Largest resident set of this process so far in MB; None where the system does not tell (Windows)."""
    status = Path("/proc/self/status")
    if status.is_file():
        # Not getrusage: there a process starts with the peak of the one that started it.
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return round(int(found[1]) / 1e3, 1)
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if sys.platform == "darwin" else 1e3), 1)


def write_report(path: Path, report: dict[str, Any]) -> None:
    """Write JSON, whole or not at all.

    Raises:
        UserError: the file cannot be written.
    """
    replace_file(path, (json.dumps(report, indent=2) + "\n").encode())
