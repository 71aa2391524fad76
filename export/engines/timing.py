"""TensorRT's timing cache on disk: kernels that were measured once are not measured again by the next build.

Not run on a GPU yet. TensorRT-RTX measures nothing when it builds and has the same calls without effect.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runtime.errors import UserError
from runtime.files import replace_file

_HEADER = "ppid: timing cache of TensorRT "


def attach(config: Any, path: Path, version: str) -> None:
    """Give a builder's config the measurements in `path`, or none where they do not fit this version or GPU, and say so."""
    known = _read(path, version)
    cache = config.create_timing_cache(known)
    if known and (cache is None or not config.set_timing_cache(cache, False)):
        print(f"{path} was measured on another GPU or driver: ignored, this build takes longer and replaces it")
        known = b""
    if not known:
        config.set_timing_cache(config.create_timing_cache(b""), False)


def save(config: Any, path: Path, version: str) -> None:
    """Keep what the config's build has measured, or say why it is not kept: the engine is worth more."""
    header = f"{_HEADER}{version}\n".encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, header + bytes(memoryview(config.get_timing_cache().serialize())))
    except (UserError, OSError) as error:
        print(f"what this build has measured is not kept: {error}")


def _read(path: Path, version: str) -> bytes:
    """What a build of the same TensorRT has kept; nothing if there is none, with a message if it is another's."""
    try:
        header, _, content = path.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise UserError(f"--timing-cache {path} cannot be read ({error.strerror}); name another file") from error
    if header != f"{_HEADER}{version}".encode():
        print(f"{path} is not of TensorRT {version}: ignored, this build takes longer and replaces it")
        return b""
    return content
