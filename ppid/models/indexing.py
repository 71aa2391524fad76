"""Learned indices: which of four pixels is pooled, and which of them is filled on the way up.

Source: Lu et al., Indices Matter: Learning to Index for Deep Image Matting (ICCV 2019,
https://arxiv.org/abs/1908.00672). Max pooling remembers where its winner sat and unpooling puts it back there; here a
small network predicts the places from the features, as numbers between 0 and 1, and learns from the loss.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

IndexKind = Literal["holistic", "o2o", "m2o"]


class IndexNetwork(nn.Module):
    """Predicts indices from features.

    Args:
        channels: of the features.
        kind: "holistic" predicts one map for all channels; the depthwise ones a map for each channel: "o2o"
            (one-to-one) from that channel alone, "m2o" (many-to-one) from all of them.
        nonlinear: a hidden layer twice as wide, with batch norm and ReLU6, instead of one linear map.
        context: look at 4x4 pixels instead of the 2x2 that are pooled.
    """

    def __init__(self, channels: int, kind: IndexKind, nonlinear: bool = True, context: bool = True):
        super().__init__()
        kernel, padding = (4, 1) if context else (2, 0)
        groups = channels if kind == "o2o" else 1
        outputs = 4 if kind == "holistic" else 4 * channels
        if nonlinear:
            self.layers = nn.Sequential(
                nn.Conv2d(channels, 2 * channels, kernel, 2, padding, groups=groups, bias=False),
                nn.BatchNorm2d(2 * channels, eps=1e-3, momentum=0.01),
                nn.ReLU6(inplace=True),
                nn.Conv2d(2 * channels, outputs, 1, groups=groups),
            )
        else:
            self.layers = nn.Sequential(nn.Conv2d(channels, outputs, kernel, 2, padding, groups=groups))

    def forward(self, x: Tensor) -> Tensor:
        """Indices of every pixel.

        Args:
            x: float (B, C, H, W), H and W even.

        Returns:
            (B, C, H, W), or (B, 1, H, W) if holistic; in (0, 1).
        """
        return torch.sigmoid(F.pixel_shuffle(self.layers(x), 2))


def indexed_pool(x: Tensor, indices: Tensor) -> Tensor:
    """The mean of each 2x2 pixels of (B, C, H, W), weighted by the softmax of their indices: (B, C, H/2, W/2).

    The softmax keeps the scale of the features, which pretrained weights count on.
    """
    # Written as a ratio of two means it needs no tensor of five dimensions. Indices are below 1: nothing overflows.
    weights = indices.exp()
    return F.avg_pool2d(x * weights, 2) / F.avg_pool2d(weights, 2)


def indexed_unpool(x: Tensor, indices: Tensor) -> Tensor:
    """Each pixel of (B, C, H, W) goes to 2x2 of them, each times its index of (B, C or 1, 2H, 2W).

    No softmax here: up to four places may want the full value.
    """
    return F.interpolate(x, scale_factor=2.0, mode="nearest") * indices
