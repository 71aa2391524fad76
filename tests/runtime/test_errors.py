"""Where a command's faults end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("module", ["runtime.errors", "ppid.errors"])
@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ("Path('a' * 300).exists() or open('a' * 300)", 2, "File name too long; check its name"),
        ("raise PermissionError(13, 'Permission denied', 'x.png')", 2, "error: x.png: Permission denied"),
        ("raise OSError(5, 'Input/output error', 'x.png')", 1, "Traceback"),
        ("raise KeyboardInterrupt", 130, ""),
        ("print('caf\\udce9')", 0, ""),
    ],
)
def test_how_a_command_ends(module: str, body: str, code: int, words: str) -> None:
    done = run(module, body)
    assert done.returncode == code and words in done.stderr
    assert ("Traceback" in done.stderr) == (words == "Traceback")


@pytest.mark.parametrize("module", ["runtime.errors", "ppid.errors"])
def test_a_reader_that_has_gone_is_no_fault(module: str) -> None:
    script = f'set -o pipefail; {sys.executable} -c "{code_of(module, "print(9999999 * chr(120))")}" | true'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.returncode in (0, 141) and "Traceback" not in done.stderr


def run(module: str, body: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", code_of(module, body)]
    return subprocess.run(words, capture_output=True, text=True, cwd=Path(__file__).parents[2])


def code_of(module: str, body: str) -> str:
    return f"""
from pathlib import Path
from {module} import run_command
def main():
    {body}
run_command(main)
"""
