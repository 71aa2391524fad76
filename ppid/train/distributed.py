"""Several processes, one batch: what `torchrun` starts, and the single process that is its simplest case."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from ppid.device import chosen_device


@dataclass(frozen=True)
class Processes:
    """This process among those that train together.

    Attributes:
        rank: which one, from 0; the first writes files and talks.
        count: how many there are.
        device: where this one computes.
    """

    rank: int
    count: int
    device: torch.device

    @property
    def first(self) -> bool:
        """Whether this one writes files and talks."""
        return self.rank == 0

    def agreed(self, value: float) -> float:
        """The first process's `value`, so that all take the same decision at the same step."""
        if self.count == 1:
            return value
        shared = torch.tensor(value, dtype=torch.float64, device=self.device)
        dist.broadcast(shared, 0)
        return shared.item()

    def same(self, value: float) -> bool:
        """Whether all processes have this `value`."""
        if self.count == 1:
            return True
        mine = torch.tensor(value, dtype=torch.float64, device=self.device)
        found = [torch.empty_like(mine) for _ in range(self.count)]
        dist.all_gather(found, mine)
        return all(other.item() == value for other in found)

    def mean(self, value: Tensor) -> Tensor:
        """The mean of `value` over processes, without gradients."""
        value = value.detach().clone()
        if self.count > 1:
            dist.all_reduce(value)
        return value / self.count


@contextmanager
def joined(device: torch.device) -> Iterator[Processes]:
    """Join the processes that `torchrun` started, or be the only one.

    Args:
        device: a CPU (processes talk by gloo) or CUDA (nccl, one GPU a process).

    Raises:
        UserError: more processes than GPUs.
    """
    count, rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
    if count == 1:
        yield Processes(0, 1, device)
        return
    if device.type == "cuda":
        device = chosen_device(f"cuda:{os.environ.get('LOCAL_RANK', 0)}")
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield Processes(rank, count, device)
    finally:
        dist.destroy_process_group()


class _Mean(torch.autograd.Function):
    """The mean over processes. Each one's value has a share in every one's mean, so gradients are averaged likewise."""

    @staticmethod
    def forward(context: Any, value: Tensor) -> Tensor:
        value = value.clone()
        dist.all_reduce(value)
        return value / dist.get_world_size()

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> Tensor:
        return _Mean.forward(context, gradient)


class GlobalBatchNorm2d(nn.BatchNorm2d):
    """Batch norm whose statistics are those of the batch over all processes, which makes n of them equal to one.

    PyTorch's own SyncBatchNorm refuses to work on CPUs.
    """

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002, the name in torch
        if not self.training:
            return super().forward(input)
        x = input.float()
        # Two exchanges: the difference of large sums, which one would do with, has too few digits left.
        mean = _Mean.apply(x.mean((0, 2, 3)))
        variance = _Mean.apply((x - mean[:, None, None]).square().mean((0, 2, 3)))
        if self.running_mean is not None and self.running_var is not None and self.momentum is not None:
            with torch.no_grad():
                size = x.numel() / x.shape[1] * dist.get_world_size()
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(variance * size / max(size - 1, 1), self.momentum)
        # As in evaluation, with the batch's statistics in place of the running ones; gradients flow through both.
        scale = (variance + self.eps).rsqrt()
        shift = -mean * scale
        if self.weight is not None and self.bias is not None:
            scale, shift = scale * self.weight, shift * self.weight + self.bias
        return (x * scale[:, None, None] + shift[:, None, None]).to(input.dtype)


def with_global_batch_norm(module: nn.Module) -> nn.Module:
    """`module`, whose batch norms have all become global ones; their tensors stay, wherever they are, frozen or not."""
    for child in module.modules():
        if type(child) is nn.BatchNorm2d:
            child.__class__ = GlobalBatchNorm2d  # it differs in what it computes alone
    return module
