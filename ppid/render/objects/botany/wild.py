"""What grows outside: grass, wheat, reeds, dandelions, ferns, ivy, lavender."""

from __future__ import annotations

import math

import bpy
import numpy as np

from ppid.render.colour import hsv, linear
from ppid.render.materials import Material
from ppid.render.objects.botany import flowers
from ppid.render.objects.botany.leaves import LEAVES, green, leaf_material, put, put_strips, simple, strips, varied
from ppid.render.objects.botany.parts import add_stems, bark, golden, stem
from ppid.render.objects.furry.growth import add_strips, fur_material
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import TAU, Points, ellipsoid, perpendicular, scatter, sphere, spline, tube, unit
from ppid.render.shot import Attributes


def grass(rng: Rng, attributes: Attributes) -> None:
    """A tuft of grass, now and then with ears, clover or small flowers."""
    count = int(rng.log_uniform(60, 800))
    wide = rng.uniform(0.1, 0.8)
    angle, reach = rng.uniform(0, TAU, count), wide * np.sqrt(rng.random(count))
    base = np.stack([reach * np.cos(angle) * rng.uniform(0.6, 1.5), reach * np.sin(angle), np.zeros(count)], 1)
    way = unit(
        np.c_[
            base[:, :2] * rng.uniform(0.1, 0.8) / wide + rng.normal(size=(count, 2)) * rng.uniform(0.08, 0.3),
            np.ones(count),
        ]
    )
    wind = rng.uniform(0, 0.5) if rng.chance(0.3) else 0.0
    way = unit(way + np.array([wind, 0, 0]))
    material, colour = leaf_material(rng), green(rng)
    made = strips(
        base,
        way,
        rng.uniform(0.5, 1.3, count),
        rng.uniform(0.5, 1.2, count) * rng.log_uniform(0.005, 0.03),
        rng.uniform(0, 1, count) * rng.uniform(0.2, 1),
        rng.uniform(0, TAU, count),
    )
    put_strips(rng, made, varied(rng, colour, count), material, rng.pick([0, 0, 0.4, 0.9]))
    extras = [kind for kind, often in (("ears", 0.35), ("flowers", 0.3)) if rng.chance(often)]
    attributes["with"] = extras
    if "ears" in extras:
        number = rng.whole(4, 25)
        tips = unit(np.c_[rng.normal(size=(number, 2)) * 0.3 + [wind, 0], np.ones(number)]) * rng.uniform(
            1, 1.6, (number, 1)
        )
        _panicles(rng, tips, material)
    if "flowers" in extras:
        kind = rng.pick(["daisy", "poppy", "anemone", "bellflower"])
        petals, tint = leaf_material(rng), flowers.petal_colour(rng, kind)
        stalks = []
        for _ in range(rng.whole(2, 6)):
            foot = np.array([rng.uniform(-wide, wide), rng.uniform(-wide, wide), 0])
            top = foot + np.array([rng.normal(0, 0.15), rng.normal(0, 0.15), rng.uniform(0.6, 1.2)])
            stalks.append(stem([foot, (foot + top) / 2 + rng.normal(size=3) * 0.04, top], 0.01, 14))
            flowers.head(
                rng, top, (rng.normal(0, 0.5), rng.normal(0, 0.5), 1), rng.uniform(0.1, 0.18), kind, tint, petals
            )
        add_stems(stalks, material, colour)


