from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from ppid import weights
from ppid.errors import UserError
from ppid.models import build


def test_a_file_brings_back_the_model(tmp_path: Path) -> None:
    model = build("edge", {"widths": [32, 32, 24, 16, 16]}).eval()
    weights.save(model, tmp_path / "m.safetensors", note="hello")
    again = weights.load(tmp_path / "m.safetensors")
    assert weights.digest(again) == weights.digest(model)
    picture = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        assert torch.allclose(again(picture).alpha, model(picture).alpha, atol=2e-3)  # FP16 on disk


@pytest.mark.parametrize(("student", "parameters"), [("edge", 3e6), ("dense", 1.8e6)])
def test_the_shipped_weights_load_and_are_small(student: str, parameters: float) -> None:
    path = Path(weights.__file__).parent / "shipped" / f"{student}.safetensors"
    assert path.stat().st_size < 8_000_000
    assert sum(parameter.numel() for parameter in weights.load(path).parameters()) > parameters


def test_a_change_changes_the_digest() -> None:
    model = build("edge")
    before = weights.digest(model)
    with torch.no_grad():
        next(model.parameters()).view(-1)[0] += 1
    assert weights.digest(model) != before


def test_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    with pytest.raises(UserError, match="no weights at .*train some with"):
        weights.load(path)
    with pytest.raises(UserError, match="is a folder; name the .safetensors file in it"):
        weights.load(tmp_path)
    path.write_text("text")
    with pytest.raises(UserError, match="not a readable safetensors file"):
        weights.load(path)
    save_file({"a": torch.zeros(2)}, path)
    with pytest.raises(UserError, match="not weights of this project"):
        weights.load(path)
    weights.save(build("edge"), path)
    data = bytearray(path.read_bytes())
    data[-5] ^= 64
    path.write_bytes(data)
    with pytest.raises(UserError, match="damaged"):
        weights.load(path)
    with pytest.raises(UserError, match="cannot write"):
        weights.save(build("edge"), path / "below" / "m.safetensors")


def test_weights_of_another_shape_are_refused_but_can_be_started_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.safetensors"
    old = build("edge")
    monkeypatch.setattr(
        weights, "describe", lambda model: {"name": "edge", "config": {"widths": [96, 64, 48, 32, 24, 16]}}
    )
    weights.save(old, path)
    monkeypatch.undo()
    with pytest.raises(
        UserError, match="old.safetensors is of an architecture that this version does not have.*5 positive"
    ):
        weights.load(path)
    other = build("edge", {"widths": [96, 64, 48, 32, 16]})
    taken = weights.transfer(weights.tensors(path), other, path)
    assert 300 < taken < len(other.state_dict())
    stem = "encoder.stem.0.weight"
    assert torch.allclose(other.state_dict()[stem], old.state_dict()[stem], atol=1e-3)
    with pytest.raises(UserError, match="old.safetensors holds .* tensors of Dense; start from"):
        dense = build("dense", {"widths": [8] * 5, "depths": [1] * 5, "decoder": [8] * 4})
        weights.transfer(weights.tensors(path), dense, path)
