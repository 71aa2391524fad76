"""What the data card counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ppid.errors import UserError
from ppid.render import card


def test_counts_by_kind_split_and_choice(tmp_path: Path) -> None:
    pictures = [
        {
            "name": "0-1",
            "kind": "fur",
            "split": "train",
            "subject": "cat",
            "whole": True,
            "coverage": 0.2,
            "seconds": 8,
        },
        {
            "name": "0-2",
            "kind": "fur",
            "split": "train",
            "subject": "cat",
            "whole": False,
            "coverage": 0.4,
            "seconds": 10,
        },
        {"name": "0-3", "kind": "fur", "split": "test", "subject": "bear", "style": "", "coverage": 0.3, "seconds": 9},
    ]
    for picture in pictures:
        folder = tmp_path / str(picture["split"]) / "fur"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "attributes.jsonl").open("a") as file:
            file.write(json.dumps(picture) + "\n")
    again = json.dumps({**pictures[0], "coverage": 0.1})
    with (tmp_path / "train" / "fur" / "attributes.jsonl").open("a") as file:
        file.write(again + "\n")  # as a picture leaves it that was made again
    (tmp_path / "train" / "fur" / "rejected.jsonl").write_text('{"name": "0-4"}\n{"na')
    with (tmp_path / "train" / "fur" / "attributes.jsonl").open("a") as file:
        file.write('{"name": "0-5", "ki')  # as a kill leaves it
    text = card.tables(*card.read(tmp_path))
    assert "| fur | 2 | 0 | 1 | 1 | 0.267 | 9 |" in text
    assert "- subject: cat 2, bear 1" in text and "- whole: yes 1, no 1" in text
    assert "coverage:" not in text and "style" not in text  # a measure; the same everywhere


def test_nothing_rendered(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no attributes\.jsonl below .*expected a folder"):
        card.read(tmp_path)
