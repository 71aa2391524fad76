"""Engines of one student in several precisions, side by side: made, held against FP32, timed."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

from calib.check import agreement
from calib.fp16 import to_fp16
from calib.frames import CalibrationSet
from calib.graph import load_model
from calib.loss import EDGE_ALLOWANCE, SHIFTS, Alphas, Loss, Views, loss, shaken
from calib.policy import QuantizationPolicy
from calib.quantize import QuantizationReport, Quantizer
from calib.ranges import Method
from calib.sensitivity import LOOKED_AT, keep_in_float, sensitivities
from export import engines, measure
from export.engines import BuilderOptions, Engine
from ppid import metrics
from runtime.bundle import Bundle, Manifest
from runtime.errors import UserError
from runtime.runners import make_runner, runnable_targets
from runtime.runners.openvino import has_bf16

_TENSORRT_POLICY = QuantizationPolicy(weight_bits=8, unsigned=False)
_QDQ = "qdq.onnx"  # beside a quantised model: the same with everything else in FP32


@dataclass(frozen=True)
class Errors:
    """How far alpha is from the truth: means over the frames whose truth is known, in the units of `ppid.metrics`."""

    frames: int
    sad: float
    grad: float
    dtssd: float

    @classmethod
    def of(cls, views: Views, truths: Sequence[Alphas | None]) -> Errors | None:
        """Those of an engine; None where no truth is known."""
        known = [index for index, truth in enumerate(truths) if truth is not None]
        if not known:
            return None
        truth = np.stack([truth for truth in truths if truth is not None])
        still, moved = views.still[known].clip(0, 1), [found[known].clip(0, 1) for found in views.shaken]
        flicker = [
            metrics.dtssd(np.stack([before, after]), np.stack([true, expected]))
            for shift, afters in zip(SHIFTS, moved, strict=True)
            for before, after, true, expected in zip(still, afters, truth, shaken(truth, shift), strict=True)
        ]
        return cls(
            len(known),
            float(np.mean([metrics.sad(*pair) for pair in zip(still, truth, strict=True)])),
            float(np.mean([metrics.grad(*pair) for pair in zip(still, truth, strict=True)])),
            float(np.mean(flicker)),
        )


@dataclass(frozen=True)
class Candidate:
    """An engine and what is known of it.

    Attributes:
        precision: `fp32`, `fp16` or `int8`.
        model: the ONNX that holds the precision.
        engine: built from it.
        loss: against FP32, on frames that it was not calibrated on; None for FP32 itself.
        latency_ms: median of one inference; None where the engine cannot run here.
        simulated: the loss is that of the ONNX in ONNX Runtime, because the engine cannot run here.
        alphas: (N, H, W) of the frames that it is judged by.
        errors: against the truth; None where no frame's is known.
        bf16: what is not INT8 is computed in BF16 here, as the manifest will allow elsewhere.
    """

    precision: str
    model: Path
    engine: Engine
    loss: Loss | None = None
    latency_ms: float | None = None
    simulated: bool = False
    alphas: Alphas | None = field(default=None, compare=False, repr=False)
    errors: Errors | None = None
    bf16: bool = False

    @property
    def megabytes(self) -> float:
        """Size of the engine's file."""
        return self.engine.path.stat().st_size / 1e6


