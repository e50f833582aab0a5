"""The page as people see it; the pictures are kept in build/screens to look at."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import OpenContext
from tests.e2e.live_server import LiveServer
from tests.e2e.mirror_page import MirrorPage

pytestmark = pytest.mark.e2e

_SCREENS = Path(__file__).resolve().parents[2] / "build" / "screens"


@pytest.mark.parametrize(
    ("name", "size", "scheme"),
    [("phone", (390, 844), "dark"), ("laptop", (1280, 800), "light")],
)
async def test_everything_fits_the_screen(
    open_context: OpenContext,
    server: LiveServer,
    places_free: None,
    name: str,
    size: tuple[int, int],
    scheme: str,
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    context = await open_context("moving", viewport=viewport, color_scheme=scheme)
    page = MirrorPage(context.pages[0])
    await page.open(server.url)
    _SCREENS.mkdir(parents=True, exist_ok=True)
    await page.page.screenshot(path=_SCREENS / f"{name}-welcome.png")
    for testid in ("consent", "start", "style-long-wavy", "language"):
        await expect(page.page.get_by_test_id(testid)).to_be_in_viewport(ratio=0.9)
    await page.start("long-wavy", "F4")
    await asyncio.sleep(2)
    await page.page.screenshot(path=_SCREENS / f"{name}-live.png")
    for testid in ("stop", "snapshot", "compare", "camera", "style-long-wavy", "color-F4"):
        await expect(page.page.get_by_test_id(testid)).to_be_in_viewport(ratio=0.9)
    assert await page.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "nothing sticks out"
    )
    await page.page.get_by_test_id("compare").click()
    await page.page.get_by_test_id("stats-toggle").click()
    await asyncio.sleep(2)
    await page.page.screenshot(path=_SCREENS / f"{name}-compare.png")
    await page.page.get_by_test_id("compare").click()
    await page.page.get_by_test_id("stats-toggle").click()
    await page.page.locator("#adjust summary").click()
    for style in ("long-wavy", "own"):
        await page.choose(style)
        await page.page.get_by_test_id("reset").scroll_into_view_if_needed()
        await page.page.screenshot(path=_SCREENS / f"{name}-adjust-{style}.png")
    assert await page.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.page.get_by_test_id("stop").click()
    assert page.errors == []
