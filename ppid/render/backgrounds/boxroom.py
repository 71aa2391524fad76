"""Corners of rooms by one ray a pixel: textured planes, openings and pictures, soft light."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ppid.render.backgrounds import pictures
from ppid.render.backgrounds.textures import FLOORS, SIDE, WALLS, Texture, draw, plaster
from ppid.render.colour import display, hsv, linear
from ppid.render.rng import Rng
from ppid.render.shapes import rotation
from ppid.render.shot import Size

Floats = NDArray[np.float32]
_FINER = 1.3  # rays a pixel's side, so that far tiles do not flicker


@dataclass(frozen=True)
class _Box:
    """A room with the camera at its origin: low and high corner, metres; y goes into the picture."""

    low: Floats
    high: Floats


def corner(rng: Rng, size: Size) -> Floats:
    """Display RGB (H, W, 3)."""
    finer = round(size[0] * _FINER), round(size[1] * _FINER)
    half, eye = rng.uniform(1.2, 3.5), rng.uniform(0.9, 1.7)
    aside = half * rng.uniform(-0.7, 0.7)
    box = _Box(
        np.array([aside - half, -1.0, -eye], np.float32),
        np.array([aside + half, rng.uniform(1.2, 5.0), rng.uniform(2.3, 3.5) - eye], np.float32),
    )
    hit, axis, upper = _cast(_rays(rng, finer), box)
    _, wall = draw(rng, WALLS)
    others = wall if rng.chance(0.6) else draw(rng, WALLS)[1]
    surfaces = [others, wall, draw(rng, FLOORS)[1], plaster(rng)]
    light = _papered(surfaces, hit, np.where(upper & (axis == 2), 3, axis)) * _light(rng, hit, axis, box)[..., None]
    for _ in range(rng.whole(0, 6)):
        _hang(rng, light, hit, axis == 1, box)
    if rng.chance(0.7):
        skirting = (axis < 2) & (hit[..., 2] < box.low[2] + rng.uniform(0.05, 0.13))
        light[skirting] = light[skirting] * 0.3 + rng.uniform(0.02, 0.25)
    exposure = rng.uniform(0.25, 0.6) / max(float(np.percentile(light[::4, ::4], 70)), 1e-3)
    small = cv2.resize(light * np.float32(exposure), size, interpolation=cv2.INTER_AREA)
    return display(small).astype(np.float32)


def _papered(surfaces: list[Texture], hit: Floats, which: NDArray[np.int64]) -> Floats:
    """Linear RGB (H, W, 3) of the surface that each ray meets; all textures in one picture, one above another."""
    tiles = [cv2.copyMakeBorder(each.colour, 0, 1, 0, 1, cv2.BORDER_WRAP) for each in surfaces]
    atlas = linear(np.concatenate(tiles)).astype(np.float32)
    scale = np.array([SIDE / each.extent for each in surfaces], np.float32)[which]
    u = np.where(which == 0, hit[..., 1], hit[..., 0]) * scale % SIDE
    v = np.where(which < 2, -hit[..., 2], hit[..., 1]) * scale % SIDE + which * np.float32(SIDE + 1)
    return np.asarray(cv2.remap(atlas, u.astype(np.float32), v.astype(np.float32), cv2.INTER_LINEAR), np.float32)


def _rays(rng: Rng, size: Size) -> Floats:
    """Directions (H, W, 3) of a camera that looks along y, a little turned."""
    width, height = size
    field = np.tan(np.radians(rng.uniform(45, 85)) / 2)
    x, y = np.meshgrid(np.arange(width) + 0.5 - width / 2, np.arange(height) + 0.5 - height / 2)
    rays = np.stack([x * field * 2 / width, np.ones_like(x), -y * field * 2 / width], -1)
    turn = rotation((0, 0, 1), rng.normal(0, 0.45)) @ rotation((1, 0, 0), rng.normal(-0.03, 0.08))
    return (rays @ (turn @ rotation((0, 1, 0), rng.normal(0, 0.02))).T).astype(np.float32)


def _cast(rays: Floats, box: _Box) -> tuple[Floats, NDArray[np.int64], NDArray[np.bool_]]:
    """Where rays meet the box, the axis of the plane they meet, and whether it is the upper one."""
    upper = rays > 0
    safe = np.where(upper, np.maximum(rays, 1e-6), np.minimum(rays, -1e-6))
    distance = np.where(upper, box.high, box.low) / safe
    axis = distance.argmin(-1)
    nearest = distance.min(-1, keepdims=True)
    return rays * nearest, axis, np.take_along_axis(upper, axis[..., None], -1)[..., 0]


def _light(rng: Rng, hit: Floats, axis: NDArray[np.int64], box: _Box) -> Floats:
    """Lamps and windows with distance and angle, darker where planes meet."""
    total = np.full(axis.shape, rng.uniform(0.03, 0.3), np.float32)
    along = np.take_along_axis(hit, axis[..., None], -1)[..., 0]
    inwards = np.where(along > 0, np.float32(-1), np.float32(1))
    for _ in range(rng.whole(1, 3)):
        lamp = rng.uniform(box.low * 0.9, box.high * 0.9).astype(np.float32)
        lamp[2] = rng.uniform(0.2, 0.95) * box.high[2]
        squared = ((lamp - hit) ** 2).sum(-1)
        towards = (lamp[axis] - along) * inwards / np.sqrt(squared)
        total += np.float32(rng.uniform(1.2, 3)) * towards.clip(0.05, 1) / (0.5 + squared)
    edges = np.minimum(hit - box.low, box.high - hit)
    nearest = edges.sum(-1) - edges.max(-1)  # of three distances one is 0: the plane itself
    return total * (1 - np.float32(0.45) * np.exp(-nearest.clip(0) / np.float32(0.25)))


def _hang(rng: Rng, light: Floats, hit: Floats, back: NDArray[np.bool_], box: _Box) -> None:
    """Put a picture, a window, a door or a cupboard onto the back wall of the linear picture `light`."""
    kind = rng.named({name: weight for name, (weight, _) in _HANGINGS.items()})
    wide, high, low = (rng.uniform(*bounds) for bounds in _HANGINGS[kind][1])
    left = rng.uniform(box.low[0] - 0.3, box.high[0] - wide * 0.7)
    u, v = (hit[..., 0] - left) / wide, 1 - (hit[..., 2] - box.low[2] - low) / high
    inside = back & (u >= 0) & (u < 1) & (v >= 0) & (v < 1)
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    paint, glow = _painted(rng, kind, (max(24, int(wide * 200)), max(24, int(high * 200))))
    if not len(rows):
        return
    window = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    place = ((each[window] * side).astype(np.float32) for each, side in zip((u, v), paint.shape[1::-1], strict=True))
    seen = linear(cv2.remap(paint, *place, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) / 255.0)
    light[window][inside[window]] = (seen * (glow or max(2 * float(np.median(light[window])), 0.05)))[inside[window]]


def _painted(rng: Rng, kind: str, size: Size) -> tuple[pictures.Picture, float]:
    """What hangs there, and how much light it gives; 0 if it only reflects."""
    width, height = size
    if kind == "window":
        paint = pictures.POSTERS["landscape"][1](rng, size)
        for share in np.arange(rng.whole(1, 3)) / 3:
            paint[:, int(share * width) : int(share * width) + 10] = 140
        paint[:10], paint[-10:], paint[:, -10:] = 140, 140, 140
        return paint, rng.uniform(1, 4) if rng.chance(0.7) else 0.05
    if kind in ("poster", "screen"):
        paint = pictures.poster(rng, size) if kind == "poster" else pictures.screen(rng, size)
        frame = pictures.bright(rng, (0, 0.4), (0, 1))
        cv2.rectangle(paint, (0, 0), (width - 1, height - 1), frame, rng.whole(4, 12))
        return paint, rng.uniform(0.3, 1.2) if kind == "screen" else 0.0
    tone = hsv(rng.uniform(0.05, 0.12), rng.uniform(0, 0.5), rng.uniform(0.2, 0.95)) * 255
    paint = np.full((height, width, 3), tone, np.uint8)
    for k in range(1, rng.whole(2, 5)):
        cv2.line(paint, (0, height * k // 4), (width, height * k // 4), (tone / 2).tolist(), 3)
    cv2.rectangle(paint, (0, 0), (width - 1, height - 1), (tone / 2).tolist(), 5)
    return paint, 0.0


_HANGINGS = {
    "poster": (3, ((0.25, 0.9), (0.25, 0.9), (1.1, 1.6))),
    "window": (1.2, ((0.7, 2.0), (0.9, 1.5), (0.8, 1.0))),
    "door": (1, ((0.8, 1.0), (2.0, 2.1), (0.0, 0.001))),
    "screen": (0.7, ((0.8, 1.6), (0.5, 0.9), (0.9, 1.3))),
    "cupboard": (1, ((0.5, 2.0), (0.6, 2.0), (0.0, 0.001))),
}  # name: how often; bounds of width, height and lower edge in metres
