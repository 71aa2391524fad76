"""Started by torchrun: does a batch shared by processes give the gradients that it gives in one? In FP64, so that any
difference is a fault and not rounding. Prints the relative difference."""

from __future__ import annotations

import copy
import sys

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from ppid.data.compose import Batch
from ppid.data.trimap import from_alpha
from ppid.models import build
from ppid.train.distributed import joined, with_global_batch_norm
from ppid.train.step import Step


def batch_of(size: int) -> Batch:
    """Noise, with a true alpha that has all three regions."""
    generator = torch.Generator().manual_seed(0)
    image, foreground, background = (
        torch.rand(size, 3, 64, 64, generator=generator, dtype=torch.float64) for _ in range(3)
    )
    alpha = torch.linspace(-1, 2, 64, dtype=torch.float64).clamp(0, 1).expand(size, 1, 64, 64)
    return Batch(image, alpha, foreground, background, from_alpha(alpha, 2), ("all",) * size)


def part_of(batch: Batch, rank: int, count: int) -> Batch:
    """One process's pictures."""
    size = len(batch.kinds) // count

    def cut(tensor: Tensor) -> Tensor:
        return tensor[rank * size : (rank + 1) * size]

    assert batch.trimap is not None
    return Batch(
        cut(batch.image),
        cut(batch.alpha),
        cut(batch.foreground),
        cut(batch.background),
        cut(batch.trimap),
        batch.kinds[:size],
    )


def main() -> None:
    """Compare the gradients of `Step` with distillation."""
    # Losses and batch norms round to FP32 on purpose; here they shall not.
    torch.Tensor.float = torch.Tensor.double  # type: ignore[method-assign,assignment]
    torch.set_default_dtype(torch.float64)
    with joined(torch.device("cpu")) as processes:
        torch.manual_seed(0)
        teacher = build("indexnet", {"trimap": "onehot"}).eval()
        step = Step(build("edge"), teacher, {"clsd": 1.0, "agld": 1.0})
        whole = batch_of(4)
        alone = gradients(copy.deepcopy(step), teacher, whole)
        together = with_global_batch_norm(copy.deepcopy(step))
        part = part_of(whole, processes.rank, processes.count)
        found = gradients(DistributedDataParallel(together), teacher, part)
        if processes.first:
            sys.stdout.write(f"{((found - alone).norm() / alone.norm()).item()}\n")
        dist.barrier()


def gradients(run: nn.Module, teacher: nn.Module, batch: Batch) -> Tensor:
    """All of them, as one vector."""
    with torch.no_grad():
        taught = teacher(batch.image, batch.trimap)
    torch.stack(list(run(batch, taught).values())).sum().backward()
    return torch.cat([parameter.grad.flatten() for parameter in run.parameters() if parameter.grad is not None])


if __name__ == "__main__":
    main()
