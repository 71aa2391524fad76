"""Shoes, boots and sandals."""

from __future__ import annotations

import math
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ppid.render.objects.things.kit import BLACK, WHITE, Kit, Thing, placement
from ppid.render.objects.things.parts import X, Y, Z, loft, oval, ring, stack, strap
from ppid.render.rng import Rng
from ppid.render.shapes import Points, Shape, grid_faces, rotation, spline, tube

Floats = NDArray[np.float64]
# Along a foot from heel to toe: x, half width, how far the middle bends to the big toe.
_FOOT = np.array(
    [
        (-0.98, 0.0, 0),
        (-0.95, 0.13, 0),
        (-0.85, 0.2, 0),
        (-0.6, 0.235, 0),
        (-0.3, 0.22, 0),
        (0.0, 0.235, 0.01),
        (0.35, 0.3, 0.03),
        (0.62, 0.31, 0.06),
        (0.83, 0.23, 0.09),
        (0.95, 0.12, 0.11),
        (0.99, 0.0, 0.11),
    ]
)
_STATIONS = [-1, -0.9, -0.5, -0.2, 0.1, 0.4, 0.7, 0.88, 0.97, 1.0]


@dataclass(frozen=True)
class _Last:
    """What a shoe is built over: heights at `_STATIONS`, how pointed the toe is and how far the heel is lifted."""

    heights: tuple[float, ...]
    opening: float  # x where the opening ends
    pointed: float = 0.0
    lift: float = 0.0

    def raised(self, points: Points) -> Points:
        """Points of a flat shoe, lifted at the heel."""
        t = np.clip((0.45 - points[:, 0]) / 1.1, 0, 1)
        return points + self.lift * np.c_[0 * t, 0 * t, t * t * (3 - 2 * t)]

    def plan(self) -> tuple[Floats, Floats, Floats]:
        """Along the foot: x, half width, bend."""
        x, half, bend = spline(_FOOT, 48).T
        return (
            x + self.pointed * 0.2 * np.clip(x, 0, 1) ** 3,
            np.maximum(half, 0.0) * (1 - self.pointed * np.clip(x, 0, 1) ** 2),
            bend,
        )

    def arch(self, x: Floats, half: Floats, angle: Floats) -> tuple[Floats, Floats]:
        """y around the middle and z of the upper at angles from one side (0) to the other (pi)."""
        power = 2 / np.interp(x, [-1, -0.2, 0.4, 1], [5, 4.5, 2.8, 2.2])
        high = np.interp(x, _STATIONS, self.heights)
        narrow = 1 - 0.25 * np.clip(high - 0.3, 0, 1) * np.sin(angle)
        cosine = np.cos(angle)
        return half * np.sign(cosine) * abs(cosine) ** power * narrow, high * np.abs(np.sin(angle)) ** power

    def upper(self) -> Shape:
        """The skin, open above the ankle."""
        x, half, bend = self.plan()
        angles = np.linspace(0, math.pi, 33)
        y, z = self.arch(x[:, None], half[:, None], angles[None])
        points = np.stack([x[:, None] + 0 * y, y + bend[:, None], z], -1).reshape(-1, 3)
        faces = grid_faces(48, 33)
        at, column = x[faces[:, 0] // 33], faces[:, 0] % 33
        open_top = (at > -0.93) & (at < self.opening) & (np.abs(column - 15.5) < 8)
        return self.raised(points), faces[~open_top]

    def outline(self, grow: float) -> Points:
        """The sole's outline (N, 2), wider by `grow`."""
        x, half, bend = self.plan()
        half, x = half + grow, x * (1 + grow)
        return np.concatenate([np.c_[x, bend - half], np.c_[x, bend + half][::-1]])

    def sole(self, grow: float, thick: float) -> Shape:
        """A sole under the upper."""
        vertices, faces = stack(
            [self.outline(grow * s) for s in (0.6, 1.0, 1.0, 0.8)], [-thick, -thick * 0.8, 0.02, 0.05]
        )
        toe = 0.05 * np.clip(vertices[:, 0] - 0.5, 0, 1) ** 2 * 4
        vertices[:, 2] += np.where(vertices[:, 2] < 0, toe, 0)
        return self.raised(vertices), faces


_SHAPES = {
    "sneaker": _Last((0.7, 0.76, 0.66, 0.66, 0.58, 0.44, 0.34, 0.3, 0.22, 0.12), -0.12),
    "high_top": _Last((1.0, 1.08, 1.08, 1.02, 0.66, 0.46, 0.35, 0.3, 0.22, 0.12), -0.2),
    "formal": _Last((0.6, 0.66, 0.54, 0.54, 0.52, 0.4, 0.3, 0.26, 0.18, 0.1), -0.08, 0.3, 0.1),
    "boot": _Last((0.85, 0.95, 0.95, 0.9, 0.62, 0.46, 0.36, 0.32, 0.24, 0.12), -0.22, 0.1, 0.12),
    "pump": _Last((0.55, 0.58, 0.34, 0.26, 0.25, 0.27, 0.27, 0.24, 0.16, 0.08), 0.5, 0.45, 0.7),
}


def _laces(rng: Rng, kit: Kit, last: _Last) -> None:
    """Crossed laces over the instep with a bow."""
    thread = kit.material("fabric", colour=rng.pick([WHITE, BLACK, (0.6, 0.05, 0.02), None]))
    stations = np.linspace(0.42, last.opening + 0.02, rng.whole(5, 7))
    t = np.linspace(-1, 1, 12)
    for k, x in enumerate(stations):
        angle = math.pi / 2 + 0.62 * t
        for way in (-1, 1) if rng.chance(0.8) else (1,):
            along_foot = x + 0.035 * t * way
            y, z = last.arch(along_foot, np.interp(along_foot, _FOOT[:, 0], _FOOT[:, 1]), angle)
            path = np.c_[along_foot, y + 0.02, z + 0.022 + 0.01 * (k % 2)]
            kit.add(strap(last.raised(path), X, 0.045, 0.016), thread)
    x = stations[-1]
    top = last.raised(np.array([[x, 0.01, np.interp(x, _STATIONS, last.heights) + 0.05]]))[0]
    for side in (-1, 1):
        bow = [top, top + [0.05, side * 0.2, 0.12], top + [0.14, side * 0.28, -0.02], top + [0.0, side * 0.02, 0.01]]
        kit.add(tube(spline(bow, 24), 0.016, 6), thread)
        end = [top, top + [0.12, side * 0.12, 0.03], top + [0.26, side * 0.26, -0.16]]
        kit.add(tube(spline(end, 16), 0.014, 6), thread)


def _closed_shoe(rng: Rng, kit: Kit, kind: str) -> None:
    last = _SHAPES[kind]
    soft = kind in ("sneaker", "high_top")
    skin = (
        kit.material("fabric", "leather", "patterned", "paint")
        if soft
        else kit.material("leather", "leather", "fabric", "paint")
    )
    kit.add(last.upper(), skin, thick=0.03)
    rubber = kit.material(
        "rubber", colour=rng.pick([WHITE, BLACK, (0.25, 0.14, 0.06)]) if soft else rng.pick([BLACK, (0.12, 0.06, 0.03)])
    )
    thick = rng.uniform(0.1, 0.2) if soft else rng.uniform(0.04, 0.1)
    kit.add(last.sole(0.035, thick), rubber)
    if soft and rng.chance(0.6):
        stripe = kit.material("paint", "fabric", "rubber")
        kit.add(last.sole(0.042, thick * 0.45), stripe)
    if kind == "pump":
        heel = last.raised(np.array([[-0.75, 0, 0]]))[0]
        slim = rng.uniform(0.03, 0.12)
        kit.add(
            stack(
                [
                    oval(slim * 0.8, slim * 0.8) + [-0.72, 0],
                    oval(slim, slim) + [-0.74, 0],
                    oval(0.2, 0.18) + [-0.72, 0],
                ],
                [-thick - 0.05, heel[2] - 0.35, heel[2]],
            ),
            skin,
        )
        return
    if not soft:
        low = last.outline(0.03)
        block = low[low[:, 0] < -0.45]
        kit.add(stack([block, block], [-thick - 0.02, last.lift]), rubber, edge=0.01)
    x = np.linspace(0.3, last.opening - 0.1, 10)
    tongue = np.c_[x, 0.02 + 0 * x, np.interp(x, _STATIONS, last.heights) + np.linspace(-0.03, 0.1, 10)]
    kit.add(strap(last.raised(tongue), Y, 0.26, 0.03), skin)
    _laces(rng, kit, last)
    if kind == "boot" and rng.chance(0.6):
        tall = rng.uniform(1.2, 1.7)
        rows = [(0.55, 0.2, 0.38), (0.9, 0.18, 0.36), (0.8 + tall * 0.3, 0.19, 0.36), (tall, 0.23, 0.38)]
        shaft = [np.c_[oval(long, wide) + [-0.56, 0], np.full(48, z + last.lift)] for z, wide, long in rows]
        kit.add(loft(np.array(shaft), capped=False), skin, thick=0.03)


def _sandal(rng: Rng, kit: Kit, skin: bpy.types.Material) -> None:
    last = _Last((0.3,) * 10, 1, rng.uniform(0, 0.2), rng.uniform(0, 0.15))
    kit.add(
        last.sole(0.02, rng.uniform(0.06, 0.16)),
        kit.material("rubber", "leather", "wicker", colour=rng.pick([None, BLACK])),
    )
    arches = [(0.15, 0.5), (0.45, 0.36), (-0.35, 0.55)][: rng.whole(1, 3)]
    if rng.chance(0.4):
        for side in (-1, 1):
            thong = [(0.62, 0.06, 0.04), (0.5, 0.1 + side * 0.05, 0.24), (0.0, side * 0.26, 0.03)]
            kit.add(strap(last.raised(spline(thong, 24)), X, np.linspace(0.06, 0.12, 24), 0.03), skin)
        return
    for x, tall in arches:
        half = float(np.interp(x, _FOOT[:, 0], _FOOT[:, 1])) + 0.02
        turn = np.linspace(-0.1, math.pi + 0.1, 28)
        band = np.c_[np.full(28, x), half * np.cos(turn) + 0.02, tall * np.sin(turn) * 0.75]
        kit.add(strap(last.raised(band), X, rng.uniform(0.08, 0.22), 0.025), skin)
    if rng.chance(0.6):
        kit.add(
            ring(0.05, 0.012, X, last.raised(np.array([[arches[-1][0], -0.26, 0.28]]))[0], 24),
            kit.material("gold", "chrome"),
        )


def shoe(rng: Rng, kit: Kit) -> None:
    """A shoe or a pair."""
    kind = rng.pick([*_SHAPES, "sandal", "sneaker", "sneaker"])
    kit.attributes["style"] = kind
    before = len(kit.parts)
    if kind == "sandal":
        _sandal(rng, kit, kit.material("leather", "fabric", "rubber", "gold"))
    else:
        _closed_shoe(rng, kit, kind)
    if rng.chance(0.5):
        apart = rng.uniform(-0.4, 0.4), rng.uniform(0.75, 1.0), 0
        kit.repeat(kit.parts[before:], placement(apart, rotation(Z, rng.uniform(-0.5, 0.5)), mirror=True))


THINGS: dict[str, Thing] = {"shoe": Thing(shoe, 3, elevation=(0, 0.7))}