def _panicles(rng: Rng, tips: Points, material: bpy.types.Material) -> None:
    """Loose ears of grass on stalks from the ground to `tips`."""
    share = np.linspace(0, 1, 12)
    stalks = tips[:, None] * share[None, :, None] * [0.9, 0.9, 1] + np.array([0, 0, -0.12]) * (share**3)[None, :, None]
    straw = linear(hsv(rng.uniform(0.09, 0.16), rng.uniform(0.3, 0.6), rng.uniform(0.5, 0.85)))
    add_stems([tube(line, np.linspace(0.008, 0.004, 12), 6) for line in stalks], material, straw * 0.8)
    hairs, seeds = [], []
    for line in stalks:
        count = rng.whole(40, 90)
        place = line[-1] + (line[-4] - line[-1]) * rng.uniform(0, 1, (count, 1))
        way = unit(rng.normal(size=(count, 3)) + unit(line[-1] - line[-4]) * 1.6)
        long = rng.uniform(0.06, 0.13, (count, 1))
        hairs.append(place[:, None] + way[:, None] * (long * np.linspace(0, 1, 4))[..., None])
        seeds.append(place + way * long)
    lines, ends = np.concatenate(hairs), np.concatenate(seeds)
    add_strips(
        lines,
        0.0025,
        unit(rng.normal(size=(len(lines), 3))),
        fur_material(rng),
        colour=varied(rng, straw, len(lines)),
        normal=(0, 0, 1.0),
    )
    grains = scatter(
        sphere(2, (0.5, 0.5, 1.4)), ends, np.repeat(np.eye(3)[None], len(ends), 0), np.full(len(ends), 0.011)
    )
    add_mesh(grains, material, name="seeds", colour=straw)


def wheat(rng: Rng, attributes: Attributes) -> None:
    """Ears of wheat or barley with awns, on stalks."""
    count = rng.pick([1, 3, 7, 14, 25])
    ripe = rng.chance(0.7)
    attributes.update(count=count, ripe=ripe)
    colour = linear(hsv(0.11, rng.uniform(0.4, 0.6), rng.uniform(0.7, 0.9))) if ripe else green(rng, 0)
    material = leaf_material(rng)
    awns, grains, turns, sizes, stalks = [], [], [], [], []
    awn = rng.uniform(0.15, 0.45)
    for _ in range(count):
        lean = (
            np.array([rng.normal(0, 0.2), rng.normal(0, 0.2), 1.0])
            if count > 1
            else np.array([rng.normal(0, 0.15), 0, 1.0])
        )
        foot = np.array([rng.normal(0, 0.06), rng.normal(0, 0.06), -1])
        nod = np.array([rng.normal(0, 0.25), rng.normal(0, 0.25), -0.05])
        neck = foot + unit(lean) * rng.uniform(1.1, 1.5)
        ear = neck + unit(lean + nod) * rng.uniform(0.3, 0.45)
        line = spline(np.array([foot, (foot + neck) / 2, neck, ear]), 30)
        stalks.append(tube(line, np.linspace(0.013, 0.006, 30), 7))
        way = unit(line[-1] - line[-8])
        first, second = perpendicular(way)
        rows = 11
        for k in range(rows):
            for side in (-1, 1):
                for cross in (first, second):
                    place = line[-10] + (line[-1] - line[-10]) * (k / rows)
                    out = unit(way + cross * side * 0.45)
                    grains.append(place + cross * side * 0.02)
                    turns.append(np.stack([*perpendicular(out), out]))
                    sizes.append(0.034 * (1 - 0.35 * k / rows))
                    bend = cross * side * np.linspace(0, 1, 6)[:, None] ** 2 * 0.25
                    awns.append(
                        place
                        + (out + 0.5 * way) * np.linspace(0.02, 1, 6)[:, None] * awn * rng.uniform(0.7, 1.1)
                        + bend * awn
                    )
    add_stems(stalks, material, colour * 0.85)
    husk = ellipsoid((0, 0, 0.9), (0.42, 0.42, 1.0), None, 3)
    shape = scatter(husk, np.array(grains), np.array(turns), np.array(sizes))
    each = len(husk[0])
    add_mesh(shape, material, name="ears", colour=np.repeat(varied(rng, colour, len(grains)), each, 0))
    lines = np.array(awns)
    add_strips(
        lines,
        0.0022 * np.linspace(1, 0.3, 6),
        unit(rng.normal(size=(len(lines), 3))),
        fur_material(rng, 0.15),
        colour=varied(rng, colour, len(lines)),
        normal=unit(lines[:, -1] - lines[:, 0] + [0, 0, 0.3]),
        name="awns",
    )
    number = count * 2
    base = np.stack([rng.normal(0, 0.06, number), rng.normal(0, 0.06, number), np.full(number, -1.0)], 1)
    way = unit(np.c_[rng.normal(size=(number, 2)) * 0.3, np.ones(number)])
    made = strips(
        base,
        way,
        rng.uniform(0.6, 1.1, number),
        rng.uniform(0.012, 0.02, number),
        rng.uniform(0.3, 0.9, number),
        rng.uniform(0, TAU, number),
    )
    put_strips(rng, made, varied(rng, colour, number), material, 0.5)


