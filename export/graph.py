"""What is done to ONNX graphs between the exporter and the builders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from calib.graph import require
from runtime.errors import UserError

if TYPE_CHECKING:
    import onnx

_STRIDE = 32


def annotate(model: onnx.ModelProto, entries: dict[str, str]) -> None:
    """Add metadata properties, which tools carry along; onnxsim's log of its own work is dropped."""
    onnx = require("onnx")
    kept = {key: value for key, value in properties(model).items() if not key.startswith("onnxsim.")}
    onnx.helper.set_model_props(model, kept | entries)


def properties(model: onnx.ModelProto) -> dict[str, str]:
    """The metadata properties."""
    return {entry.key: entry.value for entry in model.metadata_props}


def load_student(path: Path) -> onnx.ModelProto:
    """Read an ONNX that `export` wrote, in FP32 as trained.

    Raises:
        UserError: missing, unreadable, not one of ours, or narrowed already.
    """
    library = require("onnx")
    try:
        model: onnx.ModelProto = library.load(path)
        library.checker.check_model(model)
    except Exception as error:  # protobuf and onnx raise a dozen kinds
        raise UserError(f"{path} is not a readable ONNX file ({type(error).__name__}: {error})") from None
    if "weights_digest" not in properties(model):
        raise UserError(
            f"{path} was not exported by this project (no weights_digest in it); pass trained weights with --weights"
        )
    if precision := _narrowed(model):
        raise UserError(
            f"{path} is {precision} already; expected FP32, which others are made from and held against: the fp32.onnx of"
            " an FP32 bundle, or trained weights"
        )
    _input_size(model)
    return model


def _narrowed(model: onnx.ModelProto) -> str | None:
    """The precision of a model that is not FP32 throughout."""
    half = require("onnx").TensorProto.FLOAT16
    if any(node.op_type in ("QuantizeLinear", "DequantizeLinear") for node in model.graph.node):
        return "INT8"
    return "FP16" if any(tensor.data_type == half for tensor in model.graph.initializer) else None


def _input_size(model: onnx.ModelProto) -> tuple[int, int]:
    """(width, height) of the only input, 0 where it is free.

    Raises:
        UserError: the model takes something else than one picture.
    """
    onnx = require("onnx")
    fixed = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in fixed]
    if len(inputs) == 1 and inputs[0].type.tensor_type.elem_type == onnx.TensorProto.UINT8:
        shape = [axis.dim_value for axis in inputs[0].type.tensor_type.shape.dim]
        if len(shape) == 4 and shape[3] == 3:
            return shape[2], shape[1]
    found = ", ".join(f"{value.name} {onnx.helper.printable_type(value.type)}" for value in inputs)
    raise UserError(
        f"the model's inputs are {found or 'none'}; expected one picture, uint8 (1, height, width, 3). Export the weights"
        " again with this version: --weights FILE.safetensors"
    )


def fix_size(model: onnx.ModelProto, size: tuple[int, int]) -> onnx.ModelProto:
    """Simplify a student for one input size, with all shapes known.

    Args:
        model: of free or fixed size.
        size: (width, height), multiples of 32.

    Raises:
        UserError: the size is not a multiple of 32, too small, or not the one that the model is fixed to.
    """
    width, height = size
    if width % _STRIDE or height % _STRIDE or min(size) < 2 * _STRIDE:
        near = tuple(max(2 * _STRIDE, round(side / _STRIDE) * _STRIDE) for side in size)
        raise UserError(
            f"--size {width}x{height}: expected multiples of {_STRIDE}, at least 64; the nearest is {near[0]}x{near[1]}"
        )
    own = _input_size(model)
    if own not in ((0, 0), size):
        raise UserError(
            f"--size {width}x{height}: the model is fixed to {own[0]}x{own[1]}; give that, or trained weights"
        )
    onnx, onnxsim = require("onnx"), require("onnxsim")  # the latter takes seconds, and PyTorch where that is installed

    name = model.graph.input[0].name
    kept = properties(model)
    model, _ = onnxsim.simplify(model, overwrite_input_shapes={name: [1, height, width, 3]})
    _drop_empty_slices(model)
    annotate(model, kept)
    onnx.checker.check_model(model, full_check=True)
    return model


def _drop_empty_slices(model: onnx.ModelProto) -> None:
    """Remove Slice nodes that cut nothing: where a level's size is even, the decoder's crop does no work."""
    onnx = require("onnx")
    shapes = {
        value.name: [dim.dim_value for dim in value.type.tensor_type.shape.dim]
        for value in onnx.shape_inference.infer_shapes(model).graph.value_info
    }
    renamed: dict[str, str] = {}
    for node in list(model.graph.node):
        if node.op_type == "Slice" and shapes.get(node.input[0]) == shapes.get(node.output[0], []):
            renamed[node.output[0]] = renamed.get(node.input[0], node.input[0])
            model.graph.node.remove(node)
    for node in model.graph.node:
        for index, name in enumerate(node.input):
            node.input[index] = renamed.get(name, name)
