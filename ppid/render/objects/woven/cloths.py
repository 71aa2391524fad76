"""Lace, net and sheer cloth: curtains, veils, doilies, skirts, parasols, stockings and their like."""

from __future__ import annotations

import math
from collections.abc import Callable

import bpy
import numpy as np
from numpy.typing import ArrayLike

from ppid.render.colour import random_colour
from ppid.render.materials import Material, everyday
from ppid.render.objects.woven import sheets
from ppid.render.objects.woven.coverage import let_through
from ppid.render.objects.woven.edges import doily, hemmed
from ppid.render.objects.woven.props import mannequin, pile, rod, stand
from ppid.render.objects.woven.sheets import ABOVE, AROUND, FACING, FRONT, Mover, Ripples, Sheet, Subjects, View
from ppid.render.objects.woven.tiles import TILES, Floats, Pixels
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, add_strands
from ppid.render.shapes import TAU, Points, ellipsoid, join, lathe, sphere, spline, torus, tube
from ppid.render.shot import Attributes

_LIGHT = ("lace", "tulle", "sheer", "dots", "damask", "stripes")  # patterns of fine cloth
_COLOURS: dict[str, tuple[float, Callable[[Rng], Floats]]] = {
    "white": (3, lambda rng: np.full(3, 0.88)),
    "ecru": (1.5, lambda rng: np.array([0.82, 0.74, 0.6])),
    "black": (1.5, lambda rng: np.full(3, 0.02)),
    "grey": (0.7, lambda rng: np.full(3, 0.3)),
    "any": (2.5, lambda rng: random_colour(rng, (0.2, 0.9), (0.3, 0.9))),
    "pastel": (1, lambda rng: random_colour(rng, (0.15, 0.35), (0.75, 0.95))),
}  # name: how often, linear RGB


def thread_colour(rng: Rng, attributes: Attributes) -> Floats:
    """Linear RGB of cloth or cord."""
    name = rng.named({name: weight for name, (weight, _) in _COLOURS.items()})
    colour = _COLOURS[name][1](rng)
    attributes["colour"] = colour.round(3).tolist()
    return colour


def cloth_material(rng: Rng, attributes: Attributes, pattern: Pixels) -> bpy.types.Material:
    """Cloth whose holes let through what is behind; sheer cloth covers more where it is seen aslant."""
    material = Material("cloth")
    thread, second = thread_colour(rng, attributes), random_colour(rng, (0.3, 0.9), (0.3, 0.95))
    cover, relief, tone = np.moveaxis(pattern.astype(np.float32) / 255, -1, 0)[..., None]
    # All that can be is worked out here: at each of a ray's layers of cloth the shader runs again.
    shades = ((1 - tone) * thread + tone * second) * relief
    texture = material.image(np.concatenate([shades, 1 - cover], -1), material.surface_coordinates())
    texture.image.alpha_mode, texture.extension = "CHANNEL_PACKED", "EXTEND"
    colour, free = texture.outputs["Color"], texture.outputs["Alpha"]
    if ((cover > 0.05) & (cover < 0.9)).mean() > 0.3:
        free = _slanted(material, free)
    front = material.node("BsdfDiffuse", Color=colour).outputs[0]
    attributes["silky"] = rng.chance(0.2)
    if attributes["silky"]:
        shine = material.node("BsdfGlossy", Color=(0.8, 0.8, 0.8), Roughness=rng.uniform(0.3, 0.5)).outputs[0]
        front = material.mixed(rng.uniform(0.08, 0.2), front, shine)
    through = material.node("BsdfTranslucent", Color=colour).outputs[0]
    return let_through(material, free, material.mixed(rng.uniform(0.2, 0.5), front, through))


def _slanted(material: Material, free: bpy.types.NodeSocket) -> bpy.types.NodeSocket:
    """What sheer cloth lets through along the view: its power of about 1 / cosine."""
    facing = material.node("LayerWeight", Blend=0.5).outputs["Facing"]
    thicker = material.node("Math", {"operation": "MULTIPLY_ADD"})
    power = material.node("Math", {"operation": "POWER"})
    for place, value in enumerate((facing, 2.2, 1.0)):
        material.connect(thicker, place, value)
    for place, value in enumerate((free, thicker.outputs[0])):
        material.connect(power, place, value)
    return power.outputs[0]