def reeds(rng: Rng, attributes: Attributes) -> None:
    """Reeds: brown cattails, or plumes of pampas grass."""
    plumed = rng.chance(0.5)
    attributes["plumes"] = plumed
    count = rng.whole(2, 8)
    material, colour = leaf_material(rng), green(rng, 0)
    stalks, lines, tints = [], [], []
    straw = linear(hsv(0.1, rng.uniform(0.15, 0.45), rng.uniform(0.65, 0.95)))
    brown = Material("cattail", Base_Color=linear(hsv(0.06, 0.65, 0.35)), Roughness=0.95, Sheen_Weight=0.3).data
    for _ in range(count):
        foot = np.array([rng.normal(0, 0.15), rng.normal(0, 0.15), -1])
        top = foot + unit(np.array([rng.normal(0, 0.13), rng.normal(0, 0.13), 1])) * rng.uniform(1.5, 2.0)
        line = spline(np.array([foot, (foot + top) / 2 + rng.normal(size=3) * 0.04, top]), 30)
        stalks.append(tube(line, np.linspace(0.015, 0.006, 30), 7))
        if plumed:
            number = 900
            at = rng.random(number)
            place = line[-12] + (line[-1] - line[-12]) * at[:, None]
            way = unit(rng.normal(size=(number, 3)) * 0.45 + unit(line[-1] - line[-12]))
            long = 0.26 * np.sin(math.pi * np.clip(at * 0.8 + 0.15, 0, 1)) * rng.uniform(0.6, 1, number)
            step = np.linspace(0, 1, 7)
            hair = place[:, None] + way[:, None] * (long[:, None] * step)[..., None]
            hair[..., 2] -= 0.35 * long[:, None] * step**2
            lines.append(hair + np.array([0.2, 0, 0]) * (long[:, None] * step**2)[..., None] * rng.uniform(-1, 1))
            tints.append(varied(rng, straw, number, 0.15))
        else:
            share = np.linspace(0, 1, 24)
            core = line[-9] + (line[-4] - line[-9]) * share[:, None]
            thick = 0.05 * np.clip(np.sin(math.pi * share) * 6, 0.15, 1) ** 0.6
            add_mesh(tube(core, thick, 18), brown, name="cattail")
    add_stems(stalks, material, colour * 0.8)
    if plumed:
        points = np.concatenate(lines)
        add_strips(
            points,
            0.003 * np.linspace(1, 0.3, 7),
            unit(rng.normal(size=(len(points), 3))),
            fur_material(rng),
            colour=np.concatenate(tints),
            normal=unit(points[:, -1] - points[:, 0] + rng.normal(size=(len(points), 3)) * 0.1),
        )
    number = rng.whole(6, 40)
    base = np.stack([rng.normal(0, 0.18, number), rng.normal(0, 0.18, number), np.full(number, -1.0)], 1)
    way = unit(np.c_[rng.normal(size=(number, 2)) * 0.16, np.ones(number)])
    made = strips(
        base,
        way,
        rng.uniform(0.9, 1.7, number),
        rng.uniform(0.015, 0.03, number),
        rng.uniform(0, 0.5, number),
        rng.uniform(0, TAU, number),
    )
    put_strips(rng, made, varied(rng, colour, number), material, rng.pick([0, 0.5]))


