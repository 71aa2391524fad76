"""Calibration sets from videos, pictures and folders."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from calib import candidates
from calib.frames import collect
from runtime.errors import UserError
from runtime.frames import Yuv
from runtime.images import read_rgb, write_png
from runtime.sources import open_source

SIZE = (64, 32)


def picture(index: int, height: int = 72, width: int = 128) -> np.ndarray:
    """One of many pictures that all differ."""
    random = np.random.default_rng(index)
    small = random.integers(30, 256, (4, 6, 3)).astype(np.uint8)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST)


def write_video(path: Path, pictures: list[np.ndarray]) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", Fraction(25))
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for rgb in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, "rgb24")))
        container.mux(stream.encode(None))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A video of 20 frames, and 12 pictures of which one lies deeper."""
    place = tmp_path / "scenes"
    (place / "deep").mkdir(parents=True)
    write_video(place / "walk.mkv", [picture(100 + index) for index in range(20)])
    for index in range(11):
        write_png(place / f"{index}.png", picture(index))
    write_png(place / "deep" / "more.PNG", picture(11))
    return place


def as_set(frames: np.ndarray) -> set[bytes]:
    return {frame.tobytes() for frame in frames}


def test_collects_videos_and_pictures_as_the_runtime_sees_them(folder):
    found = collect(folder, SIZE, count=24, held_out=8)
    with open_source(str(folder / "walk.mkv")) as source:
        expected = [frame.resized_rgb(SIZE) for frame in source]
    expected += [Yuv.from_rgb(read_rgb(path)).resized_rgb(SIZE) for path in folder.rglob("*.[pP]*")]
    assert found.frames.shape == (24, 32, 64, 3) and found.held_out.shape == (8, 32, 64, 3)
    assert found.frames.dtype == found.held_out.dtype == np.uint8
    assert as_set(found.frames) | as_set(found.held_out) == as_set(np.stack(expected))
    assert found.origin == f"24 of 32 frames from 1 video and 12 pictures in {folder}"


def test_same_files_give_the_same_set_wherever_they_lie_and_however_they_are_listed(folder, tmp_path, monkeypatch):
    first = collect(folder, SIZE, 10, 4)
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(folder, elsewhere)
    sampled = candidates.gather(folder, SIZE, 16)
    listed = Path.rglob
    monkeypatch.setattr(Path, "rglob", lambda path, pattern: reversed(list(listed(path, pattern))))
    again = collect(elsewhere, SIZE, 10, 4)
    assert again.digest == first.digest
    np.testing.assert_array_equal(again.frames, first.frames)
    np.testing.assert_array_equal(again.held_out, first.held_out)
    for one, other in zip(sampled.groups, candidates.gather(elsewhere, SIZE, 16).groups, strict=True):
        np.testing.assert_array_equal(one, other)


def test_digest_changes_with_pixels_and_size_but_not_with_held_out_frames(folder):
    first = collect(folder, SIZE, 8, 0)
    assert len(first.digest) == 64 and int(first.digest, 16)
    assert collect(folder, (32, 64), 8, 0).digest != first.digest
    assert collect(folder, SIZE, 9, 0).digest != first.digest
    assert collect(folder, SIZE, 8, 4).digest == first.digest


def test_held_out_frames_are_other_frames_of_the_same_kinds(folder):
    found = collect(folder, SIZE, 20, 6)
    assert not as_set(found.frames) & as_set(found.held_out)
    # No held-out frame is farther from the chosen ones than the chosen ones are from each other.
    chosen, rest = (part.astype(float).reshape(len(part), -1) for part in (found.frames, found.held_out))
    apart = [np.linalg.norm(np.delete(chosen, index, 0) - row, axis=1).min() for index, row in enumerate(chosen)]
    assert max(np.linalg.norm(chosen - row, axis=1).min() for row in rest) <= max(apart)


