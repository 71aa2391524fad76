"""PyTorch → ONNX. The only module of `export` that needs PyTorch; imported where weights are given."""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from export.graph import annotate
from ppid import weights
from ppid.errors import UserError
from ppid.models import deployable, describe, takes_trimap

OPSET = 19  # the first in which Q/DQ may carry FP16 scales
TOLERANCE = 1e-3  # a quarter of a grey level
_TRACED_SIZE = (512, 288)


class Deployed(nn.Module):
    """A student as a camera meets it: uint8 picture in, alpha out. Owns all that is not the network's business."""

    def __init__(self, student: nn.Module):
        super().__init__()
        self.student = student

    def forward(self, src: Tensor) -> Tensor:
        """uint8 (1, H, W, 3) RGB → float32 (1, H, W) in [0, 1]."""
        # Cast first: TensorRT takes bytes from outside but computes nothing on them, not even a transpose.
        return self.student(src.float().permute(0, 3, 1, 2) / 255).alpha.squeeze(1)


@dataclass(frozen=True)
class Parity:
    """ONNX against PyTorch: the largest difference of alpha, and what is allowed."""

    difference: float
    tolerance: float = TOLERANCE

    @property
    def ok(self) -> bool:
        """Whether the exported graph computes the same."""
        return self.difference <= self.tolerance


def export_onnx(weights_path: Path, output: Path) -> Parity:
    """Write the student in `weights_path` as ONNX of free height and width (multiples of 32), and compare the two.

    A model that is trained in another form than it runs in is written in the latter, and compared in the former.

    Raises:
        UserError: the weights cannot be read, or are a teacher's.
    """
    student = weights.load(weights_path)
    if takes_trimap(student):
        raise UserError(
            f"{weights_path} holds a teacher, which needs a trimap that no camera gives; expected a student: distil one"
            " from it with python -m ppid.train student, and export that"
        )
    model = Deployed(deployable(student)).eval()
    width, height = _TRACED_SIZE
    picture = torch.zeros(1, height, width, 3, dtype=torch.uint8)
    with warnings.catch_warnings():
        # The tracing exporter is deprecated, but writes the plainer graph and needs no onnxscript.
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        torch.onnx.export(
            model,
            (picture,),
            str(output),
            opset_version=OPSET,
            dynamo=False,
            input_names=["src"],
            output_names=["alpha"],
            dynamic_axes={"src": {1: "height", 2: "width"}, "alpha": {1: "height", 2: "width"}},
        )
    graph = onnx.load(output)
    annotate(graph, {"model": describe(student)["name"], "weights_digest": weights.digest(student)})
    onnx.save(graph, output)
    return _parity(Deployed(student).eval(), output)


@torch.no_grad()
def _parity(model: nn.Module, path: Path) -> Parity:
    """Compare on noise and on smooth pictures, at two sizes."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(0)
    worst = 0.0
    for height, width in ((288, 512), (160, 224)):
        noise = rng.integers(0, 256, (1, height, width, 3), dtype=np.uint8)
        smooth = np.broadcast_to(np.linspace(0, 255, width)[None, None, :, None], noise.shape).astype(np.uint8)
        for picture in (noise, smooth):
            expected = model(torch.from_numpy(picture.copy())).numpy()
            (found,) = session.run(None, {"src": picture})
            worst = max(worst, float(np.abs(expected - found).max()))
    return Parity(worst)
