"""Solid glass: gems, crystals, figures, paperweights, marbles, prisms, chandeliers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import bmesh
import numpy as np
from numpy.typing import ArrayLike

from ppid.render.colour import hsv, linear, random_colour
from ppid.render.materials import Material, everyday
from ppid.render.objects.transparent import clear
from ppid.render.objects.transparent.clear import Substance
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, fuse
from ppid.render.shapes import (
    TAU,
    Points,
    ellipsoid,
    grid_faces,
    join,
    lathe,
    noise,
    point_along,
    rotation,
    rounded_box,
    scatter,
    sphere,
    spline,
    torus,
    tube,
    unit,
)
from ppid.render.shot import Attributes


def solid_glass(rng: Rng, attributes: Attributes) -> Substance:
    """Clear or coloured through and through."""
    substance = Substance(ior=rng.uniform(1.38, 1.58), depth=rng.uniform(0.6, 1.5))
    if rng.chance(0.55):
        attributes["glass"] = "coloured"
        tint = linear(hsv(rng.uniform(), rng.uniform(0.1, 0.75), rng.uniform(0.8, 1.0)))
        return replace(substance, tint=tint)
    attributes["glass"] = "clear"
    return substance


def hull(points: ArrayLike) -> tuple[Points, list[list[int]]]:
    """The convex hull of points (N, 3), its triangles in one plane merged."""
    mesh = bmesh.new()
    for point in np.asarray(points, float):
        mesh.verts.new(point)
    found = bmesh.ops.convex_hull(mesh, input=mesh.verts)
    inside = {each for each in found["geom_interior"] if isinstance(each, bmesh.types.BMVert)}
    bmesh.ops.delete(mesh, geom=list(inside), context="VERTS")
    bmesh.ops.dissolve_limit(mesh, angle_limit=0.02, verts=mesh.verts, edges=mesh.edges)
    bmesh.ops.recalc_face_normals(mesh, faces=mesh.faces)
    mesh.verts.index_update()
    vertices = np.array([vertex.co[:] for vertex in mesh.verts])
    faces = [[vertex.index for vertex in face.verts] for face in mesh.faces]
    mesh.free()
    return vertices, faces


def gem(rng: Rng, attributes: Attributes) -> None:
    """A cut stone: brilliant, step cut, drop or rough crystal; now and then a few of them."""
    kind = rng.pick(["brilliant", "step", "drop", "rough"])
    attributes["style"] = kind
    count = rng.pick([1, 1, 1, 3, 5])
    for k in range(count):
        vertices, faces = hull(_gem_points(rng, kind))
        substance = replace(solid_glass(rng, attributes), ior=rng.uniform(1.5, 1.9))
        vertices = (
            vertices @ rotation(rng.normal(size=3), rng.uniform(0, 1.2)) * (1 if count == 1 else rng.uniform(0.4, 0.7))
        )
        angle = TAU * k / count
        place = np.array([math.cos(angle), math.sin(angle), rng.uniform(-0.2, 0.2)]) * (0 if count == 1 else 0.9)
        add_mesh((vertices + place, faces), clear.body(substance), smooth=False, name="gem")


def _gem_points(rng: Rng, kind: str) -> Points:
    def ring(count: int, radius: float, z: float, turn: float = 0.0, long: float = 1.0) -> Points:
        angle = (np.arange(count) + turn) / count * TAU
        return np.c_[radius * long * np.cos(angle), radius * np.sin(angle), np.full(count, z)]

    n, long = rng.pick([6, 8, 8, 10]), rng.pick([1.0, 1.0, 1.35])
    if kind == "brilliant":
        table = rng.uniform(0.5, 0.62)
        rings = [ring(n, table, 0.34, 0.5, long), ring(n, 0.85, 0.2, 0, long), ring(2 * n, 1, 0.03, 0, long)]
        rings += [ring(2 * n, 1, -0.03, 0, long), ring(n, 0.5, -0.4, 0.5, long), np.array([[0, 0, -0.8]])]
        return np.concatenate(rings)
    if kind == "step":
        corner = rng.uniform(0.55, 0.8)
        outline = np.array([(s * a, t * b) for s in (-1, 1) for t in (-1, 1) for a, b in ((1, corner), (corner, 1))])
        steps = [(0.55, 0.3), (0.8, 0.22), (1.0, 0.05), (1.0, -0.03), (0.75, -0.35), (0.35, -0.62)]
        return np.concatenate([np.c_[outline * share * [long, 1], np.full(8, z)] for share, z in steps])
    if kind == "drop":
        steps = [(0.05, 1.2), (0.35, 0.75), (0.62, 0.2), (0.72, -0.25), (0.55, -0.65), (0.2, -0.9)]
        return np.concatenate([ring(n, r, z, 0.5 * (i % 2)) for i, (r, z) in enumerate(steps)])
    spread = rng.uniform(0.5, 1.1, 3)
    return unit(rng.normal(size=(rng.whole(14, 40), 3))) * spread * rng.uniform(0.85, 1.0)


def crystals(rng: Rng, attributes: Attributes) -> None:
    """A cluster of pointed prisms that grow from a rock, as of quartz."""
    tint = linear(hsv(rng.uniform(0.6, 0.95), rng.uniform(0, 0.6), 1.0)) if rng.chance(0.7) else (1, 1, 1)
    frost = clear.band(-0.5, rng.uniform(0.0, 0.5), 0.4, rng.uniform(0.5, 1)) if rng.chance(0.6) else None
    material = clear.body(Substance(1.54, tint, 0.5, frost, (0.8, 0.8, 0.82)))
    for _ in range(rng.whole(4, 14)):
        sides, width, length = 6, rng.uniform(0.08, 0.22), rng.uniform(0.4, 1.3)
        angle = (np.arange(sides) + rng.normal(0, 0.08, sides)) / sides * TAU
        outline = np.c_[np.cos(angle), np.sin(angle)] * width * rng.uniform(0.8, 1.2, (sides, 1))
        tip = length + width * rng.uniform(0.8, 1.8)
        points = np.concatenate(
            [np.c_[outline, 0 * angle], np.c_[outline * 0.92, 0 * angle + length], [[0.02, 0, tip]]]
        )
        towards = np.array([rng.normal(0, 0.45), rng.normal(0, 0.45), 1.0])
        foot = np.array([rng.normal(0, 0.25), rng.normal(0, 0.25), -0.1])
        vertices, faces = hull(point_along(points, towards, rng.uniform(0, 1)) + foot)
        add_mesh((vertices, faces), material, smooth=False, name="crystal")
    rock, corners = sphere(4, (0.65, 0.65, 0.3))
    rock = rock * (1 + 0.25 * noise(rock, rng, 1.2))[:, None] - [0, 0, 0.2]
    add_mesh((rock, corners), everyday(rng, "stone"))


def ball(rng: Rng, attributes: Attributes) -> None:
    """A crystal ball or a paperweight with bubbles, a flower or coloured threads in it."""
    kind = rng.pick(["plain", "bubbles", "threads", "flower", "dome"])
    attributes["style"] = kind
    vertices, faces = sphere(6)
    if kind in ("flower", "dome"):  # flat below
        vertices = np.c_[vertices[:, :2], np.maximum(vertices[:, 2], -0.45 + 0.02 * vertices[:, 2])]
    clear.add_body((vertices, faces), clear.body(solid_glass(rng, attributes)))
    if kind in ("bubbles", "dome"):
        count = rng.whole(5, 60)
        where = unit(rng.normal(size=(count, 3))) * rng.uniform(0.1, 0.75, (count, 1))
        where[:, 2] = np.maximum(where[:, 2], -0.3)
        gas = scatter(sphere(3), where, [np.eye(3)] * count, 0.015 * 5 ** rng.random(count))
        clear.add_body(gas, clear.body(Substance(ior=1 / 1.45)))
    elif kind == "threads":
        for _ in range(rng.whole(2, 7)):
            t = np.linspace(-1, 1, 60)
            turn, lean = rng.uniform(2, 7) * t + rng.uniform(0, TAU), rng.uniform(0.1, 0.35)
            path = np.c_[lean * np.cos(turn), lean * np.sin(turn), 0.75 * t]
            shade = Material("thread", Base_Color=random_colour(rng, (0.3, 1), (0.5, 1)), Roughness=0.4)
            add_mesh(tube(path, rng.uniform(0.02, 0.07) * (1.05 - t * t), 10), shade.data)
    elif kind == "flower":
        petals = []
        for k in range(rng.whole(5, 9)):
            leaf, corners = sphere(3, (0.1, 0.27, 0.04))
            petals.append(
                ((leaf + [0, 0.27, 0]) @ rotation((1, 0, 0), 0.5).T @ rotation((0, 0, 1), TAU * k / 7).T, corners)
            )
        add_mesh(join(petals), everyday(rng, "paint"))
        add_mesh(sphere(3, 0.1), everyday(rng, "paint"))
    if kind in ("plain", "bubbles", "threads") and rng.chance(0.5):
        ring, corners = torus(0.55, 0.14)
        add_mesh((ring - [0, 0, 0.92], corners), everyday(rng, rng.pick(["wood", "metal", "ceramic"])))


def marbles(rng: Rng, attributes: Attributes) -> None:
    """Some glass balls with coloured vanes."""
    for k in range(rng.whole(1, 7)):
        radius = rng.uniform(0.28, 0.45)
        place = (
            np.array([(k % 3) * 0.95, (k // 3) * 0.95, 0]) + rng.uniform(-0.05, 0.05, 3) * [1, 1, 0] + [0, 0, radius]
        )
        vertices, faces = sphere(5, radius)
        clear.add_body((vertices + place, faces), clear.body(solid_glass(rng, attributes)))
        turn = rotation(rng.normal(size=3), rng.uniform(0, 3))
        for vane in range(rng.whole(1, 3)):
            t, s = np.meshgrid(np.linspace(-1, 1, 20), np.linspace(-1, 1, 5), indexing="ij")
            twist = 1.5 * t + vane * TAU / 3
            wide = 0.45 * (1 - t * t) * s
            sheet = np.stack([wide * np.cos(twist), wide * np.sin(twist), 0.75 * t], -1).reshape(-1, 3) * radius
            shade = Material("vane", Base_Color=random_colour(rng, (0.4, 1), (0.5, 1)), Roughness=0.3)
            add_mesh((sheet @ turn + place, grid_faces(20, 5)), shade.data)


_FIGURES: dict[str, list[tuple[tuple[float, float, float], tuple[float, float, float]]]] = {
    "bear": [
        ((0, 0, 0), (0.42, 0.38, 0.5)),
        ((0, -0.05, 0.66), (0.32, 0.3, 0.3)),
        ((0, -0.32, 0.6), (0.12, 0.12, 0.1)),
        *(((s * 0.24, 0, 0.92), (0.1, 0.07, 0.1)) for s in (-1, 1)),
        *(((s * 0.42, -0.15, 0.15), (0.13, 0.14, 0.28)) for s in (-1, 1)),
        *(((s * 0.26, -0.4, -0.38), (0.15, 0.28, 0.15)) for s in (-1, 1)),
    ],
    "cat": [
        ((0, 0, 0), (0.34, 0.42, 0.5)),
        ((0, -0.2, 0.62), (0.28, 0.26, 0.25)),
        *(((s * 0.17, -0.2, 0.88), (0.07, 0.05, 0.14)) for s in (-1, 1)),
        *(((s * 0.13, -0.38, -0.25), (0.1, 0.11, 0.32)) for s in (-1, 1)),
        *(((0.25 + 0.1 * k, 0.4 - 0.12 * k, -0.42 + 0.02 * k), (0.1, 0.1, 0.08)) for k in range(4)),
    ],
    "fish": [
        ((0, 0, 0), (0.7, 0.22, 0.4)),
        ((0.78, 0, 0.2), (0.22, 0.06, 0.28)),
        ((0.78, 0, -0.2), (0.22, 0.06, 0.28)),
        ((-0.05, 0, 0.42), (0.3, 0.05, 0.2)),
        ((0.05, 0, -0.4), (0.2, 0.05, 0.18)),
    ],
    "elephant": [
        ((0, 0, 0), (0.6, 0.4, 0.42)),
        ((-0.62, 0, 0.2), (0.3, 0.28, 0.3)),
        *(((-0.5, s * 0.32, 0.22), (0.12, 0.22, 0.28)) for s in (-1, 1)),
        *(((x, s * 0.24, -0.45), (0.14, 0.14, 0.32)) for x in (-0.35, 0.35) for s in (-1, 1)),
        *(((-0.9 - 0.05 * k, 0, 0.05 - 0.13 * k), (0.11 - 0.01 * k,) * 3) for k in range(5)),
    ],
    "swan": [
        ((0, 0, 0), (0.62, 0.34, 0.3)),
        ((0.5, 0, 0.14), (0.3, 0.2, 0.14)),
        *(((0.1, s * 0.27, 0.15), (0.45, 0.1, 0.22)) for s in (-1, 1)),
        *(((-0.5 - 0.2 * math.sin(k * 0.5), 0, 0.1 + 0.11 * k), (0.11, 0.1, 0.1)) for k in range(8)),
        ((-0.58, 0, 0.98), (0.17, 0.1, 0.1)),
        ((-0.8, 0, 0.95), (0.12, 0.05, 0.04)),
    ],
    "apple": [((s * 0.12, t * 0.12, 0), (0.5, 0.5, 0.5)) for s in (-1, 1) for t in (-1, 1)]
    + [((0.06, 0, 0.6), (0.04, 0.04, 0.2))],
    "snowman": [
        ((0, 0, -0.3), (0.5, 0.5, 0.48)),
        ((0, 0, 0.35), (0.37, 0.37, 0.36)),
        ((0, 0, 0.85), (0.26, 0.26, 0.26)),
    ],
}  # name: centres and half axes of ellipsoids


def figure(rng: Rng, attributes: Attributes) -> None:
    """An animal or a fruit, smooth as if cast."""
    name = rng.pick([*_FIGURES, "heart", "ring", "star"])
    attributes["style"] = name
    if name == "heart":
        vertices, faces = sphere(6)
        side = np.abs(vertices[:, 0])
        vertices = np.c_[
            vertices[:, 0], vertices[:, 1] * 0.5, vertices[:, 2] + 0.55 * side * np.sqrt(np.maximum(0, 1 - 0.4 * side))
        ]
        shape = (vertices * 0.8, faces)
    elif name == "ring":
        shape = torus(0.7, rng.uniform(0.12, 0.3), 96, 48)
        shape = (shape[0] @ rotation((1, 0, 0), rng.uniform(0.6, 1.5)), shape[1])
    elif name == "star":
        vertices, faces = sphere(6)
        angle = np.arctan2(vertices[:, 2], vertices[:, 0])
        lobes = 1 + 0.35 * np.cos(5 * angle + math.pi / 2)
        shape = (vertices * np.stack([lobes, 0.4 + 0 * lobes, lobes], 1) * 0.8, faces)
    else:
        parts = [ellipsoid(centre, axes) for centre, axes in _FIGURES[name]]
        shape = fuse(parts, 0.03, rng.whole(6, 14))
    frost = clear.patches(rng, 0.5, 0.5) if rng.chance(0.15) else None
    clear.add_body(shape, clear.body(replace(solid_glass(rng, attributes), frost=frost)), name=name)
    if rng.chance(0.2):
        low = float(shape[0][:, 2].min())
        base = rounded_box(1.0, 0.8, 0.25, 10)
        add_mesh((base[0] + [0, 0, low - 0.1], base[1]), everyday(rng, rng.pick(["wood", "stone", "metal"])))


def blocks(rng: Rng, attributes: Attributes) -> None:
    """Cubes, prisms and rods of glass, alone or stacked."""
    kind = rng.pick(["cube", "prism", "brick", "pyramid", "rod"])
    attributes["style"] = kind
    for k in range(rng.pick([1, 1, 2, 3])):
        substance = solid_glass(rng, attributes)
        shift = np.array([0.3 * rng.normal(), 0.3 * rng.normal(), 0.85 * k])
        if kind == "cube":
            shape, faces = rounded_box(0.8, 0.8, 0.8, rng.uniform(8, 30), 6)
            turn = rotation((0, 0, 1), rng.uniform(0, 1.5))
            clear.add_body((shape @ turn + shift, faces), clear.body(substance))
        elif kind == "brick":
            shape, faces = rounded_box(1.5, 0.5, 0.8, rng.uniform(10, 20), 6)
            waves = 1 + 0.05 * np.cos(shape[:, 0] * rng.uniform(10, 25)) * (np.abs(shape[:, 1]) > 0.15)
            clear.add_body(
                (shape * np.stack([waves * 0 + 1, waves, waves * 0 + 1], 1) + shift, faces), clear.body(substance)
            )
        elif kind == "rod":
            way = unit(rng.normal(size=3) * [1, 1, 0.5])
            clear.add_body(tube([shift - way, shift + way], rng.uniform(0.08, 0.25), 48), clear.body(substance))
        else:
            sides = 3 if kind == "prism" else 4
            angle = np.arange(sides) / sides * TAU
            outline = 0.5 * np.c_[np.cos(angle), np.sin(angle)]
            top = outline if kind == "prism" else outline * 0.02
            height = 1.4 if kind == "prism" else 0.8
            points = np.concatenate([np.c_[outline, 0 * angle], np.c_[top, 0 * angle + height]])
            turn = rotation(rng.normal(size=3), rng.uniform(0, 1.5) if kind == "prism" else 0.0)
            vertices, corners = hull(points @ turn + shift)
            add_mesh((vertices, corners), clear.body(substance), smooth=False)


def chandelier(rng: Rng, attributes: Attributes) -> None:
    """Strings of cut drops and beads on rings."""
    material = clear.body(replace(solid_glass(rng, attributes), ior=1.55, depth=0.4))
    metal = everyday(rng, "metal")
    bead = hull(_gem_points(rng, "rough") * 0.06)
    drop = hull(_gem_points(rng, "drop") * 0.1)
    for radius, z in [(0.75, 0.0), (0.45, -0.3)][: rng.whole(1, 2)]:
        ring, faces = torus(radius, 0.025)
        add_mesh((ring + [0, 0, z], faces), metal)
        count = rng.whole(7, 13)
        for k in range(count):
            angle = TAU * k / count
            foot = np.array([radius * math.cos(angle), radius * math.sin(angle), z])
            length = rng.whole(1, 4)
            for n in range(length):
                add_mesh((bead[0] + foot - [0, 0, 0.08 + 0.13 * n], bead[1]), material, smooth=False)
            add_mesh((drop[0] + foot - [0, 0, 0.16 + 0.13 * length], drop[1]), material, smooth=False)
        for k in range(3):
            angle = TAU * k / 3
            path = [(radius * math.cos(angle), radius * math.sin(angle), z), (0, 0, 0.7)]
            add_mesh(tube(spline(path, 8), 0.012, 6), metal)


def bauble(rng: Rng, attributes: Attributes) -> None:
    """Thin balls of coloured glass with a metal cap, some of them with things in them."""
    for k in range(rng.pick([1, 1, 2, 3])):
        radius = rng.uniform(0.4, 0.6)
        middle = np.array([k * 1.05, rng.uniform(-0.3, 0.3), rng.uniform(-0.4, 0.4)])
        tint = linear(hsv(rng.uniform(), rng.uniform(0, 0.7), 1.0))
        haze = clear.everywhere(0.15) if rng.chance(0.3) else None
        film = clear.Film(rng.uniform(0.05, 0.25), 0.95, tint, shine=np.sqrt(tint), haze=haze)
        vertices, faces = sphere(5, radius)
        add_mesh((vertices + middle, faces), clear.film(film))
        collar = lathe([(0.1, radius - 0.03), (0.1, radius + 0.09), (0.05, radius + 0.12), (0, radius + 0.12)], 32)
        metal = everyday(rng, "metal")
        add_mesh((collar[0] + middle, collar[1]), metal)
        hook, corners = torus(0.06, 0.012, 32, 8)
        add_mesh((hook @ rotation((1, 0, 0), math.pi / 2) + middle + [0, 0, radius + 0.16], corners), metal)
        add_mesh(
            tube([middle + [0, 0, radius + 0.22], middle + [0, 0, radius + 0.7]], 0.008, 6), everyday(rng, "fabric")
        )
        if rng.chance(0.5):
            inside = radius * 0.55 * rng.uniform(-1, 1, (rng.whole(5, 40), 3)) + middle
            bits = scatter(sphere(2), inside, [np.eye(3)] * len(inside), rng.uniform(0.02, 0.06, len(inside)))
            add_mesh(bits, everyday(rng, rng.pick(["metal", "paint", "fabric"])))


GLASS_SOLIDS: dict[str, tuple[float, Callable[[Rng, Attributes], None]]] = {
    "gem": (1.2, gem),
    "crystals": (0.9, crystals),
    "ball": (1.3, ball),
    "marbles": (0.6, marbles),
    "figure": (1.8, figure),
    "blocks": (1, blocks),
    "chandelier": (0.5, chandelier),
    "bauble": (0.9, bauble),
}  # name: how often, maker
