from __future__ import annotations

import json

import pytest
import torch
from torch import nn

from ppid.errors import UserError
from ppid.models import MODELS, Edge, Prediction, build, deployable, describe, feature_channels, takes_trimap
from ppid.models.lite0 import Lite0

CONFIGS = {
    "edge": {"widths": [64, 48, 32, 24, 16]},
    "indexnet": {"trimap": "single", "index": "holistic", "kernel": 5, "aspp": False},
    "dense": {"widths": [16, 16, 16, 32, 32], "depths": [1, 1, 1, 2, 1], "decoder": [32, 16, 16, 16]},
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("size", [(64, 64), (96, 160), (288, 512)])
def test_shapes_and_range(name: str, size: tuple[int, int]) -> None:
    model = build(name).eval()
    with torch.no_grad():
        prediction = model(torch.rand(1, 3, *size))
    assert prediction.alpha.shape == (1, 1, *size)
    assert prediction.alpha.min() >= 0 and prediction.alpha.max() <= 1
    assert prediction.coarse_logits.shape == (1, 1, size[0] // 16, size[1] // 16)
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


@pytest.mark.parametrize("name", MODELS)
def test_every_parameter_learns(name: str) -> None:
    model = build(name).train()
    prediction = model(torch.rand(2, 3, 64, 64))
    (prediction.logits.square().mean() + prediction.coarse_logits.mean()).backward()
    assert [name for name, parameter in model.named_parameters() if parameter.grad is None] == []


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("configured", [False, True])
def test_described_models_are_built_again(name: str, configured: bool) -> None:
    described = json.loads(json.dumps(describe(build(name, CONFIGS[name] if configured else None))))
    again = build(described["name"], described["config"])
    assert describe(again)["name"] == name
    assert json.loads(json.dumps(describe(again))) == described
    assert not configured or CONFIGS[name].items() <= described["config"].items()
    assert hash(again.config) == hash(build(name, described["config"]).config)  # lists became tuples


@pytest.mark.parametrize("name", MODELS)
def test_feature_channels_are_those_of_the_features(name: str) -> None:
    model = build(name, CONFIGS[name])
    before = {key: value.clone() for key, value in model.state_dict().items()}
    channels = feature_channels(model.train())
    assert model.training
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())
    assert feature_channels(model.eval()) == channels
    assert not model.training
    arguments = [torch.rand(2, 3, 64, 96)] * (2 if takes_trimap(model) else 1)
    assert {key: value.shape[1] for key, value in model(*arguments).features.items()} == channels
    assert {"encoder8", "encoder32", "decoder32", "decoder4"} <= channels.keys()


def test_who_takes_a_trimap() -> None:
    assert [name for name in MODELS if takes_trimap(build(name))] == []
    assert takes_trimap(build("indexnet", {"trimap": "onehot"}))
    assert not takes_trimap(nn.Identity())


def test_deployable_is_the_model_itself_where_there_is_no_other_form() -> None:
    edge = Edge()
    assert deployable(edge) is edge


def test_mistakes() -> None:
    with pytest.raises(UserError, match="unknown model 'edgy'; there are: edge"):
        build("edgy")
    with pytest.raises(UserError, match="model 'edge' has no 'wdths'; did you mean widths?"):
        build("edge", {"wdths": 5})
    with pytest.raises(UserError, match="model 'edge' has no 'depth'; there are widths"):
        build("edge", {"depth": 3})
    for name, key, value in (
        ("edge", "widths", 5),
        ("edge", "widths", [1.5] * 5),
        ("edge", "widths", [8, 8, 8, 8, 0]),
        ("indexnet", "detail", -1),
        ("indexnet", "nonlinear", "yes"),
        ("indexnet", "trimap", ["none"]),
    ):
        with pytest.raises(UserError, match=f"{key}=.*: expected something like"):
            build(name, {key: value})
    with pytest.raises(UserError, match="index='best': expected one of holistic, o2o, m2o"):
        build("indexnet", {"index": "best"})
    with pytest.raises(UserError, match="kernel=4: expected one of 3, 5"):
        build("indexnet", {"kernel": 4})
    with pytest.raises(UserError, match=r"depths=\(1, 2\): expected 5 positive numbers"):
        build("dense", {"depths": [1, 2]})


@pytest.mark.parametrize("name", MODELS)
def test_training_starts_from_all_is_subject(name: str) -> None:
    model = build(name).eval()
    assert torch.equal(model.head.bias, torch.full_like(model.head.bias, 3.0))
    with torch.no_grad():
        assert model(torch.rand(1, 3, 64, 64)).alpha.mean() > 0.7


def test_alpha_reaches_one_where_the_logit_still_moves() -> None:
    logits = torch.tensor([-20.0, 0.0, 3.0, 20.0]).reshape(1, 1, 1, 4).requires_grad_()
    prediction = Prediction(logits, None, {})
    assert prediction.alpha.flatten().tolist() == pytest.approx([0, 0.525, 1, 1], abs=1e-3)
    (slopes,) = torch.autograd.grad(prediction.reached.sum(), logits)
    assert slopes[0, 0, 0, 2] > 0.04
