"""The reader of upload forms."""

from __future__ import annotations

import asyncio
from unittest import mock

from aiohttp import StreamReader, hdrs, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.test_utils import make_mocked_request

from server.errors import RequestError
from server.uploads.form import read_form
from server.uploads.upload_budget import BUDGET, UploadBudget

_TYPED = {hdrs.CONTENT_TYPE: "multipart/form-data; boundary=b"}
_LONGEST = 4000


class FormTarget:
    """Implements ``Target``: ``data`` is the body of a request."""

    name = "form"

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._app = web.Application()
        self._app[BUDGET] = UploadBudget(1 << 20)

    def feed(self, data: bytes) -> str:
        """See ``Target``."""
        return self._loop.run_until_complete(self._read(data))

    async def _read(self, data: bytes) -> str:
        payload = StreamReader(mock.Mock(spec=BaseProtocol, _reading_paused=False), 1 << 16, loop=self._loop)
        payload.feed_data(data)
        payload.feed_eof()
        request = make_mocked_request("POST", "/api/photo", headers=_TYPED, payload=payload, app=self._app)
        request.protocol.max_field_size, request.protocol.max_headers = 8190, 128
        try:
            form = await read_form(request, ("style", "face"), ("image", "shape"), _LONGEST, seconds=5.0)
        except RequestError as error:
            return error.code
        if any(len(file) > _LONGEST for file in form.files.values()):
            raise ValueError("a file is longer than it may be")
        return "read"


def form_seeds() -> list[bytes]:
    """Good forms."""
    file = (
        b'--b\r\nContent-Disposition: form-data; name="%s"; filename="a.jpg"\r\nContent-Type: image/x\r\n\r\n'
    )
    text = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    coded = file % b"image" + b"\r\n"
    end = b"\r\n--b--\r\n"
    return [
        file % b"image" + b"\xff\xd8" + bytes(300) + end,
        text % (b"style", b"pixie") + file % b"image" + bytes(3000) + end,
        file % b"shape" + bytes(10) + b"\r\n" + text % (b"face", b"0") + file % b"image" + bytes(10) + end,
        coded.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n", 1) + b"QUJD" + end,
        file % b"image" + bytes(5000) + end,
        b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--\r\n",
    ]
