from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime import bundle as bundles
from runtime import folders
from runtime.bundle import Bundle
from runtime.errors import UserError
from tests.runtime.conftest import make_bundle

ROOT = Path(__file__).parents[2]


def edit_manifest(bundle: Bundle, **changes: object) -> None:
    file = bundle.path / bundles.MANIFEST
    content = json.loads(file.read_text()) | changes
    del content["digest"]
    file.write_text(bundles.manifest_text(content))


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


def test_the_command_that_builds_it_again_names_own_weights(red_bundle: Bundle) -> None:
    assert red_bundle.manifest.rebuild.endswith("--size 64x32 --weights FILE (your student 00000000)")
    assert bundles.load(bundles.packaged()).manifest.rebuild.endswith("--target openvino --size 512x288")
    assert bundles.load(bundles.packaged("dense")).manifest.rebuild.endswith("--size 512x288 --student dense")


def test_a_missing_file_is_found(red_bundle: Bundle) -> None:
    red_bundle.engine.unlink()
    with pytest.raises(UserError, match="incomplete: red.onnx is missing"):
        bundles.load(red_bundle.path)


def test_another_format_version(red_bundle: Bundle) -> None:
    edit_manifest(red_bundle, format=99)
    with pytest.raises(UserError, match="format 99, this version reads 2"):
        bundles.load(red_bundle.path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 2}', '"format"', '{"format": 2, "surprise": 2}'])
def test_an_unreadable_manifest(red_bundle: Bundle, text: str) -> None:
    (red_bundle.path / bundles.MANIFEST).write_text(text)
    with pytest.raises(UserError, match="build"):
        bundles.load(red_bundle.path)


def test_fields_that_are_unknown_or_missing(red_bundle: Bundle) -> None:
    edit_manifest(red_bundle, surprise=2)
    with pytest.raises(UserError, match="does not describe a bundle"):
        bundles.load(red_bundle.path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400, deadline=None)
@given(data=st.data())
def test_a_changed_byte_of_a_manifest_is_refused_or_changes_nothing(red_bundle: Bundle, data: st.DataObject) -> None:
    file = red_bundle.path / bundles.MANIFEST
    content = file.read_bytes()
    changed = bytearray(content)
    changed[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        file.write_bytes(changed)
        assert bundles.load(red_bundle.path) == red_bundle
    except UserError as error:
        assert "build" in str(error)
    finally:
        file.write_bytes(content)


@pytest.mark.parametrize(("before", "after"), [('"width": 64', '"width": 32'), ('"fp32"', '"np32"')])
def test_an_edited_manifest_is_refused(red_bundle: Bundle, before: str, after: str) -> None:
    file = red_bundle.path / bundles.MANIFEST
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, after))
    with pytest.raises(UserError, match="is damaged or was edited.*build it again"):
        bundles.load(red_bundle.path)


def test_no_bundle_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no engine bundle at .*--output"):
        bundles.load(tmp_path / "nothing")


def test_what_is_taken_for_a_bundle_is_told_what_to_do_with(red_bundle: Bundle, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=f"name its folder, {red_bundle.path}$"):
        bundles.load(red_bundle.engine)
    trained = tmp_path / "mine.safetensors"
    trained.write_bytes(b"weights")
    with pytest.raises(UserError, match=f"build one from these weights: .*--weights {trained}$"):
        bundles.load(trained)
    for place in (tmp_path / "photo.jpg", tmp_path):
        (tmp_path / "photo.jpg").write_bytes(b"x")
        with pytest.raises(UserError, match="name another place, or build one: python -m export.build_engine --int8$"):
            bundles.load(place)


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
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "b.onnx"]


# Replaces the bundle at argv[1] and is killed by itself when the old folder is away and the new one is not there yet.
_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.runtime.conftest import make_bundle
path = Path(sys.argv[1])
rename = Path.rename
def rename_or_die(self, target):
    if self.name.endswith(".partial"):
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(self, target)
Path.rename = rename_or_die
make_bundle(path, size=(96, 64))
"""


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """A bundle of 64x32 whose replacement by one of 96x64 was killed between the two renames."""
    path = make_bundle(tmp_path / "engines" / "b").path
    done = subprocess.run([sys.executable, "-c", _KILLED, str(path)], cwd=ROOT)
    assert done.returncode == -signal.SIGKILL and not path.exists()
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".onnx")


def test_a_kill_between_the_renames_does_not_lose_the_old_bundle(killed: Path) -> None:
    assert bundles.load(killed).manifest.size == (64, 32)
    make_bundle(killed, size=(128, 64))
    assert bundles.load(killed).manifest.size == (128, 64) and names(killed.parent) == ["b"]


def test_after_a_kill_a_write_leaves_no_rest(killed: Path) -> None:
    with pytest.raises(FileNotFoundError), folders.replaced(killed):
        raise FileNotFoundError
    assert bundles.load(killed).manifest.size == (64, 32) and names(killed.parent) == ["b"]


def test_default_finds_what_a_kill_has_left_and_nothing_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "cache_folder", lambda: tmp_path / "engines")
    left = make_bundle(tmp_path / "engines" / "b")
    left.path.rename(tmp_path / "engines" / ".b.old")
    newer = make_bundle(tmp_path / "engines" / ".c.partial")
    edit_manifest(newer, built_at="2027-01-01")
    assert bundles.default(["openvino"]) == left


def test_two_processes_may_write_and_read_one_path(tmp_path: Path) -> None:
    code = """
