"""Photos and videos through the page: every mode, every refusal, and nothing left behind."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from playwright.async_api import expect

from tests.e2e.audit import Audit
from tests.e2e.conftest import OpenContext
from tests.e2e.live_server import LiveServer
from tests.e2e.mirror_page import MirrorPage
from tests.e2e.portrait import Portrait, changed, cut, mean_lab
from tests.e2e.studio_page import StudioPage
from tests.media import GENTLE, astronaut_frame, astronaut_frames
from tools.ensure_axe import ensure_axe

pytestmark = pytest.mark.e2e

U8 = npt.NDArray[np.uint8]

_SIZES = {"laptop": (1280, 800), "phone": (390, 844)}
_ONE = astronaut_frame(640, 480)
_TWO = np.ascontiguousarray(np.hstack([_ONE[:, 120:520], _ONE[:, 120:520][:, ::-1]]))


def _file(name: str, rgb: U8, form: str) -> tuple[str, str, bytes]:
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, form, quality=95)
    return f"{name}.{form.lower()}", f"image/{form.lower()}", buffer.getvalue()


@pytest.fixture(scope="module")
def portrait() -> Portrait:
    return Portrait(_ONE)


@pytest.fixture(scope="session")
def axe() -> Path | None:
    return ensure_axe()


@pytest.mark.parametrize("size", _SIZES)
async def test_photos(
    open_context: OpenContext, server: LiveServer, portrait: Portrait, axe: Path | None, size: str
) -> None:
    width, height = _SIZES[size]
    context = await open_context(None, viewport={"width": width, "height": height})
    page = MirrorPage(context.pages[0])
    audit, studio = Audit(page, size, axe), StudioPage(page)
    await page.open(server.url)
    await page.choose("long-straight", "X4")
    await studio.open()
    await audit.look("photo-1-empty")

    await studio.put(_file("portrait", _ONE, "WEBP"))
    await audit.look("photo-2-ready")
    await studio.apply("both")
    await expect(studio.get("studio-cancel")).to_be_visible()
    await audit.look("photo-3-working")
    both = await studio.result()
    assert both.name == "livehair-long-straight.png"
    assert b"compositeSynthetic" in both.data, "the file must say that it was edited"
    assert both.rgb.shape == _ONE.shape
    for box in portrait.beside_neck:
        assert mean_lab(cut(both.rgb, box))[2] < -8, "long blue hair must be here"
    await studio.get("studio-divider").fill("20")
    await studio.get("studio-zoom-in").click()
    await audit.look("photo-4-result")
    await page.page.locator("#language").click()
    await expect(studio.get("studio-said")).to_contain_text("완성")
    await page.page.locator("#language").click()
    await expect(studio.get("studio-said")).to_contain_text("Done")
    if size == "laptop":
        await studio.apply("shape")
        shape = (await studio.result()).rgb
        for box in portrait.beside_neck:
            assert changed(cut(shape, box), cut(_ONE, box)) > 0.5
            assert mean_lab(cut(shape, box))[2] > -8, "only the shape was asked for"
        await studio.apply("color")
        color = (await studio.result()).rgb
        assert mean_lab(cut(_ONE, portrait.crown))[2] - mean_lab(cut(color, portrait.crown))[2] > 10
        for box in portrait.beside_neck:
            assert changed(cut(color, box), cut(_ONE, box)) < 0.2, "only the colour was asked for"

    await studio.put(_file("pair", _TWO, "JPEG"))
    await studio.apply("both")
    assert "several faces" in await studio.refusal("several-faces")
    await audit.look("photo-5-faces")
    await expect(studio.get("face-0")).to_be_focused()
    await studio.get("face-1").click()
    pair = (await studio.result()).rgb
    half = _TWO.shape[1] // 2
    assert changed(pair[:, half:], _TWO[:, half:]) > 0.05
    assert changed(pair[:, :half], _TWO[:, :half]) < 0.01, "the other face must stay as it is"

    await studio.put(_file("wall", np.full_like(_ONE, 170), "PNG"))
    await studio.apply()
    assert "No face" in await studio.refusal("no-face")
    await expect(studio.get("studio-before")).to_be_visible()
    await audit.look("photo-6-no-face")
    await studio.put(("notes.txt", "text/plain", b"hair"))
    await studio.refusal("file-type")
    assert await page.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "something sticks out"
    )
    assert not audit.found, "\n".join(audit.found)
    assert page.errors == []


async def test_a_picture_is_taken_with_the_camera_and_work_is_cancelled(
    open_context: OpenContext, server: LiveServer
) -> None:
    context = await open_context("still")
    page = MirrorPage(context.pages[0])
    studio = StudioPage(page)
    await page.open(server.url)
    await page.choose("long-straight", "X4")
    await studio.open()
    await studio.get("studio-take").click()
    await studio.get("studio-back").click()
    await expect(studio.get("studio-take")).to_be_visible()
    await studio.get("studio-take").click()
    await studio.get("studio-shutter").click()
    await expect(studio.get("studio-before")).to_be_visible(timeout=8000)
    await studio.apply()
    await studio.get("studio-cancel").click()
    await expect(studio.get("studio-apply")).to_be_visible()
    await expect(studio.get("studio-before")).to_be_visible()
    await studio.apply()
    taken = (await studio.result()).rgb
    assert taken.shape == (480, 640, 3)
    for box in Portrait(_ONE).beside_neck:
        assert mean_lab(cut(taken, box))[2] < -8, "long blue hair must be here"
    await studio.get("privacy").click()
    await expect(studio.get("stored-state")).to_have_text("Nothing.")
    assert page.errors == []


async def test_the_camera_refused_and_the_server_gone_leave_the_picture(
    open_context: OpenContext, server: LiveServer
) -> None:
    context = await open_context(None)
    page = MirrorPage(context.pages[0])
    studio = StudioPage(page)
    await page.open(server.url)
    await page.choose("own")
    await studio.open()
    await studio.get("studio-take").click()
    await studio.refusal("camera-missing")
    await studio.hand("drop", _file("portrait", _ONE, "PNG"))
    await expect(studio.get("studio-before")).to_be_visible()
    await studio.get("studio-fresh").click()
    await expect(studio.get("studio-choose")).to_be_focused()
    await studio.hand("paste", _file("portrait", _ONE, "PNG"))
    await expect(studio.get("studio-apply")).to_be_focused()
    await studio.apply("color")
    assert "colour" in await studio.refusal("no-color")
    await page.choose("pixie", "X4")
    await context.set_offline(True)
    await studio.apply()
    await studio.refusal("server-unreachable")
    await context.set_offline(False)
    await studio.apply()
    assert (await studio.result()).rgb.shape == _ONE.shape


async def test_a_video_comes_back_with_the_hair_on(
    open_context: OpenContext, server: LiveServer, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mp4"
    with av.open(str(clip), "w") as writer:
        stream = writer.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for rgb in astronaut_frames(320, 240, 8, GENTLE):
            writer.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, "rgb24")))
        writer.mux(stream.encode())
    context = await open_context(None)
    page = MirrorPage(context.pages[0])
    studio = StudioPage(page)
    await page.open(server.url)
    await page.choose("long-straight", "X4")
    await studio.open()
    await studio.put(clip)
    await studio.apply()
    result = await studio.result()
    assert result.name == "livehair-long-straight.mp4"
    with av.open(io.BytesIO(result.data), "r") as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(frames) == 8
    assert all(frame.shape == (240, 320, 3) for frame in frames)
    assert changed(np.asarray(frames[4], np.uint8), astronaut_frame(320, 240, GENTLE, 0.5)) > 0.1
    await studio.get("studio-original").click()
    await expect(studio.get("studio-original")).to_have_attribute("aria-pressed", "true")
    assert page.errors == []
