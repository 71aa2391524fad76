"""Frozen, typed training configuration: a TOML file a run, every field of which `--set key=value` can change."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import torch

from ppid.device import has_bf16
from ppid.distill import OBJECTIVES
from ppid.errors import UserError, nearest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SHIPPED = Path(__file__).parent / "configs"


@dataclass(frozen=True)
class TrainConfig:
    """A run of a teacher or a student.

    Attributes:
        model: name in `ppid.models.MODELS`.
        architecture: options of the model, fields of its config; `--set architecture.index=holistic`.
        pretrained: start the encoder from ImageNet weights, where there are any.
        frozen: leading blocks of a pretrained encoder that stay as they are, and the stem with them, where it is above 0: a
            quarter faster, for going on from trained weights.
        height: of the training pictures, a multiple of 32.
        width: likewise.
        batch: pictures a step, over all processes.
        chunk: pictures composed together; a process takes whole chunks.
        steps: length of the run when no time budget is given.
        encoder_rate: peak learning rate of a pretrained encoder.
        decoder_rate: peak learning rate of everything else.
        warmup: share of the run over which the rates rise.
        weight_decay: of AdamW.
        clip: largest gradient norm.
        bf16: train in BF16 on a CPU with units for it, as on every GPU. There `indexnet` and `dense` train faster, `edge` with its
            depthwise convolutions more slowly. What a teacher says is always computed in BF16 where there are such units.
        ema: decay of the weights' moving average, which is what gets saved.
        people_share: how many of the subjects are people.
        scene_share: how many of the pictures are photographs as they are, where there are any (`--scenes`).
        foreground_size: side in pixels at which foregrounds are kept in memory, a multiple of 4.
        pool: foregrounds held in memory at a time; with more than that they take turns.
        pool_refresh: steps between exchanges of an eighth of the pool.
        trimap_radius: largest radius in pixels by which a trimap's unknown region is grown, drawn a picture.
        trimap_dropout: share of trimaps that say unknown everywhere. In a teacher's own training: it then learns to see what is
            subject, too, and its features become such that a student can follow them (Park et al., Learning Student-Friendly
            Teacher Networks, NeurIPS 2021, https://arxiv.org/abs/2102.07650, shape teachers to the same end). In a student's:
            how often its teacher, trained so, is told no more than the student, which can then follow it all the way.
        clsd: weight of cross-level semantic distillation; 0 switches it off, like the four below.
        agld: of attention-guided local distillation.
        output: of output distillation.
        feature: of plain feature distillation.
        similarity: of similarity-preserving distillation.
        seed: of everything random.
        validate_every: seconds between validations with contact sheets.
        checkpoint_every: seconds between checkpoints.
    """

    model: str = "edge"
    architecture: Mapping[str, Any] = field(default_factory=dict)
    pretrained: bool = True
    frozen: int = 0
    height: int = 224
    width: int = 288
    batch: int = 16
    chunk: int = 16
    steps: int = 20_000
    encoder_rate: float = 5e-4
    decoder_rate: float = 2e-3
    warmup: float = 0.02
    weight_decay: float = 0.02
    clip: float = 1.0
    bf16: bool = False
    ema: float = 0.998
    people_share: float = 0.65
    scene_share: float = 0.4
    foreground_size: int = 384
    pool: int = 3000
    pool_refresh: int = 200
    trimap_radius: int = 12
    trimap_dropout: float = 0.0
    clsd: float = 0.0
    agld: float = 0.0
    output: float = 0.0
    feature: float = 0.0
    similarity: float = 0.0
    seed: int = 0
    validate_every: float = 600.0
    checkpoint_every: float = 300.0

    def __post_init__(self) -> None:
        for name in ("height", "width"):
            if getattr(self, name) < 64 or getattr(self, name) % 32:
                raise UserError(f"{name}={getattr(self, name)}: expected a multiple of 32, at least 64")
        if self.foreground_size % 4:
            raise UserError(f"foreground_size={self.foreground_size}: expected a multiple of 4")
        if not 0 <= self.seed < 2**63:
            raise UserError(f"seed={self.seed}: expected a whole number from 0 to below 2^63")
        # Written so that NaN is refused.
        for name in _POSITIVE:
            if not 0 < getattr(self, name) < math.inf:
                raise UserError(f"{name}={getattr(self, name)}: expected a finite number of more than 0")
        for name in ("frozen", "weight_decay", *DISTILLATION):
            if not 0 <= getattr(self, name) < math.inf:
                raise UserError(f"{name}={getattr(self, name)}: expected a finite number of at least 0")
        for name in ("warmup", "ema", "people_share", "scene_share", "trimap_dropout"):
            if not 0 <= getattr(self, name) <= 1:
                raise UserError(f"{name}={getattr(self, name)}: expected a share from 0 to 1")

    @property
    def distillation(self) -> dict[str, float]:
        """The distillation objectives that take part, with their weights."""
        return {name: getattr(self, name) for name in DISTILLATION if getattr(self, name) > 0}

    def override(self, assignments: list[str]) -> TrainConfig:
        """The config with `key=value` texts applied; `architecture.key=value` sets an option of the model.

        Raises:
            UserError: no such key (names the nearest) or a value of another type.
        """
        changes: dict[str, Any] = {}
        for text in assignments:
            key, separator, value = text.partition("=")
            if not separator:
                raise UserError(f"--set {text}: expected key=value")
            if key.startswith("architecture."):
                options = changes.get("architecture", self.architecture)
                changes["architecture"] = {**options, key.partition(".")[2]: _literal(value)}
            else:
                changes[key] = _parse(f"--set {text}", value, _kind(f"--set {text}", key))
        return replace(self, **changes)


def computes_bf16(config: TrainConfig, device: torch.device) -> bool:
    """Whether a run trains in BF16 on a device."""
    return (config.bf16 or device.type == "cuda") and has_bf16(device)


DISTILLATION = tuple(OBJECTIVES)
"""Names of the fields that are weights of objectives."""

_POSITIVE = (
    "batch",
    "chunk",
    "steps",
    "encoder_rate",
    "decoder_rate",
    "clip",
    "foreground_size",
    "pool",
    "pool_refresh",
    "trimap_radius",
    "validate_every",
    "checkpoint_every",
)


def load_config(name: str) -> TrainConfig:
    """The config in a TOML file, or a shipped one by its name.

    Raises:
        UserError: no such file or name, not TOML, a key that does not exist or a value of another type.
    """
    path = SHIPPED / f"{name}.toml" if Path(name).name == name and not name.endswith(".toml") else Path(name)
    return from_table(path, read_toml(path, f"shipped configs are {', '.join(shipped())}"))


def read_toml(path: Path, instead: str) -> dict[str, Any]:
    """The tables of a TOML file.

    Args:
        path: of the file.
        instead: what to say where there is none.

    Raises:
        UserError: no such file, or not TOML.
    """
    if not path.is_file():
        raise UserError(f"--config {path}: no such file; {instead}")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"--config {path} is not TOML: {error}") from None


def from_table(path: Path, values: dict[str, Any]) -> TrainConfig:
    """The config that a table of the file `path` describes.

    Raises:
        UserError: a key that does not exist or a value of another type.
    """
    return TrainConfig(**{key: _typed(path, key, value) for key, value in values.items()})


def shipped() -> list[str]:
    """Names of the configs that come with the package."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def _kind(where: str, key: str) -> type:
    kinds = {item.name: Mapping if item.name == "architecture" else type(item.default) for item in fields(TrainConfig)}
    if key not in kinds:
        raise UserError(f"{where}: no such key {key!r}; {nearest(key, kinds)}")
    return kinds[key]


def _typed(path: Path, key: str, value: Any) -> Any:
    kind = _kind(str(path), key)
    if kind is float and type(value) is int:
        value = float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise UserError(f"{path}: {key} = {value!r}, expected a value of type {kind.__name__.lower()}")
    return value


def _parse(where: str, value: str, kind: type) -> Any:
    try:
        if kind is bool:
            return {"true": True, "1": True, "false": False, "0": False}[value.lower()]
        if kind is Mapping:
            raise ValueError
        return kind(value)
    except (ValueError, KeyError):
        name = "table: set its entries one by one" if kind is Mapping else kind.__name__
        raise UserError(f"{where}: expected a value of type {name}") from None


def _literal(text: str) -> Any:
    """A TOML value, or the text itself."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
