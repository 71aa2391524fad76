from __future__ import annotations

import threading
import time

import pytest

from runtime.channel import Cancelled, Channel


def test_items_come_in_order_and_nothing_is_lost() -> None:
    channel: Channel[int] = Channel(2)

    def produce() -> None:
        for item in range(100):
            channel.put(item)
        channel.end()

    thread = threading.Thread(target=produce)
    thread.start()
    assert list(channel) == list(range(100))
    thread.join()
    assert channel.dropped == 0


def test_a_live_channel_keeps_the_newest_and_counts() -> None:
    channel: Channel[int] = Channel(2, drop_oldest=True)
    for item in range(10):
        channel.put(item)
    channel.end()
    assert list(channel) == [8, 9]
    assert channel.dropped == 8


def test_an_error_comes_after_the_items_before_it() -> None:
    channel: Channel[int] = Channel(4)
    channel.put(1)
    channel.end(OSError("camera gone"))
    seen = []
    with pytest.raises(OSError, match="camera gone"):
        for item in channel:
            seen.append(item)
    assert seen == [1]


def test_cancelling_frees_a_producer_that_waits() -> None:
    channel: Channel[int] = Channel(1)
    channel.put(1)
    outcome = []

    def produce() -> None:
        try:
            channel.put(2)
        except Cancelled:
            outcome.append("cancelled")

    thread = threading.Thread(target=produce)
    thread.start()
    time.sleep(0.05)
    channel.cancel()
    thread.join(timeout=10)
    assert outcome == ["cancelled"]
    assert list(channel) == []
