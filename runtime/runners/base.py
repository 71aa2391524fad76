"""The one protocol that every backend follows."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Self

from runtime.bundle import Bundle
from runtime.errors import UserError

State = tuple[Any, ...]
"""What a model carries from one frame to the next; the backend's own tensors, empty for a frame-wise model."""


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Runner(ABC):
    """Runs the engine of one bundle; a context manager.

    Attributes:
        device: what it really runs on, known once open, e.g. `CPU (2 threads)`.

    Args:
        bundle: what to run.
        threads: cores that a CPU engine may use; None for all that this process has.
    """

    device = "closed"

    def __init__(self, bundle: Bundle, threads: int | None = None):
        self.bundle = bundle
        self.threads = threads or cores()

    @abstractmethod
    def open(self) -> None:
        """Load the engine.

        Raises:
            UserError: the backend is not installed or the engine does not fit it or this machine.
        """

    @abstractmethod
    def _run(self, picture: NDArray[np.uint8], state: State) -> tuple[NDArray[np.float32], State]:
        """One inference on checked input."""

    @abstractmethod
    def close(self) -> None:
        """Release the engine; harmless when it is not open."""

    def initial_state(self) -> State:
        """The state before the first frame of a stream."""
        return ()

    def infer(self, picture: NDArray[np.uint8], state: State) -> tuple[NDArray[np.float32], State]:
        """Matte one picture.

        Args:
            picture: RGB uint8 (height, width, 3) of the engine's size, C-contiguous.
            state: from the frame before, or `initial_state()`.

        Returns:
            Alpha float32 (height, width) in [0, 1], valid until the next call, and the state for the next frame.
        """
        manifest = self.bundle.manifest
        expected = (manifest.height, manifest.width, 3)
        if picture.shape != expected or picture.dtype != np.uint8:
            raise ValueError(f"expected a uint8 picture of shape {expected}, got {picture.dtype} {picture.shape}")
        return self._run(picture, state)

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check_io(self, inputs: dict[str, tuple[str, list[int]]], outputs: dict[str, tuple[str, list[int]]]) -> None:
        """Compare an engine's real inputs and outputs (name → dtype, shape) with the manifest's.

        Raises:
            UserError: they differ.
        """
        manifest = self.bundle.manifest
        wanted_in = {manifest.input["name"]: (manifest.input["dtype"], [1, manifest.height, manifest.width, 3])}
        wanted_out = {manifest.output["name"]: (manifest.output["dtype"], [1, manifest.height, manifest.width])}
        if inputs != wanted_in or outputs != wanted_out:
            raise UserError(
                f"{self.bundle.engine} takes {inputs} and gives {outputs}, but its manifest says {wanted_in} and {wanted_out};"
                f" build it again: {manifest.rebuild}"
            )
