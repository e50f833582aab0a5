"""What the page says of times is what the server does."""

from __future__ import annotations

import operator
import re
from pathlib import Path

from server.app import SWEPT
from server.settings import HttpSettings, LimitSettings, Settings
from tests.loopback.server_under_test import ServerUnderTest

_PAGE = (Path(__file__).resolve().parents[3] / "static" / "retention.html").read_text("utf-8")
_SECONDS = {
    "seconds": 1, "minutes": 60, "hours": 3600,
    "초": 1, "분": 60, "시간": 3600,
}  # fmt: skip


def _told(language: str) -> dict[str, float]:
    """Seconds by setting, as the article of this language says."""
    article = re.search(rf'<article id="{language}".*?</article>', _PAGE, re.DOTALL)
    assert article
    told: dict[str, float] = {}
    for name, number, unit in re.findall(r'<span data-of="([\w.]+)">(\d+) ?(\w+)</span>', article[0]):
        assert told.setdefault(name, int(number) * _SECONDS[unit]) == int(number) * _SECONDS[unit]
    assert len(re.findall("data-of", article[0])) >= len(told)
    return told


def test_both_languages_tell_the_same_times_and_the_settings_hold_them() -> None:
    english, korean = _told("en"), _told("ko")
    assert english == korean
    assert set(english) == {
        "vault.seconds", "vault.grace", "limits.heartbeat_timeout", "limits.max_duration",
    }  # fmt: skip
    for name, seconds in english.items():
        assert operator.attrgetter(name)(Settings()) == seconds, name


def test_addresses_are_remembered_for_about_a_minute_as_the_page_says() -> None:
    limits = LimitSettings()
    assert limits.upload_burst / limits.upload_rate <= 60.0
    assert limits.offer_burst / limits.offer_rate <= 60.0


async def test_the_page_names_the_operator_and_runs_no_script() -> None:
    settings = Settings(HttpSettings(contact="Salon <hello@salon.example>"))
    async with ServerUnderTest(settings) as server, server.http.get(f"{server.url}/retention") as response:
        assert response.status == 200
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        text = await response.text()
        assert len(server.app[SWEPT]) == 3
    assert text.count("Salon &lt;hello@salon.example&gt;") == 2
    assert "<script" not in text
    assert " style=" not in text


async def test_without_a_contact_the_operator_is_still_the_one_to_ask() -> None:
    async with ServerUnderTest() as server, server.http.get(f"{server.url}/retention") as response:
        assert "the operator of this server." in await response.text()
