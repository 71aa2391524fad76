"""Opening a file or URL with FFmpeg, and saying what is wrong with one that does not open."""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

import av
import av.error
from av.stream import Disposition

from runtime.errors import UserError

_URL = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://")
# Demuxers that draw text files as pictures: a text given by mistake must not pass for a video.
_TEXT_DEMUXERS = {"tty", "adf", "bin", "idf", "xbin"}
# Titles in Latin-1 must not keep a file from opening; PyAV bears them by itself since 19.
_LENIENT: dict[str, Any] = {"metadata_errors": "replace"} if int(av.__version__.split(".")[0]) < 19 else {}


def scheme_of(text: str) -> str | None:
    """`rtsp` of `rtsp://…`; None for a path."""
    match = _URL.match(text)
    return match[1].lower() if match else None


def local_path(text: str) -> str:
    """The path of a `file://` URL, whose special characters may be written as %20; any other text as it is."""
    if scheme_of(text) != "file":
        return text
    path = text[len("file://") :]
    return path if os.path.exists(path) else unquote(path)


def without_password(url: str) -> str:
    """The URL as it may be shown."""
    return re.sub(r"(://[^/@:]*):(?:[^/]*@|(?!\d+(?:/|$)).*@)", r"\1:***@", url)


def open_file(path: str) -> av.container.InputContainer:
    """Open a path that must be a readable video; `UserError` with the likely cause otherwise."""
    if not path:
        raise UserError("no input given. Expected a video file, a URL or a camera number.")
    if os.path.isdir(path):
        raise UserError(f"{path} is a folder. Expected one video file; name one that is in it.")
    if not os.path.exists(path):
        raise UserError(
            f"{path}: no such file. Expected a video file, a URL such as rtsp://host/stream or a camera number; "
            f"check the spelling (paths start from {os.getcwd()})."
        )
    if os.path.isfile(path) and os.path.getsize(path) == 0:
        raise UserError(f"{path} is empty (0 bytes). Expected a video; copy or record it again.")
    try:
        # The prefix keeps FFmpeg from taking a colon in the name for a protocol.
        container = av.open(f"file:{path}", "r", **_LENIENT)
    except PermissionError as error:
        raise UserError(
            f"{path} may not be read by this user. Change its permissions (chmod +r) or copy it."
        ) from error
    except (av.error.FFmpegError, OSError) as error:
        raise UserError(f"{path}: {_not_a_video(path, error)}") from error
    if container.format.name in _TEXT_DEMUXERS:
        container.close()
        raise UserError(f"{path}: {_not_a_video(path, None)}")
    return container


def _not_a_video(path: str, error: BaseException | None) -> str:
    with suppress(OSError), open(path, "rb") as file:
        head = file.read(4096)
        if head[4:8] == b"ftyp":
            return (
                "an MP4 or MOV without its index (moov): the copy or the recording was cut off. "
                "Copy or record it again; a tool such as untrunc may mend it."
            )
        if not re.search(rb"[\x00-\x08\x0e-\x1a]", head):
            return "this is text, not video. Expected a video such as MP4, MKV, WebM, MOV or AVI."
    if isinstance(error, EOFError):
        return "it ends before its first picture: the copy or the recording was cut off. Copy or record it again."
    reason = f" ({reason_of(error)})" if error else ""
    return f"not a video that can be read{reason}. Expected a video such as MP4, MKV, WebM, MOV or AVI."


def open_url(url: str, scheme: str, open_timeout: float, read_timeout: float) -> av.container.InputContainer:
    """Open a stream, time-outs in seconds; `UserError` when nothing answers or it is no video."""
    # UDP loses packets wherever Wi-Fi or a router is busy, and a lost packet smears a second of pictures.
    options = {"rtsp_transport": "tcp"} if scheme in {"rtsp", "rtsps"} else {}
    name = without_password(url)
    began = time.monotonic()
    try:
        return av.open(url, "r", options=options, timeout=(open_timeout, read_timeout), **_LENIENT)
    except av.error.ProtocolNotFoundError as error:
        raise UserError(
            f"{name}: this build cannot read {scheme}:// URLs. Use a file, or a URL with rtsp, rtmp, http(s) or udp."
        ) from error
    except ConnectionRefusedError as error:
        raise UserError(
            f"{name}: the connection was refused: no server listens there. Check the address and the port, and that "
            "the sender is running."
        ) from error
    except (av.error.HTTPUnauthorizedError, av.error.HTTPForbiddenError) as error:
        raise UserError(
            f"{name}: the server refuses access. Give user and password as {scheme}://user:password@host/…"
        ) from error
    except av.error.HTTPNotFoundError as error:
        raise UserError(
            f"{name}: the server has no such stream (404). Check the path after the host's name."
        ) from error
    except (av.error.FFmpegError, OSError) as error:
        # Some protocols report a timeout as bad data.
        if isinstance(error, (av.error.ExitError, TimeoutError)) or time.monotonic() - began >= open_timeout:
            raise UserError(
                f"{name}: nothing came within {open_timeout:g} seconds. Expected a video stream; check the address, "
                "the port and that the sender is running."
            ) from error
        raise UserError(
            f"{name}: cannot be opened ({reason_of(error)}). Expected a video stream; check the host's name, the path "
            "and the network."
        ) from error


def video_stream(container: av.container.InputContainer, name: str) -> av.VideoStream:
    """The container's main video; cover pictures of music do not count."""
    stream = container.streams.best("video")
    if not isinstance(stream, av.VideoStream) or stream.disposition & Disposition.attached_pic:
        kinds = sorted({other.type for other in container.streams if other is not stream})
        found = f"only {' and '.join(kinds)}" if kinds else "nothing that plays"
        raise UserError(f"{name}: no video in it, {found}. Expected a file or stream with pictures.")
    if stream.codec_context is None:
        raise UserError(f"{name}: its video codec is unknown here. Convert it to H.264 first.")
    return stream


def reason_of(error: BaseException | None) -> str:
    """An exception's own words, to go on with in a sentence."""
    text = getattr(error, "strerror", None) or str(error)
    return text[:1].lower() + text[1:]
