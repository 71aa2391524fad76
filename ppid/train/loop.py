"""The training loop."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn
from tqdm import tqdm

from ppid.data.compose import Batch
from ppid.device import autocast, has_bf16
from ppid.errors import UserError
from ppid.models import Prediction
from ppid.train.config import TrainConfig
from ppid.train.data import Data
from ppid.train.distributed import Processes
from ppid.train.learner import Learner, Summary, check_teacher
from ppid.train.step import in_float, predict

_LOG_EVERY = 20  # steps


def train(
    config: TrainConfig,
    data: Data,
    output: Path,
    processes: Processes,
    budget: float | None = None,
    teacher: nn.Module | None = None,
    start: Path | None = None,
) -> Summary:
    """Train a model; resume from `output`/checkpoint.pt when there is one.

    Args:
        config: the run.
        data: what to train and validate on.
        output: as for `Learner`, like `processes`, `teacher` and `start`.
        budget: seconds of training in all, earlier sittings counted in, or None for `config.steps`.

    Raises:
        UserError: the loss or its gradient became NaN or infinite, distillation without a teacher or the reverse, a batch
            that cannot be shared, or a checkpoint that does not fit, is not the same for all processes or cannot be written.
    """
    check(config, teacher, processes)
    learner = Learner(config, output, processes, teacher, start, data.digest)
    return train_together([learner], data, processes, budget, teacher)[0]


def train_together(
    learners: Sequence[Learner],
    data: Data,
    processes: Processes,
    budget: float | None = None,
    teacher: nn.Module | None = None,
) -> list[Summary]:
    """Train models side by side on the same batches, which are composed once, and which the teacher looks at once.

    Each learns what it would learn alone. Those that are behind, after a kill between two checkpoints, catch up first.

    Args:
        learners: of configs that differ in distillation alone.
        data: what to train and validate on.
        processes: who trains together, and where.
        budget: seconds of training in all, earlier sittings counted in, or None for the configs' `steps`.
        teacher: of those that are taught.

    Raises:
        UserError: a loss or its gradient became NaN or infinite, or a checkpoint cannot be written.
    """
    config = learners[0].config
    if teacher is not None:
        teacher = teacher.to(processes.device).to(memory_format=torch.channels_last).eval()  # type: ignore[call-overload]
    part = (processes.rank, processes.count)
    sat_down = mark = time.perf_counter()
    elapsed = saved = validated = min(learner.progress.elapsed for learner in learners)
    composing = 0.0
    bar = tqdm(
        total=config.steps if budget is None else round(budget),
        unit="step" if budget is None else "s",
        dynamic_ncols=True,
        disable=not processes.first,
    )
    try:
        while True:
            step = min(learner.progress.step for learner in learners)
            if (share := elapsed / budget if budget else step / config.steps) >= 1:
                break
            asked = time.perf_counter()
            batch = data.training(step).batch(config.batch, config.seed, step, config.chunk, part)
            batch = replace(batch, image=batch.image.contiguous(memory_format=torch.channels_last))
            composing += time.perf_counter() - asked
            behind = [learner for learner in learners if learner.progress.step == step]
            taught = None if teacher is None else _taught(teacher, batch)
            terms = [learner.learn(batch, taught, share) for learner in behind]

            now = time.perf_counter()
            spent, mark = processes.agreed(now - mark), now
            elapsed += spent
            for learner in behind:
                learner.progress.elapsed += spent
            step += 1
            if step % _LOG_EVERY == 0:
                speed = config.batch * step / behind[0].progress.elapsed
                composed = {"speed/composing_share": composing / (time.perf_counter() - sat_down)}
                total = 0.0
                for learner, found in zip(behind, terms, strict=True):
                    means = dict(zip(found, processes.mean(torch.stack(list(found.values()))).tolist(), strict=True))
                    total += sum(means.values()) / len(behind)
                    losses = {f"loss/{name}": term for name, term in means.items()}
                    learner.log({**losses, "speed/images_per_second": speed, **composed})
                bar.n = step if budget is None else min(round(elapsed), round(budget))
                bar.set_postfix(step=step, loss=f"{total:.4f}", images_s=f"{speed:.1f}")
            if processes.first and elapsed - saved > config.checkpoint_every:
                for learner in learners:
                    learner.save()
                saved = elapsed
            if processes.first and elapsed - validated > config.validate_every:
                for learner in learners:
                    seen = learner.validate(data.validation)
                    name = f"{learner.name}, " if len(learners) > 1 else ""
                    tqdm.write(f"{name}step {step}: held-out mean absolute error {seen.mad:.4f}, IoU {seen.iou:.3f}")
                validated = elapsed
        if processes.first:
            for learner in learners:
                learner.save()
    finally:
        bar.close()
        for learner in learners:
            learner.close()
    return [learner.finish(data.validation) for learner in learners]


@torch.no_grad()
def _taught(teacher: nn.Module, batch: Batch) -> Prediction:
    device = batch.image.device
    with autocast(device, has_bf16(device)):  # without gradients BF16 is faster for every model
        return in_float(predict(teacher, batch))


def check(config: TrainConfig, teacher: nn.Module | None, processes: Processes) -> None:
    """Whether a run can begin, before data are read.

    Raises:
        UserError: distillation without a teacher or the reverse, or a batch that cannot be shared.
    """
    check_teacher(config, teacher)
    count, whole = processes.count, config.chunk * processes.count
    if count > 1 and config.batch % whole:  # a shorter last chunk would give one process fewer pictures
        fix = f"--set chunk={config.batch // count} or " if config.batch % count == 0 else ""
        raise UserError(
            f"a batch of {config.batch} in chunks of {config.chunk} cannot be shared evenly by {count} processes;"
            f" {fix}--set batch=N with a multiple of {whole}"
        )
