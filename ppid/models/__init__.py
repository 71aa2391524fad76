"""Models by name. Every model takes RGB in [0, 1] and returns a `Prediction`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from torch import nn

from ppid.errors import UserError
from ppid.models.edge import Edge, Prediction

MODELS = {"edge": Edge}

__all__ = ["MODELS", "Edge", "Prediction", "build", "describe"]


def build(name: str, config: dict[str, Any] | None = None) -> nn.Module:
    """A model with random weights.

    Raises:
        UserError: unknown name or a config key that the model does not have.
    """
    if name not in MODELS:
        raise UserError(f"unknown model {name!r}; there are: {', '.join(MODELS)}")
    model = MODELS[name]
    try:
        return model(
            model.config_type(**{k: tuple(v) if isinstance(v, list) else v for k, v in (config or {}).items()})
        )
    except TypeError as error:
        raise UserError(f"the config of model {name!r} does not fit this version: {error}") from None


def describe(model: nn.Module) -> dict[str, Any]:
    """{"name", "config"} from which `build` makes the same architecture."""
    name = next(name for name, kind in MODELS.items() if type(model) is kind)
    return {"name": name, "config": asdict(model.config)}  # type: ignore[call-overload]
