"""The hairfast engine in the page: drawn hair at once, the networks' when it is there, and no frame late."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.async_api import expect

from tests.e2e.conftest import OpenContext
from tests.e2e.live_server import LiveServer
from tests.e2e.mirror_page import MirrorPage
from tests.e2e.portrait import Portrait, changed, cut
from tests.unit.moving_face import Placed

pytestmark = pytest.mark.e2e

_PASS_SECONDS = 60.0
_READINGS = 16


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("twins")
    (folder / "photos").mkdir()
    Image.fromarray(Placed(zoom=1.5).frame()).save(folder / "photos" / "Somebody else.jpg")
    server = LiveServer(folder / "log.txt", "--folder", str(folder), program=("-m", "tests.e2e.twin_server"))
    server.start()
    yield server
    server.stop()


async def test_the_networks_take_over_while_the_picture_runs_on(
    open_context: OpenContext, twins: LiveServer
) -> None:
    page = MirrorPage((await open_context("moving")).pages[0])
    await page.open(twins.url)
    await page.start("c-curl-bob", "X4")
    making, stats = page.page.get_by_test_id("making"), page.page.get_by_test_id("stats")
    await expect(making).to_contain_text("networks", timeout=10_000)
    shown, seen = await page.pair()
    assert changed(cut(shown, Portrait(seen).crown), cut(seen, Portrait(seen).crown)) > 0.5, "drawn at once"
    await page.show_statistics()
    rates = list[float]()
    deadline = time.monotonic() + _PASS_SECONDS
    # Passes follow one another, so that all of these readings have the networks at work.
    while "made in" not in (text := await stats.inner_text()) or len(rates) < _READINGS:
        assert time.monotonic() < deadline, text
        rates.append(float(await stats.get_attribute("data-fps") or 0.0))
        await asyncio.sleep(0.5)
    assert "hairfast · torch-cpu · layer" in text
    await expect(making).to_be_hidden(timeout=3000)
    assert statistics.median(rates[_READINGS // 2 :]) > 15.0, "the picture runs while the networks do"
    assert page.errors == []


async def test_a_reference_photo_is_a_style_with_its_picture(
    open_context: OpenContext, twins: LiveServer
) -> None:
    await twins.wait_for_sessions(0)
    page = MirrorPage((await open_context("still")).pages[0])
    await page.open(twins.url)
    card = page.page.get_by_test_id("style-ref-somebody-else")
    await expect(card).to_contain_text("Somebody else")
    width = await card.locator("img").evaluate("async image => (await image.decode(), image.naturalWidth)")
    assert width == 256
    await page.start("ref-somebody-else")
    before = await page.remote()
    deadline = time.monotonic() + _PASS_SECONDS
    while changed(await page.remote(), before) < 0.03:
        assert time.monotonic() < deadline, "the photo's hair never came"
        await asyncio.sleep(0.3)
    assert page.errors == []
