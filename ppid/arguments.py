"""Values on command lines."""

from __future__ import annotations

import argparse


def positive(text: str) -> int:
    """A whole number from 1.

    Raises:
        argparse.ArgumentTypeError: something else.
    """
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from 1")
    return int(text)


def width_and_height(text: str) -> tuple[int, int]:
    """`640x480` → (640, 480).

    Raises:
        argparse.ArgumentTypeError: it is not of that form, or a side is 0.
    """
    parts = text.lower().split("x")
    if len(parts) != 2 or not all(part.isdecimal() and int(part) for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r}: expected width and height such as 640x480")
    return int(parts[0]), int(parts[1])
