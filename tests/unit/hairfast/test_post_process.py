"""The post-process network."""

from __future__ import annotations

import pytest
import torch

from engines.hairfast.networks.post_process import PostProcess
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
def post_process() -> PostProcess:
    made: PostProcess = twin("post_process")
    return made


def test_both_pictures_are_read_by_the_same_encoder(post_process: PostProcess) -> None:
    face, blend = drawn(1, 3, 256, 256), drawn(1, 3, 256, 256, seed=1)
    style_face, feature_face = post_process.encoder_face(face)
    style_blend, feature_blend = post_process.encoder_face(blend)
    assert style_face.shape == (1, 18, 32)
    assert feature_face.shape == (1, 32, 64, 64)
    wanted = post_process.fuse(style_face, feature_face, style_blend, feature_blend)
    for mine, theirs in zip(post_process(face, blend), wanted, strict=True):
        assert relative_error(mine, theirs) < 5e-6


def test_the_latent_starts_from_the_average_and_takes_a_tenth_of_both_directions(
    post_process: PostProcess,
) -> None:
    face, blend = drawn(1, 18, 32), drawn(1, 18, 32, seed=1)
    features = drawn(1, 32, 64, 64)
    latent, feature = post_process.fuse(face, features, blend, features)
    change = post_process.to_latent_1(face, blend) + post_process.to_latent_2(blend, face)
    torch.testing.assert_close((latent - post_process.latent_avg) * 10, change, rtol=1e-4, atol=1e-5)
    assert feature.shape == (1, 32, 64, 64)


def test_the_faces_features_come_first(post_process: PostProcess) -> None:
    style = drawn(1, 18, 32)
    left, right = drawn(1, 32, 64, 64), drawn(1, 32, 64, 64, seed=1)
    _, feature = post_process.fuse(style, left, style, right)
    wanted = post_process.to_feature(torch.cat([left, right], 1))
    assert relative_error(feature, wanted) < 1e-6
    assert relative_error(feature, post_process.to_feature(torch.cat([right, left], 1))) > 1e-2


def test_exports(post_process: PostProcess) -> None:
    inputs = (drawn(1, 3, 256, 256), drawn(1, 3, 256, 256, seed=1))
    for mine, theirs in zip(
        run_exported(export(post_process, inputs), inputs), post_process(*inputs), strict=True
    ):
        assert relative_error(mine, theirs) < 1e-5


def test_takes_the_published_keys() -> None:
    published = published_shapes("PostProcess/pp_model.pth", "model_state_dict/")
    published |= published_shapes("PostProcess/latent_avg.pt", "")
    assert own_shapes("post_process") == published
