"""Thin smoke: sheets of dye that leave a source and are folded by a flow."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ppid.render.colour import Range, linear, random_colour
from ppid.render.objects.burning.volumes import Box, Layer, Moved, Subject, Together, View, splat
from ppid.render.rng import Rng
from ppid.render.shapes import TAU, Points, unit
from ppid.render.shot import Attributes

_MOST_POINTS = 800_000  # of a sheet that is drawn


@dataclass(frozen=True)
class Wisps:
    """Sheets, each a grid of particles (T, M, 2): row t left the source at one moment, the first row just now.

    Attributes:
        sheets: places x, y.
        width: of fresh smoke's blur, in units; it grows with age.
        spread: of the blur that is added by the end.
        rise: length that a sheet would have without eddies.
        density: optical depth of fresh smoke, seen face on.
        thinning: how soon it fades.
        onset: age, of at most 1, at which it is as dense as it gets.
        closed: the sheets are tubes, else ribbons.
        colour: linear RGB (3,).
        relief: how strongly its folds are lit from the side, -1 to 1.
    """

    sheets: tuple[NDArray[np.float32], ...]
    width: float
    spread: float
    rise: float
    density: float
    thinning: float
    onset: float
    closed: bool
    colour: NDArray[np.float64]
    relief: float

    @property
    def bounds(self) -> Box:
        """Of all sheets."""
        margin = 3 * (self.width + self.spread)
        low = np.min([sheet.min((0, 1)) for sheet in self.sheets], 0) - margin
        high = np.max([sheet.max((0, 1)) for sheet in self.sheets], 0) + margin
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def layer(self, view: View) -> Layer:
        """Draw them. Alpha is 1 - exp(-optical depth)."""
        depth = np.sum([self._depth(sheet, view) for sheet in self.sheets], 0, dtype=np.float32)
        alpha = 1 - cv2.exp(-depth)
        soft = cv2.GaussianBlur(alpha, (0, 0), max(0.012 * view.scale, 0.8))
        slope = cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=3) * np.float32(0.012 * view.scale)
        lit = (0.85 + 0.4 * np.tanh(slope * self.relief * 2)) * alpha
        colour = lit[..., None] * self.colour.astype(np.float32)
        return Layer(colour.astype(np.float32), alpha, np.zeros_like(colour, dtype=np.float32))

    def _depth(self, sheet: NDArray[np.float32], view: View) -> NDArray[np.float32]:
        x, y = view.pixels(sheet[..., 0], sheet[..., 1])
        along = int(np.hypot(np.diff(x, axis=0), np.diff(y, axis=0)).max(1).sum() * 1.6) + 2
        across = int(np.hypot(np.diff(x, axis=1), np.diff(y, axis=1)).max(0).sum() * 1.6) + 2
        across = min(across, max(_MOST_POINTS // along, 2))
        fine_x, fine_y = (
            cv2.resize(np.float32(each), (across, along), interpolation=cv2.INTER_CUBIC) for each in (x, y)
        )
        age = np.linspace(0, 1, along)
        # A drop of smoke keeps its mass however its sheet is stretched: that thins it out.
        mass = (1 - age) ** self.thinning * np.clip(age / self.onset, 0, 1) ** 2 / (along * across)
        total, stages = np.zeros(view.size[::-1], np.float32), 5
        for k in range(stages + 1):  # the older, the more blurred; neighbouring stages cross-fade
            share = np.clip(1 - np.abs(age * stages - k), 0, 1)
            rows = np.flatnonzero(share)
            used = slice(rows[0], rows[-1] + 1) if len(rows) else slice(0, 0)
            weight = np.outer((mass * share)[used], self._rim(across))
            drawn = splat(fine_x[used], fine_y[used], weight, view.size)
            blur = math.hypot(self.width, self.spread * (k / stages) ** 1.2) * view.scale
            total += cv2.GaussianBlur(drawn, (0, 0), max(blur, 0.7))
        span = float(np.linalg.norm(np.diff(sheet[0], axis=0), axis=1).sum())
        return total * np.float32(view.scale**2 * self.density * self.rise * max(span, self.width))

    def _rim(self, count: int) -> NDArray[np.float64]:
        """How dense smoke is across its sheet: a ribbon has no hard edges."""
        if self.closed:
            return np.ones(count)
        return 2 * np.sin(np.linspace(0, math.pi, count)) ** 2


Sheet = NDArray[np.floating]
Flow = Callable[[Sheet, Sheet], Sheet]


def swirling(rng: Rng, waves: int, length: tuple[float, float], rise: float) -> Flow:
    """A flow without divergence, of about unit speed, whose eddies change slowly and climb at the speed `rise`.

    Smoke that is as fast as its eddies is rolled up by them; in eddies that stand still it would follow one line.
    """
    number = TAU / np.exp(rng.uniform(math.log(length[0]), math.log(length[1]), waves))
    direction = unit(rng.normal(size=(waves, 3))) * number[:, None]
    swing = np.cross(direction, rng.normal(size=(waves, 3)))
    swing *= (1 / np.linalg.norm(swing, axis=1) * (number / number.min()) ** -0.4 / math.sqrt(waves))[:, None]
    phase, turning = rng.uniform(0, TAU, waves), rng.normal(0, 1.2, waves)
    direction32, swing32 = direction.astype(np.float32), (2 * swing).astype(np.float32)
    drift = (turning - direction[:, 1] * rise).astype(np.float32)
    phase32 = phase.astype(np.float32)

    def flow(points: Sheet, time: Sheet) -> Sheet:
        return np.cos(points @ direction32.T + phase32 + time[:, None] * drift) @ swing32

    return flow


def traced(rng: Rng, source: Points, *, rise: float, calm: float, unrest: float, wind: float, steps: int = 40) -> Sheet:
    """The sheet (T, M, 2) that leaves a source (M, 3) while it is carried upwards.

    Args:
        rng: draws the flow.
        source: points that release smoke.
        rise: how far up smoke gets.
        calm: height to which it rises straight.
        unrest: speed of the eddies relative to the rise.
        wind: how far it is blown aside.
    """
    rows = 340
    scales = [(1.0, 6, 0.45, 1.0), (1.0, 9, 0.15, 0.4), (0.5, 12, 0.05, 0.13)]  # speed, waves, length over the rise
    flows = [
        (speed, swirling(rng, waves, (low * rise, high * rise), rise * rng.uniform(0.5, 0.95)))
        for speed, waves, low, high in scales
    ]
    age = np.repeat(np.linspace(0, 1, rows), len(source)).astype(np.float32)
    points = np.tile(source, (rows, 1)).astype(np.float32)
    ground = points[:, 1].copy()
    lived = np.zeros(len(points), np.float32)
    for k in range(steps):
        old = slice(int(k / steps * (rows - 1)) * len(source), None)  # the others are where they belong
        place, time = points[old], 1 - age[old] + lived[old]
        step = np.clip(age[old] - lived[old], 0, 1 / steps)
        height = place[:, 1] - ground[old]
        loose = np.clip((height - calm) / (0.35 * rise), 0, 1)[:, None]
        velocity = unrest * rise * loose * np.sum([speed * flow(place, time) for speed, flow in flows], 0)
        velocity[:, 1] += rise
        velocity[:, 0] += wind * np.clip(height / rise, 0, 1.5)
        place += velocity * step[:, None]
        lived[old] += step
    return points.reshape(rows, len(source), 3)[..., :2]


def _ring(radius: float) -> Points:
    """A small ring: its smoke is a tube with bright edges."""
    angle = np.linspace(0, TAU, 25)
    return np.c_[radius * np.cos(angle), 0.2 * radius * np.sin(angle), radius * np.sin(angle)]


def _line(rng: Rng, length: float) -> Points:
    """A short line: its smoke is a ribbon."""
    turn = rng.uniform(-0.6, 0.6)
    place = np.linspace(-0.5, 0.5, 25) * length
    return np.c_[place * math.cos(turn), np.zeros(25), place * math.sin(turn)]


_ANY_TONE = {"white": 5.0, "blue_grey": 2.5, "grey": 1.0, "colour": 1.5, "black": 0.7}
PLAIN = {"white": 5.0, "blue_grey": 3.0, "grey": 0.5}  # tones of what really burns or boils
Tones = dict[str, float]


def _coloured(rng: Rng, attributes: Attributes, tones: Tones, sheets: list[Sheet], density: Range) -> Wisps:
    """Ribbons of one of the tones; `density` is the range of their optical depth when fresh."""
    tone = rng.named(tones)
    colour = {
        "white": np.array([0.9, 0.9, 0.92]),
        "blue_grey": linear([0.72, 0.78, 0.88]),
        "grey": np.full(3, rng.uniform(0.2, 0.5)),
        "colour": random_colour(rng, (0.5, 0.95), (0.7, 1)),
        "black": np.full(3, 0.05),
    }[tone]
    attributes["tone"] = tone
    return Wisps(
        tuple(sheet.astype(np.float32) for sheet in sheets),
        width=rng.uniform(0.002, 0.005),
        spread=rng.uniform(0.008, 0.03),
        rise=float(np.ptp(sheets[0][..., 1])),
        density=rng.log_uniform(*density) / len(sheets) ** 0.5,
        thinning=rng.uniform(0.15, 0.6),
        onset=rng.uniform(0.05, 0.25),
        closed=False,
        colour=colour,
        relief=rng.pick([-1, 1]) * rng.uniform(0.3, 1),
    )


def thread(
    rng: Rng, attributes: Attributes, mouth: float = 0.012, height: float = 1.8, tones: Tones = _ANY_TONE
) -> Wisps:
    """A thread that rises straight and then curls."""
    calm = rng.uniform(0.02, 0.3) * height
    tube = rng.chance(0.6)
    source = _ring(mouth) if tube else _line(rng, 3 * mouth)
    unrest, wind = rng.uniform(0.35, 0.6), rng.normal(0, 0.15) * height
    sheet = traced(rng, source, rise=height, calm=calm, unrest=unrest, wind=wind)
    ribbons = _coloured(rng, attributes, tones, [sheet], (0.6, 2.0))
    return replace(ribbons, closed=tube, onset=0.05)


def incense(rng: Rng, attributes: Attributes) -> Subject:
    """Threads of a few sticks."""
    count = rng.pick([2, 2, 3, 4])
    return Together(
        tuple(
            Moved(thread(rng, attributes, rng.uniform(0.014, 0.035)), (0.3 * k, rng.uniform(0, 0.2)))
            for k in range(count)
        )
    )


def veil(rng: Rng, attributes: Attributes, mouth: float = 0.22, height: float = 1.6, tones: Tones = _ANY_TONE) -> Wisps:
    """Wide sheets that fold over each other."""
    unrest, wind = rng.uniform(0.3, 0.6), rng.normal(0, 0.15)
    sheets = []
    for _ in range(rng.whole(2, 4)):
        source = _line(rng, mouth * rng.uniform(0.6, 1.6)) + rng.normal(size=3) * [0.4 * mouth, 0, 0.2 * mouth]
        sheets.append(traced(rng, source, rise=height, calm=0.0, unrest=unrest, wind=wind))
    return _coloured(rng, attributes, tones, sheets, (0.6, 1.6))


def threads(
    rng: Rng, attributes: Attributes, mouth: float = 0.18, height: float = 1.6, tones: Tones = _ANY_TONE
) -> Wisps:
    """Several thin threads from one place."""
    calm, unrest = rng.uniform(0, 0.2) * height, rng.uniform(0.25, 0.55)
    sheets = []
    for _ in range(rng.whole(3, 6)):
        source = _line(rng, rng.uniform(0.35, 1.0) * mouth) + rng.normal(size=3) * [mouth, 0, 0.5 * mouth]
        sheets.append(traced(rng, source, rise=height, calm=calm, unrest=unrest, wind=0.0))
    return _coloured(rng, attributes, tones, sheets, (1.0, 2.5))


def tendrils(rng: Rng, attributes: Attributes) -> Wisps:
    """Ink that sinks in threads: smoke upside down."""
    upright = rng.pick([threads, veil])(rng, attributes, tones={"colour": 4, "black": 1, "white": 0.5})
    sinking = tuple(sheet * np.array([1, -1], np.float32) for sheet in upright.sheets)
    return replace(upright, sheets=sinking, density=1.6 * upright.density)


WISPS: dict[str, tuple[float, Callable[[Rng, Attributes], Subject]]] = {
    "incense": (1.5, incense),
    "veil": (1.8, veil),
    "threads": (1.2, threads),
    "tendrils": (0.8, tendrils),
}  # name: how often, maker
