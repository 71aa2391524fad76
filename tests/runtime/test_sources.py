"""Sources against real containers, codecs, servers and a real RTSP server; everything is made here, nothing is mocked
but the device behind the camera."""

from __future__ import annotations

import contextlib
import http.server
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from runtime.errors import UserError
from runtime.frames import Colour
from runtime.sources import CameraSource, VideoSource, open_source
from runtime.sources.clock import Clock
from runtime.sources.opening import local_path, without_password

WIDTH, HEIGHT, FRAMES = 64, 48, 10
# A colour per quadrant: top left, top right, bottom left, bottom right.
QUADRANTS = np.array([[[200, 40, 40], [40, 180, 60]], [[50, 60, 210], [200, 200, 200]]], np.uint8)
CENTRES = [(0.25, 0.25), (0.25, 0.75), (0.75, 0.25), (0.75, 0.75)]


def picture(width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    return cv2.resize(QUADRANTS, (width, height), interpolation=cv2.INTER_NEAREST)


def make_video(
    path: Path,
    *,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    size: tuple[int, int] = (WIDTH, HEIGHT),
    times: list[float] | None = None,
    frames: int = FRAMES,
    fps: int = 25,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    format: str | None = None,
    tags: tuple[int, int] | None = None,
    colour: Colour | None = None,
    grey: bool = False,
    busy: bool = False,
    title: str | None = None,
    aspect: Fraction | None = None,
) -> Path:
    """Write the quadrants `frames` times; `tags` = (AVColorSpace, AVColorRange) for the header.

    With `aspect` pixels are to be shown that much wider than high. With `colour` the 8-bit planes are computed here,
    otherwise FFmpeg makes BT.601 of them.

    `busy` adds noise anew to every frame, so that all frames weigh about the same.
    """
    if codec == "libx264":
        options = {"crf": "4", "preset": "ultrafast"} | (options or {})
    with av.open(str(path), "w", format=format, container_options=container_options or {}) as container:
        if title:
            container.metadata["title"] = title
        stream = container.add_stream(codec, rate=fps, options=options or {})
        stream.width, stream.height, stream.pix_fmt = *size, pix_fmt
        stream.codec_context.time_base = Fraction(1, 1000 if times else fps)
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if tags:
            stream.codec_context.colorspace, stream.codec_context.color_range = tags
        rgb = picture(*size)
        if grey:
            rgb = np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
        full = pix_fmt.startswith(("yuvj", "gray")) or (tags is not None and tags[1] == 2)
        frame = av.VideoFrame.from_ndarray(rgb, "rgb24").reformat(
            format=pix_fmt,
            dst_colorspace=None if codec == "gif" or "rgb" in pix_fmt or "bgr" in pix_fmt else 5,
            dst_color_range="JPEG" if full else None,
        )
        if colour:
            planes = cv2.split(cv2.transform(rgb, colour.yuv_from_rgb()))
            for target, values in zip(frame.planes, planes, strict=True):
                view = np.frombuffer(memoryview(target), np.uint8).reshape(target.height, -1)
                view[:, : target.width] = cv2.resize(values, (target.width, target.height))
        luma = np.frombuffer(memoryview(frame.planes[0]), np.uint8)
        calm = luma.copy()
        for index in range(frames):
            if busy:
                luma[:] = calm + np.random.default_rng(index).integers(0, 4, luma.size, np.uint8)
            frame.pts = round(times[index] * 1000) if times else index
            frame.time_base = stream.codec_context.time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def assert_quadrants(rgb: np.ndarray, expected: np.ndarray = QUADRANTS, tolerance: int = 7) -> None:
    height, width = rgb.shape[:2]
    for (row, column), want in zip(CENTRES, expected.reshape(-1, 3), strict=True):
        found = rgb[int(row * height), int(column * width)].astype(int)
        assert np.abs(found - want).max() <= tolerance, (row, column, found, want)


def read(path: Path | str) -> tuple[VideoSource, list]:
    with open_source(str(path)) as source:
        return source, list(source)


# --- what a good file gives


def test_file_gives_frames_in_order_without_copying(tmp_path):
    path = make_video(tmp_path / "clip.mp4")
    source, frames = read(path)
    info = source.info
    assert (info.name, info.width, info.height, info.fps) == (str(path), WIDTH, HEIGHT, 25.0)
    assert (info.live, info.frames, source.warning) == (False, FRAMES, None)
    assert [frame.index for frame in frames] == list(range(FRAMES))
    assert np.allclose([frame.time for frame in frames], np.arange(FRAMES) / 25)
    assert all(a.captured <= b.captured for a, b in zip(frames, frames[1:], strict=False))
    for frame in frames:
        assert frame.y.shape == (HEIGHT, WIDTH) and frame.u.shape == frame.v.shape == (HEIGHT // 2, WIDTH // 2)
        assert_quadrants(frame.to_rgb())
        # Views of the decoder's buffer: not owned, and protected, because later frames are predicted from it.
        assert not frame.y.flags.owndata and not frame.y.flags.writeable


def test_frames_outlive_the_source(tmp_path):
    _, frames = read(make_video(tmp_path / "clip.mkv"))
    assert_quadrants(frames[0].to_rgb())


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [
        ("a.mkv", "libx264", "yuv422p"),
        ("a.mkv", "libx264", "yuv444p"),
        ("a.mkv", "libx264", "yuv420p10le"),
        ("a.mkv", "ffv1", "yuv422p10le"),
        ("a.mkv", "ffv1", "yuva420p"),
        ("a.mkv", "ffv1", "bgr0"),
        ("a.mkv", "ffv1", "gbrp10le"),
        ("a.mkv", "ffv1", "bgra"),
        ("a.avi", "rawvideo", "bgr24"),
        ("a.mkv", "rawvideo", "nv12"),
        ("a.mov", "qtrle", "rgb24"),
        ("a.avi", "mjpeg", "yuvj420p"),
        ("a.avi", "mjpeg", "yuvj422p"),
    ],
)
def test_pixel_formats_keep_their_colours(tmp_path, name, codec, pix_fmt):
    _, frames = read(make_video(tmp_path / name, codec=codec, pix_fmt=pix_fmt))
    assert len(frames) == FRAMES
    assert frames[0].u.shape == (HEIGHT // 2, WIDTH // 2)
    assert frames[0].colour == Colour("bt601", full_range=pix_fmt.startswith("yuvj"))
    assert_quadrants(frames[-1].to_rgb(), tolerance=11)


@pytest.mark.parametrize("pix_fmt", ["gray", "gray10le"])
def test_grey_video_keeps_its_range(tmp_path, pix_fmt):
    _, frames = read(make_video(tmp_path / "a.mkv", codec="ffv1", pix_fmt=pix_fmt, grey=True))
    grey = cv2.cvtColor(QUADRANTS, cv2.COLOR_RGB2GRAY)
    assert_quadrants(frames[0].to_rgb(), np.repeat(grey[..., None], 3, axis=2))


def test_gif(tmp_path):
    source, frames = read(make_video(tmp_path / "a.gif", codec="gif", pix_fmt="rgb8", fps=10))
    assert len(frames) == FRAMES and source.warning is None
    # 3, 3 and 2 bits a channel in the file itself.
    assert_quadrants(frames[0].to_rgb(), tolerance=36)
    assert np.allclose([frame.time for frame in frames], np.arange(FRAMES) / 10)


@pytest.mark.parametrize(
    ("tags", "colour"),
    [
        ((1, 1), Colour("bt709", False)),
        ((1, 2), Colour("bt709", True)),
        ((5, 1), Colour("bt601", False)),
        ((6, 2), Colour("bt601", True)),
        ((9, 1), Colour("bt2020", False)),
    ],
)
@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv422p"])
def test_matrix_and_range_come_from_the_stream(tmp_path, tags, colour, pix_fmt):
    _, frames = read(make_video(tmp_path / "a.mp4", tags=tags, colour=colour, pix_fmt=pix_fmt))
    assert frames[0].colour == colour
    assert_quadrants(frames[0].to_rgb())


@pytest.mark.parametrize(("lines", "matrix"), [(718, "bt601"), (720, "bt709")])
def test_an_unnamed_matrix_goes_by_the_lines(tmp_path, lines, matrix):
    path = make_video(tmp_path / "a.mkv", size=(16, lines), frames=1, tags=(2, 0))
    assert read(path)[1][0].colour == Colour(matrix)


@pytest.mark.parametrize("size", [(63, 47), (1, 1), (2, 3)])
def test_odd_sizes(tmp_path, size):
    source, frames = read(make_video(tmp_path / "a.mkv", codec="rawvideo", size=size, frames=2))
    width, height = size
    assert (source.info.width, source.info.height) == size
    assert frames[0].y.shape == (height, width)
    assert frames[0].u.shape == frames[0].v.shape == ((height + 1) // 2, (width + 1) // 2)


@pytest.mark.parametrize(
    ("matrix", "turn"),
    [
        ((0, 1, -1, 0), lambda a: np.rot90(a, -1)),  # what a phone held upright writes
        ((-1, 0, 0, -1), lambda a: np.rot90(a, 2)),
        ((0, -1, 1, 0), lambda a: np.rot90(a, 1)),
        ((-1, 0, 0, 1), lambda a: a[:, ::-1]),
        ((1, 0, 0, -1), lambda a: a[::-1]),
        ((0, 1, 1, 0), lambda a: a.swapaxes(0, 1)),
        ((1, 1, -1, 1), lambda a: a),  # 45 degrees: no player turns this either
    ],
)
def test_rotation_in_the_metadata_is_applied(tmp_path, matrix, turn):
    path = make_video(tmp_path / "a.mp4")
    data = bytearray(path.read_bytes())
    a, b, c, d = (value << 16 for value in matrix)
    struct.pack_into(">9i", data, data.index(b"tkhd") + 44, a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    source, frames = read(path)
    size = (HEIGHT, WIDTH) if matrix[0] == 0 else (WIDTH, HEIGHT)
    assert (source.info.width, source.info.height) == frames[0].size == size
    assert frames[0].u.shape == (size[1] // 2, size[0] // 2)
    assert_quadrants(frames[0].to_rgb(), turn(QUADRANTS))


@pytest.mark.parametrize(
    ("aspect", "shown"),
    [
        (Fraction(3, 2), (WIDTH * 3 // 2, HEIGHT)),
        (Fraction(8, 9), (WIDTH, HEIGHT * 9 // 8)),
        (Fraction(3201, 3200), (WIDTH, HEIGHT)),
        (Fraction(1, 64), (WIDTH, HEIGHT)),
    ],
)
def test_pixels_become_square(tmp_path, aspect, shown):
    source, frames = read(make_video(tmp_path / "a.mp4", aspect=aspect))
    assert (source.info.width, source.info.height) == frames[0].size == shown
    assert frames[0].u.shape == (shown[1] // 2, shown[0] // 2)
    assert_quadrants(frames[0].to_rgb())


def test_variable_rate_times_are_kept_and_start_at_zero(tmp_path):
    times = [3.0, 3.04, 3.05, 3.5, 3.54, 4.9, 5.0, 5.001, 5.2, 6.0]
    for name in ("a.mkv", "a.mp4"):
        source, frames = read(make_video(tmp_path / name, times=times))
        assert np.allclose([frame.time for frame in frames], np.array(times) - 3.0, atol=6e-4)
        assert source.warning is None  # a late start is no missing end


def test_matroska_without_statistics_is_measured_by_its_header(tmp_path):
    path = make_video(tmp_path / "a.mkv", times=[3 + index / 25 for index in range(60)], frames=60, busy=True)
    data = path.read_bytes().replace(b"DURATION", b"XXXXXXXX")
    path.write_bytes(data)
    assert read(path)[0].warning is None
    path.write_bytes(data[: len(data) // 2])
    source, frames = read(path)
    assert len(frames) < 60 and source.warning is not None and "seconds are missing" in source.warning


def test_reordered_frames_come_in_order_of_presentation(tmp_path):
    path = make_video(tmp_path / "a.mp4", options={"preset": "medium", "bf": "3", "x264-params": "b-adapt=0"})
    _, frames = read(path)
    assert np.allclose([frame.time for frame in frames], np.arange(FRAMES) / 25)


def test_a_stream_without_times_counts_frames(tmp_path):
    _, frames = read(make_video(tmp_path / "a.h264", format="h264"))
    assert len(frames) == FRAMES
    assert np.allclose(np.diff([frame.time for frame in frames]), 1 / 25)


@pytest.mark.parametrize(
    ("stamps", "seconds"),
    [
        ([0, 40, 80], [0, 0.04, 0.08]),
        ([500, 540], [0, 0.04]),
        ([None, None, 0, 40], [0, 0.04, 0.08, 0.12]),
        ([0, None, 80], [0, 0.04, 0.08]),
        ([0, 40, 40, 80], [0, 0.04, 0.041, 0.08]),
        ([0, 80, 40, 120], [0, 0.08, 0.081, 0.12]),
        ([9000, 9040, 0, 40], [0, 0.04, 0.08, 0.12]),  # the stream began anew
    ],
)
def test_times_always_increase(stamps, seconds):
    clock = Clock(1 / 25)
    found = []
    for stamp in stamps:
        frame = av.VideoFrame(16, 16, "yuv420p")
        frame.pts, frame.time_base = stamp, Fraction(1, 1000)
        found.append(clock.tell(frame))
    assert np.allclose(found, seconds)


def test_a_size_change_is_passed_on(tmp_path):
    first = make_video(tmp_path / "1.ts", format="mpegts").read_bytes()
    second = make_video(tmp_path / "2.ts", format="mpegts", size=(96, 80)).read_bytes()
    (tmp_path / "both.ts").write_bytes(first + second)
    _, frames = read(tmp_path / "both.ts")
    sizes = [frame.size for frame in frames]
    assert sizes[0] == (WIDTH, HEIGHT) and sizes[-1] == (96, 80) and len(sizes) >= 2 * FRAMES - 1
    assert_quadrants(frames[-1].to_rgb())
    assert all(a.time < b.time for a, b in zip(frames, frames[1:], strict=False))


def test_a_photograph_is_a_video_of_one_frame(tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), picture()[..., ::-1])
    _, frames = read(tmp_path / "a.png")
    assert len(frames) == 1
    assert_quadrants(frames[0].to_rgb())


def test_odd_names_and_file_urls(tmp_path):
    path = make_video(tmp_path / "a.mkv").rename(tmp_path / "12:30 http:é%03d.mkv")
    assert len(read(path)[1]) == FRAMES
    assert len(read(f"file://{path}")[1]) == FRAMES


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4"])
def test_a_title_in_another_encoding_does_no_harm(tmp_path, name):
    path = make_video(tmp_path / name, title="Zorro")
    data = path.read_bytes()
    assert b"Zorro" in data
    path.write_bytes(data.replace(b"Zorro", b"Z\xf6rr\xf8"))
    assert len(read(path)[1]) == FRAMES


def test_early_close_ends_the_stream(tmp_path):
    with open_source(str(make_video(tmp_path / "a.mp4"))) as source:
        next(iter(source))
    assert list(source) == [] and source.warning is None
    source.close()


# --- what a bad file gives


def text_file(path: Path) -> None:
    path.write_text("line after line of plain text\n" * 50)


def audio_file(path: Path) -> None:
    with av.open(str(path), "w", format="wav") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), layout="mono")
        frame.rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def song_with_cover(path: Path) -> None:
    with av.open(str(path), "w", format="matroska") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        container.add_attachment("cover.png", "image/png", bytes(cv2.imencode(".png", picture())[1]))
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), layout="mono")
        frame.rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def mp4_without_index(path: Path) -> None:
    make_video(path)
    path.write_bytes(path.read_bytes()[:400])


def mp4_without_pictures(path: Path) -> None:
    make_video(path, container_options={"movflags": "faststart"})
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"mdat") + 4])


def header_only(path: Path) -> None:
    make_video(path, format="matroska")
    data = path.read_bytes()
    path.write_bytes(data[: data.index(bytes.fromhex("1f43b675"))])  # up to the first cluster


def noise(path: Path) -> None:
    path.write_bytes(np.random.default_rng(0).bytes(5000))


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("gone.mp4", lambda path: None, ["no such file", "Expected", "spelling"]),
        ("folder", Path.mkdir, ["is a folder", "Expected one video file"]),
        ("empty.mp4", Path.touch, ["is empty (0 bytes)", "Expected a video"]),
        ("notes.txt", text_file, ["this is text", "Expected a video"]),
        ("notes.mp4", text_file, ["this is text", "Expected a video"]),
        ("noise.mp4", noise, ["not a video", "Expected a video"]),
        ("sound.wav", audio_file, ["no video in it, only audio", "Expected"]),
        ("song.mka", song_with_cover, ["no video in it, only audio", "Expected"]),
        ("cut.mp4", mp4_without_index, ["without its index", "again"]),
        ("head.mkv", header_only, ["ends before its first picture", "again"]),
        ("head.mp4", mp4_without_pictures, ["no frame could be decoded", "empty or damaged", "again"]),
    ],
)
def test_bad_files_are_explained(tmp_path, capfd, name, make, words):
    make(tmp_path / name)
    with pytest.raises(UserError) as caught:
        open_source(str(tmp_path / name))
    assert str(tmp_path / name) in str(caught.value)
    assert [word for word in words if word not in str(caught.value)] == []
    assert capfd.readouterr().err == ""


def test_no_name_at_all():
    with pytest.raises(UserError, match="no input given"):
        open_source("")


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4"])
def test_a_truncated_file_gives_what_decodes_and_a_warning(tmp_path, capfd, name):
    path = make_video(
        tmp_path / name, frames=60, busy=True, container_options={"movflags": "faststart"} if "mp4" in name else {}
    )
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    with open_source(str(path)) as source:
        frames = list(source)
    assert 15 < len(frames) < 60
    assert_quadrants(frames[10].to_rgb())
    assert source.warning is not None and source.warning.startswith("the file is damaged after frame ")
    good = int(source.warning.split("frame ")[1].split(":")[0])
    assert len(frames) - 1 <= good <= len(frames)
    assert capfd.readouterr().err == ""


def test_damage_inside_a_file_is_told_and_survived(tmp_path):
    path = make_video(tmp_path / "a.mkv", frames=60, busy=True, options={"g": "10"})
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 300] = np.random.default_rng(1).bytes(300)
    path.write_bytes(data)
    source, frames = read(path)
    assert len(frames) > 30
    assert source.warning is not None and "damaged after frame" in source.warning
    assert_quadrants(frames[0].to_rgb())


def test_a_longer_sound_track_is_no_damage(tmp_path):
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        audio = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        for index in range(FRAMES):
            frame = av.VideoFrame.from_ndarray(picture(), "rgb24").reformat(format="yuv420p")
            frame.pts = index
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 24000), np.int16), layout="mono")
        sound.rate = 8000
        container.mux(audio.encode(sound))
        container.mux(audio.encode(None))
    source, frames = read(path)
    assert len(frames) == FRAMES and source.warning is None


