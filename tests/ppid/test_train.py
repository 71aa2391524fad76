from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from ppid import weights
from ppid.data.backgrounds import load_backgrounds
from ppid.data.compose import Composer
from ppid.data.foregrounds import load_foregrounds
from ppid.errors import UserError
from ppid.models import build
from ppid.train import checkpoint, loop
from ppid.train.average import WeightAverage
from ppid.train.config import TrainConfig
from ppid.train.loop import rate_factor, train

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
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def composer(foreground_folder: Path, photograph_folder: Path) -> Composer:
    return Composer(load_foregrounds([foreground_folder], 64), load_backgrounds([photograph_folder], 96), (64, 64))


def test_training_learns_and_writes_weights(tmp_path: Path, composer: Composer) -> None:
    config = TINY.override(["steps=80", "pretrained=true", "decoder_rate=4e-3"])
    untrained, _, _ = loop.validate(build("edge").eval(), composer, config)
    summary = train(config, composer, composer, tmp_path, CPU, None)
    assert summary.steps == 80 and summary.pictures == 320
    assert summary.mad < 0.75 * untrained
    assert weights.load(summary.path).config == build("edge").config
    assert list((tmp_path / "logs").iterdir())  # TensorBoard


def test_a_killed_run_goes_on_bit_exactly(tmp_path: Path, composer: Composer) -> None:
    whole = train(TINY, composer, composer, tmp_path / "whole", CPU, None)

    class Killed(Exception):
        pass

    class Dying(Composer):
        def batch(self, count: int, seed: int, step: int):
            if step == 3:
                raise Killed
            return super().batch(count, seed, step)

    dying = Dying(composer.foregrounds, composer.photographs, composer.size)
    every_step = TINY.override(["checkpoint_every=0.0001"])
    with pytest.raises(Killed):
        train(every_step, dying, composer, tmp_path / "killed", CPU, None)
    resumed = train(every_step, composer, composer, tmp_path / "killed", CPU, None)
    assert resumed.steps == 6
    assert weights.digest(weights.load(resumed.path)) == weights.digest(weights.load(whole.path))


def test_a_time_budget_ends_the_run(tmp_path: Path, composer: Composer) -> None:
    summary = train(TINY.override(["steps=1000000"]), composer, composer, tmp_path, CPU, 1.0)
    assert 0 < summary.steps < 1000


def test_a_diverged_loss_stops_and_keeps_the_checkpoint(
    tmp_path: Path, composer: Composer, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(TINY, composer, composer, tmp_path, CPU, None)
    before = (tmp_path / "checkpoint.pt").read_bytes()
    (tmp_path / "b").mkdir()
    monkeypatch.setattr(
        loop, "supervised_loss", lambda prediction, batch: {"alpha": prediction.logits.sum() * torch.nan}
    )
    with pytest.raises(UserError, match="loss became nan at step 0.*encoder_rate"):
        train(TINY, composer, composer, tmp_path / "b", CPU, None)
    assert (tmp_path / "checkpoint.pt").read_bytes() == before


def test_checkpoints_of_another_run_or_damaged(tmp_path: Path) -> None:
    model = build("edge")
    path = tmp_path / "checkpoint.pt"
    checkpoint.save(path, TINY, checkpoint.Progress(3, 1.5), {"model": model})
    assert checkpoint.load(path, TINY, {"model": model}) == checkpoint.Progress(3, 1.5)
    with pytest.raises(UserError, match="batch: 4 then, 8 now"):
        checkpoint.load(path, TINY.override(["batch=8"]), {"model": model})
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(UserError, match="not a readable checkpoint"):
        checkpoint.load(path, TINY, {"model": model})


def test_a_full_disk_keeps_the_last_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "checkpoint.pt"
    checkpoint.save(path, TINY, checkpoint.Progress(1, 1.0), {})

    def full(state: object, file: Path) -> None:
        file.write_bytes(b"half")
        raise RuntimeError("PytorchStreamWriter failed writing file: No space left on device")

    monkeypatch.setattr(checkpoint.torch, "save", full)
    with pytest.raises(UserError, match="No space left.*the last good one is kept"):
        checkpoint.save(path, TINY, checkpoint.Progress(2, 2.0), {})
    monkeypatch.undo()
    assert checkpoint.load(path, TINY, {}).step == 1
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]


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


def test_config_overrides_are_typed_and_checked() -> None:
    assert asdict(TINY.override(["steps=9", "pretrained=true"]))["pretrained"] is True
    for text, message in (
        ("stepz=3", "did you mean steps"),
        ("steps=many", "expected a value of type int"),
        ("steps", "expected key=value"),
        ("height=100", "multiple of 32"),
        ("batch=0", "more than 0"),
    ):
        with pytest.raises(UserError, match=message):
            TINY.override([text])


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
    assert done.returncode == 2 and "pip install 'ppid[train]'" in done.stderr and "Traceback" not in done.stderr
