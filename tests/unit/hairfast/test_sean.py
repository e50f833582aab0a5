"""SEAN, against its normalisation written out pixel by pixel."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm, conv2d, relu

from engines.hairfast.labels import FaceLabel
from engines.hairfast.masks import OneHot
from engines.hairfast.networks.ace import Ace
from engines.hairfast.networks.label_patches import LabelPatches
from engines.hairfast.networks.sean_encoder import SeanEncoder
from engines.hairfast.networks.sean_generator import SeanGenerator
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

CODE = 32


@pytest.fixture(scope="module")
def sean() -> SeanGenerator:
    made: SeanGenerator = twin("sean")
    return made


@pytest.fixture(scope="module")
def one_hot() -> Tensor:
    encoded: Tensor = OneHot()(torch.from_numpy(face_labels(length=0.9))[None])
    return encoded


def conv(layer: nn.Module, x: Tensor) -> Tensor:
    assert isinstance(layer, nn.Conv2d)
    return conv2d(x, layer.weight, layer.bias, padding=1)


def normalised_naively(ace: Ace, x: Tensor, codes: Tensor, labels: Tensor) -> Tensor:
    """One picture (C,H,W), codes (19,D) and labels (H,W): codes spread over the pixels, then convolved."""
    one_hot = nn.functional.one_hot(labels, 19).permute(2, 0, 1)[None].float()
    hidden = relu(conv(ace.Spade.mlp_shared[0], one_hot))
    style = torch.zeros(1, codes.shape[1], *labels.shape)
    for label in torch.unique(labels):
        layer = ace.get_submodule(f"fc_mu{label}")
        style[0, :, labels == label] = relu(layer(codes[label]))[:, None]
    a, b = ace.blending_gamma.sigmoid(), ace.blending_beta.sigmoid()
    gamma = a * conv(ace.conv_gamma, style) + (1 - a) * conv(ace.Spade.mlp_gamma, hidden)
    beta = b * conv(ace.conv_beta, style) + (1 - b) * conv(ace.Spade.mlp_beta, hidden)
    norm = ace.param_free_norm
    return (batch_norm(x[None], norm.running_mean, norm.running_var) * (1 + gamma) + beta)[0]


def test_label_patches_normalise_as_spread_codes_do(sean: SeanGenerator, one_hot: Tensor) -> None:
    ace, reduced = sean.up_0.ace_0, one_hot[:, :, ::8, ::8]
    x, codes = drawn(2, 64, 32, 32), drawn(2, 19, CODE, seed=1)
    got = ace(x, reduced, (codes, LabelPatches()(reduced)))
    for sample in range(2):
        wanted = normalised_naively(ace, x[sample], codes[sample], reduced[0].argmax(0))
        assert relative_error(got[sample], wanted) < 5e-6


def test_a_block_without_styles_takes_the_map_alone(sean: SeanGenerator, one_hot: Tensor) -> None:
    ace, x = sean.up_3.ace_0, drawn(1, 8, 256, 256)
    hidden = relu(conv(ace.Spade.mlp_shared[0], one_hot))
    gamma, beta = conv(ace.Spade.mlp_gamma, hidden), conv(ace.Spade.mlp_beta, hidden)
    norm = ace.param_free_norm
    wanted = batch_norm(x, norm.running_mean, norm.running_var) * (1 + gamma) + beta
    assert relative_error(ace(x, one_hot, None), wanted) < 5e-6


def test_pictures_of_one_batch_are_drawn_as_alone(sean: SeanGenerator, one_hot: Tensor) -> None:
    codes = drawn(2, 19, CODE)
    both = sean.decode(codes, one_hot)
    assert both.shape == (2, 3, 256, 256)
    assert both.abs().max() <= 1
    for sample in range(2):
        alone = sean.decode(codes[sample : sample + 1], one_hot)
        assert relative_error(both[sample : sample + 1], alone) < 1e-5
    assert relative_error(both[:1], both[1:]) > 1e-2


def test_labels_a_picture_does_not_show_take_the_median_code(sean: SeanGenerator, one_hot: Tensor) -> None:
    absent = drawn(1, 19, CODE)
    absent[:, FaceLabel.HAIR] = 0
    median = absent.clone()
    median[:, FaceLabel.HAIR] = sean.median_codes[FaceLabel.HAIR]
    assert torch.equal(sean.decode(absent, one_hot), sean.decode(median, one_hot))
    median[:, FaceLabel.HAIR] = 1e-3
    assert relative_error(sean.decode(absent, one_hot), sean.decode(median, one_hot)) > 1e-3


def test_codes_are_means_over_the_labels_and_zero_where_there_are_none(one_hot: Tensor) -> None:
    features, half = drawn(1, CODE, 128, 128), one_hot[:, :, ::2, ::2]
    codes = SeanEncoder.region_means(features, half)
    labels = half[0].argmax(0)
    assert not codes[0, FaceLabel.HAT].any()
    for label in torch.unique(labels):
        torch.testing.assert_close(codes[0, label], features[0, :, labels == label].mean(1))


def test_a_code_depends_on_its_own_region(sean: SeanGenerator, one_hot: Tensor) -> None:
    image = drawn(1, 3, 256, 256).sigmoid()
    codes = sean.encode(image, one_hot)
    assert codes.shape == (1, 19, CODE)
    features = sean.Zencoder.model(image)
    hair = one_hot[0, FaceLabel.HAIR, ::2, ::2] == 1
    torch.testing.assert_close(codes[0, FaceLabel.HAIR], features[0, :, hair].mean(1), atol=1e-6, rtol=1e-5)


class _Pass(nn.Module):
    def __init__(self, sean: SeanGenerator) -> None:
        super().__init__()
        self.sean = sean

    def forward(self, image: Tensor, one_hot: Tensor) -> Tensor:
        return self.sean.decode(self.sean.encode(image, one_hot.expand(2, -1, -1, -1)), one_hot)


def test_exports_without_looking_at_the_labels(sean: SeanGenerator, one_hot: Tensor) -> None:
    module, inputs = _Pass(sean).eval(), (drawn(2, 3, 256, 256).sigmoid(), one_hot)
    graph = export(module, inputs)
    assert relative_error(run_exported(graph, inputs)[0], module(*inputs)) < 1e-5
    bald: Tensor = OneHot()(torch.from_numpy(face_labels(hair=0))[None])
    inputs = inputs[0], bald
    assert relative_error(run_exported(graph, inputs)[0], module(*inputs)) < 1e-5
    dynamic = {"NonZero", "ScatterND", "ScatterElements", "Loop", "If"}
    assert not {node.op_type for node in graph.graph.node} & dynamic


def test_takes_the_published_keys_with_spectral_norm_folded() -> None:
    folded = {
        key.replace("weight_orig", "weight"): shape
        for key, shape in published_shapes(
            "sean_checkpoints/CelebA-HQ_pretrained/latest_net_G.pth", ""
        ).items()
        if not key.endswith(("noise_var", "weight_u", "weight_v"))
        and ".Spade.param_free_norm." not in key
        and not ("up_3" in key and "blending" in key)
    }
    own = own_shapes("sean")
    assert own.pop("median_codes") == (19, 512)
    assert own == folded
