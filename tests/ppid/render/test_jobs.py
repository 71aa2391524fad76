"""Resuming, crashes and errors of rendering on several processes, with makers that need no renderer."""

from __future__ import annotations

import atexit
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from ppid.errors import UserError
from ppid.render.files import writing
from ppid.render.jobs import ATTRIBUTES, REJECTED, Result, Task, remaining, run

ROOT = Path(__file__).parents[3]
TASKS = [Task("glass" if index % 2 else "fur", 3, index) for index in range(12)]


@dataclass(frozen=True)
class Touch:
    """Writes its process's id; notes when its process ends by itself; misbehaves on request."""

    dies_on: int = -1
    dies_once: bool = False
    full_on: int = -1
    unreadable_on: int = -1
    rejects: int = -1
    sleeps_on: int = -1
    unprepared: bool = False

    def prepare(self) -> None:
        if self.unprepared:
            raise UserError("no data; pass --data")

    def make(self, task: Task, output: Path) -> Result:
        atexit.register((output / f"ended-{os.getpid()}").touch)
        (Path(tempfile.gettempdir()) / task.name).touch()
        if task.index == self.sleeps_on:
            with (output / "slept").open("a") as file:
                print(tempfile.gettempdir(), file=file)
            time.sleep(60)
        if task.index == self.dies_on:
            mark = output / "died"
            if not (self.dies_once and mark.exists()):
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        if task.index == self.full_on:
            while self.sleeps_on >= 0 and not (output / "slept").exists():
                time.sleep(0.05)
            with writing(output / task.name):
                raise OSError(28, "No space left on device")
        if task.index == self.unreadable_on:
            (output / "photograph.jpg").read_bytes()
        if task.index == self.rejects:
            return Result({}, "empty")
        folder = output / task.folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{task.name}.webp").write_text(str(os.getpid()))
        return Result({"file": f"{task.name}.webp", "colour": "red"})


def records(output: Path, name: str = ATTRIBUTES) -> list[dict]:
    return [json.loads(line) for path in output.rglob(name) for line in path.read_text().splitlines()]


def test_renders_all_on_several_processes_and_describes_each(tmp_path: Path) -> None:
    assert run(TASKS, Touch(), tmp_path, 2) == []
    found = records(tmp_path)
    assert {(each["kind"], each["index"]) for each in found} == {(task.kind, task.index) for task in TASKS}
    assert all(each["colour"] == "red" and each["seconds"] >= 0 for each in found)
    assert len({path.read_text() for path in tmp_path.rglob("*.webp")}) == 2
    assert remaining(TASKS, tmp_path) == []


def test_splits_by_index_so_that_no_identity_is_in_two() -> None:
    splits = [Task("fur", 0, index).split for index in range(40)]
    assert splits.count("train") == 36 and splits.count("validation") == splits.count("test") == 2
    assert Task("fur", 0, 18).split == Task("glass", 5, 18).split == "validation"
    assert [Task("net", 0, index, fold=5).split for index in range(6)] == [
        *["train"] * 3,
        "validation",
        "test",
        "train",
    ]


def test_goes_on_where_it_stopped_and_mends_a_torn_line(tmp_path: Path) -> None:
    run(TASKS[:6], Touch(), tmp_path, 1)
    table = tmp_path / TASKS[0].folder / ATTRIBUTES
    table.write_text(table.read_text() + '{"name": "3-000')
    lost = tmp_path / TASKS[2].folder / f"{TASKS[2].name}.webp"
    lost.unlink()
    left = remaining(TASKS, tmp_path)
    assert left == [TASKS[2], *TASKS[6:]]
    assert '"3-000\n' not in table.read_text() and table.read_text().endswith("}\n")
    run(left, Touch(), tmp_path, 2)
    assert remaining(TASKS, tmp_path) == []


