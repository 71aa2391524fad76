"""What is in vessels: drinks with ice and fruit, heaps of small things, sand, candles."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import bpy
import numpy as np
from numpy.typing import NDArray

from ppid.render.colour import hsv, linear, random_colour
from ppid.render.materials import Material, everyday
from ppid.render.objects.transparent import clear
from ppid.render.objects.transparent.clear import Substance
from ppid.render.objects.transparent.trimmings import petal
from ppid.render.objects.transparent.vessels import Vessel, soften
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import (
    TAU,
    Points,
    Shape,
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


@dataclass(frozen=True)
class Drink:
    """A liquid.

    Attributes:
        tint: display RGB: of light left after `depth`, or of the surface of a cloudy one.
        depth: in units; 0 for cloudy ones.
        foam: how often it has a head.
        fizz: how often there are bubbles in it.
        ice: how often there is ice in it.
    """

    tint: tuple[float, float, float]
    depth: float = 0.0
    foam: float = 0.0
    fizz: float = 0.0
    ice: float = 0.1


DRINKS: dict[str, tuple[float, Drink]] = {
    "water": (3, Drink((1, 1, 1), 1, fizz=0.3, ice=0.4)),
    "red wine": (2, Drink((0.62, 0.08, 0.14), 0.28, ice=0)),
    "white wine": (1.5, Drink((0.97, 0.92, 0.6), 0.5, fizz=0.2, ice=0)),
    "rose": (0.8, Drink((0.98, 0.68, 0.62), 0.4, ice=0.1)),
    "beer": (1.2, Drink((0.95, 0.7, 0.2), 0.45, foam=0.9, fizz=0.7, ice=0)),
    "cola": (1, Drink((0.5, 0.22, 0.08), 0.2, foam=0.3, fizz=0.6, ice=0.6)),
    "tea": (1.2, Drink((0.9, 0.5, 0.15), 0.4, ice=0.3)),
    "coffee": (0.8, Drink((0.35, 0.16, 0.06), 0.12, foam=0.4, ice=0.2)),
    "juice": (1.2, Drink((0.98, 0.6, 0.1), ice=0.4)),
    "milk": (1, Drink((0.96, 0.94, 0.9), ice=0)),
    "smoothie": (0.8, Drink((0.85, 0.4, 0.5), ice=0.1)),
    "whisky": (0.8, Drink((0.93, 0.58, 0.16), 0.4, ice=0.6)),
    "blue": (0.7, Drink((0.3, 0.7, 0.95), 0.4, fizz=0.2, ice=0.5)),
    "green": (0.7, Drink((0.45, 0.85, 0.4), 0.4, ice=0.5)),
    "pink": (0.7, Drink((0.97, 0.45, 0.6), 0.4, fizz=0.3, ice=0.5)),
}  # name: how often, what


@dataclass(frozen=True)
class Layer:
    """Something that fills a vessel up to a level in [0, 1]: a clear substance or an opaque material."""

    level: float
    filling: Substance | bpy.types.Material


@dataclass(frozen=True)
class Blown:
    """A vessel, the shape of its wall as `Vessel.shape` or `worked` made it, and what it is made of."""

    vessel: Vessel
    shape: Shape
    glass: Substance


def stand(rng: Rng, blown: Blown, layers: Sequence[Layer] = ()) -> None:
    """Put a vessel into the scene with layers that fill it.

    Where a wall is wet it is one surface between glass and drink: with air between them it would look like silver.
    """
    if not layers:
        clear.add_body(blown.shape, clear.body(blown.glass), name="glass")
        return
    dry, filled = blown.vessel.parted(blown.shape, [layer.level for layer in layers])
    add_mesh(dry, clear.body(blown.glass), name="glass")
    above: list[Layer | None] = [*layers[1:], None]
    for layer, over, (wet, surface) in zip(layers, above, filled, strict=True):
        if not isinstance(layer.filling, Substance):
            add_mesh(join([wet, surface]), layer.filling, name="filling")
            continue
        add_mesh(wet, clear.body(replace(blown.glass, before=layer.filling)), name="wet")
        if over is None:
            add_mesh(surface, clear.body(layer.filling), name="surface")
        elif isinstance(over.filling, Substance):
            between = replace(layer.filling, before=over.filling)
            add_mesh(surface, clear.body(between), name="surface")


def pour(rng: Rng, attributes: Attributes, blown: Blown, level: float, name: str | None = None) -> Drink:
    """Put a vessel with a drink into the scene, with its head and bubbles."""
    name = name or rng.named({key: weight for key, (weight, _) in DRINKS.items()})
    drink = DRINKS[name][1]
    attributes["liquid"] = name
    layers = [Layer(level, liquid(rng, drink))]
    if rng.chance(drink.foam):
        layers.append(Layer(min(level + rng.uniform(0.05, 0.13), 0.98), _froth(rng)))
    stand(rng, blown, layers)
    if rng.chance(drink.fizz):
        _fizz(rng, blown.vessel, level)
    return drink


def cocktail(rng: Rng, attributes: Attributes, level: float) -> list[Layer]:
    """Layers of cloudy and clear colours, as of a cocktail or a latte."""
    count = rng.whole(2, 4)
    hue, step = rng.uniform(), rng.uniform(0.05, 0.2)
    found = []
    for k in range(count):
        red, green, blue = hsv(hue + step * k, rng.uniform(0.3, 0.95), rng.uniform(0.6, 1.0)).tolist()
        drink = Drink((red, green, blue), rng.pick([0.0, 0.4, 0.4]))
        found.append(Layer(level * (k + rng.uniform(0.7, 1.0)) / count, liquid(rng, drink)))
    attributes["liquid"] = "layers"
    return found


def liquid(rng: Rng, drink: Drink) -> Substance | bpy.types.Material:
    """What a drink is made of; its tint and depth vary."""
    tint = linear(np.clip(np.asarray(drink.tint) * rng.uniform(0.95, 1.04), 0, 1))
    if drink.depth:
        return Substance(ior=1.33, tint=tint, depth=drink.depth * rng.uniform(0.7, 1.4))
    return Material("cloudy", Base_Color=tint, Roughness=rng.uniform(0.05, 0.15)).data


def _froth(rng: Rng) -> bpy.types.Material:
    material = Material("froth", Base_Color=linear((0.97, 0.94, 0.85)), Roughness=0.7)
    cells = material.node("TexVoronoi", Vector=material.coordinates(1.0, rng), Scale=rng.uniform(25, 50))
    material.bump(cells.outputs[0], 0.4, 0.02)
    return material.data


def _fizz(rng: Rng, vessel: Vessel, level: float) -> None:
    """Gas bubbles at the wall and on their way up."""
    count = rng.whole(20, 90)
    height = vessel.floor + 0.03 + (vessel.height(level) - vessel.floor - 0.06) * rng.random(count)
    radius = 0.006 * 3 ** rng.random(count)
    room = np.interp(height, vessel.inner[:, 1], vessel.inner[:, 0])
    out = (room - radius * 1.5) * np.where(rng.random(count) < 0.6, 1.0, np.sqrt(rng.random(count)))
    angle = rng.uniform(0, TAU, count)
    where = np.c_[np.maximum(out, 0) * np.cos(angle), np.maximum(out, 0) * np.sin(angle), height]
    bubbles = scatter(sphere(2), where, np.repeat(np.eye(3)[None], count, 0), radius)
    clear.add_body(bubbles, clear.body(Substance(ior=1 / 1.33)), name="fizz")


def ice_material(rng: Rng, cloudy: float) -> bpy.types.Material:
    """Ice with a share of white clouds."""
    frost = clear.patches(rng, rng.uniform(0.25, 0.6), cloudy, rng.uniform(0.4, 0.9)) if cloudy else None
    tint = linear((0.93, 0.97, 1.0))
    return clear.body(Substance(1.31, tint, 0.6, frost, (0.85, 0.9, 0.95)))


def ice_cubes(rng: Rng, vessel: Vessel, level: float) -> None:
    """Cubes that float in a drink and stick out of it."""
    material = ice_material(rng, rng.pick([0.0, 0.3, 0.6]))
    surface = vessel.height(level)
    room = vessel.room(surface)
    size = min(0.3, room * 0.75)
    for k in range(rng.whole(2, 5)):
        vertices, faces = rounded_box(1, 1, 1, rng.uniform(5, 10), 5)
        vertices = vertices * rng.uniform(0.75, 1.1, 3) * size
        vertices = vertices * (1 + 0.05 * noise(vertices / size, rng, 0.9, 2))[:, None]
        vertices = vertices @ rotation(rng.normal(size=3), rng.uniform(0, 3))
        angle, out = rng.uniform(0, TAU), max(room - size * 0.85, 0) * math.sqrt(rng.uniform())
        depth = size * (0.55 * (k // 2) - 0.15) + rng.uniform(-0.04, 0.04)
        place = np.array([out * math.cos(angle), out * math.sin(angle), surface - depth])
        if place[2] - size * 0.7 > vessel.floor:
            clear.add_body((vertices + place, faces), material, name="ice")


def garnish(rng: Rng, vessel: Vessel, level: float) -> str:
    """Something that is served with a drink: on the rim or standing in it."""
    kind = rng.pick(["straw", "straw", "slice", "olive", "spoon", "mint"])
    rim, top = float(vessel.inner[-1, 0]), vessel.top
    low = vessel.floor + 0.06
    angle = rng.uniform(0, TAU)
    way = np.array([math.cos(angle), math.sin(angle), 0])
    foot = -way * vessel.room(low) * 0.6 + [0, 0, low]
    lean = way * rim * 0.85 + [0, 0, top]
    if kind in ("straw", "spoon", "olive"):
        along = unit(lean - foot)
        end = lean + along * rng.uniform(0.15, 0.45)
        if kind == "straw":
            path = [foot, lean, end] if rng.chance(0.5) else [foot, lean, end, end + (way + [0, 0, 0.3]) * 0.25]
            straw = Material("straw", Base_Color=random_colour(rng), Roughness=0.4)
            if rng.chance(0.5):
                place = straw.node("SeparateXYZ", Vector=straw.coordinates(1.0)).outputs[2]
                wave = straw.node("TexWave", Vector=straw.node("CombineXYZ", X=place).outputs[0], Scale=2.5)
                straw.set(
                    Base_Color=straw.ramp(wave.outputs[1], [(0, (0.9, 0.9, 0.9)), (0.5, random_colour(rng))], hard=True)
                )
            add_mesh(tube(soften(path, 3), 0.028, 14, capped=False), straw.data)
        elif kind == "spoon":
            bowl, faces = sphere(3, (0.09, 0.03, 0.13))
            add_mesh(
                join([tube([foot, end], 0.013, 8), (point_along(bowl, along) + foot, faces)]), everyday(rng, "metal")
            )
        else:
            add_mesh(tube([foot, end], 0.008, 6), everyday(rng, "wood"))
            for k in range(rng.whole(1, 3)):
                vertices, faces = sphere(3, (0.07, 0.07, 0.085))
                place = foot + along * (0.12 + 0.17 * k)
                add_mesh((point_along(vertices, along) + place, faces), everyday(rng, "plastic", (0.18, 0.22, 0.03)))
    elif kind == "slice":
        vertices, faces = citrus_slice(0.24)
        turned = point_along(vertices, np.cross(way, (0, 0, 1)), rng.uniform(0, TAU))
        add_mesh((turned + way * rim + [0, 0, top + 0.08], faces), citrus(rng), surface=vertices[:, :2] / 0.48 + 0.5)
    else:
        top_leaf = np.array([0, 0, vessel.height(level)])
        for _ in range(rng.whole(3, 6)):
            towards = np.array([rng.normal(), rng.normal(), 1.2])
            shape = petal(rng.uniform(0.16, 0.26), 0.13, 0.2, 0.5)
            add_mesh(
                (point_along(shape[0], towards) + top_leaf, shape[1]), everyday(rng, "plastic", (0.05, 0.22, 0.03))
            )
    return kind


def citrus_slice(radius: float) -> Shape:
    """A disc about z."""
    t = 0.022
    return lathe([(0, -t), (radius * 0.97, -t), (radius, -t * 0.5), (radius, t * 0.5), (radius * 0.97, t), (0, t)], 48)


def citrus(rng: Rng) -> bpy.types.Material:
    """Of a slice whose surface coordinates are a square around it."""
    v, u = np.mgrid[0:128, 0:128] / 127.0 - 0.5
    angle, out = np.arctan2(v, u), np.hypot(u, v) * 2
    peel = linear(hsv(rng.pick([0.15, 0.1, 0.28, 0.02]), 0.85, 0.95))
    flesh = peel * 0.85
    wedge = np.abs((angle / TAU * 9) % 1 - 0.5)
    inside = (out < 0.84) & (wedge < 0.46) & (out > 0.1)
    pixels = np.where(inside[..., None], flesh * (0.8 + 0.3 * out[..., None]), np.array([0.85, 0.82, 0.65]))
    pixels = np.where(out[..., None] > 0.93, peel, pixels)
    material = Material("citrus", Roughness=0.25)
    return material.set(Base_Color=material.image(pixels, material.surface_coordinates()).outputs[0]).data


def heap(
    rng: Rng, radius: float, floor: float, top: float, sizes: tuple[float, float]
) -> tuple[Points, NDArray[np.float64]]:
    """Centres and radii of balls dropped into an upright tube until it is full."""
    centres: list[Points] = []
    radii: list[float] = []
    for _ in range(160):
        size = rng.uniform(*sizes)
        if size >= radius:
            break
        best = None
        for _ in range(6):
            angle, out = rng.uniform(0, TAU), (radius - size) * math.sqrt(rng.uniform())
            where = np.array([out * math.cos(angle), out * math.sin(angle), floor + size])
            for centre, other in zip(centres, radii, strict=True):
                beside = (where[0] - centre[0]) ** 2 + (where[1] - centre[1]) ** 2
                if beside < (size + other) ** 2:
                    where[2] = max(where[2], centre[2] + math.sqrt((size + other) ** 2 - beside))
            if best is None or where[2] < best[2]:
                best = where
        if best is None or best[2] + size > top:
            break
        centres.append(best)
        radii.append(size)
    return np.array(centres).reshape(-1, 3), np.array(radii)


def _ball(rng: Rng) -> Shape:
    return sphere(3)


def _nut(rng: Rng) -> Shape:
    vertices, faces = sphere(3, (0.75, 0.6, 1.1))
    return vertices * (1 + 0.08 * noise(vertices, rng, 1.0, 2))[:, None], faces


def _pill(rng: Rng) -> Shape:
    vertices, faces = sphere(3, 0.55)
    return vertices + np.sign(vertices[:, 2:]) * [0, 0, 0.55], faces


def _disc(rng: Rng) -> Shape:
    return lathe([(0, -0.22), (0.8, -0.22), (1, -0.1), (1, 0.1), (0.8, 0.22), (0, 0.22)], 24)


def _block(rng: Rng) -> Shape:
    return rounded_box(1.3, 1.3, 1.3, 8, 3)


def _berry(rng: Rng) -> Shape:
    vertices, faces = sphere(4)
    return vertices * (0.9 + 0.12 * noise(vertices, rng, 1.4, 1))[:, None], faces


def _knot(rng: Rng) -> Shape:
    return torus(0.7, 0.28, 24, 10)


HEAPED: dict[str, tuple[float, Callable[[Rng], Shape], tuple[float, float]]] = {
    "sweets": (2, _ball, (0.07, 0.12)),
    "nuts": (1, _nut, (0.08, 0.12)),
    "pills": (1, _pill, (0.09, 0.11)),
    "discs": (1, _disc, (0.09, 0.16)),
    "cubes": (1, _block, (0.09, 0.13)),
    "berries": (1, _berry, (0.09, 0.15)),
    "rings": (1, _knot, (0.09, 0.13)),
    "marbles": (1, _ball, (0.07, 0.11)),
}  # name: how often, shape about one unit in radius, radii


def fill_with_things(rng: Rng, attributes: Attributes, vessel: Vessel, level: float) -> None:
    """A heap of small things in a vessel."""
    name = rng.named({key: weight for key, (weight, _, _) in HEAPED.items()})
    _, maker, sizes = HEAPED[name]
    top = vessel.height(level)
    middle = (vessel.floor + top) / 2
    room = min(vessel.room(vessel.floor + 0.1), vessel.room(middle), vessel.room(top))
    centres, radii = heap(rng, room * 0.98, vessel.floor, top, sizes)
    attributes["contents"] = name
    if not len(centres):
        return
    shape = maker(rng)
    turns = np.array([rotation(rng.normal(size=3), rng.uniform(0, 3)) for _ in centres])
    vertices, faces = scatter(shape, centres, turns, radii)
    if name == "marbles":
        clear.add_body((vertices, faces), clear.body(Substance(1.5, random_colour(rng, (0.2, 0.7), (0.8, 1)), 0.15)))
        return
    hues = rng.uniform(0, 1, len(centres)) if rng.chance(0.4) else rng.normal(rng.uniform(), 0.03, len(centres))
    saturation, value = rng.uniform(0.3, 0.95), rng.uniform(0.35, 0.95)
    colours = np.array([linear(hsv(hue, saturation, value * rng.uniform(0.8, 1.05))) for hue in hues])
    material = Material(name, Roughness=rng.uniform(0.1, 0.6), Coat_Weight=rng.pick([0, 1]))
    material.set(Base_Color=material.vertex_colour())
    add_mesh((vertices, faces), material.data, colour=np.repeat(colours, len(shape[0]), 0), name=name)


def sand(rng: Rng, attributes: Attributes, level: float) -> list[Layer]:
    """Coloured layers of grains."""
    attributes["contents"] = "sand"
    count, found = rng.whole(1, 5), []
    for k in range(count):
        material = Material("sand", Base_Color=random_colour(rng, (0.1, 0.7), (0.4, 0.9)), Roughness=0.95)
        grain = material.node("TexNoise", Vector=material.coordinates(60, rng), Detail=2.0)
        material.bump(grain.outputs[0], 0.6, 0.02)
        found.append(Layer(level * (k + rng.uniform(0.6, 1)) / count, material.data))
    return found


def candle(rng: Rng, attributes: Attributes, vessel: Vessel, level: float) -> Layer:
    """Wax with a wick, in half of the cases it burns."""
    attributes["contents"] = "candle"
    z = vessel.height(level) - 0.02
    add_mesh(tube([(0, 0, z - 0.05), (0, 0.005, z + 0.08), (0.02, 0, z + 0.12)], 0.01, 6), everyday(rng, "rubber"))
    if rng.chance(0.5):
        glow = Material("flame", Emission_Color=(1, 0.55, 0.15), Emission_Strength=8.0, Base_Color=(0, 0, 0))
        flame, faces = lathe([(0, 0), (0.03, 0.02), (0.045, 0.07), (0.025, 0.15), (0, 0.23)], 20, 24)
        add_mesh((flame + [0.015, 0, z + 0.09], faces), glow.data)
    return Layer(level, everyday(rng, "translucent"))


def lights(rng: Rng, vessel: Vessel) -> None:
    """A string of small lamps in a tangle."""
    middle = (vessel.floor + vessel.top) / 2
    half, room = (vessel.top - vessel.floor) * 0.35, vessel.room(middle) * 0.7
    knots = rng.uniform(-1, 1, (14, 3)) * [room * 0.75, room * 0.75, half] + [0, 0, middle]
    path = spline(knots, 220)
    add_mesh(tube(path, 0.006, 5), everyday(rng, "metal", (0.6, 0.4, 0.25)))
    lamp = Material(
        "lamp", Emission_Color=linear(hsv(rng.pick([0.09, 0.1, rng.uniform()]), 0.6, 1)), Emission_Strength=6.0
    )
    where = path[:: rng.whole(8, 16)]
    add_mesh(scatter(sphere(2), where, [np.eye(3)] * len(where), np.full(len(where), 0.02)), lamp.data)
