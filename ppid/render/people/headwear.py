"""Hats, helmets and what else is worn on the head."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import bpy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.materials import Material
from ppid.render.people.fabrics import Fabric, fabric, plain, wardrobe_colour
from ppid.render.people.figure import Figure, Head
from ppid.render.people.hair import hair_material, shades
from ppid.render.people.headscarf import headscarf, hood
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, add_strands, subdivide, thicken
from ppid.render.shapes import TAU, Points, Shape, grid_faces, rotation, rounded_box, spline, torus, tube, unit
from ppid.render.shot import Attributes

FEDORA = "fedora"  # a garment of MakeHuman's
_AROUND = 56  # vertices of a ring around the head
_ANGLES = np.linspace(0, TAU, _AROUND, endpoint=False)  # 0 in front, to the person's left


@dataclass(frozen=True)
class Worn:
    """A hat, as hair meets it.

    Attributes:
        highest: hair grows below this height in head radii; tilted by `back` per head radius to the back.
        back: see `highest`.
        front: hair grows only in front of this y in head radii.
        shapes: what hair runs into.
    """

    highest: float = 9.0
    back: float = 0.0
    front: float = 9.0
    shapes: list[Shape] = field(default_factory=list)

    def __call__(self, places: Points) -> NDArray[np.bool_]:
        """Whether hair may grow at places (N, 3) in the head's axes and radii."""
        return (places[:, 2] < self.highest + self.back * places[:, 1]) & (places[:, 1] < self.front)


def wear(rng: Rng, attributes: Attributes, figure: Figure) -> Worn | None:
    """Put on what `attributes["hat"]`, of `HATS`, names; call it when clothes are on. None for a bare head."""
    kind = attributes["hat"]
    return None if kind == "none" else HATS[kind](rng, figure)


def _ring(head: Head, across: ArrayLike, height: ArrayLike, grow: float = 0.0) -> Points:
    """Points (..., 56, 3) at rest around the skull: its half axes times `across` plus `grow` (metres), `height` of its own."""
    size = np.asarray(across, float)[..., None]
    up = np.asarray(height, float)[..., None] * head.axes[2]
    x = np.sin(_ANGLES) * (head.axes[0] * size + grow)
    y = -np.cos(_ANGLES) * (head.axes[1] * size + grow)
    return np.stack([x, y, np.broadcast_to(up, x.shape)], -1) + head.centre_rest


def _add_rings(
    head: Head, rings: Points, material: bpy.types.Material, thickness: float, name: str, offset: float = 1
) -> Shape:
    """Rings (R, 56, 3) at rest as one surface on the head."""
    rows = len(rings)
    surface = np.stack(np.broadcast_arrays(_ANGLES[None] / TAU * 2, np.linspace(0, 1, rows)[:, None]), -1)
    shape = head.to_world(rings.reshape(-1, 3)), grid_faces(rows, _AROUND, wrap_columns=True)
    target = add_mesh(shape, material, name=name, surface=surface.reshape(-1, 2))
    thicken(subdivide(target, 1), thickness, offset)
    return shape


def _dome(head: Head, rim: float, grow: float, rows: int = 14, square: float = 1.0) -> Points:
    """Rings from the top of the skull down to height `rim`; `square` above 1 makes it boxy."""
    angle = np.linspace(0.02, np.arccos(np.clip(rim / 1.12, -1, 1)), rows)
    across, height = np.sin(angle), np.cos(angle)
    if square != 1:
        size = (np.abs(across) ** (2 * square) + np.abs(height) ** (2 * square)) ** (-1 / (2 * square))
        across, height = across * size, height * size
    rings = _ring(head, across, height)
    away = rings - head.centre_rest
    rings = rings + unit(away) * grow
    rings[..., 2] += 0.012 * np.cos(_ANGLES) * across[:, None]  # higher in front
    return rings


