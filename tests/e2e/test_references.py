"""Hair from a photo of one's own, four styles side by side, and what is stored about a visitor."""

from __future__ import annotations

import asyncio
import io

import numpy as np
import pytest
from PIL import Image
from playwright.async_api import expect

from tests.e2e.audit import Audit
from tests.e2e.conftest import OpenContext
from tests.e2e.live_server import LiveServer
from tests.e2e.mirror_page import MirrorPage
from tests.e2e.portrait import changed
from tests.e2e.studio_page import StudioPage
from tests.media import astronaut_frame
from tools.ensure_axe import ensure_axe

pytestmark = pytest.mark.e2e

_SIZES = {"laptop": (1280, 800), "phone": (390, 844)}
_ONE = astronaut_frame(640, 480)
_READ_MS = 60_000


def _upload(rgb: np.typing.NDArray[np.uint8]) -> dict[str, object]:
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "PNG")
    return {"name": "hair.png", "mimeType": "image/png", "buffer": buffer.getvalue()}


@pytest.mark.parametrize("size", _SIZES)
async def test_references_and_what_is_stored(
    open_context: OpenContext, server: LiveServer, size: str
) -> None:
    width, height = _SIZES[size]
    context = await open_context(None, viewport={"width": width, "height": height})
    page = MirrorPage(context.pages[0])
    audit, studio = Audit(page, size, ensure_axe()), StudioPage(page)
    get = page.page.get_by_test_id
    await page.open(server.url)
    await get("from-photo").click()
    await expect(get("reference-add")).to_be_disabled()
    await audit.look("reference-1-consent")
    await get("reference-consent").check()
    await get("reference-file").set_input_files(_upload(np.full_like(_ONE, 170)))  # type: ignore[arg-type]
    assert "portrait from the front" in await studio.refusal("reference-no-face", "reference-error")
    await get("reference-file").set_input_files(_upload(np.hstack([_ONE, _ONE])))  # type: ignore[arg-type]
    await expect(get("face-1")).to_be_visible(timeout=_READ_MS)
    await audit.look("reference-2-faces")
    await get("face-1").click()
    await expect(get("reference-shape")).to_have_attribute("aria-pressed", "true", timeout=_READ_MS)
    await expect(get("reference-color")).to_have_attribute("aria-pressed", "true")
    await get("reference-shape").click()
    await expect(get("reference-shape")).to_have_attribute("aria-pressed", "false")
    await audit.look("reference-3-worn")

    await get("privacy").click()
    await expect(get("stored").locator("li")).to_have_count(1)
    await audit.look("privacy")
    await get("delete-all").click()
    await expect(get("stored-state")).to_have_text("Nothing.")
    await get("privacy-close").click()
    await expect(get("reference-color")).to_have_count(0)
    assert "reference" not in await page.page.evaluate("JSON.stringify(localStorage)")
    assert not audit.found, "\n".join(audit.found)
    assert page.errors == []


async def test_four_styles_side_by_side(
    open_context: OpenContext, server: LiveServer, places_free: None
) -> None:
    context = await open_context("still", viewport={"width": 1280, "height": 800})
    page = MirrorPage(context.pages[0])
    audit = Audit(page, "laptop", ensure_axe())
    get = page.page.get_by_test_id
    await page.open(server.url)
    await page.start("long-straight", "X4")
    await asyncio.sleep(2)
    single = await page.remote()
    await get("four").click()
    tiles = get("four-tiles").locator("button")
    await expect(tiles).to_have_count(4)
    await expect(tiles.first).to_have_attribute("aria-label", "Long straight: wear this style, key 1")
    await audit.look("four")
    await _until_divided(page, single)
    third = (await tiles.nth(2).get_attribute("data-testid") or "").removeprefix("four-")
    await page.page.keyboard.press("3")
    await expect(tiles).to_have_count(0)
    await expect(get(f"style-{third}")).to_have_attribute("aria-checked", "true")
    await expect(get("four")).to_be_focused()
    await get("four").click()
    await expect(tiles).to_have_count(4)
    await page.page.keyboard.press("Escape")
    await expect(tiles).to_have_count(0)
    await get("privacy").click()
    await get("withdraw").click()
    await expect(get("start")).to_be_disabled()
    await server.wait_for_sessions(0)
    assert not audit.found, "\n".join(audit.found)
    assert page.errors == []


async def _until_divided(page: MirrorPage, single: np.typing.NDArray[np.uint8]) -> None:
    """Until a dark line parts the picture in the middle."""
    for _ in range(50):
        picture = await page.remote()
        line = picture[:, picture.shape[1] // 2 - 1 : picture.shape[1] // 2 + 1]
        if line.mean() < 60 and changed(picture, single) > 0.2:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the picture was not divided")
