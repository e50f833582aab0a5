"""What a picture's measures say of pictures whose faults are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from engines.palette import PALETTE, lab_to_linear, linear_to_srgb, resolve_color
from tests.unit.evaluate.scenes import SIZE, cap, grey_picture, head, scene, shown
from tools.evaluate.attachment import Attachment
from tools.evaluate.hair_judge import HairJudge
from tools.evaluate.hair_tones import HairTones
from tools.evaluate.preservation import Preservation
from tools.evaluate.recolor_quality import RecolorQuality, color_difference, detail_correlation
from tools.evaluate.residue import Residue
from tools.evaluate.shown_frame import lab, lightness
from tools.evaluate.skin_tone import tone_of

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

_DARK = (40, 30, 25)


def _own() -> F32:
    """Own hair in the upper 100 rows."""
    own = np.zeros((SIZE[1], SIZE[0]), np.float32)
    own[:100] = 1.0
    return own


def _wearer() -> U8:
    rgb = grey_picture(150)
    rgb[:100] = np.random.default_rng(0).normal(_DARK, 3.0, (100, SIZE[0], 3)).clip(0, 255)
    return rgb


def _dark_judge() -> HairJudge:
    """Takes for hair whatever is dark."""
    return HairJudge(lambda bgr: (bgr.max(axis=2) < 90).astype(np.float32))


def test_only_pixels_that_are_no_hair_before_or_after_count_into_the_psnr() -> None:
    measure = Preservation(scene(1, hair={0: _own()}, still=False))
    output = _wearer()
    output[:100] = 255
    output[200:] += 10
    drawn = np.zeros((SIZE[1], SIZE[0]), np.float32)
    drawn[280:] = 1.0
    measure.add(shown(0, output, drawn, camera=_wearer()))
    # Rows 103..276 are kept, 77 of them changed by 10.
    kept, changed = 277 - 103, 277 - 200
    assert measure.values()["psnr"] == pytest.approx(10 * np.log10(255**2 / (100 * changed / kept)), abs=0.05)


def test_a_picture_that_nothing_happened_to_has_the_best_psnr() -> None:
    measure = Preservation(scene(1, hair={0: _own()}, still=False))
    measure.add(shown(0, camera=_wearer()))
    assert measure.values() == {"psnr": 99.0}


def test_half_of_the_own_hair_left_is_a_residue_of_half() -> None:
    made = scene(120, hair={100: _own()}, still=False)
    measure = Residue(made, _dark_judge())
    output = _wearer()
    output[:50] = 150
    measure.add(shown(100, output, np.zeros((SIZE[1], SIZE[0]), np.float32), camera=_wearer()))
    # 90 % of the hair's own pixels count as typical of it.
    assert measure.values()["residue"] == pytest.approx(45.0, abs=2.0)


def test_hair_below_the_new_hair_is_no_residue() -> None:
    measure = Residue(scene(120, hair={100: _own()}, still=False), _dark_judge())
    measure.add(shown(100, _wearer(), cap(110.0), camera=_wearer()))
    assert measure.values() == {}


def test_residue_is_not_asked_for_in_the_first_three_seconds() -> None:
    measure = Residue(scene(120, hair={60: _own()}, still=False), _dark_judge())
    measure.add(shown(60, _wearer(), np.zeros((SIZE[1], SIZE[0]), np.float32), camera=_wearer()))
    assert measure.values() == {}


def test_other_colors_are_not_typical_of_a_hair() -> None:
    hair = np.random.default_rng(0).normal((20.0, 3.0, 5.0), 1.5, (2000, 3)).astype(np.float32)
    tones = HairTones.of(hair)
    assert 0.8 < tones.typical(hair).mean() < 0.95
    assert not tones.typical(hair + np.array([15.0, 0.0, 0.0], np.float32)).any()


def _dyed(color: str) -> tuple[U8, U8]:
    """A wearer, and the same with the hair in the middle of the colour's way, strands kept."""
    camera = grey_picture(150)
    strands = np.random.default_rng(3).normal(0.0, 4.0, (100, SIZE[0], 1))
    camera[:100] = np.clip(60.0 + strands, 0, 255)
    swatch = PALETTE[color]
    middle = (np.array(swatch.root) + np.array(swatch.tip)) / 2
    output = camera.copy()
    output[:100] = np.clip(linear_to_srgb(lab_to_linear(middle)) * 255.0 + strands, 0, 255)
    return camera, output


