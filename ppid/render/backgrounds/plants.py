"""Plants in pots and vases, trees and hedges."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.backgrounds.moods import Kit
from ppid.render.backgrounds.place import Place, moved
from ppid.render.colour import hsv, linear
from ppid.render.rng import Rng
from ppid.render.shapes import (
    TAU,
    Points,
    Shape,
    ellipsoid,
    grid_faces,
    join,
    lathe,
    noise,
    scatter,
    spline,
    tube,
    unit,
)


def potted(kit: Kit, place: Place, height: float) -> None:
    """A plant of one of `PLANTS` in a pot, `height` metres in all."""
    rng = kit.rng
    pot = height * rng.uniform(0.2, 0.32)
    _pot(kit, place, pot)
    top = place.at(0, 0, pot * 0.92)
    name = rng.named({each: weight for each, (weight, _) in PLANTS.items()})
    PLANTS[name][1](kit, top, height - pot)


def _pot(kit: Kit, place: Place, height: float) -> None:
    rng = kit.rng
    radius = height * rng.uniform(0.42, 0.65)
    foot = radius * rng.uniform(0.6, 1.0)
    profile = [
        (0, 0),
        (foot, 0),
        (radius, height),
        (radius * 0.92, height),
        (radius * 0.88, height * 0.85),
        (0, height * 0.85),
    ]
    place.add(lathe(profile, 28), kit.palette.any_of("ceramic", "ceramic", "plastic", "lacquer", "soil"), smooth=False)
    place.add(lathe([(0, height * 0.9), (radius * 0.9, height * 0.88)], 20), kit.palette.get("soil"))


def leaf(length: float, width: float, droop: float = 0.3, fold: float = 0.15, points: int = 6) -> Shape:
    """A leaf along +y with its stalk at the origin, its upper side towards z."""
    t = np.linspace(0, 1, points)
    half = width / 2 * np.sin(np.pi * np.clip(t, 0.04, 0.97) ** 0.75)
    rise = -droop * length * t**2
    columns = []
    for side in (-1, 0, 1):
        lifted = rise + (abs(side) * fold * half)
        columns.append(np.stack([side * half, t * length, lifted], -1))
    return np.stack(columns, 1).reshape(-1, 3), grid_faces(points, 3)


def put_leaves(
    kit: Kit,
    place: Place,
    shape: Shape,
    roots: ArrayLike,
    along: ArrayLike,
    sizes: ArrayLike,
    hue: float | None = None,
    material: str = "leaves",
) -> None:
    """Copies of a leaf at `roots` (K, 3) that point along (K, 3), their upper sides up, all shades of a green."""
    rng = kit.rng
    directions = unit(along)
    right = unit(np.cross(directions, [0, 0, 1]) + 1e-3)
    turns = np.stack([right, directions, np.cross(right, directions)], 1)
    vertices, faces = scatter(shape, roots, turns, sizes)
    colours = greens(rng, len(directions), hue)
    place.add((vertices, faces), kit.palette.get(material), smooth=True, colour=np.repeat(colours, len(shape[0]), 0))


def greens(rng: Rng, count: int, hue: float | None = None) -> NDArray[np.float64]:
    """Linear RGB (count, 3) of leaves of one plant."""
    middle = rng.uniform(0.19, 0.36) if hue is None else hue
    saturation, value = rng.uniform(0.3, 0.62), rng.uniform(0.2, 0.52)
    shades = [
        hsv(middle + rng.normal(0, 0.012), saturation, value * np.exp(rng.normal(0, 0.18)))
        for _ in range(min(count, 60))
    ]
    return linear(np.clip(shades, 0, 1))[rng.integers(0, len(shades), count)]


def _away(rng: Rng, count: int, elevation: tuple[float, float]) -> Points:
    """Unit vectors (count, 3) to all sides, elevations in radians."""
    around, up = rng.uniform(0, TAU, count), rng.uniform(*elevation, count)
    return np.stack([np.cos(around) * np.cos(up), np.sin(around) * np.cos(up), np.sin(up)], -1)


def _bush(kit: Kit, place: Place, height: float) -> None:
    """Small leaves around a trunk."""
    rng = kit.rng
    trunk = rng.uniform(0.1, 0.5) * height
    radius = np.array([0.3, 0.3, 0.5]) * (height - trunk) * rng.uniform(0.8, 1.1)
    count = rng.whole(150, 420)
    away = unit(rng.normal(size=(count, 3)))
    roots = away * radius * rng.uniform(0.45, 1, (count, 1)) * (1 + 0.3 * noise(away, rng, 0.8)[:, None])
    roots[:, 2] += height - radius[2]
    length = height * rng.uniform(0.05, 0.12)
    place.add(tube([[0, 0, 0], [0, 0, trunk + radius[2]]], height * 0.012 + 0.003, 6), kit.palette.get("soil"))
    put_leaves(
        kit,
        place,
        leaf(length, length * rng.uniform(0.35, 0.7)),
        roots,
        away + rng.normal(0, 0.5, (count, 3)),
        rng.uniform(0.7, 1.3, count),
    )


def _rosette(kit: Kit, place: Place, height: float) -> None:
    """Long leaves from one root: upright blades, or arching ones."""
    rng = kit.rng
    upright = rng.chance(0.5)
    count = rng.whole(9, 22) if upright else rng.whole(20, 50)
    along = _away(rng, count, (1.1, 1.5) if upright else (0.3, 1.4))
    roots = along * np.array([1, 1, 0]) * height * 0.06
    shape = leaf(height, height * rng.uniform(0.06, 0.13), 0.02 if upright else rng.uniform(0.2, 0.5), 0.3, 9)
    put_leaves(kit, place, shape, roots, along, rng.uniform(0.5, 1.0, count))


def _palm(kit: Kit, place: Place, height: float) -> None:
    """Fronds with leaflets."""
    rng = kit.rng
    roots, along, sizes, stems = [], [], [], []
    for direction in _away(rng, rng.whole(6, 13), (0.6, 1.45)):
        flat = direction * [1, 1, 0]
        path = spline([[0, 0, 0], direction * height * 0.6, direction * height * 0.8 + flat * height * 0.45], 16)
        stems.append(tube(path, height * 0.006 + 0.001, 5))
        side = unit(np.cross(direction, [0, 0, 1]))
        for k in range(4, 16):
            tangent = unit(path[k] - path[k - 1])
            for way in (-1, 1):
                roots.append(path[k])
                along.append(tangent * 0.7 + side * way + [0, 0, -0.25])
                sizes.append(1.1 - abs(k - 8) / 12)
    place.add(join(stems), kit.palette.get("leaves"), colour=(0.08, 0.14, 0.04))
    put_leaves(
        kit, place, leaf(height * 0.26, height * 0.03, 0.25, 0.3), np.array(roots), np.array(along), np.array(sizes)
    )


def _large_leaves(kit: Kit, place: Place, height: float) -> None:
    """Few broad leaves on long stalks."""
    rng = kit.rng
    directions = _away(rng, rng.whole(8, 20), (0.5, 1.45))
    reach = rng.uniform(0.55, 0.85, len(directions)) * height
    stems = [
        tube(spline([[0, 0, 0], d * r * [0.35, 0.35, 0.6], d * r], 8), height * 0.006 + 0.001, 5)
        for d, r in zip(directions, reach, strict=True)
    ]
    place.add(join(stems), kit.palette.get("leaves"), colour=(0.08, 0.14, 0.04))
    along = directions * [1.3, 1.3, 0.15] + rng.normal(0, 0.2, directions.shape)
    length = height * rng.uniform(0.2, 0.36)
    put_leaves(
        kit,
        place,
        leaf(length, length * rng.uniform(0.5, 0.9), 0.35, 0.2, 8),
        directions * reach[:, None],
        along,
        rng.uniform(0.7, 1.15, len(directions)),
    )


def _trailing(kit: Kit, place: Place, height: float) -> None:
    """Shoots that hang over the pot's rim."""
    rng = kit.rng
    roots, along = [], []
    for direction in _away(rng, rng.whole(6, 14), (0.2, 1.2)):
        flat = direction * [1, 1, 0] * height
        fall = rng.uniform(0.1, 0.9) * height
        for point in spline([[0, 0, 0], flat * 0.35 + [0, 0, height * 0.3], flat * 0.6, flat * 0.7 - [0, 0, fall]], 16)[
            2:
        ]:
            roots.append(point)
            along.append(direction * [1, 1, 0] + rng.normal(0, 0.6, 3))
    length = height * 0.17
    put_leaves(
        kit, place, leaf(length, length * 0.8, 0.4), np.array(roots), np.array(along), rng.uniform(0.6, 1.2, len(roots))
    )