# --- cameras


@pytest.mark.parametrize("text", ["63", "/dev/video63"])
def test_a_missing_camera_is_explained(capfd, text):
    with pytest.raises(UserError) as caught:
        open_source(text)
    devices = sorted(str(path) for path in Path("/dev").glob("video[0-9]*"))
    for word in ["camera 63 cannot be opened", *(devices or ["no /dev/video*"])]:
        assert word in str(caught.value)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("size", [(WIDTH, HEIGHT), (63, 47)])
def test_camera_frames(tmp_path, monkeypatch, size):
    """OpenCV's own reader on a file stands in for the device, which no test machine has."""
    path = make_video(tmp_path / "camera.avi", codec="rawvideo", pix_fmt="bgr24", size=size)
    real = cv2.VideoCapture
    monkeypatch.setattr(cv2, "VideoCapture", lambda index: real(str(path)))
    with CameraSource(0, (1280, 720)) as source:
        info = source.info
        frames = list(source)
    assert (info.name, info.width, info.height, info.live, info.frames) == ("camera 0", *size, True, None)
    assert [frame.index for frame in frames] == list(range(FRAMES))
    assert frames[0].time == 0 and all(a.time < b.time for a, b in zip(frames, frames[1:], strict=False))
    assert_quadrants(frames[-1].to_rgb())
    assert source.warning is not None and f"after frame {FRAMES}" in source.warning


