from __future__ import annotations

import math
from collections import deque
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ppid import metrics

ALL = (metrics.sad, metrics.mse, metrics.mad, metrics.grad, metrics.conn, metrics.soft_iou)

# References: plain loops over pixels, written from the definitions and sharing nothing with the package.


def pixels(mask: np.ndarray) -> list[tuple[int, int]]:
    return [(y, x) for y in range(mask.shape[0]) for x in range(mask.shape[1]) if mask[y, x]]


def slow_gradient(picture: np.ndarray, y: int, x: int) -> float:
    height, width = picture.shape
    across = down = norm = 0.0
    for dy in range(-4, 5):
        for dx in range(-4, 5):
            value = float(picture[min(max(y + dy, 0), height - 1), min(max(x + dx, 0), width - 1)])
            bell = math.exp(-(dx * dx + dy * dy) / (2 * 1.4**2))
            across, down, norm = across + dx * bell * value, down + dy * bell * value, norm + (dx * bell) ** 2
    return math.hypot(across, down) / math.sqrt(norm)


def slow_largest(mask: np.ndarray) -> set[tuple[int, int]]:
    largest: set[tuple[int, int]] = set()
    waiting = set(pixels(mask))
    for start in pixels(mask):
        if start not in waiting:
            continue
        found, queue = {start}, deque([start])
        while queue:
            y, x = queue.popleft()
            for step in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
                if step in waiting and step not in found:
                    found.add(step)
                    queue.append(step)
        waiting -= found
        if len(found) > len(largest):
            largest = found
    return largest


def slow_conn(alpha: np.ndarray, truth: np.ndarray, mask: np.ndarray) -> float:
    alpha, truth = alpha.astype(float), truth.astype(float)  # else 0.7 in single precision counts as at least 0.7
    sources = [slow_largest((alpha >= k / 10) & (truth >= k / 10)) for k in range(1, 11)]
    total = 0.0
    for y, x in pixels(mask):
        level = next((k / 10 for k, source in enumerate(sources) if (y, x) not in source), 1.0)
        phi = []
        for picture in (alpha, truth):
            distance = float(picture[y, x]) - level
            phi.append(1 - distance if distance >= 0.15 else 1.0)
        total += abs(phi[0] - phi[1])
    return total / 1000


def slow_rms_of_changes(a: np.ndarray, b: np.ndarray, mask: np.ndarray) -> float:
    total = 0.0
    for y, x in pixels(mask):
        total += ((float(a[1, y, x]) - float(a[0, y, x])) - (float(b[1, y, x]) - float(b[0, y, x]))) ** 2
    return math.sqrt(total / len(pixels(mask)))


def slow(alpha: np.ndarray, truth: np.ndarray, mask: np.ndarray) -> dict[str, float]:
    absolute = square = low = high = gradient = 0.0
    for y, x in pixels(mask):
        a, t = float(alpha[y, x]), float(truth[y, x])
        absolute, square = absolute + abs(a - t), square + (a - t) ** 2
        low, high = low + min(a, t), high + max(a, t)
        gradient += (slow_gradient(alpha, y, x) - slow_gradient(truth, y, x)) ** 2
    count = len(pixels(mask))
    return {
        "sad": absolute / 1000,
        "mse": square / count * 1000,
        "mad": absolute / count * 1000,
        "grad": gradient / 1000,
        "conn": slow_conn(alpha, truth, mask),
        "iou": low / high if high else math.nan,
    }


# Coarse values make plateaus and so components worth the name; a few, exact thresholds.
LEVELS = st.sampled_from([0.0, 0.1, 0.25, 0.3, 0.55, 0.8, 51 / 255, 254 / 255, 1.0])
SHAPE = hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=7)


