"""Which addresses and UDP ports media uses."""

from __future__ import annotations

import asyncio
import errno
import random
from collections.abc import Awaitable, Callable
from typing import Any

from aioice import Candidate, Connection
from aiortc import RTCRtpReceiver

from server.rtc_tuning.checked_source import is_checked

LOOPBACK = "127.0.0.1"
TOUCHED = (Connection,)
"""What is reached into here."""


class UdpPortRange:
    """Keeps the loop's media sockets within a port range while it is open; aiortc has no setting for it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, ports: tuple[int, int]) -> None:
        self._loop = loop
        self._ports = range(ports[0], ports[1] + 1)
        self._create: Callable[..., Awaitable[Any]] = loop.create_datagram_endpoint
        loop.create_datagram_endpoint = self._in_range  # type: ignore[method-assign, assignment]

    def close(self) -> None:
        """Give the loop its own way back."""
        self._loop.create_datagram_endpoint = self._create  # type: ignore[method-assign, assignment]

    async def _in_range(self, factory: Any, local_addr: Any = None, **options: Any) -> Any:
        if local_addr is None or local_addr[1] != 0:
            return await self._create(factory, local_addr=local_addr, **options)
        for port in random.sample(self._ports, len(self._ports)):
            try:
                return await self._create(factory, local_addr=(local_addr[0], port), **options)
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
        raise OSError(errno.EADDRINUSE, "every UDP port of --udp-ports is taken")


def add_loopback_address(receiver: RTCRtpReceiver) -> None:
    """Let media use 127.0.0.1 too, which aioice leaves out: a machine without a network can then connect."""
    connection: Connection = receiver.transport.transport.iceGatherer._connection
    if not is_checked(*TOUCHED):
        return
    gather = connection.get_component_candidates

    async def with_loopback(component: int, addresses: list[str], timeout: int = 5) -> list[Candidate]:  # noqa: ASYNC109 - aioice's signature
        return await gather(component, [*addresses, LOOPBACK], timeout)

    connection.get_component_candidates = with_loopback  # type: ignore[method-assign]
