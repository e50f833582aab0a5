"""A visit: who lent what, known by a cookie that means nothing else and ends with the browser."""

from __future__ import annotations

import asyncio
import re
import secrets

from aiohttp import hdrs, web

from server.vault import Vault

COOKIE = "livehair-visit"

_ISSUED = re.compile(r"[\w-]{32}", re.ASCII)
_VISIT = web.RequestKey("visit", str)


def known_visit(request: web.Request) -> str | None:
    """The visit that the request belongs to, if it says one."""
    cookie = request.cookies.get(COOKIE, "")
    return request.get(_VISIT) or (cookie if _ISSUED.fullmatch(cookie) else None)


def begin_visit(request: web.Request) -> str:
    """The visit that the request belongs to; a new one gets its cookie with the answer."""
    visit = known_visit(request) or secrets.token_urlsafe(24)
    request[_VISIT] = visit
    return visit


def give_cookie(request: web.Request, response: web.StreamResponse) -> None:
    """Tell the browser its visit, if one began with this request."""
    visit = request.get(_VISIT)
    if visit is not None and request.cookies.get(COOKIE) != visit:
        # Behind a proxy that ends TLS only the page's origin tells that the browser speaks HTTPS.
        secure = request.secure or request.headers.get(hdrs.ORIGIN, "").startswith("https://")
        response.set_cookie(COOKIE, visit, httponly=True, samesite="Strict", secure=secure)


class Visits:
    """Forgets what a visitor lent ``grace`` seconds after the visitor's last live session."""

    def __init__(self, vault: Vault, grace: float) -> None:
        self._vault = vault
        self._grace = grace
        self._sessions: dict[str, int] = {}
        self._forgetting: dict[str, asyncio.TimerHandle] = {}

    def begin(self, request: web.Request) -> str:
        """The visit of a request that lends something: known, or new; the visitor is still here."""
        visit = begin_visit(request)
        self._stay(visit)
        return visit

    def enter(self, visit: str) -> None:
        """A live session of the visit begins."""
        self._stay(visit)
        self._sessions[visit] = self._sessions.get(visit, 0) + 1

    def leave(self, visit: str) -> None:
        """A live session of the visit has ended."""
        self._sessions[visit] -= 1
        if not self._sessions[visit]:
            del self._sessions[visit]
            loop = asyncio.get_running_loop()
            self._forgetting[visit] = loop.call_later(self._grace, self._forget, visit)

    def close(self) -> None:
        """Forget at once whatever was to be forgotten."""
        for visit, timer in list(self._forgetting.items()):
            timer.cancel()
            self._forget(visit)

    def _stay(self, visit: str) -> None:
        if timer := self._forgetting.pop(visit, None):
            timer.cancel()

    def _forget(self, visit: str) -> None:
        del self._forgetting[visit]
        self._vault.forget(visit)
