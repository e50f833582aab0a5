"""Video through the server and back: what returns, when, and what it survives."""

from __future__ import annotations

import asyncio
import statistics

import numpy as np
import pytest

from realtime.frame_result import Notice
from server.settings import CodecName, CodecSettings, LimitSettings, Settings
from tests.loopback.client import wait_until
from tests.loopback.pictures import marked_frames, read_marker
from tests.loopback.server_under_test import ServerUnderTest, with_limits

_LIMITS = LimitSettings(max_sessions=4)


@pytest.mark.parametrize("codec", ["h264", "vp8"])
async def test_frames_return_with_their_own_time_stamps(codec: CodecName) -> None:
    settings = Settings(codec=CodecSettings(prefer=codec), limits=_LIMITS)
    async with ServerUnderTest(settings) as server, server.client(marked_frames(), codec=codec) as client:
        await client.wait_frames(60)
        await client.wait_message("ready")
        stats = await client.wait_message("stats")
    numbers = [(read_marker(picture), pts) for pts, _, picture in client.frames]
    read = [(number, pts) for number, pts in numbers if number is not None]
    assert len(read) > 50
    first_number, first_pts = read[0]
    wrong = [(number, pts) for number, pts in read if pts - first_pts != 3000 * (number - first_number)]
    assert wrong == []
    stamps = [pts for pts, _, _ in client.frames]
    assert stamps == sorted(set(stamps))
    assert stats["codec"] == codec.upper()
    assert stats["stages"]["track"] == 1.0
    assert {"decode", "queue", "encode"} <= set(stats["stages"])
    assert stats["fps_in"] > 15
    assert set(stats["drops"]) == {"decode", "order", "size", "inbox", "outbox"}


async def test_a_frame_returns_before_the_next_one_is_sent() -> None:
    """Stock aiortc at both ends holds each frame until the next one: twice 200 ms at 5 frames/s."""
    async with ServerUnderTest() as server, server.client(marked_frames(), fps=5) as client:
        await client.wait_frames(15)
    assert statistics.median(client.latencies()[3:]) < 0.15


async def test_slow_processing_costs_frames_not_time() -> None:
    async with ServerUnderTest() as server, server.client(marked_frames()) as client:
        await wait_until(lambda: bool(server.processors), 5)
        server.processors[0].delay = 0.1
        await client.wait_frames(45)
        stats = [message for message in client.messages if message["type"] == "stats"]
    assert max(client.latencies()[-10:]) < 0.45
    assert stats[-1]["drops"]["inbox"] > 5
    assert stats[-1]["dropped"] > 20


async def test_size_may_change_in_mid_stream() -> None:
    small, large = marked_frames(160, 120), marked_frames(320, 240)
    async with (
        ServerUnderTest() as server,
        server.client(lambda index: (small if index // 30 % 2 else large)(index)) as client,
    ):
        await client.wait_frames(100)
    assert {(160, 120), (320, 240)} <= set(server.processors[0].sizes)
    assert {picture.shape for _, _, picture in client.frames} == {(120, 160, 3), (240, 320, 3)}


@pytest.mark.parametrize(
    ("size", "codec", "returned"),
    [((641, 479), "vp8", (641, 479)), ((641, 479), "h264", (640, 478)), ((360, 640), "h264", (360, 640))],
)
async def test_odd_and_portrait_sizes(
    size: tuple[int, int], codec: CodecName, returned: tuple[int, int]
) -> None:
    settings = Settings(codec=CodecSettings(prefer=codec), limits=_LIMITS)
    async with (
        ServerUnderTest(settings) as server,
        server.client(marked_frames(*size), codec=codec) as client,
    ):
        await client.wait_frames(10)
    width, height = returned
    assert client.frames[-1][2].shape == (height, width, 3)


async def test_a_camera_that_pauses_for_five_seconds_keeps_its_session() -> None:
    async with ServerUnderTest() as server, server.client(marked_frames()) as client:
        await client.wait_frames(10)
        assert client.track is not None
        client.track.live.clear()
        await asyncio.sleep(5.5)
        assert server.manager.active == 1
        client.track.live.set()
        await client.wait_frames(20)


async def test_a_broken_processor_shows_the_camera_and_says_so_once() -> None:
    async with ServerUnderTest() as server, server.client(marked_frames()) as client:
        await client.wait_frames(5)
        server.processors[0].fail = True
        notice = await client.wait_message("notice", "engine-failed")
        await client.wait_frames(40)
        assert "picture" in notice["message"]
        assert not [message for message in client.messages if message.get("code") == "engine-failed"]
        server.processors[0].fail = False
        await client.wait_frames(5)


async def test_notices_of_the_pipeline_reach_the_client() -> None:
    async with ServerUnderTest() as server, server.client(marked_frames()) as client:
        await client.wait_frames(1)
        server.processors[0].notices = (Notice("no-face", "No face is in the picture."),)
        assert (await client.wait_message("notice", "no-face"))["message"] == "No face is in the picture."


async def test_both_directions_reach_two_megabits_within_three_seconds() -> None:
    rng = np.random.default_rng(0)
    texture = rng.integers(0, 255, (60, 80, 3), np.uint8).repeat(8, axis=0).repeat(8, axis=1)

    def draw(index: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        return np.ascontiguousarray(np.roll(texture, 5 * index, axis=(0, 1)))

    async with ServerUnderTest() as server, server.client(draw) as client:
        await client.wait_frames(1)
        await asyncio.sleep(3)
        stats = [message for message in client.messages if message["type"] == "stats"]
    assert max(message["bitrate_in"] for message in stats) >= 2e6
    assert max(message["bitrate_out"] for message in stats) >= 2e6


async def test_an_idle_client_is_told_and_its_slot_freed() -> None:
    async with ServerUnderTest(with_limits(idle_timeout=1.0)) as server, server.client(None) as client:
        await client.wait_message("notice", "idle")
        await wait_until(lambda: server.manager.active == 0, 5)
