"""Holds our sources against the bindings of one TensorRT: python -m tests.runtime.tensorrt_api MODULE, a report as JSON.

Reads the sources, finds every attribute that is asked of TensorRT's module or of one of its objects, and looks for it, and for
a signature that takes as many arguments, in the bindings. What stands below `if hasattr(…)` is looked for where that holds.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

# What the names in our sources hold, as classes of TensorRT.
_OBJECTS = {
    "export/engines/tensorrt.py": {
        "builder": "Builder",
        "network": "INetworkDefinition",
        "parser": "OnnxParser",
        "config": "IBuilderConfig",
        "error": "ParserError",
        "tensor": "ITensor",
        "flags": "NetworkDefinitionCreationFlag",
    },
    "export/engines/timing.py": {"config": "IBuilderConfig", "cache": "ITimingCache"},
    "runtime/runners/tensorrt.py": {},
    "runtime/runners/tensorrt_engine.py": {
        "runtime": "Runtime",
        "config": "IRuntimeConfig",
        "self._cache": "IRuntimeCache",
        "self._engine": "ICudaEngine",
        "self._context": "IExecutionContext",
    },
}
# Functions that only some versions reach, by what only those have: `--compute-capability` belongs to TensorRT-RTX, DLA to
# TensorRT 10, and `save_cache` returns at once where there is no cache.
_ONLY_WITH: dict[str, Callable[[Any], bool]] = {
    "_aim": lambda trt: hasattr(trt, "ComputeCapability"),
    "_capabilities": lambda trt: hasattr(trt, "ComputeCapability"),
    "_use_dla": lambda trt: trt.__version__.startswith("10."),
    "save_cache": lambda trt: hasattr(trt, "IRuntimeCache"),
}


class Checker(ast.NodeVisitor):
    """Collects what a source uses of TensorRT and what of that is missing.

    Args:
        trt: the module with the bindings.
        path: of the source, for messages.
        source: its text.
        objects: what its names hold, as names of TensorRT's classes.
    """

    def __init__(self, trt: Any, path: str, source: str, objects: dict[str, str]) -> None:
        self.trt = trt
        self.path = path
        self.objects = objects
        self.used: set[str] = set()
        self.missing: list[str] = []
        self.visit(ast.parse(source))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if _ONLY_WITH.get(node.name, lambda trt: True)(self.trt):
            self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        holds = self._hasattr(node.test)
        for part in [
            node.test,
            *(node.body if holds is not False else []),
            *(node.orelse if holds is not True else []),
        ]:
            self.visit(part)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.generic_visit(node)
        owner = self._value(node.value)
        if owner is None or node.attr.startswith("__"):
            return
        name = f"{_name(owner)}.{node.attr}"
        self.used.add(name)
        if not hasattr(owner, node.attr):
            self.missing.append(f"{self.path}:{node.lineno} {name}")

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        function = self._value(node.func)
        if function is None:
            return
        signatures = _signatures(function.__init__ if isinstance(function, type) else function)
        given = len(node.args) + len(node.keywords)
        if signatures and not any(least <= given <= most for least, most, _ in signatures):
            self.missing.append(f"{self.path}:{node.lineno} {ast.unparse(node.func)} with {given} arguments")

    def _value(self, node: ast.AST) -> Any:
        """The module, class, enum member or method that an expression stands for; an object is its class; None if unknown."""
        text = ast.unparse(node)
        if text in ("trt", "self._trt"):
            return self.trt
        if kind := self.objects.get(text):
            if not hasattr(self.trt, kind):
                self.missing.append(f"{self.path}: class {kind}")
            return getattr(self.trt, kind, None)
        if isinstance(node, ast.Attribute) and not node.attr.startswith("__"):
            return getattr(self._value(node.value), node.attr, None)
        if isinstance(node, ast.Call) and (function := self._value(node.func)) is not None:
            if isinstance(function, type):
                return function
            for _, _, result in _signatures(function):
                return getattr(self.trt, re.findall(r"\w+", result)[-1], None)
        return None

    def _hasattr(self, node: ast.expr) -> bool | None:
        """What a test that is one call of `hasattr` gives; None for any other test."""
        if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "hasattr"):
            return None
        owner = self._value(node.args[0])
        return hasattr(owner, ast.literal_eval(node.args[1]))


def _name(owner: Any) -> str:
    return getattr(owner, "__name__", str(owner))


def _signatures(function: Any) -> list[tuple[int, int, str]]:
    """Least and most arguments, without `self`, and result of each overload, from pybind11's docstring."""
    found = []
    for parameters, result in re.findall(r"^(?:\d+\. )?\w+\((.*)\) -> (.+)$", function.__doc__ or "", re.MULTILINE):
        flat = re.sub(r"<[^<>]*>|\[[^\[\]]*\]|\([^()]*\)", "", re.sub(r"\[[^\[\]]*\]", "", parameters))
        listed = [part for part in flat.split(",") if part.strip() and not part.strip().startswith("self")]
        if not any(part.strip().startswith("*") for part in listed):
            found.append((sum("=" not in part for part in listed), len(listed), result))
    return found


def refusals(trt: Any) -> dict[str, str]:
    """What building and loading say where the library does not start."""
    from export.engines import tensorrt
    from export.engines.base import BuilderOptions
    from runtime.bundle import Bundle, Manifest
    from runtime.cuda import Gpu
    from runtime.errors import UserError
    from runtime.runners.tensorrt_engine import TensorRtEngine

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "engine.plan")
        file.write_bytes(b"engine")
        bundle = Bundle(file.parent, Manifest("test", "tensorrt", "fp16", 64, 32, file.name, "", {}, ""))
        actions: dict[str, Callable[[], Any]] = {
            "build": lambda: tensorrt._build(trt, file, file, BuilderOptions()),
            "load": lambda: TensorRtEngine(trt, bundle, Gpu("a GPU", (8, 9), "12.6")),
        }
        said = {}
        for name, action in actions.items():
            try:
                action()
            except UserError as error:
                said[name] = str(error)
    return said


def main() -> None:
    """Print the report."""
    trt = importlib.import_module(sys.argv[1])
    from export.engines import tensorrt
    from export.engines.progress import BuildProgress

    checkers = [Checker(trt, path, (ROOT / path).read_text(), objects) for path, objects in _OBJECTS.items()]
    overridden = [name for name in vars(BuildProgress) if not name.startswith("_")]
    report = {
        "version": trt.__version__,
        "used": sorted(set().union(*(checker.used for checker in checkers))),
        "missing": [missing for checker in checkers for missing in checker.missing]
        + [f"IProgressMonitor.{name}" for name in overridden if not hasattr(trt.IProgressMonitor, name)],
        "network flags": tensorrt._network_flags(trt),
        "strongly typed": int(trt.NetworkDefinitionCreationFlag.STRONGLY_TYPED),
        "refusals": refusals(trt) if trt.__name__ == "tensorrt_bindings" else {},
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
