"""A server in a process of its own, for as long as a measurement takes."""

from __future__ import annotations

import asyncio
import socket
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO

import aiohttp
import psutil

from tools.errors import ToolError

LIVEHAIR = ("run_server.py",)
STOCK_ECHO = ("-m", "tools.stock_echo")

_START_SECONDS = 90.0
_STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """A running server: its ``url`` and, where this program started it, its ``process``."""

    url: str
    process: psutil.Process | None = None


@asynccontextmanager
async def running_server(program: Sequence[str], *arguments: str) -> AsyncIterator[ServerProcess]:
    """Start ``python PROGRAM --port FREE ARGUMENTS``, wait until ``/readyz`` says 200, stop it at the end.

    Raises:
        ToolError: the server ended or was not ready in time.
    """
    url = f"http://127.0.0.1:{(port := free_port())}"
    command = [sys.executable, *program, "--port", str(port), *arguments]
    # A file, not a pipe: a server that logs much would block on a pipe nobody reads.
    with tempfile.TemporaryFile() as log:
        server = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)
        try:
            await _until_ready(url, server, log)
            yield ServerProcess(url, psutil.Process(server.pid))
        finally:
            await _stop(server)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _stop(server: Process) -> None:
    if server.returncode is None:
        server.terminate()
        try:
            await asyncio.wait_for(server.wait(), _STOP_SECONDS)
        except TimeoutError:
            server.kill()
            await server.wait()


async def _until_ready(url: str, server: Process, log: IO[bytes]) -> None:
    deadline = asyncio.get_running_loop().time() + _START_SECONDS
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        while asyncio.get_running_loop().time() < deadline:
            if server.returncode is not None:
                log.seek(0)
                last = log.read().decode(errors="replace").strip().splitlines()[-1:]
                raise ToolError(f"The server ended at its start: {' '.join(last) or 'it said nothing'}")
            try:
                async with session.get(f"{url}/readyz") as response:
                    if response.status == 200:
                        return
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.1)
    raise ToolError(f"The server at {url} was not ready within {_START_SECONDS:.0f} s.")
