"""Surfaces of things beyond the everyday materials: leather, gold, bread, print."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from ppid.render.colour import hsv, linear, random_colour
from ppid.render.materials import Material
from ppid.render.rng import Rng


def _leather(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    if colour is None:
        brown = linear(hsv(rng.uniform(0.02, 0.09), rng.uniform(0.4, 0.8), rng.uniform(0.1, 0.6)))
        colour = rng.pick([brown, brown, np.full(3, rng.uniform(0.01, 0.03)), random_colour(rng, (0.2, 0.9))])
    material.set(Base_Color=colour, Roughness=rng.uniform(0.25, 0.6))
    grain = material.node("TexVoronoi", Vector=material.coordinates(rng.uniform(18, 40), rng))
    material.bump(grain.outputs[0], rng.uniform(0.1, 0.3), 0.02)


def _gold(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    shades = [(1.0, 0.77, 0.34), (1.0, 0.77, 0.34), (0.95, 0.93, 0.9), (0.95, 0.6, 0.45), (0.7, 0.45, 0.2)]
    material.set(
        Base_Color=rng.pick(shades) if colour is None else colour, Metallic=1.0, Roughness=rng.uniform(0.05, 0.25)
    )


def _chrome(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    material.set(
        Base_Color=(0.85, 0.85, 0.86) if colour is None else colour, Metallic=1.0, Roughness=rng.uniform(0.03, 0.2)
    )


def _steel(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    """Ground or brushed: fine lines in one direction."""
    grey = rng.uniform(0.3, 0.75) * np.array([1, 1, 1.02])
    material.set(Base_Color=grey if colour is None else colour, Metallic=1.0, Roughness=rng.uniform(0.12, 0.45))
    if rng.chance(0.5):
        place = material.node("Mapping", Vector=material.coordinates(1.0), Scale=(60, 60, 2))
        lines = material.node("TexNoise", Vector=place.outputs[0], Scale=2.0, Detail=2.0)
        material.bump(lines.outputs[0], rng.uniform(0.05, 0.2), 0.01)


def _wood(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    """Planed wood: grain along one axis, darker lines in it, oiled, painted thinly or bare."""
    light = linear(hsv(rng.uniform(0.05, 0.1), rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.9)))
    light = light if colour is None else np.asarray(colour, float)
    dark = light * np.array([0.55, 0.48, 0.42]) * rng.uniform(0.6, 1.2)
    fine = rng.uniform(6, 14)
    stretch = rng.pick([(fine, fine, fine / 14), (fine, fine / 14, fine), (fine / 14, fine, fine)])
    place = material.node("Mapping", Vector=material.coordinates(1.0), Scale=stretch)
    place.inputs["Location"].default_value = tuple(rng.uniform(-9, 9, 3))
    grain = material.node("TexNoise", Vector=place.outputs[0], Scale=1.0, Detail=5.0, Distortion=rng.uniform(0, 0.6))
    shades = material.ramp(grain.outputs[0], [(0.3, dark), (0.5, light * 0.85), (0.7, light)])
    material.set(Base_Color=shades, Roughness=rng.uniform(0.25, 0.7), Coat_Weight=rng.pick([0.0, 0.0, 0.5]))
    material.bump(grain.outputs[0], rng.uniform(0.05, 0.2), 0.02)


def _paper(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    white = linear(hsv(rng.uniform(0.08, 0.15), rng.uniform(0, 0.15), rng.uniform(0.85, 0.97)))
    material.set(Base_Color=white if colour is None else colour, Roughness=0.85)


def _card(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    kraft = linear(hsv(0.09, rng.uniform(0.3, 0.5), rng.uniform(0.55, 0.8)))
    material.set(Base_Color=kraft if colour is None else colour, Roughness=0.8)
    fibre = material.node("TexNoise", Vector=material.coordinates(rng.uniform(8, 20), rng), Detail=5.0)
    material.bump(fibre.outputs[0], 0.1, 0.02)


def _bread(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    """Crust: pale to dark brown in patches, matt and uneven."""
    pale = linear(hsv(0.09, rng.uniform(0.4, 0.6), rng.uniform(0.75, 0.95))) if colour is None else np.asarray(colour)
    dark = pale * np.array([0.6, 0.44, 0.3])
    patches = material.node("TexNoise", Vector=material.coordinates(rng.uniform(1.5, 3), rng), Detail=5.0).outputs[0]
    material.set(Base_Color=material.ramp(patches, [(0.35, dark), (0.65, pale)]), Roughness=rng.uniform(0.45, 0.8))
    grain = material.node("TexNoise", Vector=material.coordinates(rng.uniform(8, 14), rng), Detail=4.0).outputs[0]
    material.bump(grain, 0.35, 0.04)


def _peel(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    """Fruit: two near hues that run into each other, with fine dots."""
    base = random_colour(rng, (0.6, 0.95), (0.5, 0.95)) if colour is None else np.asarray(colour, float)
    other = np.clip(base * rng.uniform(0.45, 1.5, 3), 0, 0.95)
    clouds = material.node("TexNoise", Vector=material.coordinates(rng.uniform(1, 2.5), rng), Detail=3.0).outputs[0]
    material.set(
        Base_Color=material.ramp(clouds, [(0.35, base), (0.75, other)]),
        Roughness=rng.uniform(0.2, 0.45),
        Coat_Weight=0.3,
    )
    pores = material.node("TexVoronoi", Vector=material.coordinates(rng.uniform(18, 30), rng))
    material.bump(pores.outputs[0], rng.uniform(0.02, 0.15), 0.02)


def _knit(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    shade = random_colour(rng) if colour is None else colour
    place = material.coordinates(1.0)
    ribs = material.node("TexWave", {"bands_direction": "X"}, Vector=place, Scale=rng.uniform(8, 14)).outputs[1]
    rows = material.node("TexWave", {"bands_direction": "Z"}, Vector=place, Scale=rng.uniform(14, 22)).outputs[1]
    material.set(Base_Color=shade, Roughness=0.95, Sheen_Weight=rng.uniform(0.3, 0.7))
    relief = material.bump(ribs, 0.6, 0.03)
    material.bump(rows, 0.4, 0.02, onto=relief)


def _wicker(rng: Rng, material: Material, colour: ArrayLike | None) -> None:
    straw = linear(hsv(rng.uniform(0.08, 0.12), rng.uniform(0.3, 0.6), rng.uniform(0.5, 0.9)))
    straw = straw if colour is None else np.asarray(colour)
    weave = material.node("TexBrick", Vector=material.coordinates(rng.uniform(5, 9)), Scale=2.0, Color1=straw)
    material.connect(weave, "Color2", straw * 0.75)
    material.connect(weave, "Mortar", straw * 0.3)
    material.set(Base_Color=weave.outputs[0], Roughness=0.7)
    material.bump(weave.outputs[1], -0.5, 0.03)


SURFACES: dict[str, Callable[[Rng, Material, ArrayLike | None], None]] = {
    "leather": _leather,
    "gold": _gold,
    "chrome": _chrome,
    "steel": _steel,
    "wood": _wood,
    "paper": _paper,
    "card": _card,
    "bread": _bread,
    "peel": _peel,
    "knit": _knit,
    "wicker": _wicker,
}
