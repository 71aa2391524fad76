"""Paints what a face's mesh is too coarse for: wrinkles, pores, freckles, spots and make-up.

The picture is a view of the base mesh from the front. Places are MakeHuman's x and y in decimetres: eyes at y 7.28,
the mouth at 6.62, brows at 7.48, the hairline at 8.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ppid.render.people.makehuman import MakeHuman
from ppid.render.rng import Rng
from ppid.render.shapes import Points
from ppid.render.shot import Attributes

NEUTRAL = 0.5  # both of a colour that changes nothing and of the skin's height
_LOW, _HIGH = np.array([-1.12, 5.3]), np.array([1.12, 8.5])  # corners of the picture
_TEXELS = 170  # a decimetre
_WRINKLED = {"child": 0.0, "young": 0.12, "middle": 0.55, "old": 1.0}

Image = NDArray[Any]  # float32


def surface(makehuman: MakeHuman) -> Points:
    """Place (V, 2) of each vertex in the picture, 0 to 1; what is not the face's front lies at its empty border."""
    places = (makehuman.raw[:, :2] - _LOW) / (_HIGH - _LOW)
    behind = makehuman.raw[:, 2] < 0.15
    places[behind, 0] = np.where(makehuman.raw[behind, 0] > 0, 1, 0)
    return np.clip(places, 0.002, 0.998)


class Canvas:
    """A face that is painted.

    Attributes:
        rng: draws.
        colour: (H, W, 3) by which the skin's colour is multiplied; row 0 is the chin's side.
        height: (H, W) of the skin, in millimetres.
    """

    def __init__(self, rng: Rng) -> None:
        self.rng = rng
        columns, rows = np.round((_HIGH - _LOW) * _TEXELS).astype(int)
        self.colour = np.ones((rows, columns, 3), np.float32)
        self.height = np.zeros((rows, columns), np.float32)
        y, x = np.mgrid[:rows, :columns].astype(np.float32)
        self.x, self.y = (x + 0.5) / _TEXELS + _LOW[0], (y + 0.5) / _TEXELS + _LOW[1]

    def tint(self, mask: Image, colour: tuple[float, float, float]) -> None:
        """Multiply by a colour where a mask (H, W) is 1."""
        self.colour *= 1 - mask[..., None] * (1 - np.array(colour, np.float32))

    def blob(self, x: float, y: float, width: float, height: float) -> Image:
        """A soft spot, on both sides of the face alike."""
        return np.exp(-(((np.abs(self.x) - x) / width) ** 2) - ((self.y - y) / height) ** 2)

    def line(self, points: Points, depth: float, width: float = 1.0) -> None:
        """Press a wrinkle `depth` millimetres deep, `width` texels wide, that fades at its ends."""
        steps = len(points) - 1
        texels = np.round(((points - _LOW) * _TEXELS - 0.5) * 16).astype(np.int32)
        strokes = np.zeros(self.height.shape, np.uint8)
        for i in range(steps):
            fade = math.sin(math.pi * (i + 0.5) / steps) ** 0.6
            thickness = max(1, round(width))
            cv2.line(strokes, texels[i].tolist(), texels[i + 1].tolist(), int(255 * fade), thickness, cv2.LINE_AA, 4)
        pressed = strokes.astype(np.float32) / 255
        sharp, soft = (cv2.GaussianBlur(pressed, (0, 0), sigma * width) for sigma in (0.8, 2.6))
        self.height -= depth * (sharp * 1.2 + soft * 1.5)
        self.tint(np.clip(sharp * depth * 1.3, 0, 0.6), (0.72, 0.55, 0.5))

    def dots(self, count: int, where: Image, radius: tuple[float, float], colour: Points, height: float = 0.0) -> None:
        """Round spots (radius in texels), as dense as `where` (H, W) is bright; colours (3,) vary around theirs."""
        density = where.ravel().astype(float)
        chosen = self.rng.choice(where.size, count, p=density / density.sum())
        rows, columns = np.unravel_index(chosen, where.shape)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            size, strength = self.rng.uniform(*radius), self.rng.uniform(0.35, 1)
            reach = int(size * 2.5) + 2
            top, left = max(row - reach, 0), max(column - reach, 0)
            part = (slice(top, row + reach + 1), slice(left, column + reach + 1))
            y, x = np.ogrid[top : top + self.height[part].shape[0], left : left + self.height[part].shape[1]]
            spot = strength * np.exp(-((((y - row) ** 2 + (x - column) ** 2) / size**2) ** 1.5)).astype(np.float32)
            self.colour[part] *= 1 - spot[..., None] * (1 - colour.astype(np.float32))
            self.height[part] += spot * height