def _cactus(kit: Kit, place: Place, height: float) -> None:
    """Ribbed columns."""
    rng = kit.rng
    parts = []
    for k in range(rng.whole(1, 3)):
        turn = np.linspace(0, TAU, 40, endpoint=False)
        tall = height * (1.0 if k == 0 else rng.uniform(0.3, 0.7))
        t = np.linspace(0, 1, 14)
        radius = height * 0.13 * np.sqrt(np.clip(1 - ((t - 0.45) / 0.56) ** 4, 0.001, 1))
        ribs = 1 + 0.12 * np.cos(turn * 10)
        rings = np.stack(
            [
                np.outer(radius, ribs * np.cos(turn)),
                np.outer(radius, ribs * np.sin(turn)),
                np.repeat(t[:, None] * tall, 40, 1),
            ],
            -1,
        )
        parts.append(
            moved(
                (rings.reshape(-1, 3), grid_faces(14, 40, wrap_columns=True)),
                *(rng.normal(0, height * 0.12, 2) * (k > 0)),
            )
        )
    place.add(join(parts), kit.palette.get("leaves"), smooth=True, colour=greens(rng, 1, 0.33)[0])


PLANTS: dict[str, tuple[float, Callable[[Kit, Place, float], None]]] = {
    "bush": (3, _bush),
    "rosette": (2.5, _rosette),
    "palm": (2, _palm),
    "large_leaves": (2.5, _large_leaves),
    "trailing": (1, _trailing),
    "cactus": (0.6, _cactus),
}  # name: how often, maker


