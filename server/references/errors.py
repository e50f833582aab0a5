"""Why a photo becomes no reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.errors import RequestError

_SEVERAL = "reference-several-faces"


class ReferenceRefusedError(RequestError):
    """The photo cannot serve; the message says what would. Among several faces the client may choose one."""

    def __init__(self, code: str, message: str, details: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.code = code
        self.details = details
        self.status = 409 if code == _SEVERAL else 422


class ReferenceFailedError(RequestError):
    """The process that reads references ended or took too long."""

    status = 503
    code = "reference-failed"

    def __init__(self) -> None:
        super().__init__("Reading this photo failed. Try again, or with a smaller one.")
