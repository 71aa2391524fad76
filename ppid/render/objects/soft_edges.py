"""Colours of half-covered pixels where colour and alpha come from different samples."""

from __future__ import annotations

import cv2
import numpy as np

from ppid.render.shot import Linear

_TRUSTED = 0.97  # from this alpha on a pixel's own colour is kept


def even_colours(pixels: Linear) -> Linear:
    """Give half-covered pixels the colour of what covers their neighbourhood.

    A denoised colour over the alpha of another rendering is too bright here and too dark there, which shows as a fringe
    over any background. The least-squares fit of colour = F * alpha over a few pixels has no such error, and F changes
    slowly along hair and leaves.

    Args:
        pixels: (H, W, 4) linear and premultiplied.

    Returns:
        The same with colours replaced where alpha is below 1; alpha is unchanged.
    """
    colour, alpha = pixels[..., :3], pixels[..., 3:]
    sigma = max(pixels.shape[1] / 512, 0.5) * 1.3
    fitted = np.zeros_like(colour)
    known = np.zeros_like(alpha)
    for scale in (1, 3):  # the wider one only where the near one saw next to nothing
        above = cv2.GaussianBlur(colour * alpha, (0, 0), sigma * scale)
        below = cv2.GaussianBlur(alpha * alpha, (0, 0), sigma * scale)
        below = below.reshape(alpha.shape)
        share = np.clip(below / 0.02, 0, 1) * (1 - known)
        fitted += share * above / np.maximum(below, 1e-6)
        known += share
    fitted /= np.maximum(known, 1e-6)
    keep = np.clip((alpha - 0.7) / (_TRUSTED - 0.7), 0, 1)
    mended = keep * colour + (1 - keep) * fitted * alpha
    return np.concatenate([mended, alpha], -1).astype(np.float32)
