"""How many bytes of uploads are read at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aiohttp import web

from server.uploads.errors import UploadsBusyError


class UploadBudget:
    """At most ``limit`` bytes for all requests that are being read, whatever they send."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._used = 0

    @contextmanager
    def share(self) -> Iterator[Callable[[int], None]]:
        """A request's share while it is read; call it with the number of bytes that came.

        Raises:
            UploadsBusyError: from that call, when there is no room for them.
        """
        taken = 0

        def take(count: int) -> None:
            nonlocal taken
            if self._used + count > self._limit:
                raise UploadsBusyError
            self._used += count
            taken += count

        try:
            yield take
        finally:
            self._used -= taken


BUDGET = web.AppKey("upload-budget", UploadBudget)
"""Where an application keeps its own."""
