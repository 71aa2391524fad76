"""Hair of the scalp: where it grows, its colour, and how it is styled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import bpy
import numpy as np
from mathutils.bvhtree import BVHTree
from numpy.typing import ArrayLike, NDArray

from ppid.render.colour import hsv, linear, random_colour
from ppid.render.materials import Material
from ppid.render.people.figure import Figure
from ppid.render.people.hair_growth import (
    Reals,
    Roots,
    Strands,
    Variation,
    chosen_roots,
    fill_in,
    grow_guides,
    off_the_face,
)
from ppid.render.people.hair_tied import apart, bands, bun, felted, plaits, ties_of
from ppid.render.people.hairstyles import REGIONS, STYLES, Style, bare
from ppid.render.people.makehuman import BODY
from ppid.render.people.on_skin import sampled
from ppid.render.rng import Rng
from ppid.render.scene import add_strands
from ppid.render.shapes import Points, Shape
from ppid.render.shot import Attributes

COLOURS = ("black", "darkbrown", "brown", "lightbrown", "blond", "platinum", "red", "grey", "white", "dyed")
_MELANIN = {"black": 0.95, "darkbrown": 0.78, "brown": 0.6, "lightbrown": 0.45, "blond": 0.22, "platinum": 0.06}
_DARK, _LIGHT = np.array([0.012, 0.009, 0.008]), np.array([0.55, 0.40, 0.22])
_GUIDES, _CANDIDATES = 420, 70000


class Rim(Protocol):
    """A hat, as hair meets it."""

    @property
    def shapes(self) -> list[Shape]:
        """What hair runs into."""

    def __call__(self, places: Points) -> NDArray[np.bool_]:
        """Whether hair may grow at places (N, 3) in the head's axes and radii."""


def colour(rng: Rng, attributes: Attributes) -> Points:
    """Linear RGB of `attributes["hair_colour"]`, one of `COLOURS`."""
    name = attributes["hair_colour"]
    if name == "dyed":
        return linear(hsv(rng.uniform(), rng.uniform(0.4, 0.9), rng.uniform(0.25, 0.8)))
    if name in ("grey", "white"):
        grey = rng.uniform(0.35, 0.6) if name == "grey" else rng.uniform(0.7, 0.9)
        return linear(np.array([1, 0.99, 0.97]) * grey)
    if name == "red":
        return linear(np.array([0.45, 0.2, 0.1]) * rng.uniform(0.7, 1.3))
    melanin = _MELANIN[name]
    return np.exp(np.log(_DARK) * melanin + np.log(_LIGHT) * (1 - melanin)) * rng.uniform(0.75, 1.3)


def hairline(points_rest: ArrayLike, shift: float = 0.0) -> Reals:
    """0 below the hairline to 1 on the scalp, at points (..., 3) in MakeHuman's decimetres; `shift` raises the brow."""
    x, y, z = np.moveaxis(np.asarray(points_rest, float), -1, 0)
    line = np.interp(z, [-0.4, 0.15, 0.32, 0.50, 0.62, 0.85, 1.1, 1.6], [6.6, 6.62, 7.02, 7.28, 7.62, 7.90, 8.0, 8.02])
    peak = 0.04 * np.cos(np.clip(np.abs(x) * 7, 0, np.pi)) * (z > 0.8)
    return np.clip((y - line - shift * np.clip((z - 0.3) / 0.4, 0, 1) + peak) / 0.09, 0, 1)


def hair_material(rng: Rng, gloss: float = 0.0) -> bpy.types.Material:
    """What strands are made of; their colours are given with them."""
    rough = rng.uniform(0.3, 0.55) * (1 - 0.55 * gloss)
    material = Material("hair", Roughness=rough, Specular_IOR_Level=rng.uniform(0.2, 0.6) + 0.4 * gloss)
    return material.set(Base_Color=material.vertex_colour()).data


def shades(rng: Rng, base: ArrayLike, count: int) -> Points:
    """Linear RGB (count, 3) of single strands: some darker, some lighter."""
    return np.clip(np.asarray(base) * rng.uniform(0.65, 1.45, (count, 1)), 0.002, 1)


def grow_scalp(
    rng: Rng,
    attributes: Attributes,
    figure: Figure,
    colour: Points,
    collide: list[Shape],
    rim: Rim | None = None,
) -> None:
    """Add the hair that `attributes["hair"]` names, of `STYLES`.

    Args:
        rng: draws the rest.
        attributes: also has `hairline` (decimetres by which it is higher); gets `hair_tint` if it lacks it.
        figure: whose it is.
        colour: linear RGB.
        collide: shells of clothes.
        rim: of a hat.
    """
    name = attributes["hair"]
    if name == "bald":
        return
    if name == "receding":
        name = rng.pick(["crop", "sidepart", "buzz", "slick"])
    if rim is not None:
        name = _UNDER_HATS.get(name, name)
    attributes.setdefault("hair_tint", _natural_tint(rng, attributes))
    style = STYLES[name]
    scalp = _Scalp.of(rng, attributes, figure, style, collide, rim)
    paint = TINTS[attributes["hair_tint"]](rng, np.asarray(colour))
    radius = rng.uniform(0.00011, 0.00019) * (1.25 if style.curl else 1.0)
    materials = {gloss: hair_material(rng, gloss) for gloss in (0.0, style.gloss)}
    for strands, gloss in scalp.grow(style):
        material = materials[gloss]
        painted = paint(strands) * (1 - 0.35 * gloss)
        add_strands(strands.points, strands.thickness * radius, material, name="hair", colour=painted)


