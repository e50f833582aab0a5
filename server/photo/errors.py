"""Why a photo is not edited."""

from __future__ import annotations

from server.errors import RequestError


class PhotoRefusedError(RequestError):
    """The photo or the look does not work; the message says what would."""

    status = 422

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class PhotoFailedError(RequestError):
    """The process that edits photos ended."""

    status = 500
    code = "photo-failed"

    def __init__(self) -> None:
        super().__init__("Editing this photo failed. Try again, or with a smaller one.")


class PhotoQueueFullError(RequestError):
    """Too many photos wait."""

    status = 503
    code = "photo-queue-full"

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} photos are waiting already. Try again in a few seconds.")


class UnknownPhotoError(RequestError):
    """There is no such photo job."""

    status = 404
    code = "unknown-photo"

    def __init__(self) -> None:
        super().__init__("There is no such photo. Results are kept for a few minutes: send it again.")
