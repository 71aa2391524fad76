from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch

from ppid import losses


def random_alpha(seed: int, size: int = 64) -> torch.Tensor:
    return torch.rand(2, 1, size, size, generator=torch.Generator().manual_seed(seed))


def test_zero_for_equal_and_positive_otherwise() -> None:
    alpha, other = random_alpha(0), random_alpha(1)
    layers = torch.rand(2, 3, 64, 64), torch.rand(2, 3, 64, 64)
    assert (
        losses.alpha_loss(alpha, alpha)
        == losses.laplacian_loss(alpha, alpha)
        == losses.composition_loss(alpha, *layers, alpha)
        == 0
    )
    assert losses.alpha_loss(alpha, other) > 0 and losses.laplacian_loss(alpha, other) > 0


def test_composition_is_the_error_of_the_composed_picture() -> None:
    alpha, other = random_alpha(0), random_alpha(1)
    front, back = torch.rand(2, 3, 64, 64), torch.rand(2, 3, 64, 64)
    expected = ((alpha * front + (1 - alpha) * back) - (other * front + (1 - other) * back)).abs().mean()
    assert losses.composition_loss(alpha, front, back, other) == pytest.approx(expected.item(), rel=1e-4)
    assert losses.composition_loss(alpha, front, front, other) == 0  # an error nobody would see


def test_laplacian_against_a_pyramid_of_each_picture() -> None:
    """Independent reference: OpenCV's Gaussian kernel, two pyramids, then the difference."""

    def pyramid(picture: np.ndarray) -> list[np.ndarray]:
        levels = []
        kernel = np.array([1, 4, 6, 4, 1]) / 16
        for _ in range(4):
            smooth = cv2.sepFilter2D(picture, -1, kernel, kernel, borderType=cv2.BORDER_REPLICATE)[::2, ::2]
            sparse = np.zeros([2 * side + 4 for side in smooth.shape])
            sparse[::2, ::2] = np.pad(smooth, 1, "edge")  # zeros between, which the filter fills
            back = cv2.sepFilter2D(sparse, -1, 2 * kernel, 2 * kernel)[2:-2, 2:-2]
            levels.append(picture - back)
            picture = smooth
        return [*levels, picture]

    alpha, other = random_alpha(0), random_alpha(1)
    total = 0.0
    for a, b in zip(alpha[:, 0].numpy(), other[:, 0].numpy(), strict=True):
        total += (
            sum(2**k * np.abs(x - y).mean() for k, (x, y) in enumerate(zip(pyramid(a), pyramid(b), strict=True))) / 5
        )
    assert losses.laplacian_loss(alpha, other).item() == pytest.approx(total / 2, rel=1e-4)


def test_a_slope_has_no_detail() -> None:
    slope = torch.arange(64.0).expand(1, 1, 64, 64)
    detail = 2 * losses.laplacian_loss(slope, 0 * slope, levels=2).item() - 2 * slope[..., ::2].mean().item()
    assert detail < 0.2  # of the edges; a pyramid half a pixel off has 0.5 everywhere


def test_coarse_loss_is_least_at_the_local_mean() -> None:
    alpha = (random_alpha(3) > 0.5).float()
    mean = torch.nn.functional.avg_pool2d(alpha, 16).clamp(1e-3, 1 - 1e-3)
    best = losses.coarse_loss(torch.logit(mean), alpha)
    assert best < losses.coarse_loss(torch.logit(mean) + 0.3, alpha)
    assert best < losses.coarse_loss(torch.logit(mean) - 0.3, alpha)
