from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentTypeError
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tensorboard.summary.writer.record_writer import RecordWriter

from ppid import device, weights
from ppid.data.augment import Grain
from ppid.data.backgrounds import Rooms, load_backgrounds
from ppid.data.compose import Batch, Composer
from ppid.data.foregrounds import load_foregrounds
from ppid.device import chosen_device
from ppid.errors import UserError
from ppid.models import Prediction, build
from ppid.train import checkpoint, step
from ppid.train.__main__ import seconds
from ppid.train.average import WeightAverage
from ppid.train.checkpoint import Origin
from ppid.train.config import DISTILLATION, TrainConfig
from ppid.train.data import Data, loaded, views
from ppid.train.distributed import Processes
from ppid.train.learner import Learner, rate_factor
from ppid.train.logs import Logs
from ppid.train.loop import train, train_together
from ppid.train.validate import validate

ROOT = Path(__file__).parents[2]
TINY = TrainConfig(
    pretrained=False,
    height=64,
    width=64,
    batch=4,
    steps=6,
    foreground_size=64,
    warmup=0.0,
    checkpoint_every=1e9,
    validate_every=1e9,
)


ALONE = Processes(0, 1, torch.device("cpu"))


@pytest.fixture(scope="module")
def composer(foreground_folder: Path, photograph_folder: Path) -> Composer:
    return Composer(load_foregrounds([foreground_folder], 64), load_backgrounds([photograph_folder], 96), (64, 64))


def data(composer: Composer) -> Data:
    return Data(lambda step: composer, composer)


@pytest.fixture(scope="module")
def teacher() -> torch.nn.Module:
    torch.manual_seed(0)
    return build("indexnet", {"trimap": "onehot"}).eval()


def test_training_learns_and_writes_weights(tmp_path: Path, composer: Composer) -> None:
    config = TINY.override(["steps=80", "pretrained=true", "decoder_rate=4e-3"])
    untrained = validate(build("edge").eval(), composer, config.batch)
    summary = train(config, data(composer), tmp_path, ALONE)
    assert summary.steps == 80 and summary.pictures == 320
    assert summary.mad < 0.75 * untrained.mad
    assert weights.load(summary.path).config == build("edge").config
    assert summary.path.name == "student.safetensors" and list((tmp_path / "logs").iterdir())  # TensorBoard


def test_a_teacher_learns_from_trimaps_and_a_student_from_it(tmp_path: Path, composer: Composer) -> None:
    composer = replace(composer, trimap_radius=4)
    config = TINY.override(["model=indexnet", "architecture.trimap=onehot", "steps=3"])
    summary = train(config, data(composer), tmp_path / "teacher", ALONE)
    assert summary.path.name == "teacher.safetensors"
    taught = weights.load(summary.path)
    before = weights.digest(taught)
    config = TINY.override([f"{name}=1" for name in DISTILLATION])
    summary = train(config, data(composer), tmp_path / "student", ALONE, teacher=taught)
    assert summary.path.name == "student.safetensors" and weights.digest(taught) == before
    assert set(weights.load(summary.path).state_dict()) == set(build("edge").state_dict())  # adapters are not shipped


def test_objectives_change_what_is_learnt(tmp_path: Path, composer: Composer, teacher: torch.nn.Module) -> None:
    composer = replace(composer, trimap_radius=4)
    digests = {
        weights.digest(
            weights.load(
                train(TINY.override([f"{name}=1"]), data(composer), tmp_path / name, ALONE, None, teacher).path
            )
        )
        for name in DISTILLATION
    }
    assert len(digests) == len(DISTILLATION)


def test_distillation_and_teacher_go_together(tmp_path: Path, composer: Composer, teacher: torch.nn.Module) -> None:
    with pytest.raises(UserError, match="distils by clsd, which needs a teacher; pass --teacher"):
        train(TINY.override(["clsd=1"]), data(composer), tmp_path, ALONE)
    with pytest.raises(UserError, match="no objective uses it"):
        train(TINY, data(composer), tmp_path, ALONE, None, teacher)


