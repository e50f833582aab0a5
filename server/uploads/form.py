"""A multipart form, read with limits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from server.errors import MediaTypeError, RequestError
from server.uploads.errors import PictureBytesError, UploadTimeError
from server.uploads.upload_budget import BUDGET

_TYPE = "multipart/form-data"
_LONGEST_TEXT = 512

Take = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Form:
    """``texts`` and ``files`` of a form by their fields' names. The names of files are not kept."""

    texts: dict[str, str]
    files: dict[str, bytes]


async def read_form(
    request: web.Request,
    texts: Collection[str],
    files: Collection[str],
    longest_file: int,
    seconds: float = 60.0,
) -> Form:
    """Read a form whose fields are among ``texts`` and ``files``, in at most so many ``seconds``.

    A field of both is a file where the client sent a file name.

    Raises:
        MediaTypeError: the body is no form.
        PictureBytesError: a file is longer than ``longest_file`` bytes.
        UploadTimeError: it came too slowly.
        UploadsBusyError: too much is being read at once.
        RequestError: another field, one given twice, or a broken form.
    """
    if request.content_type != _TYPE:
        raise MediaTypeError(_TYPE)
    form = Form({}, {})
    try:
        with request.app[BUDGET].share() as take:
            async with asyncio.timeout(seconds):
                await _read_parts(await request.multipart(), form, texts, files, longest_file, take)
    except TimeoutError:
        raise UploadTimeError(seconds) from None
    except UnicodeDecodeError:
        raise RequestError("A field of the form is not UTF-8 text.") from None
    # What aiohttp raises on broken boundaries, headers and encodings.
    except (HttpProcessingError, web.RequestPayloadError, ValueError, RuntimeError, AssertionError):
        raise RequestError("The form is broken.") from None
    return form


async def _read_parts(
    reader: MultipartReader,
    form: Form,
    texts: Collection[str],
    files: Collection[str],
    longest_file: int,
    take: Take,
) -> None:
    async for part in reader:
        if not isinstance(part, BodyPartReader):
            raise RequestError("The form has a form within.")
        name = part.name or ""
        is_file = name in files and (part.filename is not None or name not in texts)
        if name in form.texts or name in form.files or not (is_file or name in texts):
            known = ", ".join(sorted({*texts, *files}))
            raise RequestError(f"The form's fields are {known}, each once; not {name[:40]!r}.")
        if is_file:
            form.files[name] = await _read(part, longest_file, PictureBytesError(longest_file), take)
        else:
            too_long = RequestError(f"The field {name} is too long.")
            form.texts[name] = (await _read(part, _LONGEST_TEXT, too_long, take)).decode()


async def _read(part: BodyPartReader, limit: int, refusal: RequestError, take: Take) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(1 << 16):
        take(len(chunk))
        data += chunk
        if len(data) > limit:
            raise refusal
    return bytes(data)
