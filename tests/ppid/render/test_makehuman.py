"""Missing and damaged body data is named."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest

from ppid.errors import UserError

SHARED = Path(__file__).parents[4] / "shared" / "assets" / "makehuman"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.usefixtures("blender"),
    pytest.mark.skipif(not SHARED.is_dir(), reason="MakeHuman's data is not beside the checkout"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHARED, tmp_path / "makehuman"))


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    "name",
    ["base/default_weights.mhw.gz", "base/base.obj.gz", "clothes/fedora.obj.gz", "targets/head", "targets/expression"],
)
def test_missing_data_is_named_at_once(folder: Path, name: str) -> None:
    from ppid.render import people

    path = folder / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(UserError, match=f"lacks {name.removesuffix('.gz')}"):
        people.load(folder)


def test_damaged_data_is_named(folder: Path) -> None:
    from ppid.render import people

    cut_short(folder / "base/default_weights.mhw.gz")
    with pytest.raises(UserError, match=r"default_weights\.mhw .*damaged .*copy"):
        people.load(folder)
    (folder / "base/default_weights.mhw.gz").write_bytes(gzip.compress(json.dumps({"name": "weights"}).encode()))
    with pytest.raises(UserError, match="base .*damaged"):
        people.load(folder)


def test_what_is_read_later_is_named_too(folder: Path) -> None:
    from ppid.render import people

    target = "macrodetails/caucasian-female-young"
    (folder / f"targets/{target}.target.gz").write_bytes(gzip.compress(b"1 2 3\n"))
    cut_short(folder / "clothes/fedora.mhclo.gz")
    bodies = people.load(folder)
    with pytest.raises(UserError, match=f"{target}.target .*damaged"):
        bodies.shape({target: 1.0})
    with pytest.raises(UserError, match="not-there.target .*missing"):
        bodies.shape({"head/not-there": 1.0})
    with pytest.raises(UserError, match=r"fedora\.mhclo .*damaged"):
        bodies.garment("fedora")
