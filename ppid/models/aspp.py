"""Atrous spatial pyramid pooling: context of several ranges at once.

Source: Chen et al., Rethinking Atrous Convolution for Semantic Image Segmentation (DeepLabv3, 2017,
https://arxiv.org/abs/1706.05587), with depthwise-separable branches and the rates that IndexNet takes at stride 32.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from ppid.models.lite0 import ConvBn

_RATES = (2, 4, 8)


class Aspp(nn.Module):
    """A 1x1 convolution, three dilated 3x3 ones and the mean of the picture, mixed by a 1x1 convolution.

    The mixing convolution of the joined branches is a sum of one for each, so that no Concat is needed.
    """

    def __init__(self, inputs: int, hidden: int, outputs: int):
        super().__init__()
        branches: list[nn.Module] = [ConvBn(inputs, hidden, 1)]
        for rate in _RATES:
            depthwise = nn.Conv2d(inputs, inputs, 3, padding=rate, dilation=rate, groups=inputs, bias=False)
            norm = nn.BatchNorm2d(inputs, eps=1e-3, momentum=0.01)
            branches.append(nn.Sequential(depthwise, norm, nn.ReLU6(inplace=True), ConvBn(inputs, hidden, 1)))
        self.branches = nn.ModuleList(branches)
        # No batch norm on one value a picture: its statistics over a small batch would be noise.
        self.whole = nn.Sequential(nn.Conv2d(inputs, hidden, 1), nn.ReLU6(inplace=True))
        self.mix = nn.ModuleList(ConvBn(hidden, outputs, 1, activate=False) for _ in branches)
        self.mix_whole = nn.Conv2d(hidden, outputs, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, H, W) → (B, outputs, H, W)."""
        y = self.mix_whole(self.whole(x.mean((2, 3), keepdim=True)))
        for branch, mix in zip(self.branches, self.mix, strict=True):
            y = y + mix(branch(x))
        return F.relu6(y)