def bouquet(kit: Kit, place: Place, height: float) -> None:
    """Flowers or dry stems in a vase."""
    rng = kit.rng
    vase = height * rng.uniform(0.35, 0.5)
    radius = vase * rng.uniform(0.2, 0.35)
    profile = [
        (0.02, 0),
        (radius, vase * 0.1),
        (radius * rng.uniform(0.8, 1.3), vase * 0.5),
        (radius * 0.45, vase * 0.85),
        (radius * 0.6, vase),
    ]
    place.add(lathe(profile, 28, 20), kit.palette.any_of("ceramic", "glass"), smooth=True)
    tips = _away(rng, rng.whole(5, 14), (0.9, 1.5)) * rng.uniform(0.5, 1, 1) * (height - vase) + [0, 0, vase]
    place.add(
        join(tube([[0, 0, vase * 0.6], tip], 0.002, 5) for tip in tips),
        kit.palette.get("leaves"),
        colour=(0.1, 0.15, 0.05),
    )
    shade = kit.palette.colour((0, 0.9), (0.4, 1))
    size = height * rng.uniform(0.03, 0.08)
    heads = join(ellipsoid(tip, (size, size, size * 0.7), splits=2) for tip in tips)
    place.add(heads, kit.palette.get("leaves"), smooth=True, colour=shade)
    along = unit(rng.normal(size=(24, 3)) + [0, 0, 0.5])
    put_leaves(
        kit,
        place,
        leaf(height * 0.14, height * 0.04),
        along * height * 0.12 + [0, 0, vase * 1.15],
        along,
        rng.uniform(0.6, 1.2, 24),
    )


def tree(kit: Kit, place: Place, height: float, *, conifer: bool = False) -> None:
    """A garden's or street's tree: trunk, boughs and clusters of leaves."""
    rng = kit.rng
    trunk = height * (0.12 if conifer else rng.uniform(0.22, 0.4))
    bark = kit.palette.get("soil")
    place.add(
        tube([[0, 0, -0.1], [0, 0, trunk], [0, 0, height * 0.85]], [height * 0.03, height * 0.02, 0.01], 8),
        bark,
        smooth=True,
    )
    count = rng.whole(1800, 3400)
    if conifer:
        t = np.sqrt(rng.random(count))
        around = rng.uniform(0, TAU, count)
        reach = height * 0.24 * t * (0.75 + 0.25 * np.sin(t * 38))
        roots = np.stack([np.cos(around) * reach, np.sin(around) * reach, trunk + (height - trunk) * (1 - t)], -1)
        along = np.stack([np.cos(around), np.sin(around), np.full(count, -0.4)], -1)
        shape, hue = leaf(height * 0.06, height * 0.02, 0.2, 0.2, 3), rng.uniform(0.27, 0.38)
    else:
        crown = height - trunk
        centres = np.array([0, 0, trunk + crown * 0.5]) + rng.normal(0, 0.2, (rng.whole(6, 12), 3)) * crown
        place.add(join(tube([[0, 0, trunk * 0.8], centre], [height * 0.014, 0.01], 5) for centre in centres), bark)
        away = unit(rng.normal(size=(count, 3)))
        radius = crown * rng.uniform(0.14, 0.3, len(centres))
        owner = rng.integers(0, len(centres), count)
        roots = centres[owner] + away * radius[owner, None] * rng.uniform(0.6, 1.05, (count, 1))
        along = away + rng.normal(0, 0.5, away.shape) - [0, 0, 0.3]
        shape, hue = leaf(height * 0.032, height * 0.02, 0.3, 0.2, 3), rng.uniform(0.13, 0.32)
    put_leaves(kit, place, shape, roots, along, rng.uniform(0.7, 1.4, count), hue, "foliage")


