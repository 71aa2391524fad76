"""What JPEG compression does to a picture: by OpenCV's encoder on a CPU, by the same arithmetic on tensors on a GPU."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ppid.data.augment import doubled, halved


def jpeg(picture: Tensor, quality: np.ndarray) -> Tensor:
    """Compress and decompress, with chroma at half size; in place.

    Args:
        picture: float (B, 3, H, W) in [0, 1], RGB, height and width multiples of 16.
        quality: (B) from 1; pictures of 100 are left alone.
    """
    chosen = np.flatnonzero(quality < 100)
    if picture.device.type == "cpu":
        for index in chosen:
            picture[index] = _encoded(picture[index], float(quality[index]))
    elif len(chosen):
        picture[chosen] = block_artefacts(picture[chosen], quality[chosen])
    return picture


def _encoded(picture: Tensor, quality: float) -> Tensor:
    rgb = (picture * 255).round_().byte().permute(1, 2, 0).contiguous().numpy()
    _, stream = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, round(quality)])
    bgr = cv2.imdecode(stream, cv2.IMREAD_COLOR)
    return torch.from_numpy(bgr).flip(2).permute(2, 0, 1).float().div_(255)


def block_artefacts(picture: Tensor, quality: np.ndarray) -> Tensor:
    """Pictures (B, 3, H, W) after quantisation of the 8x8 cosine transform of luma, and of chroma at half size (ITU-T T.81)."""
    scale = np.where(quality < 50, 50 / quality, 2 - quality / 50) / 255
    ycc = torch.matmul(_YCC.to(picture.device), picture.flatten(2)).view_as(picture)
    luma = _quantised(ycc[:, :1], scale, _LUMA_TABLE)
    chroma = doubled(_quantised(halved(ycc[:, 1:]), scale, _CHROMA_TABLE))
    ycc = torch.cat([luma, chroma], 1).flatten(2)
    return torch.matmul(torch.linalg.inv(_YCC).to(picture.device), ycc).view_as(picture).clamp_(0, 1)


def _quantised(planes: Tensor, scale: np.ndarray, table: np.ndarray) -> Tensor:
    """Planes (B, C, H, W) as their blocks' coefficients give them, rounded to multiples of `scale` (B) times `table`."""
    steps = torch.from_numpy(scale[:, None] * table.reshape(1, 64)).float().to(planes.device)
    steps = steps.repeat_interleave(planes.shape[1], 0)[:, :, None]
    basis = _BASIS.to(planes.device)
    blocks = F.pixel_unshuffle(planes.reshape(-1, 1, *planes.shape[2:]), 8)  # the 64 pixels of a block side by side
    coefficients = torch.matmul(basis, blocks.flatten(2)).div_(steps).round_().mul_(steps)
    return F.pixel_shuffle(torch.matmul(basis.T, coefficients).view_as(blocks), 8).view_as(planes)


_YCC = torch.tensor([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
_k = torch.arange(8.0)
_DCT = torch.cos((2 * _k[None] + 1) * _k[:, None] * torch.pi / 16) * 0.5
_DCT[0] /= 2**0.5
_BASIS = torch.einsum("uy,vx->uvyx", _DCT, _DCT).reshape(64, 64)
# ITU-T T.81, annex K.
_LUMA_TABLE = np.array([
     16,  11,  10,  16,  24,  40,  51,  61,
     12,  12,  14,  19,  26,  58,  60,  55,
     14,  13,  16,  24,  40,  57,  69,  56,
     14,  17,  22,  29,  51,  87,  80,  62,
     18,  22,  37,  56,  68, 109, 103,  77,
     24,  35,  55,  64,  81, 104, 113,  92,
     49,  64,  78,  87, 103, 121, 120, 101,
     72,  92,  95,  98, 112, 100, 103,  99,
], float).reshape(8, 8)  # fmt: skip
_CHROMA_TABLE = np.full((8, 8), 99.0)
_CHROMA_TABLE[:4, :4] = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]
