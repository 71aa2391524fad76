"""Where clothes end: fields over the base mesh, positive inside, in decimetres, to combine with `both`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ppid.render.people.shells import Field, Spots

Reals = NDArray[np.float64]
_ANYWHERE = 9.0


def both(*fields: Field) -> Field:
    """Inside all of them."""
    return lambda spots: np.min([inside(spots) for inside in fields], axis=0)


def outside(inside: Field) -> Field:
    """The rest."""
    return lambda spots: -inside(spots)


def torso(inside: Field) -> Field:
    """Holds for the torso alone: arms are inside."""
    return lambda spots: np.where(spots.arm < 0, inside(spots), _ANYWHERE)


def above(height: float) -> Field:
    """Above MakeHuman's y."""
    return lambda spots: spots.raw[:, 1] - height


def below(height: float) -> Field:
    """Below MakeHuman's y."""
    return lambda spots: height - spots.raw[:, 1]


def sleeves(end: float) -> Field:
    """Arms up to `end`: 1 at the elbow, 2 at the wrist."""
    return lambda spots: np.where(spots.arm < 0, _ANYWHERE, (end - spots.arm) * 2.2)


def no_arms() -> Field:
    """Nothing of the arms: for trousers and skirts."""
    return lambda spots: np.where(spots.arm < 0, _ANYWHERE, -_ANYWHERE)


def armhole(strap: float) -> Field:
    """No sleeves: what is nearer the middle than a line from the end of the strap, at x `strap`, to the armpit."""
    heights = [2.0, 3.0, 4.0, 4.35, 4.7, 5.2, 5.8]
    places = [3.1, 2.4, 1.78, 1.5, min(1.35, strap + 0.15), (strap + 1.3) / 2 * 0.94, strap]
    return lambda spots: np.interp(spots.raw[:, 1], heights, places) - np.abs(spots.raw[:, 0])


def crew(height: float) -> Field:
    """A round neckline; `height` 5.4 (wide) to 5.9 (close to the neck)."""
    return lambda spots: height - _rise(spots)


def scoop(height: float, depth: float, width: float = 0.9) -> Field:
    """A rounded neckline that goes `depth` lower in front."""
    return lambda spots: height - _rise(spots) - depth * _front(spots) * _hollow(spots, width) ** 0.7


def vee(height: float, depth: float, width: float = 0.62) -> Field:
    """A pointed neckline."""
    return lambda spots: (
        height - _rise(spots) - depth * _front(spots) * np.clip(1 - np.abs(spots.raw[:, 0]) / width, 0, 1)
    )


def square(height: float, depth: float, width: float = 0.75) -> Field:
    """A neckline with corners."""

    def inside(spots: Spots) -> Reals:
        wall = np.clip((width - np.abs(spots.raw[:, 0])) / 0.12, 0, 1)
        return height - _rise(spots) - depth * _front(spots) * wall

    return inside


def straight_top(height: float, dip: float = 0.0) -> Field:
    """No shoulders at all: below a line around the chest, that dips between the breasts."""
    return lambda spots: (
        height - spots.raw[:, 1] + 0.25 * _front(spots) - dip * _front(spots) * np.exp(-((spots.raw[:, 0] / 0.3) ** 2))
    )


def open_front(bottom: float, top: float, from_height: float = -1.0) -> Field:
    """Two halves apart: half the gap is `bottom` at the hem and `top` at the neck, straight between; 0 below a height."""

    def inside(spots: Spots) -> Reals:
        x, y, z = spots.raw.T
        along = np.clip((y - from_height) / (5.7 - from_height), 0, 1)
        return np.maximum(np.abs(x) - (bottom + (top - bottom) * along), (0.15 - z) * 3)

    return inside


def _rise(spots: Spots) -> Reals:
    """Height that rises towards the front and falls towards the shoulders: its levels are rings around the neck."""
    x, y, z = spots.raw.T
    beside = np.abs(x) - 0.65
    return y + 0.45 * z - 1.25 * (beside + np.sqrt(beside**2 + 0.06)) + 0.056


def _front(spots: Spots) -> Reals:
    """0 at the back, 1 in front."""
    return np.clip((spots.raw[:, 2] + 0.1) / 0.4, 0, 1)


def _hollow(spots: Spots, width: float) -> Reals:
    return np.clip(1 - (spots.raw[:, 0] / width) ** 2, 0, 1)
