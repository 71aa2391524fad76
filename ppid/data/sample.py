"""Parts of pictures under affine maps and at other sizes.

With OpenCV on a CPU, where torch takes several times as long, and with torch on a GPU; the two differ by rounding.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

_MUCH = 1.6  # times too large, from which on a picture is halved first


def warp(pictures: Sequence[Tensor], thetas: np.ndarray, size: tuple[int, int]) -> Tensor:
    """Sample each picture bilinearly under its map; nothing (0) is outside of it.

    Args:
        pictures: B of them, uint8 (C, h, w), each of its own size.
        thetas: (B, 2, 3), from output to source coordinates, both in [-1, 1] between the outer edges of corner pixels.
        size: (H, W) of the result.

    Returns:
        Float (B, C, H, W) in [0, 1].
    """
    device, channels = pictures[0].device, len(pictures[0])
    if device.type == "cpu":
        warped = np.empty((len(pictures), channels, *size), np.uint8)
        for picture, theta, result in zip(pictures, thetas, warped, strict=True):
            matrix = _in_pixels(theta, picture.shape[1:], size)
            for plane, target in zip(picture.numpy(), result, strict=True):
                flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
                cv2.warpAffine(plane, matrix, size[::-1], target, flags, cv2.BORDER_CONSTANT, 0)
        return torch.from_numpy(warped).float().div_(255)
    sampled = torch.empty(len(pictures), channels, *size, device=device)
    shapes = [tuple(picture.shape) for picture in pictures]
    for shape in set(shapes):  # one call for all of a size
        chosen = [index for index, other in enumerate(shapes) if other == shape]
        grid = affine_grid(torch.from_numpy(thetas[chosen]).float().to(device), size)
        part = torch.stack([pictures[index] for index in chosen]).float()
        sampled[chosen] = F.grid_sample(part, grid, "bilinear", "zeros", align_corners=False)
    return sampled.div_(255).clamp_(0, 1)


def resize(picture: Tensor, size: tuple[int, int]) -> Tensor:
    """A uint8 (C, h, w) picture as float (C, H, W) in [0, 1], averaged where it shrinks much."""
    if picture.device.type == "cpu":
        return torch.from_numpy(np.stack([_resized(plane, size) for plane in picture.numpy()])).float().div_(255)
    result = F.interpolate(picture[None].float(), size, mode="bilinear", align_corners=False, antialias=True)
    return result[0].div_(255).clamp_(0, 1)


def _resized(plane: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Halved while it is much too large, then bilinear: an eighth of the time of averaging over fractions of pixels."""
    while max(plane.shape[0] / size[0], plane.shape[1] / size[1]) > _MUCH and min(plane.shape) > 1:
        half = plane.shape[1] // 2, plane.shape[0] // 2
        plane = cv2.resize(plane[: 2 * half[1], : 2 * half[0]], half, interpolation=cv2.INTER_AREA)
    return cv2.resize(plane, size[::-1], interpolation=cv2.INTER_LINEAR)


def affine_grid(thetas: Tensor, size: tuple[int, int]) -> Tensor:
    """Where to sample, (B, H, W, 2), for (B, 2, 3) maps: torch's own multiplies matrices a pixel, this adds."""
    height, width = size
    xs = (torch.arange(width, device=thetas.device) * 2 + 1) / width - 1
    ys = (torch.arange(height, device=thetas.device) * 2 + 1) / height - 1
    across, down, shift = thetas[:, None, :, 0], thetas[:, None, :, 1], thetas[:, None, :, 2]
    columns = xs[None, :, None] * across + shift  # (B, W, 2)
    rows = ys[None, :, None] * down  # (B, H, 2)
    return rows[:, :, None] + columns[:, None]


def _in_pixels(theta: np.ndarray, source: tuple[int, ...], size: tuple[int, int]) -> np.ndarray:
    """The same map between pixels' indices, (2, 3)."""
    sides = np.array([source[1], source[0]]) / 2  # of a unit, in the source's pixels
    steps = 2 / np.array([size[1], size[0]])  # of a pixel of the result, in units
    first = theta[:, :2] @ (steps / 2 - 1) + theta[:, 2]  # where its first pixel's middle comes from, in units
    return np.column_stack([theta[:, :2] * steps * sides[:, None], (first + 1) * sides - 0.5])
