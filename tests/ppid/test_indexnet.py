from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from ppid.models import build, feature_channels
from ppid.models.aspp import Aspp
from ppid.models.indexing import IndexNetwork, indexed_pool, indexed_unpool
from ppid.models.indexnet import IndexedLite0
from ppid.models.lite0 import Lite0

KINDS = ("holistic", "o2o", "m2o")
seeds = st.integers(0, 2**31)


def random(seed: int, *shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def windows(x: Tensor) -> Tensor:
    """(B, C, H, W) → (B, C, H/2, W/2, 4)."""
    return x.unfold(2, 2, 2).unfold(3, 2, 2).flatten(4)


def trimap(height: int, width: int, seed: int = 0) -> Tensor:
    """(1, 3, H, W) one-hot."""
    choice = torch.randint(0, 3, (1, height, width), generator=torch.Generator().manual_seed(seed))
    return nn.functional.one_hot(choice, 3).permute(0, 3, 1, 2).float()


@given(seeds, st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.booleans())
@settings(max_examples=30, deadline=None)
def test_pooling_is_a_mean_weighted_by_the_softmax_of_the_indices(
    seed: int, channels: int, rows: int, columns: int, holistic: bool
) -> None:
    x = random(seed, 2, channels, 2 * rows, 2 * columns)
    indices = torch.sigmoid(3 * random(seed + 1, 2, 1 if holistic else channels, 2 * rows, 2 * columns))
    weights = windows(indices).softmax(-1)
    assert torch.allclose(weights.sum(-1), torch.ones(()))
    pooled = indexed_pool(x, indices)
    assert pooled.shape == (2, channels, rows, columns)
    assert torch.allclose(pooled, (windows(x) * weights).sum(-1), atol=1e-6)


@given(seeds, st.floats(-100, 100, width=32))
@settings(max_examples=20, deadline=None)
def test_pooling_keeps_a_constant(seed: int, value: float) -> None:
    pooled = indexed_pool(torch.full((1, 2, 4, 6), value), torch.sigmoid(random(seed, 1, 2, 4, 6)))
    assert torch.allclose(pooled, torch.tensor(value), rtol=1e-5)


def test_pooling_prefers_where_the_index_is_high() -> None:
    x = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    assert indexed_pool(x, torch.tensor([[[[0.0, 0.0], [0.0, 1.0]]]])) > indexed_pool(x, torch.zeros(1, 1, 2, 2)) == 2.5


def test_unpooling_puts_values_where_the_indices_say() -> None:
    x = torch.tensor([[[[5.0, 7.0]]]])
    indices = torch.tensor([[[[1.0, 0.0, 0.0, 0.5], [0.0, 0.0, 0.0, 1.0]]]])
    expected = torch.tensor([[[[5.0, 0.0, 0.0, 3.5], [0.0, 0.0, 0.0, 7.0]]]])
    assert torch.equal(indexed_unpool(x, indices), expected)
    assert torch.equal(indexed_unpool(x.expand(1, 3, 1, 2), indices), expected.expand(1, 3, 2, 4))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("nonlinear", [False, True])
@pytest.mark.parametrize("context", [False, True])
def test_what_an_index_depends_on(kind: str, nonlinear: bool, context: bool) -> None:
    torch.manual_seed(0)
    network = IndexNetwork(4, kind, nonlinear, context).eval()  # type: ignore[arg-type]
    x = torch.randn(1, 4, 8, 12, requires_grad=True)
    indices = network(x)
    assert indices.shape == (1, 1 if kind == "holistic" else 4, 8, 12)
    assert indices.min() > 0 and indices.max() < 1
    # All four places of a window: for one of them ReLU6 may hide a connection.
    (gradient,) = torch.autograd.grad(windows(indices)[0, -1, 2, 3].sum(), x)
    seen = gradient[0] != 0
    assert seen.any((1, 2)).tolist() == ([False, False, False, True] if kind == "o2o" else [True] * 4)
    rows, columns = (span(seen.any(0).any(axis)) for axis in (1, 0))
    assert (rows, columns) == (((3, 6), (5, 8)) if context else ((4, 5), (6, 7)))


def span(mask: Tensor) -> tuple[int, int]:
    """First and last set place."""
    places = mask.nonzero()
    return int(places[0]), int(places[-1])


def test_every_place_of_a_window_has_its_own_output() -> None:
    network = IndexNetwork(3, "o2o", nonlinear=False, context=False)
    layer = network.layers[0]
    assert isinstance(layer, nn.Conv2d) and layer.bias is not None
    with torch.no_grad():
        layer.weight.zero_()
        layer.bias.copy_(torch.arange(12.0) - 6)
        indices = network(torch.zeros(1, 3, 4, 4))
    expected = torch.sigmoid(torch.arange(12.0) - 6).view(3, 1, 1, 4)
    assert torch.allclose(windows(indices)[0], expected.expand(3, 2, 2, 4))


def test_pyramid_pooling_sees_far_and_the_whole_picture() -> None:
    torch.manual_seed(0)
    aspp = Aspp(3, 4, 5).eval()
    x = torch.randn(1, 3, 20, 24, requires_grad=True)
    y = aspp(x)
    assert y.shape == (1, 5, 20, 24) and y.min() >= 0 and y.max() <= 6
    linear = aspp.branches[3](x)[..., 10, 12].sum()
    (gradient,) = torch.autograd.grad(linear, x)
    assert set(gradient[0].abs().sum((0, 2)).nonzero().flatten().tolist()) <= {2, 10, 18}
    moved = x.detach().clone()
    moved[..., 0, 0] += 50  # off the grid of every dilated kernel around the middle
    with torch.no_grad():
        assert not torch.equal(aspp(moved)[..., 9, 11], y[..., 9, 11])


def test_the_encoder_is_lite0_that_pools_by_indices() -> None:
    encoder = IndexedLite0()
    assert encoder.fine == {1: 32, 2: 24, 4: 40, 8: 80, 16: 192}
    assert not [part for part in encoder.modules() if isinstance(part, nn.Conv2d) and part.stride != (1, 1)]
    assert [tensor.shape for tensor in encoder.state_dict().values()] == [
        tensor.shape for tensor in Lite0().state_dict().values()
    ]
    channels = feature_channels(build("indexnet"))
    assert [channels[f"encoder{stride}"] for stride in Lite0.channels] == list(Lite0.channels.values())


def test_imagenet_weights_are_lite0s() -> None:
    torch.manual_seed(0)
    lite0, encoder = Lite0().eval(), IndexedLite0().eval()
    lite0.load_imagenet()
    encoder.load_imagenet()
    x = torch.rand(1, 3, 64, 64) * 2 - 1
    # Indices that point to one place in four make pooling a stride again: the places where Lite0 computes.
    with torch.no_grad():
        levels = encoder(x, nn.ModuleDict({str(stride): TopLeft() for stride in encoder.fine}))
        expected = lite0(x)
    for stride, level in levels.items():
        assert torch.allclose(level.coarse, expected[2 * stride], atol=1e-4), stride


class TopLeft(nn.Module):
    """Beyond what an index network may say: logits so far apart that the softmax picks one."""

    def forward(self, x: Tensor) -> Tensor:
        indices = torch.zeros(1, 1, *x.shape[2:])
        indices[..., ::2, ::2] = 50
        return indices


@pytest.fixture(scope="module", params=["onehot", "single"])
def teacher(request: pytest.FixtureRequest) -> Iterator[nn.Module]:
    torch.manual_seed(0)
    model = build("indexnet", {"trimap": request.param}).eval()
    model.encoder.load_imagenet()
    yield model


def test_a_new_teacher_does_not_see_its_trimap_and_is_the_student(teacher: nn.Module) -> None:
    student = build("indexnet").eval()
    assert set(teacher.state_dict()) - set(student.state_dict()) == {"prompt.weight"}
    student.load_state_dict(teacher.state_dict(), strict=False)
    image = torch.rand(1, 3, 64, 96)
    with torch.no_grad():
        expected = student(image).logits
        for seed in range(2):
            assert torch.equal(teacher(image, trimap(64, 96, seed)).logits, expected)


def test_a_teacher_learns_to_see_its_trimap(teacher: nn.Module) -> None:
    image, prompt = torch.rand(1, 3, 64, 64), trimap(64, 64)
    prompted = teacher(image, prompt)
    teacher.zero_grad()
    (prompted.logits.square().mean() + prompted.coarse_logits.mean()).backward()
    assert [name for name, p in teacher.named_parameters() if p.grad is None or not p.grad.isfinite().all()] == []
    assert teacher.prompt.weight.grad.abs().max() > 0


def test_a_single_channel_holds_0_a_half_and_1() -> None:
    model = build("indexnet", {"trimap": "single"})
    given: list[Tensor] = []
    model.prompt.register_forward_pre_hook(lambda module, inputs: given.append(inputs[0]))
    prompt = trimap(32, 32)
    with torch.no_grad():
        model.eval()(torch.rand(1, 3, 32, 32), prompt)
    assert torch.equal(given[0], (prompt * torch.tensor([0, 0.5, 1]).view(1, 3, 1, 1)).sum(1, keepdim=True))


def test_a_trimap_too_many_or_too_few_is_a_bug(teacher: nn.Module) -> None:
    image = torch.rand(1, 3, 32, 32)
    with pytest.raises(ValueError, match="was called without one"):
        teacher(image)
    with pytest.raises(ValueError, match="trimap='none' was called with one"):
        build("indexnet")(image, trimap(32, 32))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("nonlinear", [False, True])
@pytest.mark.parametrize("context", [False, True])
def test_every_variant_runs(kind: str, nonlinear: bool, context: bool) -> None:
    config = {"index": kind, "nonlinear": nonlinear, "context": context, "kernel": 5, "aspp": context, "detail": 8}
    with torch.no_grad():
        alpha = build("indexnet", config).eval()(torch.rand(2, 3, 32, 64)).alpha
    assert alpha.shape == (2, 1, 32, 64)


def test_only_the_pretrained_part_is_named_encoder() -> None:
    model = build("indexnet", {"trimap": "onehot"})
    pretrained = {name for name, _ in model.named_parameters() if name.startswith("encoder.")}
    assert pretrained == {f"encoder.{name}" for name, _ in model.encoder.named_parameters()}
    assert len(pretrained) == len(list(Lite0().parameters()))
