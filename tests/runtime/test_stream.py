"""`python -m runtime.stream` and `runtime.matte` as a user runs them: real processes, files and engines."""

from __future__ import annotations

import functools
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from runtime.bundle import Bundle
from runtime.images import read_rgb
from runtime.sources import open_source

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "runtime" / "samples"


def command(*arguments: object, module: str = "runtime.stream") -> list[str]:
    return [sys.executable, "-m", module, *map(str, arguments)]


def call(*arguments: object, module: str = "runtime.stream", **environment: str) -> subprocess.CompletedProcess:
    variables = os.environ | environment
    return subprocess.run(
        command(*arguments, module=module), cwd=ROOT, capture_output=True, text=True, timeout=120, env=variables
    )


def fails(*arguments: object, module: str = "runtime.stream", **environment: str) -> str:
    """The message of a call that must end as a user's mistake."""
    done = call(*arguments, module=module, **environment)
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done.stderr


def write_video(path: Path, pictures: list[np.ndarray], rate: int = 25) -> Path:
    height, width = pictures[0].shape[:2]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": "12", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for rgb in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
        container.mux(stream.encode())
    return path


def test_frames_are_seen_at_their_proportions_or_a_note_says_how(
    tmp_path: Path, red_bundle: Bundle, disc: np.ndarray
) -> None:
    upright = write_video(tmp_path / "upright.mp4", [np.rot90(disc)[:160, :90]] * 3)
    done = call("--source", upright, "--report", tmp_path / "r.json", XDG_CACHE_HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("edge 288x512 fp32 with openvino") and "squeezed" not in done.stderr
    done = call("--source", upright, "--report", tmp_path / "r.json", "--engine", red_bundle.path)
    assert "90x160 frames are squeezed into 64x32; " in done.stderr
    assert "python -m export.build_engine --fp32 --size 32x64" in done.stderr


@pytest.fixture
def clip(tmp_path: Path, disc: np.ndarray) -> Path:
    return write_video(tmp_path / "in.mp4", [np.roll(disc, 4 * index, 1) for index in range(15)])


def test_the_sample_with_the_packaged_engine(tmp_path: Path) -> None:
    """The main job, whole: the shipped student cuts the sample's person out of a green-walled room."""
    output, report = tmp_path / "out.mp4", tmp_path / "report.json"
    done = call(
        "--source", SAMPLES / "presenter.mp4", "--background", "#ff00ff", "--output", output, "--report", report, "--max-frames", 30,
        XDG_CACHE_HOME=str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith("edge 512x288 fp32 with openvino on CPU")
    told = json.loads(report.read_text())
    assert told["frames"] == 30 and told["dropped"] == 0 and told["peak_memory_mb"] < 700
    with open_source(str(output)) as source:
        frames = [frame.to_rgb().astype(int) for frame in source]
    assert len(frames) == 30 and frames[0].shape == (720, 1280, 3)
    magenta = np.abs(frames[20] - [255, 0, 255]).max(2) < 40
    assert magenta[:, :300].mean() > 0.95 and magenta[:150].mean() > 0.95  # the wall is gone
    assert magenta[480:700, 560:720].mean() < 0.05  # the person's chest is not


def test_times_are_kept_and_the_subject_stands_before_the_picture(
    tmp_path: Path, clip: Path, red_bundle: Bundle, disc: np.ndarray
) -> None:
    cv2.imwrite(str(tmp_path / "wall.png"), np.full((40, 90, 3), (20, 200, 240), np.uint8))  # BGR
    done = call(
        "--source",
        clip,
        "--engine",
        red_bundle.path,
        "--background",
        tmp_path / "wall.png",
        "--output",
        tmp_path / "out.mkv",
    )
    assert done.returncode == 0, done.stderr
    with open_source(str(clip)) as before, open_source(str(tmp_path / "out.mkv")) as after:
        pairs = list(zip(before, after, strict=True))
    assert len(pairs) == 15
    for index, (original, result) in enumerate(pairs):
        assert result.time == pytest.approx(original.time, abs=0.001)
        truth = np.roll(disc, 4 * index, 1)[..., 0]
        assert np.abs(result.to_rgb()[truth == 0].astype(int) - [240, 200, 20]).mean() < 8
        assert np.abs(result.to_rgb()[truth == 255].astype(int) - [255, 40, 40]).mean() < 12


def test_transparent_output_has_alpha(tmp_path: Path, clip: Path, red_bundle: Bundle, disc: np.ndarray) -> None:
    done = call(
        "--source", clip, "--engine", red_bundle.path, "--background", "transparent", "--output", tmp_path / "out.mov"
    )
    assert done.returncode == 0, done.stderr
    with av.open(str(tmp_path / "out.mov")) as container:
        first = next(container.decode(video=0)).to_ndarray(format="rgba")
    assert np.abs(first[..., 3] / 255 - disc[..., 0] / 255).mean() < 0.02
    assert np.abs(first[..., :3][disc[..., 0] == 255].astype(int) - [255, 40, 40]).mean() < 10


@pytest.mark.parametrize("background", ["blur", "video"])
def test_other_backgrounds(tmp_path: Path, clip: Path, red_bundle: Bundle, background: str) -> None:
    text = clip if background == "video" else background
    done = call(
        "--source",
        clip,
        "--engine",
        red_bundle.path,
        "--background",
        text,
        "--output",
        tmp_path / "o.mp4",
        "--max-frames",
        5,
    )
    assert done.returncode == 0, done.stderr
    assert "5 frames" in done.stdout


@pytest.mark.parametrize("size", [(161, 91), (64, 64), (2, 2)])
def test_odd_and_tiny_sizes(tmp_path: Path, red_bundle: Bundle, size: tuple[int, int]) -> None:
    with av.open(str(tmp_path / "in.avi"), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for _ in range(3):
            container.mux(
                stream.encode(av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), 90, np.uint8), format="rgb24"))
            )
        container.mux(stream.encode())
    done = call("--source", tmp_path / "in.avi", "--engine", red_bundle.path, "--output", tmp_path / "out.mp4")
    assert done.returncode == 0, done.stderr
    assert "3 frames" in done.stdout


