"""Latency and accuracy of engines side by side."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from runtime.bundle import Bundle
from runtime.runners import Runner, make_runner

BURST, UNCOUNTED = 6, 2


def alphas(runner: Runner, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Alpha (N, H, W) in [0, 1] of frames uint8 (N, H, W, 3) of an open engine's size."""
    state = runner.initial_state()
    found = []
    for frame in frames:
        alpha, state = runner.infer(np.ascontiguousarray(frame), state)
        found.append(alpha.copy())
    return np.stack(found)


@dataclass(frozen=True)
class Timing:
    """Durations of single inferences in milliseconds, and what they ran on."""

    device: str
    milliseconds: NDArray[np.float64]

    @property
    def median(self) -> float:
        """The middle one."""
        return float(np.median(self.milliseconds))


def latencies(bundles: list[Bundle], rounds: int = 12) -> list[Timing]:
    """Time engines against each other, on noise; see `timings`."""
    return timings([make_runner(bundle) for bundle in bundles], rounds)


def timings(runners: list[Runner], rounds: int) -> list[Timing]:
    """Time runners, which are opened and closed here, against each other on noise.

    They take turns in short bursts, the first of a burst uncounted, so that a machine that is busy now and then is so for
    all of them: ratios hold even where the numbers do not.
    """
    rng = np.random.default_rng(0)
    sizes = [runner.bundle.manifest.size for runner in runners]
    pictures = [rng.integers(0, 256, (height, width, 3), dtype=np.uint8) for width, height in sizes]
    times: list[list[float]] = [[] for _ in runners]
    with ExitStack() as stack:
        for runner in runners:
            stack.enter_context(runner)
        for _ in range(rounds):
            for runner, picture, durations in zip(runners, pictures, times, strict=True):
                state = runner.initial_state()
                for index in range(BURST):
                    start = perf_counter()
                    _, state = runner.infer(picture, state)
                    if index >= UNCOUNTED:
                        durations.append((perf_counter() - start) * 1e3)
        return [Timing(runner.device, np.array(durations)) for runner, durations in zip(runners, times, strict=True)]
