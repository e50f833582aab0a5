"""Which keyframe is shown, how strongly, and when the networks run again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engines.face import Face
from engines.hair_layer import HairLayer
from engines.hairfast.alignment import Alignment
from engines.hairfast.live.errors import LiveSettingsError, ReferenceFolderError
from engines.hairfast.live.gan_keyframe import GanKeyframe
from engines.hairfast.live.keyframe_bank import KeyframeBank
from engines.hairfast.live.keyframe_blend import KeyframeBlend
from engines.hairfast.live.painters import LayerPainter
from engines.hairfast.live.pass_policy import pass_due
from engines.hairfast.live.references import list_references
from engines.hairfast.live.settings import LiveSettings
from engines.hairfast.live.warp import SQUARE, Anchor
from engines.layer_mix import mix_layers
from engines.look import Look
from tests.unit.hairfast.live_faces import face_at

LOOK, OTHER = Look("c-curl-bob"), Look("pixie")
SETTINGS = LiveSettings()
SIZE = (640, 480)


def _keyframe(yaw: float = 0.0, *, look: Look = LOOK, shade: float = 0.5, time: float = 0.0) -> GanKeyframe:
    face = face_at(yaw, time=time)
    rgba = np.zeros((SQUARE, SQUARE, 4), np.float32)
    rgba[60:200, 120:390] = (shade, shade, shade, 1.0)
    hair = np.zeros((256, 256), bool)
    anchor = Anchor(face, Alignment.of(face.landmarks).resized(SQUARE))
    return GanKeyframe(look, anchor, (rgba,), np.zeros((1, 3), np.float32), hair, hair, 1.0)


def _bank(*keyframes: GanKeyframe, settings: LiveSettings = SETTINGS) -> KeyframeBank:
    bank = KeyframeBank(settings)
    for keyframe in keyframes:
        bank.add(keyframe)
    return bank


def test_the_keyframe_of_the_nearest_side_is_shown() -> None:
    left, front, right = (_keyframe(yaw) for yaw in (-24.0, 0.0, 24.0))
    bank = _bank(left, front, right)
    assert bank.nearest(LOOK, face_at(20.0)) is right
    assert bank.nearest(LOOK, face_at(3.0)) is front
    assert bank.nearest(OTHER, face_at()) is None


def test_half_way_between_two_keyframes_nothing_flickers() -> None:
    front, right = _keyframe(), _keyframe(12.0)
    bank = _bank(front, right)
    for yaw in (5.5, 6.5, 5.8, 6.9, 5.5):
        assert bank.nearest(LOOK, face_at(yaw), front) is front
        assert bank.nearest(LOOK, face_at(yaw), right) is right
    assert bank.nearest(LOOK, face_at(9.0), front) is right


def test_a_newer_keyframe_takes_the_place_of_the_one_in_its_slot() -> None:
    old, new = _keyframe(1.0), _keyframe(-2.0, time=3.0)
    assert _bank(old, new).nearest(LOOK, face_at(1.0), old) is new


def test_memory_is_bounded_and_of_one_look() -> None:
    bank = _bank(*(_keyframe(yaw) for yaw in range(-60, 61, 4)))
    assert len(bank) == 7
    bank.add(_keyframe(look=OTHER))
    assert len(bank) == 1
    without = _bank(*(_keyframe(yaw) for yaw in (-24.0, 0.0, 24.0)), settings=LiveSettings(bank=False))
    assert len(without) == 1


def test_a_keyframe_fades_in_and_out_with_the_range_of_the_warp() -> None:
    blend, keyframe = KeyframeBlend(SETTINGS), _keyframe()

    def weights(yaw: float, begin: float, count: int = 12) -> list[float]:
        return [blend.at(keyframe, face_at(yaw, time=begin + index / 30))[1] for index in range(count)]

    up = weights(0.0, 0.0)
    assert up[0] < 0.2
    assert up[-1] == 1.0
    assert max(np.diff(up)) < 0.2
    assert weights(SETTINGS.far - 1.0, 1.0) == [1.0] * 12, "what is on stays on a little beyond its range"
    down = weights(SETTINGS.far + 1.0, 2.0)
    assert down[-1] == 0.0
    assert weights(SETTINGS.far - 1.0, 3.0) == [0.0] * 12, "and what is off, off"


def test_another_look_is_never_mixed_in() -> None:
    blend = KeyframeBlend(SETTINGS)
    for index in range(12):
        blend.at(_first, face_at(time=index / 30))
    shown, weight = blend.at(_other, face_at(time=0.5))
    assert shown is _other
    assert weight < 1.0
    assert blend.at(None, face_at(time=0.6)) == (None, 0.0)


_first, _other = _keyframe(), _keyframe(look=OTHER)


def test_two_keyframes_of_a_look_are_mixed_step_by_step() -> None:
    blend, dark, bright = KeyframeBlend(SETTINGS), _keyframe(shade=0.2), _keyframe(shade=0.8)
    for index in range(12):
        blend.at(dark, face_at(time=index / 30))
    shades = []
    for index in range(12, 26):
        shown, weight = blend.at(bright, face_at(time=index / 30))
        assert shown is not None
        assert weight == 1.0
        shades.append(float(shown.images[0][130, 256, 0]))
    assert shades[0] == pytest.approx(0.2, abs=0.01)
    assert shades[-1] == pytest.approx(0.8, abs=0.01)
    assert 6 <= sum(0.21 < shade < 0.79 for shade in shades) <= 10
    assert max(np.diff(shades)) < 0.1


@pytest.mark.parametrize(
    ("face", "due"),
    [
        (face_at(time=1.0), False),
        (face_at(6.0, time=1.0), False),
        (face_at(12.0, time=1.0), True),
        (face_at(0.0, -12.0, time=1.0), True),
        (face_at(0.0, 0.0, 30.0, time=1.0), False),
        (face_at(scale=21.0, time=1.0), True),
        (face_at(time=2.5), True),
        (face_at(60.0, time=9.0), False),
        (replace(face_at(12.0, time=1.0), opacity=0.5), False),
    ],
    ids=["same", "turned a bit", "turned", "nodded", "leaned", "nearer", "old", "profile", "being lost"],
)
def test_the_networks_run_again_when_it_pays(face: Face, due: bool) -> None:
    assert pass_due(face, _keyframe(), SETTINGS) is due


def test_the_networks_run_again_in_another_light() -> None:
    face = face_at(time=1.0)
    dimmed = replace(face.light, color=face.light.color * np.float32(0.6))
    assert pass_due(replace(face, light=dimmed), _keyframe(), SETTINGS)


def test_hair_is_drawn_in_the_light_of_now() -> None:
    face, keyframe = face_at(), _keyframe(shade=0.4)
    dimmed = replace(face, light=replace(face.light, color=face.light.color * np.float32(0.7)))
    bright, dark = (LayerPainter().paint(keyframe, shown) for shown in (face, dimmed))
    assert bright is not None
    assert dark is not None
    assert dark.rgba[..., 0].max() == pytest.approx(0.7 * bright.rgba[..., 0].max(), rel=0.01)
    np.testing.assert_array_equal(dark.rgba[..., 3], bright.rgba[..., 3])


def test_hair_outside_the_frame_is_not_drawn() -> None:
    assert LayerPainter().paint(_keyframe(), face_at(x=-4000.0)) is None


def test_two_layers_are_mixed_where_either_is() -> None:
    opaque = np.zeros((40, 40, 4), np.float32)
    opaque[5:35, 5:35] = (0.5, 0.25, 0.0, 1.0)
    first = HairLayer(opaque, np.array([[1.0, 0.0, 100.0], [0.0, 1.0, 100.0]]))
    second = HairLayer(opaque, np.array([[1.0, 0.0, 110.0], [0.0, 1.0, 100.0]]), removal=0.0)
    mixed = mix_layers(first, second, 0.25, SIZE)
    assert mixed is not None
    assert mixed.removal == 0.75
    x, y = mixed.to_frame[:, 2].astype(int)
    at = {column: mixed.rgba[120 - y, column - x] for column in (108, 120, 142)}
    np.testing.assert_allclose(at[108], (0.375, 0.1875, 0.0, 0.75), atol=1e-6)
    np.testing.assert_allclose(at[120], (0.5, 0.25, 0.0, 1.0), atol=1e-6)
    np.testing.assert_allclose(at[142], (0.125, 0.0625, 0.0, 0.25), atol=1e-6)
    assert mix_layers(first, second, 0.0, SIZE) is first
    assert mix_layers(first, second, 1.0, SIZE) is second


def test_a_layer_alone_only_fades() -> None:
    layer = HairLayer(np.ones((8, 8, 4), np.float32), np.eye(2, 3))
    for mixed, share in (
        (mix_layers(layer, None, 0.4, SIZE), 0.6),
        (mix_layers(None, layer, 0.4, SIZE), 0.4),
    ):
        assert mixed is not None
        np.testing.assert_allclose(mixed.rgba, share)
        assert mixed.removal == pytest.approx(share)
    assert mix_layers(None, None, 0.5, SIZE) is None


def test_photos_of_a_folder_are_styles(tmp_path: Path) -> None:
    for name in ("Long bob 2.JPG", "단발.png", "notes.txt"):
        (tmp_path / name).touch()
    found = list_references(tmp_path)
    assert list(found) == ["ref-long-bob-2", "ref-단발"]
    assert found["ref-long-bob-2"].style.name_en == "Long bob 2"
    assert list_references(None) == {}
    (tmp_path / "long-bob_2.png").touch()
    with pytest.raises(ReferenceFolderError, match="rename one"):
        list_references(tmp_path)


@pytest.mark.parametrize("wrong", [{"path": "P3"}, {"near": 20.0, "far": 10.0}, {"nice": 40}, {"threads": 0}])
def test_a_bad_setting_is_named(wrong: dict[str, object]) -> None:
    with pytest.raises(LiveSettingsError, match=next(reversed(wrong))):
        LiveSettings(**wrong)  # type: ignore[arg-type]