def piece(rng: Rng, attributes: Attributes, aspect: float, hems: dict[str, float], *, sheer: bool = False) -> Pixels:
    """A piece of cloth; `hems` says how often which hem; `sheer` keeps to patterns that are light."""
    weights = {name: weight for name, (weight, _, _) in TILES.items() if not sheer or name in _LIGHT}
    name, hem = rng.named(weights), rng.named(hems)
    attributes.update(pattern=name, hem=hem)
    return hemmed(rng, name, aspect, hem)


def _clothe(rng: Rng, attributes: Attributes, sheet: Sheet, hems: dict[str, float], *, sheer: bool = False) -> Mover:
    """Add a sheet of patterned cloth."""
    return sheet.add(cloth_material(rng, attributes, piece(rng, attributes, sheet.aspect, hems, sheer=sheer)))


def _curtain(rng: Rng, attributes: Attributes) -> list[Mover]:
    sheet = sheets.curtain(rng)
    top = sheet.edge_middle("top")[2]
    if rng.chance(0.6):
        rod((-1.2, 0, top + 0.02), (1.2, 0, top + 0.02), rng, rings=rng.chance(0.5))
    return [_clothe(rng, attributes, sheet, {"none": 1, "bottom": 2})]


def _curtain_pair(rng: Rng, attributes: Attributes) -> list[Mover]:
    height, tied = rng.uniform(2.0, 2.6), rng.chance(0.7)
    attributes["tied"] = tied
    moved, material = [], None
    for side in (-1, 1):
        sheet = sheets.curtain(rng, width=1.25, height=height, tied=side if tied else 0)
        shifted = Sheet(_moved(sheet.at, (side * 0.66, 0, 0)), (180, 90), sheet.aspect)
        if material is None:
            material = cloth_material(rng, attributes, piece(rng, attributes, sheet.aspect, {"none": 1, "bottom": 2}))
        moved.append(shifted.add(material))
    rod((-1.4, 0, height / 2 + 0.02), (1.4, 0, height / 2 + 0.02), rng, rings=rng.chance(0.5))
    return moved


def _moved(at: sheets.Places, by: ArrayLike) -> sheets.Places:
    """The same sheet elsewhere."""
    return lambda u, v, sway: at(u, v, sway) + np.asarray(by, float)


def _valance(rng: Rng, attributes: Attributes) -> list[Mover]:
    sheet = sheets.swag(rng)
    rod((-1.25, 0, 0.5), (1.25, 0, 0.5), rng)
    return [_clothe(rng, attributes, sheet, {"none": 1, "bottom": 3})]


def _veil(rng: Rng, attributes: Attributes) -> list[Mover]:
    sheet = sheets.veil(rng)
    if rng.chance(0.65):
        mannequin(rng, attributes)
    moved = [_clothe(rng, attributes, sheet, {"none": 1, "bottom": 2}, sheer=rng.chance(0.6))]
    if rng.chance(0.4):  # a wreath or a diadem
        path = torus(0.5, 0.03)[0][::12] * (1, 0.95, 1) + (0, 0, 0.27)
        places = path[rng.choice(len(path), 26)] + rng.normal(size=(26, 3)) * 0.015
        blooms = join(ellipsoid(place, rng.uniform(0.03, 0.06, 3), splits=2) for place in places)
        add_mesh(blooms, everyday(rng, rng.pick(["plastic", "metal", "ceramic"])))
    return moved


def _banner(rng: Rng, attributes: Attributes) -> list[Mover]:
    sheet = sheets.banner(rng)
    if rng.chance(0.7):
        add_mesh(tube([(-1.08, 0, -1.7), (-1.08, 0, 0.9)], 0.03), everyday(rng, rng.pick(["wood", "metal", "paint"])))
        add_mesh(ellipsoid((-1.08, 0, 0.92), (0.05, 0.05, 0.05)), everyday(rng, "metal"))
    return [_clothe(rng, attributes, sheet, {"none": 2, "all": 1})]


