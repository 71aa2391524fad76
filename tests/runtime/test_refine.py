from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.refine import upsample_alpha


def whole_frame(alpha: np.ndarray, guide_low: np.ndarray, guide: np.ndarray) -> np.ndarray:
    """The same filter in float64 over the whole frame, without tiles: an independent, slow reference."""

    def box(x: np.ndarray) -> np.ndarray:
        padded = np.pad(x, 2, mode="reflect")
        return sum(padded[i : i + x.shape[0], j : j + x.shape[1]] for i in range(5) for j in range(5)) / 25

    a, g = alpha.astype(float) * 255, guide_low.astype(float)
    slope = (box(a * g) - box(a) * box(g)) / (box(g * g) - box(g) ** 2 + 6.5)
    offset = box(a) - slope * box(g)
    size = (guide.shape[1], guide.shape[0])
    full = cv2.resize(box(slope), size) * guide + cv2.resize(box(offset), size)
    return full.clip(0, 255)


def scene(low: tuple[int, int], full: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Alpha, small guide and guide of a bright disc before a dark wall; sizes are (width, height)."""
    guide = np.full((full[1], full[0]), 40, np.uint8)
    cv2.circle(guide, (full[0] // 2, full[1] // 2), full[1] // 4, 200, -1, cv2.LINE_AA)
    guide_low = cv2.resize(guide, low, interpolation=cv2.INTER_AREA)
    alpha = ((guide_low.astype(np.float32) - 40) / 160).clip(0, 1)
    return alpha, guide_low, guide


@pytest.mark.parametrize(
    "full", [(1920, 1080), (1280, 720), (640, 480), (768, 432), (512, 288), (333, 201), (3840, 2160), (100, 60)]
)
def test_matches_the_reference_at_every_size(full: tuple[int, int]) -> None:
    alpha, guide_low, guide = scene((512, 288), full)
    found, tiles = upsample_alpha(alpha, guide_low, guide)
    assert found.shape == guide.shape and tiles
    difference = np.abs(found - whole_frame(alpha, guide_low, guide))
    assert difference.max() <= 6.5  # what counts as 0 or 1 outside of the tiles
    assert difference.mean() < 0.3


def test_tiles_leave_no_seam() -> None:
    rng = np.random.default_rng(0)
    guide = cv2.GaussianBlur(rng.integers(0, 256, (1080, 1920), dtype=np.uint8), (0, 0), 9)
    guide = cv2.normalize(guide, None, 0, 255, cv2.NORM_MINMAX)
    guide_low = cv2.resize(guide, (512, 288), interpolation=cv2.INTER_AREA)
    alpha = cv2.GaussianBlur(rng.random((288, 512), dtype=np.float32), (0, 0), 4)
    alpha = cv2.normalize(alpha, None, 0.1, 0.9, cv2.NORM_MINMAX)
    found, _ = upsample_alpha(alpha, guide_low, guide)
    assert np.abs(found - whole_frame(alpha, guide_low, guide)).max() <= 1


def test_finds_an_edge_the_network_cannot_resolve() -> None:
    alpha, guide_low, guide = scene((128, 72), (1280, 720))
    truth = (guide.astype(float) - 40) / 160
    found, _ = upsample_alpha(alpha, guide_low, guide)
    plain = cv2.resize(alpha, (1280, 720), interpolation=cv2.INTER_LINEAR)
    assert np.abs(found / 255 - truth).mean() < 0.5 * np.abs(plain - truth).mean()


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_an_even_alpha_needs_no_tile(value: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (288, 512), dtype=np.uint8)
    found, tiles = upsample_alpha(np.full((288, 512), value, np.float32), noise, cv2.resize(noise, (1280, 720)))
    assert tiles == [] and (found == round(value * 255)).all()


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 2**32 - 1))
def test_any_size_any_alpha(width: int, height: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    alpha = (rng.random((64, 96), dtype=np.float32) * 3 - 1).clip(0, 1)
    guide = rng.integers(0, 256, (height, width), dtype=np.uint8)
    found, tiles = upsample_alpha(alpha, cv2.resize(guide, (96, 64)), guide)
    assert found.shape == (height, width)
    covered = np.zeros((height, width), int)
    half = np.zeros(((height + 1) // 2, (width + 1) // 2), int)
    for tile in tiles:
        covered[tile.full.rows, tile.full.columns] += 1
        half[tile.half.rows, tile.half.columns] += 1
    assert covered.max(initial=0) <= 1 and half.max(initial=0) <= 1  # no pixel is worked on twice