def _cap(rng: Rng, figure: Figure) -> Worn:
    head, made_of = figure.head, fabric(rng)
    rim = rng.uniform(0.28, 0.42)
    rings = _dome(head, rim, 0.011)
    shape = _add_rings(head, rings, made_of.material, 0.003, "cap")
    contrast = fabric(rng) if rng.chance(0.4) else made_of
    backwards = rng.chance(0.12)
    _brim(rng, head, rings[-1], contrast, np.pi if backwards else 0.0)
    top = head.to_world(rings[0].mean(0))
    button, faces = torus(0.004, 0.004, 12, 8)
    add_mesh((button @ head.turn.T + top, faces), contrast.material, name="button")
    if rng.chance(0.4) and not backwards:
        _badge(rng, head, rings)
    return Worn(rim - 0.06, shapes=[shape])


def _brim(rng: Rng, head: Head, edge: Points, made_of: Fabric, turn: float) -> None:
    """The peak of a cap."""
    columns, rows = 25, 6
    spread = np.radians(np.linspace(-64, 64, columns))
    angle = (spread + turn) % TAU
    start = np.stack([np.interp(angle, _ANGLES, edge[:, i], period=TAU) for i in range(3)], 1)
    length, curve = rng.uniform(0.055, 0.08), rng.uniform(1.5, 6)
    ahead = np.array([0, -np.cos(turn), 0])
    profile = (np.cos(spread * 1.25) * 0.8 + 0.2)[:, None]
    share = np.linspace(0, 1, rows)[:, None, None]
    points = start + ahead * length * share * profile + np.array([0, 0, -0.028]) * share**1.5
    points = points - np.array([0, 0, 1.0]) * (start[:, :1] ** 2) * share * curve * 0.8
    surface = np.stack(np.broadcast_arrays(spread / TAU + 0.5, np.linspace(0, 0.2, rows)[:, None]), -1)
    shape = head.to_world(points.reshape(-1, 3)), grid_faces(rows, columns)
    thicken(subdivide(add_mesh(shape, made_of.material, name="brim", surface=surface.reshape(-1, 2)), 1), 0.003, 0)


def _badge(rng: Rng, head: Head, rings: Points) -> None:
    """A patch on the front of a cap."""
    rows = rings[6:12, [-3, -2, -1, 0, 1, 2, 3]]
    out = unit(rows - head.centre_rest) * 0.0045
    corners = rows + out
    shape = head.to_world(corners.reshape(-1, 3)), grid_faces(6, 7)
    material = Material("badge", Roughness=0.7)
    inner, outer = wardrobe_colour(rng), wardrobe_colour(rng)
    y, x = np.mgrid[-1:1:32j, -1:1:32j]
    inside = np.abs(x) ** rng.uniform(1, 6) + np.abs(y) ** rng.uniform(1, 6) < rng.uniform(0.3, 0.8)
    image = material.image(np.where(inside[..., None], inner, outer), material.surface_coordinates(), repeat=False)
    material.set(Base_Color=image.outputs["Color"])
    surface = np.stack(np.meshgrid(np.linspace(0.05, 0.95, 7), np.linspace(0.95, 0.05, 6)), -1).reshape(-1, 2)
    subdivide(add_mesh(shape, material.data, name="badge", surface=surface), 1)


def _beanie(rng: Rng, figure: Figure) -> Worn:
    head, made_of = figure.head, fabric(rng, knit=True)
    rim, slack = rng.uniform(0.05, 0.35), rng.uniform(0, 0.035)
    rings = _dome(head, rim, rng.uniform(0.012, 0.02))
    high = np.clip((rings[..., 2] - head.centre_rest[2]) / head.axes[2], 0, 1.2) ** 2
    rings = rings + np.stack([0 * high, slack * 0.8 * high, slack * high], -1)
    ribs = 1 + 0.012 * np.sin(_ANGLES * 14)[None, :, None]
    rings = (rings - head.centre_rest) * ribs + head.centre_rest
    shape = _add_rings(head, rings, made_of.material, 0.004, "beanie")
    edge = rings[-1]
    if rng.chance(0.7):
        cuff = fabric(rng, knit=True) if rng.chance(0.3) else made_of
        level = np.array([0, 0, 1.0]) * np.array([-0.004, 0.012, 0.028, 0.040])[:, None, None]
        puff = np.array([0.05, 0.08, 0.08, 0.05])[:, None, None] * np.array([1, 1, 0])
        _add_rings(head, edge + level + (edge - head.centre_rest) * puff, cuff.material, 0.006, "cuff")
    if rng.chance(0.35):
        _pompom(rng, head, rings[0].mean(0))
    return Worn(rim - 0.06, shapes=[shape])