# Hats press hair down: what stands up is worn flat.
_UNDER_HATS = {
    "quiff": "crop",
    "tousled": "crop",
    "curlyshort": "crop",
    "afroshort": "buzz",
    "mohawk": "crop",
    "fauxhawk": "crop",
    "crew": "crop",
    "spacebuns": "long",
    "ponytail": "longback",
    "halfup": "longback",
    "bun": "slick",
    "messybun": "slick",
    "afro": "afroshort",
}


class _Scalp:
    """Roots of one head, and what its hair runs into."""

    def __init__(
        self, rng: Rng, figure: Figure, candidates: Roots, density: Reals, body: BVHTree, covered: bool
    ) -> None:
        self.rng, self.figure, self.body = rng, figure, body
        self.candidates, self.density, self.covered = candidates, density, covered

    @classmethod
    def of(
        cls, rng: Rng, attributes: Attributes, figure: Figure, style: Style, collide: list[Shape], rim: Rim | None
    ) -> _Scalp:
        makehuman, head = figure.makehuman, figure.head
        skin = sampled(rng, figure, makehuman.faces[makehuman.scalp_faces], _CANDIDATES)
        places = (skin.points - head.centre) @ head.turn / head.radius
        density = hairline(skin.raw, float(attributes["hairline"]))
        if attributes["hair"] == "receding":
            bare = (places[:, 2] > 0.45 + 0.1 * rng.normal()) & (places[:, 1] < 0.55)
            density = density * np.where(bare, rng.pick([0.0, 0.06]), 1.0)
        if rim is not None:
            density = density * rim(places)
        shapes = [*collide, *(rim.shapes if rim is not None else [])]
        longest = max(style.length, STYLES[style.elsewhere].length if style.elsewhere else 0.0)
        body = _obstacles(figure, shapes, 0.2 + 1.4 * longest)
        kept = density > 0
        return cls(
            rng,
            figure,
            Roots(skin.points[kept], skin.normals[kept], places[kept]),
            density[kept],
            body,
            rim is not None,
        )

    def grow(self, style: Style) -> list[tuple[Strands, float]]:
        """Strands and their gloss, piece by piece."""
        if not len(self.candidates):
            return []
        how = Variation.draw(self.rng, style)
        if self.covered:
            how = how.flattened()
        inside = REGIONS[style.region](self.candidates.places) if style.region else np.ones(len(self.density), bool)
        pieces = self._piece(style, how, self.density * inside)
        if style.elsewhere:
            other = STYLES[style.elsewhere]
            share = 1 - inside.mean() if other.short else 0.75
            other = replace(other, strands=int(other.strands * share))
            # The regions overlap a little, or skin shows between them.
            outside = ~inside | (self.rng.random(len(inside)) < 0.12)
            pieces += self._piece(other, replace(how, fringe=0.05), self.density * outside)
        return pieces

    def _piece(self, style: Style, how: Variation, density: Reals) -> list[tuple[Strands, float]]:
        rng, head = self.rng, self.figure.head
        if (density > 0).sum() < 50 or not style.strands:  # under a hat all of a region may be of one style
            return []
        if style.locks:
            return self._locks(style, how, density)
        ties = ties_of(rng, style, head, self.body) if style.ties else None
        seeds = chosen_roots(rng, self.candidates, density, _GUIDES if not style.short else 300)
        guides = grow_guides(rng, style, how, seeds, head, self.body, ties)
        if style.comb in ("part", "fringe") or style.ties in ("two", "high"):
            density = density * (1 + 5 * bare(style.comb, self.candidates.places, how.parting))
        roots = chosen_roots(rng, self.candidates, density, style.strands)
        filled = fill_in(rng, style, how, guides, seeds, roots)
        pieces = [filled if style.short else off_the_face(rng, filled, head)]
        if ties is not None and style.ends in ("bun", "messy_bun"):
            pieces.append(bun(rng, ties, style.ends == "messy_bun"))
        elif ties is not None and style.ends == "plait":
            pieces.append(plaits(rng, how, ties, head, self.body))
        elif ties is not None:
            bands(rng, ties, 0.012 if style.ties == "back" else 0.008)
        return [(piece, style.gloss) for piece in pieces]

    def _locks(self, style: Style, how: Variation, density: Reals) -> list[tuple[Strands, float]]:
        rng, head = self.rng, self.figure.head
        seeds = apart(rng, self.candidates.some(density > 0.5), style.locks)
        guides = grow_guides(rng, style, how, seeds, head, self.body)
        short = replace(STYLES["stubbled"], strands=9000)
        roots = chosen_roots(rng, self.candidates, density, short.strands)
        ground = grow_guides(rng, short, how, seeds, head, self.body)
        return [(felted(rng, style, guides), 0.0), (fill_in(rng, short, how, ground, seeds, roots), 0.0)]


