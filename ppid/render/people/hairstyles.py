"""Hairstyles as parameters, where their hair grows, and which way it is combed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ppid.render.rng import Rng
from ppid.render.shapes import Points, unit

Reals = NDArray[np.float64]
_CROWN = np.array([0.0, 0.35])  # x and y of the whorl in head radii


@dataclass(frozen=True)
class Style:
    """One way to wear hair; lengths in metres.

    Attributes:
        length: of the longest strands.
        sides: what part of it the hair at the sides and the back has.
        comb: a key of `COMBS`, or `tie` for hair that is drawn together.
        lift: 0 flat to 1 along the scalp's normal at the root.
        pull: how strongly it keeps the direction of combing.
        fall: how strongly it hangs down.
        layer: how far over the skin its outermost strands are.
        frizz: disorder of single strands.
        wave, wave_length: of waves.
        curl, pitch: radius and height of curls.
        strands, points: how many, and of how many points.
        region: a key of `REGIONS` where it grows; elsewhere grows the style `elsewhere`.
        elsewhere: a key of `STYLES`.
        ties: a key of `TIES` in `hair_tied`: where hair is drawn to.
        ends: what becomes of it there: `tail`, `bun`, `messy_bun` or `plait`.
        locks: how many ropes it is felted to: dreadlocks; 0 for single strands.
        gloss: 0, or 1 for wet and oiled hair.
    """

    length: float
    strands: int
    points: int
    sides: float = 1.0
    comb: str = "part"
    lift: float = 0.25
    pull: float = 0.5
    fall: float = 0.3
    layer: float = 0.02
    frizz: float = 0.15
    wave: float = 0.0
    wave_length: float = 0.1
    curl: float = 0.0
    pitch: float = 0.02
    region: str = ""
    elsewhere: str = ""
    ties: str = ""
    ends: str = "tail"
    locks: int = 0
    gloss: float = 0.0

    @property
    def short(self) -> bool:
        """Too short to hang."""
        return self.length < 0.1


STYLES: dict[str, Style] = {
    "buzz": Style(0.007, 26000, 4, 0.8, "radial", 0.8, 0.2, 0.0, 0.004, 0.15),
    "crop": Style(0.035, 22000, 8, 0.35, "forward", 0.45, 0.5, 0.03, 0.012, 0.25),
    "crew": Style(0.028, 24000, 7, 0.3, "up", 0.8, 0.3, 0.0, 0.014, 0.15),
    "sidepart": Style(0.075, 22000, 10, 0.3, "part", 0.30, 0.8, 0.08, 0.018, 0.15),
    "slick": Style(0.11, 22000, 12, 0.45, "back", 0.12, 1.2, 0.05, 0.012, 0.08),
    "wet": Style(0.13, 18000, 14, 0.6, "back", 0.08, 1.3, 0.12, 0.008, 0.06, gloss=1.0),
    "tousled": Style(0.075, 20000, 10, 0.5, "messy", 0.42, 0.45, 0.14, 0.022, 0.5, 0.003, 0.05),
    "quiff": Style(0.085, 22000, 10, 0.22, "up", 0.85, 0.45, 0.0, 0.025, 0.2),
    "undercut": Style(
        0.10, 15000, 12, 1, "back", 0.4, 1.0, 0.04, 0.022, 0.15, 0.002, 0.08, region="top", elsewhere="buzz"
    ),
    "mohawk": Style(0.10, 12000, 10, 1, "upright", 0.95, 0.9, 0.0, 0.11, 0.15, region="ridge", elsewhere="buzz"),
    "fauxhawk": Style(0.05, 14000, 9, 1, "upright", 0.9, 0.7, 0.0, 0.05, 0.2, region="top", elsewhere="stubbled"),
    "stubbled": Style(0.014, 22000, 5, 0.8, "forward", 0.6, 0.4, 0.0, 0.006, 0.15),
    "bowl": Style(0.12, 22000, 12, 0.8, "fringe", 0.25, 0.5, 0.25, 0.02, 0.15),
    "bob": Style(0.22, 22000, 16, 1, "part", 0.25, 0.5, 0.30, 0.028, 0.15, 0.004, 0.09),
    "bobbangs": Style(0.22, 22000, 16, 1, "fringe", 0.25, 0.5, 0.30, 0.026, 0.12),
    "long": Style(0.45, 20000, 20, 1, "part", 0.2, 0.5, 0.32, 0.030, 0.15, 0.005, 0.14),
    "straight": Style(0.48, 21000, 18, 1, "part", 0.1, 0.6, 0.36, 0.016, 0.04),
    "longbangs": Style(0.42, 20000, 18, 1, "fringe", 0.2, 0.5, 0.32, 0.024, 0.12, 0.003, 0.14),
    "longwavy": Style(0.42, 18000, 30, 1, "part", 0.25, 0.35, 0.32, 0.032, 0.35, 0.013, 0.085),
    "longback": Style(0.42, 18000, 20, 1, "back", 0.25, 0.6, 0.3, 0.03, 0.25, 0.007, 0.12),
    "wetlong": Style(0.40, 15000, 18, 1, "back", 0.08, 0.8, 0.34, 0.012, 0.1, 0.003, 0.1, gloss=1.0),
    "curly": Style(0.20, 9500, 44, 0.9, "part", 0.5, 0.18, 0.22, 0.036, 0.5, curl=0.008, pitch=0.024),
    "curlyshort": Style(0.09, 13000, 26, 0.5, "messy", 0.85, 0.2, 0.05, 0.04, 0.4, curl=0.005, pitch=0.016),
    "curlylong": Style(0.36, 8000, 56, 1, "part", 0.35, 0.2, 0.28, 0.040, 0.5, curl=0.010, pitch=0.034),
    "afro": Style(0.085, 15000, 26, 0.9, "radial", 1.0, 0.0, 0.0, 0.08, 0.9, curl=0.0045, pitch=0.011),
    "afroshort": Style(0.03, 19000, 14, 0.8, "radial", 1.0, 0.0, 0.0, 0.03, 0.7, curl=0.0025, pitch=0.007),
    "dreadlocks": Style(0.34, 9500, 26, 1, "part", 0.4, 0.3, 0.32, 0.034, 0.6, 0.004, 0.08, locks=120),
    "dreadsshort": Style(0.13, 8500, 16, 0.9, "messy", 0.7, 0.3, 0.2, 0.04, 0.6, 0.003, 0.05, locks=130),
    "ponytail": Style(0.42, 17000, 26, 1, "tie", 0.08, 1, 0, 0.010, 0.12, 0.003, 0.1, ties="back"),
    "pigtails": Style(0.34, 17000, 24, 1, "tie", 0.08, 1, 0, 0.010, 0.15, 0.004, 0.1, ties="two"),
    "halfup": Style(
        0.34, 8000, 24, 1, "tie", 0.1, 1, 0, 0.014, 0.15, ties="crown", region="halfup", elsewhere="longback"
    ),
    "braid": Style(0.24, 16000, 20, 1, "tie", 0.08, 1, 0, 0.010, 0.15, ties="back", ends="plait"),
    "braids": Style(0.22, 16000, 20, 1, "tie", 0.08, 1, 0, 0.010, 0.15, ties="two", ends="plait"),
    "bun": Style(0.22, 16000, 18, 1, "tie", 0.08, 1, 0, 0.010, 0.12, ties="any", ends="bun"),
    "spacebuns": Style(0.22, 16000, 18, 1, "tie", 0.08, 1, 0, 0.010, 0.15, ties="high", ends="bun"),
    "messybun": Style(0.22, 15000, 20, 1, "tie", 0.25, 0.9, 0, 0.018, 0.5, ties="any", ends="messy_bun"),
}


def _top(places: Points) -> NDArray[np.bool_]:
    return (places[:, 2] > 0.42) & (np.abs(places[:, 0]) < 0.62)


def _ridge(places: Points) -> NDArray[np.bool_]:
    return np.abs(places[:, 0]) < 0.24


def _half_up(places: Points) -> NDArray[np.bool_]:
    return places[:, 2] > 0.3 - 0.25 * places[:, 1]


REGIONS: dict[str, Callable[[Points], NDArray[np.bool_]]] = {"top": _top, "ridge": _ridge, "halfup": _half_up}


def bare(comb: str, places: Points, parting: float) -> Reals:
    """0 to 1: where hair leaves in all directions, so that none covers the skin: at the parting and the whorl."""
    whorl = _CROWN if comb == "part" else np.zeros(2)
    crown = np.exp(-((places[:, :2] - whorl) ** 2).sum(1) / 0.15**2) * (places[:, 2] > 0.3)
    if comb == "fringe":
        return crown
    on_top = np.clip((places[:, 2] - 0.2) / 0.3, 0, 1) * np.clip((0.5 - places[:, 1]) / 0.3, 0, 1)
    line = np.exp(-(((places[:, 0] - parting) / 0.07) ** 2)) * on_top
    return np.maximum(line, crown) if comb == "part" else line


def in_fringe(places: Points) -> NDArray[np.bool_]:
    """Roots above the forehead whose hair may be cut to a fringe."""
    return (places[:, 1] < -0.35) & (places[:, 2] > 0.1) & (np.abs(places[:, 0]) < 0.55)


def combed(comb: str, places: Points, parting: float, rng: Rng) -> Points:
    """Directions (N, 3) in the head's axes (-y to the front) at roots in head radii; zero where it is not combed."""
    return COMBS[comb](places, parting, rng) if comb in COMBS else np.zeros_like(places)


