"""Make the page's picture of the README: the page in Chromium, on a laptop and on a phone.

Writes docs/images/page.webp. The camera is a public-domain portrait. Run it after the page changed; it needs
Chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from playwright.async_api import Browser, Playwright, async_playwright

from tools.arguments import run_tool
from tools.browser_run import chromium_arguments
from tools.clips import to_i420, write_y4m
from tools.ensure_chromium import find_chromium
from tools.errors import ToolError
from tools.media_io import U8
from tools.server_process import LIVEHAIR, running_server
from tools.thumbnails import large_portrait, small_webp

_ROOT = Path(__file__).resolve().parent.parent
_BYTES = 200_000
_BACKDROP = (226, 219, 211)
_MARGIN = 40
_SETTLE_MS = 12_000
# What a look's change takes, fade included.
_CHANGE_MS = 3000


@dataclass(frozen=True, slots=True)
class _Screen:
    """``view``: left, top, width and height of what the camera sees of the enlarged portrait, px."""

    size: tuple[int, int]
    view: tuple[int, int, int, int]
    camera: tuple[int, int]
    scheme: str
    locale: str
    style: str
    color: str


_LAPTOP = _Screen((1280, 800), (0, 0, 1024, 768), (960, 720), "light", "en-US", "c-curl-bob", "F4")
_PHONE = _Screen((390, 844), (160, 0, 576, 768), (720, 960), "dark", "ko-KR", "full-bang-bob", "N1")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.page_picture",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument(
        "--out", type=Path, default=_ROOT, metavar="DIR", help="root of the checkout (default: this one)"
    )
    return options


async def _shots() -> list[U8]:
    chromium = find_chromium()
    if chromium is None:
        raise ToolError("Chromium was not found: python -m tools.ensure_chromium says how to get it.")
    with tempfile.TemporaryDirectory() as folder:
        async with running_server(LIVEHAIR) as server, async_playwright() as playwright:
            pictures = []
            for screen in (_LAPTOP, _PHONE):
                camera = _write_camera(Path(folder) / f"{screen.style}.y4m", screen)
                browser = await _open(playwright, chromium, camera)
                try:
                    pictures.append(await _shot(browser, server.url, screen))
                finally:
                    await browser.close()
            return pictures


async def _open(playwright: Playwright, chromium: str, camera: Path) -> Browser:
    return await playwright.chromium.launch(
        executable_path=chromium, headless=True, args=chromium_arguments(camera)
    )


async def _shot(browser: Browser, url: str, screen: _Screen) -> U8:
    width, height = screen.size
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if screen.scheme == "dark" else "light",
        locale=screen.locale,
        permissions=["camera"],
    )
    page = await context.new_page()
    await page.goto(url)
    await page.get_by_test_id("consent").check()
    await page.get_by_test_id("start").click()
    await page.wait_for_selector('body[data-state="live"]')
    await page.get_by_test_id("coach-done").click()
    await page.get_by_test_id(f"style-{screen.style}").click()
    await page.get_by_test_id("tab-color").click()
    await page.get_by_test_id(f"color-{screen.color}").click()
    await page.wait_for_timeout(_SETTLE_MS)
    await page.get_by_test_id("tab-style").click()
    await page.wait_for_timeout(_CHANGE_MS)
    png = await page.screenshot()
    await context.close()
    return np.array(Image.open(io.BytesIO(png)).convert("RGB"), np.uint8)


def _write_camera(path: Path, screen: _Screen) -> Path:
    left, top, width, height = screen.view
    picture = cv2.resize(
        large_portrait()[top : top + height, left : left + width], screen.camera, interpolation=cv2.INTER_AREA
    )
    grain = np.random.default_rng(0).normal(0.0, 1.2, (16, *picture.shape[:2], 1))
    noisy = (np.clip(picture + layer, 0.0, 255.0).astype(np.uint8) for layer in grain)
    write_y4m(path, (to_i420(rgb) for rgb in noisy), screen.camera)
    return path


def _side_by_side(pictures: Sequence[U8]) -> U8:
    """Pictures of any size next to each other, centred, on a plain backdrop."""
    height = max(picture.shape[0] for picture in pictures) + 2 * _MARGIN
    width = sum(picture.shape[1] + _MARGIN for picture in pictures) + _MARGIN
    sheet = np.full((height, width, 3), _BACKDROP, np.uint8)
    left = _MARGIN
    for picture in pictures:
        top = (height - picture.shape[0]) // 2
        sheet[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
        left += picture.shape[1] + _MARGIN
    return sheet


def main(arguments: Sequence[str] | None = None) -> int:
    """The program; returns its exit status."""
    options = parser().parse_args(arguments)
    sheet = _side_by_side(asyncio.run(_shots()))
    (options.out / "docs" / "images" / "page.webp").write_bytes(small_webp(sheet, _BYTES))
    return 0


if __name__ == "__main__":
    run_tool(main)
