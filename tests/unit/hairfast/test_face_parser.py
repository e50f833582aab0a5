"""The face parser: its keys, its labels and its export."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
import torch
from torch.nn.functional import interpolate

from engines.hairfast.labels import LABEL_COUNT, PARSER_LABELS, FaceLabel
from engines.hairfast.network_catalogue import build_network
from engines.hairfast.networks.face_parser import AttentionRefinement, FaceParser, LabelMap
from engines.hairfast.networks.resampling import BicubicDownSample, MatrixResample, bilinear_matrix
from tests.unit.hairfast.network_checks import (
    ORACLE,
    drawn,
    export,
    own_shapes,
    published_shapes,
    relative_error,
    run_exported,
    twin,
)


@pytest.fixture(scope="module")
def parser() -> FaceParser:
    made: FaceParser = twin("face_parser")
    return made


def test_channels_mean_what_the_table_says() -> None:
    assert PARSER_LABELS == (0, 1, 6, 7, 4, 5, 3, 8, 9, 15, 2, 10, 11, 12, 17, 16, 18, 13, 14)
    assert PARSER_LABELS[17] is FaceLabel.HAIR
    assert sorted(PARSER_LABELS) == list(range(LABEL_COUNT))


def test_every_published_key_but_those_of_the_training_heads_is_used() -> None:
    published = published_shapes("BiSeNet/face_parsing_79999_iter.pth", "")
    assert own_shapes("face_parser") == {
        key: shape for key, shape in published.items() if not re.match("conv_out(16|32)", key)
    }


def test_keys_are_those_of_the_authors() -> None:
    norm = {"weight", "bias", "running_mean", "running_var"}
    resnet = {"conv1.weight"} | {f"bn1.{name}" for name in norm}
    for layer in (1, 2, 3, 4):
        for block in (0, 1):
            at = f"layer{layer}.{block}."
            resnet |= {at + "conv1.weight", at + "conv2.weight"}
            resnet |= {f"{at}bn{number}.{name}" for number in (1, 2) for name in norm}
            if layer > 1 and block == 0:
                resnet |= {at + "downsample.0.weight"} | {f"{at}downsample.1.{name}" for name in norm}
    expected = {"cp.resnet." + key for key in resnet}
    expected |= {"ffm.conv1.weight", "ffm.conv2.weight", "conv_out.conv_out.weight"}
    for arm in ("cp.arm16.", "cp.arm32."):
        expected |= {arm + "conv_atten.weight"} | {f"{arm}bn_atten.{name}" for name in norm}
    heads = ("conv_head16", "conv_head32", "conv_avg", "arm16.conv", "arm32.conv")
    for block_name in (*(f"cp.{name}" for name in heads), "ffm.convblk", "conv_out.conv"):
        expected |= {f"{block_name}.conv.weight"} | {f"{block_name}.bn.{name}" for name in norm}
    assert set(own_shapes("face_parser")) == expected


@pytest.mark.parametrize("size", [256, 512])
def test_every_eighth_pixel_has_a_score_for_each_label(parser: FaceParser, size: int) -> None:
    assert parser(drawn(1, 3, size, size)).shape == (1, 19, size // 8, size // 8)


def test_attention_weighs_whole_channels() -> None:
    torch.manual_seed(1)
    refine = AttentionRefinement(6, 4).eval()
    x = drawn(1, 6, 8, 8)
    ratio = refine(x) / refine.conv(x)
    for channel in ratio[0]:
        present = channel[channel.isfinite()]
        assert 0 < present[0] < 1
        torch.testing.assert_close(present, present[0].expand_as(present))


@pytest.mark.parametrize(("size", "stride"), [(512, 2), (1024, 4)])
def test_the_label_map_is_the_strongest_label_of_every_nth_pixel(size: int, stride: int) -> None:
    scores = drawn(1, 19, size // 8, size // 8)
    pixels = interpolate(scores.double(), (size, size), mode="bilinear", align_corners=True)
    expected = torch.tensor(PARSER_LABELS)[pixels.argmax(1)][:, None, ::stride, ::stride]
    got = LabelMap(size, stride)(scores)
    assert got.shape == (1, 1, 256, 256)
    assert (got != expected).float().mean() < 1e-4


def test_the_photo_and_its_labels_export(parser: FaceParser) -> None:
    image = drawn(1, 3, 256, 256).sigmoid()
    scores = parser(image)
    assert relative_error(run_exported(export(parser, [image]), [image])[0], scores) < 1e-5
    labels = LabelMap(256, 1)
    assert (run_exported(export(labels, [scores]), [scores])[0] == labels(scores).numpy()).all()


def test_photos_are_parsed_as_by_the_authors(monkeypatch: pytest.MonkeyPatch) -> None:
    if not ORACLE.is_dir():
        pytest.skip(f"the parity data is not there: {ORACLE}")
    monkeypatch.syspath_prepend(str(ORACLE))
    check_stage, checkpoints = import_module("check_stage"), import_module("make_checkpoints")
    state = checkpoints.state_dict(1, "BiSeNet/face_parsing_79999_iter.pth")
    parser = build_network("face_parser").eval().requires_grad_(False)
    parser.load_state_dict({key: state[key] for key in state if not re.match("conv_out(16|32)", key)})
    reduce, enlarge, read = BicubicDownSample(2), MatrixResample(bilinear_matrix(64, 512)), LabelMap(512, 2)
    photos = [torch.from_numpy(check_stage.image(role))[None] for role in ("face", "shape", "color")]
    scores = torch.cat([parser(reduce(photo)) for photo in photos])
    outputs = {"logits": enlarge(scores), "label_net": read(scores)}
    assert all(result.ok for result in check_stage.compare("02_bisenet_512", outputs).values())
