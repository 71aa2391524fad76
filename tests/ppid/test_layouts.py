from __future__ import annotations

from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from ppid.data import layouts
from ppid.data.backgrounds import load_backgrounds
from ppid.data.foregrounds import find_foregrounds, load_foregrounds
from ppid.errors import UserError
from tests.ppid.conftest import disc_rgba

ADOBE = "Adobe-licensed images"
# Folder to (suffix, what it holds), with the names of the pictures.
TREES: dict[str, dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "composition-1k": {
        f"Training_set/{ADOBE}/fg": (".jpg", "colour", ("a", "same")),
        f"Training_set/{ADOBE}/alpha": (".png", "alpha", ("a", "same")),
        "Training_set/Other/fg": (".png", "colour", ("same", "z(2).v1")),
        "Training_set/Other/alpha": (".png", "alpha", ("same", "z(2).v1")),
        f"Test_set/{ADOBE}/fg": (".png", "colour", ("t", "t_1")),
        f"Test_set/{ADOBE}/alpha": (".png", "alpha", ("t", "t_1")),
        f"Test_set/{ADOBE}/trimaps": (".png", "trimap", ("t_0", "t_1", "t_1_0", "t_1_1")),
    },
    "distinctions-646": {
        f"{split}/{folder}": (".png", what, names)
        for split, names in (("Train", ("13(2)", "b")), ("Test", ("c",)))
        for folder, what in (("FG", "colour"), ("GT", "alpha"))
    },
    "p3m-10k": {
        "train/blurred_image": (".jpg", "colour", ("p_1", "p_2")),
        "train/mask": (".png", "alpha", ("p_1", "p_2")),
        "validation/P3M-500-P/blurred_image": (".jpg", "colour", ("p_3",)),
        "validation/P3M-500-P/mask": (".png", "alpha", ("p_3",)),
        "validation/P3M-500-P/trimap": (".png", "trimap", ("p_3",)),
        "validation/P3M-500-NP/original_image": (".jpg", "colour", ("p_4",)),
        "validation/P3M-500-NP/mask": (".png", "alpha", ("p_4",)),
        "validation/P3M-500-NP/trimap": (".png", "trimap", ("p_4",)),
    },
    "am-2k": {
        "train/original": (".jpg", "colour", ("m_1", "m_2")),
        "train/mask": (".png", "alpha", ("m_1", "m_2")),
        "train/fg": (".png", "colour", ("m_1", "m_2")),
        "train/bg": (".jpg", "colour", ("m_1", "m_2")),
        "validation/original": (".jpg", "colour", ("m_3",)),
        "validation/mask": (".png", "alpha", ("m_3",)),
        "validation/trimap": (".png", "trimap", ("m_3",)),
    },
    "aim-500": {
        "original": (".jpg", "colour", ("o_1",)),
        "mask": (".png", "alpha", ("o_1",)),
        "trimap": (".png", "trimap", ("o_1",)),
    },
    "ppm-100": {"image": (".jpg", "colour", ("1_2_o",)), "matte": (".jpg", "alpha", ("1_2_o",))},
    "pairs": {
        "images/people": (".jpg", "colour", ("x", "y")),
        "images/cats": (".webp", "colour", ("x",)),
        "Mattes/people": (".png", "alpha", ("x", "y")),
        "Mattes/cats": (".tif", "alpha", ("x",)),
    },
    "rgba": {"people": (".png", "rgba", ("r", "s")), "cats": (".webp", "rgba", ("r",))},
}
ROOTS = {"aim-500": "AIM-500", "ppm-100": "PPM-100"}
COUNTS = {
    "composition-1k": {("train", "mixed"): 4, ("test", "mixed"): 4},
    "distinctions-646": {("train", "mixed"): 2, ("test", "mixed"): 1},
    "p3m-10k": {("train", "people"): 2, ("validation", "people"): 2},
    "am-2k": {("train", "animals"): 2, ("validation", "animals"): 1},
    "aim-500": {("test", "mixed"): 1},
    "ppm-100": {("test", "people"): 1},
    "pairs": {("train", "people"): 2, ("train", "cats"): 1},
    "rgba": {("train", "people"): 2, ("train", "cats"): 1},
}


def picture(what: str, seed: int, size: int = 24) -> np.ndarray:
    """BGR `colour`, grey `alpha` or `trimap`, or BGRA `rgba`, of a disc."""
    rgba = disc_rgba(size, seed)
    alpha = rgba[..., 3]
    if what == "trimap":
        return np.where(alpha == 0, 0, np.where(alpha == 255, 255, 128)).astype(np.uint8)
    return {"colour": rgba[..., :3], "alpha": alpha, "rgba": rgba}[what]


def write(path: Path, pixels: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), pixels)
    return path


def make(folder: Path, name: str) -> Path:
    """A tiny data set in a layout; its root."""
    root = folder / ROOTS.get(name, "set")
    for below, (suffix, what, names) in TREES[name].items():
        for seed, stem in enumerate(names):
            write(root / below / f"{stem}{suffix}", picture(what, seed))
    return root


