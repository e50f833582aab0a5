"""Video files over HTTP, edited by the real process."""

from __future__ import annotations

import asyncio
import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from aiohttp import FormData

from tests.loopback.server_under_test import ServerUnderTest
from tests.loopback.test_thumbnails import events_of
from tools.clips import moving_portrait, to_i420

FRAMES = 9
TIMES = [33 * index + 40 * (index // 5) for index in range(FRAMES)]


def clip(path: Path, rotation: int = 0) -> bytes:
    """Nine frames at uneven times and half a second of sound, with a place in the metadata."""
    with av.open(str(path), "w") as container:
        container.metadata["location"] = "+37.5-127.0/"
        video = container.add_stream("libx264", rate=30, options={"preset": "ultrafast", "crf": "20"})
        video.width, video.height, video.pix_fmt = 320, 240, "yuv420p"
        video.codec_context.time_base = Fraction(1, 1000)
        sound = container.add_stream("aac", rate=48_000, layout="mono")
        for time, rgb in zip(TIMES, moving_portrait((320, 240), FRAMES), strict=True):
            frame = av.VideoFrame.from_ndarray(to_i420(rgb), "yuv420p")
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            container.mux(video.encode(frame))
        for index in range(23):
            tone = np.sin(np.arange(1024) * 0.05 + index).astype(np.float32)[None] * 0.2
            samples = av.AudioFrame.from_ndarray(tone, "fltp", "mono")
            samples.pts, samples.sample_rate, samples.time_base = 1024 * index, 48_000, Fraction(1, 48_000)
            container.mux(sound.encode(samples))
        container.mux(video.encode(None))
        container.mux(sound.encode(None))
    return path.read_bytes()


def form(video: bytes | None, **texts: str) -> FormData:
    fields = FormData(default_to_multipart=True)
    if video is not None:
        fields.add_field("video", video, filename="me.mp4")
    for name, text in texts.items():
        fields.add_field(name, text)
    return fields


async def test_a_video_comes_back_with_hair_its_times_and_its_sound(tmp_path: Path) -> None:
    data = clip(tmp_path / "clip.mp4")
    async with ServerUnderTest() as server:
        body = form(data, style="buzz-cut", color="F3")
        async with server.http.post(f"{server.url}/api/video", data=body) as response:
            assert response.status == 202, await response.text()
            location = server.url + response.headers["Location"]
        async with server.http.get(location) as response:
            assert response.status == 202
            assert 0.0 <= (await response.json())["progress"] <= 1.0
        async with server.http.get(location, headers={"Accept": "text/event-stream"}) as response:
            events = events_of(await response.text())
        assert events[-1][0] == "done", events[-1]
        shares = [told["progress"] for name, told in events if name == "progress"]
        assert len(shares) >= 2
        assert shares == sorted(shares)
        async with server.http.get(location) as response:
            assert response.content_type == "video/mp4"
            edited = await response.read()
        # Its index comes before its pictures, so that it plays while it loads.
        assert edited.index(b"moov") < edited.index(b"mdat")
        assert b"compositeSynthetic" in edited
        assert b"37.5" not in edited
        with av.open(io.BytesIO(edited), "r") as container:
            times = [round(float(frame.time or 0.0), 3) for frame in container.decode(video=0)]
        with av.open(io.BytesIO(edited), "r") as container:
            samples = sum(frame.samples for frame in container.decode(audio=0))
        assert times == pytest.approx([time / 1000 for time in TIMES], abs=0.002)
        assert samples == pytest.approx(23 * 1024, abs=2048)
        async with server.http.delete(location) as response:
            assert response.status == 204
        async with server.http.get(f"{server.url}/api/stored") as response:
            assert (await response.json())["stored"] == []
    assert not server.leftover_tasks()


async def test_hostile_and_broken_videos_are_refused_with_a_sentence(tmp_path: Path) -> None:
    data = clip(tmp_path / "clip.mp4")
    playlist = b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
    hostile = [
        b"",
        b"x" * 5000,
        playlist,
        data[: len(data) // 3],
        data[:64] + b"\0" * 4000,
        b"RIFF" + data[4:],
    ]
    async with ServerUnderTest() as server:
        for video in hostile:
            body = form(video, style="buzz-cut")
            async with server.http.post(f"{server.url}/api/video", data=body) as response:
                assert response.status in (202, 400), await response.text()
                if response.status == 400:
                    continue
                location = server.url + response.headers["Location"]
            async with server.http.get(location, headers={"Accept": "text/event-stream"}) as response:
                events = events_of(await response.text())
            if events[-1][0] == "error":
                assert events[-1][1]["message"].endswith(".")
                async with server.http.get(location) as response:
                    assert 400 <= response.status < 500
    assert not server.leftover_tasks()


async def test_a_stopped_video_makes_room_for_the_next(tmp_path: Path) -> None:
    data = clip(tmp_path / "clip.mp4")
    async with ServerUnderTest() as server:
        url = f"{server.url}/api/video"
        async with server.http.post(url, data=form(data, style="afro")) as response:
            location = server.url + response.headers["Location"]
        await asyncio.sleep(0.3)
        async with server.http.delete(location) as response:
            assert response.status == 204
        async with server.http.get(location) as response:
            assert response.status == 404
    assert not server.leftover_tasks()
