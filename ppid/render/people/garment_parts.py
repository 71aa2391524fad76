"""Parts that lie on clothes: collars, lapels, fronts with buttons or zips, pockets, straps, hoods."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import ArrayLike

from ppid.render.materials import Material
from ppid.render.people.cut_lines import crew
from ppid.render.people.fabrics import Fabric, metal, plain
from ppid.render.people.figure import Figure
from ppid.render.people.shells import Shell, folds
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, subdivide, thicken
from ppid.render.shapes import Points, Shape, grid_faces, join, lathe, point_along, spline, tube, unit

_AROUND = 56  # points around a neck
_DEPTH = 4.0  # decimetres: rays start so far from the body


@dataclass(frozen=True)
class Neck:
    """A ring around the neck on which collars stand.

    Attributes:
        line: (N, 3) from the front, to the person's left.
        out: (N, 3) away from the neck.
        up: (3,) along the neck.
        front: (N,) 1 in front to 0 at the back.
        angle: (N,) from the front.
    """

    line: Points
    out: Points
    up: Points
    front: Points
    angle: Points


def neck_ring(figure: Figure, shell: Shell, height: float) -> Neck:
    """The ring of cloth where a round neckline of `height` would be."""
    turn = figure.pose.rotations[figure.makehuman.bone_index["neck01"]]
    up, ahead = turn @ np.array([0, 0, 1.0]), turn @ np.array([0, -1.0, 0])
    line = shell.contour(crew(height), _AROUND, figure.joint("neck01"), up, ahead)
    away = line - line.mean(0)
    angle = np.linspace(0, 2 * np.pi, _AROUND, endpoint=False)
    return Neck(line, unit(away - np.outer(away @ up, up)), up, (1 + np.cos(angle)) / 2, angle)


def collar(rng: Rng, figure: Figure, shell: Shell, made_of: Fabric, kind: str, height: float = 5.7) -> None:
    """A collar of a kind of `_PROFILES` on the neckline."""
    neck = neck_ring(figure, shell, height)
    profile, gap = _PROFILES[kind](rng, neck)
    rings = np.stack([neck.line + neck.out * r[:, None] + neck.up * z[:, None] for r, z in profile])
    closed = gap == 0
    if not closed:
        kept = (neck.angle > gap) & (neck.angle < 2 * np.pi - gap)
        rings = rings[:, kept]
    rows, columns, _ = rings.shape
    surface = np.stack(np.meshgrid(np.linspace(0, 0.2, rows), np.linspace(0, 1, columns), indexing="ij"), -1)
    faces = grid_faces(rows, columns, wrap_columns=closed)
    target = add_mesh((rings.reshape(-1, 3), faces), made_of.material, name="collar", surface=surface.reshape(-1, 2))
    subdivide(thicken(target, 0.003, 0), 1)


Profile = tuple[list[tuple[Points, Points]], float]


def _scaled(points: list[tuple[float, float]], size: ArrayLike) -> list[tuple[Points, Points]]:
    scale = np.broadcast_to(np.asarray(size, float), (_AROUND,))
    return [(r * scale, z * scale) for r, z in points]


def _band(rng: Rng, neck: Neck) -> Profile:
    width = rng.uniform(0.014, 0.024)
    points = [(0.0, -0.004), (0.003, 0.002), (0.003, width * 0.8), (0.0, width), (-0.002, width * 0.8)]
    return _scaled(points, 1), 0.0


def _roll(rng: Rng, neck: Neck) -> Profile:
    """A turtleneck folded over."""
    height, bulge = rng.uniform(0.035, 0.06), rng.uniform(0.006, 0.014)
    points = [(0.0, 0.0), (0.001, height * 0.6), (0.002, height), (bulge * 0.6, height * 1.06)]
    points += [(bulge, height * 0.85), (bulge * 1.1, height * 0.3), (bulge * 0.8, 0.004)]
    return _scaled(points, 1 + 0.05 * np.sin(neck.angle * 3 + rng.uniform(0, 6))), 0.0


def _shirt(rng: Rng, neck: Neck) -> Profile:
    """A stand and a leaf that falls over it and grows to points in front."""
    height, gap = rng.uniform(0.026, 0.04), np.radians(rng.uniform(5, 16))
    point = 1 + rng.uniform(0.2, 0.9) * np.clip(neck.front * 1.6 - 0.6, 0, 1)
    flare = 1 + rng.uniform(0, 0.5) * neck.front
    stand = [(0.0, 0.0), (-0.004, height * 0.5), (-0.002, height), (0.005, height * 1.05)]
    leaf = [(0.013, height * 0.55), (0.018, 0.004), (0.024, -0.008)]
    rows = _scaled(stand, 1)
    rows += [(np.full(_AROUND, r) * flare, height - (height - z) * point) for r, z in leaf]
    return rows, gap


def _stand(rng: Rng, neck: Neck) -> Profile:
    """Upright and open in front: of jackets with a zip."""
    height = rng.uniform(0.03, 0.06)
    points = [(0.0, 0.0), (0.004, height * 0.5), (0.010, height), (0.006, height * 1.04), (0.0, height * 0.9)]
    return _scaled(points, 1), np.radians(rng.uniform(6, 25))


def _hood(rng: Rng, neck: Neck) -> Profile:
    """A hood that lies on the back: a soft roll in front, a pouch behind."""
    back = 1 - neck.front
    size, drop = rng.uniform(0.8, 1.2), rng.uniform(0.05, 0.1)
    inner = [(0.0, 0.0, 0.0), (0.006, 0.022, 0.008), (0.018, 0.036, 0.02), (0.034, 0.026, 0.02)]
    outer = [(0.044, 0.004, -0.2), (0.045, -0.014, -0.6), (0.036, -0.026, -0.95), (0.014, -0.03, -1.0)]
    rows = []
    for r, z, fall in inner + outer:
        fallen = z + (fall if fall > 0 else fall * drop) * back
        rows.append((r * size * (0.55 + 0.75 * back) + 0.004 * np.sin(neck.angle * 4), fallen * size))
    return rows, 0.0


def _lapel_back(rng: Rng, neck: Neck) -> Profile:
    """The collar of a blazer, which begins beside the neck."""
    height = rng.uniform(0.03, 0.038)
    points = [(0.0, 0.0), (0.002, height * 0.6), (0.004, height), (0.012, height * 0.9), (0.022, height * 0.2)]
    return _scaled([*points, (0.03, -0.012)], 1), np.radians(rng.uniform(38, 50))


_PROFILES = {"band": _band, "roll": _roll, "shirt": _shirt, "stand": _stand, "hood": _hood, "blazer": _lapel_back}


def strip(
    shell: Shell, left: ArrayLike, right: ArrayLike, heights: ArrayLike, lift: ArrayLike, columns: int = 5
) -> tuple[Shape, Points]:
    """A band on the front between MakeHuman's x `left` and `right` at each of the heights.

    Returns:
        The band and its surface coordinates (N, 2): across and along, 0 to 1.
    """
    y = np.asarray(heights, float)
    share = np.linspace(0, 1, columns)
    from_x, to_x = np.broadcast_to(left, y.shape), np.broadcast_to(right, y.shape)
    x = from_x[:, None] * (1 - share) + to_x[:, None] * share
    up = np.broadcast_to(y[:, None], x.shape)
    raised = np.broadcast_to(lift, x.shape)
    points = shell.front(x.ravel(), up.ravel(), raised.ravel())
    along = np.linspace(0, 1, len(y))
    surface = np.stack(np.broadcast_arrays(share[None], along[:, None]), -1).reshape(-1, 2)
    return (points, grid_faces(len(y), columns)), surface


def placket(shell: Shell, material: bpy.types.Material, top: float, bottom: float, lift: float = 0.002) -> None:
    """The double edge of a shirt's front."""
    heights = np.linspace(top, bottom, max(int((top - bottom) * 8), 4))
    shape, surface = strip(shell, -0.16, 0.16, heights, lift)
    thicken(add_mesh(shape, material, name="placket", surface=surface * [0.064, 1] + [0.47, 0]), 0.002, 0)


