"""Checkpoints from which a run goes on as if it had not been stopped."""

from __future__ import annotations

import pickle
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ppid.errors import UserError
from ppid.files import replacing
from ppid.train.config import TrainConfig


@dataclass(frozen=True)
class Origin:
    """What a run learns from, by digests; None where nobody asks.

    Attributes:
        teacher: of the teacher's weights.
        data: of the pictures.
    """

    teacher: str | None = None
    data: str | None = None


_UNASKED = Origin()


@dataclass
class Progress:
    """How far a run is: `step` optimiser steps done in `elapsed` seconds of training."""

    step: int = 0
    elapsed: float = 0.0


def save(path: Path, config: TrainConfig, progress: Progress, parts: dict[str, Any], origin: Origin = _UNASKED) -> None:
    """Write atomically: on a full disk the last good checkpoint stays.

    Args:
        parts: objects with `state_dict`, by name.
        origin: what the run learns from.

    Raises:
        UserError: the file cannot be written.
    """
    states = {name: part.state_dict() for name, part in parts.items()}
    content = {"config": asdict(config), "progress": asdict(progress), "parts": states, **asdict(origin)}
    try:
        with replacing(path) as partial:
            try:
                torch.save(content, partial)
            except RuntimeError as error:  # so torch reports a full disk
                raise OSError(str(error)) from error
    except UserError as error:
        kept = "; the last good checkpoint is kept, the same command goes on from it" if path.is_file() else ""
        raise UserError(f"{error}{kept}") from error


def load(path: Path, config: TrainConfig, parts: dict[str, Any], origin: Origin = _UNASKED) -> Progress:
    """Put the states back into `parts` in place; arguments as of `save`.

    Raises:
        UserError: damaged, or written under another configuration, with another teacher or other pictures.
    """
    saved = _read(path)
    now = asdict(config)
    then = asdict(TrainConfig()) | saved["config"]  # what had no setting yet was as it is by default
    changed = [f"{key}: {then[key]} then, {now[key]} now" for key in now if then[key] != now[key]]
    if changed:
        raise UserError(
            f"{path} was written under another configuration ({'; '.join(changed)}); use another --output or the same settings"
        )
    taught_by = saved.get("teacher", origin.teacher)  # early checkpoints do not tell
    if taught_by != origin.teacher:
        raise UserError(
            f"{path} was written with another teacher (weights {str(taught_by)[:12]} then, {str(origin.teacher)[:12]} now);"
            " use another --output or the same --teacher"
        )
    if None not in (origin.data, saved.get("data")) and saved["data"] != origin.data:
        raise UserError(
            f"{path} was written with other foregrounds, backgrounds or scenes: what it has trained on would be held out now;"
            f" give it the same ones, or use another --output, and --start {path} to go on from its weights"
        )
    try:
        for name, part in parts.items():
            part.load_state_dict(saved["parts"][name])
    except (RuntimeError, ValueError) as error:
        raise UserError(
            f"{path} was written by another version, whose model or objectives have other tensors"
            f" ({str(error).splitlines()[0]}); use another --output, and --start {path} to take over what fits"
        ) from None
    return Progress(**saved["progress"])


def averaged(path: Path) -> dict[str, Tensor]:
    """The moving average in a checkpoint: a model's tensors by name.

    Raises:
        UserError: missing, damaged or not ours.
    """
    return _read(path)["parts"]["average"]["model"]


def _read(path: Path) -> dict[str, Any]:
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise UserError(
            f"no checkpoint at {path}; name another, or remove {path.parent} to train that run again from the start"
        ) from None
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise UserError(f"{path} is not a readable checkpoint ({error}); delete it to start again") from None
    if not isinstance(saved, dict) or not {"config", "progress", "parts"} <= set(saved):
        raise UserError(f"{path} is not a readable checkpoint (of another program); delete it to start again")
    return saved
