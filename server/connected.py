"""Work that is worth nothing when nobody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from aiohttp import web

_GONE_AFTER = 0.5

T = TypeVar("T")


async def while_connected(request: web.Request, work: Coroutine[Any, Any, T]) -> T:
    """What ``work`` returns or raises.

    Raises:
        asyncio.CancelledError: the client hung up, so the work was cancelled.
    """
    task = asyncio.create_task(work)
    try:
        while not task.done():
            await asyncio.wait([task], timeout=_GONE_AFTER)
            if request.transport is None or request.transport.is_closing():
                raise asyncio.CancelledError
        return task.result()
    finally:
        task.cancel()
        # Whatever came of it meanwhile, nobody hears it any more.
        await asyncio.gather(task, return_exceptions=True)
