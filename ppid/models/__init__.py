"""Models by name. Every model takes RGB in [0, 1], a teacher a trimap too, and returns a `Prediction`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any

import torch
from torch import nn

from ppid.errors import UserError, nearest
from ppid.models.dense import Dense
from ppid.models.edge import Edge
from ppid.models.indexnet import IndexNet
from ppid.models.prediction import Prediction

MODELS: dict[str, Any] = {"edge": Edge, "indexnet": IndexNet, "dense": Dense}

__all__ = [
    "MODELS",
    "Dense",
    "Edge",
    "IndexNet",
    "Prediction",
    "build",
    "deployable",
    "describe",
    "feature_channels",
    "takes_trimap",
]


def build(name: str, config: dict[str, Any] | None = None) -> nn.Module:
    """A model with random weights.

    Raises:
        UserError: unknown name, or a config key or value that the model does not have.
    """
    if name not in MODELS:
        raise UserError(f"unknown model {name!r}; there are: {', '.join(MODELS)}")
    model = MODELS[name]
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in (config or {}).items()}
    defaults = {field.name: field.default for field in fields(model.config_type)}
    for key, value in values.items():
        if key not in defaults:
            raise UserError(f"the architecture of model {name!r} has no {key!r}; {nearest(key, defaults)}")
        _check_kind(key, value, defaults[key])
    return model(model.config_type(**values))


def _check_kind(key: str, value: Any, default: Any) -> None:
    """An option is of the kind of its default, and its numbers are sizes."""
    parts = value if isinstance(value, tuple) else (value,)
    kind = type(default[0]) if isinstance(default, tuple) else type(default)
    if (
        isinstance(value, tuple) != isinstance(default, tuple)
        or any(type(part) is not kind for part in parts)
        or (kind is int and any(part < 1 for part in parts))
    ):
        raise UserError(f"{key}={value!r}: expected something like {default!r}")


def describe(model: nn.Module) -> dict[str, Any]:
    """{"name", "config"} from which `build` makes the same architecture."""
    name = next(name for name, kind in MODELS.items() if type(model) is kind)
    return {"name": name, "config": asdict(model.config)}  # type: ignore[call-overload]


def takes_trimap(model: nn.Module) -> bool:
    """Whether a model is a teacher, to be called with picture and trimap, and never deployed."""
    return bool(getattr(model, "takes_trimap", False))


def deployable(model: nn.Module) -> nn.Module:
    """What computes the same as a model in evaluation mode, in the form that runs fastest; may be the model itself."""
    fuse: Callable[[], nn.Module] | None = getattr(model, "fused", None)
    return model if fuse is None else fuse()


@torch.no_grad()
def feature_channels(model: nn.Module) -> dict[str, int]:
    """Channels of each of a model's features, by name."""
    device = next(model.parameters()).device
    pictures = [torch.zeros(1, 3, 64, 64, device=device)] * (2 if takes_trimap(model) else 1)
    training = model.training
    try:
        features = model.eval()(*pictures).features
    finally:
        model.train(training)
    return {name: feature.shape[1] for name, feature in features.items()}
