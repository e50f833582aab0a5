"""Networks with synthetic weights behave like trained ones where speed and precision are concerned."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
import torch
from torch import Tensor

from engines.hairfast.generator_layer import LAYER_COUNT
from engines.hairfast.labels import LABEL_COUNT
from engines.hairfast.network_catalogue import NETWORKS, expected_state
from engines.hairfast.network_store import NetworkStore
from engines.hairfast.networks.style_vectors import StyleVectors
from engines.hairfast.networks.synthesis_range import SynthesisRange
from engines.hairfast.weights.synthetic import synthetic_state
from engines.hairfast.width import FULL, TWIN

CODE = TWIN.channels(512)


def picture(size: int) -> Tensor:
    return torch.rand(1, 3, size, size) * 2 - 1


def rows(count: int) -> Tensor:
    return torch.randn(1, count, CODE) * 0.5


def one_hot() -> Tensor:
    labels = torch.arange(256).div(14, rounding_mode="floor").expand(1, 1, 256, 256)
    return (labels == torch.arange(LABEL_COUNT).view(1, -1, 1, 1)).float()


def generate(generator: Any) -> Iterable[Tensor]:
    vectors = StyleVectors(generator, 0, LAYER_COUNT - 1)(rows(18))
    features, rgb = SynthesisRange(generator, 0, LAYER_COUNT - 1)(None, *vectors)
    return features, rgb


def draw_labels(network: Any) -> Iterable[Tensor]:
    face, hair = network.encode_face(one_hot()), network.encode_hair(one_hot())
    return face, hair, network.decode(face, hair)


def redraw(network: Any) -> Iterable[Tensor]:
    codes = network.encode(picture(256), one_hot())
    return codes, network.decode(codes, one_hot())


RUNS: dict[str, Callable[[Any], Iterable[Tensor]]] = {
    "generator": generate,
    "face_parser": lambda network: [network(picture(256))],
    "fs_encoder": lambda network: network(picture(256)),
    "e4e": lambda network: network(picture(256)),
    "rotate": lambda network: network(rows(6), rows(6)),
    "mask_generator": draw_labels,
    "sean": redraw,
    "clip": lambda network: network(picture(256)),
    "blending": lambda network: network(rows(12), rows(12), rows(1)[:, 0], rows(1)[:, 0]),
    "post_process": lambda network: network(picture(256), picture(256)),
}


@pytest.mark.parametrize("name", NETWORKS)
@torch.inference_mode()
def test_activations_stay_of_the_order_of_one(name: str) -> None:
    torch.manual_seed(0)
    network = NetworkStore(lambda asked: synthetic_state(asked, TWIN), TWIN).get(name)
    for output in RUNS[name](network):
        assert torch.isfinite(output).all()
        assert 0.02 < output.std() < 20
        assert output.abs().max() < 200


def test_a_seed_gives_the_same_weights_and_another_seed_others() -> None:
    first, again = synthetic_state("rotate", TWIN, 3), synthetic_state("rotate", TWIN, 3)
    other = synthetic_state("rotate", TWIN, 4)
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert not any(torch.equal(first[key], other[key]) for key in first)


def test_they_fit_the_full_networks_too() -> None:
    state, wanted = synthetic_state("rotate"), expected_state("rotate", FULL)
    assert {key: value.shape for key, value in state.items()} == {
        key: value.shape for key, value in wanted.items()
    }


def test_noise_is_not_switched_off() -> None:
    state = synthetic_state("generator", TWIN)
    assert all(state[key].abs() > 0 for key in state if key.endswith("noise.weight"))
