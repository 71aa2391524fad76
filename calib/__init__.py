"""From a float ONNX file to INT8 and FP16 ones: calibration frames, ranges, Q/DQ insertion and the checks on them."""
