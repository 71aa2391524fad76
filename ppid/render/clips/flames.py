"""Clips of fire and of smoke: the fields of pictures, whose turbulence moves. The last frame leads to the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from ppid.render.develop import random_look
from ppid.render.objects.burning import clouds, flames
from ppid.render.objects.burning.smoke import Smoke
from ppid.render.objects.burning.volumes import Subject, extent, place
from ppid.render.rng import Rng
from ppid.render.shot import Attributes, Highlights, Shot, Size

Frames = Callable[[Rng, Attributes, Size, int], Iterator[Shot]]
Moment = Callable[[float], Subject]  # what is there after a share of the clip

_FLAME_SPEED = 1 / 45  # periods of turbulence that pass in a frame
_SMOKE_SPEED = 1 / 160
_FIXED = Highlights(1.0, 1.0, 1.0)  # one exposure for all frames, or they would flicker


def flame_frames(rng: Rng, attributes: Attributes, size: Size, count: int) -> Iterator[Shot]:
    """Frames of a fire.

    Args:
        rng: draws which.
        attributes: gets what was drawn.
        size: (width, height) of a frame.
        count: of frames; turbulence rises by a whole number of its periods in them.
    """
    kind = rng.named({"fire": 2, "wall": 1, "torch": 1, "coloured": 0.7, "candle": 0.8})
    attributes["subject"] = f"flame_{kind}"
    moment = _candle(rng) if kind == "candle" else _fire(rng, attributes, kind, count)
    yield from _film(rng, attributes, size, count, moment, 1.0)


def smoke_frames(rng: Rng, attributes: Attributes, size: Size, count: int) -> Iterator[Shot]:
    """Frames of drifting smoke; arguments as of `flame_frames`."""
    kind = rng.named({"plume": 2, "steam": 1, "fog": 1, "smoke_bomb": 1})
    attributes["subject"] = f"smoke_{kind}"
    makers: dict[str, Callable[[Rng, Attributes], Smoke]] = {
        "plume": clouds.rising,
        "steam": clouds.steam,
        "fog": clouds.bank,
        "smoke_bomb": clouds.bomb,
    }
    smoke = makers[kind](rng, attributes)
    passed = max(1, round(count * _SMOKE_SPEED * rng.uniform(0.7, 1.8)))
    changed = float(rng.whole(0, max(1, round(0.6 * passed))))
    side = rng.pick([-1, 1])

    def moment(share: float) -> Smoke:
        # Noise is looked up against its drift: what moves up has a falling coordinate.
        drift = (-side * passed * share, 0.0) if kind == "fog" else (0.0, -passed * share)
        return replace(smoke, drift=(*drift, changed * share))

    yield from _film(rng, attributes, size, count, moment, rng.uniform(0.8, 1.2))


def _film(
    rng: Rng, attributes: Attributes, size: Size, count: int, moment: Moment, brightness: float
) -> Iterator[Shot]:
    box = np.array([extent(moment(share)) for share in (0.0, 0.3, 0.6, 0.85)])
    low, high = box[:, :2].min(0), box[:, 2:].max(0)
    view = place(rng, attributes, (low[0], low[1], high[0], high[1]), size, 0.35)
    look = random_look(rng)
    for k in range(count):
        layer = moment(k / count).layer(view)
        layer.colour *= np.float32(brightness)
        yield Shot(size=size, pixels=layer.pixels(), exposure=_FIXED, look=look, additive=False)


def _fire(rng: Rng, attributes: Attributes, kind: str, count: int) -> Moment:
    makers: dict[str, Callable[[Rng, Attributes], flames.Fire]] = {
        "fire": flames.fire,
        "wall": flames.wall,
        "torch": flames.torch,
        "coloured": flames.salt,
    }
    fire = makers[kind](rng, attributes)
    passed = max(1, round(count * _FLAME_SPEED * rng.uniform(0.8, 1.5)))
    return lambda share: replace(fire, climb=passed * share)


def _candle(rng: Rng) -> Moment:
    """A candle's flame that sways and flickers at a few speeds, each a whole number of times in a clip."""
    half, light = rng.uniform(0.11, 0.18), flames.wax_light(rng)
    speeds = np.array([rng.whole(1, 2), rng.whole(2, 4), rng.whole(4, 7)])
    phases, amounts = rng.uniform(0, 2 * np.pi, (3, 3)), rng.uniform(0.1, 0.6, (3, 3)) / speeds

    def moment(share: float) -> flames.Quiet:
        bend, taller, aside = (amounts * np.sin(2 * np.pi * speeds * share + phases)).sum(1)
        place_of_tip = np.array([[0, 0, 0.12 * aside, 1 + 0.15 * taller, half * (1 - 0.12 * taller)]])
        return flames.Quiet(place_of_tip, light, 1.2 * bend)

    return moment


CLIPS: dict[str, Frames] = {"flame": flame_frames, "smoke": smoke_frames}
