"""Colours of coats: solid, tabby, bicoloured, pointed, patched, spotted, striped, masked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ppid.render.colour import hsv, linear
from ppid.render.objects.furry.anatomy import Flesh
from ppid.render.rng import Rng
from ppid.render.shapes import Points, noise

Floats = NDArray[np.float64]

PALETTE: dict[str, tuple[float, float, float]] = {
    "black": (0.07, 0.25, 0.16),
    "chocolate": (0.05, 0.55, 0.32),
    "brown": (0.065, 0.55, 0.48),
    "ginger": (0.07, 0.75, 0.82),
    "red": (0.04, 0.75, 0.6),
    "gold": (0.095, 0.55, 0.85),
    "tan": (0.085, 0.5, 0.75),
    "cream": (0.1, 0.27, 0.93),
    "white": (0.1, 0.05, 0.97),
    "grey": (0.08, 0.08, 0.55),
    "blue": (0.6, 0.12, 0.5),
    "silver": (0.1, 0.05, 0.78),
}  # hue, saturation, value as displayed


@dataclass(frozen=True)
class Place:
    """Where on an animal the vertices to colour are.

    Attributes:
        flesh: shares, normals and places.
        head: (V, 3) in the head's coordinates.
        along: (V,) from the hip (0) to the chest (1).
        eyes: (2, 3) in the head's coordinates.
        scale: hip to chest in scene units.
        seed: of noises that must agree between parts of one animal.
    """

    flesh: Flesh
    head: Points
    along: Floats
    eyes: Points
    scale: float
    seed: int

    def ragged(self, amount: float = 0.3, frequency: float = 3.0, key: int = 0) -> Floats:
        """Noise (V,) that breaks up edges."""
        return amount * noise(self.flesh.vertices / self.scale, Rng(self.seed, key), frequency, 3)

    def belly(self, level: float = 0.35) -> Floats:
        """1 below, 0 above."""
        trunk = self.flesh.share("torso", "breast", "thigh", "neck", "leg", "tail")
        return _soft(-self.flesh.normals[:, 2] - level + self.ragged(0.25), 8) * trunk

    @property
    def face(self) -> Floats:
        """1 on the head."""
        return self.flesh.share("head", "muzzle", "cheek", "chin", "lid")

    def near_eyes(self, radius: float) -> Floats:
        """1 around the eyes."""
        distance = np.linalg.norm(self.head[:, None] - self.eyes[None], axis=2).min(1)
        return _soft((radius - distance) / radius * 3, 3) * np.maximum(self.face, self.flesh.share("lid"))


def _soft(x: Floats, steepness: float) -> Floats:
    return 1 / (1 + np.exp(-np.clip(x * steepness, -30, 30)))


def shade(rng: Rng, name: str) -> Points:
    """Linear RGB near a colour of the palette."""
    hue, saturation, value = PALETTE[name]
    return linear(
        hsv(
            hue + rng.normal(0, 0.008),
            np.clip(saturation * rng.uniform(0.8, 1.2), 0, 1),
            np.clip(value * rng.uniform(0.88, 1.1), 0.05, 0.98),
        )
    )


def _over(colours: Points, mask: Floats, colour: Points) -> Points:
    return colours + (colour - colours) * np.clip(mask, 0, 1)[:, None]


def _all(place: Place, colour: Points) -> Points:
    return np.broadcast_to(colour, place.flesh.vertices.shape) * (1 + place.ragged(0.12, 1.2, 9))[:, None]


def solid(rng: Rng, place: Place, *names: str) -> Points:
    """One colour, a little lighter below and at the muzzle."""
    base = shade(rng, rng.pick(names))
    light = np.clip(base * 1.5 + 0.02, 0, 0.9)
    return _over(_all(place, base), 0.5 * place.belly() + 0.3 * place.flesh.share("muzzle"), light)


def bellied(rng: Rng, place: Place, *names: str) -> Points:
    """The first colour above, the last below, on the breast and muzzle."""
    above, below = shade(rng, rng.pick(names[:-1])), shade(rng, names[-1])
    low = _soft(-place.head[:, 2] - 0.25 + place.ragged(0.1), 10) * place.face
    mask = np.maximum(place.belly(0.15), low)
    mask = np.maximum(mask, place.flesh.share("breast", "chin") * 0.8 + place.flesh.share("muzzle") * 0.4)
    return _over(_all(place, above), mask, below)


def tabby(rng: Rng, place: Place, *names: str) -> Points:
    """Stripes across the trunk, rings on legs and tail, lines on the forehead, a light muzzle."""
    name = rng.pick(names)
    base = shade(rng, name)
    dark = base * {"ginger": 0.45, "cream": 0.55}.get(name, 0.16)
    colours = bellied(Rng(place.seed, 5), place, name, "cream" if rng.chance(0.6) else "white")
    warp = place.ragged(0.55, 1.3, 1)
    trunk = np.sin(place.along * rng.uniform(28, 40) + 5 * warp)
    height = place.flesh.vertices[:, 2] / place.scale
    legs = np.sin(height * rng.uniform(35, 50) + 4 * warp)
    tail = np.sin(np.linalg.norm(place.flesh.vertices - place.flesh.vertices.mean(0), axis=1) / place.scale * 30)
    forehead = np.cos(place.head[:, 1] * 13 + place.ragged(0.6, 2, 3)) * np.clip(place.head[:, 2] * 3, 0, 1)
    cheeks = np.sin(place.head[:, 2] * 16 + place.head[:, 0] * 5) * np.clip(-place.head[:, 0] * 2 + 1.2, 0, 1)
    share = place.flesh.share
    wave = trunk * share("torso", "neck", "thigh") + legs * share("leg") + tail * share("tail")
    wave = wave + np.maximum(forehead, cheeks * 0.7) * share("head", "cheek")
    mask = _soft(wave - 0.25, 7) * (1 - 0.8 * place.belly(0.4))
    mask = np.maximum(mask * 0.85, share("tail_tip") + 0.4 * share("ear_tip"))
    return _over(colours, mask * (1 - share("breast", "muzzle", "chin", "paw")), dark)


def bicolour(rng: Rng, place: Place, *names: str) -> Points:
    """A colour with white breast, paws, muzzle, blaze and tail tip: each most of the time."""
    base, white = shade(rng, rng.pick(names)), shade(rng, "white")
    share = place.flesh.share
    edge = place.ragged(0.35, 2.0, 2)
    blaze_width = rng.uniform(0.08, 0.3)
    blaze = _soft(blaze_width - np.abs(place.head[:, 1] + 0.1 * edge) + 0.1 * np.clip(-place.head[:, 2], 0, 1), 25)
    blaze = blaze * place.face * _soft(place.head[:, 0] - 0.2, 8)
    parts = [
        (0.9, _soft(share("breast") + 0.5 * share("neck") * _soft(-place.flesh.normals[:, 2], 6) - 0.45 + edge, 10)),
        (0.8, _soft(share("paw") + 0.35 * share("leg") - 0.5 + edge, 10)),
        (0.8, _soft(share("muzzle", "chin") - 0.5 + 0.3 * edge, 12)),
        (0.6, blaze),
        (0.5, share("tail_tip")),
        (0.6, place.belly(0.2)),
        (0.3, _soft(share("neck") - 0.45 + edge, 10)),
    ]
    colours = _all(place, base)
    for often, mask in parts:
        if rng.chance(often):
            colours = _over(colours, mask, white)
    return colours


def tricolour(rng: Rng, place: Place, *names: str) -> Points:
    """As beagles and mountain dogs: dark above, white below, tan on head and legs."""
    white, tan, black = shade(rng, "white"), shade(rng, rng.pick(["tan", "ginger", "red"])), shade(rng, "black")
    share = place.flesh.share
    saddle = _soft(place.flesh.normals[:, 2] + 0.35 + place.ragged(0.35, 1.2, 1), 8) * share(
        "torso", "thigh", "tail", "neck"
    )
    colours = _over(
        _all(place, white),
        np.maximum(share("head", "cheek", "ear", "ear_tip", "inner_ear", "lid"), 0.7 * share("thigh")),
        tan,
    )
    colours = _over(colours, saddle, black)
    blaze = _soft(0.14 - np.abs(place.head[:, 1]), 25) * place.face * _soft(place.head[:, 0], 8)
    return _over(colours, np.maximum(blaze, share("breast", "paw", "tail_tip", "muzzle", "chin")), white)


def pointed(rng: Rng, place: Place, *names: str) -> Points:
    """Light with a dark mask, ears, feet and tail, as Siamese cats."""
    base, dark = shade(rng, "cream"), shade(rng, rng.pick(names))
    share = place.flesh.share
    front = _soft(place.head[:, 0] - 0.35 + 0.5 * place.ragged(0.2), 5) * place.face
    mask = front + share("ear", "ear_tip", "paw", "tail", "tail_tip") + 0.45 * share("leg")
    return _over(_all(place, base), mask, dark)


def patched(rng: Rng, place: Place, *names: str) -> Points:
    """Patches of two or three colours."""
    chosen = list(rng.permutation(list(names)))[: rng.whole(2, 3)]
    colours = _all(place, shade(rng, chosen[0]))
    for key, name in enumerate(chosen[1:]):
        field = place.ragged(1.0, rng.uniform(0.7, 1.4), 20 + key)
        colours = _over(colours, _soft(field - rng.uniform(-0.1, 0.2), 22), shade(rng, name))
    if rng.chance(0.5):
        colours = _over(colours, place.flesh.share("muzzle", "breast", "paw"), shade(rng, "white"))
    return colours


def saddled(rng: Rng, place: Place, *names: str) -> Points:
    """Tan with a dark back and muzzle, as shepherd dogs; or grey and white as huskies."""
    light, dark = (shade(rng, name) for name in names)
    share = place.flesh.share
    back = _soft(place.flesh.normals[:, 2] + 0.1 + place.ragged(0.3, 1.5, 1), 6)
    mask = _soft(back * share("torso", "neck", "tail", "thigh") + 0.7 * share("tail_tip") - 0.4, 12)
    top = _soft(place.head[:, 2] - 0.3 + place.ragged(0.15, 3, 2), 14) * share("head", "lid") * 0.9
    mask = np.maximum(mask, np.maximum(top, share("ear", "ear_tip")))
    if names[0] == "tan":
        mask = np.maximum(mask, 0.9 * share("muzzle"))
    colours = _over(_all(place, light), mask, dark)
    return _over(colours, 0.5 * share("breast", "paw", "chin"), shade(rng, "cream" if names[0] == "tan" else "white"))


def spotted(rng: Rng, place: Place, *names: str) -> Points:
    """Round spots, as Dalmatians; rings on yellow as leopards."""
    base, dark = (shade(rng, name) for name in names)
    places = place.flesh.vertices / place.scale
    centres = places[rng.integers(0, len(places), 260)]
    size = rng.uniform(0.025, 0.05, len(centres)) * (1.4 if names[0] == "gold" else 1)
    nearest = np.full(len(places), 9.0)
    for centre, radius in zip(centres, size, strict=True):
        nearest = np.minimum(nearest, np.linalg.norm(places - centre, axis=1) / radius)
    mask = _soft(1 - nearest + place.ragged(0.3, 6, 3), 5)
    if names[0] == "gold":
        colours = bellied(rng, place, "gold", "cream")
        return _over(colours, mask * (1 - 0.7 * _soft(0.45 - nearest, 12)), dark)
    return _over(_all(place, base), np.maximum(mask, 0.9 * place.flesh.share("ear_tip")), dark)


def tiger(rng: Rng, place: Place, *_: str) -> Points:
    """Orange with black stripes and white cheeks."""
    colours = bellied(rng, place, "ginger", "white")
    share = place.flesh.share
    warp = place.ragged(0.6, 1.5, 1)
    stripes = np.sin(place.along * 26 + 4 * warp + 2.5 * np.abs(place.flesh.normals[:, 1]))
    rings = np.sin(place.flesh.vertices[:, 2] / place.scale * 36 + 3 * warp)
    brow = np.sin(place.head[:, 2] * 17 + 4 * place.head[:, 1] ** 2) * np.clip(np.abs(place.head[:, 2] - 0.2) * 3, 0, 1)
    beside = np.sin(place.head[:, 0] * 14 + place.head[:, 2] * 6) * np.clip(np.abs(place.head[:, 1]) * 3 - 1.6, 0, 1)
    wave = stripes * share("torso", "neck", "thigh", "breast") + rings * share("leg", "tail", "paw") * 0.8
    wave = wave + (brow * 0.8 + beside) * share("head", "cheek")
    white_brow = place.near_eyes(0.34) * np.clip(place.head[:, 2] * 3, 0, 1)
    colours = _over(colours, white_brow, shade(rng, "white"))
    return _over(colours, np.maximum(_soft(wave - 0.42, 9), share("tail_tip", "ear")), shade(rng, "black"))


def fox(rng: Rng, place: Place, *names: str) -> Points:
    """Red with white cheeks, throat and tail tip, dark feet and ears."""
    share = place.flesh.share
    base = shade(rng, rng.pick(names))
    colours = bellied(Rng(place.seed, 6), place, rng.pick(names), "white")
    colours = _over(colours, share("head", "muzzle") * _soft(place.head[:, 2] + 0.28 + place.ragged(0.1), 12), base)
    cheeks = _soft(-place.head[:, 2] - 0.3 + place.ragged(0.1, 4), 14) * place.face
    colours = _over(colours, np.maximum(cheeks, share("breast", "chin", "tail_tip")), shade(rng, "white"))
    dark = np.maximum(share("paw") + 0.6 * share("leg"), share("ear_tip") + 0.7 * share("ear"))
    return _over(colours, dark, shade(rng, "black"))


def masked(rng: Rng, place: Place, *_: str) -> Points:
    """Grey with a dark band over the eyes and a ringed tail, as raccoons."""
    share = place.flesh.share
    colours = _over(_all(place, shade(rng, "grey")), share("muzzle", "chin", "ear_tip"), shade(rng, "white"))
    band = place.near_eyes(0.36) * _soft(place.head[:, 0] - 0.1, 6)
    brow = place.near_eyes(0.62) * np.clip(place.head[:, 2] * 2.5, 0, 1) * (1 - band)
    colours = _over(colours, brow, shade(rng, "white"))
    rings = _soft(
        np.sin(place.flesh.vertices[:, 0] / place.scale * 34 + place.flesh.vertices[:, 1] / place.scale * 20), 6
    )
    dark = np.maximum(band, rings * share("tail") + share("tail_tip", "paw"))
    return _over(colours, dark, shade(rng, "black"))


def panda(rng: Rng, place: Place, *_: str) -> Points:
    """White with black legs, shoulders, ears and eye patches."""
    share = place.flesh.share
    shoulders = _soft(place.along - 0.78 + place.ragged(0.12, 2), 20) * share("torso", "breast")
    limbs = _soft(share("leg", "paw", "ear", "ear_tip", "inner_ear") - 0.4 + place.ragged(0.1), 20)
    dark = np.maximum(limbs, np.maximum(_soft(shoulders - 0.4, 20), _soft(place.near_eyes(0.42) - 0.5, 14)))
    return _over(_all(place, shade(rng, "white")), dark, shade(rng, "black"))


def woolly(rng: Rng, place: Place, *names: str) -> Points:
    """Wool of one colour; face and legs of another."""
    share = place.flesh.share
    face = shade(rng, rng.pick(names))
    bare = share("head", "muzzle", "cheek", "chin", "lid", "ear", "ear_tip", "inner_ear", "leg", "paw")
    return _over(_all(place, shade(rng, rng.pick(["cream", "cream", "white", "chocolate"]))), bare, face)


def maned(rng: Rng, place: Place, *_: str) -> Points:
    """Tawny with a darker mane, as lions."""
    share = place.flesh.share
    base, mane = shade(rng, "tan"), shade(rng, rng.pick(["brown", "red", "chocolate", "gold"]))
    colours = bellied(rng, place, "tan", "cream")
    behind = _soft(-place.head[:, 0] + 0.1, 8) * share("head", "cheek")
    colours = _over(colours, np.maximum(share("neck", "breast", "tail_tip"), behind), mane)
    return _over(colours, 0.3 * share("head"), base)


def blazed(rng: Rng, place: Place, *names: str) -> Points:
    """As horses: one colour, dark muzzle or a white blaze."""
    share = place.flesh.share
    base = shade(rng, rng.pick(names))
    colours = _over(_all(place, base), 0.8 * share("muzzle") * _soft(place.head[:, 0] - 1.6, 5), base * 0.25)
    kind = rng.pick(["none", "blaze", "star"])
    if kind == "none":
        return colours
    line = _soft(rng.uniform(0.07, 0.2) + place.ragged(0.03, 3) - np.abs(place.head[:, 1]), 40)
    line = line * _soft(place.flesh.normals[:, 2] + 0.9, 10) * place.face * _soft(place.head[:, 0] - 0.4, 10)
    if kind == "star":
        line = line * _soft(0.25 - np.abs(place.head[:, 2] - 0.35), 20)
    return _over(colours, line, shade(rng, "white"))


COATS: dict[str, Callable[..., Points]] = {
    "solid": solid,
    "bellied": bellied,
    "tabby": tabby,
    "bicolour": bicolour,
    "tricolour": tricolour,
    "pointed": pointed,
    "patched": patched,
    "saddled": saddled,
    "spotted": spotted,
    "tiger": tiger,
    "fox": fox,
    "masked": masked,
    "panda": panda,
    "woolly": woolly,
    "maned": maned,
    "blazed": blazed,
}  # name: painter of (V, 3) linear RGB from an Rng, a Place and names of the palette
