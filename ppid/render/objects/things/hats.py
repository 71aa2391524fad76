"""Hats, caps and helmets."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ppid.render.objects.things.kit import Kit, Thing
from ppid.render.objects.things.parts import (
    Y,
    arc,
    loft,
    oval,
    placed,
    sheet,
    stack,
    strap,
)
from ppid.render.rng import Rng
from ppid.render.shapes import (
    TAU,
    Shape,
    lathe,
    sphere,
    spline,
    tube,
    unit,
)


def _dome(wide: float, deep: float, high: float, start: float, power: float = 2.1) -> Shape:
    """Half an ellipsoid that begins `start` radians from its rim."""
    rows = [
        np.c_[oval(wide * math.cos(a), deep * math.cos(a), power, 96), np.full(96, high * math.sin(a))]
        for a in np.linspace(start, 1.54, 18)
    ]
    return loft(np.array(rows), capped=False)


def _cap(rng: Rng, kit: Kit) -> None:
    cloth = kit.material("fabric", "fabric", "leather", "patterned")
    kit.add(_dome(0.52, 0.6, 0.58, 0.0), cloth, thick=0.02)
    u, v = np.meshgrid(np.linspace(-1, 1, 30), np.linspace(0, 1, 12), indexing="ij")
    angle = u * 1.05 - math.pi / 2
    reach = 0.58 + v * 0.5 * np.cos(u * 1.3) ** 0.7
    z = 0.03 + 0.02 * v - 0.084 * (u * (0.5 + v)) ** 2
    brim = np.stack([reach * np.cos(angle) * 0.88, reach * np.sin(angle), z], -1)
    kit.add(sheet(brim), kit.material("fabric", "leather") if rng.chance(0.4) else cloth, thick=0.025)
    kit.add(placed(sphere(3, (0.05, 0.05, 0.03)), (0, 0, 0.58)), cloth)
    rise = np.linspace(0.02, 1.5, 20)
    for way in np.arange(6) * TAU / 6:
        flat = np.c_[0.525 * np.cos(rise) * math.cos(way), 0.605 * np.cos(rise) * math.sin(way)]
        kit.wires(np.c_[flat, 0.585 * np.sin(rise)][None], 0.008, cloth)


def _beanie(rng: Rng, kit: Kit) -> None:
    wool = kit.material("knit")
    crown = [(0.5, 0.0), (0.52, 0.12), (0.53, 0.3), (0.46, 0.55), (0.28, 0.75), (0.0, 0.82)]
    kit.add(lathe(spline(crown, 30), 64), wool, thick=0.03)
    kit.add(lathe(spline([(0.53, -0.02), (0.575, 0.05), (0.575, 0.18), (0.535, 0.25)], 14), 64), wool, thick=0.03)
    if rng.chance(0.7):
        _pompom(rng, kit, (0, 0, 0.93), 0.2)


def _pompom(rng: Rng, kit: Kit, at: tuple[float, float, float], radius: float) -> None:
    """Threads in all directions."""
    way = unit(rng.normal(size=(1500, 3)))
    t = np.linspace(0.2, 1, 5)[None, :, None]
    bend = rng.normal(0, 0.15, (1500, 1, 3)) * t**2
    length = radius * rng.uniform(0.85, 1.05, (1500, 1, 1))
    kit.wires(np.asarray(at) + (way[:, None] * t + bend) * length, 0.009, kit.material("fabric"))


def _helmet(rng: Rng, kit: Kit) -> None:
    shell = kit.material("paint", "plastic")
    kit.add(_dome(0.5, 0.6, 0.55, -0.1, 2.2), shell, thick=0.03)
    for x in (-0.16, 0.0, 0.16):
        ridge = arc((0.58, 0.55), 0.25, math.pi - 0.25, 30)[:, [1, 0, 2]] * [1, 1, math.cos(x * 2)] + [x, 0, 0.01]
        kit.add(tube(ridge, 0.04, 10), shell)
    brim = [np.c_[oval(w, d, 2.2, 96), np.full(96, z)] for w, d, z in ((0.5, 0.6, -0.05), (0.53, 0.74, -0.08))]
    kit.add(loft(np.array(brim), capped=False), shell, thick=0.025)
    hold = spline([(-0.49, 0, -0.04), (-0.3, -0.1, -0.5), (0, -0.14, -0.62), (0.3, -0.1, -0.5), (0.49, 0, -0.04)], 40)
    kit.add(strap(hold, Y, 0.07, 0.015), kit.material("fabric"))


@dataclass(frozen=True)
class _Brimmed:
    """A hat with a brim: height of the crown, its top's width over its foot's, the brim's radius and how it bends up."""

    tall: float
    flare: float
    reach: float
    curl: float
    dented: bool = False
    wavy: bool = False


