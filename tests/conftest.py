"""Settings for all tests."""

from __future__ import annotations

import os

# Tests run in two processes on two cores: libraries that would take both cores each only wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_report_header() -> str:
    from runtime.cuda import gpu_problem

    return f"GPU: {gpu_problem() or 'usable'}"
