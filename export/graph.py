"""What is done to ONNX graphs between the exporter and the builders."""

from __future__ import annotations

from pathlib import Path

import onnx

from runtime.errors import UserError

_STRIDE = 32


def annotate(model: onnx.ModelProto, entries: dict[str, str]) -> None:
    """Add metadata properties, which tools carry along; onnxsim's log of its own work is dropped."""
    kept = {key: value for key, value in properties(model).items() if not key.startswith("onnxsim.")}
    onnx.helper.set_model_props(model, kept | entries)


def properties(model: onnx.ModelProto) -> dict[str, str]:
    """The metadata properties."""
    return {entry.key: entry.value for entry in model.metadata_props}


def load_student(path: Path) -> onnx.ModelProto:
    """Read an ONNX that `export` wrote.

    Raises:
        UserError: missing, unreadable or not one of ours.
    """
    try:
        model = onnx.load(path)
        onnx.checker.check_model(model)
    except Exception as error:  # protobuf and onnx raise a dozen kinds
        raise UserError(f"{path} is not a readable ONNX file ({type(error).__name__}: {error})") from None
    if "weights_digest" not in properties(model):
        raise UserError(
            f"{path} was not exported by this project (no weights_digest in it); pass trained weights with --weights"
        )
    return model


def fix_size(model: onnx.ModelProto, size: tuple[int, int]) -> onnx.ModelProto:
    """Simplify a student for one input size, with all shapes known.

    Args:
        model: of free or fixed size.
        size: (width, height), multiples of 32.

    Raises:
        UserError: the size is not a multiple of 32, or too small.
    """
    width, height = size
    if width % _STRIDE or height % _STRIDE or min(size) < 2 * _STRIDE:
        near = tuple(max(2 * _STRIDE, round(side / _STRIDE) * _STRIDE) for side in size)
        raise UserError(
            f"--size {width}x{height}: expected multiples of {_STRIDE}, at least 64; the nearest is {near[0]}x{near[1]}"
        )
    import onnxsim  # takes seconds, and PyTorch where that is installed

    name = model.graph.input[0].name
    kept = properties(model)
    model, same = onnxsim.simplify(model, overwrite_input_shapes={name: [1, height, width, 3]})
    if not same:
        raise RuntimeError("onnxsim changed what the graph computes")
    _drop_empty_slices(model)
    annotate(model, kept)
    onnx.checker.check_model(model, full_check=True)
    return model


def _drop_empty_slices(model: onnx.ModelProto) -> None:
    """Remove Slice nodes that cut nothing: where a level's size is even, the decoder's crop does no work."""
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
