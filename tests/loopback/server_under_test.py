"""The application in this process, on a free port."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import TracebackType
from typing import Any

from aiohttp import ClientSession, web

from engines.gallery import Style
from engines.look import Look
from realtime.keyframe_worker import Engine
from server.app import MANAGER, Parts, create_app
from server.engine_choice import EngineChoice
from server.session_manager import SessionManager
from server.settings import LimitSettings, Settings
from tests.loopback.client import Draw, LoopbackClient
from tests.loopback.fake_processor import FakeProcessor


def _no_engine() -> Engine:
    raise AssertionError("the fake processor needs no engine")


_STYLES = tuple(Style(name, name, name, (), "N3", 0) for name in ("pixie", "afro"))
FAKE_ENGINE = EngineChoice("fake", "Engine: none.", _no_engine, _STYLES)


class ServerUnderTest:
    """Use as ``async with``; with ``engine`` the real pipeline, else :class:`FakeProcessor` in its place."""

    def __init__(self, settings: Settings | None = None, engine: EngineChoice | None = None) -> None:
        self.processors: list[FakeProcessor] = []
        """The fake processors of the sessions so far."""
        self.url = ""
        self.http: ClientSession
        parts = None if engine else Parts(self._make_processor, lambda stopped: None)
        self.app = create_app(settings or Settings(), engine or FAKE_ENGINE, parts)
        self._runner = web.AppRunner(self.app, shutdown_timeout=1.0)
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def manager(self) -> SessionManager:
        """The server's sessions."""
        return self.app[MANAGER]

    async def __aenter__(self) -> ServerUnderTest:
        self._tasks = asyncio.all_tasks()
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.http = ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.close()
        await self._runner.cleanup()

    def client(self, draw: Draw | None, **options: Any) -> LoopbackClient:
        """A client of this server."""
        return LoopbackClient(self.http, self.url, draw, **options)

    def leftover_tasks(self) -> set[asyncio.Task[Any]]:
        """Tasks that were not there when the server started."""
        return asyncio.all_tasks() - self._tasks

    def _make_processor(self, look: Look) -> FakeProcessor:
        processor = FakeProcessor(look)
        self.processors.append(processor)
        return processor


def with_limits(**limits: float) -> Settings:
    """Default settings with other limits."""
    return Settings(limits=replace(LimitSettings(max_sessions=4), **limits))  # type: ignore[arg-type]
