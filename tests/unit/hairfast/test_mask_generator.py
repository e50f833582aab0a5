"""The mask generator."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engines.hairfast.masks import OneHot
from engines.hairfast.networks.mask_generator import MaskGenerator, PictureNorm, positional_channels
from tests.unit.hairfast.drawn_labels import face_labels
from tests.unit.hairfast.network_checks import (
    drawn,
    export,
    own_shapes,
    published_shapes,
    relative_error,
    run_exported,
    twin,
)


@pytest.fixture(scope="module")
def generator() -> MaskGenerator:
    made: MaskGenerator = twin("mask_generator")
    return made


def one_hot(hair: float = 1.0, length: float = 0.5) -> Tensor:
    encoded: Tensor = OneHot()(torch.from_numpy(face_labels(hair, length))[None])
    return encoded


def test_positions_are_waves_along_both_axes() -> None:
    positions = positional_channels()
    assert positions.shape == (1, 40, 256, 256)
    row, column = 37, 201
    for k in range(10):
        for axis, place in enumerate((column, row)):
            phase = 2**k * pi * place / 256
            assert positions[0, 2 * k + axis, row, column].item() == pytest.approx(sin(phase), abs=1e-7)
            assert positions[0, 20 + 2 * k + axis, row, column].item() == pytest.approx(cos(phase), abs=1e-7)


def test_norm_takes_the_unbiased_deviation_of_the_whole_picture() -> None:
    norm, x = PictureNorm(4), 3 + 0.01 * drawn(2, 4, 2, 2)
    nn.init.normal_(norm.gamma)
    nn.init.normal_(norm.beta)
    for given, got in zip(x.numpy(), norm(x).detach().numpy(), strict=True):
        normal = (given - given.mean()) / (given.std(ddof=1) + 1e-5)
        gamma, beta = norm.gamma.detach().numpy(), norm.beta.detach().numpy()
        wanted = normal * gamma[:, None, None] + beta[:, None, None]
        np.testing.assert_allclose(got, wanted, rtol=2e-4, atol=2e-4)
        biased = (given - given.mean()) / (given.std() + 1e-5) * gamma[:, None, None] + beta[:, None, None]
        assert np.abs(got - biased).max() > 1e-2


def test_the_face_code_does_not_see_the_hair_nor_the_hair_code_the_face(generator: MaskGenerator) -> None:
    bald = one_hot()
    bald[:, 13] = 0
    assert torch.equal(generator.encode_face(bald), generator.encode_face(one_hot()))
    assert not torch.equal(generator.encode_hair(bald), generator.encode_hair(one_hot()))
    faceless = one_hot()
    faceless[:, 1:13] = 0
    assert torch.equal(generator.encode_hair(faceless), generator.encode_hair(one_hot()))
    assert not torch.equal(generator.encode_face(faceless), generator.encode_face(one_hot()))


def test_another_hair_code_changes_the_hair_only(generator: MaskGenerator) -> None:
    face = generator.encode_face(one_hot())
    short, long = (
        generator.decode(face, generator.encode_hair(one_hot(length=length))) for length in (0.5, 0.9)
    )
    same = [label for label in range(19) if torch.equal(short[:, label], long[:, label])]
    assert short.shape == (1, 19, 256, 256)
    assert same == [label for label in range(19) if label != 13]


class _Pass(nn.Module):
    def __init__(self, generator: MaskGenerator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, face: Tensor, hair: Tensor) -> Tensor:
        return self.generator.decode(self.generator.encode_face(face), self.generator.encode_hair(hair))


def test_exports(generator: MaskGenerator) -> None:
    inputs = one_hot(), one_hot(length=0.9)
    module = _Pass(generator).eval()
    assert relative_error(run_exported(export(module, inputs), inputs)[0], module(*inputs)) < 1e-5


def test_takes_the_published_keys() -> None:
    published = published_shapes("ShapeAdaptor/mask_generator.pth", "")
    deviations = {key for key in published if ".std_out_layer." in key}
    assert own_shapes("mask_generator") == {k: v for k, v in published.items() if k not in deviations}
    assert len(deviations) == 2
