"""`edge`: the deployed trimap-free student.

What is subject is decided by an EfficientNet-Lite0 encoder that sees the picture at half size: its 96-channel stage
would otherwise run at stride 2, and the whole net take 2.5 times as long. Where the edge lies is decided by a few channels
computed from the picture at full size. In between a decoder of plain 3x3 convolutions, because dense integer
convolutions are what INT8 speeds up. Skips are 1x1 convolutions joined by Add, never Concat (one quantisation range a
branch, and OpenVINO computes signed Q/DQ around Concat wrongly); the 1x1 comes before each upsampling.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ppid.models.lite0 import ConvBn, Lite0


@dataclass(frozen=True)
class EdgeConfig:
    """Widths of the decoder at strides 64, 32, 16, 8, 4 and 2."""

    widths: tuple[int, int, int, int, int, int] = (96, 64, 48, 32, 24, 16)


@dataclass(frozen=True)
class Prediction:
    """What a student returns.

    Attributes:
        logits: (B, 1, H, W); alpha = sigmoid(logits).
        coarse_logits: (B, 1, H/16, W/16), an auxiliary prediction that training supervises; not exported.
        features: encoder and decoder features by name (`encoder4`, `decoder8`, …; the number is the stride), for
            distillation, so that no method reaches into a model's insides.
    """

    logits: Tensor
    coarse_logits: Tensor
    features: dict[str, Tensor]

    @property
    def alpha(self) -> Tensor:
        """(B, 1, H, W) in [0, 1]."""
        return torch.sigmoid(self.logits)


class Up(nn.Module):
    """Narrow, upsample by two, add the skip, one 3x3 convolution."""

    def __init__(self, inputs: int, skip: int, outputs: int):
        super().__init__()
        self.narrow = ConvBn(inputs, outputs, 1, activate=False)
        self.skip = ConvBn(skip, outputs, 1, activate=False)
        self.fuse = ConvBn(outputs, outputs, 3)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        x = F.interpolate(self.narrow(x), scale_factor=2.0, mode="bilinear", align_corners=False)
        # A level of odd size was rounded up on the way down: cut the row or column too many.
        return self.fuse(F.relu6(x[..., : skip.shape[-2], : skip.shape[-1]] + self.skip(skip)))


class Edge(nn.Module):
    """RGB in, alpha out. See the module's docstring for the shape of the net."""

    config_type = EdgeConfig
    stride_multiple = 32
    """Width and height of the input must be multiples of this."""

    def __init__(self, config: EdgeConfig | None = None):
        super().__init__()
        self.config = config or EdgeConfig()
        top, *widths = self.config.widths
        detail = widths[-1]
        # By stride in the full picture, which is twice the stride in the encoder's.
        skips = {2 * stride: channels for stride, channels in Lite0.channels.items()} | {2: detail}
        self.detail = ConvBn(3, detail, 3, 2)
        self.encoder = Lite0()
        self.top = nn.Sequential(ConvBn(skips[64], top, 1), ConvBn(top, top, 3), ConvBn(top, top, 3))
        ups, inputs = {}, top
        for stride, outputs in zip((32, 16, 8, 4, 2), widths, strict=True):
            ups[str(stride)] = Up(inputs, skips[stride], outputs)
            inputs = outputs
        self.ups = nn.ModuleDict(ups)
        self.coarse_head = nn.Conv2d(widths[1], 1, 1)
        # Four logits a stride-2 cell, shuffled to full size: finer than interpolating one, at no cost.
        self.head = nn.Conv2d(inputs, 4, 3, padding=1)

    def forward(self, image: Tensor) -> Prediction:
        """Predict alpha.

        Args:
            image: float (B, 3, H, W), RGB in [0, 1], H and W multiples of 32.
        """
        image = image * 2 - 1
        half = F.interpolate(image, scale_factor=0.5, mode="bilinear", align_corners=False)  # the mean of 2x2 pixels
        encoded = {2 * stride: x for stride, x in self.encoder(half).items()}
        encoded[2] = self.detail(image)
        features = {f"encoder{stride}": x for stride, x in encoded.items()}
        x = features["decoder64"] = self.top(encoded[64])
        for stride, up in self.ups.items():
            x = features[f"decoder{stride}"] = up(x, encoded[int(stride)])
        return Prediction(F.pixel_shuffle(self.head(x), 2), self.coarse_head(features["decoder16"]), features)