def buttons(rng: Rng, shell: Shell, top: float, bottom: float, x: float = 0.0) -> None:
    """A row of buttons down the front."""
    heights = np.arange(top - 0.12, bottom, -rng.uniform(0.7, 1.0))
    if not len(heights):
        return
    places = shell.front(np.full(len(heights), x), heights, 0.0045)
    outward = unit(places - shell.front(np.full(len(heights), x), heights, 0.0))
    radius = rng.uniform(0.005, 0.008)
    profile = np.array([(0.0, 0.25), (0.5, 0.2), (0.75, 0.35), (1, 0.2), (1, -0.3), (0.0, -0.3)]) * radius
    disc, faces = lathe(profile, 14)
    discs = [(point_along(disc, way) + place, faces) for place, way in zip(places, outward, strict=True)]
    add_mesh(join(discs), metal(rng) if rng.chance(0.2) else plain(rng), name="buttons")


def zip_fastener(rng: Rng, shell: Shell, top: float, bottom: float) -> None:
    """Teeth between two tapes, and a slider."""
    heights = np.linspace(top, bottom, max(int((top - bottom) * 8), 4))
    dark = rng.uniform(0.01, 0.2)
    shape, surface = strip(shell, -0.11, 0.11, heights, 0.0025)
    material = Material("zip", Roughness=0.4)
    teeth = (np.arange(8)[:, None] % 4 < 2) & (np.abs(np.linspace(-1, 1, 32)) < 0.3)
    shades = np.where(teeth[..., None], rng.uniform(0.2, 0.7), dark) * np.ones(3)
    texture = material.image(shades, material.surface_coordinates())
    material.set(Base_Color=texture.outputs["Color"])
    add_mesh(shape, material.data, name="zip", surface=surface * [1, len(heights) * 2.5])
    pull, surface = strip(shell, -0.05, 0.05, np.linspace(top, top - 0.3, 4), 0.006, 3)
    thicken(add_mesh(pull, metal(rng), name="pull"), 0.003, 0)


