"""CLSD: cross-level semantic distillation."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ppid.distill.base import DEEP, DEEP_DECODER, DEEP_ENCODER, Adapter, Levels, Objective, of_one_shape, regions
from ppid.models import Prediction

_POOLS = (1, 2, 4)
_TEMPERATURE = 0.2


class CrossLevelSemantics(Objective):
    """The student's deep levels, fused from the top down, against the teacher's; and how each place relates to regions.

    Our reading of PPID-IM (https://arxiv.org/abs/2211.14036), of which CLSD is the semantic half:

    - *cross-level*: before a level of the student is held against the teacher's it takes in, with attention, what the
      levels above it know. A shallow student level need not know alone what a deep teacher level knows. The encoder's levels
      and the decoder's are two such chains: small students decide what is subject in the decoder. Fusion and the
      pyramid-pooled distance follow Chen et al., Distilling Knowledge via Knowledge Review, CVPR 2021
      (https://arxiv.org/abs/2104.09044). A student of the teacher's shape is compared as it is, see `Adapter`, and what
      comes from above is a correction;
    - *environment-aware*: the trimap's three regions give three prototypes of the teacher's features. Each place is
      described by how similar it is to each prototype, as a distribution, and the student's description shall match the
      teacher's (Kullback-Leibler). Thereby the student learns what is subject and what surroundings, not only values.
    """

    def __init__(self, student_channels: dict[str, int], teacher_channels: dict[str, int]):
        super().__init__()
        self.levels = Levels(DEEP, teacher_channels)
        self.encoder = _Chain(DEEP_ENCODER, student_channels, teacher_channels)
        self.decoder = _Chain(DEEP_DECODER, student_channels, teacher_channels)

    def forward(self, student: Prediction, teacher: Prediction, trimap: Tensor) -> Tensor:
        targets = self.levels(teacher)
        total = torch.zeros((), device=trimap.device)
        for chain in (self.encoder, self.decoder):
            terms = []
            for name, ours in chain(student).items():
                distance = pyramid_distance(ours, targets[name])
                terms.append(distance + relation_distance(ours, targets[name], regions(trimap, ours)))
            total = total + torch.stack(terms).mean()
        return total


class _Chain(nn.Module):
    """Levels of one half of a student, each fused with those above it.

    Args:
        names: of the levels, from the finest.
    """

    def __init__(self, names: tuple[str, ...], student_channels: dict[str, int], teacher_channels: dict[str, int]):
        super().__init__()
        width = min(128, max(teacher_channels[name] for name in names))
        alike = of_one_shape(student_channels, teacher_channels)
        above = None
        fusions = {}
        for name in reversed(names):
            fusions[name] = _Fusion(student_channels[name], above, width, teacher_channels[name], alike)
            above = width
        self.fusions = nn.ModuleDict(fusions)

    def forward(self, student: Prediction) -> dict[str, Tensor]:
        """What is compared with the teacher's levels, by their names, the deepest first."""
        above, compared = None, {}
        for name, fusion in self.fusions.items():
            above, compared[name] = fusion(student.features[name], above)
        return compared


class _Fusion(nn.Module):
    """A student's level joined with what came from above: each place weighs the two by attention.

    Args:
        channels: of the level.
        above: channels of what comes from above, if anything does.
        width: of what goes down.
        outputs: channels of the teacher's level.
        alike: whether the student is of the teacher's shape.
    """

    def __init__(self, channels: int, above: int | None, width: int, outputs: int, alike: bool):
        super().__init__()
        self.enter = nn.Sequential(nn.Conv2d(channels, width, 1, bias=False), nn.BatchNorm2d(width))
        self.attention = nn.Conv2d(2 * width, 2, 1) if above else None
        self.leave = Adapter(width, outputs, 3, alike)

    def forward(self, x: Tensor, above: Tensor | None) -> tuple[Tensor, Tensor]:
        """(what goes down to the next level, what is compared)."""
        own, x = x, self.enter(x)
        if self.attention is not None and above is not None:
            above = F.interpolate(above, size=x.shape[-2:], mode="bilinear", align_corners=False)
            share = torch.sigmoid(self.attention(torch.cat([x, above], 1)))
            x = x * share[:, :1] + above * share[:, 1:]
        return x, self.leave(x, own)


def pyramid_distance(ours: Tensor, theirs: Tensor) -> Tensor:
    """Squared error at full size and of averages over coarser and coarser grids, each counting half of the one before.

    Args:
        ours, theirs: (B, C, h, w).
    """
    total, weights = (ours - theirs).square().mean(), 1.0
    for index, cells in enumerate(reversed(_POOLS)):
        share = 0.5 ** (index + 1)
        size = (min(cells, ours.shape[-2]), min(cells, ours.shape[-1]))
        pooled = [F.adaptive_avg_pool2d(features, size) for features in (ours, theirs)]
        total = total + share * (pooled[0] - pooled[1]).square().mean()
        weights += share
    return total / weights


def relation_distance(ours: Tensor, theirs: Tensor, shares: Tensor) -> Tensor:
    """KL divergence of the student's relations to the teacher's prototypes from the teacher's own relations.

    Args:
        ours, theirs: (B, C, h, w).
        shares: (B, 3, h, w), how much of each cell is background, unknown and foreground.

    Returns:
        The mean over places; regions that a picture does not have take no part.
    """
    mass = shares.sum((2, 3))  # (B, 3)
    prototypes = torch.einsum("brhw,bchw->brc", shares, theirs) / mass[..., None].clamp_min(1e-6)
    prototypes = F.normalize(prototypes, dim=2)
    absent = torch.where(mass > 0.5, 0.0, -1e4)[:, :, None, None]

    def relations(features: Tensor) -> Tensor:
        alike = torch.einsum("brc,bchw->brhw", prototypes, F.normalize(features, dim=1))
        return F.log_softmax(alike / _TEMPERATURE + absent, 1)

    target = relations(theirs)
    return (target.exp() * (target - relations(ours))).sum(1).mean()
