"""A network small enough for a test: two inputs, two outputs, one of them labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from engines.runtime.session import Array, TensorSpec

INPUTS = {
    "picture": TensorSpec((1, 3, 8, 8), np.dtype(np.float32)),
    "gain": TensorSpec((1, 4, 1, 1), np.dtype(np.float32)),
}
OUTPUTS = ("features", "labels")


class SmallGraph(nn.Module):
    """A convolution scaled by a vector, and the strongest channel of every pixel."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.conv = nn.Conv2d(3, 4, 3, padding=1)

    def forward(self, picture: Tensor, gain: Tensor) -> tuple[Tensor, Tensor]:
        """Features ``[1,4,8,8]`` and labels ``[1,8,8]``."""
        features = self.conv(picture) * gain
        return features, features.argmax(1).to(torch.uint8)


def export(path: Path) -> Path:
    """The graph as an ONNX file."""
    tensors = tuple(torch.zeros(spec.shape) for spec in INPUTS.values())
    torch.onnx.export(
        SmallGraph().eval(),
        tensors,
        str(path),
        input_names=list(INPUTS),
        output_names=list(OUTPUTS),
        opset_version=17,
        dynamo=False,
    )
    return path


def examples(seed: int = 0) -> dict[str, Array]:
    """Inputs drawn from a seed."""
    rng = np.random.default_rng(seed)
    return {name: rng.standard_normal(spec.shape, np.float32) for name, spec in INPUTS.items()}


def expected(inputs: dict[str, Array]) -> dict[str, Array]:
    """What PyTorch makes of them."""
    with torch.no_grad():
        results = SmallGraph()(*(torch.from_numpy(value) for value in inputs.values()))
    return {name: result.numpy() for name, result in zip(OUTPUTS, results, strict=True)}
