"""Photos over HTTP: send one, watch it, fetch it, stop it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from aiohttp import web

from server.errors import RequestError
from server.idle_child import IdleChild
from server.jobs.child_work import work_in
from server.jobs.errors import WorkRefusedError
from server.jobs.job import Job, Result
from server.jobs.job_routes import ASYNC, JobRoutes
from server.jobs.jobs import Jobs
from server.photo.engine_told import HAIRFAST, STRANDS
from server.photo.look_form import FILES, TEXTS, LookForm
from server.photo.look_sources import LookSources
from server.photo.photo_swapper import PhotoSwapper
from server.photo.still_message import still_message
from server.security import AddressLimiter
from server.uploads.form import read_form
from server.uploads.picture_decoder import PictureDecoder
from server.vault import Vault
from server.visit import Visits

KIND = "photo"


class PhotoRoutes:
    """Handlers for ``/api/photo``.

    A client that prefers not to wait (RFC 7240, ``respond-async``) gets a job to watch; others get the
    picture. ``child`` works on one picture at a time; ``swap`` puts hair of one photo on another with
    networks, where there are any.
    """

    def __init__(
        self, decoder: PictureDecoder, sources: LookSources, child: IdleChild, vault: Vault, visits: Visits,
        limiter: AddressLimiter, swap: PhotoSwapper | None = None,
    ) -> None:  # fmt: skip
        self._decoder = decoder
        self._sources = sources
        self._child = child
        self._visits = visits
        self._swap = swap
        self._limiter = limiter
        self._jobs = Jobs(KIND, vault)
        self._watching = JobRoutes("/api/photo", self._jobs)

    def routes(self) -> list[web.RouteDef]:
        """The routes to add to the application."""
        return [web.post("/api/photo", self._post), *self._watching.routes()]

    async def close(self) -> None:
        """Stop all jobs."""
        await self._jobs.close()

    async def _post(self, request: web.Request) -> web.StreamResponse:
        self._limiter.check(request.remote or "")
        visit = self._visits.begin(request)
        form = await read_form(request, TEXTS, ("image", *FILES), self._decoder.limits.bytes)
        look = LookForm.of(form, self._sources.styles)
        self._sources.check(look)
        if "image" not in form.files:
            raise RequestError("Send the picture in the field image.")

        async def work(job: Job, picture: bytes) -> Result:
            rgb = await self._decoder.decode(picture)
            found = await self._sources.find(look)

            def listen(answer: Mapping[str, Any], data: bytes) -> None:
                job.note(answer["done"] / answer["steps"])

            about = STRANDS
            if self._swap is not None and look.transfers:
                try:
                    answer, png = await self._swap.swap(rgb, found, look.face, listen)
                    return Result(png, "image/png", {**HAIRFAST, "notices": answer["notices"]})
                except WorkRefusedError as refusal:
                    if refusal.details:
                        raise
                    about = STRANDS | {"reason": f"The engine hairfast cannot work on this: {refusal}"}
            header, payload = still_message("photo", np.ascontiguousarray(rgb), found, look.face)
            answer, png = await work_in(self._child, header, payload, listen)
            return Result(png, "image/png", {**about, "notices": answer["notices"]})

        job = await self._jobs.start(visit, form.files["image"], work)
        if ASYNC in request.headers.get("Prefer", ""):
            swapped = self._swap is not None and look.transfers
            return self._watching.accepted(job, HAIRFAST if swapped else STRANDS)
        return await self._watching.waited(request, job)
