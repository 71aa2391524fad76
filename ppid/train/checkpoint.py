"""Checkpoints from which a run goes on as if it had not been stopped."""

from __future__ import annotations

import os
import pickle
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ppid.errors import UserError
from ppid.train.config import TrainConfig


@dataclass
class Progress:
    """How far a run is: `step` optimiser steps done in `elapsed` seconds of training."""

    step: int = 0
    elapsed: float = 0.0


def save(path: Path, config: TrainConfig, progress: Progress, parts: dict[str, Any]) -> None:
    """Write atomically: on a full disk the last good checkpoint stays.

    Args:
        parts: objects with `state_dict`, by name.

    Raises:
        UserError: the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.partial")
    try:
        states = {name: part.state_dict() for name, part in parts.items()}
        torch.save({"config": asdict(config), "progress": asdict(progress), "parts": states}, temporary)
        os.replace(temporary, path)
    except (OSError, RuntimeError) as error:  # torch reports a full disk as RuntimeError
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise UserError(
            f"cannot write the checkpoint {path}: {error}; the last good one is kept, make room and run again"
        ) from error


def load(path: Path, config: TrainConfig, parts: dict[str, Any]) -> Progress:
    """Put the states back into `parts` in place.

    Raises:
        UserError: damaged, or written under another configuration.
    """
    saved = _read(path)
    now = asdict(config)
    changed = [
        f"{key}: {saved['config'].get(key)} then, {now[key]} now" for key in now if saved["config"].get(key) != now[key]
    ]
    if changed:
        raise UserError(
            f"{path} was written under another configuration ({'; '.join(changed)}); use another --output or the same settings"
        )
    for name, part in parts.items():
        part.load_state_dict(saved["parts"][name])
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
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise UserError(f"{path} is not a readable checkpoint ({error}); delete it to start again") from None
    return saved
