"""The data card's numbers: what a rendered set holds, from the lines that rendering wrote."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ppid.errors import UserError
from ppid.render import jobs
from ppid.render.jobs import ATTRIBUTES, REJECTED

Record = dict[str, Any]
_SPLITS = ("train", "validation", "test")
_OF_EVERY_PICTURE = {"name", "kind", "identity", "split", "file", "fps"}
_MOST_VALUES = 60  # an attribute with more is a measure, not a choice


def read(folder: Path) -> tuple[list[Record], Counter[str]]:
    """All pictures' attributes, and how many of each kind the check turned away.

    Raises:
        UserError: nothing was rendered there.
    """
    # A picture that was made again, since its file was lost, has a second line: the last one counts.
    found = {
        (path, record["name"]): record for path in sorted(folder.rglob(ATTRIBUTES)) for record in jobs.records(path)
    }
    records = list(found.values())
    if not records:
        raise UserError(f"no {ATTRIBUTES} below {folder}; expected a folder that `python -m ppid.render` has filled")
    rejected = Counter(path.parent.name for path in folder.rglob(REJECTED) for _ in jobs.records(path))
    return records, rejected


def tables(records: list[Record], rejected: Counter[str]) -> str:
    """Markdown: counts, cover and CPU time a kind, then how often each choice was made."""
    by_kind: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_kind[record["kind"]].append(record)
    lines = ["| kind | train | validation | test | turned away | mean alpha | CPU s |", "|---|---|---|---|---|---|---|"]
    for kind, pictures in sorted(by_kind.items()):
        splits = Counter(picture["split"] for picture in pictures)
        counts = " | ".join(str(splits[split]) for split in _SPLITS)
        cover, seconds = _mean(pictures, "coverage"), _mean(pictures, "seconds")
        lines.append(f"| {kind} | {counts} | {rejected[kind]} | {cover} | {seconds} |")
    for kind, pictures in sorted(by_kind.items()):
        lines += ["", f"**{kind}**", ""]
        lines += [f"- {name}: {_told(counts)}" for name, counts in _choices(pictures)]
    return "\n".join(lines) + "\n"


def _choices(pictures: list[Record]) -> Iterable[tuple[str, Counter[str]]]:
    """Attributes that have few values, and how often each."""
    names = {name for picture in pictures for name in picture} - _OF_EVERY_PICTURE
    for name in sorted(names):
        values = [picture[name] for picture in pictures if name in picture]
        if all(isinstance(value, str | bool) for value in values):
            counts = Counter({True: "yes", False: "no"}.get(value, value) or "none" for value in values)
            if 1 < len(counts) <= _MOST_VALUES:
                yield name, counts


def _told(counts: Counter[str]) -> str:
    return ", ".join(f"{value} {count}" for value, count in counts.most_common())


def _mean(pictures: list[Record], name: str) -> str:
    values = [picture[name] for picture in pictures if name in picture]
    return f"{sum(values) / len(values):.3g}" if values else ""
