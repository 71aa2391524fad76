"""The layer plans that TensorRT-RTX really makes, and what they say of our students: no GPU is needed for them."""

from __future__ import annotations

from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from calib.fp16 import to_fp16
from calib.policy import QuantizationPolicy
from export import engines, from_torch, graph
from export.plan import Plan, is_plan, read_plan
from ppid import weights
from ppid.models import MODELS
from ppid.models import build as build_model
from runtime import bundle as bundles
from tests.calib.conftest import quantize

pytestmark = pytest.mark.skipif(not find_spec("tensorrt_rtx"), reason="there is no TensorRT-RTX for this system")

SIZE = (512, 288)
# Kernels and MB of activations that FP16 engines of this size may take, some 4 % above what TensorRT-RTX 1.7.1 plans.
BUDGETS = {"edge": (75, 33.5), "indexnet": (116, 348), "dense": (34, 19.1)}


def planned(model: Path) -> Plan:
    """The plan of an engine, which must be readable."""
    plan = engines.build("tensorrt-rtx", model, model.parent).plan
    assert plan is not None
    return plan


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the shipped student as `fp32.onnx` and `fp16.onnx`."""
    folder = tmp_path_factory.mktemp("shipped")
    student = graph.load_student(bundles.load(bundles.packaged()).engine)
    onnx.save(graph.fix_size(student, SIZE), folder / "fp32.onnx")
    to_fp16(folder / "fp32.onnx", folder / "fp16.onnx")
    return folder


@pytest.fixture(scope="module", params=MODELS)
def student(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Name, and FP16 ONNX of a student with random weights: they do not change the plan."""
    folder = tmp_path_factory.mktemp(request.param)
    torch.manual_seed(0)
    weights.save(build_model(request.param), folder / "weights.safetensors")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(from_torch, "_TRACED_SIZE", (128, 96))  # the size for comparing with PyTorch; the graph is free
        from_torch.export_onnx(folder / "weights.safetensors", folder / "student.onnx")
    onnx.save(graph.fix_size(onnx.load(folder / "student.onnx"), SIZE), folder / "fp32.onnx")
    to_fp16(folder / "fp32.onnx", folder / "fp16.onnx")
    return request.param, folder / "fp16.onnx"


def test_fp16_engines_compute_in_fp16_at_half_the_traffic(shipped: Path) -> None:
    full, half = planned(shipped / "fp32.onnx"), planned(shipped / "fp16.onnx")
    assert Counter(kernel.types for kernel in full.convolutions) == {("Float", "Float"): 65}
    assert Counter(kernel.types for kernel in half.convolutions) == {("Half", "Half"): 65}
    assert half.traffic <= 0.55 * full.traffic
    assert half.constants <= 0.55 * full.constants


def test_the_plan_tells_of_every_convolution_and_every_weight(shipped: Path) -> None:
    model = onnx.load(shipped / "fp32.onnx")
    plan = planned(shipped / "fp32.onnx")
    assert len(plan.convolutions) == sum(node.op_type == "Conv" for node in model.graph.node)
    stored = sum(onnx.numpy_helper.to_array(tensor).nbytes for tensor in model.graph.initializer)
    assert plan.constants == pytest.approx(stored, rel=0.01)
    inputs, outputs = plan.kernels[0].inputs, plan.kernels[-1].outputs
    assert [(tensor.name, tensor.shape, tensor.dtype) for tensor in inputs] == [("src", (1, 288, 512, 3), "UInt8")]
    assert [(tensor.name, tensor.dtype, tensor.bytes) for tensor in outputs] == [("alpha", "Float", 4 * 288 * 512)]


def test_students_keep_to_their_budgets(student: tuple[str, Path]) -> None:
    name, model = student
    plan = planned(model)
    kernels, megabytes = BUDGETS[name]
    assert {kernel.types for kernel in plan.convolutions} == {("Half", "Half")}
    assert len(plan.kernels) <= kernels
    assert plan.traffic / 1e6 <= megabytes


def test_int8_is_planned_with_float_results_and_more_traffic_than_fp16(shipped: Path) -> None:
    """Why INT8 is not recommended for TensorRT-RTX. When this fails, a new version does better: look again."""
    frames = np.random.default_rng(0).integers(0, 256, (1, SIZE[1], SIZE[0], 3), dtype=np.uint8)
    policy = QuantizationPolicy(weight_bits=8, unsigned=False)
    report = quantize(shipped / "fp32.onnx", shipped / "int8.onnx", frames, policy, "minmax")
    to_fp16(shipped / "int8.onnx", shipped / "int8-fp16.onnx")
    plan, half = planned(shipped / "int8-fp16.onnx"), planned(shipped / "fp16.onnx")
    types = Counter(kernel.types for kernel in plan.convolutions)
    assert types == {("Int8", "Float"): len(report.quantized), ("Half", "Half"): len(report.kept_float)}
    assert plan.traffic > 1.5 * half.traffic and len(plan.kernels) > 1.5 * len(half.kernels)


def test_waiting_and_outputs_count_for_nothing() -> None:
    step = (
        "Name: {}, LayerType: {}, Inputs: [{}], Constants: [{}], Outputs: [{}], TacticName: , StreamId: 0, Metadata: x"
    )
    tensor = " {{ Name: {}, Dimensions: [{}], Strides: [1], StrideOrder: [0], Datatype: {}, Format: (Linear) linear }}"
    message = "\n".join(
        [
            "Layers:",
            step.format("a, b", "kgen", tensor.format("x[0]", "2,3", "UInt8"), "", tensor.format("y", "2,3", "Half")),
            step.format("s", "signal", "", "", ""),
            step.format(
                "c",
                "correlation",
                tensor.format("y", "2,3", "Half"),
                tensor.format("w", "5", "Float"),
                tensor.format("z", "", "Float"),
            ),
            "",
            "I/O Tensors:",
            " Name: x, IOMode: Input",
        ]
    )
    assert is_plan(message) and not is_plan("Layer(s) fused")
    plan = read_plan(message)
    assert [(kernel.name, kernel.kind) for kernel in plan.kernels] == [("a, b", "kgen"), ("c", "correlation")]
    assert plan.traffic == 6 + 12 + 12 + 4
    assert plan.constants == 20
    assert [kernel.types for kernel in plan.convolutions] == [("Half", "Float")]


@pytest.mark.parametrize(
    "message",
    [
        "Layers:\nConvolution conv1 [Half]",
        "Layers:\nName: a, LayerType: kgen, Inputs: [ { Name: x, Shape: [1] }], Constants: [], Outputs: [], TacticName: ",
        "Layers:\nName: a, LayerType: kgen, Inputs: [ { Name: x, Dimensions: [1], Strides: [1], Datatype: Half7, Format:"
        " linear }], Constants: [], Outputs: [], TacticName: ",
    ],
)
def test_plans_of_another_form_are_not_misread(message: str) -> None:
    with pytest.raises(ValueError, match="unknown form"):
        read_plan(message)
