"""What is printed on things: labels, covers, pages and screens."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from ppid.render.colour import hsv, linear
from ppid.render.rng import Rng

Pixels = NDArray[np.float64]  # linear RGB (H, W, 3), row 0 at the bottom
_Canvas = NDArray[np.uint8]
_FONTS = [cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_SCRIPT_COMPLEX]


def artwork(rng: Rng, rows: int = 256, columns: int = 256) -> Pixels:
    """A printed surface in one of the styles of `STYLES`."""
    canvas = np.zeros((rows, columns, 3), np.uint8)
    canvas[:] = _shade(rng)
    STYLES[rng.pick(list(STYLES))](rng, canvas)
    return _pixels(canvas)


def page(rng: Rng, rows: int = 256, columns: int = 192) -> Pixels:
    """A page of text."""
    canvas = np.full((rows, columns, 3), 240, np.uint8)
    _text_lines(rng, canvas, (0.1, 0.1, 0.9, 0.9))
    return _pixels(canvas)


def screen(rng: Rng, rows: int = 192, columns: int = 288) -> Pixels:
    """What a computer or telephone shows."""
    canvas = np.zeros((rows, columns, 3), np.uint8)
    _gradient(rng, canvas)
    for _ in range(rng.whole(0, 3)):
        left, top = rng.uniform(0.02, 0.5), rng.uniform(0.05, 0.4)
        frame = left, top, left + rng.uniform(0.3, 0.45), top + rng.uniform(0.3, 0.5)
        cv2.rectangle(canvas, *_corners(canvas, frame), rng.pick([(245, 245, 245), (30, 32, 38)]), -1)
        _text_lines(rng, canvas, (frame[0] + 0.03, frame[1] + 0.05, frame[2] - 0.03, frame[3] - 0.03))
    size = rows // 12
    for k in range(rng.whole(0, 8)):
        place = int(size * (1 + k * 1.5)), rows - 2 * size
        cv2.rectangle(canvas, place, (place[0] + size, place[1] + size), _shade(rng), -1)
    return _pixels(canvas)


def face(rng: Rng, side: int = 256) -> Pixels:
    """A clock's dial without hands."""
    paper = rng.pick([(245, 242, 232), (250, 250, 250), (25, 25, 28), _shade(rng)])
    ink = (20, 20, 22) if sum(paper) > 380 else (240, 240, 235)
    canvas = np.full((side, side, 3), 0, np.uint8)
    canvas[:] = paper
    middle, numbers = side / 2, rng.chance(0.6)
    for k in range(60):
        way = np.array([np.sin(k * np.pi / 30), -np.cos(k * np.pi / 30)])
        start = 0.41 if k % 5 == 0 else 0.44
        ends = [tuple(int(each) for each in middle + way * side * reach) for reach in (start, 0.46)]
        cv2.line(canvas, ends[0], ends[1], ink, 3 if k % 5 == 0 else 1, cv2.LINE_AA)
        if numbers and k % 5 == 0:
            label, scale = str(k // 5 or 12), side / 380
            (width, height), _ = cv2.getTextSize(label, _FONTS[1], scale, 1)
            place = middle + way * side * 0.35 + np.array([-width / 2, height / 2])
            cv2.putText(canvas, label, (int(place[0]), int(place[1])), _FONTS[1], scale, ink, 1, cv2.LINE_AA)
    return _pixels(canvas)


def _pixels(canvas: _Canvas) -> Pixels:
    return linear(canvas[::-1] / 255.0)


def _shade(rng: Rng) -> tuple[int, int, int]:
    colour = hsv(rng.uniform(), rng.uniform(0, 0.9), rng.uniform(0.15, 1.0))
    return tuple(int(value * 255) for value in colour)  # type: ignore[return-value]


def _word(rng: Rng) -> str:
    syllables = [
        "".join(rng.pick(list(letters)) for letters in ("BDFGKLMNPRSTV", "AEIOU")) for _ in range(rng.whole(1, 3))
    ]
    return "".join(syllables) + rng.pick(["", "", "N", "X", "S"])


def _corners(canvas: _Canvas, frame: tuple[float, float, float, float]) -> list[tuple[int, int]]:
    rows, columns = canvas.shape[:2]
    return [(int(frame[k] * columns), int(frame[k + 1] * rows)) for k in (0, 2)]


def _write(rng: Rng, canvas: _Canvas, height: float, top: float, colour: tuple[int, int, int]) -> None:
    """A word across the middle, `height` and `top` as shares of the canvas."""
    rows, columns = canvas.shape[:2]
    word, font = _word(rng), rng.pick(_FONTS)
    (width, tall), _ = cv2.getTextSize(word, font, 1.0, 2)
    scale = min(height * rows / tall, 0.9 * columns / width)
    place = int((columns - width * scale) / 2), int(top * rows + tall * scale)
    cv2.putText(canvas, word, place, font, scale, colour, max(1, int(scale * 2)), cv2.LINE_AA)


def _text_lines(rng: Rng, canvas: _Canvas, frame: tuple[float, float, float, float]) -> None:
    (left, top), (right, bottom) = _corners(canvas, frame)
    step = max(canvas.shape[0] // 36, 3)
    ink = (40, 40, 44) if canvas[(top + bottom) // 2, (left + right) // 2].mean() > 110 else (210, 210, 205)
    for y in range(top, bottom, step):
        x, end = left, right - int(rng.uniform() ** 4 * (right - left) * 0.8)
        while x < end:
            length = rng.whole(step // 2, step * 3)
            cv2.line(canvas, (x, y), (min(x + length, end), y), ink, max(step // 3, 1))
            x += length + step // 2 + 1


def _gradient(rng: Rng, canvas: _Canvas) -> None:
    rows, columns = canvas.shape[:2]
    u, v = np.meshgrid(np.linspace(0, 1, columns), np.linspace(0, 1, rows))
    wave = 0.5 + 0.5 * np.sin(rng.uniform(1, 6) * u + rng.uniform(1, 6) * v + rng.uniform(0, 6))
    shares = np.stack([wave, v * (1 - wave), (1 - v) * (1 - wave)], -1)
    canvas[:] = (shares @ np.array([_shade(rng) for _ in range(3)])).astype(np.uint8)


def _poster(rng: Rng, canvas: _Canvas) -> None:
    rows, columns = canvas.shape[:2]
    for _ in range(rng.whole(2, 6)):
        centre = rng.whole(0, columns), rng.whole(0, rows)
        size = int(rng.uniform(0.08, 0.35) * min(rows, columns))
        if rng.chance(0.6):
            cv2.circle(canvas, centre, size, _shade(rng), -1, cv2.LINE_AA)
        else:
            corners = np.array(centre) + rng.normal(0, size, (rng.whole(3, 5), 2))
            cv2.fillPoly(canvas, [corners.astype(np.int32)], _shade(rng), cv2.LINE_AA)
    _write(rng, canvas, rng.uniform(0.1, 0.25), rng.uniform(0.08, 0.6), _shade(rng))


def _label(rng: Rng, canvas: _Canvas) -> None:
    margin = rng.uniform(0.03, 0.1)
    if rng.chance(0.6):
        cv2.rectangle(
            canvas, *_corners(canvas, (margin, margin, 1 - margin, 1 - margin)), _shade(rng), rng.pick([-1, 2, 4])
        )
    if rng.chance(0.5):
        cv2.rectangle(canvas, *_corners(canvas, (0, 0.1, 1, rng.uniform(0.3, 0.5))), _shade(rng), -1)
    _write(rng, canvas, rng.uniform(0.12, 0.25), 0.15, _shade(rng))
    if rng.chance(0.6):
        _write(rng, canvas, rng.uniform(0.05, 0.1), 0.45, _shade(rng))
    _text_lines(rng, canvas, (0.2, 0.65, 0.8, 0.88))


def _bands(rng: Rng, canvas: _Canvas) -> None:
    rows = canvas.shape[0]
    edges = np.sort(rng.uniform(0, rows, rng.whole(2, 8))).astype(int)
    for top, bottom in zip(edges[:-1], edges[1:], strict=True):
        canvas[top:bottom] = _shade(rng)
    if rng.chance(0.5):
        canvas[:] = np.rot90(canvas) if canvas.shape[0] == canvas.shape[1] else canvas
    _write(rng, canvas, 0.2, rng.uniform(0.1, 0.7), _shade(rng))


def _picture(rng: Rng, canvas: _Canvas) -> None:
    _gradient(rng, canvas)
    rows, columns = canvas.shape[:2]
    ridge = rows * (0.55 + 0.1 * np.sin(np.linspace(0, rng.uniform(3, 12), columns) + rng.uniform(0, 6)))
    outline = np.concatenate([np.c_[np.arange(columns), ridge], [[columns, rows], [0, rows]]])
    cv2.fillPoly(canvas, [outline.astype(np.int32)], _shade(rng), cv2.LINE_AA)


STYLES: dict[str, Callable[[Rng, _Canvas], None]] = {
    "poster": _poster,
    "label": _label,
    "bands": _bands,
    "picture": _picture,
}
