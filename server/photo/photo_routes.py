"""Photos over HTTP: send one, watch it, fetch it, stop it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from aiohttp import hdrs, web

from engines.errors import LiveHairError
from engines.look import OWN_STYLE, Look
from server.errors import RequestError
from server.photo.errors import PhotoRefusedError
from server.photo.photo_editor import PhotoEditor
from server.photo.photo_job import PhotoJob
from server.photo.photo_jobs import PhotoJobs
from server.security import AddressLimiter
from server.uploads.form import Form, read_form
from server.uploads.picture_decoder import PictureDecoder

_FILES = ("image",)
_MODES = ("shape", "color", "both")
_NUMBERS = tuple(field.name for field in fields(Look) if field.type == "float")
_TEXTS = (*({field.name for field in fields(Look)} - {"reference"}), "mode")
_ASYNC = "respond-async"
_GONE_AFTER = 0.5


class PhotoRoutes:
    """Handlers for ``/api/photo``.

    ``styles`` are the ids that can be drawn. A client that prefers not to wait (RFC 7240,
    ``respond-async``) gets a job to watch; others get the picture.
    """

    def __init__(
        self, decoder: PictureDecoder, editor: PhotoEditor, styles: frozenset[str], limiter: AddressLimiter
    ) -> None:
        self._decoder = decoder
        self._editor = editor
        self._styles = styles
        self._limiter = limiter
        self._jobs = PhotoJobs()

    def routes(self) -> list[web.RouteDef]:
        """The routes to add to the application."""
        return [
            web.post("/api/photo", self._post),
            web.get("/api/photo/{id}", self._get),
            web.delete("/api/photo/{id}", self._delete),
        ]

    async def close(self) -> None:
        """Stop all jobs and the process that works on them."""
        await self._jobs.close()
        await self._editor.close()

    async def _post(self, request: web.Request) -> web.StreamResponse:
        self._limiter.check(request.remote or "")
        form = await read_form(request, _TEXTS, _FILES, self._decoder.limits.bytes)
        look = photo_look(form, self._styles)
        if "image" not in form.files:
            raise RequestError("Send the picture in the field image.")
        picture = form.files["image"]

        async def work(progress: Callable[[float], None]) -> bytes:
            return await self._editor.edit(await self._decoder.decode(picture), look, progress)

        job = self._jobs.start(work)
        if _ASYNC in request.headers.get("Prefer", ""):
            location = f"/api/photo/{job.id}"
            return web.json_response(
                {"id": job.id}, status=202, headers={"Location": location, "Preference-Applied": _ASYNC}
            )
        try:
            while not job.task.done():
                await asyncio.wait([job.task], timeout=_GONE_AFTER)
                if request.transport is None or request.transport.is_closing():
                    raise asyncio.CancelledError
            return _picture(job)
        finally:
            await self._jobs.drop(job.id)

    async def _get(self, request: web.Request) -> web.StreamResponse:
        job = self._jobs.get(request.match_info["id"])
        if "text/event-stream" in request.headers.get(hdrs.ACCEPT, ""):
            return await self._events(request, job)
        if job.task.done():
            return _picture(job)
        return web.json_response({"progress": job.progress}, status=202)

    async def _events(self, request: web.Request, job: PhotoJob) -> web.StreamResponse:
        """Progress as server-sent events: ``progress`` many times, then ``done`` or ``error``."""
        stream = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "text/event-stream"})
        await stream.prepare(request)
        async for share in job.watch():
            await stream.write(_event("progress", {"progress": share}))
        try:
            job.task.result()
            await stream.write(_event("done", {}))
        except RequestError as error:
            await stream.write(_event("error", {"error": error.code, "message": str(error)}))
        except asyncio.CancelledError:
            await stream.write(_event("error", {"error": "stopped", "message": "The photo was stopped."}))
        await stream.write_eof()
        return stream

    async def _delete(self, request: web.Request) -> web.Response:
        await self._jobs.drop(request.match_info["id"])
        return web.Response(status=204)


def photo_look(form: Form, styles: frozenset[str]) -> Look:
    """The look that a form asks for; ``mode`` says whether its style, its colour or both count.

    Raises:
        RequestError: a value that is none, or a look that changes nothing.
    """
    mode = form.texts.get("mode", "both")
    if mode not in _MODES:
        raise RequestError(f"mode must be one of {', '.join(_MODES)}.")
    changes: dict[str, Any] = {name: text for name, text in form.texts.items() if name != "mode"}
    for name in changes.keys() & set(_NUMBERS):
        try:
            changes[name] = float(changes[name])
        except ValueError:
            raise RequestError(f"{name} must be a number.") from None
    if mode == "color":
        changes["style"] = OWN_STYLE
    elif mode == "shape":
        changes.pop("color", None)
        changes.pop("tip", None)
    try:
        look = Look().updated(changes, styles | {OWN_STYLE})
    except LiveHairError as error:
        raise PhotoRefusedError(error.code, str(error)) from None
    if look.style == OWN_STYLE and look.color is None:
        raise RequestError("This look changes nothing: give a style, a color, or both.")
    return look


def _picture(job: PhotoJob) -> web.Response:
    """The result of a job that is done, or its refusal raised."""
    return web.Response(
        body=job.task.result(), content_type="image/png", headers={hdrs.CACHE_CONTROL: "no-store"}
    )


def _event(name: str, data: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