def _obstacles(figure: Figure, shapes: list[Shape], reach: float) -> BVHTree:
    """The body and what is on it, up to `reach` metres from the middle of the head."""
    makehuman = figure.makehuman
    vertices: list[Points] = []
    polygons: list[list[int]] = []
    offset = 0
    for points, faces in [(figure.vertices[:BODY], makehuman.faces[makehuman.groups["body"]]), *shapes]:
        near = np.linalg.norm(points - figure.head.centre, axis=1) < reach
        polygons += (faces[near[faces].any(1)] + offset).tolist()
        vertices.append(points)
        offset += len(points)
    return BVHTree.FromPolygons(np.concatenate(vertices).tolist(), polygons)


Painter = Callable[[Strands], Points]  # linear RGB (K, 3) or (K, P, 3) of strands


def _plain(rng: Rng, base: Points) -> Painter:
    return lambda strands: shades(rng, base, len(strands.points))


def _salted(rng: Rng, base: Points) -> Painter:
    """Grey strands among the others."""
    share, grey = rng.uniform(0.08, 0.6), np.full(3, rng.uniform(0.25, 0.5))

    def paint(strands: Strands) -> Points:
        count = len(strands.points)
        is_grey = rng.random((count, 1)) < share
        return np.where(is_grey, shades(rng, grey, count), shades(rng, base, count))

    return paint


def _highlights(rng: Rng, base: Points) -> Painter:
    """Some locks lighter."""
    light = np.clip(base * rng.uniform(1.8, 4) + np.array([0.05, 0.03, 0.01]), 0, 0.8)
    share = rng.uniform(0.12, 0.4)

    def paint(strands: Strands) -> Points:
        count = len(strands.points)
        lighter = rng.random(strands.guide.max() + 1) < share
        chosen = lighter[strands.guide] & (rng.random(count) < 0.8)
        return np.where(chosen[:, None], shades(rng, light, count), shades(rng, base, count))

    return paint


def _towards_tips(rng: Rng, base: Points, tips: Points, start: float, end: float) -> Painter:
    """From one colour to another between two places along the strands."""

    def paint(strands: Strands) -> Points:
        count, points, _ = strands.points.shape
        t = np.linspace(0, 1, points)[None] + rng.normal(0, 0.06, (count, 1))
        share = np.clip((t - start) / (end - start), 0, 1)[..., None]
        return np.clip((base * (1 - share) + tips * share) * rng.uniform(0.65, 1.45, (count, 1, 1)), 0.002, 1)

    return paint


def _ombre(rng: Rng, base: Points) -> Painter:
    light = np.clip(base * 3 + np.array([0.18, 0.11, 0.05]), 0, 0.8)
    tips = light if rng.chance(0.7) else random_colour(rng, (0.5, 0.95), (0.5, 0.9))
    start = rng.uniform(0.2, 0.5)
    return _towards_tips(rng, base, tips, start, start + rng.uniform(0.2, 0.5))


def _roots(rng: Rng, base: Points) -> Painter:
    """Dye that has grown out."""
    dyed = _LIGHT * 1.2 if rng.chance(0.7) else random_colour(rng, (0.3, 0.9), (0.5, 0.95))
    start = rng.uniform(0.08, 0.2)
    return _towards_tips(rng, base, dyed, start, start + 0.15)


def _split(rng: Rng, base: Points) -> Painter:
    """Another colour on one side."""
    other = random_colour(rng, (0.5, 0.95), (0.4, 0.9))

    def paint(strands: Strands) -> Points:
        count = len(strands.points)
        left = strands.points[:, :1, 0] > np.median(strands.points[:, 0, 0])
        return np.where(left, shades(rng, other, count), shades(rng, base, count))

    return paint


TINTS: dict[str, Callable[[Rng, Points], Painter]] = {
    "plain": _plain,
    "salted": _salted,
    "highlights": _highlights,
    "ombre": _ombre,
    "roots": _roots,
    "split": _split,
}


def _natural_tint(rng: Rng, attributes: Attributes) -> str:
    if attributes["hair_colour"] == "grey":
        return rng.named({"salted": 0.6, "plain": 0.4})
    if attributes["hair_colour"] != "dyed" and attributes.get("age") in ("middle", "old") and rng.chance(0.35):
        return "salted"
    if attributes.get("gender") == "male":
        return rng.named({"plain": 0.93, "highlights": 0.04, "roots": 0.02, "split": 0.01})
    return rng.named({"plain": 0.66, "highlights": 0.15, "ombre": 0.1, "roots": 0.07, "split": 0.02})
