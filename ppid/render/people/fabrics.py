"""What clothes are made of: colours of wardrobes, woven and printed patterns, and cloth as a material."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import bpy
import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppid.render.colour import hsv, linear
from ppid.render.materials import Material
from ppid.render.rng import Rng
from ppid.render.shapes import TAU

Image = NDArray[np.float64]
_SIDE = 256  # pixels of a pattern that repeats
_PRINT = 512  # pixels of a print across the chest
_LETTERS = "ABCDEFGHIKLMNOPRSTUVWXYZ0123456789"


@dataclass(frozen=True)
class Fabric:
    """Cloth that was chosen.

    Attributes:
        material: of the cloth.
        pattern: a key of `PATTERNS`, `print` or `plain`.
        colour: linear RGB of its ground.
    """

    material: bpy.types.Material
    pattern: str
    colour: Image

    @property
    def printed(self) -> bool:
        """It has one picture on the chest instead of a pattern that repeats."""
        return self.pattern == "print"


def fabric(
    rng: Rng,
    pattern: str | None = None,
    colour: ArrayLike | None = None,
    *,
    prints: bool = False,
    knit: bool = False,
) -> Fabric:
    """Cloth of a pattern of `WOVEN`, `plain` or `print`; `colour` is linear RGB of its ground.

    Without a pattern any is drawn, a print only where `prints` allows it.
    """
    weights = {"plain": 0.4, "print": 0.16 * prints, **{name: weight for name, (weight, _) in WOVEN.items()}}
    chosen = pattern or rng.named(weights)
    ground = wardrobe_colour(rng) if colour is None else np.asarray(colour, float)
    if chosen == "plain":
        return Fabric(cloth(rng, ground, knit=knit), chosen, ground)
    image = _print(rng, ground) if chosen == "print" else WOVEN[chosen][1](rng, ground)
    return Fabric(cloth(rng, ground, image, knit=knit, once=chosen == "print"), chosen, ground)


def wardrobe_colour(rng: Rng) -> Image:
    """Linear RGB as clothes have it: many greys, blacks, whites and blues; some like skin, which are hard to cut out."""
    kind = rng.named({"dark": 0.22, "white": 0.16, "grey": 0.12, "blue": 0.16, "earth": 0.1, "any": 0.24})
    if kind == "dark":
        shade = rng.uniform(0.04, 0.22) + rng.normal(0, 0.01, 3)
    elif kind == "white":
        shade = rng.uniform(0.75, 0.95) + rng.normal(0, 0.02, 3)
    elif kind == "grey":
        shade = rng.uniform(0.3, 0.65) + rng.normal(0, 0.02, 3)
    elif kind == "blue":
        shade = hsv(rng.uniform(0.55, 0.66), rng.uniform(0.3, 0.8), rng.uniform(0.2, 0.75))
    elif kind == "earth":
        shade = hsv(rng.uniform(0.03, 0.11), rng.uniform(0.2, 0.6), rng.uniform(0.35, 0.9))
    else:
        shade = hsv(rng.uniform(), rng.uniform(0.25, 0.95), rng.uniform(0.2, 0.95))
    return linear(np.clip(shade, 0.02, 0.97))


def cloth(
    rng: Rng,
    colour: ArrayLike,
    image: Image | None = None,
    *,
    knit: bool = False,
    once: bool = False,
    tinted: bool = False,
) -> bpy.types.Material:
    """A material of cloth.

    Args:
        rng: draws its sheen and relief.
        colour: linear RGB.
        image: a pattern (H, W, 3) instead of the colour, linear, row 0 at the bottom.
        knit: thick yarn.
        once: the image does not repeat.
        tinted: the mesh has colours that the image is multiplied by.
    """
    rough = rng.uniform(0.3, 0.5) if rng.chance(0.07) and not knit else rng.uniform(0.6, 0.95)
    material = Material("cloth", Base_Color=colour, Roughness=rough)
    if rng.chance(0.3):
        material.set(Sheen_Weight=rng.uniform(0.1, 0.5))
    if image is not None:
        texture = material.image(image, material.surface_coordinates())
        if once:
            texture.extension = "EXTEND"
        shown = texture.outputs["Color"]
        material.set(Base_Color=material.scaled(shown, material.vertex_colour()) if tinted else shown)
    elif tinted:
        material.set(Base_Color=material.vertex_colour())
    _relief(rng, material, knit)
    return material.data


def plain(rng: Rng, colour: ArrayLike | None = None, roughness: float | None = None) -> bpy.types.Material:
    """A smooth material of one colour, for things of plastic, metal or leather that are worn."""
    shade = wardrobe_colour(rng) if colour is None else colour
    return Material("plain", Base_Color=shade, Roughness=roughness or rng.uniform(0.2, 0.6)).data


def metal(rng: Rng) -> bpy.types.Material:
    """Gold, silver, copper or steel."""
    shade = rng.pick([(1.0, 0.76, 0.33), (0.93, 0.92, 0.9), (0.95, 0.64, 0.5), (0.4, 0.4, 0.42)])
    return Material("metal", Base_Color=shade, Metallic=1.0, Roughness=rng.uniform(0.08, 0.35)).data


def _relief(rng: Rng, material: Material, knit: bool) -> None:
    """Creases, and the weave where it is coarse enough to be seen."""
    place = material.coordinates()
    creases = material.node(
        "TexNoise",
        Vector=place,
        Scale=rng.uniform(6, 15),
        Detail=rng.uniform(0.5, 2),
        Distortion=rng.uniform(0, 0.6),
    )
    normal = material.bump(creases.outputs[0], rng.uniform(0.15, 0.6), 0.02)
    if knit:
        ribs = material.node(
            "TexWave",
            {"bands_direction": rng.pick(["X", "Z", "DIAGONAL"])},
            Vector=place,
            Scale=rng.uniform(25, 60),
            Distortion=rng.uniform(0.3, 1.5),
            Detail=1.0,
        )
        material.bump(ribs.outputs[1], rng.uniform(0.4, 0.9), 0.003, normal)
    elif rng.chance(0.35):
        weave = material.node("TexNoise", Vector=place, Scale=rng.uniform(150, 700), Detail=0.0)
        material.bump(weave.outputs[0], rng.uniform(0.05, 0.5), 0.0015, normal)


def _places() -> tuple[Image, Image]:
    """x and y of the pixels in [0, 1)."""
    y, x = np.mgrid[0:_SIDE, 0:_SIDE] / _SIDE
    return x, y


def _mix(share: ArrayLike, first: Image, second: Image) -> Image:
    k = np.asarray(share, float)[..., None]
    return first * (1 - k) + second * k


def _clouds(rng: Rng, octaves: int, cells: int) -> Image:
    """Noise in [0, 1] that tiles."""
    total, amplitude = np.zeros((_SIDE, _SIDE)), 1.0
    for _ in range(octaves):
        grid = rng.random((cells, cells))
        wrapped = np.pad(grid, 2, "wrap")
        scale = _SIDE / cells
        large = cv2.resize(wrapped, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        edge = (large.shape[0] - _SIDE) // 2
        total += amplitude * large[edge : edge + _SIDE, edge : edge + _SIDE]
        amplitude, cells = amplitude * 0.55, cells * 2
    total -= total.min()
    return total / total.max()


def _stripes(rng: Rng, ground: Image, across: bool) -> Image:
    x, y = _places()
    phase = (y if across else x) * rng.whole(6, 40) % 1
    image = _mix(phase < rng.uniform(0.15, 0.6), ground, wardrobe_colour(rng))
    if rng.chance(0.3):
        image = _mix((phase > 0.7) & (phase < 0.8), image, wardrobe_colour(rng))
    return image


def _across(rng: Rng, ground: Image) -> Image:
    return _stripes(rng, ground, True)


def _upright(rng: Rng, ground: Image) -> Image:
    return _stripes(rng, ground, False)


def _plaid(rng: Rng, ground: Image) -> Image:
    x, y = _places()
    count, width, line = rng.whole(4, 22), rng.uniform(0.2, 0.5), wardrobe_colour(rng)
    bands = ((x * count % 1 < width) * 1.0 + (y * count % 1 < width)) / 2
    image = _mix(bands, ground, wardrobe_colour(rng))
    for place in (x, y):
        image = _mix((np.abs(place * count % 1 - 0.75) < 0.04) * 0.7, image, line)
    return image


def _dots(rng: Rng, ground: Image) -> Image:
    x, y = _places()
    count, radius = rng.whole(8, 40), rng.uniform(0.15, 0.4)
    shift = 0.5 * (np.floor(y * count) % 2) if rng.chance(0.5) else 0.0
    inside = ((x * count + shift) % 1 - 0.5) ** 2 + (y * count % 1 - 0.5) ** 2 < radius**2
    return _mix(inside, ground, wardrobe_colour(rng))


def _blotches(rng: Rng, ground: Image) -> Image:
    return _mix(_clouds(rng, 4, 4), ground, wardrobe_colour(rng))


def _melange(rng: Rng, ground: Image) -> Image:
    return _mix(_clouds(rng, 2, 64) * 0.6, ground, np.clip(ground * 1.8 + 0.02, 0, 1))


def _camouflage(rng: Rng, ground: Image) -> Image:
    height = _clouds(rng, 3, 4)
    other, third = wardrobe_colour(rng), wardrobe_colour(rng)
    return _mix(height > 0.6, _mix(height > 0.4, ground, other), third)


def _flowers(rng: Rng, ground: Image) -> Image:
    x, y = _places()
    image = np.broadcast_to(ground, (_SIDE, _SIDE, 3))
    colours = [wardrobe_colour(rng), wardrobe_colour(rng)]
    petals = rng.whole(4, 7)
    for _ in range(rng.whole(25, 70)):
        across, up, radius = rng.uniform(), rng.uniform(), rng.uniform(0.02, 0.06)
        right, above = (x - across + 0.5) % 1 - 0.5, (y - up + 0.5) % 1 - 0.5
        edge = radius * (0.7 + 0.3 * np.cos(np.arctan2(above, right) * petals + across * 9))
        image = _mix(np.hypot(right, above) < edge, image, rng.pick(colours))
    return image


def _gradient(rng: Rng, ground: Image) -> Image:
    _, y = _places()
    return _mix(0.5 - 0.5 * np.cos(y * TAU), ground, wardrobe_colour(rng))


def _zigzag(rng: Rng, ground: Image) -> Image:
    x, y = _places()
    count = rng.whole(6, 20)
    phase = (y * count + np.abs(x * count % 1 - 0.5)) % 1
    return _mix(phase < rng.uniform(0.3, 0.6), ground, wardrobe_colour(rng))


def _checks(rng: Rng, ground: Image) -> Image:
    x, y = _places()
    count = rng.whole(4, 16) * 2
    return _mix((np.floor(x * count) + np.floor(y * count)) % 2, ground, wardrobe_colour(rng))


WOVEN: dict[str, tuple[float, Callable[[Rng, Image], Image]]] = {
    "across": (0.10, _across),
    "upright": (0.05, _upright),
    "plaid": (0.10, _plaid),
    "dots": (0.04, _dots),
    "blotches": (0.05, _blotches),
    "melange": (0.07, _melange),
    "camouflage": (0.03, _camouflage),
    "flowers": (0.04, _flowers),
    "gradient": (0.02, _gradient),
    "zigzag": (0.02, _zigzag),
    "checks": (0.02, _checks),
}  # patterns that repeat: how often, maker


def _print(rng: Rng, ground: Image) -> Image:
    """A picture or words on the chest; the margin is ground, which goes on beyond it."""
    image = np.tile(ground, (_PRINT, _PRINT, 1)).astype(np.float32)
    colours = [wardrobe_colour(rng) for _ in range(3)]
    centre = np.array([_PRINT * 0.5, _PRINT * rng.uniform(0.36, 0.46)])
    if rng.chance(0.3):  # a small emblem on one side
        centre[0] += rng.pick([-1, 1]) * _PRINT * rng.uniform(0.07, 0.1)
        _emblem(rng, image, centre, _PRINT * rng.uniform(0.012, 0.03), colours)
        return image.astype(float)
    kind = rng.pick(["words", "emblem", "both", "picture"])
    if kind in ("emblem", "both"):
        _emblem(rng, image, centre, _PRINT * rng.uniform(0.04, 0.11), colours)
    if kind in ("words", "both"):
        for line in range(rng.whole(1, 3)):
            _words(rng, image, centre - [0, (line + (kind == "both") * 2) * _PRINT * 0.05], rng.pick(colours))
    if kind == "picture":
        half = (_PRINT * rng.uniform(0.05, 0.12, 2)).astype(int)
        left, low = (centre - half).astype(int)
        blots = cv2.resize(rng.random((5, 5, 3)).astype(np.float32), tuple(2 * half), interpolation=cv2.INTER_CUBIC)
        image[low : low + 2 * half[1], left : left + 2 * half[0]] = linear(np.clip(blots, 0, 1))
    return image.astype(float)


def _emblem(rng: Rng, image: NDArray[np.float32], centre: Image, radius: float, colours: list[Image]) -> None:
    """One of a few marks, one over the other."""
    for size, colour in zip((1.0, rng.uniform(0.5, 0.8), rng.uniform(0.2, 0.45)), colours, strict=True):
        corners = rng.whole(3, 8)
        angle = np.linspace(0, TAU, corners * 2, endpoint=False) + rng.uniform(0, TAU)
        reach = radius * size * np.where(np.arange(corners * 2) % 2, rng.uniform(0.4, 1), 1)
        outline = centre + np.stack([np.cos(angle), np.sin(angle)], 1) * reach[:, None]
        if rng.chance(0.4):
            cv2.circle(image, centre.astype(int).tolist(), int(radius * size), colour.tolist(), -1, cv2.LINE_AA)
        else:
            cv2.fillPoly(image, [outline.astype(np.int32)], colour.tolist(), cv2.LINE_AA)


def _words(rng: Rng, image: NDArray[np.float32], centre: Image, colour: Image) -> None:
    """Made-up letters, written on a sheet of their own since rows of the image go up."""
    sheet = np.zeros((64, _PRINT), np.float32)
    text = "".join(rng.pick(_LETTERS) for _ in range(rng.whole(2, 9)))
    font = rng.pick([cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX])
    scale, weight = rng.uniform(0.5, 1.1), rng.whole(2, 5)
    (width, _), _ = cv2.getTextSize(text, font, scale, weight)
    cv2.putText(sheet, text, (_PRINT // 2 - width // 2, 44), font, scale, 1.0, weight, cv2.LINE_AA)
    low = int(centre[1]) - 32
    share = sheet[::-1, :, None]
    image[low : low + 64] = image[low : low + 64] * (1 - share) + colour.astype(np.float32) * share
