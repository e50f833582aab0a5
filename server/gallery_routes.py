"""The styles and colours a page offers."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from engines.gallery import Style
from engines.look import OWN_STYLE
from engines.palette import PALETTE, to_hex

_OWN = Style(OWN_STYLE, "My own hair", "내 머리", ("own",), "N3", 0)


class GalleryRoutes:
    """Handlers for what can be chosen. ``styles`` are the engine's, ``thumbnails`` the folder of pictures."""

    def __init__(self, styles: tuple[Style, ...], thumbnails: Path) -> None:
        listed = styles if any(style.id == OWN_STYLE for style in styles) else (_OWN, *styles)
        self._styles = [_style_entry(style, thumbnails) for style in listed]
        self._colors = [
            {
                "id": color.id,
                "name": {"en": color.name_en, "ko": color.name_ko},
                "root": to_hex(color.root),
                "tip": to_hex(color.tip),
            }
            for color in PALETTE.values()
        ]

    def routes(self) -> list[web.RouteDef]:
        """The routes to add to the application."""
        return [web.get("/api/styles", self._get_styles), web.get("/api/colors", self._get_colors)]

    async def _get_styles(self, request: web.Request) -> web.Response:
        return web.json_response({"styles": self._styles})

    async def _get_colors(self, request: web.Request) -> web.Response:
        return web.json_response({"colors": self._colors})


def _style_entry(style: Style, thumbnails: Path) -> dict[str, object]:
    pictures = [path for path in sorted(thumbnails.glob(f"{style.id}.*")) if path.suffix != ".txt"]
    return {
        "id": style.id,
        "name": {"en": style.name_en, "ko": style.name_ko},
        "tags": list(style.tags),
        "default_color": style.default_color,
        "thumbnail": f"/static/thumbnails/{pictures[0].name if pictures else style.id + '.webp'}",
    }