def _scarf(rng: Rng, attributes: Attributes) -> list[Mover]:
    sheet = sheets.scarf(rng)
    moved = [_clothe(rng, attributes, sheet, {"none": 2, "sides": 1, "all": 1})]
    if rng.chance(0.5):
        attributes["fringe"] = True
        moved += [fringe(rng, sheet, side, _cord(attributes), rng.uniform(0.1, 0.3)) for side in ("left", "right")]
    return moved


def _cord(attributes: Attributes) -> bpy.types.Material:
    """Threads in the cloth's colour."""
    return Material("cord", Base_Color=attributes["colour"], Roughness=0.8).data


def fringe(rng: Rng, sheet: Sheet, side: str, material: bpy.types.Material, length: float, count: int = 90) -> Mover:
    """Tassels of thread that hang from a sheet's edge."""
    threads = 5
    knots = sheet.edge(side, count)
    t = np.linspace(0, 1, 10)
    lengths = length * rng.uniform(0.8, 1.1, (count, threads, 1))
    spread = rng.normal(size=(count, threads, 1, 3)) * length * 0.16
    curls = Ripples(rng, 1.5, 1.5)

    def strands(sway: float) -> Points:
        places = np.repeat(knots(sway)[:, None], threads, 1)[:, :, None]
        down = np.zeros((count, threads, len(t), 3))
        down[..., 2] = -lengths * t
        k = np.broadcast_to(np.arange(count)[:, None, None] / count, down.shape[:3])
        curl = curls(k * 3, np.broadcast_to(t, k.shape), sway)
        down[..., 0] += length * 0.15 * curl * t + 0.2 * length * t**2 * math.sin(TAU * sway)
        gathered = np.clip(t * 4, 0, 1)[None, None, :, None]
        return (places + down + spread * gathered * t[:, None]).reshape(count * threads, len(t), 3)

    return sheets.add_moving(strands, np.linspace(0.0045, 0.003, len(t)), material)


def _tablecloth(rng: Rng, attributes: Attributes) -> list[Mover]:
    square = rng.chance(0.5)
    sheet = sheets.tablecloth(rng, square=square)
    if square:
        return [_clothe(rng, attributes, sheet, {"none": 1, "all": 2})]
    attributes["pattern"] = "doily"
    return [sheet.add(cloth_material(rng, attributes, doily(rng)))]


def _doily(rng: Rng, attributes: Attributes) -> list[Mover]:
    attributes["pattern"] = "doily"
    if rng.chance(0.3):
        vase = [(0, 0), (0.22, 0), (0.3, 0.12), (0.2, 0.4), (0.1, 0.55), (0.17, 0.7), (0.15, 0.7)]
        vertices, faces = lathe(vase, 48, 40)
        add_mesh((vertices + (0, 0, 0.05), faces), everyday(rng, rng.pick(["ceramic", "metal", "patterned"])))
        return [sheets.flat_disc().add(cloth_material(rng, attributes, doily(rng)))]
    return [sheets.disc(rng).add(cloth_material(rng, attributes, doily(rng)))]


def _hung(rng: Rng, attributes: Attributes) -> list[Mover]:
    sheet = sheets.hung(rng)
    if rng.chance(0.5):
        add_mesh(
            tube(spline([(0, 0, 1.15), (0.02, 0, 0.9), (0.1, 0, 0.76), (0.02, 0, 0.68), (-0.06, 0, 0.76)], 30), 0.018),
            everyday(rng, "metal"),
        )
    return [_clothe(rng, attributes, sheet, {"none": 1, "all": 2})]


def _crumpled(rng: Rng, attributes: Attributes) -> list[Mover]:
    return [_clothe(rng, attributes, sheets.crumpled(rng), {"none": 1, "all": 1})]


