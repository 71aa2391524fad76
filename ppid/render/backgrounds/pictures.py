"""Flat pictures that hang, stand and glow in rooms: posters, screens, whiteboards, rugs, spines of books.

Each maker draws display RGB uint8 (height, width, 3), row 0 on top.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from ppid.render.colour import hsv
from ppid.render.rng import Rng
from ppid.render.shot import Size

Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]
_LETTERS = "aeinorstlmdukchgbvpAEISTRMLKNBD"


def bright(rng: Rng, saturation: tuple[float, float] = (0.2, 0.9), value: tuple[float, float] = (0.3, 1.0)) -> Colour:
    """A random colour as cv2 takes it."""
    red, green, blue = (hsv(rng.uniform(), rng.uniform(*saturation), rng.uniform(*value)) * 255).astype(int).tolist()
    return red, green, blue


def grey(value: float) -> Colour:
    """A grey of [0, 255]."""
    return (int(value),) * 3


def blank(size: Size, colour: Colour) -> Picture:
    """A picture of one colour."""
    width, height = size
    return np.full((height, width, 3), colour, np.uint8)


def gradient(rng: Rng, size: Size, first: Colour, second: Colour) -> Picture:
    """From one colour to another in a random direction."""
    width, height = size
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0:height, 0:width]
    along = (x / width - 0.5) * np.cos(angle) + (y / height - 0.5) * np.sin(angle)
    share = ((along - along.min()) / np.ptp(along))[..., None]
    return (np.asarray(first) * (1 - share) + np.asarray(second) * share).astype(np.uint8)


def word(rng: Rng, longest: int = 9) -> str:
    """Letters that look like a word."""
    return "".join(rng.pick(_LETTERS) for _ in range(rng.whole(2, longest)))


def write(
    canvas: Picture, text: str, place: tuple[int, int], height: float, colour: Colour, bold: bool = False
) -> None:
    """Letters `height` pixels high with their lower left corner at `place`."""
    thickness = max(1, round(height / (5 if bold else 11)))
    cv2.putText(canvas, text, place, cv2.FONT_HERSHEY_SIMPLEX, height / 22, colour, thickness, cv2.LINE_AA)


def lines(
    rng: Rng, canvas: Picture, area: tuple[int, int, int, int], pitch: int, colours: list[Colour], ragged: float = 0.4
) -> None:
    """Rows of dashes within (x0, y0, x1, y1) that look like small text."""
    x0, y0, x1, y1 = area
    indent = 0
    for y in range(y0 + pitch // 2, y1 - pitch // 2, pitch):
        indent = int(np.clip(indent + rng.whole(-1, 1), 0, 4))
        x = x0 + indent * pitch * (ragged > 0.5)
        end = x0 + (x1 - x0) * (1 - ragged * rng.uniform())
        while x < end:
            following = x + int(pitch * rng.uniform(0.4, 3.5))
            cv2.line(canvas, (int(x), y), (int(min(following, x1)), y), rng.pick(colours), max(1, pitch // 3))
            x = following + max(2, pitch // 2)


def _abstract(rng: Rng, size: Size) -> Picture:
    width, height = size
    canvas = gradient(rng, size, bright(rng), bright(rng))
    for _ in range(rng.whole(3, 14)):
        centre = rng.whole(0, width), rng.whole(0, height)
        colour = bright(rng, (0, 0.9), (0.05, 1))
        kind = rng.whole(0, 3)
        if kind == 0:
            axes = rng.whole(4, width // 2), rng.whole(4, height // 2)
            cv2.ellipse(canvas, centre, axes, rng.uniform(0, 180), 0, 360, colour, -1, cv2.LINE_AA)
        elif kind == 1:
            corner = rng.whole(0, width), rng.whole(0, height)
            cv2.rectangle(canvas, centre, corner, colour, -1)
        elif kind == 2:
            cv2.fillPoly(canvas, [rng.integers(0, max(size), (rng.whole(3, 6), 2))], colour, cv2.LINE_AA)
        else:
            cv2.polylines(canvas, [rng.integers(0, max(size), (5, 2))], False, colour, rng.whole(1, 8), cv2.LINE_AA)
    return canvas


def _landscape(rng: Rng, size: Size) -> Picture:
    width, height = size
    sky, low = bright(rng, (0.1, 0.6), (0.6, 1)), bright(rng, (0, 0.5), (0.7, 1))
    share = np.linspace(0, 1, height)[:, None, None]
    canvas = np.repeat(np.asarray(sky) * (1 - share) + np.asarray(low) * share, width, 1).astype(np.uint8)
    if rng.chance(0.5):
        cv2.circle(canvas, (rng.whole(0, width), rng.whole(0, height // 2)), width // 12 + 1, (255, 245, 220), -1)
    hue, x = rng.uniform(), np.arange(width)
    for k in range(rng.whole(2, 5)):
        level = height * (0.4 + 0.13 * k)
        outline = sum(np.sin(x / width * rng.uniform(2, 16) + rng.uniform(0, 6)) for _ in range(4))
        top = level + outline * height * 0.03
        colour = hsv(hue + rng.normal(0, 0.04), rng.uniform(0.2, 0.7), 0.75 - 0.13 * k) * 255
        canvas = np.where((np.arange(height)[:, None] > top)[..., None], colour, canvas).astype(np.uint8)
    return canvas


def portrait(rng: Rng, size: Size) -> Picture:
    """A head and shoulders of blobs: looks like a subject, and is none."""
    width, height = size
    canvas = gradient(rng, size, bright(rng, (0, 0.7)), bright(rng, (0, 0.7)))
    skin = hsv(rng.uniform(0.03, 0.09), rng.uniform(0.25, 0.65), rng.uniform(0.3, 0.95)) * 255
    tone = tuple(skin.astype(int).tolist())
    shade = tuple((skin * 0.75).astype(int).tolist())
    hair, cloth = bright(rng, (0.1, 0.6), (0.05, 0.6)), bright(rng)
    x, y = int(width * rng.uniform(0.4, 0.6)), int(height * rng.uniform(0.35, 0.5))
    r = min(width, height) * rng.uniform(0.16, 0.28)

    def blob(dx: float, dy: float, wide: float, high: float, colour: Colour) -> None:
        where = int(x + dx * r), int(y + dy * r)
        cv2.ellipse(canvas, where, (max(1, int(wide * r)), max(1, int(high * r))), 0, 0, 360, colour, -1, cv2.LINE_AA)

    blob(0, -0.2, 1.05, rng.uniform(1.15, 1.7), hair)
    blob(0, 2.9, rng.uniform(1.7, 2.3), 1.6, cloth)
    blob(0, 1.1, 0.42, 0.7, shade)
    blob(0, 0, 0.8, 1.05, tone)
    blob(0, -0.85, 0.8, 0.4, hair)
    for side in (-1, 1):
        blob(side * 0.32, -0.1, 0.1, 0.07, grey(30))
        blob(side * 0.32, -0.28, 0.17, 0.04, hair)
    blob(0, 0.2, 0.08, 0.16, shade)
    blob(0, 0.52, 0.26, 0.07, (150, 60, 60))
    return canvas


def _typographic(rng: Rng, size: Size) -> Picture:
    width, height = size
    canvas = blank(size, bright(rng, (0, 0.8), (0.1, 1)))
    ink = grey(250) if canvas.mean() < 128 else grey(20)
    y = int(height * 0.15)
    while y < height * 0.6:
        letters = height * rng.uniform(0.06, 0.16)
        y += int(letters * 1.3)
        write(canvas, word(rng), (int(width * 0.08), y), letters, ink, bold=True)
    lines(rng, canvas, (width // 12, y + 4, width * 11 // 12, height - height // 12), max(4, height // 40), [ink], 0.3)
    return canvas


def _botanical(rng: Rng, size: Size) -> Picture:
    width, height = size
    canvas = blank(size, bright(rng, (0, 0.15), (0.85, 1)))
    hue, spread = rng.uniform(0.15, 0.45), rng.uniform(0.02, 0.1)
    for stem in range(rng.whole(1, 3)):
        base = np.array([width * rng.uniform(0.3, 0.7), height * 0.95])
        lean = rng.uniform(-0.25, 0.25)
        for t in np.linspace(0, 1, rng.whole(6, 16)):
            spot = base + np.array([lean * width * t * t, -height * 0.8 * t])
            colour = tuple((hsv(hue + rng.normal(0, spread), 0.5, rng.uniform(0.25, 0.6)) * 255).astype(int).tolist())
            length = width * rng.uniform(0.08, 0.2) * (1.1 - t)
            for side in (-1, 1):
                tip = spot + np.array([side * length, -length * 0.6])
                middle = tuple(((spot + tip) / 2).astype(int).tolist())
                axes = int(length * 0.6) + 1, int(length * 0.2) + 1
                cv2.ellipse(canvas, middle, axes, -side * 31.0, 0, 360, colour, -1, cv2.LINE_AA)
            cv2.circle(canvas, tuple(spot.astype(int).tolist()), max(1, width // 120) + stem % 2, (70, 80, 50), -1)
    return canvas


def _lettered_map(rng: Rng, size: Size) -> Picture:
    width, height = size
    canvas = blank(size, bright(rng, (0.1, 0.4), (0.75, 1)))
    y, x = np.mgrid[0:height, 0:width] / max(size)
    land = sum(np.sin(x * rng.uniform(-14, 14) + y * rng.uniform(-14, 14) + rng.uniform(0, 6)) for _ in range(7))
    for level in (0.3, 1.1, 1.9):
        canvas[land > level] = bright(rng, (0.15, 0.6), (0.6, 0.95))
    for _ in range(8):
        write(canvas, word(rng), (rng.whole(0, width), rng.whole(0, height)), height * 0.03, grey(60))
    return canvas


def _pattern(rng: Rng, size: Size) -> Picture:
    width, height = size
    canvas = blank(size, bright(rng, (0, 0.8)))
    step = max(8, width // rng.whole(3, 10))
    colours = [bright(rng, (0, 0.9)) for _ in range(3)]
    kind = rng.whole(0, 2)
    for y in range(0, height + step, step):
        for x in range(0, width + step, step):
            if kind == 0:
                cv2.circle(canvas, (x, y), int(step * rng.uniform(0.2, 0.45)), rng.pick(colours), -1, cv2.LINE_AA)
            elif kind == 1:
                cv2.ellipse(
                    canvas, (x, y), (step, step), 0, 90 * rng.whole(0, 3), 90 * rng.whole(1, 4), rng.pick(colours), -1
                )
            else:
                cv2.rectangle(canvas, (x, y), (x + step, y + step // 2 * rng.whole(1, 2)), rng.pick(colours), -1)
    return canvas


POSTERS: dict[str, tuple[float, Callable[[Rng, Size], Picture]]] = {
    "abstract": (3, _abstract),
    "landscape": (3, _landscape),
    "portrait": (3, portrait),
    "typographic": (2, _typographic),
    "botanical": (2, _botanical),
    "map": (1, _lettered_map),
    "pattern": (1.5, _pattern),
}  # name: how often, maker


def poster(rng: Rng, size: Size) -> Picture:
    """Something to hang on a wall, half of them with a white margin."""
    width, height = size
    canvas = POSTERS[rng.named({name: weight for name, (weight, _) in POSTERS.items()})][1](rng, size)
    if rng.chance(0.3):
        canvas = np.repeat(canvas.mean(-1, keepdims=True), 3, -1).astype(np.uint8)
    if rng.chance(0.5):
        margin = int(min(size) * rng.uniform(0.06, 0.22))
        inner = cv2.resize(canvas, (width - 2 * margin, height - 2 * margin), interpolation=cv2.INTER_AREA)
        canvas = blank(size, grey(rng.uniform(215, 250)))
        canvas[margin : height - margin, margin : width - margin] = inner
    return canvas


def _code(rng: Rng, size: Size) -> Picture:
    width, height = size
    canvas = blank(size, grey(rng.uniform(20, 45)))
    inks = [bright(rng, (0.2, 0.7), (0.6, 1)) for _ in range(5)] + [grey(200)] * 3
    side = width // rng.whole(5, 8)
    canvas[:, :side] = grey(rng.uniform(30, 60))
    lines(rng, canvas, (6, 8, side - 4, height - 8), 9, [grey(150)], 0.5)
    split = width if rng.chance(0.5) else (side + width) // 2
    lines(rng, canvas, (side + 8, 8, split - 8, height - 8), 7, inks, 0.8)
    if split < width:
        lines(rng, canvas, (split + 8, 8, width - 8, height - 8), 7, inks, 0.8)
    return canvas


def _page(rng: Rng, size: Size) -> Picture:
    width, height = size
    canvas = blank(size, grey(rng.uniform(235, 255)))
    cv2.rectangle(canvas, (0, 0), (width, height // 14), bright(rng, (0, 0.6), (0.2, 0.9)), -1)
    x0, x1 = int(width * rng.uniform(0.05, 0.2)), int(width * rng.uniform(0.6, 0.95))
    write(canvas, word(rng) + " " + word(rng), (x0, height // 5), height / 14, grey(40), bold=True)
    lines(rng, canvas, (x0, height // 4, x1, height - 8), 9, [grey(90), grey(60)], 0.2)
    for _ in range(rng.whole(1, 4)):
        wide, high = rng.whole(width // 8, width // 3), rng.whole(height // 6, height // 3)
        x, y = rng.whole(0, width - wide), rng.whole(height // 6, height - high)
        canvas[y : y + high, x : x + wide] = cv2.resize(_landscape(rng, (64, 48)), (wide, high))
    return canvas


def _sheet(rng: Rng, size: Size) -> Picture:
    width, height = size
    canvas = blank(size, grey(250))
    canvas[: height // 8] = bright(rng, (0.3, 0.8), (0.3, 0.7))
    for y in range(height // 8, height, 12):
        cv2.line(canvas, (0, y), (width, y), grey(215), 1)
        for x in range(0, width, width // 9):
            if rng.chance(0.6):
                cv2.line(canvas, (x + 5, y + 6), (x + rng.whole(12, width // 10), y + 6), grey(70), 3)
    for x in range(0, width, width // 9):
        cv2.line(canvas, (x, height // 8), (x, height), grey(215), 1)
    return canvas


def _slide(rng: Rng, size: Size) -> Picture:
    width, height = size
    dark = rng.chance(0.35)
    canvas = blank(size, bright(rng, (0, 0.7), (0.08, 0.3) if dark else (0.85, 1)))
    ink = grey(240 if dark else 40)
    write(canvas, word(rng) + " " + word(rng), (width // 12, height // 6), height / 10, ink, bold=True)
    base, bars = int(height * 0.85), rng.whole(4, 9)
    if rng.chance(0.6):
        colours = [bright(rng) for _ in range(3)]
        for k in range(bars):
            x = int(width * (0.1 + 0.5 * k / bars))
            top = int(base - height * rng.uniform(0.1, 0.55))
            cv2.rectangle(canvas, (x, top), (x + int(width * 0.35 / bars), base), rng.pick(colours), -1)
    else:
        start = 0.0
        for share in rng.dirichlet(np.ones(5)):
            centre = int(width * 0.33), int(height * 0.55)
            cv2.ellipse(canvas, centre, (height // 4,) * 2, 0, start, start + 360 * share, bright(rng), -1, cv2.LINE_AA)
            start += 360 * float(share)
    lines(rng, canvas, (int(width * 0.65), height // 4, int(width * 0.95), base), height // 16, [ink], 0.4)
    return canvas


def _call(rng: Rng, size: Size) -> Picture:
    width, height = size
    canvas = blank(size, grey(28))
    columns, rows = rng.pick([(1, 1), (2, 1), (2, 2), (3, 2), (3, 3), (4, 3)])
    wide, high = width // columns, height * 9 // 10 // rows
    for row in range(rows):
        for column in range(columns):
            if rng.chance(0.85):
                tile = portrait(rng, (wide - 6, high - 6))
                canvas[row * high + 3 : (row + 1) * high - 3, column * wide + 3 : (column + 1) * wide - 3] = tile
    for k in range(5):
        cv2.circle(canvas, (width // 2 + (k - 2) * width // 16, height * 19 // 20), height // 40, grey(110), -1)
    return canvas


def _desktop(rng: Rng, size: Size) -> Picture:
    width, height = size
    canvas = rng.pick([_landscape, _abstract])(rng, size)
    canvas[height * 24 // 25 :] = grey(rng.uniform(20, 230))
    for k in range(rng.whole(0, 10)):
        spot = width // 30 + (k // 5) * width // 12, height // 12 + (k % 5) * height // 7
        cv2.circle(canvas, spot, height // 40, bright(rng), -1)
    for _ in range(rng.whole(0, 2)):
        wide, high = rng.whole(width // 3, width * 2 // 3), rng.whole(height // 3, height * 2 // 3)
        x, y = rng.whole(0, width - wide), rng.whole(0, height - high - height // 20)
        canvas[y : y + high, x : x + wide] = rng.pick([_code, _page, _sheet])(rng, (wide, high))
        cv2.rectangle(canvas, (x, y), (x + wide, y + height // 30), grey(200), -1)
    return canvas


def _game(rng: Rng, size: Size) -> Picture:
    width, height = size
    canvas = gradient(rng, size, bright(rng, (0.5, 1), (0.02, 0.3)), bright(rng, (0.5, 1), (0.1, 0.6)))
    for _ in range(rng.whole(10, 30)):
        spot, radius = (rng.whole(0, width), rng.whole(0, height)), rng.whole(2, height // 12)
        cv2.circle(canvas, spot, radius, bright(rng, (0.5, 1), (0.5, 1)), rng.pick([-1, 2]), cv2.LINE_AA)
    canvas = cv2.GaussianBlur(canvas, (0, 0), 1.5)
    cv2.rectangle(canvas, (10, height - 22), (width // 3, height - 12), bright(rng, (0.7, 1), (0.7, 1)), -1)
    return canvas


SCREENS: dict[str, tuple[float, Callable[[Rng, Size], Picture]]] = {
    "desktop": (3, _desktop),
    "code": (2, _code),
    "page": (3, _page),
    "sheet": (1.5, _sheet),
    "slide": (2, _slide),
    "call": (2, _call),
    "film": (1.5, _landscape),
    "game": (1, _game),
}


def screen(rng: Rng, size: Size) -> Picture:
    """What a monitor shows."""
    return SCREENS[rng.named({name: weight for name, (weight, _) in SCREENS.items()})][1](rng, size)


def whiteboard(rng: Rng, size: Size) -> Picture:
    """White with marker lines, words and notes; now and then nearly clean."""
    width, height = size
    canvas = blank(size, grey(rng.uniform(225, 250)))
    pens: list[Colour] = [(30, 30, 40), (190, 40, 40), (30, 60, 170), (30, 120, 60)]
    for _ in range(rng.whole(0, 14)):
        pen, x, y = rng.pick(pens), rng.whole(0, width * 3 // 4), rng.whole(height // 12, height)
        kind = rng.whole(0, 4)
        if kind == 0:
            corner = x + rng.whole(20, width // 5), y + rng.whole(15, height // 5)
            cv2.rectangle(canvas, (x, y), corner, pen, 2, cv2.LINE_AA)
            write(canvas, word(rng), (x + 5, y + 18), 9, pen)
        elif kind == 1:
            for k in range(rng.whole(1, 5)):
                write(canvas, "- " + word(rng) + " " + word(rng), (x, y + 16 * k), rng.uniform(8, 11), pen)
        elif kind == 2:
            tip = x + rng.whole(-width // 4, width // 4), y + rng.whole(-height // 4, height // 4)
            cv2.arrowedLine(canvas, (x, y), tip, pen, 2, cv2.LINE_AA, tipLength=0.1)
        elif kind == 3:
            steps = np.cumsum(rng.normal(0, height / 14, (12, 2)) + [width / 50, 0], 0) + [x, y]
            cv2.polylines(canvas, [steps.astype(np.int32)], False, pen, 2, cv2.LINE_AA)
        else:
            side = height // 9
            canvas[y : y + side, x : x + side] = bright(rng, (0.3, 0.6), (0.9, 1))
    return canvas


def rug(rng: Rng, size: Size) -> Picture:
    """A carpet with a border and a mirrored field."""
    width, height = size
    kind = rng.whole(0, 2)
    if kind == 0:
        quarter = _abstract(rng, (width // 2, height // 2))
        half = np.concatenate([quarter, quarter[:, ::-1]], 1)
        canvas = cv2.resize(np.concatenate([half, half[::-1]], 0), size)
    elif kind == 1:
        canvas = blank(size, bright(rng, (0, 0.6)))
        step = height // rng.whole(4, 14)
        for y in range(0, height, step):
            canvas[y : y + step // 2] = bright(rng, (0, 0.6))
    else:
        canvas = blank(size, bright(rng, (0, 0.3), (0.3, 0.95)))
    for k in range(rng.whole(0, 3)):
        inset = (k + 1) * height // 24
        cv2.rectangle(canvas, (inset, inset), (width - inset, height - inset), bright(rng), max(2, height // 60))
    return canvas


SPINES = 24  # books in the picture that `spines` draws


def spines(rng: Rng) -> Picture:
    """The backs of `SPINES` books side by side, 32 pixels each."""
    canvas = np.zeros((192, 32 * SPINES, 3), np.uint8)
    sober = rng.chance(0.3)  # a shelf of one series, or of all colours
    series = bright(rng, (0.1, 0.7), (0.2, 0.7))
    for k in range(SPINES):
        spine = canvas[:, 32 * k : 32 * k + 32]
        if sober and rng.chance(0.7):
            spine[:] = series
        else:
            spine[:] = bright(rng, (0, 0.8), (0.08, 0.95))
        ink = rng.pick([grey(240), grey(20), (215, 180, 90)])
        title = np.ascontiguousarray(np.zeros((32, 192, 3), np.uint8))
        write(title, word(rng, 7) + " " + word(rng, 7), (rng.whole(10, 50), 21), rng.uniform(9, 14), (255, 255, 255))
        mask = np.rot90(title, 3)[..., :1] / 255.0
        spine[:] = (spine * (1 - mask) + np.asarray(ink) * mask).astype(np.uint8)
        for y in rng.integers(0, 190, rng.whole(0, 3)):
            spine[y : y + rng.whole(2, 14)] = bright(rng, (0, 0.8), (0.1, 1))
        spine[:, 0:3] = spine[:, 0:3] // 2
        spine[:, 29:] = spine[:, 29:] // 2
    return canvas


def facade(rng: Rng, size: Size, floors: int, columns: int, night: bool) -> Picture:
    """A house's front with windows; some are lit at night."""
    width, height = size
    wall = bright(rng, (0.02, 0.35), (0.05, 0.15) if night else (0.35, 0.9))
    canvas = blank(size, wall)
    high, wide = height / floors, width / columns
    share_x, share_y = rng.uniform(0.3, 0.8), rng.uniform(0.35, 0.75)
    frame = grey(40 if night else rng.pick([60, 230]))
    for floor in range(floors):
        for column in range(columns):
            x0, y0 = int((column + 0.5 - share_x / 2) * wide), int((floor + 0.5 - share_y / 2) * high)
            x1, y1 = int(x0 + share_x * wide), int(y0 + share_y * high)
            pane = bright(rng, (0.05, 0.35), (0.12, 0.5))
            if night:
                warm = (hsv(rng.uniform(0.07, 0.15), rng.uniform(0.1, 0.6), 1) * rng.uniform(120, 255)).astype(int)
                pane = tuple(warm.tolist()) if rng.chance(0.4) else grey(rng.uniform(8, 30))
            cv2.rectangle(canvas, (x0, y0), (x1, y1), pane, -1)
            cv2.rectangle(canvas, (x0, y0), (x1, y1), frame, 1)
            if x1 - x0 > 8:
                cv2.line(canvas, ((x0 + x1) // 2, y0), ((x0 + x1) // 2, y1), frame, 1)
    return canvas
