"""Similarity-preserving distillation."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F

from ppid.distill.base import DEEP_ENCODER, Objective
from ppid.models import Prediction


class SimilarityPreserving(Objective):
    """Pictures that are alike to the teacher shall be alike to the student.

    The batch's matrix of inner products of deepest features, each row of length 1, is compared; it has B x B entries
    whatever the channels, so there is no adapter. The mean over entries equals the paper's 1/B² sum. Tung and Mori,
    Similarity-Preserving Knowledge Distillation, ICCV 2019 (https://arxiv.org/abs/1907.09682): a baseline.
    Under several processes each compares the pictures of its own share of the batch.
    """

    level = DEEP_ENCODER[-1]

    def __init__(self, student_channels: dict[str, int], teacher_channels: dict[str, int]):
        super().__init__()

    def forward(self, student: Prediction, teacher: Prediction, trimap: Tensor) -> Tensor:
        ours, theirs = (_alike(prediction.features[self.level].float()) for prediction in (student, teacher))
        return (ours - theirs).square().mean()


def _alike(features: Tensor) -> Tensor:
    rows = features.flatten(1)
    return F.normalize(rows @ rows.T, dim=1)
