"""The development certificate serves HTTPS for the names it was made for."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from aiohttp import ClientConnectorCertificateError, ClientSession, TCPConnector, web

from tools.dev_cert import main
from tools.errors import ToolError


async def test_a_client_that_trusts_it_gets_through_and_another_does_not(tmp_path: Path) -> None:
    assert main([str(tmp_path), "--name", "mirror.local", "--name", "192.0.2.7"]) == 0
    certfile, keyfile = tmp_path / "dev-cert.pem", tmp_path / "dev-key.pem"
    assert keyfile.stat().st_mode & 0o077 == 0
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(certfile, keyfile)

    async def hello(request: web.Request) -> web.Response:
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get("/", hello)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server_side).start()
    url = f"https://127.0.0.1:{runner.addresses[0][1]}/"
    trusting = ssl.create_default_context(cafile=certfile)
    async with ClientSession(connector=TCPConnector(ssl=trusting)) as http, http.get(url) as response:
        assert await response.text() == "hello"
    async with ClientSession() as http:
        with pytest.raises(ClientConnectorCertificateError):
            await http.get(url)
    await runner.cleanup()


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ToolError, match="Cannot write"):
        main([str(file / "folder")])
