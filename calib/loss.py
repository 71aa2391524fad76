"""What a narrower engine loses against FP32: how far alpha moves, what becomes of its edges, and whether it flickers.

INT8 hurts edges and time before it hurts the mean: a rounding error that is small in a still jumps to another step when the
camera moves by half a pixel. So each frame is looked at again, shaken by known motions: what should follow a motion and does
not is flicker, and no film and no ground truth is needed to see it. (With one motion the same INT8 engine came out between
11 % better and 12 % worse than FP32; with four, over five clips, between 3 % better and 7 % worse.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from calib.graph import session

if TYPE_CHECKING:
    import onnx

Alphas = NDArray[np.float32]
Infer = Callable[[NDArray[np.uint8]], Alphas]  # frames uint8 (N, H, W, 3) to alpha (N, H, W)

SHIFTS = ((0.7, -0.4), (-0.5, 0.6), (1.3, 0.3), (-0.2, -1.6))  # pixels across and down, multiples of no stride
_MARGIN = 8  # pixels at the frame's edge, where shaken pictures repeat their border
_LEAST_SUBJECT = 1e-3  # share of a frame under which a relative error says nothing
# A limit on SAD allows two and a half times as much of the other two: they are sums over thin edges.
EDGE_ALLOWANCE = 2.5


@dataclass(frozen=True)
class Loss:
    """Shares of FP32's own figures; 0 is no loss.

    Attributes:
        sad: sum of |alpha - FP32's alpha| / sum of FP32's alpha.
        grad: how much longer or shorter all gradients (Sobel) are together, |ratio - 1|.
        dtssd: how much larger what does not follow known motions is (a frame's root mean square, then the mean), ratio - 1;
            under 0 where there is less flicker than in FP32.
        mad: mean |alpha - FP32's alpha| over all pixels, in alpha.
        worst_frame: the largest of one frame.
        edges: sum of |gradient - FP32's| / sum of |FP32's gradient|, as vectors: also sees edges that blur or move and keep
            their total length. Shown, no part of the limit: 12.5 % in INT8 that costs 1.2 % of SAD.
    """

    sad: float
    grad: float
    dtssd: float
    mad: float = 0.0
    worst_frame: float = 0.0
    edges: float = 0.0

    def worst(self) -> float:
        """The one that is farthest along its allowance, in terms of SAD: at most `limit` exactly when all are held."""
        return max(self.sad, self.grad / EDGE_ALLOWANCE, self.dtssd / EDGE_ALLOWANCE)

    def within(self, limit: float) -> bool:
        """Whether SAD keeps to `limit` (0.02 is 2 %), Grad and dtSSD to two and a half times that."""
        return self.worst() <= limit


@dataclass(frozen=True)
class Views:
    """Alphas (N, H, W) of frames, and of the same frames shaken in each way."""

    still: Alphas
    shaken: tuple[Alphas, ...]

    @classmethod
    def of(cls, infer: Infer, frames: NDArray[np.uint8]) -> Views:
        """What an engine says of frames uint8 (N, H, W, 3)."""
        return cls(infer(frames), tuple(infer(shaken(frames, shift)) for shift in SHIFTS))

    @classmethod
    def of_model(cls, model: onnx.ModelProto, frames: NDArray[np.uint8]) -> Views:
        """What an ONNX model says of them in ONNX Runtime, operator by operator.

        Optimised, ONNX Runtime too overflows with weights of 8 bits on CPUs without VNNI; literally it takes half as long
        again.
        """
        run = session(model, optimize=False)
        name = run.get_inputs()[0].name

        def infer(pictures: NDArray[np.uint8]) -> Alphas:
            return np.concatenate([run.run(None, {name: picture[None]})[0] for picture in pictures])

        return cls.of(infer, frames)

    def flicker(self) -> float:
        """What did not follow the motions: a frame's root mean square, then the mean over frames and motions."""
        errors = np.stack([found - shaken(self.still, way) for found, way in zip(self.shaken, SHIFTS, strict=True)])
        inner = errors[..., _MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
        return float(np.sqrt(np.square(inner, dtype=np.float64).mean((2, 3))).mean())


def loss(found: Views, reference: Views) -> Loss:
    """What was lost between FP32's views and another engine's of the same frames."""
    subject = max(float(reference.still.sum(dtype=np.float64)), _LEAST_SUBJECT * reference.still.size)
    moved = np.abs(found.still - reference.still)
    frames = moved.mean((1, 2), dtype=np.float64)
    gradients, gradients_before = _gradients(found.still), _gradients(reference.still)
    length, length_before = (max(_mean_length(field), 1e-6) for field in (gradients, gradients_before))
    flicker, flicker_before = (max(views.flicker(), 1e-4) for views in (found, reference))
    return Loss(
        float(moved.sum(dtype=np.float64)) / subject,
        abs(length / length_before - 1),
        flicker / flicker_before - 1,
        float(frames.mean()),
        float(frames.max()),
        _mean_length(gradients - gradients_before) / length_before,
    )


def _gradients(alphas: Alphas) -> Alphas:
    """Sobel's gradients (2, N, H, W) across and down, in alpha per pixel."""
    ways = ((1, 0), (0, 1))
    return np.stack([np.stack([cv2.Sobel(a, cv2.CV_32F, *way, scale=0.125) for a in alphas]) for way in ways])


def _mean_length(field: Alphas) -> float:
    return float(np.mean(np.hypot(*field), dtype=np.float64))


def shaken(pictures: NDArray[Any], shift: tuple[float, float]) -> NDArray[Any]:
    """Pictures or alphas (N, H, W, ...) as a camera sees them that moved by `shift` pixels across and down."""
    height, width = pictures.shape[1:3]
    motion = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
    options = {"flags": cv2.INTER_LINEAR, "borderMode": cv2.BORDER_REPLICATE}
    return np.stack([cv2.warpAffine(picture, motion, (width, height), **options) for picture in pictures])
