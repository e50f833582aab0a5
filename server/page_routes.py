"""The pages."""

from __future__ import annotations

import html
from pathlib import Path

from aiohttp import web

_CONTACT = '<span class="contact"></span>'


class PageRoutes:
    """Handlers for the pages in the folder ``static``; ``contact``: whom people may ask about their data."""

    def __init__(self, static: Path, contact: str | None) -> None:
        self._static = static
        retention = (static / "retention.html").read_text("utf-8")
        told = f": {html.escape(contact)}" if contact else ""
        self._retention = retention.replace(_CONTACT, told)

    def routes(self) -> list[web.RouteDef]:
        """The routes to add to the application."""
        return [
            web.get("/", self._mirror),
            web.get("/latency", self._latency),
            web.get("/retention", self._get_retention),
        ]

    async def _mirror(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(self._static / "index.html")

    async def _latency(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(self._static / "latency.html")

    async def _get_retention(self, request: web.Request) -> web.Response:
        return web.Response(text=self._retention, content_type="text/html")
