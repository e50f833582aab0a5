"""Running networks: one session protocol over TensorRT, ONNX Runtime and PyTorch."""
