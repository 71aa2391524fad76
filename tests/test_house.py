"""Who may import whom, and that the runtime stays small."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"ppid", "export", "runtime", "calib", "benchmarks", "tests"}
MAY_IMPORT = {
    "ppid": set(),
    "runtime": set(),
    "calib": {"runtime"},
    "export": {"ppid", "calib", "runtime"},
    "benchmarks": {"ppid", "calib", "export", "runtime"},
}
COMMANDS = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__main__")
    for package in MAY_IMPORT
    for path in (ROOT / package).rglob("*.py")
    if "\n    run_command(main)" in path.read_text()
)


def imports(path: Path) -> set[str]:
    """Top-level names that a module imports anywhere."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_packages_import_only_what_the_design_allows(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        forbidden = imports(path) & OURS - {package} - MAY_IMPORT[package]
        assert not forbidden, f"{path.relative_to(ROOT)} imports {forbidden}"


def test_imports_name_the_full_path() -> None:
    for package in MAY_IMPORT:
        for path in (ROOT / package).rglob("*.py"):
            relative = [
                node
                for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, ast.ImportFrom) and node.level
            ]
            assert not relative, f"{path.relative_to(ROOT)} uses a relative import"


@pytest.mark.parametrize("package", ["runtime", "calib"])
def test_no_pytorch_outside_of_training_and_export(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        assert "torch" not in imports(path), path


def test_importing_the_runtime_loads_nothing_heavy() -> None:
    code = "import sys, runtime, runtime.stream, runtime.matte, calib; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "cv2" in loaded  # the check sees what is loaded
    assert not loaded & {
        "torch",
        "onnx",
        "onnxruntime",
        "openvino",
        "tensorrt",
        "tensorrt_rtx",
        "pygame",
        "ppid",
        "export",
    }


@pytest.mark.parametrize("module", COMMANDS)
def test_every_command_has_help(module: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0
    assert f"python -m {module}" in done.stdout
