"""What a figure was measured on: without it the figure means little."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_PACKAGES = ("openvino", "onnxruntime", "opencv-python-headless", "av", "numpy")
_INSTRUCTIONS = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_int8", "asimddp", "i8mm")


def describe() -> dict[str, Any]:
    """CPU, its integer instructions, cores, load, system and package versions."""
    flags, model = _cpu()
    return {
        "cpu": model,
        "instructions": [name for name in _INSTRUCTIONS if name in flags],
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "packages": {name: _version(name) for name in _PACKAGES},
    }


def sentence(environment: dict[str, Any]) -> str:
    """The same in one line."""
    instructions = " ".join(environment["instructions"]) or "no known vector instructions"
    versions = ", ".join(f"{name} {number}" for name, number in environment["packages"].items() if number)
    return f"{environment['cpu']} ({instructions}), {environment['cores']} cores, load {environment['load_before']}; {environment['system']}; {versions}"


def _cpu() -> tuple[set[str], str]:
    info = Path("/proc/cpuinfo")
    if not info.is_file():
        return set(), platform.processor() or "unknown CPU"
    fields = dict(line.split(":", 1) for line in info.read_text().splitlines() if ":" in line)
    fields = {key.strip(): value.strip() for key, value in fields.items()}
    return set((fields.get("flags") or fields.get("Features") or "").split()), fields.get("model name", "unknown CPU")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
