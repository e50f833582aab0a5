"""What the page learns of its server."""

from __future__ import annotations

from server.settings import IceServer, IceSettings, Settings
from tests.loopback.server_under_test import ServerUnderTest


async def test_the_page_learns_limits_engines_and_how_to_connect() -> None:
    servers = (IceServer("stun:s.example:3478"), IceServer("turns:t.example:5349", "user", "word"))
    settings = Settings(ice=IceSettings(servers))
    async with (
        ServerUnderTest(settings) as server,
        server.http.get(f"{server.url}/api/config") as response,
    ):
        assert response.headers["Cache-Control"] == "no-store"
        config = await response.json()
    assert config["iceServers"] == [
        {"urls": "stun:s.example:3478"},
        {"urls": "turns:t.example:5349", "username": "user", "credential": "word"},
    ]
    limits = config["limits"]
    assert (limits["picture_bytes"], limits["picture_pixels"]) == (20 << 20, 50_000_000)
    assert config["engine"] == "fake"
    assert config["photo_engine"] == "strands"


async def test_nobody_is_contacted_unless_the_operator_says_so() -> None:
    async with ServerUnderTest() as server, server.http.get(f"{server.url}/api/config") as response:
        assert (await response.json())["iceServers"] == []
