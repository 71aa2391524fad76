from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

import runtime
from runtime.backgrounds import PictureBackground
from runtime.bundle import Bundle
from runtime.errors import UserError
from runtime.frames import Frame, Yuv
from runtime.matter import Matter
from runtime.pipeline import Pipeline
from runtime.sinks import TeeSink
from runtime.sources import SourceInfo

GREEN = np.array([[[0, 177, 64]]], np.uint8)


class Frames:
    """A source in memory."""

    warning = None

    def __init__(
        self, pictures: list[np.ndarray], *, live: bool = False, error: Exception | None = None, pause: float = 0
    ):
        self.info = SourceInfo("memory", pictures[0].shape[1], pictures[0].shape[0], 30.0, live, len(pictures))
        self.closed = False
        self._frames = enumerate(pictures)
        self._error, self._pause = error, pause

    def __iter__(self):
        return self

    def __next__(self) -> Frame:
        time.sleep(self._pause)
        for index, rgb in self._frames:
            yuv = Yuv.from_rgb(rgb)
            return Frame(yuv.y, yuv.u, yuv.v, yuv.colour, index, index / 30, time.perf_counter())
        if self._error:
            raise self._error
        raise StopIteration

    def close(self) -> None:
        self.closed = True


class Kept:
    """A sink in memory."""

    wants_alpha = True

    def __init__(self, *, pause: float = 0, fail_at: int | None = None):
        self.frames: list[Frame] = []
        self.alphas: list[np.ndarray] = []
        self.left = False
        self._pause, self._fail_at = pause, fail_at

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.left = True

    def write(self, frame: Frame, alpha: np.ndarray | None) -> None:
        if len(self.frames) == self._fail_at:
            raise UserError("the disk is full")
        time.sleep(self._pause)
        self.frames.append(frame)
        self.alphas.append(alpha)


def run(bundle: Bundle, source: Frames, sink: Kept, **options) -> dict:
    with Matter(bundle) as matter:
        pipeline = Pipeline(source, matter, PictureBackground(GREEN), sink, **options)
        try:
            pipeline.run()
        finally:
            assert source.closed
            alive = {thread.name for thread in threading.enumerate()} & {"read", "infer", "finish"}
            assert not alive, f"threads left: {alive}"
        return pipeline.report()


def moving(disc: np.ndarray, count: int) -> list[np.ndarray]:
    return [np.roll(disc, 3 * index, 1) for index in range(count)]


def test_each_frame_is_composited_with_its_own_alpha(red_bundle: Bundle, disc: np.ndarray) -> None:
    sink = Kept()
    report = run(red_bundle, Frames(moving(disc, 12)), sink)
    assert [frame.index for frame in sink.frames] == list(range(12))
    for frame, alpha, rgb in zip(sink.frames, sink.alphas, moving(disc, 12), strict=True):
        truth = rgb[..., 0] / 255
        assert np.abs(alpha / 255 - truth).mean() < 0.02
        assert np.abs(frame.to_rgb()[truth == 0].astype(int) - GREEN[0, 0]).mean() < 4
        assert np.abs(frame.to_rgb()[truth == 1].astype(int) - [255, 40, 40]).mean() < 6
    assert report["frames"] == 12 and report["dropped"] == 0
    assert set(report["stages_ms"]) == {"read", "prepare", "infer", "refine", "composite", "write"}
    assert report["latency_ms"]["p50"] <= report["latency_ms"]["p99"]
    assert report["engine"]["sha256"] == red_bundle.digest


def test_a_file_never_drops_a_live_source_drops_the_oldest(red_bundle: Bundle, disc: np.ndarray) -> None:
    files, live = Kept(pause=0.02), Kept(pause=0.02)
    assert run(red_bundle, Frames(moving(disc, 20)), files)["dropped"] == 0
    assert len(files.frames) == 20
    report = run(red_bundle, Frames(moving(disc, 60), live=True, pause=0.001), live)
    assert report["dropped"] > 0 and report["dropped"] + report["frames"] == 60
    assert live.frames[-1].index == 59  # the newest is kept


def test_max_frames(red_bundle: Bundle, disc: np.ndarray) -> None:
    sink = Kept()
    assert run(red_bundle, Frames(moving(disc, 30)), sink, max_frames=4)["frames"] == 4
    assert len(sink.frames) == 4


def test_an_error_while_reading_comes_after_the_frames_before_it(red_bundle: Bundle, disc: np.ndarray) -> None:
    sink = Kept()
    with pytest.raises(UserError, match="cable"):
        run(red_bundle, Frames(moving(disc, 5), error=UserError("cable pulled")), sink)
    assert len(sink.frames) == 5


def test_an_error_while_matting(red_bundle: Bundle, disc: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def fail(self: Matter, frame: Frame, state: object):
        calls.append(frame)
        raise ZeroDivisionError("bug")

    monkeypatch.setattr(Matter, "infer", fail)
    with pytest.raises(ZeroDivisionError):
        run(red_bundle, Frames(moving(disc, 50)), Kept())
    assert len(calls) == 1


def test_an_error_while_writing_stops_the_rest(red_bundle: Bundle, disc: np.ndarray) -> None:
    sink = Kept(fail_at=3)
    with pytest.raises(UserError, match="disk is full"):
        run(red_bundle, Frames(moving(disc, 500)), sink)
    assert len(sink.frames) == 3


def test_interrupt_ends_everything(red_bundle: Bundle, disc: np.ndarray) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(red_bundle, Frames(moving(disc, 500)), Kept(), on_frame=interrupt)


def test_a_new_size_starts_a_new_state(red_bundle: Bundle, disc: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    states = []
    original = Matter.infer

    def spy(self: Matter, frame: Yuv, state: object):
        states.append(state)
        low, _ = original(self, frame, None)
        return low, ("state",)

    monkeypatch.setattr(Matter, "infer", spy)
    small = np.ascontiguousarray(disc[:90, :160])
    run(red_bundle, Frames([disc, disc, small, small]), Kept())
    assert states == [None, ("state",), None, ("state",)]


def test_a_tee_writes_to_all(red_bundle: Bundle, disc: np.ndarray) -> None:
    first, second = Kept(), Kept()
    with TeeSink([first, second]) as sink:
        run(red_bundle, Frames(moving(disc, 3)), sink)
    assert len(first.frames) == len(second.frames) == 3 and first.left and second.left


def test_the_python_api(red_bundle: Bundle, disc: np.ndarray) -> None:
    with runtime.open(red_bundle.path) as matter:
        alpha, state = matter(disc)
        again, _ = matter(disc, state)
        assert alpha.shape == disc.shape[:2] and alpha.dtype == np.uint8
        assert np.array_equal(alpha, again)
        for wrong in (disc[..., 0], disc.astype(np.float32), np.zeros((4, 4, 4), np.uint8)):
            with pytest.raises(ValueError, match="expected an RGB uint8 picture"):
                matter(wrong)


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (2, 2), (333, 77)])
def test_pictures_of_any_size(red_bundle: Bundle, size: tuple[int, int]) -> None:
    rgb = np.full((size[1], size[0], 3), 200, np.uint8)
    with runtime.open(red_bundle.path) as matter:
        alpha, _ = matter(rgb)
    assert alpha.shape == (size[1], size[0])
    assert np.abs(alpha.astype(int) - 200).max() <= 4


def test_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no engine bundle"):
        runtime.open(tmp_path)