def dandelion(rng: Rng, attributes: Attributes) -> None:
    """Dandelion clocks, whole or half blown away, with seeds in flight."""
    count = rng.pick([1, 1, 2, 3])
    blown = rng.chance(0.4)
    attributes.update(count=count, blown=blown)
    material, fluff = leaf_material(rng), fur_material(rng, 0.1)
    for k in range(count):
        centre = np.array([k * 0.75 - (count - 1) * 0.37, rng.uniform(-0.25, 0.25), rng.uniform(0.5, 1.0)])
        radius = rng.uniform(0.32, 0.5)
        foot = centre * [0.55, 0.55, 0] + [0, 0, -1]
        stalk = stem([foot, (foot + centre) / 2 + rng.normal(size=3) * 0.06, centre], 0.02, 24)
        add_stems([stalk, ellipsoid(centre, (0.055,) * 3, None, 3)], material, (0.24, 0.3, 0.09))
        number = rng.whole(110, 210)
        height = 1 - 2 * (np.arange(number) + 0.5) / number
        angle = golden(number) + rng.normal(size=number) * 0.05
        level = np.sqrt(1 - height**2)
        ways = np.stack([level * np.cos(angle), level * np.sin(angle), height], 1)
        if blown:
            ways = ways[ways @ unit(rng.normal(size=3)) > rng.uniform(-0.8, 0.1)]
        _parachutes(
            rng,
            np.repeat(centre[None], len(ways), 0),
            ways,
            radius * rng.uniform(0.72, 0.84, len(ways)),
            radius * 0.3,
            fluff,
        )
        if blown:
            loose = rng.whole(3, 9)
            away = np.stack(
                [rng.uniform(0.3, 1.3, loose), rng.uniform(-0.5, 0.5, loose), rng.uniform(-0.3, 0.6, loose)], 1
            )
            _parachutes(
                rng,
                centre + away,
                unit(rng.normal(size=(loose, 3)) + [0, 0, 1.2]),
                np.full(loose, radius * 0.5),
                radius * 0.3,
                fluff,
            )
    if rng.chance(0.6):
        number = rng.whole(4, 9)
        angle = golden(number)
        way = np.stack([np.cos(angle), np.sin(angle), np.full(number, 0.5)], 1)
        count_teeth = rng.whole(5, 8)
        blade = simple(
            rng, lambda t: 0.12 * np.sin(math.pi * t**1.4) * (0.35 + 0.65 * ((t * count_teeth) % 1)) + 0.01, rows=60
        )
        put(
            rng,
            [blade],
            np.repeat([[0, 0, -1.0]], number, 0),
            way,
            rng.uniform(0.5, 0.8, number),
            varied(rng, green(rng, 0), number),
            material,
            facing=(0, 0, 1.0),
        )


def _parachutes(
    rng: Rng, roots: Points, ways: Points, stalks: Points, spread: float, fluff: bpy.types.Material
) -> None:
    """Seeds with their stalks and the stars of hair at their ends."""
    count, hairs = len(roots), 24
    step = np.linspace(0, 1, 3)
    lines = roots[:, None] + ways[:, None] * (stalks[:, None] * step)[..., None]
    add_strips(lines, 0.0018, perpendicular(ways)[0], fluff, colour=np.tile([0.7, 0.66, 0.58], (count, 1)), normal=ways)
    husks = scatter(
        sphere(2, (0.4, 0.4, 2.2)),
        roots + ways * 0.06 * (stalks[:, None] > 0),
        np.stack([*perpendicular(ways), ways], 1),
        np.full(count, 0.012),
    )
    seed = leaf_material(rng)
    add_mesh(husks, seed, name="seeds", colour=(0.16, 0.1, 0.04))
    first, second = perpendicular(ways)
    angle = np.linspace(0, TAU, hairs, endpoint=False) + rng.uniform(0, TAU, (count, 1))
    ring = np.cos(angle)[..., None] * first[:, None] + np.sin(angle)[..., None] * second[:, None]
    out = unit(ring + ways[:, None] * rng.uniform(0.2, 0.75, (count, hairs, 1)))
    curve = ways[:, None, None] * (0.25 * spread * step**2)[None, None, :, None]
    stars = lines[:, -1][:, None, None] + out[:, :, None] * (step * spread)[None, None, :, None] + curve
    facing = np.cross(out, rng.normal(size=out.shape)).reshape(-1, 3)
    add_strips(
        stars.reshape(-1, 3, 3),
        0.0011,
        unit(facing),
        fluff,
        colour=np.full((count * hairs, 3), 0.86),
        normal=np.repeat(ways, hairs, 0),
        name="pappus",
    )