def _pompom(rng: Rng, head: Head, top: Points) -> None:
    count, radius = 3500, rng.uniform(0.022, 0.038)
    ways = unit(rng.normal(size=(count, 3)))
    t = np.linspace(0, 1, 5)[None, :, None]
    reach = radius * rng.uniform(0.7, 1.1, (count, 1, 1))
    threads = head.to_world(top + [0, 0, radius * 0.7]) + ways[:, None] * t * reach
    threads = threads + rng.normal(size=(count, 5, 3)) * 0.0012 * t
    yarn = shades(rng, wardrobe_colour(rng), count)
    add_strands(threads, 0.0003, hair_material(rng), name="pompom", colour=yarn)


def _fedora(rng: Rng, figure: Figure) -> Worn:
    garment = figure.makehuman.garment(FEDORA)
    vertices = figure.place(figure.makehuman.fit(garment, figure.shape), garment.weights)
    surface = np.zeros((len(vertices), 2))
    surface[garment.faces.ravel()] = garment.uv[garment.face_uv.ravel()]
    made_of = fabric(rng, "plain" if rng.chance(0.7) else None)
    subdivide(add_mesh((vertices, garment.faces), made_of.material, name="fedora", surface=surface), 1)
    return Worn(0.30, shapes=[(vertices, garment.faces)])


def _brimmed(rng: Rng, figure: Figure, profile: Points, made_of: Fabric, wave: float) -> Worn:
    """A hat of rings: rows of (across, height) in the skull's half axes."""
    head = figure.head
    rings = _ring(head, profile[:, 0], profile[:, 1], 0.010)
    outer = np.clip((profile[:, 0] - 1.05) / 0.5, 0, 1)[:, None]
    swing = np.sin(_ANGLES * rng.whole(2, 3) + rng.uniform(0, 6)) * wave
    rings[..., 2] += swing * outer
    tilt = rotation((1, 0, 0), rng.normal(0, 0.08)) @ rotation((0, 1, 0), rng.normal(0, 0.04))
    rings = (rings - head.centre_rest) @ tilt.T + head.centre_rest
    shape = _add_rings(head, rings, made_of.material, 0.003, "hat", 0)
    brim = int(np.argmax(profile[:, 0] > 1.02))
    if rng.chance(0.5):
        level = np.array([0, 0, 1.0]) * np.array([0.002, 0.016, 0.030])[:, None, None]
        band = rings[brim - 1] + (rings[brim - 1] - head.centre_rest) * np.array([0.035, 0.035, 0]) + level
        _add_rings(head, band, fabric(rng).material, 0.002, "band")
    return Worn(float(profile[brim, 1]) - 0.05, shapes=[shape])


def _bucket(rng: Rng, figure: Figure) -> Worn:
    rim, drop, width = rng.uniform(0.15, 0.35), rng.uniform(0.25, 0.5), rng.uniform(1.4, 1.65)
    profile = [(0.02, 1.12), (0.5, 1.11), (0.78, 1.05), (0.86, 0.9), (0.95, rim + 0.25), (1.0, rim)]
    profile += [(1.15, rim - drop * 0.35), (width, rim - drop), (width + 0.01, rim - drop - 0.02)]
    return _brimmed(rng, figure, spline(profile, 22), fabric(rng), 0.006)


def _sunhat(rng: Rng, figure: Figure) -> Worn:
    rim, width, drop = rng.uniform(0.3, 0.45), rng.uniform(1.9, 2.6), rng.uniform(0.0, 0.35)
    profile = [(0.02, 1.2), (0.55, 1.18), (0.8, 1.05), (0.95, rim + 0.3), (1.0, rim)]
    profile += [(1.25, rim - drop * 0.2), (width * 0.85, rim - drop * 0.6), (width, rim - drop)]
    straw = fabric(rng, "plain", np.array([0.55, 0.38, 0.17]) * rng.uniform(0.6, 1.4), knit=True)
    return _brimmed(rng, figure, spline(profile, 26), straw, rng.uniform(0.004, 0.02))


