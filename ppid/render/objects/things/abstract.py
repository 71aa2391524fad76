"""Shapes for their own sake: knots, gears, springs, lattices."""

from __future__ import annotations

import math

import numpy as np

from ppid.render.objects.things.kit import Kit, Thing
from ppid.render.objects.things.parts import (
    Y,
    Z,
    circle,
    helix,
    loft,
    placed,
    ring,
    segments,
    sheet,
    strap,
    stretched,
    washer,
)
from ppid.render.rng import Rng
from ppid.render.shapes import TAU, lathe, noise, rotation, rounded_box, scatter, sphere, spline, torus, tube, unit


def _any_turn(rng: Rng) -> np.ndarray:
    return rotation(rng.normal(size=3), rng.uniform(0, 3))


def knot(rng: Rng, kit: Kit) -> None:
    """A torus knot or a tangle that closes."""
    t = np.linspace(0, TAU, 280, endpoint=False)
    if rng.chance(0.6):
        p, q = rng.pick([(2, 3), (3, 2), (2, 5), (3, 4), (1, 4), (3, 5)])
        radius = 0.55 + 0.22 * np.cos(q * t)
        path = np.c_[radius * np.cos(p * t), radius * np.sin(p * t), 0.3 * np.sin(q * t)]
    else:
        path = sum(
            rng.normal(size=(3, 1)) * np.cos(k * t + rng.uniform(0, TAU, (3, 1))) / k**0.7 for k in range(1, 5)
        ).T
        path *= 0.8 / np.abs(path).max()
    path = path @ _any_turn(rng).T
    if rng.chance(0.3):
        kit.add(
            strap(
                path,
                unit(noise(np.stack([path] * 3, 1) + np.eye(3) * 9, rng, 0.3)),
                rng.uniform(0.12, 0.25),
                0.03,
                closed=True,
            ),
            kit.material(),
        )
    else:
        kit.add(tube(path, rng.uniform(0.05, 0.13), 18, closed=True), kit.material())


def gear(rng: Rng, kit: Kit) -> None:
    """Toothed wheels with holes."""
    for k in range(rng.whole(1, 4)):
        teeth, radius = rng.whole(8, 24), rng.uniform(0.3, 0.7)
        turn = np.linspace(0, TAU, teeth * 8, endpoint=False)
        outer = (
            radius * (1 + 0.12 * np.clip(3 * np.sin(turn * teeth), -1, 1)[:, None]) * np.c_[np.cos(turn), np.sin(turn)]
        )
        metal = kit.material("steel", "steel", "gold", "plastic", "paint")
        high = rng.uniform(0.08, 0.22)
        with kit.at(
            (k * 0.75, rng.uniform(-0.25, 0.25), rng.uniform(-0.35, 0.35)),
            rotation(rng.normal(size=3), rng.uniform(0, 1.0)),
        ):
            if radius > 0.45 and rng.chance(0.6):
                kit.add(washer(outer, circle(radius * 0.72, len(turn)), high), metal, edge=0.01)
                kit.add(washer(circle(radius * 0.3), circle(radius * 0.14), high * 1.3), metal, edge=0.01)
                for a in np.arange(spokes := rng.whole(3, 6)) * TAU / spokes:
                    way = np.array([math.cos(a), math.sin(a), 0])
                    kit.add(strap(np.linspace(way * radius * 0.27, way * radius * 0.75, 4), Z, high * 0.8, 0.09), metal)
            else:
                kit.add(washer(outer, circle(radius * rng.uniform(0.15, 0.5), len(turn)), high), metal, edge=0.01)


def spring(rng: Rng, kit: Kit) -> None:
    """A coil spring, straight, bent or conical."""
    turns, radius = rng.whole(6, 16), rng.uniform(0.25, 0.5)
    t = np.linspace(0, 1, turns * 24)
    taper = 1 - rng.pick([0.0, 0.0, rng.uniform(0.2, 0.9)]) * t
    path = helix(radius * taper, 1.8, turns, len(t)) + np.c_[rng.uniform(-0.9, 0.9) * t**2, 0 * t, 0 * t]
    kit.add(tube(path, rng.uniform(0.02, 0.06), 12), kit.material("chrome", "steel", "plastic", "paint"))


