"""TensorRT-RTX's layer plan: the kernels an engine will run and what they read and write, known without a GPU.

A builder that logs in detail prints one message with `Layers:` in its first line, then one line for each step, e.g. (shortened)

    Name: conv1_myl0_2, LayerType: correlation, Inputs: [ { Name: x, Dimensions: [1,32,72,128], Strides: [...], Datatype: Half,
    Format: ... }], Constants: [ ... ], Outputs: [ ... ], TacticName: ..., StreamId: 0, Metadata: [ONNX Layer: conv1]

The form is not documented; this was written from what TensorRT-RTX 1.7.1 prints. The plan is made ahead of time: the GPU's
own compiler may still join kernels, so that these are budgets for comparing engines, not measurements.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_HEADING = "Layers:"
_BITS = {
    "Double": 64,
    "Int64": 64,
    "Float": 32,
    "Int32": 32,
    "Half": 16,
    "BFloat16": 16,
    "Int8": 8,
    "UInt8": 8,
    "Bool": 8,
    "FP8": 8,
    "Int4": 4,
    "FP4": 4,
}
# Streams wait for each other with these; they run nothing.
_SYNCHRONISATION = {"signal", "wait"}
_LINE = re.compile(
    r"Name: (?P<name>.*?), LayerType: (?P<kind>\w+), Inputs: \[(?P<inputs>.*?)\], Constants: \[(?P<constants>.*?)\],"
    r" Outputs: \[(?P<outputs>.*?)\], TacticName:"
)
_TENSOR = re.compile(r"\{ Name: (?P<name>.*?), Dimensions: \[(?P<shape>[\d,]*)\],.*? Datatype: (?P<dtype>\w+),")


@dataclass(frozen=True)
class Tensor:
    """What a kernel reads or writes.

    Attributes:
        name: of the tensor in the plan.
        shape: its dimensions, without the padding of its layout.
        dtype: in TensorRT's words: `Float`, `Half`, `Int8`, `UInt8`, …
    """

    name: str
    shape: tuple[int, ...]
    dtype: str

    @property
    def bytes(self) -> int:
        """Its size in memory."""
        return math.prod(self.shape) * _BITS[self.dtype] // 8


@dataclass(frozen=True)
class Kernel:
    """One step of the plan.

    Attributes:
        name: of the kernel.
        kind: `correlation` for a convolution, `kgen` for generated pointwise work, `runtime_fusion`, `runtime_function`, …
        inputs: activations that it reads.
        constants: weights, biases and scales that it reads.
        outputs: activations that it writes.
    """

    name: str
    kind: str
    inputs: tuple[Tensor, ...]
    constants: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]

    @property
    def is_convolution(self) -> bool:
        """Whether it multiplies activations with a matrix of weights; what only adds a bias or scales is none."""
        weights = any(sum(side > 1 for side in tensor.shape) > 1 for tensor in self.constants)
        return self.kind == "correlation" or (self.kind == "runtime_fusion" and weights)

    @property
    def types(self) -> tuple[str, str]:
        """Types of the first input and the first output, e.g. `("Half", "Half")`."""
        return self.inputs[0].dtype, self.outputs[0].dtype


@dataclass(frozen=True)
class Plan:
    """All kernels of an engine, in order."""

    kernels: tuple[Kernel, ...]

    @property
    def convolutions(self) -> tuple[Kernel, ...]:
        """The kernels that multiply with weights."""
        return tuple(kernel for kernel in self.kernels if kernel.is_convolution)

    @property
    def traffic(self) -> int:
        """Bytes of activations that all kernels together read and write."""
        return sum(tensor.bytes for kernel in self.kernels for tensor in (*kernel.inputs, *kernel.outputs))

    @property
    def constants(self) -> int:
        """Bytes of weights and other constants, each counted once."""
        return sum({tensor.name: tensor.bytes for kernel in self.kernels for tensor in kernel.constants}.values())


def is_plan(message: str) -> bool:
    """Whether this message of the builder's log holds the plan."""
    return message.startswith(_HEADING)


def read_plan(message: str) -> Plan:
    """Read the message of the builder's log for which `is_plan` holds.

    Raises:
        ValueError: it has another form than the one known here.
    """
    steps = message.removeprefix(_HEADING).strip().split("\n\n")[0]  # what follows describes inputs and outputs
    kernels = [_kernel(line) for line in steps.splitlines()]
    return Plan(tuple(kernel for kernel in kernels if kernel.kind not in _SYNCHRONISATION))


def _kernel(line: str) -> Kernel:
    found = _LINE.match(line)
    if not found:
        raise ValueError(f"a layer plan of unknown form: {line[:200]!r}")
    return Kernel(
        found["name"],
        found["kind"],
        _tensors(found["inputs"]),
        _tensors(found["constants"]),
        _tensors(found["outputs"]),
    )


def _tensors(text: str) -> tuple[Tensor, ...]:
    tensors = [
        Tensor(found["name"], tuple(int(side) for side in found["shape"].split(",") if side), found["dtype"])
        for found in _TENSOR.finditer(text)
    ]
    if len(tensors) != text.count("{ Name: ") or any(tensor.dtype not in _BITS for tensor in tensors):
        raise ValueError(f"tensors of unknown form: {text[:200]!r}")
    return tuple(tensors)
