"""runtime/cuda over a driver in software; tests/gpu/test_cuda.py does the same on a GPU."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from runtime.cuda import load_backend
from runtime.errors import UserError
from tests.runtime.software_driver import ROOT, build_driver, run_over, run_tests_over


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_driver(tmp_path_factory.mktemp("driver"))


@pytest.mark.parametrize("backend", ["cuda-bindings", "pycuda"])
def test_all_that_holds_on_a_gpu_holds_over_the_software_driver(driver: Path, backend: str) -> None:
    pytest.importorskip(backend.replace("-", "."))
    report = run_tests_over(driver, ROOT / "tests/gpu/test_cuda.py", backend)
    assert "SKIPPED" not in report


@pytest.mark.parametrize("backend", ["cuda-bindings", "pycuda"])
def test_nothing_is_left_when_everything_is_closed(driver: Path, backend: str) -> None:
    pytest.importorskip(backend.replace("-", "."))
    printed = run_over(
        driver,
        f"""
import ctypes
import numpy as np
from runtime.cuda import Device, load_backend
alive = ctypes.CDLL("libcuda.so.1").softwareDriverAlive
device = Device(load_backend({backend!r}))
stream, host, buffer = device.stream(), device.pinned((4,), np.dtype(np.uint8)), device.buffer(4)
with device.current(), stream.capture() as graph:
    buffer.upload(host, stream)
try:
    with device.current(), stream.capture():
        raise KeyError
except KeyError:
    pass
print(alive(), end=" ")
for resource in (graph, stream, host, buffer, device):
    resource.close()
print(alive())
""",
    )
    assert printed.split() == ["5", "0"]


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"SOFTWARE_DRIVER_DEVICES": "0"}, "the NVIDIA driver sees no GPU"),
        ({"SOFTWARE_DRIVER_FAIL": "cuInit=100"}, "the NVIDIA driver sees no GPU"),
        (
            {"SOFTWARE_DRIVER_FAIL": "cuInit=2"},
            "the NVIDIA driver is installed but does not start (cuInit: out of memory)",
        ),
        ({"SOFTWARE_DRIVER_FAIL": "cuDeviceGetCount=999"}, "the NVIDIA driver sees no GPU"),
    ],
)
def test_the_probe_says_what_is_wrong_with_the_driver(driver: Path, settings: dict[str, str], problem: str) -> None:
    code = "from runtime.cuda import find_gpu, gpu_problem; print(gpu_problem(), find_gpu())"
    assert run_over(driver, code, **settings).strip() == f"{problem} None"


def test_the_probe_describes_the_gpu(driver: Path) -> None:
    code = "from runtime.cuda import find_gpu, gpu_problem; print(gpu_problem(), find_gpu())"
    expected = "None Gpu(name='Software GPU', capability=(8, 9), driver='12.6')"
    assert run_over(driver, code).strip() == expected


@pytest.mark.parametrize("backend", ["cuda-bindings", "pycuda"])
@pytest.mark.parametrize(
    ("call", "action"),
    [
        ("cuDevicePrimaryCtxRetain", "Device(load_backend(BACKEND))"),
        ("cuStreamCreate", "device.stream()"),
        ("cuGraphInstantiateWithFlags", "capture()"),
    ],
)
def test_a_failing_call_is_named_with_cudas_text(driver: Path, backend: str, call: str, action: str) -> None:
    pytest.importorskip(backend.replace("-", "."))
    printed = run_over(
        driver,
        f"""
import os
from runtime.cuda import CudaError, Device, load_backend
BACKEND = {backend!r}

def capture():
    with device.current(), stream.capture():
        pass

with Device(load_backend(BACKEND)) as device, device.stream() as stream:
    os.environ["SOFTWARE_DRIVER_FAIL"] = "{call}=2"
    try:
        {action}
    except CudaError as error:
        print(error)
""",
    )
    assert printed.startswith(call.removesuffix("WithFlags")) and "out of memory" in printed


def test_work_without_a_current_device_is_refused(driver: Path) -> None:
    pytest.importorskip("cuda.bindings")
    printed = run_over(
        driver,
        """
import numpy as np
from runtime.cuda import CudaError, Device
device = Device()
stream, host, buffer = device.stream(), device.pinned((1,), np.dtype(np.uint8)), device.buffer(1)
try:
    buffer.upload(host, stream)
except CudaError as error:
    print(error)
""",
    )
    assert printed.strip() == "cuMemcpyHtoDAsync: invalid device context"


def test_cuda_bindings_are_preferred_where_both_are_installed(driver: Path) -> None:
    pytest.importorskip("cuda.bindings")
    assert (
        run_over(driver, "from runtime.cuda import load_backend; print(load_backend().name)").strip() == "cuda-bindings"
    )


def test_without_a_backend_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.cuda.backend.find_spec", lambda name: None)
    with pytest.raises(UserError, match="neither is installed; run: pip install cuda-bindings"):
        load_backend()


@pytest.mark.skipif(find_spec("pycuda") is not None, reason="pycuda is installed")
def test_a_backend_that_is_asked_for_and_missing() -> None:
    with pytest.raises(UserError, match="pycuda does not load .*run: pip install pycuda"):
        load_backend("pycuda")


def test_the_runtime_imports_no_cuda_library() -> None:
    code = "import sys, runtime, runtime.cuda; print([name for name in sys.modules if name.split('.')[0] in ('cuda', 'pycuda')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
