"""The training loop."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from tqdm import tqdm

from ppid import weights
from ppid.data.compose import Batch
from ppid.device import autocast
from ppid.errors import UserError
from ppid.models import Prediction, build, takes_trimap
from ppid.train import checkpoint
from ppid.train.average import WeightAverage
from ppid.train.config import TrainConfig
from ppid.train.data import Data
from ppid.train.distributed import Processes, with_global_batch_norm
from ppid.train.logs import Logs
from ppid.train.step import Step, in_float, predict
from ppid.train.validate import validate

_LOG_EVERY = 20  # steps


@dataclass(frozen=True)
class Summary:
    """How a run ended.

    Attributes:
        steps: optimiser steps done.
        pictures: pictures seen.
        seconds: of training.
        mad: mean absolute alpha error of the averaged weights on the held-out composites.
        iou: mean soft intersection over union there (pictures with a subject).
        path: of the weights written.
    """

    steps: int
    pictures: int
    seconds: float
    mad: float
    iou: float
    path: Path


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
        output: folder for checkpoint, TensorBoard logs and the weights, `teacher.safetensors` for a model that takes
            trimaps and `student.safetensors` for one that does not.
        processes: who trains together, and where.
        budget: seconds of training in all, earlier sittings counted in, or None for `config.steps`.
        teacher: whose predictions the config's distillation objectives use.
        start: weights or a `checkpoint.pt` to start from; tensors that fit in name and shape are taken, a checkpoint's
            from its moving average.

    Raises:
        UserError: the loss or its gradient became NaN or infinite, distillation without a teacher or the reverse, a batch
            that cannot be shared, or a checkpoint that does not fit, is not the same for all processes or cannot be written.
    """
    check(config, teacher, processes)
    torch.manual_seed(config.seed)
    device = processes.device
    model = build(config.model, dict(config.architecture))
    if config.pretrained and start is None and hasattr(model.encoder, "load_imagenet"):
        model.encoder.load_imagenet()  # type: ignore[union-attr,operator]
    if start is not None:
        tensors = checkpoint.averaged(start) if start.suffix == ".pt" else weights.tensors(start)
        weights.transfer(tensors, model, start)
    step = Step(model, teacher, config.distillation)
    step = step.to(device).to(memory_format=torch.channels_last).train()  # type: ignore[call-overload]
    _freeze(model, config.frozen)
    taught_by = None if teacher is None else weights.digest(teacher)
    if teacher is not None:
        teacher = teacher.to(device).to(memory_format=torch.channels_last).eval()  # type: ignore[call-overload]
    average = WeightAverage(step.model, config.ema)
    if processes.count > 1:
        with_global_batch_norm(step)
    optimizer = _optimizer(step, config)
    path = output / "checkpoint.pt"
    parts = {"step": step, "average": average, "optimizer": optimizer}
    progress = checkpoint.load(path, config, parts, taught_by) if path.is_file() else checkpoint.Progress()
    if not processes.same(progress.step):
        raise UserError(
            f"the processes would not go on from one step (process {processes.rank} from step {progress.step});"
            f" --output must be one folder for all machines, or copy the first one's {path} to each"
        )
    run: nn.Module = DistributedDataParallel(step) if processes.count > 1 else step

    bf16 = config.bf16 or device.type == "cuda"
    logs = Logs(output / "logs" if processes.first else None)
    part = (processes.rank, processes.count)
    sat_down = time.perf_counter()
    started = sat_down - progress.elapsed
    saved = validated = progress.elapsed
    composing = 0.0
    bar = tqdm(
        total=config.steps if budget is None else round(budget),
        unit="step" if budget is None else "s",
        dynamic_ncols=True,
        disable=not processes.first,
    )
    try:
        while (share := progress.elapsed / budget if budget else progress.step / config.steps) < 1:
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * rate_factor(share, config.warmup)
            asked = time.perf_counter()
            batch = data.training(progress.step).batch(config.batch, config.seed, progress.step, config.chunk, part)
            batch = replace(batch, image=batch.image.contiguous(memory_format=torch.channels_last))
            composing += time.perf_counter() - asked
            taught = None if teacher is None else _taught(teacher, batch)
            with autocast(device, bf16):
                terms = run(batch, taught)
            loss = torch.stack(list(terms.values())).sum()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            norm = nn.utils.clip_grad_norm_(step.parameters(), config.clip)
            # A finite loss may have an infinite gradient, which clipping turns into NaN: before weights take it in.
            if not torch.isfinite(processes.mean(loss) + norm):
                raise _diverged(progress.step, loss.item(), norm.item(), path)
            optimizer.step()
            average.update(step.model)

            progress.step += 1
            progress.elapsed = processes.agreed(time.perf_counter() - started)
            if progress.step % _LOG_EVERY == 0:
                means = dict(zip(terms, processes.mean(torch.stack(list(terms.values()))).tolist(), strict=True))
                speed = config.batch * progress.step / progress.elapsed
                bar.n = progress.step if budget is None else min(round(progress.elapsed), round(budget))
                bar.set_postfix(step=progress.step, loss=f"{sum(means.values()):.4f}", images_s=f"{speed:.1f}")
                composed = {"speed/composing_share": composing / (time.perf_counter() - sat_down)}
                losses = {f"loss/{name}": term for name, term in means.items()}
                logs.scalars({**losses, "speed/images_per_second": speed, **composed}, progress.step)
            if processes.first and progress.elapsed - saved > config.checkpoint_every:
                checkpoint.save(path, config, progress, parts, taught_by)
                saved = progress.elapsed
            if processes.first and progress.elapsed - validated > config.validate_every:
                found = validate(average.model, data.validation, config.batch)
                logs.scalars({"validation/mad": found.mad, "validation/iou": found.iou}, progress.step)
                logs.image("validation/sheet", found.sheet, progress.step)
                tqdm.write(f"step {progress.step}: held-out mean absolute error {found.mad:.4f}, IoU {found.iou:.3f}")
                validated = progress.elapsed
        if processes.first:
            checkpoint.save(path, config, progress, parts, taught_by)
    finally:
        bar.close()
        logs.close()
    found = validate(average.model, data.validation, config.batch)
    result = output / f"{'teacher' if takes_trimap(model) else 'student'}.safetensors"
    pictures = progress.step * config.batch
    if processes.first:
        weights.save(average.model.cpu(), result, steps=str(progress.step), pictures=str(pictures))
    return Summary(progress.step, pictures, progress.elapsed, found.mad, found.iou, result)


