"""The styles and colours a page offers."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from pathlib import Path

from aiohttp import web
from PIL import Image, ImageOps

from engines.gallery import Style
from engines.look import OWN_STYLE
from engines.palette import PALETTE, to_hex

_THUMBNAIL = (256, 320)
_OWN = Style(OWN_STYLE, "My own hair", "내 머리", ("own",), "N3", 0)


class GalleryRoutes:
    """Handlers for what can be chosen.

    ``styles`` are the engine's, ``thumbnails`` the folder of pictures, ``photos`` those of styles that were
    made from one.
    """

    def __init__(
        self, styles: tuple[Style, ...], thumbnails: Path, photos: Mapping[str, Path] | None = None
    ) -> None:
        self._photos = dict(photos or {})
        self._small: dict[str, bytes] = {}
        listed = styles if any(style.id == OWN_STYLE for style in styles) else (_OWN, *styles)
        self._styles = [_style_entry(style, thumbnails, style.id in self._photos) for style in listed]
        self._colors = [
            {
                "id": color.id,
                "name": {"en": color.name_en, "ko": color.name_ko},
                "root": to_hex(color.root),
                "tip": to_hex(color.tip),
                "lift": color.lift,
            }
            for color in PALETTE.values()
        ]

    def routes(self) -> list[web.RouteDef]:
        """The routes to add to the application."""
        return [
            web.get("/api/styles", self._get_styles),
            web.get("/api/styles/{id}/photo", self._get_photo),
            web.get("/api/colors", self._get_colors),
        ]

    async def _get_styles(self, request: web.Request) -> web.Response:
        return web.json_response({"styles": self._styles})

    async def _get_photo(self, request: web.Request) -> web.Response:
        """The photo behind a style, as small as the gallery shows it."""
        style = request.match_info["id"]
        if style not in self._photos:
            raise web.HTTPNotFound
        if style not in self._small:
            self._small[style] = await asyncio.to_thread(_thumbnail, self._photos[style])
        return web.Response(body=self._small[style], content_type="image/webp")

    async def _get_colors(self, request: web.Request) -> web.Response:
        return web.json_response({"colors": self._colors})


def _thumbnail(path: Path) -> bytes:
    try:
        with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as image:
            image.draft("RGB", (2 * _THUMBNAIL[0], 2 * _THUMBNAIL[1]))
            small = ImageOps.fit(
                ImageOps.exif_transpose(image).convert("RGB"), _THUMBNAIL, centering=(0.5, 0.3)
            )
    except (OSError, Image.DecompressionBombError):
        raise web.HTTPNotFound from None
    buffer = io.BytesIO()
    small.save(buffer, "WEBP", quality=80)
    return buffer.getvalue()


def _style_entry(style: Style, thumbnails: Path, photo: bool) -> dict[str, object]:
    pictures = [path for path in sorted(thumbnails.glob(f"{style.id}.*")) if path.suffix != ".txt"]
    return {
        "id": style.id,
        "name": {"en": style.name_en, "ko": style.name_ko},
        "tags": list(style.tags),
        "default_color": style.default_color,
        "thumbnail": f"/api/styles/{style.id}/photo"
        if photo
        else f"/static/thumbnails/{pictures[0].name if pictures else style.id + '.webp'}",
    }
