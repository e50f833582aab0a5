"""The encoder for editing: its keys, its rows and its export."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from engines.hairfast.networks.e4e import E4eEncoder, EqualLinear, ImprovedResidualSE
from tests.unit.hairfast.network_checks import (
    drawn,
    export,
    own_shapes,
    published_shapes,
    relative_error,
    run_exported,
    twin,
)


class FirstRows(nn.Module):
    def __init__(self, network: E4eEncoder, rows: int) -> None:
        super().__init__()
        self.network, self.rows = network, rows

    def forward(self, image: Tensor) -> Tensor:
        codes: Tensor = self.network(image, self.rows)
        return codes


@pytest.fixture(scope="module")
def network() -> E4eEncoder:
    made: E4eEncoder = twin("e4e")
    return made


@pytest.fixture(scope="module")
def image() -> Tensor:
    return drawn(1, 3, 256, 256)


def test_the_keys_are_the_published_ones_and_the_average() -> None:
    published = published_shapes("encoder4editing/e4e_ffhq_encode.pt", "state_dict/encoder.")
    assert own_shapes("e4e") == published | {"latent_avg": (18, 512)}


def test_keys_are_those_of_the_authors() -> None:
    norm = {"weight", "bias", "running_mean", "running_var"}
    expected = {"latent_avg", "input_layer.0.weight", "input_layer.2.weight"}
    expected |= {f"input_layer.1.{name}" for name in norm}
    for unit in range(24):
        at = f"body.{unit}.res_layer."
        expected |= {at + f"{number}.weight" for number in (1, 2, 3)}
        expected |= {f"{at}{number}.{name}" for number in (0, 4) for name in norm}
        expected |= {at + "5.fc1.weight", at + "5.fc2.weight"}
    for unit in (3, 7, 21):
        at = f"body.{unit}.shortcut_layer."
        expected |= {at + "0.weight"} | {f"{at}1.{name}" for name in norm}
    layers = ["latlayer1", "latlayer2"]
    for row in range(18):
        halvings = 4 if row < 3 else 5 if row < 7 else 6
        layers += [f"styles.{row}.linear", *(f"styles.{row}.convs.{2 * step}" for step in range(halvings))]
    expected |= {f"{layer}.{name}" for layer in layers for name in ("weight", "bias")}
    assert set(own_shapes("e4e")) == expected


@pytest.mark.parametrize("rows", [1, 3, 4, 7, 8])
def test_fewer_rows_are_the_first_ones_bit_for_bit(network: E4eEncoder, image: Tensor, rows: int) -> None:
    codes = network(image)
    assert codes.shape == (1, 18, 32)
    assert torch.equal(network(image, rows), codes[:, :rows])


def test_every_row_is_the_first_one_and_an_offset(network: E4eEncoder, image: Tensor) -> None:
    outputs = []
    hooks = [
        head.register_forward_hook(lambda _module, _inputs, output: outputs.append(output))
        for head in network.styles
    ]
    codes = network(image) - network.latent_avg
    for hook in hooks:
        hook.remove()
    torch.testing.assert_close(codes[:, 0], outputs[0])
    for row in range(1, 18):
        torch.testing.assert_close(codes[:, row], outputs[0] + outputs[row])


def test_the_pyramid_joins_three_sizes(network: E4eEncoder, image: Tensor) -> None:
    seen: dict[str, Tensor] = {}
    hooks = [
        network.body[unit].register_forward_hook(
            lambda _module, _inputs, output, unit=unit: seen.update({f"unit{unit}": output})
        )
        for unit in (6, 20, 23)
    ] + [
        network.styles[row].register_forward_pre_hook(
            lambda _module, inputs, row=row: seen.update({f"row{row}": inputs[0]})
        )
        for row in range(18)
    ]
    network(image)
    for hook in hooks:
        hook.remove()
    middle = interpolate(seen["unit23"], size=32, mode="bilinear", align_corners=True)
    middle = middle + network.latlayer1(seen["unit20"])
    fine = interpolate(middle, size=64, mode="bilinear", align_corners=True)
    fine = fine + network.latlayer2(seen["unit6"])
    for row in range(18):
        expected = seen["unit23"] if row < 3 else middle if row < 7 else fine
        torch.testing.assert_close(seen[f"row{row}"], expected, atol=1e-5, rtol=1e-5)


def test_a_halving_unit_that_keeps_its_channels_adds_every_second_pixel() -> None:
    unit = ImprovedResidualSE(4, 4, 4, 2).eval()
    for layer in unit.res_layer:
        if isinstance(layer, nn.Conv2d):
            nn.init.zeros_(layer.weight)
    x = drawn(1, 4, 8, 8)
    torch.testing.assert_close(unit(x), x[:, :, ::2, ::2])


def test_stored_linear_weights_have_unit_variance() -> None:
    layer = EqualLinear(16, 2, bias=False)
    x = drawn(3, 16)
    torch.testing.assert_close(layer(x), x @ layer.weight.T / 4)


@pytest.mark.parametrize("rows", [7, 18])
def test_the_export_computes_the_same_and_holds_only_its_rows(
    network: E4eEncoder, image: Tensor, rows: int
) -> None:
    module = FirstRows(network, rows).eval()
    graph = export(module, [image])
    assert relative_error(run_exported(graph, [image])[0], module(image)) < 1e-5
    assert sum(node.op_type == "Gemm" for node in graph.graph.node) == rows
