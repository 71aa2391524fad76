"""TensorBoard logs, which a run can do without."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from torch import Tensor
from torch.utils.tensorboard import SummaryWriter
from tqdm import tqdm


class Logs:
    """What cannot be written, for example on a full disk, is reported once; it ends the logs and not the run.

    Args:
        folder: of the logs; None writes none.
    """

    def __init__(self, folder: Path | None):
        self._writer: SummaryWriter | None = None
        if folder is not None:
            with self._optional():
                self._writer = SummaryWriter(str(folder))

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        """Curves' values at a step, by name."""
        for name, value in values.items():
            if self._writer:
                with self._optional():
                    self._writer.add_scalar(name, value, step)

    def image(self, name: str, picture: Tensor, step: int) -> None:
        """A float picture (3, H, W) in [0, 1]."""
        if self._writer:
            with self._optional():
                self._writer.add_image(name, picture, step)

    def close(self) -> None:
        """Write what is left."""
        if self._writer:
            with self._optional():
                self._writer.close()

    @contextmanager
    def _optional(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._writer = None
            tqdm.write(f"warning: cannot write the logs: {error}; training goes on without them", file=sys.stderr)
