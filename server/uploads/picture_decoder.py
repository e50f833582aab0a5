"""Uploaded pictures decoded in processes of their own, with limits on time and memory."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

import numpy as np
import numpy.typing as npt

from server.child_process import ChildEndedError, ChildProcess
from server.uploads import errors
from server.uploads.errors import PictureBytesError, PictureSizeError, PictureTimeError, UploadError
from server.uploads.picture_limits import PictureLimits


class PictureDecoder:
    """Decodes one picture after the other, each in a fresh process.

    A decoder's fault ends that process and nothing else, and a bomb meets the limits there.
    """

    def __init__(self, limits: PictureLimits) -> None:
        self.limits = limits
        self._turn = asyncio.Lock()

    async def decode(self, data: bytes) -> npt.NDArray[np.uint8]:
        """The pixels of ``data``, (h, w, 3) uint8 sRGB; see :func:`decode_picture`.

        Raises:
            UploadError: why it cannot be used.
        """
        if len(data) > self.limits.bytes:
            raise PictureBytesError(self.limits.bytes)
        async with self._turn:
            child = await ChildProcess.start("server.uploads.decode_process")
            try:
                async with asyncio.timeout(self.limits.seconds):
                    await child.send(asdict(self.limits), data)
                    header, pixels = await child.receive()
            # Without an answer it ran out of memory or of processor time.
            except (TimeoutError, ChildEndedError):
                raise PictureTimeError from None
            finally:
                await child.end()
        if "error" in header:
            raise self._error(header["error"])
        return np.frombuffer(pixels, np.uint8).reshape(header["shape"])

    def _error(self, name: str) -> UploadError:
        kind = getattr(errors, name)
        if kind is PictureSizeError:
            return PictureSizeError(self.limits.pixels, self.limits.side, self.limits.least_side)
        error: UploadError = kind()
        return error