def test_passwords_are_not_shown():
    assert without_password("rtsp://me:a@b:c@host/x@y") == "rtsp://me:***@host/x@y"
    assert without_password("rtsp://host:554/user:pass@x") == "rtsp://host:554/user:pass@x"
    assert without_password("rtsp://me:a/b@host/x") == "rtsp://me:***@host/x"


# --- networks


@contextlib.contextmanager
def serve(handler: type[http.server.BaseHTTPRequestHandler]) -> Iterator[str]:
    handler.log_message = lambda *_: None  # type: ignore[method-assign]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def chunked(payload: bytes, repeats: int, stall: threading.Event | None = None) -> type:
    """A handler that sends `payload` over and over without telling a length, then stalls or hangs up."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "video/mp2t")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            with contextlib.suppress(OSError):
                for _ in range(repeats):
                    self.wfile.write(f"{len(payload):x}\r\n".encode() + payload + b"\r\n")
                if stall:
                    stall.wait(30)
                self.close_connection = True

    return Handler


def test_live_http_stream_has_no_end(tmp_path):
    payload = make_video(tmp_path / "a.ts", format="mpegts", frames=50).read_bytes()
    with serve(chunked(payload, 10_000)) as url, open_source(f"{url}/live.ts") as source:
        assert (source.info.live, source.info.frames) == (True, None)
        assert (source.info.width, source.info.height) == (WIDTH, HEIGHT)
        frames = [frame for frame, _ in zip(source, range(120), strict=False)]
    # The server starts anew every 50 frames; the times must not.
    assert len(frames) == 120
    assert all(a.time < b.time for a, b in zip(frames, frames[1:], strict=False))
    assert_quadrants(frames[-1].to_rgb())


def test_a_stream_that_falls_silent_ends_with_a_warning(tmp_path):
    payload = make_video(tmp_path / "a.ts", format="mpegts", frames=50).read_bytes()
    stall = threading.Event()
    with serve(chunked(payload, 6, stall)) as url:
        with VideoSource(f"{url}/live.ts", open_timeout=2, read_timeout=0.5) as source:
            frames = list(source)
        stall.set()
    assert len(frames) > 40
    assert source.warning == f"the stream broke off after frame {len(frames)}: nothing came for 0.5 seconds"


def test_closing_from_another_thread_does_not_wait(tmp_path):
    payload = make_video(tmp_path / "a.ts", format="mpegts", frames=50).read_bytes()
    stall = threading.Event()
    with serve(chunked(payload, 6, stall)) as url:
        source = VideoSource(f"{url}/live.ts", open_timeout=2, read_timeout=2)
        frames: list = []
        reader = threading.Thread(target=lambda: frames.extend(source))
        reader.start()
        time.sleep(0.4)
        assert reader.is_alive()
        source.close()
        assert reader.is_alive()  # so `close` came back while the read was still under way
        reader.join(20)
        assert not reader.is_alive()
        stall.set()


def test_http_file_is_not_live(tmp_path):
    make_video(tmp_path / "a.mp4", container_options={"movflags": "faststart"})

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args) -> None:
            super().__init__(*args, directory=str(tmp_path))

    with serve(Handler) as url:
        source, frames = read(f"{url}/a.mp4")
        assert not source.info.live and source.info.frames == FRAMES == len(frames) and source.warning is None
        with pytest.raises(UserError, match="no such stream \\(404\\)"):
            open_source(f"{url}/gone.mp4")


def test_refused_access_is_explained_without_the_password():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(401)

    with serve(Handler) as url, pytest.raises(UserError, match="refuses access") as caught:
        open_source(url.replace("://", "://me:secret@") + "/a.ts")
    assert "secret" not in str(caught.value) and "me:***@127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("scheme", ["http", "rtsp", "rtmp"])
def test_a_closed_port_is_explained(capfd, scheme):
    with socket.socket() as held:  # bound, not listening: nobody else can listen there meanwhile
        held.bind(("127.0.0.1", 0))
        with pytest.raises(UserError, match="connection was refused.*Check the address"):
            open_source(f"{scheme}://127.0.0.1:{held.getsockname()[1]}/a")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("scheme", ["http", "rtsp"])
def test_a_server_that_never_answers_is_given_up(scheme):
    with socket.create_server(("127.0.0.1", 0)) as server:
        began = time.monotonic()
        with pytest.raises(UserError, match="nothing came within 0.4 seconds"):
            VideoSource(f"{scheme}://127.0.0.1:{server.getsockname()[1]}/a", open_timeout=0.4)
        assert time.monotonic() - began < 30


def test_udp_without_sender_is_given_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(UserError, match="nothing came within 0.4 seconds"):
        VideoSource(f"udp://127.0.0.1:{port}", open_timeout=0.4)


def test_an_unknown_protocol_is_explained():
    with pytest.raises(UserError, match="cannot read foo:// URLs"):
        open_source("foo://127.0.0.1/a")


def test_rtsp_asks_for_tcp_from_the_start():
    body = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
    wishes: list[str] = []

    def answer(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection, connection.makefile("rwb") as stream:
            while request := stream.readline().decode():
                headers = dict(line.split(": ", 1) for line in iter(lambda: stream.readline().decode().strip(), ""))
                if request.startswith("SETUP"):
                    wishes.append(headers["Transport"])
                    return
                described = body if request.startswith("DESCRIBE") else ""
                reply = f"RTSP/1.0 200 OK\r\nCSeq: {headers['CSeq']}\r\nPublic: DESCRIBE, SETUP, PLAY\r\n"
                reply += f"Content-Type: application/sdp\r\nContent-Length: {len(described)}\r\n\r\n{described}"
                stream.write(reply.encode())
                stream.flush()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer, args=(server,), daemon=True)
        thread.start()
        with pytest.raises(UserError):
            VideoSource(f"rtsp://127.0.0.1:{server.getsockname()[1]}/a", open_timeout=5)
        thread.join(20)
    assert len(wishes) == 1 and wishes[0].startswith("RTP/AVP/TCP")


RTSP_SERVER = """
import asyncio, sys
from aio_rtsp_toolkit.server import RtspServer

