"""Unsigned activations: what cannot be negative gets all 256 steps instead of the 128 from zero up.

Half the rounding error, and OpenVINO on x86 multiplies unsigned by signed bytes: it needs no correction of the sums then.
TensorRT reads UINT8 as INT8 without an error and clips half of the range, so its graphs stay signed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from calib.graph import constants

if TYPE_CHECKING:
    import onnx

_MOVES = ("Resize", "Reshape", "Transpose", "Slice", "MaxPool", "AveragePool")  # give no sign that was not there


def make_unsigned(model: onnx.ModelProto) -> int:
    """Turn the signed Q/DQ pairs of activations that are never negative to UINT8 in place; say how many.

    A pair is signed and symmetric before, with zero point 0 and a range of ±127 scales, and has 0 to 255 scales of the
    same range after.
    """
    from onnx import numpy_helper

    values = constants(model)
    maker = {output: node for node in model.graph.node for output in node.output}
    changed = 0
    for quantize in model.graph.node:
        if quantize.op_type != "QuantizeLinear" or values[quantize.input[2]].dtype != np.int8:
            continue
        if not _never_negative(quantize.input[0], maker, values):
            continue
        scale, zero = f"{quantize.output[0]}_unsigned_scale", f"{quantize.output[0]}_unsigned_zero"
        fine = np.asarray(values[quantize.input[1]] * 127 / 255, values[quantize.input[1]].dtype)
        model.graph.initializer.extend(
            [numpy_helper.from_array(fine, scale), numpy_helper.from_array(np.zeros((), np.uint8), zero)]
        )
        readers = [node for node in model.graph.node if quantize.output[0] in node.input]
        for node in (quantize, *readers):
            node.input[1], node.input[2] = scale, zero
        changed += 1
    return changed


def _never_negative(name: str, maker: dict[str, onnx.NodeProto], values: dict[str, NDArray[Any]]) -> bool:
    node = maker.get(name)
    if node is None:
        return False
    if node.op_type == "Clip":
        return len(node.input) > 1 and node.input[1] in values and bool(values[node.input[1]] >= 0)
    if node.op_type in _MOVES:
        return _never_negative(node.input[0], maker, values)
    return node.op_type in ("Relu", "Sigmoid")
