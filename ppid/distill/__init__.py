"""Distillation objectives: what a student may learn from a teacher that also sees the trimap.

Every objective has the same form, so that they add up freely and none reaches into a model's insides:

    objective = CrossLevelSemantics(student_channels, teacher_channels)
    loss = objective(student_prediction, teacher_prediction, trimap)

The trimap is the teacher's privilege. Objectives use it to say *where* to compare; it never enters the student.
Their adapters are trained with the student and thrown away at export.
"""

from __future__ import annotations

from ppid.distill.agld import AttentionGuidedDetails
from ppid.distill.base import Objective
from ppid.distill.clsd import CrossLevelSemantics
from ppid.distill.feature import PlainFeatures
from ppid.distill.output import Output
from ppid.distill.similarity import SimilarityPreserving

OBJECTIVES: dict[str, type[Objective]] = {
    "clsd": CrossLevelSemantics,
    "agld": AttentionGuidedDetails,
    "output": Output,
    "feature": PlainFeatures,
    "similarity": SimilarityPreserving,
}

__all__ = [
    "OBJECTIVES",
    "AttentionGuidedDetails",
    "CrossLevelSemantics",
    "Objective",
    "Output",
    "PlainFeatures",
    "SimilarityPreserving",
]
