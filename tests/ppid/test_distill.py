from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
import torch
from torch import Tensor

from ppid.data.trimap import from_alpha
from ppid.distill import OBJECTIVES, agld, clsd
from ppid.distill.base import DEEP, SHALLOW, Levels, around_unknown, of_one_shape, per_picture_mean, regions
from ppid.models import Prediction, build, feature_channels
from ppid.train.step import Step

CHANNELS = {"encoder4": 3, "decoder4": 4, "encoder8": 5, "encoder16": 6, "encoder32": 7}
CHANNELS |= {"decoder8": 5, "decoder16": 6, "decoder32": 7}
WIDER = {name: channels + 2 for name, channels in CHANNELS.items()}
"""Of a teacher that is not of the student's shape."""
STRIDES = {name: int(name.removeprefix("encoder").removeprefix("decoder")) for name in CHANNELS}


def prediction(seed: int, scale: float = 1.0, widths: dict[str, int] = CHANNELS) -> Prediction:
    generator = torch.Generator().manual_seed(seed)
    features = {
        name: torch.randn(2, channels, 64 // STRIDES[name], 96 // STRIDES[name], generator=generator) * scale
        for name, channels in widths.items()
    }
    return Prediction(torch.randn(2, 1, 64, 96, generator=generator), None, features)


def disc_trimap(radius: int = 4) -> Tensor:
    y, x = torch.meshgrid(torch.arange(64.0), torch.arange(96.0), indexing="ij")
    alpha = ((20 - (x - 40).hypot(y - 30)) / 6 + 0.5).clamp(0, 1)
    return from_alpha(alpha.expand(2, 1, -1, -1), radius)


@pytest.mark.parametrize("widths", [CHANNELS, WIDER], ids=["alike", "wider"])
@pytest.mark.parametrize("name", OBJECTIVES)
def test_objectives_are_finite_teach_the_student_and_leave_the_teacher_alone(name: str, widths: dict[str, int]) -> None:
    torch.manual_seed(0)
    objective = OBJECTIVES[name](CHANNELS, widths)
    student, teacher = prediction(0), prediction(1, widths=widths)
    tensors = [student.logits, *student.features.values()]
    for tensor in tensors:
        tensor.requires_grad_()
    loss = objective(student, teacher, disc_trimap())
    assert loss.ndim == 0 and loss.isfinite() and loss > 0
    loss.backward()
    assert any(tensor.grad is not None and tensor.grad.abs().sum() > 0 for tensor in tensors)
    assert all(tensor.grad is None for tensor in (teacher.logits, *teacher.features.values()))


@pytest.mark.parametrize("widths", [CHANNELS, WIDER], ids=["alike", "wider"])
@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_student_can_learn_to_satisfy_an_objective(name: str, widths: dict[str, int]) -> None:
    torch.manual_seed(0)
    objective = OBJECTIVES[name](CHANNELS, widths)
    student, teacher = prediction(0), prediction(1, widths=widths)
    learnt = [student.logits.requires_grad_(), *(f.requires_grad_() for f in student.features.values())]
    optimizer = torch.optim.Adam([*learnt, *objective.parameters()], lr=0.05)
    first = last = 0.0
    for step in range(60):
        loss = objective(student, teacher, disc_trimap())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        first, last = (loss.item(), last) if step == 0 else (first, loss.item())
    assert last < 0.5 * first


@pytest.mark.parametrize("name", OBJECTIVES)
def test_frames_without_any_unknown_or_foreground_are_no_division_by_zero(name: str) -> None:
    empty = from_alpha(torch.zeros(2, 1, 64, 96), 3)
    loss = OBJECTIVES[name](CHANNELS, CHANNELS)(prediction(0), prediction(1), empty)
    assert loss.isfinite()


def test_every_pair_of_models_can_be_distilled() -> None:
    alpha = torch.zeros(2, 1, 64, 64)
    alpha[..., 10:50, 20:40] = 1
    image, trimap = torch.rand(2, 3, 64, 64), from_alpha(alpha, 3)
    teacher = build("indexnet", {"trimap": "onehot"}).eval()
    with torch.no_grad():
        taught = teacher(image, trimap)
    for name in ("edge", "dense", "indexnet"):
        student = build(name)
        for kind in OBJECTIVES.values():
            objective = kind(feature_channels(student), feature_channels(teacher))
            assert objective(student(image), taught, trimap).isfinite()


def test_the_trimap_never_reaches_the_student() -> None:
    """Whatever the trimap says, the student's alpha is the same to the bit; only the loss may differ."""
    from ppid.data.compose import Batch

    torch.manual_seed(0)
    teacher = build("indexnet", {"trimap": "onehot"}).eval()
    seen: list[Tensor] = []
    losses = []
    image, layer = torch.rand(2, 3, 64, 64), torch.rand(2, 3, 64, 64)
    alpha = torch.zeros(2, 1, 64, 64)
    alpha[..., 16:48, 16:48] = 1
    state = build("edge").state_dict()
    for trimap in (from_alpha(alpha, 2), from_alpha(1 - alpha, 9), torch.rand(2, 3, 64, 64).softmax(1)):
        torch.manual_seed(1)
        step = Step(build("edge"), teacher, {"clsd": 1.0, "agld": 1.0})
        step.model.load_state_dict(state)
        step.model.register_forward_hook(lambda module, inputs, output: seen.append(output.alpha.detach()))
        batch = Batch(image, alpha, layer, image, trimap, ("a", "b"))
        with torch.no_grad():
            taught = teacher(image, trimap)
        terms = step(batch, taught)
        losses.append(terms["clsd"].item() + terms["agld"].item())
    assert len(seen) == 3 and torch.equal(seen[0], seen[1]) and torch.equal(seen[0], seen[2])
    assert len(set(losses)) == 3


def test_levels_bring_every_channel_to_one_scale() -> None:
    levels = Levels(("encoder4",), CHANNELS)
    features = prediction(0).features["encoder4"] * torch.tensor([1.0, 100.0, 0.01])[:, None, None] + 7
    scaled = levels(replace(prediction(0), features={"encoder4": features}))["encoder4"]
    assert torch.allclose(scaled.mean((0, 2, 3)), torch.zeros(3), atol=1e-4)
    assert torch.allclose(scaled.var((0, 2, 3), unbiased=False), torch.ones(3), atol=0.15)


def test_regions_share_out_each_cell() -> None:
    shares = regions(disc_trimap(), torch.zeros(2, 1, 8, 12))
    assert shares.shape == (2, 3, 8, 12) and torch.allclose(shares.sum(1), torch.ones(2, 8, 12))
    assert shares[0, 0, 0, 11] == 1 and shares[0, 2, 3, 4] > 0.9


def test_the_unknown_region_grows_by_its_reach() -> None:
    trimap = torch.zeros(1, 3, 9, 9)
    trimap[0, 0], trimap[0, 0, 4, 4], trimap[0, 1, 4, 4] = 1, 0, 1
    assert around_unknown(trimap, 2).sum() == 25


def test_each_picture_counts_the_same() -> None:
    values = torch.tensor([1.0, 3.0])[:, None, None, None].expand(2, 1, 4, 4)
    weight = torch.ones(2, 1, 4, 4)
    weight[1, :, :, 1:] = 0
    assert per_picture_mean(values, weight) == 2
    assert per_picture_mean(values, torch.zeros(2, 1, 4, 4)) == 0


def test_pyramid_distance_sees_shifts_of_the_mean_at_every_level() -> None:
    ours = torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    assert clsd.pyramid_distance(ours, ours) == 0
    assert clsd.pyramid_distance(ours + 0.5, ours).item() == pytest.approx(0.25, rel=1e-4)
    noise = torch.tensor([[1.0, -1.0], [-1.0, 1.0]]).repeat(4, 4).expand(2, 3, 8, 8)
    assert clsd.pyramid_distance(ours + noise, ours) < 1  # its averages are right


def test_relations_do_not_depend_on_scale_but_on_who_is_like_whom() -> None:
    theirs = torch.zeros(1, 4, 3, 4)
    for region in range(3):
        theirs[0, region, region] = 1  # a row a region
    shares = torch.eye(3)[None, :, :, None].expand(1, 3, 3, 4)
    assert clsd.relation_distance(theirs * 5, theirs, shares) == pytest.approx(0, abs=1e-6)
    wrong = [clsd.relation_distance(theirs[:, :, list(order)], theirs, shares) for order in permutations(range(3))][1:]
    assert min(wrong) > 0.1


def test_attention_has_mean_one_and_stays_inside() -> None:
    features = prediction(0).features["decoder4"]
    inside = (torch.rand(2, 1, 16, 24, generator=torch.Generator().manual_seed(1)) > 0.5).float()
    spatial, channel = agld.attention(features, inside)
    assert torch.allclose((spatial * inside).sum((1, 2, 3)), inside.sum((1, 2, 3)), rtol=1e-4)
    assert (spatial * (1 - inside)).sum() == 0 and torch.allclose(channel.mean(1), torch.ones(2, 1, 1))
    louder = features.clone()
    louder[:, 2] *= 9
    assert (agld.attention(louder, inside)[1][:, 2] > channel[:, 2]).all()


def test_gradients_of_a_ramp() -> None:
    ramp = torch.linspace(0, 1, 11).expand(1, 1, 11, 11)
    slopes = agld.gradients(ramp)
    assert torch.allclose(slopes[0, 0, 1:-1, 1:-1], torch.full((9, 9), 0.1)) and slopes[0, 1].abs().max() < 1e-6


def test_a_level_takes_in_what_those_above_it_know_and_halves_stay_apart() -> None:
    torch.manual_seed(0)
    objective = clsd.CrossLevelSemantics(CHANNELS, WIDER).eval()
    student = prediction(0)
    before = {**objective.encoder(student), **objective.decoder(student)}
    assert list(before) == [f"{half}{stride}" for half in ("encoder", "decoder") for stride in (32, 16, 8)]
    changed = replace(student, features=student.features | {"encoder16": student.features["encoder16"] + 1})
    after = {**objective.encoder(changed), **objective.decoder(changed)}
    assert {name for name in before if not torch.equal(before[name], after[name])} == {"encoder16", "encoder8"}


@pytest.mark.parametrize("name", ["clsd", "feature"])
def test_who_is_of_the_teachers_shape_and_does_as_it_does_has_nothing_to_learn(name: str) -> None:
    """Channel by channel, from the first step; and what comes from above can be learnt all the same."""
    torch.manual_seed(0)
    objective = OBJECTIVES[name](CHANNELS, CHANNELS)
    student, teacher, other = prediction(0, 3.0), prediction(0), prediction(1)
    assert objective(student, teacher, disc_trimap()) < 1e-3 < objective(student, other, disc_trimap())
    objective(student, other, disc_trimap()).backward()
    learnt = [parameter for parameter in objective.parameters() if parameter.grad is not None]
    assert any(parameter.grad.abs().sum() > 0 for parameter in learnt)
    assert OBJECTIVES[name](CHANNELS, WIDER)(student, prediction(0, widths=WIDER), disc_trimap()) > 0.1


def test_one_level_of_as_many_channels_is_not_yet_the_teachers_shape() -> None:
    teacher = feature_channels(build("indexnet", {"trimap": "onehot"}))
    edge = feature_channels(build("edge"))
    assert edge["decoder4"] == teacher["decoder4"] and not of_one_shape(edge, teacher)
    assert of_one_shape(feature_channels(build("indexnet")), teacher)


def test_levels_are_named_by_their_place() -> None:
    for name in DEEP + SHALLOW:
        assert name in feature_channels(build("edge")) and name in feature_channels(build("dense"))
