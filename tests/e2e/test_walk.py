"""Through the page as a visitor goes, on a laptop and a phone; its pictures are kept in out/screenshots."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.e2e.audit import Audit
from tests.e2e.conftest import OpenContext
from tests.e2e.live_server import LiveServer
from tests.e2e.mirror_page import MirrorPage
from tools.ensure_axe import ensure_axe

pytestmark = pytest.mark.e2e

_SIZES = {"laptop": (1280, 800), "phone": (390, 844)}


@pytest.fixture(scope="session")
def axe() -> Path | None:
    return ensure_axe()


@pytest.mark.parametrize("size", _SIZES)
async def test_a_walk_through_the_page(
    open_context: OpenContext, server: LiveServer, places_free: None, axe: Path | None, size: str
) -> None:
    width, height = _SIZES[size]
    camera = "upright" if size == "phone" else "moving"
    context = await open_context(camera, viewport={"width": width, "height": height})
    page = MirrorPage(context.pages[0])
    audit = Audit(page, size, axe)
    get = page.page.get_by_test_id
    await page.open(server.url)

    await audit.look("1-welcome")
    for testid in ("consent", "start", "style-long-wavy", "language", "mode-photo", "privacy"):
        await expect(get(testid)).to_be_in_viewport(ratio=0.9)
    await page.start()
    await audit.look("2-live")
    await _assert_in_view(
        page, "stop", "snapshot", "compare", "record", "settings", "style-long-wavy", "tab-color"
    )
    await get("coach-done").click()

    await get("search").fill("perm")
    await expect(get("style-hippie-perm")).to_be_visible()
    await expect(get("style-long-wavy")).to_be_hidden()
    await audit.look("3-search")
    await get("search").fill("no such hair")
    await audit.look("4-nothing")
    await get("clear-filters").click()
    await page.choose("wolf-cut")
    await expect(get("caption")).to_contain_text("Wolf cut")

    await page.choose(color="F4")
    await get("gradient-ombre").click()
    await get("tip-X5").click()
    await get("color-custom").click()
    await _drag(get("color-wheel"), 0.5, 0.5, 0.9, 0.5)
    await expect(get("color-wheel")).to_have_attribute(
        "aria-valuetext", re.compile(r"^Hue 0°, strength [78]\d %$")
    )
    code = await get("color-hex").input_value()
    await expect(get("caption")).to_contain_text(code)
    await audit.look("5-colour")

    await page.tab("adjust")
    await get("length").fill("1.2")
    await get("fringe-full").click()
    await audit.look("6-adjust")
    await get("undo").click()
    await expect(get("fringe-auto")).to_have_attribute("aria-checked", "true")
    await get("undo").click()
    await expect(get("length")).to_have_value("1")

    await get("compare").click()
    await _drag(get("divider"), 0.5, 0.5, 0.25, 0.5)
    assert float(await get("divider").input_value()) == pytest.approx(25, abs=3)
    await audit.look("7-compare")
    await get("compare").click()
    await _hold(page)

    await get("settings").click()
    await audit.look("8-settings")
    await get("stats-toggle").check()
    await page.page.keyboard.press("Escape")
    await expect(get("stats")).to_contain_text("Camera to screen")
    await audit.look("9-statistics")
    if size == "laptop":
        await page.page.keyboard.press("?")
        await audit.look("10-help")
        await get("help-close").click()
    else:
        await get("grip").click()
        await audit.look("10-tall")
        await get("grip").click()
    assert await page.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "nothing sticks out"
    )
    assert await page.page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "nothing scrolls"
    await page.stop()
    assert not audit.found, "\n".join(audit.found)
    assert page.errors == []
    if axe is None:
        pytest.skip("the walk went well; npm is missing, so nobody searched it for barriers")


async def _assert_in_view(page: MirrorPage, *testids: str) -> None:
    for testid in testids:
        await expect(page.page.get_by_test_id(testid)).to_be_in_viewport(ratio=0.9)


async def _drag(element: Locator, *shares: float) -> None:
    """From one point of ``element`` to another: x, y, x, y as shares of its size."""
    box = await element.bounding_box()
    assert box is not None
    points = [
        (box["x"] + x * box["width"], box["y"] + y * box["height"])
        for x, y in zip(shares[::2], shares[1::2], strict=True)
    ]
    mouse = element.page.mouse
    await mouse.move(*points[0])
    await mouse.down()
    await mouse.move(*points[1], steps=4)
    await mouse.up()


async def _hold(page: MirrorPage) -> None:
    """Held, the picture shows the camera's; let go, the server's again."""
    remote = page.page.get_by_test_id("remote-video")
    box = await remote.bounding_box()
    assert box is not None
    await page.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    await page.page.mouse.down()
    await expect(remote).to_have_css("opacity", "0")
    await page.page.mouse.up()
    await expect(remote).to_have_css("opacity", "1")
    await page.page.keyboard.down("b")
    await expect(remote).to_have_css("opacity", "0")
    await page.page.keyboard.up("b")
    await expect(remote).to_have_css("opacity", "1")
