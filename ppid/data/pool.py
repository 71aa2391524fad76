"""Foregrounds for sets larger than memory: a part at a time, a few of them exchanged every so many steps.

What is held at a step follows from (seed, step) alone: all foregrounds form one endless order, shuffled anew each epoch, and
the pool is a window on it that moves on at fixed steps. A resumed run thus continues with what the killed one had.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from types import TracebackType

import numpy as np
import torch
from torch import Tensor
from typing_extensions import Self

from ppid.data.foregrounds import Facts, Foregrounds, Subject, collect, fit, levels_of
from ppid.data.shards import ahead
from ppid.errors import UserError

_EXCHANGED = 8  # one foreground in so many, at a refresh


class ForegroundPool:
    """`capacity` foregrounds at a time out of any number; a context manager.

    Args:
        subjects: all of them, as of `find_foregrounds`.
        size: side of the square kept in memory, a multiple of 4.
        capacity: how many are held; 5.25 size² bytes each. With as many or more than there are, all are held for good.
        seed: of the order.
        refresh_every: steps between exchanges of an eighth of the pool. Fewer than decoding takes make `at` wait.
        device: where the pictures lie.

    Raises:
        UserError: numbers below 1 or no subjects.
    """

    def __init__(
        self,
        subjects: Sequence[Subject],
        size: int,
        capacity: int,
        seed: int,
        refresh_every: int,
        device: torch.device | str = "cpu",
    ) -> None:
        if not subjects or min(capacity, refresh_every) < 1:
            raise UserError(
                f"a pool of {capacity} from {len(subjects)} foregrounds, refreshed every {refresh_every} steps: all three"
                " must be at least 1"
            )
        self._subjects = subjects
        self._size = size
        self._capacity = min(capacity, len(subjects))
        self._seed = seed
        self._every = refresh_every
        self._exchanged = -(-self._capacity // _EXCHANGED) if self._capacity < len(subjects) else 0
        self._levels = tuple(
            torch.zeros(self._capacity, 4, size >> level, size >> level, dtype=torch.uint8, device=device)
            for level in range(3)
        )
        self._held = [-1] * self._capacity  # subject in each slot
        self._facts: dict[int, Facts] = {}  # of each slot
        self._refresh = -1
        self._current: Foregrounds | None = None
        self._worker = ThreadPoolExecutor(1, "foregrounds")
        self._coming: dict[int, Future[_Decoded]] = {}  # by subject
        self._order = lru_cache(3)(self._shuffled)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop decoding ahead."""
        self._worker.shutdown(cancel_futures=True)

    def at(self, step: int) -> Foregrounds:
        """What the pool holds at a step.

        Returns:
            The same object until the next refresh. Its pictures are overwritten by the call that refreshes: use it, or
            `subset` it, before.

        Raises:
            UserError: a picture cannot be read; raised here also when the decoding thread met it.
        """
        refresh = step // self._every if self._exchanged else 0
        if self._current is None or refresh != self._refresh:
            self._current = None  # an error leaves the pictures half exchanged
            self._current = self._fill(self._window(refresh))
            self._refresh = refresh
            if self._exchanged:
                self._prefetch(self._window(refresh + 1))
        return self._current

    def _window(self, refresh: int) -> list[int]:
        """The subject of each slot: position p of the endless order lies in slot p modulo capacity."""
        window = [-1] * self._capacity
        if not self._exchanged:
            return list(range(self._capacity))
        first = refresh * self._exchanged
        for position in range(first, first + self._capacity):
            epoch, place = divmod(position, len(self._subjects))
            window[position % self._capacity] = self._order(epoch)[place]
        return window

    def _shuffled(self, epoch: int) -> list[int]:
        """All subjects, each kind spread evenly, so that every stretch holds the kinds in their proportion."""
        rng = np.random.default_rng((self._seed, epoch))
        kinds: dict[str, list[int]] = defaultdict(list)
        for index, subject in enumerate(self._subjects):
            kinds[subject.kind].append(index)
        places = np.empty(len(self._subjects))
        for members in kinds.values():
            places[rng.permutation(members)] = (np.arange(len(members)) + rng.random()) / len(members)
        return [int(index) for index in np.argsort(places, kind="stable")]

    def _fill(self, window: list[int]) -> Foregrounds:
        """Put each slot's subject into it, from the thread where it was decoded ahead, else from disk at once."""
        slots = [slot for slot, subject in enumerate(window) if self._held[slot] != subject]
        decoded = ahead(lambda slot: self._take(window[slot]), slots, os.cpu_count() or 1)
        for slot, (levels, facts) in zip(slots, decoded, strict=True):
            for held, level in zip(self._levels, levels, strict=True):
                held[slot] = level[0]
            self._facts[slot], self._held[slot] = facts, window[slot]
        facts_of_all = [self._facts[slot] for slot in range(self._capacity)]
        return collect(self._levels, facts_of_all, [self._subjects[index] for index in window])

    def _take(self, subject: int) -> _Decoded:
        future = self._coming.get(subject)
        return future.result() if future else self._decode(subject)

    def _prefetch(self, window: list[int]) -> None:
        """Begin with what the next window brings; what a jump in steps has made useless is dropped."""
        wanted = sorted({subject for slot, subject in enumerate(window) if self._held[slot] != subject})
        for subject in self._coming.keys() - set(wanted):
            self._coming[subject].cancel()
        self._coming = {s: self._coming.get(s) or self._worker.submit(self._decode, s) for s in wanted}

    def _decode(self, subject: int) -> _Decoded:
        pixels, facts = fit(self._subjects[subject], self._size)
        return levels_of(torch.from_numpy(pixels)[None]), facts


_Decoded = tuple[tuple[Tensor, ...], Facts]
