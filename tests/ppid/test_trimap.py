from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ppid.data import trimap
from ppid.errors import UserError


def slow(alpha: np.ndarray, erosion: int, dilation: int) -> np.ndarray:
    """0, 128 or 255 a pixel of (H, W): looks at every pixel of the disc around it."""
    height, width = alpha.shape

    def disc(y: int, x: int, radius: int) -> list[float]:
        return [
            float(alpha[v, u]) for v in range(height) for u in range(width) if (v - y) ** 2 + (u - x) ** 2 <= radius**2
        ]

    result = np.full(alpha.shape, 128, np.uint8)
    for y in range(height):
        for x in range(width):
            if all(value >= 254.5 / 255 for value in disc(y, x, erosion)):
                result[y, x] = 255
            elif all(value <= 0.5 / 255 for value in disc(y, x, dilation)):
                result[y, x] = 0
    return result


@st.composite
def batches(draw: st.DrawFn) -> tuple[np.ndarray, list[tuple[int, int]]]:
    shape = (draw(st.integers(1, 3)), *draw(hnp.array_shapes(min_dims=2, max_dims=2, max_side=9)))
    values = st.sampled_from([0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.5, 0.4 / 255, 0.6 / 255, 254.6 / 255, 254.4 / 255])
    alphas = draw(hnp.arrays(np.float32, shape, elements=values.map(np.float32)))
    radii = st.integers(0, 12)
    return alphas, [(draw(radii), draw(radii)) for _ in alphas]


@settings(max_examples=60, deadline=None)
@given(batches())
def test_it_is_what_looking_at_every_disc_gives(case: tuple[np.ndarray, list[tuple[int, int]]]) -> None:
    alphas, radii = case
    result = trimap.from_alpha(torch.from_numpy(alphas)[:, None], radii)
    assert result.dtype == torch.float32 and torch.equal(result.sum(1), torch.ones(alphas.shape))
    expected = [slow(alpha, *pair) for alpha, pair in zip(alphas, radii, strict=True)]
    assert np.array_equal(trimap.to_image(result).numpy(), np.stack(expected))


def test_with_radius_zero_unknown_is_what_is_between() -> None:
    alpha = torch.tensor([0, 0.4 / 255, 0.6 / 255, 0.5, 254.4 / 255, 254.6 / 255, 1]).reshape(1, 1, 1, 7)
    assert trimap.to_image(trimap.from_alpha(alpha, 0)).flatten().tolist() == [0, 0, 128, 128, 128, 255, 255]


def test_a_hard_edge_gets_a_band_and_the_frame_does_not() -> None:
    alpha = torch.zeros(1, 1, 11, 20)
    alpha[..., :10] = 1
    picture = trimap.to_image(trimap.from_alpha(alpha, [3]))[0]
    assert picture[0].tolist() == picture[5].tolist() == [255] * 7 + [128] * 6 + [0] * 7


def test_radii_of_each_form_say_the_same() -> None:
    alpha = torch.rand(2, 1, 16, 16, generator=torch.Generator().manual_seed(0)).round()
    expected = trimap.from_alpha(alpha, [(2, 2), (2, 2)])
    for radius in (2, [2, 2], torch.tensor([2, 2]), torch.tensor([[2, 2], [2, 2]])):
        assert torch.equal(trimap.from_alpha(alpha, radius), expected)
    assert trimap.from_alpha(alpha.double(), 2).dtype == torch.float64
    assert trimap.from_alpha(alpha[:0], 2).shape == (0, 3, 16, 16)


def test_random_ones_follow_from_the_generator_and_differ_within_a_batch() -> None:
    alpha = torch.zeros(6, 1, 64, 64)
    alpha[..., 20:44, 20:44] = 1
    first, again, other = (trimap.random_trimap(alpha, np.random.default_rng(seed), 9) for seed in (1, 1, 2))
    assert torch.equal(first, again) and not torch.equal(first, other)
    widths = first[:, trimap.UNKNOWN, 32].sum(-1) / 2  # erosion + dilation
    assert len(set(widths.tolist())) > 2 and widths.min() >= 2 and widths.max() <= 18
    assert first[:, trimap.FOREGROUND].any() and first[:, trimap.BACKGROUND].any()
    assert trimap.random_trimap(alpha, np.random.default_rng(0))[:, trimap.UNKNOWN, 32].sum(-1).max() <= 2 * 2 * 5


def test_pictures_there_and_back() -> None:
    picture = np.array([[0, 128, 255], [128, 0, 255]], np.uint8)
    onehot = trimap.from_image(picture)
    assert onehot.shape == (3, 2, 3) and onehot[:, 0].T.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert np.array_equal(trimap.to_image(onehot).numpy(), picture)
    lossy = np.clip(picture.astype(int) + [[3, -1, -6], [7, 12, 0]], 0, 255).astype(np.uint8)
    assert torch.equal(trimap.from_image(lossy), onehot)
    assert torch.equal(trimap.from_image(torch.from_numpy(picture)[None]), onehot[None])


def test_an_alpha_is_not_taken_for_a_trimap() -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8), (4, 1))
    with pytest.raises(UserError, match="692 of 1024 pixels are none of 0 .*looks like an alpha"):
        trimap.from_image(ramp)
    with pytest.raises(ValueError, match="uint8"):
        trimap.from_image(torch.zeros(4, 4))


@pytest.mark.parametrize("radius", [-1, [1, 2, 3], [[1, 2, 3]] * 2, 1.5, [(1, -2), (1, 1)]])
def test_wrong_radii(radius) -> None:
    with pytest.raises(ValueError, match="expected integers from 0, one or 2"):
        trimap.from_alpha(torch.zeros(2, 1, 8, 8), radius)


def test_wrong_alphas() -> None:
    with pytest.raises(ValueError, match="expected .B, 1, H, W"):
        trimap.from_alpha(torch.zeros(2, 8, 8), 1)


def test_the_radius_of_an_evaluation_follows_the_shorter_side() -> None:
    assert [trimap.evaluation_radius(*size) for size in ((500, 900), (1080, 1920), (16, 16))] == [10, 22, 1]
