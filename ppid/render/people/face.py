"""Eyes, lashes, teeth and tongue."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.colour import linear
from ppid.render.materials import Material
from ppid.render.people.figure import Figure
from ppid.render.people.makehuman import MakeHuman
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, add_strands, subdivide
from ppid.render.shapes import TAU, Points, Shape, grid_faces, join, perpendicular, rounded_box, spline, tube, unit
from ppid.render.shot import Attributes

_IRISES = {
    "brown": (3, (0.30, 0.18, 0.10)), "dark": (2.5, (0.22, 0.13, 0.08)), "hazel": (1.5, (0.42, 0.30, 0.16)),
    "green": (1, (0.32, 0.42, 0.28)), "blue": (1.2, (0.35, 0.48, 0.60)), "grey": (0.8, (0.45, 0.52, 0.56)),
}  # fmt: skip
_ASIDE, _UP, _DOWN = np.radians((26, 9, 15))  # how far eyes turn away from where the head looks
_RINGS = np.array([0, 5, 8, 9.5, 11, 12.5, 14, 16, 18, 20, 22, 24, 26, 27, 29, 33, 40, 60, 90, 120, 150, 180.0])
_SPOKES = 56
# Columns of MakeHuman's left lashes from the lid to the tips, as numbers within their group.
_LASHES = {
    "helper-{}-eyelashes-2": (
        [30, 27, 31, 32, 33, 52, 53, 49, 48, 47, 46, 45, 44],
        [8, 43, 29, 22, 54, 61, 62, 60, 59, 58, 57, 56, 55],
        [63, 66, 65, 64, 67, 74, 75, 73, 72, 71, 70, 69, 68],
    ),
    "helper-{}-eyelashes-1": (
        [19, 25, 16, 26, 27, 28, 29, 30, 31, 32, 17, 33],
        [69, 70, 67, 71, 72, 73, 74, 75, 76, 77, 68, 78],
        [81, 82, 79, 83, 84, 85, 86, 87, 88, 89, 80, 90],
    ),
}
# Half of the dental arch, x and z of the base mesh in decimetres, and how wide the teeth along it are.
_ARCH = np.array([(0, 1.44), (0.075, 1.425), (0.145, 1.37), (0.19, 1.30), (0.225, 1.22), (0.25, 1.13), (0.265, 1.04)])
_TEETH = {
    "upper": (6.565, 0.13, [0.08, 0.062, 0.07, 0.064, 0.062, 0.085]),
    "lower": (6.49, 0.105, [0.05, 0.055, 0.063, 0.064, 0.064, 0.085]),
}  # y of the middle or lower edge, height, widths from the middle


def add(rng: Rng, attributes: Attributes, figure: Figure, camera: Points) -> None:
    """Add all of it; the eyes look at the camera (3,) or past it."""
    target = camera if rng.chance(0.65) else camera + rng.normal(0, 0.45, 3)
    _add_eyes(rng, attributes, figure, target)
    _add_lashes(rng, attributes, figure)
    _add_mouth(rng, figure)


def _add_eyes(rng: Rng, attributes: Attributes, figure: Figure, target: Points) -> None:
    main = max(attributes["race"], key=attributes["race"].get)
    iris = rng.named({name: weight for name, (weight, _) in _IRISES.items()})
    if main != "caucasian" and rng.chance(0.9):
        iris = "dark"
    shades = _eye_colours(rng, linear(_IRISES[iris][1]), rng.uniform(8, 13))
    attributes["eyes"] = iris
    material = Material("eye", Roughness=0.06)
    material.set(Base_Color=material.vertex_colour())
    faces = grid_faces(len(_RINGS), _SPOKES, wrap_columns=True)
    for side in "lr":
        ball = figure.shape[np.unique(figure.makehuman.faces[figure.makehuman.groups[f"helper-{side}-eye"]])]
        radius = np.ptp(ball, 0).mean() / 2 * 0.985
        centre = figure.head.to_world((ball.max(0) + ball.min(0)) / 2)
        way = _gaze(figure.head.turn.T @ unit(target - centre))
        add_mesh((_eyeball(centre, radius, figure.head.turn @ way), faces), material.data, name="eye", colour=shades)


def _gaze(wanted: Points) -> Points:
    """The nearest direction to one in the head's axes that eyes can turn to without being hidden by the lids."""
    aside = np.clip(np.arctan2(wanted[0], -wanted[1]), -_ASIDE, _ASIDE)
    up = np.clip(np.arcsin(np.clip(wanted[2], -1, 1)), -_DOWN, _UP)
    return np.array([np.sin(aside) * np.cos(up), -np.cos(aside) * np.cos(up), np.sin(up)])


