"""What a picture tells beside its pixels: nothing of the original's, and that it was edited."""

from __future__ import annotations

import io

import numpy as np
import pytest
from aiohttp import FormData
from PIL import Image
from skimage import data

from engines.reference.reference import Reference
from server.app import VAULT
from tests.loopback.server_under_test import ServerUnderTest

_PLACE, _CAMERA, _SAID = b"37.5665N 126.9780E", b"Camera of Mrs Kim", b"our living room"


def _told(kind: str) -> bytes:
    """The portrait as a file that says when, where and with what it was taken."""
    exif = Image.Exif()
    exif[0x010F] = _CAMERA.decode()
    exif[0x9286] = _SAID.decode()
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (37.0, 33.0, 59.4), "E", (126.0, 58.0, 40.8)
    gps[27] = _PLACE
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + _PLACE + b"</x:xmpmeta>"
    more = {"xmp": xmp} | ({"comment": _SAID} if kind == "JPEG" else {})
    buffer = io.BytesIO()
    portrait = Image.fromarray(np.asarray(data.astronaut(), np.uint8))  # type: ignore[no-untyped-call]
    portrait.save(buffer, kind, exif=exif, icc_profile=b"", quality=90, **more)
    written = buffer.getvalue()
    assert _CAMERA in written
    assert _PLACE in written
    return written


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_results_and_references_lose_what_the_original_told(kind: str) -> None:
    picture = _told(kind)
    async with ServerUnderTest() as server:
        form = FormData(default_to_multipart=True)
        form.add_field("image", picture, filename="Mrs Kim.jpg")
        form.add_field("style", "buzz-cut")
        async with server.http.post(f"{server.url}/api/photo", data=form) as response:
            assert response.status == 200, await response.text()
            result = await response.read()
        form = FormData(default_to_multipart=True)
        form.add_field("image", picture, filename="Mrs Kim.jpg")
        async with server.http.post(f"{server.url}/api/references", data=form) as response:
            assert response.status == 201, await response.text()
            reference = server.app[VAULT].get((await response.json())["id"])
    for text in (_PLACE, _CAMERA, _SAID, b"Mrs Kim"):
        assert text not in result
        assert text not in reference
    edited = Image.open(io.BytesIO(result))
    assert not edited.getexif()
    assert set(edited.info) <= {"XML:com.adobe.xmp", "Description", "srgb", "gamma", "dpi", "xmp"}
    assert "compositeSynthetic" in str(edited.info["XML:com.adobe.xmp"])
    assert Reference.from_bytes(reference).rgb.shape[2] == 3
