"""Plain feature distillation."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ppid.distill.base import DEEP, SHALLOW, Levels, Objective
from ppid.models import Prediction


class PlainFeatures(Objective):
    """Mean squared error between the student's features, through a 1x1 convolution a level, and the teacher's.

    Romero et al., FitNets: Hints for Thin Deep Nets, ICLR 2015 (https://arxiv.org/abs/1412.6550), on all the levels that
    CLSD and AGLD use, every position and channel alike: the baseline that they have to beat.
    """

    def __init__(self, student_channels: dict[str, int], teacher_channels: dict[str, int]):
        super().__init__()
        self.levels = Levels(DEEP + SHALLOW, teacher_channels)
        self.adapters = nn.ModuleDict(
            {name: nn.Conv2d(student_channels[name], teacher_channels[name], 1) for name in self.levels.names}
        )

    def forward(self, student: Prediction, teacher: Prediction, trimap: Tensor) -> Tensor:
        targets = self.levels(teacher)
        errors = [
            (adapter(student.features[name]) - targets[name]).square().mean() for name, adapter in self.adapters.items()
        ]
        return torch.stack(errors).mean()
