from __future__ import annotations

import pytest

from runtime.cuda import gpu_problem


@pytest.fixture(autouse=True, scope="session")
def gpu() -> None:
    """Everything in this folder skips where there is no GPU, and says why."""
    if problem := gpu_problem():
        pytest.skip(problem)
