"""A bad network: a UDP relay between client and server that loses, delays and so reorders packets."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable

_CANDIDATE = re.compile(r"^a=candidate:.*\r\n", re.MULTILINE)
_LOOPBACK = re.compile(
    r"^a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1 (\d+) typ host", re.MULTILINE | re.IGNORECASE
)

Address = tuple[str, int]


class _Side(asyncio.DatagramProtocol):
    """One socket of the relay."""

    def __init__(self, received: Callable[[bytes, Address], None]) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._received(data, addr)


class UdpProxy:
    """Relays one session.

    ``loss``: share of packets lost each way; ``reorder``: share held back for up to ``delay`` seconds.
    """

    def __init__(self, loss: float = 0.02, reorder: float = 0.02, delay: float = 0.02, seed: int = 1) -> None:
        self.lost = 0
        self.relayed = 0
        self._loss, self._reorder, self._delay = loss, reorder, delay
        self._random = random.Random(seed)
        self._client: Address | None = None
        self._server: Address | None = None
        self._near: asyncio.DatagramTransport | None = None
        self._far: asyncio.DatagramTransport | None = None

    async def start(self) -> None:
        """Open both sockets."""
        loop = asyncio.get_running_loop()
        here = ("127.0.0.1", 0)
        self._near, _ = await loop.create_datagram_endpoint(lambda: _Side(self._from_client), local_addr=here)
        self._far, _ = await loop.create_datagram_endpoint(lambda: _Side(self._from_server), local_addr=here)

    def close(self) -> None:
        """Close both sockets."""
        for transport in (self._near, self._far):
            if transport is not None:
                transport.close()

    @staticmethod
    def hide_client(offer: str) -> str:
        """The offer without addresses, so that the server can only answer through the relay."""
        return _CANDIDATE.sub("", offer)

    def stand_in(self, answer: str) -> str:
        """The answer with the relay's address in the place of the server's."""
        found = _LOOPBACK.search(answer)
        assert found is not None, "the server offers no loopback candidate"
        assert self._near is not None
        self._server = ("127.0.0.1", int(found[1]))
        port = self._near.get_extra_info("sockname")[1]
        lines = f"a=candidate:1 1 udp 2130706431 127.0.0.1 {port} typ host\r\n"
        first = _CANDIDATE.search(answer)
        assert first is not None
        return answer[: first.start()] + lines + _CANDIDATE.sub("", answer[first.start() :])

    def _from_client(self, data: bytes, sender: Address) -> None:
        self._client = sender
        if self._server is not None:
            self._relay(self._far, data, self._server)

    def _from_server(self, data: bytes, sender: Address) -> None:
        if self._client is not None:
            self._relay(self._near, data, self._client)

    def _relay(self, transport: asyncio.DatagramTransport | None, data: bytes, to: Address) -> None:
        assert transport is not None
        if self._random.random() < self._loss:
            self.lost += 1
            return
        self.relayed += 1
        if self._random.random() < self._reorder:
            held = self._delay * self._random.random()
            asyncio.get_running_loop().call_later(held, self._send, transport, data, to)
        else:
            transport.sendto(data, to)

    @staticmethod
    def _send(transport: asyncio.DatagramTransport, data: bytes, to: Address) -> None:
        if not transport.is_closing():
            transport.sendto(data, to)
