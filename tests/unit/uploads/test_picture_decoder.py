"""Decoding in a process with limits."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from server.uploads.errors import (
    PictureBytesError,
    PictureFormatError,
    PictureSizeError,
    PictureTimeError,
    UploadError,
)
from server.uploads.picture_decoder import PictureDecoder
from server.uploads.picture_limits import PictureLimits
from tests.unit.uploads import hostile

LIMITS = PictureLimits()


async def test_pixels_come_back_whole() -> None:
    pixels = await PictureDecoder(LIMITS).decode(hostile.jpeg())
    assert np.abs(pixels.astype(int) - hostile.scene()).mean() < 2.5


async def test_refusals_keep_their_sentence() -> None:
    decoder = PictureDecoder(LIMITS)
    with pytest.raises(PictureFormatError, match="JPEG, PNG or WebP"):
        await decoder.decode(b"GIF89a")
    with pytest.raises(PictureSizeError, match="50 million"):
        await decoder.decode(hostile.png_header(30_000, 30_000) + hostile.chunk(b"IDAT", b"x"))
    with pytest.raises(PictureBytesError, match="20 MB"):
        await decoder.decode(bytes(LIMITS.bytes + 1))


async def test_bombs_meet_the_limits_and_the_next_picture_is_read() -> None:
    decoder = PictureDecoder(replace(LIMITS, memory=128 << 20))
    with pytest.raises((PictureTimeError, UploadError)):
        await decoder.decode(hostile.text_bomb())
    with pytest.raises(PictureTimeError):
        await decoder.decode(hostile.bomb(7000))
    assert (await decoder.decode(hostile.jpeg())).shape == hostile.scene().shape


async def test_too_slow_is_refused() -> None:
    with pytest.raises(PictureTimeError):
        await PictureDecoder(replace(LIMITS, seconds=0.01)).decode(hostile.jpeg())


async def test_pictures_at_once_do_not_mix() -> None:
    decoder = PictureDecoder(LIMITS)
    results = await asyncio.gather(
        *(decoder.decode(data) for data in (hostile.jpeg(), b"nothing", hostile.jpeg())),
        return_exceptions=True,
    )
    assert isinstance(results[1], PictureFormatError)
    assert isinstance(results[0], np.ndarray)
    assert isinstance(results[2], np.ndarray)
    assert np.array_equal(results[0], results[2])
