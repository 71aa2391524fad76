"""Where frames come from: video files, network streams and cameras, all as iterators of `Frame`."""

from __future__ import annotations

import os
import re

from runtime.sources.base import Source, SourceInfo
from runtime.sources.camera import CameraSource
from runtime.sources.video import VideoSource

__all__ = ["CameraSource", "Source", "SourceInfo", "VideoSource", "open_source"]


def open_source(text: str) -> Source:
    """Open what a person typed.

    Args:
        text: a path, a URL, a camera's number ("0") or its device ("/dev/video0").

    Raises:
        UserError: it cannot be read; the message says what was found instead and what to do.
    """
    camera = re.fullmatch(r"(?:/dev/video)?(\d{1,4})", text)
    if camera and not os.path.isfile(text):
        return CameraSource(int(camera[1]))
    return VideoSource(text)
