"""Brows and beards, as short strands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ppid.render.people.figure import Figure
from ppid.render.people.hair import hair_material, shades
from ppid.render.people.hair_growth import frames
from ppid.render.people.makehuman import BODY, MakeHuman
from ppid.render.people.on_skin import sampled
from ppid.render.rng import Rng
from ppid.render.scene import add_strands
from ppid.render.shapes import TAU, Points, unit
from ppid.render.shot import Attributes

Reals = NDArray[np.float64]
_MOUTH = 6.68  # decimetres on the base mesh: above it is the upper lip


@dataclass(frozen=True)
class Beard:
    """A sort of beard.

    Attributes:
        region: a part of `beard_mask`.
        length: range in metres.
        strands: how many.
        curl: radius in metres.
        radius: of a strand.
    """

    region: str
    length: tuple[float, float]
    strands: int
    curl: float = 0.0
    radius: float = 0.00012


BEARDS: dict[str, Beard] = {
    "stubble": Beard("full", (0.0015, 0.003), 5500, radius=0.00008),
    "short": Beard("full", (0.006, 0.013), 8500),
    "full": Beard("full", (0.02, 0.05), 9000, 0.003),
    "long": Beard("full", (0.06, 0.12), 9500, 0.003),
    "goatee": Beard("goatee", (0.008, 0.03), 4500, 0.001),
    "moustache": Beard("moustache", (0.008, 0.014), 2400),
    "handlebar": Beard("moustache", (0.016, 0.026), 2800),
    "chinstrap": Beard("chinstrap", (0.006, 0.014), 5000),
    "chin": Beard("chin", (0.01, 0.03), 2500, 0.001),
    "sideburns": Beard("sideburns", (0.008, 0.018), 3500),
}


def beard_mask(makehuman: MakeHuman, kind: str) -> Reals:
    """(V,) 0 to 1: where a beard of `BEARDS` grows on the base mesh; all 0 for `none`."""
    if kind == "none":
        return np.zeros(len(makehuman.raw))
    x, y, z = np.abs(makehuman.raw[:, 0]), makehuman.raw[:, 1], makehuman.raw[:, 2]
    face = (np.arange(len(x)) < BODY) & (z > 0.1) & (makehuman.arm_place < 0)
    upper = np.clip(1 - (y - (6.50 + np.clip(x - 0.28, 0, 1) * 1.15)) / 0.08, 0, 1)
    jaw = face * upper * np.clip((y - 6.0) / 0.12, 0, 1) * np.clip((0.80 - x) / 0.06, 0, 1)
    jaw = jaw * np.clip((7.15 - y) / 0.1, 0, 1) * np.clip((z - (0.55 - (y - 6.0) * 0.35)) / 0.1, 0, 1)
    lip = face * (z > 1.2) * np.clip((0.36 - x) / 0.06, 0, 1) * np.clip((6.95 - y) / 0.05, 0, 1)
    lip = lip * np.clip((y - (6.74 - x * 0.4)) / 0.04, 0, 1)
    edge = np.clip((0.16 - np.abs(y - (6.28 + np.clip(x - 0.28, 0, 1) * 1.15))) / 0.08, 0, 1)
    parts = {
        "full": np.maximum(lip, jaw),
        "goatee": np.maximum(lip, jaw * (x < 0.30)),
        "moustache": lip,
        "chin": jaw * (x < 0.24),
        "chinstrap": np.maximum(jaw * edge, jaw * (x < 0.2) * (y < 6.45)),
        "sideburns": jaw * np.clip((x - 0.55) / 0.08, 0, 1),
    }
    lips = np.zeros(len(x))
    lips[np.unique(makehuman.faces[makehuman.lip_faces])] = 1
    inside_mouth = (z < 1.25) & (x < 0.3) & (y > 6.3)
    return parts[BEARDS[kind].region] * (1 - lips) * ~inside_mouth


def grow(rng: Rng, attributes: Attributes, figure: Figure, colour: Points) -> None:
    """Add brows, and the beard that `attributes["beard"]`, of `BEARDS` or `none`, names; `colour` is linear RGB.

    A face mask (`attributes["face_mask"]`) leaves no room for a beard.
    """
    natural = colour if attributes["hair_colour"] != "dyed" else np.array([0.03, 0.02, 0.015])
    _brows(rng, figure, natural, attributes["gender"] == "male")
    kind = attributes["beard"]
    if kind != "none" and (kind == "stubble" or not attributes.get("face_mask")):
        _beard(rng, figure, natural, kind)


def _brows(rng: Rng, figure: Figure, colour: Points, male: bool) -> None:
    makehuman = figure.makehuman
    body = makehuman.faces[makehuman.groups["body"]]
    middle = makehuman.raw[body].mean(1)
    near = (np.abs(middle[:, 0]) < 0.75) & (middle[:, 1] > 7.3) & (middle[:, 1] < 7.8) & (middle[:, 2] > 0.9)
    skin = sampled(rng, figure, body[near], 14000)
    x, y = np.abs(skin.raw[:, 0]), skin.raw[:, 1]
    half = rng.uniform(0.016, 0.032) * (1.15 if male else 0.85)
    arch = rng.uniform(0.0, 0.05)
    line = 7.475 + rng.uniform(-0.01, 0.03) + arch * np.sin(np.clip((x - 0.12) / 0.46, 0, 1) * 2.6)
    line = line - np.clip(x - 0.45, 0, 1) * 0.35
    height = half * np.clip((x - 0.09) / 0.06, 0, 1) * np.clip(1 - (x - 0.3) / 0.38, 0.1, 1)
    off = np.abs(y - line) / np.maximum(height, 1e-6)
    # Thinner towards the nose and at the edges, so that no outline shows.
    density = rng.uniform(0.4, 0.75) * np.clip(1.35 - off, 0, 1) * np.clip((x - 0.08) / 0.14, 0.25, 1)
    skin = skin.where((off < 1.2) & (x > 0.10) & (x < 0.60) & (rng.random(len(x)) < density))
    count, x = len(skin.raw), np.abs(skin.raw[:, 0])
    if not count:
        return
    side = np.sign(skin.raw[:, 0])
    ways = np.stack([side * (0.5 + x), np.full(count, -0.05), 0.75 - 1.5 * x], 1) @ figure.head.turn.T
    length = rng.uniform(0.004, 0.0075) * rng.uniform(0.7, 1.2, count)
    strands = short_strands(rng, skin.points, skin.normals, length, ways, lift=0.12, points_each=4)
    shade = np.clip(np.asarray(colour) * rng.uniform(0.6, 1.0), 0.004, 0.6)
    thickness = rng.uniform(0.00007, 0.00011) * np.linspace(1, 0.4, 4)
    add_strands(strands, thickness, hair_material(rng), name="brows", colour=shades(rng, shade, count))


def _beard(rng: Rng, figure: Figure, colour: Points, kind: str) -> None:
    beard, makehuman = BEARDS[kind], figure.makehuman
    mask = beard_mask(makehuman, kind)
    body = makehuman.faces[makehuman.groups["body"]]
    skin = sampled(rng, figure, body[mask[body].mean(1) > 0.02], beard.strands, mask)
    count, x, y = len(skin.raw), skin.raw[:, 0], skin.raw[:, 1]
    on_lip = (y > _MOUTH) & (np.abs(x) < 0.4)
    long = beard.length[1] > 0.015
    outward = np.where(on_lip, 1.6 if kind == "handlebar" else 0.8, 0.1)
    ways = np.stack([np.sign(x) * outward, np.full(count, -0.25), np.full(count, -1.0)], 1) @ figure.head.turn.T
    length = rng.uniform(*beard.length) * rng.uniform(0.5, 1.15, count)
    if long and beard.region != "moustache":
        length = np.where(on_lip, np.minimum(length * 0.45, 0.018), length)
    points = 12 if long else 5
    curl = beard.curl if rng.chance(0.7) else 0.0
    strands = short_strands(
        rng, skin.points, skin.normals, length, ways, lift=0.24 if long else 0.4, points_each=points
    )
    t = np.linspace(0, 1, points)
    strands[..., 2] -= 0.15 * t**2 * length[:, None]
    if kind == "handlebar":
        strands[..., 2] += 0.6 * t**3 * length[:, None]
    if curl:
        strands = _curled(rng, strands, length, curl)
    shade = np.clip(np.asarray(colour) * rng.uniform(0.7, 1.0), 0.003, 1)
    tint = shades(rng, shade, count)
    if rng.chance(0.2):  # grey hairs come to the beard first
        tint = np.where(rng.random((count, 1)) < rng.uniform(0.1, 0.5), shades(rng, np.full(3, 0.4), count), tint)
    add_strands(strands, beard.radius * (1 - 0.6 * t), hair_material(rng), name="beard", colour=tint)


def short_strands(
    rng: Rng, points: Points, normals: Points, length: Reals, ways: Points, *, lift: float, points_each: int = 5
) -> Points:
    """Straight hairs (N, P, 3) that lie along `ways`; `lift` 0 flat to 1 upright."""
    along = ways - normals * (ways * normals).sum(1, keepdims=True)
    way = unit(normals * lift + unit(along) * (1 - lift) + rng.normal(size=points.shape) * 0.18)
    t = np.linspace(0, 1, points_each)[None, :, None]
    return points[:, None] + way[:, None] * t * length[:, None, None]


def _curled(rng: Rng, strands: Points, length: Reals, radius: float) -> Points:
    first, second = frames(strands)
    t = np.linspace(0, 1, strands.shape[1])
    angle = t * length[:, None] / 0.012 * TAU + rng.uniform(0, TAU, (len(strands), 1))
    swing = first * np.sin(angle)[..., None] + second * np.cos(angle)[..., None]
    return strands + swing * radius * np.minimum(1, t * 3)[:, None]
