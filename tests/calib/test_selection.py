"""Which frames are chosen."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from calib.selection import descriptor, distinct, is_black, k_centre, thumbnail

descriptors = arrays.arrays(
    np.int64,
    st.tuples(st.integers(1, 24), st.integers(1, 5)),
    elements=st.one_of(st.integers(-3, 3), st.integers(-(2**20), 2**20)),
)


@given(descriptors, st.integers(1, 30))
def test_k_centre_returns_distinct_indices(rows, count):
    chosen = k_centre(rows, count)
    assert len(chosen) == len(set(chosen)) == min(count, len(rows))
    assert all(0 <= index < len(rows) for index in chosen)


@given(descriptors, st.integers(1, 30), st.randoms(use_true_random=False))
def test_k_centre_depends_on_the_frames_not_on_their_order(rows, count, random):
    order = list(range(len(rows)))
    random.shuffle(order)
    shuffled = rows[order]
    np.testing.assert_array_equal(rows[k_centre(rows, count)], shuffled[k_centre(shuffled, count)])


@given(descriptors)
def test_k_centre_takes_ever_less_different_frames(rows):
    chosen = rows[k_centre(rows, len(rows))]
    gaps = [((chosen[:taken] - chosen[taken]) ** 2).sum(1).min() for taken in range(1, len(chosen))]
    assert gaps == sorted(gaps, reverse=True)


@settings(max_examples=50)
@given(arrays.arrays(np.int64, (7, 2), elements=st.integers(-50, 50)), st.integers(1, 3))
def test_k_centre_is_at_most_twice_as_far_as_the_best(rows, count):
    def radius(chosen):
        return np.sqrt(((rows[:, None] - rows[list(chosen)]) ** 2).sum(2).min(1).max())

    best = min(radius(chosen) for chosen in itertools.combinations(range(len(rows)), count))
    assert radius(k_centre(rows, count)) <= 2 * best + 1e-9


def test_k_centre_starts_at_the_most_ordinary_frame_and_goes_to_the_strangest():
    assert k_centre(np.array([[0], [20], [25], [26], [60]]), 3) == [3, 4, 0]


def _picture(value: int | tuple[int, int, int] = 100) -> np.ndarray:
    return np.full((36, 64, 3), value, np.uint8)


def test_descriptor_is_far_for_what_looks_different_and_near_for_noise():
    random = np.random.default_rng(0)
    ground = random.integers(60, 180, (36, 64, 3)).astype(np.uint8)
    noisy = np.clip(ground + random.normal(0, 1, ground.shape), 0, 255).astype(np.uint8)
    mirrored, darker = ground[:, ::-1].copy(), ground // 2
    reference = descriptor(ground, None)
    noise, *others = (
        np.linalg.norm(descriptor(other, None) - reference) for other in (noisy, mirrored, darker, _picture())
    )
    assert reference.dtype == np.int64
    assert all(4 * noise < other for other in others)


def test_descriptor_sees_motion():
    still, moved = _picture(), _picture()
    moved[:, :20] = 200
    np.testing.assert_array_equal(descriptor(moved, None), descriptor(moved, moved))
    assert (descriptor(moved, None) != descriptor(moved, still)).sum() == 1


def test_descriptor_stays_in_the_range_that_keeps_distances_exact():
    checkers = (np.indices((36, 64)).sum(0) % 2 * 255).astype(np.uint8)
    extremes = [np.repeat(checkers[..., None], 3, 2), _picture(255), _picture(0)]
    for picture, before in itertools.product(extremes, [None, *extremes]):
        assert np.abs(descriptor(picture, before)).max() < 2**20


@pytest.mark.parametrize("difference, count", [(1, 1), (3, 2)])
def test_distinct_ignores_what_cannot_be_seen(difference, count):
    pictures = [_picture(100), _picture(100 + difference), _picture(100)]
    assert len(distinct(np.stack([thumbnail(picture) for picture in pictures]))) == count


def test_distinct_keeps_a_small_moving_subject():
    near, far = _picture(), _picture()
    near[4:16, 4:16], far[20:32, 40:52] = 200, 200
    assert distinct(np.stack([thumbnail(near), thumbnail(far), thumbnail(near)])) == [0, 1]


@pytest.mark.parametrize("level, black", [(0, True), (12, True), (20, False), (200, False)])
def test_is_black(level, black):
    assert is_black(_picture(level)) is black


def test_a_small_bright_thing_on_black_is_not_black():
    picture = _picture(0)
    picture[:10, :10] = 255
    assert not is_black(picture)
