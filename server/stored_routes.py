"""What is stored about a visitor, and forgetting it."""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import hdrs, web

from server.vault import Vault
from server.visit import known_visit


class StoredRoutes:
    """Handlers for ``/api/stored``: a visitor sees and deletes what the visit lent, and nobody else's."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def routes(self) -> list[web.RouteDef]:
        """The routes to add to the application."""
        return [web.get("/api/stored", self._get), web.delete("/api/stored", self._delete)]

    async def _get(self, request: web.Request) -> web.Response:
        stored = [asdict(entry) for entry in self._vault.stored(known_visit(request))]
        return web.json_response({"stored": stored}, headers={hdrs.CACHE_CONTROL: "no-store"})

    async def _delete(self, request: web.Request) -> web.Response:
        if visit := known_visit(request):
            self._vault.forget(visit)
        return web.Response(status=204)
