"""`indexnet`: IndexNet matting, the paper's pair of teacher (RGB and trimap) and student (RGB).

Source: Lu et al., Indices Matter: Learning to Index for Deep Image Matting (ICCV 2019,
https://arxiv.org/abs/1908.00672). Wherever the encoder halves the resolution it runs at stride 1 instead and pools by
learned indices; the decoder takes the same indices to unpool, and as skips the features that were pooled.

What differs from the paper, and why:

- The encoder is EfficientNet-Lite0, of the same make and cost as the paper's MobileNetV2, but integer-friendly.
- Pooling comes right after the block that used to halve the resolution, not at the end of its stage, which would more
  than double the encoder's work.
- The decoder has 3x3 convolutions by default (the paper's 5x5: `kernel=5`) and only `detail` channels at stride 1.
- A convolution of joined features is a sum of two convolutions, each with its own batch norm. That is as expressive, but
  needs no Concat, folds into the convolutions at export and has one quantisation range a branch.

The default (the paper's best index networks) has 6.0 GMAC at 512x288 and takes some six times as long to train as `edge`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, NamedTuple, get_args, get_type_hints

from torch import Tensor, nn
from torch.nn import functional as F

from ppid.errors import UserError
from ppid.models.aspp import Aspp
from ppid.models.indexing import IndexKind, IndexNetwork, indexed_pool, indexed_unpool
from ppid.models.lite0 import ConvBn, Lite0
from ppid.models.prediction import Prediction, alpha_head

TrimapInput = Literal["none", "onehot", "single"]
_ASPP_CHANNELS = 128


@dataclass(frozen=True)
class IndexNetConfig:
    """What is varied, most of it in the paper too.

    Attributes:
        trimap: "none" for a student; a teacher reads it as three channels ("onehot": background, unknown, foreground)
            or, as in the paper, as one of 0, 0.5 and 1 ("single").
        index: see `IndexNetwork`, as for the next two.
        nonlinear: index networks with a hidden layer.
        context: index networks that look at 4x4 pixels.
        aspp: pyramid pooling at stride 32 instead of a 1x1 convolution.
        kernel: side of the decoder's convolutions, 3 or 5.
        detail: channels at stride 1.
    """

    trimap: TrimapInput = "none"
    index: IndexKind = "m2o"
    nonlinear: bool = True
    context: bool = True
    aspp: bool = True
    kernel: Literal[3, 5] = 3
    detail: int = 16

    def __post_init__(self) -> None:
        kinds = get_type_hints(type(self))
        for name in (field.name for field in fields(self)):
            choices, value = get_args(kinds[name]), getattr(self, name)
            if choices and value not in choices:
                raise UserError(f"{name}={value!r}: expected one of {', '.join(map(str, choices))}")


class Level(NamedTuple):
    """What the encoder found at one stride: features before pooling, their indices, and features after it."""

    fine: Tensor
    indices: Tensor
    coarse: Tensor


class Stage(nn.Module):
    """Blocks, a pooling by learned indices, more blocks."""

    def __init__(self, before: nn.Module):
        super().__init__()
        self.before = before
        self.after = nn.Sequential()

    def forward(self, x: Tensor, indexer: nn.Module) -> Level:
        fine = self.before(x)
        indices = indexer(fine)
        return Level(fine, indices, self.after(indexed_pool(fine, indices)))


class IndexedLite0(nn.Module):
    """EfficientNet-Lite0 with its five halvings of the resolution done by learned indices.

    Attributes:
        fine: channels that are pooled, by the stride before: {1: 32, 2: 24, 4: 40, 8: 80, 16: 192}.
    """

    def __init__(self) -> None:
        super().__init__()
        lite0 = Lite0()
        # The order of the tensors stays Lite0's: `load_imagenet` relies on it.
        self.stem = next(part for part in lite0.stem if isinstance(part, nn.Conv2d))
        self.stem.stride = (1, 1)
        self.fine: dict[int, int] = {1: self.stem.out_channels}
        stages = [Stage(nn.Sequential(*list(lite0.stem)[1:]))]
        for block in lite0.blocks:
            *_, depthwise, project = (part for part in block.modules() if isinstance(part, nn.Conv2d))
            if depthwise.stride == (2, 2):
                depthwise.stride = (1, 1)
                self.fine[2 ** len(stages)] = project.out_channels
                stages.append(Stage(block))
            else:
                stages[-1].after.append(block)
        self.stages = nn.ModuleList(stages)

    def forward(self, x: Tensor, indexers: nn.ModuleDict, prompt: Tensor | None = None) -> dict[int, Level]:
        """Levels by the stride before pooling.

        Args:
            x: float (B, 3, H, W), RGB in [-1, 1], H and W multiples of 32.
            indexers: the index network of each stride.
            prompt: (B, 32, H, W), added to the stem's convolution.
        """
        x = self.stem(x) if prompt is None else self.stem(x) + prompt
        levels = {}
        for (stride, indexer), stage in zip(indexers.items(), self.stages, strict=True):
            level = levels[int(stride)] = stage(x, indexer)
            x = level.coarse
        return levels

    def load_imagenet(self) -> None:
        """Start from ImageNet weights, see `Lite0.load_imagenet`.

        Raises:
            UserError: their package is not installed.
        """
        lite0 = Lite0()
        lite0.load_imagenet()
        self.load_state_dict(dict(zip(self.state_dict(), lite0.state_dict().values(), strict=True)))


class IndexedUp(nn.Module):
    """Unpool by the encoder's indices and mix with what was pooled there."""

    def __init__(self, inputs: int, outputs: int, kernel: int):
        super().__init__()
        self.deep = ConvBn(inputs, outputs, kernel, activate=False)
        self.skip = ConvBn(inputs, outputs, kernel, activate=False)

    def forward(self, x: Tensor, level: Level) -> Tensor:
        return F.relu6(self.deep(indexed_unpool(x, level.indices)) + self.skip(level.fine))


