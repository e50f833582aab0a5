"""Heads that are turned in depth."""

from __future__ import annotations

import numpy as np
import pytest

from tools.clips import astronaut
from tools.fresh_faces import FreshFaces
from tools.turned_picture import TurnedPicture


@pytest.fixture(scope="module")
def finder() -> FreshFaces:
    return FreshFaces()


@pytest.fixture(scope="module")
def head(finder: FreshFaces) -> TurnedPicture:
    portrait = astronaut()
    return TurnedPicture(portrait, finder(portrait, 0.0)[0])


@pytest.mark.parametrize("yaw", [-25.0, 25.0])
def test_a_turned_head_is_seen_turned(head: TurnedPicture, finder: FreshFaces, yaw: float) -> None:
    (face,) = finder(head.at(yaw), 0.0)
    assert 0.7 * abs(yaw) < np.sign(yaw) * face.pose.yaw < 1.1 * abs(yaw)


def test_a_raised_head_looks_up(head: TurnedPicture, finder: FreshFaces) -> None:
    pitches = [finder(head.at(0.0, pitch), 0.0)[0].pose.pitch for pitch in (-8.0, 8.0)]
    assert pitches[1] - pitches[0] > 6.0


def test_without_a_turn_nothing_changes(head: TurnedPicture) -> None:
    assert np.abs(head.at(0.0).astype(int) - astronaut()).max() <= 1


def test_background_and_shoulders_stay(head: TurnedPicture) -> None:
    turned = head.at(25.0)
    far = np.s_[300:, :]
    assert np.abs(turned[far].astype(int) - astronaut()[far]).max() <= 2
    assert np.abs(turned[80:160, 180:270].astype(int) - astronaut()[80:160, 180:270]).mean() > 5.0
