from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from ppid.data import testset
from ppid.data.backgrounds import load_backgrounds
from ppid.data.compose import Composer
from ppid.data.foregrounds import find_foregrounds, read_foregrounds
from ppid.data.pairs import read_pairs
from ppid.data.splits import split_subjects
from ppid.errors import UserError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def composer(foreground_folder: Path, photograph_folder: Path) -> Composer:
    _, subjects = split_subjects(find_foregrounds([foreground_folder]))
    held_out = read_foregrounds(subjects, 64)
    return Composer(held_out, load_backgrounds([photograph_folder], 96), (64, 96))


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_can_be_read_as_pairs(tmp_path: Path, composer: Composer) -> None:
    assert testset.write_testset(composer, tmp_path / "set", each=3, seed=1) == 6
    pairs = read_pairs(tmp_path / "set")
    assert [pair.kind for pair in pairs] == ["glass"] * 3 + ["people"] * 3
    for pair in pairs:
        sample = pair.load()
        assert pair.trimap is not None and sample.image.shape == (64, 96, 3) and sample.alpha.mean() >= 0.01
        assert set(np.unique(sample.trimap)) <= {0, 128, 255} and sample.unknown.any()
        assert ((sample.alpha > 0) & (sample.alpha < 1) <= sample.unknown).all()
    attributes = [json.loads(line) for line in (tmp_path / "set" / "attributes.jsonl").read_text().splitlines()]
    assert attributes[0] == {"name": "00000", "kind": "glass", "foreground": "glass/09.png", "seed": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["set"]  # nothing half-made beside it


def test_the_seed_and_nothing_else_decides(tmp_path: Path, composer: Composer) -> None:
    fresh = Composer(composer.foregrounds, composer.photographs, composer.size)
    composer.batch(4, 5, 3)  # what a composer did before leaves no trace
    for folder, maker, seed in (("a", composer, 0), ("b", fresh, 0), ("c", fresh, 1)):
        testset.write_testset(maker, tmp_path / folder, each=2, seed=seed)
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert files(tmp_path / "a")["image/00000.png"] != files(tmp_path / "c")["image/00000.png"]


def test_scenes_show_the_wanted_subject_and_never_none(composer: Composer) -> None:
    for number in range(40):
        scene = composer.scene([1, 0], 3, number)
        assert scene.kinds == ("people", "glass") and scene.alpha.amax((1, 2, 3)).min() > 0


def test_what_is_hardly_seen_is_placed_again(
    tmp_path: Path, composer: Composer, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = []

    class Shy(Composer):
        def scene(self, indices: list[int], seed: int, number: int):
            numbers.append(number)
            scene = super().scene(indices, seed, number)
            scene.alpha.mul_(len(numbers) % 3 == 0)
            return scene

    shy = Shy(composer.foregrounds.subset([0]), [], composer.size)
    testset.write_testset(shy, tmp_path / "set", each=2, seed=0)
    assert numbers == [0, 1, 2, 8, 9, 10]
    assert all(pair.load().alpha.any() for pair in read_pairs(tmp_path / "set"))


def test_an_existing_set_stays_as_it_is(tmp_path: Path, composer: Composer) -> None:
    (tmp_path / "set").mkdir()
    with pytest.raises(UserError, match="set is there already.*use another --output"):
        testset.write_testset(composer, tmp_path / "set", each=1, seed=0)
    assert not list((tmp_path / "set").iterdir())


def test_a_failed_write_leaves_nothing(tmp_path: Path, composer: Composer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testset.cv2, "imwrite", lambda path, picture: "alpha" not in path)
    with pytest.raises(UserError, match="cannot write .*alpha/00000.png was not written; is the disk full"):
        testset.write_testset(composer, tmp_path / "set", each=1, seed=0)
    assert not list(tmp_path.iterdir())


def test_leftovers_of_a_killed_run_do_not_get_in(tmp_path: Path, composer: Composer) -> None:
    (tmp_path / ".set.partial" / "image").mkdir(parents=True)
    (tmp_path / ".set.partial" / "image" / "99999.png").write_text("half")
    testset.write_testset(composer, tmp_path / "set", each=1, seed=0)
    assert len(read_pairs(tmp_path / "set")) == 2


def test_the_command(tmp_path: Path, foreground_folder: Path, photograph_folder: Path) -> None:
    command = [sys.executable, "-m", "ppid.data.testset", "--foregrounds", str(foreground_folder)]
    command += ["--backgrounds", str(photograph_folder), "--output", str(tmp_path / "set"), "--size", "96x64"]
    done = subprocess.run([*command, "--each", "1"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "wrote 2 pictures of 2 held-out foregrounds" in done.stdout
    assert cv2.imread(str(tmp_path / "set" / "image" / "00001.png")).shape == (64, 96, 3)
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert again.returncode == 2 and "is there already" in again.stderr and "Traceback" not in again.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--size", "100x64"], "expected multiples of 32 from 64"),
        (["--size", "big"], "expected width and height"),
        (["--each", "0"], "expected a whole number from 1"),
    ],
)
def test_wrong_arguments(
    arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["testset", "--foregrounds", "a", "--output", "b", *arguments])
    with pytest.raises(SystemExit):
        testset.main()
    assert message in capsys.readouterr().err


def test_too_few_foregrounds(tmp_path: Path, foreground_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "a.png").write_bytes((foreground_folder / "people" / "00.png").read_bytes())
    monkeypatch.setattr(sys, "argv", ["testset", "--foregrounds", str(tmp_path), "--output", str(tmp_path / "set")])
    with pytest.raises(UserError, match="too few foregrounds"):
        testset.main()
