"""The server as a program: how it starts, refuses, and goes down."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from aiohttp import ClientSession

from run_server import _announce, main
from tests.loopback.client import LoopbackClient
from tests.loopback.pictures import marked_frames
from tools.server_process import free_port

_ROOT = Path(__file__).resolve().parents[2]
_STOP_SECONDS = 8.0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_ends_quickly_and_quietly_with_sessions_open(number: signal.Signals, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "run_server.py", "--port", str(port), "--max-sessions", "2"),
            cwd=_ROOT,
            stdout=output,
            stderr=output,
        )
    try:
        async with ClientSession() as http:
            await until_alive(http, url)
            clients = [LoopbackClient(http, url, marked_frames(), look={"style": "pixie"}) for _ in range(2)]
            for client in clients:
                await client.offer()
                await client.wait_frames(5, 60)
            process.send_signal(number)
            begin = time.monotonic()
            status = await asyncio.wait_for(process.wait(), _STOP_SECONDS)
            assert time.monotonic() - begin < _STOP_SECONDS
            for client in clients:
                await client.close()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    text = log.read_text()
    assert status == 0, text
    assert f"LiveHair is at {url} " in text
    for noise in ("Task was destroyed", "never awaited", "never retrieved", "Traceback"):
        assert noise not in text, text
    assert text.count("Session ended: draining") == 2
    answer = clients[0].answer
    password = next(line.split(":")[1] for line in answer["sdp"].splitlines() if "ice-pwd" in line)
    for secret in ("candidate", password, answer["token"]):
        assert secret not in text


async def until_alive(http: ClientSession, url: str) -> None:
    for _ in range(300):
        try:
            async with http.get(f"{url}/healthz") as response:
                if response.status == 200:
                    return
        except OSError:
            pass
        await asyncio.sleep(0.1)
    raise AssertionError("the server did not start")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "99999"], "--port"),
        (["--engine", "hairfast"], "hairfast"),
        (["--engine", "magic"], "--engine"),
        (["--bitrate", "fast"], "--bitrate"),
        (["--bitrate", "900:500:1000"], "--bitrate"),
        (["--udp-ports", "7"], "--udp-ports"),
        (["--udp-ports", "50000-40000"], "--udp-ports"),
        (["--ice-servers", "stun:x"], "--ice-servers"),
        (["--ice-servers", '[{"urls": "http://x"}]'], "--ice-servers"),
        (["--max-sessions", "0"], "--max-sessions"),
        (["--certfile", "nowhere.pem"], "--certfile"),
        (["--certfile", "pyproject.toml", "--keyfile", "pyproject.toml"], "--certfile"),
        (["--weights", "nowhere"], "--weights"),
        (["--codec", "av1"], "--codec"),
        (["--public-address", "home"], "--public-address"),
        (["--allowed-origins", "shop.example"], "--allowed-origins"),
    ],
)
def test_bad_setting_is_one_sentence_and_status_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(_ROOT)
    assert main(arguments) == 2
    sentence = capsys.readouterr().err.strip()
    assert said in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")


def test_a_taken_port_is_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = subprocess.run(
            [sys.executable, "run_server.py", "--port", str(port)],
            cwd=_ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert result.returncode == 2
    assert f"Cannot listen on 127.0.0.1:{port}" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("bound", "shown"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080 ("),
        ("https://0.0.0.0:8443", "https://localhost:8443, and at"),
        ("http://[::]:80", "http://localhost:80, and at"),
    ],
)
def test_the_printed_address_can_be_opened(
    bound: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _announce(f"======== Running on {bound} ========\n(Press CTRL+C to quit)")
    assert capsys.readouterr().out.startswith(f"LiveHair is at {shown}")
