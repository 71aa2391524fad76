"""Files that are whole or not there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ppid.errors import UserError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary name beside `path` to write to: it becomes `path` when the block ends well, and goes when it does not.

    Raises:
        UserError: an `OSError` in the block, such as a full disk, or the folder does not take the file.
    """
    if not path.name:
        raise UserError(f"{path} is a folder; name a file in it")
    partial = path.with_name(f".{path.name}.partial")
    try:
        yield partial
        os.replace(partial, path)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error}{_room(path.parent)}; make room or name another place") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def write_file(path: Path, content: bytes) -> None:
    """Write a whole file; errors as of `replacing`."""
    with replacing(path) as partial:
        partial.write_bytes(content)


def _room(folder: Path) -> str:
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return ""
    return f" ({free / 1e6:.0f} MB free on the disk of {folder})"
