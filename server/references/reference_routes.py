"""References over HTTP: lend one, take it back."""

from __future__ import annotations

import asyncio

from aiohttp import web

from server.connected import while_connected
from server.errors import RequestError
from server.references.reference_reader import ReadReference, ReferenceReader
from server.references.reference_store import ReferenceStore
from server.security import AddressLimiter
from server.uploads.form import Form, read_form
from server.uploads.picture_decoder import PictureDecoder
from server.visit import Visits

# A head of 1000 px is drawn larger nowhere, and a person standing has one of a seventh of their height.
_LONGEST_SIDE = 4096


class ReferenceRoutes:
    """Handlers for ``/api/references``."""

    def __init__(
        self,
        decoder: PictureDecoder,
        reader: ReferenceReader,
        store: ReferenceStore,
        visits: Visits,
        limiter: AddressLimiter,
    ) -> None:
        self._decoder = decoder
        self.reader = reader
        self._store = store
        self._visits = visits
        self._limiter = limiter

    def routes(self) -> list[web.RouteDef]:
        """The routes to add to the application."""
        return [
            web.post("/api/references", self._post),
            web.delete("/api/references/{id}", self._delete),
        ]

    async def close(self) -> None:
        """End the process that reads."""
        await self.reader.close()

    async def _post(self, request: web.Request) -> web.Response:
        self._limiter.check(request.remote or "")
        visit = self._visits.begin(request)
        form = await read_form(request, ("face",), ("image",), self._decoder.limits.bytes)
        if "image" not in form.files:
            raise RequestError("Send the picture in the field image.")
        read = await while_connected(request, self._read(form.files["image"], _face(form)))
        reference_id = await asyncio.to_thread(self._store.put, visit, read.data)
        return web.json_response(
            {
                "id": reference_id,
                "style": read.style,
                "colors": read.colors,
                "expires": self._store.expires(reference_id),
            },
            status=201,
            headers={"Location": f"/api/references/{reference_id}"},
        )

    async def _read(self, picture: bytes, face: int | None) -> ReadReference:
        return await self.reader.read(await self._decoder.decode(picture, _LONGEST_SIDE), face)

    async def _delete(self, request: web.Request) -> web.Response:
        self._store.drop(request.match_info["id"])
        return web.Response(status=204)


def _face(form: Form) -> int | None:
    text = form.texts.get("face")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise RequestError("face must be the index of a face, counted from 0 at the left.")
    return int(text)
