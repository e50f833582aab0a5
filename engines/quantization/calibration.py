"""How far the activations of a network reach."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any

import numpy as np
import torch
from onnxruntime.quantization.calibrate import HistogramCollector
from torch import Tensor, nn

from engines.quantization.example import Example
from engines.quantization.quantized_convolution import Reach

_VALUES = 1 << 19
"""Of an activation, taken at even distances from each example: what a histogram needs, whatever its size."""
_BINS = {"entropy": 2048, "percentile": 4096}
_LEVELS = 128
"""Of magnitude, which int8 tells apart."""
_PERCENTILE = 99.99


class Calibration(Enum):
    """How the reach follows from the histogram of an activation's values.

    ``ENTROPY``: least Kullback-Leibler divergence between the values and the clipped, rounded ones (Migacz,
    "8-bit Inference with TensorRT", GTC 2017). ``PERCENTILE``: all but 0.01 % of the magnitudes.
    """

    ENTROPY = "entropy"
    PERCENTILE = "percentile"


def calibrate(
    network: nn.Module, names: Sequence[str], examples: Iterable[Example], method: Calibration
) -> dict[str, Reach]:
    """The reach of input and output of the convolutions of these names, over all examples.

    Histograms and thresholds are ONNX Runtime's.
    """
    collector = HistogramCollector(method.value, True, _BINS[method.value], _LEVELS, _PERCENTILE, "same")
    hooks = []
    for name in names:

        def watch(_: nn.Module, inputs: Any, output: Tensor, name: str = name) -> None:
            _collect(collector, f"{name}:input", inputs[0])
            _collect(collector, f"{name}:output", output)

        hooks.append(network.get_submodule(name).register_forward_hook(watch))
    try:
        with torch.no_grad():
            for example in examples:
                example.run(network)
    finally:
        for hook in hooks:
            hook.remove()
    with contextlib.redirect_stdout(io.StringIO()):
        found = collector.compute_collection_result()
    reach = {key: max(abs(float(low)), abs(float(high))) for key, (low, high, *_) in found.items()}
    return {name: Reach(reach[f"{name}:input"], reach[f"{name}:output"]) for name in names}


def _collect(collector: HistogramCollector, key: str, activation: Tensor) -> None:
    values = activation.detach().flatten()
    values = values[:: -(-values.numel() // _VALUES)]
    with contextlib.redirect_stdout(io.StringIO()):
        collector.collect({key: np.ascontiguousarray(values.numpy(), np.float32)})