def hedge(kit: Kit, place: Place, width: float, depth: float, height: float) -> None:
    """A clipped hedge, its front towards -y."""
    rng = kit.rng
    count = int(min(4200, 400 * width * (height + depth)))
    x, t = rng.uniform(-width / 2, width / 2, count), rng.random(count) * (height + depth)
    front = t < height
    roots = np.stack([x, np.where(front, 0, t - height), np.where(front, t, height)], -1) + rng.normal(
        0, 0.03, (count, 3)
    )
    along = np.where(front[:, None], [0, -1.0, 0.2], [0, -0.2, 1.0]) + rng.normal(0, 0.6, (count, 3))
    inner = np.array(
        [
            [-width / 2, 0.05, 0],
            [width / 2, 0.05, 0],
            [width / 2, 0.05, height - 0.05],
            [-width / 2, 0.05, height - 0.05],
        ]
    )
    back = inner + [0, depth, 0]
    dark = np.concatenate([inner, back]), np.array([[0, 1, 2, 3], [3, 2, 6, 7], [0, 3, 7, 4], [1, 5, 6, 2]])
    place.add(dark, kit.palette.get("foliage"), colour=(0.012, 0.03, 0.008))
    put_leaves(kit, place, leaf(0.12, 0.07, 0.3, 0.2, 3), roots, along, rng.uniform(0.6, 1.2, count), None, "foliage")


def flower_bed(kit: Kit, place: Place, width: float, depth: float) -> None:
    """Leaves and coloured heads near the ground."""
    rng = kit.rng
    count = int(min(900, 500 * width * depth))
    roots = np.stack([rng.uniform(-width / 2, width / 2, count), rng.uniform(0, depth, count), np.zeros(count)], -1)
    along = _away(rng, count, (0.7, 1.5))
    put_leaves(kit, place, leaf(0.35, 0.07, 0.4, 0.3, 4), roots, along, rng.uniform(0.5, 1.2, count), None, "foliage")
    heads = min(160, count)
    tips = roots[:heads] + np.stack([*rng.normal(0, 0.03, (2, heads)), rng.uniform(0.15, 0.4, heads)], -1)
    head = ellipsoid((0, 0, 0), (0.035, 0.035, 0.025), splits=1)
    turns = np.broadcast_to(np.eye(3), (heads, 3, 3))
    shades = np.array([kit.palette.colour((0.3, 1), (0.5, 1)) for _ in range(4)])[rng.integers(0, 4, heads)]
    vertices, faces = scatter(head, tips, turns, rng.uniform(0.7, 1.4, heads))
    place.add((vertices, faces), kit.palette.get("foliage"), smooth=True, colour=np.repeat(shades, len(head[0]), 0))


def grass_tufts(kit: Kit, place: Place, width: float, depth: float, tuft: float) -> None:
    """Blades on a lawn, for its nearest part; `tuft` is their height."""
    rng = kit.rng
    count = 6000
    y = depth * rng.random(count) ** 1.6
    roots = np.stack([rng.uniform(-width / 2, width / 2, count), y, np.zeros(count)], -1)
    along = _away(rng, count, (0.6, 1.5))
    put_leaves(
        kit,
        place,
        leaf(tuft, tuft * 0.09, 0.4, 0.3, 3),
        roots,
        along,
        rng.uniform(0.5, 1.2, count),
        rng.uniform(0.2, 0.29),
        "foliage",
    )
