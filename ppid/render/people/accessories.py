"""Small things that are worn: headphones, earrings, face masks, watches, bracelets; and glasses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils.bvhtree import BVHTree

from ppid.render.people.eyewear import wear_glasses
from ppid.render.people.fabrics import fabric, metal, plain, wardrobe_colour
from ppid.render.people.figure import SIDES, Figure
from ppid.render.people.hairstyles import STYLES
from ppid.render.people.makehuman import BODY
from ppid.render.people.on_skin import landmarks
from ppid.render.people.shells import neighbours_of, smoothed
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, subdivide, thicken
from ppid.render.shapes import (
    TAU,
    Points,
    ellipsoid,
    grid_faces,
    lathe,
    point_along,
    spline,
    torus,
    tube,
    unit,
)
from ppid.render.shot import Attributes

HEADPHONES = {"over_ear": 0.42, "headset": 0.25, "earbuds": 0.18, "cabled": 0.15}
_BARE_WRIST = 1.7  # where sleeves end that leave room for a watch


def wear(rng: Rng, attributes: Attributes, figure: Figure) -> None:
    """Put on what the attributes say: `glasses`, `headphones`, `jewellery`, `face_mask`; call it when clothes are on.

    Writes `rims`, `lenses`, `headphones_kind`, `earrings` and `wrist`.
    """
    if attributes["headphones"]:
        kind = attributes.setdefault("headphones_kind", rng.named(HEADPHONES))
        _headphones(rng, figure, kind, STYLES[attributes["hair"]].layer if attributes["hair"] in STYLES else 0.0)
    if attributes["glasses"]:
        wear_glasses(rng, attributes, figure)
    if attributes.get("face_mask"):
        _face_mask(rng, figure)
    if attributes["jewellery"]:
        attributes["earrings"] = rng.named({"none": 0.25, **{name: 1.0 for name in _EARRINGS}})
        if attributes["earrings"] != "none":
            _earrings(rng, figure, attributes["earrings"])
    bare = attributes["clothes"] != "suit" and attributes.get("sleeves", 0.0) < _BARE_WRIST
    attributes["wrist"] = "none"
    if bare:
        attributes["wrist"] = rng.named({"none": 0.7, "watch": 0.2, "bracelets": 0.1 + 0.3 * attributes["jewellery"]})
        if attributes["wrist"] != "none":
            wrist = _Wrist.of(figure, rng.pick(list(SIDES)))
            (_watch if attributes["wrist"] == "watch" else _bracelets)(rng, wrist)


def _headphones(rng: Rng, figure: Figure, kind: str, hair: float) -> None:
    if kind in ("earbuds", "cabled"):
        _earbuds(rng, figure, kind == "cabled")
        return
    head = figure.head
    shell, pad = plain(rng, wardrobe_colour(rng)), plain(rng, np.full(3, rng.uniform(0.005, 0.08)), 0.8)
    ear = np.array([head.ear[0] + 0.010 + 0.5 * hair, head.ear[1] - 0.008, head.eyes[0, 2] - 0.014])
    top = head.top + 0.010 + 0.7 * hair
    turn = np.linspace(0.02, np.pi - 0.02, 32)
    tilt = rng.uniform(-0.02, 0.03)
    band = np.stack(
        [np.cos(turn) * (ear[0] + 0.012), ear[1] + tilt * np.sin(turn), ear[2] + np.sin(turn) ** 0.8 * (top - ear[2])],
        1,
    )
    _ribbon(head.to_world(band), head.turn, rng.uniform(0.007, 0.016), rng.uniform(0.003, 0.006), shell)
    radius, deep = rng.uniform(0.030, 0.044), rng.uniform(0.016, 0.026)
    profile = np.array([(0, 1), (0.55, 1), (0.8, 0.85), (0.95, 0.5), (1, 0.2), (1, 0.0), (0.5, 0.0), (0, 0)])
    cup, faces = lathe(profile * [radius, deep], 32)
    cup = cup * np.array([1.12, 0.92, 1])  # taller than wide
    ring, ring_faces = torus(radius * 0.78, radius * 0.26, 32, 10)
    ring = ring * np.array([1.12, 0.92, 0.9])
    for side in (1, -1):
        out = np.array([side, 0.0, 0.0])
        frame = np.stack([np.array([0, 0, 1.0]), np.cross(out, [0, 0, 1.0]), out])
        at = ear * [side, 1, 1]
        add_mesh((head.to_world(cup @ frame + at + out * 0.006), faces), shell, name="cup")
        add_mesh((head.to_world(ring @ frame + at), ring_faces), pad, name="pad")
    if kind == "headset":
        side = rng.pick([1, -1])
        mouth = landmarks(figure, [[0.2 * side, 6.6, 1.45]], 0.022, at_rest=True)[0]
        start = ear * [side, 1, 1] + [side * 0.012, -0.02, -0.025]
        way = spline([start, start + [side * 0.004, -0.045, -0.045], mouth], 20)
        add_mesh(tube(head.to_world(way), 0.0025, 8), pad, name="boom")
        add_mesh(ellipsoid(head.to_world(mouth), (0.007, 0.010, 0.007)), pad, name="foam")


def _ribbon(path: Points, turn: Points, wide: float, thick: float, material: bpy.types.Material) -> None:
    """A band along a path across the head: flat, `wide` along the head's depth."""
    angle = np.linspace(0, TAU, 12, endpoint=False)
    along = turn @ np.array([0, 1.0, 0])
    out = unit(np.cross(along, np.gradient(path, axis=0)))
    rings = (
        path[:, None]
        + np.cos(angle)[None, :, None] * wide * along
        + np.sin(angle)[None, :, None] * thick * out[:, None]
    )
    add_mesh((rings.reshape(-1, 3), grid_faces(len(path), 12, wrap_columns=True)), material, name="band")


