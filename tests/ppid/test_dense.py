from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from ppid import weights
from ppid.models import build, deployable
from ppid.models.dense import RepConv

TINY = {"widths": (16, 16, 24, 24, 32), "depths": (1, 2, 2, 1, 2), "decoder": (24, 16, 16, 16)}


def shake(model: nn.Module, seed: int = 0) -> nn.Module:
    """Batch norms as after training: nothing is 0 or 1."""
    random = torch.Generator().manual_seed(seed)
    for part in model.modules():
        if isinstance(part, nn.BatchNorm2d):
            for tensor, low, high in (
                (part.weight.data, 0.5, 1.5),
                (part.bias.data, -0.5, 1),
                (part.running_mean, -0.5, 0.5),
                (part.running_var, 0.3, 2),
            ):
                tensor.uniform_(low, high, generator=random)
    return model.eval()


@given(st.integers(0, 2**31), st.integers(1, 5), st.integers(1, 5), st.sampled_from([1, 2]))
@settings(max_examples=25, deadline=None)
def test_a_fused_block_computes_the_same(seed: int, inputs: int, outputs: int, stride: int) -> None:
    block = shake(RepConv(inputs, outputs, stride).double(), seed)
    x = torch.randn(2, inputs, 9, 6, dtype=torch.float64)
    with torch.no_grad():
        expected, found = block(x), block.fused().double()(x)
    assert expected.shape == (2, outputs, -(-9 // stride), -(-6 // stride))
    assert torch.allclose(found, expected, rtol=1e-6, atol=1e-6)  # the identity's kernel is made in single precision


def test_the_identity_is_there_where_shapes_allow() -> None:
    assert RepConv(4, 4).identity is not None
    assert RepConv(4, 5).identity is None
    assert RepConv(4, 4, 2).identity is None


@pytest.mark.parametrize("config", [None, TINY], ids=["default", "tiny"])
def test_the_fused_model_computes_the_same(config: dict | None) -> None:
    torch.manual_seed(0)
    model = shake(build("dense", config))
    fused = deployable(model)
    x = torch.rand(2, 3, 96, 160)  # strides 32 and 64 have odd sizes
    with torch.no_grad():
        expected, found = model(x), fused(x)
    scale = expected.logits.abs().max()
    assert expected.logits.std() > 0.01
    assert (found.logits - expected.logits).abs().max() < 1e-5 * scale
    assert found.features.keys() == expected.features.keys()
    for name, feature in expected.features.items():
        assert torch.allclose(found.features[name], feature, atol=1e-4), name


def test_fusing_leaves_plain_convolutions_and_the_model_as_it_was() -> None:
    model = build("dense", TINY).train()
    before = copy.deepcopy(model.state_dict())
    fused = deployable(model)
    assert model.training and not fused.training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert not [part for part in fused.modules() if isinstance(part, nn.BatchNorm2d)]
    convolutions = [part for part in fused.modules() if isinstance(part, nn.Conv2d)]
    blocks = sum(TINY["depths"]) + len(TINY["decoder"])
    assert [part.kernel_size for part in convolutions].count((3, 3)) == blocks + 1  # and the head
    assert all(part.bias is not None and part.groups == 1 for part in convolutions)


def test_the_cost_is_that_of_a_real_time_student() -> None:
    fused = deployable(build("dense"))
    macs: list[int] = []
    for part in fused.modules():
        if isinstance(part, nn.Conv2d):
            part.register_forward_hook(
                lambda conv, inputs, output: macs.append(output.numel() * conv.weight[0].numel())
            )
    with torch.no_grad():
        features = fused(torch.zeros(1, 3, 288, 512)).features
    assert 600e6 < sum(macs) < 900e6
    assert sum(parameter.numel() for parameter in fused.parameters()) < 2e6
    assert min(int("".join(filter(str.isdigit, name))) for name in features) == 4


def test_the_deepest_features_see_the_whole_subject() -> None:
    torch.manual_seed(0)
    model = shake(build("dense"))
    x = torch.rand(1, 3, 384, 384, requires_grad=True)
    (gradient,) = torch.autograd.grad(model(x).features["encoder64"][..., 3, 3].sum(), x)
    seen = gradient.abs().sum((0, 1)).nonzero()
    assert (seen.amax(0) - seen.amin(0) > 320).all()


def test_weights_are_those_of_the_training_form(tmp_path: Path) -> None:
    model = shake(build("dense", TINY))
    weights.save(model, tmp_path / "dense.safetensors")
    again = weights.load(tmp_path / "dense.safetensors")
    assert weights.digest(again) == weights.digest(model)
    with torch.no_grad():
        x = torch.rand(1, 3, 64, 64)
        assert torch.allclose(deployable(again)(x).alpha, model(x).alpha, atol=5e-3)  # FP16 on disk
