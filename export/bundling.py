"""From a student to bundles: where its engines are made, and what the manifest of one that is kept says."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from calib.frames import CalibrationSet, collect
from calib.graph import require, save_model
from export import graph
from export.engines import BuilderOptions
from export.workbench import Candidate, Workbench
from runtime import bundle as bundles
from runtime.bundle import Bundle, Manifest
from runtime.errors import UserError


@dataclass(frozen=True)
class Start:
    """A student, ready to be built for one target.

    Attributes:
        target: one of `engines.TARGETS`.
        size: (width, height) of the engines' input.
        properties: of the student's ONNX.
        frames: to calibrate on and to judge by.
        bench: makes the engines.
    """

    target: str
    size: tuple[int, int]
    properties: dict[str, str]
    frames: CalibrationSet
    bench: Workbench

    def write(self, chosen: Candidate, place: Path | None) -> Bundle:
        """Write an engine of the bench as a bundle; `place` is its folder, None for one in the cache.

        Raises:
            UserError: see `runtime.bundle.write`.
        """
        manifest = Manifest(
            model=self.properties.get("model", "unknown"),
            target=self.target,
            precision=chosen.precision,
            width=self.size[0],
            height=self.size[1],
            engine=chosen.engine.path.name,
            weights_digest=self.properties["weights_digest"],
            builder=chosen.engine.builder,
            built_at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
            hardware=chosen.engine.hardware,
            latency_ms=chosen.latency_ms,
            accuracy=_accuracy(chosen),
            bf16=chosen.bf16,
        )
        if chosen.precision == "int8":
            calibration = {
                "digest": self.frames.digest,
                "origin": self.frames.origin,
                "frames": len(self.frames.frames),
            }
            manifest = replace(manifest, calibration=calibration)
        engine, model = chosen.engine.path, chosen.model
        files = {engine.name: engine} | ({model.name: model} if model != engine else {})
        return bundles.write(place or bundles.cache_folder() / _name(manifest), manifest, files)


@contextmanager
def started(
    target: str,
    size: tuple[int, int],
    calib: Path | None = None,
    weights: Path | None = None,
    options: BuilderOptions | None = None,
) -> Iterator[Start]:
    """Prepare a student and its calibration frames; the engines lie in a temporary folder that is gone after the block.

    Args:
        target: one of `engines.TARGETS`, as `engines.choose` gives it.
        size: (width, height) of the engines' input, multiples of 32.
        calib: calibration frames, None for the packaged set.
        weights: trained weights, or a student's ONNX; None for the default student.
        options: for the TensorRT builders.

    Raises:
        UserError: the weights, the size or the frames do not fit, or FP32 cannot be built; also in the block, where the
            disk of the temporary folder is full.
    """
    with tempfile.TemporaryDirectory(prefix="ppid-build-") as temporary, _room():
        folder = Path(temporary)
        student = graph.load_student(_source(weights, folder))
        float_path = folder / "fp32.onnx"
        save_model(graph.fix_size(student, size), float_path)
        frames = collect(calib, size)
        bench = Workbench(target, float_path, frames, folder, options)
        yield Start(target, size, graph.properties(student), frames, bench)


@contextmanager
def _room() -> Iterator[None]:
    """Tell a full disk from a bug."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise UserError(
            f"no room for engines in {tempfile.gettempdir()} ({error.strerror}); make some, or name another place:"
            " TMPDIR=/somewhere python -m export.build_engine ..."
        ) from error


def _source(weights: Path | None, folder: Path) -> Path:
    """The ONNX to start from."""
    if weights is None:
        return bundles.load(bundles.packaged()).engine
    if weights.suffix == ".onnx":
        return weights
    for name in ("onnx", "onnxruntime"):
        require(name)  # else the lack of one would be told as one of PyTorch
    try:
        from export.from_torch import export_onnx
    except ImportError:
        raise UserError(
            f"exporting {weights} needs PyTorch; run: pip install '.[train]', or pass an .onnx exported elsewhere"
        ) from None
    path = folder / "student.onnx"
    parity = export_onnx(weights, path)
    print(
        f"ONNX against PyTorch: largest difference of alpha {parity.difference:.1e}, allowed {parity.tolerance:.0e}",
        flush=True,
    )
    if not parity.ok:
        raise RuntimeError("the exported graph does not compute what the model does")
    return path


def _accuracy(candidate: Candidate) -> dict[str, float]:
    """For the manifest: what is lost against FP32, and how far alpha is from the truth where that is known."""
    truth = {} if candidate.errors is None else {f"truth_{name}": v for name, v in asdict(candidate.errors).items()}
    return (asdict(candidate.loss) if candidate.loss else {}) | truth


def _name(manifest: Manifest) -> str:
    digest = manifest.weights_digest[:8]
    return f"{manifest.model}-{digest}-{manifest.width}x{manifest.height}-{manifest.precision}-{manifest.target}"