def test_a_truncated_file_gives_what_it_holds_and_is_an_error(
    tmp_path: Path, red_bundle: Bundle, disc: np.ndarray
) -> None:
    whole = write_video(tmp_path / "whole.mkv", [np.roll(disc, 4 * index, 1) for index in range(60)])
    (tmp_path / "cut.mkv").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    done = call("--source", tmp_path / "cut.mkv", "--engine", red_bundle.path, "--output", tmp_path / "out.mp4")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "cut.mkv: the file is damaged after frame" in done.stderr and "wrote" in done.stdout
    with open_source(str(tmp_path / "out.mp4")) as source:
        assert 5 < sum(1 for _ in source) < 60
    (tmp_path / "out.mp4").write_bytes(b"an earlier, whole result")
    done = call("--source", tmp_path / "cut.mkv", "--engine", red_bundle.path, "--output", tmp_path / "out.mp4")
    assert done.returncode == 2 and "wrote" not in done.stdout and "out.partial.mp4" in done.stderr
    assert (tmp_path / "out.mp4").read_bytes() == b"an earlier, whole result"


def test_ctrl_c_leaves_a_playable_file(tmp_path: Path, red_bundle: Bundle) -> None:
    rng = np.random.default_rng(0)
    pictures = [cv2.resize(rng.integers(0, 256, (18, 32, 3), dtype=np.uint8), (1280, 720)) for _ in range(8)]
    source = write_video(tmp_path / "long.mp4", pictures * 80)
    output, report = tmp_path / "out.mp4", tmp_path / "report.json"
    process = subprocess.Popen(
        command("--source", source, "--engine", red_bundle.path, "--output", output, "--report", report),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell starts jobs in the background with SIGINT ignored, and children inherit that.
        preexec_fn=functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60
    partial = tmp_path / "out.partial.mp4"
    while not (partial.exists() and partial.stat().st_size > 20_000):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    told, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and b"Traceback" not in errors, errors.decode()
    assert re.search(rb"\d+ frames, \d+ dropped, .* wrote .*out\.mp4", told), told.decode()
    assert json.loads(report.read_text())["frames"] > 0
    assert not partial.exists()
    with open_source(str(output)) as result:
        assert result.warning is None and sum(1 for _ in result) > 0


def test_mistakes_name_the_fix(tmp_path: Path, clip: Path, red_bundle: Bundle) -> None:
    text, empty = tmp_path / "notes.mp4", tmp_path / "empty.mp4"
    text.write_text("shopping list\n" * 100)
    empty.touch()
    engine = ("--engine", red_bundle.path)
    out = ("--output", tmp_path / "out.mp4")
    assert "no such" in fails("--source", tmp_path / "gone.mp4", *engine, *out).lower()
    assert "notes.mp4" in fails("--source", text, *engine, *out)
    assert "empty" in fails("--source", empty, *engine, *out)
    assert "127.0.0.1:9" in fails("--source", "rtsp://127.0.0.1:9/live", *engine, *out)
    assert "camera 77" in fails("--camera", 77, *engine, *out)
    assert "expected a camera's number" in fails("--camera", "front", *engine, *out)
    assert "no engine bundle" in fails("--source", clip, "--engine", tmp_path / "none", *out)
    assert "no such file" in fails("--source", clip, *engine, *out, "--background", "nothing.png")
    assert ".mp4" in fails("--source", clip, *engine, "--output", tmp_path / "out.xyz")
    assert ".webm" in fails("--source", clip, *engine, *out, "--background", "transparent")
    assert "whole number from 1" in fails("--source", clip, *engine, *out, "--max-frames", 0)
    assert "Create it: mkdir -p" in fails("--source", clip, *engine, *out, "--report", tmp_path / "no" / "r.json")
    assert "expected WIDTHxHEIGHT" in fails("--camera", 0, "--camera-size", "large", *engine)
    assert "--camera-size goes with --camera" in fails("--source", clip, "--camera-size", "640x480", *engine)
    assert "expected a camera's number" in fails("--camera", 99999999999, *engine)
    assert "one of the arguments --camera --source is required" in fails(*engine)
    assert not list(tmp_path.glob("*partial*"))


def test_nothing_that_is_read_is_written_over(tmp_path: Path, clip: Path, red_bundle: Bundle) -> None:
    source = tmp_path / "mine.mp4"
    source.write_bytes(clip.read_bytes())
    (tmp_path / "link.mp4").symlink_to(source)
    named = ("--engine", red_bundle.path, "--source", source)
    assert "is the source itself" in fails(*named, "--output", source)
    assert "is the source itself" in fails(*named, "--output", tmp_path / "link.mp4")
    assert "is the source itself" in fails(*named, "--report", source)
    assert "is the source itself" in fails("--source", f"file://{source}", "--output", source)
    assert "is the background itself" in fails("--source", clip, "--background", source, "--output", source)
    both = ("--output", tmp_path / "o.mp4", "--report", tmp_path / "o.mp4")
    assert "write the report to another file" in fails(*named, *both)
    assert source.read_bytes() == clip.read_bytes()


def test_a_report_that_fails_does_not_hide_the_first_error(
    tmp_path: Path, red_bundle: Bundle, disc: np.ndarray
) -> None:
    """Frames of another size end the run; meanwhile the report's place has become a folder."""
    write_video(tmp_path / "a.ts", [disc] * 5)
    write_video(tmp_path / "b.ts", [disc[:90, :160]] * 5)
    (tmp_path / "both.ts").write_bytes((tmp_path / "a.ts").read_bytes() + (tmp_path / "b.ts").read_bytes())
    report = tmp_path / "r.json"
    script = (
        "import sys, runtime.stream as stream\n"
        "run = stream._run\n"
        "def spoiled(*arguments):\n"
        f"    __import__('os').mkdir({str(report)!r})\n"
        "    run(*arguments)\n"
        "stream._run = spoiled\n"
        "stream.run_command(stream.main)\n"
    )
    arguments = ["--source", tmp_path / "both.ts", "--engine", red_bundle.path, "--output", tmp_path / "o.mp4"]
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments), "--report", str(report)],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert done.stderr.index("r.json is a folder") < done.stderr.index("but the file began with")