def _hard_hat(rng: Rng, figure: Figure) -> Worn:
    head, rim = figure.head, rng.uniform(0.4, 0.5)
    material = plain(rng, None, rng.uniform(0.1, 0.4))
    rings = _dome(head, rim, 0.022)
    ridge = np.clip(1 - np.abs(np.sin(_ANGLES)) / 0.18, 0, 1) * 0.006
    rings = rings + unit(rings - head.centre_rest) * ridge[None, :, None]
    front = np.clip(np.cos(_ANGLES), 0, 1)[:, None] ** 0.7
    out = (rings[-1] - head.centre_rest) * np.array([1, 1, 0])
    lip = rings[-1] + out * (0.09 + 0.3 * front) + np.array([0, 0, -0.004]) - np.array([0, 0, 0.012]) * front
    shape = _add_rings(head, np.concatenate([rings, lip[None]]), material, 0.003, "hard hat")
    return Worn(rim - 0.08, shapes=[shape])


def _helmet(rng: Rng, figure: Figure) -> Worn:
    """Of cyclists: thick, with slots, and straps under the chin."""
    head, rim = figure.head, rng.uniform(0.32, 0.42)
    rings = _dome(head, rim, 0.024, rows=26)
    away = rings - head.centre_rest
    rings[..., 1] += 0.10 * np.clip(away[..., 1], 0, 1)
    lanes = np.cos((away[..., 0] / head.axes[0]) * 7.5)
    ends = np.clip((away[..., 2] / head.axes[2] - rim - 0.1) / 0.15, 0, 1)
    rings = rings + unit(away) * (np.clip(lanes * 2, -1, 1) * 0.005 * ends)[..., None]
    colours = np.where((lanes < -0.2) & (ends > 0.5), 0.02, 1.0)[..., None] * wardrobe_colour(rng)
    material = Material("helmet", Roughness=rng.uniform(0.1, 0.5))
    material.set(Base_Color=material.vertex_colour())
    shape = head.to_world(rings.reshape(-1, 3)), grid_faces(len(rings), _AROUND, wrap_columns=True)
    target = add_mesh(shape, material.data, name="helmet", colour=colours.reshape(-1, 3))
    thicken(subdivide(target, 1), 0.018, -1)
    strap = plain(rng, (0.02, 0.02, 0.02), 0.8)
    chin = np.array([0, head.eyes[:, 1].mean() + 0.03, head.joint_rest[2] - 0.062])
    for side in (1, -1):
        ear = np.array([side * (head.ear[0] + 0.004), head.ear[1] - 0.02, head.eyes[0, 2] - 0.03])
        for y in (-0.045, 0.05):
            top = np.array([side * (head.axes[0] + 0.008), head.centre_rest[1] + y, head.centre_rest[2] + 0.04])
            line = spline([top, (top + ear) / 2 + [side * 0.004, 0, 0], ear], 14)
            add_mesh(tube(head.to_world(line), 0.0025, 6), strap, name="strap")
        low = np.array([side * 0.05, chin[1] + 0.01, chin[2] + 0.012])
        line = spline([ear, low, chin], 18)
        add_mesh(tube(head.to_world(line), 0.003, 6), strap, name="strap")
    return Worn(rim - 0.06, shapes=[shape])


