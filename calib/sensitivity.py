"""Which convolutions INT8 hurts most, and which of them must stay in float until a loss is held."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from calib.graph import constants, drop_unused
from calib.loss import Loss, Views, loss

if TYPE_CHECKING:
    import onnx

LOOKED_AT = 4
"""Frames that are enough here: each is looked at five times a layer."""


@dataclass(frozen=True)
class Sensitivity:
    """What INT8 costs in one layer.

    Attributes:
        layer: name of the convolution.
        loss: with this one alone in INT8.
    """

    layer: str
    loss: Loss


def float_again(quantized: onnx.ModelProto, source: onnx.ModelProto, names: Collection[str]) -> onnx.ModelProto:
    """A copy of a Q/DQ model in which some convolutions compute in float as before.

    Args:
        quantized: whose convolutions read their inputs and weights through DequantizeLinear.
        source: the float model it was made from, with the same operators' names.
        names: of the convolutions to take back.
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.ModelProto()
    model.CopyFrom(quantized)
    before = {node.name: node for node in source.graph.node if node.op_type == "Conv"}
    values = constants(source)
    maker = {output: node for node in model.graph.node for output in node.output}
    for node in model.graph.node:
        if node.op_type != "Conv" or node.name not in names:
            continue
        dequantize = maker[node.input[0]]
        inputs = [maker[dequantize.input[0]].input[0]]
        for index, name in enumerate(before[node.name].input[1:]):
            inputs.append(f"{node.name}_float_{index}")
            model.graph.initializer.append(numpy_helper.from_array(values[name], inputs[-1]))
        del node.input[:]
        node.input.extend(inputs)
    _bypass(model)
    _drop_dead(model)
    return model


def sensitivities(
    quantized: onnx.ModelProto,
    source: onnx.ModelProto,
    frames: NDArray[np.uint8],
) -> list[Sensitivity]:
    """Each quantised convolution's own loss, the greatest first; with a progress bar on a terminal.

    Args:
        quantized: Q/DQ model.
        source: the float model it was made from.
        frames: uint8 (N, H, W, 3); not those by which the result is judged.
    """
    layers = quantized_layers(quantized)
    reference = Views.of_model(source, frames)
    found = []
    for layer in tqdm(layers, desc="alone in INT8", unit="layer", disable=None):
        alone = float_again(quantized, source, set(layers) - {layer})
        found.append(Sensitivity(layer, loss(Views.of_model(alone, frames), reference)))
    return sorted(found, key=lambda item: -item.loss.worst())


def keep_in_float(
    quantized: onnx.ModelProto,
    source: onnx.ModelProto,
    order: Sequence[str],
    frames: NDArray[np.uint8],
    limit: float,
) -> list[str] | None:
    """The fewest convolutions, taken from the start of `order`, without which the loss is within `limit`.

    Losses are not quite monotonic in the number of layers; bisection finds a number that holds, and one that is hardly
    more than the least.

    Args:
        quantized: Q/DQ model.
        source: the float model it was made from.
        order: names, the most sensitive first.
        frames: uint8 (N, H, W, 3); not those by which the result is judged.
        limit: see `Loss.within`.

    Returns:
        None when not even one convolution may be quantised.
    """
    reference = Views.of_model(source, frames)

    def holds(count: int) -> bool:
        return loss(Views.of_model(float_again(quantized, source, order[:count]), frames), reference).within(limit)

    too_few, enough = -1, len(order)
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if holds(middle) else (middle, enough)
    return None if enough == len(order) else list(order[:enough])


def quantized_layers(model: onnx.ModelProto) -> list[str]:
    """Names of the convolutions that read INT8, in the order of the graph."""
    maker = {output: node.op_type for node in model.graph.node for output in node.output}
    return [
        node.name
        for node in model.graph.node
        if node.op_type == "Conv" and all(maker.get(name) == "DequantizeLinear" for name in node.input[:2])
    ]


def _bypass(model: onnx.ModelProto) -> None:
    """Let others read an activation itself where no convolution reads it as INT8 any more."""
    maker = {output: node for node in model.graph.node for output in node.output}
    read = {name for node in model.graph.node if node.op_type == "Conv" for name in node.input}
    for node in model.graph.node:
        for index, name in enumerate(node.input):
            dequantize = maker.get(name)
            if dequantize is None or dequantize.op_type != "DequantizeLinear" or name in read:
                continue
            quantize = maker.get(dequantize.input[0])
            if quantize is not None:
                node.input[index] = quantize.input[0]


def _drop_dead(model: onnx.ModelProto) -> None:
    """Remove operators whose results nobody reads, and what only they read."""
    wanted = {item.name for item in model.graph.output}
    alive = []
    for node in reversed(model.graph.node):
        if any(output in wanted for output in node.output):
            alive.append(node)
            wanted.update(node.input)
    del model.graph.node[:]
    model.graph.node.extend(reversed(alive))
    drop_unused(model)
