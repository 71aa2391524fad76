"""Where to compute."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch

from ppid.errors import UserError


def chosen_device(text: str) -> torch.device:
    """The device of `--device`: "cpu", "cuda" or one of several GPUs, such as "cuda:1".

    Raises:
        UserError: another name, or a GPU that PyTorch does not see.
    """
    try:
        device = torch.device(text)
    except RuntimeError:
        device = None
    if device is None or device.type not in ("cpu", "cuda"):
        raise UserError(f"--device {text}: expected cpu, cuda or, of several, for example cuda:1")
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if device.type == "cuda" and (device.index or 0) >= count:
        seen = f"sees {count} CUDA device(s), counted from 0" if count else "sees no CUDA device; use --device cpu"
        raise UserError(f"--device {text}: this PyTorch {seen}")
    return device


def has_bf16(device: torch.device) -> bool:
    """Whether the device has units for BF16: a GPU counts as one, a CPU if PyTorch (2.13 or later) says so."""
    if device.type == "cuda":
        return True
    capabilities: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


def autocast(device: torch.device, bf16: bool) -> AbstractContextManager[object]:
    """Where models compute in BF16 if `bf16`, and in FP32 else."""
    return torch.autocast(device.type, torch.bfloat16) if bf16 else nullcontext()
