"""People with exact alpha, made of MakeHuman's CC0 data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ppid.render.develop import bleed, random_look
from ppid.render.people import (
    accessories,
    face,
    facial_hair,
    framing,
    garments,
    hair,
    hair_motion,
    headwear,
    identity,
    lighting,
    outfits,
    poses,
    props,
    skin,
)
from ppid.render.people import makehuman as data
from ppid.render.people.figure import SIDES, Figure
from ppid.render.people.makehuman import BODY, MakeHuman
from ppid.render.rng import Rng
from ppid.render.shapes import rotation
from ppid.render.shot import Attributes, Bounces, Linear, Shot, Size

__all__ = ["build", "load", "shoot", "stand"]

_TO_KEEP = ("gender", "age", "skin_tone", "hair", "hair_colour", "beard", "pose", "clothes", "hat", "glasses")
_GARMENTS = (*outfits.OUTFITS["male"], *outfits.OUTFITS["female"], outfits.SHOES, headwear.FEDORA)


def load(folder: Path) -> MakeHuman:
    """Read MakeHuman's data.

    Raises:
        UserError: something that people are made of is missing or damaged.
    """
    clothes = [f"clothes/{name}.{suffix}" for name in _GARMENTS for suffix in ("obj", "mhclo")]
    return data.load(folder, later=[*clothes, *(f"targets/{name}" for name in identity.TARGETS)])


def build(rng: Rng, attributes: Attributes, side: int, makehuman: MakeHuman, *, passing: bool = False) -> Shot:
    """Fill the (already cleared) scene with a person, now and then with another one beside, lights and the camera.

    Args:
        rng: decides everything.
        attributes: gets all that was drawn.
        side: of a square picture; others have 7/8 and 9/8 of it.
        makehuman: from `load`.
        passing: seen from head to foot and from any side, as passers-by are.
    """
    attributes.update(identity.sample(rng, passing=passing))
    people = [(attributes, stand(rng, attributes, makehuman))]
    if attributes["company"]:
        other = identity.sample(rng, company=True)
        people.append((other, _beside(rng, attributes["framing"], people[0][1], stand(rng, other, makehuman))))
        attributes["companion"] = {key: other[key] for key in _TO_KEEP}
    return shoot(rng, people, framing.size_of(attributes, side))


def shoot(
    rng: Rng,
    people: list[tuple[Attributes, Figure]],
    size: Size,
    framed: Sequence[Figure] | None = None,
    *,
    hair_grows: bool = True,
) -> Shot:
    """Fill the scene with figures, their clothes and hair, lights and the camera.

    Args:
        rng: decides the rest.
        people: what was drawn for each, and the figure; the first one's is what camera and light follow.
        size: (width, height) of the picture.
        framed: what the camera is aimed at, where that is not `people`: in a clip those of the first frame.
        hair_grows: false where the scene has their hair already.
    """
    attributes = people[0][0]
    # Apart from each other, so that light and clothes stay as they are from frame to frame whatever the figure does.
    seen, lit, developed, *dressed = rng.split(3 + len(people))
    view = framing.aim(seen, attributes, list(framed or [figure for _, figure in people]), size)
    for (drawn, figure), draws in zip(people, dressed, strict=True):
        _add(draws, drawn, figure, view, hair_grows)
    return Shot(
        size=size,
        samples=8,
        coverage_samples=96 if attributes["dof"] else 64,  # what is out of focus is grainy soonest
        threshold=0.2,
        bounces=Bounces(total=2, diffuse=1, glossy=1, transmission=2, transparent=8),
        additive=False,
        exposure=lighting.set_up(lit, attributes, view.towards, view.target),
        look=random_look(developed),
        retouch=_even_edges,
    )


def stand(
    rng: Rng, attributes: Attributes, makehuman: MakeHuman, expression: Mapping[str, float] | None = None
) -> Figure:
    """The body of a person who does what was drawn; `expression` replaces some of the drawn face targets."""
    targets = identity.shape_targets(rng, attributes, makehuman) | identity.expression_targets(rng, attributes)
    targets |= expression or {}
    return poses.strike(rng, attributes, makehuman, makehuman.shape(targets))


def _add(rng: Rng, attributes: Attributes, figure: Figure, view: framing.View, hair_grows: bool) -> None:
    """Everything of one person. Clothes come first: they say which skin is covered and what hair falls on."""
    cloth, hat, dye, body, look, beard, scalp, worn, held = rng.split(9)
    dressed = garments.dress(cloth, attributes, figure)
    rim = headwear.wear(hat, attributes, figure)
    colour = hair.colour(dye, attributes)
    skin.add_body(body, attributes, figure, colour, dressed.hidden)
    face.add(look, attributes, figure, view.place)
    if hair_grows:
        with hair_motion.grown():
            facial_hair.grow(beard, attributes, figure, colour)
            hair.grow_scalp(scalp, attributes, figure, colour, dressed.collide, rim)
    accessories.wear(worn, attributes, figure)
    props.add(held, attributes, figure)


def _beside(rng: Rng, kind: str, first: Figure, other: Figure) -> Figure:
    """The other figure, turned and moved to stand beside the first, or half behind."""
    side = rng.pick(list(SIDES.values()))
    turn = rotation((0, 0, 1), math.radians(-side * rng.uniform(-8, 28)))
    turned = Figure.of(other.makehuman, other.shape, other.pose.moved(turn, np.zeros(3)))
    apart = _half_width(first, side) + _half_width(turned, -side) + rng.uniform(-0.04, 0.07)
    shift = first.head.centre - turned.head.centre
    shift[:2] += (side * apart, rng.uniform(0.03, 0.4))
    if kind in ("three", "full"):
        shift[2] = first.vertices[:BODY, 2].min() - turned.vertices[:BODY, 2].min()
    else:
        shift[2] += rng.uniform(-0.14, 0.1)
    return Figure.of(other.makehuman, other.shape, other.pose.moved(turn, shift))


def _half_width(figure: Figure, side: float) -> float:
    """From the head's middle to the outside of the shoulder; elbows give way."""
    trunk = figure.vertices[:BODY][figure.makehuman.arm_place[:BODY] < 0.4]
    return float(((trunk[:, 0] - figure.head.centre[0]) * side).max())


def _even_edges(pixels: Linear) -> Linear:
    """Colours of half-covered pixels from solid ones beside: a few samples of a few hairs are too noisy for them."""
    alpha = pixels[..., 3]
    straight = pixels[..., :3] / np.maximum(alpha, 1e-3)[..., None]
    solid = np.clip((alpha - 0.1) / 0.5, 0, 1)
    weight = (solid * solid * (3 - 2 * solid)).astype(np.float32)
    even = bleed(straight.astype(np.float32), weight)
    return np.concatenate([even * alpha[..., None], alpha[..., None]], -1).astype(np.float32)
