"""Latency measured by aiortc clients, each in a process of its own: the server's share, without a browser."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction

import aiohttp
import av
import numpy as np
import numpy.typing as npt
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError

from server.rtc_tuning import VideoReceiver, VideoSender, add_loopback_address, prefer_codec
from server.settings import BitrateSettings, CodecName, CodecSettings
from tools import marker
from tools.clips import moving_portrait, to_i420
from tools.errors import ToolError
from tools.latency_report import LatencyReport, Sample, summarize

_FPS = 30
_CLIP_FRAMES = 90
_FIRST_FRAME_SECONDS = 20.0
_PING = '{"type":"ping"}'


@dataclass(frozen=True, slots=True)
class ClientRun:
    """What each client does; the first ``warmup`` of ``seconds`` after the first frame do not count."""

    url: str
    size: tuple[int, int] = (640, 480)
    seconds: float = 10.0
    warmup: float = 3.0
    codec: CodecName = "h264"
    look: dict[str, str] = field(default_factory=dict)


async def measure_with_clients(run: ClientRun, clients: int) -> list[LatencyReport]:
    """One report for each of ``clients``, all streaming at once.

    Raises:
        ToolError: the server refused a client, or sent no frame back.
    """
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(clients, multiprocessing.get_context("spawn")) as pool:
        return await asyncio.gather(*(loop.run_in_executor(pool, run_client, run) for _ in range(clients)))


def run_client(run: ClientRun) -> LatencyReport:
    """One client, from connecting to its report."""
    return asyncio.run(_Client(run).measure())


class _Camera(MediaStreamTrack):
    """Plays a clip at _FPS with a marker in every frame and notes when each was handed to the encoder."""

    kind = "video"

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self.sent: list[Sample] = []
        self._clip = [to_i420(rgb) for rgb in moving_portrait(size, _CLIP_FRAMES)]
        self._begin: float | None = None

    async def recv(self) -> av.VideoFrame:
        index = len(self.sent)
        if self._begin is None:
            self._begin = time.monotonic()
        await asyncio.sleep(max(0.0, self._begin + index / _FPS - time.monotonic()))
        picture = self._clip[index % _CLIP_FRAMES].copy()
        marker.draw_i420(picture, index)
        frame = av.VideoFrame.from_ndarray(picture, "yuv420p")
        frame.pts, frame.time_base = index * 90_000 // _FPS, Fraction(1, 90_000)
        self.sent.append((index % marker.ID_COUNT, 1e3 * time.monotonic()))
        return frame


class _Client:
    def __init__(self, run: ClientRun) -> None:
        self._run = run
        self._camera = _Camera(run.size)
        self._returned: list[Sample] = []
        self._first_frame = asyncio.Event()

    async def measure(self) -> LatencyReport:
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        begin = 1e3 * time.monotonic()
        tasks: list[asyncio.Task[None]] = []
        try:
            control = connection.createDataChannel("control")
            transceiver = connection.addTransceiver(self._camera, direction="sendrecv")
            prefer_codec(transceiver, self._run.codec)
            add_loopback_address(transceiver.receiver)
            # A stock aiortc client holds every frame until the next one: it would measure itself.
            receiver = VideoReceiver(transceiver.receiver, BitrateSettings())
            await connection.setLocalDescription(await connection.createOffer())
            answer = await self._answer_to(connection.localDescription)
            await connection.setRemoteDescription(answer)
            sender = VideoSender(transceiver, BitrateSettings(), CodecSettings())
            tasks = [
                asyncio.create_task(self._read(transceiver.receiver.track, receiver)),
                asyncio.create_task(receiver.recover(sender)),
                asyncio.create_task(_ping(control)),
            ]
            await asyncio.wait_for(self._first_frame.wait(), _FIRST_FRAME_SECONDS)
            await asyncio.sleep(self._run.seconds)
            return self._report(begin, sender.codec)
        except TimeoutError:
            raise ToolError(f"No frame came back within {_FIRST_FRAME_SECONDS:.0f} s.") from None
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await connection.close()

    def _report(self, begin: float, codec: str) -> LatencyReport:
        first = self._returned[0][1]
        steady = first + 1e3 * self._run.warmup
        returned = [sample for sample in self._returned if sample[1] >= steady]
        if not returned:
            raise ToolError("The returned video stopped before the measurement began.")
        sent = [sample for sample in self._camera.sent if sample[1] >= steady - 1e3]
        return summarize(sent, returned, first_frame=first - begin, codec=codec)

    async def _answer_to(self, offer: RTCSessionDescription) -> RTCSessionDescription:
        body = {"sdp": offer.sdp, "type": offer.type, **self._run.look}
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.post(f"{self._run.url}/offer", json=body) as response,
            ):
                answer = await response.json()
        except aiohttp.ClientError as error:
            raise ToolError(f"No server answers at {self._run.url}.") from error
        if response.status != 200:
            raise ToolError(str(answer.get("message", response.reason)))
        return RTCSessionDescription(answer["sdp"], answer["type"])

    async def _read(self, track: MediaStreamTrack, receiver: VideoReceiver) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            receiver.decoded += 1
            if isinstance(frame, av.VideoFrame) and (frame_id := marker.read(_luma(frame))) is not None:
                self._returned.append((frame_id, 1e3 * time.monotonic()))
                self._first_frame.set()


async def _ping(control: RTCDataChannel) -> None:
    while True:
        await asyncio.sleep(1.0)
        if control.readyState == "open":
            control.send(_PING)


def _luma(frame: av.VideoFrame) -> npt.NDArray[np.uint8]:
    plane = frame.planes[0]
    pixels = np.frombuffer(memoryview(plane), np.uint8)
    return np.asarray(pixels.reshape(-1, plane.line_size)[: plane.height, : plane.width])
