"""Uploaded photos read into references in a process of their own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from server.background_share import BackgroundShare
from server.child_process import ChildEndedError
from server.idle_child import IdleChild
from server.references.errors import ReferenceFailedError, ReferenceRefusedError


@dataclass(frozen=True, slots=True)
class ReadReference:
    """A reference's ``data`` (Reference.to_bytes), its nearest drawn ``style`` and its ``colors``."""

    data: bytes
    style: str
    colors: dict[str, Any]


class ReferenceReader:
    """Reads one photo after the other, each for at most ``seconds``; ``module`` is the child's."""

    def __init__(
        self,
        share: BackgroundShare,
        module: str = "server.references.reference_process",
        *,
        seconds: float = 90.0,
        waiting: int = 4,
    ) -> None:
        self._child = IdleChild(module, share, waiting=waiting, idle=60.0)
        self._seconds = seconds

    async def read(self, rgb: npt.NDArray[np.uint8], face: int | None) -> ReadReference:
        """The hair in ``rgb`` (h, w, 3) uint8 sRGB of ``face``, counted from the left, or the only one.

        Raises:
            ReferenceRefusedError: the photo cannot serve.
            ReferenceFailedError: the process died, or was too slow.
            QueueFullError: too many wait.
        """
        pixels = np.ascontiguousarray(rgb)
        try:
            async with self._child.turn() as child, asyncio.timeout(self._seconds):
                await child.send({"shape": pixels.shape, "face": face}, pixels.data.cast("B"))
                header, data = await child.receive()
        except (ChildEndedError, TimeoutError):
            raise ReferenceFailedError from None
        if "error" in header:
            raise ReferenceRefusedError(header["error"], header["message"], header["details"])
        return ReadReference(data, header["style"], header["colors"])

    async def close(self) -> None:
        """End the process."""
        await self._child.close()