def rate_factor(share: float, warmup: float) -> float:
    """Learning rate relative to its peak at `share` of the run: linear rise, then half a cosine down to zero."""
    if share < warmup:
        return share / warmup
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (share - warmup) / (1 - warmup))))


@torch.no_grad()
def _taught(teacher: nn.Module, batch: Batch) -> Prediction:
    with autocast(batch.image.device, True):  # without gradients BF16 is faster for every model
        return in_float(predict(teacher, batch))


def _diverged(step: int, loss: float, norm: float, path: Path) -> UserError:
    kept = f" Go on from the last checkpoint with --start {path}, and" if path.is_file() else " Start again:"
    return UserError(
        f"training diverged at step {step}: the loss is {loss} and its gradient has a norm of {norm}.{kept} lower"
        " encoder_rate and decoder_rate with --set and use another --output"
    )


def check(config: TrainConfig, teacher: nn.Module | None, processes: Processes) -> None:
    """Whether a run can begin, before data are read.

    Raises:
        UserError: distillation without a teacher or the reverse, or a batch that cannot be shared.
    """
    if config.distillation and teacher is None:
        names = ", ".join(config.distillation)
        raise UserError(
            f"the config distils by {names}, which needs a teacher; pass --teacher WEIGHTS or set them to 0"
        )
    if teacher is not None and not config.distillation:
        raise UserError("a teacher is given but no objective uses it; add for example --set clsd=1 --set agld=1")
    if teacher is not None and not takes_trimap(teacher):
        raise UserError(
            "the teacher's weights are of a model without trimap; train one with: python -m ppid.train teacher"
        )
    count, whole = processes.count, config.chunk * processes.count
    if count > 1 and config.batch % whole:  # a shorter last chunk would give one process fewer pictures
        fix = f"--set chunk={config.batch // count} or " if config.batch % count == 0 else ""
        raise UserError(
            f"a batch of {config.batch} in chunks of {config.chunk} cannot be shared evenly by {count} processes;"
            f" {fix}--set batch=N with a multiple of {whole}"
        )


def _freeze(model: nn.Module, count: int) -> None:
    """Keep the encoder's stem and first `count` blocks as they are, their batch statistics too."""
    if not count:
        return
    blocks = getattr(model.encoder, "blocks", None)
    if blocks is None or not 0 < count <= len(blocks):
        found = "none that can be frozen" if blocks is None else str(len(blocks))
        raise UserError(f"frozen={count}: expected a number of the encoder's blocks, of which it has {found}")
    for part in (model.encoder.stem, *blocks[:count]):  # type: ignore[union-attr]
        part.eval().requires_grad_(False)


def _optimizer(step: Step, config: TrainConfig) -> torch.optim.AdamW:
    """AdamW with two rates; no decay on biases and batch norm."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in step.named_parameters():
        if not parameter.requires_grad:
            continue
        encoder = name.startswith("model.encoder.") and config.pretrained
        rate = config.encoder_rate if encoder else config.decoder_rate
        groups.setdefault((rate, config.weight_decay if parameter.ndim > 1 else 0.0), []).append(parameter)
    return torch.optim.AdamW(
        [{"params": p, "peak": rate, "lr": rate, "weight_decay": decay} for (rate, decay), p in groups.items()]
    )
