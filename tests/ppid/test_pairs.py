from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from ppid.data.pairs import read_clips, read_pairs
from ppid.errors import UserError
from tests.ppid.test_layouts import make

ALPHA = np.zeros((60, 100), np.uint8)
ALPHA[20:40, 30:70] = 255
ALPHA[20:40, 30] = 51
IMAGE = np.full((60, 100, 3), (10, 20, 200), np.uint8)  # BGR: red


def write(root: Path, *names: str, images: str = "image", alphas: str = "alpha") -> Path:
    for name in names:
        for folder, suffix, picture in ((images, ".webp", IMAGE), (alphas, ".png", ALPHA)):
            (root / folder).mkdir(parents=True, exist_ok=True)
            assert cv2.imwrite(str(root / folder / (name + suffix)), picture, [cv2.IMWRITE_WEBP_QUALITY, 101])
    return root


def test_a_pair_is_what_was_written(tmp_path: Path) -> None:
    write(tmp_path, "b", "a10", "a9")
    (tmp_path / "image" / "notes.txt").write_text("not a picture")
    pairs = read_pairs(tmp_path)
    assert [pair.name for pair in pairs] == ["a9", "a10", "b"] and {pair.kind for pair in pairs} == {"all"}
    sample = pairs[0].load()
    assert sample.image.dtype == np.uint8 and sample.image.shape == (60, 100, 3)
    assert sample.image[0, 0].tolist() == [200, 20, 10]  # RGB
    assert sample.alpha.dtype == np.float32 and np.array_equal(sample.alpha, ALPHA / np.float32(255))
    assert sample.unknown.dtype == np.bool_
    assert sample.trimap[30].tolist() == [0] * 29 + [128] * 3 + [255] * 37 + [128] * 2 + [0] * 29  # radius 60 / 50 = 1


@pytest.mark.parametrize(
    ("images", "alphas"), [("images", "alphas"), ("image", "matte"), ("images", "mask"), ("img", "pha")]
)
def test_other_names_of_the_folders(tmp_path: Path, images: str, alphas: str) -> None:
    (pair,) = read_pairs(write(tmp_path, "a", images=images, alphas=alphas))
    assert pair.load().alpha.max() == 1


def test_trimaps_of_the_folder_win(tmp_path: Path) -> None:
    write(tmp_path, "a", "b")
    (tmp_path / "trimap").mkdir()
    trimap = np.full((60, 100), 127, np.uint8)
    trimap[:, :10], trimap[:, -10:] = 0, 255
    cv2.imwrite(str(tmp_path / "trimap" / "a.png"), trimap)
    with pytest.raises(UserError, match="b.webp has no trimap"):
        read_pairs(tmp_path)
    cv2.imwrite(str(tmp_path / "trimap" / "b.png"), np.tile(np.arange(100, dtype=np.uint8) * 2, (60, 1)))
    first, second = read_pairs(tmp_path)
    assert (
        first.load().unknown.sum() == 60 * 80 and first.load().trimap[0, 0] == 0 and first.load().trimap[0, -1] == 255
    )
    with pytest.raises(UserError, match="b.png: .*looks like an alpha; without a trimap folder one is made"):
        second.load()
    cv2.imwrite(str(tmp_path / "trimap" / "b.png"), trimap[:50])
    with pytest.raises(UserError, match="trimap/b.png is 100x50 but .*alpha/b.png is 100x60"):
        second.load()


def test_kinds_from_attributes(tmp_path: Path) -> None:
    write(tmp_path, "a", "b")
    attributes = tmp_path / "attributes.jsonl"
    lines = [json.dumps({"name": name, "kind": kind, "seed": 3}) for name, kind in (("a", "glass"), ("b", "people"))]
    attributes.write_text("\n\n".join(lines))
    assert [pair.kind for pair in read_pairs(tmp_path)] == ["glass", "people"]
    attributes.write_text(lines[0])
    with pytest.raises(UserError, match="attributes.jsonl has no line for b"):
        read_pairs(tmp_path)
    for wrong in ('{"name": "a"}', "glass", "[1]"):
        attributes.write_text(f"{lines[0]}\n{wrong}\n")
        with pytest.raises(UserError, match="attributes.jsonl, line 2: expected"):
            read_pairs(tmp_path)