def _bandana(rng: Rng, figure: Figure) -> Worn:
    """A cloth tied at the back, with two tails."""
    head, made_of = figure.head, fabric(rng)
    rim = rng.uniform(0.3, 0.45)
    rings = _dome(head, rim, 0.010)
    sink = np.linspace(0, 1, len(rings))[:, None] ** 2
    rings[..., 2] -= 0.035 * np.clip(-np.cos(_ANGLES), 0, 1) * sink
    rings = rings + unit(rings - head.centre_rest) * (0.0015 * np.sin(_ANGLES * 9) * sink)[..., None]
    shape = _add_rings(head, rings, made_of.material, 0.002, "bandana")
    knot = rings[-1, _AROUND // 2] + np.array([0, 0.012, 0])
    lump, faces = rounded_box(0.03, 0.02, 0.024, 2.5)
    add_mesh((head.to_world(lump + knot), faces), made_of.material, name="knot", surface=np.zeros((len(lump), 2)))
    for side in (1, -1):
        _tail(rng, head, knot, side, made_of)
    return Worn(rim - 0.05, back=-0.3, shapes=[shape])


def _tail(rng: Rng, head: Head, knot: Points, side: int, made_of: Fabric) -> None:
    rows, columns = 9, 5
    t = np.linspace(0, 1, rows)[:, None]
    drop, aside = rng.uniform(0.07, 0.13), rng.uniform(0.01, 0.04)
    middle = knot + np.concatenate([side * aside * t, 0.02 * np.sin(t * 3), -drop * t], 1)
    across = np.array([1.0, 0.3 * side, 0.2])
    width = (0.008 + 0.022 * np.sin(t * np.pi * 0.9))[:, None] * np.linspace(-1, 1, columns)[None, :, None]
    ripple = 0.003 * np.sin(np.linspace(0, 7, columns))[None, :, None] * np.array([0, 1, 0]) * t[:, None]
    points = (middle[:, None] + across * width + ripple).reshape(-1, 3)
    target = add_mesh(
        (head.to_world(points), grid_faces(rows, columns)),
        made_of.material,
        name="tail",
        surface=np.zeros((rows * columns, 2)) + 0.1,
    )
    thicken(subdivide(target, 1), 0.002, 0)


def _headband(rng: Rng, figure: Figure) -> Worn:
    head, made_of = figure.head, fabric(rng)
    height, width = rng.uniform(0.35, 0.55), rng.uniform(0.010, 0.03)
    level = np.linspace(-1, 1, 5)
    rings = np.stack(
        [_ring(head, 0.97 - 0.25 * max(height - 0.3, 0), height, 0.009) + [0, 0, width * k] for k in level]
    )
    rings += (rings - head.centre_rest) * (0.03 * (1 - level**2))[:, None, None] * np.array([1, 1, 0])
    rings[..., 2] += 0.018 * np.cos(_ANGLES)
    _add_rings(head, rings, made_of.material, 0.003, "headband")
    return Worn()


def _turban(rng: Rng, figure: Figure) -> Worn:
    """Lengths of cloth wound over one another."""
    head, made_of = figure.head, fabric(rng, "plain" if rng.chance(0.8) else None)
    rim = rng.uniform(0.25, 0.4)
    shape = _add_rings(head, _dome(head, rim + 0.1, 0.016), made_of.material, 0.003, "turban")
    for i in range(rng.whole(6, 9)):
        height = rim + 0.1 + 0.11 * i
        side = 1 if i % 2 else -1
        ring = _ring(head, np.sqrt(max(1.1 - min(height, 1.0) ** 2 * 0.62, 0.2)), height, 0.012 - 0.001 * i)
        tilt = rotation((0, 1, 0), side * rng.uniform(0.12, 0.4)) @ rotation((1, 0, 0), rng.uniform(-0.25, 0.1))
        ring = (ring - head.centre_rest) @ tilt.T + head.centre_rest
        vertices, faces = tube(ring, 0.016, 10, closed=True)
        flat = vertices.reshape(_AROUND, 10, 3)
        flat = ring[:, None] + (flat - ring[:, None]) * np.array([0.75, 0.75, rng.uniform(1.2, 1.6)])
        surface = np.stack(np.broadcast_arrays(_ANGLES[:, None], np.arange(10) / 10), -1).reshape(-1, 2)
        target = add_mesh((head.to_world(flat.reshape(-1, 3)), faces), made_of.material, name="wound", surface=surface)
        subdivide(target, 1)
    return Worn(rim - 0.02, shapes=[shape])


def _headscarf(rng: Rng, figure: Figure) -> Worn:
    return Worn(-9.0, shapes=[headscarf(rng, figure)])


def _hood(rng: Rng, figure: Figure) -> Worn:
    return Worn(front=-0.3, shapes=[hood(rng, figure)])


HATS: dict[str, Callable[[Rng, Figure], Worn]] = {
    "cap": _cap,
    "beanie": _beanie,
    "fedora": _fedora,
    "bucket": _bucket,
    "sunhat": _sunhat,
    "hard_hat": _hard_hat,
    "helmet": _helmet,
    "bandana": _bandana,
    "headband": _headband,
    "turban": _turban,
    "headscarf": _headscarf,
    "hood": _hood,
}
