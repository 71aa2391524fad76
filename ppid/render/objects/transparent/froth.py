"""What liquids turn into: bubbles, foam, ice, dew on things, spray."""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.colour import hsv, linear
from ppid.render.materials import Material, everyday
from ppid.render.objects.transparent import clear
from ppid.render.objects.transparent.clear import Film, Substance
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, add_strands, evaluated
from ppid.render.shapes import (
    TAU,
    Points,
    Shape,
    grid_faces,
    join,
    lathe,
    noise,
    perpendicular,
    rotation,
    rounded_box,
    sample_surface,
    scatter,
    sphere,
    spline,
    tube,
    unit,
)
from ppid.render.shot import Attributes


def bubbles(rng: Rng, attributes: Attributes) -> None:
    """Soap bubbles: one, a swarm or a cluster, some blown from a ring."""
    style = rng.named({"one": 1, "swarm": 3, "cluster": 1.5})
    attributes["style"] = style
    material = soap(rng)
    places = _bubble_places(rng, style)
    for centre, radius in places:
        vertices, faces = sphere(5, radius)
        wobble = 1 + rng.pick([0.0, 0.02, 0.05]) * noise(vertices / radius, rng, 0.35, 1)
        add_mesh((vertices * wobble[:, None] + centre, faces), material, name="bubble")
    if rng.chance(0.3):
        centre, radius = places[0]
        turn = np.linspace(0, TAU, 50, endpoint=False)
        wand = everyday(rng, "plastic")
        ring = np.c_[radius * 0.6 * np.cos(turn), 0 * turn + radius * 0.8, radius * 0.6 * np.sin(turn)] + centre
        foot = np.asarray(centre) + [0, radius * 0.8, -radius * 0.6]
        add_mesh(join([tube(ring, 0.03, 10, closed=True), tube([foot, foot + [0.1, 0.1, -0.9]], 0.03)]), wand)
        attributes["wand"] = True


def _bubble_places(rng: Rng, style: str) -> list[tuple[Points, float]]:
    if style == "one":
        return [(np.zeros(3), 0.9)]
    found: list[tuple[Points, float]] = []
    spread = np.array([0.9, 0.9, 0.9]) if style == "swarm" else np.array([0.3, 0.3, 0.25])
    apart = 1.02 if style == "swarm" else 0.8
    for _ in range(rng.whole(4, 30)):
        radius = rng.log_uniform(0.06, 0.42)
        for _ in range(30):
            centre = rng.normal(size=3) * spread
            if all(np.linalg.norm(centre - other) > (radius + size) * apart for other, size in found):
                found.append((centre, radius))
                break
    return found


def soap(rng: Rng) -> bpy.types.Material:
    """A soap film: colours of thin layers that run with its thickness."""
    strength, size = rng.uniform(0.3, 1.0), rng.uniform(0.6, 1.8)
    rainbow = [hsv(hue, 0.75 * strength, 1.0) for hue in (0.9, 0.15, 0.45, 0.6, 0.85, 0.1, 0.5)]

    def shine(material: Material) -> Any:
        thickness = material.node("TexNoise", Vector=material.coordinates(size, rng), Distortion=2.5, Detail=1.0)
        facing = material.node("LayerWeight", Blend=0.4).outputs["Facing"]
        order = material.node("Math", {"operation": "MULTIPLY_ADD"})
        material.connect(order, 0, facing)
        material.connect(order, 1, 0.6)
        material.connect(order, 2, thickness.outputs[0])
        place = material.node("MapRange", Value=order.outputs[0], From_Min=0.3, From_Max=1.2)
        return material.ramp(place.outputs[0], [(k / 6, linear(colour)) for k, colour in enumerate(rainbow)])

    return clear.film(Film(rng.uniform(0.04, 0.14), rng.uniform(0.75, 0.95), shine=shine))


