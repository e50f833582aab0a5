"""The feature-style encoder: its keys, its average and its export."""

from __future__ import annotations

import pytest
import torch

from engines.hairfast.networks.fs_encoder import FeatureStyleEncoder
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
def network() -> FeatureStyleEncoder:
    made: FeatureStyleEncoder = twin("fs_encoder")
    return made


def test_the_keys_are_the_published_ones_and_the_average() -> None:
    published = published_shapes("FeatureStyleEncoder/143_enc.pth", "")
    assert own_shapes("fs_encoder") == published | {"latent_avg": (18, 512)}


def test_keys_are_those_of_the_authors() -> None:
    norm = {"weight", "bias", "running_mean", "running_var"}
    expected = {"latent_avg", "conv.0.weight", "conv.2.weight"} | {f"conv.1.{name}" for name in norm}
    for stage, blocks in enumerate((3, 4, 14, 3), 1):
        for block in range(blocks):
            at = f"block_{stage}.{block}."
            expected |= {at + "conv1.weight", at + "conv2.weight", at + "prelu.weight"}
            expected |= {f"{at}bn{number}.{name}" for number in (1, 2, 3) for name in norm}
        at = f"block_{stage}.0.downsample."
        expected |= {at + "0.weight"} | {f"{at}1.{name}" for name in norm}
    expected |= {f"content_layer.{number}.weight" for number in (1, 3, 4)}
    expected |= {f"content_layer.{number}.{name}" for number in (0, 2, 5) for name in norm}
    expected |= {f"styles.{row}.{name}" for row in range(18) for name in ("weight", "bias")}
    assert set(own_shapes("fs_encoder")) == expected


def test_styles_are_offsets_from_the_average(network: FeatureStyleEncoder) -> None:
    image = drawn(1, 3, 256, 256)
    styles, content = network(image)
    assert styles.shape == (1, 18, 32)
    assert content.shape == (1, 32, 16, 16)
    shift = drawn(18, 32, seed=1)
    average = network.latent_avg.clone()
    network.latent_avg += shift
    shifted, same = network(image)
    network.latent_avg.copy_(average)
    torch.testing.assert_close(shifted, styles + shift)
    assert torch.equal(content, same)


def test_the_export_computes_the_same(network: FeatureStyleEncoder) -> None:
    image = drawn(1, 3, 256, 256)
    for got, wanted in zip(run_exported(export(network, [image]), [image]), network(image), strict=True):
        assert relative_error(got, wanted) < 1e-5
