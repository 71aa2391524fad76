"""What is worn around the neck, over clothes: ties, scarves, necklaces, lanyards."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ppid.render.people.fabrics import Fabric, fabric, metal, plain, wardrobe_colour
from ppid.render.people.figure import Figure
from ppid.render.people.garment_parts import neck_ring, strip
from ppid.render.people.shells import Shell, folds
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, add_strands, subdivide, thicken
from ppid.render.shapes import (
    TAU,
    Points,
    Shape,
    ellipsoid,
    grid_faces,
    join,
    point_along,
    rounded_box,
    spline,
    tube,
    unit,
    vertex_normals,
)
from ppid.render.shot import Attributes


def tie(rng: Rng, shell: Shell, top: float = 5.5) -> None:
    """A knot at the collar and a blade that widens down to the belt."""
    material = fabric(rng, rng.pick(["plain", "upright", "across", "dots", "plaid"])).material
    heights = np.linspace(top, rng.uniform(0.9, 1.6), 30)
    widest = rng.uniform(0.27, 0.4)
    half = np.interp(heights, [heights[-1], heights[-1] + 0.35, top - 0.4, top], [0.02, widest, 0.17, 0.13])
    sway = rng.normal(0, 0.05) * np.linspace(0, 1, 30) ** 2
    shape, surface = strip(shell, sway - half, sway + half, heights, 0.008, 5)
    target = add_mesh(shape, material, name="tie", surface=surface * [0.12, 0.7])
    subdivide(thicken(target, 0.004, 0), 1)
    knot = np.linspace(top + 0.16, top - 0.3, 8)
    half = np.interp(knot, [top - 0.3, top, top + 0.16], [0.14, 0.24, 0.2]) * rng.uniform(0.9, 1.2)
    bulge = 0.007 + 0.011 * np.sin(np.linspace(0.25, 0.85, 8) * np.pi)[:, None] * [0.3, 0.9, 1, 0.9, 0.3]
    shape, surface = strip(shell, -half, half, knot, bulge, 5)
    subdivide(thicken(add_mesh(shape, material, name="knot", surface=surface * 0.1), 0.004, 0), 1)


def bow_tie(rng: Rng, shell: Shell, top: float = 5.45) -> None:
    """Two wings and a knot."""
    material = fabric(rng).material
    middle = shell.front([0.0], [top], 0.016)[0]
    across = unit(shell.front([0.2], [top], 0.016)[0] - shell.front([-0.2], [top], 0.016)[0])
    up = unit(np.array([0, 0, 1.0]) - across * across[2])
    out = np.cross(across, up)
    length, height = rng.uniform(0.05, 0.065), rng.uniform(0.016, 0.026)
    wings = []
    for side in (1, -1):
        along = np.linspace(0, 1, 9)
        tall = np.interp(along, [0, 0.15, 0.7, 1], [0.35, 0.5, 1, 0.9]) * height
        level = np.linspace(-1, 1, 5)
        points = middle + side * along[:, None, None] * length * across + (level * tall[:, None])[..., None] * up
        wave = 0.004 * np.cos(level * 4) * (1 - 0.6 * along[:, None]) - 0.012 * along[:, None] ** 2
        points = points - wave[..., None] * out
        wings.append((points.reshape(-1, 3), grid_faces(9, 5)))
    target = add_mesh(join(wings), material, name="bow", surface=np.zeros((90, 2)) + 0.1)
    subdivide(thicken(target, 0.005, 0), 1)
    knot = ellipsoid(middle - out * 0.002, (0.010, 0.009, height * 0.6), np.stack([across, out, up], 1))
    add_mesh(knot, material, name="knot", surface=np.zeros((len(knot[0]), 2)) + 0.1)


def scarf(rng: Rng, figure: Figure, shell: Shell) -> Shape:
    """Cloth wound around the neck, with ends that hang in front and fringes there."""
    cloth = fabric(rng, knit=rng.chance(0.5))
    neck = neck_ring(figure, shell, 5.75)
    count, turns = 90, rng.uniform(1.4, 2.3)
    way = np.linspace(0, turns * 2 * np.pi, count) + rng.uniform(0, 6)
    rank = way / (2 * np.pi) * len(neck.line)
    low, share = rank.astype(int), (rank % 1)[:, None]

    def around(values: Points) -> Points:
        return values[low % len(values)] * (1 - share) + values[(low + 1) % len(values)] * share

    size = rng.uniform(0.024, 0.038)
    layer = np.linspace(0, 1, count)
    out = size * (0.5 + 0.5 * layer) + 0.012 * np.sin(way * 1.5)
    up = 0.012 + size * (0.5 - layer) + 0.010 * np.sin(way * 0.9 + 1)
    path = around(neck.line) + around(neck.out) * out[:, None] + neck.up * up[:, None]
    vertices, faces = tube(path, 1.0, 16)
    rim = vertices[:-2].reshape(count, 16, 3) - path[:, None]
    flat = neck.up * (rim @ neck.up)[..., None]
    creases = 1 + 0.16 * np.sin(np.arange(16) * 2.4 + way[:, None] * 2) * np.sin(np.arange(16) * 1.1 + 2)
    ring = path[:, None] + (flat * 1.25 + (rim - flat) * 0.75) * (size * creases)[..., None]
    vertices = np.concatenate([ring.reshape(-1, 3), path[:1], path[-1:]])
    wound = vertices + vertex_normals(vertices, faces) * folds(rng, vertices, 0.003, 0.05)[:, None]
    surface = np.stack(np.broadcast_arrays(layer[:, None] * 3, np.arange(16) / 16), -1).reshape(-1, 2)
    surface = np.concatenate([surface, np.zeros((2, 2))])
    subdivide(add_mesh((wound, faces), cloth.material, name="scarf", surface=surface), 1)
    for side in rng.pick([[1], [-1], [1, -1], []]):
        _scarf_end(rng, shell, cloth, side * rng.uniform(0.25, 0.7))
    return wound, faces


def _scarf_end(rng: Rng, shell: Shell, cloth: Fabric, x: float) -> None:
    rows, columns = 26, 9
    heights = np.linspace(5.45, rng.uniform(1.2, 3.6), rows)
    half = np.interp(heights, [heights[-1], 5.0, 5.45], [rng.uniform(0.5, 0.8), 0.45, 0.3])
    waves = np.sin(np.linspace(0, rng.uniform(5, 11), columns) + rng.uniform(0, 6))
    lift = 0.012 + 0.006 * waves + 0.014 * np.linspace(1, 0, rows)[:, None]
    centre = x + 0.08 * np.sin(heights * 1.3 + rng.uniform(0, 6))
    (points, faces), surface = strip(shell, centre - half, centre + half, heights, lift, columns)
    target = add_mesh((points, faces), cloth.material, name="scarf end", surface=surface * [0.3, 0.9])
    subdivide(thicken(target, 0.004, 0), 1)
    grid = points.reshape(rows, columns, 3)
    if rng.chance(0.6):
        _fringe(rng, grid[-2], grid[-1], cloth)


def _fringe(rng: Rng, before: Points, edge: Points, cloth: Fabric) -> None:
    """Threads that go on beyond an edge."""
    count = 160
    place = np.sort(rng.uniform(0, len(edge) - 1.001, count))
    low, share = place.astype(int), (place % 1)[:, None]
    start = edge[low] * (1 - share) + edge[low + 1] * share
    way = unit(edge - before)[low] + rng.normal(0, 0.12, (count, 3)) + np.array([0, 0, -0.4])
    length = rng.uniform(0.02, 0.06) * rng.uniform(0.8, 1.1, (count, 1, 1))
    t = np.linspace(0, 1, 6)[None, :, None]
    threads = start[:, None] + unit(way)[:, None] * t * length + rng.normal(0, 0.001, (count, 6, 3)) * t
    add_strands(threads, 0.0006, plain(rng, cloth.colour, 0.9), name="fringe")


def _loop(figure: Figure, shell: Shell, drop: float, width: float, lift: float, count: int = 120) -> Points:
    """A closed line around the neck that hangs in front to MakeHuman's y `drop`, resting on the cloth."""
    angle = np.linspace(0, TAU, count, endpoint=False)
    neck = neck_ring(figure, shell, 5.72)

    def around(values: Points) -> Points:
        return np.stack([np.interp(angle, neck.angle, values[:, i], period=TAU) for i in range(3)], 1)

    ring = around(neck.line) + lift * around(neck.out)
    aside = ((angle + np.pi) % TAU - np.pi) / np.radians(80)
    hanging = np.abs(aside) < 1
    side = aside[hanging]
    on_front = shell.front(side * width, drop + (5.55 - drop) * np.abs(side) ** 1.7, lift)
    share = np.clip((1 - np.abs(side)) * 4, 0, 1)[:, None]
    ring[hanging] = ring[hanging] * (1 - share) + on_front * share
    for _ in range(4):
        ring = (np.roll(ring, 1, 0) + 2 * ring + np.roll(ring, -1, 0)) / 4
    return ring