class Workbench:
    """Makes engines of one student for one target.

    Args:
        target: one of `engines.TARGETS`.
        float_path: the student in FP32, of fixed size.
        frames: to calibrate on and to judge by.
        folder: where models and engines go.
        options: for the TensorRT builders.
    """

    def __init__(
        self, target: str, float_path: Path, frames: CalibrationSet, folder: Path, options: BuilderOptions | None
    ) -> None:
        self._target, self._options = target, options
        self._float, self._frames, self._folder = float_path, frames, folder
        self._runs = target in runnable_targets()
        floats = Candidate("fp32", float_path, self._built(float_path))
        self._reference = self._views(floats)
        errors = Errors.of(self._reference, frames.truths)
        self._fp32 = replace(floats, alphas=self._reference.still, errors=errors)

    def fp32(self) -> Candidate:
        """As trained."""
        return self._fp32

    def fp16(self) -> Candidate:
        """Half floats inside, the same inputs and outputs."""
        path = self._folder / "fp16.onnx"
        to_fp16(self._float, path)
        return self._judged(Candidate("fp16", path, self._built(path)))

    def int8(self, limit: float) -> Candidate:
        """Q/DQ from the calibration frames; prints what it does.

        Args:
            limit: what INT8 may lose, see `Loss.within`. Where it loses more, the other ways to find ranges get their
                chance, since they differ little on the few frames they are chosen by; then, on a CPU that would use BF16,
                FP32 for what is not INT8; then the convolutions that cost most stay in float, more and more of them.

        Raises:
            UserError: it loses more than `limit` whatever is kept, or OpenVINO computes the graph wrongly.
        """
        policy = _TENSORRT_POLICY if self._target.startswith("tensorrt") else QuantizationPolicy()
        quantizer = Quantizer(self._float, self._frames.frames)
        bf16 = self._runs and self._target == "openvino" and has_bf16()
        first, report = self._quantized(quantizer, policy, None, "all", bf16)
        found, quantized = first, report.quantized
        by_loss = sorted(report.losses, key=lambda method: report.losses[method].worst())
        for method in by_loss[1:]:
            if found.loss is None or found.loss.within(limit):
                return found
            print(f"INT8 loses {told(found.loss)}, more than {allowed(limit)}; trying ranges by {method}", flush=True)
            found, _ = self._quantized(quantizer, policy, method, f"all-{method}", bf16)
        if bf16 and found.loss is not None and not found.loss.within(limit):
            print(f"INT8 loses {told(found.loss)}; computing what is not INT8 in FP32 instead of BF16", flush=True)
            found = self._judged(replace(found, bf16=False))
        if found.loss is None or found.loss.within(limit):
            return found
        lost = found.loss
        print(f"INT8 loses {told(lost)}; looking for layers to keep in float", flush=True)
        qdq, few = load_model(first.model.with_name(_QDQ)), self._frames.frames[:LOOKED_AT]
        order = [item.layer for item in sensitivities(qdq, quantizer.source, few)]
        least = keep_in_float(qdq, quantizer.source, order, few, limit)
        count = len(order) if least is None else max(1, len(least))
        while count < len(order):
            more = replace(policy, names=tuple(order[:count]))
            found, repaired = self._quantized(quantizer, more, report.method, f"but-{count}")
            lost, quantized = found.loss or lost, repaired.quantized
            if found.loss is not None and found.loss.within(limit):
                print(f"kept {count} more in float: {told(found.loss)}")
                return found
            count = min(2 * count, (count + len(order) + 1) // 2)  # few at first, and at last all but one
        raise UserError(
            f"INT8 loses {told(lost)} against FP32 with {len(quantized)} of {len(order)} convolutions"
            f" quantised, more than {allowed(limit)}. Use --fp16, calibrate on frames like yours with --calib, or allow"
            " more with --max-loss"
        )

    def timed(self, candidates: list[Candidate]) -> list[Candidate]:
        """The same with latencies, measured in turns; as they are where engines of this target cannot run."""
        if not self._runs:
            return candidates
        timings = measure.latencies([self._bundle(candidate) for candidate in candidates])
        return [
            replace(candidate, latency_ms=timing.median) for candidate, timing in zip(candidates, timings, strict=True)
        ]

    def _quantized(
        self, quantizer: Quantizer, policy: QuantizationPolicy, method: Method | None, label: str, bf16: bool = False
    ) -> tuple[Candidate, QuantizationReport]:
        path = self._folder / f"int8-{label}" / "int8.onnx"
        path.parent.mkdir()
        qdq = path.with_name(_QDQ)
        # CPUs without VNNI add pairs of products in 16 bits: weights of 8 bits would overflow there, silently.
        report = quantizer.write(qdq, policy, method)
        if report.losses:
            tried = ", ".join(f"{name} {found.sad:.2%}" for name, found in report.losses.items())
            print(f"ranges by {report.method}, which loses least of SAD, Grad and dtSSD; SAD of each: {tried}")
        print(
            f"quantised {len(report.quantized)} convolutions to {policy.weight_bits}-bit weights,"
            f" kept {len(report.kept_float)} in float",
            flush=True,
        )
        self._check_openvino(qdq)
        if self._target.startswith("tensorrt"):
            to_fp16(qdq, path)  # what is not INT8 runs in half floats there
        else:
            shutil.copyfile(qdq, path)
        return self._judged(Candidate("int8", path, self._built(path), bf16=bf16)), report

    def _check_openvino(self, path: Path) -> None:
        if self._target != "openvino":
            return
        check = agreement(path, self._float, self._frames.held_out)
        print(
            f"OpenVINO INT8 against ONNX Runtime INT8 without optimisations: mean difference {check.difference:.4f}"
            f" (quantisation itself {check.quantization_error:.4f})"
        )
        if not check.ok:
            raise UserError("OpenVINO computes this quantised graph wrongly; use --fp16, or --target onnxruntime")

    def _built(self, model: Path) -> Engine:
        folder = self._folder / f"engine-{model.stem}-{model.parent.name}"
        folder.mkdir()
        return engines.build(self._target, model, folder, self._options)

    def _judged(self, candidate: Candidate) -> Candidate:
        views = self._views(candidate)
        errors = Errors.of(views, self._frames.truths)
        found = loss(views, self._reference)
        return replace(candidate, loss=found, simulated=not self._runs, alphas=views.still, errors=errors)

    def _views(self, candidate: Candidate) -> Views:
        if self._runs:
            with make_runner(self._bundle(candidate)) as runner:
                return Views.of(partial(measure.alphas, runner), self._frames.held_out)
        return Views.of_model(load_model(candidate.model), self._frames.held_out)

    def _bundle(self, candidate: Candidate) -> Bundle:
        """A bundle that is not written yet."""
        file = candidate.engine.path
        height, width = self._frames.held_out.shape[1:3]
        manifest = Manifest("", self._target, candidate.precision, width, height, file.name, "", {}, "")
        return Bundle(file.parent, replace(manifest, bf16=candidate.bf16))


def told(found: Loss) -> str:
    """A loss in words."""
    return f"{found.sad:.1%} of SAD, {found.grad:.1%} of Grad and {max(found.dtssd, 0):.1%} of dtSSD"


def allowed(limit: float) -> str:
    """A limit in words."""
    return f"{limit:.1%} of SAD or {EDGE_ALLOWANCE * limit:.1%} of the others"
