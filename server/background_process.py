"""How child processes that work for minutes behave beside live sessions."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from typing import BinaryIO

from server.core_dumps import forbid_core_dumps

_PR_SET_PDEATHSIG = 1


def stay_in_background() -> BinaryIO:
    """Give live sessions the processor, leave no core dump, and return the stream for messages.

    What libraries print must not come between the messages: it goes to standard error.
    """
    forbid_core_dumps()
    _end_with_parent()
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)
        # Linux: niceness alone does not promise that live sessions come first.
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return out


def _end_with_parent() -> None:
    """A process that stands still cannot see that its input ended: on Linux the kernel ends it (prctl(2))."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
