"""Clear and tinted plastic film: crumpled, hung, wrapped, bagged, with bubbles."""

from __future__ import annotations

import math

import bpy
import numpy as np

from ppid.render.colour import random_colour
from ppid.render.materials import Material, everyday
from ppid.render.objects.woven import sheets
from ppid.render.objects.woven.coverage import let_through
from ppid.render.objects.woven.props import fruits, mannequin, pile, rod, wrapped
from ppid.render.objects.woven.sheets import AROUND, FRONT, Floats, Mover, Ripples, Sheet, Subjects, View
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import TAU, Points, box, ellipsoid, join, lathe, noise, rotation, torus, tube
from ppid.render.shot import Attributes


def film_material(rng: Rng, attributes: Attributes) -> bpy.types.Material:
    """Film that is clear where it is seen straight on and shines aslant."""
    material = Material("film")
    clear = rng.chance(0.65)
    colour = np.ones(3) if clear else random_colour(rng, (0.3, 0.8), (0.6, 1))
    attributes.update(film_colour=colour.round(3).tolist(), milky=rng.chance(0.2))
    straight, aslant = rng.uniform(0.04, 0.16), rng.uniform(0.5, 0.9)
    if attributes["milky"]:
        straight, aslant = rng.uniform(0.25, 0.5), rng.uniform(0.7, 0.95)
    facing = material.node("LayerWeight", Blend=rng.uniform(0.3, 0.5)).outputs["Facing"]
    free = material.node("MapRange", Value=facing, To_Min=1 - straight, To_Max=1 - aslant).outputs[0]
    gloss = material.node("BsdfGlossy", Color=(1, 1, 1), Roughness=rng.uniform(0.04, 0.16)).outputs[0]
    milk = material.node("BsdfTranslucent", Color=colour * 0.9).outputs[0]
    matt = material.node("BsdfDiffuse", Color=colour * 0.9).outputs[0]
    body = material.mixed(rng.uniform(0.4, 0.6), material.mixed(0.5, milk, matt), gloss)
    return let_through(material, free, body)


def creased(sheet: Sheet, rng: Rng, depth: float, frequency: float = 2.5) -> Sheet:
    """The same sheet with sharp creases."""
    seed = rng.whole(0, 2**30)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        points, rest = sheet.at(u, v, sway), sheet.at(u, v, 0.0)
        same = Rng(seed)  # the creases go along with the film
        return points + depth * np.abs(np.stack([noise(rest, same, frequency, 3) for _ in range(3)], 1))

    return Sheet(at, sheet.grid, sheet.aspect, sheet.flat)


def _crumpled(rng: Rng, attributes: Attributes) -> list[Mover]:
    sheet = rng.pick([sheets.crumpled, sheets.scarf, sheets.banner])(rng)
    return [creased(sheet, rng, rng.uniform(0.03, 0.09)).add(film_material(rng, attributes))]


def _shower_curtain(rng: Rng, attributes: Attributes) -> list[Mover]:
    sheet = sheets.curtain(rng, width=1.9, height=2.2)
    rod((-1.15, 0, 1.12), (1.15, 0, 1.12), rng, rings=True)
    if rng.chance(0.6):
        sheet = creased(sheet, rng, rng.uniform(0.01, 0.03), 1.5)
    return [sheet.add(film_material(rng, attributes))]


def _film_veil(rng: Rng, attributes: Attributes) -> list[Mover]:
    """Film over a dummy: a rain hood or dust cover."""
    mannequin(rng, attributes)
    sheet = sheets.veil(rng, arc=1.0, length=rng.uniform(0.5, 1.2))
    return [creased(sheet, rng, rng.uniform(0.01, 0.04), 2.0).add(film_material(rng, attributes))]


