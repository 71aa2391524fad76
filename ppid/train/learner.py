"""One model in training."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from ppid import weights
from ppid.data.compose import Batch, Composer
from ppid.device import autocast
from ppid.errors import UserError
from ppid.models import Prediction, build, takes_trimap
from ppid.train import checkpoint
from ppid.train.average import WeightAverage
from ppid.train.config import TrainConfig, computes_bf16
from ppid.train.distributed import Processes, with_global_batch_norm
from ppid.train.logs import Logs
from ppid.train.step import Step
from ppid.train.validate import Validation, validate


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


class Learner:
    """A model with its distillation objectives, optimiser, moving average, checkpoint and logs.

    Attributes:
        config: of the run.
        name: of its folder.
        progress: how far it is; from `output`/checkpoint.pt when there is one.

    Args:
        config: of the run.
        output: folder for checkpoint, TensorBoard logs and the weights, `teacher.safetensors` for a model that takes
            trimaps and `student.safetensors` for one that does not.
        processes: who trains together, and where.
        teacher: whose predictions the config's distillation objectives use; a model that takes trimaps, or a trained student.
        start: weights or a `checkpoint.pt` to start from; tensors that fit in name and shape are taken, a checkpoint's
            from its moving average.
        data: digest of the pictures that it learns from, which a checkpoint must have been written with.

    Raises:
        UserError: distillation without a teacher or the reverse, a checkpoint or start that does not fit, blocks to freeze that
            the encoder does not have, or processes that would go on from different steps.
    """

    def __init__(
        self,
        config: TrainConfig,
        output: Path,
        processes: Processes,
        teacher: nn.Module | None = None,
        start: Path | None = None,
        data: str | None = None,
    ):
        check_teacher(config, teacher)
        self.config = config
        self.name = output.name
        self._output = output
        self._processes = processes
        device = processes.device
        torch.manual_seed(config.seed)
        model = build(config.model, dict(config.architecture))
        if config.pretrained and start is None and hasattr(model.encoder, "load_imagenet"):
            model.encoder.load_imagenet()  # type: ignore[union-attr,operator]
        if start is not None:
            tensors = checkpoint.averaged(start) if start.suffix == ".pt" else weights.tensors(start)
            weights.transfer(tensors, model, start)
        step = Step(model, teacher, config.distillation)
        self._step = step.to(device).to(memory_format=torch.channels_last).train()  # type: ignore[call-overload]
        _freeze(model, config.frozen)
        self._origin = checkpoint.Origin(None if teacher is None else weights.digest(teacher), data)
        self._average = WeightAverage(step.model, config.ema)
        if processes.count > 1:
            with_global_batch_norm(step)
        self._optimizer = _optimizer(step, config)
        self._path = output / "checkpoint.pt"
        self._parts = {"step": step, "average": self._average, "optimizer": self._optimizer}
        self.progress = checkpoint.Progress()
        if self._path.is_file():
            self.progress = checkpoint.load(self._path, config, self._parts, self._origin)
        if not processes.same(self.progress.step):
            raise UserError(
                f"the processes would not go on from one step (process {processes.rank} from step {self.progress.step});"
                f" --output must be one folder for all machines, or copy the first one's {self._path} to each"
            )
        self._run: nn.Module = DistributedDataParallel(step) if processes.count > 1 else step
        self._logs = Logs(output / "logs" if processes.first else None)

    @property
    def is_taught(self) -> bool:
        """Whether it needs a teacher's predictions."""
        return self._origin.teacher is not None

    def learn(self, batch: Batch, taught: Prediction | None, share: float) -> dict[str, Tensor]:
        """One step; the loss's terms by name.

        Args:
            batch: this process's part of it.
            taught: the teacher's prediction for it, where there is one.
            share: of the run that is done, from 0 to 1.

        Raises:
            UserError: the loss or its gradient became NaN or infinite.
            ValueError: it is taught, and there is no prediction.
        """
        if self.is_taught and taught is None:
            raise ValueError(f"{self.name} learns from a teacher, whose prediction is missing")
        for group in self._optimizer.param_groups:
            group["lr"] = group["peak"] * rate_factor(share, self.config.warmup)
        device = self._processes.device
        with autocast(device, computes_bf16(self.config, device)):
            terms = self._run(batch, taught if self.is_taught else None)
        loss = torch.stack(list(terms.values())).sum()
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self._step.parameters(), self.config.clip)
        # A finite loss may have an infinite gradient, which clipping turns into NaN: before weights take it in.
        if not torch.isfinite(self._processes.mean(loss) + norm):
            raise self._diverged(loss.item(), norm.item())
        self._optimizer.step()
        self._average.update(self._step.model)
        self.progress.step += 1
        return terms

    def log(self, values: dict[str, float]) -> None:
        """Curves' values at this step, by name."""
        self._logs.scalars(values, self.progress.step)

    def save(self) -> None:
        """Write the checkpoint.

        Raises:
            UserError: it cannot be written; the last one is still there.
        """
        checkpoint.save(self._path, self.config, self.progress, self._parts, self._origin)

    def validate(self, composer: Composer) -> Validation:
        """What the averaged weights say of held-out pictures, which the logs show too."""
        found = validate(self._average.model, composer, self.config.batch)
        self.log({"validation/mad": found.mad, "validation/iou": found.iou})
        self._logs.image("validation/sheet", found.sheet, self.progress.step)
        return found

    def finish(self, composer: Composer) -> Summary:
        """Validate once more and write the averaged weights."""
        found = validate(self._average.model, composer, self.config.batch)
        model, progress = self._average.model, self.progress
        path = self._output / f"{'teacher' if takes_trimap(model) else 'student'}.safetensors"
        pictures = progress.step * self.config.batch
        if self._processes.first:
            weights.save(model.cpu(), path, steps=str(progress.step), pictures=str(pictures))
        return Summary(progress.step, pictures, progress.elapsed, found.mad, found.iou, path)

    def close(self) -> None:
        """Write what is left of the logs."""
        self._logs.close()

    def _diverged(self, loss: float, norm: float) -> UserError:
        kept = (
            f" Go on from the last checkpoint with --start {self._path}, and"
            if self._path.is_file()
            else " Start again:"
        )
        return UserError(
            f"training {self._output} diverged at step {self.progress.step}: the loss is {loss} and its gradient has a norm of {norm}.{kept}"
            " lower encoder_rate and decoder_rate with --set and use another --output"
        )


def check_teacher(config: TrainConfig, teacher: nn.Module | None) -> None:
    """Whether config and teacher go together.

    Raises:
        UserError: distillation without a teacher or the reverse.
    """
    if config.distillation and teacher is None:
        names = ", ".join(config.distillation)
        raise UserError(
            f"the config distils by {names}, which needs a teacher; pass --teacher WEIGHTS or set them to 0"
        )
    if teacher is not None and not config.distillation:
        raise UserError("a teacher is given but no objective uses it; add for example --set clsd=1 --set agld=0.3")


def rate_factor(share: float, warmup: float) -> float:
    """Learning rate relative to its peak at `share` of the run: linear rise, then half a cosine down to zero."""
    if share < warmup:
        return share / warmup
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (share - warmup) / (1 - warmup))))


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
