"""What a page has to know of this server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import hdrs, web

from server.settings import IceServer, IceSettings


class ConfigRoutes:
    """Handler for ``/api/config``: ICE servers as browsers write them (RTCIceServer), and ``more``."""

    def __init__(self, ice: IceSettings, more: Mapping[str, Any]) -> None:
        self._config = {"iceServers": [_ice_server(server) for server in ice.servers], **more}

    def routes(self) -> list[web.RouteDef]:
        """The routes to add to the application."""
        return [web.get("/api/config", self._get)]

    async def _get(self, request: web.Request) -> web.Response:
        # A relay's password has no place in caches.
        return web.json_response(self._config, headers={hdrs.CACHE_CONTROL: "no-store"})


def _ice_server(server: IceServer) -> dict[str, str]:
    entry = {"urls": server.url, "username": server.username, "credential": server.credential}
    return {name: value for name, value in entry.items() if value is not None}