@st.composite
def pictures(draw: st.DrawFn, frames: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    shape = (frames,) * bool(frames) + draw(SHAPE)
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    values = draw(st.sampled_from([LEVELS, st.floats(0, 1, width=32)]))
    alpha, truth = (draw(hnp.arrays(np.float64, shape, elements=values)).astype(dtype) for _ in range(2))
    mask = draw(hnp.arrays(np.bool_, shape))
    mask[..., 0, 0] = True
    return alpha, truth, mask


@settings(max_examples=60, deadline=None)
@given(pictures())
def test_every_metric_is_what_plain_loops_compute(case: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    alpha, truth, mask = case
    scores = metrics.score(alpha, truth, mask)
    for region, measures in ((np.ones_like(mask), scores.whole), (mask, scores.unknown)):
        expected = slow(alpha, truth, region)
        assert asdict(measures) == pytest.approx(expected | {"dtssd": math.nan}, rel=1e-9, abs=1e-12, nan_ok=True)
        alone = [function(alpha, truth, region) for function in ALL]
        assert alone == pytest.approx(list(expected.values()), rel=1e-9, abs=1e-12, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(pictures(frames=3))
def test_dtssd_is_what_plain_loops_compute(case: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    alphas, truths, masks = case
    terms = [slow_rms_of_changes(alphas[t - 1 : t + 1], truths[t - 1 : t + 1], masks[t]) for t in (1, 2)]
    assert metrics.dtssd(alphas, truths, masks) == pytest.approx(sum(terms) / 2 * 100)


def square_matte(left: int = 4) -> np.ndarray:
    alpha = np.zeros((20, 30), np.float32)
    alpha[5:15, left : left + 10] = 1
    return alpha


def test_identical() -> None:
    alpha = square_matte()
    scores = metrics.score(alpha, alpha, alpha > 0)
    for measures in (scores.whole, scores.unknown):
        assert (measures.sad, measures.mse, measures.mad, measures.grad, measures.conn) == (0, 0, 0, 0, 0)
        assert measures.iou == 1
    assert metrics.dtssd(np.stack([alpha] * 3), np.stack([alpha] * 3)) == 0


def test_inverted() -> None:
    truth = square_matte()
    measures = metrics.score(1 - truth, truth, truth > 0).whole
    assert measures.sad == 0.6 and measures.mse == 1000 and measures.mad == 1000 and measures.iou == 0
    assert measures.grad == pytest.approx(0, abs=1e-12)  # an edge is an edge either way round
    assert measures.conn == pytest.approx(0.6)  # nothing in common: all levels are 0


def test_shifted() -> None:
    measures = metrics.score(square_matte(6), square_matte(4), np.ones((20, 30), np.bool_)).whole
    assert measures.sad == 0.04  # two columns lost, two won
    assert measures.mse == measures.mad == pytest.approx(40 / 600 * 1000)
    assert measures.iou == 80 / 120
    assert measures.conn == pytest.approx(0.04)
    assert measures.grad > 0.01


def test_the_gradient_of_a_step_is_the_analytic_one() -> None:
    # Far from the ends of a step, the filter sees only how much of its derivative lies beyond the step.
    truth = np.zeros((40, 40))
    truth[:, 20:] = 1
    x = np.arange(-4, 5)
    bell = np.exp(-(x**2) / (2 * 1.4**2))
    norm = np.linalg.norm(bell) * np.linalg.norm(x * bell)
    columns = [(bell.sum() * (x * bell)[x >= 20 - column].sum() / norm) ** 2 for column in range(16, 24)]
    assert metrics.grad(np.zeros_like(truth), truth) == pytest.approx(40 * sum(columns) / 1000)


def test_a_faint_prediction_is_not_stretched_to_a_full_one() -> None:
    truth = square_matte()
    nothing = metrics.grad(np.zeros_like(truth), truth)
    assert nothing > 0.1 and metrics.grad(truth * 0.5, truth) == pytest.approx(0.25 * nothing)


def test_a_separate_island_costs_connectivity_and_a_joined_one_does_not() -> None:
    truth = np.zeros((9, 20))
    truth[2:7, 2:7] = 1
    island, joined = truth.copy(), truth.copy()
    island[2:7, 12:15] = 0.5
    joined[2:7, 7:10] = 0.5
    both = np.maximum(truth, 0.1 * (island > 0))
    assert metrics.conn(island, truth) == pytest.approx(15 * 0.5 / 1000)
    assert (
        metrics.conn(joined, np.where(joined > 0, np.maximum(truth, 0.4), 0)) == 0
    )  # 0.1 past the source: below theta
    assert metrics.conn(island, both) == pytest.approx(15 * 0.5 / 1000)  # in common, but not connected to the largest


def test_of_equal_components_the_first_is_the_source() -> None:
    truth = np.array([[0.0, 0.0, 1.0, 0.0, 1.0]])
    alpha = np.array([[0.0, 0.0, 0.6, 0.0, 0.6]])
    # The first is a source up to 0.6, then only the truth is above; the second never is.
    assert metrics.conn(alpha, truth) == pytest.approx((0.4 - 0 + 1 - 0.6) / 1000)


def test_dtssd_sees_flicker_and_not_a_constant_error() -> None:
    truths = np.stack([square_matte(4 + t) for t in range(4)])
    assert metrics.dtssd(truths * np.float32(0.5) + np.float32(0.25), truths) > 0
    still = np.stack([square_matte()] * 4)
    assert metrics.dtssd(np.zeros_like(still), still) == 0
    flicker = still.copy()
    flicker[1::2] *= 0.5
    assert metrics.dtssd(flicker, still) == pytest.approx(100 * math.sqrt(100 * 0.25 / 600))
    assert metrics.dtssd(flicker, still, still > 0) == pytest.approx(50)


def test_an_empty_region_is_nan_and_not_zero() -> None:
    alpha, nothing = square_matte(), np.zeros((20, 30), np.bool_)
    assert all(math.isnan(function(alpha, alpha, nothing)) for function in ALL)
    scores = metrics.score(alpha, alpha, nothing)
    assert all(math.isnan(value) for value in asdict(scores.unknown).values())
    assert scores.whole.sad == 0
    assert math.isnan(metrics.dtssd(alpha[None], alpha[None]))  # one frame has no neighbour
    clip, masks = np.stack([alpha, alpha * 0.5, alpha]), np.zeros((3, 20, 30), np.bool_)
    assert math.isnan(metrics.dtssd(clip, clip, masks))
    masks[2, 5, 4] = True
    assert metrics.dtssd(clip, np.stack([alpha] * 3), masks) == 50  # the pair without a region does not count as 0
    assert math.isnan(metrics.soft_iou(np.zeros((2, 2)), np.zeros((2, 2))))
    assert metrics.soft_iou(np.ones((2, 2)), np.zeros((2, 2))) == 0


def test_means_leave_out_what_was_not_measured() -> None:
    alpha = square_matte()
    first = metrics.score(alpha * 0, alpha, alpha > 0)
    second = metrics.score(alpha, alpha, alpha > 1)
    mean = metrics.mean([first, second])
    assert mean.whole.sad == 0.05 and mean.unknown.sad == 0.1
    assert math.isnan(mean.whole.dtssd) and math.isnan(metrics.mean([second]).unknown.sad)


@pytest.mark.parametrize("function", ALL)
def test_wrong_inputs(function) -> None:
    alpha, good = square_matte(), np.ones((20, 30), np.bool_)
    for wrong, message in (
        ((alpha[:-1], alpha), "shape"),
        ((alpha[None], alpha[None]), "shape"),
        ((alpha[:0], alpha[:0]), "shape"),
        ((alpha[:, :0], alpha[:, :0]), "shape"),
        (((alpha * 255).astype(np.uint8), alpha), "divide 8-bit"),
        ((alpha * 2, alpha), r"expected \[0, 1\]"),
        ((alpha, alpha - 1), r"expected \[0, 1\]"),
        ((alpha * np.float32("nan"), alpha), r"expected \[0, 1\]"),
        ((alpha, alpha, good[:-1]), "mask"),
        ((alpha, alpha, good.astype(np.uint8)), "mask"),
    ):
        with pytest.raises(ValueError, match=message):
            function(*wrong)
    with pytest.raises(ValueError, match="shape"):
        metrics.dtssd(alpha, alpha)