@pytest.mark.parametrize(
    "stored",
    [
        ALPHA.astype(np.uint16) * 257,
        np.dstack([ALPHA] * 3),
        np.dstack([ALPHA] * 3 + [np.full_like(ALPHA, 255)]),  # a matte saved with an alpha channel of its own
        np.dstack([IMAGE, ALPHA]),  # a cut-out
    ],
)
def test_forms_of_alpha(tmp_path: Path, stored: np.ndarray) -> None:
    write(tmp_path, "a")
    cv2.imwrite(str(tmp_path / "alpha" / "a.png"), stored)
    alpha = read_pairs(tmp_path)[0].load().alpha
    assert alpha.dtype == np.float32 and alpha.shape == (60, 100) and np.allclose(alpha, ALPHA / 255, atol=1e-6)


def test_sixteen_bits_of_alpha_are_kept(tmp_path: Path) -> None:
    write(tmp_path, "a")
    cv2.imwrite(str(tmp_path / "alpha" / "a.png"), np.full((60, 100), 300, np.uint16))
    assert read_pairs(tmp_path)[0].load().alpha[0, 0] == np.float32(300 / 65535)


def test_the_orientation_of_a_jpeg_is_not_applied(tmp_path: Path) -> None:
    write(tmp_path, "a")
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"  # turn right to show
    data = cv2.imencode(".jpg", IMAGE)[1].tobytes()
    tagged = data[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + data[2:]
    (tmp_path / "image" / "a.webp").unlink()
    (tmp_path / "image" / "a.jpg").write_bytes(tagged)
    assert cv2.imread(str(tmp_path / "image" / "a.jpg")).shape == (100, 60, 3)
    assert read_pairs(tmp_path)[0].load().image.shape == (60, 100, 3)


@pytest.mark.parametrize(
    ("name", "kinds", "found"),
    [
        ("aim-500", {"mixed"}, ["original/o_1"]),
        ("am-2k", {"animals"}, ["validation/original/m_3"]),
        ("p3m-10k", {"people"}, ["validation/P3M-500-P/blurred_image/p_3", "validation/P3M-500-NP/original_image/p_4"]),
        ("ppm-100", {"all"}, ["1_2_o"]),
    ],
)
def test_known_data_sets(tmp_path: Path, name: str, kinds: set[str], found: list[str]) -> None:
    pairs = read_pairs(make(tmp_path, name))
    assert [pair.name for pair in pairs] == found and {pair.kind for pair in pairs} == kinds
    assert all((pair.trimap is not None) == (name != "ppm-100") for pair in pairs)
    sample = pairs[0].load()
    assert sample.image.shape[:2] == sample.alpha.shape == sample.trimap.shape


def test_composites_of_one_foreground_share_its_alpha(tmp_path: Path) -> None:
    root = make(tmp_path, "composition-1k")
    with pytest.raises(UserError, match="has no picture of .*fg/t.png before a background; compose it with"):
        read_pairs(root)
    (root / "Test_set" / "merged").mkdir()
    for name in ("t_0", "t_1", "t_1_0", "t_1_1"):
        cv2.imwrite(str(root / "Test_set" / "merged" / f"{name}.png"), IMAGE)
    pairs = read_pairs(root)
    assert [pair.name for pair in pairs] == [f"Test_set/merged/{name}" for name in ("t_0", "t_1", "t_1_0", "t_1_1")]
    assert [pair.alpha.stem for pair in pairs] == ["t", "t", "t_1", "t_1"]
    assert [pair.trimap and pair.trimap.stem for pair in pairs] == ["t_0", "t_1", "t_1_0", "t_1_1"]


def test_data_sets_without_anything_to_measure_on(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has no picture of Test/FG/c.png before a background; .*ppid.data.testset"):
        read_pairs(make(tmp_path, "distinctions-646"))
    with pytest.raises(UserError, match="has no pictures for test or validation"):
        read_pairs(make(tmp_path, "am-2k") / "train")


def test_clips(tmp_path: Path) -> None:
    for name in ("walk", "flame"):
        write(tmp_path / name, "10", "9")
    clips = read_clips(tmp_path)
    assert [clip.name for clip in clips] == ["flame", "walk"]
    assert [frame.name for frame in clips[0].frames] == ["9", "10"] and clips[0].frames[0].kind == "all"
    attributes = tmp_path / "attributes.jsonl"
    attributes.write_text('{"name": "walk", "kind": "people"}\n{"name": "flame", "kind": "fire"}')
    assert [clip.frames[1].kind for clip in read_clips(tmp_path)] == ["fire", "people"]
    attributes.write_text('{"name": "walk", "kind": "people"}')
    with pytest.raises(UserError, match="no line for the clip flame"):
        read_clips(tmp_path)


def test_mistakes(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no folder image in"):
        read_pairs(tmp_path)
    with pytest.raises(UserError, match="no clips in"):
        read_clips(tmp_path / "nowhere")
    (tmp_path / "image").mkdir()
    with pytest.raises(UserError, match="no folder alpha in"):
        read_pairs(tmp_path)
    (tmp_path / "alpha").mkdir()
    with pytest.raises(UserError, match="no pictures .*/image"):
        read_pairs(tmp_path)
    write(tmp_path, "a", "b")
    (tmp_path / "alpha" / "b.png").unlink()
    with pytest.raises(UserError, match="b.webp has no alpha: expected a picture called b in .*/alpha"):
        read_pairs(tmp_path)
    (tmp_path / "image" / "b.webp").rename(tmp_path / "image" / "a.jpg")
    with pytest.raises(UserError, match="a.jpg and .*a.webp have the same name"):
        read_pairs(tmp_path)
    (tmp_path / "image" / "a.jpg").unlink()
    (pair,) = read_pairs(tmp_path)
    cv2.imwrite(str(pair.alpha), ALPHA[:, :90])
    with pytest.raises(UserError, match="alpha/a.png is 90x60 but .*image/a.webp is 100x60"):
        pair.load()
    cv2.imwrite(str(pair.alpha), IMAGE)
    with pytest.raises(UserError, match="alpha/a.png is a colour picture; expected alpha"):
        pair.load()
    pair.alpha.with_suffix(".tiff").write_bytes(cv2.imencode(".tiff", ALPHA.astype(np.float32))[1].tobytes())
    pair.alpha.unlink()
    with pytest.raises(UserError, match="a.tiff holds float32 values; write it again with 8 or 16 bits"):
        read_pairs(tmp_path)[0].load()
    pair.image.write_text("no picture")
    with pytest.raises(UserError, match="image/a.webp is not a readable picture"):
        pair.load()


def test_pictures_in_folders_of_their_kinds(tmp_path: Path) -> None:
    for part in ("image", "alpha"):
        for name in ("people/x.png", "glass/x.png", "y.png", "._y.png"):
            (tmp_path / part / name).parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(tmp_path / part / name), np.full((4, 4), 255, np.uint8))
    found = read_pairs(tmp_path)
    assert [(pair.name, pair.kind) for pair in found] == [("glass/x", "glass"), ("people/x", "people"), ("y", "all")]
    (tmp_path / "attributes.jsonl").write_bytes('{"name": "y", "kind": "Fächer"}'.encode("latin-1"))
    with pytest.raises(UserError, match="expected lines of JSON in UTF-8"):
        read_pairs(tmp_path)
