"""Who may ask, and what browsers may do with the answers."""

from __future__ import annotations

from collections import OrderedDict
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from server.errors import OriginError, RateError, TokenError
from server.settings import HttpSettings
from server.token_bucket import TokenBucket

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; "
        "script-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), display-capture=()",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_CHANGING = {hdrs.METH_POST, hdrs.METH_PATCH, hdrs.METH_DELETE, hdrs.METH_PUT}
_MAX_ADDRESSES = 4096


def add_security_headers(response: web.StreamResponse, http: HttpSettings) -> None:
    """The headers every answer carries."""
    response.headers.update(_HEADERS)
    # On localhost it would bind every other program's port too.
    if http.certfile is not None and not http.loopback:
        response.headers["Strict-Transport-Security"] = "max-age=86400"


def check_origin(request: web.Request, allowed: tuple[str, ...]) -> None:
    """Refuse changing requests that another site's page sent; programs without an Origin may.

    Raises:
        OriginError: the page is another site's.
    """
    if request.method not in _CHANGING:
        return
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None:
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise OriginError
        return
    # Behind a proxy that ends TLS the scheme differs from what this server sees, so hosts are compared.
    if origin not in allowed and urlsplit(origin).netloc != request.host:
        raise OriginError


def bearer_token(request: web.Request) -> str:
    """The token of a request: from its Authorization header, or the query for ``navigator.sendBeacon``.

    Raises:
        TokenError: there is none.
    """
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    if token := request.query.get("token", ""):
        return token
    raise TokenError


class AddressLimiter:
    """Admits so many requests a second from each address, in bursts of ``burst``."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def check(self, address: str) -> None:
        """Count a request of this address.

        Raises:
            RateError: too many.
        """
        bucket = self._buckets.pop(address, None) or TokenBucket(self._rate, self._burst)
        self._buckets[address] = bucket
        if len(self._buckets) > _MAX_ADDRESSES:
            self._buckets.popitem(last=False)
        if not bucket.take():
            raise RateError(bucket.wait)

    def forget_idle(self) -> None:
        """Forget the addresses whose next request would be admitted as their first was."""
        for address in [name for name, bucket in self._buckets.items() if bucket.full]:
            del self._buckets[address]
