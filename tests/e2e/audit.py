"""Every state of the page: a picture to look at, and no barrier in it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from tests.e2e.mirror_page import MirrorPage

_SERIOUS = {"serious", "critical"}
# Each state once in each scheme and in each language.
_APPEARANCES: tuple[tuple[Literal["light", "dark"], str], ...] = (("light", "en"), ("dark", "ko"))
_RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
    ({id, impact, nodes}) => [impact, `${id}: ${nodes.map(({html, any}) =>
        `${html.slice(0, 120)} ${any[0]?.message ?? ""}`).join(" | ")}`])"""


class Audit:
    """Looks at one open page. ``found``: what axe-core calls serious or critical, state by state."""

    def __init__(self, page: MirrorPage, size: str, axe: Path | None) -> None:
        self._page = page
        self._size = size
        self._axe = axe
        self.found: list[str] = []

    async def look(self, state: str) -> None:
        """Picture ``state`` in both schemes and languages, and search it; ends in the first of them."""
        for scheme, language in _APPEARANCES:
            await self._appear(scheme, language)
            await self._page.screenshot(f"{self._size}-{state}-{scheme}-{language}")
            await self._search(f"{state}, {scheme}, {language}")
        await self._appear(*_APPEARANCES[0])

    async def _appear(self, scheme: Literal["light", "dark"], language: str) -> None:
        page = self._page.page
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if await page.evaluate("document.documentElement.lang") != language:
            # By script, for an open dialog lies over the button.
            await page.evaluate("document.querySelector('#language').click()")

    async def _search(self, what: str) -> None:
        if self._axe is None:
            return
        page = self._page.page
        if not await page.evaluate("'axe' in window"):
            await page.evaluate(self._axe.read_text("utf-8"))
        for impact, text in await page.evaluate(_RUN):
            if impact in _SERIOUS:
                self.found.append(f"{what}: {impact}: {text}")
