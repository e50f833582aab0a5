"""A frame processor ready for whoever comes next."""

from __future__ import annotations

import threading

from engines.look import Look
from server.frame_processor import FrameProcessor, ProcessorFactory


class SpareProcessor:
    """Makes the sessions' processors, and keeps one in stock: to load its networks takes as long as all else
    that an answer waits for. Nobody ever gets one that another session used. Any thread may call."""

    def __init__(self, make: ProcessorFactory) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._spare: FrameProcessor | None = None
        self._closed = False

    def take(self, look: Look) -> FrameProcessor:
        """A processor for ``look`` that nobody had; the one in stock or a new one."""
        with self._lock:
            spare, self._spare = self._spare, None
        if spare is None:
            return self._make(look)
        spare.look = look
        return spare

    def stock(self) -> None:
        """Make one ahead, if there is none; takes a moment, in which nobody should be waiting."""
        with self._lock:
            if self._spare is None and not self._closed:
                self._spare = self._make(Look())

    def close(self) -> None:
        """Release the one in stock, and keep none from now on."""
        with self._lock:
            spare, self._spare, self._closed = self._spare, None, True
        if spare is not None:
            spare.close()
