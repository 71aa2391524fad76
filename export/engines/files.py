"""Files that are whole or not there."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from runtime.errors import UserError


def replace_file(path: Path, content: Any) -> None:
    """Write under a temporary name and rename.

    Args:
        path: of the file; its folder is made if need be.
        content: bytes, or any object that lends its memory as TensorRT's do.

    Raises:
        UserError: the disk or the folder does not take it.
    """
    partial = path.with_name(f".{path.name}.partial.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(content)
        os.replace(partial, path)
    except OSError as error:
        raise UserError(f"{path} cannot be written ({error.strerror}); make room or name another folder") from error
    finally:
        with suppress(OSError):
            partial.unlink()
