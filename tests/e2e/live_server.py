"""A real server in a process of its own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from tools.server_process import free_port

_ROOT = Path(__file__).resolve().parents[2]
_READY_SECONDS = 300.0
_STOP_SECONDS = 15.0


class LiveServer:
    """``run_server.py``, or another ``program``, on a port of its own; it can be killed and started again.

    ``folder`` is where it runs, ``environment`` what it finds there besides.
    """

    def __init__(
        self,
        log: Path,
        *arguments: str,
        program: tuple[str, ...] = ("run_server.py",),
        folder: Path = _ROOT,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        """Where it writes."""
        self._arguments = arguments
        self._program = program
        self._folder = folder
        self._environment = os.environ | (environment or {})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start, and wait until ``/readyz`` says so."""
        command = [sys.executable, *self._program, "--port", str(self.port), *self._arguments]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self._folder, env=self._environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + _READY_SECONDS
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The server did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.1)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    async def wait_for_sessions(self, count: int, seconds: float = 5.0) -> None:
        """Until so many sessions are open."""
        deadline = time.monotonic() + seconds
        while (open_now := await asyncio.to_thread(self.sessions)) != count:
            assert time.monotonic() < deadline, f"{open_now} sessions are open after {seconds} s, not {count}"
            await asyncio.sleep(0.1)

    def sessions(self) -> int:
        """Sessions open now, from ``/metrics``."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=5) as response:
            lines = response.read().decode().splitlines()
        return next(int(float(line.split()[-1])) for line in lines if line.startswith("sessions_active "))

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
