"""Fur: animals and their portraits, plush toys, birds and feathers, wigs, coats, carpets, brushes and hats."""

from __future__ import annotations

from collections.abc import Callable

from ppid.render import camera
from ppid.render.develop import random_look
from ppid.render.light import light
from ppid.render.objects.furry import things
from ppid.render.objects.furry.animals import animal, portrait
from ppid.render.objects.furry.birds import bird
from ppid.render.objects.furry.brushes import brush
from ppid.render.objects.furry.feathers import feathers_alone, wings_alone
from ppid.render.objects.furry.growth import Staged, View, grow
from ppid.render.objects.furry.insects import insect
from ppid.render.objects.furry.plush import plush
from ppid.render.objects.soft_edges import even_colours
from ppid.render.rng import Rng
from ppid.render.shot import Attributes, Bounces, Highlights, Shot

_ANIMALS = {
    "cat": 4,
    "dog": 5,
    "husky": 1,
    "fox": 2,
    "bear": 2,
    "panda": 1,
    "lion": 1,
    "tiger": 1,
    "raccoon": 1,
    "koala": 1,
    "rabbit": 3,
    "mouse": 1.5,
    "hamster": 1.5,
    "squirrel": 1.5,
    "sheep": 2,
    "alpaca": 1,
    "cow": 1,
    "horse": 2,
}  # how often, of the animals
_PORTRAITS = {"horse": 0.8, "cow": 0.6}  # how often only the head and breast; else 0.45


def _animal(rng: Rng, attributes: Attributes) -> Staged:
    name = rng.named(_ANIMALS)
    attributes["animal"] = name
    maker = portrait if rng.chance(_PORTRAITS.get(name, 0.45)) else animal
    return maker(rng, attributes, name)


SUBJECTS: dict[str, tuple[float, Callable[[Rng, Attributes], Staged]]] = {
    "animal": (50, _animal),
    "plush": (14, plush),
    "bird": (13, bird),
    "feathers": (4, feathers_alone),
    "wings": (3, wings_alone),
    "pompoms": (2, things.pompoms),
    "hat": (2.5, things.hat),
    "boa": (2, things.boa),
    "wig": (3.5, things.wig),
    "collar": (1.5, things.collar),
    "coat": (3, things.coat),
    "rug": (3, things.rug),
    "brush": (4, brush),
    "cushion": (2, things.cushion),
    "insect": (3, insect),
}  # name: how often, maker
# Many small lights would need far more samples on hair, and a night is dark.
_SURROUNDS = {"sky": 2, "studio": 3, "room": 3, "sunset": 1, "forest": 1, "overcast": 2}


def build(rng: Rng, attributes: Attributes, side: int) -> Shot:
    """Fill the scene with something furry, lights and the camera; say how it is rendered."""
    subject = rng.named({name: weight for name, (weight, _) in SUBJECTS.items()})
    attributes["subject"] = subject
    staged = SUBJECTS[subject][1](rng, attributes)
    light(rng, staged.towards_camera, attributes, kind=rng.named(_SURROUNDS))
    portrayed = staged.held is not None
    framing = camera.Framing(fill=rng.uniform(0.7, 1.1) if portrayed else None, cut=0.15, trim=0.3)
    seen = camera.fit(rng, staged.towards_camera, (side, side), attributes, framing, staged.extent())
    view = View(seen, side)
    for growth in staged.growths:
        grow(rng, growth, view)
    return Shot(
        size=(side, side),
        samples=8,
        coverage_samples=56 if attributes["defocus"] else 36,
        bounces=Bounces(2, 1, 1, 1, 4),
        additive=False,
        exposure=Highlights(rng.uniform(0.55, 0.85)),
        look=random_look(rng),
        retouch=even_colours,
    )