_BRIMMED = {
    "fedora": _Brimmed(0.42, 0.86, 0.75, 0.1, dented=True),
    "straw": _Brimmed(0.36, 0.86, 1.1, -0.1, wavy=True),
    "top": _Brimmed(0.85, 1.12, 0.72, 0.12),
    "cowboy": _Brimmed(0.5, 0.86, 1.0, 0.38, dented=True),
}


def _crown(style: _Brimmed) -> Shape:
    foot, flare, tall = oval(0.42, 0.5, 2, 96), style.flare, style.tall
    sizes = [(1, 0), (1.0, 0.05), ((1 + flare) / 2, tall * 0.5), (flare, tall * 0.93), (flare * 0.9, tall)]
    sink = 0.1 if style.dented else 0.0
    sizes += [(flare * s, tall - sink * (1 - s)) for s in (0.6, 0.3, 0.001)]
    rows = np.array([np.c_[foot * size, np.full(96, z)] for size, z in sizes])
    if style.dented:
        upper = np.clip((rows[..., 2] - tall * 0.5) / (tall * 0.5), 0, 1)
        rows[..., 2] -= 0.14 * upper * np.exp(-((rows[..., 0] / 0.13) ** 2))
        rows[..., 0] *= 1 - 0.25 * upper * np.clip(-rows[..., 1], 0, 1)
    return loft(rows, capped=False)


def _brimmed(rng: Rng, kit: Kit, kind: str) -> None:
    style, turn = _BRIMMED[kind], np.linspace(0, TAU, 96, endpoint=False)
    felt = (
        kit.material("wicker", "wicker", "fabric") if kind == "straw" else kit.material("fabric", "fabric", "leather")
    )
    kit.add(_crown(style), felt, thick=0.02)
    out = np.linspace(0, 1, 16)[:, None]
    size = 1 + (style.reach * rng.uniform(0.9, 1.15) / 0.46 - 1) * out
    lift = 1 + 0.4 * np.sin(3 * turn + rng.uniform(0, 6)) if style.wavy else np.cos(turn) ** 2
    brim = np.stack([0.42 * size * np.cos(turn), 0.5 * size * np.sin(turn), style.curl * out**2 * lift], -1)
    kit.add(loft(brim, capped=False), felt, thick=0.02)
    band = [oval(0.432 * s, 0.512 * s, 2, 96) for s in (1, 1 - (1 - style.flare) * 0.12)]
    ribbon = kit.material("fabric", "leather")
    kit.add(stack(band, [0.015, rng.uniform(0.1, 0.15)], capped=False), ribbon, thick=0.01)


def hat(rng: Rng, kit: Kit) -> None:
    """A hat, a cap or a helmet."""
    kind = rng.pick(["cap", "cap", "beanie", "helmet", *_BRIMMED])
    kit.attributes["style"] = kind
    plain = {"cap": _cap, "beanie": _beanie, "helmet": _helmet}
    if kind in plain:
        plain[kind](rng, kit)
    else:
        _brimmed(rng, kit, kind)


THINGS: dict[str, Thing] = {
    "hat": Thing(hat, 2, elevation=(0, 0.7)),
}
