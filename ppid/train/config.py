"""Frozen, typed training configuration; every field can be set with `--set key=value`."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, fields, replace
from typing import Any

from ppid.errors import UserError


@dataclass(frozen=True)
class TrainConfig:
    """A supervised run of a student.

    Attributes:
        model: name in `ppid.models.MODELS`.
        pretrained: start the encoder from ImageNet weights.
        height: of the training pictures, a multiple of 32.
        width: likewise.
        batch: pictures a step.
        steps: length of the run when no time budget is given.
        encoder_rate: peak learning rate of the encoder.
        decoder_rate: peak learning rate of everything else.
        warmup: share of the run over which the rates rise.
        weight_decay: of AdamW.
        clip: largest gradient norm.
        ema: decay of the weights' moving average, which is what gets saved.
        people_share: how many of the subjects are people.
        foreground_size: side in pixels at which foregrounds are kept in memory.
        seed: of everything random.
        validate_every: seconds between validations with contact sheets.
        checkpoint_every: seconds between checkpoints.
    """

    model: str = "edge"
    pretrained: bool = True
    height: int = 224
    width: int = 288
    batch: int = 16
    steps: int = 20_000
    encoder_rate: float = 5e-4
    decoder_rate: float = 2e-3
    warmup: float = 0.02
    weight_decay: float = 0.02
    clip: float = 1.0
    ema: float = 0.998
    people_share: float = 0.65
    foreground_size: int = 384
    seed: int = 0
    validate_every: float = 600.0
    checkpoint_every: float = 300.0

    def __post_init__(self) -> None:
        for name in ("height", "width"):
            if getattr(self, name) < 64 or getattr(self, name) % 32:
                raise UserError(f"{name}={getattr(self, name)}: expected a multiple of 32, at least 64")
        for name in ("batch", "steps", "encoder_rate", "decoder_rate", "foreground_size"):
            if getattr(self, name) <= 0:
                raise UserError(f"{name}={getattr(self, name)}: expected more than 0")

    def override(self, assignments: list[str]) -> TrainConfig:
        """The config with `key=value` texts applied.

        Raises:
            UserError: no such key (names the nearest) or a value of another type.
        """
        types = {field.name: type(field.default) for field in fields(self)}
        changes: dict[str, Any] = {}
        for text in assignments:
            key, separator, value = text.partition("=")
            if not separator:
                raise UserError(f"--set {text}: expected key=value")
            if key not in types:
                near = difflib.get_close_matches(key, types, 1)
                raise UserError(
                    f"--set {text}: no such key"
                    + (f"; did you mean {near[0]}?" if near else f"; there are {', '.join(types)}")
                )
            changes[key] = _parse(text, value, types[key])
        return replace(self, **changes)


def _parse(text: str, value: str, kind: type) -> Any:
    try:
        if kind is bool:
            return {"true": True, "1": True, "false": False, "0": False}[value.lower()]
        return kind(value)
    except (ValueError, KeyError):
        raise UserError(f"--set {text}: expected a value of type {kind.__name__}") from None
