"""The routes that open, feed and end sessions: a JSON offer, and the verbs of WHIP (RFC 9725)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from engines.errors import LiveHairError
from engines.look import Look
from server.errors import MediaTypeError, OfferError, RequestError, TooLargeError
from server.security import AddressLimiter, bearer_token
from server.session import Session
from server.session_manager import SessionManager
from server.visit import Visits

_MID = re.compile(r"^a=mid:(\S+)\s*$")
_CANDIDATE = re.compile(r"^a=candidate:(.+?)\s*$")
_SDP = "application/sdp"
_FRAGMENT = "application/trickle-ice-sdpfrag"
_LOOK_KEYS = ("style", "color")


class Signalling:
    """Handlers over one session manager."""

    def __init__(
        self, manager: SessionManager, visits: Visits, limiter: AddressLimiter, offer_bytes: int
    ) -> None:
        self._manager = manager
        self._visits = visits
        self._limiter = limiter
        self._offer_bytes = offer_bytes

    def routes(self) -> list[web.RouteDef]:
        """The routes to add to the application."""
        return [
            web.post("/offer", self._offer),
            web.post("/whip", self._whip),
            web.patch("/sessions/{id}", self._trickle),
            web.delete("/sessions/{id}", self._end),
            # navigator.sendBeacon, the one request that survives a closing page, can only POST.
            web.post("/sessions/{id}/end", self._end),
        ]

    async def _offer(self, request: web.Request) -> web.Response:
        self._limiter.check(request.remote or "")
        body = await self._body(request)
        try:
            offer = json.loads(body)
        except (ValueError, RecursionError):
            raise OfferError("The request is not JSON.") from None
        if (
            not isinstance(offer, dict)
            or offer.get("type") != "offer"
            or not isinstance(offer.get("sdp"), str)
        ):
            raise OfferError('Send {"type": "offer", "sdp": "..."}.')
        session, answer = await self._open(request, offer["sdp"], self._look(offer))
        return web.json_response(
            {"type": "answer", "sdp": answer, "session_id": session.id, "token": session.token}
        )

    async def _whip(self, request: web.Request) -> web.Response:
        self._limiter.check(request.remote or "")
        if request.content_type != _SDP:
            raise MediaTypeError(_SDP)
        sdp = await self._body(request)
        session, answer = await self._open(request, sdp, self._look(request.query))
        # A WHIP client knows nothing but the address it is given, so the token is part of it.
        location = f"/sessions/{session.id}?token={session.token}"
        return web.Response(
            status=201,
            text=answer,
            content_type=_SDP,
            headers={"Location": location, "ETag": f'"{session.id}"'},
        )

    async def _trickle(self, request: web.Request) -> web.Response:
        session = self._manager.get(request.match_info["id"], bearer_token(request))
        if request.content_type != _FRAGMENT:
            raise MediaTypeError(_FRAGMENT)
        mid: str | None = None
        for line in (await self._body(request)).splitlines():
            if match := _MID.match(line):
                mid = match[1]
            elif match := _CANDIDATE.match(line):
                await session.add_candidate(match[1], mid)
        return web.Response(status=204)

    async def _end(self, request: web.Request) -> web.Response:
        self._manager.get(request.match_info["id"], bearer_token(request)).end("client")
        return web.Response(status=204)

    async def _open(self, request: web.Request, sdp: str, look: Look) -> tuple[Session, str]:
        visit = self._visits.begin(request)
        session, answer = await self._manager.open(sdp, look)
        self._visits.enter(visit)
        session.when_ended(lambda: self._visits.leave(visit))
        return session, answer

    async def _body(self, request: web.Request) -> str:
        # The offer in JSON is a little longer than the SDP in it.
        limit = 2 * self._offer_bytes
        if (request.content_length or 0) > limit:
            raise TooLargeError(limit)
        body = await request.content.read(limit + 1)
        while len(body) <= limit and not request.content.at_eof():
            body += await request.content.read(limit + 1 - len(body))
        if len(body) > limit:
            raise TooLargeError(limit)
        try:
            return body.decode()
        except UnicodeDecodeError:
            raise RequestError("The request is not UTF-8 text.") from None

    def _look(self, fields: Mapping[str, Any]) -> Look:
        wanted = {name: fields[name] for name in _LOOK_KEYS if fields.get(name) is not None}
        try:
            return Look().updated(wanted, self._manager.styles)
        except LiveHairError as error:
            refusal = RequestError(str(error))
            refusal.code = error.code
            raise refusal from None
