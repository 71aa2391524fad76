"""Files that are whole or not there."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from runtime.errors import UserError


def replace_file(path: Path, content: Any) -> None:
    """Write under a temporary name and rename, so that the path never holds half a file.

    Args:
        path: of the file; an existing one is replaced.
        content: bytes, or any object that lends its memory as TensorRT's do.

    Raises:
        UserError: the disk or the folder does not take it.
    """
    if path.is_dir():
        raise UserError(f"{path} is a folder. Give the name of a file.")
    target = path.resolve()  # a link stays one
    partial = _partial(target)
    try:
        if target.exists() and not target.is_file():  # such as /dev/null
            target.write_bytes(content)
            return
        with partial.open("wb") as file:
            file.write(content)
        os.replace(partial, target)
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        with suppress(OSError):
            partial.unlink()


def check_place(path: Path) -> None:
    """Say now, not after the work, that a file cannot be written.

    Raises:
        UserError: it is a folder, or its own folder is missing or does not take it.
    """
    if path.is_dir():
        raise UserError(f"{path} is a folder. Give the name of a file.")
    if not path.parent.exists():
        raise UserError(f"{path}: the folder {path.parent} does not exist. Create it: mkdir -p '{path.parent}'")
    target = path.resolve()
    if target.exists() and not target.is_file():
        return  # such as /dev/null, which is written to and not replaced
    trial = _partial(target)
    try:
        trial.open("wb").close()
        trial.unlink()
    except OSError as error:
        raise _refused(path, error) from error


def same_file(a: Path, b: Path) -> bool:
    """Whether two paths lead to one file, there or not yet."""
    with suppress(OSError):
        return os.path.samefile(a, b)
    return a.resolve() == b.resolve()


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.partial")


def _refused(path: Path, error: OSError) -> UserError:
    return UserError(
        f"{path} cannot be written ({error.strerror}). Check that the folder exists, may be written to and has room, or "
        "name another place."
    )
