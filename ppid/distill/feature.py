"""Plain feature distillation."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ppid.distill.base import DEEP, SHALLOW, Adapter, Levels, Objective, of_one_shape
from ppid.models import Prediction


class PlainFeatures(Objective):
    """Mean squared error between the student's features, through a 1x1 convolution a level, and the teacher's.

    Romero et al., FitNets: Hints for Thin Deep Nets, ICLR 2015 (https://arxiv.org/abs/1412.6550), on all the levels that
    CLSD and AGLD use, every position and channel alike: the baseline that they have to beat.
    """

    def __init__(self, student_channels: dict[str, int], teacher_channels: dict[str, int]):
        super().__init__()
        self.levels = Levels(DEEP + SHALLOW, teacher_channels)
        alike = of_one_shape(student_channels, teacher_channels)
        self.adapters = nn.ModuleDict(
            {name: Adapter(student_channels[name], teacher_channels[name], 1, alike) for name in self.levels.names}
        )

    def forward(self, student: Prediction, teacher: Prediction, trimap: Tensor) -> Tensor:
        targets = self.levels(teacher)
        errors = []
        for name, adapter in self.adapters.items():
            features = student.features[name]
            errors.append((adapter(features, features) - targets[name]).square().mean())
        return torch.stack(errors).mean()
