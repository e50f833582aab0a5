"""The video that goes back to the browser."""

from __future__ import annotations

import av
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from realtime.errors import MailboxClosed
from realtime.mailbox import Mailbox


class ProcessedTrack(MediaStreamTrack):
    """Hands the newest processed frame to the encoder, with the time stamps it came with."""

    kind = "video"

    def __init__(self, outbox: Mailbox[av.VideoFrame]) -> None:
        super().__init__()
        self._outbox = outbox

    async def recv(self) -> av.VideoFrame:
        """The next frame.

        Raises:
            MediaStreamError: the session has ended.
        """
        try:
            return await self._outbox.get()
        except MailboxClosed:
            self.stop()
            raise MediaStreamError from None