@pytest.mark.parametrize("name", TREES)
def test_every_layout_is_recognised_and_listed(name: str, tmp_path: Path) -> None:
    root = make(tmp_path, name)
    layout = layouts.detect(root)
    items = layout.items(root)
    assert layout.name == name
    assert Counter((item.split, item.kind) for item in items) == COUNTS[name]
    assert len({(item.name, item.trimap) for item in items}) == len(items)
    for item in items:
        rgba = item.read()
        assert rgba.shape == (24, 24, 4) and rgba.dtype == np.uint8 and 0 < rgba[..., 3].mean() < 255


@pytest.mark.parametrize("name", TREES)
def test_files_of_one_subject_are_matched_by_stem(name: str, tmp_path: Path) -> None:
    root = make(tmp_path, name)
    for item in layouts.detect(root).items(root):
        if item.rgba:
            continue
        stems = {path.stem for path in (item.foreground, item.alpha, item.background) if path}
        assert (
            len(stems) == 1 and item.alpha and item.alpha.parts[-4:-3] == (item.foreground or item.image).parts[-4:-3]
        )


@pytest.mark.parametrize("name", [n for n, counts in COUNTS.items() if any(split == "train" for split, _ in counts)])
def test_only_the_training_split_is_loaded(name: str, tmp_path: Path) -> None:
    root = make(tmp_path, name)
    loaded = load_foregrounds([root], 16)
    assert Counter(loaded.kinds) == {kind: n for (split, kind), n in COUNTS[name].items() if split == "train"}


@pytest.mark.parametrize("name", ["aim-500", "ppm-100"])
def test_a_test_set_is_not_trained_on(name: str, tmp_path: Path) -> None:
    root = make(tmp_path, name)
    with pytest.raises(UserError, match="pictures for test, none for train"):
        find_foregrounds([root])
    assert len(find_foregrounds([root], split=None)) == 1


def test_composition_1k_keeps_namesakes_apart_and_numbers_its_composites(tmp_path: Path) -> None:
    root = make(tmp_path, "composition-1k")
    items = layouts.detect(root).items(root)
    namesakes = [item for item in items if Path(item.name).stem == "same"]
    assert len({item.alpha for item in namesakes}) == 2
    tests = [(item.foreground.stem, item.trimap.stem) for item in items if item.split == "test"]
    assert tests == [("t", "t_0"), ("t", "t_1"), ("t_1", "t_1_0"), ("t_1", "t_1_1")]
    assert len({item.subject for item in items if item.split == "test"}) == 2
    write(root / "Test_set/merged/t_1.png", picture("colour", 5))  # what the authors' script writes
    merged = [item.image.name for item in layouts.detect(root).items(root, "test") if item.image]
    assert merged == ["t_1.png"]
    (root / "Training_set/training_fg_names.txt").write_text("a.jpg\nsame.png\nlost.png\n")
    with pytest.raises(UserError, match=r"training_fg_names.txt names lost.png, which is not there"):
        layouts.detect(root).items(root, "train")


def test_a_folder_around_a_data_set_and_a_part_of_one_are_recognised(tmp_path: Path) -> None:
    root = make(tmp_path / "download" / "Combined_Dataset", "composition-1k")
    outer = layouts.detect(tmp_path / "download")
    assert outer.name == "composition-1k" and len(outer.items(tmp_path / "download", "train")) == 4
    inner = layouts.detect(root / "Test_set" / ADOBE)
    assert {item.split for item in inner.items(root / "Test_set" / ADOBE)} == {"test"}
    am2k = make(tmp_path, "am-2k") / "validation"
    assert layouts.detect(am2k).name == "am-2k"
    assert [item.split for item in layouts.detect(am2k).items(am2k)] == ["validation"]


def test_pairs_may_be_split_and_come_as_foregrounds(tmp_path: Path) -> None:
    for split in ("train", "val"):
        write(tmp_path / split / "fgr" / "1.jpg", picture("colour", 1))
        write(tmp_path / split / "pha" / "1.jpg", picture("alpha", 1))
    layout = layouts.detect(tmp_path)
    assert layout.name == "pairs"
    assert [(item.split, item.image) for item in layout.items(tmp_path)] == [("train", None), ("validation", None)]


def test_files_that_systems_leave_behind_are_passed_over(tmp_path: Path) -> None:
    root = make(tmp_path, "distinctions-646")
    (root / "Train/FG/._b.png").write_bytes(b"resource fork")
    (root / "Train/FG/Thumbs.db").write_bytes(b"")
    (root / "__MACOSX").mkdir()
    assert len(layouts.detect(root).items(root)) == 3


def test_mismatched_files_are_named(tmp_path: Path) -> None:
    root = make(tmp_path, "am-2k")
    (root / "train/mask/m_1.png").unlink()
    with pytest.raises(UserError, match=r"m_1.jpg has no alpha in .*mask; add m_1.png there"):
        load_foregrounds([root], 16)
    (root / "train/original/m_2.jpg").unlink()
    with pytest.raises(UserError, match=r"such files: python -m ppid.data check"):
        load_foregrounds([root], 16)


