"""The decoder of uploaded pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image

from server.uploads.decode_picture import decode_picture
from server.uploads.errors import UploadError
from server.uploads.picture_limits import PictureLimits

_LIMITS = PictureLimits(pixels=1_000_000, side=4000)


class PictureTarget:
    """Implements ``Target``, in this process; the server decodes in a child with limits."""

    name = "picture"

    def feed(self, data: bytes) -> str:
        """See ``Target``."""
        try:
            pixels = decode_picture(data, _LIMITS, longest_side=200)
        except UploadError as error:
            return error.code
        except MemoryError:
            return "no memory"
        if pixels.ndim != 3 or pixels.shape[2] != 3 or max(pixels.shape[:2]) > 200:
            raise ValueError(f"pixels of shape {pixels.shape}")
        return "read"


def picture_seeds() -> list[bytes]:
    """Small pictures of the three formats in their many kinds."""
    x, y = np.meshgrid(np.linspace(0, 255, 96), np.linspace(0, 255, 80))
    image = Image.fromarray(np.stack([x, y, 255 - x], -1).astype(np.uint8))
    return list(_encoded(image))


def _encoded(image: Image.Image) -> Iterator[bytes]:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "described"
    profile = b"\0\0\2\x0clcms\2\x10\0\0mntrRGB XYZ " + bytes(500)
    for mode in ("RGB", "L", "CMYK"):
        yield _saved(image.convert(mode), "JPEG", exif=exif, quality=80)
    yield _saved(image, "JPEG", progressive=True, icc_profile=profile, comment=b"said")
    for mode in ("RGB", "RGBA", "L", "LA", "P", "1"):
        yield _saved(image.convert(mode), "PNG", exif=exif)
    yield _saved(Image.fromarray(np.asarray(image.convert("L"), np.uint16) * 257), "PNG")
    yield _saved(image, "PNG", save_all=True, append_images=[image.rotate(90)])
    for options in ({"lossless": True}, {"quality": 60}, {"quality": 60, "exif": exif}):
        yield _saved(image.convert("RGBA"), "WEBP", **options)
    yield _saved(image, "WEBP", save_all=True, append_images=[image.rotate(90)])


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
