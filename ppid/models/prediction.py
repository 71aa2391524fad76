"""What every model returns."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Prediction:
    """What a model says about a batch of pictures.

    Attributes:
        logits: (B, 1, H, W); alpha = sigmoid(logits).
        coarse_logits: (B, 1, H/16, W/16), an auxiliary prediction that training supervises, or None where a model
            has none; not exported.
        features: encoder and decoder features by name (`encoder4`, `decoder8`, …; the number is the stride), for
            distillation, so that no method reaches into a model's insides.
    """

    logits: Tensor
    coarse_logits: Tensor | None
    features: dict[str, Tensor]

    @property
    def alpha(self) -> Tensor:
        """(B, 1, H, W) in [0, 1]."""
        return torch.sigmoid(self.logits)
