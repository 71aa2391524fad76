"""Our sources against the real Python bindings of TensorRT 10.3, 10.13, 11.4 and TensorRT-RTX, without their libraries.

The bindings of TensorRT load over stub libraries whose factories give nothing, which is also what the libraries do when they
do not start. `make contracts` installs them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runtime.tensorrt_api import Checker

ROOT = Path(__file__).parents[2]
CONTRACTS = {
    "10.3.0": "tensorrt_cu12_bindings==10.3.0",
    "10.13.3.9": "tensorrt_cu13_bindings==10.13.3.9",
    "11.4.0.106": "tensorrt_cu13_bindings==11.4.0.106",
}
_STUB = """
#define FACTORY(name) void *name(void) { return 0; }
FACTORY(createInferBuilder_INTERNAL) FACTORY(createInferRefitter_INTERNAL) FACTORY(createInferRuntime_INTERNAL)
FACTORY(createNvOnnxParser_INTERNAL) FACTORY(createNvOnnxParserRefitter_INTERNAL) FACTORY(getBuilderPluginRegistry)
FACTORY(getPluginRegistry) FACTORY(initLibNvInferPlugins)
int getNvOnnxParserVersion(void) { return 0; }
"""


@pytest.fixture(scope="module")
def stubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with libraries that the bindings of TensorRT 10 and 11 load."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler to build the stub libraries with")
    folder = tmp_path_factory.mktemp("stubs")
    (folder / "stub.c").write_text(_STUB)
    for library in ("nvinfer", "nvonnxparser", "nvinfer_plugin"):
        for major in (10, 11):
            name = f"lib{library}.so.{major}"
            options = ["-shared", "-fPIC", f"-Wl,-soname,{name}", "-o", str(folder / name)]
            subprocess.run([compiler, *options, str(folder / "stub.c")], check=True)
    return folder


def report(module: str, *folders: str, libraries: str = "") -> dict:
    """What tests/runtime/tensorrt_api.py says of one version."""
    variables = {"PYTHONPATH": os.pathsep.join([str(ROOT), *folders]), "LD_LIBRARY_PATH": libraries}
    done = subprocess.run(
        [sys.executable, "-m", "tests.runtime.tensorrt_api", module],
        env=os.environ | variables,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module", params=list(CONTRACTS))
def tensorrt(request: pytest.FixtureRequest, stubs: Path) -> dict:
    version = request.param
    folder = Path(sys.prefix, "contracts", version)
    if not (folder / "tensorrt_bindings").is_dir():
        command = f"{sys.executable} -m pip install --no-deps --target {folder} {CONTRACTS[version]}"
        pytest.skip(f"bindings of TensorRT {version} are not installed; run: {command}")
    found = report("tensorrt_bindings", str(folder), libraries=str(stubs))
    assert found["version"] == version
    return found


def test_all_that_we_ask_of_tensorrt_is_there(tensorrt: dict) -> None:
    assert tensorrt["missing"] == []
    for used in ("Builder.build_serialized_network", "IExecutionContext.execute_async_v3", "ITimingCache.serialize"):
        assert used in tensorrt["used"]  # the sources were really read
    assert not any("ComputeCapability" in used or "RuntimeCache" in used for used in tensorrt["used"])


def test_networks_are_strongly_typed_by_the_versions_own_number(tensorrt: dict) -> None:
    flags, strongly_typed = tensorrt["network flags"], tensorrt["strongly typed"]
    if tensorrt["version"].startswith("10."):
        assert (flags, strongly_typed) == (0b11, 1)  # and explicit batch, number 0
    else:
        assert (flags, strongly_typed) == (0b1, 0)


def test_a_library_that_does_not_start_is_a_fault_the_user_can_mend(tensorrt: dict) -> None:
    expected = f"TensorRT {tensorrt['version']} does not start here: it gave no reason"
    assert tensorrt["refusals"] == {"build": expected, "load": expected}


def test_all_that_we_ask_of_tensorrt_rtx_is_there() -> None:
    pytest.importorskip("tensorrt_rtx")
    found = report("tensorrt_rtx")
    assert found["missing"] == []
    assert {"IBuilderConfig.set_compute_capability", "IRuntimeCache.serialize", "Runtime.get_engine_validity"} <= set(
        found["used"]
    )
    assert found["network flags"] == 1 << found["strongly typed"]


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("builder.build_serialized_network(network, config)", []),
        ("builder.build_engine(network, config)", ["x.py:1 Builder.build_engine"]),
        ("builder.create_network()", []),
        ("builder.create_network(1, 2)", ["x.py:1 builder.create_network with 2 arguments"]),
        ("builder.create_builder_config().max_workspace_size", ["x.py:1 IBuilderConfig.max_workspace_size"]),
        ("trt.BuilderFlag.FP16", ["x.py:1 BuilderFlag.FP16"]),
        ("trt.Runtime()", ["x.py:1 trt.Runtime with 0 arguments"]),
        ("if hasattr(builder, 'build_engine'):\n    builder.build_engine(network)", []),
        ("if hasattr(builder, 'max_threads'):\n    builder.x\nelse:\n    builder.y", ["x.py:2 Builder.x"]),
    ],
)
def test_the_check_sees_what_a_version_does_not_have(source: str, missing: list[str]) -> None:
    trt = pytest.importorskip("tensorrt_rtx")
    assert Checker(trt, "x.py", source, {"builder": "Builder"}).missing == missing
