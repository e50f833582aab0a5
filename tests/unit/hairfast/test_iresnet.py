"""The trunk that both style encoders share."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn.functional import adaptive_avg_pool2d

from engines.hairfast.networks.iresnet import IBasicBlock, IResNetEncoder, content_layer
from engines.hairfast.width import TWIN
from tests.unit.hairfast.network_checks import drawn


def encoder(content_after: int, stride: int) -> IResNetEncoder:
    torch.manual_seed(1)
    inputs = TWIN.channels(32 << content_after)
    return (
        IResNetEncoder(content_layer(inputs, stride, TWIN), content_after, TWIN).eval().requires_grad_(False)
    )


def test_a_block_adds_its_residual_to_what_it_was_given() -> None:
    block = IBasicBlock(4, 4).eval()
    nn.init.zeros_(block.bn3.weight)
    x = drawn(1, 4, 8, 8)
    torch.testing.assert_close(block(x), x)


@pytest.mark.parametrize(("inputs", "outputs", "stride"), [(4, 8, 1), (4, 4, 2), (4, 8, 2)])
def test_a_block_that_changes_channels_or_size_projects_its_input(
    inputs: int, outputs: int, stride: int
) -> None:
    block = IBasicBlock(inputs, outputs, stride).eval()
    nn.init.zeros_(block.bn3.weight)
    x = drawn(1, inputs, 8, 8)
    assert block(x).shape == (1, outputs, 8 // stride, 8 // stride)
    torch.testing.assert_close(block(x), block.downsample(x))


@pytest.mark.parametrize(("content_after", "stride", "size"), [(3, 2, 16), (2, 1, 64)])
def test_content_leaves_after_the_stage_asked_for(content_after: int, stride: int, size: int) -> None:
    network = encoder(content_after, stride)
    styles, content = network(drawn(2, 3, 256, 256))
    assert styles.shape == (2, 18, 32)
    assert content.shape == (2, 32, size, size)


def test_styles_are_linear_in_every_stage_averaged_to_three_by_three() -> None:
    network = encoder(3, 2)
    stages = []
    for block in (network.block_1, network.block_2, network.block_3, network.block_4):
        block.register_forward_hook(lambda _module, _inputs, output: stages.append(output))
    styles, _ = network(drawn(1, 3, 256, 256))
    described = torch.cat([adaptive_avg_pool2d(stage, 3) for stage in stages], 1).flatten(1)
    for row, head in enumerate(network.styles):
        torch.testing.assert_close(styles[:, row], head(described))
