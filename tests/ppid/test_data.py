from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from ppid.data import augment
from ppid.data.backgrounds import Rooms, crop_photographs, load_backgrounds, procedural
from ppid.data.compose import Composer
from ppid.data.foregrounds import Foregrounds, find_foregrounds, load_foregrounds, read_foregrounds
from ppid.data.jpeg import block_artefacts, jpeg
from ppid.data.sample import affine_grid, resize, warp
from ppid.data.splits import split_subjects
from ppid.errors import UserError
from tests.ppid.conftest import disc_rgba


@pytest.fixture(scope="module")
def foregrounds(foreground_folder: Path) -> Foregrounds:
    return load_foregrounds([foreground_folder], 64)


@pytest.fixture(scope="module")
def composer(foregrounds: Foregrounds, photograph_folder: Path) -> Composer:
    return Composer(foregrounds, load_backgrounds([photograph_folder], 128), (64, 96))


def test_foregrounds_are_kept_with_their_kind(foregrounds: Foregrounds) -> None:
    assert len(foregrounds) == 24
    assert foregrounds.kinds.count("people") == foregrounds.kinds.count("glass") == 12
    assert [tuple(level.shape) for level in foregrounds.levels] == [(24, 4, 64, 64), (24, 4, 32, 32), (24, 4, 16, 16)]
    assert not foregrounds.cut.any()


def test_splits_share_no_picture(foreground_folder: Path) -> None:
    training, held_out = (read_foregrounds(part, 64) for part in split_subjects(find_foregrounds([foreground_folder])))
    assert len(held_out) == 2 and set(held_out.kinds) == {"people", "glass"}
    assert not set(training.names) & set(held_out.names) and len(training) + len(held_out) == 24


