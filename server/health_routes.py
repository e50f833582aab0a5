"""Whether the server lives, is ready, and how it does."""

from __future__ import annotations

from aiohttp import web

from server.metrics import Metrics
from server.session_manager import SessionManager
from server.warmup import Warmup


class HealthRoutes:
    """Handlers for probes and Prometheus."""

    def __init__(self, manager: SessionManager, warmup: Warmup, metrics: Metrics) -> None:
        self._manager = manager
        self._warmup = warmup
        self._metrics = metrics

    def routes(self) -> list[web.RouteDef]:
        """The routes to add to the application."""
        return [
            web.get("/healthz", self._alive),
            web.get("/readyz", self._ready),
            web.get("/metrics", self._prometheus),
        ]

    async def _alive(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _ready(self, request: web.Request) -> web.Response:
        if self._manager.draining:
            status = "draining"
        elif self._warmup.error is not None:
            status = "failed"
        else:
            status = "ready" if self._warmup.ready else "starting"
        return web.json_response({"status": status}, status=200 if status == "ready" else 503)

    async def _prometheus(self, request: web.Request) -> web.Response:
        return web.Response(body=self._metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4"})
