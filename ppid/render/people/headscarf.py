"""Cloth around head and neck: a headscarf, and a hood that is up. A net is shrunk onto the body like cloth."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from mathutils.bvhtree import BVHTree

from ppid.render.people.fabrics import Fabric, fabric
from ppid.render.people.figure import Figure
from ppid.render.people.makehuman import BODY
from ppid.render.people.on_skin import landmarks
from ppid.render.people.shells import folds, neighbours_of, smoothed
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, subdivide, thicken
from ppid.render.shapes import TAU, Faces, Points, Shape, grid_faces, spline, tube, unit, vertex_normals

_COLUMNS, _ROWS = 56, 32
# Half of the opening around the face on the base mesh (decimetres), from the forehead to below the chin.
_OPENING = np.array(
    [[0, 7.98, 1.15], [0.4, 7.85, 1.05], [0.66, 7.45, 0.8], [0.74, 7.0, 0.62], [0.62, 6.6, 0.62], [0.38, 6.32, 0.82]]
)
_CHIN = np.array([[0, 6.22, 1.0]])
# Half of the hem, from the back to the chest.
_SCARF_HEM = np.array([[0, 5.0, -0.6], [0.7, 5.2, -0.5], [1.45, 5.5, 0.1], [1.1, 5.2, 0.75], [0.6, 4.9, 1.0]])
_SCARF_CHEST = np.array([[0, 4.75, 1.1]])
_HOOD_HEM = np.array([[0, 5.75, -0.35], [0.45, 5.8, -0.25], [0.72, 5.82, 0.15], [0.6, 5.62, 0.5], [0.32, 5.5, 0.7]])
_HOOD_CHEST = np.array([[0, 5.45, 0.75]])
# On the way from the opening to the hem, in head radii: over the crown and the back, over the side, below the chin.
_OVER = np.array([[0, 0.1, 1.2], [0, 1.2, 0.1], [0, 0.95, -1.1]])
_SIDE = np.array([[1.0, 0.1, 0.1], [0.9, 0.25, -0.9], [1.05, 0.3, -1.4]])
_BELOW = np.array([[0, -0.72, -1.3], [0, -0.58, -1.55], [0, -0.6, -1.9]])


@dataclass(frozen=True)
class _Cut:
    """How a net is laid; metres.

    Attributes:
        hem: (K, 3) half of it, as in `_SCARF_HEM`.
        gap: to the skin at the head.
        low: to the skin at the shoulders, where clothes may be below.
        room: how much farther than the skin the way to the hem begins.
        ahead: how far the opening stands before the face; `wider` its size.
        folds: height of folds.
        uneven: decimetres by which the hem goes up and down.
    """

    hem: Points
    gap: float
    low: float
    room: float
    ahead: float
    wider: float
    folds: float
    uneven: float = 0.0


def headscarf(rng: Rng, figure: Figure) -> Shape:
    """Add a headscarf that covers hair, neck and shoulders."""
    made_of = fabric(rng, "plain" if rng.chance(0.6) else None)
    hem = np.concatenate([_SCARF_HEM, _SCARF_CHEST])
    hem = hem - np.array([0, rng.uniform(-0.2, 0.9), 0]) * np.linspace(0.2, 1, len(hem))[:, None]
    cut = _Cut(hem, 0.006, 0.016, 1.03, 0.004, rng.uniform(0.96, 1.06), rng.uniform(0.003, 0.006), 0.3)
    rows = _lay(rng, figure, cut)
    shape = _add(rows, made_of, 0.002, "headscarf")
    _edge(rows[0], made_of, rng.uniform(0.002, 0.0035))
    if rng.chance(0.35):  # a cap below it
        inner = rows[0] - unit(rows[1] - rows[0]) * rng.uniform(0.006, 0.014)
        _edge(inner - figure.head.turn @ np.array([0, -0.002, 0]), fabric(rng, "plain"), 0.005)
    return shape


def hood(rng: Rng, figure: Figure) -> Shape:
    """Add a hood that is up, of the cloth of the top that was put on."""
    tops = [target for target in bpy.context.scene.objects if target.name.startswith("top")]
    latest = max(tops, key=lambda target: target.name, default=None)  # another person may wear one too
    made_of = fabric(rng) if latest is None else Fabric(latest.data.materials[0], "plain", np.zeros(3))
    hem = np.concatenate([_HOOD_HEM, _HOOD_CHEST])
    room = rng.uniform(1.12, 1.25)
    cut = _Cut(hem, rng.uniform(0.014, 0.024), 0.018, room, rng.uniform(0.005, 0.03), rng.uniform(1.12, 1.25), 0.004)
    rows = _lay(rng, figure, cut)
    shape = _add(rows, made_of, 0.006, "hood")
    _edge(rows[0], made_of, 0.006)
    return shape


def _lay(rng: Rng, figure: Figure, cut: _Cut) -> Points:
    """Rows (R, C, 3) of a net from the opening to the hem, in the world."""
    head = figure.head
    tree = _obstacles(figure)
    opening = landmarks(figure, _mirrored(np.concatenate([_OPENING, _CHIN])), cut.gap)
    middle = opening.mean(0)
    ahead = head.turn @ np.array([0, -1.0, 0])
    opening = middle + (opening - middle) * cut.wider + ahead * cut.ahead
    angle = np.linspace(0, TAU, _COLUMNS, endpoint=False)
    uneven = cut.uneven * (np.sin(angle + rng.uniform(0, TAU)) + 0.4 * np.sin(angle * 3 + rng.uniform(0, TAU)))
    hem = landmarks(figure, _mirrored(cut.hem) + uneven[:, None] * np.array([0, 1.0, 0]), cut.low)
    below, side = np.clip(-np.cos(angle), 0, 1)[:, None], np.abs(np.sin(angle))[:, None]
    over = np.clip(np.cos(angle), 0, 1)[:, None]
    share = over + side + below
    left = np.where(np.sin(angle) < 0, -1.0, 1.0)[:, None]
    ways = [
        (_OVER[k] * over + _SIDE[k] * np.concatenate([left, np.ones((_COLUMNS, 2))], 1) * side + _BELOW[k] * below)
        / share
        for k in range(3)
    ]
    between = [head.centre + (way * cut.room * head.radius) @ head.turn.T for way in ways]
    columns = [spline([opening[i], *(way[i] for way in between), hem[i]], _ROWS) for i in range(_COLUMNS)]
    net = np.stack(columns, 1)
    gap = np.linspace(cut.gap, cut.low, _ROWS)[:, None] * np.ones(_COLUMNS)
    net = _shrunk(net, tree, gap, rounds=16)
    faces = grid_faces(_ROWS, _COLUMNS, wrap_columns=True)
    flat = net.reshape(-1, 3)
    normals = _outward(flat, faces, head.centre)
    rank = np.linspace(0, 1, _ROWS)[:, None] * np.ones(_COLUMNS)
    drawn = np.sin(rank * rng.uniform(16, 28) + 2.5 * np.sin(angle + rng.uniform(0, 6)) + 2 * np.cos(angle * 2))
    waves = (
        drawn * cut.folds * np.clip(rank * 2 - 0.5, 0, 1) + folds(rng, flat, cut.folds, 0.09).reshape(rank.shape) * 0.5
    )
    net = (flat + normals * (waves * np.clip(rank * 8, 0, 1)).reshape(-1, 1)).reshape(net.shape)
    return _shrunk(net, tree, gap * 0.8, rounds=2)


def _shrunk(net: Points, tree: BVHTree, gap: Points, rounds: int) -> Points:
    """Tighten a net (R, C, 3) whose first and last row stay, and keep it off what is below it."""
    shape = net.shape
    faces = grid_faces(shape[0], shape[1], wrap_columns=True)
    neighbours = neighbours_of(faces, shape[0] * shape[1])
    points, margins = net.reshape(-1, 3).copy(), gap.ravel()
    for step in range(rounds):
        tightened = smoothed(points, neighbours, 2)
        points[shape[1] : -shape[1]] = tightened[shape[1] : -shape[1]]
        if step % 2 or step >= rounds - 2:
            for i in range(shape[1], len(points)):
                place, normal, _, distance = tree.find_nearest(points[i], 0.08)
                if place is None:
                    continue
                out = np.array(normal)
                if (points[i] - np.array(place)) @ out < margins[i]:
                    points[i] = np.array(place) + out * margins[i]
    return points.reshape(shape)


def _obstacles(figure: Figure) -> BVHTree:
    """The body and the meshes of the scene so far: its clothes."""
    makehuman = figure.makehuman
    vertices = [figure.vertices[:BODY]]
    faces = makehuman.faces[makehuman.groups["body"]].tolist()
    offset = BODY
    for target in bpy.context.scene.objects:
        if target.type != "MESH":
            continue
        mesh = target.data
        points = np.empty(len(mesh.vertices) * 3, np.float32)
        mesh.vertices.foreach_get("co", points)
        vertices.append(points.reshape(-1, 3).astype(float))
        faces += [[corner + offset for corner in polygon.vertices] for polygon in mesh.polygons]
        offset += len(mesh.vertices)
    return BVHTree.FromPolygons(np.concatenate(vertices).tolist(), faces)


def _mirrored(half: Points) -> Points:
    """(C, 3) a closed line of which one half, from the middle to the middle, is given; to the person's left first."""
    other = half[-2:0:-1] * np.array([-1, 1, 1])
    return spline(np.concatenate([half, other]), _COLUMNS, closed=True)


def _outward(points: Points, faces: Faces, centre: Points) -> Points:
    normals = vertex_normals(points, faces)
    return normals * np.sign(((points - centre) * normals).sum())


def _add(rows: Points, made_of: Fabric, thickness: float, name: str) -> Shape:
    surface = np.stack(np.broadcast_arrays(np.linspace(0, 3, _COLUMNS)[None], np.linspace(0, 2, _ROWS)[:, None]), -1)
    shape = rows.reshape(-1, 3), grid_faces(_ROWS, _COLUMNS, wrap_columns=True)
    target = add_mesh(shape, made_of.material, name=name, surface=surface.reshape(-1, 2))
    thicken(subdivide(target, 1), thickness, 0)
    return shape


def _edge(line: Points, made_of: Fabric, radius: float) -> None:
    """A rolled border."""
    shape = tube(line, radius, 8, closed=True)
    add_mesh(shape, made_of.material, name="border", surface=np.zeros((len(shape[0]), 2)) + 0.1)