def test_a_student_learns_from_another_student(tmp_path: Path, composer: Composer) -> None:
    taught = build("edge").eval()
    config = TINY.override(["model=dense", "pretrained=false", "clsd=1", "agld=1", "output=1"])
    summary = train(config, data(replace(composer, trimap_radius=4)), tmp_path, ALONE, None, taught)
    other = train(
        replace(config, output=0.0), data(replace(composer, trimap_radius=4)), tmp_path / "b", ALONE, None, taught
    )
    assert weights.digest(weights.load(summary.path)) != weights.digest(weights.load(other.path))


def test_side_by_side_each_learns_what_it_would_alone_also_after_a_kill(
    tmp_path: Path, composer: Composer, teacher: torch.nn.Module
) -> None:
    composer = replace(composer, trimap_radius=4)
    plain = replace(TINY, checkpoint_every=0.0001)
    configs, teachers = [plain, replace(plain, agld=1.0)], [None, teacher]
    alone = []
    for index, (config, its_teacher) in enumerate(zip(configs, teachers, strict=True)):
        path = train(config, data(composer), tmp_path / f"alone{index}", ALONE, teacher=its_teacher).path
        alone.append(weights.tensors(path))

    class Killed(Exception):
        pass

    for place, kills in {"at once": [], "killed": [4, 2]}.items():
        folders = [tmp_path / place / str(index) for index in range(2)]
        for folder, config, its_teacher, kill in zip(folders, configs, teachers, kills, strict=False):

            def dying(step: int, last: int = kill) -> Composer:
                if step == last:
                    raise Killed
                return composer

            with pytest.raises(Killed):
                train(config, Data(dying, composer), folder, ALONE, teacher=its_teacher)
        fresh = replace(composer, _rooms=Rooms(), _grain=Grain())  # as in a new process
        learners = [Learner(*each, ALONE, its) for *each, its in zip(configs, folders, teachers, strict=True)]
        assert [learner.progress.step for learner in learners] == (kills or [0, 0])
        for summary, expected in zip(train_together(learners, data(fresh), ALONE, teacher=teacher), alone, strict=True):
            found = weights.tensors(summary.path)
            assert summary.steps == TINY.steps and all(torch.equal(found[key], expected[key]) for key in expected)


def test_one_that_is_taught_does_not_learn_without_a_teacher(
    tmp_path: Path, composer: Composer, teacher: torch.nn.Module
) -> None:
    config = replace(TINY, agld=1.0)
    with pytest.raises(UserError, match="the config distils by agld, which needs a teacher"):
        Learner(config, tmp_path, ALONE)
    with pytest.raises(ValueError, match="learns from a teacher, whose prediction is missing"):
        train_together([Learner(config, tmp_path, ALONE, teacher)], data(composer), ALONE)


def test_checkpoints_of_before_a_setting_was_there_go_on(tmp_path: Path, composer: Composer) -> None:
    train(TINY, data(composer), tmp_path, ALONE)
    path = tmp_path / "checkpoint.pt"
    saved = torch.load(path, weights_only=True)
    del saved["config"]["trimap_dropout"]
    torch.save(saved, path)
    assert Learner(TINY, tmp_path, ALONE).progress.step == TINY.steps
    with pytest.raises(UserError, match=r"another configuration \(trimap_dropout: 0.0 then, 0.5 now\)"):
        Learner(replace(TINY, trimap_dropout=0.5), tmp_path, ALONE)
    saved["parts"]["step"].popitem()
    torch.save(saved, path)
    with pytest.raises(UserError, match="written by another version, whose model or objectives have other tensors"):
        Learner(TINY, tmp_path, ALONE)