def _vectors(x: Reals | float, y: Reals | float, z: Reals | float, count: int) -> Points:
    return np.stack([np.broadcast_to(np.asarray(value, float), (count,)) for value in (x, y, z)], 1)


def _height(places: Points) -> Points:
    """0 at the sides, 1 on top, (N, 1)."""
    return np.clip((places[:, 2] - 0.2) / 0.6, 0, 1)[:, None]


def _down(count: int) -> Points:
    return _vectors(0, 0.15, -1, count)


def _part(places: Points, parting: float, rng: Rng) -> Points:
    """To both sides of a line that ends at the whorl; from there in all directions."""
    count, top = len(places), _height(places)
    bend = 0.025 * np.sin(places[:, 1] * rng.uniform(4, 8) + rng.uniform(0, 6))
    side = np.where(places[:, 0] > parting + bend, 1.0, -1.0)
    front = np.clip((-places[:, 1] - 0.2) / 0.6, 0, 1)
    across = _vectors(side, 0.25 + 0.35 * front, -0.15, count)
    away = places[:, :2] - _CROWN
    whorl = np.c_[unit(np.c_[away, np.zeros(count)])[:, :2], np.full(count, -0.1)]
    behind = np.clip((places[:, 1] - 0.05) / 0.35, 0, 1)[:, None]
    return (across * (1 - behind) + whorl * behind) * top + _down(count) * (1 - top) * 0.6