def test_hair_of_the_swatch_s_color_with_its_strands_kept_is_right() -> None:
    camera, output = _dyed("F3")
    measure = RecolorQuality(scene(60, hair={45: _own()}, still=False), resolve_color("F3"))
    measure.add(shown(45, output, camera=camera))
    values = measure.values()
    assert values["delta_e"] < 1.0
    assert values["detail"] > 0.95
    assert values["spill"] == 0.0
    assert values["background"] == 0.0


def test_a_wrong_color_and_a_dyed_face_are_seen() -> None:
    camera, output = _dyed("F3")
    output[100:] = np.clip(output[100:].astype(int) + np.array([8, 0, 0]), 0, 255)
    measure = RecolorQuality(scene(60, hair={45: _own()}, still=False), resolve_color("X4"))
    measure.add(shown(45, output, camera=camera))
    values = measure.values()
    assert values["delta_e"] > 15.0
    assert values["spill"] > 4.0
    assert values["background"] > 0.5


def test_the_color_is_judged_under_the_estimated_light() -> None:
    camera, output = _dyed("N8")
    dim = np.array([0.5, 0.5, 0.5], np.float32)
    output[:100] = np.clip(linear_to_srgb(0.5 * lab_to_linear(lab(output[:100]))) * 255.0, 0, 255)
    made = scene(60, hair={45: _own()}, still=False)
    found = []
    for color in (np.ones(3, np.float32), dim):
        face = replace(head(), light=replace(head().light, color=color))
        measure = RecolorQuality(made, resolve_color("N8"))
        measure.add(shown(45, output, camera=camera, face=face))
        found.append(measure.values()["delta_e"])
    assert found[0] > 8.0
    assert found[1] < 1.5


def test_color_differences_are_those_of_the_standard_s_test_data() -> None:
    # Sharma, Wu and Dalal 2005, table 1, pairs 1 and 25.
    a = np.array([[50.0, 2.6772, -79.7751], [60.2574, -34.0099, 36.2677]])
    b = np.array([[50.0, 0.0, -82.7485], [60.4626, -34.1751, 39.4387]])
    assert color_difference(a, b) == pytest.approx([2.0425, 1.2644], abs=1e-4)


def test_detail_that_is_smoothed_away_does_not_correlate() -> None:
    strands = np.random.default_rng(0).normal(40.0, 5.0, (200, 200)).astype(np.float32)
    hair = np.ones((200, 200), bool)
    assert detail_correlation(strands, 2.0 * strands + 5.0, hair) == pytest.approx(1.0, abs=1e-3)
    assert detail_correlation(strands, np.full_like(strands, 50.0), hair) == pytest.approx(0.0, abs=1e-3)


def test_hair_two_centimetres_beside_the_head_is_detached() -> None:
    made = scene(60, still=False)
    measure = Attachment(made)
    measure.add(shown(40, alpha=cap(150.0), face=head(40 / 30.0, 160.0 + 20.0)))
    measure.add(shown(41, alpha=cap(150.0), face=head(41 / 30.0, 160.0 + 5.0)))
    assert measure.detached == (40,)


def test_a_bare_crown_and_no_hair_at_all_are_detached() -> None:
    measure = Attachment(scene(60, still=False))
    measure.add(shown(40, alpha=np.zeros((SIZE[1], SIZE[0]), np.float32)))
    measure.add(shown(41))
    measure.add(shown(42, alpha=cap(150.0)))
    values = measure.values()
    assert measure.detached == (40, 41)
    assert values["judged"] == 3.0
    assert values["yaw_least"] == values["yaw_most"] == pytest.approx(0.0)


def test_the_judge_sees_a_square_about_the_face_and_says_where_it_did_not_look() -> None:
    asked = []

    def network(bgr: U8) -> F32:
        asked.append(bgr)
        return np.ones(bgr.shape[:2], np.float32)

    rgb = np.zeros((1200, 1600, 3), np.uint8)
    rgb[..., 0] = 200
    seen = HairJudge(network)(rgb, head())
    assert asked[0].shape[0] == asked[0].shape[1] == 456
    # The network takes blue first.
    assert asked[0][200, 300].tolist() == [0, 0, 200]
    assert np.isnan(seen[1199, 1599])
    assert seen[180, 160] == 1.0


def test_skin_tones() -> None:
    assert tone_of([60.0, 10.0, 10.0]).ita == pytest.approx(45.0)
    for number, code in ((1, "f6ede4"), (6, "a07e56"), (10, "292420")):
        color = lab(np.array(list(bytes.fromhex(code)), np.uint8))
        assert tone_of(color).monk == number


def test_lightness_is_that_of_lab() -> None:
    rgb = np.random.default_rng(0).integers(12, 256, (8, 8, 3)).astype(np.uint8)
    assert np.abs(lightness(rgb) - lab(rgb)[..., 0]).max() < 0.05
