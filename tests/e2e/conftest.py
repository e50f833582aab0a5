"""A server for the whole run, test clips, and Chromium with a clip for a camera."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, async_playwright

from tests.e2e.live_server import LiveServer
from tests.e2e.mirror_page import PROBE, MirrorPage
from tests.e2e.portrait import Portrait
from tests.media import GENTLE, STILL, astronaut_clip, astronaut_frame, empty_clip
from tools import marker
from tools.ensure_chromium import find_chromium

OpenContext = Callable[..., Awaitable[BrowserContext]]
OpenPage = Callable[..., Awaitable[MirrorPage]]

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
)


@pytest.fixture(scope="session")
def chromium() -> str:
    path = find_chromium()
    if path is None:
        pytest.fail("Chromium was not found: python -m tools.ensure_chromium says how to get it.")
    return path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Two places, so that tests also notice when one is not given back."""
    # Bitrates of a local network: what the pipeline does to a face is measured, not what thrift does to it.
    options = ("--max-sessions", "2", "--bitrate", "1000:6000:12000")
    live = LiveServer(tmp_path_factory.mktemp("server") / "log.txt", *options)
    live.start()
    yield live
    live.stop()


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    return {
        "still": astronaut_clip(folder / "still.y4m", seconds=1.0, motion=STILL),
        "moving": astronaut_clip(folder / "moving.y4m", motion=GENTLE, stamp=marker.draw_rgb),
        "upright": astronaut_clip(folder / "upright.y4m", 480, 640, seconds=1.0, motion=STILL),
        "empty": empty_clip(folder / "empty.y4m"),
    }


@pytest.fixture(scope="session")
def portrait() -> Portrait:
    return Portrait(astronaut_frame(640, 480))


@pytest.fixture
async def open_context(chromium: str, clips: dict[str, Path]) -> AsyncIterator[OpenContext]:
    """Chromium whose camera is the named clip; ``camera=None`` is a machine without one."""
    async with AsyncExitStack() as stack:
        playwright = await stack.enter_async_context(async_playwright())

        async def open_one(
            camera: str | None = "still", *, allowed: bool = True, **options: Any
        ) -> BrowserContext:
            profile = stack.enter_context(tempfile.TemporaryDirectory())
            flags = [*_FLAGS]
            if camera is None:
                flags[flags.index("--use-fake-device-for-media-stream")] += "=device-count=0"
            else:
                flags.append(f"--use-file-for-fake-video-capture={clips[camera]}")
            context = await playwright.chromium.launch_persistent_context(
                profile,
                executable_path=chromium,
                headless=True,
                args=flags,
                **{"locale": "en-GB", **options},
            )
            stack.push_async_callback(context.close)
            await context.add_init_script(path=PROBE)
            if allowed:
                await context.grant_permissions(["camera"])
            return context

        yield open_one


@pytest.fixture
async def open_page(open_context: OpenContext, server: LiveServer, places_free: None) -> OpenPage:
    """A page of the server in a browser of its own."""

    async def open_one(camera: str | None = "still", **options: Any) -> MirrorPage:
        context = await open_context(camera, **options)
        page = MirrorPage(context.pages[0])
        await page.open(server.url)
        return page

    return open_one


@pytest.fixture
async def places_free(server: LiveServer) -> None:
    """A session of the test before may be ending still."""
    await server.wait_for_sessions(0)
