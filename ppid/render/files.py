"""Writes below the output that fail say what to do."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from ppid.errors import UserError


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Whatever is done inside writes `path`.

    Raises:
        UserError: instead of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise UserError(
            f"cannot write {path}: {error.strerror or error}; free space there or give another --output, and run again"
        ) from error
