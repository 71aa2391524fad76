"""Bouquets with greenery: loose, in paper, with a ribbon or in a vase."""

from __future__ import annotations

import math

import bpy
import numpy as np

from ppid.render.materials import everyday
from ppid.render.objects.botany.flowers import any_bloom, head, petal_colour
from ppid.render.objects.botany.leaves import LEAVES, green, leaf_material, put, put_strips, strips, varied
from ppid.render.objects.botany.parts import add_stems, golden, stem
from ppid.render.objects.furry.growth import add_strips, fur_material
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import (
    TAU,
    Points,
    Shape,
    grid_faces,
    lathe,
    scatter,
    sphere,
    unit,
)
from ppid.render.shot import Attributes


def bouquet(rng: Rng, attributes: Attributes) -> None:
    """Many flowers with greenery; loose, in paper or in a vase."""
    count = rng.whole(5, 13)
    kinds = [any_bloom(rng) for _ in range(rng.pick([1, 2, 3]))]
    holder = rng.pick(["paper", "vase", "ribbon", "none"], [3, 2, 2, 1])
    attributes.update(flowers=sorted(set(kinds)), count=count, holder=holder)
    material, greenery = leaf_material(rng), leaf_material(rng)
    stalk = green(rng, 0)
    colours = {kind: petal_colour(rng, kind) for kind in kinds}
    shapes: list[Shape] = []
    angle = golden(count)
    for k in range(count):
        spread = 0.6 * math.sqrt((k + 0.5) / count)
        top = np.array(
            [spread * math.cos(angle[k]), spread * math.sin(angle[k]), 0.62 - 0.9 * spread**2 + rng.normal(0, 0.05)]
        )
        way = unit(top * [1.3, 1.3, 0] + [0, 0, 0.8] + rng.normal(size=3) * 0.12)
        foot = np.array([-top[0] * 0.12, -top[1] * 0.12, -0.95])
        bind = np.array([top[0] * 0.1, top[1] * 0.1, -0.5])
        line = [foot, bind, top * [0.6, 0.6, 1] - [0, 0, 0.3], top]
        shapes.append(stem(line, 0.016, 20))
        kind = rng.pick(kinds)
        size = rng.uniform(0.2, 0.28) * (1.15 if kind == "sunflower" else 1)
        head(rng, top, way, size, kind, varied(rng, colours[kind], 1, 0.12)[0], material)
    add_stems(shapes, greenery, stalk)
    _filling(rng, attributes, greenery, stalk)
    if holder == "paper":
        _paper(rng)
    elif holder == "vase":
        profile = [
            (0, -1.15),
            (0.2, -1.15),
            (rng.uniform(0.2, 0.36), -0.85),
            (rng.uniform(0.12, 0.2), -0.5),
            (0.22, -0.36),
            (0.2, -0.36),
            (0.1, -0.5),
        ]
        add_mesh(lathe(profile, 64, 40), everyday(rng, rng.pick(["ceramic", "stone", "metal", "paint"])), name="vase")
    elif holder == "ribbon":
        add_mesh(lathe([(0.1, -0.58), (0.115, -0.5), (0.1, -0.42)], 40, 12), everyday(rng, "fabric"), name="ribbon")


def _filling(rng: Rng, attributes: Attributes, material: bpy.types.Material, colour: Points) -> None:
    """Leaves, fine white flowers or grasses between the heads."""
    kinds = [kind for kind in ("leaves", "gypsophila", "grass") if rng.chance(0.5)]
    attributes["filling"] = kinds
    foot = np.array([0, 0, -0.5])
    if "leaves" in kinds:
        count = rng.whole(20, 50)
        way = unit(np.c_[rng.normal(size=(count, 2)) * 0.8, rng.uniform(0.2, 1, count)])
        leaf = rng.pick(["oval", "long", "serrated", "heart"])
        blades = [LEAVES[leaf][1](rng) for _ in range(3)]
        put(
            rng,
            blades,
            foot + way * rng.uniform(0.4, 0.75, (count, 1)),
            way,
            rng.uniform(0.25, 0.5, count),
            varied(rng, colour, count),
            material,
            facing=(0, 0, 1.0),
        )
    share = np.linspace(0, 1, 6)
    if "gypsophila" in kinds:
        count = rng.whole(150, 500)
        way = unit(np.c_[rng.normal(size=(count, 2)) * 0.6, np.ones(count)])
        reach = rng.uniform(0.8, 1.3, count)
        lines = (
            foot
            + way[:, None] * (share * reach[:, None])[..., None]
            + rng.normal(size=(count, 1, 3)) * (share**2)[None, :, None] * 0.06
        )
        add_strips(
            lines,
            0.0028,
            unit(way + rng.normal(size=(count, 3))),
            fur_material(rng),
            colour=varied(rng, colour, count),
            normal=unit(way * [1, 1, 0.2]),
        )
        dots = scatter(sphere(2), lines[:, -1], np.repeat(np.eye(3)[None], count, 0), rng.uniform(0.01, 0.022, count))
        add_mesh(
            dots, material, name="dots", colour=rng.pick([(0.85, 0.85, 0.82), (0.85, 0.7, 0.75), (0.5, 0.45, 0.8)])
        )
    if "grass" in kinds:
        count = rng.whole(20, 70)
        way = unit(np.c_[rng.normal(size=(count, 2)) * 0.45, np.ones(count)])
        made = strips(
            np.repeat(foot[None], count, 0),
            way,
            rng.uniform(0.9, 1.6, count),
            rng.uniform(0.006, 0.015, count),
            rng.uniform(0.1, 0.6, count),
            rng.uniform(0, TAU, count),
        )
        put_strips(rng, made, varied(rng, colour, count), material)


def _paper(rng: Rng) -> None:
    """A crumpled cone of wrapping paper, open in front."""
    rows, columns = 24, 72
    u, v = np.meshgrid(np.linspace(0, 1, rows), np.linspace(0.25, TAU - 0.25, columns), indexing="ij")
    radius = 0.13 + 0.52 * u**1.4 + 0.025 * np.sin(v * 11) * u + 0.02 * rng.normal(size=(1, columns)) * u
    height = -0.75 + u * (0.85 + 0.1 * np.sin(v * 3 + rng.uniform(0, 6)))
    sheet = np.stack([radius * np.cos(v), radius * np.sin(v), height], -1).reshape(-1, 3)
    turn = rng.uniform(0, TAU)
    spin = np.array([[math.cos(turn), math.sin(turn), 0], [-math.sin(turn), math.cos(turn), 0], [0, 0, 1]])
    add_mesh(
        (sheet @ spin, grid_faces(rows, columns)),
        everyday(rng, rng.pick(["fabric", "translucent", "paint", "patterned"])),
        name="paper",
    )
