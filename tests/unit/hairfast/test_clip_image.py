"""CLIP's image tower, against PyTorch's own operators."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn.functional import adaptive_avg_pool2d

from engines.hairfast.networks.clip_image import HEADS, Attention, ClipImageTower, QuickGelu
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
def tower() -> ClipImageTower:
    made: ClipImageTower = twin("clip")
    return made


def test_pictures_are_pooled_and_normalised_as_clip_was_trained(tower: ClipImageTower) -> None:
    image = drawn(1, 3, 256, 256).clamp(-1, 1)
    pooled = adaptive_avg_pool2d(image, 224) / 2 + 0.5
    mean = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(3, 1, 1)
    deviation = torch.tensor([0.26862954, 0.26130258, 0.27577711]).view(3, 1, 1)
    assert relative_error(tower.prepare(image), (pooled - mean) / deviation) < 2e-6


def test_attention_is_multi_head_attention() -> None:
    torch.manual_seed(0)
    mine = Attention(48).requires_grad_(False)
    theirs = nn.MultiheadAttention(48, HEADS, batch_first=True).requires_grad_(False)
    theirs.load_state_dict(mine.state_dict())
    tokens = drawn(2, 50, 48)
    assert relative_error(mine(tokens), theirs(tokens, tokens, tokens, need_weights=False)[0]) < 2e-6


def test_the_activation_is_clips_own() -> None:
    x = torch.linspace(-4, 4, 9)
    assert torch.allclose(QuickGelu()(x), x / (1 + torch.exp(-1.702 * x)))


def test_every_patch_and_its_place_count(tower: ClipImageTower) -> None:
    image = drawn(1, 3, 256, 256)
    embedding = tower(image)
    assert embedding.shape == (1, 32)
    assert relative_error(tower(image.flip(3)), embedding) > 1e-3


def test_exports_without_attention_operators(tower: ClipImageTower) -> None:
    inputs = (drawn(2, 3, 256, 256),)
    graph = export(tower, inputs)
    assert relative_error(run_exported(graph, inputs)[0], tower(*inputs)) < 1e-5
    kinds = {node.op_type for node in graph.graph.node}
    assert {"MatMul", "Softmax", "LayerNormalization"} <= kinds
    assert not kinds & {"If", "Loop", "NonZero", "Einsum", "Shape"}


def test_takes_the_published_keys() -> None:
    assert own_shapes("clip") == published_shapes("CLIP/clip_vitb32_state_dict.pt", "visual.")
