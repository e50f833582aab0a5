"""Every refusal of the server, with its HTTP status. The message is a sentence for the person on the page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from engines.errors import LiveHairError


class RequestError(LiveHairError):
    """A request that is answered with ``status`` and ``{"error": code, "message": sentence, **details}``."""

    status = 400
    code = "bad-request"
    details: Mapping[str, Any] = {}
    """What programs may want to know besides."""
    retry_after = 3
    """Seconds after which it may work; sent with 429, 503 and 507."""


class OfferError(RequestError):
    """The SDP offer cannot be accepted."""

    code = "bad-offer"


class NoVideoError(OfferError):
    """The offer sends no video."""

    code = "no-video"

    def __init__(self) -> None:
        super().__init__("The offer sends no video. Add the camera's track before you create it.")


class UnsupportedCodecError(OfferError):
    """Neither VP8 nor H264 is in the offer."""

    code = "no-common-codec"

    def __init__(self) -> None:
        super().__init__("The offer has no video codec that this server speaks: offer VP8 or H264.")


class TooLargeError(RequestError):
    """The body of a request is longer than its limit."""

    status = 413
    code = "too-large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The request is longer than {limit} bytes.")


class MediaTypeError(RequestError):
    """The body is of another type than the route takes."""

    status = 415
    code = "bad-content-type"

    def __init__(self, expected: str) -> None:
        super().__init__(f"Send the body as {expected}.")


class TokenError(RequestError):
    """The bearer token is missing or belongs to another session."""

    status = 403
    code = "wrong-token"

    def __init__(self) -> None:
        super().__init__("Send the token that came with the session: Authorization: Bearer TOKEN.")


class OriginError(RequestError):
    """Another site's page sent the request."""

    status = 403
    code = "wrong-origin"

    def __init__(self) -> None:
        super().__init__("Only pages of this server may do that. --allowed-origins admits others.")


class UnknownSessionError(RequestError):
    """No session has this id; it may have ended."""

    status = 404
    code = "unknown-session"

    def __init__(self) -> None:
        super().__init__("There is no such session. It may have ended: send a new offer.")


class RateError(RequestError):
    """One address asks too often; after ``seconds`` it may again."""

    status = 429
    code = "too-many-requests"

    def __init__(self, seconds: float) -> None:
        super().__init__("Too many attempts from your address. Wait a few seconds and try again.")
        self.retry_after = max(1, math.ceil(seconds))


class ServerFullError(RequestError):
    """Every slot is taken."""

    status = 503
    code = "server-full"

    def __init__(self, limit: int) -> None:
        people = "person is" if limit == 1 else "people are"
        super().__init__(
            f"All places are taken: {limit} {people} trying hair on. Try again in a few seconds."
        )


class NoAddressError(RequestError):
    """No UDP socket could be opened for the session's media."""

    status = 503
    code = "no-address"

    def __init__(self) -> None:
        super().__init__("The server has no free UDP port or no network. Widen --udp-ports, or try again.")


class DrainingError(RequestError):
    """The server is going down and takes nobody in."""

    status = 503
    code = "draining"

    def __init__(self) -> None:
        super().__init__("The server is about to restart. Try again in a few seconds.")


class NotStoredError(RequestError):
    """Nothing is stored under this id, or no longer."""

    status = 404
    code = "not-stored"

    def __init__(self) -> None:
        super().__init__(
            "This is not stored any more: everything is deleted after some minutes. Send it again."
        )


class VisitFullError(RequestError):
    """One visitor has stored too much."""

    status = 413
    code = "visit-full"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"No more than {limit >> 20} MB are stored for one visitor. Delete what is stored, or wait."
        )


class StorageFullError(RequestError):
    """The server's memory for what visitors lend is used up."""

    status = 507
    code = "storage-full"
    retry_after = 60

    def __init__(self) -> None:
        super().__init__("The server holds as much as it can for its visitors. Try again in a minute.")


class QueueFullError(RequestError):
    """Too many pictures wait."""

    status = 503
    code = "queue-full"
    retry_after = 10

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} pictures are waiting already. Try again in a few seconds.")
