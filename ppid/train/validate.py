"""What a run says of itself: errors and a contact sheet on composites that are the same at every call."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from ppid.data.compose import Composer
from ppid.train.step import predict

_BATCHES = 6
_SEED = 1_000_003  # training seeds are small numbers


@dataclass(frozen=True)
class Validation:
    """How good a model is on held-out composites.

    Attributes:
        mad: mean absolute alpha error.
        iou: mean soft intersection over union, of pictures with a subject.
        sheet: float (3, H, W) in [0, 1]: picture, true alpha, alpha, a row a batch.
    """

    mad: float
    iou: float
    sheet: Tensor


@torch.no_grad()
def validate(model: nn.Module, composer: Composer, count: int) -> Validation:
    """Evaluate on batches of `count`."""
    errors, overlaps, rows = [], [], []
    for step in range(_BATCHES):
        batch = composer.batch(count, _SEED, step)
        batch = replace(batch, image=batch.image.contiguous(memory_format=torch.channels_last))
        alpha, truth = predict(model, batch).alpha, batch.alpha
        errors.append((alpha - truth).abs().mean((1, 2, 3)))
        shared, either = (pick(alpha, truth).sum((1, 2, 3)) for pick in (torch.minimum, torch.maximum))
        overlaps.append((shared / either.clamp_min(1))[truth.sum((1, 2, 3)) > 0])
        columns = [batch.image[0], truth[0].expand(3, -1, -1), alpha[0].expand(3, -1, -1)]
        rows.append(torch.cat(columns, 2).float().cpu())
    return Validation(torch.cat(errors).mean().item(), torch.cat(overlaps).mean().item(), torch.cat(rows, 1))
