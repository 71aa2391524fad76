"""What all objectives share: their form, the levels they compare, and the scale on which they compare them."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from ppid.models import Prediction

DEEP_ENCODER = ("encoder8", "encoder16", "encoder32")
"""Levels on which the answer to what is subject is built, from the finest."""

DEEP_DECODER = ("decoder8", "decoder16", "decoder32")
"""Levels that hold the answer, from the finest."""

DEEP = DEEP_ENCODER + DEEP_DECODER
"""Levels that say what is subject."""

SHALLOW = ("encoder4", "decoder4")
"""Levels that say where its edge runs."""


class Objective(nn.Module):
    """A loss between a student's and a teacher's predictions for the same pictures.

    Subclasses take `(student_channels, teacher_channels)`, the features' channels by name as
    `ppid.models.feature_channels` gives them, and own whatever adapters they need.
    """

    def forward(self, student: Prediction, teacher: Prediction, trimap: Tensor) -> Tensor:
        """A scalar.

        Args:
            student: of B pictures, with gradients.
            teacher: of the same pictures, without.
            trimap: float one-hot (B, 3, H, W): background, unknown, foreground.
        """
        raise NotImplementedError


class Levels(nn.Module):
    """Teacher's features on one scale: each channel with mean 0 and variance 1 over the batch, over all processes.

    Raw features differ in size by orders of magnitude between levels and channels; without this the largest would be
    all that a student copies (Heo et al., A Comprehensive Overhaul of Feature Distillation, ICCV 2019,
    https://arxiv.org/abs/1904.01866, discuss where to take and how to scale a teacher's features).
    """

    def __init__(self, names: tuple[str, ...], teacher_channels: dict[str, int]):
        super().__init__()
        self.names = names
        self.scale = nn.ModuleDict({name: nn.BatchNorm2d(teacher_channels[name], affine=False) for name in names})

    def forward(self, teacher: Prediction) -> dict[str, Tensor]:
        """{name: (B, C, h, w)}."""
        return {name: self.scale[name](teacher.features[name].float()) for name in self.names}


class Adapter(nn.Module):
    """A student's level in the teacher's channels, to compare with `Levels`: a convolution, thrown away at export.

    The features of a student of the teacher's own shape are compared as they are, on the same scale, and the convolution is
    a correction that begins at nothing: no basis has to be learnt before such a student can follow.

    Args:
        inputs: channels of what the convolution reads.
        outputs: channels of the teacher's level.
        kernel: side of the convolution.
        alike: whether the student is of the teacher's shape, see `of_one_shape`.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, alike: bool):
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2)
        self.scale = None
        if alike:
            self.scale = nn.BatchNorm2d(outputs, affine=False)
            nn.init.zeros_(self.convolution.weight)
            nn.init.zeros_(self.convolution.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor, own: Tensor) -> Tensor:
        """(B, outputs, h, w) from (B, inputs, h, w) and the student's own level of that size."""
        y: Tensor = self.convolution(x)
        return y if self.scale is None else y + self.scale(own)


def of_one_shape(student_channels: dict[str, int], teacher_channels: dict[str, int]) -> bool:
    """Whether a student has the teacher's own channels at every level, as the same architecture without trimap has."""
    return all(student_channels[name] == teacher_channels[name] for name in DEEP + SHALLOW)


def regions(trimap: Tensor, like: Tensor) -> Tensor:
    """Shares of background, unknown and foreground in each cell of a feature: (B, 3, h, w), adding up to 1."""
    return F.adaptive_avg_pool2d(trimap, (like.shape[-2], like.shape[-1]))


def around_unknown(trimap: Tensor, reach: int) -> Tensor:
    """The unknown region grown by `reach` pixels, as 0 and 1: (B, 1, H, W)."""
    return F.max_pool2d(trimap[:, 1:2], 2 * reach + 1, 1, reach)


def per_picture_mean(values: Tensor, weight: Tensor) -> Tensor:
    """Weighted mean over each picture, then over pictures: a scalar.

    Each picture counts the same however much of it is unknown, so that processes that share a batch can average.

    Args:
        values: (B, C, h, w).
        weight: (B, 1, h, w), at least 0; a picture whose weights are all 0 counts 0.
    """
    summed = (values.mean(1, keepdim=True) * weight).sum((1, 2, 3))
    return (summed / weight.sum((1, 2, 3)).clamp_min(1e-6)).mean()
