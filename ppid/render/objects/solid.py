"""Everyday things composed of parts, with holes, thin parts and hollows."""

from __future__ import annotations

import math

import bpy
import numpy as np
from mathutils import Matrix

from ppid.render import camera, light
from ppid.render.develop import random_look
from ppid.render.objects.things import (
    abstract,
    accessories,
    bags,
    bicycles,
    computers,
    craft,
    crockery,
    decor,
    electronics,
    food,
    fruit,
    furniture,
    hats,
    household,
    kitchen,
    lamps,
    music,
    shoes,
    sport,
    stationery,
    tools,
    toy_figures,
    toys,
    vehicles,
    wear,
)
from ppid.render.objects.things.kit import FRONT, Kit, Thing, View
from ppid.render.rng import Rng
from ppid.render.shapes import Points, rotation
from ppid.render.shot import Attributes, Bounces, Highlights, Look, Shot

_HOME = (furniture, lamps, crockery, kitchen, food, fruit, household, stationery, tools, computers, electronics)
_WORN = (shoes, hats, wear, bags, accessories)
_PLAY = (toys, toy_figures, vehicles, bicycles, craft, music, sport, decor, abstract)
THINGS: dict[str, Thing] = {name: thing for sort in (*_HOME, *_WORN, *_PLAY) for name, thing in sort.THINGS.items()}
_STILL_LIFE = 0.07  # how often several things stand beside each other
_TOGETHER: dict[str, dict[str, float]] = {
    "desk": {
        **{"mug": 0.45, "books": 0.8, "pencils": 0.5, "desk_lamp": 1.1, "laptop": 1.3, "keyboard": 1.2, "globe": 0.9},
        **{"monitor": 1.4, "phone": 0.5, "headphones": 0.7, "camera": 0.6, "loudspeaker": 0.9, "picture_frame": 0.8},
    },
    "kitchen": {
        **{"mug": 0.5, "teapot": 0.8, "teacup": 0.7, "kettle": 0.9, "pan": 0.9, "pepper_mill": 0.7, "grater": 0.8},
        **{"fruit": 0.4, "bread": 0.7, "bowl": 0.7, "can": 0.6, "bottle": 0.8, "toaster": 0.9, "moka_pot": 0.7},
    },
    "toys": {
        **{"robot": 0.9, "duck": 0.6, "blocks": 0.9, "ball": 0.6, "car": 0.8, "truck": 0.9, "train": 0.9},
        **{
            "animal": 0.8,
            "plane": 0.8,
            "ring_tower": 0.7,
            "puzzle_cube": 0.5,
            "drum": 0.7,
            "snowman": 0.8,
            "bricks": 0.7,
        },
    },
    "shop": {
        **{"handbag": 0.9, "shoe": 0.8, "hat": 0.8, "watch": 0.4, "bottle": 0.8, "gift": 0.9, "tote_bag": 1.1},
        **{"suitcase": 1.2, "backpack": 1.1, "vase": 0.8, "candle": 0.7, "parcel": 0.9, "umbrella": 1.2, "bust": 1.0},
    },
}  # what goes together: name: size
_SIDE_BY_SIDE = View(elevation=(0.05, 0.5), azimuth=FRONT)


def build(rng: Rng, attributes: Attributes, side: int) -> Shot:
    """One thing, now and then several beside each other."""
    if rng.chance(_STILL_LIFE):
        view = still_life(rng, Kit(rng, attributes), attributes)
    else:
        view = put(rng, Kit(rng, attributes), attributes, THINGS)
    direction = camera.view_direction(rng, view.elevation, view.azimuth)
    light.light(rng, direction, attributes)
    frame(rng, direction, attributes, side, view)
    return shot(attributes, side, Highlights(rng.uniform(0.6, 0.9)), random_look(rng))


def put(rng: Rng, kit: Kit, attributes: Attributes, things: dict[str, Thing]) -> View:
    """Build one of `things`, as often as they weigh."""
    name = rng.named({name: thing.weight for name, thing in things.items()})
    attributes["subject"] = name
    things[name].make(rng, kit)
    return things[name]


def still_life(rng: Rng, kit: Kit, attributes: Attributes) -> View:
    """Build two to four things that go together, beside each other on one level."""
    theme = rng.pick(list(_TOGETHER))
    sizes = _TOGETHER[theme]
    names = [str(name) for name in rng.choice(list(sizes), rng.whole(2, 4), replace=False)]
    attributes.update(subject="still_life", style=theme, things=names)
    x = 0.0
    for name in names:
        before = len(kit.parts)
        with kit.at(turn=rotation((0, 0, 1), rng.uniform(-0.5, 0.5)), scale=sizes[name]):
            THINGS[name].make(rng, kit)
        parts = kit.parts[before:]
        low, high = _extent(parts)
        offset = np.array([x - low[0], rng.uniform(-0.3, 0.3) - (low[1] + high[1]) / 2, -low[2]])
        for part in parts:
            part.matrix_world = Matrix.Translation(offset.tolist()) @ part.matrix_world
        x += (high[0] - low[0]) * rng.uniform(0.85, 1.05)
    return _SIDE_BY_SIDE


def frame(rng: Rng, direction: Points, attributes: Attributes, side: int, view: View) -> None:
    """Add the camera."""
    roll = rng.uniform(-math.pi, math.pi) if view.lying or rng.chance(0.05) else None
    camera.fit(rng, direction, (side, side), attributes, camera.Framing(cut=view.cut, roll=roll, motion_blur=0.1))


def shot(attributes: Attributes, side: int, exposure: Highlights, look: Look) -> Shot:
    """How a thing is rendered: blurred edges need more samples of coverage than sharp ones."""
    blurred = attributes["defocus"] or attributes["motion_blur"]
    return Shot(
        (side, side),
        samples=20,
        coverage_samples=96 if blurred else 48,
        bounces=Bounces(4, 1, 2, 3, 8),
        exposure=exposure,
        look=look,
    )


def _extent(parts: list[bpy.types.Object]) -> tuple[Points, Points]:
    """Lowest and highest coordinates of parts."""
    lows, highs = [], []
    for part in parts:
        if part.type == "MESH":
            values, name = part.data.vertices, "co"
        else:
            values, name = part.data.attributes["position"].data, "vector"
        places = np.empty(len(values) * 3, np.float32)
        values.foreach_get(name, places)
        matrix = np.array(part.matrix_world)
        points = places.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]
        lows.append(points.min(0))
        highs.append(points.max(0))
    return np.min(lows, 0), np.max(highs, 0)