def _earbuds(rng: Rng, figure: Figure, cabled: bool) -> None:
    head = figure.head
    shade = rng.pick([np.full(3, 0.8), np.full(3, 0.01), wardrobe_colour(rng)])
    material = plain(rng, shade, rng.uniform(0.15, 0.4))
    joints = []
    for side in (1, -1):
        canal = landmarks(figure, [[0.745 * side, 7.10, 0.28]], 0.001, at_rest=True)[0]
        add_mesh(ellipsoid(head.to_world(canal + [side * 0.002, 0, 0]), (0.008, 0.008, 0.009)), material, name="bud")
        stem = spline([canal + [side * 0.006, -0.002, -0.002], canal + [side * 0.007, -0.006, -0.026]], 6)
        add_mesh(tube(head.to_world(stem), 0.0028, 8), material, name="stem")
        joints.append(head.to_world(stem[-1]))
    if cabled:
        chest = landmarks(figure, [[0.1, 4.6, 1.3]], 0.03)[0]
        for joint, side in zip(joints, (1, -1), strict=True):
            jaw = landmarks(figure, [[0.62 * side, 6.35, 0.5]], 0.012)[0]
            collar = landmarks(figure, [[0.5 * side, 5.6, 0.75]], 0.035)[0]
            way = spline([joint, jaw, collar, chest], 40)
            way[1:-1] += 0.003 * np.sin(np.arange(38) * 0.5)[:, None] * np.array([0, -1.0, 0])
            add_mesh(tube(way, 0.0011, 6), material, name="cable")
        below = landmarks(figure, [[0.3, 2.5, 1.5]], 0.04)[0]
        add_mesh(
            tube(spline([chest, (chest + below) / 2 + [0, -0.01, 0], below], 20), 0.0014, 6), material, name="cable"
        )


def _lobes(figure: Figure) -> list[Points]:
    """The lowest points of both ears, in the world."""
    raw = figure.makehuman.raw[:BODY]
    lobes = []
    for side in (1, -1):
        ear = np.flatnonzero((raw[:, 0] * side > 0.70) & (raw[:, 1] > 6.8) & (raw[:, 1] < 7.5) & (raw[:, 2] < 0.6))
        lowest = ear[np.argsort(raw[ear, 1])[:4]]
        lobes.append(figure.vertices[lowest].mean(0) + figure.head.turn @ np.array([side * 0.002, -0.001, 0.002]))
    return lobes


def _stud(rng: Rng, lobe: Points, out: Points, material: bpy.types.Material) -> None:
    add_mesh(ellipsoid(lobe + out * 0.002, (rng.uniform(0.002, 0.005),) * 3, splits=2), material, name="stud")


