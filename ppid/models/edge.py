"""`edge`: the deployed trimap-free student.

What is subject is decided by an EfficientNet-Lite0 encoder that sees the picture at half size: its 96-channel stage
would otherwise run at stride 2, and the whole net take 2.5 times as long. Where the edge lies is decided by a few channels
computed from 4x4 patches of the picture at full size, and every stride-4 cell of the decoder writes its 16 logits: nothing
runs at strides 1 and 2, where time goes into memory traffic. In between a decoder of plain 3x3 convolutions, because dense integer
convolutions are what INT8 speeds up. Skips are 1x1 convolutions joined by Add, never Concat (one quantisation range a
branch, and OpenVINO computes signed Q/DQ around Concat wrongly); the 1x1 comes before each upsampling.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional as F

from ppid.errors import UserError
from ppid.models.lite0 import ConvBn, Lite0
from ppid.models.prediction import Prediction, alpha_head

_PATCH = 4  # the finest stride of the decoder


@dataclass(frozen=True)
class EdgeConfig:
    """Widths of the decoder at strides 64, 32, 16, 8 and 4."""

    widths: tuple[int, ...] = (96, 64, 48, 32, 24)

    def __post_init__(self) -> None:
        if len(self.widths) != 5 or min(self.widths) < 1:
            raise UserError(f"widths={self.widths}: expected 5 positive numbers")


class Up(nn.Module):
    """Narrow, upsample by two, add the skips, one 3x3 convolution."""

    def __init__(self, inputs: int, skip: int, outputs: int):
        super().__init__()
        self.narrow = ConvBn(inputs, outputs, 1, activate=False)
        self.skip = ConvBn(skip, outputs, 1, activate=False)
        self.fuse = ConvBn(outputs, outputs, 3)

    def forward(self, x: Tensor, skip: Tensor, detail: Tensor | None = None) -> Tensor:
        x = F.interpolate(self.narrow(x), scale_factor=2.0, mode="bilinear", align_corners=False)
        # A level of odd size was rounded up on the way down: cut the row or column too many.
        x = x[..., : skip.shape[-2], : skip.shape[-1]] + self.skip(skip)
        return self.fuse(F.relu6(x if detail is None else x + detail))


class Edge(nn.Module):
    """RGB in, alpha out. See the module's docstring for the shape of the net."""

    config_type = EdgeConfig
    stride_multiple = 32
    """Width and height of the input must be multiples of this."""

    def __init__(self, config: EdgeConfig | None = None):
        super().__init__()
        self.config = config or EdgeConfig()
        top, *widths = self.config.widths
        # By stride in the full picture, which is twice the stride in the encoder's.
        skips = {2 * stride: channels for stride, channels in Lite0.channels.items()}
        self.encoder = Lite0()
        self.top = nn.Sequential(ConvBn(skips[64], top, 1), ConvBn(top, top, 3), ConvBn(top, top, 3))
        ups, inputs = {}, top
        for stride, outputs in zip((32, 16, 8, 4), widths, strict=True):
            ups[str(stride)] = Up(inputs, skips[stride], outputs)
            inputs = outputs
        self.ups = nn.ModuleDict(ups)
        self.detail = ConvBn(3, inputs, _PATCH, _PATCH, padding=0)
        self.coarse_head = nn.Conv2d(widths[1], 1, 1)
        self.head = alpha_head(inputs, _PATCH * _PATCH)

    def forward(self, image: Tensor) -> Prediction:
        """Predict alpha.

        Args:
            image: float (B, 3, H, W), RGB in [0, 1], H and W multiples of 32.
        """
        image = image * 2 - 1
        half = F.interpolate(image, scale_factor=0.5, mode="bilinear", align_corners=False)  # the mean of 2x2 pixels
        encoded = {2 * stride: x for stride, x in self.encoder(half).items()}
        features = {f"encoder{stride}": x for stride, x in encoded.items()}
        features["detail4"] = detail = self.detail(image)
        x = features["decoder64"] = self.top(encoded[64])
        for stride, up in self.ups.items():
            x = features[f"decoder{stride}"] = up(x, encoded[int(stride)], detail if stride == str(_PATCH) else None)
        return Prediction(F.pixel_shuffle(self.head(x), _PATCH), self.coarse_head(features["decoder16"]), features)
