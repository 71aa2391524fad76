"""Moving average of weights."""

from __future__ import annotations

import copy

import torch
from torch import nn


@torch.no_grad()
def move(ours: nn.Module, theirs: nn.Module, share: float) -> None:
    """Move weights and buffers of `ours` towards those of `theirs`, of the same architecture, by a share; in place.

    Counters are taken over.
    """
    for one, other in zip(ours.state_dict().values(), theirs.state_dict().values(), strict=True):
        if one.is_floating_point():
            one.lerp_(other, share)
        else:
            one.copy_(other)


class WeightAverage:
    """Exponential moving average of a model's weights and buffers.

    Early on the decay is shorter, so that the random start is forgotten: min(decay, (1 + n) / (10 + n)) at update n.
    """

    def __init__(self, model: nn.Module, decay: float):
        self.model = copy.deepcopy(model).eval().requires_grad_(False)
        self.decay = decay
        self.updates = 0

    def update(self, model: nn.Module) -> None:
        """Take in the model's weights after one step."""
        self.updates += 1
        move(self.model, model, 1 - min(self.decay, (1 + self.updates) / (10 + self.updates)))

    def state_dict(self) -> dict[str, object]:
        """For checkpoints."""
        return {"model": self.model.state_dict(), "updates": self.updates}

    def load_state_dict(self, state: dict[str, object]) -> None:
        """From a checkpoint."""
        self.model.load_state_dict(state["model"])  # type: ignore[arg-type]
        self.updates = int(state["updates"])  # type: ignore[call-overload]