def fern(rng: Rng, attributes: Attributes) -> None:
    """Fronds about a root; each pinna is cut again, or plain."""
    fronds(rng, rng.whole(4, 11), np.zeros(3), rng.uniform(0.8, 1.3), twice=rng.chance(0.55), colour=green(rng, 0.12))


def fronds(rng: Rng, count: int, root: Points, size: float, twice: bool, colour: Points) -> None:
    """Add a rosette of fern fronds."""
    material = leaf_material(rng)
    pinna = simple(
        rng,
        lambda t: 0.13 * (1 - t) ** 0.5 * (0.25 + 0.75 * np.clip(t * 6, 0, 1)),
        rows=7 if twice else 14,
        columns=3 if twice else 7,
        fold=0.1,
        bend=0.2,
        veins=0,
    )
    places, ways, sizes, facings, stalks = [], [], [], [], []
    share = np.linspace(0, 1, 46)
    for k in range(count):
        angle = golden(count)[k] + rng.uniform(-0.2, 0.2)
        out = np.array([math.cos(angle), math.sin(angle), 0])
        reach, rise = size * rng.uniform(0.75, 1.1), size * rng.uniform(0.6, 1.3)
        line = (
            root
            + out * (share * reach)[:, None]
            + np.array([0, 0, 1]) * (rise * share - 0.85 * size * share**2.2)[:, None]
        )
        stalks.append(tube(line, 0.012 * size * (1 - share * 0.8), 6))
        along = unit(np.gradient(line, axis=0))
        side = unit(np.cross(along, [0, 0, 1.0]))
        up = np.cross(side, along)
        span = 0.36 * size * np.sin(math.pi * np.clip(share, 0, 1) ** 0.7) + 0.015
        for way in (-1, 1):
            for i in range(4, 45):
                ahead = unit(side[i] * way + along[i] * 0.45 + up[i] * 0.1)
                if not twice:
                    places.append(line[i])
                    ways.append(unit(ahead + rng.normal(size=3) * 0.04))
                    sizes.append(span[i])
                    facings.append(up[i])
                    continue
                small = np.cross(up[i], ahead)
                for step in np.linspace(0.08, 0.95, max(int(span[i] * 30 / size), 3)):
                    for other in (-1, 1):
                        places.append(line[i] + ahead * span[i] * step - up[i] * 0.1 * span[i] * step**2)
                        ways.append(unit(small * other + ahead * 0.6))
                        sizes.append(0.17 * span[i] * (1 - step * 0.75) + 0.006)
                        facings.append(up[i])
                stalks.append(tube(line[i] + ahead * np.linspace(0, span[i], 4)[:, None], 0.003 * size, 4))
    add_stems(stalks, material, colour * 0.6)
    number = len(places)
    tall = np.array(sizes)
    put(
        rng,
        [pinna],
        np.array(places),
        np.array(ways),
        tall,
        varied(rng, colour, number, 0.12),
        material,
        facing=np.array(facings),
    )