def tower(rng: Rng, kit: Kit) -> None:
    """A lattice mast or a crane."""
    metal, levels, power = kit.material("steel", "paint"), rng.whole(7, 14), rng.uniform(0.6, 2.2)
    corners = np.array([(1, 1), (1, -1), (-1, -1), (-1, 1)])
    high = np.linspace(0, 1, levels + 1)
    half = 0.45 * (1 - high) ** power + 0.06
    points = np.array([np.c_[corners * h, np.full(4, 2.3 * t - 1.1)] for h, t in zip(half, high, strict=True)])
    bars = []
    for level in range(levels):
        for k in range(4):
            a, b = points[level, k], points[level, (k + 1) % 4]
            c, d = points[level + 1, k], points[level + 1, (k + 1) % 4]
            bars += [(a, c), (c, d), (a, d), (b, c)]
    if rng.chance(0.4):
        arm = np.array(
            [[(x, y, z) for y, z in ((-0.06, 1.05), (0.06, 1.05), (0, 1.2))] for x in np.linspace(-0.5, 1.2, 14)]
        )
        for k in range(13):
            for j in range(3):
                bars += [
                    (arm[k, j], arm[k + 1, j]),
                    (arm[k, j], arm[k, (j + 1) % 3]),
                    (arm[k, j], arm[k + 1, (j + 1) % 3]),
                ]
        bars += [((0.9, 0, 1.05), (0.9, 0, 0.3))]
        kit.add(placed(rounded_box(0.2, 0.2, 0.2, 5), (-0.42, 0, 0.98)), kit.material("paint", "stone"))
    kit.wires(segments(bars), rng.uniform(0.009, 0.016), metal)


def chain(rng: Rng, kit: Kit) -> None:
    """A chain of links, straight, hanging or heaped."""
    count, size = rng.whole(8, 26), rng.uniform(0.09, 0.15)
    path = spline(np.cumsum(rng.normal(size=(6, 3)) * [0.5, 0.2, 0.5], 0), 600)
    run = np.r_[0, np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))]
    at = np.arange(count) * size * 1.5
    at = at[at < run[-1]]
    places = np.stack([np.interp(at, run, path[:, k]) for k in range(3)], 1)
    tangent = unit(np.gradient(places, axis=0)) if len(at) > 1 else np.array([[1.0, 0, 0]])
    side = unit(np.cross(tangent, Y))
    up = np.cross(tangent, side)
    even = (np.arange(len(at)) % 2)[:, None]
    first, second = np.where(even, side, up), np.where(even, up, -side)
    t = np.linspace(0, TAU, 40, endpoint=False)
    stadium = np.c_[0.62 * np.cos(t) + 0.42 * np.clip(np.cos(t) * 4, -1, 1), 0.6 * np.sin(t), 0 * t]
    link = tube(stadium, rng.uniform(0.15, 0.22), 10, closed=True)
    kit.add(
        scatter(link, places, np.stack([tangent, first, second], 1), np.full(len(at), size)),
        kit.material("steel", "chrome", "gold", "paint"),
    )


def polyhedron(rng: Rng, kit: Kit) -> None:
    """The edges of a solid with balls at its corners, or a geodesic sphere of bars."""
    bar, joint = kit.material("steel", "wood", "paint", "gold"), kit.material("steel", "plastic", "paint")
    if rng.chance(0.5):
        points, faces = sphere(rng.pick([1, 2, 3]), 0.9)
    else:
        points = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * 0.6
        faces = np.array([[0, 1, 3], [0, 2, 3], [4, 5, 7], [4, 6, 7], [0, 1, 5], [0, 4, 5], [2, 3, 7], [2, 6, 7]])
    points = points @ _any_turn(rng).T
    edges = {tuple(sorted((int(face[k]), int(face[(k + 1) % 3])))) for face in faces for k in range(3)}
    longest = max(np.linalg.norm(points[a] - points[b]) for a, b in edges)
    thick = rng.uniform(0.012, 0.04) * min(1.0, longest * 1.5)
    for a, b in sorted(edges):
        if np.linalg.norm(points[a] - points[b]) < longest * 0.99 or len(faces) != 8:
            kit.add(tube(points[[a, b]], thick, 10), bar)
    kit.add(
        scatter(
            sphere(3),
            points,
            np.repeat(np.eye(3)[None], len(points), 0),
            np.full(len(points), thick * rng.uniform(1.2, 2.5)),
        ),
        joint,
    )


def ribbon(rng: Rng, kit: Kit) -> None:
    """A twisted band that closes, or a spiral of paper."""
    if rng.chance(0.5):
        t, w = np.meshgrid(np.linspace(0, TAU, 200), np.linspace(-1, 1, 9), indexing="ij")
        twists, wide = rng.pick([1, 2, 3]), rng.uniform(0.15, 0.35)
        reach = 0.7 + wide * w * np.cos(twists * t / 2)
        band = np.stack([reach * np.cos(t), reach * np.sin(t), wide * w * np.sin(twists * t / 2)], -1)
        kit.add(
            sheet(band @ _any_turn(rng).T),
            kit.material("paper", "paint", "steel", "fabric"),
            thick=rng.uniform(0.01, 0.05),
        )
        return
    t = np.linspace(0, 1, 240)
    path = helix(rng.uniform(0.25, 0.45) * (1 - 0.5 * t * rng.chance(0.5)), 1.9, rng.uniform(3, 6), 240)
    kit.add(strap(path, Z, rng.uniform(0.12, 0.25), 0.012), kit.material("paper", "paint", "fabric", "gold"))


