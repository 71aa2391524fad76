"""The training loop."""

from __future__ import annotations

import math
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.tensorboard import SummaryWriter
from tqdm import tqdm

from ppid import losses, weights
from ppid.data.compose import Batch, Composer
from ppid.errors import UserError
from ppid.models import Prediction, build
from ppid.train import checkpoint
from ppid.train.average import WeightAverage
from ppid.train.config import TrainConfig

_VALIDATION_BATCHES = 6


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


def supervised_loss(prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
    """The terms of the loss by name, each already weighted."""
    alpha = prediction.alpha
    return {
        "alpha": losses.alpha_loss(alpha, batch.alpha),
        "composition": losses.composition_loss(alpha, batch.foreground, batch.background, batch.alpha),
        "laplacian": losses.laplacian_loss(alpha, batch.alpha),
        "coarse": 0.3 * losses.coarse_loss(prediction.coarse_logits, batch.alpha),
    }


def train(
    config: TrainConfig,
    training: Composer,
    validation: Composer,
    output: Path,
    device: torch.device,
    budget: float | None,
) -> Summary:
    """Train a student; resume from `output`/checkpoint.pt when there is one.

    Args:
        config: the run.
        training: makes the batches.
        validation: makes the held-out ones.
        output: folder for checkpoint, TensorBoard logs and `student.safetensors`.
        device: where to train; bf16 autocast on CUDA.
        budget: seconds of training in all, earlier sittings counted in, or None for `config.steps`.

    Raises:
        UserError: the loss became NaN or infinite, or a checkpoint does not fit or cannot be written.
    """
    torch.manual_seed(config.seed)
    model = build(config.model)
    if config.pretrained:
        model.encoder.load_imagenet()  # type: ignore[union-attr,operator]
    model = model.to(device).to(memory_format=torch.channels_last).train()  # type: ignore[call-overload]
    average = WeightAverage(model, config.ema)
    optimizer = _optimizer(model, config)
    path = output / "checkpoint.pt"
    parts = {"model": model, "average": average, "optimizer": optimizer}
    progress = checkpoint.load(path, config, parts) if path.is_file() else checkpoint.Progress()

    autocast = torch.autocast("cuda", torch.bfloat16) if device.type == "cuda" else nullcontext()
    logs = SummaryWriter(str(output / "logs"))
    started = time.perf_counter() - progress.elapsed
    saved = validated = progress.elapsed
    bar = tqdm(
        total=config.steps if budget is None else round(budget),
        unit="step" if budget is None else "s",
        dynamic_ncols=True,
    )
    try:
        while (share := progress.elapsed / budget if budget else progress.step / config.steps) < 1:
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * rate_factor(share, config.warmup)
            batch = training.batch(config.batch, config.seed, progress.step)
            with autocast:
                prediction = model(batch.image.contiguous(memory_format=torch.channels_last))
            terms = supervised_loss(_in_float(prediction), batch)
            loss = torch.stack(list(terms.values())).sum()
            if not torch.isfinite(loss):
                raise UserError(
                    f"the loss became {loss.item()} at step {progress.step}; the last good checkpoint is {path}."
                    " Lower encoder_rate and decoder_rate with --set and use another --output"
                )
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), config.clip)
            optimizer.step()
            average.update(model)

            progress.step += 1
            progress.elapsed = time.perf_counter() - started
            if progress.step % 20 == 0:
                speed = config.batch * progress.step / progress.elapsed
                bar.n = progress.step if budget is None else min(round(progress.elapsed), round(budget))
                bar.set_postfix(step=progress.step, loss=f"{loss.item():.4f}", images_s=f"{speed:.1f}")
                for name, term in terms.items():
                    logs.add_scalar(f"loss/{name}", term.item(), progress.step)
                logs.add_scalar("images_per_second", speed, progress.step)
            if progress.elapsed - saved > config.checkpoint_every:
                checkpoint.save(path, config, progress, parts)
                saved = progress.elapsed
            if progress.elapsed - validated > config.validate_every:
                mad, iou, sheet = validate(average.model, validation, config)
                logs.add_scalar("validation/mad", mad, progress.step)
                logs.add_scalar("validation/iou", iou, progress.step)
                logs.add_image("validation/sheet", sheet, progress.step)
                tqdm.write(f"step {progress.step}: held-out mean absolute error {mad:.4f}, soft IoU {iou:.3f}")
                validated = progress.elapsed
        checkpoint.save(path, config, progress, parts)
    finally:
        bar.close()
        logs.close()
    mad, iou, _ = validate(average.model, validation, config)
    result = output / "student.safetensors"
    pictures = progress.step * config.batch
    weights.save(average.model.cpu(), result, steps=str(progress.step), pictures=str(pictures))
    return Summary(progress.step, pictures, progress.elapsed, mad, iou, result)


def rate_factor(share: float, warmup: float) -> float:
    """Learning rate relative to its peak at `share` of the run: linear rise, then half a cosine down to zero."""
    if share < warmup:
        return share / warmup
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (share - warmup) / (1 - warmup))))


@torch.no_grad()
def validate(model: nn.Module, composer: Composer, config: TrainConfig) -> tuple[float, float, Tensor]:
    """Mean absolute error, mean soft IoU and a contact sheet (3, H, W) on composites that are the same at every call."""
    errors, overlaps, tiles = [], [], []
    for step in range(_VALIDATION_BATCHES):
        batch = composer.batch(config.batch, 1_000_003, step)
        alpha = model(batch.image.contiguous(memory_format=torch.channels_last)).alpha
        errors.append((alpha - batch.alpha).abs().mean((1, 2, 3)))
        shown = batch.alpha.sum((1, 2, 3)) > 0
        overlap = torch.minimum(alpha, batch.alpha).sum((1, 2, 3)) / torch.maximum(alpha, batch.alpha).sum(
            (1, 2, 3)
        ).clamp_min(1)
        overlaps.append(overlap[shown])
        columns = [batch.image[0], batch.alpha[0].expand(3, -1, -1), alpha[0].expand(3, -1, -1)]
        tiles.append(torch.cat(columns, 2).float().cpu())
    return torch.cat(errors).mean().item(), torch.cat(overlaps).mean().item(), torch.cat(tiles, 1)


def _optimizer(model: nn.Module, config: TrainConfig) -> torch.optim.AdamW:
    """AdamW with two rates; no decay on biases and batch norm."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        rate = config.encoder_rate if name.startswith("encoder.") and config.pretrained else config.decoder_rate
        groups.setdefault((rate, config.weight_decay if parameter.ndim > 1 else 0.0), []).append(parameter)
    return torch.optim.AdamW(
        [{"params": p, "peak": rate, "lr": rate, "weight_decay": decay} for (rate, decay), p in groups.items()]
    )


def _in_float(prediction: Prediction) -> Prediction:
    """Losses are computed in FP32 also under autocast."""
    return Prediction(prediction.logits.float(), prediction.coarse_logits.float(), prediction.features)
