"""When a keyframe is due: one case per reason."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from engines.head_pose import HeadPose
from engines.look import Look
from realtime.keyframe_policy import KeyframeView, keyframe_due
from realtime.settings import KeyframeSettings

SETTINGS = KeyframeSettings(turn=8.0, zoom=0.1, move=2.0, light=0.12, max_age=1.5, min_interval=0.2)
LAST = KeyframeView(Look("pixie"), HeadPose(np.eye(3), 10.0, np.array([320.0, 240.0])), 120.0, 5.0, 1)
NOW = replace(LAST, time=5.5)


def _turned(degrees: float, axis: int) -> HeadPose:
    vector = np.zeros(3)
    vector[axis] = np.radians(degrees)
    return replace(LAST.pose, rotation=np.asarray(cv2.Rodrigues(vector)[0]))


def test_the_first_frame_is_a_keyframe() -> None:
    assert keyframe_due(NOW, None, SETTINGS) == "first"


def test_nothing_changed_nothing_is_due() -> None:
    assert keyframe_due(NOW, LAST, SETTINGS) is None


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_the_head_turned(axis: int) -> None:
    assert keyframe_due(replace(NOW, pose=_turned(9.0, axis)), LAST, SETTINGS) == "turned"
    assert keyframe_due(replace(NOW, pose=_turned(7.0, axis)), LAST, SETTINGS) is None


@pytest.mark.parametrize(("factor", "reason"), [(1.12, "scaled"), (0.89, "scaled"), (1.08, None)])
def test_the_head_came_nearer_or_went_away(factor: float, reason: str | None) -> None:
    now = replace(NOW, pose=replace(LAST.pose, scale=10.0 * factor))
    assert keyframe_due(now, LAST, SETTINGS) == reason


@pytest.mark.parametrize(("pixels", "reason"), [(21.0, "moved"), (19.0, None)])
def test_the_head_moved_in_its_own_centimetres(pixels: float, reason: str | None) -> None:
    now = replace(NOW, pose=replace(LAST.pose, translation=np.array([320.0, 240.0 + pixels])))
    assert keyframe_due(now, LAST, SETTINGS) == reason


def test_tracking_was_regained() -> None:
    assert keyframe_due(replace(NOW, track=2), LAST, SETTINGS) == "regained"


@pytest.mark.parametrize("look", [Look("afro"), Look("pixie", "F3"), Look("pixie", length=1.2)])
def test_the_look_changed(look: Look) -> None:
    assert keyframe_due(replace(NOW, look=look, time=5.01), LAST, SETTINGS) == "look"


@pytest.mark.parametrize(("luma", "reason"), [(140.0, "light"), (100.0, "light"), (128.0, None)])
def test_the_light_changed(luma: float, reason: str | None) -> None:
    assert keyframe_due(replace(NOW, luma=luma), LAST, SETTINGS) == reason


def test_the_last_one_is_too_old() -> None:
    assert keyframe_due(replace(NOW, time=6.6), LAST, SETTINGS) == "age"


def test_motion_alone_never_asks_for_keyframes_in_a_row() -> None:
    now = replace(NOW, pose=_turned(40.0, 1), luma=10.0, time=5.1)
    assert keyframe_due(now, LAST, SETTINGS) is None


def test_a_hand_before_the_hair_went_away() -> None:
    hidden = replace(LAST, hidden=True)
    assert keyframe_due(NOW, hidden, SETTINGS) == "bared"
    assert keyframe_due(replace(NOW, hidden=True), hidden, SETTINGS) is None
    assert keyframe_due(replace(NOW, hidden=True), LAST, SETTINGS) is None