def _back(places: Points, parting: float, rng: Rng) -> Points:
    count, top = len(places), _height(places)
    return (
        _vectors(places[:, 0] * 0.3, 1, -0.2, count) * top
        + _down(count) * (1 - top)
        + np.array([0, rng.uniform(0.5, 0.7), 0])
    )


def _forward(places: Points, parting: float, rng: Rng) -> Points:
    count, top = len(places), _height(places)
    side = np.where(places[:, 0] > parting, 1.0, -1.0)
    ahead = _vectors(side * rng.uniform(0.1, 0.3), -1, -0.2, count)
    return ahead * top + (_down(count) + np.array([0, -0.5, 0])) * (1 - top)


def _fringe(places: Points, parting: float, rng: Rng) -> Points:
    """From the crown outwards, in front over the forehead."""
    count, top = len(places), _height(places)
    front = np.clip(-places[:, 1] / 0.4, 0, 1)[:, None]
    aside = rng.uniform(0.3, 0.5)
    ahead = _vectors(places[:, 0] * aside, -1, -0.5, count)
    out = _vectors(places[:, 0] * 1.4, np.maximum(places[:, 1], -0.15), -0.3, count)
    front = front * in_fringe(places)[:, None]
    return (ahead * front + out * (1 - front)) * top + _down(count) * (1 - top)


def _messy(places: Points, parting: float, rng: Rng) -> Points:
    return rng.normal(size=places.shape) * np.array([1, 1, 0.4]) + np.array([0, -0.3, 0])


def _up(places: Points, parting: float, rng: Rng) -> Points:
    """Up and back over the forehead."""
    count, top = len(places), _height(places)
    front = np.clip((-places[:, 1] + 0.2) / 0.8, 0, 1)[:, None]
    risen = np.tile([rng.uniform(-0.2, 0.2), 0.5, 0.6], (count, 1)) * front
    return (risen + np.tile([0, 0.8, -0.2], (count, 1)) * (1 - front)) * top + _down(count) * (1 - top)


def _upright(places: Points, parting: float, rng: Rng) -> Points:
    """Away from the skull within its middle plane."""
    return _vectors(-places[:, 0] * 1.5, places[:, 1] * 0.8 + 0.25, places[:, 2], len(places))


COMBS: dict[str, Callable[[Points, float, Rng], Points]] = {
    "part": _part,
    "back": _back,
    "forward": _forward,
    "fringe": _fringe,
    "messy": _messy,
    "up": _up,
    "upright": _upright,
}
