from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ppid.data.foregrounds import Foregrounds, find_foregrounds, fit, held_out, load_foregrounds
from ppid.data.layouts import Item
from ppid.data.pool import ForegroundPool
from ppid.errors import UserError
from tests.ppid.conftest import disc_rgba
from tests.ppid.test_layouts import write

KINDS = {"people": 12, "glass": 6}


@pytest.fixture(scope="module")
def subjects(tmp_path_factory: pytest.TempPathFactory) -> list:
    root = tmp_path_factory.mktemp("pool")
    for kind, count in KINDS.items():
        for index in range(count):
            write(root / kind / f"{index:02d}.png", disc_rgba(20, index + 100 * len(kind)))
    return find_foregrounds([root])


def pool(subjects: list, capacity: int = 6, seed: int = 0, every: int = 10) -> ForegroundPool:
    return ForegroundPool(subjects, 16, capacity, seed, every)


def snapshot(foregrounds: Foregrounds) -> tuple:
    arrays = [*(level.clone() for level in foregrounds.levels)]
    return foregrounds.names, foregrounds.kinds, arrays, foregrounds.boxes.copy(), foregrounds.points.copy()


def same(first: tuple, second: tuple) -> bool:
    return (
        first[:2] == second[:2]
        and all(torch.equal(a, b) for a, b in zip(first[2], second[2], strict=True))
        and all((a == b).all() for a, b in zip(first[3:], second[3:], strict=True))
    )


def test_a_pool_that_holds_all_is_the_whole_set(subjects: list) -> None:
    whole = snapshot(load_foregrounds([Path(subjects[0].rgba).parents[1]], 16))
    with pool(subjects, capacity=50) as all_of_them:
        assert same(snapshot(all_of_them.at(0)), whole)
        assert all_of_them.at(10**6) is all_of_them.at(3)


def test_it_exchanges_a_part_at_fixed_steps(subjects: list) -> None:
    with pool(subjects, capacity=8) as changing:
        first = changing.at(0)
        names = first.names
        assert changing.at(9) is first and len(set(names)) == 8
        later = changing.at(10)
        assert len(set(names) - set(later.names)) == 1
        for row in range(8):  # pictures and what is known of them belong together
            subject = next(s for s in subjects if s.name == later.names[row])
            pixels, facts = fit(subject, 16)
            assert torch.equal(later.levels[0][row], torch.from_numpy(pixels))
            assert (later.boxes[row] == facts.box).all() and (later.points[row] == facts.points).all()


@given(
    seed=st.integers(0, 2**31), steps=st.lists(st.integers(0, 900), min_size=1, max_size=4), capacity=st.integers(1, 17)
)
@settings(deadline=None, max_examples=15)
def test_what_is_held_follows_from_seed_and_step_alone(
    seed: int, steps: list[int], capacity: int, subjects: list
) -> None:
    with pool(subjects, capacity, seed) as wandering:
        for step in steps:
            held = snapshot(wandering.at(step))
    with pool(subjects, capacity, seed) as resumed:
        assert same(snapshot(resumed.at(steps[-1])), held)


def test_another_seed_gives_another_order(subjects: list) -> None:
    with pool(subjects, seed=1) as one, pool(subjects, seed=2) as two:
        assert one.at(0).names != two.at(0).names


def test_kinds_stay_in_proportion_and_all_are_seen(subjects: list) -> None:
    seen: Counter[str] = Counter()
    with pool(subjects, capacity=6) as changing:
        for step in range(0, 36 * 10, 10):
            held = changing.at(step)
            counts = Counter(held.kinds)
            assert abs(counts["people"] - 4) <= 1  # also where one epoch ends and the next begins
            seen.update(held.names)
    assert set(seen) == {subject.name for subject in subjects}


def test_an_error_of_the_thread_reaches_the_caller(subjects: list, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_text("no picture")
    item = Item("broken.png", "people", "train", rgba=broken)
    with (
        pool([*subjects, item], capacity=4) as failing,
        pytest.raises(UserError, match=r"broken.png is not a readable picture"),
    ):
        for step in range(0, 500, 10):
            failing.at(step)


def test_a_pool_of_nothing_is_refused(subjects: list) -> None:
    for arguments in (([], 4, 1), (subjects, 0, 1), (subjects, 4, 0)):
        with pytest.raises(UserError, match="must be at least 1"):
            pool(arguments[0], arguments[1], 0, arguments[2])


def test_points_lie_on_the_edge(subjects: list, tmp_path: Path) -> None:
    loaded = load_foregrounds([Path(subjects[0].rgba).parents[1]], 16)
    assert loaded.points.shape == (18, 64, 2) and loaded.has_edge.all()
    for row in range(len(loaded)):
        columns, rows = ((loaded.points[row] + 1) / 2 * 16 - 0.5).round().astype(int).T
        alpha = loaded.levels[0][row, 3].numpy()[rows, columns]
        assert ((alpha > 0.02 * 255) & (alpha < 0.98 * 255)).all()
    some = loaded.subset([3, 1]).to(torch.device("cpu"))
    assert (some.points == loaded.points[[3, 1]]).all() and some.has_edge.tolist() == [True, True]
    hard = np.zeros((16, 16, 4), np.uint8)
    hard[4:8, 4:8] = 255
    write(tmp_path / "hard" / "x.png", hard)
    cut_out = load_foregrounds([tmp_path], 16)
    assert cut_out.has_edge.tolist() == [False] and not cut_out.points.any()


def test_each_tenth_of_a_kind_is_held_out() -> None:
    assert held_out(["a"] * 20 + ["b"] * 9 + ["c"] * 10) == [9, 19, 38]


def test_large_sets_are_averaged_in_pieces() -> None:
    from ppid.data.foregrounds import levels_of

    squares = torch.randint(0, 256, (130, 4, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    whole = torch.nn.functional.avg_pool2d(squares.float(), 2).round().to(torch.uint8)
    assert torch.equal(levels_of(squares)[1], whole)
    assert [tuple(level.shape[2:]) for level in levels_of(squares)] == [(8, 8), (4, 4), (2, 2)]
