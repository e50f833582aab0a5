"""Giving memory back to the system when people leave.

Sessions come with threads, and glibc gives each thread an arena of its own that keeps what it once needed;
what a session held in reference cycles waits for Python's collector besides. Without help the process grows
by some 15 MB with each visit for a long while, although nothing leaks.
"""

from __future__ import annotations

import ctypes
import gc
import sys

_M_ARENA_MAX = -8
_ARENAS = 2


def keep_startup() -> None:
    """Take all that lives now out of the collector's sight, so that later collections take milliseconds."""
    gc.collect()
    gc.freeze()


def share_arenas() -> None:
    """Let all threads share few arenas (mallopt(3)); before they begin. Does nothing without glibc."""
    libc = _glibc()
    if libc is not None:
        libc.mallopt(_M_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Collect cycles and return free memory (malloc_trim(3)). Takes milliseconds: call it in a worker."""
    gc.collect()
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "gnu_get_libc_version") else None
