"""How hair fades with a face that is lost and found."""

from __future__ import annotations

import pytest

from realtime.settings import TrackerSettings
from realtime.tracking.presence import Presence

SETTINGS = TrackerSettings(hold=0.3, fade_out=0.25, fade_in=0.2)


def _until(presence: Presence, seen: bool, begin: float, end: float) -> float:
    time, opacity = begin, presence.opacity
    while time < end - 1e-9:
        opacity = presence.update(seen, time)
        time += 0.01
    return opacity


def test_the_first_face_of_a_stream_shows_at_once() -> None:
    assert Presence(SETTINGS).update(True, 3.0) == 1.0


def test_a_short_loss_is_held() -> None:
    presence = Presence(SETTINGS)
    _until(presence, True, 0.0, 1.0)
    assert _until(presence, False, 1.0, 1.28) == 1.0


def test_a_long_loss_fades_out_smoothly() -> None:
    presence = Presence(SETTINGS)
    _until(presence, True, 0.0, 1.0)
    halfway = _until(presence, False, 1.0, 1.42)
    assert halfway == pytest.approx(0.5, abs=0.1)
    assert _until(presence, False, 1.42, 1.6) == 0.0


def test_a_face_found_again_fades_in_smoothly() -> None:
    presence = Presence(SETTINGS)
    _until(presence, True, 0.0, 1.0)
    _until(presence, False, 1.0, 2.0)
    assert 0.0 < _until(presence, True, 2.0, 2.1) < 0.7
    assert _until(presence, True, 2.1, 2.25) == 1.0


def test_a_stalled_stream_does_not_jump() -> None:
    presence = Presence(SETTINGS)
    presence.update(True, 0.0)
    assert presence.update(False, 0.2) == 1.0
    assert presence.update(True, 9.0) == 1.0


def test_another_face_fades_in() -> None:
    presence = Presence(SETTINGS)
    presence.update(True, 0.0)
    presence.drop()
    assert presence.update(True, 0.033) < 0.5
