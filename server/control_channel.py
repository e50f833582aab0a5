"""The data channel over which a client changes its look and hears how its session is doing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from aiortc import RTCDataChannel

from engines.errors import LiveHairError
from realtime.frame_result import Notice
from server.settings import LimitSettings
from server.token_bucket import TokenBucket

LABEL = "control"
# A client that does not read must not fill the server's memory: with more bytes waiting than this,
# messages to it are left out.
_MAX_BUFFERED = 1 << 16


class ControlChannel:
    """One client's ``control`` channel. ``handle`` is given each message; what it raises becomes a notice."""

    def __init__(
        self, channel: RTCDataChannel, limits: LimitSettings, handle: Callable[[object], None]
    ) -> None:
        self._channel = channel
        self._bucket = TokenBucket(limits.control_rate, limits.control_rate)
        self._handle = handle
        self._flooded = False
        channel.on("message", self._on_message)

    def send(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Send ``fields`` as a message of type ``kind``, if the channel is open and the client reads."""
        if self._channel.readyState == "open" and self._channel.bufferedAmount <= _MAX_BUFFERED:
            self._channel.send(json.dumps({"type": kind, **fields}))

    def notice(self, notice: Notice) -> None:
        """Tell the user something."""
        self.send("notice", {"code": notice.code, "message": notice.message})

    def _on_message(self, text: object) -> None:
        if self._bucket.take():
            self._flooded = False
            try:
                self._handle(text)
            except LiveHairError as error:
                self.notice(Notice(error.code, str(error)))
        elif not self._flooded:
            self._flooded = True
            self.notice(Notice("too-many-messages", "Too many control messages at once: some were left out."))
