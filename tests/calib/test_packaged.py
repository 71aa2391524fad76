"""The set that comes with the package."""

from __future__ import annotations

import pytest

from calib.packaged import packaged_frames
from runtime.errors import UserError


def test_pictures_in_the_order_of_their_names(tmp_path, monkeypatch):
    folder = tmp_path / "packaged_set" / "image"
    folder.mkdir(parents=True)
    for name in ("01.webp", "00.webp", "SOURCE.md"):
        (folder / name).touch()
    monkeypatch.setattr("calib.packaged.files", lambda package: tmp_path)
    assert packaged_frames() == [folder / "00.webp", folder / "01.webp"]


def test_incomplete_installation(tmp_path, monkeypatch):
    monkeypatch.setattr("calib.packaged.files", lambda package: tmp_path)
    with pytest.raises(UserError, match="holds no calibration pictures.*Install the package again"):
        packaged_frames()
