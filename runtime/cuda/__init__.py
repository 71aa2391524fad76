"""CUDA as the runtime uses it: which GPU there is, memory, a stream and graphs.

Everything goes through the driver (`libcuda.so.1`), which every machine with an NVIDIA GPU has, by way of a backend that is
imported when a device is opened: `import runtime.cuda` needs no library and no GPU.
"""

from runtime.cuda.backend import Backend, CudaError, load_backend
from runtime.cuda.device import Device, DeviceBuffer, Graph, PinnedBuffer, Stream
from runtime.cuda.driver import Gpu, find_gpu, gpu_problem

__all__ = [
    "Backend",
    "CudaError",
    "Device",
    "DeviceBuffer",
    "Gpu",
    "Graph",
    "PinnedBuffer",
    "Stream",
    "find_gpu",
    "gpu_problem",
    "load_backend",
]
