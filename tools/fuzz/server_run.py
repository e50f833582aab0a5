"""The server fuzzed over HTTP."""

from __future__ import annotations

import asyncio
import random
import time

import aiohttp
import psutil

from tools.fuzz.form_target import form_seeds
from tools.fuzz.mutator import Mutator
from tools.fuzz.picture_target import picture_seeds
from tools.fuzz.tally import Tally
from tools.fuzz.video_seeds import video_seeds
from tools.server_process import LIVEHAIR, ServerProcess, running_server

_ROUTES = (("/api/photo", "image"), ("/api/references", "image"), ("/api/video", "video"))
_TYPED = {"Content-Type": "multipart/form-data; boundary=b"}
_NAME = "server"
_SECONDS = 120.0


async def fuzz_server(seconds: float, seed: int, tally: Tally) -> None:
    """Start a server, send it forms for ``seconds`` and see how much its memory grew.

    Raises:
        ToolError: the server did not start.
    """
    draw = random.Random(seed)
    forms, pictures, videos = (
        Mutator(seeds, draw) for seeds in (form_seeds(), picture_seeds(), video_seeds())
    )
    async with running_server(LIVEHAIR, "--engine", "strands") as server:
        assert server.process is not None
        begin, before = time.monotonic(), 0
        while (passed := time.monotonic() - begin) < seconds:
            if not before and passed >= seconds / 4:
                before = server.process.memory_info().rss
            path, field = draw.choice(_ROUTES)
            files = videos if field == "video" else pictures
            body = forms.next() if draw.random() < 0.3 else _form(field, path, files.next())
            await _send(server, path, body, draw, tally)
            if server.process.status() == psutil.STATUS_ZOMBIE:
                tally.fault(_NAME, "the server ended", body)
                return
        tally.growth[_NAME] = server.process.memory_info().rss - before


def _form(field: str, path: str, data: bytes) -> bytes:
    style = b'--b\r\nContent-Disposition: form-data; name="style"\r\n\r\npixie\r\n'
    head = f'--b\r\nContent-Disposition: form-data; name="{field}"; filename="a"\r\n\r\n'
    return (b"" if path == "/api/references" else style) + head.encode() + data + b"\r\n--b--\r\n"


async def _send(server: ServerProcess, path: str, body: bytes, draw: random.Random, tally: Tally) -> None:
    begin = time.perf_counter()
    # An address of its own for each request, or most would meet the limit of one address.
    address = f"127.{draw.randrange(1, 255)}.{draw.randrange(256)}.{draw.randrange(1, 255)}"
    connector = aiohttp.TCPConnector(local_addr=(address, 0))
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:
            status, outcome = await _outcome(http, server.url, path, body)
    except (aiohttp.ClientError, TimeoutError) as error:
        tally.fault(_NAME, error, body)
        return
    if status >= 500:
        tally.fault(_NAME, f"{status} {outcome} from {path}", body)
    else:
        tally.note(_NAME, f"{status} {outcome}", time.perf_counter() - begin)


async def _outcome(http: aiohttp.ClientSession, url: str, path: str, body: bytes) -> tuple[int, str]:
    async with http.post(url + path, data=body, headers=_TYPED) as response:
        if response.status != 202:
            return response.status, await _code(response)
        job = url + response.headers["Location"]
    while True:
        async with http.get(job) as response:
            if response.status != 202:
                outcome = response.status, await _code(response)
                break
        await asyncio.sleep(0.05)
    async with http.delete(job):
        return outcome


async def _code(response: aiohttp.ClientResponse) -> str:
    return str((await response.json())["error"]) if response.status >= 400 else "read"
