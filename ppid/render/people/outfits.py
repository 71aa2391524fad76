"""Whole outfits that come with MakeHuman's data: shape and fit; their colours are made up."""

from __future__ import annotations

import functools

import numpy as np

from ppid.render.people.fabrics import WOVEN, cloth, wardrobe_colour
from ppid.render.people.figure import Figure
from ppid.render.people.makehuman import Garment, MakeHuman
from ppid.render.rng import Rng
from ppid.render.scene import add_mesh, subdivide
from ppid.render.shapes import Faces, Points, Shape
from ppid.render.shot import Attributes

OUTFITS = {
    "male": [f"male_casualsuit0{i}" for i in range(1, 7)] + ["male_elegantsuit01", "male_worksuit01"],
    "female": ["female_casualsuit01", "female_casualsuit02", "female_elegantsuit01", "female_sportsuit01"],
}
SHOES = "shoes01"
_BELT = 0.8  # decimetres: lower pieces are trousers and skirts


def put_on_outfit(rng: Rng, figure: Figure, attributes: Attributes) -> tuple[Shape, Faces]:
    """Add an outfit; returns it and the vertices of the base mesh that it hides."""
    name = rng.pick(OUTFITS[attributes["gender"]])
    attributes["outfit"] = name
    garment = figure.makehuman.garment(name)
    vertices = _posed(figure, garment)
    piece = _pieces(figure.makehuman, name)
    tints, image = _colours(rng, garment, piece)
    colours = np.ones((len(vertices), 3))
    colours[garment.faces.ravel()] = tints[np.repeat(piece, 4)]
    surface = np.zeros((len(vertices), 2))
    surface[garment.faces.ravel()] = garment.uv[garment.face_uv.ravel()]
    material = cloth(rng, (0.5, 0.5, 0.5), image, tinted=True)
    shape = vertices, garment.faces
    target = add_mesh(shape, material, name="outfit", colour=colours, surface=surface * rng.uniform(1, 4))
    subdivide(target, 1)
    return shape, garment.hides


def put_on_shoes(rng: Rng, figure: Figure) -> Faces:
    """Add shoes; returns the vertices of the base mesh that they hide."""
    garment = figure.makehuman.garment(SHOES)
    material = cloth(rng, wardrobe_colour(rng))
    subdivide(add_mesh((_posed(figure, garment), garment.faces), material, name="shoes"), 1)
    return garment.hides


def _posed(figure: Figure, garment: Garment) -> Points:
    return figure.place(figure.makehuman.fit(garment, figure.shape), garment.weights)


def _colours(rng: Rng, garment: Garment, piece: Faces) -> tuple[Points, Points | None]:
    """Linear RGB (P, 3) of the pieces, and a pattern (H, W, 3) that some of the upper ones have."""
    upper, lower = wardrobe_colour(rng), wardrobe_colour(rng)
    count = piece.max() + 1
    height = np.array([garment.heights[garment.faces[piece == i]].mean() for i in range(count)])
    large = np.bincount(piece) > 150
    tints = np.array([wardrobe_colour(rng) if large[i] and rng.chance(0.7) else upper for i in range(count)])
    tints[height < _BELT] = lower
    if rng.chance(0.38):
        return tints, None
    pattern = rng.named({name: weight for name, (weight, _) in WOVEN.items()})
    image = WOVEN[pattern][1](rng, upper)
    patterned = (height >= _BELT) & (rng.random(count) < 0.8)
    mean = np.maximum(image.mean((0, 1)), 0.02)
    # The material multiplies: pieces without the pattern cannot escape it, but they keep their colour on average.
    tints = np.where(patterned[:, None], 1.0, np.clip(tints / mean, 0, 1.5))
    return tints, image


@functools.cache
def _pieces(makehuman: MakeHuman, name: str) -> Faces:
    """(F,) which connected piece of the texture's layout each face is in: shirt, trousers, lapels, belt ..."""
    face_uv = makehuman.garment(name).face_uv
    parent = np.arange(face_uv.max() + 1)

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = int(parent[i])
        return i

    for corners in face_uv:
        first = root(int(corners[0]))
        for corner in corners[1:]:
            parent[root(int(corner))] = first
    roots = np.array([root(int(corners[0])) for corners in face_uv])
    return np.unique(roots, return_inverse=True)[1]
