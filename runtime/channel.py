"""A bounded queue between two threads that ends, fails and drops on purpose."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from threading import Condition
from typing import Generic, TypeVar

T = TypeVar("T")


class Cancelled(Exception):
    """The other end no longer wants items."""


class Channel(Generic[T]):
    """One producer, one consumer.

    Args:
        size: items held at most.
        drop_oldest: make room by dropping (live sources) instead of waiting (files).

    Attributes:
        dropped: items dropped so far.
    """

    def __init__(self, size: int, *, drop_oldest: bool = False):
        self.dropped = 0
        self._size, self._drop = size, drop_oldest
        self._items: deque[T] = deque()
        self._changed = Condition()
        self._ended = self._cancelled = False
        self._error: BaseException | None = None

    def put(self, item: T) -> None:
        """Hand over an item; waits while full unless dropping.

        Raises:
            Cancelled: the consumer has gone.
        """
        with self._changed:
            while len(self._items) >= self._size and not self._cancelled:
                if self._drop:
                    self._items.popleft()
                    self.dropped += 1
                else:
                    self._changed.wait()
            if self._cancelled:
                raise Cancelled
            self._items.append(item)
            self._changed.notify_all()

    def end(self, error: BaseException | None = None) -> None:
        """No more items; `error` is raised at the consumer after the items already there."""
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def cancel(self) -> None:
        """Let the producer's next `put` raise `Cancelled`."""
        with self._changed:
            self._cancelled = True
            self._items.clear()
            self._changed.notify_all()

    def __iter__(self) -> Iterator[T]:
        while True:
            with self._changed:
                while not self._items and not self._ended and not self._cancelled:
                    self._changed.wait()
                if self._cancelled:
                    return
                if not self._items:
                    if self._error is not None:
                        raise self._error
                    return
                item = self._items.popleft()
                self._changed.notify_all()
            yield item
