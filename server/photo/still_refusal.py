"""Why the process that edits pictures does not edit one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.errors import LiveHairError


class StillRefusal(LiveHairError):  # noqa: N818 - what is refused is a message
    """The picture or the look does not work; the message says what would, ``details`` help programs."""

    def __init__(self, code: str, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.details = details or {}
