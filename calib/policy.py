"""Which convolutions INT8 is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from numpy.typing import NDArray

from calib.graph import constants
from runtime.errors import UserError

if TYPE_CHECKING:
    import onnx


@dataclass(frozen=True)
class QuantizationPolicy:
    """Which convolutions stay in float, and how fine the weights of the others are.

    Two kinds always stay: depthwise ones, with one input channel per group, which read more than they compute, so that INT8
    gains no time, and those that no other convolution comes before, which read the picture. That is what measured best for
    the `edge` student at 512x288 with OpenVINO on a processor without VNNI, one thread (share of FP32's time and mean
    |alpha - FP32 alpha|, a half-trained model, 7-bit weights): all quantised 0.71 and 0.0074, depthwise kept 0.70 and
    0.0052, first kept too 0.72 and 0.0031, last kept too 0.75 and 0.0031.

    Attributes:
        names: keep more, by the names of their ONNX operators.
        weight_bits: 7 keeps weights within ±64, so that the sum of two products fits the 16 bits that processors
            without VNNI have for it; with 8 OpenVINO clips it there without a word and alpha is ruined (0.028 off).
            Where only TensorRT or VNNI runs the file, 8 is somewhat more accurate (0.0023 instead of 0.0031).
        unsigned: UINT8 for activations that are never negative: finer on CPUs, but TensorRT misreads it.
    """

    names: tuple[str, ...] = ()
    weight_bits: Literal[7, 8] = 7
    unsigned: bool = True

    def kept_float(self, model: onnx.ModelProto) -> list[str]:
        """Names of the convolutions that stay in float, in the order of the graph.

        Raises:
            UserError: `names` holds one that the model has not.
        """
        convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
        unknown = sorted(set(self.names) - {node.name for node in convolutions})
        if unknown:
            raise UserError(
                f"the model has no convolution named {unknown[0]!r}. Expected names out of: "
                f"{', '.join(node.name for node in convolutions)}."
            )
        weights = constants(model)
        kept = set(self.names) | {node.name for node in convolutions if _is_depthwise(node, weights)}
        kept |= _without_convolution_before(model.graph.node)
        return [node.name for node in convolutions if node.name in kept]


def _is_depthwise(node: onnx.NodeProto, weights: dict[str, NDArray[Any]]) -> bool:
    groups = next((attribute.i for attribute in node.attribute if attribute.name == "group"), 1)
    return groups > 1 and weights[node.input[1]].shape[1] == 1


def _without_convolution_before(nodes: Sequence[onnx.NodeProto]) -> set[str]:
    found, after = set(), set()  # after: tensors that a convolution has had a part in
    for node in nodes:
        reached = any(name in after for name in node.input)
        if node.op_type == "Conv" and not reached:
            found.add(node.name)
        if reached or node.op_type == "Conv":
            after.update(node.output)
    return found