def foam(rng: Rng, attributes: Attributes) -> None:
    """A heap of bubbles, from suds to a dense head, some of it on a plate or a sponge."""
    dense = rng.chance(0.5)
    attributes["style"] = "dense" if dense else "loose"
    count = rng.whole(160, 360) if dense else rng.whole(50, 180)
    spread = np.array([0.55, 0.55, 0.2 if dense else 0.28]) * rng.uniform(0.7, 1.2, 3)
    where = rng.normal(size=(count, 3)) * spread
    where[:, 2] = np.abs(where[:, 2])
    radius = 0.045 * rng.uniform(2.5, 4.5) ** rng.random(count)
    shape = scatter(sphere(3), where, np.repeat(np.eye(3)[None], count, 0), radius)
    haze = clear.everywhere(rng.uniform(0.15, 0.35) if dense else 0.02)
    film = Film(rng.uniform(0.05, 0.1), rng.uniform(0.7, 0.9), haze=haze)
    add_mesh(shape, clear.film(film), name="foam")
    if rng.chance(0.5):
        low = -0.1
        if rng.chance(0.5):
            base = lathe([(0, low - 0.1), (0.8, low - 0.1), (1.2, low + 0.05), (1.2, low + 0.09), (0, low)], 96)
            add_mesh(base, everyday(rng, rng.pick(["ceramic", "metal", "plastic"])))
        else:
            vertices, faces = rounded_box(1.5, 0.9, 0.4, 8, 5)
            sponge = everyday(rng, "fabric", linear(hsv(rng.pick([0.13, 0.3, 0.55, 0.95]), 0.7, 0.9)))
            add_mesh((vertices * (1 + 0.04 * noise(vertices, rng, 3))[:, None] + [0, 0, low - 0.15], faces), sponge)


