"""Vessels to drink and pour from: bottles, glasses, cups, jugs, flasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import bpy
import numpy as np
from numpy.typing import ArrayLike

from ppid.render.colour import hsv, linear
from ppid.render.materials import everyday
from ppid.render.objects.transparent import clear, contents, trimmings
from ppid.render.objects.transparent.clear import Film, Substance
from ppid.render.objects.transparent.contents import Blown
from ppid.render.objects.transparent.vessels import Vessel, turned, worked
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import join, lathe, noise, sphere, spline, torus, tube
from ppid.render.shot import Attributes

_BOTTLE_TINTS = [(0.25, 0.55, 0.2), (0.6, 0.32, 0.08), (0.12, 0.3, 0.75), (0.5, 0.62, 0.35), (0.3, 0.3, 0.32)]
_WORKS = {"fluted": 1.5, "facets": 1.5, "diamonds": 2, "ribs": 1, "hammered": 1}
_CLOUDY = (0.85, 0.87, 0.9)


def glass(rng: Rng, attributes: Attributes, wall: float, tint: ArrayLike | None = None) -> Substance:
    """Glass as it is sold: clear, tinted or frosted; `tint` is display RGB after one wall."""
    style = "given" if tint is not None else rng.named({"clear": 6, "tinted": 2.5, "frosted": 1})
    substance = Substance(ior=rng.uniform(1.42, 1.54), depth=wall * 1.2)
    if tint is not None:
        substance = replace(substance, tint=linear(tint))
    elif style == "tinted":
        colour = linear(hsv(rng.uniform(), rng.uniform(0.05, 0.35), rng.uniform(0.88, 1)))
        substance = replace(substance, tint=colour)
    elif style == "frosted":
        low = rng.uniform(-0.4, 0.5)
        frosts = [
            clear.everywhere(rng.uniform(0.3, 0.8)),
            clear.band(low, low + rng.uniform(0.3, 1.2), rng.uniform(0.02, 0.5)),
            clear.patches(rng, rng.uniform(0.2, 0.6), 0.5),
        ]
        substance = replace(substance, frost=rng.pick(frosts), frost_colour=rng.pick([None, _CLOUDY]))
    attributes["glass"] = style
    return substance


def blow(rng: Rng, attributes: Attributes, vessel: Vessel, substance: Substance, plain: float = 0.5) -> Blown:
    """A vessel of glass, with something worked into its wall unless chance makes it plain."""
    work = "plain" if rng.chance(plain) else rng.named(_WORKS)
    attributes["work"] = work
    return Blown(vessel, vessel.shape() if work == "plain" else worked(rng, vessel, work), substance)


def handle(material: bpy.types.Material, radius: float, middle: float, half: float) -> None:
    """A loop beside a vessel."""
    angle = np.linspace(-1.45, 1.45, 26)
    path = np.c_[radius - 0.02 + half * 1.05 * np.cos(angle), 0 * angle, middle + half * np.sin(angle)]
    clear.add_body(tube(path, 0.045, 14), material, name="handle")


def bottle(rng: Rng, attributes: Attributes) -> None:
    """For wine, beer, water, spirits or oil."""
    height, radius = rng.uniform(1.5, 2.2), rng.uniform(0.25, 0.45)
    shoulder, neck = rng.uniform(0.5, 0.68), rng.uniform(0.07, 0.13)
    start = shoulder + 0.1 + rng.uniform(0.02, 0.12)  # of the neck
    corners = [(0, 0.05), (radius * 0.6, 0), (radius, 0), (radius, 0.06)]
    corners += [(radius * rng.uniform(0.85, 1.05), height * 0.35), (radius, height * shoulder)]
    corners += [(radius, height * (shoulder + 0.06)), (neck, height * start), (neck, height * (start + 0.04))]
    corners += [(neck * 0.95, height * 0.955), (neck * 1.25, height * 0.96), (neck * 1.25, height * 0.985)]
    corners += [(neck * 1.1, height)]
    wall = min(rng.uniform(0.025, 0.045), neck * 0.4)
    vessel = turned(corners, wall, rounds=3)
    if rng.chance(0.25):
        vessel = replace(vessel, square=rng.uniform(3, 8), round_from=height * (shoulder + 0.05))
    tint = np.array(rng.pick(_BOTTLE_TINTS)) if rng.chance(0.45) else None
    blown = blow(rng, attributes, vessel, glass(rng, attributes, wall, tint), 0.75)
    if rng.chance(0.65):
        contents.pour(rng, attributes, blown, rng.uniform(0.2, 0.8))
    else:
        contents.stand(rng, blown)
    if rng.chance(0.6):
        low = height * rng.uniform(0.06, 0.2)
        trimmings.label(rng, vessel, low, low + height * rng.uniform(0.15, 0.32))
        attributes["label"] = True
    if rng.chance(0.25):
        trimmings.label(rng, vessel, height * 0.84, height * 0.92)
    if rng.chance(0.6):
        attributes["cap"] = trimmings.cap(rng, neck * 1.1, height)


def plastic_bottle(rng: Rng, attributes: Attributes) -> None:
    """A thin film bottle with ribs, label and screw cap."""
    height, radius = rng.uniform(1.5, 2.1), rng.uniform(0.28, 0.4)
    z = np.linspace(0.06, height * 0.72, 60)
    waist = 1 - rng.uniform(0, 0.12) * np.exp(-(((z / height - 0.4) / 0.1) ** 2))
    ribbed = np.abs(z / height - 0.5) > rng.uniform(0, 0.15)
    ribs = rng.uniform(0.005, 0.02) * np.cos(z * rng.uniform(18, 45)) * ribbed
    corners = [(0, 0.04), (radius * 0.7, 0), *np.c_[radius * (waist + ribs), z].tolist()]
    corners += [(radius * 0.6, height * 0.84), (0.1, height * 0.92), (0.1, height)]
    vessel = turned(corners, 0.012, rounds=2)
    colour = rng.pick([(1, 1, 1), (1, 1, 1), (0.75, 0.9, 1.0), (0.7, 0.95, 0.75), (0.95, 0.8, 0.6)])
    crumpled = rng.pick([0.0, 0.0, 0.05, 0.15])
    skin = Film(0.06, 0.9, linear(colour))
    vertices, faces = lathe(vessel.outer, 160)
    dents = 1 - crumpled * np.abs(noise(vertices, rng, 1.6, 2)) * np.clip(vertices[:, 2] / 0.2, 0, 1)
    add_mesh((vertices * np.stack([dents, dents, 0 * dents + 1], 1), faces), clear.film(skin), name="bottle")
    attributes["crumpled"] = crumpled
    if rng.chance(0.6):
        attributes["liquid"] = rng.named({name: weight for name, (weight, _) in contents.DRINKS.items()})
        filling = contents.liquid(rng, contents.DRINKS[attributes["liquid"]][1])
        shape = vessel.filling(0.0, rng.uniform(0.2, 0.85))
        if shape is not None:
            shape = (shape[0] * [1 - crumpled, 1 - crumpled, 1], shape[1])
            clear.add_body(shape, clear.body(filling) if isinstance(filling, Substance) else filling)
    if rng.chance(0.6):
        trimmings.label(rng, vessel, height * 0.35, height * rng.uniform(0.5, 0.62))
        attributes["label"] = True
    if rng.chance(0.8):
        attributes["cap"] = trimmings.cap(rng, 0.105, height, "screw")


def perfume(rng: Rng, attributes: Attributes) -> None:
    """A small thick flacon with a sprayer or a stopper."""
    height, radius = rng.uniform(0.7, 1.2), rng.uniform(0.35, 0.6)
    corners = [(0, 0), (radius, 0), (radius * rng.uniform(0.7, 1.2), height * 0.5)]
    corners += [(radius * rng.uniform(0.6, 1), height * 0.88), (0.12, height * 0.9), (0.12, height)]
    wall = rng.uniform(0.04, 0.06)
    vessel = turned(corners, wall, floor=rng.uniform(0.08, 0.18), rounds=3)
    vessel = replace(vessel, square=rng.pick([2, 2, 4, 8]), round_from=height * 0.97)
    drink = rng.pick(["white wine", "pink", "blue", "whisky", "green"])
    blown = blow(rng, attributes, vessel, glass(rng, attributes, wall))
    contents.pour(rng, attributes, blown, rng.uniform(0.3, 0.8), drink)
    if rng.chance(0.4):
        trimmings.label(rng, vessel, height * 0.25, height * 0.6)
    attributes["cap"] = trimmings.cap(rng, 0.13, height)


def wine_glass(rng: Rng, attributes: Attributes) -> None:
    """A bowl on a stem: for wine, champagne, cocktails, cognac."""
    style = rng.named({"wine": 3, "flute": 1.5, "coupe": 1, "martini": 1, "goblet": 1, "snifter": 1})
    radius, bowl, stem, rim = {
        "wine": (rng.uniform(0.34, 0.5), rng.uniform(0.55, 0.9), rng.uniform(0.5, 0.85), rng.uniform(0.65, 0.95)),
        "flute": (rng.uniform(0.19, 0.24), rng.uniform(0.8, 1.1), rng.uniform(0.5, 0.8), rng.uniform(0.75, 1.05)),
        "coupe": (rng.uniform(0.5, 0.6), rng.uniform(0.25, 0.38), rng.uniform(0.6, 0.9), 1.0),
        "martini": (rng.uniform(0.5, 0.65), rng.uniform(0.4, 0.55), rng.uniform(0.6, 0.9), 1.0),
        "goblet": (rng.uniform(0.34, 0.42), rng.uniform(0.55, 0.7), rng.uniform(0.2, 0.35), rng.uniform(0.9, 1.1)),
        "snifter": (rng.uniform(0.45, 0.55), rng.uniform(0.6, 0.75), rng.uniform(0.2, 0.35), rng.uniform(0.55, 0.7)),
    }[style]
    foot = rng.uniform(0.28, 0.4)
    corners = [(0, 0), (foot, 0), (foot, 0.025), (0.12, 0.06), (0.035, 0.14), (0.03, stem * 0.6), (0.045, stem)]
    if style == "martini":
        corners += [(0.05, stem + 0.02), (radius, stem + bowl)]
    else:
        corners += [(radius * 0.6, stem + 0.02), (radius, stem + bowl * 0.3), (radius * 1.02, stem + bowl * 0.6)]
        corners += [(radius * rim, stem + bowl)]
    vessel = turned(corners, rng.uniform(0.016, 0.026), floor=stem + 0.045)
    attributes["style"] = style
    blown = blow(rng, attributes, vessel, glass(rng, attributes, vessel.wall), 0.85)
    if rng.chance(0.3):
        contents.stand(rng, blown)
        return
    level = rng.uniform(0.2, 0.75)
    if rng.chance(0.1):
        contents.stand(rng, blown, contents.cocktail(rng, attributes, level))
    else:
        drink = rng.pick([None, "red wine", "white wine", "rose", "pink", "blue"])
        contents.pour(rng, attributes, blown, level, drink)
    if rng.chance(0.3) and style in ("martini", "goblet", "coupe"):
        attributes["garnish"] = contents.garnish(rng, vessel, level)


def tumbler(rng: Rng, attributes: Attributes) -> None:
    """A glass without a stem, with a drink, ice and trimmings."""
    height, radius = rng.uniform(0.7, 1.5), rng.uniform(0.36, 0.55)
    foot = rng.uniform(0.65, 1.0)
    wall = rng.uniform(0.025, 0.06)
    middle = radius * (foot + 1) / 2 * rng.pick([1, 1, rng.uniform(0.85, 1.15)])
    corners = [(0, 0), (radius * foot, 0), (radius * foot, 0.03), (middle, height * 0.5), (radius, height)]
    vessel = turned(corners, wall, floor=rng.uniform(0.05, 0.2))
    if rng.chance(0.15):
        vessel = replace(vessel, square=rng.uniform(3, 6), round_from=height * 0.8)
    substance = glass(rng, attributes, wall)
    blown = blow(rng, attributes, vessel, substance)
    if rng.chance(0.2):
        handle(clear.body(substance), radius * 0.98, height * 0.52, min(0.35, height * 0.3))
    if rng.chance(0.2):
        contents.stand(rng, blown)
        return
    level = rng.uniform(0.35, 0.9)
    if rng.chance(0.12):
        contents.stand(rng, blown, contents.cocktail(rng, attributes, level))
    elif rng.chance(contents.pour(rng, attributes, blown, level).ice):
        contents.ice_cubes(rng, vessel, level)
        attributes["ice"] = True
    if rng.chance(0.35):
        attributes["garnish"] = contents.garnish(rng, vessel, level)


def cup(rng: Rng, attributes: Attributes) -> None:
    """A glass cup or mug with a handle, for tea, coffee or beer."""
    height, radius = rng.uniform(0.6, 1.3), rng.uniform(0.42, 0.6)
    corners = [(0, 0), (radius * rng.uniform(0.5, 0.95), 0), (radius * rng.uniform(0.85, 1.05), height * 0.3)]
    corners += [(radius, height)]
    wall = rng.uniform(0.03, 0.06)
    vessel = turned(corners, wall, floor=rng.uniform(0.05, 0.12))
    substance = glass(rng, attributes, wall)
    blown = blow(rng, attributes, vessel, substance)
    handle(clear.body(substance), radius * 0.97, height * 0.55, height * rng.uniform(0.25, 0.33))
    if rng.chance(0.85):
        drink = rng.pick(["tea", "coffee", "beer", "milk", "tea", "cola", "juice"])
        contents.pour(rng, attributes, blown, rng.uniform(0.4, 0.88), drink)
    else:
        contents.stand(rng, blown)
    if rng.chance(0.35):
        saucer = lathe([(0, -0.06), (0.45, -0.06), (0.9, 0.02), (0.9, 0.05), (0.5, -0.02), (0, -0.02)], 96, 60)
        clear.add_body(saucer, everyday(rng, "ceramic") if rng.chance(0.6) else clear.body(substance))


def pitcher(rng: Rng, attributes: Attributes) -> None:
    """A jug, carafe, decanter or teapot."""
    style = rng.pick(["jug", "carafe", "decanter", "teapot"])
    attributes["style"] = style
    height, radius = (0.95, 0.62) if style == "teapot" else (rng.uniform(1.2, 1.6), rng.uniform(0.45, 0.6))
    neck = {"jug": 0.38, "carafe": 0.17, "decanter": 0.12, "teapot": 0.3}[style]
    corners = [(0, 0), (radius * 0.8, 0), (radius * rng.uniform(1, 1.15), height * 0.25)]
    corners += [(radius * rng.uniform(0.7, 1), height * 0.55), (neck, height * 0.78), (neck, height * 0.88)]
    corners += [(neck * 1.15, height)]
    wall = rng.uniform(0.03, 0.045)
    vessel = turned(corners, wall)
    substance = glass(rng, attributes, wall)
    material = clear.body(substance)
    vertices, faces = vessel.shape()
    if style == "jug":  # its lip
        beside = np.exp(-((np.arctan2(vertices[:, 1], -vertices[:, 0]) / 0.35) ** 2))
        lip = beside * np.clip((vertices[:, 2] - height * 0.85) / (height * 0.15), 0, 1) ** 2
        vertices[:, 0] -= 0.14 * lip
        vertices[:, 2] += 0.05 * lip
    if style in ("jug", "teapot"):
        handle(material, float(vessel.girth(np.array([height * 0.55]))[0]), height * 0.55, height * 0.28)
    if style == "teapot":
        spout = spline([(-radius * 0.9, 0, 0.3), (-radius * 1.25, 0, 0.45), (-radius * 1.55, 0, 0.9)], 20)
        clear.add_body(tube(spout, np.linspace(0.12, 0.06, 20), 20), material)
        profile = np.array([(neck * 1.1, 0.02), (neck * 0.9, 0.07), (0.06, 0.1), (0.08, 0.2), (0, 0.24)])
        add_mesh(lathe(profile + [0, height], 64, 40), everyday(rng, rng.pick(["metal", "ceramic", "wood"])))
    if style == "decanter" and rng.chance(0.7):
        stopper, corners_of = sphere(4, rng.uniform(0.14, 0.2))
        clear.add_body((stopper + [0, 0, height + 0.12], corners_of), material)
    blown = Blown(vessel, (vertices, faces), substance)
    if rng.chance(0.75):
        level = rng.uniform(0.25, 0.65)
        contents.pour(rng, attributes, blown, level, "tea" if style == "teapot" else None)
    else:
        contents.stand(rng, blown)


_REAGENTS = ["blue", "green", "pink", "water", "whisky", "red wine"]


def flask(rng: Rng, attributes: Attributes) -> None:
    """Laboratory glass: conical and round flasks, beakers, test tubes in a rack."""
    style = rng.pick(["conical", "round", "beaker", "tubes"])
    attributes["style"] = style
    if style == "tubes":
        _test_tubes(rng, attributes)
        return
    corners: list[tuple[float, float]] = {
        "conical": [(0, 0), (0.62, 0), (0.66, 0.08), (0.3, 0.9), (0.17, 1.15), (0.17, 1.45), (0.22, 1.5)],
        "round": [(0, 0), (0.35, 0), (0.66, 0.3), (0.66, 0.8), (0.25, 1.1), (0.15, 1.3), (0.15, 1.8), (0.2, 1.86)],
        "beaker": [(0, 0), (0.5, 0), (0.5, 0.06), (0.5, 1.05), (0.56, 1.1)],
    }[style]
    vessel = turned(corners, 0.026)
    blown = Blown(vessel, vessel.shape(), Substance(ior=1.47))
    contents.pour(rng, attributes, blown, rng.uniform(0.2, 0.6), rng.pick(_REAGENTS))
    if style == "round":
        ring, faces = torus(0.45, 0.05)
        add_mesh((ring + [0, 0, 0.04], faces), everyday(rng, "wood"))
    if rng.chance(0.4) and style != "beaker":
        trimmings.cap(rng, 0.18, vessel.top, "cork")


def _test_tubes(rng: Rng, attributes: Attributes) -> None:
    count, step = rng.whole(2, 5), 0.36
    vessel = turned([(0, 0), (0.1, 0), (0.12, 0.12), (0.12, 1.2), (0.12, 1.3), (0.145, 1.33)], 0.018)
    blown = Blown(vessel, vessel.shape(48), Substance(ior=1.47))
    for k in range(count):
        before = set(bpy.context.scene.objects)
        contents.pour(rng, attributes, blown, rng.uniform(0.15, 0.7), rng.pick(_REAGENTS))
        for added in set(bpy.context.scene.objects) - before:
            added.location.x = k * step
    left, right = -0.25, (count - 1) * step + 0.25
    parts = []
    for z in (0.03, 0.75):
        for k in range(count):
            ring, faces = torus(0.14, 0.03, 40, 8)
            parts.append((ring + [k * step, 0, z], faces))
        parts += [tube([(left, y, z), (right, y, z)], 0.03, 8) for y in (-0.15, 0.15)]
    parts += [tube([(x, y, -0.08), (x, y, 0.78)], 0.03, 8) for x in (left, right) for y in (-0.15, 0.15)]
    add_mesh(join(parts), everyday(rng, rng.pick(["wood", "plastic", "metal"])))


DRINKWARE: dict[str, tuple[float, Callable[[Rng, Attributes], None]]] = {
    "bottle": (3, bottle),
    "plastic_bottle": (1.2, plastic_bottle),
    "perfume": (1.2, perfume),
    "wine_glass": (2.5, wine_glass),
    "tumbler": (2.5, tumbler),
    "cup": (1.5, cup),
    "pitcher": (1.3, pitcher),
    "flask": (1.2, flask),
}  # name: how often, maker
