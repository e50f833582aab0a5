"""What can go wrong for the user of a tool."""

from __future__ import annotations

from engines.errors import LiveHairError


class ToolError(LiveHairError):
    """A tool cannot do what it was asked; the message says why. The program ends with status 2."""

    code = "tool"


class MediaError(ToolError):
    """A picture or a video cannot be read or written."""

    code = "media"