def necklace(rng: Rng, figure: Figure, shell: Shell) -> None:
    """A chain, often with a pendant."""
    material = metal(rng)
    line = _loop(figure, shell, rng.uniform(4.3, 5.2), rng.uniform(0.4, 0.6), 0.003)
    thickness = rng.uniform(0.0006, 0.0022)
    links = thickness * (1 + 0.25 * np.sin(np.arange(480) * np.pi / 2))
    add_mesh(tube(spline(line, 480, closed=True), links, 6, closed=True), material, name="chain")
    if rng.chance(0.7):
        lowest = line[line[:, 2].argmin()]
        size = rng.uniform(0.006, 0.016)
        way = unit(np.array([0, -1.0, 0]))
        flat = rounded_box(size, size * rng.uniform(0.8, 1.6), size * 0.4, rng.pick([2.0, 4.0, 8.0]))
        jewel = point_along(flat[0], way) + lowest + [0, -0.002, -size * 0.7]
        add_mesh((jewel, flat[1]), material if rng.chance(0.5) else plain(rng, None, 0.08), name="pendant")


def pearls(rng: Rng, figure: Figure, shell: Shell) -> None:
    """Beads on a string."""
    radius = rng.uniform(0.003, 0.009)
    line = _loop(figure, shell, rng.uniform(4.4, 5.35), rng.uniform(0.42, 0.6), radius)
    dense = spline(line, 2000, closed=True)
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(dense, axis=0), axis=1))])
    count = int(length[-1] / (radius * 2))
    places = np.stack([np.interp(np.arange(count) * radius * 2, length, dense[:, i]) for i in range(3)], 1)
    shades = rng.pick([(0.85, 0.82, 0.76), tuple(wardrobe_colour(rng))])
    beads = [ellipsoid(place, (radius,) * 3, splits=2) for place in places]
    add_mesh(join(beads), plain(rng, shades, rng.uniform(0.1, 0.4)), name="beads")