def pebble_pile(rng: Rng, kit: Kit) -> None:
    """Pebbles balanced on each other, or a lump of rock."""
    if rng.chance(0.4):
        vertices, faces = sphere(6, 0.8)
        planes = unit(rng.normal(size=(14, 3)))
        cut = np.minimum(1, (rng.uniform(0.72, 0.95, 14) / np.maximum(vertices / 0.8 @ planes.T, 1e-3)).min(1))
        rough = 1 + 0.04 * noise(vertices, rng, 1.6, 4)
        kit.add(
            (vertices * (cut * rough)[:, None] * rng.uniform(0.7, 1.2, 3), faces),
            kit.material("stone", "stone", "gold"),
        )
        return
    z = 0.0
    size = rng.uniform(0.5, 0.7)
    for _ in range(rng.whole(2, 7)):
        high = size * rng.uniform(0.3, 0.55)
        vertices, faces = sphere(5, (size, size * rng.uniform(0.7, 1), high))
        vertices = vertices * (1 + 0.06 * noise(vertices, rng, 0.8, 3))[:, None]
        kit.add(
            placed(
                (vertices, faces),
                (rng.uniform(-0.06, 0.06), rng.uniform(-0.06, 0.06), z + high),
                rotation(Z, rng.uniform(0, 3)),
            ),
            kit.material("stone"),
        )
        z += high * 1.9
        size *= rng.uniform(0.7, 0.95)


def sculpture(rng: Rng, kit: Kit) -> None:
    """A stack of turned forms, rings in each other, or a body with a hole."""
    material = kit.material()
    kind = rng.pick(["rings", "turned", "hole"])
    kit.attributes["style"] = kind
    if kind == "rings":
        for k in range(rng.whole(2, 5)):
            radius = 0.85 - 0.15 * k
            kit.add(
                placed(ring(radius, rng.uniform(0.03, 0.09), Z), turn=_any_turn(rng)),
                kit.material() if rng.chance(0.3) else material,
            )
        if rng.chance(0.5):
            kit.add(sphere(5, 0.2), kit.material("gold", "chrome", "paint"))
    elif kind == "turned":
        radii = rng.uniform(0.08, 0.5, 9)
        radii[[0, -1]] = 0.3, 0.001
        kit.add(lathe(spline(np.c_[np.abs(radii), np.linspace(-1, 1, 9)], 90), 72), material)
    else:
        vertices, faces = torus(0.55, 0.28, 96, 40)
        swell = 1 + 0.3 * noise(vertices, rng, 0.5, 2)
        kit.add(stretched((vertices * swell[:, None] @ _any_turn(rng).T, faces), rng.uniform(0.7, 1.2, 3)), material)


def shell(rng: Rng, kit: Kit) -> None:
    """A sea shell: a snail's spiral or a scallop."""
    china = kit.material("ceramic", "patterned", "stone", "translucent")
    if rng.chance(0.6):
        turns = rng.uniform(3.5, 5.5)
        t, around = np.meshgrid(np.linspace(0, 1, 260), np.linspace(0, TAU, 36, endpoint=False), indexing="ij")
        grow = np.exp(2.6 * (t - 1))
        ribs = 1 + 0.04 * np.sin(t * turns * 60)
        size, tall = 0.42 * grow * ribs, rng.uniform(0.8, 2.0)
        reach = 0.42 * grow + size * np.cos(around)
        angle = t * turns * TAU
        rows = np.stack(
            [reach * np.cos(angle), reach * np.sin(angle), tall * (1 - grow) + size * 1.2 * np.sin(around)], -1
        )
        kit.add(loft(rows, capped=False), china, thick=0.012)
        return
    u, v = np.meshgrid(np.linspace(-1, 1, 90), np.linspace(0, 1, 30), indexing="ij")
    angle = u * 1.15
    reach = v * (1 - 0.12 * u**2) * (1 + 0.02 * np.cos(u * 40))
    rows = np.stack(
        [
            reach * np.sin(angle),
            -0.32 * np.sin(v * 2.4) * (1 - 0.5 * u**2) + 0.03 * v * np.cos(u * 40),
            reach * np.cos(angle),
        ],
        -1,
    )
    kit.add(sheet(rows), china, thick=0.02)


THINGS: dict[str, Thing] = {
    "knot": Thing(knot),
    "gear": Thing(gear, lying=True),
    "spring": Thing(spring, lying=True),
    "tower": Thing(tower, elevation=(-0.2, 0.4)),
    "chain": Thing(chain, lying=True),
    "polyhedron": Thing(polyhedron),
    "ribbon": Thing(ribbon),
    "pebbles": Thing(pebble_pile, elevation=(0, 0.6)),
    "sculpture": Thing(sculpture),
    "shell": Thing(shell, elevation=(-0.2, 1.0), lying=True),
}
