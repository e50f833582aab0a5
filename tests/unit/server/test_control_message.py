"""What a client may say, and what it is told otherwise."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engines.errors import LiveHairError
from engines.look import Look
from server.control_message import LookChange, Ping, parse_control
from server.token_bucket import TokenBucket

_STYLES = frozenset({"own", "pixie"})


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("not json", "bad-control"),
        ("[1, 2]", "bad-control"),
        ("[" * 3000, "bad-control"),
        (b"\x00\x01", "bad-control"),
        ({"type": "look", "padding": "x" * 5000}, "bad-control"),
        ({"type": "dance"}, "bad-control"),
        ({"type": "ping", "extra": 1}, "bad-control"),
        ({"type": "look", "hat": "red"}, "bad-look"),
        ({"type": "look", "length": 9}, "bad-look"),
        ({"type": "look", "volume": "much"}, "bad-look"),
        ('{"type": "look", "curl": NaN}', "bad-look"),
        ({"type": "look", "compare": "yes"}, "bad-look"),
        ({"type": "look", "motion": 1}, "bad-look"),
        ({"type": "look", "style": None}, "bad-look"),
        ({"type": "look", "style": "mullet"}, "unknown-style"),
        ({"type": "look", "color": "red"}, "unknown-color"),
        ({"type": "look", "tip": "#12"}, "unknown-color"),
    ],
    ids=str,
)
def test_message_is_refused_with_its_code(message: Any, code: str) -> None:
    text = message if isinstance(message, str | bytes) else json.dumps(message)
    with pytest.raises(LiveHairError) as refusal:
        parse_control(text, 4096, Look(), _STYLES)
    assert refusal.value.code == code
    assert str(refusal.value).endswith(".")


def test_a_ping_is_a_ping() -> None:
    assert parse_control('{"type": "ping"}', 4096, Look(), _STYLES) == Ping()


def test_a_look_builds_on_the_one_before() -> None:
    text = json.dumps({"type": "look", "color": "F2", "curl": 1.5, "compare": True, "motion": False})
    change = parse_control(text, 4096, Look("pixie", "N1", length=1.1), _STYLES)
    assert change == LookChange(Look("pixie", "F2", length=1.1, curl=1.5), compare=True, motion=False)


def test_the_limit_counts_bytes_not_letters() -> None:
    text = json.dumps({"type": "look", "style": "머" * 40}, ensure_ascii=False)
    with pytest.raises(LiveHairError, match="longer than 100 bytes"):
        parse_control(text, 100, Look(), _STYLES)


def test_a_bucket_admits_a_burst_and_then_its_rate() -> None:
    now = 0.0
    bucket = TokenBucket(2.0, 3.0, lambda: now)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    now = 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]
    now = 100.0
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
