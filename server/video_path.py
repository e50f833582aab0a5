"""The way of one session's frames: track, mailbox, worker thread, mailbox, track."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import av
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from engines.base import EngineStatus
from engines.quality import Quality
from realtime.errors import MailboxClosed
from realtime.frame_result import Notice
from realtime.mailbox import Mailbox
from server.frame_processor import FrameProcessor, ProcessedFrame
from server.processed_track import ProcessedTrack
from server.stage_times import StageTimes

logger = logging.getLogger(__name__)

_CLOSE_TIMEOUT = 10.0
# 4096x2304, the largest that cameras call 4K.
_MAX_PIXELS = 4096 * 2304
_TOO_LARGE = Notice("picture-too-large", "The camera's picture is larger than 4K. Choose a smaller size.")
_FAILED = Notice("engine-failed", "Something went wrong with this picture; you see it as the camera does.")


class VideoPath:
    """Reads frames, has them processed in a thread of its own, and offers them as ``track``.

    A slow processor costs frames, never time: both mailboxes hold one frame. ``decode_wait`` gives the
    seconds a frame took from its last packet to here; ``notify`` hears what users should know.
    """

    def __init__(
        self,
        processor: FrameProcessor,
        notify: Callable[[Notice], None],
        decode_wait: Callable[[int], float | None],
    ) -> None:
        self.inbox: Mailbox[tuple[av.VideoFrame, float]] = Mailbox("inbox")
        self.outbox: Mailbox[av.VideoFrame] = Mailbox("outbox")
        self.track = ProcessedTrack(self.outbox)
        self.stages = StageTimes()
        self.received = 0
        self.sent = 0
        self.out_of_order = 0
        self.refused = 0
        """Frames larger than can be shown."""
        self.failures = 0
        self.size = (0, 0)
        """(width, height) of the last frame received."""
        self.last_frame: float | None = None
        """When it came (``time.monotonic``)."""
        self.status: EngineStatus | None = None
        """How the engine did on the last frame; ``None`` where it drew nothing."""
        self.quality: Quality | None = None
        """What the last frame was drawn with."""
        self._processor = processor
        self._notify = notify
        self._decode_wait = decode_wait
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="frames")

    async def ingest(self, track: MediaStreamTrack) -> None:
        """Take in the remote track's frames until it ends."""
        last_pts = -1
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if not isinstance(frame, av.VideoFrame) or frame.pts is None:
                continue
            self.received += 1
            self.size = (frame.width, frame.height)
            self.last_frame = time.monotonic()
            if (waited := self._decode_wait(frame.pts)) is not None:
                self.stages.note("decode", waited * 1e3)
            if frame.width * frame.height > _MAX_PIXELS:
                self.refused += 1
                self._notify(_TOO_LARGE)
                continue
            # Encoders need strictly increasing time stamps.
            if frame.pts <= last_pts:
                self.out_of_order += 1
                continue
            last_pts = frame.pts
            try:
                self.inbox.put((frame, time.perf_counter()))
            except MailboxClosed:
                return

    async def process(self) -> None:
        """Process frames until the path is closed."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                frame, arrived = await self.inbox.get()
                begin = time.perf_counter()
                self.stages.note("queue", (begin - arrived) * 1e3)
                frame = await self._processed(loop, frame)
                self.stages.note("server", (time.perf_counter() - arrived) * 1e3)
                self.sent += 1
                self.outbox.put(frame)
        except MailboxClosed:
            return

    async def close(self) -> None:
        """End the track, and release the processor once its last frame is done."""
        self.inbox.close()
        self.outbox.close()
        self.track.stop()
        loop = asyncio.get_running_loop()
        closing = loop.run_in_executor(self._pool, self._processor.close)
        # A frame that never gets done must not keep the slot.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(closing, _CLOSE_TIMEOUT)
        self._pool.shutdown(wait=False)

    async def _processed(self, loop: asyncio.AbstractEventLoop, frame: av.VideoFrame) -> av.VideoFrame:
        try:
            result: ProcessedFrame = await loop.run_in_executor(self._pool, self._processor.process, frame)
        # Whatever goes wrong with a frame, the stream goes on.
        except Exception:
            self.failures += 1
            if self.failures == 1:
                logger.exception("A frame could not be processed; more in this session are only counted")
            self._notify(_FAILED)
            return frame
        for name, milliseconds in result.timings.items():
            self.stages.note(name, milliseconds)
        self.status = result.status
        self.quality = result.quality
        for notice in result.notices:
            self._notify(notice)
        return result.frame