@pytest.mark.parametrize(("units", "asked"), [(True, True), (True, False), (False, True)])
def test_bf16_is_computed_where_it_is_asked_for_and_there_are_units(
    tmp_path: Path, composer: Composer, monkeypatch: pytest.MonkeyPatch, units: bool, asked: bool
) -> None:
    heads, losses = set(), set()
    forward, alpha_loss = torch.nn.Conv2d.forward, step.losses.alpha_loss

    def convolution(layer: torch.nn.Conv2d, x: torch.Tensor) -> torch.Tensor:
        result = forward(layer, x)
        heads.add(result.dtype) if layer.training else None
        return result

    def loss(alpha: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        losses.add(torch.nn.functional.conv2d(alpha, torch.ones(1, 1, 1, 1)).dtype)
        return alpha_loss(alpha, target)

    monkeypatch.setattr(device.torch.cpu, "get_capabilities", lambda: {"avx512_bf16": units}, raising=False)
    monkeypatch.setattr(torch.nn.Conv2d, "forward", convolution)
    monkeypatch.setattr(step.losses, "alpha_loss", loss)
    result = weights.load(train(replace(TINY, steps=2, bf16=asked), data(composer), tmp_path, ALONE).path)
    assert heads == {torch.bfloat16 if units and asked else torch.float32}
    assert losses == {torch.float32}
    assert all(p.dtype == torch.float32 and p.isfinite().all() for p in result.parameters())


def test_training_goes_on_from_other_weights(tmp_path: Path, composer: Composer) -> None:
    first = train(TINY, data(composer), tmp_path / "first", ALONE)
    still = TINY.override(["steps=1", "encoder_rate=1e-12", "decoder_rate=1e-12", "ema=0.0"])
    second = train(still, data(composer), tmp_path / "second", ALONE, start=first.path)
    ours, theirs = (dict(weights.load(summary.path).named_parameters()) for summary in (second, first))
    assert all(torch.allclose(ours[name], theirs[name], atol=1e-3) for name in theirs)
    third = train(still, data(composer), tmp_path / "third", ALONE, start=tmp_path / "first" / "checkpoint.pt")
    again = dict(weights.load(third.path).named_parameters())
    assert all(torch.allclose(again[name], theirs[name], atol=1e-3) for name in theirs)
    with pytest.raises(UserError, match="no weights at"):
        train(TINY, data(composer), tmp_path / "fourth", ALONE, start=tmp_path / "none.safetensors")


def test_frozen_blocks_keep_weights_and_statistics(tmp_path: Path, composer: Composer) -> None:
    weights.save(build("edge"), tmp_path / "start.safetensors")
    before = weights.load(tmp_path / "start.safetensors")  # halves
    config = TINY.override(["steps=3", "frozen=2"])
    summary = train(config, data(composer), tmp_path, ALONE, start=tmp_path / "start.safetensors")
    after = weights.load(summary.path).state_dict()
    same = {name for name, value in before.state_dict().items() if torch.equal(value, after[name])}
    frozen = {name for name in after if name.startswith(("encoder.stem.", "encoder.blocks.0.", "encoder.blocks.1."))}
    assert frozen <= same
    assert not any(name.startswith("encoder.blocks.2.") and name.endswith(("weight", "running_mean")) for name in same)
    with pytest.raises(UserError, match="frozen=99: expected a number of the encoder's blocks, of which it has 16"):
        train(TINY.override(["frozen=99"]), data(composer), tmp_path / "none", ALONE)
    with pytest.raises(UserError, match="none that can be frozen"):
        train(TINY.override(["frozen=1", "model=dense"]), data(composer), tmp_path / "none", ALONE)


def test_a_killed_run_goes_on_bit_exactly(tmp_path: Path, composer: Composer, teacher: torch.nn.Module) -> None:
    composer = replace(composer, trimap_radius=4)
    config = TINY.override(["clsd=1", "agld=1"])
    whole = train(config, data(composer), tmp_path / "whole", ALONE, None, teacher)

    class Killed(Exception):
        pass

    def dying(step: int) -> Composer:
        if step == 3:
            raise Killed
        return composer

    every_step = config.override(["checkpoint_every=0.0001"])
    with pytest.raises(Killed):
        train(every_step, Data(dying, composer), tmp_path / "killed", ALONE, None, teacher)
    fresh = replace(composer, _rooms=Rooms(), _grain=Grain())  # as in a new process
    resumed = train(every_step, data(fresh), tmp_path / "killed", ALONE, None, teacher)
    assert resumed.steps == 6
    assert weights.digest(weights.load(resumed.path)) == weights.digest(weights.load(whole.path))


def test_dropped_trimaps_say_nothing_and_change_nothing_else(foreground_folder: Path, photograph_folder: Path) -> None:
    config = replace(TINY, trimap_dropout=0.4)
    folders = [foreground_folder], [photograph_folder]
    with loaded(config, *folders, True, ALONE) as dropping, loaded(TINY, *folders, True, ALONE) as keeping:
        silent = 0
        for step in range(16):
            dropped, kept = (data.training(step).batch(8, 0, step) for data in (dropping, keeping))
            assert torch.equal(dropped.image, kept.image) and torch.equal(dropped.alpha, kept.alpha)
            assert dropped.trimap is not None and kept.trimap is not None
            for before, after in zip(kept.trimap, dropped.trimap, strict=True):
                says_nothing = bool((after[1] == 1).all() and after[[0, 2]].sum() == 0)
                assert says_nothing or torch.equal(after, before)
                silent += says_nothing
        assert 0.25 < silent / 128 < 0.55
        held_out = [data.validation.batch(8, 0, 0).trimap for data in (dropping, keeping)]
        assert held_out[0] is not None and held_out[1] is not None and torch.equal(*held_out)


@pytest.mark.parametrize("size", [(64, 64), (64, 96), (224, 288), (288, 512)])
def test_views_are_sizes_that_students_take(size: tuple[int, int]) -> None:
    same, upright, again, larger = views(size)
    assert same == again == size and upright == size[::-1]
    assert all(side % 32 == 0 for side in larger) and larger[0] * larger[1] > size[0] * size[1]


def test_the_share_of_composing_is_of_this_sitting(
    tmp_path: Path, composer: Composer, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TINY.override(["steps=20"])
    train(config, data(composer), tmp_path, ALONE, 0.1)
    saved = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    saved["progress"] = {"step": 0, "elapsed": 1e6}  # a long first sitting
    torch.save(saved, tmp_path / "checkpoint.pt")
    seen: list[float] = []
    monkeypatch.setattr(Logs, "scalars", lambda logs, values, step: seen.append(values["speed/composing_share"]))
    train(config, data(composer), tmp_path, ALONE)
    assert len(seen) == 1 and 0.001 < seen[0] < 1


def test_a_time_budget_ends_the_run(tmp_path: Path, composer: Composer) -> None:
    summary = train(TINY.override(["steps=1000000"]), data(composer), tmp_path, ALONE, 1.0)
    assert 0 < summary.steps < 1000


def test_a_diverged_loss_stops_and_keeps_the_checkpoint(
    tmp_path: Path, composer: Composer, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(TINY, data(composer), tmp_path, ALONE)
    kept = tmp_path / "checkpoint.pt"
    before = kept.read_bytes()
    (tmp_path / "b").mkdir()
    monkeypatch.setattr(step, "supervised", lambda prediction, batch: {"alpha": prediction.logits.sum() * torch.nan})
    with pytest.raises(UserError, match=r"step 0: the loss is nan .* Start again: lower encoder_rate"):
        train(TINY, data(composer), tmp_path / "b", ALONE)

    # A finite loss whose gradient is infinite: the square root's at 0.
    def supervised(prediction: Prediction, batch: Batch) -> dict[str, torch.Tensor]:
        return {"alpha": (prediction.logits * 0).sum().sqrt()}

    monkeypatch.setattr(step, "supervised", supervised)
    eager = replace(TINY, checkpoint_every=1e-9)
    with pytest.raises(UserError, match=r"the loss is 0.0 .* norm of nan.* Start again"):
        train(eager, data(composer), tmp_path / "b", ALONE)
    assert not (tmp_path / "b" / "checkpoint.pt").exists()
    monkeypatch.undo()

    def later(number: int) -> Composer:
        if number == 3:
            monkeypatch.setattr(step, "supervised", supervised)
        return composer

    with pytest.raises(UserError, match=f"step 3: .*--start {tmp_path / 'b' / 'checkpoint.pt'}, and lower"):
        train(eager, Data(later, composer), tmp_path / "b", ALONE)
    found = checkpoint.averaged(tmp_path / "b" / "checkpoint.pt")
    assert all(tensor.isfinite().all() for tensor in found.values())
    assert kept.read_bytes() == before


def test_checkpoints_of_another_run_or_damaged(tmp_path: Path) -> None:
    model = build("edge")
    path = tmp_path / "checkpoint.pt"
    checkpoint.save(path, TINY, checkpoint.Progress(3, 1.5), {"model": model})
    assert checkpoint.load(path, TINY, {"model": model}) == checkpoint.Progress(3, 1.5)
    with pytest.raises(UserError, match="batch: 4 then, 8 now"):
        checkpoint.load(path, TINY.override(["batch=8"]), {"model": model})
    checkpoint.save(path, TINY, checkpoint.Progress(3, 1.5), {}, Origin("a" * 64, "c"))
    assert checkpoint.load(path, TINY, {}, Origin("a" * 64)).step == 3
    with pytest.raises(UserError, match="with another teacher .weights aaaaaaaaaaaa then, bbbbbbbbbbbb now"):
        checkpoint.load(path, TINY, {}, Origin("b" * 64))
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(UserError, match="not a readable checkpoint"):
        checkpoint.load(path, TINY, {"model": model})
    for other in (model.state_dict(), [1, 2]):
        torch.save(other, path)
        with pytest.raises(UserError, match="not a readable checkpoint"):
            checkpoint.load(path, TINY, {"model": model})
        with pytest.raises(UserError, match="not a readable checkpoint"):
            checkpoint.averaged(path)


def test_a_distillation_goes_on_with_its_teacher_only(
    tmp_path: Path, composer: Composer, teacher: torch.nn.Module
) -> None:
    composer = replace(composer, trimap_radius=4)
    config = TINY.override(["clsd=1", "steps=1"])
    train(config, data(composer), tmp_path, ALONE, None, teacher)
    assert train(config, data(composer), tmp_path, ALONE, None, teacher).steps == 1
    with pytest.raises(UserError, match="with another teacher"):
        train(config, data(composer), tmp_path, ALONE, None, build("indexnet", {"trimap": "onehot"}))


def test_a_full_disk_keeps_the_last_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "checkpoint.pt"

    def full(state: object, file: Path) -> None:
        file.write_bytes(b"half")
        raise RuntimeError("PytorchStreamWriter failed writing file: No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint.torch, "save", full)
        with pytest.raises(UserError, match="No space left.*MB free on the disk of") as error:
            checkpoint.save(path, TINY, checkpoint.Progress(1, 1.0), {})
        assert "kept" not in str(error.value)
    checkpoint.save(path, TINY, checkpoint.Progress(1, 1.0), {})
    with monkeypatch.context() as patch:
        patch.setattr(checkpoint.torch, "save", full)
        with pytest.raises(UserError, match="No space left.*the last good checkpoint is kept"):
            checkpoint.save(path, TINY, checkpoint.Progress(2, 2.0), {})
    assert checkpoint.load(path, TINY, {}).step == 1
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_logs_that_cannot_be_written_are_said_once_and_training_goes_on(
    tmp_path: Path, composer: Composer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(writer: RecordWriter, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(RecordWriter, "write", full)
    eager = replace(TINY, validate_every=1e-9)
    assert train(eager, data(composer), tmp_path, ALONE).steps == 6
    assert capsys.readouterr().err.count("cannot write the logs: [Errno 28]") == 1


def test_logs_that_cannot_be_closed_do_not_hide_why_training_ended(
    tmp_path: Path, composer: Composer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(writer: RecordWriter) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(RecordWriter, "close", full)
    monkeypatch.setattr(step, "supervised", lambda prediction, batch: {"alpha": prediction.logits.sum() * torch.nan})
    with pytest.raises(UserError, match="diverged"):
        train(TINY, data(composer), tmp_path, ALONE)


def test_the_average_follows_the_weights() -> None:
    model = build("edge")
    average = WeightAverage(model, 0.9)
    start = average.model.head.bias.clone()
    with torch.no_grad():
        model.head.bias += 1
    for _ in range(200):
        average.update(model)
    assert torch.allclose(average.model.head.bias, start + 1, atol=1e-3)


def test_rates_rise_then_fall() -> None:
    assert rate_factor(0, 0.1) == 0 and rate_factor(0.1, 0.1) == 1 and rate_factor(1, 0.1) == pytest.approx(0)
    assert rate_factor(0.55, 0.1) == pytest.approx(0.5)


@pytest.mark.parametrize("text", ["nan", "inf", "0", "-3m", "h", "soon"])
def test_times_that_are_none(text: str) -> None:
    assert seconds("90m") == 5400 and seconds("30") == 30
    with pytest.raises(ArgumentTypeError, match="expected a time such as"):
        seconds(text)


@pytest.mark.parametrize("text", ["gpu", "mps", "cuda:x", "cuda:99", ""])
def test_devices_that_are_none(text: str) -> None:
    assert chosen_device("cpu") == torch.device("cpu")
    with pytest.raises(UserError, match=f"--device {text}: "):
        chosen_device(text)


def test_the_command(tmp_path: Path, foreground_folder: Path, photograph_folder: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "ppid.train",
        "student",
        "--foregrounds",
        str(foreground_folder),
        "--backgrounds",
        str(photograph_folder),
    ]
    command += ["--output", str(tmp_path / "run")]
    sets = ["height=64", "width=64", "batch=2", "steps=2", "pretrained=false", "foreground_size=64"]
    done = subprocess.run(
        [*command, *(f"--set={text}" for text in sets)], cwd=ROOT, capture_output=True, text=True, env=os.environ
    )
    assert done.returncode == 0, done.stderr
    assert "2 steps, 4 pictures" in done.stdout and (tmp_path / "run" / "student.safetensors").is_file()
    wrong = subprocess.run([*command, "--set", "stepz=1"], cwd=ROOT, capture_output=True, text=True)
    assert wrong.returncode == 2 and "did you mean steps" in wrong.stderr and "Traceback" not in wrong.stderr
    if not torch.cuda.is_available():
        wrong = subprocess.run([*command, "--device", "cuda"], cwd=ROOT, capture_output=True, text=True)
        assert wrong.returncode == 2 and "--device cpu" in wrong.stderr


def test_without_pytorch_the_command_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text("raise ImportError('no torch here')")
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    command = [sys.executable, "-m", "ppid.train", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert done.returncode == 2 and "pip install '.[train]'" in done.stderr and "Traceback" not in done.stderr


def test_a_run_does_not_go_on_with_other_pictures(tmp_path: Path, composer: Composer) -> None:
    first = replace(data(composer), digest="first")
    train(TINY, first, tmp_path, ALONE)
    assert train(TINY, first, tmp_path, ALONE).steps == TINY.steps
    with pytest.raises(UserError, match="was written with other foregrounds, backgrounds or scenes.*--start"):
        train(TINY, replace(first, digest="second"), tmp_path, ALONE)


def test_pictures_are_told_apart_by_names_and_sizes(foreground_folder: Path, photograph_folder: Path) -> None:
    def digest(*backgrounds: Path) -> str | None:
        with loaded(TINY, [foreground_folder], list(backgrounds), False, ALONE) as found:
            return found.digest

    assert digest(photograph_folder) == digest(photograph_folder) != digest()
    assert digest(photograph_folder, photograph_folder) != digest(photograph_folder)
