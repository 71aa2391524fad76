"""What builders are told and what they give back."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from export.plan import Plan
from runtime.errors import UserError


@dataclass(frozen=True)
class Engine:
    """What a builder made.

    Attributes:
        path: of the engine's file.
        builder: versions of what built it.
        hardware: what it is bound to; empty when portable.
        plan: the kernels that it will run, where the builder tells them in a form that `export.plan` knows.
    """

    path: Path
    builder: dict[str, str]
    hardware: dict[str, Any] = field(default_factory=dict)
    plan: Plan | None = None


@dataclass(frozen=True)
class BuilderOptions:
    """Settings of the TensorRT builders; the others have none. Each is None or empty unless asked for.

    Attributes:
        workspace: MiB of GPU memory that kernels may use beside weights and activations, 1024 by default.
        optimisation_level: 0 (fast build) to 5 (searches longest), by default the builder's own, which is 3.
        compute_capabilities: of the GPUs that the engine is made for, e.g. `("8.6", "8.9")`; empty for all that
            TensorRT-RTX supports.
        timing_cache: file in which TensorRT keeps what it measured of kernels, so that the next build is quick; by default
            beside the engines in the cache.
        dla: number of the deep learning accelerator of a Jetson that runs what it can of the network.

    Raises:
        UserError: a number out of range.
    """

    workspace: int | None = None
    optimisation_level: int | None = None
    compute_capabilities: tuple[str, ...] = ()
    timing_cache: Path | None = None
    dla: int | None = None

    def __post_init__(self) -> None:
        if self.workspace is not None and self.workspace < 1:
            raise UserError(f"--workspace {self.workspace}: expected 1 MiB or more")
        if self.optimisation_level is not None and not 0 <= self.optimisation_level <= 5:
            raise UserError(f"--optimisation-level {self.optimisation_level}: expected 0 to 5")
        if self.dla is not None and self.dla < 0:
            raise UserError(f"--dla {self.dla}: expected 0 or more")