import sys
import time
from pathlib import Path
from tests.runtime.conftest import make_bundle
for _ in range(40):
    assert make_bundle(Path(sys.argv[1]), size=(int(sys.argv[2]), 64)).manifest.height == 64
"""
    path = tmp_path / "b"
    # Each makes its ONNX beside its own path: the bundle is what they share.
    shared = "from runtime import bundle; import os; write = bundle.write; bundle.write = lambda p, *a: write(p.parent.parent / 'b', *a)"
    writers = [
        subprocess.Popen([sys.executable, "-c", f"{shared}{code}", str(tmp_path / name / "b"), str(width)], cwd=ROOT)
        for name, width in (("one", 64), ("two", 96))
    ]
    while not path.exists():
        time.sleep(0.01)
    try:
        while any(writer.poll() is None for writer in writers):
            assert bundles.load(path).manifest.width in (64, 96)
    finally:
        for writer in writers:
            writer.wait()
    assert [writer.returncode for writer in writers] == [0, 0]
    assert names(tmp_path) == ["b", "one", "two"]


def test_a_replacement_that_begins_while_a_bundle_is_opened_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, away = make_bundle(tmp_path / "b"), tmp_path / ".b.old"
    recover = bundles.folders.recover
    begun = []

    def then_begin(place: Path) -> None:
        recover(place)  # the second time it puts the bundle back, as the other process would
        if not begun:
            begun.append(place)
            place.rename(away)

    monkeypatch.setattr(bundles.folders, "recover", then_begin)
    assert bundles.load(made.path).manifest == made.manifest
    assert begun == [made.path] and not away.exists()


@pytest.mark.parametrize("name", [".", "..", "a/.."])
def test_a_place_without_a_name_is_refused(name: str) -> None:
    with pytest.raises(UserError, match="give the name of a folder of its own"):
        bundles.check_place(Path(name))


def test_a_place_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="file is not a folder that may be written to"):
        bundles.check_place(tmp_path / "file" / "engine")
    bundles.check_place(tmp_path / "new" / "engine")
    assert names(tmp_path) == ["file"]


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
    across, down = bundles.suited(512 * 288, width, height)
    assert across % 32 == 0 and down % 32 == 0
    assert 0.85 < across * down / (512 * 288) < 1.15
    wanted = min(max(width / height, 1 / 3), 3)
    assert 0.84 < (across / down) / wanted < 1.19


def test_only_engines_of_free_size_fit_themselves(red_bundle: Bundle) -> None:
    assert red_bundle.fitting(90, 160) is red_bundle
    packaged = bundles.load(bundles.packaged())
    assert packaged.fitting(1920, 1080).manifest == packaged.manifest
    assert packaged.fitting(1080, 1920).manifest.size == (288, 512)
    assert packaged.fitting(1920, 1080, times=4).manifest.size == (1024, 576)


@pytest.fixture(autouse=True)
def umask() -> None:
    os.umask(0o022)


def test_a_bundle_can_be_read_by_others(red_bundle: Bundle) -> None:
    assert red_bundle.path.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize(
    ("manifest", "other", "words"),
    [
        ('{"name": "a web page"}', "app.js", "its manifest.json is another program's"),
        ('{"name": "a model"}', "model.onnx", "its manifest.json is another program's"),
        ('["format"]', "package.json", "its manifest.json is another program's"),
        ("{", "app.js", "it has app.js"),
        ("{", "package.json", "it has package.json"),
    ],
)
def test_a_folder_of_something_else_is_not_replaced(tmp_path: Path, manifest: str, other: str, words: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    (tmp_path / other).write_text("precious")
    with pytest.raises(UserError, match=f"is not an engine bundle.*{words}"):
        bundles.check_place(tmp_path)


def test_a_bundle_with_a_damaged_manifest_may_be_built_again(red_bundle: Bundle) -> None:
    (red_bundle.path / bundles.MANIFEST).write_text("{")
    bundles.check_place(red_bundle.path)


def test_a_bundle_with_something_beside_it_is_not_replaced(red_bundle: Bundle) -> None:
    bundles.check_place(red_bundle.path)
    (red_bundle.path / "notes.txt").write_text("precious")
    with pytest.raises(UserError, match="it has notes.txt"):
        bundles.check_place(red_bundle.path)
