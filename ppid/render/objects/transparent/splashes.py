"""Scenes of liquid in motion."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ppid.render.colour import linear
from ppid.render.materials import Material, everyday
from ppid.render.objects.transparent import clear, contents, drinkware, froth, liquids
from ppid.render.objects.transparent.clear import Substance
from ppid.render.objects.transparent.contents import Blown
from ppid.render.objects.transparent.liquids import any_liquid, skin
from ppid.render.objects.transparent.vessels import turned
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, fuse
from ppid.render.shapes import TAU, Shape, join, lathe, noise, rotation, sphere, spline, tube, unit
from ppid.render.shot import Attributes


def pour_out(rng: Rng, attributes: Attributes, parts: list[Shape], name: str | None = None) -> None:
    """Put parts of a liquid into the scene under one skin."""
    liquid = any_liquid(rng, attributes, name)
    clear.add_body(skin(rng, parts), liquid.material(), name="liquid")


def crown(rng: Rng, attributes: Attributes) -> None:
    """A crown that rises from a puddle, with a jet, a drop or a berry in it."""
    radius, height = rng.uniform(0.4, 0.65), rng.uniform(0.45, 1.0)
    parts = liquids.crown(rng, radius, height) + liquids.pool(rng, radius * rng.uniform(1.1, 1.5))
    parts += liquids.drops(rng, rng.whole(10, 45), (0, 0, height), (0.5, 0.5, 0.3), (0.012, 0.06))
    if rng.chance(0.4):
        top = height * rng.uniform(0.6, 1.3)
        parts.append(tube([(0, 0, -0.05), (0, 0, top * 0.5), (0, 0, top)], [0.17, 0.06, 0.09], 16))
        bead, faces = sphere(3, rng.uniform(0.08, 0.14))
        parts.append((bead + [0, 0, top + rng.uniform(0.05, 0.4)], faces))
    elif rng.chance(0.5):
        attributes["dropped"] = _berry(rng, rng.uniform(0.2, 0.6) * height)
    pour_out(rng, attributes, parts)


def _berry(rng: Rng, z: float) -> str:
    name = rng.pick(["strawberry", "cherry", "blueberry", "cube"])
    if name == "strawberry":
        body, faces = lathe([(0, -0.32), (0.12, -0.26), (0.25, 0.0), (0.24, 0.16), (0.1, 0.22), (0, 0.2)], 64, 40)
        red = Material("berry", Base_Color=linear((0.8, 0.06, 0.07)), Roughness=0.25)
        seeds = red.node("TexVoronoi", Vector=red.coordinates(1.0, rng), Scale=14.0)
        red.bump(seeds.outputs[0], 0.6, 0.03)
        add_mesh((body + [0, 0, z], faces), red.data)
    else:
        shade = {"cherry": (0.5, 0.03, 0.06), "blueberry": (0.16, 0.2, 0.42), "cube": (0.95, 0.94, 0.9)}[name]
        body, faces = sphere(4, rng.uniform(0.18, 0.26))
        add_mesh((body + [0, 0, z], faces), everyday(rng, "plastic", linear(shade)))
    return name


def thrown(rng: Rng, attributes: Attributes) -> None:
    """Sheets of liquid flung through the air."""
    main = unit(np.array([rng.normal(), rng.normal() * 0.5, rng.uniform(-0.2, 1.0)]))
    parts: list[Shape] = []
    for _ in range(rng.whole(1, 3)):
        direction = main + rng.normal(size=3) * 0.45
        parts += liquids.fan(rng, direction, rng.uniform(0.6, 1.6), rng.uniform(0.8, 1.5))
    for _ in range(rng.whole(2, 6)):
        parts += liquids.ligament(
            rng, rng.normal(size=3) * 0.1, main + rng.normal(size=3) * 0.6, rng.uniform(0.04, 0.09)
        )
    core, faces = sphere(4, rng.uniform(0.12, 0.26, 3))
    parts.append((core * (1 + 0.2 * noise(core, rng, 2, 2))[:, None], faces))
    parts += liquids.drops(rng, rng.whole(15, 60), main * 0.6, 0.5, (0.01, 0.06))
    pour_out(rng, attributes, parts)


def pour(rng: Rng, attributes: Attributes) -> None:
    """A stream that falls and splashes, some of it out of a bottle or a jug."""
    t = np.linspace(0, 1, 60)
    reach = rng.uniform(0.15, 0.7)
    path = np.c_[reach * t**0.6, 0.03 * np.sin(t * 9), 1 - 2 * t**1.3]
    parts = liquids.stream(rng, path, rng.uniform(0.07, 0.16))
    end = path[-1]
    attributes["lands"] = rng.chance(0.7)
    if attributes["lands"]:
        for _ in range(rng.whole(6, 16)):
            angle = rng.uniform(0, TAU)
            throw = np.array([math.cos(angle), math.sin(angle), rng.uniform(0.4, 1.4)]) * rng.uniform(0.2, 0.6)
            parts += liquids.ligament(rng, end, throw, rng.uniform(0.03, 0.06))
        parts += [(v + end, f) for v, f in liquids.pool(rng, rng.uniform(0.5, 0.9))]
        parts += liquids.drops(rng, rng.whole(10, 40), end + [0, 0, 0.2], 0.3, (0.012, 0.05))
    else:
        parts += liquids.drops(rng, rng.whole(4, 14), end - [0, 0, 0.25], (0.06, 0.06, 0.2), (0.02, 0.08))
    if rng.chance(0.45):
        profile = [
            (0, -1.3),
            (0.36, -1.3),
            (0.38, -1.1),
            (0.38, -0.5),
            (0.1, -0.2),
            (0.1, 0.0),
            (0.13, 0.02),
            (0, 0.02),
        ]
        bottle, faces = lathe(profile, 64, 60)
        turn = rotation((0, 1, 0), rng.uniform(1.6, 2.2))
        material = everyday(rng, rng.pick(["ceramic", "metal", "plastic", "paint"]))
        add_mesh((bottle @ turn.T * rng.uniform(0.8, 1.0) + [-0.02, 0, 1.02], faces), material, name="bottle")
        attributes["from"] = "bottle"
    pour_out(rng, attributes, parts)


def filling(rng: Rng, attributes: Attributes) -> None:
    """A glass into which a stream falls, or out of which a drink leaps."""
    height, radius = rng.uniform(0.8, 1.2), rng.uniform(0.4, 0.5)
    wall = 0.035
    vessel = turned([(0, 0), (radius * 0.85, 0), (radius * 0.85, 0.03), (radius, height)], wall, floor=0.1)
    level = rng.uniform(0.4, 0.75)
    name = rng.pick(["water", "juice", "milk", "coffee", "wine", "tinted"])
    liquid = any_liquid(rng, attributes, name)
    what = liquid.substance if liquid.substance is not None else liquid.material()
    contents.stand(rng, Blown(vessel, vessel.shape(), Substance(1.47)), [contents.Layer(level, what)])
    surface = vessel.height(level)
    room = vessel.room(surface) * 0.75
    leaps = rng.chance(0.5)
    attributes["leaps"] = leaps
    parts = [
        (v + [0, 0, surface - 0.02], f)
        for v, f in liquids.crown(rng, room * rng.uniform(0.45, 0.65), rng.uniform(0.12, 0.3))
    ]
    if leaps:
        way = np.array([rng.normal(0, 0.4), rng.normal(0, 0.4), 1.0])
        parts += [
            (v + [0, 0, surface], f) for v, f in liquids.fan(rng, way, rng.uniform(0.5, 0.9), rng.uniform(0.7, 1.1))
        ]
    else:
        t = np.linspace(0, 1, 50)
        path = np.c_[0.25 * (1 - t**0.6), 0.02 * np.sin(t * 8), surface + 1.5 * (1 - t**1.3)]
        parts += liquids.stream(rng, path, rng.uniform(0.05, 0.1))
    parts += liquids.drops(rng, rng.whole(8, 30), (0, 0, height + 0.2), (0.3, 0.3, 0.25), (0.012, 0.045))
    clear.add_body(skin(rng, parts, 0.016), liquid.material(), name="liquid")


def overflow(rng: Rng, attributes: Attributes) -> None:
    """A mug whose foam runs over, or a cup whose drink leaps out."""
    style = rng.pick(["foam", "leap"])
    attributes["style"] = style
    height, radius = rng.uniform(0.8, 1.1), rng.uniform(0.45, 0.55)
    if style == "foam":
        _foaming_mug(rng, height, radius)
    else:
        _leaping_cup(rng, attributes, height, radius)


def _foaming_mug(rng: Rng, height: float, radius: float) -> None:
    vessel = turned([(0, 0), (radius, 0), (radius, 0.05), (radius, height)], 0.05, floor=0.12)
    substance = Substance(1.47)
    drinkware.handle(clear.body(substance), radius * 0.97, height * 0.5, height * 0.3)
    beer = Substance(1.34, linear((0.95, 0.66, 0.16)), rng.uniform(0.3, 0.6))
    contents.stand(rng, Blown(vessel, vessel.shape(), substance), [contents.Layer(rng.uniform(0.7, 0.85), beer)])
    inside = radius - 0.05
    parts = [lathe([(0, height * 0.8), (inside, height * 0.8), (inside, height), (0, height + 0.1)], 48)]
    for _ in range(rng.whole(14, 30)):
        angle, out = rng.uniform(0, TAU), radius * math.sqrt(rng.uniform()) * 0.95
        ball, faces = sphere(3, rng.uniform(0.1, 0.2))
        parts.append((ball + [out * math.cos(angle), out * math.sin(angle), height + rng.uniform(0, 0.12)], faces))
    for _ in range(rng.whole(1, 5)):
        angle, low = rng.uniform(0, TAU), rng.uniform(0.2, 0.8) * height
        way = np.array([math.cos(angle), math.sin(angle), 0])
        run = [way * (radius - 0.05) + [0, 0, height + 0.06], way * (radius + 0.04) + [0, 0, height - 0.02]]
        run.append(way * (radius + 0.02) + [0, 0, height - low])
        parts.append(tube(spline(run, 24), np.linspace(0.08, 0.05, 24), 10))
    froth_material = Material("froth", Base_Color=linear((0.97, 0.95, 0.88)), Roughness=0.6)
    cells = froth_material.node("TexVoronoi", Vector=froth_material.coordinates(1.0, rng), Scale=30.0)
    froth_material.bump(cells.outputs[0], 0.4, 0.02)
    clear.add_body(fuse(parts, 0.025, 6), froth_material.data, name="froth")


def _leaping_cup(rng: Rng, attributes: Attributes, height: float, radius: float) -> None:
    china = everyday(rng, rng.pick(["ceramic", "patterned", "paint"]))
    profile: list[tuple[float, float]] = [(0, 0), (radius * 0.7, 0), (radius, height * 0.4), (radius, height)]
    profile += [(radius - 0.05, height), (radius - 0.06, height * 0.45), (radius * 0.6, 0.08), (0, 0.08)]
    add_mesh(lathe(profile, 96, 120), china, name="cup")
    turn, half = np.linspace(-1.45, 1.45, 24), height * 0.28
    loop = np.c_[radius - 0.02 + half * np.cos(turn), 0 * turn, height * 0.55 + half * np.sin(turn)]
    add_mesh(tube(loop, 0.05, 12), china, name="handle")
    surface = height * 0.8
    parts = [lathe([(0, surface - 0.1), (radius - 0.04, surface - 0.1), (radius - 0.05, surface), (0, surface)], 64)]
    way = np.array([rng.normal(0, 0.4), rng.normal(0, 0.4), 1.0])
    leap = liquids.fan(rng, way, rng.uniform(0.5, 0.8), rng.uniform(0.7, 1.1))
    leap += liquids.crown(rng, radius * 0.5, rng.uniform(0.2, 0.4))
    parts += [(vertices + [0, 0, surface - 0.02], faces) for vertices, faces in leap]
    pour_out(rng, attributes, parts, rng.pick(["coffee", "milk", "juice", "chocolate"]))


def swirl(rng: Rng, attributes: Attributes) -> None:
    """Liquid that winds around a thing or around nothing."""
    radius, height = rng.uniform(0.5, 0.75), rng.uniform(0.5, 1.1)
    parts = liquids.swirl(rng, radius, height)
    if rng.chance(0.35):
        parts += liquids.swirl(rng, radius * 0.9, height * 1.2)
    if rng.chance(0.6):
        thing = rng.pick(["ball", "tin", "fruit"])
        attributes["around"] = thing
        if thing == "fruit":
            froth.fruit(rng)
        elif thing == "ball":
            add_mesh(sphere(5, 0.36), everyday(rng))
        else:
            tin = [
                (0, -0.6),
                (0.3, -0.6),
                (0.32, -0.55),
                (0.32, 0.5),
                (0.28, 0.58),
                (0.12, 0.62),
                (0.12, 0.75),
                (0, 0.75),
            ]
            add_mesh(lathe(tin, 96), everyday(rng, rng.pick(["patterned", "metal", "plastic", "ceramic"])))
    pour_out(rng, attributes, parts)


def drops(rng: Rng, attributes: Attributes) -> None:
    """Drops in the air: a shower, a few big ones or one."""
    style = rng.named({"shower": 2, "few": 1.5, "one": 1})
    attributes["style"] = style
    if style == "one":
        wide, tall = rng.uniform(0.35, 0.7), rng.uniform(0.4, 1.3)
        profile = [(0, -0.6), (wide * 0.7, -0.52), (wide, -0.2), (wide * rng.uniform(0.65, 0.9), 0.15)]
        profile += [(wide * rng.uniform(0.15, 0.4), tall * 0.6), (0.03, tall), (0, tall * 1.05)]
        vertices, faces = lathe(profile, 96, 70)
        vertices = vertices * (1 + rng.uniform(0, 0.12) * noise(vertices, rng, 0.6, 2))[:, None]
        parts: list[Shape] = [(vertices @ rotation(rng.normal(size=3), rng.uniform(0, 0.6)), faces)]
        parts += liquids.drops(rng, rng.whole(0, 9), (0, 0, 0.6), (0.4, 0.4, 0.6), (0.02, 0.12))
    elif style == "few":
        parts = liquids.drops(rng, rng.whole(3, 12), (0, 0, 0), 0.6, (0.08, 0.3))
    else:
        parts = liquids.drops(rng, rng.whole(40, 160), (0, 0, 0), (0.8, 0.8, 0.8), (0.012, 0.13))
    liquid = any_liquid(rng, attributes)
    clear.add_body(join(parts), liquid.material(), name="drops")


def drips(rng: Rng, attributes: Attributes) -> None:
    """Thick liquid that runs down a thing, drop by drop."""
    vertices, faces = rng.pick(
        [sphere(5, 0.6), sphere(5, (0.8, 0.5, 0.5)), lathe([(0, -0.5), (0.6, -0.5), (0.6, 0.5), (0, 0.5)], 96)]
    )
    add_mesh((vertices, faces), everyday(rng))
    top = float(vertices[:, 2].max())
    wide = float(np.abs(vertices[:, :2]).max(0).min())
    cap, corners = sphere(4, (wide * 0.9, wide * 0.9, 0.1))
    parts = [(cap + [0, 0, top - 0.02], corners)]
    for _ in range(rng.whole(6, 16)):
        angle, low = rng.uniform(0, TAU), rng.uniform(0.2, 1.5)
        way = np.array([math.cos(angle), math.sin(angle), 0])
        path = [way * wide * 0.5 + [0, 0, top]]
        for z in np.linspace(top - 0.05, top - low, 14):
            ring = vertices[np.abs(vertices[:, 2] - z) < 0.1]
            held = float(path[-1] @ way) - 0.015
            reach = max(float((ring @ way).max()), held) if len(ring) else held
            path.append(way * (reach + 0.015) + [0, 0, z])
        line = spline(np.array(path), 40)
        thick = rng.uniform(0.045, 0.08)
        parts.append(tube(line, np.linspace(thick, thick * 0.7, 40), 10))
        bead, bead_faces = sphere(3, thick * 1.15)
        parts.append((bead + line[-1], bead_faces))
        if low > 1.0 and rng.chance(0.6):
            parts.append((sphere(3, thick)[0] * [1, 1, 1.4] + line[-1] - [0, 0, rng.uniform(0.2, 0.5)], sphere(3)[1]))
    pour_out(rng, attributes, parts, rng.pick(["paint", "chocolate", "honey", "milk", "water"]))


def jet(rng: Rng, attributes: Attributes) -> None:
    """A fountain: arcs of water that fall apart into drops."""
    parts: list[Shape] = []
    count = rng.whole(3, 9)
    for k in range(count):
        angle = TAU * (k + rng.uniform(-0.3, 0.3)) / count
        speed = np.array([math.cos(angle) * 0.8, math.sin(angle) * 0.8, 2.4]) * rng.uniform(0.8, 1.1)
        t = np.linspace(0, rng.uniform(0.9, 1.5), 60)[:, None]
        path = speed * t - [0, 0, 1.6] * t**2
        parts.append(tube(path, np.linspace(0.05, 0.03, 60) * (1 + 0.3 * noise(path * 3, rng, 1, 2)), 8))
        end, way = path[-1], path[-1] - path[-4]
        for _ in range(rng.whole(8, 20)):
            bead, faces = sphere(2, rng.uniform(0.015, 0.05))
            parts.append((bead + end + way * rng.uniform(0, 6) + rng.normal(size=3) * 0.05, faces))
    parts.append(tube([(0, 0, -0.3), (0, 0, 0.1)], 0.07, 16))
    froth.mist(rng, rng.whole(1500, 5000), (0, 0, 0.5), (0.4, 0.4, 0.35))
    nozzle = [(0, -0.5), (0.16, -0.5), (0.16, -0.2), (0.1, -0.05), (0, -0.05)]
    add_mesh(lathe(nozzle, 48), everyday(rng, "metal"))
    pour_out(rng, attributes, parts, "water")


def mist(rng: Rng, attributes: Attributes) -> None:
    """A spray from a bottle, or a cloud of fine drops on its own."""
    bottle = rng.chance(0.6)
    attributes["style"] = "bottle" if bottle else "cloud"
    if not bottle:
        froth.mist(rng, rng.whole(9000, 24000), (0, 0, 0), rng.uniform(0.2, 0.6, 3))
        froth.drizzle(rng, rng.whole(300, 2000), rng.uniform(0.6, 1.1))
        return
    shade = everyday(rng, rng.pick(["plastic", "paint", "ceramic"]))
    body = [(0, -1.2), (0.32, -1.2), (0.35, -1.1), (0.33, -0.5), (0.14, -0.25), (0.12, -0.1), (0, -0.1)]
    add_mesh(lathe(body, 96, 70), shade, name="bottle")
    head = everyday(rng, "plastic")
    add_mesh(lathe([(0.15, -0.2), (0.15, -0.02), (0.1, 0.0), (0.1, 0.12), (0, 0.14)], 48), head)
    add_mesh(tube([(-0.12, 0, 0.07), (0.18, 0, 0.08), (0.24, 0, 0.08)], [0.07, 0.065, 0.035], 14), head)
    add_mesh(tube(spline([(0.15, 0, 0.03), (0.24, 0, -0.1), (0.2, 0, -0.28)], 14), 0.028, 8), head)
    way = np.array([1.0, rng.normal(0, 0.1), rng.normal(0, 0.1)])
    reach = rng.uniform(1.0, 1.7)
    froth.spray(rng, rng.whole(4000, 14000), reach, (0.24, 0, 0.08), way)
    froth.spray(rng, rng.whole(300, 900), reach * 1.1, (0.24, 0, 0.08), way)


def cold(rng: Rng, attributes: Attributes) -> None:
    """A bottle or a glass with a cold drink, beaded with water."""
    make = rng.pick([drinkware.bottle, drinkware.tumbler, drinkware.plastic_bottle, drinkware.cup])
    attributes["style"] = make.__name__
    make(rng, attributes)
    froth.dew(rng, rng.whole(150, 600), rng.pick([(0.008, 0.025), (0.01, 0.04), (0.014, 0.06)]))


SUBJECTS: dict[str, tuple[float, Callable[[Rng, Attributes], None]]] = {
    "crown": (2.2, crown),
    "thrown": (3, thrown),
    "pour": (1.8, pour),
    "filling": (1.5, filling),
    "overflow": (1.2, overflow),
    "swirl": (1.6, swirl),
    "drops": (1.6, drops),
    "drips": (1.1, drips),
    "jet": (0.8, jet),
    "mist": (1.1, mist),
    "bubbles": (1.8, froth.bubbles),
    "foam": (0.9, froth.foam),
    "ice": (1.8, froth.ice),
    "wet": (1.4, froth.wet),
    "cold": (0.9, cold),
}  # name: how often, maker
