from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ppid.data import layouts
from ppid.data.__main__ import main, size
from ppid.data.check import check
from ppid.errors import UserError
from tests.ppid.test_layouts import COUNTS, TREES, make, picture, write
from tests.ppid.test_shards import pack, rgba_set


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-60])


@pytest.mark.parametrize("name", TREES)
def test_a_whole_data_set_is_clean(name: str, tmp_path: Path) -> None:
    report = check(make(tmp_path, name))
    assert report.layout == name and report.items == COUNTS[name]
    assert not report.problems
    summary = report.summary()
    assert "sizes 24x24 to 24x24" in summary and "0 broken, 0 warnings" in summary
    assert layouts.by_name(name).licence in summary


GREY = np.full((24, 24), 90, np.uint8)
MISTAKES: dict[str, tuple[str, str, Callable[[Path], object], str]] = {
    "picture cut off": ("p3m-10k", "train/blurred_image/p_1.jpg", cut, "is cut off; remove it or write it again"),
    "empty file": ("pairs", "images/people/x.jpg", lambda p: p.write_bytes(b""), "is empty; remove it"),
    "no picture": ("am-2k", "train/mask/m_1.png", lambda p: p.write_text("x"), "is not a readable picture;"),
    "broken background": ("am-2k", "train/bg/m_1.jpg", cut, "is cut off;"),
    "alpha missing": ("am-2k", "train/original/m_9.jpg", lambda p: write(p, picture("colour", 1)), "has no alpha in"),
    "image missing": ("aim-500", "mask/o_9.png", lambda p: write(p, picture("alpha", 1)), "has no image in"),
    "foreground missing": ("distinctions-646", "Train/GT/d.png", lambda p: write(p, GREY), "has no foreground in"),
    "sizes differ": ("ppm-100", "image/1_2_o.jpg", lambda p: write(p, np.zeros((20, 24, 3), np.uint8)), "is 24x20 but"),
    "trimap of another size": ("am-2k", "validation/trimap/m_3.png", lambda p: write(p, GREY[:9]), "is 24x9 but"),
    "coloured alpha": ("pairs", "Mattes/people/x.png", lambda p: write(p, picture("colour", 1)), "is coloured where"),
    "no alpha channel": ("rgba", "people/r.png", lambda p: write(p, picture("colour", 1)), "has no alpha channel;"),
    "opaque": ("rgba", "people/r.png", lambda p: write(p, np.full((9, 9, 4), 255, np.uint8)), "without transparency;"),
    "opaque alpha": ("am-2k", "train/mask/m_1.png", lambda p: write(p, GREY * 0 + 255), "without transparency;"),
    "two of one name": (
        "pairs",
        "images/people/x.png",
        lambda p: write(p, picture("colour", 1)),
        "has the same name as",
    ),
}
WARNINGS: dict[str, tuple[str, str, Callable[[Path], object], str]] = {
    "empty alpha": ("distinctions-646", "Train/GT/b.png", lambda p: write(p, GREY * 0), "warning: has an empty alpha;"),
    "alpha of 0 and 1": (
        "distinctions-646",
        "Train/GT/b.png",
        lambda p: write(p, GREY // 90),
        "never exceeds 1 of 255",
    ),
    "odd trimap": ("aim-500", "trimap/o_1.png", lambda p: write(p, picture("alpha", 0)), "values between 0 and 255"),
    "trimap without unknown": ("aim-500", "trimap/o_1.png", lambda p: write(p, GREY * 0), "without unknown"),
    "trimap missing": ("am-2k", "validation/trimap/x.png", lambda p: p.with_name("m_3.png").rename(p), "has no trimap"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_named_with_its_file(mistake: str, tmp_path: Path) -> None:
    layout, file, spoil, text = MISTAKES[mistake]
    root = make(tmp_path, layout)
    spoil(root / file)
    report = check(root, layouts.by_name(layout))
    lines = [str(problem) for problem in report.broken]
    assert len(lines) == 1 and lines[0].startswith(f"{root / file}: ") and text in lines[0] and "; " in lines[0]


@pytest.mark.parametrize("mistake", WARNINGS)
def test_what_is_odd_gives_a_warning(mistake: str, tmp_path: Path) -> None:
    layout, file, spoil, text = WARNINGS[mistake]
    root = make(tmp_path, layout)
    spoil(root / file)
    report = check(root)
    assert any(text in str(problem) and problem.warning for problem in report.problems)


def test_every_mistake_is_found_at_once(tmp_path: Path) -> None:
    root = make(tmp_path, "am-2k")
    cut(root / "train/original/m_1.jpg")
    cut(root / "train/mask/m_2.png")
    (root / "validation/mask/m_3.png").unlink()
    report = check(root)
    assert [Path(problem.path).name for problem in report.broken] == [
        "m_2.png",
        "m_1.jpg",
        "mask",
        "m_3.jpg",
    ]


def test_empty_and_half_folders(tmp_path: Path) -> None:
    root = make(tmp_path, "distinctions-646")
    (root / "Test/GT/c.png").unlink()
    (root / "Test/FG/c.png").unlink()
    assert [problem.path for problem in check(root).broken] == [str(root / "Test/FG"), str(root / "Test/GT")]
    (root / "Test/GT").rmdir()
    assert "lacks the folder Test/GT" in str(check(root).broken[0])
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="has no known layout"):
        check(tmp_path / "empty")


def test_a_deep_alpha_is_fine(tmp_path: Path) -> None:
    root = make(tmp_path, "distinctions-646")
    write(root / "Train/GT/b.png", picture("alpha", 1).astype(np.uint16) * 257)
    assert not check(root).problems


def test_shards_are_checked_member_by_member(tmp_path: Path) -> None:
    packed = pack(rgba_set(tmp_path / "set"), tmp_path / "packed", shard_size=9000)
    report = check(packed)
    assert report.layout == "shards" and report.items.total() == 6 and not report.problems
    first, last = (path for path in sorted(packed.glob("*.tar"))[:: len(list(packed.glob("*.tar"))) - 1])
    data = bytearray(first.read_bytes())
    data[600:700] = bytes(100)
    first.write_bytes(data)
    last.write_bytes(last.read_bytes()[:-9000])
    lines = [str(problem) for problem in check(packed).broken]
    assert any(line.startswith(f"{first}: has not the checksum of the index") for line in lines)
    assert any(line.startswith(f"{first}: member ") and "is not a readable picture" in line for line in lines)
    assert any(line.startswith(f"{last}: is cut off or damaged") for line in lines)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr(sys, "argv", ["ppid.data", *map(str, arguments)])
    main()


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path, "pairs")
    run(monkeypatch, "check", root, "--jobs", 1)
    assert "3 pictures, layout pairs" in capsys.readouterr().out
    run(monkeypatch, "pack", root, "--output", tmp_path / "packed", "--name", "mine", "--shard-size", "1MB")
    assert "3 pictures in 1 shards" in capsys.readouterr().out
    assert {path.name for path in (tmp_path / "packed").iterdir()} == {"mine-000000.tar", "index.json"}
    run(monkeypatch, "layouts")
    assert "am-2k" in capsys.readouterr().out
    (root / "Mattes/people/x.png").unlink()
    with pytest.raises(UserError, match=r"1 problems in .*; mend or remove these files"):
        run(monkeypatch, "check", root)
    assert "x.jpg: has no alpha in" in capsys.readouterr().out
    with pytest.raises(UserError, match="expected 1 or more"):
        run(monkeypatch, "check", root, "--jobs", 0)


@pytest.mark.parametrize("command", [[], ["check"], ["pack"], ["layouts"]])
def test_the_commands_have_help(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        run(monkeypatch, *command, "--help")
    assert end.value.code == 0 and " ".join(["python -m ppid.data", *command]) in capsys.readouterr().out


def test_the_exit_code_of_a_broken_set_is_two(tmp_path: Path) -> None:
    root = make(tmp_path, "rgba")
    cut(root / "people" / "r.png")
    done = subprocess.run(
        [sys.executable, "-m", "ppid.data", "check", str(root)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 2 and "r.png: is cut off" in done.stdout
    assert "error: 1 problems" in done.stderr and "Traceback" not in done.stderr


def test_sizes_are_read_as_people_write_them() -> None:
    assert [size(text) for text in ("256MB", "1G", "500k", "10", "1.5 GiB")] == [2**28, 2**30, 512000, 10, 3 * 2**29]
    for text in ("", "MB", "-1MB", "0", "1TB"):
        with pytest.raises(Exception, match="expected a size such as 256MB"):
            size(text)
