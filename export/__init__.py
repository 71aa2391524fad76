"""From trained weights to an engine bundle: ONNX, precision, builders, verification."""
