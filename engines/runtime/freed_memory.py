"""What the C library does with memory that tensors no longer need."""

from __future__ import annotations

import ctypes
import sys

# From glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4


def keep_freed_memory() -> bool:
    """Keep freed memory for the next tensor instead of giving it back to the system.

    Layers at 1024 px take blocks of over 100 MB each. glibc maps and unmaps these one by one, and on virtual
    machines the page faults take long. The process then stays at its peak size: this is for programs that do
    their work and end.

    Returns:
        Whether the C library can be told; elsewhere nothing changes.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and bool(mallopt(_M_MMAP_MAX, 0) and mallopt(_M_TRIM_THRESHOLD, -1))