def test_a_subject_cut_by_its_picture_stays_cut_at_the_frame(tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    rgba = disc_rgba(80, 1)[:40]  # the lower half is missing
    cv2.imwrite(str(tmp_path / "people" / "bust.png"), rgba)
    bust = load_foregrounds([tmp_path], 64)
    assert bust.cut.tolist() == [[False, False, False, True]]
    composer = Composer(bust, [], (64, 96))
    rng = np.random.default_rng(0)
    for _ in range(30):
        _, alpha = composer._place([0], rng)
        columns = alpha[0, 0].amax(0) > 0.9
        lowest = alpha[0, 0, -1] > 0.5
        assert not columns.any() or lowest.any()  # no bust floats in the air


def test_batches_are_what_they_say(composer: Composer) -> None:
    batch = composer.batch(16, seed=1, step=2)
    assert batch.image.shape == (16, 3, 64, 96) and batch.alpha.shape == (16, 1, 64, 96)
    for tensor in (batch.image, batch.alpha, batch.foreground, batch.background):
        assert tensor.dtype == torch.float32 and tensor.min() >= 0 and tensor.max() <= 1
    empty = [kind == "none" for kind in batch.kinds]
    assert [not shown for shown in batch.alpha.sum((1, 2, 3)) > 0] == empty
    clean = batch.foreground * batch.alpha + batch.background * (1 - batch.alpha)
    assert (batch.image - clean).abs().mean() < 0.15  # faults of a camera, not another picture


def test_the_same_step_gives_the_same_batch_and_another_does_not(composer: Composer) -> None:
    first, again, other = (composer.batch(4, 7, step).image for step in (3, 3, 4))
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_some_scenes_are_empty_and_both_kinds_appear(composer: Composer) -> None:
    kinds = {kind for step in range(20) for kind in composer.batch(16, 0, step).kinds}
    assert kinds == {"none", "people", "glass"}


def test_photographs_for_validation_and_tests_are_left_alone(tmp_path: Path) -> None:
    for index, folder in enumerate(("train/kitchens", "val", "valid", "validation", "test", "more")):
        (tmp_path / folder).mkdir(parents=True)
        cv2.imwrite(str(tmp_path / folder / "x.png"), np.full((8, 8, 3), index, np.uint8))
    assert [picture[0, 0, 0].item() for picture in load_backgrounds([tmp_path], 8)] == [5, 0]
    assert len(load_backgrounds([tmp_path / "val"], 8)) == 1
    (tmp_path / "train").rename(tmp_path / "kitchens")
    assert len(load_backgrounds([tmp_path], 8)) == 6  # no such split: folders are only folders


def test_photographs_alone_or_not_at_all(foregrounds: Foregrounds, photograph_folder: Path) -> None:
    rng = np.random.default_rng(0)
    crops = crop_photographs(load_backgrounds([photograph_folder], 128), (64, 96), rng, 3)
    assert crops.shape == (3, 3, 64, 96) and crops.max() < 0.55  # they are dark
    room = procedural((64, 96), rng, torch.device("cpu"))
    assert room.shape == (3, 64, 96) and room.std() > 0.02
    assert Composer(foregrounds, [], (64, 96)).batch(2, 0, 0).image.shape == (2, 3, 64, 96)


def test_rooms_are_redrawn_now_and_then_and_the_same_after_a_restart() -> None:
    def crops(rooms: Rooms, number: int) -> torch.Tensor:
        return rooms.crops((64, 96), 6, 3, number, np.random.default_rng(number), torch.device("cpu"))

    bank = Rooms()
    earlier = [crops(bank, number) for number in range(1600)]
    assert torch.equal(crops(Rooms(), 1599), earlier[1599])  # straight to where the other is
    later = bank.crops((64, 96), 6, 3, 1200, np.random.default_rng(7), torch.device("cpu"))
    first = Rooms().crops((64, 96), 6, 3, 0, np.random.default_rng(7), torch.device("cpu"))
    assert all(not torch.equal(a, b) for a, b in zip(later, first, strict=True))  # all rooms have changed by then


def test_a_grid_is_that_of_torch() -> None:
    thetas = torch.randn(3, 2, 3, generator=torch.Generator().manual_seed(0))
    expected = torch.nn.functional.affine_grid(thetas, [3, 1, 10, 14], align_corners=False)
    assert torch.allclose(affine_grid(thetas, (10, 14)), expected, atol=1e-5)


def smooth_picture() -> torch.Tensor:
    y, x = np.mgrid[:60, :80]
    planes = [np.sin(x / 9) * 100 + 128, np.cos(y / 7) * 100 + 128, (x + y) * 1.8]
    return torch.from_numpy(np.stack(planes).round().clip(0, 255).astype(np.uint8))


def test_a_warp_is_what_torch_samples() -> None:
    pictures = [smooth_picture(), smooth_picture()]
    thetas = np.array([[[0.6, 0.2, 0.1], [-0.15, 0.7, -0.05]], [[1.4, 0, 0.3], [0, 1.2, 0]]])
    found = warp(pictures, thetas, (36, 50))
    grid = affine_grid(torch.from_numpy(thetas).float(), (36, 50))
    expected = (
        torch.nn.functional.grid_sample(torch.stack(pictures).float(), grid, "bilinear", "zeros", align_corners=False)
        / 255
    )
    inside = (grid.abs() < 0.95).all(3)[:, None].expand_as(expected)  # edges fade over one pixel in both
    assert (found - expected)[inside].abs().max() < 0.02 and (found - expected).abs().mean() < 0.006
    assert found[1, :, 0, 0].max() == 0  # outside


@pytest.mark.parametrize("size", [(20, 30), (120, 160)])
def test_resizing_keeps_the_picture(size: tuple[int, int]) -> None:
    picture = smooth_picture()
    expected = torch.nn.functional.interpolate(picture[None].float(), size, mode="bilinear", antialias=True)[0] / 255
    assert (resize(picture, size) - expected).abs().mean() < 0.02


@pytest.mark.parametrize(
    "change",
    [
        augment.jitter,
        augment.light_falloff,
        lambda picture, rng: augment.blur(picture, np.array([0.0, 2.0])),
        lambda picture, rng: augment.Grain().add_to(picture, rng),
        lambda picture, rng: jpeg(picture, np.array([30.0, 100.0])),
        lambda picture, rng: augment.sharpen(picture, np.array([0.0, 0.8])),
        lambda picture, rng: augment.coarsen(picture, np.array([False, True])),
    ],
)
def test_augmentations_keep_shape_and_range_and_do_something(change) -> None:
    picture = torch.rand(2, 3, 32, 48, generator=torch.Generator().manual_seed(0))
    result = change(picture.clone(), np.random.default_rng(0))
    assert result.shape == picture.shape and result.min() >= 0 and result.max() <= 1
    assert (result - picture).abs().mean() > 0.005


def split_pictures(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Grey pictures (count, 3, 64, 96) whose left half is covered, and alpha."""
    alpha = torch.zeros(count, 1, 64, 96)
    alpha[..., :48] = 1
    return torch.full((count, 3, 64, 96), 0.5), alpha


def test_shadows_fall_near_the_subject_only() -> None:
    background, alpha = split_pictures(40)
    shaded = augment.cast_shadows(background.clone(), alpha, np.random.default_rng(0))
    cast = (shaded < background).flatten(1).any(1)
    assert 5 < cast.sum() < 20
    near, far = shaded[cast][..., 20:28], shaded[cast][..., 88:]
    assert near.mean() < 0.45 and far.mean() > 0.49


def test_light_from_behind_reaches_edges_only() -> None:
    foreground, alpha = split_pictures(40)
    lit = augment.wrap_light(foreground.clone(), torch.ones_like(foreground), alpha, np.random.default_rng(0))
    changed = (lit > foreground + 1e-3).flatten(1).any(1)
    assert 3 < changed.sum() < 16
    assert torch.allclose(lit[..., :24], foreground[..., :24]) and lit[changed][..., 44:48].mean() > 0.55


def test_a_thing_behind_a_person_is_no_subject(composer: Composer, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [index for index, kind in enumerate(composer.foregrounds.kinds) if kind == "people"]
    things = [index for index, kind in enumerate(composer.foregrounds.kinds) if kind != "people"]
    count = 60
    for first, second, joined in ((people, things, False), (people, people, True), (things, things, True)):
        monkeypatch.setattr("ppid.data.compose._PEOPLE_BEHIND", 1.0 if second is people else 0.0)
        others = replace(composer, people_share=1.0)
        foreground, alpha = torch.full((count, 3, 64, 96), 0.5), torch.zeros(count, 1, 64, 96)
        background = torch.zeros_like(foreground)
        others._add_others(first[:1] * count, foreground, alpha, background, np.random.default_rng(0))
        assert bool(alpha.any()) is joined and bool(background.any()) is not joined


def test_everybody_of_a_group_is_subject(composer: Composer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ppid.data.compose._IN_COMPANY", 1.0)
    people = [index for index, kind in enumerate(composer.foregrounds.kinds) if kind == "people"]
    rng, indices = np.random.default_rng(0), people[:1] * 40
    groups = composer._gather(indices, rng)
    assert sorted(groups) == list(range(40))
    alone = [group[0] for group in groups.values()]
    colours, alpha = composer._place([index for index, _ in alone], rng, [spot for _, spot in alone])
    first, seen = alpha.clone(), colours.clone()
    composer._add_company(groups, colours, alpha, rng)
    assert (alpha >= first - 1e-6).all() and alpha.max() <= 1
    more = (alpha - first).flatten(1).sum(1)
    for number, group in groups.items():
        assert len(group) > 1 or more[number] == 0
    assert sum(bool(more[number] > 20) for number, group in groups.items() if len(group) > 1) > 20
    assert torch.allclose(
        colours * (first > 0.999), seen * (first > 0.999), atol=1e-5
    )  # who is in front stays in front


@pytest.mark.parametrize("sigma", [0.5, 1.5, 2.0, 4.0])
def test_blur_is_gaussian(sigma: float) -> None:
    picture = cv2.GaussianBlur(np.random.default_rng(0).random((96, 96, 3), np.float32), (0, 0), 1.0)
    expected = cv2.GaussianBlur(picture, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    tensor = torch.from_numpy(picture).permute(2, 0, 1)[None].clone()
    found = augment.blur(tensor, np.array([sigma]))[0].permute(1, 2, 0).numpy()
    assert np.abs(found - expected).mean() < 0.1 * np.abs(picture - expected).mean()


@pytest.mark.parametrize("compress", [jpeg, block_artefacts], ids=["CPU", "GPU"])
def test_jpeg_is_like_the_real_one(compress: Callable[[torch.Tensor, np.ndarray], torch.Tensor]) -> None:
    y, x = np.mgrid[:64, :96]
    scene = np.stack([np.sin(x / 7) * 60 + 128, np.cos(y / 9) * 50 + 128, (x + y) % 64 + 90], -1)
    scene = np.clip(scene + np.random.default_rng(0).normal(0, 12, scene.shape), 0, 255).astype(np.uint8)
    ours = compress(torch.from_numpy(scene).permute(2, 0, 1)[None].float() / 255, np.array([30.0]))
    options = [cv2.IMWRITE_JPEG_QUALITY, 30, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420]
    real = cv2.imdecode(cv2.imencode(".jpg", scene[..., ::-1], options)[1], cv2.IMREAD_COLOR)[..., ::-1]
    ours8 = ours[0].permute(1, 2, 0).numpy() * 255
    assert np.abs(ours8 - real).mean() < 0.25 * np.abs(scene.astype(float) - real).mean()


def test_mistakes(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no RGBA pictures"):
        load_foregrounds([tmp_path], 64)
    with pytest.raises(UserError, match="no pictures"):
        load_backgrounds([tmp_path], 64)
    (tmp_path / "broken.png").write_text("no picture")
    with pytest.raises(UserError, match="broken.png is not a readable picture"):
        load_foregrounds([tmp_path], 64)
    with pytest.raises(UserError, match="broken.png is not a readable picture"):
        load_backgrounds([tmp_path], 64)
    cv2.imwrite(str(tmp_path / "broken.png"), np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(UserError, match="has no alpha channel"):
        load_foregrounds([tmp_path], 64)
    cv2.imwrite(str(tmp_path / "broken.png"), np.full((8, 8, 4), 255, np.uint8))
    with pytest.raises(UserError, match="without transparency"):
        load_foregrounds([tmp_path], 64)
