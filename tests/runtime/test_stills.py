"""Pictures of many shapes through the packaged student."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import runtime
from runtime import bundle as bundles
from runtime.bundle import Bundle
from runtime.images import read_rgb
from runtime.matter import Matter
from runtime.stills import Stills, _settled


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The sizes of the engines that were opened, in order."""
    opened = []

    class Noted(Matter):
        def __enter__(self) -> Noted:
            opened.append(self.bundle.manifest.size)
            return super().__enter__()

    monkeypatch.setattr("runtime.stills.Matter", Noted)
    return opened


def test_each_picture_is_seen_at_its_proportions(sizes: list[tuple[int, int]]) -> None:
    with Stills(bundles.load(bundles.packaged())) as stills:
        for width, height in ((90, 160), (160, 90), (91, 160), (100, 100)):
            assert stills.matte(np.zeros((height, width, 3), np.uint8)).alpha.shape == (height, width)
    assert sizes == [(288, 512), (512, 288), (384, 384)]


def test_pictures_with_more_to_show_are_looked_at_twice(sizes: list[tuple[int, int]]) -> None:
    with Stills(bundles.load(bundles.packaged())) as stills:
        for side in (384, 512, 2000):
            alpha = stills.matte(np.zeros((side, side, 3), np.uint8)).alpha
            assert alpha.shape == (side, side)
    assert sizes == [(384, 384), (512, 512), (672, 672)]


def test_the_second_look_decides_where_the_first_could_not() -> None:
    first = np.zeros((32, 64), np.float32)
    first[:, 32:] = 1
    first[8:18, 8:18] = 0.5
    alpha = _settled(first, np.full((64, 128), 0.25, np.float32))
    assert alpha.shape == (64, 128)
    assert np.all(alpha[:, 100:] == 1) and np.all(alpha[48:, :50] == 0), "there the first look is sure"
    assert np.allclose(alpha[20:32, 20:32], 0.25)


def test_a_mirrored_picture_has_the_mirrored_alpha() -> None:
    picture = read_rgb(Path(runtime.__file__).parent / "samples" / "astronaut.png")[:256, :256]
    with Stills(bundles.load(bundles.packaged())) as stills:
        alpha = stills.matte(picture).alpha
        again = stills.matte(np.ascontiguousarray(picture[:, ::-1])).alpha[:, ::-1]
    with runtime.open(bundles.packaged()) as matter:
        once, _ = matter(picture)
    assert np.abs(alpha.astype(int) - again).mean() < 1  # but for rounding and chroma at half size
    assert np.abs(alpha.astype(int) - once).mean() > 1, "else looking twice is for nothing"


def test_few_engines_stay_open(sizes: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.stills._OPEN", 4)
    with Stills(bundles.load(bundles.packaged())) as stills:
        for width in (20, 40, 60, 20, 80, 100, 20, 40):
            stills.matte(np.zeros((60, width, 3), np.uint8))
        assert len(stills._matters) == 4
    assert len(sizes) == 6  # 20 pixels stayed in use; 40 had to be opened twice
    assert not stills._matters


def test_an_engine_of_one_size_takes_all(red_bundle: Bundle, sizes: list[tuple[int, int]]) -> None:
    with Stills(red_bundle) as stills:
        for shape in ((60, 20, 3), (20, 60, 3)):
            assert stills.matte(np.zeros(shape, np.uint8)).alpha.shape == shape[:2]
    assert sizes == [red_bundle.manifest.size]
