"""Settings for all tests."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Tests run in two processes on two cores: libraries that would take both cores each only wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Machines are shared and noisy: no test may fail for its speed.
settings.register_profile("ppid", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ppid")


def pytest_report_header() -> str:
    from runtime.cuda import gpu_problem

    return f"GPU: {gpu_problem() or 'usable'}"
