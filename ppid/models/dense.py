"""`dense`: a trimap-free student of plain 3x3 convolutions, made for INT8.

Depthwise convolutions read as much as they compute, so integers make them little faster; dense ones gain two to three
times. They learn less well, unless trained as a sum of branches that is one convolution after training: RepVGG (Ding et
al., CVPR 2021, https://arxiv.org/abs/2101.03697). `Dense.fused` gives that form, which is what gets exported. Such sums
quantise badly where each branch has a batch norm of its own (Chu et al., AAAI 2024, https://arxiv.org/abs/2212.01593), as here.

Nothing runs at strides 1 and 2: the picture enters as 48 channels at stride 4 (each 4x4 pixels side by side) and leaves
as 16 logits a cell. The encoder goes on to stride 64, to see the whole subject. Activations are ReLU6, not ReLU as in
the paper: a bounded range loses least to INT8. Skips are 1x1 convolutions joined by Add, as in `edge`.

Deployed at 512x288 the default has 0.89 GMAC and 1.8 M parameters.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

from ppid.errors import UserError
from ppid.models.lite0 import ConvBn
from ppid.models.prediction import Prediction, alpha_head

_CELL = 4


@dataclass(frozen=True)
class DenseConfig:
    """Size of the net.

    Attributes:
        widths: of the encoder at strides 4, 8, 16, 32 and 64; multiples of 16 suit the integer units.
        depths: blocks there, the one that halves the resolution counted in.
        decoder: widths of the decoder at strides 32, 16, 8 and 4.
    """

    widths: tuple[int, ...] = (48, 64, 96, 160, 192)
    depths: tuple[int, ...] = (1, 2, 4, 3, 2)
    decoder: tuple[int, ...] = (96, 64, 48, 32)

    def __post_init__(self) -> None:
        for name, length in (("widths", 5), ("depths", 5), ("decoder", 4)):
            value = getattr(self, name)
            if len(value) != length or min(value) < 1:
                raise UserError(f"{name}={value}: expected {length} positive numbers")


class RepConv(nn.Module):
    """A 3x3 and a 1x1 convolution and, where shapes allow, the input itself, each with batch norm, summed; ReLU6."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1):
        super().__init__()
        self.wide = ConvBn(inputs, outputs, 3, stride, activate=False)
        self.point = ConvBn(inputs, outputs, 1, stride, activate=False)
        same = stride == 1 and inputs == outputs
        self.identity = nn.BatchNorm2d(inputs, eps=1e-3, momentum=0.01) if same else None

    def forward(self, x: Tensor) -> Tensor:
        y = self.wide(x) + self.point(x)
        return F.relu6(y if self.identity is None else y + self.identity(x))

    @torch.no_grad()
    def fused(self) -> nn.Sequential:
        """The same in evaluation mode, as one 3x3 convolution and ReLU6."""
        fused = _folded(self.wide)
        points = [_folded(self.point)]
        if self.identity is not None:
            channels = self.identity.num_features
            itself = nn.Conv2d(channels, channels, 1, bias=False).eval()
            nn.init.dirac_(itself.weight)
            points.append(fuse_conv_bn_eval(itself, self.identity))
        for point in points:
            fused.weight += F.pad(point.weight, (1, 1, 1, 1))
            fused.bias += point.bias  # type: ignore[operator, assignment]
        return nn.Sequential(fused, nn.ReLU6(inplace=True))


class Up(nn.Module):
    """Narrow, upsample by two, add the skip, one 3x3 block."""

    def __init__(self, inputs: int, skip: int, outputs: int):
        super().__init__()
        self.narrow = ConvBn(inputs, outputs, 1, activate=False)
        self.skip = ConvBn(skip, outputs, 1, activate=False)
        self.fuse = RepConv(outputs, outputs)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        x = F.interpolate(self.narrow(x), scale_factor=2.0, mode="bilinear", align_corners=False)
        # A level of odd size was rounded up on the way down: cut the row or column too many.
        return self.fuse(F.relu6(x[..., : skip.shape[-2], : skip.shape[-1]] + self.skip(skip)))


class Dense(nn.Module):
    """RGB in, alpha out. See the module's docstring for the shape of the net."""

    config_type = DenseConfig
    stride_multiple = 32
    """Width and height of the input must be multiples of this."""

    def __init__(self, config: DenseConfig | None = None):
        super().__init__()
        self.config = config or DenseConfig()
        stages, channels = {}, {}
        inputs, stride = self.config.widths[0], _CELL
        # Quantisation leaves the first convolution in float: as a 1x1 it is 2 % of the work, as a 3x3 it would be 20.
        self.patches = ConvBn(3 * _CELL**2, inputs, 1, activate=False)
        for width, depth in zip(self.config.widths, self.config.depths, strict=True):
            first = RepConv(inputs, width, 1 if stride == _CELL else 2)
            stages[str(stride)] = nn.Sequential(first, *(RepConv(width, width) for _ in range(depth - 1)))
            channels[stride] = inputs = width
            stride *= 2
        self.encoder = nn.ModuleDict(stages)
        ups = {}
        for stride, width in zip((32, 16, 8, 4), self.config.decoder, strict=True):
            ups[str(stride)] = Up(inputs, channels[stride], width)
            inputs = width
        self.ups = nn.ModuleDict(ups)
        self.coarse_head = nn.Conv2d(self.config.decoder[1], 1, 1)
        self.head = alpha_head(inputs, _CELL**2)

    def forward(self, image: Tensor) -> Prediction:
        """Predict alpha.

        Args:
            image: float (B, 3, H, W), RGB in [0, 1], H and W multiples of 32.
        """
        x = self.patches(F.pixel_unshuffle(image * 2 - 1, _CELL))
        features = {}
        for stride, stage in self.encoder.items():
            x = features[f"encoder{stride}"] = stage(x)
        for stride, up in self.ups.items():
            x = features[f"decoder{stride}"] = up(x, features[f"encoder{stride}"])
        logits = F.pixel_shuffle(self.head(x), _CELL)
        return Prediction(logits, self.coarse_head(features["decoder16"]), features)

    def fused(self) -> nn.Module:
        """A copy that computes the same in evaluation mode from plain convolutions; to be exported, not saved."""
        copy = deepcopy(self).eval().requires_grad_(False)
        _fuse_children(copy)
        return copy


def _fuse_children(module: nn.Module) -> None:
    for name, child in module.named_children():
        if isinstance(child, RepConv):
            setattr(module, name, child.fused())
        elif isinstance(child, ConvBn):
            _, _, *activation = child
            setattr(module, name, nn.Sequential(_folded(child), *activation))
        else:
            _fuse_children(child)


def _folded(layer: ConvBn) -> nn.Conv2d:
    """Convolution and batch norm as one convolution with bias."""
    return fuse_conv_bn_eval(cast(nn.Conv2d, layer[0]), cast(nn.BatchNorm2d, layer[1]))
