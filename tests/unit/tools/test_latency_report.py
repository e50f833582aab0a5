"""Latency figures from synthetic samples, where the right answer is known."""

from __future__ import annotations

from typing import Any

import pytest

from tools import marker
from tools.errors import ToolError
from tools.latency import describe, exceeded
from tools.latency_report import report_of_page, summarize

STEP = 1000.0 / 30.0


def test_percentiles_are_those_of_the_delays() -> None:
    sent = [(index, STEP * index) for index in range(100)]
    returned = [(index, STEP * index + 40.0 + index) for index in range(100)]
    report = summarize(sent, returned)
    assert report.samples == 100
    assert report.p50 == pytest.approx(89.5)
    assert report.p95 == pytest.approx(134.05)
    assert report.dropped == report.repeated == 0
    assert report.sent_fps == pytest.approx(30.0)


def test_an_id_of_a_looping_clip_belongs_to_the_latest_frame_sent() -> None:
    sent = [(index % 60, STEP * index) for index in range(180)]
    returned = [(frame_id, time + 75.0) for frame_id, time in sent]
    report = summarize(sent, returned)
    assert report.samples == 180
    assert report.p99 == pytest.approx(75.0)


def test_dropped_and_repeated_frames_are_counted() -> None:
    sent = [(index, STEP * index) for index in range(90)]
    returned = [(index, STEP * index + 50.0) for index in range(90) if index % 10 != 3]
    returned.insert(41, (returned[40][0], returned[40][1] + 16.0))
    report = summarize(sent, returned)
    assert report.dropped == 9
    assert report.repeated == 1
    assert report.samples == 81
    assert report.longest_gap == pytest.approx(2 * STEP)


def test_frames_still_on_their_way_are_not_dropped() -> None:
    sent = [(index, STEP * index) for index in range(90)]
    returned = [(index, STEP * index + 300.0) for index in range(80)]
    assert summarize(sent, returned).dropped == 0


def test_a_measurement_that_saw_nothing_come_back_is_an_error() -> None:
    with pytest.raises(ToolError, match="No frame"):
        summarize([(1, 0.0)], [(2, 50.0)])


def _page(delay: float, seconds: float = 6.0) -> dict[str, Any]:
    """What the page returns when all goes well: 2.4 Mbit/s up, 1.6 down, one in 60 frames lost."""
    frames = [(index, 500.0 + STEP * index) for index in range(int(30 * seconds))]
    words = [marker.word_of(index) for index, _ in frames]
    stats = [
        {
            "time": 250.0 * tick,
            "outbound": {"bytesSent": 75_000 * tick, "framesEncoded": 60 * tick // 8},
            "inbound": {
                "bytesReceived": 50_000 * tick,
                "framesDecoded": 59 * tick // 8,
                "jitterBufferDelay": 0.2,
                "jitterBufferEmittedCount": 100,
            },
            "pair": {"currentRoundTripTime": 0.002},
            "codecs": ["video/rtx", "video/H264"],
        }
        for tick in range(1, int(4 * seconds))
    ]
    return {
        "start": 500.0,
        "firstFrame": 400.0,
        "firstEdit": 700.0,
        "local": [[word, time + 20.0, time] for word, (_, time) in zip(words, frames, strict=True)],
        "remote": [
            [word, time + delay] for word, (_, time) in zip(words, frames, strict=True) if time > 900.0
        ]
        + [[None, 99_000.0]],
        "stats": stats,
        "messages": [
            [800.0, {"type": "stats", "stages": {"render": 90.0}, "dropped": 7}],
            [4000.0, {"type": "stats", "stages": {"render": 8.0}, "dropped": 8}],
            [5000.0, {"type": "stats", "stages": {"render": 10.0}, "dropped": 9}],
            [5000.0, {"type": "notice", "code": "no-face"}],
        ],
    }


def test_the_report_of_the_page() -> None:
    report = report_of_page(_page(delay=66.7), 3.0, {"server": 0.5})
    assert report.p50 == pytest.approx(66.7)
    assert report.preview_p50 == pytest.approx(46.7)
    assert report.up_3s == pytest.approx(2.4)
    assert report.down_3s == pytest.approx(1.6)
    assert report.sent_fps == pytest.approx(30.0, rel=0.02)
    assert report.returned_fps == pytest.approx(29.5, rel=0.02)
    assert report.dropped == 1
    assert (report.first_frame, report.first_edit) == (400.0, 700.0)
    assert report.rtt == pytest.approx(2.0)
    assert report.jitter_buffer == pytest.approx(2.0)
    assert report.codec == "video/H264"
    assert report.stages == {"render": 9.0}
    assert report.server_drops == 9


def test_a_frame_may_be_back_before_the_preview_shows_it() -> None:
    report = report_of_page(_page(delay=15.0), 3.0, {})
    assert report.p50 == pytest.approx(15.0)
    assert report.preview_p50 == pytest.approx(-5.0)


def test_words_that_were_misread_do_not_count() -> None:
    page = _page(delay=50.0)
    page["remote"] = [
        [word if word is None else word ^ 1, time] for word, time in page["remote"][:100]
    ] + page["remote"][100:]
    assert report_of_page(page, 0.0, {}).samples < len(page["remote"]) - 100


def test_limits_name_what_exceeds_them() -> None:
    report = summarize([(1, 0.0), (2, 33.0)], [(1, 60.0), (2, 133.0)])
    assert exceeded([report], 90.0, None) == []
    (sentence,) = exceeded([report], 90.0, 95.0)
    assert "99th percentile" in sentence
    assert "95 ms" in sentence


def test_the_description_leaves_out_what_was_not_seen() -> None:
    text = describe(summarize([(1, 0.0), (2, 33.0)], [(1, 60.0), (2, 133.0)]))
    assert [line.split()[0] for line in text.splitlines()] == ["latency", "frames"]
    everything = describe(report_of_page(_page(delay=66.7), 3.0, {"server": 0.5}))
    assert "first with hair 700 ms" in everything
    assert "render 9.0 ms" in everything