def test_a_window_without_a_display_says_what_to_do(clip: Path, red_bundle: Bundle) -> None:
    message = fails(
        "--source", clip, "--engine", red_bundle.path, SDL_VIDEODRIVER="no_such_driver", DISPLAY="", WAYLAND_DISPLAY=""
    )
    assert "--output" in message


def test_a_window_shows_the_stream(clip: Path, red_bundle: Bundle) -> None:
    done = call("--source", clip, "--engine", red_bundle.path, "--view", SDL_VIDEODRIVER="dummy")
    assert done.returncode == 0, done.stderr
    assert "15 frames" in done.stdout


def test_matte_writes_alpha_of_each_pictures_size(tmp_path: Path, red_bundle: Bundle, disc: np.ndarray) -> None:
    photos = tmp_path / "photos"
    (photos / "more").mkdir(parents=True)
    bgr = disc[..., ::-1]
    cv2.imwrite(str(photos / "plain.jpg"), bgr)
    cv2.imwrite(str(photos / "deep.png"), bgr.astype(np.uint16) * 257)
    cv2.imwrite(str(photos / "with_alpha.png"), np.dstack([bgr, np.full(bgr.shape[:2], 7, np.uint8)]))
    cv2.imwrite(str(photos / "more" / "plain.png"), bgr[:77, :101])
    cv2.imwrite(str(photos / "one.png"), bgr[90:91, 160:161])
    done = call(photos, "--output", tmp_path / "out", "--engine", red_bundle.path, "--cutout", module="runtime.matte")
    assert done.returncode == 0, done.stderr
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    stems = ["deep", "one", "plain", "plain-2", "with_alpha"]
    assert written == sorted(f"{stem}.{kind}.png" for stem in stems for kind in ("alpha", "cutout"))
    for stem in ("deep", "with_alpha"):
        alpha = cv2.imread(str(tmp_path / "out" / f"{stem}.alpha.png"), cv2.IMREAD_UNCHANGED)
        assert alpha.dtype == np.uint8 and np.abs(alpha / 255 - disc[..., 0] / 255).mean() < 0.02
    cutout = cv2.imread(str(tmp_path / "out" / "deep.cutout.png"), cv2.IMREAD_UNCHANGED)
    soft = (cutout[..., 3] > 80) & (cutout[..., 3] < 200)
    assert np.abs(cutout[..., 2::-1][soft].astype(int) - [255, 40, 40]).mean() < 25  # no blue left in the edge
    assert read_rgb(tmp_path / "out" / "one.alpha.png").shape == (1, 1, 3)