def ice(rng: Rng, attributes: Attributes) -> None:
    """Cubes, a shard, icicles or a frozen ball; clear or clouded."""
    style = rng.pick(["cubes", "cubes", "shard", "icicles", "ball"])
    attributes["style"] = style
    clouded = rng.pick([0.0, 0.3, 0.6])
    frost = clear.patches(rng, rng.uniform(0.3, 0.8), clouded, rng.uniform(0.4, 0.9)) if clouded else None
    tint = linear((0.9, 0.96, 1.0))
    material = clear.body(Substance(1.31, tint, 1.0, frost, (0.82, 0.88, 0.95)))
    if style == "cubes":
        for k in range(rng.whole(1, 6)):
            vertices, faces = rounded_box(1, 1, 1, rng.uniform(5, 12), 6)
            vertices = vertices * rng.uniform(0.55, 0.75, 3)
            vertices = vertices * (1 + 0.05 * noise(vertices, rng, 1.1, 3))[:, None]
            vertices = vertices @ rotation(rng.normal(size=3), rng.uniform(0, 3 if k > 2 else 0.6))
            place = [(k % 3) * 0.85, (k // 3) * 0.4 + rng.normal(0, 0.1), (k // 3) * 0.62]
            clear.add_body((vertices + place, faces), material, name="ice")
    elif style == "icicles":
        for k in range(rng.whole(3, 9)):
            length, radius, t = rng.uniform(0.5, 1.8), rng.uniform(0.06, 0.15), np.linspace(0, 1, 60)
            thick = radius * (1 - t) ** 0.7 * (1 + 0.1 * np.sin(t * 35 + rng.uniform(0, 6)))
            path = np.c_[k * 0.23 + 0.02 * np.sin(t * 7), 0.03 * np.cos(t * 9), -t * length]
            clear.add_body(tube(path, np.maximum(thick, 0.008), 20), material, name="ice")
        vertices, faces = rounded_box(rng.uniform(1.2, 2), 0.35, 0.3, 5, 6)
        vertices = vertices * (1 + 0.1 * noise(vertices, rng, 1))[:, None] + [0.8, 0, 0]
        add_mesh((vertices, faces), everyday(rng, rng.pick(["wood", "stone", "plastic"])))
    else:
        vertices, faces = sphere(6)
        if style == "shard":
            ways = unit(rng.normal(size=(16, 3)))
            towards = np.maximum(vertices @ ways.T, 0.05)
            depth = np.where(vertices @ ways.T > 0.05, rng.uniform(0.5, 0.9, 16) / towards, 9).min(1)
            vertices = vertices * depth.clip(0.3, 1)[:, None] * rng.uniform(0.6, 1.3, 3)
        vertices = vertices * (1 + 0.03 * noise(vertices, rng, 1.5, 3))[:, None]
        clear.add_body((vertices, faces), material, name="ice")
    if rng.chance(0.4) and style != "icicles":
        dew(rng, rng.whole(20, 90), (0.012, 0.05))


def dew(rng: Rng, count: int, sizes: tuple[float, float], outwards: float = 0.05) -> None:
    """Drops on everything in the scene where its normal points away from the middle by at least `outwards`."""
    surfaces = []
    for each in bpy.context.scene.objects:
        if each.type == "MESH" and not each.get("unframed"):
            vertices, triangles = evaluated(each)
            surfaces.append((vertices + np.array(each.location), triangles))
    vertices, triangles = _joined(surfaces)
    middle = (vertices.min(0) + vertices.max(0)) / 2
    points, normals = sample_surface(rng, vertices, triangles, count * 2)
    outside = ((points - middle) * normals).sum(1) > outwards
    points, normals = points[outside][:count], normals[outside][:count]
    radius = sizes[0] * (sizes[1] / sizes[0]) ** (rng.random(len(points)) ** 1.8)
    first, second = perpendicular(normals)
    flat = np.stack([radius, radius, radius * rng.uniform(0.4, 0.75)], 1)
    shape = scatter(sphere(3), points + normals * (radius * 0.12)[:, None], np.stack([first, second, normals], 1), flat)
    clear.add_body(shape, clear.body(Substance(1.33)), name="dew")


def _joined(surfaces: list[Shape]) -> Shape:
    """Triangles of several meshes as one."""
    starts = np.cumsum([0, *(len(vertices) for vertices, _ in surfaces)])
    faces = [triangles + start for (_, triangles), start in zip(surfaces, starts[:-1], strict=True)]
    return np.concatenate([vertices for vertices, _ in surfaces]), np.concatenate(faces)


def wet(rng: Rng, attributes: Attributes) -> None:
    """A fruit, a can, a leaf, a stone or a ball with drops on it."""
    style = rng.pick(["fruit", "fruit", "can", "leaf", "stone", "ball"])
    attributes["style"] = style
    if style == "fruit":
        fruit(rng)
    elif style == "can":
        profile = [(0, 0), (0.34, 0), (0.42, 0.08), (0.42, 1.45), (0.36, 1.56), (0.36, 1.6), (0.33, 1.55), (0, 1.55)]
        add_mesh(lathe(profile, 96), everyday(rng, rng.pick(["metal", "patterned", "paint"])))
    elif style == "leaf":
        _leaf(rng)
    else:
        vertices, faces = sphere(5, 0.7)
        lumps = 0.15 if style == "stone" else 0.0
        vertices = vertices * (1 + lumps * noise(vertices, rng, 0.7))[:, None]
        vertices = vertices * (rng.uniform(0.7, 1.2, 3) if style == "stone" else 1.0)
        add_mesh((vertices, faces), everyday(rng, "stone" if style == "stone" else None))
    sizes = rng.pick([(0.01, 0.04), (0.015, 0.06), (0.02, 0.09)])
    dew(rng, rng.whole(120, 600), sizes, -0.3 if style == "leaf" else 0.05)
    if rng.chance(0.3):
        spray(rng, 200, rng.uniform(0.5, 1.0))


def fruit(rng: Rng) -> None:
    """An apple, a pear, a lemon or a plum, with its stalk."""
    profiles = {
        "apple": [(0, -0.5), (0.2, -0.6), (0.55, -0.45), (0.72, 0.0), (0.65, 0.4), (0.3, 0.58), (0.08, 0.5), (0, 0.42)],
        "pear": [
            (0, -0.65),
            (0.35, -0.68),
            (0.62, -0.35),
            (0.55, 0.05),
            (0.32, 0.4),
            (0.25, 0.7),
            (0.1, 0.8),
            (0, 0.76),
        ],
        "lemon": [(0, -0.85), (0.08, -0.8), (0.2, -0.66), (0.5, -0.35), (0.56, 0), (0.5, 0.35), (0.2, 0.66), (0, 0.8)],
        "plum": [(0, -0.6), (0.35, -0.52), (0.58, -0.2), (0.6, 0.1), (0.45, 0.45), (0.15, 0.58), (0, 0.52)],
    }
    name = rng.pick(list(profiles))
    hue = {"apple": rng.pick([0.0, 0.25, 0.12]), "pear": rng.uniform(0.13, 0.22), "lemon": 0.15, "plum": 0.78}[name]
    vertices, faces = lathe(profiles[name], 96, 70)
    vertices = vertices * (1 + 0.03 * noise(vertices, rng, 0.8, 2))[:, None]
    material = Material("fruit", Roughness=rng.uniform(0.15, 0.4))
    patches = material.node("TexNoise", Vector=material.coordinates(rng.uniform(0.8, 3), rng), Detail=4.0)
    ripe, green = linear(hsv(hue, 0.85, 0.8)), linear(hsv(hue + rng.uniform(0.0, 0.1), 0.75, 0.75))
    material.set(Base_Color=material.ramp(patches.outputs[0], [(0.35, ripe), (0.65, green)]))
    add_mesh((vertices, faces), material.data, name=name)
    if name != "lemon":
        top = float(vertices[:, 2].max()) - 0.12
        stalk = tube(spline([(0, 0, top), (0.02, 0, top + 0.15), (0.08, 0, top + 0.3)], 12), 0.022, 8)
        add_mesh(stalk, everyday(rng, "wood"))


def _leaf(rng: Rng) -> None:
    """One big leaf with veins."""
    t, s = np.meshgrid(np.linspace(0, 1, 60), np.linspace(-1, 1, 41), indexing="ij")
    half = rng.uniform(0.35, 0.6) * np.sin(math.pi * np.clip(t, 0.01, 0.99) ** 0.8) ** 0.8
    veins = 0.02 * np.exp(-((s / 0.03) ** 2)) + 0.008 * np.abs(np.sin((t * 14 - np.abs(s) * 5) * math.pi))
    z = 0.18 * np.abs(s) * half - 0.5 * (t - 0.5) ** 2 - veins
    vertices = np.stack([half * s, 2 * t - 1, z], -1).reshape(-1, 3)
    front = vertices @ rotation((1, 0, 0), rng.uniform(0.8, 1.4)).T
    add_mesh((front, grid_faces(60, 41)), everyday(rng, "plastic", linear(hsv(rng.uniform(0.24, 0.36), 0.75, 0.5))))


def spray(rng: Rng, count: int, reach: float, origin: ArrayLike = (0, 0, 0), way: ArrayLike | None = None) -> None:
    """Fine drops drawn out by their flight: all around, or in a cone along a direction."""
    if way is None:
        directions = unit(rng.normal(size=(count, 3)))
    else:
        directions = unit(unit(way) + rng.normal(size=(count, 3)) * rng.uniform(0.1, 0.22))
    away = reach * (0.15 + rng.random(count) ** (0.6 if way is not None else 1.0))
    start = np.asarray(origin) + directions * away[:, None] - np.array([0, 0, 0.18]) * (away[:, None] ** 2)
    length = 0.004 + rng.uniform(0.0, 0.05) * rng.random(count)
    radius = _fine(rng, count)
    points = np.stack([start, start + directions * (length + radius)[:, None]], 1)
    added = add_strands(points, radius[:, None], veil(rng), name="spray")
    added["unframed"] = way is None


def drizzle(rng: Rng, count: int, spread: float) -> None:
    """Drops that fly the same way, each drawn out as the shutter sees it."""
    way = unit(np.array([rng.normal(0, 0.3), rng.normal(0, 0.3), -1.0]) if rng.chance(0.6) else rng.normal(size=3))
    start = rng.uniform(-1, 1, (count, 3)) * spread
    length = rng.uniform(0.0, 0.12) * rng.uniform(0.5, 1.5, count)
    radius = _fine(rng, count)
    points = np.stack([start, start + way * (length + radius)[:, None]], 1)
    add_strands(points, radius[:, None], veil(rng), name="drizzle")


def mist(rng: Rng, count: int, centre: ArrayLike, spread: ArrayLike) -> None:
    """A cloud of the finest drops."""
    wide = np.asarray(spread, float)
    where = np.asarray(centre, float) + rng.normal(size=(count, 3)) * wide
    where = where + 0.25 * wide * np.stack([noise(where, rng, 0.8, 2) for _ in range(3)], 1)
    radius = 0.6 * _fine(rng, count)
    step = unit(rng.normal(size=(count, 3))) * radius[:, None] * 1.5
    add_strands(np.stack([where, where + step], 1), radius[:, None], veil(rng), name="mist")


def _fine(rng: Rng, count: int) -> NDArray[np.float64]:
    return 0.0028 * 4.0 ** (rng.random(count) ** 2)


def veil(rng: Rng) -> bpy.types.Material:
    """Fine drops scatter most of the light, and let some pass."""
    return clear.film(Film(0.1, 0.5, haze=clear.everywhere(rng.uniform(0.5, 0.95))))
