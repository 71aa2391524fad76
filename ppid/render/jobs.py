"""Many pictures on several processes: resumable, and no picture's crash ends the run."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol

from tqdm import tqdm

from ppid.errors import UserError
from ppid.render.files import writing

ATTRIBUTES, REJECTED = "attributes.jsonl", "rejected.jsonl"
_CHANCES = 2  # processes that a task may kill
_PATIENCE = 10  # seconds that an idle worker may take to end
# Where pictures pass from Blender to us: in memory where there is a file system for that.
_SCRATCH = "/dev/shm" if os.path.isdir("/dev/shm") else None
_CRASHED = f"the renderer crashed {_CHANCES} times; run again to try once more"


@dataclass(frozen=True)
class Task:
    """One thing to render.

    Attributes:
        kind: e.g. `people` or `glass`: also its folder.
        seed, index: what it is made from.
        fold: of so many indices in a row one is for validation and one for tests.
    """

    kind: str
    seed: int
    index: int
    fold: int = 20

    @property
    def name(self) -> str:
        """File name without suffix: `SEED-INDEX`."""
        return f"{self.seed}-{self.index:05d}"

    @property
    def split(self) -> str:
        """`train`, `validation` or `test`: by the index, so each identity is in one of them only."""
        return {self.fold - 2: "validation", self.fold - 1: "test"}.get(self.index % self.fold, "train")

    @property
    def folder(self) -> Path:
        """Where it lies below the output."""
        return Path(self.split) / self.kind


@dataclass(frozen=True)
class Result:
    """What came of a task: its attributes, or why it was rejected."""

    attributes: dict[str, Any]
    rejected: str | None = None


class Maker(Protocol):
    """Renders tasks in a worker process; must be picklable."""

    def prepare(self) -> None:
        """Load what all tasks share. Raises UserError."""

    def make(self, task: Task, output: Path) -> Result:
        """Render and write one thing into its folder below `output`. Raises UserError for what ends the whole run."""


def records(table: Path) -> list[dict[str, Any]]:
    """The lines of an `attributes.jsonl` or `rejected.jsonl`, without one that was cut short by a kill."""
    found = []
    for line in table.read_text().splitlines():
        with contextlib.suppress(ValueError):
            found.append(json.loads(line))
    return found


def remaining(tasks: Iterable[Task], output: Path) -> list[Task]:
    """The tasks that are neither rendered nor rejected yet; a line cut short by a kill is removed."""
    done: set[tuple[str, str]] = set()
    for path in [*output.rglob(ATTRIBUTES), *output.rglob(REJECTED)]:
        whole = records(path)
        for record in whole:
            if path.name == REJECTED or (path.parent / record["file"]).exists():
                done.add((path.parent.name, record["name"]))
        text = "".join(_line(record) for record in whole)
        if text != path.read_text():
            _replace(path, text)
    return [task for task in tasks if (task.kind, task.name) not in done]


def run(tasks: list[Task], maker: Maker, output: Path, processes: int) -> list[str]:
    """Render `tasks` below `output`.

    Each rendered task adds a line of JSON to `attributes.jsonl` in its folder, each rejected one to `rejected.jsonl`. A
    worker that dies is replaced; a task that killed two is left for the next run.

    Returns:
        Why tasks were not rendered, one for each.

    Raises:
        UserError: a worker cannot start, prepare or write.
    """
    # Ours, so that nothing of a killed worker stays in it.
    with tempfile.TemporaryDirectory(prefix="ppid-render-", dir=_SCRATCH, ignore_cleanup_errors=True) as scratch:
        return _run(tasks, [_Worker(maker, output, scratch) for _ in range(min(processes, len(tasks)))], output)


def _run(tasks: list[Task], workers: list[_Worker], output: Path) -> list[str]:
    idle: SimpleQueue[_Worker] = SimpleQueue()
    for worker in workers:
        idle.put(worker)

    def render(task: Task) -> tuple[Task, Result | None]:
        worker = idle.get()
        try:
            return task, worker.render(task)
        finally:
            idle.put(worker)

    failed: list[str] = []
    threads = ThreadPoolExecutor(max(1, len(workers)))
    try:
        futures = [threads.submit(render, task) for task in tasks]
        with tqdm(total=len(tasks), unit="picture", smoothing=0.1) as progress:
            for future in as_completed(futures):
                task, result = future.result()
                if result:
                    _record(task, result, output)
                reason = result.rejected if result else _CRASHED
                failed += [reason] if reason else []
                progress.update()
                progress.set_postfix(rejected=len(failed), refresh=False)
        for worker in workers:
            worker.dismiss()
        for worker in workers:
            worker.end(_PATIENCE)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.end()
        threads.shutdown()
    return failed


class _Worker:
    """A process that renders one task after the other; replaced when it dies, until `end`."""

    def __init__(self, maker: Maker, output: Path, scratch: str) -> None:
        self._arguments = maker, output, scratch
        self._lock, self._ended = threading.Lock(), False
        self._start()

    def render(self, task: Task) -> Result | None:
        """None when the process died of it each time, or has ended."""
        for _ in range(_CHANCES):
            try:
                self._pipe.send(task)
                answer = self._pipe.recv()
            except (EOFError, OSError):
                with self._lock:  # between the two questions nobody may end it
                    if self._ended:
                        break
                    self._process.join()
                    self._start()
                continue
            if isinstance(answer, UserError):
                raise answer
            return answer
        return None

    def dismiss(self) -> None:
        """Let an idle process end by itself."""
        with contextlib.suppress(OSError):
            self._pipe.send(None)

    def end(self, patience: float = 0) -> None:
        """Kill the process if it has not ended after `patience` seconds; it is not replaced any more."""
        with self._lock:
            self._ended = True
            self._process.join(patience)
            self._process.kill()
            self._process.join()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, *self._arguments), daemon=True)
        self._process.start()
        theirs.close()  # so that its death ends our pipe


def _work(pipe: Connection, maker: Maker, output: Path, scratch: str) -> None:
    """A worker's life: prepare, then render what the pipe brings until that is None."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent's to handle
    threading.Thread(target=_end_with_parent, args=(scratch,), daemon=True).start()
    os.environ["TMPDIR"] = tempfile.tempdir = scratch  # Blender's too
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Blender reports each sample there
    try:
        maker.prepare()
    except UserError as error:
        pipe.recv()
        pipe.send(error)
        return
    with contextlib.suppress(EOFError, OSError):
        for task in iter(pipe.recv, None):
            begun = time.process_time()
            answer: Result | UserError
            try:
                answer = maker.make(task, output)
                answer.attributes["seconds"] = round(time.process_time() - begun, 2)
            except UserError as error:
                answer = error
            except OSError as error:
                answer = UserError(f"{task.kind} {task.name}: {error}; mend that and run again")
            pipe.send(answer)


def _end_with_parent(scratch: str) -> None:
    """A run that was killed leaves nobody who writes into its output, nor its scratch folder."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(1)


def _record(task: Task, result: Result, output: Path) -> None:
    folder = output / task.folder
    record: dict[str, Any] = {
        "name": task.name,
        "kind": task.kind,
        "identity": f"{task.kind}-{task.name}",
        "split": task.split,
    }
    record |= {"seed": task.seed, "index": task.index, **result.attributes}
    if result.rejected:
        record["rejected"] = result.rejected
    path = folder / (REJECTED if result.rejected else ATTRIBUTES)
    with writing(path):
        folder.mkdir(parents=True, exist_ok=True)
        with open(path, "a") as file:
            file.write(_line(record))


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record) + "\n"


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.partial")
    with writing(path):
        temporary.write_text(text)
        os.replace(temporary, path)
