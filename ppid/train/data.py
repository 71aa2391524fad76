"""What a run trains and validates on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from torch import Tensor

from ppid.data.backgrounds import load_backgrounds
from ppid.data.compose import Composer
from ppid.data.foregrounds import Subject, find_foregrounds, read_foregrounds
from ppid.data.pool import ForegroundPool
from ppid.data.scenes import Scenes, load_scenes
from ppid.data.splits import split_photographs, split_subjects
from ppid.train.config import TrainConfig, computes_bf16
from ppid.train.distributed import Processes

_PHOTOGRAPH_SIZE = 512  # shorter side in memory


@dataclass(frozen=True)
class Data:
    """Where batches come from.

    Attributes:
        training: the composer at a step (one that never changes, or one whose foregrounds rotate).
        validation: makes the held-out batches.
        digest: tells these pictures from others; None where nobody asks.
    """

    training: Callable[[int], Composer]
    validation: Composer
    digest: str | None = None


@contextmanager
def loaded(
    config: TrainConfig,
    foregrounds: list[Path],
    backgrounds: list[Path],
    trimaps: bool,
    processes: Processes,
    scenes: list[Path] | None = None,
) -> Iterator[Data]:
    """What to train and validate on: each tenth foreground of a kind and each fifth photograph is held out.

    Scenes are for training alone: validation stays comparable, and its alphas exact.

    Raises:
        UserError: nothing to read, something unreadable, or too few foregrounds to hold any out.
    """
    found = find_foregrounds(foregrounds)
    subjects, unseen = split_subjects(found)
    device = processes.device
    photographs = [picture.to(device) for picture in load_backgrounds(backgrounds, _PHOTOGRAPH_SIZE)]
    shown = load_scenes(scenes, _PHOTOGRAPH_SIZE) if scenes else None
    digest = _digest(found, photographs, shown)
    photographs, others = split_photographs(photographs)
    validation = Composer(
        read_foregrounds(unseen, config.foreground_size).to(device),
        others,
        (config.height, config.width),
        config.people_share,
        config.trimap_radius if trimaps else None,
    )
    if processes.first:
        precision = " in BF16" if computes_bf16(config, device) else ""
        print(
            f"training {config.model} on {device}{precision} ({processes.count} process(es)): {len(subjects)} foregrounds,"
            f" {len(photographs)} photographs; held out {len(unseen)} and {len(others)}"
            + (f"; {len(shown)} scenes, {config.scene_share:.0%} of pictures" if shown else "")
        )
    every = config.pool_refresh
    with ForegroundPool(subjects, config.foreground_size, config.pool, config.seed, every, device) as pool:
        dropout = config.trimap_dropout
        training = replace(validation, foregrounds=pool.at(0), photographs=photographs, trimap_dropout=dropout)
        training = replace(training, scenes=shown and shown.to(device), scene_share=config.scene_share)
        sizes = views(training.size)
        yield Data(
            lambda step: replace(training, foregrounds=pool.at(step), size=sizes[step % len(sizes)]),
            validation,
            digest,
        )


def _digest(subjects: Sequence[Subject], photographs: Sequence[Tensor], scenes: Scenes | None) -> str:
    """What there is, in its order, of which follows what is held out."""
    parts = [f"{subject.kind} {subject.name}" for subject in subjects]
    parts += [str(tuple(picture.shape)) for picture in (*photographs, *(scenes.pictures if scenes else ()))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def views(size: tuple[int, int]) -> list[tuple[int, int]]:
    """The sizes (H, W) of successive batches: the config's, that upright, the config's, and a third larger.

    Telephones and portraits are held upright; and a student that has seen one size alone loses subjects in larger ones.
    """
    height, width = ((side * 4 // 3 + 16) // 32 * 32 for side in size)
    return [size, (size[1], size[0]), size, (height, width)]
