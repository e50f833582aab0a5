"""Forms of strangers: read with limits on time, bytes and names."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web

from server.errors import RequestError
from server.uploads.form import Form, read_form
from server.uploads.upload_budget import BUDGET, UploadBudget

_HEAD = b'--b\r\nContent-Disposition: form-data; name="image"; filename="../../me.jpg"\r\n\r\n'
_TYPED = {"Content-Type": "multipart/form-data; boundary=b"}


class FormServer:
    """Reads one form after the other; what came is in ``forms``."""

    def __init__(self, budget: int, seconds: float, longest_file: int = 1000) -> None:
        self.forms: list[Form] = []
        self._seconds = seconds
        self._longest_file = longest_file
        self._app = web.Application()
        self._app[BUDGET] = self.budget = UploadBudget(budget)
        self._app.router.add_post("/", self._post)

    async def _read(self, request: web.Request) -> Form:
        return await read_form(request, ("style",), ("image",), self._longest_file, self._seconds)

    async def _post(self, request: web.Request) -> web.Response:
        try:
            self.forms.append(await self._read(request))
        except RequestError as error:
            return web.json_response({"error": error.code}, status=error.status)
        return web.Response(status=204)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """Its URL."""
        runner = web.AppRunner(self._app, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
        await runner.cleanup()


async def _post(url: str, body: bytes | AsyncIterator[bytes], **headers: str) -> tuple[int, str | None]:
    async with ClientSession() as http, http.post(url, data=body, headers=_TYPED | headers) as response:
        return response.status, (await response.json())["error"] if response.status >= 400 else None


async def test_a_form_is_read_without_its_files_names() -> None:
    server = FormServer(10_000, 5.0)
    style = b'--b\r\nContent-Disposition: form-data; name="style"\r\n\r\npixie\r\n'
    async with server.running() as url:
        assert await _post(url, style + _HEAD + b"bytes\r\n--b--\r\n") == (204, None)
    assert server.forms == [Form({"style": "pixie"}, {"image": b"bytes"})]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (_HEAD + bytes(2000) + b"\r\n--b--\r\n", {}, 413),
        (b"\r\n" * 100_000 + _HEAD, {}, 400),
        (b"x" * 300_000, {}, 400),
        (b"--b\r\n" + b"X-Y: " + b"z" * 100_000 + b"\r\n\r\n\r\n--b--\r\n", {}, 400),
        (b"--b\r\n" + b"X-Y: z\r\n" * 10_000 + b"\r\n\r\n--b--\r\n", {}, 400),
        (_HEAD.replace(b"image", b"\xff\xfe") + b"x\r\n--b--\r\n", {}, 400),
        (_HEAD + b"no end", {}, 400),
        (_HEAD + b"x\r\n" + _HEAD + b"y\r\n--b--\r\n", {}, 400),
        (
            b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\n\r\n--c--\r\n--b--\r\n",
            {},
            400,
        ),
        (b"not gzip", {"Content-Encoding": "gzip"}, 400),
        (gzip.compress(_HEAD + bytes(30_000_000)), {"Content-Encoding": "gzip"}, 413),
        (_HEAD, {"Content-Type": "multipart/form-data"}, 400),
        (_HEAD, {"Content-Type": "multipart/form-data; boundary=" + "b" * 100}, 400),
        (_HEAD, {"Content-Type": "text/plain"}, 415),
    ],
)
async def test_what_is_no_form_of_ours_is_refused(body: bytes, headers: dict[str, str], status: int) -> None:
    server = FormServer(100_000, 5.0)
    async with server.running() as url:
        assert (await _post(url, body, **headers))[0] == status
    assert not server.forms
    assert server.budget._used == 0


async def test_a_client_that_never_ends_is_given_up() -> None:
    async def dripping() -> AsyncIterator[bytes]:
        yield _HEAD
        while True:
            await asyncio.sleep(0.05)
            yield b"x"

    server = FormServer(10_000, 0.3)
    async with server.running() as url:
        assert await _post(url, dripping()) == (408, "upload-too-slow")
    assert server.budget._used == 0


async def test_many_forms_at_once_never_take_more_than_their_memory() -> None:
    go, picture = asyncio.Event(), bytes(900_000)

    async def held() -> AsyncIterator[bytes]:
        yield _HEAD + picture
        await go.wait()
        yield b"\r\n--b--\r\n"

    server = FormServer(2_000_000, 5.0, 1_000_000)
    async with server.running() as url:
        first = [asyncio.create_task(_post(url, held())) for _ in range(2)]
        async with asyncio.timeout(3):
            while server.budget._used < 1_500_000:  # noqa: ASYNC110 - polls what has no event
                await asyncio.sleep(0.01)
        assert await _post(url, _HEAD + picture + b"\r\n--b--\r\n") == (503, "uploads-busy")
        go.set()
        assert await asyncio.gather(*first) == [(204, None)] * 2
        assert await _post(url, _HEAD + picture + b"\r\n--b--\r\n") == (204, None)
    assert server.budget._used == 0
