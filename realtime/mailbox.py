"""A queue of one: the latest item wins, and what is overwritten is counted."""

from __future__ import annotations

import asyncio
import threading
from typing import Generic, TypeVar

from realtime.errors import MailboxClosed

T = TypeVar("T")


class Mailbox(Generic[T]):
    """One slot between a producer in any thread and one consumer in an asyncio loop."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.dropped = 0
        """How many items were overwritten before anyone took them."""
        self._items: list[T] = []
        self._closed = False
        self._lock = threading.Lock()
        self._waiter: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    @property
    def closed(self) -> bool:
        """True once :meth:`close` was called."""
        return self._closed

    def put(self, item: T) -> None:
        """Leave ``item`` for the consumer in place of what lies there. From any thread, never blocks.

        Raises:
            MailboxClosed: the mailbox was closed.
        """
        with self._lock:
            if self._closed:
                raise MailboxClosed(self.name)
            self.dropped += len(self._items)
            self._items = [item]
            self._wake()

    async def get(self) -> T:
        """Wait for an item and take it. One consumer at a time.

        Raises:
            MailboxClosed: the mailbox is closed (an item left in it is not delivered).
        """
        event = asyncio.Event()
        while True:
            with self._lock:
                if self._closed:
                    raise MailboxClosed(self.name)
                if self._items:
                    return self._items.pop()
                event.clear()
                self._waiter = (asyncio.get_running_loop(), event)
            await event.wait()

    def close(self) -> None:
        """End the stream: a waiting :meth:`get` raises. From any thread; again is harmless."""
        with self._lock:
            self._closed = True
            self._items = []
            self._wake()

    def _wake(self) -> None:
        if self._waiter is None:
            return
        loop, event = self._waiter
        self._waiter = None
        # The consumer's loop may have ended before its producers do.
        if not loop.is_closed():
            loop.call_soon_threadsafe(event.set)