@dataclass(frozen=True)
class Opening:
    """The gap between the halves of a coat: half its width (decimetres) by height.

    Attributes:
        bottom, top: at the hem and at the neck.
        button: height below which it is `bottom` wide.
    """

    bottom: float
    top: float
    button: float

    def at(self, heights: ArrayLike) -> Points:
        """Half the width there."""
        along = np.clip((np.asarray(heights, float) - self.button) / (5.7 - self.button), 0, 1)
        return self.bottom + (self.top - self.bottom) * along


def lapels(rng: Rng, shell: Shell, material: bpy.types.Material, opening: Opening) -> None:
    """The edges of a blazer folded outwards, widest at the notch below the collar."""
    notch, width = rng.uniform(4.95, 5.2), rng.uniform(0.5, 0.85)
    heights = np.linspace(opening.button - 0.05, 5.6, 26)
    widths = np.interp(heights, [opening.button, notch, notch + 0.06, 5.6], [0.02, width, width * 0.62, width * 0.5])
    edge = opening.at(heights) - 0.03
    lift = np.linspace(0, 1, 6)
    lift = 0.004 + 0.007 * np.sin(lift * np.pi) ** 0.7 * (1 - 0.6 * lift)
    for side in (1, -1):
        (points, faces), surface = strip(shell, side * edge, side * (edge + widths), heights, lift, 6)
        faces = faces if side > 0 else faces[:, ::-1]
        target = add_mesh((points, faces), material, name="lapel", surface=surface * 0.2 + side * 0.3)
        subdivide(thicken(target, 0.003, 0), 1)


def chest_pocket(rng: Rng, shell: Shell, material: bpy.types.Material) -> None:
    """A patch on one side of the chest."""
    middle, top, depth = rng.uniform(0.75, 0.95), rng.uniform(4.2, 4.6), rng.uniform(0.8, 1.1)
    heights = np.linspace(top, top - depth, 8)
    half = np.interp(heights, [top - depth, top - depth * 0.8, top], [0.3, 0.42, 0.42])
    shape, surface = strip(shell, middle - half, middle + half, heights, 0.003, 7)
    thicken(add_mesh(shape, material, name="pocket", surface=surface * 0.17 + 0.1), 0.002, 0)


def pouch(rng: Rng, shell: Shell, material: bpy.types.Material, bottom: float) -> None:
    """The pocket of a hoodie, for both hands."""
    top = bottom + rng.uniform(1.3, 1.7)
    heights = np.linspace(top, bottom + 0.15, 12)
    half = np.interp(heights, [bottom, bottom + 0.5, top], [1.2, 1.2, rng.uniform(0.6, 0.8)])
    shape, surface = strip(shell, -half, half, heights, 0.008, 13)
    thicken(add_mesh(shape, material, name="pouch", surface=surface * 0.3 + 0.1), 0.003, 0)


def straps(
    shell: Shell, material: bpy.types.Material, half: float, front: tuple[float, float], back: tuple[float, float]
) -> None:
    """Two ribbons over the shoulders.

    Args:
        shell: what they lie on.
        material: theirs.
        half: half their width in decimetres.
        front: MakeHuman's x and y of the lower end in front.
        back: of that on the back.
    """
    rows, centre = 30, np.array([4.95, 0.1])  # y and z of the middle of the shoulder's section
    start = np.arctan2(front[1] - centre[0], 1.2)
    end = np.pi - np.arctan2(back[1] - centre[0], 0.8)
    angle = np.linspace(start, end, rows)
    middle = np.interp(angle, [start, np.pi / 2, end], [front[0], max(front[0], back[0]) + 0.12, back[0]])
    across = np.linspace(-half, half, 3)
    inward = np.stack([np.zeros(rows), -np.sin(angle), -np.cos(angle)], 1)
    for side in (1, -1):
        x = side * (middle[:, None] + across)
        origins = np.stack(np.broadcast_arrays(x, centre[0], centre[1]), -1) - _DEPTH * inward[:, None]
        points = shell.cast(origins.reshape(-1, 3), np.repeat(inward, 3, 0), 0.0012)
        faces = grid_faces(rows, 3) if side < 0 else grid_faces(rows, 3)[:, ::-1]
        surface = np.stack(np.broadcast_arrays(across[None] * 0.2 + 0.3, angle[:, None] * 0.1), -1).reshape(-1, 2)
        target = add_mesh((points, faces), material, name="strap", surface=surface)
        subdivide(thicken(target, 0.0025, 0), 1)


def cords(rng: Rng, shell: Shell) -> None:
    """The two cords of a hood."""
    material = plain(rng, None, 0.8)
    for side in (1, -1):
        x = side * np.array([0.25, 0.3, 0.32, 0.33]) + rng.normal(0, 0.03, 4)
        bottom = rng.uniform(3.6, 4.4)
        path = shell.front(x, np.linspace(5.25, bottom, 4), [0.012, 0.008, 0.006, 0.006])
        line = spline(path, 20)
        add_mesh(tube(line + folds(rng, line, 0.001, 0.05)[:, None], 0.0025, 8), material, name="cord")
