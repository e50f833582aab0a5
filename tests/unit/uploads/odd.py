"""Pictures that are right and rare, and some that only look right."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

from tests.unit.uploads.hostile import bomb, chunk, encoded, jpeg, png_header, scene, text_bomb


def odd() -> Iterator[bytes]:
    """Files of the formats that are taken, none of which a camera makes."""
    image = Image.fromarray(scene())
    yield encoded(image.convert("CMYK"), "JPEG")
    for mode in ("1", "L", "LA", "P", "RGBA"):
        yield encoded(image.convert(mode), "PNG")
    yield encoded(Image.fromarray(np.asarray(scene()[..., 0], np.uint16) * 257), "PNG")
    yield encoded(image.convert("RGBA"), "WEBP", lossless=True)
    yield encoded(image, "JPEG", progressive=True, subsampling=0, quality=100)
    yield encoded(image, "PNG", icc_profile=zlib.compress(bytes(4_000_000)))
    yield from _with_metadata(image)
    yield from _polyglots()
    yield from _of_strange_size(image)
    yield from _animated(image)
    yield from _hollow()


def _with_metadata(image: Image.Image) -> Iterator[bytes]:
    for orientation in (0, 2, 3, 4, 5, 6, 7, 8, 9, 255):
        exif = Image.Exif()
        exif[0x0112] = orientation
        yield encoded(image, "JPEG", exif=exif)
    exif = Image.Exif()
    exif[0x010E] = "x" * 60_000
    yield encoded(image, "JPEG", exif=exif)
    yield encoded(image, "PNG", exif=exif)
    yield encoded(image, "WEBP", exif=exif)
    # Offsets that lead in circles, and beyond the end.
    for offset in (8, 0xFFFFFFF0):
        circle = b"Exif\0\0II*\0" + struct.pack("<IHHHII", 8, 1, 0x8769, 4, 1, offset) + struct.pack("<I", 8)
        yield encoded(image, "JPEG", exif=circle)
    yield encoded(image, "JPEG", comment=b"\xff" * 65_000)
    # Hundreds of application segments.
    data = jpeg()
    yield data[:2] + 900 * (b"\xff\xef" + struct.pack(">H", 1000) + bytes(998)) + data[2:]


def _polyglots() -> Iterator[bytes]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("../../evil.py", "print('evil')")
    for tail in (archive.getvalue(), b"<?php system($_GET['c']); ?>", b"<script>alert(1)</script>", jpeg()):
        yield jpeg() + tail
    yield encoded(Image.fromarray(scene()), "PNG") + archive.getvalue()


def _of_strange_size(image: Image.Image) -> Iterator[bytes]:
    for size in ((64, 64), (63, 400), (1, 1), (64, 11_999), (12_001, 64)):
        yield encoded(image.resize(size), "PNG")
    for size in ((0, 0), (0, 100), (65_535, 65_535), (2**31 - 1, 2**31 - 1), (2**32 - 1, 1)):
        yield png_header(*size) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    data = jpeg()
    frame = data.index(b"\xff\xc0")
    yield data[: frame + 5] + b"\xff\xff\xff\xff" + data[frame + 9 :]
    yield bomb(7000)
    yield text_bomb()


def _animated(image: Image.Image) -> Iterator[bytes]:
    for kind in ("PNG", "WEBP"):
        yield encoded(image, kind, save_all=True, append_images=[image.rotate(90 * n) for n in range(3)])


def _hollow() -> Iterator[bytes]:
    """Beginnings with nothing, or nonsense, behind them."""
    yield b"\xff\xd8\xff"
    yield b"\xff\xd8" + b"\xff" * 5000
    yield b"\xff\xd8\xff\xe0\x00\x00"
    yield b"\x89PNG\r\n\x1a\n"
    yield png_header(100, 100)
    yield png_header(100, 100) + chunk(b"IEND", b"")
    yield png_header(100, 100, depth=3) + chunk(b"IDAT", zlib.compress(bytes(100)))
    yield png_header(100, 100, color=7) + chunk(b"IDAT", b"")
    yield png_header(100, 100) + 500 * chunk(b"IDAT", b"")
    yield png_header(100, 100) + chunk(b"IDAT", zlib.compress(bytes(30_000_000), 9)) + chunk(b"IEND", b"")
    yield b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff"
    yield b"RIFF\x0c\x00\x00\x00WEBPVP8X\n\x00\x00\x00" + b"\xff" * 10
    yield b"RIFF" + struct.pack("<I", 100) + b"WEBPVP8L" + bytes(92)