async def main():
    server = RtspServer(sys.argv[1], "127.0.0.1", int(sys.argv[2]))
    await server.start()
    print("ready", flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


@pytest.fixture
def rtsp_server(tmp_path):
    pytest.importorskip("aio_rtsp_toolkit", reason="the RTSP server is missing: pip install aio-rtsp-toolkit")
    make_video(tmp_path / "cam.mp4", frames=40)  # 1.6 seconds, sent at that pace
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", RTSP_SERVER, str(tmp_path), str(port)]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    try:
        for _ in range(200):
            if b"ready" in (tmp_path / "log").read_bytes() or server.poll() is not None:
                break
            time.sleep(0.1)
        assert server.poll() is None, (tmp_path / "log").read_text()
        yield f"rtsp://127.0.0.1:{port}", server
    finally:
        server.kill()
        server.wait()


def test_rtsp_is_live(rtsp_server):
    rtsp, _ = rtsp_server
    with open_source(f"{rtsp}/cam.mp4") as source:
        assert (source.info.live, source.info.frames) == (True, None)
        frames = list(source)
    assert len(frames) >= 35
    assert all(a.time < b.time for a, b in zip(frames, frames[1:], strict=False))
    assert np.allclose(np.diff([frame.time for frame in frames])[3:], 1 / 25, atol=0.005)
    assert_quadrants(frames[-1].to_rgb())
    with pytest.raises(UserError, match="no such stream \\(404\\)"):
        open_source(f"{rtsp}/gone.mp4")


def test_a_frozen_rtsp_camera_ends_with_a_warning(rtsp_server):
    rtsp, server = rtsp_server
    with VideoSource(f"{rtsp}/cam.mp4?play_count=9", open_timeout=5, read_timeout=0.6) as source:
        frames = [next(source)]
        server.send_signal(signal.SIGSTOP)
        frames.extend(source)
    assert len(frames) < 300
    assert source.warning == f"the stream broke off after frame {len(frames)}: nothing came for 0.6 seconds"


# --- pictures and names


@pytest.mark.parametrize(("orientation", "turned"), [(1, 0), (6, 3), (3, 2), (8, 1)])
def test_a_photograph_with_exif_is_upright(tmp_path, orientation, turned):
    jpeg = cv2.imencode(".jpg", picture()[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 100])[1].tobytes()
    tiff = b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHHI", 0x0112, 3, 1, orientation, 0, 0)
    exif = b"Exif\0\0" + tiff
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:])
    _, (frame,) = read(path)
    assert_quadrants(frame.to_rgb(), np.rot90(QUADRANTS, turned), 30)


def test_file_urls_as_file_managers_write_them(tmp_path):
    path = make_video(tmp_path / "my clip ü.mp4")
    for url in (f"FILE://{path}", f"file://{str(path).replace(' ', '%20').replace('ü', '%C3%BC')}"):
        assert len(read(url)[1]) == FRAMES and local_path(url) == str(path)
    odd = make_video(tmp_path / "100%20.mp4")  # a name that is there is meant
    assert local_path(f"file://{odd}") == str(odd) and local_path("rtsp://a%20b") == "rtsp://a%20b"
