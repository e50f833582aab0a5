"""Pictures from and to files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from tools.errors import MediaError

U8 = npt.NDArray[np.uint8]

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
VIDEO_SUFFIXES = (".mp4", ".mov", ".mkv")

_READ_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF")
_SAVE_OPTIONS: dict[str, dict[str, Any]] = {
    ".jpg": {"quality": 95, "subsampling": 0},
    ".jpeg": {"quality": 95, "subsampling": 0},
    ".webp": {"quality": 92, "method": 6},
}


def read_image(path: Path) -> U8 | None:
    """The picture, upright as its EXIF orientation says, (h, w, 3) uint8 sRGB; ``None``: not a picture file.

    Raises:
        MediaError: the file does not exist or is broken.
    """
    if not path.is_file():
        raise MediaError(f"There is no file {path}.")
    try:
        with Image.open(path, formats=_READ_FORMATS) as image:
            return np.array(ImageOps.exif_transpose(image).convert("RGB"), np.uint8)
    except UnidentifiedImageError:
        return None
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise MediaError(f"{path} cannot be decoded: {error}.") from error


def write_image(path: Path, pixels: U8) -> None:
    """Write ``pixels`` (h, w, 3) or (h, w) uint8 in the format that the suffix names.

    Raises:
        MediaError: an unknown suffix, or the file cannot be written.
    """
    suffix = check_suffix(path, IMAGE_SUFFIXES)
    try:
        Image.fromarray(pixels).save(path, **_SAVE_OPTIONS.get(suffix, {}))
    except OSError as error:
        raise MediaError(f"{path} cannot be written: {error.strerror or error}.") from error


def check_suffix(path: Path, allowed: tuple[str, ...]) -> str:
    """The suffix of ``path`` in lower case.

    Raises:
        MediaError: it is not among ``allowed``.
    """
    suffix = path.suffix.lower()
    if suffix not in allowed:
        raise MediaError(f"{path} must end in one of {', '.join(allowed)}.")
    return suffix
