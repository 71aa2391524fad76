from __future__ import annotations

from pathlib import Path

import pytest

from ppid.errors import UserError
from ppid.files import replacing, write_file


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    write_file(tmp_path / "a.txt", b"one")
    write_file(tmp_path / "a.txt", b"two")
    assert (tmp_path / "a.txt").read_bytes() == b"two" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path, error: BaseException) -> None:
    write_file(tmp_path / "a.txt", b"old")
    expected = UserError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected) as raised, replacing(tmp_path / "a.txt") as partial:
        partial.write_bytes(b"half")
        raise error
    assert (tmp_path / "a.txt").read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 1
    if expected is UserError:
        assert "No space left on device (" in str(raised.value)
        assert f"MB free on the disk of {tmp_path}); make room or name another place" in str(raised.value)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot write .*nowhere/a.txt: .*No such file"):
        write_file(tmp_path / "nowhere" / "a.txt", b"")


def test_a_folder_is_no_file() -> None:
    with pytest.raises(UserError, match="is a folder; name a file in it"):
        write_file(Path("."), b"x")
