"""The way of the frames, without a network."""

from __future__ import annotations

import asyncio
from fractions import Fraction

import av
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from engines.look import Look
from realtime.frame_result import Notice
from server.video_path import VideoPath
from tests.loopback.fake_processor import FakeProcessor


class ListedTrack(MediaStreamTrack):
    """Hands out these frames, one each time the loop turns, and ends."""

    kind = "video"

    def __init__(self, *frames: av.VideoFrame) -> None:
        super().__init__()
        self._frames = list(frames)

    async def recv(self) -> av.VideoFrame:
        await asyncio.sleep(0.02)
        if not self._frames:
            raise MediaStreamError
        return self._frames.pop(0)


def frame(pts: int, width: int = 64, height: int = 48) -> av.VideoFrame:
    made = av.VideoFrame(width, height, "yuv420p")
    made.pts, made.time_base = pts, Fraction(1, 90_000)
    return made


def path_with_notices() -> tuple[VideoPath, list[Notice]]:
    notices: list[Notice] = []
    return VideoPath(FakeProcessor(Look()), notices.append, lambda pts: None), notices


async def test_frames_that_go_back_in_time_are_left_out() -> None:
    path, _ = path_with_notices()
    process = asyncio.create_task(path.process())
    await path.ingest(ListedTrack(frame(0), frame(3000), frame(3000), frame(1500), frame(6000)))
    await path.close()
    await process
    assert (path.received, path.out_of_order, path.sent) == (5, 2, 3)


async def test_frames_beyond_4k_are_left_out_with_a_notice() -> None:
    path, notices = path_with_notices()
    await path.ingest(ListedTrack(frame(0, 4096, 2304), frame(3000, 5120, 2880)))
    await path.close()
    assert (path.received, path.refused) == (2, 1)
    assert [notice.code for notice in notices] == ["picture-too-large"]


async def test_closing_ends_the_track_that_waits_for_a_frame() -> None:
    path, _ = path_with_notices()
    waiting = asyncio.create_task(path.track.recv())
    await asyncio.sleep(0)
    await path.close()
    (outcome,) = await asyncio.gather(waiting, return_exceptions=True)
    assert isinstance(outcome, MediaStreamError)
    assert path.track.readyState == "ended"
