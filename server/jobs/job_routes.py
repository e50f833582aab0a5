"""What routes of jobs have in common."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import hdrs, web

from server.errors import RequestError
from server.jobs.job import Job
from server.jobs.jobs import Jobs

ASYNC = "respond-async"
"""The preference (RFC 7240) of clients that will not wait for the result."""
_GONE_AFTER = 0.5


class JobRoutes:
    """Watching, fetching and stopping the jobs below ``path``."""

    def __init__(self, path: str, jobs: Jobs) -> None:
        self._path = path
        self._jobs = jobs

    def routes(self) -> list[web.RouteDef]:
        """The routes to add to the application."""
        return [
            web.get(f"{self._path}/{{id}}", self._get),
            web.delete(f"{self._path}/{{id}}", self._delete),
        ]

    def accepted(self, job: Job, told: Mapping[str, Any]) -> web.Response:
        """202: where ``job`` can be watched; ``told`` besides."""
        headers = {"Location": f"{self._path}/{job.id}", "Preference-Applied": ASYNC}
        return web.json_response({"id": job.id, **told}, status=202, headers=headers)

    async def waited(self, request: web.Request, job: Job) -> web.Response:
        """The result, once it is there; nothing of the job is kept, and a client that leaves stops it."""
        try:
            while not job.task.done():
                await asyncio.wait([job.task], timeout=_GONE_AFTER)
                if request.transport is None or request.transport.is_closing():
                    raise asyncio.CancelledError
            return await self._answer(job)
        finally:
            await self._jobs.drop(job.id)

    async def _get(self, request: web.Request) -> web.StreamResponse:
        job = self._jobs.get(request.match_info["id"])
        if "text/event-stream" in request.headers.get(hdrs.ACCEPT, ""):
            return await self._events(request, job)
        if job.task.done():
            return await self._answer(job)
        return web.json_response({"progress": job.progress}, status=202)

    async def _delete(self, request: web.Request) -> web.Response:
        await self._jobs.drop(request.match_info["id"])
        return web.Response(status=204)

    async def _answer(self, job: Job) -> web.Response:
        data, result = await self._jobs.data(job), job.result()
        headers: dict[str, str] = {hdrs.CACHE_CONTROL: "no-store"}
        for name, value in result.about.items():
            headers[f"X-LiveHair-{name.title()}"] = value if isinstance(value, str) else json.dumps(value)
        return web.Response(body=data, content_type=result.content_type, headers=headers)

    async def _events(self, request: web.Request, job: Job) -> web.StreamResponse:
        """Server-sent events: what the job tells, then ``done`` or ``error``."""
        stream = web.StreamResponse(
            headers={hdrs.CONTENT_TYPE: "text/event-stream", hdrs.CACHE_CONTROL: "no-store"}
        )
        await stream.prepare(request)
        async for name, data in job.watch():
            await stream.write(_event(name, data))
        try:
            await stream.write(_event("done", job.result().about))
        except RequestError as error:
            told = {"error": error.code, "message": str(error), **error.details}
            await stream.write(_event("error", told))
        await stream.write_eof()
        return stream


def _event(name: str, data: Mapping[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(dict(data))}\n\n".encode()
