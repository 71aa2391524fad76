"""Clips with exact alpha, for temporal training and measures; a module for each kind of motion."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

from ppid.render.rng import Rng
from ppid.render.shot import Attributes, Shot, Size

RATE = 24  # frames a second
KINDS = {
    "flame": "flames",
    "smoke": "flames",
    "turning": "talking",
    "talking": "talking",
    "walking": "talking",
    "curtain": "swaying",
    "net": "swaying",
    "glass": "passing",
    "fur": "furry",
    "solid": "tumbling",
}  # kind: module that has it in `CLIPS`
PEOPLE = ("turning", "talking", "walking")


def frames(kind: str, rng: Rng, attributes: Attributes, size: Size, count: int, bodies: Any = None) -> Iterator[Shot]:
    """The frames of one clip: each brings the scene into its state and says how it is rendered.

    Args:
        kind: of `KINDS`.
        rng: decides everything.
        attributes: gets what was drawn.
        size: (width, height).
        count: of frames.
        bodies: the body data, for `PEOPLE`.
    """
    maker = importlib.import_module(f"ppid.render.clips.{KINDS[kind]}").CLIPS[kind]
    if kind in PEOPLE:
        return maker(rng, attributes, size, count, bodies)
    return maker(rng, attributes, size, count)
