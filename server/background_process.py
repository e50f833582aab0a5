"""How child processes that work for minutes behave beside live sessions."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import BinaryIO

from server.core_dumps import forbid_core_dumps


def stay_in_background() -> BinaryIO:
    """Give live sessions the processor, leave no core dump, and return the stream for messages.

    What libraries print must not come between the messages: it goes to standard error.
    """
    forbid_core_dumps()
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)
        # Linux: niceness alone does not promise that live sessions come first.
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return out
