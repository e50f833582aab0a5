"""Finding a look, keeping it and passing it on."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import OpenContext, OpenPage
from tests.e2e.live_server import LiveServer
from tests.e2e.mirror_page import MirrorPage

pytestmark = pytest.mark.e2e


async def test_styles_are_found_by_name_tags_and_heart(open_page: OpenPage, server: LiveServer) -> None:
    page = await open_page(None)
    get = page.page.get_by_test_id
    cards = page.page.locator("#styles [role=radio]:visible")
    everything = await cards.count()
    await get("search").fill("단발")
    await expect(get("style-blunt-bob")).to_be_visible()
    await expect(get("style-pixie")).to_be_hidden()
    await get("search").fill("")
    await get("filter-length").select_option("short")
    await get("filter-texture").select_option("wavy")
    await get("filter-fringe").select_option("curtain")
    await expect(cards).to_have_count(1)
    await expect(get("style-center-part-perm")).to_be_visible()
    await get("style-center-part-perm").click()
    await get("favourite").click()
    for name in ("length", "texture", "fringe"):
        await get(f"filter-{name}").select_option("")
    await expect(cards).to_have_count(everything)
    await get("style-afro").hover()
    await get("heart-afro").click()
    await expect(get("style-center-part-perm")).to_have_attribute("aria-checked", "true")
    await page.open(server.url)
    await get("favourites-only").click()
    await expect(cards).to_have_count(2)
    await get("heart-afro").click()
    await get("favourite").click()
    await expect(get("nothing")).to_be_visible()
    await get("clear-filters").click()
    await expect(cards).to_have_count(everything)
    assert page.errors == []


async def test_a_link_carries_the_look(open_context: OpenContext, server: LiveServer) -> None:
    context = await open_context(None)
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = MirrorPage(context.pages[0])
    get = page.page.get_by_test_id
    await page.open(server.url)
    await page.choose("hime-cut", "X3")
    await get("gradient-balayage").click()
    await page.tab("adjust")
    await get("volume").fill("1.4")
    await get("fringe-curtain").click()
    await get("copy-link").click()
    link = await page.page.evaluate("navigator.clipboard.readText()")
    assert link == f"{server.url}/#look=hime-cut&color=X3&volume=1.4&fringe=curtain&gradient=balayage"

    other = MirrorPage((await open_context(None)).pages[0])
    await other.open(link)
    get = other.page.get_by_test_id
    await expect(get("style-hime-cut")).to_have_attribute("aria-checked", "true")
    await expect(get("color-X3")).to_have_attribute("aria-checked", "true")
    await expect(get("gradient-balayage")).to_have_attribute("aria-checked", "true")
    await expect(get("fringe-curtain")).to_have_attribute("aria-checked", "true")
    await expect(get("volume")).to_have_value("1.4")
    assert other.page.url == f"{server.url}/"
    await get("undo").click()
    await expect(get("style-long-wavy")).to_have_attribute("aria-checked", "true")


@pytest.mark.parametrize(
    "fragment", ["#look=<img src=x>&volume=99", "#look=no-such-style&color=Z99&length=NaN", "#look="]
)
async def test_a_link_with_nonsense_leaves_a_look_that_can_be_drawn(
    open_context: OpenContext, server: LiveServer, fragment: str
) -> None:
    page = MirrorPage((await open_context(None)).pages[0])
    await page.open(f"{server.url}/{fragment}")
    chosen = page.page.locator("#styles [aria-checked=true]")
    await expect(chosen).to_have_count(1)
    await expect(page.page.get_by_test_id("volume")).to_have_value("1")
    assert page.errors == []


async def test_the_language_is_the_browsers_and_changes_in_place(
    open_context: OpenContext, server: LiveServer
) -> None:
    page = MirrorPage((await open_context(None, locale="ko-KR")).pages[0])
    get = page.page.get_by_test_id
    await page.open(server.url)
    await expect(page.page.locator("html")).to_have_attribute("lang", "ko")
    await expect(get("start")).to_have_text("카메라 시작")
    await get("search").fill("bob")
    await get("language").click()
    await expect(get("start")).to_have_text("Start the camera")
    await expect(get("search")).to_have_value("bob")
    await expect(get("style-blunt-bob")).to_have_text("Blunt jaw bob")


async def test_styles_are_drawn_on_ones_own_face_and_go_with_it(open_page: OpenPage) -> None:
    page = await open_page("still")
    get = page.page.get_by_test_id
    await expect(get("on-face")).to_be_hidden()
    await page.start("pixie")
    await page.tab("style")
    await get("search").fill("pixie")
    await get("on-face").click()
    picture = get("style-pixie").locator("img")
    await expect(picture).to_have_attribute("src", re.compile("^data:image/webp"), timeout=90_000)
    await page.screenshot("laptop-11-on-my-face")
    await page.stop()
    await expect(picture).to_have_attribute("src", re.compile("^/static/thumbnails/pixie"))
    await expect(get("on-face")).to_be_hidden()
    assert page.errors == []


async def test_the_keyboard_alone_is_enough(open_page: OpenPage) -> None:
    page = await open_page("still")
    get, press = page.page.get_by_test_id, page.page.keyboard.press

    async def tab_to(testid: str) -> None:
        for _ in range(30):
            if await get(testid).evaluate("element => element === document.activeElement"):
                return
            await press("Tab")
        raise AssertionError(f"{testid} is not reached by the Tab key")

    await tab_to("mode-live")
    await press("ArrowRight")
    await expect(get("mode-photo")).to_be_focused()
    await press("ArrowLeft")
    await tab_to("consent")
    await press("Space")
    await tab_to("start")
    await press("Enter")
    await page.wait_for_picture()
    await tab_to("coach-done")
    await press("Enter")
    await tab_to("compare")
    await press("Enter")
    await expect(get("compare")).to_have_attribute("aria-pressed", "true")
    await press("c")
    await expect(get("compare")).to_have_attribute("aria-pressed", "false")
    await tab_to("tab-style")
    await press("/")
    await expect(get("search")).to_be_focused()
    await page.page.keyboard.type("pix")
    await tab_to("style-pixie")
    await press("Space")
    await expect(get("caption")).to_contain_text("Pixie")
    await press("f")
    await expect(get("favourite")).to_have_attribute("aria-pressed", "true")
    await page.page.get_by_test_id("tab-style").focus()
    await press("ArrowRight")
    await tab_to("color-auto")
    await press("ArrowRight")
    await expect(get("color-N1")).to_be_focused()
    await press("ArrowLeft")
    await press("ArrowLeft")
    await expect(get("color-custom")).to_have_attribute("aria-checked", "true")
    await tab_to("color-wheel")
    before = await get("color-hex").input_value()
    await press("ArrowRight")
    await press("ArrowUp")
    assert await get("color-hex").input_value() != before
    await press("s")
    await expect(get("save")).to_be_visible()
    await press("Escape")
    await expect(get("keepsake")).to_be_hidden()
    assert page.errors == []
