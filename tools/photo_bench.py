"""What a 12-megapixel photo costs, and whether live video suffers beside it."""

from __future__ import annotations

import asyncio
import contextlib
import io
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from engines.look import Look
from server.child_process import ChildProcess
from server.photo.look_sources import FoundLook
from server.photo.still_message import still_message
from tools.clips import astronaut
from tools.errors import ToolError
from tools.server_process import ServerProcess

SIZE = (4000, 3000)
"""Width and height of the photo."""
_KB = 1024.0


@dataclass(frozen=True, slots=True)
class PhotoBench:
    """A photo edited by ``engine``: ``first`` and ``second`` photo of a fresh process, in seconds;
    ``memory``: the most that the process held, MB."""

    engine: str
    first: float
    second: float
    memory: float


def photo_of_12_megapixels() -> npt.NDArray[np.uint8]:
    """(3000, 4000, 3) uint8 sRGB: a portrait as high as the photo, on its own blurred picture, with grain."""
    width, height = SIZE
    person = cv2.resize(astronaut(), (height, height), interpolation=cv2.INTER_CUBIC)
    wide = cv2.GaussianBlur(cv2.resize(astronaut(), SIZE), (0, 0), 40.0)
    left = (width - height) // 2
    wide[:, left : left + height] = person
    grain = np.random.default_rng(3).normal(0.0, 3.0, (height, width, 1))
    return np.asarray(np.clip(wide + grain, 0.0, 255.0), np.uint8)


def bench_photos(look: Look) -> list[PhotoBench]:
    """A photo by each engine that runs here without weights.

    Raises:
        ToolError: the photo could not be edited.
    """
    return [asyncio.run(_strands(look))]


async def _strands(look: Look) -> PhotoBench:
    header, payload = still_message("photo", photo_of_12_megapixels(), FoundLook(look, b""), None)
    begin = time.perf_counter()
    child = await ChildProcess.start("server.photo.still_process")
    try:
        seconds = []
        for _ in range(2):
            await child.send(header, payload)
            answer: dict[str, Any] = {}
            while "final" not in answer:
                answer, _ = await child.receive()
                if "error" in answer:
                    raise ToolError(f"The photo could not be edited: {answer['message']}")
            seconds.append(time.perf_counter() - begin)
            begin = time.perf_counter()
        return PhotoBench("strands", seconds[0], seconds[1], _peak(child.pid))
    finally:
        await child.end()


def _peak(pid: int) -> float:
    """The most memory that a process ever held, MB; 0 where the system does not say."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return float(line.split()[1]) / _KB
    return 0.0


@asynccontextmanager
async def photos_beside(server: ServerProcess, style: str) -> AsyncIterator[None]:
    """While this is open, ``server`` edits one photo after the other."""
    buffer = io.BytesIO()
    Image.fromarray(photo_of_12_megapixels()).save(buffer, "JPEG", quality=92)
    task = asyncio.create_task(_send_photos(server.url, buffer.getvalue(), style))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _send_photos(url: str, photo: bytes, style: str) -> None:
    async with aiohttp.ClientSession() as session:
        while True:
            form = aiohttp.FormData()
            form.add_field("image", photo, filename="photo.jpg")
            form.add_field("style", style)
            async with session.post(f"{url}/api/photo", data=form) as response:
                await response.read()
                if response.status != 200:
                    await asyncio.sleep(1.0)
