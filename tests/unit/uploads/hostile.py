"""Pictures that nobody means well with, and odd ones that are right."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image

U8 = npt.NDArray[np.uint8]


def scene(width: int = 160, height: int = 120) -> U8:
    """A smooth coloured picture, (h, w, 3) uint8."""
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    return np.asarray(np.rint(np.stack([40 + 180 * x, 60 + 120 * y, 200 - 150 * x * y], -1)), np.uint8)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """``image`` as a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def jpeg() -> bytes:
    """A good picture."""
    return encoded(Image.fromarray(scene()), "JPEG", quality=92)


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG (RFC 2083, section 3.2)."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width: int, height: int, depth: int = 8, color: int = 2) -> bytes:
    """The beginning of a PNG that says it has this size."""
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)


def bomb(side: int) -> bytes:
    """A PNG of ``side`` x ``side`` black pixels in a few kilobytes."""
    rows = zlib.compressobj(9)
    row = b"\0" * (side // 8 + 2)
    packed = b"".join(rows.compress(row) for _ in range(side)) + rows.flush()
    return png_header(side, side, 1, 0) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A small PNG with 200 MB of compressed comments."""
    comment = zlib.compress(b"x" * 100_000_000, 9)
    body = encoded(Image.fromarray(scene()), "PNG")
    bombs = 2 * chunk(b"zTXt", b"Comment\0\0" + comment)
    return body[:33] + bombs + body[33:]


def foreign() -> Iterator[bytes]:
    """Files of other kinds, some of them pictures."""
    image = Image.fromarray(scene())
    for kind in ("GIF", "BMP", "TIFF", "ICO", "PPM", "TGA"):
        yield encoded(image, kind)
    yield b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    yield b"%PDF-1.7\n1 0 obj\n"
    yield b"PK\x03\x04" + bytes(64)
    yield b"GIF89a" + jpeg()
    yield b"<html>" + jpeg()
    yield b""
    yield b"\0" * 4096
    yield bytes(range(256)) * 16


def truncated() -> Iterator[bytes]:
    """Good pictures cut short."""
    image = Image.fromarray(scene())
    for data in (jpeg(), encoded(image, "PNG"), encoded(image, "WEBP", quality=80)):
        for share in (0.1, 0.3, 0.6, 0.9, 0.96):
            yield data[: int(share * len(data))]


def damaged(count: int, seed: int) -> Iterator[bytes]:
    """Good pictures with bytes changed, removed and doubled."""
    rng = np.random.default_rng(seed)
    image = Image.fromarray(scene())
    good = [jpeg(), encoded(image, "PNG"), encoded(image, "WEBP", lossless=True), encoded(image, "WEBP")]
    for index in range(count):
        data = bytearray(good[index % len(good)])
        for _ in range(int(rng.integers(1, 12))):
            place = int(rng.integers(0, len(data)))
            match int(rng.integers(0, 4)):
                case 0:
                    data[place] = int(rng.integers(0, 256))
                case 1:
                    del data[place : place + int(rng.integers(1, 32))]
                case 2:
                    data[place:place] = data[place : place + int(rng.integers(1, 64))]
                case _:
                    data[place : place + 4] = b"\xff\xff\xff\xff"
            data = data or bytearray(b"\0")
        yield bytes(data)
