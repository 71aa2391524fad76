"""Sinks: real encoders, files read back through FFmpeg, processes killed and disks filled for real."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from runtime import sinks
from runtime.errors import UserError
from runtime.frames import Colour, Frame, Yuv
from runtime.sinks import NullSink, VideoSink
from runtime.sources import open_source

WIDTH, HEIGHT, FRAMES = 64, 48, 10
ALPHA = [".webm", ".mov"]
OPAQUE = [".mp4", ".mkv", ".mov", ".webm"]


def frame(index: int, *, size: tuple[int, int] = (WIDTH, HEIGHT), time: float | None = None, **colour) -> Frame:
    """A smooth picture whose brightness tells its index, up to 10."""
    width, height = size
    rgb = np.empty((height, width, 3), np.uint8)
    rgb[..., 0] = np.linspace(40, 120, width)
    rgb[..., 1] = np.linspace(40, 120, height)[:, None]
    rgb[..., 2] = 60
    planes = Yuv.from_rgb(rgb + np.uint8(index % 10 * 10), Colour(**colour))
    when = index / 25 if time is None else time
    return Frame(planes.y, planes.u, planes.v, planes.colour, index, when)


def matte(index: int, size: tuple[int, int] = (WIDTH, HEIGHT)) -> np.ndarray:
    """A soft ramp with hard 0 and 255 at its ends, moving with the index."""
    ramp = np.linspace(-60, 320, size[0]) + index * 4
    return np.repeat(np.clip(ramp, 0, 255).astype(np.uint8)[None], size[1], axis=0)


def write(path: Path, count: int = FRAMES, *, with_alpha: bool = False, size=(WIDTH, HEIGHT), **colour) -> list[Frame]:
    frames = [frame(index, size=size, **colour) for index in range(count)]
    with VideoSink(path, size, 25, with_alpha=with_alpha) as sink:
        for index, item in enumerate(frames):
            sink.write(item, matte(index, size) if with_alpha else None)
    return frames


def read(path: Path) -> list[Frame]:
    with open_source(str(path)) as source:
        frames = list(source)
    assert source.warning is None
    return frames


def read_alpha(path: Path) -> list[np.ndarray]:
    """The alpha planes as uint8, read by a decoder that knows of them."""
    mattes = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        if path.suffix == ".webm":
            decoder = av.CodecContext.create("libvpx-vp9", "r")
            pictures = [picture for packet in container.demux(stream) for picture in decoder.decode(packet)]
        else:
            pictures = list(container.decode(stream))
        for picture in pictures:
            plane, depth = picture.planes[3], picture.format.components[3].bits
            wide = np.frombuffer(memoryview(plane), np.uint8 if depth == 8 else np.uint16)
            wide = wide.reshape(plane.height, -1)[:, : plane.width]
            mattes.append(np.round(wide * (255 / (2**depth - 1))).astype(np.uint8))
    return mattes


def difference(a: np.ndarray, b: np.ndarray) -> int:
    return int(np.abs(a.astype(int) - b).max())


# --- what a good run gives


@pytest.mark.parametrize("suffix", OPAQUE)
def test_round_trip(tmp_path, suffix):
    path = tmp_path / f"clip{suffix}"
    frames = write(path)
    back = read(path)
    assert [path.name] == [item.name for item in tmp_path.iterdir()]
    assert len(back) == FRAMES
    for before, after in zip(frames, back, strict=True):
        assert difference(before.to_rgb(), after.to_rgb()) <= 14  # hardest where an encoder has one frame to settle
        assert abs(float(before.y.mean()) - float(after.y.mean())) < 1.5  # the right frame: they are 8 levels apart
        assert abs(before.time - after.time) < 6e-4


@pytest.mark.parametrize("suffix", ALPHA)
@pytest.mark.parametrize("size", [(WIDTH, HEIGHT), (63, 47)])
def test_alpha_survives(tmp_path, suffix, size):
    path = tmp_path / f"clip{suffix}"
    frames = write(path, with_alpha=True, size=size)
    back, mattes = read(path), read_alpha(path)
    assert len(back) == len(mattes) == FRAMES
    for index, (before, after, found) in enumerate(zip(frames, back, mattes, strict=True)):
        wanted = matte(index, size)
        assert found.shape == wanted.shape
        assert difference(found, wanted) <= 6
        assert found[wanted == 255].min() >= 251 and found[wanted == 0].max() <= 4
        assert after.size == before.size and difference(before.to_rgb(), after.to_rgb()) <= 14


def test_alpha_under_prores_is_exact_where_it_matters(tmp_path):
    write(tmp_path / "a.mov", with_alpha=True)
    for index, found in enumerate(read_alpha(tmp_path / "a.mov")):
        assert difference(found, matte(index)) <= 1


@pytest.mark.parametrize("suffix", OPAQUE)
@pytest.mark.parametrize("matrix", ["bt601", "bt709", "bt2020"])
@pytest.mark.parametrize("full_range", [False, True])
def test_matrix_and_range_are_tagged(tmp_path, suffix, matrix, full_range):
    path = tmp_path / f"a{suffix}"
    frames = write(path, 2, matrix=matrix, full_range=full_range)
    back = read(path)
    assert back[0].colour == Colour(matrix, full_range)
    assert difference(frames[0].to_rgb(), back[0].to_rgb()) <= 14


@pytest.mark.parametrize("matrix", ["bt601", "bt709"])
@pytest.mark.parametrize("full_range", [False, True])
def test_prores_has_the_same_colours_in_video_range(tmp_path, matrix, full_range):
    path = tmp_path / "a.mov"
    frames = write(path, 2, with_alpha=True, matrix=matrix, full_range=full_range)
    back = read(path)
    assert back[0].colour == Colour(matrix, False)
    assert difference(frames[0].to_rgb(), back[0].to_rgb()) <= 6


def test_a_change_of_colour_on_the_way_is_converted(tmp_path):
    first, second = frame(0), frame(1, matrix="bt709", full_range=True)
    with VideoSink(tmp_path / "a.mkv", (WIDTH, HEIGHT), 25) as sink:
        sink.write(first, None)
        sink.write(second, None)
    back = read(tmp_path / "a.mkv")
    assert back[1].colour == first.colour
    assert difference(second.to_rgb(), back[1].to_rgb()) <= 14


def test_odd_sizes_repeat_the_edge_in_h264(tmp_path):
    frames = write(tmp_path / "a.mp4", 2, size=(63, 47))
    back = read(tmp_path / "a.mp4")
    assert back[0].size == (64, 48)
    y = back[0].y.astype(int)
    assert difference(back[0].y[:47, :63], frames[0].y) <= 8
    assert np.abs(y[:, 63] - y[:, 62]).max() <= 4 and np.abs(y[47] - y[46]).max() <= 4
    assert write(tmp_path / "a.webm", 2, size=(63, 47))[0].size == read(tmp_path / "a.webm")[0].size


def test_one_pixel(tmp_path):
    for suffix in (".mkv", ".webm"):
        write(tmp_path / f"a{suffix}", 2, size=(1, 1))
        assert len(read(tmp_path / f"a{suffix}")) == 2


@pytest.mark.parametrize("suffix", OPAQUE)
def test_uneven_times_are_kept_from_the_first_frame_on(tmp_path, suffix):
    times = [7.0, 7.04, 7.05, 7.5, 7.54, 8.9, 9.0, 9.001, 9.2, 10.0]
    path = tmp_path / f"a{suffix}"
    with VideoSink(path, (WIDTH, HEIGHT), None) as sink:
        for index, time in enumerate(times):
            sink.write(frame(index, time=time), None)
    with av.open(str(path)) as container:
        stamps = [packet.pts * packet.time_base for packet in container.demux(video=0) if packet.pts is not None]
    assert stamps[0] == 0
    assert np.allclose([float(stamp) for stamp in stamps], np.array(times) - 7.0, atol=6e-4)


@pytest.mark.parametrize("suffix", OPAQUE)
def test_repeated_and_backward_times_still_increase(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    with VideoSink(path, (WIDTH, HEIGHT), 25) as sink:
        for index, time in enumerate([0.0, 0.0, 0.04, 0.04, 0.02, 0.08]):
            sink.write(frame(index, time=time), None)
    times = [item.time for item in read(path)]
    assert len(times) == 6 and all(a < b for a, b in zip(times, times[1:], strict=False))
    assert abs(times[-1] - 0.08) < 0.01


def test_a_closed_mp4_is_a_plain_one(tmp_path):
    write(tmp_path / "a.mp4", 60)
    data, boxes, at = (tmp_path / "a.mp4").read_bytes(), [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        boxes.append(data[at + 4 : at + 8].decode())
        at += int.from_bytes(data[at + 8 : at + 16], "big") if size == 1 else size
    assert at == len(data) and boxes[0] == "ftyp" and boxes.count("moov") == 1
    if "hybrid" in sinks._HYBRID:
        assert "moof" not in boxes
    with av.open(str(tmp_path / "a.mp4")) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == 25 and stream.duration * stream.time_base == Fraction(60, 25)
        container.seek(1_500_000)
        assert next(container.decode(stream)).time <= 1.5


@pytest.mark.parametrize("suffix", OPAQUE)
def test_a_single_frame_lasts_its_time(tmp_path, suffix):
    write(tmp_path / f"a{suffix}", 1)
    with av.open(str(tmp_path / f"a{suffix}")) as container:
        assert abs(container.duration / av.time_base - 1 / 25) < 2e-3


def test_null_sink_takes_everything():
    with NullSink() as sink:
        sink.write(frame(0), None)
        sink.write(frame(1, size=(8, 8)), matte(0))
    assert not sink.wants_alpha


def test_wants_alpha(tmp_path):
    assert VideoSink(tmp_path / "a.webm", (8, 8), 25, with_alpha=True).wants_alpha
    assert not VideoSink(tmp_path / "a.webm", (8, 8), 25).wants_alpha


# --- ends before time


def test_without_a_frame_nothing_is_left_and_nothing_is_lost(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"an older result")
    with VideoSink(path, (WIDTH, HEIGHT), 25):
        assert len(list(tmp_path.iterdir())) == 2
    assert list(tmp_path.iterdir()) == [path] and path.read_bytes() == b"an older result"


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_exception_keeps_what_was_written(tmp_path, suffix, error):
    path = tmp_path / f"a{suffix}"
    with pytest.raises(error), VideoSink(path, (WIDTH, HEIGHT), 25) as sink:
        for index in range(7):
            sink.write(frame(index), None)
        raise error
    assert len(read(path)) == 7 and list(tmp_path.iterdir()) == [path]


def test_an_older_result_is_replaced_only_at_the_end(tmp_path):
    path = tmp_path / "a.mkv"
    path.write_bytes(b"an older result")
    with VideoSink(path, (WIDTH, HEIGHT), 25) as sink:
        sink.write(frame(0), None)
        assert path.read_bytes() == b"an older result"
    assert len(read(path)) == 1


def test_another_size_is_refused_and_the_first_part_kept(tmp_path):
    path = tmp_path / "a.mp4"
    with pytest.raises(UserError) as caught, VideoSink(path, (WIDTH, HEIGHT), 25) as sink:
        sink.write(frame(0), None)
        sink.write(frame(1, size=(32, 24)), None)
    assert "frame 1 is 32x24" in str(caught.value) and "64x48" in str(caught.value)
    assert len(read(path)) == 1


@pytest.mark.parametrize(
    "alpha", [None, np.zeros((HEIGHT, WIDTH - 1), np.uint8), np.zeros((HEIGHT, WIDTH), np.float32)]
)
def test_a_missing_or_wrong_alpha_is_a_bug(tmp_path, alpha):
    with VideoSink(tmp_path / "a.webm", (WIDTH, HEIGHT), 25, with_alpha=True) as sink, pytest.raises(ValueError):
        sink.write(frame(0), alpha)
    assert list(tmp_path.iterdir()) == []


WRITER = """
import os, resource, signal, sys
import numpy as np
from runtime.errors import UserError
from runtime.frames import Frame, Yuv
from runtime.sinks import VideoSink

