"""AGLD: attention-guided local distillation."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ppid.distill.base import SHALLOW, Adapter, Levels, Objective, around_unknown, of_one_shape, per_picture_mean
from ppid.models import Prediction

_REACH = 4  # pixels by which the unknown region is grown
_TEMPERATURE = 0.5


class AttentionGuidedDetails(Objective):
    """Shallow features and alpha where the edge runs, most where the teacher itself looks hardest.

    Our reading of PPID-IM (https://arxiv.org/abs/2211.14036), of which AGLD is the half for details: inside the grown
    unknown region each place and channel of a feature's error is weighted by the teacher's attention there, its share in
    the mean absolute activation (spatial and channel attention as in Yang et al., Focal and Global Knowledge
    Distillation, CVPR 2022, https://arxiv.org/abs/2111.11837); and the student's alpha and its gradients follow the
    teacher's there.
    """

    def __init__(self, student_channels: dict[str, int], teacher_channels: dict[str, int]):
        super().__init__()
        self.levels = Levels(SHALLOW, teacher_channels)
        alike = of_one_shape(student_channels, teacher_channels)
        self.adapters = nn.ModuleDict(
            {name: Adapter(student_channels[name], teacher_channels[name], 3, alike) for name in SHALLOW}
        )

    def forward(self, student: Prediction, teacher: Prediction, trimap: Tensor) -> Tensor:
        region = around_unknown(trimap, _REACH)
        targets = self.levels(teacher)
        terms = []
        for name, adapter in self.adapters.items():
            features = student.features[name]
            ours, theirs = adapter(features, features), targets[name]
            inside = F.adaptive_max_pool2d(region, theirs.shape[-2:])
            spatial, channel = attention(theirs, inside)
            terms.append(per_picture_mean((ours - theirs).square() * channel, inside * spatial))
        features = torch.stack(terms).mean()
        ours, theirs = student.alpha, teacher.alpha
        values = per_picture_mean((ours - theirs).abs(), region)
        slopes = per_picture_mean((gradients(ours) - gradients(theirs)).abs(), region)
        return features + 2 * values + 2 * slopes


def attention(features: Tensor, inside: Tensor) -> tuple[Tensor, Tensor]:
    """Where and in which channels a teacher looks.

    Args:
        features: (B, C, h, w) of the teacher.
        inside: (B, 1, h, w), 1 where attention is shared out and 0 elsewhere.

    Returns:
        Spatial (B, 1, h, w) and channel (B, C, 1, 1) attention, both with mean 1 (the first over `inside`).
    """
    count = inside.sum((2, 3), keepdim=True).clamp_min(1.0)
    strength = features.abs().mean(1, keepdim=True) / _TEMPERATURE
    strength = strength - (strength * inside).amax((2, 3), keepdim=True)
    spatial = strength.clamp_max(0).exp() * inside
    spatial = spatial / spatial.sum((2, 3), keepdim=True).clamp_min(1e-6) * count
    mean = (features.abs() * inside).sum((2, 3), keepdim=True) / count
    channel = torch.softmax(mean / _TEMPERATURE, 1) * features.shape[1]
    return spatial, channel


def gradients(alpha: Tensor) -> Tensor:
    """Differences across and down by Sobel's operator, (B, 2, H, W), in alpha per pixel."""
    across = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]], device=alpha.device) / 8
    kernel = torch.stack([across, across.T])[:, None].to(alpha.dtype)
    return F.conv2d(F.pad(alpha, (1, 1, 1, 1), "replicate"), kernel)
