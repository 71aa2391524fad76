"""Folders that are whole or not there, the counterpart of `runtime.files`.

No system that we run on exchanges two folders in one portable step, so a replacement is two renames. A kill between them
leaves the old folder under its temporary name, where whoever comes next finds it and puts it back; a lock that ends with its
process tells a kill from a replacement that is under way.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_OLD = ".old"


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """An empty folder to fill; at the end of the block it becomes `path` and what was there is removed.

    One process at a time: others wait. An exception in the block leaves `path` as it was. What killed ones have left is
    put back or removed.

    Raises:
        OSError: the place does not take it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path):
        _put_back(path)
        partial = path.with_name(f".{path.name}.partial")
        for stale in (_old(path), partial):
            shutil.rmtree(stale, ignore_errors=True)
        partial.mkdir()
        try:
            yield partial
            if path.exists():
                path.rename(_old(path))
            partial.rename(path)
        finally:
            _put_back(path)
            shutil.rmtree(partial, ignore_errors=True)
            shutil.rmtree(_old(path), ignore_errors=True)


def recover(path: Path) -> None:
    """Put back a folder whose replacement was killed; wait for the end of one that is under way.

    Raises:
        OSError: the place does not take it.
    """
    if not path.exists() and _old(path).exists():
        with _locked(path):
            _put_back(path)


def recover_all(parent: Path) -> None:
    """`recover` for all folders in `parent`, where it may be written to."""
    for old in parent.glob(f".*{_OLD}"):
        with suppress(OSError):
            recover(old.with_name(old.name[1 : -len(_OLD)]))


def _old(path: Path) -> Path:
    return path.with_name(f".{path.name}{_OLD}")


def _put_back(path: Path) -> None:
    if not path.exists() and _old(path).exists():
        _old(path).rename(path)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of a folder. Its file is beside the folder and gone afterwards."""
    file = path.with_name(f".{path.name}.lock")
    while True:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _wait(descriptor)
            if os.path.samestat(os.fstat(descriptor), os.stat(file)):
                break
        except FileNotFoundError:
            pass  # whoever held it has removed it: others lock another file by now
        except OSError:
            os.close(descriptor)
            raise
        os.close(descriptor)
    try:
        yield
    finally:
        with suppress(OSError):  # Windows keeps a file that is open
            file.unlink()
        os.close(descriptor)


def _wait(descriptor: int) -> None:
    """Until the lock is free; the system frees it when its process ends, however that happens."""
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)  # gives up with an OSError after ten seconds
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