def paint(rng: Rng, attributes: Attributes) -> Image:
    """The picture (H, W, 4): colours to multiply the skin by, halved, and in its last channel height, 0 to 1.

    Height is millimetres over 2, from `NEUTRAL`.
    """
    canvas = Canvas(rng)
    _mottle(canvas)
    _wrinkle(canvas, attributes)
    _mark(canvas, attributes)
    if attributes["gender"] == "female" and attributes["age"] != "child" and rng.chance(0.4):
        _make_up(canvas)
    edge = _border(canvas)[..., None]
    pictured = np.concatenate([canvas.colour * 0.5, canvas.height[..., None] * 0.5 + NEUTRAL], -1)
    return (NEUTRAL + (pictured - NEUTRAL) * edge).astype(np.float32)


def _border(canvas: Canvas) -> Image:
    """1 inside, 0 at the picture's border."""
    inside = np.minimum(0.98 - np.abs(canvas.x), np.minimum(canvas.y - _LOW[1] - 0.05, _HIGH[1] - 0.05 - canvas.y))
    return np.clip(inside / 0.12, 0, 1).astype(np.float32)


def _noise(canvas: Canvas, sigma: float) -> Image:
    """Smooth noise of unit variance."""
    white = np.asarray(canvas.rng.standard_normal(canvas.height.shape, np.float32))
    smooth = cv2.GaussianBlur(white, (0, 0), sigma)
    return smooth / smooth.std()


def _mottle(canvas: Canvas) -> None:
    """Uneven blood, and pores."""
    rng = canvas.rng
    uneven = 0.5 * _noise(canvas, 12) + 0.35 * _noise(canvas, 4) + 0.25 * _noise(canvas, 1.2)
    strength = rng.uniform(0.01, 0.06)
    canvas.colour *= 1 + uneven[..., None] * strength * np.array([0.6, 1.1, 1.0], np.float32)
    coarse = 0.4 + canvas.blob(0.0, 7.0, 0.25, 0.3) + canvas.blob(0.42, 6.95, 0.25, 0.25)
    canvas.height += rng.uniform(0.004, 0.025) * coarse * (_noise(canvas, 0.8) + 0.6 * _noise(canvas, 1.8))


def _wrinkle(canvas: Canvas, attributes: Attributes) -> None:
    """Wrinkles of age and of the expression."""
    age = _WRINKLED[attributes["age"]] * canvas.rng.uniform(0.6, 1.4)
    expression = attributes["expression"]
    grown = attributes["age"] != "child"
    smiling = 0.45 * (expression in ("smile", "laugh"))
    _wrinkle_forehead(canvas, (age + 0.4 * (expression in ("surprise", "odd"))) * grown)
    _wrinkle_neck(canvas, age * 0.8 + 0.15)
    for side in (-1, 1):
        _wrinkle_eye(canvas, side, age, smiling * grown)
        _fold_mouth(canvas, side, age, smiling)
        frown = _path(0.05, 7.38, 0.06, 7.60, side, bow=0.012)
        _press(canvas, frown, (age * 0.7 + 0.4 * (expression == "frown")) * grown, 0.6)
        if age > 0.6:
            _wrinkle_cheek(canvas, side, age - 0.6)
    _crease_lips(canvas)


def _wrinkle_forehead(canvas: Canvas, strength: float) -> None:
    rng, along = canvas.rng, np.linspace(-1, 1, 15)
    for k in range(rng.whole(3, 5)):
        middle, half = rng.normal(0, 0.05), rng.uniform(0.25, 0.48)
        y = 7.66 + 0.075 * k + 0.02 * np.cos(along * 3 + rng.normal()) + _wobble(rng, 15, 0.006)
        _press(canvas, np.stack([middle + along * half, y], 1), strength, 0.55)


def _wrinkle_eye(canvas: Canvas, side: int, age: float, smiling: float) -> None:
    """Beside it and below it."""
    rng = canvas.rng
    for angle in np.radians([-38, -22, -6, 10, 26]):
        far = np.linspace(0, rng.uniform(0.1, 0.24), 8)
        y = 7.275 + (0.09 + far) * math.sin(angle) - far**2 * 0.4 + _wobble(rng, 8, 0.004)
        points = np.stack([side * (0.53 + far * math.cos(angle)), y], 1)
        _press(canvas, points, (age + smiling) * 0.8, 0.5)
    for k in range(3):
        turn, radius = np.radians(np.linspace(200 + 8 * k, 330 - 5 * k, 12)), 0.15 + 0.045 * k
        x = side * (0.33 - 0.02 * k + radius * 1.1 * np.cos(turn))
        strength = (age * 0.8 + smiling * 0.5) * (1 - 0.25 * k) + 0.12 * (k == 0)
        _press(canvas, np.stack([x, 7.27 + radius * np.sin(turn)], 1), strength, 0.45)


def _fold_mouth(canvas: Canvas, side: int, age: float, smiling: float) -> None:
    """From the nose past the mouth, below its corner, and over the lip."""
    rng = canvas.rng
    _press(canvas, _path(0.20, 6.98, 0.37, 6.54, side, bow=0.02), age * 0.9 + smiling + 0.1, 0.9, 1.6)
    _press(canvas, _path(0.30, 6.56, 0.35, 6.32, side), age * 0.7 - 0.1, 0.7, 1.4)
    for _ in range(rng.whole(2, 6)):
        x = rng.uniform(0.03, 0.24)
        _press(canvas, _path(x, 6.72, x + 0.01, 6.80, side), age - 0.55, 0.35)


