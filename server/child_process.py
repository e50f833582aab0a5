"""A Python module running in a process of its own, spoken to in messages."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from server.messages import decode_header, encode_header

_ROOT = Path(__file__).resolve().parent.parent
_LONGEST_HEADER = 1 << 16


class ChildEndedError(Exception):
    """The process ended before it answered."""


class ChildProcess:
    """A child speaks on standard input and output and ends when its input does; see server/messages.py."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._input = process.stdin
        self._output = process.stdout

    @classmethod
    async def start(cls, module: str, *arguments: str) -> Self:
        """Run ``python -m module arguments``. Ctrl-C in the terminal does not reach it."""
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", module, *arguments,
                stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=_ROOT,
                limit=_LONGEST_HEADER, start_new_session=True,
            )
        )  # fmt: skip

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it can be spoken to."""
        return self._process.returncode is None

    async def send(self, header: Mapping[str, Any], payload: bytes | memoryview = b"") -> None:
        """Send a message; a child that is gone is noticed by :meth:`receive`."""
        with contextlib.suppress(ConnectionError):
            self._input.write(encode_header(header, len(payload)))
            self._input.write(payload)
            await self._input.drain()

    async def receive(self) -> tuple[dict[str, Any], bytes]:
        """The child's next message.

        Raises:
            ChildEndedError: there is none to come.
        """
        try:
            header, length = decode_header(await self._output.readuntil(b"\n"))
            return header, await self._output.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise ChildEndedError from None

    def pause(self) -> None:
        """Let it do nothing until :meth:`resume`; again is harmless, as with all of these."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    async def end(self) -> None:
        """Kill it and wait until it is gone; again is harmless."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        self._input.close()
