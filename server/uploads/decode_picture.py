"""A picture's bytes to its pixels. Runs in a process that may be killed."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from server.uploads.errors import (
    AnimatedPictureError,
    BrokenPictureError,
    PictureFormatError,
    PictureSizeError,
    UploadError,
)
from server.uploads.picture_limits import PictureLimits

FORMATS = ("JPEG", "PNG", "WEBP")
"""What is read, by Pillow's names; everything else never reaches a decoder."""

# More is not needed for a profile, and less has been used to make tables of gigabytes.
_LONGEST_PROFILE = 4 << 20


def decode_picture(
    data: bytes, limits: PictureLimits, longest_side: int | None = None
) -> npt.NDArray[np.uint8]:
    """(h, w, 3) uint8 sRGB: upright, in sRGB whatever its profile, transparency on white, nothing else kept.

    A picture with a side longer than ``longest_side`` px is reduced to that.

    Raises:
        UploadError: why it cannot be used.
    """
    # The size is checked below, before any pixel is decoded, against limits of our own.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check(image, limits)
            return _pixels(image, longest_side)
    except UnidentifiedImageError:
        raise PictureFormatError from None
    except (UploadError, MemoryError):
        raise
    # What decoders raise on damaged files is not documented: SyntaxError, struct.error, ValueError and more.
    except Exception:
        raise BrokenPictureError from None


def _check(image: Image.Image, limits: PictureLimits) -> None:
    width, height = image.size
    if (
        width * height > limits.pixels
        or max(width, height) > limits.side
        or min(width, height) < limits.least_side
    ):
        raise PictureSizeError(limits.pixels, limits.side, limits.least_side)
    if getattr(image, "n_frames", 1) > 1:
        raise AnimatedPictureError


def _pixels(image: Image.Image, longest_side: int | None) -> npt.NDArray[np.uint8]:
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):
        # Pillow cuts 16 bits off at 255 instead of scaling them.
        wide = np.asarray(upright).astype(np.int64)
        upright = Image.fromarray((np.clip(wide, 0, 65535) >> 8).astype(np.uint8))
    if upright.mode in ("P", "LA", "PA", "RGBa") or "transparency" in upright.info:
        upright = upright.convert("RGBA")
    if upright.mode == "RGBA":
        alpha = upright.getchannel("A")
        upright = _to_srgb(upright.convert("RGB"), image)
        white = Image.new("RGB", upright.size, "white")
        white.paste(upright, mask=alpha)
        upright = white
    else:
        upright = _to_srgb(upright, image)
    upright = upright.convert("RGB")
    if longest_side is not None:
        upright.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    return np.array(upright, np.uint8)


def _to_srgb(pixels: Image.Image, image: Image.Image) -> Image.Image:
    """``pixels`` in sRGB, by the colour profile of ``image``; as they are where that is none or broken."""
    profile = image.info.get("icc_profile")
    if not profile or len(profile) > _LONGEST_PROFILE or pixels.mode not in ("RGB", "L", "CMYK"):
        return pixels
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            pixels, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return pixels
    return pixels if converted is None else converted
