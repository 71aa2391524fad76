"""Where to compute."""

from __future__ import annotations

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
