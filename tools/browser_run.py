"""One latency measurement in a headless Chromium."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from aiohttp import web
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright

from tools import marker
from tools.clips import moving_portrait, to_i420, write_y4m
from tools.cpu_meter import CpuMeter
from tools.ensure_chromium import find_chromium
from tools.errors import ToolError
from tools.latency_report import LatencyReport, report_of_page
from tools.server_process import ServerProcess

_PAGE = Path(__file__).with_name("latency_page.html")
_CONNECT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class BrowserRun:
    """What to measure.

    ``camera``: a y4m file with markers. ``look``: style and colour go into the offer, the rest is sent once
    the control channel is open. ``codec``: vp8 or h264, preferred by the page; ``None`` leaves the order to
    browser and server. The first ``warmup`` of ``seconds`` do not count into the latency.
    """

    camera: Path
    size: tuple[int, int] = (640, 480)
    seconds: float = 10.0
    warmup: float = 3.0
    fps: int = 30
    codec: str | None = None
    look: dict[str, str] | None = None


def write_camera(path: Path, size: tuple[int, int], frames: int = 180, fps: int = 30) -> Path:
    """Write the clip that stands in for the camera, a marker in every frame."""
    write_y4m(path, _marked(to_i420(rgb) for rgb in moving_portrait(size, frames)), size, fps)
    return path


async def measure_in_browser(server: ServerProcess, run: BrowserRun) -> LatencyReport:
    """Stream ``run.camera`` through ``server`` and back.

    Raises:
        ToolError: no Chromium, the server refused, or no frame came back.
    """
    chromium = find_chromium()
    if chromium is None:
        raise ToolError("Chromium was not found: python -m tools.ensure_chromium says how to get it.")
    config = {
        "width": run.size[0],
        "height": run.size[1],
        "fps": run.fps,
        "seconds": run.seconds,
        "codec": run.codec,
        "look": run.look or {},
        "marker": {
            "rows": marker.ROWS,
            "cellWidth": marker.CELL_WIDTH,
            "minContrast": marker.MIN_CONTRAST,
        },
    }
    async with _page_server(server.url) as url, async_playwright() as playwright:
        with tempfile.TemporaryDirectory() as profile:
            context = await playwright.chromium.launch_persistent_context(
                profile, executable_path=chromium, headless=True, args=chromium_arguments(run.camera)
            )
            try:
                page = await context.new_page()
                await page.goto(url)
                meter = CpuMeter({"server": server.process, "chromium": _newest_child("chrom")})
                raw: dict[str, Any] = await page.evaluate("config => window.measure(config)", config)
                cpu = meter.stop()
            except PlaywrightError as error:
                raise ToolError(f"The measurement failed: {error.message.splitlines()[0]}") from error
            finally:
                await context.close()
    return report_of_page(raw, run.warmup, cpu)


def chromium_arguments(camera: Path) -> list[str]:
    """Switches of a Chromium whose camera is the y4m file ``camera``."""
    return [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera}",
        "--autoplay-policy=no-user-gesture-required",
        "--disable-background-timer-throttling",
        "--disable-renderer-backgrounding",
    ]


def _newest_child(name: str) -> psutil.Process | None:
    children = [child for child in psutil.Process().children(recursive=True) if name in child.name()]
    return min(children, key=lambda child: child.create_time(), default=None)


def _marked(pictures: Iterable[Any]) -> Iterable[Any]:
    for index, picture in enumerate(pictures):
        marker.draw_i420(picture, index)
        yield picture


@asynccontextmanager
async def _page_server(target: str) -> AsyncIterator[str]:
    """Serve the measuring page and hand its offer to ``target``: the measured server needs no CORS for it."""

    async def page(_: web.Request) -> web.FileResponse:
        return web.FileResponse(_PAGE)

    async def offer(request: web.Request) -> web.Response:
        body = await request.read()
        headers = {"Content-Type": "application/json"}
        try:
            async with session.post(f"{target}/offer", data=body, headers=headers) as response:
                answer = await response.read()
                return web.Response(body=answer, status=response.status, content_type="application/json")
        except aiohttp.ClientError:
            return web.json_response({"message": f"No server answers at {target}."}, status=502)

    app = web.Application()
    app.add_routes([web.get("/", page), web.post("/offer", offer)])
    runner = web.AppRunner(app)
    timeout = aiohttp.ClientTimeout(total=_CONNECT_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
        finally:
            await runner.cleanup()
