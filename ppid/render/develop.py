"""From linear light to a picture: exposure, a camera's curve, straight colours bled outwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ppid.render.colour import display
from ppid.render.rng import Rng
from ppid.render.shot import Average, Highlights, Linear, Look, Shot

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)


def random_look(rng: Rng) -> Look:
    """One of the ways cameras render light."""
    curve = rng.named({"shoulder": 0.45, "filmic": 0.55})
    return Look(
        white=tuple(np.clip(rng.normal(1, 0.05, 3), 0.8, 1.2).tolist()),
        curve=curve,
        gamma=rng.uniform(2.0, 2.5),
        saturation=rng.normal(1.0, 0.1),
        contrast=rng.normal(1.0, 0.07),
    )


def develop(premultiplied: Linear, shot: Shot, gain: float | None = None) -> tuple[NDArray[np.uint8], float]:
    """Make a picture.

    Args:
        premultiplied: (H, W, 4) linear.
        shot: its exposure, look and whether light may raise alpha.
        gain: exposure to use instead: that of a clip's first frame.

    Returns:
        Straight sRGB uint8 (H, W, 4), its colours bled outwards where alpha is small so that scaling or another alpha
        shows no fringe; and the gain.
    """
    colour, alpha = np.maximum(premultiplied[..., :3], 0), premultiplied[..., 3].clip(0, 1)
    if gain is None:
        gain = _gain(colour, alpha, shot.exposure)
    colour = colour * (gain * np.asarray(shot.look.white, np.float32))
    if shot.additive:
        # alpha * F with F <= 1 cannot hold light that adds to what is behind: a higher alpha can.
        alpha = np.maximum(alpha, np.minimum(1, colour.max(-1) * 0.9))
    alpha = np.where(alpha < 0.006, 0, np.where(alpha > 0.994, 1, alpha)).astype(np.float32)
    straight = np.minimum(colour / np.maximum(alpha, 1e-4)[..., None], 20)
    weight = np.clip(alpha / np.float32(0.12), 0, 1)
    pictured = bleed(_through(shot.look, straight), (weight * weight * (3 - 2 * weight)).astype(np.float32))
    rgba = np.concatenate([pictured.clip(0, 1), alpha[..., None]], -1)
    return (rgba * 255 + 0.5).astype(np.uint8), gain


def bleed(colours: NDArray[np.float32], weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fill colours (H, W, 3) where `weight` (H, W) is small from where it is large, by a pyramid (push-pull).

    Source: Gortler et al., The Lumigraph, SIGGRAPH 1996.
    """
    height, width = weight.shape
    if min(height, width) <= 1:
        return colours
    rows, columns = height + height % 2, width + width % 2
    sums, weights = np.zeros((rows, columns, 3), np.float32), np.zeros((rows, columns), np.float32)
    sums[:height, :width], weights[:height, :width] = colours * weight[..., None], weight
    half_sums = sums.reshape(rows // 2, 2, columns // 2, 2, 3).sum((1, 3))
    half = weights.reshape(rows // 2, 2, columns // 2, 2).sum((1, 3))
    coarse = bleed(half_sums / np.maximum(half, 1e-6)[..., None], np.minimum(half, 1.0))
    filled = coarse.repeat(2, 0).repeat(2, 1)
    edge = np.pad(filled, ((1, 1), (1, 1), (0, 0)), "edge")  # soften the 2x2 blocks
    softened = (edge[:-2, 1:-1] + edge[2:, 1:-1] + edge[1:-1, :-2] + edge[1:-1, 2:] + 2 * filled) / 6
    return np.asarray(colours * weight[..., None] + softened[:height, :width] * (1 - weight[..., None]), np.float32)


def _gain(colour: Linear, alpha: NDArray[np.float32], exposure: Highlights | Average) -> float:
    solid = alpha > 0.3
    light = np.asarray(colour.max(-1)[alpha > 0.01], float)
    if solid.sum() > 50:
        light = np.asarray((colour[solid] / alpha[solid, None]) @ _LUMINANCE, float)
    if not light.size:
        return 1.0
    bright = max(float(np.percentile(light, 91)), 1e-3)
    if isinstance(exposure, Highlights):
        return float(np.clip((exposure.target / bright) ** 0.75, exposure.least, exposure.most))
    return float(min(exposure.goal / np.exp(np.log(light + 1e-4).mean()), exposure.ceiling / bright))


def _through(look: Look, light: Linear) -> NDArray[np.float32]:
    """Linear light to display values, uncut."""
    if look.curve == "shoulder":
        knee = 0.75
        above = knee + (1 - knee) * (1 - np.exp(-(np.maximum(light, knee) - knee) / (1 - knee)))
        shown = display(np.where(light < knee, light, above))
    else:  # Narkowicz' fit of the ACES filmic curve (2015), then a plain gamma
        filmic = (light * (2.51 * light + 0.03)) / (light * (2.43 * light + 0.59) + 0.14)
        shown = np.asarray(filmic.clip(0, 1) ** (1 / look.gamma), float)
    grey = (shown @ np.array([0.299, 0.587, 0.114]))[..., None]
    shown = grey + (shown - grey) * look.saturation
    return ((shown - 0.45) * look.contrast + 0.45).astype(np.float32)