path, with_alpha, limit, kill_at = sys.argv[1], sys.argv[2] == "alpha", int(sys.argv[3]), int(sys.argv[4])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
random = np.random.default_rng(0)
try:
    with VideoSink(path, (64, 48), 25, with_alpha=with_alpha) as sink:
        for index in range(400):
            # A stream to be killed weighs next to nothing, so that no buffer fills up by itself.
            top = 256 if kill_at < 0 else 1
            planes = Yuv.from_rgb(random.integers(0, top, (48, 64, 3), np.uint8))
            alpha = random.integers(0, top, (48, 64), np.uint8)
            sink.write(Frame(planes.y, planes.u, planes.v, planes.colour, index, index / 25), alpha)
            if index == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
except UserError as error:
    print(f"error: {error}", file=sys.stderr)
    sys.exit(2)
"""


def run_writer(path: Path, with_alpha: bool, *, limit: int = 0, kill_at: int = -1) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", WRITER, str(path), "alpha" if with_alpha else "opaque", str(limit), str(kill_at)]
    root = Path(__file__).parents[2]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and RLIMIT_FSIZE are POSIX")
@pytest.mark.parametrize(
    ("suffix", "with_alpha"), [(".mp4", False), (".mkv", False), (".mov", False), (".webm", True), (".mov", True)]
)
class TestSuddenEnds:
    def test_a_killed_process_leaves_a_playable_part(self, tmp_path, suffix, with_alpha):
        path = tmp_path / f"clip{suffix}"
        done = run_writer(path, with_alpha, kill_at=110)
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert [item.name for item in tmp_path.iterdir()] == [f"clip.partial{suffix}"]
        with open_source(str(tmp_path / f"clip.partial{suffix}")) as source:
            frames = list(source)
        # 111 frames were written, 25 a second; at most about two seconds wait in encoder and muxer.
        assert 60 <= len(frames) <= 111
        assert np.allclose(np.diff([item.time for item in frames]), 1 / 25, atol=1e-3)

    def test_a_full_disk_keeps_what_is_safe_and_says_so(self, tmp_path, suffix, with_alpha):
        path = tmp_path / f"clip{suffix}"
        done = run_writer(path, with_alpha, limit=400_000)
        assert done.returncode == 2, done.stderr
        assert "Traceback" not in done.stderr and str(path) in done.stderr and "Free some room" in done.stderr
        found = re.search(r"The first (\d+) of (\d+) frames are safe in (\S+)\.", done.stderr)
        assert found, done.stderr
        kept = Path(found[3])
        assert [kept] == list(tmp_path.iterdir())
        with open_source(str(kept)) as source:
            frames = list(source)
        # PyAV before 18 loses the picture that its threads finish together with the broken one.
        assert len(frames) >= int(found[1]) - 1 and 0 < int(found[1]) <= int(found[2])


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE is POSIX")
def test_a_full_disk_from_the_start_leaves_nothing(tmp_path):
    done = run_writer(tmp_path / "clip.mp4", False, limit=500)
    assert done.returncode == 2 and "No frame was saved" in done.stderr
    assert list(tmp_path.iterdir()) == []


# --- places and names that do not work


@pytest.mark.parametrize(
    ("name", "with_alpha", "words"),
    [
        ("a.mp4", True, [".webm", ".mov", "found '.mp4'"]),
        ("a.mkv", True, [".webm", ".mov", "found '.mkv'"]),
        ("a.avi", False, [".mp4", ".mkv", ".mov", ".webm", "found '.avi'"]),
        ("a", False, [".mp4", "without suffix"]),
    ],
)
def test_an_unknown_suffix_is_answered_by_what_works(tmp_path, name, with_alpha, words):
    with pytest.raises(UserError) as caught:
        VideoSink(tmp_path / name, (WIDTH, HEIGHT), 25, with_alpha=with_alpha)
    assert [word for word in words if word not in str(caught.value)] == []


def test_suffixes_may_be_capitals(tmp_path):
    write(tmp_path / "A.MP4", 2)
    assert len(read(tmp_path / "A.MP4")) == 2


def test_a_folder_in_the_way_is_told(tmp_path):
    (tmp_path / "a.mp4").mkdir()
    with pytest.raises(UserError, match="is a folder"), VideoSink(tmp_path / "a.mp4", (WIDTH, HEIGHT), 25):
        pass


def test_a_missing_folder_is_told(tmp_path):
    path = tmp_path / "none" / "a.mp4"
    with pytest.raises(UserError, match="does not exist. Create it: mkdir -p"), VideoSink(path, (WIDTH, HEIGHT), 25):
        pass


def test_an_unwritable_folder_is_told(tmp_path):
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "a.mp4"  # nobody, root included, can write below a file
    with pytest.raises(UserError, match="cannot be written.*Check that the folder"), VideoSink(path, (8, 8), 25):
        pass


def test_a_folder_put_in_the_way_later_costs_no_frames(tmp_path):
    path = tmp_path / "a.mkv"
    expected = pytest.raises(UserError, match="The first 1 of 1 frames are safe in")
    with expected as caught, VideoSink(path, (WIDTH, HEIGHT), 25) as sink:
        sink.write(frame(0), None)
        path.mkdir()
    assert str(tmp_path / "a.partial.mkv") in str(caught.value)
    assert len(read(tmp_path / "a.partial.mkv")) == 1


def test_what_an_earlier_run_saved_is_left_alone(tmp_path):
    path = tmp_path / "a.mkv"
    for name in ("a.partial.mkv", "a.partial-2.mkv"):
        (tmp_path / name).write_bytes(b"rescued")
    with VideoSink(path, (WIDTH, HEIGHT), 25) as sink:
        assert (tmp_path / "a.partial-3.mkv").exists()
        sink.write(frame(0), None)
    assert {item.name for item in tmp_path.iterdir()} == {"a.mkv", "a.partial.mkv", "a.partial-2.mkv"}
    assert (tmp_path / "a.partial.mkv").read_bytes() == b"rescued"


def test_a_size_beyond_the_encoder_is_told(tmp_path):
    size = (20000, 2)
    with pytest.raises(UserError, match="does not take 20000x2"), VideoSink(tmp_path / "a.mp4", size, 25) as sink:
        sink.write(frame(0, size=size), None)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_encoder_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(av, "codecs_available", {"h264"})
    with pytest.raises(UserError, match="no libx264 encoder.*pip install av"):
        VideoSink(tmp_path / "a.mp4", (WIDTH, HEIGHT), 25)


def test_ffmpeg_without_hybrid_files_still_writes_readable_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(sinks, "_MOV_OPTIONS", {"movflags": "frag_keyframe+empty_moov", "frag_duration": "1000000"})
    write(tmp_path / "a.mp4", 40)
    assert len(read(tmp_path / "a.mp4")) == 40


def test_a_run_that_fails_leaves_an_older_result(tmp_path, capsys):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"an older result")
    with pytest.raises(RuntimeError), VideoSink(path, (WIDTH, HEIGHT), 25) as sink:
        for index in range(7):
            sink.write(frame(index), None)
        raise RuntimeError
    assert path.read_bytes() == b"an older result" and len(read(tmp_path / "a.partial.mp4")) == 7
    assert "stays as it was before" in capsys.readouterr().err