def test_matte_mistakes(tmp_path: Path, red_bundle: Bundle) -> None:
    (tmp_path / "broken.png").write_text("no picture")
    (tmp_path / "empty").mkdir()
    arguments = ("--output", tmp_path / "out", "--engine", red_bundle.path)
    assert "broken.png" in fails(tmp_path / "broken.png", *arguments, module="runtime.matte")
    assert "gone.png" in fails(tmp_path / "gone.png", *arguments, module="runtime.matte")
    assert "empty" in fails(tmp_path / "empty", *arguments, module="runtime.matte")
    cv2.imwrite(str(tmp_path / "fine.png"), np.zeros((8, 8, 3), np.uint8))
    blocked = ("--output", tmp_path / "broken.png" / "x", "--engine", red_bundle.path)
    assert "choose another --output" in fails(tmp_path / "fine.png", *blocked, module="runtime.matte")
    assert "an empty path was given" in fails("", *arguments, module="runtime.matte")


def test_matte_goes_on_after_a_picture_that_cannot_be_read(tmp_path: Path, red_bundle: Bundle) -> None:
    for name in ("1.png", "3.png"):
        cv2.imwrite(str(tmp_path / name), np.zeros((8, 8, 3), np.uint8))
    (tmp_path / "2.png").write_text("no picture")
    message = fails(tmp_path, "--output", tmp_path / "out", "--engine", red_bundle.path, module="runtime.matte")
    assert "2.png is not a picture" in message and "1 of 3 pictures could not be read" in message
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["1.alpha.png", "3.alpha.png"]


def test_matte_loses_no_picture_to_another(tmp_path: Path, red_bundle: Bundle) -> None:
    for name in ("a-2.png", "a.bmp", "a.png"):
        cv2.imwrite(str(tmp_path / name), np.zeros((8, 8, 3), np.uint8))
    arguments = (tmp_path, "--output", tmp_path, "--engine", red_bundle.path)
    for _ in range(2):  # the second time its own results lie among the pictures
        done = call(*arguments, module="runtime.matte")
        assert done.returncode == 0 and "wrote 3 alpha" in done.stdout, done.stderr
        assert f"{tmp_path / 'a.png'}: a-3.alpha.png" in done.stdout  # whose a numbered one is
    results = {path.name for path in tmp_path.glob("*.alpha.png")}
    assert results == {"a.alpha.png", "a-2.alpha.png", "a-3.alpha.png"}
    other = tmp_path / "other"
    other.mkdir()
    cv2.imwrite(str(other / "a.png"), np.zeros((8, 8, 3), np.uint8))
    cv2.imwrite(str(other / "a.alpha.png"), np.full((8, 8, 3), 9, np.uint8))
    named = (other / "a.png", other / "a.alpha.png", "--output", tmp_path, "--engine", red_bundle.path)
    assert "wrote 2 alpha" in call(*named, module="runtime.matte").stdout
