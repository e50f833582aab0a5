"""Hundreds of hostile uploads to the server, with somebody live beside them."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from aiohttp import ClientSession, TCPConnector

from server.app import VAULT
from server.memory import give_back
from server.settings import LimitSettings, Settings
from tests.loopback.client import LoopbackClient
from tests.loopback.hostile_uploads import HostileUpload, hostile_uploads
from tests.loopback.pictures import marked_frames
from tests.loopback.server_under_test import ServerUnderTest

_LIMITS = replace(LimitSettings(max_sessions=2), upload_rate=10_000.0, upload_burst=10_000)
_AT_ONCE = 3
_GROWTH = 60 << 20


async def _send(http: ClientSession, url: str, upload: HostileUpload) -> tuple[int, str]:
    """Status and code; of a job, the ones that it ends with."""
    async with http.post(url + upload.path, data=upload.body, headers=upload.headers) as response:
        if response.status != 202:
            code = (await response.json())["error"] if response.status >= 400 else ""
            return response.status, code
        job = url + response.headers["Location"]
    while True:
        async with http.get(job) as response:
            if response.status != 202:
                code = (await response.json())["error"] if response.status >= 400 else ""
                break
        await asyncio.sleep(0.02)
    async with http.delete(job):
        return response.status, code


async def _send_all(
    http: ClientSession, url: str, uploads: list[HostileUpload], client: LoopbackClient
) -> Counter[tuple[int, str]]:
    """How often which outcome; frames come back meanwhile."""
    outcomes: Counter[tuple[int, str]] = Counter()
    waiting = list(uploads)

    async def work() -> None:
        while waiting:
            upload = waiting.pop()
            outcome = await _send(http, url, upload)
            assert outcome[0] < 500, (outcome, upload.path, upload.headers)
            outcomes[outcome] += 1

    frames = client.count
    await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
    assert client.count > frames + 20
    return outcomes


def _memory() -> int:
    """Resident bytes of this process, in which the server runs."""
    give_back()
    return int(psutil.Process().memory_info().rss)


@pytest.mark.filterwarnings("ignore")
async def test_hundreds_of_hostile_uploads_end_nobody_and_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads = hostile_uploads()
    assert len(uploads) >= 300
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", None)
    async with ServerUnderTest(Settings(limits=_LIMITS)) as server:
        async with (
            server.client(marked_frames()) as client,
            ClientSession(connector=TCPConnector(force_close=True)) as http,
        ):
            await client.wait_frames(5)
            third = len(uploads) // 3
            outcomes = await _send_all(http, server.url, uploads[:third], client)
            before = _memory()
            outcomes += await _send_all(http, server.url, uploads[third : 2 * third], client)
            outcomes += await _send_all(http, server.url, uploads[2 * third :], client)
            assert _memory() - before < _GROWTH
            await client.wait_frames(10)
            assert not [message for message in client.messages if message.get("code") == "engine-failed"]
        assert not server.processors[0].fail
        codes = {code for _, code in outcomes}
        assert codes >= {
            "picture-format",
            "picture-broken",
            "picture-size",
            "picture-animated",
            "bad-request",
        }
        assert not list(server.app[VAULT]._entries)
    assert not server.leftover_tasks()
    assert not list(scratch.iterdir())
