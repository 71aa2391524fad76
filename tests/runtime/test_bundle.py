from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime import bundle as bundles
from runtime.bundle import Bundle
from runtime.errors import UserError
from tests.runtime.conftest import make_bundle


def edit_manifest(bundle: Bundle, **changes: object) -> None:
    file = bundle.path / bundles.MANIFEST
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def test_what_is_written_is_read(red_bundle: Bundle) -> None:
    again = bundles.load(red_bundle.path)
    assert again.manifest == red_bundle.manifest
    assert again.digest == bundles.sha256(again.engine)


def test_a_flipped_byte_is_found(red_bundle: Bundle) -> None:
    data = bytearray(red_bundle.engine.read_bytes())
    data[len(data) // 2] ^= 1
    red_bundle.engine.write_bytes(data)
    with pytest.raises(UserError, match="damaged.*python -m export.build_engine --fp32 --target openvino --size 64x32"):
        bundles.load(red_bundle.path)


def test_a_missing_file_is_found(red_bundle: Bundle) -> None:
    red_bundle.engine.unlink()
    with pytest.raises(UserError, match="incomplete: red.onnx is missing"):
        bundles.load(red_bundle.path)


def test_another_format_version(red_bundle: Bundle) -> None:
    edit_manifest(red_bundle, format=99)
    with pytest.raises(UserError, match="format 99, this version reads 1"):
        bundles.load(red_bundle.path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '"format"', '{"format": 1, "surprise": 2}'])
def test_an_unreadable_manifest(red_bundle: Bundle, text: str) -> None:
    (red_bundle.path / bundles.MANIFEST).write_text(text)
    with pytest.raises(UserError, match="build"):
        bundles.load(red_bundle.path)


def test_no_bundle_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no engine bundle at .*--output"):
        bundles.load(tmp_path / "nothing")


def test_a_bundle_is_replaced_whole_and_leaves_no_rest(tmp_path: Path) -> None:
    make_bundle(tmp_path / "b", size=(64, 32))
    replaced = make_bundle(tmp_path / "b", size=(96, 64))
    assert bundles.load(tmp_path / "b").manifest.size == (96, 64)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "b.onnx"]
    assert replaced.path == tmp_path / "b"


def test_something_else_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"cat")
    with pytest.raises(UserError, match="not an engine bundle"):
        make_bundle(tmp_path / "photos")
    assert (tmp_path / "photos" / "cat.jpg").read_bytes() == b"cat"


def test_a_failed_write_keeps_the_old_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = make_bundle(tmp_path / "b")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundles.shutil, "copyfile", full)
    with pytest.raises(UserError, match="No space left"):
        make_bundle(tmp_path / "b", size=(96, 64))
    assert bundles.load(old.path).manifest.size == (64, 32)
    assert not list(tmp_path.glob("*.partial")) and not list(tmp_path.glob(".*.partial"))


def test_default_takes_the_newest_that_runs_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    engines = bundles.cache_folder()
    for name, target, built_at in (
        ("a", "openvino", "2026-01-01"),
        ("b", "onnxruntime", "2026-03-01"),
        ("c", "tensorrt", "2026-05-01"),
    ):
        edit_manifest(make_bundle(engines / name, target), built_at=built_at)
    (engines / "broken").mkdir()
    (engines / "broken" / bundles.MANIFEST).write_text("no json")
    assert bundles.default(["openvino", "onnxruntime"]).path.name == "b"
    assert bundles.default(["openvino"]).path.name == "a"


def test_default_falls_to_the_packaged_one_or_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert bundles.default(["openvino"]).path == bundles.packaged()
    with pytest.raises(UserError, match="python -m export.build_engine --int8"):
        bundles.default([])


@given(st.integers(1, 8000), st.integers(1, 8000))
def test_a_suited_size_has_the_pixels_and_the_proportions(width: int, height: int) -> None:
    across, down = bundles.suited((512, 288), width, height)
    assert across % 32 == 0 and down % 32 == 0
    assert 0.85 < across * down / (512 * 288) < 1.15
    wanted = min(max(width / height, 1 / 3), 3)
    assert 0.84 < (across / down) / wanted < 1.19


def test_only_engines_of_free_size_fit_themselves(red_bundle: Bundle) -> None:
    assert red_bundle.fitting(90, 160) is red_bundle
    packaged = bundles.load(bundles.packaged())
    assert packaged.fitting(1920, 1080).manifest == packaged.manifest
    assert packaged.fitting(1080, 1920).manifest.size == (288, 512)


@pytest.fixture(autouse=True)
def umask() -> None:
    os.umask(0o022)


def test_a_bundle_can_be_read_by_others(red_bundle: Bundle) -> None:
    assert red_bundle.path.stat().st_mode & 0o777 == 0o755
