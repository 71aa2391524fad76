"""Alphas of one student in several precisions beside each other, with their differences from FP32 made visible."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from calib.loss import Alphas

AMPLIFIED = 8
"""How many times a difference is shown."""

_WIDTH, _CAPTION = 256, 18  # pixels of a cell's width and of the captions' height


def sheet(frames: NDArray[np.uint8], alphas: dict[str, Alphas]) -> NDArray[np.uint8]:
    """RGB uint8: a row for each frame; what is more than in the first precision is red, what is less is blue.

    Args:
        frames: uint8 (N, H, W, 3) RGB.
        alphas: (N, H, W) by precision, the reference first.
    """
    reference, *others = alphas
    captions = ["frame", reference]
    for name in others:
        captions += [name, f"{name} - {reference}, x{AMPLIFIED}"]
    rows = [np.concatenate([_caption(text) for text in captions], 1)]
    for index, frame in enumerate(frames):
        exact = alphas[reference][index]
        cells = [frame, _grey(exact)]
        for name in others:
            cells += [_grey(alphas[name][index]), _difference(alphas[name][index] - exact)]
        rows.append(np.concatenate([_cell(cell) for cell in cells], 1))
    return np.concatenate(rows)


def _grey(alpha: Alphas) -> NDArray[np.uint8]:
    return np.repeat((alpha.clip(0, 1) * 255).round().astype(np.uint8)[..., None], 3, 2)


def _difference(change: Alphas) -> NDArray[np.uint8]:
    strength = (np.abs(change) * AMPLIFIED).clip(0, 1)[..., None]
    colour = np.where(change[..., None] > 0, np.array([255, 40, 40]), np.array([60, 90, 255]))
    return (strength * colour).astype(np.uint8)


def _cell(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height = round(_WIDTH * picture.shape[0] / picture.shape[1])
    return np.asarray(cv2.resize(picture, (_WIDTH, height), interpolation=cv2.INTER_AREA), np.uint8)


def _caption(text: str) -> NDArray[np.uint8]:
    strip = np.full((_CAPTION, _WIDTH, 3), 255, np.uint8)
    cv2.putText(strip, text, (6, 13), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 1, cv2.LINE_AA)
    return strip
