"""The generator by ranges of layers, against the modulated convolution written out sample by sample."""

from __future__ import annotations

from math import sqrt

import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv2d, conv_transpose2d, leaky_relu, linear, pad

from engines.hairfast.generator_layer import vector_lengths, vector_names
from engines.hairfast.networks.generator import Generator
from engines.hairfast.networks.style_vectors import StyleVectors
from engines.hairfast.networks.styled_convolution import ModulatedConvolution
from engines.hairfast.networks.synthesis_range import SynthesisRange
from engines.hairfast.networks.up_convolution import phases
from engines.hairfast.width import TWIN
from tests.unit.hairfast.network_checks import (
    drawn,
    export,
    own_shapes,
    published_shapes,
    relative_error,
    run_exported,
    twin,
)

KERNEL = torch.outer(torch.tensor([1.0, 3.0, 3.0, 1.0]), torch.tensor([1.0, 3.0, 3.0, 1.0])) / 16


@pytest.fixture(scope="module")
def generator() -> Generator:
    made: Generator = twin("generator")
    return made


@pytest.fixture(scope="module")
def latent() -> Tensor:
    return drawn(2, 18, 32)


def draw(
    generator: Generator,
    latent: Tensor,
    first: int,
    last: int,
    features: Tensor | None,
    normalise: bool = False,
) -> tuple[Tensor, Tensor]:
    vectors = StyleVectors(generator, first, last, normalise)(latent)
    result: tuple[Tensor, Tensor] = SynthesisRange(generator, first, last)(features, *vectors)
    return result


def modulated_weight(convolution: ModulatedConvolution, row: Tensor, demodulate: bool) -> Tensor:
    """The weight that one sample's style makes: StyleGAN2's definition."""
    affine, weight = convolution.modulation, convolution.weight[0]
    style = linear(row, affine.weight / sqrt(row.numel()), affine.bias)
    weight = weight / sqrt(weight[0].numel()) * style[None, :, None, None]
    return weight * (weight.square().sum((1, 2, 3), keepdim=True) + 1e-8).rsqrt() if demodulate else weight


def zero_stuffed(x: Tensor) -> Tensor:
    """``x`` with a zero after every row and column."""
    stuffed = x.new_zeros(*x.shape[:2], 2 * x.shape[2], 2 * x.shape[3])
    stuffed[:, :, ::2, ::2] = x
    return stuffed


def filtered(x: Tensor, borders: tuple[int, int, int, int]) -> Tensor:
    channels = x.shape[1]
    return conv2d(pad(x, borders), KERNEL.expand(channels, 1, 4, 4), groups=channels)


def draw_naively(
    generator: Generator, latent: Tensor, first: int, last: int, x: Tensor
) -> tuple[Tensor, Tensor]:
    """Layers first..last for one latent (18, 32), as the paper has them."""
    rgb = None
    for index in range(first, last + 1):
        rows = [0, 1] if index == 0 else [2 * index - 1, 2 * index, 2 * index + 1]
        noises = generator.noise(index)
        for number, styled in enumerate(generator.styled(index)):
            weight = modulated_weight(styled.conv, latent[rows[number]], demodulate=True)
            if index and number == 0:
                x = filtered(conv_transpose2d(x, weight.transpose(0, 1), stride=2), (1, 1, 1, 1))
            else:
                x = conv2d(x, weight, padding=1)
            x = x + styled.noise.weight * noises[number]
            x = leaky_relu(x + styled.activate.bias[None, :, None, None], 0.2) * sqrt(2)
        to_rgb = generator.to_rgb(index)
        own = conv2d(x, modulated_weight(to_rgb.conv, latent[rows[-1]], demodulate=False)) + to_rgb.bias
        rgb = own if rgb is None else own + filtered(zero_stuffed(rgb), (2, 1, 2, 1))
    assert rgb is not None
    return x, rgb


@pytest.mark.parametrize(("first", "last"), [(0, 3), (3, 3), (5, 7)])
def test_plain_weights_draw_what_modulated_weights_draw(
    generator: Generator, latent: Tensor, first: int, last: int
) -> None:
    pixels = 4 << max(first - 1, 0)
    given = drawn(2, 32, pixels, pixels)
    got = draw(generator, latent, first, last, given if first else None)
    for sample in range(2):
        start = given[sample : sample + 1] if first else generator.input.input
        wanted = draw_naively(generator, latent[sample], first, last, start)
        for mine, theirs in zip(got, wanted, strict=True):
            assert relative_error(mine[sample : sample + 1], theirs) < 5e-6


