"""Bias correction: rounded weights shift what a convolution gives on average, and its bias can take the shift back.

Rounding errors of a layer's weights do not cancel: after ReLU6 activations are mostly positive, so every output channel
moves by E[(W - Wq) x], and the shifts add up from layer to layer. With the mean of x per channel from the calibration
frames the shift is known (Nagel et al., Data-Free Quantization Through Weight Equalization and Bias Correction, ICCV
2019, there with means from BatchNorm). Costs nothing at run time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from calib.graph import constants

if TYPE_CHECKING:
    import onnx


def correct_biases(
    quantized: onnx.ModelProto,
    source: onnx.ModelProto,
    convolutions: Sequence[str],
    means: Mapping[str, NDArray[np.float64]],
) -> None:
    """Change the biases of quantised convolutions in place, so that their outputs keep their means.

    Args:
        quantized: Q/DQ model whose weights are INT8 behind a DequantizeLinear.
        source: the float model it was made from, with the same operators' names.
        convolutions: names of the quantised ones.
        means: (C,) of the channels of each tensor that these convolutions read.
    """
    from onnx import numpy_helper

    before = {node.name: node for node in source.graph.node}
    weights, stored = constants(source), constants(quantized)
    maker = {output: node for node in quantized.graph.node for output in node.output}
    for index, node in enumerate(quantized.graph.node):
        if node.op_type != "Conv" or node.name not in convolutions:
            continue
        exact = weights[before[node.name].input[1]]
        values, scales = (stored[name] for name in maker[node.input[1]].input[:2])
        rounded = values.astype(np.float32) * scales.reshape(-1, 1, 1, 1)
        shift = mean_shift(exact - rounded, means[before[node.name].input[0]])
        bias = stored[node.input[2]] if len(node.input) > 2 else np.zeros(len(exact), np.float32)
        # A new initialiser: equal biases share one.
        name = f"{node.name}_corrected_bias_{index}"
        quantized.graph.initializer.append(numpy_helper.from_array((bias + shift).astype(np.float32), name))
        del node.input[2:]
        node.input.append(name)


def mean_shift(change: NDArray[Any], means: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far a change of weights moves the mean of each output channel; the padded border is neglected.

    Args:
        change: (outputs, inputs / groups, height, width).
        means: (inputs,) means of the input's channels.

    Returns:
        (outputs,)
    """
    outputs, inputs = change.shape[:2]
    groups = len(means) // inputs
    sums = change.sum((2, 3), np.float64).reshape(groups, outputs // groups, inputs)
    return np.einsum("goi,gi->go", sums, means.reshape(groups, inputs)).reshape(outputs)
