"""Calibration frames: chosen from what the user gives, prepared exactly as the runtime prepares a live frame."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calib import truth
from calib.candidates import Candidates, Pictures, gather
from calib.selection import descriptor, distinct, is_black, k_centre, thumbnail
from runtime.errors import UserError

# Part of the digest: change it whenever `Yuv.resized_rgb` gives other pixels.
PREPROCESSING = "i420, halved by area then linear, rgb uint8 (2)"
# Fewer would set the ranges of a whole network from one or two scenes.
MINIMUM = 8
# Candidates held in memory: enough that neighbours differ little, bounded whatever the input is.
_CANDIDATES = 384
_CANDIDATE_BYTES = 256 << 20


@dataclass(frozen=True)
class CalibrationSet:
    """Frames to calibrate on and frames to judge the result by.

    Attributes:
        frames: uint8 (N, H, W, 3) RGB at the engine's size: the most ordinary first, then what differs most from it.
        held_out: uint8 (M, H, W, 3), of the same kinds, but none of them in `frames`: for accuracy.
        truths: float32 (H, W) in [0, 1], the true alpha of each held-out frame, None where nobody knows it.
        digest: sha256 (hexadecimal) of the preprocessing's name, the size and the bytes of `frames`.
        origin: where they are from, in words.
    """

    frames: Pictures
    held_out: Pictures
    truths: tuple[NDArray[np.float32] | None, ...]
    digest: str
    origin: str


def collect(path: Path | None, size: tuple[int, int], count: int = 64, held_out: int = 16) -> CalibrationSet:
    """Choose calibration frames; `calib.selection` says how and why.

    The same files give the same frames, whatever order the disk lists them in. Long videos are sampled, so that memory
    stays bounded, and at most 20000 frames over all videos are decoded.

    Args:
        path: a video, a picture or a folder of both, searched to the bottom; None for the packaged set.
        size: (width, height) of the engine's input in pixels.
        count: frames to set ranges from.
        held_out: frames to keep for measuring accuracy. Both numbers shrink alike where there are too few frames.

    Raises:
        UserError: nothing readable is there, all of it is black, or fewer than 8 frames differ.
    """
    if count < 1 or held_out < 0 or min(size) < 1:
        raise ValueError(f"count {count} and size {size} must be positive, held_out {held_out} not negative")
    # Thinning a video may halve its share of the budget.
    budget = max(min(_CANDIDATES, _CANDIDATE_BYTES // (3 * size[0] * size[1])), 2 * (count + held_out), 2 * MINIMUM)
    candidates = gather(path, size, budget)
    pictures, stills, descriptors = _distinct(candidates)
    if len(pictures) < count + held_out:
        held_out = max(min(held_out, 1), round(len(pictures) * held_out / (count + held_out)))
        count = len(pictures) - held_out
    chosen = k_centre(descriptors, count)
    # Whatever is left lies near a chosen frame; of that again the kinds that differ.
    left = [index for index in range(len(pictures)) if index not in chosen]
    rest = [left[index] for index in k_centre(descriptors[left], held_out)] if held_out else []
    frames, others = (
        np.array([pictures[index] for index in part], np.uint8).reshape(-1, size[1], size[0], 3)
        for part in (chosen, rest)
    )
    truths = tuple(truth.read(still, size) if (still := stills[index]) else None for index in rest)
    return CalibrationSet(frames, others, truths, _digest(frames), f"{len(frames)} of {candidates.origin}")


def _distinct(candidates: Candidates) -> tuple[list[Pictures], list[Path | None], np.ndarray]:
    """The pictures that show something and differ from each other, their files, and their descriptors (N, D)."""
    found = [
        (picture, before, still)
        for group, still in zip(candidates.groups, candidates.stills, strict=True)
        for before, picture in zip([None, *group], group, strict=False)
    ]
    advice = (
        f"Expected at least {MINIMUM} frames that differ: give a video of some seconds with a moving subject, or a "
        "folder of pictures of the scenes that the camera will see."
    )
    looked_at = "the only frame looked at is" if len(found) == 1 else f"all {len(found)} frames looked at are"
    visible = [item for item in found if not is_black(item[0])]
    if not visible:
        raise UserError(f"{candidates.where}: {looked_at} (nearly) black. {advice}")
    kept = [visible[index] for index in distinct(np.stack([thumbnail(picture) for picture, *_ in visible]))]
    if len(kept) < MINIMUM:
        seen = f"found {len(kept)} different frame{'s' * (len(kept) > 1)} among {len(found)}"
        if len(kept) == 1 and len(visible) == len(found) > 1:
            seen = f"{looked_at} (nearly) identical"
        raise UserError(f"{candidates.where}: {seen}. {advice}")
    pictures, befores, stills = zip(*kept, strict=True)
    return list(pictures), list(stills), np.stack([descriptor(*item) for item in zip(pictures, befores, strict=True)])


def _digest(frames: Pictures) -> str:
    _, height, width, _ = frames.shape
    sha = hashlib.sha256(f"{PREPROCESSING}\n{width}x{height}\n".encode())
    sha.update(frames.tobytes())
    return sha.hexdigest()
