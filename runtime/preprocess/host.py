"""Preprocessing on the CPU with OpenCV."""

from __future__ import annotations

from runtime.frames import Yuv
from runtime.preprocess.base import Prepared, Preprocessor


class HostPreprocessor(Preprocessor):
    """Resizes the planes, then turns the small picture into RGB: the definition that other backends are held against."""

    name = "OpenCV on the CPU"

    def _prepare(self, frame: Yuv) -> Prepared:
        packed = frame.resized(self.size)
        return Prepared(packed, frame.colour.to_rgb(packed))

    def close(self) -> None:
        pass
