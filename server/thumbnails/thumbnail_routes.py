"""Thumbnails over HTTP: send a picture, hear of each style as it is drawn."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np
from aiohttp import web

from engines.look import OWN_STYLE
from server.errors import RequestError
from server.idle_child import IdleChild
from server.jobs.child_work import work_in
from server.jobs.job import Job, Result
from server.jobs.job_routes import JobRoutes
from server.jobs.jobs import Jobs
from server.photo.look_form import TEXTS, LookForm
from server.photo.look_sources import LookSources
from server.photo.still_message import still_message
from server.security import AddressLimiter
from server.uploads.form import Form, read_form
from server.uploads.picture_decoder import PictureDecoder
from server.vault import Vault
from server.visit import Visits

_MOST = 30
_SIDE, _SIDES = 160, (64, 320)
# A thumbnail needs no more of a picture.
_LONGEST_SIDE = 2048
# Seconds in which one that was done at once can still be heard of.
_KEEP = 10.0


class ThumbnailRoutes:
    """Handlers for ``/api/thumbnails``: always a job, whose events are the pictures. Nothing is stored."""

    def __init__(
        self, decoder: PictureDecoder, sources: LookSources, child: IdleChild, vault: Vault, visits: Visits,
        limiter: AddressLimiter,
    ) -> None:  # fmt: skip
        self._decoder = decoder
        self._sources = sources
        self._child = child
        self._visits = visits
        self._limiter = limiter
        # Its events are pictures of somebody outside the vault: they wait for nobody.
        self._jobs = Jobs("photo", vault, keep=_KEEP)
        self._watching = JobRoutes("/api/thumbnails", self._jobs)

    def routes(self) -> list[web.RouteDef]:
        """The routes to add to the application."""
        return [web.post("/api/thumbnails", self._post), *self._watching.routes()]

    async def close(self) -> None:
        """Stop all jobs."""
        await self._jobs.close()

    async def _post(self, request: web.Request) -> web.Response:
        self._limiter.check(request.remote or "")
        visit = self._visits.begin(request)
        texts = (*TEXTS, "styles", "size")
        form = await read_form(request, texts, ("image",), self._decoder.limits.bytes)
        styles, side = _styles(form, self._sources.styles), _side(form)
        look = LookForm.of(Form({**form.texts, "style": styles[0], "mode": "both"}, {}), self._sources.styles)
        self._sources.check(look)
        if "image" not in form.files:
            raise RequestError("Send the picture in the field image.")

        async def work(job: Job, picture: bytes) -> Result:
            rgb = await self._decoder.decode(picture, _LONGEST_SIDE)
            found = await self._sources.find(look)

            def listen(answer: Mapping[str, Any], data: bytes) -> None:
                if "style" in answer:
                    url = f"data:image/webp;base64,{base64.b64encode(data).decode()}"
                    job.tell("thumbnail", {"style": answer["style"], "picture": url})
                else:
                    job.note(answer["done"] / answer["steps"])

            header, payload = still_message(
                "thumbnails", np.ascontiguousarray(rgb), found, look.face, styles=styles, side=side
            )
            await work_in(self._child, header, payload, listen)
            return Result()

        return self._watching.accepted(await self._jobs.start(visit, form.files["image"], work), {})


def _styles(form: Form, known: frozenset[str]) -> list[str]:
    styles = [name for name in form.texts.get("styles", "").split(",") if name]
    if not styles or len(styles) > _MOST or not set(styles) <= known | {OWN_STYLE}:
        raise RequestError(f"styles must be 1 to {_MOST} ids of GET /api/styles, separated by commas.")
    return list(dict.fromkeys(styles))


def _side(form: Form) -> int:
    text = form.texts.get("size", str(_SIDE))
    if not (text.isascii() and text.isdigit() and _SIDES[0] <= int(text[:5]) <= _SIDES[1]):
        raise RequestError(f"size must be a whole number of pixels from {_SIDES[0]} to {_SIDES[1]}.")
    return int(text)