def ivy(rng: Rng, attributes: Attributes) -> None:
    """Vines that climb a pole, hang down or arch, with leaves in two rows."""
    way = rng.pick(["hanging", "climbing", "arch"])
    attributes["way"] = way
    material, colour = leaf_material(rng), green(rng, 0.2)
    kind = rng.pick(["ivy", "ivy", "heart", "maple", "oval"])
    blades = [LEAVES[kind][1](rng) for _ in range(3)]
    count = rng.whole(3, 9) if way == "hanging" else rng.whole(1, 3)
    places, ways, sizes, facings, stems = [], [], [], [], []
    size = rng.uniform(0.1, 0.2)
    if way == "climbing":
        add_mesh(tube(np.array([(0, 0, -1), (0, 0, 1.0)]), rng.uniform(0.03, 0.1), 20), bark(rng), name="pole")
    for k in range(count):
        share = np.linspace(0, 1, 60)
        if way == "climbing":
            turn = share * rng.uniform(8, 16) + k * TAU / count
            line = np.stack([0.13 * np.cos(turn), 0.13 * np.sin(turn), share * 1.9 - 0.95], 1)
        elif way == "arch":
            line = np.stack([share * 2 - 1, 0.1 * np.sin(share * 9 + k), 0.7 * np.sin(math.pi * share) + 0.08 * k], 1)
        else:
            start = np.array([rng.uniform(-0.5, 0.5), rng.uniform(-0.3, 0.3), 0.9])
            fall = rng.uniform(0.9, 1.9)
            line = start + np.stack([0.1 * np.sin(share * 5 + k), 0.1 * np.cos(share * 6 + k), -fall * share], 1)
        line = spline(line[::6] + rng.normal(size=(10, 3)) * 0.03, 60)
        stems.append(tube(line, 0.009, 6))
        along = unit(np.gradient(line, axis=0))
        for i in range(2, 60, rng.whole(1, 3)):
            out = unit(np.cross(along[i], rng.normal(size=3)) + along[i] * 0.2 + [0, 0, -0.25])
            end = line[i] + out * size * 0.4
            stems.append(stem([line[i], end], 0.005, 4))
            places.append(end)
            ways.append(unit(out + [0, 0, -0.6]))
            facings.append(unit(out + [0, 0, 0.5]))
            sizes.append(size * rng.uniform(0.6, 1.15) * (1 - 0.4 * i / 60))
    add_stems(stems, material, colour * 0.6)
    put(
        rng,
        blades,
        np.array(places),
        np.array(ways),
        np.array(sizes),
        varied(rng, colour, len(places)),
        material,
        facing=np.array(facings),
    )


def spikes(rng: Rng, attributes: Attributes) -> None:
    """Spikes of small flowers: lavender, delphinium, heather."""
    count = rng.pick([1, 3, 6, 12, 20])
    attributes["count"] = count
    material, colour = leaf_material(rng), green(rng, 0)
    tint = linear(hsv(rng.pick([0.72, 0.77, 0.62, 0.9, 0.13]), rng.uniform(0.35, 0.7), rng.uniform(0.6, 0.95)))
    petal = simple(rng, lambda t: 0.35 * np.sin(math.pi * t**0.8), rows=7, fold=0.2, bend=0.3, veins=0)
    stalks, places, ways, sizes = [], [], [], []
    big = rng.uniform(0.05, 0.1) / (1 if count < 5 else 1.5)
    for _ in range(count):
        foot = np.array([rng.normal(0, 0.08), rng.normal(0, 0.08), -1])
        top = foot + unit(np.array([rng.normal(0, 0.25), rng.normal(0, 0.25), 1])) * rng.uniform(1.3, 1.9)
        line = spline(np.array([foot, (foot + top) / 2 + rng.normal(size=3) * 0.04, top]), 30)
        stalks.append(tube(line, np.linspace(0.012, 0.006, 30), 6))
        number = rng.whole(70, 130)
        at = np.linspace(0.6, 1.0, number)
        angle = golden(number)
        out = np.stack([np.cos(angle), np.sin(angle), np.full(number, 0.45)], 1)
        root = np.stack([np.interp(at, np.linspace(0, 1, 30), line[:, axis]) for axis in range(3)], 1)
        for _ in range(3):
            places.append(root)
            ways.append(unit(out + rng.normal(size=out.shape) * 0.4))
            sizes.append(big * (1.15 - 1.6 * (at - 0.6)) * rng.uniform(0.8, 1.1, number))
    add_stems(stalks, material, colour * 0.8)
    put(
        rng,
        [petal],
        np.concatenate(places),
        np.concatenate(ways),
        np.concatenate(sizes),
        varied(rng, tint, sum(map(len, places))),
        material,
        facing=(0, 0, 1.0),
    )
    number = count * 6
    base = np.stack([rng.normal(0, 0.1, number), rng.normal(0, 0.1, number), rng.uniform(-1, -0.5, number)], 1)
    made = strips(
        base,
        unit(np.c_[rng.normal(size=(number, 2)) * 0.5, np.ones(number)]),
        rng.uniform(0.2, 0.5, number),
        rng.uniform(0.01, 0.02, number),
        rng.uniform(0, 0.6, number),
        rng.uniform(0, TAU, number),
    )
    put_strips(rng, made, varied(rng, colour, number), material)
