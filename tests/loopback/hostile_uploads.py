"""Requests that a stranger might send to every route that takes files."""

from __future__ import annotations

import gzip
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import av
import numpy as np
from aiohttp import FormData

from tests.unit.uploads import hostile
from tests.unit.uploads.odd import odd
from tools.fuzz.form_target import form_seeds
from tools.fuzz.mutator import Mutator

_FIELDS = {"/api/photo": "image", "/api/references": "image", "/api/video": "video"}
_BOUNDARY = {"Content-Type": "multipart/form-data; boundary=b"}
_PART = b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n'


@dataclass(frozen=True, slots=True)
class HostileUpload:
    """A body for the route ``path``."""

    path: str
    body: bytes | FormData
    headers: dict[str, str] = field(default_factory=dict)


def hostile_uploads() -> list[HostileUpload]:
    """At least 300, mixed as one seed mixes them."""
    uploads = [*_pictures(), *_videos(), *_forms()]
    random.Random(7).shuffle(uploads)
    return uploads


def _form(path: str, data: bytes) -> HostileUpload:
    form = FormData(default_to_multipart=True)
    form.add_field(_FIELDS[path], data, filename="../../etc/passwd.jpg")
    if path != "/api/references":
        form.add_field("style", "pixie")
    return HostileUpload(path, form)


def _pictures() -> Iterator[HostileUpload]:
    pictures = [*hostile.foreign(), *hostile.truncated(), *odd()]
    pictures += hostile.damaged(110 - len(pictures), seed=11)
    for index, data in enumerate(pictures):
        yield _form(("/api/photo", "/api/references")[index % 2], data)


def _videos() -> Iterator[HostileUpload]:
    good = _clip()
    for share in (0.05, 0.3, 0.6, 0.95):
        yield _form("/api/video", good[: int(share * len(good))])
    draw = random.Random(5)
    for _ in range(80):
        changed = bytearray(good)
        for _ in range(draw.randrange(1, 40)):
            changed[draw.randrange(len(changed))] = draw.randrange(256)
        yield _form("/api/video", bytes(changed))
    # Formats that make a demuxer open other files and addresses.
    for text in (
        "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1,\nhttp://127.0.0.1:1/x.ts\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '/etc/passwd'\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=video 5000 RTP/AVP 96\n",
        "<?xml version='1.0'?><MPD><BaseURL>file:///etc/passwd</BaseURL></MPD>",
    ):
        yield _form("/api/video", text.encode())
    for data in hostile.foreign():
        yield _form("/api/video", data)


def _clip() -> bytes:
    """Four small frames with nobody in them."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for index in range(4):
            picture = np.roll(hostile.scene(96, 64), 20 * index, 1)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def _forms() -> Iterator[HostileUpload]:
    picture = hostile.jpeg()
    whole = _PART + b"\r\n" + picture + b"\r\n--b--\r\n"
    bodies = [
        b"",
        b"--b\r\n",
        b"--b--\r\n",
        b"nothing",
        b"x" * 300_000,
        b"\r\n" * 100_000,
        _PART + b"\r\n" + picture,
        _PART + b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--b--\r\n",
        _PART + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n=ZZ=\r\n--b--\r\n",
        _PART + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(50_000_000)) + b"\r\n--b--\r\n",
        _PART + b"Content-Length: -5\r\n\r\nx\r\n--b--\r\n",
        _PART + b"Content-Length: 99999999999\r\n\r\nx\r\n--b--\r\n",
        _PART + b"X: " + b"y" * 100_000 + b"\r\n\r\nx\r\n--b--\r\n",
        _PART + 5000 * b"X: y\r\n" + b"\r\nx\r\n--b--\r\n",
        _PART.replace(b"image", b"\xff\xfe\0") + b"\r\nx\r\n--b--\r\n",
        _PART.replace(b"image", b"image" * 5000) + b"\r\nx\r\n--b--\r\n",
        2 * (_PART + b"\r\n" + picture + b"\r\n") + b"--b--\r\n",
        b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c--\r\n--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name="style"\r\n\r\n' + b"p" * 10_000 + b"\r\n--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name="style"\r\n\r\n\xff\xfe\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="face"\r\n\r\n9e99\r\n' + whole,
    ]
    for path in _FIELDS:
        for body in bodies:
            yield HostileUpload(path, body, _BOUNDARY)
        mutator = Mutator(form_seeds(), random.Random(path))
        for _ in range(12):
            yield HostileUpload(path, mutator.next(), _BOUNDARY)
        yield HostileUpload(path, b"not gzip", _BOUNDARY | {"Content-Encoding": "gzip"})
        yield HostileUpload(path, gzip.compress(whole)[:-9], _BOUNDARY | {"Content-Encoding": "gzip"})
        yield HostileUpload(path, whole, {"Content-Type": "multipart/form-data"})
        yield HostileUpload(path, whole, {"Content-Type": "image/jpeg"})