def _wrinkle_cheek(canvas: Canvas, side: int, strength: float) -> None:
    rng = canvas.rng
    for _ in range(14):
        x, y, angle, half = (
            rng.uniform(0.35, 0.8),
            rng.uniform(6.5, 7.1),
            rng.normal(1.9, 0.35),
            rng.uniform(0.04, 0.12),
        )
        across, along = half * math.cos(angle), half * math.sin(angle)
        _press(canvas, _path(x - across, y - along, x + across, y + along, side), strength, 0.35)


def _wrinkle_neck(canvas: Canvas, strength: float) -> None:
    rng, along = canvas.rng, np.linspace(-1, 1, 15)
    for k in range(rng.whole(2, 4)):
        y = 5.55 + 0.16 * k + 0.05 * along**2 + _wobble(rng, 15, 0.008)
        _press(canvas, np.stack([along * rng.uniform(0.25, 0.6), y], 1), strength, 0.5, 1.5)


def _path(x: float, y: float, end_x: float, end_y: float, side: int, bow: float = 0.0) -> Points:
    """Places (12, 2) from one to another on a side of the face, bowed outwards."""
    t = np.linspace(0, 1, 12)
    return np.stack([side * (x + (end_x - x) * t + bow * np.sin(math.pi * t)), y + (end_y - y) * t], 1)


def _wobble(rng: Rng, count: int, size: float) -> Points:
    steps = rng.normal(0, size, count)
    return np.convolve(steps, [0.25, 0.5, 0.25], "same")


def _press(canvas: Canvas, points: Points, strength: float, depth: float, width: float = 1.0) -> None:
    """A wrinkle that not everyone has."""
    strength *= canvas.rng.uniform(0.2, 1.1)
    if strength > 0.06:
        canvas.line(points, min(strength, 1.3) * depth * 0.45, width)


def _crease_lips(canvas: Canvas) -> None:
    rng = canvas.rng
    lips = canvas.blob(0, 6.615, 0.24, 0.09)
    for _ in range(3):
        stripes = np.sin(canvas.x * rng.uniform(90, 220) + rng.uniform(0, 6) + 4 * np.sin(canvas.y * 20))
        canvas.height += (rng.uniform(0.01, 0.04) * lips * stripes).astype(np.float32)


def _mark(canvas: Canvas, attributes: Attributes) -> None:
    """Freckles, moles, age spots and blemishes."""
    rng = canvas.rng
    face = canvas.blob(0.0, 6.95, 0.65, 0.75)
    if attributes["skin_tone"] < 3.5 and rng.chance(0.13):
        cheeks = canvas.blob(0.36, 7.0, 0.24, 0.16) + canvas.blob(0, 7.05, 0.16, 0.16) + 0.12 * face
        canvas.dots(rng.whole(80, 420), cheeks, (0.6, 1.6), np.array([0.78, 0.62, 0.5]))
    if rng.chance(0.5):
        canvas.dots(rng.whole(1, 5), face, (0.9, 2.4), np.array([0.4, 0.28, 0.22]), 0.15)
    if attributes["age"] == "old" or (attributes["age"] == "middle" and rng.chance(0.3)):
        canvas.dots(rng.whole(4, 22), face, (1.5, 5.5), np.array([0.84, 0.74, 0.66]))
    if attributes["age"] in ("young", "child") and rng.chance(0.25):
        canvas.dots(rng.whole(3, 30), face, (0.8, 2.2), np.array([0.95, 0.72, 0.68]), 0.12)


def _make_up(canvas: Canvas) -> None:
    rng = canvas.rng
    if rng.chance(0.6):  # along the upper lid
        arch = 7.285 + 0.05 * np.clip(1 - ((np.abs(canvas.x) - 0.33) / 0.18) ** 2, -1, 1)
        near = np.exp(-(((canvas.y - arch) / rng.uniform(0.012, 0.03)) ** 2))
        eye = (np.abs(np.abs(canvas.x) - 0.34) < 0.2) * rng.uniform(0.4, 0.9)
        canvas.tint((near * eye).astype(np.float32), (0.15, 0.12, 0.12))
    if rng.chance(0.5):  # on the lid
        hue = rng.pick([(0.6, 0.45, 0.4), (0.55, 0.5, 0.6), (0.75, 0.55, 0.55), (0.45, 0.4, 0.4)])
        canvas.tint(canvas.blob(0.34, 7.38, 0.16, 0.06) * rng.uniform(0.2, 0.7), hue)
    if rng.chance(0.6):
        canvas.tint(canvas.blob(0.47, 6.98, 0.2, 0.12) * rng.uniform(0.1, 0.45), (1.0, 0.68, 0.68))
