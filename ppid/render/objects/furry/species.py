"""What a kind of animal is, and what several kinds share."""

from __future__ import annotations

from dataclasses import dataclass, field

from ppid.render.objects.furry.heads import Head
from ppid.render.objects.furry.poses import Build

Painting = tuple[float, tuple[str, ...]]  # how often, and a coat with names of its colours

AMBER, GREEN, BLUE, BROWN, DARK = (
    (0.1, 0.75, 0.75),
    (0.2, 0.5, 0.65),
    (0.57, 0.4, 0.75),
    (0.06, 0.7, 0.3),
    (0.05, 0.6, 0.12),
)
BLACK_NOSE, PINK_NOSE, BROWN_NOSE = (0.012, 0.01, 0.01), (0.5, 0.2, 0.17), (0.12, 0.045, 0.03)

# Hair lengths of regions over those of the trunk.
_PLAIN = {
    "head": 0.5,
    "muzzle": 0.2,
    "cheek": 0.65,
    "chin": 0.35,
    "lid": 0.12,
    "ear": 0.28,
    "ear_tip": 0.22,
    "inner_ear": 0.35,
    "leg": 0.5,
    "paw": 0.28,
    "breast": 1.25,
    "neck": 1.05,
    "thigh": 0.95,
}


def lengths_with(**changes: float) -> dict[str, float]:
    """Hair lengths of regions over those of the trunk."""
    return {**_PLAIN, **changes}


@dataclass(frozen=True)
class Species:
    """One kind of animal.

    Attributes:
        build: proportions.
        head: of its face.
        poses: how often each.
        coats: of which one is drawn.
        styles: keys of `STYLES` in `animals`, how often each.
        lengths: of hair, region by region.
        horns: share of animals with horns, and whether they curl.
        mane: hair along the neck, a forelock and a tail of hair, as horses have.
        ruff: length of the hair around the back of the head, over that of the trunk.
        stretch: how freely its proportions vary.
    """

    build: Build
    head: Head
    poses: dict[str, float]
    coats: tuple[Painting, ...]
    styles: dict[str, float]
    lengths: dict[str, float] = field(default_factory=lengths_with)
    horns: tuple[float, bool] = (0, False)
    mane: bool = False
    ruff: float = 1.0
    stretch: float = 0.08


FOUR_LEGS = {"standing": 3.0, "sitting": 3.0, "lying": 2.0}
