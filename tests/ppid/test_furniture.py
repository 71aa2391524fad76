from __future__ import annotations

import numpy as np
import pytest
import torch

from ppid.data import furniture
from ppid.data.furniture import furnish


def scene(count: int = 60) -> tuple[torch.Tensor, torch.Tensor]:
    """Grey backgrounds and a subject in the middle of each."""
    alpha = torch.zeros(count, 1, 64, 96)
    alpha[:, :, 20:60, 36:60] = 1
    return torch.full((count, 3, 64, 96), 0.5), alpha


def furnished(seed: int, count: int = 60) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    background, alpha = scene(count)
    before = background.clone(), alpha.clone()
    furnish(background, alpha, np.random.default_rng(seed))
    return *before, background, alpha


def test_what_stands_before_a_subject_hides_it_and_is_seen() -> None:
    background, alpha, furnished_background, furnished_alpha = furnished(0)
    assert (furnished_alpha <= alpha).all() and furnished_alpha.min() >= 0
    hidden = (furnished_alpha < 0.01) & (alpha > 0.99)
    changed = (furnished_background - background).abs().amax(1, keepdim=True) > 0.004
    assert hidden.any() and changed[hidden].float().mean() > 0.9  # a shape may have the background's colour
    assert furnished_background.min() >= 0 and furnished_background.max() <= 1


def test_some_pictures_stay_and_most_subjects_stay_whole() -> None:
    background, alpha, furnished_background, furnished_alpha = furnished(1, 200)
    touched = (furnished_background != background).flatten(1).any(1)
    assert 0.2 < touched.float().mean() < 0.5
    left = furnished_alpha.flatten(1).sum(1) / alpha.flatten(1).sum(1)
    assert (left == 1).float().mean() > 0.7 and left.mean() > 0.85


def test_the_seed_decides() -> None:
    for a, b in zip(furnished(2), furnished(2), strict=True):
        assert torch.equal(a, b)
    assert not torch.equal(furnished(2)[2], furnished(3)[2])


def test_a_scene_without_subject_is_furnished_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(furniture, "_OFTEN", 1.0)
    background = torch.rand(20, 3, 32, 64, generator=torch.Generator().manual_seed(0))
    before, alpha = background.clone(), torch.zeros(20, 1, 32, 64)
    furnish(background, alpha, np.random.default_rng(0))
    assert torch.isfinite(background).all() and not torch.equal(background, before) and alpha.max() == 0
