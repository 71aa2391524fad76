"""From a frame to its matte: prepare, infer, refine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import cast

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Self

from runtime import bundle as bundles
from runtime.bundle import Bundle
from runtime.composite import Matte
from runtime.frames import Yuv
from runtime.preprocess import DevicePicture, Prepared, TakesDevicePictures, make_preprocessor
from runtime.refine import upsample_alpha
from runtime.runners import State, make_runner, runnable_targets


@dataclass(frozen=True)
class LowMatte:
    """A frame at the network's size.

    Attributes:
        packed: uint8 (h, w, 3) in Y, U, V order.
        alpha: float32 (h, w) in [0, 1].
    """

    packed: NDArray[np.uint8]
    alpha: NDArray[np.float32]


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

    Args:
        bundle: what to run.
        threads: cores that a CPU engine may use; None for all.
        preprocess: `auto`, `dali` or `host`, as for `make_preprocessor`.

    Raises:
        UserError: `preprocess` cannot be had here or for this engine.
    """

    def __init__(self, bundle: Bundle, threads: int | None = None, preprocess: str = "auto"):
        self.bundle = bundle
        self.seconds: dict[str, float] = {}
        self._runner = make_runner(bundle, threads)
        self._preprocessor = make_preprocessor(preprocess, self._runner)

    @property
    def device(self) -> str:
        """What the engine really runs on."""
        return self._runner.device

    @property
    def preprocess(self) -> str:
        """What brings frames to the network's size, and where."""
        return self._preprocessor.name

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
        low, state = self.infer(self.prepare(frame), state)
        return self.refine(frame, low), state

    def prepare(self, frame: Yuv) -> Prepared:
        """The first part of `matte`: what the network will see. May run beside the others on other frames."""
        start = perf_counter()
        prepared = self._preprocessor.prepare(frame)
        self.seconds["prepare"] = perf_counter() - start
        return prepared

    def infer(self, prepared: Prepared, state: State | None = None) -> tuple[LowMatte, State]:
        """The second part: what the network says. Calls must not overlap: the engine is one."""
        start = perf_counter()
        state = self._runner.initial_state() if state is None else state
        if isinstance(prepared.picture, DevicePicture):
            # `make_preprocessor` gives such pictures to such runners only.
            on_gpu = cast(TakesDevicePictures, self._runner)
            alpha, state = on_gpu.infer_device(prepared.picture.pointer, state)
        else:
            alpha, state = self._runner.infer(prepared.picture, state)
        self.seconds["infer"] = perf_counter() - start
        return LowMatte(prepared.packed, alpha.copy()), state

    def refine(self, frame: Yuv, low: LowMatte) -> Matte:
        """The third part: alpha at the frame's size. May run beside the next frame's `infer`."""
        start = perf_counter()
        alpha, tiles = upsample_alpha(low.alpha, np.ascontiguousarray(low.packed[..., 0]), frame.y)
        matte = Matte.of(frame, low.packed, alpha, low.alpha, tiles)
        self.seconds["refine"] = perf_counter() - start
        return matte

    def __enter__(self) -> Self:
        self._runner.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._preprocessor.close()
        self._runner.close()


def open_matter(
    path: str | Path | None = None,
    threads: int | None = None,
    preprocess: str = "auto",
    picture: tuple[int, int] | None = None,
) -> Matter:
    """A matter for the bundle at `path`; by default the engine built last on this machine, else the packaged one.

    Args:
        path: of the bundle.
        threads: cores that a CPU engine may use; None for all.
        preprocess: `host`, `dali`, or `auto`: DALI where the engine runs on a GPU and DALI is installed, else the host.
        picture: (width, height) of what will be matted: an engine of free size, such as the packaged one, then works at
            their proportions.

    Raises:
        UserError: no such bundle, or it is damaged or does not fit this machine, or `preprocess` does not.
    """
    bundle = bundles.default(runnable_targets()) if path is None else bundles.load(Path(path))
    bundle = bundle if picture is None else bundle.fitting(*picture)
    return Matter(bundle, threads, preprocess)