def _produce_bag(rng: Rng, attributes: Attributes) -> list[Mover]:
    """Fruit in a thin bag with a knotted or open neck."""
    size = rng.uniform(0.16, 0.22)
    places = pile(rng, rng.whole(5, 12), size, (0.5, 0.42, 0.5)) + (0, 0, -0.2)
    fruits(rng, attributes, places, size)
    top, neck = float(places[:, 2].max()) + size + rng.uniform(0.25, 0.45), rng.uniform(0.04, 0.07)
    heights, radii = wrapped(places, size, (top, neck))
    wander, folds = Ripples(rng, 1.2, 1), rng.whole(8, 14)
    flare, crest = rng.uniform(0.2, 0.4), rng.uniform(0.25, 0.45)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        angle, body = u * TAU, np.clip((v - 0.22) / 0.78, 0, 1)
        level = np.linspace(0, 1, len(heights))
        z = np.where(v < 0.22, top + crest * (0.22 - v) / 0.22, np.interp(body, level, heights))
        radius = np.where(
            v < 0.22, neck + flare * (np.maximum(0.22 - v, 0) / 0.22) ** 0.8, np.interp(body, level, radii)
        )
        gathers = np.exp(-(((v - 0.22) / 0.2) ** 2)) * 0.3
        radius = radius * (1.02 + gathers * np.sin(folds * angle + 2 * wander(np.cos(angle), np.sin(angle) + v)))
        radius = radius + 0.012 * np.abs(wander(np.cos(angle) * 3, np.sin(angle) * 3 + 2 * v))
        lean = 0.12 * math.sin(TAU * sway) * np.clip((0.22 - v) / 0.22, 0, 1)
        return np.c_[radius * np.cos(angle) + lean, radius * np.sin(angle), z]

    sheet = Sheet(at, (200, 120))
    ring, faces = torus(neck * 1.3, 0.025, 40, 8)
    add_mesh((ring + (0, 0, top), faces), everyday(rng, rng.pick(["plastic", "metal", "rubber"])))
    return [creased(sheet, rng, 0.02, 2.5).add(film_material(rng, attributes))]


