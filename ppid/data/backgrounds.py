"""Backgrounds: photographs from folders, and procedural rooms that never repeat."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ppid.data import estimate, layouts
from ppid.data.sample import resize
from ppid.errors import UserError

_SMALLEST_SIDE = 8  # pixels


def load_backgrounds(folders: list[Path], size: int) -> list[Tensor]:
    """Photographs as uint8 (3, h, w) RGB whose shorter side is at most `size`.

    Of a folder with `train/` those for training alone, told from others as foregrounds are.

    Raises:
        UserError: a folder without pictures or a picture that cannot be read.
    """
    pictures = []
    for root in folders:
        if not root.is_dir():
            raise UserError(f"no folder {root}; give --backgrounds a folder of photographs")
        paths = list(layouts.training_pictures(root))
        if not paths:
            raise UserError(f"no pictures ({', '.join(layouts.SUFFIXES)}) below {root}")
        for path in paths:
            rgb = estimate.read_photograph(path)
            if min(rgb.shape[:2]) < _SMALLEST_SIDE:
                raise UserError(
                    f"{path} is {rgb.shape[1]}x{rgb.shape[0]}; backgrounds need at least {_SMALLEST_SIDE} pixels a side:"
                    " remove it"
                )
            scale = min(1.0, size / min(rgb.shape[:2]))
            rgb = np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
            pictures.append(torch.from_numpy(rgb).permute(2, 0, 1).contiguous())
    return pictures


def crop_photographs(pictures: list[Tensor], size: tuple[int, int], rng: np.random.Generator, count: int) -> Tensor:
    """Random crops, float (count, 3, H, W) in [0, 1], mirrored at random, of 40 to 100 % of the shorter side."""
    height, width = size
    crops = []
    for index in rng.integers(len(pictures), size=count):
        picture = pictures[index]
        h, w = picture.shape[1:]
        share = rng.uniform(0.4, 1.0) * min(h / height, w / width)
        ch, cw = max(8, int(height * share)), max(8, int(width * share * rng.uniform(0.8, 1.0)))
        top, left = rng.integers(h - ch + 1), rng.integers(w - cw + 1)
        crop = resize(picture[:, top : top + ch, left : left + cw], size)
        crops.append(crop.flip(2) if rng.random() < 0.5 else crop)
    return torch.stack(crops) if crops else torch.zeros(0, 3, height, width)


class Rooms:
    """A bank of made-up rooms, of which every eighth chunk redraws one.

    Drawing a room costs more than a student's step on it; cut anew, mirrored and in other light it serves several times.
    What the bank holds at a chunk follows from seed and chunk alone, so that a resumed run finds it as it was.
    """

    _SLOTS = 48
    _MARGIN = 1.3  # how much larger than a batch's pictures rooms are

    def __init__(self) -> None:
        self._rooms: dict[tuple[int, int], tuple[tuple[object, ...], Tensor]] = {}  # by slot and side

    def crops(
        self, size: tuple[int, int], count: int, seed: int, number: int, rng: np.random.Generator, device: torch.device
    ) -> Tensor:
        """Random crops, float (count, 3, H, W) in [0, 1], mirrored at random.

        Args:
            size: (H, W).
            count: how many.
            seed: of the run.
            number: of the chunk, from 0.
            rng: where to look for the crops.
            device: of the result.
        """
        height, width = size
        crops = []
        for slot in rng.integers(self._SLOTS, size=count):
            room = self._room(int(slot), size, seed, number, device)
            top, left = rng.integers(room.shape[1] - height + 1), rng.integers(room.shape[2] - width + 1)
            crop = room[:, top : top + height, left : left + width]
            crops.append(crop.flip(2) if rng.random() < 0.5 else crop)
        return torch.stack(crops).float().div_(255) if crops else torch.zeros(0, 3, height, width, device=device)

    def _room(self, slot: int, size: tuple[int, int], seed: int, number: int, device: torch.device) -> Tensor:
        turn = number // 8
        drawn = turn - (turn - slot) % self._SLOTS  # the last turn, up to this one, that redrew the slot
        side = round(max(size) * self._MARGIN)  # square, so that upright pictures are cut from the same rooms
        held, key = (slot, side), (seed, drawn, device)
        if held not in self._rooms or self._rooms[held][0] != key:
            rng = np.random.default_rng((seed, 1, drawn + self._SLOTS))
            self._rooms[held] = key, (procedural((side, side), rng, device) * 255).round().to(torch.uint8)
        return self._rooms[held][1]


def procedural(size: tuple[int, int], rng: np.random.Generator, device: torch.device) -> Tensor:
    """A made-up room, float (3, H, W) in [0, 1]: a wall with light falling off, texture, and flat distractors.

    Rectangles and ellipses with edges, frames and gradients stand for doors, windows, screens, shelves and chairs: what a
    trimap-free student must learn to leave out.
    """
    height, width = size
    # Most walls are nearly grey.
    colour = rng.uniform(0.05, 0.95) + rng.normal(0, 1, 3) * rng.exponential(0.08)
    picture = torch.from_numpy(colour[:, None, None]).float().to(device).expand(3, height, width).clone()
    for cells, strength in ((2, 0.35), (6, 0.15), (24, 0.08), (96, 0.05)):
        noise = rng.standard_normal((3, cells, cells), np.float32)
        if rng.random() < 0.7:
            noise = np.broadcast_to(noise.mean(0, keepdims=True) * np.float32(1.7), noise.shape).copy()
        noise *= np.float32(rng.uniform(0, strength))
        planes = torch.from_numpy(noise).to(device)[
            :, None
        ]  # as pictures of one channel: twice as fast as one of three
        picture += F.interpolate(planes, size, mode="bilinear", align_corners=False)[:, 0]
    ys = torch.linspace(-1, 1, height, device=device)[:, None]
    xs = torch.linspace(-1, 1, width, device=device)[None]
    for _ in range(rng.integers(0, 14)):
        _add_distractor(picture, xs, ys, rng)
    return picture.clamp_(0, 1)


def _add_distractor(picture: Tensor, xs: Tensor, ys: Tensor, rng: np.random.Generator) -> None:
    """Draw one soft-edged rectangle or ellipse, perhaps with a frame or stripes, into (3, H, W) in place."""
    cx, cy = rng.uniform(-1.1, 1.1, 2)
    rx, ry = np.exp(rng.uniform(np.log(0.03), np.log(0.7), 2))
    angle = rng.normal(0, 0.08) if rng.random() < 0.8 else rng.uniform(0, np.pi)
    # Work on the part of the picture that it can touch: most are small.
    reach = (
        np.array([rx * abs(np.cos(angle)) + ry * abs(np.sin(angle)), rx * abs(np.sin(angle)) + ry * abs(np.cos(angle))])
        + 0.1
    )
    columns = slice(
        *((np.array([cx - reach[0], cx + reach[0]]) + 1) / 2 * xs.shape[1]).clip(0, xs.shape[1]).astype(int)
    )
    rows = slice(*((np.array([cy - reach[1], cy + reach[1]]) + 1) / 2 * ys.shape[0]).clip(0, ys.shape[0]).astype(int))
    picture, xs, ys = picture[:, rows, columns], xs[:, columns], ys[rows]
    u = ((xs - cx) * np.cos(angle) + (ys - cy) * np.sin(angle)) / rx
    v = ((ys - cy) * np.cos(angle) - (xs - cx) * np.sin(angle)) / ry
    distance = torch.maximum(u.abs(), v.abs()) if rng.random() < 0.7 else (u * u + v * v).sqrt()
    softness = np.exp(rng.uniform(np.log(40), np.log(300))) * min(rx, ry)
    mask = torch.sigmoid((1 - distance) * softness)
    colour = torch.from_numpy(rng.uniform(0, 1, 3) * rng.uniform(0.2, 1)).float().to(picture.device)[:, None, None]
    shade = colour * (1 + rng.uniform(-0.5, 0.5) * u.clamp(-1, 1) + rng.uniform(-0.5, 0.5) * v.clamp(-1, 1))
    if rng.random() < 0.3:  # stripes: blinds, books, keyboards
        shade = shade * (1 + 0.4 * torch.sin(v * rng.uniform(5, 60)))
    if rng.random() < 0.3:  # a frame around another colour: window, screen, picture
        inner = torch.sigmoid((rng.uniform(0.75, 0.95) - distance) * softness)
        shade = (
            shade * (1 - inner)
            + inner * torch.from_numpy(rng.uniform(0, 1, 3)).float().to(picture.device)[:, None, None]
        )
    picture.mul_(1 - mask).add_(shade.clamp(0, 1) * mask)
