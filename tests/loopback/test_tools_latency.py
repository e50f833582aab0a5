"""The latency tool tells a slow server from a fast one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import av
import pytest
from aiohttp import web
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from av.frame import Frame

from tools.client_run import ClientRun, measure_with_clients
from tools.errors import ToolError

DELAY = 0.25


class _LateTrack(MediaStreamTrack):
    """Another track's frames, each ``delay`` seconds late; every tenth one is lost."""

    kind = "video"

    def __init__(self, source: MediaStreamTrack, delay: float) -> None:
        super().__init__()
        self._delay = delay
        self._source = source
        self._late: asyncio.Queue[tuple[float, Frame]] = asyncio.Queue(maxsize=90)
        self._task = asyncio.create_task(self._read())

    async def recv(self) -> Frame:
        due, frame = await self._late.get()
        await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
        return frame

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _read(self) -> None:
        count = 0
        while True:
            frame = await self._source.recv()
            assert isinstance(frame, av.VideoFrame)
            count += 1
            if count % 10:
                await self._late.put((asyncio.get_running_loop().time() + self._delay, frame))


@asynccontextmanager
async def _late_echo(delay: float) -> AsyncIterator[str]:
    connections: list[RTCPeerConnection] = []
    tracks: list[_LateTrack] = []

    async def offer(request: web.Request) -> web.Response:
        body = await request.json()
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        connections.append(connection)

        @connection.on("track")
        def echo(track: MediaStreamTrack) -> None:
            tracks.append(_LateTrack(track, delay))
            connection.addTrack(tracks[-1])

        await connection.setRemoteDescription(RTCSessionDescription(body["sdp"], "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        answer = connection.localDescription
        return web.json_response({"sdp": answer.sdp, "type": answer.type})

    app = web.Application()
    app.add_routes([web.post("/offer", offer)])
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await asyncio.gather(*(track.close() for track in tracks))
        await asyncio.gather(*(connection.close() for connection in connections))
        await runner.cleanup()


async def test_a_delay_and_lost_frames_are_measured_as_they_are() -> None:
    reports = {}
    for delay in (0.0, DELAY):
        async with _late_echo(delay) as url:
            run = ClientRun(url, (320, 240), seconds=3.0, warmup=1.0, codec="vp8")
            (reports[delay],) = await measure_with_clients(run, 1)
    added = reports[DELAY].p50 - reports[0.0].p50
    assert 1e3 * DELAY - 60 < added < 1e3 * DELAY + 60
    for report in reports.values():
        assert 0.05 < report.dropped / (report.samples + report.dropped) < 0.2
        assert report.sent_fps > 25


async def test_a_server_that_refuses_is_quoted() -> None:
    async def full(_: web.Request) -> web.Response:
        return web.json_response({"error": "server-full", "message": "All seats are taken."}, status=503)

    app = web.Application()
    app.add_routes([web.post("/offer", full)])
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        run = ClientRun(f"http://127.0.0.1:{runner.addresses[0][1]}", (320, 240), seconds=1.0)
        with pytest.raises(ToolError, match="All seats are taken"):
            await measure_with_clients(run, 1)
    finally:
        await runner.cleanup()
