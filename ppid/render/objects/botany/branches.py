"""Branches with leaves, blossom, needles or berries; dry twigs; whole trees."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ppid.render.colour import hsv, linear
from ppid.render.objects.botany import flowers
from ppid.render.objects.botany.leaves import LEAVES, any_leaf, green, leaf_material, put, varied
from ppid.render.objects.botany.parts import Growing, Twig, add_stems, add_twigs, bark, branched, stem
from ppid.render.objects.furry.growth import add_strips, fur_material
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh
from ppid.render.shapes import TAU, Points, perpendicular, scatter, sphere, spline, tube, unit
from ppid.render.shot import Attributes


def branch(rng: Rng, attributes: Attributes) -> None:
    """A branch with leaves, blossom, needles or berries, or bare."""
    dressed = rng.pick(["leaves", "blossom", "needles", "berries", "bare", "buds"], [4, 2, 2, 1.5, 1.5, 0.7])
    attributes["dressed"] = dressed
    growing = Growing(
        orders=rng.whole(2, 3),
        length=rng.uniform(0.5, 0.8),
        radius=rng.uniform(0.018, 0.05),
        spread=rng.uniform(0.4, 0.9),
        lift=rng.uniform(-0.08, 0.1),
        wander=rng.uniform(0.06, 0.2),
        forks=(1, 3) if dressed == "needles" else (2, 4),
    )
    lean = np.array([rng.uniform(-0.8, 0.8), rng.uniform(-0.3, 0.3), rng.uniform(0.3, 1.0)])
    twigs = branched(rng, np.zeros(3), lean, growing, 150)
    add_twigs(twigs, bark(rng))
    ends = [twig for twig in twigs if twig.order <= 1]
    DRESSES[dressed](rng, ends)


def _leafy(
    rng: Rng, ends: list[Twig], colour: Points | None = None, size: float | None = None, dense: tuple[int, int] = (4, 9)
) -> None:
    kind = any_leaf(rng)
    tint = green(rng) if colour is None else colour
    number = [rng.whole(*dense) for _ in ends]
    places = np.concatenate(
        [[twig.place(share) for share in rng.uniform(0.15, 1.0, n)] for twig, n in zip(ends, number, strict=True)]
    )
    ways = np.concatenate([np.repeat(twig.way[None], n, 0) for twig, n in zip(ends, number, strict=True)])
    ways = unit(ways + rng.normal(size=ways.shape) * 0.75)
    long = rng.uniform(0.6, 1.25, len(places)) * (rng.uniform(0.1, 0.24) if size is None else size)
    blades = [LEAVES[kind][1](rng) for _ in range(4)]
    facing = unit(np.array([0, 0, 1.0]) + rng.normal(size=ways.shape) * 0.6)
    put(rng, blades, places, ways, long, varied(rng, tint, len(places)), leaf_material(rng), facing=facing)


def _blossoming(rng: Rng, ends: list[Twig]) -> None:
    material, colour = leaf_material(rng), flowers.petal_colour(rng, "blossom")
    many = [(twig, rng.uniform(0.1, 1)) for twig in ends for _ in range(rng.whole(0, 3))]
    order = rng.permutation(len(many))[: rng.whole(15, 70)]
    size = rng.uniform(0.045, 0.09)
    for k in order:
        twig, share = many[k]
        way = unit(twig.way * 0.3 + rng.normal(size=3))
        flowers.head(
            rng, twig.place(share) + way * size * 0.3, way, size, "blossom", varied(rng, colour, 1, 0.1)[0], material
        )
    if rng.chance(0.6):
        _leafy(rng, ends, green(rng, 0), 0.09, (1, 3))


def _needled(rng: Rng, ends: list[Twig]) -> None:
    long = rng.uniform(0.06, 0.16)
    lines, outs = [], []
    for twig in ends:
        path = spline(twig.path, 50)
        for place in path[4:]:
            out = unit(twig.way * rng.uniform(0.6, 1.1) + rng.normal(size=(9, 3)) * 0.75)
            lines.append(
                place + out[:, None] * (np.linspace(0, 1, 3) * long)[None, :, None] * rng.uniform(0.75, 1.1, (9, 1, 1))
            )
            outs.append(out)
    points, out = np.concatenate(lines), np.concatenate(outs)
    colour = linear(hsv(rng.uniform(0.25, 0.45), rng.uniform(0.35, 0.7), rng.uniform(0.25, 0.5)))
    add_strips(
        points,
        0.0045 * np.array([1, 0.9, 0.2]),
        unit(rng.normal(size=(len(points), 3))),
        fur_material(rng, 0.1),
        colour=varied(rng, colour, len(points)),
        normal=unit(out + [0, 0, 0.4]),
        name="needles",
    )


def _berried(rng: Rng, ends: list[Twig]) -> None:
    colour = linear(hsv(rng.pick([0.0, 0.98, 0.06, 0.13, 0.65, 0.1]), rng.uniform(0.6, 0.95), rng.uniform(0.4, 0.9)))
    places, stalks = [], []
    for twig in ends:
        for _ in range(rng.whole(1, 4)):
            root = twig.place(rng.uniform(0.3, 1))
            end = root + unit(rng.normal(size=3) + [0, 0, -0.8]) * rng.uniform(0.03, 0.08)
            places.append(end)
            stalks.append(stem([root, end], 0.004, 4))
    add_stems(stalks, leaf_material(rng), (0.06, 0.05, 0.02))
    size = rng.uniform(0.02, 0.04)
    number = len(places)
    shape = scatter(
        sphere(3), np.array(places), np.repeat(np.eye(3)[None], number, 0), size * rng.uniform(0.8, 1.15, number)
    )
    add_mesh(
        shape,
        leaf_material(rng, 0.8),
        name="berries",
        colour=np.repeat(varied(rng, colour, number), len(shape[0]) // number, 0),
    )
    if rng.chance(0.7):
        _leafy(rng, ends, None, rng.uniform(0.1, 0.16), (1, 4))


def _budding(rng: Rng, ends: list[Twig]) -> None:
    """Catkins of willow: soft silver buds."""
    places = np.array([twig.place(share) for twig in ends for share in rng.uniform(0.2, 1, 3)])
    ways = unit(np.repeat([twig.way for twig in ends], 3, 0) + rng.normal(size=places.shape) * 0.45)
    number = len(places)
    turns = np.stack([*perpendicular(ways), ways], 1)
    size = rng.uniform(0.018, 0.028)
    shape = scatter(sphere(3, (1, 1, 1.9)), places + ways * size * 1.7, turns, np.full(number, size))
    add_mesh(shape, leaf_material(rng), name="buds", colour=(0.45, 0.44, 0.42))
    hairs = 40
    out = unit(np.repeat(ways, hairs, 0) * 0.5 + rng.normal(size=(number * hairs, 3)))
    roots = np.repeat(places + ways * size * 1.7, hairs, 0) + out * size * [1, 1, 1.2]
    lines = (
        roots[:, None]
        + unit(out + np.repeat(ways, hairs, 0))[:, None] * (np.linspace(0, 1, 3) * size * 0.9)[None, :, None]
    )
    add_strips(
        lines,
        0.0016,
        unit(rng.normal(size=out.shape)),
        fur_material(rng),
        colour=np.full((len(out), 3), 0.75),
        normal=out,
    )


def _bare(rng: Rng, ends: list[Twig]) -> None:
    """Nothing, or a last few leaves."""
    if rng.chance(0.3):
        _leafy(rng, ends[:6], green(rng, 1.0), rng.uniform(0.1, 0.2), (0, 2))


DRESSES: dict[str, Callable[[Rng, list[Twig]], None]] = {
    "leaves": _leafy,
    "blossom": _blossoming,
    "needles": _needled,
    "berries": _berried,
    "bare": _bare,
    "buds": _budding,
}


def dry_twigs(rng: Rng, attributes: Attributes) -> None:
    """Dry twigs: a few sticks, a thorny one, or fine brushwood."""
    growing = Growing(
        orders=rng.whole(2, 4),
        length=rng.uniform(0.4, 0.7),
        radius=rng.uniform(0.008, 0.025),
        spread=rng.uniform(0.5, 1.1),
        lift=rng.uniform(-0.03, 0.06),
        wander=rng.uniform(0.15, 0.35),
        forks=(1, 3),
        shrink=0.72,
    )
    count = rng.whole(1, 4)
    attributes["count"] = count
    twigs = []
    for _ in range(count):
        start = np.array([rng.normal(0, 0.1), rng.normal(0, 0.1), -0.6])
        twigs += branched(rng, start, (rng.normal(0, 0.4), rng.normal(0, 0.4), 1.0), growing, 140)
    add_twigs(twigs, bark(rng))


def tree(rng: Rng, attributes: Attributes) -> None:
    """A whole tree from afar: with leaves, in blossom, a conifer, or bare."""
    kind = rng.pick(["leaves", "leaves", "conifer", "bare", "blossom"])
    attributes["tree"] = kind
    if kind == "conifer":
        _conifer(rng)
        return
    growing = Growing(
        orders=5 if kind == "bare" else 4,
        length=rng.uniform(0.42, 0.6),
        radius=rng.uniform(0.022, 0.038),
        spread=rng.uniform(0.45, 0.75),
        lift=rng.uniform(0.0, 0.09),
        wander=rng.uniform(0.08, 0.16),
        forks=(2, 3),
        shrink=0.7,
    )
    twigs = branched(
        rng, (0, 0, -1), (rng.normal(0, 0.06), rng.normal(0, 0.06), 1), growing, 700 if kind == "bare" else 420
    )
    add_twigs(twigs, bark(rng))
    if kind == "bare":
        return
    ends = [twig for twig in twigs if twig.order <= 1]
    colour = green(rng, 0.3) if kind == "leaves" else flowers.petal_colour(rng, "blossom")
    _leafy(rng, ends, colour, rng.uniform(0.04, 0.075), (8, 16))


def _conifer(rng: Rng) -> None:
    trunk = stem([(0, 0, -1), (0.01, 0, 0), (0, 0, 1.0)], [0.05, 0.03, 0.006], 30)
    add_mesh(trunk, bark(rng), name="trunk")
    levels = rng.whole(16, 26)
    lines, outs, limbs = [], [], []
    wide, sag = rng.uniform(0.4, 0.7), rng.uniform(0.0, 0.5)
    for level in range(levels):
        height = -0.75 + 1.7 * level / levels
        reach = wide * (1 - level / levels) ** 0.85 + 0.04
        for k in range(rng.whole(7, 10)):
            angle = k * TAU / 8 + level * 0.7 + rng.normal() * 0.15
            way = np.array([math.cos(angle), math.sin(angle), rng.uniform(-0.1, 0.15)])
            share = np.linspace(0, 1, 18)
            line = (
                np.array([0, 0, height])
                + way * (share * reach * rng.uniform(0.8, 1.1))[:, None]
                - np.array([0, 0, sag * reach]) * (share**2)[:, None]
            )
            limbs.append(tube(line, 0.006 * (1 - 0.7 * share), 5))
            out = unit(rng.normal(size=(18 * 9, 3)) * 0.6 + way * 0.8)
            roots = np.repeat(line, 9, 0)
            lines.append(roots[:, None] + out[:, None] * (np.linspace(0, 1, 3) * 0.075)[None, :, None])
            outs.append(out)
    add_stems(limbs, leaf_material(rng), (0.05, 0.035, 0.02))
    points, out = np.concatenate(lines), np.concatenate(outs)
    colour = linear(hsv(rng.uniform(0.28, 0.46), rng.uniform(0.3, 0.65), rng.uniform(0.22, 0.45)))
    add_strips(
        points,
        0.004 * np.array([1, 0.9, 0.25]),
        unit(rng.normal(size=out.shape)),
        fur_material(rng),
        colour=varied(rng, colour, len(points)),
        normal=unit(out + [0, 0, 0.5]),
        name="needles",
    )
