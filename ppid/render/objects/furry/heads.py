"""Heads of animals: skull and muzzle, ears and horns.

Coordinates of a head are forward, left and up, in units of the skull's radius.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.colour import hsv, linear
from ppid.render.materials import Material
from ppid.render.objects.furry.anatomy import Body, Flesh, Frame
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import TAU, Points, grid_faces, spline, tube, unit, vertex_normals

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Head:
    """How a head is built, in units of its skull's radius.

    Attributes:
        skull: half axes forward, sideways and up.
        front: how far forward the muzzle's tip lies.
        muzzle: its radii at the skull, half way and at the tip.
        drop: how high the tip lies: below 0.
        spread: how far the halves of a broad muzzle lie apart.
        cheeks, pads, chin: radii; 0 for none.
        eye: azimuth and elevation in degrees, and its radius.
        pupil: `slit`, `round`, `bar` or `black`.
        irises: hue, saturation and value.
        slant: of the eyes, in degrees.
        nose: a key of `NOSES`, and its size.
        noses: linear RGB.
        ears: keys of `EARS`.
        ear_place: azimuth from straight ahead and elevation in degrees, and size.
        whiskers: how long; 0 for none.
        pants: whether it may open its mouth.
    """

    skull: tuple[float, float, float] = (0.95, 0.95, 0.88)
    front: float = 0.8
    muzzle: tuple[float, float, float] = (0.5, 0.36, 0.27)
    drop: float = -0.28
    spread: float = 0.0
    cheeks: float = 0.45
    pads: float = 0.22
    chin: float = 0.17
    eye: tuple[float, float, float] = (33, 8, 0.22)
    pupil: str = "round"
    irises: tuple[tuple[float, float, float], ...] = ((0.07, 0.7, 0.3),)
    slant: float = 5
    nose: tuple[str, float] = ("leather", 0.15)
    noses: tuple[tuple[float, float, float], ...] = ((0.012, 0.01, 0.01),)
    ears: tuple[str, ...] = ("pointed",)
    ear_place: tuple[float, float, float] = (95, 48, 1.0)
    whiskers: float = 0.0
    pants: bool = False


@dataclass(frozen=True)
class Ear:
    """An ear: its middle line outwards, forwards and up from where it grows, and how it is cut.

    Attributes:
        line: places (forward, outward, up).
        width: half widths from root to tip.
        cup: depth over width.
        facing: where its hollow looks (forward, outward, up).
    """

    line: tuple[tuple[float, float, float], ...]
    width: tuple[float, ...]
    cup: float = 0.5
    facing: tuple[float, float, float] = (0.9, 0.4, 0.0)


EARS: dict[str, Ear] = {
    "pointed": Ear(((0, -0.05, -0.2), (0, 0.1, 0.3), (0.02, 0.2, 0.8)), (0.42, 0.38, 0.24, 0.02), 0.55),
    "fox": Ear(((0, -0.05, -0.2), (0, 0.08, 0.45), (0.03, 0.17, 1.1)), (0.4, 0.4, 0.25, 0.02), 0.55),
    "shepherd": Ear(((-0.05, 0, -0.2), (0, 0.08, 0.4), (0.02, 0.1, 1.0)), (0.33, 0.36, 0.24, 0.02), 0.45),
    "hanging": Ear(
        ((0, -0.1, -0.05), (0.05, 0.28, 0.08), (0.14, 0.42, -0.25), (0.16, 0.4, -0.8)),
        (0.2, 0.33, 0.38, 0.3, 0.03),
        0.1,
        (0.1, -0.9, 0.2),
    ),
    "long_hanging": Ear(
        ((0, -0.1, -0.1), (0.0, 0.22, -0.1), (0.08, 0.32, -0.7), (0.1, 0.3, -1.5)),
        (0.2, 0.3, 0.42, 0.42, 0.1),
        0.1,
        (0.1, -0.9, 0.2),
    ),
    "folded": Ear(
        ((-0.1, 0, -0.1), (-0.05, 0.1, 0.35), (0.12, 0.15, 0.5), (0.35, 0.17, 0.22)),
        (0.3, 0.32, 0.26, 0.03),
        0.2,
        (0.7, 0.3, -0.5),
    ),
    "round": Ear(((0, -0.1, -0.1), (0, 0.05, 0.2), (0, 0.12, 0.46)), (0.24, 0.34, 0.34, 0.25, 0.04), 0.5),
    "dish": Ear(((-0.05, -0.05, -0.1), (-0.05, 0.25, 0.3), (-0.05, 0.5, 0.75)), (0.2, 0.45, 0.52, 0.4, 0.06), 0.35),
    "tufted": Ear(((0, -0.05, -0.15), (0, 0.05, 0.25), (0, 0.1, 0.62)), (0.22, 0.26, 0.2, 0.02), 0.4),
    "rabbit": Ear(
        ((0, -0.05, -0.1), (-0.1, 0.1, 0.7), (-0.3, 0.25, 1.9)), (0.17, 0.3, 0.34, 0.27, 0.04), 0.5, (0.7, 0.7, 0.1)
    ),
    "lop": Ear(
        ((0, -0.1, 0), (0, 0.35, 0.2), (0.05, 0.6, -0.5), (0.15, 0.6, -1.4)),
        (0.2, 0.3, 0.38, 0.34, 0.08),
        0.2,
        (0.2, -0.9, 0.1),
    ),
    "sideways": Ear(
        ((0, -0.1, 0), (-0.05, 0.4, 0.02), (-0.08, 0.9, -0.18)), (0.12, 0.25, 0.22, 0.03), 0.5, (0.8, 0.1, -0.4)
    ),
    "horse": Ear(((0, -0.05, -0.15), (-0.02, 0.04, 0.3), (0.06, 0.06, 0.72)), (0.16, 0.2, 0.15, 0.01), 0.7),
    "fluffy": Ear(((-0.05, -0.1, 0), (-0.05, 0.3, 0.15), (-0.05, 0.75, 0.3)), (0.3, 0.45, 0.48, 0.35, 0.05), 0.3),
}


def shape_head(body: Body, frame: Frame, head: Head, jaw: float = 0.0) -> None:
    """Add the parts of a head to a body; `jaw` opens its mouth, in radians."""
    away = frame.way((-0.7, 0, 0.1))

    def blob(region: str, centre: ArrayLike, axes: ArrayLike) -> None:
        radii = np.broadcast_to(np.asarray(axes, float), (3,)) * frame.size
        body.blob(region, frame.out(centre), radii, turn=frame.axes, flow=away)

    def limb(region: str, places: list[tuple[float, float, float]], radii: tuple[float, ...]) -> None:
        body.limb(region, list(frame.out(places)), [radius * frame.size for radius in radii], flow=-0.7)

    front, drop = head.front, head.drop
    blob("head", (0, 0, 0), head.skull)
    for side in (-1, 1) if head.spread else (0,):
        aside = side * head.spread
        line = [(0.25, aside * 0.5, -0.1), (front * 0.62, aside, drop * 0.6 - 0.04), (front, aside, drop)]
        limb("muzzle", line, head.muzzle)
    for side in (-1, 1):
        if head.cheeks:
            blob("cheek", (0.2, side * head.skull[1] * 0.55, -0.32), head.cheeks)
        if head.pads:
            blob("muzzle", (front, side * head.pads * 0.75, drop - 0.06), (head.pads, head.pads, head.pads * 0.85))
        azimuth, elevation, radius = math.radians(head.eye[0]), math.radians(head.eye[1]), head.eye[2]
        above = direction(azimuth, elevation + 0.3, side) * np.array(head.skull) * 0.86
        blob("head", above, (0.2, max(radius * 1.1, 0.16), 0.13))
    if head.chin:
        turn = np.array([[math.cos(jaw), 0, -math.sin(jaw)], [0, 1, 0], [math.sin(jaw), 0, math.cos(jaw)]])
        hinge = np.array([0.25, 0, -0.35])
        tip = hinge + turn @ (np.array([front - head.chin * 0.8, 0, drop - head.muzzle[2] * 0.75]) - hinge)
        thick = min(head.chin * 1.8, head.muzzle[1] * 0.8)
        limb("chin", [tuple(hinge), tuple((hinge + tip) / 2), tuple(tip)], (thick, thick * 0.8, head.chin))


def direction(azimuth: float, elevation: float, side: float) -> Points:
    """A unit vector in a head: angles in radians, azimuth from straight ahead to `side` (1 left, -1 right)."""
    return np.array(
        [
            math.cos(azimuth) * math.cos(elevation),
            side * math.sin(azimuth) * math.cos(elevation),
            math.sin(elevation),
        ]
    )


def ears(rng: Rng, flesh: Flesh, frame: Frame, head: Head, kind: str) -> list[Flesh]:
    """Both ears, with regions `ear` and `inner_ear`."""
    ear = EARS[kind]
    azimuth, elevation, size = head.ear_place
    size *= rng.uniform(0.85, 1.15)
    made = []
    for side in (-1, 1):
        way = direction(math.radians(azimuth), math.radians(elevation), side)
        root = frame.into(flesh.touch(frame.centre, frame.way(way)))
        line = (
            np.array(ear.line) + rng.normal(size=(len(ear.line), 3)) * 0.04 * np.linspace(0, 1, len(ear.line))[:, None]
        )
        middle = spline(line, 18) * size
        middle = middle * np.array([1, side, 1]) + root
        facing = unit(np.array(ear.facing) * np.array([1, side, 1]))
        made.append(_ear(frame, middle, np.array(ear.width) * size, ear.cup, facing))
    return made


def _ear(frame: Frame, middle: Points, widths: Floats, cup: float, facing: Points) -> Flesh:
    """A hollow leaf with two faces about a middle line in the head's coordinates."""
    rows, columns = len(middle), 24
    along = unit(np.gradient(middle, axis=0))
    across = unit(np.cross(along, facing))
    hollow = np.cross(across, along)
    half = np.interp(np.linspace(0, 1, rows), np.linspace(0, 1, len(widths)), widths)
    turn = np.linspace(0, TAU, columns, endpoint=False)
    thickness = np.minimum(0.035, half * 0.3)
    sideways = np.cos(turn)[None] * half[:, None]
    depth = cup * half[:, None] * (np.cos(turn) ** 2 - 0.5)[None] + np.sin(turn)[None] * thickness[:, None]
    places = middle[:, None] + across[:, None] * sideways[..., None] + hollow[:, None] * depth[..., None]
    vertices = frame.out(places.reshape(-1, 3))
    faces = grid_faces(rows, columns, wrap_columns=True)
    triangles = np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])
    normals = vertex_normals(vertices, triangles)
    outwards = frame.way(hollow[:, None] * np.sin(turn)[None, :, None] + across[:, None] * np.cos(turn)[None, :, None])
    if (normals * outwards.reshape(-1, 3)).sum() < 0:
        triangles, normals = triangles[:, ::-1], -normals
    inner = (np.clip(np.sin(turn) * 2, 0, 1)[None] * np.ones((rows, 1))).ravel()
    tip = (np.linspace(0, 1, rows)[:, None] * np.ones(columns)).ravel()
    shares = {"ear": (1 - inner) * (1 - tip), "ear_tip": (1 - inner) * tip, "inner_ear": inner}
    return Flesh(vertices, triangles, normals, shares, frame.way(np.repeat(along, columns, 0)) * 0.9)