def _bubble_wrap(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A bent sheet of air bubbles, or a roll of it."""
    rolled, columns = rng.chance(0.35), rng.whole(14, 26)
    attributes["rolled"] = rolled
    bend, turns = Ripples(rng, 0.5, 0.5), rng.uniform(1.2, 2.2)
    rows = round(columns * rng.uniform(0.7, 1.0))
    pitch = 2.0 / columns
    turn = rotation((1, 0, 0), rng.uniform(0, 1.2))

    def at(u: Floats, v: Floats, sway: float) -> Points:
        across, along = u * columns, v * rows
        shifted = across + 0.5 * (np.floor(along) % 2)
        far = np.hypot(shifted % 1 - 0.5, along % 1 - 0.5) / 0.42
        height = 0.32 * pitch * np.sqrt(np.clip(1 - far**2, 0, 1))
        if rolled:
            angle, radius = v * TAU * turns, 0.35 + 0.12 * v + height
            return np.c_[(u - 0.5) * 1.8, radius * np.cos(angle), radius * np.sin(angle)]
        x, y = (u - 0.5) * 2, (v - 0.5) * rows * pitch
        return np.c_[x, y, 0.22 * bend(u, v) + 0.05 * bend(v, u, sway) + height] @ turn

    sheet = Sheet(at, (columns * 8 + 1, rows * 8 + 1))
    return [sheet.add(film_material(rng, attributes))]


def _sweet(rng: Rng, attributes: Attributes) -> list[Mover]:
    """Something wrapped in cellophane with twisted ends, or a bunch of them."""
    material, count = film_material(rng, attributes), rng.whole(1, 3)
    for k in range(count):
        turn = rotation(rng.normal(size=3), rng.uniform(0, 1.2))
        place = np.array([0, 0.2 * k, 0.85 * (k - (count - 1) / 2)])
        half = rng.uniform(0.28, 0.36)
        wrapper = _wrapper(rng, half)
        placed = Sheet(_turned(wrapper.at, turn, place), wrapper.grid)
        creased(placed, rng, 0.02).add(material)
        vertices, faces = ellipsoid((0, 0, 0), (0.46, half, half))
        add_mesh((vertices @ turn + place, faces), everyday(rng, rng.pick(["plastic", "patterned", "translucent"])))
    return []


def _wrapper(rng: Rng, half: float) -> Sheet:
    """Film round a sweet of radius `half` that lies along x, its ends twisted and spread."""
    folds, wander = rng.whole(7, 12), Ripples(rng, 1, 1)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        along, angle = (v - 0.5) * 2, u * TAU
        end = np.clip(np.abs(along) - 0.42, 0, 1) / 0.58
        body = half * np.sqrt(np.clip(1 - (along / 0.5) ** 2, 0, 1)) + 0.04
        radius = np.maximum(body * 1.06, 0.045 + 0.38 * end**1.2)
        turn = folds * angle + 2 * wander(along, np.sin(angle)) + 5 * along
        radius = radius * (1 + (0.04 + 0.3 * np.clip(end * 3, 0, 1)) * np.sin(turn))
        return np.c_[along, radius * np.cos(angle), radius * np.sin(angle)]

    return Sheet(at, (160, 140))


def _turned(at: sheets.Places, turn: Points, place: Points) -> sheets.Places:
    """The same sheet turned and moved."""
    return lambda u, v, sway: at(u, v, sway) @ turn + place


def _cone(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A cellophane cone as florists use it, with round flower heads and stems."""
    folds, open_ = rng.whole(5, 9), rng.uniform(0.45, 0.65)
    wander = Ripples(rng, 1, 1)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        angle = u * TAU * 1.08
        radius = 0.07 + (open_ - 0.07) * np.abs(v - 0.25) ** 0.8 * np.where(v < 0.25, 0.9, 1.35)
        edge = 0.18 * np.clip(v - 0.6, 0, 1) * np.sin(folds * angle + wander(u, v))
        z = -0.8 + 1.5 * v + 0.4 * edge + 0.12 * v * np.sin(2 * angle)
        return np.c_[
            (radius + edge) * np.cos(angle) + 0.1 * v * math.sin(TAU * sway), (radius + edge) * np.sin(angle), z
        ]

    stems, green = [], everyday(rng, "plastic", (0.06, 0.2, 0.04))
    heads: list[list[tuple[Points, sheets.Faces]]] = [[], []]
    for k in range(rng.whole(5, 11)):
        top = np.array([*rng.normal(size=2) * 0.2, rng.uniform(0.35, 0.65)])
        foot = np.array([*rng.normal(size=2) * 0.03, -0.85])
        stems.append(tube([foot, top * (0.35, 0.35, 0) + (0, 0, -0.2), top], 0.018, 8))
        for _ in range(9):
            heads[k % 2].append(
                ellipsoid(
                    top + rng.normal(size=3) * 0.055, rng.uniform(0.05, 0.1, 3), rotation(rng.normal(size=3), 2), 2
                )
            )
    add_mesh(join(stems), green)
    for group in heads:
        add_mesh(join(group), everyday(rng, "fabric", random_colour(rng, (0.4, 0.95), (0.6, 0.95))))
    ring, faces = torus(0.1, 0.03, 32, 8)
    add_mesh((ring + (0, 0, -0.42), faces), everyday(rng, "fabric"))
    return [creased(Sheet(at, (180, 110)), rng, 0.03, 1.6).add(film_material(rng, attributes))]


def _parcel(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A box or bottles under loose film."""
    wide, deep, tall = rng.uniform(0.7, 1.1), rng.uniform(0.4, 0.7), rng.uniform(0.5, 0.9)
    if rng.chance(0.5):
        add_mesh(box(wide, deep, tall), everyday(rng, rng.pick(["patterned", "paint", "fabric", "wood"])), smooth=False)
    else:
        profile = [(0, 0), (0.15, 0), (0.16, 0.05), (0.16, 0.6), (0.06, 0.8), (0.06, 0.95), (0, 0.95)]
        bottle, faces = lathe(np.array(profile) * (1, tall / 0.95), 40)
        places = [
            (x, y, -tall / 2) for x in np.linspace(-wide / 2 + 0.16, wide / 2 - 0.16, 3) for y in (-deep / 4, deep / 4)
        ]
        add_mesh(
            join((bottle + place, faces) for place in places),
            everyday(rng, rng.pick(["plastic", "paint", "translucent"])),
        )
    loose, wander = rng.uniform(1.04, 1.12), Ripples(rng, 1.6, 1.6)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        angle, tip = u * TAU, (v - 0.5) * math.pi
        ball = np.c_[np.cos(tip) * np.cos(angle), np.cos(tip) * np.sin(angle), np.sin(tip)]
        squared = ball / (np.abs(ball) ** 7).sum(1, keepdims=True) ** (1 / 7)
        puff = loose + 0.03 * np.abs(wander(ball[:, 0] + ball[:, 2], ball[:, 1] - ball[:, 2]))
        return squared * puff[:, None] * np.array([wide, deep, tall]) / 2

    return [creased(Sheet(at, (200, 110)), rng, 0.025, 2.0).add(film_material(rng, attributes))]


FILMS: Subjects = {
    "crumpled_film": (2, _crumpled, FRONT),
    "shower_curtain": (1.5, _shower_curtain, FRONT),
    "film_veil": (1, _film_veil, View((-0.1, 0.4), (-2.6, -0.5))),
    "produce_bag": (2, _produce_bag, AROUND),
    "bubble_wrap": (1.5, _bubble_wrap, View((0.1, 1.0), (-2.3, -0.8))),
    "sweet": (1, _sweet, FRONT),
    "cellophane_cone": (1, _cone, AROUND),
    "wrapped_parcel": (1, _parcel, View((0.1, 0.8), (0, TAU), behind=False)),
}