def _hoop(rng: Rng, lobe: Points, out: Points, material: bpy.types.Material) -> None:
    radius = rng.uniform(0.007, 0.03)
    ring, faces = torus(radius, rng.uniform(0.0008, 0.0022), 40, 8)
    ring = point_along(ring, unit(out + rng.normal(0, 0.3, 3) * [1, 1, 0]))
    add_mesh((ring + lobe + [0, 0, -radius * 0.95], faces), material, name="hoop")


def _drop(rng: Rng, lobe: Points, out: Points, material: bpy.types.Material) -> None:
    length, radius = rng.uniform(0.012, 0.04), rng.uniform(0.003, 0.007)
    below = lobe + out * 0.002 + [0, 0, -length]
    add_mesh(tube([lobe + out * 0.002, below], 0.0006, 6), material, name="wire")
    jewel = material if rng.chance(0.5) else plain(rng, None, 0.08)
    add_mesh(ellipsoid(below, (radius, radius, radius * rng.uniform(1, 2)), splits=2), jewel, name="drop")


_EARRINGS: dict[str, Callable[[Rng, Points, Points, bpy.types.Material], None]] = {
    "stud": _stud,
    "hoop": _hoop,
    "drop": _drop,
}


def _earrings(rng: Rng, figure: Figure, kind: str) -> None:
    material, seed = metal(rng), rng.whole(0, 2**31)
    for lobe, side in zip(_lobes(figure), (1, -1), strict=True):
        _EARRINGS[kind](Rng(seed), lobe, figure.head.turn @ np.array([side * 1.0, 0, 0]), material)  # both are alike


def _face_mask(rng: Rng, figure: Figure, rows: int = 15, columns: int = 25) -> None:
    """Over nose, mouth and chin, with loops around the ears."""
    head, makehuman = figure.head, figure.makehuman
    body = makehuman.faces[makehuman.groups["body"]]
    face = body[(makehuman.raw[body].mean(1)[:, 1] > 5.9)]
    tree = BVHTree.FromPolygons(figure.shape[:BODY].tolist(), face.tolist())
    bridge, chin = landmarks(figure, [[0, 7.14, 1.55], [0, 6.22, 1.2]], at_rest=True)
    across, down = np.linspace(-1, 1, columns), np.linspace(0, 1, rows)[:, None]
    top = bridge[2] - 0.026 * np.abs(across) ** 1.3
    bottom = chin[2] + 0.004 + 0.040 * np.abs(across) ** 2.2
    height = top * (1 - down) + bottom * down
    angle = across * np.radians(rng.uniform(60, 68)) * np.ones_like(down)
    out = np.stack([np.sin(angle), -np.cos(angle), np.zeros_like(angle)], -1).reshape(-1, 3)
    axis = np.stack([np.zeros(rows * columns), np.full(rows * columns, head.ear[1] - 0.03), height.ravel()], 1)
    reach = []
    for start, way in zip(axis, out, strict=True):
        place, _, _, _ = tree.ray_cast(start + way * 0.25, -way)
        reach.append(0.09 if place is None else float((np.array(place) - start) @ way))
    radius = np.array(reach)[:, None]
    neighbours = neighbours_of(grid_faces(rows, columns), rows * columns)
    for _ in range(10):  # cloth spans from nose to chin
        radius = np.maximum(radius, smoothed(radius, neighbours, 2))
    kind = rng.named({"pleated": 0.6, "peaked": 0.25, "plain": 0.15})
    lift = np.full((rows, columns), 0.004)
    if kind == "pleated":
        lift = lift + 0.0022 * np.sin(down * np.pi * 7) * (1 - across**4)
    elif kind == "peaked":
        lift = lift + 0.016 * np.clip(1 - np.abs(across) * 2.2, 0, 1) * np.sin(down * np.pi)
    points = axis + out * (radius + lift.reshape(-1, 1))
    blue_white_black = rng.pick([(0.35, 0.6, 0.75), (0.85, 0.85, 0.85), (0.02, 0.02, 0.02)])
    made_of = fabric(rng, "plain", np.array(blue_white_black)) if rng.chance(0.75) else fabric(rng)
    surface = np.stack(np.broadcast_arrays(across * 0.3, down * 0.3), -1).reshape(-1, 2)
    target = add_mesh(
        (head.to_world(points), grid_faces(rows, columns)), made_of.material, name="mask", surface=surface
    )
    thicken(subdivide(target, 1), 0.0015, 0)
    grid, loop = points.reshape(rows, columns, 3), plain(rng, (0.7, 0.7, 0.7), 0.9)
    for side, column in ((1, -1), (-1, 0)):
        x = side * (head.ear[0] + 0.003)
        behind = [
            [x, head.ear[1] + 0.016, head.eyes[0, 2] + 0.004],
            [x - side * 0.004, head.ear[1] + 0.022, head.eyes[0, 2] - 0.03],
        ]
        way = spline([grid[0, column], *behind, grid[-1, column]], 30)
        add_mesh(tube(head.to_world(way), 0.0013, 6), loop, name="loop")


