"""Where hair of one picture would lie on the face of another."""

from __future__ import annotations

from collections import OrderedDict
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from engines.hairfast.labels import LABEL_COUNT, FaceLabel
from engines.hairfast.width import FULL, Width

SIZE = 256
_FREQUENCIES = 10
_CHANNELS = (32, 64, 128, 256, 512, 1024, 2048)
_COARSEST = SIZE >> len(_CHANNELS)


def positional_channels() -> Tensor:
    """Where a pixel is: float32 ``[1,40,256,256]`` on the CPU.

    sin, then cos of 2^k pi (column, row)/256 for k = 0..9. Evaluated in double precision: in single precision
    the highest frequencies are off by 1e-5.
    """
    phase = np.multiply.outer(2.0 ** np.arange(_FREQUENCIES) * np.pi, np.arange(SIZE) / SIZE)
    column = np.broadcast_to(phase[:, None, :], (_FREQUENCIES, SIZE, SIZE))
    row = np.broadcast_to(phase[:, :, None], (_FREQUENCIES, SIZE, SIZE))
    phases = np.stack((column, row), 1).reshape(-1, SIZE, SIZE)
    return torch.from_numpy(np.concatenate((np.sin(phases), np.cos(phases)))[None].astype(np.float32))


class PictureNorm(nn.Module):
    """Normalises a whole feature map at once, then scales and shifts each channel.

    Unlike layer norm: epsilon is added to the standard deviation, which is the unbiased one.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(channels))
        self.beta = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        """``[B,C,H,W]``, the same out."""
        count = x[0].numel()
        centred = x - x.mean((1, 2, 3), keepdim=True)
        variance = centred.square().mean((1, 2, 3), keepdim=True) * (count / (count - 1))
        return centred / (variance.sqrt() + 1e-5) * self.gamma.view(-1, 1, 1) + self.beta.view(-1, 1, 1)


class ConvNorm(nn.Module):
    """Convolution, normalisation, leaky ReLU."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, 1)
        self.norm = PictureNorm(outputs)

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.leaky_relu(self.norm(self.conv(x)), 0.2)


class MaskEncoder(nn.Module):
    """Mask channels ``[B,n,256,256]`` to a code ``[B,size]``."""

    positions: Tensor

    def __init__(self, masks: int, code: int, width: Width) -> None:
        super().__init__()
        self.register_buffer("positions", positional_channels(), persistent=False)
        sizes = (masks + self.positions.shape[1], *(width.channels(full) for full in _CHANNELS))
        self.layers = nn.Sequential(*(ConvNorm(inputs, outputs, 4, 2) for inputs, outputs in pairwise(sizes)))
        self.out_layer = nn.Sequential(OrderedDict(fc=nn.Linear(sizes[-1] * _COARSEST**2, code)))

    def forward(self, masks: Tensor) -> Tensor:
        positions = self.positions.expand(masks.shape[0], -1, -1, -1)
        return self.out_layer(self.layers(torch.cat((masks, positions), 1)).flatten(1))  # type: ignore[no-any-return]


class MaskDecoder(nn.Module):
    """A code ``[B,size]`` to scores ``[B,n,256,256]``."""

    def __init__(self, code: int, masks: int, width: Width) -> None:
        super().__init__()
        coarsest, *rest = (width.channels(full) for full in reversed(_CHANNELS))
        self.in_layer = nn.Sequential(OrderedDict(fc=nn.Linear(code, coarsest * _COARSEST**2)))
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise((coarsest, coarsest, *rest)):
            layers += [nn.Upsample(scale_factor=2.0), ConvNorm(inputs, outputs, 3, 1)]
        self.layers = nn.Sequential(*layers)
        self.out_layer = nn.Sequential(OrderedDict(conv=nn.Conv2d(rest[-1], masks, 3, 1, 1)))

    def forward(self, code: Tensor) -> Tensor:
        coarsest = self.in_layer(code).unflatten(1, (-1, _COARSEST, _COARSEST))
        return self.out_layer(self.layers(coarsest))  # type: ignore[no-any-return]


class MaskGenerator(nn.Module):
    """The shape branch of CtrlHair (Guo et al. 2022): separate codes of hair and face, any pair decoded."""

    def __init__(self, width: Width = FULL) -> None:
        super().__init__()
        hair_code, face_code = width.channels(16), width.channels(1024)
        self.hair_encoder = MaskEncoder(1, hair_code, width)
        self.face_encoder = MaskEncoder(LABEL_COUNT - 1, face_code, width)
        self.hair_decoder = MaskDecoder(face_code + hair_code, 1, width)
        self.face_decoder = MaskDecoder(face_code, LABEL_COUNT - 1, width)

    def encode_hair(self, one_hot: Tensor) -> Tensor:
        """The shape of the hair in ``one_hot`` ``[B,19,256,256]``: ``[B,16]``, the mean of the posterior."""
        hair = one_hot[:, FaceLabel.HAIR : FaceLabel.HAIR + 1]
        return self.hair_encoder(hair)  # type: ignore[no-any-return]

    def encode_face(self, one_hot: Tensor) -> Tensor:
        """Everything but the hair in ``one_hot`` ``[B,19,256,256]``: ``[B,1024]``."""
        face = torch.cat((one_hot[:, : FaceLabel.HAIR], one_hot[:, FaceLabel.HAIR + 1 :]), 1)
        return self.face_encoder(face)  # type: ignore[no-any-return]

    def decode(self, face_code: Tensor, hair_code: Tensor) -> Tensor:
        """Label scores ``[B,19,256,256]`` in pipeline order for codes of two pictures."""
        hair = self.hair_decoder(torch.cat((face_code, hair_code), 1))
        face = self.face_decoder(face_code)
        return torch.cat((face[:, : FaceLabel.HAIR], hair, face[:, FaceLabel.HAIR :]), 1)
