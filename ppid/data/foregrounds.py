"""Foregrounds with exact alpha, held in memory as one tensor a level."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ppid.errors import UserError

SUFFIXES = (".webp", ".png", ".tif", ".tiff")
_OPAQUE = 0.999  # mean alpha above which a picture has, in effect, no transparency


@dataclass(frozen=True)
class Foregrounds:
    """Pictures with straight (not premultiplied) colour, each centred in a square.

    Attributes:
        levels: uint8 (N, 4, S, S) RGBA at S, S/2, S/4: sampling from the level near the wanted scale avoids aliasing.
        extents: float (N, 2), the (width, height) of the picture inside its square, in [0, 1] of the square's side.
        boxes: float (N, 4), the (left, top, right, bottom) of what is visible, in [-1, 1] of the square.
        cut: bool (N, 4), whether the subject is cut by its picture's (left, top, right, bottom) edge.
        kinds: the folder name of each picture, e.g. `people` or `glass`.
        names: path of each picture below its root.
    """

    levels: tuple[Tensor, ...]
    extents: NDArray[np.float64]
    boxes: NDArray[np.float64]
    cut: NDArray[np.bool_]
    kinds: tuple[str, ...]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)

    def subset(self, indices: list[int]) -> Foregrounds:
        """The chosen pictures."""
        return Foregrounds(
            tuple(level[indices] for level in self.levels),
            self.extents[indices],
            self.boxes[indices],
            self.cut[indices],
            tuple(self.kinds[i] for i in indices),
            tuple(self.names[i] for i in indices),
        )

    def to(self, device: torch.device) -> Foregrounds:
        """The same with its pictures on `device`."""
        return Foregrounds(
            tuple(level.to(device) for level in self.levels), self.extents, self.boxes, self.cut, self.kinds, self.names
        )

    def split(self, every: int = 10) -> tuple[Foregrounds, Foregrounds]:
        """(training, validation): each `every`-th picture of a kind is held out."""
        seen: dict[str, int] = {}
        held_out = []
        for index, kind in enumerate(self.kinds):
            seen[kind] = seen.get(kind, -1) + 1
            if seen[kind] % every == every - 1:
                held_out.append(index)
        chosen = set(held_out)
        return self.subset([i for i in range(len(self)) if i not in chosen]), self.subset(held_out)


def load_foregrounds(folders: list[Path], size: int) -> Foregrounds:
    """Read every RGBA picture below `folders`.

    Args:
        folders: roots; the folder that holds a picture names its kind.
        size: side of the square kept in memory, a multiple of 4.

    Raises:
        UserError: no picture found, one that cannot be read, has no alpha channel or no transparency.
    """
    paths = [(root, path) for root in folders for path in sorted(root.rglob("*")) if path.suffix.lower() in SUFFIXES]
    if not paths:
        raise UserError(
            f"no RGBA pictures ({', '.join(SUFFIXES)}) below {', '.join(map(str, folders)) or 'nothing: pass --foregrounds'}"
        )
    with ThreadPoolExecutor() as pool:
        loaded = list(pool.map(lambda item: _load(item[1], size), paths))
    squares = torch.from_numpy(np.stack([square for square, _ in loaded])).permute(0, 3, 1, 2).contiguous()
    levels = [squares]
    for _ in range(2):
        levels.append(torch.nn.functional.avg_pool2d(levels[-1].float(), 2).round().to(torch.uint8))
    alpha = squares[:, 3].numpy()
    extents = np.stack([extent for _, extent in loaded])
    boxes = np.stack([_visible_box(a) for a in alpha])
    edges = np.stack([-extents[:, 0], -extents[:, 1], extents[:, 0], extents[:, 1]], 1)
    return Foregrounds(
        tuple(levels),
        extents,
        boxes,
        np.abs(boxes - edges) < 4 / size,
        tuple(path.parent.name for _, path in paths),
        tuple(str(path.relative_to(root)) for root, path in paths),
    )


def read_rgba(path: Path) -> NDArray[np.uint8]:
    """RGBA uint8 (H, W, 4).

    Raises:
        UserError: not readable, no alpha channel, or nothing transparent in it.
    """
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if picture is None:
        raise UserError(f"{path} is not a readable picture; remove it or write it again")
    if picture.ndim != 3 or picture.shape[2] != 4:
        raise UserError(
            f"{path} has no alpha channel; a foreground needs RGBA (for image + alpha pairs merge them first)"
        )
    if picture.dtype == np.uint16:
        picture = (picture // 257).astype(np.uint8)
    if picture[..., 3].mean() > 255 * _OPAQUE:
        raise UserError(f"{path} has an alpha channel without transparency; a foreground must be cut out")
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGRA2RGBA))


def _load(path: Path, size: int) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The picture fitted into a square, and the (width, height) it takes of it."""
    rgba = read_rgba(path)
    height, width = rgba.shape[:2]
    scale = size / max(height, width)
    fitted = (max(1, round(width * scale)), max(1, round(height * scale)))
    rgba = cv2.resize(rgba, fitted, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    left, top = (size - fitted[0]) // 2, (size - fitted[1]) // 2
    # Colours are repeated outwards and alpha is zero there: interpolation at the border then mixes no black in.
    square = cv2.copyMakeBorder(rgba, top, size - fitted[1] - top, left, size - fitted[0] - left, cv2.BORDER_REPLICATE)
    square[:top, :, 3] = square[top + fitted[1] :, :, 3] = 0
    square[:, :left, 3] = square[:, left + fitted[0] :, 3] = 0
    return square, np.array(fitted) / size


def _visible_box(alpha: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(left, top, right, bottom) of what is more than 4 % opaque, in [-1, 1]; the whole square when nothing is."""
    size = alpha.shape[0]
    columns, rows = np.flatnonzero((alpha > 10).any(0)), np.flatnonzero((alpha > 10).any(1))
    if not len(columns):
        return np.array([-1.0, -1.0, 1.0, 1.0])
    box = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], float)
    return box / size * 2 - 1
