"""Photographs with alpha shown as they are: subjects where they stood, in the light and among the things that were there.

A composite never has the contact, the shadows and the clutter of a photograph. Where alpha is a machine's (`ppid.label`), a third
picture says where it may be believed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ppid.data import estimate, layouts, shards
from ppid.data.sample import resize
from ppid.errors import UserError

_SMALLEST = 0.55  # side of a crop, as a share of the largest of its proportions
_STRETCH = 1.2


@dataclass(frozen=True)
class Scenes:
    """Photographs in memory.

    Attributes:
        pictures: uint8 (5, h, w) each: RGB, alpha, and 255 where alpha may be believed.
        kinds: what each shows, e.g. `people`.
    """

    pictures: list[Tensor]
    kinds: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.pictures)

    def to(self, device: torch.device) -> Scenes:
        """The same with its pictures on `device`."""
        return Scenes([picture.to(device) for picture in self.pictures], self.kinds)

    def crops(self, indices: Sequence[int], size: tuple[int, int], rng: np.random.Generator) -> Tensor:
        """A part of each of the chosen, somewhat stretched and mirrored at random; float (N, 5, H, W) in [0, 1].

        What is believed in part is not believed at all.
        """
        height, width = size
        crops = []
        for index in indices:
            picture = self.pictures[index]
            h, w = picture.shape[1:]
            stretch = _STRETCH ** rng.uniform(-1, 1)
            scale = min(h / height, w / (width * stretch)) * rng.uniform(_SMALLEST, 1)
            ch, cw = max(1, round(height * scale)), max(1, round(width * stretch * scale))
            top, left = rng.integers(h - ch + 1), rng.integers(w - cw + 1)
            crop = resize(picture[:, top : top + ch, left : left + cw], size)
            crops.append(crop.flip(2) if rng.random() < 0.5 else crop)
        result = torch.stack(crops)
        result[:, 4] = (result[:, 4] > 0.99).float()
        return result


def load_scenes(sources: Sequence[Path], size: int) -> Scenes:
    """Read the photographs for training of data sets that have them.

    Args:
        sources: folders in a known layout with photographs and alphas.
        size: the shorter side in memory, at most.

    Raises:
        UserError: cut-outs or shards instead, no photographs, or one that cannot be read.
    """
    items = []
    for source in sources:
        if shards.find(source):
            raise UserError(f"{source} holds shards, which have cut-outs only; give --scenes the data set itself")
        layout = layouts.detect(source)
        items += layout.items(source, "train")
    paths = []
    for item in items:
        if not item.image or not item.alpha:
            raise UserError(
                f"{item.name} is a cut-out, but --scenes shows photographs as they are: give folders with image/ and alpha/,"
                " and cut-outs to --foregrounds"
            )
        paths.append((item.image, item.alpha, item.sure))
    pictures = list(shards.ahead(lambda index: _read(*paths[index], size), range(len(paths)), os.cpu_count() or 1))
    return Scenes([torch.from_numpy(picture) for picture in pictures], tuple(item.kind for item in items))


def _read(image: Path, alpha: Path, sure: Path | None, size: int) -> NDArray[np.uint8]:
    """uint8 (5, h, w)."""
    colours = estimate.read_colour(image)
    planes = [colours]
    for path in (alpha, sure):
        plane = np.full(colours.shape[:2], 255, np.uint8) if path is None else estimate.read_grey(path)
        if path is not None and plane.shape != colours.shape[:2]:
            raise layouts.size_error(path, plane, image, colours)
        planes.append(plane)
    longest = round(size * max(colours.shape[:2]) / min(colours.shape[:2]))
    return np.ascontiguousarray(np.dstack([estimate.shrunk(plane, longest) for plane in planes]).transpose(2, 0, 1))
