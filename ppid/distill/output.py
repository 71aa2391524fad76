"""Output distillation."""

from __future__ import annotations

from torch import Tensor

from ppid.distill.base import Objective
from ppid.models import Prediction


class Output(Objective):
    """Mean absolute difference between student's and teacher's alpha over the whole picture.

    The plainest reading of Hinton et al., Distilling the Knowledge in a Neural Network (2015,
    https://arxiv.org/abs/1503.02531), for a regression: a baseline.
    """

    def __init__(self, student_channels: dict[str, int], teacher_channels: dict[str, int]):
        super().__init__()

    def forward(self, student: Prediction, teacher: Prediction, trimap: Tensor) -> Tensor:
        return (student.alpha - teacher.alpha).abs().mean()
