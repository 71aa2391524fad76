"""Trimaps: which pixels are background, unknown and foreground, on tensors and batched.

A trimap is one-hot, float (B, 3, H, W), its channels in this order; as a picture it is uint8 with 0, 128 and 255.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ppid.errors import UserError

BACKGROUND, UNKNOWN, FOREGROUND = range(3)
VALUES = (0, 128, 255)

# Half an 8-bit step: what would be stored as 0 or 255 is 0 or 1.
_EMPTY, _FULL = 0.5 / 255, 254.5 / 255
_NEAR = 20  # how far, of 255, a stored value may lie from what it stands for: lossy files and other writers' 127


def from_alpha(alpha: Tensor, radius: int | Tensor | Sequence[int] | Sequence[tuple[int, int]]) -> Tensor:
    """The trimap of a true alpha.

    What is fully opaque is eroded and what is not fully transparent dilated, both by discs; unknown is what lies between.
    That is 0 < alpha < 1 (to half an 8-bit step), grown by the radius, and a band of it also along an edge so hard that no
    pixel is in between. Beyond the frame nothing is assumed: a subject cut by it stays foreground up to the edge.

    Args:
        alpha: float (B, 1, H, W) in [0, 1].
        radius: in pixels, 0 or more: one for all, or a picture each (B), or (erosion, dilation) a picture each (B, 2).

    Returns:
        One-hot (B, 3, H, W) of alpha's dtype and device.

    Raises:
        ValueError: another shape of alpha, or radii that do not fit it or are negative.
    """
    if alpha.ndim != 4 or alpha.shape[1] != 1:
        raise ValueError(f"alpha has shape {tuple(alpha.shape)}, expected (B, 1, H, W)")
    radii = torch.as_tensor(radius)
    if radii.is_floating_point() or radii.shape not in ((), (len(alpha),), (len(alpha), 2)) or (radii < 0).any():
        raise ValueError(f"radius {radius}: expected integers from 0, one or {len(alpha)} or {len(alpha)} x 2")
    erosion, dilation = (
        (radii if radii.ndim == 2 else radii.reshape(-1, 1)).expand(len(alpha), 2).unbind(1)  # (B) each
    )
    foreground = _farther(alpha < _FULL, erosion)
    background = _farther(alpha > _EMPTY, dilation)
    return torch.cat([background, ~(background | foreground), foreground], 1).to(alpha.dtype)


def random_trimap(alpha: Tensor, rng: np.random.Generator, largest: int | None = None) -> Tensor:
    """A trimap as different people would draw it: erosion and dilation drawn a picture, from 1 to `largest` pixels.

    Args:
        alpha: float (B, 1, H, W) in [0, 1].
        rng: the radii follow from it alone.
        largest: radius; a twelfth of the shorter side by default.
    """
    largest = max(1, min(alpha.shape[-2:]) // 12) if largest is None else largest
    return from_alpha(alpha, torch.from_numpy(rng.integers(1, largest + 1, (len(alpha), 2))))


def evaluation_radius(height: int, width: int) -> int:
    """The radius of trimaps that results are measured with: a fiftieth of the shorter side, so 10 px at 500, at least 1."""
    return max(1, round(min(height, width) / 50))


def to_image(trimap: Tensor) -> Tensor:
    """One-hot (…, 3, H, W) as uint8 (…, H, W): 0, 128 and 255."""
    return torch.tensor(VALUES, dtype=torch.uint8, device=trimap.device)[trimap.argmax(-3)]


def from_image(picture: Tensor | NDArray[np.uint8]) -> Tensor:
    """A picture of a trimap, uint8 (…, H, W), as one-hot float (…, 3, H, W); each value counts as the nearest of the three.

    Raises:
        UserError: of what is neither near 0 nor near 255 most is not near 128 either: an alpha, not a trimap.
        ValueError: not uint8.
    """
    values = torch.as_tensor(picture)
    if values.dtype != torch.uint8:
        raise ValueError(f"expected a uint8 picture, got {values.dtype}")
    between = values[(values > VALUES[0] + _NEAR) & (values < VALUES[2] - _NEAR)].int()
    strange = ((between - VALUES[1]).abs() > _NEAR).sum().item()
    if strange > len(between) / 2:
        raise UserError(
            f"{strange} of {values.numel()} pixels are none of 0 (background), 128 (unknown) and 255 (foreground):"
            " expected a trimap, this looks like an alpha"
        )
    background, foreground = values < 64, values >= 192
    return torch.stack([background, ~(background | foreground), foreground], -3).float()


def _farther(mask: Tensor, radius: Tensor) -> Tensor:
    """Where no pixel of `mask`, bool (B, 1, H, W), lies within `radius` (B).

    The distance along rows comes from running maxima, at one cost for all radii; then each pixel takes the best of the
    rows in reach. Max-pooling with a disc costs the square of the radius instead of the radius.
    """
    reach = int(radius.max()) if len(radius) else 0
    along = torch.minimum(_since_last(mask), _since_last(mask.flip(-1)).flip(-1)).clamp_max(reach + 1).square()
    nearest = along.clone()
    for step in range(1, min(reach, mask.shape[-2] - 1) + 1):
        below, above = nearest[..., step:, :], nearest[..., :-step, :]
        torch.minimum(below, along[..., :-step, :] + step**2, out=below)
        torch.minimum(above, along[..., step:, :] + step**2, out=above)
    return nearest > radius.to(mask.device).square()[:, None, None, None]


def _since_last(mask: Tensor) -> Tensor:
    """Pixels from the last one of `mask` to the left, int32; more than the width where there is none."""
    columns = torch.arange(mask.shape[-1], dtype=torch.int32, device=mask.device)
    # Beyond any radius, so that the clamp above makes it "out of reach".
    never = torch.iinfo(torch.int32).min // 2
    return columns - torch.where(mask, columns, never).cummax(-1).values
