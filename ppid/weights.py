"""Weights on disk: safetensors whose metadata holds the architecture, and the digest that names them everywhere."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from ppid.errors import UserError
from ppid.files import replacing
from ppid.models import build, describe

FORMAT = "ppid-weights-1"


def digest(model: nn.Module) -> str:
    """sha256 over the names, shapes and FP16 bytes of a model's tensors, in the order of their names.

    Shipped weights are FP16, so that a model and its saved file have one digest.
    """
    sha = hashlib.sha256()
    for name, tensor in sorted(_tensors(model).items()):
        sha.update(f"{name} {tuple(tensor.shape)}\n".encode())
        sha.update(tensor.contiguous().numpy().tobytes())
    return sha.hexdigest()


def save(model: nn.Module, path: Path, **notes: str) -> None:
    """Write FP16 weights with their architecture and `notes` as metadata; atomic.

    Raises:
        UserError: the file cannot be written.
    """
    metadata = {"format": FORMAT, "model": json.dumps(describe(model)), "digest": digest(model), **notes}
    with replacing(path) as partial:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            save_file(_tensors(model), partial, metadata)
        except SafetensorError as error:  # so it reports a full disk
            raise OSError(str(error)) from error


def tensors(path: Path) -> dict[str, torch.Tensor]:
    """The FP32 tensors of a weights file, whatever its architecture.

    Raises:
        UserError: missing, damaged or not ours.
    """
    return _read(path)[1]


def transfer(tensors: dict[str, torch.Tensor], model: nn.Module, path: Path) -> int:
    """Copy into `model` the tensors that fit it in name and shape, and say how many did.

    To go on from other weights, also those of another shape of net.

    Args:
        tensors: by name.
        model: changed in place.
        path: where they are from, for the message.

    Raises:
        UserError: not even a tenth of the model's tensors is among them.
    """
    state = model.state_dict()
    fitting = {name: tensor for name, tensor in tensors.items() if name in state and state[name].shape == tensor.shape}
    if len(fitting) < len(state) / 10:
        raise UserError(
            f"{path} holds {len(fitting)} of the {len(state)} tensors of {type(model).__name__}; start from weights of the"
            " same kind"
        )
    model.load_state_dict(fitting, strict=False)
    return len(fitting)


def load(path: Path) -> nn.Module:
    """The model in a file, in FP32 and evaluation mode.

    Raises:
        UserError: missing, damaged, not ours, or of another architecture than this version knows.
    """
    metadata, tensors = _read(path)
    described = json.loads(metadata["model"])
    try:
        model = build(described["name"], described["config"])
    except UserError as error:
        raise UserError(f"{path} is of an architecture that this version does not have: {error}") from None
    missing = sorted(set(_tensors(model)) ^ set(tensors))
    if missing:
        raise UserError(
            f"{path} does not fit model {described['name']!r}: {len(missing)} tensors differ, such as {missing[0]}"
        )
    model.load_state_dict(tensors, strict=False)  # not strict: batch counters of BatchNorm are not stored
    if digest(model) != metadata["digest"]:
        raise UserError(f"{path} is damaged: its tensors do not match its digest; copy or train it again")
    return model.eval()


def _read(path: Path) -> tuple[dict[str, str], dict[str, torch.Tensor]]:
    """Metadata and FP32 tensors of a weights file."""
    if not path.is_file():
        if path.is_dir():
            raise UserError(f"{path} is a folder; name the .safetensors file in it")
        raise UserError(
            f"no weights at {path}; check the name, or train some with: python -m ppid.train student --foregrounds DIR --output DIR"
        )
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118, not a dict
    except SafetensorError as error:
        raise UserError(f"{path} is not a readable safetensors file ({error}); copy or train it again") from None
    if metadata.get("format") != FORMAT:
        raise UserError(
            f"{path} has format {metadata.get('format')!r}, expected {FORMAT!r}: these are not weights of this project"
        )
    return metadata, tensors


def _tensors(model: nn.Module) -> dict[str, torch.Tensor]:
    state = model.state_dict()
    return {
        name: tensor.detach().cpu().half().contiguous()
        for name, tensor in state.items()
        if "num_batches_tracked" not in name
    }
