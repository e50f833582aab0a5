"""What can run a network."""

from __future__ import annotations

from enum import Enum


class Backend(Enum):
    """A runtime on a device. The value is what the command line and tables call it."""

    TENSORRT = "tensorrt"
    ORT_TENSORRT = "onnxruntime-tensorrt"
    ORT_CUDA = "onnxruntime-cuda"
    TORCH_CUDA = "torch-cuda"
    ORT_CPU = "onnxruntime-cpu"
    TORCH_CPU = "torch-cpu"

    @property
    def on_gpu(self) -> bool:
        """Whether it needs an NVIDIA GPU."""
        return self not in (Backend.ORT_CPU, Backend.TORCH_CPU)

    @property
    def runs_onnx(self) -> bool:
        """Whether it runs an ONNX file (else a PyTorch module)."""
        return self not in (Backend.TORCH_CUDA, Backend.TORCH_CPU)


class Precision(Enum):
    """What a network calculates in. Inputs and outputs keep the element types of its graph.

    ``INT8`` is for graphs with QuantizeLinear and DequantizeLinear nodes; what lies outside them is fp16
    on a GPU and fp32 on a CPU.
    """

    FP32 = "fp32"
    FP16 = "fp16"
    INT8 = "int8"
