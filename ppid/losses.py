"""Matting losses on alpha in [0, 1]; all return a scalar."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def alpha_loss(alpha: Tensor, target: Tensor) -> Tensor:
    """Mean absolute error over (B, 1, H, W)."""
    return (alpha - target).abs().mean()


def composition_loss(alpha: Tensor, foreground: Tensor, background: Tensor, target: Tensor) -> Tensor:
    """Mean absolute error of the picture that `alpha` composes from the true layers (Xu et al., Deep Image Matting, 2017).

    The layers are (B, 3, H, W) in [0, 1]. Both pictures share the layers, so the difference is alpha's error times the
    layers' contrast: errors that nobody would see count little.
    """
    return ((alpha - target) * (foreground - background)).abs().mean()


def laplacian_loss(alpha: Tensor, target: Tensor, levels: int = 5) -> Tensor:
    """Absolute error of the Laplacian pyramid, level k weighted 2^k (Hou and Liu, Context-Aware Matting, ICCV 2019).

    Args:
        alpha, target: (B, 1, H, W) with H and W multiples of 2^(levels - 1).
    """
    error, total = alpha - target, alpha.new_zeros(())
    kernel = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0], device=alpha.device, dtype=alpha.dtype) / 16
    across, down = kernel.view(1, 1, 1, 5), kernel.view(1, 1, 5, 1)
    # The pyramid is linear: the pyramid of the difference is the difference of the pyramids.
    for level in range(levels - 1):
        smooth = F.conv2d(F.conv2d(F.pad(error, (2, 2, 2, 2), "replicate"), across), down)
        smaller = smooth[..., ::2, ::2]
        # Back by the same filter, as Burt and Adelson do: bilinear interpolation would be half a pixel off.
        wide = F.pad(smaller, (1, 1, 1, 1), "replicate")
        back = F.conv_transpose2d(F.conv_transpose2d(wide, 2 * across, stride=(1, 2)), 2 * down, stride=(2, 1))
        back = back[..., 4 : 4 + error.shape[-2], 4 : 4 + error.shape[-1]]
        total = total + 2**level * (error - back).abs().mean()
        error = smaller
    return (total + 2 ** (levels - 1) * error.abs().mean()) / levels


def coarse_loss(logits: Tensor, target: Tensor) -> Tensor:
    """Binary cross-entropy of a low-resolution prediction (B, 1, h, w) with the target's local mean."""
    return F.binary_cross_entropy_with_logits(logits, F.adaptive_avg_pool2d(target, (logits.shape[2], logits.shape[3])))
