"""Files that are whole or not there, on real folders."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from runtime.errors import UserError
from runtime.files import check_place, replace_file, same_file


def test_files_are_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_file(tmp_path / "engine.plan", b"old")
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(UserError, match=r"engine.plan cannot be written \(No space left on device\)"):
            replace_file(tmp_path / "engine.plan", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("engine.plan", b"old")]
    replace_file(tmp_path / "engine.plan", memoryview(b"new"))
    assert (tmp_path / "engine.plan").read_bytes() == b"new"


def test_wrong_places_are_told_before_the_work(tmp_path: Path) -> None:
    check_place(tmp_path / "new.json")
    for path, words in [
        (tmp_path, "is a folder"),
        (tmp_path / "none" / "a.json", r"does not exist. Create it: mkdir -p"),
        (Path("/proc/a.json"), "cannot be written"),
    ]:
        with pytest.raises(UserError, match=words):
            check_place(path)
    assert not list(tmp_path.iterdir())


def test_one_file_by_several_names(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "link").symlink_to("a")
    os.link(tmp_path / "a", tmp_path / "hard")
    assert same_file(tmp_path / "a", tmp_path / "link") and same_file(tmp_path / "hard", tmp_path / "a")
    assert same_file(tmp_path / "none", tmp_path / "x" / ".." / "none")
    assert not same_file(tmp_path / "a", tmp_path / "none")


def test_a_link_stays_one_and_a_pipe_is_written_to(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    link = tmp_path / "here" / "a.json"
    link.symlink_to(tmp_path / "b.json")
    check_place(link)
    replace_file(link, b"new")
    assert link.is_symlink() and (tmp_path / "b.json").read_bytes() == b"new" and len(list(tmp_path.iterdir())) == 2
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    check_place(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
    replace_file(pipe, b"x")
    assert reader.communicate(timeout=60)[0] == b"x" and pipe.is_fifo()
