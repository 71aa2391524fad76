"""Thin clear things: panes, bags, spectacles, bulbs, lenses."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ppid.render.colour import hsv, linear, random_colour
from ppid.render.materials import Material, everyday
from ppid.render.objects.transparent import clear
from ppid.render.objects.transparent.clear import Film, Pattern, Substance
from ppid.render.objects.transparent.contents import heap
from ppid.render.objects.transparent.trimmings import petal
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import (
    TAU,
    Points,
    Shape,
    box,
    grid_faces,
    join,
    lathe,
    noise,
    point_along,
    rotation,
    scatter,
    sphere,
    spline,
    torus,
    tube,
)
from ppid.render.shot import Attributes

Box = tuple[float, float, float, float]  # left, bottom, right, top


def sheet(area: Box, y: float = 0.0, rows: int = 2, columns: int = 2) -> Shape:
    """An upright rectangle that faces -y."""
    x, z = np.meshgrid(np.linspace(area[0], area[2], columns), np.linspace(area[1], area[3], rows), indexing="xy")
    return np.stack([x, np.full_like(x, y), z], -1).reshape(-1, 3), grid_faces(rows, columns)


def _haze(rng: Rng, share: tuple[float, float], often: float) -> Pattern | None:
    """The same haze all over, or none."""
    return clear.everywhere(rng.uniform(*share)) if rng.chance(often) else None


def window(rng: Rng, attributes: Attributes) -> None:
    """Panes in a frame, clean, dirty, wet, frosty or cracked."""
    width, height = rng.uniform(1.0, 1.8), rng.uniform(1.2, 2.0)
    state = rng.pick(["clean", "clean", "dirty", "wet", "frosty", "cracked"])
    attributes["style"] = state
    haze: Pattern | None = None
    if state == "dirty":
        haze = clear.patches(rng, rng.uniform(0.2, 0.8), rng.uniform(0.3, 0.7), rng.uniform(0.15, 0.5))
    elif state == "frosty":
        haze = clear.patches(rng, rng.uniform(0.3, 1.0), 0.6, 0.8)
    tint = linear(rng.pick([(1, 1, 1), (1, 1, 1), (0.9, 0.97, 0.95), (0.75, 0.8, 0.85), (0.8, 0.65, 0.45)]))
    area = (-width / 2, 0.0, width / 2, height)
    add_mesh(sheet(area), clear.film(Film(rng.uniform(0.06, 0.2), 1.0, tint, haze=haze)), name="pane")
    if state == "wet":
        _rain(rng, area)
    elif state == "cracked":
        _cracks(rng, area)
    if rng.chance(0.8):
        bars = _bars(area, rng.uniform(0.06, 0.12))
        for k in range(rng.pick([0, 0, 1, 2])):
            x = -width / 2 + width * (k + 1) / 3
            bars.append(_bar((x, 0, x, height), 0.05))
        for k in range(rng.pick([0, 1, 2, 3])):
            z = height * (k + 1) / 4
            bars.append(_bar((-width / 2, z, width / 2, z), 0.05))
        add_mesh(join(bars), everyday(rng, rng.pick(["wood", "paint", "metal", "plastic"])), smooth=False)


def _bars(area: Box, thickness: float) -> list[Shape]:
    left, bottom, right, top = area
    level = [_bar((left, z, right, z), thickness) for z in (bottom, top)]
    return level + [_bar((x, bottom, x, top), thickness * 0.94) for x in (left, right)]  # no faces in one plane


def _bar(line: Box, thickness: float) -> Shape:
    """A bar along a line in the plane of a pane."""
    left, bottom, right, top = line
    vertices, faces = box(right - left + thickness, thickness, top - bottom + thickness)
    return vertices + [(left + right) / 2, 0, (bottom + top) / 2], faces


def _rain(rng: Rng, area: Box) -> None:
    """Drops and runs of water on the front of a pane."""
    count = rng.whole(60, 260)
    where = np.c_[rng.uniform(area[0], area[2], count), np.zeros(count), rng.uniform(area[1], area[3], count)]
    size = 0.008 * 6 ** (rng.random(count) ** 1.6)
    drop, faces = sphere(3, (1.0, 0.45, 1.15))
    drops = scatter((drop, faces), where, [np.eye(3)] * count, size)
    runs = []
    for _ in range(rng.whole(0, 6)):
        x, top, length = rng.uniform(area[0], area[2]), rng.uniform(area[1] + 0.3, area[3]), rng.uniform(0.2, 0.8)
        t = np.linspace(0, 1, 24)
        path = np.c_[x + 0.02 * np.sin(t * 9 + x * 5), 0 * t, top - np.minimum(length, top - area[1]) * t]
        vertices, corners = tube(path, 0.006 + 0.014 * t**3, 10)
        runs.append((vertices * [1, 0.5, 1], corners))
    clear.add_body(drops, clear.body(Substance(1.33)))
    if runs:
        clear.add_body(join(runs), clear.body(Substance(1.33)))


def _cracks(rng: Rng, area: Box) -> None:
    """A star of cracks around the place of a blow."""
    middle = np.array([rng.uniform(area[0], area[2]) * 0.6, 0, area[1] + (area[3] - area[1]) * rng.uniform(0.25, 0.75)])
    reach = rng.uniform(0.4, 1.0)
    count = rng.whole(7, 15)
    angles = np.sort(rng.uniform(0, TAU, count))
    rays = []
    for angle in angles:
        out = np.linspace(0.02, reach * rng.uniform(0.5, 1.2), 12)
        bend = angle + np.cumsum(rng.normal(0, 0.05, 12))
        rays.append(middle + np.c_[out * np.cos(bend), 0 * out, out * np.sin(bend)])
    lines = list(rays)
    for k in range(count):
        for i in sorted(rng.choice(10, rng.whole(1, 3), replace=False)):
            lines.append(np.array([rays[k][i], rays[(k + 1) % count][i]]))
    low, high = np.array([area[0], -1, area[1]]), np.array([area[2], 1, area[3]])
    cracks = join([tube(np.clip(line, low, high), 0.0025, 5) for line in lines])
    add_mesh(cracks, Material("crack", Base_Color=(0.75, 0.8, 0.8), Roughness=0.2).data)


def stained_glass(rng: Rng, attributes: Attributes) -> None:
    """Coloured panes in lead."""
    width, height = rng.uniform(1.0, 1.6), rng.uniform(1.2, 1.9)
    areas = [(-width / 2, 0.0, width / 2, height)]
    while len(areas) < rng.whole(8, 22):
        areas.sort(key=lambda area: (area[2] - area[0]) * (area[3] - area[1]))
        left, bottom, right, top = areas.pop()
        share = rng.uniform(0.3, 0.7)
        if right - left > top - bottom:
            middle = left + (right - left) * share
            areas += [(left, bottom, middle, top), (middle, bottom, right, top)]
        else:
            middle = bottom + (top - bottom) * share
            areas += [(left, bottom, right, middle), (left, middle, right, top)]
    panes = [sheet(area) for area in areas]
    colours = [linear(hsv(rng.uniform(), rng.uniform(0.1, 0.95), rng.uniform(0.6, 1.0))) for _ in areas]
    glass = Film(0.08, 1.0, lambda material: material.vertex_colour())
    add_mesh(join(panes), clear.film(glass), colour=np.repeat(np.array(colours), 4, 0), name="panes")
    lead = everyday(rng, rng.pick(["metal", "rubber"]))
    add_mesh(join([bar for area in areas for bar in _bars(area, 0.03)]), lead, smooth=False)


def plate(rng: Rng, attributes: Attributes) -> None:
    """Bare sheets: a plate, a disc or an acrylic sign, on feet or one behind the other."""
    kind = rng.pick(["plate", "disc", "sign"])
    attributes["style"] = kind
    for k in range(rng.pick([1, 1, 2, 3])):
        width, height = rng.uniform(0.9, 1.5), rng.uniform(0.9, 1.5)
        tint = linear(hsv(rng.uniform(), rng.pick([0.0, 0.1, 0.5]), rng.uniform(0.85, 1.0)))
        film = clear.film(Film(rng.uniform(0.07, 0.25), 1.0, tint, haze=_haze(rng, (0.1, 0.5), 0.4)))
        turn = rotation((0, 0, 1), rng.normal(0, 0.3))
        shift = np.array([0.25 * k, 0.45 * k, 0])
        edge = linear((0.55, 0.8, 0.7)) * rng.uniform(0.2, 0.8)
        if kind == "disc":
            angle = np.linspace(0, TAU, 96, endpoint=False)
            rim = np.c_[np.cos(angle), 0 * angle, np.sin(angle) + 1] * width / 2
            disc = np.concatenate([rim, [[0, 0, width / 2]]])
            faces = np.stack([np.arange(96), (np.arange(96) + 1) % 96, np.full(96, 96)], 1)
            outline = tube(rim, 0.012, 8, closed=True)
        else:
            disc, faces = sheet((-width / 2, 0, width / 2, height))
            outline = join(_bars((-width / 2, 0, width / 2, height), 0.022))
        add_mesh((disc @ turn.T + shift, faces), film, name="plate")
        rims = Material("edge", Base_Color=edge, Roughness=0.15)
        add_mesh((outline[0] @ turn.T + shift, outline[1]), rims.data, smooth=kind == "disc")
        if kind == "sign":
            marks = [
                (np.array(box(rng.uniform(0.1, 0.5), 0.02, 0.07)[0]), box(1, 1, 1)[1]) for _ in range(rng.whole(3, 8))
            ]
            placed = [
                (v + [rng.uniform(-0.25, 0.25) * width, -0.02, rng.uniform(0.2, 0.85) * height], f) for v, f in marks
            ]
            vertices, corners = join(placed)
            add_mesh((vertices @ turn.T + shift, corners), everyday(rng, "paint"), smooth=False)


def bag(rng: Rng, attributes: Attributes) -> None:
    """A bag of film with things in it: flat with a zip, tied, or with water and a fish."""
    kind = rng.named({"zip": 2, "tied": 1.5, "water": 1})
    attributes["style"] = kind
    tint = linear(hsv(rng.uniform(), rng.pick([0, 0, 0.15, 0.4]), 1.0))
    film = clear.film(
        Film(
            rng.uniform(0.04, 0.1),
            rng.uniform(0.6, 0.9),
            tint,
            haze=_haze(rng, (0.02, 0.15), 0.7),
        ),
    )
    if kind == "zip":
        _flat_bag(rng, film)
        return
    turn = np.linspace(0, TAU, 256, endpoint=False)
    profile = np.array(
        [(0.0, 0.0), (0.35, 0.02), (0.55, 0.2), (0.58, 0.55), (0.4, 0.95), (0.06, 1.15), (0.1, 1.25), (0.28, 1.5)]
    )
    vertices, faces = lathe(profile, 256, 200)
    gather = np.clip((vertices[:, 2] - 0.5) / 0.6, 0, 1)
    flutes = np.tile(np.cos(turn * rng.whole(9, 15) + rng.uniform(0, 6)), len(vertices) // 256)
    crumple = 0.05 * noise(vertices, rng, 1.3, 3) + 0.02 * np.abs(noise(vertices, rng, 3.5, 2))
    vertices = vertices * (1 + (0.16 * flutes * gather + crumple)[:, None] * [1, 1, 0])
    add_mesh((vertices, faces), film, name="bag")
    add_mesh(tube(torus(0.075, 0.0, 24, 3)[0][::3] + [0, 0, 1.16], 0.02, 8, closed=True), everyday(rng, "plastic"))
    if kind == "water":
        level = rng.uniform(0.55, 0.8)
        spots = np.linspace(0.01, level, 30)
        along = spline(profile, 90)
        radius = np.interp(spots, along[:, 1], along[:, 0]) * 0.93
        water = lathe([(0, 0.01), *np.c_[radius, spots].tolist(), (0, level)], 96)
        clear.add_body(water, clear.body(Substance(1.33, linear((0.93, 0.97, 1.0)), 1.5)))
        for _ in range(rng.whole(1, 2)):
            _goldfish(rng, rng.uniform(-0.2, 0.2, 3) * [1, 1, 0.6] + [0, 0, level * 0.5])
        return
    centres, radii = heap(rng, 0.46, 0.05, 0.75, rng.pick([(0.08, 0.12), (0.13, 0.2)]))
    _things(rng, centres, radii)


def _flat_bag(rng: Rng, film: Any) -> None:
    width, height, belly = rng.uniform(0.5, 0.7), rng.uniform(0.6, 0.8), rng.uniform(0.12, 0.25)
    n = 140
    u, v = np.meshgrid(np.linspace(-1, 1, n), np.linspace(-1, 1, n), indexing="xy")
    full = (1 - np.abs(u) ** 4) * (1 - np.abs(v) ** 4) * (1 - 0.35 * v)
    for side in (-1, 1):
        places = np.stack([u * width, 0 * u, v * height], -1)
        creases = 0.06 * np.abs(noise(places + [0, side, 0], rng, 1.6, 3)) * np.sqrt(np.maximum(full, 0))
        places[..., 1] = side * (belly * np.maximum(full, 0) ** 0.6 - creases)
        places[..., 0] *= 1 - 0.1 * full
        add_mesh((places.reshape(-1, 3), grid_faces(n, n)), film, name="bag")
    bar, faces = box(width * 2, 0.03, 0.05)
    add_mesh((bar + [0, 0, height * 0.94], faces), everyday(rng, "plastic"), smooth=False)
    count = rng.whole(6, 30)
    radii = rng.uniform(0.5, 0.85, count) * belly * 0.7
    centres = np.c_[rng.uniform(-0.75, 0.75, count) * width, np.zeros(count), rng.uniform(-0.8, 0.35, count) * height]
    _things(rng, centres, radii)


def _things(rng: Rng, centres: Points, radii: ArrayLike) -> None:
    """Small round things in some colours."""
    if not len(centres):
        return
    shape = sphere(3, rng.uniform(0.7, 1.1, 3))
    turns = np.array([rotation(rng.normal(size=3), rng.uniform(0, 3)) for _ in centres])
    vertices, faces = scatter(shape, centres, turns, radii)
    colours = np.array([random_colour(rng, (0.3, 0.95), (0.4, 1.0)) for _ in range(4)])[
        rng.integers(0, 4, len(centres))
    ]
    material = Material("things", Roughness=rng.uniform(0.1, 0.6))
    material.set(Base_Color=material.vertex_colour())
    add_mesh((vertices, faces), material.data, colour=np.repeat(colours, len(shape[0]), 0))


def _goldfish(rng: Rng, place: ArrayLike) -> None:
    size = rng.uniform(0.1, 0.15)
    trunk, faces = sphere(4, np.array([1.3, 0.45, 0.75]) * size)
    tail, tail_faces = petal(size * 1.5, size * 1.4, 0.0, 0.3)
    vertices, corners = join([(trunk, faces), (point_along(tail, (-1, 0, 0.1)) - [size, 0, 0], tail_faces)])
    vertices = vertices @ rotation((0, 0, 1), rng.uniform(0, TAU)).T
    add_mesh((vertices + np.asarray(place), corners), everyday(rng, "plastic", linear((0.95, 0.45, 0.08))))


def spectacles(rng: Rng, attributes: Attributes) -> None:
    """Glasses with clear, coated or dark lenses."""
    kind = rng.named({"clear": 3, "sun": 2, "graded": 1, "mirrored": 1})
    attributes["style"] = kind
    frame = everyday(rng, rng.pick(["plastic", "metal", "patterned"]))
    radius, power, tall = rng.uniform(0.36, 0.48), rng.pick([2, 2, 2.5, 4, 6]), rng.uniform(0.65, 0.95)
    thick = rng.uniform(0.012, 0.045)
    lens = clear.film(_lens_film(rng, kind))
    t = np.linspace(0, TAU, 72, endpoint=False)
    out = radius * (np.abs(np.cos(t)) ** power + np.abs(np.sin(t)) ** power) ** (-1 / power)
    cat = rng.pick([0.0, 0.0, 0.25])
    for side in (-1, 1):
        x, z = out * np.cos(t), out * tall * np.sin(t)
        z = z + cat * radius * np.clip(x * side / radius, 0, 1) ** 2 * (z > 0)
        rim = np.c_[x + side * (radius + 0.09), -0.06 * (x / radius) ** 2, z]
        add_mesh(tube(rim, thick, 10, closed=True), frame, name="rim")
        middle = np.array([side * (radius + 0.09), -0.03, 0.0])
        glass = np.concatenate([middle + (rim - middle) * share for share in (1.0, 0.75, 0.5, 0.25, 0.0)])
        glass[:, 1] = -0.06 * ((glass[:, 0] - middle[0]) / radius) ** 2
        add_mesh((glass, grid_faces(5, 72, wrap_columns=True)), lens, name="lens")
        hinge = side * (2 * radius + 0.09)
        arm = [
            (hinge, 0, radius * tall * 0.3),
            (hinge * 1.04, 0.12, 0.13),
            (hinge * 1.02, 0.95, 0.1),
            (hinge, 1.3, -0.18),
        ]
        add_mesh(tube(spline(arm, 30), thick * 0.9, 10), frame, name="arm")
        pad, faces = sphere(3, (0.02, 0.035, 0.06))
        add_mesh((pad + [side * 0.11, 0.08, -radius * 0.2], faces), everyday(rng, "plastic", (0.7, 0.7, 0.7)))
        add_mesh(tube([(side * 0.11, 0.08, -radius * 0.2), (side * 0.12, 0.0, 0.0)], 0.008, 6), frame)
    bridge = spline([(-0.13, 0, 0.05), (0, -0.03, 0.1), (0.13, 0, 0.05)], 12)
    add_mesh(tube(bridge, thick, 10), frame, name="bridge")


def _lens_film(rng: Rng, kind: str) -> Film:
    if kind == "clear":
        coating = linear(hsv(rng.pick([0.35, 0.6, 0.75]), rng.uniform(0.2, 0.7), 1.0))
        return Film(rng.uniform(0.02, 0.08), 0.9, (1, 1, 1), shine=coating)
    dark = linear(hsv(rng.pick([0.08, 0.3, 0.6, 0.0]), rng.uniform(0, 0.6), rng.uniform(0.25, 0.7)))
    if kind == "mirrored":
        return Film(rng.uniform(0.4, 0.7), 1.0, dark, shine=random_colour(rng, (0.2, 0.8), (0.8, 1.0)))
    if kind == "sun":
        return Film(0.06, 0.9, dark)

    def graded(material: Material) -> Any:
        height = material.node("SeparateXYZ", Vector=material.node("TexCoord").outputs["Object"]).outputs[2]
        place = material.node("MapRange", Value=height, From_Min=-0.3, From_Max=0.3)
        return material.ramp(place.outputs[0], [(0.1, (0.95, 0.95, 0.95)), (0.9, dark)])

    return Film(0.06, 0.9, graded)


def bulb(rng: Rng, attributes: Attributes) -> None:
    """A light bulb, on or off, clear, tinted or frosted."""
    style = rng.pick(["pear", "globe", "tube", "candle"])
    lit = rng.chance(0.5)
    attributes.update(style=style, lit=lit)
    wide, tall = {"pear": (0.52, 1.35), "globe": (0.72, 1.5), "tube": (0.3, 1.7), "candle": (0.33, 1.3)}[style]
    corners = {
        "pear": [(0.19, 0), (0.2, 0.2), (wide, tall * 0.55), (wide, tall * 0.8), (wide * 0.6, tall), (0, tall)],
        "globe": [
            (0.19, 0),
            (0.19, 0.12),
            (wide, tall * 0.3),
            (wide * 1.05, tall * 0.8),
            (wide * 0.6, tall),
            (0, tall),
        ],
        "tube": [(0.19, 0), (0.2, 0.1), (wide, 0.25), (wide, tall * 0.9), (wide * 0.8, tall), (0, tall)],
        "candle": [
            (0.19, 0),
            (0.2, 0.1),
            (wide, tall * 0.3),
            (wide * 0.7, tall * 0.65),
            (0.06, tall * 0.95),
            (0, tall),
        ],
    }[style]
    tint = linear(
        hsv(rng.uniform(), 0.3, 1.0) if rng.chance(0.2) else rng.pick([(1, 1, 1), (1, 1, 1), (1, 0.85, 0.55)])
    )
    film = Film(rng.uniform(0.05, 0.12), 1.0, tint, haze=_haze(rng, (0.2, 0.9), 0.3))
    add_mesh(lathe(corners, 96, 90), clear.film(film), name="bulb")
    z = np.linspace(0.02, -0.42, 70)
    socket = [*np.c_[0.2 + 0.014 * np.sin(z * 85), z].tolist(), (0.12, -0.48), (0.08, -0.53), (0, -0.54)]
    add_mesh(lathe(socket, 64), everyday(rng, "metal"))
    wire = everyday(rng, "metal", (0.5, 0.5, 0.5))
    top = tall * 0.55
    stem = lathe([(0.1, 0.0), (0.06, 0.15), (0.05, top * 0.5), (0.07, top * 0.55), (0, top * 0.56)], 32, 30)
    clear.add_body(stem, clear.body(Substance(1.45)))
    for side in (-1, 1):
        path = [(side * 0.03, 0, top * 0.3), (side * 0.07, 0, top * 0.6), (side * wide * 0.4, 0, top)]
        add_mesh(tube(path, 0.01, 6), wire)
    t = np.linspace(0, 1, 120)
    coil = rng.uniform(0.015, 0.04)
    x = wide * 0.4 * (2 * t - 1)
    filament = np.c_[x, coil * np.cos(t * 110), top + 0.1 * np.sin(math.pi * t) + coil * np.sin(t * 110)]
    glow = Material("filament", Base_Color=(0.2, 0.1, 0.05))
    if lit:
        glow.set(Emission_Color=(1, 0.6, 0.2), Emission_Strength=15.0)
    add_mesh(tube(filament, 0.008, 6), glow.data, name="filament")


def magnifier(rng: Rng, attributes: Attributes) -> None:
    """A lens in a ring with a handle."""
    radius = rng.uniform(0.55, 0.85)
    upright = rotation((1, 0, 0), math.pi / 2)
    _lens(rng, radius, rng.uniform(0.05, 0.16), upright)
    ring, faces = torus(radius + 0.02, rng.uniform(0.04, 0.08))
    add_mesh((ring @ upright, faces), everyday(rng, rng.pick(["metal", "plastic", "wood"])))
    grip = everyday(rng, rng.pick(["wood", "plastic", "metal"]))
    length = rng.uniform(0.8, 1.2)
    profile = [
        (0, 0),
        (0.05, 0),
        (0.05, 0.16),
        (0.09, 0.2),
        (rng.uniform(0.08, 0.13), 0.6),
        (0.1, length),
        (0, length + 0.05),
    ]
    vertices, corners = lathe(profile, 48, 60)
    add_mesh((vertices * [1, 1, -1] - [0, 0, radius + 0.04], corners), grip)


def lens(rng: Rng, attributes: Attributes) -> None:
    """Bare lenses, or the front of a camera lens with coated glass."""
    if rng.chance(0.5):
        attributes["style"] = "bare"
        for k in range(rng.pick([1, 2, 3])):
            turn = rotation((1, 0, 0), math.pi / 2) @ rotation((0, 1, 0), rng.normal(0, 0.4))
            _lens(rng, rng.uniform(0.4, 0.75), rng.uniform(0.05, 0.2), turn, np.array([0.2 * k, 0.5 * k, 0]))
        return
    attributes["style"] = "camera"
    black = Material("barrel", Base_Color=(0.015, 0.015, 0.016), Roughness=0.4).data
    upright = rotation((1, 0, 0), -math.pi / 2)
    barrel = [
        (0.5, -0.9),
        (0.7, -0.85),
        (0.72, -0.4),
        (0.68, -0.35),
        (0.75, -0.3),
        (0.75, 0.4),
        (0.66, 0.42),
        (0.6, 0.2),
        (0.2, -0.5),
        (0, -0.5),
    ]
    vertices, faces = lathe(barrel, 96)
    grip = np.hypot(vertices[:, 0], vertices[:, 1]) > 0.735
    vertices[grip, :2] *= (1 + 0.012 * np.sign(np.sin(np.arctan2(vertices[grip, 1], vertices[grip, 0]) * 60)))[:, None]
    add_mesh((vertices @ upright, faces), black)
    coat = linear(hsv(rng.pick([0.35, 0.75, 0.6, 0.08]), 0.6, 1.0))
    for z, radius in ((0.25, 0.6), (0.0, 0.45), (-0.25, 0.3)):
        cap, corners = sphere(5, 1.2)
        dome = cap[:, 2] > math.sqrt(1.2**2 - radius**2) - 0.02
        keep = dome[corners].all(1)
        shape = cap - [0, 0, math.sqrt(1.2**2 - radius**2) - z]
        used, inverse = np.unique(corners[keep], return_inverse=True)
        front = (shape[used] @ upright, inverse.reshape(-1, 3))
        add_mesh(front, clear.film(Film(0.12, 0.9, (0.95, 0.95, 0.95), shine=coat)), name="element")


def _lens(rng: Rng, radius: float, half: float, turn: Points, shift: ArrayLike = (0, 0, 0)) -> None:
    """A convex or concave lens whose axis is z before it is turned."""
    out = np.linspace(0, 1, 40)
    bulge = half * (1 - out**2) + 0.02
    if rng.chance(0.2):
        bulge = half * (0.15 + out**2)
    below = -bulge if rng.chance(0.7) else np.full_like(out, -0.02)
    profile = np.concatenate([np.c_[radius * out, below], np.c_[radius * out, bulge][::-1]])
    vertices, faces = lathe(profile, 128)
    clear.add_body(
        (vertices @ turn + np.asarray(shift), faces), clear.body(Substance(rng.uniform(1.4, 1.55))), name="lens"
    )


GLASS_SHEETS: dict[str, tuple[float, Callable[[Rng, Attributes], None]]] = {
    "window": (1.6, window),
    "stained_glass": (0.8, stained_glass),
    "plate": (0.8, plate),
    "bag": (1.6, bag),
    "spectacles": (1.4, spectacles),
    "bulb": (1.4, bulb),
    "magnifier": (1, magnifier),
    "lens": (0.8, lens),
}  # name: how often, maker
FLAT = ("window", "stained_glass", "plate", "spectacles", "magnifier", "lens")  # seen from in front
