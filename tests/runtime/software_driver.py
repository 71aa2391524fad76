"""Runs tests over a CUDA driver in software, in a process of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# PyCUDA's extension wants the whole CUDA interface when it is loaded, unless symbols may be found when they are used.
_LAZY = "import os, sys; sys.setdlopenflags(os.RTLD_LAZY)\n"


def build_driver(folder: Path) -> Path:
    """Compile the driver into `folder`, for `LD_LIBRARY_PATH`; skips where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler to build the software driver with")
    source = Path(__file__).with_name("software_driver.c")
    options = ["-O1", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-Wl,-soname,libcuda.so.1"]
    subprocess.run([compiler, *options, "-o", str(folder / "libcuda.so.1"), str(source), "-ldl"], check=True)
    return folder


def run_over(driver: Path, code: str, **environment: str) -> str:
    """Run Python code over the driver, and give what it prints; it must end well."""
    variables = os.environ | {"LD_LIBRARY_PATH": str(driver), "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    done = subprocess.run(
        [sys.executable, "-c", _LAZY + code], env=variables | environment, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_tests_over(driver: Path, path: Path, choice: str = "", before: str = "") -> str:
    """Run a file of tests over the driver, and give pytest's report; all must pass or skip.

    Args:
        driver: from `build_driver`.
        path: of the tests.
        choice: as pytest's `-k`; empty for all.
        before: code that runs first.
    """
    arguments = ["-rs", "-p", "no:cacheprovider", str(path), *(["-k", choice] if choice else [])]
    return run_over(driver, f"{before}\nimport pytest; sys.exit(pytest.main({arguments!r}))")
