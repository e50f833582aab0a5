"""Videos over HTTP: send one, watch it, fetch it, stop it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from aiohttp import web

from realtime.video_file.video_limits import VideoLimits
from server.errors import RequestError
from server.idle_child import IdleChild
from server.jobs.child_work import work_in
from server.jobs.job import Job, Result
from server.jobs.job_routes import JobRoutes
from server.jobs.jobs import Jobs
from server.photo.engine_told import STRANDS
from server.photo.look_form import FILES, TEXTS, LookForm
from server.photo.look_sources import LookSources
from server.security import AddressLimiter
from server.uploads.form import read_form
from server.vault import Vault
from server.visit import Visits

KIND = "video"
_UPLOAD_SECONDS = 600.0


class VideoRoutes:
    """Handlers for ``/api/video``: always a job. ``child`` works on one video at a time."""

    def __init__(
        self, limits: VideoLimits, sources: LookSources, child: IdleChild, vault: Vault, visits: Visits,
        limiter: AddressLimiter,
    ) -> None:  # fmt: skip
        self._limits = limits
        self._sources = sources
        self._child = child
        self._visits = visits
        self._limiter = limiter
        self._jobs = Jobs(KIND, vault, most=8)
        self._watching = JobRoutes("/api/video", self._jobs)

    def routes(self) -> list[web.RouteDef]:
        """The routes to add to the application."""
        return [web.post("/api/video", self._post), *self._watching.routes()]

    async def close(self) -> None:
        """Stop all jobs."""
        await self._jobs.close()

    async def _post(self, request: web.Request) -> web.Response:
        self._limiter.check(request.remote or "")
        visit = self._visits.begin(request)
        form = await read_form(request, TEXTS, ("video", *FILES), self._limits.bytes, _UPLOAD_SECONDS)
        look = LookForm.of(form, self._sources.styles)
        self._sources.check(look)
        if "video" not in form.files:
            raise RequestError("Send the video in the field video.")

        async def work(job: Job, video: bytes) -> Result:
            found = await self._sources.find(look)

            def listen(answer: Mapping[str, Any], data: bytes) -> None:
                job.note(answer["done"] / answer["steps"])

            header = {
                "video": len(video),
                "look": asdict(replace(found.look, reference=None)),
                "limits": asdict(self._limits),
            }
            _, mp4 = await work_in(self._child, header, video + found.reference, listen)
            return Result(mp4, "video/mp4", STRANDS)

        return self._watching.accepted(await self._jobs.start(visit, form.files["video"], work), STRANDS)
