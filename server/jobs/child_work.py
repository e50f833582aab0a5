"""Work done by a child process that tells how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from server.child_process import ChildEndedError
from server.idle_child import IdleChild
from server.jobs.errors import WorkFailedError, WorkRefusedError

Listen = Callable[[Mapping[str, Any], bytes], None]


async def work_in(
    child: IdleChild, header: Mapping[str, Any], payload: bytes, listen: Listen
) -> tuple[Mapping[str, Any], bytes]:
    """Send a message to ``child`` and return its last answer; ``listen`` hears those before.

    The last answer has ``final``; a refusal has ``error``, ``message`` and maybe ``details``.

    Raises:
        QueueFullError: too many wait.
        WorkRefusedError: what the child refused.
        WorkFailedError: it died.
    """
    try:
        async with child.turn() as process:
            await process.send(header, payload)
            while True:
                answer, data = await process.receive()
                if "error" in answer or "final" in answer:
                    break
                listen(answer, data)
    except ChildEndedError:
        raise WorkFailedError from None
    if "error" in answer:
        raise WorkRefusedError(answer["error"], answer["message"], answer.get("details"))
    return answer, data
