"""Uploaded pictures decoded in processes of their own, with limits on time and memory."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from server.child_process import ChildEndedError, ChildProcess
from server.turns import Turns
from server.uploads import errors
from server.uploads.errors import PictureBytesError, PictureSizeError, PictureTimeError, UploadError
from server.uploads.picture_limits import PictureLimits


class PictureDecoder:
    """Decodes one picture after the other, each in a fresh process.

    A decoder's fault ends that process and nothing else, and a bomb meets the limits there.
    """

    def __init__(self, limits: PictureLimits, waiting: int = 16) -> None:
        self.limits = limits
        self._turns = Turns(waiting)

    async def decode(self, data: bytes, longest_side: int | None = None) -> npt.NDArray[np.uint8]:
        """The pixels of ``data``, (h, w, 3) uint8 sRGB, reduced where a side is longer than ``longest_side``;
        see :func:`decode_picture`.

        Raises:
            UploadError: why it cannot be used.
            QueueFullError: too many wait.
        """
        if len(data) > self.limits.bytes:
            raise PictureBytesError(self.limits.bytes)
        async with self._turns.next():
            header, pixels = await self._decode(data, longest_side)
        if "error" in header:
            raise self._error(header["error"])
        return np.frombuffer(pixels, np.uint8).reshape(header["shape"])

    async def _decode(self, data: bytes, longest_side: int | None) -> tuple[dict[str, Any], bytes]:
        child = await ChildProcess.start("server.uploads.decode_process")
        try:
            async with asyncio.timeout(self.limits.seconds):
                await child.send({"limits": asdict(self.limits), "longest_side": longest_side}, data)
                return await child.receive()
        # Without an answer it ran out of memory or of processor time.
        except (TimeoutError, ChildEndedError):
            raise PictureTimeError from None
        finally:
            await child.end()

    def _error(self, name: str) -> UploadError:
        kind = getattr(errors, name)
        if kind is PictureSizeError:
            return PictureSizeError(self.limits.pixels, self.limits.side, self.limits.least_side)
        error: UploadError = kind()
        return error
