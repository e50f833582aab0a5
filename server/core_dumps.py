"""No core dumps: a fault must not write what is in memory, people's faces among it, to the disk."""

from __future__ import annotations

import sys


def forbid_core_dumps() -> None:
    """For this process and its children (setrlimit(2)); does nothing where there is no such limit."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
