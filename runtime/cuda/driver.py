"""What the NVIDIA driver says of itself, asked with ctypes: before TensorRT or DALI, some of which crash without a GPU."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

_NO_DEVICE = 100  # CUDA_ERROR_NO_DEVICE
_CAPABILITY_MAJOR, _CAPABILITY_MINOR = 75, 76  # CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR


@dataclass(frozen=True)
class Gpu:
    """The GPU that the runtime uses: CUDA's first, which `CUDA_VISIBLE_DEVICES` chooses.

    Attributes:
        name: as the driver gives it, e.g. `NVIDIA GeForce RTX 4090`.
        capability: compute capability, e.g. (8, 9).
        driver: the newest CUDA version that the driver serves, e.g. `12.6`.
    """

    name: str
    capability: tuple[int, int]
    driver: str


def gpu_problem() -> str | None:
    """Why no CUDA device can be used, or None. Quick once the driver runs."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return "the NVIDIA driver (libcuda.so.1) is not installed"
    status = driver.cuInit(0)
    if status not in (0, _NO_DEVICE):
        return f"the NVIDIA driver is installed but does not start (cuInit: {_text(driver, status)})"
    count = ctypes.c_int(0)
    if status == _NO_DEVICE or driver.cuDeviceGetCount(ctypes.byref(count)) != 0 or count.value == 0:
        return "the NVIDIA driver sees no GPU"
    return None


def find_gpu() -> Gpu | None:
    """The GPU that the runtime uses, or None where `gpu_problem` has a reason."""
    if gpu_problem():
        return None
    driver = ctypes.CDLL("libcuda.so.1")
    device, version, name = ctypes.c_int(), ctypes.c_int(), ctypes.create_string_buffer(256)
    capability = [ctypes.c_int(), ctypes.c_int()]
    driver.cuDeviceGet(ctypes.byref(device), 0)
    driver.cuDriverGetVersion(ctypes.byref(version))
    driver.cuDeviceGetName(name, len(name), device)
    for value, attribute in zip(capability, (_CAPABILITY_MAJOR, _CAPABILITY_MINOR), strict=True):
        driver.cuDeviceGetAttribute(ctypes.byref(value), attribute, device)
    return Gpu(
        name.value.decode(errors="replace"),
        (capability[0].value, capability[1].value),
        f"{version.value // 1000}.{version.value % 1000 // 10}",
    )


def _text(driver: ctypes.CDLL, status: int) -> str:
    """CUDA's own words for a status."""
    text = ctypes.c_char_p()
    driver.cuGetErrorString(status, ctypes.byref(text))
    return text.value.decode() if text.value else f"status {status}"
