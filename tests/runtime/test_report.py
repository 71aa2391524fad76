from __future__ import annotations

import json
from pathlib import Path

import pytest

from runtime.errors import UserError
from runtime.report import Stopwatch, peak_memory_mb, write_report


def test_percentiles_in_milliseconds() -> None:
    watch = Stopwatch()
    for value in range(1, 101):
        watch.add("infer", value / 1000)
    assert watch.percentiles() == {"infer": {"p50": 50.5, "p95": 95.05, "p99": 99.01}}


def test_memory_is_that_of_a_python_process() -> None:
    peak = peak_memory_mb()
    assert peak is not None and 10 < peak < 100_000


def test_written_whole_or_not_at_all(tmp_path: Path) -> None:
    write_report(tmp_path / "r.json", {"frames": 3})
    assert json.loads((tmp_path / "r.json").read_text()) == {"frames": 3}
    with pytest.raises(UserError, match="cannot be written"):
        write_report(tmp_path / "missing" / "r.json", {})
    assert [path.name for path in tmp_path.iterdir()] == ["r.json"]