def _eyeball(centre: Points, radius: float, way: Points) -> Points:
    """Rings of vertices from the pupil to the back, bulging over the iris."""
    first, second = perpendicular(way)
    around, angle = np.linspace(0, TAU, _SPOKES, endpoint=False), np.radians(_RINGS)
    spokes = np.cos(around)[:, None] * first + np.sin(around)[:, None] * second
    directions = np.cos(angle)[:, None, None] * way + np.sin(angle)[:, None, None] * spokes
    bulge = radius * (1 + 0.06 * np.exp(-((_RINGS / 24) ** 4)))
    return (centre + directions * bulge[:, None, None]).reshape(-1, 3)


def _eye_colours(rng: Rng, iris: Points, pupil: float) -> Points:
    """Linear RGB of the vertices of `_eyeball`: pupil, streaky iris with a dark rim, white with veins."""
    white = linear(np.array([0.86, 0.82, 0.80]) * rng.uniform(0.85, 1))
    streaks = 0.6 * rng.uniform(0.6, 1.4, _SPOKES) + 0.4 * np.repeat(rng.uniform(0.6, 1.4, _SPOKES // 4), 4)
    collar = iris * rng.uniform(0.8, 1.3, 3)
    shades = np.empty((len(_RINGS), _SPOKES, 3))
    for k, degrees in enumerate(_RINGS):
        if degrees < pupil:
            shades[k] = 0.004
        elif degrees <= 24:
            out = (degrees - pupil) / (24 - pupil)
            shades[k] = (collar * (1 - out) + iris * out) * streaks[:, None] * (1.3 - 0.55 * out**3)
        elif degrees <= 27:
            shades[k] = iris * 0.25
        else:
            veins = 1 - rng.uniform(0, 0.25, (_SPOKES, 1)) * np.array([0.1, 0.6, 0.6]) * min(1, (degrees - 27) / 40)
            shades[k] = white * veins * (1 if degrees < 40 else 0.85)
    return shades.reshape(-1, 3)


def _add_lashes(rng: Rng, attributes: Attributes, figure: Figure) -> None:
    painted = attributes["gender"] == "female" and rng.chance(0.5)
    length = rng.uniform(0.75, 1.1) if painted else rng.uniform(0.45, 0.9)
    material = Material("lash", Base_Color=linear((0.03, 0.025, 0.02)), Roughness=0.6).data
    strands = []
    for group, columns in _LASHES.items():
        upper = group.endswith("2")
        for side in "lr":
            curves = np.stack([figure.vertices[row] for row in _lash_rows(figure.makehuman, group, side, columns)], 1)
            count = rng.whole(55, 80) if upper else rng.whole(25, 45)
            place = np.sort(rng.uniform(0, len(curves) - 1.001, count))
            k = place.astype(int)
            t = (place - k)[:, None, None]
            three = curves[k] * (1 - t) + curves[k + 1] * t
            lengths = (length if upper else 0.55 * length) * rng.uniform(0.6, 1.1, (count, 1, 1))
            tips = three[:, :1] + (three - three[:, :1]) * lengths
            tips[:, 1:] += rng.normal(0, 0.0004, (count, 2, 3))
            strands.append(_curved(tips))
    points = np.concatenate(strands)
    thickness = rng.uniform(0.00007, 0.00011) * (1.5 if painted else 1)
    add_strands(points, thickness * np.linspace(1, 0.25, points.shape[1]), material, name="lashes")


def _curved(points: Points) -> Points:
    """Five points on the parabola through three (K, 3, 3)."""
    t = np.linspace(0, 1, 5)[None, :, None]
    start, middle, end = points[:, :1], points[:, 1:2], points[:, 2:]
    control = 2 * middle - (start + end) / 2
    return start * (1 - t) ** 2 + 2 * control * t * (1 - t) + end * t**2


def _lash_rows(
    makehuman: MakeHuman, group: str, side: str, columns: tuple[list[int], ...]
) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Vertices of the lashes' roots, middles and tips; those of the right eye are found by mirroring."""
    left = int(makehuman.faces[makehuman.groups[group.format("l")]].min())
    rows = [np.array(column) + left for column in columns]
    if side == "l":
        return rows
    own = np.unique(makehuman.faces[makehuman.groups[group.format("r")]])
    mirror = np.array([-1.0, 1, 1])
    return [
        own[np.linalg.norm(makehuman.raw[own][None] - (makehuman.raw[row] * mirror)[:, None], axis=2).argmin(1)]
        for row in rows
    ]


def _add_mouth(rng: Rng, figure: Figure) -> None:
    makehuman = figure.makehuman
    enamel = linear(np.array([0.92, 0.89, 0.82]) * rng.uniform(0.82, 1.05))
    teeth = Material("teeth", Base_Color=enamel, Roughness=0.2).data
    gums = Material("gums", Base_Color=linear((0.66, 0.33, 0.33)), Roughness=0.3).data
    for jaw in _TEETH:
        crowns, gum = _jaw(rng, jaw)
        bound = np.unique(makehuman.faces[makehuman.groups[f"helper-{jaw}-teeth"]])
        for (points, faces), material in ((crowns, teeth), (gum, gums)):
            add_mesh((figure.head.to_world(_carried(figure, points, bound)), faces), material, name=jaw)
    tongue = makehuman.faces[makehuman.groups["helper-tongue"]]
    used = np.unique(tongue)
    place = np.zeros(len(makehuman.raw), int)
    place[used] = np.arange(len(used))
    flesh = Material("tongue", Base_Color=linear((0.62, 0.30, 0.29)), Roughness=0.4).data
    subdivide(add_mesh((figure.vertices[used], place[tongue]), flesh, name="tongue"), 1)


def _jaw(rng: Rng, jaw: str) -> tuple[Shape, Shape]:
    """Teeth and gum of a jaw, in our axes and metres on the base mesh."""
    edge, height, widths = _TEETH[jaw]
    upper = jaw == "upper"
    inset = 0.0 if upper else 0.035  # the lower teeth bite behind the upper ones
    arch = spline(np.concatenate([_ARCH[:0:-1] * [-1, 1], _ARCH]), 121)
    arc = np.r_[0, np.linalg.norm(np.diff(arch, axis=0), axis=1).cumsum()]
    arc -= arc[-1] / 2
    teeth, gap = [], 0.003
    place = 0.0
    for number, width in enumerate(widths):
        middle = place + width / 2
        place += width
        for side in (-1, 1):
            x, z = (np.interp(side * middle, arc, arch[:, axis]) for axis in (0, 1))
            ahead = [np.interp(side * middle + 0.02, arc, arch[:, axis]) for axis in (0, 1)]
            turn = math.atan2(ahead[1] - z, ahead[0] - x)
            tall = height * (1.0, 0.9, 1.02, 0.85, 0.8, 0.7)[number] * rng.uniform(0.96, 1.04)
            points, faces = rounded_box(width - gap, 0.055 + 0.02 * (number > 2), tall, 4, 3)
            along = np.array([math.cos(turn), 0, math.sin(turn)])
            out = np.array([-math.sin(turn), 0, math.cos(turn)])
            lift = tall / 2 if upper else height - tall / 2
            centre = np.array([x, edge + lift, z]) - out * (0.03 + inset)
            teeth.append((centre + points[:, :1] * along + points[:, 1:2] * -out + points[:, 2:] * [0, 1, 0], faces))
    level = edge + (height * 0.98 if upper else 0.0)
    path = np.stack([arch[::4, 0], np.full(len(arch[::4]), level), arch[::4, 1] - 0.03 - inset], 1)
    crowns, gum = join(teeth), tube(path, 0.042, 8)
    return (_ours(crowns[0]), crowns[1]), (_ours(gum[0]), gum[1])


def _ours(raw: Points) -> Points:
    """MakeHuman's axes and decimetres to ours."""
    return np.stack([raw[:, 0], -raw[:, 2], raw[:, 1]], 1) * 0.1


def _carried(figure: Figure, points: Points, bound: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Points:
    """Points on the base mesh, moved as this person's shape moves the vertices near them."""
    base = figure.makehuman.base[bound]
    distance = np.linalg.norm(points[:, None] - base[None], axis=2)
    weight = 1 / (distance**2 + 1e-6)
    moves = figure.shape[bound] - base
    return points + weight @ moves / weight.sum(1, keepdims=True)
