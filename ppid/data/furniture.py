"""Things that touch a subject and are none: what somebody sits on, leans at or stands behind, batched on tensors."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

_OFTEN = 0.35  # share of pictures that get some
_SOLID = 0.5  # alpha from which on a pixel counts for where the subject is


def furnish(background: Tensor, alpha: Tensor, rng: np.random.Generator) -> None:
    """Set blunt shapes behind and before the subjects of some pictures: seats, walls, posts, rails, table tops; in place.

    What stands behind becomes background; what stands before hides the subject, whose alpha is 0 there. Shapes are plain or
    cut from another background of the batch, so that neither colour nor texture tells them.

    Args:
        background: float (B, 3, H, W) in [0, 1].
        alpha: float (B, 1, H, W) in [0, 1].
        rng: for all that is random.
    """
    height, width = alpha.shape[-2:]
    ys = torch.linspace(-1, 1, height, device=alpha.device)[:, None]
    xs = torch.linspace(-1, 1, width, device=alpha.device)[None]
    for picture in np.flatnonzero(rng.random(len(alpha)) < _OFTEN):
        box = _box(alpha[picture, 0])
        for _ in range(rng.integers(1, 4)):
            hides = rng.random() < 0.3
            place = _before(box, rng) if hides else _behind(box, rng)
            mask = _shape(xs, ys, place, rng)
            background[picture] = torch.lerp(background[picture], _look(background, xs, ys, place, rng), mask)
            if hides:
                alpha[picture, 0] *= 1 - mask


def _box(alpha: Tensor) -> tuple[float, float, float, float]:
    """Middle x and y, half the width and half the height of the subject in [-1, 1]; of the frame where there is none."""
    solid = alpha > _SOLID
    columns, rows = (np.flatnonzero(solid.any(axis).cpu().numpy()) for axis in (0, 1))
    if not len(columns):
        return 0.0, 0.0, 1.0, 1.0
    (left, right), (top, bottom) = (
        found[[0, -1]] / (count - 1) * 2 - 1 for found, count in ((columns, solid.shape[1]), (rows, solid.shape[0]))
    )
    return (left + right) / 2, (top + bottom) / 2, max(0.05, (right - left) / 2), max(0.05, (bottom - top) / 2)


_Place = tuple[float, float, float, float]  # middle x and y, half width and height, in [-1, 1]


def _behind(box: _Place, rng: np.random.Generator) -> _Place:
    x, y, across, down = box
    kind = rng.random()
    if kind < 0.55:  # a seat's back, a sofa, a box, somebody's luggage: about as large, mostly at the lower half
        return (
            x + rng.normal(0, 0.6) * across,
            y + rng.uniform(-0.2, 1.0) * down,
            across * rng.uniform(0.4, 1.8),
            down * rng.uniform(0.15, 0.7),
        )
    if kind < 0.75:  # a post, a tree, a frame of a door
        return x + rng.normal(0, 1) * across, rng.uniform(-1, 1), rng.uniform(0.01, 0.12), rng.uniform(0.5, 2)
    if kind < 0.9:  # a rail, the edge of a table or of a shelf
        return x, y + rng.uniform(-0.5, 1) * down, across * rng.uniform(1, 6), rng.uniform(0.01, 0.1)
    return x + rng.choice([-1, 1]) * across * rng.uniform(0.5, 3), y, across * rng.uniform(0.5, 3), rng.uniform(0.5, 2)


def _before(box: _Place, rng: np.random.Generator) -> _Place:
    x, y, across, down = box
    kind = rng.random()
    if kind < 0.5:  # a table, a wall: all below some height
        half = rng.uniform(0.1, 1.0)
        return (
            x + rng.normal(0, 1) * across,
            y + down * rng.uniform(0.3, 1.0) + half,
            across * rng.uniform(0.8, 5),
            half,
        )
    if kind < 0.75:  # a post or a rail
        thin, long = rng.uniform(0.01, 0.05), rng.uniform(0.5, 2)
        upright = rng.random() < 0.6
        return (
            x + rng.uniform(-1, 1) * across,
            y + rng.uniform(-0.2, 1) * down,
            *((thin, long) if upright else (long, thin)),
        )
    # something small that is held or stands in the way
    return (
        x + rng.uniform(-1, 1) * across,
        y + rng.uniform(-0.2, 1) * down,
        across * rng.uniform(0.1, 0.5),
        down * rng.uniform(0.05, 0.3),
    )


def _shape(xs: Tensor, ys: Tensor, place: _Place, rng: np.random.Generator) -> Tensor:
    """(H, W) in [0, 1]: a superellipse, from an ellipse to nearly a rectangle, perhaps leaning, with an edge of a pixel or two."""
    x, y, across, down = place
    angle, power = rng.normal(0, 0.12), float(rng.choice([2, 4, 8, 16]))
    u = ((xs - x) * np.cos(angle) + (ys - y) * np.sin(angle)).abs() / across
    v = ((ys - y) * np.cos(angle) - (xs - x) * np.sin(angle)).abs() / down
    distance = (u**power + v**power) ** (1 / power)
    return torch.sigmoid((1 - distance) * (min(across, down) * xs.shape[1] * rng.uniform(0.8, 2)))


def _look(background: Tensor, xs: Tensor, ys: Tensor, place: _Place, rng: np.random.Generator) -> Tensor:
    """(3, H, W): a shaded colour, or another background in another light."""
    x, y, across, down = place
    shade = (
        1
        + rng.uniform(-0.4, 0.4) * ((xs - x) / across).clamp(-1, 1)
        + rng.uniform(-0.4, 0.4) * ((ys - y) / down).clamp(-1, 1)
    )
    tint = torch.from_numpy(np.exp(rng.normal(0, 0.15, 3)) * rng.uniform(0.3, 1.2)).float()
    if rng.random() < 0.5:
        surface = background[rng.integers(len(background))].flip(2)
    else:
        colour = rng.uniform(0.02, 0.95) + rng.normal(0, 1, 3) * rng.exponential(0.1)
        surface = torch.from_numpy(colour.clip(0, 1)).float().to(background.device)[:, None, None]
    return (surface * tint.to(background.device)[:, None, None] * shade).clamp_(0, 1)