def test_rejected_ones_are_named_and_not_tried_again(tmp_path: Path) -> None:
    assert run(TASKS, Touch(rejects=4), tmp_path, 2) == ["empty"]
    (rejected,) = records(tmp_path, REJECTED)
    assert rejected["index"] == 4 and rejected["rejected"] == "empty"
    assert remaining(TASKS, tmp_path) == []


def test_a_crash_of_the_renderer_costs_one_picture_at_most(tmp_path: Path) -> None:
    (reason,) = run(TASKS, Touch(dies_on=5), tmp_path, 2)
    assert "crashed 2 times; run again" in reason
    assert len(records(tmp_path)) == len(TASKS) - 1 and records(tmp_path, REJECTED) == []
    assert run(remaining(TASKS, tmp_path), Touch(), tmp_path, 2) == []  # it is tried again
    assert len(records(tmp_path)) == len(TASKS)


def test_a_crash_that_does_not_come_again_costs_none(tmp_path: Path) -> None:
    assert run(TASKS, Touch(dies_on=5, dies_once=True), tmp_path, 2) == []
    assert len(records(tmp_path)) == len(TASKS)


def test_a_full_disk_ends_the_run_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot write .*No space left.*free space"):
        run(TASKS, Touch(full_on=6), tmp_path, 1)
    assert [task.index for task in remaining(TASKS, tmp_path)][0] == 6


def test_what_cannot_be_read_is_not_called_a_write(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"No such file.*photograph\.jpg") as raised:
        run(TASKS, Touch(unreadable_on=6), tmp_path, 1)
    assert "cannot write" not in str(raised.value)


def test_what_cannot_be_prepared_is_said_once(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="pass --data"):
        run(TASKS, Touch(unprepared=True), tmp_path, 2)


def test_workers_end_by_themselves_when_all_is_done(tmp_path: Path) -> None:
    run(TASKS, Touch(), tmp_path, 2)
    assert {path.name for path in tmp_path.glob("ended-*")} == {
        f"ended-{path.read_text()}" for path in tmp_path.rglob("*.webp")
    }


def test_nothing_goes_on_after_an_error(tmp_path: Path) -> None:
    others = set(threading.enumerate())  # libraries of earlier tests may have threads of their own
    before = time.monotonic()
    with pytest.raises(UserError, match="No space left"):
        run([TASKS[0], TASKS[1]], Touch(sleeps_on=0, full_on=1), tmp_path, 2)
    assert time.monotonic() - before < 40 and not multiprocessing.active_children()
    assert not [thread for thread in set(threading.enumerate()) - others if thread.name.startswith("ThreadPool")]
    (scratch,) = (tmp_path / "slept").read_text().splitlines()  # once
    assert not Path(scratch).exists()


def test_workers_do_not_outlive_a_killed_run(tmp_path: Path) -> None:
    code = f"from {__name__} import *; run(TASKS, Touch(sleeps_on=0), Path(sys.argv[1]), 2)"
    command = [sys.executable, "-c", code, str(tmp_path)]
    parent = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not (tmp_path / "slept").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    parent.kill()
    parent.communicate(timeout=30)  # workers hold its stderr
    assert not Path((tmp_path / "slept").read_text().split()[0]).exists()


def test_a_table_that_cannot_be_written_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / TASKS[0].folder / ATTRIBUTES).mkdir(parents=True)
    with pytest.raises(UserError, match=rf"cannot write .*{ATTRIBUTES}: Is a directory; .*--output"):
        run(TASKS[:1], Touch(), tmp_path, 1)


def test_a_torn_table_that_cannot_be_mended_is_named(tmp_path: Path) -> None:
    table = tmp_path / ATTRIBUTES
    table.write_text('{"name": "3-000')
    table.with_name(f".{ATTRIBUTES}.partial").mkdir()
    with pytest.raises(UserError, match=f"cannot write .*{ATTRIBUTES}: "):
        remaining(TASKS, tmp_path)
