"""What a keyframe has to do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engines.look import Look
from realtime.keyframe_orders import KeyframeOrders
from realtime.keyframe_policy import KeyframeReason, KeyframeView
from realtime.settings import KeyframeSettings
from tests.unit.synthetic_head import face_at

VIEW = KeyframeView(Look("pixie"), face_at(80.0, 60.0, 4.0, (160, 120)).pose, 100.0, 0.0, 1)
SETTINGS = KeyframeSettings(analysis_interval=0.5)


def orders() -> KeyframeOrders:
    made = KeyframeOrders(SETTINGS, live=False)
    assert made.order(VIEW, "first", 1)
    return made


@pytest.mark.parametrize(
    ("reason", "time", "rarer", "reads"),
    [
        ("moved", 0.4, 1, False),
        ("moved", 0.6, 1, True),
        ("moved", 0.6, 2, False),
        ("moved", 1.1, 2, True),
        ("look", 9.0, 1, False),
        ("turned", 0.2, 4, True),
        ("regained", 0.2, 4, True),
    ],
)
def test_the_picture_is_read_when_it_is_old_or_shows_another_side(
    reason: KeyframeReason, time: float, rarer: int, reads: bool
) -> None:
    assert orders().order(replace(VIEW, time=time), reason, rarer) is reads


def test_reading_counts_from_the_last_reading_and_not_from_the_last_keyframe() -> None:
    made = orders()
    read = [made.order(replace(VIEW, time=0.2 * step), "moved", 1) for step in range(1, 7)]
    assert read == [False, False, True, False, False, True]


def test_after_renewal_a_keyframe_is_due_and_after_a_new_clock_it_reads() -> None:
    made = orders()
    still = replace(VIEW, time=0.3)
    assert made.due(still) is None
    made.renew()
    assert made.due(still) == "first"
    made.restart()
    assert made.order(replace(VIEW, time=-100.0), "moved", 1)


def test_before_the_first_reading_of_a_live_stream_is_done_no_second_one_is_ordered() -> None:
    made = KeyframeOrders(SETTINGS, live=True)
    assert made.order(VIEW, "first", 1)
    assert not made.order(replace(VIEW, time=0.6), "moved", 1)
    assert made.order(replace(VIEW, time=2.0), "moved", 1)


def test_what_takes_long_is_done_rarely() -> None:
    made = orders()
    made.reading = 0.5
    apart = 0.5 / SETTINGS.analysis_share
    assert not made.order(replace(VIEW, time=0.9 * apart), "moved", 1)
    assert made.order(replace(VIEW, time=1.1 * apart), "moved", 1)


def test_a_turned_head_waits_less_but_until_its_picture_can_be_read() -> None:
    made = orders()
    made.reading = 0.5
    apart = 0.5 / SETTINGS.turning_share
    cosine, sine = np.cos(0.3), np.sin(0.3)
    rotation = np.array([[cosine, 0.0, sine], [0.0, 1.0, 0.0], [-sine, 0.0, cosine]])
    turned = replace(VIEW.pose, rotation=rotation)
    assert made.due(replace(VIEW, pose=turned, time=0.9 * apart)) is None
    assert made.due(replace(VIEW, pose=turned, time=1.1 * apart)) == "turned"
