"""Minutes of coming, going and changing over a bad network: nothing may grow.

``LIVEHAIR_SOAK_SECONDS`` sets the duration (default 600).
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from itertools import count

import numpy as np
import numpy.typing as npt
import pytest
from aiohttp import ClientSession
from aiortc.exceptions import InvalidStateError

from tests.loopback.client import LoopbackClient, RefusedError
from tests.media import GENTLE, astronaut_frame
from tests.soak.udp_proxy import UdpProxy
from tools import marker
from tools.server_process import LIVEHAIR, ServerProcess, running_server

U8 = npt.NDArray[np.uint8]

_SECONDS = float(os.environ.get("LIVEHAIR_SOAK_SECONDS", "600"))
_SETTLED = min(60.0, _SECONDS / 2)
_PEOPLE = 2
_FPS = 15.0
_SIZE = (320, 240)
_LOOP = 60
_STYLES = ("own", "long-straight", "pixie", "afro", "c-curl-bob", "full-bang-bob")
_COLORS = ("N2", "N5", "F3", "X4", "F5")

pytestmark = [pytest.mark.soak, pytest.mark.timeout(_SECONDS + 300)]


class Crowd:
    """People who come through a bad network, change their look, and leave: half of them without a word."""

    def __init__(self, http: ClientSession, server: ServerProcess) -> None:
        self.latencies: list[tuple[float, float]] = []
        """(seconds since the start, seconds from camera to return) of frames."""
        self.visits = 0
        self.failed = 0
        self.refused = 0
        self.lost = 0
        self._http, self._server = http, server
        self._begin = time.monotonic()
        self._seeds = count(1)
        self._pictures = [astronaut_frame(*_SIZE, GENTLE, index / _LOOP) for index in range(_LOOP)]

    async def visit(self, until: float) -> None:
        """One place in the crowd: visits one after the other until that time (``time.monotonic``)."""
        while time.monotonic() < until:
            chance = random.Random(next(self._seeds))
            proxy = UdpProxy(seed=chance.randrange(1 << 30))
            await proxy.start()
            client = LoopbackClient(self._http, self._server.url, self._draw, fps=_FPS, relay=proxy, keep=20)
            try:
                await self._stay(client, chance, until)
            except (TimeoutError, InvalidStateError):
                self.failed += 1
            except RefusedError:
                # Whoever's goodbye was lost on the way holds a slot until the server notices.
                self.refused += 1
                await asyncio.sleep(2.0)
            finally:
                await client.close()
                proxy.close()
                self.lost += proxy.lost

    async def _stay(self, client: LoopbackClient, chance: random.Random, until: float) -> None:
        await client.offer()
        await client.wait_frames(1, 15)
        await client.wait_open()
        self.visits += 1
        leave = min(until, time.monotonic() + chance.uniform(8, 25))
        while time.monotonic() < leave:
            client.say({"type": "look", "style": chance.choice(_STYLES), "color": chance.choice(_COLORS)})
            await asyncio.sleep(chance.uniform(1, 3))
            self._note(client)
        if chance.random() < 0.5:
            await client.vanish()
            # The next visit needs the place that the server must find empty by itself.
            await asyncio.sleep(5.5)

    def _note(self, client: LoopbackClient) -> None:
        assert client.track is not None
        for _, at, picture in client.frames:
            number = marker.read(picture.mean(axis=2))
            sent = client.track.sent.get(int((number or 0) * 90_000 / _FPS))
            if number is not None and sent is not None:
                self.latencies.append((time.monotonic() - self._begin, at - sent))
        client.frames.clear()

    def _draw(self, index: int) -> U8:
        picture = self._pictures[index % _LOOP].copy()
        marker.draw_rgb(picture, index)
        return picture


async def gauge(http: ClientSession, server: ServerProcess, name: str) -> float:
    async with http.get(f"{server.url}/metrics") as response:
        lines = (await response.text()).splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith(f"{name} "))


async def test_nothing_grows_over_a_bad_network() -> None:
    async with (
        running_server(LIVEHAIR, "--max-sessions", str(_PEOPLE + 1)) as server,
        ClientSession() as http,
    ):
        assert server.process is not None
        tasks = await gauge(http, server, "event_loop_tasks")
        crowd = Crowd(http, server)
        begin = time.monotonic()
        places = [asyncio.create_task(crowd.visit(begin + _SECONDS)) for _ in range(_PEOPLE)]
        memory: list[tuple[float, int]] = []
        while not all(place.done() for place in places):
            await asyncio.sleep(1.0)
            memory.append((time.monotonic() - begin, server.process.memory_info().rss))
        await asyncio.gather(*places)
        for _ in range(100):
            if await gauge(http, server, "sessions_active") == 0:
                break
            await asyncio.sleep(0.1)
        await asyncio.sleep(1.5)
        left = await gauge(http, server, "event_loop_tasks") - tasks
        active = await gauge(http, server, "sessions_active")

    window = max(10.0, _SECONDS / 10)
    early = statistics.median(rss for at, rss in memory if _SETTLED <= at < _SETTLED + window)
    late = statistics.median(rss for at, rss in memory if at >= _SECONDS - window)
    soon = statistics.median(s for at, s in crowd.latencies if at < _SETTLED)
    later = statistics.median(s for at, s in crowd.latencies if at >= _SECONDS - window)
    print(
        f"\n{crowd.visits} visits, {crowd.failed} failed, {crowd.refused} refused; "
        f"{crowd.lost} packets lost; "
        f"memory {early / 1e6:.0f} -> {late / 1e6:.0f} MB; "
        f"latency {1e3 * soon:.0f} -> {1e3 * later:.0f} ms; {left:+.0f} tasks"
    )
    assert active == 0
    assert left <= 0
    assert crowd.visits >= _SECONDS / 30
    assert crowd.failed <= crowd.visits / 10
    assert crowd.refused <= crowd.visits / 2
    assert late <= 1.05 * early
    assert later <= 1.25 * soon + 0.02
