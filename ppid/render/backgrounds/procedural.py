"""Drawn backgrounds: studio sweeps, bokeh, walls, corners of rooms, foliage, skies, city lights, curtains."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from ppid.render.backgrounds import boxroom, pictures
from ppid.render.backgrounds.textures import WALLS, clouds, draw, sampled, weave
from ppid.render.colour import display as to_display
from ppid.render.colour import hsv, linear
from ppid.render.rng import Rng
from ppid.render.shot import Attributes, Size

Floats = NDArray[np.float32]


def build(rng: Rng, attributes: Attributes, size: Size) -> NDArray[np.uint8]:
    """Draw one of `SORTS`: RGB uint8 (H, W, 3) for a size (width, height)."""
    kind = rng.named({name: weight for name, (weight, _) in SORTS.items()})
    attributes["subject"] = kind
    picture = SORTS[kind][1](rng, size)
    return _developed(rng, picture)


def _developed(rng: Rng, picture: Floats) -> NDArray[np.uint8]:
    """Display float to uint8 as a camera would: vignette, tint, a little blur; dithered against bands."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    radius = np.hypot((x - width / 2) / width, (y - height / 2) / width)
    picture = picture * (1 - rng.uniform(0, 0.5) * radius**2)[..., None] * rng.normal(1, 0.03, 3)
    if rng.chance(0.4):
        picture = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), rng.uniform(0.4, 1.2) * width / 640)
    return (picture * 255 + rng.uniform(-0.5, 0.5) + rng.random(picture.shape)).clip(0, 255).astype(np.uint8)