def test_rare_frames_are_chosen(tmp_path):
    common = [np.clip(picture(1).astype(int) + 3 * shade, 0, 255).astype(np.uint8) for shade in range(30)]
    write_video(tmp_path / "long.mkv", common[:17] + [picture(2)] + common[17:])
    found = collect(tmp_path / "long.mkv", SIZE, 6, 2)
    with open_source(str(tmp_path / "long.mkv")) as source:
        rare = [frame.resized_rgb(SIZE) for frame in source][17]
    assert rare.tobytes() in as_set(found.frames)


def test_too_few_frames_are_shared_between_both_uses(folder):
    found = collect(folder / "walk.mkv", SIZE, count=64, held_out=16)
    assert (len(found.frames), len(found.held_out)) == (16, 4)
    assert found.origin == f"16 of 20 frames from {folder / 'walk.mkv'}"


def test_nothing_is_held_out_where_nothing_is_asked_for(folder):
    assert collect(folder, SIZE, 10, 0).held_out.shape == (0, 32, 64, 3)


def test_repeated_frames_are_taken_once(tmp_path):
    write_video(tmp_path / "still.mkv", [picture(index // 5) for index in range(50)])
    found = collect(tmp_path / "still.mkv", SIZE, 64, 2)
    assert len(found.frames) + len(found.held_out) == 10


def test_long_videos_are_thinned_evenly_and_within_the_quota(tmp_path, monkeypatch):
    write_video(tmp_path / "long.mkv", [np.full((32, 64, 3), 40 + 4 * index, np.uint8) for index in range(50)])
    one = candidates.gather(tmp_path / "long.mkv", SIZE, 8)
    levels = [float(frame.mean()) for frame in one.groups[0]]
    np.testing.assert_allclose(levels, 40 + 4 * np.arange(0, 50, 8), atol=1)
    assert one.origin == f"50 frames from {tmp_path / 'long.mkv'}"

    monkeypatch.setattr(candidates, "DECODED_AT_MOST", 21)
    cut = candidates.gather(tmp_path / "long.mkv", SIZE, 8)
    assert [float(frame.mean()) for frame in cut.groups[0]] == levels[:1] + [
        pytest.approx(level, abs=1) for level in (56, 72, 88, 104, 120)
    ]
    assert cut.origin == f"21 frames from the beginning of {tmp_path / 'long.mkv'}"


def test_videos_and_pictures_share_the_budget(folder):
    shutil.copy(folder / "walk.mkv", folder / "run.mkv")
    groups = candidates.gather(folder, SIZE, 15).groups
    videos, stills = [group for group in groups if len(group) > 1], [group for group in groups if len(group) == 1]
    assert len(videos) == 2 and all(2 <= len(group) <= 5 for group in videos)
    assert len(stills) == 5


def test_more_videos_than_the_budget_holds_are_sampled(folder):
    for index in range(5):
        shutil.copy(folder / "walk.mkv", folder / f"copy{index}.mkv")
    found = candidates.gather(folder, SIZE, 16)
    assert sum(map(len, found.groups)) <= 16
    assert "4 of 6 videos" in found.origin


def test_unreadable_and_hidden_files_in_a_folder_do_no_harm(folder):
    whole = collect(folder, SIZE, 10, 4)
    (folder / "broken.mp4").write_bytes(b"\0" * 100)
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "notes.txt").write_text("not for calibration")
    (folder / ".trash").mkdir()
    write_png(folder / ".trash" / "old.png", picture(50))
    found = collect(folder, SIZE, 10, 4)
    assert found.digest == whole.digest
    assert found.origin.endswith("(2 unreadable)")


def test_packaged_set(tmp_path, monkeypatch):
    pairs_in(tmp_path / "packaged_set", 10)
    monkeypatch.setattr("calib.packaged.files", lambda package: tmp_path)
    found = collect(None, SIZE)
    assert (len(found.frames), len(found.held_out)) == (8, 2)
    assert found.origin == "8 of the packaged set of 10 composites"
    assert [truth.shape for truth in found.truths] == [(32, 64)] * 2


def pairs_in(folder: Path, count: int, images: str = "image", alphas: str = "alpha", third: str = "trimap") -> None:
    """Pictures and, as their alpha, their red channel."""
    for name in (images, alphas, third):
        (folder / name).mkdir(parents=True)
    for index in range(count):
        cv2.imwrite(str(folder / images / f"{index:02}.webp"), picture(index), [cv2.IMWRITE_WEBP_QUALITY, 101])
        cv2.imwrite(str(folder / alphas / f"{index:02}.png"), picture(index)[..., 2])
        cv2.imwrite(str(folder / third / f"{index:02}.png"), picture(index)[..., 2])


@pytest.mark.parametrize(
    "names",
    [
        ("image", "alpha", "trimap"),
        ("original", "mask", "trimaps"),
        ("img", "pha", "sure"),
        ("image/people", "alpha/people", "sure/people"),
        ("train/blurred_image", "train/mask", "train/trimap"),
    ],
)
def test_true_alphas_come_with_their_pictures_and_are_no_pictures_themselves(tmp_path, names):
    pairs_in(tmp_path, 12, *names)
    write_png(tmp_path / "more.png", picture(40))
    found = collect(tmp_path, SIZE, 8, 5)
    assert found.origin == f"8 of 13 frames from 13 pictures in {tmp_path}"
    known = [(frame, truth) for frame, truth in zip(found.held_out, found.truths, strict=True) if truth is not None]
    assert len(known) >= 4
    for frame, truth in known:
        assert np.abs(frame[..., 0] / 255 - truth).mean() < 0.1


def test_a_true_alpha_of_another_size_is_named(tmp_path):
    pairs_in(tmp_path, 12)
    for index in range(12):
        cv2.imwrite(str(tmp_path / "alpha" / f"{index:02}.png"), picture(index)[::2, ::2, 2])
    with pytest.raises(UserError, match=r"alpha/\d\d.png has 64x36 pixels, its picture .*128x72; expected the same"):
        collect(tmp_path, SIZE, 8, 4)


def test_missing_path(tmp_path):
    with pytest.raises(UserError, match="no such file or folder"):
        collect(tmp_path / "nothing", SIZE)


def test_empty_folder(tmp_path):
    (tmp_path / "readme.txt").write_text("empty")
    with pytest.raises(UserError, match=r"holds no videos and no pictures.*\.mp4.*\.png"):
        collect(tmp_path, SIZE)


def test_folder_in_which_nothing_can_be_read(tmp_path):
    (tmp_path / "a.png").write_bytes(b"not a picture")
    (tmp_path / "b.mp4").write_bytes(b"not a video")
    with pytest.raises(UserError, match="none of 2 videos and pictures can be read.*b.mp4"):
        collect(tmp_path, SIZE)


def test_file_that_is_no_video(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(UserError, match="text, not video"):
        collect(tmp_path / "notes.txt", SIZE)


def test_single_picture_is_too_few(folder):
    with pytest.raises(UserError, match="found 1 different frame among 1.*at least 8 frames.*give a video"):
        collect(folder / "3.png", SIZE)


def test_fewer_than_eight_different_frames(tmp_path):
    write_video(tmp_path / "short.mkv", [picture(index // 4) for index in range(28)])
    with pytest.raises(UserError, match="found 7 different frames among 28.*at least 8"):
        collect(tmp_path / "short.mkv", SIZE)


def test_identical_frames(tmp_path):
    write_video(tmp_path / "still.mkv", [picture(1)] * 12)
    with pytest.raises(UserError, match="all 12 frames looked at are .nearly. identical"):
        collect(tmp_path / "still.mkv", SIZE)


def test_black_frames(tmp_path):
    write_video(tmp_path / "lid.mkv", [np.full((32, 64, 3), index % 12, np.uint8) for index in range(24)])
    with pytest.raises(UserError, match="all 24 frames looked at are .nearly. black"):
        collect(tmp_path / "lid.mkv", SIZE)


@pytest.mark.parametrize("count, held_out, size", [(0, 4, SIZE), (8, -1, SIZE), (8, 4, (0, 32))])
def test_numbers_that_make_no_sense(folder, count, held_out, size):
    with pytest.raises(ValueError, match="must be positive"):
        collect(folder, size, count, held_out)
