from __future__ import annotations

import pytest
import torch

from ppid.errors import UserError
from ppid.models import MODELS, build, describe
from ppid.models.lite0 import Lite0


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("size", [(64, 64), (96, 160), (288, 512)])
def test_shapes_and_range(name: str, size: tuple[int, int]) -> None:
    model = build(name).eval()
    with torch.no_grad():
        prediction = model(torch.rand(1, 3, *size))
    assert prediction.alpha.shape == (1, 1, *size)
    assert prediction.alpha.min() >= 0 and prediction.alpha.max() <= 1
    for feature, tensor in prediction.features.items():
        stride = int("".join(filter(str.isdigit, feature)))
        assert tensor.shape[2:] == (-(-size[0] // stride), -(-size[1] // stride)), feature


def test_the_encoder_is_efficientnet_lite0() -> None:
    encoder = Lite0()
    # tensorflow/tpu lists 4.65 M parameters for Lite0 with head (320 -> 1280) and classifier (1280 -> 1000)
    head = 320 * 1280 + 2 * 1280 + 1280 * 1000 + 1000
    assert sum(parameter.numel() for parameter in encoder.parameters()) + head == pytest.approx(4.65e6, rel=0.003)
    with torch.no_grad():
        levels = encoder.eval()(torch.zeros(1, 3, 64, 64))
    assert {stride: level.shape[1] for stride, level in levels.items()} == Lite0.channels


def test_imagenet_weights_fit_and_say_something() -> None:
    encoder = Lite0().eval()
    encoder.load_imagenet()
    stem = encoder.stem[0].weight
    assert stem.std() > 0.1  # random initialisation has a third of that
    assert any(
        name.endswith("running_var") and not torch.allclose(tensor, torch.ones_like(tensor))
        for name, tensor in encoder.state_dict().items()
    )


def test_every_parameter_learns() -> None:
    model = build("edge").train()
    prediction = model(torch.rand(2, 3, 64, 64))
    (prediction.alpha.mean() + prediction.coarse_logits.mean()).backward()
    assert [name for name, parameter in model.named_parameters() if parameter.grad is None] == []


def test_described_models_are_built_again() -> None:
    described = describe(build("edge", {"widths": [64, 48, 32, 24, 16, 8]}))
    again = build(described["name"], described["config"])
    assert again.config.widths == (64, 48, 32, 24, 16, 8)


def test_mistakes() -> None:
    with pytest.raises(UserError, match="unknown model 'edgy'; there are: edge"):
        build("edgy")
    with pytest.raises(UserError, match="does not fit this version"):
        build("edge", {"depth": 3})
