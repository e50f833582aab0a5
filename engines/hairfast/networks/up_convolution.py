"""The generator's up-sampling convolution in forms that export: stretch by two, then smooth.

All forms give the same numbers. The whole of layers 5..7, in multiplications and in milliseconds on two CPU
cores with AVX-512 VNNI (ONNX Runtime, Q/DQ on every convolution; the best of 12 runs on a busy machine):

===============================================  =========  =======  ====
form                                             10⁹ MAC    float32  INT8
===============================================  =========  =======  ====
``transposed``: 3×3 transposed, stride 2         44         364      287
``phases``: 2×2 to 4 C channels, then shuffled   56         421      205
both kernels in one 3×3 to 4 C, then shuffled    88         534      259
===============================================  =========  =======  ====

ONNX Runtime quantises no transposed convolution, and TensorRT's INT8 one has been reported slower than its
float16 one (NVIDIA/TensorRT issue 1699): for INT8 take ``phases``. In floating point ``transposed`` has the
fewest multiplications. The smoothing is bound by memory, not by multiplications, in both.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

FIR = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 4


def depthwise_fir(channels: int) -> Tensor:
    """outer([1, 3, 3, 1], [1, 3, 3, 1]) / 16 for each channel, (channels, 1, 4, 4)."""
    return torch.outer(FIR, FIR).expand(channels, 1, 4, 4).contiguous()


def shared(weight: Tensor, source: nn.Parameter) -> nn.Parameter:
    """``weight``, made from ``source``, as a parameter that is trained where ``source`` is."""
    return nn.Parameter(weight.detach(), requires_grad=source.requires_grad)


def _smooth(channels: int, kernel: Tensor) -> nn.Conv2d:
    smooth = nn.Conv2d(
        channels, channels, kernel.shape[2], padding=1, groups=channels, bias=False, device="meta"
    )
    smooth.weight = nn.Parameter(kernel, requires_grad=False)
    return smooth


def transposed(source: nn.Parameter) -> nn.Sequential:
    """The up-sampling convolution of weight ``source`` (1, out, in, 3, 3) by a transposed convolution."""
    _, channels_out, channels_in = source.shape[:3]
    stretch = nn.ConvTranspose2d(channels_in, channels_out, 3, stride=2, bias=False, device="meta")
    stretch.weight = shared(source[0].transpose(0, 1), source)
    return nn.Sequential(stretch, _smooth(channels_out, depthwise_fir(channels_out)))


def phases(source: nn.Parameter) -> nn.Sequential:
    """The up-sampling convolution of weight ``source`` (1, out, in, 3, 3) by plain convolutions alone.

    Output row 2m + p of the transposed convolution is the sum of W[k] x[m - a] over k = 2a + p: for each of
    the four phases a 2×2 kernel. It leaves a row and a column of zeros at the end, which the smoothing kernel
    reads with a zero tap instead of having them cut off.
    """
    _, channels_out, channels_in = source.shape[:3]
    taps = nn.functional.pad(source[0], (0, 1, 0, 1)).reshape(channels_out, channels_in, 2, 2, 2, 2)
    weight = taps.flip(2, 4).permute(0, 3, 5, 1, 2, 4).reshape(4 * channels_out, channels_in, 2, 2)
    stretch = nn.Conv2d(channels_in, 4 * channels_out, 2, padding=1, bias=False, device="meta")
    stretch.weight = shared(weight, source)
    kernel = nn.functional.pad(depthwise_fir(channels_out), (0, 1, 0, 1))
    return nn.Sequential(stretch, nn.PixelShuffle(2), _smooth(channels_out, kernel))
