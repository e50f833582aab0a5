"""Errors of the realtime package."""

from __future__ import annotations

from engines.errors import LiveHairError


class MailboxClosed(LiveHairError):  # noqa: N818 - an end of stream, like StopAsyncIteration
    """The mailbox was closed: no item will come any more."""

    code = "mailbox-closed"

    def __init__(self, name: str) -> None:
        super().__init__(f"The mailbox {name!r} is closed. Stop reading from it.")


class SettingsError(LiveHairError):
    """A setting is out of its range; the message names it."""

    code = "bad-setting"


class FrameError(LiveHairError):
    """A frame that cannot be processed."""

    code = "bad-frame"
