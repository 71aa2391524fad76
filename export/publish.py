"""Command line: `python -m export.publish WEIGHTS`, make trained weights the ones that ship (for maintainers).

Copies the safetensors to `ppid/shipped/` and writes the packaged bundle of the runtime from them: the student's FP32 ONNX
of free size, which for `edge` is the default engine, and what `export.build_engine` starts from without PyTorch.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path

import onnx
import onnxsim

from export import graph
from export.engines import build
from export.from_torch import export_onnx
from ppid.errors import UserError as TrainingError
from runtime import bundle as bundles
from runtime.bundle import Manifest
from runtime.errors import UserError, run_command

SHIPPED = Path(__file__).parents[1] / "ppid" / "shipped"


def main() -> None:
    """Parse and publish."""
    parser = argparse.ArgumentParser(
        prog="python -m export.publish", description="Make trained weights the ones that ship."
    )
    parser.add_argument("weights", type=Path, help="safetensors of ppid.train")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ppid-publish-") as temporary:
        path = Path(temporary) / "model.onnx"
        try:
            parity = export_onnx(arguments.weights, path)
        except TrainingError as error:
            raise UserError(str(error)) from None
        print(f"ONNX against PyTorch: {asdict(parity)}")
        if not parity.ok:
            raise RuntimeError("the exported graph does not compute what the model does")
        model = onnx.load(path)
        properties = graph.properties(model)
        model, _ = onnxsim.simplify(model)
        graph.annotate(model, properties)
        onnx.save(model, path)
        engine = build("openvino", path, Path(temporary))
        manifest = Manifest(
            model=properties["model"],
            target="openvino",
            precision="fp32",
            width=512,
            height=288,
            engine=path.name,
            weights_digest=properties["weights_digest"],
            builder=engine.builder,
            built_at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
            free_size=True,
        )
        bundle = bundles.write(bundles.packaged(manifest.model), manifest, {path.name: path})
    SHIPPED.mkdir(exist_ok=True)
    shipped = SHIPPED / f"{manifest.model}.safetensors"
    if arguments.weights.resolve() != shipped.resolve():
        shutil.copyfile(arguments.weights, shipped)
    print(f"wrote {shipped} and {bundle.path}, weights {manifest.weights_digest[:12]}")


if __name__ == "__main__":
    run_command(main)