def lanyard(rng: Rng, figure: Figure, shell: Shell) -> None:
    """A ribbon with a badge."""
    line = _loop(figure, shell, rng.uniform(2.4, 3.2), rng.uniform(0.45, 0.6), 0.005)
    add_mesh(tube(spline(line, 200, closed=True), 0.0035, 6, closed=True), plain(rng, None, 0.8), name="ribbon")
    lowest = line[line[:, 2].argmin()]
    wide, tall = rng.pick([(0.055, 0.085), (0.09, 0.06)])
    shape = rounded_box(wide, 0.003, tall, 10)
    place = lowest + [0, -0.006, -tall / 2 - 0.005]
    tilt = point_along(shape[0], unit(np.array([rng.normal(0, 0.05), rng.normal(-0.1, 0.05), 1.0])), -np.pi / 2)
    add_mesh((tilt + place, shape[1]), plain(rng, (0.8, 0.8, 0.8), 0.3), name="badge")


def put_on(rng: Rng, attributes: Attributes, figure: Figure, shell: Shell) -> list[Shape]:
    """Add what `attributes["neckwear"]` names, if it is in `NECKWEAR`, over the outermost cloth.

    Returns:
        What hair runs into.
    """
    maker = NECKWEAR.get(attributes["neckwear"])
    shape = maker(rng, figure, shell) if maker else None
    return [] if shape is None else [shape]


NECKWEAR: dict[str, Callable[[Rng, Figure, Shell], Shape | None]] = {
    "tie": lambda rng, _, shell: tie(rng, shell),
    "bow_tie": lambda rng, _, shell: bow_tie(rng, shell),
    "scarf": scarf,
    "necklace": necklace,
    "pearls": pearls,
    "lanyard": lanyard,
}