def add_horns(rng: Rng, flesh: Flesh, frame: Frame, head: Head, curled: bool) -> None:
    """Horns above the ears: of a cow, or curled as a ram's."""
    material = Material(
        "horn", Base_Color=linear(hsv(0.1, rng.uniform(0.2, 0.4), rng.uniform(0.4, 0.8))), Roughness=0.45
    )
    rings = material.node("TexWave", Vector=material.coordinates(1.0, rng), Scale=rng.uniform(6, 14), Distortion=2.0)
    material.bump(rings.outputs[1], 0.4, 0.02)
    share = np.linspace(0, 1, 30)
    for side in (-1, 1):
        root = frame.into(flesh.touch(frame.centre, frame.way(direction(math.radians(75), math.radians(58), side))))
        if curled:
            turn = share * rng.uniform(4.0, 6.0)
            size = 0.55 * (1 - 0.35 * share)
            line = np.stack([-np.sin(turn) * size, side * 0.55 * share, np.cos(turn) * size - 0.55], 1)
        else:
            line = np.stack([0.25 * share**2, side * (0.75 * share - 0.2 * share**3), 0.1 * share + 0.6 * share**2], 1)
        add_mesh(tube(frame.out(line + root), 0.17 * frame.size * (1 - share * 0.9), 14), material.data, name="horn")
