"""FP16 inside, the same inputs and outputs outside: for engines that take precision from the graph alone."""

from __future__ import annotations

from pathlib import Path

from calib.graph import check_opset, copy_metadata, load_model, require, save_model


def to_fp16(model_path: Path, output_path: Path) -> None:
    """Write an FP16 copy of an FP32 or a Q/DQ model; float inputs and outputs stay FP32 behind casts.

    Quantise before, not after: Q/DQ is put into FP32 graphs.

    Args:
        model_path: ONNX, opset 19 or newer (FP16 scales are not legal before).
        output_path: where to; replaced only by a complete and checked file.

    Raises:
        UserError: the model cannot be read or is too old, or the output cannot be written.
    """
    source = load_model(model_path)
    check_opset(source)
    require("onnxruntime")
    from onnxruntime.transformers.float16 import convert_float_to_float16
    from onnxruntime.transformers.onnx_model import OnnxModel

    # Types noted in the file are converted too, even those of constants that stay FP32: let them be found anew.
    del source.graph.value_info[:]
    converted = OnnxModel(convert_float_to_float16(source, keep_io_types=True))
    # The converter puts its casts at the end of the list; ONNX wants producers before their users.
    converted.topological_sort()
    copy_metadata(load_model(model_path), converted.model)
    save_model(converted.model, output_path)
