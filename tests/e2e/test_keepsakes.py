"""Pictures and recordings of the mirror, as files."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from xml.etree import ElementTree

import av
import cv2
import numpy as np
import pytest
from PIL import Image
from playwright.async_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.mirror_page import MirrorPage
from tests.e2e.portrait import Portrait, cut, mean_lab

pytestmark = pytest.mark.e2e

_DRAWN_SECONDS = 30.0
_SOURCE_TYPE = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"
_EDITED = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic"


async def _save(page: MirrorPage, folder: Path) -> Path:
    async with page.page.expect_download() as download:
        await page.page.get_by_test_id("save").click()
    saved = await download.value
    path = folder / saved.suggested_filename
    await saved.save_as(path)
    return path


def _source_type(xmp: str | bytes) -> str | None:
    """What kind of picture its metadata says it is."""
    return ElementTree.fromstring(xmp)[0][0].get(_SOURCE_TYPE)


async def test_pictures_are_what_the_mirror_shows_and_say_that_they_were_edited(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = await open_page("still")
    get = page.page.get_by_test_id
    await page.start("long-straight", "X4")
    await asyncio.sleep(2)
    before = await page.remote()
    await get("snapshot").click()
    after = await page.remote()
    await expect(get("keepsake-media")).to_be_visible()
    await page.screenshot("laptop-12-picture")
    picture = await _save(page, tmp_path)
    assert picture.name.startswith("livehair-long-straight-")
    with Image.open(picture) as image:
        assert image.format == "PNG"
        assert _source_type(image.info["XML:com.adobe.xmp"]) == _EDITED
        assert image.info["Description"] == "Hair edited with LiveHair"
        saved = np.asarray(image.convert("RGB"))
    # The picture before or the one behind, for the hair may just have become finer.
    assert min(float(np.abs(saved.astype(int) - shown[:, ::-1]).mean()) for shown in (before, after)) < 3.0

    await get("snapshot").click()
    await get("format-jpeg").click()
    await get("visible-mark").check()
    written = await _save(page, tmp_path)
    assert written.suffix == ".jpg"
    with Image.open(written) as image:
        assert image.format == "JPEG"
        assert _source_type(image.info["xmp"]) == _EDITED
        corner = np.abs(np.asarray(image.convert("RGB")).astype(int) - saved)[-40:, -260:]
    assert (corner.max(axis=-1) > 60).mean() > 0.05, "the words are in the corner"
    assert page.errors == []


async def test_a_recording_plays_and_shows_the_chosen_hair(
    open_page: OpenPage, tmp_path: Path, portrait: Portrait
) -> None:
    page = await open_page("still")
    get = page.page.get_by_test_id
    await page.start("long-straight", "X4")
    deadline = time.monotonic() + _DRAWN_SECONDS
    while mean_lab(cut(await page.remote(), portrait.crown))[2] > -8:
        assert time.monotonic() < deadline, "the hair never became blue"
        await asyncio.sleep(0.2)
    await get("record").click()
    await expect(get("recording")).to_contain_text("s left")
    await asyncio.sleep(2.5)
    await page.screenshot("laptop-13-recording")
    await get("record").click()
    await expect(get("keepsake-media")).to_have_js_property("paused", False)
    await page.screenshot("laptop-14-recorded")
    video = await _save(page, tmp_path)
    with av.open(str(video)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(frames) > 3
    shown = np.asarray(cv2.resize(frames[-1], (640, 480)), np.uint8)
    assert mean_lab(cut(shown, portrait.crown))[2] < -8, "the hair must be blue"
    assert b"LiveHair" in video.read_bytes()
    assert page.errors == []
