from __future__ import annotations

import cv2
import numpy as np
import pytest

from ppid.data.foregrounds import Foregrounds, load_foregrounds
from ppid.data.placement import Spot, gathered, placement
from ppid.data.sample import warp
from tests.ppid.conftest import disc_rgba

_SIZE = (128, 192)


@pytest.fixture(scope="module")
def foregrounds(tmp_path_factory: pytest.TempPathFactory) -> Foregrounds:
    """Three whole people, one cut on both sides, one below, one at a side, and a thing."""
    root = tmp_path_factory.mktemp("foregrounds")
    (root / "people").mkdir()
    (root / "glass").mkdir()
    pictures = {"people/0": disc_rgba(96, 0), "people/1": disc_rgba(96, 1), "people/2": disc_rgba(96, 2)}
    pictures |= {"people/cut-both": disc_rgba(96, 6)[:, 24:72]}
    pictures |= {"people/cut-below": disc_rgba(96, 3)[:48], "people/cut-aside": disc_rgba(96, 4)[:, :48]}
    for name, picture in {**pictures, "glass/0": disc_rgba(96, 5)}.items():
        cv2.imwrite(str(root / f"{name}.png"), picture)
    return load_foregrounds([root], 128)


def shown(foregrounds: Foregrounds, index: int, rng: np.random.Generator, spot: Spot) -> np.ndarray:
    theta, level = placement(foregrounds, index, _SIZE, rng, spot)
    alpha: np.ndarray = warp([foregrounds.levels[level][index]], theta[None], _SIZE)[0, 3].numpy()
    return alpha


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("x", "foot"), [(-0.4, 0.8), (0.3, 0.2), (0.0, 0.0)])
def test_a_subject_stands_at_its_spot(foregrounds: Foregrounds, seed: int, x: float, foot: float) -> None:
    index = next(index for index, name in enumerate(foregrounds.names) if name.endswith("people/0.png"))
    alpha = shown(foregrounds, index, np.random.default_rng(seed), Spot(0.35, x, foot))
    rows, columns = np.flatnonzero(alpha.max(1) > 0.3), np.flatnonzero(alpha.max(0) > 0.3)
    assert (columns[0] + columns[-1] + 1) / _SIZE[1] - 1 == pytest.approx(x, abs=0.03)
    assert (rows[-1] + 1) / _SIZE[0] * 2 - 1 == pytest.approx(foot, abs=0.06)
    assert len(rows) / _SIZE[0] == pytest.approx(0.35, abs=0.05)


def test_who_is_cut_below_stands_at_the_lower_edge(foregrounds: Foregrounds) -> None:
    index = next(index for index, name in enumerate(foregrounds.names) if "cut-below" in name)
    for seed in range(6):
        alpha = shown(foregrounds, index, np.random.default_rng(seed), Spot(0.4, 0.0, 0.1))
        assert alpha[-1].max() > 0.9 and alpha[:20].max() == 0


def test_groups_are_of_people_that_can_stand_anywhere(foregrounds: Foregrounds) -> None:
    groups = [gathered(foregrounds, _SIZE, np.random.default_rng(seed)) for seed in range(200)]
    assert {len(group) for group in groups} == {1, 2, 3, 4, 5}
    names = {foregrounds.names[index] for group in groups for index, _ in group}
    assert len(names) == 4 and not any("glass" in name or "aside" in name for name in names)
    for group in groups:
        talls = [spot.tall for _, spot in group]
        assert max(talls) / min(talls) < 2  # they stand side by side
        if max(talls) < 0.3:  # far away nobody is a bust
            assert not any("below" in foregrounds.names[index] for index, _ in group)
    assert gathered(foregrounds, _SIZE, np.random.default_rng(3)) == groups[3]


def test_without_people_nobody_gathers(foregrounds: Foregrounds) -> None:
    things = [index for index, kind in enumerate(foregrounds.kinds) if kind != "people"]
    assert gathered(foregrounds.subset(things), _SIZE, np.random.default_rng(0)) == []
    aside = [index for index, name in enumerate(foregrounds.names) if "aside" in name]
    assert gathered(foregrounds.subset(aside), _SIZE, np.random.default_rng(0)) == []


def test_who_is_cut_on_both_sides_is_so_in_the_picture_too(foregrounds: Foregrounds) -> None:
    index = next(index for index, name in enumerate(foregrounds.names) if "cut-both" in name)
    for seed in range(40):
        theta, level = placement(foregrounds, index, _SIZE, np.random.default_rng(seed))
        alpha = warp([foregrounds.levels[level][index]], theta[None], _SIZE)[0, 3].numpy()
        sides = alpha[:, [0, -1]].max(0)
        assert sides.min() > 0.3 or alpha[:, 1:-1].max() < 0.5, seed  # a look at one edge may miss the subject
