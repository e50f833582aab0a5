"""An aiortc client with the server's own tuning, for tests."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from fractions import Fraction
from http.cookies import SimpleCookie
from typing import Any, Protocol

import av
import numpy as np
import numpy.typing as npt
from aiohttp import ClientSession
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from server.rtc_tuning import VideoReceiver, VideoSender, add_loopback_address, prefer_codec
from server.settings import BitrateSettings, CodecName, CodecSettings

U8 = npt.NDArray[np.uint8]
Draw = Callable[[int], U8]
"""Frame number to RGB picture (h, w, 3)."""

_BITRATE = BitrateSettings()
_CLOCK = Fraction(1, 90_000)


class RefusedError(AssertionError):
    """The server did not accept the offer: (status, answer)."""


class Relay(Protocol):
    """Something between client and server that media has to pass."""

    def hide_client(self, offer: str) -> str:
        """The offer without the client's addresses."""

    def stand_in(self, answer: str) -> str:
        """The answer with the relay's address for the server's."""


async def wait_until(true: Callable[[], bool], seconds: float) -> None:
    """Wait until ``true()``; TimeoutError after so many seconds."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - polls what has no event
            await asyncio.sleep(0.01)


class DrawnTrack(MediaStreamTrack):
    """A camera that shows what ``draw`` paints, ``fps`` times a second while ``live``."""

    kind = "video"

    def __init__(self, draw: Draw, fps: float) -> None:
        super().__init__()
        self.live = asyncio.Event()
        self.live.set()
        self.sent: dict[int, float] = {}
        """``time.perf_counter`` of each frame by its pts."""
        self._draw = draw
        self._fps = fps
        self._begin = time.monotonic()
        self._index = 0

    async def recv(self) -> av.VideoFrame:
        """The next frame, when it is due."""
        await self.live.wait()
        due = self._begin + self._index / self._fps
        now = time.monotonic()
        if now - due > 1.0:
            self._index += int((now - due) * self._fps)
        await asyncio.sleep(max(0.0, due - now))
        picture = await asyncio.to_thread(self._draw, self._index)
        frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = int(self._index * 90_000 / self._fps), _CLOCK
        self._index += 1
        self.sent[frame.pts] = time.perf_counter()
        return frame


class LoopbackClient:
    """Connects to a server under test; use as ``async with``."""

    def __init__(
        self,
        http: ClientSession,
        url: str,
        draw: Draw | None,
        *,
        look: dict[str, Any] | None = None,
        fps: float = 30.0,
        codec: CodecName = "h264",
        ping: bool = True,
        keep: int = 300,
        relay: Relay | None = None,
    ) -> None:
        self.frames: list[tuple[int, float, U8]] = []
        """The last ``keep`` frames returned: (pts, ``time.perf_counter``, RGB)."""
        self.count = 0
        """Frames returned."""
        self.messages: list[dict[str, Any]] = []
        """Messages of the control channel."""
        self.answer: dict[str, Any] = {}
        self.answer_cookies: SimpleCookie = SimpleCookie()
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.track = DrawnTrack(draw, fps) if draw is not None else None
        self.channel = self.connection.createDataChannel("control")
        self.closed = asyncio.Event()
        """Set when the control channel has closed."""
        self._http, self._url, self._relay = http, url, relay
        self._look, self._codec = look, codec
        self._ping, self._keep = ping, keep
        self._tasks: list[asyncio.Task[None]] = []
        self._receiver: VideoReceiver | None = None
        self.channel.on("message", lambda text: self.messages.append(json.loads(text)))
        self.channel.on("close", self.closed.set)

    async def __aenter__(self) -> LoopbackClient:
        await self.offer()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def offer(self) -> str:
        """Negotiate; returns the SDP that was offered."""
        transceiver = self.connection.addTransceiver(self.track or "video", direction="sendrecv")
        prefer_codec(transceiver, self._codec)
        self._receiver = VideoReceiver(transceiver.receiver, _BITRATE)
        add_loopback_address(transceiver.receiver)
        await self.connection.setLocalDescription(await self.connection.createOffer())
        sdp = self.connection.localDescription.sdp
        if self._relay is not None:
            sdp = self._relay.hide_client(sdp)
        offer = {"type": "offer", "sdp": sdp, **(self._look or {})}
        async with self._http.post(f"{self._url}/offer", json=offer) as response:
            self.answer, self.answer_cookies = await response.json(), response.cookies
            if response.status != 200:
                raise RefusedError(response.status, self.answer)
        answer = self.answer["sdp"] if self._relay is None else self._relay.stand_in(self.answer["sdp"])
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        sender = VideoSender(transceiver, _BITRATE, CodecSettings())
        self._tasks = [
            asyncio.create_task(self._collect(transceiver.receiver.track)),
            asyncio.create_task(self._receiver.recover(sender)),
        ]
        if self._ping:
            self._tasks.append(asyncio.create_task(self._send_pings()))
        return sdp

    def say(self, message: Any) -> None:
        """Send a control message, raw if it is a text."""
        self.channel.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def wait_open(self, seconds: float = 15.0) -> None:
        """Wait until the control channel is open; over a bad network, pictures may come before."""
        await wait_until(lambda: self.channel.readyState == "open", seconds)

    async def wait_frames(self, count: int, seconds: float = 20.0) -> None:
        """Wait until ``count`` more frames came back."""
        goal = self.count + count
        await wait_until(lambda: self.count >= goal, seconds)

    async def wait_message(self, kind: str, code: str | None = None, seconds: float = 10.0) -> dict[str, Any]:
        """Wait for a message of this type (and code), and take it."""

        def find() -> dict[str, Any] | None:
            wanted = (m for m in self.messages if m["type"] == kind and code in (None, m.get("code")))
            return next(wanted, None)

        await wait_until(lambda: find() is not None, seconds)
        message = find()
        assert message is not None
        self.messages.remove(message)
        return message

    async def vanish(self) -> None:
        """Go without a word, as a closed lid does: no packet leaves or is heard any more."""
        transport = self.connection.getTransceivers()[0].receiver.transport.transport
        for protocol in transport._connection._protocols:
            protocol.transport.abort()
        await self._stop_tasks()

    async def close(self) -> None:
        """Hang up."""
        await self._stop_tasks()
        await self.connection.close()

    def latencies(self) -> list[float]:
        """Seconds from drawn to returned, of the frames kept."""
        sent = self.track.sent if self.track is not None else {}
        return [at - sent[pts] for pts, at, _ in self.frames if pts in sent]

    async def _collect(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                assert isinstance(frame, av.VideoFrame)
                assert frame.pts is not None
                if self._receiver is not None:
                    self._receiver.decoded += 1
                picture = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
                self.frames.append((frame.pts, time.perf_counter(), picture))
                del self.frames[: -self._keep]
                self.count += 1

    async def _send_pings(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            if self.channel.readyState == "open":
                self.say({"type": "ping"})

    async def _stop_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
