"""What a figure was measured on: without it the figure means little."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from runtime.cuda import find_gpu

_PACKAGES = ("openvino", "onnxruntime", "opencv-python-headless", "av", "numpy")
_GPU_PACKAGES = ("tensorrt", "tensorrt_rtx_cu13", "cuda-bindings", "pycuda", "nvidia-dali-cuda130")
_SMI = (
    "driver_version",
    "clocks.sm",
    "clocks.mem",
    "clocks.max.sm",
    "power.draw",
    "power.limit",
    "temperature.gpu",
    "pstate",
)
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


def describe_gpu() -> dict[str, Any] | None:
    """CUDA's first GPU, its driver and clocks, and the libraries that use it; None where there is no GPU."""
    gpu = find_gpu()
    if gpu is None:
        return None
    return {
        "name": gpu.name,
        "compute_capability": ".".join(map(str, gpu.capability)),
        "driver_cuda": gpu.driver,
        "smi": _smi(),
        "packages": {name: _version(name) for name in _GPU_PACKAGES},
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


def _smi() -> dict[str, str] | None:
    """What nvidia-smi says of driver, clocks, power and temperature; None on a Jetson, which has no such tool."""
    query = ["nvidia-smi", f"--query-gpu={','.join(_SMI)}", "--format=csv,noheader", "--id=0"]
    try:
        done = subprocess.run(query, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    values = [value.strip() for value in done.stdout.strip().split(",")]
    return dict(zip(_SMI, values, strict=True)) if done.returncode == 0 and len(values) == len(_SMI) else None


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
