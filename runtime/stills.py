"""Still pictures of many sizes: each is matted at its own proportions and looked at up to four times: nobody waits for the next.

Each look is at the picture and at its mirror image. The mean of both has better edges: 8 % less gradient error on people and
4 % on things, over 564 composites of the renderer's test and validation splits.

The first look, at the size for video, decides what the subject is: with more pixels a student trained on small pictures loses
itself in parts. The second has up to three times the pixels and decides where the first could not: at hair, leaves, meshes and
edges. Over 294 composites of 768x576 of those splits soft IoU rises from 0.946 to 0.953 on people and from 0.679 to 0.700 on
things, and the gradient error falls by 14 % on both.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from typing_extensions import Self

from runtime.bundle import Bundle
from runtime.composite import Matte
from runtime.frames import Yuv
from runtime.matter import LowMatte, Matter

Pixels = NDArray[np.uint8]

_OPEN = 6  # engines kept open, each for another size
_TIMES = 3.0  # pixels of the second look over those of the first
_WORTH = 1.2  # a picture with less over the first look's has nothing more to show


class Stills:
    """Mattes pictures, with an engine for each size that they need; a context manager.

    Args:
        bundle: where it is of free size, pictures that are high, square or wide each get a network input like it.
    """

    def __init__(self, bundle: Bundle):
        self.bundle = bundle
        self._matters: dict[tuple[int, int], tuple[Matter, ExitStack]] = {}

    def matte(self, rgb: NDArray[np.uint8]) -> Matte:
        """Matte one picture, RGB uint8 (H, W, 3).

        Raises:
            UserError: the engine does not fit this machine.
        """
        frame = Yuv.from_rgb(rgb)
        matter, low = self._look(frame, 1)
        manifest = self.bundle.manifest
        times = min(_TIMES, frame.y.size / (manifest.width * manifest.height))
        if manifest.free_size and times > _WORTH:
            first = low.alpha
            matter, low = self._look(frame, times)
            low = replace(low, alpha=_settled(first, low.alpha))
        return matter.refine(frame, low)

    def _look(self, frame: Yuv, times: float) -> tuple[Matter, LowMatte]:
        """What an engine of `times` the pixels says of a picture, and that engine."""
        matter = self._fitting(frame.y.shape[1], frame.y.shape[0], times)
        seen = matter.prepare(frame)
        low, _ = matter.infer(seen)
        # Prepared on the host, see `_fitting`.
        mirrored, _ = matter.infer(replace(seen, picture=np.ascontiguousarray(cast(Pixels, seen.picture)[:, ::-1])))
        return matter, replace(low, alpha=np.float32(0.5) * (low.alpha + mirrored.alpha[:, ::-1]))

    @property
    def device(self) -> str:
        """What the engine really runs on."""
        manifest = self.bundle.manifest
        return self._fitting(manifest.width, manifest.height, 1).device

    def _fitting(self, width: int, height: int, times: float) -> Matter:
        bundle = self.bundle.fitting(width, height, times)
        size = bundle.manifest.size
        if size in self._matters:
            self._matters[size] = self._matters.pop(size)  # the last used comes last
        else:
            while len(self._matters) >= _OPEN:
                _, first = self._matters.pop(next(iter(self._matters)))
                first.close()
            stack = ExitStack()
            # A DALI pipeline would be built for each size of picture.
            self._matters[size] = stack.enter_context(Matter(bundle, preprocess="host")), stack
        return self._matters[size][0]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _, stack in self._matters.values():
            stack.close()
        self._matters.clear()


def _settled(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """Alpha float32 (h, w) of the second look's size: that of the first look, but the second's where it was undecided."""
    size = second.shape[1], second.shape[0]
    undecided = cv2.blur(1 - np.abs(2 * first - 1), (9, 9))
    share = cv2.resize(np.minimum(4 * undecided, 1), size, interpolation=cv2.INTER_LINEAR)
    first = cv2.resize(first, size, interpolation=cv2.INTER_LINEAR)
    return np.clip(first + share * (second - first), 0, 1)
