"""Bad networks and narrow ones."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from server.settings import IceSettings, LimitSettings, Settings
from tests.loopback.pictures import marked_frames
from tests.loopback.server_under_test import ServerUnderTest, with_limits
from tests.loopback.test_admission import video_offer
from tests.soak.udp_proxy import UdpProxy


async def test_the_picture_goes_on_while_packets_are_lost_and_reordered() -> None:
    proxy = UdpProxy(loss=0.04, reorder=0.05, seed=5)
    await proxy.start()
    async with ServerUnderTest(with_limits()) as server:
        client = server.client(marked_frames(640, 480), relay=proxy, keep=1000)
        async with client:
            await client.wait_frames(1, 15)
            begin = asyncio.get_running_loop().time()
            await client.wait_frames(150, 20)
            seconds = asyncio.get_running_loop().time() - begin
    proxy.close()
    assert proxy.lost > 20
    assert seconds < 10
    times = [at for _, at, _ in client.frames]
    assert max(b - a for a, b in pairwise(times)) < 1.5
    # What was late because of a loss does not stay late.
    assert sorted(client.latencies()[-60:])[30] < 0.12


async def test_without_a_free_udp_port_the_offer_gets_a_sentence() -> None:
    settings = Settings(ice=IceSettings(udp_ports=(42_117, 42_117)), limits=LimitSettings(max_sessions=3))
    async with ServerUnderTest(settings) as server:
        statuses = []
        for _ in range(2):
            offer = {"type": "offer", "sdp": await video_offer()}
            async with server.http.post(f"{server.url}/offer", json=offer) as response:
                answer = await response.json()
                statuses.append((response.status, answer.get("error")))
        assert statuses == [(200, None), (503, "no-address")]
        assert server.manager.active == 1
