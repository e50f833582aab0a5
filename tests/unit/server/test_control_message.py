"""What a client may say, and what it is told otherwise."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from engines.errors import LiveHairError
from engines.look import Look
from engines.reference.reference import Reference
from server.control_message import LookChange, Ping, parse_control
from server.token_bucket import TokenBucket
from tests.unit.small_reference import COLORS, small_reference

_STYLES = frozenset({"own", "pixie", "afro"})
_REFERENCE = small_reference("afro")


def _find(reference_id: str) -> Reference | None:
    return _REFERENCE if reference_id == "mine" else None


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
        ('{"type": "look", "curl": 1' + "0" * 400 + "}", "bad-look"),
        ('{"type": "look", "style": "\udcf4"}', "unknown-style"),
        ('{"type": "look", "style": "\\udcf4"}', "unknown-style"),
        ({"type": "look", "compare": "yes"}, "bad-look"),
        ({"type": "look", "motion": 1}, "bad-look"),
        ({"type": "look", "style": None}, "bad-look"),
        ({"type": "look", "style": "mullet"}, "unknown-style"),
        ({"type": "look", "color": "red"}, "unknown-color"),
        ({"type": "look", "tip": "#12"}, "unknown-color"),
        ({"type": "look", "reference": 3}, "bad-look"),
        ({"type": "look", "reference": ["mine"]}, "bad-look"),
        ({"type": "look", "color_reference": "x" * 65}, "bad-look"),
        ({"type": "look", "four": "pixie"}, "bad-look"),
        ({"type": "look", "four": ["pixie"]}, "bad-look"),
        ({"type": "look", "four": ["pixie"] * 5}, "bad-look"),
        ({"type": "look", "four": ["pixie", 3]}, "bad-look"),
        ({"type": "look", "four": ["pixie", "mullet"]}, "unknown-style"),
    ],
    ids=str,
)
def test_message_is_refused_with_its_code(message: Any, code: str) -> None:
    text = message if isinstance(message, str | bytes) else json.dumps(message)
    with pytest.raises(LiveHairError) as refusal:
        parse_control(text, 4096, Look(), _STYLES, _find)
    assert refusal.value.code == code
    assert str(refusal.value).endswith(".")


def test_a_ping_is_a_ping() -> None:
    assert parse_control('{"type": "ping"}', 4096, Look(), _STYLES, _find) == Ping()


def test_a_look_builds_on_the_one_before() -> None:
    text = json.dumps({"type": "look", "color": "F2", "curl": 1.5, "compare": True, "motion": False})
    change = parse_control(text, 4096, Look("pixie", "N1", length=1.1), _STYLES, _find)
    assert change == LookChange(Look("pixie", "F2", length=1.1, curl=1.5), compare=True, motion=False)


def change(look: Look, **message: Any) -> LookChange:
    read = parse_control(json.dumps({"type": "look", **message}), 4096, look, _STYLES, _find)
    assert isinstance(read, LookChange)
    return read


def test_a_reference_brings_its_style_and_keeps_colours_unless_they_are_asked_for() -> None:
    shaped = change(Look("pixie", "N1", length=1.1), reference="mine", style="own").look
    assert shaped == Look("afro", "N1", length=1.1, reference=_REFERENCE)
    # A style of its own that this server does not draw changes nothing.
    kept = parse_control('{"type": "look", "reference": "mine"}', 99, Look(), frozenset({"own"}), _find)
    assert kept == LookChange(Look(reference=_REFERENCE))


def test_colours_of_a_reference_come_before_those_named() -> None:
    colored = change(Look("pixie", "N1"), color_reference="mine", color="F2").look
    assert colored == Look("pixie", COLORS.color, COLORS.tip, gradient="ombre", gloss=0.8)


def test_null_takes_a_reference_and_its_colours_away_but_not_what_is_named() -> None:
    both = change(Look("pixie"), reference="mine", color_reference="mine").look
    assert change(both, reference=None).look == replace(both, reference=None)
    assert change(both, color_reference=None).look == Look("afro", reference=_REFERENCE)
    assert change(both, color_reference=None, color="F2").look == Look("afro", "F2", reference=_REFERENCE)
    assert change(both, length=1.2).look == replace(both, length=1.2)


def test_what_is_not_found_is_said_and_the_rest_counts() -> None:
    lost = change(Look("pixie"), reference="theirs", color_reference="mine", length=1.2)
    assert lost.lost
    assert lost.look == Look("pixie", COLORS.color, COLORS.tip, gradient="ombre", gloss=0.8, length=1.2)
    both = Look("afro", reference=_REFERENCE)
    assert change(both, reference="theirs").look == both


def test_two_to_four_styles_are_shown_side_by_side_until_null() -> None:
    assert change(Look(), four=["pixie", "afro"]).four == ("pixie", "afro")
    assert change(Look(), four=None).four == ()
    assert change(Look(), length=1.1).four is None


def test_the_limit_counts_bytes_not_letters() -> None:
    text = json.dumps({"type": "look", "style": "머" * 40}, ensure_ascii=False)
    with pytest.raises(LiveHairError, match="longer than 100 bytes"):
        parse_control(text, 100, Look(), _STYLES, _find)


def test_a_bucket_admits_a_burst_and_then_its_rate() -> None:
    now = 0.0
    bucket = TokenBucket(2.0, 3.0, lambda: now)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    now = 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]
    now = 100.0
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
