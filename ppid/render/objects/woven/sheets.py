"""Bent sheets: where cloth, nets and film hang, as functions of how far they have swayed.

`sway` counts turns: a sheet at 1 is where it was at 0, so a clip moves it by `Sheet.points` or by the `Mover` of what
was added. Sheets that hang have v = 0 on top; all are about two units across with the origin in their middle.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, add_strands, move_strands, move_vertices
from ppid.render.shapes import TAU, Faces, Points, Shape, grid_faces, rotation, spline
from ppid.render.shot import Attributes

Floats = NDArray[np.float64]
Places = Callable[[Floats, Floats, float], Points]  # (u, v, sway) -> points, u and v (N,)
Mover = Callable[[float], None]  # puts what was added where it is after so many turns of swaying
Maker = Callable[[Rng, Attributes], list[Mover]]  # adds a subject and returns what of it may sway


@dataclass(frozen=True)
class View:
    """Where a subject is seen from: angles in radians as of `camera.view_direction`; `behind` at times from +y."""

    elevation: tuple[float, float] = (-0.2, 0.45)
    azimuth: tuple[float, float] = (-2.3, -0.8)
    behind: bool = True


FRONT = View()
FACING = View((-0.15, 0.3), (-2.0, -1.1), behind=False)
AROUND = View((-0.1, 0.6), (0, TAU), behind=False)
ABOVE = View((0.35, 1.25), (0, TAU), behind=False)
Subjects = dict[str, tuple[float, Maker, View]]  # name: how often, maker, where from


@dataclass(frozen=True)
class Sheet:
    """A bent sheet.

    Attributes:
        at: where (u, v) in [0, 1] lie.
        grid: vertices along u and v.
        aspect: height over width of the cloth before it was bent, so that its pattern is not stretched.
        flat: texture coordinates (N, 2) of (u, v) where these themselves are not.
    """

    at: Places
    grid: tuple[int, int] = (160, 100)
    aspect: float = 1.0
    flat: Callable[[Floats, Floats], Floats] | None = None

    def parameters(self) -> tuple[Floats, Floats]:
        """u and v of the vertices."""
        u, v = np.meshgrid(np.linspace(0, 1, self.grid[0]), np.linspace(0, 1, self.grid[1]), indexing="ij")
        return u.ravel(), v.ravel()

    def points(self, sway: float = 0.0) -> Points:
        """Its vertices (N, 3)."""
        return self.at(*self.parameters(), sway)

    def faces(self) -> Faces:
        """Quads between the vertices."""
        return grid_faces(*self.grid)

    def shape(self, sway: float = 0.0) -> Shape:
        """Vertices and faces."""
        return self.points(sway), self.faces()

    def coordinates(self) -> Floats:
        """Texture coordinates (N, 2) of the vertices."""
        u, v = self.parameters()
        return self.flat(u, v) if self.flat else np.c_[u, v]

    def add(self, material: bpy.types.Material, name: str = "cloth") -> Mover:
        """Put it into the scene."""
        target = add_mesh(self.shape(), material, name=name, surface=self.coordinates())
        return lambda sway: move_vertices(target, self.points(sway))

    def edge(self, side: str, count: int) -> Callable[[float], Points]:
        """`count` places along its `top`, `bottom`, `left` or `right` edge, by sway."""
        t, zero = np.linspace(0, 1, count), np.zeros(count)
        u, v = {"top": (t, zero), "bottom": (t, zero + 1), "left": (zero, t), "right": (zero + 1, t)}[side]
        return lambda sway: self.at(u, v, sway)

    def edge_middle(self, side: str) -> Points:
        """The middle (3,) of an edge at rest."""
        return self.edge(side, 3)(0.0)[1]


def add_moving(
    strands: Callable[[float], Points],
    radius: float | Floats,
    material: bpy.types.Material,
    colour: Floats | None = None,
) -> Mover:
    """Put strands that sway, (K, P, 3) by sway, into the scene."""
    target = add_strands(strands(0.0), radius, material, colour=colour)
    return lambda sway: move_strands(target, strands(sway))


def add_moving_copies(shape: Shape, places: Callable[[float], Points], material: bpy.types.Material) -> Mover:
    """Put copies of a small shape at places (N, 3) that sway into the scene."""
    vertices, faces = shape
    count = len(places(0.0))
    corners = (faces[None] + (np.arange(count) * len(vertices))[:, None, None]).reshape(-1, faces.shape[1])

    def points(sway: float) -> Points:
        return (vertices[None] + places(sway)[:, None]).reshape(-1, 3)

    target = add_mesh((points(0.0), corners), material)
    return lambda sway: move_vertices(target, points(sway))


class Ripples:
    """Smooth noise over (u, v), about -1 to 1, that comes back after a turn."""

    def __init__(self, rng: Rng, u: float, v: float, waves: int = 6) -> None:
        self._frequency = rng.normal(size=(waves, 2)) * (u, v)
        self._phase = rng.uniform(0, TAU, waves)
        self._beat = rng.choice([-1, 1], waves)

    def __call__(self, u: Floats, v: Floats, sway: float = 0.0) -> Floats:
        angle = np.stack([u, v], -1) @ self._frequency.T + self._beat * sway
        return np.sin(TAU * angle + self._phase).sum(-1) / math.sqrt(len(self._phase)) * 0.9


def _pleats(turn: Floats, sharpness: float) -> Floats:
    """A wave with flatter crests the larger `sharpness`."""
    return np.tanh(sharpness * np.sin(turn)) / math.tanh(sharpness)


def curtain(rng: Rng, *, width: float = 2.0, height: float | None = None, tied: int = 0) -> Sheet:
    """Hanging folds; `tied` -1 or 1 gathers them to the left or right at two thirds of the height."""
    tall = rng.uniform(1.3, 2.4) if height is None else height
    folds, depth = rng.uniform(3, 11), rng.uniform(0.04, 0.13)
    sharpness, wind, lag = rng.uniform(0.3, 2), rng.uniform(0.0, 0.22), rng.uniform(1, 3)
    gather = rng.uniform(0.65, 0.85) if tied else 0.0
    wander, drift = Ripples(rng, 1.3, 0.4), Ripples(rng, 1, 0.8)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        turn = TAU * folds * u + 1.6 * wander(u, v * 0.6)
        pinch = 1 - gather * np.exp(-(((v - 0.66) / np.where(v < 0.66, 0.34, 0.2)) ** 2))
        swing = v**1.5
        x = (u - 0.5) * width * pinch + tied * (1 - pinch) * width * 0.48
        x = x + 0.03 * np.sin(turn * 2) * pinch + wind * 0.4 * swing * np.sin(TAU * sway + lag * u)
        y = depth * (0.3 + 0.7 * v) * _pleats(turn, sharpness) * (0.6 + 0.4 * pinch)
        y = y + wind * swing * (np.sin(TAU * sway + lag * u + 1) + 0.6 * drift(u, v, sway))
        z = tall * (0.5 - v) + 0.015 * drift(u, v * 0.3) + 0.1 * wind * swing * drift(u, v, sway)
        return np.c_[x, y, z]

    return Sheet(at, (240, 90), tall / (width * rng.uniform(1.1, 1.6)))


def swag(rng: Rng) -> Sheet:
    """A valance that hangs in bows between the points where it is held."""
    bows, drop, tall = rng.whole(1, 4), rng.uniform(0.15, 0.5), rng.uniform(0.4, 0.9)
    folds, wander = rng.uniform(3, 6), Ripples(rng, 2, 1)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        bow = np.abs(np.sin(math.pi * bows * u)) ** 0.8
        z = -tall * v * (0.35 + 0.65 * bow) - drop * bow * v
        y = -0.12 * bow * np.sin(math.pi * v) + 0.05 * np.sin(TAU * folds * v + bow) * bow
        y = y + 0.03 * wander(u, v, sway) * v + 0.05 * v * np.sin(TAU * sway)
        return np.c_[(u - 0.5) * 2.2, y, z + 0.5]

    return Sheet(at, (220, 80), tall / 1.6)


def veil(rng: Rng, *, arc: float | None = None, length: float | None = None) -> Sheet:
    """Over a head of half a unit around the origin, with folds that fall; -y is where the face is left free."""
    folds, phase = rng.whole(5, 12), rng.uniform(0, TAU)
    fall = rng.uniform(0.5, 1.7) if length is None else length
    share = rng.uniform(0.55, 1.0) if arc is None else arc
    deep, wander, drift = rng.uniform(0.07, 0.16), Ripples(rng, 1, 0.7), Ripples(rng, 0.8, 0.8)
    crown = 0.35

    def at(u: Floats, v: Floats, sway: float) -> Points:
        angle = (u - 0.5) * TAU * share
        t = np.minimum(v / crown, 1) * math.pi / 2
        below = np.maximum(v - crown, 0) / (1 - crown)
        radius = 0.52 * np.sin(t) + below * 0.3 * (0.6 + 0.4 * np.cos(angle))
        turn = folds * angle + phase + 0.9 * wander(u, v) + 0.4 * np.sin(TAU * sway) * below
        radius = radius + deep * np.maximum(v - 0.22, 0) * np.sin(turn)
        swing = 0.16 * below**1.6
        x = radius * np.sin(angle) + swing * np.sin(TAU * sway) + 0.5 * swing * drift(u, v, sway)
        y = radius * np.cos(angle) * 0.95 + swing * drift(v, u, sway)
        return np.c_[x, y, 0.57 * np.cos(t) - below * fall]

    return Sheet(at, (260, 110), (0.8 + fall) / (3.0 * share))


def banner(rng: Rng) -> Sheet:
    """A flag in the wind, held at u = 0."""
    depth, pull, tall = rng.uniform(0.1, 0.3), rng.uniform(0.1, 0.3), rng.uniform(0.8, 1.6)
    waves, drift = rng.uniform(0.8, 2.2), Ripples(rng, 1.2, 0.6)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        wave = np.sin(TAU * (waves * u - sway) + v) + 0.6 * drift(u, v, sway)
        z = tall * (0.5 - v) - pull * u * (0.6 + 0.4 * np.sin(TAU * (u * 0.6 - sway)))
        return np.c_[(u - 0.5) * 2.1, depth * wave * (0.15 + u), z + 0.03 * wave * u]

    return Sheet(at, (180, 100), tall / 2.3)


def scarf(rng: Rng, *, slim: float = 1.0) -> Sheet:
    """A long strip that winds through the air."""
    steps = rng.normal(size=(5, 3)) * (0.3, 0.3, 0.35) + (0.42, 0, 0)
    path = spline(np.cumsum(np.r_[[[-1, 0, 0]], steps], 0), 240)
    path = path - path.mean(0)
    phase, twist, half = rng.uniform(0, TAU), rng.uniform(0.2, 1.3), slim * rng.uniform(0.25, 0.5)
    ripple, drift = Ripples(rng, 2, 2), Ripples(rng, 1.2, 0.3)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        centre = np.stack([np.interp(u, np.linspace(0, 1, len(path)), path[:, axis]) for axis in range(3)], -1)
        angle = phase + twist * u * 4 + 0.5 * np.sin(7 * u) + 0.5 * drift(u, 0 * v, sway)
        across = (v - 0.5) * 2 * half * (0.6 + 0.4 * np.abs(np.sin(u * 3 + phase)))
        relief = 0.12 * half * ripple(u, v, sway) + 0.05 * half * np.sin(v * 24 + 9 * u)
        shift = np.c_[
            0.05 * drift(u, 0 * v, sway),
            np.sin(angle) * across + np.cos(angle) * relief,
            np.cos(angle) * across - np.sin(angle) * relief,
        ]
        return centre + shift + np.c_[0 * u, 0 * u, 0.12 * drift(u + 0.3, 0 * v, sway)]

    return Sheet(at, (260, 60), half * 2 / 2.6)


def tablecloth(rng: Rng, *, square: bool = False) -> Sheet:
    """Cloth over a table top that is not there: the plane z = 0, and folds falling at its rim."""
    reach, top = 1.0, rng.uniform(0.45, 0.75)
    folds, phase, flare = rng.whole(7, 14), rng.uniform(0, TAU), rng.uniform(0.12, 0.3)
    drift = Ripples(rng, 1, 1)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        angle, far = u * TAU, v * reach
        if square:  # a square's rim is farther away at its corners
            far = far / np.maximum(np.abs(np.cos(angle)), np.abs(np.sin(angle)))
        over = np.maximum(far - top, 0)
        bend = over / (over + 0.06)
        wave = np.sin(folds * angle + phase) + 0.5 * np.sin((folds + 3) * angle + 2 * phase)
        radius = np.minimum(far, top) + 0.05 * bend + over * flare * (0.8 + 0.6 * wave * bend)
        z = (
            -over * math.sqrt(1 - flare**2)
            + 0.006 * drift(np.cos(angle), v, 0)
            + 0.03 * over * np.sin(TAU * sway + angle)
        )
        return np.c_[radius * np.cos(angle), radius * np.sin(angle), z]

    return Sheet(at, (280, 90), 1.0, around_square if square else around)


def around(u: Floats, v: Floats) -> Floats:
    """Texture coordinates (N, 2) of round pieces: u turns, v goes from the middle to the rim."""
    return np.c_[0.5 + v * np.cos(u * TAU) / 2, 0.5 + v * np.sin(u * TAU) / 2]


def around_square(u: Floats, v: Floats) -> Floats:
    """Texture coordinates (N, 2) of square pieces: u turns, v goes from the middle to the sides."""
    return around(u, v / np.maximum(np.abs(np.cos(u * TAU)), np.abs(np.sin(u * TAU))))


def flat_disc() -> Sheet:
    """A round piece that lies quite flat."""
    return Sheet(lambda u, v, sway: np.c_[v * np.cos(u * TAU), v * np.sin(u * TAU), 0 * u], (120, 20), 1.0, around)


def disc(rng: Rng) -> Sheet:
    """A doily that lies, a little uneven, or droops over something small and round."""
    droop, phase, waves = rng.pick([0.0, 0.0, rng.uniform(0.2, 0.7)]), rng.uniform(0, TAU), rng.whole(3, 7)
    uneven, tilt = rng.uniform(0.0, 0.06), rotation(rng.normal(size=3), rng.uniform(0, 0.15))
    drift = Ripples(rng, 0.7, 0.7)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        angle = u * TAU
        fold = np.sin(waves * angle + phase + 0.5 * math.sin(TAU * sway))
        radius = v * (1 - 0.25 * droop * v**2) * (1 + 0.15 * droop * fold * v**2)
        z = -droop * v**2 * (1 + 0.3 * fold * v) + uneven * v * (
            fold + drift(np.cos(angle) * v, np.sin(angle) * v, sway)
        )
        return np.c_[radius * np.cos(angle), radius * np.sin(angle), z] @ tilt

    return Sheet(at, (200, 60), 1.0, around)


def hung(rng: Rng) -> Sheet:
    """A square cloth picked up at one point near its middle or its corner."""
    folds, slim, long = rng.whole(4, 8), rng.uniform(0.25, 0.5), rng.uniform(1.2, 1.7)
    phase, wander, drift = rng.uniform(0, TAU), Ripples(rng, 1, 0.5), Ripples(rng, 0.7, 0.7)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        angle = u * TAU
        rim = 1 / np.maximum(np.abs(np.cos(angle)), np.abs(np.sin(angle)))
        fall = v * rim
        turn = folds * angle + phase + 1.2 * wander(np.cos(angle), np.sin(angle) + v)
        spread = (
            slim * (0.12 + fall**0.8) * (0.62 + 0.38 * np.sin(turn) * np.minimum(fall * 2.5, 1)) * np.minimum(v * 8, 1)
        )
        swing = 0.15 * fall**1.5
        x = spread * np.cos(angle) + swing * np.sin(TAU * sway)
        y = spread * np.sin(angle) + 0.5 * swing * drift(np.cos(angle), np.sin(angle), sway)
        return np.c_[x, y, 0.75 - fall * long * 0.8]

    return Sheet(at, (280, 90), 1.0, around_square)


def crumpled(rng: Rng) -> Sheet:
    """A sheet that was crushed and lies or floats unfolded."""
    size, turn = rng.uniform(0.8, 1.3), rotation((1, 0, 0), rng.uniform(0.5, 1.6))
    broad, creases, fine = Ripples(rng, 0.45, 0.45), Ripples(rng, 1.1, 1.1), Ripples(rng, 2.6, 2.6)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        slow, sharp, small = broad(u, v, sway), np.abs(creases(u, v)), np.abs(fine(u, v))
        x, y = u * 2 - 1 + 0.12 * slow, (v * 2 - 1) * 0.8 + 0.1 * sharp
        return np.c_[x, y, 0.28 * slow + 0.32 * size * sharp + 0.15 * size * small] @ turn

    return Sheet(at, (180, 180), 0.8)


def canopy(rng: Rng) -> Sheet:
    """A mosquito net: a small ring above, folds that spread downwards, perhaps parted in front (-y)."""
    folds, arc = rng.whole(9, 20), rng.pick([1.0, 0.88, 0.8])
    wide, tall, ring = rng.uniform(0.5, 0.9), rng.uniform(1.7, 2.3), rng.uniform(0.1, 0.25)
    phase, wander, drift = rng.uniform(0, TAU), Ripples(rng, 1, 0.5), Ripples(rng, 0.8, 0.8)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        angle = (u - 0.5) * TAU * arc
        radius = ring + (wide - ring) * np.clip(v, 0, 1) ** 1.5
        turn = folds * angle + phase + 0.8 * wander(u, v)
        radius = radius + (0.015 + 0.1 * v) * np.sin(turn) * wide
        swing = 0.08 * np.sin(math.pi * np.minimum(v, 0.9)) + 0.05 * v**2
        x = radius * np.sin(angle) + swing * np.sin(TAU * sway)
        y = radius * np.cos(angle) + swing * drift(u, v, sway)
        return np.c_[x, y, tall * (0.5 - v)]

    return Sheet(at, (280, 80), tall / (TAU * wide))


def skirt(rng: Rng, flare: float, length: float, *, waist: float = 0.22) -> Sheet:
    """A ruffled skirt that stands out from a waist; the higher `flare`, the flatter it lies."""
    folds, deep = rng.whole(10, 24), rng.uniform(0.05, 0.13)
    phase, wander, drift = rng.uniform(0, TAU), Ripples(rng, 1.5, 0.6), Ripples(rng, 0.7, 0.7)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        angle = u * TAU
        slope = flare * (1 - 0.5 * v)
        wave = np.sin(folds * angle + phase + 0.7 * wander(np.cos(angle), np.sin(angle)))
        radius = waist + length * v * np.sin(slope) + deep * length * v * 0.5 * wave
        lift = 0.07 * v * np.sin(2 * angle + TAU * sway) + 0.04 * v * drift(np.cos(angle), np.sin(angle), sway)
        z = -length * v * np.cos(slope) + deep * length * v * np.sin(slope) * wave + lift * length
        return np.c_[radius * np.cos(angle), radius * np.sin(angle), z]

    return Sheet(at, (320, 50), length / (TAU * (waist + length * 0.5)))


def ribbon(rng: Rng) -> Sheet:
    """A narrow band of trimming laid in loops or waves."""
    return _wound(rng, rng.uniform(0.08, 0.16)) if rng.chance(0.5) else scarf(rng, slim=rng.uniform(0.25, 0.5))


def _wound(rng: Rng, half: float) -> Sheet:
    """A band that meanders on its edge."""
    bends, wide, lean = rng.uniform(2, 5), rng.uniform(0.2, 0.5), rng.uniform(-0.5, 0.5)
    wander, drift = Ripples(rng, 1.5, 0), Ripples(rng, 1, 0.3)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        turn = TAU * bends * u + 0.8 * wander(u, 0 * v) + 0.5 * drift(u, 0 * v, sway)
        tilt = lean + 0.5 * wander(u + 0.4, 0 * v)
        across = (0.5 - v) * 2 * half
        x = (u - 0.5) * 2 + 0.18 * np.sin(2 * turn) / bends
        return np.c_[
            x, wide * np.sin(turn) + across * np.sin(tilt), across * np.cos(tilt) + 0.1 * wander(u + 0.7, 0 * v)
        ]

    return Sheet(at, (400, 16), half * 2 / (2 + wide * bends * 3))


def tube_sheet(path: Points, radii: Floats, *, turns: float = 1.0) -> Sheet:
    """A sleeve: rings across the xy plane along `path` (N, 3) of `radii` (N,), v from its first point to its last."""
    place = np.linspace(0, 1, len(path))

    def at(u: Floats, v: Floats, sway: float) -> Points:
        centre = np.stack([np.interp(v, place, path[:, axis]) for axis in range(3)], -1)
        radius = np.interp(v, place, radii)
        lean = 0.08 * math.sin(TAU * sway) * np.minimum(v, 1) ** 2
        angle = u * TAU * turns
        return centre + np.c_[radius * np.cos(angle) + lean, radius * np.sin(angle), 0 * u]

    length = float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
    return Sheet(at, (96, 90), length / (TAU * float(radii.mean())))