@dataclass(frozen=True)
class _Wrist:
    """A forearm's end.

    Attributes:
        ring: (N, 3) around it.
        axis: unit, to the hand.
        back: unit, out of the back of the hand.
    """

    ring: Points
    axis: Points
    back: Points

    @classmethod
    def of(cls, figure: Figure, side: str, place: float = 1.88) -> _Wrist:
        makehuman = figure.makehuman
        near = np.abs(makehuman.arm_place[:BODY] - place) < 0.06
        near &= makehuman.raw[:BODY, 0] * SIDES[side] > 0
        points = figure.vertices[:BODY][near]
        axis = unit(figure.joint(f"wrist.{side}") - figure.joint(f"lowerarm01.{side}"))
        centre = points.mean(0)
        back = figure.hand(side).out
        back = -unit(back - axis * (back @ axis))
        beside = np.cross(axis, back)
        away = points - centre
        deep, wide = np.percentile(np.abs(away @ back), 92), np.percentile(np.abs(away @ beside), 92)
        angle = np.linspace(0, TAU, 48, endpoint=False)[:, None]
        ring = centre + np.cos(angle) * back * (deep + 0.003) + np.sin(angle) * beside * (wide + 0.003)
        return cls(ring, axis, back)


def _strap(wrist: _Wrist, width: float, thickness: float, material: bpy.types.Material) -> None:
    vertices, faces = tube(wrist.ring, thickness, 10, closed=True)
    off = vertices.reshape(len(wrist.ring), 10, 3) - wrist.ring[:, None]
    along = (off @ wrist.axis)[..., None] * wrist.axis
    shaped = wrist.ring[:, None] + off + along * (width / thickness - 1)
    add_mesh((shaped.reshape(-1, 3), faces), material, name="strap")


def _watch(rng: Rng, wrist: _Wrist) -> None:
    steel = metal(rng)
    strap = steel if rng.chance(0.35) else plain(rng, None, 0.6)
    _strap(wrist, rng.uniform(0.008, 0.011), 0.0022, strap)
    radius, height = rng.uniform(0.016, 0.022), rng.uniform(0.007, 0.010)
    profile = np.array([(0, -1), (0.9, -1), (1, -0.6), (1, 0.5), (0.94, 0.8), (0.86, 0.8)])
    case, faces = lathe(profile * [radius, height / 2], 32)
    square = rng.chance(0.3)
    place = wrist.ring[0] + wrist.back * height * 0.35
    axes = np.stack([wrist.axis, np.cross(wrist.back, wrist.axis), wrist.back])
    dial, dial_faces = lathe([(0, 0.35 * height), (radius * 0.88, 0.35 * height)], 32)
    for shape, corners, material in ((case, faces, steel), (dial, dial_faces, plain(rng, None, 0.1))):
        if square:
            reach = np.maximum(np.abs(shape[:, :2]).max(1), 1e-6)[:, None]
            shape[:, :2] *= np.clip(np.linalg.norm(shape[:, :2], axis=1, keepdims=True) / reach, 1, 1.25)
        add_mesh((shape @ axes + place, corners), material, name="watch")


def _bracelets(rng: Rng, wrist: _Wrist) -> None:
    for i in range(rng.whole(1, 4)):
        loose = _Wrist(wrist.ring + wrist.axis * 0.008 * (i - 1), unit(wrist.axis + rng.normal(0, 0.08, 3)), wrist.back)
        thin = rng.uniform(0.001, 0.0025)
        _strap(loose, thin * rng.uniform(1, 3), thin, metal(rng) if rng.chance(0.6) else plain(rng))
