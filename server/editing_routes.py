"""Everything that is edited besides live video: photos, videos, thumbnails."""

from __future__ import annotations

import asyncio

from aiohttp import web

from server.background_share import BackgroundShare
from server.idle_child import IdleChild
from server.photo.look_sources import LookSources
from server.photo.photo_routes import PhotoRoutes
from server.photo.photo_swapper import PhotoSwapper
from server.references.reference_reader import ReferenceReader
from server.references.reference_store import ReferenceStore
from server.security import AddressLimiter
from server.settings import Settings
from server.thumbnails.thumbnail_routes import ThumbnailRoutes
from server.uploads.picture_decoder import PictureDecoder
from server.vault import Vault
from server.video.video_routes import VideoRoutes
from server.visit import Visits


class EditingRoutes:
    """Owns the processes: one for pictures, one for videos, which take minutes. Both give way to live video.

    ``styles``: the ids of what can be drawn. ``swaps``: the networks of hairfast run here; they have a
    process of their own.
    """

    def __init__(
        self, settings: Settings, decoder: PictureDecoder, reader: ReferenceReader, store: ReferenceStore,
        styles: frozenset[str], vault: Vault, visits: Visits, limiter: AddressLimiter,
        share: BackgroundShare, *, swaps: bool,
    ) -> None:  # fmt: skip
        weights = settings.weights if swaps else None
        self._swap = PhotoSwapper(weights, share) if weights is not None else None
        sources = LookSources(store, reader, decoder, styles)
        self._stills = IdleChild("server.photo.still_process", share)
        self._films = IdleChild("server.video.video_process", share, waiting=4)
        self._parts = (
            PhotoRoutes(decoder, sources, self._stills, vault, visits, limiter, self._swap),
            ThumbnailRoutes(decoder, sources, self._stills, vault, visits, limiter),
            VideoRoutes(settings.videos, sources, self._films, vault, visits, limiter),
        )

    def routes(self) -> list[web.RouteDef]:
        """The routes to add to the application."""
        return [route for part in self._parts for route in part.routes()]

    async def close(self) -> None:
        """Stop all jobs, then end the processes."""
        await asyncio.gather(*(part.close() for part in self._parts))
        await asyncio.gather(self._stills.close(), self._films.close())
        if self._swap is not None:
            await self._swap.close()
