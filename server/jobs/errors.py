"""Why work does not come to an end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.errors import RequestError

_CONFLICTS = ("several-faces",)
_TOO_LARGE = ("video-size",)
_WRONG_TYPES = ("video-format",)


class WorkRefusedError(RequestError):
    """What was sent cannot be worked on; the message says what would work."""

    def __init__(self, code: str, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.details = details or {}
        self.status = (
            409 if code in _CONFLICTS else 413 if code in _TOO_LARGE else 415 if code in _WRONG_TYPES else 422
        )


class WorkFailedError(RequestError):
    """The process that works ended."""

    status = 503
    code = "work-failed"

    def __init__(self) -> None:
        super().__init__("Editing this failed. Try again, or with a smaller file.")


class WorkStoppedError(RequestError):
    """Somebody stopped it."""

    status = 410
    code = "stopped"

    def __init__(self) -> None:
        super().__init__("This was stopped. Send it again.")


class UnknownJobError(RequestError):
    """There is no such job."""

    status = 404
    code = "unknown-job"

    def __init__(self) -> None:
        super().__init__("There is nothing under this address any more: results are kept for some minutes.")
