"""ONNX files in and out, and the questions about graphs that several modules ask."""

from __future__ import annotations

import importlib
import os
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from runtime.errors import UserError

if TYPE_CHECKING:
    import onnx

# FP16 scales on QuantizeLinear and DequantizeLinear, and hence INT8 in an FP16 body, are legal from here on.
MINIMUM_OPSET = 19


def require(module: str) -> ModuleType:
    """Import what only quantising and building engines need.

    Raises:
        UserError: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != module.split(".")[0]:
            raise
        raise UserError(
            f"this needs the package {error.name}, which is not installed; run: pip install '.[export]'"
        ) from error


def load_model(path: Path) -> onnx.ModelProto:
    """Read an ONNX file.

    Raises:
        UserError: it is missing, or not ONNX.
    """
    library = require("onnx")
    if not path.is_file():
        raise UserError(f"{path}: no such file. Expected an ONNX model; export one first.")
    try:
        model: onnx.ModelProto = library.load(path)
    except Exception as error:  # protobuf's DecodeError has no stable place to import it from
        raise UserError(f"{path} is not an ONNX model that can be read ({error}). Export it again.") from error
    if not model.graph.node:
        raise UserError(f"{path} is not an ONNX model: it holds no operators. Export it again.")
    return model


def save_model(model: onnx.ModelProto, path: Path) -> None:
    """Check a model and write it under a temporary name, so that `path` never holds half of one.

    Domains that no operator uses are dropped: ONNX Runtime's optimiser imports all that it knows.

    Raises:
        UserError: the disk or the folder does not take it.
    """
    onnx = require("onnx")
    used = {node.domain for node in model.graph.node} | {""}
    imports = [entry for entry in model.opset_import if entry.domain in used]
    del model.opset_import[:]
    model.opset_import.extend(imports)
    onnx.checker.check_model(model, full_check=True)
    partial = path.with_name(f".{path.name}.partial.{os.getpid()}")
    try:
        partial.write_bytes(model.SerializeToString())
        os.replace(partial, path)
    except OSError as error:
        raise UserError(
            f"{path} cannot be written ({error.strerror}). Expected a folder that exists, may be written to and has "
            "room; make one or name another."
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink()


def session(model: onnx.ModelProto, *, optimize: bool) -> Any:
    """An ONNX Runtime session on the CPU; with `optimize` off it computes the graph literally, operator by operator."""
    ort = require("onnxruntime")
    options = ort.SessionOptions()
    level = ort.GraphOptimizationLevel
    options.graph_optimization_level = level.ORT_ENABLE_ALL if optimize else level.ORT_DISABLE_ALL
    options.log_severity_level = 3  # advice about the graph is not for whoever calibrates it
    # Idle workers that spin take the cores from another runtime in the same process.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def drop_unused(model: onnx.ModelProto) -> None:
    """Remove initialisers that no operator reads."""
    used = {name for node in model.graph.node for name in node.input} | {item.name for item in model.graph.output}
    kept = [item for item in model.graph.initializer if item.name in used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)


def check_opset(model: onnx.ModelProto) -> None:
    """Refuse models too old for INT8 in an FP16 body.

    Raises:
        UserError: the opset is below `MINIMUM_OPSET`.
    """
    opset = next((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), 0)
    if opset < MINIMUM_OPSET:
        raise UserError(f"the model has ONNX opset {opset}, expected at least {MINIMUM_OPSET}. Export it again.")


def copy_metadata(source: onnx.ModelProto, target: onnx.ModelProto) -> None:
    """Give `target` the metadata of `source`, and nothing else: tools leave their own notes there."""
    del target.metadata_props[:]
    target.metadata_props.extend(source.metadata_props)


def constants(model: onnx.ModelProto) -> dict[str, NDArray[Any]]:
    """All values that are fixed in the file: initialisers and the outputs of Constant operators."""
    onnx = require("onnx")
    values = {item.name: onnx.numpy_helper.to_array(item) for item in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant" and node.attribute and node.attribute[0].name == "value":
            values[node.output[0]] = onnx.numpy_helper.to_array(node.attribute[0].t)
    return values


def image_input(model: onnx.ModelProto) -> tuple[str, tuple[int, int]]:
    """Name and (width, height) of the only input, which takes a picture as uint8 (1, H, W, 3) RGB.

    Raises:
        UserError: the model takes something else.
    """
    onnx = require("onnx")
    fixed = {item.name for item in model.graph.initializer}
    inputs = [item for item in model.graph.input if item.name not in fixed]
    found = ", ".join(f"{item.name} {onnx.helper.printable_type(item.type)}" for item in inputs)
    if len(inputs) == 1 and inputs[0].type.tensor_type.elem_type == onnx.TensorProto.UINT8:
        shape = [axis.dim_value for axis in inputs[0].type.tensor_type.shape.dim]
        if len(shape) == 4 and shape[0] == 1 and shape[3] == 3 and all(shape):
            return inputs[0].name, (shape[2], shape[1])
    raise UserError(
        f"the model's inputs are {found}; expected one picture, uint8 (1, height, width, 3) of fixed size. "
        "Name fp32.onnx in an engine bundle; one is built by: python -m export.build_engine --fp32 --output BUNDLE"
    )


def check_frames(frames: NDArray[np.uint8], size: tuple[int, int]) -> None:
    """Refuse frames that do not fit a model of `size` = (width, height).

    Raises:
        UserError: dtype, layout, size or number is not what the model takes.
    """
    width, height = size
    if frames.dtype != np.uint8 or frames.ndim != 4 or frames.shape[1:] != (height, width, 3) or not len(frames):
        raise UserError(
            f"frames are {frames.dtype} {frames.shape}, expected uint8 (N, {height}, {width}, 3) with N > 0. "
            f"Collect them for size {width}x{height}."
        )
