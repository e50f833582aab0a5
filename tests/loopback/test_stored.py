"""What is stored about a visitor: shown to that visitor alone, deleted on demand or after the session."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import ClientSession, CookieJar

from server.app import VAULT
from server.settings import LimitSettings, Settings
from server.vault_settings import VaultSettings
from server.visit import COOKIE
from tests.loopback.client import wait_until
from tests.loopback.pictures import marked_frames
from tests.loopback.server_under_test import ServerUnderTest

VISIT = "v" * 32


def visitor(visit: str | None = None) -> ClientSession:
    """A browser of its own; cookies of an address are kept as well."""
    cookies = {} if visit is None else {COOKIE: visit}
    return ClientSession(cookie_jar=CookieJar(unsafe=True), cookies=cookies)


async def test_a_visitor_sees_and_deletes_its_own_and_nobody_elses() -> None:
    async with (
        ServerUnderTest() as server,
        visitor(VISIT) as me,
        visitor("u" * 32) as you,
        visitor() as nobody,
    ):
        url = f"{server.url}/api/stored"
        entry = server.app[VAULT].put(VISIT, "reference", b"hair")
        for browser in (you, nobody):
            async with browser.get(url) as response:
                assert await response.json() == {"stored": []}
            async with browser.delete(url) as response:
                assert response.status == 204
        async with me.get(url) as response:
            assert response.headers["Cache-Control"] == "no-store"
            (told,) = (await response.json())["stored"]
        assert 890 <= told.pop("expires") <= 900
        assert told == {"kind": "reference", "id": entry, "bytes": 4}
        async with me.delete(url) as response:
            assert response.status == 204
        async with me.get(url) as response:
            assert await response.json() == {"stored": []}


async def test_what_was_lent_is_forgotten_after_the_live_session() -> None:
    settings = Settings(
        limits=replace(LimitSettings(max_sessions=2)), vault=VaultSettings(seconds=60.0, grace=0.3)
    )
    async with ServerUnderTest(settings) as server:
        vault = server.app[VAULT]
        async with server.client(marked_frames()) as client:
            await client.wait_frames(3)
            visit = client.answer_cookies[COOKIE].value
            vault.put(visit, "reference", b"hair")
            vault.put(VISIT, "reference", b"another visitor's")
        assert vault.stored(visit)
        await wait_until(lambda: not vault.stored(visit), 5)
        assert vault.stored(VISIT)
