from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppid.data import layouts, shards
from ppid.data.foregrounds import load_foregrounds
from ppid.errors import UserError
from tests.ppid.conftest import disc_rgba
from tests.ppid.test_layouts import make, write


def rgba_set(root: Path, count: int = 6) -> Path:
    for kind in ("people", "glass"):
        for index in range(count // 2):
            write(root / kind / f"{index}.png", disc_rgba(40, index))
    return root


def pack(root: Path, output: Path, **settings_: int | bool) -> Path:
    shards.pack(layouts.detect(root).items(root), output, **settings_)
    return output


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    return pack(rgba_set(tmp_path / "set"), tmp_path / "packed", shard_size=9000)


@pytest.mark.parametrize("name", ["rgba", "composition-1k", "pairs", "am-2k", "p3m-10k"])
@pytest.mark.parametrize("lossless", [False, True])
def test_what_is_packed_comes_back(name: str, lossless: bool, tmp_path: Path) -> None:
    root = make(tmp_path, name)
    items = {item.name: item for item in layouts.detect(root).items(root)}
    found = shards.samples(pack(root, tmp_path / "packed", lossless=lossless))
    assert len(found) == len({item.subject for item in items.values()})
    for sample in found:
        item = items[sample.name]
        assert (sample.kind, sample.split) == (item.kind, item.split)
        ours, theirs = sample.read(), item.read()
        assert (ours[..., 3] == theirs[..., 3]).all()
        shown = theirs[..., 3] > 0
        difference = np.abs(ours.astype(int) - theirs)[shown]
        assert difference.max() == 0 if lossless or item.rgba else difference.mean() < 8


def test_an_rgba_file_goes_in_byte_for_byte(packed: Path) -> None:
    for sample in shards.samples(packed):
        data = sample.shard.read_bytes()[sample.offset : sample.offset + sample.size]
        assert data == (packed.parent / "set" / sample.name).read_bytes()


def test_the_index_counts_and_the_order_is_shuffled(packed: Path) -> None:
    index = json.loads((packed / "index.json").read_text())
    assert index["samples"] == 6 and index["kinds"] == {"glass": 3, "people": 3} and index["splits"] == {"train": 6}
    assert [shard["file"] for shard in index["shards"]] == [path.name for path in sorted(packed.glob("*.tar"))]
    assert len(index["shards"]) > 1 and all(shard["bytes"] <= 3 * 9000 for shard in index["shards"])
    names = [sample.name for sample in shards.samples(packed)]
    assert names != sorted(names)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    root = rgba_set(tmp_path / "set")
    first, again, other = (pack(root, tmp_path / str(i), seed=seed) for i, seed in enumerate((3, 3, 4)))
    one, two, three = ((folder / "foregrounds-000000.tar").read_bytes() for folder in (first, again, other))
    assert one == two != three


def test_members_are_named_as_webdataset_wants(tmp_path: Path) -> None:
    output = pack(make(tmp_path, "composition-1k"), tmp_path / "packed")
    with tarfile.open(output / "foregrounds-000000.tar") as tar:
        names = tar.getnames()
    keys = [name.split(".", 1)[0] for name in names]
    assert keys[::2] == keys[1::2] and len(set(keys)) == len(keys) // 2  # a sample's members follow each other
    assert {name.split(".", 1)[1] for name in names} == {"rgba.webp", "json"}
    assert {"mixed_same", "mixed_same_2", "mixed_z_2_v1"} <= set(keys)


def test_foregrounds_load_from_shards(packed: Path) -> None:
    plain = load_foregrounds([packed.parent / "set"], 16)
    loaded = load_foregrounds([packed], 16)
    order = [loaded.names.index(name) for name in plain.names]
    again = loaded.subset(order)
    assert again.names == plain.names and again.kinds == plain.kinds
    assert all((a == b).all() for a, b in zip(again.levels, plain.levels, strict=True))
    assert (again.points == plain.points).all()
    assert len(load_foregrounds([next(packed.glob("*.tar"))], 16)) < 6


def test_only_the_training_split_of_shards_is_loaded(tmp_path: Path) -> None:
    output = pack(make(tmp_path, "p3m-10k"), tmp_path / "packed")
    assert len(load_foregrounds([output], 16)) == 2 and len(load_foregrounds([output], 16, split=None)) == 4


def test_shards_are_not_written_over(packed: Path) -> None:
    before = (packed / "index.json").read_bytes()
    with pytest.raises(UserError, match="holds shards already; give another --output"):
        pack(packed.parent / "set", packed)
    assert (packed / "index.json").read_bytes() == before


def test_a_broken_picture_leaves_no_shards_behind(tmp_path: Path) -> None:
    root = rgba_set(tmp_path / "set")
    (root / "glass" / "1.png").write_bytes((root / "glass" / "1.png").read_bytes()[:60])
    with pytest.raises(UserError, match=r"1.png is cut off"):
        pack(root, tmp_path / "packed", shard_size=1)
    assert not list((tmp_path / "packed").iterdir())
    with pytest.raises(UserError, match="cannot write shards to"):
        pack(make(tmp_path, "pairs"), tmp_path / "set" / "glass" / "0.png" / "x")


def test_a_corrupt_member_is_named(packed: Path) -> None:
    sample = shards.samples(packed)[-1]
    data = bytearray(sample.shard.read_bytes())
    data[sample.offset : sample.offset + 200] = bytes(200)
    sample.shard.write_bytes(data)
    text = f"{sample.shard}: member {sample.member} is not a readable picture; pack or copy it again"
    with pytest.raises(UserError) as error:
        load_foregrounds([packed], 16)
    assert str(error.value) == text


@given(share=st.floats(0, 0.999))
@settings(deadline=None, max_examples=40)
def test_a_shard_cut_anywhere_is_noticed(share: float, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("cut")
    whole = pack(rgba_set(folder / "set", 4), folder / "packed") / "foregrounds-000000.tar"
    data = whole.read_bytes()
    data = data[: len(data.rstrip(b"\0"))]  # the padding may go
    cut = folder / "cut.tar"
    cut.write_bytes(data[: int(len(data) * share)])
    found, problems = shards.scan(cut)
    assert len(problems) >= 1 and all(str(cut) in problem.path for problem in problems)
    for sample in found:  # what came before is read all the same
        assert sample.read().shape == (40, 40, 4)


def test_a_damaged_header_is_no_end(packed: Path) -> None:
    shard = sorted(packed.glob("*.tar"))[0]
    with tarfile.open(shard) as tar:
        second = tar.getmembers()[2]
    data = bytearray(shard.read_bytes())
    data[second.offset : second.offset + 100] = b"\xff" * 100
    shard.write_bytes(data)
    with pytest.raises(UserError, match="is cut off or damaged after 1 whole pictures"):
        shards.samples(packed)


def test_other_faults_of_shards(packed: Path, tmp_path: Path) -> None:
    first = sorted(packed.glob("*.tar"))[0]
    with tarfile.open(first) as tar:
        members = [(member, tar.extractfile(member).read()) for member in tar.getmembers()]
    picture, about = members[:2]
    other = tmp_path / "other"
    other.mkdir()

    def faults(*entries: tuple[tarfile.TarInfo, bytes]) -> list[str]:
        with tarfile.open(other / "x.tar", "w") as tar:
            for member, data in entries:
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
        return [str(problem) for problem in shards.scan(other)[1]]

    assert not faults(picture, about)
    assert "has no readable" in faults(picture)[0]
    assert "has no readable" in faults(picture, (about[0], b"{"))[0]
    assert "has no readable" in faults(picture, (about[0], b"[1]"))[0]
    assert "has no picture" in faults(about)[0]
    assert "is there twice" in faults(picture, about, picture)[0]
    (other / "x.tar").write_bytes(b"no tar")
    assert "is not a readable tar file" in str(shards.scan(other)[1][0])
    first.unlink()
    with pytest.raises(UserError, match=f"{first.name} is in the index but not there"):
        load_foregrounds([packed], 16)
    (packed / "index.json").write_text("[]")
    with pytest.raises(UserError, match="is not an index of shards"):
        load_foregrounds([packed], 16)
    with tarfile.open(other / "x.tar", "w"):
        pass
    with pytest.raises(UserError, match="holds no samples"):
        load_foregrounds([other], 16)


def test_working_ahead_keeps_the_order_and_stays_near() -> None:
    drawn = []

    def source():
        for number in range(50):
            drawn.append(number)
            yield number

    results = shards.ahead(lambda x: x * x, source(), 2)
    assert next(results) == 0 and len(drawn) < 10
    assert list(results) == [x * x for x in range(1, 50)]