class IndexNet(nn.Module):
    """RGB and, for a teacher, a trimap in; alpha out. See the module's docstring for the shape of the net."""

    config_type = IndexNetConfig
    stride_multiple = 32
    """Width and height of the input must be multiples of this."""

    def __init__(self, config: IndexNetConfig | None = None):
        super().__init__()
        self.config = config or IndexNetConfig()
        self.encoder = IndexedLite0()
        fine = self.encoder.fine
        # Beside the encoder, not in it: these start from nothing and learn at the decoder's rate.
        self.indexers = nn.ModuleDict(
            {
                str(stride): IndexNetwork(channels, self.config.index, self.config.nonlinear, self.config.context)
                for stride, channels in fine.items()
            }
        )
        if self.takes_trimap:
            # The stem's further input channels. From zero the teacher starts as the pretrained encoder and learns to look.
            inputs = 3 if self.config.trimap == "onehot" else 1
            self.prompt = nn.Conv2d(inputs, fine[1], 3, padding=1, bias=False)
            nn.init.zeros_(self.prompt.weight)
        bottom = Lite0.channels[32]
        self.bottom = Aspp(bottom, _ASPP_CHANNELS, fine[16]) if self.config.aspp else ConvBn(bottom, fine[16], 1)
        # A level leaves as many channels as the next one's indices have maps.
        outputs = {16: fine[8], 8: fine[4], 4: fine[2], 2: fine[1], 1: self.config.detail}
        self.ups = nn.ModuleDict(
            {str(stride): IndexedUp(fine[stride], width, self.config.kernel) for stride, width in outputs.items()}
        )
        self.coarse_head = nn.Conv2d(outputs[16], 1, 1)
        self.head = alpha_head(self.config.detail, 1)

    @property
    def takes_trimap(self) -> bool:
        """Whether this is a teacher."""
        return self.config.trimap != "none"

    def forward(self, image: Tensor, trimap: Tensor | None = None) -> Prediction:
        """Predict alpha.

        Args:
            image: float (B, 3, H, W), RGB in [0, 1], H and W multiples of 32.
            trimap: float (B, 3, H, W), one-hot: background, unknown, foreground; for a teacher only.

        Raises:
            ValueError: a teacher without trimap, or a student with one.
        """
        levels = self.encoder(image * 2 - 1, self.indexers, self._prompt(trimap))
        features = {f"encoder{2 * stride}": level.coarse for stride, level in levels.items()}
        x = features["decoder32"] = self.bottom(features["encoder32"])
        for stride, up in self.ups.items():
            x = features[f"decoder{stride}"] = up(x, levels[int(stride)])
        return Prediction(self.head(x), self.coarse_head(features["decoder16"]), features)

    def _prompt(self, trimap: Tensor | None) -> Tensor | None:
        if (trimap is not None) != self.takes_trimap:
            raise ValueError(
                f"a model with trimap={self.config.trimap!r} was called {'without' if trimap is None else 'with'} one"
            )
        if trimap is None:
            return None
        if self.config.trimap == "single":
            trimap = trimap[:, 1:2] / 2 + trimap[:, 2:3]
        return self.prompt(trimap)
