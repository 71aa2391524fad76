from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from ppid import weights
from ppid.blend import blend
from ppid.errors import UserError
from ppid.models import build

_SMALL = {"widths": [32, 32, 24, 16, 16]}


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "ppid.blend", *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def trained(seed: int) -> torch.nn.Module:
    """A student whose batch statistics are its own."""
    torch.manual_seed(seed)
    model = build("edge", _SMALL).train()
    model(torch.rand(2, 3, 64, 64))
    return model.eval()


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_every_tensor_lies_between(share: float) -> None:
    before, after, mixed = trained(0), trained(1), trained(0)
    blend(mixed, after, share)
    a, b = before.state_dict(), after.state_dict()
    for name, tensor in mixed.state_dict().items():
        if tensor.is_floating_point():
            assert torch.allclose(tensor, a[name] + share * (b[name] - a[name]), atol=1e-6), name


def test_the_command_writes_weights_that_load(tmp_path: Path) -> None:
    models = [trained(seed) for seed in (0, 1)]
    paths = [tmp_path / f"{index}.safetensors" for index in (0, 1)]
    for model, path in zip(models, paths, strict=True):
        weights.save(model, path)
    done = command("--weights", *paths, "--share", "0.25", "--output", tmp_path / "mixed.safetensors")
    assert done.returncode == 0, done.stderr
    found, a, b = (weights.tensors(path)["head.weight"] for path in (tmp_path / "mixed.safetensors", *paths))
    assert torch.allclose(found, a + 0.25 * (b - a), atol=1e-3)  # FP16 on disk
    assert weights.digest(weights.load(tmp_path / "mixed.safetensors"))[:12] in done.stdout


def test_mistakes(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="expected weights of one architecture"):
        blend(build("edge", _SMALL), build("edge"), 0.5)
    done = command("--weights", tmp_path / "a", tmp_path / "b", "--output", tmp_path / "c")
    assert done.returncode == 2 and "no weights at" in done.stderr and "Traceback" not in done.stderr
    done = command("--weights", "a", "b", "--output", "c", "--share", "1.5")
    assert done.returncode == 2 and "expected a number from 0 to 1" in done.stderr
