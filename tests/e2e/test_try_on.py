"""A face goes through the page, the server and back: what changed, what did not, and how fast."""

from __future__ import annotations

import asyncio
import math
import re

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import OpenContext, OpenPage
from tests.e2e.live_server import LiveServer
from tests.e2e.mirror_page import Box, Image, MirrorPage
from tests.e2e.portrait import Portrait, bluer, changed, cut, mean_lab, psnr

pytestmark = pytest.mark.e2e

# Codec noise settles, and keyframes of the pipeline are done.
_SETTLE = 2.5
# One look has faded into the other.
_CALM = 1.5
_TRIES = 5


async def _settled(page: MirrorPage) -> tuple[Image, Image, Portrait]:
    """What the server shows, what the camera saw at that moment, and where the face is in it."""
    await asyncio.sleep(_SETTLE)
    shown, seen = await page.pair()
    return shown, seen, Portrait(seen)


async def _assert_face_kept(page: MirrorPage, decibels: float) -> None:
    """Compare the face, where no blue hair is, through two codecs; the bitrate may still be rising."""
    best = 0.0
    for _ in range(12):
        shown, seen = await page.pair()
        face = Portrait(seen).face_without(bluer(shown, seen))
        assert face.sum() > 4000, "most of the face must be free of hair"
        best = max(best, psnr(shown, seen, face))
        if best >= decibels:
            return
    raise AssertionError(f"the face came back with {best:.1f} dB; it must stay as it is: {decibels} dB")


async def test_long_hair_falls_beside_the_neck(open_page: OpenPage) -> None:
    page = await open_page("moving")
    await page.start("long-straight", "X4")
    shown, seen, portrait = await _settled(page)
    for box in (*portrait.beside_neck, portrait.crown):
        assert changed(cut(shown, box), cut(seen, box)) > 0.5, "long blue hair must cover this"
        _, a, b = mean_lab(cut(shown, box))
        assert b < min(a, -8), "the hair must be blue"
    await _assert_face_kept(page, 38.0)
    assert page.errors == []


async def test_short_hair_leaves_neck_and_face_as_they_are(open_page: OpenPage) -> None:
    page = await open_page("moving")
    await page.start("pixie", "X4")
    shown, seen, portrait = await _settled(page)
    for box in portrait.beside_neck:
        assert changed(cut(shown, box), cut(seen, box)) < 0.2, "a pixie cut does not reach down here"
    assert changed(cut(shown, portrait.crown), cut(seen, portrait.crown)) > 0.5
    assert mean_lab(cut(shown, portrait.crown))[2] < -8, "the hair must be blue"
    await _assert_face_kept(page, 38.0)


async def test_own_hair_changes_its_colour_only(open_page: OpenPage) -> None:
    page = await open_page("moving")
    await page.start("own", "X4")
    shown, seen, portrait = await _settled(page)
    crown = portrait.crown
    assert mean_lab(cut(seen, crown))[2] - mean_lab(cut(shown, crown))[2] > 10, "her hair must be bluer"
    for box in portrait.beside_neck:
        assert changed(cut(shown, box), cut(seen, box)) < 0.2, "there is no hair of hers down here"
    await _assert_face_kept(page, 38.0)


async def _soonest(page: MirrorPage, frames: int, box: Box, *looks: str) -> list[float]:
    """For each of ``looks``, clicked in turn, the fewest frames that ``box`` took to change.

    An analysis begun just before, or other work of the machine, delays a look by some frames: who misses
    ``frames`` gets another try.
    """
    fewest = [math.inf] * len(looks)
    for _ in range(_TRIES):
        for index, look in enumerate(looks):
            fewest[index] = min(fewest[index], await page.frames_until_change(look, box))
            await asyncio.sleep(_CALM)
        if max(fewest) <= frames:
            break
    return fewest


async def test_a_new_style_arrives_within_ten_frames(open_page: OpenPage, portrait: Portrait) -> None:
    page = await open_page("still")
    await page.start("long-straight", "N1")
    await asyncio.sleep(_SETTLE)
    left, _ = portrait.beside_neck
    assert max(await _soonest(page, 10, left, "style-pixie", "style-long-straight")) <= 10


async def test_a_new_colour_arrives_within_ten_frames(open_page: OpenPage, portrait: Portrait) -> None:
    page = await open_page("still")
    await page.start("long-straight", "N1")
    await asyncio.sleep(_SETTLE)
    assert max(await _soonest(page, 10, portrait.crown, "color-N10", "color-N1")) <= 10


async def test_controls_are_those_of_the_hair_on_show_and_reach_the_server(
    open_page: OpenPage, portrait: Portrait
) -> None:
    page = await open_page("still")
    await page.start("long-straight", "N1")
    await page.tab("adjust")
    controls = page.page
    await expect(controls.get_by_test_id("density")).to_be_visible()
    await expect(controls.get_by_test_id("dye-bleach")).to_be_hidden()
    await asyncio.sleep(_SETTLE)
    assert await page.frames_until_change("fringe-full", portrait.forehead) < 300
    await page.tab("color")
    await controls.get_by_test_id("gradient-two-tone").focus()
    await controls.keyboard.press("ArrowLeft")
    await expect(controls.get_by_test_id("gradient-money-piece")).to_have_attribute("aria-checked", "true")
    await expect(controls.get_by_test_id("gradient-money-piece")).to_be_focused()
    await page.tab("adjust")
    await controls.get_by_role("switch", name="Hair swings with the head").uncheck()
    await page.choose("own")
    await page.tab("adjust")
    await expect(controls.get_by_test_id("density")).to_be_hidden()
    await page.tab("color")
    await expect(controls.get_by_test_id("dye-bleach")).to_have_attribute("aria-checked", "true")
    await controls.get_by_test_id("coverage").fill("0.5")
    await page.tab("adjust")
    await controls.get_by_test_id("reset").click()
    await page.tab("color")
    await expect(controls.get_by_test_id("coverage")).to_have_value("1")
    assert page.errors == []


async def test_who_wants_less_motion_gets_hair_that_keeps_still(
    open_context: OpenContext, server: LiveServer
) -> None:
    context = await open_context("still", reduced_motion="reduce")
    page = MirrorPage(context.pages[0])
    await page.open(server.url)
    await page.tab("adjust")
    switch = page.page.get_by_test_id("motion")
    await expect(switch).not_to_be_checked()
    await switch.check()
    await page.page.reload()
    await page.tab("adjust")
    await expect(switch).to_be_checked()


async def test_frames_flow_while_the_head_moves(open_page: OpenPage) -> None:
    page = await open_page("moving")
    await page.start("long-wavy", "F4")
    await page.show_statistics()
    stats = page.page.get_by_test_id("stats")
    await expect(stats).to_have_attribute("data-fps", re.compile(r"[1-3]\d\.\d"), timeout=15_000)
    text = await stats.inner_text()
    for figure in ("Camera to screen", "Frames per second", "Dropped", "Bitrate", "Round trip", "encoding"):
        assert figure in text
    assert 0 < float(await stats.get_attribute("data-latency") or 0) < 1000


async def test_stopping_gives_the_place_back(open_page: OpenPage, server: LiveServer) -> None:
    page = await open_page("still")
    await page.start("own")
    await server.wait_for_sessions(1)
    await page.stop()
    await server.wait_for_sessions(0)


async def test_leaving_the_page_gives_the_place_back(open_page: OpenPage, server: LiveServer) -> None:
    page = await open_page("still")
    await page.start("own")
    await server.wait_for_sessions(1)
    await page.page.goto("about:blank")
    await server.wait_for_sessions(0)
