"""Lace, nets and other things with holes: cloth, netting, wirework, webs, fringes and clear film.

Alpha is rendered apart, with more samples than colour (see `lace_coverage`). Colour is not denoised, since beside thin
threads that leaves fringes; but film has none.
"""

from __future__ import annotations

import numpy as np

from ppid.render import camera, light
from ppid.render.camera import Framing
from ppid.render.develop import random_look
from ppid.render.objects.woven.cloths import CLOTHS
from ppid.render.objects.woven.coverage import coverage
from ppid.render.objects.woven.films import FILMS
from ppid.render.objects.woven.nets import NETS
from ppid.render.objects.woven.sheets import Mover, Subjects, View
from ppid.render.objects.woven.threads import THREADS
from ppid.render.objects.woven.wicker import WICKER
from ppid.render.objects.woven.wirework import WIREWORK
from ppid.render.rng import Rng
from ppid.render.shapes import Points
from ppid.render.shot import Attributes, Bounces, Highlights, Shot

GROUPS: dict[str, tuple[float, Subjects]] = {
    "cloth": (5, CLOTHS),
    "net": (3, NETS),
    "wire": (1.8, WIREWORK),
    "wicker": (1.2, WICKER),
    "thread": (2, THREADS),
    "film": (1.5, FILMS),
}  # sort of subjects: how often, its subjects
_BOUNCES = Bounces(total=1, diffuse=1, glossy=1, transmission=1, transparent=14)


def add_subject(rng: Rng, attributes: Attributes) -> tuple[View, list[Mover]]:
    """Add a random subject; returns where it is seen from and what of it may sway, for clips."""
    group = rng.named({name: weight for name, (weight, _) in GROUPS.items()})
    subjects = GROUPS[group][1]
    subject = rng.named({name: weight for name, (weight, _, _) in subjects.items()})
    attributes.update(group=group, subject=subject)
    _, maker, view = subjects[subject]
    return view, maker(rng, attributes)


def towards_camera(rng: Rng, view: View) -> Points:
    """A direction that a view allows."""
    direction = camera.view_direction(rng, view.elevation, view.azimuth)
    return direction * np.array([1, -1, 1]) if view.behind and rng.chance(0.25) else direction


def build(rng: Rng, attributes: Attributes, side: int) -> Shot:
    """Fill the cleared scene with a subject, lights and the camera."""
    view, _ = add_subject(rng, attributes)
    direction = towards_camera(rng, view)
    light.light(rng, direction, attributes)
    camera.fit(rng, direction, (side, side), attributes, Framing(cut=0.25, defocus=0.15))
    film = attributes["group"] == "film"
    # What fills the frame is large in it, so it needs fewer samples for the same fineness, and costs most. Blur has no
    # edges, only grain.
    share = float(np.clip(0.8 / attributes["fill"], 0.6, 1.0))
    blurred = attributes["defocus"] or attributes["motion_blur"]
    return Shot(
        size=(side, side),
        samples=round((32 if blurred else 18) * share),
        denoise=film,
        bounces=_BOUNCES,
        additive=film,
        exposure=Highlights(target=rng.uniform(0.6, 0.9)),
        look=random_look(rng),
        retouch=coverage((side, side), round(36 * share)),
    )
