"""What every preprocessing backend takes and gives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from runtime.frames import Yuv
from runtime.runners import State


@dataclass(frozen=True)
class DevicePicture:
    """RGB uint8 (h, w, 3), C-contiguous, in a GPU's memory and written to its end: usable on any stream.

    Attributes:
        pointer: device address of the first byte.
        owner: what keeps the memory: hold the picture until nothing on the device reads it any more. DALI's is a
            `TensorGPU`, which speaks DLPack and `__cuda_array_interface__`.
    """

    pointer: int
    owner: Any


@dataclass(frozen=True)
class Prepared:
    """A frame as a network sees it.

    Attributes:
        packed: Y'CbCr uint8 (h, w, 3) of the network's size, on the host: refinement and compositing need it there.
        picture: RGB of the same, uint8 (h, w, 3) on the host or on a GPU.
    """

    packed: NDArray[np.uint8]
    picture: NDArray[np.uint8] | DevicePicture


@runtime_checkable
class TakesDevicePictures(Protocol):
    """A runner whose engine reads its input where it lies on the GPU."""

    def infer_device(self, pointer: int, state: State) -> tuple[NDArray[np.float32], State]:
        """As `Runner.infer`, for RGB uint8 (height, width, 3) at a device address."""
        ...


class Preprocessor(ABC):
    """Makes the input of one network.

    Attributes:
        name: what does the work and where, in words.

    Args:
        size: (width, height) of the network's input.
    """

    name: str

    def __init__(self, size: tuple[int, int]):
        self.size = size

    def prepare(self, frame: Yuv) -> Prepared:
        """Bring a frame of any size to the network's; the result belongs to this very frame.

        Raises:
            ValueError: the planes are not uint8 or do not belong together.
        """
        planes = (frame.y, frame.u, frame.v)
        height, width = frame.y.shape if frame.y.ndim == 2 else (0, 0)
        half = (-(-height // 2), -(-width // 2))
        if 0 in half or any(plane.dtype != np.uint8 for plane in planes) or not frame.u.shape == frame.v.shape == half:
            found = ", ".join(f"{plane.dtype} {plane.shape}" for plane in planes)
            raise ValueError(f"expected uint8 planes (H, W) and twice (ceil(H/2), ceil(W/2)), got {found}")
        return self._prepare(frame)

    @abstractmethod
    def _prepare(self, frame: Yuv) -> Prepared:
        """`prepare` of checked planes."""

    @abstractmethod
    def close(self) -> None:
        """Release what was taken; a frame after that takes it again."""