def _canopy(rng: Rng, attributes: Attributes) -> list[Mover]:
    sheet = sheets.canopy(rng)
    top = sheet.edge_middle("top")
    radius = float(np.linalg.norm(top[:2]))
    add_mesh((torus(radius, 0.018)[0] + (0, 0, top[2]), torus(radius, 0.018)[1]), everyday(rng, "plastic"))
    ends = [(radius * math.cos(a), radius * math.sin(a), top[2]) for a in np.linspace(0, TAU, 4)[:3]]
    peak = np.array([0, 0, top[2] + 0.3])
    add_strands(np.array([np.linspace(end, peak, 8) for end in ends]), 0.006, everyday(rng, "plastic"))
    return [_clothe(rng, attributes, sheet, {"none": 2, "bottom": 1}, sheer=True)]


def _skirt(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A tutu or a flounced petticoat of several layers."""
    layers = rng.whole(1, 4)
    flare, length = rng.uniform(0.5, 1.5), rng.uniform(0.6, 1.0)
    first = sheets.skirt(rng, flare, length)
    material = cloth_material(
        rng, attributes, piece(rng, attributes, first.aspect, {"none": 2, "bottom": 1}, sheer=True)
    )
    moved = [first.add(material)]
    for k in range(1, layers):
        moved.append(sheets.skirt(rng, max(flare - 0.17 * k, 0.25), length * (1 - 0.06 * k)).add(material))
    band = lathe([(0.2, 0.14), (0.215, 0.05), (0.23, -0.03)], 64)
    add_mesh(band, everyday(rng, "fabric"))
    if rng.chance(0.4):
        stand(rng, (0, 0, 0.1), -length * 1.3)
    return moved


def _parasol(rng: Rng, attributes: Attributes) -> list[Mover]:
    ribs, rise, drop = rng.pick([6, 8, 8, 10]), rng.uniform(0.25, 0.5), rng.uniform(0.06, 0.16)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        within = (u * ribs) % 1 - 0.5
        angle = u * TAU
        slack = np.cos(math.pi * within) ** 0.8 * v**1.5
        radius = v * (1 - drop * slack)
        z = rise * (1 - v**2) - 0.5 * drop * slack
        return np.c_[radius * np.cos(angle), radius * np.sin(angle), z]

    sheet = Sheet(at, (240, 40), 1.0, sheets.around)
    if rng.chance(0.6):
        attributes["pattern"] = "doily"
        sheet.add(cloth_material(rng, attributes, doily(rng)))
    else:
        _clothe(rng, attributes, sheet, {"none": 1})
    t, metal, wood = np.linspace(0, 1, 12), everyday(rng, "metal"), everyday(rng, rng.pick(["wood", "metal", "paint"]))
    for k in range(ribs):
        angle = TAU * k / ribs
        rib = np.c_[t * math.cos(angle), t * math.sin(angle), rise * (1 - t**2) - 0.012]
        add_mesh(tube(rib, 0.008, 6), metal)
        add_mesh(tube([(0, 0, rise - 0.4), rib[6]], 0.007, 6), metal)
    hook = [(0, 0, rise + 0.1), (0, 0, -0.6), (0, 0, -1.1), (0.04, 0, -1.22), (0.13, 0, -1.24), (0.17, 0, -1.15)]
    add_mesh(tube(spline(hook, 50), 0.02), wood)
    return []


def _fan(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A folding fan: pleated leaf on sticks."""
    spread, sticks, inner = rng.uniform(1.6, 2.9), rng.whole(12, 22), rng.uniform(0.35, 0.6)
    depth = 0.035

    def bent(angle: Floats, radius: Floats, turn: Floats) -> Points:
        return np.c_[radius * np.sin(angle), depth * radius * turn, radius * np.cos(angle) - 0.4]

    def at(u: Floats, v: Floats, sway: float) -> Points:
        fold = 2 * np.abs((u * sticks) % 1 - 0.5) * 2 - 1
        return bent((u - 0.5) * spread, 1.1 - v * (1.1 - inner), fold)

    sheet = Sheet(at, (sticks * 8 + 1, 12), (1.1 - inner) / (spread * 0.85), lambda u, v: np.c_[u, 1 - v])
    _clothe(rng, attributes, sheet, {"none": 1, "bottom": 3})
    wood = everyday(rng, rng.pick(["wood", "plastic", "metal"]))
    for k in range(sticks + 1):
        angle = np.full(2, (k / sticks - 0.5) * spread)
        path = bent(angle, np.array([-0.08, inner + 0.05]), np.array([0.0, 1.0])) + (0, 0.012 * (k / sticks - 0.5), 0)
        add_mesh(tube(np.linspace(path[0], path[1], 4), [0.02, 0.016, 0.014, 0.01], 4), wood)
    add_mesh(ellipsoid((0, 0, -0.4), (0.03, 0.06, 0.03)), everyday(rng, "metal"))
    return []


def _ribbon(rng: Rng, attributes: Attributes) -> list[Mover]:
    return [_clothe(rng, attributes, sheets.ribbon(rng), {"none": 1, "sides": 4})]


def _stocking(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A stocking or two, on a leg form or hung up empty."""
    worn = rng.chance(0.6)
    attributes["worn"] = worn
    moved: list[Mover] = []
    material, legs = None, rng.whole(1, 2)
    skin = everyday(
        rng,
        rng.pick(["plastic", "translucent", "ceramic"]),
        rng.pick([(0.75, 0.5, 0.38), (0.3, 0.15, 0.09), (0.85, 0.82, 0.8), (0.1, 0.1, 0.1)]),
    )
    for k in range(legs):
        path, radii = _leg(rng, (k - (legs - 1) / 2) * 0.6, worn)
        sheet = sheets.tube_sheet(path, radii)
        if material is None:
            cloth = piece(rng, attributes, sheet.aspect, {"none": 1}, sheer=rng.chance(0.6))
            cloth[: int(len(cloth) * 0.06), :, 0] = np.maximum(cloth[: int(len(cloth) * 0.06), :, 0], 235)  # welt
            cloth[int(len(cloth) * 0.93) :, :, 0] = np.maximum(cloth[int(len(cloth) * 0.93) :, :, 0], 150)  # toe
            material = cloth_material(rng, attributes, cloth)
        moved.append(sheet.add(material))
        if worn:
            longer = np.concatenate([path[:1] + (0, 0, 0.25), path])
            wide = np.concatenate([radii[:1] * 1.1, radii]) * 0.97
            add_mesh(tube(longer, wide, 48), skin)
    return [] if worn else moved


def _leg(rng: Rng, x: float, worn: bool) -> tuple[Points, Floats]:
    """Axis and radii of a leg from the thigh to the toes, or of an empty stocking, flat and crooked."""
    axis = [
        (x, 0, 1.0),
        (x, 0, 0.4),
        (x, -0.02, 0.1),
        (x, 0.03, -0.3),
        (x, 0.03, -0.75),
        (x, 0.0, -0.93),
        (x, -0.14, -1.02),
        (x, -0.34, -1.06),
    ]
    radii = [0.2, 0.16, 0.125, 0.125, 0.075, 0.08, 0.075, 0.04]
    path, widths = spline(axis, 80), spline(np.array(radii)[:, None], 80)[:, 0]
    if not worn:
        wander = Ripples(rng, 0.8, 0)
        t = np.linspace(0, 1, 80)
        path = path + np.c_[0.07 * wander(t, 0 * t), 0.05 * wander(t + 2, 0 * t), 0 * t]
        widths = widths * (1 + 0.12 * wander(t * 3, 0 * t)) * 0.9
    return path, widths


def _lampshade(rng: Rng, attributes: Attributes) -> list[Mover]:
    top, bottom, tall = rng.uniform(0.2, 0.45), rng.uniform(0.5, 0.75), rng.uniform(0.6, 0.9)
    ribs, bulge = rng.pick([0, 8, 12]), rng.uniform(-0.12, 0.12)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        radius = top + (bottom - top) * v + bulge * np.sin(math.pi * v)
        if ribs:
            radius = radius * (1 - 0.05 * np.abs(np.sin(u * math.pi * ribs)))
        return np.c_[radius * np.cos(u * TAU), radius * np.sin(u * TAU), 0.4 - tall * v]

    sheet = Sheet(at, (160, 40), tall / (math.pi * (top + bottom)))
    _clothe(rng, attributes, sheet, {"none": 1, "bottom": 2, "sides": 1})
    metal = everyday(rng, "metal")
    for radius, z in ((top, 0.4), (bottom, 0.4 - tall)):
        ring, faces = torus(radius * 0.99, 0.012)
        add_mesh((ring + (0, 0, z), faces), metal)
    add_mesh(sphere(4, 0.11), everyday(rng, "ceramic", (0.9, 0.88, 0.8)))
    add_mesh(tube([(0, 0, -1.3), (0, 0, -0.05)], 0.03), metal)
    foot = [(0, -1.35), (rng.uniform(0.25, 0.4), -1.35), (0.3, -1.28), (0.06, -1.2), (0.1, -0.95), (0.03, -0.8)]
    add_mesh(lathe(foot, 48, 40), everyday(rng))
    return []


def _pouch(rng: Rng, attributes: Attributes) -> list[Mover]:
    """A drawstring bag of organza around something."""
    folds, phase, wander = rng.whole(9, 16), rng.uniform(0, TAU), Ripples(rng, 1, 1)
    neck, full, flare = rng.uniform(0.08, 0.14), rng.uniform(0.5, 0.65), rng.uniform(0.8, 1.6)

    def at(u: Floats, v: Floats, sway: float) -> Points:
        angle = u * TAU
        body = full * np.sin(np.clip((v - 0.27) / 0.73, 0, 1) ** 0.55 * math.pi * 0.985) ** 0.6
        radius = np.where(v < 0.27, neck + (0.27 - v) * flare, np.maximum(body, neck * np.exp(-(v - 0.27) * 9)))
        wave = np.sin(folds * angle + phase + wander(np.cos(angle), np.sin(angle) + v))
        radius = radius * (1 + 0.16 * np.exp(-(((v - 0.2) / 0.25) ** 2)) * wave)
        return np.c_[radius * np.cos(angle), radius * np.sin(angle) * 0.8, 0.85 - 1.45 * v]

    sheet = Sheet(at, (200, 80), 0.7)
    _clothe(rng, attributes, sheet, {"none": 1}, sheer=True)
    ring, faces = torus(neck * 1.15, 0.025, 48)
    add_mesh((ring * (1, 0.8, 1) + (0, 0, 0.85 - 1.45 * 0.27), faces), everyday(rng, "fabric"))
    size = rng.uniform(0.09, 0.12)
    places = pile(rng, 14, size, (full * 0.8, full * 0.64, 0.36)) + (0, 0, -0.12)
    sweets = [ellipsoid(place, size * rng.uniform(0.7, 1.0, 3), splits=3) for place in places]
    for part in (sweets[:7], sweets[7:]):
        add_mesh(join(part), everyday(rng))
    return []


CLOTHS: Subjects = {
    "curtain": (3, _curtain, FRONT),
    "curtain_pair": (2, _curtain_pair, FRONT),
    "valance": (1, _valance, FRONT),
    "veil": (3, _veil, View((-0.1, 0.4), (-2.6, -0.5))),
    "banner": (1.5, _banner, FRONT),
    "scarf": (1.5, _scarf, FRONT),
    "tablecloth": (1.5, _tablecloth, View((0.2, 1.1), (0, TAU), behind=False)),
    "doily": (3, _doily, ABOVE),
    "hung_cloth": (1, _hung, AROUND),
    "crumpled_cloth": (1, _crumpled, FRONT),
    "mosquito_net": (1.5, _canopy, View((-0.15, 0.3), (-2.3, -0.8))),
    "skirt": (1.5, _skirt, AROUND),
    "parasol": (1, _parasol, View((-0.5, 0.7), (0, TAU), behind=False)),
    "fan": (1, _fan, FACING),
    "ribbon": (1, _ribbon, View((0.1, 1.0), (-2.3, -0.8))),
    "stockings": (1.5, _stocking, AROUND),
    "lampshade": (1, _lampshade, AROUND),
    "pouch": (1, _pouch, AROUND),
}
