"""Several people at once, and what happens when things go wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.async_api import expect

from tests.e2e.conftest import OpenContext, OpenPage
from tests.e2e.live_server import LiveServer
from tests.e2e.mirror_page import MirrorPage
from tests.e2e.portrait import Portrait, changed, cut, mean_lab
from tests.media import astronaut_frame

pytestmark = pytest.mark.e2e


async def test_each_sees_only_their_own_look_and_the_third_waits(
    open_context: OpenContext, server: LiveServer, portrait: Portrait, places_free: None
) -> None:
    context = await open_context("still")
    pages = [MirrorPage(await context.new_page()) for _ in range(3)]
    red, blue, third = pages
    for page in pages:
        await page.open(server.url)
    await red.start("long-straight", "X7")
    await blue.start("pixie", "X4")
    await asyncio.sleep(3)
    red_shown, blue_shown = await red.remote(), await blue.remote()
    seen = await blue.local()
    assert mean_lab(cut(red_shown, portrait.crown))[1] > 10
    assert mean_lab(cut(blue_shown, portrait.crown))[2] < -10
    for box in portrait.beside_neck:
        assert mean_lab(cut(red_shown, box))[1] > 10
        assert changed(cut(blue_shown, box), cut(seen, box)) < 0.2

    await third.agree()
    await third.page.get_by_test_id("start").click()
    assert "All mirrors are in use" in await third.wait_for_error("server-full")
    await expect(third.page.get_by_test_id("error")).to_contain_text("Next try in")
    await third.screenshot("laptop-e1-full")
    await red.stop()
    await third.wait_for_picture()


async def test_a_lost_connection_comes_back_with_the_same_look(
    open_page: OpenPage, server: LiveServer, portrait: Portrait
) -> None:
    page = await open_page("still")
    await page.start("long-straight", "X4")
    server.kill()
    try:
        await page.wait_for_error("connection-lost")
        await page.wait_for_state("waiting")
        await page.screenshot("laptop-e2-cut")
    finally:
        server.start()
    await page.wait_for_picture()
    await asyncio.sleep(3)
    shown = await page.remote()
    for box in (*portrait.beside_neck, portrait.crown):
        assert mean_lab(cut(shown, box))[2] < -8, "the blue long hair must be back"
    await expect(page.page.get_by_test_id("error")).to_be_hidden()


async def test_a_refused_camera_is_explained(open_page: OpenPage) -> None:
    page = await open_page("still", allowed=False)
    await page.agree()
    await page.page.get_by_test_id("start").click()
    assert "The camera was refused" in await page.wait_for_error("camera-refused")
    await page.screenshot("laptop-e3-refused")
    await expect(page.page.get_by_test_id("start")).to_be_visible()


async def test_a_missing_camera_is_explained(open_page: OpenPage) -> None:
    page = await open_page(None)
    await page.agree()
    await page.page.get_by_test_id("start").click()
    assert "No camera was found" in await page.wait_for_error("camera-missing")


async def test_the_camera_stays_off_until_agreed(open_page: OpenPage) -> None:
    page = await open_page("still")
    await expect(page.page.get_by_test_id("consent")).not_to_be_checked()
    await expect(page.page.get_by_test_id("start")).to_be_disabled()
    await page.agree()
    await expect(page.page.get_by_test_id("start")).to_be_enabled()


async def test_a_photo_takes_the_place_of_a_camera(
    open_page: OpenPage, tmp_path: Path, portrait: Portrait
) -> None:
    photo = tmp_path / "me.png"
    cv2.imwrite(str(photo), cv2.cvtColor(astronaut_frame(640, 480), cv2.COLOR_RGB2BGR))
    page = await open_page(None)
    await page.choose("long-straight", "X4")
    await page.agree()
    await page.page.get_by_test_id("upload-photo").set_input_files(photo)
    await page.wait_for_picture()
    await asyncio.sleep(3)
    shown = await page.remote()
    for box in (*portrait.beside_neck, portrait.crown):
        assert mean_lab(cut(shown, box))[2] < -8
    assert page.errors == []


async def test_a_file_that_is_no_picture_is_explained(open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "me.png").write_bytes(b"not a picture")
    page = await open_page(None)
    await page.agree()
    await page.page.get_by_test_id("upload-photo").set_input_files(tmp_path / "me.png")
    assert "cannot be shown" in await page.wait_for_error("file-unreadable")


async def test_nobody_in_the_picture_is_said_and_the_stream_goes_on(open_page: OpenPage) -> None:
    page = await open_page("empty")
    await page.start("long-straight", "X4")
    toast = page.page.locator("#toast[data-code=no-face]")
    await expect(toast).to_contain_text("look into the camera", timeout=10_000)
    await page.screenshot("laptop-e4-nobody")
    shown, seen = await page.remote(), await page.local()
    assert float(np.abs(shown.astype(int) - seen).mean()) < 3.0


async def test_language_and_look_are_remembered(open_page: OpenPage, server: LiveServer) -> None:
    page = await open_page("still")
    await page.choose("afro", "F5")
    await page.page.get_by_test_id("language").click()
    await page.open(server.url)
    await expect(page.page.get_by_test_id("style-afro")).to_have_attribute("aria-checked", "true")
    await expect(page.page.get_by_test_id("color-F5")).to_have_attribute("aria-checked", "true")
    await expect(page.page.get_by_test_id("start")).to_have_text("카메라 시작")