def test_sizes_must_agree(tmp_path: Path) -> None:
    root = make(tmp_path, "distinctions-646")
    path = write(root / "Train/GT/b.png", np.zeros((20, 30), np.uint8))
    with pytest.raises(UserError, match=r"b.png is 30x20 but .*FG.b.png is 24x24; export both at one size"):
        load_foregrounds([root], 16)
    write(path, picture("colour", 3))
    with pytest.raises(UserError, match=r"b.png is coloured where grey is expected"):
        load_foregrounds([root], 16)


def test_an_unknown_layout_gets_the_known_ones_and_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not there"):
        layouts.detect(tmp_path / "nothing")
    write(tmp_path / "Train" / "FG" / "1.jpg", picture("colour", 1))
    with pytest.raises(UserError) as error:
        layouts.detect(tmp_path)
    assert "Nearest: distinctions-646, which still needs Train/GT" in str(error.value)
    assert all(layout.name in str(error.value) and layout.tree in str(error.value) for layout in layouts.LAYOUTS)
    with pytest.raises(UserError, match="no layout 'x'; known are composition-1k"):
        layouts.by_name("x")


def test_rgba_folders_may_bear_any_name(tmp_path: Path) -> None:
    write(tmp_path / "image" / "1.png", picture("rgba", 1))  # half of the layout `pairs`
    assert layouts.detect(tmp_path) is layouts.RGBA


def test_rendered_clips_are_no_foregrounds(tmp_path: Path) -> None:
    for name in ("fur/1.png", "turning/0-00000/000.png", "turning/0-00000/001.png", "turning/0-00001/000.png"):
        write(tmp_path / "train" / name, picture("rgba", 1))
    for clip in (tmp_path / "train" / "turning").iterdir():
        (clip / "clip.json").write_text("{}")
    items, problems = layouts.RGBA.scan(tmp_path)
    assert [item.name for item in items] == ["train/fur/1.png"]
    assert [Path(problem.path).name for problem in problems] == ["0-00000", "0-00001"]
    with pytest.raises(UserError, match="0-00000 is a rendered clip .*stills only"):
        find_foregrounds([tmp_path])
    for split in ("train", None):
        with pytest.raises(UserError, match="0-00001 is a rendered clip"):
            find_foregrounds([tmp_path / "train" / "turning" / "0-00001"], split)


def test_rgba_folders_may_be_split(tmp_path: Path) -> None:
    for name in ("train/fur/1.png", "validation/fur/2.png", "test/fur/3.png", "fur/4.png"):
        write(tmp_path / name, picture("rgba", 1))
    splits = {item.name: item.split for item in layouts.RGBA.items(tmp_path)}
    assert splits == {
        "train/fur/1.png": "train",
        "validation/fur/2.png": "validation",
        "test/fur/3.png": "test",
        "fur/4.png": "train",
    }
    assert [item.name for item in layouts.RGBA.items(tmp_path, "test")] == ["test/fur/3.png"]


def test_a_layout_that_does_not_fit_is_said_to(tmp_path: Path) -> None:
    root = make(tmp_path, "rgba")
    with pytest.raises(UserError, match=r"is not laid out as am-2k; expected \{train,validation\}"):
        layouts.by_name("am-2k").items(root)


def test_names_are_kept_when_foregrounds_come_from_a_data_set(tmp_path: Path) -> None:
    loaded = load_foregrounds([make(tmp_path, "am-2k")], 16)
    assert loaded.names == ("train/original/m_1.jpg", "train/original/m_2.jpg")


@pytest.mark.parametrize("name", ["val", "valid", "validation"])
def test_cut_outs_for_validation_are_not_trained_on(tmp_path: Path, name: str) -> None:
    for split in ("train", name, "test"):
        write(tmp_path / split / "cats" / f"{split}.png", picture("rgba", 0))
    assert [subject.name for subject in find_foregrounds([tmp_path])] == ["train/cats/train.png"]
    assert [item.split for item in layouts.RGBA.items(tmp_path)] == ["test", "train", "validation"]


@pytest.mark.parametrize("names", [("train", "test"), ("Train", "Test")])
@pytest.mark.parametrize("around", ["", "unpacked/"])
def test_splits_are_found_in_a_folder_around_them_and_in_capitals(
    tmp_path: Path, names: tuple[str, str], around: str
) -> None:
    for name in names:
        folder = tmp_path / around / name / "glass"
        folder.mkdir(parents=True)
        cv2.imwrite(str(folder / "0.png"), np.full((20, 20, 4), 200, np.uint8))
    found = find_foregrounds([tmp_path])
    assert [subject.kind for subject in found] == ["glass"] and f"{names[0]}/glass" in found[0].name
    assert len(load_backgrounds([tmp_path], 64)) == 1
