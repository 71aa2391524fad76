"""What is seen through windows and above gardens: a dome of emission around the scene that only the camera meets."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import cv2
import numpy as np
from numpy.typing import NDArray

from ppid.render.backgrounds import pictures
from ppid.render.backgrounds.place import Place
from ppid.render.backgrounds.textures import clouds
from ppid.render.colour import hsv
from ppid.render.materials import Material
from ppid.render.rng import Rng
from ppid.render.scene import add_image
from ppid.render.shapes import sphere

Panorama = NDArray[np.float32]  # display RGB (H, 2H, 3), row 0 on top
_ROWS = 640
_HORIZON = _ROWS // 2
_RADIUS = 150.0


def paint(rng: Rng, kind: str) -> bpy.types.Image:
    """A panorama of a kind of `OUTLOOKS`."""
    return add_image("outside", OUTLOOKS[kind](rng).clip(0, 1)[::-1], colour_space="sRGB")


def dome(panorama: bpy.types.Image, radiance: float, centre: tuple[float, float, float]) -> None:
    """Surround the scene by a panorama: it closes the picture, and lights nothing."""
    material = Material("dome")
    place = material.node("TexCoord").outputs["Object"]
    seen = material.node("TexEnvironment", {"image": panorama}, Vector=place)
    material.surface(material.node("Emission", Color=seen.outputs["Color"], Strength=radiance).outputs[0])
    material.data.cycles.emission_sampling = "NONE"
    around = Place().at(*centre).add(sphere(3, _RADIUS), material.data)
    around.visible_diffuse = around.visible_shadow = False


def _blended(
    top: NDArray[np.float64], low: NDArray[np.float64], ground: NDArray[np.float64], power: float = 0.6
) -> Panorama:
    """Sky from zenith to horizon and ground below."""
    up = np.linspace(1, -1, _ROWS)[:, None, None]
    height = np.clip(up, 0, 1) ** power
    column = np.where(up > 0, top * height + low * (1 - height), ground * (1 - 0.3 * np.clip(-up, 0, 1)))
    return np.repeat(column, 2 * _ROWS, 1).astype(np.float32)


def _cloudy(rng: Rng, canvas: Panorama, amount: float) -> Panorama:
    field = cv2.resize(clouds(rng, 1.5, (1.5, 3)), (2 * _ROWS, _ROWS))
    cover = 1 / (1 + np.exp(-(field + amount) * 3))[..., None]
    cover[_HORIZON:] = 0
    return canvas + (np.float32(0.97) - canvas) * cover * rng.uniform(0.3, 0.9)


def _day_sky(rng: Rng) -> Panorama:
    top = hsv(rng.uniform(0.55, 0.61), rng.uniform(0.2, 0.65), rng.uniform(0.65, 0.95))
    ground = hsv(rng.uniform(0.1, 0.35), rng.uniform(0.1, 0.4), rng.uniform(0.3, 0.5))
    canvas = _cloudy(rng, _blended(top, hsv(0.57, 0.12, 0.98), ground), rng.uniform(-1, 1))
    canvas[_HORIZON:] *= 1 + 0.6 * _grain(rng)[_HORIZON:, :, None]
    return canvas


def _sky(rng: Rng) -> Panorama:
    canvas = _day_sky(rng)
    for k in range(rng.whole(1, 3)):
        shade = hsv(rng.uniform(0.25, 0.6), rng.uniform(0.1, 0.4), 0.75 - 0.12 * k)
        _ridge(rng, canvas, rng.uniform(0.005, 0.06) * (3 - k), shade, 1.8)
    return canvas


def _grain(rng: Rng) -> NDArray[np.float32]:
    """Leaves and rocks from afar, about -0.5 to 0.5 (H, 2H)."""
    fine = clouds(rng, 0.35, side=_ROWS) * 0.13 + clouds(rng, 1.2, side=_ROWS) * 0.1
    return np.tile(fine, (1, 2))


def _ridge(rng: Rng, canvas: Panorama, height: float, colour: NDArray[np.float64], slope: float) -> None:
    """Hills or treetops up to `height` of the half sphere above the horizon."""
    outline = np.tile(clouds(rng, slope, side=_ROWS)[0], 2) * 0.35 + 1
    top = _HORIZON - outline * height * _HORIZON
    grain = _grain(rng)
    below = (np.arange(_ROWS)[:, None] > top) & (np.arange(_ROWS)[:, None] < _HORIZON + 6)
    canvas[below] = (colour * (1 + grain)[..., None])[below]


def _trees(rng: Rng) -> Panorama:
    canvas = _day_sky(rng)
    hue = rng.uniform(0.15, 0.33)
    for k in range(3):
        _ridge(
            rng, canvas, rng.uniform(0.12, 0.45) * (1 - 0.25 * k), hsv(hue, 0.35, 0.5 - 0.1 * k), rng.uniform(0.8, 1.3)
        )
    canvas[_HORIZON:] = hsv(hue, 0.4, 0.45) * (1 + 0.7 * _grain(rng)[_HORIZON:, :, None])
    return canvas


def _row_of_houses(rng: Rng, canvas: Panorama, height: tuple[float, float], night: bool, full: bool) -> None:
    """Fronts side by side around the horizon, their heights as shares of the half sphere."""
    x = 0
    while x < 2 * _ROWS:
        wide = rng.whole(40, 130)
        tall = int(rng.uniform(*height) * _HORIZON)
        below = int(_HORIZON * rng.uniform(0.1, 0.5)) if full else 4
        front = pictures.facade(
            rng,
            (wide, tall + below),
            max(2, (tall + below) // rng.whole(12, 26)),
            max(2, wide // rng.whole(10, 24)),
            night,
        )
        right = min(x + wide, 2 * _ROWS)
        canvas[_HORIZON - tall : _HORIZON + below, x:right] = front[:, : right - x] / 255.0 * (1 if night else 0.8)
        x += wide + rng.whole(0, 60)


def _houses(rng: Rng) -> Panorama:
    canvas = _day_sky(rng)
    _row_of_houses(rng, canvas, (0.08, 0.25), night=False, full=False)
    _row_of_houses(rng, canvas, (0.05, rng.uniform(0.15, 0.6)), night=False, full=rng.chance(0.6))
    if rng.chance(0.5):
        _ridge(rng, canvas, rng.uniform(0.05, 0.2), hsv(rng.uniform(0.2, 0.33), 0.45, 0.35), 1.0)
    return canvas


def _white(rng: Rng) -> Panorama:
    """Outside too bright for the camera."""
    low = np.ones(3) * rng.uniform(0.9, 1)
    return _blended(np.ones(3), low, low * rng.uniform(0.8, 1)) + 0.03 * clouds(rng, 1.6)[:1, :1, None]


def _night(rng: Rng) -> Panorama:
    canvas = _blended(
        hsv(0.64, 0.7, 0.05), hsv(rng.uniform(0.02, 0.75), 0.5, rng.uniform(0.08, 0.25)), np.full(3, 0.03)
    )
    _row_of_houses(rng, canvas, (0.05, 0.3), night=True, full=False)
    _row_of_houses(rng, canvas, (0.02, 0.25), night=True, full=rng.chance(0.5))
    _street_lights(rng, canvas)
    return canvas


def _street_lights(rng: Rng, canvas: Panorama) -> None:
    for _ in range(rng.whole(20, 80)):
        where = rng.whole(0, 2 * _ROWS), int(_HORIZON + abs(rng.normal(0, 0.05)) * _HORIZON)
        shade = hsv(rng.pick([0.09, 0.11, 0.0, 0.34, 0.6]), rng.uniform(0.2, 0.8), 1)
        cv2.circle(canvas, where, rng.whole(1, 3), shade.tolist(), -1, cv2.LINE_AA)


def _dusk(rng: Rng) -> Panorama:
    low = hsv(rng.uniform(0.0, 0.1), rng.uniform(0.3, 0.8), rng.uniform(0.6, 1))
    canvas = _blended(hsv(rng.uniform(0.58, 0.75), 0.55, rng.uniform(0.25, 0.5)), low, np.full(3, 0.12), 0.35)
    canvas = _cloudy(rng, canvas, rng.uniform(-1.5, -0.3)) if rng.chance(0.5) else canvas
    _row_of_houses(rng, canvas, (0.03, 0.25), night=True, full=rng.chance(0.5))
    _street_lights(rng, canvas)
    return canvas


OUTLOOKS: dict[str, Callable[[Rng], Panorama]] = {
    "clear": _day_sky,
    "sky": _sky,
    "trees": _trees,
    "houses": _houses,
    "white": _white,
    "night": _night,
    "dusk": _dusk,
}
