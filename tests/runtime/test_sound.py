"""Sound of one file beside the pictures of another: real encoders, and what comes out decoded again."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from runtime.frames import Frame, Yuv
from runtime.sinks import VideoSink
from runtime.sound import open_sound

ROOT = Path(__file__).parents[2]
SIZE, FPS, RATE = (64, 48), 25, 48000
BEEP = 0.8  # seconds from the first picture


def make_talk(
    path: Path, codec: str = "aac", seconds: float = 2.0, delay: float = 0.0, sounding: float | None = None
) -> Path:
    """A video of grey pictures from `delay` seconds on; its sound, from 0 on, is silent but for a beep after the first picture."""
    length = delay + (sounding or seconds)
    times = np.arange(round(length * RATE)) / RATE
    beep = (times >= delay + BEEP) & (times < delay + BEEP + 0.2)
    samples = (np.sin(times * 2 * np.pi * 1000) * beep * 0.5).astype(np.float32)
    with av.open(str(path), "w") as container:
        pictures = container.add_stream("libx264", rate=FPS, options={"preset": "ultrafast"})
        pictures.width, pictures.height, pictures.pix_fmt = *SIZE, "yuv420p"
        sound = container.add_stream(codec, rate=RATE, layout="mono")
        for index in range(round(seconds * FPS)):
            picture = av.VideoFrame.from_ndarray(np.full((SIZE[1], SIZE[0], 3), 90, np.uint8))
            picture.pts, picture.time_base = index + round(delay * FPS), Fraction(1, FPS)
            container.mux(pictures.encode(picture))
        container.mux(pictures.encode(None))
        for start in range(0, len(samples), 1024):
            frame = av.AudioFrame.from_ndarray(samples[None, start : start + 1024], "fltp", "mono")
            frame.pts, frame.sample_rate, frame.time_base = start, RATE, Fraction(1, RATE)
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
    return path


def copied(source: Path, target: Path, pictures: int = 50, with_alpha: bool = False) -> Path:
    """New pictures beside the sound of `source`."""
    sound = open_sound(str(source))
    planes = Yuv.from_rgb(np.full((SIZE[1], SIZE[0], 3), 200, np.uint8))
    alpha = np.full((SIZE[1], SIZE[0]), 255, np.uint8)
    with VideoSink(target, SIZE, FPS, with_alpha=with_alpha, sound=sound) as sink:
        for index in range(pictures):
            sink.write(Frame(planes.y, planes.u, planes.v, planes.colour, index, index / FPS), alpha)
    return target


def heard(path: Path) -> tuple[str, float, float]:
    """(codec, start of the beep, end of all sound), in seconds from the first picture."""
    with av.open(str(path)) as container:
        first = next(container.decode(video=0))
        zero = float(first.pts * first.time_base)
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        name, beep, end = stream.codec_context.name, None, 0.0
        for frame in container.decode(stream):
            begin = float(frame.pts * frame.time_base) - zero
            values = np.abs(frame.to_ndarray().astype(np.float64))
            loud = np.flatnonzero(values.reshape(-1, frame.samples).max(0) > 0.2 * (1 if values.max() <= 2 else 32767))
            if beep is None and len(loud):
                beep = begin + loud[0] / frame.sample_rate
            end = begin + frame.samples / frame.sample_rate
    assert beep is not None
    return name, beep, end


@pytest.mark.parametrize(
    ("codec", "suffix", "alpha", "expected"),
    [
        ("aac", ".mp4", False, "aac"),
        ("aac", ".mkv", False, "aac"),
        ("aac", ".webm", True, "opus"),
        ("aac", ".mov", True, "aac"),
        ("libopus", ".webm", False, "opus"),
        ("libopus", ".mp4", False, "aac"),
    ],
)
def test_sound_stays_with_its_pictures(tmp_path: Path, codec: str, suffix: str, alpha: bool, expected: str) -> None:
    talk = make_talk(tmp_path / "talk.mkv", codec)
    name, beep, end = heard(copied(talk, tmp_path / f"new{suffix}", with_alpha=alpha))
    assert name == expected
    assert beep == pytest.approx(BEEP, abs=0.03) and end == pytest.approx(2.0, abs=0.06)


def test_sound_before_the_first_picture_is_left_out(tmp_path: Path) -> None:
    talk = make_talk(tmp_path / "talk.mkv", delay=0.6)
    for suffix in (".mp4", ".webm"):
        _, beep, _ = heard(copied(talk, tmp_path / f"new{suffix}"))
        assert beep == pytest.approx(BEEP, abs=0.03)


def test_it_ends_with_the_last_picture_and_may_end_before(tmp_path: Path) -> None:
    long = make_talk(tmp_path / "long.mp4")
    assert heard(copied(long, tmp_path / "cut.mp4", pictures=30))[2] == pytest.approx(1.2, abs=0.06)
    short = make_talk(tmp_path / "short.mp4", sounding=1.2)
    path = copied(short, tmp_path / "whole.mp4")
    assert heard(path)[2] == pytest.approx(1.2, abs=0.06)
    with av.open(str(path)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 50


def test_damaged_sound_does_not_end_the_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    talk = make_talk(tmp_path / "talk.mp4")
    data = bytearray(talk.read_bytes())
    with av.open(str(talk)) as container:
        places = [(packet.pos, packet.size) for packet in container.demux(audio=0) if packet.pos]
    for place, size in places[20:]:
        data[place : place + size] = bytes([255]) * size
    talk.write_bytes(data)
    with av.open(str(copied(talk, tmp_path / "new.webm"))) as container:
        assert sum(1 for _ in container.decode(video=0)) == 50
    assert "note: the sound ends early" in capsys.readouterr().err


def test_where_there_is_none(tmp_path: Path) -> None:
    assert open_sound("rtsp://192.0.2.7/live") is None
    assert open_sound(make_talk(tmp_path / "talk.mp4").as_uri()) is not None
    assert open_sound(str(ROOT / "runtime" / "samples" / "presenter.mp4")) is None


def test_the_command_keeps_it(tmp_path: Path) -> None:
    talk = make_talk(tmp_path / "talk.mp4")
    words = ["--source", talk, "--output", tmp_path / "new.mp4", "--max-frames", "40"]
    done = subprocess.run([sys.executable, "-m", "runtime.stream", *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    name, beep, end = heard(tmp_path / "new.mp4")
    assert name == "aac" and beep == pytest.approx(BEEP, abs=0.03) and end == pytest.approx(1.6, abs=0.06)


@pytest.mark.parametrize(("suffix", "sounding"), [(".mp4", None), (".mkv", None), (".mp4", 0.4)])
def test_a_killed_run_loses_about_a_second(tmp_path: Path, suffix: str, sounding: float | None) -> None:
    """Also where the sound ended long before: pictures must not wait for more of it."""
    talk = make_talk(tmp_path / "talk.mp4", seconds=4, sounding=sounding)
    code = f"""
import os, signal
import numpy as np
from runtime.frames import Frame, Yuv
from runtime.sinks import VideoSink
from runtime.sound import open_sound
planes = Yuv.from_rgb(np.full((48, 64, 3), 200, np.uint8))
with VideoSink({str(tmp_path / "new")!r} + {suffix!r}, (64, 48), 25, sound=open_sound({str(talk)!r})) as sink:
    for index in range(100):
        sink.write(Frame(planes.y, planes.u, planes.v, planes.colour, index, index / 25), None)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode < 0
    with av.open(str(tmp_path / f"new.partial{suffix}")) as container:
        assert container.streams.audio
        assert sum(len(packet.decode()) for packet in container.demux(video=0)) >= 50