def _axes(size: Size) -> tuple[Floats, Floats]:
    """x in [-1, 1] and y downwards in the same units, each (H, W)."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return (x + 0.5 - width / 2) * 2 / width, (y + 0.5 - height / 2) * 2 / width


def _pool(rng: Rng, size: Size, width: tuple[float, float] = (0.5, 1.6)) -> Floats:
    """Light that falls on a wall: brightest somewhere, (H, W) up to 1."""
    x, y = _axes(size)
    dx, dy = x - rng.normal(0, 0.5), y - rng.normal(-0.2, 0.4)
    spread, aspect = rng.uniform(*width), rng.uniform(0.7, 1.4)
    dark = rng.uniform(0.05, 0.8)
    return (dark + (1 - dark) / (1 + (dx**2 * aspect + dy**2 / aspect) / spread**2) ** 1.5).astype(np.float32)


def _noise(rng: Rng, size: Size, slope: float) -> Floats:
    """Clouds stretched over a picture, mean 0 and deviation 1."""
    field = clouds(rng, slope, side=256)
    return np.asarray(cv2.resize(field, size, interpolation=cv2.INTER_CUBIC), np.float32)


def _backdrop(rng: Rng) -> Floats:
    """Display colour of studio paper."""
    if rng.chance(0.5):
        return hsv(0.6, rng.uniform(0, 0.08), rng.uniform(0.05, 1.0)).astype(np.float32)
    return hsv(rng.uniform(), rng.uniform(0.1, 0.9), rng.uniform(0.2, 1.0)).astype(np.float32)


def _sweep(rng: Rng, size: Size) -> Floats:
    """Paper that rolls from the wall onto the floor under one or two lamps."""
    _, y = _axes(size)
    light = _pool(rng, size) + (_pool(rng, size, (0.2, 0.6)) * 0.4 if rng.chance(0.4) else 0)
    bend, soft = rng.uniform(0.1, 0.9), rng.uniform(0.02, 0.3)
    floor = 1 / (1 + np.exp((bend - y) / soft))
    light = light * (1 + floor * rng.uniform(-0.35, 0.35))
    paper = linear(_backdrop(rng)) * light[..., None] * rng.uniform(0.7, 1.3)
    paper = paper * (1 + 0.01 * _noise(rng, size, 1.4))[..., None]
    return to_display(paper).astype(np.float32)


def _gradient(rng: Rng, size: Size) -> Floats:
    """Two to four colours that flow into each other, as of virtual backgrounds."""
    x, y = _axes(size)
    total, weights = np.zeros((size[1], size[0], 3)), np.zeros((size[1], size[0], 1))
    for _ in range(rng.whole(2, 5)):
        share = np.exp(-((x - rng.uniform(-1.2, 1.2)) ** 2 + (y - rng.uniform(-0.8, 0.8)) ** 2) / rng.uniform(0.1, 0.9))
        total, weights = total + share[..., None] * _backdrop(rng), weights + share[..., None]
    return (total / (weights + 1e-3)).astype(np.float32)


def _bokeh(rng: Rng, size: Size) -> Floats:
    """Discs of light out of focus over a dark blur."""
    width, height = size
    ground = cv2.GaussianBlur(_gradient(rng, size) * rng.uniform(0.05, 0.5), (0, 0), width / 30)
    light = linear(ground).astype(np.float32)
    hue, spread = rng.uniform(), rng.pick([0.04, 0.15, 0.5])
    radius = rng.uniform(0.01, 0.06) * width
    for _ in range(rng.whole(10, 90)):
        where = rng.whole(-20, width + 20), rng.whole(-20, height + 20)
        colour = linear(hsv(hue + rng.normal(0, spread), rng.uniform(0, 0.8), 1)) * rng.log_uniform(0.03, 0.8)
        _disc(rng, light, where, radius * rng.uniform(0.5, 1.3), colour)
    return to_display(cv2.GaussianBlur(light, (0, 0), width / 500)).astype(np.float32)


def _disc(rng: Rng, light: Floats, where: tuple[int, int], radius: float, colour: NDArray[np.float64]) -> None:
    """Add a disc, often with a brighter rim."""
    reach = int(radius) + 2
    x0, y0 = max(where[0] - reach, 0), max(where[1] - reach, 0)
    x1, y1 = min(where[0] + reach + 1, light.shape[1]), min(where[1] + reach + 1, light.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    y, x = np.mgrid[y0:y1, x0:x1]
    inside = (radius - np.hypot(x - where[0], y - where[1])).clip(0, 1)
    rim = 1 + rng.uniform(0, 1) * (np.hypot(x - where[0], y - where[1]) / max(radius, 1)) ** 4
    light[y0:y1, x0:x1] += (inside * rim)[..., None] * colour


def _city(rng: Rng, size: Size) -> Floats:
    """Houses at night with lit windows, lamps out of focus before them."""
    width, height = size
    horizon = rng.uniform(0.5, 0.85)
    sky = hsv(rng.uniform(0.55, 0.75), rng.uniform(0.3, 0.8), rng.uniform(0.02, 0.3))
    glow = hsv(rng.uniform(0.02, 0.12), rng.uniform(0.3, 0.8), rng.uniform(0.05, 0.5))
    share = np.linspace(0, 1, height)[:, None, None] ** 2
    canvas = (np.repeat(sky * (1 - share) + glow * share, width, 1) * 255).astype(np.uint8)
    x = -rng.whole(0, width // 10)
    while x < width:
        wide, high = rng.whole(width // 14, width // 4), int(height * rng.uniform(0.2, 0.9) * horizon)
        front = pictures.facade(rng, (wide, high), max(2, high // 14), max(2, wide // 12), night=True)
        left, right = max(x, 0), min(x + wide, width)
        top = int(height * horizon) - high
        if right > left:
            canvas[top : top + high, left:right] = front[:, left - x : right - x]
        x += wide + rng.whole(-4, width // 20)
    canvas[int(height * horizon) :] = canvas[int(height * horizon) :] // 4
    light = linear(canvas / 255.0).astype(np.float32)
    focus = rng.log_uniform(0.002, 0.02) * width
    light = cv2.GaussianBlur(light, (0, 0), focus) * rng.uniform(1, 2.5)
    for _ in range(rng.whole(10, 60)):
        where = rng.whole(0, width), int(height * rng.normal(horizon, 0.12))
        colour = linear(hsv(rng.pick([0.1, 0.12, 0.0, 0.35, 0.58]), rng.uniform(0.1, 0.9), 1)) * rng.log_uniform(0.1, 2)
        _disc(rng, light, where, max(1.0, focus * rng.uniform(1.2, 2.5)), colour)
    return to_display(light).astype(np.float32)


def _wall(rng: Rng, size: Size) -> Floats:
    """A textured wall under uneven light, seen straight or at an angle."""
    x, y = _axes(size)
    _, texture = draw(rng, WALLS)
    reach, slant = rng.uniform(0.6, 2.2), rng.uniform(-0.35, 0.35) if rng.chance(0.6) else 0.0
    nearer = 1 / (1 + slant * x)
    roll = rng.normal(0, 0.02)
    shift = rng.uniform(0, 9, 2)
    surface = sampled(texture, (x + roll * y) * nearer * reach + shift[0], (y - roll * x) * nearer * reach + shift[1])
    light = _pool(rng, size, (0.6, 3.0))
    tint = linear(hsv(rng.pick([0.08, 0.6]), rng.uniform(0, 0.2), 1))
    lit = to_display(linear(surface) * light[..., None] * tint * rng.uniform(0.5, 1.4))
    return _blurred(rng, lit.astype(np.float32), 0.3)


def _blurred(rng: Rng, picture: Floats, often: float) -> Floats:
    """Out of focus, `often` of the time."""
    if rng.chance(often):
        return np.asarray(
            cv2.GaussianBlur(picture, (0, 0), rng.log_uniform(0.002, 0.02) * picture.shape[1]), np.float32
        )
    return picture


def _foliage(rng: Rng, size: Size) -> Floats:
    """Leaves in layers, the far ones dark or blurred; light of the sky between them."""
    width, height = size
    hue, spread = rng.uniform(0.15, 0.36), rng.uniform(0.01, 0.05)
    sky = hsv(0.57, rng.uniform(0, 0.3), 1.0) * 255 if rng.chance(0.4) else hsv(hue, 0.6, 0.12) * 255
    canvas = np.full((height, width, 3), sky, np.float32)
    near = rng.uniform(0.015, 0.05) * width
    focus = rng.pick([0, 2, 4])
    for layer in range(5):
        length = near * (0.5 + 0.25 * layer)
        count = int(min(900, width * height / length**2 * 1.2))
        canvas = cv2.GaussianBlur(canvas, (0, 0), 0.6 + abs(layer - focus) * 0.0012 * width)
        places, turns = rng.uniform(-0.05, 1.05, (count, 2)) * size, rng.uniform(0, np.pi, count)
        patches = np.sin(places[:, 0] / width * rng.uniform(2, 9)) * np.sin(places[:, 1] / width * rng.uniform(2, 9))
        for (x, y), turn, patch in zip(places, turns, patches, strict=True):
            if patch < -0.35 and layer < 4:
                continue
            value = np.clip((0.2 + 0.13 * layer) * rng.uniform(0.5, 1.4), 0, 1)
            colour = hsv(hue + rng.normal(0, spread), rng.uniform(0.25, 0.65), value) * 255
            cv2.fillConvexPoly(canvas, _leaf(x, y, length, turn), colour.tolist(), cv2.LINE_AA, 4)
    light = 0.6 + 0.5 * _pool(rng, size)
    return (canvas / 255 * light[..., None]).astype(np.float32)


def _leaf(x: float, y: float, length: float, turn: float) -> NDArray[np.int32]:
    """Outline of a leaf in sixteenths of a pixel."""
    along = np.array([-1, -0.5, 0, 0.5, 1, 0.5, 0, -0.5]) * length
    across = np.array([0, 0.28, 0.34, 0.2, 0, -0.2, -0.34, -0.28]) * length
    outline = np.stack(
        [x + along * np.cos(turn) - across * np.sin(turn), y + along * np.sin(turn) + across * np.cos(turn)], -1
    )
    return (outline * 16).astype(np.int32)


def _sky(rng: Rng, size: Size) -> Floats:
    """Clouds, often over hills, trees or the sea."""
    width, height = size
    time = rng.pick(["day", "grey", "sunset", "dusk"], [4, 2, 2, 1])
    top, low = {
        "day": (hsv(rng.uniform(0.55, 0.61), rng.uniform(0.35, 0.7), rng.uniform(0.6, 0.95)), hsv(0.57, 0.15, 1.0)),
        "grey": (hsv(0.6, 0.05, rng.uniform(0.5, 0.9)), hsv(0.6, 0.03, 0.9)),
        "sunset": (hsv(rng.uniform(0.55, 0.75), 0.5, 0.5), hsv(rng.uniform(0.02, 0.1), rng.uniform(0.4, 0.9), 1.0)),
        "dusk": (hsv(0.63, 0.7, 0.15), hsv(rng.uniform(0.6, 0.95), 0.4, 0.5)),
    }[time]
    share = (np.linspace(0, 1, height)[:, None, None]) ** rng.uniform(0.7, 1.6)
    canvas = np.repeat(top * (1 - share) + low * share, width, 1)
    amount = rng.uniform(-0.8, 1.2)
    cover = 1 / (1 + np.exp(-(_noise(rng, size, 1.5) + amount) * rng.uniform(2, 5)))
    white = np.clip(low * 0.5 + 0.5, 0, 1) * (0.85 + 0.12 * _noise(rng, size, 1.6))[..., None]
    canvas = canvas + (white - canvas) * cover[..., None] * rng.uniform(0.3, 0.95)
    if rng.chance(0.6):
        x = np.arange(width)
        ground = hsv(rng.uniform(0.15, 0.6), rng.uniform(0.1, 0.6), rng.uniform(0.1, 0.5)) * canvas.mean()
        for k in range(rng.whole(1, 3)):
            jagged = _noise(rng, size, rng.uniform(0.9, 2))[0] * height * rng.uniform(0.01, 0.06)
            level = height * (rng.uniform(0.55, 0.75) + 0.1 * k) + jagged + 0 * x
            below = (np.arange(height)[:, None] > level)[..., None]
            grain = 1 + 0.18 * _noise(rng, size, 0.9)[..., None]
            canvas = np.where(below, ground * grain * (1.6 - 0.4 * k), canvas)
    return _blurred(rng, canvas.astype(np.float32), 0.4)


def _curtain(rng: Rng, size: Size) -> Floats:
    """Folds of hanging cloth, or of a green screen that is not ironed."""
    x, y = _axes(size)
    green = rng.chance(0.3)
    strength = rng.uniform(0.05, 0.3) if green else rng.uniform(0.3, 0.8)
    folds = np.zeros_like(x)
    for _ in range(5):
        frequency = rng.log_uniform(4, 40)
        folds += (
            np.sin(frequency * (x + 0.03 * np.sin(y * rng.uniform(1, 4) + rng.uniform(0, 6))) + rng.uniform(0, 6)) / 5
        )
    wrinkles = _noise(rng, size, 1.7) * rng.uniform(0, 0.1)
    screen = hsv(rng.pick([0.34, 0.36, 0.6]), rng.uniform(0.6, 0.95), rng.uniform(0.4, 0.9))
    light = _pool(rng, size, (0.7, 2.5)) * (1 + strength * folds + wrinkles)
    surface = linear(screen if green else _backdrop(rng)) * np.clip(light, 0, None)[..., None]
    if not green and rng.chance(0.5):
        fibre = sampled(weave(rng), x + 0.02 * folds, y)
        surface = surface * (fibre / fibre.mean()).astype(float)
    return _blurred(rng, to_display(surface).astype(np.float32), 0.2)


def _blinds(rng: Rng, size: Size) -> Floats:
    """Slats before a bright window."""
    x, y = _axes(size)
    pitch, open_share = rng.uniform(0.03, 0.12), rng.uniform(0.1, 0.6)
    upright = rng.chance(0.25)
    place = (x if upright else y + rng.normal(0, 0.02) * x) / pitch % 1
    outside = cv2.GaussianBlur(_sky(rng, size) * rng.uniform(0.8, 1.5), (0, 0), size[0] / 60)
    slat = _backdrop(rng) * (0.35 + 0.5 * (place / (1 - open_share)).clip(0, 1))[..., None]
    gap = ((place - (1 - open_share)) * pitch * size[0] / 2).clip(0, 1)[..., None]
    picture = (outside * gap + slat * (1 - gap)).astype(np.float32)
    mullion = np.abs(x - rng.uniform(-0.6, 0.6)) < rng.uniform(0.01, 0.05)
    barred = np.where((mullion & (gap[..., 0] > 0.5))[..., None], _backdrop(rng) * 0.3, picture)
    return _blurred(rng, barred.astype(np.float32), 0.3)


def _polygons(rng: Rng, size: Size) -> Floats:
    """Flat shapes as of illustrated virtual backgrounds."""
    base = pictures.POSTERS[rng.pick(["abstract", "landscape", "pattern", "portrait"], [3, 2, 1, 0.5])][1](rng, size)
    return _blurred(rng, (base / 255).astype(np.float32), 0.5)


def _box(rng: Rng, size: Size) -> Floats:
    """Corner of a room from textures, with pictures and openings on its walls."""
    return _blurred(rng, boxroom.corner(rng, size), 0.35)


def _lit_room(rng: Rng, size: Size) -> Floats:
    """A room far out of focus: soft panels, lamps and shelves."""
    width, height = size
    canvas = _gradient(rng, size) * rng.uniform(0.2, 0.8) * 255
    for _ in range(rng.whole(8, 40)):
        wide, high = rng.log_uniform(0.02, 0.5) * width, rng.log_uniform(0.03, 0.8) * height
        x, y = rng.uniform(-0.1, 1) * width, rng.uniform(-0.1, 1) * height
        colour = _backdrop(rng) * rng.uniform(60, 255)
        cv2.rectangle(canvas, (int(x), int(y)), (int(x + wide), int(y + high)), colour.tolist(), -1)
    for _ in range(rng.whole(0, 6)):
        where = rng.whole(0, width), rng.whole(0, height // 2)
        warm = hsv(rng.uniform(0.07, 0.14), rng.uniform(0, 0.4), 1) * 600
        cv2.circle(canvas, where, rng.whole(width // 80, width // 25), warm.tolist(), -1)
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), rng.log_uniform(0.008, 0.04) * width) / 255, np.float32)


SORTS: dict[str, tuple[float, Callable[[Rng, Size], Floats]]] = {
    "sweep": (1.5, _sweep),
    "gradient": (1, _gradient),
    "bokeh": (1, _bokeh),
    "city_lights": (1, _city),
    "wall": (3, _wall),
    "corner": (4, _box),
    "foliage": (1.5, _foliage),
    "sky": (1.5, _sky),
    "curtain": (1.5, _curtain),
    "blinds": (0.8, _blinds),
    "polygons": (1, _polygons),
    "blurred_room": (1.5, _lit_room),
}  # name: how often, maker
