"""The page on which anyone measures."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import BrowserContext, expect

from tests.e2e.live_server import LiveServer

SECONDS = 12_000


async def test_measures_with_the_camera_and_with_a_pattern(
    server: LiveServer, places_free: None, open_context: Callable[..., Awaitable[BrowserContext]]
) -> None:
    context = await open_context("moving")
    await context.grant_permissions(["clipboard-read", "clipboard-write", "camera"], origin=server.url)
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(f"{server.url}/latency")
    get = page.get_by_test_id
    await expect(get("with-camera")).to_be_disabled()
    await get("consent").check()
    for button in ("with-camera", "with-pattern"):
        await get(button).click()
        await page.wait_for_function(
            "() => Number(document.getElementById('frames').value) >= 30", timeout=3 * SECONDS
        )
        await get("copy").click()
        report: dict[str, Any] = json.loads(await page.evaluate("navigator.clipboard.readText()"))
        await get("stop").click()
        latency = report["latency_ms"]
        assert 0 < latency["p50"] <= latency["p95"] <= latency["p99"]
        assert latency["fps"] > 0
        assert {"track", "encode"} <= report["stages_ms"].keys()
        assert await get("histogram").locator("rect").count() >= 2
        assert await get("stages").locator("tr").count() >= 5
    await get("language").click()
    await expect(get("with-camera")).not_to_have_text("Measure with the camera")
    assert not errors
