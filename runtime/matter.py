"""From a frame to its matte: resize, infer, refine."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Self

from runtime import bundle as bundles
from runtime.bundle import Bundle
from runtime.composite import Matte
from runtime.frames import Yuv
from runtime.refine import upsample_alpha
from runtime.runners import State, make_runner, runnable_targets


class Matter:
    """Mattes frames of any size with one engine; a context manager.

        with runtime.open() as matter:
            alpha, state = matter(frame)
            alpha, state = matter(next_frame, state)

    The state belongs to one stream: hand back what the last call returned, and None at the start of another stream or
    when the size changes.

    Attributes:
        bundle: the engine's bundle.
        seconds: duration of the last frame's `prepare`, `infer` and `refine`.
    """

    def __init__(self, bundle: Bundle):
        self.bundle = bundle
        self.seconds: dict[str, float] = {}
        self._runner = make_runner(bundle)

    @property
    def device(self) -> str:
        """What the engine really runs on."""
        return self._runner.device

    def __call__(self, frame: NDArray[np.uint8], state: State | None = None) -> tuple[NDArray[np.uint8], State]:
        """Matte one RGB picture.

        Args:
            frame: RGB uint8 (H, W, 3).
            state: from the stream's frame before, or None.

        Returns:
            Alpha uint8 (H, W) and the state for the next frame.
        """
        if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8:
            raise ValueError(f"expected an RGB uint8 picture (H, W, 3), got {frame.dtype} {frame.shape}")
        matte, state = self.matte(Yuv.from_rgb(frame), state)
        return matte.alpha, state

    def matte(self, frame: Yuv, state: State | None = None) -> tuple[Matte, State]:
        """As calling it, for planes as decoders give them, and with what compositing needs besides alpha."""
        start = perf_counter()
        packed = frame.resized(self.bundle.manifest.size)
        picture = frame.colour.to_rgb(packed)
        prepared = perf_counter()
        low, state = self._runner.infer(picture, self._runner.initial_state() if state is None else state)
        inferred = perf_counter()
        alpha, tiles = upsample_alpha(low, np.ascontiguousarray(packed[..., 0]), frame.y)
        matte = Matte.of(frame, packed, alpha, low.copy(), tiles)
        self.seconds = {"prepare": prepared - start, "infer": inferred - prepared, "refine": perf_counter() - inferred}
        return matte, state

    def __enter__(self) -> Self:
        self._runner.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.close()


def open_matter(path: str | Path | None = None) -> Matter:
    """A matter for the bundle at `path`; by default the engine built last on this machine, else the packaged one.

    Raises:
        UserError: no such bundle, or it is damaged or does not fit this machine.
    """
    return Matter(bundles.default(runnable_targets()) if path is None else bundles.load(Path(path)))
