"""Foregrounds with exact alpha, held in memory as one tensor a level."""

from __future__ import annotations

import os
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import avg_pool2d

from ppid.data import layouts, shards
from ppid.data.estimate import read_rgba as read_rgba
from ppid.data.layouts import Item
from ppid.data.shards import Sample
from ppid.errors import UserError

Subject = Item | Sample  # one foreground on disk: has a name, a kind, a split and `read`
POINTS = 64  # a foreground
_CHUNK = 64  # foregrounds averaged at once: they are float then


@dataclass(frozen=True)
class Facts:
    """What is known of one foreground: a row of each of the arrays of `Foregrounds`."""

    extent: NDArray[np.float64]
    box: NDArray[np.float64]
    cut: NDArray[np.bool_]
    points: NDArray[np.float64]
    has_edge: bool


@dataclass(frozen=True)
class Foregrounds:
    """Pictures with straight (not premultiplied) colour, each centred in a square.

    Attributes:
        levels: uint8 (N, 4, S, S) RGBA at S, S/2, S/4: sampling from the level near the wanted scale avoids aliasing.
        extents: float (N, 2), the (width, height) of the picture inside its square, in [0, 1] of the square's side.
        boxes: float (N, 4), the (left, top, right, bottom) of what is visible, in [-1, 1] of the square.
        cut: bool (N, 4), whether the subject is cut by its picture's (left, top, right, bottom) edge.
        kinds: what each picture shows, e.g. `people` or `glass`.
        names: path of each picture below its root.
        points: float (N, 64, 2), (x, y) in [-1, 1] of the square of half-transparent pixels (2 to 98 %), drawn with
            replacement: where crops around the unknown region may centre. Zero for a foreground without any.
        has_edge: bool (N,), whether there are such pixels.
    """

    levels: tuple[Tensor, ...]
    extents: NDArray[np.float64]
    boxes: NDArray[np.float64]
    cut: NDArray[np.bool_]
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    points: NDArray[np.float64]
    has_edge: NDArray[np.bool_]

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
            self.points[indices],
            self.has_edge[indices],
        )

    def to(self, device: torch.device) -> Foregrounds:
        """The same with its pictures on `device`."""
        return replace(self, levels=tuple(level.to(device) for level in self.levels))


def load_foregrounds(sources: Sequence[Path], size: int, split: str | None = "train") -> Foregrounds:
    """Read every foreground of `sources`.

    Args:
        sources: as of `find_foregrounds`.
        size: side of the square kept in memory, a multiple of 4. A foreground takes 5.25 size² bytes.
        split: as of `find_foregrounds`.

    Raises:
        UserError: no picture found, one that cannot be read, has no alpha or no transparency.
    """
    return read_foregrounds(find_foregrounds(sources, split), size)


def find_foregrounds(sources: Sequence[Path], split: str | None = "train") -> list[Subject]:
    """What there is to read.

    Args:
        sources: folders of RGBA pictures, searched below (the folder that holds a picture names its kind), without
            rendered clips; folders in a known layout (`ppid.data.layouts`); shards, or folders of them.
        split: which part of data sets that have several; None for all.

    Raises:
        UserError: a source without pictures or in no known layout, files without their counterparts, or clips.
    """
    if not sources:
        raise UserError("no foregrounds; pass --foregrounds with folders of RGBA pictures, data sets or shards")
    found: list[Subject] = []
    for source in sources:
        if shards.find(source):
            found += shards.samples(source, split)
        elif source.is_dir() and not any(layouts.pictures(source)):
            raise UserError(f"no RGBA pictures ({', '.join(layouts.RGBA_SUFFIXES)}), data set or shards below {source}")
        else:
            items = layouts.detect(source).items(source, split)
            found += {item.subject: item for item in items}.values()
    return found


def read_foregrounds(subjects: Sequence[Subject], size: int) -> Foregrounds:
    """Decode and fit `subjects` on threads.

    Raises:
        UserError: one cannot be read.
    """
    squares = torch.empty(len(subjects), 4, size, size, dtype=torch.uint8)

    def fill(index: int) -> Facts:
        pixels, facts = fit(subjects[index], size)
        squares[index] = torch.from_numpy(pixels)
        return facts

    facts = list(shards.ahead(fill, range(len(subjects)), os.cpu_count() or 1))
    return collect(levels_of(squares), facts, subjects)


def fit(subject: Subject, size: int) -> tuple[NDArray[np.uint8], Facts]:
    """Read a subject and fit it into a square.

    Returns:
        RGBA uint8 (4, size, size), and what is known of it.

    Raises:
        UserError: it cannot be read.
    """
    square, extent = _fit(subject.read(), size)
    alpha = square[..., 3]
    box = _visible_box(alpha)
    edges = np.concatenate([-extent, extent])
    rows, columns = np.nonzero((alpha > 0.02 * 255) & (alpha < 0.98 * 255))
    points = np.zeros((POINTS, 2))
    if len(rows):
        # By the name, so that a picture's points are the same in any company.
        chosen = np.random.default_rng(zlib.crc32(subject.name.encode())).integers(len(rows), size=POINTS)
        points = (np.stack([columns[chosen], rows[chosen]], 1) + 0.5) / size * 2 - 1
    pixels = np.ascontiguousarray(square.transpose(2, 0, 1))
    return pixels, Facts(extent, box, np.abs(box - edges) < 4 / size, points, len(rows) > 0)


def collect(levels: tuple[Tensor, ...], facts: Sequence[Facts], subjects: Sequence[Subject]) -> Foregrounds:
    """Foregrounds from their pixels and what is known of each."""
    return Foregrounds(
        levels,
        np.stack([each.extent for each in facts]),
        np.stack([each.box for each in facts]),
        np.stack([each.cut for each in facts]),
        tuple(subject.kind for subject in subjects),
        tuple(subject.name for subject in subjects),
        np.stack([each.points for each in facts]),
        np.array([each.has_edge for each in facts]),
    )


def levels_of(squares: Tensor) -> tuple[Tensor, ...]:
    """uint8 (N, 4, S, S) at S, S/2 and S/4."""
    levels = [squares]
    for _ in range(2):
        chunks = [avg_pool2d(chunk.float(), 2).round().to(torch.uint8) for chunk in levels[-1].split(_CHUNK)]
        levels.append(torch.cat(chunks))
    return tuple(levels)


def held_out(kinds: Sequence[str], every: int = 10) -> list[int]:
    """Indices of each `every`-th of a kind."""
    seen: Counter[str] = Counter()
    chosen = []
    for index, kind in enumerate(kinds):
        seen[kind] += 1
        if seen[kind] % every == 0:
            chosen.append(index)
    return chosen


def _fit(rgba: NDArray[np.uint8], size: int) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The picture fitted into a square, and the (width, height) it takes of it."""
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