def test_up_sampling_by_plain_convolutions_draws_the_same_and_exports(
    generator: Generator, latent: Tensor
) -> None:
    inputs = (drawn(1, 32, 64, 64), *StyleVectors(generator, 5, 7)(latent[:1]))
    network = SynthesisRange(generator, 5, 7, up=phases)
    graph = export(network, inputs)
    assert [node.op_type for node in graph.graph.node].count("ConvTranspose") == 2, "those of the RGB picture"
    wanted = SynthesisRange(generator, 5, 7)(*inputs)
    for got in (network(*inputs), run_exported(graph, inputs)):
        for mine, theirs in zip(got, wanted, strict=True):
            assert relative_error(mine, theirs) < 5e-6


def test_normalised_styles_draw_the_same(generator: Generator, latent: Tensor) -> None:
    features = drawn(2, 32, 64, 64)
    for mine, plain in zip(
        draw(generator, latent, 5, 6, features, normalise=True),
        draw(generator, latent, 5, 6, features),
        strict=True,
    ):
        assert relative_error(mine, plain) < 5e-6
    for name, vector in zip(vector_names(5, 6), StyleVectors(generator, 5, 6, True)(latent), strict=True):
        if "_s" in name:
            fan_in = 9 * vector.shape[1]
            torch.testing.assert_close(vector.abs().amax(1), torch.full((2,), fan_in**-0.5))


def test_ranges_continue_each_other(generator: Generator, latent: Tensor) -> None:
    features, coarse = draw(generator, latent, 0, 3, None)
    continued, fine = draw(generator, latent, 4, 6, features)
    whole, rgb = draw(generator, latent, 0, 6, None)
    assert relative_error(continued, whole) < 1e-6
    for _ in range(3):
        coarse = filtered(zero_stuffed(coarse), (2, 1, 2, 1))
    assert relative_error(fine + coarse, rgb) < 1e-6
    assert relative_error(fine, rgb) > 1e-2


def test_noise_is_the_same_in_every_call_and_can_be_left_out(generator: Generator, latent: Tensor) -> None:
    vectors = StyleVectors(generator, 0, 3)(latent)
    features, _ = SynthesisRange(generator, 0, 3)(None, *vectors)
    again, _ = SynthesisRange(generator, 0, 3)(None, *vectors)
    without, _ = SynthesisRange(generator, 0, 3, noise=False)(None, *vectors)
    assert torch.equal(features, again)
    assert relative_error(without, features) > 1e-3


def test_vectors_are_named_and_sized_in_the_order_they_are_taken(
    generator: Generator, latent: Tensor
) -> None:
    names = [f"layer5_{kind}" for kind in ("s1", "d1", "s2", "d2", "rgb")]
    assert vector_names(5, 5) == tuple(names)
    assert vector_names(0, 0) == ("layer0_s1", "layer0_d1", "layer0_rgb")
    assert list(vector_lengths(5, 5).values()) == [512, 256, 256, 256, 256]
    made = StyleVectors(generator, 0, 8)(latent)
    assert [vector.shape[1] for vector in made] == list(vector_lengths(0, 8, TWIN).values())


def test_the_range_of_every_frame_exports_to_convolutions_alone(generator: Generator, latent: Tensor) -> None:
    inputs = (drawn(1, 32, 64, 64), *StyleVectors(generator, 5, 7)(latent[:1]))
    network = SynthesisRange(generator, 5, 7)
    graph = export(network, inputs)
    allowed = {"Conv", "ConvTranspose", "Mul", "Add", "LeakyRelu", "Unsqueeze", "Constant", "Identity"}
    assert {node.op_type for node in graph.graph.node} <= allowed
    for mine, theirs in zip(run_exported(graph, inputs), network(*inputs), strict=True):
        assert relative_error(mine, theirs) < 1e-5


def test_style_vectors_export(generator: Generator, latent: Tensor) -> None:
    network = StyleVectors(generator, 4, 8, normalise=True)
    for mine, theirs in zip(
        run_exported(export(network, (latent,)), (latent,)), network(latent), strict=True
    ):
        assert relative_error(mine, theirs) < 1e-5


def test_takes_the_published_keys() -> None:
    assert own_shapes("generator") == published_shapes("StyleGAN/ffhq.pt", "g_ema/")
