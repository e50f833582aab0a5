"""The page, driven as a person would."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import numpy.typing as npt
from playwright.async_api import Page, expect

from tools import marker

Image = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""x, y, width, height in pixels."""

PROBE = Path(__file__).with_name("probe.js")
SCREENS = Path(__file__).resolve().parents[2] / "out" / "screenshots"
_CONNECT_MS = 20_000


class MirrorPage:
    """One open page. ``errors`` collects what scripts threw and what the content policy refused."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self._note(message.type, message.text))

    async def open(self, url: str) -> None:
        """Load the page and wait for the gallery."""
        await self.page.goto(url)
        await expect(self.page.get_by_test_id("style-own")).to_be_visible()

    async def start(self, style: str | None = None, color: str | None = None) -> None:
        """Choose a look, agree, start, and wait for the first picture from the server."""
        await self.choose(style, color)
        await self.agree()
        await self.page.get_by_test_id("start").click()
        await self.wait_for_picture()

    async def agree(self) -> None:
        """Tick the consent."""
        await self.page.get_by_test_id("consent").check()

    async def choose(self, style: str | None = None, color: str | None = None) -> None:
        """Click a style and a colour."""
        if style is not None:
            await self.tab("style")
            await self.page.get_by_test_id(f"style-{style}").click()
        if color is not None:
            await self.tab("color")
            await self.page.get_by_test_id(f"color-{color}").click()

    async def tab(self, name: str) -> None:
        """Open ``style``, ``color`` or ``adjust``."""
        await self.page.get_by_test_id(f"tab-{name}").click()

    async def show_statistics(self) -> None:
        """Switch the statistics on."""
        await self.page.get_by_test_id("settings").click()
        await self.page.get_by_test_id("stats-toggle").check()
        await self.page.keyboard.press("Escape")

    async def stop(self) -> None:
        """Click stop."""
        await self.page.get_by_test_id("stop").click()
        await expect(self.page.get_by_test_id("start")).to_be_visible()

    async def wait_for_picture(self) -> None:
        """Until the server's picture covers one's own."""
        await self.page.wait_for_selector("body.has-picture[data-state=live]", timeout=_CONNECT_MS)

    async def wait_for_state(self, state: str) -> None:
        """Until the page says it is ``live``, ``waiting``, ``idle`` ..."""
        await self.page.wait_for_selector(f"body[data-state={state}]", timeout=_CONNECT_MS)

    async def wait_for_error(self, code: str) -> str:
        """The sentence of that error, once it shows."""
        await self.page.wait_for_selector(f"[data-testid=error][data-code={code}]", timeout=_CONNECT_MS)
        return await self.page.get_by_test_id("error").inner_text()

    async def remote(self) -> Image:
        """The server's present picture, (h, w, 3) RGB."""
        return await self._grab("remote-video")

    async def local(self) -> Image:
        """The camera's present picture, (h, w, 3) RGB."""
        return await self._grab("local-video")

    async def pair(self) -> tuple[Image, Image]:
        """The server's picture and the camera's of the same moment, in a clip that carries markers."""
        layout = {"rows": marker.ROWS, "cellWidth": marker.CELL_WIDTH}
        shown, seen = await self.page.evaluate("layout => probe.pair(layout)", layout)
        return _image(*shown), _image(*seen)

    async def frames_until_change(
        self, testid: str, box: Box, threshold: float = 12.0, limit: int = 300
    ) -> int:
        """Click ``testid``; how many frames came until ``box`` of the server's picture changed."""
        call = "([testid, box, threshold, limit]) => probe.framesUntilChange(testid, box, threshold, limit)"
        return int(await self.page.evaluate(call, [testid, box, threshold, limit]))

    async def screenshot(self, name: str) -> None:
        """Keep a picture of the page to look at."""
        SCREENS.mkdir(parents=True, exist_ok=True)
        # What opens is still fading in.
        await self.page.wait_for_timeout(250)
        await self.page.screenshot(path=SCREENS / f"{name}.png")

    async def _grab(self, testid: str) -> Image:
        return _image(*await self.page.evaluate("id => probe.grab(id)", testid))

    def _note(self, kind: str, text: str) -> None:
        # Thumbnails that are not there yet have a placeholder, and refused offers their own test.
        if kind == "error" and "Failed to load resource" not in text:
            self.errors.append(text)


def _image(width: int, height: int, text: str) -> Image:
    rgba = np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 4)
    return np.ascontiguousarray(rgba[..., :3])
