"""What grows in pots: cacti, succulents, snake plants, palms, monstera, bushes, bonsai, orchids, hanging plants."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ppid.render.colour import hsv, linear
from ppid.render.materials import Material, everyday
from ppid.render.objects.botany import flowers
from ppid.render.objects.botany.leaves import LEAVES, any_leaf, green, leaf_material, put, simple, strips, varied
from ppid.render.objects.botany.parts import Growing, add_stems, add_twigs, bark, branched, golden, pot, stem
from ppid.render.objects.botany.wild import fronds
from ppid.render.objects.furry.growth import add_strips, fur_material
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import TAU, Points, Shape, ellipsoid, noise, sphere, spline, tube, unit
from ppid.render.shot import Attributes

_SOIL = -0.42  # height of the soil


def potted(rng: Rng, attributes: Attributes) -> None:
    """A plant in a pot."""

    kind = rng.named({name: weight for name, (weight, _) in PLANTS.items()})
    attributes["plant"] = kind
    PLANTS[kind][1](rng)


def _cactus(rng: Rng) -> None:
    pot(rng, radius=rng.uniform(0.35, 0.5))
    colour = linear(hsv(rng.uniform(0.24, 0.42), rng.uniform(0.3, 0.65), rng.uniform(0.3, 0.6)))
    kind = rng.pick(["column", "ball", "ears", "arms"])
    bodies: list[Shape] = []
    if kind == "ears":
        _pads(rng, bodies)
    else:
        ribs, radius = rng.whole(9, 16), rng.uniform(0.18, 0.26)
        tall = {"column": rng.uniform(0.5, 0.7), "ball": 0.3, "arms": rng.uniform(0.6, 0.75)}[kind]
        if kind == "ball":
            radius = 0.33
        bodies.append(_ribbed((0, 0, _SOIL + tall * 0.92), (radius, radius, tall), ribs))
        if kind == "arms":
            for side in (-1, 1)[: rng.whole(1, 2)]:
                height = rng.uniform(-0.1, 0.3)
                bend = spline(
                    np.array(
                        [
                            (0, 0, height),
                            (0, side * 0.3, height + 0.02),
                            (0, side * 0.38, height + 0.15),
                            (0, side * 0.4, height + 0.45),
                        ]
                    ),
                    30,
                )
                bodies.append(tube(bend, 0.1 * np.clip(np.sin(np.linspace(1.2, 3.05, 30)), 0.12, 1) ** 0.5, 24))
    spines, outs = [], []
    skin = Material("cactus", Roughness=0.5)
    skin.set(Base_Color=skin.vertex_colour())
    long = rng.uniform(0.04, 0.12)
    for vertices, faces in bodies:
        add_mesh(
            (vertices, faces), skin.data, name="cactus", colour=colour * (1 + 0.2 * noise(vertices, rng, 3, 2))[:, None]
        )
        count = 130 if kind == "ears" else 230
        chosen = rng.choice(len(vertices), count)
        centre = vertices.mean(0)
        away = unit((vertices[chosen] - centre) / np.maximum(np.ptp(vertices, axis=0), 0.05))
        for _ in range(6):
            out = unit(away + rng.normal(size=away.shape) * 0.55)
            spines.append(vertices[chosen][:, None] + out[:, None] * (np.linspace(0, 1, 3) * long)[None, :, None])
            outs.append(out)
    points, out = np.concatenate(spines), np.concatenate(outs)
    shade = rng.pick([(0.75, 0.68, 0.45), (0.85, 0.84, 0.8), (0.3, 0.16, 0.08)])
    add_strips(
        points,
        0.0026 * np.array([1, 0.7, 0.15]),
        unit(rng.normal(size=out.shape)),
        fur_material(rng, 0.15),
        colour=varied(rng, shade, len(points)),
        normal=out,
        name="spines",
    )
    if rng.chance(0.35):
        petals, tint = leaf_material(rng), linear(hsv(rng.pick([0.93, 0.98, 0.13, 0.08]), 0.7, 0.95))
        top = max((body[0][body[0][:, 2].argmax()] for body in bodies), key=lambda place: place[2])
        for _ in range(rng.whole(1, 4)):
            place = top + np.array([rng.normal(0, 0.06), rng.normal(0, 0.06), -0.01])
            flowers.head(rng, place, (rng.normal(0, 0.4), rng.normal(0, 0.4), 1), 0.15, "dahlia", tint, petals)


def _ribbed(centre: tuple[float, float, float], axes: tuple[float, float, float], ribs: int) -> Shape:
    vertices, faces = sphere(6)
    angle = np.arctan2(vertices[:, 1], vertices[:, 0])
    depth = 1 + 0.16 * (np.abs(np.cos(angle * ribs / 2)) - 0.6) * (1 - vertices[:, 2] ** 8)
    vertices = vertices * np.array(axes)
    vertices[:, :2] *= depth[:, None]
    return vertices + np.asarray(centre), faces


def _pads(rng: Rng, bodies: list[Shape]) -> None:
    """Flat joints of a prickly pear that stand upon each other."""
    joints = [(np.array([0, 0, _SOIL]), np.array([0, 0, 1.0]), 0.26, 0)]
    while joints:
        root, way, size, order = joints.pop(0)
        side = unit(np.cross(way, [1.0, rng.normal(0, 0.3), 0.001]))
        axes = np.stack([np.cross(side, way), side, way], 1)
        vertices, faces = sphere(4, np.array([0.16, 0.72, 1.0]) * size)
        bodies.append((vertices @ axes.T + root + way * size * 0.9, faces))
        if order < 2:
            for _ in range(rng.whole(1, 3)):
                lean = rng.uniform(-0.9, 0.9)
                out = unit(way + side * lean)
                joints.append(
                    (
                        root + way * size * 0.95 + out * size * 0.72,
                        unit(out + rng.normal(size=3) * 0.2),
                        size * rng.uniform(0.65, 0.85),
                        order + 1,
                    )
                )


def _succulent(rng: Rng) -> None:
    """A rosette of thick leaves: echeveria, aloe or agave."""
    wide = rng.uniform(0.35, 0.5)
    pot(rng, radius=wide)
    kind = rng.pick(["echeveria", "aloe", "agave"])
    count = {"echeveria": 46, "aloe": 20, "agave": 26}[kind]
    base = linear(hsv(rng.uniform(0.25, 0.48), rng.uniform(0.15, 0.5), rng.uniform(0.4, 0.75)))
    tip = rng.pick([linear(hsv(0.96, 0.5, 0.75)), base * 1.3, linear(hsv(0.15, 0.4, 0.8))])
    skin = Material("succulent", Roughness=0.45, Specular_IOR_Level=0.4)
    skin.set(Base_Color=skin.vertex_colour())
    spines = []
    for k in range(count):
        share = k / count
        angle = golden(count)[k]
        rise = 0.15 + 1.25 * share
        long = (0.55 if kind == "echeveria" else 0.95) * (1 - 0.6 * share) * rng.uniform(0.9, 1.05)
        out = np.array([math.cos(angle), math.sin(angle), 0])
        way = out * math.cos(rise) + np.array([0, 0, 1]) * math.sin(rise)
        steps = np.linspace(0, 1, 16)
        bend = np.array([0, 0, 1]) * (0.25 if kind == "echeveria" else 0.1) * long
        line = np.array([0, 0, _SOIL + 0.1 * share]) + way * (steps * long)[:, None] + bend * (steps**2)[:, None]
        half = long * {"echeveria": 0.27, "aloe": 0.09, "agave": 0.12}[kind]
        outline = (
            half * np.sin(math.pi * (0.15 + 0.83 * steps)) ** 0.6
            if kind == "echeveria"
            else half * (1 - steps**1.6) + 0.003
        )
        thick = outline * (0.3 if kind == "echeveria" else 0.38)
        side = unit(np.cross(way, [0, 0, 1.0]))
        up = np.cross(side, way)
        turn = np.linspace(0, TAU, 14, endpoint=False)
        ring = (
            np.cos(turn)[None, :, None] * outline[:, None, None] * side
            + np.sin(turn)[None, :, None] * thick[:, None, None] * up
        )
        hollow = up * (np.cos(turn) ** 2)[None, :, None] * outline[:, None, None] * 0.35
        vertices = (line[:, None] + ring + hollow).reshape(-1, 3)
        rows = np.arange(15)[:, None] * 14
        column = np.arange(14)[None]
        faces = np.stack(
            [rows + column, rows + 14 + column, rows + 14 + (column + 1) % 14, rows + (column + 1) % 14], -1
        ).reshape(-1, 4)
        fade = np.repeat(steps, 14)[:, None] ** 4
        add_mesh(
            (vertices, faces),
            skin.data,
            name="leaf",
            colour=np.clip((base * (1 - fade) + tip * fade) * rng.uniform(0.85, 1.1), 0.003, 0.95),
        )
        if kind != "echeveria":
            for way_out in (-1, 1):
                teeth = line[1:-1:1] + side * (way_out * outline[1:-1])[:, None]
                spines.append(teeth[:, None] + side * way_out * (np.linspace(0, 1, 2) * 0.025)[None, :, None])
    if spines:
        points = np.concatenate(spines)
        add_strips(
            points,
            0.004 * np.array([1, 0.2]),
            unit(rng.normal(size=(len(points), 3))),
            fur_material(rng),
            colour=np.tile([0.6, 0.55, 0.35], (len(points), 1)),
            normal=(0, 0, 1.0),
        )


def _sword(rng: Rng) -> None:
    """Stiff upright leaves (snake plant), or arching striped ones (spider plant)."""
    pot(rng, radius=rng.uniform(0.3, 0.45))
    stiff = rng.chance(0.5)
    count = rng.whole(8, 20) if stiff else rng.whole(35, 80)
    base = np.c_[rng.normal(size=(count, 2)) * (0.11 if stiff else 0.05), np.full(count, _SOIL)]
    way = unit(np.c_[base[:, :2] * 1.2 + rng.normal(size=(count, 2)) * (0.05 if stiff else 0.55), np.ones(count)])
    half = rng.uniform(0.04, 0.08, count) if stiff else rng.uniform(0.014, 0.024, count)
    droop = rng.uniform(0, 0.12, count) if stiff else rng.uniform(0.5, 1.3, count)
    shape, share = strips(base, way, rng.uniform(0.7, 1.5, count), half, droop, rng.uniform(0, TAU, count))
    colour = varied(rng, green(rng, 0), count, 0.15)
    shades = np.repeat(colour, len(share) // count, 0)
    edge = (np.arange(len(share)) % 3 != 1)[:, None]
    if stiff:
        bands = 0.65 + 0.5 * (np.sin(share * 40 + 2 * np.sin(share * 90)) > 0)[:, None]
        shades = np.where(edge & rng.chance(0.7), [0.55, 0.52, 0.16], shades * bands)
    else:
        shades = np.where(edge, shades, np.clip(shades * 1.2 + 0.35, 0, 0.9))
    add_mesh(shape, leaf_material(rng, 0.5), name="blades", colour=np.clip(shades, 0.003, 0.95))


def _palm(rng: Rng) -> None:
    """A palm with feathered or fanned leaves."""
    pot(rng, radius=rng.uniform(0.3, 0.42))
    _palm_crown(rng, np.array([0, 0, _SOIL]), rng.uniform(0.2, 0.7), rng.uniform(0.7, 1.0))


def palm_tree(rng: Rng, attributes: Attributes) -> None:
    """A tall palm without a pot."""
    trunk = rng.uniform(0.9, 1.5)
    attributes["trunk"] = round(trunk, 2)
    _palm_crown(rng, np.array([0, 0, -1.0]), trunk, rng.uniform(0.6, 0.9))


def _palm_crown(rng: Rng, foot: Points, trunk: float, size: float) -> None:
    """Add a palm: a ringed trunk and its leaves."""
    top = foot + np.array([rng.normal(0, 0.06) * trunk, rng.normal(0, 0.06) * trunk, trunk])
    path = spline(np.array([foot, (foot + top) / 2 + rng.normal(size=3) * 0.04 * trunk, top]), 40)
    rings = 1 + 0.12 * (np.arange(40) % 3 == 0)
    thick = 0.06 * size * np.linspace(1.2, 0.8, 40) * rings
    add_mesh(tube(path, thick, 16), bark(rng), name="trunk")
    material, colour = leaf_material(rng), green(rng, 0.05)
    leaf = simple(
        rng,
        lambda t: 0.055 * np.sin(math.pi * np.clip(t, 0.02, 1) ** 0.5) + 0.002,
        rows=12,
        fold=0.4,
        bend=0.3,
        veins=0,
    )
    places, ways, sizes, facings, stalks = [], [], [], [], []
    count = rng.whole(9, 18)
    share = np.linspace(0, 1, 40)
    for k in range(count):
        angle = golden(count)[k]
        lift = 1.2 - 1.3 * k / count
        out = np.array([math.cos(angle), math.sin(angle), 0])
        reach = size * rng.uniform(0.8, 1.1)
        line = (
            top
            + out * (share * reach * 0.85)[:, None]
            + np.array([0, 0, 1]) * (lift * reach * share * 0.75 - 0.75 * reach * share**2)[:, None]
        )
        stalks.append(tube(line, 0.012 * size * (1 - 0.8 * share), 6))
        along = unit(np.gradient(line, axis=0))
        side = unit(np.cross(along, [0, 0, 1.0]))
        up = np.cross(side, along)
        for way in (-1, 1):
            for i in range(6, 40):
                places.append(line[i])
                ways.append(unit(side[i] * way + along[i] * 0.7 + up[i] * 0.25 + rng.normal(size=3) * 0.06))
                sizes.append(size * (0.42 * math.sin(math.pi * (0.12 + 0.86 * share[i])) + 0.04))
                facings.append(up[i])
    add_stems(stalks, material, colour * 0.7)
    put(
        rng,
        [leaf],
        np.array(places),
        np.array(ways),
        np.array(sizes),
        varied(rng, colour, len(places), 0.12),
        material,
        facing=np.array(facings),
    )


def _large_leaves(rng: Rng) -> None:
    """Monstera, rubber plant, calathea, banana: few large leaves on long stalks."""
    pot(rng, radius=rng.uniform(0.32, 0.45))
    kind = rng.pick(["monstera", "heart", "paddle", "fan"], [4, 2, 2, 1])
    material, colour = leaf_material(rng, 0.4), green(rng, 0.03)
    wide = rng.uniform(0.2, 0.3)
    if kind == "paddle":
        blades = [
            simple(rng, lambda t: wide * np.sin(math.pi * t**0.8) ** 0.6, rows=34, wave=0.2, veins=24) for _ in range(3)
        ]
    else:
        blades = [LEAVES["ginkgo" if kind == "fan" else kind][1](rng) for _ in range(4)]
    count = rng.whole(6, 16)
    angle = golden(count) + rng.normal(size=count) * 0.3
    lean = rng.uniform(0.15, 1.0, count)
    tall = rng.uniform(0.45, 1.15, count)
    ends, ways, stalks = [], [], []
    foot = np.array([0, 0, _SOIL])
    for k in range(count):
        out = np.array([math.cos(angle[k]), math.sin(angle[k]), 0])
        end = foot + out * tall[k] * math.sin(lean[k]) * 0.8 + np.array([0, 0, tall[k] * math.cos(lean[k])])
        stalks.append(
            stem([foot + out * 0.04, foot + (end - foot) * 0.5 + [0, 0, 0.12 * tall[k]], end], [0.02, 0.012], 16)
        )
        ends.append(end)
        ways.append(unit(out + [0, 0, rng.uniform(-0.7, 0.5)]))
    add_stems(stalks, material, colour * 0.8)
    size = rng.uniform(0.4, 0.6, count) * (1.25 if kind == "paddle" else 1)
    facing = unit(np.array(ways) * [0.5, 0.5, 0] + [0, 0, 1.0])
    put(rng, blades, np.array(ends), np.array(ways), size, varied(rng, colour, count, 0.15), material, facing=facing)


def _bush(rng: Rng) -> None:
    """A dense small bush, clipped or loose, now and then in flower."""
    pot(rng, radius=rng.uniform(0.32, 0.45))
    count = rng.whole(220, 700)
    material, colour = leaf_material(rng), green(rng, 0.1)
    way = unit(np.c_[rng.normal(size=(count, 2)), np.abs(rng.normal(size=count)) * 1.2 + 0.05])
    reach = rng.uniform(0.5, 0.75) if rng.chance(0.4) else rng.uniform(0.3, 0.75, count)[:, None]
    foot = np.array([0, 0, _SOIL])
    place = foot + way * reach * [1, 1, 1.25] + rng.normal(size=(count, 3)) * 0.02
    ends = place[:: max(count // 60, 1)]
    shapes = [stem([foot, (foot + end) / 2 + rng.normal(size=3) * 0.05, end], [0.014, 0.005], 10) for end in ends]
    add_stems(shapes, material, np.array([0.1, 0.07, 0.035]))
    kind = any_leaf(rng)
    blades = [LEAVES[kind][1](rng) for _ in range(4)]
    size = rng.uniform(0.08, 0.18)
    put(
        rng,
        blades,
        place,
        unit(way + rng.normal(size=way.shape) * 0.5),
        rng.uniform(0.7, 1.25, count) * size,
        varied(rng, colour, count),
        material,
        facing=unit(way + [0, 0, 0.6]),
    )
    if rng.chance(0.4):
        bloom = flowers.any_bloom(rng)
        tint = flowers.petal_colour(rng, bloom)
        for k in rng.choice(count, rng.whole(5, 14), replace=False):
            flowers.head(
                rng,
                place[k] + way[k] * 0.05,
                way[k],
                rng.uniform(0.07, 0.11),
                bloom,
                varied(rng, tint, 1, 0.1)[0],
                material,
            )


def _bonsai(rng: Rng) -> None:
    """A small old tree in a flat tray."""
    wide = rng.uniform(0.5, 0.65)
    tray = everyday(rng, rng.pick(["ceramic", "stone"]))
    add_mesh(_tray(wide), tray, name="tray")
    moss, faces = ellipsoid((0, 0, -0.53), (wide * 0.93, wide * 0.6, 0.05), None, 5)
    green_moss = Material("moss", Base_Color=linear(hsv(0.25, 0.6, 0.3)), Roughness=0.95)
    add_mesh((moss + np.array([0, 0, 0.04]) * noise(moss, rng, 3, 3)[:, None], faces), green_moss.data, name="moss")
    growing = Growing(
        orders=3,
        length=rng.uniform(0.3, 0.4),
        radius=rng.uniform(0.06, 0.085),
        spread=0.75,
        lift=0.06,
        wander=rng.uniform(0.2, 0.33),
        forks=(2, 3),
        shrink=0.66,
    )
    twigs = branched(rng, (rng.uniform(-0.2, 0.2), 0, -0.52), (rng.uniform(-0.6, 0.6), 0, 1.0), growing, 150)
    add_twigs(twigs, bark(rng))
    ends = [twig for twig in twigs if twig.order <= 1]
    material, colour = leaf_material(rng), green(rng, 0.25)
    needles = rng.chance(0.4)
    places, ways = [], []
    for twig in ends:
        pad = twig.path[-1] + rng.normal(size=(60 if needles else 36, 3)) * [0.085, 0.085, 0.03] + [0, 0, 0.02]
        places.append(pad)
        ways.append(unit(pad - twig.path[-1] + [0, 0, 0.09] + rng.normal(size=pad.shape) * 0.04))
    place, way = np.concatenate(places), np.concatenate(ways)
    if needles:
        out = unit(np.repeat(way, 8, 0) + rng.normal(size=(len(way) * 8, 3)) * 0.6)
        lines = np.repeat(place, 8, 0)[:, None] + out[:, None] * (np.linspace(0, 1, 3) * 0.055)[None, :, None]
        add_strips(
            lines,
            0.0032 * np.array([1, 0.9, 0.2]),
            unit(rng.normal(size=out.shape)),
            fur_material(rng),
            colour=varied(rng, colour * 0.8, len(out)),
            normal=unit(out + [0, 0, 0.5]),
            name="needles",
        )
        return
    kind = rng.pick(["oval", "serrated", "maple"])
    put(
        rng,
        [LEAVES[kind][1](rng) for _ in range(3)],
        place,
        way,
        rng.uniform(0.035, 0.07, len(place)),
        varied(rng, colour, len(place)),
        material,
        facing=(0, 0, 1.0),
    )


def _tray(wide: float) -> Shape:
    profile = np.array([(0, -0.72), (0.85, -0.72), (0.9, -0.7), (1.0, -0.52), (0.95, -0.52), (0.88, -0.62), (0, -0.62)])
    turn = np.linspace(0, TAU, 64, endpoint=False)
    squared = (np.abs(np.cos(turn)) ** 5 + np.abs(np.sin(turn)) ** 5) ** (-1 / 5)
    rings = np.stack(
        [
            profile[:, :1] * np.cos(turn) * squared * wide,
            profile[:, :1] * np.sin(turn) * squared * wide * 0.68,
            np.repeat(profile[:, 1:2], 64, 1),
        ],
        -1,
    )
    rows, column = np.arange(6)[:, None] * 64, np.arange(64)[None]
    following = (column + 1) % 64
    faces = np.stack([rows + column, rows + 64 + column, rows + 64 + following, rows + following], -1).reshape(-1, 4)
    return rings.reshape(-1, 3), faces


def _orchid(rng: Rng) -> None:
    """Arching stems with rows of flowers above a few broad leaves."""
    pot(rng, radius=rng.uniform(0.25, 0.35))
    material, colour = leaf_material(rng), green(rng, 0)
    tint = linear(hsv(rng.pick([0.87, 0.92, 0.1, 0.15, 0.8]), rng.uniform(0.05, 0.6), 0.98))
    foot = np.array([0, 0, _SOIL])
    petal = [
        simple(rng, lambda t: 0.42 * np.sin(math.pi * t**0.8) ** 0.7, rows=14, fold=0.1, bend=0.15, veins=0)
        for _ in range(2)
    ]
    stalks, places, ways, sizes, colours = [], [], [], [], []
    for _ in range(rng.whole(1, 3)):
        angle = rng.uniform(0, TAU)
        out = np.array([math.cos(angle), math.sin(angle), 0])
        line = spline(
            np.array(
                [
                    foot,
                    foot + [0, 0, 0.7] + out * 0.08,
                    foot + [0, 0, 1.15] + out * 0.4,
                    foot + [0, 0, 1.1] + out * 0.85,
                ]
            ),
            40,
        )
        stalks.append(tube(line, np.linspace(0.014, 0.007, 40), 7))
        for k in range(rng.whole(5, 9)):
            root = line[16 + k * 2 + k]
            face = unit(np.array([rng.normal(0, 0.3), rng.normal(0, 0.3), 0.1]) + out * 0.8 + [0, 0, 0.2])
            centre = root + face * 0.07 - [0, 0, 0.03]
            stalks.append(stem([root, centre], 0.006, 4))
            left = unit(np.cross([0, 0, 1.0], face))
            up = np.cross(face, left)
            for turn, long, shade in (
                (0.25, 0.16, 1.0),
                (2.9, 0.16, 1.0),
                (1.57, 0.13, 0.95),
                (3.9, 0.13, 0.95),
                (5.5, 0.13, 0.95),
                (4.71, 0.08, 0.35),
            ):
                places.append(centre)
                ways.append(unit(math.cos(turn) * left + math.sin(turn) * up + face * (0.15 if shade > 0.5 else 0.8)))
                sizes.append(long)
                colours.append(tint * shade if shade > 0.5 else np.array([0.6, 0.05, 0.2]))
    add_stems(stalks, material, colour * 0.8)
    put(rng, petal, np.array(places), np.array(ways), np.array(sizes), np.array(colours), material)
    count = rng.whole(4, 7)
    turns = golden(count)
    way = np.stack([np.cos(turns), np.sin(turns), np.full(count, 0.5)], 1)
    broad = simple(rng, lambda t: 0.16 * np.sin(math.pi * t**0.8) ** 0.6, rows=20, fold=0.3, bend=0.6, veins=0)
    put(
        rng,
        [broad],
        np.repeat(foot[None], count, 0),
        way,
        rng.uniform(0.5, 0.75, count),
        varied(rng, colour, count),
        material,
        facing=(0, 0, 1.0),
    )


def _hanging(rng: Rng) -> None:
    """A pot on strings with trailing shoots: pothos, string of pearls, ivy."""
    pot(rng, top=0.35, radius=0.36)
    cord = everyday(rng, "fabric")
    for k in range(3):
        angle = k * TAU / 3 + 0.3
        rim = np.array([0.38 * math.cos(angle), 0.38 * math.sin(angle), 0.33])
        add_mesh(tube(spline(np.array([rim, rim * 0.5 + [0, 0, 0.4], [0, 0, 1.15]]), 16), 0.012, 6), cord, name="cord")
    material, colour = leaf_material(rng), green(rng, 0.05)
    pearls = rng.chance(0.25)
    kind = rng.pick(["heart", "ivy", "oval", "heart"])
    places, ways, sizes, stems = [], [], [], []
    size = rng.uniform(0.12, 0.22)
    for _ in range(rng.whole(10, 24)):
        angle = rng.uniform(0, TAU)
        out = np.array([math.cos(angle), math.sin(angle), 0])
        fall = rng.uniform(0.2, 1.2)
        line = spline(
            np.array(
                [
                    [0, 0, 0.32],
                    out * 0.25 + [0, 0, 0.45],
                    out * 0.42 + [0, 0, 0.3],
                    out * rng.uniform(0.42, 0.6) + [0, 0, 0.3 - fall],
                ]
            ),
            30,
        )
        stems.append(tube(line, 0.007, 5))
        for i in range(6, 30, 1 if pearls else 2):
            aside = unit(rng.normal(size=3) * [1, 1, 0.4] + out * 0.6)
            places.append(line[i] + aside * 0.03)
            ways.append(unit(aside + [0, 0, -0.6]))
            sizes.append(rng.uniform(0.7, 1.15))
    add_stems(stems, material, colour * 0.7)
    if pearls:
        shapes = [ellipsoid(place, (0.026 * tall,) * 3, None, 2) for place, tall in zip(places, sizes, strict=True)]
        add_stems(shapes, leaf_material(rng, 0.6), colour)
        return
    facing = unit(np.array(ways) * [1, 1, 0] + [0, 0, 0.8])
    put(
        rng,
        [LEAVES[kind][1](rng) for _ in range(3)],
        np.array(places),
        np.array(ways),
        np.array(sizes) * size,
        varied(rng, colour, len(places)),
        material,
        facing=facing,
    )


def _fern(rng: Rng) -> None:
    pot(rng, radius=rng.uniform(0.3, 0.42))
    fronds(
        rng, rng.whole(12, 22), np.array([0, 0, _SOIL]), rng.uniform(0.6, 0.85), twice=False, colour=green(rng, 0.05)
    )


def _little_tree(rng: Rng) -> None:
    """A tall stem with a round crown: ficus, olive, lemon."""
    pot(rng, radius=rng.uniform(0.28, 0.38))
    top = rng.uniform(0.2, 0.5)
    trunk = stem(
        [(0, 0, _SOIL), (rng.normal(0, 0.04), rng.normal(0, 0.04), (top + _SOIL) / 2), (0, 0, top)], [0.035, 0.025], 20
    )
    add_mesh(trunk, bark(rng), name="trunk")
    growing = Growing(orders=2, length=0.25, radius=0.018, spread=1.0, lift=0.02, forks=(4, 6))
    twigs = branched(rng, (0, 0, top), (0, 0, 1), growing, 120)
    add_twigs(twigs, bark(rng))
    material, colour = leaf_material(rng), green(rng, 0.05)
    kind = rng.pick(["oval", "long", "serrated", "heart"])
    place = np.concatenate([[twig.place(share) for share in rng.uniform(0.2, 1, 9)] for twig in twigs])
    way = unit(place - [0, 0, top + 0.1] + rng.normal(size=place.shape) * 0.2)
    put(
        rng,
        [LEAVES[kind][1](rng) for _ in range(3)],
        place,
        way,
        rng.uniform(0.08, 0.15, len(place)),
        varied(rng, colour, len(place)),
        material,
        facing=unit(way + [0, 0, 0.7]),
    )
    if rng.chance(0.4):
        fruit = linear(hsv(rng.pick([0.13, 0.08, 0.0, 0.22]), 0.85, 0.9))
        for k in rng.choice(len(place), rng.whole(4, 12), replace=False):
            add_mesh(
                ellipsoid(place[k] - [0, 0, 0.05], (0.045, 0.045, 0.05), None, 4),
                everyday(rng, "plastic", fruit),
                name="fruit",
            )


PLANTS: dict[str, tuple[float, Callable[[Rng], None]]] = {
    "cactus": (3, _cactus),
    "succulent": (2, _succulent),
    "sword": (2, _sword),
    "palm": (2, _palm),
    "large_leaves": (3, _large_leaves),
    "bush": (2, _bush),
    "bonsai": (2, _bonsai),
    "orchid": (1.5, _orchid),
    "hanging": (1.5, _hanging),
    "fern": (1, _fern),
    "tree": (1.5, _little_tree),
}  # name: how often, maker
