"""Clips of what sways in a draught: cloth and nets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ppid.render import camera
from ppid.render.camera import Framing
from ppid.render.develop import random_look
from ppid.render.light import light
from ppid.render.objects.lace_net import towards_camera
from ppid.render.objects.woven.cloths import CLOTHS
from ppid.render.objects.woven.nets import NETS
from ppid.render.objects.woven.sheets import Mover, Subjects
from ppid.render.objects.woven.sheets import View as Seen
from ppid.render.rng import Rng
from ppid.render.scene import all_points, clear
from ppid.render.shapes import Points
from ppid.render.shot import Attributes, Bounces, Highlights, Shot, Size

Frames = Callable[[Rng, Attributes, Size, int], Iterator[Shot]]

_LEAST_MOVEMENT = 0.04
_TRIES = 20  # draws until a subject sways


def _hanging(subjects: Subjects) -> Frames:
    """Frames of one of `subjects` that hangs freely."""

    def frames(rng: Rng, attributes: Attributes, size: Size, count: int) -> Iterator[Shot]:
        turns = rng.whole(1, 2)
        for _ in range(_TRIES):
            view, movers = _draw(rng, attributes, subjects)
            held = _swept(movers, turns)
            if _movement(held) > _LEAST_MOVEMENT:
                break
        direction = towards_camera(rng, view)
        light(rng, direction, attributes)
        still = Framing(cut=0.3, defocus=0.1, motion_blur=0)
        camera.fit(rng, direction, size, attributes, still, np.concatenate(held))
        shot = Shot(
            size=size,
            samples=40,
            denoise=False,
            bounces=Bounces(total=1, diffuse=1, glossy=1, transmission=1, transparent=14),
            additive=False,
            exposure=Highlights(target=rng.uniform(0.6, 0.9)),
            look=random_look(rng),
        )
        for k in range(count):
            for move in movers:
                move(turns * k / count)
            yield shot

    return frames


def _swept(movers: list[Mover], turns: int) -> list[Points]:
    """Where everything is at eight moments."""
    held = []
    for share in np.linspace(0, 1, 8, endpoint=False):
        for move in movers:
            move(turns * share)
        held.append(all_points(4000))
    return held


def _movement(held: list[Points]) -> float:
    """How far points move at most, over the size of all."""
    return float(np.ptp(np.stack(held), 0).max() / np.ptp(np.concatenate(held), 0).max())


def _draw(rng: Rng, attributes: Attributes, subjects: Subjects) -> tuple[Seen, list[Mover]]:
    clear()
    subject = rng.named({name: weight for name, (weight, _, _) in subjects.items()})
    attributes["subject"] = subject
    _, maker, view = subjects[subject]
    return view, maker(rng, attributes)


CLIPS: dict[str, Frames] = {"curtain": _hanging(CLOTHS), "net": _hanging(NETS)}
